//! The pictures of a page of a PDF, as far as their kind can be looked at without a renderer: JPEG, and plain RGB. CCITT
//! and JBIG2 are black and white, where no seal shows its colour; JPX is rare.

use std::collections::HashSet;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::Caps;

/// Smaller pictures are decoration, in pixels.
const EDGE_MIN: i64 = 100;
/// Pictures of one page, and things looked at to find them.
const PICTURES_MAX: usize = 16;
const OBJECTS_MAX: usize = 200;

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

/// Where a picture is, and how large it says it is.
pub struct Picture {
    pub width: i64,
    pub height: i64,
    id: ObjectId,
}

/// The pictures that a page names in its resources, and those in the drawings among them: some programs wrap each
/// scanned page into one.
pub fn pictures(document: &Document, resources: &[&Dictionary]) -> Vec<Picture> {
    let mut found = Vec::new();
    let mut seen: HashSet<ObjectId> = HashSet::new();
    let mut waiting: Vec<&Dictionary> = resources.to_vec();
    while let Some(resources) = waiting.pop() {
        let Ok(objects) = document.get_dict_in_dict(resources, b"XObject") else { continue };
        for (_, object) in objects.iter() {
            let Ok(id) = object.as_reference() else { continue };
            if found.len() >= PICTURES_MAX || seen.len() >= OBJECTS_MAX || !seen.insert(id) {
                continue;
            }
            let Ok(stream) = document.get_object(id).and_then(Object::as_stream) else { continue };
            match stream.dict.get(b"Subtype").and_then(Object::as_name) {
                Ok(b"Form") => waiting.extend(document.get_dict_in_dict(&stream.dict, b"Resources").ok()),
                Ok(b"Image") => {
                    let edge = |key: &[u8]| stream.dict.get_deref(key, document).and_then(Object::as_i64);
                    if let (Ok(width), Ok(height)) = (edge(b"Width"), edge(b"Height"))
                        && width.min(height) >= EDGE_MIN
                    {
                        found.push(Picture { width, height, id });
                    }
                }
                _ => {}
            }
        }
    }
    found
}

impl Picture {
    /// Its bytes, if its kind can be looked at.
    pub fn load(&self, document: &Document, caps: &Caps) -> Option<PageImage> {
        let stream = document.get_object(self.id).and_then(Object::as_stream).ok()?;
        let filters = stream.filters().unwrap_or_default();
        match filters.as_slice() {
            [b"DCTDecode"] => Some(PageImage::Jpeg(stream.content.clone())),
            [before @ .., b"DCTDecode"] => {
                let before = before.iter().map(|filter| Object::Name(filter.to_vec())).collect();
                let mut wrapped = Stream::new(Dictionary::new(), stream.content.clone());
                wrapped.dict.set("Filter", Object::Array(before));
                wrapped.decompressed_content_with_limit(caps.pdf_image_bytes).ok().map(PageImage::Jpeg)
            }
            [.., b"FlateDecode"] if self.is_rgb(document, &stream.dict) => {
                let (width, height) = (u32::try_from(self.width).ok()?, u32::try_from(self.height).ok()?);
                let wanted = usize::try_from(u64::from(width) * u64::from(height) * 3).ok()?;
                if wanted > caps.pdf_image_bytes {
                    return None;
                }
                let bytes = stream.decompressed_content_with_limit(caps.pdf_image_bytes).ok()?;
                (bytes.len() >= wanted).then_some(PageImage::Rgb(Pixels { width, height, bytes }))
            }
            _ => None,
        }
    }

    /// Eight bits a colour, three colours: by name, or as a calibrated space with three components.
    fn is_rgb(&self, document: &Document, dict: &Dictionary) -> bool {
        if dict.get(b"BitsPerComponent").and_then(Object::as_i64).ok() != Some(8) {
            return false;
        }
        match dict.get_deref(b"ColorSpace", document) {
            Ok(Object::Name(name)) => name == b"DeviceRGB",
            Ok(Object::Array(space)) => match space.as_slice() {
                [Object::Name(kind), profile] if kind == b"ICCBased" => {
                    let profile = profile.as_reference().and_then(|id| document.get_object(id));
                    let profile = profile.and_then(Object::as_stream);
                    profile.and_then(|profile| profile.dict.get(b"N")).and_then(Object::as_i64).ok()
                        == Some(3)
                }
                [Object::Name(kind), _] => kind == b"CalRGB",
                _ => false,
            },
            _ => false,
        }
    }
}
