//! Plans whose form does not count or has a slip of the pen: another year's, nobody's, somebody else's, one retyped.

use shouwen::domain::message::PartState::{Rejected, Review};
use shouwen::rehearsal::season::chance::Chance;

use super::World;
use super::crew::{Clerk, happens, pick};
use super::form4::{FORM4, Form4, SLIPS, Slip};
use super::letter::{Letter, letter};
use super::paper::{Paper, document, plan};
use super::phrase::{plan_body, plan_subject};
use super::plan::ending;
use super::things::{form4, plan_moment, scan4, scheme};
use super::truth::{Counts, FormTruth, Planted};

/// A first mail whose form does not count, and perhaps a second that does.
fn bad_then_good(
    story: &'static str,
    clerk: &Clerk,
    bad: Paper,
    subject: &str,
    chance: &mut Chance,
) -> Vec<Letter> {
    let first = letter(story, clerk, &plan_moment(chance))
        .titled(plan_subject(clerk, subject, chance))
        .says(plan_body(clerk, "材料", false, chance))
        .with(vec![scheme(clerk, false, chance), bad])
        .may_wait();
    let material = pick(chance, &["采集表（重报）", "信息采集表2023年版", "采集表（已改）"]);
    let good = letter(
        "the right form",
        clerk,
        &format!("05-{:02} {:02}:05", chance.between(11, 14), chance.between(9, 18)),
    )
    .titled(plan_subject(clerk, material, chance))
    .says(plan_body(clerk, "采集表", false, chance))
    .with(vec![form4(clerk, &FORM4, false, chance), scan4(clerk, false, chance)]);
    if happens(chance, 70) { vec![first, good] } else { vec![first] }
}

pub fn old_year(clerk: &Clerk, chance: &mut Chance) -> Vec<Letter> {
    let mut old =
        form4(clerk, &Form4 { year: 2022, ..FORM4 }, true, chance).counting(Counts::No, &[Rejected]);
    if happens(chance, 50) {
        old = old.clone().named(&format!("2022年职业教育活动周信息采集表.{}", ending(&old.name)));
    }
    old.part.form.as_mut().unwrap().planted.push(Planted { codes: vec!["OLD_TEMPLATE"], cells: vec![] });
    old.part.form.as_mut().unwrap().rows.clear();
    bad_then_good("6 other year", clerk, old, "材料", chance)
}

pub fn empty(clerk: &Clerk, chance: &mut Chance) -> Vec<Letter> {
    let blank =
        form4(clerk, &Form4 { is_empty: true, ..FORM4 }, false, chance).counting(Counts::No, &[Rejected]);
    bad_then_good("7 empty form", clerk, blank, "材料", chance)
}

pub fn copied(world: &World, clerk: &Clerk, chance: &mut Chance) -> Vec<Letter> {
    let others: Vec<&Clerk> = world
        .crew
        .iter()
        .filter(|other| other.unit.group == clerk.unit.group && other.unit.name != clerk.unit.name)
        .collect();
    let other = others[chance.between(0, others.len() as u32) as usize];
    let mut copy = form4(clerk, &Form4 { names: Some(other.unit.name.clone()), ..FORM4 }, true, chance)
        .counting(Counts::No, &[Rejected, Review]);
    let form = copy.part.form.as_mut().unwrap();
    form.planted.push(Planted { codes: vec!["V03"], cells: vec![] });
    bad_then_good("19 another's form", clerk, copy, "方案、采集表", chance)
}

pub fn in_word(clerk: &Clerk, chance: &mut Chance) -> Vec<Letter> {
    let lines = [
        "2023年职业教育活动周信息采集表".to_owned(),
        format!("填报单位（盖章）：{}", clerk.unit.name),
        format!("联系人 {} 手机 {}", clerk.contact.name, clerk.contact.mobile),
        "活动周工作计划".to_owned(),
        super::prose::plan(clerk, chance),
    ];
    let word = document(
        pick(chance, &["信息采集表.docx", "附件4：信息采集表.docx", "采集表.wps"]),
        &lines,
        0,
        plan("form4"),
        chance,
    )
    .counting(Counts::No, &[Rejected, Review]);
    bad_then_good("20 form in Word", clerk, word, "方案、采集表", chance)
}

pub fn slips(clerk: &Clerk, chance: &mut Chance) -> Vec<Letter> {
    if happens(chance, 15) {
        return vec![misdated(clerk, chance)];
    }
    let slip = SLIPS[chance.between(0, SLIPS.len() as u32) as usize];
    let mut form = form4(clerk, &Form4 { slip, ..FORM4 }, false, chance);
    if slip == Slip::NoContact {
        // Nobody is named: the form answers for no contact.
        form.part.also.clear();
    }
    vec![
        letter("21-22 slip of the pen", clerk, &plan_moment(chance))
            .titled(plan_subject(clerk, "方案、采集表", chance))
            .says(plan_body(clerk, "材料", false, chance))
            .with(vec![scheme(clerk, false, chance), form, scan4(clerk, false, chance)]),
    ]
}

/// V18: a plan for other days.
fn misdated(clerk: &Clerk, chance: &mut Chance) -> Letter {
    let lines = [
        format!("{}2023年职业教育活动周活动方案", clerk.unit.name),
        "一、活动时间".to_owned(),
        pick(chance, &["2023年5月8日至12日。", "2023年5月7日—13日", "5月22日至5月26日，每天一个主题。"])
            .to_owned(),
        "二、活动内容".to_owned(),
        format!("开展{}、{}等活动。", super::prose::event(chance), super::prose::event(chance)),
    ];
    let mut paper = document("活动方案.docx", &lines, 0, plan("scheme"), chance);
    paper.part.form = Some(FormTruth {
        planted: vec![Planted { codes: vec!["V18"], cells: vec![] }],
        ..FormTruth::default()
    });
    letter("V18 other days", clerk, &plan_moment(chance))
        .titled(plan_subject(clerk, "活动方案", chance))
        .says(plan_body(clerk, "方案", false, chance))
        .with(vec![paper])
}
