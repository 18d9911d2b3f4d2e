//! Stories of the day on which all of it began, which papers and letters of every day name: what comes with them is not of that day.

use crate::campaign::campaign;
use crate::mail::{Mail, document, mail, photo};
use jiff::civil::date;
use shouwen::domain::campaign::When;

const SCHOOL: &str = "绵阳职业技术学院";

/// A mail of Wednesday, the 17th, in the afternoon.
fn ours(subject: &str, says: &str) -> Mail {
    mail("c03@163.example", &format!("{SCHOOL}{subject}")).says(says).at("2023-05-17T15:00:00+08:00")
}

#[test]
fn a_paper_that_tells_when_all_began_is_not_of_that_day() {
    let article = |text: &str| {
        let text = format!("{SCHOOL}开展职业教育活动周活动\n{text}");
        let judged = ours("职教周稿件", "").with(document("稿件.docx", &text)).judge();
        judged.told().join("\n")
    };
    for text in [
        "2023年职业教育活动周于5月14日正式启动，学院师生走进社区，为居民义诊。",
        "据悉，5月14日全国职业教育活动周开幕以后，学院师生走进社区，为居民义诊。",
        "学院于5月14日成立活动周领导小组，组织师生走进社区，为居民义诊。",
        "5月14日，2023年职业教育活动周启动。连日来，学院师生走进社区，为居民义诊。",
        "今天，学院师生走进社区。5月14日上午，学院曾举办技能比赛。",
    ] {
        let told = article(text);
        assert!(!told.contains("accepted daily/article@2023-05-14"), "{text}: {told}");
        assert!(told.contains(" daily/article@2023-05-17"), "{text}: {told}");
    }
    for text in [
        "5月15日，学院举行活动周启动仪式，三百名师生参加。",
        "为展示职业教育成果，5月15日上午，学院举办技能比赛，三百名师生参加。",
        "学院于5月15日举行开幕式，三百名师生参加。",
        "5月15日，学院举办技能比赛。近日，学院还将组织义诊。",
        "日前，学院于5月15日举办技能比赛，三百名师生参加。",
        "5月15日下午，机电学院成立兴趣小组，三百名师生参加。",
    ] {
        let told = article(text);
        assert!(told.contains("稿件.docx: accepted daily/article@2023-05-15"), "{text}: {told}");
    }
}

#[test]
fn a_picture_is_of_the_day_on_which_it_was_saved_whenever_all_began() {
    let saved = |says: &str| {
        let picture = photo("微信图片_20230517143000.jpg");
        ours("职教周照片", says).with(picture).judge().told().join("\n")
    };
    for says in [
        "活动周于5月14日开幕，我校积极参与。",
        "自5月14日活动周揭幕，我校积极参与。",
        "活动周从5月14日开始，我校积极参与。",
    ] {
        let told = saved(says);
        assert!(told.contains("accepted daily/photo@2023-05-17"), "{says}: {told}");
    }
    let told = saved("补报5月14日走进社区的照片。");
    assert!(told.contains("accepted daily/photo@2023-05-14"), "{told}");
}

#[test]
fn long_after_the_first_day_letters_and_papers_only_tell_when_all_began() {
    let mut long = campaign();
    let daily = long.requirements.iter_mut().find(|asked| asked.id == "daily").unwrap();
    if let When::EachDay { from, .. } = &mut daily.when {
        *from = date(2023, 5, 8);
    }
    let mail = ours("职教周照片", "我市创建工作于5月8日启动，进展顺利。").with(photo("a.jpg"));
    mail.judge_by(&long).no_review().part("a.jpg", "accepted daily/photo@2023-05-17");
    let text =
        format!("{SCHOOL}开展活动\n2023年职业教育活动周于5月8日正式启动，学院师生走进社区，为居民义诊。");
    let mail = ours("职教周稿件", "").with(document("稿件.docx", &text));
    mail.judge_by(&long).no_review().part("稿件.docx", "accepted daily/article@2023-05-17");
}

#[test]
fn a_letter_that_tells_of_an_opening_that_was_held_is_of_its_day() {
    for says in ["我校于5月16日举行启动仪式。", "5月16日我校开幕式，三百人参加。"] {
        let told = ours("职教周", says).with(photo("a.jpg")).judge().told().join("\n");
        assert!(told.contains("accepted daily/photo@2023-05-16"), "{says}: {told}");
    }
    let told = ours("职教周（5月14日启动）照片", "").with(photo("a.jpg")).judge().told().join("\n");
    assert!(told.contains("accepted daily/photo@2023-05-17"), "{told}");
}

#[test]
fn a_day_counted_of_the_campaign_by_its_own_name_is_a_day_of_it() {
    let mut campaign = campaign();
    campaign.title = "2023年校园读书节".to_owned();
    campaign.keywords = vec!["读书节".to_owned(), "职教周".to_owned()];
    for (subject, told) in [
        ("校园读书节第二天", "accepted daily/photo@2023-05-15"),
        ("读书节首日照片", "accepted daily/photo@2023-05-14"),
        ("读书节第3天", "accepted daily/photo@2023-05-16"),
        ("职教周技能节第二天", "review"),
    ] {
        let judged = ours(subject, "").with(photo("a.jpg")).judge_by(&campaign);
        assert!(judged.told().join("\n").contains(told), "{subject}: {:?}", judged.told());
    }
}
