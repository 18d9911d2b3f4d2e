//! What is kept is durable, private and whole; what is not leaves nothing behind.

use super::*;
use std::io::Write as _;

fn blobs() -> (tempfile::TempDir, Blobs) {
    let dir = tempfile::tempdir().unwrap();
    let blobs = Blobs::at(dir.path().join("blobs")).unwrap();
    (dir, blobs)
}

fn stage(blobs: &Blobs, bytes: &[u8]) -> Staged {
    let mut incoming = blobs.begin().unwrap();
    incoming.write_all(bytes).unwrap();
    incoming.finish().unwrap()
}

#[test]
fn a_kept_batch_stands_under_its_hashes_and_nobody_else_may_read_it() {
    let (_dir, blobs) = blobs();
    let (first, second) = (stage(&blobs, b"abc"), stage(&blobs, b""));
    let (abc, empty) = (first.sha256.clone(), second.sha256.clone());
    assert_eq!(abc, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    blobs.keep(vec![first, second]).unwrap();
    let many: Vec<_> = (0..2 * SYNC_EACH_MOST).map(|n| stage(&blobs, &[n as u8])).collect();
    let names: Vec<_> = many.iter().map(|staged| staged.sha256.clone()).collect();
    blobs.keep(many).unwrap();
    assert!(names.iter().all(|name| blobs.path(name).is_file()));
    assert_eq!(hash(&blobs.open(&abc).unwrap()).unwrap(), (abc.clone(), 3));
    assert!(blobs.names().unwrap().contains(&empty));
    assert_eq!(blobs.path(&abc).metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(blobs.path(&abc).parent().unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o700);
}

/// 200 small mails cost the disk 56 ms one by one, and 5 ms at once.
#[test]
fn a_batch_of_small_mails_is_made_durable_by_one_sync_and_its_names_by_another() {
    let (_dir, blobs) = blobs();
    let waits_for = |sizes: &[u64]| {
        let before = blobs.syncs.load(Ordering::Relaxed);
        let bytes = |(n, size): (usize, &u64)| vec![n as u8; usize::try_from(*size).unwrap()];
        let batch = sizes.iter().enumerate().map(bytes).map(|bytes| stage(&blobs, &bytes)).collect();
        blobs.keep(batch).unwrap();
        blobs.syncs.load(Ordering::Relaxed) - before
    };
    assert_eq!(waits_for(&(1..=200).collect::<Vec<_>>()), 2, "two hundred small ones");
    assert_eq!(waits_for(&(1..=SYNC_EACH_MOST as u64 + 1).collect::<Vec<_>>()), 2);
    assert_eq!(waits_for(&[7]), 3, "one file, its folder and theirs");
    let mixed: Vec<u64> = [LARGE_BYTES; 2].into_iter().chain(1..=200).collect();
    assert_eq!(waits_for(&mixed), 4, "a large one is synced by itself, whatever else is unwritten");
}

#[test]
fn what_is_not_kept_leaves_nothing_behind() {
    let (_dir, blobs) = blobs();
    drop(stage(&blobs, b"abc"));
    drop(blobs.begin().unwrap());
    assert_eq!(blobs.scratch_dir().read_dir().unwrap().count(), 0);
    assert!(blobs.names().unwrap().is_empty());
}

#[test]
fn keeping_heals_a_torn_blob_and_adopting_heals_a_short_one() {
    let (dir, blobs) = blobs();
    let staged = stage(&blobs, b"abc");
    let abc = staged.sha256.clone();
    blobs.keep(vec![staged]).unwrap();
    std::fs::write(blobs.path(&abc), b"xyz").unwrap();
    blobs.keep(vec![stage(&blobs, b"abc")]).unwrap();
    assert_eq!(std::fs::read(blobs.path(&abc)).unwrap(), b"abc");
    std::fs::write(blobs.path(&abc), b"a").unwrap();
    let derived = dir.path().join("derived");
    std::fs::write(&derived, b"abc").unwrap();
    assert_eq!(blobs.adopt(&derived).unwrap(), (abc.clone(), 3));
    assert_eq!(std::fs::read(blobs.path(&abc)).unwrap(), b"abc");
    assert!(!derived.exists());
}

#[test]
fn what_is_large_and_new_leaves_memory() {
    let (dir, blobs) = blobs();
    let derived = dir.path().join("derived");
    for (size, on_their_way) in [(LEAVES_BYTES - 1, 0), (LEAVES_BYTES, 1), (LEAVES_BYTES, 1)] {
        std::fs::write(&derived, vec![7; usize::try_from(size).unwrap()]).unwrap();
        blobs.adopt(&derived).unwrap();
        assert_eq!(blobs.leaving.count(), on_their_way, "{size} bytes");
    }
}

#[test]
fn a_link_is_not_adopted() {
    let (dir, blobs) = blobs();
    let (secret, link) = (dir.path().join("secret"), dir.path().join("link"));
    std::fs::write(&secret, b"secret").unwrap();
    std::os::unix::fs::symlink(&secret, &link).unwrap();
    assert!(matches!(blobs.adopt(&link), Err(Fault::Park(_))));
    assert!(matches!(blobs.adopt(dir.path()), Err(Fault::Park(_))));
    assert!(blobs.names().unwrap().is_empty());
}

#[test]
fn leftovers_of_a_dead_process_go_under_the_lock() {
    let (dir, blobs) = blobs();
    std::fs::write(blobs.scratch_dir().join("incoming-dead"), b"half").unwrap();
    std::fs::create_dir(blobs.scratch_dir().join("reader-dead")).unwrap();
    blobs.clear_leftovers(&Lock::take(dir.path()).unwrap()).unwrap();
    assert_eq!(blobs.scratch_dir().read_dir().unwrap().count(), 0);
}
