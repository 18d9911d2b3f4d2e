//! The gate: nobody is chased on stale data, nor while mail waits that may hold what they owe (`contract.md` 2,
//! Gate; `design.md` 4.7). Pure: it is told what was seen and says who is held, and why, in words for staff.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::domain::mailbox::Mailbox;
use crate::domain::message::MessageState;
use crate::store::{FolderState, LearnedSender, PendingMail, Unfetched, watched};

/// A UID that is listed and not fetched holds everybody so long, then it is only shown.
pub const UNFETCHED_HOLDS: SignedDuration = SignedDuration::from_hours(24);
/// Mail servers' clocks may be so far ahead of ours before it counts as ours being behind.
const SERVERS_AHEAD: SignedDuration = SignedDuration::from_mins(10);
/// What the rest of the house writes down between our asking the time and our asking the store.
const STAMPS_MEANWHILE: SignedDuration = SignedDuration::from_mins(1);
/// Mails named in a note; whoever has more of them looks at the list.
const MOST_NAMED: usize = 20;

/// What was seen of the mailboxes of one campaign.
#[derive(Debug, Clone, Default)]
pub struct Sights {
    /// Mail that waits for a person: in review or parked.
    pub waiting: Vec<PendingMail>,
    /// Mail captured and not yet at an end.
    pub on_the_way: u64,
    /// Folders ever looked at.
    pub folders: Vec<FolderState>,
    /// UIDs listed and not fetched.
    pub unfetched: Vec<Unfetched>,
    /// Addresses that messages or persons taught.
    pub learned: Vec<LearnedSender>,
    /// Newest moment of our own clock in the store.
    pub newest_stamp: Option<Timestamp>,
    /// Newest arrival of a mail, by its server's clock.
    pub newest_arrival: Option<Timestamp>,
}

/// Who is held, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gate {
    /// Why everybody is held; none when the gate is open.
    pub all: Option<String>,
    /// Why single units are held, by code.
    pub units: BTreeMap<String, String>,
    /// Why the picture of the mailboxes is stale, if it is.
    pub stale: Option<String>,
    /// When the least fresh folder was completely scanned.
    pub scanned_at: Option<Timestamp>,
    /// What staff should see above the batch.
    pub notes: Vec<String>,
}

impl Gate {
    /// Why a unit is held, if it is. `late_since`: the latest due moment that it is chased for.
    pub fn holds(&self, unit: &str, late_since: Option<Timestamp>) -> Option<String> {
        if let Some(why) = self.all.as_ref().or_else(|| self.units.get(unit)) {
            return Some(why.clone());
        }
        let unseen = late_since.is_some_and(|due| self.scanned_at.is_none_or(|at| at < due));
        unseen.then(|| "截止时刻之后尚未完整收取邮箱".to_owned())
    }
}

/// Looks at what was seen and says who is held at `now`. `mailboxes`: those that take this campaign's mail.
pub fn look(campaign: &Campaign, mailboxes: &[&Mailbox], sights: &Sights, now: Timestamp) -> Gate {
    let mut gate = Gate {
        stale: stale(campaign, mailboxes, &sights.folders, now),
        scanned_at: scanned_at(mailboxes, &sights.folders),
        ..Gate::default()
    };
    let ours = |id: &str| mailboxes.iter().any(|mailbox| mailbox.id == id);
    let unfetched: Vec<&Unfetched> = sights.unfetched.iter().filter(|u| ours(&u.sighting.mailbox)).collect();
    let fresh_unfetched =
        unfetched.iter().filter(|u| now.duration_since(u.first_listed_at) < UNFETCHED_HOLDS).count();
    let is_ahead =
        |moment: Option<Timestamp>, tolerated| moment.is_some_and(|at| at.duration_since(now) > tolerated);
    if is_ahead(sights.newest_stamp, STAMPS_MEANWHILE) {
        gate.all = Some("本机时钟早于库中最新记录，请核对时钟".to_owned());
    } else if let Some(at) = sights.newest_arrival.filter(|at| is_ahead(Some(*at), SERVERS_AHEAD)) {
        let at = chinese::full_moment(campaign.local(at));
        gate.all = Some(format!("本机时钟早于最新来件的到达时间（{at}），请核对时钟和该来件"));
    } else if gate.stale.is_some() {
        gate.all = gate.stale.clone();
    } else if sights.on_the_way > 0 {
        gate.all = Some(format!("{}封来件正在登记", sights.on_the_way));
    } else if fresh_unfetched > 0 {
        gate.all = Some(format!("{fresh_unfetched}封来件服务器已列出但尚未取回"));
    } else if !unfetched.is_empty() {
        gate.notes.push(format!("{}封来件超过24小时仍未取回，请到邮箱查看", unfetched.len()));
    }
    weigh_waiting(campaign, sights, &mut gate);
    gate
}

/// Holds the units that waiting mail may be about, and counts what holds nobody.
fn weigh_waiting(campaign: &Campaign, sights: &Sights, gate: &mut Gate) {
    let mut without_clue = Vec::new();
    for row in &sights.waiting {
        if !row.may_be_of(&campaign.id) || !matches!(row.state, MessageState::Review | MessageState::Parked) {
            continue;
        }
        let concerned = row.may_be_material_of(campaign, &sights.learned);
        if concerned.is_empty() {
            without_clue.push(format!("来件#{}", row.id));
            continue;
        }
        for code in concerned {
            gate.units.entry(code).or_insert_with(|| format!("来件#{}待办，可能是该单位的材料", row.id));
        }
    }
    if !without_clue.is_empty() {
        let named = without_clue.iter().take(MOST_NAMED).map(String::as_str).collect::<Vec<_>>().join("、");
        let more = if without_clue.len() > MOST_NAMED { "等" } else { "" };
        let count = without_clue.len();
        gate.notes.push(format!(
            "另有{count}封来件待办，没有指向任何单位的材料，不影响催报，请在待办中查看：{named}{more}"
        ));
    }
}

/// Mailbox and folder of everything that has to be looked at for a complete picture. A configured name that was never
/// looked at is among them.
pub fn watched_places(mailboxes: &[&Mailbox], folders: &[FolderState]) -> BTreeSet<(String, String)> {
    let mut places = BTreeSet::new();
    for mailbox in mailboxes {
        let names = watched(mailbox, folders).into_iter();
        // As the folder calls itself where it was seen: `inbox` is configured, `INBOX` is scanned.
        let names = names.map(|(name, state)| state.map_or(name, |state| &state.folder).to_owned());
        places.extend(names.map(|name| (mailbox.id.clone(), name)));
    }
    places
}

fn scanned_at(mailboxes: &[&Mailbox], folders: &[FolderState]) -> Option<Timestamp> {
    let mut oldest = None;
    for (_, state) in mailboxes.iter().flat_map(|mailbox| watched(mailbox, folders)) {
        let at = state?.complete_at?;
        oldest = Some(oldest.map_or(at, |oldest: Timestamp| oldest.min(at)));
    }
    oldest
}

/// Why the picture is stale: a folder that was not completely scanned within two polls.
fn stale(
    campaign: &Campaign,
    mailboxes: &[&Mailbox],
    folders: &[FolderState],
    now: Timestamp,
) -> Option<String> {
    if mailboxes.is_empty() {
        return Some("没有为本任务配置邮箱".to_owned());
    }
    for mailbox in mailboxes {
        let two_polls = SignedDuration::from_secs(2 * i64::from(mailbox.poll_seconds));
        let watched = watched(mailbox, folders);
        if watched.is_empty() {
            return Some(format!("邮箱{}从未完整收取", mailbox.id));
        }
        for (name, state) in watched {
            let at = state.and_then(|state| state.complete_at);
            if at.is_some_and(|at| now.duration_since(at) <= two_polls) {
                continue;
            }
            let since = at.map_or_else(
                || "从未".to_owned(),
                |at| campaign.local(at).strftime("%m-%d %H:%M以后未").to_string(),
            );
            let trouble = state
                .and_then(|state| state.trouble.as_deref())
                .map_or(String::new(), |t| format!("（{t}）"));
            return Some(format!("邮箱{}的{name}{since}完整收取{trouble}", mailbox.id));
        }
    }
    None
}
