//! Papers of a school in the mail of the office that it reports through. They are kept with it and answer nothing of the
//! office's own (`domain.md` a.5-1); where they may be the office's after all, or the school owes them itself, a person
//! must say.

use super::clues::{head_of, stamps_of_book};
use super::parts::{Scene, is_due_once};
use super::succession::may_follow;
use crate::domain::campaign::ItemKind;
use crate::domain::facts::{Content, PartFacts};
use crate::domain::message::PartState;
use crate::domain::text::squeeze;
use crate::domain::unit::Unit;
use crate::form;
use crate::recognition::likeness::is_another_school;
use crate::recognition::names::MASK;
use crate::recognition::nil;
use crate::recognition::unit::is_over;
use crate::recognition::visited::writers;
use crate::recognition::vocabulary::Target;

/// What becomes of a part that is a lower unit's.
pub(super) struct Theirs {
    pub state: PartState,
    pub why: String,
    /// Codes of units that owe it themselves.
    pub concerns: Vec<String>,
}

/// The verdict on a paper that bears the name of a unit under the mail's own and not that one's; none where it counts for
/// the mail's own. Pictures, and what is asked for each day, an office may take from whom it likes.
pub(super) fn of_a_lower_unit(
    scene: &Scene,
    own: &Unit,
    part: &PartFacts,
    target: &Target,
) -> Option<Theirs> {
    let is_paper = !matches!(target.kind, ItemKind::Photo | ItemKind::Video | ItemKind::Url);
    if !is_paper || !is_due_once(scene, target) {
        return None;
    }
    let titles = head_of(part);
    let by_path = lower(scene, own, &part.path);
    let is_headed = |text: &str| {
        let masked = scene.desk.book.mask(text);
        masked
            .trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c.is_ascii_punctuation())
            .starts_with(MASK)
    };
    let named = |line: &&str| !scene.desk.words_of(Some(own)).named(&scene.desk.book.mask(line)).is_empty();
    let (other, is_sure) = match by_path {
        Named::Own => return None,
        Named::Lower(_) if matches!(lower(scene, own, &titles.join("\n")), Named::Own) => return None,
        Named::Lower(other) => (other, part.path.split('/').any(is_headed)),
        Named::Nobody => {
            let stamps = stamps_of_book(part);
            let title = titles.iter().copied().find(|line| named(line) && is_headed(line));
            match lower(scene, own, stamps.first().copied().or(title)?) {
                Named::Lower(other) => (other, !stamps.is_empty()),
                Named::Own | Named::Nobody => return None,
            }
        }
    };
    Some(verdict(scene, (own, other), std::slice::from_ref(target), is_sure))
}

/// The verdict on a form that is a lower unit's by its own cells.
pub(super) fn theirs(scene: &Scene, own: &Unit, other: &Unit, targets: &[Target]) -> Theirs {
    verdict(scene, (own, other), targets, true)
}

/// The verdict on a table whose rows are units that owe it, from somebody of whom it is not asked: a county's bureau that hands on the
/// daily figures of its hospitals. Refused as sent to the wrong place, it left those to be chased.
pub(super) fn gathered<'u>(
    scene: &Scene,
    own: &Unit,
    targets: &[Target],
    listed: impl Iterator<Item = &'u Unit>,
) -> Option<Theirs> {
    let asked = |target: &Target| scene.desk.campaign.requirement(&target.requirement);
    let is_asked_of_own =
        targets.iter().filter_map(asked).any(|requirement| requirement.takes_from(&own.group));
    let mut listed: Vec<&Unit> = listed.collect();
    listed.dedup_by_key(|unit| &unit.code);
    if is_asked_of_own || listed.is_empty() {
        return None;
    }
    let names: Vec<&str> = listed.iter().map(|unit| unit.name.as_str()).collect();
    Some(Theirs {
        state: PartState::Review,
        why: format!("表内各行是{}应报的，来件单位是{}，请认定", names.join("、"), own.name),
        concerns: listed.iter().map(|unit| unit.code.clone()).collect(),
    })
}

fn verdict(scene: &Scene, (own, other): (&Unit, &Unit), targets: &[Target], is_sure: bool) -> Theirs {
    let asked = |target: &Target| scene.desk.campaign.requirement(&target.requirement);
    let owes = targets.iter().filter_map(asked).any(|requirement| requirement.owed_by(&other.group));
    let (name, sender) = (&other.name, &own.name);
    match is_sure && !owes {
        true => Theirs {
            state: PartState::Extra,
            why: format!("{name}自己的材料，随{sender}来件留存，不另计"),
            concerns: vec![],
        },
        false => Theirs {
            state: PartState::Review,
            why: format!("写的是{name}，来件单位是{sender}，请认定"),
            concerns: if owes { vec![other.code.clone()] } else { vec![] },
        },
    }
}

/// Whom a text names, as the mail's own unit sees it.
enum Named<'s> {
    Own,
    Lower(&'s Unit),
    Nobody,
}

fn lower<'s>(scene: &'s Scene, own: &Unit, text: &str) -> Named<'s> {
    let codes = scene.desk.book.codes(text);
    if codes.contains(&own.code) {
        return Named::Own;
    }
    let units = codes.iter().filter_map(|code| scene.desk.campaign.roster.by_code(code));
    let bare = || text.split(['/', '\n']).find_map(|line| by_bare_name(scene, own, line));
    units.into_iter().find(|unit| is_over(own, unit)).or_else(bare).map_or(Named::Nobody, Named::Lower)
}

/// Letters of a name without its place, at least.
const BARE_CHARS: usize = 3;

/// The unit under another one with whose name a line begins, without the place or the house that both share: in the mail of 东城区教育局
/// 实验小学统计表 is that of 东城区实验小学, however many counties have one.
pub(super) fn by_bare_name<'s>(scene: &'s Scene, own: &Unit, line: &str) -> Option<&'s Unit> {
    let masked = squeeze(&scene.desk.book.mask(line));
    let line =
        masked.trim_start_matches(|c: char| c == MASK || c.is_ascii_alphanumeric() || !c.is_alphanumeric());
    let begins = |other: &&Unit| {
        let city = other.city.as_str();
        let shared =
            [city, city.trim_end_matches(['市', '州', '县', '区', '旗'])].into_iter().chain(own.names());
        let bare =
            shared.filter(|shared| !shared.is_empty()).filter_map(|shared| other.name.strip_prefix(shared));
        bare.into_iter().any(|bare| bare.chars().count() >= BARE_CHARS && line.starts_with(bare))
    };
    let under = scene.desk.campaign.roster.units.iter().filter(|other| is_over(own, other));
    under.filter(begins).max_by_key(|other| other.name.len())
}

/// Why a table without a form is hardly that of the mail's own unit: nobody has written into it, or it names somebody outside the roster.
pub(super) fn hardly_its_table(scene: &Scene, own: &Unit, part: &PartFacts) -> Option<String> {
    if is_blank_table(scene, part) {
        return Some("表格只有表头，没有填写内容，请确认是否漏填".to_owned());
    }
    let name = stray_owner(scene, own, part)?;
    Some(format!("表内填报单位“{name}”不在名册，来件单位是{}，请认定", own.name))
}

/// Who keeps a table by its own words that is on no roster, and is not the mail's own unit written otherwise.
fn stray_owner<'p>(scene: &Scene, own: &Unit, part: &'p PartFacts) -> Option<&'p str> {
    let names = stamps_of_book(part).into_iter().filter_map(|stamp| stamp.split_whitespace().next());
    let mut strays = names.filter(|name| scene.desk.book.codes(name).is_empty());
    strays.find(|name| is_another_school(&scene.desk.book, own, name))
}

/// Whether a part is a table into which nobody has written, and the letter says of none that there is nothing.
fn is_blank_table(scene: &Scene, part: &PartFacts) -> bool {
    let Content::Book { grids } = &part.content else { return false };
    let facts = scene.case.facts;
    let mut filled = grids.iter().filter(|grid| !grid.cells.is_empty()).peekable();
    let is_nil = || nil::is_nil(&facts.text) || nil::is_nil(&facts.header.subject);
    filled.peek().is_some() && filled.all(form::is_blank) && !is_nil()
}

/// Another unit that a path names, when it does not name the mail's own and is not over or under it.
pub(super) fn other_unit<'s>(scene: &'s Scene, own: &Unit, text: &str) -> Option<&'s Unit> {
    let codes = writers(&scene.desk.book, text);
    if codes.contains(&own.code) {
        return None;
    }
    let others = codes.iter().filter_map(|code| scene.desk.campaign.roster.by_code(code));
    let is_another = |other: &&Unit| !may_follow(scene.desk.campaign, scene.case, own, other);
    others.filter(is_another).find(|other| !is_over(own, other) && !is_over(other, own))
}
