//! Mail written byte by byte, in the shapes of the mail programs that units use. How words become bytes is the
//! writing `hand`; this is the order of headers and parts.

use encoding_rs::{GB18030, GBK, UTF_8};
use jiff::Timestamp;
use jiff::tz::Offset;

use super::chance::Chance;
use super::hand::{Hand, Words, base64_lines};

/// Address of the office in the season.
pub const OFFICE: &str = "scsjytzjc@163.example";

/// China Standard Time, in which all of the season plays.
pub const CST: Offset = Offset::constant(8);

/// The mail programs of the season.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// QQ 邮箱 on the web.
    Qq,
    /// 163 邮箱 on the web.
    NetEase,
    /// The Coremail of a school or bureau.
    Coremail,
    /// Outlook.
    Outlook,
    /// Foxmail.
    Foxmail,
    /// Mail of a telephone.
    Phone,
}

impl Client {
    /// How this program writes.
    pub fn hand(self) -> Hand {
        let (label, charset, words, names, quoted, printable, mailer) = match self {
            Client::Qq => ("gb18030", GB18030, Words::Encoded, Words::Encoded, true, false, "QQMail 2.x"),
            Client::NetEase => (
                "GBK",
                GBK,
                Words::Encoded,
                Words::Encoded,
                false,
                false,
                "Coremail Webmail Server Version XT5.0.14",
            ),
            Client::Coremail => {
                ("UTF-8", UTF_8, Words::Encoded, Words::Rfc2231, false, false, "Coremail Webmail XT6.0.5")
            }
            Client::Outlook => {
                ("gb2312", GBK, Words::Encoded, Words::Encoded, false, true, "Microsoft Outlook 16.0")
            }
            Client::Foxmail => {
                ("gb2312", GBK, Words::Encoded, Words::Encoded, true, false, "Foxmail 7.2.25.213[cn]")
            }
            Client::Phone => {
                ("utf-8", UTF_8, Words::Encoded, Words::Rfc2231Pieces, false, true, "iPhone Mail (20E252)")
            }
        };
        Hand { label, charset, words, names, quoted, printable, mailer }
    }

    fn message_id(self, chance: &mut Chance) -> String {
        match self {
            Client::Qq => format!("<tencent_{}@qq.example>", chance.hex(32)),
            Client::NetEase => {
                format!("<{}.{}.Coremail.zjk@163.example>", chance.hex(8).to_lowercase(), chance.hex(4))
            }
            Client::Coremail => format!("<{}.Coremail.jwc@edu.example>", chance.hex(14)),
            Client::Outlook => format!("<{}${}$@outlook.example>", chance.hex(12), chance.hex(8)),
            Client::Foxmail => format!("<2023{}@foxmail.example>", chance.hex(16)),
            Client::Phone => format!("<{}-{}@icloud.example>", chance.hex(8), chance.hex(4)),
        }
    }
}

/// One file of a mail.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// Its name as the clerk sees it.
    pub name: String,
    /// Media type.
    pub media_type: &'static str,
    /// What it holds.
    pub bytes: Vec<u8>,
    /// Content-ID, for a picture inside the text.
    pub cid: Option<String>,
}

/// One mail before it is written.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The program it is written with.
    pub client: Client,
    /// The way of writing; usually the program's own.
    pub hand: Hand,
    /// Display name and address of the sender.
    pub from: (String, String),
    /// Subject.
    pub subject: String,
    /// Text.
    pub text: String,
    /// The same text as HTML, where the program sends both.
    pub html: Option<String>,
    /// Files in order.
    pub attachments: Vec<Attachment>,
    /// Further header lines, ASCII.
    pub headers: Vec<(&'static str, String)>,
    /// When it arrives at the server of the office.
    pub arrives: Timestamp,
    /// What the sender's clock says in `Date`, in seconds from the arrival.
    pub clock_off_seconds: i64,
    /// A whole body with its own `Content-Type` line instead of the parts: reports of mail servers.
    pub body: Option<Vec<u8>>,
}

impl Mail {
    /// The bytes as the server hands them out, and the Message-ID.
    pub fn write(&self) -> (Vec<u8>, String) {
        let mut chance = Chance::of(&[&self.from.1, &self.subject, &self.arrives.to_string()]);
        let message_id = self.client.message_id(&mut chance);
        let mut out = self.received(&mut chance);
        out.extend(self.address_lines());
        header(&mut out, "To", OFFICE.as_bytes());
        header(&mut out, "Subject", &self.hand.words(&self.subject, self.hand.words));
        let date =
            Timestamp::from_second(self.arrives.as_second() + self.clock_off_seconds).unwrap_or(self.arrives);
        header(&mut out, "Date", rfc2822(date).as_bytes());
        header(&mut out, "Message-ID", message_id.as_bytes());
        self.client_lines(&mut out, &mut chance);
        for (name, value) in &self.headers {
            header(&mut out, name, value.as_bytes());
        }
        header(&mut out, "MIME-Version", b"1.0");
        out.extend(self.body.clone().unwrap_or_else(|| self.body_bytes(&mut chance)));
        (out, message_id)
    }

    fn received(&self, chance: &mut Chance) -> Vec<u8> {
        let host = self.from.1.rsplit_once('@').map_or("localhost", |(_, host)| host);
        let (ip, mx, id) = (chance.between(2, 250), chance.between(1, 40), chance.hex(10).to_lowercase());
        let line = format!(
            "Received: from {host} (unknown [203.0.113.{ip}])\r\n by mx{mx} (Coremail) with SMTP id {id};\r\n \
             for <{OFFICE}>; {} (CST)\r\n",
            rfc2822(self.arrives)
        );
        let earlier = Timestamp::from_second(self.arrives.as_second() - 3).unwrap_or(self.arrives);
        let inner = format!("Received: from [10.0.0.{ip}] by {host} with ESMTPA; {}\r\n", rfc2822(earlier));
        [line, inner].concat().into_bytes()
    }

    fn address_lines(&self) -> Vec<u8> {
        let (nick, address) = &self.from;
        let mut value = self.hand.words(nick, self.hand.words);
        if self.hand.quoted && !value.is_empty() {
            value = [b"\"".as_slice(), &value, b"\""].concat();
        }
        if !value.is_empty() {
            value.push(b' ');
        }
        value.extend(format!("<{address}>").bytes());
        let mut out = Vec::new();
        header(&mut out, "From", &value);
        out
    }

    fn client_lines(&self, out: &mut Vec<u8>, chance: &mut Chance) {
        header(out, "X-Mailer", self.hand.mailer.as_bytes());
        match self.client {
            Client::Qq => {
                header(
                    out,
                    "X-QQ-mid",
                    format!("webmail{}t{}", chance.between(100, 999), self.arrives.as_second()).as_bytes(),
                );
                header(out, "X-QQ-ORGSender", self.from.1.as_bytes());
                header(out, "X-HAS-ATTACH", if self.attachments.is_empty() { b"no" } else { b"yes" });
            }
            Client::NetEase | Client::Coremail => {
                header(out, "X-CM-TRANSID", format!("{}:{}", chance.hex(22), chance.hex(8)).as_bytes());
                header(out, "X-CM-HeaderCharset", self.hand.label.as_bytes());
            }
            Client::Outlook => header(out, "Thread-Index", format!("Adl{}==", chance.hex(24)).as_bytes()),
            Client::Foxmail => {
                header(out, "X-Has-Attach", if self.attachments.is_empty() { b"no" } else { b"yes" });
            }
            Client::Phone => {}
        }
    }

    fn body_bytes(&self, chance: &mut Chance) -> Vec<u8> {
        let text = self.text_part(chance);
        if self.attachments.is_empty() {
            return text;
        }
        let kind = if self.attachments.iter().any(|a| a.cid.is_some()) { "related" } else { "mixed" };
        let files = self.attachments.iter().map(|attachment| self.file_part(attachment));
        multipart(kind, std::iter::once(text).chain(files), chance)
    }

    fn text_part(&self, chance: &mut Chance) -> Vec<u8> {
        let plain = self.hand.text("plain", &self.text);
        match &self.html {
            None => plain,
            Some(html) => multipart("alternative", [plain, self.hand.text("html", html)], chance),
        }
    }

    fn file_part(&self, attachment: &Attachment) -> Vec<u8> {
        let mut out = Vec::new();
        let is_mail = attachment.media_type == "message/rfc822";
        let mut kind = attachment.media_type.as_bytes().to_vec();
        if !matches!(self.hand.names, Words::Rfc2231 | Words::Rfc2231Pieces) {
            kind.extend(self.hand.parameter("name", &attachment.name));
        }
        header(&mut out, "Content-Type", &kind);
        match &attachment.cid {
            Some(cid) => header(&mut out, "Content-ID", format!("<{cid}>").as_bytes()),
            None => {
                let shown =
                    [b"attachment".as_slice(), &self.hand.parameter("filename", &attachment.name)].concat();
                header(&mut out, "Content-Disposition", &shown);
            }
        }
        header(&mut out, "Content-Transfer-Encoding", if is_mail { b"8bit" } else { b"base64" });
        out.extend(b"\r\n");
        out.extend(if is_mail { attachment.bytes.clone() } else { base64_lines(&attachment.bytes) });
        out
    }
}

/// A multipart of `parts`, its `Content-Type` line first.
pub fn multipart(subtype: &str, parts: impl IntoIterator<Item = Vec<u8>>, chance: &mut Chance) -> Vec<u8> {
    let boundary =
        format!("----=_Part_{}_{}", chance.between(1000, 999_999), chance.between(1000, 999_999_999));
    let mut out = Vec::new();
    header(&mut out, "Content-Type", format!("multipart/{subtype};\r\n boundary=\"{boundary}\"").as_bytes());
    out.extend(b"\r\nThis is a multi-part message in MIME format.\r\n");
    for part in parts {
        out.extend(format!("--{boundary}\r\n").bytes());
        out.extend(part);
        out.extend(b"\r\n");
    }
    out.extend(format!("--{boundary}--\r\n").bytes());
    out
}

pub(super) fn header(out: &mut Vec<u8>, name: &str, value: &[u8]) {
    out.extend(name.bytes());
    out.extend(b": ");
    out.extend(value);
    out.extend(b"\r\n");
}

/// `moment` as a `Date` header has it, in China Standard Time.
pub fn rfc2822(moment: Timestamp) -> String {
    format!("{} +0800", CST.to_datetime(moment).strftime("%a, %d %b %Y %H:%M:%S"))
}
