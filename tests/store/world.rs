//! A small office for the stories of the store and its bench: a campaign as data, and mail that arrives, is read and
//! judged without any server or reader.

use std::collections::BTreeMap;
use std::io::Write as _;

use jiff::Timestamp;
use jiff::civil::{Date, date, time};
use jiff::tz::TimeZone;
use shouwen::domain::campaign::{Campaign, Item, ItemKind, Need, Requirement, When};
use shouwen::domain::facts::{Content, HeaderFacts, MailFacts, PartFacts, Role};
use shouwen::domain::message::{MessageKind, PartState, UnitBy};
use shouwen::domain::submission::Filing;
use shouwen::domain::unit::{Roster, Unit};
use shouwen::recognition::version::of_name;
use shouwen::store::{Captured, FiledPart, Registration, Reported, Sighting, Store};

/// A data directory with a store, gone when dropped.
pub struct World {
    pub dir: tempfile::TempDir,
    pub store: Store,
    pub campaign: Campaign,
}

/// What a story files: unit, requirement, day, item, verdict, hash.
pub type Wish<'a> = (&'a str, &'a str, Option<Date>, &'a str, PartState, &'a str);

pub fn world(units: usize) -> World {
    world_in(tempfile::tempdir().unwrap(), units)
}

pub fn world_in(dir: tempfile::TempDir, units: usize) -> World {
    let store = Store::open(dir.path()).unwrap();
    World { dir, store, campaign: campaign(units) }
}

/// Minute `n` after the opening of the campaign.
pub fn minute(n: i64) -> Timestamp {
    let opening: Timestamp = "2023-05-01T00:00:00Z".parse().unwrap();
    opening + jiff::SignedDuration::from_mins(n)
}

/// The sighting of `uid` in the inbox.
pub fn inbox(uid: u32) -> Sighting {
    Sighting { mailbox: "zjc".into(), folder: "INBOX".into(), uidvalidity: 7, uid }
}

/// The code of unit `n`.
pub fn unit(n: usize) -> String {
    format!("U{n:03}")
}

impl World {
    /// UIDs of a folder that are captured.
    pub fn seen(&self, folder: &str, uidvalidity: u32) -> Vec<u32> {
        self.store.seen("zjc", folder, uidvalidity, 1).unwrap().into_iter().map(|seen| seen.uid).collect()
    }

    /// A mail arrives: bytes kept, row made.
    pub fn arrive(&self, bytes: &str, received_at: Timestamp, sighting: Sighting) -> i64 {
        self.arrive_as(bytes, received_at, sighting, false)
    }

    pub fn arrive_as(
        &self,
        bytes: &str,
        received_at: Timestamp,
        sighting: Sighting,
        is_history: bool,
    ) -> i64 {
        let mut incoming = self.store.blobs().begin().unwrap();
        incoming.write_all(bytes.as_bytes()).unwrap();
        let staged = incoming.finish().unwrap();
        let (sha256, size) = (staged.sha256.clone(), staged.size);
        self.store.blobs().keep(vec![staged]).unwrap();
        let mail = Captured {
            sha256,
            size,
            received_at,
            sighting,
            is_history,
            note: String::new(),
            announced: Default::default(),
        };
        self.store.capture(&[mail], received_at).unwrap()[0]
    }

    /// A mail arrives, is read, and is filed as wished: one part a wish.
    pub fn file(&self, n: u32, wishes: &[Wish<'_>]) -> i64 {
        let id = self.arrive(&format!("mail {n}"), minute(n.into()), inbox(n));
        self.read_and_register(id, wishes);
        id
    }

    pub fn read_and_register(&self, id: i64, wishes: &[Wish<'_>]) {
        self.read(id, wishes.len());
        self.register(id, &registration(wishes));
    }

    pub fn read(&self, id: i64, parts: usize) {
        let mail = Reported { id, facts: facts(parts), hashes: vec![None; parts] };
        self.store.save_facts(&[mail], minute(0)).unwrap();
    }

    pub fn register(&self, id: i64, registration: &Registration) {
        let batch = [(id, registration.clone())];
        self.store.register(&batch, std::slice::from_ref(&self.campaign), minute(0)).unwrap();
    }
}

/// A mail with `parts` attachments.
pub fn facts(parts: usize) -> MailFacts {
    let header =
        HeaderFacts { from: "office@unit.example".into(), subject: "材料".into(), ..Default::default() };
    MailFacts { header, parts: (0..parts).map(part).collect(), ..Default::default() }
}

fn part(n: usize) -> PartFacts {
    PartFacts {
        path: format!("附件{n}.xlsx"),
        name: format!("附件{n}.xlsx"),
        parent: None,
        file: None,
        size: 10,
        media_type: "application/octet-stream".into(),
        role: Role::Attachment,
        content: Content::Opaque,
        trouble: None,
        has_macros: false,
        pasted_bytes: None,
    }
}

/// A judgement that files one part a wish.
pub fn registration(wishes: &[Wish<'_>]) -> Registration {
    let parts = wishes.iter().map(|wish| FiledPart {
        campaign: None,
        state: wish.4,
        why: "按规则".into(),
        filings: vec![filing(wish)],
    });
    Registration {
        kind: MessageKind::Submission,
        campaign: Some("week".into()),
        unit: wishes.first().map(|wish| wish.0.to_owned()),
        unit_by: Some(UnitBy::Form),
        review: None,
        may_concern: vec![],
        may_be_of: vec![],
        may_hold_material: true,
        evidence: vec![("form.unit".into(), "表内单位".into())],
        parts: parts.collect(),
        loose: vec![],
        readings: vec![],
        learned: vec![],
        accepted: vec![],
        echoes: vec![],
    }
}

/// Of a file whose bytes are called V2 that is the version, too.
pub fn filing((unit, requirement, day, item, state, sha256): &Wish<'_>) -> Filing {
    Filing {
        campaign: "week".into(),
        unit: (*unit).into(),
        requirement: (*requirement).into(),
        day: *day,
        item: (*item).into(),
        state: *state,
        flaws: vec![],
        received_at: Timestamp::UNIX_EPOCH,
        message: 0,
        ordinal: 0,
        sha256: (*sha256).into(),
        version: of_name(sha256),
    }
}

/// A campaign with a requirement by a date and one for each day, owed by `units` units.
pub fn campaign(units: usize) -> Campaign {
    let day = |d| date(2023, 5, d);
    let plan = When::By { nominal: day(10), on_time_through: day(10) };
    let daily = When::EachDay { from: day(14), to: day(20), until_next_day: time(10, 0, 0, 0) };
    let requirements = vec![
        requirement("plan", plan, Need::All, &[("scheme", ItemKind::Document), ("form4", ItemKind::Form)]),
        requirement(
            "daily",
            daily,
            Need::Any,
            &[("article", ItemKind::Document), ("photo", ItemKind::Photo)],
        ),
    ];
    let units = (0..units).map(|n| Unit { code: unit(n), group: "college".into(), ..Unit::default() });
    Campaign {
        id: "week".into(),
        title: "活动周".into(),
        short: "活动周".into(),
        notice: String::new(),
        office: String::new(),
        contact: String::new(),
        timezone: TimeZone::UTC,
        period: (day(14), day(20)),
        retention: None,
        keywords: vec![],
        other_business: None,
        groups: vec![("college".into(), "学校".into())],
        routes: vec![],
        requirements,
        chases: vec![],
        roster: Roster { units: units.collect() },
        calendar: Default::default(),
        templates: BTreeMap::new(),
        blanks: BTreeMap::new(),
        wording: BTreeMap::new(),
    }
}

fn requirement(id: &str, when: When, need: Need, items: &[(&str, ItemKind)]) -> Requirement {
    let items = items.iter().map(|(id, kind)| Item {
        id: (*id).into(),
        title: (*id).into(),
        kind: *kind,
        names: vec![],
        form: (*kind == ItemKind::Form).then(|| (*id).into()),
        of: None,
        from_form: None,
        sections: vec![],
        limits: Default::default(),
    });
    Requirement {
        id: id.into(),
        title: id.into(),
        groups: vec!["college".into()],
        also_from: vec![],
        opens: None,
        when,
        need,
        nil_report: true,
        items: items.collect(),
    }
}
