//! What a mail says to somebody who knows the campaign: the plain facts about it as a letter that `recognition` weighs.

use super::choose::Read;
use super::decoration::decoration;
use super::desk::Desk;
use super::judge::{Case, Said, is_daily_time};
use super::loose::gives_page;
use super::parts::is_stationery;
use crate::domain::facts::{MailFacts, PartFacts, Role};
use crate::mime;
use crate::recognition::kind::Letter;
use crate::recognition::likeness::is_another_school;
use crate::recognition::outsider;
use crate::recognition::unit::Verdict;

/// Whether a mail brings files that may be material: more than decoration, stationery and the shells of others.
pub(super) fn has_files(case: Case) -> bool {
    let facts = case.facts;
    let is_file = |(at, part): (usize, &PartFacts)| {
        part.role != Role::Embedded
            && decoration(case, at).is_none()
            && !is_stationery(part)
            && !is_shell(facts, part)
    };
    facts.parts.iter().enumerate().any(is_file)
}

/// Whether all that a mail brings are pictures shown in its text: they may be the report, or a signature too large to be told.
pub(super) fn only_shows(case: Case) -> bool {
    let facts = case.facts;
    let is_else = |(at, part): (usize, &PartFacts)| {
        part.role != Role::Inline && decoration(case, at).is_none() && !is_stationery(part)
    };
    facts.links.is_empty() && has_files(case) && !facts.parts.iter().enumerate().any(is_else)
}

/// Whether a part is only the shell of others: an archive whose members are listed.
fn is_shell(facts: &MailFacts, part: &PartFacts) -> bool {
    let is_inside =
        |other: &PartFacts| other.path.strip_prefix(&part.path).is_some_and(|rest| rest.starts_with('/'));
    part.role == Role::Archive && part.trouble.is_none() && facts.parts.iter().any(is_inside)
}

/// What a mail says itself, without its signature and names of units.
pub(super) fn own_words(read: &Read, case: Case) -> String {
    let text = case.facts.text.as_str();
    let said = text.trim_end().strip_suffix(mime::signature(text)).unwrap_or(text);
    let written: Vec<&str> = said.lines().filter(|line| !mime::is_of_device(line)).collect();
    masked_lines(read.desk, &written.join("\n"))
}

/// A text without the names of units, line by line.
fn masked_lines(desk: &Desk, text: &str) -> String {
    text.lines().map(|line| desk.book.mask(line)).collect::<Vec<_>>().join("\n")
}

/// What a mail says to somebody who knows the campaign.
pub(super) fn of<'c>(
    read: &'c Read,
    case: Case<'c>,
    has_files: bool,
    said: Said,
    verdict: &Verdict,
    own_words: &'c str,
) -> Letter<'c> {
    let (facts, desk) = (case.facts, read.desk);
    let names_an_item = |name: &str| !desk.vocabulary.named(&desk.book.mask(name)).is_empty();
    let unit = verdict.unit.as_deref().and_then(|code| desk.campaign.roster.by_code(code));
    let company = unit.filter(|unit| ["公司", "集团"].iter().any(|kind| unit.name.contains(kind)));
    let is_own = |name: &str| company.is_some_and(|own| !is_another_school(&desk.book, own, name));
    let own_company = company.map(|_| &is_own as &dyn Fn(&str) -> bool);
    let has_form = read.forms.iter().any(|read| !read.is_empty());
    let has_answer = has_form
        || facts.parts.iter().any(|part| names_an_item(&part.path))
        || facts.links.iter().any(|link| names_an_item(&link.name));
    Letter {
        subject: &facts.header.subject,
        text: &facts.text,
        has_material: has_files || !facts.links.is_empty() || gives_page(desk.campaign, &facts.text),
        only_shows: only_shows(case),
        has_answer,
        has_form,
        lists_items: names_an_item(&facts.header.subject),
        has_keyword: read.words > 0 || said.unit.is_some(),
        another: read.another.as_deref(),
        names_unit: !verdict.concerns.is_empty(),
        is_from_unit: verdict.unit.is_some(),
        is_known_address: verdict.is_by_address,
        // What brings a form of the campaign is a unit's, whoever's words are beside it.
        is_outsiders: !has_form
            && outsider::speaks(&facts.header.subject, &masked_lines(desk, &facts.text), own_company),
        said: own_words,
        is_daily_time: is_daily_time(desk.campaign, desk.campaign.local(case.received_at).date()),
        own: &desk.own,
        business: &desk.business,
        takes_nil: desk.campaign.requirements.iter().any(|requirement| requirement.nil_report),
    }
}
