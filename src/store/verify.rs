//! Proof that rows and files agree: every row has its blob, every hash holds, every sum adds up. It needs no lock and
//! no configuration, and changes nothing: each problem names its place and what a person can do about it.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use jiff::Timestamp;
use rusqlite::{Connection, Transaction};

use super::column::Size;
use super::filing::STATE_OF_MESSAGE;
use super::seal::{self, Sealed};
use super::{Store, blobs, decision, holding, promise};
use crate::fault::Fault;

/// What `verify` found.
#[derive(Debug, Clone, Default)]
pub struct VerifyReport {
    /// Blobs looked at.
    pub blobs: u64,
    /// Messages looked at.
    pub messages: u64,
    /// What is wrong, one line each, in Chinese with place and remedy; empty when sound.
    pub problems: Vec<String>,
    /// Harmless leftovers, e.g. a blob without a row after a crash.
    pub notes: Vec<String>,
    /// Blobs among the problems, for [`Store::mend`].
    pub unsound: Vec<Unsound>,
    /// Mails among the problems whose report was altered, for the same.
    pub altered: Vec<i64>,
}

/// A blob that is missing or altered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsound {
    /// Its name.
    pub sha256: String,
    /// Whose it is.
    pub of: BlobOf,
    /// What is wrong with it, in Chinese with place and remedy.
    pub problem: String,
}

/// What a blob holds, and of which message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlobOf {
    /// The raw mail.
    Raw(i64),
    /// A file of it, which can be made again from the raw mail.
    Part(i64),
    /// A file that was downloaded for it, from a link that may be gone.
    Download(i64),
    /// A file of it that cannot be made again, because the raw mail was deleted as it had to be.
    Last(i64),
}

/// A blob that a row names.
pub(super) struct Named {
    pub size: u64,
    /// Where it is named, in Chinese.
    pub place: String,
    pub of: BlobOf,
}

impl Named {
    /// What to do when it is not sound, in Chinese.
    pub fn remedy(&self) -> &'static str {
        match self.of {
            BlobOf::Raw(_) => REFETCH,
            BlobOf::Part(_) => REPLAY,
            BlobOf::Download(_) => RESTORE,
            BlobOf::Last(_) => RESTORE_LAST,
        }
    }
}

const REFETCH: &str = "若邮箱中原信仍在,可重新收取;否则请从备份恢复";
const RESTORE: &str = "请从备份恢复;链接可能已经失效,不能重新下载";
const RESTORE_LAST: &str = "请从备份恢复;原信已按规定删除,不能重新生成";
const REPLAY: &str = "请运行 shouwen replay,由原信重新生成";

impl Store {
    /// Checks everything; `progress` is told how many blobs of how many are done.
    pub fn verify(&self, progress: &dyn Fn(u64, u64)) -> Result<VerifyReport, Fault> {
        self.verify_while(&|done, all| {
            progress(done, all);
            true
        })
    }

    /// The same for as long as `goes_on` says so after each blob: it may rest in between, too.
    ///
    /// # Errors
    /// [`Fault::Retry`] when it was broken off.
    pub fn verify_while(&self, goes_on: &dyn Fn(u64, u64) -> bool) -> Result<VerifyReport, Fault> {
        let mut report = VerifyReport::default();
        // Names first: a mail captured meanwhile is then a row without a question, never a question without a row.
        let on_disk = self.blobs().names()?;
        let forgotten = self.forgotten()?;
        report.problems.extend((forgotten > 0).then(|| promise::older(forgotten)));
        let named = self.read(|tx| {
            report.messages =
                tx.query_row("SELECT count(*) FROM message", [], |row| row.get::<_, Size>(0))?.0;
            check_database(tx, &mut report)?;
            check_rows(tx, &mut report)?;
            check_holdings(tx, &mut report)?;
            check_decisions(tx, &mut report)?;
            check_seals(tx, &mut report)?;
            named_blobs(tx)
        })?;
        let total = named.len() as u64;
        for (sha256, blob) in &named {
            if let Some(fault) = self.unsound(sha256, blob)? {
                let problem = format!("{}:{fault}。{}", blob.place, blob.remedy());
                report.unsound.push(Unsound { sha256: sha256.clone(), of: blob.of, problem });
            }
            report.blobs += 1;
            if !goes_on(report.blobs, total) {
                return Err(Fault::Retry("looking through the store was broken off".to_owned()));
            }
        }
        self.excuse(&mut report)?;
        let leftover = on_disk.into_iter().filter(|name| !named.contains_key(name));
        report.notes.extend(leftover.map(|name| format!("blobs/{name}:没有登记指向它,是中断时的剩余,无害")));
        Ok(report)
    }

    /// Puts the unsound blobs among the problems, but for those that no row names any more: the river went on meanwhile.
    fn excuse(&self, report: &mut VerifyReport) -> Result<(), Fault> {
        if !report.unsound.is_empty() {
            let named = self.read(|tx| named_blobs(tx))?;
            report.unsound.retain(|blob| named.contains_key(&blob.sha256));
            report.problems.extend(report.unsound.iter().map(|blob| blob.problem.clone()));
        }
        Ok(())
    }

    /// What is wrong with a blob, in Chinese; none when it is sound.
    fn unsound(&self, sha256: &str, blob: &Named) -> Result<Option<String>, Fault> {
        let found = std::fs::File::open(self.blobs().path(sha256)).and_then(|file| {
            let found = blobs::hash(&file)?;
            self.blobs().let_go(&file)?;
            Ok(found)
        });
        Ok(match found {
            Ok((hash, size)) if size == blob.size && hash == sha256 => None,
            Ok((_, size)) if size != blob.size => {
                Some(format!("文件 {sha256} 有 {size} 字节,登记为 {} 字节", blob.size))
            }
            Ok(_) => Some(format!("文件 {sha256} 的内容已改变,校验值不符")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Some(format!("文件 {sha256} 不在")),
            Err(error) => Some(format!("文件 {sha256} 读不出({error})")),
        })
    }
}

/// Every blob that a row names, raw mail first: where one serves as both, it is the raw mail that must not be lost.
pub(super) fn named_blobs(tx: &Connection) -> Result<BTreeMap<String, Named>, Fault> {
    const RAW: &str = "SELECT sha256, size, id FROM message WHERE erased_at IS NULL";
    // Of a mail whose raw bytes were deleted nothing can be made again.
    const DERIVED: &str = "
        SELECT part.sha256, part.size, message, path, erased_at IS NOT NULL AS is_last
        FROM part JOIN message ON message.id = part.message WHERE part.sha256 IS NOT NULL";
    const DOWNLOADED: &str = "SELECT sha256, size, message, name FROM download WHERE sha256 IS NOT NULL";
    let mut named = BTreeMap::new();
    let mut select = tx.prepare(RAW)?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let id = row.get::<_, i64>("id")?;
        let size = row.get::<_, Size>("size")?.0;
        named.insert(
            row.get("sha256")?,
            Named { size, place: format!("来件 {id} 的原信"), of: BlobOf::Raw(id) },
        );
    }
    let mut select = tx.prepare(DOWNLOADED)?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (message, name): (i64, String) = (row.get("message")?, row.get("name")?);
        let size = row.get::<_, Size>("size")?.0;
        let place = || Named {
            size,
            place: format!("来件 {message} 的云附件 {name}"),
            of: BlobOf::Download(message),
        };
        named.entry(row.get("sha256")?).or_insert_with(place);
    }
    let mut select = tx.prepare(DERIVED)?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (message, path): (i64, String) = (row.get("message")?, row.get("path")?);
        let size = row.get::<_, Size>("size")?.0;
        let of = if row.get("is_last")? { BlobOf::Last(message) } else { BlobOf::Part(message) };
        let place = || Named { size, place: format!("来件 {message} 的附件 {path}"), of };
        named.entry(row.get("sha256")?).or_insert_with(place);
    }
    Ok(named)
}

/// Asks SQLite itself.
fn check_database(tx: &Transaction<'_>, report: &mut VerifyReport) -> Result<(), Fault> {
    let mut select = tx.prepare("PRAGMA integrity_check")?;
    for line in select.query_map([], |row| row.get::<_, String>(0))? {
        let line = line?;
        if line != "ok" {
            report.problems.push(format!("数据库 shouwen.db 损坏:{line}。请停止运行,从备份恢复"));
        }
    }
    let mut select = tx.prepare("PRAGMA foreign_key_check")?;
    for table in select.query_map([], |row| row.get::<_, String>(0))? {
        let table = table?;
        report.problems.push(format!("数据库表 {table}:有一行指向不存在的记录。请从备份恢复"));
    }
    Ok(())
}

/// What must hold of every row: the sentence and the numbers of the messages that break it.
fn check_rows(tx: &Transaction<'_>, report: &mut VerifyReport) -> Result<(), Fault> {
    let stale_state = format!("SELECT id FROM message WHERE state IS NOT ({STATE_OF_MESSAGE}) ORDER BY id");
    let laws = [
        (
            "SELECT id FROM message WHERE NOT EXISTS (SELECT 1 FROM sighting WHERE message = message.id) ORDER BY id",
            "没有邮箱位置",
            "请从备份恢复",
        ),
        (
            "SELECT id FROM message WHERE NOT EXISTS (
                SELECT 1 FROM known_hash WHERE start = substr(sha256, 1, 12) AND known_hash.message = message.id) ORDER BY id",
            "按校验值找不到,再来一次会重复登记",
            "请运行 shouwen verify --mend",
        ),
        (
            "SELECT message.id FROM message JOIN known_hash ON start = substr(message.sha256, 1, 12) AND known_hash.message < message.id
                JOIN message AS first ON first.id = known_hash.message WHERE first.sha256 = message.sha256 ORDER BY message.id",
            "与另一来件是同一封,登记了两次",
            "请从备份恢复",
        ),
        (
            "SELECT id FROM message WHERE stage IN ('read', 'registered') AND erased_at IS NULL
             AND NOT EXISTS (SELECT 1 FROM report WHERE report.message = message.id) ORDER BY id",
            "已拆读但没有拆读结果",
            REPLAY,
        ),
        (
            "SELECT DISTINCT message.id FROM message JOIN part ON part.message = message.id
             WHERE stage IN ('registered', 'parked') AND part.state IS NULL ORDER BY message.id",
            "有附件没有认定结果",
            REPLAY,
        ),
        (
            "SELECT DISTINCT message FROM filing WHERE is_loose = 0 AND NOT EXISTS (
                SELECT 1 FROM part WHERE part.message = filing.message AND part.place = filing.ordinal)
             AND EXISTS (SELECT 1 FROM message WHERE id = filing.message AND stage = 'registered') ORDER BY message",
            "有归档记录没有对应附件",
            REPLAY,
        ),
        (stale_state.as_str(), "状态与其内容不符", REPLAY),
    ];
    for (sql, wrong, remedy) in laws {
        let mut select = tx.prepare(sql)?;
        for id in select.query_map([], |row| row.get::<_, i64>(0))? {
            report.problems.push(format!("来件 {}:{wrong}。{remedy}", id?));
        }
    }
    Ok(())
}

/// What persons ruled against what the register says.
fn check_decisions(tx: &Transaction<'_>, report: &mut VerifyReport) -> Result<(), Fault> {
    for (decision, message) in decision::unheeded(tx)? {
        report.problems.push(format!("来件 {message}:第{decision}号人工认定没有落实。{REPLAY}"));
    }
    Ok(())
}

/// What was sealed says what it said.
fn check_seals(tx: &Transaction<'_>, report: &mut VerifyReport) -> Result<(), Fault> {
    report.altered = seal::broken(tx, Sealed::Report)?;
    let altered = report.altered.iter().map(|id| format!("来件 {id}:拆读结果已改变,校验值不符。{REPLAY}"));
    report.problems.extend(altered);
    for id in seal::broken(tx, Sealed::Decision)? {
        report.problems.push(format!("第{id}号人工认定:内容已改变,校验值不符。请从备份恢复"));
    }
    Ok(())
}

/// The stored sums against the filings.
fn check_holdings(tx: &Transaction<'_>, report: &mut VerifyReport) -> Result<(), Fault> {
    const CAMPAIGNS: &str =
        "SELECT campaign FROM filing WHERE enters <> 'not' UNION SELECT campaign FROM holding";
    let mut select = tx.prepare(CAMPAIGNS)?;
    let campaigns = select.query_map([], |row| row.get(0))?.collect::<Result<BTreeSet<String>, _>>()?;
    for campaign in campaigns {
        let mut files = BTreeMap::from_iter(holding::stored_files(tx, &campaign)?);
        let stored = holding::stored(tx, &campaign)?.into_iter().map(|(key, held)| {
            let files = files.remove(&key).unwrap_or_default();
            (key, (held, files))
        });
        let stored = BTreeMap::from_iter(stored);
        let summed = holding::summed(tx, &campaign, Timestamp::MAX)?;
        let summed = BTreeMap::from_iter(summed.into_iter().map(|(key, held, files)| (key, (held, files))));
        let keys: BTreeSet<_> = stored.keys().chain(summed.keys()).collect();
        for key in keys.into_iter().filter(|key| stored.get(*key) != summed.get(*key)) {
            let day = key.day.map(|day| format!("/{day}")).unwrap_or_default();
            let place = format!("{campaign}/{}/{}{day}/{}", key.unit, key.requirement, key.item);
            report.problems.push(format!("收件汇总 {place}:与归档记录合计不符。{REPLAY}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::super::{Captured, Sighting};
    use super::*;

    /// A store with one captured mail, and the hash of that mail.
    fn store() -> (tempfile::TempDir, Store, String) {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let mut incoming = store.blobs().begin().unwrap();
        incoming.write_all(b"mail").unwrap();
        let staged = incoming.finish().unwrap();
        let (sha256, size) = (staged.sha256.clone(), staged.size);
        store.blobs().keep(vec![staged]).unwrap();
        let sighting = Sighting { mailbox: "zjc".into(), folder: "INBOX".into(), uidvalidity: 1, uid: 1 };
        let received_at = Timestamp::UNIX_EPOCH;
        let mail = Captured {
            sha256: sha256.clone(),
            size,
            received_at,
            sighting,
            is_history: false,
            note: "".into(),
            announced: Default::default(),
        };
        store.capture(&[mail], received_at).unwrap();
        (dir, store, sha256)
    }

    fn problems(store: &Store) -> String {
        store.verify(&|_, _| {}).unwrap().problems.join("\n")
    }

    #[test]
    fn a_sound_store_has_no_problems_and_a_leftover_is_a_note() {
        let (_dir, store, sha256) = store();
        let path = store.blobs().path(&sha256).with_file_name("ab".repeat(32));
        std::fs::write(path, b"leftover").unwrap();
        let report = store.verify(&|done, total| assert!(done <= total)).unwrap();
        assert_eq!((report.messages, report.blobs), (1, 1));
        assert_eq!(report.problems, Vec::<String>::new());
        assert_eq!(report.notes.len(), 1);
    }

    #[test]
    fn a_blob_that_is_changed_cut_or_gone_is_named_with_its_mail() {
        let (_dir, store, sha256) = store();
        let path = store.blobs().path(&sha256);
        std::fs::write(&path, b"maiL").unwrap();
        assert!(problems(&store).starts_with("来件 1 的原信") && problems(&store).contains("已改变"));
        std::fs::write(&path, b"mai").unwrap();
        assert!(problems(&store).contains("3 字节,登记为 4 字节"));
        std::fs::remove_file(&path).unwrap();
        assert!(problems(&store).contains("不在"));
    }

    #[test]
    fn rows_that_were_tampered_with_are_found() {
        let (_dir, store, _) = store();
        let tampered = [
            ("UPDATE message SET state = 'registered'", "来件 1:状态"),
            ("DELETE FROM sighting", "来件 1:没有邮箱位置"),
            (
                "INSERT INTO message (sha256, size, received_at, captured_at, is_history, note, stage)
                 SELECT sha256, size, 1, 1, 0, '', 'captured' FROM message",
                "来件 2:与另一来件是同一封",
            ),
            ("DELETE FROM hash_lately", "来件 1:按校验值找不到"),
            ("UPDATE message SET stage = 'read'", "来件 1:已拆读"),
            (
                "INSERT INTO holding (campaign, unit, requirement, day, item, state, count, newest_at, flaws, files)
                 VALUES ('week', 'U1', 'plan', '', 'form4', 'accepted', 1, 1, '[]', '[]')",
                "收件汇总 week/U1/plan/form4",
            ),
        ];
        for (sql, told) in tampered {
            store.write(|tx| Ok(tx.execute(sql, [])?)).unwrap();
            assert!(problems(&store).contains(told), "{told} in {}", problems(&store));
        }
    }
}
