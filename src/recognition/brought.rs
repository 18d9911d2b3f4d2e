//! What a letter says that it brings, clause by clause: of its dates one is of what was sent before, one of what comes tomorrow, one
//! of a notice. Only the clauses that bring something tell of which day that is.

use jiff::civil::Date;

use super::counted::says_today;
use super::dates::{Dates, dates, figure};
use super::day::{ANSWERED, BODY, DayClues, Range, SUBJECT, names_a_day, shown};
use super::daywords::{AS_ASKED_WORDS, BROUGHT_THINGS, BROUGHT_WORDS, ELSEWHERE_WORDS, OPENING_EVENTS};
use super::passing::{
    has, is_all_begun, is_begun, is_of_other_mail, is_sent_before, names_a_matter, without_events,
    without_remarks,
};

/// Where a clause ends.
pub(super) const CLAUSE_ENDS: [char; 11] = ['，', ',', '。', '；', ';', '！', '!', '（', '）', '(', '\n'];

/// Before 自: then it is no first of several days. 来自5月16日活动现场.
const NO_SINCE_AFTER: [char; 8] = ['来', '源', '拍', '摄', '摘', '选', '出', '取'];

/// The dates of a text; of a letter that names several, those of what comes with it: 今天是29日的，明天补30日.
pub(super) fn dates_of_now(source: &str, text: &str, range: &Range) -> Dates {
    let all = match source {
        BODY => dates_in_letter(text, range, says_today(text)),
        SUBJECT | ANSWERED => without_sent_before(text, range),
        _ => dates(text, range),
    };
    match source {
        BODY | SUBJECT | ANSWERED if all.are_several(range) => of_this_mail(text, range, all),
        _ => all,
    }
}

/// What clauses say behind a word for today.
fn behind_today<'t>(clauses: impl Iterator<Item = &'t str>) -> impl Iterator<Item = &'t str> {
    let of = |clause: &'t str| ["今日", "今天"].map(|word| Some(clause.split_once(word)?.1));
    clauses.flat_map(of).flatten()
}

/// Whether a letter that names another day brings something of today too: 5月10日照片和今日照片; not 今日报送5月10日照片.
pub(super) fn brings_of_today(text: &str, range: &Range) -> bool {
    let clauses = text.split(CLAUSE_ENDS).filter(|clause| !is_of_other_mail(clause));
    behind_today(clauses).any(|behind| {
        let sends = ["报", "补", "发", "送", "才", "上报", "已"].iter().any(|word| behind.starts_with(word));
        has(behind, BROUGHT_THINGS) && !sends && !dates(behind, range).are_named()
    })
}

/// Whether a letter that comes under the day of its subject calls what it brings today's: 今天的活动照片, 今日照片; not 今天将照片报上.
pub(super) fn brings_what_is_todays(text: &str) -> bool {
    let is_thing = |behind: &str| {
        let named = behind.strip_prefix('的').unwrap_or(behind);
        BROUGHT_THINGS.iter().chain(&["活动", "开展"]).any(|thing| named.starts_with(thing))
    };
    let mut behind = behind_today(text.split(CLAUSE_ENDS));
    behind.any(|behind| is_thing(behind) && BROUGHT_THINGS.iter().any(|thing| behind.contains(thing)))
}

/// 自5月14日开展活动周: the first of several days.
fn is_since(clause: &str) -> bool {
    let is_since = |at: usize| !clause.get(..at).is_some_and(|before| before.ends_with(NO_SINCE_AFTER));
    let since = clause.match_indices('自').filter(|(at, _)| is_since(*at));
    let mut behind = since.filter_map(|(at, since)| clause.get(at + since.len()..));
    behind.any(|behind| behind.starts_with(|c: char| c.is_ascii_digit()))
}

/// A clause without what it says of having been asked, and of the opening of an event, which is no beginning.
fn without_asking(clause: &str) -> String {
    let without = |clause: String, word: &&str| clause.replace(word, "");
    AS_ASKED_WORDS.iter().chain(OPENING_EVENTS).fold(clause.to_owned(), without)
}

/// Whether a letter brings something of one other day than this: 5月16日照片见附件 below a subject of 5月15日.
pub(super) fn brings_of_another(text: &str, day: Date, range: &Range) -> bool {
    let mut clauses = text.split(CLAUSE_ENDS).filter(|clause| {
        let clause = without_asking(clause);
        has(&clause, BROUGHT_THINGS)
            && !names_a_matter(&clause)
            && !is_all_begun(&clause)
            && !is_sent_before(&clause)
            && !is_of_other_mail(&clause)
            && !is_elsewhere(&clause)
    });
    clauses.any(|clause| {
        let named = dates(clause, range);
        named.single.iter().any(|other| *other != day && range.holds(*other)) && !named.single.contains(&day)
    })
}

/// The dates of a subject that calls a thing by them: 5月13日活动照片; not 按5月10日通知报送照片, nor 照片（5月10日通知）.
fn things_of(subject: &str, range: &Range) -> Option<Dates> {
    let said = without_asking(subject);
    let is_passing = names_a_matter(&said) || is_all_begun(&said) || is_sent_before(&said);
    (has(&said, BROUGHT_THINGS) && !is_passing).then(|| dates(subject, range))
}

/// Why what came in the range and is called by a day outside it is a question: 5月13日预热活动照片 on the first day.
pub(super) fn outside(clues: &DayClues, arrived: Date, range: &Range) -> Option<String> {
    let subject = clues.shared.iter().find(|(source, _)| *source == SUBJECT)?.1;
    let named = things_of(subject, range)?;
    let day = named.single.first().filter(|day| !range.holds(**day) && range.is_near(**day))?;
    let is_meant = range.holds(arrived) && *day <= arrived && named.is_one();
    is_meant.then(|| format!("{SUBJECT}写明{}，不在报送日期内，来件却在，请认定", shown(*day)))
}

/// Whether a clause counts out what it is about: 前两张为5月15日, 后3篇.
fn counts_pieces(clause: &str) -> bool {
    clause.match_indices(['张', '篇', '段', '幅']).any(|(at, _)| {
        let before = clause.get(..at).and_then(|before| before.chars().next_back());
        before.is_some_and(|c| c == '两' || c == '几' || figure(c).is_some() || c.is_ascii_digit())
    })
}

/// Whether a letter brings something of several days: 5月15日和16日两天的照片.
pub(super) fn brings_of_several(text: &str, range: &Range) -> bool {
    let is_brought = |clause: &&str| {
        (has(clause, BROUGHT_WORDS) || counts_pieces(clause))
            && !is_sent_before(clause)
            && !is_of_other_mail(clause)
    };
    let clauses = text.split(CLAUSE_ENDS).filter(is_brought);
    dates(&clauses.collect::<Vec<_>>().join("\n"), range).are_several(range)
}

/// The dates of a letter but those that it names in passing. Where it speaks of today (`is_today`), a day of another clause that
/// brings nothing is one of those.
fn dates_in_letter(text: &str, range: &Range, is_today: bool) -> Dates {
    let is_meant = |clause: &&str| {
        let brings = has(clause, BROUGHT_WORDS);
        let names_another_day = is_today && !says_today(clause) && dates(clause, range).are_named();
        let is_passing = is_since(clause)
            || names_a_matter(&without_events(clause))
            || names_when_it_began(clause, range)
            || is_elsewhere(clause);
        !is_sent_before(clause) && (brings || !(is_passing || names_another_day))
    };
    let clauses = text.split(CLAUSE_ENDS).filter(is_meant);
    dates(&clauses.collect::<Vec<_>>().join("\n"), range)
}

/// Whether a clause says when all of it began, or on its first day that something did, which may be all of it.
fn names_when_it_began(clause: &str, range: &Range) -> bool {
    is_all_begun(clause) || (is_begun(clause) && dates(clause, range).single.as_slice() == [range.from])
}

/// The first day of all, of which a letter says that something began, and not what: 5月14日启动技能大赛 may be what it brings.
pub fn may_be_of_the_first(text: &str, range: &Range) -> bool {
    let mut clauses = text.split(CLAUSE_ENDS);
    clauses.any(|clause| names_when_it_began(clause, range) && !is_all_begun(clause) && !is_since(clause))
}

/// Whether a clause is of what is elsewhere, or came: 5月16日的已上传; not 已送教下乡.
fn is_elsewhere(clause: &str) -> bool {
    has(clause, ELSEWHERE_WORDS) || clause.trim_end().ends_with("已送")
}

/// The dates of a subject but those of what it says was sent before, where it names what comes now: 今日照片（4月9日的已发）; and of
/// what it says in brackets of the day on which all of it began: 职教周（5月14日启动）照片.
fn without_sent_before(text: &str, range: &Range) -> Dates {
    let text = without_remarks(text, |remark| is_begun(remark) && !has(remark, BROUGHT_THINGS));
    let now = of_now(&text);
    dates(if names_a_day(&now, range) { &now } else { &text }, range)
}

/// The clauses of a subject that tell of no mail before.
pub fn of_now(subject: &str) -> String {
    let is_now = |clause: &&str| !is_sent_before(clause);
    subject.split(CLAUSE_ENDS).filter(is_now).collect::<Vec<_>>().join("\n")
}

/// Of several dates those of what comes with a mail: 今天是29日的，明天补30日.
fn of_this_mail(text: &str, range: &Range, all: Dates) -> Dates {
    let is_now = |clause: &&str| clause.contains("附件") || !is_of_other_mail(clause);
    let clauses = text.split(CLAUSE_ENDS).filter(is_now);
    let now = dates(&clauses.collect::<Vec<_>>().join("\n"), range);
    let is_one = now.single.iter().filter(|day| range.holds(**day)).count() == 1;
    if is_one && !now.has_range { now } else { all }
}
