//! What a campaign says about one of its forms: labels with their synonyms, types, limits, rules. A noun of the
//! campaign, so it lives here; reading a sheet by it and checking what was read is the room `form/`.

use crate::domain::text::squeeze;

/// 表样: one form of a campaign (`forms/*.toml`).
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// Id used in `campaign.toml`, e.g. `form4`.
    pub id: String,
    /// Title as printed on the form, year included.
    pub title: String,
    /// The campaign's year; another year in the sheet's title means an old form.
    pub year: i16,
    /// Other years that are the campaign's own: one across New Year has two.
    pub also_years: Vec<i16>,
    /// Words of the title that tell this form from others once the year is taken out.
    pub title_words: Vec<String>,
    /// Share of column and label headings that a sheet must show to be this form, in percent (V01).
    pub match_percent: u8,
    /// What is asked, in the order of the form.
    pub fields: Vec<Field>,
    /// Rules between fields.
    pub rules: Vec<Rule>,
    /// Printed explanations that stand in empty cells; a cell holding only these is unfilled.
    pub hints: Vec<String>,
    /// Labels of a total row (合计).
    pub total_labels: Vec<String>,
}

impl Template {
    /// Whether a year is the form's, or another of the campaign's own.
    pub fn is_of(&self, year: i16) -> bool {
        self.year == year || self.also_years.contains(&year)
    }

    /// The ways in which a title calls this form, each the words that it must bear: those that the form's own title has, all of them;
    /// and each other one by itself, for who lists what else people call it (排查周报表 beside 排查情况周报表) means any of them.
    pub fn ways_to_call(&self) -> Vec<Vec<&str>> {
        let title = squeeze(&self.title);
        let words = self.title_words.iter().map(String::as_str);
        let (own, others): (Vec<&str>, Vec<&str>) = words.partition(|word| title.contains(&squeeze(word)));
        let own = Some(own).filter(|own| !own.is_empty());
        own.into_iter().chain(others.into_iter().map(|word| vec![word])).collect()
    }

    /// The field with this id.
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// Fields of the table that has one row a unit or school.
    pub fn columns(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.at == Place::Below)
    }
}

/// One thing asked by a form.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Id of `contract.md` 2, e.g. `mobile`.
    pub id: String,
    /// The label as printed; for a column under a grouped heading, both levels joined.
    pub label: String,
    /// Other spellings of the label.
    pub synonyms: Vec<String>,
    /// Where the value stands relative to the label.
    pub at: Place,
    /// What kind of value it is.
    pub kind: FieldKind,
    /// Must be filled (V04).
    pub required: bool,
    /// The column may be absent from the sheet without harm.
    pub optional_column: bool,
    /// Names a person's number or name: masked outside the office.
    pub personal: bool,
    /// Longest text in characters as a word processor counts them, 0 for no limit (V09).
    pub max_chars: u32,
    /// Largest plausible value, 0 for none (V16).
    pub max_value: u64,
    /// What becomes of it when the forms of all units are merged.
    pub total: Total,
}

/// 汇总方式: how the values of all units come to one figure of the province.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Total {
    /// Added up.
    Sum,
    /// A share of something counted beside it: Σ counted ÷ Σ (counted ÷ share), never a mean of shares.
    Weighted {
        /// Field id of what is counted.
        by: String,
    },
    /// Listed row by row.
    List,
    /// Kept with its row, and left out of tables: running text.
    None,
}

impl Total {
    /// Where the campaign does not say: counts add up, running text stays out, the rest is listed.
    pub fn of_kind(kind: FieldKind) -> Self {
        match kind {
            FieldKind::Count | FieldKind::Amount => Total::Sum,
            FieldKind::Essay => Total::None,
            _ => Total::List,
        }
    }

    /// Whether it comes to a figure.
    pub fn is_figure(&self) -> bool {
        matches!(self, Total::Sum | Total::Weighted { .. })
    }

    /// The word in configuration and JSON.
    pub fn word(&self) -> &'static str {
        match self {
            Total::Sum => "sum",
            Total::Weighted { .. } => "weighted",
            Total::List => "list",
            Total::None => "none",
        }
    }
}

/// Where a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the cell to the right of its label.
    Right,
    /// In the rows below its column heading.
    Below,
}

/// The kinds of value a form asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Any text.
    Text,
    /// The name of a unit or school.
    Unit,
    /// A mobile number (V05).
    Mobile,
    /// A mobile or landline number (V05, V06).
    Phone,
    /// A QQ number (V07).
    Qq,
    /// One or more web addresses (V08).
    Url,
    /// Running text with a length limit (V09).
    Essay,
    /// A whole number ≥ 0 (V10).
    Count,
    /// An amount of money, in the measure that its label names (万元), with decimals (V10).
    Amount,
    /// A share; stored as a fraction (V11).
    Percent,
}

impl FieldKind {
    /// Whether values of it may be added up.
    pub fn adds_up(self) -> bool {
        matches!(self, FieldKind::Count | FieldKind::Amount)
    }
}

/// A rule between fields of one row, or over all rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// `whole` must not be less than the sum of `parts` (V12).
    AtLeastSum {
        /// Field id of the whole.
        whole: String,
        /// Field ids of the parts.
        parts: Vec<String>,
    },
    /// Counts that are all zero are hardly true (V15).
    NotAllZero {
        /// Field ids of the counts.
        parts: Vec<String>,
    },
    /// So many of one stand beside each of another (V16).
    Ratio {
        /// Field id of what is counted.
        many: String,
        /// Field id of what it is counted by.
        each: String,
        /// The least that is plausible.
        least: u32,
        /// The most that is plausible.
        most: u32,
    },
    /// A unit that reports for itself alone is one of these (V14).
    OneEach {
        /// Field id of the count.
        count: String,
    },
    /// A total row must equal the sums of its columns; percentages are left out (V13).
    TotalRow,
}
