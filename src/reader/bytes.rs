//! Bytes to look into, wherever they are: what is small is looked at in memory, since libraries jump about in it; what is
//! large stays in its file.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Cursor, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::mime::{LineFeeds, has_returns_alone};

/// Bytes from which on something is large.
const SMALL_BYTES: usize = 256 * 1024;
/// Bytes that are unpacked at a time.
const PIECE_BYTES: usize = 64 * 1024;
/// Pieces that are smaller are written together: a line of uuencode is 45 bytes.
const SMALL_PIECE_BYTES: usize = 16 * 1024;
/// Bytes at the beginning of a mail in which a line ends.
const LINE_BYTES: u64 = 64 * 1024;

/// A mail or a part, readable anywhere.
pub enum Bytes {
    /// All of it.
    Small(Cursor<Vec<u8>>),
    /// Its file.
    Large(BufReader<File>),
    /// A mail whose lines end in carriage returns alone.
    Returns(LineFeeds<Box<Bytes>>),
}

/// Why bytes did not reach their file: what they come from failed, which is theirs, or the folder, which is ours.
pub enum Broken {
    /// Reading them.
    Source(io::Error),
    /// Writing them.
    Scratch(io::Error),
}

impl Bytes {
    /// Bytes of an open file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(mut file: File) -> io::Result<Self> {
        let mut bytes = Vec::new();
        if file.metadata()?.len() > u64::try_from(SMALL_BYTES).unwrap_or(0) {
            return Ok(Self::Large(BufReader::new(file)));
        }
        file.read_to_end(&mut bytes)?;
        Ok(Self::Small(Cursor::new(bytes)))
    }

    /// A source that has no pieces of its own.
    pub fn in_pieces(source: &mut dyn Read) -> impl BufRead {
        BufReader::with_capacity(PIECE_BYTES, source)
    }

    /// Writes what `source` yields into a new file; empty bytes leave none.
    ///
    /// # Errors
    /// Which side failed. Whatever was written stays.
    pub fn pour(source: &mut dyn BufRead, path: &Path) -> Result<Self, Broken> {
        let mut small = Vec::new();
        let mut large: Option<BufWriter<File>> = None;
        loop {
            let piece = match source.fill_buf() {
                Ok([]) => break,
                Ok(piece) => piece,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(Broken::Source(error)),
            };
            if large.is_none() && small.len() + piece.len() >= SMALL_BYTES {
                let file = File::options().read(true).write(true).create(true).truncate(true).open(path);
                let file = BufWriter::with_capacity(SMALL_PIECE_BYTES, file.map_err(Broken::Scratch)?);
                let file = large.insert(file);
                file.write_all(&std::mem::take(&mut small)).map_err(Broken::Scratch)?;
            }
            match &mut large {
                Some(file) => file.write_all(piece).map_err(Broken::Scratch)?,
                None => small.extend_from_slice(piece),
            }
            let count = piece.len();
            source.consume(count);
        }
        if let Some(file) = large {
            let file = file.into_inner().map_err(|broken| Broken::Scratch(broken.into_error()))?;
            return Ok(Self::Large(BufReader::new(file)));
        }
        if !small.is_empty() {
            std::fs::write(path, &small).map_err(Broken::Scratch)?;
        }
        Ok(Self::Small(Cursor::new(small)))
    }

    /// How many there are.
    ///
    /// # Errors
    /// When the file does not tell.
    pub fn size(&self) -> io::Result<u64> {
        match self {
            Self::Small(bytes) => Ok(u64::try_from(bytes.get_ref().len()).unwrap_or(u64::MAX)),
            Self::Large(file) => Ok(file.get_ref().metadata()?.len()),
            Self::Returns(bytes) => bytes.0.size(),
        }
    }

    /// A mail, with the line feeds that may be missing in it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn with_line_ends(&mut self) -> io::Result<&mut Self> {
        let mut head = Vec::new();
        self.rewind()?;
        self.take(LINE_BYTES).read_to_end(&mut head)?;
        self.rewind()?;
        if has_returns_alone(&head) {
            let bytes = std::mem::replace(self, Self::Small(Cursor::default()));
            *self = Self::Returns(LineFeeds(Box::new(bytes)));
        }
        Ok(self)
    }
}

impl Read for Bytes {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Small(bytes) => bytes.read(out),
            Self::Large(file) => file.read(out),
            Self::Returns(bytes) => bytes.read(out),
        }
    }
}

impl Seek for Bytes {
    fn seek(&mut self, place: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Small(bytes) => bytes.seek(place),
            Self::Large(file) => file.seek(place),
            Self::Returns(bytes) => bytes.seek(place),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_and_large_bytes_reach_their_file() {
        let dir = tempfile::tempdir().unwrap();
        for size in [0, 1, SMALL_BYTES - 1, SMALL_BYTES, SMALL_BYTES * 2, SMALL_BYTES * 2 + 7] {
            let wanted: Vec<u8> = (0..size).map(|n| n.to_le_bytes()[0]).collect();
            let path = dir.path().join(format!("part-{size}"));
            let Ok(mut bytes) = Bytes::pour(&mut wanted.as_slice(), &path) else { panic!("{size}") };
            assert_eq!(bytes.size().unwrap(), u64::try_from(size).unwrap());
            assert_eq!(matches!(bytes, Bytes::Small(_)), size < SMALL_BYTES);
            let mut found = Vec::new();
            bytes.rewind().unwrap();
            bytes.read_to_end(&mut found).unwrap();
            assert_eq!((found == wanted, path.exists()), (true, size > 0));
            assert!(size == 0 || std::fs::read(&path).unwrap() == wanted);
            // The same in pieces as small as lines.
            let mut lines = BufReader::with_capacity(45, wanted.as_slice());
            assert!(Bytes::pour(&mut lines, &path).is_ok_and(|bytes| bytes.size().unwrap() == size as u64));
            assert!(size == 0 || std::fs::read(&path).unwrap() == wanted);
        }
    }
}
