//! Stories of days that are told in other ways than by their dates: May 16, Day3, 昨天的照片, 补报前两天的, 除5月16日外无活动. Each
//! was once filed in silence under the day on which it came, or under the one day that was not meant.

use crate::mail::{Judged, Mail, document, mail, nested, photo};
use shouwen::domain::facts::Content;

const SCHOOL: &str = "绵阳职业技术学院";
const WEDNESDAY: &str = "2023-05-17T17:00:00+08:00";

fn ours(subject: &str, says: &str) -> Mail {
    mail("c03@163.example", &format!("{SCHOOL}{subject}")).says(says).at(WEDNESDAY)
}

fn picture(subject: &str, says: &str) -> Judged {
    ours(subject, says).with(photo("a.jpg")).judge()
}

fn is_of(judged: &Judged, day: u8, told: &str) {
    let found = judged.told().join("\n");
    assert!(found.contains(&format!("a.jpg: accepted daily/photo@2023-05-{day}")), "{told}: {found}");
}

#[test]
fn days_in_other_spellings_are_those_days() {
    for said in [
        "May 16",
        "16 May",
        "May 16th",
        "Day3",
        "Day 3",
        "D3",
        "5·16",
        "5/16",
        "516",
        "0516",
        "第3天",
        "第三天",
        "十六日",
        "5月16",
        "16号",
        "周二",
        "星期二",
    ] {
        is_of(&picture(&format!("{said}照片"), ""), 16, said);
        is_of(&picture("照片", &format!("{said}的照片，请查收。")), 16, said);
    }
    for said in ["V5.16", "516教室", "516人参加", "D3展厅", "5·12防灾", "16个项目", "516宿舍"]
    {
        is_of(&picture(&format!("{said}照片"), ""), 17, said);
    }
    for said in ["5.15-16", "5月15-16", "5.15、16", "0515-16", "D2-D3"] {
        picture(&format!("{said}照片"), "").review().part("a.jpg", "review daily/photo@2023-05-17");
    }
}

#[test]
fn a_letter_tells_the_day_of_what_it_brings_at_any_hour() {
    for says in ["昨日活动照片见附件。", "昨天下午，我校举行技能展示，照片见附件", "昨天的照片漏发了，补上"]
    {
        is_of(&picture("材料", says), 16, says);
    }
    for says in [
        "昨天的照片已发，今天的见附件。",
        "昨天电话联系过，照片见附件",
        "昨日无活动，今日照片见附件。",
        "刚才漏发了照片，补发",
        "目前天气晴好，照片见附件",
    ] {
        is_of(&picture("材料", says), 17, says);
    }
    for subject in ["今日照片（5月16日的照片昨天已发）", "照片，昨天的已报"] {
        is_of(&picture(subject, ""), 17, subject);
    }
    is_of(&picture("5月16日照片已发，请查收", ""), 16, "已发");
    // One that says nothing else speaks of what it brings.
    for subject in ["昨日照片已发", "昨天的已报，请查收", "，昨天的已报"] {
        is_of(&picture(subject, ""), 16, subject);
    }
}

#[test]
fn what_is_not_of_the_day_on_which_it_came_and_names_no_other_is_asked_about() {
    for (subject, says) in [
        ("材料", "补报前两天材料，见附件。"),
        ("材料", "谢谢老师昨天的提醒，材料已补，见附件。"),
        ("材料", "昨天和今天的照片"),
        ("材料", "昨日未能及时报送，现将照片报上"),
        ("材料", "昨天发的照片太小，重新发"),
        ("补报照片", ""),
        ("前两日照片", ""),
        ("本周活动照片汇总", ""),
        ("5月18日活动照片", ""),
    ] {
        let judged = picture(subject, says);
        judged.review().part("a.jpg", "review daily/photo@2023-05-17");
    }
    for (subject, says) in [("补报照片", "今日的"), ("5月18日活动预告照片", ""), ("补报今日照片", "")]
    {
        is_of(&picture(subject, says), 17, subject);
    }
}

#[test]
fn nothing_of_days_that_are_not_named_is_a_question() {
    for says in [
        "除5月16日外无活动",
        "除5月16日外，本周其他时间无活动。",
        "除今日外，其余各天均无活动。",
        "明天无活动",
        "后天无活动",
        "明天学校放假，无活动。",
        "本周末无活动",
        "这几天都没有活动",
        "今天起无活动",
        "今天上午无活动",
        "本校5月14日至5月20日均无活动。",
    ] {
        let judged = ours("", says).judge();
        judged.kind("question");
        assert_eq!(judged.loose(), [""; 0], "{says}");
    }
    for (says, day) in [
        ("今日无活动，明天有", 17),
        ("昨天无活动", 16),
        ("前天无活动", 15),
        ("May 16 无活动", 16),
        ("活动周期间，5月16日无活动", 16),
    ] {
        let wanted = [format!("daily 2023-05-{day} nil accepted")];
        assert_eq!(ours("", says).judge().loose(), wanted, "{says}");
    }
}

#[test]
fn the_day_on_which_a_letter_is_signed_is_not_that_of_what_it_brings() {
    let signed = |says: &str, day: u8| format!("{says}\n{SCHOOL}\n2023年5月{day}日");
    is_of(&picture("材料", &signed("昨日活动照片见附件。", 17)), 16, "signed");
    is_of(&picture("材料", &signed("昨日活动照片见附件。", 17).replace("院\n", "院 ")), 16, "in one line");
    let one_line = signed("昨日活动照片见附件，请查收。", 17).replace('\n', " ");
    is_of(&picture("材料", &one_line), 16, "all of it in one line");
    let office = signed("昨日活动照片见附件。", 17) + "\n" + SCHOOL + "宣传部";
    is_of(&picture("材料", &office), 16, "an office below the date");
    for says in [signed("补报前几天照片。", 17), signed("昨日活动照片见附件。", 16)] {
        let told = picture("材料", &says).told().join("\n");
        assert!(told.contains("a.jpg: review daily/photo"), "{says}: {told}");
    }
    // Where it says nothing else, what is signed the day before is of that.
    is_of(&picture("材料", &signed("照片见附件。", 16)), 16, "signed before");
}

#[test]
fn letters_whose_words_were_misread_tell_their_day() {
    for says in
        ["昨日活动周启动仪式照片见附件。", "昨日我校活动照片见附件。\n免责声明：本邮件仅供收件人阅读。"]
    {
        is_of(&picture("材料", says), 16, says);
    }
    for says in ["昨天忘记发了，照片见附件", "昨天的照片已发给另一位老师，请查收"]
    {
        picture("材料", says).review().part("a.jpg", "review daily/photo@2023-05-17");
    }
    for name in ["SCTV5月16日报道", "校园MV5月16日"] {
        let judged = ours("视频", "").with(photo(&format!("{name}.jpg"))).judge();
        assert!(judged.told().join("\n").contains("2023-05-16"), "{name}");
    }
    for name in ["赛前日常训练", "迎接5月20日省赛训练照片"] {
        let judged = ours("照片", "").with(photo(&format!("{name}.jpg"))).judge();
        assert!(judged.told().join("\n").contains(": accepted daily/photo@2023-05-17"), "{name}");
    }
}

#[test]
fn what_is_of_several_days_or_of_one_before_is_asked_about_however_that_is_said() {
    for says in [
        "昨天学校停电，照片今天才发",
        "照片今天才整理好",
        "这是5月16日和17日两天的照片",
        "5月17日照片见附件，5月16日照片补报",
        "5月16日活动照片和今日照片各一张",
        "昨天老师说照片要横版，重新发",
        "周末两天的照片，周一一起发",
        "开幕当天的照片",
    ] {
        picture("照片", says).review().part("a.jpg", "review daily/photo@2023-05-17");
    }
    for subject in [
        "Day2-3照片",
        "5.15至今照片",
        "照片（5月15日—今）",
        "5.15 5.16照片",
        "开幕式当天照片",
        "5月18日训练照片",
        "周末两天照片",
    ] {
        picture(subject, "").review().part("a.jpg", "review daily/photo@2023-05-17");
    }
    for (says, day) in [
        ("今天才开始展演，照片见附件", 17),
        ("拍摄时间 2023-05-16 09:30", 16),
        ("昨天义诊，照片见附件", 16),
        ("今日报送5月16日活动照片", 16),
        ("5月14日启动，15日至16日初赛，今日决赛，照片见附件", 17),
    ] {
        is_of(&picture("照片", says), day, says);
    }
    let judged = ours("昨日、今日照片", "").with(photo("昨日.jpg")).with(photo("今日.jpg")).judge();
    judged
        .part("昨日.jpg", "accepted daily/photo@2023-05-16")
        .part("今日.jpg", "accepted daily/photo@2023-05-17");
    ours("", "5月15日至今无活动").judge().kind("question");
    ours("每日材料", "本周末两天无活动").judge().kind("question");
    let both = ours("", "5月16日、17日我院未开展活动，零报告").judge().loose();
    assert_eq!(both, ["daily 2023-05-16 nil accepted", "daily 2023-05-17 nil accepted"]);
}

#[test]
fn what_comes_in_the_morning_after_the_last_day_may_be_of_it() {
    let at = |moment: &str| ours("照片", "").with(photo("a.jpg")).at(moment).judge();
    at("2023-05-21T09:00:00+08:00").review().part("a.jpg", "review daily/photo@2023-05-20");
    at("2023-05-21T15:00:00+08:00").part("a.jpg", "extra daily/photo");
}

#[test]
fn what_is_handed_on_is_of_no_later_day_than_it_was_written() {
    let quoted = |written: &str| {
        format!("发件人: \"甲\" <b@b.example>\n发送时间: {written}\n主题: 照片\n\n照片见附件")
    };
    let copied = |written: &str| {
        let mail =
            mail("c03@163.example", &format!("转发：{SCHOOL}照片")).quotes(&quoted(written)).at(WEDNESDAY);
        mail.with(photo("a.jpg")).judge()
    };
    for before in ["2023-05-16 16:20", "2023年5月16日(星期二) 下午4:20", "Tue, 16 May 2023 16:20:00 +0800"]
    {
        copied(before).review().part("a.jpg", "review daily/photo@2023-05-17");
    }
    is_of(&copied("2023-05-17 16:20"), 17, "the same day");
    let whole = |written: &str| {
        let (mut around, mut inside) = (nested("转发.eml"), photo("转发.eml/a.jpg"));
        let (from, from_name, subject, text) = Default::default();
        let written = Some(written.parse().unwrap());
        around.0.content = Content::Mail { from, from_name, subject, text, written };
        inside.0.parent = Some(0);
        ours("照片", "").with(around).with(inside).judge()
    };
    let judged = whole("2023-05-16T16:20:00+08:00");
    judged.review().part("转发.eml/a.jpg", "review daily/photo@2023-05-17");
    whole("2023-05-17T08:20:00+08:00").part("转发.eml/a.jpg", "accepted daily/photo@2023-05-17");
}

#[test]
fn nothing_of_today_is_plain_whatever_stands_beside_it() {
    for (subject, says) in [
        ("", "今日除正常教学外，无其他活动。"),
        ("", "除已报材料外，今日无新增材料"),
        ("5月17日零报告", "我校暂无活动，后续有活动及时上报。"),
        ("", "各位老师下午好，我校无新增材料。"),
        ("", "截至今日下午5点，我校无活动"),
        ("", "今日只有正常教学，无活动周活动。"),
        ("", "今日无活动。\n网址 http://www.school.example/index.htm"),
    ] {
        assert_eq!(ours(subject, says).judge().loose(), ["daily 2023-05-17 nil accepted"], "{says}");
    }
}

#[test]
fn the_days_of_a_subject_that_is_answered_are_those_of_the_mail_before() {
    let answer = |subject: &str, says: &str| {
        mail("c03@163.example", &format!("回复：{SCHOOL}{subject}")).says(says).at(WEDNESDAY)
    };
    let brought = |subject: &str, says: &str| answer(subject, says).with(photo("a.jpg")).judge();
    for (subject, says) in [
        ("5月16日照片", ""),
        ("5月16日照片", "今天的照片见附件"),
        ("5月15日至16日照片", ""),
        ("每日材料报送", "补报照片"),
    ] {
        let told = brought(subject, says).told().join("\n");
        assert!(told.contains("a.jpg: review daily/photo"), "{subject} {says}: {told}");
    }
    is_of(&brought("5月16日照片", "5月17日照片见附件"), 17, "the letter says which");
    is_of(&brought("5月17日照片", ""), 17, "the same day");
    is_of(&brought("昨日照片", "今日照片见附件"), 17, "yesterday of the mail before");
    let asked = |says: &str| {
        let ours = answer("每日材料报送", says).with(photo("a.jpg"));
        ours.header(|header| header.refers_to.push("<shouwen.reminder.1@office.example>".into())).judge()
    };
    asked("见附件").review().part("a.jpg", "review daily/photo@2023-05-17");
    is_of(&asked("今天的照片见附件"), 17, "today");
    is_of(&asked("5月16日的照片"), 16, "the day that was asked for");
    assert_eq!(answer("5月16日零报告", "今日无").judge().loose(), ["daily 2023-05-17 nil accepted"]);
    answer("5月16日零报告", "零报告").judge().kind("question");
}

#[test]
fn subject_and_letter_that_bring_different_days_are_asked_about() {
    for says in ["5月17日活动照片见附件，请查收。", "今天的活动照片见附件", "今日照片"]
    {
        picture("5月16日活动照片", says).review().part("a.jpg", "review daily/photo@2023-05-16");
    }
    let sent = ["今日报送照片", "5月17日照片稍后另发", "5月15日照片已报", "根据5月15日通知报送照片"];
    for says in sent {
        is_of(&picture("5月16日活动照片", says), 16, says);
    }
    let late = ours("5月16日活动照片", "今天的活动照片见附件").with(photo("a.jpg"));
    is_of(&late.at("2023-05-17T08:30:00+08:00").judge(), 16, "before the hour at which its day ends");
    let of_both = "附件前两张为5月16日，后两张为5月17日。";
    picture("活动照片", of_both).review().part("a.jpg", "review daily/photo@2023-05-17");
    let before = |subject: &str| ours(subject, "").with(photo("a.jpg")).at("2023-05-14T18:00:00+08:00");
    before("5月13日预热活动照片").judge().review().part("a.jpg", "review daily/photo@2023-05-14");
    is_of(&before("按5月10日通知报送照片").judge(), 14, "a notice");
}

#[test]
fn what_comes_behind_midnight_and_names_no_day_is_asked_about() {
    let at = |subject: &str, moment: &str| ours(subject, "").with(photo("a.jpg")).at(moment).judge();
    let night = "2023-05-17T00:40:00+08:00";
    for subject in ["照片", "今日照片"] {
        at(subject, night).review().part("a.jpg", "review daily/photo@2023-05-17");
        is_of(&at(subject, "2023-05-14T00:40:00+08:00"), 14, "no day before the first");
        is_of(&at(subject, "2023-05-17T06:10:00+08:00"), 17, "the morning");
    }
    is_of(&at("5月16日照片", night), 16, "it says which");
    is_of(&at("昨日照片", night), 16, "it says which");
    ours("", "今日无").at(night).judge().kind("question");
    assert_eq!(ours("5月16日", "无").at(night).judge().loose(), ["daily 2023-05-16 nil accepted"]);
}

#[test]
fn a_picture_that_bears_another_year_than_its_mail_is_asked_about() {
    let named = |name: &str| ours("5月17日照片", "").with(photo(name)).judge();
    named("2022年5月17日.jpg").review().part("2022年5月17日.jpg", "review daily/photo");
    named("2023年5月17日.jpg").part("2023年5月17日.jpg", "accepted daily/photo@2023-05-17");
}

#[test]
fn days_that_are_counted_together_are_several() {
    for subject in [
        "活动周第三、四天照片",
        "活动周第三天和第四天照片",
        "职教周第1-3天照片",
        "第一至第三天照片",
        "职教周第二天及第三天照片",
    ] {
        picture(subject, "").review().part("a.jpg", "review daily/photo@2023-05-17");
    }
    is_of(&picture("活动周第三天照片", ""), 16, "one of them");
    for subject in ["培训第二天和第三天照片", "第三、四期培训照片"] {
        is_of(&picture(subject, ""), 17, subject);
    }
    for subject in ["首日活动照片", "头一天照片"] {
        picture(subject, "").review().part("a.jpg", "review daily/photo@2023-05-17");
    }
}

#[test]
fn a_paper_tells_its_day_behind_what_every_paper_begins_with() {
    let paper = |text: &str| {
        let text = format!("{SCHOOL}举办启动仪式\n{text}现场气氛热烈，师生踊跃参与。");
        ours("职教周稿件", "").with(document("稿件.docx", &text)).judge().told().join("\n")
    };
    for text in [
        "为贯彻落实新修订的职业教育法，展示办学成果，5月15日上午，学校举行启动仪式。",
        "为贯彻5月10日会议精神，5月15日，学校举行启动仪式。",
        "根据《关于举办职业教育活动周的通知》要求，为营造氛围，学校于5月15日在图书馆开展活动。",
        "初夏时节，繁花似锦。5月15日下午，学校举行启动仪式。",
        "5月15日上午学校2023年职业教育活动周启动仪式在学术报告厅隆重举行，师生代表参加。",
    ] {
        let found = paper(text);
        assert!(found.contains("稿件.docx: accepted daily/article@2023-05-15"), "{text}: {found}");
    }
    for text in [
        "为贯彻5月10日会议精神，学校近日举行启动仪式。",
        "按照要求，5月15日至20日，学校开展系列活动。",
        "按照要求，5月15日起，学校开展系列活动。",
        "学校开展系列活动，5月15日举行启动仪式，5月16日举行讲座。",
        "学校高度重视，5月15日印发通知，制定方案。",
    ] {
        let found = paper(text);
        assert!(found.contains("稿件.docx: accepted daily/article@2023-05-17"), "{text}: {found}");
    }
}

#[test]
fn the_moment_at_which_a_picture_was_saved_gives_way_to_what_the_mail_says() {
    let named = |subject: &str, name: &str, at: &str| ours(subject, "").at(at).with(photo(name)).judge();
    let (night, morning) = ("2023-05-17T00:40:00+08:00", "2023-05-17T08:40:00+08:00");
    let (in_night, in_morning) = ("微信图片_20230517003512.jpg", "微信图片_20230517083512.jpg");
    for (subject, name, at, day) in [
        ("5月16日活动照片", in_morning, morning, 16),
        ("5月16日活动照片", in_night, night, 16),
        ("活动照片", in_morning, morning, 17),
        ("昨日活动照片", in_morning, morning, 16),
        ("5月17日报送活动照片", "微信图片_20230516203012.jpg", morning, 16),
    ] {
        named(subject, name, at).part(name, &format!("accepted daily/photo@2023-05-{day}"));
    }
    named("今日照片", in_night, night).review().part(in_night, "review daily/photo@2023-05-17");
}
