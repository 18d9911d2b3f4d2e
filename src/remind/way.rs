//! A new mail and those that wait before it: what it makes needless is taken out of them, so that nobody is asked twice for one
//! thing.

use super::compose::write;
use super::due::{FIX, Mail, Situation};
use super::tick::KIND;
use crate::fault::Fault;
use crate::store::{NewMail, OutboxRow, OutboxState, StepKey, Store};

/// Takes what a new mail makes needless out of an unsent one of the same unit: a later digest all of it, a phone list that
/// has the unit the steps of its requirement, and the whole of it only where nothing else is left to say. False when it
/// is leaving at this moment. `row` is kept as it then stands: another list of the same turn may take more out of it.
pub(super) fn makes_way(
    store: &Store,
    situation: &Situation<'_>,
    mail: &Mail<'_>,
    row: &mut OutboxRow,
) -> Result<bool, Fault> {
    let of_campaign = row.mail.kind == KIND && row.mail.campaign.as_ref() == Some(&situation.campaign.id);
    let is_waiting = of_campaign && row.state == OutboxState::Queued;
    let Some(code) = row.mail.unit.clone().filter(|_| is_waiting) else { return Ok(true) };
    if mail.unit.is_some_and(|unit| unit.code != code) {
        return Ok(true);
    }
    let Some(left) = left_beside(mail, &code, &row.mail.steps) else { return Ok(true) };
    let rest = Some(left).filter(|left| left.iter().any(|key| key.step != FIX));
    let rest = rest.and_then(|left| situation.rewritten(&row.mail, left)).filter(|rest| !rest.to.is_empty());
    let written = rest.and_then(|rest| match write(situation, &rest, situation.now) {
        Ok((subject, text)) => {
            Some(NewMail { to: rest.to, subject, text, steps: rest.steps, ..row.mail.clone() })
        }
        Err(why) => {
            tracing::error!(id = row.id, "reminder not written: {why}");
            None
        }
    });
    let Some(rewritten) = written else {
        let is_struck = store.strike(row.id, "已由后续提醒代替", situation.now)?;
        row.state = if is_struck { OutboxState::Struck } else { row.state };
        return Ok(is_struck);
    };
    let is_rewritten = store.rewrite(row.id, &rewritten)?;
    if is_rewritten {
        row.mail = rewritten;
    }
    Ok(is_rewritten)
}

/// What is left of the steps of an unsent mail to a unit beside a new mail; none when all is.
fn left_beside(mail: &Mail<'_>, code: &str, steps: &[StepKey]) -> Option<Vec<StepKey>> {
    if mail.unit.is_some() {
        return Some(Vec::new());
    }
    let is_told = |key: &StepKey| key.requirement == mail.requirement && key.step != FIX;
    let takes = mail.listed.iter().any(|unit| unit.code == code) && steps.iter().any(is_told);
    takes.then(|| steps.iter().filter(|key| !is_told(key)).cloned().collect())
}
