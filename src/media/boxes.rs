//! Boxes of ISO media files (ISO/IEC 14496-12 4.2): heic, mp4, mov, m4v, 3gp. Lengths are lies until the file bears them
//! out; each step goes forward by a box's head at least, so that no file leads in a circle.

use std::io::{self, Read, Seek};

use super::bytes::{be, piece};

/// Boxes looked at in one place: a film of fragments has a few every second.
const BOXES_MAX: usize = 20_000;

/// Where a box's contents lie.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub kind: [u8; 4],
    /// First byte of the contents.
    pub from: u64,
    /// Byte after the last one that is there.
    pub to: u64,
    /// Whether it says that it is longer than what is there.
    pub is_cut: bool,
}

impl Place {
    /// The first bytes of the contents.
    pub fn head(&self, file: &mut (impl Read + Seek), bytes_max: u64) -> io::Result<Vec<u8>> {
        piece(file, self.from, bytes_max.min(self.to.saturating_sub(self.from)))
    }

    /// The boxes inside, after `skipped` bytes of fields.
    pub fn inside(&self, file: &mut (impl Read + Seek), skipped: u64) -> io::Result<Vec<Place>> {
        boxes(file, self.from.saturating_add(skipped), self.to)
    }
}

/// The boxes between two places of a file, side by side.
pub(super) fn boxes(file: &mut (impl Read + Seek), from: u64, to: u64) -> io::Result<Vec<Place>> {
    let mut found = Vec::new();
    let mut at = from;
    while found.len() < BOXES_MAX && at.saturating_add(8) <= to {
        let head = piece(file, at, 16)?;
        let Some(kind) = head.get(4..8).and_then(|kind| kind.try_into().ok()) else { break };
        let (fields, length) = match be(&head, 0, 4) {
            Some(0) => (8, to - at),
            Some(1) => (16, be(&head, 8, 8).unwrap_or(0)),
            length => (8, length.unwrap_or(0)),
        };
        if length < fields {
            break;
        }
        let end = at.saturating_add(length);
        found.push(Place { kind, from: at + fields, to: end.min(to), is_cut: end > to });
        at = end;
    }
    Ok(found)
}

/// The first box of a kind.
pub(super) fn first(boxes: &[Place], kind: &[u8; 4]) -> Option<Place> {
    boxes.iter().find(|place| place.kind == *kind).copied()
}
