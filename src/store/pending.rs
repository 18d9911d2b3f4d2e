//! What waits for a person, as the gate and 待办 weigh it: of each mail only whom it may concern. A province's office may have
//! thousands of them, and the whole of a mail is read only for those that are shown.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{Row, Transaction, named_params};

use super::column::{Json, Ms};
use super::{MessageFilter, MessageRow, Store};
use crate::domain::message::{MessageKind, MessageState};
use crate::fault::Fault;

/// A mail in review, parked, or a question; and what tells whom it may concern.
#[derive(Debug, Clone)]
pub struct PendingMail {
    /// Register number.
    pub id: i64,
    /// Review, parked; registered for a question.
    pub state: MessageState,
    /// When the server received it.
    pub received_at: Timestamp,
    /// Sender's address.
    pub from: String,
    /// Subject.
    pub subject: String,
    /// Unit code.
    pub unit: Option<String>,
    /// Campaign id of the mail itself.
    pub campaign: Option<String>,
    /// Campaigns that it, or something in it, belongs to or could; none for mail of no campaign.
    pub campaigns: Vec<String>,
    /// Codes of units that a clue in it names.
    pub may_concern: Vec<String>,
    /// Whether it may hold owed material.
    pub may_hold_material: bool,
}

const SELECT: &str = "
    SELECT id, state, received_at, sender, subject, unit, campaign, may_be_of, may_concern, may_hold_material FROM message";

impl Store {
    /// Mail that waits in this state, the oldest first.
    pub fn pending(&self, state: MessageState) -> Result<Vec<PendingMail>, Fault> {
        self.read(|tx| {
            // As the index says it, which then holds all that is asked.
            let question = format!(
                "{SELECT} WHERE state IN ('review', 'parked') AND state = :state ORDER BY received_at, id"
            );
            let mut select = tx.prepare_cached(&question)?;
            let rows = select.query_map(named_params! { ":state": state }, pending_mail)?;
            let mut mails = rows.collect::<Result<Vec<_>, _>>()?;
            add_campaigns_inside(tx, &mut mails)?;
            Ok(mails)
        })
    }

    /// Questions that reached their end, the oldest first.
    pub fn questions(&self) -> Result<Vec<PendingMail>, Fault> {
        self.read(|tx| {
            let question = format!("{SELECT} WHERE kind = :kind AND state = :state ORDER BY received_at, id");
            let mut select = tx.prepare_cached(&question)?;
            let asked = named_params! { ":kind": MessageKind::Question, ":state": MessageState::Registered };
            Ok(select.query_map(asked, pending_mail)?.collect::<Result<_, _>>()?)
        })
    }

    /// All of the first `most` of these mails, in their order.
    pub fn whole(&self, mails: &[PendingMail], most: usize) -> Result<Vec<MessageRow>, Fault> {
        let ids = mails.iter().take(most).map(|mail| mail.id).collect();
        self.messages(&MessageFilter { ids: Some(ids), ..MessageFilter::default() })
    }
}

fn pending_mail(row: &Row<'_>) -> rusqlite::Result<PendingMail> {
    let campaign: Option<String> = row.get("campaign")?;
    let mut campaigns: Vec<String> = campaign.iter().cloned().collect();
    for id in row.get::<_, Json<Vec<String>>>("may_be_of")?.0 {
        add(&mut campaigns, id);
    }
    Ok(PendingMail {
        id: row.get("id")?,
        state: row.get("state")?,
        received_at: row.get::<_, Ms>("received_at")?.0,
        from: row.get("sender")?,
        subject: row.get("subject")?,
        unit: row.get("unit")?,
        campaign,
        campaigns,
        may_concern: row.get::<_, Json<_>>("may_concern")?.0,
        may_hold_material: row.get("may_hold_material")?,
    })
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
                add(&mut mail.campaigns, row.get(1)?);
            }
        }
    }
    Ok(())
}

fn add(campaigns: &mut Vec<String>, id: String) {
    if !campaigns.contains(&id) {
        campaigns.push(id);
    }
}
