//! Facts of mp4, mov, m4v and 3gp by their boxes: a film whose `moov` never came, or whose pictures are cut, plays nowhere
//! and is told apart here. Phones write world time, iPhones beside it their own clock with its zone.

use std::io::{self, Read, Seek};

use jiff::Timestamp;
use jiff::civil::DateTime;

use super::boxes::{Place, boxes, first};
use super::bytes::{be, edge, size};
use super::video::{CUT, DAMAGED, Video, taken};
use super::when::by_chinas_clock;

/// Seconds from 1904, the epoch of the format, to 1970.
const EPOCH_SECONDS: i64 = 2_082_844_800;
/// Bytes of one entry of metadata that are looked at.
const ENTRY_BYTES: u64 = 4096;
/// Entries of metadata that are looked at.
const ENTRIES_MAX: usize = 200;

/// Facts of a film.
pub(super) fn read(file: &mut (impl Read + Seek)) -> Result<Video, String> {
    let end = size(file).map_err(|_| DAMAGED)?;
    let top = boxes(file, 0, end).map_err(|_| DAMAGED)?;
    let is_needed = |place: &Place| matches!(&place.kind, b"moov" | b"mdat" | b"moof");
    if top.iter().any(|place| place.is_cut && is_needed(place)) {
        return Err(CUT.to_owned());
    }
    let Some(moov) = first(&top, b"moov") else {
        return Err("视频不完整，缺少播放所需的信息，无法播放".to_owned());
    };
    facts(file, moov).map_err(|_| DAMAGED.to_owned())
}

fn facts(file: &mut (impl Read + Seek), moov: Place) -> io::Result<Video> {
    let inside = moov.inside(file, 0)?;
    let mut video = Video::default();
    if let Some(header) = first(&inside, b"mvhd") {
        header_facts(&header.head(file, 64)?, &mut video);
    }
    for track in inside.iter().filter(|place| &place.kind == b"trak").take(ENTRIES_MAX) {
        if let Some(header) = first(&track.inside(file, 0)?, b"tkhd") {
            let (width, height) = shown(&header.head(file, 96)?).unwrap_or_default();
            if u64::from(width) * u64::from(height) > u64::from(video.width) * u64::from(video.height) {
                (video.width, video.height) = (width, height);
            }
        }
    }
    if let Some(user) = first(&inside, b"udta") {
        let kinds = user.inside(file, 0)?;
        video.has_gps |= kinds.iter().any(|place| matches!(&place.kind, b"\xa9xyz" | b"loci"));
    }
    if let Some(meta) = first(&inside, b"meta") {
        let at = apple(file, meta, &mut video.has_gps)?;
        video.taken = at.and_then(taken).or(video.taken);
    }
    Ok(video)
}

/// `mvhd`: moments and lengths of four bytes, or of eight.
fn header_facts(fields: &[u8], video: &mut Video) {
    let wide = fields.first() == Some(&1);
    let length = if wide { 8 } else { 4 };
    let created = be(fields, 4, length).and_then(|seconds| i64::try_from(seconds).ok()).unwrap_or(0);
    let (scale, duration) = (be(fields, 4 + 2 * length, 4), be(fields, 8 + 2 * length, length));
    let unknown = if wide { u64::MAX } else { u64::from(u32::MAX) };
    video.duration_ms = duration.zip(scale).and_then(|(duration, scale)| {
        let ms = (u128::from(duration) * 1000).checked_div(u128::from(scale))?;
        (duration != unknown && duration > 0).then_some(u64::try_from(ms).ok()?)
    });
    let moment = created.checked_sub(EPOCH_SECONDS).and_then(|at| Timestamp::from_second(at).ok());
    video.taken = moment.map(by_chinas_clock).and_then(taken);
}

/// `tkhd`: width and height, changed with one another where the matrix turns by a quarter.
fn shown(fields: &[u8]) -> Option<(u32, u32)> {
    let matrix = if fields.first() == Some(&1) { 52 } else { 40 };
    let is_turned = be(fields, matrix, 4) == Some(0) && be(fields, matrix + 4, 4) != Some(0);
    let (width, height) = (be(fields, matrix + 36, 4)? >> 16, be(fields, matrix + 40, 4)? >> 16);
    let (width, height) = (edge(Some(width)), edge(Some(height)));
    Some(if is_turned { (height, width) } else { (width, height) })
}

/// Apple's own entries: `keys` has the names, `ilst` under each name's number its value (QuickTime File Format, metadata).
fn apple(file: &mut (impl Read + Seek), meta: Place, has_gps: &mut bool) -> io::Result<Option<DateTime>> {
    // Elsewhere than in QuickTime the box has four bytes of its own.
    let is_plain = be(&meta.head(file, 8)?, 4, 4) == be(b"hdlr", 0, 4);
    let inside = meta.inside(file, if is_plain { 0 } else { 4 })?;
    let (Some(keys), Some(list)) = (first(&inside, b"keys"), first(&inside, b"ilst")) else {
        return Ok(None);
    };
    let values = list.inside(file, 0)?;
    let mut created = None;
    for (nth, key) in keys.inside(file, 8)?.iter().enumerate().take(ENTRIES_MAX) {
        let name = key.head(file, ENTRY_BYTES)?;
        *has_gps |= name.starts_with(b"com.apple.quicktime.location.");
        if name == b"com.apple.quicktime.creationdate" {
            let number = u32::try_from(nth + 1).unwrap_or(0).to_be_bytes();
            let Some(value) = first(&values, &number) else { continue };
            let value = value.head(file, ENTRY_BYTES)?;
            // A box `data` with type and language before the text.
            created = value.get(16..).and_then(|text| moment(std::str::from_utf8(text).ok()?));
        }
    }
    Ok(created)
}

/// `2023-05-15T10:11:12+0800`.
fn moment(text: &str) -> Option<DateTime> {
    let at = Timestamp::strptime("%Y-%m-%dT%H:%M:%S%z", text).or_else(|_| text.parse()).ok()?;
    Some(by_chinas_clock(at))
}
