//! From an item to filings: whether the unit's group may send it here, for which day it counts, and how that is said.

use std::borrow::Cow;

use jiff::civil::{Date, DateTime, Time};

use super::clues::{begun_on, dateline, text_of, title_lines};
use super::judge::range_of;
use super::numbered::numbered;
use super::parts::{Scene, plain};
use super::printed_day::{Asked, printed};
use super::versions;
use crate::domain::campaign::{ItemKind, Requirement, When};
use crate::domain::facts::{Content, PartFacts, Taken};
use crate::domain::message::PartState;
use crate::domain::submission::{Filing, Flaw};
use crate::domain::unit::Unit;
use crate::mime;
use crate::recognition::brought::{may_be_of_the_first, of_now};
use crate::recognition::counted::{days_ago, is_still_yesterday, says_today};
use crate::recognition::day::{
    ANSWERED, BODY, DayClues, NAME, Range, SUBJECT, Told, all_days, names_a_date, of_part,
};
use crate::recognition::hours::as_a_day;
use crate::recognition::kind::{is_answer, is_forward};
use crate::recognition::names::MASK;
use crate::recognition::nth::of_campaign;
use crate::recognition::route;
use crate::recognition::told_by_letter::{Told as Letter, is_late, is_of_some_days, told};
use crate::recognition::vocabulary::Target;
use crate::store::FiledPart;

/// The name of a unit's office is no longer (characters): 党委宣传部.
const OFFICE_CHARS: usize = 6;
/// Of these letters is a line that names a day and nothing else.
const DATE_LETTERS: &str = "0123456789〇零一二三四五六七八九十年月日号星期周天.-/()（）:： \r\t";

/// A verdict on a part before its route and day are known.
pub(super) struct Answered<'a> {
    pub state: PartState,
    pub flaws: Vec<Flaw>,
    pub why: &'a str,
}

/// Files a part under its targets; its own state is that of the first.
pub(super) fn answer(
    scene: &Scene,
    unit: &Unit,
    at: usize,
    targets: &[Target],
    given: &Answered,
) -> FiledPart {
    let Some(part) = scene.case.facts.parts.get(at) else {
        return plain(PartState::Review, "没有这个部分");
    };
    let said = versions::of_part(part);
    let mut filed: Option<FiledPart> = None;
    for (nth, target) in targets.iter().enumerate() {
        let Some(requirement) = scene.desk.campaign.requirement(&target.requirement) else { continue };
        let (mut state, mut why) = (given.state, given.why.to_owned());
        let mut flaws = if nth == 0 { given.flaws.clone() } else { vec![] };
        let mut day = None;
        if !requirement.takes_from(&unit.group) {
            let told;
            (state, told) = route::refused(scene.desk.campaign, unit, &requirement.title);
            why.clone_from(&told.text);
            flaws.push(told);
        } else if range_of(&requirement.when).is_some() {
            let told = day_told(scene, target, &own_texts(part), Some(part));
            day = told.day;
            why = format!("{why}；{}", told.why);
            let is_taken = matches!(target.kind, ItemKind::Photo | ItemKind::Video);
            let is_open = told.is_open && is_taken;
            // A picture that is doubted in the days for which it is asked for is a question: 2022年5月16日.jpg.
            let is_doubted = is_taken && state == PartState::Review && is_in_time(scene, requirement);
            if day.is_none() && !is_open && !is_doubted && state != PartState::Unreadable {
                state = PartState::Extra;
            } else if told.is_open && matches!(state, PartState::Accepted | PartState::Flawed) {
                state = PartState::Review;
            }
            why.push_str(&route::hint(scene.desk.campaign, unit));
        }
        let filing = Filing {
            campaign: scene.desk.campaign.id.clone(),
            unit: unit.code.clone(),
            requirement: target.requirement.clone(),
            day,
            item: target.item.clone(),
            state,
            flaws,
            received_at: scene.case.received_at,
            message: scene.case.id,
            ordinal: u32::try_from(at).unwrap_or(u32::MAX),
            sha256: scene.case.hashes.get(at).cloned().flatten().unwrap_or_default(),
            version: versions::filed(scene, target, said.clone(), Some(part)),
        };
        filed.get_or_insert_with(|| plain(state, why)).filings.push(filing);
    }
    filed.unwrap_or_else(|| plain(PartState::Extra, given.why))
}

/// A filing that belongs to no part; nothing where the unit may not send it.
pub(super) fn loose(
    scene: &Scene,
    unit: &Unit,
    target: &Target,
    day: Option<Date>,
    given: Answered,
    name: &str,
    at: usize,
) -> Option<Filing> {
    let requirement = scene.desk.campaign.requirement(&target.requirement)?;
    if !requirement.takes_from(&unit.group) {
        return None;
    }
    let is_outside = day.is_none() && range_of(&requirement.when).is_some();
    Some(Filing {
        campaign: scene.desk.campaign.id.clone(),
        unit: unit.code.clone(),
        requirement: target.requirement.clone(),
        day,
        item: target.item.clone(),
        state: if is_outside { PartState::Extra } else { given.state },
        flaws: given.flaws,
        received_at: scene.case.received_at,
        message: scene.case.id,
        ordinal: u32::try_from(scene.case.facts.parts.len() + at).unwrap_or(u32::MAX),
        sha256: name.to_owned(),
        version: None,
    })
}

/// The day for which a target is answered; none for a requirement of one date, or outside its days.
pub(super) fn day_of(
    scene: &Scene,
    target: &Target,
    own: &[(&'static str, &str)],
    part: Option<&PartFacts>,
) -> Option<Date> {
    day_told(scene, target, own, part).day
}

/// The same, with what told it.
pub(super) fn day_told(
    scene: &Scene,
    target: &Target,
    own: &[(&'static str, &str)],
    part: Option<&PartFacts>,
) -> Told {
    let requirement = scene.desk.campaign.requirement(&target.requirement);
    let Some(range) = requirement.and_then(|requirement| range_of(&requirement.when)) else {
        return Told { day: None, why: String::new(), is_open: false, is_by_arrival: true };
    };
    let facts = scene.case.facts;
    let letter = letter_on_day(scene, &range);
    // The day on which a letter is signed tells nothing of what it says is of another.
    let body = if letter == Letter::Nothing { &facts.text } else { unsigned(scene) };
    let lines = part.and_then(text_of).map(title_lines).unwrap_or_default();
    let (title, head) = (without_closing(&lines).join(" "), lines.join(" "));
    let mut shared = Vec::new();
    for nested in around(scene, part) {
        if let Content::Mail { subject, text, .. } = &nested.content {
            shared.extend([("转发邮件的主题", subject.as_str()), ("转发邮件的正文", text.as_str())]);
        }
    }
    shared.extend([
        (SUBJECT, own_subject(scene)),
        (BODY, body),
        ("文中标题", title.as_str()),
        ("文中标题", head.as_str()),
        ("文中首句", part.and_then(text_of).and_then(|text| dateline(text, &range)).unwrap_or_default()),
    ]);
    let answered = Some(facts.header.subject.as_str()).filter(|subject| is_answer(subject));
    shared.extend(answered.map(|subject| (ANSWERED, subject)));
    let by_letter = || if let Letter::DaysAgo(days) = letter { Some(days) } else { None };
    // 今日.jpg beside 昨日.jpg is of today, whatever the mail says of both.
    let is_own = own.iter().any(|(_, text)| says_today(text));
    let around = || days_ago(&speaks_now(scene)).or_else(by_letter).filter(|_| !is_own);
    let days_ago = own.iter().find_map(|(_, text)| days_ago(text)).or_else(around);
    let open = match letter {
        Letter::Open(why) => Some(why),
        Letter::DaysAgo(_) => None,
        Letter::Nothing => unsaid(scene, part, body, &range),
    };
    let files = (target.kind == ItemKind::Document).then_some(facts.parts.len());
    let until = requirement.and_then(|requirement| match requirement.when {
        When::EachDay { until_next_day, .. } => Some(until_next_day),
        When::By { .. } => None,
    });
    let (own, shared) = (by_day(scene, own, &range, until), by_day(scene, &shared, &range, until));
    let clues = DayClues {
        own: own.iter().map(|(source, text)| (*source, &**text)).collect(),
        shared: shared.iter().map(|(source, text)| (*source, &**text)).collect(),
        days_ago,
        open,
        taken: part.and_then(taken),
        is_still_yesterday: until.is_some_and(|until| is_still_yesterday(scene.arrived, until)),
        is_morning_after: requirement.is_some_and(|requirement| is_morning_after(requirement, scene.arrived)),
        files,
    };
    let told = of_part(&clues, scene.arrived, &range);
    let says = format!("{}\n{body}", facts.header.subject);
    match (target.kind, part, until) {
        (ItemKind::Form, Some(part), Some(until)) => {
            let at = facts.parts.iter().position(|other| std::ptr::eq(other, part));
            let read = at.and_then(|at| scene.forms.get(at)).map_or(&[][..], Vec::as_slice);
            let asked = Asked { range, until };
            let printed = printed(part, read, &scene.desk.campaign.templates, asked);
            printed.weigh(told, scene.arrived, &says, asked)
        }
        _ => told,
    }
}

/// What may be a mail that was handed on: around a part, or all that a mail brings.
fn around<'s>(scene: &Scene<'s>, part: Option<&'s PartFacts>) -> Vec<&'s PartFacts> {
    let parts = &scene.case.facts.parts;
    part.map_or_else(|| parts.iter().collect(), |part| part.ancestors(parts).collect())
}

/// Texts with the one day that hours over midnight are of, and days counted of the campaign by its name as of all of it.
fn by_day<'t>(
    scene: &Scene,
    texts: &[(&'static str, &'t str)],
    range: &Range,
    until: Option<Time>,
) -> Vec<(&'static str, Cow<'t, str>)> {
    let one = |text: &'t str| match (of_campaign(text, scene.desk.campaign), until) {
        (own, None) => own,
        (Cow::Borrowed(own), Some(until)) => as_a_day(own, range, until),
        (Cow::Owned(own), Some(until)) => Cow::Owned(as_a_day(&own, range, until).into_owned()),
    };
    texts.iter().map(|(source, text)| (*source, one(text))).collect()
}

/// What a subject says of what comes now. One that says nothing but what was sent speaks of that: 昨日照片已发，请查收.
fn speaks_now(scene: &Scene) -> String {
    let subject = own_subject(scene);
    let now = of_now(subject);
    let is_word = |c: char| c != MASK && c.is_alphanumeric();
    let is_said = |clause: &str| clause.contains(is_word) && !clause.trim().starts_with(['请', '谢', '望']);
    if scene.desk.book.mask(&now.replace('\n', "，")).split('，').any(is_said) {
        now
    } else {
        subject.to_owned()
    }
}

/// The subject, where it was written for this mail: that of an answer is of the mail that it answers.
pub(super) fn own_subject<'s>(scene: &Scene<'s>) -> &'s str {
    let subject = scene.case.facts.header.subject.as_str();
    if is_answer(subject) { "" } else { subject }
}

/// Whether a mail answers a reminder of ours.
pub(super) fn is_answer_to_ours(scene: &Scene) -> bool {
    scene.case.facts.header.refers_to.iter().any(|id| id.starts_with("<shouwen.reminder."))
}

/// Why what answers a reminder of ours is hardly of the day on which it came: days before are what it was asked for.
fn answers_a_reminder(scene: &Scene, body: &str) -> Option<&'static str> {
    (is_answer_to_ours(scene) && !says_today(body)).then_some("回复的是催报，没有写明是哪一天的，请认定")
}

/// So many days behind the first one a letter or a paper may be of it; later it only tells when all began.
const SOON_DAYS: i32 = 3;
/// Why what comes later may be of the day on which all of it began, and on which a letter says that something did.
const OF_THE_FIRST: &str = "来信只提到首日启动的事，不知所附材料是不是那天的，请认定";

/// Why what comes without a word on its day may be of another than that on which it came.
fn unsaid(scene: &Scene, part: Option<&PartFacts>, body: &str, range: &Range) -> Option<&'static str> {
    let begun = || part.and_then(text_of).and_then(|text| begun_before(scene, text, range));
    let is_soon = (1..=SOON_DAYS).contains(&(scene.arrived.date() - range.from).get_days());
    let first = || (is_soon && !says_today(body) && may_be_of_the_first(body, range)).then_some(OF_THE_FIRST);
    let by_number = || part.and_then(|part| numbered(scene, part, range));
    let asked = handed_on(scene, part, range).or_else(|| answers_a_reminder(scene, body));
    asked.or_else(begun).or_else(first).or_else(by_number)
}

/// Why a paper that tells of nothing dated but of the beginning of all of it may be of the day of that.
fn begun_before(scene: &Scene, text: &str, range: &Range) -> Option<&'static str> {
    let days = |day: Date| (scene.arrived.date() - day).get_days();
    let is_soon = begun_on(text, range).is_some_and(|day| (1..=SOON_DAYS).contains(&days(day)));
    is_soon.then_some("文中写的是活动启动的日期，不知是不是当日的，请认定")
}

/// Why what is handed on may not be of the day on which it came: the mail that brought it first was written before.
fn handed_on(scene: &Scene, part: Option<&PartFacts>, range: &Range) -> Option<&'static str> {
    let facts = scene.case.facts;
    let nested = part.into_iter().flat_map(|part| part.ancestors(&facts.parts));
    let mut written = nested.filter_map(|nested| match &nested.content {
        Content::Mail { written, .. } => written.map(|at| scene.desk.campaign.local(at).date()),
        _ => None,
    });
    let copied = || {
        let is_copied = !facts.quoted.is_empty() && is_forward(&facts.header.subject);
        let header = is_copied.then(|| mime::copied_date(&facts.quoted))??;
        all_days(header, range).first().copied()
    };
    let day = written.next().or_else(copied)?;
    (day < scene.arrived.date()).then_some("转发的原邮件写于前一天或更早，不知材料是哪一天的，请认定")
}

/// Whether a moment lies in the hours behind the last of the days in which that day's material may still come.
fn is_morning_after(requirement: &Requirement, moment: DateTime) -> bool {
    let When::EachDay { to, until_next_day, .. } = requirement.when else { return false };
    to.tomorrow().is_ok_and(|next| moment.date() == next && moment.time() <= until_next_day)
}

/// Whether a mail came on one of the days for which something is asked for.
fn is_in_time(scene: &Scene, requirement: &Requirement) -> bool {
    range_of(&requirement.when).is_some_and(|range| range.holds(scene.arrived.date()))
}

/// What subject and letter say of the day of what they bring, beside its date.
fn letter_on_day(scene: &Scene, range: &Range) -> Letter {
    // 每日材料 is of no day in particular.
    let subject = &*own_subject(scene).replace("每日", "");
    let text = unsigned(scene);
    let names_day = [subject, text].iter().any(|text| names_a_date(text, range));
    match told(text, names_day || says_today(subject)) {
        // A letter that was written another day counts from that.
        Letter::DaysAgo(_) if !names_day && is_signed_before(scene, text, range) => {
            Letter::Open("来信落款日期与来件日期不同，不知“昨天”是哪一天，请认定")
        }
        Letter::Nothing if is_of_some_days(subject) && !names_day && !says_today(text) => {
            Letter::Open("主题写的是几天的，没有写明是哪一天，请认定")
        }
        Letter::Nothing if is_late(subject) && !names_day && !says_today(subject) && !says_today(text) => {
            Letter::Open("主题写的是补报，没有写明是哪一天的，请认定")
        }
        told => told,
    }
}

/// Whether below the words of a letter another day stands than that on which it came.
fn is_signed_before(scene: &Scene, words: &str, range: &Range) -> bool {
    let below = scene.case.facts.text.strip_prefix(words).unwrap_or_default();
    let days = all_days(below, range);
    !days.is_empty() && !days.contains(&scene.arrived.date())
}

/// What a letter says above its signature, its writer's name and the day on which it was written.
fn unsigned<'s>(scene: &'s Scene) -> &'s str {
    let text = scene.case.facts.text.as_str();
    let mut kept = text.strip_suffix(mime::signature(text)).unwrap_or(text).trim_end();
    while let Some((above, line)) = kept.rsplit_once(['\n', '。', '！', '!']) {
        if !is_closing(&scene.desk.book.mask(line)) {
            break;
        }
        kept = above.trim_end();
    }
    kept
}

/// Whether a line says who wrote, with an office of theirs, and when, and nothing else.
fn is_closing(masked: &str) -> bool {
    let rest: String = masked.chars().filter(|c| *c != MASK && !DATE_LETTERS.contains(*c)).collect();
    let is_office = || rest.ends_with(['部', '处', '办', '院', '科', '室', '局', '系', '组']);
    rest.is_empty() || (masked.contains(MASK) && rest.chars().count() <= OFFICE_CHARS && is_office())
}

/// The lines of a title without the one at the end that says when the paper was signed: what the title says outranks it.
fn without_closing<'l>(lines: &'l [&'l str]) -> &'l [&'l str] {
    match lines {
        [title @ .., last] if last.ends_with(|c: char| matches!(c, '日' | '号') || c.is_ascii_digit()) => {
            title
        }
        _ => lines,
    }
}

/// Folders from the innermost out, then the name.
fn own_texts(part: &PartFacts) -> Vec<(&'static str, &str)> {
    let mut steps = part.path.rsplit('/');
    let name = steps.next().unwrap_or_default();
    let mut texts: Vec<(&'static str, &str)> = steps.map(|folder| ("文件夹", folder)).collect();
    texts.push((NAME, name));
    texts
}

fn taken(part: &PartFacts) -> Option<Taken> {
    match part.content {
        Content::Photo { taken, .. } | Content::Video { taken, .. } => taken,
        _ => None,
    }
}
