//! Answers that hang on no attachment: a link to a cloud, 今日无, a contact person in the text.

use super::answers::{Answered, day_told, loose};
use super::around::around;
use super::clues::text_of;
use super::limits::broken_by_link;
use super::meant::{Meant, meant};
use super::nothing::{judge_nil, judge_nil_beside};
use super::parts::{Outcome, Scene, flaw, item_of};
use super::versions;
use crate::domain::campaign::{Campaign, ItemKind, Requirement};
use crate::domain::facts::LinkFacts;
use crate::domain::message::{MessageKind, PartState};
use crate::domain::submission::{Filing, Level};
use crate::domain::unit::Unit;
use crate::recognition::item::{self, Guess, Shape, Texts};
use crate::recognition::kind;
use crate::recognition::page;
use crate::recognition::version::of_name;
use crate::recognition::vocabulary::Target;

/// Cloud attachments: their name or the subject says what they are; they count until they expire (`LINK`).
pub(super) fn judge_links(scene: &Scene, outcome: &mut Outcome) {
    let Some(unit) = scene.unit else { return };
    let parts = scene.case.facts.parts.len();
    let alone = outcome.parts.iter().all(|part| part.state == PartState::Ignored);
    for (at, link) in scene.case.facts.links.iter().enumerate().filter(|(_, link)| !link.fetched) {
        let is_alone = alone && scene.case.facts.links.len() == 1;
        let targets = link_targets(scene, link, is_alone);
        let Some(target) = targets.first() else {
            outcome.asks.insert(parts + at, format!("云附件“{}”不知是什么材料，请下载确认", link.name));
            continue;
        };
        let is_dead = link.expires.is_some_and(|end| end <= scene.case.received_at);
        if is_dead {
            outcome.asks.insert(parts + at, format!("云附件“{}”收到时已经失效，请单位重发", link.name));
        }
        // A warning, not an error: it counts, and whether the unit has to send it again is for staff to say.
        let mut flaws = vec![flaw("LINK", Level::Warning, only_a_link(scene, link))];
        flaws.extend(item_of(scene, target).into_iter().flat_map(|item| broken_by_link(&item.limits, link)));
        let state = if is_dead { PartState::Review } else { PartState::Flawed };
        let own = [("云附件名", link.name.as_str())];
        let told = day_told(scene, target, &own, None);
        if told.is_open {
            outcome.asks.insert(parts + at, format!("云附件“{}”{}", link.name, told.why));
        }
        let state = if told.is_open { PartState::Review } else { state };
        let day = told.day;
        let given = Answered { state, flaws, why: "云附件" };
        let version = versions::filed(scene, target, of_name(item::stem(&link.name)), None);
        let filing = loose(scene, unit, target, day, given, &link.url, at);
        outcome.loose.extend(filing.map(|filing| Filing { version, ..filing }));
    }
}

/// 「只有下载链接（提取码x7k2），6月14日15:29到期，请及时下载存档」.
fn only_a_link(scene: &Scene, link: &LinkFacts) -> String {
    let code = link.code.as_ref().map(|code| format!("（提取码{code}）")).unwrap_or_default();
    let until = link.expires.map_or_else(String::new, |at| {
        format!("，{}到期", scene.desk.campaign.local(at).strftime("%-m月%-d日%H:%M"))
    });
    format!("只有下载链接{code}{until}，请及时下载存档")
}

/// What a link answers. `is_alone`: the mail brings nothing else, so that the subject speaks of it.
fn link_targets(scene: &Scene, link: &LinkFacts, is_alone: bool) -> Vec<Target> {
    let mask = |text: &str| scene.desk.book.mask(text);
    let texts = Texts {
        name: mask(item::stem(&link.name)),
        subject: mask(&scene.case.facts.header.subject),
        ..Texts::default()
    };
    let (around, words) = (around(scene), scene.desk.words_of(scene.unit));
    let guess = match item::shape_of_name(&link.name) {
        Shape::Other => {
            let says = format!("{} {} {}", link.name, texts.subject, scene.case.facts.text);
            let named = item::of_link(words, &texts, is_alone && item::shape_of_words(&says) == Shape::Other);
            named.unwrap_or_else(|| item::of_part(words, item::shape_of_words(&says), &texts, &around))
        }
        shape => item::of_part(words, shape, &texts, &around),
    };
    let targets = match guess {
        Guess::Items(targets, _) => targets,
        Guess::NotTheForm(target, _) => vec![target],
        _ => vec![],
    };
    match meant(scene, usize::MAX, targets, &texts, &around.forms) {
        Meant::Sure(targets) => targets,
        Meant::Open(..) => vec![],
    }
}

pub(super) fn plainly(why: &str) -> Answered<'_> {
    Answered { state: PartState::Accepted, flaws: vec![], why }
}

/// What the text itself answers: 今日无, and a contact person named in it.
pub(super) fn judge_text(scene: &Scene, kind: MessageKind, outcome: &mut Outcome) {
    let Some(unit) = scene.unit else { return };
    let at = scene.case.facts.links.len();
    if kind == MessageKind::NilReport {
        return judge_nil(scene, unit, at, outcome);
    }
    judge_pages(scene, unit, at + 1, outcome);
    if kind == MessageKind::Submission {
        judge_nil_beside(scene, unit, at, outcome);
    }
    let text = &scene.case.facts.text;
    if kind::names_contact(text)
        && let Some(target) = contact_target(scene, unit)
    {
        let name = format!("contact {}", scene.case.id);
        outcome.loose.extend(loose(scene, unit, &target, None, plainly("正文联络员"), &name, at));
    }
}

/// Web addresses that the mail or a document in it gives for an item (公开网址：…).
fn judge_pages(scene: &Scene, unit: &Unit, at: usize, outcome: &mut Outcome) {
    let facts = scene.case.facts;
    let texts = || std::iter::once(facts.text.as_str()).chain(facts.parts.iter().filter_map(text_of));
    for requirement in taken_from(scene, unit) {
        for item in requirement.items.iter().filter(|item| item.kind == ItemKind::Url) {
            let mut pages: Vec<String> = texts().flat_map(|text| page::named(text, &item.names)).collect();
            pages.dedup();
            let target =
                Target { requirement: requirement.id.clone(), item: item.id.clone(), kind: ItemKind::Url };
            for url in &pages {
                let inside = format!("{url}看来是校内地址，校外打不开，请公开后重新报送");
                let inside = (!page::is_public(url)).then(|| flaw("PAGE", Level::Warning, inside));
                let given = Answered { flaws: inside.into_iter().collect(), ..plainly("网址") };
                outcome.loose.extend(loose(scene, unit, &target, None, given, url, at));
            }
        }
    }
}

/// Whether the mail gives a web address that an item of the campaign asks for.
pub(super) fn gives_page(campaign: &Campaign, text: &str) -> bool {
    let items = campaign.requirements.iter().flat_map(|requirement| &requirement.items);
    items.filter(|item| item.kind == ItemKind::Url).any(|item| !page::named(text, &item.names).is_empty())
}

/// The item that asks the unit for a contact person.
fn contact_target(scene: &Scene, unit: &Unit) -> Option<Target> {
    taken_from(scene, unit).find_map(|requirement| {
        let item = requirement.items.iter().find(|item| item.kind == ItemKind::Contact)?;
        Some(Target { requirement: requirement.id.clone(), item: item.id.clone(), kind: item.kind })
    })
}

pub(super) fn taken_from<'s>(scene: &'s Scene, unit: &'s Unit) -> impl Iterator<Item = &'s Requirement> {
    scene.desk.campaign.requirements.iter().filter(|requirement| requirement.takes_from(&unit.group))
}
