//! Compound files (OLE2) all look alike from outside: old Word, old Excel, the formats of WPS, Outlook messages and
//! encrypted documents. Their streams tell which it is (`quirks.md` D10).

use std::io::{Read, Seek};

/// What a compound file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compound {
    /// xls, et.
    Workbook,
    /// doc, wps.
    Document,
    /// ppt, dps.
    Slides,
    /// An Outlook message, `.msg`.
    OutlookMessage,
    /// An encrypted xlsx, docx or pptx.
    Encrypted,
    /// The wps of MS Works, which has nothing but its ending in common with that of WPS.
    Works,
    /// Something else.
    Other,
}

impl Compound {
    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Compound::Workbook => "application/vnd.ms-excel",
            Compound::Document => "application/msword",
            Compound::Slides => "application/vnd.ms-powerpoint",
            Compound::OutlookMessage => "application/vnd.ms-outlook",
            Compound::Works => "application/vnd.ms-works",
            Compound::Encrypted | Compound::Other => "application/x-cfb",
        }
    }
}

/// Whether an old document or workbook has macros.
pub fn compound_has_macros(file: impl Read + Seek) -> bool {
    let Ok(file) = cfb::CompoundFile::open(file) else { return false };
    ["/Macros", "/_VBA_PROJECT_CUR"].iter().any(|storage| file.is_storage(storage))
}

/// Looks at the streams; none when the file is damaged.
pub fn compound(file: impl Read + Seek) -> Option<Compound> {
    let file = cfb::CompoundFile::open(file).ok()?;
    let has = |names: &[&str]| names.iter().any(|name| file.is_stream(name));
    Some(if has(&["/EncryptedPackage"]) {
        Compound::Encrypted
    } else if has(&["/WordDocument"]) {
        Compound::Document
    } else if has(&["/Workbook", "/WORKBOOK", "/Book", "/BOOK"]) {
        Compound::Workbook
    } else if has(&["/PowerPoint Document"]) {
        Compound::Slides
    } else if has(&["/__properties_version1.0"]) {
        Compound::OutlookMessage
    } else if has(&["/MatOST", "/MM"]) || has(&["/CONTENTS"]) && !file.is_storage("/Quill") {
        Compound::Works
    } else {
        Compound::Other
    })
}
