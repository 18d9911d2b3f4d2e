//! Unpacking within a budget, on archives made here.

use std::io::{Cursor, Write};
use std::time::Duration;

use ::zip::write::SimpleFileOptions;

use super::*;

const CAPS: Caps = Caps {
    members: 10,
    total_bytes: 40_000,
    member_bytes: 30_000,
    ratio: 200,
    slack_bytes: 10_000,
    directory_bytes: 10_000,
    memory_bytes: 64 << 20,
    time: Duration::from_secs(60),
};

fn zip_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ::zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

type Seen = Vec<(String, Result<usize, String>)>;

fn unpack(archive: &[u8], caps: Caps) -> (Seen, Option<String>) {
    let mut seen = Vec::new();
    let budget = Budget::new(caps);
    budget.open(u64::try_from(archive.len()).unwrap());
    let trouble = unzip(Cursor::new(archive), &budget, &[], &mut |member| {
        let name = String::from_utf8(member.name_raw).unwrap();
        let mut whole = Vec::new();
        let read = member.bytes.and_then(|bytes| bytes.read_to_end(&mut whole).map_err(|e| e.to_string()));
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
