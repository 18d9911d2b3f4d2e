//! The lines of a mail through a small window: what is looked at are headers and lines that may be boundaries, what lies
//! between them is passed over at the speed of a search. A line may be longer than the window, and the window may end
//! anywhere in it.

use std::io::{self, ErrorKind, Read};

use memchr::memchr;
use memchr::memmem::Finder;

/// Bytes seen at a time; a window is never smaller than what tells a boundary's beginning.
pub const WINDOW_BYTES: usize = 256 * 1024;
const WINDOW_BYTES_MIN: usize = 8;

/// A place in a mail, always at the beginning of a line.
pub struct Lines<R> {
    source: R,
    window: Vec<u8>,
    from: usize,
    to: usize,
    place: u64,
    /// The last two bytes before this place.
    before: [u8; 2],
    is_done: bool,
    dashes: Finder<'static>,
}

impl<R: Read> Lines<R> {
    /// The first line of a source.
    pub fn new(source: R, window_bytes: usize) -> Self {
        Self {
            source,
            window: vec![0; window_bytes.max(WINDOW_BYTES_MIN)],
            from: 0,
            to: 0,
            place: 0,
            before: [0; 2],
            is_done: false,
            dashes: Finder::new(b"\n--"),
        }
    }

    /// Bytes before this place.
    pub fn place(&self) -> u64 {
        self.place
    }

    /// Length of the line break right before this place.
    pub fn break_before(&self) -> u64 {
        match self.before {
            [b'\r', b'\n'] => 2,
            [_, b'\n'] => 1,
            _ => 0,
        }
    }

    /// Passes over empty lines.
    ///
    /// # Errors
    /// Those of the source; so everywhere in here.
    pub fn skip_blank(&mut self) -> io::Result<()> {
        loop {
            let held = self.held();
            let blank = held.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let is_all = blank == held.len();
            self.consume(blank);
            if !is_all || !self.fill()? {
                return Ok(());
            }
        }
    }

    /// Takes the next line, its break included, onto the end of `line`, as far as there are `room` bytes for it. Returns
    /// its length; 0 at the end.
    pub fn take(&mut self, line: &mut Vec<u8>, mut room: usize) -> io::Result<u64> {
        let start = self.place;
        loop {
            let held = self.held();
            let end = memchr(b'\n', held);
            let count = end.map_or(held.len(), |at| at + 1);
            let kept = held.get(..count.min(room)).unwrap_or_default();
            line.extend_from_slice(kept);
            room -= kept.len();
            self.consume(count);
            if end.is_some() || !self.fill()? {
                return Ok(self.place - start);
            }
        }
    }

    /// Goes to the next line that begins with `--`, this one included; false at the end.
    pub fn seek_dashes(&mut self) -> io::Result<bool> {
        while self.held().len() < 2 && self.fill()? {}
        if self.held().starts_with(b"--") {
            return Ok(true);
        }
        loop {
            let held = self.held();
            if let Some(at) = self.dashes.find(held) {
                self.consume(at + 1);
                return Ok(true);
            }
            // A break and a dash may be the beginning of what is looked for.
            let passed = held.len().saturating_sub(2);
            self.consume(passed);
            if !self.fill()? {
                let rest = self.held().len();
                self.consume(rest);
                return Ok(false);
            }
        }
    }

    /// The next bytes, at most `count`, and those no more than eight.
    pub fn peek(&mut self, count: usize) -> io::Result<&[u8]> {
        let count = count.min(WINDOW_BYTES_MIN);
        while self.held().len() < count && self.fill()? {}
        let held = self.held();
        Ok(held.get(..count).unwrap_or(held))
    }

    fn held(&self) -> &[u8] {
        self.window.get(self.from..self.to).unwrap_or_default()
    }

    fn consume(&mut self, count: usize) {
        match self.held().get(..count) {
            Some([.., one, other]) => self.before = [*one, *other],
            Some([other]) => {
                let [_, one] = self.before;
                self.before = [one, *other];
            }
            _ => {}
        }
        self.from += count;
        self.place += u64::try_from(count).unwrap_or(u64::MAX);
    }

    /// Gets more of the source into the window; false when there is no more.
    fn fill(&mut self) -> io::Result<bool> {
        self.window.copy_within(self.from..self.to, 0);
        self.to -= self.from;
        self.from = 0;
        while !self.is_done {
            match self.source.read(self.window.get_mut(self.to..).unwrap_or_default()) {
                Ok(0) => self.is_done = true,
                Ok(count) => {
                    self.to += count;
                    return Ok(true);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }
}
