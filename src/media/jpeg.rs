//! A JPEG's size and whether it is all there, by its markers (ITU-T T.81 B.1): nothing is decoded.

use std::io::{self, Read, Seek};

use memchr::memmem;

use super::bytes::{be, edge, piece};
use super::photo::{CUT, DAMAGED, Pixels};

/// Segments before the picture: a large colour profile or preview takes a few dozen.
const SEGMENTS_MAX: usize = 2_000;
const START_OF_SCAN: u8 = 0xda;
const END_OF_IMAGE: &[u8] = b"\xff\xd9";

/// Width and height of a JPEG that reaches its end.
pub(super) fn pixels(file: &mut (impl Read + Seek)) -> Result<Pixels, String> {
    let mut at = 2;
    let mut pixels = None;
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
                let pixels = pixels.ok_or(DAMAGED)?;
                return if ends(file).map_err(|_| DAMAGED)? { Ok(pixels) } else { Err(CUT.to_owned()) };
            }
            _ => {
                if is_start_of_frame(marker) {
                    pixels = Some((edge(be(&head, 7, 2)), edge(be(&head, 5, 2))));
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

/// Whether the end comes somewhere after the place reached: among compressed pixels it cannot be written otherwise, and
/// films and other data may follow it.
fn ends(file: &mut impl Read) -> io::Result<bool> {
    const CHUNK_BYTES: u64 = 256 * 1024;
    let finder = memmem::Finder::new(END_OF_IMAGE);
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
