//! Facts of a film: how long it runs and when it was taken.

use std::io::{Read, Seek};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use nom_exif::{EntryValue, ExifDateTime, MediaParser, MediaSource, TrackInfoTag};

/// Facts of a film; none where the format does not tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Video {
    /// Length in milliseconds.
    pub duration_ms: Option<u64>,
    /// When it was taken. Films store world time: shown as China's.
    pub taken_at: Option<DateTime>,
}

/// Facts of a film. Formats that are not understood (avi, wmv) yield none, which is no trouble.
pub fn read_video(file: impl Read + Seek) -> Video {
    read(file).unwrap_or_default()
}

fn read(file: impl Read + Seek) -> Option<Video> {
    let source = MediaSource::seekable(file).ok()?;
    let track = MediaParser::new().parse_track(source).ok()?;
    let duration_ms = track.get(TrackInfoTag::DurationMs).and_then(EntryValue::as_u64);
    let taken_at = track.get(TrackInfoTag::CreateDate).and_then(EntryValue::as_datetime).and_then(in_china);
    // 1904-01-01, the epoch of the format, means that nobody set it.
    Some(Video { duration_ms, taken_at: taken_at.filter(|at| at.year() > 1970) })
}

fn in_china(at: ExifDateTime) -> Option<DateTime> {
    match at {
        ExifDateTime::Aware(moment) => {
            Some(Offset::constant(8).to_datetime(Timestamp::from_second(moment.timestamp()).ok()?))
        }
        ExifDateTime::Naive(moment) => moment.to_string().parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 8).unwrap();
        [&length.to_be_bytes()[..], kind, body].concat()
    }

    /// A film's frame without a film: its type, its header, and bytes enough for a header to be looked for.
    fn film(created: u32) -> Vec<u8> {
        let numbers = [0u32, created, created, 1000, 5500];
        let mut header: Vec<u8> = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
        header.resize(100, 0);
        let moov = boxed(b"moov", &boxed(b"mvhd", &header));
        [boxed(b"ftyp", b"isom\0\0\0\0isommp42"), moov, boxed(b"mdat", &[0; 20_000])].concat()
    }

    #[test]
    fn a_film_tells_its_length_and_day() {
        // Seconds from 1904 to 2023-05-14T01:00:00Z.
        let video = read_video(Cursor::new(film(3_766_870_800)));
        assert_eq!(video.duration_ms, Some(5500));
        assert_eq!(video.taken_at.unwrap().to_string(), "2023-05-14T09:00:00");
        assert_eq!(read_video(Cursor::new(film(0))).taken_at, None);
        assert_eq!(read_video(Cursor::new(b"rubbish")), Video::default());
    }
}
