//! The measure: a season through the real binary, from `import` to `messages`, `status` and the readings of forms, and
//! what came out beside the truth.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use shouwen::store::Store;

use super::compare;
use super::ledger::{MOMENTS, stands};
use super::truth::Sent;
use super::world::{configuration, season};

/// After the last mail.
const END: &str = "2023-06-05T00:00:00+08:00";
const CAMPAIGN: &str = "2023-activity-week";

/// What was counted of one season or several.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    pub mails: usize,
    pub unit_silent: usize,
    pub placeable: usize,
    pub placed: usize,
    pub parts: usize,
    pub item_silent: usize,
    pub item_right: usize,
    pub cells: usize,
    pub cells_exact: usize,
    pub planted: usize,
    pub planted_found: usize,
    pub forms: usize,
    pub forms_accused: usize,
    pub standings: usize,
    pub standings_right: usize,
    /// One line or more for everything that is not right.
    pub told: Vec<String>,
}

impl Tally {
    pub fn add(&mut self, other: Tally) {
        for (sum, more) in self.figures_mut().into_iter().zip(other.figures()) {
            *sum += more;
        }
        self.told.extend(other.told);
    }

    fn figures(&self) -> [usize; 15] {
        let mut copy = Self { told: vec![], ..self.clone() };
        copy.figures_mut().map(|figure| *figure)
    }

    fn figures_mut(&mut self) -> [&mut usize; 15] {
        [
            &mut self.mails,
            &mut self.unit_silent,
            &mut self.placeable,
            &mut self.placed,
            &mut self.parts,
            &mut self.item_silent,
            &mut self.item_right,
            &mut self.cells,
            &mut self.cells_exact,
            &mut self.planted,
            &mut self.planted_found,
            &mut self.forms,
            &mut self.forms_accused,
            &mut self.standings,
            &mut self.standings_right,
        ]
    }

    /// The bars of the issue, each with what was reached.
    pub fn bars(&self) -> Vec<(String, bool)> {
        let share = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
        let bar = |name: &str, part: usize, whole: usize, is_held: bool| {
            (format!("| {name} | {part} of {whole} | {:.2} % |", share(part, whole)), is_held)
        };
        vec![
            bar("unit wrong in silence (0)", self.unit_silent, self.mails, self.unit_silent == 0),
            bar(
                "unit right without a person (≥ 99 % of placeable)",
                self.placed,
                self.placeable,
                share(self.placed, self.placeable) >= 99.0,
            ),
            bar(
                "item wrong in silence (≤ 0.1 % of parts)",
                self.item_silent,
                self.parts,
                share(self.item_silent, self.parts) <= 0.1,
            ),
            bar(
                "item right (≥ 98.5 % of parts)",
                self.item_right,
                self.parts,
                share(self.item_right, self.parts) >= 98.5,
            ),
            bar(
                "form values exact (100 % of cells)",
                self.cells_exact,
                self.cells,
                self.cells_exact == self.cells,
            ),
            bar(
                "planted flaws found (all)",
                self.planted_found,
                self.planted,
                self.planted_found == self.planted,
            ),
            bar(
                "forms falsely accused (≤ 0.5 %)",
                self.forms_accused,
                self.forms,
                share(self.forms_accused, self.forms) <= 0.5,
            ),
            bar(
                "standings equal at eight moments (all)",
                self.standings_right,
                self.standings,
                self.standings_right == self.standings,
            ),
        ]
    }
}

/// One season, judged by the binary and compared.
pub fn measure(seed: &str) -> Tally {
    let dir = tempfile::tempdir().unwrap();
    let file = configuration(dir.path(), seed);
    let (sent, crew, _) = season(&file, seed);
    let folder = dir.path().join("mail");
    fs::create_dir_all(&folder).unwrap();
    for (n, mail) in sent.iter().enumerate() {
        fs::write(folder.join(format!("{n:05}.eml")), &mail.raw).unwrap();
    }
    shouwen(&file, &["import", folder.to_str().unwrap()]);
    let listed = shouwen(&file, &["messages", "--json"]);
    if let Some(keep) = std::env::var_os("KEEP_SEASON") {
        keep_for_a_look(Path::new(&keep), &sent, &listed);
    }
    let register: Value = serde_json::from_str(&listed).unwrap();
    let mut tally = Tally { mails: sent.len(), ..Tally::default() };
    let filed: HashMap<&str, &Value> = register
        .as_array()
        .unwrap()
        .iter()
        .map(|mail| (mail["message_id"].as_str().unwrap(), mail))
        .collect();
    let copies = Copies::of(&sent);
    for mail in &sent {
        match filed.get(mail.id.as_str()) {
            Some(got) => compare::mail(mail, got, &copies, &mut tally),
            None => tally.told.push(format!("{} {}: not in the register", mail.story, mail.subject)),
        }
    }
    readings(dir.path(), &sent, &filed, &mut tally);
    for moment in MOMENTS {
        let status: Value =
            serde_json::from_str(&shouwen(&file, &["status", "--json", "--as-of", moment])).unwrap();
        compare::standings(&stands(&crew, &sent, moment.parse().unwrap()), &status, moment, &mut tally);
    }
    tally.told.iter_mut().for_each(|line| line.insert_str(0, &format!("[{seed}] ")));
    tally
}

fn shouwen(config: &Path, words: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shouwen"));
    let done = command
        .args(words)
        .args(["-c", config.to_str().unwrap(), "--now", END])
        .env_remove("RUST_LOG")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{words:?}: {told}");
    String::from_utf8(done.stdout).unwrap()
}

/// The mails and what was made of them, for whoever looks into a failure.
fn keep_for_a_look(folder: &Path, sent: &[Sent], listed: &str) {
    fs::create_dir_all(folder).unwrap();
    for (n, mail) in sent.iter().enumerate() {
        fs::write(folder.join(format!("{n:05}.eml")), &mail.raw).unwrap();
    }
    fs::write(folder.join("messages.json"), listed).unwrap();
}

/// Which files came in more than one mail, and which answers were given by more than one.
pub struct Copies {
    by_hash: HashMap<(String, String), Vec<String>>,
    last: HashMap<(String, &'static str, &'static str), String>,
}

impl Copies {
    fn of(sent: &[Sent]) -> Self {
        let mut copies = Self { by_hash: HashMap::new(), last: HashMap::new() };
        for mail in sent {
            for part in &mail.parts {
                let unit = part.unit.clone().or_else(|| mail.units.first().cloned()).unwrap_or_default();
                let same = copies.by_hash.entry((unit.clone(), part.sha256.clone())).or_default();
                same.push(mail.id.clone());
                // A copy replaces nothing.
                if same.len() > 1 {
                    continue;
                }
                if let Some(filed) =
                    part.filed.filter(|filed| filed.day.is_none() && part.counts == super::truth::Counts::Yes)
                {
                    copies.last.insert((unit, filed.requirement, filed.item), mail.id.clone());
                }
            }
        }
        copies
    }

    /// Whether the same bytes came from the unit in an earlier mail.
    pub fn is_copy(&self, unit: &str, sha256: &str, id: &str) -> bool {
        self.by_hash.get(&(unit.to_owned(), sha256.to_owned())).is_some_and(|ids| ids[0] != id)
    }

    /// Whether a later mail of the unit answers the same.
    pub fn is_replaced(&self, unit: &str, requirement: &'static str, item: &'static str, id: &str) -> bool {
        self.last.get(&(unit.to_owned(), requirement, item)).is_some_and(|last| last != id)
    }
}

/// Values of the forms that count now, by the hash of their files.
fn readings(dir: &Path, sent: &[Sent], filed: &HashMap<&str, &Value>, tally: &mut Tally) {
    let store = Store::open(&dir.join("data")).unwrap();
    let house = shouwen::config::load(&dir.join("config/shouwen.toml")).unwrap();
    let campaign = house.campaigns.iter().find(|campaign| campaign.id == CAMPAIGN).unwrap();
    let mut all: HashMap<String, Vec<_>> = HashMap::new();
    for form in ["form4", "form5"] {
        for row in store.readings(campaign, form).unwrap() {
            all.entry(row.sha256.clone().unwrap_or_default()).or_default().push(row);
        }
    }
    let mut seen = HashSet::new();
    for mail in sent {
        let Some(got) = filed.get(mail.id.as_str()) else { continue };
        for part in &mail.parts {
            let Some(form) = part.form.as_ref().filter(|form| !form.rows.is_empty()) else { continue };
            let listed = got["parts"].as_array().unwrap().iter().find(|p| p["path"] == part.path.as_str());
            let counts = listed.is_some_and(|p| p["state"] == "accepted" || p["state"] == "flawed");
            if counts && seen.insert(part.sha256.clone()) {
                let rows = all.get(&part.sha256).map(Vec::as_slice).unwrap_or_default();
                compare::values(mail, part, form, rows, tally);
            }
        }
    }
}
