//! Tar, as a stream: also what comes out of a gz, bz2 or xz. Read here, since the usual reader takes names of any length
//! into memory. Understood: ustar, GNU long names, pax paths and sizes (POSIX.1-2001, "pax Interchange Format").

use std::io::{self, Read};

use super::{Budget, DAMAGED, DAMAGED_MEMBER, LINK, Member, SPECIAL};

/// Bytes of a header; everything is padded to a multiple of them.
pub const BLOCK: usize = 512;
/// Bytes of a long name or of a pax header that are looked at.
const EXTENSION_BYTES: u64 = 64 * 1024;

/// Whether something begins like a tar.
pub fn is_tar(head: &[u8]) -> bool {
    field(head, 257, 5) == b"ustar" && Entry::parse(head).is_some()
}

/// Hands the files of a tar to `take`, in order; `source` is already counted. Returns what is wrong with the archive as
/// a whole, in words for staff.
pub fn unpack(source: &mut dyn Read, budget: &Budget, take: &mut dyn FnMut(Member<'_>)) -> Option<String> {
    let mut told = Told::default();
    let damaged = || Some(budget.check().err().unwrap_or_else(|| DAMAGED.to_owned()));
    loop {
        let mut header = [0; BLOCK];
        match fill(source, &mut header) {
            Ok(0) => return None,
            Ok(BLOCK) => {}
            Ok(_) | Err(_) => return damaged(),
        }
        if header == [0; BLOCK] {
            return None;
        }
        let Some(entry) = Entry::parse(&header) else { return damaged() };
        let size = if entry.has_body() { told.size.unwrap_or(entry.size) } else { 0 };
        let mut body = Body { source, left: size };
        match entry.kind {
            b'L' => told.name = Some(until_nul(&body.start()).to_vec()),
            b'x' => told.read_pax(&body.start()),
            b'g' | b'K' => {}
            _ => {
                let Told { name, is_utf8, .. } = std::mem::take(&mut told);
                let name_raw = name.unwrap_or(entry.name);
                let is_folder = entry.kind == b'5' || name_raw.ends_with(b"/");
                if !is_folder && let Err(trouble) = budget.member() {
                    return Some(trouble);
                }
                let bytes = match entry.kind {
                    0 | b'0' | b'7' => Ok(&mut body as &mut dyn Read),
                    b'1' | b'2' => Err(LINK.to_owned()),
                    b'S' => Err("压缩包内的稀疏文件，不能读取".to_owned()),
                    _ => Err(SPECIAL.to_owned()),
                };
                if !is_folder {
                    take(Member { name_raw, is_utf8, declared_bytes: size, bytes });
                }
            }
        }
        let rest = body.left + (size.next_multiple_of(BLOCK as u64) - size);
        if io::copy(&mut body.source.take(rest), &mut io::sink()).ok() != Some(rest) {
            return damaged();
        }
    }
}

/// What the headers before an entry told of it.
#[derive(Default)]
struct Told {
    name: Option<Vec<u8>>,
    is_utf8: bool,
    size: Option<u64>,
}

impl Told {
    /// Records `LENGTH KEY=VALUE\n`.
    fn read_pax(&mut self, mut records: &[u8]) {
        while let Some((length, _)) = split_at(records, b' ') {
            let Some(length) = number(length, 10).and_then(|length| usize::try_from(length).ok()) else {
                return;
            };
            let Some((record, rest)) = records.split_at_checked(length) else { return };
            let fields = split_at(record, b' ').and_then(|(_, record)| split_at(record, b'='));
            match fields {
                Some((b"path", value)) => {
                    self.name = Some(value.strip_suffix(b"\n").unwrap_or(value).to_vec());
                    self.is_utf8 = true;
                }
                Some((b"size", value)) => self.size = number(value, 10).filter(|&size| size < SIZE_MAX),
                Some(_) => {}
                None => return,
            }
            records = rest;
        }
    }
}

/// Bytes beyond which a size is nonsense.
const SIZE_MAX: u64 = 1 << 60;

struct Entry {
    name: Vec<u8>,
    kind: u8,
    size: u64,
}

impl Entry {
    /// None when its sum is not what it says.
    fn parse(header: &[u8]) -> Option<Self> {
        let sum: u64 = header.iter().take(BLOCK).map(|&byte| u64::from(byte)).sum();
        let stored = field(header, 148, 8);
        let stored_as_bytes: u64 = stored.iter().map(|&byte| u64::from(byte)).sum();
        if number(stored, 8)? != sum - stored_as_bytes + 8 * u64::from(b' ') {
            return None;
        }
        let mut name = until_nul(field(header, 0, 100)).to_vec();
        let prefix = until_nul(field(header, 345, 155));
        // GNU tar keeps times where ustar has the folder.
        if field(header, 257, 6) == b"ustar\0" && !prefix.is_empty() {
            name = [prefix, b"/", &name].concat();
        }
        let size = size(field(header, 124, 12)).filter(|&size| size < SIZE_MAX)?;
        Some(Self { name, kind: *header.get(156)?, size })
    }

    /// Links, devices and folders have none, whatever their size says.
    fn has_body(&self) -> bool {
        !matches!(self.kind, b'1'..=b'6')
    }
}

/// Octal, or the binary form of GNU for what octal cannot hold.
fn size(field: &[u8]) -> Option<u64> {
    match field.split_first() {
        Some((0x80, rest)) => {
            rest.iter().try_fold(0u64, |size, &byte| size.checked_mul(256)?.checked_add(byte.into()))
        }
        _ => number(field, 8),
    }
}

/// A number among blanks and NULs; nothing is 0.
fn number(field: &[u8], radix: u32) -> Option<u64> {
    let text = std::str::from_utf8(field).ok()?.trim_matches(['\0', ' ', '\n']);
    if text.is_empty() { Some(0) } else { u64::from_str_radix(text, radix).ok() }
}

fn field(header: &[u8], from: usize, length: usize) -> &[u8] {
    header.get(from..from + length).unwrap_or_default()
}

fn until_nul(bytes: &[u8]) -> &[u8] {
    split_at(bytes, 0).map_or(bytes, |(before, _)| before)
}

fn split_at(bytes: &[u8], mark: u8) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().position(|&byte| byte == mark)?;
    Some((bytes.get(..at)?, bytes.get(at + 1..)?))
}

/// Reads until `out` is full or nothing more comes.
pub fn fill(source: &mut dyn Read, out: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(room) = out.get_mut(filled..).filter(|room| !room.is_empty()) {
        match source.read(room)? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
}

/// The bytes of an entry. Their end before time is damage.
struct Body<'x> {
    source: &'x mut dyn Read,
    left: u64,
}

impl Body<'_> {
    /// The first bytes of a name or pax header; what is longer or broken shows at the next header.
    fn start(&mut self) -> Vec<u8> {
        let mut start = Vec::new();
        let _ = self.take(EXTENSION_BYTES).read_to_end(&mut start);
        start
    }
}

impl Read for Body<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let room = usize::try_from(self.left).map_or(out.len(), |left| left.min(out.len()));
        let Some(room) = out.get_mut(..room).filter(|room| !room.is_empty()) else { return Ok(0) };
        match self.source.read(room)? {
            0 => Err(io::Error::other(DAMAGED_MEMBER)),
            count => {
                self.left -= u64::try_from(count).unwrap_or(self.left);
                Ok(count)
            }
        }
    }
}
