//! Figures that are added up: counts and amounts of money. Both are held in whole millionths, so that 0.1 and 0.2 make 0.3 and a
//! sum is right to the last digit that anybody wrote.

use serde_json::Value as Json;

/// A figure in millionths.
pub type Millionths = i128;

/// Millionths of a one.
pub const ONE: Millionths = 1_000_000;
/// Largest number that is read; what is larger is a typing error.
const LARGEST: f64 = 1e12;
/// The same as a figure.
pub const MOST: Millionths = 1_000_000_000_000 * ONE;
/// Digits behind the point that are kept.
const DECIMALS: usize = 6;

/// A number as a sheet or JSON holds it: what is written for it in the fewest digits. None for one that nobody means.
pub fn of_number(number: f64) -> Option<Millionths> {
    let size = Some(number.abs()).filter(|size| *size <= LARGEST)?;
    let figure = of_digits(&size.to_string())?;
    Some(if number < 0.0 { -figure } else { figure })
}

/// Digits with at most one point in them, as people write amounts; more decimals than are kept are rounded.
pub fn of_digits(text: &str) -> Option<Millionths> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(decimals) {
        return None;
    }
    let kept: String = decimals.chars().chain("000000".chars()).take(DECIMALS).collect();
    let up = decimals.as_bytes().get(DECIMALS).is_some_and(|digit| *digit >= b'5');
    let whole: Millionths = whole.parse().ok()?;
    Some(whole.checked_mul(ONE)? + kept.parse::<Millionths>().ok()? + Millionths::from(up))
}

/// A value of a form as a figure; none for what is no number.
pub fn of_json(value: &Json) -> Option<Millionths> {
    match value.as_i64() {
        Some(whole) => Some(Millionths::from(whole) * ONE),
        None => of_number(value.as_f64()?),
    }
}

/// A figure as a value of a form: a whole number where it is one.
pub fn json(figure: Millionths) -> Json {
    if figure % ONE == 0 {
        return i64::try_from(figure / ONE).map_or(Json::Null, Json::from);
    }
    // The nearest number to so few digits is written as those digits.
    text(figure).parse::<f64>().map_or(Json::Null, Json::from)
}

/// A figure as people write it: no more decimals than it has.
pub fn text(figure: Millionths) -> String {
    let (sign, size) = (if figure < 0 { "-" } else { "" }, figure.abs());
    let decimals = format!("{:06}", size % ONE);
    let decimals = decimals.trim_end_matches('0');
    let point = if decimals.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{decimals}", size / ONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenths_add_up_to_the_last_digit() {
        let sum = of_json(&Json::from(0.1)).unwrap() + of_digits("0.2").unwrap();
        assert_eq!(json(sum).to_string(), "0.3");
        assert_eq!(of_number(0.1 + 0.2), Some(sum));
        let all: Millionths = (0..1000).map(|_| of_digits("12.05").unwrap()).sum();
        assert_eq!((json(all).to_string().as_str(), text(all).as_str()), ("12050", "12050"));
        assert_eq!(text(of_digits("1234.5678905").unwrap()), "1234.567891");
        assert_eq!(text(-of_digits("0.50").unwrap()), "-0.5");
        assert_eq!(
            (of_digits("1.2.3"), of_digits(""), of_digits("十"), of_number(1e13)),
            (None, None, None, None)
        );
        assert_eq!(json(of_number(123_456_789_012.35).unwrap()).to_string(), "123456789012.35");
        assert_eq!(
            of_json(&Json::from(1_000_000_000_000_i64)).map(json),
            Some(Json::from(1_000_000_000_000_i64))
        );
    }
}
