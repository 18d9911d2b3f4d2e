//! Whole numbers in the measure that their label names: 30吨 under 清运垃圾(车) is a number, and not the one that is asked for. How
//! persons and things are counted (人, 人次, 名, 个, 家) says nothing else; lengths, weights, areas and times do.

use super::number::{Parsed, count};
use super::quote::quote;
use super::words::ABOUT_AFTER;
use super::written::written;
use crate::domain::facts::Value;
use crate::domain::text::squeeze;

/// Between a number and its measure these scale it or make it vague.
const SCALE_LETTERS: &str = "余多来几万千百亿";

/// What is measured and not counted, with what else each is called.
const MEASURES: &[&[&str]] = &[
    &["吨"],
    &["公斤", "千克", "kg"],
    &["斤"],
    &["克"],
    &["立方米", "立方", "方", "m3"],
    &["平方米", "平米", "平方", "m2"],
    &["亩"],
    &["公顷"],
    &["公里", "千米", "km"],
    &["米"],
    &["小时", "学时", "课时"],
    &["分钟"],
    &["天", "日"],
    &["元"],
];

/// What things are counted by. Whatever else stands in the brackets of a label is a remark: 必填, 含志愿者.
const COUNTED_BY: &[&str] = &[
    "车", "车次", "趟", "次", "台", "台次", "辆", "人", "人次", "名", "个", "家", "户", "处", "场", "场次",
    "件", "份", "棵", "株", "批", "所", "套", "本", "张", "条",
];

/// A whole number in the measure of its label.
pub fn counted(label: &str, value: &Value) -> Parsed<i64> {
    let parsed = count(value);
    let (Some(wanted), Value::Text(text)) = (in_brackets(label), value) else { return parsed };
    match behind_digits(text).filter(|_| parsed.value.is_some_and(|number| number != 0)) {
        Some(said) if is_other(&said, &wanted) => {
            let shown = quote(text);
            Parsed::unreadable(format!("“{shown}”不是以“{wanted}”计的，请按表样的单位填写"))
        }
        _ => parsed,
    }
}

/// What a heading says that its figures are measured in: 清运垃圾(吨).
pub fn measure_of(heading: &str) -> Option<&'static str> {
    let said = in_brackets(heading)?;
    MEASURES.iter().find(|names| names.contains(&said.as_str()))?.first().copied()
}

/// Whether a label asks for another measure than that of a heading retyped for it.
pub fn is_retyped(label: &str, measure: &str) -> bool {
    in_brackets(label).is_some_and(|wanted| is_other(measure, &wanted))
}

/// Whether what stands behind a number is measured otherwise than what is asked for.
fn is_other(said: &str, wanted: &str) -> bool {
    let of = |word: &str| MEASURES.iter().position(|names| names.contains(&word));
    match (of(said), of(wanted)) {
        (Some(_), None) => COUNTED_BY.contains(&wanted),
        (None, Some(_)) => COUNTED_BY.contains(&said),
        (own, asked) => own != asked,
    }
}

/// What a label says in its last brackets that it is counted in.
fn in_brackets(label: &str) -> Option<String> {
    let tight = squeeze(label);
    let (_, inner) = tight.strip_suffix(')')?.rsplit_once('(')?;
    Some(inner.trim_start_matches("单位:").to_owned()).filter(|inner| !inner.is_empty())
}

/// The word behind the number of a cell, without what scales it or makes it vague.
fn behind_digits(text: &str) -> Option<String> {
    let written = written(text)?.text;
    let (_, behind) = written.rsplit_once(|c: char| c.is_ascii_digit())?;
    let bare = ABOUT_AFTER.iter().fold(behind, |text, word| text.strip_suffix(word).unwrap_or(text));
    let bare = bare.trim_start_matches(|c| SCALE_LETTERS.contains(c));
    Some(bare.to_owned()).filter(|bare| !bare.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_measured_otherwise_is_not_the_number_that_is_asked_for() {
        let read = |label: &str, text: &str| counted(label, &Value::Text(text.to_owned())).value;
        for text in ["30吨", "30余吨", "约 30 吨", "30公斤", "３０吨", "30吨左右"] {
            assert_eq!(read("清运垃圾(车)", text), None, "{text}");
        }
        assert_eq!(read("清运垃圾（吨）", "15车"), None);
        assert_eq!(read("培训时长(小时)", "2天"), None);
        for (label, text, number) in [
            ("清运垃圾(车)", "30车", 30),
            ("清运垃圾(车)", "30车次", 30),
            ("清运垃圾(车)", "30", 30),
            ("清运垃圾(吨)", "30吨", 30),
            ("清运垃圾(吨)", "3万吨", 30_000),
            ("出动人员(人次)", "50人", 50),
            ("出动车辆(台次)", "3辆", 3),
            ("整治面积(平方米)", "800平米", 800),
            ("清运垃圾", "30吨", 30),
            ("参与人数(人次)", "800（含志愿者）", 800),
            ("清运垃圾(车)", "0吨", 0),
            ("清运垃圾(当日)", "30吨", 30),
            ("活动天数(必填)", "3天", 3),
            ("整治面积(㎡)", "800平方米", 800),
        ] {
            assert_eq!(read(label, text), Some(number), "{label} {text}");
        }
    }

    #[test]
    fn a_heading_may_be_retyped_in_another_measure() {
        let retyped = |label: &str, heading: &str| {
            measure_of(heading).is_some_and(|measure| is_retyped(label, measure))
        };
        assert!(retyped("清运垃圾(车)", "清运垃圾（吨）"));
        assert!(retyped("整治面积(平方米)", "整治面积(亩)"));
        assert!(!retyped("整治面积(平方米)", "整治面积（平米）"));
        assert!(!retyped("清运垃圾(车)", "清运垃圾(车次)"));
        assert!(!retyped("参与人数(人次)", "参与人数(人)"));
        assert!(!retyped("清运垃圾(车)", "清运垃圾"));
    }
}
