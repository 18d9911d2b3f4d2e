//! 来件: the register, the newest mail first, narrowed by what the address says; fifty to a page. The line above it says
//! which folders were searched, so that 「没有」 is an answer.

use jiff::civil::Date;
use minijinja::{Value, context};

use super::ask::{Fields, encoded};
use super::failure::Failure;
use super::frame::Visit;
use super::mail::line;
use super::reply::Reply;
use crate::domain::campaign::Campaign;
use crate::domain::message::{MessageKind, MessageState};
use crate::domain::pinyin::is_short_for;
use crate::report::{self, words::folder_word};
use crate::store::Leaf;

/// Mails on a page.
const PAGE: u32 = 50;
/// The keys of the address, in the order in which they are written.
const KEYS: [&str; 9] = ["since", "from", "to", "unit", "group", "kind", "state", "folder", "flaw"];

/// The page.
pub(super) fn page(visit: &Visit<'_>, id: &str) -> Result<Reply, Failure> {
    let campaign = visit.campaign(id)?;
    let query = &visit.asked.query;
    if let Some(number) = query.get("q").strip_prefix('#').and_then(|number| number.parse::<i64>().ok()) {
        return Ok(Reply::see(format!("/mail/{number}?back={}", encoded(&visit.here()))));
    }
    let number: u32 = query.get("page").parse().unwrap_or(1).max(1);
    let (leaf, misread) = leaf(visit, campaign, query, number);
    let store = &visit.shared.desk.store;
    let (rows, total) = store.leaf(&leaf)?;
    let folders = store.folder_states()?;
    let searched = folders.iter().map(|folder| {
        let at = folder.complete_at.map(|at| crate::domain::chinese::short_moment(campaign.local(at)));
        let name = folder_word(&folder.folder);
        context! { name, folder => folder.folder.as_str(), at, mailbox => folder.mailbox.as_str() }
    });
    let pages = total.div_ceil(u64::from(PAGE)).max(1);
    // An old bookmark: the last page that there is, not one that says no mail had come.
    if u64::from(number) > pages {
        let last = with_page(query, u32::try_from(pages).unwrap_or(1));
        return Ok(Reply::see(format!("/c/{}/mail?{last}", encoded(&campaign.id))));
    }
    let other = |page: u32| format!("?{}", with_page(query, page));
    let page = context! {
        rows => rows.iter().map(|row| line(campaign, row)).collect::<Vec<_>>(), total,
        first => u64::from(leaf.first) + 1, last => u64::from(leaf.first) + rows.len() as u64, misread,
        export => (!rows.is_empty() && visit.who.may_decide()).then(|| kept(query)),
        earlier => (number > 1).then(|| other(number - 1)), later => (u64::from(number) < pages).then(|| other(number + 1)),
        folders => searched.collect::<Vec<_>>(), narrows => KEYS.iter().chain(&["q"]).any(|key| query.has(key)),
        asked => KEYS.iter().chain(&["q"]).map(|key| ((*key).to_owned(), query.get(key).to_owned())).collect::<std::collections::BTreeMap<_, _>>(),
        kinds => MessageKind::ALL.iter().map(|kind| context! { word => kind.word(), title => kind.chinese() }).collect::<Vec<_>>(),
        states => MessageState::ALL.iter().map(|state| context! { word => state.word(), title => state.chinese() }).collect::<Vec<_>>(),
        groups => campaign.groups.iter().map(|(id, title)| context! { id, title }).collect::<Vec<_>>(),
        waiting => waiting(visit)?,
    };
    visit.page("register.html", campaign, "mail", &visit.health(campaign)?, page)
}

/// `…/mail.xlsx` and `.csv`: 收文登记簿 of the mails that the address asks for. It names senders and says what they wrote:
/// it is for whoever works with it.
pub(super) fn file(visit: &Visit<'_>, id: &str, ending: &str) -> Result<Reply, Failure> {
    if !visit.who.may_decide() {
        return Err(Failure::forbidden(visit.who.role));
    }
    let campaign = visit.campaign(id)?;
    let desk = &visit.shared.desk;
    let (leaf, misread) = leaf(visit, campaign, &visit.asked.query, 1);
    if !misread.is_empty() {
        return Err(Failure::wrong(format!("{}。", misread.join("；"))));
    }
    let (mut rows, _) = desk.store.leaf(&Leaf { most: u32::MAX, ..leaf })?;
    // A book is read from its beginning.
    rows.reverse();
    let mut messages = report::messages_json(&rows, &desk.campaigns, visit.now);
    report::add_decisions(&mut messages, &desk.store.decisions()?, &desk.campaigns);
    let book = report::register_book(&messages, campaign, visit.now, None);
    let bytes = match ending {
        "xlsx" => book.xlsx().map_err(|error| Failure::broken(&error))?,
        _ => book.csv().into_bytes(),
    };
    Ok(Reply::Saved(bytes, report::file_name(&book.name, &format!(".{ending}"))))
}

fn waiting(visit: &Visit<'_>) -> Result<Value, Failure> {
    let counts = visit.shared.desk.store.waiting_counts(None)?;
    Ok(context! { on_the_way => counts.on_the_way, unfetched => counts.unfetched })
}

fn with_page(query: &Fields, page: u32) -> String {
    format!("{}&page={page}", kept(query)).trim_start_matches('&').to_owned()
}

/// The conditions of the address.
fn kept(query: &Fields) -> String {
    let kept = KEYS.iter().chain(&["q"]).filter(|key| query.has(key));
    kept.map(|key| format!("{key}={}", encoded(query.get(key)))).collect::<Vec<_>>().join("&")
}

/// What the address asks for, and what of it means nothing.
fn leaf(visit: &Visit<'_>, campaign: &Campaign, query: &Fields, page: u32) -> (Leaf, Vec<String>) {
    let mut misread = Vec::new();
    let today = campaign.local(visit.now).date();
    let mut day = |key: &str| -> Option<Date> {
        let text = query.get(key);
        let read = match text {
            "" => return None,
            "today" => Some(today),
            text => text.parse().ok(),
        };
        if read.is_none() {
            misread.push(format!("看不懂日期“{text}”，例如 2023-05-11"));
        }
        read
    };
    let since = day("since").or(day("from"));
    let until = day("to");
    let several = visit.shared.desk.campaigns.len() > 1;
    let q = query.get("q");
    let units = units(campaign, query, q);
    // A name of a unit asks for its mail, whatever the mail says.
    let text = (!q.is_empty() && !units.1).then(|| q.to_owned());
    let leaf = Leaf {
        campaign: several.then(|| campaign.id.clone()),
        since: since.map(|day| campaign.start_of(day)),
        until: until.map(|day| campaign.end_of(day)),
        units: units.0,
        kind: MessageKind::from_word(query.get("kind")),
        state: MessageState::from_word(query.get("state")),
        folder: Some(query.get("folder")).filter(|folder| !matches!(*folder, "" | "all")).map(str::to_owned),
        text,
        flaw: Some(query.get("flaw").to_uppercase()).filter(|code| !code.is_empty()),
        is_unassigned: query.get("unit") == "-",
        first: (page - 1).saturating_mul(PAGE),
        most: PAGE,
    };
    (leaf, misread)
}

/// Codes of the units whose mail is asked for, and whether the free words named them.
fn units(campaign: &Campaign, query: &Fields, q: &str) -> (Option<Vec<String>>, bool) {
    let named = query.get("unit");
    let all = &campaign.roster.units;
    let by_word = all.iter().filter(|unit| unit.names().any(|name| name == q || is_short_for(q, name)));
    let by_word: Vec<String> = by_word.map(|unit| unit.code.clone()).collect();
    match (named, query.get("group")) {
        ("" | "-", "") if !q.is_empty() && !by_word.is_empty() => (Some(by_word), true),
        ("" | "-", "") => (None, false),
        ("" | "-", group) => (
            Some(all.iter().filter(|unit| unit.group == group).map(|unit| unit.code.clone()).collect()),
            false,
        ),
        (named, _) => {
            let is_meant = |unit: &&crate::domain::unit::Unit| {
                unit.code == named || unit.names().any(|name| name == named)
            };
            (Some(all.iter().filter(is_meant).map(|unit| unit.code.clone()).collect()), false)
        }
    }
}
