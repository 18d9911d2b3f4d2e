//! Stories of alarms on a real store: said once, taken back once, about the one mailbox that is in trouble.

use jiff::Timestamp;

use super::stage::{at, campaign, mailbox};
use crate::domain::mailbox::Mailbox;
use crate::domain::message::REJECTED;
use crate::remind::raise_alarms;
use crate::store::{NewMail, OutboxState, Scan, Store};

const REFUSED: &str = "登录被拒绝（authentication failed）：密码须填授权码";

/// Two mailboxes; `hall` has no way out of its own.
struct Office {
    _dir: tempfile::TempDir,
    store: Store,
    mailboxes: Vec<Mailbox>,
    staff: Vec<String>,
}

impl Office {
    fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let own = |id: &str| Mailbox {
            id: id.into(),
            address: format!("{id}@mail.example"),
            folders: vec!["INBOX".into(), "报送".into()],
            ..mailbox()
        };
        let mailboxes = vec![own("office"), Mailbox { smtp: None, ..own("hall") }];
        Self { _dir: dir, store, mailboxes, staff: vec![] }
    }

    /// A look at one folder; `trouble` is none when it was complete.
    fn folder(&self, mailbox: &str, folder: &str, moment: &str, trouble: Option<&str>, unfetched: &[u32]) {
        let scan = Scan {
            mailbox: mailbox.to_owned(),
            folder: folder.to_owned(),
            uidvalidity: 1,
            at: at(moment),
            unfetched: unfetched.iter().map(|uid| (*uid, "服务器没有给出这封邮件".to_owned())).collect(),
            resting: vec![],
            trouble: trouble.map(str::to_owned),
            note: None,
        };
        self.store.record_scan(&scan).unwrap();
    }

    fn look(&self, mailbox: &str, moment: &str, trouble: Option<&str>) {
        for folder in ["INBOX", "报送"] {
            self.folder(mailbox, folder, moment, trouble, &[]);
        }
    }

    /// What a beat of a process that started then says, as `mailbox it leaves through → recipient: subject`.
    fn beat(&self, started: Option<Timestamp>, moment: &str) -> Vec<String> {
        let before = self.store.outbox(None).unwrap().len();
        let campaigns = [campaign()];
        let now = at(moment);
        let said = raise_alarms(&self.store, &campaigns, &self.mailboxes, &self.staff, started, now).unwrap();
        let rows = self.store.outbox(None).unwrap().split_off(before);
        assert_eq!(rows.len(), said as usize);
        for mail in rows.iter().map(|row| &row.mail) {
            assert_eq!((mail.kind.as_str(), mail.leaves_at, &mail.unit), ("alarm", now, &None));
            assert!(mail.message_id.starts_with("<shouwen.alarm."), "{}", mail.message_id);
        }
        rows.iter()
            .map(|row| format!("{} → {}: {}", row.mail.mailbox, row.mail.to, row.mail.subject))
            .collect()
    }

    fn last_text(&self) -> String {
        self.store.outbox(None).unwrap().pop().unwrap().mail.text
    }
}

const SILENT: [&str; 0] = [];

#[test]
fn an_outage_is_said_once_and_its_end_once_whatever_restarts_in_between() {
    let office = Office::open();
    let started = Some(at("05-14T20:00"));
    office.look("office", "05-14T21:00", None);
    office.look("hall", "05-14T21:00", None);
    office.look("office", "05-14T21:02", Some(REFUSED));
    office.look("hall", "05-14T23:01", None);
    office.look("office", "05-14T23:01", Some(REFUSED));
    assert_eq!(office.beat(started, "05-14T23:01"), SILENT);
    // A Sunday night.
    office.look("office", "05-14T23:02", Some(REFUSED));
    let alarm = "office → office@mail.example: 【收文告警】邮箱office@mail.example收信中断";
    assert_eq!(office.beat(started, "05-14T23:02"), [alarm]);
    let text = office.last_text();
    for words in [
        "5月14日（星期日）21:00",
        "至今2小时",
        REFUSED,
        "INBOX",
        "催报全部暂停",
        "每小时一次",
        "可能没有全部登记",
    ] {
        assert!(text.contains(words), "{words} in\n{text}");
    }
    for (started, moment) in
        [(started, "05-14T23:03"), (Some(at("05-15T01:00")), "05-15T08:00"), (None, "05-15T09:00")]
    {
        office.look("hall", moment, None);
        assert_eq!(office.beat(started, moment), SILENT, "{moment}");
    }
    // One folder comes back, the other does not: that is no recovery, and no other outage.
    office.folder("office", "INBOX", "05-15T09:30", None, &[]);
    office.folder("office", "报送", "05-15T09:30", Some("服务器没有按时答复 EXAMINE"), &[]);
    assert_eq!(office.beat(None, "05-15T12:30"), SILENT);
    office.look("office", "05-15T13:00", None);
    let recovery = "office → office@mail.example: 【收文告警解除】邮箱office@mail.example已恢复收信";
    assert_eq!(office.beat(None, "05-15T13:00"), [recovery]);
    assert!(office.last_text().contains("5月15日（星期一）13:00"), "{}", office.last_text());
    assert_eq!(office.beat(None, "05-15T13:01"), SILENT);
    // The next outage is another one.
    office.look("office", "05-15T13:02", Some(REFUSED));
    office.look("office", "05-15T15:02", Some(REFUSED));
    assert_eq!(office.beat(None, "05-15T15:02"), [alarm]);
}

#[test]
fn a_mailbox_that_was_never_read_is_told_and_leaves_through_another() {
    let mut office = Office::open();
    office.staff = vec!["a@office.example".into(), "b@office.example".into()];
    let started = Some(at("05-09T08:00"));
    office.look("office", "05-09T10:00", None);
    for moment in ["05-09T08:00", "05-09T09:59"] {
        office.look("hall", moment, Some("连接不上服务器：refused"));
        assert_eq!(office.beat(started, moment), SILENT);
    }
    office.look("hall", "05-09T10:00", Some("连接不上服务器：refused"));
    let both = ["a", "b"]
        .map(|to| format!("office → {to}@office.example: 【收文告警】邮箱hall@mail.example收信中断"));
    assert_eq!(office.beat(started, "05-09T10:00"), both);
    assert!(office.last_text().contains("从未完整收取"), "{}", office.last_text());
    assert_eq!(office.beat(Some(at("05-09T11:00")), "05-09T14:00"), SILENT, "after a restart");
    office.look("hall", "05-09T14:00", None);
    assert_eq!(office.beat(started, "05-09T14:00").len(), 2, "recovered");
    assert_eq!(office.beat(started, "05-09T14:01"), SILENT);
}

#[test]
fn hours_in_which_nothing_looked_are_no_outage() {
    let office = Office::open();
    for id in ["office", "hall"] {
        office.look(id, "05-12T18:00", None);
    }
    // Switched off over a week-end, or asleep, or a clock that jumped: the last look was complete.
    assert_eq!(office.beat(None, "05-15T08:00"), SILENT);
    // After such days a beat comes between two folders of the first look.
    office.folder("office", "INBOX", "05-15T08:00", None, &[]);
    assert_eq!(office.beat(Some(at("05-12T08:00")), "05-15T08:00"), SILENT);
    let started = Some(at("05-15T08:00"));
    office.look("office", "05-15T08:00", Some(REFUSED));
    assert_eq!(office.beat(started, "05-15T09:59"), SILENT);
    office.look("office", "05-15T10:00", Some(REFUSED));
    assert_eq!(office.beat(started, "05-15T10:00").len(), 1);
    assert!(office.last_text().contains("5月12日（星期五）18:00"), "{}", office.last_text());
}

#[test]
fn a_machine_that_slept_after_one_failed_look_says_nothing_before_it_has_looked_again() {
    let office = Office::open();
    let started = Some(at("05-14T08:00"));
    office.look("hall", "05-14T21:00", None);
    office.look("office", "05-14T21:00", None);
    office.look("office", "05-14T21:02", Some("连接不上服务器：refused"));
    assert_eq!(office.beat(started, "05-15T08:00"), SILENT);
    office.look("office", "05-15T08:00", None);
    assert_eq!(office.beat(started, "05-15T08:00"), SILENT);
}

/// After sleep, in the first pass of a morning, or where it is looked once in three hours: one failed look is one.
#[test]
fn one_failed_look_is_no_outage_however_long_ago_the_last_good_one_was() {
    let office = Office::open();
    for started in [Some(at("05-14T08:00")), None] {
        office.look("hall", "05-14T21:00", None);
        office.look("office", "05-14T21:00", None);
        office.look("office", "05-15T08:00", Some("连接不上服务器：refused"));
        assert_eq!(office.beat(started, "05-15T08:00"), SILENT, "{started:?}");
    }
    office.look("office", "05-15T09:59", Some("连接不上服务器：refused"));
    assert_eq!(office.beat(None, "05-15T09:59"), SILENT);
    office.look("office", "05-15T10:00", Some("连接不上服务器：refused"));
    assert_eq!(office.beat(None, "05-15T10:00").len(), 1);
    assert!(office.last_text().contains("自5月14日（星期日）21:00起"), "{}", office.last_text());
}

#[test]
fn a_mailbox_that_is_filling_slowly_is_no_outage() {
    let office = Office::open();
    office.look("hall", "05-09T12:00", None);
    let folders = ["INBOX", "报送"].map(str::to_owned);
    for moment in ["05-09T08:00", "05-09T09:30", "05-09T11:00", "05-09T12:30", "05-09T14:29"] {
        office.look("office", moment, Some("服务器没有按时答复 UID FETCH"));
        if moment < "05-09T14" {
            office.store.note_progress("office", &folders, at(moment)).unwrap();
        }
        assert_eq!(office.beat(None, moment), SILENT, "{moment}");
    }
    office.look("office", "05-09T14:30", Some("服务器没有按时答复 UID FETCH"));
    assert_eq!(office.beat(None, "05-09T14:30").len(), 1, "nothing has come for two hours");
}

/// One password serves for reading and for sending: refused here, it is refused there.
#[test]
fn an_alarm_leaves_through_a_mailbox_that_is_well_where_there_is_one() {
    let mut office = Office::open();
    office.mailboxes.reverse();
    office.mailboxes[0].smtp = office.mailboxes[1].smtp.clone();
    let started = Some(at("05-14T08:00"));
    for (id, other, begun, out, back) in [
        ("office", "hall", "05-14T08:00", "05-14T10:00", "05-14T10:01"),
        ("hall", "office", "05-14T11:00", "05-14T13:00", "05-14T13:01"),
    ] {
        office.look(id, begun, Some(REFUSED));
        office.look(id, out, Some(REFUSED));
        office.look(other, out, None);
        let alarm = format!("{other} → {id}@mail.example: 【收文告警】邮箱{id}@mail.example收信中断");
        assert_eq!(office.beat(started, out), [alarm]);
        office.look(id, back, None);
        let over = format!("{id} → {id}@mail.example: 【收文告警解除】邮箱{id}@mail.example已恢复收信");
        assert_eq!(office.beat(started, back), [over]);
    }
}

#[test]
fn mails_that_will_not_come_are_listed_once_a_set() {
    let office = Office::open();
    let stuck = |moment: &str, uids: &[u32]| office.folder("office", "INBOX", moment, None, uids);
    office.folder("office", "报送", "05-09T10:00", None, &[]);
    office.look("hall", "05-09T10:00", None);
    stuck("05-09T10:00", &[7, 8]);
    stuck("05-09T20:00", &[7, 8, 9]);
    assert_eq!(office.beat(None, "05-10T09:59"), SILENT);
    let subject = |count: u32| {
        vec![format!(
            "office → office@mail.example: 【收文告警】邮箱office@mail.example有{count}封来件取不回"
        )]
    };
    assert_eq!(office.beat(None, "05-10T10:00"), subject(2));
    let text = office.last_text();
    assert!(text.contains("INBOX，UID 7：5-09 10:00起试过2次，服务器没有给出这封邮件"), "{text}");
    assert!(text.contains("UID 8") && !text.contains("UID 9"), "{text}");
    assert_eq!(office.beat(None, "05-10T19:59"), SILENT);
    assert_eq!(office.beat(None, "05-10T20:00"), subject(3), "a mail more");
    stuck("05-10T21:00", &[7, 8]);
    assert_eq!(office.beat(None, "05-10T21:00"), SILENT, "a mail less");
}

#[test]
fn a_server_that_takes_no_mail_of_ours_is_told_through_another_and_its_end_too() {
    let mut office = Office::open();
    office.mailboxes[1].smtp = office.mailboxes[0].smtp.clone();
    let refuse =
        |moment: &str| office.store.note_refusal("office", "553 Mail from must equal", at(moment)).unwrap();
    let beat = |moment: &str| {
        office.look("office", moment, None);
        office.look("hall", moment, None);
        office.beat(None, moment)
    };
    refuse("05-11T09:00");
    assert_eq!(beat("05-11T09:00"), SILENT, "it may be a hiccup");
    refuse("05-11T09:01");
    assert_eq!(
        beat("05-11T09:02"),
        ["hall → office@mail.example: 【收文告警】邮箱office@mail.example发不出信"]
    );
    let text = office.last_text();
    for words in ["自5月11日（星期四）09:00起", "553 Mail from must equal", "授权码", "当天作废"]
    {
        assert!(text.contains(words), "{words} in\n{text}");
    }
    refuse("05-11T10:01");
    assert_eq!(beat("05-11T10:02"), SILENT);
    office.store.forget_refusal("office").unwrap();
    let over = ["office → office@mail.example: 【收文告警解除】邮箱office@mail.example已恢复发信"];
    assert_eq!((beat("05-11T11:00"), beat("05-11T11:02")), (over.map(str::to_owned).to_vec(), vec![]));
    refuse("05-12T09:00");
    refuse("05-12T09:01");
    assert_eq!(beat("05-12T09:02").len(), 1, "another time is told anew");
}

#[test]
fn a_mail_that_a_server_refused_for_what_it_is_is_told_once_a_day() {
    let office = Office::open();
    let now = at("05-11T09:00");
    for id in ["office", "hall"] {
        office.look(id, "05-11T09:00", None);
    }
    for unit in ["a", "b"] {
        let mail = NewMail {
            kind: "reminder".into(),
            campaign: Some("week".into()),
            mailbox: "office".into(),
            unit: Some(unit.into()),
            to: format!("{unit}@school.example"),
            subject: "工作提示".into(),
            text: "t".into(),
            message_id: format!("<shouwen.reminder.{unit}@mail.example>"),
            cause: unit.into(),
            steps: vec![],
            queued_at: now,
            leaves_at: now,
        };
        let id = office.store.queue(&mail).unwrap().unwrap();
        assert!(office.store.claim_for_sending(id, now).unwrap());
        let words = format!("{REJECTED}554 DT:SPM");
        office.store.settle(id, OutboxState::Failed, &words, now, None).unwrap();
    }
    let alarm = "office → office@mail.example: 【收文告警】邮箱office@mail.example有信被服务器拒收";
    assert_eq!(office.beat(None, "05-11T09:01"), [alarm]);
    assert!(office.last_text().contains("554 DT:SPM"), "{}", office.last_text());
    assert_eq!(office.beat(None, "05-11T09:02"), SILENT);
}

#[test]
fn a_server_that_takes_nothing_for_hours_is_told_through_another_and_its_end_too() {
    let mut office = Office::open();
    office.mailboxes[1].smtp = office.mailboxes[0].smtp.clone();
    let lost = |moment: &str| {
        office.store.note_refusal("office", "没有收信：connection refused", at(moment)).unwrap();
    };
    let beat = |moment: &str| {
        office.look("office", moment, None);
        office.look("hall", moment, None);
        office.beat(None, moment)
    };
    lost("05-11T08:30");
    lost("05-11T10:29");
    assert_eq!(beat("05-11T10:29"), SILENT, "it passes more often than not");
    lost("05-11T10:30");
    assert_eq!(
        beat("05-11T10:31"),
        ["hall → office@mail.example: 【收文告警】邮箱office@mail.example发不出信"]
    );
    let text = office.last_text();
    for words in ["自5月11日（星期四）08:30起一封信也没有收", "  connection refused\n", "网络", "当天作废"]
    {
        assert!(text.contains(words), "{words} in\n{text}");
    }
    // That the server is there and minds us is another matter, which begins anew.
    office.store.note_refusal("office", "535 no", at("05-11T11:00")).unwrap();
    let refusals = office.store.refusals().unwrap();
    assert_eq!((refusals[0].since, refusals[0].is_meant()), (at("05-11T11:00"), false));
    office.store.forget_refusal("office").unwrap();
    assert_eq!(beat("05-11T12:00").len(), 1, "its end is told");
}
