//! A photo made small for the page, and its likeness in 64 bits by which near-duplicates are found. The one place where a
//! photo is decoded: on request, away from the river, one at a time, within bounds; what comes out is our own JPEG, never
//! the sender's bytes.

use std::io::{BufRead, Cursor, Seek};

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use serde::{Deserialize, Serialize};

use super::{Caps, jpeg};

/// Longer edge of a thumbnail, in pixels: twice what the page shows, for fine screens.
const EDGE: u32 = 320;
const QUALITY: u8 = 80;
/// Least difference between the brightest and the darkest of a likeness's 72 fields: a blank page looks like any other.
const CONTRAST_MIN: u8 = 24;

/// Whether photos of a media type can be made small. Of heic nothing but its size is known: no decoder of it is lean enough.
pub fn has_thumbnail(media_type: &str) -> bool {
    matches!(media_type, "image/jpeg" | "image/png" | "image/apng" | "image/gif" | "image/bmp" | "image/webp")
}

/// A photo made small.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thumbnail {
    /// A JPEG of our own, without anything that the photo told beside its picture.
    pub jpeg: Vec<u8>,
    /// What it looks like; none for what is too plain to be told from others.
    pub likeness: Option<u64>,
}

/// Makes a photo small.
///
/// # Errors
/// Why it cannot be shown, in words for staff.
pub fn thumbnail(mut file: impl BufRead + Seek, caps: &Caps) -> Result<Thumbnail, String> {
    const UNSHOWN: &str = "这种图片不能显示缩略图";
    const TOO_LARGE: &str = "图片过大，不显示缩略图";
    const PIXEL_BYTES: u64 = 3;
    // What a decoder holds beside the picture: three coefficients of two bytes a pixel; four bytes of its own.
    const PROGRESSIVE_BYTES: u64 = 9;
    const WEBP_BYTES: u64 = 7;
    let is_progressive = jpeg::frame(&mut file).is_ok_and(|frame| frame.is_progressive);
    file.rewind().map_err(|_| UNSHOWN)?;
    let mut reader = ImageReader::new(file).with_guessed_format().map_err(|_| UNSHOWN)?;
    let bytes_max = caps.thumbnail_pixels * PIXEL_BYTES;
    let mut limits = Limits::default();
    limits.max_alloc = Some(bytes_max);
    reader.limits(limits);
    let is_webp = reader.format() == Some(ImageFormat::WebP);
    let mut decoder = reader.into_decoder().map_err(|_| UNSHOWN)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    let bytes = match (is_progressive, is_webp) {
        (true, _) => pixels * PROGRESSIVE_BYTES,
        (_, true) => pixels * WEBP_BYTES,
        _ => decoder.total_bytes(),
    };
    if pixels > caps.thumbnail_pixels || bytes > bytes_max {
        return Err(TOO_LARGE.to_owned());
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let photo = DynamicImage::from_decoder(decoder).map_err(|_| UNSHOWN)?;
    // Nothing is made larger than it was.
    let mut small = if width.max(height) <= EDGE { photo } else { photo.thumbnail(EDGE, EDGE) };
    small.apply_orientation(orientation);
    let small = DynamicImage::ImageRgb8(on_white(&small));
    let mut jpeg = Cursor::new(Vec::new());
    small.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, QUALITY)).map_err(|_| UNSHOWN)?;
    Ok(Thumbnail { jpeg: jpeg.into_inner(), likeness: likeness(&small) })
}

/// What can be seen through becomes white, as on the page.
fn on_white(picture: &DynamicImage) -> image::RgbImage {
    let mut white = image::RgbImage::new(picture.width(), picture.height());
    for (out, pixel) in white.pixels_mut().zip(picture.to_rgba8().pixels()) {
        let [r, g, b, alpha] = pixel.0.map(u32::from);
        let mix = |colour: u32| u8::try_from((colour * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX);
        out.0 = [mix(r), mix(g), mix(b)];
    }
    white
}

/// dHash: of nine fields in each of eight rows, whether each is darker than its right neighbour. Small changes of size,
/// brightness and compression leave nearly all of it as it was.
fn likeness(picture: &DynamicImage) -> Option<u64> {
    let fields: GrayImage = picture.resize_exact(9, 8, FilterType::Triangle).into_luma8();
    let (darkest, brightest) = (fields.pixels().map(|p| p.0).min()?, fields.pixels().map(|p| p.0).max()?);
    let ([darkest], [brightest]) = (darkest, brightest);
    if brightest - darkest < CONTRAST_MIN {
        return None;
    }
    let darker = |x: u32, y: u32| fields.get_pixel(x, y).0 < fields.get_pixel(x + 1, y).0;
    let bits = (0..8).flat_map(|y| (0..8).map(move |x| (x, y)));
    Some(bits.fold(0, |bits, (x, y)| bits << 1 | u64::from(darker(x, y))))
}
