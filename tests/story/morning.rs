//! The staff's morning digest: once a working day, when the office opens, whatever restarts in between; none when there is
//! nothing to tell.

use serde_json::Value;
use shouwen::rehearsal::season::script::unit;
use shouwen::rehearsal::season::things::plan_set;

use super::releasing::looks_by_itself;
use super::world::{PATIENCE, Post, World, wait_for};

const FIRST: &str = "泸州职业技术学院";
const SECOND: &str = "成都工贸职业技术学院";

/// The digests so far: subject and text.
fn digests(world: &World) -> Vec<(String, String)> {
    let Value::Array(rows) = world.run(&["outbox", "--json"]).json() else { panic!("no array") };
    let sent = rows
        .iter()
        .filter(|row| row["kind"] == "digest" && row["state"] != "queued" && row["state"] != "sending");
    let mails = world.receiver.received();
    sent.map(|row| {
        assert_eq!(
            (&row["state"], &row["to"], &row["unit"]),
            (&"sent".into(), &"staff@office.example".into(), &Value::Null)
        );
        let id = row["message_id"].as_str().unwrap();
        let mail = mails.iter().find(|mail| String::from_utf8_lossy(&mail.raw).contains(id)).unwrap();
        (row["subject"].as_str().unwrap().to_owned(), text(&mail.raw))
    })
    .collect()
}

/// The text of a mail of one part in base64, read by the program's own reader of mail.
fn text(raw: &[u8]) -> String {
    let body = String::from_utf8_lossy(raw).split_once("\r\n\r\n").unwrap().1.replace("\r\n", "");
    let mut bytes = Vec::new();
    let digit = |c: u8| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    for chunk in body.trim_end_matches('=').as_bytes().chunks(4) {
        let bits =
            chunk.iter().fold(0_u32, |bits, c| bits << 6 | u32::from(digit(*c))) << (6 * (4 - chunk.len()));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..chunk.len()]);
    }
    String::from_utf8(bytes).unwrap()
}

fn office() -> World {
    let world = World::on(Post::scripted(), &[FIRST, SECOND]);
    world.configure("[staff]\nmail = [\"staff@office.example\"]");
    world
}

#[test]
fn each_working_day_has_one_digest_whatever_restarts_in_between() {
    let world = office();
    world.once("05-10 18:40");
    assert_eq!(digests(&world).len(), 0, "after hours");
    world.receives(&[unit(FIRST).on("05-10 20:00").sends(plan_set())]);
    world.once("05-11 08:20");
    assert_eq!(digests(&world).len(), 0, "before hours");
    world.once("05-11 08:35").once("05-11 08:40");
    let mut daemon = world.daemon("05-11 09:00");
    looks_by_itself(&world, &mut daemon, "05-11 09:00");
    daemon.stop();
    let all = digests(&world);
    assert_eq!(all.len(), 1, "{all:?}");
    let (subject, text) = &all[0];
    assert!(subject.starts_with("【收文每日摘要】5月11日") && subject.contains("新到1封"), "{subject}");
    for words in [
        "一、新到来件",
        "以来1封：泸州职业技术学院1封。",
        "活动方案、联络员、信息采集表（5月10日（星期三）截止）",
        "已报齐1个",
        "四、须留意的问题",
        "五、今日拟发",
        "排队待发1封：成都工贸职业技术学院。",
    ] {
        assert!(text.contains(words), "{words} in\n{text}");
    }
    world.once("05-13 10:00").once("05-14 10:00");
    assert_eq!(digests(&world).len(), 1, "a weekend");
    world.once("05-15 09:00");
    assert_eq!(digests(&world).len(), 2);
}

#[test]
fn on_a_monday_each_day_since_the_last_digest_is_told() {
    let world = office();
    world.receives(&[unit(FIRST).on("05-10 20:00").sends(plan_set())]);
    world.once("05-19 09:00").once("05-22 09:00");
    let told = |text: &str, day: &str| text.contains(&format!("　5月{day}日的典型案例"));
    let texts: Vec<String> = digests(&world).into_iter().map(|(_, text)| text).collect();
    let days = |text: &str| ["17", "18", "19", "20"].map(|day| told(text, day));
    assert_eq!(days(&texts[0]), [false, true, false, false], "{}", texts[0]);
    assert_eq!(days(&texts[1]), [false, false, true, true], "{}", texts[1]);
}

#[test]
fn a_daemon_that_starts_in_the_morning_looks_first() {
    let world = office();
    world.receives(&[unit(FIRST).on("05-10 20:00").sends(plan_set())]);
    let mut daemon = world.daemon("05-11 09:00");
    wait_for(PATIENCE, || {
        assert!(daemon.is_alive(), "{}", daemon.log());
        digests(&world).pop().ok_or_else(|| daemon.log())
    });
    daemon.stop();
    let (subject, _) = digests(&world).remove(0);
    assert!(subject.contains("新到1封"), "{subject}");
}

#[test]
fn a_day_on_which_nothing_is_open_has_none() {
    let world = office();
    world.once("04-24 09:00").once("04-25 09:00");
    assert_eq!(digests(&world).len(), 0, "before the first step nothing is asked");
    world.once("07-20 09:00");
    assert_eq!(digests(&world).len(), 0, "long after the last");
}
