//! Amounts of money: in the measure that the label names, with decimals, exact. A cell that names another measure (356000元 under
//! 万元) is converted and told; a bare number is in the measure of its column.

use super::counted::counted;
use super::number::{Parsed, strip_about};
use super::quote::quote;
use super::words::NONE_WORDS;
use super::written::{Written, written};
use crate::domain::facts::Value;
use crate::domain::figure::{self, Millionths, ONE};
use crate::domain::submission::Level;
use crate::domain::template::{Field, FieldKind};
use crate::domain::text::squeeze;

/// What a cell of a field that is added up says; none for what cannot be read, and for a field of another kind.
pub fn figure(field: &Field, value: &Value) -> Option<Millionths> {
    match field.kind {
        FieldKind::Count => counted(&field.label, value).value.map(|count| Millionths::from(count) * ONE),
        FieldKind::Amount => amount(&field.label, value).value,
        _ => None,
    }
}

/// The measures of money with what each is of a 元, the longer ones first.
pub(super) const MEASURES: [(&str, Millionths); 6] = [
    ("亿元", 100_000_000),
    ("万元", 10_000),
    ("千元", 1_000),
    ("亿", 100_000_000),
    ("万", 10_000),
    ("元", 1),
];

/// The measure of money that a label names, and what it is of a 元: 到位资金（万元）.
pub fn measure(label: &str) -> Option<(&'static str, Millionths)> {
    let label = squeeze(label);
    let named = MEASURES.iter().filter(|(word, _)| word.ends_with('元'));
    named.copied().find(|(word, _)| label.contains(word))
}

/// An amount of money in the measure that its label names: `35.6`, `1,234.50`, `35.6万元`, `356000元`, 无.
pub fn amount(label: &str, value: &Value) -> Parsed<Millionths> {
    let text = match value {
        Value::Number(number) => {
            let shown = number.to_string();
            let too_much = || Parsed::unreadable(format!("{shown} 过大，请核对后重新填写"));
            return figure::of_number(*number)
                .map_or_else(too_much, |amount| told_amount(amount, &shown, None));
        }
        Value::Text(text) => text,
    };
    let shown = &quote(text);
    if squeeze(text).is_empty() {
        return Parsed { value: None, remark: None };
    }
    let Some(Written { text: rest, is_bracketed, .. }) = written(text) else { return Parsed::several(shown) };
    if is_bracketed {
        // Accountants write -35.6 so.
        return Parsed::unreadable(format!("“{shown}”不知是否负数，请去掉括号重新填写"));
    }
    let mut rest = rest.replace('¥', "").replace("人民币", "");
    if NONE_WORDS.contains(&rest.as_str()) {
        return Parsed::plain(0);
    }
    let is_about = strip_about(&mut rest);
    let rest = rest.trim_end_matches('整');
    let own = MEASURES.iter().find_map(|(word, of)| Some((rest.strip_suffix(word)?, *word, *of)));
    let digits = own.map_or(rest, |(digits, ..)| digits);
    let (sign, digits) = digits.strip_prefix(['-', '－']).map_or((1, digits), |digits| (-1, digits));
    let Some(number) = figure::of_digits(digits) else {
        return Parsed::unreadable(format!("“{shown}”不是金额，请填写阿拉伯数字"));
    };
    let (own_word, of_label) = measure(label).unwrap_or(("元", 1));
    // A bare number is in the measure of its column.
    let of_own = own.map_or(of_label, |(.., of)| of);
    let amount = (sign * number).saturating_mul(of_own) / of_label;
    // A card number is no sum.
    if amount.unsigned_abs() > figure::MOST.unsigned_abs() {
        return Parsed::unreadable(format!("“{shown}”过大，请核对后重新填写"));
    }
    let converted = own.filter(|_| of_own != of_label).map(|_| {
        format!(
            "“{shown}”已折算为{}{own_word}登记，请按表样以{own_word}为单位，只填数字",
            figure::text(amount)
        )
    });
    let about = is_about.then(|| format!("“{shown}”是约数，请填写准确数"));
    told_amount(amount, shown, about.or(converted))
}

fn told_amount(amount: Millionths, shown: &str, note: Option<String>) -> Parsed<Millionths> {
    match note {
        _ if amount < 0 => Parsed::remarked(amount, Level::Warning, format!("{shown} 为负数，请核对")),
        Some(note) => Parsed::remarked(amount, Level::Warning, note),
        None => Parsed::plain(amount),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_in_every_spelling() {
        let of = |text: &str| amount("到位资金(万元)", &Value::Text(text.to_owned()));
        for (text, millionths) in [
            ("35.6", 35_600_000),
            ("1,234.50", 1_234_500_000),
            ("３５．６万元", 35_600_000),
            ("¥0.3", 300_000),
            ("无", 0),
            ("120万元整", 120_000_000),
        ] {
            assert_eq!(of(text), Parsed::plain(millionths), "{text}");
        }
        for (text, millionths) in [
            ("356000元", 35_600_000),
            ("0.02亿元", 200_000_000),
            ("约12万", 12_000_000),
            ("-3.5", -3_500_000),
            ("356000（元）", 35_600_000),
        ] {
            let parsed = of(text);
            assert_eq!(parsed.value, Some(millionths), "{text}");
            assert_eq!(parsed.remark.unwrap().0, Level::Warning, "{text}");
        }
        let endless = format!("-{}亿元", "9".repeat(32));
        for text in ["三十五万元", "10-20", "若干", "1.2.3", "6222021234567890123", &endless]
            .into_iter()
            .chain(["35，6", "35.6\n20", "(35.6)", "35台", "50块", "30千克"])
        {
            assert_eq!((of(text).value, of(text).remark.unwrap().0), (None, Level::Error), "{text}");
        }
        assert_eq!(amount("金额", &Value::Number(0.1 + 0.2)), Parsed::plain(300_000));
        assert_eq!(amount("支出(元)", &Value::Text("1.2万元".into())).value, Some(12_000_000_000));
        assert_eq!(of(" "), Parsed { value: None, remark: None });
    }
}
