//! 催报: whom to remind of what, with the whole text, before it leaves; what left and what came of it; whom to call. What
//! may not be sent says why. Nothing is sent from here: approved mail leaves as ever, and is looked at once more then.

use jiff::SignedDuration;
use jiff::civil::Date;
use minijinja::{Value, context};

use super::failure::Failure;
use super::frame::{Visit, with_flash};
use super::reply::Reply;
use super::unit::masked;
use super::view::short;
use crate::domain::campaign::{Campaign, Requirement};
use crate::domain::chinese;
use crate::domain::contact::Contact;
use crate::domain::decision::{Act, Decision};
use crate::remind::{self, Batch, Due, DueState, Mode, Signed};
use crate::report::{self, Leaving, RequirementStatus, Status};
use crate::store::{OutboxRow, OutboxState, StepKey};

/// Mails of the past on one page.
const MOST_SENT: usize = 200;
/// Texts shown whole before a batch is approved.
const TEXTS_SHOWN: usize = 4;
/// How long what is approved here can be taken back before it leaves; the confirm page promises it.
pub(super) const HOLD: SignedDuration = SignedDuration::from_mins(1);

/// The tabs: word in the address, and what staff call it.
const TABS: &[(&str, &str)] =
    &[("due", "待发"), ("queue", "排队与发送中"), ("sent", "已发"), ("phone", "电话名单")];

/// The page.
pub(super) fn page(visit: &Visit<'_>, id: &str) -> Result<Reply, Failure> {
    let campaign = visit.campaign(id)?;
    let wanted = visit.asked.query.get("tab");
    let tab = TABS.iter().find(|(tab, _)| *tab == wanted).map_or("due", |(tab, _)| *tab);
    let batch = plan(visit, campaign)?;
    let decides = visit.who.may_decide();
    let dues = listed(campaign, &batch, decides, |state| matches!(state, DueState::Due | DueState::Held));
    // The wheel queues it with its next turn; until then it can be taken back as well.
    let approved = listed(campaign, &batch, decides, |state| state == DueState::Approved);
    let outbox = visit.shared.desk.store.outbox(None)?;
    let own = |row: &&OutboxRow| row.mail.campaign.as_ref().is_none_or(|own| *own == campaign.id);
    let is_waiting = |row: &&OutboxRow| matches!(row.state, OutboxState::Queued | OutboxState::Sending);
    let (waiting, past): (Vec<_>, Vec<_>) = outbox.iter().filter(own).partition(is_waiting);
    let phone = phone_list(visit, campaign)?;
    let leaving = (visit.shared.desk.forecast)()?;
    let counts = [dues.len(), approved.len() + waiting.len(), past.len(), phone.len()];
    let tabs = TABS.iter().zip(counts).map(|((tab_id, word), count)| {
        context! { id => *tab_id, word => *word, count, is_current => *tab_id == tab }
    });
    let mode = match visit.shared.desk.reminders.mode {
        Mode::Off => "已关闭：不生成任何催报",
        Mode::Approve => "逐批批准后发送",
        Mode::Auto => "到期自动发送",
    };
    let shown = visit.asked.query.get("show");
    let page = context! {
        tab, tabs => tabs.collect::<Vec<_>>(), notes => batch.notes.clone(), mode,
        approves => visit.shared.desk.reminders.mode == Mode::Approve,
        shown => dues.iter().find(|due| due.get_attr("id").is_ok_and(|id| id.as_str() == Some(shown))).or(dues.first()).cloned(),
        ready => dues.iter().filter(|due| due.get_attr("is_ready").is_ok_and(|ready| ready.is_true())).count(),
        dues, approved, phone,
        waiting => waiting.iter().map(|row| mail(campaign, row, &leaving, decides)).collect::<Vec<_>>(),
        past => past.iter().rev().take(MOST_SENT).map(|row| mail(campaign, row, &leaving, decides)).collect::<Vec<_>>(),
        past_more => past.len().saturating_sub(MOST_SENT),
    };
    visit.page("chase.html", campaign, "chase", &visit.health(campaign)?, page)
}

fn plan(visit: &Visit<'_>, campaign: &Campaign) -> Result<Batch, Failure> {
    let desk = &visit.shared.desk;
    let leaving = (desk.forecast)()?;
    Ok(remind::plan(&desk.store, campaign, &desk.mailboxes, &desk.reminders, &leaving, visit.now)?)
}

/// Who rules on reminders, and why.
pub(super) fn signed(visit: &Visit<'_>) -> Signed {
    Signed { by: visit.who.name.clone(), at: visit.now, why: visit.asked.form.get("why").to_owned() }
}

/// By what a form names a mail that is due: the first step that it carries out.
fn name_of(due: &Due) -> String {
    due.steps.first().map(ToString::to_string).unwrap_or_default()
}

/// The text of a mail of ours. What goes to staff holds telephones and what units wrote of themselves: who may not decide
/// reads of it to whom it goes and what it is, and nothing more.
fn told<'t>(text: &'t str, unit: Option<&String>, decides: bool) -> Option<&'t str> {
    (decides || unit.is_some()).then_some(text)
}

/// What goes to staff and not to a unit is called by what it is.
fn to_staff(steps: &[StepKey]) -> &'static str {
    if steps.is_empty() { "（工作人员）" } else { "（工作人员）电话名单" }
}

/// The mails of a batch that have come so far.
fn listed(campaign: &Campaign, batch: &Batch, decides: bool, fits: impl Fn(DueState) -> bool) -> Vec<Value> {
    let one = |due: &Due| {
        context! {
            id => name_of(due), unit => if due.unit.is_some() { due.unit_name.as_str() } else { to_staff(&due.steps) },
            code => due.unit.as_deref(), to => due.to.as_str(), state => due.state.chinese(), why => due.why.as_str(),
            steps => steps(campaign, &due.steps), subject => due.subject.as_str(), text => told(&due.text, due.unit.as_ref(), decides),
            is_ready => due.state == DueState::Due, is_held => due.state == DueState::Held,
        }
    };
    batch.dues.iter().filter(|due| fits(due.state)).map(one).collect()
}

/// 「活动方案…（first）」: the requirements that a mail is about.
fn steps(campaign: &Campaign, steps: &[StepKey]) -> String {
    let mut titles: Vec<&str> = Vec::new();
    for step in steps {
        let title =
            campaign.requirement(&step.requirement).map_or(step.requirement.as_str(), |r| r.title.as_str());
        if !titles.contains(&title) {
            titles.push(title);
        }
    }
    titles.join("；")
}

fn mail(campaign: &Campaign, row: &OutboxRow, leaving: &Leaving, decides: bool) -> Value {
    let unit = row.mail.unit.as_deref().and_then(|code| campaign.roster.by_code(code));
    let time = |at| short(campaign, Some(&campaign.rfc3339(at)));
    let family = match row.state {
        OutboxState::Sent => "done",
        OutboxState::Unsure => "ask",
        OutboxState::Failed | OutboxState::Bounced => "late-text",
        _ => "calm",
    };
    context! {
        id => row.id, unit => unit.map(|unit| unit.name.as_str()), code => unit.map(|unit| unit.code.as_str()),
        to => row.mail.to.as_str(), subject => row.mail.subject.as_str(), state => row.state.chinese(), family,
        queued => time(row.mail.queued_at), leaves => leaving.get(&row.id).and_then(|at| time(*at)), sent => row.sent_at.and_then(time),
        whose => unit.map_or(to_staff(&row.mail.steps), |unit| unit.name.as_str()), reply => row.reply.as_str(), steps => steps(campaign, &row.mail.steps), text => told(&row.mail.text, row.mail.unit.as_ref(), decides),
        is_queued => row.state == OutboxState::Queued, is_unsure => row.state == OutboxState::Unsure,
    }
}

/// Units that are late, the longest first, with whom to call.
fn phone_list(visit: &Visit<'_>, campaign: &Campaign) -> Result<Vec<Value>, Failure> {
    let status: Status = report::status(&visit.shared.desk.store, &visit.question(campaign, None))?;
    let contacts = visit.shared.desk.store.contacts(campaign)?;
    let mut late = Vec::new();
    for entry in &status.units {
        let Some(unit) = campaign.roster.by_code(&entry.code) else { continue };
        let owed = || entry.requirements.iter().filter(|r| r.standing.is_late() && r.lacking() > 0);
        let told = |requirement| lacking(requirement, owed().filter(|r| r.id == requirement.id));
        let lacking: Vec<String> = campaign.requirements.iter().filter_map(told).collect();
        let Some(since) = owed().map(|r| r.due.clone()).min() else { continue };
        let Contact { name: contact, phone, called } = contacts.of(unit);
        late.push((
            since,
            context! {
                code => unit.code.as_str(), name => unit.name.as_str(), contact, words => called,
                phone => if visit.who.may_decide() || phone.is_empty() { phone } else { masked(&phone) },
                lacking => lacking.join("；"), waits => entry.may_have_sent, reminded => entry.mails,
            },
        ));
    }
    late.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(late.into_iter().map(|(_, row)| row).collect())
}

/// 「标题：缺的材料、哪几天」 of one requirement; none where nothing of it is late.
fn lacking<'r>(
    requirement: &Requirement,
    late: impl Iterator<Item = &'r RequirementStatus>,
) -> Option<String> {
    let (mut what, mut days): (Vec<String>, Vec<Date>) = Default::default();
    for status in late {
        match status.day {
            Some(day) => days.push(day),
            None => {
                let items = status.items.iter().filter(|item| item.state.lacks());
                what.extend(items.filter_map(|item| Some(requirement.item(&item.id)?.title.clone())));
            }
        }
    }
    what.extend((!days.is_empty()).then(|| chinese::days(&days)));
    (!what.is_empty()).then(|| format!("{}：{}", requirement.title, what.join("、")))
}

/// `POST …/approve`: first the names, the addresses and some whole texts; then, with the number that was shown, the deed.
pub(super) fn approve(visit: &Visit<'_>, id: &str) -> Result<Reply, Failure> {
    let campaign = visit.campaign(id)?;
    let batch = plan(visit, campaign)?;
    let wanted: Vec<&str> = visit.asked.form.all("due").collect();
    let ready = |due: &&Due| due.state == DueState::Due && wanted.contains(&name_of(due).as_str());
    let chosen: Vec<&Due> = batch.dues.iter().filter(ready).collect();
    if wanted.is_empty() {
        return Err(Failure::wrong("没有选中任何一封。请先勾选。"));
    }
    if chosen.len() != wanted.len() {
        let text = format!(
            "您选了{}封，现在只有{}封还能批准：其余的单位刚报齐，或者别人已经批准。没有批准任何一封，请回去重新核对。",
            wanted.len(),
            chosen.len()
        );
        return Err(Failure::conflict(text));
    }
    if visit.asked.form.get("confirmed") != chosen.len().to_string() {
        let lines =
            chosen.iter().map(|due| context! { name => due.unit_name.as_str(), detail => due.to.as_str() });
        let texts = chosen.iter().take(TEXTS_SHOWN).map(|due| context! { head => format!("{} · {}", due.unit_name, due.subject), text => due.text.as_str() });
        return confirm(
            visit,
            campaign,
            context! {
                title => format!("批准发送{}封催报", chosen.len()),
                text => "首封不早于1分钟后发出，此前可全部撤回；发出的不能撤回。发送前再核一次，已报齐的自动不发。",
                lines => lines.collect::<Vec<_>>(), texts => texts.collect::<Vec<_>>(),
                action => format!("/c/{}/chase/approve", campaign.id), verb => format!("确认发送{}封", chosen.len()),
                fields => chosen.iter().map(|due| ("due", name_of(due))).chain([("confirmed", chosen.len().to_string())]).map(|(name, value)| context! { name, value }).collect::<Vec<_>>(),
            },
        );
    }
    for due in &chosen {
        remind::approve(&visit.shared.desk.store, due, HOLD, &signed(visit))?;
    }
    Ok(Reply::see(with_flash(visit.asked.back(), "did", &format!("approved.{}", chosen.len()))))
}

/// A page that says what is about to be done, to whom, and asks once.
pub(super) fn confirm(visit: &Visit<'_>, campaign: &Campaign, page: Value) -> Result<Reply, Failure> {
    let health = visit.health(campaign)?;
    visit.page("confirm.html", campaign, "", &health, context! { back_to => visit.asked.back(), ..page })
}

/// `POST …/strike`: mail that is due (`due`) is not sent, queued mail (`mail`) is taken back before it leaves.
pub(super) fn strike(visit: &Visit<'_>, id: &str) -> Result<Reply, Failure> {
    let campaign = visit.campaign(id)?;
    let (store, form) = (&visit.shared.desk.store, &visit.asked.form);
    let queued: Vec<i64> = form.all("mail").filter_map(|number| number.parse().ok()).collect();
    let named: Vec<&str> = form.all("due").filter(|name| !name.is_empty()).collect();
    let wanted = queued.len() + named.len();
    if wanted == 0 {
        return Err(Failure::wrong("没有选中任何一封。请先勾选。"));
    }
    visit.must_say_why("已电话联系")?;
    let (batch, signed) = (plan(visit, campaign)?, signed(visit));
    let sender = remind::sender_of(&visit.shared.desk.mailboxes, campaign);
    let struck_as = |due: &Due| match sender {
        Some(sender) => remind::strike(store, due, sender, &signed),
        None => Ok(false),
    };
    let mut struck = 0;
    for number in queued {
        let due = batch.dues.iter().find(|due| due.outbox == Some(number));
        struck += usize::from(match due.filter(|_| sender.is_some()) {
            Some(due) => struck_as(due)?,
            None => store.strike(number, &format!("{}划掉：{}", signed.by, signed.why), visit.now)?,
        });
    }
    // It may have been queued since the page was made: then that mail is meant.
    for name in named {
        let due = batch.dues.iter().find(|due| name_of(due) == name);
        struck += usize::from(due.map(struck_as).transpose()?.unwrap_or_default());
    }
    if struck < wanted {
        return Err(Failure::conflict(format!(
            "划掉了{struck}封；另{}封已经开始发送，或者已不在名单上。",
            wanted - struck
        )));
    }
    Ok(Reply::see(with_flash(visit.asked.back(), "did", &format!("struck.{struck}"))))
}

/// `POST /system/pause` and `/system/resume`: stops all mail but alarms, or lets it leave again.
pub(super) fn pause(visit: &Visit<'_>, pauses: bool) -> Result<Reply, Failure> {
    if pauses {
        visit.must_say_why("核对名册")?;
    }
    remind::pause(&visit.shared.desk.store, pauses, &signed(visit))?;
    Ok(Reply::see(with_flash(visit.asked.back(), "did", if pauses { "paused" } else { "resumed" })))
}

/// `POST /outbox/{number}/settle`: what a person found out about a mail of which no answer came.
pub(super) fn settle(visit: &Visit<'_>, number: &str) -> Result<Reply, Failure> {
    let missing = || Failure::missing("没有这封待发邮件。");
    let number: i64 = number.parse().map_err(|_| missing())?;
    let store = &visit.shared.desk.store;
    let found = store.outbox(Some(OutboxState::Unsure))?.into_iter().find(|row| row.id == number);
    let Some(found) = found else {
        return Err(Failure::conflict("这封信已不是待查实，可能有人刚认定过。".to_owned()));
    };
    let act = match visit.asked.form.get("verdict") {
        "sent" => Act::Left,
        "again" => Act::Resend,
        _ => return Err(Failure::wrong("请选明是否已发出。")),
    };
    let campaigns = &visit.shared.desk.campaigns;
    let own = campaigns.iter().find(|campaign| Some(&campaign.id) == found.mail.campaign.as_ref());
    let campaign = own.or(campaigns.first()).ok_or_else(missing)?;
    visit.decide(
        campaign,
        |made| made.outbox == Some(number),
        |_, signature| {
            Ok(vec![Decision {
                outbox: Some(number),
                campaign: found.mail.campaign.clone(),
                unit: found.mail.unit.clone(),
                ..signature.decision(act)
            }])
        },
    )
}
