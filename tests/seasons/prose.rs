//! Plans, reports, cases and articles in plain sentences of our own, with the house's name, days and figures.

use shouwen::rehearsal::season::chance::Chance;

use super::crew::{Clerk, naming, pick};

pub const EVENTS: [&str; 18] = [
    "校园开放日",
    "技能体验课堂",
    "工匠进校园讲座",
    "送教下乡",
    "家电义务维修",
    "校企供需见面会",
    "非遗剪纸体验",
    "技能比武",
    "职业启蒙研学",
    "家长进课堂",
    "健康义诊",
    "茶艺展示",
    "无人机表演",
    "汽车检测服务",
    "烘焙体验",
    "职教成果展",
    "劳模报告会",
    "志愿服务进社区",
];

pub fn event(chance: &mut Chance) -> &'static str {
    pick(chance, &EVENTS)
}

pub fn plan(clerk: &Clerk, chance: &mut Chance) -> String {
    let name = naming(&clerk.unit, chance);
    let mut text = match chance.between(0, 3) {
        0 => format!("{name}活动周定于5月14日至20日举行，"),
        1 => "2023年5月14日—20日，围绕“技能：让生活更美好”主题，".to_owned(),
        _ => "活动周期间，".to_owned(),
    };
    for _ in 0..chance.between(2, 5) {
        text.push_str(&format!("5月{}日开展{}；", chance.between(14, 21), event(chance)));
    }
    text.push_str(pick(
        chance,
        &[
            "各项活动由专班统筹，面向学生、家长和社区居民开放。",
            "以现场体验、讲座、竞赛等形式进行，预计惠及群众数千人。",
            "各系部分工负责，确保安全有序。",
        ],
    ));
    text
}

pub fn feature(clerk: &Clerk, chance: &mut Chance) -> String {
    let name = naming(&clerk.unit, chance);
    format!(
        "{}“{}”：5月{}日举行，以现场演示和动手体验为主，预计接待群众{}人，让更多人{}。",
        pick(chance, &["特色活动", "品牌活动", name.as_str()]),
        event(chance),
        chance.between(14, 21),
        chance.between(100, 2000),
        pick(chance, &["了解技能、热爱技能", "走近职业教育", "感受工匠精神"])
    )
}

/// `text` drawn out or cut to so many characters; every one of them counts one as Word counts.
pub fn exactly(text: &str, characters: usize) -> String {
    let filler = "我们还将邀请周边中小学生和居民走进实训基地亲手体验各项技能并组织师生志愿者提供便民服务。";
    let plain: String = text.chars().filter(|c| !c.is_ascii()).collect();
    plain.chars().chain(filler.chars().cycle()).take(characters).collect()
}

pub fn scheme(clerk: &Clerk, chance: &mut Chance) -> Vec<String> {
    let name = naming(&clerk.unit, chance);
    let title = match chance.between(0, 5) {
        0 => format!("{name}2023年职业教育活动周活动方案"),
        1 => format!("{name}关于印发《2023年职业教育活动周实施方案》的通知"),
        2 => "2023年职业教育活动周工作方案".to_owned(),
        3 => format!("{name}职教活动周活动方案"),
        _ => format!("2023年{name}职业教育活动周系列活动方案"),
    };
    let mut all = vec![title];
    all.push(
        pick(
            chance,
            &[
                "根据省教育厅等十部门通知要求，结合实际，制定本方案。",
                "为进一步营造全社会关心支持职业教育的良好氛围，特制定本方案。",
                "各系部、各处室：",
            ],
        )
        .to_owned(),
    );
    all.extend(
        ["一、活动时间", "2023年5月14日至20日。", "二、活动主题", "技能：让生活更美好。", "三、主要活动"]
            .map(str::to_owned),
    );
    for n in 1..=chance.between(2, 5) {
        all.push(format!(
            "（{n}）{}。时间：5月{}日；地点：{}。",
            event(chance),
            13 + n,
            pick(chance, &["实训楼", "校门口广场", "体育馆", "报告厅"])
        ));
    }
    all.push("四、工作要求".to_owned());
    all.push("加强组织领导，及时收集活动照片、稿件和典型案例，活动结束后做好总结。".to_owned());
    all.push(clerk.unit.name.clone());
    all.push(format!("2023年{}", pick(chance, &["4月26日", "5月4日", "5月6日", "5月8日"])));
    all
}

const SECTIONS: [[&str; 3]; 7] = [
    ["基本情况", "活动基本情况", "总体情况"],
    ["主要做法和措施", "主要做法", "工作举措"],
    ["取得成效", "活动成效", "取得的成效"],
    ["活动亮点", "特色亮点", "工作亮点"],
    ["典型案例", "典型案例", "案例"],
    ["媒体宣传情况", "宣传报道情况", "媒体宣传"],
    ["存在问题及建议", "存在的问题和建议", "问题与建议"],
];

/// 工作总结报告; `lacks` a section.
pub fn report(clerk: &Clerk, year: u16, lacks: Option<usize>, chance: &mut Chance) -> Vec<String> {
    let name = naming(&clerk.unit, chance);
    let title = match chance.between(0, 4) {
        0 => format!("{name}{year}年职业教育活动周工作总结报告"),
        1 => format!("{year}年职业教育活动周工作总结"),
        2 => format!("{name}{year}年职教活动周总结"),
        _ => format!("{name}关于{year}年职业教育活动周工作情况的总结"),
    };
    let mut all = vec![title];
    let numerals = ["一", "二", "三", "四", "五", "六", "七"].iter();
    let sections = SECTIONS.iter().enumerate().filter(|(n, _)| Some(*n) != lacks);
    for (numeral, (_, section)) in numerals.zip(sections) {
        all.push(format!("{numeral}、{}", pick(chance, section)));
        all.push(format!(
            "{year}年活动周，{name}围绕“{}”等活动，组织师生{}余人次参加，社会反响良好。",
            event(chance),
            chance.between(300, 3000)
        ));
    }
    all.push(clerk.unit.name.clone());
    all.push(format!("{year}年5月22日"));
    all
}

/// A case (典型案例).
pub fn case(clerk: &Clerk, day: i8, chance: &mut Chance) -> Vec<String> {
    let name = naming(&clerk.unit, chance);
    let event = event(chance);
    let title = match chance.between(0, 3) {
        0 => format!("典型案例：以“{event}”擦亮职教名片"),
        1 => format!("{name}职业教育活动周典型案例"),
        _ => format!("{event}——{name}活动周典型案例"),
    };
    vec![
        title,
        "一、案例背景".to_owned(),
        format!("5月{day}日，{name}举办{event}。"),
        "二、做法与成效".to_owned(),
        format!("参与群众{}人，取得良好效果。", chance.between(50, 900)),
    ]
}

/// An article (稿件): its title as newspapers write it.
pub fn article(clerk: &Clerk, day: i8, chance: &mut Chance) -> Vec<String> {
    let name = naming(&clerk.unit, chance);
    let event = event(chance);
    let title = match chance.between(0, 4) {
        0 => format!("{name}成功举办{event}"),
        1 => format!("技能点亮生活 {name}{event}精彩纷呈"),
        2 => format!("{name}开展2023年职业教育活动周{event}活动"),
        _ => format!("走进{name}：{event}侧记"),
    };
    vec![
        title,
        format!("5月{day}日，{name}{event}在校内举行，师生与市民{}人参加。", chance.between(60, 800)),
        "现场设置体验区和咨询台，学生当起讲解员，参观者动手完成了自己的第一件作品。".to_owned(),
        format!("（{} 供稿：{}）", clerk.unit.name, clerk.contact.name),
    ]
}
