//! 待办: what waits for a person, the most urgent kind first, inside each the oldest first; each with what it is, why it was
//! not decided by itself, whom it may concern and by what evidence, and the few buttons that settle it.

use minijinja::value::Serde;
use minijinja::{Value, context};

use super::failure::Failure;
use super::fix;
use super::frame::Visit;
use super::mail::{is_seen, line, rivals};
use super::reply::Reply;
use super::view::{choices, options, short};
use crate::domain::campaign::Campaign;
use crate::domain::message::{MessageState, PartState};
use crate::domain::unit::Unit;
use crate::fault::Fault;
use crate::intake::rule::assign::Writers;
use crate::report::words::{part_family, part_word};
use crate::report::{about_link, dead_addresses, waiting_links};
use crate::store::{MessageRow, OutboxState, PartRow, PendingMail};

/// Candidates shown of one mail; a person who sees more reads none.
const MOST_CANDIDATES: usize = 5;
/// Cards of one kind on one page: more are not settled before the page is made again.
const MOST_CARDS: usize = 50;

/// The kinds in the order of the harm that waiting does: word in the address, and what staff call it.
const KINDS: &[(&str, &str)] = &[
    ("unsure", "待查实"),
    ("unassigned", "未识别"),
    ("conflict", "不一致"),
    ("review", "待核"),
    ("parked", "待处理"),
    ("links", "链接将失效"),
    ("contacts", "收不到邮件的地址"),
    ("questions", "咨询待答复"),
];

/// What waits, of one campaign and of none.
struct Waiting {
    unsure: Vec<Value>,
    unassigned: Vec<PendingMail>,
    conflict: Vec<PendingMail>,
    review: Vec<PendingMail>,
    parked: Vec<PendingMail>,
    links: Vec<Value>,
    contacts: Vec<Value>,
    questions: Vec<PendingMail>,
}

/// The page.
pub(super) fn page(visit: &Visit<'_>, id: &str) -> Result<Reply, Failure> {
    let campaign = visit.campaign(id)?;
    let waiting = waiting(visit, campaign)?;
    let wanted = visit.asked.query.get("kind");
    let counts = [
        waiting.unsure.len(),
        waiting.unassigned.len(),
        waiting.conflict.len(),
        waiting.review.len(),
        waiting.parked.len(),
        waiting.links.len(),
        waiting.contacts.len(),
        waiting.questions.len(),
    ];
    let total: usize = counts.iter().sum();
    let kinds = KINDS.iter().zip(counts).map(|((kind, word), count)| {
        context! { kind => *kind, word => *word, count, is_current => wanted == *kind }
    });
    let mut groups = Vec::new();
    let mails = [
        ("unassigned", &waiting.unassigned),
        ("conflict", &waiting.conflict),
        ("review", &waiting.review),
        ("parked", &waiting.parked),
        ("questions", &waiting.questions),
    ];
    let is_shown = |kind: &str| wanted.is_empty() || wanted.split(',').any(|one| one == kind);
    let writers = Writers::of(&visit.shared.desk.store, campaign)?;
    for (kind, rows) in mails.into_iter().filter(|(kind, _)| is_shown(kind)) {
        let shown = visit.shared.desk.store.whole(rows, MOST_CARDS)?;
        let cards = shown.iter().map(|row| card(visit, campaign, &writers, row));
        groups.push(context! { kind, cards => cards.collect::<Result<Vec<_>, _>>()?, more => rows.len().saturating_sub(MOST_CARDS) });
    }
    let page = context! {
        total, kinds => kinds.collect::<Vec<_>>(), groups,
        unsure => if is_shown("unsure") { waiting.unsure } else { vec![] },
        links => if is_shown("links") { waiting.links } else { vec![] },
        contacts => if is_shown("contacts") { waiting.contacts } else { vec![] },
        untold => if is_shown("fix") { fix::untold(visit, campaign)? } else { vec![] },
        options => options(&choices(campaign)), most => MOST_CARDS,
    };
    visit.page("todo.html", campaign, "todo", &visit.health(campaign)?, page)
}

fn waiting(visit: &Visit<'_>, campaign: &Campaign) -> Result<Waiting, Fault> {
    let store = &visit.shared.desk.store;
    let of_state = |state| {
        let rows = store.pending(state)?.into_iter();
        Ok::<Vec<PendingMail>, Fault>(rows.filter(|row| is_here(row, campaign)).collect())
    };
    let (unassigned, with_unit): (Vec<_>, Vec<_>) =
        of_state(MessageState::Review)?.into_iter().partition(|row| row.unit.is_none());
    let (conflict, review) =
        with_unit.into_iter().partition(|row| names_another(&row.may_concern, row.unit.as_ref()));
    let unsure = store.outbox(Some(OutboxState::Unsure))?;
    let unsure = unsure.into_iter().map(|row| {
        let name = row.mail.unit.as_deref().and_then(|code| campaign.roster.by_code(code));
        context! {
            id => row.id, unit => name.map(|unit| unit.name.as_str()), to => row.mail.to, subject => row.mail.subject,
            reply => row.reply, at => short(campaign, Some(&campaign.rfc3339(row.mail.queued_at))), text => row.mail.text,
        }
    });
    let links = waiting_links(store, campaign, visit.now)?;
    let links = links.iter().filter(|link| link.is_urgent).map(|link| {
        context! { about => about_link(&link.name, &link.url), ..Value::from(Serde(link)) }
    });
    let contacts = dead_addresses(store, campaign)?.into_iter().map(|dead| {
        let code = campaign.roster.find(&dead.unit).map(|unit| unit.code.clone());
        context! { code, words => dead.words.clone(), ..Value::from(Serde(dead)) }
    });
    Ok(Waiting {
        unsure: unsure.collect(),
        unassigned,
        conflict,
        review,
        parked: of_state(MessageState::Parked)?,
        links: links.collect(),
        contacts: contacts.collect(),
        questions: store.open_questions(&campaign.id)?,
    })
}

fn is_here(row: &PendingMail, campaign: &Campaign) -> bool {
    row.campaign.as_ref().is_none_or(|id| *id == campaign.id)
}

/// Whether a clue names another unit than the one whose mail it was taken for.
fn names_another(may_concern: &[String], unit: Option<&String>) -> bool {
    may_concern.iter().any(|code| Some(code) != unit)
}

/// Codes of units that a clue names beside the one whose mail it was taken for.
fn others_named(row: &MessageRow) -> Vec<&String> {
    row.may_concern.iter().filter(|code| Some(*code) != row.unit.as_ref()).collect()
}

fn card(
    visit: &Visit<'_>,
    campaign: &Campaign,
    writers: &Writers<'_>,
    row: &MessageRow,
) -> Result<Value, Fault> {
    let waits = |part: &PartRow| matches!(part.state, PartState::Review | PartState::Unreadable);
    let waiting = row.parts.iter().enumerate().filter(|(_, part)| waits(part));
    let parts: Vec<Value> = waiting.map(|part| waiting_part(campaign, row, part)).collect();
    let mut candidates = candidates(campaign, row);
    // Where nobody else is named, whose it is settles nothing: what it holds waits.
    let is_about_unit = names_another(&row.may_concern, row.unit.as_ref())
        || (parts.is_empty() && !waits_as_whole(visit, row));
    candidates.retain(|one| is_about_unit || !one.get_attr("is_current").is_ok_and(|is| is.is_true()));
    // The box to tick is withheld where the address tells nothing.
    let is_shared = match campaign.roster.units.first() {
        Some(_) if !row.from.is_empty() => writers.of_mail(row)?.len() > 1,
        _ => true,
    };
    Ok(context! {
        mail => line(campaign, row), parts, candidates, is_shared, is_known => !row.loose.is_empty() || !row.parts.is_empty(),
        rivals => rivals(row, &visit.shared.desk.campaigns),
        evidence => row.evidence.iter().map(|(rule, text)| context! { rule, text }).collect::<Vec<_>>(),
        holds => row.may_hold_material,
        others => others_named(row).into_iter().filter_map(|code| campaign.roster.by_code(code)).map(|unit| context! { code => unit.code.as_str(), name => unit.name.as_str() }).collect::<Vec<_>>(),
    })
}

/// A part that a person has to rule on: what nobody can tell, and what could not be read.
fn waiting_part(campaign: &Campaign, row: &MessageRow, (place, part): (usize, &PartRow)) -> Value {
    let unit = part.answers.first().and_then(|answer| campaign.roster.by_code(&answer.unit));
    let reasons = match part.state {
        PartState::Unreadable => format!("{}，请重新报送未加密、能打开的文件", part.why),
        _ => String::new(),
    };
    context! {
        place, path => part.path.as_str(), why => part.why.as_str(), is_kept => part.sha256.is_some(), reasons,
        word => part_word(part.state, &part.media_type), family => part_family(part.state), is_seen => is_seen(&part.media_type),
        is_owned => row.unit.is_some() || unit.is_some(), is_known => unit.is_some(),
        unit => unit.filter(|unit| Some(&unit.code) != row.unit.as_ref()).map(|unit| unit.name.as_str()),
    }
}

/// Whether a mail waits for what it is, not for whose: links are to be looked at, or it could not be read to its end.
fn waits_as_whole(visit: &Visit<'_>, row: &MessageRow) -> bool {
    let is_cut = || visit.shared.desk.store.facts(row.id).is_ok_and(|(facts, _)| !facts.trouble.is_empty());
    !row.links.is_empty() || is_cut()
}

/// Units that a clue of a mail names, each with the evidence that names it.
pub(super) fn candidates(campaign: &Campaign, row: &MessageRow) -> Vec<Value> {
    let named = row.may_concern.iter().chain(&row.unit);
    let mut units: Vec<&Unit> = Vec::new();
    for unit in named.filter_map(|code| campaign.roster.by_code(code)) {
        if !units.iter().any(|other| other.code == unit.code) {
            units.push(unit);
        }
    }
    let one = |unit: &&Unit| {
        let says = |text: &str| unit.names().any(|name| text.contains(name)) || text.contains(&unit.code);
        let evidence = row.evidence.iter().filter(|(_, text)| says(text));
        let evidence: Vec<String> = evidence.map(|(rule, text)| format!("{rule}“{text}”")).collect();
        context! {
            code => unit.code.as_str(), name => unit.name.as_str(), evidence => evidence.join("；"),
            is_current => Some(&unit.code) == row.unit.as_ref(),
        }
    };
    units.iter().take(MOST_CANDIDATES).map(one).collect()
}
