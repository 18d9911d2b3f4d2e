//! One compressed stream: gz, bz2, xz. A tar in it is unpacked as it comes, since nobody asks for the tar itself.

use std::io::{BufReader, Cursor, ErrorKind, Read};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;
use lzma_rust2::XzReader;

use super::tar::{self, fill};
use super::{DAMAGED, Format, Job, MEMORY, Member};

/// Hands what is compressed to `take`: the members of a tar, or the one file there is. Returns what is wrong with the
/// archive as a whole, in words for staff.
pub fn unpack(
    format: Format,
    archive: impl Read,
    job: Job<'_>,
    take: &mut dyn FnMut(Member<'_>),
) -> Option<String> {
    let mut archive = BufReader::new(archive);
    let mut name_raw = Vec::new();
    let decoder: Box<dyn Read + '_> = match format {
        Format::Bzip2 => Box::new(MultiBzDecoder::new(archive)),
        Format::Xz => {
            let kib = u32::try_from(job.budget.memory(job.depth) / 1024).unwrap_or(u32::MAX);
            Box::new(XzReader::new_mem_limit(archive, true, kib))
        }
        _ => {
            let decoder = MultiGzDecoder::new(&mut archive);
            name_raw = decoder.header().and_then(|header| header.filename()).unwrap_or_default().to_vec();
            Box::new(decoder)
        }
    };
    let mut source = job.budget.stream(decoder);
    let mut head = [0; tar::BLOCK];
    let filled = match fill(&mut source, &mut head) {
        Ok(filled) => filled,
        Err(error) if error.kind() == ErrorKind::OutOfMemory => return Some(MEMORY.to_owned()),
        Err(_) => return Some(job.budget.check().err().unwrap_or_else(|| DAMAGED.to_owned())),
    };
    let is_tar = filled == tar::BLOCK && tar::is_tar(&head);
    let mut whole = Cursor::new(head.get(..filled).unwrap_or_default()).chain(source);
    if is_tar {
        return tar::unpack(&mut whole, job.budget, take);
    }
    if let Err(trouble) = job.budget.member() {
        return Some(trouble);
    }
    take(Member { name_raw, is_utf8: false, declared_bytes: 0, bytes: Ok(&mut whole) });
    job.budget.check().err()
}
