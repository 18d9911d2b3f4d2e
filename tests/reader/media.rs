//! Photos and films made to end their reader, or to have it work for ever. Whatever they do to themselves, the answer comes
//! in time, within memory, and the next mail is read: all through the real caged child.

use std::fs::{self, File};
use std::io::{Cursor, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder as _, ImageFormat, RgbImage};
use shouwen::domain::facts::{Content, PartFacts};
use shouwen::reader::ReadingDesk;

use crate::caged::{desk_in, peak_kib};

/// Longest that one hostile mail may take.
const TIME: Duration = Duration::from_secs(20);
/// Most memory that a reader may ever have held, in KiB.
const PEAK_KIB: u64 = 256 * 1024;

/// A desk with its reader, watched.
struct Watched {
    desk: ReadingDesk,
    scratch: tempfile::TempDir,
}

impl Watched {
    fn new() -> Self {
        let scratch = tempfile::tempdir().unwrap();
        Self { desk: desk_in(scratch.path()), scratch }
    }

    /// The one part of a mail with this attachment; then a harmless mail is read, and the reader has kept within bounds.
    fn read(&mut self, name: &str, bytes: &[u8]) -> PartFacts {
        let begun = Instant::now();
        let facts = self.desk.read(&file(&with_attachment(name, bytes))).unwrap().unwrap();
        self.still_well(&format!("reading {name}"), begun);
        assert_eq!(facts.parts.len(), 1, "{name}");
        facts.parts.into_iter().next().unwrap()
    }

    /// What becomes of a photo that is to be made small.
    fn shrink(&mut self, name: &str, bytes: &[u8]) -> Result<(), String> {
        let begun = Instant::now();
        let made = self.desk.thumbnail(&file(bytes)).unwrap();
        self.still_well(name, begun);
        made.map(|made| assert!(made.jpeg.starts_with(b"\xff\xd8") && made.jpeg.len() < 100_000, "{name}"))
    }

    fn still_well(&mut self, name: &str, begun: Instant) {
        assert!(begun.elapsed() < TIME, "{name} took {:?}", begun.elapsed());
        let peak = peak_kib(self.scratch.path());
        assert!(peak.is_none_or(|peak| peak < PEAK_KIB), "{name} took {peak:?} KiB");
        let next = file(b"From: a@b.example\nSubject: next\n\nstill here\n");
        assert_eq!(self.desk.read(&next).unwrap().unwrap().text, "still here", "{name}");
    }
}

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    std::io::Seek::rewind(&mut file).unwrap();
    file
}

/// Binary parts spare the test base64.
fn with_attachment(name: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!(
        "From: a@b.example\r\nSubject: hostile\r\nContent-Type: application/octet-stream; name=\"{name}\"\r\n\
         Content-Disposition: attachment; filename=\"{name}\"\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    );
    [head.as_bytes(), bytes].concat()
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap();
    let body = [kind, data].concat();
    [&length.to_be_bytes()[..], &body, &crc(&body).to_be_bytes()].concat()
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| crc >> 1 ^ (0xedb8_8320 * (crc & 1)))
    })
}

fn png_of(width: u32, height: u32, between: &[Vec<u8>]) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let tiny = deflated(&[0; 1024]);
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &header),
        between.concat(),
        chunk(b"IDAT", &tiny),
        chunk(b"IEND", b""),
    ]
    .concat()
}

/// zlib data, by way of a PNG of one grey row a byte.
fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut png = Vec::new();
    let height = u32::try_from(bytes.len() / 1024).unwrap();
    PngEncoder::new_with_quality(&mut png, CompressionType::Best, FilterType::NoFilter)
        .write_image(bytes, 1024, height, ExtendedColorType::L8)
        .unwrap();
    let mut at = 8;
    let mut data = Vec::new();
    while at + 8 <= png.len() {
        let length = usize::try_from(u32::from_be_bytes(png[at..at + 4].try_into().unwrap())).unwrap();
        if &png[at + 4..at + 8] == b"IDAT" {
            data.extend(&png[at + 8..at + 8 + length]);
        }
        at += 12 + length;
    }
    data
}

fn size_of(part: &PartFacts) -> Option<(u32, u32)> {
    match part.content {
        Content::Photo { width, height, .. } | Content::Video { width, height, .. } => Some((width, height)),
        _ => None,
    }
}

#[test]
fn pictures_of_60000_by_60000_are_named_and_never_decoded() {
    let mut watched = Watched::new();
    let png = png_of(60_000, 60_000, &[]);
    let mut bmp = b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec();
    bmp.extend([60_000u32.to_le_bytes(), 60_000u32.to_le_bytes(), [1, 0, 24, 0], [1, 0, 0, 0]].concat());
    bmp.resize(200, 0);
    let gif =
        [&b"GIF89a\x60\xea\x60\xea\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x60\xea\x60\xea\0\x02\x02\x4c\x01\0;"
            [..]]
        .concat();
    for (name, bytes) in [("a.png", &png), ("b.bmp", &bmp), ("c.gif", &gif)] {
        let part = watched.read(name, bytes);
        assert_eq!(size_of(&part), Some((60_000, 60_000)), "{part:?}");
        assert!(watched.shrink(name, bytes).unwrap_err().contains("缩略图"), "{name}");
    }
}

#[test]
fn chunks_that_swell_stay_shut() {
    let mut watched = Watched::new();
    let zeros = deflated(&vec![0; 256 * 1024 * 1024]);
    for kind in [b"iCCP", b"zTXt", b"iTXt"] {
        let keyword: &[u8] = if kind == b"iTXt" { b"a\0\x01\0\0\0" } else { b"a\0\0" };
        let bytes = png_of(16, 16, &[chunk(kind, &[keyword, &zeros].concat())]);
        let part = watched.read("bomb.png", &bytes);
        assert_eq!(size_of(&part), Some((16, 16)), "{:?} {part:?}", kind.escape_ascii().to_string());
        let _ = watched.shrink("bomb.png", &bytes);
    }
}

#[test]
fn an_animation_of_65535_frames_is_one_picture() {
    let frame = b"!\xf9\x04\0\x01\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
    let head = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff";
    let bytes = [&head[..], &frame.repeat(65_535), b";"].concat();
    let mut watched = Watched::new();
    assert_eq!(size_of(&watched.read("frames.gif", &bytes)), Some((1, 1)));
    watched.shrink("frames.gif", &bytes).unwrap();
    let control = [u32::from(u16::MAX).to_be_bytes(), 0u32.to_be_bytes()].concat();
    let frames = chunk(b"fcTL", &[0; 26]).repeat(65_535);
    let bytes = png_of(16, 16, &[chunk(b"acTL", &control), frames]);
    assert_eq!(size_of(&watched.read("frames.png", &bytes)), Some((16, 16)));
    let _ = watched.shrink("frames.png", &bytes);
}

#[test]
fn large_photos_are_made_small_within_memory() {
    let mut watched = Watched::new();
    let mut png = Vec::new();
    let fast = PngEncoder::new_with_quality(&mut png, CompressionType::Fast, FilterType::NoFilter);
    fast.write_image(&vec![90; 7_000 * 7_000 * 3], 7_000, 7_000, ExtendedColorType::Rgb8).unwrap();
    watched.shrink("49 megapixels.png", &png).unwrap();
    let mut jpeg = Cursor::new(Vec::new());
    RgbImage::new(4_000, 3_000).write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
    let jpeg = jpeg.into_inner();
    watched.shrink("12 megapixels.jpg", &jpeg).unwrap();
    // Scans that come one over the other are held whole: several times the picture itself.
    for (name, marker, width, height) in
        [("56 megapixels.jpg", 0xc0, 8_000u16, 7_000u16), ("48 megapixels in scans.jpg", 0xc2, 8_000, 6_000)]
    {
        let mut bytes = jpeg.clone();
        let frame = bytes.windows(2).position(|pair| pair == b"\xff\xc0").unwrap();
        bytes[frame + 1] = marker;
        bytes[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
        bytes[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
        assert!(watched.shrink(name, &bytes).unwrap_err().contains("过大"), "{name}");
    }
}

#[test]
fn a_photo_that_is_also_an_archive_stays_a_photo() {
    let mut photo = Cursor::new(Vec::new());
    RgbImage::new(64, 48).write_to(&mut photo, ImageFormat::Jpeg).unwrap();
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("inner.html", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(b"<script>alert(1)</script>").unwrap();
    let bytes = [photo.into_inner(), zip.finish().unwrap().into_inner()].concat();
    let mut watched = Watched::new();
    let part = watched.read("page.html", &bytes);
    assert_eq!((part.media_type.as_str(), size_of(&part)), ("image/jpeg", Some((64, 48))));
    let small = watched.desk.thumbnail(&file(&bytes)).unwrap().unwrap().jpeg;
    assert!(!small.windows(7).any(|window| window == b"<script"), "the sender's bytes came through");
}

fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 8).unwrap();
    [&length.to_be_bytes()[..], kind, body].concat()
}

#[test]
fn boxes_that_lie_about_their_length_end() {
    let mut watched = Watched::new();
    let ftyp = boxed(b"ftyp", b"isom\0\0\0\0isommp42");
    let huge = [&1u32.to_be_bytes()[..], b"mdat", &u64::MAX.to_be_bytes()].concat();
    let empty = [&4u32.to_be_bytes()[..], b"free", &[0; 64]].concat();
    let zero_long = [&1u32.to_be_bytes()[..], b"free", &0u64.to_be_bytes(), &[0; 64]].concat();
    let nested = (0..2_000).fold(Vec::new(), |inner, _| boxed(b"meta", &inner));
    let many = boxed(b"free", b"").repeat(1_000_000);
    let moov = |inside: &[u8]| boxed(b"moov", inside);
    for (name, rest) in [
        ("huge", huge.clone()),
        ("huge inside", moov(&huge)),
        ("shorter than its head", empty),
        ("of no length", zero_long),
        ("nested", moov(&nested)),
        ("a million", many.clone()),
        ("a million inside", moov(&many)),
        (
            "keys without end",
            moov(&boxed(
                b"meta",
                &[
                    &boxed(b"hdlr", &[0; 24])[..],
                    &boxed(b"keys", &[0xff; 9_000]),
                    &boxed(b"ilst", &[0; 4_000]),
                ]
                .concat(),
            )),
        ),
    ] {
        for brand in [&ftyp, &boxed(b"ftyp", b"heic\0\0\0\0mif1heic")] {
            let part = watched.read("film.mp4", &[brand, &rest[..]].concat());
            assert!(part.size > 0, "{name}");
        }
    }
}

#[test]
fn matroska_and_riff_of_unknown_or_endless_size_end() {
    let mut watched = Watched::new();
    let head = b"\x1a\x45\xdf\xa3\x8b\x42\x82\x88matroska";
    let unknown = b"\x01\xff\xff\xff\xff\xff\xff\xff";
    let segment = [&b"\x18\x53\x80\x67"[..], unknown].concat();
    let cluster = [&b"\x1f\x43\xb6\x75"[..], unknown].concat();
    let info = [&b"\x15\x49\xa9\x66"[..], b"\x08\x7f\xff\xff\xff"].concat();
    let avi = |length: u32, chunk: &[u8]| {
        [b"RIFF", &length.to_le_bytes()[..], b"AVI ", &chunk.repeat(50_000)].concat()
    };
    for (name, bytes) in [
        ("nested.mkv", [&head[..], &segment.repeat(10_000)].concat()),
        ("clusters.mkv", [&head[..], &segment, &cluster.repeat(100_000)].concat()),
        ("info.mkv", [&head[..], &segment, &info, &[0; 5_000]].concat()),
        ("zeros.mkv", [&head[..], &segment, &vec![0; 5_000_000]].concat()),
        ("lists.avi", avi(0, b"LIST\0\0\0\0hdrl")),
        ("endless.avi", avi(100, b"JUNK\xff\xff\xff\xff")),
        ("empty.avi", avi(100, b"JUNK\0\0\0\0")),
    ] {
        watched.read(name, &bytes);
    }
}

/// A TIFF directory that leads back to itself, inside a photo.
#[test]
fn exif_that_leads_in_a_circle_ends() {
    let mut photo = Cursor::new(Vec::new());
    RgbImage::new(64, 48).write_to(&mut photo, ImageFormat::Jpeg).unwrap();
    let photo = photo.into_inner();
    // One entry, the place of the EXIF directory: this very directory, which is also its own next one.
    let circle = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x87\x69\0\x04\0\0\0\x01\0\0\0\x08\0\0\0\x08";
    let length = u16::try_from(circle.len() + 2).unwrap().to_be_bytes();
    let bytes = [&photo[..2], b"\xff\xe1", &length, circle, &photo[2..]].concat();
    let mut watched = Watched::new();
    assert_eq!(size_of(&watched.read("circle.jpg", &bytes)), Some((64, 48)));
    watched.shrink("circle.jpg", &bytes).unwrap();
}

/// Every photo and film of the corpus, cut at every place or changed in every byte: something is said of each, in time.
#[test]
fn photos_and_films_cut_and_changed_anywhere_are_survived() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/file");
    let endings = ["jpg", "png", "gif", "webp", "tiff", "heic", "mp4", "mov", "avi", "mkv", "wmv", "flv"];
    let mut watched = Watched::new();
    let mut tried = 0;
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if !entry.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known)) {
            continue;
        }
        let whole = fs::read(&entry).unwrap();
        let name = entry.file_name().unwrap().to_str().unwrap();
        for step in 0..12 {
            let mut bytes = whole.clone();
            let at = (step * 7_919 + 11) % bytes.len();
            if step % 2 == 0 {
                bytes.truncate(at)
            } else {
                bytes[at..].iter_mut().take(4).for_each(|b| *b ^= 0xff)
            }
            watched.desk.read(&file(&with_attachment(name, &bytes))).unwrap().unwrap();
            let _ = watched.desk.thumbnail(&file(&bytes)).unwrap();
            tried += 1;
        }
    }
    assert!(tried >= 300, "only {tried}");
    watched.still_well("the corpus", Instant::now());
}
