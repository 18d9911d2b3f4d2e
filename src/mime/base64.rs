//! Base64 at the speed of the disk and forgiving of what mail does to it: clean lines of one length are left to a strict
//! decoder that takes dozens of letters at a time; else four as long as they are letters, and one around line breaks,
//! blanks, padding and dirt. A text may come in pieces cut anywhere.

use base64_simd::STANDARD_NO_PAD;
use memchr::memchr;

/// Text that the strict decoder is shown at a time: where it refuses, all of it was looked at in vain.
const CLEAN_TEXT_BYTES: usize = 4 * 1024;

/// A letter that is none: above the 24 bits that four letters hold.
const NONE: u32 = 1 << 24;

/// Values of the letters at each of the four places, already shifted there.
static PLACES: [[u32; 256]; 4] = [places(18), places(12), places(6), places(0)];

#[allow(clippy::indexing_slicing, reason = "computed when this is compiled")]
const fn places(shift: u32) -> [u32; 256] {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut table = [NONE; 256];
    let mut value = 0;
    while value < LETTERS.len() {
        table[LETTERS[value] as usize] = (value as u32) << shift;
        value += 1;
    }
    table
}

fn value(table: &[u32; 256], letter: u8) -> u32 {
    table.get(usize::from(letter)).copied().unwrap_or(NONE)
}

/// A decoder (RFC 2045 6.8) with what the last piece left over. Line breaks and blanks may stand anywhere, padding in
/// the middle (words joined) or missing at the end.
#[derive(Debug, Default)]
pub struct Base64 {
    bits: u32,
    count: u32,
    is_dirty: bool,
    /// The letters of some lines without their ends.
    letters: Vec<u8>,
}

impl Base64 {
    /// Decodes the next piece onto the end of `out`.
    pub fn feed(&mut self, mut text: &[u8], out: &mut Vec<u8>) {
        // Room for the whole piece and for a byte begun by the last one.
        out.reserve(text.len() / 4 * 3 + 4);
        while let Some((&letter, after)) = text.split_first() {
            if self.count == 0 {
                let done = match self.lines(text, out) {
                    0 => fours(text, out),
                    done => done,
                };
                if done > 0 {
                    text = text.get(done..).unwrap_or_default();
                    continue;
                }
            }
            out.extend(self.letter(letter));
            text = after;
        }
    }

    /// Decodes whole lines that are as long as the first onto the end of `out`, if they hold fours of letters and nothing
    /// else; returns how much text that was.
    fn lines(&mut self, text: &[u8], out: &mut Vec<u8>) -> usize {
        let text = text.get(..CLEAN_TEXT_BYTES).unwrap_or(text);
        let Some(first) = memchr(b'\n', text).and_then(|end| text.get(..=end)) else { return 0 };
        let (letters, end) = match first {
            [letters @ .., b'\r', b'\n'] => (letters.len(), &b"\r\n"[..]),
            _ => (first.len() - 1, &b"\n"[..]),
        };
        if letters == 0 || letters % 4 != 0 {
            return 0;
        }
        self.letters.clear();
        let lines = text.chunks_exact(first.len()).map_while(|line| line.strip_suffix(end));
        lines.for_each(|line| self.letters.extend_from_slice(line));
        match STANDARD_NO_PAD.decode_append(&self.letters, out) {
            Ok(()) => self.letters.len() / letters * first.len(),
            Err(_) => 0,
        }
    }

    /// Takes one letter; a byte when it completes one.
    fn letter(&mut self, letter: u8) -> Option<u8> {
        let [_, _, _, last] = &PLACES;
        let value = value(last, letter);
        if value == NONE {
            if letter == b'=' {
                // Six bits are no byte, whatever pads them.
                self.is_dirty |= self.count == 6;
                self.count = 0;
            } else if !letter.is_ascii_whitespace() {
                self.is_dirty = true;
            }
            return None;
        }
        self.bits = (self.bits << 6) | value;
        self.count += 6;
        if self.count < 8 {
            return None;
        }
        self.count -= 8;
        u8::try_from((self.bits >> self.count) & 0xff).ok()
    }

    /// Whether something was wrong so far. Six bits left over are no byte: a letter is missing.
    pub fn is_damaged(&self) -> bool {
        self.is_dirty || self.count == 6
    }
}

/// Decodes fours of letters onto the end of `out`, up to the first that holds anything else; returns how many letters.
fn fours(text: &[u8], out: &mut Vec<u8>) -> usize {
    let [first, second, third, last] = &PLACES;
    let before = out.len();
    for [a, b, c, d] in text.as_chunks::<4>().0 {
        let bits = value(first, *a) | value(second, *b) | value(third, *c) | value(last, *d);
        if bits >= NONE {
            break;
        }
        let [_, high, middle, low] = bits.to_be_bytes();
        out.extend_from_slice(&[high, middle, low]);
    }
    (out.len() - before) / 3 * 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(pieces: &[&[u8]]) -> (Vec<u8>, bool) {
        let mut decoder = Base64::default();
        let mut out = Vec::new();
        for piece in pieces {
            decoder.feed(piece, &mut out);
        }
        (out, decoder.is_damaged())
    }

    #[test]
    fn a_text_cut_anywhere_is_the_same_text() {
        for text in [
            &b"5Lit\r\n5Zu9YWJjZGVmZ2hpamts\r\nbW5vcA=="[..],
            b"YW!Jj ZGVm\r\n=YWI=YWI=",
            b"5Lit5Zu9\r\nYWJjZGVm\r\nZ2hpamts\r\nYW!Jjamt\r\nbW5vcHFy\nZ2hpamts\n",
            b"YWJjZ",
            b"\r\n\r\n",
            b"-- \nfooter of a list",
        ] {
            let whole = decoded(&[text]);
            for cut in 0..=text.len() {
                let (one, other) = text.split_at(cut);
                assert_eq!(decoded(&[one, other]), whole, "{cut}");
            }
            let letters: Vec<&[u8]> = text.chunks(1).collect();
            assert_eq!(decoded(&letters), whole);
        }
    }

    #[test]
    fn what_is_missing_or_dirty_is_damage() {
        assert_eq!(decoded(&[b"5Lit\r\n5Zu9"]), ("中国".into(), false));
        assert_eq!(decoded(&[b"5Lit5Zu9\r\n5Zu95Lit\r\n5Lit"]), ("中国国中中".into(), false));
        assert_eq!(decoded(&[b"YWI=YWI="]), (b"abab".to_vec(), false));
        assert_eq!(decoded(&[b"YWJjZ"]), (b"abc".to_vec(), true));
        assert_eq!(decoded(&[b"YW!Jj"]), (b"abc".to_vec(), true));
        assert_eq!(decoded(&[b"YWJjZ==="]), (b"abc".to_vec(), true));
    }
}
