//! What rows come to: counts are added, shares are weighted by what they are shares of, everything else is listed only.
//! How is said by the form's own template. Pure arithmetic; null where nothing could be read, never a guess.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::{FieldTotal, RANKED, Ranked, Ranking, Subtotal, TotalRow, UnitTotal};
use crate::domain::campaign::Campaign;
use crate::domain::figure::{self, Millionths};
use crate::domain::template::{Field, Template, Total};

/// Figures of some rows by field id.
pub(super) fn figures<'r>(
    form: &Template,
    rows: impl Iterator<Item = &'r TotalRow> + Clone,
) -> Map<String, Json> {
    let fields = form.fields.iter().filter(|field| field.total.is_figure());
    fields.map(|field| (field.id.clone(), figure(field, rows.clone()))).collect()
}

fn figure<'r>(field: &Field, rows: impl Iterator<Item = &'r TotalRow>) -> Json {
    match &field.total {
        Total::Sum => {
            let sum = rows.filter_map(|row| count(row, &field.id)).reduce(Millionths::saturating_add);
            sum.map_or(Json::Null, figure::json)
        }
        Total::Weighted { by } => {
            // A share of 85 % of 1,700 students is a share of 2,000: shares are weighted by the wholes.
            let (mut parts, mut wholes) = (0.0, 0.0);
            for (part, share) in rows.filter_map(|row| Some((count(row, by)?, share(row, &field.id)?))) {
                // Exact enough for a share.
                parts += part as f64;
                wholes += part as f64 / share;
            }
            if wholes > 0.0 { Json::from(rounded(parts / wholes)) } else { Json::Null }
        }
        Total::List | Total::None => Json::Null,
    }
}

fn count(row: &TotalRow, field: &str) -> Option<Millionths> {
    figure::of_json(row.values.get(field)?)
}

/// A share that can be one: above nothing, not above everything.
fn share(row: &TotalRow, field: &str) -> Option<f64> {
    row.values.get(field)?.as_f64().filter(|share| *share > 0.0 && *share <= 1.0)
}

fn rounded(share: f64) -> f64 {
    (share * 1e6).round() / 1e6
}

/// Whether a row gives this field a value that enters its figure.
fn gives(row: &TotalRow, field: &Field) -> bool {
    match &field.total {
        Total::Sum => count(row, &field.id).is_some(),
        Total::Weighted { by } => {
            count(row, by).is_some_and(|part| part > 0) && share(row, &field.id).is_some()
        }
        Total::List | Total::None => row.values.get(&field.id).is_some_and(|value| !value.is_null()),
    }
}

/// How each field comes to its figure. A column that may be absent is missed in nobody.
pub(super) fn fields(form: &Template, rows: &[TotalRow]) -> Vec<FieldTotal> {
    let units: Vec<&str> = each_once(rows.iter().map(|row| row.unit.as_str()));
    let field = |field: &Field| {
        let lacking = rows.iter().filter(|row| !gives(row, field)).map(|row| row.unit.as_str());
        let lacking: BTreeSet<&str> = lacking.collect();
        let without = units.iter().filter(|unit| lacking.contains(*unit) && !field.optional_column);
        FieldTotal {
            id: field.id.clone(),
            label: field.label.clone(),
            how: field.total.word(),
            weight: match &field.total {
                Total::Weighted { by } => Some(by.clone()),
                _ => None,
            },
            units: units.len() - lacking.len(),
            without: without.map(|unit| (*unit).to_owned()).collect(),
        }
    };
    form.fields.iter().map(field).collect()
}

fn each_once<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut once = Vec::new();
    for one in all {
        if !once.contains(&one) {
            once.push(one);
        }
    }
    once
}

/// What each unit's rows come to, in roster order.
pub(super) fn by_unit(campaign: &Campaign, form: &Template, rows: &[TotalRow]) -> Vec<UnitTotal> {
    let units = campaign.roster.units.iter().filter_map(|unit| {
        let of_unit = rows.iter().filter(|row| row.code == unit.code);
        let count = of_unit.clone().count();
        (count > 0).then(|| UnitTotal {
            unit: unit.name.clone(),
            code: unit.code.clone(),
            group: unit.group.clone(),
            city: unit.city.clone(),
            rows: count,
            total: figures(form, of_unit),
        })
    });
    units.collect()
}

/// What each group comes to, in the campaign's order.
pub(super) fn by_group(campaign: &Campaign, form: &Template, rows: &[TotalRow]) -> Vec<Subtotal> {
    let groups = campaign.groups.iter();
    groups
        .filter_map(|(id, title)| subtotal(form, title, rows.iter().filter(|row| row.group == *id)))
        .collect()
}

/// What each city comes to, in roster order.
pub(super) fn by_city(campaign: &Campaign, form: &Template, rows: &[TotalRow]) -> Vec<Subtotal> {
    let cities = campaign.roster.units.iter().map(|unit| unit.city.as_str());
    let cities = each_once(cities.filter(|city| !city.is_empty())).into_iter();
    cities.filter_map(|city| subtotal(form, city, rows.iter().filter(|row| row.city == city))).collect()
}

fn subtotal<'r>(
    form: &Template,
    name: &str,
    rows: impl Iterator<Item = &'r TotalRow> + Clone,
) -> Option<Subtotal> {
    let included = each_once(rows.clone().map(|row| row.code.as_str())).len();
    (included > 0).then(|| Subtotal { name: name.to_owned(), included, total: figures(form, rows) })
}

/// The lowest shares and the highest counts.
pub(super) fn rankings(form: &Template, units: &[UnitTotal]) -> Vec<Ranking> {
    let figures = form.fields.iter().filter(|field| field.total.is_figure());
    figures.map(|field| ranking(field, units)).collect()
}

/// The places of values that are in their order: equals share one, so that the tenth of ten is no accident of the roster.
pub(super) fn places(ordered: impl Iterator<Item = f64>) -> Vec<usize> {
    let mut places: Vec<usize> = Vec::new();
    let mut last = None;
    for (value, place) in ordered.zip(1..) {
        let shared = places.last().copied().filter(|_| last == Some(value));
        places.push(shared.unwrap_or(place));
        last = Some(value);
    }
    places
}

fn ranking(field: &Field, units: &[UnitTotal]) -> Ranking {
    let is_share = matches!(field.total, Total::Weighted { .. });
    let mut valued: Vec<(&UnitTotal, f64)> =
        units.iter().filter_map(|unit| Some((unit, unit.total.get(&field.id)?.as_f64()?))).collect();
    // A stable sort: equals stay in roster order.
    valued.sort_by(|(_, one), (_, other)| if is_share { one.total_cmp(other) } else { other.total_cmp(one) });
    let places = places(valued.iter().map(|(_, value)| *value));
    let ranked = |((unit, _), place): (&(&UnitTotal, f64), usize)| Ranked {
        place,
        unit: unit.unit.clone(),
        value: unit.total.get(&field.id).cloned().unwrap_or_default(),
    };
    Ranking {
        field: field.id.clone(),
        label: field.label.clone(),
        order: if is_share { "lowest" } else { "highest" },
        units: valued.iter().zip(places).take(RANKED).map(ranked).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_share_a_place_and_the_next_one_is_counted_on() {
        assert_eq!(places([9.0, 9.0, 9.0, 7.0].into_iter()), [1, 1, 1, 4]);
        assert_eq!(places([].into_iter()), [0_usize; 0]);
    }
}
