//! Whole numbers and shares in every spelling that clerks use (V10, V11 of the notice's checks). A blank cell is
//! missing and never zero; what cannot be read is no number at all, with a remark.

use super::counted::cut_measure;
use super::numeral::numeral;
use super::quote::quote;
use super::words::{ABOUT_AFTER, ABOUT_BEFORE, ALL_WORDS, COUNT_UNIT_LETTERS, NO_COUNT_UNIT, NONE_WORDS};
use super::written::{Written, lost_digits, written};
use crate::domain::facts::Value;
use crate::domain::submission::Level;
use crate::domain::text::squeeze;

/// What a cell says as a number, and what a person should be told of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed<T> {
    /// The number; none when the cell is blank or cannot be read.
    pub value: Option<T>,
    /// What is remarkable, in Chinese.
    pub remark: Option<(Level, String)>,
}

impl<T> Parsed<T> {
    pub(super) fn plain(value: T) -> Self {
        Self { value: Some(value), remark: None }
    }

    pub(super) fn remarked(value: T, level: Level, text: String) -> Self {
        Self { value: Some(value), remark: Some((level, text)) }
    }

    pub(super) fn unreadable(text: String) -> Self {
        Self { value: None, remark: Some((Level::Error, text)) }
    }

    /// Several numbers in one cell.
    pub(super) fn several(shown: &str) -> Self {
        Self::unreadable(format!("“{shown}”像是几个数，请只填一个数字"))
    }
}

/// Largest number that is read exactly; more is a typing error.
const LARGEST: f64 = 1e12;

/// A whole number ≥ 0: `1,234`, `1234人`, full width, `1.2万`, `约1200`, 无.
pub fn count(value: &Value) -> Parsed<i64> {
    match value {
        Value::Number(number) => whole(*number, &number.to_string(), None),
        Value::Text(text) => count_in_text(text),
    }
}

fn count_in_text(text: &str) -> Parsed<i64> {
    let shown = &quote(text);
    if squeeze(text).is_empty() {
        return Parsed { value: None, remark: None };
    }
    let Some(Written { text: mut rest, has_remark, .. }) = written(text) else {
        return Parsed::several(shown);
    };
    if NONE_WORDS.contains(&rest.as_str()) {
        return Parsed::plain(0);
    }
    let is_about = strip(&mut rest, without_unit);
    let (digits, factor) = scaled(&rest);
    let Some(number) = digits.parse::<f64>().ok().filter(|n| n.is_finite()) else {
        return match numeral(&squeeze(text)) {
            Some(number) => whole(number, shown, Some(format!("“{shown}”请改用阿拉伯数字填写"))),
            None => Parsed::unreadable(format!("“{shown}”不是整数，请填写阿拉伯数字")),
        };
    };
    let note = if is_about {
        Some(format!("“{shown}”是约数，请填写准确数"))
    } else if lost_digits(&Value::Text(rest.clone())) {
        Some(format!("“{shown}”是科学计数，可能丢了末几位，请填写完整数字"))
    } else if factor > 1.0 {
        Some(format!("“{shown}”以万（千）计，请按个位填写"))
    } else if has_remark {
        Some(format!("“{shown}”带有说明文字，请只填数字"))
    } else {
        None
    };
    whole(number * factor, shown, note)
}

/// What scales a number behind it, from the smaller to the greater.
const SCALES: [(char, f64); 4] = [('百', 1e2), ('千', 1e3), ('万', 1e4), ('亿', 1e8)];

/// A text without the letters at its end that scale a number, and by how much they do: 3千万 is thirty million, 3万千 nothing.
pub(super) fn scaled(text: &str) -> (&str, f64) {
    let (mut digits, mut factor, mut most) = (text, 1.0, f64::INFINITY);
    let next =
        |digits: &str| digits.chars().next_back().and_then(|c| SCALES.iter().find(|(scale, _)| *scale == c));
    while let Some((letter, of)) = next(digits).filter(|(_, of)| *of < most) {
        digits = digits.strip_suffix(*letter).unwrap_or(digits);
        (factor, most) = (factor * of, *of);
    }
    (digits, factor)
}

/// Takes words of vagueness off both ends; whether the number is vague.
pub(super) fn strip_about(rest: &mut String) -> bool {
    strip(rest, |_| ())
}

/// The same, with what else may stand behind the number.
fn strip(rest: &mut String, without_unit: impl Fn(&mut String)) -> bool {
    let mut is_about = false;
    // 人/次 is 人次.
    if let Some(cut) = rest.strip_suffix("/次") {
        *rest = format!("{cut}次");
    }
    loop {
        let before = rest.len();
        without_unit(rest);
        for word in ABOUT_AFTER {
            if let Some(cut) = rest.strip_suffix(word) {
                *rest = cut.to_owned();
                is_about = true;
            }
        }
        for word in ABOUT_BEFORE {
            if let Some(cut) = rest.strip_prefix(word) {
                *rest = cut.to_owned();
                is_about |= !word.ends_with('计') && *word != "共";
            }
        }
        // 1000余万 hides the word before the factor.
        if let Some(cut) = rest.strip_suffix("余万").or_else(|| rest.strip_suffix("多万")) {
            *rest = format!("{cut}万");
            is_about = true;
        }
        if rest.len() == before {
            return is_about;
        }
    }
}

/// Takes a counting word off the end, whatever is counted: it says nothing of how much.
fn without_unit(rest: &mut String) {
    if let Some(cut) = cut_measure(&rest.to_lowercase()) {
        *rest = cut.to_owned();
        return;
    }
    let is_unit = |c: &char| matches!(u32::from(*c), 0x4E00..=0x9FFF) && !NO_COUNT_UNIT.contains(*c);
    let letters = rest.chars().rev().take_while(is_unit).count();
    let kept = rest.chars().count().saturating_sub(letters);
    let before = rest.chars().nth(kept.saturating_sub(1));
    let counts = before.is_some_and(|c| c.is_ascii_digit() || NO_COUNT_UNIT.contains(c) || c == '+');
    if kept > 0 && letters <= COUNT_UNIT_LETTERS && counts {
        *rest = rest.chars().take(kept).collect();
    }
}

fn whole(number: f64, shown: &str, note: Option<String>) -> Parsed<i64> {
    if number < 0.0 {
        return Parsed::unreadable(format!("“{shown}”为负数，请核对后重新填写"));
    }
    if number > LARGEST {
        return Parsed::unreadable(format!("“{shown}”过大，请核对后重新填写"));
    }
    if (number - number.round()).abs() > 1e-6 {
        return Parsed::unreadable(format!("“{shown}”不是整数，请核对后重新填写"));
    }
    // In range by the checks above.
    #[allow(clippy::cast_possible_truncation)]
    let value = number.round() as i64;
    match note {
        Some(text) => Parsed::remarked(value, Level::Warning, text),
        None => Parsed::plain(value),
    }
}

/// A share as a fraction: `85%`, 85 and 0.85 all mean 0.85.
pub fn percent(value: &Value) -> Parsed<f64> {
    match value {
        Value::Number(number) => share(*number, false, &number.to_string(), false),
        Value::Text(text) => percent_in_text(text),
    }
}

fn percent_in_text(text: &str) -> Parsed<f64> {
    let shown = &quote(text);
    if squeeze(text).is_empty() {
        return Parsed { value: None, remark: None };
    }
    let Some(Written { text: mut rest, .. }) = written(text) else { return Parsed::several(shown) };
    if NONE_WORDS.contains(&rest.as_str()) {
        return Parsed::plain(0.0);
    }
    if ALL_WORDS.contains(&rest.as_str()) {
        return Parsed::remarked(1.0, Level::Warning, format!("“{shown}”已按100%登记，请填写数字"));
    }
    let is_about = strip_about(&mut rest);
    let (digits, has_sign) = match rest.strip_suffix('%').or_else(|| rest.strip_prefix("百分之")) {
        Some(digits) => (digits, true),
        None => (rest.as_str(), false),
    };
    let written = || numeral(digits).filter(|_| has_sign).or_else(|| tenths(digits));
    match digits.parse::<f64>().ok().filter(|n| n.is_finite()).or_else(written) {
        Some(number) if tenths(digits).is_some() => share(number, true, shown, is_about),
        Some(number) => share(number, has_sign, shown, is_about),
        None => Parsed::unreadable(format!("“{shown}”不是百分比，请填写如85%的数字")),
    }
}

/// 九成, 九成五, 9成.
fn tenths(text: &str) -> Option<f64> {
    let (tens, ones) = text.split_once('成')?;
    let figure = |text: &str| text.parse().ok().or_else(|| numeral(text));
    let ones = if ones.is_empty() { 0.0 } else { figure(ones)? };
    (ones < 10.0).then_some(figure(tens)? * 10.0 + ones)
}

fn share(number: f64, has_sign: bool, shown: &str, is_about: bool) -> Parsed<f64> {
    if number < 0.0 {
        return Parsed::unreadable(format!("{shown} 为负数，请核对后重新填写"));
    }
    if number > 100.0 + 1e-9 {
        let sign = if has_sign { "" } else { "%" };
        return Parsed::unreadable(format!("{shown}{sign} 大于 100%，请核对后重新填写"));
    }
    if has_sign && number > 0.0 && number < 1.0 {
        let text = format!("{shown} 不足1%，请核对是否应为{}%", trimmed(number * 100.0));
        return Parsed::remarked(exact(number / 100.0), Level::Warning, text);
    }
    if !has_sign && (number - 1.0).abs() < 1e-9 {
        return Parsed::remarked(1.0, Level::Info, "填写为1，已按100%登记".to_owned());
    }
    if !has_sign && number > 1.0 && number < 2.0 {
        let text = format!("{shown} 已按{}%登记，请核对", trimmed(number));
        return Parsed::remarked(exact(number / 100.0), Level::Warning, text);
    }
    let fraction = if has_sign || number > 1.0 { number / 100.0 } else { number };
    if is_about {
        return Parsed::remarked(exact(fraction), Level::Warning, format!("“{shown}”是约数，请填写准确数"));
    }
    Parsed::plain(exact(fraction))
}

/// Without the noise of division: 85.7/100 is 0.857.
fn exact(fraction: f64) -> f64 {
    (fraction * 1e8).round() / 1e8
}

fn trimmed(number: f64) -> String {
    exact(number).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Parsed<i64> {
        count(&Value::Text(text.to_owned()))
    }

    fn pct(text: &str) -> Parsed<f64> {
        percent(&Value::Text(text.to_owned()))
    }

    #[test]
    fn whole_numbers_in_every_spelling() {
        for (text, value) in [
            ("1,234", 1234),
            ("１２３４人", 1234),
            ("12 家", 12),
            ("无", 0),
            ("—", 0),
            ("0", 0),
            ("/", 0),
            ("3,500人次", 3500),
            ("1,200册", 1200),
            ("10间", 10),
            ("35台套", 35),
            ("120平方米", 120),
            ("30千克", 30),
            ("2小时", 2),
            ("12千米", 12),
        ] {
            assert_eq!(of(text), Parsed::plain(value), "{text}");
        }
        for (text, value) in [
            ("1.2万", 12000),
            ("约1200", 1200),
            ("1200余人", 1200),
            ("近3000人", 3000),
            ("50(含线上20)", 50),
            ("十八", 18),
            ("一百零二", 102),
            ("（120）", 120),
            ("12（万人）", 120_000),
            ("3千万人次", 30_000_000),
            ("1.2亿", 120_000_000),
            ("3百人", 300),
            ("3万千克", 30_000),
            ("1.2E+05", 120_000),
        ] {
            let parsed = of(text);
            assert_eq!(parsed.value, Some(value), "{text}");
            assert_eq!(parsed.remark.unwrap().0, Level::Warning, "{text}");
        }
        let numbers =
            ["-5", "12.5", "若干", "200-300", "2e300", "10本20册", "三册", "三点五", "九五", "3万千", "14日"];
        // Two numbers in one cell are not one of all their digits.
        for text in numbers.into_iter().chain(["120\n80", "10 20", "10，20", "50（男）30（女）", "（）"])
        {
            let parsed = of(text);
            assert_eq!((parsed.value, parsed.remark.unwrap().0), (None, Level::Error), "{text}");
        }
        assert_eq!(of("  "), Parsed { value: None, remark: None });
        assert_eq!(count(&Value::Number(12.0)), Parsed::plain(12));
        assert_eq!(count(&Value::Number(12.5)).value, None);
    }

    #[test]
    fn what_is_no_number_is_repeated_in_short_and_on_one_line() {
        let message = "12\n\n　　各单位请务必于今日内将全部经费汇至以下账户";
        for remark in [of(message).remark, pct(message).remark, of(&format!("-5（{message}）")).remark] {
            let (_, text) = remark.unwrap();
            assert!(!text.contains(char::is_control) && !text.contains("账户"), "{text}");
        }
    }

    #[test]
    fn shares_in_every_spelling() {
        for (text, value) in [
            ("85%", 0.85),
            ("85", 0.85),
            ("0.85", 0.85),
            ("８５．５％", 0.855),
            ("100%", 1.0),
            ("无", 0.0),
            ("百分之九十五", 0.95),
            ("百分之95", 0.95),
            ("百分之九十五点五", 0.955),
            ("九成", 0.9),
            ("九成五", 0.95),
            ("9成", 0.9),
        ] {
            assert_eq!(pct(text), Parsed::plain(value), "{text}");
        }
        assert_eq!(pct("1").remark.unwrap().0, Level::Info);
        assert_eq!(pct("全覆盖").value, Some(1.0));
        assert_eq!(pct("九成以上").remark.unwrap().0, Level::Warning);
        // What is counted is no share.
        for text in ["完成", "85人", "3个百分点", "30千克"] {
            assert_eq!(pct(text).value, None, "{text}");
        }
        assert_eq!((pct("0.85%").value, pct("0.85%").remark.unwrap().0), (Some(0.0085), Level::Warning));
        let wrong = pct("9500%");
        assert_eq!((wrong.value, wrong.remark.unwrap().0), (None, Level::Error));
        assert_eq!(pct("约95%").value, Some(0.95));
        assert_eq!(percent(&Value::Number(0.96)), Parsed::plain(0.96));
    }
}
