//! Chasing from the desk: a person releases, a person sends, a server refuses. What was released leaves and nothing
//! else does.

use serde_json::Value;
use shouwen::rehearsal::season::script::unit;
use shouwen::rehearsal::season::things::{form4, plan_set};
use shouwen::rehearsal::server::{Misdeed, SmtpMisdeed};

use super::world::{Post, World, at};

const FIRST: &str = "泸州职业技术学院";
const SECOND: &str = "成都工贸职业技术学院";
const THIRD: &str = "四川护理职业学院";
const MORNING: &str = "05-11 09:00";

/// An office in which a person releases each batch, after its first look of the morning.
fn approving() -> World {
    let world = World::on(Post::scripted(), &[FIRST, SECOND, THIRD]);
    world.reconfigure("mode = \"auto\"", "mode = \"approve\"");
    world.once(MORNING);
    world
}

fn remind(world: &World, moment: &str, arguments: &[&str]) -> Vec<Value> {
    let moment = at(moment);
    let all = [&["remind", "--json", "--now", &moment], arguments].concat();
    let Value::Array(dues) = world.run(&all).json() else { panic!("no array") };
    dues
}

/// Units with an address and how far their mail has come: `泸州职业技术学院 due`.
fn states(dues: &[Value]) -> Vec<String> {
    let with_address = dues.iter().filter(|due| due["to"] != "");
    with_address
        .map(|due| format!("{} {}", due["unit"].as_str().unwrap(), due["state"].as_str().unwrap()))
        .collect()
}

fn state(world: &World, moment: &str, name: &str) -> String {
    let dues = remind(world, moment, &["--preview"]);
    let found = states(&dues).into_iter().find_map(|line| line.strip_prefix(name).map(str::to_owned));
    found.unwrap_or_default().trim().to_owned()
}

#[test]
fn what_a_person_released_leaves_and_nothing_else() {
    let world = approving();
    assert_eq!(world.reminded(), [] as [&str; 0]);
    assert_eq!(state(&world, "05-11 09:01", FIRST), "due");
    let dues = remind(&world, "05-11 09:01", &["--approve", FIRST]);
    assert!(states(&dues).contains(&format!("{FIRST} approved")), "{:?}", states(&dues));
    assert_eq!(world.outbox(), [] as [&str; 0], "released is not sent");
    remind(&world, "05-11 09:02", &["--send"]);
    assert_eq!(world.reminded().len(), 1, "{:?}", world.reminded());
    assert_eq!(state(&world, "05-11 09:02", FIRST), "", "sent: nothing is due");
    assert_eq!(state(&world, "05-11 09:02", SECOND), "due");
    remind(&world, "05-11 09:03", &["--send"]);
    assert_eq!(world.reminded().len(), 1);
}

#[test]
fn to_release_twice_changes_nothing_and_a_strange_word_releases_nobody() {
    let world = approving();
    for _ in 0..2 {
        assert!(
            states(&remind(&world, "05-11 09:01", &["--approve", FIRST]))
                .contains(&format!("{FIRST} approved"))
        );
    }
    let moment = at("05-11 09:02");
    let ended = world.run(&["remind", "--now", &moment, "--approve", SECOND, "不存在的学院"]);
    assert!(ended.expect_status(2).told().contains("不存在的学院"), "{}", ended.told());
    assert_eq!(state(&world, "05-11 09:02", SECOND), "due");
    let held = world.run(&["remind", "--now", &moment, "--approve", "南充市教育和体育局"]);
    assert!(held.expect_status(2).told().contains("名册"), "{}", held.told());
    remind(&world, "05-11 09:03", &["--approve", "all", "--send"]);
    assert_eq!(world.reminded().len(), 3);
}

#[test]
fn who_delivers_after_the_release_is_not_chased() {
    let world = approving();
    remind(&world, "05-11 09:01", &["--approve", FIRST, SECOND]);
    // Queued while the server is busy; then the material arrives.
    world.receiver.always("GREETING", SmtpMisdeed::Say(b"421 HL:ICC".to_vec()));
    world.run(&["remind", "--send", "--now", &at("05-11 09:02")]);
    world.receives(&[unit(FIRST).on("05-11 09:10").sends(plan_set())]);
    world.receiver.behave();
    world.once("05-11 09:40");
    let states: Vec<String> =
        world.outbox().iter().filter_map(|line| line.split(' ').nth(1).map(str::to_owned)).collect();
    assert_eq!((world.reminded().len(), states.len()), (1, 2), "{states:?}");
    let Value::Array(rows) = world.run(&["outbox", "--json"]).json() else { panic!("no array") };
    let struck: Vec<&Value> = rows.iter().filter(|row| row["state"] == "struck").collect();
    let [struck] = struck[..] else { panic!("{rows:#?}") };
    assert_eq!((&struck["unit"], &struck["reply"]), (&FIRST.into(), &"所欠材料已收到，不再发送".into()));
}

#[test]
fn a_refused_login_is_told_waited_for_and_never_a_crash() {
    let world = World::on(Post::scripted(), &[FIRST]);
    world.receiver.always("AUTH", SmtpMisdeed::Say(b"535 \xd3\xc3\xbb\xa7".to_vec()));
    let logins = || world.receiver.log().iter().filter(|heard| heard.text.starts_with("AUTH")).count();
    let mut daemon = world.once_without_sending(MORNING).daemon("05-11 09:01");
    daemon.wait_until_it_says("sending: ");
    // New mail makes it turn at once, but not knock at once.
    world.receives(&[unit(SECOND).on("05-11 09:01").sends(plan_set())]);
    world.run(&["remind", "--now", &at("05-11 09:02")]).expect_status(0);
    assert_eq!(logins(), 1, "stormed");
    assert!(daemon.is_alive());
    daemon.stop();
    assert_eq!((world.outbox().len(), world.reminded().len()), (1, 0));
    assert!(world.outbox()[0].ends_with("queued"), "{:?}", world.outbox());
    let told = |moment: &str| {
        let status = world.status(moment).0;
        let troubles = status["troubles"].as_array().unwrap().iter().map(|line| line.as_str().unwrap());
        troubles.filter(|line| line.contains("发不出信")).count()
    };
    let queue = |moment: &str| {
        let shown = world.run(&["status", "--now", &at(moment)]).said();
        shown.lines().find(|line| line.starts_with("待发")).unwrap_or_default().to_owned()
    };
    assert_eq!(told("05-11 09:03"), 1);
    let line = queue("05-11 09:03");
    assert!(
        line.contains("封目前不会发出（发信服务器拒绝登录或发件人）") && !line.contains("预计"),
        "{line}"
    );
    let rows = world.run(&["outbox", "--json", "--now", &at("05-11 09:03")]).json();
    assert_eq!(
        (&rows[0]["leaves_at"], &rows[0]["held"]),
        (&Value::Null, &"发信服务器拒绝登录或发件人".into())
    );
    world.receiver.behave();
    world.once("05-11 10:30");
    assert_eq!((world.reminded().len(), told("05-11 10:31")), (1, 0));
}

#[test]
fn a_person_may_send_beside_the_daemon_and_nobody_gets_two() {
    let world = World::on(Post::scripted(), &[FIRST, SECOND, THIRD]);
    let mut daemon = world.once_without_sending(MORNING).daemon("05-11 09:01");
    for _ in 0..3 {
        world.run(&["remind", "--send", "--now", &at("05-11 09:01")]);
    }
    daemon.wait_until_it_says("state=\"sent\"");
    daemon.stop();
    world.once("05-11 09:03");
    assert_eq!(world.reminded().len(), 3, "{:?}", world.reminded());
    assert!(world.outbox().iter().all(|line| line.ends_with(" sent")), "{:?}", world.outbox());
}

#[test]
fn where_the_mailbox_fails_and_the_server_refuses_both_are_told() {
    let world = World::on(Post::scripted(), &[FIRST]);
    world.once_without_sending("05-11 08:59");
    world.receiver.always("AUTH", SmtpMisdeed::Say(b"535 no".to_vec()));
    let Post::Scripted(server) = &world.post else { panic!("not scripted") };
    server.always("LIST", Misdeed::Close);
    let ended = world.run(&["once", "--now", &at(MORNING)]);
    assert!(ended.expect_status(1).told().contains("邮箱 zjc"), "{}", ended.told());
}

/// What a hurried template leaves behind: an empty field, a doubled mark, a list without an end.
const SLIPS: [&str; 14] = [
    "、、", "。。", "；；", "：：", "，，", "：。", "（）", "；。", "、。", "，。", "的的", "{{", "{%",
    "none",
];

#[test]
fn every_mail_of_the_season_reads_as_an_office_writes() {
    let world = World::on(Post::scripted(), &[FIRST, SECOND, THIRD]);
    world.receives(&[unit(FIRST).on("05-05 09:12").titled("{unit}报送采集表").sends(vec![form4()])]);
    let mut subjects: Vec<String> = Vec::new();
    for day in ["05-06", "05-11", "05-12", "05-15", "05-16", "05-26"] {
        let moment = format!("{day} 10:30");
        world.once_without_sending(&moment);
        for due in remind(&world, &moment, &["--preview"]).iter().filter(|due| due["to"] != "") {
            assert_eq!(due["state"], "due", "{due:#}");
            let text =
                format!("主题：{}\n{}", due["subject"].as_str().unwrap(), due["text"].as_str().unwrap());
            SLIPS.iter().for_each(|slip| assert!(!text.contains(slip), "{slip} in\n{text}"));
            assert!(text.lines().all(|line| line.is_empty() || line.chars().count() > 4), "{text}");
            let (month, day) = (day[1..2].to_owned(), day[3..].trim_start_matches('0'));
            assert!(
                text.ends_with(&format!("\n\n四川省教育厅职业教育处\n2023年{month}月{day}日\n")),
                "{text}"
            );
            if let Some(name) = due["unit"].as_str() {
                assert!(
                    due["subject"].as_str().unwrap().contains(name),
                    "series of one subject are taken for spam"
                );
                assert!(due["text"].as_str().unwrap().starts_with(&format!("{name}：\n　　")), "{text}");
                assert!(
                    text.contains("川教函〔2023〕124号") && text.contains("scsjytzjc@163.example"),
                    "{text}"
                );
                assert!(text.contains("5月10日（星期三）前应报送的活动方案、"), "{text}");
                assert_eq!(text.contains("信息采集表(EXCEL版)"), name != FIRST, "{text}");
            }
            subjects.push(due["subject"].as_str().unwrap().chars().take(6).collect());
        }
        world.once(&later(&moment));
    }
    subjects.dedup();
    let kinds =
        ["【工作提示】", "【催报】泸州", "【催报】四川", "【第二次催报", "【电话催办名", "【工作提示】"];
    assert!(kinds.iter().all(|kind| subjects.iter().any(|subject| subject == kind)), "{subjects:?}");
    assert_eq!(world.reminded().len(), 5 * 3 + 1);
    let longest = world.receiver.received().iter().flat_map(|mail| lines(&mail.raw)).max();
    assert!(longest.is_some_and(|longest| longest <= 998), "{longest:?}");
}

/// Two minutes after.
fn later(moment: &str) -> String {
    moment.replace(":30", ":32")
}

fn lines(raw: &[u8]) -> Vec<usize> {
    raw.split(|byte| *byte == b'\n').map(<[u8]>::len).collect()
}
