//! The wrong file, sent last: a version that calls itself older than what came before it waits for a person, the newer one
//! stays, and what the person or the mail itself says is valid wins.

use shouwen::rehearsal::season::script::{Act, unit};
use shouwen::rehearsal::season::things::{form4, scheme};

use super::decisions::decided;
use super::world::{Post, World, at};

const NOW: &str = "05-10 18:00";
const MIANYANG: &str = "绵阳职业技术学院";
const QUESTION: &str = "文件名标明“V1”，早于已收的“V2”，请认定以哪个为准";

/// A mail of the unit with its scheme under this name; a text in PDF has other bytes than one in DOCX.
fn sends(moment: &str, name: &str, text: &'static str) -> Act {
    let mail = unit(MIANYANG).on(moment).titled("{unit}活动周方案").says(text);
    mail.sends(vec![scheme().named(name)])
}

/// The office with V2, and V1 after it in a mail of these words.
fn office(text: &'static str) -> (World, Act, Act) {
    let world = World::on(Post::scripted(), &[MIANYANG]);
    let newer = sends("05-09 09:00", "活动周方案V2.docx", "见附件");
    let older = sends("05-09 15:00", "活动周方案V1.pdf", text);
    world.receives([&newer, &older]).once_without_sending(NOW);
    (world, newer, older)
}

/// State of the scheme, and how many of it count.
fn held(world: &World) -> (String, String) {
    let status = world.run(&["status", "--json", "--now", &at(NOW)]).json();
    let units = status["units"].as_array().unwrap().iter();
    let own = units.filter(|row| row["unit"] == MIANYANG).flat_map(|row| row["requirements"].as_array());
    let mut items = own.flatten().flat_map(|asked| asked["items"].as_array()).flatten();
    let item = items.find(|item| item["id"] == "scheme").unwrap();
    (item["state"].as_str().unwrap().to_owned(), item["files"][0].as_str().unwrap().to_owned())
}

fn hash(world: &World, act: &Act) -> String {
    let id = act.deliver().expect.message_id;
    let row = world.messages().into_iter().find(|row| row["message_id"] == *id).unwrap();
    row["parts"][0]["sha256"].as_str().unwrap().to_owned()
}

#[test]
fn an_older_version_that_is_sent_later_waits_until_a_person_chooses() {
    let (world, newer, older) = office("见附件");
    assert!(world.register(&newer).starts_with("submission registered"), "{}", world.register(&newer));
    assert!(world.register(&older).starts_with("submission review"), "{}", world.register(&older));
    assert_eq!(held(&world), ("accepted".to_owned(), hash(&world, &newer)));
    assert_eq!(world.status(NOW).waiting(), "review 1");
    let shown = world.run(&["show", "2", "--json", "--now", &at(NOW)]).json();
    assert_eq!(
        (shown["why"].as_str(), shown["parts"][0]["state"].as_str()),
        (Some(QUESTION), Some("review"))
    );
    assert!(world.run(&["show", "2", "--now", &at(NOW)]).said().contains(QUESTION));
    assert_eq!(world.messages()[1]["why"], QUESTION);

    decided(&world, &["accept", "2", "--why", "电话核实"]);
    assert!(world.register(&older).starts_with("submission registered"), "{}", world.register(&older));
    assert_eq!(held(&world), ("accepted".to_owned(), hash(&world, &older)));
    assert_eq!(world.status(NOW).waiting(), "");
    for words in [&["replay", "--judge-only"][..], &["replay"]] {
        world.run(&[words, &["--now", &at(NOW)]].concat()).expect_status(0);
        assert_eq!(held(&world), ("accepted".to_owned(), hash(&world, &older)), "{words:?}");
    }
    world.verify();

    decided(&world, &["accept", "2", "--undo"]);
    assert!(world.register(&older).starts_with("submission review"), "asked again");
    decided(&world, &["return", "2", "--why", "发错了文件"]);
    assert!(world.register(&older).starts_with("submission registered"), "{}", world.register(&older));
    assert_eq!(held(&world), ("accepted".to_owned(), hash(&world, &newer)));
    assert_eq!(world.status(NOW).waiting(), "");
    world.verify();
}

#[test]
fn a_mail_that_says_that_its_file_is_valid_wins() {
    let (world, _, older) = office("昨天的方案改回原样，请以此为准。");
    assert!(world.register(&older).starts_with("submission registered"), "{}", world.register(&older));
    assert_eq!(held(&world), ("accepted".to_owned(), hash(&world, &older)));
    world.verify();
}

#[test]
fn of_a_mail_with_more_files_only_the_older_version_waits_and_is_accepted() {
    let world = World::on(Post::scripted(), &[MIANYANG]);
    let newer = sends("05-09 09:00", "活动周方案V2.docx", "见附件");
    let both = unit(MIANYANG).on("05-09 15:00").titled("{unit}活动周材料").says("见附件");
    let both = both.sends(vec![form4(), scheme().named("活动周方案V1.pdf")]);
    world.receives([&newer, &both]).once_without_sending(NOW);
    let states = || {
        let parts = world.messages()[1]["parts"].clone();
        [0, 1].map(|at| parts[at]["state"].as_str().unwrap().to_owned())
    };
    assert_eq!(states(), ["accepted", "review"]);
    let said = decided(&world, &["accept", "2"]);
    assert!(said.contains("收下附件“活动周方案V1.pdf”") && !said.contains("收下附件“附件4"), "{said}");
    assert_eq!(states(), ["accepted", "accepted"]);
    let scheme = world.messages()[1]["parts"][1]["sha256"].as_str().unwrap().to_owned();
    assert_eq!(held(&world), ("accepted".to_owned(), scheme));
    world.verify();
}
