//! Cloud links in the store: which wait, which may be downloaded now, what became of each try. A downloaded file is
//! ground truth like raw mail, since the link will not live long: it is kept beside the derived rows, and the mail is
//! read once more with it.

use jiff::Timestamp;
use rusqlite::{Row, Transaction, named_params};

use super::Store;
use super::column::{Ms, Size};
use crate::fault::Fault;

/// A cloud link of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRow {
    /// Register number of its mail.
    pub message: i64,
    /// Code of the unit of its mail.
    pub unit: Option<String>,
    /// Where it leads.
    pub url: String,
    /// Whose service.
    pub provider: String,
    /// File name on the card; may be empty.
    pub name: String,
    /// Bytes, as rounded on the card.
    pub size: Option<u64>,
    /// What the service asks for (提取码).
    pub code: Option<String>,
    /// When it stops working.
    pub expires: Option<Timestamp>,
    /// Whether its file is among the parts.
    pub is_fetched: bool,
    /// How often downloading failed.
    pub tries: u32,
    /// Why it failed the last time, in Chinese.
    pub trouble: Option<String>,
    /// Whether downloading will not be tried again.
    pub is_given_up: bool,
}

/// A file that was downloaded for a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// The link it came from.
    pub url: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Number of bytes.
    pub size: u64,
    /// Its name.
    pub name: String,
    /// Readers that died or stalled over it.
    pub reader_deaths: u32,
}

/// What [`LinkRow::of_row`] reads, with the tables it comes from. The links first: they are few, and most mail has none.
pub(super) const LINKS: &str = "
    SELECT link.message, message.unit, link.url, link.provider, link.name, link.size, link.code, link.expires_at,
           link.state = 'fetched' AS is_fetched, coalesce(download.tries, 0) AS tries, download.trouble,
           download.trouble IS NOT NULL AND download.next_at IS NULL AS is_given_up
    FROM link CROSS JOIN message ON message.id = link.message
    LEFT JOIN download ON download.message = link.message AND download.url = link.url";

/// Mail that counts, and what it brings has not been downloaded.
const WAITS: &str = "link.state = 'waiting' AND message.stage = 'registered' AND message.kind = 'submission'
    AND NOT message.is_history AND message.erased_at IS NULL";

impl LinkRow {
    pub(super) fn of_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            message: row.get("message")?,
            unit: row.get("unit")?,
            url: row.get("url")?,
            provider: row.get("provider")?,
            name: row.get("name")?,
            size: row.get::<_, Option<Size>>("size")?.map(|size| size.0),
            code: row.get("code")?,
            expires: row.get::<_, Option<Ms>>("expires_at")?.map(|at| at.0),
            is_fetched: row.get("is_fetched")?,
            tries: row.get("tries")?,
            trouble: row.get("trouble")?,
            is_given_up: row.get("is_given_up")?,
        })
    }
}

impl Store {
    /// Links of a campaign's mail received by `as_of` whose files nobody has downloaded, by their end.
    pub fn waiting_links(&self, campaign: &str, as_of: Timestamp) -> Result<Vec<LinkRow>, Fault> {
        let question = format!(
            "{LINKS} WHERE {WAITS} AND message.received_at <= :as_of
             AND coalesce((SELECT filing.campaign FROM filing WHERE filing.message = link.message
                 AND filing.is_loose = 1 AND filing.sha256 = link.url), message.campaign) = :campaign
             ORDER BY link.expires_at IS NULL, link.expires_at, link.message, link.place"
        );
        self.read(|tx| {
            let mut select = tx.prepare_cached(&question)?;
            let params = named_params! { ":campaign": campaign, ":as_of": Ms(as_of) };
            Ok(select.query_map(params, LinkRow::of_row)?.collect::<Result<_, _>>()?)
        })
    }

    /// Links that may be downloaded at `now`: not ended, not tried, or failed so long ago that it is time again.
    pub fn links_to_download(&self, now: Timestamp) -> Result<Vec<LinkRow>, Fault> {
        let question = format!(
            "{LINKS} WHERE {WAITS} AND (link.expires_at IS NULL OR link.expires_at > :now)
             AND (download.message IS NULL OR download.next_at <= :now)
             ORDER BY link.expires_at IS NULL, link.expires_at, link.message, link.place"
        );
        self.read(|tx| {
            let mut select = tx.prepare_cached(&question)?;
            let rows = select.query_map(named_params! { ":now": Ms(now) }, LinkRow::of_row)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Notes a failed try; `next_at`: when to try again, none for never.
    pub fn download_failed(
        &self,
        link: &LinkRow,
        trouble: &str,
        next_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), Fault> {
        const FAILED: &str = "
            INSERT INTO download (message, url, tries, tried_at, next_at, trouble)
            VALUES (:message, :url, 1, :now, :next_at, :trouble)
            ON CONFLICT (message, url) DO UPDATE SET
                tries = tries + 1, tried_at = excluded.tried_at, next_at = excluded.next_at,
                trouble = excluded.trouble";
        self.write(|tx| {
            tx.prepare_cached(FAILED)?.execute(named_params! {
                ":message": link.message, ":url": link.url, ":now": Ms(now), ":next_at": next_at.map(Ms),
                ":trouble": trouble,
            })?;
            Ok(())
        })
    }

    /// Keeps a file whose blob is durable, and has its mail read once more with it, in one transaction.
    pub fn downloaded(&self, message: i64, file: &Download, now: Timestamp) -> Result<(), Fault> {
        const KEPT: &str = "
            INSERT INTO download (message, url, tries, tried_at, sha256, size, name)
            VALUES (:message, :url, 0, :now, :sha256, :size, :name)
            ON CONFLICT (message, url) DO UPDATE SET
                tried_at = excluded.tried_at, next_at = NULL, trouble = NULL, sha256 = excluded.sha256,
                size = excluded.size, name = excluded.name, reader_deaths = 0";
        const AGAIN: &str =
            "UPDATE message SET stage = 'captured', state = NULL, ended_at = NULL WHERE id = ?1";
        self.write(|tx| {
            tx.prepare_cached(KEPT)?.execute(named_params! {
                ":message": message, ":url": file.url, ":now": Ms(now), ":sha256": file.sha256,
                ":size": Size(file.size), ":name": file.name,
            })?;
            tx.prepare_cached(AGAIN)?.execute([message])?;
            Ok(())
        })
    }

    /// Counts a reader's death or stall against a downloaded file, durably; returns the new count.
    pub fn count_download_death(&self, message: i64, url: &str) -> Result<u32, Fault> {
        const COUNT: &str = "
            UPDATE download SET reader_deaths = reader_deaths + 1 WHERE message = :message AND url = :url
            RETURNING reader_deaths";
        self.write(|tx| {
            let one = named_params! { ":message": message, ":url": url };
            Ok(tx.prepare_cached(COUNT)?.query_row(one, |row| row.get(0))?)
        })
    }

    /// Files that were downloaded for a mail, in the order of their links' addresses.
    pub fn downloads(&self, message: i64) -> Result<Vec<Download>, Fault> {
        self.read(|tx| downloads(tx, message))
    }
}

fn downloads(tx: &Transaction<'_>, message: i64) -> Result<Vec<Download>, Fault> {
    const DOWNLOADS: &str = "
        SELECT url, sha256, size, name, reader_deaths FROM download WHERE message = ?1 AND sha256 IS NOT NULL ORDER BY url";
    let mut select = tx.prepare_cached(DOWNLOADS)?;
    let rows = select.query_map([message], |row| {
        let size = row.get::<_, Size>(2)?.0;
        Ok(Download {
            url: row.get(0)?,
            sha256: row.get(1)?,
            size,
            name: row.get(3)?,
            reader_deaths: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
