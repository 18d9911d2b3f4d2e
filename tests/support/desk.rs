//! A desk with the season on it, filed by the season's own truth: what the page and the command line show is proved
//! without waiting for the river, and without repeating its mistakes. One unit and one mail are hostile on purpose.
// Each story uses the part that it needs; helpers of tests may panic as tests may.
#![allow(dead_code, clippy::unwrap_used, clippy::indexing_slicing)]

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Date;
use mail_parser::MessageParser;
use shouwen::config::{self, Config};
use shouwen::domain::campaign::Campaign;
use shouwen::domain::facts::{Content, HeaderFacts, LinkFacts, MailFacts, PartFacts, Role};
use shouwen::domain::message::{MessageKind, MessageState, PartState, UnitBy};
use shouwen::domain::submission::{Filing, Flaw, Level, NIL_ITEM};
use shouwen::rehearsal::season::{self, Delivery, Filed};
use shouwen::rehearsal::stage::{self, Addresses};
use shouwen::store::{
    Captured, FiledPart, NewMail, OutboxState, Registration, Reported, Scan, Sighting, StepKey, Store,
};

/// A name that tries to be markup and a formula.
pub const HOSTILE_UNIT: &str = "=1+1<script>alert(1)</script>&\"学院'";
/// Its code.
pub const HOSTILE_CODE: &str = "X0001";
/// A subject that tries to be markup.
pub const HOSTILE_SUBJECT: &str = "</title><img src=x onerror=alert(1)>\u{202e}材料\u{1b}[2J";

/// A data directory with its configuration, gone when dropped.
pub struct Desk {
    pub dir: tempfile::TempDir,
    pub file: PathBuf,
    pub config: Config,
    pub store: Store,
}

/// The season as filed by `moment`, when all folders had just been looked at.
pub fn desk_at(moment: &str) -> Desk {
    let moment: Timestamp = moment.parse().unwrap();
    let desk = bare_desk();
    for (n, delivery) in season::season().iter().filter(|delivery| delivery.at <= moment).enumerate() {
        file(&desk, u32::try_from(n).unwrap() + 1, delivery);
    }
    for folder in [season::INBOX, season::JUNK] {
        scan(&desk.store, folder, moment);
    }
    desk
}

/// A desk to which nothing has come yet.
pub fn bare_desk() -> Desk {
    let desk = plain_desk();
    let roster = desk.dir.path().join("config/campaigns/2023-activity-week/units.csv");
    let mut text = std::fs::read_to_string(&roster).unwrap();
    let name = HOSTILE_UNIT.replace('"', "\"\"");
    text.push_str(&format!("{HOSTILE_CODE},\"{name}\",,college,成都市,,a@evil.example,,,,,\n"));
    std::fs::write(&roster, text).unwrap();
    Desk { config: config::load(&desk.file).unwrap(), ..desk }
}

/// The same without the hostile unit.
pub fn plain_desk() -> Desk {
    let dir = tempfile::tempdir().unwrap();
    let stage = stage::stage(dir.path());
    let nowhere: SocketAddr = "127.0.0.1:1".parse().unwrap();
    let at = Addresses { imap: nowhere, smtp: nowhere, page: nowhere };
    stage::build(&stage, &season::roster_emails(), at).unwrap();
    let config = config::load(&stage.config).unwrap();
    let store = Store::open(&config.data_dir).unwrap();
    Desk { dir, file: stage.config, config, store }
}

impl Desk {
    /// The campaign.
    pub fn campaign(&self) -> &Campaign {
        &self.config.campaigns[0]
    }

    /// A mail of the hostile unit arrives with one workbook.
    pub fn hostile_mail(&self, moment: &str) -> i64 {
        let at = moment.parse().unwrap();
        let id = capture(&self.store, 9_999, "INBOX", b"hostile", at);
        let header = HeaderFacts {
            message_id: "<hostile@evil.example>".into(),
            from: "\"<b>\"@evil.example".into(),
            subject: HOSTILE_SUBJECT.into(),
            ..Default::default()
        };
        let part = part("=cmd|' /C calc'!A0<script>.xlsx");
        let text = "<script>alert(document.domain)</script>".to_owned();
        let facts = MailFacts { header, text, parts: vec![part], ..Default::default() };
        self.store.save_facts(&[Reported { id, facts, hashes: vec![None] }], at).unwrap();
        let filing = filing(HOSTILE_CODE, "plan", "form4", None, PartState::Flawed, "hostile", &["V05"]);
        let filed = FiledPart {
            campaign: None,
            state: PartState::Flawed,
            why: "<i>why</i>".into(),
            filings: vec![filing],
        };
        let registration = Registration {
            kind: MessageKind::Submission,
            unit: Some(HOSTILE_CODE.into()),
            evidence: vec![("form.unit".into(), "<script>".into())],
            parts: vec![filed],
            ..nothing(self.campaign())
        };
        self.store.register(&[(id, registration)], &self.config.campaigns, at).unwrap();
        id
    }

    /// A mail that waits and whose subject, text and file name never end, and turn the reading direction about.
    pub fn endless_mail(&self, moment: &str) -> i64 {
        let at = moment.parse().unwrap();
        let id = capture(&self.store, 9_998, "INBOX", b"endless", at);
        let endless = "长\u{202e}名".repeat(5_000);
        let header = HeaderFacts {
            message_id: "<endless@evil.example>".into(),
            from: format!("{}@evil.example", "a".repeat(10_000)),
            subject: endless.clone(),
            ..Default::default()
        };
        let facts = MailFacts {
            header,
            text: "字".repeat(100_000),
            parts: vec![part(&format!("{endless}.docx"))],
            ..Default::default()
        };
        self.store.save_facts(&[Reported { id, facts, hashes: vec![None] }], at).unwrap();
        let filed = FiledPart { campaign: None, state: PartState::Review, why: endless, filings: vec![] };
        let review = Some("看不出是哪个单位报送的".to_owned());
        let registration = Registration {
            kind: MessageKind::Submission,
            review,
            parts: vec![filed],
            ..nothing(self.campaign())
        };
        self.store.register(&[(id, registration)], &self.config.campaigns, at).unwrap();
        id
    }

    /// A mail with one photo for a day, its bytes kept; the hash of the photo.
    pub fn photo_mail(&self, unit: &str, day: Date, name: &str, moment: &str) -> String {
        let filed = |hash: &str| FiledPart {
            campaign: None,
            state: PartState::Accepted,
            why: String::new(),
            filings: vec![filing(unit, "daily", "photo", Some(day), PartState::Accepted, hash, &[])],
        };
        self.kept_mail(9_997, unit, name, &filed, moment)
    }

    /// A mail with one file that a person has to decide on, its bytes kept; the hash of the file.
    pub fn unjudged_mail(&self, unit: &str, name: &str, moment: &str) -> String {
        let filed = |_: &str| FiledPart {
            campaign: None,
            state: PartState::Review,
            why: "看不出是哪项材料".into(),
            filings: vec![],
        };
        self.kept_mail(9_996, unit, name, &filed, moment)
    }

    fn kept_mail(
        &self,
        uid: u32,
        unit: &str,
        name: &str,
        filed: &dyn Fn(&str) -> FiledPart,
        moment: &str,
    ) -> String {
        let at = moment.parse().unwrap();
        let id = capture(&self.store, uid, "INBOX", name.as_bytes(), at);
        let mut incoming = self.store.blobs().begin().unwrap();
        incoming.write_all(format!("bytes of {name}").as_bytes()).unwrap();
        let staged = incoming.finish().unwrap();
        let hash = staged.sha256.clone();
        self.store.blobs().keep(vec![staged]).unwrap();
        let facts = MailFacts { parts: vec![part(name)], ..Default::default() };
        self.store.save_facts(&[Reported { id, facts, hashes: vec![Some(hash.clone())] }], at).unwrap();
        let registration = Registration {
            kind: MessageKind::Submission,
            unit: Some(unit.into()),
            unit_by: Some(UnitBy::Sender),
            parts: vec![filed(&hash)],
            ..nothing(self.campaign())
        };
        self.store.register(&[(id, registration)], &self.config.campaigns, at).unwrap();
        hash
    }

    /// A reminder that was sent to a unit.
    pub fn reminded(&self, unit: &str, requirement: &str, step: &str, moment: &str) {
        let at: Timestamp = moment.parse().unwrap();
        let key =
            StepKey { requirement: requirement.into(), step: step.into(), day: None, unit: unit.into() };
        let mail = NewMail {
            kind: "reminder".into(),
            campaign: Some(self.campaign().id.clone()),
            mailbox: "zjc".into(),
            unit: Some(unit.into()),
            to: "jwc@unit.example".into(),
            subject: "【催报】材料报送提醒".into(),
            text: "请报送。".into(),
            message_id: format!("<shouwen.reminder.{step}.{unit}@office.example>"),
            cause: format!("{requirement}/{step}/--/{unit}"),
            steps: vec![key],
            queued_at: at,
            leaves_at: at,
        };
        let id = self.store.queue(&mail).unwrap().unwrap();
        assert!(self.store.claim_for_sending(id, at).unwrap());
        self.store.mark_dot(id, at, at).unwrap();
        self.store.settle(id, OutboxState::Sent, "250 ok", at, None).unwrap();
    }
}

/// A complete look at a folder.
pub fn scan(store: &Store, folder: &str, at: Timestamp) {
    let (mailbox, folder) = ("zjc".to_owned(), folder.to_owned());
    let (unfetched, resting, trouble, note) = (vec![], vec![], None, None);
    let scan = Scan { mailbox, folder, uidvalidity: 7, at, unfetched, resting, trouble, note };
    store.record_scan(&scan).unwrap();
}

/// The raw bytes of a mail arrive; its number.
pub fn capture(store: &Store, uid: u32, folder: &str, raw: &[u8], received_at: Timestamp) -> i64 {
    let mut incoming = store.blobs().begin().unwrap();
    incoming.write_all(raw).unwrap();
    let staged = incoming.finish().unwrap();
    let (sha256, size) = (staged.sha256.clone(), staged.size);
    store.blobs().keep(vec![staged]).unwrap();
    let sighting = Sighting { mailbox: "zjc".into(), folder: folder.into(), uidvalidity: 7, uid };
    let mail = Captured {
        sha256,
        size,
        received_at,
        sighting,
        is_history: false,
        note: String::new(),
        announced: Default::default(),
    };
    store.capture(&[mail], received_at).unwrap()[0]
}

/// Captures, reads and registers one mail as its truth says.
fn file(desk: &Desk, uid: u32, delivery: &Delivery) {
    let (campaign, expect) = (desk.campaign(), &delivery.expect);
    let id = capture(&desk.store, uid, delivery.folder, &delivery.raw, delivery.at);
    let facts = facts(delivery);
    desk.store
        .save_facts(
            &[Reported { id, facts: facts.clone(), hashes: vec![None; facts.parts.len()] }],
            delivery.at,
        )
        .unwrap();
    let unit = expect.units[0].map(|name| campaign.roster.find(name).unwrap().code.clone());
    let code = unit.clone().unwrap_or_default();
    let parts = expect.files.iter().map(|filed| filed_part(&code, &expect.message_id, filed));
    let nil = filing(
        &code,
        "daily",
        NIL_ITEM,
        Some(campaign.local(delivery.at).date()),
        PartState::Accepted,
        &expect.message_id,
        &[],
    );
    let is_nil = expect.kinds[0] == MessageKind::NilReport;
    let registration = Registration {
        kind: expect.kinds[0],
        unit_by: unit.is_some().then_some(UnitBy::Form),
        unit,
        review: (expect.states[0] == MessageState::Review).then(|| "看不出是哪个单位报送的".to_owned()),
        may_be_of: vec![],
        may_hold_material: !expect.files.is_empty(),
        evidence: vec![("form.unit".into(), "表内单位".into())],
        parts: parts.collect(),
        loose: if is_nil { vec![nil] } else { vec![] },
        ..nothing(campaign)
    };
    desk.store.register(&[(id, registration.clone())], &desk.config.campaigns, delivery.at).unwrap();
}

/// A mail of which nothing is known.
pub fn nothing(campaign: &Campaign) -> Registration {
    Registration {
        kind: MessageKind::Other,
        campaign: Some(campaign.id.clone()),
        unit: None,
        unit_by: None,
        review: None,
        may_concern: vec![],
        may_be_of: vec![],
        may_hold_material: false,
        evidence: vec![],
        parts: vec![],
        loose: vec![],
        readings: vec![],
        learned: vec![],
        accepted: vec![],
        echoes: vec![],
    }
}

fn facts(delivery: &Delivery) -> MailFacts {
    let mail = MessageParser::default().parse(&delivery.raw).unwrap();
    let from = mail.from().and_then(|from| from.first()).and_then(|from| from.address());
    let header = HeaderFacts {
        message_id: delivery.expect.message_id.clone(),
        from: from.unwrap_or_default().to_owned(),
        subject: mail.subject().unwrap_or_default().to_owned(),
        ..Default::default()
    };
    let link = |url: &String| LinkFacts {
        url: url.clone(),
        provider: "qq".into(),
        name: "视频.mp4".into(),
        expires: Some(delivery.at + jiff::SignedDuration::from_hours(720)),
        ..LinkFacts::default()
    };
    MailFacts {
        header,
        text: mail.body_text(0).unwrap_or_default().into_owned(),
        parts: delivery.expect.files.iter().map(|filed| part(&filed.path)).collect(),
        links: delivery.expect.links.iter().map(link).collect(),
        ..Default::default()
    }
}

/// An attachment that nobody looked into.
pub fn part(path: &str) -> PartFacts {
    PartFacts {
        path: path.into(),
        name: path.rsplit('/').next().unwrap_or(path).into(),
        parent: None,
        file: None,
        size: 31_744,
        media_type: "application/octet-stream".into(),
        role: Role::Attachment,
        content: Content::Opaque,
        trouble: None,
        has_macros: false,
        pasted_bytes: None,
    }
}

fn filed_part(unit: &str, message: &str, filed: &Filed) -> FiledPart {
    let state = match filed.states[0] {
        // What a part is shown as follows from those after it.
        PartState::Superseded => PartState::Accepted,
        state => state,
    };
    let (Some(requirement), Some(item)) = (filed.requirement, filed.item) else {
        return FiledPart { campaign: None, state, why: "没有对应的材料".into(), filings: vec![] };
    };
    let hash = format!("{message}{}", filed.path);
    let mut filings = vec![filing(unit, requirement, item, filed.day, state, &hash, &filed.flaws)];
    if item == "form4" {
        filings.push(filing(unit, requirement, "liaison", None, state, &hash, &[]));
    }
    if unit.is_empty() || state == PartState::Duplicate {
        filings.clear();
    }
    FiledPart { campaign: None, state, why: format!("文件名“{}”", filed.path), filings }
}

fn filing(
    unit: &str,
    requirement: &str,
    item: &str,
    day: Option<Date>,
    state: PartState,
    hash: &str,
    flaws: &[&str],
) -> Filing {
    let flaws = flaws.iter().map(|code| Flaw {
        code: (*code).into(),
        place: "Sheet1!F7".into(),
        text: "手机 139000012 只有9位，请核对".into(),
        level: Level::Error,
    });
    Filing {
        campaign: "2023-activity-week".into(),
        unit: unit.into(),
        requirement: requirement.into(),
        day,
        item: item.into(),
        state,
        flaws: flaws.collect(),
        received_at: Timestamp::UNIX_EPOCH,
        message: 0,
        ordinal: 0,
        sha256: hash.into(),
        version: None,
    }
}
