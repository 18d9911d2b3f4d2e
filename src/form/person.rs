//! How to reach a person: mobile, landline, QQ, web page (V05-V08). Numbers are cleaned of what typing adds; what
//! remains wrong is told to the unit, never guessed.

use super::quote::quote;
use super::words::{EXAMPLES, NO_PAGE, PLACEHOLDERS, SAME_AS};
use super::written::lost_digits;
use crate::domain::facts::Value;
use crate::domain::text::{lower_case, squeeze};

/// Digits of a mobile number in mainland China.
const MOBILE_DIGITS: usize = 11;

/// A cleaned value and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cleaned {
    /// As it is kept.
    pub text: String,
    /// What is wrong, in Chinese; none when nothing is.
    pub problem: Option<String>,
}

/// One or more mobile numbers (V05).
pub fn mobile(value: &Value) -> Cleaned {
    numbers(value, &|number| (!is_mobile(number)).then(|| mobile_problem(number)))
}

/// One or more mobile or landline numbers (V05, V06).
pub fn phone(value: &Value) -> Cleaned {
    // Spreadsheets take the nought off an area code.
    if let Value::Number(number) = value
        && let code = format!("0{number:.0}")
        && !is_mobile(code.trim_start_matches('0'))
        && is_landline(&code)
    {
        return Cleaned { text: code, problem: None };
    }
    numbers(value, &|number| {
        if is_mobile(number) || is_landline(number) {
            None
        } else if is_local(number) {
            Some(format!("电话{}缺区号，请补全", quote(number)))
        } else {
            Some(format!("电话{}位数不对，请核对", quote(number)))
        }
    })
}

/// Whether a cell for a person or a number holds nothing but signs or words that stand for nothing: ***, /, 无, 张三(示例).
pub fn is_placeholder(text: &str) -> bool {
    let bare = lower_case(squeeze(text));
    let is_sign = |c: char| !c.is_alphanumeric() || "x×○口".contains(c);
    !bare.is_empty()
        && (bare.chars().all(is_sign)
            || PLACEHOLDERS.contains(&bare.replace('/', "").as_str())
            || EXAMPLES.iter().any(|word| bare.contains(word)))
}

fn mobile_problem(number: &str) -> String {
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let shown = quote(number);
    if lost_digits(&Value::Text(number.to_owned())) {
        return format!("手机{shown}是科学计数，末几位已丢失，请改为文本格式重填");
    }
    if digits == 0 || number.chars().any(char::is_alphabetic) {
        return format!("“{shown}”不是手机号，请核对");
    }
    if is_landline(number) {
        return format!("{shown} 是固定电话，请填写手机号");
    }
    if digits == MOBILE_DIGITS {
        return format!("手机{shown}号段不对，请核对");
    }
    let word = if digits < MOBILE_DIGITS { "只有" } else { "有" };
    format!("手机{shown}{word}{digits}位，应为{MOBILE_DIGITS}位，请核对")
}

/// Splits several numbers, cleans each and gathers what is wrong.
fn numbers(value: &Value, problem: &dyn Fn(&str) -> Option<String>) -> Cleaned {
    let text = match value {
        Value::Number(number) => format!("{number:.0}"),
        Value::Text(text) => without_words(text.trim()),
    };
    let parts: Vec<String> = text
        .split(['/', '、', ';', '；', ',', '，', '\n', '／'])
        .flat_map(several)
        .map(clean)
        .filter(|part| !part.is_empty())
        .collect();
    let problems: Vec<String> = parts.iter().filter_map(|part| problem(part)).collect();
    Cleaned { text: parts.join("、"), problem: (!problems.is_empty()).then(|| problems.join("；")) }
}

/// The text without brackets that hold no figure: (微信同号), （张老师）; the one of (028) is part of the number.
fn without_words(text: &str) -> String {
    let (mut kept, mut inside) = (String::new(), None::<String>);
    for c in text.chars() {
        match (&mut inside, c) {
            (None, '(' | '（') => inside = Some(c.to_string()),
            (None, _) => kept.push(c),
            (Some(held), ')' | '）') => {
                if held.chars().any(char::is_numeric) {
                    kept.push_str(held);
                    kept.push(c);
                }
                inside = None;
            }
            (Some(held), _) => held.push(c),
        }
    }
    kept + &inside.unwrap_or_default()
}

/// Whole numbers that only blanks separate, else the part as it is.
fn several(part: &str) -> Vec<&str> {
    let is_whole = |piece: &&str| {
        let number = clean(piece);
        is_mobile(&number) || is_landline(&number)
    };
    let pieces: Vec<&str> = part.split_whitespace().collect();
    match pieces.iter().all(is_whole) {
        true => pieces,
        false => vec![part],
    }
}

/// One number without spaces, country code, or the marks that spreadsheets put into it.
fn clean(part: &str) -> String {
    let mut text = squeeze(part);
    if text.contains(['–', '—', '转', '分']) {
        text = text.replace(['–', '—', '转'], "-").replace("分机", "-");
    }
    // Spreadsheets show a long number as 1.39E+10, which has lost its end, or with a decimal nought.
    if text.contains(['E', 'e'])
        && !lost_digits(&Value::Text(text.clone()))
        && let Ok(number) = text.parse::<f64>()
    {
        text = format!("{number:.0}");
    }
    if let Some(cut) = text.strip_suffix(".0") {
        text = cut.to_owned();
    }
    let bare: String = text.chars().filter(|c| !matches!(c, '-' | '+' | '(' | ')' | '.')).collect();
    let national = bare.strip_prefix("0086").or_else(|| bare.strip_prefix("86")).unwrap_or(&bare);
    // 手机:199… names what it is, 199…微信同号 what else it is.
    let unnamed = national.trim_matches(|c: char| !c.is_ascii_digit());
    if is_mobile(unnamed) {
        return unnamed.to_owned();
    }
    // 办公室0816-2345678.
    let unnamed = text.trim_start_matches(|c: char| !c.is_ascii_digit() && c != '(');
    let unnamed = unnamed.trim_end_matches(|c: char| !c.is_ascii_digit());
    if is_landline(unnamed) { unnamed.to_owned() } else { text }
}

/// `1[3-9]` and nine more digits.
pub fn is_mobile(number: &str) -> bool {
    number.len() == MOBILE_DIGITS
        && number.bytes().all(|b| b.is_ascii_digit())
        && number.starts_with('1')
        && number.as_bytes().get(1).is_some_and(|b| (b'3'..=b'9').contains(b))
}

/// Area code 0xx or 0xxx, seven or eight digits, perhaps an extension.
fn is_landline(number: &str) -> bool {
    if !number.trim_start_matches(['(', ')', '-']).starts_with('0') {
        return false;
    }
    let mut bare: String = number.replace(['(', ')'], "");
    if let Some((head, extension)) = bare.clone().rsplit_once('-')
        && head.len() >= 10
        && (1..=6).contains(&extension.len())
    {
        bare = head.to_owned();
    }
    let digits = bare.replace('-', "");
    digits.starts_with('0') && (10..=12).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

fn is_local(number: &str) -> bool {
    let digits = number.replace('-', "");
    (7..=8).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

/// A QQ number (V07).
pub fn qq(value: &Value) -> Cleaned {
    let text = match value {
        Value::Number(number) => format!("{number:.0}"),
        Value::Text(text) => squeeze(text),
    };
    let bare = text.strip_suffix(".0").unwrap_or(&text);
    let bare = bare.trim_start_matches("QQ").trim_start_matches("qq").trim_start_matches([':', '号']);
    let bare = bare.strip_suffix("@qq.com").unwrap_or(bare).to_owned();
    let is_number =
        (5..=12).contains(&bare.len()) && !bare.starts_with('0') && bare.bytes().all(|b| b.is_ascii_digit());
    let problem = match bare.as_str() {
        "" => Some("未填写QQ号".to_owned()),
        other if SAME_AS.contains(&other) => Some(format!("QQ号写作“{other}”，请填写号码")),
        _ if is_number => None,
        other => Some(format!("“{}”不是QQ号，请核对", quote(other))),
    };
    Cleaned { text: bare, problem }
}

/// One or more web addresses (V08).
pub fn url(value: &Value) -> Cleaned {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text.trim().to_owned(),
    };
    let problem = if text.is_empty() {
        Some("未填写专题网站（专栏）链接".to_owned())
    } else if NO_PAGE.contains(&squeeze(&text).as_str()) {
        Some(format!("专题网站（专栏）写作“{}”，建成后请补报链接", quote(&text)))
    } else {
        let mut parts =
            text.split([' ', '\n', ';', '；', '、', '，', '\u{3000}']).filter(|part| !part.is_empty());
        (!parts.any(|part| is_url(&squeeze(part)))).then(|| format!("“{}”不是网址，请核对", quote(&text)))
    };
    Cleaned { text, problem }
}

fn is_url(part: &str) -> bool {
    let lower = part.to_lowercase();
    let at = lower.find("http").unwrap_or(0);
    let rest = lower.get(at..).unwrap_or(&lower);
    let rest = rest.strip_prefix("https:").or_else(|| rest.strip_prefix("http:")).unwrap_or(rest);
    let host = rest.trim_start_matches(['/', '\\']).split(['/', '?', '#', ':']).next().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    labels.len() >= 2
        && labels.iter().all(|l| !l.is_empty() && l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'))
        && labels.last().is_some_and(|top| top.len() >= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn what_stands_for_nothing_is_nothing() {
        for text in ["***", "＊＊", "/", "——", "×××", "XX", "无", "暂无", "N/A", "张三（示例）", "某某"]
        {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["", "张三", "吴无忌", "139****1234", "1XXXXXXXXXX", "13900001234", "028-86110000"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn mobiles_are_cleaned_and_wrong_ones_named() {
        for spelled in [
            "19900001234",
            "199 0000 1234",
            "+86-199-0000-1234",
            "１９９００００１２３４",
            "19900001234.0",
            "1.9900001234E+10",
        ] {
            assert_eq!(
                mobile(&text(spelled)),
                Cleaned { text: "19900001234".into(), problem: None },
                "{spelled}"
            );
        }
        assert_eq!(mobile(&Value::Number(1.990_000_123_4e10)).text, "19900001234");
        assert_eq!(mobile(&text("19900001234/19900005678")).text, "19900001234、19900005678");
        for told in ["19900001234（微信同号）", "19900001234微信同号", "甲一 19900001234(办公室)"]
        {
            let wanted = Cleaned { text: "19900001234".into(), problem: None };
            assert_eq!(mobile(&text(told)), wanted, "{told}");
        }
        for two in ["19900001234 19900005678", "手机：19900001234，19900005678"] {
            let wanted = Cleaned { text: "19900001234、19900005678".into(), problem: None };
            assert_eq!(mobile(&text(two)), wanted, "{two}");
        }
        // A telephone's list of contacts copies marks that nobody sees.
        assert_eq!(mobile(&text("\u{202d}19900001234\u{202c}")).text, "19900001234");
        assert!(mobile(&text("1.38E+10")).problem.unwrap().contains("科学计数"));
        assert!(mobile(&text("1990000123")).problem.unwrap().contains("只有10位"));
        assert!(mobile(&text("12900001234")).problem.unwrap().contains("号段"));
        assert!(mobile(&text("028-00001234")).problem.unwrap().contains("固定电话"));
    }

    #[test]
    fn what_reaches_nobody_is_repeated_in_short_and_on_one_line() {
        let message =
            text("请加\r\n财务群\u{202e}https://evil.example/pay，各单位务必今日内完成经费缴纳登记");
        for cleaned in [
            mobile(&message),
            phone(&message),
            qq(&message),
            url(&text("各单位\n务必今日内完成经费缴纳并登记到财务群里")),
        ] {
            let problem = cleaned.problem.unwrap();
            assert!(!problem.contains(char::is_control) && !problem.contains('\u{202e}'), "{problem}");
            assert!(problem.split('；').all(|one| one.chars().count() < 30), "{problem}");
        }
    }

    #[test]
    fn landlines_pages_and_qq() {
        for ok in ["028-00001234", "0816-0070660", "08160070660", "028-00001234-801", "19900001234"] {
            assert_eq!(phone(&text(ok)).problem, None, "{ok}");
        }
        assert_eq!(phone(&text("(028)00001234（总机）")).problem, None);
        for (told, number) in [
            ("028-00001234转801", "028-00001234-801"),
            ("办公室028-00001234", "028-00001234"),
            ("028-00001234 手机19900001234", "028-00001234、19900001234"),
        ] {
            assert_eq!(phone(&text(told)), Cleaned { text: number.into(), problem: None }, "{told}");
        }
        assert_eq!(
            phone(&Value::Number(8_160_070_660.0)),
            Cleaned { text: "08160070660".into(), problem: None }
        );
        assert!(phone(&text("86110000")).problem.unwrap().contains("区号"));
        assert!(phone(&text("12345")).problem.is_some());
        assert_eq!(qq(&Value::Number(123_456_789.0)), Cleaned { text: "123456789".into(), problem: None });
        assert!(qq(&text("同手机")).problem.is_some() && qq(&text("")).problem.is_some());
        for ok in [
            "https://s1.example/hdz",
            "www.s1.example/zyjy",
            "专栏 http://mp.weixin.example/s/abc",
            "http：//a.example",
        ] {
            assert_eq!(url(&text(ok)).problem, None, "{ok}");
        }
        assert!(url(&text("建设中")).problem.is_some() && url(&text("学校官网首页")).problem.is_some());
    }
}
