//! A raw client against the server: what leaves is compared byte by byte.

mod misdeeds;
mod plain;
mod profiles;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::{ImapServer, Misdeed, Profile};
use jiff::Timestamp;

/// Longer than any answer takes, shorter than a hang is tolerable.
const PATIENCE: Duration = Duration::from_secs(5);

/// 附件 in GBK, raw in the header, and a body whose line ends are mixed.
const MAIL: &[u8] = b"Subject: \xb8\xbd\xbc\xfe\r\nFrom: a@college.example\r\n\r\none\r\ntwo\nthree\xff\r\n";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn noon() -> Timestamp {
    at("2023-05-09T08:20:11Z")
}

struct Client {
    stream: TcpStream,
    tags: usize,
}

impl Client {
    fn connect(server: &ImapServer) -> Self {
        let stream = TcpStream::connect(server.addr()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Self { stream, tags: 0 }
    }

    /// Connected, logged in, with INBOX open.
    fn in_inbox(server: &ImapServer) -> Self {
        let mut client = Self::logged_in(server);
        client.ask("ID NIL");
        assert!(client.ask("EXAMINE INBOX").contains("EXISTS"));
        client
    }

    fn logged_in(server: &ImapServer) -> Self {
        let mut client = Self::connect(server);
        assert!(client.line().starts_with("* OK"));
        assert!(client.ask("LOGIN user secret").contains(" OK"));
        client
    }

    fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).unwrap();
    }

    fn byte(&mut self) -> Option<u8> {
        let mut byte = [0];
        (self.stream.read(&mut byte).unwrap() == 1).then_some(byte[0])
    }

    /// The next line with its end.
    fn raw_line(&mut self) -> Vec<u8> {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            match self.byte() {
                Some(byte) => line.push(byte),
                None => break,
            }
        }
        line
    }

    fn line(&mut self) -> String {
        String::from_utf8_lossy(&self.raw_line()).into_owned()
    }

    /// Sends a command and takes all up to its tagged line, or to the end of the connection.
    fn ask_raw(&mut self, command: &str) -> Vec<u8> {
        self.tags += 1;
        let tag = format!("A{} ", self.tags);
        self.send(format!("{tag}{command}\r\n").as_bytes());
        let mut answer = Vec::new();
        loop {
            let line = self.raw_line();
            answer.extend_from_slice(&line);
            if line.is_empty() || line.starts_with(tag.trim_end().as_bytes()) {
                return answer;
            }
        }
    }

    fn ask(&mut self, command: &str) -> String {
        String::from_utf8_lossy(&self.ask_raw(command)).into_owned()
    }

    /// Everything until the server hangs up.
    fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        self.stream.read_to_end(&mut rest).unwrap();
        rest
    }

    /// Whether the server says nothing for a moment.
    fn is_left_waiting(&mut self) -> bool {
        self.stream.set_read_timeout(Some(Duration::from_millis(150))).unwrap();
        let silent = self.stream.read(&mut [0]).is_err();
        self.stream.set_read_timeout(Some(PATIENCE)).unwrap();
        silent
    }
}
