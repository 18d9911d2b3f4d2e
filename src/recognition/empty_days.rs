//! Of which days a sentence says that there is nothing. Other days stand in it too: that of the notice by which it is written, that
//! on which the activity began. A day that is believed to be empty is not chased, and one that is passed over is chased although it
//! was reported: where a sentence names two and does not list them, a person says which.

use jiff::civil::Date;

use super::counted::{days_before, days_counted_back, says_today};
use super::dates::dates;
use super::day::{Range, all_days, shown};
use super::nil::saying;
use super::passing::{has, is_all_begun, is_begun, without_remarks};

/// A clause of such a time begins with one of these: 按5月16日通知要求, 继5月16日活动后.
const OPENERS: &[&str] =
    &["按照", "按", "根据", "依据", "依照", "遵照", "继", "自", "接到", "接", "收到", "鉴于"];
/// And with one of these it ends.
const CLOSERS: &[&str] = &["通知", "要求", "精神", "部署", "会议", "文件", "以来", "之后", "后", "启动"];
/// A clause with one of these, which says itself of nothing that it is lacking, names its day for something else.
const PASSED: &[&str] = &[
    "已报",
    "已发",
    "已交",
    "已送",
    "已传",
    "已上",
    "已提",
    "已寄",
    "已补",
    "已阅",
    "已收",
    "已开展",
    "已举",
    "已组织",
    "已经报",
    "已经发",
    "已经上",
    "已经提",
    "已经开展",
    "已经举",
    "已经组织",
    "通知",
    "要求",
    "来电",
    "收到",
    "文件",
    "精神",
    "部署",
    "以来",
];
/// With one of these it may do so: where no other day is named, what is lacking is of its day. 5月16日召开会议，无活动.
const PERHAPS_PASSED: &[&str] = &["已", "会议", "启动", "开幕", "揭幕", "拉开", "闭幕", "结束"];
/// Between days that are named together.
const JOINTS: [char; 6] = ['、', '和', '及', '与', '跟', '&'];
/// Behind days that are named together.
const ALL_OF_THEM: [char; 2] = ['均', '都'];
/// Of the day that is named beside them, or of none: 5月16日当日, 每日零报告.
const NO_OTHER_DAY: [&str; 2] = ["每日", "当日"];
/// Ends of a clause that says the same of its own day: 5月17日也无.
const LIKEWISE: &[&str] = &["无", "没有", "一样", "同样"];
/// The word for today as it may be listed.
const TODAY: [&str; 3] = ["今日", "今天", "本日"];

/// The days of which a sentence says that there is nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Empty {
    /// Days that it names by their dates or as yesterday.
    pub days: Vec<Date>,
    /// Whether it says so of today.
    pub is_of_today: bool,
}

/// The moment of a sentence.
#[derive(Debug, Clone, Copy)]
pub struct Written<'r> {
    /// The days that are asked for.
    pub range: &'r Range,
    /// The day on which it came.
    pub today: Date,
    /// Whether who wrote it may still have called the day before today.
    pub is_still_yesterday: bool,
}

/// A sentence without what it names days for in passing: 按5月16日通知要求今日无材料, 零报告（5月14日启动）.
pub fn without_matters(sentence: &str) -> String {
    let is_passed = |text: &str| is_begun(text) || has(text, PASSED);
    let kept = without_remarks(sentence, |remark| is_passed(remark) && !is_saying(remark));
    kept.split_inclusive(['，', ',']).filter_map(clause_without_matters).collect()
}

/// A clause without the time by which it is written; nothing where that is all of it.
fn clause_without_matters(clause: &str) -> Option<String> {
    let is_saying = is_saying(clause);
    if !is_saying && (has(clause, PASSED) || is_all_begun(clause)) {
        return None;
    }
    // 昨日按计划上课, 5月16日自习: what stands behind the day is no time.
    let openers = OPENERS.iter().filter_map(|word| clause.find(word));
    let opener = openers.min().and_then(|at| clause.split_at_checked(at));
    let Some((before, behind)) = opener.filter(|(before, _)| !names_time(before)) else {
        return Some(clause.to_owned());
    };
    let end = CLOSERS.iter().filter_map(|word| Some(behind.rfind(word)? + word.len())).max();
    match end.and_then(|end| behind.get(end..)) {
        Some(behind) => Some(format!("{before}{behind}")),
        None => is_saying.then(|| clause.to_owned()),
    }
}

/// Whether a text names some day.
fn names_time(text: &str) -> bool {
    text.contains(['日', '号', '天'])
}

/// The days with their year of which a sentence says that there is nothing, if all that it names are of other years than those asked
/// for: 2022年5月16日零报告 is none of today.
pub fn all_of_other_years(sentence: &str, range: &Range) -> Option<String> {
    let found = dates(&without_matters(sentence), range);
    let mut named = found.single.iter().chain(&found.ends);
    let day = *named.clone().next()?;
    let is_other = |day: &Date| !(range.from.year()..=range.to.year()).contains(&day.year());
    named.all(is_other).then(|| format!("{}年{}", day.year(), shown(day)))
}

/// The days of which a sentence says that there is nothing; none where it names several that it does not list.
pub fn of_sentence(sentence: &str, written: Written) -> Option<Empty> {
    let sentence = without_matters(sentence);
    let (mut empty, mut head, mut is_bare) = (Empty::default(), Empty::default(), true);
    let mut passed = Empty::default();
    for clause in sentence.split(['，', ',']) {
        let own = of_clause(clause, says_today(&sentence), written)?;
        if !is_saying(clause) {
            if has(clause, PERHAPS_PASSED) {
                passed.take(own);
                continue;
            }
            is_bare &= own == Empty::default() || is_time(clause);
            head.take(own);
            continue;
        }
        let (mut heads, passed) = (std::mem::take(&mut head), std::mem::take(&mut passed));
        if heads == Empty::default() && own == Empty::default() && empty == Empty::default() {
            heads = passed;
        }
        let said = match (heads == Empty::default(), own == Empty::default()) {
            (_, true) => heads,
            (true, _) => own,
            // 5月15日，5月16日无活动 lists them; 5月16日，今日无活动 does not.
            _ if heads.is_of_today == own.is_of_today && is_bare => own.with(heads),
            _ => one_of(own.with(heads), written)?,
        };
        empty.take(said);
    }
    Some(empty)
}

impl Empty {
    fn take(&mut self, other: Self) {
        self.days.extend(other.days);
        self.days.sort_unstable();
        self.days.dedup();
        self.is_of_today |= other.is_of_today;
    }

    fn with(mut self, other: Self) -> Self {
        self.take(other);
        self
    }
}

/// The day that is named and called today too.
fn one_of(both: Empty, written: Written) -> Option<Empty> {
    let yesterday = days_before(written.today, 1).filter(|_| written.is_still_yesterday);
    match both.days.as_slice() {
        [day] if both.is_of_today && (*day == written.today || Some(*day) == yesterday) => {
            Some(Empty { is_of_today: false, ..both })
        }
        _ => None,
    }
}

/// The days that one clause names. `is_now`: whether its sentence says today.
fn of_clause(clause: &str, is_now: bool, written: Written) -> Option<Empty> {
    let Written { range, today, .. } = written;
    let clause = NO_OTHER_DAY.iter().fold(clause.to_owned(), |clause, word| clause.replace(word, ""));
    let mut dated = all_days(&clause, range);
    // All the days together name the activity until it is over.
    let is_whole = dated.first() == Some(&range.from) && dated.last() == Some(&range.to) && dated.len() > 2;
    if is_whole && (today < range.to || is_now) {
        dated.clear();
    }
    let counted = days_counted_back(&clause);
    let is_of_today = counted.contains(&0);
    let mut back: Vec<Date> =
        counted.into_iter().filter(|days| *days > 0).filter_map(|days| days_before(today, days)).collect();
    back.retain(|day| range.holds(*day));
    if dated.is_empty() || (back.is_empty() && !is_of_today) || lists(&clause) {
        dated.extend(back);
        dated.sort_unstable();
        dated.dedup();
        return Some(Empty { days: dated, is_of_today });
    }
    // 今日（5月16日）: one day by both.
    match back.iter().all(|day| dated.contains(day)) {
        true if !is_of_today || dated.contains(&today) => Some(Empty { days: dated, is_of_today: false }),
        true => one_of(Empty { days: dated, is_of_today }, written),
        false => None,
    }
}

/// Whether a clause lists today with other days: 5月16日、今日均无.
fn lists(clause: &str) -> bool {
    let clause: String = clause.split_whitespace().collect();
    let mut named = TODAY.iter().flat_map(|word| clause.match_indices(word));
    named.any(|(at, word)| {
        let (before, behind) = (clause.get(..at), clause.get(at + word.len()..));
        before.is_some_and(|before| before.ends_with(JOINTS))
            || behind.is_some_and(|behind| behind.starts_with(JOINTS))
            || before.is_some_and(|before| before.ends_with(['日', '号']))
                && behind.is_some_and(|behind| behind.starts_with(ALL_OF_THEM))
    })
}

/// Whether a clause says that there is nothing, or says the same of its own day.
fn is_saying(clause: &str) -> bool {
    let clause = clause.trim_end_matches(['，', ',', ' ']);
    !saying(clause).is_empty() || LIKEWISE.iter().any(|word| clause.ends_with(word))
}

/// Whether a clause says a time and nothing more: 5月16日（周二）, 昨日下午.
pub fn is_time(clause: &str) -> bool {
    const LETTERS: &str = "今昨前天本年月日号星期周一二三四五六七八九十上下中午晚()（）.-/、和及与至到:： \r";
    clause.chars().all(|c| c.is_ascii_digit() || LETTERS.contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn told(sentence: &str) -> Option<(Vec<i8>, bool)> {
        let range = Range { from: date(2023, 5, 14), to: date(2023, 5, 20) };
        let written = Written { range: &range, today: date(2023, 5, 17), is_still_yesterday: false };
        let empty = of_sentence(sentence, written)?;
        Some((empty.days.iter().map(|day| day.day()).collect(), empty.is_of_today))
    }

    #[test]
    fn a_sentence_says_of_which_days_there_is_nothing() {
        for (sentence, days, is_of_today) in [
            ("按5月16日通知要求，今日无材料", &[][..], true),
            ("按5月16日通知要求今日无材料", &[], true),
            ("继5月16日活动后，今日无活动", &[], true),
            ("继5月16日技能大赛后今日无活动", &[], true),
            ("收到5月15日来电，5月16日无活动", &[16], false),
            ("我校活动周于5月14日启动，今日无活动", &[], true),
            ("5月16日材料已报，今日无新增材料", &[], true),
            ("昨日材料已报，无新增材料", &[], false),
            ("职教周（5月14日启动）零报告", &[], false),
            ("5月16日、今日均无活动", &[16], true),
            ("今天和5月16日均无活动", &[16], true),
            ("5月16日今日均无活动", &[16], true),
            ("昨日无活动，今日无活动", &[16], true),
            ("5月16日无活动，今日无活动", &[16], true),
            ("5月16日无活动，5月17日也无", &[16, 17], false),
            ("5月15日，5月16日，我校均无活动", &[15, 16], false),
            ("5月16日，我校学生放假，无活动", &[16], false),
            ("今日（5月17日）无活动", &[17], false),
            ("昨日（5月16日）无活动", &[16], false),
            ("前天、昨天、今天均无活动", &[15, 16], true),
            ("每日零报告：5月16日无", &[16], false),
            ("5月16日，我校当日无活动", &[16], false),
            ("按要求，5月16日无活动", &[16], false),
            ("5月16日根据安排放假，无活动", &[16], false),
            ("昨日学生自习，无活动", &[16], false),
            ("昨日已放假，无活动", &[16], false),
            ("5月16日召开会议，无活动", &[16], false),
            ("昨日召开会议，今日无活动", &[], true),
            ("今日无活动（昨日已开展）", &[], true),
            ("昨今两日均无活动", &[16], true),
            ("按要求5月16日无活动", &[16], false),
        ] {
            assert_eq!(told(sentence), Some((days.to_vec(), is_of_today)), "{sentence}");
        }
    }

    #[test]
    fn of_days_that_are_not_listed_a_person_says_which() {
        for sentence in [
            "今日（5月16日）无活动",
            "5月16日，今日无活动",
            "5月15日学生放假，5月16日无活动",
            "昨日（5月15日）无活动",
        ] {
            assert_eq!(told(sentence), None, "{sentence}");
        }
    }
}
