//! Receipts (收悉): what was recognised in a mail, what of it needs mending and what is still missing, as an answer in
//! the sender's own thread. Only where `[receipts]` says so, only to addresses that the roster or a person gave the
//! unit, never to a machine, and few: one a mail, three a sender a day. They are derived from the register, so whoever
//! dies on the way begins again.

mod words;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::Settings;
use super::tick::message_id;
use crate::domain::campaign::Campaign;
use crate::domain::facts::HeaderFacts;
use crate::domain::mailbox::Mailbox;
use crate::domain::unit::Unit;
use crate::fault::Fault;
use crate::recognition::kind::is_machines_subject;
use crate::store::{MessageFilter, MessageRow, NewMail, OutboxRow, RECEIPT, Store};

/// Receipts a sender and day.
const MOST_A_DAY: u64 = 3;
/// A receipt that comes later than so long after the mail tells nothing.
const COMES_WITHIN: SignedDuration = SignedDuration::from_hours(24);
/// Message-IDs of a thread that are repeated, and the longest one (bytes).
const THREAD_MAX: usize = 10;
const ID_BYTES_MAX: usize = 200;
/// Addresses from which nobody reads.
const DEAF: [&str; 7] =
    ["postmaster", "mailer-daemon", "mail-daemon", "noreply", "no-reply", "donotreply", "do-not-reply"];

/// Queues a receipt for every mail that is to have one and has none; returns how many.
///
/// # Errors
/// Those of the store.
pub fn queue_receipts(
    store: &Store,
    campaigns: &[Campaign],
    mailboxes: &[Mailbox],
    settings: &Settings,
    now: Timestamp,
) -> Result<u32, Fault> {
    if !settings.receipts {
        return Ok(0);
    }
    let dead: BTreeSet<String> = store.dead_addresses()?.into_iter().map(|dead| dead.address).collect();
    let known = Known::of(store, campaigns)?;
    let mut said = store.causes(RECEIPT)?;
    let from: Vec<String> = known.0.iter().map(|(_, _, address)| address.clone()).collect();
    let mut queued = 0;
    for id in store.answerable(&from, now - COMES_WITHIN, now)? {
        let filter = MessageFilter { id: Some(id), ..MessageFilter::default() };
        let Some(row) = store.messages(&filter)?.pop() else { continue };
        let Some((campaign, unit)) = known.whose(campaigns, &row, &dead) else { continue };
        let day = format!("receipt {} ", campaign.local(row.received_at).date());
        let cause = cause(&day, &row);
        // Asked before anything is written: else a mail beyond these would be written anew with every beat.
        if said.contains_key(&cause)
            || is_own(mailboxes, &row.from)
            || of_day(&said, &day, &row.from) >= MOST_A_DAY
        {
            continue;
        }
        let header = store.facts(id)?.0.header;
        let Some(sender) = sender(mailboxes, campaign, &row).filter(|_| !is_machine(&header)) else {
            continue;
        };
        let receipt = words::Receipt { store, campaign, unit, row: &row, sender, now };
        let (subject, text) = match receipt.write()? {
            Ok(written) => written,
            Err(why) => {
                tracing::error!(mail = id, "receipt not written: {why}");
                continue;
            }
        };
        let mail = NewMail {
            kind: RECEIPT.to_owned(),
            campaign: Some(campaign.id.clone()),
            mailbox: sender.id.clone(),
            unit: Some(unit.code.clone()),
            to: row.from.clone(),
            subject,
            text,
            message_id: message_id(RECEIPT, &cause, sender)?,
            cause: cause.clone(),
            steps: Vec::new(),
            queued_at: now,
            leaves_at: now,
        };
        if store.queue_receipt(&mail, &thread(&header), &day, MOST_A_DAY)?.is_some() {
            said.insert(cause, now);
            queued += 1;
        }
    }
    Ok(queued)
}

/// The last look at a queued receipt: gives it back when it may leave, and strikes it when it may not any more.
///
/// # Errors
/// Those of the store.
pub(super) fn last_look(
    store: &Store,
    campaign: &Campaign,
    settings: &Settings,
    row: OutboxRow,
    now: Timestamp,
) -> Result<Option<OutboxRow>, Fault> {
    let to = row.mail.to.to_lowercase();
    let known = Known::of(store, std::slice::from_ref(campaign))?;
    let unit = row.mail.unit.clone().unwrap_or_default();
    let today = campaign.start_of(campaign.local(now).date());
    let why = if !settings.receipts {
        "自动回执已关闭"
    } else if now.duration_since(row.mail.queued_at) > COMES_WITHIN {
        "排队超过一天，回执已无意义"
    } else if !known.0.contains(&(campaign.id.clone(), unit, to.clone())) {
        "这个地址不再是该单位的"
    } else if store.dead_addresses()?.iter().any(|dead| dead.address == to) {
        "这个地址收不到邮件"
    } else if store.receipts_since(&to, today)? >= MOST_A_DAY {
        "今日已回这个地址三封"
    } else {
        return Ok(Some(row));
    };
    store.strike(row.id, why, now)?;
    Ok(None)
}

/// Addresses that the roster or a person gave a unit: campaign, unit code, address in lower case.
struct Known(BTreeSet<(String, String, String)>);

impl Known {
    fn of(store: &Store, campaigns: &[Campaign]) -> Result<Self, Fault> {
        let mut known = BTreeSet::new();
        for campaign in campaigns {
            let units = campaign.roster.units.iter();
            let listed = units.flat_map(|unit| unit.emails.iter().map(move |email| (&unit.code, email)));
            known.extend(
                listed.map(|(code, email)| (campaign.id.clone(), code.clone(), email.to_lowercase())),
            );
            let learned = store.learned_senders(&campaign.id)?.into_iter();
            let given = learned.filter(|sender| sender.how == "staff");
            known.extend(
                given.map(|sender| (campaign.id.clone(), sender.unit, sender.address.to_lowercase())),
            );
        }
        Ok(Self(known))
    }

    /// The unit that is answered at the address that wrote.
    fn whose<'c>(
        &self,
        campaigns: &'c [Campaign],
        row: &MessageRow,
        dead: &BTreeSet<String>,
    ) -> Option<(&'c Campaign, &'c Unit)> {
        let (campaign, unit, from) = (row.campaign.clone()?, row.unit.clone()?, row.from.to_lowercase());
        if dead.contains(&from) || row.sender_check.is_against() {
            return None;
        }
        let campaign_of = campaigns.iter().find(|other| other.id == campaign)?;
        let is_given = self.0.contains(&(campaign, unit.clone(), from));
        Some((campaign_of, campaign_of.roster.by_code(&unit).filter(|_| is_given)?))
    }
}

/// One mail, whichever of its copies came first: Message-IDs tell copies apart from other mails of the same sender.
fn cause(day: &str, row: &MessageRow) -> String {
    let id = if row.message_id.is_empty() { &row.sha256 } else { &row.message_id };
    format!("{day}{} {id}", row.from.to_lowercase())
}

/// How many receipts of a day an address has, by their causes.
fn of_day(said: &BTreeMap<String, Timestamp>, day: &str, from: &str) -> u64 {
    let head = format!("{day}{} ", from.to_lowercase());
    let of_sender = said.range(head.clone()..).take_while(|(cause, _)| cause.starts_with(&head));
    of_sender.count() as u64
}

fn is_own(mailboxes: &[Mailbox], address: &str) -> bool {
    mailboxes.iter().any(|mailbox| mailbox.address.eq_ignore_ascii_case(address))
}

/// The mailbox that was written to, else one of the campaign that sends.
fn sender<'m>(mailboxes: &'m [Mailbox], campaign: &Campaign, row: &MessageRow) -> Option<&'m Mailbox> {
    let sends = || mailboxes.iter().filter(|mailbox| mailbox.smtp.is_some());
    let own = sends().find(|mailbox| mailbox.id == row.mailbox);
    own.or_else(|| sends().find(|mailbox| mailbox.serves(&campaign.id)))
}

/// Whether nobody reads an answer, or wants one (RFC 3834 2; `quirks.md` D7). One sign is enough.
fn is_machine(header: &HeaderFacts) -> bool {
    let local = header.from.split('@').next().unwrap_or_default();
    let auto = header.auto_submitted.split(';').next().unwrap_or_default().trim();
    let wishes = header.auto_headers.iter().any(|said| !said.ends_with(": none"));
    (!auto.is_empty() && auto != "no")
        || ["bulk", "junk", "list", "auto_reply"].contains(&header.precedence.trim())
        || header.is_list
        || wishes
        || header.null_return_path
        || !header.report_type.is_empty()
        || header.message_id.starts_with("<shouwen.")
        || is_machines_subject(&header.subject)
        || DEAF.iter().any(|deaf| local.starts_with(deaf))
}

/// Message-IDs of the thread, the answered one last; what is none, or could break a header, is left out.
fn thread(header: &HeaderFacts) -> Vec<String> {
    let is_id = |id: &&String| {
        let inner = id.strip_prefix('<').and_then(|id| id.strip_suffix('>')).unwrap_or_default();
        let is_plain = inner.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>".contains(&byte));
        is_plain && inner.contains('@') && id.len() <= ID_BYTES_MAX
    };
    if !is_id(&&header.message_id) {
        return Vec::new();
    }
    let earlier: Vec<&String> =
        header.refers_to.iter().filter(is_id).filter(|id| **id != header.message_id).collect();
    let skipped = earlier.len().saturating_sub(THREAD_MAX - 1);
    earlier.into_iter().skip(skipped).chain([&header.message_id]).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipts_are_counted_by_day_and_address() {
        let causes = [
            "receipt 2023-05-09 a@school.example <1@a>",
            "receipt 2023-05-09 a@school.example <2@a>",
            "receipt 2023-05-09 a@school.example.org <3@a>",
            "receipt 2023-05-10 a@school.example <4@a>",
        ];
        let said = causes.map(|cause| (cause.to_owned(), Timestamp::UNIX_EPOCH)).into();
        assert_eq!(of_day(&said, "receipt 2023-05-09 ", "A@School.example"), 2);
        assert_eq!(of_day(&said, "receipt 2023-05-10 ", "a@school.example"), 1);
        assert_eq!(of_day(&said, "receipt 2023-05-11 ", "a@school.example"), 0);
    }
}
