//! Stories of the gate: what holds everybody, what holds one unit, what holds nobody.

use jiff::SignedDuration;

use super::stage::{at, campaign, mailbox};
use crate::domain::message::MessageState;
use crate::remind::gate::{Gate, Sights, look};
use crate::store::{FolderState, LearnedSender, PendingMail, Sighting, Unfetched};

const NOW: &str = "05-11T09:00";

fn folder(name: &str, complete: Option<&str>) -> FolderState {
    FolderState {
        trouble_since: None,
        mailbox: "office".into(),
        folder: name.into(),
        complete_at: complete.map(at),
        trouble: complete.is_none().then(|| "连不上".to_owned()),
        note: None,
        tried_at: at(NOW),
    }
}

fn seen() -> Sights {
    Sights { folders: vec![folder("INBOX", Some("05-11T08:58"))], ..Sights::default() }
}

fn open(sights: &Sights) -> Gate {
    look(&campaign(), &[&mailbox()], sights, at(NOW))
}

fn waiting(state: MessageState, may_concern: &[&str], may_hold_material: bool) -> PendingMail {
    PendingMail {
        id: 7,
        state,
        from: "someone@free.example".into(),
        subject: String::new(),
        unit: None,
        campaign: None,
        others: vec![],
        may_concern: may_concern.iter().map(|code| (*code).to_owned()).collect(),
        may_hold_material,
    }
}

fn holding(row: PendingMail) -> Gate {
    open(&Sights { waiting: vec![row], ..seen() })
}

#[test]
fn a_fresh_picture_holds_nobody() {
    let gate = open(&seen());
    assert_eq!((gate.holds("a", Some(at("05-11T00:00"))), gate.notes.len()), (None, 0));
    assert_eq!(gate.scanned_at, Some(at("05-11T08:58")));
}

#[test]
fn a_folder_not_completely_seen_within_two_polls_holds_everybody() {
    for folders in [
        vec![],
        vec![folder("INBOX", None)],
        vec![folder("INBOX", Some("05-11T08:55"))],
        vec![folder("垃圾邮件", Some("05-11T08:59"))],
        vec![folder("INBOX", Some("05-11T08:59")), folder("垃圾邮件", None)],
    ] {
        let gate = open(&Sights { folders, ..Sights::default() });
        assert!(gate.holds("a", None).is_some_and(|why| why.contains("完整收取")), "{gate:?}");
    }
    let nowhere = look(&campaign(), &[], &seen(), at(NOW));
    assert!(nowhere.all.is_some());
}

#[test]
fn a_uid_that_is_not_handed_out_holds_everybody_for_a_day_and_then_only_alarms() {
    let unfetched = |first_listed_at| Unfetched {
        sighting: Sighting { mailbox: "office".into(), folder: "INBOX".into(), uidvalidity: 1, uid: 5 },
        first_listed_at,
        tries: 3,
        reason: "NO".into(),
    };
    let young = open(&Sights { unfetched: vec![unfetched(at("05-10T09:01"))], ..seen() });
    assert!(young.all.is_some());
    let old = open(&Sights { unfetched: vec![unfetched(at("05-10T09:00"))], ..seen() });
    assert_eq!((old.all.is_none(), old.notes.len()), (true, 1));
}

#[test]
fn mail_on_the_way_and_a_clock_that_is_behind_hold_everybody() {
    assert!(open(&Sights { on_the_way: 1, ..seen() }).all.is_some());
    let ahead = |minutes| Some(at(NOW) + SignedDuration::from_mins(minutes));
    for (newest_arrival, newest_stamp, is_held) in
        [(ahead(11), None, true), (ahead(9), None, false), (None, ahead(2), true), (None, ahead(1), false)]
    {
        let gate = open(&Sights { newest_arrival, newest_stamp, ..seen() });
        assert_eq!(gate.all.is_some_and(|why| why.contains("时钟")), is_held);
    }
}

#[test]
fn waiting_material_holds_the_units_that_its_clues_name_and_no_other() {
    let gate = holding(waiting(MessageState::Review, &["a", "b"], true));
    assert!(gate.holds("a", None).is_some() && gate.holds("b", None).is_some());
    assert_eq!(gate.holds("c", None), None);
    let mut assigned = waiting(MessageState::Review, &[], true);
    assigned.unit = Some("c".into());
    assert!(holding(assigned).holds("c", None).is_some());
}

#[test]
fn questions_and_mail_without_a_clue_hold_nobody_and_are_shown() {
    for row in [
        waiting(MessageState::Review, &["a"], false),
        waiting(MessageState::Review, &[], true),
        waiting(MessageState::Parked, &[], true),
    ] {
        let gate = holding(row);
        assert_eq!((gate.holds("a", None), gate.notes.len()), (None, 1), "{gate:?}");
    }
    let mut elsewhere = waiting(MessageState::Review, &["a"], true);
    elsewhere.campaign = Some("another".into());
    assert_eq!(holding(elsewhere.clone()).holds("a", None), None);
    elsewhere.others = vec![campaign().id];
    assert!(holding(elsewhere).holds("a", None).is_some(), "what could be either's is nobody's elsewhere");
    assert_eq!(holding(waiting(MessageState::History, &["a"], true)).holds("a", None), None);
}

#[test]
fn parked_mail_is_known_by_its_sender_and_subject() {
    let parked = || waiting(MessageState::Parked, &[], false);
    let by = |change: fn(&mut PendingMail)| {
        let mut row = parked();
        change(&mut row);
        holding(row).units.into_keys().collect::<Vec<_>>()
    };
    assert_eq!(by(|row| row.from = "A@school.example".into()), ["a"]);
    assert_eq!(by(|row| row.subject = "b职业学院材料".into()), ["b"]);
    let learned = LearnedSender {
        address: "someone@free.example".into(),
        campaign: "week".into(),
        unit: "c".into(),
        how: "staff".into(),
    };
    let gate = open(&Sights { waiting: vec![parked()], learned: vec![learned], ..seen() });
    assert!(gate.holds("c", None).is_some());
}
