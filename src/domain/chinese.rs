//! Days and hours as staff and units read them, in one place: 「5月10日（星期三）」, 「5-10 17:40」.

use jiff::civil::{Date, DateTime, Weekday};

/// 「5月10日」.
pub fn day(date: Date) -> String {
    format!("{}月{}日", date.month(), date.day())
}

/// 「2023年5月10日」.
pub fn full_day(date: Date) -> String {
    format!("{}年{}", date.year(), day(date))
}

/// 「5月10日（星期三）」.
pub fn day_and_weekday(date: Date) -> String {
    format!("{}（{}）", day(date), weekday(date))
}

/// 「2023年5月10日（星期三）」.
pub fn full_day_and_weekday(date: Date) -> String {
    format!("{}年{}", date.year(), day_and_weekday(date))
}

/// 「5月14日、5月16日至18日」: three days or more in a row are one stretch.
pub fn days(days: &[Date]) -> String {
    let follows = |a: &Date, b: &Date| a.tomorrow().is_ok_and(|next| next == *b);
    let text = |run: &[Date]| match run {
        [first, _, .., last] if first.month() == last.month() => format!("{}至{}日", day(*first), last.day()),
        [first, _, .., last] => format!("{}至{}", day(*first), day(*last)),
        few => few.iter().copied().map(day).collect::<Vec<_>>().join("、"),
    };
    days.chunk_by(follows).map(text).collect::<Vec<_>>().join("、")
}

/// 「星期三」.
pub fn weekday(date: Date) -> &'static str {
    match date.weekday() {
        Weekday::Monday => "星期一",
        Weekday::Tuesday => "星期二",
        Weekday::Wednesday => "星期三",
        Weekday::Thursday => "星期四",
        Weekday::Friday => "星期五",
        Weekday::Saturday => "星期六",
        Weekday::Sunday => "星期日",
    }
}

/// 「5月10日（星期三）17:40」, for sentences.
pub fn moment(at: DateTime) -> String {
    format!("{}{:02}:{:02}", day_and_weekday(at.date()), at.hour(), at.minute())
}

/// 「5-10 17:40」, for tables.
pub fn short_moment(at: DateTime) -> String {
    format!("{}-{:02} {:02}:{:02}", at.month(), at.day(), at.hour(), at.minute())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_are_worded_as_in_letters_and_tables() {
        let at = date(2023, 5, 10).at(17, 4, 0, 0);
        assert_eq!(moment(at), "5月10日（星期三）17:04");
        assert_eq!(short_moment(at), "5-10 17:04");
        assert_eq!(full_day(at.date()), "2023年5月10日");
    }

    #[test]
    fn days_in_a_row_are_told_as_a_stretch() {
        let text = |days: &[i8]| super::days(&days.iter().map(|day| date(2023, 5, *day)).collect::<Vec<_>>());
        assert_eq!(text(&[]), "");
        assert_eq!(text(&[14]), "5月14日");
        assert_eq!(text(&[14, 15]), "5月14日、5月15日");
        assert_eq!(text(&[14, 16, 17, 18, 20]), "5月14日、5月16日至18日、5月20日");
        assert_eq!(super::days(&[date(2023, 5, 30), date(2023, 5, 31), date(2023, 6, 1)]), "5月30日至6月1日");
    }
}
