//! A JPEG's size and whether it is all there, by its markers (ITU-T T.81 B.1): nothing is decoded.

use std::io::{self, Read, Seek, SeekFrom};

use memchr::memmem;

use super::bytes::{be, edge, piece, size};
use super::photo::{CUT, DAMAGED, Pixels};

/// Segments before the picture: a large colour profile or preview takes a few dozen.
const SEGMENTS_MAX: usize = 2_000;
const START_OF_SCAN: u8 = 0xda;
const END_OF_IMAGE: &[u8] = b"\xff\xd9";

/// What a JPEG's frame says of the picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub pixels: Pixels,
    /// Where the first scan begins.
    scan_at: u64,
    /// Whether it comes in several scans, which a decoder holds together until the last.
    pub is_progressive: bool,
}

/// Width and height of a JPEG that reaches its end.
pub(super) fn pixels(file: &mut (impl Read + Seek)) -> Result<Pixels, String> {
    let frame = frame(file)?;
    if ends(file, frame.scan_at).map_err(|_| DAMAGED)? { Ok(frame.pixels) } else { Err(CUT.to_owned()) }
}

/// Reads up to the first scan.
pub(super) fn frame(file: &mut (impl Read + Seek)) -> Result<Frame, String> {
    let mut at = 2;
    let mut frame = None;
    for _ in 0..SEGMENTS_MAX {
        let head = piece(file, at, 9).map_err(|_| DAMAGED)?;
        let &[0xff, marker, ..] = head.as_slice() else {
            return Err(if head.len() < 2 { CUT } else { DAMAGED }.to_owned());
        };
        match marker {
            // Filling before a marker, and markers that stand alone.
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            START_OF_SCAN => {
                return frame.map(|frame| Frame { scan_at: at, ..frame }).ok_or_else(|| DAMAGED.to_owned());
            }
            _ => {
                if is_start_of_frame(marker) {
                    let pixels = (edge(be(&head, 7, 2)), edge(be(&head, 5, 2)));
                    frame = Some(Frame { pixels, scan_at: 0, is_progressive: marker & 3 == 2 });
                }
                at += 2 + be(&head, 2, 2).filter(|length| *length >= 2).ok_or(CUT)?;
            }
        }
    }
    Err(DAMAGED.to_owned())
}

fn is_start_of_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

/// Whether the end comes after the scan began: among compressed pixels it cannot be written otherwise. Nearly always it is
/// the last thing in the file; where films and other data follow it, all is searched.
fn ends(file: &mut (impl Read + Seek), scan_at: u64) -> io::Result<bool> {
    const CHUNK_BYTES: u64 = 256 * 1024;
    const TAIL_BYTES: u64 = 16 * 1024;
    let finder = memmem::Finder::new(END_OF_IMAGE);
    let tail_at = size(file)?.saturating_sub(TAIL_BYTES).max(scan_at);
    if finder.find(&piece(file, tail_at, TAIL_BYTES)?).is_some() {
        return Ok(true);
    }
    file.seek(SeekFrom::Start(scan_at))?;
    let mut chunk = Vec::new();
    loop {
        // The end may be cut by the chunk.
        let held = usize::from(chunk.last() == Some(&0xff));
        chunk.drain(..chunk.len() - held);
        if file.by_ref().take(CHUNK_BYTES).read_to_end(&mut chunk)? == 0 {
            return Ok(false);
        }
        if finder.find(&chunk).is_some() {
            return Ok(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// A frame, a scan of `scan` bytes, its end, and `more` bytes of something else.
    fn jpeg(scan: usize, end: &[u8], more: usize) -> Vec<u8> {
        let frame = b"\xff\xd8\xff\xc2\0\x0b\x08\0\x30\0\x40\x01\x01\x11\0";
        [frame, &b"\xff\xda\0\x08"[..], &vec![0; scan], end, &vec![0; more]].concat()
    }

    #[test]
    fn the_end_is_found_wherever_it_stands() {
        for scan in [0, 100, 16 * 1024, 256 * 1024 - 7, 256 * 1024 - 6, 256 * 1024 - 5, 256 * 1024, 900_000] {
            for more in [0, 1, 16 * 1024, 700_000] {
                let whole = jpeg(scan, b"\xff\xd9", more);
                assert_eq!(pixels(&mut Cursor::new(whole)), Ok((64, 48)), "{scan} and {more}");
                let cut = jpeg(scan, b"\xff\xd0", more);
                assert_eq!(pixels(&mut Cursor::new(cut)), Err(CUT.to_owned()), "{scan} and {more}");
            }
        }
    }

    #[test]
    fn what_has_no_picture_is_damaged() {
        for bytes in [&b"\xff\xd8rubbish"[..], b"\xff\xd8\xff\xda\0\x08", b"\xff\xd8\xff\xd9\xff\xd9"] {
            assert!(frame(&mut Cursor::new(bytes)).is_err());
        }
        assert!(frame(&mut Cursor::new(jpeg(0, b"", 0))).unwrap().is_progressive);
    }
}
