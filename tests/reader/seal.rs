//! How often the hint of a red seal is right, counted on drawn pages: seals of many sizes, inks and states on pages with
//! and without red headlines, and pages that are red without having a seal. `SEAL_SEEDS=30 cargo test --test reader seal -- --nocapture`
//! prints the counts that docs/FIGURES.md quotes.

// Drawing is sums of small numbers.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_lossless,
    clippy::cast_precision_loss
)]

use image::{Rgb, RgbImage};
use shouwen::media::{Seal, seal_in_pixels};
use shouwen::reader::Limits;

/// A page on which things are drawn with noise that is the same in every run.
struct Page {
    pixels: RgbImage,
    state: u32,
}

impl Page {
    fn new(width: u32, height: u32, paper: [u8; 3], seed: u32) -> Self {
        Self {
            pixels: RgbImage::from_pixel(width, height, Rgb(paper)),
            state: seed.wrapping_mul(2_654_435_761) | 1,
        }
    }

    fn random(&mut self) -> f64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 17;
        self.state ^= self.state << 5;
        f64::from(self.state) / f64::from(u32::MAX)
    }

    /// Lays ink over what is there, with `strength` from 0 to 1.
    fn ink(&mut self, x: f64, y: f64, colour: [u8; 3], strength: f64) {
        if x < 0.0 || y < 0.0 || x >= self.pixels.width() as f64 || y >= self.pixels.height() as f64 {
            return;
        }
        let pixel = self.pixels.get_pixel_mut(x as u32, y as u32);
        for (old, new) in pixel.0.iter_mut().zip(colour) {
            // Ink darkens: where black text stands, it stays.
            let mixed = f64::from(*old) * (1.0 - strength) + f64::from(new) * strength;
            *old = mixed.min(f64::from(*old).max(f64::from(new) * strength)) as u8;
        }
    }

    fn block(&mut self, left: i32, top: i32, width: i32, height: i32, colour: [u8; 3]) {
        for y in top..top + height {
            for x in left..left + width {
                self.ink(x as f64, y as f64, colour, 1.0);
            }
        }
    }

    /// A character: strokes in a square.
    fn character(&mut self, left: i32, top: i32, size: i32, colour: [u8; 3]) {
        let stroke = (size / 8).max(1);
        for _ in 0..4 {
            let at = (self.random() * f64::from(size - stroke)) as i32;
            self.block(left, top + at, size, stroke, colour);
            let at = (self.random() * f64::from(size - stroke)) as i32;
            self.block(left + at, top, stroke, size, colour);
        }
    }

    fn lines_of_text(&mut self) {
        let size = self.pixels.width() as i32 / 40;
        let (right, bottom) = (size * 35, self.pixels.height() as i32 * 8 / 10);
        for top in (size * 10..bottom).step_by(size as usize * 2) {
            for left in (size * 4..right).step_by(size as usize + 2) {
                self.character(left, top, size, [35, 35, 40]);
            }
        }
    }

    fn headline(&mut self, red: [u8; 3]) {
        let width = self.pixels.width() as i32;
        for left in (width / 8..width * 7 / 8).step_by(width as usize / 10) {
            self.character(left, width / 10, width / 13, red);
        }
        self.block(width / 8, width / 5, width * 3 / 4, width / 180 + 1, red);
    }

    fn seal(&mut self, seal: &Stamp) {
        let (cos, sin) = (seal.turn.cos(), seal.turn.sin());
        let radius = seal.radius;
        let reach = radius as i32 + 2;
        for dy in -reach..=reach {
            for dx in -reach..=reach {
                let (u, v) = (dx as f64 * cos + dy as f64 * sin, dy as f64 * cos - dx as f64 * sin);
                let (u, v) = (u / radius, v / radius / seal.aspect);
                let from_centre = u.hypot(v);
                let angle = v.atan2(u);
                let is_ring = (0.93..=1.0).contains(&from_centre);
                // Characters along the ring, then a star, then a line of digits below it.
                let of_text = (0.62..=0.84).contains(&from_centre)
                    && v < 0.45
                    && (angle * 14.0).sin() > -0.1
                    && ((from_centre * 40.0).sin() + (angle * 45.0).cos()) > 0.2;
                let is_star = from_centre < 0.28 * (1.0 + 0.35 * (angle * 5.0 - 0.9).cos());
                let is_number = (0.55..0.68).contains(&v) && u.abs() < 0.4 && (u * 60.0).sin() > 0.0;
                if (is_ring || of_text || is_star || is_number)
                    && self.random() >= seal.worn
                    && angle.rem_euclid(std::f64::consts::TAU) >= seal.missing
                {
                    self.ink(seal.x + dx as f64, seal.y + dy as f64, seal.ink, seal.strength);
                }
            }
        }
    }

    fn look(self) -> Seal {
        let (width, height) = self.pixels.dimensions();
        seal_in_pixels(width, height, self.pixels.into_raw(), &Limits::HOUSE.media)
    }
}

struct Stamp {
    x: f64,
    y: f64,
    radius: f64,
    aspect: f64,
    turn: f64,
    ink: [u8; 3],
    /// From 0 to 1: how much of the ink took.
    strength: f64,
    /// Share of specks that took no ink.
    worn: f64,
    /// Angle of the ring that is not printed at all.
    missing: f64,
}

/// Widths of scans: 75 and 100 dots an inch; what is larger is shrunk before it is looked at.
const WIDTHS: [u32; 2] = [620, 827];
/// Variations of each kind of page, none of them one that the detector was tried on while it was made. `SEAL_SEEDS` asks
/// for more than a quick test has time for.
fn seeds() -> std::ops::Range<u32> {
    let count = std::env::var("SEAL_SEEDS").ok().and_then(|count| count.parse().ok());
    1000..1000 + count.unwrap_or(1)
}

const RED: [u8; 3] = [205, 35, 40];

fn text_page(width: u32, seed: u32, is_red_head: bool) -> Page {
    let paper = [[250, 250, 248], [243, 240, 230], [232, 234, 238]][seed as usize % 3];
    let mut page = Page::new(width, width * 297 / 210, paper, seed + 7);
    page.lines_of_text();
    if is_red_head {
        page.headline([210, 25, 30]);
    }
    page
}

type Sample = (&'static str, Page);

fn pages_with_seals() -> Vec<Sample> {
    let inks = [RED, [190, 30, 60], [225, 60, 50]];
    let mut pages = Vec::new();
    for (seed, width) in seeds().flat_map(|seed| WIDTHS.map(|width| (seed, width))) {
        let mm = f64::from(width) / 210.0;
        let turn = f64::from(seed) * 0.7;
        let plain = || Stamp {
            x: (110.0 + f64::from(seed % 4) * 15.0) * mm,
            y: (200.0 + f64::from(seed % 3) * 25.0) * mm,
            radius: [19.0, 20.0, 21.0, 22.5][seed as usize % 4] * mm,
            aspect: 1.0,
            turn,
            ink: inks[seed as usize % 3],
            strength: 0.9,
            worn: 0.05,
            missing: 0.0,
        };
        let mut add = |name: &'static str, is_red_head: bool, stamps: &[Stamp]| {
            let mut page = text_page(width, seed, is_red_head);
            stamps.iter().for_each(|stamp| page.seal(stamp));
            pages.push((name, page));
        };
        add("round", false, &[plain()]);
        add("round, red headline", true, &[plain()]);
        add("oval 45x30", false, &[Stamp { radius: 22.5 * mm, aspect: 0.67, turn: 0.0, ..plain() }]);
        add("faded to half", false, &[Stamp { strength: 0.5, ..plain() }]);
        add("faded to a third", false, &[Stamp { strength: 0.34, worn: 0.1, ..plain() }]);
        add("worn, a third of the ink missing", false, &[Stamp { worn: 0.35, ..plain() }]);
        add("a quarter of the ring missing", false, &[Stamp { missing: 1.57, ..plain() }]);
        let beside = Stamp { x: plain().x - plain().radius * 1.9, ..plain() };
        add("two that touch", false, &[plain(), beside]);
        add("small, page fills three quarters", false, &[Stamp { radius: 15.0 * mm, ..plain() }]);
    }
    pages
}

fn pages_without_seals() -> Vec<Sample> {
    let mut pages = Vec::new();
    for (seed, width) in seeds().flat_map(|seed| WIDTHS.map(|width| (seed, width))) {
        let w = width as i32;
        pages.push(("black text", text_page(width, seed, false)));
        pages.push(("red headline and rule", text_page(width, seed, true)));
        let mut marked = text_page(width, seed, true);
        for row in 0..6 {
            for col in 0..8 {
                marked.character(w / 8 + col * w / 30, w / 2 + row * w / 20, w / 40, RED);
            }
        }
        pages.push(("headline and red paragraph", marked));
        let mut chop = text_page(width, seed, false);
        let (left, top, size) = (w * 2 / 3, w, w / 11);
        chop.character(left, top, size, RED);
        for (x, y, across, down) in [(0, 0, size, 4), (0, size, size, 4), (0, 0, 4, size), (size, 0, 4, size)]
        {
            chop.block(left + x, top + y, across, down, RED);
        }
        pages.push(("square name chop", chop));
        let mut flag = Page::new(width, width * 3 / 4, [120, 160, 205], seed);
        flag.block(w / 5, w / 8, w / 4, w / 6, [215, 30, 35]);
        flag.block(0, w / 2, w, w / 12, [200, 20, 30]);
        for left in (w / 10..w * 9 / 10).step_by(width as usize / 14) {
            flag.character(left, w / 2 + w / 50, w / 24, [250, 230, 90]);
        }
        pages.push(("photo with flag and banner", flag));
        let mut lantern = Page::new(width, width * 3 / 4, [90, 80, 70], seed);
        for (at, radius) in [(w / 4, w / 10), (w / 2, w / 13), (w * 3 / 4, w / 9)] {
            for dy in -radius..=radius {
                for dx in -radius..=radius {
                    if dx * dx + dy * dy <= radius * radius {
                        let shade = 255 - (dx + radius) * 60 / (2 * radius);
                        lantern.pixels.put_pixel(
                            (at + dx) as u32,
                            (w / 3 + dy) as u32,
                            Rgb([shade as u8, 30, 25]),
                        );
                    }
                }
            }
        }
        pages.push(("photo with red lanterns", lantern));
        let mut table = text_page(width, seed, false);
        for row in 0..8 {
            table.block(w / 8, w / 3 + row * w / 16, w * 3 / 4, 3, RED);
            table.block(w / 8 + row * w * 3 / 28, w / 3, 3, w * 7 / 16, RED);
        }
        pages.push(("table with red lines", table));
    }
    pages
}

fn grey(page: &Page) -> Page {
    let mut pixels = page.pixels.clone();
    for pixel in pixels.pixels_mut() {
        let [r, g, b] = pixel.0.map(u32::from);
        pixel.0 = [((r * 3 + g * 6 + b) / 10) as u8; 3];
    }
    Page { pixels, state: 1 }
}

/// Counts per kind of page: seen, not seen, cannot tell.
fn counts(pages: Vec<Sample>) -> Vec<(&'static str, [usize; 3])> {
    let mut counts: Vec<(&'static str, [usize; 3])> = Vec::new();
    for (name, page) in pages {
        let place = match page.look() {
            Some(true) => 0,
            Some(false) => 1,
            None => 2,
        };
        if !counts.iter().any(|(known, _)| *known == name) {
            counts.push((name, [0; 3]));
        }
        counts.iter_mut().find(|(known, _)| *known == name).unwrap().1[place] += 1;
    }
    counts
}

fn told(title: &str, counts: &[(&'static str, [usize; 3])]) -> [usize; 3] {
    println!("{title:40} seen  not seen  cannot tell");
    let mut sums = [0; 3];
    for (name, row) in counts {
        println!("  {name:38} {:4} {:9} {:12}", row[0], row[1], row[2]);
        sums = [0, 1, 2].map(|at| sums[at] + row[at]);
    }
    println!("  {:38} {:4} {:9} {:12}", "all", sums[0], sums[1], sums[2]);
    sums
}

#[test]
fn seals_are_seen_and_other_red_is_not() {
    let with = pages_with_seals();
    let greyed: Vec<Sample> =
        with.iter().filter(|(name, _)| *name == "round").map(|(_, p)| ("grey scan", grey(p))).collect();
    let with = told("pages with a seal", &counts(with));
    let without = told("pages without one", &counts(pages_without_seals()));
    let greyed = told("pages without colours", &counts(greyed));
    assert!(with[0] * 100 >= (with[0] + with[1] + with[2]) * 95, "{with:?}");
    assert!(without[0] * 100 <= (without[0] + without[1] + without[2]) * 2, "{without:?}");
    assert_eq!(greyed[..2], [0, 0]);
}
