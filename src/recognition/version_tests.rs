//! Names that say their version, and names that only look like it: a false mark asks a person for nothing.

use super::version::{of_name, of_title};
use crate::domain::version::{DraftDay, Phase};

#[test]
fn a_name_says_its_version_in_many_ways() {
    let drafts: &[(&str, &[u32])] = &[
        ("活动方案V1", &[1]),
        ("活动方案Ｖ２", &[2]),
        ("方案v2.0", &[2, 0]),
        ("方案V2.10.1（盖章）", &[2, 10, 1]),
        ("方案_V3_20230509", &[3]),
        ("附件4V2", &[2]),
        ("V2方案", &[]),
        ("方案V2版", &[2]),
        ("方案(Ver.3)", &[3]),
        ("方案version 2", &[2]),
        ("方案版本3", &[3]),
        ("方案版本号：二", &[2]),
        ("方案（第二稿）", &[2]),
        ("方案第2版", &[2]),
        ("方案第十二稿0509", &[12]),
        ("方案二稿", &[2]),
        ("总结3稿（定）", &[3]),
        ("方案（三稿）", &[3]),
        ("2稿 活动方案", &[2]),
    ];
    for (name, numbers) in drafts {
        let read = of_name(name).map(|version| version.draft).unwrap_or_default();
        assert_eq!(&read, numbers, "{name}");
    }
    let revisions = [
        ("方案(修改3)", 3),
        ("方案修改稿二", 2),
        ("方案修订2", 2),
        ("附件5（更正2）", 2),
        ("方案第三次修改稿", 3),
        ("方案修改 4", 4),
    ];
    for (name, number) in revisions {
        assert_eq!(of_name(name).and_then(|version| version.revision), Some(number), "{name}");
    }
    let phases = [
        ("方案终稿", Phase::Last),
        ("方案（定稿）", Phase::Last),
        ("方案最终版", Phase::Last),
        ("方案-最终", Phase::Last),
        ("方案终版2", Phase::Last),
        ("审定稿", Phase::Last),
        ("方案初稿", Phase::First),
        ("方案（草稿）", Phase::First),
    ];
    for (name, phase) in phases {
        assert_eq!(of_name(name).map(|version| version.phase), Some(phase), "{name}");
    }
}

#[test]
fn a_day_beside_a_word_for_a_draft_is_the_day_of_the_draft() {
    let days = [
        ("方案（5月9日稿）", None),
        ("方案0509稿", None),
        ("方案5.9稿", None),
        ("方案5月9日修改", None),
        ("方案（五月九日修改稿）", None),
        ("方案2023年5月9日修订", Some(2023)),
        ("方案2023-05-09版", Some(2023)),
        ("方案2023.5.9稿", Some(2023)),
        ("方案20230509改", Some(2023)),
        ("方案230509稿", Some(2023)),
        ("方案V20230509", Some(2023)),
        ("方案修改稿(0509)", None),
        ("方案（修订于5月9日）", None),
        ("方案终稿0509", None),
        ("方案0509终稿", None),
    ];
    for (name, year) in days {
        let dated = of_name(name).and_then(|version| version.dated);
        assert_eq!(dated, Some(DraftDay { year, month: 5, day: 9 }), "{name}");
    }
    let both = of_name("方案0509终稿").unwrap();
    assert_eq!((both.phase, both.said.as_str()), (Phase::Last, "0509、终稿"));
    assert_eq!(of_name("方案（5月9日稿）").unwrap().said, "5月9日稿");
    assert_eq!(of_name("方案Ｖ２．０（院办）").unwrap().said, "Ｖ２．０");
}

#[test]
fn what_only_looks_like_a_version_is_none() {
    for name in [
        "活动方案",
        "2023版本科人才培养方案",
        "人才培养方案2023版",
        "方案(23版)",
        "红旗EV5",
        "DJI V5",
        "V5无人机实训方案",
        "荣威V5汽车检测",
        "3V3篮球赛方案",
        "5v5",
        "IPV6改造方案",
        "第二届技能大赛方案",
        "成都市第一中学方案",
        "第三版块活动方案",
        "四川日报第4版",
        "教育报5月9日第2版",
        "四川日报5月9日版",
        "实训教材第2版",
        "方案(2)",
        "方案修改(2)",
        "方案修改",
        "方案修改稿",
        "整改2",
        "教育改革3",
        "修改2处说明",
        "修改3.5节",
        "第二稿件",
        "5月9日稿件",
        "5月14日新闻稿",
        "新闻稿5月14日",
        "投稿0514",
        "5月9日方案",
        "方案5月9日",
        "方案20230509",
        "方案0509",
        "IMG_0509修改",
        "方案1305稿",
        "方案13月9日稿",
        "附件2稿",
        "周二稿",
        "统一版",
        "方案未定稿",
        "方案（非最终版）",
        "年终稿",
        "固定版",
        "指定稿件",
        "规定稿",
        "年初稿件",
        "方案V1与V2",
        "初稿与终稿",
        "一版多用",
        "V2023",
        "二〇二三年版",
        "9日稿",
        "",
    ] {
        assert_eq!(of_name(name), None, "{name}");
    }
}

#[test]
fn a_title_says_it_at_its_end_or_in_brackets() {
    assert!(of_title("某学院活动周方案（第二稿）").is_some_and(|version| version.in_title));
    assert!(of_title("活动方案V2").is_some());
    assert_eq!(of_title("活动方案V2 学院办公室"), None);
    assert_eq!(of_title("某学院活动周方案"), None);
}
