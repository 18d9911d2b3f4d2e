//! For which day daily material is: what its folder, its name, the subject or the text says, when the picture was
//! taken, else when it came. A range (5.14-5.16) names no single day; numbers that cameras count are no dates.

use jiff::civil::{Date, DateTime};

use super::brought::{
    CLAUSE_ENDS, brings_of_another, brings_of_several, brings_of_today, brings_what_is_todays, dates_of_now,
    outside,
};
use super::counted::{by_night, days_before, says_today};
use super::dates::{Dates, dates, figure, new_date};
use super::daywords::{BEFORE_A_DAY_WORDS, BEFOREHAND_WORDS, BROUGHT_WORDS, YESTERDAY_WORDS};
use super::{edges, impossible};
use crate::domain::facts::Taken;

/// The source that speaks for the mail as a whole.
pub const SUBJECT: &str = "主题";
/// The subject of a mail that this one answers: its days are those of that mail, unless it is the same day.
pub const ANSWERED: &str = "回复的主题";
/// The text of the mail itself.
pub const BODY: &str = "正文";

/// The name of a file.
pub const NAME: &str = "文件名";

/// What WeChat calls a picture by when it saves it, with the moment of that behind it.
const SAVED_BY_WECHAT: &str = "微信图片";

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
    /// Whether it came in the hours behind the last day in which that day's may still come.
    pub is_morning_after: bool,
    /// Whether who wrote it may still have called the day before today.
    pub is_still_yesterday: bool,
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
    /// Nothing but its arrival told it.
    pub is_by_arrival: bool,
}

impl Told {
    fn sure(day: Option<Date>, why: String) -> Self {
        Self { day, why, is_open: false, is_by_arrival: false }
    }

    fn open(day: Option<Date>, why: String) -> Self {
        Self { is_open: true, ..Self::sure(day, why) }
    }

    fn arrived(day: Option<Date>, why: String) -> Self {
        Self { is_by_arrival: true, ..Self::sure(day, why) }
    }
}

/// The day of a part, and what told it.
pub fn of_part(clues: &DayClues, arrived: DateTime, range: &Range) -> Told {
    let is_past = |day: &Date| *day <= arrived.date();
    let own: Vec<(&str, Dates)> =
        clues.own.iter().map(|(source, text)| (*source, dates(text, range))).collect();
    let shared: Vec<(&str, Dates)> =
        clues.shared.iter().map(|(source, text)| (*source, dates_of_now(source, text, range))).collect();
    if let Some(told) = by_saving(clues, &own, &shared, arrived, range) {
        return told;
    }
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
    if let Some(told) = by_shared(clues, &shared, arrived, range) {
        return told;
    }
    if let Some(told) = by_days_ago(clues, arrived, range) {
        return told;
    }
    if let Some(Taken { at, by }) = clues.taken
        && range.holds(at.date())
        && is_past(&at.date())
    {
        return Told::sure(Some(at.date()), format!("拍摄于{}（{}）", shown(at.date()), by.chinese()));
    }
    let told = by_arrival(clues, &own, &shared, arrived.date(), range);
    let today = arrived.date();
    let open = || {
        let open = clues.open.map(str::to_owned).or_else(|| still_to_come(clues, today, range));
        open.or_else(|| of_an_event(clues, today, range))
            .or_else(|| outside(clues, today, range))
            .or_else(|| impossible::told(clues))
    };
    if told.is_open {
        return told;
    }
    match (open(), by_night(arrived, range)) {
        (Some(why), _) => Told::open(told.day, why),
        // A day that the paper prints settles this doubt.
        (None, Some(why)) => Told { why, is_open: true, ..told },
        (None, None) => told,
    }
}

/// The day that is told by how long ago it was: 昨天, 前天.
fn by_days_ago(clues: &DayClues, arrived: DateTime, range: &Range) -> Option<Told> {
    let day = days_before(arrived.date(), clues.days_ago?).filter(|day| range.holds(*day))?;
    let word = if clues.days_ago == Some(1) { "前一天" } else { "前几天" };
    Some(Told::sure(Some(day), format!("写明是{word}（{}）的", shown(day))))
}

/// The day of a picture whose name tells when WeChat saved it, and of no day besides: what the mail says goes before that, and
/// what was saved in the night in which it came may show the day before.
fn by_saving(
    clues: &DayClues,
    own: &[(&str, Dates)],
    shared: &[(&str, Dates)],
    arrived: DateTime,
    range: &Range,
) -> Option<Told> {
    let is_saved = clues.own.iter().any(|(source, name)| *source == NAME && name.contains(SAVED_BY_WECHAT));
    let mut dated = own.iter().filter(|(_, dates)| !dates.single.is_empty());
    let ((_, dates), None) = (dated.next().filter(|_| is_saved)?, dated.next()) else { return None };
    let saved = *dates.single.first()?;
    let told = by_shared(clues, shared, arrived, range).or_else(|| by_days_ago(clues, arrived, range));
    // No picture shows a day after it was saved: that is when the letter was signed.
    if let Some(told) = told.filter(|told| told.day.is_none_or(|day| day <= saved)) {
        // What was saved on the day on which it came is hardly of a day long before, where no letter says 补报.
        let is_late = clues.shared.iter().any(|(_, text)| text.contains('补')) || !told.why.starts_with(BODY);
        let is_old = told.day.is_some_and(|day| (saved - day).get_days() > 1) && !is_late;
        return Some(match is_old && saved == arrived.date() && !told.is_open {
            true => Told::open(Some(saved), format!("{}，图片却存于{}，请认定", told.why, shown(saved))),
            false => told,
        });
    }
    by_night(arrived, range).filter(|_| saved == arrived.date()).map(|why| Told::open(Some(saved), why))
}

/// The day that the subject, the letter or the paper's head tells; a question where subject and letter bring different days, or
/// where only the subject of the mail that is answered tells another day than that on which it came.
fn by_shared(clues: &DayClues, shared: &[(&str, Dates)], arrived: DateTime, range: &Range) -> Option<Told> {
    let letters = || clues.shared.iter().filter(|(source, _)| *source == BODY).map(|(_, text)| *text);
    for (source, dates) in shared {
        let mut inside = dates.single.iter().filter(|day| range.holds(**day));
        if let (Some(day), None, false) = (inside.next(), inside.next(), dates.has_range)
            && *day <= arrived.date()
        {
            let is_today = *day == arrived.date();
            // What tells its own day needs not that of the mail that is answered.
            if *source == ANSWERED && !is_today && (clues.days_ago.is_some() || clues.taken.is_some()) {
                continue;
            }
            let with_today = || !is_today && letters().any(|text| brings_of_today(text, range));
            let is_same = clues.is_still_yesterday && days_before(arrived.date(), 1) == Some(*day);
            let with_todays = || !is_today && !is_same && letters().any(brings_what_is_todays);
            let with_another = || letters().any(|text| brings_of_another(text, *day, range));
            let told = shown(*day);
            return Some(match *source {
                BODY if with_today() => of_several(Some(arrived.date()).filter(|day| range.holds(*day))),
                SUBJECT if with_todays() || with_another() => {
                    Told::open(Some(*day), format!("{source}写明{told}，正文报送的却是另一天的，请认定"))
                }
                ANSWERED if !is_today => {
                    Told::open(Some(*day), format!("回信，主题写的{told}可能是原信的，请认定是哪一天的"))
                }
                _ => Told::sure(Some(*day), format!("{source}写明{told}")),
            });
        }
        if let [day] = dates.single.as_slice()
            && let Some(told) = by_old_year(source, *day, arrived, range)
        {
            return Some(told);
        }
    }
    None
}

/// Why what comes before the only day that it is named by is a question: 5月17日照片 on the day before is a slip. What is shown of a
/// day beforehand says so.
fn still_to_come(clues: &DayClues, arrived: Date, range: &Range) -> Option<String> {
    let titled = clues.shared.iter().filter(|(source, _)| *source == SUBJECT);
    let mut names = clues.own.iter().chain(titled).map(|(_, text)| *text);
    if names.clone().any(is_beforehand) {
        return None;
    }
    let day_of = |text| Some(dates(text, range)).filter(Dates::is_one)?.single.first().copied();
    let day = names.find_map(day_of).filter(|day| range.holds(*day) && *day > arrived)?;
    Some(format!("写明{}，来件时那天还没有到，请认定", shown(day)))
}

/// Why what is told by an event of another day than that on which it came, or by a day of the week that the range holds twice, is
/// a question: 开幕当天照片 on the second day.
fn of_an_event(clues: &DayClues, arrived: Date, range: &Range) -> Option<String> {
    let has = |clause: &str| BROUGHT_WORDS.iter().any(|word| clause.contains(word));
    let of = |wanted: &'static str| clues.shared.iter().filter(move |(source, _)| *source == wanted);
    let clauses = of(BODY).flat_map(|(_, text)| text.split(CLAUSE_ENDS)).filter(|clause| has(clause));
    let texts = clues.own.iter().chain(of(SUBJECT)).map(|(_, text)| *text).chain(clauses);
    let told = |text| match edges::told(text, range) {
        Some(day) => Some(shown(day)).filter(|_| day != arrived),
        None => edges::other_weekday(text, arrived),
    };
    let day = texts.into_iter().find_map(told).filter(|_| range.holds(arrived))?;
    Some(format!("写的像是{day}的，来件已是{}，请认定", shown(arrived)))
}

/// Whether a name says that it shows what was done for a day before it came: 5月18日活动预告, 迎接5月20日省赛.
fn is_beforehand(text: &str) -> bool {
    let before = text.split(|c: char| c.is_numeric() || figure(c).is_some()).next().unwrap_or_default();
    let has = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
    has(text, BEFOREHAND_WORDS) || has(before, BEFORE_A_DAY_WORDS)
}

/// The day on which a part came, where nothing says that it is of several.
fn by_arrival(
    clues: &DayClues,
    own: &[(&str, Dates)],
    shared: &[(&str, Dates)],
    arrived: Date,
    range: &Range,
) -> Told {
    // A folder of all the days holds those of each; a subject that gives them names the activity, until it is over.
    let is_own_span = own.iter().any(|(_, dates)| dates.are_several(range) || dates.has_span_in(range));
    let is_over = arrived >= range.to;
    let by_subject =
        shared.iter().filter(|(source, _)| [SUBJECT, ANSWERED].contains(source)).any(|(_, dates)| {
            dates.are_several(range) || is_over && range.holds(arrived) && dates.has_span_in(range)
        });
    // A text may name days for anything; where all that it names are past, what came is not of the day it came, nor where it
    // says of several days that it brings something of them.
    let is_before = |day: &Date| *day < arrived;
    let texts = clues.shared.iter().zip(shared).filter(|((source, _), _)| *source == BODY);
    let by_text = texts.into_iter().any(|((_, text), (_, dates))| {
        let mut inside = dates.single.iter().chain(&dates.ends).filter(|day| range.holds(**day));
        dates.are_several(range) && (inside.all(is_before) || brings_of_several(text, range))
    });
    match arrived {
        day if is_own_span || (range.holds(day) && (by_subject || by_text)) => {
            of_several(Some(day).filter(|day| range.holds(*day)))
        }
        day if range.holds(day) => Told::arrived(Some(day), format!("{}到达", shown(day))),
        // What does not say of which day it is may well be of the last one.
        _ if clues.is_morning_after => {
            let why = format!("没有写明日期，在{}的报送时限内到达，请认定是否那天的", shown(range.to));
            Told { is_by_arrival: true, ..Told::open(Some(range.to), why) }
        }
        day => Told::arrived(None, format!("{}到达，不在报送日期内", shown(day))),
    }
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
    Told::open(day, "写明了好几天，不知是哪一天的，请认定".to_owned())
}

/// The usual slip of January: 2026年1月2日 written in January 2027. Which year was meant is for a person.
fn by_old_year(source: &str, day: Date, arrived: DateTime, range: &Range) -> Option<Told> {
    let meant = range.meant_by_old_year(day).filter(|meant| *meant <= arrived.date())?;
    let why = format!("{source}写明{}年{}，年份像是笔误，请认定", day.year(), shown(day));
    Some(Told::open(Some(meant), why))
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

pub(super) fn shown(day: Date) -> String {
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
