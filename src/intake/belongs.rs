//! What speaks against taking a file for this campaign's, though it bears the name of one of its items: no word of the
//! campaign, the name of something else, another year, one day's business among papers that are due once.

use std::collections::BTreeSet;

use super::clues::{closing_lines, text_of, title_lines};
use super::judge::{is_daily_time, range_of};
use super::parts::{Scene, is_due_once, item_of};
use crate::domain::campaign::{Campaign, ItemKind, When};
use crate::domain::facts::{Content, PartFacts};
use crate::form;
use crate::recognition::beside::says_late;
use crate::recognition::counted::says_today;
use crate::recognition::day::{all_days, names_a_day};
use crate::recognition::edition::editions;
use crate::recognition::parts::{ONLY_A_PART, is_of_a_part};
use crate::recognition::vocabulary::Target;
use crate::recognition::{business, item, squeeze, without_brackets};

/// Whether a document is of this campaign: a word of it stands in the mail or the document, or its name and title say
/// nothing more than what every campaign asks for. One without words cannot tell, and is believed.
fn speaks_of_the_campaign(scene: &Scene, part: &PartFacts, target: &Target) -> bool {
    let campaign = scene.desk.campaign;
    let Some(text) = text_of(part).filter(|text| !text.trim().is_empty()) else { return true };
    let has_keyword = scene.desk.spoken(text).own > 0;
    // What calls itself an article of the week is one.
    let is_of_a_day = campaign.requirement(&target.requirement).is_some_and(|r| range_of(&r.when).is_some());
    let mask = |text: &str| scene.desk.book.mask(text);
    let title = title_lines(text)
        .into_iter()
        .map(mask)
        .find(|line| !scene.desk.words_of(scene.unit).named(line).is_empty());
    let is_general = item::is_general(&title.unwrap_or_else(|| mask(item::stem(&part.name))));
    scene.has_keyword || has_keyword || is_of_a_day || is_general || bears_its_title(scene, part, target)
}

/// Whether subject, name or title of a document hold all that the notice calls it by: 卫生死角排查台账 needs no further word. What every
/// campaign calls alike (工作总结报告) tells nothing.
fn bears_its_title(scene: &Scene, part: &PartFacts, target: &Target) -> bool {
    let requirement = scene.desk.campaign.requirement(&target.requirement);
    let item = item_of(scene, target).map(|item| &item.title);
    let called = item.into_iter().chain(requirement.map(|requirement| &requirement.title));
    let called: Vec<String> = called.map(|title| without_brackets(&squeeze(title))).collect();
    let titles = text_of(part).map(title_lines).unwrap_or_default();
    let own = [scene.case.facts.header.subject.as_str(), part.name.as_str()].into_iter().chain(titles);
    let own: Vec<String> = own.map(squeeze).collect();
    let mut telling = called.iter().filter(|title| !item::is_general(title));
    telling.any(|title| own.iter().any(|text| text.contains(title.as_str())))
}

/// What is told before it takes place is called so.
const PLAN_WORDS: &[&str] = &["预告", "安排", "计划", "预报"];
/// The days to come.
const NEXT_DAY_WORDS: &[&str] = &["明日", "明天", "次日", "后天", "下一日"];
/// An office's name has so many letters at least; a shorter line may be anybody's.
const OFFICE_LETTERS: usize = 5;
/// Fewest letters and figures of a document: what is called 活动方案 and says no more is none.
const FEWEST_LETTERS: usize = 5;
/// Endings under which word processors also save pages and plain text. Not `.docx`: a page under that name is what a web
/// site gave instead of the file.
const WRITTEN_ENDINGS: [&str; 3] = [".doc", ".wps", ".rtf"];

/// Why a file that is named as a document is hardly that one; a person says.
pub(super) fn hardly_the_document(scene: &Scene, part: &PartFacts, target: &Target) -> Option<&'static str> {
    let unspoken = || {
        let speaks = speaks_of_the_campaign(scene, part, target);
        (!speaks).then_some("来件和文中都未见本任务字样，请确认是否本次材料")
    };
    no_document(part)
        .or_else(|| about_the_document(scene, part, target))
        .or_else(|| only_a_part(scene, part, target))
        .or_else(unspoken)
        .or_else(|| of_last_time(scene, part, target))
        .or_else(|| rather_of_a_day(scene, part, target))
        .or_else(|| of_a_day_to_come(scene, part, target))
}

/// Why a paper of a day tells of none yet: 明日活动预告, 5月17日活动安排 on the day before. A report that ends with the plan of the next day
/// (日报及明日计划) is one all the same.
fn of_a_day_to_come(scene: &Scene, part: &PartFacts, target: &Target) -> Option<&'static str> {
    let range = range_of(&scene.desk.campaign.requirement(&target.requirement)?.when)?;
    let is_asked = item_of(scene, target)
        .is_some_and(|item| item.names.iter().chain([&item.title]).any(|name| has(name, PLAN_WORDS)));
    let words = scene.desk.words_of(scene.unit);
    let is_to_come = |text: &str| {
        let text = scene.desk.book.mask(text);
        let next = NEXT_DAY_WORDS.iter().filter_map(|word| text.find(word)).min();
        let before = next.and_then(|at| text.get(..at)).unwrap_or_default();
        let is_beside =
            before.ends_with(['及', '和', '与', '、', '暨', '含']) || !words.named(before).is_empty();
        let days = all_days(&text, &range);
        let is_over = says_today(&text) || days.iter().any(|day| *day <= scene.arrived.date());
        has(&text, PLAN_WORDS) && !is_over && if next.is_some() { !is_beside } else { !days.is_empty() }
    };
    let titles = text_of(part).map(title_lines).unwrap_or_default();
    let mut own = std::iter::once(item::stem(&part.name)).chain(titles);
    (!is_asked && own.any(is_to_come)).then_some("像是还没有开展的活动的预告或安排，不是当天的材料，请认定")
}

fn has(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// Why a paper is rather about the document that is asked for: a request for more time bears its name, a notice that is sent
/// along only its subject.
fn about_the_document(scene: &Scene, part: &PartFacts, target: &Target) -> Option<&'static str> {
    if !is_due_once(scene, target) {
        return None;
    }
    let titles = text_of(part).map(title_lines).unwrap_or_default();
    let mut own = std::iter::once(item::stem(&part.name)).chain(titles);
    let words = scene.desk.words_of(scene.unit);
    let names_it = |text: &str| words.named(&scene.desk.book.mask(text)).contains(target);
    if own.clone().any(says_late) {
        return Some("写的是延期、缓报或免报，不像是所报的材料，请打开确认");
    }
    if text_of(part).is_some_and(|text| is_our_own(scene, text)) {
        return Some("像是本处印发的通知，不是单位报送的材料，请打开确认");
    }
    let is_notice = own.clone().any(|text| text.trim_end().ends_with("通知"));
    (is_notice && !own.any(names_it)).then_some("像是一份通知，不是所报的材料，请打开确认")
}

/// Whether a paper is headed or signed by the office that asks, or bears the number of its notice, and is of no unit: the notice,
/// sent back under the name of the plan.
fn is_our_own(scene: &Scene, text: &str) -> bool {
    let (office, number) = (squeeze(&scene.desk.campaign.office), squeeze(&scene.desk.campaign.notice));
    let is_office = |line: &str| {
        let line = squeeze(line);
        if !number.is_empty() && line == number {
            return true;
        }
        // Its name and number, its name and day, or who gives notice of what: not a sentence about what it sent, nor whom a report
        // is addressed to.
        let issues = line.split_once("关于").filter(|_| line.ends_with("通知")).map(|(who, _)| who);
        let name = issues.or_else(|| line.split(|c: char| c.is_ascii_digit()).next()).unwrap_or_default();
        let name = name.strip_suffix("文件").unwrap_or(name);
        name.chars().count() >= OFFICE_LETTERS && (office.starts_with(name) || name == office)
    };
    let mut lines = title_lines(text);
    lines.extend(closing_lines(text));
    lines.iter().any(|line| is_office(line))
        && !lines.iter().any(|line| !scene.desk.book.codes(line).is_empty())
}

/// Why a paper that is due once may be only a part of it, or one of those below: a department's plan, its timetable, the papers
/// that prove a report. It came later and must not displace the whole unseen.
fn only_a_part(scene: &Scene, part: &PartFacts, target: &Target) -> Option<&'static str> {
    let unit = scene.unit?;
    if !is_due_once(scene, target) {
        return None;
    }
    let mask = |text: &str| scene.desk.book.mask(text);
    let words = scene.desk.words_of(scene.unit);
    let folders = part.path.rsplit_once('/').map_or("", |(folders, _)| folders);
    // 总结及佐证材料.zip holds the report too.
    let folders: Vec<&str> = folders.split('/').filter(|name| words.named(&mask(name)).is_empty()).collect();
    let titles = text_of(part).map(title_lines).unwrap_or_default();
    let title = titles.into_iter().map(mask).find(|line| !words.named(line).is_empty()).unwrap_or_default();
    let own = format!("{}\n{title}", mask(item::stem(&part.name)));
    let item = item_of(scene, target);
    let asked: Vec<&str> =
        item.iter().flat_map(|item| item.names.iter().chain([&item.title])).map(String::as_str).collect();
    let (folders, asked) = (folders.join("/"), asked.join("\n"));
    is_of_a_part(&own, &folders, unit, &scene.desk.campaign.keywords, &asked).then_some(ONLY_A_PART)
}

/// Why a paper may be that of an earlier time: what it says of the activity bears another year, and the campaign's own stands
/// nowhere in it.
fn of_last_time(scene: &Scene, part: &PartFacts, target: &Target) -> Option<&'static str> {
    let text = text_of(part).filter(|_| is_due_once(scene, target))?;
    let own = years_of(scene, std::slice::from_ref(target));
    let says_own =
        own.iter().any(|year| form::names_year(text, *year) || form::names_year(&part.name, *year));
    let lines = || text.lines().flat_map(|line| line.split(['。', '；', '，']));
    let is_other = |line: &str| form::year_in(line).is_some_and(|year| !own.contains(&year));
    // When a law came into force says nothing of the activity.
    let is_of_law = |line: &str| ["法", "施行", "印发", "发布"].iter().any(|word| line.contains(word));
    let is_dated = |line: &str| scene.desk.spoken(line).own > 0 || names_day_of_year(line);
    let speaks = |line: &str| !is_of_law(line) && line.contains('年') && is_dated(line);
    (!says_own && lines().any(|line| is_other(line) && speaks(line)))
        .then_some("文中写的是往年的日期，未见本年，请确认是否本次材料")
}

/// 2022年5月8日.
fn names_day_of_year(line: &str) -> bool {
    line.match_indices('年').any(|(at, year)| {
        let behind = line.get(at + year.len()..).unwrap_or_default().trim_start();
        let rest = behind.trim_start_matches(|c: char| c.is_ascii_digit());
        rest.len() < behind.len() && rest.starts_with('月')
    })
}

/// Why a file is no document, whatever its name or subject promises: a page of the web, a note, an empty sheet of paper.
fn no_document(part: &PartFacts) -> Option<&'static str> {
    let Content::Text { text } = &part.content else { return None };
    let name = part.name.to_lowercase();
    let is_written = WRITTEN_ENDINGS.iter().any(|ending| name.ends_with(ending));
    if part.media_type.starts_with("text/") && !is_written {
        return Some("收到的是网页或纯文本，不是文档，请打开确认");
    }
    let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
    (letters < FEWEST_LETTERS).then_some("文档里几乎没有文字，请打开确认")
}

/// Why a document that is due once may be material of a day after all: the plan of one afternoon, the account of one
/// day. It must not displace the unit's plan or report unseen.
fn rather_of_a_day(scene: &Scene, part: &PartFacts, target: &Target) -> Option<&'static str> {
    let campaign = scene.desk.campaign;
    let When::By { nominal, .. } = campaign.requirement(&target.requirement)?.when else { return None };
    let today = scene.arrived.date();
    let titles = text_of(part).map(title_lines).unwrap_or_default().join("\n");
    let own = format!("{}\n{titles}", part.name);
    let range = campaign.requirements.iter().find_map(|requirement| range_of(&requirement.when))?;
    let is_of_a_day = |text: &str| names_a_day(text, &range);
    let subject = &scene.case.facts.header.subject;
    if !is_daily_time(campaign, today)
        || !(is_of_a_day(&own) || is_of_a_day(subject) || lists_daily(scene, subject))
    {
        return None;
    }
    let has_keyword = scene.desk.spoken(&own).own > 0;
    let is_early = nominal > campaign.period.1 && today < campaign.period.1;
    match (is_early, has_keyword) {
        (true, _) => Some("活动尚未结束，可能是当日的活动材料，请认定"),
        (false, false) => Some("来件为某一天的材料，此件可能只是当日一项活动的文件，请认定"),
        (false, true) => None,
    }
}

/// Whether all that a subject lists is asked for each day: 典型案例.
fn lists_daily(scene: &Scene, subject: &str) -> bool {
    let named = scene.desk.words_of(scene.unit).named(&scene.desk.book.mask(subject));
    let asked = |target: &Target| scene.desk.campaign.requirement(&target.requirement);
    let is_daily = |target: &Target| asked(target).is_some_and(|r| range_of(&r.when).is_some());
    !named.is_empty() && named.iter().all(is_daily)
}

/// Whether a copy with words in it is headed as another form, or another paper, than the one whose copy it is called.
pub(super) fn another_form(scene: &Scene, part: &PartFacts, target: &Target) -> bool {
    let words = scene.desk.words_of(scene.unit);
    let titles = text_of(part).map(title_lines).unwrap_or_default();
    let named: Vec<Target> =
        titles.iter().flat_map(|line| words.named(&scene.desk.book.mask(line))).collect();
    target.kind == ItemKind::Scan
        && !named.is_empty()
        && !named.iter().any(|form| words.scan_of(form) == Some(target) || form == target)
}

/// Other business that a part bears in its name or title, beside no word of the campaign: what a subject lists is not it.
pub(super) fn other_business<'s>(scene: &'s Scene, part: &PartFacts) -> Option<&'s str> {
    let titles = text_of(part).map(title_lines).unwrap_or_default().join("\n");
    let own = scene.desk.book.mask(&part.name) + "\n" + &titles;
    business::other_business(&own, &scene.desk.business).filter(|_| scene.desk.spoken(&own).own == 0)
}

/// The longer name of something else that a part bears in its path or title (全民终身学习活动周), and not the campaign's.
pub(super) fn another_activity(scene: &Scene, part: &PartFacts) -> Option<String> {
    let titles = text_of(part).map(title_lines).unwrap_or_default().join("\n");
    let spoken = scene.desk.spoken(&format!("{}\n{titles}", part.path));
    spoken.other.filter(|_| spoken.own == 0)
}

/// Another edition of the campaign in name or title, and not its own: 第十七届 where this is the eighteenth.
pub(super) fn other_edition(scene: &Scene, part: &PartFacts) -> Option<u32> {
    let Campaign { title, short, keywords, .. } = scene.desk.campaign;
    let own = *editions(title, keywords).first().or(editions(short, keywords).first())?;
    let titles = text_of(part).map(title_lines).unwrap_or_default();
    let named = editions(&format!("{}\n{}", part.name, titles.join("\n")), keywords);
    named.first().copied().filter(|_| !named.contains(&own))
}

/// The years of which items are: the campaign's, and those that their titles name. Where items of the campaign are called by several
/// (2026年工作总结, 2027年工作计划) each is of its own alone.
fn years_of(scene: &Scene, targets: &[Target]) -> BTreeSet<i16> {
    let all = scene.desk.campaign.requirements.iter().flat_map(|requirement| &requirement.items);
    let named: BTreeSet<i16> = all.filter_map(|item| form::year_in(&item.title)).collect();
    let of = |target: &Target| item_of(scene, target).and_then(|item| form::year_in(&item.title));
    let mut years: BTreeSet<i16> = targets.iter().filter_map(of).collect();
    if named.len() < 2 || targets.iter().any(|target| of(target).is_none()) {
        years.extend(&scene.desk.years);
    }
    years
}

/// Another year in name or title, of what has no text in the subject, and not the items' own.
pub(super) fn other_year(scene: &Scene, part: &PartFacts, targets: &[Target]) -> Option<i16> {
    let own = years_of(scene, targets);
    let titles = text_of(part).map(title_lines).unwrap_or_default();
    let subject = text_of(part).is_none().then_some(scene.case.facts.header.subject.as_str());
    let texts = || std::iter::once(part.name.as_str()).chain(subject).chain(titles.iter().copied().take(2));
    if texts().any(|text| own.iter().any(|year| text.contains(&year.to_string()))) {
        return None;
    }
    texts().filter(|text| text.contains('年')).find_map(form::year_in).filter(|year| !own.contains(year))
}
