//! What waits for a person, as the gate and 待办 weigh it: of each mail only whom it may concern. A province's office may have
//! thousands of them, and the whole of a mail is read only for those that are shown.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use rusqlite::{Row, Transaction, named_params};

use super::column::{Json, Ms};
use super::{LearnedSender, MessageFilter, MessageRow, Store};
use crate::domain::campaign::Campaign;
use crate::domain::decision::{Act, Decision, in_force};
use crate::domain::message::{MessageKind, MessageState};
use crate::domain::unit::Unit;
use crate::fault::Fault;
use crate::recognition::sayings::ASKS_TO_BE_LATE;

/// Shorter names in a subject are too easily part of another word to be a clue.
const SHORTEST_NAME_CHARS: usize = 4;

/// A mail in review, parked, or a question; and what tells whom it may concern.
#[derive(Debug, Clone)]
pub struct PendingMail {
    /// Register number.
    pub id: i64,
    /// Review, parked; registered for a question.
    pub state: MessageState,
    /// Sender's address, of a parked mail: any other was judged by it.
    pub from: String,
    /// Subject, of a parked mail.
    pub subject: String,
    /// Unit code.
    pub unit: Option<String>,
    /// Campaign id of the mail itself.
    pub campaign: Option<String>,
    /// Further campaigns that it, or something in it, belongs to or could.
    pub others: Vec<String>,
    /// Codes of units that a clue in it names.
    pub may_concern: Vec<String>,
    /// Whether it may hold owed material.
    pub may_hold_material: bool,
}

impl PendingMail {
    /// Whether it, or something in it, belongs to a campaign or could: mail of no campaign could be anybody's.
    pub fn may_be_of(&self, campaign: &str) -> bool {
        let is_nobodys = self.campaign.is_none() && self.others.is_empty();
        is_nobodys || self.campaign.iter().chain(&self.others).any(|id| id == campaign)
    }

    /// Codes of the units whose owed material it may be; none for what only asks or gives no clue.
    pub fn may_be_material_of(&self, campaign: &Campaign, learned: &[LearnedSender]) -> BTreeSet<String> {
        // What could not be read may hold anything.
        let may_hold = self.may_hold_material || self.state == MessageState::Parked;
        if may_hold { self.concerned(campaign, learned) } else { BTreeSet::new() }
    }

    /// Codes of the units that a clue in it names. Parked mail was never judged, so its sender and subject are looked at here.
    fn concerned(&self, campaign: &Campaign, learned: &[LearnedSender]) -> BTreeSet<String> {
        let mut codes: BTreeSet<String> = self.may_concern.iter().chain(&self.unit).cloned().collect();
        if self.state == MessageState::Parked {
            let from = self.from.to_lowercase();
            let known = learned.iter().filter(|l| l.campaign == campaign.id && l.address == from);
            codes.extend(known.map(|l| l.unit.clone()));
            let units = &campaign.roster.units;
            let hinted = units.iter().filter(|unit| is_hinted(unit, &from, &self.subject));
            codes.extend(hinted.map(|unit| unit.code.clone()));
        }
        codes
    }

    fn add(&mut self, id: String) {
        if !self.campaign.iter().chain(&self.others).any(|known| *known == id) {
            self.others.push(id);
        }
    }
}

// In the order of `pending_mail`, which takes them by place: there may be thousands.
const SELECT: &str = "
    SELECT id, state, iif(state = 'parked', sender, ''), iif(state = 'parked', subject, ''), unit, campaign, may_be_of, may_concern,
           may_hold_material FROM message";

impl Store {
    /// Mail that waits in this state, the oldest first.
    pub fn pending(&self, state: MessageState) -> Result<Vec<PendingMail>, Fault> {
        self.pending_of(state, Timestamp::MAX)
    }

    /// Codes of the units of a campaign whose material may lie in mail that came by a moment and waits for a person.
    pub fn may_have_sent(&self, campaign: &Campaign, as_of: Timestamp) -> Result<BTreeSet<String>, Fault> {
        let mut waiting = self.pending_of(MessageState::Review, as_of)?;
        waiting.extend(self.pending_of(MessageState::Parked, as_of)?);
        waiting.retain(|row| row.may_be_of(&campaign.id));
        if waiting.is_empty() {
            return Ok(BTreeSet::new());
        }
        let learned = self.learned_senders(&campaign.id)?;
        Ok(waiting.iter().flat_map(|row| row.may_be_material_of(campaign, &learned)).collect())
    }

    fn pending_of(&self, state: MessageState, as_of: Timestamp) -> Result<Vec<PendingMail>, Fault> {
        self.read(|tx| {
            // As the index says it, which then holds all that is asked.
            let question = format!(
                "{SELECT} WHERE state IN ('review', 'parked') AND state = :state AND received_at <= :as_of
                 ORDER BY received_at, id"
            );
            let mut select = tx.prepare_cached(&question)?;
            let rows =
                select.query_map(named_params! { ":state": state, ":as_of": Ms(as_of) }, pending_mail)?;
            let mut mails = rows.collect::<Result<Vec<_>, _>>()?;
            add_campaigns_inside(tx, &mut mails)?;
            Ok(mails)
        })
    }

    /// Questions that reached their end, the oldest first.
    fn questions(&self) -> Result<Vec<PendingMail>, Fault> {
        self.read(|tx| {
            let question = format!("{SELECT} WHERE kind = :kind AND state = :state ORDER BY received_at, id");
            let mut select = tx.prepare_cached(&question)?;
            let asked = named_params! { ":kind": MessageKind::Question, ":state": MessageState::Registered };
            Ok(select.query_map(asked, pending_mail)?.collect::<Result<_, _>>()?)
        })
    }

    /// Questions for a campaign about which nobody noted yet what was answered, which nobody ruled to be none of ours, and
    /// which no grant to their unit answers.
    pub fn open_questions(&self, campaign: &str) -> Result<Vec<PendingMail>, Fault> {
        let mut asked = self.questions()?;
        if asked.is_empty() {
            return Ok(asked);
        }
        let all = self.decisions()?;
        let settles =
            |made: &&Decision| made.act == Act::Note || (made.act == Act::Assign && made.unit.is_none());
        let counting = in_force(&all, Timestamp::MAX);
        let noted = counting.iter().copied().filter(settles).filter_map(|made| made.message);
        let requests = self.requests()?;
        let granted = counting.iter().flat_map(|made| answered(&requests, made, campaign));
        let settled: BTreeSet<i64> = noted.chain(granted).collect();
        let is_ours = |row: &PendingMail| row.campaign.as_deref().is_none_or(|id| id == campaign);
        asked.retain(|row| is_ours(row) && !settled.contains(&row.id));
        Ok(asked)
    }

    /// Numbers of the mails that asked for what a decision grants, and that nothing granted before it answers.
    ///
    /// # Errors
    /// What the database reports.
    pub fn requests_answered(&self, made: &Decision) -> Result<Vec<i64>, Fault> {
        let Some(campaign) = made.campaign.as_deref().filter(|_| grants(made)) else { return Ok(Vec::new()) };
        let requests = self.requests()?;
        let all = if requests.is_empty() { Vec::new() } else { self.decisions()? };
        let before = in_force(&all, Timestamp::MAX).into_iter().filter(|other| other.id < made.id);
        let before: BTreeSet<i64> = before.flat_map(|other| answered(&requests, other, campaign)).collect();
        Ok(answered(&requests, made, campaign).filter(|id| !before.contains(id)).collect())
    }

    /// Mails of units that ask for more time or to be left out and bring nothing.
    fn requests(&self) -> Result<Vec<AskedLate>, Fault> {
        self.read(|tx| {
            let question = "SELECT id, unit, received_at FROM message WHERE kind = :kind AND state = :state
                            AND unit IS NOT NULL AND instr(evidence, :why) > 0 ORDER BY received_at, id";
            let mut select = tx.prepare_cached(question)?;
            let asked = named_params! { ":kind": MessageKind::Question, ":state": MessageState::Registered,
            ":why": ASKS_TO_BE_LATE };
            let request = |row: &Row<'_>| {
                Ok(AskedLate { id: row.get(0)?, unit: row.get(1)?, received_at: row.get::<_, Ms>(2)?.0 })
            };
            Ok(select.query_map(asked, request)?.collect::<Result<_, _>>()?)
        })
    }

    /// All of the first `most` of these mails, in their order.
    pub fn whole(&self, mails: &[PendingMail], most: usize) -> Result<Vec<MessageRow>, Fault> {
        let ids = mails.iter().take(most).map(|mail| mail.id).collect();
        self.messages(&MessageFilter { ids: Some(ids), ..MessageFilter::default() })
    }
}

/// A mail that asks for more time or to be left out.
struct AskedLate {
    id: i64,
    unit: String,
    received_at: Timestamp,
}

fn grants(made: &Decision) -> bool {
    matches!(made.act, Act::Extend | Act::Waive)
}

/// Those of these requests that a grant to their unit, made after they came, answers.
fn answered<'r>(
    requests: &'r [AskedLate],
    made: &Decision,
    campaign: &str,
) -> impl Iterator<Item = i64> + 'r {
    let is_grant = grants(made) && made.campaign.as_deref() == Some(campaign);
    let (unit, at) = (made.unit.clone().filter(|_| is_grant), made.at);
    let is_its = move |asked: &&AskedLate| unit.as_ref() == Some(&asked.unit) && asked.received_at <= at;
    requests.iter().filter(is_its).map(|asked| asked.id)
}

fn is_hinted(unit: &Unit, from: &str, subject: &str) -> bool {
    let domain = from.rsplit_once('@').map_or("", |(_, domain)| domain);
    unit.emails.iter().any(|email| email.eq_ignore_ascii_case(from))
        || unit.domains.iter().any(|own| is_within(domain, own))
        || unit.names().any(|name| name.chars().count() >= SHORTEST_NAME_CHARS && subject.contains(name))
}

/// Whether a domain is another one or one beneath it.
fn is_within(domain: &str, own: &str) -> bool {
    domain.strip_suffix(own).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn pending_mail(row: &Row<'_>) -> rusqlite::Result<PendingMail> {
    let mut mail = PendingMail {
        id: row.get(0)?,
        state: row.get(1)?,
        from: row.get(2)?,
        subject: row.get(3)?,
        unit: row.get(4)?,
        campaign: row.get(5)?,
        others: Vec::new(),
        may_concern: row.get::<_, Json<_>>(7)?.0,
        may_hold_material: row.get(8)?,
    };
    row.get::<_, Json<Vec<String>>>(6)?.0.into_iter().for_each(|id| mail.add(id));
    Ok(mail)
}

/// Something in a mail may belong to another campaign than the mail: a part, or an answer in its text. Both are few, and
/// found by an index of their own; mail by mail they would be sought where there are none.
fn add_campaigns_inside(tx: &Transaction<'_>, mails: &mut [PendingMail]) -> Result<(), Fault> {
    const OF_PARTS: &str = "SELECT message, campaign FROM part WHERE campaign IS NOT NULL";
    const OF_ANSWERS: &str = "SELECT message, campaign FROM filing WHERE is_loose = 1";
    let at: HashMap<i64, usize> = mails.iter().enumerate().map(|(at, mail)| (mail.id, at)).collect();
    for question in [OF_PARTS, OF_ANSWERS] {
        let mut select = tx.prepare_cached(question)?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            if let Some(mail) = at.get(&row.get(0)?).and_then(|at| mails.get_mut(*at)) {
                mail.add(row.get(1)?);
            }
        }
    }
    Ok(())
}
