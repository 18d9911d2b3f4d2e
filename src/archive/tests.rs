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

#[test]
fn volumes_are_known_by_their_names() {
    for name in ["材料.7z.001", "a.ZIP.012", "a.z01", "a.r00", "a.tar.gz.002"] {
        assert!(is_volume_name(name), "{name}");
    }
    for name in ["a.7z", "a.001", "表.zip", "报告2023.001.docx", "a.z1", "a.part1.rar"] {
        assert!(!is_volume_name(name), "{name}");
    }
}

/// Half for each archive around: what is open at the same time is never more than all.
#[test]
fn archives_inside_one_another_share_the_memory() {
    let budget = Budget::new(CAPS);
    assert!((0..80).map(|depth| budget.memory(depth)).sum::<u64>() <= CAPS.memory_bytes);
}

/// A wrong password is refused, the right one is found, whatever stands before it.
#[test]
fn a_locked_zip_is_opened_by_the_password_that_fits() {
    let mut writer = ::zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().with_aes_encryption(::zip::AesMode::Aes256, "right");
    writer.start_file("a", options).unwrap();
    writer.write_all(b"secret").unwrap();
    let archive = writer.finish().unwrap().into_inner();
    let open = |passwords: &[&str]| {
        let passwords: Vec<String> = passwords.iter().map(|&password| password.to_owned()).collect();
        let budget = Budget::new(CAPS);
        budget.open(1_000);
        let mut seen = Vec::new();
        let trouble = unzip(Cursor::new(&archive), &budget, &passwords, &mut |member| {
            let mut bytes = Vec::new();
            seen.push(member.bytes.map(|from| from.read_to_end(&mut bytes).unwrap()));
        });
        (seen, trouble)
    };
    assert_eq!(open(&["wrong", "right"]), (vec![Ok(6)], None));
    assert_eq!(open(&["wrong"]).1.as_deref(), Some(locked(&["wrong".to_owned()])));
    assert_eq!(open(&[]).1.as_deref(), Some(LOCKED));
}
