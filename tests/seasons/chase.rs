//! Who is mailed what in a generated season (issue 6, acceptance 1): the mail comes in day by day, the wheel turns on each
//! day on which a step opens, and what left is held against the truth of the generator: whoever owes is told or is held
//! because of a mail that waits, whoever has delivered is left alone, and no step leaves twice.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use jiff::{SignedDuration, Timestamp};
use shouwen::config::Config;
use shouwen::remind::{DueState, Mode, plan, tick};
use shouwen::store::{OutboxState, Scan, Store};

use super::ledger::{Stands, stands};
use super::truth::Sent;
use super::world::{configuration, season};

/// Days on which steps open, each with those of plan and summary.
const DAYS: [(&str, &str); 11] = [
    ("05-06", "plan/notice"),
    ("05-09", "plan/eve"),
    ("05-11", "plan/first"),
    ("05-12", "plan/second"),
    ("05-15", ""),
    ("05-16", ""),
    ("05-18", ""),
    ("05-26", "summary/eve"),
    ("05-30", "summary/first"),
    ("05-31", "summary/second"),
    ("06-01", ""),
];

/// What a day brought: steps that left, units that were held, by name.
struct Day {
    left: BTreeSet<(String, String)>,
    held: BTreeSet<String>,
}

/// What the wheel did in a season.
#[derive(Debug, Default)]
pub struct Chased {
    /// Steps that left.
    pub left: usize,
    /// Units that owed when a step opened, and were told.
    pub told: usize,
    /// Units that owed and were held, because a mail waits that may be theirs.
    pub held: usize,
    /// A line for each that is wrong.
    pub problems: Vec<String>,
}

#[test]
fn who_is_mailed_is_who_owes() {
    let seed = std::env::var("SEED").unwrap_or_else(|_| "1".to_owned());
    chased(&seed).is_right();
}

/// Plays the season of a seed.
pub fn chased(seed: &str) -> Chased {
    let dir = tempfile::tempdir().unwrap();
    let file = configuration(dir.path(), seed);
    let (sent, crew, campaign) = season(&file, seed);
    let config = auto(&file);
    let store = Store::open(&config.data_dir).unwrap();
    let has_address =
        |name: &str| campaign.roster.units.iter().any(|unit| unit.name == name && !unit.emails.is_empty());
    let (mut from, mut all, mut problems) = (0, BTreeSet::new(), Vec::new());
    let (mut told, mut held) = (0_usize, 0_usize);
    for (day, step) in DAYS {
        let now: Timestamp = format!("2023-{day}T10:30:00+08:00").parse().unwrap();
        from = arrives(dir.path(), &file, &sent, from, now);
        let went = turns(&config, &store, now);
        for step in &went.left {
            if !all.insert(step.clone()) {
                problems.push(format!("{day}: {} twice to {}", step.1, step.0));
            }
        }
        let truth = stands(&crew, &sent[..from], now);
        for stand in truth.iter().filter(|stand| has_address(&stand.unit)) {
            let is_told = went.left.contains(&(stand.unit.clone(), step.to_owned()));
            match owes(stand) {
                Some(true) if step.starts_with(stand.requirement) => {
                    told += usize::from(is_told);
                    held += usize::from(!is_told);
                    if !is_told && !went.held.contains(&stand.unit) {
                        problems
                            .push(format!("{day}: {} owes {step} and is neither told nor held", stand.unit));
                    }
                }
                Some(false) if step.starts_with(stand.requirement) && is_told => {
                    problems
                        .push(format!("{day}: {} is told {step} and owes nothing: {stand:?}", stand.unit));
                }
                _ => {}
            }
        }
        problems.extend(wrong_nudges(&went, &truth, day));
    }
    Chased { left: all.len(), told, held, problems }
}

impl Chased {
    /// Panics with what is wrong, or where nothing was chased.
    pub fn is_right(&self) {
        let Self { told, held, problems, .. } = self;
        assert!(problems.is_empty(), "{}", problems.join("\n"));
        assert!(*told > 100, "the season chases somebody: {told}");
        assert!(held * 5 < *told, "{held} were held and {told} told");
    }
}

/// Whether the generator knows that something is owed; none where nobody can say.
fn owes(stand: &Stands) -> Option<bool> {
    match stand.any_of[..] {
        ["open" | "partial" | "overdue" | "overdue_partial"] => Some(true),
        ["complete" | "complete_late" | "exempt" | "nil"] => Some(false),
        _ => None,
    }
}

/// Nudges to units that have answered on one of the last two days.
fn wrong_nudges(went: &Day, truth: &[Stands], day: &str) -> Vec<String> {
    let silent: BTreeMap<(&str, i8), bool> = truth
        .iter()
        .filter_map(|stand| Some(((stand.unit.as_str(), stand.day?), owes(stand).unwrap_or(true))))
        .collect();
    let nudged = went.left.iter().filter_map(|(unit, step)| {
        let of: i8 = step.strip_prefix("daily/nudge/2023-05-")?.parse().ok()?;
        let is_silent = [of - 1, of].iter().all(|day| silent.get(&(unit.as_str(), *day)) == Some(&true));
        (!is_silent).then(|| format!("{day}: {unit} is nudged for the {of}th and has answered"))
    });
    nudged.collect()
}

/// The configuration with everything that sends by itself.
pub fn auto(file: &Path) -> Config {
    let mut config = shouwen::config::load(file).unwrap();
    config.reminders.mode = Mode::Auto;
    config.reminders.receipts = true;
    config.reminders.staff = vec!["staff@office.example".into()];
    for mailbox in &mut config.mailboxes {
        mailbox.folders = vec!["INBOX".into()];
    }
    config
}

/// Imports the mails that have come half an hour before `now`; says how many have come by then.
pub fn arrives(dir: &Path, config: &Path, sent: &[Sent], from: usize, now: Timestamp) -> usize {
    let until = sent.iter().filter(|mail| mail.at <= now - SignedDuration::from_mins(30)).count();
    let folder = dir.join(format!("mail-{from}"));
    fs::create_dir_all(&folder).unwrap();
    for (number, mail) in sent[from..until].iter().enumerate() {
        fs::write(folder.join(format!("{number:05}.eml")), &mail.raw).unwrap();
    }
    let moment = (now - SignedDuration::from_mins(20)).to_string();
    let done = Command::new(env!("CARGO_BIN_EXE_shouwen"))
        .args(["import", folder.to_str().unwrap(), "-c", config.to_str().unwrap(), "--now", &moment])
        .env_remove("RUST_LOG")
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    until
}

/// A complete look, a turn of the wheel, and all that is queued is taken by a server.
fn turns(config: &Config, store: &Store, now: Timestamp) -> Day {
    let (mailbox, folder) = (config.mailboxes[0].id.clone(), "INBOX".to_owned());
    let (unfetched, resting, trouble, note) = (vec![], vec![], None, None);
    store
        .record_scan(&Scan { mailbox, folder, uidvalidity: 1, at: now, unfetched, resting, trouble, note })
        .unwrap();
    let campaign = &config.campaigns[0];
    let batch = plan(store, campaign, &config.mailboxes, &config.reminders, &BTreeMap::new(), now).unwrap();
    let held = batch.dues.iter().filter(|due| due.state == DueState::Held);
    let held = held.map(|due| due.unit_name.clone()).collect();
    tick(store, campaign, &config.mailboxes, &config.reminders, now).unwrap();
    let mut left = BTreeSet::new();
    for row in store.outbox(Some(OutboxState::Queued)).unwrap() {
        assert!(store.claim_for_sending(row.id, now).unwrap());
        store.settle(row.id, OutboxState::Sent, "250 ok", now, None).unwrap();
        for key in row.mail.steps.iter().filter(|_| row.mail.unit.is_some()) {
            let name = campaign.roster.by_code(&key.unit).unwrap().name.clone();
            let day = key.day.map(|day| format!("/{day}")).unwrap_or_default();
            left.insert((name, format!("{}/{}{day}", key.requirement, key.step)));
        }
    }
    Day { left, held }
}
