//! Mail as Outlook keeps it: `winmail.dat` (TNEF, [MS-OXTNEF]) and `.msg` ([MS-OXMSG]). Both hold the same numbered
//! properties in different wrappings, so here is what they share; nothing is read into memory but texts.

mod lzfu;
mod msg;
mod tnef;

use std::io::Read;

pub use msg::read_msg;
pub use tnef::read_tnef;

use super::charset;

/// Bytes of one property that is read as text.
const TEXT_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Attachments of one mail that are looked at.
const ENCLOSED_MAX: usize = 2_000;
/// What is said of an attachment that ends before its end.
const CUT: &str = "附件传输中被截断或损坏";

/// A mail out of either wrapping.
#[derive(Debug, Default)]
pub struct OutlookMail {
    /// Its subject.
    pub subject: String,
    /// Address of its author, lower case; empty when only the name is kept.
    pub from: String,
    /// Display name of its author.
    pub from_name: String,
    /// Its text; empty when it has only one of the other two.
    pub text: String,
    /// Its text in HTML.
    pub html: String,
    /// Its text in RTF, unpacked.
    pub rtf: Vec<u8>,
    /// Whether the wrapping ends before its end.
    pub is_cut: bool,
}

/// Something attached to it.
pub struct Enclosed<'x> {
    /// Its name; may be empty.
    pub name: String,
    /// `Content-ID` under which the HTML shows it; may be empty.
    pub content_id: String,
    /// Whether it is a mail in the same wrapping.
    pub is_mail: bool,
    /// Whether Outlook does not list it, because the text shows it.
    pub is_hidden: bool,
    /// Its bytes, or why they cannot be had, in words for staff.
    pub bytes: Result<&'x mut dyn Read, String>,
}

/// Numbers of properties ([MS-OXPROPS]).
mod tag {
    pub const SUBJECT: u16 = 0x0037;
    pub const BODY: u16 = 0x1000;
    pub const HTML: u16 = 0x1013;
    pub const RTF: u16 = 0x1009;
    pub const SENDER_NAME: u16 = 0x0c1a;
    pub const SENDER_ADDRESS: u16 = 0x0c1f;
    pub const SENDER_SMTP: u16 = 0x5d01;
    pub const AUTHOR_NAME: u16 = 0x0042;
    pub const AUTHOR_ADDRESS: u16 = 0x0065;
    pub const DISPLAY_NAME: u16 = 0x3001;
    pub const DATA: u16 = 0x3701;
    pub const SHORT_NAME: u16 = 0x3704;
    pub const METHOD: u16 = 0x3705;
    pub const LONG_NAME: u16 = 0x3707;
    pub const CONTENT_ID: u16 = 0x3712;
    pub const HIDDEN: u16 = 0x7ffe;
    pub const MESSAGE_CODEPAGE: u16 = 0x3ffd;
    pub const INTERNET_CODEPAGE: u16 = 0x3fde;
}

/// Properties that are read as texts.
const WANTED: &[u16] = &[
    tag::SUBJECT,
    tag::BODY,
    tag::HTML,
    tag::RTF,
    tag::SENDER_NAME,
    tag::SENDER_ADDRESS,
    tag::SENDER_SMTP,
    tag::AUTHOR_NAME,
    tag::AUTHOR_ADDRESS,
    tag::DISPLAY_NAME,
    tag::SHORT_NAME,
    tag::LONG_NAME,
    tag::CONTENT_ID,
];

/// Types of properties ([MS-OXCDATA] 2.11.1).
mod kind {
    pub const OBJECT: u16 = 0x000d;
    pub const TEXT_8: u16 = 0x001e;
    pub const TEXT_16: u16 = 0x001f;
    pub const BINARY: u16 = 0x0102;
}

/// Properties that are texts, and numbers, of one mail or attachment.
#[derive(Debug, Default)]
struct Props {
    texts: Vec<(u16, u16, Vec<u8>)>,
    numbers: Vec<(u16, u32)>,
}

impl Props {
    fn number(&self, tag: u16) -> Option<u32> {
        self.numbers.iter().find(|(found, _)| *found == tag).map(|(_, number)| *number)
    }

    fn bytes(&self, tag: u16) -> Option<&[u8]> {
        self.texts.iter().find(|(found, ..)| *found == tag).map(|(.., bytes)| bytes.as_slice())
    }

    /// The first of these that holds text; 8-bit text is in the mail's own codepage.
    fn text(&self, tags: &[u16], codepage: Option<u32>) -> String {
        let found = tags.iter().filter_map(|tag| self.texts.iter().find(|(found, ..)| found == tag));
        let texts = found.map(|(_, kind, bytes)| text(*kind, bytes, codepage));
        texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
    }

    fn mail(&self, codepage: Option<u32>) -> OutlookMail {
        let codepage = self.number(tag::MESSAGE_CODEPAGE).or(codepage);
        let addresses = [tag::SENDER_SMTP, tag::SENDER_ADDRESS, tag::AUTHOR_ADDRESS];
        let from =
            addresses.into_iter().map(|tag| self.text(&[tag], codepage)).find(|text| text.contains('@'));
        OutlookMail {
            subject: line(&self.text(&[tag::SUBJECT], codepage)),
            from: line(&from.unwrap_or_default()).to_lowercase(),
            from_name: line(&self.text(&[tag::SENDER_NAME, tag::AUTHOR_NAME], codepage)),
            text: self.text(&[tag::BODY], codepage),
            html: self.text(&[tag::HTML], self.number(tag::INTERNET_CODEPAGE).or(codepage)),
            rtf: self.bytes(tag::RTF).and_then(lzfu::unpack).unwrap_or_default(),
            is_cut: false,
        }
    }

    fn name(&self, codepage: Option<u32>) -> String {
        self.text(&[tag::LONG_NAME, tag::SHORT_NAME, tag::DISPLAY_NAME], codepage)
    }
}

fn text(kind: u16, bytes: &[u8], codepage: Option<u32>) -> String {
    let text = if kind == kind::TEXT_16 {
        encoding_rs::UTF_16LE.decode_without_bom_handling(bytes).0.into_owned()
    } else {
        charset::text(bytes, codepage.and_then(label))
    };
    text.trim_matches(['\0', ' ']).to_owned()
}

/// A text that takes one line: control characters become blanks.
fn line(text: &str) -> String {
    text.replace(char::is_control, " ").trim().to_owned()
}

/// Charset of a Windows codepage; none of those that are set by default, whatever the text is.
fn label(codepage: u32) -> Option<&'static str> {
    match codepage {
        936 | 54936 => Some("gb18030"),
        950 => Some("big5"),
        932 => Some("shift_jis"),
        949 => Some("euc-kr"),
        65001 => Some("utf-8"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    const WINMAIL: &[u8] = include_bytes!("../../../tests/corpus/file/winmail.dat");
    const MSG: &[u8] = include_bytes!("../../../tests/corpus/file/outlook-unicode.msg");

    /// Names of what is attached, with their bytes where they can be had.
    fn enclosed(bytes: &[u8], is_msg: bool) -> Vec<(String, Option<Vec<u8>>)> {
        let mut found = Vec::new();
        let mut each = |enclosed: Enclosed<'_>| {
            let read = |bytes: &mut dyn Read| {
                let mut whole = Vec::new();
                bytes.take(1_000_000).read_to_end(&mut whole).ok().map(|_| whole)
            };
            found.push((enclosed.name, enclosed.bytes.ok().and_then(read)));
        };
        if is_msg {
            read_msg(Cursor::new(bytes), &mut each);
        } else {
            read_tnef(&mut Cursor::new(bytes), &mut each).unwrap();
        }
        found
    }

    #[test]
    fn a_mail_inside_is_the_same_file_whenever_it_is_read() {
        let found = enclosed(MSG, true);
        assert_eq!(found.len(), 5);
        assert_eq!(found, enclosed(MSG, true));
        let inner = found.iter().find(|(name, _)| name == "原来的报送").unwrap().1.as_ref().unwrap();
        assert_eq!(enclosed(inner, true), [("内层.txt".to_owned(), Some(b"inner file\n".to_vec()))]);
    }

    #[test]
    fn one_wrong_byte_anywhere_ends_nothing() {
        for (bytes, is_msg, step) in [(WINMAIL, false, 1), (MSG, true, 13)] {
            for at in (0..bytes.len()).step_by(step) {
                for wrong in [0, 0x7f, 0xff] {
                    let mut torn = bytes.to_vec();
                    torn[at] = wrong;
                    assert!(enclosed(&torn, is_msg).len() < 100, "byte {at}");
                }
                enclosed(&bytes[..at], is_msg);
            }
        }
    }
}
