//! What clerks write around their files, in many hands: greetings, reasons, thanks, signatures, subjects. `{u}` is the
//! house as it names itself, `{m}` the material, `{d}` the day.

use shouwen::rehearsal::season::chance::Chance;

use super::crew::{Clerk, happens, naming, pick};

const GREETINGS: [&str; 16] = [
    "老师您好：",
    "您好！",
    "尊敬的领导：",
    "教育厅职教处：",
    "各位老师好，",
    "王老师好！",
    "田老师，您好",
    "领导好：",
    "你好，",
    "职教处老师：",
    "敬爱的老师：",
    "老师好",
    "Hi，老师",
    "四川省教育厅职业教育处：",
    "处长您好，",
    "",
];

const PLAN_LINES: [&str; 14] = [
    "按照通知要求，现将我单位{m}报上，请查收。",
    "附件是{u}的{m}，麻烦查收一下，谢谢！",
    "根据川教函〔2023〕124号文件精神，现报送{m}，请审阅。",
    "{m}已整理完毕，详见附件。",
    "见附件",
    "{u}{m}，请收。",
    "材料发您邮箱了，收到请回复，感谢！",
    "现将{u}2023年职业教育活动周{m}呈上，如有不妥请指正。",
    "请査收附件中的{m}。",
    "打扰了，这是我们学校的{m}，请您查阅。",
    "按要求报{m}。",
    "随信附上{m}，盖章件稍后邮寄原件。",
    "相关{m}请见附件，如有问题请与我联系。",
    "",
];

const DAILY_LINES: [&str; 12] = [
    "现报送{d}活动开展情况，请查收。",
    "{d}的{m}见附件。",
    "附件为我校{d}职教活动周{m}，请采用。",
    "{d}，{u}开展了系列活动，{m}随信附上。",
    "老师，{d}{m}发您了，辛苦！",
    "{m}请查收，谢谢。",
    "今天的活动很热闹，{m}见附件。",
    "请查看附件{m}",
    "报送{d}{m}。",
    "{u}{d}活动周{m}",
    "我校今日活动{m}已上传附件。",
    "",
];

const THANKS: [&str; 10] =
    ["祝工作顺利！", "谢谢！", "顺颂时祺", "此致\n敬礼", "祝好", "辛苦了~", "感谢支持", "盼复", "", ""];

/// Greeting, one line of `lines`, thanks and signature; without any name of the house where `is_mute`.
fn body(
    clerk: &Clerk,
    lines: &[&str],
    material: &str,
    day: &str,
    is_mute: bool,
    chance: &mut Chance,
) -> String {
    let mut line = pick(chance, lines);
    while is_mute && line.contains("{u}") {
        line = pick(chance, lines);
    }
    let line = line.replace("{m}", material).replace("{d}", day).replace("{u}", &naming(&clerk.unit, chance));
    let mut text = format!("{}\n    {line}\n{}", pick(chance, &GREETINGS), pick(chance, &THANKS));
    if !is_mute {
        text.push_str(&format!("\n\n{}", signature(clerk, chance)));
    } else if happens(chance, 40) {
        text.push_str(&format!("\n{}", clerk.contact.name));
    }
    text.trim().to_owned()
}

pub fn plan_body(clerk: &Clerk, material: &str, is_mute: bool, chance: &mut Chance) -> String {
    body(clerk, &PLAN_LINES, material, "", is_mute, chance)
}

pub fn daily_body(clerk: &Clerk, material: &str, day: &str, is_mute: bool, chance: &mut Chance) -> String {
    body(clerk, &DAILY_LINES, material, day, is_mute, chance)
}

pub fn signature(clerk: &Clerk, chance: &mut Chance) -> String {
    let name = naming(&clerk.unit, chance);
    let person = &clerk.contact;
    match chance.between(0, 7) {
        0 => format!("{}\n2023年5月", clerk.unit.name),
        1 => format!("{name} {}\n电话：{}", person.name, person.mobile),
        2 => format!("联系人：{}（{name}）{}", person.name, person.mobile),
        3 => format!(
            "------------------\n{}\n{name}{}\nTel：{}",
            person.name,
            pick(chance, &["教务处", "宣传部", "办公室"]),
            person.mobile
        ),
        4 => format!("报送单位：{}", clerk.unit.name),
        5 => format!("{name}\n{}", person.name),
        _ => clerk.unit.name.clone(),
    }
}

/// A subject that names the house.
pub fn plan_subject(clerk: &Clerk, material: &str, chance: &mut Chance) -> String {
    let name = naming(&clerk.unit, chance);
    let of = |template: &str| template.replace("{u}", &name).replace("{m}", material);
    of(pick(
        chance,
        &[
            "{u}2023年职业教育活动周{m}",
            "关于报送{u}职教活动周{m}的函",
            "{u}-职教周{m}",
            "【{u}】{m}",
            "报送2023年职教活动周{m}（{u}）",
            "{u}关于2023年职业教育活动周{m}的报告",
            "职教活动周{m} {u}",
            "{u}{m}报送",
            "Re:请报送职教周材料——{u}{m}",
            "{m}({u})",
            "{u}报职业教育活动周{m}",
            "回复：关于做好2023年成渝地区双城经济圈职业教育活动周相关工作的通知（{u}{m}）",
            "{u}  {m}  请查收",
            "2023职教周{m}_{u}",
        ],
    ))
}

/// A subject that names nobody.
pub fn mute_subject(material: &str, chance: &mut Chance) -> String {
    pick(
        chance,
        &[
            "(无主题)",
            "",
            "{m}",
            "职教周{m}",
            "报送材料",
            "活动周{m}",
            "材料",
            "请查收",
            "2023年职业教育活动周{m}",
            "发送{m}",
        ],
    )
    .replace("{m}", material)
}

/// How a day is named in words.
pub fn day_words(day: i8, chance: &mut Chance) -> String {
    match chance.between(0, 9) {
        0 => format!("5.{day}"),
        1 => format!("05{day}"),
        2 => format!("2023年5月{day}日"),
        3 => format!("5月{day}号"),
        4 => format!(
            "活动周第{}天",
            ["一", "二", "三", "四", "五", "六", "七"][usize::try_from(day - 14).unwrap()]
        ),
        5 => format!("2023.5.{day}"),
        _ => format!("5月{day}日"),
    }
}

pub fn daily_subject(clerk: &Clerk, material: &str, day: &str, chance: &mut Chance) -> String {
    let name = naming(&clerk.unit, chance);
    let template = pick(
        chance,
        &[
            "{u}{d}活动周{m}",
            "{u}{d}{m}",
            "{d}{m}——{u}",
            "{u}职教活动周{m}（{d}）",
            "【{d}】{u}{m}",
            "{u} {d} 职教周{m}",
            "职业教育活动周{d}{m}报送（{u}）",
            "{d} {u}每日报送",
            "{u}关于报送{d}职教周{m}的函",
            "{u}{m}{d}",
        ],
    );
    template.replace("{u}", &name).replace("{m}", material).replace("{d}", day)
}
