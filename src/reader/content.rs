//! One look into one part: its bytes to [`Content`], or why not, in words for staff. A parser that panics costs its part.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::limits::Limits;
use super::sniff::Kind;
use crate::document::{self, PageImage, Picture};
use crate::domain::facts::Content;
use crate::{archive, media, mime, sheet};

/// What a look into a part found.
#[derive(Debug, Default)]
pub struct Look {
    /// What is inside.
    pub content: Content,
    /// Why it could not be read.
    pub trouble: Option<String>,
    /// Pictures inside it.
    pub pictures: Vec<Picture>,
}

/// Looks into a part that is neither an archive nor a mail.
pub fn look(bytes: &[u8], media_type: &str, kind: Kind, limits: &Limits) -> Look {
    match guarded(|| read(bytes, media_type, kind, limits)) {
        Some(Ok((content, pictures))) => Look { content, trouble: None, pictures },
        Some(Err(trouble)) => Look { trouble: Some(trouble), ..Look::default() },
        None => Look { trouble: Some(PANICKED.to_owned()), ..Look::default() },
    }
}

/// What is said of a part whose parser panicked.
pub const PANICKED: &str = "文件内容异常，读取时出错";

/// Runs a parser; none when it panicked. What it was building is dropped with it.
pub fn guarded<T>(parse: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(parse)).ok()
}

fn read(
    bytes: &[u8],
    media_type: &str,
    kind: Kind,
    limits: &Limits,
) -> Result<(Content, Vec<Picture>), String> {
    let document = &limits.document;
    let text_of = |text: String| Content::Text { text: mime::bounded(&text, document.text_bytes) };
    let content = match kind {
        Kind::Xlsx => Content::Book { grids: xlsx(bytes, limits)? },
        Kind::Xls => Content::Book { grids: sheet::read_xls(bytes, &limits.sheet)? },
        Kind::Docx => {
            let docx = document::read_docx(bytes, document)?;
            return Ok((Content::Text { text: docx.text }, docx.pictures));
        }
        Kind::Doc => text_of(document::read_doc(bytes, document)?),
        Kind::Rtf => text_of(document::read_rtf(bytes, document)),
        Kind::Pdf => pdf(bytes, limits)?,
        Kind::Html => text_of(mime::text_of_html(&plain(bytes, limits))),
        Kind::Text => text_of(plain(bytes, limits)),
        Kind::Photo => {
            let photo = media::read_photo(bytes, media_type)?;
            let media::Photo { width, height, taken_at, has_gps } = photo;
            Content::Photo { width, height, taken_at, has_gps }
        }
        Kind::Video => {
            let media::Video { duration_ms, taken_at } = media::read_video(bytes);
            Content::Video { duration_ms, taken_at }
        }
        Kind::Broken => return Err("文件已损坏，打不开".to_owned()),
        Kind::Encrypted => return Err("文件已加密，请发送不加密的文件".to_owned()),
        Kind::Other => match archive::unsupported(media_type) {
            Some(trouble) => return Err(trouble.to_owned()),
            None => Content::Opaque,
        },
        Kind::Mail | Kind::Zip => Content::Opaque,
    };
    Ok((content, Vec::new()))
}

fn plain(bytes: &[u8], limits: &Limits) -> String {
    let head = bytes.get(..limits.document.text_bytes * 4).unwrap_or(bytes);
    mime::charset::text(head, None)
}

fn xlsx(bytes: &[u8], limits: &Limits) -> sheet::Grids {
    let package = archive::package(bytes).ok_or("表格文件已损坏，打不开")?;
    if package.xml_bytes > limits.book_xml_bytes {
        return Err("表格解开后过大，未读取".to_owned());
    }
    sheet::read_xlsx(bytes, &package.shared_strings_head, &limits.sheet)
}

fn pdf(bytes: &[u8], limits: &Limits) -> Result<Content, String> {
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
