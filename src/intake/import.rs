//! Another door into the same river: mail from files instead of a mailbox. `.eml` files, folders of them, Maildirs,
//! mbox files and zips of any of these are captured as mail of one mailbox; importing the same again changes nothing. What
//! a mail program exports may be a whole year's mailbox: one mail of it is in memory at a time. Formats of other programs
//! that hold mail are told with the way out of them, never passed over as pictures are.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use super::capture::is_history;
use super::mbox::{begins_with_field, mbox};
use super::on_wire::{OnWire, is_of_a_unix};
use crate::archive::{self, Budget, Member};
use crate::domain::mailbox::Mailbox;
use crate::fault::{Fault, system_words};
use crate::mime;
use crate::store::{Announced, Captured, Incoming, Sighting, Staged, Store};

/// Mails committed together.
const BATCH_MAILS: usize = 100;
/// From so many bytes it is told what a file holds and when a mail arrived.
const HEAD_BYTES: u64 = 256 * 1024;
/// Bytes of a mail read at a time.
const CHUNK_BYTES: usize = 128 * 1024;
/// Zips within zips: more of them only a trap has.
const DEPTH_MAX: usize = 8;
/// What one zip may unpack to: it is the office's own, so the bounds only keep accidents small.
const ZIP_CAPS: archive::Caps = archive::Caps {
    members: 100_000,
    total_bytes: 20 << 30,
    member_bytes: 200 << 20,
    ratio: 1_000,
    slack_bytes: 10 << 20,
    directory_bytes: 64 << 20,
    memory_bytes: 256 << 20,
    time: Duration::from_secs(24 * 3600),
};

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Mails found.
    pub mails: u64,
    /// Files of a folder that are no mail, with the reason.
    pub skipped: Vec<String>,
    /// What could not be read, and files named by a person that are no mail, with the reason: mail may be missing.
    pub unread: Vec<String>,
}

/// Captures all mail found under `paths` as mail of `mailbox`.
/// `progress` is told the number of mails so far.
///
/// # Errors
/// [`Fault::Refused`] for a path that cannot be read; what the store reports.
pub fn import(
    paths: &[PathBuf],
    mailbox: &Mailbox,
    store: &Store,
    now: Timestamp,
    progress: &dyn Fn(u64),
) -> Result<Imported, Fault> {
    let mut importer =
        Importer { mailbox, store, now, progress, depth: 0, batch: Vec::new(), done: Imported::default() };
    for path in paths {
        importer.named(path)?;
    }
    importer.commit()?;
    Ok(importer.done)
}

struct Importer<'a> {
    mailbox: &'a Mailbox,
    store: &'a Store,
    now: Timestamp,
    progress: &'a dyn Fn(u64),
    /// Zips around what is looked at.
    depth: usize,
    batch: Vec<(Staged, Captured)>,
    done: Imported,
}

impl Importer<'_> {
    /// What a person named. A file of which nothing could be taken in is no success, whatever it is.
    fn named(&mut self, path: &Path) -> Result<(), Fault> {
        let (mails, skipped) = (self.done.mails, self.done.skipped.len());
        self.path(path)?;
        if !path.is_dir() && self.done.mails == mails {
            let of_it = self.done.skipped.split_off(skipped);
            self.done.unread.extend(of_it);
        }
        Ok(())
    }

    /// A file or folder; folders in the order of their names, so that every run is alike.
    fn path(&mut self, path: &Path) -> Result<(), Fault> {
        let refused = |error| Fault::Refused(format!("{}：读不了：{}", path.display(), system_words(&error)));
        if !path.is_dir() {
            let file_time = fs::metadata(path).map_err(refused)?.modified().ok();
            let file_time = file_time.and_then(|time| Timestamp::try_from(time).ok());
            let file = File::open(path).map_err(refused)?;
            return self.file(&path.display().to_string(), file, file_time.unwrap_or(self.now));
        }
        let mut inside: Vec<PathBuf> =
            fs::read_dir(path).map_err(refused)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
        inside.sort();
        // A Maildir's tmp holds mails that were never completely delivered.
        inside.retain(|entry| !(path.join("cur").is_dir() && entry.ends_with("tmp")));
        inside.iter().try_for_each(|entry| self.entry(entry))
    }

    /// What stands in a folder holds up no other. A folder behind a link may be this very one, and a pipe has no end.
    fn entry(&mut self, path: &Path) -> Result<(), Fault> {
        if !(path.is_file() || path.is_dir() && !path.is_symlink()) {
            self.done.unread.push(format!("{}：不是文件", path.display()));
            return Ok(());
        }
        match self.path(path) {
            Err(Fault::Refused(cause)) => {
                self.done.unread.push(cause);
                Ok(())
            }
            outcome => outcome,
        }
    }

    /// A file on disk or a member of a zip, sorted by what it holds.
    fn file(&mut self, place: &str, mut file: impl Read + Seek, file_time: Timestamp) -> Result<(), Fault> {
        let unread = |error: io::Error| Fault::Refused(format!("{place}：读不了：{}", system_words(&error)));
        let mut head = Vec::new();
        file.by_ref().take(HEAD_BYTES).read_to_end(&mut head).map_err(unread)?;
        if file.rewind().is_err() {
            // A pipe is read once.
            file.read_to_end(&mut head).map_err(unread)?;
            return self.sorted(place, &head, Cursor::new(&head), file_time);
        }
        self.sorted(place, &head, file, file_time)
    }

    /// A file whose beginning is `head`.
    fn sorted(
        &mut self,
        place: &str,
        head: &[u8],
        mut file: impl Read + Seek,
        file_time: Timestamp,
    ) -> Result<(), Fault> {
        let unread = |error: io::Error| Fault::Refused(format!("{place}：读不了：{}", system_words(&error)));
        if head.starts_with(b"PK\x03\x04") {
            return self.zip(place, file, file_time);
        }
        let mail = without_what_editors_add(head);
        let begins = u64::try_from(head.len() - mail.len()).unwrap_or_default();
        file.seek(SeekFrom::Start(begins)).map_err(unread)?;
        if mime::has_returns_alone(mail) {
            let mut lines = mail.to_vec();
            mime::line_feeds(&mut lines);
            return self.told(place, &lines, mime::LineFeeds(file), file_time);
        }
        self.told(place, mail, file, file_time)
    }

    /// A file that is no archive, sorted by how it begins.
    fn told(&mut self, place: &str, mail: &[u8], file: impl Read, file_time: Timestamp) -> Result<(), Fault> {
        if mail.starts_with(b"From ") {
            return self.mbox(place, BufReader::new(file), file_time);
        }
        if looks_like_mail(mail) {
            return self.mail(place, mail, file, file_time);
        }
        // Macs put one beside each file of a zip, under its name.
        let is_of_a_mac = mail.starts_with(b"\x00\x05\x16\x07");
        match may_hold_mail(place, mail).filter(|_| !is_of_a_mac) {
            Some(why) => self.done.unread.push(format!("{place}：{why}")),
            None => self.done.skipped.push(format!("{place}：不是邮件")),
        }
        Ok(())
    }

    /// The members of a zip, one at a time: the whole may be larger than memory.
    fn zip(&mut self, place: &str, mut zip: impl Read + Seek, file_time: Timestamp) -> Result<(), Fault> {
        if self.depth == DEPTH_MAX {
            self.done.unread.push(format!("{place}：压缩包套了{DEPTH_MAX}层，请解开后再导入"));
            return Ok(());
        }
        self.depth += 1;
        let mut failed = None;
        let bytes = zip.seek(SeekFrom::End(0)).unwrap_or(u64::MAX);
        let budget = Budget::new(ZIP_CAPS);
        budget.open(bytes);
        let trouble = archive::unzip(zip, &budget, &[], &mut |member| {
            if failed.is_none() {
                failed = self.member(place, member, file_time).err();
            }
        });
        self.depth -= 1;
        self.done.unread.extend(trouble.map(|trouble| format!("{place}：{trouble}")));
        failed.map_or(Ok(()), Err)
    }

    fn member(&mut self, place: &str, member: Member<'_>, file_time: Timestamp) -> Result<(), Fault> {
        // Chinese programs write names in GBK and do not say so; staff read them.
        let label = member.is_utf8.then_some("utf-8");
        let name = mime::charset::text(&member.name_raw, label);
        let inner = format!("{place}/{name}");
        if is_undelivered(&name) {
            self.done.skipped.push(format!("{inner}：没有送达完（Maildir 的 tmp）"));
            return Ok(());
        }
        let mut bytes = Vec::new();
        let read = member.bytes.and_then(|file| file.read_to_end(&mut bytes).map_err(|e| e.to_string()));
        match read {
            Ok(_) => self.file(&inner, Cursor::new(bytes), file_time),
            Err(trouble) => {
                self.done.unread.push(format!("{inner}：{trouble}"));
                Ok(())
            }
        }
    }

    /// The mails of an mbox file, one at a time.
    fn mbox(&mut self, place: &str, file: impl BufRead, file_time: Timestamp) -> Result<(), Fault> {
        let mut number = 0;
        let mut failed = None;
        let read = mbox(file, &mut |mail| {
            number += 1;
            let (head, body) = (mail.as_slice(), mail.as_slice());
            failed = self.mail(&format!("{place}#{number}"), head, body, file_time).err();
            failed.is_none()
        });
        match read {
            Ok(true) => {}
            Ok(false) => self.done.unread.push(format!("{place}：开头不是分隔行（From …），那一段没有导入")),
            Err(error) => self.done.unread.push(format!(
                "{place}：第{}封起读不了：{}",
                number + 1,
                system_words(&error)
            )),
        }
        failed.map_or(Ok(()), Err)
    }

    /// One mail, of which `head` is the beginning. It arrived when the topmost server said so, else when it was written,
    /// else when its file was.
    fn mail(
        &mut self,
        place: &str,
        head: &[u8],
        mut raw: impl Read,
        file_time: Timestamp,
    ) -> Result<(), Fault> {
        let mut incoming = self.store.blobs().begin()?;
        let mut on_wire = match is_of_a_unix(head) {
            true => Some(OnWire::new(self.store.blobs().begin()?)),
            false => None,
        };
        if let Err(error) = pour(&mut raw, &mut incoming, on_wire.as_mut())? {
            self.done.unread.push(format!("{place}：读不了：{}", system_words(&error)));
            return Ok(());
        }
        let mut staged = incoming.finish()?;
        // What is there as it lies here stays the same mail.
        if let Some(on_wire) = on_wire
            && !self.store.knows_bytes(&staged.sha256)?
        {
            staged = on_wire.into_incoming().finish()?;
        }
        let received_at = mime::arrival(head, file_time.max(self.now)).unwrap_or(file_time);
        let sighting =
            Sighting { mailbox: self.mailbox.id.clone(), folder: place.to_owned(), uidvalidity: 0, uid: 0 };
        let captured = Captured {
            sha256: staged.sha256.clone(),
            size: staged.size,
            received_at,
            sighting,
            is_history: is_history(self.mailbox, received_at),
            note: String::new(),
            announced: Announced::default(),
        };
        self.batch.push((staged, captured));
        self.done.mails += 1;
        (self.progress)(self.done.mails);
        if self.batch.len() >= BATCH_MAILS { self.commit() } else { Ok(()) }
    }

    /// Raw bytes first, rows after.
    fn commit(&mut self) -> Result<(), Fault> {
        let (staged, captured): (Vec<Staged>, Vec<Captured>) = self.batch.drain(..).unzip();
        self.store.blobs().keep(staged)?;
        self.store.capture(&captured, self.now)?;
        Ok(())
    }
}

/// Whether a member of a zip stands in a Maildir where mails do that were never completely delivered. Such a name begins with
/// the seconds since 1970.
fn is_undelivered(name: &str) -> bool {
    let mut steps = name.rsplit('/');
    let digits = steps.next().map_or(0, |file| file.bytes().take_while(u8::is_ascii_digit).count());
    digits >= 9 && steps.next() == Some("tmp")
}

/// A mail that an editor saved may begin with a byte order mark, or with empty lines.
fn without_what_editors_add(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let start = bytes.iter().position(|byte| !b"\r\n".contains(byte)).unwrap_or(bytes.len());
    bytes.get(start..).unwrap_or_default()
}

/// Whether bytes begin like a mail: a header field in the first line (RFC 5322 2.2), and one that every mail has in it;
/// calendars, cards and JSON begin much alike.
fn looks_like_mail(bytes: &[u8]) -> bool {
    const FIELDS: [&str; 10] = [
        "received",
        "return-path",
        "from",
        "sender",
        "to",
        "date",
        "subject",
        "message-id",
        "mime-version",
        "content-type",
    ];
    begins_with_field(bytes) && mime::Fields::parse(bytes).iter().any(|(name, _)| FIELDS.contains(&name))
}

/// What to do about a file that is no mail by itself and may hold some; none where it is something else.
fn may_hold_mail(place: &str, head: &[u8]) -> Option<&'static str> {
    const ARCHIVES: [&[u8]; 4] = [b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh"];
    let ending = place.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_lowercase());
    match ending.as_str() {
        _ if ARCHIVES.iter().any(|magic| head.starts_with(magic)) => Some("压缩包只认zip，请解开后再导入"),
        "msg" => Some("是Outlook存的邮件，请在Outlook里另存为.eml，或作为附件转发到收文邮箱"),
        "pst" | "ost" | "olm" | "emlx" | "dbx" | "box" | "nsf" => {
            Some("是邮件程序自己的格式，请在那里把邮件另存为.eml")
        }
        // What is called a mail and is none was one.
        "eml" => Some("不是邮件"),
        _ => None,
    }
}

/// Takes in what is read. The inner error is that of the file, which holds up no other; the outer one that of our own disk.
fn pour(
    raw: &mut impl Read,
    incoming: &mut Incoming,
    mut on_wire: Option<&mut OnWire>,
) -> Result<io::Result<()>, Fault> {
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let count = match raw.read(&mut chunk) {
            Ok(0) => return Ok(Ok(())),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Ok(Err(error)),
            Ok(count) => count,
        };
        let bytes = chunk.get(..count).unwrap_or_default();
        incoming.write_all(bytes)?;
        on_wire.as_mut().map_or(Ok(()), |on_wire| on_wire.take(bytes))?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_breaks_off_is_its_own_trouble() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("bad sector"))
            }
        }
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let mut incoming = store.blobs().begin().unwrap();
        assert!(pour(&mut b"whole".as_slice(), &mut incoming, None).unwrap().is_ok());
        assert!(pour(&mut b"half".chain(Broken), &mut incoming, None).unwrap().is_err());
    }

    #[test]
    fn a_picture_is_no_mail() {
        assert!(looks_like_mail(b"Received: from x\r\n\r\n"));
        assert!(!looks_like_mail(b"\xff\xd8\xff\xe0\x00\x10JFIF"));
        assert!(!looks_like_mail(b"hello world\n"));
        assert!(!looks_like_mail(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"), "nor is a calendar");
        assert!(!looks_like_mail(b"{\"a\":1,\"b\":2}"), "nor is JSON");
        assert!(!looks_like_mail(b""));
        assert_eq!(without_what_editors_add(b"\xef\xbb\xbf\r\n\r\nSubject: x\r\n"), b"Subject: x\r\n");
        assert_eq!(without_what_editors_add(b"\r\n"), b"");
    }
}
