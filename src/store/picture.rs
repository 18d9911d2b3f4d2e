//! What photos look like: thumbnails as files that may be deleted at any time, likenesses as rows; and which parts of the
//! register show the same as an earlier one. All of it derived, none of it on the river.

use std::fs;
use std::io::{self, Write as _};

use rusqlite::{OptionalExtension as _, Transaction, named_params};

use super::Store;
use super::catalogue::{MessageRow, PartRow};
use super::column::Size;
use crate::fault::Fault;

/// Bits of a likeness that may differ between two pictures of one scene: scaled, brightened or saved once more.
const BITS_APART: u32 = 5;
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
        const SHOWN: &str = "
            SELECT 1 FROM part JOIN filing
                ON filing.message = part.message AND filing.ordinal = part.place AND is_loose = 0
            WHERE part.sha256 = :sha256 AND media_type LIKE 'image/%'
                AND NOT EXISTS (SELECT 1 FROM picture WHERE picture.sha256 = :sha256 AND trouble <> '')";
        self.read(|tx| {
            let mut select = tx.prepare_cached(SHOWN)?;
            Ok(select.query_row(named_params! { ":sha256": sha256 }, |_| Ok(())).optional()?.is_some())
        })
    }

    /// Photos that answer something and were not looked at yet: at most so many, in the order of their hashes, after one.
    pub fn unseen_photos(&self, after: &str, most: usize) -> Result<Vec<String>, Fault> {
        const UNSEEN: &str = "
            SELECT DISTINCT part.sha256 FROM part JOIN filing
                ON filing.message = part.message AND filing.ordinal = part.place AND is_loose = 0
            WHERE part.sha256 > :after AND media_type LIKE 'image/%' AND part.state <> 'unreadable'
                AND NOT EXISTS (SELECT 1 FROM picture WHERE picture.sha256 = part.sha256)
            ORDER BY part.sha256 LIMIT :most";
        self.read(|tx| {
            let mut select = tx.prepare_cached(UNSEEN)?;
            let found = select
                .query_map(named_params! { ":after": after, ":most": Size::from(most) }, |row| row.get(0))?;
            Ok(found.collect::<Result<_, _>>()?)
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

/// A photo or film of the register that answers something.
struct Shot {
    sha256: String,
    likeness: Option<u64>,
    place: (i64, u32),
    path: String,
}

/// Names beside each photo and film those that came earlier and show the same: sent once more, under another day, or by
/// another unit.
pub(super) fn add_alike(tx: &Transaction<'_>, rows: &mut [MessageRow]) -> Result<(), Fault> {
    let wanted = |part: &PartRow| {
        let is_shot = part.media_type.starts_with("image/") || part.media_type.starts_with("video/");
        is_shot && part.sha256.is_some() && !part.answers.is_empty()
    };
    if !rows.iter().any(|row| row.parts.iter().any(wanted)) {
        return Ok(());
    }
    let shots = shots(tx)?;
    for row in rows {
        for (place, part) in (0..).zip(&mut row.parts) {
            if wanted(part) {
                part.alike = earlier(&shots, (row.id, place), part.sha256.as_deref().unwrap_or_default());
            }
        }
    }
    Ok(())
}

fn shots(tx: &Transaction<'_>) -> Result<Vec<Shot>, Fault> {
    const SHOTS: &str = "
        SELECT part.message, part.place, part.path, part.sha256, likeness
        FROM part JOIN filing
                ON filing.message = part.message AND filing.ordinal = part.place AND is_loose = 0 AND answer = 0
            LEFT JOIN picture ON picture.sha256 = part.sha256
        WHERE part.sha256 IS NOT NULL AND (media_type LIKE 'image/%' OR media_type LIKE 'video/%')
        ORDER BY part.message, part.place";
    let mut select = tx.prepare_cached(SHOTS)?;
    let shots = select.query_map([], |row| {
        Ok(Shot {
            sha256: row.get("sha256")?,
            likeness: row.get::<_, Option<i64>>("likeness")?.map(i64::cast_unsigned),
            place: (row.get("message")?, row.get("place")?),
            path: row.get("path")?,
        })
    })?;
    Ok(shots.collect::<Result<_, _>>()?)
}

/// The nearest of the earlier ones, the same file first.
fn earlier(shots: &[Shot], place: (i64, u32), sha256: &str) -> Vec<Alike> {
    let likeness = shots.iter().find(|shot| shot.sha256 == sha256).and_then(|shot| shot.likeness);
    let bits_apart = |shot: &Shot| match (likeness, shot.likeness) {
        _ if shot.sha256 == sha256 => Some(0),
        (Some(one), Some(other)) => Some((one ^ other).count_ones() + 1),
        _ => None,
    };
    let before = shots.iter().take_while(|shot| shot.place < place);
    let mut found: Vec<(u32, &Shot)> = before
        .filter_map(|shot| Some((bits_apart(shot)?, shot)))
        .filter(|(apart, _)| *apart <= BITS_APART + 1)
        .collect();
    found.sort_by_key(|(apart, shot)| (*apart, shot.place));
    let alike = |(apart, shot): (u32, &Shot)| Alike {
        message: shot.place.0,
        path: shot.path.clone(),
        is_same: apart == 0,
    };
    found.into_iter().take(NAMED_MOST).map(alike).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shot(message: i64, sha256: &str, likeness: Option<u64>) -> Shot {
        Shot { sha256: sha256.into(), likeness, place: (message, 0), path: format!("{sha256}.jpg") }
    }

    #[test]
    fn the_same_file_and_near_ones_are_named_and_only_earlier_ones() {
        let shots = [
            shot(1, "far", Some(0xffff_0000)),
            shot(2, "near", Some(0b111)),
            shot(3, "one", Some(0)),
            shot(4, "plain", None),
            shot(5, "one", Some(0)),
            shot(6, "near", Some(0b111)),
        ];
        let found = |message, sha256| -> Vec<(i64, bool)> {
            earlier(&shots, (message, 0), sha256).iter().map(|alike| (alike.message, alike.is_same)).collect()
        };
        assert_eq!(found(5, "one"), [(3, true), (2, false)]);
        assert_eq!(found(3, "one"), [(2, false)]);
        assert_eq!(found(6, "near"), [(2, true), (3, false), (5, false)]);
        assert_eq!(found(4, "plain"), []);
        assert_eq!(found(1, "far"), []);
    }
}
