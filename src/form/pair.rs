//! A form and its stamped copy say the same (V17). The copy is a page of words, so its figures cannot be found by their
//! places: each number of the form has to stand somewhere on it.

use serde_json::Value as Json;

use super::check::CheckedRow;
use crate::domain::template::{Field, FieldKind, Template};
use crate::domain::text::squeeze;

/// Shorter numbers stand on every page.
const TELLING_DIGITS: usize = 2;

/// Fields whose numbers do not stand in the copy's text, with what the form says: `手机：19900001234（Sheet1!D4）`.
/// Nothing for a text that holds no numbers, which cannot tell.
pub fn unlike(template: &Template, rows: &[CheckedRow], copy: &str) -> Vec<String> {
    let numbers = numbers(copy);
    if numbers.is_empty() {
        return Vec::new();
    }
    let fields = || template.fields.iter().filter(|field| is_number(field));
    let of_row = |row: &CheckedRow| {
        fields().filter_map(|field| unlike_field(field, row, &numbers)).collect::<Vec<_>>()
    };
    rows.iter().flat_map(of_row).collect()
}

fn is_number(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Mobile | FieldKind::Count)
}

fn unlike_field(field: &Field, row: &CheckedRow, numbers: &[String]) -> Option<String> {
    let said = match row.values.get(&field.id)? {
        Json::String(text) => text.clone(),
        Json::Number(number) => number.to_string(),
        _ => return None,
    };
    let is_there =
        |number: &str| number.len() < TELLING_DIGITS || numbers.iter().any(|there| there == number);
    if said.split('、').all(is_there) {
        return None;
    }
    let cell = row.cells.get(&field.id).and_then(Json::as_str).unwrap_or_default();
    Some(format!("{}：{}（{cell}）", field.label, super::quote::quote(&said)))
}

/// Runs of digits as they stand, and as they would without the line breaks of a page.
fn numbers(text: &str) -> Vec<String> {
    let plain = crate::domain::text::compatible(text).replace([',', '，'], "");
    let runs = |text: &str| {
        let runs = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
        runs.map(str::to_owned).collect::<Vec<_>>()
    };
    [runs(&plain), runs(&plain.replace(['\r', '\n'], "")), runs(&squeeze(&plain))].concat()
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn numbers_stand_on_a_page_in_many_ways() {
        let found = numbers("手机 199 0000\n1234 学生 1,234人 １２");
        for number in ["19900001234", "1234", "12"] {
            assert!(found.iter().any(|there| there == number), "{number}: {found:?}");
        }
    }
}
