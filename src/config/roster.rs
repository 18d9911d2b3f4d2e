//! `units.csv` or `units.xlsx`: who owes. A name, alias or code may mean one unit only: two units under one name would mix their
//! material in silence, so that is an error here and not a guess later.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use sha2::{Digest as _, Sha256};

use super::complaint::{self, Complaint};
use super::csv::{self, Record};
use super::error::{Level, Notebook};
use super::mailbox::is_address;
use super::roster_check::{Checker, Lined};
use super::section::read_text;
use super::{domains, roster_book, roster_header};
use crate::domain::campaign::Campaign;
use crate::domain::unit::{Roster, Unit};

/// Between values of one cell: `|`, as it comes from a Chinese keyboard, or a line break.
const BETWEEN: [char; 4] = ['|', '｜', '\n', '\r'];
/// What people write there too, and what may also be part of a name.
const PERHAPS_BETWEEN: [char; 7] = ['，', ',', '、', ';', '；', '/', '／'];
/// Parts of a name on both sides of a space are two names from so many characters on.
const NAME_CHARS: usize = 3;
/// Longest number before a name in a list, in digits.
const NUMBER_DIGITS: usize = 3;

/// A roster with the file and lines that it was read from.
pub(super) struct Written {
    file: PathBuf,
    lines: Vec<usize>,
    pub(super) roster: Roster,
}

impl Written {
    /// Looks at what depends on the campaign, which has this roster and everything else.
    pub(super) fn check(&self, campaign: &Campaign, notes: &Notebook) {
        let checker = Checker { file: &self.file, notes };
        checker.aliases(&self.lines, campaign);
        checker.validity(&self.lines, campaign);
    }
}

/// Reads the roster of a campaign's folder; `groups` are the ids of its groups, `ours` the addresses of our own mailboxes.
pub(super) fn read(folder: &Path, groups: &[&str], ours: &[String], notes: &Notebook) -> Option<Written> {
    let (file, workbook) = (folder.join("units.csv"), folder.join("units.xlsx"));
    match (file.exists(), workbook.exists()) {
        (true, true) => {
            notes.note(Level::Error, workbook, 0, "", complaint::two_rosters());
            None
        }
        (true, false) => {
            let text = read_text(&file, notes)?;
            Reader { file, groups, ours, notes }.roster(&text)
        }
        (false, true) => match roster_book::records(&workbook) {
            Ok(records) => Reader { file: workbook, groups, ours, notes }.units(&records),
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

struct Reader<'a> {
    file: PathBuf,
    groups: &'a [&'a str],
    ours: &'a [String],
    notes: &'a Notebook,
}

impl Reader<'_> {
    fn roster(&self, text: &str) -> Option<Written> {
        let records = match csv::records(text) {
            Ok(records) => records,
            Err(open) => {
                self.error(open.line, "", complaint::open_quote());
                return None;
            }
        };
        self.units(&records)
    }

    fn units(&self, records: &[Record]) -> Option<Written> {
        let header = roster_header::read(records, &self.file, self.notes)?;
        let mut units: Vec<Lined> =
            records.iter().skip(1).filter_map(|record| self.unit(&header, record)).collect();
        Checker { file: &self.file, notes: self.notes }.relations(&mut units, self.ours);
        let (lines, units) = units.into_iter().unzip();
        Some(Written { file: self.file.clone(), lines, roster: Roster { units } })
    }

    fn unit(&self, header: &[String], record: &Record) -> Option<Lined> {
        let line = record.line;
        let written = |column: &str| {
            let index = header.iter().position(|name| name == column);
            index.and_then(|index| record.cells.get(index)).map_or("", String::as_str)
        };
        let cell = |column: &str| one_line(written(column));
        let list = |column: &str| -> Vec<String> {
            let parts = written(column).split(BETWEEN).map(one_line);
            parts.filter(|part| !part.is_empty()).collect()
        };
        if record.cells.iter().skip(header.len()).any(|cell| !cell.trim().is_empty()) {
            self.error(line, "", complaint::too_many_cells());
        }
        let unit = Unit {
            code: self.code(line, &cell("code"), written("name")),
            name: self.name(line, cell("name"))?,
            aliases: self.aliases(line, list("aliases")),
            group: self.group(line, cell("group"))?,
            city: cell("city"),
            parent: Some(cell("parent")).filter(|parent| !parent.is_empty()),
            emails: self.emails(line, list("emails")),
            domains: self.domains(line, list("domains")),
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

    fn name(&self, line: usize, cell: String) -> Option<String> {
        let name = self.filled(line, "name", cell)?;
        if is_numbered(&name) {
            self.warn(line, "name", complaint::numbered_name(&name));
        }
        Some(name)
    }

    /// What stands between two names but is no `|` may be part of one: it is told and kept.
    fn aliases(&self, line: usize, listed: Vec<String>) -> Vec<String> {
        for alias in &listed {
            if let Some(mark) = alias.chars().find(|c| PERHAPS_BETWEEN.contains(c)) {
                self.warn(line, "aliases", complaint::several_in_an_alias(alias, mark));
            } else if is_two_names(alias) {
                self.warn(line, "aliases", complaint::several_in_an_alias(alias, ' '));
            }
        }
        listed
    }

    fn group(&self, line: usize, cell: String) -> Option<String> {
        let group = self.filled(line, "group", cell)?;
        if !self.groups.contains(&group.as_str()) {
            self.error(line, "group", complaint::unknown_reference("分组", &group, self.groups));
        }
        Some(group)
    }

    /// The code of a unit. One that is derived stays with the name as it was always written, invisible characters and all.
    fn code(&self, line: usize, cell: &str, name: &str) -> String {
        if cell.is_empty() {
            return derived_code(&unbroken(name));
        }
        if !super::is_id(cell) {
            self.error(line, "code", complaint::bad_code(cell));
        }
        cell.to_owned()
    }

    /// The addresses mail can be sent to. A bad one must not keep the whole office waiting: it is left out and told.
    fn emails(&self, line: usize, listed: Vec<String>) -> Vec<String> {
        let (good, bad): (Vec<_>, Vec<_>) = listed.into_iter().partition(|address| is_address(address));
        bad.iter().for_each(|address| self.warn(line, "emails", complaint::bad_unit_address(address)));
        good
    }

    /// The domains that can be the unit's own. Any other would give it everybody's mail: it is left out and told.
    fn domains(&self, line: usize, listed: Vec<String>) -> Vec<String> {
        let mut good = Vec::new();
        for domain in listed {
            let domain = domain.trim_start_matches('@').to_ascii_lowercase();
            if !domains::is_domain(&domain) {
                self.warn(line, "domains", complaint::not_a_domain(&domain));
            } else if domains::is_everybodys(&domain) {
                self.warn(line, "domains", complaint::domain_of_everybody(&domain));
            } else {
                good.push(domain);
            }
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

    fn error(&self, line: usize, column: &str, complaint: Complaint) {
        self.notes.note(Level::Error, &self.file, line, column, complaint);
    }

    fn warn(&self, line: usize, column: &str, complaint: Complaint) {
        self.notes.note(Level::Warning, &self.file, line, column, complaint);
    }
}

/// Alt+Enter inside a cell is layout: a name goes into subjects and tables, on one line. What nobody sees is no part of it.
fn one_line(cell: &str) -> String {
    let is_hidden = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}');
    unbroken(&cell.replace(is_hidden, ""))
}

fn unbroken(cell: &str) -> String {
    let lines = cell.split(char::is_control).map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}

/// `1.平安县民政局`, `2、…`, `（3）…`: copied from a list with its numbers. A name may begin with a number of its own.
fn is_numbered(name: &str) -> bool {
    let name = name.strip_prefix(['(', '（']).unwrap_or(name);
    let rest = name.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = name.len() - rest.len();
    let mut rest = rest.chars();
    let is_mark = rest.next().is_some_and(|c| matches!(c, '.' | '．' | '、' | ')' | '）'));
    (1..=NUMBER_DIGITS).contains(&digits) && is_mark && rest.any(char::is_alphabetic)
}

/// Two names with a space between them; what is written in letters has spaces of its own.
fn is_two_names(alias: &str) -> bool {
    let is_name = |part: &str| part.chars().count() >= NAME_CHARS && !part.is_ascii();
    alias.split_whitespace().count() > 1 && alias.split_whitespace().all(is_name)
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
        let reader = Reader {
            file: PathBuf::from("units.csv"),
            groups: &["college", "city_edu"],
            ours: &[],
            notes: &notes,
        };
        let roster = reader.roster(text).map(|written| written.roster);
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
