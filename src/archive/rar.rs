//! Rar, all versions. The decoder writes where others are read, so each member goes into the spool file first and is
//! handed out from there when the next one begins.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use rars::{
    Archive, ArchiveMember, ArchiveReadOptions, ArchiveReader, Error, ErrorKind, ExtractionDecision,
    ExtractionErrorAction,
};

use super::{
    DAMAGED, DAMAGED_MEMBER, Job, LINK, LOCKED, MEMORY, Member, TRIAL_BYTES, VOLUME, first_that_opens, locked,
};

/// Headers of one archive that are kept in memory, and their bytes.
const HEADERS: u64 = 100_000;
/// Bytes of a member that is decoded in memory.
const BUFFERED_BYTES: u64 = 8 << 20;

/// Hands the files of a rar to `take`, in order. Returns what is wrong with the archive as a whole, in words for staff.
pub fn unpack(
    file: impl Read + Seek + Send + 'static,
    job: Job<'_>,
    take: &mut dyn FnMut(Member<'_>),
) -> Option<String> {
    let file = Shared(Arc::new(Mutex::new(file)));
    let parse = |password: Option<&[u8]>| {
        let options = options(job, password).with_max_header_count(HEADERS);
        let options = options.with_max_header_bytes(job.budget.caps.directory_bytes);
        ArchiveReader::read_reader_with_options(file.clone(), options)
    };
    let (archive, password) = match job.budget.timed(|| parse(None)) {
        Ok(archive) => {
            let password = find_password(&archive, job);
            (archive, password)
        }
        Err(error) if error.kind() == ErrorKind::PasswordRequired => {
            let mut found = None;
            let password = first_that_opens(job.budget, job.passwords, |password| {
                found = parse(Some(password.as_bytes())).ok();
                found.is_some()
            });
            match found {
                Some(archive) => (archive, password),
                None => return Some(locked(job.passwords).to_owned()),
            }
        }
        Err(error) => return Some(words(&error, DAMAGED).to_owned()),
    };
    if archive.members().any(|member| member.meta.is_split_before || member.meta.is_split_after) {
        return Some(VOLUME.to_owned());
    }
    let is_solid = archive.is_solid();
    let walk =
        Walk { job, take, is_locked: password.is_none(), is_solid, seen: 0, pending: None, refused: None };
    if let Err(trouble) = walk.members(&archive, options(job, password.map(|password| password.as_bytes()))) {
        return Some(trouble);
    }
    let mut files = archive.members().filter(|member| !member.meta.is_directory).peekable();
    let is_shut =
        password.is_none() && files.peek().is_some() && files.all(|member| member.meta.is_encrypted);
    is_shut.then(|| locked(job.passwords).to_owned())
}

fn options<'x>(job: Job<'_>, password: Option<&'x [u8]>) -> ArchiveReadOptions<'x> {
    let memory = job.budget.memory(job.depth);
    ArchiveReadOptions::with_optional_password(password)
        .with_max_reader_workspace_bytes(memory)
        .with_rar50_dictionary_size_limit(memory)
        .with_rar50_buffered_decode_limit(BUFFERED_BYTES)
}

/// The way through the members of an archive.
struct Walk<'x> {
    job: Job<'x>,
    take: &'x mut dyn FnMut(Member<'_>),
    /// Whether no password is known; it need not be asked for.
    is_locked: bool,
    /// Whether members depend on those before them, so that none can be passed over.
    is_solid: bool,
    /// Members met.
    seen: usize,
    /// The member that is being written into the spool.
    pending: Option<ArchiveMember>,
    /// Why the archive ends before its end.
    refused: Option<String>,
}

impl Walk<'_> {
    /// All of them, or why they end early.
    fn members(self, archive: &Archive, options: ArchiveReadOptions<'_>) -> Result<(), String> {
        let is_shut = self.is_locked && archive.members().any(|member| member.meta.is_encrypted);
        let (is_solid, budget) = (self.is_solid, self.job.budget);
        let walk = RefCell::new(self);
        let done = if is_shut && is_solid {
            Err(Error::NeedPassword)
        } else {
            budget.check()?;
            let decide = |member: &ArchiveMember| Ok(walk.borrow_mut().decide(member));
            archive.extract_with_control_and_errors(options, decide, |_, error| {
                let mut walk = walk.borrow_mut();
                walk.finish(Some(error));
                let stop = walk.refused.is_some();
                Ok(if stop { ExtractionErrorAction::Abort } else { ExtractionErrorAction::Continue })
            })
        };
        let mut walk = walk.into_inner();
        walk.finish(done.as_ref().err());
        if let Err(error) = done {
            let rest = archive.members().skip(walk.seen).filter(|member| !member.meta.is_directory);
            for member in rest {
                walk.refuse(&member, words(&error, DAMAGED_MEMBER));
            }
        }
        walk.refused.map_or(Ok(()), Err)
    }

    /// What becomes of the next member.
    fn decide(&mut self, member: &ArchiveMember) -> ExtractionDecision {
        self.finish(None);
        self.seen += 1;
        let pass_over = || {
            if self.is_solid && !member.meta.is_redirection {
                ExtractionDecision::Extract(Box::new(self.job.budget.member_of(io::sink())))
            } else {
                ExtractionDecision::Skip
            }
        };
        if member.meta.is_directory {
            return ExtractionDecision::Skip;
        }
        if member.meta.is_redirection || is_unix_link(member) {
            let decision = pass_over();
            self.refuse(member, LINK);
            return self.unless_refused(decision);
        }
        if member.meta.is_encrypted && self.is_locked {
            self.refuse(member, LOCKED);
            return self.unless_refused(ExtractionDecision::Skip);
        }
        if let Err(trouble) = self.job.budget.member() {
            self.refused = Some(trouble);
            return ExtractionDecision::Stop;
        }
        match File::create(self.job.spool) {
            Ok(spool) => {
                self.pending = Some(member.clone());
                ExtractionDecision::Extract(Box::new(self.job.budget.member_of(spool)))
            }
            Err(_) => {
                self.refused = Some(SPOOL.to_owned());
                ExtractionDecision::Stop
            }
        }
    }

    fn unless_refused(&self, decision: ExtractionDecision) -> ExtractionDecision {
        if self.refused.is_some() { ExtractionDecision::Stop } else { decision }
    }

    /// Hands out the member that was written last, or why it was not.
    fn finish(&mut self, failure: Option<&Error>) {
        let Some(member) = self.pending.take() else { return };
        let budget = self.job.budget;
        match (budget.check(), failure) {
            (Err(trouble), _) => {
                (self.take)(as_member(&member, Err(trouble.replace("，其余", "，"))));
                self.refused = Some(trouble);
            }
            (Ok(()), Some(error)) => {
                (self.take)(as_member(&member, Err(words(error, DAMAGED_MEMBER).to_owned())));
            }
            (Ok(()), None) => match File::open(self.job.spool) {
                Ok(mut spool) => (self.take)(as_member(&member, Ok(&mut spool))),
                Err(_) => (self.take)(as_member(&member, Err(SPOOL.to_owned()))),
            },
        }
    }

    /// Lists a member that is not read.
    fn refuse(&mut self, member: &ArchiveMember, why: &str) {
        if self.refused.is_some() {
            return;
        }
        match self.job.budget.member() {
            Ok(()) => (self.take)(as_member(member, Err(why.to_owned()))),
            Err(trouble) => self.refused = Some(trouble),
        }
    }
}

const SPOOL: &str = "解压用的临时文件写不进去";

/// The password that opens the smallest locked member, or the first where each depends on those before it.
fn find_password<'x>(archive: &Archive, job: Job<'x>) -> Option<&'x String> {
    let locked = |member: &ArchiveMember| member.meta.is_encrypted && !member.meta.is_directory;
    let mut members = archive.members().enumerate().filter(|(_, member)| locked(member));
    let (target, _) = if archive.is_solid() {
        members.next()
    } else {
        members.min_by_key(|(_, member)| member.meta.packed_size)
    }?;
    first_that_opens(job.budget, job.passwords, |password| {
        let enough = Rc::new(Cell::new(TRIAL_BYTES));
        let mut index = 0;
        let tried = archive.extract_with_control(options(job, Some(password.as_bytes())), |member| {
            index += 1;
            Ok(match index - 1 {
                at if at == target => ExtractionDecision::Extract(Box::new(Trial(enough.clone()))),
                at if at > target => ExtractionDecision::Stop,
                _ if archive.is_solid() && !member.meta.is_directory => {
                    ExtractionDecision::Extract(Box::new(Trial(enough.clone())))
                }
                _ => ExtractionDecision::Skip,
            })
        });
        tried.is_ok() || enough.get() == 0
    })
}

/// Takes as many bytes as a trial needs.
struct Trial(Rc<Cell<u64>>);

impl Write for Trial {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.set(self.0.get().saturating_sub(u64::try_from(bytes.len()).unwrap_or(u64::MAX)));
        if self.0.get() == 0 { Err(io::Error::other("enough")) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn as_member<'x>(member: &ArchiveMember, bytes: Result<&'x mut dyn Read, String>) -> Member<'x> {
    Member {
        name_raw: member.meta.name.clone(),
        is_utf8: member.name_is_unicode(),
        declared_bytes: member.meta.unpacked_size,
        bytes,
    }
}

/// Rar 5 tells a link by a record of its own; before it, the mode of Unix does.
fn is_unix_link(member: &ArchiveMember) -> bool {
    const UNIX: u64 = 3;
    member.meta.host_os == Some(UNIX)
        && matches!(member.meta.family, rars::ArchiveFamily::Rar15To40)
        && member.meta.file_attr & 0o170_000 == 0o120_000
}

fn words(error: &Error, otherwise: &'static str) -> &'static str {
    match error.kind() {
        ErrorKind::ResourceLimit => MEMORY,
        ErrorKind::PasswordRequired | ErrorKind::BadPassword => LOCKED,
        ErrorKind::UnsupportedFormat | ErrorKind::UnsupportedFeature => {
            "压缩方式不支持，请改用zip格式重新压缩"
        }
        _ => otherwise,
    }
}

/// A file that can be opened again for another password.
struct Shared<R>(Arc<Mutex<R>>);

impl<R> Clone for Shared<R> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<R: Read> Read for Shared<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).read(out)
    }
}

impl<R: Seek> Seek for Shared<R> {
    fn seek(&mut self, place: SeekFrom) -> io::Result<u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).seek(place)
    }
}
