//! Keeps the house as it was drawn: floors, vendors in their rooms, SQL in the store, one clock, heads, and lengths.
//! It reads the sources as text, with strings and comments blanked where they could mislead.

// Clippy's allowance for tests does not reach their helpers.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs;
use std::path::{Path, PathBuf};

/// Rooms by floor. Imports go strictly downward; rooms of one floor do not know one another.
const FLOORS: &[(u8, &[&str])] = &[
    (9, &["main"]),
    (8, &["cli"]),
    (7, &["daemon", "rehearsal"]),
    (6, &["config"]),
    (5, &["web"]),
    (4, &["intake", "remind", "deliver", "report"]),
    (3, &["reader"]),
    (2, &["imap", "smtp", "mime", "archive", "sheet", "document", "media", "store", "download"]),
    (1, &["recognition", "form", "talk"]),
    (0, &["domain", "clock", "fault"]),
];

/// Who may not import whom although the floors would allow it: the cage has no store and no network.
const FORBIDDEN: &[(&str, &[&str])] = &[("reader", &["imap", "smtp", "store", "download"])];

/// Each vendor's crate and the rooms that may speak to it.
const VENDORS: &[(&str, &[&str])] = &[
    ("async_imap", &["imap"]),
    ("argon2", &["web"]),
    ("axum", &["web"]),
    ("base64_simd", &["mime", "rehearsal"]),
    ("bzip2", &["archive"]),
    ("calamine", &["sheet"]),
    ("cfb", &["document", "mime", "sheet", "rehearsal"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("flate2", &["archive", "rehearsal"]),
    ("httparse", &["download"]),
    ("image", &["media", "document", "rehearsal"]),
    ("indicatif", &["cli"]),
    ("landlock", &["reader"]),
    ("lettre", &["smtp"]),
    ("lopdf", &["document", "rehearsal"]),
    ("lzma_rust2", &["archive"]),
    ("mail_parser", &["mime"]),
    ("minijinja", &["remind", "web"]),
    ("nom_exif", &["media"]),
    ("quick_xml", &["document", "sheet"]),
    ("rars", &["archive"]),
    ("rlimit", &["reader"]),
    ("rusqlite", &["store"]),
    ("rust_xlsxwriter", &["report", "rehearsal"]),
    ("seccompiler", &["reader"]),
    ("sevenz_rust2", &["archive"]),
    ("toml", &["config"]),
    ("zip", &["archive", "document", "sheet", "rehearsal"]),
];

const MAX_FILE_LINES: usize = 400;
const MAX_FUNCTION_LINES: usize = 70;

struct Source {
    path: PathBuf,
    room: String,
    text: String,
    /// Comments and string contents blanked, line numbers kept.
    code: String,
}

fn sources(folders: &[&str]) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in folders {
        collect(&root.join(folder), root, &mut found);
    }
    assert!(found.len() > 20, "only {} sources found: the test looks in the wrong place", found.len());
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn collect(folder: &Path, root: &Path, found: &mut Vec<Source>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, root, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let relative = path.strip_prefix(root).unwrap().to_path_buf();
            let room = relative.components().nth(1).unwrap().as_os_str().to_string_lossy();
            let room = room.trim_end_matches(".rs").to_owned();
            let code = blank(&text);
            found.push(Source { path: relative, room, text, code });
        }
    }
}

/// Replaces the contents of comments, strings and character literals by spaces.
fn blank(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let keep = |c: char| if c == '\n' { '\n' } else { ' ' };
    while at < chars.len() {
        let rest = &chars[at..];
        let length = match rest {
            ['/', '/', ..] => rest.iter().position(|c| *c == '\n').unwrap_or(rest.len()),
            ['/', '*', ..] => find(rest, "*/", 2).map_or(rest.len(), |end| end + 2),
            ['r', '"', ..] | ['r', '#', '"' | '#', ..] => raw_string_length(rest),
            ['"', ..] => string_length(rest),
            ['\'', '\\', ..] => rest.iter().skip(3).position(|c| *c == '\'').map_or(1, |end| end + 4),
            ['\'', _, '\'', ..] => 3,
            _ => 0,
        };
        if length == 0 {
            out.push(chars[at]);
            at += 1;
        } else {
            let quoted = rest[0] == '"' || rest[0] == 'r' || rest[0] == '\'';
            out.push(if quoted { '"' } else { ' ' });
            out.extend(rest[1..length].iter().map(|c| keep(*c)));
            at += length;
        }
    }
    out
}

fn find(chars: &[char], needle: &str, from: usize) -> Option<usize> {
    let needle: Vec<char> = needle.chars().collect();
    (from..chars.len().saturating_sub(needle.len() - 1)).find(|at| chars[*at..].starts_with(&needle))
}

fn string_length(chars: &[char]) -> usize {
    let mut at = 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(chars.len())
}

fn raw_string_length(chars: &[char]) -> usize {
    let hashes = chars[1..].iter().take_while(|c| **c == '#').count();
    if chars.get(1 + hashes) != Some(&'"') {
        return 0; // a raw identifier
    }
    let end = format!("\"{}", "#".repeat(hashes));
    find(chars, &end, 2 + hashes).map_or(chars.len(), |at| at + 1 + hashes)
}

fn floor_of(room: &str) -> Option<u8> {
    FLOORS.iter().find(|(_, rooms)| rooms.contains(&room)).map(|(floor, _)| *floor)
}

/// Words that follow `before` in the code, with their line numbers.
fn words_after<'a>(code: &'a str, before: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
    code.match_indices(before).filter_map(move |(at, _)| {
        let preceded = code[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_');
        let rest = &code[at + before.len()..];
        let word = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("");
        (!preceded).then(|| (code[..at].lines().count().max(1), word))
    })
}

fn verdict(problems: Vec<String>) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn imports_go_strictly_downward() {
    let mut problems = Vec::new();
    for source in sources(&["src"]) {
        if source.room == "lib" {
            continue;
        }
        let Some(floor) = floor_of(&source.room) else {
            problems.push(format!("{}: room {} stands on no floor", source.path.display(), source.room));
            continue;
        };
        let crate_words = words_after(&source.code, "crate::").chain(words_after(&source.code, "shouwen::"));
        for (line, target) in crate_words.filter(|(_, target)| *target != source.room) {
            let Some(below) = floor_of(target) else { continue };
            let banned = FORBIDDEN.iter().any(|(room, not)| *room == source.room && not.contains(&target));
            if below >= floor || banned {
                let path = source.path.display();
                problems.push(format!(
                    "{path}:{line}: {} (floor {floor}) imports {target} (floor {below})",
                    source.room
                ));
            }
        }
    }
    verdict(problems);
}

#[test]
fn every_vendor_stays_in_its_room() {
    let mut problems = Vec::new();
    let mut met = 0;
    for source in sources(&["src"]) {
        for (vendor, rooms) in VENDORS {
            let named = format!("{vendor}::");
            let uses = source.code.match_indices(&named).filter(|(at, _)| {
                !source.code[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
            });
            for (at, _) in uses {
                met += 1;
                if !rooms.contains(&source.room.as_str()) {
                    let line = source.code[..at].lines().count();
                    problems.push(format!("{}:{line}: {vendor} belongs to {rooms:?}", source.path.display()));
                }
            }
        }
    }
    assert!(met > 20, "only {met} uses of vendors found");
    verdict(problems);
}

#[test]
fn sql_lives_in_the_store_and_now_in_the_clock() {
    let mut problems = Vec::new();
    for source in sources(&["src"]) {
        if source.room != "store" {
            let statements = ["INSERT INTO ", "DELETE FROM ", "CREATE TABLE ", "PRAGMA "];
            for (number, line) in source.text.lines().enumerate().filter(|(_, line)| !is_comment(line)) {
                // IMAP has a SELECT of its own; that of SQL is from something.
                let asks = line.contains("SELECT ") && line.contains(" FROM ");
                let changes = line.contains("UPDATE ") && line.contains(" SET ");
                if asks || changes || statements.iter().any(|word| line.contains(word)) {
                    problems.push(format!("{}:{}: SQL outside store", source.path.display(), number + 1));
                }
            }
        }
        if source.room != "clock" {
            let nows = ["Timestamp::now(", "SystemTime::now(", "Zoned::now(", "ZonedDateTime::now("];
            for now in nows.iter().filter(|now| source.code.contains(**now)) {
                problems.push(format!("{}: {now}) outside clock", source.path.display()));
            }
        }
    }
    verdict(problems);
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

#[test]
fn files_open_with_their_reason_and_fit() {
    let mut problems = Vec::new();
    for source in sources(&["src", "tests", "benches", "fuzz"]) {
        let path = source.path.display();
        if !source.text.starts_with("//!") {
            problems.push(format!("{path}: does not open with //! saying why it is so"));
        }
        let lines = source.text.lines().count();
        if lines > MAX_FILE_LINES {
            problems.push(format!("{path}: {lines} lines, {MAX_FILE_LINES} allowed"));
        }
    }
    verdict(problems);
}

#[test]
fn functions_fit_a_screen() {
    let mut problems = Vec::new();
    let mut met = 0;
    for source in sources(&["src", "tests", "benches"]) {
        let code = &source.code;
        for (at, _) in code.match_indices("fn ") {
            if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
                continue;
            }
            let Some(length) = function_lines(&code[at..]) else { continue };
            met += 1;
            if length > MAX_FUNCTION_LINES {
                let line = code[..at].lines().count();
                problems.push(format!("{}:{line}: a function of {length} lines", source.path.display()));
            }
        }
    }
    assert!(met > 100, "only {met} functions found");
    verdict(problems);
}

/// Lines from `fn` to the brace that closes its body; none for a declaration without body.
fn function_lines(code: &str) -> Option<usize> {
    let opens = code.find('{')?;
    if code.find(';').is_some_and(|semicolon| semicolon < opens && !code[..semicolon].contains('[')) {
        return None;
    }
    let mut depth = 0usize;
    for (at, c) in code[opens..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(code[..=opens + at].lines().count());
        }
    }
    None
}

#[test]
fn nothing_is_left_unfinished_and_nothing_is_unsafe() {
    let mut problems = Vec::new();
    for source in sources(&["src"]) {
        for word in ["todo!(", "unimplemented!(", "unsafe {", "unsafe fn", "dbg!("] {
            if source.code.contains(word) {
                problems.push(format!("{}: {word}", source.path.display()));
            }
        }
    }
    verdict(problems);
}

#[test]
fn the_floor_table_of_the_documentation_is_this_one() {
    let table: Vec<String> =
        FLOORS.iter().map(|(floor, rooms)| format!("{floor}  {}", rooms.join(", "))).collect();
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ARCHITECTURE.md")).unwrap();
    for line in table {
        assert!(text.lines().any(|l| l.trim() == line), "docs/ARCHITECTURE.md lacks the line: {line}");
    }
}
