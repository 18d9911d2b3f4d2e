//! A text with its addresses marked, made of HTML or of plain text alike, so that what is quoted and what stands beside
//! an address is found by lines, whichever program wrote the mail. One pass; whatever is not closed ends it.

use super::super::history::cut_history;

/// Bytes of a body that are looked at for links.
const SOURCE_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Addresses marked.
const MARKS_MAX: usize = 2_000;

/// Around an address in a text on its way through [`cut_history`]: before its number, after its number, after what it
/// is written on. Private-use characters, taken out of what the sender wrote.
const OPEN: char = '\u{F8F0}';
const NUMBERED: char = '\u{F8F1}';
const CLOSE: char = '\u{F8F2}';

/// Elements that begin and end a line.
const BLOCKS: &[&str] = &[
    "br",
    "p",
    "div",
    "tr",
    "li",
    "ul",
    "ol",
    "table",
    "hr",
    "section",
    "blockquote",
    "h1",
    "h2",
    "h3",
    "h4",
    "dt",
    "dd",
];

/// Text with the places of its addresses.
#[derive(Debug, Default)]
pub(super) struct Flat {
    pub text: String,
    pub marks: Vec<Mark>,
}

/// An address in a [`Flat`] text.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    pub url: String,
    /// Bytes of the text that it is written on: the anchor's; empty for a bare address.
    pub start: usize,
    pub end: usize,
}

/// The marked text of HTML. Of a mail that only passes another on, what it quotes belongs to it.
pub(super) fn of_html(html: &str, is_forward: bool) -> Flat {
    let mut writer = Writer::default();
    writer.html(&head(html));
    writer.finish(is_forward)
}

/// The marked text of plain text.
pub(super) fn of_plain(plain: &str, is_forward: bool) -> Flat {
    let mut writer = Writer::default();
    writer.words(&head(plain));
    writer.finish(is_forward)
}

/// What is looked at, with one kind of line end: a card is the same whichever the mail came with.
fn head(source: &str) -> String {
    source.get(..source.floor_char_boundary(SOURCE_BYTES_MAX)).unwrap_or_default().replace("\r\n", "\n")
}

#[derive(Default)]
struct Writer {
    text: String,
    urls: Vec<String>,
    /// How many block quotes are open.
    quotes: usize,
    is_anchor_open: bool,
}

impl Writer {
    fn html(&mut self, html: &str) {
        let mut rest = html;
        while let Some((before, tag)) = rest.split_once('<') {
            self.words(&unescape(&before.replace(['\n', '\r'], " ")));
            rest = if let Some(comment) = tag.strip_prefix("!--") {
                let Some((_, after)) = comment.split_once("-->") else { return };
                after
            } else if tag.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
                let Some(end) = tag_end(tag) else { return };
                let (tag, after) = tag.split_at(end);
                self.tag(tag);
                skip_raw(tag, after.get(1..).unwrap_or_default())
            } else {
                self.words("<");
                tag
            };
        }
        self.words(&unescape(rest));
    }

    fn tag(&mut self, tag: &str) {
        let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next();
        let name = name.unwrap_or_default().to_ascii_lowercase();
        let is_end = tag.starts_with('/');
        if name == "blockquote" {
            self.quotes = if is_end { self.quotes.saturating_sub(1) } else { self.quotes + 1 };
        }
        if BLOCKS.contains(&name.as_str()) {
            self.line();
        } else if matches!(name.as_str(), "td" | "th") {
            self.text.push(' ');
        } else if name == "a" {
            self.close_anchor();
        }
        if !is_end {
            attributes(tag, &mut |key, value| self.attribute(&name, key, value));
        }
    }

    /// What the cards of QQ and 189 keep in attributes is written out as a person would.
    fn attribute(&mut self, element: &str, key: &str, value: String) {
        match key {
            "href" if element == "a" && is_address(&value) => {
                self.open(address(&value));
                self.is_anchor_open = true;
            }
            "downloadlink" if is_address(&value) => {
                self.open(address(&value));
                self.text.push(CLOSE);
            }
            "expiretime" => self.words(&format!(" expiretime={value} ")),
            "title" if ["大小", "到期", "过期", "有效"].iter().any(|word| value.contains(word)) => {
                self.line();
                value.split(['\n', '\r']).for_each(|line| {
                    self.words(line);
                    self.line();
                });
            }
            "alt" if value.trim_matches(['(', ')']).parse::<u64>().is_ok() => {
                self.words(&format!(" ({}字节)", value.trim_matches(['(', ')'])));
                self.line();
            }
            _ => {}
        }
    }

    fn line(&mut self) {
        self.text.push('\n');
        if self.quotes > 0 {
            self.text.push_str("> ");
        }
    }

    /// Text as it is read, with the addresses in it marked.
    fn words(&mut self, text: &str) {
        let text = text.replace([OPEN, NUMBERED, CLOSE], "").replace('\u{a0}', " ");
        let mut rest = text.as_str();
        while let Some(at) = find_scheme(rest).filter(|_| !self.is_anchor_open) {
            let (before, begun) = rest.split_at(at);
            let length = begun.find(ends_address).unwrap_or(begun.len());
            let (written, after) = begun.split_at(length);
            self.text.push_str(before);
            rest = after;
            let url = written.trim_end_matches(['.', ',', ';', ')', ']', '>']);
            if is_address(url) {
                self.open(address(url));
                self.text.push(CLOSE);
            } else {
                self.text.push_str(written);
            }
        }
        self.text.push_str(rest);
    }

    fn open(&mut self, url: String) {
        self.close_anchor();
        let number = self.urls.len().min(MARKS_MAX);
        self.text.push_str(&format!("{OPEN}{number}{NUMBERED}"));
        if number < MARKS_MAX {
            self.urls.push(url);
        }
    }

    fn close_anchor(&mut self) {
        if std::mem::take(&mut self.is_anchor_open) {
            self.text.push(CLOSE);
        }
    }

    fn finish(mut self, is_forward: bool) -> Flat {
        self.close_anchor();
        let text = if is_forward {
            self.text.lines().map(|line| line.trim_start_matches(['>', ' '])).collect::<Vec<_>>().join("\n")
        } else {
            cut_history(&self.text).0
        };
        let mut flat = Flat::default();
        let mut pieces = text.split(OPEN);
        flat.text.push_str(&pieces.next().unwrap_or_default().replace(CLOSE, ""));
        for piece in pieces {
            let (number, rest) = piece.split_once(NUMBERED).unwrap_or_default();
            let (anchor, after) = rest.split_once(CLOSE).unwrap_or((rest, ""));
            let start = flat.text.len();
            flat.text.push_str(anchor);
            if let Some(url) = number.parse().ok().and_then(|number: usize| self.urls.get(number)) {
                flat.marks.push(Mark { url: url.clone(), start, end: flat.text.len() });
            }
            flat.text.push_str(&after.replace(CLOSE, ""));
        }
        flat
    }
}

fn is_address(text: &str) -> bool {
    let text = text.trim_start();
    ["http://", "https://"]
        .iter()
        .any(|scheme| text.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)))
}

/// Where the next address may begin; telephones write `Https` at the beginning of a sentence.
fn find_scheme(text: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = memchr::memchr2(b'h', b'H', text.as_bytes().get(from..)?) {
        from += at;
        if text.get(from..from + 4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http")) {
            return Some(from);
        }
        from += 1;
    }
    None
}

/// An address as browsers take it (URL Standard, basic URL parser): blanks around it and line ends in it go, other blanks
/// and control characters are escaped, its scheme is in small letters.
fn address(value: &str) -> String {
    let value = value.trim();
    let (scheme, value) = value.split_at(value.find("://").unwrap_or(0));
    let mut url = scheme.to_ascii_lowercase();
    for c in value.chars().filter(|c| !matches!(c, '\n' | '\r' | '\t')) {
        if c.is_whitespace() || c.is_control() {
            c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| url.push_str(&format!("%{byte:02X}")));
        } else {
            url.push(c);
        }
    }
    url
}

/// What no address written in a text goes over: blanks, quotes, brackets, Chinese.
fn ends_address(c: char) -> bool {
    c.is_whitespace() || c.is_control() || !c.is_ascii() || "\"'<>`\\".contains(c)
}

/// Where a tag ends: the first `>` outside quotes.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// Behind the end of an element whose content is no text.
fn skip_raw<'h>(tag: &str, after: &'h str) -> &'h str {
    let name = tag.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    if !["style", "script", "title"].iter().any(|raw| name.eq_ignore_ascii_case(raw)) {
        return after;
    }
    let is_end = |at: &usize| {
        let ending = after.get(at + 2..at + 2 + name.len());
        ending.is_some_and(|ending| ending.eq_ignore_ascii_case(name))
    };
    let end = after.match_indices("</").map(|(at, _)| at).find(is_end);
    end.and_then(|at| after.get(at..)).unwrap_or_default()
}

/// Hands over each attribute that has a value: key in lower case, value with its entities resolved.
fn attributes(tag: &str, with: &mut dyn FnMut(&str, String)) {
    let mut rest = tag;
    while let Some((before, after)) = rest.split_once('=') {
        let key =
            before.trim_end().rsplit(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '/')).next();
        let after = after.trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, left) = match quote {
            Some(quote) => after.get(1..).and_then(|value| value.split_once(quote)).unwrap_or((after, "")),
            None => after.split_once(char::is_whitespace).unwrap_or((after, "")),
        };
        with(&key.unwrap_or_default().to_ascii_lowercase(), unescape(value));
        rest = left;
    }
}

/// Resolves the entities that mail programs write in cards; others stay.
pub fn unescape(text: &str) -> String {
    const LONGEST: usize = 8;
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split('&');
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let entity = piece.split_once(';').filter(|(name, _)| name.len() <= LONGEST);
        match entity.and_then(|(name, rest)| Some((character(name)?, rest))) {
            Some((c, rest)) => {
                out.push(c);
                out.push_str(rest);
            }
            None => {
                out.push('&');
                out.push_str(piece);
            }
        }
    }
    out
}

fn character(entity: &str) -> Option<char> {
    let code = match entity {
        "amp" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "quot" => return Some('"'),
        "nbsp" => return Some(' '),
        _ => entity.strip_prefix('#')?,
    };
    let number = match code.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => code.parse().ok()?,
    };
    char::from_u32(number)
}
