//! `units.csv` or `units.xlsx`: who owes. A name, alias or code may mean one unit only: two units under one name would mix their
//! material in silence, so that is an error here and not a guess later.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use sha2::{Digest as _, Sha256};

use super::complaint::{self, Complaint};
use super::csv::{self, Record};
use super::error::{Level, Notebook};
use super::mailbox::is_address;
use super::roster_book;
use super::section::read_text;
use crate::domain::text::squeeze;
use crate::domain::unit::{Roster, Unit};

const COLUMNS: &[&str] = &[
    "code",
    "name",
    "aliases",
    "group",
    "city",
    "parent",
    "emails",
    "domains",
    "contact",
    "phone",
    "valid_from",
    "valid_to",
];

/// Reads the roster of a campaign's folder; `groups` are the ids of its groups.
pub(super) fn read(folder: &Path, groups: &[&str], notes: &Notebook) -> Option<Roster> {
    let (file, workbook) = (folder.join("units.csv"), folder.join("units.xlsx"));
    match (file.exists(), workbook.exists()) {
        (true, true) => {
            notes.note(Level::Error, workbook, 0, "", complaint::two_rosters());
            None
        }
        (true, false) => {
            let text = read_text(&file, notes)?;
            Reader { file, groups, notes }.roster(&text)
        }
        (false, true) => match roster_book::records(&workbook) {
            Ok(records) => Reader { file: workbook, groups, notes }.units(records),
            Err(why) => {
                notes.note(Level::Error, workbook, 0, "", complaint::unreadable_roster(&why));
                None
            }
        },
        (false, false) => {
            notes.note(Level::Error, file, 0, "", complaint::no_roster());
            None
        }
    }
}

/// A unit and the line it was read from.
type Lined = (usize, Unit);

struct Reader<'a> {
    file: PathBuf,
    groups: &'a [&'a str],
    notes: &'a Notebook,
}

impl Reader<'_> {
    fn roster(&self, text: &str) -> Option<Roster> {
        let records = match csv::records(text) {
            Ok(records) => records,
            Err(open) => {
                self.error(open.line, "", complaint::open_quote());
                return None;
            }
        };
        self.units(records)
    }

    fn units(&self, records: Vec<Record>) -> Option<Roster> {
        let mut records = records.into_iter();
        let header = self.header(&records.next().unwrap_or(Record { line: 1, cells: Vec::new() }))?;
        let mut units: Vec<Lined> = records.filter_map(|record| self.unit(&header, &record)).collect();
        self.refuse_shared_names(&units);
        self.name_parents(&mut units);
        Some(Roster { units: units.into_iter().map(|(_, unit)| unit).collect() })
    }

    fn header(&self, record: &Record) -> Option<Vec<String>> {
        let names: Vec<String> = record.cells.iter().map(|cell| cell.trim().to_ascii_lowercase()).collect();
        // Spreadsheets like to save empty columns at the end.
        for name in names.iter().filter(|name| !name.is_empty() && !COLUMNS.contains(&name.as_str())) {
            self.error(record.line, name, complaint::unknown_column(COLUMNS));
        }
        let missing: Vec<_> =
            ["name", "group"].into_iter().filter(|wanted| !names.iter().any(|name| name == wanted)).collect();
        for name in &missing {
            self.error(record.line, name, complaint::no_column(name));
        }
        missing.is_empty().then_some(names)
    }

    fn unit(&self, header: &[String], record: &Record) -> Option<Lined> {
        let line = record.line;
        let cell = |column: &str| {
            let index = header.iter().position(|name| name == column);
            let cell = index.and_then(|index| record.cells.get(index)).map_or("", String::as_str);
            // Alt+Enter inside a cell is layout: a name goes into subjects and tables, on one line.
            cell.split(char::is_control)
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        };
        let list = |column: &str| -> Vec<String> {
            let cell = cell(column);
            cell.split('|').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
        };
        if record.cells.iter().skip(header.len()).any(|cell| !cell.trim().is_empty()) {
            self.error(line, "", complaint::too_many_cells());
        }
        let unit = Unit {
            code: self.code(line, &cell("code"), &cell("name")),
            name: self.filled(line, "name", cell("name"))?,
            aliases: list("aliases"),
            group: self.group(line, cell("group"))?,
            city: cell("city"),
            parent: Some(cell("parent")).filter(|parent| !parent.is_empty()),
            emails: self.emails(line, list("emails")),
            domains: list("domains").into_iter().map(|domain| domain.to_ascii_lowercase()).collect(),
            contact: cell("contact"),
            phone: cell("phone"),
            valid_from: self.date(line, "valid_from", &cell("valid_from")),
            valid_to: self.date(line, "valid_to", &cell("valid_to")),
        };
        if let (Some(from), Some(to)) = (unit.valid_from, unit.valid_to)
            && to < from
        {
            self.error(line, "valid_to", complaint::backwards());
        }
        Some((line, unit))
    }

    fn filled(&self, line: usize, column: &str, cell: String) -> Option<String> {
        if cell.is_empty() {
            self.error(line, column, complaint::empty_cell());
            return None;
        }
        Some(cell)
    }

    fn group(&self, line: usize, cell: String) -> Option<String> {
        let group = self.filled(line, "group", cell)?;
        if !self.groups.contains(&group.as_str()) {
            self.error(line, "group", complaint::unknown_reference("分组", &group, self.groups));
        }
        Some(group)
    }

    fn code(&self, line: usize, cell: &str, name: &str) -> String {
        if cell.is_empty() {
            return derived_code(name);
        }
        if !super::is_id(cell) {
            self.error(line, "code", complaint::bad_code(cell));
        }
        cell.to_owned()
    }

    /// The addresses mail can be sent to. A bad one must not keep the whole office waiting: it is left out and told.
    fn emails(&self, line: usize, listed: Vec<String>) -> Vec<String> {
        let (good, bad): (Vec<_>, Vec<_>) = listed.into_iter().partition(|address| is_address(address));
        for address in &bad {
            self.notes.note(Level::Warning, &self.file, line, "emails", complaint::bad_address(address));
        }
        good
    }

    /// A date as written, or as a spreadsheet turns it round on saving (2023/5/16).
    fn date(&self, line: usize, column: &str, cell: &str) -> Option<Date> {
        if cell.is_empty() {
            return None;
        }
        // A workbook's cell may have midnight behind its day.
        let day = cell.split(['T', ' ']).next().unwrap_or_default();
        let date = Date::strptime("%Y-%m-%d", day.replace('/', "-")).ok();
        if date.is_none() {
            self.error(line, column, complaint::bad_roster_date(cell));
        }
        date
    }

    fn refuse_shared_names(&self, units: &[Lined]) {
        let mut owners: HashMap<String, &Lined> = HashMap::new();
        for lined in units {
            let (line, unit) = lined;
            let code = std::iter::once(("code", &unit.code));
            let names =
                std::iter::once(("name", &unit.name)).chain(unit.aliases.iter().map(|a| ("aliases", a)));
            for (column, name) in code.chain(names) {
                let owner = owners.entry(folded(name)).or_insert(lined);
                if owner.0 != *line {
                    self.error(*line, column, complaint::name_taken(name, &owner.1.name, owner.0));
                }
            }
        }
    }

    /// A parent may be written as its code or an alias; the rest of the house and whoever reads a letter know its name.
    fn name_parents(&self, units: &mut [Lined]) {
        let known: Vec<Unit> = units.iter().map(|(_, unit)| unit.clone()).collect();
        for (line, unit) in units {
            let Some(parent) = &mut unit.parent else { continue };
            let is_meant = |other: &&Unit| other.code == *parent || other.names().any(|name| name == parent);
            match known.iter().find(is_meant) {
                Some(found) => parent.clone_from(&found.name),
                None => {
                    let complaint = complaint::unknown_parent(parent);
                    self.notes.note(Level::Warning, &self.file, *line, "parent", complaint);
                }
            }
        }
    }

    fn error(&self, line: usize, column: &str, complaint: Complaint) {
        self.notes.note(Level::Error, &self.file, line, column, complaint);
    }
}

/// Names that look the same are the same: full-width letters and spaces make no difference.
fn folded(name: &str) -> String {
    squeeze(name).to_lowercase()
}

/// The code of a unit that has none in the roster: stays the same as long as its name does.
fn derived_code(name: &str) -> String {
    let digest = Sha256::digest(name.as_bytes());
    let hex: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("U{hex}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_csv(text: &str) -> (Option<Roster>, Vec<String>) {
        let notes = Notebook::default();
        let reader =
            Reader { file: PathBuf::from("units.csv"), groups: &["college", "city_edu"], notes: &notes };
        let roster = reader.roster(text);
        (roster, notes.into_problems().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn only_name_and_group_are_needed_and_a_code_is_derived() {
        let (roster, problems) = read_csv("group,name\r\ncollege,甲学院\r\ncollege,乙学院\r\n");
        let units = roster.unwrap().units;
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(units.len(), 2);
        assert!(units[0].code.is_ascii() && units[0].code != units[1].code);
        assert_eq!(units[0].code, derived_code("甲学院"));
    }

    #[test]
    fn lists_dates_and_quotes_are_read() {
        let (roster, problems) = read_csv(
            "code,name,aliases,group,emails,domains,valid_from\n\
             C1,\"甲,学院\",甲院| 甲职院 |,college,a@x.example|b@x.example,X.example,2023/5/16\n",
        );
        assert!(problems.is_empty(), "{problems:?}");
        let unit = roster.unwrap().units.remove(0);
        assert_eq!(unit.name, "甲,学院");
        assert_eq!(unit.aliases, ["甲院", "甲职院"]);
        assert_eq!(unit.emails, ["a@x.example", "b@x.example"]);
        assert_eq!(unit.domains, ["x.example"]);
        assert_eq!(unit.valid_from, Some(jiff::civil::date(2023, 5, 16)));
    }

    #[test]
    fn a_line_break_inside_a_cell_cannot_break_a_subject() {
        let (roster, problems) = read_csv("name,group\n\"甲学院\r\nBcc: x@evil.example\",college\n");
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(roster.unwrap().units[0].name, "甲学院 Bcc: x@evil.example");
    }

    #[test]
    fn a_parent_may_be_named_by_its_code_or_an_alias() {
        let (roster, problems) = read_csv(
            "code,name,aliases,group,parent\nK1,甲市教育局,甲市局,city_edu,\n,甲一中,,college,K1\n,甲二中,,college,甲市局\n",
        );
        assert!(problems.is_empty(), "{problems:?}");
        let parents: Vec<_> = roster.unwrap().units.into_iter().filter_map(|unit| unit.parent).collect();
        assert_eq!(parents, ["甲市教育局", "甲市教育局"]);
    }

    #[test]
    fn an_alias_of_one_unit_is_no_name_of_another() {
        let (_, problems) = read_csv("name,aliases,group\n甲学院,甲院,college\n乙学院,甲 院,college\n");
        assert_eq!(problems.len(), 1);
        assert!(problems[0].starts_with("units.csv:3: aliases: “甲 院”已是第 2 行“甲学院”"), "{problems:?}");
    }

    #[test]
    fn every_mistake_of_a_roster_is_told_at_once() {
        let (_, problems) = read_csv(
            "code,name,group,emails,valid_to,parent\n\
             甲,甲学院,colege,bad,5月,无此局\n\
             ,,college,,,\n",
        );
        let places: Vec<String> =
            problems.iter().map(|p| p.split(": ").take(2).collect::<Vec<_>>().join(" ")).collect();
        for place in ["units.csv:2 code", "units.csv:2 group", "units.csv:2 emails", "units.csv:2 valid_to"] {
            assert!(places.iter().any(|p| p == place), "{place} in {places:?}");
        }
        assert!(places.contains(&"units.csv:3 name".to_owned()), "{places:?}");
    }

    #[test]
    fn a_header_without_names_is_refused() {
        let (roster, problems) = read_csv("code,group,mail\n1,college,x\n");
        assert!(roster.is_none());
        assert_eq!(problems.len(), 2, "{problems:?}");
    }
}
