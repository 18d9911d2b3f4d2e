//! One form of all units merged into a table of the province (`contract.md` 5): every figure with the cell it was read
//! from, every unit and row that is not in it with the reason. Which rows count is decided in `pick`, what they come to
//! in `add_up`; the shapes for people stand in `files`.

mod add_up;
mod book;
mod files;
mod pick;
mod questions;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Map, Value as Json};

pub use book::totals_book;
pub use files::{totals_csv, totals_text};
pub use questions::{blank_book, compared_book, ranking_book};

use crate::domain::campaign::Campaign;
use crate::domain::decision::taught_names;
use crate::domain::grant::Grants;
use crate::domain::submission::Flaw;
use crate::domain::template::Template;
use crate::fault::Fault;
use crate::store::Store;

/// How one time is asked for.
const ONE_TIME: &str = "只看一次的，命令行加 --day 日期 或 --req 报送要求";
/// Why a unit is not in a table that owes nothing of it.
const EXEMPT: &str = "免报";
/// Units of one ranking.
const RANKED: usize = 10;

/// A form of all units.
#[derive(Debug, Clone, Serialize)]
pub struct Totals {
    /// Template id.
    pub form: String,
    /// Title of the form.
    pub title: String,
    /// Campaign id.
    pub campaign: String,
    /// When it was merged.
    pub as_of: String,
    /// The rows that count, in roster order.
    pub rows: Vec<TotalRow>,
    /// The province's figures by field id; null where no row gives one.
    pub total: Map<String, Json>,
    /// Units with at least one row.
    pub included: usize,
    /// How each field comes to its figure, and who gave none.
    pub fields: Vec<FieldTotal>,
    /// The same figures by unit.
    pub units: Vec<UnitTotal>,
    /// By group of units.
    pub groups: Vec<Subtotal>,
    /// By city.
    pub cities: Vec<Subtotal>,
    /// Lowest shares and highest counts.
    pub rankings: Vec<Ranking>,
    /// Units that owe the form and have no row in it.
    pub left_out: Vec<LeftOutUnit>,
    /// Units that would owe it, were they not freed of it, and have no row in it.
    pub exempt: Vec<LeftOutUnit>,
    /// Rows that would be counted twice.
    pub rows_left_out: Vec<LeftOutRow>,
    /// What a person should look at before the figures go out.
    pub notes: Vec<String>,
}

/// One row of a unit's form.
#[derive(Debug, Clone, Serialize)]
pub struct TotalRow {
    /// Name of the unit that sent it.
    pub unit: String,
    /// Its code.
    pub code: String,
    /// Its group id.
    pub group: String,
    /// Its city.
    pub city: String,
    /// School that the row is about, as written.
    pub school: String,
    /// Values by field id: counts as integers, shares as fractions, what could not be read as null.
    pub values: Map<String, Json>,
    /// Where they stand.
    pub source: Source,
    /// What is wrong with cells of this row.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flaws: Vec<Flaw>,
}

/// The file that a row was read from.
#[derive(Debug, Clone, Serialize)]
pub struct Source {
    /// Hash of its bytes.
    pub sha256: Option<String>,
    /// Register number of the mail that brought it.
    pub message: i64,
    /// Where it stands in that mail.
    pub path: String,
    /// Which of its parts it is, counted from nought.
    #[serde(skip)]
    pub place: u64,
    /// Cell of each value by field id.
    pub cells: Map<String, Json>,
}

/// How a field comes to its figure.
#[derive(Debug, Clone, Serialize)]
pub struct FieldTotal {
    /// Field id.
    pub id: String,
    /// Label as printed.
    pub label: String,
    /// `sum`, `weighted`, `list` or `none`.
    pub how: &'static str,
    /// Field by which it is weighted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<String>,
    /// Units whose rows all give a valid value.
    pub units: usize,
    /// Included units of which a row gives none.
    pub without: Vec<String>,
}

/// What the rows of a unit come to.
#[derive(Debug, Clone, Serialize)]
pub struct UnitTotal {
    /// Its name.
    pub unit: String,
    /// Its code.
    pub code: String,
    /// Its group id.
    pub group: String,
    /// Its city.
    pub city: String,
    /// How many rows of it count.
    pub rows: usize,
    /// Its figures.
    pub total: Map<String, Json>,
}

/// What the units of a group or city come to.
#[derive(Debug, Clone, Serialize)]
pub struct Subtotal {
    /// Title of the group, or name of the city.
    pub name: String,
    /// Units with at least one row.
    pub included: usize,
    /// Their figures.
    pub total: Map<String, Json>,
}

/// The first units by one field.
#[derive(Debug, Clone, Serialize)]
pub struct Ranking {
    /// Field id.
    pub field: String,
    /// Its label.
    pub label: String,
    /// `lowest` for shares, `highest` for counts.
    pub order: &'static str,
    /// The units with their values.
    pub units: Vec<Ranked>,
}

/// A unit in a ranking.
#[derive(Debug, Clone, Serialize)]
pub struct Ranked {
    /// Its place; equals share one.
    pub place: usize,
    /// Its name.
    pub unit: String,
    /// Its value.
    pub value: Json,
}

/// A unit that owes the form and is not in the table.
#[derive(Debug, Clone, Serialize)]
pub struct LeftOutUnit {
    /// Its name.
    pub unit: String,
    /// Its code.
    pub code: String,
    /// Its group id.
    pub group: String,
    /// Its city.
    pub city: String,
    /// Why.
    pub why: String,
}

impl LeftOutUnit {
    /// Whether it owes nothing of it: it was freed by a person, or was not there yet.
    fn is_free(&self) -> bool {
        self.why == EXEMPT
    }
}

/// A row that is not in the table although its file counts.
#[derive(Debug, Clone, Serialize)]
pub struct LeftOutRow {
    /// Name of the unit that sent it.
    pub unit: String,
    /// School that the row is about, as written.
    pub school: String,
    /// Why.
    pub why: String,
    /// Where it stands.
    pub source: Source,
}

/// Of which times a form is merged that is asked for several times: every day, or under several requirements.
#[derive(Debug, Clone, Default)]
pub struct Occasion {
    /// Id of the one requirement; none: all that ask for it.
    pub requirement: Option<String>,
    /// The one day; none: all days.
    pub day: Option<Date>,
}

impl Occasion {
    fn is(&self, requirement: &str, day: Option<Date>) -> bool {
        self.requirement.as_ref().is_none_or(|one| one == requirement)
            && self.day.is_none_or(|one| day == Some(one))
    }

    /// How often the form is asked for within it.
    fn times(&self, campaign: &Campaign, form: &Template) -> usize {
        let asked = campaign.items_of_form(&form.id).map(|(requirement, _)| requirement);
        let times = asked.flat_map(|asked| asked.days().into_iter().map(move |day| (asked, day)));
        times.filter(|(asked, day)| self.is(&asked.id, *day)).count()
    }
}

/// Merges a form of all units, whenever it is asked for.
///
/// # Errors
/// What the store reports.
pub fn totals(store: &Store, campaign: &Campaign, form: &Template, now: Timestamp) -> Result<Totals, Fault> {
    totals_of(store, campaign, form, &Occasion::default(), now)
}

/// Merges a form of all units as it was sent at some times.
///
/// # Errors
/// What the store reports.
pub fn totals_of(
    store: &Store,
    campaign: &Campaign,
    form: &Template,
    occasion: &Occasion,
    now: Timestamp,
) -> Result<Totals, Fault> {
    let mut readings = store.readings(campaign, &form.id)?;
    readings.retain(|reading| occasion.is(&reading.requirement, reading.day));
    let holdings = store.holdings(&campaign.id)?;
    let decisions = store.decisions()?;
    let mut picked = pick::pick(campaign, form, readings, &taught_names(&decisions, &campaign.id));
    let times = occasion.times(campaign, form);
    if times > 1 {
        picked.notes.insert(
            0,
            format!(
                "这张表分{times}次报送，这里每个单位只计入最新的一份，各单位的不一定是同一次；{ONE_TIME}"
            ),
        );
    }
    let units = add_up::by_unit(campaign, form, &picked.rows);
    let grants = Grants::of(&decisions, &campaign.id, None);
    let known = pick::Known { holdings: &holdings, grants: &grants, occasion, now };
    let (exempt, left_out) =
        pick::left_out(campaign, form, known, &picked).into_iter().partition(LeftOutUnit::is_free);
    Ok(Totals {
        form: form.id.clone(),
        title: form.title.clone(),
        campaign: campaign.id.clone(),
        as_of: campaign.rfc3339(now),
        total: add_up::figures(form, picked.rows.iter()),
        included: units.len(),
        fields: add_up::fields(form, &picked.rows),
        groups: add_up::by_group(campaign, form, &picked.rows),
        cities: add_up::by_city(campaign, form, &picked.rows),
        rankings: add_up::rankings(form, &units),
        units,
        rows: picked.rows,
        left_out,
        exempt,
        rows_left_out: picked.left_out,
        notes: picked.notes,
    })
}
