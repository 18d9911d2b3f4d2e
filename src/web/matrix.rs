//! 总览: units by requirement and day. What is owed has a cell before anything arrives; each cell says in one sentence
//! what it means, and every count leads to the units that it counts.

use jiff::civil::Date;
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;

use super::ask::{Fields, encoded};
use super::failure::Failure;
use super::frame::Visit;
use super::reply::Reply;
use super::view::{self, anchor, column_day, short};
use crate::domain::campaign::{Campaign, Requirement, When};
use crate::domain::chinese;
use crate::domain::decision::{TaughtName, taught_names};
use crate::domain::obligation::Standing;
use crate::domain::pinyin::is_short_for;
use crate::report::words::{family, item_family, item_sign, sign, standing_word};
use crate::report::{
    ItemStatus, RequirementStatus, Status, UnitStatus, deadline, short_city, standing_counts,
};

/// What the address says for all requirements at once.
const ALL: &str = "all";

/// What the matrix is narrowed to; the keys are those of the command line. None of them can be wrong: what means
/// nothing shows no unit.
#[derive(Debug, Default, Clone, Serialize)]
struct Filter {
    /// Requirement shown; empty: the one that matters today.
    req: String,
    /// Group id.
    group: String,
    /// City.
    city: String,
    /// Standing that one of the shown obligations has.
    standing: String,
    /// Item that counts already.
    has: String,
    /// Item that is missing or does not count.
    lacks: String,
    /// Code of a flaw that something of the unit has.
    flaw: String,
    /// `1`: only units that still owe something.
    missing: String,
    /// Part of a unit's name.
    q: String,
    /// The moment asked about, `2023-05-10T18:00` in the campaign's time.
    as_of: String,
}

impl Filter {
    /// What a query asks for.
    fn of(query: &Fields) -> Self {
        let get = |name: &str| query.get(name).to_owned();
        Self {
            req: get("req"),
            group: get("group"),
            city: get("city"),
            standing: get("standing"),
            has: get("has"),
            lacks: get("lacks"),
            flaw: get("flaw"),
            missing: get("missing"),
            q: get("q"),
            as_of: get("as_of"),
        }
    }

    /// The query that asks for this.
    fn query(&self) -> String {
        let pairs = [
            ("req", &self.req),
            ("group", &self.group),
            ("city", &self.city),
            ("standing", &self.standing),
            ("has", &self.has),
            ("lacks", &self.lacks),
            ("flaw", &self.flaw),
            ("missing", &self.missing),
            ("q", &self.q),
            ("as_of", &self.as_of),
        ];
        let set = pairs.iter().filter(|(_, value)| !value.is_empty());
        let query = set.map(|(key, value)| format!("{key}={}", encoded(value)));
        format!("?{}", query.collect::<Vec<_>>().join("&"))
    }

    /// The same moment and requirement, all units.
    fn cleared(&self) -> Self {
        Self { req: self.req.clone(), as_of: self.as_of.clone(), ..Self::default() }
    }

    fn narrows(&self) -> bool {
        [&self.group, &self.city, &self.standing, &self.has, &self.lacks, &self.flaw, &self.missing, &self.q]
            .iter()
            .any(|value| !value.is_empty())
    }

    fn wants(
        &self,
        campaign: &Campaign,
        taught: &[TaughtName],
        unit: &UnitStatus,
        shown: &[&Requirement],
    ) -> bool {
        let mut asked = unit.requirements.iter().filter(|r| shown.iter().any(|q| q.id == r.id));
        (self.group.is_empty() || unit.group == self.group)
            && (self.missing.is_empty() || asked.clone().any(is_owed))
            && (self.standing.is_empty() || asked.clone().any(|r| r.standing.word() == self.standing))
            && (self.city.is_empty() || unit.city == self.city)
            && (self.has.is_empty()
                || asked.clone().any(|r| r.items.iter().any(|i| i.id == self.has && i.state.counts())))
            && (self.lacks.is_empty()
                || asked.clone().any(|r| r.items.iter().any(|i| i.id == self.lacks && i.state.lacks())))
            && (self.flaw.is_empty()
                || asked.any(|r| r.items.iter().any(|i| i.flaws.iter().any(|flaw| flaw.code == self.flaw))))
            && (self.q.trim().is_empty() || is_named(campaign, taught, unit, self.q.trim()))
    }
}

fn is_owed(status: &RequirementStatus) -> bool {
    !status.standing.is_done() && status.standing != Standing::NotOpen
}

fn is_named(campaign: &Campaign, taught: &[TaughtName], unit: &UnitStatus, part: &str) -> bool {
    let entry = campaign.roster.by_code(&unit.code);
    let fits = |name: &str| name.contains(part) || is_short_for(part, name);
    entry.is_some_and(|entry| entry.code == part || entry.names().any(fits))
        || taught.iter().any(|known| known.unit == unit.code && known.name.contains(part))
}

/// The page.
pub(super) fn page(visit: &Visit<'_>, id: &str) -> Result<Reply, Failure> {
    let campaign = visit.campaign(id)?;
    let mut filter = Filter::of(&visit.asked.query);
    let as_of = view::local_moment(campaign, &filter.as_of);
    if filter.req.is_empty() {
        filter.req = nearest(campaign, campaign.local(as_of.unwrap_or(visit.now)).date());
    }
    let mut status = crate::report::status(&visit.shared.desk.store, &visit.question(campaign, as_of))?;
    if !visit.who.may_see_mail() {
        quote_nothing(&mut status);
    }
    let health = visit.health(campaign)?;
    let taught = taught_names(&visit.shared.desk.store.decisions()?, &campaign.id);
    let urgent = status.links.iter().filter(|link| link.is_urgent).map(Serde).map(Value::from);
    let page = context! {
        looking_back => as_of.is_some(),
        misread => as_of.is_none() && !filter.as_of.trim().is_empty(),
        as_of => view::moment(campaign, &status.as_of),
        waiting => Serde(&status.waiting), links => status.links.len(), urgent => urgent.collect::<Vec<_>>(),
        ..matrix(&status, campaign, &filter, &taught)
    };
    visit.page("matrix.html", campaign, "matrix", &health, page)
}

/// Leaves of what senders wrote nothing that names a person: of a flaw its code, of a link its name without numbers.
fn quote_nothing(status: &mut Status) {
    let requirements = status.units.iter_mut().flat_map(|unit| &mut unit.requirements);
    let flaws = requirements.flat_map(|own| &mut own.items).flat_map(|item| &mut item.flaws);
    flaws.for_each(|flaw| flaw.text.clone_from(&flaw.code));
    status.links.iter_mut().for_each(|link| link.name = crate::report::masked(&link.name));
}

/// The matrix with its sentences and filters. `taught`: what persons taught people write for units.
fn matrix(status: &Status, campaign: &Campaign, filter: &Filter, taught: &[TaughtName]) -> Value {
    let is_shown = |r: &&Requirement| filter.req == ALL || filter.req == r.id;
    let shown: Vec<&Requirement> = campaign.requirements.iter().filter(is_shown).collect();
    let units: Vec<&UnitStatus> =
        status.units.iter().filter(|unit| filter.wants(campaign, taught, unit, &shown)).collect();
    let blocks = campaign.groups.iter().filter_map(|(id, title)| {
        let rows: Vec<Value> =
            units.iter().filter(|u| u.group == *id).map(|u| row(u, &shown, campaign)).collect();
        let total = status.units.iter().filter(|u| u.group == *id).count();
        (!rows.is_empty()).then(|| context! { title, total, rows })
    });
    let owing = |id: &String| status.units.iter().any(|unit| unit.group == *id);
    let groups = campaign.groups.iter().filter(|(id, _)| owing(id)).map(|(id, title)| context! { id, title });
    context! {
        leads => shown.iter().map(|r| lead(status, campaign, r, filter)).collect::<Vec<_>>(),
        heads => shown.iter().map(|r| head(r, &units, filter)).collect::<Vec<_>>(),
        blocks => blocks.collect::<Vec<_>>(),
        tabs => tabs(campaign, filter),
        groups => groups.collect::<Vec<_>>(),
        cities => cities(status),
        items => campaign.requirements.iter().filter(|r| shown.iter().any(|s| s.id == r.id)).flat_map(|r| &r.items).map(|i| context! { id => i.id.as_str(), title => i.title.as_str() }).collect::<Vec<_>>(),
        filter => Serde(filter),
        clear => filter.narrows().then(|| filter.cleared().query()),
        conditions => conditions(campaign, filter),
        shown => units.len(),
        total => status.units.len(),
    }
}

/// The requirement that matters on a day: whose deadline or period is nearest; of two the later.
fn nearest(campaign: &Campaign, today: Date) -> String {
    let distance = |requirement: &&Requirement| {
        let days = |a: Date, b: Date| (a - b).get_days().abs();
        match requirement.when {
            When::By { on_time_through, .. } => days(on_time_through, today),
            When::EachDay { from, to, .. } => days(today.clamp(from, to.max(from)), today),
        }
    };
    let found = campaign.requirements.iter().rev().min_by_key(distance);
    found.map_or_else(String::new, |requirement| requirement.id.clone())
}

/// The cities in roster order.
fn cities(status: &Status) -> Vec<String> {
    let mut cities: Vec<String> = Vec::new();
    for unit in &status.units {
        if !unit.city.is_empty() && !cities.contains(&unit.city) {
            cities.push(unit.city.clone());
        }
    }
    cities
}

/// One tab for all requirements and one for each; the other conditions stay, but for those that are about items.
fn tabs(campaign: &Campaign, filter: &Filter) -> Vec<Value> {
    let tab = |id: &str, title: &str, note: String| {
        let query =
            Filter { req: id.to_owned(), lacks: String::new(), standing: String::new(), ..filter.clone() }
                .query();
        context! { title, note, query, is_current => filter.req == id }
    };
    let own = campaign.requirements.iter().map(|r| tab(&r.id, &r.title, deadline(r)));
    own.chain([tab(ALL, "全部", String::new())]).collect()
}

/// The conditions that the form does not show, in words.
fn conditions(campaign: &Campaign, filter: &Filter) -> Vec<String> {
    let standing =
        Standing::from_word(&filter.standing).map(|standing| format!("情况：{}", standing.chinese()));
    let item = campaign.requirements.iter().find_map(|requirement| requirement.item(&filter.lacks));
    let flaw = (!filter.flaw.is_empty()).then(|| format!("瑕疵：{}", filter.flaw));
    standing.into_iter().chain(item.map(|item| format!("缺：{}", item.title))).chain(flaw).collect()
}

/// One sentence a requirement: how many units of each group stand how; each number leads to those units.
fn lead(status: &Status, campaign: &Campaign, requirement: &Requirement, filter: &Filter) -> Value {
    let groups = requirement.groups.iter().filter_map(|group| {
        let units = status.units.iter().filter(|unit| unit.group == *group).count();
        let counts = standing_counts(status, requirement, group).into_iter().map(|(standing, count)| {
            let query = Filter {
                req: requirement.id.clone(),
                group: group.clone(),
                standing: standing.word().to_owned(),
                ..filter.cleared()
            };
            context! { word => standing.chinese(), count, query => query.query(), family => family(standing) }
        });
        let counts: Vec<Value> = counts.collect();
        (units > 0).then(|| context! { title => campaign.group_title(group), units, counts })
    });
    let days = requirement.days().len();
    context! { title => requirement.title.as_str(), deadline => deadline(requirement), groups => groups.collect::<Vec<_>>(),
    days => (days > 1).then_some(days) }
}

fn head(requirement: &Requirement, units: &[&UnitStatus], filter: &Filter) -> Value {
    let lacking = |item: &str| {
        let items = units
            .iter()
            .flat_map(|u| &u.requirements)
            .filter(|r| r.id == requirement.id)
            .flat_map(|r| &r.items);
        items.filter(|i| i.id == item && i.state.lacks()).count()
    };
    let items = requirement.items.iter().map(|item| {
        let query = Filter { req: requirement.id.clone(), lacks: item.id.clone(), ..filter.clone() };
        context! { title => item.title.as_str(), lacking => lacking(&item.id), query => query.query() }
    });
    context! {
        title => requirement.title.as_str(), deadline => deadline(requirement),
        days => requirement.days().into_iter().flatten().map(column_day).collect::<Vec<_>>(),
        each_day => is_daily(requirement),
        items => items.collect::<Vec<_>>(),
    }
}

fn is_daily(requirement: &Requirement) -> bool {
    matches!(requirement.when, When::EachDay { .. })
}

fn row(unit: &UnitStatus, requirements: &[&Requirement], campaign: &Campaign) -> Value {
    let mut cells = Vec::new();
    for requirement in requirements {
        let before = cells.len();
        for status in unit.requirements.iter().filter(|r| r.id == requirement.id) {
            cells.push(standing_cell(unit, status, requirement));
            if !is_daily(requirement) {
                cells.extend(status.items.iter().map(|item| item_cell(unit, status, item, requirement)));
            }
        }
        if cells.len() == before {
            let width =
                if is_daily(requirement) { requirement.days().len() } else { 1 + requirement.items.len() };
            cells.extend(
                (0..width).map(|_| context! { sign => "–", family => "calm", label => "不在应报范围" }),
            );
        }
    }
    let shown = unit.requirements.iter().filter(|r| requirements.iter().any(|q| q.id == r.id));
    let worst = shown.clone().map(|r| family(r.standing)).min_by_key(|family| urgency(family));
    context! {
        code => unit.code.as_str(), name => unit.unit.as_str(), city => short_city(&unit.city), cells,
        first_at => short(campaign, shown.clone().filter_map(|r| r.first_at.as_ref()).min()),
        reminded => shown.map(|r| r.reminded).sum::<u32>(),
        worst,
    }
}

/// The order of a narrow screen, worst first.
fn urgency(family: &str) -> usize {
    ["late", "ask", "due", "calm", "done"].iter().position(|known| *known == family).unwrap_or(usize::MAX)
}

fn standing_cell(unit: &UnitStatus, status: &RequirementStatus, requirement: &Requirement) -> Value {
    let word = standing_word(status.standing, status.lacking());
    let day = status.day.map(chinese::day).unwrap_or_default();
    let label = format!("{} {}{day}：{word}", unit.unit, requirement.title);
    let (text, head) = match status.day {
        Some(date) => (day_count(status), column_day(date)),
        None => (word, requirement.title.clone()),
    };
    context! { sign => sign(status.standing), text, head, family => family(status.standing), label,
    anchor => anchor(&status.id, status.day), kind => if status.day.is_some() { "day" } else { "standing" } }
}

fn day_count(status: &RequirementStatus) -> String {
    let count: u32 = status.items.iter().map(|item| item.count).sum();
    if count > 0 { count.to_string() } else { String::new() }
}

fn item_cell(
    unit: &UnitStatus,
    status: &RequirementStatus,
    item: &ItemStatus,
    requirement: &Requirement,
) -> Value {
    let title = requirement.item(&item.id).map_or("", |item| item.title.as_str());
    let flaws: Vec<&str> = item.flaws.iter().map(|flaw| flaw.text.as_str()).collect();
    let mut label = format!("{} {title}：{}", unit.unit, item.state.chinese());
    if !flaws.is_empty() {
        label.push_str(&format!("（{}）", flaws.join("；")));
    }
    let is_told = matches!(status.standing, Standing::Partial | Standing::Overdue | Standing::OverduePartial);
    let is_wrong = !item.flaws.is_empty() || (is_told && item.state.lacks());
    context! { sign => item_sign(item.state), head => title, family => item_family(item.state, status.standing.is_late()), label,
    anchor => anchor(&status.id, None), kind => if is_wrong { "item wrong" } else { "item" } }
}
