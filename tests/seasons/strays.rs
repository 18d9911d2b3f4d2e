//! What no unit owes: questions, thanks, automatic replies, bounces, receipts, advertisements, fraud, mail of other
//! campaigns, and pages that nobody can place.

use shouwen::domain::message::MessageKind::{AutoReply, Bounce, Other, Own, Question, Receipt, Submission};
use shouwen::domain::message::PartState::{Extra, Ignored, Rejected, Review};
use shouwen::rehearsal::season::chance::Chance;
use shouwen::rehearsal::season::files::docx::docx;
use shouwen::rehearsal::season::files::pdf;
use shouwen::rehearsal::season::files::zip::Style;
use shouwen::rehearsal::season::mail::{Client, OFFICE, multipart};

use super::World;
use super::crew::{Clerk, naming, pick};
use super::letter::{Letter, letter, stranger};
use super::paper::{Paper, archive, aside, photo, plan};
use super::phrase::signature;
use super::things::{form4, moment, nameless_scan, scan4, scheme};
use super::truth::Counts;

pub fn letters(world: &World) -> Vec<Letter> {
    let mut chance = Chance::of(&[world.seed, "strays"]);
    let chance = &mut chance;
    let mut all = Vec::new();
    let someone = |chance: &mut Chance| &world.crew[chance.between(0, 103) as usize];
    for text in QUESTIONS {
        let clerk = someone(chance);
        all.push(question(clerk, text, chance));
    }
    for (subject, text) in CHATTER {
        let clerk = someone(chance);
        all.push(chatter(clerk, subject, text, chance));
    }
    for n in 0..10 {
        let clerk = someone(chance);
        all.push(away(clerk, n, chance));
    }
    all.extend(reports(world, chance));
    for (nick, subject, text) in ADVERTS {
        all.push(advert(nick, subject, text, chance));
    }
    for (subject, file, title) in CAMPAIGNS {
        let clerk = someone(chance);
        all.push(other_campaign(clerk, subject, file, title, chance));
    }
    for name in
        ["扫描件_20230509.pdf", "IMG_2031.jpg", "CCF00032.pdf", "微信图片_20230516101112.jpg", "新文档.pdf"]
    {
        all.push(clueless(name, chance));
    }
    all.extend(outsiders(chance));
    all.push(two_houses(world, chance));
    all
}

const QUESTIONS: [&str; 16] = [
    "请问采集表一个学校填一张吗？",
    "老师，中职学校的方案要单独报教育厅吗？",
    "想咨询一下，联络员可以填两个人吗",
    "附件4里的QQ号没有怎么办？",
    "请问材料报送截止时间是10号几点？",
    "统计表的覆盖率怎么计算，是按全校学生数吗？",
    "您好，我想问一下活动照片有没有像素要求？",
    "盖章扫描件是盖学校章还是部门章？",
    "请教：专题网站链接可以填公众号吗？",
    "总结报告字数有要求吗，望回复",
    "老师好，我校校区较多，采集表如何填报？",
    "附件下载不了，能否再发一份附件4的电子版？",
    "邮箱提示容量已满发不过去，怎么报送视频呢？",
    "请问技工院校报教育厅还是人社厅？",
    "五一期间可以报送吗",
    "联系电话打不通，想确认一下是否收到我校的材料？",
];

fn question(clerk: &Clerk, text: &str, chance: &mut Chance) -> Letter {
    let subject = match chance.between(0, 4) {
        0 => text.to_owned(),
        1 => format!("咨询（{}）", naming(&clerk.unit, chance)),
        2 => "请教一个问题".to_owned(),
        _ => format!("{}关于活动周报送的疑问", naming(&clerk.unit, chance)),
    };
    let at = moment(5, (4, 26), (8, 22), chance);
    let mut letter = letter("38 question", clerk, &at)
        .titled(subject)
        .says(format!("老师好，{text}\n谢谢！\n{}", signature(clerk, chance)))
        .kind(&[Question])
        .may_wait();
    letter.units.push(String::new());
    letter
}

const CHATTER: [(&str, &str); 8] = [
    ("回复：收悉", "收到，谢谢老师！"),
    ("Re: 【工作提示】请于5月10日前报送", "好的，我们抓紧准备，尽快报送。"),
    ("谢谢老师", "谢谢老师，辛苦了！"),
    ("回复：催报", "不好意思，正在盖章，明天上午发您。"),
    ("收到通知", "已收到通知，按要求落实。"),
    ("Re:材料收悉", "感谢回复。祝工作顺利。"),
    ("关于延期报送的说明", "因领导出差，材料拟于12日报送，请谅解。"),
    ("联系方式", "以后有事请打我手机，谢谢。"),
];

fn chatter(clerk: &Clerk, subject: &str, text: &str, chance: &mut Chance) -> Letter {
    let at = moment(5, (4, 28), (8, 22), chance);
    let mut letter = letter("thanks and promises", clerk, &at)
        .titled(subject)
        .says(format!("{text}\n{}", signature(clerk, chance)))
        .kind(&[Other, Question])
        .may_wait();
    letter.units.push(String::new());
    letter
}

fn away(clerk: &Clerk, way: u32, chance: &mut Chance) -> Letter {
    let at = moment(5, (6, 30), (7, 22), chance);
    let (subject, text) = match way % 5 {
        0 => {
            ("自动回复:【工作提示】请于5月10日前报送有关材料", "您好，本人正在出差，邮件已收到，将尽快处理。")
        }
        1 => ("自动回复：【催报】材料报送提醒", "您的邮件我已收到，谢谢！"),
        2 => ("Automatic reply: 催报", "I am out of office until 20 May."),
        3 => ("[自动回复] 催报提醒", "我正在休假，紧急事务请联系办公室。"),
        _ => ("自动答复: 工作提示", "这是一封自动答复邮件。已经收到您的来信，我会尽快回复。"),
    };
    let mut letter = letter("39 automatic reply", clerk, &at).titled(subject).says(text).kind(&[AutoReply]);
    if way.is_multiple_of(2) {
        letter = letter.header("Auto-Submitted", "auto-replied");
    }
    letter.units.push(String::new());
    letter.is_placeable = false;
    letter
}

/// Reports of servers and programs, and what we sent ourselves.
fn reports(world: &World, chance: &mut Chance) -> Vec<Letter> {
    let dead = "nobody@dead.example";
    let part = |head: &str, text: &str| format!("Content-Type: {head}\r\n\r\n{text}\r\n").into_bytes();
    let plain = "text/plain; charset=\"utf-8\"\r\nContent-Transfer-Encoding: 8bit";
    let failed = format!(
        "Reporting-MTA: dns; mail.163.example\r\n\r\nFinal-Recipient: rfc822; {dead}\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 Mailbox not found"
    );
    let original = format!(
        "From: <{OFFICE}>\r\nTo: <{dead}>\r\nSubject: reminder\r\nMessage-ID: <shouwen.reminder.0@163.example>\r\n\r\nreminder"
    );
    let bounce = multipart(
        "report; report-type=delivery-status",
        [
            part(plain, "抱歉,您的邮件被退回来了。"),
            part("message/delivery-status", &failed),
            part("message/rfc822", &original),
        ],
        chance,
    );
    let seen = "Final-Recipient: rfc822; a@b.example\r\nOriginal-Message-ID: <shouwen.reminder.1@163.example>\r\nDisposition: manual-action/MDN-sent-manually; displayed";
    let receipt = multipart(
        "report; report-type=disposition-notification",
        [part(plain, "您的邮件已被阅读。"), part("message/disposition-notification", seen)],
        chance,
    );
    let nobody = |letter: Letter| Letter { units: vec![String::new()], ..letter };
    let clerk = &world.crew[chance.between(0, 100) as usize];
    let with_body = |letter: Letter, body: Vec<u8>| Letter { body: Some(body), ..letter };
    let mut read = letter("39 read receipt", clerk, "05-08 09:02")
        .titled("已读:【工作提示】请于5月10日前报送有关材料")
        .kind(&[Receipt]);
    read.units.push(String::new());
    read.is_placeable = false;
    let recall = {
        let mut recall = letter("39 recall", clerk, "05-09 11:02")
            .titled("撤回:活动周材料")
            .says("发件人希望撤回邮件“活动周材料”。")
            .kind(&[Receipt, Other])
            .may_wait();
        recall.units.push(String::new());
        recall.is_placeable = false;
        recall
    };
    vec![
        nobody(with_body(stranger("39 bounce", "", "Postmaster@163.example", Client::NetEase, "05-06 08:40").titled("系统退信").kind(&[Bounce]), bounce)),
        nobody(stranger("39 bounce of QQ", "", "PostMaster@qq.example", Client::Qq, "05-06 09:14").titled("来自qq.com的退信").says("无法发送到 nobody@dead.example\n退信原因：收件人邮件地址不存在。\n解决方案：请检查地址后重发。").kind(&[Bounce])),
        with_body(read, receipt),
        recall,
        nobody(stranger("own mail", "教育厅职教处", OFFICE, Client::NetEase, "05-08 10:00").titled("转存材料").says("留存。").kind(&[Own])),
    ]
}

const ADVERTS: [(&str, &str, &str); 10] = [
    (
        "邮箱管理中心",
        "【重要】您的邮箱需要升级",
        "您的邮箱容量不足,请于24小时内点击 http://mail-upgrade.example/login 升级,否则停用。",
    ),
    ("会议服务", "全国职业院校课程建设研修班邀请函", "诚邀贵单位参加6月研修班,费用2980元/人,回函报名。"),
    ("展会", "教学设备展位优惠", "标准展位8折,联系客服预订。"),
    ("财务共享", "2023年度个人补贴申领通知", "请扫描附件二维码登记银行卡信息，逾期视为放弃。"),
    ("系统管理员", "账户异常登录提醒", "检测到您的账号在异地登录，请立即核实：http://verify.example/a"),
    ("学术期刊编辑部", "核心期刊征稿启事", "本刊面向职业教育领域征稿，版面费优惠，稿件请投邮箱。"),
    ("发票代理", "代开各类发票", "可先验后付，电话联系。"),
    ("某某科技", "虚拟仿真实训平台产品推介", "我司产品适用于各类职业院校实训室建设，欢迎试用。"),
    ("旅行社", "红色教育培训方案", "我社提供党建研学活动方案，含食宿，价格面议。"),
    ("云视频", "活动直播服务报价", "我公司可为职业教育活动周提供摄影摄像、直播服务，报价见附件。"),
];

fn advert(nick: &str, subject: &str, text: &str, chance: &mut Chance) -> Letter {
    let address = format!("{}@{}.example", chance.hex(6).to_lowercase(), chance.hex(5).to_lowercase());
    let at = moment(5, (4, 28), (1, 23), chance);
    let file = aside(
        "报价方案.pdf",
        pdf::text(&["产品报价方案".to_owned(), text.to_owned()]),
        &[Ignored, Extra, Review],
    );
    let letter = stranger("39 advertisement", nick, &address, Client::NetEase, &at)
        .titled(subject)
        .says(text)
        .kind(&[Other])
        .may_wait();
    let letter = Letter { units: vec![String::new()], ..letter };
    if text.contains("附件") { letter.with(vec![file]) } else { letter }
}

const CAMPAIGNS: [(&str, &str, &str); 9] = [
    ("{u}技能大赛报名表", "技能大赛报名表.docx", "全省职业院校技能大赛报名表"),
    ("{u}2022年度质量年报修改稿", "质量年度报告.docx", "高等职业教育质量年度报告（2023）"),
    ("{u}教学能力比赛参赛材料", "参赛方案.docx", "职业院校教学能力比赛教学实施报告"),
    ("{u}1+X证书试点情况统计表", "1+X试点情况统计表.docx", "1+X证书制度试点情况统计表"),
    ("{u}现代学徒制试点总结", "学徒制总结.docx", "现代学徒制试点工作总结报告"),
    ("{u}单招工作方案", "2023年单招方案.docx", "2023年高职单招工作方案"),
    ("关于{u}专业设置备案的函", "专业设置备案表.docx", "2023年拟新设专业备案表"),
    ("{u}双高建设中期自评报告", "双高自评.docx", "“双高计划”建设中期绩效自评报告"),
    ("{u}安全稳定工作周报", "安全周报.docx", "校园安全稳定工作周报"),
];

fn other_campaign(clerk: &Clerk, subject: &str, file: &str, title: &str, chance: &mut Chance) -> Letter {
    let name = naming(&clerk.unit, chance);
    let document = aside(
        file,
        docx(&[format!("{}{title}", clerk.unit.name), "详见正文。".to_owned()], &[]),
        &[Ignored, Extra, Review],
    );
    let at = moment(5, (5, 26), (8, 20), chance);
    let mut letter = letter("39 other campaign", clerk, &at)
        .titled(subject.replace("{u}", &name))
        .says(format!("老师好,材料见附件。\n{}", signature(clerk, chance)))
        .with(vec![document])
        .kind(&[Other, Submission])
        .may_wait();
    letter.units.push(String::new());
    letter.is_placeable = false;
    letter
}

fn clueless(name: &str, chance: &mut Chance) -> Letter {
    let mut paper = nameless_scan(plan("form4_scan"), chance).nowhere().counting(Counts::Open, &[Review]);
    if name.ends_with(".jpg") {
        paper = photo(name, 16, chance).nowhere().counting(Counts::Open, &[Review]);
    }
    (paper.name, paper.part.path) = (name.to_owned(), name.to_owned());
    let address = format!("{}@qq.example", chance.between(100_000_000, 999_999_999));
    let nick = pick(chance, &["风轻云淡", "lily", "大海", ""]);
    let letter = stranger("nobody can say", nick, &address, Client::Qq, &moment(5, (8, 18), (8, 23), chance))
        .titled(pick(chance, &["(无主题)", "", "材料", "请查收"]))
        .says(pick(chance, &["", "请查收", "老师收一下"]))
        .with(vec![paper]);
    Letter { may_wait: true, ..letter }
}

/// Those whom the notice does not address, or not so.
fn outsiders(chance: &mut Chance) -> Vec<Letter> {
    let strip = |paper: Paper| {
        let mut paper = paper.nowhere().counting(Counts::No, &[Review, Rejected, Extra, Ignored]);
        paper.part.form = None;
        paper
    };
    let mut all = Vec::new();
    for (name, what) in [
        ("绵阳市涪城职业高级中学", "14 plan past its city"),
        ("重庆工商职业学院", "another province"),
        ("西华大学", "a university"),
        ("德阳市旌阳区教育局", "a county bureau"),
        ("四川某某职业技术学院", "no such school"),
    ] {
        let unit = shouwen::domain::unit::Unit {
            name: name.to_owned(),
            group: "secondary".to_owned(),
            ..Default::default()
        };
        let person = super::crew::person(chance);
        let clerk = Clerk {
            unit,
            nick: pick(chance, &["校办", "教导处"]).to_owned(),
            address: format!("{}@163.example", chance.hex(7).to_lowercase()),
            client: Client::NetEase,
            known: super::crew::Known::Nowhere,
            contact: person.clone(),
            filler: person,
        };
        let papers = vec![
            scheme(&clerk, false, chance),
            form4(&clerk, &super::form4::FORM4, false, chance),
            scan4(&clerk, false, chance),
        ];
        let at = moment(5, (5, 10), (8, 20), chance);
        let mut letter = letter(what, &clerk, &at)
            .titled(format!("{name}职教活动周方案、采集表"))
            .says(format!("材料见附件。\n{name}"))
            .with(papers.into_iter().map(strip).collect())
            .may_wait();
        letter.units = vec![String::new()];
        if what.starts_with("14") {
            letter.units.push("绵阳市教育和体育局".to_owned());
            letter.units.push(name.to_owned());
        }
        letter.is_placeable = false;
        all.push(letter);
    }
    all
}

/// One box for two houses: a folder each in one archive.
fn two_houses(world: &World, chance: &mut Chance) -> Letter {
    let pair: Vec<&Clerk> = world
        .crew
        .iter()
        .filter(|clerk| ["四川城市职业学院", "四川城市技师学院"].contains(&clerk.unit.name.as_str()))
        .collect();
    let mut papers = Vec::new();
    for clerk in &pair {
        for n in 1..=2 {
            papers.push(
                photo(&format!("5月17日开放日{n}.jpg"), 17, chance)
                    .within(&clerk.unit.name)
                    .of(&clerk.unit.name),
            );
        }
    }
    let zip = archive("两校材料.zip", Style::Gbk, papers);
    let mut letter =
        stranger("18 two houses", "集团办公室", "group@corp.example", Client::Coremail, "05-17 17:30")
            .titled("集团所属两校5月17日活动照片")
            .says("两校材料见附件压缩包。")
            .with(vec![zip])
            .may_wait();
    letter.units = pair.iter().map(|clerk| clerk.unit.name.clone()).chain([String::new()]).collect();
    letter
}
