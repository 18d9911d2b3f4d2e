//! The turn of the wheel: loads what the store knows, asks who is due, and puts what may leave into the outbox under
//! unique claims.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use super::compose::write;
use super::due::{FIX, Mail, Situation};
use super::gate::{Sights, look, watched_places};
use super::steps::ScanDays;
use super::{Due, DueState, Mode, Settings};
use crate::domain::campaign::Campaign;
use crate::domain::grant::Grants;
use crate::domain::mailbox::Mailbox;
use crate::domain::message::MessageState;
use crate::domain::obligation::obligations;
use crate::fault::Fault;
use crate::store::{Approval, FolderState, MessageFilter, NewMail, OutboxRow, OutboxState, StepKey, Store};

/// `NewMail::kind` of all that this room sends.
pub const KIND: &str = "reminder";

/// Longer ago than any step that may still be made up: five working days and the longest holiday.
const SCANS_MATTER: SignedDuration = SignedDuration::from_hours(24 * 31);

/// What is due of one campaign at a moment.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// The mails: due, held and approved ones, then those in the outbox.
    pub dues: Vec<Due>,
    /// What staff should see above them.
    pub notes: Vec<String>,
}

/// What is due of `campaign` at `now`, with the texts; changes nothing. `mailboxes`: all of the configuration.
///
/// # Errors
/// Those of the store.
pub fn plan(
    store: &Store,
    campaign: &Campaign,
    mailboxes: &[Mailbox],
    settings: &Settings,
    now: Timestamp,
) -> Result<Batch, Fault> {
    let situation = load(store, campaign, mailboxes, settings, now)?;
    let mut dues: Vec<Due> = situation.mails().iter().map(|mail| compose(&situation, mail)).collect();
    for row in waiting_rows(store, campaign)? {
        dues.push(queued(campaign, row));
    }
    Ok(Batch { dues, notes: situation.gate.notes.clone() })
}

/// Queues what may leave without another word from a person: all that is due in mode `auto`, what was released in
/// mode `approve`. A unit's new digest replaces one that did not leave yet. Returns how many were queued.
///
/// # Errors
/// Those of the store.
pub fn tick(
    store: &Store,
    campaign: &Campaign,
    mailboxes: &[Mailbox],
    settings: &Settings,
    now: Timestamp,
) -> Result<u32, Fault> {
    let wanted = match settings.mode {
        Mode::Off => return Ok(0),
        Mode::Approve => DueState::Approved,
        Mode::Auto => DueState::Due,
    };
    let Some(sender) = mailboxes.iter().find(|mailbox| mailbox.smtp.is_some() && takes(mailbox, campaign))
    else {
        return Ok(0);
    };
    // Asked before all else: a digest that another process queues from here on is not an older one to be replaced, and
    // striking it would lose it, since ours would have the same cause.
    let unsent = store.outbox(Some(OutboxState::Queued))?;
    let situation = load(store, campaign, mailboxes, settings, now)?;
    let mut queued = 0;
    for mail in situation.mails().iter().filter(|mail| mail.state == wanted) {
        let due = compose(&situation, mail);
        if due.state == DueState::Held {
            tracing::error!(campaign = %campaign.id, "reminder not written: {}", due.why);
            continue;
        }
        let mut is_alone = true;
        for row in unsent.iter().filter(|row| replaces(campaign, mail, row)) {
            is_alone &= store.strike(row.id, "已由后续提醒代替", now)?;
        }
        if !is_alone {
            // The earlier one is leaving at this moment: the next turn sees what became of it.
            continue;
        }
        queued += u32::from(store.queue(&new_mail(mail, due, sender, now))?.is_some());
    }
    Ok(queued)
}

/// Releases a due mail (mode `approve`): every step that it carries out. It leaves with the next turn of the wheel.
///
/// # Errors
/// Those of the store.
pub fn approve(store: &Store, due: &Due, by: &str, at: Timestamp) -> Result<(), Fault> {
    for key in &due.steps {
        let approval = Approval { key: key.clone(), by: by.to_owned(), at };
        store.approve(&due.campaign, &approval)?;
    }
    Ok(())
}

/// Whether mail of `campaign` comes to `mailbox`.
fn takes(mailbox: &Mailbox, campaign: &Campaign) -> bool {
    mailbox.campaigns.is_empty() || mailbox.campaigns.contains(&campaign.id)
}

pub(super) fn load<'a>(
    store: &Store,
    campaign: &'a Campaign,
    mailboxes: &'a [Mailbox],
    settings: &'a Settings,
    now: Timestamp,
) -> Result<Situation<'a>, Fault> {
    let ours: Vec<&Mailbox> = mailboxes.iter().filter(|mailbox| takes(mailbox, campaign)).collect();
    let of_state = |state| store.messages(&MessageFilter { state: Some(state), ..MessageFilter::default() });
    let mut waiting = of_state(MessageState::Review)?;
    waiting.extend(of_state(MessageState::Parked)?);
    let sights = Sights {
        waiting,
        on_the_way: store.waiting_counts(None)?.on_the_way,
        folders: store.folder_states()?,
        unfetched: store.unfetched()?,
        learned: store.learned_senders(&campaign.id)?,
        newest_stamp: store.newest_stamp()?,
        newest_arrival: store.newest_arrival()?,
    };
    let holdings = store.holdings(&campaign.id)?;
    let grants = Grants::of(&store.decisions()?, &campaign.id, None);
    let owed = |unit| (unit, obligations(campaign, unit, &holdings, &grants, now));
    let units = campaign.owing_units().map(owed);
    let sender = ours.iter().find(|mailbox| mailbox.smtp.is_some()).or(ours.first());
    let mailbox = sender.map_or("", |mailbox| mailbox.address.as_str());
    let staff = if settings.staff.is_empty() { vec![mailbox.to_owned()] } else { settings.staff.clone() };
    Ok(Situation {
        campaign,
        settings,
        mailbox,
        staff,
        units: units.collect(),
        claimed: store.claimed_steps(&campaign.id)?,
        approvals: store.approvals(&campaign.id)?,
        dead: store.dead_addresses()?.into_iter().map(|dead| dead.address).collect(),
        gate: look(campaign, &ours, &sights, now),
        scan_days: scan_days(store, campaign, &ours, &sights.folders, now)?,
        now,
    })
}

/// Days, in the campaign's time, on which a complete look at every folder of every mailbox ended.
fn scan_days(
    store: &Store,
    campaign: &Campaign,
    mailboxes: &[&Mailbox],
    folders: &[FolderState],
    now: Timestamp,
) -> Result<ScanDays, Fault> {
    let mut days: BTreeMap<Date, BTreeSet<(String, String)>> = BTreeMap::new();
    for seen in store.scan_hours(now - SCANS_MATTER)? {
        days.entry(campaign.local(seen.hour).date()).or_default().insert((seen.mailbox, seen.folder));
    }
    let wanted = watched_places(mailboxes, folders);
    let saw_all = |seen: &BTreeSet<(String, String)>| !wanted.is_empty() && wanted.is_subset(seen);
    Ok(days.into_iter().filter(|(_, seen)| saw_all(seen)).map(|(day, _)| day).collect())
}

/// Reminders of `campaign` that did not leave yet.
fn waiting_rows(store: &Store, campaign: &Campaign) -> Result<Vec<OutboxRow>, Fault> {
    let mut rows = store.outbox(Some(OutboxState::Queued))?;
    rows.extend(store.outbox(Some(OutboxState::Sending))?);
    rows.retain(|row| row.mail.kind == KIND && row.mail.campaign.as_ref() == Some(&campaign.id));
    Ok(rows)
}

/// Writes a mail; a wording that fails holds it, with the reason.
fn compose(situation: &Situation<'_>, mail: &Mail<'_>) -> Due {
    let (state, why, subject, text) = match write(situation, mail, situation.now) {
        Ok((subject, text)) => (mail.state, mail.why.clone(), subject, text),
        Err(why) => (DueState::Held, why, String::new(), String::new()),
    };
    Due {
        campaign: situation.campaign.id.clone(),
        unit: mail.unit.map(|unit| unit.code.clone()),
        unit_name: mail.unit.map_or(String::new(), |unit| unit.name.clone()),
        to: mail.to.clone(),
        steps: mail.steps.clone(),
        state,
        why,
        subject,
        text,
    }
}

fn queued(campaign: &Campaign, row: OutboxRow) -> Due {
    let unit = row.mail.unit.as_deref().and_then(|code| campaign.roster.by_code(code));
    Due {
        campaign: campaign.id.clone(),
        unit_name: unit.map_or(String::new(), |unit| unit.name.clone()),
        unit: row.mail.unit,
        to: row.mail.to,
        steps: row.mail.steps,
        state: DueState::Queued,
        why: format!("已排队，{}起发出", campaign.local(row.mail.leaves_at).strftime("%m-%d %H:%M")),
        subject: row.mail.subject,
        text: row.mail.text,
    }
}

/// The Message-ID of the one mail that is queued for a cause (`contract.md` 6).
pub(super) fn message_id(kind: &str, cause: &str, sender: &Mailbox) -> String {
    let name: String = Sha256::digest(cause).iter().take(10).map(|byte| format!("{byte:02x}")).collect();
    format!("<shouwen.{kind}.{name}@{}>", sender.domain())
}

fn new_mail(mail: &Mail<'_>, due: Due, sender: &Mailbox, now: Timestamp) -> NewMail {
    let steps: Vec<String> = due.steps.iter().map(StepKey::to_string).collect();
    // A copy of a phone list claims no step: it is told apart by its recipient and its units.
    let what = if steps.is_empty() {
        let units: Vec<&str> = mail.listed.iter().map(|unit| unit.code.as_str()).collect();
        format!("copy {} {} {} {}", mail.requirement, mail.template, units.join(" "), due.to)
    } else {
        steps.join(" ")
    };
    let cause = format!("{} {what}", due.campaign);
    NewMail {
        kind: KIND.to_owned(),
        campaign: Some(due.campaign),
        mailbox: sender.id.clone(),
        unit: due.unit,
        to: due.to,
        subject: due.subject,
        text: due.text,
        message_id: message_id(KIND, &cause, sender),
        cause,
        steps: due.steps,
        queued_at: now,
        leaves_at: now,
    }
}

/// Whether a new mail makes an unsent one needless: a later digest of the same unit, or a phone list that has the
/// unit for the same requirement.
fn replaces(campaign: &Campaign, mail: &Mail<'_>, row: &OutboxRow) -> bool {
    let Some(code) = row.mail.unit.as_deref().filter(|_| row.mail.campaign.as_ref() == Some(&campaign.id))
    else {
        return false;
    };
    let same_requirement =
        || row.mail.steps.iter().any(|key| key.requirement == mail.requirement && key.step != FIX);
    row.mail.kind == KIND
        && match mail.unit {
            Some(unit) => unit.code == code,
            None => mail.listed.iter().any(|unit| unit.code == code) && same_requirement(),
        }
}
