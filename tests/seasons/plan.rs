//! Before the week: plans, contacts and the first form, in every way in which a unit gets them there or fails to.

use shouwen::domain::message::PartState::{
    Accepted, Extra, Flawed, Ignored, Rejected, Review, Superseded, Unreadable,
};
use shouwen::rehearsal::season::chance::Chance;
use shouwen::rehearsal::season::files::picture;
use shouwen::rehearsal::season::files::zip::Style;

use super::crew::{Clerk, happens, naming, pick};
use super::form4::{FORM4, Form4};
use super::letter::{Letter, letter};
use super::paper::{Paper, archive, aside, photo, plan};
use super::phrase::{mute_subject, plan_body, plan_subject, signature};
use super::things::{form4, nameless_scan, plan_moment, scan4, scheme, text_form4};
use super::truth::{Counts, FormTruth, Planted};
use super::{World, badforms, later};

/// The ways, by the numbers of the research where it has one.
pub const PLOTS: usize = 26;

/// The mails of one unit for the plan.
pub fn letters(world: &World, clerk: &Clerk, plot: usize) -> Vec<Letter> {
    let mut chance = clerk.chance(world.seed, "plan");
    let chance = &mut chance;
    match plot {
        0..4 => vec![whole(clerk, chance)],
        4 => packed(clerk, chance),
        5 => split(clerk, chance),
        6 => mute_form(clerk, chance),
        7 => only_scan(clerk, chance),
        8 => badforms::old_year(clerk, chance),
        9 => badforms::empty(clerk, chance),
        10 => badforms::copied(world, clerk, chance),
        11 => badforms::in_word(clerk, chance),
        12 => corrected(clerk, chance),
        13 => twice(clerk, chance),
        14 => older_later(clerk, chance),
        15 => locked(clerk, chance),
        16 => late(clerk, chance),
        17 => vec![],
        18..22 => badforms::slips(clerk, chance),
        22 => photographed(clerk, chance),
        23 => text_layer(clerk, chance),
        24 => all_in_one(clerk, chance),
        _ => contact_in_words(clerk, chance),
    }
}

/// The three files of a complete answer.
pub fn set(clerk: &Clerk, is_mute: bool, chance: &mut Chance) -> Vec<Paper> {
    let form = form4(clerk, &FORM4, is_mute, chance);
    let scanned = if happens(chance, 15) {
        nameless_scan(plan("form4_scan"), chance)
    } else {
        scan4(clerk, is_mute, chance)
    };
    let mut all = vec![scheme(clerk, is_mute, chance), form, scanned];
    let by = chance.between(0, 3) as usize;
    all.rotate_left(by);
    all
}

const WHOLE: [&str; 6] =
    ["方案、信息采集表", "材料", "活动方案及采集表", "有关材料", "方案、联络员、采集表", "相关资料"];

fn whole(clerk: &Clerk, chance: &mut Chance) -> Letter {
    let is_mute = happens(chance, 12);
    let material = pick(chance, &WHOLE);
    let subject =
        if is_mute { mute_subject(material, chance) } else { plan_subject(clerk, material, chance) };
    letter("1 complete", clerk, &plan_moment(chance))
        .titled(subject)
        .says(plan_body(clerk, material, is_mute, chance))
        .with(set(clerk, is_mute, chance))
}

fn packed(clerk: &Clerk, chance: &mut Chance) -> Vec<Letter> {
    let name = naming(&clerk.unit, chance);
    let style = if happens(chance, 70) { Style::Gbk } else { Style::Utf8 };
    let mut inside = vec![
        scheme(clerk, false, chance).within("1活动方案"),
        form4(clerk, &FORM4, true, chance).within("2信息采集表"),
        scan4(clerk, true, chance).within("3盖章扫描件"),
    ];
    if happens(chance, 50) {
        inside.push(
            photo("4照片/往期活动1.jpg", 3, chance)
                .nowhere()
                .counting(Counts::No, &[Extra, Ignored, Review, Accepted]),
        );
    }
    let zip = archive(&format!("{name}职教周材料.zip"), style, inside);
    vec![
        letter("8 packed", clerk, &plan_moment(chance))
            .titled(plan_subject(clerk, "全部材料", chance))
            .says(plan_body(clerk, "全部材料（压缩包）", false, chance))
            .with(vec![zip])
            .may_wait(),
    ]
}

fn split(clerk: &Clerk, chance: &mut Chance) -> Vec<Letter> {
    let at = plan_moment(chance);
    let mut one = |n: u32, material: &str, paper: Paper| {
        letter("11 split", clerk, &later(&at, n * 4))
            .titled(plan_subject(clerk, material, chance))
            .says(plan_body(clerk, material, false, chance))
            .with(vec![paper])
    };
    let mut again = clerk.chance("split", &at);
    let (a, b, c) = (
        scheme(clerk, false, &mut again),
        form4(clerk, &FORM4, false, &mut again),
        scan4(clerk, false, &mut again),
    );
    vec![one(0, "活动方案", a), one(1, "信息采集表", b), one(2, "采集表盖章扫描件", c)]
}

fn mute_form(clerk: &Clerk, chance: &mut Chance) -> Vec<Letter> {
    let first = letter("3 form alone", clerk, &plan_moment(chance))
        .titled(pick(chance, &["(无主题)", "", "附件4"]))
        .with(vec![form4(clerk, &FORM4, true, chance)]);
    let rest = letter("3 the rest", clerk, &format!("05-12 {:02}:15", chance.between(9, 18)))
        .titled(plan_subject(clerk, "补报方案和盖章件", chance))
        .says(plan_body(clerk, "方案和采集表盖章扫描件", false, chance))
        .with(vec![scheme(clerk, false, chance), scan4(clerk, false, chance)]);
    if happens(chance, 60) { vec![first, rest] } else { vec![first] }
}

fn only_scan(clerk: &Clerk, chance: &mut Chance) -> Vec<Letter> {
    let first = letter("4 scan alone", clerk, &plan_moment(chance))
        .titled(plan_subject(clerk, "信息采集表", chance))
        .says(plan_body(clerk, "信息采集表", false, chance))
        .with(vec![scan4(clerk, false, chance)]);
    let rest = letter("5 the table later", clerk, &format!("05-11 {:02}:40", chance.between(9, 18)))
        .titled(plan_subject(clerk, "采集表EXCEL版及方案", chance))
        .says(plan_body(clerk, "电子版", false, chance))
        .with(vec![form4(clerk, &FORM4, false, chance), scheme(clerk, false, chance)]);
    vec![first, rest]
}

fn corrected(clerk: &Clerk, chance: &mut Chance) -> Vec<Letter> {
    let first = letter(
        "10 before",
        clerk,
        &format!("05-{:02} 10:{:02}", chance.between(4, 10), chance.between(0, 60)),
    )
    .titled(plan_subject(clerk, "方案、采集表", chance))
    .says(plan_body(clerk, "材料", false, chance))
    .with(set(clerk, false, chance));
    let name = naming(&clerk.unit, chance);
    let subject = pick(
        chance,
        &[
            "更正：请以此为准",
            "{u}采集表（更正）",
            "【更正】{u}信息采集表",
            "{u}修改后的采集表，以本次为准",
            "采集表有误，重新报送（{u}）",
            "{u}信息采集表更新",
        ],
    )
    .replace("{u}", &name);
    let line = pick(
        chance,
        &[
            "老师好，昨日所报采集表手机号有误，请以此为准。",
            "之前发的作废，以这个为准，抱歉！",
            "联系人有变动，更正如下。",
            "采集表已修改，请替换。",
        ],
    );
    let file = pick(chance, &["采集表(修改)", "信息采集表（更正）", "附件4（以此为准）", "采集表0510"]);
    let fixed = form4(clerk, &Form4 { version: 3, ..FORM4 }, true, chance);
    let name = format!("{file}.{}", ending(&fixed.name));
    let fixed = fixed.named(&name);
    let second = letter("10 corrected", clerk, &format!("05-{:02} 16:40", chance.between(10, 12)))
        .titled(subject)
        .says(format!("{line}\n{}", signature(clerk, chance)))
        .with(vec![fixed]);
    vec![first, second]
}

fn twice(clerk: &Clerk, chance: &mut Chance) -> Vec<Letter> {
    let first = Letter { story: "12 sent", ..whole(clerk, chance) };
    let again = Letter { story: "12 sent again", at: later(&first.at, 35), ..first.clone() };
    vec![first, again]
}

fn older_later(clerk: &Clerk, chance: &mut Chance) -> Vec<Letter> {
    let first = letter("newer first", clerk, &format!("05-08 15:{:02}", chance.between(0, 60)))
        .titled(plan_subject(clerk, "方案、采集表", chance))
        .says(plan_body(clerk, "材料", false, chance))
        .with(set(clerk, false, chance));
    let line = pick(
        chance,
        &[
            "这是之前的旧版采集表，仅供存档参考，以8日所报为准。",
            "补发第一稿采集表备查，不作为正式材料。",
            "附上原来的那份（已作废），供对照。",
        ],
    );
    let mut old = form4(clerk, &Form4 { version: 5, ..FORM4 }, true, chance)
        .counting(Counts::No, &[Review, Superseded, Rejected, Extra]);
    old.part.filed = None;
    old.part.also.clear();
    old.part.form = None;
    let second = letter("older later", clerk, &format!("05-09 09:{:02}", chance.between(10, 60)))
        .titled(plan_subject(clerk, pick(chance, &["采集表（旧版）", "采集表初稿", "原采集表"]), chance))
        .says(format!("{line}\n{}", signature(clerk, chance)))
        .with(vec![old])
        .may_wait();
    vec![first, second]
}

fn locked(clerk: &Clerk, chance: &mut Chance) -> Vec<Letter> {
    let zip = archive(pick(chance, &["材料.zip", "职教周.zip"]), Style::Encrypted, set(clerk, true, chance));
    let first = letter("9 locked", clerk, &plan_moment(chance))
        .titled(plan_subject(clerk, "材料（加密）", chance))
        .says(format!("密码见电话。\n{}", clerk.unit.name))
        .with(vec![zip])
        .may_wait();
    let second = letter("9 open", clerk, "05-12 11:20")
        .titled(plan_subject(clerk, "材料（重发，未加密）", chance))
        .says(plan_body(clerk, "材料", false, chance))
        .with(set(clerk, false, chance));
    vec![first, second]
}

fn late(clerk: &Clerk, chance: &mut Chance) -> Vec<Letter> {
    let at = pick(chance, &["05-11 00:20", "05-11 09:31", "05-15 14:02", "05-12 17:55"]);
    let broken = happens(chance, 40);
    let mut papers = set(clerk, false, chance);
    let mut all = Vec::new();
    if broken {
        let mut cut = form4(clerk, &FORM4, false, chance);
        cut.bytes.truncate(cut.bytes.len() / 2);
        let cut = aside(&cut.name, cut.bytes, &[Unreadable, Rejected, Review]);
        all.push(
            letter("1 cut file", clerk, "05-10 19:12")
                .titled(plan_subject(clerk, "采集表", chance))
                .says(plan_body(clerk, "采集表", false, chance))
                .with(vec![cut])
                .may_wait(),
        );
        papers.rotate_left(1);
    }
    all.push(
        letter("28 late", clerk, at)
            .titled(plan_subject(clerk, "材料", chance))
            .says(plan_body(clerk, "材料", false, chance))
            .with(papers),
    );
    all
}

fn photographed(clerk: &Clerk, chance: &mut Chance) -> Vec<Letter> {
    let page = scan4(clerk, true, chance);
    let name = page.name.replace(".pdf", ".jpg");
    let page = page.named(&name).holding(picture::page(chance));
    let form = form4(clerk, &FORM4, false, chance);
    vec![
        letter("40 photographed page", clerk, &plan_moment(chance))
            .titled(plan_subject(clerk, "采集表及方案", chance))
            .says(plan_body(clerk, "采集表及盖章件", false, chance))
            .with(vec![form, page, scheme(clerk, false, chance)]),
    ]
}

fn text_layer(clerk: &Clerk, chance: &mut Chance) -> Vec<Letter> {
    let mut form = form4(clerk, &FORM4, false, chance);
    let differs = happens(chance, 50);
    let pdf = text_form4(clerk, &form, differs, chance);
    let truth = form.part.form.as_mut().unwrap();
    truth.free.retain(|code| *code != "V17");
    let mut pdf = pdf;
    if differs {
        pdf.part.form = Some(FormTruth {
            planted: vec![Planted { codes: vec!["V17"], cells: vec![] }],
            free: vec!["V17"],
            rows: vec![],
        });
        truth.free.push("V17");
    }
    pdf.part.states = vec![Accepted, Flawed];
    vec![
        letter("V17 text layer", clerk, &plan_moment(chance))
            .titled(plan_subject(clerk, "方案、采集表", chance))
            .says(plan_body(clerk, "材料", false, chance))
            .with(vec![scheme(clerk, false, chance), form, pdf]),
    ]
}

fn all_in_one(clerk: &Clerk, chance: &mut Chance) -> Vec<Letter> {
    let name = pick(
        chance,
        &["活动方案及信息采集表（盖章）.pdf", "方案+采集表盖章扫描件.pdf", "方案和采集表（签字盖章版）.pdf"],
    );
    let both = super::paper::scan(name, plan("scheme"), chance).also(plan("form4_scan"));
    vec![
        letter("a.5-8 one file for two", clerk, &plan_moment(chance))
            .titled(plan_subject(clerk, "方案、采集表", chance))
            .says(plan_body(clerk, "方案、采集表", false, chance))
            .with(vec![both, form4(clerk, &FORM4, false, chance)]),
    ]
}

fn contact_in_words(clerk: &Clerk, chance: &mut Chance) -> Vec<Letter> {
    let person = &clerk.contact;
    let line = match chance.between(0, 4) {
        0 => format!("联络员：{}，{}，手机{}", person.name, person.post, person.mobile),
        1 => format!("我单位联络员为{}（{}），联系电话：{}。", person.name, person.post, person.mobile),
        2 => format!("活动周联络员 {} {}", person.name, person.mobile),
        _ => format!("联络人：{}  电话：{}", person.name, person.mobile),
    };
    let paper = scheme(clerk, false, chance);
    vec![
        letter("R2 contact in words", clerk, &plan_moment(chance))
            .titled(plan_subject(clerk, "方案及联络员", chance))
            .says(format!("老师好：\n{line}\n方案见附件。\n{}", clerk.unit.name))
            .with(vec![paper])
            .loose(plan("liaison"), Counts::Yes),
    ]
}

pub fn ending(name: &str) -> &str {
    name.rsplit_once('.').unwrap().1
}

/// Labour bureaus write to the wrong office.
pub fn labour(clerk: &Clerk, seed: &str) -> Vec<Letter> {
    let mut chance = clerk.chance(seed, "labour");
    let chance = &mut chance;
    let strip = |paper: Paper| paper.nowhere().counting(Counts::No, &[Rejected, Review]);
    let mut papers: Vec<Paper> = set(clerk, false, chance).into_iter().map(strip).collect();
    papers.iter_mut().for_each(|paper| paper.part.form = None);
    vec![
        letter("13 wrong office", clerk, &plan_moment(chance))
            .titled(plan_subject(clerk, "技工院校活动方案、采集表", chance))
            .says(plan_body(clerk, "技工院校材料", false, chance))
            .with(papers)
            .may_wait(),
    ]
}
