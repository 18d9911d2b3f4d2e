//! What leaves the office by way of whoever maintains the program, the bundle and the log, names nobody.

use shouwen::rehearsal::season::cast::CAST;
use shouwen::rehearsal::season::script::unit;
use shouwen::rehearsal::season::things::{photos, plan_set};
use shouwen::rehearsal::server::SmtpMisdeed;
use shouwen::rehearsal::stage::PASSWORD;

use super::people::{self, holds};
use super::world::{Post, World, at};

/// Two that send, and one that is reminded because it does not.
const UNITS: [&str; 3] = ["泸州职业技术学院", "绵阳职业技术学院", "成都市教育局"];

/// A morning at an office: mail comes, and a reminder is refused with the recipient's address in the words.
fn morning() -> (World, String) {
    let known = [UNITS[2]];
    let world = World::on(Post::scripted(), &known);
    let roster = known.iter().flat_map(|name| people::member(name).roster);
    for address in roster {
        let words = format!("550 5.1.1 <{address}>: no such user, call 13800138000");
        world.receiver.always("RCPT", SmtpMisdeed::Say(words.into_bytes()));
    }
    for name in &UNITS[..2] {
        world.receives([&unit(name).on("05-08 08:12").titled("{unit}报送").sends(plan_set())]);
    }
    world.receives([&unit(UNITS[0]).on("05-08 09:12").titled("{unit}照片").sends(photos(8, 1))]);
    let log = world.run(&["once", "--now", &at("05-11 09:00")]).told();
    (world, log)
}

#[test]
fn the_log_names_nobody_above_debug() {
    let (world, log) = morning();
    assert!(log.contains("no such user") && log.contains("****"), "the refusal is there, covered: {log}");
    let everybody = CAST.iter().map(|member| member.name).collect::<Vec<_>>();
    let mut words = people::of(&everybody);
    words.push("13800138000".to_owned());
    let told: Vec<&String> = words.iter().filter(|word| log.contains(word.as_str())).collect();
    assert!(told.is_empty(), "{told:?} in\n{log}");
    let mut daemon = world.daemon("05-11 10:00");
    daemon.wait_until_it_says("status page on");
    daemon.stop();
    assert!(
        words
            .iter()
            .all(|word| !std::fs::read_to_string(world.file("daemon.log")).unwrap().contains(word.as_str()))
    );
}

#[test]
fn the_bundle_tells_how_it_stands_and_names_nobody() {
    let (world, _) = morning();
    let to = world.file("bundle.zip");
    world.run(&["support", "--to", to.to_str().unwrap(), "--now", &at("05-11 10:00")]).expect_status(0);
    let bytes = std::fs::read(&to).unwrap();
    for name in [
        "health.txt",
        "metrics.txt",
        "verify.txt",
        "schema.sql",
        "versions.txt",
        "check.txt",
        "log.txt",
        "status-2023-activity-week.json",
        "config/shouwen.toml",
        "config/campaigns/2023-activity-week/campaign.toml",
        "config/campaigns/2023-activity-week/forms/form4.toml",
    ] {
        assert!(holds(&bytes, name), "no {name}");
    }
    // Nothing in it is compressed, so what is not found is not there.
    for word in ["shouwen_mails", "CREATE TABLE \"message\"", "[[mailbox]]", UNITS[0], "no such user"] {
        assert!(holds(&bytes, word), "{word} is missing");
    }
    let everybody = CAST.iter().map(|member| member.name).collect::<Vec<_>>();
    let mut words = people::of(&everybody);
    words.extend([PASSWORD.to_owned(), "13800138000".to_owned(), "scsjytzjc@163.example".to_owned()]);
    let told: Vec<&String> = words.iter().filter(|word| holds(&bytes, word)).collect();
    assert!(told.is_empty(), "{told:?}");
}
