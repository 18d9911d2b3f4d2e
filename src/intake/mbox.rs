//! The mbox format: mails one behind the other in one file, each below a line of its own that begins with `From `
//! (RFC 4155). Programs agree on little more than that, so where one mail ends is judged by two lines.

use std::io::{self, BufRead};

/// Gives `take` the mails of an mbox file, with `>From ` lines put back (mboxrd, RFC 4155), until it wants no more. False
/// where something stands before the first of them.
pub(super) fn mbox(mut file: impl BufRead, take: &mut dyn FnMut(Vec<u8>) -> bool) -> io::Result<bool> {
    let mut is_all = true;
    let (mut mail, mut line, mut next): (Option<Vec<u8>>, Vec<u8>, Vec<u8>) = (None, Vec::new(), Vec::new());
    let mut after_blank = true;
    file.read_until(b'\n', &mut line)?;
    while !line.is_empty() {
        file.read_until(b'\n', &mut next)?;
        let is_unmistakable = || mail.as_ref().is_some_and(|mail| !mail.is_empty()) && has_whole_date(&line);
        if is_separator(&line, &next) && (after_blank || begins_with_field(&next) && is_unmistakable()) {
            if mail.replace(Vec::new()).is_some_and(|whole| !take(without_last_blank(whole))) {
                return Ok(is_all);
            }
        } else if let Some(mail) = &mut mail {
            let quoted = line.iter().position(|byte| *byte != b'>').unwrap_or(0);
            let is_quoted = quoted > 0 && line.get(quoted..).is_some_and(|rest| rest.starts_with(b"From "));
            mail.extend_from_slice(if is_quoted { line.get(1..).unwrap_or(&line) } else { &line });
        } else {
            is_all &= line.trim_ascii().is_empty();
        }
        after_blank = line.trim_ascii().is_empty();
        std::mem::swap(&mut line, &mut next);
        next.clear();
    }
    if let Some(whole) = mail {
        take(without_last_blank(whole));
    }
    Ok(is_all)
}

/// Whether a mail begins behind this line. A separator tells a whole date, or at least a time and is followed by a header;
/// not every program quotes the sentences that happen to begin so (「From 9:00 on」), and not every one puts a blank line
/// before it: then it takes both.
fn is_separator(line: &[u8], next: &[u8]) -> bool {
    // Also 2023-05-08T10:21:00+08:00.
    let is_time = |word: &str| {
        let word = word.rsplit('T').next().unwrap_or(word).split(['+', '-', 'Z', '.']).next().unwrap_or(word);
        let parts: Vec<&str> = word.split(':').collect();
        let is_number =
            |part: &&str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        parts.len() >= 2 && parts.iter().all(is_number)
    };
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    let has_time = words(&String::from_utf8_lossy(rest)).any(is_time);
    has_time && (begins_with_field(next) || has_whole_date(line))
}

/// Whether year and month of a date are told, as all mbox files do that keep to their own rules.
fn has_whole_date(line: &[u8]) -> bool {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let text = String::from_utf8_lossy(line);
    let is_year = |word: &str| word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
    words(&text).any(is_year) && words(&text).any(|word| MONTHS.contains(&word))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', '\t', '\r', '\n', ','])
}

/// The blank line before the next separator belongs to the mbox.
fn without_last_blank(mut mail: Vec<u8>) -> Vec<u8> {
    if mail.ends_with(b"\n\n") {
        mail.pop();
    } else if mail.ends_with(b"\r\n\r\n") {
        mail.truncate(mail.len() - 2);
    }
    mail
}

/// Whether bytes begin with a header field (RFC 5322 2.2).
pub(super) fn begins_with_field(bytes: &[u8]) -> bool {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
    name.len() < line.len() && !name.is_empty() && name.iter().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_mbox_is_taken_apart_at_its_separators_only() {
        let text = b"From a@b Mon May  8 10:21:00 2023\nSubject: 1\n\nFrom here on\n>From quoted\n\n\
                     From c@d Mon May  8 10:22:00 2023\nSubject: 2\n\nbody\n";
        let mut mails = Vec::new();
        mbox(&text[..], &mut |mail| {
            mails.push(mail);
            true
        })
        .unwrap();
        assert_eq!(mails.len(), 2);
        assert_eq!(mails[0], b"Subject: 1\n\nFrom here on\nFrom quoted\n");
        assert_eq!(mails[1], b"Subject: 2\n\nbody\n");
        for (text, is_all) in
            [(&text[..], true), (b"\n\nFrom a 1:02\nX: y\n", true), (b"From somebody\nx\n", false)]
        {
            assert_eq!(
                mbox(text, &mut |_| true).unwrap(),
                is_all,
                "what stands before the first separator is told"
            );
        }
    }

    #[test]
    fn a_mail_behind_no_blank_line_is_a_mail_of_its_own() {
        let mails = |text: &str| {
            let mut mails = Vec::new();
            let take = &mut |mail: Vec<u8>| {
                mails.push(String::from_utf8(mail).unwrap());
                true
            };
            assert!(mbox(text.as_bytes(), take).unwrap());
            mails
        };
        const FIRST: &str = "From a@b Mon May  8 10:21:00 2023\nSubject: 1\n\nbody\n";
        let second = "From c@d Mon May  8 10:22:00 2023\nSubject: 2\n\nbody\n";
        for line_end in ["\n", "\r\n"] {
            let both = mails(&format!("{FIRST}{second}").replace('\n', line_end));
            let wanted = ["Subject: 1\n\nbody\n", "Subject: 2\n\nbody\n"];
            assert_eq!(both, wanted.map(|mail| mail.replace('\n', line_end)));
        }
        for sentence in [
            "From 9:00 on we meet:\nPlace: room 3\n",
            "From Monday, 8 May 2023 10:00 we meet\nin room 3\n",
            "From c@d Mon May  8 10:22:00 2023\n\nSubject: 2\n",
        ] {
            assert_eq!(mails(&format!("{FIRST}{sentence}")).len(), 1, "{sentence}");
        }
        assert_eq!(mails(&format!("From x Mon May  8 10:20:00 2023\n{FIRST}")).len(), 1, "no mail is empty");
    }

    #[test]
    fn a_sentence_is_no_separator_where_nothing_is_quoted() {
        for (line, next, wanted) in [
            ("From 9:00 on we meet in room 3\n", "Please bring: the form\n", false),
            ("From 9:00 on we meet in room 3\n", "Bring the form\n", false),
            ("From 9:00 on we meet\n", "\n", false),
            ("From - Mon May 08 10:21:00 2023\n", "X-Mozilla-Status: 0001\n", true),
            ("From 1765@xxx Mon May 08 10:21:00 +0000 2023\r\n", "\r\n", true),
            ("From a@b.example Mon, 8 May 2023 10:21:00 +0800\n", "Received: from x\n", true),
            ("From a@b Mon Jan  1 10:20 2024\n", "Received: from x\n", true),
            ("From a@b.example 2023-05-08 10:21\n", "Received: from x\n", true),
            ("From a@b.example 2023-05-08T10:21:00+08:00\n", "Received: from x\n", true),
            ("From somebody\n", "Received: from x\n", false),
        ] {
            assert_eq!(is_separator(line.as_bytes(), next.as_bytes()), wanted, "{line}{next}");
        }
    }
}
