//! Text of documents, bounded, and what tells a scan from a text: enough to judge what a document is and whose, never its
//! layout. What cannot be read is told in words for staff.

mod compound;
mod doc;
mod flow;
mod package;
mod pdf;
mod pdf_image;
mod rtf;
mod text;
mod unsupported;

pub use compound::{Compound, compound, compound_has_macros};
pub use doc::read_doc;
pub use package::{Ofd, Picture, docx_pictures, read_docx, read_ofd, read_open_document, read_pptx};
pub use pdf::{MARK_BYTES, Pdf, is_whole_pdf, read_pdf};
pub use pdf_image::{PageImage, Pixels};
pub use rtf::{RichText, read_rtf};
pub use text::charset_of;
pub use unsupported::{BINARY_WORKBOOK, IWORK, OLD_BOOK, unsupported};

/// What a document may cost.
#[derive(Debug, Clone, Copy)]
pub struct Caps {
    /// Bytes of text kept.
    pub text_bytes: usize,
    /// Bytes of XML of a zipped document that are read.
    pub xml_bytes: u64,
    /// Bytes of the text streams of a doc that are read.
    pub doc_stream_bytes: u64,
    /// Pictures taken out of a docx.
    pub pictures: usize,
    /// Bytes of one picture.
    pub picture_bytes: u64,
    /// Bytes of all pictures of a docx, and of all documents of a mail.
    pub pictures_bytes: u64,
    /// Pages of a PDF that are looked at.
    pub pdf_pages: usize,
    /// Bytes that one stream of objects of a PDF may unpack to.
    pub pdf_objects_bytes: usize,
    /// Bytes that what a page draws, and the tables of its fonts, may unpack to, for its text to be read.
    pub pdf_content_bytes: usize,
    /// The same of all pages of a PDF.
    pub pdf_contents_bytes: usize,
    /// Bytes of the plain pixels of one picture of a PDF.
    pub pdf_image_bytes: usize,
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
    pdf_objects_bytes: 100_000,
    pdf_content_bytes: 100_000,
    pdf_contents_bytes: 400_000,
    pdf_image_bytes: 100_000,
    pdf_images: 2,
};
