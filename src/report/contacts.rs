//! 通讯录: whom to call in each unit, as their forms say, else the roster. The one book with telephone and QQ numbers: it is
//! made only when asked for by name, says on each page that it stays in the office, and is never CSV.

use serde_json::Value as Json;

use super::book::{Book, Sheet};
use super::grid::{Cell, Grid, text};
use super::totals::Totals;
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::domain::contact::contact_fields;
use crate::domain::template::{Field, FieldKind, Template};
use crate::domain::unit::Unit;

/// The contacts that a form names, of every unit that owes it, in the order of the roster.
pub fn contact_book(totals: &Totals, campaign: &Campaign, form: &Template) -> Book {
    let fields = contact_fields(form);
    let mut grid = Grid::of(vec!["序号".to_owned(), "单位".to_owned(), "类别".to_owned()]);
    grid.head.extend(fields.iter().map(|field| field.label.clone()));
    grid.head.push("来源".to_owned());
    grid.widths = [5, 30, 22].into_iter().chain(fields.iter().map(|_| 15)).chain([26]).collect();
    let owing = |unit: &&Unit| campaign.items_of_form(&form.id).any(|(asked, _)| asked.owed_by(&unit.group));
    for unit in campaign.roster.units.iter().filter(owing) {
        let mut named: Vec<Vec<Cell>> = Vec::new();
        for row in totals.rows.iter().filter(|row| row.code == unit.code) {
            let mut cells: Vec<Cell> =
                fields.iter().map(|field| as_text(row.values.get(&field.id))).collect();
            cells.push(text(format!("{}（来件#{}）", row.source.path, row.source.message)));
            named.push(cells);
        }
        if named.is_empty() {
            named.push(of_roster(unit, &fields));
        }
        for cells in named {
            let mut line = vec![Cell::count(grid.rows.len() + 1), text(&unit.name)];
            line.push(text(campaign.group_title(&unit.group)));
            grid.rows.push(line.into_iter().chain(cells).collect());
        }
    }
    let at = totals.as_of.parse().map(|at| campaign.local(at)).unwrap_or_default();
    let sheet = Sheet {
        name: "通讯录".to_owned(),
        title: format!("{}联络员通讯录（内部使用，截至{}）", campaign.short, chinese::plain_moment(at)),
        lead: "含个人信息，仅供内部使用，用后妥善保管。".to_owned(),
        grid,
        is_upright: true,
        ..Sheet::default()
    };
    Book::new(campaign, at, "联络员通讯录", vec![sheet]).internal()
}

/// A number of a telephone is no figure: spreadsheets would round it.
fn as_text(value: Option<&Json>) -> Cell {
    match value {
        Some(Json::String(value)) => text(value),
        Some(Json::Null) | None => Cell::Nothing,
        Some(other) => text(other.to_string()),
    }
}

/// Whom the roster names, under the first heading for a person and the first for a number.
fn of_roster(unit: &Unit, fields: &[&Field]) -> Vec<Cell> {
    let mut cells = vec![Cell::Nothing; fields.len()];
    let mut put = |value: &str, fits: &dyn Fn(&Field) -> bool| {
        let at = fields.iter().position(|field| fits(field));
        if let (Some(cell), false) = (at.and_then(|at| cells.get_mut(at)), value.is_empty()) {
            *cell = text(value);
        }
    };
    put(&unit.contact, &|field| field.kind == FieldKind::Text && field.personal);
    put(&unit.phone, &|field| matches!(field.kind, FieldKind::Mobile | FieldKind::Phone));
    let known = !unit.contact.is_empty() || !unit.phone.is_empty();
    cells.push(text(if known { "名册（尚未报送）" } else { "尚无" }));
    cells
}
