//! Whole numbers in the measure that their label names: 30吨 under 清运垃圾(车) is a number, and not the one that is asked for. How
//! persons and things are counted (人, 人次, 名, 个, 家) says nothing else; lengths, weights, areas and times do.

use super::inline::is_counted_in;
use super::number::{Parsed, count, scaled};
use super::quote::quote;
use super::words::ABOUT_AFTER;
use super::written::written;
use crate::domain::facts::Value;
use crate::domain::text::squeeze;

/// Between a number and its measure these make it vague, or scale it.
const VAGUE_LETTERS: &str = "余多来几";
const SCALE_LETTERS: &str = "万千百亿";

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
    &["厘米", "cm"],
    &["毫米", "mm"],
    &["升"],
    &["毫升", "ml"],
    &["千瓦时", "度", "kwh"],
    &["千瓦", "kw"],
    &["千伏", "kv"],
    &["小时", "学时", "课时"],
    &["分钟", "分", "百分"],
    &["天", "日"],
    &["元"],
    &["百分点", "个百分点"],
];

/// What is measured alike, by the first name of each: only what is in the same row can be meant by a line for all columns.
const ALIKE: &[&[&str]] = &[
    &["吨", "公斤", "斤", "克"],
    &["立方米", "升", "毫升"],
    &["平方米", "亩", "公顷"],
    &["公里", "米", "厘米", "毫米"],
    &["小时", "分钟", "天"],
];

/// What things are counted by. Whatever else stands in the brackets of a label is a remark: 必填, 含志愿者.
const COUNTED_BY: &[&str] = &[
    "车", "车次", "趟", "次", "台", "台次", "辆", "人", "人次", "名", "个", "家", "户", "处", "场", "场次",
    "件", "份", "棵", "株", "批", "所", "套", "本", "张", "条", "只", "头", "羽", "枚", "册", "篇", "项",
    "起", "例", "间",
];

/// A whole number in the measure of its label.
pub fn counted(label: &str, value: &Value) -> Parsed<i64> {
    let parsed = count(value);
    let (Some(wanted), Value::Text(text)) = (said_in_brackets(label), value) else { return parsed };
    let Some((digits, said)) = said(text).filter(|_| parsed.value.is_some_and(|number| number != 0)) else {
        return parsed;
    };
    let (own, asked) = (times(&said), times(&wanted));
    let is_asked = asked == 1.0 || own == asked || said.is_empty();
    if !is_asked || is_other(unscaled(&said), unscaled(&wanted)) {
        let shown = quote(text);
        return Parsed::unreadable(format!("“{shown}”不是以“{wanted}”计的，请按表样的单位填写"));
    }
    match asked == 1.0 || said.is_empty() {
        true => parsed,
        // 3万吨 under (万吨) is three of them.
        false => count(&Value::Text(format!("{digits}{}", unscaled(&said)))),
    }
}

/// What a heading says that its figures are measured or counted in: 清运垃圾(吨), 口罩(只).
pub fn measure_of(heading: &str) -> Option<&'static str> {
    let said = said_in_brackets(heading)?;
    measure_in(&said).or_else(|| COUNTED_BY.iter().find(|word| **word == said).copied())
}

/// The measure that a word says.
pub fn measure_in(word: &str) -> Option<&'static str> {
    MEASURES.iter().find(|names| names.contains(&word)).and_then(|names| names.first()).copied()
}

/// In what a label asks for something that is weighed or measured, whatever scales that: 厨余垃圾(万吨).
pub fn measure_asked(label: &str) -> Option<&'static str> {
    measure_in(unscaled(&said_in_brackets(label)?))
}

/// Whether two measures are of the same: 吨 and 公斤, not 吨 and 小时.
pub fn is_alike(one: &str, other: &str) -> bool {
    one == other || ALIKE.iter().any(|names| names.contains(&one) && names.contains(&other))
}

/// Whether a measure is of what is weighed or filled in: 垃圾, 用水 are told in 吨 and in 立方米.
pub fn is_heaped(measure: &str) -> bool {
    is_alike(measure, "吨") || is_alike(measure, "立方米")
}

/// Whether a label asks for another measure than that of a heading retyped for it.
pub fn is_retyped(label: &str, measure: &str) -> bool {
    said_in_brackets(label).is_some_and(|wanted| times(&wanted) > 1.0 || is_other(measure, &wanted))
}

/// Whether a word says in what something is measured, and by itself. 千克 is one word, of which 千 scales nothing.
pub fn is_measure(word: &str) -> bool {
    MEASURES.iter().any(|names| names.contains(&word))
}

/// The word without what scales it: 万吨 is 吨, 千克 is itself.
pub fn unscaled(word: &str) -> &str {
    let mut bare = word;
    while let Some(rest) = bare.strip_prefix(|c| SCALE_LETTERS.contains(c)).filter(|_| !is_measure(bare)) {
        bare = rest;
    }
    bare
}

/// By how much a word scales what it counts: 万吨, 千人次, 万羽. 千人以上 counts nothing, and scales nothing.
pub fn times(word: &str) -> f64 {
    let bare = unscaled(word);
    let is_counting = bare.chars().count() <= 1 || is_measure(bare) || is_counted_in(bare);
    let letters = word.strip_suffix(bare).filter(|_| is_counting).unwrap_or_default();
    scaled(letters).1
}

/// The longest measure of several letters that ends a text, without it: 30千克, 2.5小时, 800m2.
pub fn cut_measure(text: &str) -> Option<&str> {
    let names = MEASURES.iter().flat_map(|names| names.iter()).filter(|name| name.chars().count() > 1);
    let is_number =
        |c: char| c.is_ascii_digit() || c == '+' || VAGUE_LETTERS.contains(c) || SCALE_LETTERS.contains(c);
    let cut = names.filter_map(|name| text.strip_suffix(*name)).filter(|before| before.ends_with(is_number));
    cut.min_by_key(|before| before.len())
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

/// What a label or heading says in its last brackets that it is counted in, or remarks there.
pub fn said_in_brackets(label: &str) -> Option<String> {
    let tight = squeeze(label);
    let (_, inner) = tight.strip_suffix(')')?.rsplit_once('(')?;
    Some(inner.trim_start_matches("单位:").to_lowercase()).filter(|inner| !inner.is_empty())
}

/// The number of a cell and the word behind it, with what scales that and without what makes it vague.
fn said(text: &str) -> Option<(String, String)> {
    let written = written(text)?.text.to_lowercase();
    let whole =
        ABOUT_AFTER.iter().fold(written.as_str(), |text, word| text.strip_suffix(word).unwrap_or(text));
    // The figure of m2 is none of the number.
    let measure = cut_measure(whole).map_or(0, |before| whole.len() - before.len());
    let (before, measure) = whole.split_at_checked(whole.len() - measure)?;
    let (digits, behind) = before.split_at_checked(before.rfind(|c: char| c.is_ascii_digit())? + 1)?;
    let word = behind.trim_start_matches(|c| VAGUE_LETTERS.contains(c) || SCALE_LETTERS.contains(c));
    let mut scale = behind.strip_suffix(word)?.to_owned();
    let vague = if scale.contains(|c| VAGUE_LETTERS.contains(c)) { "余" } else { "" };
    scale.retain(|c| SCALE_LETTERS.contains(c));
    Some((format!("{digits}{vague}"), format!("{scale}{word}{measure}")))
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
        for (label, text) in [
            ("清运垃圾(吨)", "30千克"),
            ("清运垃圾(车)", "30千克"),
            ("参与人数(人)", "30千瓦时"),
            ("清运垃圾(万吨)", "30吨"),
            ("参与人次(万人次)", "300人次"),
            ("巡查河道(米)", "12千米"),
        ] {
            assert_eq!(read(label, text), None, "{label} {text}");
        }
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
            ("整治面积(㎡)", "800㎡", 800),
            ("清运垃圾(公斤)", "30千克", 30),
            ("清运垃圾(千克)", "30公斤", 30),
            ("清运垃圾(千克)", "30余KG", 30),
            ("清运垃圾(千克)", "3万千克", 30_000),
            ("清运垃圾", "30千克", 30),
            ("巡查河道(公里)", "12千米", 12),
            ("停用电量(度)", "500千瓦时", 500),
            ("培训时长(学时)", "30学时", 30),
            ("清运垃圾(万吨)", "3万吨", 3),
            ("清运垃圾(万吨)", "约3万吨", 3),
            ("清运垃圾(万吨)", "3万", 3),
            ("清运垃圾(万吨)", "3", 3),
            ("参与人次(万人次)", "3万余人次", 3),
            ("排水(立方米)", "3万方", 30_000),
            ("增幅(百分点)", "3个百分点", 3),
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
        assert!(retyped("清运垃圾(吨)", "清运垃圾(千克)") && retyped("清运垃圾(万吨)", "清运垃圾(吨)"));
        assert!(!retyped("清运垃圾(公斤)", "清运垃圾(千克)"));
        assert!(!retyped("整治面积(平方米)", "整治面积（平米）"));
        assert!(!retyped("清运垃圾(车)", "清运垃圾(车次)"));
        assert!(!retyped("参与人数(人次)", "参与人数(人)"));
        assert!(retyped("口罩(万只)", "口罩(只)") && retyped("清运垃圾(吨)", "清运垃圾(车)"));
        assert!(!retyped("清运垃圾(车)", "清运垃圾"));
    }
}
