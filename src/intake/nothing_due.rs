//! 本周零报告: to which return of one date (a week's, a month's) a mail answers that there is nothing. A return that is believed
//! to be empty is not chased, so what speaks of a day, of the time to come or of none of them in particular is a question.

use jiff::civil::Date;

use super::answers::{is_answer_to_ours, own_subject};
use super::judge::range_of;
use super::loose::taken_from;
use super::parts::Scene;
use crate::domain::campaign::{ItemKind, Requirement};
use crate::domain::submission::NIL_ITEM;
use crate::domain::unit::Unit;
use crate::recognition::counted::says_today;
use crate::recognition::dates::dates;
use crate::recognition::day::Range;
use crate::recognition::item::Texts;
use crate::recognition::nil::saying;
use crate::recognition::rivals::{self, LAST_WEEK, Says};
use crate::recognition::vocabulary::Target;

/// Nobody knows yet that there will be nothing.
pub(super) const TO_COME: &[&str] =
    &["下周", "下个周", "下星期", "下月", "下个月", "下季", "下期", "下一", "明天", "明日", "次日"];

/// 今日报送本周零报告 is of no day.
const SENT_TODAY: &[&str] = &["今日报", "今日上报", "今天报", "今天上报", "今日特", "今天特"];
/// One for several weeks or months.
const ALL_OF_SEVERAL: &[&str] =
    &["两周", "二周", "三周", "四周", "几周", "各周", "两个月", "三个月", "几个月", "各月"];

/// What a text says of returns of one date.
pub(super) enum Meant {
    /// That there is nothing of this one.
    One(Target),
    /// That there is nothing, of which a person must say which it is of; meanwhile it waits at this one.
    Open(String, Option<Target>),
}

/// Whether a unit is asked for returns that may be answered so.
pub(super) fn owes_returns(scene: &Scene, unit: &Unit) -> bool {
    taken_from(scene, unit).any(|asked| asked.nil_report && range_of(&asked.when).is_none())
}

/// Whether a paper is called by what is asked for, whatever little there is in it: a 周报 in which nothing is new is one.
pub(super) fn is_a_return(scene: &Scene, at: usize, texts: &Texts) -> bool {
    let (words, title) = (scene.words(at), texts.title.join("\n"));
    let own = [texts.name.as_str(), title.as_str()];
    !own.iter().any(|text| text.contains("零报告")) && own.iter().any(|text| !words.named(text).is_empty())
}

/// What a text says of those of `owed`; none where it is of none of them: then a day is meant, if the unit owes something `daily`.
pub(super) fn return_meant(
    scene: &Scene,
    unit: &Unit,
    text: &str,
    owed: &[&Requirement],
    daily: bool,
) -> Option<Meant> {
    let said = saying(text).join("\n");
    let kinds = kinds_of(scene, unit, owed);
    let words = scene.desk.words_of(Some(unit));
    let named = words.named(&scene.desk.book.mask(&said));
    let is_named = |kind: &&Vec<Target>| {
        kind.iter().any(|one| named.iter().any(|item| item.requirement == one.requirement))
    };
    // 11月零报告 is of the month's return, and not of the quarter's.
    let speaks = |kind: &&Vec<Target>, text: &str| {
        kind.first().is_some_and(|one| rivals::speaks_of_its_times(scene.desk.campaign, one, text))
    };
    let timed = [said.as_str(), text].map(|text| kinds.iter().filter(|kind| speaks(kind, text)).collect());
    let timed: Vec<&Vec<Target>> =
        timed.into_iter().find(|kinds: &Vec<_>| !kinds.is_empty()).unwrap_or_default();
    let kind = match (kinds.iter().filter(is_named).collect::<Vec<_>>().as_slice(), kinds.as_slice()) {
        ([one], _) => *one,
        ([], _) if daily => return None,
        ([], [only]) => only,
        ([], _) if timed.len() == 1 => timed.first()?,
        _ => {
            let of: Vec<Target> = owed.iter().map(|asked| nil_of(&asked.id)).collect();
            return Some(open(scene, which(scene, &of), &of));
        }
    };
    Some(of_kind(scene, &said, kind))
}

/// The one of several returns of a kind that is meant.
fn of_kind(scene: &Scene, said: &str, kind: &[Target]) -> Meant {
    let (campaign, today) = (scene.desk.campaign, scene.arrived.date());
    if has(said, TO_COME) {
        return Meant::Open("来信说的是以后没有可报的，请阅读原信".to_owned(), None);
    }
    if says_today(&SENT_TODAY.iter().fold(said.to_owned(), |said, word| said.replace(word, ""))) {
        let why = "来信说的是今日没有可报的，报送的却不是每日材料，请阅读原信";
        return Meant::Open(why.to_owned(), None);
    }
    let facts = scene.case.facts;
    let said = &with_month_before(said, today);
    let says = Says {
        name: said.clone(),
        heading: String::new(),
        signed: String::new(),
        subject: own_subject(scene).to_owned(),
        letter: facts.text.clone(),
    };
    let is_last_week = has(said, LAST_WEEK);
    let meant = match is_last_week {
        _ if says_of_several(said, is_last_week) => None,
        true => rivals::of_last_week(campaign, kind, today),
        false => rivals::meant(campaign, kind, &says, &[], today),
    };
    let is_named = || {
        let by_words = |day| rivals::meant(campaign, kind, &says, &[], day) == meant;
        is_last_week || [Date::MIN, Date::MAX].into_iter().all(by_words)
    };
    // A reminder says that 零报告 is enough: what is overdue may be meant, and not what is due next.
    let meant =
        meant.filter(|_| !is_answer_to_ours(scene) || has_opened(scene, kind).len() < 2 || is_named());
    let is_of_another = meant.is_some_and(|target| rivals::is_of_another(campaign, target, said));
    let letter = format!("{said}\n{}", facts.text);
    let is_of_a_part = meant.is_some_and(|target| rivals::is_of_a_part(campaign, target, &letter));
    let asked = meant.and_then(|target| campaign.requirement(&target.requirement));
    let Some(asked) = asked else { return open(scene, which(scene, kind), kind) };
    let is_early = asked.opens.is_some_and(|opens| opens > today);
    match () {
        () if is_of_a_part => {
            open(scene, format!("来信说的是某个月，不是“{}”的全部，请阅读原信", asked.title), kind)
        }
        () if is_of_another => open(scene, format!("来信说的时间与“{}”不同，请阅读原信", asked.title), kind),
        () if names_a_day_before(scene, said, asked) => {
            open(scene, format!("来信写的日期早于“{}”的报送时间，请认定是哪一项", asked.title), kind)
        }
        () if is_early => {
            let why = format!("“{}”还没有到报送的时候，来信说没有可报的，请阅读原信", asked.title);
            Meant::Open(why, None)
        }
        () => Meant::One(nil_of(&asked.id)),
    }
}

fn has(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// Those of these returns that can be sent by now.
fn has_opened<'t>(scene: &Scene, of: &'t [Target]) -> Vec<&'t Target> {
    let today = scene.arrived.date();
    let asked = |target: &Target| scene.desk.campaign.requirement(&target.requirement);
    let is_open =
        |target: &&Target| asked(target).is_some_and(|asked| asked.opens.is_none_or(|opens| opens <= today));
    of.iter().filter(is_open).collect()
}

/// What is asked of a person, who reads it while that of these returns waits which can be sent by now and was the last to.
fn open(scene: &Scene, why: String, of: &[Target]) -> Meant {
    let asked = |target: &Target| scene.desk.campaign.requirement(&target.requirement);
    let opens = |target: &&Target| asked(target).and_then(|asked| asked.opens);
    let last = has_opened(scene, of).into_iter().max_by_key(opens);
    Meant::Open(why, last.map(|target| nil_of(&target.requirement)))
}

/// A text that names the month before by its number.
fn with_month_before(said: &str, today: Date) -> String {
    let month = today.first_of_month().yesterday().map_or(today.month(), Date::month);
    ["上个月", "上月"].iter().fold(said.to_owned(), |said, word| said.replace(word, &format!("{month}月份")))
}

/// Whether a text says it of several weeks or months: 第一周、第二周, 第一、二周, 上周无，本周无, 三周均无.
fn says_of_several(said: &str, is_last_week: bool) -> bool {
    let (mut numbers, mut rest, mut beside) = (Vec::new(), said, String::new());
    while let Some((before, behind)) = rest.split_once('第') {
        let (number, behind) = behind.split_once('周').unwrap_or((behind, ""));
        numbers.push(number);
        beside.push_str(before);
        rest = behind;
    }
    beside.push_str(rest);
    numbers.sort_unstable();
    numbers.dedup();
    let is_list = |number: &&str| number.chars().count() <= 4 && number.contains(['、', '和', '至', '-']);
    numbers.len() > 1
        || numbers.iter().any(is_list)
        || (is_last_week && has(said, &["本周", "这周"]))
        || has(&beside, ALL_OF_SEVERAL)
}

/// Whether what says that there is nothing names a day before the one from which on a return can be sent.
fn names_a_day_before(scene: &Scene, said: &str, asked: &Requirement) -> bool {
    let (from, to) = scene.desk.campaign.period;
    asked.opens.is_some_and(|opens| dates(said, &Range { from, to }).single.iter().any(|day| *day < opens))
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
fn which(scene: &Scene, of: &[Target]) -> String {
    let title = |of: &Target| Some(format!("“{}”", scene.desk.campaign.requirement(&of.requirement)?.title));
    let titles: Vec<String> = of.iter().filter_map(title).collect();
    format!("来信说没有可报的，可能是{}，请认定是哪一项", titles.join("或"))
}
