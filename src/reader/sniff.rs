//! What bytes are, by themselves: declared types and endings of real mail are wrong as often as right (`quirks.md` D2,
//! D10). Only where the bytes say nothing is the declaration listened to.

use file_format::FileFormat;

use crate::document::{Compound, compound};
use crate::mime;

/// Bytes that are looked at to tell text from anything else.
const TEXT_HEAD_BYTES: usize = 8 * 1024;

/// How a part is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A forwarded mail.
    Mail,
    /// A zip that is no document.
    Zip,
    /// xlsx.
    Xlsx,
    /// xls, et.
    Xls,
    /// docx.
    Docx,
    /// doc, wps.
    Doc,
    /// An encrypted document of unknown kind.
    Encrypted,
    /// PDF.
    Pdf,
    /// RTF.
    Rtf,
    /// HTML.
    Html,
    /// Plain text.
    Text,
    /// A picture.
    Photo,
    /// A film.
    Video,
    /// A zip or compound file that cannot be opened, whatever it was to be.
    Broken,
    /// Anything else.
    Other,
}

/// Media type and kind of a part.
pub fn sniff(bytes: &[u8], declared_type: &str, name: &str) -> (String, Kind) {
    if declared_type == "message/rfc822" || declared_type == "message/global" || looks_like_mail(bytes, name)
    {
        return ("message/rfc822".to_owned(), Kind::Mail);
    }
    if bytes.starts_with(&[0x78, 0x9f, 0x3e, 0x22]) {
        return ("application/ms-tnef".to_owned(), Kind::Other);
    }
    let format = FileFormat::from_bytes(bytes);
    match format {
        FileFormat::CompoundFileBinary => of_compound(bytes),
        FileFormat::MicrosoftExcelSpreadsheet | FileFormat::MicrosoftWordDocument => of_compound(bytes),
        FileFormat::OfficeOpenXmlDocument => (format.media_type().to_owned(), Kind::Docx),
        FileFormat::OfficeOpenXmlSpreadsheet => (format.media_type().to_owned(), Kind::Xlsx),
        FileFormat::Zip => of_zip(bytes),
        _ if bytes.starts_with(b"PK\x03\x04") && format.media_type() == "application/octet-stream" => {
            of_zip(bytes)
        }
        _ if bytes.starts_with(b"\xd0\xcf\x11\xe0") && format.media_type() == "application/octet-stream" => {
            of_compound(bytes)
        }
        FileFormat::PortableDocumentFormat => ("application/pdf".to_owned(), Kind::Pdf),
        FileFormat::RichTextFormat => ("application/rtf".to_owned(), Kind::Rtf),
        _ => of_media_type(bytes, format.media_type(), declared_type),
    }
}

fn of_compound(bytes: &[u8]) -> (String, Kind) {
    let found = compound(bytes);
    let kind = match found {
        Some(Compound::Workbook) => Kind::Xls,
        Some(Compound::Document) => Kind::Doc,
        Some(Compound::Encrypted) => Kind::Encrypted,
        Some(_) => Kind::Other,
        None => Kind::Broken,
    };
    (found.unwrap_or(Compound::Other).media_type().to_owned(), kind)
}

/// Office files whose first member is not the usual one look like any zip.
fn of_zip(bytes: &[u8]) -> (String, Kind) {
    let Some(package) = crate::archive::package(bytes) else {
        return ("application/zip".to_owned(), Kind::Broken);
    };
    if package.has_workbook {
        (FileFormat::OfficeOpenXmlSpreadsheet.media_type().to_owned(), Kind::Xlsx)
    } else if package.has_document {
        (FileFormat::OfficeOpenXmlDocument.media_type().to_owned(), Kind::Docx)
    } else {
        ("application/zip".to_owned(), Kind::Zip)
    }
}

fn of_media_type(bytes: &[u8], found: &str, declared_type: &str) -> (String, Kind) {
    if found.starts_with("image/") && found != "image/svg+xml" {
        return (found.to_owned(), Kind::Photo);
    }
    if found.starts_with("video/") || found == "application/vnd.ms-asf" {
        return (found.to_owned(), Kind::Video);
    }
    let is_text = found.starts_with("text/") || found == "application/octet-stream" && is_text(bytes);
    if !is_text {
        return (found.to_owned(), Kind::Other);
    }
    let head = bytes.get(..TEXT_HEAD_BYTES).unwrap_or(bytes).to_ascii_lowercase();
    let has = |mark: &[u8]| head.windows(mark.len()).any(|window| window == mark);
    if found == "text/html" || has(b"<html") || has(b"<table") {
        ("text/html".to_owned(), Kind::Html)
    } else if declared_type.starts_with("text/") {
        (declared_type.to_owned(), Kind::Text)
    } else {
        ("text/plain".to_owned(), Kind::Text)
    }
}

/// No NUL, few control characters, and an encoding that explains nearly all of it.
fn is_text(bytes: &[u8]) -> bool {
    let head = bytes.get(..TEXT_HEAD_BYTES).unwrap_or(bytes);
    if head.is_empty() || head.contains(&0) {
        return false;
    }
    let text = mime::charset::text(head, None);
    let bad = text.chars().filter(|&c| c == '\u{fffd}' || c.is_control() && !c.is_whitespace()).count();
    bad * 50 <= text.chars().count()
}

/// QQ sends forwarded mails as octet-stream with `.eml` names, sometimes without (D3, D8).
fn looks_like_mail(bytes: &[u8], name: &str) -> bool {
    const TOP_FIELDS: &[&str] = &[
        "received",
        "return-path",
        "from",
        "date",
        "subject",
        "message-id",
        "mime-version",
        "to",
        "x-qq-mid",
    ];
    let head = bytes.get(..TEXT_HEAD_BYTES).unwrap_or(bytes);
    if head.contains(&0) {
        return false;
    }
    let fields = mime::Fields::parse(head);
    let known = fields.iter().filter(|(name, _)| TOP_FIELDS.contains(name)).count();
    let starts_with_field = head.split(|&byte| byte == b':').next().is_some_and(|first| {
        !first.is_empty() && first.len() < 80 && first.iter().all(|byte| byte.is_ascii_graphic())
    });
    starts_with_field && (known >= 3 || known >= 1 && name.to_lowercase().ends_with(".eml"))
}
