//! Something like the red round or oval seal of a Chinese office on the picture of a page: a hint for staff, never a verdict.
//! A ring is looked for, not redness: headlines and rules of red-head documents are red and have none, flags and banners
//! are filled. How often it is right on drawn pages is counted in `tests/seal.rs`.

use std::f64::consts::TAU;
use std::io::Cursor;

use image::{DynamicImage, ImageReader, Limits, RgbImage};

use super::Caps;

/// Whether something like a seal was seen; unknown when the picture has no colours or could not be decoded.
pub type Seal = Option<bool>;

/// Width to which a page is shrunk before it is looked at, in pixels.
const PAGE_WIDTH: u32 = 700;
/// Edge of the cells in which red pixels are counted, in pixels.
const CELL: u32 = 3;
/// Red pixels that make a cell red.
const CELL_RED_MIN: u32 = 2;
/// Half widths of rings, in cells. A seal of 42 mm on an A4 page has 23; cuttings of pages show it larger.
/// Smaller ones are the size of characters.
const RADII: [i32; 13] = [16, 18, 20, 22, 24, 26, 28, 31, 34, 38, 42, 46, 50];
/// Heights of rings for their width: round, oval, and round seen from one side.
const ASPECTS: [f64; 5] = [1.0, 0.67, 0.8, 0.9, 1.15];
/// Directions in which a ring is looked at, and in how many of them it may be missing or not be the last red thing:
/// stamps are uneven, and a second one or a headline may stand beside.
const DIRECTIONS: usize = 36;
const UNCLEAR_MAX: usize = 8;
/// How far outside that is, for the ring's half width; one cell more.
const OUTSIDE: [f64; 3] = [1.15, 1.3, 1.45];
/// Share of each quarter of the ring's inside that may be red, in percent; flags and lanterns are filled, seals are not.
const FILLED_MAX: usize = 80;
/// What colours differ by at least on a page that has any.
const COLOUR_MIN: i32 = 24;

/// Looks for a seal in a JPEG.
pub fn seal_in_jpeg(bytes: &[u8], caps: &Caps) -> Seal {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), image::ImageFormat::Jpeg);
    let mut limits = Limits::default();
    limits.max_image_width = Some(caps.edge_pixels);
    limits.max_image_height = Some(caps.edge_pixels);
    limits.max_alloc = Some(caps.page_bytes);
    reader.limits(limits);
    has_seal(&reader.decode().ok()?)
}

/// Looks for a seal in plain pixels, three bytes each.
pub fn seal_in_pixels(width: u32, height: u32, mut bytes: Vec<u8>, caps: &Caps) -> Seal {
    if width > caps.edge_pixels || height > caps.edge_pixels {
        return None;
    }
    bytes.truncate(usize::try_from(u64::from(width) * u64::from(height) * 3).ok()?);
    has_seal(&DynamicImage::ImageRgb8(RgbImage::from_raw(width, height, bytes)?))
}

fn has_seal(page: &DynamicImage) -> Seal {
    if !page.color().has_color() {
        return None;
    }
    let small = page.thumbnail(PAGE_WIDTH, PAGE_WIDTH * 3).into_rgb8();
    let has_colour = small.pixels().any(|pixel| spread(pixel.0) >= COLOUR_MIN);
    has_colour.then(|| Cells::of(&small).has_ring())
}

fn spread(pixel: [u8; 3]) -> i32 {
    let [r, g, b] = pixel.map(i32::from);
    r.max(g).max(b) - r.min(g).min(b)
}

/// The colour of seal ink, also where it is faint or mixed with the paper: red, not orange and not purple.
fn is_red(pixel: [u8; 3]) -> bool {
    let [r, g, b] = pixel.map(i32::from);
    r > 110 && r - g > 36 && r - b > 28 && (g - b).abs() * 5 < (r - g.min(b)) * 3
}

/// A page as cells that are red or not.
struct Cells {
    width: i32,
    height: i32,
    red: Vec<bool>,
    /// Cells that are red or touch a red one.
    near: Vec<bool>,
}

impl Cells {
    fn of(page: &RgbImage) -> Self {
        let (width, height) = (page.width().div_ceil(CELL), page.height().div_ceil(CELL));
        let mut counts = vec![0u32; usize::try_from(width * height).unwrap_or(0)];
        for (x, y, pixel) in page.enumerate_pixels() {
            let at = usize::try_from(y / CELL * width + x / CELL).unwrap_or(usize::MAX);
            if let Some(count) = counts.get_mut(at).filter(|_| is_red(pixel.0)) {
                *count += 1;
            }
        }
        let red = counts.into_iter().map(|count| count >= CELL_RED_MIN).collect();
        let mut cells =
            Self { width: width.cast_signed(), height: height.cast_signed(), red, near: Vec::new() };
        let is_near = |x, y| (-1..=1).any(|dy| (-1..=1).any(|dx| cells.is_red(x + dx, y + dy)));
        cells.near = (0..cells.height)
            .flat_map(|y| (0..cells.width).map(move |x| (x, y)))
            .map(|(x, y)| is_near(x, y))
            .collect();
        cells
    }

    fn is_red(&self, x: i32, y: i32) -> bool {
        self.at(&self.red, x, y)
    }

    fn is_near(&self, x: i32, y: i32) -> bool {
        self.at(&self.near, x, y)
    }

    fn at(&self, cells: &[bool], x: i32, y: i32) -> bool {
        let is_inside = x >= 0 && x < self.width && y >= 0 && y < self.height;
        is_inside && usize::try_from(y * self.width + x).is_ok_and(|at| cells.get(at) == Some(&true))
    }

    /// The rows and columns between which there is red.
    fn extent(&self) -> Option<[std::ops::RangeInclusive<i32>; 2]> {
        let columns: Vec<i32> =
            (0..self.width).filter(|&x| (0..self.height).any(|y| self.is_red(x, y))).collect();
        let rows: Vec<i32> =
            (0..self.height).filter(|&y| (0..self.width).any(|x| self.is_red(x, y))).collect();
        Some([*columns.first()?..=*columns.last()?, *rows.first()?..=*rows.last()?])
    }

    fn has_ring(&self) -> bool {
        let Some([columns, rows]) = self.extent() else { return false };
        let mut rings = RADII.iter().flat_map(|&radius| ASPECTS.map(|aspect| Ring::of(radius, aspect)));
        rings.any(|ring| rows.clone().any(|y| columns.clone().any(|x| ring.is_at(self, x, y))))
    }
}

/// Where to look for a ring around a centre.
struct Ring {
    radius: i32,
    aspect: f64,
    line: Vec<(i32, i32)>,
    beyond: Vec<[(i32, i32); 3]>,
}

impl Ring {
    fn of(radius: i32, aspect: f64) -> Self {
        let size = f64::from(radius);
        let at = |direction: usize, size: f64| {
            // Neighbours in the list look in far directions, so that a miss is known soon.
            let turn = f64::from(u32::try_from(direction * 7 % DIRECTIONS).unwrap_or(0));
            let angle = turn / f64::from(u32::try_from(DIRECTIONS).unwrap_or(1)) * TAU;
            // A few dozen cells at most.
            #[allow(clippy::cast_possible_truncation)]
            let cell = ((angle.cos() * size).round() as i32, (angle.sin() * size * aspect).round() as i32);
            cell
        };
        let line = (0..DIRECTIONS).map(|d| at(d, size)).collect();
        let beyond = (0..DIRECTIONS).map(|d| OUTSIDE.map(|far| at(d, size * far + 1.0))).collect();
        Self { radius, aspect, line, beyond }
    }

    fn is_at(&self, cells: &Cells, x: i32, y: i32) -> bool {
        let is_red = |(dx, dy): &(i32, i32)| cells.is_red(x + dx, y + dy);
        let mut unclear = 0;
        for ((dx, dy), beyond) in self.line.iter().zip(&self.beyond) {
            unclear += usize::from(!cells.is_near(x + dx, y + dy) || beyond.iter().any(is_red));
            if unclear > UNCLEAR_MAX {
                return false;
            }
        }
        !self.is_filled(cells, x, y)
    }

    fn is_filled(&self, cells: &Cells, x: i32, y: i32) -> bool {
        let mut quarters = [(0usize, 0usize); 4];
        for dy in -self.radius * 3 / 2..=self.radius * 3 / 2 {
            for dx in -self.radius..=self.radius {
                let (across, down) = (f64::from(dx), f64::from(dy) / self.aspect);
                if across.hypot(down) <= f64::from(self.radius) - 1.5
                    && let Some((red, all)) = quarters.get_mut(usize::from(dx < 0) * 2 + usize::from(dy < 0))
                {
                    *all += 1;
                    *red += usize::from(cells.is_red(x + dx, y + dy));
                }
            }
        }
        quarters.iter().any(|(red, all)| red * 100 > all * FILLED_MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(draw: impl Fn(i64, i64) -> bool) -> DynamicImage {
        let mut page = RgbImage::from_pixel(700, 990, image::Rgb([250, 250, 246]));
        for (x, y, pixel) in page.enumerate_pixels_mut() {
            if draw(i64::from(x), i64::from(y)) {
                *pixel = image::Rgb([200, 30, 30]);
            }
        }
        DynamicImage::ImageRgb8(page)
    }

    #[test]
    fn a_round_seal_is_seen_and_a_red_headline_is_not() {
        let ring = |x: i64, y: i64| (3800..=4900).contains(&((x - 500).pow(2) + (y - 800).pow(2)));
        assert_eq!(has_seal(&page(ring)), Some(true));
        let headline = |x: i64, y: i64| (60..640).contains(&x) && ((90..130).contains(&y) || y / 3 == 60);
        assert_eq!(has_seal(&page(headline)), Some(false));
    }

    #[test]
    fn a_page_without_colours_tells_nothing() {
        assert_eq!(has_seal(&page(|_, _| false)), None);
        assert_eq!(has_seal(&DynamicImage::new_luma8(700, 990)), None);
    }
}
