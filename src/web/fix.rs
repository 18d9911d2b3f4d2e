//! 请补正 at once: the whole letter is shown before it goes, and the button says to how many. A person who presses it is the
//! release that mode `approve` asks for.

use minijinja::{Value, context};

use super::chase::{HOLD, confirm, signed};
use super::failure::Failure;
use super::frame::{Visit, with_flash};
use super::reply::Reply;
use crate::domain::campaign::Campaign;
use crate::fault::Fault;
use crate::remind::{self, Due, DueState, Untold};

/// Flaws named of one unit in a list; its own page has them all.
const MOST_FLAWS: usize = 5;

/// Units with flaws that they were not told, for 待办; none where nobody sends mail.
pub(super) fn untold(visit: &Visit<'_>, campaign: &Campaign) -> Result<Vec<Value>, Fault> {
    let desk = &visit.shared.desk;
    let all = remind::untold(&desk.store, campaign, &desk.mailboxes, &desk.reminders, visit.now)?;
    let one = |untold: &Untold| {
        let unit = campaign.roster.by_code(&untold.unit);
        let flaws: Vec<String> = untold.flaws.iter().take(MOST_FLAWS).cloned().collect();
        context! {
            code => untold.unit.clone(), name => unit.map(|unit| unit.name.clone()), flaws,
            more => untold.flaws.len().saturating_sub(MOST_FLAWS), held => untold.held.clone(),
        }
    };
    Ok(all.iter().map(one).collect())
}

/// `POST /c/{campaign}/fix`: first the letter, then, with the number that was shown, the deed.
pub(super) fn letter(visit: &Visit<'_>, id: &str) -> Result<Reply, Failure> {
    let campaign = visit.campaign(id)?;
    let desk = &visit.shared.desk;
    let (mailboxes, settings) = (&desk.mailboxes, &desk.reminders);
    let code = visit.asked.form.get("unit");
    let due = remind::fix_letter(&desk.store, campaign, mailboxes, settings, code, visit.now)?;
    let due = due.ok_or_else(|| {
        Failure::conflict("这个单位没有尚未告知的问题：可能已经补正，或者别人刚发过信。".to_owned())
    })?;
    if due.state == DueState::Held {
        return Err(Failure::conflict(format!("现在不能发：{}。没有发出任何信。", due.why)));
    }
    if visit.asked.form.get("confirmed") != steps(&due) {
        return confirm(visit, campaign, asked(campaign, &due));
    }
    let sender = remind::sender_of(mailboxes, campaign);
    let sender = sender.ok_or_else(|| Failure::conflict("没有配置发信邮箱，不能发。".to_owned()))?;
    if !remind::send_fix(&desk.store, campaign, settings, (&due, sender), HOLD, &signed(visit))? {
        return Err(Failure::conflict("别人刚给这个单位发过信，没有再发。".to_owned()));
    }
    Ok(Reply::see(with_flash(visit.asked.back(), "did", &format!("fixed.{}", due.unit_name))))
}

/// What a confirmation is of.
fn steps(due: &Due) -> String {
    due.steps.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn asked(campaign: &Campaign, due: &Due) -> Value {
    let fields = [("unit", due.unit.clone().unwrap_or_default()), ("confirmed", steps(due))];
    context! {
        title => format!("请{}补正", due.unit_name),
        text => "信在办公时间发出，且不早于1分钟后，此前可在催报的“排队”中划掉；发出的不能撤回。已收的仍算已收，标为待补正。",
        lines => [context! { name => due.unit_name.as_str(), detail => due.to.as_str() }],
        texts => [context! { head => due.subject.as_str(), text => due.text.as_str() }],
        action => format!("/c/{}/fix", campaign.id), verb => "发给该单位1封",
        fields => fields.map(|(name, value)| context! { name, value }).to_vec(),
    }
}
