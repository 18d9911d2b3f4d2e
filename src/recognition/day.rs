//! For which day daily material is: what its folder, its name, the subject or the text says, when the picture was
//! taken, else when it came. A range (5.14-5.16) names no single day; numbers that cameras count are no dates.

use jiff::civil::{Date, DateTime};

use super::counted::{days_before, says_today};
use super::dates::{Dates, dates, new_date};
use super::daywords::{
    BEFOREHAND_WORDS, BROUGHT_BEFORE_WORDS, BROUGHT_WORDS, OTHER_MAIL_WORDS, PASSING_WORDS, YESTERDAY_WORDS,
};
use crate::domain::facts::Taken;

/// The source that speaks for the mail as a whole.
pub const SUBJECT: &str = "主题";
/// The text of the mail itself.
pub const BODY: &str = "正文";

/// The name of a file.
pub const NAME: &str = "文件名";

/// Where a clause ends.
const CLAUSE_ENDS: [char; 11] = ['，', ',', '。', '；', ';', '！', '!', '（', '）', '(', '\n'];

/// Dates farther than this from the range are not about it (days).
const NEAR_DAYS: i32 = 45;

/// The days that a requirement asks for.
#[derive(Debug, Clone, Copy)]
pub struct Range {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

impl Range {
    /// Whether a day is one of them.
    pub fn holds(&self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }

    /// The day of a month without its year, in the year that puts it in the range or nearest to it; one that is far from the
    /// range whatever its year stays in the range's own.
    pub(super) fn day_of(&self, month: u64, day: u64) -> Option<Date> {
        let years = self.from.year().saturating_sub(1)..=self.to.year().saturating_add(1);
        let days = years.filter_map(|year| new_date(year, month, day));
        let apart = |day: &Date| match self.holds(*day) {
            true => 0,
            false => (self.from - *day).get_days().abs().min((*day - self.to).get_days().abs()),
        };
        let nearest = days.min_by_key(apart).filter(|day| self.is_near(*day));
        nearest.or_else(|| new_date(self.from.year(), month, day))
    }

    /// The day that is meant by one of January that still bears the old year.
    pub(super) fn meant_by_old_year(&self, day: Date) -> Option<Date> {
        let next = Date::new(day.year().checked_add(1)?, day.month(), day.day()).ok()?;
        (day.month() == 1 && !self.holds(day) && self.holds(next)).then_some(next)
    }

    /// Whether a day is meant for the range: near to it, or of January with the old year.
    pub(super) fn is_about(&self, day: Date) -> bool {
        self.is_near(day) || self.meant_by_old_year(day).is_some()
    }

    fn has_year_of(&self, day: Date) -> bool {
        (self.from.year()..=self.to.year()).contains(&day.year())
    }

    pub(super) fn is_near(&self, day: Date) -> bool {
        let days = |a: Date, b: Date| (a - b).get_days();
        self.holds(day) || days(self.from, day).abs() <= NEAR_DAYS || days(day, self.to).abs() <= NEAR_DAYS
    }
}

/// What may tell the day of a part, strongest first.
#[derive(Debug, Clone, Default)]
pub struct DayClues<'a> {
    /// Folder, file name: they are about this part alone, so that a day outside the range counts too.
    pub own: Vec<(&'static str, &'a str)>,
    /// Subject, text of the mail, head of the document: they may name other dates beside.
    pub shared: Vec<(&'static str, &'a str)>,
    /// So many days before it came is what it says that it is about (昨天, 前天).
    pub days_ago: Option<i64>,
    /// Why it is hardly of the day on which it came, though nothing says of which it is.
    pub open: Option<&'static str>,
    /// When it was taken.
    pub taken: Option<Taken>,
    /// How many files the mail brings, where what is named by a number is named by its day: 日报28.docx. Pictures are counted.
    pub files: Option<usize>,
}

/// For which day a part is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The day; none for material from outside the range.
    pub day: Option<Date>,
    /// What told it.
    pub why: String,
    /// Several days are named, and nothing tells which of them it is.
    pub is_open: bool,
}

impl Told {
    fn sure(day: Option<Date>, why: String) -> Self {
        Self { day, why, is_open: false }
    }
}

/// The day of a part, and what told it.
pub fn of_part(clues: &DayClues, arrived: DateTime, range: &Range) -> Told {
    let is_past = |day: &Date| *day <= arrived.date();
    let own: Vec<(&str, Dates)> =
        clues.own.iter().map(|(source, text)| (*source, dates(text, range))).collect();
    for (source, dates) in &own {
        let [day] = dates.single.as_slice() else { continue };
        if let Some(told) = by_old_year(source, *day, arrived, range) {
            return told;
        }
        let is_near = range.is_near(*day);
        if is_past(day) && (is_near || !range.has_year_of(*day)) {
            let shown = if is_near { shown(*day) } else { format!("{}年", day.year()) };
            return match range.holds(*day) {
                true => Told::sure(Some(*day), format!("{source}写明{shown}")),
                false => Told::sure(None, format!("{source}写明{shown}，不在报送日期内")),
            };
        }
    }
    if let Some(day) = by_number(clues, range).filter(is_past) {
        return Told::sure(Some(day), format!("{NAME}写明{}", shown(day)));
    }
    // A paper that is named by several days is of all of them, whatever day its first sentence tells of.
    let name = own.last().filter(|(source, _)| *source == NAME);
    if name.is_some_and(|(_, dates)| dates.are_several(range)) && clues.taken.is_none() {
        return of_several(Some(arrived.date()).filter(|day| range.holds(*day)));
    }
    let shared: Vec<(&str, Dates)> =
        clues.shared.iter().map(|(source, text)| (*source, dates_of_now(source, text, range))).collect();
    for (source, dates) in &shared {
        let mut inside = dates.single.iter().filter(|day| range.holds(**day));
        if let (Some(day), None, false) = (inside.next(), inside.next(), dates.has_range)
            && is_past(day)
        {
            return Told::sure(Some(*day), format!("{source}写明{}", shown(*day)));
        }
        if let [day] = dates.single.as_slice()
            && let Some(told) = by_old_year(source, *day, arrived, range)
        {
            return told;
        }
    }
    let before = clues.days_ago.and_then(|days| days_before(arrived.date(), days));
    if let Some(day) = before.filter(|day| range.holds(*day)) {
        return Told::sure(Some(day), format!("写明是前一天（{}）的", shown(day)));
    }
    if let Some(Taken { at, by }) = clues.taken
        && range.holds(at.date())
        && is_past(&at.date())
    {
        return Told::sure(Some(at.date()), format!("拍摄于{}（{}）", shown(at.date()), by.chinese()));
    }
    let told = by_arrival(&own, &shared, arrived.date(), range);
    let open = || clues.open.map(str::to_owned).or_else(|| still_to_come(clues, arrived.date(), range));
    match open().filter(|_| !told.is_open) {
        Some(why) => Told { day: told.day, why, is_open: true },
        None => told,
    }
}

/// Why what comes before the only day that it is named by is a question: 5月17日照片 on the day before is a slip. What is shown of a
/// day beforehand says so.
fn still_to_come(clues: &DayClues, arrived: Date, range: &Range) -> Option<String> {
    let titled = clues.shared.iter().filter(|(source, _)| *source == SUBJECT);
    let mut names = clues.own.iter().chain(titled).map(|(_, text)| *text);
    if names.clone().any(|text| BEFOREHAND_WORDS.iter().any(|word| text.contains(word))) {
        return None;
    }
    let day_of = |text| Some(dates(text, range)).filter(Dates::is_one)?.single.first().copied();
    let day = names.find_map(day_of).filter(|day| range.holds(*day) && *day > arrived)?;
    Some(format!("写明{}，来件时那天还没有到，请认定", shown(day)))
}

/// The day on which a part came, where nothing says that it is of several.
fn by_arrival(own: &[(&str, Dates)], shared: &[(&str, Dates)], arrived: Date, range: &Range) -> Told {
    // A folder of all the days holds those of each; a subject that gives them names the activity, until it is over.
    let is_own_span = own.iter().any(|(_, dates)| dates.are_several(range) || dates.has_span_in(range));
    let is_over = arrived >= range.to;
    let by_subject = shared.iter().filter(|(source, _)| *source == SUBJECT).any(|(_, dates)| {
        dates.are_several(range) || is_over && range.holds(arrived) && dates.has_span_in(range)
    });
    // A text may name days for anything; where all that it names are past, what came is not of the day it came.
    let is_before = |day: &Date| *day < arrived;
    let by_text = shared.iter().filter(|(source, _)| *source == BODY).any(|(_, dates)| {
        dates.are_several(range)
            && dates.single.iter().chain(&dates.ends).filter(|d| range.holds(**d)).all(is_before)
    });
    match arrived {
        day if is_own_span || (range.holds(day) && (by_subject || by_text)) => {
            of_several(Some(day).filter(|day| range.holds(*day)))
        }
        day if range.holds(day) => Told::sure(Some(day), format!("{}到达", shown(day))),
        day => Told::sure(None, format!("{}到达，不在报送日期内", shown(day))),
    }
}

/// The dates of a text; of a letter that names several, those of what comes with it: 今天是29日的，明天补30日.
fn dates_of_now(source: &str, text: &str, range: &Range) -> Dates {
    let all = dates(text, range);
    if source == BODY {
        let left = without_passing(text, range, says_today(text));
        return if left.are_several(range) { of_this_mail(text, range, left) } else { left };
    }
    if source != SUBJECT || !all.are_several(range) {
        return all;
    }
    of_this_mail(text, range, all)
}

/// The dates of a letter but those that it names in passing. Where it speaks of today (`is_today`), a day of another clause that
/// brings nothing is one of those.
fn without_passing(text: &str, range: &Range, is_today: bool) -> Dates {
    let has = |clause: &str, words: &[&str]| words.iter().any(|word| clause.contains(word));
    let is_meant = |clause: &&str| {
        let brings = has(clause, BROUGHT_WORDS);
        let names_another_day = is_today && !says_today(clause) && dates(clause, range).is_one();
        !has(clause, BROUGHT_BEFORE_WORDS) && (brings || !(has(clause, PASSING_WORDS) || names_another_day))
    };
    let clauses = text.split(CLAUSE_ENDS).filter(is_meant);
    dates(&clauses.collect::<Vec<_>>().join("\n"), range)
}

/// Of several dates those of what comes with a mail: 今天是29日的，明天补30日.
fn of_this_mail(text: &str, range: &Range, all: Dates) -> Dates {
    let is_now =
        |clause: &&str| clause.contains("附件") || !OTHER_MAIL_WORDS.iter().any(|word| clause.contains(word));
    let clauses = text.split(CLAUSE_ENDS).filter(is_now);
    let now = dates(&clauses.collect::<Vec<_>>().join("\n"), range);
    let is_one = now.single.iter().filter(|day| range.holds(**day)).count() == 1;
    if is_one && !now.has_range { now } else { all }
}

/// The day of 日报28.docx under a subject of 12月28日 and 29日. A number up to that of the files may count them.
fn by_number(clues: &DayClues, range: &Range) -> Option<Date> {
    let files = clues.files?;
    let (_, name) = clues.own.last().filter(|(source, _)| *source == NAME)?;
    let stem = name.rsplit_once('.').map_or(*name, |(stem, _)| stem);
    let mut numbers = stem.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
    let (number, None) = (numbers.next()?, numbers.next()) else { return None };
    let number: usize = number.parse().ok().filter(|number| *number > files)?;
    let (_, subject) = clues.shared.iter().find(|(source, _)| *source == SUBJECT)?;
    let named = dates(subject, range).single;
    let mut inside =
        named.iter().filter(|day| range.holds(**day) && usize::try_from(day.day()) == Ok(number));
    inside.next().copied().filter(|_| inside.next().is_none())
}

fn of_several(day: Option<Date>) -> Told {
    Told { day, why: "写明了好几天，不知是哪一天的，请认定".to_owned(), is_open: true }
}

/// The usual slip of January: 2026年1月2日 written in January 2027. Which year was meant is for a person.
fn by_old_year(source: &str, day: Date, arrived: DateTime, range: &Range) -> Option<Told> {
    let meant = range.meant_by_old_year(day).filter(|meant| *meant <= arrived.date())?;
    let why = format!("{source}写明{}年{}，年份像是笔误，请认定", day.year(), shown(day));
    Some(Told { day: Some(meant), why, is_open: true })
}

/// All days of the range that one sentence names, spans with all that lies between.
pub fn all_days(sentence: &str, range: &Range) -> Vec<Date> {
    let found = dates(sentence, range);
    let spans = found.ends.chunks(2).filter_map(|ends| match ends {
        [first, last] => Some(first.series(jiff::Span::new().days(1)).take_while(move |day| day <= last)),
        _ => None,
    });
    let mut days: Vec<Date> = found.single.iter().copied().chain(spans.flatten()).collect();
    days.retain(|day| range.holds(*day));
    days.sort_unstable();
    days.dedup();
    days
}

/// Whether a text names a day of the range, by its date or as today or yesterday.
pub fn names_a_day(text: &str, range: &Range) -> bool {
    says_today(text) || YESTERDAY_WORDS.iter().any(|word| text.contains(word)) || names_a_date(text, range)
}

/// Whether a text names a day of the range by its date.
pub fn names_a_date(text: &str, range: &Range) -> bool {
    let found = dates(text, range);
    found.single.iter().chain(&found.ends).any(|day| range.holds(*day))
}

fn shown(day: Date) -> String {
    format!("{}月{}日", day.month(), day.day())
}

/// The days that a plan names, if it names days and none of them is within the range (V18); days far from it are those of
/// notices and laws.
pub fn all_outside(text: &str, range: &Range) -> Option<String> {
    let found = dates(text, range);
    let mut named: Vec<Date> = found.single.into_iter().chain(found.ends).collect();
    named.retain(|day| range.is_near(*day));
    let is_outside = !named.is_empty() && !named.iter().any(|day| range.holds(*day));
    is_outside.then(|| named.into_iter().map(shown).collect::<Vec<_>>().join("、"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::facts::TakenBy;
    use jiff::civil::{date, datetime};

    fn week() -> Range {
        Range { from: date(2023, 5, 14), to: date(2023, 5, 20) }
    }

    #[test]
    fn the_nearest_word_tells_the_day() {
        let arrived = datetime(2023, 5, 16, 16, 0, 0, 0);
        let day = |own: &str, shared: &str, taken: Option<DateTime>| {
            let clues = DayClues {
                own: vec![("文件名", own)],
                shared: vec![("主题", shared)],
                taken: taken.map(|at| Taken { at, by: TakenBy::Exif }),
                ..DayClues::default()
            };
            of_part(&clues, arrived, &week()).day
        };
        assert_eq!(day("5.14/开放日1.jpg", "5月16日照片", None), Some(date(2023, 5, 14)));
        assert_eq!(day("开放日1.jpg", "5月15日照片", None), Some(date(2023, 5, 15)));
        assert_eq!(
            day("a.jpg", "5.14-5.16三天材料", Some(datetime(2023, 5, 15, 9, 0, 0, 0))),
            Some(date(2023, 5, 15))
        );
        assert_eq!(day("a.jpg", "照片", None), Some(date(2023, 5, 16)));
        assert_eq!(day("5.12预热.jpg", "照片", None), None);
        assert_eq!(day("a.jpg", "5月18日活动预告", None), Some(date(2023, 5, 16)));
        assert_eq!(day("第一天/a.jpg", "三天材料", None), Some(date(2023, 5, 14)));
    }

    #[test]
    fn days_that_a_text_says_are_over_are_not_the_day_it_came() {
        let arrived = datetime(2023, 5, 16, 16, 0, 0, 0);
        let told = |text: &str| {
            let clues = DayClues {
                own: vec![("文件名", "a.jpg")],
                shared: vec![(BODY, text)],
                ..DayClues::default()
            };
            of_part(&clues, arrived, &week())
        };
        assert!(told("5月14日、5月15日照片见附件").is_open);
        for text in ["5月14日至20日为活动周", "5月14日、15日、16日照片", "照片"] {
            assert!(!told(text).is_open && told(text).day == Some(date(2023, 5, 16)), "{text}");
        }
        for text in [
            "我校活动周自5月14日启动以来，反响热烈，照片见附件",
            "按照5月15日会议要求，报送今日照片",
            "5月15日材料昨天已发，请查收今天的",
            "我校于5月14日正式启动活动周，今日举行展演，照片附上",
            "直播5.15万人次观看",
        ] {
            assert_eq!(told(text).day, Some(date(2023, 5, 16)), "{text}");
        }
        for text in ["根据要求报送5月15日活动照片", "5月15日，学校举行展演，照片见附件", "现补报5月15日材料"]
        {
            assert_eq!(told(text).day, Some(date(2023, 5, 15)), "{text}");
        }
    }
}
