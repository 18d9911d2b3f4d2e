//! What a bounce or a receipt says, whatever form its author chose: a delivery report (RFC 3464), the headers or all of
//! the mail that is given back, or nothing but words (QQ, Exim, qmail, enterprise Coremail). Read loosely and believed
//! by nobody: what it is about, and whether it counts, is judged outside.

use std::io::Cursor;

use super::Caps;
use super::address::{addresses, message_ids};
use super::body::{body, bounded, leaf_text};
use super::field::Fields;
use super::walk::{Leaf, Walked, walk};
use crate::domain::facts::{DeliveryFacts, HeaderFacts};

/// Addresses and references kept of one mail; more tell nothing.
const LISTED_MAX: usize = 200;
/// Bytes of a bounce's text that are looked at.
const TEXT_BYTES_MAX: usize = 64 * 1024;
/// Bytes kept of a server's words about one delivery.
const WORDS_BYTES_MAX: usize = 600;
/// Longest Message-ID that is looked for in a text (bytes).
const ID_BYTES_MAX: usize = 250;
/// Reports inside reports that are opened: a gateway wraps what another server said.
const DEPTH_MAX: u32 = 3;
/// What a mail inside a report may cost.
const INNER: Caps = Caps {
    header_bytes: TEXT_BYTES_MAX,
    boundary_lines: 1000,
    nesting: 8,
    parts: 50,
    text_bytes: TEXT_BYTES_MAX,
};
/// With this every Message-ID of ours begins (`contract.md` 6): in plain words it is known by that alone.
const OURS: &str = "<shouwen.";
/// Below these a bounce in plain words repeats the mail that came back.
const COPY_MARKS: &[&str] = &[
    "This is a copy of the message",
    "Below this line is a copy",
    "Original message headers",
    "Ursprüngliche Nachrichtenkopfzeilen",
    "原始邮件标题",
    "原始邮件头",
];

/// Adds what the report parts and the words of a mail say to `facts`, whose header fields are read.
pub fn read_report(facts: &mut HeaderFacts, mail: &Walked) {
    let is_bounce = looks_like_bounce(facts, mail);
    if facts.report_type.is_empty() && !is_bounce {
        return;
    }
    let mut report = Report::default();
    report.collect(&mail.leaves, is_bounce, 0);
    if is_bounce {
        // Coremail repeats it in a header of its own (`quirks.md` D6).
        report.note_ids(&mail.fields, "x-cm-original-message-id");
        report.in_words(facts, mail);
    }
    (facts.deliveries, facts.returned_ids) = (report.deliveries, report.ids);
}

/// Whether it has the looks of a bounce; what it is, is judged outside.
fn looks_like_bounce(facts: &HeaderFacts, mail: &Walked) -> bool {
    let local = facts.from.split('@').next().unwrap_or_default();
    facts.report_type == "delivery-status"
        || ["postmaster", "mailer-daemon", "mail-daemon", "microsoftexchange"]
            .iter()
            .any(|m| local.starts_with(m))
        || facts.subject.contains("退信")
        || mail.fields.raw("x-failed-recipients").is_some()
        || (facts.null_return_path && facts.auto_submitted != "no" && !facts.auto_submitted.is_empty())
}

#[derive(Default)]
struct Report {
    deliveries: Vec<DeliveryFacts>,
    ids: Vec<String>,
}

impl Report {
    fn collect(&mut self, leaves: &[Leaf], is_bounce: bool, depth: u32) {
        for leaf in leaves {
            let is_mail = leaf.declared_type == "message/rfc822"
                || (is_bounce && leaf.name.to_lowercase().ends_with(".eml"));
            match leaf.declared_type.as_str() {
                "message/delivery-status" | "message/global-delivery-status" => self.in_status(leaf),
                "message/disposition-notification" => {
                    self.note_ids(&Fields::parse(&leaf.text), "original-message-id");
                }
                "text/rfc822-headers" | "message/rfc822-headers" | "message/global-headers" => {
                    self.note_ids(&Fields::parse(&leaf.text), "message-id");
                }
                _ if is_mail => self.in_returned(leaf, is_bounce, depth),
                _ => {}
            }
        }
    }

    /// The mail that came back, or another server's report about it.
    fn in_returned(&mut self, leaf: &Leaf, is_bounce: bool, depth: u32) {
        let fields = Fields::parse(&leaf.text);
        let inner = fields.structured("content-type");
        let is_report = inner.value == "multipart/report" || inner.value == "multipart/mixed";
        if is_report
            && depth < DEPTH_MAX
            && let Ok(walked) = walk(&mut Cursor::new(&leaf.text), &INNER)
        {
            self.collect(&walked.leaves, is_bounce, depth + 1);
        }
        self.note_ids(&fields, "message-id");
    }

    /// RFC 3464: a block of fields per recipient.
    fn in_status(&mut self, leaf: &Leaf) {
        let text = leaf_text(leaf).replace("\r\n", "\n");
        for block in text.split("\n\n") {
            let fields = Fields::parse(block.trim_start().as_bytes());
            let typed = |name: &str| {
                let raw = fields.raw(name)?;
                let raw = raw.rsplit(|&byte| byte == b';').next().unwrap_or(raw);
                addresses(raw).into_iter().next().map(|found| found.address)
            };
            let Some(recipient) = typed("original-recipient").or_else(|| typed("final-recipient")) else {
                continue;
            };
            let status = fields.text("status");
            let words = fields.text("diagnostic-code").replace("&nbsp;", " ");
            self.push(DeliveryFacts {
                recipient,
                action: fields.text("action").trim().to_ascii_lowercase(),
                status: status.split_whitespace().next().unwrap_or_default().to_owned(),
                words: bounded(&one_line(&words), WORDS_BYTES_MAX),
            });
        }
    }

    /// QQ, Exim and others say it in words only: "无法发送到 a@b". Our own address is not the failed one.
    fn in_words(&mut self, facts: &HeaderFacts, mail: &Walked) {
        let body = body(mail.leaves.iter(), TEXT_BYTES_MAX);
        let whole = format!("{}\n{}\n{}", body.text, body.quoted, body.html);
        for (at, _) in whole.match_indices(OURS) {
            let rest = whole.get(at..).unwrap_or_default();
            if let Some(id) = message_ids(bounded(rest, ID_BYTES_MAX).as_bytes()).into_iter().next() {
                push_new(&mut self.ids, id);
            }
        }
        if !self.deliveries.is_empty() {
            return;
        }
        let told = format!("{}\n{}", body.text, body.quoted);
        let end = COPY_MARKS.iter().filter_map(|mark| told.find(mark)).min().unwrap_or(told.len());
        let told = told.get(..end).unwrap_or_default();
        let listed = mail.fields.raw("x-failed-recipients").map(addresses).unwrap_or_default();
        let mut found: Vec<String> = listed.into_iter().map(|found| found.address).collect();
        if found.is_empty() {
            found = addresses_in(told, facts);
        }
        for recipient in found {
            let from = told.to_lowercase().find(&recipient).filter(|at| told.is_char_boundary(*at));
            let words = one_line(told.get(from.unwrap_or(0)..).unwrap_or_default());
            let (action, status) = (String::new(), String::new());
            self.push(DeliveryFacts { recipient, action, status, words: bounded(&words, WORDS_BYTES_MAX) });
        }
    }

    fn note_ids(&mut self, fields: &Fields, name: &str) {
        if let Some(id) = fields.raw(name).and_then(|raw| message_ids(raw).into_iter().next()) {
            push_new(&mut self.ids, id);
        }
    }

    fn push(&mut self, delivery: DeliveryFacts) {
        if self.deliveries.len() < LISTED_MAX && !self.deliveries.contains(&delivery) {
            self.deliveries.push(delivery);
        }
    }
}

/// Addresses in a text but for those of the mail itself and Message-IDs.
fn addresses_in(text: &str, facts: &HeaderFacts) -> Vec<String> {
    let mut found = Vec::new();
    for token in text.split(|c: char| !(c.is_ascii_alphanumeric() || "@._-+".contains(c))) {
        let token = token.trim_matches(['.', '-', '_']).to_lowercase();
        let is_address = token.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && domain.contains('.') && !domain.contains('@')
        });
        let is_own = token == facts.from || facts.to.contains(&token) || token.starts_with("shouwen.");
        if is_address && !is_own {
            push_new(&mut found, token);
        }
    }
    found
}

fn push_new(list: &mut Vec<String>, text: String) {
    if list.len() < LISTED_MAX && !list.contains(&text) {
        list.push(text);
    }
}

fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
