//! Writers of the files that units send: real ones, which office programs open, and small ones. Every writer is a
//! plain function from what the file says to its bytes, without a clock: the same words give the same bytes.

pub mod docx;
pub mod film;
pub mod form4;
pub mod form5;
pub mod pdf;
pub mod picture;
pub mod table;
pub mod xls;
pub mod zip;

/// The media type that a proper mail program gives a file of this name.
pub fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xls" => "application/vnd.ms-excel",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "pdf" => "application/pdf",
        "zip" => "application/x-zip-compressed",
        "jpg" | "JPG" => "image/jpeg",
        "mp4" => "video/mp4",
        "eml" => "message/rfc822",
        _ => "application/octet-stream",
    }
}
