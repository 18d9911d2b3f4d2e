//! The header facts that judgement needs, bounces and receipts included: who wrote, when it arrived, whether a machine
//! wrote it, and which of our mails it answers.

use super::address::{addresses, date, message_ids, received_date};
use super::authentic::sender_check;
use super::field::Fields;
use super::report::read_report;
use super::walk::Walked;
use crate::domain::facts::HeaderFacts;

/// Addresses and references kept of one mail; more tell nothing.
const LISTED_MAX: usize = 200;
/// Headers by which machines say that nobody wrote this (`quirks.md` D7).
const AUTO_HEADERS: &[&str] = &[
    "x-autoreply",
    "x-autoreply-from",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-response-suppress",
    "x-mail-autoreply",
];

/// Facts of the header, and of the report parts of a bounce or receipt.
pub fn header_facts(mail: &Walked) -> HeaderFacts {
    let fields = &mail.fields;
    let author = addresses(fields.raw("from").unwrap_or_default()).into_iter().next().unwrap_or_default();
    let lower = |name: &str| fields.text(name).to_ascii_lowercase();
    let kind = fields.structured("content-type");
    let mut facts = HeaderFacts {
        message_id: message_id(fields),
        from: author.address.clone(),
        from_name: author.name,
        to: recipients(fields),
        subject: fields.text("subject"),
        date: fields.raw("date").and_then(date),
        received: fields.raw("received").and_then(received_date),
        refers_to: references(fields),
        auto_submitted: lower("auto-submitted"),
        precedence: lower("precedence"),
        auto_headers: auto_headers(fields),
        is_list: fields.iter().any(|(name, _)| name.starts_with("list-")),
        null_return_path: fields
            .raw("return-path")
            .is_some_and(|raw| matches!(raw.trim_ascii(), b"<>" | b"")),
        report_type: kind.plain("report-type").unwrap_or_default().to_ascii_lowercase(),
        deliveries: Vec::new(),
        returned_ids: Vec::new(),
        sender_check: sender_check(fields, &author.address),
    };
    read_report(&mut facts, mail);
    facts
}

fn message_id(fields: &Fields) -> String {
    let raw = fields.raw("message-id").unwrap_or_default();
    message_ids(raw).into_iter().next().unwrap_or_else(|| match fields.text("message-id") {
        id if id.is_empty() => id,
        id => format!("<{id}>"),
    })
}

fn recipients(fields: &Fields) -> Vec<String> {
    let lists = fields.iter().filter(|(name, _)| matches!(*name, "to" | "cc"));
    lists.flat_map(|(_, raw)| addresses(raw)).map(|found| found.address).take(LISTED_MAX).collect()
}

fn references(fields: &Fields) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for raw in ["in-reply-to", "references"].iter().filter_map(|name| fields.raw(name)) {
        for id in message_ids(raw) {
            if found.len() < LISTED_MAX && !found.contains(&id) {
                found.push(id);
            }
        }
    }
    found
}

fn auto_headers(fields: &Fields) -> Vec<String> {
    let said = AUTO_HEADERS.iter().filter(|name| fields.raw(name).is_some());
    said.map(|name| format!("{name}: {}", fields.text(name))).collect()
}
