//! What was said, kept for a person to read and to send to others: whole lines in order, every secret replaced before
//! a line is kept, literals only as their size, long lists and long lines cut.

use std::sync::{Arc, Mutex, PoisonError};

use super::secrets::Secrets;

/// Longest line that is shown, characters.
const LINE_CHARS: usize = 200;
/// Longest finding, characters: it may quote a server at length.
const FINDING_CHARS: usize = 2_000;
/// Untagged lines of one answer that are shown; the rest is counted.
const LINES_PER_ANSWER: usize = 20;

/// Listens to a conversation. The default one is deaf and costs nothing.
#[derive(Clone, Default)]
pub struct Tap(Option<Arc<Mutex<Transcript>>>);

#[derive(Default)]
struct Transcript {
    secrets: Secrets,
    lines: Vec<String>,
    /// The line we are saying, piece by piece.
    saying: Vec<u8>,
    /// What was heard since we last spoke: lines kept, and lines that were too many.
    heard: usize,
    left_out: usize,
    /// Whether the last line announced a literal, behind which it goes on.
    goes_on: bool,
}

impl Tap {
    /// One that writes down everything but the secrets.
    pub fn masking(secrets: Secrets) -> Self {
        Self(Some(Arc::new(Mutex::new(Transcript { secrets, ..Transcript::default() }))))
    }

    /// One more secret, for what is written down from now on.
    pub fn mask(&self, secret: String) {
        self.write(|transcript| transcript.secrets.add(secret));
    }

    /// We say this, or a piece of it.
    pub fn said(&self, bytes: &[u8]) {
        self.write(|transcript| {
            transcript.saying.extend_from_slice(bytes);
            while let Some(end) = transcript.saying.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = transcript.saying.drain(..=end).collect();
                transcript.tell_left_out();
                transcript.heard = 0;
                transcript.push("> ", &line);
            }
        });
    }

    /// The server says this line (without its end), which may announce a literal of so many bytes. `is_last` is the
    /// line that ends an answer: it is never left out.
    pub fn heard(&self, line: &[u8], literal: Option<u64>, is_last: bool) {
        self.write(|transcript| {
            let is_shown = is_last || transcript.goes_on || transcript.heard < LINES_PER_ANSWER;
            if is_last {
                transcript.tell_left_out();
            }
            if !is_shown {
                // A line left out takes what follows its literal with it.
                transcript.left_out += 1;
                return;
            }
            if transcript.goes_on {
                let more = transcript.clean(line);
                if let Some(last) = transcript.lines.last_mut() {
                    last.push_str(&more);
                }
            } else {
                transcript.heard += 1;
                transcript.push("< ", line);
            }
            transcript.goes_on = literal.is_some();
            if let (Some(bytes), Some(last)) = (literal, transcript.lines.last_mut()) {
                last.push_str(&format!("（{bytes} 字节）"));
            }
        });
    }

    /// Something that happened and is no words.
    pub fn note(&self, text: &str) {
        self.write(|transcript| transcript.push("- ", text.as_bytes()));
    }

    /// Whether a line written down since the last taking holds these words.
    pub fn shows(&self, words: &str) -> bool {
        let mut shows = false;
        self.write(|transcript| shows = transcript.lines.iter().any(|line| line.contains(words)));
        shows
    }

    /// Takes what was written down since the last time.
    pub fn take(&self) -> Vec<String> {
        let mut taken = Vec::new();
        self.write(|transcript| {
            transcript.tell_left_out();
            (transcript.heard, transcript.goes_on) = (0, false);
            taken = std::mem::take(&mut transcript.lines);
        });
        taken
    }

    /// The text of a finding without secrets, without what would drive a terminal, and not longer than a person reads.
    pub fn clean(&self, text: &str) -> String {
        let mut cleaned = text.to_owned();
        self.write(|transcript| cleaned = transcript.secrets.shown(text, FINDING_CHARS));
        cleaned
    }

    fn write(&self, change: impl FnOnce(&mut Transcript)) {
        if let Some(transcript) = &self.0 {
            change(&mut transcript.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }
}

impl Transcript {
    fn push(&mut self, side: &str, line: &[u8]) {
        self.goes_on = false;
        let line = self.clean(line);
        self.lines.push(format!("{side}{line}"));
    }

    fn tell_left_out(&mut self) {
        if self.left_out > 0 {
            self.lines.push(format!("< （另有 {} 行，略）", self.left_out));
            self.left_out = 0;
        }
    }

    fn clean(&self, line: &[u8]) -> String {
        self.secrets.shown(&readable(line), LINE_CHARS)
    }
}

/// A server's line as text, in whatever charset it chose. // imap.qq.com and smtp.qq.com answer in raw GBK, 2022
pub fn readable(line: &[u8]) -> String {
    match std::str::from_utf8(line) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::GB18030.decode(line).0.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tap() -> Tap {
        let tap = Tap::masking(Secrets::of_login("S3cret"));
        tap.mask("S3cret-and-more".to_owned());
        tap
    }

    #[test]
    fn pieces_become_lines_and_no_secret_is_kept_in_any_case() {
        let tap = tap();
        for piece in ["A1 LOGIN \"zjc\" ", "\"S3c", "ret\"", "\r\n"] {
            tap.said(piece.as_bytes());
        }
        tap.heard(b"A1 BAD unknown: LOGIN ZJC s3CRET-AND-MORE!", None, true);
        assert_eq!(tap.take(), ["> A1 LOGIN \"zjc\" \"***\"", "< A1 BAD unknown: LOGIN ZJC ***!"]);
        assert_eq!(tap.clean("S3cretS3cret"), "******");
    }

    #[test]
    fn a_secret_is_not_shown_by_halves_where_a_line_is_cut() {
        let tap = tap();
        let line = format!("* OK {} S3cret", "x".repeat(LINE_CHARS - 8));
        tap.heard(line.as_bytes(), None, false);
        assert!(!tap.take().concat().contains("S3"));
    }

    #[test]
    fn literals_are_sizes_and_long_lists_are_cut_but_not_their_end() {
        let tap = tap();
        tap.said(b"A2 FETCH\r\n");
        tap.heard(b"* 1 FETCH (BODY[] {7}", Some(7), false);
        tap.heard(b" UID 3)", None, false);
        for number in 0..100 {
            tap.heard(format!("* {number} EXISTS").as_bytes(), None, false);
        }
        tap.heard("A2 OK 好".as_bytes(), None, true);
        let lines = tap.take();
        assert_eq!(lines[1], "< * 1 FETCH (BODY[] {7}（7 字节） UID 3)");
        let end = &lines[lines.len() - 2..];
        assert_eq!((lines.len(), end), (23, &["< （另有 81 行，略）".to_owned(), "< A2 OK 好".into()][..]));
    }

    #[test]
    fn words_are_read_in_gbk_and_drive_no_terminal() {
        let (gbk, _, _) = encoding_rs::GB18030.encode("535 请输入授权码");
        let tap = tap();
        tap.heard(&gbk, None, true);
        tap.heard("\u{1b}[2J\u{202e}x".as_bytes(), None, true);
        assert_eq!(tap.take(), ["< 535 请输入授权码", "< [2Jx"]);
    }

    #[test]
    fn the_deaf_tap_keeps_nothing() {
        let tap = Tap::default();
        tap.said(b"x\r\n");
        assert!(tap.take().is_empty());
    }
}
