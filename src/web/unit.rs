//! 单位: everything of one unit on one page: obligations with their files and flaws, then what went to and fro.

use jiff::civil::Date;
use minijinja::{Value, context};

use super::view::{alike, anchor, flaws, short, size, thumbnail};
use crate::domain::campaign::{Campaign, Requirement};
use crate::domain::chinese;
use crate::domain::submission::ItemState;
use crate::domain::unit::Unit;
use crate::report::words::{family, item_family, item_sign, part_family, sign, standing_word};
use crate::report::{Leaving, MessageJson, RequirementStatus, Status, deadline};
use crate::store::{OutboxRow, OutboxState};

/// The page of one unit. `status` is that of the whole campaign; `sent` what went to it or will, and when.
pub(super) fn unit(
    campaign: &Campaign,
    unit: &Unit,
    status: &Status,
    messages: &[MessageJson],
    sent: (&[OutboxRow], &Leaving),
) -> Value {
    let standing = status.units.iter().find(|u| u.code == unit.code);
    let requirements = campaign.requirements.iter().map(|requirement| {
        let mine = standing.into_iter().flat_map(|s| &s.requirements).filter(|r| r.id == requirement.id);
        let obligations: Vec<Value> = mine.map(|r| obligation(campaign, requirement, r, messages)).collect();
        context! { title => requirement.title.as_str(), deadline => deadline(requirement), obligations }
    });
    context! {
        unit => context! { code => unit.code.as_str(), name => unit.name.as_str(), group => campaign.group_title(&unit.group),
                           city => unit.city.as_str(), emails => emails(unit, status), contact => unit.contact.as_str() },
        owes => standing.is_some(),
        requirements => requirements.collect::<Vec<_>>(),
        timeline => timeline(campaign, messages, sent),
    }
}

/// The addresses of the roster; beside one that mail does not reach the reason.
fn emails(unit: &Unit, status: &Status) -> Vec<String> {
    let why = |email: &String| {
        let dead = status.dead_addresses.iter().find(|dead| dead.unit == unit.name && dead.address == *email);
        dead.map_or_else(String::new, |dead| format!("（收不到邮件：{}）", dead.why))
    };
    unit.emails.iter().map(|email| format!("{email}{}", why(email))).collect()
}

/// Mail in and mail out, newest first.
fn timeline(
    campaign: &Campaign,
    messages: &[MessageJson],
    (sent, leaving): (&[OutboxRow], &Leaving),
) -> Vec<Value> {
    let mail_in = messages.iter().map(|message| {
        let state = message.state.map_or("在途", |state| state.chinese());
        let parts = message.parts.len();
        (
            message.received_at.clone(),
            context! {
                at => short(campaign, Some(&message.received_at)), what => "来件", number => message.id,
                text => message.subject.as_str(), note => format!("{state}，{parts}个附件"),
            },
        )
    });
    let departure = |row: &OutboxRow| match leaving.get(&row.id) {
        Some(at) => format!("，预计{}发出", chinese::short_moment(campaign.local(*at))),
        None => String::new(),
    };
    let mail_out = sent.iter().map(|row| {
        let at = campaign.rfc3339(row.sent_at.unwrap_or(row.mail.queued_at));
        (
            at.clone(),
            context! {
                at => short(campaign, Some(&at)), what => row.state.chinese(),
                text => row.mail.subject.as_str(), note => format!("{}{}", sent_note(row), departure(row)),
            },
        )
    });
    let mut timeline: Vec<(String, Value)> = mail_in.chain(mail_out).collect();
    timeline.sort_by(|a, b| b.0.cmp(&a.0));
    timeline.into_iter().map(|(_, line)| line).collect()
}

fn sent_note(row: &OutboxRow) -> String {
    let reply = if row.state == OutboxState::Sent { String::new() } else { format!("：{}", row.reply) };
    format!("发往 {}{}", row.mail.to, if row.reply.is_empty() { "" } else { &reply })
}

fn obligation(
    campaign: &Campaign,
    requirement: &Requirement,
    status: &RequirementStatus,
    messages: &[MessageJson],
) -> Value {
    let items = status.items.iter().map(|item| {
        let title = requirement.item(&item.id).map_or(item.id.as_str(), |item| item.title.as_str());
        let files = files(campaign, messages, &status.id, status.day, &item.id);
        // What a day does not bring is not missing: any one thing is enough.
        let is_shown = status.day.is_none() || item.state != ItemState::Missing;
        is_shown.then(|| {
            let (word, sign) = (item.state.chinese(), item_sign(item.state));
            context! { title, word, sign => (sign != word).then_some(sign), files, flaws => flaws(&item.flaws),
                       family => item_family(item.state, status.standing.is_late()) }
        })
    });
    context! {
        anchor => anchor(&status.id, status.day), day => status.day.map(chinese::day),
        sign => sign(status.standing), word => standing_word(status.standing, status.lacking()),
        count => status.items.iter().map(|item| item.count).sum::<u32>(),
        family => family(status.standing), reminded => status.reminded,
        first_at => short(campaign, status.first_at.as_ref()),
        complete_at => short(campaign, status.complete_at.as_ref()),
        items => items.flatten().collect::<Vec<_>>(),
    }
}

/// Files that answer an item, in order of arrival, each with its mail and why it was taken so.
fn files(
    campaign: &Campaign,
    messages: &[MessageJson],
    requirement: &str,
    day: Option<Date>,
    item: &str,
) -> Vec<Value> {
    let mut found = Vec::new();
    for message in messages {
        for part in &message.parts {
            let main = part.requirement.as_deref() == Some(requirement)
                && part.day == day
                && part.item.as_deref() == Some(item);
            let also = part
                .also
                .iter()
                .find(|also| also.requirement == requirement && also.day == day && also.item == item);
            let state = if main { Some(part.state) } else { also.map(|also| also.state) };
            let Some(state) = state else { continue };
            found.push(context! {
                path => part.path.as_str(), size => size(part.size), why => part.why.as_str(), number => message.id,
                at => short(campaign, Some(&message.received_at)), word => state.chinese(),
                family => part_family(state), thumbnail => thumbnail(part), alike => alike(part),
            });
        }
    }
    found
}
