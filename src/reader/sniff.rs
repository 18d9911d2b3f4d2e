//! What bytes are, by themselves: declared types and endings of real mail are wrong as often as right (`quirks.md` D2,
//! D10). Only where the bytes say nothing is the declaration listened to.

use std::io::{self, Read, Seek};

use file_format::FileFormat;
use memchr::{memchr2_iter, memmem};

use super::bytes::Bytes;
use crate::archive::{Format, is_last_volume, is_volume_name};
use crate::document::{BINARY_WORKBOOK, Compound, IWORK, OLD_BOOK, charset_of, compound};
use crate::mime;
use crate::recognition::unfinished::{finished, is_unfinished};

/// Bytes that are looked at to tell text from anything else.
const HEAD_BYTES: u64 = 8 * 1024;

/// What the media types of OpenDocument begin with.
const OPEN_DOCUMENT: &[u8] = b"application/vnd.oasis.opendocument.";
/// What the names of spreadsheets end in.
const BOOK_ENDINGS: &[&str] = &["xls", "xlsx", "et", "csv", "tsv", "xlsm", "ett"];

/// What the names of documents and pictures end in that begin with marks of their own. Films are not among them: some
/// cameras write streams that begin anyhow.
const MARKED_ENDINGS: &[&str] = &[
    "doc", "docx", "docm", "wps", "xls", "xlsx", "xlsm", "et", "ppt", "pptx", "dps", "pdf", "ofd", "rtf",
    "jpg", "jpeg", "png", "gif", "bmp", "tif", "tiff", "webp", "heic",
];
/// The same of films that are boxes, each with its name behind its length.
const BOXED_ENDINGS: &[&str] = &["mp4", "mov", "m4v"];
/// How files begin that office programs and cameras wrote and still open, of which nothing more is known here: Word 1, 2 and 5 (of
/// the Mac), RealMedia, streams without a box, what cameras over a gate record.
const OLD_MARKS: &[&[u8]] = &[
    b"\xdb\xa5\x2d\0",
    b"\x9b\xa5",
    b"\xfe\x37\0",
    b".RMF",
    b"\0\0\0\x01\x67",
    b"\0\0\0\x01\x40",
    b"DHAV",
    b"IMKH",
    b"HKMI",
];
/// How sheets begin that Excel 2 to 4 wrote, and programs of offices that still write as they did (FoxPro).
const OLD_BOOK_MARKS: &[&[u8]] = &[b"\x09\0\x04\0", b"\x09\x02\x06\0", b"\x09\x04\x06\0"];
/// How a workbook of Excel 5 and later begins that lies in no compound file.
const BARE_BOOK_MARKS: &[&[u8]] =
    &[b"\x09\x08\x08\0\0\x05", b"\x09\x08\x10\0\0\x06", b"\x09\x08\x08\0\0\x06"];
/// Bytes before the mark of a PDF that readers put up with.
const BEFORE_PDF_BYTES: usize = 1024;

/// What the names of files end in that are archives inside and nothing to be opened: maps of thoughts, books, slides of boards,
/// programs, what Word lays beside a page. Their previews would be taken for photos.
const PACKAGE_ENDINGS: &[&str] = &[
    "xmind", "emmx", "eddx", "mmap", "epub", "enbx", "h5p", "ggb", "vsdx", "sketch", "jar", "apk", "kmz",
    "thmx", "wmz", "emz",
];

/// Lines of a table of plain text that may be its title, in which no marks part cells.
const TITLE_LINES: usize = 5;

/// How a part is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A forwarded mail.
    Mail,
    /// An archive, other than a zip that is a document.
    Archive(Format),
    /// A mail of Outlook, `.msg`.
    Msg,
    /// What Outlook makes of its attachments, `winmail.dat`.
    Tnef,
    /// An Apple file with both halves in one.
    AppleSingle,
    /// A text that holds files between `begin` and `end`.
    Uuencoded,
    /// xlsx.
    Xlsx,
    /// xls, et.
    Xls,
    /// ods.
    Ods,
    /// A workbook of Excel 2003 in one XML file.
    BookXml,
    /// A web page that is a spreadsheet by its name or by who wrote it.
    BookHtml,
    /// csv, tsv, or either named as a spreadsheet.
    BookText,
    /// docx.
    Docx,
    /// doc, wps.
    Doc,
    /// An encrypted document of unknown kind.
    Encrypted,
    /// pptx.
    Pptx,
    /// odt, odp.
    OpenDocument,
    /// OFD.
    Ofd,
    /// PDF.
    Pdf,
    /// RTF.
    Rtf,
    /// HTML.
    Html,
    /// Web pages with all that belongs to them in one file (MHTML), and whether they are a spreadsheet by its name.
    Pages(bool),
    /// Plain text.
    Text,
    /// A picture.
    Photo,
    /// A film.
    Video,
    /// One volume of a split archive.
    Volume,
    /// A zip or compound file that cannot be opened, whatever it was to be.
    Broken,
    /// Nothing known, under the name of a document, picture or film: sealed by a program of its office, or destroyed.
    Illegible,
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
    if let Some(is_book) = pages_in_one_file(&head, name) {
        return Ok(("application/x-mimearchive".to_owned(), Kind::Pages(is_book)));
    }
    if matches!(declared_type, "message/rfc822" | "message/global") || looks_like_mail(&head, name) {
        return Ok(("message/rfc822".to_owned(), Kind::Mail));
    }
    if is_volume_name(name) || is_last_volume(file)? {
        return Ok(("application/octet-stream".to_owned(), Kind::Volume));
    }
    if head.starts_with(&[0x78, 0x9f, 0x3e, 0x22]) {
        return Ok(("application/ms-tnef".to_owned(), Kind::Tnef));
    }
    if head.starts_with(&[0x00, 0x05, 0x16, 0x00]) {
        return Ok(("application/x-applesingle".to_owned(), Kind::AppleSingle));
    }
    if head.starts_with(&[0x00, 0x05, 0x16, 0x07]) {
        return Ok(("application/applefile".to_owned(), Kind::Other));
    }
    if mime::has_uu_block(&head) {
        return Ok(("text/x-uuencode".to_owned(), Kind::Uuencoded));
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
        FileFormat::OfficeOpenXmlPresentation => (format.media_type().to_owned(), Kind::Pptx),
        FileFormat::OpendocumentSpreadsheet => (format.media_type().to_owned(), Kind::Ods),
        FileFormat::OpendocumentText | FileFormat::OpendocumentPresentation => {
            (format.media_type().to_owned(), Kind::OpenDocument)
        }
        FileFormat::Zip if is_package_name(name) => (format.media_type().to_owned(), Kind::Other),
        FileFormat::Zip => of_zip(file),
        _ if is_unknown && head.starts_with(b"PK\x03\x04") => of_zip(file),
        _ if is_unknown && head.starts_with(b"\xd0\xcf\x11\xe0") => of_compound(file),
        FileFormat::PortableDocumentFormat => ("application/pdf".to_owned(), Kind::Pdf),
        _ if is_unknown && has_pdf_mark(&head) => ("application/pdf".to_owned(), Kind::Pdf),
        FileFormat::RichTextFormat => ("application/rtf".to_owned(), Kind::Rtf),
        _ => match Format::of(format.media_type()) {
            Some(_) if is_package_name(name) => ("application/octet-stream".to_owned(), Kind::Other),
            Some(archive) => (format.media_type().to_owned(), Kind::Archive(archive)),
            None if is_unknown && is_archive_name(name) && !is_text(&head) => {
                (format.media_type().to_owned(), Kind::Broken)
            }
            None if is_unknown && begins(&head, BARE_BOOK_MARKS) => {
                ("application/vnd.ms-excel".to_owned(), Kind::Xls)
            }
            None if is_unknown && begins(&head, OLD_BOOK_MARKS) => (OLD_BOOK.to_owned(), Kind::Other),
            None if is_unknown && is_illegible(&head, name) => {
                (format.media_type().to_owned(), Kind::Illegible)
            }
            None => of_media_type(&head, format.media_type(), declared_type, name),
        },
    })
}

fn of_compound(file: &mut Bytes) -> (String, Kind) {
    let found = compound(file);
    let kind = match found {
        Some(Compound::Workbook) => Kind::Xls,
        Some(Compound::Document) => Kind::Doc,
        Some(Compound::Encrypted) => Kind::Encrypted,
        Some(Compound::OutlookMessage) => Kind::Msg,
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
    if package.media_type.starts_with(OPEN_DOCUMENT) {
        let media_type = String::from_utf8_lossy(&package.media_type).trim().to_owned();
        let is_book = media_type.contains(".spreadsheet");
        (media_type, if is_book { Kind::Ods } else { Kind::OpenDocument })
    } else if package.has_workbook {
        (FileFormat::OfficeOpenXmlSpreadsheet.media_type().to_owned(), Kind::Xlsx)
    } else if package.has_ofd {
        ("application/ofd".to_owned(), Kind::Ofd)
    } else if package.has_iwork {
        // Opened as an archive its preview would be taken for a photo, or for the stamped copy.
        (IWORK.to_owned(), Kind::Other)
    } else if package.has_slides {
        (FileFormat::OfficeOpenXmlPresentation.media_type().to_owned(), Kind::Pptx)
    } else if package.has_binary_workbook {
        (BINARY_WORKBOOK.to_owned(), Kind::Other)
    } else if package.has_document {
        (FileFormat::OfficeOpenXmlDocument.media_type().to_owned(), Kind::Docx)
    } else {
        ("application/zip".to_owned(), Kind::Archive(Format::Zip))
    }
}

fn of_media_type(head: &[u8], found: &str, declared_type: &str, name: &str) -> (String, Kind) {
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
    let charset = charset_of(head);
    let is_text = found.starts_with("text/")
        || found.ends_with("xml")
        || found == "application/octet-stream" && (charset.is_some() || is_text(head));
    if !is_text {
        return (found.to_owned(), Kind::Other);
    }
    let (media_type, kind) = of_text(&mime::charset::text(head, charset), found, name);
    let is_more_telling = kind == Kind::Text && declared_type.starts_with("text/");
    (if is_more_telling { declared_type } else { media_type }.to_owned(), kind)
}

/// What text is. By itself a table of plain text looks like a list with commas: the name tells whether it is a spreadsheet.
fn of_text<'x>(head: &str, found: &'x str, name: &str) -> (&'x str, Kind) {
    let ending = ending_of(name);
    let is_book = BOOK_ENDINGS.contains(&ending.as_str());
    let is_lines = matches!(ending.as_str(), "csv" | "tsv");
    let lower = head.to_ascii_lowercase();
    if lower.contains("urn:schemas-microsoft-com:office:spreadsheet") && lower.contains("<workbook") {
        ("application/vnd.ms-excel", Kind::BookXml)
    } else if found == "text/html" || lower.contains("<html") || lower.contains("<table") {
        let is_excels = lower.contains("urn:schemas-microsoft-com:office:excel");
        ("text/html", if is_book || is_excels { Kind::BookHtml } else { Kind::Html })
    } else if is_book && (is_lines || lower.lines().take(TITLE_LINES).any(|line| line.contains([',', '\t'])))
    {
        (if ending == "tsv" { "text/tab-separated-values" } else { "text/csv" }, Kind::BookText)
    } else if found.ends_with("xml") && !found.starts_with("text/") {
        (found, Kind::Other)
    } else {
        ("text/plain", Kind::Text)
    }
}

fn ending_of(name: &str) -> String {
    name.rsplit('.').next().unwrap_or_default().to_lowercase()
}

/// Word, Excel and the systems that imitate them write a mail of pages and pictures without a sender, under the names of
/// their files (RFC 2557); whether it is a spreadsheet by that name.
fn pages_in_one_file(head: &[u8], name: &str) -> Option<bool> {
    const DOCUMENT_ENDINGS: &[&str] = &["doc", "docx", "wps", "mht", "mhtml"];
    const VERSION: &[u8] = b"mime-version";
    // Nearly every part is named so and is none: of those the head need not be taken apart.
    let is_version =
        |at| head.get(at..at + VERSION.len()).is_some_and(|name| name.eq_ignore_ascii_case(VERSION));
    if !memchr2_iter(b'm', b'M', head).any(is_version) {
        return None;
    }
    let ending = ending_of(name);
    let is_book = BOOK_ENDINGS.contains(&ending.as_str());
    let fields = mime::Fields::parse(head);
    let kind = fields.structured("content-type").value;
    let is_mime =
        fields.raw("mime-version").is_some() && matches!(kind.as_str(), "multipart/related" | "text/html");
    (is_mime && (is_book || DOCUMENT_ENDINGS.contains(&ending.as_str()))).then_some(is_book)
}

/// What calls itself an archive and begins like nothing known has lost its beginning.
fn is_archive_name(name: &str) -> bool {
    let name = name.to_lowercase();
    [".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"].iter().any(|ending| name.ends_with(ending))
}

fn is_package_name(name: &str) -> bool {
    PACKAGE_ENDINGS.contains(&ending_of(name).as_str())
}

/// Programs write a few bytes before the mark of a PDF.
fn has_pdf_mark(head: &[u8]) -> bool {
    memmem::find(head.get(..BEFORE_PDF_BYTES).unwrap_or(head), b"%PDF-").is_some()
}

/// Whether bytes that begin like nothing known break what their name promises: offices seal their files with programs that
/// leave the name as it is, disks give back nothing but NUL, and a download may have stopped.
fn is_illegible(head: &[u8], name: &str) -> bool {
    let ending = ending_of(finished(name));
    let is_box = || head.get(4..8).is_some_and(|name| name.iter().all(u8::is_ascii_graphic));
    let promises = |endings: &[&str]| endings.contains(&ending.as_str());
    let is_promised = promises(MARKED_ENDINGS) || is_unfinished(name) || promises(BOXED_ENDINGS) && !is_box();
    is_promised
        && !begins(head, OLD_MARKS)
        && !head.is_empty()
        && charset_of(head).is_none()
        && !is_text(head)
}

fn begins(head: &[u8], marks: &[&[u8]]) -> bool {
    marks.iter().any(|mark| head.starts_with(mark))
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
