//! What the server can be asked to do wrong. Every misdeed acts at one of three moments of the one place where
//! commands are answered (`Session::bent`): it upsets the folders before, answers instead, or bends the right answer.
//! A new one is a variant and an arm.

use std::time::Duration;

use jiff::Timestamp;

use super::answer::{Answer, Line, Part, Then, place_of, replaced};
use super::folders::Folders;

/// One way to do wrong. Texts are bytes, so that a server may say what is not UTF-8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misdeed {
    /// None: lets one fitting command pass, to reach the next.
    Behave,

    /// The folder (named in the command, else the one open) gets this UIDVALIDITY and new UIDs from 1, before the
    /// command is carried out. With the old value the same UIDs come to mean other mails.
    ChangeUidvalidity(u32),
    /// The folder is gone before the command is carried out.
    VanishFolder,
    /// The mail with this UID is gone before the command is carried out.
    VanishMail(u32),
    /// This mail arrives before the command is carried out.
    MailArrives(Vec<u8>),

    /// Tagged NO with this text; the command is not carried out (nor by any of the following up to `LineWithoutEnd`).
    No(Vec<u8>),
    /// Tagged BAD with this text.
    Bad(Vec<u8>),
    /// Untagged BYE with this text, and the connection is closed.
    Bye(Vec<u8>),
    /// Exactly these bytes; `$TAG` stands for the command's tag.
    Say(Vec<u8>),
    /// The connection is closed without a word.
    Close,
    /// Silence until the client hangs up.
    Stall,
    /// `* 5 EXISTS` without end.
    EndlessUntagged,
    /// One line that never ends.
    LineWithoutEnd,

    /// The right answer after this wait.
    Late(Duration),
    /// The right answer, byte by byte with this wait before each.
    Drip(Duration),
    /// The connection is closed after this many bytes of the right answer, if it has more.
    CutAfterBytes(usize),
    /// The connection is closed when the right answer has come to the end of this text; `$TAG` stands for the tag.
    CutAfter(Vec<u8>),
    /// The same without a farewell: under TLS nobody can tell that from a cut.
    DropAfter(Vec<u8>),
    /// The connection is closed behind the right answer.
    CloseAfter,
    /// The connection is closed in the middle of the first literal. An answer without one is not touched; neither is
    /// it by the other misdeeds on literals.
    CutMidLiteral,
    /// Every literal is announced larger (smaller) by this than it is.
    WrongLiteralLength(i64),
    /// The first literal is announced with this size; three bytes follow, then silence.
    AnnounceLiteral(u64),
    /// The first literal is announced with this size; bytes follow until the client hangs up.
    PourLiteral(u64),
    /// A partial FETCH is answered with the whole section, without an origin.
    IgnorePartial,
    /// A partial FETCH is answered with the window one byte further on, under its own origin.
    WrongOrigin,
    /// A partial FETCH is answered with so many bytes at most.
    ShortPartial(usize),

    /// The FETCH line of this UID is left out.
    OmitUid(u32),
    /// The FETCH line of the first UID is given as that of the second.
    AnswerAsUid(u32, u32),
    /// Every FETCH line comes without the UID.
    WithoutUid,
    /// Every untagged line comes twice.
    Duplicate,
    /// The untagged lines come in reverse.
    OutOfOrder,
    /// This line (without its end) comes before the right answer.
    UnsolicitedFirst(Vec<u8>),
    /// These bytes come behind the tagged line at once.
    UnsolicitedAfter(Vec<u8>),
    /// The closing text is raw GBK.
    Raw8bit,
    /// In the right answer the second text stands wherever the first stood.
    Replace(Vec<u8>, Vec<u8>),
}

impl Misdeed {
    /// Before: changes what the command will meet. Says whether it made a difference.
    pub(super) fn upset(&self, folders: &mut Folders, folder: &str) -> bool {
        let before = folders.get(folder).cloned();
        match (self, folders.get_mut(folder)) {
            (Self::VanishFolder, _) => folders.remove(folder),
            (Self::ChangeUidvalidity(value), Some(folder)) => folder.rebuild(*value),
            (Self::VanishMail(uid), Some(folder)) => folder.mails.retain(|mail| mail.uid != *uid),
            (Self::MailArrives(raw), Some(folder)) => {
                let received_at = folder.mails.last().map_or(Timestamp::UNIX_EPOCH, |mail| mail.received_at);
                folder.deliver(raw.clone(), received_at);
            }
            _ => {}
        }
        folders.get(folder) != before.as_ref()
    }

    /// Instead: the answer of a server that does not carry out the command.
    pub(super) fn instead(&self) -> Option<Answer> {
        let answer = match self {
            Self::No(text) => Answer::no(text.as_slice()),
            Self::Bad(text) => Answer::bad(text.as_slice()),
            Self::Bye(text) => Answer {
                lines: vec![Line::Text([b"* BYE ", text.as_slice()].concat())],
                then: Then::Close,
                ..Answer::default()
            },
            Self::Say(bytes) => Answer::lines(vec![Line::Raw(bytes.clone())]),
            Self::Close => Answer::then(Then::Close),
            Self::Stall => Answer::then(Then::Stall),
            Self::EndlessUntagged => Answer::then(Then::Babble(b"* 5 EXISTS\r\n".repeat(256))),
            Self::LineWithoutEnd => Answer {
                lines: vec![Line::Raw(b"* OK ".to_vec())],
                then: Then::Babble(b"x".repeat(4096)),
                ..Answer::default()
            },
            _ => return None,
        };
        Some(answer)
    }

    /// After: makes the right answer wrong. Says whether it made a difference.
    pub(super) fn bend(&self, answer: &mut Answer, tag: &str) -> bool {
        let before = answer.clone();
        match self {
            // Passed over as asked: that is all it was to do.
            Self::Behave => return true,
            Self::Late(wait) => answer.pace.late = *wait,
            Self::Drip(wait) => answer.pace.drip = Some(*wait),
            Self::CutAfterBytes(count) => cut(answer, tag, Then::Close, |_| Some(*count)),
            Self::CutAfter(text) | Self::DropAfter(text) => {
                let then = if matches!(self, Self::CutAfter(_)) { Then::Close } else { Then::Drop };
                let text = replaced(text, b"$TAG", tag.as_bytes());
                cut(answer, tag, then, |bytes| Some(place_of(&text, bytes)? + text.len()));
            }
            Self::CloseAfter => answer.then = Then::Close,
            Self::CutMidLiteral => break_off(answer, |len| len / 2, None, "", Then::Close),
            Self::AnnounceLiteral(size) => break_off(answer, |_| 0, Some(*size), ")\r\n", Then::Stall),
            Self::PourLiteral(size) => pour(answer, *size),
            Self::WrongLiteralLength(delta) => {
                answer
                    .bodies()
                    .for_each(|body| body.announced = Some(body.len().saturating_add_signed(*delta)));
            }
            Self::IgnorePartial => answer.bodies().for_each(|body| {
                body.range = body.section.clone();
                body.origin = None;
            }),
            Self::WrongOrigin => answer.bodies().for_each(|body| {
                if let Some(origin) = &mut body.origin {
                    *origin += 1;
                    let shifted = |at: usize| (at + 1).min(body.section.end);
                    body.range = shifted(body.range.start)..shifted(body.range.end);
                }
            }),
            Self::ShortPartial(most) => {
                answer.bodies().filter(|body| body.origin.is_some()).for_each(|body| {
                    body.range.end = body.range.end.min(body.range.start.saturating_add(*most));
                });
            }
            Self::OmitUid(uid) => {
                answer.lines.retain(|line| !matches!(line, Line::Fetch(fetch) if fetch.uid == *uid));
            }
            Self::AnswerAsUid(from, to) => {
                answer.fetches().filter(|fetch| fetch.uid == *from).for_each(|fetch| fetch.uid = *to);
            }
            Self::WithoutUid => {
                answer.fetches().for_each(|fetch| fetch.parts.retain(|part| !matches!(part, Part::Uid)));
            }
            Self::Duplicate => {
                answer.lines = answer.lines.drain(..).flat_map(|line| [line.clone(), line]).collect();
            }
            Self::OutOfOrder => answer.lines.reverse(),
            Self::UnsolicitedFirst(text) => answer.lines.insert(0, Line::Text(text.clone())),
            Self::UnsolicitedAfter(bytes) => answer.trailer.clone_from(bytes),
            Self::Raw8bit => {
                if let Some((_, text)) = &mut answer.done {
                    // 完成 in GBK
                    *text = b"\xcd\xea\xb3\xc9".to_vec();
                }
            }
            Self::Replace(old, new) => {
                let bytes = answer.bytes(tag);
                if place_of(old, &bytes).is_some() {
                    answer.lines = vec![Line::Raw(replaced(&bytes, old, new))];
                    (answer.done, answer.trailer) = (None, Vec::new());
                }
            }
            _ => {}
        }
        *answer != before
    }
}

/// Ends the connection at the place of the right answer that `place` finds.
fn cut(answer: &mut Answer, tag: &str, then: Then, place: impl Fn(&[u8]) -> Option<usize>) {
    let mut bytes = answer.bytes(tag);
    if let Some(place) = place(&bytes).filter(|place| *place < bytes.len()) {
        bytes.truncate(place);
        let pace = answer.pace;
        *answer = Answer { lines: vec![Line::Raw(bytes)], then, pace, ..Answer::default() };
    }
}

/// Ends the answer at its first literal, if it has one: `sent` of its bytes leave under the `announced` size (else the
/// true one), then `end`, then nothing more is said.
fn break_off(
    answer: &mut Answer,
    sent: impl Fn(usize) -> usize,
    announced: Option<u64>,
    end: &'static str,
    then: Then,
) {
    let place = |line: &Line| match line {
        Line::Fetch(fetch) => fetch.parts.iter().position(|part| matches!(part, Part::Body(_))),
        Line::Text(_) | Line::Raw(_) => None,
    };
    let Some((line, part)) = answer.lines.iter().enumerate().find_map(|(n, line)| Some((n, place(line)?)))
    else {
        return;
    };
    answer.lines.truncate(line + 1);
    if let Some(fetch) = answer.fetches().last() {
        fetch.parts.truncate(part + 1);
        fetch.end = end;
    }
    if let Some(body) = answer.bodies().last() {
        body.announced = announced.or(Some(body.len()));
        body.range.end = body.range.start + sent(body.range.len());
    }
    answer.done = None;
    answer.then = then;
}

/// Announces the first literal with `size` and pours bytes from there on.
fn pour(answer: &mut Answer, size: u64) {
    break_off(answer, |_| 0, Some(size), "", Then::Babble(b"x".repeat(64 * 1024)));
}
