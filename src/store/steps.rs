//! Steps of chasing and who has them: each is claimed by one mail for ever, unless that mail was struck before it was
//! sent; and the releases of persons in mode `approve`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Row, Transaction, named_params};

use super::column::{Day, Ms};
use super::outbox::NEW_CAUSE;
use super::{OutboxState, Store};
use crate::domain::campaign::Campaign;
use crate::fault::Fault;

/// `REQUIREMENT/STEP/DAY/UNITCODE` (`contract.md` 6); the campaign is beside it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepKey {
    /// Requirement id.
    pub requirement: String,
    /// Step id.
    pub step: String,
    /// Day for a requirement of each day, else none (`--`).
    pub day: Option<Date>,
    /// Unit code.
    pub unit: String,
}

impl std::fmt::Display for StepKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let day = self.day.map_or_else(|| "--".to_owned(), |day| day.to_string());
        write!(f, "{}/{}/{}/{}", self.requirement, self.step, day, self.unit)
    }
}

impl std::str::FromStr for StepKey {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut words = text.split('/').map(str::to_owned);
        let mut word = || words.next().filter(|word| !word.is_empty()).ok_or(());
        let (requirement, step, day, unit) = (word()?, word()?, word()?, word()?);
        let day = if day == "--" { None } else { Some(day.parse().map_err(|_| ())?) };
        if words.next().is_some() { Err(()) } else { Ok(Self { requirement, step, day, unit }) }
    }
}

/// A step that was carried out, or is being.
#[derive(Debug, Clone)]
pub struct SentStep {
    /// Which.
    pub key: StepKey,
    /// State of its mail.
    pub state: OutboxState,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// When the server took it.
    pub sent_at: Option<Timestamp>,
}

impl SentStep {
    /// Whether it reached whom it was for, as far as is known: the server took its mail, and it did not come back.
    pub fn has_arrived(&self) -> bool {
        self.state == OutboxState::Sent
    }

    /// Whether the unit that it is about was told by it: what went to staff, or came back, told it nothing.
    pub fn has_told(&self, campaign: &Campaign) -> bool {
        let step = campaign.step(&self.key.requirement, &self.key.step);
        self.has_arrived() && !step.is_some_and(|(_, step)| step.to_staff)
    }
}

/// A step that a person released (mode `approve`).
#[derive(Debug, Clone)]
pub struct Approval {
    /// Which.
    pub key: StepKey,
    /// Who released it.
    pub by: String,
    /// From when its mail may leave: the moment of the release, or what is left to take it back later. When it was given
    /// stands in the log.
    pub from: Timestamp,
}

impl Store {
    /// Steps of a campaign that were claimed, with the state of their mail; struck and failed ones included. A step
    /// whose mail was struck before it was sent may be here twice: struck, and carried out by another mail.
    pub fn claimed_steps(&self, campaign: &str) -> Result<Vec<SentStep>, Fault> {
        const STEPS: &str = "
            SELECT claim.requirement, claim.step, claim.day, claim.unit, outbox.state, outbox.queued_at, outbox.sent_at
            FROM claim JOIN outbox ON outbox.id = claim.outbox
            WHERE claim.campaign = :campaign ORDER BY outbox.id, claim.requirement, claim.step, claim.day, claim.unit";
        self.read(|tx| {
            let mut select = tx.prepare_cached(STEPS)?;
            let steps = select.query_map(named_params! { ":campaign": campaign }, |row| {
                Ok(SentStep {
                    key: step_key(row)?,
                    state: row.get("state")?,
                    queued_at: row.get::<_, Ms>("queued_at")?.0,
                    sent_at: row.get::<_, Option<Ms>>("sent_at")?.map(|at| at.0),
                })
            })?;
            Ok(steps.collect::<Result<_, _>>()?)
        })
    }

    /// Frees steps whose mail had ended by a moment, so that another may carry them out once more; what had them stays on
    /// record, and the release of what left is used up.
    pub fn open_again(&self, campaign: &str, steps: &[StepKey], ended_by: Timestamp) -> Result<(), Fault> {
        const ENDED: &str = "
            SELECT claim.outbox, outbox.state <> 'struck' FROM claim JOIN outbox ON outbox.id = claim.outbox
            WHERE claim.campaign = :campaign AND claim.requirement = :requirement AND claim.step = :step
                AND claim.day = :day AND claim.unit = :unit AND outbox.state NOT IN ('queued', 'sending')
                AND outbox.settled_at < :ended_by AND claim.is_released = 0";
        const FREE: &str = "
            UPDATE claim SET is_released = 1 WHERE outbox = :id AND requirement = :requirement AND step = :step
                AND day = :day AND unit = :unit";
        const USED: &str = "
            DELETE FROM approval WHERE campaign = :campaign AND requirement = :requirement AND step = :step
                AND day = :day AND unit = :unit";
        self.write(|tx| {
            for step in steps {
                let StepKey { requirement, step, day, unit } = step;
                let ended_of = named_params! {
                    ":campaign": campaign, ":requirement": requirement, ":step": step, ":day": Day(*day), ":unit": unit,
                    ":ended_by": Ms(ended_by),
                };
                let mut select = tx.prepare_cached(ENDED)?;
                let ended = select.query_map(ended_of, |row| Ok((row.get(0)?, row.get(1)?)))?;
                let ended: Vec<(i64, bool)> = ended.collect::<Result<_, _>>()?;
                for (id, _) in &ended {
                    tx.prepare_cached(FREE)?.execute(named_params! {
                        ":id": id, ":requirement": requirement, ":step": step, ":day": Day(*day), ":unit": unit,
                    })?;
                    tx.prepare_cached(NEW_CAUSE)?.execute([id])?;
                }
                if ended.iter().any(|(_, left)| *left) {
                    tx.prepare_cached(USED)?.execute(named_params! {
                        ":campaign": campaign, ":requirement": requirement, ":step": step, ":day": Day(*day),
                        ":unit": unit,
                    })?;
                }
            }
            Ok(())
        })
    }

    /// How many mails of a kind other campaigns have for units' addresses (lower case): sent from `since` on, or
    /// queued since then and not struck; and those queued from `waiting_since` on that did not leave yet, which the pace
    /// may have kept for today.
    pub fn of_other_campaigns(
        &self,
        campaign: &str,
        kind: &str,
        since: Timestamp,
        waiting_since: Timestamp,
    ) -> Result<BTreeMap<String, u32>, Fault> {
        const OTHERS: &str = "
            SELECT lower(recipient), count(*) FROM outbox
            WHERE kind = :kind AND campaign <> :campaign AND unit IS NOT NULL AND state <> 'struck'
                AND (coalesce(sent_at, queued_at) >= :since
                    OR (state IN ('queued', 'sending') AND queued_at >= :waiting_since))
            GROUP BY lower(recipient)";
        self.read(|tx| {
            let mut select = tx.prepare_cached(OTHERS)?;
            let asked = named_params! { ":kind": kind, ":campaign": campaign, ":since": Ms(since),
            ":waiting_since": Ms(waiting_since) };
            let others = select.query_map(asked, |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(others.collect::<Result<_, _>>()?)
        })
    }

    /// Steps of a campaign that persons released.
    pub fn approvals(&self, campaign: &str) -> Result<Vec<Approval>, Fault> {
        const APPROVALS: &str = "
            SELECT requirement, step, day, unit, approved_by, approved_at FROM approval
            WHERE campaign = :campaign ORDER BY requirement, step, day, unit";
        self.read(|tx| {
            let mut select = tx.prepare_cached(APPROVALS)?;
            let approvals = select.query_map(named_params! { ":campaign": campaign }, |row| {
                Ok(Approval {
                    key: step_key(row)?,
                    by: row.get("approved_by")?,
                    from: row.get::<_, Ms>("approved_at")?.0,
                })
            })?;
            Ok(approvals.collect::<Result<_, _>>()?)
        })
    }
}

/// Whether a mail carries the step out or did; one that was struck before it was sent does not.
pub(super) fn is_claimed(tx: &Transaction<'_>, campaign: &str, step: &StepKey) -> Result<bool, Fault> {
    const CLAIMED: &str = "
        SELECT EXISTS (SELECT 1 FROM claim WHERE campaign = :campaign AND requirement = :requirement
            AND step = :step AND day = :day AND unit = :unit AND is_released = 0)";
    let claimed = tx.prepare_cached(CLAIMED)?.query_row(
        named_params! {
            ":campaign": campaign, ":requirement": step.requirement, ":step": step.step, ":day": Day(step.day),
            ":unit": step.unit,
        },
        |row| row.get(0),
    )?;
    Ok(claimed)
}

/// Claims a step for a mail.
pub(super) fn claim(tx: &Transaction<'_>, campaign: &str, step: &StepKey, mail: i64) -> Result<(), Fault> {
    const CLAIM: &str = "
        INSERT INTO claim (campaign, requirement, step, day, unit, outbox)
        VALUES (:campaign, :requirement, :step, :day, :unit, :mail)";
    tx.prepare_cached(CLAIM)?.execute(named_params! {
        ":campaign": campaign, ":requirement": step.requirement, ":step": step.step, ":day": Day(step.day),
        ":unit": step.unit, ":mail": mail,
    })?;
    Ok(())
}

/// Reads a step's columns.
pub(super) fn step_key(row: &Row<'_>) -> rusqlite::Result<StepKey> {
    Ok(StepKey {
        requirement: row.get("requirement")?,
        step: row.get("step")?,
        day: row.get::<_, Day>("day")?.0,
        unit: row.get("unit")?,
    })
}
