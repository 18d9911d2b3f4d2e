//! Photos, films, cases and articles as a gallery asks for them, and what staff think of each.

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Row, named_params};

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
#[derive(Debug, Clone)]
pub struct MaterialFilter {
    /// Campaign id.
    pub campaign: String,
    /// Of these unit codes.
    pub units: Vec<String>,
    /// Answering one of these: requirement and item.
    pub items: Vec<(String, String)>,
    /// Of one of these days; empty text for what has none.
    pub days: Vec<String>,
}

impl Store {
    /// Files that count, by unit and arrival.
    pub fn material(&self, filter: &MaterialFilter) -> Result<Vec<Material>, Fault> {
        const MATERIAL: &str = "
            SELECT filing.message, filing.ordinal, part.path, part.sha256, part.size, part.media_type, filing.unit,
                   filing.requirement, filing.item, filing.day, filing.shown, filing.received_at,
                   coalesce(is_starred, 0) AS is_starred, coalesce(push, '') AS push, coalesce(caption, '') AS caption
            FROM filing
            JOIN part ON part.message = filing.message AND part.place = filing.ordinal
            LEFT JOIN mark ON mark.campaign = filing.campaign AND mark.sha256 = part.sha256
            WHERE filing.campaign = :campaign AND filing.unit IN (SELECT value FROM json_each(:units))
                AND filing.requirement IN (SELECT value FROM json_each(:requirements))
                AND filing.day IN (SELECT value FROM json_each(:days)) AND filing.item IN (SELECT value FROM json_each(:items))
                AND filing.is_loose = 0 AND filing.shown IN ('accepted', 'flawed') AND part.sha256 IS NOT NULL
            ORDER BY filing.unit, filing.received_at, filing.message, filing.ordinal";
        let (requirements, items): (Vec<&str>, Vec<&str>) =
            filter.items.iter().map(|(requirement, item)| (requirement.as_str(), item.as_str())).unzip();
        let asked =
            |row: &Material| filter.items.iter().any(|(r, i)| *r == row.requirement && *i == row.item);
        let rows: Vec<Material> = self.read(|tx| {
            let mut select = tx.prepare_cached(MATERIAL)?;
            let rows = select.query_map(
                named_params! {
                    ":campaign": filter.campaign, ":units": Json(&filter.units), ":requirements": Json(requirements),
                    ":items": Json(items), ":days": Json(&filter.days),
                },
                material,
            )?;
            Ok(rows.collect::<Result<_, _>>()?)
        })?;
        Ok(rows.into_iter().filter(asked).collect())
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
