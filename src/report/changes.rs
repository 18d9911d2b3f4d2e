//! What a replay changes, mail by mail and obligation by obligation: two looks at the register compared. The same for a
//! dry run, whose second look is at a copy.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::status::{Question, status};
use super::table::clean;
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::domain::decision::Scope;
use crate::domain::mailbox::Mailbox;
use crate::domain::obligation::Standing;
use crate::fault::Fault;
use crate::store::{Answer, MessageFilter, MessageRow, Store};

/// What stands at a moment.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    mails: BTreeMap<i64, Mail>,
    standings: BTreeMap<Obliged, Standing>,
}

/// Campaign, unit, requirement, day.
type Obliged = (String, String, String, Option<Date>);

#[derive(Debug, Clone, PartialEq)]
struct Mail {
    message_id: String,
    subject: String,
    /// What can change: kind of fact and path of the part; the word and the Chinese of its value.
    facts: BTreeMap<(&'static str, String), (String, String)>,
}

/// What changed.
#[derive(Debug, Clone, Serialize)]
pub struct Changes {
    /// Whether it was only tried.
    pub dry_run: bool,
    /// Mails looked at.
    pub messages: usize,
    /// Mails that changed.
    pub changed: Vec<MailChange>,
    /// Obligations that stand otherwise.
    pub standings: Vec<StandingChange>,
}

/// One mail that changed.
#[derive(Debug, Clone, Serialize)]
pub struct MailChange {
    /// Register number.
    pub id: i64,
    /// `Message-ID` header.
    pub message_id: String,
    /// Subject.
    pub subject: String,
    /// What of it.
    pub changes: Vec<Change>,
}

/// One fact that changed.
#[derive(Debug, Clone, Serialize)]
pub struct Change {
    /// `unit`, `kind`, `campaign`, `state` or `part`.
    pub what: &'static str,
    /// The part; none for the mail.
    pub path: Option<String>,
    /// As it was; none where it was not there.
    pub before: Option<String>,
    /// As it is.
    pub after: Option<String>,
    /// Both in Chinese.
    #[serde(skip)]
    words: String,
}

/// One obligation that stands otherwise.
#[derive(Debug, Clone, Serialize)]
pub struct StandingChange {
    /// Campaign id.
    pub campaign: String,
    /// Name of the unit.
    pub unit: String,
    /// Requirement id.
    pub requirement: String,
    /// Day, for a requirement of each day.
    pub day: Option<Date>,
    /// As it stood; none where it was not owed.
    pub before: Option<Standing>,
    /// As it stands.
    pub after: Option<Standing>,
}

impl Snapshot {
    /// Looks at everything.
    ///
    /// # Errors
    /// What the store reports.
    pub fn take(
        store: &Store,
        campaigns: &[Campaign],
        mailboxes: &[Mailbox],
        now: Timestamp,
    ) -> Result<Self, Fault> {
        let mut snapshot = Self::default();
        for row in store.messages(&MessageFilter::default())? {
            snapshot.mails.insert(row.id, mail(&row, campaigns));
        }
        for campaign in campaigns {
            let question = Question { campaign, mailboxes, now, as_of: None, with_files: false };
            for unit in status(store, &question)?.units {
                for owed in unit.requirements {
                    let key = (campaign.id.clone(), unit.unit.clone(), owed.id, owed.day);
                    snapshot.standings.insert(key, owed.standing);
                }
            }
        }
        Ok(snapshot)
    }

    /// What became otherwise by `after`.
    pub fn changes(&self, after: &Self, dry_run: bool) -> Changes {
        let ids: BTreeSet<i64> = self.mails.keys().chain(after.mails.keys()).copied().collect();
        let changed = ids.iter().filter_map(|id| mail_change(*id, self.mails.get(id), after.mails.get(id)));
        let keys: BTreeSet<&Obliged> = self.standings.keys().chain(after.standings.keys()).collect();
        let standings = keys.into_iter().filter_map(|key| {
            let (before, after) = (self.standings.get(key).copied(), after.standings.get(key).copied());
            let (campaign, unit, requirement, day) = key.clone();
            (before != after).then_some(StandingChange { campaign, unit, requirement, day, before, after })
        });
        Changes { dry_run, messages: ids.len(), changed: changed.collect(), standings: standings.collect() }
    }
}

fn mail(row: &MessageRow, campaigns: &[Campaign]) -> Mail {
    let name = |code: &String| {
        let units = campaigns.iter().filter_map(|campaign| campaign.roster.by_code(code));
        units.map(|unit| unit.name.clone()).next().unwrap_or_else(|| code.clone())
    };
    let mut facts = BTreeMap::new();
    let mut add = |what, path: &str, word: String, chinese: String| {
        facts.insert((what, path.to_owned()), (word, chinese));
    };
    if let Some(unit) = row.unit.as_ref().map(name) {
        add("unit", "", unit.clone(), unit);
    }
    if let Some(kind) = row.kind {
        add("kind", "", kind.word().to_owned(), kind.chinese().to_owned());
    }
    if let Some(campaign) = &row.campaign {
        let title = campaigns.iter().find(|other| other.id == *campaign).map(|other| other.short.clone());
        add("campaign", "", campaign.clone(), title.unwrap_or_else(|| campaign.clone()));
    }
    if let Some(state) = row.state {
        add("state", "", state.word().to_owned(), state.chinese().to_owned());
    }
    for part in &row.parts {
        let answers = answers(&part.answers, row, &name);
        add(
            "part",
            &part.path,
            format!("{}{answers}", part.state.word()),
            format!("{}{answers}", part.state.chinese()),
        );
    }
    for loose in &row.loose {
        let answer = answers(std::slice::from_ref(loose), row, &name);
        let place = format!("正文或链接{answer}");
        add("part", &place, loose.state.word().to_owned(), loose.state.chinese().to_owned());
    }
    Mail { message_id: row.message_id.clone(), subject: row.subject.clone(), facts }
}

/// ` plan/form4 plan/liaison`, with unit and campaign where they are others than the mail's.
fn answers(answers: &[Answer], row: &MessageRow, name: &dyn Fn(&String) -> String) -> String {
    let one = |answer: &Answer| {
        let (requirement, item, day) = (answer.requirement.clone(), Some(answer.item.clone()), answer.day);
        let other = (Some(&answer.unit) != row.unit.as_ref()).then(|| format!("（{}）", name(&answer.unit)));
        let elsewhere =
            (Some(&answer.campaign) != row.campaign.as_ref()).then(|| format!("〔{}〕", answer.campaign));
        let (other, elsewhere) = (other.unwrap_or_default(), elsewhere.unwrap_or_default());
        format!(" {}{other}{elsewhere}", Scope { requirement, item, day })
    };
    answers.iter().map(one).collect()
}

fn mail_change(id: i64, before: Option<&Mail>, after: Option<&Mail>) -> Option<MailChange> {
    let facts = |mail: Option<&Mail>| mail.map(|mail| mail.facts.clone()).unwrap_or_default();
    let (was, is) = (facts(before), facts(after));
    let keys: BTreeSet<_> = was.keys().chain(is.keys()).collect();
    let changes = keys.into_iter().filter(|key| was.get(*key) != is.get(*key)).map(|key| {
        let (what, path) = key.clone();
        let chinese =
            |value: Option<&(String, String)>| value.map_or("无", |(_, chinese)| chinese).to_owned();
        Change {
            what,
            words: format!("{} → {}", chinese(was.get(key)), chinese(is.get(key))),
            path: (!path.is_empty()).then_some(path),
            before: was.get(key).map(|(word, _)| word.clone()),
            after: is.get(key).map(|(word, _)| word.clone()),
        }
    });
    let changes: Vec<Change> = changes.collect();
    let mail = after.or(before).filter(|_| !changes.is_empty())?;
    Some(MailChange { id, message_id: mail.message_id.clone(), subject: mail.subject.clone(), changes })
}

/// The changes as text: what became of each mail, then of each unit, then the sums.
pub fn changes_text(changes: &Changes) -> String {
    let mut lines = Vec::new();
    for mail in &changes.changed {
        lines.push(format!("来件 #{}  {}", mail.id, mail.subject));
        for change in &mail.changes {
            let what = match (change.what, &change.path) {
                ("unit", _) => "单位".to_owned(),
                ("kind", _) => "类别".to_owned(),
                ("campaign", _) => "任务".to_owned(),
                ("state", _) => "状态".to_owned(),
                (_, path) => format!("附件  {}", path.as_deref().unwrap_or_default()),
            };
            lines.push(format!("  {what}  {}", change.words));
        }
    }
    for change in &changes.standings {
        let word = |standing: Option<Standing>| standing.map_or("不应报", Standing::chinese);
        let day = change.day.map(|day| format!(" {}", chinese::day(day))).unwrap_or_default();
        let (unit, requirement) = (&change.unit, &change.requirement);
        lines.push(format!("{unit}  {requirement}{day}  {} → {}", word(change.before), word(change.after)));
    }
    let (all, mails, units) = (changes.messages, changes.changed.len(), changes.standings.len());
    let tried = if changes.dry_run { "试算，没有改动任何东西。" } else { "" };
    lines.push(format!("来件 {all} 封，{mails} 封有变；应报项 {units} 个情况有变。{tried}"));
    // What others wrote must not drive the terminal.
    lines.iter().map(|line| format!("{}\n", clean(line))).collect()
}
