//! Stories of what people write beside and instead of files: a question in the letter, a plan that is not meant to count
//! yet, a paper about the paper, a stamped form taken with a telephone. Each was once counted, or left alone, in silence.

use crate::campaign::campaign;
use crate::mail::{Part, Sheet, blank, book, document, mail, pdf, photo};

const SCHOOL: &str = "绵阳职业技术学院";
const DURING: &str = "2023-05-16T16:00:00+08:00";
const AFTER: &str = "2023-05-23T10:00:00+08:00";

fn plan() -> Part {
    document("活动周方案.docx", "绵阳职业技术学院活动周方案")
}

#[test]
fn a_question_beside_files_is_shown_and_the_files_count() {
    for says in [
        "方案见附件。另请问信息采集表一个学校填一张吗？",
        "方案先报上，盖章的采集表申请延期至5月12日报送，妥否请告知。",
        "昨天报的采集表里手机号写错了，今天报方案，请查收。",
    ] {
        let judged = mail("c03@163.example", &format!("{SCHOOL}活动周方案")).says(says).with(plan()).judge();
        judged.review().part("活动周方案.docx", "accepted plan/scheme");
    }
    for says in
        ["方案见附件，请问收到了吗？", "如有不妥请指正。收到请回复，谢谢！", "昨天的有误，请以此为准。"]
    {
        let judged = mail("c03@163.example", &format!("{SCHOOL}活动周方案")).says(says).with(plan()).judge();
        judged.no_review().part("活动周方案.docx", "accepted plan/scheme");
    }
}

#[test]
fn who_takes_back_what_was_sent_and_names_nobody_is_read() {
    for (subject, says) in [
        ("撤回：昨日的表", "昨天下午所发的数据有误，请撤回，稍后重发。"),
        ("说明", "昨天发的写错了，等我们重新发"),
        ("工作总结", "各位老师辛苦，正文如下：基本情况良好。"),
    ] {
        mail("x@x.example", subject).says(says).at(AFTER).judge().kind("question");
    }
    for says in ["收到，谢谢！", "好的，马上更正。"] {
        mail("x@x.example", "Re: 提醒").says(says).at(AFTER).judge().kind("other");
    }
}

#[test]
fn what_is_not_meant_to_count_yet_waits() {
    for says in
        ["先别登记，这版领导还没签", "附件仅供参考，正式稿盖章后再报", "请领导审阅，无误后我们再正式上报"]
    {
        let judged = mail("c03@163.example", &format!("{SCHOOL}活动周方案")).says(says).with(plan()).judge();
        judged.review().part("活动周方案.docx", "review plan/scheme");
    }
}

#[test]
fn a_paper_about_the_paper_is_not_the_paper() {
    let judge = |name: &str, text: &str, at: &str| {
        let subject = if at == AFTER { "活动周总结" } else { "活动周方案" };
        mail("c03@163.example", &format!("{SCHOOL}{subject}")).with(document(name, text)).at(at).judge()
    };
    let before = "2023-05-09T10:00:00+08:00";
    let late = "关于延期报送活动方案的说明.docx";
    judge(late, "关于延期报送活动周方案的说明\n因故申请延期。", before).part(late, "review plan/scheme");
    let notice = "124号.docx";
    judge(notice, "四川省教育厅\n关于举办2023年职业教育活动周的通知\n各单位：", before)
        .part(notice, "review plan/scheme");
    let issued = "关于印发活动周方案的通知.docx";
    judge(issued, "关于印发《活动周方案》的通知\n各二级学院：", before).part(issued, "accepted plan/scheme");
    let old = "活动周方案.docx";
    judge(old, "活动周方案\n2022年5月8日至14日，学校将举办2022年职业教育活动周。", before)
        .part(old, "review plan/scheme");
    judge(old, "2023年活动周方案\n2022年5月8日印发的意见指出，2023年5月举办活动周。", before)
        .part(old, "accepted plan/scheme");
}

#[test]
fn the_notice_sent_back_and_the_paper_of_an_earlier_edition_are_not_the_paper() {
    let mut campaign = crate::campaign::campaign();
    campaign.office = "某某省教育厅职业教育处".to_owned();
    campaign.title = "第十届职业教育活动周".to_owned();
    let judge = |text: &str| {
        let mail = mail("c03@163.example", &format!("{SCHOOL}活动周方案"));
        mail.with(blank("方案.docx", text)).judge_by(&campaign)
    };
    let notice = "关于印发《活动周活动方案》的通知\n各市（州）教育局：\n请认真贯彻执行，按时报送。";
    judge(&format!("{notice}\n某某省教育厅\n2023年4月27日")).part("方案.docx", "review plan/scheme");
    judge("某某省教育厅关于做好活动周方案编制工作的通知\n各市（州）教育局：")
        .part("方案.docx", "review plan/scheme");
    judge("某教函〔2023〕1号\n活动周活动方案\n一、时间。活动于五月举行。")
        .part("方案.docx", "review plan/scheme");
    let own = format!("活动周活动方案\n一、时间。活动于五月举行。\n{SCHOOL}\n2023年5月8日");
    judge(&own).part("方案.docx", "accepted plan/scheme");
    judge(&format!("某某省教育厅职业教育处：\n{own}")).part("方案.docx", "accepted plan/scheme");
    let unsigned =
        "活动周活动方案\n某某省教育厅职业教育处印发的通知要求各校制定方案。\n一、时间。活动于五月举行。";
    judge(unsigned).part("方案.docx", "accepted plan/scheme");
    judge(&own.replace("活动周活动", "第九届职业教育活动周")).part("方案.docx", "review plan/scheme");
    judge(&own.replace("活动周活动", "第10届职业教育活动周")).part("方案.docx", "accepted plan/scheme");
}

#[test]
fn a_title_of_other_business_is_no_general_one_whatever_letters_it_has() {
    let judge = |name: &str, title: &str, at: &str| {
        mail("c03@163.example", SCHOOL).with(document(name, title)).at(at).judge()
    };
    judge("学期工作总结.docx", "2022-2023学年第二学期工作总结", AFTER)
        .part("学期工作总结.docx", "review summary/report");
    let before = "2023-05-09T10:00:00+08:00";
    judge("活动方案.docx", "五四青年节活动方案", before).part("活动方案.docx", "review plan/scheme");
    judge("五月十四日活动方案.docx", "第二届活动方案", before)
        .part("五月十四日活动方案.docx", "accepted plan/scheme");
}

#[test]
fn a_stamped_form_taken_with_a_telephone_waits() {
    let form = |subject: &str, says: &str, name: &str, at: &str| {
        let judged = mail("c03@163.example", &format!("{SCHOOL}{subject}"))
            .says(says)
            .with(photo(name))
            .at(at)
            .judge();
        judged.part(name, "review");
    };
    form("情况统计表", "盖章件见附件", "微信图片_20230523101112.jpg", AFTER);
    form("", "采集表盖章件拍照发您", "微信图片_20230509101112.jpg", "2023-05-09T10:00:00+08:00");
    form("", "采集表盖章件补报", "IMG_0001.jpg", DURING);
}

#[test]
fn a_letter_that_forgot_its_files_is_not_forgotten() {
    for subject in ["绵阳职业技术学院活动方案及采集表", "绵阳职业技术学院报送材料"]
    {
        mail("c03@163.example", subject).judge().review().kind("submission");
    }
    let pasted =
        "5月16日，绵阳职业技术学院在广场举行技能展示，三个学院的二百余名学生参加，气氛热烈。".repeat(4);
    mail("x@x.example", "今日新闻").says(&pasted).at(DURING).judge().review().kind("submission");
    mail("x@x.example", "Re: 关于报送的提示").says("已用教务处邮箱发出").judge().kind("question");
    mail("x@x.example", "回复：报送提示").says("收到，谢谢").judge().kind("other");
}

#[test]
fn a_form_of_signs_that_stand_for_nothing_is_not_filled_in() {
    for mobile in ["***", "/", "无"] {
        let judged = mail("c03@163.example", &format!("{SCHOOL}采集表"))
            .with(book("附件4.xlsx", Sheet::form4(SCHOOL).with_mobile(mobile)))
            .judge();
        judged.flaw("附件4.xlsx", "V04");
    }
    let empty = mail("c03@163.example", &format!("{SCHOOL}活动周方案")).with(blank("活动周方案.docx", "无"));
    empty.judge().part("活动周方案.docx", "review plan/scheme");
}

#[test]
fn a_copy_is_of_the_form_that_its_own_heading_says() {
    let judge = |name: &str, title: &str| {
        let judged = mail("c03@163.example", &format!("{SCHOOL}采集表")).with(pdf(name, title)).judge();
        judged.told().into_iter().find(|line| line.starts_with(name)).unwrap()
    };
    let name = "信息采集表盖章件.pdf";
    assert_eq!(judge(name, "2023年职业教育活动周信息采集表"), format!("{name}: accepted plan/form4_scan"));
    assert_eq!(judge(name, "附件4"), format!("{name}: accepted plan/form4_scan"));
    assert_eq!(judge(name, "2022年职业教育活动周信息采集表"), format!("{name}: review plan/form4_scan"));
    assert_eq!(judge(name, "2023年职业教育活动周情况统计表"), format!("{name}: review plan/form4_scan"));
}

#[test]
fn a_nod_is_no_question_whatever_a_telephone_writes_beneath() {
    for says in ["收到\n发自我的iPhone", "OK", "1", "收到，已安排专人负责，请放心"] {
        mail("c03@163.example", "Re: 活动周材料提醒").says(says).judge().kind("other");
    }
    mail("c03@163.example", "Re: 活动周材料提醒")
        .says("今年我校不参加\n发自我的iPhone")
        .judge()
        .kind("question");
}

#[test]
fn the_day_of_a_law_makes_no_plan_an_old_one() {
    let judge = |text: &str| {
        mail("c03@163.example", &format!("{SCHOOL}活动周方案"))
            .with(document("活动周方案.docx", text))
            .judge()
    };
    for text in [
        "活动周方案\n新修订的职业教育法自2022年5月1日起施行，为此举办活动周。",
        "活动周方案\n2022年5月8日举办过活动周。\n二〇二三年五月八日",
    ] {
        judge(text).part("活动周方案.docx", "accepted plan/scheme");
    }
    judge("活动周方案\n学校定于2022年5月8日举办活动周。").part("活动周方案.docx", "review plan/scheme");
}

#[test]
fn what_a_colleague_or_a_server_sends_on_waits_and_is_not_lost() {
    let own = "office@163.example";
    let form = || book("附件4.xlsx", Sheet::form4(SCHOOL));
    let from_us = mail(own, &format!("Fw: {SCHOOL}活动周材料")).with(plan()).with(form()).judge();
    from_us
        .review()
        .part("活动周方案.docx", "review plan/scheme")
        .part("附件4.xlsx", "review plan/form4 plan/liaison");
    from_us.concerns(&["C03"]);
    let by_form = mail(own, "转存").with(form()).judge();
    by_form.review().part("附件4.xlsx", "review plan/form4 plan/liaison");
    let marked = mail("c03@163.example", &format!("{SCHOOL}活动周方案"))
        .header(|h| h.auto_submitted = "auto-replied".into())
        .with(plan())
        .judge();
    marked.review().part("活动周方案.docx", "review plan/scheme");
    // What the office writes to units, and what an answer drags along, is no unit's material.
    let notice = mail(own, "关于举办2023年职业教育活动周的通知")
        .with(document("124号.docx", "四川省教育厅\n关于举办2023年职业教育活动周的通知\n各单位："))
        .with(book("附件4.xlsx", Sheet::form4("").empty()));
    notice.judge().no_review().kind("own");
    let returned =
        mail(own, &format!("请{SCHOOL}重报采集表")).with(book("附件4.xlsx", Sheet::form4("").empty()));
    returned.judge().no_review().kind("own").part("附件4.xlsx", "ignored");
    let reminder = mail(own, &format!("【催报】{SCHOOL}材料报送提醒"))
        .header(|h| h.message_id = "<shouwen.reminder.1@163.example>".into())
        .with(form());
    reminder.judge().no_review().kind("own");
    let away =
        mail("c03@163.example", "自动回复：【催报】").header(|h| h.auto_submitted = "auto-replied".into());
    away.with(document("通知.docx", "放假通知")).judge().no_review().kind("auto_reply");
}

#[test]
fn a_nil_report_is_of_the_report_whose_word_it_says_though_the_campaign_goes_by_it_too() {
    let mut twice = campaign();
    let at = twice.requirements.iter().position(|asked| asked.id == "daily").unwrap();
    let report = |id: &str, name: &str| {
        let mut asked = twice.requirements[at].clone();
        (asked.id, asked.title) = (id.to_owned(), format!("汛情{name}"));
        asked.items.truncate(1);
        asked.items[0].names = vec![name.to_owned()];
        asked.items[0].title = format!("汛情{name}");
        asked
    };
    twice.requirements = vec![report("morning", "早报"), report("night", "晚报")];
    twice.keywords.extend(["早报".to_owned(), "晚报".to_owned()]);
    let told = |subject: &str| {
        let mail = mail("c03@163.example", subject).says("今日无活动。").at("2023-05-16T08:00:00+08:00");
        mail.judge_by(&twice)
    };
    assert_eq!(told("绵阳职业技术学院早报").loose(), ["morning 2023-05-16 nil accepted"]);
    assert_eq!(told("绵阳职业技术学院晚报").loose(), ["night 2023-05-16 nil accepted"]);
    told("绵阳职业技术学院").kind("question");
}

#[test]
fn a_unit_that_puts_off_its_own_asks_for_nothing() {
    let judged = |says: &str| {
        let plan = document("方案.docx", "绵阳职业技术学院2023年职业教育活动周活动方案\n一、时间。");
        mail("c03@163.example", "绵阳职业技术学院活动方案").says(says).with(plan).judge()
    };
    judged("我校申请推迟开学，现报送方案。").no_review();
    judged("申请推迟报送总结，现报送方案。").review();
    judged("申请推迟开学典礼材料的报送，现报送方案。").review();
}
