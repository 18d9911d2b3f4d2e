//! Spellings of dates, and what only looks like one.

use jiff::civil::date;

use super::dates::dates;
use super::day::Range;

fn week() -> Range {
    Range { from: date(2023, 5, 14), to: date(2023, 5, 20) }
}

#[test]
fn dates_in_every_spelling() {
    for text in [
        "2023年5月15日",
        "5月15日",
        "5.15",
        "05-15",
        "0515",
        "20230515",
        "微信图片_20230515101010",
        "2023-05-15",
        "15日",
        "五月十五日",
        "十五号",
        "５．１５",
        "IMG_20230515_101112.jpg",
        "活动周第二天",
        "职教周第2天",
        "学院周一照片",
        "星期一(下午)活动",
        "0515_1.jpg",
        "0515-2",
        "230515.jpg",
        "IMG_230515_0101",
        "IMG_20230515_1012",
        "IMG_20230515_230512",
        "23.5.15开幕",
        "五月十五.jpg",
        "五月十五开幕式",
        "第二天/1.jpg",
        "某某职业学院第二日照片",
        "May 15",
        "15 May",
        "15th-May-2023",
        "May.15th照片",
        "May 15 2023",
        "某某职业学院Day2照片",
        "day-2-1.jpg",
        "活动周D2",
        "D2照片",
        "5·15开放日",
        "5。15",
        "515照片.zip",
        "日报515.docx",
        "某某职业学院515活动材料",
        "5.15-16.jpg",
        "5.15-3.jpg",
        "5 月 1 5 日",
        "2 0 2 3 年 5 月 1 5 日",
        "5月1 5日开幕",
        "5\u{202d}月15\u{202c}日",
        "2023-05-15 09:30",
    ] {
        assert_eq!(dates(text, &week()).single, [date(2023, 5, 15)], "{text}");
    }
}

#[test]
fn what_only_looks_like_a_date() {
    for text in [
        "职教周一等奖",
        "每周一例会",
        "DSC_0515",
        "IMG_0516.JPG",
        "V1.2.3",
        "422.5M",
        "13900000515",
        "第0515号",
        "15号楼开放日",
        "14号车间",
        "川教函〔2023〕124号",
        "电话0515-88001234",
        "(0515)88001234",
        "邮编610041",
        "培训第二天",
        "参观第二日",
        "五月一场活动",
        "V5.15",
        "515教室照片",
        "教室515照片",
        "照片515.jpg",
        "515人参加",
        "515活动室",
        "d2.jpg",
        "D2展厅",
        "维生素D2材料",
        "5·12防灾演练",
        "Mayor15",
        "maybe15",
        "电话816-515",
        "1.515材料",
    ] {
        assert!(dates(text, &week()).single.is_empty(), "{text}");
    }
}

#[test]
fn edges_spans_and_lists_of_days() {
    assert_eq!(dates("活动周首日", &week()).single, [date(2023, 5, 14)]);
    assert_eq!(dates("职教周最后一天", &week()).single, [date(2023, 5, 20)]);
    assert_eq!(dates("5月7日（周日）", &week()).single, [date(2023, 5, 7)]);
    for text in [
        "5.14-5.16三天",
        "学院5.14-5.16三天活动材料",
        "5月14日至16日",
        "5.14—16日",
        "5月14日-5月20日",
        "14-16日",
        "14至16号",
        "0514-0516",
        "5月14-16日",
        "5.14-16",
        "5月14-16照片",
        "0514-16",
        "5.14—16材料.docx",
        "D1-D3",
        "5.14--5.16",
    ] {
        let found = dates(text, &week());
        assert!(found.has_range && found.single.is_empty(), "{text}: {found:?}");
    }
    let listed = [date(2023, 5, 14), date(2023, 5, 15), date(2023, 5, 16)];
    for text in [
        "14、15、16日活动",
        "5月14、15、16日照片",
        "14日、15日、16日",
        "5.14、5.15、5.16",
        "5.14、15、16照片",
        "5月14、15和16.zip",
        "5.14&15&16",
    ] {
        assert_eq!(dates(text, &week()).single, listed, "{text}");
    }
}

/// The last week of a year and the first days of the next.
fn turn() -> Range {
    Range { from: date(2026, 12, 28), to: date(2027, 1, 3) }
}

#[test]
fn a_day_without_a_year_is_of_the_year_that_puts_it_nearest_to_the_range() {
    for text in [
        "1月2日日报",
        "疫情日报1.2",
        "0102日报",
        "1-2",
        "27.1.2",
        "270102",
        "一月二日",
        "2日",
        "2027年1月2日",
    ] {
        assert_eq!(dates(text, &turn()).single, [date(2027, 1, 2)], "{text}");
    }
    for text in ["12月31日", "12.31", "1231", "26.12.31", "20261231", "31日"] {
        assert_eq!(dates(text, &turn()).single, [date(2026, 12, 31)], "{text}");
    }
    let over = dates("日报12.31-1.1", &turn());
    assert_eq!((over.has_range, over.ends), (true, vec![date(2026, 12, 31), date(2027, 1, 1)]));
    // Before and behind a range within one year too.
    let january = Range { from: date(2027, 1, 4), to: date(2027, 1, 8) };
    assert_eq!(dates("12月31日", &january).single, [date(2026, 12, 31)]);
    assert_eq!(dates("5月1日", &january).single, [date(2027, 5, 1)]);
}

#[test]
fn points_and_strokes_stand_between_month_and_day_before_they_list_days() {
    let december = Range { from: date(2026, 12, 7), to: date(2026, 12, 20) };
    for text in ["12.13日报", "12/13日报", "12.13日", "某医院12.13日值班照片"] {
        assert_eq!(dates(text, &december).single, [date(2026, 12, 13)], "{text}");
    }
    let both = [date(2026, 12, 13), date(2026, 12, 14)];
    for text in ["12.13、14日", "12.13、12.14日报", "13、14日", "13.14日"] {
        assert_eq!(dates(text, &december).single, both, "{text}");
    }
    // Days of another month than the number before the point are a list.
    assert_eq!(dates("1/2日报", &turn()).single, [date(2027, 1, 2)]);
    assert_eq!(dates("14.15日", &week()).single, [date(2023, 5, 14), date(2023, 5, 15)]);
}

#[test]
fn the_paper_of_a_weekday_is_no_paper_of_a_number() {
    assert_eq!(dates("周一日报", &turn()).single, [date(2026, 12, 28)]);
    assert_eq!(dates("星期二日报", &turn()).single, [date(2026, 12, 29)]);
    assert!(dates("职教周三天活动", &week()).single.is_empty());
}

#[test]
fn a_daily_paper_of_a_week_is_of_no_sunday() {
    for text in ["职业教育活动周日报", "开放周日报表", "开放周日报告表", "周日报（5月16日）"]
    {
        assert!(!dates(text, &week()).single.contains(&date(2023, 5, 14)), "{text}");
    }
    for text in ["周日日报", "周日照片", "星期日活动", "周日报告会", "周日报到"] {
        assert_eq!(dates(text, &week()).single, [date(2023, 5, 14)], "{text}");
    }
    for text in ["活动照片1（周三）", "附表5，周三", "1、周三活动"] {
        assert_eq!(dates(text, &week()).single, [date(2023, 5, 17)], "{text}: the number of a list");
    }
    for text in ["周一至周日报表", "周六、周日报表"] {
        let found = dates(text, &week());
        assert!(found.are_several(&week()) || found.has_range, "{text}: {found:?}");
    }
}

#[test]
fn a_weekday_behind_a_day_in_figures_is_that_of_the_day() {
    for text in ["日报表2023-05-22（周一）", "5.22（周一）活动", "5.9,周二"] {
        let days = dates(text, &week()).single;
        assert!(days.iter().all(|day| !(14..=20).contains(&day.day())), "{text}: {days:?}");
    }
}
