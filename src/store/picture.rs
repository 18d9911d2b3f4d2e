//! What photos look like: thumbnails as files that may be deleted at any time, likenesses as rows; and which parts of the
//! register show the same as an earlier one. All of it derived, none of it on the river.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};

use rusqlite::{OptionalExtension as _, Transaction, named_params};

use super::Store;
use super::column::Size;
use crate::fault::Fault;

/// Bits of a likeness that may differ between two pictures of one scene: scaled, brightened or saved once more.
const BITS_APART: u32 = 5;
/// Where the bands of a likeness begin, and the bits of one: two likenesses that differ in at most [`BITS_APART`] bits are
/// equal in at least one of one band more, so that near ones are found by index and not by comparing with all (migration 16).
const BANDS: [(u32, u64); 6] = [(0, 0x7FF), (11, 0x7FF), (22, 0x7FF), (33, 0x7FF), (44, 0x3FF), (54, 0x3FF)];
/// Pictures looked at of one band: where more share it, as in a burst, some of them are named all the same.
const LOOKED_AT_MOST: u32 = 200;
/// Files that are found by their hash, word for word as their index says it, or SQLite does not take the index (migration 25).
const HAS_A_HASH: &str = "(media_type LIKE 'image/%' OR media_type LIKE 'video/%')";
/// Earlier files that are named beside one.
const NAMED_MOST: usize = 3;

/// An earlier file of the register that shows the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// Register number of its mail.
    pub message: i64,
    /// Where it stands there.
    pub path: String,
    /// Whether it is the same file, byte for byte.
    pub is_same: bool,
}

impl Store {
    /// The thumbnail kept of a photo.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn thumbnail(&self, sha256: &str) -> Result<Option<Vec<u8>>, Fault> {
        match fs::read(self.thumbnail_path(sha256)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether a thumbnail may be made of these bytes: a photo that answers something, and of which it is not known that it
    /// cannot be shown.
    pub fn may_be_shown(&self, sha256: &str) -> Result<bool, Fault> {
        let shown = format!(
            "SELECT 1 FROM part JOIN filing
                ON filing.message = part.message AND filing.ordinal = part.place AND is_loose = 0
            WHERE part.sha256 = :sha256 AND media_type LIKE 'image/%' AND {HAS_A_HASH}
                AND NOT EXISTS (SELECT 1 FROM picture WHERE picture.sha256 = :sha256 AND trouble <> '')"
        );
        self.read(|tx| {
            let mut select = tx.prepare_cached(&shown)?;
            Ok(select.query_row(named_params! { ":sha256": sha256 }, |_| Ok(())).optional()?.is_some())
        })
    }

    /// Photos that answer something and were not looked at yet: at most so many, in the order of their hashes, after one.
    pub fn unseen_photos(&self, after: &str, most: usize) -> Result<Vec<String>, Fault> {
        let unseen = format!(
            "SELECT DISTINCT part.sha256 FROM part JOIN filing
                ON filing.message = part.message AND filing.ordinal = part.place AND is_loose = 0
            WHERE part.sha256 > :after AND media_type LIKE 'image/%' AND part.state <> 'unreadable'
                AND {HAS_A_HASH}
                AND NOT EXISTS (SELECT 1 FROM picture WHERE picture.sha256 = part.sha256)
            ORDER BY part.sha256 LIMIT :most"
        );
        self.read(|tx| {
            let mut select = tx.prepare_cached(&unseen)?;
            let found = select
                .query_map(named_params! { ":after": after, ":most": Size::from(most) }, |row| row.get(0))?;
            Ok(found.collect::<Result<_, _>>()?)
        })
    }

    /// For each photo or film, by register number, place and hash, those that came earlier and show the same, the nearest
    /// first: sent once more, under another day, or by another unit. What answers nothing is not among them.
    pub fn earlier(&self, shots: &[(i64, u32, &str)]) -> Result<Vec<Vec<Alike>>, Fault> {
        self.read(|tx| {
            shots.iter().map(|(message, place, sha256)| earlier(tx, (*message, *place), sha256)).collect()
        })
    }

    /// Keeps what became of a photo: its thumbnail and likeness, or why it cannot be shown.
    ///
    /// # Errors
    /// When the disk or the database fails.
    pub fn save_picture(&self, sha256: &str, shown: Result<(&[u8], Option<u64>), &str>) -> Result<(), Fault> {
        const SAVE: &str = "INSERT OR REPLACE INTO picture (sha256, likeness, trouble) VALUES (:sha256, :likeness, :trouble)";
        let (likeness, trouble) = match shown {
            Ok((jpeg, likeness)) => {
                // Under its name only when it is whole.
                let mut file = tempfile::NamedTempFile::new_in(self.blobs().scratch_dir())?;
                file.write_all(jpeg)?;
                file.persist(self.thumbnail_path(sha256)).map_err(|refused| refused.error)?;
                (likeness.map(u64::cast_signed), "")
            }
            Err(trouble) => (None, trouble),
        };
        self.write(|tx| {
            let mut save = tx.prepare_cached(SAVE)?;
            save.execute(named_params! { ":sha256": sha256, ":likeness": likeness, ":trouble": trouble })?;
            Ok(())
        })
    }
}

/// The nearest of the earlier ones, the same file first.
fn earlier(tx: &Transaction<'_>, before: (i64, u32), sha256: &str) -> Result<Vec<Alike>, Fault> {
    let mut found = sent_before(tx, before, sha256, 0)?;
    for (bits_apart, other) in near(tx, sha256)? {
        // What comes now is further off than what was found.
        let is_full = found.len() >= NAMED_MOST && found.iter().all(|shot| shot.bits_apart < bits_apart + 1);
        if is_full {
            break;
        }
        found.extend(sent_before(tx, before, &other, bits_apart + 1)?);
    }
    found.sort_by_key(|shot| (shot.bits_apart, shot.place));
    let alike = |shot: Shot| Alike { message: shot.place.0, path: shot.path, is_same: shot.bits_apart == 0 };
    Ok(found.into_iter().take(NAMED_MOST).map(alike).collect())
}

/// A photo or film of the register that answers something.
struct Shot {
    /// 0 for the same file, one more than the bits for another.
    bits_apart: u32,
    place: (i64, u32),
    path: String,
}

/// Where a file came before a place of the register, the earliest first.
fn sent_before(
    tx: &Transaction<'_>,
    before: (i64, u32),
    sha256: &str,
    bits_apart: u32,
) -> Result<Vec<Shot>, Fault> {
    let earlier = format!(
        "SELECT part.message, part.place, part.path
        FROM part JOIN filing
            ON filing.message = part.message AND filing.ordinal = part.place AND is_loose = 0 AND answer = 0
        WHERE part.sha256 = :sha256 AND (part.message, part.place) < (:message, :place)
            AND {HAS_A_HASH}
        ORDER BY part.message, part.place LIMIT :most"
    );
    let mut select = tx.prepare_cached(&earlier)?;
    let (message, place) = before;
    let shots = select.query_map(
        named_params! { ":sha256": sha256, ":message": message, ":place": place, ":most": Size::from(NAMED_MOST) },
        |row| Ok(Shot { bits_apart, place: (row.get(0)?, row.get(1)?), path: row.get(2)? }),
    )?;
    Ok(shots.collect::<Result<_, _>>()?)
}

/// Hashes of other pictures that look like one, with the bits by which they differ, the nearest first.
fn near(tx: &Transaction<'_>, sha256: &str) -> Result<Vec<(u32, String)>, Fault> {
    const LIKENESS: &str = "SELECT likeness FROM picture WHERE sha256 = :sha256 AND likeness IS NOT NULL";
    let mut select = tx.prepare_cached(LIKENESS)?;
    let own = select.query_row(named_params! { ":sha256": sha256 }, |row| row.get::<_, i64>(0)).optional()?;
    let Some(own) = own else { return Ok(Vec::new()) };
    let mut near = BTreeSet::new();
    for (shift, mask) in BANDS {
        let band = format!("likeness >> {shift} & {mask}");
        let mut select = tx.prepare_cached(&format!(
            "SELECT sha256, likeness FROM picture WHERE likeness IS NOT NULL AND {band} = :own >> {shift} & {mask} LIMIT :most"
        ))?;
        let mut rows = select.query(named_params! { ":own": own, ":most": LOOKED_AT_MOST })?;
        while let Some(row) = rows.next()? {
            let (other, likeness) = (row.get::<_, String>(0)?, row.get::<_, i64>(1)?);
            let bits_apart = (own ^ likeness).count_ones();
            if bits_apart <= BITS_APART && other != sha256 {
                near.insert((bits_apart, other));
            }
        }
    }
    Ok(near.into_iter().take(LOOKED_AT_MOST as usize).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two likenesses that differ in five bits agree in one of six bands, wherever the bits are.
    #[test]
    fn the_bands_cover_each_bit_once_and_are_one_more_than_the_bits_that_may_differ() {
        assert_eq!(BANDS.len(), BITS_APART as usize + 1);
        let covered = BANDS.iter().fold(0_u64, |covered, (shift, mask)| {
            assert_eq!(covered & (mask << shift), 0);
            covered | (mask << shift)
        });
        assert_eq!(covered, u64::MAX);
    }

    #[test]
    fn pictures_are_found_by_their_hash() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let plan =
            format!("EXPLAIN QUERY PLAN SELECT message FROM part WHERE part.sha256 = 'a' AND {HAS_A_HASH}");
        let told = store.read(|tx| Ok(tx.query_row(&plan, [], |row| row.get::<_, String>(3))?)).unwrap();
        assert!(told.contains("INDEX part_by_sha256 (sha256=?)"), "{told}");
    }

    #[test]
    fn each_band_is_asked_of_its_index() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        for (shift, mask) in BANDS {
            let plan = format!(
                "EXPLAIN QUERY PLAN SELECT sha256, likeness FROM picture
                WHERE likeness IS NOT NULL AND likeness >> {shift} & {mask} = 7 LIMIT 5"
            );
            let told = store.read(|tx| Ok(tx.query_row(&plan, [], |row| row.get::<_, String>(3))?)).unwrap();
            assert!(told.contains("USING INDEX picture_by_band"), "{shift}: {told}");
        }
    }
}
