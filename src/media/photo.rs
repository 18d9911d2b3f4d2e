//! Facts of a photo. The width and height come from its header: nothing is decoded, so a bomb costs nothing.

use std::io::Cursor;

use image::ImageReader;
use jiff::civil::DateTime;
use nom_exif::{ExifTag, MediaParser, MediaSource};

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
pub fn read_photo(bytes: &[u8], media_type: &str) -> Result<Photo, String> {
    let size = match media_type {
        "image/jpeg" | "image/png" => Some(decoder_size(bytes, media_type)?),
        "image/gif" => Some((le(bytes, 6, 2), le(bytes, 8, 2))),
        "image/bmp" => Some((le(bytes, 18, 4), le(bytes, 22, 4))),
        "image/webp" => webp_size(bytes),
        _ => largest_ispe(bytes),
    };
    let (width, height) = size.unwrap_or_default();
    let (taken_at, has_gps) = exif(bytes).unwrap_or_default();
    Ok(Photo { width, height, taken_at, has_gps })
}

fn decoder_size(bytes: &[u8], media_type: &str) -> Result<(u32, u32), String> {
    const DAMAGED: &str = "图片已损坏，打不开";
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| DAMAGED)?;
    let size = reader.into_dimensions().map_err(|_| DAMAGED)?;
    let end: &[u8] = if media_type == "image/jpeg" { b"\xff\xd9" } else { b"IEND" };
    // Films and other data may follow the picture, and a preview may end early in it: the end stands in the last quarter.
    let tail = bytes.get(bytes.len() / 4 * 3..).unwrap_or(bytes);
    let has_end = tail.windows(end.len()).any(|window| window == end);
    if has_end { Ok(size) } else { Err("图片不完整，后半部分缺失".to_owned()) }
}

fn exif(bytes: &[u8]) -> Option<(Option<DateTime>, bool)> {
    let source = MediaSource::from_memory(bytes.to_vec()).ok()?;
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
fn largest_ispe(bytes: &[u8]) -> Option<(u32, u32)> {
    const HEAD_BYTES: usize = 256 * 1024;
    let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
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
        let photo = read_photo(&bytes, "image/jpeg").unwrap();
        assert_eq!((photo.width, photo.height, photo.taken_at, photo.has_gps), (64, 48, None, false));
        assert!(read_photo(&bytes[..bytes.len() - 2], "image/jpeg").unwrap_err().contains("不完整"));
        assert!(read_photo(b"\xff\xd8\xff rubbish", "image/jpeg").unwrap_err().contains("损坏"));
        assert_eq!(read_photo(b"GIF89a\x05\x00\x06\x00", "image/gif").unwrap().width, 5);
    }
}
