//! Numbers and pieces of a file whose offsets and lengths are written by strangers: whatever is not there is none, and no
//! piece is longer than the caller says.

use std::io::{self, Read, Seek, SeekFrom};

/// Big-endian number of `length` bytes at a place.
pub(super) fn be(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let digits = bytes.get(at..at.checked_add(length)?)?;
    Some(digits.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)))
}

/// Little-endian number of `length` bytes at a place.
pub(super) fn le(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let digits = bytes.get(at..at.checked_add(length)?)?;
    Some(digits.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)))
}

/// Width or height; 0 for what no picture has.
pub(super) fn edge(number: Option<u64>) -> u32 {
    number.and_then(|number| u32::try_from(number).ok()).unwrap_or(0)
}

/// Up to `length` bytes from a place; fewer at the end of the file.
pub(super) fn piece(file: &mut (impl Read + Seek), at: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(at))?;
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// How long a file is.
pub(super) fn size(file: &mut impl Seek) -> io::Result<u64> {
    file.seek(SeekFrom::End(0))
}
