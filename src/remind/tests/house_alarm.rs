//! Stories of what is wrong with the house itself: each is said once when it begins and once when it is over.

use jiff::Timestamp;

use super::stage::{at, campaign, mailbox};
use crate::remind::raise_alarms;
use crate::store::{Announced, Captured, Mended, Sighting, Store, VerifyReport};

struct House {
    _dir: tempfile::TempDir,
    store: Store,
}

impl House {
    fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        Self { _dir: dir, store }
    }

    /// Subjects that a beat queues.
    fn beat(&self, moment: &str) -> Vec<String> {
        let before = self.store.outbox(None).unwrap().len();
        let staff = ["boss@office.example".to_owned()];
        raise_alarms(&self.store, &[campaign()], &[mailbox()], &staff, None, at(moment)).unwrap();
        let rows = self.store.outbox(None).unwrap().split_off(before);
        rows.into_iter().map(|row| row.mail.subject).collect()
    }

    fn looked_through(&self, moment: &str, problems: &[&str]) {
        let problems = problems.iter().map(|problem| (*problem).to_owned()).collect();
        let found = VerifyReport { problems, ..VerifyReport::default() };
        self.store.record_checkup(&found, Mended { again: 1, awaited: 0 }, at(moment)).unwrap();
    }

    fn captures(&self, count: u32, now: Timestamp) -> Vec<i64> {
        let mail = |uid: u32| Captured {
            sha256: format!("{uid:064x}"),
            size: 1,
            received_at: now,
            sighting: Sighting { mailbox: "office".into(), folder: "INBOX".into(), uidvalidity: 1, uid },
            is_history: false,
            note: String::new(),
            announced: Announced::default(),
        };
        let mails: Vec<Captured> = (1..=count).map(mail).collect();
        self.store.capture(&mails, now).unwrap()
    }
}

const SILENT: [&str; 0] = [];

#[test]
fn a_damage_is_told_once_its_end_once_and_the_next_one_again() {
    let house = House::open();
    house.looked_through("05-14T02:00", &["来件 1 的原信:文件 ab 不在。若邮箱中原信仍在,可重新收取"]);
    assert_eq!(house.beat("05-14T02:01"), ["【收文告警】登记库或原始内容有损坏"]);
    let text = house.store.outbox(None).unwrap().pop().unwrap().mail.text;
    assert!(
        text.contains("1处不符")
            && text.contains("来件 1 的原信")
            && text.contains("1封来件的附件由原信重新生成"),
        "{text}"
    );
    assert_eq!(house.beat("05-14T09:00"), SILENT);
    house.looked_through("05-15T02:00", &["来件 1 的原信", "来件 2 的原信"]);
    assert_eq!(house.beat("05-15T02:01"), SILENT);
    house.looked_through("05-16T02:00", &[]);
    assert_eq!(house.beat("05-16T02:01"), ["【收文告警解除】登记库或原始内容有损坏"]);
    assert_eq!(house.beat("05-16T02:02"), SILENT);
    house.looked_through("05-23T02:00", &["来件 3 的原信"]);
    assert_eq!(house.beat("05-23T02:01"), ["【收文告警】登记库或原始内容有损坏"]);
}

#[test]
fn many_mails_set_aside_in_a_day_are_told_and_one_is_not() {
    let house = House::open();
    let ids = house.captures(5, at("05-14T09:00"));
    let (last, others) = ids.split_last().unwrap();
    others.iter().for_each(|id| house.store.park(*id, "读不出", at("05-14T09:01")).unwrap());
    assert_eq!(house.beat("05-14T09:02"), SILENT);
    house.store.park(*last, "读不出", at("05-14T10:00")).unwrap();
    assert_eq!(house.beat("05-14T10:01"), ["【收文告警】多封来件读不出"]);
    // Four of them are a day old: neither many nor none.
    assert_eq!(house.beat("05-15T09:30"), SILENT);
    assert_eq!(house.beat("05-15T10:01"), ["【收文告警解除】多封来件读不出"]);
}

#[test]
fn mail_that_does_not_come_to_its_end_is_told_after_two_hours() {
    let house = House::open();
    let ids = house.captures(1, at("05-14T09:00"));
    assert_eq!(house.beat("05-14T11:00"), SILENT);
    assert_eq!(house.beat("05-14T11:01"), ["【收文告警】来件收下后没有登记"]);
    house.store.park(ids[0], "读不出", at("05-14T12:00")).unwrap();
    assert_eq!(house.beat("05-14T12:01"), ["【收文告警解除】来件收下后没有登记"]);
}
