//! Everything derived is derived again: nothing changes while nothing has changed, a changed roster is tried before it
//! takes effect, and what persons ruled outlives all of it.

use std::fs;

use shouwen::rehearsal::season::script::unit;
use shouwen::rehearsal::season::things::{plan_set, scan4, scheme};

use super::decisions::decided;
use super::world::{Post, World, at};

const NOW: &str = "05-10 18:00";
const MIANYANG: &str = "绵阳职业技术学院";
const LUZHOU: &str = "泸州职业技术学院";

fn office() -> World {
    let world = World::on(Post::scripted(), &[]);
    let mails = [
        unit(MIANYANG).on("05-08 10:00").sends(plan_set()),
        unit(LUZHOU)
            .on("05-08 11:00")
            .titled("{short}活动周方案")
            .says("见附件")
            .sends(vec![scheme(), scan4().named("IMG_1.pdf")]),
    ];
    world.receives(&mails).once_without_sending(NOW);
    world
}

fn replay(world: &World, words: &[&str]) -> serde_json::Value {
    world.run(&[&["replay", "--json", "--now", &at(NOW)], words].concat()).json()
}

/// All that the faces of the program tell.
fn told(world: &World) -> String {
    let status = world.status(NOW).0["units"].to_string();
    format!("{status}{:#?}", world.messages())
}

#[test]
fn nothing_changes_while_nothing_has_changed_and_decisions_stay() {
    let world = office();
    decided(&world, &["return", "1", "3", "--why", "缺公章"]);
    decided(&world, &["accept", "2", "IMG_1.pdf", "--item", "plan/form4_scan"]);
    decided(&world, &["waive", LUZHOU, "summary", "--why", "x"]);
    let before = told(&world);
    for words in [&["--dry-run"][..], &["--judge-only"], &[]] {
        let changes = replay(&world, words);
        assert_eq!(
            (&changes["changed"], &changes["messages"]),
            (&serde_json::json!([]), &2.into()),
            "{words:?}"
        );
        assert_eq!(changes["standings"], serde_json::json!([]));
        assert_eq!(changes["dry_run"], words.contains(&"--dry-run"));
        assert_eq!(told(&world), before, "{words:?}");
    }
    world.verify();
}

#[test]
fn a_changed_roster_is_tried_before_it_takes_effect() {
    let world = office();
    decided(&world, &["return", "1", "1", "--why", "旧稿"]);
    let roster = "campaigns/2023-activity-week/units.csv";
    let text = fs::read_to_string(world.file(roster)).unwrap();
    let without: Vec<&str> = text.lines().filter(|line| !line.contains(MIANYANG)).collect();
    assert_eq!(without.len() + 1, text.lines().count());
    let before = world.messages();
    world.write(roster, &without.join("\n"));
    let tried = replay(&world, &["--dry-run"]);
    let changes = tried["changed"].as_array().unwrap();
    assert_eq!((changes.len(), &changes[0]["id"]), (1, &1.into()), "{tried:#}");
    let whats: Vec<&str> = changes[0]["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["what"].as_str().unwrap())
        .collect();
    assert!(whats.contains(&"unit") && whats.contains(&"state") && whats.contains(&"part"), "{whats:?}");
    let now = world.messages();
    assert_eq!(before[0]["state"], now[0]["state"], "touched nothing");
    let text = world.run(&["replay", "--dry-run", "--now", &at(NOW)]).said();
    assert!(text.contains("来件 #1") && text.contains("试算，没有改动任何东西"), "{text}");

    let done = replay(&world, &[]);
    assert_eq!(done["changed"], tried["changed"], "what was tried is what is done");
    assert_eq!(world.messages()[0]["state"], "review");
    assert_eq!(world.messages()[0]["parts"][0]["state"], "rejected", "a person returned it");
    world.verify();
}

#[test]
fn a_replay_is_refused_beside_the_daemon_and_a_dry_run_is_not() {
    let world = office();
    let mut daemon = world.daemon(NOW);
    daemon.wait_until_it_says("status page on");
    let refused = world.run(&["replay", "--now", &at(NOW)]);
    refused.expect_status(1);
    assert!(refused.told().contains(&daemon.pid().to_string()), "{}", refused.told());
    assert_eq!(replay(&world, &["--dry-run"])["messages"], 2);
    daemon.stop();
}

#[test]
fn a_since_that_was_too_late_is_told_and_a_replay_counts_what_came_before_it() {
    let world = World::on(Post::scripted(), &[]);
    world.reconfigure("since = 2023-04-20", "since = 2023-05-09");
    let mails = [unit(MIANYANG).on("05-08 10:00").sends(plan_set())];
    world.receives(&mails).once_without_sending(NOW);
    let hint = "1封来件登记为历史邮件，没有计入";
    let check = || world.run(&["check"]).said();
    let status = || world.run(&["status", "--now", &at(NOW)]).said();
    assert!(!check().contains(hint) && !status().contains(hint));
    assert_eq!(world.messages()[0]["state"], "history");
    world.reconfigure("since = 2023-05-09", "since = 2023-05-08");
    for said in [check(), status()] {
        assert!(said.contains(hint) && said.contains("since 是 2023-05-08"), "{said}");
    }
    for (words, state) in [(&["--dry-run"][..], "history"), (&["--judge-only"], "registered")] {
        let changes = replay(&world, words);
        assert_eq!(changes["changed"].as_array().map(Vec::len), Some(1), "{changes}");
        assert_eq!(world.messages()[0]["state"], state);
    }
    assert!(!check().contains(hint) && !status().contains(hint));
    world.verify();
    world.reconfigure("since = 2023-05-08", "since = 2023-05-10");
    replay(&world, &[]);
    assert_eq!(world.messages()[0]["state"], "history");
}
