//! Facts of avi, wmv and flv, and the size of an mpg, by hand: no library reads them, and they tell little.

use std::io::{self, Read, Seek};

use jiff::Timestamp;
use jiff::civil::DateTime;
use memchr::memmem;

use super::bytes::{be, edge, le, piece, size};
use super::video::{CUT, DAMAGED, Video, taken};
use super::when::by_chinas_clock;

/// Bytes at the front of a film in which it tells of itself.
const HEAD_BYTES: u64 = 64 * 1024;
/// Chunks of an avi that are looked at.
const CHUNKS_MAX: usize = 1_000;

/// AVI (RIFF): `avih` counts frames, each so many microseconds; the picture's own `strh` is more exact. Cameras add `IDIT`.
pub(super) fn avi(file: &mut (impl Read + Seek)) -> Result<Video, String> {
    let head = piece(file, 0, 8).map_err(|_| DAMAGED)?;
    if le(&head, 4, 4).ok_or(CUT)? + 8 > size(file).map_err(|_| DAMAGED)? {
        return Err(CUT.to_owned());
    }
    let mut video = Video::default();
    let mut is_film = false;
    each_chunk(file, &mut |kind, data| match kind {
        b"avih" => {
            video.duration_ms = length(le(data, 16, 4), le(data, 0, 4), Some(1_000_000));
            (video.width, video.height) = (edge(le(data, 32, 4)), edge(le(data, 36, 4)));
        }
        b"strh" if data.starts_with(b"vids") && !is_film => {
            is_film = true;
            video.duration_ms =
                length(le(data, 32, 4), le(data, 20, 4), le(data, 24, 4)).or(video.duration_ms);
        }
        b"IDIT" => video.taken = camera_moment(data).and_then(taken),
        _ => {}
    })
    .map_err(|_| DAMAGED)?;
    Ok(video)
}

/// Milliseconds of so many frames, each `scale / rate` seconds.
fn length(frames: Option<u64>, scale: Option<u64>, rate: Option<u64>) -> Option<u64> {
    let ms = u128::from(frames?) * u128::from(scale?) * 1000;
    u64::try_from(ms.checked_div(u128::from(rate?))?).ok().filter(|ms| *ms > 0)
}

/// Every chunk, those inside lists too; pictures and sound are passed over.
fn each_chunk(file: &mut (impl Read + Seek), visit: &mut dyn FnMut(&[u8], &[u8])) -> io::Result<()> {
    let mut at = 12;
    for _ in 0..CHUNKS_MAX {
        let chunk = piece(file, at, 8 + 64)?;
        let (Some(kind), Some(length)) = (chunk.get(..4), le(&chunk, 4, 4)) else { break };
        let data = chunk.get(8..).unwrap_or_default();
        if kind == b"LIST" && !data.starts_with(b"movi") {
            at += 12;
            continue;
        }
        let told = usize::try_from(length).unwrap_or(usize::MAX).min(data.len());
        visit(kind, data.get(..told).unwrap_or_default());
        at += 8 + length + length % 2;
    }
    Ok(())
}

/// `Mon May 15 10:11:12 2023`, with or without a line's end.
fn camera_moment(data: &[u8]) -> Option<DateTime> {
    let text = std::str::from_utf8(data).ok()?.trim_end_matches(['\0', '\n', '\r', ' ']);
    DateTime::strptime("%a %b %d %H:%M:%S %Y", text).ok()
}

/// WMV (ASF 3.2): the object of file properties. Its moments are counted from 1601, its lengths from before the buffering.
pub(super) fn asf(file: &mut (impl Read + Seek)) -> Result<Video, String> {
    const FILE_PROPERTIES: &[u8] = b"\xa1\xdc\xab\x8c\x47\xa9\xcf\x11\x8e\xe4\x00\xc0\x0c\x20\x53\x65";
    const TICKS_A_MS: u64 = 10_000;
    const EPOCH_SECONDS: i64 = 11_644_473_600;
    let end = size(file).map_err(|_| DAMAGED)?;
    let head = piece(file, 0, HEAD_BYTES).map_err(|_| DAMAGED)?;
    let Some(at) = memmem::find(&head, FILE_PROPERTIES) else { return Ok(Video::default()) };
    let number = |from, length| le(&head, at + from, length);
    let is_live = number(88, 4).is_some_and(|flags| flags & 1 == 1);
    if !is_live && number(40, 8).is_some_and(|length| length > end) {
        return Err(CUT.to_owned());
    }
    let created = number(48, 8).and_then(|ticks| i64::try_from(ticks / TICKS_A_MS / 1000).ok());
    let moment = created.and_then(|at| Timestamp::from_second(at - EPOCH_SECONDS).ok());
    let duration = number(64, 8).zip(number(80, 8));
    Ok(Video {
        duration_ms: duration
            .and_then(|(ticks, before)| (ticks / TICKS_A_MS).checked_sub(before))
            .filter(|ms| !is_live && *ms > 0),
        taken: moment.map(by_chinas_clock).and_then(taken),
        ..Video::default()
    })
}

/// FLV: numbers of the script tag `onMetaData`, each after its name and a zero byte.
pub(super) fn flv(file: &mut (impl Read + Seek)) -> Result<Video, String> {
    let head = piece(file, 0, HEAD_BYTES).map_err(|_| DAMAGED)?;
    let number = |name: &[u8]| {
        let at = memmem::find(&head, &[name, b"\0"].concat())? + name.len() + 1;
        let number = f64::from_bits(be(&head, at, 8)?);
        (0.0..1e9).contains(&number).then_some(number)
    };
    // In these bounds nothing is lost.
    let whole = |number: f64| number.round() as u64;
    Ok(Video {
        duration_ms: number(b"duration").map(|seconds| whole(seconds * 1000.0)).filter(|ms| *ms > 0),
        width: edge(number(b"width").map(whole)),
        height: edge(number(b"height").map(whole)),
        ..Video::default()
    })
}

/// MPEG: the first header of a sequence tells the size; how long it runs would take reading all of it.
pub(super) fn mpeg(file: &mut (impl Read + Seek)) -> Result<Video, String> {
    let head = piece(file, 0, HEAD_BYTES).map_err(|_| DAMAGED)?;
    let sequence = memmem::find(&head, b"\x00\x00\x01\xb3").and_then(|at| be(&head, at + 4, 3));
    Ok(Video {
        width: edge(sequence.map(|bits| bits >> 12)),
        height: edge(sequence.map(|bits| bits & 0xfff)),
        ..Video::default()
    })
}
