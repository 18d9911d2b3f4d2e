//! Zip: the list of members is bounded before it is read, members that share their bytes are refused, and the password
//! is found on the smallest member before any other is read.

use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

use zip::ZipArchive;
use zip::result::ZipError;

use super::{
    Budget, DAMAGED, DAMAGED_MEMBER, LINK, LOCKED, Member, TRIAL_BYTES, VOLUME, first_that_opens, locked,
    password_bytes,
};

/// Bytes of the list of members of a zipped document.
pub(super) const PACKAGE_DIRECTORY_BYTES: u64 = 8 << 20;

/// Hands the files of a zip to `take`, in order, opening what is locked with one of `passwords`. Returns what is wrong
/// with the archive as a whole, in words for staff; a member that fails says so itself and the next one goes on.
pub fn unzip(
    archive: impl Read + Seek,
    budget: &Budget,
    passwords: &[String],
    take: &mut dyn FnMut(Member<'_>),
) -> Option<String> {
    let mut zip = match budget.timed(|| open(archive, budget.caps.directory_bytes)) {
        Ok(zip) => zip,
        Err(trouble) => return Some(trouble),
    };
    match zip.has_overlapping_files() {
        Ok(false) => {}
        Ok(true) => return Some("压缩包内文件相互重叠，疑为恶意文件，未解开".to_owned()),
        Err(_) => return Some(DAMAGED.to_owned()),
    }
    let password = find_password(&mut zip, budget, passwords);
    let (mut files, mut shut) = (0, 0);
    for index in 0..zip.len() {
        let Ok(raw) = zip.by_index_raw(index) else {
            return Some("压缩包目录已损坏".to_owned());
        };
        if raw.is_dir() {
            continue;
        }
        let name_raw = raw.name_raw().to_vec();
        let is_utf8 = raw.flags().as_u16() & 0x0800 != 0;
        let declared_bytes = raw.size();
        let is_shut = raw.encrypted() && password.is_none();
        let is_symlink = raw.is_symlink();
        drop(raw);
        if let Err(trouble) = budget.member() {
            return Some(trouble);
        }
        (files, shut) = (files + 1, shut + usize::from(is_shut));
        let opened = budget.timed(|| decrypt(&mut zip, index, password.as_deref()));
        let mut metered = match opened {
            _ if is_shut => Err(LOCKED.to_owned()),
            _ if is_symlink => Err(LINK.to_owned()),
            Ok(file) => Ok(budget.member_of(file)),
            Err(error) => Err(words(&error)),
        };
        let bytes = metered.as_mut().map(|bytes| bytes as &mut dyn Read).map_err(|why| why.clone());
        take(Member { name_raw, is_utf8, declared_bytes, bytes });
        if let Err(trouble) = budget.check() {
            return Some(trouble);
        }
    }
    if files > 0 && shut == files {
        return Some(locked(passwords).to_owned());
    }
    zip.has_duplicate_names().then(|| "压缩包内有同名文件，只取到其中一个".to_owned())
}

pub(super) fn open<R: Read + Seek>(
    archive: R,
    directory_bytes: u64,
) -> Result<ZipArchive<Bounded<R>>, String> {
    let left = Rc::new(Cell::new(directory_bytes));
    let opened = ZipArchive::new(Bounded { file: archive, left: left.clone() });
    let is_spent = left.replace(u64::MAX) == 0;
    opened.map_err(|error| match error {
        _ if is_spent => "压缩包内文件过多，未解开".to_owned(),
        ZipError::UnsupportedArchive(why) if why.contains("multi-disk") => VOLUME.to_owned(),
        _ => DAMAGED.to_owned(),
    })
}

/// A file of which only so many bytes can be read until it is opened: whatever the archive says of its number of
/// members, a list of them longer than that is none we keep in memory.
pub(super) struct Bounded<R> {
    file: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        if left == 0 {
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
        let count = self.file.read(out)?;
        if left != u64::MAX {
            self.left.set(left.saturating_sub(u64::try_from(count).unwrap_or(left)));
        }
        Ok(count)
    }
}

impl<R: Seek> Seek for Bounded<R> {
    fn seek(&mut self, place: SeekFrom) -> io::Result<u64> {
        self.file.seek(place)
    }
}

fn decrypt<'x, R: Read + Seek>(
    zip: &'x mut ZipArchive<R>,
    index: usize,
    password: Option<&[u8]>,
) -> Result<zip::read::ZipFile<'x, R>, ZipError> {
    match password {
        Some(password) => zip.by_index_decrypt(index, password),
        None => zip.by_index(index),
    }
}

fn words(error: &ZipError) -> String {
    match error {
        ZipError::UnsupportedArchive(_) => "压缩方式不支持，请改用常用的zip格式重新压缩",
        ZipError::InvalidPassword => LOCKED,
        _ => DAMAGED_MEMBER,
    }
    .to_owned()
}

/// The password that opens the smallest encrypted member: one byte of check lets every 256th wrong one pass, so the
/// member is read as well.
fn find_password<R: Read + Seek>(
    zip: &mut ZipArchive<R>,
    budget: &Budget,
    passwords: &[String],
) -> Option<Vec<u8>> {
    if passwords.is_empty() {
        return None;
    }
    let count = zip.len();
    let encrypted = |index| {
        let raw = zip.by_index_raw(index).ok()?;
        (raw.encrypted() && !raw.is_dir()).then(|| (raw.compressed_size(), index))
    };
    let (_, smallest) = (0..count).filter_map(encrypted).min()?;
    let forms: Vec<Vec<u8>> = passwords.iter().flat_map(|password| password_bytes(password)).collect();
    first_that_opens(budget, &forms, |password| {
        let Ok(file) = zip.by_index_decrypt(smallest, password) else { return false };
        io::copy(&mut file.take(TRIAL_BYTES), &mut io::sink()).is_ok()
    })
    .cloned()
}

/// Which kind of document a zip is, by its main part.
#[derive(Debug, Default)]
pub struct Package {
    /// Whether it has the main part of a workbook.
    pub has_workbook: bool,
    /// Whether it has the main part of a binary workbook (xlsb).
    pub has_binary_workbook: bool,
    /// Whether it has the main part of a presentation.
    pub has_slides: bool,
    /// Whether it has the main part of an OFD.
    pub has_ofd: bool,
    /// Whether it is one of Apple's pages, numbers or key.
    pub has_iwork: bool,
    /// Whether it has the main part of a Word document.
    pub has_document: bool,
    /// Programs that run when it is opened.
    pub has_macros: bool,
    /// First bytes of the member that names the media type of an OpenDocument or EPUB file; empty when there is none.
    pub media_type: Vec<u8>,
}

/// Looks into a zipped document before its own parser does; none when it is no zip.
pub fn package(archive: impl Read + Seek) -> Option<Package> {
    const HEAD_BYTES: u64 = 1024;
    let mut zip = open(archive, PACKAGE_DIRECTORY_BYTES).ok()?;
    let mut package = Package::default();
    for index in 0..zip.len() {
        let Ok(raw) = zip.by_index_raw(index) else { continue };
        let name = part_name(raw.name_raw()).to_ascii_lowercase();
        package.has_workbook |= name == "xl/workbook.xml";
        package.has_binary_workbook |= name == "xl/workbook.bin";
        package.has_slides |= name == "ppt/presentation.xml";
        package.has_ofd |= name == "ofd.xml";
        package.has_iwork |= name == "index/document.iwa";
        package.has_document |= name == "word/document.xml";
        package.has_macros |= is_program(&name);
        drop(raw);
        if name == "mimetype"
            && let Ok(file) = zip.by_index(index)
        {
            let _ = file.take(HEAD_BYTES).read_to_end(&mut package.media_type);
        }
    }
    Some(package)
}

/// Whether a member of a document, by its name in lower case, is programs that run when it is opened.
pub(super) fn is_program(name: &str) -> bool {
    name.ends_with("vbaproject.bin")
}

/// Name of a member of a document. Programs on old .NET write backslashes.
pub(super) fn part_name(name_raw: &[u8]) -> String {
    String::from_utf8_lossy(name_raw).replace('\\', "/")
}
