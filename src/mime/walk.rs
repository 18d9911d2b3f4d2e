//! From raw mail to its parts: where they stand is found in one pass, their bytes are decoded when somebody reads them,
//! so a mail costs its headers and its text, whatever its size. A forwarded mail is one part here: whoever wants its parts
//! walks it again, so that depth is counted outside and never grows a stack in here.

use std::io::{self, BufRead, Read, Seek, SeekFrom, Take};

use super::charset;
use super::encoding::{HEAD_BYTES, is_file, really};
use super::field::Fields;
use super::lines::WINDOW_BYTES;
use super::link::unescape;
use super::structure::{Caps, Piece, is_mail, structure};
use super::transfer::{Decoder, percent};
use super::uu::has_uu_block;

/// Bytes of a report or of a returned mail that are looked at.
const REPORT_BYTES_MAX: usize = 64 * 1024;
/// Bytes of text taken out of one mail, in numbers of [`Caps::text_bytes`].
const TEXTS_MAX: usize = 8;
/// Bytes around the parts of a multipart that are a sentence for old programs, or the footer of a list.
const COURTESY_BYTES_MAX: usize = 2048;
/// Bytes decoded at a time.
const CHUNK_BYTES: usize = 64 * 1024;

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
    /// Which outermost multipart/alternative is around it.
    pub alternative: Option<usize>,
    /// The beginning of what is read as text: bodies, machine reports, returned mails; empty for anything else.
    pub text: Vec<u8>,
    body: std::ops::Range<u64>,
    encoding: String,
    /// Whether it begins as a file that is no text, under a type of text and without a name.
    is_file: bool,
    is_cut: bool,
    is_margin: bool,
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

/// Opens a mail one level deep. A mail beyond the caps has its header and a trouble.
///
/// # Errors
/// Those of reading it; never what stands in it.
pub fn walk<R: Read + Seek>(mail: &mut R, caps: &Caps) -> io::Result<Walked> {
    let size = mail.seek(SeekFrom::End(0))?;
    mail.rewind()?;
    let window_bytes = usize::try_from(size).map_or(WINDOW_BYTES, |size| size.min(WINDOW_BYTES));
    let found = structure(&mut *mail, size, window_bytes, caps)?;
    let mut leaves: Vec<Leaf> = found.pieces.into_iter().map(leaf).collect();
    let mut text_left = caps.text_bytes.saturating_mul(TEXTS_MAX);
    for leaf in &mut leaves {
        if let Some(encoding) = really(&leaf.encoding, &leaf.head(mail)?) {
            encoding.clone_into(&mut leaf.encoding);
        }
        let wanted = text_wanted(leaf, caps).min(text_left);
        if wanted > 0 {
            let wanted = u64::try_from(wanted).unwrap_or(u64::MAX);
            let mut text = Vec::new();
            leaf.bytes(mail)?.take(wanted).read_to_end(&mut text)?;
            leaf.is_file = super::is_body(leaf) && is_file(&text);
            if leaf.is_file {
                continue;
            }
            text_left -= text.len();
            leaf.text = text;
        }
    }
    leaves.retain(|leaf| !leaf.is_margin || tells_something(&leaf.text));
    Ok(Walked { fields: found.fields, leaves, trouble: found.trouble })
}

/// The header of a mail alone: what can be known of one that is not opened.
///
/// # Errors
/// Those of reading it.
pub fn walk_header(mail: &mut impl Read, caps: &Caps) -> io::Result<Walked> {
    let mut head = Vec::new();
    mail.take(u64::try_from(caps.header_bytes).unwrap_or(u64::MAX)).read_to_end(&mut head)?;
    let size = u64::try_from(head.len()).unwrap_or(u64::MAX);
    let found = structure(head.as_slice(), size, head.len(), caps)?;
    Ok(Walked { fields: found.fields, ..Walked::default() })
}

/// Whether what stands around the parts of a multipart is read: a file in it, or more text than a courtesy takes.
fn tells_something(text: &[u8]) -> bool {
    let letters = text.trim_ascii().iter().filter(|&&byte| byte != b'\r').count();
    has_uu_block(text) || letters > COURTESY_BYTES_MAX
}

fn text_wanted(leaf: &Leaf, caps: &Caps) -> usize {
    if super::is_body(leaf) {
        caps.text_bytes
    } else if leaf.declared_type.starts_with("message/")
        || leaf.declared_type == "text/rfc822-headers"
        || leaf.name.to_lowercase().ends_with(".eml")
    {
        REPORT_BYTES_MAX
    } else {
        0
    }
}

fn leaf(piece: Piece) -> Leaf {
    let Piece { fields, body, is_cut, alternative, in_digest, is_margin } = piece;
    let kind = fields.structured("content-type");
    let disposition = fields.structured("content-disposition");
    let mut names =
        [(&disposition, "filename"), (&kind, "name"), (&disposition, "name"), (&kind, "filename")]
            .into_iter()
            .filter_map(|(from, key)| from.decoded(key))
            .filter(|name| !name.is_empty());
    let first = names.next().unwrap_or_default();
    // Of two spellings a program may have lost one to question marks.
    let is_lost = |name: &str| name.contains("??") || name.contains('\u{fffd}');
    let other = if is_lost(&first) { names.find(|name| !is_lost(name)) } else { None };
    let name = Some(other.unwrap_or(first)).filter(|name| !name.is_empty());
    let name = name.or_else(|| name_elsewhere(&fields, &kind.value)).unwrap_or_default();
    // Web programs write what their own charset lacks as entities.
    let name = if name.contains("&#") { unescape(&name) } else { name };
    let declared_type = match kind.value.as_str() {
        declared if declared.contains('/') => declared.to_owned(),
        _ if is_mail(in_digest, &kind) => "message/rfc822".to_owned(),
        _ => "text/plain".to_owned(),
    };
    let encoding = fields.text("content-transfer-encoding");
    Leaf {
        name,
        is_attachment: disposition.value == "attachment",
        content_id: fields.text("content-id").trim_matches(['<', '>', ' ']).to_owned(),
        alternative,
        text: Vec::new(),
        body,
        // A forwarded mail that is cut still says so of its own parts.
        is_file: false,
        is_cut: is_cut && !declared_type.starts_with("message/"),
        encoding,
        is_margin,
        declared_type,
        fields,
    }
}

/// The name of a file that only its description or its place tells (RFC 2045 8, RFC 2557 4.2). What describes a text or
/// a package is not its name.
fn name_elsewhere(fields: &Fields, declared: &str) -> Option<String> {
    const ENDING_LETTERS: std::ops::RangeInclusive<usize> = 2..=5;
    if ["", "text/", "multipart", "message/"]
        .iter()
        .any(|kind| declared == *kind || !kind.is_empty() && declared.starts_with(kind))
    {
        return None;
    }
    let place = fields.text("content-location");
    let place = place.split(['?', '#']).next().and_then(|place| place.rsplit('/').next()).unwrap_or_default();
    let place = charset::text(&percent(place.as_bytes()), None);
    let is_file = |name: &String| {
        let ending = name.rsplit_once('.').map(|(_, ending)| ending).unwrap_or_default();
        ENDING_LETTERS.contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    [fields.text("content-description"), place].into_iter().find(is_file)
}

impl Leaf {
    /// Whether its bytes are a file, although it says that it is a text and has no name.
    pub fn is_file(&self) -> bool {
        self.is_file
    }

    /// Whether its bytes are a block of uuencode.
    pub fn is_uuencoded(&self) -> bool {
        matches!(self.encoding.trim().to_ascii_lowercase().as_str(), "x-uuencode" | "x-uue" | "uuencode")
    }

    /// Its first bytes as they stand in the mail.
    fn head<R: Read + Seek>(&self, mail: &mut R) -> io::Result<Vec<u8>> {
        mail.seek(SeekFrom::Start(self.body.start))?;
        let wanted = u64::try_from(HEAD_BYTES).unwrap_or(u64::MAX).min(self.body.end - self.body.start);
        let mut head = Vec::new();
        mail.take(wanted).read_to_end(&mut head)?;
        Ok(head)
    }

    /// Its bytes out of the mail that was walked, transfer encoding undone.
    ///
    /// # Errors
    /// Those of reading the mail; never what stands in it.
    pub fn bytes<'x, R: Read + Seek>(&self, mail: &'x mut R) -> io::Result<LeafBytes<'x, R>> {
        mail.seek(SeekFrom::Start(self.body.start))?;
        Ok(LeafBytes {
            raw: mail.take(self.body.end - self.body.start),
            decoder: Decoder::of(&self.encoding),
            chunk: Vec::new(),
            decoded: Vec::new(),
            given: 0,
            is_cut: self.is_cut,
            is_damaged: false,
        })
    }
}

/// A leaf's bytes as they are decoded.
pub struct LeafBytes<'x, R> {
    raw: Take<&'x mut R>,
    decoder: Decoder,
    chunk: Vec<u8>,
    decoded: Vec<u8>,
    given: usize,
    is_cut: bool,
    is_damaged: bool,
}

impl<R> LeafBytes<'_, R> {
    /// Whether the bytes were cut or dirty; known when all have been read.
    pub fn is_damaged(&self) -> bool {
        self.is_cut || self.is_damaged
    }

    /// Whether the mail ended where more was to come, while nothing of these bytes themselves is amiss.
    pub fn is_only_cut(&self) -> bool {
        self.is_cut && !self.is_damaged
    }
}

impl<R: Read> BufRead for LeafBytes<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.given == self.decoded.len() {
            self.decoded.clear();
            self.given = 0;
            let wanted = usize::try_from(self.raw.limit()).map_or(CHUNK_BYTES, |left| left.min(CHUNK_BYTES));
            self.chunk.resize(wanted, 0);
            let count = self.raw.read(&mut self.chunk)?;
            if count == 0 {
                self.is_damaged |= self.decoder.finish(&mut self.decoded);
                break;
            }
            self.decoder.feed(self.chunk.get(..count).unwrap_or_default(), &mut self.decoded);
        }
        Ok(self.decoded.get(self.given..).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.given += count;
    }
}

impl<R: Read> Read for LeafBytes<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(out)?;
        self.consume(count);
        Ok(count)
    }
}
