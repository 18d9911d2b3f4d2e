//! Figures below one heading that was split into several columns: 参与人数 over 干部, 群众 and 小计. The first of them is not what the
//! form asks for; which is, their own headings say, and where they do not, whoever filled it in is asked.

use super::amount::figure;
use super::grid::Sheet;
use super::number::percent;
use super::read::Hit;
use crate::domain::facts::Value;
use crate::domain::template::{Field, FieldKind};
use crate::domain::text::squeeze;

/// Over the column that sums up those beside it.
const WHOLE_HEADS: &[&str] = &["小计", "合计", "总计", "共计", "计", "总数", "合计数", "总人数"];
/// Over the column of the time that is reported, beside one that says [`UNTIL_NOW`].
const NOW_HEADS: &[&str] = &["当日", "当天", "本日", "今日", "本期", "当期", "本次", "本周", "本月", "本年"];
/// Over the column of all the time until then.
const UNTIL_NOW: &str = "累计";

/// The column below a split heading that a figure is taken from, or all that stands there where none is meant above the others.
pub(super) enum Spread {
    One(u32),
    Several(Value),
}

/// What stands in a row below the columns of a heading; none where it is no more than one figure. `bottom`: the last row of the
/// headings; `is_others`: whether another heading has a column for itself.
pub(super) fn spread(
    sheet: &Sheet,
    field: &Field,
    hit: &Hit,
    (row, bottom): (u32, u32),
    is_others: impl Fn(u32) -> bool,
) -> Option<Spread> {
    if hit.right == hit.col || !(field.kind.adds_up() || field.kind == FieldKind::Percent) {
        return None;
    }
    let is_figure = |value: &Value| match field.kind {
        FieldKind::Percent => percent(value).value.is_some(),
        _ => figure(field, value).is_some(),
    };
    let has = |col: &u32| sheet.value(row, *col).is_some_and(&is_figure) && !is_others(*col);
    let cols: Vec<u32> = (hit.col..=hit.right).filter(has).collect();
    let head = |col: u32| {
        let below = (hit.bottom + 1..=bottom).map(|head| squeeze(sheet.text(head, col)));
        below.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
    };
    let is_whole = |col: &u32| WHOLE_HEADS.contains(&head(*col).split('(').next().unwrap_or_default());
    // 本月累计 is until now, 本月 is not.
    let is_until_now = |col: &u32| head(*col).contains(UNTIL_NOW);
    let is_now = |col: &u32| !is_until_now(col) && NOW_HEADS.iter().any(|word| head(*col).starts_with(word));
    let only = |mut cols: Vec<u32>| cols.pop().filter(|_| cols.is_empty());
    if let [alone] = cols.as_slice() {
        // Where 当日 was left blank, 累计 beside it is no figure of the day.
        let now = || only((hit.col..=hit.right).filter(|col| is_now(col) && !is_others(*col)).collect());
        return Some(alone).filter(|alone| is_until_now(alone)).and_then(|_| now()).map(Spread::One);
    }
    if cols.is_empty() {
        return None;
    }
    let whole = || only(cols.iter().copied().filter(is_whole).collect());
    let now = || {
        let are_until_now = cols.iter().filter(|col| !is_now(col)).all(&is_until_now);
        only(cols.iter().copied().filter(|col| is_now(col) && are_until_now).collect())
    };
    Some(whole().or_else(now).map_or_else(|| Spread::Several(all(sheet, row, &cols)), Spread::One))
}

/// Several figures, as one text that is no number.
fn all(sheet: &Sheet, row: u32, cols: &[u32]) -> Value {
    let texts = cols.iter().filter_map(|col| match sheet.value(row, *col)? {
        Value::Text(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
    });
    Value::Text(texts.collect::<Vec<_>>().join("\n"))
}
