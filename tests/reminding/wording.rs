//! Every wording of the season as units and staff read it, for whoever has sent nothing, lacks one thing, lacks many, has
//! all, or has all with something to mend. Read the difference, then `UPDATE_EXPECT=1` writes the snapshot anew.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use shouwen::domain::facts::MailFacts;
use shouwen::domain::message::{MessageKind, PartState};
use shouwen::domain::submission::{Filing, Flaw, Level};
use shouwen::remind::plan;
use shouwen::store::{Captured, Registration, Reported, Sighting};

use super::office::{Office, Seen, at};

/// What each unit has sent of the plan and of the summary, by the number of the unit; U000 sends nothing.
const SENT: [(&str, &[(&str, PartState)]); 7] = [
    (
        "U001 plan",
        &[("scheme", PartState::Accepted), ("liaison", PartState::Accepted), ("form4", PartState::Accepted)],
    ),
    ("U002 plan", &[("scheme", PartState::Accepted)]),
    ("U003 plan", &ALL_PLAN),
    (
        "U003 summary",
        &[
            ("form5", PartState::Accepted),
            ("form5_scan", PartState::Accepted),
            ("report", PartState::Accepted),
        ],
    ),
    (
        "U004 plan",
        &[
            ("scheme", PartState::Accepted),
            ("liaison", PartState::Accepted),
            ("form4", PartState::Flawed),
            ("form4_scan", PartState::Accepted),
        ],
    ),
    ("U005 plan", &[("scheme", PartState::Accepted), ("form4", PartState::Flawed)]),
    ("U005 summary", &[("report", PartState::Accepted)]),
];
const ALL_PLAN: [(&str, PartState); 4] = [
    ("scheme", PartState::Accepted),
    ("liaison", PartState::Accepted),
    ("form4", PartState::Accepted),
    ("form4_scan", PartState::Accepted),
];

fn register(office: &Office, number: u32, unit: &str, requirement: &str, items: &[(&str, PartState)]) {
    let now = at("05-05T09:00");
    let sighting = Sighting { mailbox: "zjc".into(), folder: "INBOX".into(), uidvalidity: 1, uid: number };
    let mail = Captured {
        sha256: format!("{number:064x}"),
        size: 1,
        received_at: now,
        sighting,
        is_history: false,
        note: String::new(),
        announced: Default::default(),
    };
    let id = office.store.capture(&[mail], now).unwrap()[0];
    office.store.save_facts(&[Reported { id, facts: MailFacts::default(), hashes: vec![] }], now).unwrap();
    let flaw = || Flaw {
        code: "V05".into(),
        place: "Sheet1!D4".into(),
        text: "手机号应为11位，现为10位，请核对".into(),
        level: Level::Error,
    };
    let filing = |(item, state): &(&str, PartState)| Filing {
        campaign: "2023-activity-week".into(),
        unit: unit.into(),
        requirement: requirement.into(),
        day: None,
        item: (*item).into(),
        state: *state,
        flaws: if *state == PartState::Flawed { vec![flaw()] } else { vec![] },
        received_at: now,
        message: id,
        ordinal: 0,
        sha256: format!("{item}{number}"),
        version: None,
    };
    let registration = Registration {
        echoes: vec![],
        kind: MessageKind::Submission,
        campaign: Some(office.campaign().id.clone()),
        unit: Some(unit.to_owned()),
        unit_by: None,
        review: None,
        may_concern: vec![],
        may_be_of: vec![],
        may_hold_material: true,
        evidence: vec![],
        parts: vec![],
        loose: items.iter().map(filing).collect(),
        readings: vec![],
        learned: vec![],
        accepted: vec![],
    };
    office.store.register(&[(id, registration)], std::slice::from_ref(office.campaign()), now).unwrap();
}

/// All that is to be mailed at a moment, whole.
fn told(office: &Office, now: Timestamp) -> String {
    office.sender.clock.step_to(now);
    office.looks(now, None);
    let (mailboxes, settings) = (&office.config.mailboxes, &office.config.reminders);
    let batch = plan(&office.store, office.campaign(), mailboxes, settings, &BTreeMap::new(), now).unwrap();
    let mail = |due: &shouwen::remind::Due| {
        let steps: Vec<String> = due.steps.iter().map(ToString::to_string).collect();
        format!("==== {} 致 {}\n主题：{}\n{}\n", steps.join(" "), due.to, due.subject, due.text)
    };
    let mut mails: Vec<String> = batch.dues.iter().map(mail).collect();
    mails.insert(0, format!("######## {}\n", office.campaign().local(now).strftime("%m-%d %H:%M")));
    mails.join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wording_reads_as_it_was_approved() {
    let office = Office::with_units(6);
    for (number, (who, items)) in (1..).zip(SENT) {
        let (unit, requirement) = who.split_once(' ').unwrap();
        register(&office, number, unit, requirement, items);
    }
    let mut all = String::new();
    let mut from = at("05-05T12:00");
    for morning in ["05-06", "05-09", "05-11", "05-12", "05-15", "05-16", "05-26", "05-30", "05-31", "06-01"]
    {
        let now = at(&format!("{morning}T08:20"));
        office.plays(from, now, |_| Seen::Well).await;
        all.push_str(&told(&office, now));
        from = at(&format!("{morning}T08:30"));
    }
    for wording in
        ["工作提示】请", "【催报】", "【第二次催报】", "每日材料报送", "【请补正】", "【电话催办名单】"]
    {
        assert!(all.contains(wording), "{wording} is told to nobody");
    }
    assert_eq!(
        all.matches("致 u003@unit.example").count(),
        1,
        "who has sent all is asked for the days alone"
    );
    let snapshot = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots/wording.txt"));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(snapshot, &all).unwrap();
    }
    let approved = std::fs::read_to_string(snapshot).unwrap_or_default();
    assert!(
        approved == all,
        "the wording differs from tests/snapshots/wording.txt; UPDATE_EXPECT=1 writes it anew"
    );
}
