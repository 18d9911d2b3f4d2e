//! What was odd about the way a mail came is said wherever the mail is shown in full: a clerk who opens it must learn that
//! its bytes were filed on doubtful signs, and so must the programs that read the register.

use shouwen::rehearsal::season::script::unit;
use shouwen::rehearsal::season::things::plan_set;
use shouwen::rehearsal::season::{Delivery, script::Act};
use shouwen::rehearsal::server::Misdeed;

use super::world::{Post, World, at};

const UNIT: &str = "泸州职业技术学院";
const NOON: &str = "05-09 12:00";

fn mail(moment: &str) -> Act {
    unit(UNIT).on(moment).titled("{unit}报送").sends(plan_set())
}

/// Demands that `show` says these words under 收取, as text and as JSON, and of no mail but this one.
fn expect_remark(world: &World, id: &str, words: &str) {
    let text = world.run(&["show", id, "--now", &at(NOON)]).said();
    let line = text.lines().find(|line| line.contains(words)).unwrap_or_else(|| panic!("{text}"));
    assert!(line.contains("收取"), "under another rule: {line}");
    let json = world.run(&["show", id, "--json", "--now", &at(NOON)]).json();
    let evidence = json["evidence"].as_array().unwrap();
    let told: Vec<&str> = evidence
        .iter()
        .filter(|clue| clue["rule"] == "收取")
        .map(|clue| clue["text"].as_str().unwrap())
        .collect();
    assert!(matches!(told[..], [told] if told.contains(words)), "{evidence:#?}");
}

#[test]
fn a_mail_that_was_filed_with_a_remark_says_so_wherever_it_is_shown() {
    let world = World::on(Post::scripted(), &[]);
    let Post::Scripted(server) = &world.post else { unreachable!() };
    // One is longer on the server's list than it is, one has lost its end before it was sent, one is in order.
    let Delivery { raw, at: came, .. } = mail("05-08 08:12").deliver();
    let size = raw.len();
    server.deliver("INBOX", raw, came);
    let claims = |size: usize| format!("RFC822.SIZE {size} ").into_bytes();
    server.always("RFC822.SIZE", Misdeed::Replace(claims(size), claims(size + 40)));
    let Delivery { mut raw, at: came, .. } = mail("05-08 09:34").deliver();
    let end = raw.windows(4).rposition(|bytes| bytes == b"\r\n--").expect("a closing boundary");
    raw.truncate(end + 2);
    server.deliver("INBOX", raw, came);
    world.receives([&mail("05-08 10:56")]);

    world.once_without_sending(NOON);
    assert_eq!(server.waiting(), 0, "the size was never misstated");
    // In the order of arrival: what comes with a remark is read twice, and filed after the others.
    let ids: Vec<String> = world.messages().iter().map(|mail| mail["id"].to_string()).collect();
    let [longer, cut, sound] = &ids[..] else { panic!("{ids:?}") };
    expect_remark(&world, longer, &format!("服务器称有 {} 字节，实收 {size} 字节", size + 40));
    expect_remark(&world, cut, "邮件没有结束标记，可能在发出时就不完整");
    let sound = world.run(&["show", sound, "--now", &at(NOON)]);
    sound.expect_status(0);
    assert!(!sound.said().contains("收取"), "{}", sound.said());
}
