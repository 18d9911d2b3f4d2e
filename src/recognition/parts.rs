//! A paper told from a part of it, from those of departments and from what proves it.

use super::squeeze;

/// Chinese numerals.
const NUMERALS: &str = "一二三四五六七八九十";

/// A paper that is called so is only a part of a plan or report, or goes with it.
const PART_WORDS: &[&str] = &[
    "预案",
    "日程",
    "议程",
    "流程",
    "名单",
    "台账",
    "补充",
    "子方案",
    "分方案",
    "第1页",
    "第2页",
    "第3页",
    "第4页",
    "第5页",
    "第6页",
    "安排表",
    "进度表",
    "任务分解",
];

/// Of departments and clubs: their plan is not that of their school, whose name is taken out before.
const DEPARTMENTS: &[&str] = &["系", "二级学院", "学院", "分校", "班级", "社团", "协会", "教研室"];
/// The same letters in words that name no department.
const NO_DEPARTMENTS: &[&str] =
    &["系列", "体系", "关系", "联系", "系统", "各学院", "我学院", "本学院", "系表"];

/// Events and tasks that have papers of their own.
const EVENTS: &[&str] = &["仪式", "宣传", "志愿", "参赛", "大赛", "比赛", "竞赛", "晚会", "运动会"];
/// What may stand between an event and its paper.
const EVENT_TAILS: &[&str] = &["工作", "活动", "实施", "服务", "者", "组织"];
/// How papers are called.
const PAPERS: &[&str] = &["方案", "总结", "计划", "报告"];

/// Folders of what proves a report.
const PROOF_FOLDERS: &[&str] = &["佐证", "支撑材料", "证明材料", "过程材料"];

/// Whether a paper calls itself a part of another one, that of a department or of one event: 方案附件2, 机电系活动方案, 应急预案,
/// 启动仪式方案; not 技能大赛暨活动周方案.
pub fn is_of_a_part(own: &str, folders: &str) -> bool {
    let own = squeeze(own);
    let has = |words: &[&str]| words.iter().any(|word| own.contains(word));
    let of_department = NO_DEPARTMENTS.iter().fold(own.clone(), |rest, word| rest.replace(word, ""));
    PROOF_FOLDERS.iter().any(|word| folders.contains(word))
        || has(PART_WORDS)
        || DEPARTMENTS.iter().any(|word| of_department.contains(word))
        || EVENTS
            .iter()
            .any(|event| own.match_indices(event).any(|(at, _)| is_of_event(&own, at + event.len())))
        || own.lines().any(is_numbered_annex)
}

/// Whether right behind an event the paper is named: 大赛活动方案, 宣传工作总结.
fn is_of_event(own: &str, behind: usize) -> bool {
    let mut rest = own.get(behind..).unwrap_or_default();
    while let Some(cut) = EVENT_TAILS.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = cut;
    }
    PAPERS.iter().any(|paper| rest.starts_with(paper))
}

/// 活动方案附件2; not 附件1活动方案.
fn is_numbered_annex(line: &str) -> bool {
    line.split_once("附件").is_some_and(|(before, behind)| {
        let tells = before.chars().any(|c| matches!(u32::from(c), 0x4E00..=0x9FFF));
        tells && behind.chars().next().is_some_and(|c| c.is_ascii_digit() || NUMERALS.contains(c) || c == '-')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_paper_calls_itself_so() {
        for own in
            ["活动方案附件2", "机电系活动方案", "应急预案", "活动周日程", "信息工程学院总结", "启动仪式方案"]
        {
            assert!(is_of_a_part(own, ""), "{own}");
        }
        assert!(is_of_a_part("活动方案", "佐证材料"));
        for own in ["附件1活动方案", "系列活动方案", "实施方案", "工作总结", "附件：方案"]
        {
            assert!(!is_of_a_part(own, ""), "{own}");
        }
        assert!(is_of_a_part("活动周宣传方案", "") && !is_of_a_part("技能大赛暨活动周方案", ""));
    }
}
