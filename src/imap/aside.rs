//! Reads what a server says beside mails and counts. Folders and capabilities are read here: the library's parser refuses
//! the whole line over one word in it (a role that it half knows, IMAP4rev1 not offered, data behind a name), and leaves
//! names in quotation marks with their backslashes. A line that it refuses ends the connection, so it is shown the rest
//! only where it can read it. What cannot be read is passed over, as far as no mail hangs on it.

use std::collections::BTreeSet;

use async_imap::imap_proto::Response;

use super::{Limits, quirks};

/// One line of LIST.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ListedFolder {
    /// As the server wants it.
    pub raw: String,
    pub delimiter: Option<char>,
    /// `\Junk` (RFC 6154) or `\Spam` (XLIST).
    pub is_junk: bool,
    /// `\Sent` (RFC 6154, and XLIST).
    pub is_sent: bool,
    /// `\NoSelect`: only a place for others.
    pub is_closed: bool,
}

/// All folders that a server has listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Listing {
    pub folders: Vec<ListedFolder>,
    /// Lines that list a folder, and nobody can tell which.
    pub unread: usize,
}

/// What a server has said beside mails and counts since the last command.
#[derive(Debug, Default)]
pub(super) struct Asides {
    pub listing: Listing,
    /// Lines of FETCH, without a mail in them, that were not understood.
    pub unread_mails: usize,
    /// In capitals.
    pub capabilities: BTreeSet<String>,
}

/// Whether a line begins an answer that is for [`Asides`]. None on which the open folder's mails may hang is: what the
/// server says of them, of how many there are, of its UIDVALIDITY. If such a line cannot be read, something is amiss.
pub(super) fn is_aside(line: &[u8]) -> bool {
    const NEVER: [&str; 9] = ["OK", "NO", "BAD", "BYE", "PREAUTH", "FETCH", "EXISTS", "EXPUNGE", "VANISHED"];
    let Some(rest) = line.strip_prefix(b"* ") else { return false };
    let is_never = |word: &[u8]| NEVER.iter().any(|never| word.eq_ignore_ascii_case(never.as_bytes()));
    rest.first().is_some_and(u8::is_ascii_alphabetic)
        && !rest.split(u8::is_ascii_whitespace).take(2).any(is_never)
}

/// Whether a line begins an answer that lists a folder. `XLIST` is `LIST` but for its name.
pub(super) fn is_folder(line: &[u8]) -> bool {
    behind(line, "LIST").or(behind(line, "XLIST")).is_some()
}

/// What follows `* VERB`.
fn behind<'a>(answer: &'a [u8], verb: &str) -> Option<&'a [u8]> {
    let (head, rest) = answer.strip_prefix(b"* ")?.split_at_checked(verb.len())?;
    let is_whole = rest.first().is_none_or(u8::is_ascii_whitespace);
    (head.eq_ignore_ascii_case(verb.as_bytes()) && is_whole).then_some(rest)
}

impl Asides {
    /// Takes in a complete answer, with its line end and its literals. Returns whether the library is to see it.
    pub(super) fn take(&mut self, answer: &[u8]) -> bool {
        if let Some(rest) = behind(answer, "CAPABILITY") {
            let words = rest.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
            self.capabilities.extend(words.map(|word| String::from_utf8_lossy(word).to_ascii_uppercase()));
            return false;
        }
        if let Some(rest) = behind(answer, "LIST").or_else(|| behind(answer, "XLIST")) {
            match folder(rest) {
                Some(folder) => self.listing.folders.push(folder),
                None => {
                    self.listing.unread += 1;
                    pass_over(answer);
                }
            }
            return false;
        }
        let is_readable = matches!(Response::parse(answer), Ok((rest, _)) if rest.is_empty());
        if !is_readable {
            pass_over(answer);
        }
        is_readable
    }
}

impl Asides {
    /// Notes an answer to FETCH that is not understood.
    pub(super) fn pass_over_mail(&mut self, answer: &[u8]) {
        self.unread_mails += 1;
        pass_over(answer);
    }
}

/// Said under debug: it comes with every look, and whatever is missed because of it is told on the page.
fn pass_over(answer: &[u8]) {
    tracing::debug!("an answer that cannot be read is passed over: {}", quirks::shown(answer));
}

/// `(ATTRIBUTES) DELIMITER NAME`, and whatever behind (RFC 5258 lets data follow in parentheses).
fn folder(rest: &[u8]) -> Option<ListedFolder> {
    let rest = rest.trim_ascii_start().strip_prefix(b"(")?;
    let (attributes, rest) = rest.split_at_checked(rest.iter().position(|byte| *byte == b')')?)?;
    if attributes.iter().any(|byte| matches!(byte, b'(' | b'"')) {
        return None;
    }
    let attributes: Vec<&[u8]> = attributes.split(u8::is_ascii_whitespace).collect();
    let has = |names: [&str; 2]| {
        let is_one = |word: &&[u8]| names.iter().any(|name| word.eq_ignore_ascii_case(name.as_bytes()));
        attributes.iter().any(is_one)
    };
    let (delimiter, rest) = delimiter(rest.get(1..)?.trim_ascii_start())?;
    let name = name(rest.trim_ascii_start()).filter(|name| name.len() <= Limits::FOLDER_NAME_BYTES)?;
    // What goes beyond ASCII is the server's own way of writing, and wants to be sent back like this; what is no UTF-8, or
    // breaks a line, we could not send.
    let raw = String::from_utf8(name).ok().filter(|name| !name.chars().any(char::is_control))?;
    Some(ListedFolder {
        is_junk: has(["\\Junk", "\\Spam"]),
        is_sent: has(["\\Sent", "\\SentMail"]),
        is_closed: has(["\\NoSelect", "\\NonExistent"]) || raw.is_empty(),
        raw: if raw.eq_ignore_ascii_case("INBOX") { "INBOX".to_owned() } else { raw },
        delimiter,
    })
}

fn delimiter(rest: &[u8]) -> Option<(Option<char>, &[u8])> {
    match rest.split_at_checked(3) {
        Some((nil, rest)) if nil.eq_ignore_ascii_case(b"NIL") => Some((None, rest)),
        _ => {
            let (text, rest) = quoted(rest)?;
            Some((text.first().map(|byte| char::from(*byte)), rest))
        }
    }
}

/// The name: in quotation marks, as a literal, or bare to the end of the line, whatever it has in it.
fn name(rest: &[u8]) -> Option<Vec<u8>> {
    if rest.starts_with(b"\"") {
        let (name, behind) = quoted(rest)?;
        let behind = behind.trim_ascii();
        return (behind.is_empty() || behind.starts_with(b"(")).then_some(name);
    }
    // `~{5}` (RFC 3516) and `{5+}` (RFC 7888) are literals as well.
    if let Some(literal) = rest.strip_prefix(b"~").unwrap_or(rest).strip_prefix(b"{") {
        let end = literal.windows(3).position(|bytes| bytes == b"}\r\n")?;
        let digits = std::str::from_utf8(literal.get(..end)?).ok()?;
        let digits = digits.strip_suffix('+').unwrap_or(digits);
        return literal.get(end + 3..)?.get(..digits.parse().ok()?).map(<[u8]>::to_vec);
    }
    let bare = rest.trim_ascii();
    (!bare.is_empty() && !bare.contains(&b'"')).then(|| bare.to_vec())
}

/// A quoted string without its escapes (RFC 3501 4.3), and what is behind it.
fn quoted(bytes: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut text = Vec::new();
    let mut rest = bytes.strip_prefix(b"\"")?;
    loop {
        let (byte, after) = rest.split_first()?;
        rest = after;
        match byte {
            b'"' => return Some((text, rest)),
            b'\r' | b'\n' => return None,
            b'\\' => {
                // Any other backslash is one that the server has not escaped.
                match rest.split_first() {
                    Some((escaped @ (b'"' | b'\\'), after)) => {
                        text.push(*escaped);
                        rest = after;
                    }
                    _ => text.push(b'\\'),
                }
            }
            other => text.push(*other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Name and delimiter of the folder that a line lists.
    fn listed(line: &str) -> Option<(String, Option<char>)> {
        let mut asides = Asides::default();
        assert!(is_folder(line.as_bytes()) && is_aside(line.as_bytes()), "{line}");
        assert!(!asides.take(format!("{line}\r\n").as_bytes()), "{line}: for the library");
        let folder = asides.listing.folders.pop();
        assert_eq!(asides.listing.unread, usize::from(folder.is_none()), "{line}");
        folder.map(|folder| (folder.raw, folder.delimiter))
    }

    #[test]
    fn folders_are_read_however_they_are_written() {
        for (line, name, delimiter) in [
            (r#"* LIST () "/" "Junk""#, "Junk", Some('/')),
            (r#"* list (\HasNoChildren ) NIL Junk"#, "Junk", None),
            (r#"* XLIST (\Spam) "\\" "a\\b\"c""#, r#"a\b"c"#, Some('\\')),
            (r#"* LIST () "" "C:\Mail""#, r"C:\Mail", None),
            ("* LIST () \"/\" {5}\r\na\"b\\c", "a\"b\\c", Some('/')),
            ("* LIST () \"/\" {4+}\r\nJunk", "Junk", Some('/')),
            ("* LIST () \"/\" ~{4}\r\nJunk", "Junk", Some('/')),
            ("* LIST () \"/\" ~old", "~old", Some('/')),
            (r#"* LIST () "." Sent (old) "#, "Sent (old)", Some('.')),
            (r#"* LIST () "/" "x" ("CHILDINFO" ("SUBSCRIBED"))"#, "x", Some('/')),
            (r#"* LIST () "/" "iNbOx""#, "INBOX", Some('/')),
            (r#"* LIST () "/" "垃圾邮件""#, "垃圾邮件", Some('/')),
        ] {
            assert_eq!(listed(line), Some((name.to_owned(), delimiter)), "{line}");
        }
    }

    #[test]
    fn a_folder_that_cannot_be_read_is_counted() {
        let long = format!("* LIST () \"/\" \"{}\"", "x".repeat(Limits::FOLDER_NAME_BYTES + 1));
        for line in [
            "* LIST",
            r#"* LIST (\Junk "/" "Junk""#,
            r#"* LIST (\Junk "/" "Junk (1)""#,
            r#"* LIST () / "Junk""#,
            r#"* LIST () "/" "Junk"#,
            r#"* LIST () "/" "Ju"nk""#,
            r#"* LIST () "/" Ju"nk"#,
            r#"* LIST () "/""#,
            "* LIST () \"/\" {99}\r\nJunk",
            "* LIST () \"/\" {5}\r\nJu\r\nk",
            &long,
        ] {
            assert_eq!(listed(line), None, "{line}");
        }
    }

    #[test]
    fn roles_are_whole_words_in_any_case() {
        let roles = |attributes: &str| {
            let read = folder(format!(" ({attributes}) \"/\" x").as_bytes()).unwrap();
            (read.is_junk, read.is_sent, read.is_closed)
        };
        assert_eq!(roles(r"\HasNoChildren \JUNK"), (true, false, false));
        assert_eq!(roles(r"\spam \Noselect"), (true, false, true));
        assert_eq!(roles(r"\Sent"), (false, true, false));
        assert_eq!(roles(r"\AllMail \Junkyard \Sentinel \NonExistent"), (false, false, true));
    }

    #[test]
    fn capabilities_are_words() {
        let mut asides = Asides::default();
        assert!(!asides.take(b"* CAPABILITY IMAP4rev2 Idle  ((ID\r\n"));
        assert!(!asides.take(b"* capability XLIST \r\n"));
        let words: Vec<&str> = asides.capabilities.iter().map(String::as_str).collect();
        assert_eq!(words, ["((ID", "IDLE", "IMAP4REV2", "XLIST"]);
    }

    #[test]
    fn what_the_library_cannot_read_it_does_not_see() {
        let mut asides = Asides::default();
        for (answer, is_seen) in [
            ("* FLAGS (\\Seen)\r\n", true),
            ("* STATUS \"INBOX\" ()\r\n", true),
            ("* STATUS {5}\r\nINBOX (UIDNEXT 3)\r\n", true),
            ("* FLAGS (\\Seen\r\n", false),
            ("* SEARCH 1 x\r\n", false),
            ("* XAPPLEPUSHSERVICE aps-version 2\r\n", false),
        ] {
            assert_eq!(
                (is_aside(answer.as_bytes()), asides.take(answer.as_bytes())),
                (true, is_seen),
                "{answer}"
            );
        }
    }

    #[test]
    fn nothing_on_which_mails_hang_is_an_aside() {
        for line in [
            "* 3 EXISTS",
            "* x EXISTS",
            "* 1 FETCH (UID 3",
            "* FETCH (UID 3)",
            "* x fetch (UID 3)",
            "* 3 EXPUNGE",
            "* VANISHED 3",
            "* OK [UIDVALIDITY x]",
            "* BYE",
            "A1 LIST",
            "+ LIST",
            "*  LIST",
        ] {
            assert!(!is_aside(line.as_bytes()), "{line}");
        }
    }
}
