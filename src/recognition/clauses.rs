//! Where the clauses of a text end that says that there is nothing. The dashes, dots and strokes of days end none: 9月4日-9月8日零报告
//! is of all these days and not of the last.

/// What ends a clause beside the marks of ASCII.
const ENDS: &str = "\n\t，。；！（）【】“”";
/// Of those marks what stands in a day or between two.
const IN_DAYS: [char; 4] = ['.', '-', '/', '~'];
/// Of these what stands between two, with blanks around it or twice.
const BETWEEN_DAYS: [char; 2] = ['-', '~'];

/// The clauses of a text.
pub(super) fn clauses(text: &str) -> impl Iterator<Item = &str> {
    let is_end = |c: char| c.is_ascii_punctuation() && c != ':' || ENDS.contains(c);
    let ends = text.char_indices().filter(move |(at, c)| is_end(*c) && !is_in_a_day(text, *at, *c));
    let ends = ends.map(|(at, c)| (at, at + c.len_utf8())).chain([(text.len(), text.len())]);
    ends.scan(0, |begin, (end, next)| Some((std::mem::replace(begin, next), end)))
        .filter_map(|(begin, end)| text.get(begin..end))
}

/// Whether a mark stands in a day or between two: 9.4, 4日-8日.
fn is_in_a_day(text: &str, at: usize, mark: char) -> bool {
    let (mut before, mut behind) =
        (text.get(..at).unwrap_or_default(), text.get(at + mark.len_utf8()..).unwrap_or_default());
    // 9月4日 - 9月8日, 9月4日--9月8日; the dot behind a number may count a line.
    if BETWEEN_DAYS.contains(&mark) {
        let is_between = |c: char| c == ' ' || c == '　' || BETWEEN_DAYS.contains(&c);
        (before, behind) = (before.trim_end_matches(is_between), behind.trim_start_matches(is_between));
    }
    let (before, behind) = (before.chars().next_back(), behind.chars().next());
    IN_DAYS.contains(&mark)
        && before.is_some_and(|c| c.is_ascii_digit() || matches!(c, '日' | '号' | '月'))
        && behind.is_some_and(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_end_no_clause() {
        let of = |text| clauses(text).collect::<Vec<_>>();
        assert_eq!(of("9月4日-9月8日零报告，特此报告。"), ["9月4日-9月8日零报告", "特此报告", ""]);
        for text in ["9月4日 - 9月8日零报告", "9月4日--9月8日零报告", "9月4日 ~ 8日零报告"]
        {
            assert_eq!(of(text), [text]);
        }
        assert_eq!(of("11.1-11.30无活动"), ["11.1-11.30无活动"]);
        assert_eq!(of("3.今日无活动-绵阳职院"), ["3", "今日无活动", "绵阳职院"]);
    }
}
