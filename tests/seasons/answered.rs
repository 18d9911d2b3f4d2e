//! Who is answered in a generated season (issue 6, acceptance 1): with receipts on, day by day, every mail of material
//! from an address of the roster has one receipt in its own thread, up to three a sender and day; no machine, no
//! stranger and no mail that answers nothing has any.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use shouwen::domain::campaign::Campaign;
use shouwen::domain::message::MessageKind;
use shouwen::remind::queue_receipts;
use shouwen::store::{MessageFilter, OutboxState, RECEIPT, Store};

use super::chase::{arrives, auto};
use super::truth::Sent;
use super::world::{configuration, season};

/// A look at the mailbox: well within the day after which a receipt tells nothing.
const HALF_A_DAY: SignedDuration = SignedDuration::from_hours(12);

/// Receipts a sender and day (issue 6).
const MOST_A_DAY: usize = 3;

/// What was answered in a season.
#[derive(Debug, Default)]
pub struct Answered {
    /// Mails that came.
    pub mails: usize,
    /// Receipts that left.
    pub receipts: usize,
    /// A line for each that is wrong.
    pub problems: Vec<String>,
}

#[test]
fn each_known_sender_is_answered_once_and_no_machine_is() {
    let seed = std::env::var("SEED").unwrap_or_else(|_| "2".to_owned());
    let first_days = answered(&seed, "2023-05-08T18:00:00+08:00".parse().unwrap());
    first_days.is_right();
}

impl Answered {
    /// Panics with what is wrong, or where nobody was answered.
    pub fn is_right(&self) {
        assert!(self.problems.is_empty(), "{}", self.problems.join("\n"));
        assert!(self.receipts * 8 > self.mails, "of {} mails {} were answered", self.mails, self.receipts);
    }
}

/// Plays the season of a seed until a moment, half a day at a time.
pub fn answered(seed: &str, until: Timestamp) -> Answered {
    let dir = tempfile::tempdir().unwrap();
    let file = configuration(dir.path(), seed);
    let (mut sent, _, campaign) = season(&file, seed);
    sent.retain(|mail| mail.at < until);
    let config = auto(&file);
    let store = Store::open(&config.data_dir).unwrap();
    let mut answers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut from = 0;
    while let Some(next) = sent.get(from) {
        let now = next.at + HALF_A_DAY;
        from = arrives(dir.path(), &file, &sent, from, now);
        queue_receipts(&store, &config.campaigns, &config.mailboxes, &config.reminders, now).unwrap();
        for row in store.outbox(Some(OutboxState::Queued)).unwrap() {
            if row.mail.kind == RECEIPT {
                answers.entry(row.thread.last().cloned().unwrap_or_default()).or_default().push(row.mail.to);
            }
            assert!(store.claim_for_sending(row.id, now).unwrap());
            store.settle(row.id, OutboxState::Sent, "250 ok", now, None).unwrap();
        }
    }
    let receipts = answers.values().map(Vec::len).sum();
    let mut problems = problems(&campaign, &sent, &answers);
    let rows = store.messages(&MessageFilter::default()).unwrap();
    for (id, problem) in &mut problems {
        let row = rows.iter().find(|row| row.message_id == *id);
        let stands =
            row.map(|row| format!(" [{:?} {:?} {:?}: {}]", row.kind, row.state, row.unit, row.reason));
        problem.push_str(&stands.unwrap_or_default());
    }
    let problems = problems.into_iter().map(|(_, problem)| problem).collect();
    Answered { mails: sent.len(), receipts, problems }
}

/// The day in the office's city.
fn day(at: Timestamp) -> Date {
    TimeZone::get("Asia/Shanghai").unwrap().to_datetime(at).date()
}

/// What is wrong, each with the Message-ID of the mail.
fn problems(
    campaign: &Campaign,
    sent: &[Sent],
    answers: &BTreeMap<String, Vec<String>>,
) -> Vec<(String, String)> {
    let mut problems = Vec::new();
    let mut of_day: BTreeMap<(Date, &str), usize> = BTreeMap::new();
    for mail in sent {
        let told = answers.get(&mail.id).map_or(&[][..], Vec::as_slice);
        let count = of_day.entry((day(mail.at), &mail.from)).or_default();
        *count += told.len();
        let line = |what: &str| {
            (mail.id.clone(), format!("{} from {} 「{}」: {what}", mail.story, mail.from, mail.subject))
        };
        if told.len() > 1 {
            problems.push(line("answered more than once"));
        }
        if told.iter().any(|to| !to.eq_ignore_ascii_case(&mail.from)) {
            problems.push(line("answered to somebody else"));
        }
        let may = may_be_answered(campaign, mail);
        if !may && !told.is_empty() {
            problems.push(line("answered, and is nobody's to answer"));
        }
        // A second copy tells nothing new.
        let must = may && mail.is_placeable && !mail.may_wait && mail.units.len() == 1 && !mail.is_copy();
        if must && told.is_empty() && *count < MOST_A_DAY {
            problems.push(line("not answered"));
        }
    }
    let own: Vec<&String> = answers.keys().filter(|id| sent.iter().all(|mail| mail.id != **id)).collect();
    problems
        .extend(own.into_iter().map(|id| (id.clone(), "a receipt answers no mail of the season".to_owned())));
    let too_many = of_day.iter().filter(|(_, count)| **count > MOST_A_DAY);
    problems.extend(
        too_many.map(|((day, from), count)| (String::new(), format!("{count} receipts to {from} on {day}"))),
    );
    problems
}

/// Whether it is material of a unit from an address that the roster gives that unit.
fn may_be_answered(campaign: &Campaign, mail: &Sent) -> bool {
    let is_material =
        mail.kinds.iter().any(|kind| matches!(kind, MessageKind::Submission | MessageKind::NilReport));
    let its = campaign.roster.units.iter().filter(|unit| mail.units.contains(&unit.name));
    is_material && its.flat_map(|unit| &unit.emails).any(|email| email.eq_ignore_ascii_case(&mail.from))
}
