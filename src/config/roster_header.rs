//! The first line of a roster: the names of its columns, in any order. What a spreadsheet, or whoever keeps one, makes of it is
//! told as what it is, once, rather than as a dozen columns that nobody knows.

use std::path::Path;

use super::complaint::{self, Complaint};
use super::csv::Record;
use super::error::{Level, Notebook};

pub(super) const COLUMNS: &[&str] = &[
    "code",
    "name",
    "aliases",
    "group",
    "city",
    "parent",
    "emails",
    "domains",
    "contact",
    "phone",
    "valid_from",
    "valid_to",
];

/// How offices head these columns.
const CHINESE: &[(&str, &[&str])] = &[
    ("code", &["代码", "编号", "编码", "单位代码", "单位编号", "机构代码"]),
    ("name", &["名称", "单位", "单位名称", "全称", "单位全称", "学校", "学校名称"]),
    ("aliases", &["别名", "简称", "单位简称", "曾用名"]),
    ("group", &["分组", "类别", "单位类别", "类型", "组别"]),
    ("city", &["市州", "市(州)", "市（州）", "地市", "城市", "所在地", "地区"]),
    ("parent", &["上级", "上级单位", "主管单位", "主管部门"]),
    ("emails", &["邮箱", "电子邮箱", "邮件", "电子邮件", "邮箱地址"]),
    ("domains", &["域名", "邮箱域名", "单位域名"]),
    ("contact", &["联系人", "联络员", "联系人姓名"]),
    ("phone", &["电话", "联系电话", "手机", "手机号"]),
    ("valid_from", &["起", "起始", "起始日期", "生效日期"]),
    ("valid_to", &["止", "截止", "截止日期", "失效日期"]),
];

/// Names of the columns of a roster; none when it cannot be read by them, which is noted.
pub(super) fn read(records: &[Record], file: &Path, notes: &Notebook) -> Option<Vec<String>> {
    let blank = Record { line: 1, cells: Vec::new() };
    let first = records.first().unwrap_or(&blank);
    let error =
        |name: &str, complaint: Complaint| notes.note(Level::Error, file, first.line, name, complaint);
    let names = names(first);
    if let Some(separator) = other_separator(&names) {
        error("", complaint::other_separator(separator));
        return None;
    }
    if !names.iter().any(|name| COLUMNS.contains(&name.as_str())) && !names.is_empty() {
        match records.get(1).filter(|second| is_header(second)) {
            Some(second) => error("", complaint::header_below(second.line)),
            None => error("", no_header(&names)),
        }
        return None;
    }
    for (at, name) in names.iter().enumerate() {
        // Spreadsheets like to save empty columns at the end.
        if !name.is_empty() && !COLUMNS.contains(&name.as_str()) {
            error(name, complaint::unknown_column(meant(name), COLUMNS));
        } else if !name.is_empty() && names.iter().take(at).any(|before| before == name) {
            error(name, complaint::column_twice());
        }
    }
    let missing: Vec<_> =
        ["name", "group"].into_iter().filter(|wanted| !names.iter().any(|name| name == wanted)).collect();
    for name in &missing {
        error(name, complaint::no_column(name));
    }
    missing.is_empty().then_some(names)
}

fn names(record: &Record) -> Vec<String> {
    record.cells.iter().map(|cell| cell.trim().to_ascii_lowercase()).collect()
}

fn is_header(record: &Record) -> bool {
    let names = names(record);
    ["name", "group"].iter().all(|wanted| names.iter().any(|name| name == wanted))
}

/// What stands between columns that were saved as one.
fn other_separator(names: &[String]) -> Option<&'static str> {
    let filled: Vec<&String> = names.iter().filter(|name| !name.is_empty()).collect();
    let [only] = filled.as_slice() else { return None };
    let separators = [(';', "分号"), ('；', "分号"), ('\t', "制表符"), ('，', "中文逗号")];
    separators.into_iter().find(|(mark, _)| only.contains(*mark)).map(|(_, name)| name)
}

fn meant(name: &str) -> Option<&'static str> {
    CHINESE.iter().find(|(_, said)| said.contains(&name)).map(|(column, _)| *column)
}

fn no_header(names: &[String]) -> Complaint {
    let means: Vec<(&str, &str)> =
        names.iter().filter_map(|name| Some((name.as_str(), meant(name)?))).collect();
    complaint::no_header(&means, COLUMNS)
}
