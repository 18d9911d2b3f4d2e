//! The mail itself: headers that keep machines from answering, nothing that a hostile name could inject, and a body
//! in base64, which no dot-stuffing can harm (RUSTSEC-2026-0561; `reliability.md` 0.7).

use std::sync::Arc;
use std::time::SystemTime;

use jiff::Timestamp;
use lettre::message::header::{ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};

/// A mail to one recipient (`contract.md` 6).
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// The mailbox's own address.
    pub from: &'a str,
    /// Name shown beside it; may be empty.
    pub from_name: &'a str,
    /// The one recipient.
    pub to: &'a str,
    /// Subject.
    pub subject: &'a str,
    /// Plain text.
    pub text: &'a str,
    /// `<shouwen.KIND.…@DOMAIN>`.
    pub message_id: &'a str,
    /// Steps that it carries out, separated by spaces; empty for none.
    pub steps: &'a str,
    /// Whether it answers a mail: `auto-replied`, else `auto-generated`.
    pub is_reply: bool,
    /// Message-IDs of the thread that it answers, the answered one last; empty where it answers none.
    pub thread: &'a [String],
    /// Moment of the Date header.
    pub date: Timestamp,
    /// Files that go with it.
    pub files: &'a [Enclosure],
}

/// A file that goes with a mail.
#[derive(Debug, Clone)]
pub struct Enclosure {
    /// File name as the recipient sees it.
    pub name: String,
    /// Its bytes, a workbook's.
    pub bytes: Arc<[u8]>,
}

impl Letter<'_> {
    /// The bytes as they go over the wire, all ASCII.
    ///
    /// # Errors
    /// In words, when an address is not one.
    pub fn bytes(&self) -> Result<Vec<u8>, String> {
        let (from, to) = (address(self.from)?, address(self.to)?);
        let name = one_line(self.from_name);
        let auto = if self.is_reply { "auto-replied" } else { "auto-generated" };
        let mut builder = Message::builder()
            .from(Mailbox::new(Some(name).filter(|name| !name.is_empty()), from))
            .to(Mailbox::new(None, to))
            .subject(one_line(self.subject))
            .date(SystemTime::try_from(self.date).unwrap_or(SystemTime::UNIX_EPOCH))
            .message_id(Some(one_line(self.message_id)))
            .raw_header(header(HeaderName::new_from_ascii_str("Auto-Submitted"), auto))
            .raw_header(header(HeaderName::new_from_ascii_str("X-Auto-Response-Suppress"), "All"));
        if !self.steps.is_empty() {
            let name = HeaderName::new_from_ascii_str("X-Shouwen-Step");
            builder = builder.raw_header(header(name, &one_line(self.steps)));
        }
        if let Some(answered) = self.thread.last() {
            builder = builder.in_reply_to(one_line(answered)).references(one_line(&self.thread.join(" ")));
        }
        let body = Body::new_with_encoding(self.text.to_owned(), ContentTransferEncoding::Base64)
            .map_err(|_| "mail text: cannot be encoded".to_owned())?;
        let text = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(body);
        let built = if self.files.is_empty() {
            builder.singlepart(text)
        } else {
            let start = MultiPart::mixed().singlepart(text);
            builder.multipart(self.files.iter().fold(start, |mail, file| mail.singlepart(file.part())))
        };
        Ok(built.map_err(|error| error.to_string())?.formatted())
    }
}

impl Enclosure {
    fn part(&self) -> SinglePart {
        let name = one_line(&self.name);
        let encoded = encoded_word(&name);
        let builder = SinglePart::builder()
            .header(FileType(format!("{WORKBOOK}; name=\"{encoded}\"")))
            .header(FileName(format!(
                "attachment; filename=\"{encoded}\"; filename*=UTF-8''{}",
                percent_encoded(&name)
            )));
        let body = Body::new_with_encoding(self.bytes.to_vec(), ContentTransferEncoding::Base64);
        builder.body(body.unwrap_or_else(Body::new))
    }
}

const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A file name as one RFC 2047 word within quotes. It is against the letter of the standard, in place and length, and what
/// QQ and 163 write themselves and show rightly; to the names of RFC 2231 in pieces they give names of their own, such as
/// `tcmime.1234.bin` (`quirks.md` D2, D3, E3.2), and of several words readers keep the space between. Programs that keep to
/// the standard take `filename*`, which stands beside it in one piece.
fn encoded_word(name: &str) -> String {
    if name.is_ascii() {
        return name.replace(['"', '\\'], "_");
    }
    format!("=?UTF-8?B?{}?=", base64(name.as_bytes()))
}

/// As RFC 2231 and RFC 5987 take it.
fn percent_encoded(name: &str) -> String {
    let one = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    name.bytes().map(one).collect()
}

/// RFC 4648 4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |bits: u32| DIGITS.get(bits as usize & 63).map_or('=', |digit| char::from(*digit));
    let three = |chunk: &[u8]| {
        let at = |place: usize| chunk.get(place).copied().map_or(0, u32::from);
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        let all = [digit(bits >> 18), digit(bits >> 12), digit(bits >> 6), digit(bits)];
        let filled = chunk.len() + 1;
        let pad = move |(place, digit)| if place < filled { digit } else { '=' };
        all.into_iter().enumerate().map(pad).collect::<String>()
    };
    bytes.chunks(3).map(three).collect()
}

/// Headers that lettre would fold and encode in ways of its own.
macro_rules! verbatim_header {
    ($type:ident, $name:literal) => {
        #[derive(Clone)]
        struct $type(String);

        impl Header for $type {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($name)
            }

            fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok(Self(text.to_owned()))
            }

            fn display(&self) -> HeaderValue {
                HeaderValue::dangerous_new_pre_encoded(Self::name(), self.0.clone(), self.0.clone())
            }
        }
    };
}
verbatim_header!(FileType, "Content-Type");
verbatim_header!(FileName, "Content-Disposition");

/// An address as SMTP takes it from everybody: ASCII only, nothing but the address.
///
/// # Errors
/// In words, naming the text.
pub fn address(text: &str) -> Result<Address, String> {
    let parsed = text.parse::<Address>().ok().filter(|_| text.is_ascii());
    parsed.ok_or_else(|| format!("address: not valid, {text:?}"))
}

fn header(name: HeaderName, value: &str) -> HeaderValue {
    HeaderValue::new(name, value.to_owned())
}

/// Without control characters, on one line: lettre panics on a line end in a display name.
fn one_line(text: &str) -> String {
    let spaced = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    spaced.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter<'a>(from_name: &'a str, subject: &'a str, text: &'a str, steps: &'a str) -> String {
        let letter = Letter {
            from: "office@mail.example",
            from_name,
            to: "unit@school.example",
            subject,
            text,
            message_id: "<shouwen.reminder.0@mail.example>",
            steps,
            is_reply: false,
            thread: &[],
            date: "2023-05-11T01:00:00Z".parse().unwrap(),
            files: &[],
        };
        String::from_utf8(letter.bytes().unwrap()).unwrap()
    }

    #[test]
    fn the_headers_keep_machines_quiet_and_name_the_steps() {
        let mail = letter(
            "某厅职教处",
            "【催报】材料",
            "某单位：\n请报送。\n",
            "plan/first/--/5101 plan/fix/--/5101",
        );
        for line in [
            "Auto-Submitted: auto-generated\r\n",
            "X-Auto-Response-Suppress: All\r\n",
            "X-Shouwen-Step: plan/first/--/5101 plan/fix/--/5101\r\n",
            "Message-ID: <shouwen.reminder.0@mail.example>\r\n",
            "To: unit@school.example\r\n",
            "Content-Type: text/plain; charset=utf-8\r\n",
            "Content-Transfer-Encoding: base64\r\n",
            "Date: Thu, 11 May 2023 01:00:00 +0000\r\n",
        ] {
            assert!(mail.contains(line), "{line} in\n{mail}");
        }
        assert!(mail.is_ascii() && !mail.contains("Cc:"));
    }

    #[test]
    fn a_file_has_its_name_in_both_ways_on_lines_that_servers_take() {
        let name = "2023年成渝地区双城经济圈职业教育活动周信息采集表（EXCEL版）.xlsx";
        let files = [Enclosure { name: name.into(), bytes: Arc::from(*b"PK\x03\x04 a workbook") }];
        let letter = Letter {
            thread: &[],
            from: "office@mail.example",
            from_name: "某厅职教处",
            to: "unit@school.example",
            subject: "【工作提示】材料",
            text: "某单位：\n请报送。\n",
            message_id: "<shouwen.reminder.0@mail.example>",
            steps: "plan/notice/--/5101",
            is_reply: false,
            date: "2023-05-06T01:00:00Z".parse().unwrap(),
            files: &files,
        };
        let mail = String::from_utf8(letter.bytes().unwrap()).unwrap();
        assert!(mail.is_ascii() && mail.lines().all(|line| line.len() <= 998), "{mail}");
        assert!(mail.contains("Content-Type: multipart/mixed"), "{mail}");
        assert!(mail.contains("; name=\"=?UTF-8?B?") && mail.contains("; filename=\"=?UTF-8?B?"), "{mail}");
        assert!(mail.contains("; filename*=UTF-8''2023%E5%B9%B4"), "{mail}");
        assert!(!mail.contains("filename*0"), "{mail}");
        assert!(mail.contains("X-Shouwen-Step: plan/notice/--/5101\r\n"), "{mail}");
    }

    #[test]
    fn base64_is_that_of_the_standard() {
        for (text, encoded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
    }

    #[test]
    fn a_hostile_name_injects_nothing_and_panics_nothing() {
        let mail = letter("单位\r\nBcc: x@evil.example", "主题\r\nBcc: x@evil.example", "a\r.\r\n.\r\n", "");
        let (headers, body) = mail.split_once("\r\n\r\n").unwrap();
        assert!(!headers.lines().any(|line| line.starts_with("Bcc") || line.starts_with("X-Shouwen-Step")));
        assert!(!body.contains('.'));
        let bare = mail.replace("\r\n", "");
        assert!(!bare.contains(['\r', '\n']));
    }

    #[test]
    fn what_is_no_plain_address_is_refused() {
        for text in
            ["", "名字", "某 <a@b.example>", "a@b.example\r\nX: y", "名@b.example", "a@b.example,c@d.example"]
        {
            assert!(address(text).is_err(), "{text:?}");
        }
    }
}
