//! What a person means by the words of a decision: which mail, which part, which unit, which requirement, item and day.
//! What fits nothing or several is never guessed: the answer lists what there is.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::super::{FAILED, Failure, open, typed};
use crate::daemon::House;
use crate::domain::campaign::{Campaign, Item, Requirement, When};
use crate::domain::decision::{Scope, taught_names};
use crate::domain::message::MessageKind;
use crate::domain::submission::NIL_ITEM;
use crate::domain::text::{compatible, squeeze};
use crate::domain::unit::{Unit, listed};
use crate::store::{MessageFilter, MessageRow, PartRow};

/// What may be copied along with a Message-ID.
const HEADER: &str = "Message-ID:";

/// Mails that a number or Message-ID may mean.
pub(in crate::cli) fn mails(house: &House, wanted: &str) -> Result<Vec<MessageRow>, Failure> {
    // Mails without a Message-ID have an empty one: an empty word, as of a script whose variable was not set, means none of them.
    if typed::plain(wanted).is_empty() {
        return Ok(Vec::new());
    }
    let filter = match typed::number(wanted) {
        Some(number) => MessageFilter { id: Some(number), ..Default::default() },
        None => MessageFilter { message_id: Some(bracketed(wanted)), ..Default::default() },
    };
    Ok(house.store.messages(&filter)?)
}

/// A Message-ID as it is kept, though mail programs show it without its brackets, or behind the name of its header.
fn bracketed(id: &str) -> String {
    let plain = typed::plain(id);
    let header = plain.get(..HEADER.len()).filter(|start| start.eq_ignore_ascii_case(HEADER));
    let bare = plain.get(header.map_or(0, str::len)..).unwrap_or_default().trim();
    let bare = bare.trim_start_matches('<').trim_end_matches('>');
    if bare.contains('@') { format!("<{bare}>") } else { id.to_owned() }
}

/// The one mail that is meant.
pub(super) fn mail(house: &House, wanted: &str) -> Result<MessageRow, Failure> {
    let mut found = mails(house, wanted)?;
    match (found.pop(), found.as_slice()) {
        (Some(only), []) => Ok(only),
        (Some(last), others) => {
            let all: Vec<String> = others.iter().chain([&last]).map(line).collect();
            Err(Failure::usage(format!("“{wanted}”有多封来件，请用编号：\n{}", all.join("\n"))))
        }
        (None, _) => {
            not_on_its_way(house, wanted)?;
            let text = format!("没有来件“{wanted}”；可用编号或 Message-ID，用 shouwen messages 查看。");
            Err(Failure::usage(text))
        }
    }
}

/// A mail by number and sender, to see that it is the one that was meant.
pub(super) fn line(row: &MessageRow) -> String {
    format!("  #{}  {}  {}", row.id, row.from, row.subject)
}

/// A mail that is captured and not registered yet cannot be ruled on, and is soon.
///
/// # Errors
/// When the number is that of such a mail.
fn not_on_its_way(house: &House, wanted: &str) -> Result<(), Failure> {
    let Some(number) = typed::number(wanted) else { return Ok(()) };
    if house.store.on_file(number)?.is_none() {
        return Ok(());
    }
    Err(on_its_way(wanted))
}

/// Nothing wrong was asked, and the same may be asked again soon.
pub(super) fn on_its_way(wanted: &str) -> Failure {
    Failure { status: FAILED, text: format!("来件“{wanted}”还在登记途中，请稍后再试。") }
}

/// A word that is no mail, and no unit for this reason.
///
/// # Errors
/// When it is a mail on its way.
pub(in crate::cli) fn neither(house: &House, wanted: &str, failure: Failure) -> Result<Failure, Failure> {
    not_on_its_way(house, wanted)?;
    let text = format!("没有来件“{wanted}”（可用编号、Message-ID）；作为单位，{}", failure.text);
    Ok(Failure::usage(text))
}

/// The campaign that is meant with a mail, or with the part at a place of it: the one named, else its own, else the only
/// one. What could be of several is not settled for a person who named none.
pub(super) fn campaign_of<'a>(
    house: &'a House,
    row: &MessageRow,
    part: Option<usize>,
    wanted: Option<&str>,
) -> Result<&'a Campaign, Failure> {
    let of_part = part.and_then(|at| row.parts.get(at)).and_then(|part| part.campaign.as_ref());
    let own = of_part.or(row.campaign.as_ref());
    let own = house.config.campaigns.iter().find(|campaign| Some(&campaign.id) == own);
    let rivals = row.undecided();
    if wanted.is_none() && !rivals.is_empty() && of_part.is_none() {
        let title = |campaign: &&Campaign| rivals.contains(&campaign.id.as_str());
        let named = house.config.campaigns.iter().filter(title);
        let named: String = named.map(|c| format!("\n  --campaign {}  {}", c.id, c.title)).collect();
        return Err(Failure::usage(format!("来件#{}可能属于几个报送任务，请指明是哪一个：{named}", row.id)));
    }
    match (wanted, own) {
        (None, Some(own)) => Ok(own),
        (wanted, _) => open::campaign(house, wanted),
    }
}

/// The part of a mail that is meant: its path, its name, a piece of either, or its number in `show`.
pub(super) fn part(row: &MessageRow, wanted: &str) -> Result<usize, Failure> {
    let places = |fits: &dyn Fn(&PartRow) -> bool| -> Vec<usize> {
        let all = row.parts.iter().enumerate();
        all.filter(|(_, part)| fits(part)).map(|(at, _)| at).collect()
    };
    let name = |part: &PartRow| part.path.rsplit('/').next().unwrap_or_default().to_owned();
    let plain = typed::plain(wanted);
    let at = |number: &str| number.parse::<usize>().ok()?.checked_sub(1).filter(|at| *at < row.parts.len());
    // `show` calls them 附件1, 附件2; and so do people in the names of files.
    let listed = plain.strip_prefix("附件").and_then(at);
    let like = places(&|part| compatible(&part.path).contains(&plain) && !plain.is_empty());
    let tries = [
        places(&|part| part.path == wanted),
        places(&|part| name(part) == wanted),
        at(&plain).into_iter().collect(),
        like.into_iter().chain(listed).collect::<BTreeSet<_>>().into_iter().collect(),
    ];
    let found = tries.into_iter().find(|found| !found.is_empty()).unwrap_or_default();
    match found.as_slice() {
        [only] => Ok(*only),
        [] => Err(Failure::usage(format!("来件#{}没有附件“{wanted}”。{}", row.id, parts(row)))),
        _ => Err(Failure::usage(format!("来件#{}有多个附件像“{wanted}”。{}", row.id, parts(row)))),
    }
}

/// The parts of a mail with their numbers.
pub(super) fn parts(row: &MessageRow) -> String {
    let line =
        |(part, number): (&PartRow, usize)| format!("\n  {number}  {}  {}", part.state.chinese(), part.path);
    let all: String = row.parts.iter().zip(1..).map(line).collect();
    if all.is_empty() { "它没有附件。".to_owned() } else { format!("可写附件名或序号：{all}") }
}

/// The unit that is meant: by code, name, alias, what persons taught, or what the register would know as its name.
pub(in crate::cli) fn unit<'a>(
    house: &House,
    campaign: &'a Campaign,
    wanted: &str,
) -> Result<&'a Unit, Failure> {
    let wanted = wanted.trim();
    let exact = |unit: &&Unit| unit.code.eq_ignore_ascii_case(wanted) || unit.name == wanted;
    let units = &campaign.roster.units;
    if let Some(unit) = units.iter().find(exact) {
        return Ok(unit);
    }
    let by_alias: Vec<&Unit> =
        units.iter().filter(|unit| unit.aliases.iter().any(|alias| alias == wanted)).collect();
    if let [_, _, ..] = by_alias.as_slice() {
        return Err(Failure::usage(format!(
            "“{wanted}”是几个单位的简称，请写全称或代码：{}",
            listed(&by_alias)
        )));
    }
    let taught = taught_names(&house.store.decisions()?, &campaign.id);
    if let Some(unit) = open::known_unit(campaign, &taught, wanted) {
        return Ok(unit);
    }
    let like = campaign.roster.like(wanted);
    let hint = if like.is_empty() {
        "可用代码、全称或简称。".to_owned()
    } else {
        format!("相近的有：{}", listed(&like))
    };
    Err(Failure::usage(format!("名册里没有“{wanted}”；{hint}")))
}

/// What a decision is about: `REQUIREMENT[/ITEM][@DAY]`, each by id or title; an item alone where only one requirement
/// has it.
pub(super) fn scope(campaign: &Campaign, wanted: &str) -> Result<Scope, Failure> {
    let unknown = || Failure::usage(format!("没有材料“{wanted}”；可用：{}", asked(campaign)));
    let plain = typed::plain(wanted);
    let (place, day) = match plain.split_once('@') {
        Some((place, day)) => (place.trim(), Some(typed::day(campaign, day)?)),
        None => (plain.as_str(), None),
    };
    let requirement = |text: &str| campaign.requirements.iter().find(|r| is_named(text, &r.id, &r.title));
    let (requirement, item) = match place.split_once('/') {
        Some((first, second)) => {
            let requirement = requirement(first).ok_or_else(unknown)?;
            (requirement, Some(item(requirement, second).ok_or_else(unknown)?))
        }
        None => match requirement(place) {
            Some(requirement) => (requirement, None),
            None => {
                let mut having = campaign.requirements.iter().filter_map(|r| Some((r, item(r, place)?)));
                let (requirement, item) = having.next().ok_or_else(unknown)?;
                if having.next().is_some() {
                    return Err(Failure::usage(format!(
                        "几项要求都有“{place}”，请写成 要求/材料：{}",
                        asked(campaign)
                    )));
                }
                (requirement, Some(item))
            }
        },
    };
    check_day(requirement, day)?;
    Ok(Scope { requirement: requirement.id.clone(), item, day })
}

/// Whether a word is this id or title.
fn is_named(wanted: &str, id: &str, title: &str) -> bool {
    id.eq_ignore_ascii_case(wanted.trim()) || squeeze(title) == squeeze(wanted)
}

fn item(requirement: &Requirement, wanted: &str) -> Option<String> {
    let known = requirement.items.iter().find(|item| is_named(wanted, &item.id, &item.title));
    let nil = (requirement.nil_report && is_named(wanted, NIL_ITEM, MessageKind::NilReport.chinese()))
        .then(|| NIL_ITEM.to_owned());
    known.map(|item| item.id.clone()).or(nil)
}

fn check_day(requirement: &Requirement, day: Option<Date>) -> Result<(), Failure> {
    match (requirement.when, day) {
        (When::By { .. }, Some(_)) => {
            Err(Failure::usage(format!("“{}”不分日，请去掉@后的日期。", requirement.title)))
        }
        (When::EachDay { from, to, .. }, Some(day)) if day < from || day > to => {
            Err(Failure::usage(format!("“{}”只有{from}至{to}，没有{day}。", requirement.title)))
        }
        _ => Ok(()),
    }
}

/// The requirements with their items, as they may be typed.
fn asked(campaign: &Campaign) -> String {
    let named = |item: &Item| format!("{}（{}）", item.id, item.title);
    let one = |requirement: &Requirement| {
        let items: Vec<String> = requirement.items.iter().map(named).collect();
        let day = if matches!(requirement.when, When::EachDay { .. }) { "@日期" } else { "" };
        format!("\n  {}/…{day}  {}：{}", requirement.id, requirement.title, items.join("、"))
    };
    campaign.requirements.iter().map(one).collect()
}

/// The scope as one item of one obligation.
pub(super) fn one_item(campaign: &Campaign, scope: Scope) -> Result<Scope, Failure> {
    let Some(requirement) = campaign.requirement(&scope.requirement) else { return Ok(scope) };
    match (&scope.item, requirement.items.as_slice()) {
        (Some(_), _) => Ok(scope),
        (None, [only]) => Ok(Scope { item: Some(only.id.clone()), ..scope }),
        (None, _) => Err(Failure::usage(format!(
            "请写明是哪一件材料，如 {}/材料：{}",
            scope.requirement,
            asked(campaign)
        ))),
    }
}
