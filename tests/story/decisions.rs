//! Decisions about mail, as three clerks would type them: whose it is, whether a file counts and as what. Each takes
//! effect at once, is told with who and why, and can be taken back.

use serde_json::Value;
use shouwen::rehearsal::season::cast::member;
use shouwen::rehearsal::season::files::zip::Style;
use shouwen::rehearsal::season::mail::Client;
use shouwen::rehearsal::season::script::{Act, Voice, stranger, unit};
use shouwen::rehearsal::season::things::{archive, form4, plan_set, scan4, scheme};

use super::world::{Ended, PATIENCE, Post, World, at, wait_for};

const NOW: &str = "05-10 18:00";
const MIANYANG: &str = "绵阳职业技术学院";
const CLERK: &str = "30401992@qq.example";

fn office() -> World {
    World::on(Post::scripted(), &[])
}

/// Somebody whom nobody knows.
fn someone() -> Voice {
    stranger("小雨", CLERK, Client::Qq)
}

fn unknown_scan(moment: &str) -> Act {
    someone().on(moment).titled("职业教育活动周材料").says("见附件").sends(vec![scan4()])
}

fn unknown_scheme(moment: &str) -> Act {
    someone().on(moment).titled("职业教育活动周方案").says("见附件").sends(vec![scheme()])
}

/// A command of a clerk, who signs.
pub fn ruled(world: &World, words: &[&str]) -> Ended {
    world.run(&[words, &["--by", "李某", "--now", &at(NOW)]].concat())
}

/// The same, which must be taken; what was said.
pub fn decided(world: &World, words: &[&str]) -> String {
    ruled(world, words).expect_status(0).said()
}

/// The same, which must be refused as wrong usage; why.
pub fn refused(world: &World, words: &[&str]) -> String {
    let ended = ruled(world, words);
    ended.expect_status(2);
    assert_eq!(ended.said(), "");
    ended.told()
}

fn number(world: &World, act: &Act) -> String {
    let id = act.deliver().expect.message_id;
    let rows = world.messages();
    let row = rows.iter().find(|row| row["message_id"] == *id).unwrap_or_else(|| panic!("{id} in {rows:#?}"));
    row["id"].to_string()
}

fn shown(world: &World, id: &str) -> Value {
    world.run(&["show", id, "--json", "--now", &at(NOW)]).json()
}

/// State and answer of each part: `accepted plan/form4_scan`.
fn parts(world: &World, id: &str) -> Vec<String> {
    let row = shown(world, id);
    let part = |part: &Value| match part["item"].as_str() {
        Some(item) => format!("{} {}/{item}", word(&part["state"]), word(&part["requirement"])),
        None => word(&part["state"]).to_owned(),
    };
    row["parts"].as_array().unwrap().iter().map(part).collect()
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no word: {value}"))
}

#[test]
fn a_clerk_says_whose_a_mail_is_and_takes_it_back() {
    let world = office();
    let mail = unknown_scan("05-09 20:11");
    world.receives([&mail]).once_without_sending(NOW);
    assert_eq!(world.register(&mail), "submission review nobody");

    let said = decided(&world, &["assign", "1", "绵阳职院", "--why", "电话核实"]);
    assert!(said.contains("第1号认定：李某 5-10 18:00 归入绵阳职业技术学院：电话核实"), "{said}");
    assert_eq!(world.register(&mail), "submission registered 绵阳职业技术学院 by staff");
    assert_eq!(world.status(NOW).standing(MIANYANG, "plan"), "partial");
    assert_eq!(parts(&world, "1"), ["accepted plan/form4_scan"]);
    let text = world.run(&["show", "1"]).said();
    for told in ["人工认定：李某 5-10 18:00 归入绵阳职业技术学院：电话核实", "认定  第1号"]
    {
        assert!(text.contains(told), "{told} in {text}");
    }

    // The Message-ID does as well as the number, and the later word counts.
    let id = mail.deliver().expect.message_id;
    decided(&world, &["assign", id.trim_matches(['<', '>']), "泸州职业技术学院"]);
    assert_eq!(world.register(&mail), "submission registered 泸州职业技术学院 by staff");
    assert_eq!(world.status(NOW).standing(MIANYANG, "plan"), "open");
    decided(&world, &["assign", "1", "--undo"]);
    assert_eq!(world.register(&mail), "submission registered 绵阳职业技术学院 by staff");
    decided(&world, &["assign", "#1", "--undo"]);
    assert_eq!(world.register(&mail), "submission review nobody");
    assert!(refused(&world, &["assign", "1", "--undo"]).contains("没有生效的认定"));
    assert_eq!(shown(&world, "1")["decisions"].as_array().unwrap().len(), 4, "all are kept");
    world.verify();
}

#[test]
fn what_is_none_of_ours_waits_no_longer_and_counts_for_nobody() {
    let world = office();
    let mail = unknown_scan("05-09 20:11");
    world.receives([&mail]).once_without_sending(NOW);
    decided(&world, &["assign", "1", "--none", "--why", "发错了邮箱"]);
    assert_eq!(world.register(&mail), "other registered nobody");
    assert_eq!(
        (world.status(NOW).waiting(), parts(&world, "1")),
        (String::new(), vec!["ignored".to_owned()])
    );
    decided(&world, &["assign", "1", "--undo"]);
    assert_eq!(world.status(NOW).waiting(), "unassigned 1");
}

/// Who writes for a unit may be one of its departments, whose paper waits each time until a person says that it is the unit's.
#[test]
fn a_department_that_writes_in_its_own_name_is_taught_by_the_command_that_is_told() {
    let world = office();
    let plan = |moment: &str, name: &'static str| {
        let voice = someone().on(moment).titled("马克思主义学院活动周方案").says("见附件");
        voice.sends(vec![scheme().named(name)])
    };
    let first = plan("05-09 20:11", "马克思主义学院活动周方案.docx");
    let second = plan("05-10 09:11", "马克思主义学院活动周方案（改）.pdf");
    world.receives([&first]).once_without_sending(NOW);
    let said = decided(&world, &["assign", "1", MIANYANG, "--remember"]);
    let way = format!("shouwen assign 1 {MIANYANG} --alias 部门名称");
    assert!(said.contains("shouwen accept 1") && said.contains(&way), "{said}");
    let said = decided(&world, &["assign", "1", MIANYANG, "--alias", "马克思主义学院"]);
    assert!(!said.contains("--alias"), "{said}");
    assert!(world.register(&first).starts_with("submission registered"), "{said}");
    world.receives([&second]).once_without_sending("05-10 18:10");
    assert!(world.register(&second).starts_with("submission registered"), "{}", world.register(&second));
}

#[test]
fn an_address_is_remembered_only_when_told_to_and_backwards_too() {
    let world = office();
    let (first, second) = (unknown_scan("05-09 20:11"), unknown_scheme("05-09 20:20"));
    world.receives([&first, &second]).once_without_sending(NOW);
    decided(&world, &["assign", "1", MIANYANG]);
    assert_eq!(world.register(&second), "submission review nobody", "not told to");
    let said = decided(&world, &["assign", "1", MIANYANG, "--remember"]);
    assert!(said.contains("一并重新认定的来件：#2"), "{said}");
    assert_eq!(world.register(&second), "submission registered 绵阳职业技术学院 by sender");

    let third = someone()
        .on("05-10 17:00")
        .titled("活动周补充材料")
        .says("见附件")
        .sends(vec![form4().named("表.xlsx")]);
    world.receives([&third]).once_without_sending("05-10 18:10");
    let senders = shown(&world, MIANYANG)["senders"].clone();
    let known = senders.as_array().unwrap().iter().find(|sender| sender["address"] == CLERK).unwrap();
    assert_eq!(known["known_by"], serde_json::json!(["staff"]));
    assert!(known["mails"].as_u64() >= Some(2) && known["files"].as_u64() >= Some(2), "{known}");

    // An address that wrote for one unit is not remembered for another.
    let told = refused(&world, &["assign", "1", "泸州职业技术学院", "--remember"]);
    assert!(told.contains("不能记住") && told.contains(MIANYANG), "{told}");
    assert!(refused(&world, &["assign", "--forget", "nobody@qq.example", MIANYANG]).contains("没有记为"));
    decided(&world, &["assign", "--forget", CLERK, MIANYANG, "--why", "此人已调走"]);
    assert_eq!(world.register(&second), "submission review nobody");
    assert_eq!(
        world.register(&first),
        "submission registered 绵阳职业技术学院 by staff",
        "said of this very mail"
    );
    decided(&world, &["assign", "--forget", CLERK, MIANYANG, "--undo"]);
    assert_eq!(world.register(&second), "submission registered 绵阳职业技术学院 by sender");
    world.verify();
}

#[test]
fn a_form_teaches_the_address_of_its_contact_and_earlier_mail_is_looked_at_again() {
    let world = office();
    let qq = member(MIANYANG).person("联系人").qq;
    let address: &'static str = format!("{qq}@qq.example").leak();
    let clerk = || stranger("教务处", address, Client::Qq);
    let early = clerk().on("05-08 09:00").titled("职业教育活动周方案").says("见附件").sends(vec![scheme()]);
    let form = unit(MIANYANG).on("05-09 09:00").from("教务处", address, Client::Qq).sends(vec![form4()]);
    world.receives([&early]).once_without_sending("05-08 10:00");
    assert_eq!(world.register(&early), "submission review nobody");
    world.receives([&form]).once_without_sending(NOW);
    assert_eq!(world.register(&early), "submission registered 绵阳职业技术学院 by sender");
    decided(&world, &["assign", "--forget", address, MIANYANG]);
    assert_eq!(world.register(&early), "submission review nobody");
    world.run(&["replay", "--now", &at(NOW)]).expect_status(0);
    assert_eq!(world.register(&early), "submission review nobody", "the form does not teach it again");
}

#[test]
fn a_file_is_accepted_as_what_nobody_guessed() {
    let world = office();
    let mail = unit(MIANYANG).on("05-09 10:00").sends(vec![scan4().named("IMG_2031.pdf"), scheme()]);
    world.receives([&mail]).once_without_sending(NOW);
    let before = parts(&world, "1");
    assert_eq!(before[1], "accepted plan/scheme");
    decided(&world, &["accept", "1", "IMG_2031.pdf", "--item", "plan/form4_scan", "--item", "plan/form4"]);
    assert_eq!(parts(&world, "1"), ["accepted plan/form4_scan", "accepted plan/scheme"]);
    let status = world.status(NOW);
    assert_eq!(
        status.items(MIANYANG, "plan"),
        "scheme accepted, liaison missing, form4 accepted, form4_scan accepted"
    );
    decided(&world, &["accept", "1", "1", "--item", "form4_scan"]);
    assert_eq!(
        world.status(NOW).items(MIANYANG, "plan"),
        "scheme accepted, liaison missing, form4 missing, form4_scan accepted",
        "the later word counts"
    );
    decided(&world, &["accept", "1", "IMG_2031.pdf", "--undo"]);
    decided(&world, &["accept", "1", "IMG_2031.pdf", "--undo"]);
    assert_eq!(parts(&world, "1"), before);
}

#[test]
fn a_returned_file_does_not_count_and_the_unit_is_told_why() {
    let world = World::on(Post::scripted(), &[MIANYANG]);
    let mail = unit(MIANYANG).on("05-08 10:00").sends(plan_set());
    world.receives([&mail]).once_without_sending(NOW);
    assert_eq!(world.status(NOW).standing(MIANYANG, "plan"), "complete");
    assert!(refused(&world, &["return", "1", "3"]).contains("--why"));
    decided(&world, &["return", "1", "3", "--why", "缺公章，请重新扫描"]);
    assert_eq!(parts(&world, "1")[2], "rejected plan/form4_scan");
    let status = world.status("05-11 09:05");
    assert_eq!(status.standing(MIANYANG, "plan"), "overdue_partial");
    let flaws = status.of(MIANYANG, "plan")["items"][3]["flaws"].to_string();
    assert!(flaws.contains("RETURNED") && flaws.contains("缺公章，请重新扫描"), "{flaws}");
    world.once("05-11 09:05");
    assert_eq!(world.reminded().len(), 1, "{:?}", world.reminded());
    let sent = shown(&world, MIANYANG)["sent"].to_string();
    assert!(sent.contains("plan/first") && sent.contains("plan/fix"), "{sent}");

    decided(&world, &["return", "1", "3", "--undo"]);
    assert_eq!(world.status("05-11 09:06").standing(MIANYANG, "plan"), "complete");
    decided(&world, &["return", "1", "--why", "整套作废，另报"]);
    assert_eq!(world.status("05-11 09:06").standing(MIANYANG, "plan"), "overdue");
    decided(&world, &["accept", "1", "方案"]);
    assert_eq!(world.status("05-11 09:06").standing(MIANYANG, "plan"), "overdue_partial");
}

#[test]
fn a_locked_archive_is_settled_by_the_one_who_opened_it() {
    let world = office();
    let locked = archive("活动周材料.zip", Style::Encrypted, plan_set());
    let mail = unit(MIANYANG).on("05-09 09:10").titled("{unit}活动周材料").sends(vec![locked]);
    world.receives([&mail]).once_without_sending(NOW);
    assert_eq!(world.status(NOW).waiting(), "review 1");
    assert!(refused(&world, &["accept", "1"]).contains("--item"));
    let items = ["scheme", "liaison", "form4", "form4_scan"].map(|item| format!("plan/{item}"));
    let items = items.iter().flat_map(|item| ["--item", item]);
    let words: Vec<&str> = ["accept", "1", "活动周材料.zip"].into_iter().chain(items).collect();
    decided(&world, &words);
    assert_eq!(
        (world.status(NOW).waiting(), world.status(NOW).standing(MIANYANG, "plan")),
        (String::new(), "complete")
    );
    world.verify();
}

#[test]
fn history_counts_when_a_person_accepts_it() {
    let world = office();
    let mail = unit(MIANYANG).on("04-18 09:00").sends(plan_set());
    world.receives([&mail]).once_without_sending(NOW);
    assert_eq!(world.register(&mail), "submission history 绵阳职业技术学院 by form");
    assert_eq!(world.status(NOW).standing(MIANYANG, "plan"), "open");
    decided(&world, &["accept", "1", "方案"]);
    assert_eq!(
        world.status(NOW).items(MIANYANG, "plan"),
        "scheme accepted, liaison missing, form4 missing, form4_scan missing",
        "the others are history still"
    );
    decided(&world, &["accept", "1"]);
    assert_eq!(world.status(NOW).standing(MIANYANG, "plan"), "complete");
    decided(&world, &["accept", "1", "--undo"]);
    assert_eq!(world.status(NOW).standing(MIANYANG, "plan"), "open");
}

#[test]
fn one_part_is_another_units() {
    let world = office();
    let mail = unit(MIANYANG)
        .on("05-09 10:00")
        .titled("{unit}活动周方案")
        .sends(vec![scheme(), scan4().named("代报盖章扫描件.pdf")]);
    world.receives([&mail]).once_without_sending(NOW);
    decided(&world, &["assign", "1", "泸州职业技术学院", "--part", "代报", "--why", "代兄弟院校报送"]);
    let part = shown(&world, "1")["parts"][1].clone();
    assert_eq!((word(&part["unit"]), word(&part["state"])), ("泸州职业技术学院", "accepted"));
    let status = world.status(NOW);
    assert_eq!(
        (status.standing(MIANYANG, "plan"), status.standing("泸州职业技术学院", "plan")),
        ("partial", "partial")
    );
    decided(&world, &["assign", "1", "--part", "2", "--undo"]);
    assert_eq!(world.status(NOW).standing("泸州职业技术学院", "plan"), "open");
}

#[test]
fn a_form_that_says_another_unit_is_said_when_its_mail_is_assigned() {
    let world = office();
    let mail = unit("泸州职业技术学院").on("05-09 10:00").sends(vec![form4()]);
    world.receives([&mail]).once_without_sending(NOW);
    let said = decided(&world, &["assign", "1", MIANYANG]);
    assert!(said.contains("不计") && said.contains("填报单位是泸州职业技术学院"), "{said}");
    assert_eq!(world.status(NOW).standing(MIANYANG, "plan"), "open");
    decided(&world, &["accept", "1", "--why", "名称是旧表遗留，数据无误"]);
    assert_eq!(world.status(NOW).standing(MIANYANG, "plan"), "partial");
}

#[test]
fn what_fits_nothing_or_several_is_answered_with_what_there_is() {
    let world = office();
    let mail = unit(MIANYANG).on("05-08 10:00").sends(plan_set());
    world.receives([&mail, &unknown_scan("05-09 20:11")]).once_without_sending(NOW);
    for (words, told) in [
        (&["assign", "99", MIANYANG][..], "没有来件“99”"),
        (&["assign", "1", "不存在学院"], "名册里没有“不存在学院”"),
        (&["assign", "1", "四川"], "相近的有"),
        (&["assign", "1"], "请写明单位"),
        (&["accept", "1", "没有的.pdf"], "没有附件“没有的.pdf”"),
        (&["accept", "1", "2023"], "有多个附件像“2023”"),
        (&["accept", "1", "1", "--item", "plan/nothing"], "没有材料“plan/nothing”"),
        (&["accept", "1", "1", "--item", "plan"], "请写明是哪一件材料"),
        (&["accept", "1", "1", "--item", "photo"], "请写明是哪一天的"),
        (&["accept", "1", "1", "--item", "daily/photo@5-30"], "只有"),
        (&["accept", "2"], "还没有认定单位"),
        (&["return", "1"], "--why"),
        (&["assign", "1", MIANYANG, "--none"], "不能与"),
    ] {
        let said = refused(&world, words);
        assert!(said.contains(told), "{words:?}: {said}");
    }
    assert!(shown(&world, "1")["decisions"].is_null(), "nothing was decided");
}

#[test]
fn the_daemon_goes_by_what_was_decided_beside_it() {
    let world = World::on(Post::dovecot(), &[]);
    let (first, second) = (unknown_scan("05-09 20:11"), unknown_scheme("05-09 20:20"));
    world.receives([&first, &second]);
    let mut daemon = world.daemon(NOW);
    daemon.wait_until_it_says("status page on");
    wait_for_mails(&world, 2);
    let id = number(&world, &first);
    decided(&world, &["assign", &id, MIANYANG, "--remember"]);
    assert_eq!(world.register(&first), "submission registered 绵阳职业技术学院 by staff");
    assert_eq!(world.register(&second), "submission registered 绵阳职业技术学院 by sender");
    let third = someone()
        .on("05-10 17:00")
        .titled("职业教育活动周材料")
        .says("见附件")
        .sends(vec![scan4().named("补.pdf")]);
    world.receives([&third]);
    wait_for_mails(&world, 3);
    assert!(world.register(&third).ends_with(" 绵阳职业技术学院 by sender"), "{}", world.register(&third));
    assert!(daemon.is_alive());
    daemon.stop();
    world.verify();
}

/// Waits until so many mails are registered.
fn wait_for_mails(world: &World, mails: usize) {
    wait_for(PATIENCE, || {
        let rows = world.messages();
        if rows.len() < mails { Err(format!("{rows:#?}")) } else { Ok(()) }
    });
}
