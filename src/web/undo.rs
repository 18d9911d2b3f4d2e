//! Taking decisions back. Where something rests on them it is said first, and done only when it is confirmed.

use minijinja::{Value, context};

use super::chase::confirm;
use super::failure::Failure;
use super::frame::Visit;
use super::reply::Reply;
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::domain::decision::Decision;
use crate::intake::rule::rests::{Rests, resting_on};
use crate::intake::rule::{self, Refused};

/// Mails named on the page that asks once more.
const MOST_NAMED: usize = 20;

/// `POST /undo`: takes decisions back by their numbers.
pub(super) fn undo(visit: &Visit<'_>) -> Result<Reply, Failure> {
    let (desk, form) = (&visit.shared.desk, &visit.asked.form);
    let numbers: Vec<i64> = form.get("numbers").split(',').filter_map(|number| number.parse().ok()).collect();
    let all = desk.store.decisions()?;
    let first = all.iter().find(|decision| numbers.contains(&decision.id));
    let campaign =
        first.and_then(|first| desk.campaigns.iter().find(|c| Some(&c.id) == first.campaign.as_ref()));
    let campaign =
        campaign.or(desk.campaigns.first()).ok_or_else(|| Failure::missing("还没有配置报送任务。"))?;
    let rests = resting_on(&desk.store, &all, &numbers)?;
    // What was shown was confirmed; what came since is shown too.
    if !rests.is_nothing() && form.get("confirmed") != shown(&rests) {
        let upon = rests.decisions.iter().map(|made| made.id);
        let together: Vec<i64> = numbers.iter().copied().chain(upon).collect();
        let rests = Rests { decisions: rests.decisions, ..resting_on(&desk.store, &all, &together)? };
        return confirm(visit, campaign, asked_once_more(campaign, first, &together, &rests));
    }
    visit.decide(
        campaign,
        |_| false,
        |all, signature| {
            let undone = rule::undoing(all, signature, |decision| numbers.contains(&decision.id));
            match undone.is_empty() {
                true => Err(Refused::Rule("这项认定已经撤销，或者已由后来的认定代替。".to_owned())),
                false => Ok(undone),
            }
        },
    )
}

/// What a confirmation is of.
fn shown(rests: &Rests) -> String {
    let decisions: Vec<String> = rests.decisions.iter().map(|made| made.id.to_string()).collect();
    format!("{};{};{}", decisions.join(","), rests.mails.len(), rests.letters)
}

fn asked_once_more(campaign: &Campaign, first: Option<&Decision>, together: &[i64], rests: &Rests) -> Value {
    let mut said = Vec::new();
    if !rests.decisions.is_empty() {
        said.push(format!("其后还有{}项认定以此为据，一并撤销。", rests.decisions.len()));
    }
    if !rests.mails.is_empty() {
        said.push(format!("另有{}封来件是按记住的发件地址归入的，将重新认定。", rests.mails.len()));
    }
    if rests.letters > 0 {
        said.push("此后已给该单位发过信，已发出的信不能撤回。".to_owned());
    }
    let upon = rests.decisions.iter().map(|made| {
        let mail = made.message.map_or_else(String::new, |number| format!("来件#{number} "));
        context! { name => format!("第{}号认定 {mail}{}", made.id, chinese::ruling(made, Some(campaign))), detail => made.why.as_str() }
    });
    let mails =
        rests.mails.iter().take(MOST_NAMED).map(|number| context! { name => format!("来件#{number}") });
    let all: Vec<String> = together.iter().map(ToString::to_string).collect();
    // What rests on the rest is undone with it: nothing rests on it then but mails and letters.
    let confirmed =
        shown(&Rests { decisions: Vec::new(), mails: rests.mails.clone(), letters: rests.letters });
    let verb = match rests.decisions.len() {
        0 => "撤销".to_owned(),
        _ => format!("一并撤销{}项", together.len()),
    };
    let what = first.map(|made| chinese::ruling(made, Some(campaign))).unwrap_or_default();
    context! {
        title => format!("撤销：{what}"), text => said.join(""), stay => "不撤销，返回",
        lines => upon.chain(mails).collect::<Vec<_>>(), action => "/undo", verb,
        fields => [("numbers", all.join(",")), ("confirmed", confirmed)].map(|(name, value)| context! { name, value }).to_vec(),
    }
}
