//! Text of documents, bounded, and what tells a scan from a text: enough to judge what a document is and whose, never its
//! layout. What cannot be read is told in words for staff.

mod compound;
mod doc;
mod docx;
mod pdf;
mod rtf;

pub use compound::{Compound, compound};
pub use doc::read_doc;
pub use docx::{Picture, docx_pictures, read_docx};
pub use pdf::{PageImage, Pdf, Pixels, read_pdf};
pub use rtf::read_rtf;

/// What a document may cost.
#[derive(Debug, Clone, Copy)]
pub struct Caps {
    /// Bytes of text kept.
    pub text_bytes: usize,
    /// Bytes of XML of a docx that are read.
    pub xml_bytes: u64,
    /// Bytes of the text streams of a doc that are read.
    pub doc_stream_bytes: u64,
    /// Pictures taken out of a docx.
    pub pictures: usize,
    /// Bytes of one picture.
    pub picture_bytes: u64,
    /// Bytes of all pictures of a docx.
    pub pictures_bytes: u64,
    /// Pages of a PDF that are looked at.
    pub pdf_pages: usize,
    /// Bytes that one stream of a PDF may unpack to.
    pub pdf_stream_bytes: usize,
    /// Page images of a PDF handed out to look for a seal.
    pub pdf_images: usize,
}

const ENCRYPTED: &str = "文件已加密，请发送不加密的文件";
const DAMAGED: &str = "文件已损坏，打不开";

/// At most `bytes_max` bytes of `text`, whole characters.
fn bound(text: &mut String, bytes_max: usize) {
    let mut end = text.len().min(bytes_max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
}

#[cfg(test)]
const TEST_CAPS: Caps = Caps {
    text_bytes: 1000,
    xml_bytes: 10_000,
    doc_stream_bytes: 10_000,
    pictures: 5,
    picture_bytes: 1000,
    pictures_bytes: 2000,
    pdf_pages: 3,
    pdf_stream_bytes: 100_000,
    pdf_images: 2,
};
