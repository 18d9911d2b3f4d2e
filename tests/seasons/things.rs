//! What units put into their mails, under the names that clerks give their files. Where `is_mute` no name tells whose.

use jiff::civil::Weekday;
use shouwen::rehearsal::season::chance::Chance;
use shouwen::rehearsal::season::files::pdf;

use super::crew::{Clerk, happens, may, naming, pick};
use super::form4::Form4;
use super::form5::Form5;
use super::paper::{Paper, book, daily, document, paper, photo, plan, scan, summary, video};
use super::prose;
use super::truth::Held;

/// One of `muted`, or of `named` with the house put in.
fn name(clerk: &Clerk, is_mute: bool, named: &[&str], muted: &[&str], chance: &mut Chance) -> String {
    if is_mute || happens(chance, 45) {
        return pick(chance, muted).to_owned();
    }
    let house = naming(&clerk.unit, chance);
    pick(chance, named).replace("{u}", &house)
}

pub fn scheme(clerk: &Clerk, is_mute: bool, chance: &mut Chance) -> Paper {
    let named = [
        "{u}2023年职业教育活动周活动方案.docx",
        "{u}活动方案.pdf",
        "附件1：{u}职教活动周实施方案.docx",
        "{u}职教周方案（定稿）.wps",
        "关于印发《{u}2023年职教活动周方案》的通知.pdf",
        "{u}-方案-5.8.docx",
    ];
    let muted = [
        "活动方案.docx",
        "方案.docx",
        "2023年职业教育活动周活动方案.pdf",
        "职教周工作方案.docx",
        "1.方案.wps",
        "活动周方案（最终版）(2).docx",
        "新建 Microsoft Word 文档.docx",
        "1.docx",
        "实施方案.pdf",
    ];
    let file = name(clerk, is_mute, &named, &muted, chance);
    document(&file, &prose::scheme(clerk, chance), 0, plan("scheme"), chance)
}

pub fn form4(clerk: &Clerk, form: &Form4, is_mute: bool, chance: &mut Chance) -> Paper {
    let named = [
        "{u}信息采集表.xlsx",
        "附件4：2023年职业教育活动周信息采集表（{u}）.xls",
        "信息采集表-{u}.et",
        "{u}附件4.xlsx",
        "附件4_2023年职业教育活动周信息采集表_{u}最终版.xlsx",
    ];
    let muted = [
        "附件4：2023年职业教育活动周信息采集表.xlsx",
        "附件4.xls",
        "新建 Microsoft Excel 工作表.xls",
        "采集表.xlsx",
        "工作簿1.xlsx",
        "附件4 信息采集表(1).xlsx",
        "信息采集表.et",
        "附件四.xlsx",
        "2.xlsx",
    ];
    let file = name(clerk, is_mute, &named, &muted, chance);
    let (tables, truth) = form.sheets(clerk, chance);
    book(&file, &tables, plan("form4"), truth)
}

pub fn scan4(clerk: &Clerk, is_mute: bool, chance: &mut Chance) -> Paper {
    let named = [
        "{u}信息采集表盖章扫描件.pdf",
        "{u}采集表（签字盖章）.pdf",
        "{u}附件4盖章件.pdf",
        "信息采集表（{u}）.pdf",
    ];
    let muted = [
        "附件4盖章.pdf",
        "采集表扫描件.pdf",
        "信息采集表PDF版.pdf",
        "采集表.pdf",
        "附件4：2023年职业教育活动周信息采集表.pdf",
        "信息采集表（盖章）.pdf",
        "附件4（领导签字）.pdf",
    ];
    let file = name(clerk, is_mute, &named, &muted, chance);
    scan(&file, plan("form4_scan"), chance)
}

/// A page from the scanner, by the scanner's own name.
pub fn nameless_scan(item: super::truth::Filed, chance: &mut Chance) -> Paper {
    let file = match chance.between(0, 4) {
        0 => format!("扫描件_202305{:02}.pdf", chance.between(5, 10)),
        1 => format!("CCF{:08}.pdf", chance.between(1, 99_999)),
        2 => format!("SKM_C{}.pdf", chance.between(300_000, 999_999)),
        _ => "扫描件.pdf".to_owned(),
    };
    scan(&file, item, chance)
}

/// The form as an office program exports it, with a text layer; `differs` in the contact's number.
pub fn text_form4(clerk: &Clerk, form: &Paper, differs: bool, chance: &mut Chance) -> Paper {
    let row = &form.part.form.as_ref().unwrap().rows[0];
    let value = |field: &str| match row.values.get(field) {
        Some((Held::Text(text), _)) => text.clone(),
        _ => String::new(),
    };
    let mobile = if differs { format!("1990{:07}", chance.between(0, 9_999_999)) } else { value("mobile") };
    let lines = [
        "2023年职业教育活动周信息采集表".to_owned(),
        format!(
            "填报单位(盖章) {} 填报人 {} 联系电话 {}",
            clerk.unit.name,
            value("filler"),
            value("filler_phone")
        ),
        "市(州)/职业(含技工)学校 联系人 职务 手机 QQ号 专题网站(专栏)链接地址".to_owned(),
        format!("{} {} {} {mobile} {}", clerk.unit.name, value("contact"), value("post"), value("qq")),
        value("url"),
        format!("活动周工作计划 {}", value("plan")),
        format!("特色活动简介 {}", value("feature")),
    ];
    paper(
        pick(chance, &["附件4.pdf", "信息采集表.pdf", "采集表PDF.pdf"]),
        pdf::text(&lines),
        plan("form4_scan"),
    )
}

pub fn form5(clerk: &Clerk, form: &Form5, is_mute: bool, chance: &mut Chance) -> Paper {
    let named = [
        "{u}情况统计表.xlsx",
        "附件5：2023年职业教育活动周情况统计表（{u}）.xls",
        "{u}-附件5.xlsx",
        "情况统计表（{u}）.et",
    ];
    let muted = [
        "附件5：2023年职业教育活动周情况统计表.xlsx",
        "附件5.xls",
        "统计表.xlsx",
        "情况统计表.xls",
        "附件5 (2).xlsx",
        "工作簿2.xlsx",
    ];
    let file = name(clerk, is_mute, &named, &muted, chance);
    let (tables, truth) = form.sheets(clerk, chance);
    book(&file, &tables, summary("form5"), truth)
}

pub fn scan5(clerk: &Clerk, is_mute: bool, chance: &mut Chance) -> Paper {
    let named = ["{u}情况统计表（盖章）.pdf", "{u}附件5扫描件.pdf", "{u}统计表盖章.pdf"];
    let muted = [
        "附件5盖章.pdf",
        "情况统计表扫描件.pdf",
        "统计表（签字盖章）.pdf",
        "附件5.pdf",
        "情况统计表PDF.pdf",
        "附件5情况统计表（盖章扫描件）.jpg",
    ];
    let file = name(clerk, is_mute, &named, &muted, chance);
    scan(&file, summary("form5_scan"), chance)
}

pub fn report(clerk: &Clerk, lacks: Option<usize>, is_mute: bool, chance: &mut Chance) -> Paper {
    let named = [
        "{u}2023年职业教育活动周工作总结报告.docx",
        "{u}职教周总结.pdf",
        "{u}活动周工作总结（终稿）.wps",
        "2023年职教活动周总结-{u}.docx",
    ];
    let muted = [
        "活动周工作总结.docx",
        "总结.docx",
        "2023年职业教育活动周工作总结报告.pdf",
        "工作总结.wps",
        "职教周总结报告(1).docx",
        "新建 DOCX 文档.docx",
    ];
    let file = name(clerk, is_mute, &named, &muted, chance);
    document(&file, &prose::report(clerk, 2023, lacks, chance), 0, summary("report"), chance)
}

/// Photos of one day, by the names of cameras, messengers and people.
pub fn photos(day: i8, chance: &mut Chance) -> Vec<Paper> {
    let way = chance.between(0, 7);
    let first = chance.between(100, 8000);
    let event = prose::event(chance);
    let names = |n: u32, chance: &mut Chance| match way {
        0 => format!("IMG_{:04}.JPG", first + n),
        1 => format!("DSC_{:04}.jpg", first + n),
        2 => format!("微信图片_202305{day:02}{:02}{:02}{:02}.jpg", 9 + n, chance.between(0, 60), n),
        3 => format!("{event}{n}.jpg"),
        4 => format!("5月{day}日{event}{n}.jpg"),
        5 => format!("图{n} {event}现场.jpg"),
        _ => format!("{n}.jpg"),
    };
    (1..=chance.between(1, 4))
        .map(|n| {
            let name = names(n, chance);
            photo(&name, day, chance)
        })
        .collect()
}

pub fn article(clerk: &Clerk, day: i8, is_mute: bool, chance: &mut Chance) -> Paper {
    let named = [
        "{u}职教活动周新闻稿.docx",
        "{u}活动周信息.docx",
        "（稿件）{u}举办开放日活动.docx",
        "{u}活动简报.pdf",
    ];
    let muted = [
        "新闻稿.docx",
        "优质稿件.docx",
        "活动信息.docx",
        "简报第2期.docx",
        "稿件1.docx",
        "宣传稿件.wps",
        "信息稿.docx",
    ];
    let mut file = name(clerk, is_mute, &named, &muted, chance);
    if happens(chance, 30) {
        file = format!("5月{day}日{file}");
    }
    let pictures = if happens(chance, 25) { chance.between(1, 4) as usize } else { 0 };
    document(&file, &prose::article(clerk, day, chance), pictures, daily("article", day), chance)
}

pub fn case(clerk: &Clerk, day: i8, is_mute: bool, chance: &mut Chance) -> Paper {
    let named = ["{u}典型案例.docx", "典型案例—{u}.docx", "{u}职教活动周典型案例.pdf"];
    let muted = ["典型案例.docx", "案例.docx", "典型案例1：匠心筑梦.docx", "职教周典型案例.wps"];
    let file = name(clerk, is_mute, &named, &muted, chance);
    let pictures = if happens(chance, 30) { 2 } else { 0 };
    document(&file, &prose::case(clerk, day, chance), pictures, daily("case", day), chance)
}

pub fn film(clerk: &Clerk, day: i8, is_mute: bool, chance: &mut Chance) -> Paper {
    let file = if is_mute || happens(chance, 50) {
        match chance.between(0, 3) {
            0 => format!("VID_202305{day:02}_103005.mp4"),
            1 => "活动视频.mp4".to_owned(),
            _ => format!("微信视频202305{day:02}.mp4"),
        }
    } else {
        format!("{}活动周视频.mp4", naming(&clerk.unit, chance))
    };
    video(&file, day, chance)
}

/// What a unit sends of one day, with the word for it.
pub fn of_a_day(clerk: &Clerk, day: i8, is_mute: bool, chance: &mut Chance) -> (Vec<Paper>, &'static str) {
    match chance.between(0, 10) {
        0..4 => (photos(day, chance), pick(chance, &["活动照片", "照片", "图片资料"])),
        4..6 => (
            [vec![article(clerk, day, is_mute, chance)], photos(day, chance)].concat(),
            pick(chance, &["稿件及照片", "新闻稿和图片", "材料"]),
        ),
        6..8 => {
            (vec![article(clerk, day, is_mute, chance)], pick(chance, &["新闻稿件", "优质稿件", "宣传稿"]))
        }
        8 => (vec![case(clerk, day, is_mute, chance)], "典型案例"),
        _ => (
            [vec![film(clerk, day, is_mute, chance)], photos(day, chance)].concat(),
            pick(chance, &["视频和照片", "影像资料", "材料"]),
        ),
    }
}

/// `MM-DD hh:mm` within working hours (mostly) of one of the days, counted from 1 April.
pub fn moment(month: u32, days: (u32, u32), hours: (u32, u32), chance: &mut Chance) -> String {
    let day = chance.between(days.0, days.1 + 1);
    format!("{month:02}-{day:02} {:02}:{:02}", chance.between(hours.0, hours.1), chance.between(0, 60))
}

/// Days of early May on which an office works: mail on others is rare.
pub fn plan_moment(chance: &mut Chance) -> String {
    loop {
        let moment = if happens(chance, 15) {
            moment(4, (24, 28), (9, 18), chance)
        } else {
            moment(5, (4, 10), (8, 22), chance)
        };
        let day: i8 = moment[3..5].parse().unwrap();
        let is_sunday = moment.starts_with("05") && may(day).weekday() == Weekday::Sunday;
        if !is_sunday {
            return moment;
        }
    }
}
