//! Double entry for the stories on a real server: on one side every mail that Dovecot has, as it tells itself, on the
//! other every sighting in the database. The database is read past the program, which may be wrong about itself.

// Each story file uses its own part of this.
#![allow(dead_code)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::world::World;
use crate::world::dovecot::{Dovecot, Place, STORY_HEADER};

/// Folders that the office of these stories reads, as people read them.
pub const FOLDERS: [&str; 3] = ["INBOX", "Junk", "报送材料"];

/// Mails with which the river has no more to do, for [`Ledger::count`].
pub const AT_THEIR_END: &str = "message WHERE stage IN ('registered', 'parked')";

/// A place and the hash of what lies there.
type Entry = (String, u32, u32, String);

/// The database of a data directory, which a daemon may be writing.
pub struct Ledger(Connection);

/// What differs between a server and a register.
#[derive(Debug, Default)]
pub struct Difference {
    /// Places that no sighting, or only one of another mail, speaks of.
    pub lost: Vec<Place>,
    /// Places with more than one sighting.
    pub doubled: Vec<Place>,
}

impl Ledger {
    /// Opens the ledger of a data directory that has a database.
    pub fn open(data: &Path) -> Self {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
        let connection = Connection::open_with_flags(data.join("shouwen.db"), flags).unwrap();
        connection.busy_timeout(Duration::from_secs(10)).unwrap();
        Self(connection)
    }

    /// How many rows fit: `sighting`, `message WHERE stage = 'registered'`.
    pub fn count(&self, what: &str) -> u32 {
        let sql = format!("SELECT count(*) FROM {what}");
        self.0.query_row(&sql, [], |row| row.get(0)).unwrap()
    }

    /// Hashes of all messages.
    pub fn messages(&self) -> Vec<String> {
        let mut select = self.0.prepare("SELECT sha256 FROM message ORDER BY sha256").unwrap();
        select.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    /// All sightings on the server.
    fn sightings(&self) -> Vec<Entry> {
        const SIGHTINGS: &str = "
            SELECT folder, uidvalidity, uid, sha256 FROM sighting JOIN message ON message.id = sighting.message
            WHERE uidvalidity <> 0";
        let mut select = self.0.prepare(SIGHTINGS).unwrap();
        let rows =
            select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// Holds every place of the server, whose mails have these hashes, against the sightings.
    pub fn difference(&self, places: &[Place], hashes: &BTreeMap<String, String>) -> Difference {
        let mut seen: BTreeMap<(String, u32, u32), Vec<String>> = BTreeMap::new();
        for (folder, uidvalidity, uid, sha256) in self.sightings() {
            seen.entry((folder, uidvalidity, uid)).or_default().push(sha256);
        }
        let mut difference = Difference::default();
        for place in places {
            let key = (place.folder.clone(), place.uidvalidity, place.uid);
            let here = seen.get(&key).map_or(&[][..], Vec::as_slice);
            if !here.contains(&hashes[&place.story]) {
                difference.lost.push(place.clone());
            }
            if here.len() > 1 {
                difference.doubled.push(place.clone());
            }
        }
        difference
    }
}

/// All that the program tells of its mail, without what differs from run to run.
pub struct Told {
    /// The register by Message-ID, without its numbers and without which of several places was seen first.
    register: BTreeMap<String, Value>,
    /// Units and what waits, of the status.
    status: (Value, Value),
}

impl Told {
    /// Asks the program.
    pub fn by(world: &World, moment: &str) -> Self {
        let without = |mut row: Value| {
            let fields = row.as_object_mut().unwrap();
            fields.remove("id");
            fields.remove("folder");
            (row["message_id"].as_str().unwrap().to_owned(), row)
        };
        let register = world.messages().into_iter().map(without).collect();
        let mut status = world.status(moment).0;
        Self { register, status: (status["units"].take(), status["waiting"].take()) }
    }

    /// What an unbroken run told otherwise, a line each. How often somebody was reminded is not asked: an unbroken run may not
    /// send.
    pub fn differing(&self, unbroken: &Self) -> Vec<String> {
        let mut lines = Vec::new();
        let ids: BTreeSet<&String> = self.register.keys().chain(unbroken.register.keys()).collect();
        for id in ids.into_iter().filter(|id| self.register.get(*id) != unbroken.register.get(*id)) {
            lines.push(format!(
                "{id}: {:?}, unbroken {:?}",
                self.register.get(id),
                unbroken.register.get(id)
            ));
        }
        let units = |told: &Self| {
            let mut units = told.status.0.clone();
            forget(&mut units, "reminded");
            units
        };
        if units(self) != units(unbroken) || self.status.1 != unbroken.status.1 {
            lines.push(format!("status: waiting {}, unbroken {}", self.status.1, unbroken.status.1));
        }
        lines
    }

    /// Demands that an unbroken run told the same.
    pub fn demand(&self, unbroken: &Self) {
        let ids = |told: &Self| told.register.keys().cloned().collect::<Vec<_>>();
        assert_eq!(ids(self), ids(unbroken));
        for (id, message) in &unbroken.register {
            assert_eq!(&self.register[id], message, "{id}");
        }
        assert_eq!(self.status, unbroken.status);
    }
}

/// Takes a field out of everything in a document.
fn forget(value: &mut Value, field: &str) {
    match value {
        Value::Object(fields) => {
            fields.remove(field);
            fields.values_mut().for_each(|value| forget(value, field));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| forget(value, field)),
        _ => {}
    }
}

/// The SHA-256 of every mail that a user has in [`FOLDERS`], by what its [`STORY_HEADER`] says.
pub fn hashes(dovecot: &Dovecot, user: &str) -> BTreeMap<String, String> {
    let files = FOLDERS.iter().flat_map(|folder| dovecot.files(user, folder));
    files.map(|file| std::fs::read(file).unwrap()).map(|raw| (story_of(&raw), hash(&raw))).collect()
}

/// SHA-256 in hex.
pub fn hash(raw: &[u8]) -> String {
    Sha256::digest(raw).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What the [`STORY_HEADER`] of a mail says.
pub fn story_of(raw: &[u8]) -> String {
    let head = String::from_utf8_lossy(&raw[..raw.len().min(16 * 1024)]).into_owned();
    let mut lines = head.lines();
    let line = lines.find_map(|line| line.strip_prefix(STORY_HEADER)?.strip_prefix(": "));
    line.unwrap_or_else(|| panic!("no {STORY_HEADER} in\n{head}")).to_owned()
}
