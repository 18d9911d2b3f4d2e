//! Facts of a film: how long it runs, how large it is shown, when and whether somewhere it was taken.

use std::io::{Read, Seek};

use jiff::civil::DateTime;
use nom_exif::{EntryValue, MediaParser, MediaSource, TrackInfoTag};

use super::bytes::{piece, size};
use super::when::{in_china, named, plausible};
use super::{film, old_films};
use crate::domain::facts::{Taken, TakenBy};

pub(super) const DAMAGED: &str = "视频已损坏，打不开";
pub(super) const CUT: &str = "视频不完整，后半部分缺失";

/// Facts of a film; none or 0 where the format does not tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Video {
    /// Length in milliseconds.
    pub duration_ms: Option<u64>,
    /// Width in pixels as it is shown.
    pub width: u32,
    /// Height in pixels as it is shown.
    pub height: u32,
    /// When it was taken. Films store world time: shown as China's.
    pub taken: Option<Taken>,
    /// Whether it tells a place.
    pub has_gps: bool,
}

/// Facts of a film called `name`. Formats that are not understood yield what their name tells, which is no trouble.
///
/// # Errors
/// Why it cannot be played, in words for staff.
pub fn read_video(mut file: impl Read + Seek, media_type: &str, name: &str) -> Result<Video, String> {
    file.rewind().map_err(|_| DAMAGED)?;
    let video = match media_type {
        "video/mp4" | "video/quicktime" | "video/x-m4v" | "video/3gpp" | "video/3gpp2" => {
            film::read(&mut file)?
        }
        "video/avi" | "video/x-msvideo" => old_films::avi(&mut file)?,
        "video/x-ms-wmv" | "video/x-ms-asf" | "application/vnd.ms-asf" => old_films::asf(&mut file)?,
        "video/x-flv" => old_films::flv(&mut file)?,
        "video/mpeg" => old_films::mpeg(&mut file)?,
        "video/webm" | "video/matroska" | "video/x-matroska" => matroska(file)?,
        _ => Video::default(),
    };
    Ok(Video { taken: video.taken.or_else(|| named(name)), ..video })
}

/// What the film itself says, unless nobody had set its clock.
pub(super) fn taken(at: DateTime) -> Option<Taken> {
    plausible(&at).then_some(Taken { at, by: TakenBy::Container })
}

fn matroska(mut file: impl Read + Seek) -> Result<Video, String> {
    let end = size(&mut file).map_err(|_| DAMAGED)?;
    let head = piece(&mut file, 0, 4096).map_err(|_| DAMAGED)?;
    if segment_end(&head).is_some_and(|announced| announced > end) {
        return Err(CUT.to_owned());
    }
    file.rewind().map_err(|_| DAMAGED)?;
    Ok(tracks(file).unwrap_or_default())
}

fn tracks(file: impl Read + Seek) -> Option<Video> {
    let track = MediaParser::new().parse_track(MediaSource::seekable(file).ok()?).ok()?;
    let number = |tag| track.get(tag).and_then(EntryValue::as_u32).unwrap_or(0);
    let created = track.get(TrackInfoTag::CreateDate).and_then(EntryValue::as_datetime).and_then(in_china);
    Some(Video {
        duration_ms: track.get(TrackInfoTag::DurationMs).and_then(EntryValue::as_u64).filter(|ms| *ms > 0),
        width: number(TrackInfoTag::Width),
        height: number(TrackInfoTag::Height),
        taken: created.and_then(taken),
        has_gps: track.gps_info().is_some(),
    })
}

/// Where the segment that follows the head of a Matroska file says it ends; none when it does not know (RFC 9559 4).
fn segment_end(head: &[u8]) -> Option<u64> {
    const SEGMENT: &[u8] = b"\x18\x53\x80\x67";
    let (length, at) = number(head, 4)?;
    let at = at.checked_add(usize::try_from(length?).ok()?)?;
    if head.get(at..at.checked_add(4)?)? != SEGMENT {
        return None;
    }
    let (length, from) = number(head, at + 4)?;
    u64::try_from(from).ok()?.checked_add(length?)
}

/// A length, none for one that is unknown, and where what it measures begins (RFC 8794 4).
fn number(bytes: &[u8], at: usize) -> Option<(Option<u64>, usize)> {
    let first = *bytes.get(at)?;
    let width = usize::try_from(first.leading_zeros()).ok()? + 1;
    if width > 8 {
        return None;
    }
    let all = super::bytes::be(bytes, at, width)?;
    let value = all & !(1 << (7 * width));
    Some(((value != (1 << (7 * width)) - 1).then_some(value), at + width))
}
