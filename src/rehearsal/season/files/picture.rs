//! Photos that are nobody's: a sky, a floor and people-sized blocks, as JPEG, with the camera's note of when it was
//! taken where a camera would write one. And the sheet of paper that a scanner sees, with a red seal on it.

use std::sync::LazyLock;

use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;
use jiff::civil::DateTime;

use super::super::chance::Chance;

/// Size of a photo, in pixels: small, but no decoration.
const PHOTO: (usize, usize) = (480, 360);
/// Size of a scanned A4 page, in pixels: 72 dots an inch.
pub const PAGE: (usize, usize) = (595, 842);

/// A picture being drawn: rows of RGB.
struct Canvas {
    width: usize,
    pixels: Vec<[u8; 3]>,
}

impl Canvas {
    fn filled((width, height): (usize, usize), colour: [u8; 3]) -> Self {
        Self { width, pixels: vec![colour; width * height] }
    }

    fn block(&mut self, (x, y): (usize, usize), (wide, high): (usize, usize), colour: [u8; 3]) {
        for row in self.pixels.chunks_mut(self.width).skip(y).take(high) {
            row.iter_mut().skip(x).take(wide).for_each(|pixel| *pixel = colour);
        }
    }

    /// A ring of points, two pixels thick: the rim of a seal.
    fn ring(&mut self, (x, y): (usize, usize), radius: f64, colour: [u8; 3]) {
        for step in 0..360_u32 {
            let angle = f64::from(step).to_radians();
            // Radius and middle lie inside the page, so both stay positive and small.
            let at = |middle: usize, part: f64| (middle as f64 + radius * part).max(0.0) as usize;
            self.block((at(x, angle.cos()), at(y, angle.sin())), (3, 3), colour);
        }
    }

    fn jpeg(&self, quality: u8) -> Vec<u8> {
        let (width, height) = (self.width as u32, (self.pixels.len() / self.width.max(1)) as u32);
        let mut out = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut out, quality);
        match encoder.encode(self.pixels.as_flattened(), width, height, ExtendedColorType::Rgb8) {
            Ok(()) => out,
            Err(_) => Vec::new(),
        }
    }
}

/// A photo; `taken` as the camera's clock says, none for one that a messenger has stripped.
pub fn photo(taken: Option<DateTime>, chance: &mut Chance) -> Vec<u8> {
    static SCENES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| (0..24).map(scene).collect());
    let serial = chance.hex(12);
    with_notes(&SCENES, taken, &serial, chance)
}

/// Encoding pictures is most of the work of a season, so a few are drawn and each copy becomes a file of its own by
/// its notes: when it was taken, and a serial number.
fn with_notes(drawn: &[Vec<u8>], taken: Option<DateTime>, serial: &str, chance: &mut Chance) -> Vec<u8> {
    let index = chance.between(0, u32::try_from(drawn.len()).unwrap_or(1)) as usize;
    let Some((start, rest)) = drawn.get(index).and_then(|picture| picture.split_at_checked(2)) else {
        return Vec::new();
    };
    let camera = taken.map(exif).unwrap_or_default();
    [start, &camera, &segment(0xFE, serial.as_bytes()), rest].concat()
}

fn scene(number: u32) -> Vec<u8> {
    let (width, height) = PHOTO;
    let mut chance = Chance::of(&["scene", &number.to_string()]);
    let mut canvas = Canvas::filled(PHOTO, [198, 215, 230]);
    canvas.block((0, height / 2), (width, height / 2), [150, 140, 128]);
    for _ in 0..70 {
        let at = (chance.between(0, 460) as usize, chance.between(20, 330) as usize);
        let size = (chance.between(4, 60) as usize, chance.between(6, 80) as usize);
        canvas.block(at, size, [chance.byte(), chance.byte(), chance.byte()]);
    }
    for _ in 0..400 {
        let at = (chance.between(0, 476) as usize, chance.between(100, 356) as usize);
        canvas.block(at, (3, 3), [chance.byte(), chance.byte(), chance.byte()]);
    }
    canvas.jpeg(70)
}

/// A logo as mail programs paste it under a signature.
pub fn logo(chance: &mut Chance) -> Vec<u8> {
    let mut canvas = Canvas::filled((96, 96), [255, 255, 255]);
    let colour = [chance.byte(), 60, chance.byte()];
    canvas.ring((48, 48), 36.0, colour);
    canvas.block((36, 36), (24, 24), colour);
    canvas.jpeg(70)
}

/// Size of a page from an office copier, in pixels.
pub const COPY: (usize, usize) = (198, 280);

/// A page from an office copier that scans without colours, of [`COPY`] size: half of all stamped pages come so.
pub fn grey_page(chance: &mut Chance) -> Vec<u8> {
    static PAGES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| (0..6).map(grey_sheet).collect());
    let serial = chance.hex(12);
    with_notes(&PAGES, None, &serial, chance)
}

fn grey_sheet(number: u32) -> Vec<u8> {
    let mut chance = Chance::of(&["copy", &number.to_string()]);
    let (width, height) = COPY;
    let mut pixels = vec![248_u8; width * height];
    for (line, row) in pixels.chunks_mut(width).enumerate().skip(30) {
        let is_text = line % 11 < 3;
        let end = chance.between(60, 158) as usize;
        row.iter_mut().skip(20).take(if is_text { end } else { 0 }).for_each(|pixel| *pixel = 64);
    }
    let mut out = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut out, 55);
    match encoder.encode(&pixels, width as u32, height as u32, ExtendedColorType::L8) {
        Ok(()) => out,
        Err(_) => Vec::new(),
    }
}

/// A scanned page of a table with a round red seal.
pub fn page(chance: &mut Chance) -> Vec<u8> {
    static PAGES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| (0..6).map(sheet_of_paper).collect());
    let serial = chance.hex(12);
    with_notes(&PAGES, None, &serial, chance)
}

fn sheet_of_paper(number: u32) -> Vec<u8> {
    let mut chance = Chance::of(&["paper", &number.to_string()]);
    let ink = [60, 60, 64];
    let mut canvas = Canvas::filled(PAGE, [250, 249, 246]);
    canvas.block((150, 60), (300, 14), ink);
    for line in 0..18 {
        let y = 110 + line * 34;
        canvas.block((60, y), (476, 1), ink);
        for word in 0..5 {
            let (x, wide) = (68 + word * 94, chance.between(20, 80) as usize);
            canvas.block((x, y + 12), (wide, 10), ink);
        }
    }
    let red = [206, 38, 42];
    let middle = (chance.between(120, 200) as usize, chance.between(150, 220) as usize);
    for radius in [58.0, 57.0, 55.0, 36.0] {
        canvas.ring(middle, radius, red);
    }
    canvas.block((middle.0 - 12, middle.1 - 12), (24, 24), red);
    canvas.jpeg(55)
}

/// A marker segment of a JPEG (ITU T.81 B.1.1.4).
fn segment(marker: u8, held: &[u8]) -> Vec<u8> {
    let length = u16::try_from(held.len() + 2).unwrap_or(0);
    [&[0xFF, marker], length.to_be_bytes().as_slice(), held].concat()
}

/// An APP1 segment that says when the picture was taken: TIFF, big-endian, one Exif directory (CIPA DC-008).
fn exif(taken: DateTime) -> Vec<u8> {
    const MAKE: &[u8] = b"SHOUWEN\0";
    let date = format!("{}\0", taken.strftime("%Y:%m:%d %H:%M:%S")).into_bytes();
    // Directory at 8, two entries to 38, maker to 46, Exif directory to 64, date to 84.
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [tag.to_be_bytes().as_slice(), &kind.to_be_bytes(), &count.to_be_bytes(), &value.to_be_bytes()]
            .concat()
    };
    let (ascii, long) = (2, 4);
    let tiff = [
        b"MM\0\x2A\0\0\0\x08\0\x02".to_vec(),
        entry(0x010F, ascii, 8, 38),
        entry(0x8769, long, 1, 46),
        vec![0; 4],
        MAKE.to_vec(),
        vec![0, 1],
        entry(0x9003, ascii, 20, 64),
        vec![0; 4],
        date,
    ]
    .concat();
    segment(0xE1, &[b"Exif\0\0".as_slice(), &tiff].concat())
}
