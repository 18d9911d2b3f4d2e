//! Nothing that is slow holds up what is not: a mailbox that stalls, a mail that its reader does not finish, a server
//! that takes no mail. Everything else is registered meanwhile.

use rustix::process::{Signal, kill_process};
use shouwen::rehearsal::season::OFFICE;
use shouwen::rehearsal::season::script::unit;
use shouwen::rehearsal::season::things::plan_set;
use shouwen::rehearsal::server::{ImapOptions, Misdeed, SmtpMisdeed};

use super::stopping::{reader_of, twelve_mails};
use super::world::patience::wait_until;
use super::world::{Post, World, at, endpoint, scripted};

const MORNING: &str = "05-11 09:00";
const UNIT: &str = "泸州职业技术学院";
const LATE_UNIT: &str = "四川希望汽车职业学院";

/// How an office with a second mailbox, whose server falls silent at its mail, goes about the mail of the first.
fn beside_a_mailbox_that_stalls(command: &str) {
    let world = World::on(Post::scripted(), &[]);
    let slow = scripted(ImapOptions::default());
    let stuck = unit(LATE_UNIT).on("05-05 10:00").sends(plan_set()).deliver();
    slow.deliver("INBOX", stuck.raw, stuck.at);
    slow.always("BODY.PEEK[", Misdeed::Stall);
    world.configure(&format!(
        "[[mailbox]]\nid = \"slow\"\naddress = \"kjc@163.example\"\nuser = \"{OFFICE}\"\n\
         password = {{ file = \"zjc.secret\" }}\n{}",
        endpoint("imap", slow.addr().port())
    ));
    let mail = unit(UNIT).on("05-05 09:12").sends(plan_set());
    world.receives([&mail]);
    let mut program = world.start(command, MORNING);
    wait_until("the slow server stalls", || (slow.waiting() == 0).then_some(()));
    let rows =
        wait_until("the other mail is registered", || Some(world.messages()).filter(|rows| !rows.is_empty()));
    assert_eq!((rows.len(), rows[0]["state"].as_str()), (1, Some("registered")));
    assert!(program.is_alive() && !program.log().contains("connection given up"), "{}", program.log());
}

/// Nobody asks for it any more: it would be waited for, and told as if it were asked for, without end.
#[test]
fn mail_that_a_mailbox_did_not_hand_out_is_not_waited_for_when_the_mailbox_is_gone() {
    let world = World::on(Post::scripted(), &[]);
    let other = scripted(ImapOptions::default());
    let stuck = unit(LATE_UNIT).on("05-05 10:00").sends(plan_set()).deliver();
    other.deliver("INBOX", stuck.raw, stuck.at);
    other.always("BODY.PEEK[", Misdeed::No("try later".into()));
    let section = format!(
        "[[mailbox]]\nid = \"other\"\naddress = \"kjc@163.example\"\nuser = \"{OFFICE}\"\n\
         password = {{ file = \"zjc.secret\" }}\n{}",
        endpoint("imap", other.addr().port())
    );
    world.configure(&section);
    let unfetched = |moment: &str| {
        world.run(&["status", "--json", "--now", &at(moment)]).json()["waiting"]["unfetched"].as_u64()
    };
    world.once_without_sending("05-05 11:00");
    assert_eq!(unfetched("05-05 11:00"), Some(1));
    world.once_without_sending("05-05 12:00");
    assert_eq!(unfetched("05-05 12:00"), Some(1), "it may come yet");
    world.reconfigure(&section, "");
    world.once_without_sending("05-05 13:00");
    assert_eq!(unfetched("05-05 13:00"), Some(0));
}

#[test]
fn once_registers_one_mailbox_while_another_stalls() {
    beside_a_mailbox_that_stalls("once");
}

#[test]
fn the_daemon_registers_one_mailbox_while_another_stalls() {
    beside_a_mailbox_that_stalls("run");
}

#[test]
fn a_mail_that_holds_up_its_reader_holds_up_no_other() {
    let world = World::on(Post::scripted(), &[]);
    world.reconfigure("folders = ", "poll_seconds = 10\nfolders = ");
    world.receives([&unit(LATE_UNIT).on("05-05 09:12").sends(plan_set())]);
    let daemon = world.daemon(MORNING);
    wait_until("the first mail", || (world.messages().len() == 1).then_some(()));
    kill_process(reader_of(daemon.pid()).unwrap(), Signal::STOP).unwrap();
    twelve_mails(&world);
    wait_until("all but the one in its hands", || (world.messages().len() >= 12).then_some(()));
}

#[test]
fn a_silent_smtp_server_keeps_no_mail_from_being_registered() {
    let world = World::on(Post::scripted(), &[UNIT]);
    world.reconfigure("folders = ", "poll_seconds = 10\nfolders = ");
    world.receiver.on("MAIL", SmtpMisdeed::Stall);
    let daemon = world.daemon(MORNING);
    wait_until("the server is silent over a mail", || (world.receiver.waiting() == 0).then_some(()));
    world.receives([&unit(LATE_UNIT).on("05-11 08:12").sends(plan_set())]);
    wait_until("the mail is registered", || (world.messages().len() == 1).then_some(()));
    assert!(!daemon.log().contains("sending:"), "{}", daemon.log());
    assert_eq!(world.reminded(), Vec::<String>::new());
}
