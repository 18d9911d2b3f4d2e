//! The walk over mails made up here: the structure does not depend on how the bytes come, nothing ends it, and every
//! leaf has exactly its bytes.

use std::io::{Cursor, Read};

use super::lines::WINDOW_BYTES;
use super::structure::{Structure, structure};
use super::{Caps, walk};

const CAPS: Caps =
    Caps { header_bytes: 10_000, boundary_lines: 10_000, nesting: 8, parts: 200, text_bytes: 10_000 };

/// Text, a picture, a forwarded mail with the same boundary as its own, a text that was to be a multipart, and a digest.
const MAIL: &str = "\n\nFrom: a@b.example\nContent-Type: multipart/mixed; boundary=\"b\"\n\npreamble\n--c\n--b\n\n\
    text\n--bc\n--\n\n--b \t\nContent-Type: multipart/alternative; boundary=b2\n\n--b2\n\nplain\n--b2\n\
    Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<p>=E4=BD=\n=A0\n--b2--\nepilogue\n--b\n\
    Content-Type: image/png; name=x.png\nContent-Transfer-Encoding: base64\n\niVBORw0K\nGgo=\n--b\n\
    Content-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ninner\n--b--\n\n--b\n\
    Content-Type: multipart/mixed; boundary=never\n\nalone\n--b\nContent-Type: multipart/digest; boundary=d\n\n--d\n\n\
    Subject: one\n\n1\n--b\nContent-Type: text/csv\n\na,b\n\n--b--\nepilogue\n--b\n\nlate\n";

fn with_crlf(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}

/// A source that gives a few bytes at a time.
struct Drip<'x>(&'x [u8], usize);

impl Read for Drip<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let room = out.len().min(self.1);
        self.0.read(&mut out[..room])
    }
}

fn found(raw: &[u8], drip: usize, window: usize) -> Structure {
    structure(Drip(raw, drip), u64::try_from(raw.len()).unwrap(), window, &CAPS).unwrap()
}

fn leaves(raw: &[u8]) -> Vec<(String, String, bool)> {
    let mut mail = Cursor::new(raw);
    let walked = walk(&mut mail, &CAPS).unwrap();
    assert_eq!(walked.trouble, None);
    let each = walked.leaves.iter().map(|leaf| {
        let (mut decoded, mut bytes) = (Vec::new(), leaf.bytes(&mut mail).unwrap());
        bytes.read_to_end(&mut decoded).unwrap();
        let text = String::from_utf8_lossy(&decoded).replace("\r\n", "\n");
        (leaf.declared_type.clone(), text, bytes.is_damaged())
    });
    each.collect()
}

#[test]
fn every_leaf_has_exactly_its_bytes() {
    let inner = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\ninner\n--b--\n";
    let expected = [
        ("text/plain", "text\n--bc\n--\n"),
        ("text/plain", "plain"),
        ("text/html", "<p>你"),
        ("image/png", "\u{fffd}PNG\n\u{1a}\n"),
        ("message/rfc822", inner),
        ("multipart/mixed", "alone"),
        ("message/rfc822", "Subject: one\n\n1"),
        ("text/csv", "a,b\n"),
        // Behind the last boundary the same one divides again; of what is not ended nobody knows whether it is whole.
        ("text/plain", "late\n"),
    ]
    .map(|(kind, text)| (kind.to_owned(), text.to_owned(), text == "late\n"));
    assert_eq!(leaves(MAIL.as_bytes()), expected);
    assert_eq!(leaves(&with_crlf(MAIL)), expected);
}

#[test]
fn a_multipart_is_divided_by_what_really_divides_it() {
    let parts =
        "before\n--X.1\nContent-Type: text/plain\n\none\n--X.1\ncontent-type: text/csv\n\ntwo\n--X.1--\n";
    let found = |header: &str| {
        let found = leaves(format!("{header}\n{parts}").as_bytes());
        found.into_iter().map(|(_, text, is_cut)| (text, is_cut)).collect::<Vec<_>>()
    };
    let both = [("one".to_owned(), false), ("two".to_owned(), false)];
    for header in [
        "Content-Type: multipart/mixed; boundary=other\n",
        "Content-Type: multipart/mixed; boundary=\n",
        "Content-Type: multipart/mixed\n",
        "Content-Type: multipart; boundary=X.1\n",
        "Content-Type: mixed; boundary=\"X.1\"\n",
    ] {
        assert_eq!(found(header), both, "{header}");
    }
    let untyped = found("Subject: x\n");
    assert_eq!(untyped, [&[("before".to_owned(), false)][..], &both].concat());
    // A text that quotes a mail, or rules lines, is a text.
    assert_eq!(found("Content-Type: text/plain\n").len(), 1);
    assert_eq!(leaves(b"Subject: x\n\none\n----\nContent-Type: x\n\ntwo\n").len(), 1);
    assert_eq!(leaves(b"Subject: x\n\none\n--X\ntwo\n").len(), 1);
}

#[test]
fn a_file_around_the_parts_is_found() {
    let block = "begin 644 a.txt\n#86)C\n`\nend\n";
    let found = |before: &str, behind: &str| {
        let raw =
            format!("Content-Type: multipart/mixed; boundary=b\n\n{before}--b\n\ntext\n--b--\n{behind}");
        leaves(raw.as_bytes()).into_iter().map(|(_, text, _)| text).collect::<Vec<_>>()
    };
    assert_eq!(found("This is a multi-part message in MIME format.\n", "footer\n"), ["text"]);
    assert_eq!(found(block, ""), [block.trim_end(), "text"]);
    assert_eq!(found("", block), ["text", block]);
    assert_eq!(found(&"words\n".repeat(500), "").len(), 2);
}

#[test]
fn however_the_bytes_come_the_structure_is_the_same() {
    for raw in [MAIL.as_bytes().to_vec(), with_crlf(MAIL)] {
        let whole = format!("{:?}", found(&raw, WINDOW_BYTES, WINDOW_BYTES));
        for size in 1..raw.len() {
            assert_eq!(format!("{:?}", found(&raw, size, WINDOW_BYTES)), whole, "in pieces of {size}");
            assert_eq!(format!("{:?}", found(&raw, WINDOW_BYTES, size)), whole, "through a window of {size}");
        }
    }
}

#[test]
fn a_mail_cut_anywhere_loses_no_leaf_before_the_cut() {
    let raw = with_crlf(MAIL);
    let whole = found(&raw, WINDOW_BYTES, WINDOW_BYTES);
    for cut in 0..raw.len() {
        let part = found(&raw[..cut], WINDOW_BYTES, WINDOW_BYTES);
        let end = u64::try_from(cut).unwrap();
        // Its last leaf is the one that was cut, unless a boundary was.
        let complete = whole.pieces.iter().filter(|piece| piece.body.end + 12 < end).count();
        assert!(part.pieces.len() >= complete, "cut at {cut}");
        for (one, other) in part.pieces.iter().zip(&whole.pieces).take(complete) {
            assert_eq!(one.body, other.body, "cut at {cut}");
            assert!(!one.is_cut, "cut at {cut}");
        }
    }
    let in_picture =
        &raw[..raw.windows(4).position(|window| window == b"GgoK" || window == b"Ggo=").unwrap()];
    let last = leaves(in_picture).pop().unwrap();
    assert_eq!((last.0.as_str(), last.2), ("image/png", true));
}

#[test]
fn no_change_of_a_mail_ends_the_walk() {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(below).unwrap()).unwrap()
    };
    for round in 0..5_000 {
        let mut raw = if round % 2 == 0 { MAIL.as_bytes().to_vec() } else { with_crlf(MAIL) };
        for _ in 0..1 + random(8) {
            let (at, from) = (random(raw.len()), random(raw.len()));
            let piece = raw[from..(from + random(60)).min(raw.len())].to_vec();
            match random(3) {
                0 => raw[at] = b"\r\n-b:=;\"\0\xff"[random(10)],
                1 => drop(raw.splice(at..at, piece)),
                _ => drop(raw.drain(at..(at + random(20)).min(raw.len()))),
            }
        }
        let whole = found(&raw, WINDOW_BYTES, WINDOW_BYTES);
        let dripped = found(&raw, 1 + random(20), 1 + random(50));
        assert_eq!(format!("{whole:?}"), format!("{dripped:?}"));
        let mut after = 0;
        for piece in &whole.pieces {
            assert!(after <= piece.body.start && piece.body.start <= piece.body.end, "{whole:?}");
            after = piece.body.end;
        }
        assert!(usize::try_from(after).unwrap() <= raw.len());
        walk(&mut Cursor::new(&raw), &CAPS).unwrap();
    }
}

#[test]
fn a_mail_beyond_the_caps_keeps_its_header_and_says_why() {
    let trouble = |body: String| {
        let raw = format!("Subject: wild\nContent-Type: multipart/mixed; boundary=b\n\n{body}");
        let walked = walk(&mut Cursor::new(raw.as_bytes()), &CAPS).unwrap();
        assert_eq!((walked.fields.text("subject").as_str(), walked.leaves.len()), ("wild", 0));
        walked.trouble.unwrap_or_default()
    };
    assert!(trouble("--b\n\n".repeat(201)).contains("分段超过200"));
    assert!(trouble("--x\n".repeat(10_001)).contains("疑似分段的行超过10000"));
    assert!(trouble(format!("--b\nX: {}\n", "x".repeat(10_000))).contains("邮件头"));
    let nested = (0..9).map(|n| format!("--b{n}\nContent-Type: multipart/mixed; boundary=b{}\n\n", n + 1));
    assert!(trouble(nested.collect::<String>().replacen("b0", "b", 1)).contains("嵌套超过8层"));
}

#[test]
fn a_header_whose_lines_end_in_two_returns_still_ends() {
    let raw = MAIL.replace('\n', "\r\r\n").into_bytes();
    let kinds = |raw: &[u8]| leaves(raw).into_iter().map(|(kind, ..)| kind).collect::<Vec<_>>();
    assert_eq!(kinds(&raw), kinds(MAIL.as_bytes()));
    let plain = leaves(b"Subject: x\r\r\n\r\r\nmaterial\r\r\n").pop().unwrap();
    assert!(plain.1.starts_with("material"), "{plain:?}");
}
