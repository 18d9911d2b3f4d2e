//! Stands under the library, between its parser and the wire, because both ends can do harm: a server by endless
//! lines, endless chatter or a literal of 500 MB that the library would allocate on its mere announcement; the
//! library by panicking on lines that servers do send. Every line is held until it is whole, measured, made harmless
//! (`quirks::readable_line`) and only then handed up; literals pass untouched. All time-outs are here too, because
//! only here is every byte seen.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use super::{Limits, quirks};
use crate::talk::Tap;

/// A connection to a server, plain or TLS.
pub(super) trait Wire: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug> Wire for T {}

/// What one command may cost.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    /// When its answer must be complete.
    pub until: Instant,
    /// How long the server may be silent.
    pub idle: Duration,
    /// Untagged answers it may have.
    pub responses: u32,
    /// Largest literal among them, bytes.
    pub literal_bytes: u64,
}

/// The guarded connection.
pub(super) struct Guard {
    wire: Box<dyn Wire>,
    /// Bytes cleared for the library, from `cleared_at` on.
    cleared: Vec<u8>,
    cleared_at: usize,
    /// The line being collected, not yet cleared.
    line: Vec<u8>,
    /// Bytes of the current literal that are still to come.
    literal_left: u64,
    /// Whether the line follows a literal and so continues an answer.
    continues: bool,
    parentheses: u32,
    budget: Budget,
    idle: Pin<Box<Sleep>>,
    deadline: Pin<Box<Sleep>>,
    /// Commands wait here until they are flushed: the library writes one in four pieces, each a packet else.
    outgoing: Vec<u8>,
    tagged: Vec<u8>,
    bye: Option<Vec<u8>>,
    tap: Tap,
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("wire", &self.wire).finish_non_exhaustive()
    }
}

impl Guard {
    pub(super) fn new(wire: Box<dyn Wire>, budget: Budget) -> Self {
        Self {
            wire,
            cleared: Vec::new(),
            cleared_at: 0,
            line: Vec::new(),
            literal_left: 0,
            continues: false,
            parentheses: 0,
            budget,
            idle: Box::pin(tokio::time::sleep(budget.idle)),
            deadline: Box::pin(tokio::time::sleep_until(budget.until)),
            outgoing: Vec::new(),
            tagged: Vec::new(),
            bye: None,
            tap: Tap::default(),
        }
    }

    /// Has everything that is said from now on written down.
    pub(super) fn heard_by(self, tap: Tap) -> Self {
        Self { tap, ..self }
    }

    /// Starts the clock and the counts of the next command.
    pub(super) fn begin(&mut self, budget: Budget) {
        self.budget = budget;
        self.idle.as_mut().reset(Instant::now() + budget.idle);
        self.deadline.as_mut().reset(budget.until);
    }

    /// The server's words with the last tagged answer.
    pub(super) fn tagged_words(&self) -> String {
        quirks::words_of(&self.tagged)
    }

    /// The server's words of farewell, if it said any.
    pub(super) fn bye_words(&self) -> Option<String> {
        self.bye.as_deref().map(quirks::words_of)
    }

    fn check_time(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        let late = self.deadline.as_mut().poll(cx).is_ready() || self.idle.as_mut().poll(cx).is_ready();
        if late { Err(io::ErrorKind::TimedOut.into()) } else { Ok(()) }
    }

    /// Takes bytes from the wire, clears whole lines and whatever of literals has come.
    fn digest(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            if self.literal_left > 0 {
                let here = bytes.len().min(usize::try_from(self.literal_left).unwrap_or(usize::MAX));
                let (literal, rest) = bytes.split_at(here);
                self.cleared.extend_from_slice(literal);
                self.literal_left -= here as u64;
                bytes = rest;
                continue;
            }
            let here = bytes.iter().position(|b| *b == b'\n').map_or(bytes.len(), |at| at + 1);
            let (piece, rest) = bytes.split_at(here);
            self.line.extend_from_slice(piece);
            bytes = rest;
            if self.line.len() > Limits::LINE_BYTES {
                return Err(trip("a line is longer than 64 KiB"));
            }
            if self.line.ends_with(b"\r\n") {
                self.clear_line()?;
            }
        }
        Ok(())
    }

    fn clear_line(&mut self) -> io::Result<()> {
        let mut line = std::mem::take(&mut self.line);
        line.truncate(line.len().saturating_sub(2));
        self.count(&line)?;
        let literal = quirks::announced_literal(&line, self.continues);
        self.tap.heard(&line, literal, !self.continues && !line.starts_with(b"* "));
        if let Some(bytes) = literal {
            if bytes > self.budget.literal_bytes {
                return Err(trip(&format!("a literal of {bytes} bytes is announced where less is expected")));
            }
            self.literal_left = bytes;
        }
        self.continues = literal.is_some();
        quirks::readable_line(&mut line);
        self.cleared.extend_from_slice(&line);
        self.cleared.extend_from_slice(b"\r\n");
        Ok(())
    }

    /// Counts an answer against the budget and remembers the words of those that end something.
    fn count(&mut self, line: &[u8]) -> io::Result<()> {
        if !self.continues {
            self.parentheses = 0;
            if !line.starts_with(b"* ") {
                self.tagged = line.to_vec();
            } else if line.get(..5).is_some_and(|head| head.eq_ignore_ascii_case(b"* BYE")) {
                self.bye = Some(line.to_vec());
            }
            self.budget.responses = self
                .budget
                .responses
                .checked_sub(1)
                .ok_or_else(|| trip("more answers than were asked for"))?;
        }
        let opened = line.iter().filter(|b| **b == b'(').count();
        self.parentheses = self.parentheses.saturating_add(u32::try_from(opened).unwrap_or(u32::MAX));
        if self.parentheses > Limits::PARENTHESES {
            Err(trip("an answer is nested too deep"))
        } else {
            Ok(())
        }
    }
}

fn trip(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

impl AsyncRead for Guard {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let guard = self.get_mut();
        loop {
            let cleared = guard.cleared.get(guard.cleared_at..).unwrap_or_default();
            if !cleared.is_empty() {
                let here = cleared.len().min(out.remaining());
                out.put_slice(cleared.get(..here).unwrap_or_default());
                guard.cleared_at += here;
                return Poll::Ready(Ok(()));
            }
            guard.cleared.clear();
            guard.cleared_at = 0;

            guard.check_time(cx)?;
            let mut raw = [0_u8; 16 * 1024];
            let mut buffer = ReadBuf::new(&mut raw);
            ready!(Pin::new(&mut guard.wire).poll_read(cx, &mut buffer))?;
            if buffer.filled().is_empty() {
                // The end. A line cut in its middle is handed up, so that the library sees that it was cut.
                guard.cleared = std::mem::take(&mut guard.line);
                quirks::readable_line(&mut guard.cleared);
                if guard.cleared.is_empty() {
                    return Poll::Ready(Ok(()));
                }
                continue;
            }
            guard.idle.as_mut().reset(Instant::now() + guard.budget.idle);
            guard.digest(buffer.filled())?;
        }
    }
}

impl AsyncWrite for Guard {
    fn poll_write(self: Pin<&mut Self>, _cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let guard = self.get_mut();
        guard.tap.said(bytes);
        guard.outgoing.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let guard = self.get_mut();
        guard.check_time(cx)?;
        while !guard.outgoing.is_empty() {
            let written = ready!(Pin::new(&mut guard.wire).poll_write(cx, &guard.outgoing))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            guard.outgoing.drain(..written);
        }
        Pin::new(&mut guard.wire).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().wire).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    fn budget() -> Budget {
        let moment = Duration::from_secs(5);
        Budget { until: Instant::now() + moment, idle: moment, responses: 3, literal_bytes: 100 }
    }

    /// What comes out above the guard when the server writes `pieces` and hangs up.
    async fn above(pieces: &[&[u8]]) -> io::Result<Vec<u8>> {
        let (mut server, client) = tokio::io::duplex(1 << 20);
        for piece in pieces {
            server.write_all(piece).await.unwrap();
        }
        drop(server);
        let mut got = Vec::new();
        Guard::new(Box::new(client), budget()).read_to_end(&mut got).await.map(|_| got)
    }

    #[tokio::test]
    async fn literals_pass_untouched_and_lines_are_made_readable() {
        let literal = "中文\r\n* XLIST\r\n\0".as_bytes();
        let head = format!("* 1 FETCH (BODY[] {{{}}}\r\n", literal.len());
        let tail = " UID 7)\r\n* OK [UIDVALIDITY 7]中文\r\n".as_bytes();
        let got = above(&[head.as_bytes(), literal, tail]).await.unwrap();
        let want = [head.as_bytes(), literal, b" UID 7)\r\n* OK [UIDVALIDITY 7]??????\r\n"].concat();
        assert_eq!(got, want);
    }

    #[tokio::test]
    async fn excess_ends_the_connection_before_it_costs_anything() {
        let long = vec![b'x'; Limits::LINE_BYTES + 1];
        let nested = format!("* 1 FETCH ({}\r\n", "(".repeat(400));
        for (story, bytes) in [
            ("chatter", &b"* 5 EXISTS\r\n".repeat(4)[..]),
            ("literal", b"* 1 FETCH (BODY[] {536000000}\r\n"),
            ("literal beyond any number", b"* 1 FETCH (BODY[] {101}\r\n"),
            ("line", &long),
            ("nesting", nested.as_bytes()),
        ] {
            let error = above(&[bytes]).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{story}");
        }
    }

    #[tokio::test]
    async fn silence_and_dripping_both_end() {
        let moment = Duration::from_millis(100);
        let (mut server, client) = tokio::io::duplex(64);
        let mut guard = Guard::new(Box::new(client), Budget { idle: moment, ..budget() });
        assert_eq!(guard.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut, "silence");

        guard.begin(Budget { until: Instant::now() + 3 * moment, idle: moment, ..budget() });
        tokio::spawn(async move {
            while server.write_all(b"x").await.is_ok() {
                tokio::time::sleep(moment / 10).await;
            }
        });
        assert_eq!(guard.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut, "dripping");
    }

    #[tokio::test]
    async fn the_words_of_a_refusal_survive_although_the_parser_never_sees_them() {
        let (mut server, client) = tokio::io::duplex(1024);
        server.write_all("* BYE 再见\r\nA1 NO 密码错误\r\n".as_bytes()).await.unwrap();
        let mut guard = Guard::new(Box::new(client), budget());
        let mut some = [0; 200];
        while guard.tagged.is_empty() {
            let _ = guard.read(&mut some).await.unwrap();
        }
        assert_eq!((guard.tagged_words().as_str(), guard.bye_words().as_deref()), ("密码错误", Some("再见")));
    }

    /// Answers of every kind, to be spoilt.
    const ANSWERS: [&str; 12] = [
        "* OK [UIDVALIDITY 7] 中文",
        "* OK [PERMANENTFLAGS (\\Seen \\*)] x",
        "A1 NO [ALERT] 密码",
        "* CAPABILITY IMAP4rev1 ID AUTH=PLAIN",
        "* LIST (\\Junk \\HasNoChildren) \"/\" \"&V4NXPpCuTvY-\"",
        "* XLIST (\\Spam) NIL {5}\r\nabcde",
        "* STATUS \"INBOX\" (UIDNEXT 3)",
        "* 3 FETCH (UID 9 RFC822.SIZE 12 INTERNALDATE \"09-May-2023 12:00:00 +0800\" FLAGS (\\Seen))",
        "* 3 FETCH (UID 9 BODY[]<0> {7}\r\n中\r\n)( UID 9)",
        "* ID (\"name\" NIL)",
        "* METADATA \"INBOX\" (/shared/comment \"x\")",
        "* 1 FETCH (ENVELOPE (\"d\" NIL NIL NIL NIL NIL NIL NIL NIL \"<m>\") BODYSTRUCTURE (\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 5 1))",
    ];

    #[tokio::test]
    async fn no_spoilt_answer_panics_the_library_above() {
        const SPICE: [&[u8]; 10] =
            [b"NIL", "中".as_bytes(), b"\0", b"\r\n", b"{3}", b"]", b"(", b"\"", b"\\", b"99999999999"];
        let mut dice = 0x2545_F491_4F6C_DD1D_u64;
        let mut roll = |sides: usize| {
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            usize::try_from(dice % sides as u64).unwrap()
        };
        for _ in 0..4_000 {
            let mut bytes = format!("{}\r\n", ANSWERS[roll(ANSWERS.len())]).into_bytes();
            for _ in 0..=roll(3) {
                let (at, spice) = (roll(bytes.len()), SPICE[roll(SPICE.len())]);
                let end = bytes.len().min(at + roll(4));
                bytes.splice(at..end, spice.iter().copied());
            }
            bytes.extend_from_slice(b"* 1 EXISTS\r\n");
            let (mut server, client) = tokio::io::duplex(1 << 16);
            server.write_all(&bytes).await.unwrap();
            drop(server);
            let mut library = async_imap::Client::new(Guard::new(Box::new(client), budget()));
            while let Ok(Some(_)) = library.read_response().await {}
        }
    }
}
