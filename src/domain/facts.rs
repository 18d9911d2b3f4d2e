//! What the caged reader reports of one mail: names, texts, numbers and cell grids, never their meaning. It is the
//! only way out of the cage, so everything in it is bounded there and judged outside, purely.

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::message::Authenticity;

/// All facts of one mail.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MailFacts {
    /// Its header.
    pub header: HeaderFacts,
    /// The text its author wrote, without quoted history.
    pub text: String,
    /// Quoted history, for people only.
    pub quoted: String,
    /// Attachments, inline files, archive members and forwarded mails, parents before children.
    pub parts: Vec<PartFacts>,
    /// Cloud attachments found in the new text.
    pub links: Vec<LinkFacts>,
    /// What could not be read and why; empty when everything was.
    pub trouble: Vec<String>,
}

impl MailFacts {
    /// Roughly how many bytes of memory they take; what is long in them is counted.
    pub fn bytes(&self) -> usize {
        let parts = self.parts.iter().map(|part| size_of::<PartFacts>() + part.content.bytes());
        let links = self.links.iter().map(|link| size_of::<LinkFacts>() + link.url.len() + link.name.len());
        size_of::<Self>() + self.text.len() + self.quoted.len() + parts.chain(links).sum::<usize>()
    }
}

impl Content {
    fn bytes(&self) -> usize {
        match self {
            Content::Text { text } | Content::Pdf { text, .. } | Content::Mail { text, .. } => text.len(),
            Content::Book { grids } => grids.iter().map(Grid::bytes).sum(),
            Content::Opaque | Content::Photo { .. } | Content::Video { .. } => 0,
        }
    }
}

impl Grid {
    /// The first text in it: its title, as a rule.
    pub fn first_text(&self) -> Option<&str> {
        self.cells.iter().find_map(|cell| match &cell.value {
            Value::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            Value::Number(_) => None,
        })
    }

    fn bytes(&self) -> usize {
        let cells = self.cells.iter().map(|cell| match &cell.value {
            Value::Text(text) => size_of::<Cell>() + text.len(),
            Value::Number(_) => size_of::<Cell>(),
        });
        cells.sum::<usize>() + self.merges.len() * size_of::<Span>()
    }
}

/// Header fields that judgement needs, decoded.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct HeaderFacts {
    /// `Message-ID` with its brackets; empty when there is none.
    pub message_id: String,
    /// Address of the first `From`, lower case; empty when there is none.
    pub from: String,
    /// Display name of the first `From`.
    pub from_name: String,
    /// Addresses of `To` and `Cc`.
    pub to: Vec<String>,
    /// Decoded subject.
    pub subject: String,
    /// The `Date` header: the sender's clock, for display only.
    pub date: Option<Timestamp>,
    /// Date of the topmost `Received`: the receiving server's clock.
    pub received: Option<Timestamp>,
    /// Message-IDs of `In-Reply-To` and `References`.
    pub refers_to: Vec<String>,
    /// `Auto-Submitted`, lower case; empty when absent (RFC 3834).
    pub auto_submitted: String,
    /// `Precedence`, lower case.
    pub precedence: String,
    /// Any other header by which machines say that nobody wrote this: `X-Autoreply`, `X-Autorespond`, …
    pub auto_headers: Vec<String>,
    /// Whether a `List-*` header is present.
    pub is_list: bool,
    /// Whether `Return-Path` is there and empty.
    pub null_return_path: bool,
    /// `report-type` of a multipart/report, lower case: `delivery-status`, `disposition-notification`.
    pub report_type: String,
    /// What a bounce says of each delivery that it is about.
    #[serde(default)]
    pub deliveries: Vec<DeliveryFacts>,
    /// Message-IDs of the mails that a bounce or receipt gives back or names, the returned one first.
    #[serde(default)]
    pub returned_ids: Vec<String>,
    /// What the receiving server says of the sender.
    #[serde(default)]
    pub sender_check: SenderCheck,
}

/// What a bounce says of one delivery (RFC 3464 2.3; of a bounce in plain words the address and the words about it).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryFacts {
    /// The address as the sender wrote it, else as the last server knew it; lower case.
    pub recipient: String,
    /// `failed`, `delayed`, `delivered`, `relayed`, `expanded`; empty where only words tell.
    pub action: String,
    /// `5.1.1`; empty where none is given.
    pub status: String,
    /// The server's words, bounded.
    pub words: String,
}

/// The receiving server's word on who sent a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SenderCheck {
    /// The verdict.
    pub verdict: Authenticity,
    /// What says so, in Chinese; empty where nothing does.
    pub why: String,
}

/// One part of a mail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartFacts {
    /// Where it stands: `PARENT/NAME`, made safe (`contract.md` 4).
    pub path: String,
    /// Its own decoded name; may be empty.
    pub name: String,
    /// Index of the part that contains it.
    pub parent: Option<usize>,
    /// File in the reader's scratch folder that holds its bytes; none where they are not kept.
    pub file: Option<String>,
    /// Size of its bytes.
    pub size: u64,
    /// Type by content, as a MIME type.
    pub media_type: String,
    /// How it hangs in the mail.
    pub role: Role,
    /// What is inside.
    pub content: Content,
    /// Why it could not be read: damaged, encrypted, too large; none when it could.
    pub trouble: Option<String>,
    /// Whether it is a document with macros, which nobody runs here.
    #[serde(default)]
    pub has_macros: bool,
    /// Bytes of pictures and documents put on the sheets of a workbook, where that is known.
    pub pasted_bytes: Option<u64>,
}

impl PartFacts {
    /// The containers that it lies in, among all `parts` of its mail, from the innermost out. Each stands before it: it ends.
    pub fn ancestors<'a>(&self, parts: &'a [PartFacts]) -> impl Iterator<Item = &'a PartFacts> {
        let around = |part: &PartFacts| part.parent.and_then(|at| parts.get(at));
        std::iter::successors(around(self), move |part| around(part)).take(parts.len())
    }
}

/// How a part hangs in its mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Attached.
    Attachment,
    /// Shown inside the text: a pasted photo, a logo, a signature picture.
    Inline,
    /// Member of an archive.
    Member,
    /// Picture inside a document.
    Embedded,
    /// Archive whose members follow.
    Archive,
    /// Forwarded mail whose parts follow.
    Mail,
}

/// What a part holds, as far as it was read. Tagged outside, as [`Value`]: else serde buffers or tries each kind, which costs most.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Nothing was looked into.
    #[default]
    Opaque,
    /// A text document.
    Text {
        /// Its text, bounded.
        text: String,
    },
    /// A portable document.
    Pdf {
        /// Number of pages; 0 when the file was too large to be counted.
        pages: u32,
        /// Its text layer, bounded; empty for a scan.
        text: String,
        /// Whether its pages are pictures; taken for granted of a file too large to be read.
        is_scan: bool,
        /// Whether something like a red seal was seen: a hint, never a verdict; none when it was not looked for.
        seal: Option<bool>,
    },
    /// A spreadsheet.
    Book {
        /// Its sheets, bounded.
        grids: Vec<Grid>,
    },
    /// A photo.
    Photo {
        /// Width in pixels as it is shown.
        width: u32,
        /// Height in pixels as it is shown.
        height: u32,
        /// When it was taken.
        #[serde(default)]
        taken: Option<Taken>,
        /// Whether it tells a place; which one is nobody's business here.
        has_gps: bool,
    },
    /// A film.
    Video {
        /// Length in milliseconds, if known.
        duration_ms: Option<u64>,
        /// Width in pixels as it is shown; 0 if unknown.
        #[serde(default)]
        width: u32,
        /// Height in pixels as it is shown; 0 if unknown.
        #[serde(default)]
        height: u32,
        /// When it was taken.
        #[serde(default)]
        taken: Option<Taken>,
        /// Whether it tells a place.
        #[serde(default)]
        has_gps: bool,
    },
    /// A forwarded mail: who sent it originally.
    Mail {
        /// Address of its author.
        from: String,
        /// Display name of its author.
        from_name: String,
        /// Its subject.
        subject: String,
        /// Its text, bounded.
        text: String,
        /// When it was written, by its author's clock.
        #[serde(default)]
        written: Option<Timestamp>,
    },
}

/// When a photo or film was taken, and what says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The moment by the camera's own clock; by China's where it is told in world time.
    pub at: DateTime,
    /// What says so.
    pub by: TakenBy,
}

/// What tells when something was taken, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakenBy {
    /// What the camera wrote into the photo.
    Exif,
    /// The header of the film.
    Container,
    /// The file's name, as cameras, phones and WeChat give it.
    Name,
}

impl TakenBy {
    /// As staff read it.
    pub fn chinese(self) -> &'static str {
        match self {
            TakenBy::Exif => "照片自带的拍摄时间",
            TakenBy::Container => "视频自带的拍摄时间",
            TakenBy::Name => "文件名里的时间",
        }
    }
}

/// A sheet as read: only cells that hold something.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    /// Name of the sheet.
    pub sheet: String,
    /// Whether it is hidden.
    pub hidden: bool,
    /// Cells in row order.
    pub cells: Vec<Cell>,
    /// Merged ranges.
    pub merges: Vec<Span>,
}

/// One cell that holds something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Row, from 0.
    pub row: u32,
    /// Column, from 0.
    pub col: u32,
    /// What it holds.
    pub value: Value,
}

/// The value of a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// A number, as stored. Dates are ISO text, and what is formatted as a percentage is the text a person reads
    /// (`95%` for 0.95, `9500%` for 95): without its format a 95 cannot be told from 95 %.
    Number(f64),
    /// Text, or anything else as a person reads it.
    Text(String),
}

/// What stands for a formula whose result the program that wrote the workbook left out. Spelled like the errors of
/// spreadsheets (`#REF!`), for it is to be told in the same way.
pub const NOT_CALCULATED: &str = "#公式未计算";

impl Value {
    /// The error that a spreadsheet shows instead of a value: `#REF!`, `#DIV/0!`, [`NOT_CALCULATED`].
    pub fn error(&self) -> Option<&str> {
        const ERRORS: &[&str] =
            &["#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#N/A", "#NUM!", "#NULL!", NOT_CALCULATED];
        match self {
            Value::Text(text) => {
                let text = text.trim();
                ERRORS.iter().find(|error| text == **error).copied()
            }
            Value::Number(_) => None,
        }
    }
}

/// A merged range of cells, corners included, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// First row.
    pub top: u32,
    /// First column.
    pub left: u32,
    /// Last row.
    pub bottom: u32,
    /// Last column.
    pub right: u32,
}

/// `Sheet1!B7` for row 6, column 1.
pub fn cell_name(sheet: &str, row: u32, col: u32) -> String {
    let mut letters = String::new();
    let mut rest = u64::from(col) + 1;
    while rest > 0 {
        rest -= 1;
        let letter = u8::try_from(rest % 26).unwrap_or(0) + b'A';
        letters.insert(0, char::from(letter));
        rest /= 26;
    }
    [sheet, "!", &letters, &(u64::from(row) + 1).to_string()].concat()
}

/// A cloud attachment: the mail holds only a link (`quirks.md` C).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LinkFacts {
    /// Where it leads.
    pub url: String,
    /// `qq`, `exmail`, `wecom`, `163`, `139`, `baidu`, `aliyun`, `other`.
    pub provider: String,
    /// File name on the card; may be empty.
    pub name: String,
    /// Size of the file in bytes, as rounded on the card.
    #[serde(default)]
    pub size: Option<u64>,
    /// When it stops working, if the card says.
    pub expires: Option<Timestamp>,
    /// The code that the service asks for (提取码), if it stands in the mail.
    #[serde(default)]
    pub code: Option<String>,
    /// Whether its file was downloaded and stands among the parts.
    #[serde(default)]
    pub fetched: bool,
}

#[cfg(test)]
mod tests {
    use super::cell_name;

    #[test]
    fn cells_are_named_as_spreadsheets_name_them() {
        assert_eq!(cell_name("Sheet1", 6, 1), "Sheet1!B7");
        assert_eq!(cell_name("表", 0, 25), "表!Z1");
        assert_eq!(cell_name("表", 0, 26), "表!AA1");
        assert_eq!(cell_name("表", 0, 702), "表!AAA1");
    }
}
