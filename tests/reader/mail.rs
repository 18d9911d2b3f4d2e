//! Mail whose headers, structure or wrappings are made to cost: each is read in time, within memory, with its outcome said,
//! and the next mail is read. All through the real caged child, whose peak memory is looked at after every mail.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use shouwen::domain::facts::MailFacts;
use shouwen::reader::Limits;

use crate::caged::{base64, desk_in, go_on, peak_kib, read};

const TIME_MAX: Duration = Duration::from_secs(20);
const RSS_KIB_MAX: u64 = 256 * 1024;

/// Reads a hostile mail at a desk of its own, and a harmless one after it.
fn read_and_go_on(raw: &[u8]) -> MailFacts {
    let scratch = tempfile::tempdir().unwrap();
    let mut desk = desk_in(scratch.path());
    let begun = Instant::now();
    let facts = read(&mut desk, raw);
    let took = begun.elapsed();
    let peak = peak_kib(scratch.path()).unwrap();
    assert!(took < TIME_MAX, "{took:?}");
    assert!(peak < RSS_KIB_MAX, "{} MiB", peak / 1024);
    go_on(&mut desk);
    facts
}

fn says(facts: &MailFacts, word: &str) {
    assert!(facts.trouble.iter().any(|trouble| trouble.contains(word)), "{:?}", facts.trouble);
}

#[test]
fn multiparts_nested_deep_are_left_unopened_and_said() {
    for depth in [10_000, 100_000] {
        let mut raw = "From: a@b.example\nSubject: deep\n".to_owned();
        for level in 0..depth {
            write!(raw, "Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n").unwrap();
        }
        let facts = read_and_go_on(raw.as_bytes());
        assert_eq!(facts.header.subject, "deep");
        says(&facts, "嵌套超过");
    }
}

/// With one boundary for all, every line is a boundary of every level.
#[test]
fn multiparts_that_share_a_boundary_cost_their_lines() {
    let level = "Content-Type: multipart/mixed; boundary=b\n\n--b\n";
    let raw = format!("From: a@b.example\nSubject: same\n{}{}", level.repeat(60), "--b--\n".repeat(300_000));
    assert_eq!(read_and_go_on(raw.as_bytes()).header.subject, "same");
}

#[test]
fn mails_nested_deep_are_opened_to_a_depth() {
    let raw = "From: a@b.example\nSubject: deep\nContent-Type: message/rfc822\n\n".repeat(22_000);
    let facts = read_and_go_on(raw.as_bytes());
    assert_eq!(facts.parts.len(), Limits::HOUSE.mail_depth + 1);
    assert!(facts.parts.last().unwrap().trouble.as_ref().unwrap().contains("转发超过"));
}

#[test]
fn a_million_parts_are_left_unopened_and_said() {
    let mut raw =
        "From: a@b.example\nSubject: many\nContent-Type: multipart/mixed; boundary=b\n\n".to_owned();
    raw.push_str(&"--b\n\nx\n".repeat(1_000_000));
    says(&read_and_go_on(raw.as_bytes()), "分段超过");
}

#[test]
fn headers_of_any_size_cost_their_bytes() {
    let long = format!("From: a@b.example\nSubject: {}\n\nbody\n", "x".repeat(10_000_000));
    says(&read_and_go_on(long.as_bytes()), "邮件头超过");
    let many = format!("From: a@b.example\nSubject: many\n{}\nbody\n", "X-A: b\n".repeat(1_000_000));
    let facts = read_and_go_on(many.as_bytes());
    assert_eq!((facts.header.from.as_str(), facts.header.subject.as_str()), ("a@b.example", "many"));
    says(&facts, "邮件头超过");
    let short = format!("From: a@b.example\nSubject: many\n{}\nbody\n", "a:\n".repeat(600_000));
    assert_eq!(read_and_go_on(short.as_bytes()).text, "body");
    let folds = format!("From: a@b.example\nSubject: x{}\n\nbody\n", "\n ".repeat(900_000));
    assert_eq!(read_and_go_on(folds.as_bytes()).header.subject, "x");
}

#[test]
fn addresses_without_end_are_counted_to_a_bound() {
    let beyond = format!("From: a@b.example\nTo: {}\n\nbody\n", "c@d.example,".repeat(2_000_000));
    says(&read_and_go_on(beyond.as_bytes()), "邮件头超过");
    let within = format!("From: a@b.example\nTo: {}\n\nbody\n", "c@d,".repeat(500_000));
    let facts = read_and_go_on(within.as_bytes());
    assert_eq!((facts.text.as_str(), facts.header.to.len()), ("body", 200));
    for open in ["\"", "<", "(", "=?utf-8?Q?", "a@b ", "\\\"", "<a@b"] {
        let torn =
            format!("From: {0}\nTo: {0}\nReferences: {0}\n\nbody\n", open.repeat(600_000 / open.len()));
        assert_eq!(read_and_go_on(torn.as_bytes()).text, "body", "{open}");
    }
}

#[test]
fn names_in_a_hundred_thousand_pieces_are_put_together_or_left() {
    for count in [60_000, 200_000] {
        let pieces: String = (0..count).map(|n| format!(";\n filename*{n}*=a")).collect();
        let raw = format!(
            "From: a@b.example\nSubject: pieces\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\
             Content-Disposition: attachment{pieces}\n\nbytes\n--b--\n"
        );
        let facts = read_and_go_on(raw.as_bytes());
        assert_eq!(facts.header.subject, "pieces");
        match facts.parts.first() {
            Some(part) => assert_eq!(part.name.chars().count(), 120),
            None => says(&facts, "邮件头超过"),
        }
    }
}

#[test]
fn words_and_parameters_torn_a_hundred_thousand_times_cost_their_bytes() {
    for torn in
        ["=?a?Q? ", "=?a?B?", "=?", "=?utf-8?B?4?=", "=?utf-8?Q?=E6?= ", "=?x?Q?=?=", "%E9", "\\", "a=\""]
    {
        let torn = torn.repeat(900_000 / torn.len());
        let raw = format!(
            "From: a@b.example\nSubject: {torn}\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\
             Content-Disposition: attachment\nContent-Type: text/plain; name={torn}\n\nbytes\n--b--\n"
        );
        let facts = read_and_go_on(raw.as_bytes());
        assert_eq!((facts.parts.len(), facts.trouble.len()), (1, 0), "{:?}", facts.trouble);
        assert!(facts.parts[0].name.chars().count() <= 120);
    }
}

#[test]
fn a_boundary_of_any_size_is_none() {
    let boundary = "b".repeat(1_000_000);
    let raw = format!(
        "From: a@b.example\nContent-Type: multipart/mixed; boundary={boundary}\n\n--{boundary}\n\nx\n--{boundary}--\n"
    );
    let facts = read_and_go_on(raw.as_bytes());
    assert!(facts.parts.is_empty() && facts.text.starts_with("--bbb"));
}

#[test]
fn lines_that_look_like_boundaries_are_counted() {
    let head = "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n";
    let raw = format!("{head}{}", "--c\n".repeat(2_000_000));
    says(&read_and_go_on(raw.as_bytes()), "疑似分段");
}

#[test]
fn html_of_torn_tags_is_text_in_time() {
    for torn in ["<div>", "<a b=\"", "<style>", "<td><p>", "<!--", "&#", "<div hidden>", "<img src=cid:a>"] {
        let head = "From: a@b.example\nSubject: html\nContent-Type: text/html; charset=utf-8\n\n您好";
        let raw = format!("{head}{}", torn.repeat(1_000_000 / torn.len()));
        let facts = read_and_go_on(raw.as_bytes());
        assert!(
            facts.text.starts_with("您好"),
            "{torn}: {:?}",
            facts.text.chars().take(20).collect::<String>()
        );
    }
}

#[test]
fn two_thousand_pictures_in_a_long_text_are_looked_up_once() {
    let mut raw =
        "From: a@b.example\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n"
            .to_owned();
    raw.push_str(&"<img src=\"cid:no\">".repeat(40_000));
    for number in 0..1_900 {
        write!(raw, "\n--b\nContent-Type: image/png; name=a.png\nContent-ID: <p{number}@x>\n\nx").unwrap();
    }
    raw.push_str("\n--b--\n");
    assert_eq!(read_and_go_on(raw.as_bytes()).parts.len(), 1_900);
}

#[test]
fn blocks_of_uuencode_without_end_are_bounded() {
    let blocks = "begin 644 a.txt\n#0V%T\n`\nend\n".repeat(20_000);
    let facts = read_and_go_on(format!("From: a@b.example\n\n{blocks}").as_bytes());
    assert_eq!(facts.parts.len(), Limits::HOUSE.parts);
    says(&facts, "其余未列出");
    let begins = "begin 644 a\n#0V%T\n".repeat(100_000);
    says(&read_and_go_on(format!("From: a@b.example\n\n{begins}").as_bytes()), "其余未列出");
}

/// Lengths that lie: every attribute and property says that it goes on for four gigabytes, or is one of a billion.
#[test]
fn a_winmail_whose_lengths_lie_is_said_to_be_cut() {
    let attribute = |id: u32, length: u32, data: &[u8]| {
        [&[2][..], &id.to_le_bytes(), &length.to_le_bytes(), data, &[0, 0]].concat()
    };
    let head = [&[0x78, 0x9f, 0x3e, 0x22, 1, 0][..], &attribute(0x0006_9002, 0, &[])].concat();
    let many_values =
        [u32::MAX.to_le_bytes().as_slice(), &[0x1e, 0x10, 0x07, 0x37], &u32::MAX.to_le_bytes()].concat();
    let many_values = [many_values, vec![0; 4_000_000]].concat();
    for tail in [
        attribute(0x0006_800f, u32::MAX, b"x"),
        attribute(0x0006_9005, u32::MAX, &many_values),
        attribute(0x0006_9005, u32::try_from(many_values.len()).unwrap(), &many_values),
        attribute(0x0006_9002, 0, &[]).repeat(300_000),
    ] {
        let mut raw = b"From: a@b.example\nContent-Type: application/ms-tnef; name=winmail.dat\n\n".to_vec();
        raw.extend([head.clone(), tail].concat());
        let facts = read_and_go_on(&raw);
        assert_eq!(facts.parts[0].media_type, "application/ms-tnef");
        assert!(facts.parts.iter().all(|part| part.file.is_some() || part.trouble.is_some()));
    }
}

#[test]
fn apple_files_in_apple_files_are_opened_to_a_depth() {
    let mut file = b"the data".to_vec();
    for _ in 0..3_000 {
        let length = u32::try_from(file.len()).unwrap().to_be_bytes();
        let head = [&[0, 5, 0x16, 0, 0, 2, 0, 0][..], &[b' '; 16], &[0, 1, 0, 0, 0, 1, 0, 0, 0, 38]].concat();
        file = [head, length.to_vec(), file].concat();
    }
    let mut raw = b"From: a@b.example\nContent-Type: application/applefile; name=a\n\n".to_vec();
    raw.extend(file);
    let facts = read_and_go_on(&raw);
    assert_eq!(facts.parts.len(), Limits::HOUSE.archive_depth + 1);
    assert!(facts.parts.last().unwrap().trouble.as_ref().unwrap().contains("嵌套超过"));
}

/// Some programs never write the last boundary; others lose the line on the way.
#[test]
fn a_file_that_is_whole_by_itself_is_read_though_its_mail_breaks_off_behind_it() {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().write_string(0, 0, "统计表").unwrap();
    let bytes = base64(&book.save_to_buffer().unwrap());
    let head = "From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\
                Content-Type: application/octet-stream; name=a.xlsx\nContent-Transfer-Encoding: base64\n\n";
    let mail = |bytes: &[u8], end: &str| [head.as_bytes(), bytes, end.as_bytes()].concat();
    let whole = read_and_go_on(&mail(&bytes, "\n--b--\n"));
    assert!(whole.trouble.is_empty() && whole.parts[0].trouble.is_none(), "{whole:?}");
    let open = read_and_go_on(&mail(&bytes, "\n"));
    assert_eq!((&open.parts[0].trouble, &open.parts[0].content), (&None, &whole.parts[0].content));
    says(&open, "没有结束标记，后面可能还有附件");
    for cut in [4, 40, 400] {
        let cut = read_and_go_on(&mail(&bytes[..bytes.len() - cut], "\n"));
        assert!(cut.parts[0].trouble.as_ref().is_some_and(|why| why.contains("截断")), "{cut:?}");
    }
}
