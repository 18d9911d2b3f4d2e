//! How the bytes of mails come: from the wire straight to disk and through the hash, small mails many to a command,
//! large ones in windows, so that a cut connection is taken up again in the middle of the mail. One that would be a single
//! window comes as a literal, and so do larger ones where nothing is cut: servers look through a mail for a window's end
//! before they send it. Memory is bounded by `imap::Limits` and not by the mail.

use std::collections::BTreeMap;
use std::io::Write as _;

use jiff::Timestamp;

use super::begun;
use super::broken::Broken;
use super::capture::{Place, is_history, is_to_come};
use super::half::Half;
use super::memory::Memory;
use super::whole::{Shape, Verdict};
use crate::fault::Fault;
use crate::imap::{Body, Described, Error, Limits, Piece, Session};
use crate::store::{Incoming, Staged, Store};

/// Why a mail that came is asked for once more.
const UNPROVEN: &str = "服务器没有给出大小，信中也没有结束标记，再取一次核对";

/// What one batch brought.
#[derive(Default)]
pub(super) struct Haul {
    /// Mails whose bytes are on disk, not yet durable.
    pub taken: Vec<Taken>,
    /// UIDs whose bytes are not to be filed, with the reason.
    pub refused: BTreeMap<u32, String>,
    /// How many bytes came of those.
    pub read: BTreeMap<u32, u64>,
}

/// A mail that came.
pub(super) struct Taken {
    /// As the server listed it.
    pub mail: Described,
    /// Its bytes.
    pub staged: Staged,
    /// A remark for people.
    pub note: String,
    /// When its own header says that it arrived; looked for only where the server did not tell, or told a time before all that
    /// matters, or one that is to come.
    pub arrived_at: Option<Timestamp>,
}

/// What is known of earlier tries of a mail that is asked for alone.
#[derive(Debug, Default)]
pub(super) struct Tried {
    /// It did not come.
    pub before: bool,
    /// How many bytes came of it and were not believed, and how often.
    pub read: BTreeMap<u64, u32>,
}

impl Tried {
    /// Whether what came now says the same as before. Of two sizes the smaller one may be a cut: it must come three times.
    fn confirms(&self, size: u64) -> bool {
        let is_largest = self.read.keys().next_back().is_none_or(|largest| *largest <= size);
        self.read.get(&size).is_some_and(|times| is_largest || *times > 1)
    }
}

impl Haul {
    /// Whether a mail came.
    fn has(&self, mail: &Described) -> bool {
        self.taken.iter().any(|taken| taken.mail.uid == mail.uid)
    }

    /// Takes a mail, unless its UID was answered with other bytes before: then neither is believed.
    fn take(&mut self, came: Taken) {
        let uid = came.mail.uid;
        match self.taken.iter().position(|taken| taken.mail.uid == uid) {
            None if self.refused.contains_key(&uid) => {}
            None => self.taken.push(came),
            Some(at) if self.taken.get(at).is_some_and(|first| first.staged.sha256 != came.staged.sha256) => {
                self.taken.remove(at);
                self.refused.insert(uid, "服务器用两封不同的邮件答复同一个编号".into());
            }
            Some(_) => {}
        }
    }
}

/// A mail on its way to disk.
pub(super) struct Arriving {
    incoming: Incoming,
    shape: Shape,
}

impl Arriving {
    pub(super) fn begin(store: &Store) -> Result<Self, Fault> {
        Ok(Self { incoming: store.blobs().begin()?, shape: Shape::default() })
    }

    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.shape.take(bytes);
        Ok(self.incoming.write_all(bytes)?)
    }

    /// How many bytes came so far.
    pub(super) fn size(&self) -> u64 {
        self.shape.size()
    }

    /// The bytes that came so far.
    pub(super) fn into_incoming(self) -> Incoming {
        self.incoming
    }

    /// Files the mail, or says why not. With a remark it is only filed when as much of it was read before: its bytes may
    /// have been spoilt on the way, and in company they may be another's. A try that brought nothing confirms nothing.
    fn finish(
        self,
        place: &Place<'_>,
        mail: &Described,
        tried: &Tried,
        haul: &mut Haul,
    ) -> Result<(), Fault> {
        let size = self.shape.size();
        let is_confirmed = tried.confirms(size);
        let filed = match self.shape.verdict(mail.size) {
            Verdict::File(note) if note.is_empty() || is_confirmed => Ok(note),
            Verdict::Unproven if is_confirmed => Ok(String::new()),
            Verdict::Unproven => Err(UNPROVEN.to_owned()),
            Verdict::File(reason) | Verdict::Cut(reason) => Err(reason),
        };
        match filed {
            Ok(note) => {
                let arrived_at = match mail.received_at {
                    None => self.shape.arrival(),
                    Some(at) if is_history(place.mailbox, at) => self.shape.latest(place.clock.now()),
                    Some(at) if is_to_come(at, place.clock.now()) => self.shape.past(place.clock.now()),
                    Some(_) => None,
                };
                haul.take(Taken { mail: *mail, staged: self.incoming.finish()?, note, arrived_at });
            }
            Err(reason) => {
                haul.refused.insert(mail.uid, reason);
                haul.read.insert(mail.uid, size);
            }
        }
        Ok(())
    }
}

/// Fetches a batch: one mail that is large or failed before (`tried`), or several small ones.
///
/// # Errors
/// The connection, a refusal, or the store; what came before is in `haul` all the same.
pub(super) async fn fetch(
    session: &mut Session,
    place: &Place<'_>,
    memory: &mut Memory,
    batch: &[Described],
    tried: &Tried,
    haul: &mut Haul,
) -> Result<(), Broken> {
    if let [mail] = batch {
        begun::take_up(session, place, memory, mail).await;
    }
    match batch {
        [mail] if is_large(mail) && memory.wants_windows(place, mail, tried.before) => {
            windows(session, place, memory, mail, tried, haul).await
        }
        _ => {
            // These mails come in another way now.
            batch.iter().for_each(|mail| drop(memory.halves.take(place, mail)));
            let asked = literals(session, place, &mut memory.spare, batch, tried, haul).await;
            if let [mail] = batch
                && is_large(mail)
            {
                match haul.has(mail) {
                    true => memory.note_calm(),
                    false => memory.note_tried_whole(mail, asked.as_ref().is_err_and(Broken::is_final)),
                }
            }
            asked
        }
    }
}

/// Whether a mail comes alone, and in windows where it is longer than one.
pub(super) fn is_large(mail: &Described) -> bool {
    mail.size > Limits::WINDOW_BYTES
}

/// Mails as one literal each. The bytes go to disk from within the answer, which is the page cache's business mostly.
async fn literals(
    session: &mut Session,
    place: &Place<'_>,
    spare: &mut u64,
    mails: &[Described],
    tried: &Tried,
    haul: &mut Haul,
) -> Result<(), Broken> {
    let mut current: Option<Arriving> = None;
    let mut take = |piece: Piece<'_>| -> Result<(), Fault> {
        match piece {
            Piece::Bytes(bytes) => {
                let mut arriving = current.take().map_or_else(|| Arriving::begin(place.store), Ok)?;
                arriving.take(bytes)?;
                current = Some(arriving);
            }
            Piece::End(fetched) => {
                let arrived = current.take();
                let named =
                    fetched.filter(|fetched| fetched.body != Body::Absent).and_then(|named| named.uid);
                let mail = mails.iter().find(|mail| Some(mail.uid) == named);
                let came = arrived.as_ref().map_or(0, Arriving::size);
                // What is labelled as a part from the beginning is the mail where it is all of it.
                let is_whole = |mail: &&Described| match fetched.map(|fetched| fetched.body) {
                    Some(Body::From(origin)) => origin == 0 && came == mail.size,
                    body => body == Some(Body::Whole),
                };
                if let Some(mail) = mail.filter(is_whole) {
                    let arrived = arrived.map_or_else(|| Arriving::begin(place.store), Ok)?;
                    arrived.finish(place, mail, tried, haul)?;
                }
            }
        }
        Ok(())
    };
    let mut on_disk = Ok(());
    let asked = session
        .bodies(mails, spare, &mut |piece| {
            if on_disk.is_ok() {
                on_disk = take(piece);
            }
        })
        .await;
    on_disk?;
    Ok(asked?)
}

/// A large mail in windows, to the first that is short: its announced size is not to be trusted. A server that does
/// not know windows, or answers with another one than asked for, is asked for one literal, and for literals from then on.
async fn windows(
    session: &mut Session,
    place: &Place<'_>,
    memory: &mut Memory,
    mail: &Described,
    tried: &Tried,
    haul: &mut Haul,
) -> Result<(), Broken> {
    memory.halves.resume(place, mail)?;
    let length = if tried.before { Limits::WINDOW_BYTES } else { memory.window_bytes() };
    // It stays where it is, so that it is not lost when everything is stopped in the middle of a window.
    while let Some(half) = memory.halves.at_work() {
        let mut window = Window::of(mail, half, length);
        let asked = session.window(mail, window.half.offset, length, &mut |piece| window.take(piece)).await;
        match (asked, window.close()?) {
            (Ok(()), Got::Piece) if half.offset > Limits::MAIL_BYTES => {
                memory.halves.finish();
                haul.refused.insert(mail.uid, "邮件超过 512 MiB".into());
                return Ok(());
            }
            (Ok(()), Got::Piece) => {}
            (Ok(()), Got::End) => break,
            // A server may say nothing of what lies behind the end.
            (Ok(()), Got::Nothing) if half.offset > 0 && half.offset >= mail.size => break,
            (Ok(()), Got::Whole) => {
                memory.has_no_windows = true;
                break;
            }
            (Err(error), got) if error.ends_session() => {
                // A window that did not come to its end is asked for again: nobody said whose bytes these are.
                memory.calm = 0;
                if matches!(got, Got::Whole | Got::Another) {
                    memory.halves.finish();
                    memory.give_up(place, mail);
                }
                return Err(error.into());
            }
            (asked, got) => {
                memory.halves.finish();
                if got == Got::Another {
                    memory.give_up(place, mail);
                }
                memory.has_no_windows |= got == Got::Another || matches!(asked, Err(Error::Bad(..)));
                return literals(session, place, &mut memory.spare, &[*mail], tried, haul).await;
            }
        }
    }
    memory.note_calm();
    if let Some(half) = memory.halves.finish() {
        half.arriving.finish(place, mail, tried, haul)?;
    }
    if !haul.has(mail) {
        // The same bytes confirm nothing.
        memory.give_up(place, mail);
    }
    Ok(())
}

/// What a request for a window brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Got {
    /// Nothing, and what came before stands.
    Nothing,
    /// The window, and there is more behind it.
    Piece,
    /// The last window.
    End,
    /// All of the mail.
    Whole,
    /// Something else than was asked for: what came before is of no use any more.
    Another,
}

/// The window that is being answered. It is held until it is known to be the right one; a server that sends all of
/// the mail instead has it written straight on.
struct Window<'a> {
    mail: &'a Described,
    half: &'a mut Half,
    /// Bytes asked for.
    length: usize,
    bytes: Vec<u8>,
    /// More came than was asked for, and went to disk.
    is_spilt: bool,
    answer: Option<Body>,
    on_disk: Result<(), Fault>,
}

impl<'a> Window<'a> {
    fn of(mail: &'a Described, half: &'a mut Half, length: u64) -> Self {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let rest = usize::try_from(mail.size.saturating_sub(half.offset)).unwrap_or(length);
        let bytes = Vec::with_capacity(length.min(rest));
        Self { mail, half, length, bytes, is_spilt: false, answer: None, on_disk: Ok(()) }
    }

    fn take(&mut self, piece: Piece<'_>) {
        match piece {
            // What comes twice is taken once.
            _ if self.answer.is_some() || self.on_disk.is_err() => {}
            Piece::Bytes(bytes) => self.on_disk = self.add(bytes),
            Piece::End(Some(fetched))
                if fetched.uid == Some(self.mail.uid) && fetched.body != Body::Absent =>
            {
                self.answer = Some(fetched.body);
            }
            // Another mail's.
            Piece::End(_) if self.is_spilt => self.answer = Some(Body::Absent),
            Piece::End(_) => self.bytes.clear(),
        }
    }

    fn add(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        if !self.is_spilt && self.bytes.len() + bytes.len() <= self.length {
            self.bytes.extend_from_slice(bytes);
            return Ok(());
        }
        self.is_spilt = true;
        self.half.arriving.take(&self.bytes)?;
        self.bytes.clear();
        self.half.arriving.take(bytes)
    }

    /// Judges what came, and keeps it if it is what was asked for.
    fn close(self) -> Result<Got, Fault> {
        self.on_disk?;
        let Self { half, bytes, length, .. } = self;
        let got = match self.answer {
            None if self.is_spilt => Got::Another,
            None => Got::Nothing,
            Some(Body::From(origin)) if origin == half.offset && !self.is_spilt => {
                let is_last = bytes.len() < length;
                if is_last { Got::End } else { Got::Piece }
            }
            Some(Body::Whole) if half.offset == 0 => Got::Whole,
            Some(_) => Got::Another,
        };
        if matches!(got, Got::Piece | Got::End | Got::Whole) {
            half.arriving.take(&bytes)?;
            half.offset += bytes.len() as u64;
        }
        Ok(got)
    }
}
