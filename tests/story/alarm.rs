//! What staff hear when a mailbox cannot be read: once, at any hour, and once when it is over.

use serde_json::Value;
use shouwen::rehearsal::server::Posted;

use super::world::{Post, World, endpoint};

const SATURDAY: &str = "05-13 20:00";
const SUNDAY_NIGHT: &str = "05-14 23:30";

/// Recipient and kind of every mail that left: `shouwen.alarm → boss@office.example`.
fn left(world: &World) -> Vec<String> {
    let tell = |mail: &Posted| {
        let text = String::from_utf8_lossy(&mail.raw);
        let id = text.lines().find_map(|line| line.strip_prefix("Message-ID: <")).unwrap();
        assert!(
            text.contains("Auto-Submitted: auto-generated") && !text.contains("X-Shouwen-Step"),
            "{text}"
        );
        let kind: Vec<&str> = id.split('.').take(2).collect();
        format!("{} → {}", kind.join("."), mail.recipients.join(" "))
    };
    world.receiver.received().iter().map(tell).collect()
}

fn subjects(world: &World) -> Vec<String> {
    let Value::Array(rows) = world.run(&["outbox", "--json"]).json() else { panic!("no array") };
    rows.iter().map(|row| row["subject"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_unreachable_mailbox_is_told_on_a_sunday_night_once_and_its_recovery_once() {
    let world = World::on(Post::scripted(), &[]);
    world.configure("[staff]\nmail = [\"boss@office.example\"]");
    world.reconfigure("mode = \"auto\"", "mode = \"off\"");
    world.once(SATURDAY);
    world.write("zjc.secret", "changed");
    let knock = |moment: &str| world.run(&["once", "--now", &super::world::at(moment)]);
    knock("05-14 18:30").expect_status(1);
    assert_eq!((left(&world).len(), subjects(&world).len()), (0, 0), "one failed look in a day is no outage");
    // The same password is wrong for sending: the alarm waits for the way out.
    knock("05-14 21:00").expect_status(1);
    assert_eq!((left(&world).len(), subjects(&world).len()), (0, 1));
    world.write("zjc.secret", world.post.password());
    world.reconfigure(&world.imap(), &endpoint("imap", 1));
    let alarm = "shouwen.alarm → boss@office.example";
    knock(SUNDAY_NIGHT).expect_status(1);
    assert_eq!(left(&world), [alarm], "neither hours nor working days hold an alarm");
    knock("05-15 03:00").expect_status(1);
    let mut daemon = world.daemon("05-15 03:01");
    daemon.wait_until_it_says("look failed");
    daemon.stop();
    assert_eq!(left(&world), [alarm]);
    let status = world.status("05-15 03:02").0;
    assert_eq!(status["fresh"], false);
    let trouble = status["troubles"][0].as_str().unwrap();
    assert!(trouble.contains("自5月13日（星期六）20:00起没有完整收取"), "{trouble}");
    world.reconfigure(&endpoint("imap", 1), &world.imap());
    world.once("05-15 03:10").once("05-15 03:20");
    assert_eq!(left(&world), [alarm, alarm]);
    assert_eq!(
        subjects(&world),
        [
            "【收文告警】邮箱scsjytzjc@163.example收信中断",
            "【收文告警解除】邮箱scsjytzjc@163.example已恢复收信"
        ]
    );
    assert_eq!(world.status("05-15 03:21").0["fresh"], true);
}

/// Sending looks at no mailbox, so what it finds on record may be long over: only who has looked raises an alarm.
#[test]
fn sending_by_hand_raises_no_alarm() {
    let world = World::on(Post::scripted(), &[]);
    world.once(SATURDAY);
    world.reconfigure(&world.imap(), &endpoint("imap", 1));
    let now = super::world::at(SUNDAY_NIGHT);
    world.run(&["once", "--no-send", "--now", &now]).expect_status(1);
    world.run(&["remind", "--send", "--now", &now]).expect_status(0);
    assert_eq!(subjects(&world), [] as [&str; 0]);
}
