//! The turn of the wheel: loads what the store knows, asks who is due, and puts what may leave into the outbox under
//! unique claims.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read as _;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use super::asked;
use super::compose::write;
use super::due::{Mail, Situation};
use super::gate::{Sights, look, watched_places};
use super::last_look::kept;
use super::opening::{early, for_units, sending_days_before};
use super::release::withdraw_needless;
use super::steps::ScanDays;
use super::way::makes_way;
use super::{Due, DueState, Mode, Settings};
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::domain::grant::Grants;
use crate::domain::mailbox::Mailbox;
use crate::domain::message::MessageState;
use crate::domain::obligation::obligations;
use crate::fault::Fault;
use crate::store::{FolderState, NewMail, OutboxRow, OutboxState, StepKey, Store};

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

/// What is due of `campaign` at `now`, with the texts; changes nothing. `mailboxes`: all of the configuration. `leaving`:
/// when each queued mail will leave.
///
/// # Errors
/// Those of the store.
pub fn plan(
    store: &Store,
    campaign: &Campaign,
    mailboxes: &[Mailbox],
    settings: &Settings,
    leaving: &BTreeMap<i64, Timestamp>,
    now: Timestamp,
) -> Result<Batch, Fault> {
    let situation = load(store, campaign, mailboxes, settings, now)?;
    let mut dues: Vec<Due> = situation.mails().iter().map(|mail| compose(&situation, mail)).collect();
    let rows = waiting_rows(store, campaign)?;
    let mut kept = kept(store, &situation, &rows)?;
    let mut notes = situation.gate.notes.clone();
    notes.extend(asked::note(campaign, &store.open_questions(&campaign.id)?));
    notes.extend(chinese::unknown_years(campaign));
    if sender_of(mailboxes, campaign).is_none() {
        notes.push("没有可以发信的邮箱，以下各封都不会发出，请在 [[mailbox]] 中填写 smtp".to_owned());
    }
    let late = situation.too_late(&rows, leaving);
    if !late.is_empty() {
        notes.push(format!(
            "按发信限额，{}个单位的提醒不能及时发出，请电话联系：{}",
            late.len(),
            names(campaign, &late)
        ));
    }
    for row in rows {
        let kept = kept.remove(&row.id);
        let waits = situation.waits_for_release(&row);
        let due = queued(campaign, leaving.get(&row.id).copied(), row);
        dues.push(match kept {
            // Queued when nobody had to release it.
            _ if waits => {
                Due { state: DueState::Due, why: "到期，待批准".to_owned(), leaves_at: None, ..due }
            }
            Some(why) => Due { why: format!("已排队，暂缓：{why}"), leaves_at: None, ..due },
            None => due,
        });
    }
    Ok(Batch { dues, notes })
}

/// Queues what may leave without another word from a person: all that is due in mode `auto`, what was released in
/// mode `approve`; nothing while a person paused all mail. A unit's new digest replaces one that did not leave yet.
/// Returns how many were queued.
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
    let Some(sender) = sender_of(mailboxes, campaign) else { return Ok(0) };
    if store.paused()?.is_some() {
        return Ok(0);
    }
    // Asked before all else: a digest that another process queues from here on is not an older one to be replaced, and
    // striking it would lose it, since ours would have the same cause.
    let mut unsent = store.outbox(Some(OutboxState::Queued))?;
    let situation = load(store, campaign, mailboxes, settings, now)?;
    if settings.mode == Mode::Approve {
        withdraw_needless(store, &situation)?;
    }
    let mut mails = situation.mails();
    mails.retain(|mail| mail.state == wanted);
    // Where not all can leave in time, those come first who were told least.
    mails.sort_by_key(|mail| mail.unit.map_or(0, |unit| situation.reminded(&unit.code)));
    let mut queued = 0;
    for mail in &mut mails {
        situation.take_over_fixes(mail, &unsent);
        let mail = &*mail;
        let due = compose(&situation, mail);
        if due.state == DueState::Held {
            tracing::error!(campaign = %campaign.id, "reminder not written: {}", due.why);
            continue;
        }
        let mut is_alone = true;
        for row in &mut unsent {
            is_alone &= makes_way(store, &situation, mail, row)?;
        }
        if !is_alone {
            // The earlier one is leaving at this moment: the next turn sees what became of it.
            continue;
        }
        let leaves_at = now.max(situation.held_until(&mail.steps));
        let new = NewMail { leaves_at, ..new_mail_of(due, sender, now)? };
        queued += u32::from(store.queue(&new)?.is_some());
    }
    Ok(queued)
}

/// How many mails wait for a person's release: none where mail leaves by itself or not at all.
///
/// # Errors
/// Those of the store.
pub fn to_approve(
    store: &Store,
    campaign: &Campaign,
    mailboxes: &[Mailbox],
    settings: &Settings,
    now: Timestamp,
) -> Result<usize, Fault> {
    if settings.mode != Mode::Approve {
        return Ok(0);
    }
    let situation = load(store, campaign, mailboxes, settings, now)?;
    let due = situation.mails().iter().filter(|mail| mail.state == DueState::Due).count();
    let queued = waiting_rows(store, campaign)?;
    Ok(due + queued.iter().filter(|row| situation.waits_for_release(row)).count())
}

/// The mailbox through which mail of a campaign leaves.
pub fn sender_of<'m>(mailboxes: &'m [Mailbox], campaign: &Campaign) -> Option<&'m Mailbox> {
    mailboxes.iter().find(|mailbox| mailbox.smtp.is_some() && takes(mailbox, campaign))
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
    let mut waiting = store.pending(MessageState::Review)?;
    waiting.extend(store.pending(MessageState::Parked)?);
    let sights = Sights {
        waiting,
        on_the_way: store.waiting_counts(None)?.on_the_way,
        folders: store.folder_states()?,
        unfetched: store.unfetched()?,
        learned: store.learned_senders(&campaign.id)?,
        newest_stamp: store.newest_stamp(now)?,
        newest_arrival: store.newest_arrival()?,
    };
    let holdings = store.holdings(&campaign.id)?;
    let grants = Grants::of(&store.decisions()?, &campaign.id, None);
    let owed = |unit| (unit, obligations(campaign, unit, &holdings, &grants, now));
    let units: Vec<_> = campaign.owing_units().map(owed).collect();
    let claimed = store.claimed_steps(&campaign.id)?;
    let sender = ours.iter().find(|mailbox| mailbox.smtp.is_some()).or(ours.first());
    let mailbox = sender.map_or("", |mailbox| mailbox.address.as_str());
    let a_day = for_units(settings, sender.copied());
    let staff = if settings.staff.is_empty() { vec![mailbox.to_owned()] } else { settings.staff.clone() };
    let today = campaign.local(now).date();
    Ok(Situation {
        campaign,
        settings,
        mailbox,
        staff,
        early: early(campaign, settings, a_day, &units, &claimed),
        units,
        claimed: claimed.into_iter().collect(),
        elsewhere: store.of_other_campaigns(
            &campaign.id,
            KIND,
            campaign.start_of(today),
            campaign.start_of(sending_days_before(campaign, settings, today, 1)),
        )?,
        approvals: store.approvals(&campaign.id)?,
        dead: store.dead_addresses()?.into_iter().map(|dead| dead.address).collect(),
        contacts: store.contacts(campaign)?,
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
pub(super) fn waiting_rows(store: &Store, campaign: &Campaign) -> Result<Vec<OutboxRow>, Fault> {
    let mut rows = store.outbox(Some(OutboxState::Queued))?;
    rows.extend(store.outbox(Some(OutboxState::Sending))?);
    rows.retain(|row| row.mail.kind == KIND && row.mail.campaign.as_ref() == Some(&campaign.id));
    Ok(rows)
}

/// The units of these mails.
fn names(campaign: &Campaign, rows: &[&OutboxRow]) -> String {
    let units = rows.iter().filter_map(|row| campaign.roster.by_code(row.mail.unit.as_deref()?));
    units.map(|unit| unit.name.as_str()).collect::<Vec<_>>().join("、")
}

/// Writes a mail; a wording that fails holds it, with the reason.
pub(super) fn compose(situation: &Situation<'_>, mail: &Mail<'_>) -> Due {
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
        copies: mail.copies.clone(),
        outbox: None,
        state,
        why,
        subject,
        text,
        leaves_at: None,
        found_at: situation.now,
    }
}

pub(super) fn queued(campaign: &Campaign, leaves_at: Option<Timestamp>, row: OutboxRow) -> Due {
    let unit = row.mail.unit.as_deref().and_then(|code| campaign.roster.by_code(code));
    Due {
        campaign: campaign.id.clone(),
        unit_name: unit.map_or(String::new(), |unit| unit.name.clone()),
        unit: row.mail.unit,
        to: row.mail.to,
        steps: row.mail.steps,
        copies: Vec::new(),
        outbox: Some(row.id),
        state: DueState::Queued,
        why: match (row.state, leaves_at) {
            (OutboxState::Sending, _) => "正在发出".to_owned(),
            (_, Some(at)) => format!("已排队，预计{}发出", chinese::short_moment(campaign.local(at))),
            (_, None) => "已排队，目前不会发出".to_owned(),
        },
        subject: row.mail.subject,
        text: row.mail.text,
        leaves_at,
        found_at: row.mail.queued_at,
    }
}

/// A Message-ID for a mail that is queued for a cause (`contract.md` 6). Bounces and replies are believed by it, so nobody
/// can know it who did not get the mail: chance is mixed in. That a cause has one mail is the outbox's to see to.
///
/// # Errors
/// When the system gives no random bytes.
pub(super) fn message_id(kind: &str, cause: &str, sender: &Mailbox) -> Result<String, Fault> {
    let mut chance = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut chance)?;
    let digest = Sha256::new().chain_update(cause).chain_update(chance).finalize();
    let name: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("<shouwen.{kind}.{name}@{}>", sender.domain()))
}

/// The steps of the list for staff that a mail is a copy of, by its cause; none for any other mail.
pub(super) fn copied_list(mail: &NewMail) -> Option<Vec<StepKey>> {
    let about = mail.cause.strip_prefix(mail.campaign.as_deref()?)?.strip_prefix(" copy ")?;
    about.strip_suffix(&mail.to)?.split_whitespace().map(|key| key.parse().ok()).collect()
}

/// A due mail as it is put into the outbox.
///
/// # Errors
/// As [`message_id`].
pub(super) fn new_mail_of(due: Due, sender: &Mailbox, now: Timestamp) -> Result<NewMail, Fault> {
    let (steps, copied) = (words(&due.steps), words(&due.copies));
    // A copy of a list claims no step: of every list each colleague has one.
    let what = if steps.is_empty() { format!("copy {copied} {}", due.to) } else { steps };
    let cause = format!("{} {what}", due.campaign);
    Ok(NewMail {
        kind: KIND.to_owned(),
        campaign: Some(due.campaign),
        mailbox: sender.id.clone(),
        unit: due.unit,
        to: due.to,
        subject: due.subject,
        text: due.text,
        message_id: message_id(KIND, &cause, sender)?,
        cause,
        steps: due.steps,
        queued_at: now,
        leaves_at: now,
    })
}

fn words(steps: &[StepKey]) -> String {
    steps.iter().map(StepKey::to_string).collect::<Vec<_>>().join(" ")
}
