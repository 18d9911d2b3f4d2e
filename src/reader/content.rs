//! One look into one part: its file to [`Content`], or why not, in words for staff. A parser that panics costs its part.
//! Files are read where they lie; only a parser that wants all bytes at once gets them, and only up to a bound.

use std::io::{Cursor, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::bytes::Bytes;
use super::limits::Limits;
use super::sniff::{Kind, sniff};
use crate::document::{self, PageImage};
use crate::domain::facts::Content;
use crate::{archive, media, mime, sheet};

/// Looks into a part that is neither an archive nor a mail.
pub fn look(file: &mut Bytes, media_type: &str, kind: Kind, limits: &Limits) -> Result<Content, String> {
    guarded(|| read(file, media_type, kind, limits)).unwrap_or_else(|| Err(PANICKED.to_owned()))
}

/// Looks into bytes as into a part of this name, here in this process: for fuzzing, which brings a cage of its own.
///
/// # Errors
/// Why nothing could be read, in words for staff.
pub fn look_at(bytes: Vec<u8>, name: &str, limits: &Limits) -> Result<Content, String> {
    let mut file = Bytes::Small(Cursor::new(bytes));
    let (media_type, kind) = sniff(&mut file, "", name).map_err(|_| UNREADABLE)?;
    look(&mut file, &media_type, kind, limits)
}

/// What is said of a part whose parser panicked.
pub const PANICKED: &str = "文件内容异常，读取时出错";

/// Runs a parser; none when it panicked. What it was building is dropped with it.
pub fn guarded<T>(parse: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(parse)).ok()
}

fn read(file: &mut Bytes, media_type: &str, kind: Kind, limits: &Limits) -> Result<Content, String> {
    let document = &limits.document;
    let text_of = |text: String| Content::Text { text: mime::bounded(&text, document.text_bytes) };
    file.rewind().map_err(|_| UNREADABLE)?;
    Ok(match kind {
        Kind::Xlsx => Content::Book { grids: xlsx(file, limits)? },
        Kind::Xls => {
            let bytes = whole(file, limits)?.ok_or("表格过大，未读取")?;
            Content::Book { grids: sheet::read_xls(&bytes, &limits.sheet)? }
        }
        Kind::Docx => Content::Text { text: document::read_docx(file, document)? },
        Kind::Doc => text_of(document::read_doc(file, document)?),
        Kind::Rtf => text_of(document::read_rtf(&head(file, limits.whole_bytes)?, document)),
        Kind::Pdf => pdf(file, limits)?,
        Kind::Html => text_of(mime::text_of_html(&plain(file, limits)?)),
        Kind::Text => text_of(plain(file, limits)?),
        Kind::Photo => {
            let photo = media::read_photo(file, media_type)?;
            let media::Photo { width, height, taken_at, has_gps } = photo;
            Content::Photo { width, height, taken_at, has_gps }
        }
        Kind::Video => {
            let media::Video { duration_ms, taken_at } = media::read_video(file);
            Content::Video { duration_ms, taken_at }
        }
        Kind::Broken => return Err("文件已损坏，打不开".to_owned()),
        Kind::Encrypted => return Err("文件已加密，请发送不加密的文件".to_owned()),
        Kind::Other => match archive::unsupported(media_type) {
            Some(trouble) => return Err(trouble.to_owned()),
            None => Content::Opaque,
        },
        Kind::Mail | Kind::Zip => Content::Opaque,
    })
}

const UNREADABLE: &str = "文件读取失败";

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
    Ok(mime::charset::text(&head(file, bytes_max)?, None))
}

fn xlsx(file: &mut Bytes, limits: &Limits) -> sheet::Grids {
    let package = archive::package(&mut *file).ok_or("表格文件已损坏，打不开")?;
    if package.xml_bytes > limits.book_xml_bytes {
        return Err("表格解开后过大，未读取".to_owned());
    }
    sheet::read_xlsx(file, &package.shared_strings_head, &limits.sheet)
}

/// A PDF too large for its parser is one of pictures, as far as anybody here can tell; nothing is wrong with it.
fn pdf(file: &mut Bytes, limits: &Limits) -> Result<Content, String> {
    let Some(bytes) = whole(file, limits)? else {
        return Ok(Content::Pdf { pages: 0, text: String::new(), is_scan: true, seal: None });
    };
    let pdf = document::read_pdf(bytes, &limits.document)?;
    let seals = pdf.images.into_iter().filter_map(|image| match image {
        PageImage::Jpeg(bytes) => media::seal_in_jpeg(&bytes, &limits.media),
        PageImage::Rgb(pixels) => {
            media::seal_in_pixels(pixels.width, pixels.height, pixels.bytes, &limits.media)
        }
    });
    let seal = seals.reduce(|one, other| one || other);
    Ok(Content::Pdf { pages: pdf.pages, text: pdf.text, is_scan: pdf.is_scan, seal })
}
