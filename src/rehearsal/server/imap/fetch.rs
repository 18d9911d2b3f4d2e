//! What FETCH says of one mail. A literal's size is the number of bytes that follow, and nothing else.

use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use super::Profile;
use super::answer::{Body, FetchLine, Part};
use super::command::{Item, Section};
use super::folders::Mail;

/// Where the server's clock stands: China.
const OFFSET_HOURS: i8 = 8;

/// Whether fetching these marks a mail as read: only `BODY.PEEK` does not (RFC 3501 6.4.5).
pub(super) fn marks_seen(items: &[Item]) -> bool {
    items.iter().any(|item| matches!(item, Item::Body { peek: false, .. }))
}

pub(super) fn line(mail: &Mail, seq: u32, by_uid: bool, items: &[Item], profile: Profile) -> FetchLine {
    // UID FETCH tells the UID whether asked for or not (RFC 3501 6.4.8).
    let unasked_uid = (by_uid && !items.contains(&Item::Uid)).then_some(Part::Uid);
    let parts = unasked_uid.into_iter().chain(items.iter().map(|item| part(mail, *item))).collect();
    FetchLine { seq, uid: mail.uid, parts, end: profile.fetch_end() }
}

fn part(mail: &Mail, item: Item) -> Part {
    match item {
        Item::Uid => Part::Uid,
        Item::Flags => Part::Text(format!("FLAGS ({})", if mail.seen { "\\Seen" } else { "" })),
        Item::Size => Part::Text(format!("RFC822.SIZE {}", mail.raw.len())),
        Item::InternalDate => Part::Text(format!("INTERNALDATE \"{}\"", internal_date(mail.received_at))),
        Item::Body { section, partial, .. } => Part::Body(body(mail, section, partial)),
    }
}

fn body(mail: &Mail, section: Section, partial: Option<(usize, usize)>) -> Body {
    let size = mail.raw.len();
    let (name, whole): (_, Range<usize>) = match section {
        Section::Whole => ("BODY[]", 0..size),
        Section::Header => ("BODY[HEADER]", 0..header_len(&mail.raw)),
        Section::Text => ("BODY[TEXT]", header_len(&mail.raw)..size),
    };
    let range = match partial {
        None => whole.clone(),
        Some((from, count)) => {
            let start = whole.start.saturating_add(from).min(whole.end);
            start..start.saturating_add(count).min(whole.end)
        }
    };
    let origin = partial.map(|(from, _)| from);
    Body { name, origin, raw: Arc::clone(&mail.raw), section: whole, range, announced: None }
}

/// The header with the empty line behind it, under either line end.
fn header_len(raw: &[u8]) -> usize {
    let mut len = 0;
    for line in raw.split_inclusive(|&byte| byte == b'\n') {
        len += line.len();
        if matches!(line, b"\n" | b"\r\n") {
            break;
        }
    }
    len
}

/// `" 9-May-2023 16:20:11 +0800"` (RFC 3501 `date-time`).
fn internal_date(at: Timestamp) -> String {
    let zone = TimeZone::fixed(Offset::constant(OFFSET_HOURS));
    at.to_zoned_datetime(zone).strftime("%e-%b-%Y %H:%M:%S %z").to_string()
}
