//! `[[requirement]]`: what is asked, of whom, by when, and of which items it consists. Dates are rolled here, once,
//! so that every other room reads the same last day.

use jiff::ToSpan as _;
use jiff::civil::{Date, Time};

use super::campaign::read_period;
use super::error::Level;
use super::section::Section;
use super::value::Days;
use super::{complaint, dates};
use crate::domain::campaign::{Campaign, Item, ItemKind, Limits, Need, Requirement, When};
use crate::domain::text::squeeze;

const KEYS: &[&str] =
    &["id", "title", "groups", "also_from", "opens", "due", "each_day", "need", "nil_report", "items"];

const ITEM: &[&str] = &[
    "id",
    "title",
    "kind",
    "names",
    "form",
    "of",
    "from_form",
    "sections",
    "max_count",
    "formats",
    "max_mb",
    "max_minutes",
    "max_words",
    "anonymous",
];

/// Keys that only items of some kinds have.
const OF_KINDS: &[(&str, &[ItemKind])] = &[
    ("form", &[ItemKind::Form]),
    ("of", &[ItemKind::Scan]),
    ("from_form", &[ItemKind::Contact]),
    ("sections", &[ItemKind::Document]),
    ("max_count", &[ItemKind::Document, ItemKind::Photo, ItemKind::Video]),
    ("formats", FILES),
    ("max_mb", FILES),
    ("max_minutes", &[ItemKind::Video]),
    ("max_words", &[ItemKind::Document]),
    ("anonymous", &[ItemKind::Document, ItemKind::Photo, ItemKind::Video]),
];

/// Kinds that are told by name or content alone, without reading a form.
const FILES: &[ItemKind] = &[ItemKind::Document, ItemKind::Scan, ItemKind::Photo, ItemKind::Video];

const FORMS: &str = "表样（forms/*.toml）";

/// Means 今日无 in the store; no item may be called so.
const RESERVED_ITEM: &str = "nil";

/// Reads every requirement; `campaign` has its head, groups, calendar and templates. None when one of them could not
/// be read: what refers to it should not be told that it does not exist.
pub(super) fn read_all(top: &Section<'_>, campaign: &Campaign) -> Option<Vec<Requirement>> {
    let tables = top.sections("requirement", KEYS);
    if tables.is_empty() {
        top.complain("requirement", complaint::empty_list());
    }
    let mut whole = true;
    let mut read: Vec<Requirement> = Vec::new();
    for table in tables {
        let Some(requirement) = read_one(&table, campaign) else {
            whole = false;
            continue;
        };
        if read.iter().any(|other| other.id == requirement.id) {
            table.complain("id", complaint::duplicate(&requirement.id));
            whole = false;
        }
        read.push(requirement);
    }
    whole.then_some(read)
}

fn read_one(table: &Section<'_>, campaign: &Campaign) -> Option<Requirement> {
    let id = table.need_id("id");
    let title = table.need_words("title");
    let groups: Vec<&str> = campaign.groups.iter().map(|(id, _)| id.as_str()).collect();
    let owed_by = table.references("groups", "分组", &groups);
    if owed_by.is_empty() {
        table.complain("groups", complaint::empty_list());
    }
    let also_from = table.references("also_from", "分组", &groups);
    let when = when(table, campaign);
    let nil_report = table.or("nil_report", false);
    let need = table.choice("need", &[("all", Need::All), ("any", Need::Any)]).unwrap_or(Need::All);
    let items = items(table, campaign);
    let read = Requirement {
        id: id?,
        title: title?,
        groups: owed_by,
        also_from,
        opens: table.get("opens"),
        when: when?,
        need,
        nil_report,
        items,
    };
    dates::requirement(table, campaign, &read);
    Some(read)
}

fn when(table: &Section<'_>, campaign: &Campaign) -> Option<When> {
    match (table.has("due"), table.has("each_day")) {
        (true, false) => due(table, campaign),
        (false, true) => each_day(table, campaign),
        _ => {
            let written = if table.has("due") { "due" } else { "each_day" };
            table.complain(written, complaint::due_or_each_day());
            None
        }
    }
}

/// `due = 2023-05-10`, or `{ date | days_after_period, roll }`. A plain date is not rolled: the notice chose it.
fn due(table: &Section<'_>, campaign: &Campaign) -> Option<When> {
    if !table.is_table("due") {
        let nominal = table.get("due")?;
        return Some(When::By { nominal, on_time_through: nominal });
    }
    let due = table.section("due", &["date", "days_after_period", "roll"])?;
    let rolls = due.choice("roll", &[("none", false), ("working_day", true)]).unwrap_or(false);
    let nominal: Date = match (due.has("date"), due.has("days_after_period")) {
        (true, false) => due.get("date")?,
        // The day after the period is the first: seven days after Saturday is the next Saturday.
        (false, true) => {
            campaign.period.1.saturating_add(i64::from(due.get::<Days>("days_after_period")?.0).days())
        }
        _ => {
            table.complain("due", complaint::due_date_or_days());
            return None;
        }
    };
    let on_time_through = if rolls { campaign.calendar.roll_forward(nominal) } else { nominal };
    Some(When::By { nominal, on_time_through })
}

fn each_day(table: &Section<'_>, campaign: &Campaign) -> Option<When> {
    let days = table.section("each_day", &["from", "to", "until_next_day"])?;
    let (from, to) = if days.has("from") || days.has("to") { read_period(&days)? } else { campaign.period };
    Some(When::EachDay { from, to, until_next_day: days.or("until_next_day", Time::midnight()) })
}

fn items(table: &Section<'_>, campaign: &Campaign) -> Vec<Item> {
    let tables = table.sections("items", ITEM);
    if tables.is_empty() {
        table.complain("items", complaint::empty_list());
    }
    let mut read: Vec<(Section<'_>, Item)> = Vec::new();
    let mut is_sound = true;
    for table in tables {
        let Some(item) = read_item(&table, campaign) else { continue };
        if item.id == RESERVED_ITEM {
            table.complain("id", complaint::reserved_id(&item.id));
        }
        if read.iter().any(|(_, other)| other.id == item.id) {
            table.complain("id", complaint::duplicate(&item.id));
            is_sound = false;
        }
        if let Some((name, other)) = read.iter().find_map(|(_, other)| shared_name(&item, other)) {
            table.note_key(Level::Warning, "names", complaint::names_shared(name, other));
        }
        read.push((table, item));
    }
    for (table, item) in read.iter().filter(|_| is_sound) {
        check_scan(table, item, &read);
    }
    read.into_iter().map(|(_, item)| item).collect()
}

fn read_item(table: &Section<'_>, campaign: &Campaign) -> Option<Item> {
    let id = table.need_id("id");
    let title = table.need_words("title");
    let kinds = [
        ("document", ItemKind::Document),
        ("contact", ItemKind::Contact),
        ("form", ItemKind::Form),
        ("scan", ItemKind::Scan),
        ("photo", ItemKind::Photo),
        ("video", ItemKind::Video),
        ("url", ItemKind::Url),
    ];
    let kind = table.need_choice("kind", &kinds)?;
    let word = kinds.iter().find(|(_, other)| *other == kind).map_or("", |(word, _)| word);
    for (key, _) in OF_KINDS.iter().filter(|(key, kinds)| table.has(key) && !kinds.contains(&kind)) {
        table.complain(key, complaint::key_not_for_kind(word));
    }
    let forms: Vec<&str> = campaign.templates.keys().map(String::as_str).collect();
    let form = match kind {
        ItemKind::Form => Some(table.need_reference("form", FORMS, &forms)?),
        _ => None,
    };
    let names: Vec<String> = table.or("names", Vec::new());
    let is_told_by_name = kind == ItemKind::Url || (kind == ItemKind::Scan && !table.has("of"));
    let names: Vec<String> = names.into_iter().filter(|name| !name.trim().is_empty()).collect();
    if is_told_by_name && names.is_empty() {
        table.complain("names", complaint::item_without_name(word));
    } else if kind == ItemKind::Document && names.is_empty() {
        let title = title.as_deref().unwrap_or_default();
        table.note_key(Level::Warning, "names", complaint::document_without_name(title));
    }
    Some(Item {
        id: id?,
        title: title?,
        kind,
        names,
        form,
        of: table.get("of"),
        from_form: table.reference("from_form", FORMS, &forms),
        sections: table.or("sections", Vec::new()),
        limits: limits(table),
    })
}

/// A name that two papers of a requirement share: whoever sends one of them does not say which.
fn shared_name<'a>(item: &'a Item, other: &'a Item) -> Option<(&'a str, &'a str)> {
    let is_paper = |item: &Item| matches!(item.kind, ItemKind::Document | ItemKind::Url);
    let is_shared = |name: &&String| other.names.iter().any(|known| squeeze(known) == squeeze(name));
    let name = item.names.iter().find(is_shared).filter(|_| is_paper(item) && item.kind == other.kind)?;
    Some((name, &other.title))
}

fn limits(table: &Section<'_>) -> Limits {
    let positive = |key: &str| if table.has(key) { table.positive(key, 1) } else { 0 };
    let formats: Vec<String> = table.or("formats", Vec::new());
    let is_ending = |ending: &String| !ending.is_empty() && ending.bytes().all(|b| b.is_ascii_alphanumeric());
    if let Some(bad) = formats.iter().find(|ending| !is_ending(ending)) {
        table.complain("formats", complaint::bad_ending(bad));
    }
    Limits {
        max_count: positive("max_count"),
        formats: formats.iter().map(|ending| ending.to_ascii_lowercase()).collect(),
        max_bytes: u64::from(positive("max_mb")) << 20,
        max_seconds: positive("max_minutes").saturating_mul(60),
        max_words: positive("max_words"),
        anonymous: table.or("anonymous", false),
    }
}

/// A scan is the stamped copy of a form of the same requirement, or a page that is signed by itself.
fn check_scan(table: &Section<'_>, item: &Item, all: &[(Section<'_>, Item)]) {
    if item.kind != ItemKind::Scan {
        return;
    }
    let Some(of) = &item.of else { return };
    let ids: Vec<&str> = all.iter().map(|(_, item)| item.id.as_str()).collect();
    match all.iter().find(|(_, other)| other.id == *of) {
        None => table.complain("of", complaint::unknown_reference("材料", of, &ids)),
        Some((_, other)) if other.kind != ItemKind::Form => {
            table.complain("of", complaint::scan_of_no_form(of));
        }
        Some(_) => {}
    }
}
