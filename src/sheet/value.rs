//! Cell values as the rest of the house sees them.

use calamine::{Data, DataRef, Dimensions, ExcelDateTime};

use super::{Caps, Left};
use crate::domain::facts::{Cell, Grid, Span, Value};

/// Adds one cell to a grid, unless it is empty.
pub fn push(
    grid: &mut Grid,
    at: (u32, u32),
    value: DataRef<'_>,
    is_percent: bool,
    caps: &Caps,
    left: &mut Left,
) -> Result<(), String> {
    let number = |value: f64| if is_percent { Value::Text(percent(value)) } else { Value::Number(value) };
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

/// Whether a number format shows a percentage: an unquoted `%` in its first section.
pub fn shows_percent(format: &str) -> bool {
    let mut is_quoted = false;
    let mut is_escaped = false;
    for c in format.chars() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' | '_' | '*' => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            ';' if !is_quoted => return false,
            '%' if !is_quoted => return true,
            _ => {}
        }
    }
    false
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
        assert!(shows_percent("0.00%"));
        assert!(shows_percent("0%_);(0%)"));
        assert!(!shows_percent("0\"%\""));
        assert!(!shows_percent("General"));
    }

    #[test]
    fn dates_become_iso_text() {
        let at = |value| moment(&ExcelDateTime::new(value, ExcelDateTimeType::DateTime, false));
        assert_eq!(at(45062.0), "2023-05-16");
        assert_eq!(at(45062.375), "2023-05-16 09:00:00");
        assert_eq!(at(0.375), "09:00:00");
    }
}
