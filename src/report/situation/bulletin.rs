//! 报送情况 as a paragraph that can be read out or sent on: counts that add up to the roster, then the names of those who
//! have sent nothing. It names no person and no number.

use jiff::civil::Date;

use super::words::moment;
use super::{Focus, as_of};
use crate::domain::campaign::{Campaign, Requirement, When};
use crate::domain::chinese;
use crate::domain::obligation::Standing;
use crate::domain::submission::ItemState;
use crate::report::status::{RequirementStatus, Status, UnitStatus};
use crate::report::text::deadline;

/// How often each standing occurs among obligations.
struct Counts<'a>(Vec<&'a RequirementStatus>);

impl Counts<'_> {
    fn of(&self, standings: &[Standing]) -> usize {
        self.0.iter().filter(|own| standings.contains(&own.standing)).count()
    }

    /// 「已报齐15个（其中逾期报齐2个）、部分报送4个、未报送2个」; what does not occur is left out.
    fn in_words(&self) -> String {
        let late = self.of(&[Standing::CompleteLate]);
        let late = if late > 0 { format!("（其中逾期报齐{late}个）") } else { String::new() };
        let told = [
            ("已报齐", &[Standing::Complete, Standing::CompleteLate][..], late.as_str()),
            ("零报告", &[Standing::Nil], ""),
            ("部分报送", &[Standing::Partial, Standing::OverduePartial], ""),
            ("未报送", &[Standing::Open, Standing::Overdue], ""),
            ("待核", &[Standing::Review], ""),
            ("未开始", &[Standing::NotOpen], ""),
        ];
        let told = told.into_iter().map(|(word, standings, tail)| (word, self.of(standings), tail));
        let told = told
            .filter(|(_, count, _)| *count > 0)
            .map(|(word, count, tail)| format!("{word}{count}个{tail}"));
        told.collect::<Vec<_>>().join("、")
    }
}

/// The obligations of a requirement, of one day where days are told apart.
fn own<'a>(
    unit: &'a UnitStatus,
    requirement: &Requirement,
    day: Option<Date>,
) -> Option<&'a RequirementStatus> {
    unit.requirements.iter().find(|own| own.id == requirement.id && own.day == day)
}

/// The day that is told of a requirement of each day: the one asked for, else the last that has begun, else the first.
fn told_day(
    status: &Status,
    campaign: &Campaign,
    requirement: &Requirement,
    focus: Focus<'_>,
) -> Option<Date> {
    match requirement.when {
        When::By { .. } => None,
        When::EachDay { from, to, .. } => {
            let today = as_of(status, campaign).date();
            Some(focus.day.unwrap_or_else(|| today.clamp(from.min(to), to)))
        }
    }
}

/// 「截至2023年5月11日17:00，21个市(州)…中，已报齐15个、…；…」 of the given groups.
pub(super) fn lead(
    status: &Status,
    campaign: &Campaign,
    requirement: &Requirement,
    groups: &[&str],
    focus: Focus<'_>,
) -> String {
    let day = told_day(status, campaign, requirement, focus);
    let mut sentences = Vec::new();
    let mut exempt = 0;
    for group in groups {
        let units = status.units.iter().filter(|unit| unit.group == *group);
        let all: Vec<&RequirementStatus> = units.filter_map(|unit| own(unit, requirement, day)).collect();
        let (free, owed): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|own| own.standing == Standing::Exempt);
        exempt += free.len();
        if !owed.is_empty() {
            let counts = Counts(owed);
            sentences.push(format!(
                "{}个{}中，{}",
                counts.0.len(),
                campaign.group_title(group),
                counts.in_words()
            ));
        }
    }
    let among =
        if focus.conditions.is_empty() { String::new() } else { format!("（只列{}）", focus.conditions) };
    let of_day = day.map(|day| format!("{}，", chinese::day(day))).unwrap_or_default();
    let free = if exempt > 0 { format!("另有{exempt}个单位免报。") } else { String::new() };
    let sentences =
        if sentences.is_empty() { "没有应报单位".to_owned() } else { sentences.join("；") };
    format!(
        "截至{}，{}{of_day}{sentences}{among}。{free}{}",
        at(status, campaign),
        about(requirement),
        stale(status, campaign)
    )
}

fn at(status: &Status, campaign: &Campaign) -> String {
    chinese::full_moment(as_of(status, campaign))
}

/// 「“活动方案、…”（截止5月10日（星期三））：」.
fn about(requirement: &Requirement) -> String {
    format!("“{}”（{}）：", requirement.title, deadline(requirement))
}

/// What tells that the mailboxes were not seen lately.
fn stale(status: &Status, campaign: &Campaign) -> String {
    match moment(status.last_scan.as_ref()) {
        _ if status.fresh => String::new(),
        Some(at) => format!("（收信截至{}）", chinese::plain_moment(campaign.local(at))),
        None => "（尚未完整收信）".to_owned(),
    }
}

/// 「未报送单位：……。」 of one group; none where each has sent something.
pub(super) fn without_anything(
    status: &Status,
    campaign: &Campaign,
    requirement: &Requirement,
    group: &str,
) -> Option<String> {
    let day = told_day(status, campaign, requirement, Focus::default());
    let names = names_without(status, campaign, requirement, day, &[group]);
    (!names.is_empty()).then(|| format!("未报送单位：{}。", names.join("、")))
}

/// Units that sent nothing which counts. Of whom a mail waits for a person, or who was given more time, that is said beside the
/// name: it is read out before others, and nobody is accused of what may be there or is not due.
fn names_without(
    status: &Status,
    campaign: &Campaign,
    requirement: &Requirement,
    day: Option<Date>,
    groups: &[&str],
) -> Vec<String> {
    let of_groups = status.units.iter().filter(|unit| groups.contains(&unit.group.as_str()));
    let silent = |unit: &&UnitStatus| {
        own(unit, requirement, day)
            .is_some_and(|own| matches!(own.standing, Standing::Open | Standing::Overdue))
    };
    let named = |unit: &UnitStatus| match own(unit, requirement, day).and_then(|own| put_off(own, campaign)) {
        _ if unit.may_have_sent => format!("{}（有来件待核）", unit.unit),
        Some(put_off) => format!("{}（{put_off}）", unit.unit),
        None => unit.unit.clone(),
    };
    of_groups.filter(silent).map(named).collect()
}

/// 「经同意延期至5月12日」, as in the column 备注.
fn put_off(own: &RequirementStatus, campaign: &Campaign) -> Option<String> {
    own.put_off_to(campaign).map(|day| format!("经同意延期至{}", chinese::day(day)))
}

/// One requirement in a paragraph: the counts, who has sent nothing, and of daily material how much of each kind came.
pub(super) fn paragraph(
    status: &Status,
    campaign: &Campaign,
    requirement: &Requirement,
    focus: Focus<'_>,
) -> String {
    let groups: Vec<&str> = requirement.groups.iter().map(String::as_str).collect();
    let mut text = lead(status, campaign, requirement, &groups, focus);
    let day = told_day(status, campaign, requirement, focus);
    if let When::EachDay { .. } = requirement.when {
        text.push_str(&came_so_far(status, requirement));
    }
    let names = names_without(status, campaign, requirement, day, &groups);
    if !names.is_empty() {
        text.push_str(&format!("未报送单位：{}。", names.join("、")));
    }
    text
}

/// 「累计收到典型案例9件、…。」 of all days that are told, from whomever it came.
fn came_so_far(status: &Status, requirement: &Requirement) -> String {
    let of_item = |id: &str| status.came(&requirement.id, Some(id), |_| true);
    let kinds = requirement.items.iter().map(|item| format!("{}{}件", item.title, of_item(&item.id)));
    format!("累计收到{}。", kinds.collect::<Vec<_>>().join("、"))
}

/// The requirement that an office asks about at a moment: whose date or days are nearest, of equals the first.
pub fn nearest(campaign: &Campaign, today: Date) -> Option<&Requirement> {
    let distance = |requirement: &&Requirement| {
        let (from, to) = match requirement.when {
            When::By { nominal, on_time_through } => (nominal, on_time_through),
            When::EachDay { from, to, .. } => (from, to),
        };
        let near = today.clamp(from.min(to), to);
        (today - near).get_days().abs()
    };
    campaign.requirements.iter().min_by_key(distance)
}

/// The paragraph that is ready to send. `only_missing`: to whom it may concern, each with what it still owes.
pub fn bulletin(status: &Status, campaign: &Campaign, focus: Focus<'_>, only_missing: bool) -> String {
    let requirement = focus.requirement.or_else(|| nearest(campaign, as_of(status, campaign).date()));
    let Some(requirement) = requirement else { return String::new() };
    let text = match only_missing {
        true => reminder(status, campaign, requirement, focus),
        false => format!("{}报送情况：{}", campaign.short, paragraph(status, campaign, requirement, focus)),
    };
    crate::report::table::clean(&text) + "\n"
}

/// 「…尚有26个单位未报齐：自贡市教育和体育局（缺…）、…。请尽快报送，已报送的请忽略。」
fn reminder(status: &Status, campaign: &Campaign, requirement: &Requirement, focus: Focus<'_>) -> String {
    let day = told_day(status, campaign, requirement, focus);
    let mut groups = Vec::new();
    let mut undecided: Vec<&str> = Vec::new();
    let mut all = 0;
    for group in &requirement.groups {
        let units = status.units.iter().filter(|unit| unit.group == *group);
        let (waits, owing): (Vec<_>, Vec<_>) =
            units.filter_map(|unit| owing(unit, campaign, requirement, day)).partition(Owing::waits);
        undecided.extend(waits.iter().map(|owing| owing.unit));
        let owing: Vec<String> = owing.iter().map(Owing::in_words).collect();
        all += owing.len();
        if !owing.is_empty() {
            groups.push(format!("{}{}个：{}", campaign.group_title(group), owing.len(), owing.join("、")));
        }
    }
    let of_day = day.map(|day| format!("{}的", chinese::day(day))).unwrap_or_default();
    let head = format!("截至{}，{}", at(status, campaign), campaign.short);
    let what = format!("{of_day}“{}”（{}）", requirement.title, deadline(requirement));
    let undecided = match undecided.len() {
        0 => String::new(),
        count => format!("另有{count}个单位的材料待核，未列入：{}。", undecided.join("、")),
    };
    if all == 0 {
        let all_done =
            if undecided.is_empty() { "各单位均已报齐。" } else { "没有其他单位未报齐。" };
        return format!("{head}{what}{all_done}{undecided}{}", stale(status, campaign));
    }
    format!(
        "{head}{what}尚有{all}个单位未报齐。{}。{undecided}请尽快报送；如已报送，请忽略。感谢支持与配合。{}",
        groups.join("；"),
        stale(status, campaign)
    )
}

/// A unit that has not sent all.
struct Owing<'a> {
    unit: &'a str,
    /// What is still to come, by title; nothing where all of it waits for a person.
    lacks: Vec<&'a str>,
    /// Whether that is only a part of it.
    is_part: bool,
    may_have_sent: bool,
    /// Until when a person gave it more time.
    put_off: Option<String>,
}

impl Owing<'_> {
    /// Whether somebody has to decide first: what is there but not judged yet is not asked for again.
    fn waits(&self) -> bool {
        self.lacks.is_empty()
    }

    /// 「自贡市教育和体育局（缺…）」; of whom a mail waits for a person, that instead: it may be what is lacking.
    fn in_words(&self) -> String {
        if self.may_have_sent {
            return format!("{}（有来件待核）", self.unit);
        }
        let lacks = self.is_part.then(|| format!("缺{}", self.lacks.join("、")));
        let said: Vec<String> = lacks.into_iter().chain(self.put_off.clone()).collect();
        if said.is_empty() {
            self.unit.to_owned()
        } else {
            format!("{}（{}）", self.unit, said.join("；"))
        }
    }
}

fn owing<'a>(
    unit: &'a UnitStatus,
    campaign: &Campaign,
    requirement: &'a Requirement,
    day: Option<Date>,
) -> Option<Owing<'a>> {
    let own = own(unit, requirement, day)?;
    if own.standing.is_done() || own.standing == Standing::NotOpen {
        return None;
    }
    let lacks = match own.standing {
        Standing::Review => Vec::new(),
        _ => lacking(own, requirement),
    };
    let is_part = lacks.len() < own.items.len();
    let put_off = put_off(own, campaign);
    Some(Owing { unit: &unit.unit, lacks, is_part, may_have_sent: unit.may_have_sent, put_off })
}

/// Titles of the items that are still to come.
pub(super) fn lacking<'r>(own: &RequirementStatus, requirement: &'r Requirement) -> Vec<&'r str> {
    let lacks = |state: ItemState| state.lacks();
    let items = own.items.iter().filter(|item| lacks(item.state));
    items.filter_map(|item| Some(requirement.item(&item.id)?.title.as_str())).collect()
}
