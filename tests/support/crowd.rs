//! A desk as hostile as a season can make it, for the bench of pages: 200 units with real names, all late; 100,000 mails,
//! 500 of one unit; 5,000 photos looked at; mails that wait, questions, letters that left, remarks, and the forms of all.
// Helpers of benches may panic as tests may.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::net::SocketAddr;

use jiff::Timestamp;
use jiff::civil::date;
use serde_json::{Map, Value, json};
use shouwen::config::Config;
use shouwen::domain::campaign::When;
use shouwen::domain::decision::{Act, Decision};
use shouwen::domain::facts::MailFacts;
use shouwen::domain::message::{MessageKind, PartState};
use shouwen::rehearsal::stage::{self, Addresses};
use shouwen::store::{
    Captured, NewMail, OutboxState, ReadingRow, Registration, Reported, Ruled, Scan, StepKey,
};

use crate::many::{UNITS, build};
use crate::world::{World, facts, inbox, minute, registration, unit, world_in};

/// The morning after plans were due: an office hour of a working day, when all mail has come.
pub const NOW: &str = "2023-07-11T09:30:00+08:00";
/// Photos of which a likeness is known.
const PHOTOS: usize = 5_000;
/// Of each kind that waits for a person.
const WAITING: usize = 200;
/// Letters that left.
const LETTERS: usize = 2_000;
/// Remarks of staff.
const REMARKS: usize = 1_000;

/// The shipped campaign with 200 units of real length, whose plans were due yesterday.
fn config(dir: &std::path::Path) -> Config {
    let stage = stage::stage(dir);
    let nowhere: SocketAddr = "127.0.0.1:1".parse().unwrap();
    stage::build(&stage, &[("甲学院", &[])], Addresses { imap: nowhere, smtp: nowhere, page: nowhere })
        .unwrap();
    let mut config = shouwen::config::load(&stage.config).unwrap();
    let campaign = &mut config.campaigns[0];
    "week".clone_into(&mut campaign.id);
    let day = date(2023, 7, 10);
    campaign.requirements[0].when = When::By { nominal: day, on_time_through: day };
    let one = |n: usize| shouwen::domain::unit::Unit {
        code: unit(n),
        name: format!("四川第{n}机电与信息工程职业技术学院"),
        group: if n.is_multiple_of(5) { "city_edu" } else { "college" }.to_owned(),
        city: format!("第{}市", n % 21),
        emails: vec![format!("unit{n}@unit.example")],
        contact: "甲老师".to_owned(),
        phone: "13800000000".to_owned(),
        ..Default::default()
    };
    campaign.roster.units = (0..UNITS).map(one).collect();
    config
}

/// Builds it in `dir` with so many messages.
pub fn crowd(dir: tempfile::TempDir, messages: u32) -> (World, Config) {
    let config = config(&dir.path().join("stage"));
    let mut world = world_in(dir, 1);
    world.campaign = config.campaigns[0].clone();
    build(&world, messages);
    let share = (messages as usize).min(100_000) as f64 / 100_000.0;
    let some = |count: usize| ((count as f64 * share) as usize).max(5);
    photos(&world, some(PHOTOS));
    waiting(&world, messages, some(WAITING));
    forms(&world, messages + 10_000);
    letters(&world, some(LETTERS));
    remarks(&world, some(REMARKS));
    let now: Timestamp = NOW.parse().unwrap();
    for folder in ["INBOX", "垃圾邮件"] {
        let (mailbox, folder) = (config.mailboxes[0].id.clone(), folder.to_owned());
        let (unfetched, resting, trouble, note) = (vec![], vec![], None, None);
        let scan = Scan { mailbox, folder, uidvalidity: 7, at: now, unfetched, resting, trouble, note };
        world.store.record_scan(&scan).unwrap();
    }
    (world, config)
}

fn hash(n: usize) -> String {
    format!("{n:064x}")
}

/// Likenesses without order, and bursts of ten that look the same: a multiplier of Knuth's spreads the bits.
fn photos(world: &World, photos: usize) {
    for n in (1..).filter(|n| n / UNITS % 4 >= 2).take(photos) {
        let likeness = ((n / 10) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (n as u64 % 3);
        world.store.save_picture(&hash(n), Ok((b"jpeg", Some(likeness)))).unwrap();
    }
}

fn capture(world: &World, n: usize) -> i64 {
    let mail = Captured {
        sha256: format!("w{n:063x}"),
        size: 1000,
        received_at: minute(n as i64 % 90_000),
        sighting: inbox(u32::try_from(n).unwrap()),
        is_history: false,
        note: String::new(),
        announced: Default::default(),
    };
    world.store.capture(&[mail], minute(0)).unwrap()[0]
}

fn read(world: &World, id: i64, facts: MailFacts) {
    let hashes = facts.parts.iter().map(|_| Some(hash(7))).collect();
    world.store.save_facts(&[Reported { id, facts, hashes }], minute(0)).unwrap();
}

/// Mails without a unit, with a contradiction, in review, parked, and questions.
fn waiting(world: &World, from: u32, each: usize) {
    for n in 0..each * 5 {
        let id = capture(world, from as usize + 1 + n);
        let code = unit(n % UNITS);
        let is_question = n % 5 == 4;
        read(world, id, facts(usize::from(!is_question)));
        let wish = (code.as_str(), "plan", None, "scheme", PartState::Review, "w");
        let whole = registration(&[wish]);
        let waits =
            Registration { review: Some("看不出是哪个单位报送的".to_owned()), ..whole.clone() };
        let registration = match n % 5 {
            0 => Registration { unit: None, unit_by: None, ..waits },
            1 => Registration { may_concern: vec![unit((n + 1) % UNITS)], ..waits },
            2 => whole,
            3 => {
                world.store.park(id, "压缩包有密码", minute(0)).unwrap();
                continue;
            }
            _ => Registration { kind: MessageKind::Question, ..registration(&[]) },
        };
        world.register(id, &registration);
    }
}

/// A form of totals from every unit, with a correction of each.
fn forms(world: &World, from: u32) {
    for n in 0..UNITS * 2 {
        let id = capture(world, from as usize + n);
        let code = unit(n % UNITS);
        read(world, id, facts(1));
        let own = hash(1_000_000 + n);
        let wish = (code.as_str(), "summary", None, "form5", PartState::Accepted, own.as_str());
        let form = &world.campaign.templates["form5"];
        let values: Map<String, Value> = form.fields.iter().map(|f| (f.id.clone(), json!(n))).collect();
        let cells = form.fields.iter().map(|f| (f.id.clone(), json!("Sheet1!D5"))).collect();
        let reading = ReadingRow { part: 0, form: "form5".to_owned(), school: code.clone(), values, cells };
        world.register(id, &Registration { readings: vec![reading], ..registration(&[wish]) });
    }
}

fn letters(world: &World, letters: usize) {
    for n in 0..letters {
        let code = unit(n % UNITS);
        let key = StepKey {
            requirement: "daily".to_owned(),
            step: format!("nudge{}", n / UNITS),
            day: None,
            unit: code.clone(),
        };
        let at = minute(n as i64 * 10);
        let mail = NewMail {
            kind: "reminder".to_owned(),
            campaign: Some("week".to_owned()),
            mailbox: "zjc".to_owned(),
            unit: Some(code),
            to: format!("unit{}@unit.example", n % UNITS),
            subject: "关于报送材料的提醒".to_owned(),
            text: "请尽快报送。\n".repeat(60),
            message_id: format!("<shouwen.reminder.{n}@office.example>"),
            cause: format!("letter {n}"),
            steps: vec![key],
            queued_at: at,
            leaves_at: at,
        };
        let id = world.store.queue(&mail).unwrap().unwrap();
        assert!(world.store.claim_for_sending(id, at).unwrap());
        world.store.settle(id, OutboxState::Sent, "250 ok", at, None).unwrap();
    }
}

fn remarks(world: &World, remarks: usize) {
    let one = |n: usize| Decision {
        id: i64::try_from(n).unwrap() + 1,
        campaign: Some("week".to_owned()),
        unit: Some(unit(n % UNITS)),
        ..Decision::new(Act::Note, "李某", minute(90_000), "已电话提醒，答应明天报")
    };
    let decisions: Vec<Decision> = (0..remarks).map(one).collect();
    let campaigns = std::slice::from_ref(&world.campaign);
    let ruled = Ruled { decisions: &decisions, basis: 0, judged: vec![], campaigns };
    assert!(world.store.decide(&ruled, minute(90_000)).unwrap());
}
