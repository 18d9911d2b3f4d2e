//! A function of ours in SQL, for words that people look for. LIKE walks through a text character by character, Chinese most of
//! all, and is called for each column of each of half a million mails.

use std::error::Error;

use memchr::memchr2_iter;
use memchr::memmem::Finder;
use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};

/// Words as they are looked for: byte by byte, but in either case where they hold letters of ASCII.
enum Words {
    Plain(Box<Finder<'static>>),
    Cased(Vec<u8>),
}

impl Words {
    fn new(words: &str) -> Self {
        let words = words.as_bytes();
        if words.iter().any(u8::is_ascii_alphabetic) {
            Self::Cased(words.to_ascii_lowercase())
        } else {
            Self::Plain(Box::new(Finder::new(words).into_owned()))
        }
    }

    fn are_in(&self, text: &[u8]) -> bool {
        match self {
            Self::Plain(finder) => finder.find(text).is_some(),
            Self::Cased(words) => {
                let first = words.first().copied().unwrap_or_default();
                let is_here = |at: usize| {
                    text.get(at..at + words.len()).is_some_and(|here| here.eq_ignore_ascii_case(words))
                };
                memchr2_iter(first, first.to_ascii_uppercase(), text).any(is_here)
            }
        }
    }
}

/// Teaches a connection `says(WORDS, TEXT…)`: 1 where one of the texts holds the words, whatever the case of ASCII letters,
/// else 0; a text that is NULL holds none. `DIRECTONLY`: no schema that somebody tampered with may call it.
pub(super) fn teach(connection: &Connection) -> rusqlite::Result<()> {
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function("says", -1, flags, |asked: &mut Context<'_>| {
        let words = asked.get_or_create_aux(0, |words| {
            Ok::<_, Box<dyn Error + Send + Sync>>(Words::new(words.as_str()?))
        })?;
        Ok((1..asked.len()).any(|at| asked.get_raw(at).as_bytes().is_ok_and(|text| words.are_in(text))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_of_the_texts_and_in_either_case() {
        let connection = Connection::open_in_memory().unwrap();
        teach(&connection).unwrap();
        for (words, texts, said) in [
            ("活动", "'职业教育活动周'", true),
            ("活动", "'职教', NULL, '活动'", true),
            ("活动", "'活', '动'", false),
            ("QQ.com", "'a@qq.COM'", true),
            ("qq群", "'加QQ群'", true),
            ("aab", "'AaAaB'", true),
            ("表B", "'表a表b'", true),
            ("%", "'百分之百'", false),
            ("%", "'100%'", true),
            ("长", "'短'", false),
            ("longer than the text", "'long'", false),
            ("", "''", true),
        ] {
            let asked = format!("SELECT says(?1, {texts})");
            let found: bool = connection.query_row(&asked, [words], |row| row.get(0)).unwrap();
            assert_eq!(found, said, "{words} in {texts}");
        }
    }
}
