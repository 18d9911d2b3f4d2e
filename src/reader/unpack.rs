//! One mail to all its facts: walks it, lists every part, attachment, archive member, forwarded mail and picture in a
//! document, writes their bytes into the scratch folder and looks into each. Whatever goes wrong with a part is that
//! part's trouble.

use std::io::{self, BufRead, Read};
use std::path::Path;

use super::bytes::{Broken, Bytes};
use super::content::{Looked, PANICKED, guarded, look};
use super::effort::Effort;
use super::enclosed::{elsewhere, name_of_half};
use super::limits::Limits;
use super::names::{Paths, attachment_name, member_path, unnamed};
use super::passwords::Passwords;
use super::sniff::{Kind, sniff};
use crate::archive::Budget;
use crate::document::{self, Picture, docx_pictures};
use crate::domain::facts::{Content, HeaderFacts, MailFacts, PartFacts, Role, Value};
use crate::mime::{self, Body, Leaf};

/// Parts of machine reports; they are read with the header.
const MACHINE_TYPES: &[&str] = &[
    "message/delivery-status",
    "message/disposition-notification",
    "message/feedback-report",
    "text/rfc822-headers",
];

/// What is said of a part that is not looked into because the others took so long.
const TOO_LONG: &str = "一封邮件内文件过多、过繁，此文件未读取内容，请打开查看";

/// Reads one mail. Derived files are written into `scratch`, which must be empty.
///
/// # Errors
/// When the mail cannot be read or the scratch folder written: nothing is wrong with the mail.
pub fn read_mail(mail: &mut Bytes, scratch: &Path, limits: &Limits) -> io::Result<MailFacts> {
    let budget = Budget::new(limits.archive);
    let mut unpacker = Unpacker {
        scratch,
        limits,
        facts: MailFacts::default(),
        paths: Paths::default(),
        budget: &budget,
        passwords: Passwords::default(),
        mails_left: limits.mails,
        effort: Effort::new(limits.look_time),
        pictures_left: limits.document.pictures_bytes,
        text_left: limits.report_text_bytes,
        failure: None,
    };
    let Opened { header, body, leaves, trouble } = unpacker.open(mail)?;
    unpacker.facts.header = header;
    unpacker.facts.trouble.extend(trouble);
    unpacker.leaves(mail, leaves, &body.html, None, Depth::default());
    match unpacker.failure {
        Some(error) => Err(error),
        None => Ok(MailFacts { text: body.text, quoted: body.quoted, ..unpacker.facts }),
    }
}

/// A mail that passes another one on: what it quotes is what it brings. Its subject says so, with hardly a word of its
/// own, or the heading above what it quotes.
fn is_forward(subject: &str, body: &Body) -> bool {
    let subject = subject.to_lowercase();
    let begins = ["转发", "fw:", "fwd:", "fw：", "转寄"].iter().any(|word| subject.starts_with(word));
    let heading = body.quoted.lines().next().unwrap_or_default().to_lowercase();
    let is_headed = ["转发", "forward"].iter().any(|word| heading.contains(word));
    begins && body.text.chars().count() < 40 || is_headed
}

/// How deep inside other things something lies.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Depth {
    pub(super) mails: usize,
    pub(super) archives: usize,
}

/// Something found, about to become a part.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// Its name; empty when it has none.
    pub(super) name: String,
    /// Its place among its siblings.
    pub(super) place: usize,
    pub(super) declared_type: String,
    pub(super) role: Role,
    pub(super) parent: Option<usize>,
    /// Why its bytes are not to be looked into: they were cut, or are not what they stand for.
    pub(super) trouble: Option<String>,
    pub(super) depth: Depth,
}

impl Found {
    pub(super) fn inside(parent: usize, role: Role, name: String, place: usize, depth: Depth) -> Self {
        let declared_type = String::new();
        Found { name, place, declared_type, role, parent: Some(parent), trouble: None, depth }
    }
}

/// A mail whose parts have not been looked at.
struct Opened {
    header: HeaderFacts,
    body: Body,
    leaves: Vec<Leaf>,
    trouble: Option<String>,
}

/// One mail on its way to its facts. What concerns archives stands in `archives`, mail in wrappings of its own in
/// `enclosed`.
pub(super) struct Unpacker<'x> {
    pub(super) scratch: &'x Path,
    pub(super) limits: &'x Limits,
    pub(super) facts: MailFacts,
    paths: Paths,
    pub(super) budget: &'x Budget,
    pub(super) passwords: Passwords,
    mails_left: usize,
    effort: Effort,
    /// Bytes of pictures that may still be taken out of documents.
    pictures_left: u64,
    text_left: usize,
    pub(super) failure: Option<io::Error>,
}

impl Unpacker<'_> {
    fn open(&mut self, mail: &mut Bytes) -> io::Result<Opened> {
        let walked = mime::walk(mail.with_line_ends()?, &self.limits.mime)?;
        let body = mime::body(walked.leaves.iter(), self.limits.body_text_bytes);
        let header = mime::header_facts(&walked);
        self.passwords.note(&[&header.subject, &body.text, &body.quoted]);
        self.note_links(&header.subject, &body);
        Ok(Opened { header, body, leaves: walked.leaves, trouble: walked.trouble })
    }

    pub(super) fn note_links(&mut self, subject: &str, body: &Body) {
        for link in mime::links(body, is_forward(subject, body)) {
            if !self.facts.links.iter().any(|known| known.url == link.url) {
                self.facts.links.push(link);
            }
        }
    }

    fn leaves(
        &mut self,
        mail: &mut Bytes,
        leaves: Vec<Leaf>,
        html: &str,
        parent: Option<usize>,
        depth: Depth,
    ) {
        let shown = mime::shown_ids(html);
        for (place, leaf) in leaves.into_iter().enumerate() {
            let is_shown = shown.contains(leaf.content_id.as_str());
            let role = if is_shown { Role::Inline } else { Role::Attachment };
            let (name, declared_type) = (attachment_name(&leaf.name), leaf.declared_type.clone());
            let mut found =
                Found { name, place, declared_type, role, parent, trouble: elsewhere(&leaf), depth };
            if mime::is_body(&leaf) {
                if mime::has_uu_block(&leaf.text) {
                    match leaf.bytes(mail) {
                        Ok(text) => self.uu_blocks(text, &found),
                        Err(error) => return self.failure = Some(error),
                    }
                }
                if leaf.declared_type == "text/html" {
                    match leaf.bytes(mail) {
                        Ok(page) => self.page_files(page, &found),
                        Err(error) => return self.failure = Some(error),
                    }
                }
                continue;
            }
            if MACHINE_TYPES.contains(&leaf.declared_type.as_str()) {
                continue;
            }
            if !self.has_room() {
                return;
            }
            let (file, is_damaged) = match self.pour_leaf(mail, &leaf) {
                Ok(poured) => poured,
                Err(Broken::Source(error) | Broken::Scratch(error)) => return self.failure = Some(error),
            };
            if is_damaged {
                found.trouble.get_or_insert_with(|| "附件传输中被截断或损坏".to_owned());
            }
            self.part(file, found);
        }
    }

    /// Whether one more part is listed. Says so once when none is.
    pub(super) fn has_room(&mut self) -> bool {
        if self.facts.parts.len() < self.limits.parts {
            return self.failure.is_none();
        }
        let trouble = format!("附件超过{}个，其余未列出", self.limits.parts);
        if !self.facts.trouble.contains(&trouble) {
            self.facts.trouble.push(trouble);
        }
        false
    }

    /// Writes bytes that are unpacked as they are read into the scratch file of the next part.
    pub(super) fn pour_out(&mut self, bytes: &mut dyn Read) -> Result<Bytes, Broken> {
        self.pour(&mut Bytes::in_pieces(bytes))
    }

    /// Writes bytes into the scratch file of the next part.
    pub(super) fn pour(&mut self, bytes: &mut dyn BufRead) -> Result<Bytes, Broken> {
        Bytes::pour(bytes, &self.scratch.join(file_name(self.facts.parts.len())))
    }

    /// Lists the part whose file was just written and looks into it.
    pub(super) fn part(&mut self, mut file: Bytes, mut found: Found) {
        let size = match file.size() {
            Ok(size) => size,
            Err(error) => return self.failure = Some(error),
        };
        let (media_type, kind) = type_of(&mut file, &found.declared_type, &found.name);
        if found.name.is_empty() {
            found.name = unnamed(found.place, &media_type);
        } else if let Some(name) = name_of_half(&found.name, &media_type) {
            found.name = name;
        }
        let index = self.list(&found, &media_type, size);
        if size > 0 {
            self.edit(index, |part| part.file = Some(file_name(index)));
        } else {
            found.trouble.get_or_insert_with(|| "文件是空的".to_owned());
        }
        if let Some(trouble) = found.trouble {
            return self.trouble(index, &trouble);
        }
        match kind {
            Kind::Mail => self.forwarded(index, &mut file, found.depth),
            Kind::Archive(format) => self.archive(index, file, format, found.depth),
            Kind::Msg | Kind::Tnef => self.outlook(index, &mut file, kind, found.depth),
            Kind::Uuencoded => self.uu_file(index, &mut file, found.depth),
            Kind::AppleSingle => self.apple_single(index, &mut file, found.depth),
            _ if self.effort.left().is_zero() => self.trouble(index, TOO_LONG),
            _ => match self.look(&mut file, &found.name, &media_type, kind) {
                Ok(Looked { content, has_macros, pasted_bytes }) => {
                    self.edit(index, |part| {
                        (part.has_macros, part.pasted_bytes) = (has_macros, pasted_bytes)
                    });
                    self.content(index, content);
                    if kind == Kind::Docx {
                        self.pictures(index, &mut file, found.depth);
                    }
                }
                Err(trouble) => self.trouble(index, &trouble),
            },
        }
    }

    fn look(&mut self, file: &mut Bytes, name: &str, media_type: &str, kind: Kind) -> Result<Looked, String> {
        let limits = self.limits;
        let seals = self.effort.left() > limits.time_without_seals;
        self.effort.spend(|| look(file, name, media_type, kind, seals, limits))
    }

    /// Gives a part its row.
    fn list(&mut self, found: &Found, media_type: &str, size: u64) -> usize {
        let parent = found.parent.and_then(|parent| self.facts.parts.get(parent));
        let path = self.paths.place(parent.map(|parent| parent.path.as_str()), &found.name);
        self.facts.parts.push(PartFacts {
            path,
            name: found.name.rsplit('/').next().unwrap_or_default().to_owned(),
            parent: found.parent,
            file: None,
            size,
            media_type: media_type.to_owned(),
            role: found.role,
            content: Content::Opaque,
            trouble: None,
            has_macros: false,
            pasted_bytes: None,
        });
        self.facts.parts.len() - 1
    }

    fn forwarded(&mut self, index: usize, file: &mut Bytes, depth: Depth) {
        self.edit(index, |part| part.role = Role::Mail);
        let Some(depth) = self.one_mail_deeper(index, depth) else { return };
        let Opened { header, body, leaves, trouble } = match self.open(file) {
            Ok(opened) => opened,
            Err(error) => return self.failure = Some(error),
        };
        if let Some(trouble) = trouble {
            self.trouble(index, &trouble);
        }
        let HeaderFacts { from, from_name, subject, date, .. } = header;
        self.content(index, Content::Mail { from, from_name, subject, text: body.text, written: date });
        self.leaves(file, leaves, &body.html, Some(index), depth);
    }

    /// Whether a mail inside another is opened; how deep is then what lies in it.
    pub(super) fn one_mail_deeper(&mut self, index: usize, depth: Depth) -> Option<Depth> {
        if depth.mails >= self.limits.mail_depth {
            self.trouble(index, &format!("转发超过{}层，未拆开", self.limits.mail_depth));
            return None;
        }
        if self.mails_left == 0 {
            self.trouble(index, &format!("转发邮件超过{}封，未拆开", self.limits.mails));
            return None;
        }
        self.mails_left -= 1;
        Some(Depth { mails: depth.mails + 1, ..depth })
    }

    fn pictures(&mut self, parent: usize, file: &mut Bytes, depth: Depth) {
        let caps = document::Caps { pictures_bytes: self.pictures_left, ..self.limits.document };
        let (first, mut place) = (self.facts.parts.len(), 0);
        let unpacked = guarded(|| {
            docx_pictures(file, &caps, &mut |Picture { name, bytes }| {
                let name = member_path(&name);
                self.inner(Found::inside(parent, Role::Embedded, name, place, depth), 0, Ok(bytes));
                place += 1;
            })
        });
        let taken: u64 = self.facts.parts.iter().skip(first).map(|picture| picture.size).sum();
        self.pictures_left = self.pictures_left.saturating_sub(taken);
        if unpacked.is_none() {
            self.trouble(parent, PANICKED);
        }
    }

    /// What lies inside another part, or why its bytes cannot be had.
    pub(super) fn inner(&mut self, found: Found, declared_bytes: u64, bytes: Result<&mut dyn Read, String>) {
        if !self.has_room() {
            return;
        }
        match bytes.map(|bytes| self.pour_out(bytes)) {
            Ok(Ok(file)) => self.part(file, found),
            Ok(Err(Broken::Scratch(error))) => self.failure = Some(error),
            Ok(Err(Broken::Source(why))) => self.unread(&found, declared_bytes, &why.to_string()),
            Err(why) => self.unread(&found, declared_bytes, &why),
        }
    }

    /// Lists a part whose bytes could not be had.
    fn unread(&mut self, found: &Found, size: u64, trouble: &str) {
        let index = self.list(found, "application/octet-stream", size);
        self.trouble(index, trouble);
    }

    pub(super) fn trouble(&mut self, index: usize, trouble: &str) {
        self.edit(index, |part| part.trouble = Some(trouble.to_owned()));
    }

    /// Keeps what was read, as long as the report has room for it.
    pub(super) fn content(&mut self, index: usize, content: Content) {
        let weight = weight(&content);
        if weight > self.text_left {
            return self.trouble(index, "一封邮件内文字过多，此文件未全部读取");
        }
        self.text_left -= weight;
        self.edit(index, |part| part.content = content);
    }

    pub(super) fn edit(&mut self, index: usize, change: impl FnOnce(&mut PartFacts)) {
        if let Some(part) = self.facts.parts.get_mut(index) {
            change(part);
        }
    }
}

/// Name of a part's scratch file.
fn file_name(index: usize) -> String {
    format!("part-{index}")
}

fn type_of(file: &mut Bytes, declared_type: &str, name: &str) -> (String, Kind) {
    guarded(|| sniff(file, declared_type, name).ok())
        .flatten()
        .unwrap_or_else(|| ("application/octet-stream".to_owned(), Kind::Other))
}

/// About how many bytes of the report something takes.
fn weight(content: &Content) -> usize {
    const CELL_BYTES: usize = 40;
    match content {
        Content::Text { text } | Content::Pdf { text, .. } | Content::Mail { text, .. } => text.len(),
        Content::Book { grids } => grids
            .iter()
            .map(|grid| {
                let texts: usize = grid
                    .cells
                    .iter()
                    .map(|cell| match &cell.value {
                        Value::Text(text) => text.len(),
                        Value::Number(_) => 0,
                    })
                    .sum();
                texts + (grid.cells.len() + grid.merges.len()) * CELL_BYTES
            })
            .sum(),
        _ => 0,
    }
}
