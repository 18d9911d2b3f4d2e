//! Mails of which every line ends in a carriage return alone, as programs of old Macintoshes wrote them: to whoever looks for
//! line feeds all of such a mail is one line, and nothing of it would be read.

use std::io::{self, Read, Seek, SeekFrom};

/// Whether bytes that begin a mail end their lines so. Nothing else does: what is no text has a line feed somewhere.
pub fn has_returns_alone(head: &[u8]) -> bool {
    head.contains(&b'\r') && !head.contains(&b'\n')
}

/// The same bytes with line feeds in the place of carriage returns.
pub fn line_feeds(bytes: &mut [u8]) {
    bytes.iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
}

/// A source read so, each byte in its place.
pub struct LineFeeds<R>(pub R);

impl<R: Read> Read for LineFeeds<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(out)?;
        line_feeds(out.get_mut(..count).unwrap_or_default());
        Ok(count)
    }
}

impl<R: Seek> Seek for LineFeeds<R> {
    fn seek(&mut self, place: SeekFrom) -> io::Result<u64> {
        self.0.seek(place)
    }
}
