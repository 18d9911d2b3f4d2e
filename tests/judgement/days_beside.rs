//! Stories of days that stand beside the one that is meant: that of a notice, that on which the activity began, that of the day
//! before beside today. Each was once filed in silence under the day that was only named in passing.

use crate::mail::{Mail, mail};

const SCHOOL: &str = "绵阳职业技术学院";
const WEDNESDAY: &str = "2023-05-17T17:00:00+08:00";

fn ours(subject: &str, says: &str) -> Mail {
    mail("c03@163.example", &format!("{SCHOOL}{subject}")).says(says).at(WEDNESDAY)
}

#[test]
fn nothing_is_reported_of_each_day_that_is_meant_and_of_none_named_in_passing() {
    let mut wrong = Vec::new();
    for (subject, says, days) in [
        ("", "按5月16日通知要求，今日无材料", &[17][..]),
        ("", "继5月16日活动后，今日无活动", &[17]),
        ("", "5月16日材料已报，今日无新增材料", &[17]),
        ("", "按5月10日通知要求，今日无材料", &[17]),
        ("", "5月16日、今日均无活动", &[16, 17]),
        ("", "昨日无活动，今日无活动", &[16, 17]),
        ("", "昨日无活动。今日无活动。", &[16, 17]),
        ("", "5月16日无活动。今日无活动。", &[16, 17]),
        ("零报告", "昨日无活动", &[16]),
        ("职教周5月16日-17日零报告", "今日无活动", &[16, 17]),
        ("职教周5月15日-19日零报告", "今日无活动", &[17]),
        ("职教周（5月14日启动）零报告", "今日无活动", &[17]),
    ] {
        let wanted: Vec<String> =
            days.iter().map(|day| format!("daily 2023-05-{day} nil accepted")).collect();
        let found = ours(subject, says).judge().loose();
        if found != wanted {
            wrong.push(format!("{subject} {says}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_of_today_beside_another_day_waits_and_holds() {
    for (subject, says) in [
        ("", "今日（5月16日）无活动"),
        ("", "5月16日，今日无活动"),
        ("", "今日无活动。\n2023年5月16日"),
        ("5月16日零报告", "今日无活动"),
    ] {
        let judged = ours(subject, says).judge();
        judged.kind("nil_report").review();
        assert_eq!(judged.loose(), ["daily 2023-05-17 nil review"], "{subject} {says}");
    }
    let morning = ours("", "今日（5月16日）无活动").at("2023-05-17T08:30:00+08:00").judge();
    assert_eq!(morning.loose(), ["daily 2023-05-16 nil accepted"], "the day that may still be today");
}
