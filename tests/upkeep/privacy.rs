//! A person who is forgotten is nowhere any more, and a campaign whose time is over leaves its register behind; what the office
//! knows of who reported what stays.

use std::fs;

use serde_json::Value;
use shouwen::rehearsal::season::script::unit;
use shouwen::rehearsal::season::things::{photos, plan_set};
use shouwen::rehearsal::server::Misdeed;

use super::people::{self, files_with};
use super::world::{Post, World, at};

const UNIT: &str = "泸州职业技术学院";
const OTHER: &str = "绵阳职业技术学院";
const NOON: &str = "05-11 12:00";

/// An office to which two units have sent their plans, and one a photo.
fn office() -> World {
    let world = World::on(Post::scripted(), &[]);
    world.reconfigure("mode = \"auto\"", "mode = \"off\"");
    for name in [UNIT, OTHER] {
        world.receives([&unit(name).on("05-08 08:12").titled("{unit}报送").sends(plan_set())]);
    }
    world.receives([&unit(UNIT).on("05-08 09:12").titled("{unit}照片").sends(photos(8, 1))]);
    world.once_without_sending("05-09 09:00");
    world
}

fn blobs(world: &World) -> usize {
    let folders = fs::read_dir(world.data().join("blobs")).unwrap().map(|folder| folder.unwrap().path());
    folders
        .filter(|folder| !folder.ends_with("tmp"))
        .map(|folder| fs::read_dir(folder).unwrap().count())
        .sum()
}

fn states(world: &World) -> Vec<String> {
    world
        .messages()
        .iter()
        .map(|row| format!("{} {} {} {}", row["id"], row["kind"], row["state"], row["unit"]))
        .collect()
}

fn status(world: &World) -> Value {
    let mut status = world.status(NOON).0;
    status.as_object_mut().unwrap().remove("troubles");
    status
}

/// Everything that staff can have printed.
fn printed(world: &World) -> String {
    let id = world.messages()[0]["id"].to_string();
    let all: [&[&str]; 7] = [
        &["messages", "--json"],
        &["messages", "--csv"],
        &["status", "--json"],
        &["totals", "--form", "form4", "--json"],
        &["show", UNIT],
        &["show", &id],
        &["outbox", "--json"],
    ];
    all.iter().map(|words| world.run(words).said()).collect()
}

#[test]
fn a_person_who_is_forgotten_is_nowhere_any_more() {
    let world = office();
    let mut words = people::contact(UNIT).to_vec();
    words.push(people::member(UNIT).address.to_owned());
    let [name, mobile, qq, address] = [0, 1, 2, 3].map(|at| words[at].clone());
    let is_kept = |word: &String| !files_with(&world.data(), std::slice::from_ref(word)).is_empty();
    assert!(words.iter().all(is_kept), "what is to go is there");
    assert!(printed(&world).contains(&address));
    let (before, register, kept) = (status(&world), states(&world), blobs(&world));

    let dry = world.run(&["forget", &name, &mobile, &qq, &address, "--json"]).json();
    let mails = dry["mails"].as_array().unwrap();
    assert_eq!(mails.len(), 2, "the plan names the contact, and the sender wrote both: {dry:#}");
    assert_eq!(mails.iter().filter(|mail| mail["with_files"] == true).count(), 1);
    assert_eq!((status(&world), states(&world), blobs(&world)), (before.clone(), register.clone(), kept));
    let told = world.run(&["forget", &name, &mobile]).said();
    assert!(told.contains("什么也没有改动"), "{told}");

    let why = format!("{name}本人申请");
    let done = world.run(&["forget", &name, &mobile, &qq, &address, "--yes", "--by", "李某", "--why", &why]);
    done.expect_status(0);
    assert_eq!(files_with(&world.data(), &words), [] as [&str; 0]);
    let told = printed(&world);
    assert!(words.iter().all(|word| !told.contains(word.as_str())), "{told}");
    assert!(people::contact(OTHER).iter().all(is_kept), "the other's contact is nobody's concern");
    assert_eq!((status(&world), states(&world)), (before, register));
    // Two raw mails and the files of one; the photo stays.
    let files =
        world.messages().iter().flat_map(|row| row["parts"].as_array().unwrap().clone()).collect::<Vec<_>>();
    let photo = files.iter().find(|part| part["path"].as_str().unwrap().ends_with(".jpg")).unwrap();
    assert!(photo["sha256"].is_string(), "{photo}");
    world.verify();
    let to = world.file("export");
    world.run(&["export", "--to", to.to_str().unwrap(), "--all-versions"]).expect_status(0);
    assert_eq!(files_with(&to, &words), [] as [&str; 0]);

    // Neither a replay nor a mailbox that was built anew brings it back.
    let after = (states(&world), status(&world), blobs(&world));
    let Post::Scripted(server) = &world.post else { panic!("scripted") };
    server.change_uidvalidity("INBOX", 77);
    world.once_without_sending("05-11 11:00");
    world.run(&["replay", "--now", &at("05-11 11:30")]).expect_status(0);
    assert_eq!((states(&world), blobs(&world)), (after.0, after.2));
    assert_eq!(status(&world)["units"], after.1["units"]);
    assert_eq!(files_with(&world.data(), &words), [] as [&str; 0]);
    world.verify();
}

/// Nobody can tell whose name is in the half of a mail, and nobody goes on with one of a mailbox that is no more.
#[test]
fn the_half_of_a_large_mail_goes_with_whoever_is_forgotten_and_with_its_mailbox() {
    let world = office();
    let Post::Scripted(server) = &world.post else { panic!("scripted") };
    let words = people::contact(UNIT);
    let lines = format!("{}\r\n", words[0]).repeat(400_000);
    let raw = format!("Subject: big\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{lines}");
    server.deliver("INBOX", raw, at("05-09 10:00").parse().unwrap());
    let halves = || fs::read_dir(world.data().join("blobs/begun")).map_or(0, Iterator::count);
    let begin = || {
        server.on("BODY.PEEK[]<1048576.", Misdeed::Bye(b"Unsafe Login".to_vec()));
        world.run(&["once", "--no-send", "--now", &at("05-09 11:00")]).expect_status(1);
        assert_eq!(halves(), 1);
    };
    begin();
    world.run(&["forget", &words[0], &words[1], &words[2], "--yes"]).expect_status(0);
    assert_eq!(files_with(&world.data(), &words), [] as [&str; 0]);

    begin();
    world.run(&["replay", "--now", &at("05-09 12:00")]).expect_status(0);
    assert_eq!(halves(), 1, "it may go on");
    world.reconfigure("id = \"zjc\"", "id = \"hall\"");
    world.run(&["replay", "--now", &at("05-09 13:00")]).expect_status(0);
    assert_eq!(halves(), 0, "nobody goes on with it");
}

#[cfg(feature = "killpoints")]
#[test]
fn a_forgetting_that_was_killed_is_ended_by_the_next() {
    let world = office();
    let words = people::contact(UNIT);
    let forget = |kill: &str| {
        let mut program = world.program(&["forget", &words[0], &words[1], &words[2], "--yes"]);
        program.env("SHOUWEN_KILL", kill).output().unwrap().status
    };
    let kept = blobs(&world);
    assert_eq!(forget("erase.committed").code(), None, "killed");
    assert_eq!(blobs(&world), kept, "its files are there, and nothing names them");
    assert!(forget("nowhere").success());
    assert!(blobs(&world) < kept);
    assert_eq!(files_with(&world.data(), &words), [] as [&str; 0]);
    world.verify();
}

#[test]
fn a_campaign_whose_time_is_over_leaves_its_register() {
    for (drop, keeps_values) in [("mail", true), ("all", false)] {
        let world = office();
        let campaign = world.file("campaigns/2023-activity-week/campaign.toml");
        let text = fs::read_to_string(&campaign).unwrap();
        let wish = format!("retention = {{ months = 2, drop = \"{drop}\" }}\nkeywords = ");
        assert_eq!(text.matches("\nkeywords = ").count(), 1);
        fs::write(&campaign, text.replace("\nkeywords = ", &format!("\n{wish}"))).unwrap();
        let (register, kept) = (states(&world), blobs(&world));
        let early = world.run(&["retention", "--yes", "--now", &at("07-20 09:00")]);
        assert!(early.said().contains("期限未满"), "{}", early.said());
        let troubles = world.status("07-21 09:00").0["troubles"].to_string();
        assert!(troubles.contains("保存期限2023年7月20日已满"), "{troubles}");
        let dry = world.run(&["retention", "--now", &at("07-21 09:00")]);
        assert!(dry.said().contains("将删除 3 封"), "{}", dry.said());
        assert_eq!((states(&world), blobs(&world)), (register.clone(), kept));

        world.run(&["retention", "--yes", "--now", &at("07-21 09:00")]).expect_status(0);
        assert_eq!((states(&world), blobs(&world)), (register, 0), "{drop}");
        let totals = world.run(&["totals", "--form", "form4", "--json"]).json();
        assert_eq!(!totals["rows"].as_array().unwrap().is_empty(), keeps_values, "{drop}: {totals:#}");
        let people = [people::contact(UNIT).to_vec(), people::contact(OTHER).to_vec()].concat();
        assert_eq!(files_with(&world.data(), &people).is_empty(), !keeps_values, "{drop}");
        assert_eq!(world.status("07-21 09:10").0["troubles"].as_array().unwrap().len(), 0);
        world.verify();
        world.run(&["replay", "--now", &at("07-21 09:20")]).expect_status(0);
        world.verify();
    }
}
