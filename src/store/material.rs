//! Photos, films, cases and articles as a gallery asks for them, and what staff think of each.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{OptionalExtension as _, Row, ToSql, Transaction, named_params};

use super::Store;
use super::column::{Day, Json, Ms, Size};
use crate::domain::message::{PartState, words};
use crate::fault::Fault;

words! {
    /// Whether a piece of material is passed on to the press.
    Push {
        /// Neither.
        No => "", "未定";
        /// It is to be.
        Picked => "picked", "拟推送";
        /// It was.
        Pushed => "pushed", "已推送";
    }
}

/// One file that answers something.
#[derive(Debug, Clone)]
pub struct Material {
    /// Register number of its mail.
    pub message: i64,
    /// Which part of it.
    pub place: u32,
    /// Where it stands there.
    pub path: String,
    /// Hash of its bytes.
    pub sha256: String,
    /// Size of its bytes.
    pub size: u64,
    /// Type by content.
    pub media_type: String,
    /// Unit code.
    pub unit: String,
    /// Requirement id.
    pub requirement: String,
    /// Item id.
    pub item: String,
    /// Day.
    pub day: Option<Date>,
    /// What became of it.
    pub state: PartState,
    /// When it came.
    pub received_at: Timestamp,
    /// What staff think of it.
    pub mark: Mark,
}

/// What staff think of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Among the best.
    pub is_starred: bool,
    /// Whether it is passed on.
    pub push: Push,
    /// 图说.
    pub caption: String,
}

/// Which material is asked for.
#[derive(Debug, Clone, Default)]
pub struct MaterialFilter {
    /// Campaign id.
    pub campaign: String,
    /// Of these unit codes, in the order in which they are shown.
    pub units: Vec<String>,
    /// Answering one of these: requirement and item.
    pub items: Vec<(String, String)>,
    /// Of one of these days; empty text for what has none.
    pub days: Vec<String>,
    /// Of these only those that answer this item; empty for all.
    pub item: String,
    /// Only with this mark.
    pub mark: Option<MarkWish>,
    /// Only with this in path or caption; empty for all.
    pub words: String,
    /// Only files with these hashes.
    pub files: Option<Vec<String>>,
    /// At most so many; none for all.
    pub most: Option<u32>,
}

words! {
    /// What a mark is to say.
    MarkWish {
        /// Among the best.
        Star => "star", "已加星";
        /// To be passed on.
        Picked => "picked", "拟推送";
        /// Passed on.
        Pushed => "pushed", "已推送";
        /// Nothing.
        Bare => "none", "未标记";
    }
}

impl MarkWish {
    fn condition(self) -> &'static str {
        match self {
            MarkWish::Star => " AND is_starred = 1",
            MarkWish::Picked => " AND push = 'picked'",
            MarkWish::Pushed => " AND push = 'pushed'",
            MarkWish::Bare => " AND coalesce(is_starred, 0) = 0 AND coalesce(push, '') = ''",
        }
    }
}

/// What fits a filter.
#[derive(Debug, Clone, Default)]
pub struct Gallery {
    /// The pieces, by unit and arrival: the first of them.
    pub pieces: Vec<Material>,
    /// How many fit in all.
    pub total: u64,
    /// How many there are of each item, whatever item, mark and words are asked for.
    pub of_item: BTreeMap<String, u64>,
}

/// Where a piece is filed: mail, place, answer.
type Place = (i64, u32, u32);

impl Store {
    /// Files that count, by unit and arrival. However many fit, only those that are shown are read whole.
    pub fn material(&self, filter: &MaterialFilter) -> Result<Gallery, Fault> {
        self.read(|tx| {
            let mut gallery = Gallery::default();
            let places = places(tx, filter, &mut gallery)?;
            for place in places {
                gallery.pieces.extend(piece(tx, place)?);
            }
            Ok(gallery)
        })
    }

    /// Marks files of a campaign; what is none of these stays as it is.
    pub fn mark(
        &self,
        campaign: &str,
        files: &[String],
        (is_starred, push, caption): (Option<bool>, Option<Push>, Option<&str>),
        (by, at): (&str, Timestamp),
    ) -> Result<(), Fault> {
        const MARK: &str = "
            INSERT INTO mark (campaign, sha256, is_starred, push, caption, made_by, made_at)
            VALUES (:campaign, :sha256, coalesce(:is_starred, 0), coalesce(:push, ''), coalesce(:caption, ''), :by, :at)
            ON CONFLICT (campaign, sha256) DO UPDATE SET
                is_starred = coalesce(:is_starred, is_starred), push = coalesce(:push, push),
                caption = coalesce(:caption, caption), made_by = :by, made_at = :at";
        self.write(|tx| {
            for sha256 in files {
                tx.prepare_cached(MARK)?.execute(named_params! {
                    ":campaign": campaign, ":sha256": sha256, ":is_starred": is_starred,
                    ":push": push, ":caption": caption, ":by": by, ":at": Ms(at),
                })?;
            }
            Ok(())
        })
    }
}

/// What the questions about a campaign's material have in common: which filings there are to choose from. Those of one key
/// lie side by side, so that they are read from end to end.
const TO_CHOOSE_FROM: &str = "
    filing.campaign = :campaign AND filing.requirement IN (SELECT value FROM json_each(:requirements))
    AND filing.day IN (SELECT value FROM json_each(:days)) AND filing.item IN (SELECT value FROM json_each(:items))
    AND filing.is_loose = 0 AND filing.shown IN ('accepted', 'flawed') AND filing.sha256 <> ''
    AND NOT EXISTS (SELECT 1 FROM part INDEXED BY part_without_bytes
        WHERE part.sha256 IS NULL AND part.message = filing.message AND part.place = filing.ordinal)";

const OF_FILES: &str = " AND filing.sha256 IN (SELECT value FROM json_each(:files))";

/// A filter as its questions ask it, unit by unit: so nothing has to be put in order but what is shown.
struct Wish<'f> {
    filter: &'f MaterialFilter,
    requirements: Json<Vec<&'f str>>,
    items: Json<Vec<&'f str>>,
    days: Json<&'f Vec<String>>,
    files: Option<Json<&'f Vec<String>>>,
}

impl<'f> Wish<'f> {
    fn of(filter: &'f MaterialFilter) -> Self {
        let (requirements, items) =
            filter.items.iter().map(|(requirement, item)| (requirement.as_str(), item.as_str())).unzip();
        Self {
            filter,
            requirements: Json(requirements),
            items: Json(items),
            days: Json(&filter.days),
            files: filter.files.as_ref().map(Json),
        }
    }

    fn is_of_an_item(&self, requirement: &str, item: &str) -> bool {
        self.filter.items.iter().any(|(r, i)| *r == *requirement && *i == *item)
    }

    /// Whether all that there is to choose from fits, but for the item.
    fn takes_all(&self) -> bool {
        self.filter.mark.is_none() && self.filter.words.is_empty() && self.filter.files.is_none()
    }

    fn params<'p>(&'p self, unit: &'p dyn ToSql) -> Vec<(&'p str, &'p dyn ToSql)> {
        let mut params: Vec<(&str, &dyn ToSql)> = vec![
            (":campaign", &self.filter.campaign),
            (":unit", unit),
            (":requirements", &self.requirements),
            (":items", &self.items),
            (":days", &self.days),
        ];
        params.extend(self.files.as_ref().map(|files| (":files", files as &dyn ToSql)));
        params
    }

    /// Adds how many there are of a unit of each item.
    fn count(
        &self,
        tx: &Transaction<'_>,
        unit: &dyn ToSql,
        counts: &mut BTreeMap<String, u64>,
    ) -> Result<(), Fault> {
        let of_files = self.files.as_ref().map_or("", |_| OF_FILES);
        // By key, as they lie: nothing is sorted.
        let sql = format!(
            "SELECT requirement, item, count(*) FROM filing WHERE filing.unit = :unit AND {TO_CHOOSE_FROM}{of_files}
             GROUP BY requirement, day, item"
        );
        let mut select = tx.prepare_cached(&sql)?;
        let mut rows = select.query(self.params(unit).as_slice())?;
        while let Some(row) = rows.next()? {
            let (requirement, item): (String, String) = (row.get(0)?, row.get(1)?);
            if self.is_of_an_item(&requirement, &item) {
                *counts.entry(item).or_default() += row.get::<_, Size>(2)?.0;
            }
        }
        Ok(())
    }

    /// Where those are of a unit that fit, in the order of their arrival.
    fn places(
        &self,
        tx: &Transaction<'_>,
        unit: &dyn ToSql,
        mut with: impl FnMut(Place),
    ) -> Result<(), Fault> {
        let mut sql = format!(
            "SELECT filing.message, filing.ordinal, filing.answer, filing.requirement, filing.item FROM filing
             LEFT JOIN mark ON mark.campaign = filing.campaign AND mark.sha256 = filing.sha256
             WHERE filing.unit = :unit AND {TO_CHOOSE_FROM}"
        );
        let mut params = self.params(unit);
        sql.push_str(self.filter.mark.map_or("", MarkWish::condition));
        if !self.filter.words.is_empty() {
            sql.push_str(
                " AND (says(:words, mark.caption) OR EXISTS (SELECT 1 FROM part
                     WHERE part.message = filing.message AND part.place = filing.ordinal
                     AND says(:words, part.path)))",
            );
            params.push((":words", &self.filter.words));
        }
        sql.push_str(self.files.as_ref().map_or("", |_| OF_FILES));
        if !self.filter.item.is_empty() {
            sql.push_str(" AND filing.item = :item");
            params.push((":item", &self.filter.item));
        }
        sql.push_str(" ORDER BY filing.received_at, filing.message, filing.ordinal");
        let mut select = tx.prepare_cached(&sql)?;
        let mut rows = select.query(params.as_slice())?;
        while let Some(row) = rows.next()? {
            let (requirement, item): (String, String) = (row.get(3)?, row.get(4)?);
            if self.is_of_an_item(&requirement, &item) {
                with((row.get(0)?, row.get(1)?, row.get(2)?));
            }
        }
        Ok(())
    }
}

/// Counts what there is and what fits, and says where those are that are shown.
fn places(tx: &Transaction<'_>, filter: &MaterialFilter, gallery: &mut Gallery) -> Result<Vec<Place>, Fault> {
    let wish = Wish::of(filter);
    for unit in &filter.units {
        wish.count(tx, unit, &mut gallery.of_item)?;
    }
    if wish.takes_all() {
        let asked =
            gallery.of_item.iter().filter(|(item, _)| filter.item.is_empty() || filter.item == **item);
        gallery.total = asked.map(|(_, count)| count).sum();
    }
    let most = filter.most.map_or(usize::MAX, |most| most as usize);
    let mut places = Vec::new();
    for unit in &filter.units {
        if wish.takes_all() && places.len() >= most {
            break;
        }
        wish.places(tx, unit, |place| {
            gallery.total += u64::from(!wish.takes_all());
            if places.len() < most {
                places.push(place);
            }
        })?;
    }
    Ok(places)
}

/// None where the mail was read anew, and is not judged yet: then what was filed has no part.
fn piece(tx: &Transaction<'_>, (message, place, answer): Place) -> Result<Option<Material>, Fault> {
    const PIECE: &str = "
        SELECT filing.message, filing.ordinal, part.path, part.sha256, part.size, part.media_type, filing.unit,
               filing.requirement, filing.item, filing.day, filing.shown, filing.received_at,
               coalesce(is_starred, 0) AS is_starred, coalesce(push, '') AS push, coalesce(caption, '') AS caption
        FROM filing
        JOIN part ON part.message = filing.message AND part.place = filing.ordinal
        LEFT JOIN mark ON mark.campaign = filing.campaign AND mark.sha256 = part.sha256
        WHERE filing.message = :message AND filing.ordinal = :place AND filing.answer = :answer";
    let asked = named_params! { ":message": message, ":place": place, ":answer": answer };
    Ok(tx.prepare_cached(PIECE)?.query_row(asked, material).optional()?)
}

fn material(row: &Row<'_>) -> rusqlite::Result<Material> {
    Ok(Material {
        message: row.get("message")?,
        place: row.get("ordinal")?,
        path: row.get("path")?,
        sha256: row.get("sha256")?,
        size: row.get::<_, Size>("size")?.0,
        media_type: row.get("media_type")?,
        unit: row.get("unit")?,
        requirement: row.get("requirement")?,
        item: row.get("item")?,
        day: row.get::<_, Day>("day")?.0,
        state: row.get("shown")?,
        received_at: row.get::<_, Ms>("received_at")?.0,
        mark: Mark {
            is_starred: row.get("is_starred")?,
            push: row.get("push")?,
            caption: row.get("caption")?,
        },
    })
}
