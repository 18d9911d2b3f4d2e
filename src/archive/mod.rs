//! Unpacks archives within a budget that is counted on bytes really read, never on what the archive declares. Names of
//! members are handed out as raw bytes: they are for display, decoded elsewhere, and never become paths on disk.

use std::cell::Cell;
use std::io::{self, Read, Seek};

use zip::ZipArchive;

/// What unpacking may cost (`crates.md` 4.9).
#[derive(Debug, Clone, Copy)]
pub struct Caps {
    /// Members of all archives of one mail.
    pub members: usize,
    /// Bytes read out of all archives of one mail.
    pub total_bytes: u64,
    /// Bytes of one member.
    pub member_bytes: u64,
    /// Bytes read for one byte of archive, beyond `slack_bytes`.
    pub ratio: u64,
    /// Bytes any archive may yield whatever its size.
    pub slack_bytes: u64,
}

/// What is left of the caps while a mail is unpacked. Shared by all its archives, nested ones included.
#[derive(Debug)]
pub struct Budget {
    caps: Caps,
    members_left: Cell<usize>,
    bytes_left: Cell<u64>,
}

impl Budget {
    /// A full budget for one mail.
    pub fn new(caps: Caps) -> Self {
        Self { caps, members_left: Cell::new(caps.members), bytes_left: Cell::new(caps.total_bytes) }
    }
}

/// A member of an archive.
pub struct Member<'x> {
    /// Its name as stored.
    pub name_raw: Vec<u8>,
    /// Whether the archive says that the name is UTF-8.
    pub is_utf8: bool,
    /// Its declared size; what can be read may differ.
    pub declared_bytes: u64,
    /// Its bytes, whose errors are words for staff, or why there are none.
    pub bytes: Result<&'x mut dyn Read, String>,
}

/// Hands the files of a zip to `take`, in order. Returns what is wrong with the archive as a whole, in words for staff;
/// a member that fails says so itself and the next one goes on.
pub fn unzip(
    mut archive: impl Read + Seek,
    budget: &Budget,
    take: &mut dyn FnMut(Member<'_>),
) -> Option<String> {
    let input = archive.seek(io::SeekFrom::End(0)).unwrap_or(0);
    let mut zip = match ZipArchive::new(archive) {
        Ok(zip) => zip,
        Err(_) => return Some("压缩包已损坏，打不开".to_owned()),
    };
    if zip.len() > budget.members_left.get() {
        return Some(format!("压缩包内文件超过{}个，未解开", budget.caps.members));
    }
    match zip.has_overlapping_files() {
        Ok(false) => {}
        Ok(true) => return Some("压缩包内文件相互重叠，疑为恶意文件，未解开".to_owned()),
        Err(_) => return Some("压缩包已损坏，打不开".to_owned()),
    }
    let duplicates = zip.has_duplicate_names();
    let mut of_ratio = input.saturating_mul(budget.caps.ratio).saturating_add(budget.caps.slack_bytes);
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
        let (is_encrypted, is_symlink) = (raw.encrypted(), raw.is_symlink());
        drop(raw);
        budget.members_left.set(budget.members_left.get().saturating_sub(1));
        let limit = budget.caps.member_bytes.min(budget.bytes_left.get()).min(of_ratio);
        let mut metered = match zip.by_index(index) {
            _ if is_encrypted => Err("压缩包已加密，请发送不加密的文件".to_owned()),
            _ if is_symlink => Err("压缩包内的链接，不予读取".to_owned()),
            Ok(file) => Ok(Metered { file, left: limit, is_spent: false }),
            Err(_) => Err("压缩方式不支持或已损坏".to_owned()),
        };
        let bytes = metered.as_mut().map(|bytes| bytes as &mut dyn Read).map_err(|why| why.clone());
        take(Member { name_raw, is_utf8, declared_bytes, bytes });
        let Ok(metered) = metered else { continue };
        let read = limit - metered.left;
        budget.bytes_left.set(budget.bytes_left.get().saturating_sub(read));
        of_ratio = of_ratio.saturating_sub(read);
        if metered.is_spent {
            return Some("压缩包解开后过大，其余未解开".to_owned());
        }
    }
    duplicates.then(|| "压缩包内有同名文件，只取到其中一个".to_owned())
}

/// A member that is counted while it is read.
struct Metered<R> {
    file: R,
    left: u64,
    is_spent: bool,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let room = usize::try_from(self.left).map_or(out.len(), |left| left.min(out.len()));
        // At the limit, one more byte tells what ends there from what goes on.
        let mut beyond = [0];
        let slot = if room == 0 { &mut beyond[..] } else { out.get_mut(..room).unwrap_or_default() };
        let count = self.file.read(slot).map_err(|_| io::Error::other("压缩包内此文件已损坏"))?;
        if room == 0 && count > 0 {
            self.is_spent = true;
            return Err(io::Error::other("解开后过大，未解开"));
        }
        self.left -= u64::try_from(count).unwrap_or(u64::MAX).min(self.left);
        Ok(count)
    }
}

/// What a zipped document (xlsx, docx) would unpack to.
#[derive(Debug, Default)]
pub struct Package {
    /// Declared bytes of its XML members; none can unpack to more than it declares.
    pub xml_bytes: u64,
    /// Whether it has the main part of a workbook.
    pub has_workbook: bool,
    /// Whether it has the main part of a binary workbook (xlsb).
    pub has_binary_workbook: bool,
    /// Whether it has the main part of a presentation.
    pub has_slides: bool,
    /// Whether it has the main part of an OFD.
    pub has_ofd: bool,
    /// Whether it has the main part of a Word document.
    pub has_document: bool,
    /// First bytes of the member that holds the shared strings of a workbook; empty when there is none.
    pub shared_strings_head: Vec<u8>,
}

/// Looks into a zipped document before its own parser does; none when it is no zip.
pub fn package(archive: impl Read + Seek) -> Option<Package> {
    const HEAD_BYTES: u64 = 1024;
    let mut zip = ZipArchive::new(archive).ok()?;
    let mut package = Package::default();
    for index in 0..zip.len() {
        let Ok(raw) = zip.by_index_raw(index) else { continue };
        let name = String::from_utf8_lossy(raw.name_raw()).to_ascii_lowercase();
        if name.ends_with(".xml") || name.ends_with(".rels") || name.ends_with(".vml") {
            package.xml_bytes = package.xml_bytes.saturating_add(raw.size());
        }
        package.has_workbook |= name == "xl/workbook.xml";
        package.has_binary_workbook |= name == "xl/workbook.bin";
        package.has_slides |= name == "ppt/presentation.xml";
        package.has_ofd |= name == "ofd.xml";
        package.has_document |= name == "word/document.xml";
        drop(raw);
        if name.ends_with("sharedstrings.xml")
            && let Ok(file) = zip.by_index(index)
        {
            let _ = file.take(HEAD_BYTES).read_to_end(&mut package.shared_strings_head);
        }
    }
    Some(package)
}

/// Why an archive that we cannot unpack stays as it is, by its media type; none when it is no such archive.
pub fn unsupported(media_type: &str) -> Option<&'static str> {
    Some(match media_type {
        "application/vnd.rar" => "RAR压缩包暂不能解开",
        "application/x-7z-compressed" => "7z压缩包暂不能解开",
        "application/gzip" => "gz压缩包暂不能解开",
        "application/x-tar" => "tar压缩包暂不能解开",
        "application/x-bzip2" => "bz2压缩包暂不能解开",
        "application/x-xz" => "xz压缩包暂不能解开",
        "application/vnd.ms-cab-compressed" => "cab压缩包暂不能解开",
        "application/ms-tnef" => "winmail.dat暂不能解开",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::write::SimpleFileOptions;

    use super::*;

    const CAPS: Caps =
        Caps { members: 10, total_bytes: 40_000, member_bytes: 30_000, ratio: 200, slack_bytes: 10_000 };

    fn zip_of(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in members {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    type Seen = Vec<(String, Result<usize, String>)>;

    fn unpack(archive: &[u8], caps: Caps) -> (Seen, Option<String>) {
        let mut seen = Vec::new();
        let trouble = unzip(Cursor::new(archive), &Budget::new(caps), &mut |member| {
            let name = String::from_utf8(member.name_raw).unwrap();
            let mut whole = Vec::new();
            let read =
                member.bytes.and_then(|bytes| bytes.read_to_end(&mut whole).map_err(|e| e.to_string()));
            seen.push((name, read));
        });
        (seen, trouble)
    }

    #[test]
    fn members_are_handed_out_in_order() {
        let (seen, trouble) = unpack(&zip_of(&[("a/b.txt", b"12"), ("../c", b"345")]), CAPS);
        assert_eq!(seen, vec![("a/b.txt".to_owned(), Ok(2)), ("../c".to_owned(), Ok(3))]);
        assert_eq!(trouble, None);
    }

    #[test]
    fn what_swells_beyond_the_budget_stops_the_archive() {
        let zeros = vec![0u8; 35_000];
        let (seen, trouble) = unpack(&zip_of(&[("ok", b"1"), ("bomb", &zeros), ("after", b"2")]), CAPS);
        assert_eq!(seen.len(), 2);
        assert!(seen[1].1.is_err());
        assert!(trouble.unwrap().contains("过大"));
        let many: Vec<(String, &[u8])> = (0..11).map(|n| (n.to_string(), b"".as_slice())).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
        assert!(unpack(&zip_of(&many), CAPS).1.unwrap().contains("超过10个"));
    }

    /// The central directory lists the one member twice, under two names.
    #[test]
    fn members_that_share_their_bytes_are_refused() {
        let whole = zip_of(&[("a", b"content")]);
        let find = |mark: &[u8]| whole.windows(4).position(|window| window == mark).unwrap();
        let (central, end) = (find(b"PK\x01\x02"), find(b"PK\x05\x06"));
        let mut twin = whole[central..end].to_vec();
        twin[46] = b'b';
        let mut tail = whole[end..].to_vec();
        let length = u32::try_from(twin.len() * 2).unwrap();
        tail[8..12].copy_from_slice(&[2, 0, 2, 0]);
        tail[12..16].copy_from_slice(&length.to_le_bytes());
        let bomb = [&whole[..end], &twin, &tail].concat();
        assert!(unpack(&bomb, CAPS).1.unwrap().contains("重叠"));
    }

    #[test]
    fn a_cut_archive_says_so() {
        let whole = zip_of(&[("a", b"1")]);
        assert!(unpack(&whole[..whole.len() - 10], CAPS).1.unwrap().contains("损坏"));
    }
}
