//! One unit, a mail or three, and what the status and the register say of it: each story on a real Dovecot and on the
//! scripted server.

use shouwen::rehearsal::season::files::form4::{FORM4, Form4};
use shouwen::rehearsal::season::mail::Client;
use shouwen::rehearsal::season::script::{stranger, unit};
use shouwen::rehearsal::season::things::{form4, form4_with, plan_set, scan4, scheme};

use super::world::{Post, World, at};

const BEFORE_DUE: &str = "05-10 18:00";
const AFTER_DUE: &str = "05-11 09:00";
const ALL_ACCEPTED: &str = "scheme accepted, liaison accepted, form4 accepted, form4_scan accepted";

/// Plays each story on both servers.
macro_rules! on_both_servers {
    ($($story:ident)+) => {
        mod dovecot { $(#[test] fn $story() { super::$story(&super::office(super::Post::dovecot())); })+ }
        mod scripted { $(#[test] fn $story() { super::$story(&super::office(super::Post::scripted())); })+ }
    };
}

on_both_servers! {
    a_unit_complete_in_time
    a_unit_complete_too_late
    a_unit_that_sends_a_part
    a_silent_unit
    a_corrected_form_supersedes
    the_same_mail_twice_is_one_mail
    the_same_material_again_is_a_duplicate
    an_unknown_sender_is_put_before_a_person
    three_mails_in_ten_minutes_are_one_report
    mail_in_the_junk_folder_counts
}

fn office(post: Post) -> World {
    World::on(post, &[])
}

fn a_unit_complete_in_time(world: &World) {
    let unit_name = "泸州职业技术学院";
    let mail = unit(unit_name).on("05-05 09:12").sends(plan_set());
    world.receives([&mail]).once_without_sending(BEFORE_DUE);
    let status = world.status(BEFORE_DUE);
    assert_eq!(status.standing(unit_name, "plan"), "complete");
    assert_eq!(status.items(unit_name, "plan"), ALL_ACCEPTED);
    assert_eq!(status.standing(unit_name, "daily"), "not_open");
    assert_eq!(status.standing(unit_name, "summary"), "open");
    assert_eq!(status.0["fresh"], true);
    let plan = status.of(unit_name, "plan");
    assert_eq!(plan["due"], "2023-05-11T00:00:00+08:00");
    assert!(plan["first_at"].as_str().unwrap().starts_with("2023-05-05T09:12:"), "{plan:#}");
    assert_eq!(plan["first_at"], plan["complete_at"]);
    assert_eq!(world.register(&mail), "submission registered 泸州职业技术学院 by form");
    assert_eq!(world.status(AFTER_DUE).standing(unit_name, "plan"), "complete");
}

fn a_unit_complete_too_late(world: &World) {
    let unit_name = "四川科技职业学院";
    let mail = unit(unit_name).on("05-11 00:20").sends(plan_set());
    world.receives([&mail]).once_without_sending(AFTER_DUE);
    let status = world.status(AFTER_DUE);
    assert_eq!(status.standing(unit_name, "plan"), "complete_late");
    assert_eq!(status.items(unit_name, "plan"), ALL_ACCEPTED);
    assert_eq!(world.register(&mail), "submission registered 四川科技职业学院 by form");
}

fn a_unit_that_sends_a_part(world: &World) {
    let unit_name = "成都工贸职业技术学院";
    let mail = unit(unit_name).on("05-10 17:38").titled("{unit}报送采集表").sends(vec![form4()]);
    world.receives([&mail]).once_without_sending(BEFORE_DUE);
    let status = world.status(BEFORE_DUE);
    assert_eq!(status.standing(unit_name, "plan"), "partial");
    assert_eq!(
        status.items(unit_name, "plan"),
        "scheme missing, liaison accepted, form4 accepted, form4_scan missing"
    );
    assert_eq!(status.of(unit_name, "plan")["complete_at"], serde_json::Value::Null);
    assert_eq!(world.register(&mail), "submission registered 成都工贸职业技术学院 by form");
    assert_eq!(world.status(AFTER_DUE).standing(unit_name, "plan"), "overdue_partial");
}

fn a_silent_unit(world: &World) {
    let unit_name = "四川护理职业学院";
    let question = unit(unit_name)
        .on("05-05 09:58")
        .titled("请问采集表一个学校填一张吗?")
        .says("老师您好,请问信息采集表是一个学校填一张,还是各校区分别填?谢谢。\n{unit}");
    world.receives([&question]).once_without_sending(BEFORE_DUE);
    let status = world.status(BEFORE_DUE);
    assert_eq!(status.standing(unit_name, "plan"), "open");
    assert_eq!(
        status.items(unit_name, "plan"),
        "scheme missing, liaison missing, form4 missing, form4_scan missing"
    );
    assert!(world.register(&question).starts_with("question "), "{}", world.register(&question));
    assert_eq!(world.status(AFTER_DUE).standing(unit_name, "plan"), "overdue");
    assert!(world.status(AFTER_DUE).heard_of("plan").is_empty());
}

fn a_corrected_form_supersedes(world: &World) {
    let unit_name = "四川汽车职业技术学院";
    let first = unit(unit_name).on("05-09 15:18").titled("{unit}活动周方案、采集表").sends(plan_set());
    let corrected = Form4 { mobile: Some("19900012345"), ..FORM4 };
    let second = unit(unit_name)
        .on("05-10 16:40")
        .titled("更正:请以此为准")
        .says("老师好,昨日所报采集表手机号有误,请以此为准。\n{unit}")
        .sends(vec![form4_with(corrected).named("采集表(修改).xlsx")]);
    world.receives([&first, &second]).once_without_sending(BEFORE_DUE);
    let status = world.status(BEFORE_DUE);
    assert_eq!(status.items(unit_name, "plan"), ALL_ACCEPTED);
    let plan = status.of(unit_name, "plan");
    assert_eq!(plan["standing"], "complete");
    assert!(plan["complete_at"].as_str().unwrap().starts_with("2023-05-09T15:18:"), "{plan:#}");

    let messages = world.messages();
    let form_of = |message: usize| {
        let parts = messages[message]["parts"].as_array().unwrap();
        parts.iter().find(|part| part["item"] == "form4").unwrap_or_else(|| panic!("{messages:#?}"))
    };
    assert_eq!((&form_of(0)["state"], &form_of(1)["state"]), (&"superseded".into(), &"accepted".into()));
    assert_eq!(plan["items"][2]["files"], serde_json::json!([form_of(1)["sha256"]]));
}

fn the_same_mail_twice_is_one_mail(world: &World) {
    let mail = unit("四川希望汽车职业学院").on("05-09 09:00").sends(plan_set());
    world.receives([&mail, &mail]).once_without_sending(BEFORE_DUE);
    world.receives([&mail, &mail.clone().into_junk()]).once_without_sending(BEFORE_DUE);
    assert_eq!(world.messages().len(), 1);
    assert_eq!(world.register(&mail), "submission registered 四川希望汽车职业学院 by form");
    assert_eq!(world.status(BEFORE_DUE).standing("四川希望汽车职业学院", "plan"), "complete");
    world.verify();
}

fn the_same_material_again_is_a_duplicate(world: &World) {
    let once = |moment| unit("四川希望汽车职业学院").on(moment).titled("活动周材料").sends(plan_set());
    let (first, again) = (once("05-09 09:00"), once("05-09 09:35"));
    world.receives([&first, &again]).once_without_sending(BEFORE_DUE);
    assert_eq!(world.register(&first), "submission registered 四川希望汽车职业学院 by form");
    assert_eq!(world.register(&again), "submission duplicate 四川希望汽车职业学院 by form");
    let parts = world.messages()[1]["parts"].as_array().unwrap().clone();
    assert_eq!(parts.len(), 3);
    assert!(parts.iter().all(|part| part["state"] == "duplicate"), "{parts:#?}");
    let status = world.status(BEFORE_DUE);
    assert_eq!(status.standing("四川希望汽车职业学院", "plan"), "complete");
    assert_eq!(status.of("四川希望汽车职业学院", "plan")["items"][0]["count"], 1);
}

fn an_unknown_sender_is_put_before_a_person(world: &World) {
    let someone = || stranger("小雨", "30401992@qq.example", Client::Qq);
    let material =
        someone().on("05-09 20:11").titled("职业教育活动周材料").says("见附件").sends(vec![scan4()]);
    let wordless = someone()
        .on("05-09 20:13")
        .titled("(无主题)")
        .says("")
        .sends(vec![scan4().named("扫描件_20230509.pdf")]);
    world.receives([&material, &wordless]).once_without_sending(BEFORE_DUE);
    assert_eq!(world.register(&material), "submission review nobody");
    assert_eq!(world.register(&wordless), "submission review nobody");
    let status = world.status(BEFORE_DUE);
    assert_eq!(status.waiting(), "unassigned 2");
    assert!(status.heard_of("plan").is_empty(), "{:?}", status.heard_of("plan"));
    world.run(&["once", "--no-send", "--strict", "--now", &at(BEFORE_DUE)]).expect_status(3);
}

fn three_mails_in_ten_minutes_are_one_report(world: &World) {
    let unit_name = "绵阳职业技术学院";
    let mail = |moment: &str, title: &str, thing| unit(unit_name).on(moment).titled(title).sends(vec![thing]);
    let three = [
        mail("05-08 10:21", "{unit}活动周方案", scheme()),
        mail("05-08 10:25", "{unit}信息采集表", form4()),
        mail("05-08 10:30", "{unit}信息采集表盖章扫描件", scan4()),
    ];
    world.receives(&three).once_without_sending(BEFORE_DUE);
    let status = world.status(BEFORE_DUE);
    assert_eq!(status.items(unit_name, "plan"), ALL_ACCEPTED);
    let plan = status.of(unit_name, "plan");
    assert_eq!(plan["standing"], "complete");
    assert!(plan["first_at"].as_str().unwrap().starts_with("2023-05-08T10:21:"), "{plan:#}");
    assert!(plan["complete_at"].as_str().unwrap().starts_with("2023-05-08T10:30:"), "{plan:#}");
    assert_eq!(world.register(&three[0]), "submission registered 绵阳职业技术学院 by text");
    assert_eq!(world.register(&three[1]), "submission registered 绵阳职业技术学院 by form");
    assert_eq!(world.register(&three[2]), "submission registered 绵阳职业技术学院 by text");
    assert_eq!(status.heard_of("plan").len(), 1, "绵阳市 and 绵阳's other schools have sent nothing");
}

fn mail_in_the_junk_folder_counts(world: &World) {
    let mail = unit("德阳市教育局").on("05-09 16:55").sends(plan_set()).into_junk();
    world.receives([&mail]).once_without_sending(BEFORE_DUE);
    assert_eq!(world.status(BEFORE_DUE).standing("德阳市教育局", "plan"), "complete");
}
