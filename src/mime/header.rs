//! The header facts that judgement needs, bounces and receipts included: who wrote, when it arrived, whether a machine
//! wrote it, and which of our mails it answers.

use super::address::{addresses, date, message_ids, received_date};
use super::authentic::sender_check;
use super::body::leaf_text;
use super::field::Fields;
use super::walk::{Leaf, Walked};
use crate::domain::facts::HeaderFacts;

/// Addresses and references kept of one mail; more tell nothing.
const LISTED_MAX: usize = 200;
/// Bytes of a bounce's text that are looked at.
const REPORT_BYTES_MAX: usize = 64 * 1024;
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
        failed_recipients: Vec::new(),
        original_message_id: String::new(),
        sender_check: sender_check(fields, &author.address),
    };
    read_reports(&mut facts, mail);
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

fn read_reports(facts: &mut HeaderFacts, mail: &Walked) {
    for leaf in &mail.leaves {
        match leaf.declared_type.as_str() {
            "message/delivery-status" => failed_in_status(leaf, &mut facts.failed_recipients),
            "message/disposition-notification" => {
                let fields = Fields::parse(&leaf.text);
                facts.original_message_id = first_id(&fields, "original-message-id");
            }
            "message/rfc822" | "text/rfc822-headers" if !facts.report_type.is_empty() => {
                let fields = Fields::parse(&leaf.text);
                keep_first(&mut facts.original_message_id, first_id(&fields, "message-id"));
            }
            _ => {}
        }
    }
    if !looks_like_bounce(facts) {
        return;
    }
    // Coremail repeats it in a header of its own (D6).
    keep_first(&mut facts.original_message_id, first_id(&mail.fields, "x-cm-original-message-id"));
    for leaf in mail.leaves.iter().filter(|leaf| leaf.name.to_lowercase().ends_with(".eml")) {
        let fields = Fields::parse(&leaf.text);
        keep_first(&mut facts.original_message_id, first_id(&fields, "message-id"));
    }
    if facts.failed_recipients.is_empty() {
        facts.failed_recipients = failed_in_text(facts, mail);
    }
}

fn first_id(fields: &Fields, name: &str) -> String {
    fields.raw(name).map(message_ids).unwrap_or_default().into_iter().next().unwrap_or_default()
}

fn keep_first(slot: &mut String, found: String) {
    if slot.is_empty() {
        *slot = found;
    }
}

/// Whether it has the looks of a bounce; what it is, is judged outside.
fn looks_like_bounce(facts: &HeaderFacts) -> bool {
    let local = facts.from.split('@').next().unwrap_or_default();
    facts.report_type == "delivery-status"
        || matches!(local, "postmaster" | "mailer-daemon")
        || facts.subject.contains("退信")
}

/// RFC 3464: a block of fields per recipient; a block without `Action` in a failure report means failed.
fn failed_in_status(leaf: &Leaf, failed: &mut Vec<String>) {
    let text = leaf_text(leaf).replace("\r\n", "\n");
    for block in text.split("\n\n") {
        let fields = Fields::parse(block.trim_start().as_bytes());
        let action = fields.text("action").to_ascii_lowercase();
        if !action.is_empty() && action != "failed" {
            continue;
        }
        let said = ["final-recipient", "original-recipient"].iter().find_map(|name| fields.raw(name));
        let Some(raw) = said else { continue };
        let raw = raw.rsplit(|&byte| byte == b';').next().unwrap_or(raw);
        for found in addresses(raw) {
            push_new(failed, found.address);
        }
    }
}

/// QQ and enterprise Coremail say it in their text only: "无法发送到 a@b" (D6). Our own address is not the failed one.
fn failed_in_text(facts: &HeaderFacts, mail: &Walked) -> Vec<String> {
    let mut failed = Vec::new();
    let body = super::body::body(mail.leaves.iter(), REPORT_BYTES_MAX);
    for token in body.text.split(|c: char| !(c.is_ascii_alphanumeric() || "@._-+".contains(c))) {
        let token = token.trim_matches(['.', '-', '_']).to_lowercase();
        let is_address = token.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && domain.contains('.') && !domain.contains('@')
        });
        if is_address && token != facts.from && !facts.to.contains(&token) {
            push_new(&mut failed, token);
        }
    }
    failed
}

fn push_new(list: &mut Vec<String>, address: String) {
    if list.len() < LISTED_MAX && !list.contains(&address) {
        list.push(address);
    }
}
