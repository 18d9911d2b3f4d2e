//! One look into one part: its file to [`Content`], or why not, in words for staff. A parser that panics costs its part.
//! Files are read where they lie; only a parser that wants all bytes at once gets them, and only up to a bound.

use std::io::{Cursor, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::bytes::Bytes;
use super::limits::Limits;
use super::sniff::{Kind, sniff};
use crate::archive::Unfit;
use crate::document::{self, PageImage};
use crate::domain::facts::Content;
use crate::recognition::unfinished::is_unfinished;
use crate::{archive, media, mime, sheet};

/// What was found in a part.
pub struct Looked {
    /// What it says.
    pub content: Content,
    /// Whether it is a document with macros. Nobody runs them here; staff are told before they open it.
    pub has_macros: bool,
    /// Bytes of the pictures and documents that were put on its sheets, where they are known.
    pub pasted_bytes: Option<u64>,
}

/// Looks into a part called `name` that is neither an archive nor a mail; for `seals` too, if it is a PDF.
pub fn look(
    file: &mut Bytes,
    name: &str,
    media_type: &str,
    kind: Kind,
    seals: bool,
    limits: &Limits,
) -> Result<Looked, String> {
    guarded(|| read(file, name, media_type, kind, seals, limits)).unwrap_or_else(|| Err(PANICKED.to_owned()))
}

/// Whether a document has macros, where the look into it does not tell.
fn has_macros(file: &mut Bytes, kind: Kind) -> bool {
    let asked = guarded(|| match kind {
        Kind::Docx | Kind::Pptx => {
            file.rewind().is_ok() && archive::package(file).is_some_and(|package| package.has_macros)
        }
        Kind::Doc | Kind::Xls => file.rewind().is_ok() && document::compound_has_macros(file),
        _ => false,
    });
    asked.unwrap_or(false)
}

/// Looks into bytes as into a part of this name, here in this process: for fuzzing, which brings a cage of its own.
///
/// # Errors
/// Why nothing could be read, in words for staff.
pub fn look_at(bytes: Vec<u8>, name: &str, limits: &Limits) -> Result<Content, String> {
    let mut file = Bytes::Small(Cursor::new(bytes));
    let (media_type, kind) = sniff(&mut file, "", name).map_err(|_| UNREADABLE)?;
    look(&mut file, name, &media_type, kind, true, limits).map(|looked| looked.content)
}

/// Media type of what PGP encrypted or signed.
const PGP_MESSAGE: &str = "application/pgp";
/// What is said of it.
pub const SEALED_BY_PGP: &str = "经过加密或签名封装（PGP），程序打不开，请发送不加密的文件";

/// What is said of a part whose parser panicked.
pub const PANICKED: &str = "文件内容异常，读取时出错";

/// Runs a parser; none when it panicked. What it was building is dropped with it.
pub fn guarded<T>(parse: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(parse)).ok()
}

fn read(
    file: &mut Bytes,
    name: &str,
    media_type: &str,
    kind: Kind,
    seals: bool,
    limits: &Limits,
) -> Result<Looked, String> {
    file.rewind().map_err(|_| UNREADABLE)?;
    if kind == Kind::Xlsx {
        return xlsx(file, limits);
    }
    if let Some(trouble) = trouble(kind, media_type) {
        return Err(trouble.to_owned());
    }
    if kind == Kind::Video && is_unfinished(name) {
        // Room is made for all of it before any comes: it begins and ends as it should.
        return Err(UNFINISHED.to_owned());
    }
    let content = content(file, name, media_type, kind, seals, limits)?;
    Ok(Looked { content, has_macros: has_macros(file, kind), pasted_bytes: None })
}

fn content(
    file: &mut Bytes,
    name: &str,
    media_type: &str,
    kind: Kind,
    seals: bool,
    limits: &Limits,
) -> Result<Content, String> {
    let document = &limits.document;
    let text_of = |text: String| Content::Text { text: mime::bounded(&text, document.text_bytes) };
    let book = |grids| Content::Book { grids };
    Ok(match kind {
        Kind::Xls => {
            let bytes = whole(file, limits)?.ok_or(sheet::TOO_LARGE)?;
            book(sheet::read_xls(bytes, &limits.sheet)?)
        }
        Kind::Ods => book(sheet::read_ods(file, limits.book_xml_bytes, &limits.sheet)?),
        Kind::BookXml => {
            let text = whole_text(file, limits)?;
            book(sheet::read_xml(text.as_bytes(), &limits.sheet)?)
        }
        Kind::BookHtml => book(sheet::read_markup(&whole_text(file, limits)?, &limits.sheet)?),
        Kind::BookText => book(sheet::read_lines(&whole_text(file, limits)?, &limits.sheet)?),
        Kind::Docx => Content::Text { text: document::read_docx(file, document)? },
        Kind::Doc => text_of(document::read_doc(file, document)?),
        Kind::Rtf => text_of(rtf(file, limits)?),
        Kind::Pdf => pdf(file, seals, limits)?,
        Kind::Pptx => Content::Text { text: document::read_pptx(file, document)? },
        Kind::OpenDocument => Content::Text { text: document::read_open_document(file, document)? },
        Kind::Ofd => {
            let document::Ofd { pages, text, is_signed } = document::read_ofd(file, document)?;
            let is_scan = text.trim().is_empty();
            // Whoever signs an OFD puts the picture of a seal on it.
            Content::Pdf { pages, text, is_scan, seal: Some(is_signed) }
        }
        Kind::Pages(true) => book(sheet::read_markup(&pages(file, limits)?, &limits.sheet)?),
        Kind::Pages(false) => text_of(mime::text_of_html(&pages(file, limits)?)),
        Kind::Html => text_of(mime::text_of_html(&plain(file, limits)?)),
        Kind::Text => text_of(plain(file, limits)?),
        Kind::Photo => {
            let media::Photo { width, height, taken, has_gps } = media::read_photo(file, media_type, name)?;
            Content::Photo { width, height, taken, has_gps }
        }
        Kind::Video => {
            let media::Video { duration_ms, width, height, taken, has_gps } =
                media::read_video(file, media_type, name)?;
            Content::Video { duration_ms, width, height, taken, has_gps }
        }
        // Opened elsewhere, or not at all.
        Kind::Xlsx
        | Kind::Broken
        | Kind::Illegible
        | Kind::Volume
        | Kind::Encrypted
        | Kind::Other
        | Kind::Mail
        | Kind::Msg
        | Kind::Tnef
        | Kind::Uuencoded
        | Kind::AppleSingle
        | Kind::Archive(_) => Content::Opaque,
    })
}

/// Why what is of this kind is not looked into.
fn trouble(kind: Kind, media_type: &str) -> Option<&'static str> {
    match kind {
        Kind::Broken => Some(DAMAGED),
        Kind::Illegible => Some(ILLEGIBLE),
        Kind::Volume => Some(archive::VOLUME),
        Kind::Encrypted => Some("文件已加密，请发送不加密的文件"),
        Kind::Other if media_type == PGP_MESSAGE => Some(SEALED_BY_PGP),
        Kind::Other => archive::unsupported(media_type).or_else(|| document::unsupported(media_type)),
        _ => None,
    }
}

const UNREADABLE: &str = "文件读取失败";
const DAMAGED: &str = "文件已损坏，打不开";
const ILLEGIBLE: &str = "内容无法识别，可能已损坏、未下载完整，或经单位的加密软件加密，打不开";
const UNFINISHED: &str = "从名称看没有下载完整，不能播放";
const CUT: &str = "文件不完整，后半部分缺失";

/// The first bytes of a file.
fn head(file: &mut Bytes, bytes_max: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    file.take(bytes_max).read_to_end(&mut bytes).map_err(|_| UNREADABLE)?;
    Ok(bytes)
}

/// All of a file, unless it is more than a parser is given.
fn whole(file: &mut Bytes, limits: &Limits) -> Result<Option<Vec<u8>>, String> {
    let size = file.size().map_err(|_| UNREADABLE)?;
    if size > limits.whole_bytes { Ok(None) } else { head(file, size).map(Some) }
}

fn plain(file: &mut Bytes, limits: &Limits) -> Result<String, String> {
    let bytes_max = u64::try_from(limits.document.text_bytes * 4).unwrap_or(u64::MAX);
    let bytes = head(file, bytes_max)?;
    Ok(mime::charset::text(&bytes, document::charset_of(&bytes)))
}

/// The HTML of all pages of an MHTML file.
fn pages(file: &mut Bytes, limits: &Limits) -> Result<String, String> {
    let walked = mime::walk(file, &limits.mime).map_err(|_| UNREADABLE)?;
    let mut html = String::new();
    for leaf in walked.leaves.iter().filter(|leaf| leaf.declared_type == "text/html") {
        let mut bytes = Vec::new();
        let mut page = leaf.bytes(file).map_err(|_| UNREADABLE)?;
        page.by_ref().take(limits.whole_bytes).read_to_end(&mut bytes).map_err(|_| UNREADABLE)?;
        if page.is_damaged() {
            return Err(CUT.to_owned());
        }
        let label = leaf.fields.structured("content-type").plain("charset");
        html.push_str(&mime::charset::text(&bytes, label.as_deref()));
        if u64::try_from(html.len()).is_ok_and(|length| length > limits.whole_bytes) {
            return Err(sheet::TOO_LARGE.to_owned());
        }
    }
    if html.is_empty() { Err(walked.trouble.unwrap_or_else(|| DAMAGED.to_owned())) } else { Ok(html) }
}

/// All of a table that is written as text.
fn whole_text(file: &mut Bytes, limits: &Limits) -> Result<String, String> {
    let bytes = whole(file, limits)?.ok_or(sheet::TOO_LARGE)?;
    Ok(mime::charset::text(&bytes, document::charset_of(&bytes)))
}

/// An rtf too large to be read whole holds pictures after its text, and whether it ends is not known.
fn rtf(file: &mut Bytes, limits: &Limits) -> Result<String, String> {
    let size = file.size().map_err(|_| UNREADABLE)?;
    let found = document::read_rtf(&head(file, limits.whole_bytes)?, &limits.document);
    if found.is_cut && size <= limits.whole_bytes {
        return Err(CUT.to_owned());
    }
    Ok(found.text)
}

fn xlsx(file: &mut Bytes, limits: &Limits) -> Result<Looked, String> {
    let book = archive::plain_book(&mut *file, limits.book_xml_bytes).map_err(|unfit| match unfit {
        Unfit::Damaged => "表格文件已损坏，打不开",
        Unfit::TooLarge => "表格解开后过大，未读取",
        Unfit::Binary => document::unsupported(document::BINARY_WORKBOOK).unwrap_or_default(),
    })?;
    let grids = sheet::read_xlsx(&book.zip, &limits.sheet)?;
    let (has_macros, pasted_bytes) = (book.has_macros, Some(book.pasted_bytes));
    Ok(Looked { content: Content::Book { grids }, has_macros, pasted_bytes })
}

/// A PDF too large for its parser is one of pictures, as far as anybody here can tell; nothing is wrong with it as long as
/// it begins and ends as one.
fn pdf(file: &mut Bytes, seals: bool, limits: &Limits) -> Result<Content, String> {
    let Some(bytes) = whole(file, limits)? else {
        let mark_bytes = u32::try_from(document::MARK_BYTES).unwrap_or(0);
        let head = head(file, mark_bytes.into())?;
        file.seek(SeekFrom::End(-i64::from(mark_bytes))).map_err(|_| UNREADABLE)?;
        let tail = self::head(file, mark_bytes.into())?;
        if !document::is_whole_pdf(&head, &tail) {
            return Err(DAMAGED.to_owned());
        }
        return Ok(Content::Pdf { pages: 0, text: String::new(), is_scan: true, seal: None });
    };
    let mut seal = None;
    let mut look = |image: PageImage| {
        if !seals {
            return false;
        }
        let seen = match image {
            PageImage::Jpeg(bytes) => media::seal_in_jpeg(&bytes, &limits.media),
            PageImage::Rgb(pixels) => {
                media::seal_in_pixels(pixels.width, pixels.height, pixels.bytes, &limits.media)
            }
        };
        seal = seal.max(seen);
        seal != Some(true)
    };
    let document::Pdf { pages, text, is_scan } = document::read_pdf(bytes, &limits.document, &mut look)?;
    Ok(Content::Pdf { pages, text, is_scan, seal })
}
