//! 7z. Its blocks are decoded one by one, so that a damaged one costs its own files only; what their decoders want in
//! memory is summed up before any of them is made.

use std::io::{self, Read, Seek};
use std::time::Instant;

use sevenz_rust2::{Archive, ArchiveEntry, Block, BlockDecoder, EncoderMethod, Error, Password};

use super::{
    DAMAGED, DAMAGED_MEMBER, Job, LINK, LOCKED, MEMORY, Member, TRIAL_BYTES, first_that_opens, locked,
};

/// Kibibytes that a decoder of the list of members may take: 7-Zip itself takes 1 MiB, other programs what their files
/// take.
const HEADER_KIB: usize = 40 * 1024;

/// Hands the files of a 7z to `take`, block by block. Returns what is wrong with the archive as a whole, in words for
/// staff.
pub fn unpack<R: Read + Seek>(mut file: R, job: Job<'_>, take: &mut dyn FnMut(Member<'_>)) -> Option<String> {
    let passwords: Vec<Password> = job.passwords.iter().map(|password| password.as_str().into()).collect();
    let (archive, password) = match job.budget.timed(|| read(&mut file, Password::empty())) {
        Ok(archive) => {
            let password = find_password(&mut file, &archive, job, &passwords);
            (archive, password)
        }
        Err(Error::PasswordRequired) => {
            let mut found = None;
            let password = first_that_opens(job.budget, &passwords, |password| {
                found = read(&mut file, password.clone()).ok();
                found.is_some()
            });
            match found {
                Some(archive) => (archive, password.cloned()),
                None => return Some(locked(job.passwords).to_owned()),
            }
        }
        Err(error) => return Some(words(&error, DAMAGED).to_owned()),
    };
    let is_locked = password.is_none();
    let mut seven = Seven { file, archive: &archive, password: password.unwrap_or_default(), is_locked, job };
    if let Err(trouble) = seven.members(take) {
        return Some(trouble);
    }
    let shut = |block: &Block| is_locked && is_encrypted(block);
    (!archive.blocks.is_empty() && archive.blocks.iter().all(shut)).then(|| locked(job.passwords).to_owned())
}

fn read(file: &mut (impl Read + Seek), password: Password) -> Result<Archive, Error> {
    file.rewind()?;
    Archive::read_with_memory_limit(file, &password, HEADER_KIB)
}

struct Seven<'x, R> {
    file: R,
    archive: &'x Archive,
    password: Password,
    /// Whether no password is known; it need not be asked for.
    is_locked: bool,
    job: Job<'x>,
}

impl<'x, R: Read + Seek> Seven<'x, R> {
    fn members(&mut self, take: &mut dyn FnMut(Member<'_>)) -> Result<(), String> {
        for (index, block) in self.archive.blocks.iter().enumerate() {
            let why = if self.is_locked && is_encrypted(block) {
                LOCKED
            } else if memory(block) > self.job.budget.memory(self.job.depth) {
                MEMORY
            } else {
                self.block(index, take)?;
                continue;
            };
            for entry in self.entries(index) {
                self.refuse(entry, why, take)?;
            }
        }
        for (entry, block) in self.archive.files.iter().zip(&self.archive.stream_map.file_block_index) {
            if block.is_none() && !entry.is_directory() && !entry.is_anti_item() {
                self.job.budget.member()?;
                take(member(entry, Ok(&mut io::empty())));
            }
        }
        Ok(())
    }

    fn entries(&mut self, index: usize) -> &'x [ArchiveEntry] {
        let count = decoder(&mut self.file, self.archive, index, &self.password, self.job).entry_count();
        let archive: &'x Archive = self.archive;
        let first = archive.stream_map.block_first_file_index.get(index).copied().unwrap_or(usize::MAX);
        archive.files.get(first..).and_then(|files| files.get(..count)).unwrap_or_default()
    }

    /// Hands out the files of a block. The first that is damaged ends it: those after it can only be named.
    fn block(&mut self, index: usize, take: &mut dyn FnMut(Member<'_>)) -> Result<(), String> {
        let budget = self.job.budget;
        let mut done = 0;
        let mut refused = None;
        let entries = self.entries(index);
        let decoder = decoder(&mut self.file, self.archive, index, &self.password, self.job);
        let begun = Instant::now();
        let decoded = decoder.for_each_entries(&mut |entry, reader| {
            if done == 0 {
                // The password has been stretched, anew for every block that has its own salt.
                budget.charge(begun.elapsed());
            }
            done += 1;
            if entry.is_directory() || entry.is_anti_item() {
                return Ok(true);
            }
            if let Err(trouble) = budget.member() {
                refused = Some(trouble);
                return Ok(false);
            }
            let mut reader = budget.member_of(reader);
            let bytes = if is_link(entry) { Err(LINK.to_owned()) } else { Ok(&mut reader as &mut dyn Read) };
            take(member(entry, bytes));
            // What was left unread would be read past the budget.
            io::copy(&mut reader, &mut io::sink())?;
            Ok(true)
        });
        refused.map_or_else(|| budget.check(), Err)?;
        if let Err(error) = decoded {
            let why = words(&error, DAMAGED_MEMBER);
            for entry in entries.get(done..).unwrap_or_default() {
                self.refuse(entry, why, take)?;
            }
        }
        Ok(())
    }

    fn refuse(
        &self,
        entry: &ArchiveEntry,
        why: &str,
        take: &mut dyn FnMut(Member<'_>),
    ) -> Result<(), String> {
        if !entry.is_directory() {
            self.job.budget.member()?;
            take(member(entry, Err(why.to_owned())));
        }
        Ok(())
    }
}

fn decoder<'x, R: Read + Seek>(
    file: &'x mut R,
    archive: &'x Archive,
    index: usize,
    password: &'x Password,
    job: Job<'_>,
) -> BlockDecoder<'x, R> {
    let kib = usize::try_from(job.budget.memory(job.depth) / 1024).unwrap_or(usize::MAX);
    BlockDecoder::new_with_memory_limit(1, kib, index, archive, password, file)
}

/// The password that opens the smallest locked block: wrong ones yield bytes that no decoder accepts.
fn find_password(
    file: &mut (impl Read + Seek),
    archive: &Archive,
    job: Job<'_>,
    passwords: &[Password],
) -> Option<Password> {
    let blocks = archive.blocks.iter().enumerate().filter(|(_, block)| is_encrypted(block));
    let (smallest, block) = blocks.min_by_key(|(_, block)| block.get_unpack_size())?;
    if memory(block) > job.budget.memory(job.depth) {
        return None;
    }
    first_that_opens(job.budget, passwords, |password| {
        let mut is_open = false;
        let decoder = decoder(file, archive, smallest, password, job);
        let _ = decoder.for_each_entries(&mut |entry, reader| {
            is_open = io::copy(&mut reader.take(TRIAL_BYTES), &mut io::sink()).is_ok();
            Ok(!entry.has_stream())
        });
        is_open
    })
    .cloned()
}

fn member<'x>(entry: &ArchiveEntry, bytes: Result<&'x mut dyn Read, String>) -> Member<'x> {
    Member { name_raw: entry.name().as_bytes().to_vec(), is_utf8: true, declared_bytes: entry.size(), bytes }
}

fn words(error: &Error, otherwise: &'static str) -> &'static str {
    match error {
        Error::MaxMemLimited { .. } => MEMORY,
        Error::UnsupportedCompressionMethod(_) | Error::Unsupported(_) => {
            "压缩方式不支持，请改用zip格式重新压缩"
        }
        _ => otherwise,
    }
}

/// A symbolic link, as 7-Zip stores the mode of Unix in the upper half of the attributes, or as Windows marks it.
fn is_link(entry: &ArchiveEntry) -> bool {
    const UNIX: u32 = 0x8000;
    const REPARSE_POINT: u32 = 0x400;
    let attributes = entry.windows_attributes();
    attributes & UNIX != 0 && attributes >> 16 & 0o170_000 == 0o120_000 || attributes & REPARSE_POINT != 0
}

fn is_encrypted(block: &Block) -> bool {
    block.coders.iter().any(|coder| coder.encoder_method_id() == EncoderMethod::ID_AES256_SHA256)
}

/// Bytes that the dictionaries and models of all decoders of a block take.
fn memory(block: &Block) -> u64 {
    let of_coder = |coder: &sevenz_rust2::Coder| {
        let properties = coder.properties();
        let number = || properties.get(1..5).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
        match coder.encoder_method_id() {
            EncoderMethod::ID_LZMA | EncoderMethod::ID_PPMD => number().map_or(0, u64::from),
            EncoderMethod::ID_LZMA2 => {
                let bits = properties.first().copied().unwrap_or(0).min(40);
                (2 | u64::from(bits & 1)) << (bits / 2 + 11)
            }
            _ => 0,
        }
    };
    block.coders.iter().map(of_coder).sum()
}
