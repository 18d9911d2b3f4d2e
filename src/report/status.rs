//! Who has sent what as of a moment (`contract.md` 3): obligations of every owing unit with what is held, how often
//! it was reminded, and whether the answer rests on a fresh look at the mailboxes.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::dead::{DeadAddressJson, dead_addresses};
use super::links::{WaitingLink, waiting_links};
use super::under;
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::domain::grant::Grants;
use crate::domain::mailbox::Mailbox;
use crate::domain::obligation::{self, Obligation, Standing};
use crate::domain::submission::{Flaw, ItemState};
use crate::domain::unit::Unit;
use crate::fault::Fault;
use crate::store::{FolderState, OutboxState, Store, WaitingCounts, watched};

/// What is asked of the status.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The campaign.
    pub campaign: &'a Campaign,
    /// All mailboxes of the configuration: those that serve the campaign decide whether the answer is fresh.
    pub mailboxes: &'a [Mailbox],
    /// The present moment.
    pub now: Timestamp,
    /// The moment asked about; none: now.
    pub as_of: Option<Timestamp>,
    /// Whether the hashes of files are wanted (JSON only).
    pub with_files: bool,
}

/// The status of a campaign.
#[derive(Debug, Clone, Serialize)]
pub struct Status {
    /// Campaign id.
    pub campaign: String,
    /// The moment it is about.
    pub as_of: String,
    /// Every folder was completely scanned within two polls before `as_of`, or later.
    pub fresh: bool,
    /// The oldest of the folders' last complete scans.
    pub last_scan: Option<String>,
    /// What is wrong or odd with the mailboxes, the disk or the store now, in words: an answer as of another moment does not tell.
    pub troubles: Vec<String>,
    /// Units that owe something, in roster order.
    pub units: Vec<UnitStatus>,
    /// What came from units that do not owe it and stand under none that does: welcome, and part of what came in all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<UnitStatus>,
    /// What waits.
    pub waiting: Waiting,
    /// Why a person paused all mail; none while it is not paused, and for another moment than now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused: Option<String>,
    /// Cloud attachments to download, the one that ends first before the others.
    pub links: Vec<WaitingLink>,
    /// Addresses of units that mail does not reach now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dead_addresses: Vec<DeadAddressJson>,
    /// Mails of ours of which nobody knows whether they left.
    pub unsure: u64,
}

/// What waits for a person or the river.
#[derive(Debug, Clone, Serialize)]
pub struct Waiting {
    /// In review without a unit.
    pub unassigned: u64,
    /// In review.
    pub review: u64,
    /// Set aside.
    pub parked: u64,
    /// Not at an end yet.
    pub on_the_way: u64,
    /// Listed by the server, not fetched.
    pub unfetched: u64,
    /// Questions, and word like 已报, that nobody noted an answer to; of now alone, and no part of the contract's JSON.
    #[serde(skip)]
    pub questions: u64,
}

/// One unit.
#[derive(Debug, Clone, Serialize)]
pub struct UnitStatus {
    /// Code.
    pub code: String,
    /// Name.
    pub unit: String,
    /// Group id.
    pub group: String,
    /// City.
    pub city: String,
    /// Its obligations, in the order of requirements and days.
    pub requirements: Vec<RequirementStatus>,
    /// Mails that reminded it, of whatever.
    #[serde(skip)]
    pub mails: u32,
    /// Mail that waits for a person may be material of it: until that is decided nobody chases it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub may_have_sent: bool,
    /// What schools under it, which owe nothing themselves, sent directly.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub under: Vec<UnitStatus>,
}

/// One obligation.
#[derive(Debug, Clone, Serialize)]
pub struct RequirementStatus {
    /// Requirement id.
    pub id: String,
    /// Day, for a requirement of each day.
    pub day: Option<Date>,
    /// First instant that is late.
    pub due: String,
    /// How it stands.
    pub standing: Standing,
    /// Arrival of the first part that counts.
    pub first_at: Option<String>,
    /// When it became complete.
    pub complete_at: Option<String>,
    /// Mails that reminded the unit of it.
    pub reminded: u32,
    /// The same mails, each told by when it was queued: one mail may be about several days.
    #[serde(skip)]
    pub mails: BTreeSet<Timestamp>,
    /// Its items.
    pub items: Vec<ItemStatus>,
}

/// One item.
#[derive(Debug, Clone, Serialize)]
pub struct ItemStatus {
    /// Item id.
    pub id: String,
    /// Its state.
    pub state: ItemState,
    /// Files that count.
    pub count: u32,
    /// SHA-256 of the files shown for it.
    pub files: Vec<String>,
    /// What is wrong.
    pub flaws: Vec<Flaw>,
}

impl RequirementStatus {
    /// Items still to come.
    pub fn lacking(&self) -> usize {
        self.items.iter().filter(|item| item.state.lacks()).count()
    }

    /// The last day that is on time for this unit while it still counts, where a person moved it and something is to come.
    pub fn put_off_to(&self, campaign: &Campaign) -> Option<Date> {
        let due: Timestamp = self.due.parse().ok()?;
        let last = campaign.local(due).date().yesterday().ok()?;
        let is_moved = last > campaign.requirement(&self.id)?.last_day(self.day);
        (is_moved && matches!(self.standing, Standing::Open | Standing::Partial)).then_some(last)
    }
}

impl UnitStatus {
    /// Whether anything that is open by now is not done.
    pub fn owes(&self) -> bool {
        let done = |r: &RequirementStatus| r.standing.is_done() || r.standing == Standing::NotOpen;
        !self.requirements.iter().all(done)
    }
}

/// How the mailboxes of a campaign do.
#[derive(Debug, Clone)]
pub struct Health {
    /// As [`Status::fresh`].
    pub fresh: bool,
    /// As [`Status::last_scan`].
    pub last_scan: Option<String>,
    /// As [`Status::troubles`].
    pub troubles: Vec<String>,
}

/// How the mailboxes of a campaign do now, without asking who has sent what.
///
/// # Errors
/// What the store reports.
pub fn health(store: &Store, question: &Question<'_>) -> Result<Health, Fault> {
    let (fresh, last_scan) = freshness(store, question, question.now)?;
    let last_scan = last_scan.map(|at| question.campaign.rfc3339(at));
    Ok(Health { fresh, last_scan, troubles: troubles(store, question)? })
}

type FileKey = (String, String, Option<Date>, String);

/// Answers who has sent what.
///
/// # Errors
/// What the store reports.
pub fn status(store: &Store, question: &Question<'_>) -> Result<Status, Fault> {
    let campaign = question.campaign;
    let moment = question.as_of.unwrap_or(question.now);
    let holdings = match question.as_of {
        Some(as_of) => store.holdings_as_of(campaign, as_of)?,
        None => store.holdings(&campaign.id)?,
    };
    let files: HashMap<FileKey, Vec<String>> = match question.with_files {
        true => store.files(campaign, question.as_of)?.into_iter().collect(),
        false => HashMap::new(),
    };
    let reminded = Reminded::until(store, campaign, moment)?;
    let may_have_sent = store.may_have_sent(campaign, question.as_of.unwrap_or(Timestamp::MAX))?;
    let grants = Grants::of(&store.decisions()?, &campaign.id, question.as_of);
    let units = campaign.owing_units().map(|unit| {
        let obligations = obligation::obligations(campaign, unit, &holdings, &grants, moment);
        let schools = under::units_under(campaign, unit).into_iter();
        let sent =
            schools.map(|school| (school, obligation::welcome(campaign, school, &holdings, &grants, moment)));
        let sent = sent.filter(|(_, sent)| !sent.is_empty());
        let under = sent.map(|(school, sent)| unit_status(campaign, school, &sent, &files, &reminded));
        UnitStatus {
            under: under.collect(),
            may_have_sent: may_have_sent.contains(&unit.code),
            ..unit_status(campaign, unit, &obligations, &files, &reminded)
        }
    });
    let units: Vec<UnitStatus> = units.collect();
    let placed: BTreeSet<&str> =
        units.iter().flat_map(|unit| &unit.under).map(|unit| unit.code.as_str()).collect();
    let others = campaign.roster.units.iter().filter(|unit| !placed.contains(unit.code.as_str()));
    let others = others.map(|unit| (unit, under::not_owed(campaign, unit, &holdings, &grants, moment)));
    let others = others.filter(|(_, sent)| !sent.is_empty());
    let others: Vec<UnitStatus> =
        others.map(|(unit, sent)| unit_status(campaign, unit, &sent, &files, &reminded)).collect();
    let (fresh, last_scan) = freshness(store, question, moment)?;
    let questions =
        if question.as_of.is_none() { store.open_questions(&campaign.id)?.len() as u64 } else { 0 };
    Ok(Status {
        campaign: campaign.id.clone(),
        as_of: campaign.rfc3339(moment),
        fresh,
        last_scan: last_scan.map(|at| campaign.rfc3339(at)),
        troubles: if question.as_of.is_none() { troubles(store, question)? } else { Vec::new() },
        units,
        others,
        waiting: Waiting { questions, ..store.waiting_counts(question.as_of)?.into() },
        paused: store.paused()?.filter(|_| question.as_of.is_none()).map(|entry| entry.why),
        links: waiting_links(store, campaign, moment)?,
        dead_addresses: if question.as_of.is_none() { dead_addresses(store, campaign)? } else { Vec::new() },
        unsure: store.outbox_counts()?.get(&OutboxState::Unsure).copied().unwrap_or_default(),
    })
}

impl From<WaitingCounts> for Waiting {
    fn from(counts: WaitingCounts) -> Self {
        let WaitingCounts { unassigned, review, parked, on_the_way, unfetched } = counts;
        Self { unassigned, review, parked, on_the_way, unfetched, questions: 0 }
    }
}

/// How many mails reminded whom. What went to staff or came back reminded nobody, and a mail is one however many of its steps are
/// about the same thing.
#[derive(Default)]
struct Reminded {
    /// By unit code, requirement and day; each mail told by when it was queued.
    of: HashMap<(String, String, Option<Date>), BTreeSet<Timestamp>>,
    /// By unit code.
    unit: HashMap<String, BTreeSet<Timestamp>>,
}

impl Reminded {
    fn until(store: &Store, campaign: &Campaign, as_of: Timestamp) -> Result<Self, Fault> {
        let mut mails = Self::default();
        for step in store.claimed_steps(&campaign.id)? {
            if step.has_told(campaign) && step.sent_at.is_some_and(|at| at <= as_of) {
                mails.unit.entry(step.key.unit.clone()).or_default().insert(step.queued_at);
                let key = (step.key.unit, step.key.requirement, step.key.day);
                mails.of.entry(key).or_default().insert(step.queued_at);
            }
        }
        Ok(mails)
    }
}

pub(super) fn count<T>(mails: Option<&BTreeSet<T>>) -> u32 {
    u32::try_from(mails.map_or(0, BTreeSet::len)).unwrap_or(u32::MAX)
}

fn unit_status(
    campaign: &Campaign,
    unit: &Unit,
    obligations: &[Obligation],
    files: &HashMap<FileKey, Vec<String>>,
    reminded: &Reminded,
) -> UnitStatus {
    let requirements = obligations.iter().map(|obligation| {
        let key = (unit.code.clone(), obligation.requirement.clone(), obligation.day);
        let items = obligation.items.iter().map(|item| {
            let key = (unit.code.clone(), obligation.requirement.clone(), obligation.day, item.item.clone());
            ItemStatus {
                id: item.item.clone(),
                state: item.state,
                count: item.holding.as_ref().map_or(0, |holding| holding.count),
                files: files.get(&key).cloned().unwrap_or_default(),
                flaws: item.holding.as_ref().map(|holding| holding.flaws.clone()).unwrap_or_default(),
            }
        });
        RequirementStatus {
            id: obligation.requirement.clone(),
            day: obligation.day,
            due: campaign.rfc3339(obligation.due),
            standing: obligation.standing,
            first_at: obligation.first_at.map(|at| campaign.rfc3339(at)),
            complete_at: obligation.complete_at.map(|at| campaign.rfc3339(at)),
            reminded: count(reminded.of.get(&key)),
            mails: reminded.of.get(&key).cloned().unwrap_or_default(),
            items: items.collect(),
        }
    });
    UnitStatus {
        mails: count(reminded.unit.get(&unit.code)),
        may_have_sent: false,
        code: unit.code.clone(),
        unit: unit.name.clone(),
        group: unit.group.clone(),
        city: unit.city.clone(),
        requirements: requirements.collect(),
        under: Vec::new(),
    }
}

/// Why folders of the campaign's mailboxes could not be scanned the last time, and since when none was complete; what else is
/// odd about them; which of them can send nothing; and what is wrong with disk and store.
fn troubles(store: &Store, question: &Question<'_>) -> Result<Vec<String>, Fault> {
    let campaign = question.campaign;
    let states = store.folder_states()?;
    let mailboxes = question.mailboxes.iter().filter(|mailbox| mailbox.serves(&campaign.id));
    let watched = mailboxes.flat_map(|mailbox| watched(mailbox, &states));
    let told = |state: &FolderState| {
        let (mailbox, folder) = (&state.mailbox, &state.folder);
        let Some(trouble) = &state.trouble else {
            return state.note.as_ref().map(|note| format!("邮箱 {mailbox} 的 {folder}：{note}"));
        };
        let since = state.complete_at.map_or_else(
            || "从未完整收取".to_owned(),
            |at| format!("自{}起没有完整收取", chinese::moment(campaign.local(at))),
        );
        let tried_at = chinese::short_moment(campaign.local(state.tried_at));
        Some(format!(
            "邮箱 {mailbox} 的 {folder}：{trouble}（{since}，最近一次尝试 {tried_at}，程序会自动再试）"
        ))
    };
    let refusals = store.refusals()?.into_iter();
    let refusals = refusals.filter(|refusal| {
        let mut ours = question.mailboxes.iter().filter(|mailbox| mailbox.serves(&campaign.id));
        ours.any(|mailbox| mailbox.id == refusal.mailbox)
    });
    let refused = refusals
        .map(|refusal| chinese::refusal(&refusal.mailbox, campaign.local(refusal.since), &refusal.words));
    let told = watched.filter_map(|(_, state)| told(state?)).chain(refused);
    let over = campaign.kept_through().filter(|day| campaign.local(question.now).date() > *day);
    let over = match over {
        Some(day) if !store.mails_of(&campaign.id)?.0.is_empty() => {
            Some(format!("保存期限{}已满，请管理员运行 shouwen retention", chinese::full_day(day)))
        }
        _ => None,
    };
    let years = chinese::unknown_years(campaign).map(|years| format!("{years}；请在 calendar.toml 中补上"));
    Ok(told.chain(super::health::of_the_house(store)?).chain(over).chain(years).collect())
}

/// Whether every folder of the campaign's mailboxes was completely scanned within two polls before `moment` (a later
/// complete scan knows of it all the same), and the oldest of those scans.
fn freshness(
    store: &Store,
    question: &Question<'_>,
    moment: Timestamp,
) -> Result<(bool, Option<Timestamp>), Fault> {
    let states = store.folder_states()?;
    let mut fresh = true;
    let mut oldest: Option<Timestamp> = None;
    for mailbox in question.mailboxes.iter().filter(|mailbox| mailbox.serves(&question.campaign.id)) {
        let two_polls = SignedDuration::from_secs(2 * i64::from(mailbox.poll_seconds));
        let folders = watched(mailbox, &states);
        fresh &= !folders.is_empty();
        for (_, folder) in folders {
            let complete_at = folder.and_then(|folder| folder.complete_at);
            fresh &= complete_at.is_some_and(|at| at >= moment - two_polls);
            oldest = match (oldest, complete_at) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
    }
    Ok((fresh, oldest))
}
