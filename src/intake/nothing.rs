//! 今日无: of which requirement and of which days a mail says that there is nothing. A day that is believed to be empty is not
//! chased, so what does not say it is a question to a person, and so is what says it of something that must be sent.

use jiff::civil::Date;

use super::answers::{Answered, answer, day_of, is_answer_to_ours, loose, own_subject};
use super::clues::text_of;
use super::judge::range_of;
use super::loose::{plainly, taken_from};
use super::nothing_due::{Meant, nil_of, return_meant};
use super::parts::{Outcome, Scene, is_due_once, waits};
use crate::domain::campaign::{Requirement, When};
use crate::domain::facts::{Content, PartFacts};
use crate::domain::message::PartState;
use crate::domain::submission::Filing;
use crate::domain::unit::Unit;
use crate::recognition::counted::{days_before, is_night, is_still_yesterday, says_today};
use crate::recognition::day::{Range, all_days, all_outside, names_a_day};
use crate::recognition::empty_days::{
    Empty, Written, all_of_other_years, is_time, of_sentence, without_matters,
};
use crate::recognition::item;
use crate::recognition::kind::is_answer;
use crate::recognition::nil::{self, saying};
use crate::recognition::rivals::spoken_of;
use crate::recognition::unnamed::says_of_other_days;
use crate::recognition::vocabulary::Target;
use crate::store::FiledPart;

/// So many days may be named one by one; more from the first day to the last are the whole.
const WHOLE_DAYS: usize = 2;

/// With one of these a picture shows something else: 零报告工作现场.
const SHOWN: &[&str] = &["照片", "图片", "现场", "会议", "制度", "培训"];

/// Where a nil report of a unit goes.
pub(super) enum Nil {
    /// To this requirement.
    To(Target),
    /// To one of these, and why a person must say which; meanwhile it waits at one of them.
    Open { of: Vec<Target>, waits: Option<Target>, why: String },
    /// Nothing that the unit is asked for takes one.
    Nowhere,
}

/// Files what a mail says of there being nothing; why it is a question instead, where it does not say of what.
pub(super) fn judge_nil(scene: &Scene, unit: &Unit, at: usize, outcome: &mut Outcome) {
    let facts = scene.case.facts;
    let told = match nil_for(scene, unit, &format!("{}\n{}", facts.header.subject, facts.text)) {
        Nil::To(target) if is_due_once(scene, &target) => Ok((target, vec![None])),
        Nil::To(target) => {
            let told = nil_days(scene, &target);
            if let Err(why) = &told {
                outcome.loose.extend(waiting_nil(scene, unit, &target, why, at));
            }
            told.map(|days| (target, days.into_iter().map(Some).collect()))
        }
        Nil::Open { waits, why, .. } => {
            let given = || Answered { state: PartState::Review, flaws: vec![], why: &why };
            let name = |of: &Target| format!("nil {}", of.requirement);
            let waiting = waits.and_then(|of| loose(scene, unit, &of, None, given(), &name(&of), at));
            outcome.loose.extend(waiting);
            Err(why)
        }
        Nil::Nowhere => Err("来信说没有可报的，但该单位没有收零报告的事项，请阅读原信".to_owned()),
    };
    match told {
        Ok((target, days)) => {
            for day in days {
                let of = day.map_or_else(|| target.requirement.clone(), |day: Date| day.to_string());
                let name = format!("nil {of}");
                outcome.loose.extend(loose(scene, unit, &target, day, plainly("零报告"), &name, at));
            }
        }
        Err(why) => {
            outcome.asks.insert(scene.case.facts.parts.len() + at, why);
        }
    }
}

/// The nil report of today that waits for a person: who says it of today is not chased for today while somebody reads which day is
/// meant.
fn waiting_nil(scene: &Scene, unit: &Unit, target: &Target, why: &str, at: usize) -> Option<Filing> {
    let today = scene.arrived.date();
    let is_of_today = [OF_ANOTHER_DAY, OF_SEVERAL_DAYS, OF_TODAY_AND_ON, OF_REMINDED_DAYS].contains(&why);
    range_for(scene, target).filter(|range| is_of_today && range.holds(today))?;
    let given = Answered { state: PartState::Review, flaws: vec![], why };
    loose(scene, unit, target, Some(today), given, &format!("nil {today}"), at)
}

/// Whether a paper of which nothing can be read is called a report of nothing: 零报告.pdf, stamped and scanned, 零报告（盖章）.jpg.
pub(super) fn is_nil_scan(part: &PartFacts) -> bool {
    let is_picture = matches!(part.content, Content::Photo { .. });
    let is_scan = matches!(&part.content, Content::Pdf { text, .. } if text.trim().is_empty());
    let name = item::stem(&part.name);
    let is_shown = SHOWN.iter().any(|word| name.contains(word));
    (is_scan || is_picture) && name.contains("零报告") && nil::is_nil(name) && !is_shown
}

/// A paper that reports nothing; none where nothing of the unit takes such a report.
pub(super) fn nil_paper(
    scene: &Scene,
    unit: &Unit,
    at: usize,
    part: &PartFacts,
    subject: &str,
) -> Option<FiledPart> {
    let said = format!("{}\n{}\n{subject}", part.name, text_of(part).unwrap_or_default());
    match nil_for(scene, unit, &said) {
        Nil::To(target) => Some(answer(scene, unit, at, &[target], &plainly("文中报告没有可报的"))),
        Nil::Open { of, why, .. } => Some(waits(scene, unit, at, &of, &why)),
        Nil::Nowhere => None,
    }
}

/// Where the unit's nil report goes that says this: of several requirements of each day to the one whose words it says.
pub(super) fn nil_for(scene: &Scene, unit: &Unit, text: &str) -> Nil {
    let takes_nil = taken_from(scene, unit).filter(|asked| asked.nil_report);
    let (taking, returns): (Vec<_>, Vec<_>) = takes_nil.partition(|asked| range_of(&asked.when).is_some());
    let target = |asked: &Requirement| nil_of(&asked.id);
    let both = || taking.iter().chain(&returns).map(|asked| target(asked)).collect();
    if let Some(once) = owed_once(scene, unit, text).filter(|_| taking.len() + returns.len() > 0) {
        let why = format!("来信说的是“{once}”没有可报的，该项不收零报告，请阅读原信");
        return Nil::Open { of: both(), waits: None, why };
    }
    if !returns.is_empty() {
        match return_meant(scene, unit, text, &returns, !taking.is_empty()) {
            Some(Meant::One(target)) => return Nil::To(target),
            Some(Meant::Open(why, waits)) => {
                let of = returns.into_iter().map(target).collect();
                return Nil::Open { of, waits, why };
            }
            None => (),
        }
    }
    let spoken = match taking.as_slice() {
        [] => return Nil::Nowhere,
        [only] => Some(*only),
        several => spoken_of(scene.desk.campaign, several, &scene.desk.book.mask(text)),
    };
    match spoken {
        Some(asked) => Nil::To(target(asked)),
        None => {
            let titles: Vec<String> = taking.iter().map(|asked| format!("“{}”", asked.title)).collect();
            let why = format!("来信说没有可报的，可能是{}，请认定是哪一项", titles.join("或"));
            Nil::Open { of: taking.into_iter().map(target).collect(), waits: None, why }
        }
    }
}

/// What is due once and named where a text says that there is none of it.
fn owed_once(scene: &Scene, unit: &Unit, text: &str) -> Option<String> {
    let words = scene.desk.words_of(Some(unit));
    saying(text).into_iter().find_map(|clause| {
        let named = words.named(&scene.desk.book.mask(clause));
        let asked = |target: &Target| scene.desk.campaign.requirement(&target.requirement);
        let takes_none =
            |target: &&Target| is_due_once(scene, target) && asked(target).is_some_and(|r| !r.nil_report);
        let (once, daily): (Vec<_>, Vec<_>) = named.iter().partition(takes_none);
        let first = once.first().filter(|_| daily.is_empty())?;
        let asked = scene.desk.campaign.requirement(&first.requirement)?;
        Some(asked.item(&first.item)?.title.clone())
    })
}

/// Why a person must say of which day there is nothing, where the subject may be that of the mail of another day.
const OF_ANOTHER_DAY: &str = "主题写的是另外的日期，正文说的却是今日没有可报的，请阅读原信";

/// Why a person must say, where the sentence names several days and does not list them.
const OF_SEVERAL_DAYS: &str = "来信说没有可报的，却写了不止一天，不知指哪几天，请阅读原信";

/// Why a person must say, where a day to come is said to be empty beside today: 5月17日、18日零报告.
const OF_TODAY_AND_ON: &str = "来信说今日和以后某天都没有可报的，请阅读原信";

/// Why a person must say, where a reminder is answered, which names the days that are lacking.
const OF_REMINDED_DAYS: &str = "回复的是催报，没有写明是哪一天没有可报的，请阅读原信";

/// The days of the requirement that a nil report answers.
fn range_for(scene: &Scene, target: &Target) -> Option<Range> {
    scene.desk.campaign.requirement(&target.requirement).and_then(|asked| range_of(&asked.when))
}

/// The days of which there is nothing: those that the saying sentence or the subject names, else the one that the mail is
/// about; why a person must say, where that is none.
fn nil_days(scene: &Scene, target: &Target) -> Result<Vec<Date>, String> {
    let facts = scene.case.facts;
    let Some(range) = range_for(scene, target) else { return Ok(vec![]) };
    let today = scene.arrived.date();
    let is_still_yesterday = may_mean_yesterday(scene, target);
    let written = Written { range: &range, today, is_still_yesterday };
    let subject = own_subject(scene);
    let body: Vec<&str> =
        facts.text.split(['\n', '。', '；', '！']).filter(|sentence| nil::is_nil(sentence)).collect();
    let is_of_today = body.iter().any(|sentence| says_today(sentence));
    // 5月14日-20日零报告 over 今日无活动 is the name of the campaign.
    let is_meant = |subject: &&str| {
        nil::is_nil(subject) && !(is_of_today && is_whole(&all_days(subject, &range), &range))
    };
    let sentences: Vec<&str> = body.iter().copied().chain(Some(subject).filter(is_meant)).collect();
    // 每日材料 in a subject is of no day in particular.
    let is_dated = names_a_day(&subject.replace("每日", ""), &range);
    if sentences.iter().any(|sentence| says_of_other_days(sentence, &range, is_dated)) {
        return Err("来信说的无活动不是指当日，或没有写明是哪几天，请阅读原信".to_owned());
    }
    let mut clauses = sentences.iter().flat_map(|sentence| saying(sentence));
    if today < range.to
        && clauses.any(|clause| is_whole(&all_days(clause, &range), &range) && !says_today(clause))
    {
        return Err("来信说整个活动期间都没有可报的，请阅读原信".to_owned());
    }
    let of_body = named_days(&body, written)?;
    let mut days = of_body.clone();
    if is_meant(&subject) || (days.is_empty() && !is_of_today) {
        days.extend(named_days(&[subject], written)?);
    }
    days.sort_unstable();
    days.dedup();
    // 职教周5月16日-17日零报告 over 今日无活动: of a span that is not over only today is over.
    let is_span = days.contains(&today) && days.len() > 1;
    if of_body.is_empty() && is_of_today && is_span && days.iter().any(|day| *day > today) {
        days = vec![today];
    }
    let yesterday = days_before(today, 1).filter(|_| is_still_yesterday);
    let is_other = |day: &Date| *day < today && Some(*day) != yesterday;
    if of_body.is_empty() && is_of_today && !is_span && days.iter().any(is_other) {
        return Err(OF_ANOTHER_DAY.to_owned());
    }
    let outside = || sentences.iter().find_map(|sentence| all_outside(&without_matters(sentence), &range));
    let outside = || outside().or_else(|| sentences.iter().find_map(|said| all_of_other_years(said, &range)));
    if let Some(outside) = outside().filter(|_| days.is_empty()) {
        return Err(format!("来信说{outside}没有可报的，不在报送日期内，请阅读原信"));
    }
    if days.iter().any(|day| *day > today) {
        if days.contains(&today) {
            return Err(OF_TODAY_AND_ON.to_owned());
        }
        return Err("来信说以后某天没有可报的，请阅读原信".to_owned());
    }
    if days.is_empty() {
        days.extend(day_of_mail(scene, target, &range, is_of_today)?);
    }
    match days.is_empty() {
        true => Err("来信说没有可报的，但不在每日报送的日期内，不知指哪一项，请阅读原信".to_owned()),
        false => Ok(days),
    }
}

/// Whether who wrote a mail may still have called the day before today.
fn may_mean_yesterday(scene: &Scene, target: &Target) -> bool {
    let requirement = scene.desk.campaign.requirement(&target.requirement);
    requirement.is_some_and(|requirement| match requirement.when {
        When::EachDay { until_next_day, .. } => is_still_yesterday(scene.arrived, until_next_day),
        When::By { .. } => false,
    })
}

/// The day that a mail is about which names none of its own; why a person must say, where it came behind midnight or only the
/// subject of the mail that it answers names one. `is_of_today`: whether it says 今日.
fn day_of_mail(
    scene: &Scene,
    target: &Target,
    range: &Range,
    is_of_today: bool,
) -> Result<Option<Date>, String> {
    let (subject, today) = (scene.case.facts.header.subject.as_str(), scene.arrived.date());
    let before = days_before(today, 1).filter(|day| range.holds(*day));
    let named = all_days(&without_matters(subject), range);
    let is_named = named.len() == 1 && !is_answer(subject);
    if is_night(scene.arrived) && range.holds(today) && before.is_some() && !is_named {
        return Err("零点后来信，不知是哪一天没有可报的，请阅读原信".to_owned());
    }
    let names_another = !is_whole(&named, range) && named.iter().any(|day| *day != today);
    match is_answer(subject) && names_another {
        true if is_of_today => Ok(Some(today).filter(|day| range.holds(*day))),
        false if is_of_today && names_another && !may_mean_yesterday(scene, target) => {
            Err(OF_ANOTHER_DAY.to_owned())
        }
        true => Err("回信，主题写的日期可能是原信的，不知是哪一天没有可报的，请阅读原信".to_owned()),
        // What else the letter names a day for tells nothing of today.
        false if is_of_today && named.is_empty() && range.holds(today) => {
            match headed_otherwise(scene, range, today) {
                Some(day) if may_mean_yesterday(scene, target) && Some(day) == before => Ok(before),
                Some(_) => Err(OF_ANOTHER_DAY.to_owned()),
                None => Ok(Some(today)),
            }
        }
        false if is_answer_to_ours(scene) && !is_of_today => Err(OF_REMINDED_DAYS.to_owned()),
        false => Ok(day_of(scene, target, &[], None)),
    }
}

/// The other day with which a letter is headed or signed that says 今日.
fn headed_otherwise(scene: &Scene, range: &Range, today: Date) -> Option<Date> {
    let lines = scene.case.facts.text.lines().filter(|line| is_time(line));
    let mut days = lines.flat_map(|line| all_days(line, range));
    days.find(|day| *day != today)
}

/// Whether days are all those of a range that is more than a day or two.
fn is_whole(days: &[Date], range: &Range) -> bool {
    days.first() == Some(&range.from) && days.last() == Some(&range.to) && days.len() > WHOLE_DAYS
}

/// The days that sentences name, and today where one says so of it beside; none where they name only today.
fn named_days(sentences: &[&str], written: Written) -> Result<Vec<Date>, String> {
    let mut all = Empty::default();
    for sentence in sentences {
        let empty = of_sentence(sentence, written).ok_or(OF_SEVERAL_DAYS)?;
        all.days.extend(empty.days);
        all.is_of_today |= empty.is_of_today;
    }
    if !all.days.is_empty() && all.is_of_today {
        all.days.push(written.today);
    }
    all.days.sort_unstable();
    all.days.dedup();
    Ok(all.days)
}
