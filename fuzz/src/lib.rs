//! Where hostile bytes enter, and what must hold for any of them. The fuzz targets feed these functions with what they
//! think of; `tests/corpus/fuzz.rs` of the main crate includes this file and feeds them with every finding kept in
//! `corpus-kept/`. A broken rule is a panic.

use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use shouwen::domain::facts::LinkFacts;
use shouwen::domain::message::Authenticity;
use shouwen::mime::{self, Body, Fields, Structured};
use shouwen::reader::{Limits, look_at, names};
use shouwen::{archive, document};

/// What is fed with bytes.
type Target = fn(&[u8]);

/// Every target by its name, which is also that of its folder in `corpus-kept/`.
pub const TARGETS: &[(&str, Target)] = &[
    ("headers", headers),
    ("sender", sender),
    ("mime_walk", mime_walk),
    ("names", names_of_parts),
    ("links", links),
    ("archive", archive),
    ("sheet", sheet),
    ("docx", docx),
    ("pdf", pdf),
    ("tnef", tnef),
];

const LIMITS: Limits = Limits::HOUSE;
/// Characters of one name, as people see it (`reliability.md` 44).
const NAME_CHARS_MAX: usize = 120;

/// A parser of somebody else may panic: that costs its part. It may not end the process, hang, or eat the memory.
fn contained(parse: impl FnOnce()) {
    let _ = catch_unwind(AssertUnwindSafe(parse));
}

/// A header section as the word of the receiving server: nobody passes without a result that names the server of the
/// topmost `Received`.
pub fn sender(bytes: &[u8]) {
    let fields = Fields::parse(bytes);
    let check = mime::sender_check(&fields, "alice@school.example");
    assert!(!check.why.contains(char::is_control), "a control character in {:?}", check.why);
    if check.verdict == Authenticity::Unverified {
        return;
    }
    let host = fields.text("received").to_lowercase();
    let mut results = fields.iter().filter(|(name, _)| *name == "authentication-results");
    let is_its = |(_, raw): (&str, &[u8])| {
        let said = String::from_utf8_lossy(raw).to_lowercase();
        said.split(|c: char| c == ';' || c == ' ' || c.is_control())
            .find(|word| !word.is_empty())
            .is_some_and(|server| host.contains(server))
    };
    assert!(results.any(is_its), "{check:?} without a result of {host:?}");
}

/// A header section: fields, their decoded values and parameters, and the facts made of them.
pub fn headers(bytes: &[u8]) {
    let fields = Fields::parse(bytes);
    for (name, raw) in fields.iter() {
        assert!(!name.is_empty() && !name.contains(|c: char| c.is_ascii_uppercase() || c.is_whitespace()));
        let text = fields.text(name);
        assert!(!text.contains(char::is_control), "a control character in {text:?}");
        let parsed = Structured::parse(raw);
        assert!(!parsed.value.contains(|c: char| c.is_ascii_uppercase()));
        for parameter in ["filename", "name", "boundary", "charset"] {
            let _ = (parsed.plain(parameter), parsed.decoded(parameter));
        }
    }
    let _ = mime::arrival(bytes, Default::default());
    let Ok(walked) = mime::walk_header(&mut Cursor::new(bytes), &LIMITS.mime) else { return };
    let facts = mime::header_facts(&walked);
    assert!(!facts.from.contains(char::is_control) && !facts.subject.contains(char::is_control));
}

/// A whole mail: walked, its parts read, its text and links found; and the same mail with the other line ends is the
/// same mail.
pub fn mime_walk(bytes: &[u8]) {
    read_mail(bytes);
    let lf: Vec<u8> = bytes.iter().copied().filter(|&byte| byte != b'\r').collect();
    let mut crlf = Vec::with_capacity(lf.len() * 2);
    for &byte in &lf {
        crlf.extend_from_slice(if byte == b'\n' { b"\r\n" } else { std::slice::from_ref(&byte) });
    }
    assert_eq!(read_mail(&lf), read_mail(&crlf), "LF and CRLF differ");
}

/// What of a mail must not depend on its line ends.
#[derive(Debug, PartialEq)]
struct Seen {
    subject: String,
    /// Type, name and bytes of each leaf; whether it is damaged.
    leaves: Vec<(String, String, Vec<u8>, bool)>,
    text: Option<(String, String)>,
    links: Vec<LinkFacts>,
    trouble: Option<String>,
}

fn read_mail(bytes: &[u8]) -> Option<Seen> {
    let mut mail = Cursor::new(bytes);
    let walked = mime::walk(&mut mail, &LIMITS.mime).ok()?;
    assert!(walked.leaves.len() <= LIMITS.mime.parts);
    let body = mime::body(walked.leaves.iter(), LIMITS.body_text_bytes);
    let mut leaves = Vec::new();
    for leaf in &walked.leaves {
        let mut content = Vec::new();
        let mut read = leaf.bytes(&mut mail).ok()?;
        read.read_to_end(&mut content).ok()?;
        let is_damaged = read.is_damaged();
        assert!(content.len() <= bytes.len() + 3, "a leaf is larger than its mail");
        content.retain(|&byte| byte != b'\r');
        leaves.push((leaf.declared_type.clone(), leaf.name.clone(), content, is_damaged));
    }
    let (text, links) = if walked.leaves.iter().any(is_wide) {
        (None, Vec::new())
    } else {
        (Some((body.text.clone(), body.quoted.clone())), mime::links(&body, false))
    };
    let subject = mime::header_facts(&walked).subject;
    Some(Seen { subject, leaves, text, links, trouble: walked.trouble })
}

/// Whether a byte more shifts all characters that follow.
fn is_wide(leaf: &mime::Leaf) -> bool {
    let label = leaf.fields.structured("content-type").plain("charset").unwrap_or_default();
    let label = label.to_ascii_lowercase();
    ["utf-16", "ucs-2", "unicode", "iso-10646"].iter().any(|wide| label.contains(wide))
}

/// A file name as it stands in a header or an archive: decoded, then made fit for people and disks.
pub fn names_of_parts(bytes: &[u8]) {
    let header = [b"attachment; filename=", bytes].concat();
    let decoded = Structured::parse(&header).decoded("filename").unwrap_or_default();
    let mut paths = names::Paths::default();
    let mut given = std::collections::HashSet::new();
    for raw in [decoded, mime::charset::text(bytes, None), String::from_utf8_lossy(bytes).into_owned()] {
        let name = names::attachment_name(&raw);
        check_segment(&name);
        let path = names::member_path(&raw);
        if !path.is_empty() {
            path.split('/').for_each(check_segment);
            path.split('/').for_each(|segment| assert!(!segment.is_empty(), "an empty folder in {path:?}"));
        }
        for name in [name, path] {
            assert!(given.insert(paths.place(None, &name)), "{name:?} given out twice");
            assert!(given.insert(paths.place(Some("a.zip"), &name)), "{name:?} given out twice");
        }
    }
}

fn check_segment(name: &str) {
    let is_bad = |c: char| {
        c.is_control()
            || matches!(c, '/' | '\\' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!name.contains(is_bad), "{name:?} holds what no name may");
    assert!(!matches!(name, "." | ".."), "{name:?} leads out");
    assert_eq!(name, name.trim(), "blanks around {name:?}");
    let count = name.chars().count();
    assert!(count <= NAME_CHARS_MAX, "a name of {count} characters");
}

/// A text and a page in which cloud attachments are looked for.
pub fn links(bytes: &[u8]) {
    let source = String::from_utf8_lossy(bytes).into_owned();
    for body in
        [Body { html: source.clone(), ..Body::default() }, Body { plain: source.clone(), ..Body::default() }]
    {
        for is_forward in [false, true] {
            let found = mime::links(&body, is_forward);
            assert!(found.len() <= 50, "{} links", found.len());
            for link in found {
                let is_address = link.url.starts_with("http://") || link.url.starts_with("https://");
                assert!(is_address, "{:?} is no address", link.url);
                assert!(!link.url.contains(|c: char| c.is_control() || c.is_whitespace()), "{:?}", link.url);
                let told = format!("{}{}", link.name, link.code.unwrap_or_default());
                assert!(!told.contains(char::is_control), "a control character in {told:?}");
            }
        }
    }
}

/// An archive of any format, unpacked within its budget.
pub fn archive(bytes: &[u8]) {
    use archive::Format::{Bzip2, Gzip, Rar, Seven, Tar, Xz, Zip};
    let spool = std::env::temp_dir().join(format!("shouwen-fuzz-{}", std::process::id()));
    for format in [Zip, Rar, Seven, Tar, Gzip, Bzip2, Xz] {
        let budget = archive::Budget::new(LIMITS.archive);
        let passwords = ["123456".to_owned()];
        let job = archive::Job { budget: &budget, depth: 0, passwords: &passwords, spool: &spool };
        let mut total = 0;
        contained(|| {
            archive::unpack(format, Cursor::new(bytes.to_vec()), job, &mut |member| {
                if let Ok(content) = member.bytes {
                    total += std::io::copy(content, &mut std::io::sink()).unwrap_or(0);
                }
            });
        });
        assert!(total <= LIMITS.archive.total_bytes, "{total} bytes unpacked");
    }
    let _ = std::fs::remove_file(&spool);
}

/// A workbook of any kind, text and pages included.
pub fn sheet(bytes: &[u8]) {
    let _ = look_at(bytes.to_vec(), "a.csv", &LIMITS);
    let _ = look_at(bytes.to_vec(), "a.xls", &LIMITS);
}

/// A document of Word, new and old, RTF, and their relatives.
pub fn docx(bytes: &[u8]) {
    let _ = look_at(bytes.to_vec(), "a.doc", &LIMITS);
    contained(|| {
        document::docx_pictures(Cursor::new(bytes), &LIMITS.document, &mut |picture| drop(picture.name));
    });
}

/// A PDF, and the pictures on its pages.
pub fn pdf(bytes: &[u8]) {
    let _ = look_at(bytes.to_vec(), "a.pdf", &LIMITS);
}

/// A mail of Outlook in either wrapping: winmail.dat (TNEF) and .msg.
pub fn tnef(bytes: &[u8]) {
    let mut total = 0;
    let mut each = |enclosed: mime::Enclosed<'_>| {
        if let Ok(content) = enclosed.bytes {
            total += std::io::copy(content, &mut std::io::sink()).unwrap_or(0);
        }
    };
    let tnef = mime::read_tnef(&mut Cursor::new(bytes), &mut each);
    assert!(tnef.is_ok(), "bytes in memory cannot fail to be read");
    let msg = mime::read_msg(Cursor::new(bytes), &mut each);
    for mail in tnef.ok().flatten().into_iter().chain(msg) {
        assert!(!mail.from.contains(char::is_control), "a control character in {:?}", mail.from);
        let _ = document::read_rtf(&mail.rtf, &LIMITS.document);
    }
}
