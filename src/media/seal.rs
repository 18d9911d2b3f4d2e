//! Something like the red round or oval seal of a Chinese office on the picture of a page: a hint for staff, never a verdict.
//! A ring is looked for, not redness: headlines and rules of red-head documents are red and have none, flags and banners
//! are filled. How often it is right on drawn pages is counted in `tests/reader/seal.rs`.

use std::array::from_fn;
use std::f64::consts::TAU;
use std::io::Cursor;
use std::ops::Range;

use image::{DynamicImage, ImageReader, Limits, RgbImage};

use super::Caps;

/// Whether something like a seal was seen; unknown when the picture has no colours or could not be decoded.
pub type Seal = Option<bool>;

/// Width to which a page is shrunk before it is looked at, in pixels.
const PAGE_WIDTH: u32 = 700;
/// Edge of the cells in which red pixels are counted, in pixels.
const CELL: usize = 3;
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
const UNCLEAR_MAX: u8 = 8;
/// Cells that are looked at together, each a bit of a word that may begin anywhere in a byte; fewer than lie between the
/// right edge of a page and the left edge of its next line.
const TOGETHER: usize = 56;
const TOGETHER_MASK: u64 = (1 << TOGETHER) - 1;
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
    let small = resized(page);
    let has_colour = small.pixels().any(|pixel| spread(pixel.0) >= COLOUR_MIN);
    has_colour.then(|| Cells::of(&small).has_ring())
}

/// A page in the size in which pages are looked at. A large one is averaged; of a small one each pixel stands several times:
/// to mix neighbours cost more than all else that is done with it.
fn resized(page: &DynamicImage) -> RgbImage {
    let is_large = page.width() >= PAGE_WIDTH || page.height() >= PAGE_WIDTH * 3;
    if is_large || page.width() == 0 {
        return page.thumbnail(PAGE_WIDTH, PAGE_WIDTH * 3).into_rgb8();
    }
    let page = page.to_rgb8();
    let (width, height) = page.dimensions();
    let (wide, high) = match height > width * 3 {
        true => ((PAGE_WIDTH * 3 * width / height).max(1), PAGE_WIDTH * 3),
        false => (PAGE_WIDTH, (PAGE_WIDTH * height / width).max(1)),
    };
    RgbImage::from_fn(wide, high, |x, y| *page.get_pixel(x * width / wide, y * height / high))
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

/// Cells around the page, so that the largest ring around any of its cells is looked at without asking for the edge.
const MARGIN: usize = 96;

/// Whether or not, for each cell.
struct Bits(Vec<u8>);

impl Bits {
    fn all(bit: bool, cells: usize) -> Self {
        Self(vec![if bit { u8::MAX } else { 0 }; cells / 8 + 8])
    }

    fn set(&mut self, at: usize, bit: bool) {
        if let Some(byte) = self.0.get_mut(at / 8) {
            let mask = 1 << (at % 8);
            *byte = if bit { *byte | mask } else { *byte & !mask };
        }
    }

    /// This cell's, the lowest, and those of the [`TOGETHER`] from it on; beyond all cells it is so.
    fn from(&self, at: usize) -> u64 {
        let bytes = self.0.get(at / 8..).and_then(|bytes| bytes.first_chunk());
        bytes.map_or(u64::MAX, |bytes| u64::from_le_bytes(*bytes) >> (at % 8))
    }

    /// How many of so many cells it is of; no more than [`TOGETHER`].
    fn count(&self, at: usize, cells: usize) -> usize {
        let few = self.from(at) & ((1 << cells) - 1);
        usize::try_from(few.count_ones()).unwrap_or(0)
    }

    fn is_set(&self, at: usize) -> bool {
        self.from(at) & 1 == 1
    }
}

/// A page as cells that are red or not, row by row, with a margin of cells that are not.
struct Cells {
    width: usize,
    height: usize,
    red: Bits,
    /// Of a cell that neither is red nor touches a red one.
    clear: Bits,
}

impl Cells {
    fn of(page: &RgbImage) -> Self {
        let size = |pixels: u32| usize::try_from(pixels).unwrap_or(0).div_ceil(CELL);
        let (width, height) = (size(page.width()), size(page.height()));
        let all = (width + 2 * MARGIN) * (height + 2 * MARGIN);
        let mut cells = Self { width, height, red: Bits::all(false, all), clear: Bits::all(true, all) };
        let mut counts = vec![0u32; width * height];
        for (y, row) in page.rows().enumerate() {
            let from = y / CELL * width;
            for (x, pixel) in row.enumerate() {
                // Paper and print are grey: the one look that most of the million pixels get.
                if pixel.0[0] > pixel.0[1] && is_red(pixel.0) {
                    counts.get_mut(from + x / CELL).into_iter().for_each(|count| *count += 1);
                }
            }
        }
        let is_red = |at: &usize| counts.get(*at).is_some_and(|count| *count >= CELL_RED_MIN);
        for at in (0..counts.len()).filter(is_red) {
            cells.redden(at % width, at / width);
        }
        cells
    }

    fn redden(&mut self, x: usize, y: usize) {
        self.red.set(self.place(x + MARGIN, y + MARGIN), true);
        for y in [y, y + 1, y + 2] {
            let at = self.place(x + MARGIN - 1, y + MARGIN - 1);
            (at..at + 3).for_each(|near| self.clear.set(near, false));
        }
    }

    /// Place of a cell, counted from the corner of the margin.
    fn place(&self, x: usize, y: usize) -> usize {
        y * (self.width + 2 * MARGIN) + x
    }

    fn is_red(&self, x: usize, y: usize) -> bool {
        self.red.is_set(self.place(x + MARGIN, y + MARGIN))
    }

    /// How far a step leads in the list of all cells.
    fn distance(&self, dx: i32, dy: i32) -> isize {
        // A few dozen lines of a few hundred cells.
        let number = |number: i32| isize::try_from(number).unwrap_or(0);
        number(dy) * isize::try_from(self.place(0, 1)).unwrap_or(0) + number(dx)
    }

    /// The columns and rows between which there is red.
    fn extent(&self) -> Option<(Range<usize>, Range<usize>)> {
        let has_red_x = |x: &usize| (0..self.height).any(|y| self.is_red(*x, y));
        let has_red_y = |y: &usize| self.has_red(*y);
        let columns = (0..self.width).find(has_red_x)?..(0..self.width).rfind(has_red_x)? + 1;
        let rows = (0..self.height).find(has_red_y)?..(0..self.height).rfind(has_red_y)? + 1;
        Some((columns, rows))
    }

    /// Whether there is red in this row.
    fn has_red(&self, y: usize) -> bool {
        let mut words = (0..self.width).step_by(TOGETHER).map(|x| self.place(x + MARGIN, y + MARGIN));
        words.any(|at| self.red.from(at) & TOGETHER_MASK != 0)
    }

    /// The rows, those of the margin included, in which a cell is not clear.
    fn touched_rows(&self) -> Vec<bool> {
        let mut touched = vec![false; self.height + 2 * MARGIN];
        for y in (0..self.height).filter(|y| self.has_red(*y)) {
            touched.iter_mut().skip(y + MARGIN - 1).take(3).for_each(|row| *row = true);
        }
        touched
    }

    fn has_ring(&self) -> bool {
        let Some((columns, rows)) = self.extent() else { return false };
        let touched = self.touched_rows();
        let mut rings = RADII.iter().flat_map(|&radius| ASPECTS.map(|aspect| Ring::of(radius, aspect)));
        rings.any(|ring| {
            let distances = ring.distances(self);
            let mut near = rows.clone().filter(|y| ring.may_be_around(&touched, *y));
            near.any(|y| ring.is_in_row(&distances, self, y, &columns))
        })
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

    /// The ring's directions as distances in the list of all cells.
    fn distances(&self, cells: &Cells) -> Vec<[isize; 4]> {
        let distance = |(dx, dy): (i32, i32)| cells.distance(dx, dy);
        let directions = self.line.iter().zip(&self.beyond);
        directions.map(|(line, [near, far, farther])| [*line, *near, *far, *farther].map(distance)).collect()
    }

    /// Whether enough of one would lie in rows with red if it stood around a cell of this row: a headline and a seal far
    /// below it leave most rows of a page without.
    fn may_be_around(&self, touched: &[bool], y: usize) -> bool {
        let is_missed = |dy: &i32| {
            let row = (y + MARGIN).checked_add_signed(isize::try_from(*dy).unwrap_or(0));
            !row.and_then(|row| touched.get(row)).is_some_and(|is_touched| *is_touched)
        };
        let missed = self.line.iter().map(|(_, dy)| dy).filter(|dy| is_missed(dy));
        missed.take(usize::from(UNCLEAR_MAX) + 1).count() <= usize::from(UNCLEAR_MAX)
    }

    /// Whether one stands around a cell of this row. Neighbours are looked at together, direction by direction, until
    /// too much is unclear around each of them.
    fn is_in_row(&self, distances: &[[isize; 4]], cells: &Cells, y: usize, columns: &Range<usize>) -> bool {
        columns.clone().step_by(TOGETHER).any(|from| {
            let seen = seen_around(distances, cells, cells.place(from + MARGIN, y + MARGIN));
            let few = (from..columns.end).zip(0..TOGETHER).filter(|(_, bit)| seen >> bit & 1 == 1);
            // Mostly none.
            seen != 0 && few.into_iter().any(|(x, _)| !self.is_filled(cells, x, y))
        })
    }

    fn is_filled(&self, cells: &Cells, x: usize, y: usize) -> bool {
        let centre = cells.place(x + MARGIN, y + MARGIN);
        let size = f64::from(self.radius) - 1.5;
        let mut quarters = [(0usize, 0usize); 4];
        for dy in -self.radius * 3 / 2..=self.radius * 3 / 2 {
            let wide = (size.powi(2) - (f64::from(dy) / self.aspect).powi(2)).sqrt();
            if wide.is_nan() {
                continue;
            }
            // A few dozen cells at most.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let wide = wide as usize;
            let middle = centre.wrapping_add_signed(cells.distance(0, dy));
            let halves = [(middle, wide + 1), (middle.saturating_sub(wide), wide)];
            for (half, (from, cells_in_it)) in halves.into_iter().enumerate() {
                if let Some((red, all)) = quarters.get_mut(half * 2 + usize::from(dy < 0)) {
                    *all += cells_in_it;
                    *red += cells.red.count(from, cells_in_it);
                }
            }
        }
        quarters.iter().any(|(red, all)| red * 100 > all * FILLED_MAX)
    }
}

/// Around which of the [`TOGETHER`] cells from this one on a ring is seen, a bit each. What lies beyond the right edge is
/// margin, never red.
fn seen_around(distances: &[[isize; 4]], cells: &Cells, centre: usize) -> u64 {
    let mut seen = TOGETHER_MASK;
    // Four binary digits of a count for each cell, which is carried beyond them when too much is unclear.
    let mut digits: [u64; 4] =
        from_fn(|digit| if (15 - UNCLEAR_MAX) >> digit & 1 == 1 { u64::MAX } else { 0 });
    for [line, beyond @ ..] in distances {
        let there = |distance: &isize| centre.wrapping_add_signed(*distance);
        let mut unclear = cells.clear.from(there(line));
        // Mostly there is nothing red around any of them, and what lies beyond does not matter.
        if seen & !unclear != 0 {
            unclear =
                beyond.iter().fold(unclear, |unclear, distance| unclear | cells.red.from(there(distance)));
        }
        let carried = digits.iter_mut().fold(unclear, |carried, digit| {
            let next = *digit & carried;
            *digit ^= carried;
            next
        });
        seen &= !carried;
        if seen == 0 {
            break;
        }
    }
    seen
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
    fn no_ring_reaches_beyond_the_margin() {
        let rings = RADII.iter().flat_map(|&radius| ASPECTS.map(|aspect| Ring::of(radius, aspect)));
        let steps = rings
            .flat_map(|ring| ring.beyond)
            .flatten()
            .flat_map(|(dx, dy)| [dx.unsigned_abs(), dy.unsigned_abs()]);
        let farthest = steps.max().unwrap() as usize;
        assert!(farthest < MARGIN && farthest > 70, "{farthest}");
        assert!(farthest + TOGETHER < 2 * MARGIN, "a ring looks into the next line");
        assert!(
            RADII.iter().all(|&radius| (radius as usize) < TOGETHER),
            "the half of a ring is counted at once"
        );
    }

    #[test]
    fn a_page_without_colours_tells_nothing() {
        assert_eq!(has_seal(&page(|_, _| false)), None);
        assert_eq!(has_seal(&DynamicImage::new_luma8(700, 990)), None);
    }
}
