//! Portable documents: pages, text layer, whether the pages are pictures, and those pictures, so that somebody else can
//! look for a seal in them. Encryption is asked for before "0 pages" is believed (`crates.md` 3g). Scripts, attachments and
//! whatever a page refers to outside are never touched.

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};

use super::pdf_image::{PageImage, Picture, pictures};
use super::{Caps, DAMAGED, ENCRYPTED, bound};

/// Fewer visible characters are no text layer.
const SCAN_CHARACTERS_MAX: usize = 10;
/// A page whose text is there to be searched only is covered by a picture at least this wide and high, in pixels.
const WHOLE_PAGE_EDGE: i64 = 500;
/// Fonts of one page whose text is read.
const FONTS_MAX: usize = 100;
/// Bytes at either end of a file in which its marks stand.
pub const MARK_BYTES: usize = 4096;

/// What was found in a PDF.
#[derive(Debug)]
pub struct Pdf {
    /// Number of pages.
    pub pages: u32,
    /// Text layer of the pages looked at.
    pub text: String,
    /// Whether most of these pages are pictures, with or without the text that a scanner recognised under them.
    pub is_scan: bool,
}

/// Whether bytes begin and end as a PDF does; each at most [`MARK_BYTES`] are looked at. Programs write a few bytes before
/// the head and after the end.
pub fn is_whole_pdf(head: &[u8], tail: &[u8]) -> bool {
    let head = head.get(..MARK_BYTES).unwrap_or(head);
    let tail = tail.get(tail.len().saturating_sub(MARK_BYTES)..).unwrap_or_default();
    let has = |bytes: &[u8], mark: &[u8]| memchr::memmem::find(bytes, mark).is_some();
    has(head, b"%PDF-") && has(tail, b"%%EOF")
}

/// Facts of a PDF, or why there are none: of one that lost its end the parser would make up what is missing. Takes the bytes, so that they are gone when their objects have been found. The
/// pictures of the pages go to `look`, those at either end of the document first, until it wants no more.
pub fn read_pdf(bytes: Vec<u8>, caps: &Caps, look: &mut dyn FnMut(PageImage) -> bool) -> Result<Pdf, String> {
    let end = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
    if !is_whole_pdf(&bytes, bytes.get(..end).unwrap_or_default()) {
        return Err(DAMAGED.to_owned());
    }
    let options = LoadOptions::with_max_decompressed_size(caps.pdf_objects_bytes);
    let document = Document::load_mem_with_options(&bytes, options).map_err(|error| match error {
        lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_) => ENCRYPTED,
        _ => DAMAGED,
    })?;
    drop(bytes);
    let ids: Vec<ObjectId> = document.page_iter().collect();
    if ids.is_empty() {
        return Err(if document.trailer.has(b"Encrypt") { ENCRYPTED } else { DAMAGED }.to_owned());
    }
    let looked = ends_first(ids.len(), caps.pdf_pages);
    let mut left = caps.pdf_contents_bytes;
    let mut pages: Vec<Page> =
        looked.iter().filter_map(|&at| page(&document, at, *ids.get(at)?, &mut left, caps)).collect();
    show(&document, &pages, caps, look);
    pages.sort_by_key(|page| page.at);
    let scanned = pages.iter().filter(|page| page.is_picture).count();
    let mut text = pages.iter().map(|page| page.text.as_str()).collect::<Vec<_>>().join("\n");
    text.push('\n');
    bound(&mut text, caps.text_bytes);
    Ok(Pdf { pages: u32::try_from(ids.len()).unwrap_or(u32::MAX), text, is_scan: scanned * 2 > pages.len() })
}

/// Up to `most` of `count` pages: last, first, last but one, second, … Seals and signatures stand at either end.
fn ends_first(count: usize, most: usize) -> Vec<usize> {
    let place = |step: usize| if step.is_multiple_of(2) { count - 1 - step / 2 } else { step / 2 };
    (0..count.min(most)).map(place).collect()
}

/// A page that was looked at.
struct Page {
    at: usize,
    text: String,
    is_picture: bool,
    pictures: Vec<Picture>,
}

/// `left`: bytes that the pages may still unpack for their text.
fn page(document: &Document, at: usize, id: ObjectId, left: &mut usize, caps: &Caps) -> Option<Page> {
    let number = u32::try_from(at + 1).ok()?;
    let room = caps.pdf_content_bytes.min(*left);
    let content = document.get_page_content_with_limit(id, room).unwrap_or_else(|_| vec![b' '; room]);
    let cost = content.len() + font_bytes(document, id, room);
    *left -= cost.min(room);
    let mut text = String::new();
    if cost < room {
        let chunks = document.extract_text_chunks_with_limit(&[number], room);
        text.extend(chunks.into_iter().filter_map(Result::ok));
        bound(&mut text, caps.text_bytes);
    }
    let characters = text.chars().filter(|c| !c.is_whitespace()).take(SCAN_CHARACTERS_MAX).count();
    let pictures = pictures(document, &resources(document, id));
    let covers = |picture: &Picture| picture.width.min(picture.height) >= WHOLE_PAGE_EDGE;
    let is_picture = if characters < SCAN_CHARACTERS_MAX {
        !pictures.is_empty()
    } else {
        pictures.iter().any(covers) && hides_text(&content)
    };
    Some(Page { at, text, is_picture, pictures })
}

/// Whether the page draws text invisibly (`3 Tr`): scanners lay what they recognised under the picture.
fn hides_text(content: &[u8]) -> bool {
    let mut words = content.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let mut last: &[u8] = b"";
    words.any(|word| std::mem::replace(&mut last, word) == b"3" && word == b"Tr")
}

/// Bytes of the tables that tell the characters of a page's fonts, as far as `most`. They are read for every font, however
/// many share one.
fn font_bytes(document: &Document, id: ObjectId, most: usize) -> usize {
    let fonts = document.get_page_fonts(id).unwrap_or_default();
    if fonts.len() > FONTS_MAX {
        return most;
    }
    let tables = fonts.values().filter_map(|font| font.get_deref(b"ToUnicode", document).ok());
    let streams = tables.filter_map(|table| Object::as_stream(table).ok());
    let mut total = 0;
    for table in streams {
        total += table.get_plain_content_with_limit(most).map_or(most, |bytes| bytes.len());
        if total >= most {
            break;
        }
    }
    total
}

/// The nearest resources of a page come first.
fn resources(document: &Document, id: ObjectId) -> Vec<&Dictionary> {
    let (own, inherited) = document.get_page_resources(id).unwrap_or_default();
    let inherited = inherited.into_iter().filter_map(|id| document.get_dictionary(id).ok());
    own.into_iter().chain(inherited).collect()
}

fn show(document: &Document, pages: &[Page], caps: &Caps, look: &mut dyn FnMut(PageImage) -> bool) {
    let pictures = pages.iter().flat_map(|page| &page.pictures);
    let mut shown = pictures.filter_map(|picture| picture.load(document, caps)).take(caps.pdf_images);
    while shown.next().is_some_and(&mut *look) {}
}

#[cfg(test)]
mod tests {
    use lopdf::{EncryptionState, EncryptionVersion, Object, Permissions, StringFormat, dictionary};

    use super::*;
    use crate::document::TEST_CAPS;

    fn read(bytes: Vec<u8>) -> Result<Pdf, String> {
        read_pdf(bytes, &TEST_CAPS, &mut |_| true)
    }

    #[test]
    fn the_pages_at_either_end_are_looked_at_first() {
        assert_eq!(ends_first(5, 20), [4, 0, 3, 1, 2]);
        assert_eq!(ends_first(1000, 3), [999, 0, 998]);
    }

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
        assert_eq!(read(locked("user")).unwrap_err(), ENCRYPTED);
        assert_eq!(read(locked("")).unwrap().pages, 1);
    }

    #[test]
    fn rubbish_says_that_it_is_damaged() {
        for rubbish in [&b"%PDF-1.7 rubbish"[..], b"%PDF-1.7 rubbish\n%%EOF\n"] {
            assert!(read(rubbish.to_vec()).unwrap_err().contains("损坏"));
        }
    }
}
