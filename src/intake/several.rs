//! One mail that brings material of several campaigns: it is judged as if it were each one's, and each of its parts is
//! taken from the campaign that the part itself speaks for, by its form, its name and title, then its folder. What says
//! nothing of its own goes where it answers something; what could go to two waits for a person.

use std::collections::BTreeSet;

use super::alike::{of_several, told_apart};
use super::choose::{Read, closest};
use super::clues::{text_of, title_lines};
use super::example::ask_of_examples;
use super::jointly::ask_whose;
use super::judge::Case;
use super::loose::{judge_links, judge_text};
use super::owners::{distinct, owners};
use super::parts::{Outcome, Scene, judge_parts, plain};
use super::succession::hand_on;
use crate::domain::campaign::{Campaign, ItemKind};
use crate::domain::facts::{Content, PartFacts, Role};
use crate::domain::message::{MessageKind, PartState, UnitBy};
use crate::domain::submission::Filing;
use crate::domain::unit::Unit;
use crate::recognition::campaign::{Signs, claim, could_be_either};
use crate::recognition::keyword::Lines;
use crate::recognition::unit::Verdict;
use crate::store::FiledPart;

/// What a mail comes to in one campaign.
pub(super) struct Side<'j, 'a> {
    pub read: Read<'j, 'a>,
    pub verdict: Verdict,
    pub outcome: Outcome,
}

/// Where a part goes.
pub(super) enum Place {
    /// To the campaign of this side; whether the part says so itself.
    Side(usize, bool),
    /// A person must say which of these sides, for this reason.
    Open(Vec<usize>, String),
}

impl<'j, 'a> Side<'j, 'a> {
    pub fn new(read: Read<'j, 'a>, verdict: Verdict) -> Self {
        Self { read, verdict, outcome: Outcome::default() }
    }

    pub(super) fn campaign(&self) -> &'a Campaign {
        self.read.desk.campaign
    }

    pub(super) fn unit(&self) -> Option<&'a Unit> {
        self.verdict.unit.as_deref().and_then(|code| self.campaign().roster.by_code(code))
    }

    /// Judges all of the mail as this campaign's.
    pub fn judge(&mut self, case: Case, kind: MessageKind) {
        let (desk, unit) = (self.read.desk, self.unit());
        let owners = owners(desk, case, &self.read.forms).filter(|_| unit.is_none()).unwrap_or_default();
        for owner in distinct(&owners) {
            self.verdict.review = None;
            self.verdict.evidence.push(("各部分写明单位".to_owned(), owner.name.clone()));
        }
        let arrived = desk.campaign.local(case.received_at);
        let has_keyword = self.read.words > 0;
        let scene = Scene { desk, case, unit, owners, arrived, forms: &self.read.forms, has_keyword };
        let mut outcome = judge_parts(&scene);
        judge_links(&scene, &mut outcome);
        judge_text(&scene, kind, &mut outcome);
        // Whom a person named is meant, whether it is there any more or not.
        if self.verdict.by != Some(UnitBy::Staff) {
            ask_whose(&scene, &mut outcome);
            ask_of_examples(&scene, &mut outcome);
            let succession = hand_on(desk.campaign, case, &mut outcome);
            self.verdict.evidence.extend(succession.evidence);
            if let Some(heir) = succession.heir.filter(|_| unit.is_some()) {
                self.verdict.unit = Some(heir.code.clone());
            }
        }
        for part in &mut outcome.parts {
            part.campaign = Some(desk.campaign.id.clone());
        }
        self.outcome = outcome;
    }
}

/// Who sent a mail is the same whichever campaign it is for: where only one of them knows the sender, the others believe
/// it; where they disagree, a person must say.
pub(super) fn agree_on_unit(sides: &mut [Side]) {
    let named: BTreeSet<String> = sides.iter().filter_map(|side| Some(side.unit()?.name.clone())).collect();
    let mut names = named.iter();
    let (Some(name), second) = (names.next(), names.next()) else { return };
    if let Some(second) = second {
        let why = format!("不同报送任务认定的单位不一致（{name}、{second}），请认定单位");
        for side in sides {
            side.verdict.unit = None;
            side.verdict.by = None;
            side.verdict.review = Some(why.clone());
        }
        return;
    }
    let by = sides.iter().find_map(|side| side.verdict.by.filter(|_| side.verdict.unit.is_some()));
    for side in sides.iter_mut().filter(|side| side.verdict.unit.is_none()) {
        let known = side.campaign().roster.units.iter().find(|unit| unit.name == *name);
        if let Some(unit) = known.filter(|_| side.verdict.concerns.is_empty()) {
            (side.verdict.unit, side.verdict.by, side.verdict.review) = (Some(unit.code.clone()), by, None);
        }
    }
}

/// Gives each part and link to its campaign: afterwards the first side holds all of them and is the mail's own, the rest
/// tell only what they saw. `which`: campaigns that the mail as a whole could be of; none any more where its parts say it.
pub(super) fn share<'a>(case: Case, sides: &mut Vec<Side>, which: Vec<&'a Campaign>) -> Vec<&'a Campaign> {
    if sides.len() < 2 {
        return which;
    }
    let mut places: Vec<Place> = Vec::new();
    for (at, part) in case.facts.parts.iter().enumerate() {
        let place = match part.parent.filter(|_| part.role == Role::Embedded) {
            Some(parent) => match places.get(parent) {
                Some(Place::Side(side, is_told)) => Place::Side(*side, *is_told),
                _ => Place::Side(0, false),
            },
            None => place_of(case, sides, at, part),
        };
        places.push(place);
    }
    let links: Vec<Place> = (0..case.facts.links.len()).map(|at| place_of_link(case, sides, at)).collect();
    let is_file = |at: &usize| sides.iter().any(|side| is_material(side, *at));
    let files: Vec<&Place> = places
        .iter()
        .enumerate()
        .filter(|(at, _)| is_file(at))
        .map(|(_, place)| place)
        .chain(&links)
        .collect();
    let is_told = !files.is_empty() && files.iter().all(|place| matches!(place, Place::Side(_, true)));
    let mut used: BTreeSet<usize> = BTreeSet::new();
    for place in &files {
        match place {
            Place::Side(side, _) => used.extend([*side]),
            Place::Open(several, _) => used.extend(several),
        }
    }
    let is_open = files.iter().any(|place| matches!(place, Place::Open(..)));
    let heard = if used.is_empty() { BTreeSet::from([0]) } else { used.clone() };
    gather(case, sides, (&places, &links), &heard);
    // A mail whose subject speaks of one campaign and whose files are all another's is that other's.
    let only = used.first().copied().filter(|side| *side > 0 && used.len() == 1 && !is_open);
    if let Some(only) = only {
        let outcome = sides.first_mut().map(|own| std::mem::take(&mut own.outcome)).unwrap_or_default();
        sides.swap(0, only);
        if let Some(own) = sides.first_mut() {
            own.outcome = outcome;
        }
        used.clear();
    }
    let mut at = 0;
    sides.retain(|_| {
        at += 1;
        at == 1 || used.contains(&(at - 1))
    });
    if is_told { Vec::new() } else { which }
}

/// The campaigns a mail could be of beside its own, and what their rosters call its unit: while it waits, nobody is chased for
/// what it may hold.
pub(super) fn elsewhere(sides: &[Side], which: &[&Campaign]) -> (Vec<String>, Vec<String>) {
    let (mut campaigns, mut units) = (Vec::new(), Vec::new());
    let Some((own, others)) = sides.split_first() else { return (campaigns, units) };
    let mut add = |campaign: &Campaign, unit: Option<String>| {
        if campaign.id != own.campaign().id && !campaigns.contains(&campaign.id) {
            campaigns.push(campaign.id.clone());
            units.extend(unit);
        }
    };
    for side in others {
        add(side.campaign(), side.verdict.unit.clone());
    }
    for campaign in which {
        let unit = own.unit().and_then(|unit| campaign.same_unit(own.campaign(), &unit.code));
        add(campaign, unit.map(|unit| unit.code.clone()));
    }
    (campaigns, units)
}

fn is_material(side: &Side, at: usize) -> bool {
    let part = side.outcome.parts.get(at);
    part.is_some_and(|part| !matches!(part.state, PartState::Container | PartState::Ignored))
}

/// Moves what belongs to the other sides into the first. `heard`: those for which the text of the mail may speak.
fn gather(case: Case, sides: &mut [Side], (places, links): (&[Place], &[Place]), heard: &BTreeSet<usize>) {
    let parts = case.facts.parts.len();
    let Some((own, others)) = sides.split_first_mut() else { return };
    let side_of =
        |ordinal: usize| match places.get(ordinal).or_else(|| links.get(ordinal.checked_sub(parts)?)) {
            Some(Place::Side(side, _)) => Some(*side),
            Some(Place::Open(..)) => None,
            None => Some(0),
        };
    let ordinal = |filing: &Filing| usize::try_from(filing.ordinal).unwrap_or(usize::MAX);
    let texts_from = parts + case.facts.links.len();
    let all = &mut own.outcome;
    all.readings.retain(|row| side_of(row.part) == Some(0));
    all.learned.retain(|(at, _)| side_of(*at) == Some(0));
    all.asks.retain(|at, _| side_of(*at) == Some(0));
    let is_said = |filing: &Filing| ordinal(filing) >= texts_from;
    all.loose.retain(|filing| match is_said(filing) {
        true => heard.contains(&0),
        false => side_of(ordinal(filing)) == Some(0),
    });
    let kinds = |campaign: &Campaign, filing: &Filing| kind_of(campaign, filing);
    let mut texts: Vec<Option<ItemKind>> = all
        .loose
        .iter()
        .filter(|filing| is_said(filing))
        .map(|filing| kinds(own.read.desk.campaign, filing))
        .collect();
    for (number, other) in (1..).zip(others.iter_mut()) {
        let campaign = other.read.desk.campaign;
        let theirs = std::mem::take(&mut other.outcome);
        let is_theirs = |at: usize| side_of(at) == Some(number);
        for (at, part) in theirs.parts.into_iter().enumerate().filter(|(at, _)| is_theirs(*at)) {
            if let Some(place) = all.parts.get_mut(at) {
                *place = part;
            }
        }
        all.readings.extend(theirs.readings.into_iter().filter(|row| is_theirs(row.part)));
        all.learned.extend(theirs.learned.into_iter().filter(|(at, _)| is_theirs(*at)));
        all.asks.extend(theirs.asks.into_iter().filter(|(at, _)| is_theirs(*at)));
        // A contact person named in the text is one campaign's; a web address goes where one is asked for; neither to a
        // campaign of which nothing else came.
        let (said, linked): (Vec<_>, Vec<_>) = theirs.loose.into_iter().partition(is_said);
        all.loose.extend(linked.into_iter().filter(|filing| is_theirs(ordinal(filing))));
        let new = said
            .into_iter()
            .filter(|filing| heard.contains(&number) && !texts.contains(&kinds(campaign, filing)));
        let new: Vec<Filing> = new.collect();
        texts.extend(new.iter().map(|filing| kinds(campaign, filing)));
        all.loose.extend(new);
        other.outcome.concerns = theirs.concerns;
    }
    for (at, place) in places.iter().enumerate() {
        if let (Place::Open(_, why), Some(part)) = (place, all.parts.get_mut(at)) {
            *part = plain(PartState::Review, why.clone());
        }
    }
    for (at, place) in links.iter().enumerate() {
        if let Place::Open(_, why) = place {
            all.asks.entry(parts + at).or_insert_with(|| why.clone());
        }
    }
}

fn kind_of(campaign: &Campaign, filing: &Filing) -> Option<ItemKind> {
    Some(campaign.requirement(&filing.requirement)?.item(&filing.item)?.kind)
}

fn place_of(case: Case, sides: &[Side], at: usize, part: &PartFacts) -> Place {
    if !sides.iter().any(|side| is_material(side, at)) {
        return Place::Side(0, false);
    }
    let forms = |side: &Side| side.read.forms.get(at).map_or(0, Vec::len);
    let name = name_of(part);
    let titles = text_of(part).map(title_lines).unwrap_or_default().join("\n");
    let by_name = strongest(sides, |side| speaks(side, name));
    let by_title = strongest(sides, |side| speaks(side, &titles));
    let answers = |side: &Side| side.outcome.parts.get(at).map_or(0, answer);
    let by_form = strongest(sides, forms);
    if !by_form.is_empty() {
        return match nearest(case, sides, &by_form, true, answers) {
            Place::Open(several, why) => told_apart(case, sides, at, (several, why)),
            place => place,
        };
    }
    let several = |text: &str| of_several(case, sides, text, answers);
    if let Some(open) = several(name).or_else(|| several(&titles)) {
        return open;
    }
    if !by_name.is_empty() && !by_title.is_empty() && !by_name.iter().any(|side| by_title.contains(side)) {
        let several = by_name.iter().chain(&by_title).copied().collect();
        let why = "文件名与文中标题说的不是同一个报送任务，请打开确认".to_owned();
        return Place::Open(several, why);
    }
    let own = strongest(sides, |side| score_of(side, name, &titles));
    if !own.is_empty() {
        return nearest(case, sides, &own, true, answers);
    }
    for around in around(case, part) {
        let told = strongest(sides, |side| speaks(side, around));
        if !told.is_empty() {
            return nearest(case, sides, &told, true, answers);
        }
    }
    nearest(case, sides, &(0..sides.len()).collect::<Vec<_>>(), false, answers)
}

/// What a part is called, without what it lies in.
pub(super) fn name_of(part: &PartFacts) -> &str {
    part.path.rsplit_once('/').map_or(&part.path, |(_, name)| name)
}

/// What a part lies in, the nearest first: folders, then mails by their subjects.
pub(super) fn around<'c>(case: Case<'c>, part: &'c PartFacts) -> impl Iterator<Item = &'c str> {
    let subjects = part.ancestors(&case.facts.parts).filter_map(|around| match &around.content {
        Content::Mail { subject, .. } => Some(subject.as_str()),
        _ => None,
    });
    let folders = part.path.rsplit_once('/').map_or("", |(folders, _)| folders);
    folders.rsplit('/').chain(subjects)
}

fn place_of_link(case: Case, sides: &[Side], at: usize) -> Place {
    let Some(link) = case.facts.links.get(at) else { return Place::Side(0, false) };
    let ordinal = u32::try_from(case.facts.parts.len() + at).unwrap_or(u32::MAX);
    let answers =
        |side: &Side| usize::from(side.outcome.loose.iter().any(|filing| filing.ordinal == ordinal));
    let told = strongest(sides, |side| speaks(side, &link.name));
    if told.is_empty() {
        return nearest(case, sides, &(0..sides.len()).collect::<Vec<_>>(), false, answers);
    }
    nearest(case, sides, &told, true, answers)
}

fn speaks(side: &Side, name: &str) -> usize {
    score_of(side, name, "")
}

pub(super) fn score_of(side: &Side, name: &str, titles: &str) -> usize {
    let (_, words) = side.read.desk.score(&Signs { names: Lines::of(name), texts: Lines::of(titles) }, 0);
    words + side.read.desk.titles_in(name) + side.read.desk.titles_in(titles)
}

/// The sides for which something speaks most; none where it speaks for nobody.
fn strongest(sides: &[Side], strength: impl Fn(&Side) -> usize) -> Vec<usize> {
    let all: Vec<usize> = sides.iter().map(strength).collect();
    let most = all.iter().copied().max().filter(|most| *most > 0);
    all.iter().enumerate().filter(|(_, one)| Some(**one) == most).map(|(side, _)| side).collect()
}

/// How surely a part answers something: by what it bears itself more than as the copy of a form beside it or by its kind,
/// and by those more than because the subject lists such a thing.
fn answer(part: &FiledPart) -> usize {
    let says = |words: &[&str]| words.iter().any(|word| part.why.starts_with(word));
    match () {
        () if part.filings.is_empty() || part.state == PartState::Extra => 0,
        () if says(&["主题", "扫描件，主题"]) => 1,
        () if says(&["文件名", "标题", "文件夹名"]) => 3,
        () => 2,
    }
}

/// Of several sides for which a part speaks alike: the one that asks the unit for something, and where the part answers
/// something.
fn nearest(
    case: Case,
    sides: &[Side],
    alike: &[usize],
    is_told: bool,
    answers: impl Fn(&Side) -> usize,
) -> Place {
    if let [only] = alike {
        return Place::Side(*only, is_told);
    }
    let meant = || alike.iter().filter_map(|at| Some((*at, sides.get(*at)?)));
    let claims: Vec<_> =
        meant().map(|(_, side)| (side.campaign(), claim(side.campaign(), side.unit()))).collect();
    let closest = closest(&claims, case);
    let is_close = |side: &Side| closest.iter().any(|campaign| campaign.id == side.campaign().id);
    let close: Vec<(usize, &Side)> = meant().filter(|(_, side)| is_close(side)).collect();
    let best = close.iter().map(|(_, side)| answers(side)).max().filter(|best| *best > 0);
    let answering: Vec<&(usize, &Side)> =
        close.iter().filter(|(_, side)| Some(answers(side)) == best).collect();
    match (answering.as_slice(), close.as_slice()) {
        ([(only, _)], _) | ([], [(only, _)]) => Place::Side(*only, is_told),
        ([], several) => Place::Side(several.first().map_or(0, |(first, _)| *first), false),
        (several, _) => {
            let campaigns: Vec<&Campaign> = several.iter().map(|(_, side)| side.campaign()).collect();
            Place::Open(several.iter().map(|(at, _)| *at).collect(), could_be_either(&campaigns))
        }
    }
}
