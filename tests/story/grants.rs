//! What staff grant a unit: something waived, a later deadline, material on paper; and remarks. Status, look-backs and
//! reminders go by it from when it was made.

use serde_json::Value;
use shouwen::rehearsal::season::script::unit;
use shouwen::rehearsal::season::things::{form4, plan_set, scheme};

use super::decisions::{decided, refused};
use super::world::{Post, World, at};

const SILENT: &str = "四川汽车职业技术学院";
const OTHER: &str = "四川护理职业学院";
const DAY_AFTER: &str = "05-11 09:05";

fn rule(world: &World, moment: &str, words: &[&str]) {
    world.run(&[words, &["--by", "李某", "--now", &at(moment)]].concat()).expect_status(0);
}

fn back(world: &World, moment: &str, unit: &str) -> String {
    let as_of = at(moment);
    let words = ["status", "--json", "--unit", unit, "--as-of", &as_of, "--now", &at("05-20 09:00")];
    let status = world.run(&words).json();
    status["units"][0]["requirements"][0]["standing"].as_str().unwrap().to_owned()
}

#[test]
fn a_later_deadline_holds_from_when_it_was_given_and_moves_the_steps_of_chasing() {
    let world = World::on(Post::scripted(), &[SILENT, OTHER]);
    world.once_without_sending("05-11 08:31");
    assert_eq!(world.status("05-11 08:31").standing(SILENT, "plan"), "overdue");
    rule(
        &world,
        "05-11 08:40",
        &["extend", SILENT, "plan", "--until", "2023-05-15", "--why", "电话说明系统故障"],
    );
    let status = world.status("05-11 08:41");
    assert_eq!(status.standing(SILENT, "plan"), "open");
    assert_eq!(status.of(SILENT, "plan")["due"], "2023-05-16T00:00:00+08:00");
    assert_eq!(status.standing(OTHER, "plan"), "overdue");
    assert_eq!(
        (back(&world, "05-11 08:39", SILENT), back(&world, "05-11 08:41", SILENT)),
        ("overdue".into(), "open".into())
    );

    world.once(DAY_AFTER);
    let chased = |step: &str, code: &str| {
        world.reminded().iter().any(|line| line.starts_with(&format!("plan/{step}/--/{code}")))
    };
    assert!(chased("first", "C085") && !chased("first", "C092"), "{:?}", world.reminded());
    world.once("05-16 09:05");
    assert!(chased("first", "C092"), "{:?}", world.reminded());

    let mail = unit(SILENT).on("05-15 23:00").sends(plan_set());
    world.receives([&mail]).once_without_sending("05-16 10:00");
    assert_eq!(world.status("05-16 10:00").standing(SILENT, "plan"), "complete", "in time by the later day");
    rule(&world, "05-16 10:05", &["extend", SILENT, "plan", "--undo"]);
    assert_eq!(world.status("05-16 10:06").standing(SILENT, "plan"), "complete_late");
}

#[test]
fn what_is_waived_is_neither_owed_nor_chased() {
    let world = World::on(Post::scripted(), &[SILENT, OTHER]);
    let some = unit(OTHER).on("05-09 10:00").sends(vec![scheme(), form4()]);
    world.receives([&some]).once_without_sending("05-11 08:31");
    rule(&world, "05-11 08:35", &["waive", SILENT, "plan", "--why", "5月新设立"]);
    rule(&world, "05-11 08:36", &["waive", OTHER, "plan/form4_scan", "--why", "公章遗失"]);
    let status = world.status(DAY_AFTER);
    assert_eq!((status.standing(SILENT, "plan"), status.standing(OTHER, "plan")), ("exempt", "complete"));
    assert_eq!(
        status.items(OTHER, "plan"),
        "scheme accepted, liaison accepted, form4 accepted, form4_scan exempt"
    );
    assert_eq!(back(&world, "05-11 08:34", SILENT), "overdue", "as it was known then");
    world.once(DAY_AFTER);
    assert_eq!(world.reminded(), [""; 0]);
    rule(&world, "05-11 09:10", &["waive", SILENT, "plan", "--undo", "--why", "记错了单位"]);
    assert_eq!(world.status("05-11 09:11").standing(SILENT, "plan"), "overdue");
    assert_eq!(world.status("05-11 09:11").standing(SILENT, "summary"), "open", "nothing else was waived");
}

#[test]
fn what_is_waived_makes_nobody_late_when_it_comes_all_the_same() {
    let world = World::on(Post::scripted(), &[OTHER]);
    let some = unit(OTHER).on("05-09 10:00").sends(vec![scheme(), form4()]);
    world.receives([&some]).once_without_sending("05-10 10:00");
    rule(&world, "05-10 11:00", &["waive", OTHER, "plan/form4_scan", "--why", "公章在外"]);
    let paper = ["record", OTHER, "plan/form4_scan", "--at", "2023-05-15T09:00", "--why", "机要交换"];
    rule(&world, "05-15 09:05", &paper);
    let status = world.status("05-15 09:06");
    assert_eq!(status.standing(OTHER, "plan"), "complete");
    let complete_at = &status.of(OTHER, "plan")["complete_at"];
    assert!(complete_at.as_str().unwrap().starts_with("2023-05-09T10:00"), "{complete_at}");
    assert!(status.items(OTHER, "plan").ends_with("form4_scan accepted"), "it counts all the same");
}

#[test]
fn what_is_returned_for_two_reasons_is_told_once_in_one_line_and_never_as_not_received() {
    let world = World::on(Post::scripted(), &[OTHER]);
    world.receives([&unit(OTHER).on("05-09 10:00").sends(vec![form4()])]);
    world.once_without_sending("05-10 18:00");
    rule(&world, "05-10 18:01", &["return", "1", "1", "--why", "表内缺公章。\n手机只有9位"]);
    world.once_without_sending("05-11 09:05");
    let due = world.run(&["remind", "--json", "--now", &at("05-11 09:05")]).json();
    let own = due.as_array().unwrap().iter().find(|due| due["unit"] == OTHER).unwrap();
    let text = own["text"].as_str().unwrap();
    let told = "（1）联络员及联络方式、信息采集表(EXCEL版)：表内缺公章；手机只有9位。";
    assert!(text.contains(told) && text.matches("缺公章").count() == 1, "{text}");
    let owed = "应报送的活动方案、联络员及联络方式（须重报）、信息采集表(EXCEL版)（须重报）、";
    assert!(text.contains(owed), "{text}");
}

#[test]
fn nothing_is_granted_twice_so_that_taking_it_back_takes_it_back() {
    let world = World::on(Post::scripted(), &[]);
    world.once_without_sending("05-10 18:00");
    for words in [
        &["waive", SILENT, "plan/form4_scan", "--why", "公章在外"][..],
        &["extend", SILENT, "plan", "--until", "2023-05-15", "--why", "停电"],
        &["record", SILENT, "plan/scheme", "--at", "2023-05-10T17:20", "--why", "机要交换"],
    ] {
        decided(&world, words);
        let said = refused(&world, words);
        assert!(said.contains("已经办过") && said.contains("不必重复"), "{words:?}: {said}");
    }
    // Another day is another word on the same thing.
    decided(&world, &["extend", SILENT, "plan", "--until", "2023-05-12", "--why", "只到周五"]);
    decided(&world, &["waive", SILENT, "plan/form4_scan", "--undo"]);
    assert!(world.status("05-11 08:31").items(SILENT, "plan").ends_with("form4_scan missing"));
}

#[test]
fn paper_counts_from_when_it_came_is_no_file_and_one_may_come_later() {
    let world = World::on(Post::scripted(), &[]);
    world.once_without_sending("05-11 10:00");
    for item in ["scheme", "liaison", "form4", "form4_scan"] {
        let what = format!("plan/{item}");
        rule(
            &world,
            "05-11 10:00",
            &["record", SILENT, &what, "--at", "2023-05-10T17:20", "--why", "机要交换"],
        );
    }
    let status = world.status("05-11 10:01");
    assert_eq!(status.standing(SILENT, "plan"), "complete");
    let plan = status.of(SILENT, "plan").clone();
    assert_eq!(plan["complete_at"], "2023-05-10T17:20:00+08:00");
    assert_eq!((&plan["items"][2]["files"], &plan["items"][2]["count"]), (&Value::Array(vec![]), &0.into()));
    let mail = unit(SILENT).on("05-12 09:00").sends(plan_set());
    world.receives([&mail]).once_without_sending("05-12 10:00");
    let status = world.status("05-12 10:00");
    assert_eq!(status.standing(SILENT, "plan"), "complete", "it was there in time");
    assert_eq!(status.of(SILENT, "plan")["items"][2]["count"], 1);
    rule(&world, "05-12 10:05", &["record", SILENT, "plan/form4", "--undo"]);
    assert_eq!(world.status("05-12 10:06").standing(SILENT, "plan"), "complete_late");
    world.verify();
}

#[test]
fn remarks_are_kept_with_unit_and_mail() {
    let world = World::on(Post::scripted(), &[]);
    let mail = unit(SILENT).on("05-09 10:00").sends(plan_set());
    world.receives([&mail]).once_without_sending("05-10 18:00");
    decided(&world, &["note", SILENT, "张老师答应5月12日前补报"]);
    decided(&world, &["note", "1", "原件已存档"]);
    let shown = world.run(&["show", SILENT]).said();
    for told in ["张老师答应5月12日前补报", "原件已存档", "李某", "发件人", "材料与历次版本"]
    {
        assert!(shown.contains(told), "{told} in {shown}");
    }
    decided(&world, &["note", SILENT, "--undo"]);
    let shown = world.run(&["show", SILENT]).said();
    assert!(shown.contains("张老师答应5月12日前补报（已由第3号撤销）"), "{shown}");
}

#[test]
fn dangerous_or_empty_grants_are_refused_in_words() {
    let world = World::on(Post::scripted(), &[]);
    world.once_without_sending("05-10 18:00");
    for (words, told) in [
        (&["waive", SILENT, "plan"][..], "--why"),
        (&["waive", SILENT, "nothing", "--why", "x"], "没有材料“nothing”"),
        (&["waive", "四川", "plan", "--why", "x"], "相近的有"),
        (&["extend", SILENT, "plan", "--why", "x"], "--until"),
        (&["extend", SILENT, "plan", "--until", "2023-05-10", "--why", "x"], "不是延期"),
        (&["extend", SILENT, "plan/form4", "--until", "2023-05-12", "--why", "x"], "整项要求"),
        (&["extend", SILENT, "plan", "--until", "明天", "--why", "x"], "看不懂日期"),
        (&["record", SILENT, "daily/photo", "--why", "x"], "请写明是哪一天"),
        (&["record", SILENT, "plan", "--why", "x"], "请写明是哪一件材料"),
        (&["record", SILENT, "plan/form4", "--at", "2023-06-01T09:00", "--why", "x"], "晚于现在"),
        (&["record", SILENT, "plan@5-10", "--why", "x"], "不分日"),
        (&["waive", SILENT, "plan", "--undo"], "没有生效的认定"),
        (&["note", SILENT], "请写明备注的内容"),
        (&["note", "不存在", "x"], "没有来件“不存在”"),
    ] {
        let said = refused(&world, words);
        assert!(said.contains(told), "{words:?}: {said}");
    }
}

/// A request is answered by what is granted; taken back, it waits again. Another unit's, and a question beside it, wait on.
#[test]
fn a_request_for_more_time_is_answered_by_the_grant() {
    let world = World::on(Post::scripted(), &[SILENT, OTHER]);
    let asks = |who, text| unit(who).on("05-10 15:00").titled("关于活动周方案的请示").says(text);
    let mails = [
        asks(SILENT, "因系统故障，活动周方案申请延期至5月15日报送。").sends(vec![]),
        asks(OTHER, "活动周方案申请延期报送。").sends(vec![]),
        asks(SILENT, "请问活动周方案要不要盖章？").sends(vec![]),
    ];
    world.receives(&mails).once_without_sending("05-11 08:31");
    let open = || world.run(&["status", "--now", &at("05-11 08:50")]).said();
    assert!(open().contains("咨询待答复 3"), "{}", open());
    let requests =
        ["extend", SILENT, "plan", "--until", "2023-05-15", "--why", "来函", "--now", &at("05-11 08:40")];
    let said = world.run(&requests).expect_status(0).said();
    assert!(said.contains("的申请就此答复"), "{said}");
    assert!(open().contains("咨询待答复 2"), "{}", open());
    rule(&world, "05-11 08:42", &["extend", SILENT, "plan", "--undo"]);
    assert!(open().contains("咨询待答复 3"), "{}", open());
    rule(&world, "05-11 08:43", &["waive", OTHER, "plan", "--why", "停办"]);
    assert!(open().contains("咨询待答复 2"), "{}", open());
}
