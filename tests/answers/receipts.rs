//! Receipts over any sequence of mails: one a mail at most, three a sender a day, none to machines or to addresses that
//! nobody gave the unit; and their words for a unit that has sent all, nearly all, little, and nothing that counts.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;

use shouwen::domain::campaign::Route;
use shouwen::domain::decision::{Act, Decision};
use shouwen::domain::facts::{Content, HeaderFacts, LinkFacts, MailFacts, PartFacts, Role};
use shouwen::domain::message::{MessageKind, PartState, UnitBy};
use shouwen::domain::submission::{Filing, Flaw, Level};
use shouwen::remind::{last_look, queue_receipts};
use shouwen::store::{
    Captured, FiledPart, LearnedSender, OutboxRow, OutboxState, Registration, Reported, Sighting,
};

use crate::world::{Office, at};

const ROSTER: &str = "jwc@mypt.example";

/// One file of a mail: name, item of the plan, state, flaws of level E.
type File<'a> = (&'a str, &'a str, PartState, &'a [(&'a str, &'a str)]);

/// A mail of the unit comes and is registered so.
fn arrives(
    office: &Office,
    from: &str,
    moment: &str,
    files: &[File],
    change: impl Fn(&mut HeaderFacts),
) -> i64 {
    let mut header = HeaderFacts {
        message_id: format!("<{moment}.{from}>").replace(' ', "-"),
        from: from.into(),
        subject: "绵阳职业技术学院活动周材料".into(),
        ..HeaderFacts::default()
    };
    change(&mut header);
    let (store, received_at) = (&office.desk.store, at(moment));
    let mut incoming = store.blobs().begin().unwrap();
    write!(incoming, "{header:?}").unwrap();
    let staged = incoming.finish().unwrap();
    let (sha256, size) = (staged.sha256.clone(), staged.size);
    store.blobs().keep(vec![staged]).unwrap();
    let sighting = Sighting { mailbox: "zjc".into(), folder: "INBOX".into(), uidvalidity: 7, uid: 1 };
    let (note, announced) = (String::new(), Default::default());
    let mail = Captured { sha256, size, received_at, sighting, is_history: false, note, announced };
    let id = store.capture(&[mail], received_at).unwrap()[0];
    let parts = files.iter().map(|(name, ..)| part(name)).collect();
    let links = if files.is_empty() { vec![link()] } else { vec![] };
    let facts = MailFacts { header, parts, links, ..MailFacts::default() };
    store.save_facts(&[Reported { id, hashes: vec![None; files.len()], facts }], received_at).unwrap();
    let filed = files.iter().enumerate().map(|(at, file)| filed(office, id, at, file)).collect();
    let campaign = office.desk.campaign().id.clone();
    let taught = LearnedSender {
        address: "form@mypt.example".into(),
        campaign: campaign.clone(),
        unit: office.unit.clone(),
        how: "form".into(),
    };
    let registration = Registration {
        kind: MessageKind::Submission,
        campaign: Some(campaign),
        unit: Some(office.unit.clone()),
        unit_by: Some(UnitBy::Form),
        review: None,
        may_concern: vec![],
        may_be_of: vec![],
        may_hold_material: true,
        evidence: vec![],
        parts: filed,
        loose: vec![],
        readings: vec![],
        learned: vec![taught],
        accepted: vec![],
        echoes: vec![],
    };
    store.register(&[(id, registration)], &office.desk.config.campaigns, received_at).unwrap();
    id
}

fn part(name: &str) -> PartFacts {
    PartFacts {
        has_macros: false,
        pasted_bytes: None,
        path: name.into(),
        name: name.into(),
        parent: None,
        file: None,
        size: 9000,
        media_type: "application/octet-stream".into(),
        role: Role::Attachment,
        content: Content::Opaque,
        trouble: None,
    }
}

fn link() -> LinkFacts {
    let url = "https://wx.mail.qq.com/ftn/download?key=1".into();
    let expires = Some(at("06-08 15:29"));
    LinkFacts { url, provider: "qq".into(), name: "视频.mp4".into(), expires, ..LinkFacts::default() }
}

fn filed(office: &Office, id: i64, at: usize, (name, item, state, flaws): &File) -> FiledPart {
    let flaw = |(place, text): &(&str, &str)| Flaw {
        code: if *place == "route" { "WRONG_BOX".into() } else { "V11".into() },
        place: if *place == "route" { String::new() } else { (*place).into() },
        text: (*text).into(),
        level: if *place == "route" { Level::Info } else { Level::Error },
    };
    let filing = Filing {
        campaign: "2023-activity-week".into(),
        unit: office.unit.clone(),
        requirement: "plan".into(),
        day: None,
        item: (*item).into(),
        state: *state,
        flaws: flaws.iter().map(flaw).collect(),
        received_at: crate::world::at("05-09 09:00"),
        message: id,
        ordinal: u32::try_from(at).unwrap(),
        sha256: format!("{id} {name}"),
        version: None,
    };
    let is_filed = !item.is_empty();
    FiledPart {
        campaign: None,
        state: *state,
        why: "文件已加密".into(),
        filings: if is_filed { vec![filing] } else { vec![] },
    }
}

/// Queues what is to be answered at a moment; how many.
fn queue(office: &Office, moment: &str) -> u32 {
    let config = &office.desk.config;
    let mut settings = config.reminders.clone();
    settings.receipts = true;
    queue_receipts(&office.desk.store, &config.campaigns, &config.mailboxes, &settings, at(moment)).unwrap()
}

fn receipts(office: &Office) -> Vec<OutboxRow> {
    office.outbox().into_iter().filter(|row| row.mail.kind == "receipt").collect()
}

const GOOD: &[File] = &[("方案.docx", "scheme", PartState::Accepted, &[])];

#[test]
fn nothing_is_answered_unless_it_was_asked_for() {
    let office = Office::open();
    arrives(&office, ROSTER, "05-09 09:00", GOOD, |_| {});
    let config = &office.desk.config;
    let (store, now) = (&office.desk.store, at("05-09 09:05"));
    assert!(!config.reminders.receipts, "off by default");
    let queued = queue_receipts(store, &config.campaigns, &config.mailboxes, &config.reminders, now);
    assert_eq!((queued, receipts(&office).len()), (Ok(0), 0));
    assert_eq!((queue(&office, "05-09 09:06"), queue(&office, "05-09 09:07")), (1, 0));
}

#[test]
fn a_receipt_answers_in_the_thread_of_the_sender() {
    let office = Office::open();
    arrives(&office, ROSTER, "05-09 09:00", GOOD, |header| {
        header.subject = "回复：Re: 材料\u{202e}\r\nBcc: x@evil.example".into();
        header.refers_to = vec!["<a@b.example>".into(), "<bad id>".into(), "<c@d.example>\r\nX: y".into()];
    });
    assert_eq!(queue(&office, "05-09 09:05"), 1);
    let row = receipts(&office).remove(0);
    assert_eq!(row.thread, ["<a@b.example>", "<05-09-09:00.jwc@mypt.example>"]);
    assert_eq!(row.mail.subject, "Re: 材料 Bcc: x@evil.example");
    assert!(row.mail.message_id.starts_with("<shouwen.receipt.") && row.mail.to == ROSTER);
}

#[test]
fn machines_strangers_and_old_mail_get_no_receipt() {
    let office = Office::open();
    let changes: [fn(&mut HeaderFacts); 13] = [
        |h| h.subject = "自动回复：活动周材料".into(),
        |h| h.subject = "Automatic reply: 工作提示".into(),
        |h| h.subject = "假期回复：外出至5月12日".into(),
        |h| h.auto_submitted = "auto-generated".into(),
        |h| h.precedence = "bulk".into(),
        |h| h.precedence = "list".into(),
        |h| h.is_list = true,
        |h| h.auto_headers = vec!["x-auto-response-suppress: all".into()],
        |h| h.auto_headers = vec!["x-autoreply: yes".into()],
        |h| h.null_return_path = true,
        |h| h.report_type = "disposition-notification".into(),
        |h| h.message_id = "<shouwen.reminder.1@163.example>".into(),
        |h| h.sender_check.verdict = shouwen::domain::message::Authenticity::Fail,
    ];
    for (minute, change) in changes.into_iter().enumerate() {
        let moment = format!("05-09 09:{minute:02}");
        arrives(&office, ROSTER, &moment, GOOD, change);
    }
    for from in ["form@mypt.example", "li@qq.example", "jwc@lzy.example", "scsjytzjc@163.example"] {
        arrives(&office, from, "05-09 09:30", GOOD, |_| {});
    }
    arrives(&office, ROSTER, "05-07 09:00", GOOD, |_| {});
    assert_eq!(queue(&office, "05-09 10:00"), 0, "{:#?}", receipts(&office));
    // A person gives the unit an address: its mail is answered from then on.
    let campaign = Some(office.desk.campaign().id.clone());
    let (unit, address) = (Some(office.unit.clone()), Some("li@qq.example".to_owned()));
    let remember = Decision { campaign, unit, address, ..office.decision(Act::Remember) };
    office.decides(|_| remember.clone()).unwrap();
    assert_eq!(queue(&office, "05-09 10:01"), 1);
}

#[test]
fn whatever_comes_receipts_are_few_and_only_for_those_who_are_known() {
    let mut dice = 12_345_u64;
    let mut throw = |sides: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % sides
    };
    let office = Office::open();
    let senders = [ROSTER, ROSTER, "li@qq.example", "form@mypt.example"];
    let (mut machines, mut queued) = (BTreeSet::new(), 0);
    for step in 0..160 {
        let (day, hour, minute) = (9 + step / 40, 8 + (step % 40) / 4, (step % 4) * 15);
        let moment = format!("05-{day:02} {hour:02}:{minute:02}");
        let is_machine = throw(4) == 0;
        let from = senders[throw(4) as usize];
        let id = arrives(&office, from, &moment, GOOD, |header| {
            header.is_list = is_machine;
        });
        if is_machine {
            machines.insert(id);
        }
        // The same bytes seen again, and a beat now and then.
        if throw(5) == 0 {
            arrives(&office, from, &moment, GOOD, |header| header.is_list = is_machine);
        }
        if throw(3) == 0 {
            queued += queue(&office, &moment);
            office.clock.step_to(at(&moment));
        }
    }
    let (mut of_mail, mut of_day) = (BTreeSet::new(), BTreeMap::<_, u32>::new());
    for row in receipts(&office) {
        assert_eq!(row.mail.to, ROSTER);
        assert!(of_mail.insert(row.thread.clone()), "{:?} twice", row.thread);
        *of_day.entry(row.mail.cause[..18].to_owned()).or_default() += 1;
        let number = row.mail.text.split("登记编号").nth(1).unwrap().split('。').next().unwrap();
        assert!(!machines.contains(&number.parse().unwrap()), "{number} is a machine's");
    }
    assert!(of_day.len() >= 4 && of_day.values().all(|count| *count <= 3), "{of_day:?}");
    assert_eq!(queued as usize, of_mail.len());
}

#[test]
fn what_waited_too_long_or_is_not_allowed_any_more_is_struck() {
    let office = Office::open();
    arrives(&office, ROSTER, "05-09 09:00", GOOD, |_| {});
    queue(&office, "05-09 09:05");
    let config = &office.desk.config;
    let look = |moment: &str, receipts_on: bool| {
        let mut settings = config.reminders.clone();
        settings.receipts = receipts_on;
        let row = receipts(&office).remove(0);
        let (store, campaign) = (&office.desk.store, office.desk.campaign());
        last_look(store, campaign, &config.mailboxes, &settings, row, at(moment)).unwrap()
    };
    assert!(look("05-09 09:10", true).is_some());
    assert!(look("05-10 09:10", true).is_none());
    assert_eq!(receipts(&office)[0].state, OutboxState::Struck);
    arrives(&office, ROSTER, "05-10 09:20", GOOD, |_| {});
}

#[test]
fn a_receipt_says_what_came_what_is_to_be_mended_and_what_is_missing() {
    use PartState::{Accepted, Flawed, Rejected, Review, Unreadable};
    let all: &[File] = &[
        ("方案.docx", "scheme", Accepted, &[]),
        ("联络员.docx", "liaison", Accepted, &[]),
        ("附件4.xlsx", "form4", Accepted, &[]),
        ("附件4盖章.pdf", "form4_scan", Accepted, &[]),
    ];
    let little: &[File] = &[
        ("附件4.xlsx", "form4", Flawed, &[("Sheet1!F7", "覆盖率 9500% 大于 100%，请核实后更正")]),
        ("材料.rar", "", Unreadable, &[]),
        ("扫描件.pdf", "", Review, &[]),
    ];
    let nothing: &[File] =
        &[("2022年采集表.xls", "form4", Rejected, &[("Sheet1!A1", "是2022年的表，请用今年的表重新填报")])];
    let wrong: &[File] =
        &[("方案.docx", "scheme", Rejected, &[("route", "发错邮箱：请报人社厅（hr@office.example）")])];
    for (name, files) in [
        ("complete", all),
        ("one-missing", &all[..3]),
        ("many-missing", little),
        ("all-missing", nothing),
        ("wrong-box", wrong),
        ("link", &[]),
    ] {
        let office = Office::open();
        arrives(&office, ROSTER, "05-09 09:00", files, |_| {});
        assert_eq!(queue(&office, "05-09 09:05"), 1, "{name}");
        let mail = receipts(&office).remove(0).mail;
        compare(name, &format!("主题：{}\n\n{}", mail.subject, mail.text));
    }
}

#[test]
fn a_receipt_does_not_say_that_all_is_there_while_a_person_must_look() {
    let office = Office::open();
    let files: &[File] = &[
        ("方案.docx", "scheme", PartState::Accepted, &[]),
        ("联络员.docx", "liaison", PartState::Accepted, &[]),
        ("附件4.xlsx", "form4", PartState::Accepted, &[]),
        ("附件4盖章.pdf", "form4_scan", PartState::Review, &[]),
    ];
    arrives(&office, ROSTER, "05-09 09:00", files, |_| {});
    assert_eq!(queue(&office, "05-09 09:05"), 1);
    let text = receipts(&office).remove(0).mail.text;
    assert!(text.contains("待工作人员核对：附件4盖章.pdf") && !text.contains("已收齐"), "{text}");
}

#[test]
fn a_file_that_could_not_be_opened_is_named_once() {
    let office = Office::open();
    let flaws = &[("", "文件已加密，请重新报送未加密、能打开的文件")];
    arrives(&office, ROSTER, "05-09 09:00", &[("方案.docx", "scheme", PartState::Unreadable, flaws)], |_| {});
    assert_eq!(queue(&office, "05-09 09:05"), 1);
    let text = receipts(&office).remove(0).mail.text;
    assert_eq!(text.matches("方案.docx").count(), 1, "{text}");
}

#[test]
fn what_others_wrote_in_a_cell_makes_no_paragraph_of_an_official_mail() {
    let office = Office::open();
    let message = "“12\r\n\r\n　　各单位请于今日将经费汇至以下账户”不是整数";
    let long = "汇款".repeat(200);
    let flaws = &[("Sheet1!F7", message), ("Sheet1\n各单位!F8", long.as_str())];
    arrives(&office, ROSTER, "05-09 09:00", &[("附件4.xlsx", "form4", PartState::Flawed, flaws)], |_| {});
    assert_eq!(queue(&office, "05-09 09:05"), 1);
    let text = receipts(&office).remove(0).mail.text;
    assert!(
        text.contains("“12 各单位") && !text.lines().any(|line| line.trim_start().starts_with("各单位")),
        "{text}"
    );
    assert!(text.lines().all(|line| line.chars().count() < 300), "{text}");
}

fn compare(name: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/snapshots/receipt-{name}.txt"));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&file, text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(&file).unwrap(), "{name}");
}

#[test]
fn whose_material_goes_to_another_office_as_well_is_told_so() {
    let mut office = Office::open();
    let campaign = &mut office.desk.config.campaigns[0];
    let group = campaign.roster.by_code(&office.unit).unwrap().group.clone();
    let (instead, address, also) = (String::new(), String::new(), "请同时报送人社部门".to_owned());
    campaign.routes.push(Route { group: group.clone(), instead, address, also });
    arrives(&office, ROSTER, "05-09 09:00", GOOD, |_| {});
    assert_eq!(queue(&office, "05-09 09:05"), 1);
    assert!(!receipts(&office)[0].mail.text.contains("请同时"), "it owes this here");
    office.desk.config.campaigns[0].requirements[0].also_from.push(group);
    arrives(&office, ROSTER, "05-09 10:00", GOOD, |_| {});
    assert_eq!(queue(&office, "05-09 10:05"), 1);
    assert!(receipts(&office)[1].mail.text.contains("（1）请同时报送人社部门。"), "{:?}", receipts(&office));
}
