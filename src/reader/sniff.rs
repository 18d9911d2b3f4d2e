//! What bytes are, by themselves: declared types and endings of real mail are wrong as often as right (`quirks.md` D2,
//! D10). Only where the bytes say nothing is the declaration listened to.

use std::io::{self, Read, Seek};

use file_format::FileFormat;

use super::bytes::Bytes;
use crate::document::{Compound, compound};
use crate::mime;

/// Bytes that are looked at to tell text from anything else.
const HEAD_BYTES: u64 = 8 * 1024;

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
///
/// # Errors
/// Those of reading its file.
pub fn sniff(file: &mut Bytes, declared_type: &str, name: &str) -> io::Result<(String, Kind)> {
    let mut head = Vec::new();
    file.rewind()?;
    file.by_ref().take(HEAD_BYTES).read_to_end(&mut head)?;
    file.rewind()?;
    if matches!(declared_type, "message/rfc822" | "message/global") || looks_like_mail(&head, name) {
        return Ok(("message/rfc822".to_owned(), Kind::Mail));
    }
    if head.starts_with(&[0x78, 0x9f, 0x3e, 0x22]) {
        return Ok(("application/ms-tnef".to_owned(), Kind::Other));
    }
    let format = FileFormat::from_reader(&mut *file)?;
    file.rewind()?;
    let is_unknown = format.media_type() == "application/octet-stream";
    Ok(match format {
        FileFormat::CompoundFileBinary
        | FileFormat::MicrosoftExcelSpreadsheet
        | FileFormat::MicrosoftWordDocument => of_compound(file),
        FileFormat::OfficeOpenXmlDocument => (format.media_type().to_owned(), Kind::Docx),
        FileFormat::OfficeOpenXmlSpreadsheet => (format.media_type().to_owned(), Kind::Xlsx),
        FileFormat::Zip => of_zip(file),
        _ if is_unknown && head.starts_with(b"PK\x03\x04") => of_zip(file),
        _ if is_unknown && head.starts_with(b"\xd0\xcf\x11\xe0") => of_compound(file),
        FileFormat::PortableDocumentFormat => ("application/pdf".to_owned(), Kind::Pdf),
        FileFormat::RichTextFormat => ("application/rtf".to_owned(), Kind::Rtf),
        _ => of_media_type(&head, format.media_type(), declared_type),
    })
}

fn of_compound(file: &mut Bytes) -> (String, Kind) {
    let found = compound(file);
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
fn of_zip(file: &mut Bytes) -> (String, Kind) {
    let Some(package) = crate::archive::package(file) else {
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

fn of_media_type(head: &[u8], found: &str, declared_type: &str) -> (String, Kind) {
    if found.starts_with("image/") && found != "image/svg+xml" {
        return (found.to_owned(), Kind::Photo);
    }
    if found == "application/mp4" {
        // Nothing in it says whether it is a film: it is cut before it could.
        return ("video/mp4".to_owned(), Kind::Video);
    }
    if found.starts_with("video/") || found == "application/vnd.ms-asf" {
        return (found.to_owned(), Kind::Video);
    }
    let is_text = found.starts_with("text/") || found == "application/octet-stream" && is_text(head);
    if !is_text {
        return (found.to_owned(), Kind::Other);
    }
    let head = head.to_ascii_lowercase();
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
fn is_text(head: &[u8]) -> bool {
    if head.is_empty() || head.contains(&0) {
        return false;
    }
    let text = mime::charset::text(head, None);
    let bad = text.chars().filter(|&c| c == '\u{fffd}' || c.is_control() && !c.is_whitespace()).count();
    bad * 50 <= text.chars().count()
}

/// QQ sends forwarded mails as octet-stream with `.eml` names, sometimes without (D3, D8).
fn looks_like_mail(head: &[u8], name: &str) -> bool {
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
