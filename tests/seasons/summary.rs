//! After the week: the second form, its stamped page and the report.

use shouwen::domain::message::PartState::{Rejected, Review};
use shouwen::rehearsal::season::chance::Chance;
use shouwen::rehearsal::season::files::zip::Style;

use super::crew::{Clerk, happens, naming, pick};
use super::form5::{FAULTS, FORM5, Fault, Form5};
use super::letter::{Letter, letter};
use super::paper::{Paper, archive, document, summary};
use super::phrase::{plan_body, plan_subject, signature};
use super::things::{form5, moment, report, scan5};
use super::truth::Counts;
use super::{World, later, prose};

pub const PLOTS: usize = 18;

/// The mails of one unit for the summary.
pub fn letters(world: &World, clerk: &Clerk, plot: usize) -> Vec<Letter> {
    let mut chance = clerk.chance(world.seed, "summary");
    let chance = &mut chance;
    match plot {
        0..3 => vec![whole(clerk, plain(clerk, chance), &in_time(chance), chance)],
        3..9 => vec![faulty(clerk, chance)],
        9 => packed(clerk, chance),
        10 => split(clerk, chance),
        11 => corrected(clerk, chance),
        12 => vec![],
        13 => vec![whole(
            clerk,
            plain(clerk, chance),
            pick(chance, &["05-27 23:58", "05-28 20:06", "05-29 09:10", "05-29 23:41"]),
            chance,
        )],
        14 => vec![whole(
            clerk,
            plain(clerk, chance),
            pick(chance, &["05-30 09:46", "06-01 10:17", "05-30 00:12"]),
            chance,
        )],
        15 => lacks_section(clerk, chance),
        16 => last_years(clerk, chance),
        _ => report_alone(clerk, chance),
    }
}

/// A clean form as such a unit fills it: a school one row, a city one or many.
fn plain(clerk: &Clerk, chance: &mut Chance) -> Form5 {
    if !clerk.is_city() || happens(chance, 25) {
        return FORM5;
    }
    let schools = chance.between(3, 10) as usize;
    let total = match chance.between(0, 3) {
        0 => None,
        1 => Some(false),
        _ => Some(true),
    };
    Form5 { schools, total, ..FORM5 }
}

fn in_time(chance: &mut Chance) -> String {
    moment(5, (21, 26), (8, 23), chance)
}

fn set(clerk: &Clerk, form: &Form5, lacks: Option<usize>, is_mute: bool, chance: &mut Chance) -> Vec<Paper> {
    let mut all = vec![
        form5(clerk, form, is_mute, chance),
        scan5(clerk, is_mute, chance),
        report(clerk, lacks, is_mute, chance),
    ];
    let by = chance.between(0, 3) as usize;
    all.rotate_left(by);
    all
}

const MATERIAL: [&str; 5] =
    ["总结及情况统计表", "工作总结、统计表", "总结材料", "总结报告和情况统计表", "活动情况统计表及总结"];

fn whole(clerk: &Clerk, form: Form5, at: &str, chance: &mut Chance) -> Letter {
    let material = pick(chance, &MATERIAL);
    letter("26-27 summary", clerk, at)
        .titled(plan_subject(clerk, material, chance))
        .says(plan_body(clerk, material, false, chance))
        .with(set(clerk, &form, None, false, chance))
}

fn faulty(clerk: &Clerk, chance: &mut Chance) -> Letter {
    let mut form = plain(clerk, chance);
    form.fault = match form.total {
        Some(_) if happens(chance, 60) => Fault::WrongTotal,
        _ if !clerk.is_city() && happens(chance, 8) => Fault::ManySchools,
        _ => FAULTS[chance.between(0, FAULTS.len() as u32) as usize],
    };
    if form.fault == Fault::WrongTotal {
        form.total = Some(true);
    } else if form.fault != Fault::None && form.total.is_some() {
        // A figure that cannot be read cannot be summed either: keep one mistake in one form.
        form.total = None;
    }
    let at = in_time(chance);
    Letter { story: "23-25 faulty figures", ..whole(clerk, form, &at, chance) }
}

fn packed(clerk: &Clerk, chance: &mut Chance) -> Vec<Letter> {
    let form = plain(clerk, chance);
    let zip = archive(
        &format!("{}总结材料.zip", naming(&clerk.unit, chance)),
        Style::Gbk,
        set(clerk, &form, None, true, chance),
    );
    vec![
        letter("8 packed summary", clerk, &in_time(chance))
            .titled(plan_subject(clerk, "总结材料", chance))
            .says(plan_body(clerk, "总结材料", false, chance))
            .with(vec![zip]),
    ]
}

fn split(clerk: &Clerk, chance: &mut Chance) -> Vec<Letter> {
    let form = plain(clerk, chance);
    let at = in_time(chance);
    let first = letter("11 split summary", clerk, &at)
        .titled(plan_subject(clerk, "情况统计表", chance))
        .says(plan_body(clerk, "统计表", false, chance))
        .with(vec![form5(clerk, &form, false, chance), scan5(clerk, false, chance)]);
    let second = letter("11 split summary", clerk, &later(&at, 25))
        .titled(plan_subject(clerk, "工作总结", chance))
        .says(plan_body(clerk, "总结", false, chance))
        .with(vec![report(clerk, None, false, chance)]);
    vec![first, second]
}

fn corrected(clerk: &Clerk, chance: &mut Chance) -> Vec<Letter> {
    let first = whole(
        clerk,
        Form5 { fault: Fault::FewPeople, ..FORM5 },
        &moment(5, (21, 23), (8, 20), chance),
        chance,
    );
    let name = naming(&clerk.unit, chance);
    let subject = pick(
        chance,
        &["{u}情况统计表（更正）", "更正：{u}统计表以此为准", "{u}统计表修改稿", "【重报】{u}附件5"],
    )
    .replace("{u}", &name);
    let line = pick(
        chance,
        &["前表总人数有误，现更正。", "以此次为准，前一份作废。", "统计口径有变，重新报送统计表。"],
    );
    let second = letter("10 corrected figures", clerk, &moment(5, (24, 26), (8, 20), chance))
        .titled(subject)
        .says(format!("{line}\n{}", signature(clerk, chance)))
        .with(vec![form5(clerk, &Form5 { version: 7, ..FORM5 }, false, chance)]);
    vec![first, second]
}

fn lacks_section(clerk: &Clerk, chance: &mut Chance) -> Vec<Letter> {
    let lacks = Some(chance.between(0, 7) as usize);
    let papers = set(clerk, &plain(clerk, chance), lacks, false, chance);
    vec![
        letter("35 a section is missing", clerk, &in_time(chance))
            .titled(plan_subject(clerk, "总结及统计表", chance))
            .says(plan_body(clerk, "总结及统计表", false, chance))
            .with(papers),
    ]
}

/// The report bears last year's title: only a person can say.
fn last_years(clerk: &Clerk, chance: &mut Chance) -> Vec<Letter> {
    let old = document(
        "2022年职业教育活动周工作总结.docx",
        &prose::report(clerk, 2022, None, chance),
        0,
        summary("report"),
        chance,
    )
    .counting(Counts::Open, &[Review, Rejected]);
    let form = form5(clerk, &plain(clerk, chance), false, chance);
    vec![
        letter("last year's report", clerk, &in_time(chance))
            .titled(plan_subject(clerk, "总结及统计表", chance))
            .says(plan_body(clerk, "材料", false, chance))
            .with(vec![old, form])
            .may_wait(),
    ]
}

fn report_alone(clerk: &Clerk, chance: &mut Chance) -> Vec<Letter> {
    vec![
        letter("report alone", clerk, &in_time(chance))
            .titled(plan_subject(clerk, "工作总结", chance))
            .says(plan_body(clerk, "总结", false, chance))
            .with(vec![report(clerk, None, false, chance)]),
    ]
}
