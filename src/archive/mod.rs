//! Unpacks archives within a budget that is counted on bytes really read, never on what the archive declares. Names of
//! members are handed out as raw bytes: they are for display, decoded elsewhere, and never become paths on disk. Each
//! format is a file; all hand their members out in one way.

mod book;
mod budget;
mod errors;
mod pack;
mod rar;
mod seven;
mod stream;
mod tar;
#[cfg(test)]
mod tests;
mod zip;

use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

pub use self::book::{PlainBook, Unfit, plain_book};
pub use self::budget::{Budget, Caps};
pub use self::pack::Packer;
pub use self::zip::{Package, package, unzip};

/// Bytes of a member that are read to see whether a password is the right one.
const TRIAL_BYTES: u64 = 8 << 20;
/// Passwords tried on one archive, each in its encodings.
const TRIALS: usize = 16;

const DAMAGED: &str = "压缩包已损坏，打不开";
const DAMAGED_MEMBER: &str = "压缩包内此文件已损坏";
const LINK: &str = "压缩包内的链接，不予读取";
const SPECIAL: &str = "压缩包内的设备等特殊文件，不予读取";
const LOCKED: &str = "压缩包已加密，请发送不加密的文件";
const MEMORY: &str = "解压所需内存过大，未解开，请改用zip格式重新压缩";

/// What is said of one volume of a set.
pub const VOLUME: &str = "分卷压缩文件，不能单独解开，请合并为一个压缩包，或不分卷、分几封邮件重新发送";

/// The archives that are unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// zip.
    Zip,
    /// rar, all versions.
    Rar,
    /// 7z.
    Seven,
    /// tar.
    Tar,
    /// gz, with or without a tar in it.
    Gzip,
    /// bz2, with or without a tar in it.
    Bzip2,
    /// xz, with or without a tar in it.
    Xz,
}

impl Format {
    /// The format that a media type names.
    pub fn of(media_type: &str) -> Option<Self> {
        Some(match media_type {
            "application/zip" => Self::Zip,
            "application/vnd.rar" => Self::Rar,
            "application/x-7z-compressed" => Self::Seven,
            "application/x-tar" => Self::Tar,
            "application/gzip" => Self::Gzip,
            "application/x-bzip2" => Self::Bzip2,
            "application/x-xz" => Self::Xz,
            _ => return None,
        })
    }
}

/// How an archive is unpacked.
#[derive(Clone, Copy)]
pub struct Job<'x> {
    /// What may be spent.
    pub budget: &'x Budget,
    /// Archives around this one.
    pub depth: usize,
    /// Passwords to try on what is locked.
    pub passwords: &'x [String],
    /// A file for members of formats that can only be written; its content is of no use afterwards.
    pub spool: &'x Path,
}

/// A member of an archive.
pub struct Member<'x> {
    /// Its name as stored; empty where the format need not have one.
    pub name_raw: Vec<u8>,
    /// Whether the archive says that the name is UTF-8.
    pub is_utf8: bool,
    /// Its declared size; what can be read may differ.
    pub declared_bytes: u64,
    /// Its bytes, whose errors are words for staff, or why there are none.
    pub bytes: Result<&'x mut dyn Read, String>,
}

/// Hands the files of an archive to `take`, in order. Returns what is wrong with the archive as a whole, in words for
/// staff; a member that fails says so itself and the next one goes on.
pub fn unpack(
    format: Format,
    mut archive: impl Read + Seek + Send + 'static,
    job: Job<'_>,
    take: &mut dyn FnMut(Member<'_>),
) -> Option<String> {
    if job.depth == 0 {
        job.budget.open(archive.seek(SeekFrom::End(0)).unwrap_or(0));
    }
    if let Err(trouble) = job.budget.check() {
        return Some(trouble);
    }
    if archive.rewind().is_err() {
        return Some(DAMAGED.to_owned());
    }
    match format {
        Format::Zip => unzip(archive, job.budget, job.passwords, take),
        Format::Rar => rar::unpack(archive, job, take),
        Format::Seven => seven::unpack(archive, job, take),
        Format::Tar => tar::unpack(&mut job.budget.stream(archive), job.budget, take),
        Format::Gzip | Format::Bzip2 | Format::Xz => stream::unpack(format, archive, job, take),
    }
}

/// The first password that opens something, in the order given, as long as the budget has time.
fn first_that_opens<'x, P>(
    budget: &Budget,
    passwords: &'x [P],
    opens: impl FnMut(&P) -> bool,
) -> Option<&'x P> {
    let mut opens = opens;
    passwords.iter().take(TRIALS).find(|password| budget.check().is_ok() && budget.timed(|| opens(password)))
}

/// A password as the bytes that archivers make of it: UTF-8, and GBK as Chinese Windows has it.
fn password_bytes(password: &str) -> Vec<Vec<u8>> {
    let mut forms = vec![password.as_bytes().to_vec()];
    let (gbk, _, is_lossy) = encoding_rs::GBK.encode(password);
    if !password.is_ascii() && !is_lossy {
        forms.push(gbk.into_owned());
    }
    forms
}

/// What is said of an archive that none of `passwords` opens.
fn locked(passwords: &[String]) -> &'static str {
    if passwords.is_empty() {
        LOCKED
    } else {
        "压缩包已加密，邮件中写的密码打不开，请发送不加密的文件"
    }
}

/// Why an archive that we cannot unpack stays as it is, by its media type; none when it is no such archive.
pub fn unsupported(media_type: &str) -> Option<&'static str> {
    Some(match media_type {
        "application/vnd.ms-cab-compressed" => "CAB压缩包不能解开，请改用zip格式发送",
        "application/x-lzh-compressed" => "LZH压缩包不能解开，请改用zip格式发送",
        "application/x-arj" => "ARJ压缩包不能解开，请改用zip格式发送",
        "application/x-ace-compressed" => "ACE压缩包不能解开，请改用zip格式发送",
        "application/zstd" => "ZST压缩包不能解开，请改用zip格式发送",
        "application/x-lzma" => "LZMA压缩包不能解开，请改用zip格式发送",
        "application/x-compress" => "Z压缩包不能解开，请改用zip格式发送",
        _ => return None,
    })
}

/// Whether a name is that of one volume of a split archive: `a.7z.001`, `a.zip.003`, `a.z01`, `a.r00`. Volumes named
/// `a.part1.rar` say so themselves.
pub fn is_volume_name(name: &str) -> bool {
    let name = name.to_lowercase();
    let Some((stem, ending)) = name.rsplit_once('.') else { return false };
    let is_number =
        |digits: &str, count: usize| digits.len() == count && digits.bytes().all(|b| b.is_ascii_digit());
    let is_archive = || [".7z", ".zip", ".rar", ".tar", ".gz"].iter().any(|end| stem.ends_with(end));
    is_number(ending, 3) && is_archive()
        || ending.strip_prefix(['z', 'r']).is_some_and(|digits| is_number(digits, 2))
}

/// Whether a file is the last volume of a split zip, the only one with an end record (APPNOTE 4.3.16); it is named as the
/// whole would be.
///
/// # Errors
/// Those of reading the file.
pub fn is_last_volume(file: &mut (impl Read + Seek)) -> std::io::Result<bool> {
    const END_BYTES: i64 = 22;
    let mut end = Vec::new();
    if file.seek(SeekFrom::End(0))? >= END_BYTES.unsigned_abs() {
        file.seek(SeekFrom::End(-END_BYTES))?;
        file.read_to_end(&mut end)?;
    }
    file.rewind()?;
    // 0xFFFF says that zip64 has the number.
    Ok(end.starts_with(b"PK\x05\x06") && !matches!(end.get(4..6), Some([0, 0] | [0xff, 0xff]) | None))
}
