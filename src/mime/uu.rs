//! Files written into the text itself between `begin` and `end`, as mail did before MIME and some gateways still do
//! (POSIX uuencode). A text that only talks of it is left alone; a block that is torn yields what is there and says so.

use std::io::{self, BufRead, BufReader, Read};

/// Bytes of a line that are looked at; a real one has 62.
const LINE_BYTES: u64 = 1024;

/// The blocks of a text, one after the other; reading it yields the bytes of the block at hand.
pub struct UuBlocks<R> {
    source: BufReader<R>,
    line: Vec<u8>,
    decoded: Vec<u8>,
    given: usize,
    is_open: bool,
    is_damaged: bool,
}

impl<R: Read> UuBlocks<R> {
    /// Before the first block of a text.
    pub fn new(source: R) -> Self {
        let source = BufReader::new(source);
        Self { source, line: Vec::new(), decoded: Vec::new(), given: 0, is_open: false, is_damaged: false }
    }

    /// Goes to the next block and tells its name, raw. What is left of the one at hand is passed over.
    ///
    /// # Errors
    /// Those of the source.
    pub fn next_block(&mut self) -> io::Result<Option<Vec<u8>>> {
        io::copy(self, &mut io::sink())?;
        if self.line.is_empty() {
            self.next_line()?;
        }
        while !self.line.is_empty() {
            let name = begins(&self.line).map(<[u8]>::to_vec);
            self.next_line()?;
            if name.is_some() && (data_of(&self.line).is_some() || ends(&self.line)) {
                (self.is_open, self.is_damaged) = (true, false);
                return Ok(name);
            }
        }
        Ok(None)
    }

    /// Whether the block that was read was cut or dirty.
    pub fn is_damaged(&self) -> bool {
        self.is_damaged
    }

    fn next_line(&mut self) -> io::Result<()> {
        self.line.clear();
        self.source.by_ref().take(LINE_BYTES).read_until(b'\n', &mut self.line).map(drop)
    }
}

impl<R: Read> Read for UuBlocks<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.is_open && self.given == self.decoded.len() {
            self.given = 0;
            self.decoded.clear();
            match data_of(&self.line) {
                Some((length, letters)) => decode(length, letters, &mut self.decoded),
                None if ends(&self.line) => self.is_open = false,
                // Another block begins, or the text is over: this one was cut.
                None if self.line.is_empty() || begins(&self.line).is_some() => {
                    (self.is_open, self.is_damaged) = (false, true);
                    return Ok(0);
                }
                None => self.is_damaged |= !is_filler(&self.line),
            }
            self.next_line()?;
        }
        let count = self.decoded.get(self.given..).unwrap_or_default().read(out)?;
        self.given += count;
        Ok(count)
    }
}

/// Whether a text has a block.
pub fn has_uu_block(text: &[u8]) -> bool {
    // Nearly no text has one, and text is asked at every turn.
    if memchr::memmem::find(text, b"begin").is_none() {
        return false;
    }
    let mut lines = text.split(|&byte| byte == b'\n').peekable();
    while let Some(line) = lines.next() {
        if begins(line).is_some() && lines.peek().is_some_and(|next| data_of(next).is_some() || ends(next)) {
            return true;
        }
    }
    false
}

/// A text without its blocks.
pub fn without_uu_blocks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut lines = text.split_inclusive('\n').peekable();
    let mut in_block = false;
    while let Some(line) = lines.next() {
        let bytes = line.as_bytes();
        let next = lines.peek().map_or(&b""[..], |next| next.as_bytes());
        if begins(bytes).is_some() && (data_of(next).is_some() || ends(next)) {
            in_block = true;
        } else if !in_block {
            out.push_str(line);
        } else if ends(bytes) {
            in_block = false;
        }
    }
    out
}

/// `begin 644 NAME`: the name.
fn begins(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(b"begin ")?;
    let digits = rest.iter().take_while(|byte| (b'0'..=b'7').contains(byte)).count();
    let name = rest.get(digits..)?.strip_prefix(b" ")?.trim_ascii();
    (matches!(digits, 3 | 4) && !name.is_empty()).then_some(name)
}

fn ends(line: &[u8]) -> bool {
    line.trim_ascii_end() == b"end"
}

/// The empty line of the format, and lines that got lost between.
fn is_filler(line: &[u8]) -> bool {
    matches!(line.trim_ascii(), b"" | b"`")
}

/// Length and letters of a line of data. Blanks at its end, which are letters, may have been taken off.
fn data_of(line: &[u8]) -> Option<(usize, &[u8])> {
    let end = line.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |at| at + 1);
    let (&first, letters) = line.get(..end)?.split_first()?;
    let length = usize::from(first.checked_sub(b' ').filter(|length| (1..=45).contains(length))?);
    let wanted = length.div_ceil(3) * 4;
    // Some programs end the line with a letter of their own.
    let is_data = letters.len() <= wanted + 1 && letters.iter().all(|byte| (b' '..=b'`').contains(byte));
    is_data.then_some((length, letters.get(..wanted).unwrap_or(letters)))
}

fn decode(length: usize, letters: &[u8], out: &mut Vec<u8>) {
    let end = out.len() + length;
    let value = |at: usize| letters.get(at).map_or(0, |letter| u32::from(letter.wrapping_sub(b' ') & 63));
    for at in (0..length.div_ceil(3) * 4).step_by(4) {
        let bits = value(at) << 18 | value(at + 1) << 12 | value(at + 2) << 6 | value(at + 3);
        let [_, bytes @ ..] = bits.to_be_bytes();
        out.extend(bytes);
    }
    out.truncate(end);
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "您好\nbegin 644 a.txt\n#0V%T\n`\nend\n再见\nbegin the work\nbegin 644 b.txt\n%:&5L;&\\\nrubbish\n";

    fn blocks(text: &str) -> Vec<(String, Vec<u8>, bool)> {
        let mut blocks = UuBlocks::new(text.as_bytes());
        let mut found = Vec::new();
        while let Some(name) = blocks.next_block().unwrap() {
            let mut bytes = Vec::new();
            blocks.read_to_end(&mut bytes).unwrap();
            found.push((String::from_utf8(name).unwrap(), bytes, blocks.is_damaged()));
        }
        found
    }

    #[test]
    fn blocks_come_out_of_a_text_whole_or_said_to_be_torn() {
        for text in [TEXT.to_owned(), TEXT.replace('\n', "\r\n")] {
            assert!(has_uu_block(text.as_bytes()));
            assert_eq!(
                blocks(&text),
                [("a.txt".to_owned(), b"Cat".to_vec(), false), ("b.txt".to_owned(), b"hello".to_vec(), true)]
            );
        }
        assert_eq!(without_uu_blocks(TEXT), "您好\n再见\nbegin the work\n");
        assert!(!has_uu_block(b"begin 644 words\nand nothing else\n"));
    }
}
