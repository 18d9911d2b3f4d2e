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
}
