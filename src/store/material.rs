//! Photos, films, cases and articles as a gallery asks for them, and what staff think of each.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Row, ToSql, Transaction, named_params};

use super::Store;
use super::column::{Day, Json, Ms, Size};
use super::register::literal;
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
                gallery.pieces.push(piece(tx, place)?);
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

/// Walks through all that fit, counts them, and says where those are that are shown.
fn places(tx: &Transaction<'_>, filter: &MaterialFilter, gallery: &mut Gallery) -> Result<Vec<Place>, Fault> {
    // The units first, in their order: then each is found by the index of holdings.
    let mut sql = "
        SELECT filing.message, filing.ordinal, filing.answer, filing.requirement, filing.item, 1 AS fits
        FROM json_each(:units) AS unit
        CROSS JOIN filing ON filing.campaign = :campaign AND filing.unit = unit.value
        JOIN part ON part.message = filing.message AND part.place = filing.ordinal
        LEFT JOIN mark ON mark.campaign = filing.campaign AND mark.sha256 = part.sha256
        WHERE filing.requirement IN (SELECT value FROM json_each(:requirements))
            AND filing.day IN (SELECT value FROM json_each(:days)) AND filing.item IN (SELECT value FROM json_each(:items))
            AND filing.is_loose = 0 AND filing.shown IN ('accepted', 'flawed') AND part.sha256 IS NOT NULL"
        .to_owned();
    let mut wish = "1".to_owned();
    let (words, files) = (format!("%{}%", literal(&filter.words)), filter.files.as_ref().map(Json));
    wish.push_str(filter.mark.map_or("", MarkWish::condition));
    let (requirements, items): (Vec<&str>, Vec<&str>) =
        filter.items.iter().map(|(requirement, item)| (requirement.as_str(), item.as_str())).unzip();
    let (units, days) = (Json(&filter.units), Json(&filter.days));
    let (requirements, items) = (Json(requirements), Json(items));
    let mut params: Vec<(&str, &dyn ToSql)> = vec![
        (":campaign", &filter.campaign),
        (":units", &units),
        (":requirements", &requirements),
        (":items", &items),
        (":days", &days),
    ];
    if !filter.words.is_empty() {
        wish.push_str(" AND (part.path LIKE :words ESCAPE '!' OR caption LIKE :words ESCAPE '!')");
        params.push((":words", &words));
    }
    if let Some(files) = &files {
        sql.push_str(" AND part.sha256 IN (SELECT value FROM json_each(:files))");
        params.push((":files", files));
    }
    // Of a file without a mark there is nothing to compare: then it does not fit.
    sql = sql.replace("1 AS fits", &format!("coalesce({wish}, 0) AS fits"));
    sql.push_str(" ORDER BY unit.key, filing.received_at, filing.message, filing.ordinal");
    let mut select = tx.prepare_cached(&sql)?;
    let mut rows = select.query(params.as_slice())?;
    let mut places = Vec::new();
    while let Some(row) = rows.next()? {
        let (requirement, item): (String, String) = (row.get(3)?, row.get(4)?);
        if !filter.items.iter().any(|(r, i)| *r == requirement && *i == item) {
            continue;
        }
        let is_wanted = filter.item.is_empty() || filter.item == item;
        *gallery.of_item.entry(item).or_default() += 1;
        if !is_wanted || !row.get::<_, bool>(5)? {
            continue;
        }
        if filter.most.is_none_or(|most| gallery.total < u64::from(most)) {
            places.push((row.get(0)?, row.get(1)?, row.get(2)?));
        }
        gallery.total += 1;
    }
    Ok(places)
}

fn piece(tx: &Transaction<'_>, (message, place, answer): Place) -> Result<Material, Fault> {
    const PIECE: &str = "
        SELECT filing.message, filing.ordinal, part.path, part.sha256, part.size, part.media_type, filing.unit,
               filing.requirement, filing.item, filing.day, filing.shown, filing.received_at,
               coalesce(is_starred, 0) AS is_starred, coalesce(push, '') AS push, coalesce(caption, '') AS caption
        FROM filing
        JOIN part ON part.message = filing.message AND part.place = filing.ordinal
        LEFT JOIN mark ON mark.campaign = filing.campaign AND mark.sha256 = part.sha256
        WHERE filing.message = :message AND filing.ordinal = :place AND filing.answer = :answer";
    let asked = named_params! { ":message": message, ":place": place, ":answer": answer };
    Ok(tx.prepare_cached(PIECE)?.query_row(asked, material)?)
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
