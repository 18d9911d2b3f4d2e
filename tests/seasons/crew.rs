//! Who writes: every unit of the shipped roster with an invented clerk, who has a mail program, an address that the
//! office may or may not know, and habits of naming the house.

use jiff::civil::{Date, date};
use shouwen::domain::campaign::Campaign;
use shouwen::domain::unit::Unit;
use shouwen::rehearsal::season::chance::Chance;
use shouwen::rehearsal::season::mail::Client;

/// How the office can know an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// It stands in the roster.
    Roster,
    /// Its domain is the school's.
    Domain,
    /// A private QQ box whose number the form's own contact row names.
    OwnQq,
    /// A private box that nothing names.
    Nowhere,
}

#[derive(Debug, Clone)]
pub struct Person {
    pub name: String,
    pub post: &'static str,
    pub mobile: String,
    pub qq: String,
}

/// One unit and the clerk who writes for it.
#[derive(Debug, Clone)]
pub struct Clerk {
    pub unit: Unit,
    pub nick: String,
    pub address: String,
    pub client: Client,
    pub known: Known,
    pub contact: Person,
    pub filler: Person,
}

const CLIENTS: [Client; 6] =
    [Client::Qq, Client::NetEase, Client::Coremail, Client::Outlook, Client::Foxmail, Client::Phone];

const NICKS: [&str; 24] = [
    "静水流深",
    "阳光总在风雨后",
    "A小李",
    "老黄牛",
    "lily",
    "Mr.Chen",
    "一米阳光",
    "教务小陈",
    "海阔天空",
    "木子",
    "云淡风轻",
    "zhangwei",
    "平常心",
    "向日葵",
    "大山里的孩子",
    "追梦人",
    "若水",
    "Sunny",
    "天道酬勤",
    "橙子",
    "知足常乐",
    "蜗牛",
    "行者无疆",
    "小鱼儿",
];

const OFFICES: [&str; 8] = ["教务处", "宣传部", "党政办", "办公室", "职教科", "科研处", "学生处", "招就处"];

/// Everybody of the roster, by chance of this seed.
pub fn crew(campaign: &Campaign, seed: &str) -> Vec<Clerk> {
    campaign.roster.units.iter().map(|unit| clerk(unit, seed)).collect()
}

fn clerk(unit: &Unit, seed: &str) -> Clerk {
    let mut chance = Chance::of(&[seed, &unit.name, "clerk"]);
    let contact = person(&mut chance);
    let filler = person(&mut chance);
    let mut known = match chance.between(0, 100) {
        0..45 => Known::Roster,
        45..65 => Known::Domain,
        65..88 => Known::OwnQq,
        _ => Known::Nowhere,
    };
    if unit.domains.is_empty() && known == Known::Domain {
        known = Known::Nowhere;
    }
    if unit.emails.is_empty() && known == Known::Roster {
        known = Known::OwnQq;
    }
    let address = match known {
        Known::Roster => unit.emails[0].clone(),
        Known::Domain => {
            format!("{}@{}", pick(&mut chance, &["jwc", "xcb", "wangl", "office", "bgs"]), unit.domains[0])
        }
        Known::OwnQq => format!("{}@qq.example", contact.qq),
        Known::Nowhere => format!(
            "{}{}@163.example",
            pick(&mut chance, &["zx", "wei", "cd", "ly_", "hua"]),
            chance.between(1000, 99_999)
        ),
    };
    let client = match known {
        Known::OwnQq => Client::Qq,
        _ => CLIENTS[chance.between(0, 6) as usize],
    };
    let nick = match chance.between(0, 10) {
        0..3 => naming(unit, &mut chance),
        3..5 => format!("{}{}", naming(unit, &mut chance), pick(&mut chance, &OFFICES)),
        5..6 => contact.name.clone(),
        _ => pick(&mut chance, &NICKS).to_owned(),
    };
    Clerk { unit: unit.clone(), nick, address, client, known, contact, filler }
}

/// An invented person with a number of a range that is not given out.
pub fn person(chance: &mut Chance) -> Person {
    const FAMILY: &str = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜谢邹喻";
    const GIVEN: &str = "晓岚明远佳禾若川思齐子文博雨桐志行婉清立新望舒景云帆静锦程建国红梅秀英海燕";
    const POSTS: [&str; 9] = [
        "科长",
        "教务处副处长",
        "办公室主任",
        "干事",
        "宣传部干事",
        "职成科科员",
        "副主任科员",
        "教师",
        "四级调研员",
    ];
    let letter = |from: &str, chance: &mut Chance| {
        let all: Vec<char> = from.chars().collect();
        all[chance.between(0, all.len() as u32) as usize]
    };
    let mut name = String::from(letter(FAMILY, chance));
    (0..=chance.between(0, 2)).for_each(|_| name.push(letter(GIVEN, chance)));
    let post = pick(chance, &POSTS);
    let mobile = format!("1990{:07}", chance.between(0, 10_000_000));
    Person { name, post, mobile, qq: chance.between(20_000_000, 2_999_999_999).to_string() }
}

/// How a clerk names the house this time: in full, or by one of the names that the roster lists.
pub fn naming(unit: &Unit, chance: &mut Chance) -> String {
    let all: Vec<&str> = std::iter::once(unit.name.as_str())
        .chain(std::iter::once(unit.name.as_str()))
        .chain(unit.aliases.iter().map(String::as_str))
        .collect();
    all[chance.between(0, all.len() as u32) as usize].to_owned()
}

/// One of some words.
pub fn pick<'a>(chance: &mut Chance, of: &[&'a str]) -> &'a str {
    of[chance.between(0, of.len() as u32) as usize]
}

/// Whether something with this chance in a hundred happens.
pub fn happens(chance: &mut Chance, percent: u32) -> bool {
    chance.between(0, 100) < percent
}

pub fn may(day: i8) -> Date {
    date(2023, 5, day)
}

impl Clerk {
    pub fn is_city(&self) -> bool {
        self.unit.group == "city_edu"
    }

    pub fn owes(&self) -> bool {
        matches!(self.unit.group.as_str(), "city_edu" | "college")
    }

    /// Whether a mail of this clerk without any name can be placed: by roster, domain, or a form that was sent.
    pub fn is_known(&self, has_sent_form: bool) -> bool {
        match self.known {
            Known::Roster | Known::Domain => true,
            Known::OwnQq => has_sent_form,
            Known::Nowhere => false,
        }
    }

    pub fn chance(&self, seed: &str, what: &str) -> Chance {
        Chance::of(&[seed, &self.unit.name, what])
    }
}
