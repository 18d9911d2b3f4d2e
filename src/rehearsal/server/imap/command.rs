//! What a client asked, read into one word per kind of request. Strict where the RFC is: what it does not allow is
//! answered BAD, so that a client's slip shows in a test.

use crate::rehearsal::server::wire::Wire;
use std::io;

/// Longest command line, and longest literal inside one.
const COMMAND_LIMIT_BYTES: usize = 1 << 20;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    pub tag: String,
    /// The command without tag and line end, for log and script; a password is replaced by `***`.
    pub said: String,
    pub command: Command,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    Capability,
    Noop,
    Logout,
    StartTls,
    Id,
    Idle,
    Close,
    Login { user: String, password: String },
    List { extended: bool, pattern: String },
    Open { read_only: bool, folder: String },
    Status { folder: String, items: Vec<String> },
    Search { by_uid: bool, criteria: Vec<String> },
    Fetch { by_uid: bool, set: NumberSet, items: Vec<Item> },
    Unknown,
    Malformed,
}

impl Command {
    /// The folder it names (on the wire).
    pub fn folder(&self) -> Option<&str> {
        match self {
            Self::Open { folder, .. } | Self::Status { folder, .. } => Some(folder),
            _ => None,
        }
    }
}

/// One thing asked of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    Uid,
    Flags,
    Size,
    InternalDate,
    Body { section: Section, peek: bool, partial: Option<(usize, usize)> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Whole,
    Header,
    Text,
}

/// A set of numbers; `None` stands for `*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NumberSet(Vec<(Option<u32>, Option<u32>)>);

impl NumberSet {
    fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| match text {
            "*" => Some(None),
            digits => digits.parse().ok().filter(|&n: &u32| n > 0).map(Some),
        };
        let range = |text: &str| match text.split_once(':') {
            Some((from, to)) => Some((number(from)?, number(to)?)),
            None => number(text).map(|one| (one, one)),
        };
        text.split(',').map(range).collect::<Option<Vec<_>>>().map(Self)
    }

    /// Whether `number` is meant, where `last` is the largest there is. `n:*` always means the last one too.
    pub fn contains(&self, number: u32, last: u32) -> bool {
        self.0.iter().any(|&(from, to)| {
            let (from, to) = (from.unwrap_or(last), to.unwrap_or(last));
            (from.min(to)..=from.max(to)).contains(&number)
        })
    }

    pub fn descends(&self) -> bool {
        self.0.iter().any(|range| matches!(range, (Some(from), Some(to)) if from > to))
    }
}

/// The next request, with its literals; `None` when the client has gone.
pub(super) async fn read_request(wire: &mut Wire) -> io::Result<Option<Request>> {
    let mut raw = Vec::new();
    loop {
        let Some(line) = wire.read_line(COMMAND_LIMIT_BYTES).await? else { return Ok(None) };
        raw.extend_from_slice(&line);
        let Some((size_bytes, waits)) = literal_at_end(&line) else { break };
        if size_bytes > COMMAND_LIMIT_BYTES {
            break;
        }
        if waits {
            wire.write(b"+ go on\r\n").await?;
            wire.flush().await?;
        }
        raw.extend(wire.read_exact(size_bytes).await?);
    }
    Ok(Some(parse(&raw)))
}

/// The size of the literal this line announces, and whether the client waits to be told to go on.
fn literal_at_end(line: &[u8]) -> Option<(usize, bool)> {
    let text = line.strip_suffix(b"}\r\n")?;
    let at = text.iter().rposition(|&byte| byte == b'{')?;
    let digits = std::str::from_utf8(text.get(at + 1..)?).ok()?;
    let size = digits.trim_end_matches('+').parse().ok()?;
    Some((size, !digits.ends_with('+')))
}

fn parse(raw: &[u8]) -> Request {
    let words = words(raw);
    let text = String::from_utf8_lossy(raw);
    let (tag, said) = text.trim_end_matches(['\r', '\n']).split_once(' ').unwrap_or((text.trim_end(), ""));
    let command = match words.as_deref() {
        Some([Word::Text(_), Word::Text(verb), args @ ..]) if raw.ends_with(b"\r\n") => {
            command(&verb.to_ascii_uppercase(), args)
        }
        _ => Command::Malformed,
    };
    let said = match &command {
        Command::Login { user, .. } => format!("LOGIN {user} ***"),
        _ => said.to_owned(),
    };
    Request { tag: tag.to_owned(), said, command }
}

fn command(verb: &str, args: &[Word]) -> Command {
    use Word::Text;
    match (verb, args) {
        ("CAPABILITY", []) => Command::Capability,
        ("NOOP" | "CHECK", []) => Command::Noop,
        ("LOGOUT", []) => Command::Logout,
        ("STARTTLS", []) => Command::StartTls,
        ("IDLE", []) => Command::Idle,
        ("CLOSE", []) => Command::Close,
        ("ID", [_, ..]) => Command::Id,
        ("LOGIN", [Text(user), Text(password)]) => {
            Command::Login { user: user.clone(), password: password.clone() }
        }
        ("LIST" | "XLIST", [Text(_reference), Text(pattern)]) => {
            Command::List { extended: verb == "XLIST", pattern: pattern.clone() }
        }
        ("EXAMINE" | "SELECT", [Text(folder)]) => {
            Command::Open { read_only: verb == "EXAMINE", folder: folder.clone() }
        }
        ("STATUS", [Text(folder), Word::Open, items @ .., Word::Close]) => {
            Command::Status { folder: folder.clone(), items: texts(items) }
        }
        ("UID", [Text(verb), args @ ..]) => selecting(&verb.to_ascii_uppercase(), args, true),
        _ => selecting(verb, args, false),
    }
}

/// The commands that choose mails, by UID or by their place in the folder.
fn selecting(verb: &str, args: &[Word], by_uid: bool) -> Command {
    match (verb, args) {
        ("SEARCH", [_, ..]) => Command::Search { by_uid, criteria: texts(args) },
        ("FETCH", [Word::Text(set), items @ ..]) => {
            let items = match items {
                [Word::Open, items @ .., Word::Close] => items,
                items => items,
            };
            let items: Option<Vec<Item>> = texts(items).iter().map(|text| item(text)).collect();
            match (NumberSet::parse(set), items) {
                (Some(set), Some(items)) if !items.is_empty() => Command::Fetch { by_uid, set, items },
                _ => Command::Malformed,
            }
        }
        ("FETCH" | "SEARCH" | "LOGIN" | "LIST" | "EXAMINE" | "SELECT" | "STATUS" | "ID", _) => {
            Command::Malformed
        }
        ("CAPABILITY" | "NOOP" | "CHECK" | "LOGOUT" | "STARTTLS" | "IDLE" | "CLOSE", _) => Command::Malformed,
        _ => Command::Unknown,
    }
}

fn item(text: &str) -> Option<Item> {
    let text = text.to_ascii_uppercase();
    match text.as_str() {
        "UID" => return Some(Item::Uid),
        "FLAGS" => return Some(Item::Flags),
        "RFC822.SIZE" => return Some(Item::Size),
        "INTERNALDATE" => return Some(Item::InternalDate),
        _ => {}
    }
    let (peek, rest) = match text.strip_prefix("BODY.PEEK[") {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix("BODY[")?),
    };
    let (section, rest) = rest.split_once(']')?;
    let section = match section {
        "" => Section::Whole,
        "HEADER" => Section::Header,
        "TEXT" => Section::Text,
        _ => return None,
    };
    let partial = match rest {
        "" => None,
        rest => {
            let (from, count) = rest.strip_prefix('<')?.strip_suffix('>')?.split_once('.')?;
            Some((from.parse().ok()?, count.parse().ok().filter(|&count| count > 0)?))
        }
    };
    Some(Item::Body { section, peek, partial })
}

/// One word of a command line: atom, quoted string and literal are the same to us.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    Text(String),
    Open,
    Close,
}

fn texts(words: &[Word]) -> Vec<String> {
    let text = |word: &Word| match word {
        Word::Text(text) => text.clone(),
        Word::Open => "(".to_owned(),
        Word::Close => ")".to_owned(),
    };
    words.iter().map(text).collect()
}

/// Cuts a command into words; `None` when a string in it does not end.
fn words(raw: &[u8]) -> Option<Vec<Word>> {
    let mut words = Vec::new();
    let mut rest = raw;
    while let Some((&first, after)) = rest.split_first() {
        match first {
            b' ' | b'\r' | b'\n' => rest = after,
            b'(' | b')' => {
                words.push(if first == b'(' { Word::Open } else { Word::Close });
                rest = after;
            }
            b'"' | b'{' => {
                let (text, left) = if first == b'"' { quoted(after)? } else { literal(after)? };
                words.push(Word::Text(String::from_utf8_lossy(&text).into_owned()));
                rest = left;
            }
            _ => {
                let (text, left) = atom(rest);
                words.push(Word::Text(String::from_utf8_lossy(text).into_owned()));
                rest = left;
            }
        }
    }
    Some(words)
}

fn quoted(mut rest: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut text = Vec::new();
    loop {
        match rest {
            [b'"', left @ ..] => return Some((text, left)),
            [b'\\', byte @ (b'"' | b'\\'), left @ ..] => {
                text.push(*byte);
                rest = left;
            }
            [] | [b'\r' | b'\n' | b'\\', ..] => return None,
            [byte, left @ ..] => {
                text.push(*byte);
                rest = left;
            }
        }
    }
}

fn literal(rest: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let at = rest.windows(3).position(|three| three == b"}\r\n")?;
    let digits = std::str::from_utf8(rest.get(..at)?).ok()?;
    let (text, left) = rest.get(at + 3..)?.split_at_checked(digits.trim_end_matches('+').parse().ok()?)?;
    Some((text.to_vec(), left))
}

/// Up to the next space or parenthesis; a section in brackets belongs to it whole.
fn atom(rest: &[u8]) -> (&[u8], &[u8]) {
    let mut in_brackets = false;
    let end = rest.iter().position(|byte| match byte {
        b'[' => {
            in_brackets = true;
            false
        }
        b']' => {
            in_brackets = false;
            false
        }
        b'\r' | b'\n' => true,
        b' ' | b'(' | b')' => !in_brackets,
        _ => false,
    });
    rest.split_at(end.unwrap_or(rest.len()))
}
