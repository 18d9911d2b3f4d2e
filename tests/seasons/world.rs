//! A seed becomes a season: the shipped campaign with invented addresses, everybody who writes, and all their mail in
//! order of arrival.

use std::fs;
use std::path::{Path, PathBuf};

use shouwen::config;
use shouwen::domain::campaign::Campaign;
use shouwen::rehearsal::season::chance::Chance;
use shouwen::rehearsal::season::mail::OFFICE;

use super::crew::{Clerk, crew};
use super::letter::{Letter, letter};
use super::truth::{Counts, Held, Sent};
use super::{daily, plan, strays, summary};

/// Everybody of one season.
pub struct World<'a> {
    /// What all chance of it is drawn from.
    pub seed: &'a str,
    /// Who writes.
    pub crew: Vec<Clerk>,
}

/// Vocational schools beside the roster; the first six are put on it.
const SCHOOLS: [(&str, &str); 14] = [
    ("绵阳市涪岸职业高级中学", "绵阳市"),
    ("自贡市灯城职业高级中学", "自贡市"),
    ("泸州市叙江职业中学", "泸州市"),
    ("宜宾市长江源职业技术学校", "宜宾市"),
    ("南充市嘉陵绢乡职业中学", "南充市"),
    ("达州市巴渠职业高级中学", "达州市"),
    ("广元市利州新区职业中学", "广元市"),
    ("内江市甜城职业技术学校", "内江市"),
    ("乐山市沫若职业中学", "乐山市"),
    ("德阳市重装职业技术学校", "德阳市"),
    ("眉山市东坡新城职业中学", "眉山市"),
    ("雅安市雨城茶艺职业高级中学", "雅安市"),
    ("巴中市光雾职业中学", "巴中市"),
    ("资阳市安岳柠都职业技术学校", "资阳市"),
];
const SCHOOLS_ON_ROSTER: usize = 6;

/// Two schools whose agent writes for both from one private box.
const SHARED_BOX: [&str; 2] = ["天府新区航空旅游职业学院", "天府新区通用航空职业学院"];

/// Writes the configuration of a season into `dir` and returns its file.
pub fn configuration(dir: &Path, seed: &str) -> PathBuf {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/campaigns/2023-activity-week");
    let campaign = dir.join("config/campaigns/2023-activity-week");
    for folder in ["", "forms", "mail"] {
        fs::create_dir_all(campaign.join(folder)).unwrap();
        for entry in fs::read_dir(shipped.join(folder)).unwrap().map(Result::unwrap) {
            if entry.path().is_file() {
                fs::copy(entry.path(), campaign.join(folder).join(entry.file_name())).unwrap();
            }
        }
    }
    let roster = fs::read_to_string(shipped.join("units.csv")).unwrap();
    fs::write(campaign.join("units.csv"), invented(&roster, seed)).unwrap();
    fs::write(dir.join("config/zjc.secret"), "secret").unwrap();
    let file = dir.join("config/shouwen.toml");
    let text = format!(
        "data_dir = \"../data\"\ncampaigns = [\"campaigns/2023-activity-week\"]\n\n[[mailbox]]\nid = \"zjc\"\naddress = \"{OFFICE}\"\n\
         password = {{ file = \"zjc.secret\" }}\nimap = {{ host = \"127.0.0.1\", port = 9, tls = \"none\" }}\n\
         smtp = {{ host = \"127.0.0.1\", port = 9, tls = \"none\" }}\nsince = 2023-04-20\n\n[reminders]\nmode = \"off\"\n"
    );
    fs::write(&file, text).unwrap();
    file
}

/// The shipped roster with addresses and domains that nobody owns, and some schools more.
fn invented(roster: &str, seed: &str) -> String {
    let mut lines = roster.lines();
    let mut out = format!("{}\n", lines.next().unwrap());
    for line in lines {
        let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        let mut chance = Chance::of(&[seed, &cells[1], "roster"]);
        let domains = cells[7].split('|').filter(|domain| !domain.is_empty());
        cells[7] = domains
            .map(|domain| format!("{}.example", domain.rsplit_once('.').unwrap().0))
            .collect::<Vec<_>>()
            .join("|");
        if chance.between(0, 10) < 7 {
            cells[6] = format!("{}{}@163.example", cells[0].to_lowercase(), chance.between(10, 99));
        }
        out.push_str(&format!("{}\n", cells.join(",")));
    }
    for (n, (name, city)) in SCHOOLS.iter().take(SCHOOLS_ON_ROSTER).enumerate() {
        out.push_str(&format!("S{n:03},{name},,secondary,{city},{city}教育和体育局,,,,,,\n"));
    }
    out
}

/// All mail of a seed, in order of arrival, and who wrote it.
pub fn season(config: &Path, seed: &str) -> (Vec<Sent>, Vec<Clerk>, Campaign) {
    let campaign = config::load(config).unwrap().campaigns.remove(0);
    let mut world = World { seed, crew: crew(&campaign, seed) };
    share_a_box(&mut world.crew);
    let mut letters = Vec::new();
    let mut chance = Chance::of(&[seed, "plots"]);
    for (n, clerk) in world.crew.iter().enumerate() {
        letters.extend(of_clerk(&world, clerk, n, &mut chance));
    }
    for (name, city) in SCHOOLS {
        letters.extend(daily::school(&world, name, city, &mut chance));
    }
    letters.extend(strays::letters(&world));
    letters.extend(shared_box_letters(&world));
    let mut season: Vec<Sent> = letters.into_iter().map(|letter| letter.send(seed)).collect();
    season.sort_by_key(|sent| sent.at);
    (season, world.crew, campaign)
}

/// Each seed deals the stories out anew, and all of them.
fn of_clerk(world: &World, clerk: &Clerk, n: usize, chance: &mut Chance) -> Vec<Letter> {
    let offset = Chance::of(&[world.seed, "offset"]).between(0, 1000) as usize;
    match clerk.unit.group.as_str() {
        "city_hr" if chance.between(0, 10) < 4 => plan::labour(clerk, world.seed),
        "technician" => daily::letters(world, clerk, false),
        "city_edu" | "college" => {
            let mut all = plan::letters(world, clerk, (n * 7 + offset) % plan::PLOTS);
            let has_sent_form = teaches(clerk, &all);
            all.extend(daily::letters(world, clerk, has_sent_form));
            all.extend(summary::letters(world, clerk, (n * 5 + offset) % summary::PLOTS));
            all
        }
        _ => vec![],
    }
}

/// Whether one of these mails brings a form that counts, from its clerk's own QQ box, and names the box.
fn teaches(clerk: &Clerk, letters: &[Letter]) -> bool {
    if SHARED_BOX.contains(&clerk.unit.name.as_str()) {
        return false;
    }
    let parts = letters.iter().filter(|letter| letter.from.1 == clerk.address);
    let mut parts = parts.flat_map(|letter| letter.papers.iter().flat_map(|paper| paper.parts("")));
    parts.any(|part| {
        let row = part.form.as_ref().and_then(|form| form.rows.first());
        part.counts == Counts::Yes
            && row.is_some_and(|row| {
                row.values.get("qq").is_some_and(|(held, _)| *held == Held::Text(clerk.contact.qq.clone()))
            })
    })
}

fn share_a_box(crew: &mut [Clerk]) {
    let Some(first) = crew.iter().find(|clerk| clerk.unit.name == SHARED_BOX[0]).cloned() else { return };
    for clerk in crew.iter_mut().filter(|clerk| SHARED_BOX.contains(&clerk.unit.name.as_str())) {
        clerk.contact = first.contact.clone();
        clerk.address = format!("{}@qq.example", first.contact.qq);
        clerk.nick = "老周".to_owned();
        clerk.known = super::crew::Known::OwnQq;
    }
}

/// Mail from the shared box that does not say for whom: nobody may be guessed, once both have used it.
fn shared_box_letters(world: &World) -> Vec<Letter> {
    let both: Vec<&Clerk> =
        world.crew.iter().filter(|clerk| SHARED_BOX.contains(&clerk.unit.name.as_str())).collect();
    let mut chance = Chance::of(&[world.seed, "shared"]);
    let form = |clerk: &Clerk, at: &str, chance: &mut Chance| {
        letter("shared box, form", clerk, at).titled("附件4").with(vec![super::things::form4(
            clerk,
            &super::form4::FORM4,
            true,
            chance,
        )])
    };
    let mut all = vec![form(both[0], "05-04 10:00", &mut chance), form(both[1], "05-04 10:20", &mut chance)];
    let strip = |paper: super::paper::Paper| {
        paper.counting(Counts::Open, &[shouwen::domain::message::PartState::Review]).nowhere()
    };
    let papers = super::things::photos(18, &mut chance).into_iter().map(strip).collect();
    all.push(Letter {
        units: vec![],
        is_placeable: false,
        may_wait: true,
        ..letter("shared box, mute", both[0], "05-18 17:40").titled("5月18日照片").says("请查收").with(papers)
    });
    all
}

/// So many minutes after `MM-DD hh:mm`, within the day.
pub fn later(at: &str, minutes: u32) -> String {
    let (hour, minute): (u32, u32) = (at[6..8].parse().unwrap(), at[9..11].parse().unwrap());
    let total = (hour * 60 + minute + minutes).min(23 * 60 + 59);
    format!("{} {:02}:{:02}", &at[..5], total / 60, total % 60)
}
