//! Cell values as the rest of the house sees them.

use calamine::{Data, DataRef, Dimensions, ExcelDateTime};

use super::{Caps, Left};
use crate::domain::facts::{Cell, Grid, Span, Value};

/// Adds one cell to a grid, unless it is empty.
pub fn push(
    grid: &mut Grid,
    at: (u32, u32),
    value: DataRef<'_>,
    shown: &Shown,
    caps: &Caps,
    left: &mut Left,
) -> Result<(), String> {
    let number = |value: f64| shown.number(value);
    let text = |text: &str| Value::Text(bounded(text, caps.cell_text_bytes));
    let value = match value {
        DataRef::Empty => return Ok(()),
        // i64 beyond 2^53 loses digits here as it did in the program that wrote it.
        DataRef::Int(value) => number(value as f64),
        DataRef::Float(value) => number(value),
        DataRef::String(value) | DataRef::DateTimeIso(value) | DataRef::DurationIso(value) => text(&value),
        DataRef::SharedString(value) => text(value),
        DataRef::Bool(value) => text(if value { "TRUE" } else { "FALSE" }),
        DataRef::DateTime(value) => text(&moment(&value)),
        DataRef::Error(error) => text(&error.to_string()),
    };
    put(grid, at, value, left)
}

/// Adds a value to a grid, unless it says nothing.
pub fn put(grid: &mut Grid, at: (u32, u32), value: Value, left: &mut Left) -> Result<(), String> {
    let text_bytes = match &value {
        Value::Text(text) if text.trim().is_empty() => return Ok(()),
        Value::Text(text) => text.len(),
        Value::Number(number) if !number.is_finite() => return Ok(()),
        Value::Number(_) => 0,
    };
    left.take(text_bytes)?;
    grid.cells.push(Cell { row: at.0, col: at.1, value });
    Ok(())
}

/// The same value without its own memory.
pub fn borrowed(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(value) => DataRef::Int(*value),
        Data::Float(value) => DataRef::Float(*value),
        Data::String(value) => DataRef::SharedString(value),
        Data::Bool(value) => DataRef::Bool(*value),
        Data::DateTime(value) => DataRef::DateTime(*value),
        Data::DateTimeIso(value) => DataRef::DateTimeIso(value.clone()),
        Data::DurationIso(value) => DataRef::DurationIso(value.clone()),
        Data::Error(value) => DataRef::Error(value.clone()),
        Data::Empty => DataRef::Empty,
    }
}

/// Merged ranges, bounded.
pub fn spans(merges: &[Dimensions], caps: &Caps) -> Vec<Span> {
    let spans = merges.iter().take(caps.merges);
    spans
        .map(|range| Span {
            top: range.start.0,
            left: range.start.1,
            bottom: range.end.0,
            right: range.end.1,
        })
        .collect()
}

/// What a number format makes of a number, as far as it shows another one than is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// 0.85 as `85%`.
    is_percent: bool,
    /// 356000 as 35.6: clerks hide thousands, and set a point of their own, where a table is in 万元.
    divisor: f64,
    /// 35.6 as 35.6万元.
    measure: String,
}

impl Default for Shown {
    fn default() -> Self {
        Self { is_percent: false, divisor: 1.0, measure: String::new() }
    }
}

impl Shown {
    /// Reads the first section of a format text.
    pub fn by(format: &str) -> Self {
        let (mut shown, mut thousands, mut places) = (Self::default(), 0, None::<i32>);
        let (mut is_quoted, mut has_digit, mut points) = (false, false, 0);
        let mut chars = format.chars();
        while let Some(c) = chars.next() {
            match c {
                '"' => is_quoted = !is_quoted,
                // Room for a character, or a row of it.
                '_' | '*' if !is_quoted => {
                    chars.next();
                }
                ';' if !is_quoted => break,
                '%' if !is_quoted => return Self { is_percent: true, ..Self::default() },
                '0' | '#' | '?' if !is_quoted => {
                    // A mark between digits parts thousands; one behind the last hides them.
                    (has_digit, thousands) = (true, 0);
                    places = places.map(|places| places + 1);
                    shown.measure.clear();
                }
                ',' if !is_quoted && has_digit => thousands += 1,
                _ => {
                    let is_escape = !is_quoted && matches!(c, '\\' | '!');
                    let literal = if is_escape { chars.next().unwrap_or(c) } else { c };
                    if literal == '.' && (is_quoted || is_escape) && has_digit {
                        points += 1;
                        places = places.or(Some(0));
                    } else if matches!(literal, '\u{4e00}'..='\u{9fff}') && has_digit {
                        shown.measure.push(literal);
                    }
                }
            }
        }
        // [>=10000]0!.0,"万";0 shows small numbers as they are, and large ones with their measure.
        if ["[>", "[<", "[="].iter().any(|condition| format.contains(condition)) {
            return Self::default();
        }
        // 000\.0000\.0000 groups the figures of a telephone.
        let point = places.filter(|_| points == 1).unwrap_or(0);
        shown.divisor = 1000_f64.powi(thousands) * 10_f64.powi(point);
        if !is_scale(&shown.measure) {
            shown.measure.clear();
        }
        shown
    }

    /// Whether it shows numbers as they are stored.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    fn number(&self, value: f64) -> Value {
        let number = value / self.divisor;
        match (self.is_percent, self.measure.as_str()) {
            (true, _) => Value::Text(percent(value)),
            (false, "") => Value::Number(number),
            (false, measure) => Value::Text(format!("{number}{measure}")),
        }
    }
}

/// Whether letters behind a number make it larger: 万人, and not 千克.
fn is_scale(letters: &str) -> bool {
    let weighs = ["千克", "千米", "千瓦", "千卡"].iter().any(|word| letters.starts_with(word));
    letters.starts_with(['万', '千', '亿']) && !weighs
}

/// 0.85 as `85%`: at most six decimals, so that binary fractions do not show.
pub fn percent(value: f64) -> String {
    let shown = format!("{:.6}", value * 100.0);
    format!("{}%", shown.trim_end_matches('0').trim_end_matches('.'))
}

/// ISO text of a date or time; a time alone without its empty date.
fn moment(value: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
    if value.is_duration() {
        let seconds = (value.as_f64() * 86_400.0).round();
        return format!("{}:{:02}:{:02}", (seconds / 3600.0).floor(), minute, second);
    }
    let has_date = value.as_f64() >= 1.0;
    let has_time = (hour, minute, second) != (0, 0, 0);
    match (has_date, has_time) {
        (true, false) => format!("{year:04}-{month:02}-{day:02}"),
        (true, true) => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
        (false, _) => format!("{hour:02}:{minute:02}:{second:02}"),
    }
}

/// At most `bytes_max` bytes of `text`, whole characters.
pub fn bounded(text: &str, bytes_max: usize) -> String {
    let mut end = text.len().min(bytes_max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    #[test]
    fn percentages_read_as_a_person_reads_them() {
        assert_eq!(percent(0.95), "95%");
        assert_eq!(percent(95.0), "9500%");
        assert_eq!(percent(0.8567), "85.67%");
        assert_eq!(percent(1.0), "100%");
        for (format, is_percent) in [("0.00%", true), ("0%_);(0%)", true), ("0\"%\"", false), ("0!%", false)]
        {
            assert_eq!(Shown::by(format).is_percent, is_percent, "{format}");
        }
    }

    #[test]
    fn a_number_is_what_its_cell_shows() {
        let number = |format: &str, value: f64| Shown::by(format).number(value);
        for (format, stored, shown) in [
            ("0!.0,", 356_480.0, 35.648),
            ("0\".\"0,", 356_480.0, 35.648),
            ("0\\.0000", 12_345.0, 1.2345),
            ("#,##0,", 120_000.0, 120.0),
            ("0.00,,", 1_500_000.0, 1.5),
        ] {
            assert_eq!(number(format, stored), Value::Number(shown), "{format}");
        }
        assert_eq!(number("0.0\"万元\"", 35.6), Value::Text("35.6万元".into()));
        assert_eq!(number("0!.0,\"万\"", 356_000.0), Value::Text("35.6万".into()));
        for plain in [
            "General",
            "#,##0.00_ ",
            "_ * #,##0.00_ ;_ * -#,##0.00_ ",
            "0\"人\"",
            "000\\-0000",
            "0.00_);(0.00)",
            "0\"千克\"",
            "\"共\"0\"人\"",
            "[>=10000]0!.0,\"万\";0",
            "000\\.0000\\.0000",
            "0000\".\"00\".\"00",
        ] {
            assert!(Shown::by(plain).is_plain(), "{plain}");
        }
    }

    #[test]
    fn dates_become_iso_text() {
        let at = |value| moment(&ExcelDateTime::new(value, ExcelDateTimeType::DateTime, false));
        assert_eq!(at(45062.0), "2023-05-16");
        assert_eq!(at(45062.375), "2023-05-16 09:00:00");
        assert_eq!(at(0.375), "09:00:00");
    }
}
