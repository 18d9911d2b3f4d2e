//! 总览: units by requirement and day. What is owed has a cell before anything arrives; each cell says in one sentence
//! what it means, and every count leads to the units that it counts.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use minijinja::value::Serde;
use minijinja::{Value, context};

use super::failure::Failure;
use super::filter::{ALL, Filter};
use super::frame::Visit;
use super::reply::Reply;
use super::view::{self, anchor, column_day, short};
use crate::domain::campaign::{Campaign, Requirement, When};
use crate::domain::chinese;
use crate::domain::decision::taught_names;
use crate::domain::obligation::Standing;
use crate::report::words::{family, item_family, item_sign, sign, standing_word};
use crate::report::{
    self, ItemStatus, OTHERS, Remarks, RequirementStatus, Status, UnitStatus, deadline, short_city,
    standing_counts,
};

/// In the address, for the worst first.
const URGENT: &str = "urgent";

/// What the page shows, and what its workbook and its bulletin say.
pub(super) struct Asked<'a> {
    pub campaign: &'a Campaign,
    pub filter: Filter,
    /// The moment asked about; none: now.
    pub as_of: Option<Timestamp>,
    /// Why it is now and not the moment that the address names.
    pub doubt: Option<String>,
    /// Of all units.
    pub whole: Status,
    /// Of the units that are asked about.
    pub status: Status,
    /// Units that would fit if what waits were decided so.
    pub undecided: Vec<String>,
    pub remarks: Remarks,
}

/// What the address asks.
pub(super) fn asked<'a>(visit: &Visit<'a>, id: &str) -> Result<Asked<'a>, Failure> {
    let campaign = visit.campaign(id)?;
    let store = &visit.shared.desk.store;
    let mut filter = Filter::of(&visit.asked.query);
    let doubt = view::doubt(campaign, &filter.as_of, visit.now);
    let as_of = view::local_moment(campaign, &filter.as_of).filter(|_| doubt.is_none());
    if filter.req.is_empty() {
        let nearest = || nearest(campaign, campaign.local(as_of.unwrap_or(visit.now)).date());
        filter.req = filter.implied(campaign).map_or_else(nearest, |requirement| requirement.id.clone());
    }
    let mut whole = report::status(store, &visit.question(campaign, as_of))?;
    let sees_all = visit.who.may_see_mail();
    if !sees_all {
        quote_nothing(&mut whole);
    }
    let taught = taught_names(&store.decisions()?, &campaign.id);
    let mut status = whole.clone();
    let undecided = filter.apply(&mut status, campaign, &taught);
    // As with what was granted: of now all that is known, of another moment what was known then.
    let remarks = match sees_all {
        true => report::remarks(store, campaign, as_of.unwrap_or(Timestamp::MAX))?,
        false => Remarks::default(),
    };
    Ok(Asked { campaign, filter, as_of, doubt, whole, status, undecided, remarks })
}

/// The page.
pub(super) fn page(visit: &Visit<'_>, id: &str) -> Result<Reply, Failure> {
    if let Ok(day) = visit.asked.query.get("back_to").parse() {
        return back_to(visit, id, day);
    }
    let asked = asked(visit, id)?;
    let (campaign, filter, status) = (asked.campaign, &asked.filter, &asked.whole);
    let health = visit.health(campaign)?;
    let urgent = status.links.iter().filter(|link| link.is_urgent).map(Serde).map(Value::from);
    let page = context! {
        looking_back => asked.as_of.is_some(),
        doubt => asked.doubt.clone(), to_now => Filter { as_of: String::new(), ..filter.clone() }.query(),
        slider => slider(visit, campaign, asked.as_of), kept => Value::from(Serde(filter.pairs())),
        as_of => view::moment(campaign, &status.as_of),
        waiting => Serde(&status.waiting), links => status.links.len(), urgent => urgent.collect::<Vec<_>>(),
        undecided => asked.undecided.clone(),
        ..matrix(&asked)
    };
    visit.page("matrix.html", campaign, "matrix", &health, page)
}

/// The days over which one may look back: from two weeks before the first deadline to today, or two weeks after the last.
fn days(visit: &Visit<'_>, campaign: &Campaign) -> (Date, Date) {
    let edges = |requirement: &Requirement| match requirement.when {
        When::By { nominal, on_time_through } => [nominal, on_time_through],
        When::EachDay { from, to, .. } => [from, to],
    };
    let today = campaign.local(visit.now).date();
    let edges: Vec<Date> = campaign.requirements.iter().flat_map(edges).collect();
    let first =
        edges.iter().min().and_then(|first| first.checked_sub(14.days()).ok()).unwrap_or(today).min(today);
    let last =
        edges.iter().max().and_then(|last| last.checked_add(14.days()).ok()).unwrap_or(today).min(today);
    (first, last)
}

/// The control that leads back day by day; a plain field of a form, so that it works without script.
fn slider(visit: &Visit<'_>, campaign: &Campaign, as_of: Option<Timestamp>) -> Value {
    let (first, last) = days(visit, campaign);
    let shown = campaign.local(as_of.unwrap_or(visit.now)).date().clamp(first, last);
    let number = |day: Date| (day - first).get_days();
    context! {
        from => first.to_string(), first => column_day(first), last => column_day(last), shown => column_day(shown),
        most => number(last), value => number(shown),
    }
}

/// The address of a day's evening, of today the present: one address a moment, however it was chosen.
fn back_to(visit: &Visit<'_>, id: &str, day: i32) -> Result<Reply, Failure> {
    let campaign = visit.campaign(id)?;
    let (first, last) = days(visit, campaign);
    let day = first.checked_add(day.days()).unwrap_or(last).clamp(first, last);
    let is_over = campaign.end_of(day) <= visit.now;
    let as_of = if is_over { format!("{day}T23:59") } else { String::new() };
    let query = Filter { as_of, ..Filter::of(&visit.asked.query) }.query();
    Ok(Reply::see(format!("/c/{}/{query}", super::ask::encoded(id))))
}

/// Leaves of what senders wrote nothing that names a person: of a flaw its code, of a link its name without numbers.
fn quote_nothing(status: &mut Status) {
    let requirements = status.units.iter_mut().flat_map(|unit| &mut unit.requirements);
    let flaws = requirements.flat_map(|own| &mut own.items).flat_map(|item| &mut item.flaws);
    flaws.for_each(|flaw| flaw.text.clone_from(&flaw.code));
    status.links.iter_mut().for_each(|link| link.name = crate::report::masked(&link.name));
}

/// The matrix with its sentences and filters.
fn matrix(asked: &Asked<'_>) -> Value {
    let Asked { campaign, filter, whole, status, remarks, .. } = asked;
    let shown: Vec<&Requirement> = campaign.requirements.iter().filter(|r| filter.shows(r)).collect();
    let units: Vec<&UnitStatus> = status.units.iter().collect();
    let blocks = campaign.groups.iter().filter_map(|(id, title)| {
        let own = units.iter().filter(|u| u.group == *id);
        let mut own: Vec<(usize, Value)> = own.map(|u| row(u, &shown, campaign, remarks)).collect();
        if filter.sort == URGENT {
            own.sort_by_key(|(urgency, _)| *urgency);
        }
        let rows: Vec<Value> = own.into_iter().map(|(_, row)| row).collect();
        let total = whole.units.iter().filter(|u| u.group == *id).count();
        (!rows.is_empty()).then(|| context! { title, total, rows })
    });
    let owing = |id: &String| whole.units.iter().any(|unit| unit.group == *id);
    let groups = campaign.groups.iter().filter(|(id, _)| owing(id)).map(|(id, title)| context! { id, title });
    context! {
        leads => shown.iter().map(|r| lead(whole, campaign, r, filter)).collect::<Vec<_>>(),
        heads => shown.iter().map(|r| head(r, &units, filter)).collect::<Vec<_>>(),
        blocks => blocks.collect::<Vec<_>>(),
        sums => match shown.as_slice() {
            [only] if is_daily(only) => sums(only, status),
            _ => Vec::new(),
        },
        tabs => tabs(campaign, filter),
        groups => groups.collect::<Vec<_>>(),
        cities => cities(whole),
        items => shown.iter().flat_map(|r| &r.items).map(|i| context! { id => i.id.as_str(), title => i.title.as_str() }).collect::<Vec<_>>(),
        // One moment is told of what is due once; days are each complete by themselves.
        tells_complete => matches!(shown.as_slice(), [only] if !is_daily(only)),
        checks => checks(whole, &shown, &filter.flaw),
        silences => silences(&shown, &filter.silent),
        shown => units.len(),
        total => whole.units.len(),
        ..filter.value(campaign)
    }
}

/// The checks that something of what is shown did not pass, and the one that is asked about, by their names.
fn checks(whole: &Status, shown: &[&Requirement], asked: &str) -> Vec<Value> {
    let own = whole.units.iter().flat_map(|unit| &unit.requirements);
    let own = own.filter(|own| shown.iter().any(|requirement| requirement.id == own.id));
    let found = own.flat_map(|own| &own.items).flat_map(|item| &item.flaws).map(|flaw| flaw.code.as_str());
    let one = |(code, title): (String, String)| context! { is_current => code == asked, code, title };
    let mut checks: Vec<Value> = report::named_checks(found).into_iter().map(one).collect();
    // What an address asks for stays asked for when the form is sent again, be it found or not.
    let is_offered = checks.iter().any(|check| check.get_attr("is_current").is_ok_and(|is| is.is_true()));
    if !asked.is_empty() && !is_offered {
        let names: Vec<&str> =
            asked.split(',').map(|code| report::check_name(code).unwrap_or(code)).collect();
        checks.push(context! { is_current => true, code => asked, title => names.join("、") });
    }
    checks
}

/// On how many days in a row nothing may have come, where something is owed each day.
fn silences(shown: &[&Requirement], asked: &str) -> Vec<Value> {
    let days =
        shown.iter().filter(|requirement| is_daily(requirement)).map(|requirement| requirement.days().len());
    let most = days.max().unwrap_or(0);
    (1..=most).map(|days| context! { days, is_current => asked == days.to_string() }).collect()
}

/// What came of each kind on each day, from whomever; what of it units sent that do not owe it, whose cells stand in no row;
/// and all of it together.
fn sums(requirement: &Requirement, status: &Status) -> Vec<Value> {
    let days: Vec<Option<Date>> = requirement.days();
    let line = |title: &str, count: &dyn Fn(Option<Date>) -> u32| {
        let counts: Vec<u32> = days.iter().map(|day| count(*day)).collect();
        context! { title, total => counts.iter().sum::<u32>(), counts }
    };
    let id = &requirement.id;
    let kinds = requirement
        .items
        .iter()
        .map(|item| line(&item.title, &|day| status.came(id, Some(&item.id), |on| on == day)));
    let others = status.not_owing().filter(|unit| unit.came(id, None, |_| true) > 0).count();
    let others = (others > 0).then(|| {
        let title = format!("{OTHERS}{others}个");
        line(&title, &|day| status.not_owing().map(|unit| unit.came(id, None, |on| on == day)).sum())
    });
    kinds.chain(others).chain([line("合计", &|day| status.came(id, None, |on| on == day))]).collect()
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
        context! { title, note, query => filter.of_requirement(id).query(), is_current => filter.req == id }
    };
    let own = campaign.requirements.iter().map(|r| tab(&r.id, &r.title, deadline(r)));
    own.chain([tab(ALL, "全部", String::new())]).collect()
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
            let stands = |r: &RequirementStatus| r.id == requirement.id && r.standing == standing;
            let own = status.units.iter().filter(|unit| unit.group == *group);
            let units = own.filter(|unit| unit.requirements.iter().any(stands)).count();
            context! { word => standing.chinese(), count, units, query => query.query(), family => family(standing) }
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
        // Of all requirements at once, conditions may be about another one.
        let own = if filter.req == requirement.id {
            filter.clone()
        } else {
            filter.of_requirement(&requirement.id)
        };
        let query = Filter { lacks: item.id.clone(), ..own };
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

/// A row, and how urgent it is.
fn row(
    unit: &UnitStatus,
    requirements: &[&Requirement],
    campaign: &Campaign,
    remarks: &Remarks,
) -> (usize, Value) {
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
    let ids: Vec<&str> = requirements.iter().map(|requirement| requirement.id.as_str()).collect();
    let row = context! {
        code => unit.code.as_str(), name => unit.unit.as_str(), city => short_city(&unit.city), cells,
        remark => remarks.of(&unit.code, &ids),
        first_at => short(campaign, shown.clone().filter_map(|r| r.first_at.as_ref()).min()),
        complete_at => short(campaign, shown.filter_map(|r| r.complete_at.as_ref()).max()),
        reminded => unit.reminded(if let [only] = ids.as_slice() { Some(only) } else { None }),
        worst,
    };
    (worst.map_or(usize::MAX, urgency), row)
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
