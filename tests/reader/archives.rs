//! Archives made to fill disks, memory or time. Each ends within the budget of its mail, in memory and in time; the mail
//! keeps what was read, with a reason, and the next mail is read. All through the real caged child.

use std::io::{Cursor, Read, Write};
use std::time::{Duration, Instant};

use shouwen::domain::facts::{MailFacts, PartFacts, Role};
use shouwen::reader::Limits;

use crate::caged::{desk_in, go_on, peak_kib, read, zip_of};

const MIB: usize = 1024 * 1024;

/// Reads a mail with this attachment, then a harmless one by the same reader; what both cost is held against the bounds.
fn read_and_go_on(name: &str, archive: &[u8]) -> MailFacts {
    let scratch = tempfile::tempdir().unwrap();
    let mut desk = desk_in(scratch.path());
    let start = Instant::now();
    let facts = read(&mut desk, &mail(name, archive));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    let peak = peak_kib(scratch.path()).unwrap() / 1024;
    assert!(peak <= 256, "{peak} MiB at the peak");
    go_on(&mut desk);
    let written: u64 = facts.parts.iter().filter(|part| part.file.is_some()).map(|part| part.size).sum();
    assert!(written <= Limits::HOUSE.archive.total_bytes + archive.len() as u64, "{written} bytes written");
    facts
}

/// In binary: what is to be large need not be larger. The subject tells three passwords.
fn mail(name: &str, archive: &[u8]) -> Vec<u8> {
    let subject = "=?utf-8?B?5a+G56CBOiBhYSDlr4bnoIE6IGJiIOWvhueggTogY2M=?=";
    let head = format!(
        "From: a@b.example\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream; \
         name={name}\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    );
    [head.as_bytes(), archive].concat()
}

fn trouble(part: &PartFacts) -> &str {
    part.trouble.as_deref().unwrap_or("none")
}

fn troubles(facts: &MailFacts) -> Vec<&str> {
    facts.parts.iter().filter_map(|part| part.trouble.as_deref()).collect()
}

/// Sixteen archives in each of sixteen in each of …, and at the bottom zeros (42.zip).
#[test]
fn a_nest_of_bombs_ends_at_the_budget() {
    let mut nest = zip_of(&[("zeros", &vec![0; 64 * MIB])]);
    for _ in 0..2 {
        let names: Vec<String> = (0..16).map(|n| format!("lib {n}.zip")).collect();
        let members: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), nest.as_slice())).collect();
        nest = zip_of(&members);
    }
    let facts = read_and_go_on("42.zip", &nest);
    assert!(
        troubles(&facts).iter().any(|why| why.contains("解开后过大，其余未解开")),
        "{:?}",
        troubles(&facts)
    );
    assert!(trouble(&facts.parts[0]).contains("过大"), "{:?}", facts.parts[0]);
}

/// What contains itself (r.zip) is to a reader what contains another like it for ever.
#[test]
fn an_archive_that_goes_on_inside_itself_ends_at_the_depth() {
    let mut inner = zip_of(&[("r.txt", b"r")]);
    for _ in 0..40 {
        inner = zip_of(&[("r.zip", &inner)]);
    }
    let facts = read_and_go_on("r.zip", &inner);
    assert_eq!(facts.parts.len(), Limits::HOUSE.archive_depth + 1);
    assert!(trouble(facts.parts.last().unwrap()).contains("嵌套超过3层"));
}

/// A stored member as its header at the front has it, and as the list at the end has it.
fn stored(name: &str, body: &[u8], at: usize) -> (Vec<u8>, Vec<u8>) {
    let [size, at] = [body.len(), at].map(|n| u32::try_from(n).unwrap().to_le_bytes());
    let length = u16::try_from(name.len()).unwrap().to_le_bytes();
    let common =
        [&[20, 0, 0, 0, 0, 0, 0, 0, 0, 0], crc32(body).as_slice(), &size, &size, &length, &[0, 0]].concat();
    let local = [b"PK\x03\x04".as_slice(), &common, name.as_bytes()].concat();
    let listed = [b"PK\x01\x02\x14\0".as_slice(), &common, &[0; 10], &at, name.as_bytes()].concat();
    (local, listed)
}

fn listed_zip(bodies: &[u8], list: &[Vec<u8>]) -> Vec<u8> {
    let count = u16::try_from(list.len().min(0xffff)).unwrap().to_le_bytes();
    let list = list.concat();
    let [size, at] = [list.len(), bodies.len()].map(|n| u32::try_from(n).unwrap().to_le_bytes());
    let end = [b"PK\x05\x06\0\0\0\0".as_slice(), &count, &count, &size, &at, &[0, 0]].concat();
    [bodies, &list, &end].concat()
}

#[test]
fn members_that_share_their_bytes_are_refused() {
    let (local, _) = stored("0000", b"body", 0);
    let twins: Vec<Vec<u8>> = (0..60_000).map(|n| stored(&format!("{n:05}"), b"body", 0).1).collect();
    let full = listed_zip(&[&local, b"body".as_slice()].concat(), &twins);
    // Each body begins with the header of the next one: the same bytes are read as many times as there are members.
    let (mut bodies, mut list) = (b"kernel".to_vec(), Vec::new());
    for number in 0..200 {
        let name = format!("{number:05}");
        let (local, _) = stored(&name, &bodies, 0);
        list.push((name, bodies.clone()));
        bodies = [local, bodies].concat();
    }
    let whole = bodies.len();
    let list: Vec<Vec<u8>> =
        list.iter().map(|(name, body)| stored(name, body, whole - body.len() - 30 - name.len()).1).collect();
    for bomb in [full, listed_zip(&bodies, &list)] {
        let facts = read_and_go_on("overlap.zip", &bomb);
        assert!(trouble(&facts.parts[0]).contains("重叠"), "{:?}", facts.parts[0]);
        assert_eq!(facts.parts.len(), 1);
    }
}

#[test]
fn ten_thousand_members_are_read_up_to_the_limit() {
    let most = Limits::HOUSE.archive.members;
    let names: Vec<String> = (0..10_000).map(|n| format!("{n}.txt")).collect();
    let members: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), name.as_bytes())).collect();
    let facts = read_and_go_on("many.zip", &zip_of(&members));
    assert_eq!(facts.parts.len(), most + 1);
    assert!(trouble(&facts.parts[0]).contains("超过2000个，其余未解开"), "{:?}", facts.parts[0]);
    assert!(facts.parts[1..].iter().all(|part| part.file.is_some() && part.trouble.is_none()));
    let tar: Vec<u8> = names.iter().flat_map(|name| tar_entry(name, b'0', 0, &[])).collect();
    let facts = read_and_go_on("many.tar", &tar);
    assert_eq!((facts.parts.len(), facts.parts[0].role), (most + 1, Role::Archive));
    assert!(trouble(&facts.parts[0]).contains("超过2000个，其余未解开"), "{:?}", facts.parts[0]);
}

/// The list alone would fill the memory, whatever number the end record tells.
#[test]
fn lists_too_long_for_memory_and_ends_that_lie_are_refused() {
    let list: Vec<Vec<u8>> = (0..60_000).map(|n| stored(&format!("{n:0200}"), b"", 0).1).collect();
    let long = listed_zip(&stored("a", b"", 0).0, &list);
    let honest = zip_of(&[("a.txt", b"a")]);
    let end = honest.len() - 22;
    let zip64 = |count: u64, at: u64| {
        let record = [
            b"PK\x06\x06".as_slice(),
            &44u64.to_le_bytes(),
            &[45, 0, 45, 0],
            &[0; 8],
            &count.to_le_bytes(),
            &count.to_le_bytes(),
            &u64::MAX.to_le_bytes(),
            &at.to_le_bytes(),
        ]
        .concat();
        let locator = [b"PK\x06\x07\0\0\0\0".as_slice(), &(end as u64).to_le_bytes(), &[1, 0, 0, 0]].concat();
        let last = [b"PK\x05\x06\0\0\0\0".as_slice(), &[0xff; 12], &[0, 0]].concat();
        [&honest[..end], &record, &locator, &last].concat()
    };
    for (name, lie) in [
        ("long", long),
        ("count", zip64(1 << 40, 0)),
        ("place", zip64(1, u64::MAX - 3)),
        ("both", zip64(u64::MAX, u64::MAX)),
    ] {
        let facts = read_and_go_on("lie.zip", &lie);
        assert_eq!(facts.parts.len(), 1, "{name}: {:?}", facts.parts);
        assert_ne!(trouble(&facts.parts[0]), "none", "{name}");
    }
}

#[test]
fn what_swells_is_stopped_in_every_format() {
    let zeros = vec![0; 64 * MIB];
    let gzip = compressed(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best()), &zeros);
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    bzip2.write_all(&zeros).unwrap();
    let bombs = [
        ("a.zip", zip_of(&[("zeros", &zeros)])),
        ("a.gz", gzip.finish().unwrap()),
        ("a.bz2", bzip2.finish().unwrap()),
        ("a.xz", unpacked(XZ_OF_ZEROS)),
        ("a.7z", unpacked(SEVEN_OF_ZEROS)),
        ("a.rar", unpacked(RAR_OF_ZEROS)),
    ];
    for (name, bomb) in bombs {
        assert!(bomb.len() < MIB / 4, "{name} has {} bytes", bomb.len());
        let facts = read_and_go_on(name, &bomb);
        assert!(trouble(&facts.parts[0]).contains("解开后过大，其余未解开"), "{name}: {:?}", facts.parts);
        assert!(trouble(&facts.parts[1]).contains("解开后过大，未解开"), "{name}: {:?}", facts.parts);
    }
}

fn compressed<W: Write>(mut into: W, bytes: &[u8]) -> W {
    into.write_all(bytes).unwrap();
    into
}

/// A tar's long name may be longer than memory.
#[test]
fn a_name_longer_than_memory_is_not_kept() {
    let zeros = vec![b'n'; MIB];
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&tar_entry("././@LongLink", b'L', 400 * MIB, &[])).unwrap();
    (0..400).for_each(|_| gzip.write_all(&zeros).unwrap());
    gzip.write_all(&tar_entry("a.txt", b'0', 1, b"a")).unwrap();
    let facts = read_and_go_on("name.tar.gz", &gzip.finish().unwrap());
    assert_eq!(facts.parts[0].role, Role::Archive);
    assert!(
        facts.parts[0].trouble.is_some() || facts.parts[1].name.chars().count() <= 120,
        "{:?}",
        facts.parts
    );
}

fn tar_entry(name: &str, kind: u8, size: usize, body: &[u8]) -> Vec<u8> {
    let mut header = vec![0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[124..135].copy_from_slice(format!("{size:011o}").as_bytes());
    header[148..156].fill(b' ');
    header[156] = kind;
    header[257..265].copy_from_slice(b"ustar  \0");
    let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    header.extend(body);
    header.resize(header.len().next_multiple_of(512), 0);
    header
}

/// A 7z of one member with these coders, each as its id, its properties; the first gives the member, the last takes what is packed.
fn seven_of(coders: &[(&[u8], &[u8])], packed: &[u8]) -> Vec<u8> {
    let count = u8::try_from(coders.len()).unwrap();
    let mut header = vec![1, 4, 6, 0, 1, 9, u8::try_from(packed.len()).unwrap(), 0, 7, 11, 1, 0, count];
    for (id, properties) in coders {
        header.push(0x20 | u8::try_from(id.len()).unwrap());
        header.extend(*id);
        header.push(u8::try_from(properties.len()).unwrap());
        header.extend(*properties);
    }
    // What one coder takes in, the next puts out.
    (1..count).for_each(|number| header.extend([number - 1, number]));
    header.push(12);
    header.extend(coders.iter().map(|_| 16));
    header.extend([0, 8, 0, 0, 5, 1, 17, 5, 0, b'a', 0, 0, 0, 0, 0]);
    let tail = [(packed.len() as u64).to_le_bytes(), (header.len() as u64).to_le_bytes()].concat();
    let start = [&tail, crc32(&header).as_slice()].concat();
    [b"7z\xbc\xaf\x27\x1c\0\x04".as_slice(), &crc32(&start), &start, packed, &header].concat()
}

#[test]
fn dictionaries_larger_than_memory_are_refused() {
    let (lzma2, four_gib, medium): (&[u8], &[u8], &[u8]) = (&[0x21], &[40], &[26]);
    let one = seven_of(&[(lzma2, four_gib)], &[1; 32]);
    let many = seven_of(&[(lzma2, medium); 20], &[1; 32]);
    let mut xz = unpacked(XZ_OF_ZEROS);
    xz[16] = 40;
    let sum = crc32(&xz[12..20]);
    xz[20..24].copy_from_slice(&sum);
    for (name, bomb) in [("one.7z", one), ("many.7z", many), ("a.xz", xz), ("a.rar", rar_with_dictionary())] {
        let facts = read_and_go_on(name, &bomb);
        assert!(troubles(&facts).iter().any(|why| why.contains("内存过大")), "{name}: {:?}", facts.parts);
    }
}

/// A rar 5 of one compressed member that asks for a dictionary of 4 GB.
fn rar_with_dictionary() -> Vec<u8> {
    let block = |header: &[u8]| {
        let sized = [&[u8::try_from(header.len()).unwrap()], header].concat();
        [crc32(&sized).as_slice(), &sized].concat()
    };
    let compression: u16 = 15 << 10 | 3 << 7;
    let compression =
        [u8::try_from(compression & 0x7f).unwrap() | 0x80, u8::try_from(compression >> 7).unwrap()];
    let file = [&[2, 2, 4, 0, 100, 0], compression.as_slice(), &[1, 1, b'a'], &[0x55; 0]].concat();
    [b"Rar!\x1a\x07\x01\0".as_slice(), &block(&[1, 0, 0]), &block(&file), &[0x55; 4], &block(&[5, 0, 0])]
        .concat()
}

/// Each password would be stretched sixteen million times.
#[test]
fn passwords_that_take_long_are_tried_for_a_while() {
    let locked = seven_of(&[(&[0x21], &[16]), (&[6, 0xf1, 7, 1], &[24, 0])], &[1; 16]);
    let facts = read_and_go_on("slow.7z", &locked);
    assert!(
        trouble(&facts.parts[0]).contains("加密") || trouble(&facts.parts[0]).contains("用时过长"),
        "{:?}",
        facts.parts
    );
}

/// As the end of a gz and of an xz header has it.
fn crc32(bytes: &[u8]) -> [u8; 4] {
    let mut hasher = flate2::Crc::new();
    hasher.update(bytes);
    hasher.sum().to_le_bytes()
}

/// An archive of 64 MiB of zeros as it is kept here: again compressed, and in base64.
fn unpacked(kept: &str) -> Vec<u8> {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let letters: Vec<u8> = kept.bytes().filter(|&letter| letter != b'=').map(value).collect();
    let bits = letters.chunks(4).flat_map(|four| {
        let whole =
            four.iter().fold(0, |whole: u32, &six| whole << 6 | u32::from(six)) << (6 * (4 - four.len()));
        whole.to_be_bytes()[1..four.len()].to_vec()
    });
    let mut archive = Vec::new();
    flate2::read::GzDecoder::new(Cursor::new(bits.collect::<Vec<u8>>())).read_to_end(&mut archive).unwrap();
    archive
}

const XZ_OF_ZEROS: &str = "\
    H4sIAAAAAAACA/trXhURxcDA8uzaFjcmBkVGMQYGhhL9p4v//xdkzIllYMj/+///4u3/3e08RIssEwN3TNJ4triN/ee7J3JNl/WP\
    Wtkwem+sO9nV5au/mPdm/bLHPcqCwQ8iJY6Wdj0q/7FtSj1P1oF7JZ4pj17GBG9iufHdhWd1PG+u28unh8s6tk8LX7PN92GmbP5v\
    7w6BHKfTHfYxDP0X/NaraUwplLftV3lYMG+5cvwbjdOtF6fO6KrTmvhJvfS75AG2Gb4z/t5Yf3UC/xHV4B9fJ5oZsi7d8C7/YIGv\
    O8/FiYKr1ibI7jq3UV0iJrLtZVpQxL6XZWsinzyNZuX4efzW2j+/g7RLzspFKzj9vBts+0MzhdO64bRWzv2t1h+O7NWLX8Vv553m\
    NEGY77/A5B+FFZE/uM/+n6rhxr/yT82937MM9MIO9Ld+bm48kEplq/d4qD+LmP9fgFGb4U1x8PK/+9bVGErN395rmDdywoA0qwP5\
    7TeNBthogI0G2GiAjQbYaICNBthogI0G2GiAjQbYaICNBthogI0G2GiAjQbYaICNBthogI0G2GiAjQbYaICNBthogI0G2GiAjQbY\
    aICNBthogI0G2GiAjQbYQAVYg+w9BjaG1w/PR6ozMDBMldEVMrt5OIaBsdm3oaFBIdt68veNR9J/MwHlGFgiowDJfmDsqCYAAA==";
const SEVEN_OF_ZEROS: &str = "\
    H4sIAAAAAAACAzOv2rNeXYaB5WNeV2aZGgMYuEEohqXt3Z7/v89izI5lYMj/+///4u3/3e08RIssEwN3TNJ4triN/ee7J3JNl/WP\
    Wtkwem+sO9nV5au/mPdm/bLHPcqCwQ8iJY6Wdj0q/7FtSj1P1oF7JZ4pj17GBG9iufHdhWd1PG+u28unh8s6tk8LX7PN92GmbP5v\
    7w6BHKfTHfYxDP0X/NaraUwplLftV3lYMG+5cvwbjdOtF6fO6KrTmvhJvfS75AG2Gb4z/t5Yf3UC/xHV4B9fJ5oZsi7d8C7/YIGv\
    O8/FiYKr1ibI7jq3UV0iJrLtZVpQxL6XZWsinzyNZuX4efzW2j+/g7RLzspFKzj9vBts+0MzhdO64bRWzv2t1h+O7NWLX8Vv553m\
    NEGY77/A5B+FFZE/uM/+n6rhxr/yT82937MM9MIO9Ld+bm48kEplq3dqv5o+//tMRm2GN8XBy//uW1djKDV/e69h3sgJAtKsdvsj\
    FzQaYKMBNhpgowE2GmCjATYaYKMBNhpgowE2GmCjATYaYKMBNhpgowE2GmCjATYaYKMBNhpgowE2GmCjATYaYKMBNhpgowE2GmCj\
    ATYaYKMBNhpgowE2GmADFWCNPPsY+BABJibNkMvAwMjCxsDIuayMgZ2bkYFRUZFRgOcJaEUaBxfjW4PXmxgYWBklOaCr1BgEeRmq\
    GFIZihjyGYqBXFE2RgaFhiWNDAwAZR8/bNwmAAA=";
const RAR_OF_ZEROS: &str = "\
    H4sIAAAAAAACAwtKLFKUYmdkOCplbMTMyMAwOygkTJCZTYZFhiFx+0IeBgaWIMeg4KLEomJ9Az1DIz1jrtzEouzUIt3i5IzU3ERb\
    Qy4+zTvbrJmYldvEWBoaGhQU3hq83tSgzcBalVqUX6zExLBSO130ld/LINMDE7Ytk72pM/d6na+nF9uKc2qedguzjhg0fNVnMv4r\
    9+96ka1Hwd/1HxjwA/5/DY2fNBn/y/87qvD+fwMB1QyjakfVjqodVTuqdlTtqNpRtaNqR9XSS+3BTcSrldxkZcrMysAAAH/YJY2Q\
    CwAA";
