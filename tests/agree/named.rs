//! Who is named as having sent nothing, and how often who was reminded.

use mail_parser::MessageParser;
use shouwen::rehearsal::season::files::zip::Style;
use shouwen::rehearsal::season::mail::Client;
use shouwen::rehearsal::season::script::{stranger, unit};
use shouwen::rehearsal::season::things::{archive, form5, old_report, report, scan5};

use super::world::{Post, World, at};

const LOCKED: &str = "四川科技职业学院";
const PARTLY: &str = "泸州职业技术学院";
const SILENT: &str = "四川汽车职业技术学院";
const AFTER: &str = "05-30 09:00";

/// The text of a letter.
pub fn text_of(raw: &[u8]) -> String {
    MessageParser::default().parse(raw).unwrap().body_text(0).unwrap().into_owned()
}

fn said(world: &World, words: &[&str]) -> String {
    world.run(&[words, &["--now", &at(AFTER)]].concat()).expect_status(0).said()
}

#[test]
fn whose_mail_waits_for_a_person_is_not_named_as_if_nothing_had_come() {
    let world = World::on(Post::scripted(), &[SILENT]);
    let locked = archive("材料.zip", Style::Encrypted, vec![form5(), scan5(), report()]);
    world.receives(&[
        unit(LOCKED).on("05-28 09:00").titled("材料").sends(vec![locked]),
        unit(PARTLY).on("05-28 09:10").titled("{unit}总结").sends(vec![form5(), scan5(), old_report()]),
    ]);
    world.once_without_sending(AFTER);
    let status = world.status(AFTER);
    assert_eq!(status.standing(LOCKED, "summary"), "overdue");
    let bulletin = said(&world, &["status", "--req", "summary", "--text"]);
    assert!(bulletin.contains(&format!("{LOCKED}（有来件待核）")), "{bulletin}");
    assert!(bulletin.contains(SILENT) && !bulletin.contains(&format!("{SILENT}（")), "{bulletin}");
    let chase = said(&world, &["status", "--req", "summary", "--missing", "--text"]);
    assert!(chase.contains("尚有27个单位未报齐"), "{chase}");
    let (asked, undecided) = chase.split_once("另有1个单位的材料待核，未列入：").unwrap();
    assert!(asked.contains(SILENT) && asked.contains(&format!("{LOCKED}（有来件待核）")), "{chase}");
    assert!(undecided.contains(PARTLY) && !asked.contains(PARTLY), "{chase}");
    // As of a moment before they came nobody's mail waits.
    let before = at("05-27 12:00");
    let before = said(&world, &["status", "--req", "summary", "--text", "--as-of", &before]);
    assert!(before.contains(LOCKED) && !before.contains("待核"), "{before}");
}

#[test]
fn a_mail_that_came_back_reminded_nobody_wherever_it_is_counted() {
    let world = World::on(Post::scripted(), &[PARTLY, SILENT]);
    world.once("05-11 09:00");
    let bounce = stranger("", "Postmaster@163.example", Client::NetEase)
        .on("05-11 09:20")
        .titled("系统退信")
        .says("抱歉，您的邮件被退回来了。\n收件人：jwc@lzy.example\n退信原因：550 User not found 用户不存在");
    world.receives(&[bounce]).once("05-12 09:00").once("05-15 09:00");
    let mut lists = world.receiver.received().into_iter().map(|mail| text_of(&mail.raw));
    let list = lists.rfind(|text| text.contains("请电话联系")).unwrap();
    for (unit, times) in [(PARTLY, 0), (SILENT, 2)] {
        assert_eq!(world.status("05-15 09:01").of(unit, "plan")["reminded"], times, "{unit}");
        let of_unit = list.split(unit).nth(1).unwrap().lines().nth(1).unwrap();
        assert!(of_unit.contains(&format!("已提醒：{times} 次")), "{unit}: {of_unit}");
        let csv = world.run(&["status", "--csv", "--now", &at("05-15 09:01")]).said();
        let row = csv.lines().find(|line| line.contains(unit)).unwrap();
        assert!(row.trim_end().ends_with(&format!(",{times}")), "{row}");
    }
    // Nor is it, or the list that staff got of that unit, the last that the unit heard of us.
    let page = world.file("missing.html");
    let to = page.to_str().unwrap();
    world.run(&["status", "--missing", "--req", "plan", "--html", to, "--now", &at("05-15 09:01")]);
    let html = std::fs::read_to_string(&page).unwrap();
    let row = |unit: &str| html.split("<tr>").find(|row| row.contains(&format!("<td>{unit}</td>"))).unwrap();
    assert!(!row(PARTLY).contains(" 催报</td>"), "{}", row(PARTLY));
    assert!(row(SILENT).contains("<td>5-12 09:00 催报</td>"), "{}", row(SILENT));
}

#[test]
fn whoever_was_given_more_time_is_named_with_it_wherever_the_others_are_called_late() {
    let world = World::on(Post::scripted(), &[SILENT, PARTLY]);
    world.once_without_sending("05-11 08:31");
    let extend = ["extend", SILENT, "plan", "--until", "2023-05-15", "--why", "系统故障"];
    world.run(&[&extend[..], &["--now", &at("05-11 08:40")]].concat()).expect_status(0);
    let at_nine = at("05-11 09:00");
    let said = |words: &[&str]| world.run(&[&["status"][..], words, &["--now", &at_nine]].concat()).said();
    let given = format!("{SILENT}（经同意延期至5月15日）");
    for words in
        [&["--req", "plan", "--text"][..], &["--req", "plan", "--missing", "--text"], &["--req", "plan"]]
    {
        let told = said(words);
        assert!(told.contains(&given) && !told.contains(&format!("{PARTLY}（")), "{words:?}: {told}");
    }
    assert!(said(&["--unit", SILENT]).contains("○ 待报（延至5月15日）"), "{}", said(&["--unit", SILENT]));
    // After that day it is late like any other.
    let late = world.run(&["status", "--req", "plan", "--text", "--now", &at("05-16 09:00")]).said();
    assert!(late.contains(SILENT) && !late.contains("延期"), "{late}");
}

#[test]
fn a_question_without_an_answer_waits_on_the_command_line_too() {
    let world = World::on(Post::scripted(), &[SILENT]);
    let asks = unit(SILENT).on("05-10 10:00").titled("请问").says("请问信息采集表一个学校填一张吗？");
    world.receives(&[asks]).once_without_sending("05-11 08:31");
    let said = |moment: &str| world.run(&["status", "--now", &at(moment)]).said();
    assert!(said("05-11 08:32").contains("咨询待答复 1"), "{}", said("05-11 08:32"));
    world.run(&["note", "1", "已电话答复", "--now", &at("05-11 08:33")]).expect_status(0);
    assert!(!said("05-11 08:34").contains("咨询待答复"), "{}", said("05-11 08:34"));
}
