//! From raw mail to its parts. The parser finds the tree, the offsets and the transferred bytes; names and texts are
//! decoded by ourselves. A forwarded mail is one part here: whoever wants its parts walks it again, so that depth is
//! counted outside and never grows a stack in here.

use std::panic::{AssertUnwindSafe, catch_unwind};

use mail_parser::{MessageParser, PartType};

use super::field::Fields;
use super::transfer;

/// What a mail may cost before it is left unopened (`reliability.md` 0.2: 22,000 nested mails end a process).
#[derive(Debug, Clone, Copy)]
pub struct Caps {
    /// Bytes of the topmost header.
    pub header_bytes: usize,
    /// Occurrences of a nesting type (`message/rfc822`, `multipart/digest`) anywhere.
    pub nested_mails: usize,
    /// Lines that may be boundaries.
    pub boundary_lines: usize,
    /// Parts, multiparts included.
    pub parts: usize,
}

/// One part that holds bytes.
#[derive(Debug)]
pub struct Leaf {
    /// Its header.
    pub fields: Fields,
    /// Declared type, lower case; `text/plain` when there is none.
    pub declared_type: String,
    /// Its name from `Content-Disposition` or `Content-Type`, decoded; may be empty.
    pub name: String,
    /// Whether it says that it is an attachment.
    pub is_attachment: bool,
    /// `Content-ID` without its brackets; may be empty.
    pub content_id: String,
    /// Index of the outermost multipart/alternative around it.
    pub alternative: Option<usize>,
    /// Whether its bytes were cut or dirty.
    pub is_damaged: bool,
    /// Its bytes, transfer encoding undone.
    pub bytes: Vec<u8>,
}

/// A mail opened one level deep.
#[derive(Debug, Default)]
pub struct Walked {
    /// Its header.
    pub fields: Fields,
    /// Its leaves, in order.
    pub leaves: Vec<Leaf>,
    /// Why it was not opened, in words for staff; none when it was.
    pub trouble: Option<String>,
}

/// Opens a mail one level deep. Never fails: a mail beyond the caps has its header and a trouble.
pub fn walk(raw: &[u8], caps: &Caps) -> Walked {
    let blank = raw.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let raw = raw.get(blank..).unwrap_or_default();
    let header = raw.get(..header_end(raw).min(caps.header_bytes)).unwrap_or(raw);
    let fields = Fields::parse(header);
    if let Some(trouble) = too_wild(raw, caps) {
        return Walked { fields, leaves: Vec::new(), trouble: Some(trouble) };
    }
    match catch_unwind(AssertUnwindSafe(|| leaves(raw, caps))) {
        Ok(Ok(leaves)) => Walked { fields, leaves, trouble: None },
        Ok(Err(trouble)) => Walked { fields, leaves: Vec::new(), trouble: Some(trouble) },
        Err(_) => Walked {
            fields, leaves: Vec::new(), trouble: Some("邮件结构损坏，未能拆开".to_owned())
        },
    }
}

/// Where the header ends: after its empty line, or where the mail ends.
pub fn header_end(raw: &[u8]) -> usize {
    let mut end = 0;
    for line in raw.split_inclusive(|&byte| byte == b'\n') {
        end += line.len();
        if matches!(line, b"\n" | b"\r\n") {
            break;
        }
    }
    end
}

/// Looks before the parser does, in one pass without recursion.
fn too_wild(raw: &[u8], caps: &Caps) -> Option<String> {
    if header_end(raw) > caps.header_bytes {
        return Some(format!("邮件头超过{} KiB，未拆开", caps.header_bytes / 1024));
    }
    let (mut boundaries, mut nested) = (0usize, 0usize);
    for line in raw.split(|&byte| byte == b'\n') {
        boundaries += usize::from(line.starts_with(b"--"));
        nested += usize::from(names_nesting_type(line));
    }
    if nested > caps.nested_mails {
        return Some(format!("转发邮件层数或个数超过{}，未拆开", caps.nested_mails));
    }
    (boundaries > caps.boundary_lines).then(|| format!("邮件分段超过{}，未拆开", caps.boundary_lines))
}

/// Base64 lines and long texts are passed over by their missing `/` at the right place.
fn names_nesting_type(line: &[u8]) -> bool {
    let is = |at: usize, word: &[u8]| {
        line.get(at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word))
    };
    line.iter().enumerate().any(|(at, &byte)| {
        byte == b'/'
            && (at >= 7 && is(at - 7, b"message") && (is(at + 1, b"rfc822") || is(at + 1, b"global"))
                || at >= 9 && is(at - 9, b"multipart") && is(at + 1, b"digest"))
    })
}

fn leaves(raw: &[u8], caps: &Caps) -> Result<Vec<Leaf>, String> {
    let Some(message) = MessageParser::default().parse(raw) else { return Ok(Vec::new()) };
    if message.parts.len() > caps.parts {
        return Err(format!("邮件分段超过{}，未拆开", caps.parts));
    }
    let alternatives = outermost_alternatives(&message);
    let mut leaves = Vec::new();
    for (part, alternative) in message.parts.into_iter().zip(alternatives) {
        let at = |offset: u32| usize::try_from(offset).unwrap_or(usize::MAX);
        let header = raw.get(at(part.offset_header)..at(part.offset_body)).unwrap_or_default();
        let fields = Fields::parse(header);
        let body = raw.get(at(part.offset_body)..at(part.offset_end)).unwrap_or_default();
        let is_cut = part.is_encoding_problem;
        let (bytes, is_damaged) = match part.body {
            PartType::Multipart(_) => continue,
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) if !is_cut => (bytes.into_owned(), false),
            _ => own_transfer(&fields, body, is_cut),
        };
        leaves.push(leaf(fields, alternative, bytes, is_damaged));
    }
    Ok(leaves)
}

/// Texts, forwarded mails and whatever the parser stumbled over are taken from the raw bytes.
fn own_transfer(fields: &Fields, body: &[u8], is_cut: bool) -> (Vec<u8>, bool) {
    let encoding = fields.text("content-transfer-encoding").to_ascii_lowercase();
    let decoded = match encoding.trim() {
        "base64" => transfer::base64(body),
        "quoted-printable" => transfer::quoted_printable(body, false),
        _ => return (body.to_vec(), is_cut),
    };
    (decoded.bytes, is_cut || decoded.is_damaged)
}

fn leaf(fields: Fields, alternative: Option<usize>, bytes: Vec<u8>, is_damaged: bool) -> Leaf {
    let kind = fields.structured("content-type");
    let disposition = fields.structured("content-disposition");
    let named =
        |from: &super::field::Structured, key: &str| from.decoded(key).filter(|name| !name.is_empty());
    let name = named(&disposition, "filename")
        .or_else(|| named(&kind, "name"))
        .or_else(|| named(&disposition, "name"))
        .or_else(|| named(&kind, "filename"))
        .unwrap_or_default();
    let declared_type = if kind.value.contains('/') { kind.value.clone() } else { "text/plain".to_owned() };
    Leaf {
        declared_type,
        name,
        is_attachment: disposition.value == "attachment",
        content_id: fields.text("content-id").trim_matches(['<', '>', ' ']).to_owned(),
        alternative,
        is_damaged,
        bytes,
        fields,
    }
}

/// For each part, the outermost multipart/alternative that contains it. Parents come before children in the list.
fn outermost_alternatives(message: &mail_parser::Message<'_>) -> Vec<Option<usize>> {
    let mut found: Vec<Option<usize>> = vec![None; message.parts.len()];
    for (index, part) in message.parts.iter().enumerate() {
        let PartType::Multipart(children) = &part.body else { continue };
        let is_alternative = part
            .headers
            .iter()
            .find(|header| header.name == mail_parser::HeaderName::ContentType)
            .and_then(|header| header.value.as_content_type())
            .and_then(|kind| kind.subtype())
            .is_some_and(|subtype| subtype.eq_ignore_ascii_case("alternative"));
        let inherited = found.get(index).copied().flatten().or(is_alternative.then_some(index));
        for child in children {
            if let Some(slot) = usize::try_from(*child).ok().and_then(|child| found.get_mut(child)) {
                *slot = inherited;
            }
        }
    }
    found
}
