//! Which of the words around a part tells its day.

use jiff::civil::{DateTime, date, datetime};

use super::day::{BODY, DayClues, Range, of_part};
use crate::domain::facts::{Taken, TakenBy};

fn week() -> Range {
    Range { from: date(2023, 5, 14), to: date(2023, 5, 20) }
}

#[test]
fn the_nearest_word_tells_the_day() {
    let arrived = datetime(2023, 5, 16, 16, 0, 0, 0);
    let day = |own: &str, shared: &str, taken: Option<DateTime>| {
        let clues = DayClues {
            own: vec![("文件名", own)],
            shared: vec![("主题", shared)],
            taken: taken.map(|at| Taken { at, by: TakenBy::Exif }),
            ..DayClues::default()
        };
        of_part(&clues, arrived, &week()).day
    };
    assert_eq!(day("5.14/开放日1.jpg", "5月16日照片", None), Some(date(2023, 5, 14)));
    assert_eq!(day("开放日1.jpg", "5月15日照片", None), Some(date(2023, 5, 15)));
    assert_eq!(
        day("a.jpg", "5.14-5.16三天材料", Some(datetime(2023, 5, 15, 9, 0, 0, 0))),
        Some(date(2023, 5, 15))
    );
    assert_eq!(day("a.jpg", "照片", None), Some(date(2023, 5, 16)));
    assert_eq!(day("5.12预热.jpg", "照片", None), None);
    assert_eq!(day("a.jpg", "5月18日活动预告", None), Some(date(2023, 5, 16)));
    assert_eq!(day("第一天/a.jpg", "三天材料", None), Some(date(2023, 5, 14)));
}

#[test]
fn days_that_a_text_says_are_over_are_not_the_day_it_came() {
    let arrived = datetime(2023, 5, 16, 16, 0, 0, 0);
    let told = |text: &str| {
        let clues =
            DayClues { own: vec![("文件名", "a.jpg")], shared: vec![(BODY, text)], ..DayClues::default() };
        of_part(&clues, arrived, &week())
    };
    for text in [
        "5月14日、5月15日照片见附件",
        "5月14日、15日、16日照片",
        "这是5月15日和16日两天的照片",
        "5月16日照片见附件，5月15日照片补报",
    ] {
        assert!(told(text).is_open, "{text}");
    }
    for text in ["5月14日至20日为活动周", "5月14日开幕，15日、16日展演，报送有关照片", "照片"]
    {
        assert!(!told(text).is_open && told(text).day == Some(date(2023, 5, 16)), "{text}");
    }
    for text in [
        "我校活动周自5月14日启动以来，反响热烈，照片见附件",
        "按照5月15日会议要求，报送今日照片",
        "5月15日材料昨天已发，请查收今天的",
        "我校于5月14日正式启动活动周，今日举行展演，照片附上",
        "直播5.15万人次观看",
    ] {
        assert_eq!(told(text).day, Some(date(2023, 5, 16)), "{text}");
    }
    for text in ["根据要求报送5月15日活动照片", "5月15日，学校举行展演，照片见附件", "现补报5月15日材料"]
    {
        assert_eq!(told(text).day, Some(date(2023, 5, 15)), "{text}");
    }
}
