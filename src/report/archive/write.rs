//! The writing half of an export: each file first under a name of its own in the campaign's folder, checked against its
//! hash, synced, then moved to its place. A crash leaves at most that one, which the next run replaces.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Component, Path};

use sha2::{Digest as _, Sha256};

use super::plan::Entry;
use super::{Archived, Unfinished};
use crate::store::Store;

/// What is being written; there is one at a time, for the folder is locked.
const UNDERWAY: &str = ".正在写入";
/// Bytes copied at a time.
const CHUNK_BYTES: usize = 256 << 10;

/// Paths below the folder with their hashes.
pub(super) type Listed = BTreeMap<String, String>;

/// Adds a file where it is not there yet, and tells in `done` what became of it.
pub(super) fn add(
    store: &Store,
    folder: &Path,
    entry: &Entry,
    done: &mut Archived,
) -> Result<(), Unfinished> {
    let place = folder.join(&entry.path);
    let failed = |error, done: &Archived| Unfinished::Disk(place.clone(), error, done.added);
    match fs::metadata(&place) {
        Ok(there) if there.len() == entry.size => {
            done.kept += 1;
            return Ok(());
        }
        Ok(_) => {
            done.edited.push(entry.path.clone());
            return Ok(());
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error, done)),
    }
    let Ok(original) = store.blobs().open(&entry.sha256) else {
        done.lost.push(entry.path.clone());
        return Ok(());
    };
    let underway = folder.join(UNDERWAY);
    let hash = copy(original, &underway).map_err(|error| failed(error, done))?;
    if hash != entry.sha256 {
        done.lost.push(entry.path.clone());
        return fs::remove_file(&underway).map_err(|error| failed(error, done));
    }
    let parent = place.parent().unwrap_or(folder);
    let moved = fs::create_dir_all(parent).and_then(|()| fs::rename(&underway, &place));
    moved.map_err(|error| failed(error, done))?;
    done.added += 1;
    Ok(())
}

/// Copies a file and answers with the hash of what was copied, once it is on disk.
fn copy(mut original: File, to: &Path) -> io::Result<String> {
    let mut copy = File::create(to)?;
    let mut hash = Sha256::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = original.read(&mut chunk)?;
        let Some(bytes) = chunk.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        hash.update(bytes);
        copy.write_all(bytes)?;
    }
    copy.sync_all()?;
    Ok(hex(&hash.finalize()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Puts a file of our own in the place of an earlier one; its hash.
pub(super) fn replace(
    folder: &Path,
    name: &str,
    bytes: &[u8],
    done: &Archived,
) -> Result<String, Unfinished> {
    let (place, underway) = (folder.join(name), folder.join(UNDERWAY));
    let write = || -> io::Result<()> {
        let mut file = File::create(&underway)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&underway, &place)?;
        // The names in the folder, too: what the list says is there is there.
        File::open(folder)?.sync_all()
    };
    write().map_err(|error| Unfinished::Disk(place.clone(), error, done.added))?;
    Ok(hex(&Sha256::digest(bytes)))
}

/// The list of an earlier run; nothing where there is none. A line that leads elsewhere is none of ours.
pub(super) fn read_list(file: &Path) -> Listed {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = |line: &str| {
        let (hash, path) = line.split_once("  ")?;
        let is_below = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        (hash.len() == 64 && is_below).then(|| (path.to_owned(), hash.to_owned()))
    };
    text.lines().filter_map(line).collect()
}

/// The list as `sha256sum -c` reads it.
pub(super) fn list(listed: &Listed) -> String {
    listed.iter().map(|(path, hash)| format!("{hash}  {path}\n")).collect()
}
