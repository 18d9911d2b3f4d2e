//! The mail itself: headers that keep machines from answering, nothing that a hostile name could inject, and a body
//! in base64, which no dot-stuffing can harm (RUSTSEC-2026-0561; `reliability.md` 0.7).

use std::time::SystemTime;

use jiff::Timestamp;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, SinglePart};
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
        let part = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(body);
        Ok(builder.singlepart(part).map_err(|error| error.to_string())?.formatted())
    }
}

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
