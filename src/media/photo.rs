//! Facts of a photo. The width and height come from its header: nothing is decoded, so a bomb costs nothing.

use std::io::{Cursor, Read, Seek, SeekFrom};

use image::ImageReader;
use jiff::civil::DateTime;
use memchr::memmem;
use nom_exif::{ExifTag, MediaParser, MediaSource};

/// Bytes of a file in which formats tell the size of their picture: previews and profiles may stand before it.
const HEAD_BYTES: u64 = 4 * 1024 * 1024;

const DAMAGED: &str = "图片已损坏，打不开";

/// Facts of a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Photo {
    /// Width in pixels; 0 when the format does not tell us.
    pub width: u32,
    /// Height in pixels; 0 when the format does not tell us.
    pub height: u32,
    /// When the camera says it was taken, in its own time.
    pub taken_at: Option<DateTime>,
    /// Whether it tells a place.
    pub has_gps: bool,
}

/// Facts of a photo, or why there are none.
pub fn read_photo(mut file: impl Read + Seek, media_type: &str) -> Result<Photo, String> {
    let mut head = Vec::new();
    file.by_ref().take(HEAD_BYTES).read_to_end(&mut head).map_err(|_| DAMAGED)?;
    let size = match media_type {
        "image/jpeg" => Some(decoder_size(&head, &mut file, b"\xff\xd9")?),
        "image/png" => Some(decoder_size(&head, &mut file, b"IEND")?),
        "image/gif" => Some((le(&head, 6, 2), le(&head, 8, 2))),
        "image/bmp" => Some((le(&head, 18, 4), le(&head, 22, 4))),
        "image/webp" => webp_size(&head),
        _ => largest_ispe(&head),
    };
    drop(head);
    let (width, height) = size.unwrap_or_default();
    let (taken_at, has_gps) = exif(file).unwrap_or_default();
    Ok(Photo { width, height, taken_at, has_gps })
}

/// The decoder wants all that it is given in memory, so it is given the head alone.
fn decoder_size(head: &[u8], file: &mut (impl Read + Seek), end: &[u8]) -> Result<(u32, u32), String> {
    let reader = ImageReader::new(Cursor::new(head)).with_guessed_format().map_err(|_| DAMAGED)?;
    let size = reader.into_dimensions().map_err(|_| DAMAGED)?;
    if has_end(file, end).map_err(|_| DAMAGED)? {
        Ok(size)
    } else {
        Err("图片不完整，后半部分缺失".to_owned())
    }
}

/// Films and other data may follow the picture, and a preview may end early in it: the end stands in the last quarter.
fn has_end(file: &mut (impl Read + Seek), end: &[u8]) -> std::io::Result<bool> {
    const CHUNK_BYTES: u64 = 64 * 1024;
    let size = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(size / 4 * 3))?;
    let finder = memmem::Finder::new(end);
    let mut tail = Vec::new();
    loop {
        let held = tail.len();
        file.by_ref().take(CHUNK_BYTES).read_to_end(&mut tail)?;
        if finder.find(&tail).is_some() {
            return Ok(true);
        }
        if tail.len() == held {
            return Ok(false);
        }
        // The end may be cut by the chunk.
        tail.drain(..tail.len().saturating_sub(end.len() - 1));
    }
}

fn exif(mut file: impl Read + Seek) -> Option<(Option<DateTime>, bool)> {
    file.rewind().ok()?;
    let source = MediaSource::seekable(file).ok()?;
    let exif: nom_exif::Exif = MediaParser::new().parse_exif(source).ok()?.into();
    let moment = [ExifTag::DateTimeOriginal, ExifTag::CreateDate].into_iter().find_map(|tag| exif.get(tag));
    let taken_at = moment.and_then(nom_exif::EntryValue::as_datetime).map(|at| at.into_naive().to_string());
    Some((taken_at.and_then(|text| text.parse().ok()), exif.gps_info().is_some()))
}

/// Little-endian number of `length` bytes; 0 beyond the end.
fn le(bytes: &[u8], at: usize, length: usize) -> u32 {
    let digits = bytes.get(at..at + length).unwrap_or_default();
    digits.iter().rev().fold(0, |number, &byte| number << 8 | u32::from(byte))
}

fn webp_size(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes.get(12..16)? {
        b"VP8X" => Some((le(bytes, 24, 3) + 1, le(bytes, 27, 3) + 1)),
        b"VP8 " => Some((le(bytes, 26, 2) & 0x3fff, le(bytes, 28, 2) & 0x3fff)),
        _ => None,
    }
}

/// HEIC keeps one `ispe` box a tile and one for the whole: the largest counts (ISO/IEC 23008-12 6.5.3).
fn largest_ispe(head: &[u8]) -> Option<(u32, u32)> {
    // Further on are pixels, in which anything may stand.
    const BOXES_BYTES: usize = 256 * 1024;
    let head = head.get(..BOXES_BYTES).unwrap_or(head);
    let be = |at: usize| head.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
    let boxes = head.windows(4).enumerate().filter(|(_, window)| *window == b"ispe").map(|(at, _)| at);
    boxes.filter_map(|at| Some((be(at + 8)?, be(at + 12)?))).max_by_key(|&(w, h)| u64::from(w) * u64::from(h))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jpeg(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image::RgbImage::new(width, height).write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_photo_tells_its_size_and_a_cut_one_that_it_is_cut() {
        let bytes = jpeg(64, 48);
        let photo = read_photo(Cursor::new(&bytes), "image/jpeg").unwrap();
        assert_eq!((photo.width, photo.height, photo.taken_at, photo.has_gps), (64, 48, None, false));
        assert!(
            read_photo(Cursor::new(&bytes[..bytes.len() - 2]), "image/jpeg").unwrap_err().contains("不完整")
        );
        assert!(read_photo(Cursor::new(b"\xff\xd8\xff rubbish"), "image/jpeg").unwrap_err().contains("损坏"));
        assert_eq!(read_photo(Cursor::new(b"GIF89a\x05\x00\x06\x00"), "image/gif").unwrap().width, 5);
    }
}
