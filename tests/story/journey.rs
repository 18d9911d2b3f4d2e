//! The whole job on a real Dovecot (acceptance 2 of the main job): mail comes in three batches, `once` runs in office
//! hours, the status is right each time, and the reminders due then reach a real SMTP receiver, each once.

use shouwen::rehearsal::season::OFFICE;
use shouwen::rehearsal::season::files::zip::Style;
use shouwen::rehearsal::season::script::{Act, unit};
use shouwen::rehearsal::season::things::{archive, form4, form5, plan_set, report, scan5};

use super::world::{PATIENCE, Post, World, at, endpoint};

const EAGER: &str = "泸州职业技术学院";
const SLOW: &str = "成都工贸职业技术学院";
const JUST_IN_TIME: &str = "四川护理职业学院";
const LATE: &str = "四川科技职业学院";
const SILENT: &str = "四川汽车职业技术学院";
/// Has sent nothing either, but nobody knows its address.
const UNREACHABLE: &str = "南充市教育和体育局";
const KNOWN: [&str; 5] = [EAGER, SLOW, JUST_IN_TIME, LATE, SILENT];

const EVE: &str = "05-09 09:00";
const DAY_AFTER: &str = "05-11 09:05";
const AFTER_SUMMARY: &str = "05-30 09:05";

fn before_the_eve() -> [Act; 2] {
    [
        unit(EAGER).on("05-05 09:12").sends(plan_set()),
        unit(SLOW).on("05-08 17:38").titled("{unit}报送采集表").sends(vec![form4()]),
    ]
}

fn around_the_due_moment() -> [Act; 2] {
    [unit(JUST_IN_TIME).on("05-10 20:15").sends(plan_set()), unit(LATE).on("05-11 00:20").sends(plan_set())]
}

fn after_the_week() -> [Act; 2] {
    [
        unit(EAGER).on("05-25 10:00").titled("{unit}活动周总结").sends(vec![form5(), scan5(), report()]),
        unit(JUST_IN_TIME).on("05-29 16:00").titled("{unit}情况统计表").sends(vec![form5()]),
    ]
}

fn standings(world: &World, moment: &str, requirement: &str) -> Vec<String> {
    let status = world.status(moment);
    assert_eq!(status.0["fresh"], true);
    assert_eq!(status.waiting(), "", "{:#}", status.0["waiting"]);
    let units = [EAGER, SLOW, JUST_IN_TIME, LATE, SILENT, UNREACHABLE];
    units.map(|unit| status.standing(unit, requirement).to_owned()).to_vec()
}

#[test]
fn three_batches_three_statuses_and_each_reminder_once() {
    let world = World::on(Post::dovecot(), &KNOWN);
    let mut due: Vec<&str> = Vec::new();
    let mut sent_once = |moment: &str, now_due: &[&'static str]| {
        due.extend(now_due);
        due.sort_unstable();
        assert_eq!(world.reminded(), due, "{moment}");
        world.once(&later(moment));
        assert_eq!(world.reminded(), due, "{moment}: a second pass sends nothing more");
    };

    world.receives(&before_the_eve()).once(EVE);
    assert_eq!(standings(&world, EVE, "plan"), ["complete", "partial", "open", "open", "open", "open"]);
    sent_once(
        EVE,
        &[
            "plan/eve/--/C060 → jiuxinxiang@cdgmxy.example",
            "plan/eve/--/C067 → jwc@scstc.example",
            "plan/eve/--/C085 → jwc@cnsnvc.example",
            "plan/eve/--/C092 → jwc@scavtc.example",
        ],
    );

    world.receives(&around_the_due_moment()).once(DAY_AFTER);
    assert_eq!(
        standings(&world, DAY_AFTER, "plan"),
        ["complete", "overdue_partial", "complete", "complete_late", "overdue", "overdue"]
    );
    sent_once(
        DAY_AFTER,
        &["plan/first/--/C060 → jiuxinxiang@cdgmxy.example", "plan/first/--/C092 → jwc@scavtc.example"],
    );

    world.receives(&after_the_week()).once(AFTER_SUMMARY);
    assert_eq!(
        standings(&world, AFTER_SUMMARY, "summary"),
        ["complete", "overdue", "overdue_partial", "overdue", "overdue", "overdue"]
    );
    sent_once(
        AFTER_SUMMARY,
        &[
            "summary/first/--/C060 → jiuxinxiang@cdgmxy.example",
            "summary/first/--/C067 → jwc@scstc.example",
            "summary/first/--/C085 → jwc@cnsnvc.example",
            "summary/first/--/C092 → jwc@scavtc.example",
        ],
    );
    let reminded = world.status(AFTER_SUMMARY).of(SILENT, "plan")["reminded"].clone();
    assert_eq!(reminded, 2, "eve and first");
    world.verify();
}

/// Twenty minutes later.
fn later(moment: &str) -> String {
    let (hour, minute) = moment.split_once(':').unwrap();
    format!("{hour}:{:02}", minute.parse::<u32>().unwrap() + 20)
}

#[test]
fn without_sending_nothing_is_claimed_or_queued() {
    let world = World::on(Post::scripted(), &[SILENT]);
    world.once_without_sending(EVE);
    assert_eq!((world.outbox(), world.reminded()), (vec![], vec![]));
    let preview = world.run(&["remind", "--preview", "--json", "--now", &at(EVE)]).json();
    assert!(preview.to_string().contains("plan/eve/--/C092"), "{preview:#}");
    assert_eq!(world.outbox(), [""; 0], "looking claims nothing");
    world.once(EVE);
    assert_eq!(world.outbox(), ["jwc@scavtc.example sent"]);
    assert_eq!(world.reminded().len(), 1, "the step was still free");
}

#[test]
fn outside_office_hours_nobody_is_chased() {
    let world = World::on(Post::scripted(), &[SILENT]);
    for moment in ["05-07 10:00", "05-09 08:29", "05-09 18:00"] {
        world.once(moment);
        assert_eq!(world.reminded(), [""; 0], "{moment}");
    }
}

#[test]
fn nobody_is_chased_while_the_mailbox_cannot_be_seen() {
    let world = World::on(Post::scripted(), &[SILENT]);
    world.once_without_sending("05-08 09:00");
    let reachable = world.imap();
    world.reconfigure(&reachable, &endpoint("imap", closed_port()));
    for moment in ["05-09 06:30", EVE] {
        world.run(&["once", "--now", &at(moment)]).expect_status(1);
        assert_eq!(world.reminded(), [] as [&str; 0]);
    }
    assert_eq!(world.outbox(), [format!("{OFFICE} sent")], "nothing but the alarm to staff");
    assert_eq!(world.status(EVE).0["fresh"], false);

    // The server is back within the day: what was held goes.
    world.reconfigure(&endpoint("imap", 1), &reachable);
    world.once("05-09 15:00");
    assert_eq!(world.reminded(), ["plan/eve/--/C092 → jwc@scavtc.example"]);
}

#[test]
fn whoever_a_waiting_mail_may_be_about_is_not_chased() {
    let sender = "遂宁市教育和体育局";
    let world = World::on(Post::scripted(), &[sender, SILENT]);
    let locked = archive("遂宁市活动周材料.zip", Style::Encrypted, plan_set());
    let mail = unit(sender).on("05-10 09:10").titled("{unit}活动周材料").sends(vec![locked]);
    world.receives([&mail]).once(DAY_AFTER);
    assert_eq!(world.register(&mail), "submission review 遂宁市教育和体育局 by text");
    assert_eq!(world.reminded(), ["plan/first/--/C092 → jwc@scavtc.example"]);
    assert_eq!(world.outbox(), ["jwc@scavtc.example sent"]);
}

#[test]
fn the_daemon_does_by_itself_what_once_does() {
    let world = World::on(Post::dovecot(), &KNOWN);
    world.receives(&before_the_eve());
    let mut daemon = world.daemon(EVE);
    daemon.wait_until_it_says("status page on");
    let all_came = world.receiver.wait_received(PATIENCE, |mails| mails.len() == 5);
    assert!(all_came, "{:?}", world.reminded());
    let status = world.status("05-09 09:01");
    assert_eq!(status.standing(EAGER, "plan"), "complete");
    assert_eq!(status.standing(SLOW, "plan"), "partial");
    daemon.stop();
    world.once("05-09 09:20");
    assert_eq!(world.receiver.received().len(), 5, "four and the digest: a pass after it sends nothing more");
    world.verify();
}

/// A port on which nobody listens: the first, reserved one.
fn closed_port() -> u16 {
    1
}
