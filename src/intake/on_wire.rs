//! Mail that lies on a Unix ends its lines in a line feed alone; every server hands the same mail out with a carriage return
//! before it. Taken in as it lies there, a mail would be another than the one that was fetched, or that is fetched later.

use std::io::Write as _;

use crate::fault::Fault;
use crate::store::Incoming;

/// Whether a mail that begins with `head` lies there so. One that has both kinds of lines is nobody's to change.
pub(super) fn is_of_a_unix(head: &[u8]) -> bool {
    head.contains(&b'\n') && !head.windows(2).any(|pair| pair == b"\r\n")
}

/// A mail on its way to disk, with the line ends of the wire.
pub(super) struct OnWire {
    incoming: Incoming,
    last: u8,
}

impl OnWire {
    pub fn new(incoming: Incoming) -> Self {
        Self { incoming, last: 0 }
    }

    pub fn take(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            if let Some(line) = piece.strip_suffix(b"\n") {
                let is_whole = line.last().unwrap_or(&self.last) == &b'\r';
                self.incoming.write_all(line)?;
                self.incoming.write_all(if is_whole { b"\n" } else { b"\r\n" })?;
            } else {
                self.incoming.write_all(piece)?;
            }
            self.last = piece.last().copied().unwrap_or(self.last);
        }
        Ok(())
    }

    pub fn into_incoming(self) -> Incoming {
        self.incoming
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[test]
    fn lines_end_as_on_the_wire_wherever_a_read_ends() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let hash = |pieces: &mut dyn Iterator<Item = &[u8]>| {
            let mut mail = OnWire::new(store.blobs().begin().unwrap());
            pieces.for_each(|piece| mail.take(piece).unwrap());
            mail.into_incoming().finish().unwrap().sha256
        };
        let (unix, wire) =
            (&b"Subject: x\n\na\r\nb\r\rc\n\n"[..], &b"Subject: x\r\n\r\na\r\nb\r\rc\r\n\r\n"[..]);
        for step in 1..unix.len() {
            assert_eq!(
                hash(&mut unix.chunks(step)),
                hash(&mut wire.chunks(wire.len())),
                "in steps of {step}"
            );
        }
        assert!(is_of_a_unix(b"a\nb\n") && !is_of_a_unix(b"a\nb\r\n") && !is_of_a_unix(b"a\rb"));
    }
}
