//! Reads mail as it is written, not as it should be: the parser in use finds the tree of parts; header values, file
//! names and texts are decoded by ourselves from the raw bytes.

mod address;
mod body;
pub mod charset;
mod field;
mod header;
mod link;
mod transfer;
mod walk;

pub use body::{Body, body, bounded, is_body, leaf_text, text_of_html};
pub use field::{Fields, Structured};
pub use header::header_facts;
pub use link::links;
pub use walk::{Caps, Leaf, Walked, header_end, walk};

/// When a raw mail arrived: what its topmost `Received` says (the receiving server's clock), else its `Date`, else
/// nothing.
pub fn arrival(raw: &[u8]) -> Option<jiff::Timestamp> {
    let fields = Fields::parse(raw.get(..walk::header_end(raw)).unwrap_or(raw));
    let received = fields.raw("received").and_then(address::received_date);
    received.or_else(|| fields.raw("date").and_then(address::date))
}
