//! A cell as what was filled in: without what was printed there, and with the measure that stands over it where that is not the
//! form's own (a column retyped in 元 where the form asks for 万元).

use super::amount::measure;
use super::label::{Form, keys};
use crate::domain::facts::Value;
use crate::domain::template::{Field, FieldKind};
use crate::domain::text::squeeze;

/// So many letters may stand before 单位：计量, 金额.
const BEFORE_MEASURE: usize = 4;

/// The value without printed hints; a cell that holds only these is unfilled.
pub fn filled(form: &Form, value: &Value) -> Value {
    let Value::Text(text) = value else { return value.clone() };
    let mut rest = text.clone();
    for hint in form.template.hints.iter().filter(|hint| text.contains(hint.as_str())) {
        rest = rest.replace(hint.as_str(), "");
    }
    let is_hint = !form.hints.is_empty() && keys(&rest).iter().any(|key| form.hints.contains(key));
    let only_marks = !rest.chars().any(char::is_alphanumeric) && rest.trim().starts_with('_');
    Value::Text(if is_hint || only_marks { String::new() } else { rest.trim().to_owned() })
}

/// The measure that a line above a table gives all of it: `单位：万元`, `（金额单位：元）`.
pub fn measure_of_sheet(text: &str) -> Option<&'static str> {
    let line = squeeze(text);
    let (_, said) =
        line.split_once("单位:").filter(|(before, _)| before.chars().count() <= BEFORE_MEASURE)?;
    let (word, _) = measure(said).filter(|(word, _)| said.starts_with(word))?;
    // 单位：元氏县卫健局 names a unit.
    said.get(word.len()..)?.chars().next().is_none_or(|c| !c.is_alphanumeric()).then_some(word)
}

/// A bare number with the measure of its heading behind it, where the form has another one.
pub fn in_measure(field: &Field, heading: Option<&str>, value: Value) -> Value {
    let of = |label: &str| measure(label).map_or(1, |(_, of)| of);
    let other = heading.filter(|heading| field.kind == FieldKind::Amount && of(heading) != of(&field.label));
    let Some(heading) = other else { return value };
    match value {
        Value::Number(number) => Value::Text(format!("{number}{heading}")),
        Value::Text(text) if text.ends_with(|c: char| c.is_ascii_digit()) => {
            Value::Text(format!("{text}{heading}"))
        }
        other => other,
    }
}
