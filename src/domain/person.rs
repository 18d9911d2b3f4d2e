//! A person as texts name them, by name, number or address, found however it was typed: full width, with blanks or hyphens in
//! the number, in any case. What stands for them afterwards has the shape of what stood there, so that a form that was in order
//! stays in order, and tells nothing.

use super::text::compatible;

/// Shortest number that can be somebody's: shorter ones stand everywhere.
const NUMBER_DIGITS: usize = 7;
/// Digits from which on a number is found within a longer run of digits as well (86138…).
const MOBILE_DIGITS: usize = 11;
/// What stands for an address.
const NOBODY: &str = "deleted@deleted.invalid";

/// Words that name one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person(Vec<Word>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    /// As it is compared: no blanks, lower case; a number without hyphens.
    chars: Vec<char>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Name,
    Number,
    Address,
}

impl Person {
    /// The person that these words name.
    ///
    /// # Errors
    /// A word that would be found where nobody is meant, in words for who typed it.
    pub fn named(words: &[String]) -> Result<Self, String> {
        let words: Vec<Word> = words.iter().map(|word| Word::of(word)).collect::<Result<_, _>>()?;
        if words.is_empty() {
            Err("请写明姓名、号码或邮箱地址".to_owned())
        } else {
            Ok(Self(words))
        }
    }

    /// Whether a text names the person.
    pub fn is_in(&self, text: &str) -> bool {
        self.0.iter().any(|word| word.next_in(&comparable(text, word.kind), 0).is_some())
    }

    /// The text without the person; none where it does not name them.
    pub fn taken_out(&self, text: &str) -> Option<String> {
        let mut left: Option<String> = None;
        for word in &self.0 {
            let told = left.as_deref().unwrap_or(text);
            left = word.taken_out(told).or(left);
        }
        left
    }
}

impl Word {
    fn of(word: &str) -> Result<Self, String> {
        let plain = compatible(word);
        let is_number = plain.chars().all(|c| c.is_ascii_digit() || is_separator(c))
            && plain.chars().any(|c| c.is_ascii_digit());
        let kind = match is_number {
            true => Kind::Number,
            false if plain.contains('@') => Kind::Address,
            false => Kind::Name,
        };
        let chars: Vec<char> = comparable(word, kind).into_iter().map(|(c, _)| c).collect();
        match kind {
            Kind::Number if chars.len() < NUMBER_DIGITS => {
                Err(format!("号码“{word}”太短，至少{NUMBER_DIGITS}位"))
            }
            Kind::Name if chars.len() < 2 => Err(format!("姓名“{word}”太短，至少两个字")),
            Kind::Address if chars.first() == Some(&'@') || chars.last() == Some(&'@') => {
                Err(format!("邮箱地址“{word}”不完整"))
            }
            _ => Ok(Self { chars, kind }),
        }
    }

    /// Where the word stands next, at `from` or later among what is compared.
    fn next_in(&self, text: &[(char, usize)], from: usize) -> Option<usize> {
        let long = self.chars.len();
        // A digit that touches: what a hyphen parts is another number.
        let goes_on = |at: usize, other: Option<usize>| {
            let (here, other) = (text.get(at), other.and_then(|other| text.get(other)));
            here.zip(other)
                .is_some_and(|(here, other)| other.0.is_ascii_digit() && here.1.abs_diff(other.1) == 1)
        };
        let stands_alone = |at: usize| {
            self.kind != Kind::Number
                || long >= MOBILE_DIGITS
                || (!goes_on(at, at.checked_sub(1)) && !goes_on(at + long - 1, Some(at + long)))
        };
        let is_here = |at: &usize| {
            let here = text.get(*at..*at + long);
            here.is_some_and(|here| here.iter().map(|(c, _)| c).eq(&self.chars)) && stands_alone(*at)
        };
        (from..=text.len().checked_sub(long)?).find(is_here)
    }

    fn taken_out(&self, text: &str) -> Option<String> {
        let compared = comparable(text, self.kind);
        let chars: Vec<char> = text.chars().collect();
        let (mut out, mut done, mut from) = (String::new(), 0, 0);
        while let Some(at) = self.next_in(&compared, from) {
            from = at + self.chars.len();
            let [first, last] = [compared.get(at)?.1, compared.get(from - 1)?.1];
            out.extend(chars.get(done..first)?);
            out.push_str(&self.stand_in());
            done = last + 1;
        }
        (from > 0).then(|| {
            out.extend(chars.get(done..).unwrap_or_default());
            out
        })
    }

    fn stand_in(&self) -> String {
        match self.kind {
            Kind::Name => "某".repeat(self.chars.len()),
            Kind::Number => {
                let digit = |(at, c): (usize, &char)| if at < 3 { *c } else { '0' };
                self.chars.iter().enumerate().map(digit).collect()
            }
            Kind::Address => NOBODY.to_owned(),
        }
    }
}

/// The characters of a text that are compared, each with its place in the text.
fn comparable(text: &str, kind: Kind) -> Vec<(char, usize)> {
    let mut compared = Vec::with_capacity(text.len());
    for (at, c) in text.chars().enumerate() {
        let plain = match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            _ => c,
        };
        if !(plain.is_whitespace() || kind == Kind::Number && is_separator(plain)) {
            compared.extend(plain.to_lowercase().take(1).map(|c| (c, at)));
        }
    }
    compared
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '－' | '—' | '–' | '‐' | '\u{2011}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(words: &[&str]) -> Person {
        Person::named(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn a_person_is_found_and_taken_out_however_it_was_typed() {
        let zhang = person(&["张小芳", "138 0013 8000", "zhang.xf@school.example"]);
        for (text, left) in [
            ("联系人：张小芳，13800138000", "联系人：某某某，13800000000"),
            ("张 小 芳（138-0013-8000）", "某某某（13800000000）"),
            ("张　小芳 １３８００１３８０００。", "某某某 13800000000。"),
            ("+8613800138000", "+8613800000000"),
            ("Zhang.XF@School.example 已发", "deleted@deleted.invalid 已发"),
            (
                r#"{"contact":"张小芳","mobile":"13800138000"}"#,
                r#"{"contact":"某某某","mobile":"13800000000"}"#,
            ),
        ] {
            assert!(zhang.is_in(text), "{text}");
            assert_eq!(zhang.taken_out(text).as_deref(), Some(left), "{text}");
        }
        for other in ["张小方 13800138001", "", "小芳", "zhang@school.example"] {
            assert!(!zhang.is_in(other), "{other}");
            assert_eq!(zhang.taken_out(other), None, "{other}");
        }
        // A short number is no part of a longer one.
        assert!(!person(&["8611002"]).is_in("86110023") && person(&["8611002"]).is_in("028-8611002"));
    }

    #[test]
    fn a_word_that_names_nobody_is_refused() {
        for word in ["张", "110", "", "@school.example"] {
            assert!(Person::named(&[word.to_owned()]).is_err(), "{word}");
        }
        assert!(Person::named(&[]).is_err());
    }
}
