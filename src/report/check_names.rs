//! What the checks of material are called where a person chooses one: their codes stand in the contract and in addresses.

/// Each check with its name, in the order in which they are offered.
const NAMES: &[(&str, &str)] = &[
    ("OLD_TEMPLATE", "往年的表"),
    ("TEMPLATE_CHANGED", "表样有改动"),
    ("V01", "打不开或不是这张表"),
    ("V02", "空表"),
    ("V03", "表内单位与来件单位不符"),
    ("V04", "必填项未填"),
    ("V05", "手机号有问题"),
    ("V06", "电话号码有问题"),
    ("V07", "QQ号有问题"),
    ("V08", "网址有问题"),
    ("V09", "字数不合要求"),
    ("V10", "数字有问题"),
    ("V11", "百分比有问题"),
    ("V12", "总数与分项不符"),
    ("V13", "合计与各行不符"),
    ("V14", "学校数有问题"),
    ("V15", "各数全为零或未填"),
    ("V16", "数值超出常理"),
    ("V17", "盖章件与表不符"),
    ("V18", "日期有问题"),
    ("UNSIGNED", "疑似未盖章"),
    ("SCAN_PICTURE", "盖章件是图片"),
    ("LINK", "只有链接"),
    ("QUOTA", "超过限报件数"),
    ("RETURNED", "已退回补正"),
    ("WRONG_BOX", "发错邮箱"),
    ("WRONG_ROUTE", "应经上级单位报送"),
];

/// What a check is called; none for one that is not known.
pub fn check_name(code: &str) -> Option<&'static str> {
    NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(code)).map(|(_, name)| *name)
}

/// The checks among `codes`, each once, in the order in which they are offered; what has no name stands last by its code.
pub fn named_checks<'c>(codes: impl Iterator<Item = &'c str>) -> Vec<(String, String)> {
    let mut codes: Vec<&str> = codes.collect();
    let place = |code: &str| NAMES.iter().position(|(known, _)| *known == code).unwrap_or(NAMES.len());
    codes.sort_unstable_by_key(|code| (place(code), *code));
    codes.dedup();
    let named = |code: &str| (code.to_owned(), check_name(code).unwrap_or(code).to_owned());
    codes.into_iter().map(named).collect()
}

/// 「手机号有问题（V05）」.
pub(super) fn in_words(code: &str) -> String {
    check_name(code).map_or_else(|| code.to_owned(), |name| format!("{name}（{code}）"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_are_offered_once_by_name_and_in_order() {
        let offered = named_checks(["V05", "X1", "OLD_TEMPLATE", "V05"].into_iter());
        let names: Vec<&str> = offered.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(names, ["往年的表", "手机号有问题", "X1"]);
        assert_eq!(in_words("V05"), "手机号有问题（V05）");
    }
}
