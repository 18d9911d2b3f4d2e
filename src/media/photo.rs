//! Facts of a photo: its size as it is shown, whether it is all there, when and whether somewhere it was taken. All of it
//! from headers and structure; nothing is decoded, so a bomb costs nothing and a river of photos little.

use std::io::{Read, Seek};

use nom_exif::{EntryValue, ExifTag, MediaParser, MediaSource};

use super::when::{in_china, named, plausible};
use super::{heic, jpeg, raster};
use crate::domain::facts::{Taken, TakenBy};

pub(super) const DAMAGED: &str = "图片已损坏，打不开";
pub(super) const CUT: &str = "图片不完整，后半部分缺失";

/// Photos in boxes, which say by their own means how they are turned.
const BOXED_TYPES: [&str; 5] =
    ["image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence", "image/avif"];

/// Width and height.
pub(super) type Pixels = (u32, u32);

/// Facts of a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Photo {
    /// Width in pixels as it is shown; 0 when the format does not tell us.
    pub width: u32,
    /// Height in pixels as it is shown; 0 when the format does not tell us.
    pub height: u32,
    /// When it was taken, if anything says so.
    pub taken: Option<Taken>,
    /// Whether it tells a place.
    pub has_gps: bool,
}

/// Facts of a photo called `name`.
///
/// # Errors
/// Why it cannot be looked at, in words for staff: damaged, or cut.
pub fn read_photo(mut file: impl Read + Seek, media_type: &str, name: &str) -> Result<Photo, String> {
    file.rewind().map_err(|_| DAMAGED)?;
    let is_boxed = BOXED_TYPES.contains(&media_type);
    let pixels = match media_type {
        "image/jpeg" => jpeg::pixels(&mut file)?,
        "image/png" | "image/apng" => raster::png(&mut file)?,
        "image/gif" => raster::gif(&mut file)?,
        "image/bmp" => raster::bmp(&mut file)?,
        "image/webp" => raster::webp(&mut file)?,
        "image/tiff" => raster::tiff(&mut file)?,
        _ if is_boxed => heic::pixels(&mut file)?,
        _ => Pixels::default(),
    };
    let exif = exif(file).unwrap_or_default();
    let is_turned = exif.is_turned && !is_boxed;
    let (width, height) = if is_turned { (pixels.1, pixels.0) } else { pixels };
    Ok(Photo { width, height, taken: exif.taken.or_else(|| named(name)), has_gps: exif.has_gps })
}

/// What the camera wrote beside the picture.
#[derive(Default)]
struct Exif {
    taken: Option<Taken>,
    has_gps: bool,
    /// Whether the picture is stored lying on its side.
    is_turned: bool,
}

fn exif(mut file: impl Read + Seek) -> Option<Exif> {
    file.rewind().ok()?;
    let source = MediaSource::seekable(file).ok()?;
    let exif: nom_exif::Exif = MediaParser::new().parse_exif(source).ok()?.into();
    let moment = [ExifTag::DateTimeOriginal, ExifTag::CreateDate].into_iter().find_map(|tag| exif.get(tag));
    let at = moment.and_then(EntryValue::as_datetime).and_then(in_china).filter(plausible);
    let orientation = exif.get(ExifTag::Orientation).and_then(EntryValue::as_u16);
    Some(Exif {
        taken: at.map(|at| Taken { at, by: TakenBy::Exif }),
        has_gps: exif.gps_info().is_some(),
        is_turned: orientation.is_some_and(|orientation| (5..=8).contains(&orientation)),
    })
}
