//! 认定记录: what persons did, the newest first: what they ruled, what they released and struck, links, users and marks. What was
//! erased stands below.

use jiff::Timestamp;
use minijinja::{Value, context};

use super::failure::Failure;
use super::frame::Visit;
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::domain::decision::Act;
use crate::report::{self, DecisionJson, LogJson};
use crate::store::{LeaderLink, MarksMade};

/// Lines of the log on one page.
const MOST_LOGGED: usize = 200;

/// One thing that somebody did.
struct Line {
    at: Timestamp,
    by: String,
    /// The unit that it is about, where the words do not name it.
    unit: Option<String>,
    message: Option<i64>,
    words: String,
    /// What a decision has beside.
    decision: Option<Value>,
}

/// The log; `who` and `q` narrow it.
pub(super) fn page(visit: &Visit<'_>) -> Result<Value, Failure> {
    let desk = &visit.shared.desk;
    let (by, about) = (visit.asked.query.get("who"), visit.asked.query.get("q"));
    let mut lines = lines(visit)?;
    let mut names: Vec<String> =
        lines.iter().map(|line| line.by.clone()).filter(|by| !by.is_empty()).collect();
    names.sort_unstable();
    names.dedup();
    lines.retain(|line| {
        let says = |text: &str| text.contains(about);
        (by.is_empty() || line.by == by)
            && (says(&line.words)
                || line.unit.as_deref().is_some_and(says)
                || line.message.is_some_and(|id| about == format!("#{id}")))
    });
    // Of one moment the later one stands above.
    lines.reverse();
    lines.sort_by_key(|line| std::cmp::Reverse(line.at));
    let shown = lines.iter().take(MOST_LOGGED).map(|line| {
        let own =
            context! { words => line.words.as_str(), unit => line.unit.as_deref(), message => line.message };
        context! { ..own, ..line.decision.clone().unwrap_or_default() }
    });
    let erasures = desk.store.erasures()?;
    let erasures = erasures.iter().rev().map(|entry| {
        let of = entry.campaign.as_deref().and_then(|id| desk.campaigns.iter().find(|one| one.id == id));
        let zone = of.or(desk.campaigns.first());
        context! {
            at => zone.map(|campaign| chinese::moment(campaign.local(entry.made_at))), by => entry.made_by.as_str(),
            of => of.map_or("个人信息", |campaign| campaign.title.as_str()), mails => entry.mails.clone(), why => entry.why.as_str(),
        }
    });
    let erasures = erasures.collect::<Vec<_>>();
    Ok(context! { erasures, lines => shown.collect::<Vec<_>>(), total => lines.len(), names, by, about })
}

/// All that was done, each kind in the order in which it was.
fn lines(visit: &Visit<'_>) -> Result<Vec<Line>, Failure> {
    let desk = &visit.shared.desk;
    let campaigns = &desk.campaigns;
    let decisions = report::decisions_json(&desk.store.decisions()?, campaigns, |_| true);
    let mut lines: Vec<Line> = decisions.iter().map(ruled).collect();
    let Some(first) = campaigns.first() else { return Ok(lines) };
    let released = report::log_json(&desk.store.reminder_log()?, campaigns);
    lines.extend(released.iter().map(|entry| released_line(entry, campaigns, first)));
    for link in desk.store.leader_links()? {
        lines.extend(of_link(&link, first));
    }
    let users = desk.store.users()?;
    lines.extend(users.iter().map(|user| {
        let what = format!("添加用户{}（{}）", user.name, user.role.chinese());
        done("", user.made_at, &what, "", first)
    }));
    for marks in desk.store.marks_made()? {
        let own = campaigns.iter().find(|campaign| campaign.id == marks.campaign).unwrap_or(first);
        lines.push(done(&marks.by, marks.at, &marked(&marks), "", own));
    }
    Ok(lines)
}

fn ruled(decision: &DecisionJson) -> Line {
    let is_undo = decision.act == Act::Undo;
    Line {
        at: decision.at.parse().unwrap_or_default(),
        by: decision.by.clone(),
        unit: decision.unit.clone().filter(|unit| !decision.words.contains(unit.as_str())),
        message: decision.message,
        words: decision.words.clone(),
        decision: Some(context! {
            id => decision.id, undone_by => decision.undone_by, undo => decision.counts && !is_undo,
            is_replaced => !decision.counts && decision.undone_by.is_none() && !is_undo,
        }),
    }
}

/// 「李某 5-11 09:30 批准催报：活动方案…」, of which unit beside.
fn released_line(entry: &LogJson, campaigns: &[Campaign], first: &Campaign) -> Line {
    let own =
        campaigns.iter().find(|campaign| Some(&campaign.id) == entry.campaign.as_ref()).unwrap_or(first);
    let steps = report::steps_in_words(&entry.steps, campaigns);
    let steps = if steps.is_empty() { String::new() } else { format!("催报（{steps}）") };
    let what = format!("{}{steps}", entry.act.chinese());
    let line = done(&entry.by, entry.at.parse().unwrap_or_default(), &what, &entry.why, own);
    Line { unit: entry.unit.clone(), ..line }
}

fn of_link(link: &LeaderLink, campaign: &Campaign) -> Vec<Line> {
    let whom = if link.note.is_empty() { "未注明" } else { &link.note };
    let made = done(&link.made_by, link.made_at, &format!("新建只读链接（{whom}）"), "", campaign);
    let revoked = link.revoked_at.map(|at| done("", at, &format!("收回只读链接（{whom}）"), "", campaign));
    std::iter::once(made).chain(revoked).collect()
}

/// 「标为拟推送 5件素材」.
fn marked(marks: &MarksMade) -> String {
    let star = if marks.is_starred { "加星" } else { "" };
    let push =
        if marks.push.word().is_empty() { String::new() } else { format!("标为{}", marks.push.chinese()) };
    let words: Vec<&str> = [star, push.as_str()].into_iter().filter(|word| !word.is_empty()).collect();
    let what = if words.is_empty() { "清除标记".to_owned() } else { words.join("、") };
    format!("{what}：{}件素材", marks.files)
}

fn done(by: &str, at: Timestamp, what: &str, why: &str, campaign: &Campaign) -> Line {
    let why = if why.is_empty() { String::new() } else { format!("：{why}") };
    let words = format!("{by} {} {what}{why}", chinese::stamp(at, Some(campaign)));
    Line { at, by: by.to_owned(), unit: None, message: None, words: words.trim().to_owned(), decision: None }
}
