//! Something like a red seal on the picture of a page: a compact red blob, not a red headline or rule that runs across the
//! page. A hint for staff, never a verdict.

use std::io::Cursor;

use image::{DynamicImage, ImageReader, Limits, RgbImage};

use super::Caps;

/// Whether something like a seal was seen; unknown when the picture could not be decoded.
pub type Seal = Option<bool>;

/// Width to which a page is shrunk before it is looked at, in pixels.
const PAGE_WIDTH: u32 = 700;
/// Edge of the squares in which red pixels are counted.
const SQUARE: u32 = 20;
/// Squares of a window's edge: 120 pixels, about a seal's width on an A4 page.
const WINDOW: usize = 6;
/// Red pixels that a window must hold.
const RED_MIN: u32 = 250;

/// Looks for a seal in a JPEG.
pub fn seal_in_jpeg(bytes: &[u8], caps: &Caps) -> Seal {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), image::ImageFormat::Jpeg);
    let mut limits = Limits::default();
    limits.max_image_width = Some(caps.edge_pixels);
    limits.max_image_height = Some(caps.edge_pixels);
    limits.max_alloc = Some(caps.decoder_bytes);
    reader.limits(limits);
    Some(has_seal(&reader.decode().ok()?))
}

/// Looks for a seal in plain pixels, three bytes each.
pub fn seal_in_pixels(width: u32, height: u32, mut bytes: Vec<u8>, caps: &Caps) -> Seal {
    if width > caps.edge_pixels || height > caps.edge_pixels {
        return None;
    }
    bytes.truncate(usize::try_from(u64::from(width) * u64::from(height) * 3).ok()?);
    RgbImage::from_raw(width, height, bytes).map(|pixels| has_seal(&DynamicImage::ImageRgb8(pixels)))
}

fn has_seal(page: &DynamicImage) -> bool {
    let small = page.thumbnail(PAGE_WIDTH, PAGE_WIDTH * 3).into_rgb8();
    let columns = usize::try_from(small.width().div_ceil(SQUARE)).unwrap_or(0);
    let rows = usize::try_from(small.height().div_ceil(SQUARE)).unwrap_or(0);
    let mut squares = vec![vec![0u32; columns]; rows];
    for (x, y, pixel) in small.enumerate_pixels() {
        let [r, g, b] = pixel.0.map(i32::from);
        if r > 120 && r - g > 50 && r - b > 50 {
            let (row, column) = (usize::try_from(y / SQUARE), usize::try_from(x / SQUARE));
            if let (Ok(row), Ok(column)) = (row, column)
                && let Some(count) = squares.get_mut(row).and_then(|row| row.get_mut(column))
            {
                *count += 1;
            }
        }
    }
    squares.windows(WINDOW.min(rows.max(1))).any(band_has_seal)
}

/// A band of squares across the page holds a seal when one window has enough red in it, tall as well as wide, and the rest
/// of the band has little: a headline fills its band.
fn band_has_seal(band: &[Vec<u32>]) -> bool {
    let columns = band.first().map_or(0, Vec::len);
    let in_column = |column: usize| band.iter().filter_map(|row| row.get(column)).sum::<u32>();
    let sums: Vec<u32> = (0..columns).map(in_column).collect();
    let whole: u32 = sums.iter().sum();
    sums.windows(WINDOW.min(columns.max(1))).enumerate().any(|(left, window)| {
        let red: u32 = window.iter().sum();
        let filled_columns = window.iter().filter(|&&count| count > 0).count();
        let filled_rows =
            band.iter().filter(|row| row.iter().skip(left).take(WINDOW).any(|&count| count > 0)).count();
        red >= RED_MIN && red * 10 >= whole * 7 && filled_columns >= 3 && filled_rows >= 3
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(draw: impl Fn(i64, i64) -> bool) -> DynamicImage {
        let mut page = RgbImage::from_pixel(700, 990, image::Rgb([250, 250, 250]));
        for (x, y, pixel) in page.enumerate_pixels_mut() {
            if draw(i64::from(x), i64::from(y)) {
                *pixel = image::Rgb([200, 30, 30]);
            }
        }
        DynamicImage::ImageRgb8(page)
    }

    #[test]
    fn a_round_seal_is_seen_and_a_red_headline_is_not() {
        let ring = |x: i64, y: i64| (2500..=3600).contains(&((x - 500).pow(2) + (y - 800).pow(2)));
        assert!(has_seal(&page(ring)));
        assert!(!has_seal(&page(|_, _| false)));
        assert!(!has_seal(&page(|x, y| (60..640).contains(&x) && ((90..130).contains(&y) || y / 3 == 60))));
    }
}
