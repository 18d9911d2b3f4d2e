//! What is wrong with forms and with what items are called: whatever would be read as something else.

use super::{Complaint, say};
use crate::domain::text::one_line;

/// As much of a label as is repeated.
const LABEL_CHARS: usize = 40;

pub(in crate::config) fn form_without_unit() -> Complaint {
    say("没有 kind = \"unit\" 的栏目，无法知道表是谁填的", "请补上填报单位一栏")
}

pub(in crate::config) fn ambiguous_label(label: &str, other: &str) -> Complaint {
    let label = one_line(label, LABEL_CHARS);
    say(format!("标签“{label}”与栏目 {other} 的标签相同"), "请删去一处，否则表格会读错栏")
}

pub(in crate::config) fn total_not_for_kind(total: &str, kind: &str) -> Complaint {
    say(
        format!("{total} 只用于 kind = \"{kind}\" 的栏目"),
        "请改为 \"list\"（逐行列出）或 \"none\"（不列入汇总表），或改正 kind",
    )
}

pub(in crate::config) fn match_too_little(percent: u8, usual: u8) -> Complaint {
    say(
        format!("只要 {percent}% 的标签对上就算这张表，别的表也会被认作这张"),
        format!("请删去这一行（默认 {usual}），或写 40 以上"),
    )
}

pub(in crate::config) fn count_of_money(label: &str) -> Complaint {
    say(format!("“{label}”是金额，kind = \"count\" 不收小数"), "请改为 kind = \"amount\"")
}

pub(in crate::config) fn names_shared(name: &str, other: &str) -> Complaint {
    say(format!("“{name}”也是同一要求中“{other}”的 names，来件分不清是哪一件"), "请各写自己独有的词")
}

pub(in crate::config) fn document_without_name(title: &str) -> Complaint {
    say(
        format!("没有 names，来件中只凭“{title}”这几个字认"),
        "请写上文件名、标题里用来称呼它的短词，如 names = [\"总结\"]",
    )
}

pub(in crate::config) fn group_without_title(id: &str) -> Complaint {
    say(format!("分组 {id} 的名称是空的"), format!("请写作 {id} = \"名称\"，各种名单上用它作标题"))
}

pub(in crate::config) fn empty_words() -> Complaint {
    say("是空的", "请填写；单位和工作人员会在信件和表格中看到它")
}
