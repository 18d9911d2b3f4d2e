//! Attachments that mail programs wrap in ways of their own: mails of Outlook (`.msg`, `winmail.dat`), files written into
//! the text (uuencode) or the page, the halves of Apple files, and parts that only say where the rest is.

use std::io::{self, Read, Seek, SeekFrom};

use super::bytes::{Broken, Bytes};
use super::content::{PANICKED, SEALED_BY_PGP, guarded};
use super::names::{attachment_name, unnamed};
use super::own_end::has_own_end;
use super::sniff::Kind;
use super::unpack::{Depth, Found, Unpacker};
use crate::document;
use crate::domain::facts::{Content, Role};
use crate::mime::{self, Body, DataUris, Enclosed, Leaf, OutlookMail, UuBlocks};

/// Bytes of an Apple file in which its list stands.
const HEAD_BYTES: u64 = 4096;
const SEALED: &str = "邮件经过加密或签名封装（S/MIME），程序打不开，请以普通邮件重新发送";
const NO_END: &str = "邮件没有结束标记，后面可能还有附件";
const CUT: &str = "附件传输中被截断或损坏";

/// Why a part is not what it stands for, in words for staff: it only announces what is elsewhere, or is sealed.
pub fn elsewhere(leaf: &Leaf) -> Option<String> {
    let kind = leaf.fields.structured("content-type");
    match leaf.declared_type.as_str() {
        "message/partial" => {
            let number = kind.plain("number").unwrap_or_else(|| "?".to_owned());
            let total = kind.plain("total").map(|total| format!("，共{total}封")).unwrap_or_default();
            Some(format!("大邮件被拆成几封发送（这是第{number}封{total}），程序不合并，请整封重新发送"))
        }
        "message/external-body" => Some("附件不在邮件里，只写了存放的地址，请发送文件本身".to_owned()),
        // The two parts of a mail that PGP encrypted (RFC 3156): the first says so, the second is all that it says.
        "application/pgp-encrypted" => Some(format!("邮件{SEALED_BY_PGP}")),
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => Some(SEALED.to_owned()),
        _ if leaf.name.to_lowercase().ends_with(".p7m") => Some(SEALED.to_owned()),
        _ => None,
    }
}

/// The half of an Apple file that holds no data is named as Apple names it, so that the other half keeps the name.
pub fn name_of_half(name: &str, media_type: &str) -> Option<String> {
    let (folder, own) = name.split_at(name.rfind('/').map_or(0, |at| at + 1));
    let is_half = media_type == "application/applefile" && !own.starts_with("._");
    is_half.then(|| format!("{folder}._{own}"))
}

impl Unpacker<'_> {
    /// Writes the bytes of a leaf into the next scratch file, and tells whether they are damaged. Where a mail breaks off behind a file
    /// that is whole, others may have stood behind it.
    pub(super) fn pour_leaf(&mut self, mail: &mut Bytes, leaf: &Leaf) -> Result<(Bytes, bool), Broken> {
        let mut bytes = leaf.bytes(mail).map_err(Broken::Source)?;
        if !leaf.is_uuencoded() {
            let mut file = self.pour(&mut bytes)?;
            let is_whole = bytes.is_only_cut() && has_own_end(&mut file).map_err(Broken::Scratch)?;
            if is_whole {
                self.facts.trouble.push(NO_END.to_owned());
            }
            return Ok((file, bytes.is_damaged() && !is_whole));
        }
        let mut blocks = UuBlocks::new(bytes);
        let is_there = blocks.next_block().map_err(Broken::Source)?.is_some();
        let file = self.pour_out(&mut blocks)?;
        Ok((file, !is_there || blocks.is_damaged()))
    }

    /// Lists the files written into a text, as what `around` says of them.
    pub(super) fn uu_blocks(&mut self, text: impl Read, around: &Found) {
        let mut blocks = UuBlocks::new(text);
        for place in 0.. {
            let name = match blocks.next_block() {
                Ok(Some(name)) => name,
                Ok(None) => return,
                Err(error) => return self.failure = Some(error),
            };
            if !self.has_room() {
                return;
            }
            let file = match self.pour_out(&mut blocks) {
                Ok(file) => file,
                Err(Broken::Source(error) | Broken::Scratch(error)) => return self.failure = Some(error),
            };
            let name = attachment_name(&mime::charset::text(&name, None));
            let trouble = blocks.is_damaged().then(|| CUT.to_owned());
            self.part(file, Found { name, place, trouble, ..around.clone() });
        }
    }

    /// Lists the files written into a page, as what `around` says of them.
    pub(super) fn page_files(&mut self, page: impl Read, around: &Found) {
        let mut files = DataUris::new(page);
        for place in 0.. {
            let declared_type = match files.next_file() {
                Ok(Some(declared)) => declared,
                Ok(None) => return,
                Err(error) => return self.failure = Some(error),
            };
            if !self.has_room() {
                return;
            }
            let file = match self.pour_out(&mut files) {
                Ok(file) => file,
                Err(Broken::Source(error) | Broken::Scratch(error)) => return self.failure = Some(error),
            };
            let trouble = files.is_damaged().then(|| CUT.to_owned());
            let role = Role::Inline;
            self.part(file, Found { place, declared_type, role, trouble, ..around.clone() });
        }
    }

    /// Opens a text file that holds files.
    pub(super) fn uu_file(&mut self, index: usize, file: &mut Bytes, depth: Depth) {
        let Some(depth) = self.one_package_deeper(index, depth) else { return };
        match file.rewind() {
            Ok(()) => self.uu_blocks(file, &Found::inside(index, Role::Member, String::new(), 0, depth)),
            Err(error) => self.failure = Some(error),
        }
    }

    /// Whether a package inside another is opened; how deep is then what lies in it.
    fn one_package_deeper(&mut self, index: usize, depth: Depth) -> Option<Depth> {
        self.edit(index, |part| part.role = Role::Archive);
        if depth.archives >= self.limits.archive_depth {
            self.trouble(index, &format!("打包嵌套超过{}层，未解开", self.limits.archive_depth));
            return None;
        }
        Some(Depth { archives: depth.archives + 1, ..depth })
    }

    /// Takes the file out of an Apple file that holds both halves in one (AppleSingle, RFC 1740).
    pub(super) fn apple_single(&mut self, index: usize, file: &mut Bytes, depth: Depth) {
        let Some(depth) = self.one_package_deeper(index, depth) else { return };
        let name = self.facts.parts.get(index).map(|part| part.name.clone()).unwrap_or_default();
        let found = Found::inside(index, Role::Member, name, 0, depth);
        match data_fork(file) {
            Ok(Some(mut bytes)) => self.inner(found, 0, Ok(&mut bytes)),
            Ok(None) => self.trouble(index, "苹果文件包内没有数据，或已损坏"),
            Err(error) => self.failure = Some(error),
        }
    }

    /// Opens a mail of Outlook. A `winmail.dat` is what the mail around it holds; a `.msg` is a mail by itself.
    pub(super) fn outlook(&mut self, index: usize, file: &mut Bytes, kind: Kind, depth: Depth) {
        let is_mail =
            kind == Kind::Msg || self.facts.parts.get(index).is_some_and(|part| part.role == Role::Mail);
        self.edit(index, |part| part.role = if is_mail { Role::Mail } else { Role::Archive });
        let Some(depth) = self.one_mail_deeper(index, depth) else { return };
        if let Err(error) = file.rewind() {
            return self.failure = Some(error);
        }
        let mut shown: Vec<(usize, String)> = Vec::new();
        let mut place = 0;
        let mut each = |enclosed: Enclosed<'_>| {
            shown.push((self.facts.parts.len(), enclosed.content_id.clone()));
            let ending = if enclosed.is_mail && kind == Kind::Msg { ".msg" } else { "" };
            self.enclosed(
                Found::inside(index, Role::Attachment, String::new(), place, depth),
                enclosed,
                ending,
            );
            place += 1;
        };
        let read = guarded(|| match kind {
            Kind::Msg => Ok(mime::read_msg(&mut *file, &mut each)),
            _ => mime::read_tnef(file, &mut each),
        });
        let mail = match read {
            None => return self.trouble(index, PANICKED),
            Some(Err(error)) => return self.failure = Some(error),
            Some(Ok(None)) => return self.trouble(index, "文件已损坏，打不开"),
            Some(Ok(Some(mail))) => mail,
        };
        let ids = mime::shown_ids(&mail.html);
        for (child, _) in shown.iter().filter(|(_, id)| ids.contains(id.as_str())) {
            self.edit(*child, |part| part.role = inline(part.role));
        }
        if mail.is_cut {
            self.trouble(index, "邮件附件包被截断，其中的附件可能不全");
        }
        self.outlook_text(index, mail, is_mail);
    }

    fn enclosed(&mut self, mut found: Found, enclosed: Enclosed<'_>, ending: &str) {
        let Enclosed { name, is_mail, is_hidden, bytes, .. } = enclosed;
        found.name = attachment_name(&name);
        if found.name.is_empty() && bytes.is_err() {
            found.name = unnamed(found.place, "");
        } else if !found.name.is_empty() {
            found.name.push_str(ending);
        }
        found.role = match (is_mail, is_hidden) {
            (true, _) => Role::Mail,
            (_, true) => Role::Inline,
            _ => Role::Attachment,
        };
        match bytes {
            Ok(bytes) => self.inner(found, 0, Ok(&mut Told(bytes))),
            Err(why) => self.inner(found, 0, Err(why)),
        }
    }

    fn outlook_text(&mut self, index: usize, mail: OutlookMail, is_mail: bool) {
        let OutlookMail { subject, from, from_name, text, html, rtf, .. } = mail;
        let mut whole = text.clone();
        if whole.trim().is_empty() {
            whole = mime::text_of_html(&html);
        }
        if whole.trim().is_empty() {
            whole = document::read_rtf(&rtf, &self.limits.document).text;
        }
        let (text, quoted) = mime::cut_history(&mime::bounded(&whole, self.limits.body_text_bytes));
        let body = Body { text, quoted, html, plain: whole };
        self.note_links(&subject, &body);
        if is_mail {
            self.content(index, Content::Mail { from, from_name, subject, text: body.text, written: None });
        } else if !body.text.is_empty() {
            self.content(index, Content::Text { text: body.text });
        }
    }
}

/// The data of an AppleSingle file: entry 1 of a list of numbers, places and lengths that follows 24 bytes.
fn data_fork(file: &mut Bytes) -> io::Result<Option<io::Take<&mut Bytes>>> {
    const DATA_FORK: u32 = 1;
    let size = file.size()?;
    file.rewind()?;
    let mut head = Vec::new();
    file.by_ref().take(HEAD_BYTES).read_to_end(&mut head)?;
    let count = head.get(24..26).and_then(|count| count.try_into().ok()).map_or(0, u16::from_be_bytes);
    let rows = head.get(26..).unwrap_or_default().as_chunks::<12>().0.iter().take(usize::from(count));
    let number = |row: &[u8; 12], at: usize| {
        row.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_be_bytes)
    };
    let data =
        rows.filter(|row| number(row, 0) == DATA_FORK).map(|row| (number(row, 4), number(row, 8))).next();
    let Some((start, length)) = data.filter(|(start, length)| u64::from(*start) + u64::from(*length) <= size)
    else {
        return Ok(None);
    };
    file.seek(SeekFrom::Start(u64::from(start)))?;
    Ok(Some(file.take(u64::from(length))))
}

fn inline(role: Role) -> Role {
    if role == Role::Attachment { Role::Inline } else { role }
}

/// Bytes whose failure is told in words for staff.
struct Told<'x>(&'x mut dyn Read);

impl Read for Told<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.0.read(out).map_err(|_| io::Error::other(CUT))
    }
}
