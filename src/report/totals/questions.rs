//! What is asked of a merged form beside the table itself: who comes first, who left a field blank, and what changed since
//! another year.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::add_up::places;
use super::{Totals, UnitTotal, files};
use crate::domain::campaign::Campaign;
use crate::domain::figure::{self, Millionths};
use crate::domain::template::{Field, FieldKind, Template};
use crate::report::book::{Book, Sheet};
use crate::report::grid::{Cell, Grid, text, words};

fn book(totals: &Totals, campaign: &Campaign, form: &Template, what: &str, lead: String, grid: Grid) -> Book {
    let at = totals.as_of.parse().map(|at| campaign.local(at)).unwrap_or_default();
    let title = files::caption(totals, campaign, form);
    let sheet = Sheet { name: what.to_owned(), title, lead, grid, ..Sheet::default() };
    let form = form.title_words.first().map_or(form.id.as_str(), String::as_str);
    Book::new(campaign, at, &format!("{form}{what}"), vec![sheet])
}

/// The units by one field, the largest first or the smallest; those that give none stand below the list.
pub fn ranking_book(
    totals: &Totals,
    campaign: &Campaign,
    form: &Template,
    (field, is_descending): (&Field, bool),
    top: Option<usize>,
) -> Book {
    let value = |unit: &UnitTotal| unit.total.get(&field.id).and_then(Json::as_f64);
    let mut ranked: Vec<(f64, &UnitTotal)> =
        totals.units.iter().filter_map(|unit| Some((value(unit)?, unit))).collect();
    let without: Vec<&str> =
        totals.units.iter().filter(|unit| value(unit).is_none()).map(|unit| unit.unit.as_str()).collect();
    ranked.sort_by(|(a, _), (b, _)| if is_descending { b.total_cmp(a) } else { a.total_cmp(b) });
    let mut grid = Grid::of(words(&["名次", "单位", "类别", "市州"]));
    grid.head.push(field.label.clone());
    let places = places(ranked.iter().map(|(value, _)| *value));
    for ((_, unit), place) in
        ranked.iter().zip(places).filter(|(_, place)| top.is_none_or(|top| *place <= top))
    {
        let group = campaign.group_title(&unit.group);
        let mut row = vec![Cell::count(place), text(&unit.unit), text(group), text(&unit.city)];
        row.push(Cell::of(field, unit.total.get(&field.id)));
        grid.rows.push(row);
    }
    let order = if is_descending { "从高到低" } else { "从低到高" };
    let none = if without.is_empty() {
        String::new()
    } else {
        format!("没有这项数的：{}。", without.join("、"))
    };
    let lead =
        format!("按{}{order}，列{}个，共{}个单位有数。{none}", field.label, grid.rows.len(), ranked.len());
    book(totals, campaign, form, "排名", lead, grid)
}

/// Units whose form leaves a field blank; those without a form stand below the list.
pub fn blank_book(totals: &Totals, campaign: &Campaign, form: &Template, field: &Field) -> Book {
    let mut grid = Grid::of(words(&["序号", "单位", files::row_of(campaign), "类别", "市州", "出处"]));
    let is_blank = |value: Option<&Json>| match value {
        None | Some(Json::Null) => true,
        Some(Json::String(text)) => text.trim().is_empty(),
        Some(_) => false,
    };
    for row in totals.rows.iter().filter(|row| is_blank(row.values.get(&field.id))) {
        let school = if row.school == row.unit { "" } else { &row.school };
        grid.rows.push(vec![
            Cell::count(grid.rows.len() + 1),
            text(&row.unit),
            text(school),
            text(campaign.group_title(&row.group)),
            text(&row.city),
            text(format!("{}（来件#{}）", row.source.path, row.source.message)),
        ]);
    }
    let lead = format!(
        "没有填“{}”的{}个；另有{}个应报单位没有可汇总的表。",
        field.label,
        grid.rows.len(),
        totals.left_out.len()
    );
    book(totals, campaign, form, "未填名单", lead, grid)
}

/// The figures of each unit beside those of an earlier `totals --json`, by the name of the unit: what was, what is, what
/// changed. Nothing is invented where one of the two gives none.
///
/// # Errors
/// When the earlier document is none of `totals --json`, in words.
pub fn compared_book(
    totals: &Totals,
    campaign: &Campaign,
    form: &Template,
    earlier: &Json,
) -> Result<Book, String> {
    let document = || "不是 shouwen totals --json 的输出".to_owned();
    let units = earlier.get("units").and_then(Json::as_array).ok_or_else(document)?;
    let before =
        |unit: &Json| Some((unit.get("unit")?.as_str()?.to_owned(), unit.get("total")?.as_object()?.clone()));
    let before: BTreeMap<String, Map<String, Json>> =
        units.iter().map(before).collect::<Option<_>>().ok_or_else(document)?;
    let whole = earlier.get("total").and_then(Json::as_object).ok_or_else(document)?;
    let fields: Vec<&Field> = files::figures(form).collect();
    let mut grid = Grid::of(words(&["单位", "栏目", "上次", "这次", "增减", "增减幅度"]));
    let mut line = |name: &str, old: Option<&Map<String, Json>>, new: Option<&Map<String, Json>>| {
        for field in &fields {
            let value = |map: Option<&Map<String, Json>>| map.and_then(|map| map.get(&field.id)).cloned();
            let (old, new) = (value(old), value(new));
            let (change, share) = change(field, old.as_ref(), new.as_ref());
            grid.rows.push(vec![
                text(name),
                text(&field.label),
                Cell::of(field, old.as_ref()),
                Cell::of(field, new.as_ref()),
                change,
                share,
            ]);
        }
    };
    line(&format!("{}合计", campaign.roster.whole()), Some(whole), Some(&totals.total));
    for unit in &totals.units {
        line(&unit.unit, before.get(&unit.unit), Some(&unit.total));
    }
    let is_new = |unit: &&String| !totals.units.iter().any(|own| own.unit == **unit);
    let gone: Vec<&str> = before.keys().filter(is_new).map(String::as_str).collect();
    let gone = if gone.is_empty() {
        String::new()
    } else {
        format!("上次有、这次没有的：{}。", gone.join("、"))
    };
    let lead = format!("上次计入{}个单位，这次计入{}个。{gone}", before.len(), totals.units.len());
    Ok(book(totals, campaign, form, "与上次比较", lead, grid))
}

/// By how much a figure changed, and by what share of what it was.
fn change(field: &Field, old: Option<&Json>, new: Option<&Json>) -> (Cell, Cell) {
    if field.kind == FieldKind::Amount {
        let amounts = old.and_then(figure::of_json).zip(new.and_then(figure::of_json));
        let share = |old: Millionths, change: Millionths| match old {
            0 => Cell::Nothing,
            _ => Cell::Share(change as f64 / old as f64),
        };
        let changed = |(old, new): (Millionths, Millionths)| (Cell::Amount(new - old), share(old, new - old));
        return amounts.map_or((Cell::Nothing, Cell::Nothing), changed);
    }
    let counts = || Some((old?.as_i64()?, new?.as_i64()?));
    let shares = || Some((old?.as_f64()?, new?.as_f64()?));
    match (counts(), shares()) {
        (Some((old, new)), _) => {
            let change = new.saturating_sub(old);
            // Exact enough for a percentage.
            let share = if old == 0 { Cell::Nothing } else { Cell::Share(change as f64 / old as f64) };
            (Cell::Count(change), share)
        }
        // Of two shares the difference, in points of a hundred, is the change.
        (None, Some((old, new))) => (Cell::Share(new - old), Cell::Nothing),
        (None, None) => (Cell::Nothing, Cell::Nothing),
    }
}
