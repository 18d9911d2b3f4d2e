//! 单位: everything of one unit on one page: obligations with their files and flaws, what may be done about them, then all
//! that went to and fro; and the list of all units.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use minijinja::{Value, context};

use super::failure::Failure;
use super::frame::Visit;
use super::mail::{is_seen, plays};
use super::reply::Reply;
use super::view::{alike, anchor, choices, corrections, flaws, options, short, size, thumbnail};
use crate::domain::campaign::{Campaign, Requirement};
use crate::domain::chinese;
use crate::domain::contact::Contact;
use crate::domain::decision::{Act, Scope};
use crate::domain::message::PartState;
use crate::domain::pinyin::is_short_for;
use crate::domain::submission::ItemState;
use crate::domain::unit::Unit;
use crate::report::words::{family, item_family, item_sign, part_family, sign, standing_word};
use crate::report::{
    self, DecisionJson, MessageJson, OutboxJson, PartJson, RequirementStatus, UnitFile, deadline,
};
use crate::store::OutboxState;

/// Lines of the timeline, the newest first; the register has the rest.
const MOST_LINES: usize = 100;
/// Files shown of one item, the newest: what the others are stands with their mails.
const MOST_FILES: usize = 10;
/// Working days that an extension is first offered for.
const OFFERED_DAYS: i32 = 2;

/// The page of one unit.
pub(super) fn page(visit: &Visit<'_>, id: &str, wanted: &str) -> Result<Reply, Failure> {
    let campaign = visit.campaign(id)?;
    let missing = || Failure::missing("名册里没有这个单位。");
    let unit = campaign.roster.find(wanted).ok_or_else(missing)?;
    let desk = &visit.shared.desk;
    let leaving = (desk.forecast)()?;
    let question = visit.question(campaign, None);
    let mut file = report::unit_file(&desk.store, &question, &desk.campaigns, unit, &leaving)?;
    let shown = shown_files(&file);
    report::add_alike(&desk.store, &desk.campaigns, &mut file.messages, |id, place| {
        shown.contains(&(id, place))
    })?;
    let corrected = corrected(visit, campaign, &file, &shown)?;
    let around = neighbours(campaign, unit);
    let page = context! {
        unit => head(campaign, unit, &file, &desk.store.contacts(campaign)?.of(unit), visit.asked.query.has("phone") && visit.who.may_decide()),
        owes => file.unit.is_some(),
        requirements => requirements(campaign, &file, &corrected),
        senders => senders(&file, unit),
        timeline => timeline(campaign, &file), is_long => file.messages.len() > MOST_LINES,
        options => options(&choices(campaign)), choices => choices(campaign),
        scopes => scopes(campaign, unit),
        offered => campaign.calendar.add_working_days(campaign.local(visit.now).date(), OFFERED_DAYS).to_string(),
        moment => campaign.local(visit.now).strftime("%Y-%m-%dT%H:%M").to_string(),
        previous => around.0, next => around.1,
    };
    visit.page("unit.html", campaign, "units", &visit.health(campaign)?, page)
}

fn head(campaign: &Campaign, unit: &Unit, file: &UnitFile, contact: &Contact, shows_phone: bool) -> Value {
    let phone: String = match contact.phone.len() {
        _ if shows_phone => contact.phone.clone(),
        0 => String::new(),
        _ => masked(&contact.phone),
    };
    context! {
        code => unit.code.as_str(), name => unit.name.as_str(), group => campaign.group_title(&unit.group),
        city => unit.city.as_str(), emails => emails(unit, file), contact => contact.name.as_str(),
        phone, is_masked => !shows_phone && !contact.phone.is_empty(),
    }
}

/// 138****1234: enough to know it again.
pub(super) fn masked(phone: &str) -> String {
    let figures: Vec<char> = phone.chars().collect();
    let (head, tail) = (figures.get(..3), figures.len().checked_sub(4).and_then(|at| figures.get(at..)));
    match (head, tail) {
        (Some(head), Some(tail)) if figures.len() > 7 => {
            format!("{}****{}", head.iter().collect::<String>(), tail.iter().collect::<String>())
        }
        _ => "****".to_owned(),
    }
}

/// The addresses of the roster; beside one that mail does not reach the reason.
fn emails(unit: &Unit, file: &UnitFile) -> Vec<String> {
    let why = |email: &String| {
        let known = file.senders.iter().find(|sender| sender.address.eq_ignore_ascii_case(email));
        let dead = known.and_then(|sender| sender.dead.as_ref());
        dead.map_or_else(String::new, |why| format!("（收不到邮件：{why}）"))
    };
    unit.emails.iter().map(|email| format!("{email}{}", why(email))).collect()
}

fn neighbours(campaign: &Campaign, unit: &Unit) -> (Option<Value>, Option<Value>) {
    let all: Vec<&Unit> = campaign.owing_units().collect();
    let at = all.iter().position(|other| other.code == unit.code);
    let one = |unit: &&Unit| context! { code => unit.code.as_str(), name => unit.name.as_str() };
    let before = at.and_then(|at| at.checked_sub(1)).and_then(|at| all.get(at)).map(one);
    (before, at.and_then(|at| all.get(at + 1)).map(one))
}

/// What may be waived or put off: each requirement as a whole, and each day of a daily one.
fn scopes(campaign: &Campaign, unit: &Unit) -> Vec<Value> {
    let owed = campaign.requirements.iter().filter(|requirement| requirement.owed_by(&unit.group));
    let one = |requirement: &Requirement, day: Option<Date>| {
        let scope = Scope { requirement: requirement.id.clone(), item: None, day };
        context! { value => scope.to_string(), title => chinese::scope(&scope, Some(campaign)) }
    };
    owed.flat_map(|requirement| requirement.days().into_iter().map(move |day| one(requirement, day)))
        .collect()
}

/// By register number and form what a newer one changed of the one that it replaced.
type Corrected = BTreeMap<(i64, String), Vec<Value>>;

/// The files that the page shows, by register number and place: of each item the newest.
fn shown_files(file: &UnitFile) -> BTreeSet<(i64, usize)> {
    let owed = file.unit.iter().flat_map(|unit| &unit.requirements);
    let items = owed.flat_map(|owed| owed.items.iter().map(move |item| (owed, item)));
    let newest = items.flat_map(|(owed, item)| {
        let found = answering(&file.messages, &owed.id, owed.day, &item.id);
        let older = found.len().saturating_sub(MOST_FILES);
        found.into_iter().skip(older).map(|found| (found.message.id, found.place))
    });
    newest.collect()
}

fn corrected(
    visit: &Visit<'_>,
    campaign: &Campaign,
    file: &UnitFile,
    shown: &BTreeSet<(i64, usize)>,
) -> Result<Corrected, Failure> {
    let asks_for_form = |part: &PartJson| {
        let requirement = part.requirement.as_deref().and_then(|id| campaign.requirement(id));
        let item = requirement.zip(part.item.as_deref()).and_then(|(requirement, id)| requirement.item(id));
        item.is_some_and(|item| item.form.is_some())
    };
    let counts = |part: &PartJson| matches!(part.state, PartState::Accepted | PartState::Flawed);
    let mut corrected = Corrected::new();
    for message in &file.messages {
        let mut parts = message.parts.iter().enumerate();
        if parts
            .any(|(place, part)| shown.contains(&(message.id, place)) && counts(part) && asks_for_form(part))
        {
            for found in report::corrections(&visit.shared.desk.store, campaign, message.id)? {
                let told = corrections(std::iter::once(&found), visit.who.may_decide());
                corrected.insert((message.id, found.form), told);
            }
        }
    }
    Ok(corrected)
}

fn requirements(campaign: &Campaign, file: &UnitFile, corrected: &Corrected) -> Vec<Value> {
    let one = |requirement: &Requirement| {
        let mine = file.unit.iter().flat_map(|unit| &unit.requirements).filter(|r| r.id == requirement.id);
        let obligations: Vec<Value> =
            mine.map(|r| obligation(campaign, requirement, r, (&file.messages, corrected))).collect();
        context! { title => requirement.title.as_str(), deadline => deadline(requirement), obligations }
    };
    campaign.requirements.iter().map(one).collect()
}

/// Who writes for the unit, and which of them a person may dissolve.
fn senders(file: &UnitFile, unit: &Unit) -> Vec<Value> {
    let one = |sender: &report::SenderJson| {
        let is_listed = unit.emails.iter().any(|email| email.eq_ignore_ascii_case(&sender.address));
        let how: Vec<&str> = sender.known_by.iter().map(|how| report::how_word(how)).collect();
        context! {
            address => sender.address.as_str(), how => how.join("、"), mails => sender.mails,
            may_be_dissolved => !is_listed && sender.known_by.iter().any(|how| how != "domain"),
        }
    };
    file.senders.iter().map(one).collect()
}

/// Mail in and mail out, calls, remarks and decisions, newest first.
fn timeline(campaign: &Campaign, file: &UnitFile) -> Vec<Value> {
    let mail_in = file.messages.iter().map(|message| mail_in(campaign, message));
    let mail_out = file.sent.iter().map(|mail| mail_out(campaign, mail));
    let decided = file.decisions.iter().map(|decision| decided(campaign, decision));
    let mut timeline: Vec<(String, Value)> = mail_in.chain(mail_out).chain(decided).collect();
    // Of one moment too what came last stands first: to be turned about, not to be sorted from the end.
    timeline.sort_by(|a, b| a.0.cmp(&b.0));
    timeline.into_iter().rev().take(MOST_LINES).map(|(_, line)| line).collect()
}

fn mail_in(campaign: &Campaign, message: &MessageJson) -> (String, Value) {
    let state = message.state.map_or("在途", |state| state.chinese());
    let parts = message.parts.len();
    let line = context! {
        at => short(campaign, Some(&message.received_at)), what => "来件", number => message.id,
        text => message.subject.as_str(), note => format!("{state}，{parts}个附件"),
    };
    (message.received_at.clone(), line)
}

fn mail_out(campaign: &Campaign, mail: &OutboxJson) -> (String, Value) {
    let at = mail.sent_at.as_ref().unwrap_or(&mail.queued_at);
    let line = context! {
        at => short(campaign, Some(at)), what => mail.state.chinese(), text => mail.subject.as_str(),
        note => format!("发往 {}{}", mail.to, still_open(campaign, mail)),
    };
    (at.clone(), line)
}

/// When a mail will leave, or what the server said of one that did not simply arrive.
fn still_open(campaign: &Campaign, mail: &OutboxJson) -> String {
    match short(campaign, mail.leaves_at.as_ref()) {
        Some(at) => format!("，预计{at}发出"),
        None if mail.state == OutboxState::Sent || mail.reply.is_empty() => String::new(),
        None => format!("：{}", mail.reply),
    }
}

fn decided(campaign: &Campaign, decision: &DecisionJson) -> (String, Value) {
    let line = context! {
        at => short(campaign, Some(&decision.at)), what => format!("第{}号认定", decision.id),
        text => decision.words.as_str(), is_words => true,
        note => if decision.undone_by.is_some() { "已撤销" } else { "" },
        undo => (decision.counts && decision.act != Act::Undo).then_some(decision.id),
    };
    (decision.at.clone(), line)
}

fn obligation(
    campaign: &Campaign,
    requirement: &Requirement,
    status: &RequirementStatus,
    (messages, corrected): (&[MessageJson], &Corrected),
) -> Value {
    let items = status.items.iter().map(|item| {
        let title = requirement.item(&item.id).map_or(item.id.as_str(), |item| item.title.as_str());
        let found = answering(messages, &status.id, status.day, &item.id);
        let older = found.len().saturating_sub(MOST_FILES);
        let form = requirement.item(&item.id).and_then(|item| item.form.as_deref());
        let files: Vec<Value> =
            found.iter().skip(older).map(|found| shown_file(campaign, found, form, corrected)).collect();
        // What a day does not bring is not missing: any one thing is enough.
        let is_shown = status.day.is_none() || item.state != ItemState::Missing;
        is_shown.then(|| {
            let (word, sign) = (item.state.chinese(), item_sign(item.state));
            context! { title, word, sign => (sign != word).then_some(sign), files, older, flaws => flaws(&item.flaws),
                       family => item_family(item.state, status.standing.is_late()) }
        })
    });
    context! {
        anchor => anchor(&status.id, status.day), day => status.day.map(chinese::day),
        sign => sign(status.standing), word => standing_word(status.standing, status.lacking()),
        count => status.items.iter().map(|item| item.count).sum::<u32>(),
        family => family(status.standing), reminded => status.reminded,
        put_off => status.put_off_to(campaign).map(chinese::day_and_weekday),
        first_at => short(campaign, status.first_at.as_ref()),
        complete_at => short(campaign, status.complete_at.as_ref()),
        items => items.flatten().collect::<Vec<_>>(),
    }
}

/// A file that answers an item.
struct Answering<'a> {
    message: &'a MessageJson,
    place: usize,
    part: &'a PartJson,
    /// What became of it as an answer to this item.
    state: PartState,
    /// Whether this is what it mainly answers.
    is_main: bool,
}

/// Files that answer an item, in the order of arrival.
fn answering<'a>(
    messages: &'a [MessageJson],
    requirement: &str,
    day: Option<Date>,
    item: &str,
) -> Vec<Answering<'a>> {
    let all = messages
        .iter()
        .flat_map(|message| message.parts.iter().enumerate().map(move |(at, part)| (message, at, part)));
    let fits = |(message, place, part): (&'a MessageJson, usize, &'a PartJson)| {
        let is_main = part.requirement.as_deref() == Some(requirement)
            && part.day == day
            && part.item.as_deref() == Some(item);
        let mut also = part.also.iter();
        let also = also.find(|also| also.requirement == requirement && also.day == day && also.item == item);
        let state = if is_main { part.state } else { also?.state };
        Some(Answering { message, place, part, state, is_main })
    };
    all.filter_map(fits).collect()
}

/// A file with its mail, why it was taken so, and what it changed of the form before it.
fn shown_file(
    campaign: &Campaign,
    found: &Answering<'_>,
    form: Option<&str>,
    corrected: &Corrected,
) -> Value {
    let Answering { message, place, part, state, is_main } = *found;
    let reasons: Vec<String> =
        part.flaws.iter().map(|flaw| format!("{} {}", flaw.place, flaw.text)).collect();
    let is_counted = matches!(state, PartState::Accepted | PartState::Flawed);
    let form = form.filter(|_| is_counted && is_main);
    let changed = form.and_then(|form| corrected.get(&(message.id, form.to_owned())));
    context! {
        path => part.path.as_str(), size => size(part.size), why => part.why.as_str(), number => message.id,
        at => short(campaign, Some(&message.received_at)), word => state.chinese(), place,
        family => part_family(state), thumbnail => thumbnail(part), alike => alike(part),
        // What also answers something else is ruled on where it mainly stands.
        is_ruled_here => is_main && message.state.is_some(), is_kept => part.sha256.is_some(),
        is_seen => is_seen(&part.media_type), plays => plays(&part.media_type, part.sha256.as_ref(), state), is_owned => true, is_known => true,
        reasons => reasons.join("\n"), corrections => changed,
    }
}

/// All units, or those that fit; one that alone fits is shown at once.
pub(super) fn list(visit: &Visit<'_>, id: &str) -> Result<Reply, Failure> {
    let campaign = visit.campaign(id)?;
    let query = &visit.asked.query;
    let (q, group, city) = (query.get("q"), query.get("group"), query.get("city"));
    let fits = |unit: &&Unit| {
        (q.is_empty() || unit.code == q || unit.names().any(|name| name.contains(q) || is_short_for(q, name)))
            && (group.is_empty() || unit.group == group)
            && (city.is_empty() || unit.city == city)
    };
    let found: Vec<&Unit> = campaign.roster.units.iter().filter(fits).collect();
    let exact = campaign.roster.units.iter().find(|unit| unit.name == q || unit.code == q);
    let only = match found.as_slice() {
        [only] => Some(*only),
        _ => None,
    };
    if let Some(meant) = exact.or(only).filter(|_| !q.is_empty()) {
        return Ok(Reply::see(format!("/c/{id}/units/{}", super::ask::encoded(&meant.code))));
    }
    let all = visit.shared.desk.store.learned_senders(&campaign.id)?;
    let contacts = visit.shared.desk.store.contacts(campaign)?;
    let row = |(unit, number): (&&Unit, usize)| {
        let known = all.iter().filter(|sender| sender.unit == unit.code).count();
        context! {
            number, code => unit.code.as_str(), name => unit.name.as_str(), group => campaign.group_title(&unit.group),
            city => report::short_city(&unit.city), parent => unit.parent.as_deref(), contact => contacts.of(unit).name, emails => unit.emails.len(), known,
        }
    };
    let groups = campaign.groups.iter().map(|(id, title)| context! { id, title });
    let page = context! {
        rows => found.iter().zip(1..).map(row).collect::<Vec<_>>(), q, group, city,
        total => campaign.roster.units.len(), groups => groups.collect::<Vec<_>>(),
    };
    visit.page("units.html", campaign, "units", &visit.health(campaign)?, page)
}
