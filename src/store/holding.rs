//! What filings add up to. `holding` is derived from `filing` by `domain::submission::hold` whenever a filing of its
//! key comes or goes, so that the status of today costs no scan of the filings; a look back sums up the filings of
//! then by the same function. How a filing enters its sum is decided once, when it is registered, and stored beside
//! it: so the sums can be proved (`verify`) without any configuration.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Params, Row, Transaction, named_params};

use super::Store;
use super::column::{Day, Json, Ms};
use crate::domain::campaign::{Campaign, When};
use crate::domain::message::PartState;
use crate::domain::obligation::Holdings;
use crate::domain::submission::{Filing, Holding, NIL_ITEM, hold, older_than, told};
use crate::domain::version::Version;
use crate::fault::Fault;

/// How a filing enters the holding of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Enters {
    /// Not at all: welcome but not asked, of no known requirement or day, or history.
    Not,
    /// A newer one replaces it.
    Replacing,
    /// Beside the others.
    Adding,
}

impl Enters {
    pub(super) fn word(self) -> &'static str {
        match self {
            Enters::Not => "not",
            Enters::Replacing => "replacing",
            Enters::Adding => "adding",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        [Enters::Not, Enters::Replacing, Enters::Adding].into_iter().find(|enters| enters.word() == word)
    }

    /// By the rules of its campaign.
    pub(super) fn of(filing: &Filing, campaign: &Campaign) -> Self {
        use PartState::{Accepted, Flawed, Rejected, Review, Unreadable};
        let Some(requirement) = campaign.requirement(&filing.requirement) else { return Enters::Not };
        let each_day = matches!(requirement.when, When::EachDay { .. });
        if !matches!(filing.state, Accepted | Flawed | Rejected | Review | Unreadable)
            || (each_day && filing.day.is_none())
        {
            return Enters::Not;
        }
        match requirement.item(&filing.item) {
            Some(item) if item.is_single(each_day) => Enters::Replacing,
            Some(_) => Enters::Adding,
            None if filing.item == NIL_ITEM => Enters::Replacing,
            None => Enters::Not,
        }
    }
}

/// One item of one obligation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) campaign: String,
    pub(super) unit: String,
    pub(super) requirement: String,
    pub(super) day: Option<Date>,
    pub(super) item: String,
}

impl Key {
    /// From the first five columns of a question.
    pub(super) fn of_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            campaign: row.get(0)?,
            unit: row.get(1)?,
            requirement: row.get(2)?,
            day: row.get::<_, Day>(3)?.0,
            item: row.get(4)?,
        })
    }

    /// Whether a row is of this key: nothing is copied for the answer, since most rows are.
    fn is_of_row(&self, row: &Row<'_>) -> rusqlite::Result<bool> {
        let is = |at: usize, own: &str| Ok::<bool, rusqlite::Error>(row.get_ref(at)?.as_str()? == own);
        Ok(is(0, &self.campaign)?
            && is(1, &self.unit)?
            && is(2, &self.requirement)?
            && is(4, &self.item)?
            && row.get::<_, Day>(3)?.0 == self.day)
    }
}

/// All filings of one key, in the order in which they arrived: `marks[n]` belongs to `filings[n]`.
pub(super) struct Group {
    pub(super) key: Key,
    filings: Vec<Filing>,
    marks: Vec<Mark>,
}

/// What the store knows of a filing besides the filing.
struct Mark {
    answer: i64,
    is_file: bool,
    enters: Enters,
    shown: PartState,
    /// JSON: of a hundred versions of a file the flaws of one are told.
    flaws: String,
}

/// What a group adds up to.
#[derive(Debug, PartialEq)]
pub(super) struct Sum {
    pub(super) holding: Holding,
    pub(super) files: Vec<String>,
    shown: Vec<PartState>,
}

impl Group {
    fn is_single(&self) -> bool {
        self.marks.iter().any(|mark| mark.enters == Enters::Replacing)
    }

    /// What a filing says of its version, and the newer one that was there before it, where a person has to choose.
    fn question_of(&mut self, message: i64, ordinal: u32) -> Option<(Version, Version)> {
        let is_single = self.is_single();
        let older_than = older_than(&mut self.filings, is_single);
        let is_it = |filing: &Filing| (filing.message, filing.ordinal) == (message, ordinal);
        let at = self.filings.iter().position(is_it)?;
        let version = |at: usize| self.filings.get(at)?.version.clone();
        Some((version(at)?, version((*older_than.get(at)?)?)?))
    }

    /// None for no filings.
    pub(super) fn add_up(&mut self) -> Result<Option<Sum>, Fault> {
        let is_single = self.is_single();
        let Some((mut holding, shown)) = hold(&mut self.filings, is_single) else { return Ok(None) };
        holding.item.clone_from(&self.key.item);
        for mark in told(&shown, is_single).filter_map(|at| self.marks.get(at)) {
            holding.flaws.extend(Json::<Vec<_>>::of_text(&mark.flaws)?.0);
        }
        let counts = |state: &PartState| matches!(state, PartState::Accepted | PartState::Flawed);
        let any_counts = shown.iter().any(counts);
        let files = self.filings.iter().zip(&self.marks).zip(&shown);
        let files = files.filter(|((_, mark), state)| {
            mark.is_file && if any_counts { counts(state) } else { **state != PartState::Duplicate }
        });
        let files = files.map(|((filing, _), _)| filing.sha256.clone()).collect();
        Ok(Some(Sum { holding, files, shown }))
    }
}

/// What [`each_group`] reads; every row of it by place, since a column's name is looked up anew in every row.
const FILINGS: &str = "
    SELECT campaign, unit, requirement, day, item, received_at, message, ordinal, answer, is_loose, sha256, state,
           flaws, enters, shown, version
    FROM filing";

/// The order in which `hold` weighs filings, so that its verdicts meet their rows again.
const IN_ORDER: &str = "
    ORDER BY campaign, unit, requirement, day, item, received_at, message, ordinal, answer";

pub(super) fn filings_where(condition: &str) -> String {
    format!("{FILINGS} WHERE {condition} AND enters <> 'not' {IN_ORDER}")
}

/// Reads filings in order and hands over each key's group.
pub(super) fn each_group(
    tx: &Transaction<'_>,
    condition: &str,
    params: impl Params,
    mut with: impl FnMut(Group) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut select = tx.prepare_cached(&filings_where(condition))?;
    let mut rows = select.query(params)?;
    let mut open: Option<Group> = None;
    while let Some(row) = rows.next()? {
        let group = match open.take() {
            Some(group) if group.key.is_of_row(row)? => open.insert(group),
            done => {
                done.map_or(Ok(()), &mut with)?;
                open.insert(Group { key: Key::of_row(row)?, filings: Vec::new(), marks: Vec::new() })
            }
        };
        group.filings.push(filing_of_row(row)?);
        group.marks.push(mark_of_row(row)?);
    }
    open.map_or(Ok(()), with)
}

/// From a row of [`FILINGS`]: what it is filed under stays with its [`Group`], its flaws with its [`Mark`].
fn filing_of_row(row: &Row<'_>) -> rusqlite::Result<Filing> {
    Ok(Filing {
        campaign: String::new(),
        unit: String::new(),
        requirement: String::new(),
        day: None,
        item: String::new(),
        received_at: row.get::<_, Ms>(5)?.0,
        message: row.get(6)?,
        ordinal: row.get(7)?,
        sha256: row.get(10)?,
        state: row.get(11)?,
        flaws: Vec::new(),
        version: row.get::<_, Option<Json<_>>>(15)?.map(|version| version.0),
    })
}

/// From a row of [`FILINGS`].
fn mark_of_row(row: &Row<'_>) -> rusqlite::Result<Mark> {
    Ok(Mark {
        answer: row.get(8)?,
        is_file: !row.get::<_, bool>(9)?,
        flaws: row.get(12)?,
        enters: row.get(13)?,
        shown: row.get(14)?,
    })
}

const OF_KEY: &str = "
    campaign = :campaign AND unit = :unit AND requirement = :requirement AND day = :day AND item = :item";

/// Which newer version a filing waits beside.
pub(super) fn question_of(
    tx: &Transaction<'_>,
    key: &Key,
    (message, ordinal): (i64, u32),
) -> Result<Option<(Version, Version)>, Fault> {
    let params = named_params! {
        ":campaign": key.campaign, ":unit": key.unit, ":requirement": key.requirement, ":day": Day(key.day),
        ":item": key.item,
    };
    let mut found = None;
    each_group(tx, OF_KEY, params, |mut group| {
        found = group.question_of(message, ordinal);
        Ok(())
    })?;
    Ok(found)
}

/// Sums up one key anew: its holding, and how its filings are shown. Messages whose filings are shown otherwise now
/// are added to `touched`.
pub(super) fn add_up_again(
    tx: &Transaction<'_>,
    key: &Key,
    touched: &mut BTreeSet<i64>,
) -> Result<(), Fault> {
    const SHOW: &str = "
        UPDATE filing SET shown = :shown WHERE message = :message AND ordinal = :ordinal AND answer = :answer";
    let params = named_params! {
        ":campaign": key.campaign, ":unit": key.unit, ":requirement": key.requirement, ":day": Day(key.day),
        ":item": key.item,
    };
    let mut found = None;
    each_group(tx, OF_KEY, params, |mut group| {
        found = group.add_up()?.map(|sum| (group, sum));
        Ok(())
    })?;
    let Some((group, sum)) = found else {
        tx.prepare_cached(&format!("DELETE FROM holding WHERE {OF_KEY}"))?.execute(params)?;
        return Ok(());
    };
    for ((filing, mark), shown) in group.filings.iter().zip(&group.marks).zip(&sum.shown) {
        if mark.shown != *shown {
            touched.insert(filing.message);
            tx.prepare_cached(SHOW)?.execute(named_params! {
                ":shown": shown, ":message": filing.message, ":ordinal": filing.ordinal, ":answer": mark.answer,
            })?;
        }
    }
    save_holding(tx, key, &sum)
}

fn save_holding(tx: &Transaction<'_>, key: &Key, sum: &Sum) -> Result<(), Fault> {
    const HOLDING: &str = "
        INSERT INTO holding (campaign, unit, requirement, day, item, state, count, first_at, newest_at, flaws, files)
        VALUES (:campaign, :unit, :requirement, :day, :item, :state, :count, :first_at, :newest_at, :flaws, :files)
        ON CONFLICT (campaign, unit, requirement, day, item) DO UPDATE SET
            state = excluded.state, count = excluded.count, first_at = excluded.first_at,
            newest_at = excluded.newest_at, flaws = excluded.flaws, files = excluded.files";
    let holding = &sum.holding;
    tx.prepare_cached(HOLDING)?.execute(named_params! {
        ":campaign": key.campaign, ":unit": key.unit, ":requirement": key.requirement, ":day": Day(key.day),
        ":item": key.item, ":state": holding.state, ":count": holding.count, ":first_at": holding.first_at.map(Ms),
        ":newest_at": Ms(holding.newest_at), ":flaws": Json(&holding.flaws), ":files": Json(&sum.files),
    })?;
    Ok(())
}

/// What is held for a campaign by now, from the table. Without the files: the hashes of a week of photos are most of
/// the row, and the standing of a unit does not ask for them.
pub(super) fn stored(tx: &Transaction<'_>, campaign: &str) -> Result<Vec<(Key, Holding)>, Fault> {
    const HOLDINGS: &str = "
        SELECT campaign, unit, requirement, day, item, state, count, first_at, newest_at, flaws
        FROM holding WHERE campaign = :campaign ORDER BY unit, requirement, day, item";
    let mut select = tx.prepare_cached(HOLDINGS)?;
    let rows = select.query_map(named_params! { ":campaign": campaign }, |row| {
        let key = Key::of_row(row)?;
        let holding = Holding {
            item: key.item.clone(),
            state: row.get(5)?,
            count: row.get(6)?,
            first_at: row.get::<_, Option<Ms>>(7)?.map(|at| at.0),
            newest_at: row.get::<_, Ms>(8)?.0,
            flaws: row.get::<_, Json<_>>(9)?.0,
        };
        Ok((key, holding))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The files of what is held for a campaign by now, from the table.
pub(super) fn stored_files(tx: &Transaction<'_>, campaign: &str) -> Result<Vec<(Key, Vec<String>)>, Fault> {
    const FILES: &str = "
        SELECT campaign, unit, requirement, day, item, files
        FROM holding WHERE campaign = :campaign ORDER BY unit, requirement, day, item";
    let mut select = tx.prepare_cached(FILES)?;
    let rows = select.query_map(named_params! { ":campaign": campaign }, |row| {
        Ok((Key::of_row(row)?, row.get::<_, Json<_>>(5)?.0))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Both summed up from the filings of mail that was received by `as_of`.
pub(super) fn summed(
    tx: &Transaction<'_>,
    campaign: &str,
    as_of: Timestamp,
) -> Result<Vec<(Key, Holding, Vec<String>)>, Fault> {
    const BY_THEN: &str = "campaign = :campaign AND received_at <= :as_of";
    let mut sums = Vec::new();
    each_group(tx, BY_THEN, named_params! { ":campaign": campaign, ":as_of": Ms(as_of) }, |mut group| {
        if let Some(sum) = group.add_up()? {
            sums.push((group.key, sum.holding, sum.files));
        }
        Ok(())
    })?;
    Ok(sums)
}

pub(super) fn as_holdings(held: impl IntoIterator<Item = (Key, Holding)>) -> Holdings {
    let mut holdings = Holdings::default();
    for (key, holding) in held {
        holdings.add(&key.unit, &key.requirement, key.day, holding);
    }
    holdings
}

impl Store {
    /// What is held by now for a campaign.
    pub fn holdings(&self, campaign: &str) -> Result<Holdings, Fault> {
        self.read(|tx| stored(tx, campaign)).map(as_holdings)
    }

    /// Hashes of the files shown under each item of a unit: those that count, else those that came. Key: unit,
    /// requirement, day, item.
    #[allow(clippy::type_complexity)]
    pub fn files(
        &self,
        campaign: &Campaign,
        as_of: Option<Timestamp>,
    ) -> Result<Vec<((String, String, Option<Date>, String), Vec<String>)>, Fault> {
        let files = self.read(|tx| match as_of {
            None => stored_files(tx, &campaign.id),
            Some(as_of) => {
                let sums = summed(tx, &campaign.id, as_of)?;
                Ok(sums.into_iter().map(|(key, _, files)| (key, files)).collect())
            }
        })?;
        Ok(files
            .into_iter()
            .map(|(key, files)| ((key.unit, key.requirement, key.day, key.item), files))
            .collect())
    }
}
