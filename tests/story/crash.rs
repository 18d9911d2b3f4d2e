//! The crash stories: the real binary is killed at every named point of the river and of sending, started again, and
//! has to come to the state of an unbroken run, with no mail lost, filed twice or sent twice.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;
use std::sync::OnceLock;

use serde_json::Value;
use shouwen::rehearsal::season::files::form4::{FORM4, Form4};
use shouwen::rehearsal::season::files::zip::Style;
use shouwen::rehearsal::season::mail::Client;
use shouwen::rehearsal::season::script::{Act, stranger, unit};
use shouwen::rehearsal::season::things::{archive, form4, form4_with, plan_set, scan4};
use shouwen::rehearsal::server::SmtpMisdeed;

use super::world::{PATIENCE, Post, World, at};
use super::{begun_crash, carried_crash, decided_crash, receipt_crash};

const MORNING: &str = "05-09 09:00";
const AFTER_RESTART: &str = "05-09 09:05";
const REMINDERS: [&str; 2] = ["plan/eve/--/C085 → jwc@cnsnvc.example", "plan/eve/--/C089 → jwc@mypt.example"];

/// At how many passes of one point the program is killed, one run each, if it comes by so often.
const MOST_PASSES: usize = 3;

fn mails() -> Vec<Act> {
    let again = |moment| unit("四川希望汽车职业学院").on(moment).titled("活动周材料").sends(plan_set());
    let corrected = Form4 { mobile: Some("19900012345"), ..FORM4 };
    vec![
        unit("泸州职业技术学院").on("05-05 09:12").sends(plan_set()),
        again("05-06 09:00"),
        again("05-06 09:35"),
        unit("四川汽车职业技术学院").on("05-07 15:18").sends(plan_set()),
        unit("四川汽车职业技术学院").on("05-08 16:40").titled("更正").sends(vec![form4_with(corrected)]),
        unit("四川职业技术学院").on("05-08 17:00").sends(vec![archive("材料.zip", Style::Gbk, plan_set())]),
        unit("绵阳职业技术学院").on("05-08 17:10").titled("{unit}采集表").sends(vec![form4()]),
        stranger("lily", "lily_5521@163.example", Client::Phone)
            .on("05-08 21:44")
            .titled("职业教育活动周材料")
            .says("请查收")
            .sends(vec![scan4().named("IMG_2031.pdf")]),
    ]
}

/// Eight mails have come and two units are to be reminded.
fn office() -> World {
    let world = World::on(Post::scripted(), &["绵阳职业技术学院", "四川护理职业学院"]);
    world.receives(&mails());
    world
}

/// All that the faces of the program tell, without what differs from run to run.
#[derive(Debug, PartialEq)]
struct State {
    units: Value,
    waiting: String,
    messages: Vec<Value>,
}

fn state(world: &World) -> State {
    let mut status = world.status(AFTER_RESTART);
    let mut units = status.0["units"].take();
    for unit in units.as_array_mut().unwrap() {
        for requirement in unit["requirements"].as_array_mut().unwrap() {
            // What is known of the mail that was on its way when the program died is asserted by itself.
            requirement.as_object_mut().unwrap().remove("reminded");
        }
    }
    let mut messages = world.messages();
    messages.iter_mut().for_each(|row| drop(row.as_object_mut().unwrap().remove("id")));
    State { units, waiting: status.waiting(), messages }
}

/// The state of a run that nothing broke.
fn unbroken() -> &'static State {
    static UNBROKEN: OnceLock<State> = OnceLock::new();
    UNBROKEN.get_or_init(|| {
        let world = office();
        world.once(MORNING).once(AFTER_RESTART);
        assert_eq!(world.reminded(), REMINDERS);
        let state = state(&world);
        assert_eq!((state.messages.len(), state.waiting.as_str()), (8, "unassigned 1"));
        state
    })
}

/// Kills the program at the `pass`-th time it comes by a point. False when it does not come by so often.
fn killed(world: &World, point: &str, pass: usize) -> bool {
    let mut program = world.program(&["once", "--now", &at(MORNING)]);
    let output = program.env("SHOUWEN_KILL", format!("{point}:{pass}")).output().unwrap();
    if output.status.success() {
        return false;
    }
    use std::os::unix::process::ExitStatusExt as _;
    assert_eq!(output.status.signal(), Some(9), "{point}: {}", String::from_utf8_lossy(&output.stderr));
    true
}

/// Kills at each of the first passes of a point and demands the state of an unbroken run after a restart; then looks
/// at what left, told how many mails had left before the kill.
fn killed_and_restarted(point: &str, look: impl Fn(&World, usize)) {
    for pass in 1..=MOST_PASSES {
        let world = office();
        if !killed(&world, point, pass) {
            assert!(pass > 1, "{point} was never passed");
            return;
        }
        world.once(AFTER_RESTART);
        assert_eq!(state(&world), *unbroken(), "{point} pass {pass}");
        world.verify();
        look(&world, pass);
        let before = world.reminded();
        world.once("05-09 09:30");
        assert_eq!(world.reminded(), before, "{point} pass {pass}: sent again");
    }
}

/// Both reminders came, each once, and the outbox knows it.
fn all_sent(world: &World, _pass: usize) {
    assert_eq!(world.reminded(), REMINDERS);
    assert_eq!(world.outbox(), ["jwc@cnsnvc.example sent", "jwc@mypt.example sent"]);
}

/// The mail at whose dot the program died is unsure; it came if the dot left, and is never sent again by itself.
fn one_unsure(world: &World, pass: usize, dot_left: bool) {
    if pass == 1 {
        // The staff's digest leaves before the reminders.
        assert_eq!(world.reminded(), REMINDERS);
        let rows = world.run(&["outbox", "--json"]).json();
        let digests = rows.as_array().unwrap().iter().filter(|row| row["kind"] == "digest");
        assert_eq!(digests.map(|row| row["state"].as_str().unwrap()).collect::<Vec<_>>(), ["unsure"]);
        return;
    }
    let queued = ["jwc@cnsnvc.example", "jwc@mypt.example"];
    let outbox = world.outbox();
    let unsure: Vec<&String> = outbox.iter().filter(|row| row.ends_with(" unsure")).collect();
    let [unsure] = unsure[..] else { panic!("pass {pass}: {outbox:?}") };
    let address = unsure.split(' ').next().unwrap();
    assert!(queued.contains(&address) && outbox.len() == 2, "{outbox:?}");
    let arrived: Vec<&str> =
        REMINDERS.into_iter().filter(|line| dot_left || !line.ends_with(address)).collect();
    assert_eq!(world.reminded(), arrived, "pass {pass}");
}

macro_rules! killed_at {
    ($($story:ident at $point:literal then $look:expr;)+) => {
        const POINTS: &[&str] = &[$($point),+];
        $(#[test] fn $story() { killed_and_restarted($point, $look); })+
    };
}

killed_at! {
    with_a_blob_and_no_row at "capture.blob_synced" then all_sent;
    before_capture_commits at "capture.before_commit" then all_sent;
    after_capture_commits at "capture.after_commit" then all_sent;
    after_a_mail_was_handed_to_the_reader at "read.handed" then all_sent;
    after_the_reader_reported at "read.reported" then all_sent;
    before_read_commits at "read.before_commit" then all_sent;
    after_read_commits at "read.after_commit" then all_sent;
    after_judgement at "register.judged" then all_sent;
    before_register_commits at "register.before_commit" then all_sent;
    after_register_commits at "register.after_commit" then all_sent;
    after_queueing at "deliver.queued" then all_sent;
    after_claiming at "deliver.claimed" then all_sent;
    before_the_dot at "deliver.before_dot" then |world, pass| one_unsure(world, pass, false);
    after_the_dot at "deliver.after_dot" then |world, pass| one_unsure(world, pass, true);
    before_the_answer_is_settled at "deliver.before_settle" then |world, pass| one_unsure(world, pass, true);
}

#[test]
fn every_point_in_the_sources_has_its_story() {
    let mut found = BTreeSet::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    // The reader's death is told where its parent is watched, tests/reader; a forgetting that is killed in
    // tests/upkeep/privacy.rs, an upgrade in tests/story/fault_matrix.rs.
    let told = POINTS.iter().chain(&decided_crash::POINTS).chain(&receipt_crash::POINTS);
    let elsewhere =
        ["reader.unpack", "erase.committed", "migrate.kept", "migrate.step", "migrate.after_commit"];
    let told = told.chain(&carried_crash::POINTS).chain(&begun_crash::POINTS).chain(&elsewhere);
    let told: BTreeSet<String> = told.map(|point| (*point).to_owned()).collect();
    assert_eq!(told, found);
}

fn collect(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let named = text.split("kill_point(\"").skip(1).filter_map(|rest| rest.split('"').next());
        found.extend(named.map(str::to_owned));
    }
}

#[test]
fn a_mail_taken_without_an_answer_is_unsure_after_a_kill() {
    let world = office();
    world.receiver.on("KEPT", SmtpMisdeed::Stall);
    let mut program = world.program(&["once", "--now", &at(MORNING)]);
    let mut child = program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let arrived = world.receiver.wait_received(PATIENCE, |mails| !mails.is_empty());
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(arrived, "no mail came");
    world.once(AFTER_RESTART);
    assert_eq!(state(&world), *unbroken());
    one_unsure(&world, 1, true);
}
