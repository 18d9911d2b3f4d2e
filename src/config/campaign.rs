//! A campaign's folder: `campaign.toml` and what stands beside it. Its parts are read in the order in which they
//! refer to each other: calendar, forms and wording first, then requirements, chases and the roster.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::complaint;
use super::error::{Level, Notebook};
use super::mailbox::is_address;
use super::section::{self, Section};
use super::value::Hours;
use super::{calendar, chase, dates, forms, letters, requirement, roster};
use crate::domain::campaign::{Campaign, Drop, Retention, Route};
use crate::domain::template::Template;
use crate::domain::text::squeeze;
use crate::domain::unit::Roster;

const KEYS: &[&str] = &["campaign", "groups", "route", "requirement", "reminder"];

const ROUTE: &[&str] = &["group", "instead", "address", "also"];

const HEAD: &[&str] = &[
    "id",
    "title",
    "short",
    "notice",
    "office",
    "contact",
    "timezone",
    "period",
    "retention",
    "keywords",
    "other_business",
];

/// Fewest letters of a word that tells a mail from others.
const LEAST_LETTERS: usize = 2;

const TIMEZONE: &str = "Asia/Shanghai";

/// What of the main file a campaign's files are held against.
pub(super) struct House {
    /// The hours in which reminders may leave at all.
    pub(super) office: Hours,
    /// Whether they leave on working days only.
    pub(super) working_days_only: bool,
    /// Addresses of our own mailboxes.
    pub(super) ours: Vec<String>,
}

/// Reads the campaign in `folder`.
pub(super) fn read(folder: &Path, house: &House, notes: &Notebook) -> Option<Campaign> {
    let calendar = calendar::read(&folder.join("calendar.toml"), notes);
    let forms = forms::read_all(&folder.join("forms"), notes);
    let blanks = forms::read_blanks(&folder.join("forms"), &forms.templates, notes);
    let wording = letters::read_all(&folder.join("mail"), notes);
    section::open(&folder.join("campaign.toml"), notes, KEYS, |top| {
        let groups = top.pairs("groups");
        if groups.is_empty() {
            top.complain("groups", complaint::empty_list());
        }
        for (id, _) in groups.iter().filter(|(_, title)| title.trim().is_empty()) {
            top.complain("groups", complaint::group_without_title(id));
        }
        let group_ids: Vec<&str> = groups.iter().map(|(id, _)| id.as_str()).collect();
        let head = top.need_section("campaign", HEAD).and_then(|head| read_head(&head));
        let written = roster::read(folder, &group_ids, &house.ours, notes);
        let routes = routes(top, &group_ids);
        let mut campaign = Campaign {
            groups: groups.clone(),
            routes,
            calendar,
            templates: across_new_year(&forms.templates, head.as_ref()),
            blanks,
            wording,
            ..head?
        };
        dates::forms(&forms, &campaign, notes);
        campaign.requirements = requirement::read_all(top, &campaign)?;
        campaign.chases = chase::read_all(top, &campaign, house);
        if let Some(written) = written {
            campaign.roster = written.roster.clone();
            written.check(&campaign, notes);
        }
        Some(campaign)
    })
}

/// The forms with the years that are theirs too: of a campaign across New Year a form may bear either.
fn across_new_year(
    forms: &BTreeMap<String, Template>,
    head: Option<&Campaign>,
) -> BTreeMap<String, Template> {
    let mut forms = forms.clone();
    let years = head.map(|head| head.period.0.year()..=head.period.1.year());
    for form in forms.values_mut() {
        let own = years.clone().filter(|years| years.contains(&form.year)).into_iter().flatten();
        form.also_years = own.filter(|year| *year != form.year).collect();
    }
    forms
}

/// `[campaign]`; what the other parts fill is still empty.
fn read_head(head: &Section<'_>) -> Option<Campaign> {
    let id = head.need_id("id");
    let title = head.need_words("title");
    let notice = head.need("notice");
    let office = head.need_words("office");
    let timezone = timezone(head);
    let period = head.need_section("period", &["from", "to"]).and_then(|period| read_period(&period));
    let keywords: Vec<String> = head.or("keywords", Vec::new());
    if keywords.iter().all(|word| word.trim().is_empty()) {
        head.note_key(Level::Warning, "keywords", complaint::no_keywords());
    }
    let title = title?;
    Some(Campaign {
        id: id?,
        short: head.or("short", title.clone()),
        title,
        notice: notice?,
        office: office?,
        contact: head.or("contact", String::new()),
        timezone: timezone?,
        period: period?,
        retention: retention(head),
        keywords,
        other_business: other_business(head),
        groups: Vec::new(),
        routes: Vec::new(),
        requirements: Vec::new(),
        chases: Vec::new(),
        roster: Roster::default(),
        calendar: Default::default(),
        templates: Default::default(),
        blanks: Default::default(),
        wording: Default::default(),
    })
}

/// Words of other business; one that is no more than a letter would be found in every mail.
fn other_business(head: &Section<'_>) -> Option<Vec<String>> {
    let words: Vec<String> = head.get("other_business")?;
    if let Some(short) = words.iter().find(|word| squeeze(word).chars().count() < LEAST_LETTERS) {
        head.complain("other_business", complaint::business_too_short(short));
    }
    Some(words)
}

/// How long content is kept, and what goes then.
fn retention(head: &Section<'_>) -> Option<Retention> {
    let table = head.section("retention", &["months", "drop"])?;
    let months = table.need::<u32>("months").map(|months| table.positive("months", months));
    let drop = table.need_choice("drop", &[("mail", Drop::Mail), ("all", Drop::All)]);
    Some(Retention { months: months?, drop: drop? })
}

/// `[[route]]`: where a group's material goes that is not, or not only, for this office.
fn routes(top: &Section<'_>, groups: &[&str]) -> Vec<Route> {
    let mut read: Vec<Route> = Vec::new();
    for table in top.sections("route", ROUTE) {
        let Some(group) = table.need_reference("group", "分组", groups) else { continue };
        if read.iter().any(|other| other.group == group) {
            table.complain("group", complaint::duplicate(&group));
        }
        let text = |key: &str| table.or(key, String::new());
        let route = Route { group, instead: text("instead"), address: text("address"), also: text("also") };
        if route.instead.is_empty() && route.also.is_empty() {
            table.complain("group", complaint::route_without_words());
        }
        if !route.address.is_empty() && !is_address(&route.address) {
            table.complain("address", complaint::bad_address(&route.address));
        }
        read.push(route);
    }
    read
}

fn timezone(head: &Section<'_>) -> Option<TimeZone> {
    let name = head.or("timezone", TIMEZONE.to_owned());
    let zone = TimeZone::get(&name);
    if zone.is_err() {
        head.complain("timezone", complaint::unknown_timezone(&name));
    }
    zone.ok()
}

/// A range of days, both included.
pub(super) fn read_period(table: &Section<'_>) -> Option<(Date, Date)> {
    let (from, to) = (table.need::<Date>("from"), table.need::<Date>("to"));
    let (from, to) = (from?, to?);
    if to < from {
        table.complain("to", complaint::backwards());
        return None;
    }
    Some((from, to))
}
