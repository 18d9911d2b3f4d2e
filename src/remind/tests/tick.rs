//! Stories of the turn of the wheel on a real store: what is queued, once; what the last look does to it.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::stage::{at, campaign, mailbox, settings};
use crate::domain::campaign::Campaign;
use crate::domain::facts::MailFacts;
use crate::domain::mailbox::Mailbox;
use crate::domain::message::{MessageKind, PartState};
use crate::domain::submission::{Filing, Flaw, Level};
use crate::remind::{DueState, Mode, Settings, Signed, approve, last_look, plan, tick};
use crate::store::{Captured, OutboxRow, OutboxState, Registration, Reported, Scan, Sighting, Store};

/// An office on a small store, with the units `a` and `b`.
pub(super) struct Office {
    _dir: tempfile::TempDir,
    pub(super) store: Store,
    pub(super) campaign: Campaign,
    pub(super) mailboxes: Vec<Mailbox>,
    pub(super) settings: Settings,
    mails: u32,
}

impl Office {
    pub(super) fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let mut campaign = campaign();
        campaign.roster.units.truncate(2);
        let (mailboxes, settings) = (vec![mailbox()], settings());
        Self { _dir: dir, store, campaign, mailboxes, settings, mails: 0 }
    }

    pub(super) fn scan(&self, moment: &str) -> Timestamp {
        let (mailbox, folder, at) = ("office".to_owned(), "INBOX".to_owned(), at(moment));
        let scan = Scan {
            mailbox,
            folder,
            uidvalidity: 1,
            at,
            unfetched: vec![],
            resting: vec![],
            trouble: None,
            note: None,
        };
        self.store.record_scan(&scan).unwrap();
        at
    }

    /// Looks at the mailbox and turns the wheel; how many were queued.
    pub(super) fn tick(&self, moment: &str) -> u32 {
        let now = self.scan(moment);
        tick(&self.store, &self.campaign, &self.mailboxes, &self.settings, now).unwrap()
    }

    /// Due mails as `unit state`.
    pub(super) fn plan(&self, moment: &str) -> Vec<String> {
        let now = self.scan(moment);
        let batch = plan(&self.store, &self.campaign, &self.mailboxes, &self.settings, &BTreeMap::new(), now)
            .unwrap();
        batch
            .dues
            .iter()
            .map(|due| format!("{} {}", due.unit.as_deref().unwrap_or("staff"), due.state))
            .collect()
    }

    pub(super) fn look(&self, row: OutboxRow, now: Timestamp) -> Option<OutboxRow> {
        last_look(&self.store, &self.campaign, &self.mailboxes, &self.settings, row, now).unwrap()
    }

    /// Mails in the outbox in this state, as `unit: steps`.
    pub(super) fn outbox(&self, state: OutboxState) -> Vec<String> {
        let rows = self.store.outbox(Some(state)).unwrap();
        let steps =
            |row: &OutboxRow| row.mail.steps.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        rows.iter()
            .map(|row| format!("{}: {}", row.mail.unit.as_deref().unwrap_or("staff"), steps(row)))
            .collect()
    }

    pub(super) fn queued(&self, unit: &str) -> OutboxRow {
        let rows = self.store.outbox(Some(OutboxState::Queued)).unwrap();
        rows.into_iter().find(|row| row.mail.unit.as_deref() == Some(unit)).unwrap()
    }

    pub(super) fn send(&self, row: &OutboxRow, now: Timestamp) {
        assert!(self.store.claim_for_sending(row.id, now).unwrap());
        self.store.settle(row.id, OutboxState::Sent, "250 ok", now, None).unwrap();
    }

    /// A mail of `unit` with these items of the plan is registered; `review`: waits for a person instead.
    pub(super) fn arrive(
        &mut self,
        unit: &str,
        items: &[(&str, PartState)],
        moment: &str,
        review: Option<&str>,
    ) {
        self.arrive_late(unit, items, (moment, moment), review);
    }

    /// The same, of a mail that its server took at the first moment and that was captured at the second.
    pub(super) fn arrive_late(
        &mut self,
        unit: &str,
        items: &[(&str, PartState)],
        moments: (&str, &str),
        review: Option<&str>,
    ) {
        self.arrive_as(MessageKind::Submission, unit, items, moments, review);
    }

    /// A mail of `unit` is registered that asks or tells something and brings nothing.
    pub(super) fn asks(&mut self, unit: &str, moment: &str) {
        self.arrive_as(MessageKind::Question, unit, &[], (moment, moment), None);
    }

    fn arrive_as(
        &mut self,
        kind: MessageKind,
        unit: &str,
        items: &[(&str, PartState)],
        (received, captured): (&str, &str),
        review: Option<&str>,
    ) {
        self.mails += 1;
        let now = at(captured);
        let sighting =
            Sighting { mailbox: "office".into(), folder: "INBOX".into(), uidvalidity: 1, uid: self.mails };
        let sha256 = format!("{:064x}", self.mails);
        let mail = Captured {
            sha256,
            size: 1,
            received_at: at(received),
            sighting,
            is_history: false,
            note: String::new(),
            announced: Default::default(),
        };
        let id = self.store.capture(&[mail], now).unwrap()[0];
        self.store.save_facts(&[Reported { id, facts: MailFacts::default(), hashes: vec![] }], now).unwrap();
        let flaw = Flaw {
            code: "V11".into(),
            place: "Sheet1!F7".into(),
            text: "大于100%".into(),
            level: Level::Error,
        };
        let filing = |(item, state): &(&str, PartState)| Filing {
            campaign: self.campaign.id.clone(),
            unit: unit.into(),
            requirement: if *item == "report" { "summary" } else { "plan" }.into(),
            day: None,
            item: (*item).into(),
            state: *state,
            flaws: if *state == PartState::Flawed { vec![flaw.clone()] } else { vec![] },
            received_at: now,
            message: id,
            ordinal: 0,
            sha256: format!("{item}{}", self.mails),
            version: None,
        };
        let registration = Registration {
            kind,
            campaign: Some("week".into()),
            unit: review.is_none().then(|| unit.to_owned()),
            unit_by: None,
            review: review.map(str::to_owned),
            may_concern: vec![unit.to_owned()],
            may_be_of: vec![],
            may_hold_material: true,
            evidence: vec![],
            parts: vec![],
            loose: items.iter().map(filing).collect(),
            readings: vec![],
            learned: vec![],
            accepted: vec![],
            echoes: vec![],
        };
        self.store.register(&[(id, registration)], std::slice::from_ref(&self.campaign), now).unwrap();
    }
}

pub(super) fn signed(at: Timestamp) -> Signed {
    Signed { by: "某老师".into(), at, why: String::new() }
}

#[test]
fn each_step_is_queued_once_however_often_the_wheel_turns() {
    let office = Office::open();
    assert_eq!(office.tick("05-11T08:00"), 0, "before the hours");
    assert_eq!(office.tick("05-11T08:30"), 2);
    assert_eq!(office.tick("05-11T08:32"), 0);
    assert_eq!(office.plan("05-11T08:32"), ["a queued", "b queued"]);
    let row = office.queued("a");
    assert_eq!(row.mail.to, "a@school.example");
    assert!(
        row.mail.message_id.starts_with("<shouwen.reminder.")
            && row.mail.message_id.ends_with("@mail.example>")
    );
    assert_eq!(office.look(row, at("05-11T08:33")).unwrap().mail.steps.len(), 1);
}

#[test]
fn off_queues_nothing_and_approve_only_what_a_person_released() {
    let mut office = Office::open();
    office.settings.mode = Mode::Off;
    assert_eq!(
        (office.tick("05-11T09:00"), office.plan("05-11T09:00")),
        (0, vec!["a due".into(), "b due".into()])
    );
    office.settings.mode = Mode::Approve;
    assert_eq!(office.tick("05-11T09:00"), 0);
    let now = office.scan("05-11T09:01");
    let batch =
        plan(&office.store, &office.campaign, &office.mailboxes, &office.settings, &BTreeMap::new(), now)
            .unwrap();
    approve(&office.store, &batch.dues[1], SignedDuration::ZERO, &signed(now)).unwrap();
    assert_eq!(office.plan("05-11T09:01"), ["a due", "b approved"]);
    assert_eq!(office.tick("05-11T09:02"), 1);
    assert_eq!(office.outbox(OutboxState::Queued), ["b: plan/first/--/b"]);
}

#[test]
fn what_is_released_with_a_hold_does_not_leave_before_its_end() {
    let mut office = Office::open();
    office.settings.mode = Mode::Approve;
    let now = office.scan("05-11T09:01");
    let due = |office: &Office| {
        let nothing = BTreeMap::new();
        plan(&office.store, &office.campaign, &office.mailboxes, &office.settings, &nothing, now)
            .unwrap()
            .dues
    };
    let to_approve = |office: &Office| {
        super::super::to_approve(&office.store, &office.campaign, &office.mailboxes, &office.settings, now)
            .unwrap()
    };
    assert_eq!(to_approve(&office), 2);
    let hold = SignedDuration::from_mins(1);
    approve(&office.store, &due(&office)[0], hold, &signed(now)).unwrap();
    approve(&office.store, &due(&office)[1], SignedDuration::ZERO, &signed(now)).unwrap();
    assert_eq!(to_approve(&office), 0);
    assert_eq!(office.tick("05-11T09:01"), 2);
    assert_eq!(office.queued("a").mail.leaves_at, now + hold);
    assert_eq!(office.queued("b").mail.leaves_at, now);
}

#[test]
fn who_delivers_before_the_mail_leaves_does_not_get_it() {
    let mut office = Office::open();
    office.tick("05-11T08:30");
    let all = [("scheme", PartState::Accepted), ("form4", PartState::Accepted)];
    office.arrive("a", &all, "05-11T08:31", None);
    let now = office.scan("05-11T08:32");
    assert!(office.look(office.queued("a"), now).is_none());
    assert_eq!(office.outbox(OutboxState::Struck), ["a: plan/first/--/a"]);
    assert!(office.look(office.queued("b"), now).is_some());
    assert_eq!(office.tick("05-11T08:34"), 0);
}

#[test]
fn who_delivers_a_part_gets_a_mail_that_says_so() {
    let mut office = Office::open();
    office.arrive("a", &[("form4", PartState::Flawed)], "05-10T08:31", None);
    office.tick("05-11T08:30");
    let row = office.queued("a");
    assert_eq!(row.mail.steps.len(), 2);
    assert!(row.mail.text.contains("大于100%") && row.mail.text.contains("08:30"));
    office.arrive("a", &[("form4", PartState::Accepted)], "05-11T08:31", None);
    let now = office.scan("05-11T08:40");
    let rewritten = office.look(row, now).unwrap();
    assert_eq!(office.queued("a").mail.text, rewritten.mail.text);
    assert!(!rewritten.mail.text.contains("大于100%") && rewritten.mail.text.contains("08:40"));
    assert_eq!(office.outbox(OutboxState::Queued)[0], "a: plan/first/--/a");
}

#[test]
fn nothing_leaves_on_a_stale_picture_after_hours_or_while_material_waits() {
    let mut office = Office::open();
    office.tick("05-11T08:30");
    assert!(office.look(office.queued("a"), at("05-11T08:40")).is_none(), "no look for ten minutes");
    assert!(office.look(office.queued("a"), office.scan("05-11T18:00")).is_none(), "after hours");
    office.settings.mode = Mode::Off;
    assert!(office.look(office.queued("a"), office.scan("05-11T18:01")).is_none(), "paused");
    office.settings.mode = Mode::Auto;
    office.arrive("a", &[], "05-11T09:00", Some("看不出是什么"));
    let now = at("05-11T18:02");
    assert!(office.look(office.queued("a"), now).is_none());
    assert_eq!(office.outbox(OutboxState::Queued).len(), 2, "kept, not struck");
}

#[test]
fn a_waiting_mail_is_told_instead_of_chasing() {
    let mut office = Office::open();
    office.arrive("a", &[], "05-11T08:00", Some("看不出是什么"));
    assert_eq!(office.plan("05-11T09:00"), ["a held", "b due"]);
    assert_eq!(office.tick("05-11T09:00"), 1);
}

#[test]
fn what_the_pace_kept_goes_the_next_day_unless_a_later_step_replaces_it() {
    let office = Office::open();
    office.tick("05-09T09:00");
    office.send(&office.queued("a"), at("05-09T09:01"));
    let now = office.scan("05-10T09:00");
    assert!(office.look(office.queued("b"), now).is_some(), "mail left on the 9th: it was the pace");
    assert_eq!(office.tick("05-11T09:00"), 2);
    assert_eq!(office.outbox(OutboxState::Struck), ["b: plan/eve/--/b"]);
    assert_eq!(office.outbox(OutboxState::Queued), ["b: plan/first/--/b", "a: plan/first/--/a"]);
}

#[test]
fn what_could_not_leave_at_all_lapses_with_its_day() {
    let office = Office::open();
    office.tick("05-09T09:00");
    let now = office.scan("05-10T09:00");
    assert!(office.look(office.queued("a"), now).is_none());
    assert_eq!(office.outbox(OutboxState::Struck), ["a: plan/eve/--/a"]);
    assert_eq!(office.tick("05-10T09:00"), 0);
}

#[test]
fn what_the_server_put_off_until_tomorrow_does_not_lapse() {
    let office = Office::open();
    office.tick("05-09T09:00");
    office.store.hold_back("office", at("05-10T00:00")).unwrap();
    let now = office.scan("05-10T09:00");
    assert!(office.look(office.queued("a"), now).is_some());
}

#[test]
fn a_mail_that_is_leaving_is_neither_struck_nor_replaced() {
    let office = Office::open();
    office.tick("05-09T09:00");
    office.send(&office.queued("b"), at("05-09T09:01"));
    let row = office.queued("a");
    assert!(office.store.claim_for_sending(row.id, at("05-10T09:01")).unwrap());
    assert!(!office.store.strike(row.id, "已由后续提醒代替", at("05-10T09:01")).unwrap());
    office.store.hold_back("office", at("05-11T00:00")).unwrap();
    assert_eq!(office.outbox(OutboxState::Sending), ["a: plan/eve/--/a"]);
}

#[test]
fn a_queued_mail_goes_to_the_address_that_the_roster_has_when_it_leaves() {
    let mut office = Office::open();
    office.tick("05-11T08:30");
    office.campaign.roster.units[0].emails = vec!["corrected@school.example".into()];
    office.campaign.roster.units[1].emails.clear();
    let now = office.scan("05-11T08:31");
    let leaves = office.look(office.queued("a"), now).unwrap();
    assert_eq!(leaves.mail.to, "corrected@school.example");
    assert_eq!(office.queued("a").mail.to, "corrected@school.example");
    assert!(office.look(office.queued("b"), now).is_none(), "no address is left");
}

#[test]
fn the_phone_list_claims_its_steps_once_and_every_colleague_has_it() {
    let mut office = Office::open();
    office.settings.staff.push("second@office.example".into());
    assert_eq!(office.tick("05-15T09:00"), 2);
    assert_eq!(office.tick("05-15T09:02"), 0);
    assert_eq!(office.outbox(OutboxState::Queued), ["staff: ", "staff: plan/phone/--/a plan/phone/--/b"]);
    let rows = office.store.outbox(Some(OutboxState::Queued)).unwrap();
    assert_eq!(rows[0].mail.text, rows[1].mail.text);
    assert_ne!(rows[0].mail.to, rows[1].mail.to);
    let now = office.scan("05-15T09:05");
    let looked = rows.iter().map(|row| office.look(row.clone(), now).unwrap().mail.text);
    assert!(
        looked.eq(rows.iter().map(|row| row.mail.text.clone())),
        "nothing changed, nothing is written anew"
    );
}

#[test]
fn a_step_missed_in_an_outage_is_made_up_from_the_store() {
    let office = Office::open();
    office.scan("05-08T17:00");
    assert_eq!(office.tick("05-10T09:00"), 2);
    assert_eq!(office.outbox(OutboxState::Queued)[0], "a: plan/eve/--/a");
}

#[test]
fn a_due_mail_is_printed_as_the_contract_says() {
    let office = Office::open();
    let now = office.scan("05-11T09:00");
    let batch =
        plan(&office.store, &office.campaign, &office.mailboxes, &office.settings, &BTreeMap::new(), now)
            .unwrap();
    assert_eq!(batch.dues[0].state, DueState::Due);
    let json = batch.dues[0].json(&office.campaign);
    assert_eq!((&json["unit"], &json["steps"][0]), (&"a职业学院".into(), &"plan/first/--/a".into()));
    let keys: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["leaves_at", "state", "steps", "subject", "text", "to", "unit", "why"]);
}
