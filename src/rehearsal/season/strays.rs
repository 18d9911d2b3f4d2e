//! What belongs to nobody: automatic replies, bounces, advertisements, other campaigns, a scan without a name. Nothing
//! of it may count for a unit, and nothing of it may be answered.

use super::chance::Chance;
use super::mail::{Client, OFFICE, multipart};
use super::script::{Act, stranger, unit};
use super::things::{letter, scan4};
use super::{MessageKind, MessageState, PartState};

/// The mails of this part.
pub fn acts() -> Vec<Act> {
    [replies(), reports(), adverts(), other_campaigns(), clueless()].concat()
}

const ASIDE: [MessageState; 2] = [MessageState::Registered, MessageState::Review];

fn replies() -> Vec<Act> {
    let away = |name: &str, moment: &str, answered: &str| {
        let act = unit(name).on(moment).titled(&format!("自动回复:{answered}"));
        act.says("您好,本人正在出差,邮件已收到,将尽快处理。此信为自动回复。")
            .header("Auto-Submitted", "auto-replied")
            .header("Precedence", "auto_reply")
            .is(&[MessageKind::AutoReply])
    };
    vec![
        away("成都工业职业技术学院", "05-06 08:44", "【工作提示】请于5月10日前报送有关材料"),
        away("成都工贸职业技术学院", "05-11 08:53", "【催报】材料报送提醒"),
        // From a private box that no form has named.
        away("四川现代职业学院", "05-30 08:51", "【催报】活动周总结材料报送提醒")
            .of(&[Some("四川现代职业学院"), None]),
        unit("绵阳职业技术学院")
            .on("05-08 14:09")
            .titled("回复:收悉")
            .says("收到,谢谢老师!")
            .is(&[MessageKind::Other])
            .ends(&ASIDE),
        unit("四川工程职业技术学院")
            .on("04-28 16:00")
            .titled("谢谢老师")
            .says("谢谢老师,辛苦了!")
            .is(&[MessageKind::Other])
            .ends(&ASIDE),
    ]
}

/// Reports of mail servers and programs (RFC 3464, RFC 8098; `quirks.md` D6).
fn reports() -> Vec<Act> {
    let part = |head: &str, text: &str| format!("Content-Type: {head}\r\n\r\n{text}\r\n").into_bytes();
    let report = |kind: &str, parts: Vec<Vec<u8>>| {
        multipart(&format!("report; report-type={kind}"), parts, &mut Chance::of(&["report", kind]))
    };
    let dead = "jiuxinxiang@cdgmxy.example";
    let bounce = report(
        "delivery-status",
        vec![
            part(
                "text/plain; charset=\"utf-8\"\r\nContent-Transfer-Encoding: 8bit",
                "抱歉,您的邮件被退回来了。",
            ),
            part(
                "message/delivery-status",
                &format!(
                    "Reporting-MTA: dns; mail.163.example\r\n\r\nFinal-Recipient: rfc822; {dead}\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 Mailbox not found"
                ),
            ),
            part(
                "message/rfc822",
                &format!(
                    "From: <{OFFICE}>\r\nTo: <{dead}>\r\nSubject: reminder\r\nMessage-ID: <shouwen.reminder.0@163.example>\r\n\r\nreminder"
                ),
            ),
        ],
    );
    let seen = report(
        "disposition-notification",
        vec![
            part("text/plain; charset=\"utf-8\"\r\nContent-Transfer-Encoding: 8bit", "您的邮件已被阅读。"),
            part(
                "message/disposition-notification",
                "Final-Recipient: rfc822; jwc@lzy.example\r\nOriginal-Message-ID: <shouwen.reminder.1@163.example>\r\nDisposition: manual-action/MDN-sent-manually; displayed",
            ),
        ],
    );
    vec![
        stranger("", "Postmaster@163.example", Client::NetEase)
            .on("05-06 08:40")
            .titled("系统退信")
            .body(bounce)
            .is(&[MessageKind::Bounce])
            .of(&[None, Some("成都工贸职业技术学院")]),
        unit("泸州职业技术学院")
            .on("05-08 09:02")
            .titled("已读:【工作提示】请于5月10日前报送有关材料")
            .body(seen)
            .is(&[MessageKind::Receipt]),
    ]
}

fn adverts() -> Vec<Act> {
    let advert = |nick, address, moment: &str, title: &str, text: &str| {
        stranger(nick, address, Client::NetEase)
            .on(moment)
            .titled(title)
            .says(text)
            .is(&[MessageKind::Other])
            .ends(&ASIDE)
    };
    vec![
        advert(
            "邮箱管理中心",
            "admin@mail-upgrade.example",
            "05-06 03:12",
            "【重要】您的邮箱需要升级",
            "您的邮箱容量不足,请于24小时内点击 http://mail-upgrade.example/login 升级,否则停用。",
        )
        .into_junk(),
        advert(
            "会议服务",
            "vip@meeting.example",
            "05-10 10:31",
            "全国课程建设研修班邀请函",
            "诚邀贵单位参加6月研修班,费用2980元/人,回函报名。",
        ),
        advert("展会", "expo@expo.example", "05-18 02:27", "教学设备展位优惠", "标准展位8折,联系客服预订。")
            .into_junk(),
    ]
}

fn other_campaigns() -> Vec<Act> {
    let other = |name: &str, moment: &str, title: &str, file: &str, heading| {
        unit(name)
            .on(moment)
            .titled(title)
            .says("老师好,材料见附件。\n{unit}")
            .sends(vec![letter(file, heading)])
            .is(&[MessageKind::Other, MessageKind::Submission])
            .ends(&ASIDE)
    };
    vec![
        other(
            "四川汽车职业技术学院",
            "05-11 10:05",
            "{unit}技能大赛报名表",
            "技能大赛报名表.docx",
            "全省职业院校技能大赛报名表",
        ),
        other(
            "成都航空职业技术学院",
            "05-19 15:30",
            "{unit}2022年度质量年报修改稿",
            "质量年度报告.docx",
            "高等职业教育质量年度报告",
        ),
    ]
}

/// A stamped scan from a private box, and not a word.
fn clueless() -> Vec<Act> {
    let scan = |name: &str| scan4().named(name).ends(&[PartState::Review]).loose();
    vec![
        stranger("风轻云淡", "719004402@qq.example", Client::Qq)
            .on("05-09 13:05")
            .titled("(无主题)")
            .says("")
            .sends(vec![scan("扫描件_20230509.pdf")])
            .ends(&[MessageState::Review]),
        stranger("lily", "lily_5521@163.example", Client::Phone)
            .on("05-10 21:44")
            .titled("材料")
            .says("请查收")
            .sends(vec![scan("IMG_2031.pdf")])
            .ends(&[MessageState::Review]),
    ]
}
