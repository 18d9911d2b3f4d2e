//! Size and completeness of png, gif, bmp, webp and tiff, by their structure alone.

use std::io::{Read, Seek};

use super::bytes::{be, edge, le, piece, size};
use super::photo::{CUT, DAMAGED, Pixels};

type Found = Result<Pixels, String>;

/// Chunks of a PNG, blocks of a GIF: an animation has thousands.
const BLOCKS_MAX: usize = 500_000;

/// PNG: chunks up to `IEND` (W3C PNG 5).
pub(super) fn png(file: &mut (impl Read + Seek)) -> Found {
    let end = size(file).map_err(|_| DAMAGED)?;
    let mut at = 8;
    let mut pixels = None;
    for _ in 0..BLOCKS_MAX {
        let head = piece(file, at, 16).map_err(|_| DAMAGED)?;
        let (Some(length), Some(kind)) = (be(&head, 0, 4), head.get(4..8)) else { return Err(CUT.into()) };
        let next = at + 12 + length;
        match kind {
            b"IHDR" => pixels = Some((edge(be(&head, 8, 4)), edge(be(&head, 12, 4)))),
            b"IEND" => return pixels.ok_or_else(|| DAMAGED.to_owned()),
            _ if !kind.iter().all(u8::is_ascii_alphabetic) => return Err(DAMAGED.into()),
            _ => {}
        }
        if next > end {
            return Err(CUT.into());
        }
        at = next;
    }
    Err(DAMAGED.into())
}

/// GIF: blocks up to the trailer, which some programs forget (GIF89a 12-27).
pub(super) fn gif(file: &mut (impl Read + Seek)) -> Found {
    let head = piece(file, 0, 13).map_err(|_| DAMAGED)?;
    let pixels = (edge(le(&head, 6, 2)), edge(le(&head, 8, 2)));
    let colours = |packed: u8| if packed & 0x80 == 0 { 0 } else { 3u64 << ((packed & 7) + 1) };
    skip(file, colours(*head.get(10).ok_or(CUT)?))?;
    let mut has_picture = false;
    for _ in 0..BLOCKS_MAX {
        match byte(file)? {
            Some(b',') => {
                let mut descriptor = [0u8; 9];
                file.read_exact(&mut descriptor).map_err(|_| CUT)?;
                let [.., packed] = descriptor;
                // The colours and the width of the first code.
                skip(file, colours(packed) + 1)?;
                has_picture = true;
            }
            Some(b'!') => skip(file, 1)?,
            Some(b';') if has_picture => return Ok(pixels),
            None if has_picture => return Ok(pixels),
            None => return Err(CUT.into()),
            Some(_) => return Err(DAMAGED.into()),
        }
        while let length @ 1.. = byte(file)?.ok_or(CUT)? {
            skip(file, u64::from(length))?;
        }
    }
    Err(DAMAGED.into())
}

fn byte(file: &mut impl Read) -> Result<Option<u8>, String> {
    let mut byte = [0u8];
    let read = file.read(&mut byte).map_err(|_| DAMAGED)?;
    let [byte] = byte;
    Ok((read == 1).then_some(byte))
}

/// Reads past so many bytes; a seek would throw away what is buffered.
fn skip(file: &mut impl Read, bytes: u64) -> Result<(), String> {
    let read = std::io::copy(&mut file.by_ref().take(bytes), &mut std::io::sink()).map_err(|_| DAMAGED)?;
    if read == bytes { Ok(()) } else { Err(CUT.to_owned()) }
}

/// BMP: the height is negative where the rows go down; uncompressed rows must be there (BITMAPINFOHEADER).
pub(super) fn bmp(file: &mut (impl Read + Seek)) -> Found {
    let head = piece(file, 0, 54).map_err(|_| DAMAGED)?;
    let number = |at, length| le(&head, at, length);
    let (pixels, depth, compression) = match number(14, 4).ok_or(CUT)? {
        12 => ((edge(number(18, 2)), edge(number(20, 2))), number(24, 2), Some(0)),
        _ => {
            let height = number(22, 4).and_then(|height| u32::try_from(height).ok()).ok_or(CUT)?;
            let height = height.cast_signed().unsigned_abs();
            ((edge(number(18, 4)), height), number(28, 2), number(30, 4))
        }
    };
    let (Some(start), Some(depth)) = (number(10, 4), depth) else { return Err(CUT.into()) };
    let row = (u64::from(pixels.0) * depth).div_ceil(32) * 4;
    let end = start.saturating_add(row.saturating_mul(u64::from(pixels.1)));
    if compression == Some(0) && end > size(file).map_err(|_| DAMAGED)? {
        return Err(CUT.into());
    }
    Ok(pixels)
}

/// WebP: the container tells its length, its first chunk the size (RFC 9649 2).
pub(super) fn webp(file: &mut (impl Read + Seek)) -> Found {
    let head = piece(file, 0, 30).map_err(|_| DAMAGED)?;
    let length = le(&head, 4, 4).ok_or(CUT)? + 8;
    let number = |at, length| le(&head, at, length);
    let pixels = match head.get(12..16).ok_or(CUT)? {
        b"VP8X" => number(24, 3).zip(number(27, 3)).map(|(w, h)| (w + 1, h + 1)),
        b"VP8 " => number(26, 2).zip(number(28, 2)).map(|(w, h)| (w & 0x3fff, h & 0x3fff)),
        b"VP8L" => number(21, 4).map(|bits| ((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1)),
        _ => return Err(DAMAGED.into()),
    };
    if length > size(file).map_err(|_| DAMAGED)? {
        return Err(CUT.into());
    }
    pixels.map(|(width, height)| (edge(Some(width)), edge(Some(height)))).ok_or_else(|| CUT.to_owned())
}

/// TIFF: the fields of the first page (TIFF 6.0 2); its strips must be there where few enough to be told in place.
pub(super) fn tiff(file: &mut (impl Read + Seek)) -> Found {
    const WIDTH: u64 = 256;
    const HEIGHT: u64 = 257;
    const STRIP_PLACES: u64 = 273;
    const STRIP_LENGTHS: u64 = 279;
    let head = piece(file, 0, 8).map_err(|_| DAMAGED)?;
    let number = if head.starts_with(b"MM") { be } else { le };
    let directory = number(&head, 4, 4).ok_or(CUT)?;
    let fields = piece(file, directory, 2 + 12 * 200).map_err(|_| DAMAGED)?;
    let count = number(&fields, 0, 2).ok_or(CUT)?.min(200);
    let value = |wanted: u64| {
        let at = (0..usize::try_from(count).ok()?)
            .map(|n| 2 + 12 * n)
            .find(|&at| number(&fields, at, 2) == Some(wanted))?;
        let is_short = number(&fields, at + 2, 2) == Some(3);
        let is_one = number(&fields, at + 4, 4) == Some(1);
        is_one.then(|| number(&fields, at + 8, if is_short { 2 } else { 4 })).flatten()
    };
    let end = size(file).map_err(|_| DAMAGED)?;
    if let (Some(place), Some(length)) = (value(STRIP_PLACES), value(STRIP_LENGTHS))
        && place + length > end
    {
        return Err(CUT.into());
    }
    Ok((edge(value(WIDTH)), edge(value(HEIGHT))))
}
