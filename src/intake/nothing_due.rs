//! 本周零报告: to which return of one date (a week's, a month's) a mail answers that there is nothing. A return that is believed
//! to be empty is not chased, so what speaks of a day, of the time to come or of none of them in particular is a question.

use super::answers::own_subject;
use super::judge::range_of;
use super::loose::taken_from;
use super::parts::Scene;
use crate::domain::campaign::{ItemKind, Requirement};
use crate::domain::submission::NIL_ITEM;
use crate::domain::unit::Unit;
use crate::recognition::counted::says_today;
use crate::recognition::months::is_of_other_months;
use crate::recognition::nil::saying;
use crate::recognition::rivals::{self, Says};
use crate::recognition::vocabulary::Target;

/// Nobody knows yet that there will be nothing.
const TO_COME: &[&str] =
    &["下周", "下个周", "下星期", "下月", "下个月", "下季", "下期", "下一", "明天", "明日", "次日"];

/// Whether a unit is asked for returns that may be answered so.
pub(super) fn owes_returns(scene: &Scene, unit: &Unit) -> bool {
    taken_from(scene, unit).any(|asked| asked.nil_report && range_of(&asked.when).is_none())
}

/// The one of `owed` that a text means, why a person must say, or none where it is of none of them: then a day is meant,
/// if the unit owes something `daily`.
pub(super) fn return_meant(
    scene: &Scene,
    unit: &Unit,
    text: &str,
    owed: &[&Requirement],
    daily: bool,
) -> Option<Result<Target, String>> {
    let said = saying(text).join("\n");
    let kinds = kinds_of(scene, unit, owed);
    let words = scene.desk.words_of(Some(unit));
    let named = words.named(&scene.desk.book.mask(&said));
    let is_named = |kind: &&Vec<Target>| {
        kind.iter().any(|one| named.iter().any(|item| item.requirement == one.requirement))
    };
    let kind = match (kinds.iter().filter(is_named).collect::<Vec<_>>().as_slice(), kinds.as_slice()) {
        ([one], _) => *one,
        ([], _) if daily => return None,
        ([], [only]) => only,
        _ => return Some(Err(which(scene, owed.iter().map(|asked| asked.id.as_str())))),
    };
    Some(of_kind(scene, &said, kind))
}

/// The one of several returns of a kind that is meant.
fn of_kind(scene: &Scene, said: &str, kind: &[Target]) -> Result<Target, String> {
    let (campaign, today) = (scene.desk.campaign, scene.arrived.date());
    if TO_COME.iter().any(|word| said.contains(word)) {
        return Err("来信说的是以后没有可报的，请阅读原信".to_owned());
    }
    if says_today(said) {
        return Err("来信说的是今日没有可报的，报送的却不是每日材料，请阅读原信".to_owned());
    }
    let facts = scene.case.facts;
    let says = Says {
        name: said.to_owned(),
        heading: String::new(),
        subject: own_subject(scene).to_owned(),
        letter: facts.text.clone(),
    };
    let meant = rivals::meant(campaign, kind, &says, &[], today);
    let asked = meant.and_then(|target| campaign.requirement(&target.requirement));
    let Some(asked) = asked else {
        return Err(which(scene, kind.iter().map(|target| target.requirement.as_str())));
    };
    if is_of_other_months(said, &asked.title) {
        return Err(format!("来信说的月份与“{}”不同，请阅读原信", asked.title));
    }
    match asked.opens.is_some_and(|opens| opens > today) {
        true => Err(format!("“{}”还没有到报送的时候，来信说没有可报的，请阅读原信", asked.title)),
        false => Ok(nil_of(&asked.id)),
    }
}

/// What answers a requirement with nothing.
pub(super) fn nil_of(requirement: &str) -> Target {
    Target { requirement: requirement.to_owned(), item: NIL_ITEM.to_owned(), kind: ItemKind::Document }
}

/// The returns by what they ask for: a week's and the next one's are of one kind.
fn kinds_of(scene: &Scene, unit: &Unit, owed: &[&Requirement]) -> Vec<Vec<Target>> {
    let words = scene.desk.words_of(Some(unit));
    let mut kinds: Vec<Vec<Target>> = Vec::new();
    for asked in owed {
        if kinds.iter().flatten().any(|target| target.requirement == asked.id) {
            continue;
        }
        let Some(item) = asked.items.first() else { continue };
        let first = Target { requirement: asked.id.clone(), item: item.id.clone(), kind: item.kind };
        let is_owed = |twin: &&Target| owed.iter().any(|other| other.id == twin.requirement);
        let twins: Vec<Target> = words.twins(&first).iter().filter(is_owed).cloned().collect();
        kinds.push(if twins.is_empty() { vec![first] } else { twins });
    }
    kinds
}

/// Why a person must say which of these requirements is meant.
fn which<'i>(scene: &Scene, requirements: impl Iterator<Item = &'i str>) -> String {
    let title = |id: &str| Some(format!("“{}”", scene.desk.campaign.requirement(id)?.title));
    let titles: Vec<String> = requirements.filter_map(title).collect();
    format!("来信说没有可报的，可能是{}，请认定是哪一项", titles.join("或"))
}
