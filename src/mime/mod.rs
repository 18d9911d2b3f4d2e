//! Reads mail as it is written, not as it should be, and as a stream: structure, header values, file names and texts are
//! found and decoded by ourselves from the raw bytes. The parser in use has the dates and makes text of HTML.

mod address;
mod authentic;
mod base64;
mod body;
pub mod charset;
mod data_uri;
mod encoding;
mod field;
mod header;
mod history;
mod html;
mod line_ends;
mod lines;
mod link;
mod outlook;
mod report;
mod structure;
mod transfer;
mod uu;
mod walk;
#[cfg(test)]
mod walk_tests;
mod words;

pub use authentic::sender_check;
pub use body::{Body, body, bounded, is_body, leaf_text};
pub use data_uri::DataUris;
pub use field::{Fields, Structured};
pub use header::header_facts;
pub use history::{copied_date, cut_history, is_of_device, signature};
pub use html::{shown_ids, text_of_html};
pub use line_ends::{LineFeeds, has_returns_alone, line_feeds};
pub use link::links;
pub use outlook::{Enclosed, OutlookMail, read_msg, read_tnef};
pub use structure::Caps;
pub use uu::{UuBlocks, has_uu_block};
pub use walk::{Leaf, Walked, walk, walk_header};

/// When a raw mail arrived: what its topmost `Received` says (the receiving server's clock), else its `Date`, else
/// nothing. A `Date` is the clock of whoever wrote it: it is believed up to `latest`.
pub fn arrival(raw: &[u8], latest: jiff::Timestamp) -> Option<jiff::Timestamp> {
    received(raw).or_else(|| Some(Fields::parse(raw).raw("date").and_then(address::date)?.min(latest)))
}

/// When a raw mail was written, and when it was received last, as far as its header says so.
pub fn moments(raw: &[u8]) -> Vec<jiff::Timestamp> {
    let written = Fields::parse(raw).raw("date").and_then(address::date);
    received(raw).into_iter().chain(written).collect()
}

/// When a server says that it received a raw mail, in the topmost `Received`.
pub fn received(raw: &[u8]) -> Option<jiff::Timestamp> {
    Fields::parse(raw).raw("received").and_then(address::received_date)
}
