//! A paper told from a part of it, from those of departments and from what proves it.

use super::squeeze;
use crate::domain::unit::Unit;

/// Why a person must say whether such a paper is what is asked for.
pub const ONLY_A_PART: &str = "像是其中一部分、下属部门的或佐证材料，请确认是否就是所报的材料";
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

/// Of departments, and letters of the name of one, at least: a shorter 学院 may be the school itself. Their plan is not that of
/// their school, whose name is taken out before.
const DEPARTMENTS: &[(&str, usize)] = &[("学院", 4), ("系", 2)];
/// Of what departments teach, by which their 学院 are called: a name as short as 机电学院.
const SUBJECTS: &[&str] = &[
    "机电",
    "机械",
    "信息",
    "计算机",
    "软件",
    "护理",
    "医学",
    "药学",
    "建筑",
    "土木",
    "汽车",
    "交通",
    "经管",
    "经贸",
    "财经",
    "会计",
    "艺术",
    "设计",
    "旅游",
    "管理",
    "外语",
    "师范",
    "教育",
    "农业",
    "食品",
    "化工",
    "电子",
    "电气",
    "智能",
    "航空",
    "马克思主义",
    "体育",
    "传媒",
];
/// From so many letters on one of the unit's own name may be wrong.
const MISSPELT_CHARS: usize = 4;
/// What stands behind a department in the title of its paper.
const BEHIND_DEPARTMENTS: &[&str] = &["活动", "方案", "总结", "工作", "实施", "计划", "职", "第", "20"];
/// Clubs and others below a school.
const CLUBS: &[&str] = &["二级学院", "分校", "班级", "社团", "教研室"];

/// Events and tasks that have papers of their own.
const EVENTS: &[&str] = &["仪式", "宣传", "志愿", "参赛", "大赛", "比赛", "竞赛", "晚会", "运动会"];
/// What may stand between an event and its paper.
const EVENT_TAILS: &[&str] = &["工作", "活动", "实施", "服务", "者", "组织"];
/// How papers are called.
const PAPERS: &[&str] = &["方案", "总结", "计划", "报告"];

/// Folders of what proves a report.
const PROOF_FOLDERS: &[&str] = &["佐证", "支撑材料", "证明材料", "过程材料"];

/// Whether a paper of a unit calls itself a part of another one, that of a department or of one event: 方案附件2, 机电系活动方案,
/// 应急预案, 启动仪式方案; not 实施方案及日程安排, 活动周宣传方案. `folders`: that do not name the paper themselves; `keywords`: the
/// campaign's; `asked`: what the paper is called by whoever asks for it, 应急预案 of an office that wants one is no part.
pub fn is_of_a_part(own: &str, folders: &str, unit: &Unit, keywords: &[String], asked: &str) -> bool {
    let is_another = |word: &&&str| !asked.contains(**word);
    PROOF_FOLDERS.iter().any(|word| folders.contains(word))
        || own.lines().map(squeeze).any(|line| {
            PART_WORDS.iter().filter(is_another).any(|word| is_alone(&line, word))
                || is_of_department(&line, unit, keywords)
                || EVENTS.iter().filter(is_another).any(|event| is_of_event(&line, event, keywords))
                || is_numbered_annex(&line)
        })
}

/// Whether a word stands in a line other than as one thing among others: 方案及日程安排, 方案（含名单）.
fn is_alone(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).unwrap_or_default();
        !before.contains(['及', '和', '与', '含', '、', '(', '（'])
    })
}

/// 机电工程学院活动方案, 机电系方案; not the unit's own short name, nor 院系联动, “系好第一粒扣子”.
fn is_of_department(line: &str, unit: &Unit, keywords: &[String]) -> bool {
    let is_han = |c: &char| matches!(u32::from(*c), 0x4E00..=0x9FFF);
    // Its own name may be shortened, or have a letter wrong.
    let is_own = |run: &str| {
        let slips = usize::from(run.chars().count() >= MISSPELT_CHARS);
        unit.names().any(|name| run.chars().filter(|c| !name.contains(*c)).count() <= slips)
    };
    let named = |(at, department): (usize, &str), letters: usize| {
        let before: String = line.get(..at).unwrap_or_default().chars().rev().take_while(is_han).collect();
        let before: String = before.chars().rev().collect();
        let behind = line.get(at + department.len()..).unwrap_or_default();
        let mut things = BEHIND_DEPARTMENTS.iter().copied().chain(keywords.iter().map(String::as_str));
        let is_thing = behind.is_empty() || things.any(|word| behind.starts_with(word));
        let is_subject = SUBJECTS.iter().any(|subject| before.ends_with(subject));
        (before.chars().count() >= letters || is_subject)
            && is_thing
            && !is_own(&before)
            && !before.ends_with('院')
    };
    CLUBS.iter().any(|club| is_alone(line, club))
        || DEPARTMENTS
            .iter()
            .any(|(department, letters)| line.match_indices(department).any(|found| named(found, *letters)))
}

/// Whether right behind an event the paper is named: 大赛活动方案, 宣传工作总结. The one of the whole activity is the activity's:
/// 活动周宣传方案, 活动周暨技能大赛方案.
fn is_of_event(line: &str, event: &str, keywords: &[String]) -> bool {
    line.match_indices(event).any(|(at, _)| {
        let (before, behind) = line.split_at(at);
        let is_whole = before.contains('暨') || keywords.iter().any(|word| before.ends_with(word.as_str()));
        let mut rest = behind.get(event.len()..).unwrap_or_default();
        while let Some(cut) = EVENT_TAILS.iter().find_map(|word| rest.strip_prefix(word)) {
            rest = cut;
        }
        !is_whole && PAPERS.iter().any(|paper| rest.starts_with(paper))
    })
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
        let unit = Unit { name: "四川财经职业学院".to_owned(), ..Unit::default() };
        let keywords = ["活动周".to_owned()];
        let is_part =
            |own: &str, folders: &str| is_of_a_part(own, folders, &unit, &keywords, "实施方案 总结");
        for own in [
            "活动方案附件2",
            "机电系活动方案",
            "机电系活动周方案",
            "英语系第十届活动周总结",
            "应急预案",
            "活动周日程",
            "信息工程学院总结",
            "启动仪式方案",
            "各二级学院活动周方案",
            "机电学院活动周方案",
            "信息学院总结",
            "志愿服务工作总结",
        ] {
            assert!(is_part(own, ""), "{own}");
        }
        assert!(is_part("活动方案", "佐证材料"));
        for own in [
            "附件1活动方案",
            "系列活动方案",
            "实施方案",
            "工作总结",
            "附件：方案",
            "实施方案及日程安排",
            "方案（含活动流程）",
            "工作方案和联络员名单",
            "四川财经学院活动周方案",
            "财经学院方案",
            "学院2023年职教周方案",
            "四川财径职业学院活动周方案",
            "“系好人生第一粒扣子”活动周方案",
            "院系联动活动方案",
            "职业教育活动周宣传工作方案",
            "活动周暨技能大赛活动方案",
        ] {
            assert!(!is_part(own, ""), "{own}");
        }
    }
}
