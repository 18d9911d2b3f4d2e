//! What is wrong with a roster. Its readers are clerks with a spreadsheet.

use super::{Complaint, say};

pub(in crate::config) fn unreadable_roster(why: &str) -> Complaint {
    say(
        format!("名册读不了：{why}"),
        "请在 Excel 中打开，另存为 xlsx 工作簿，或“CSV UTF-8(逗号分隔)”，文件名 units.csv",
    )
}

pub(in crate::config) fn two_rosters() -> Complaint {
    say("units.csv 与 units.xlsx 同时存在，不知以哪一份为准", "请只留一份")
}

pub(in crate::config) fn no_roster() -> Complaint {
    say("没有名册", "请建立 units.csv（或 units.xlsx），至少有 name、group 两列")
}

pub(in crate::config) fn open_quote() -> Complaint {
    say("引号没有闭合", "请检查本行起的英文双引号是否成对，文字中的双引号要写两个")
}

pub(in crate::config) fn no_column(name: &str) -> Complaint {
    say(format!("缺少 {name} 列"), "请在第一行补上列名")
}

/// `meant`: the column that a Chinese heading means.
pub(in crate::config) fn unknown_column(meant: Option<&str>, known: &[&str]) -> Complaint {
    let remedy = match meant {
        Some(meant) => format!("列名须用英文，请改为 {meant}"),
        None => format!("请改正列名或删除该列，可用：{}", known.join("、")),
    };
    say("不认识的列", remedy)
}

pub(in crate::config) fn column_twice() -> Complaint {
    say("这一列写了两次，不知以哪一列为准", "请删去一列；一格中的多个值用 | 分隔")
}

/// `means`: Chinese headings and the columns that they mean.
pub(in crate::config) fn no_header(means: &[(&str, &str)], known: &[&str]) -> Complaint {
    let means: Vec<String> = means.iter().map(|(said, column)| format!("{said}＝{column}")).collect();
    let means =
        if means.is_empty() { String::new() } else { format!("（本表：{}）", means.join("，")) };
    say("第一行不是列名", format!("第一行请写英文列名，可用：{}{means}", known.join("、")))
}

pub(in crate::config) fn header_below(line: usize) -> Complaint {
    say(format!("第一行不是列名，列名在第 {line} 行"), "请删去列名以上的标题行")
}

pub(in crate::config) fn other_separator(name: &str) -> Complaint {
    say(format!("各列以{name}分隔，读不成表"), "请在 Excel 中另存为“CSV UTF-8(逗号分隔)”，或存为 units.xlsx")
}

pub(in crate::config) fn too_many_cells() -> Complaint {
    say("本行的格子多于列名", "请检查多余的逗号；单元格中的多个值用 | 分隔")
}

pub(in crate::config) fn empty_cell() -> Complaint {
    say("此格为空", "请填写")
}

pub(in crate::config) fn bad_code(code: &str) -> Complaint {
    say(format!("代码“{code}”不可用"), "请只用英文字母、数字、-、_、.，或留空由系统编号")
}

pub(in crate::config) fn bad_roster_date(text: &str) -> Complaint {
    say(format!("“{text}”不是日期"), "请写成 2023-05-16")
}

pub(in crate::config) fn name_taken(name: &str, owner: &str, line: usize) -> Complaint {
    say(format!("“{name}”已是第 {line} 行“{owner}”的名称、别名或代码"), "一个名称只能指一个单位，请删去一处")
}

pub(in crate::config) fn unknown_parent(name: &str) -> Complaint {
    say(format!("名册中没有上级单位“{name}”"), "请改正名称，或把上级单位也列入名册")
}

pub(in crate::config) fn own_parent(name: &str) -> Complaint {
    say(format!("“{name}”的上级单位写的是它自己"), "请改正，没有上级单位的留空")
}

pub(in crate::config) fn parents_in_a_circle(names: &[&str]) -> Complaint {
    say(format!("上级单位绕成了圈：{}", names.join(" → ")), "请改正其中一处的 parent")
}

pub(in crate::config) fn address_of_ours(address: &str) -> Complaint {
    say(format!("“{address}”是本系统自己的邮箱，催报会发给自己"), "请改为该单位的邮箱，没有的留空")
}

pub(in crate::config) fn address_shared(address: &str, owner: &str, line: usize) -> Complaint {
    say(
        format!("“{address}”也是第 {line} 行“{owner}”的邮箱，凭它认不出是哪个单位"),
        "请核对；确是共用的可以不改，请单位在来信中写明单位名称",
    )
}

pub(in crate::config) fn bad_unit_address(address: &str) -> Complaint {
    say(
        format!("“{address}”不是可用的邮件地址"),
        "请写成 name@example.cn 的形式，只用英文字符，多个用 | 分隔",
    )
}

pub(in crate::config) fn not_a_domain(domain: &str) -> Complaint {
    say(
        format!("“{domain}”不是邮箱域名，没有采用"),
        "请只写邮箱地址中 @ 后面的部分，如 mianyang.example.cn，多个用 | 分隔",
    )
}

pub(in crate::config) fn domain_of_everybody(domain: &str) -> Complaint {
    say(
        format!("{domain} 是公共邮箱或公用后缀，不是一个单位自己的域名，没有采用"),
        "请写该单位独有的域名，没有的留空；单位常用的邮箱请写在 emails 列",
    )
}

pub(in crate::config) fn several_in_an_alias(alias: &str, mark: char) -> Complaint {
    say(
        format!("别名“{alias}”中有“{mark}”，会整个当作一个别名"),
        "几个别名请用 | 分隔；确是一个名称的可以不改",
    )
}

/// `why` as for a name that a clerk would teach.
pub(in crate::config) fn alias_of_others(alias: &str, why: &str) -> Complaint {
    say(format!("别名“{alias}”{why}，别处来件中出现这几个字也会认作本单位"), "请删去，或写得完整些")
}

pub(in crate::config) fn owes_nothing(name: &str) -> Complaint {
    say(
        format!("按 valid_from、valid_to，“{name}”本次没有一项应报，不会出现在各种名单中"),
        "请核对这两列的年份；确已不报的可以不改",
    )
}

pub(in crate::config) fn numbered_name(name: &str) -> Complaint {
    say(format!("单位名称“{name}”前面有序号，来件中认不出"), "请删去序号，只写单位名称")
}
