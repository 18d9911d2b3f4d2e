//! Portable documents: pages, text layer, whether the pages are pictures, and those pictures, so that somebody else can
//! look for a seal in them. Encryption is asked for before "0 pages" is believed (`crates.md` 3g).

use lopdf::xobject::PdfImage;
use lopdf::{Document, LoadOptions};

use super::{Caps, DAMAGED, ENCRYPTED, bound};

/// Fewer visible characters on the pages looked at are no text layer.
const SCAN_CHARACTERS_MAX: usize = 10;
/// Smaller pictures are decoration.
const IMAGE_EDGE_MIN: i64 = 100;

/// What was found in a PDF.
#[derive(Debug)]
pub struct Pdf {
    /// Number of pages.
    pub pages: u32,
    /// Text layer of the first pages.
    pub text: String,
    /// Whether the pages are pictures.
    pub is_scan: bool,
    /// Pictures on the first pages that can be looked at.
    pub images: Vec<PageImage>,
}

/// A picture on a page.
#[derive(Debug)]
pub enum PageImage {
    /// A JPEG file.
    Jpeg(Vec<u8>),
    /// Plain pixels.
    Rgb(Pixels),
}

/// Three bytes a pixel, row by row.
#[derive(Debug)]
pub struct Pixels {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// `width * height * 3` bytes.
    pub bytes: Vec<u8>,
}

/// Facts of a PDF, or why there are none. Takes the bytes, so that they are gone when their objects have been found.
pub fn read_pdf(bytes: Vec<u8>, caps: &Caps) -> Result<Pdf, String> {
    let options = LoadOptions::with_max_decompressed_size(caps.pdf_stream_bytes);
    let document = Document::load_mem_with_options(&bytes, options).map_err(|error| match error {
        lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_) => ENCRYPTED,
        _ => DAMAGED,
    })?;
    drop(bytes);
    let pages = document.get_pages();
    if pages.is_empty() && document.trailer.has(b"Encrypt") {
        return Err(ENCRYPTED.to_owned());
    }
    if pages.is_empty() {
        return Err(DAMAGED.to_owned());
    }
    let looked: Vec<u32> = pages.keys().copied().take(caps.pdf_pages).collect();
    let mut text = String::new();
    for number in &looked {
        for chunk in document.extract_text_chunks_with_limit(&[*number], caps.pdf_stream_bytes) {
            text.push_str(&chunk.unwrap_or_default());
        }
        text.push('\n');
        if text.len() > caps.text_bytes {
            break;
        }
    }
    bound(&mut text, caps.text_bytes);
    let (images, has_images) = images(&document, caps);
    let characters = text.chars().filter(|c| !c.is_whitespace()).take(SCAN_CHARACTERS_MAX).count();
    let is_scan = characters < SCAN_CHARACTERS_MAX && has_images;
    Ok(Pdf { pages: u32::try_from(pages.len()).unwrap_or(u32::MAX), text, is_scan, images })
}

/// The pictures that can be looked at, and whether there are any at all.
fn images(document: &Document, caps: &Caps) -> (Vec<PageImage>, bool) {
    let mut found = Vec::new();
    let mut has_images = false;
    for id in document.get_pages().into_values().take(caps.pdf_pages) {
        for image in document.get_page_images(id).unwrap_or_default() {
            if image.width < IMAGE_EDGE_MIN || image.height < IMAGE_EDGE_MIN {
                continue;
            }
            has_images = true;
            if found.len() < caps.pdf_images {
                found.extend(page_image(document, &image, caps));
            }
        }
    }
    (found, has_images)
}

/// CCITT, JBIG2 and JPX cannot be looked at; the first two are black and white.
fn page_image(document: &Document, image: &PdfImage<'_>, caps: &Caps) -> Option<PageImage> {
    let filters = image.filters.clone().unwrap_or_default();
    match filters.last().map(String::as_str) {
        Some("DCTDecode") if filters.len() == 1 => Some(PageImage::Jpeg(image.content.to_vec())),
        Some("FlateDecode") if image.bits_per_component == Some(8) => {
            if image.color_space.as_deref() != Some("DeviceRGB") {
                return None;
            }
            let (width, height) = (u32::try_from(image.width).ok()?, u32::try_from(image.height).ok()?);
            let stream = document.get_object(image.id).ok()?.as_stream().ok()?;
            let bytes = stream.decompressed_content_with_limit(caps.pdf_stream_bytes).ok()?;
            let wanted = u64::from(width) * u64::from(height) * 3;
            (u64::try_from(bytes.len()).ok()? >= wanted).then_some(PageImage::Rgb(Pixels {
                width,
                height,
                bytes,
            }))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use lopdf::{EncryptionState, EncryptionVersion, Object, Permissions, StringFormat, dictionary};

    use super::*;
    use crate::document::TEST_CAPS;

    /// One empty page, locked with an owner's and perhaps a user's password.
    fn locked(user_password: &str) -> Vec<u8> {
        let mut document = Document::with_version("1.5");
        let pages = document.new_object_id();
        let page = document.add_object(dictionary! { "Type" => "Page", "Parent" => pages });
        let kids = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
        document.objects.insert(pages, Object::Dictionary(kids));
        let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
        document.trailer.set("Root", catalog);
        let id = Object::String(vec![7; 16], StringFormat::Hexadecimal);
        document.trailer.set("ID", vec![id.clone(), id]);
        let version = EncryptionVersion::V2 {
            document: &document,
            owner_password: "owner",
            user_password,
            key_length: 128,
            permissions: Permissions::all(),
        };
        let state = EncryptionState::try_from(version).unwrap();
        document.encrypt(&state).unwrap();
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn a_locked_document_says_so_and_an_owner_lock_does_not_matter() {
        assert_eq!(read_pdf(locked("user"), &TEST_CAPS).unwrap_err(), ENCRYPTED);
        assert_eq!(read_pdf(locked(""), &TEST_CAPS).unwrap().pages, 1);
    }

    #[test]
    fn rubbish_says_that_it_is_damaged() {
        assert!(read_pdf(b"%PDF-1.7 rubbish".to_vec(), &TEST_CAPS).unwrap_err().contains("损坏"));
    }
}
