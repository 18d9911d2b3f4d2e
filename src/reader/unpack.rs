//! One mail to all its facts: walks it, lists every part, attachment, archive member, forwarded mail and picture in a
//! document, writes their bytes into the scratch folder and looks into each. Whatever goes wrong with a part is that
//! part's trouble.

use std::io;
use std::path::Path;

use super::content::{PANICKED, guarded, look};
use super::limits::Limits;
use super::names::{Paths, attachment_name, member_path, unnamed};
use super::sniff::{Kind, sniff};
use crate::archive::{Budget, Member, unzip};
use crate::document::Picture;
use crate::domain::facts::{Content, MailFacts, PartFacts, Role, Value};
use crate::mime::{self, Leaf};

/// Parts of machine reports; they are read with the header.
const MACHINE_TYPES: &[&str] = &[
    "message/delivery-status",
    "message/disposition-notification",
    "text/rfc822-headers",
    "application/applefile",
];

/// Reads one mail. Derived files are written into `scratch`, which must be empty.
///
/// # Errors
/// When the scratch folder cannot be written: nothing is wrong with the mail.
pub fn read_mail(raw: &[u8], scratch: &Path, limits: &Limits) -> io::Result<MailFacts> {
    let budget = Budget::new(limits.archive);
    let mut unpacker = Unpacker {
        scratch,
        limits,
        facts: MailFacts::default(),
        paths: Paths::default(),
        budget: &budget,
        text_left: limits.report_text_bytes,
        failure: None,
    };
    let walked = mime::walk(raw, &limits.mime);
    let body = mime::body(walked.leaves.iter(), limits.body_text_bytes);
    let facts = &mut unpacker.facts;
    facts.header = mime::header_facts(&walked);
    facts.links = mime::links(&body, is_forward(&facts.header.subject, &body.text));
    facts.trouble.extend(walked.trouble);
    unpacker.leaves(walked.leaves, &body.html, None, Depth::default());
    unpacker.facts.text = body.text;
    unpacker.facts.quoted = body.quoted;
    match unpacker.failure {
        Some(error) => Err(error),
        None => Ok(unpacker.facts),
    }
}

/// A mail that only passes another one on: what it quotes is what it brings.
fn is_forward(subject: &str, text: &str) -> bool {
    let subject = subject.to_lowercase();
    let begins = ["转发", "fw:", "fwd:", "fw：", "转寄"].iter().any(|word| subject.starts_with(word));
    begins && text.chars().count() < 40
}

/// How deep inside other things something lies.
#[derive(Debug, Clone, Copy, Default)]
struct Depth {
    mails: usize,
    archives: usize,
}

/// Something found, about to become a part.
struct Found {
    name: String,
    declared_type: String,
    role: Role,
    parent: Option<usize>,
    is_damaged: bool,
    depth: Depth,
}

struct Unpacker<'x> {
    scratch: &'x Path,
    limits: &'x Limits,
    facts: MailFacts,
    paths: Paths,
    budget: &'x Budget,
    text_left: usize,
    failure: Option<io::Error>,
}

impl Unpacker<'_> {
    fn leaves(&mut self, leaves: Vec<Leaf>, html: &str, parent: Option<usize>, depth: Depth) {
        for (place, leaf) in leaves.into_iter().enumerate() {
            if mime::is_body(&leaf) || MACHINE_TYPES.contains(&leaf.declared_type.as_str()) {
                continue;
            }
            let is_shown = !leaf.content_id.is_empty() && html.contains(&format!("cid:{}", leaf.content_id));
            let role = if is_shown { Role::Inline } else { Role::Attachment };
            let mut name = attachment_name(&leaf.name);
            if name.is_empty() {
                let (media_type, _) = type_of(&leaf.bytes, &leaf.declared_type, "");
                name = unnamed(place, &media_type);
            }
            let Leaf { declared_type, is_damaged, bytes, .. } = leaf;
            self.part(bytes, Found { name, declared_type, role, parent, is_damaged, depth });
        }
    }

    /// Lists one part and looks into it.
    fn part(&mut self, bytes: Vec<u8>, found: Found) {
        let (media_type, kind) = type_of(&bytes, &found.declared_type, &found.name);
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let Some(index) = self.list(&found, &media_type, size) else { return };
        if bytes.is_empty() {
            return self.trouble(index, "文件是空的");
        }
        self.keep_file(index, &bytes);
        if found.is_damaged {
            return self.trouble(index, "附件传输中被截断或损坏");
        }
        match kind {
            Kind::Mail => self.forwarded(index, &bytes, found.depth),
            Kind::Zip => self.archive(index, &bytes, found.depth),
            _ => {
                let look = look(&bytes, &media_type, kind, self.limits);
                if let Some(trouble) = look.trouble {
                    self.trouble(index, &trouble);
                }
                self.content(index, look.content);
                self.pictures(index, look.pictures, found.depth);
            }
        }
    }

    /// Gives a part its row; none when the mail has more parts than are listed.
    fn list(&mut self, found: &Found, media_type: &str, size: u64) -> Option<usize> {
        let index = self.facts.parts.len();
        if index >= self.limits.parts {
            let trouble = format!("附件超过{}个，其余未列出", self.limits.parts);
            if !self.facts.trouble.contains(&trouble) {
                self.facts.trouble.push(trouble);
            }
            return None;
        }
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
        });
        Some(index)
    }

    fn keep_file(&mut self, index: usize, bytes: &[u8]) {
        let file = format!("part-{index}");
        match std::fs::write(self.scratch.join(&file), bytes) {
            Ok(()) => self.edit(index, |part| part.file = Some(file)),
            Err(error) => self.failure = Some(error),
        }
    }

    fn forwarded(&mut self, index: usize, bytes: &[u8], depth: Depth) {
        self.edit(index, |part| part.role = Role::Mail);
        if depth.mails >= self.limits.mail_depth {
            return self.trouble(index, &format!("转发超过{}层，未拆开", self.limits.mail_depth));
        }
        let walked = mime::walk(bytes, &self.limits.mime);
        let body = mime::body(walked.leaves.iter(), self.limits.body_text_bytes);
        let header = mime::header_facts(&walked);
        for link in mime::links(&body, is_forward(&header.subject, &body.text)) {
            if !self.facts.links.iter().any(|known| known.url == link.url) {
                self.facts.links.push(link);
            }
        }
        if let Some(trouble) = &walked.trouble {
            self.trouble(index, trouble);
        }
        let content = Content::Mail {
            from: header.from,
            from_name: header.from_name,
            subject: header.subject,
            text: body.text,
        };
        self.content(index, content);
        let depth = Depth { mails: depth.mails + 1, ..depth };
        self.leaves(walked.leaves, &body.html, Some(index), depth);
    }

    fn archive(&mut self, index: usize, bytes: &[u8], depth: Depth) {
        self.edit(index, |part| part.role = Role::Archive);
        if depth.archives >= self.limits.archive_depth {
            return self.trouble(index, &format!("压缩包嵌套超过{}层，未解开", self.limits.archive_depth));
        }
        let inner = Depth { archives: depth.archives + 1, ..depth };
        let (mut place, mut locked) = (0, 0);
        let budget = self.budget;
        let unpacked = guarded(|| {
            unzip(bytes, budget, &mut |member| {
                locked += usize::from(member.bytes.as_ref().is_err_and(|why| why.contains("加密")));
                self.member(place, member, index, inner);
                place += 1;
            })
        });
        let mut trouble = unpacked.unwrap_or_else(|| Some(PANICKED.to_owned()));
        if trouble.is_none() && place > 0 && locked == place {
            trouble = Some("压缩包已加密，请发送不加密的文件".to_owned());
        }
        if let Some(trouble) = trouble {
            self.trouble(index, &trouble);
        }
    }

    fn member(&mut self, place: usize, member: Member, parent: usize, depth: Depth) {
        let label = member.is_utf8.then_some("utf-8");
        let mut name = member_path(&mime::charset::text(&member.name_raw, label));
        if name.is_empty() {
            name = unnamed(place, "");
        }
        let found = Found {
            name,
            declared_type: String::new(),
            role: Role::Member,
            parent: Some(parent),
            is_damaged: false,
            depth,
        };
        match member.bytes {
            Ok(bytes) => self.part(bytes, found),
            Err(trouble) => self.unread(&found, member.declared_bytes, &trouble),
        }
    }

    fn pictures(&mut self, parent: usize, pictures: Vec<Picture>, depth: Depth) {
        for picture in pictures {
            let name = member_path(picture.name.trim_start_matches("word/media/"));
            let found = Found {
                name,
                declared_type: String::new(),
                role: Role::Embedded,
                parent: Some(parent),
                is_damaged: false,
                depth,
            };
            match picture.bytes {
                Ok(bytes) => self.part(bytes, found),
                Err(trouble) => self.unread(&found, 0, &trouble),
            }
        }
    }

    /// Lists a part whose bytes could not be had.
    fn unread(&mut self, found: &Found, size: u64, trouble: &str) {
        if let Some(index) = self.list(found, "application/octet-stream", size) {
            self.trouble(index, trouble);
        }
    }

    fn trouble(&mut self, index: usize, trouble: &str) {
        self.edit(index, |part| part.trouble = Some(trouble.to_owned()));
    }

    /// Keeps what was read, as long as the report has room for it.
    fn content(&mut self, index: usize, content: Content) {
        let weight = weight(&content);
        if weight > self.text_left {
            return self.trouble(index, "一封邮件内文字过多，此文件未全部读取");
        }
        self.text_left -= weight;
        self.edit(index, |part| part.content = content);
    }

    fn edit(&mut self, index: usize, change: impl FnOnce(&mut PartFacts)) {
        if let Some(part) = self.facts.parts.get_mut(index) {
            change(part);
        }
    }
}

fn type_of(bytes: &[u8], declared_type: &str, name: &str) -> (String, Kind) {
    guarded(|| sniff(bytes, declared_type, name))
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
