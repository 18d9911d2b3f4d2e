//! A desk with the shipped campaign to which raw mail comes: read by the instruments that the cage has, judged and filed
//! by the river's last stage.

use std::io::{Cursor, Write as _};

use jiff::Timestamp;
use shouwen::clock::Clock;
use shouwen::domain::decision::{Act, Decision};
use shouwen::domain::facts::MailFacts;
use shouwen::fault::Fault;
use shouwen::intake::decide::Bench;
use shouwen::intake::news::news;
use shouwen::intake::register::Registrar;
use shouwen::mime::{Caps, body, header_facts, walk};
use shouwen::store::{
    Captured, MessageFilter, MessageRow, NewMail, OutboxRow, OutboxState, Reported, Sighting,
};

use crate::desk::{Desk, bare_desk};

const CAPS: Caps =
    Caps { header_bytes: 100_000, boundary_lines: 10_000, nesting: 8, parts: 200, text_bytes: 100_000 };

/// An office that has written to a unit.
pub struct Office {
    pub desk: Desk,
    /// The unit's code.
    pub unit: String,
    pub clock: Clock,
    arrived: std::cell::Cell<u32>,
}

/// To whom the office wrote.
pub const TO: &str = "jwc@unit.example";

impl Office {
    /// An office to which nothing came and which has written nothing.
    pub fn open() -> Self {
        let desk = bare_desk();
        let unit = desk.campaign().roster.find("绵阳职业技术学院").unwrap().code.clone();
        let clock = Clock::stepped(at("05-11 12:00"));
        Self { desk, unit, clock, arrived: 0.into() }
    }

    /// The same, after a reminder that left at nine on 11 May.
    pub fn that_wrote() -> Self {
        let office = Self::open();
        office.desk.reminded(&office.unit, "plan", "first", "2023-05-11T09:00:00+08:00");
        office
    }

    /// Queues a mail whose answer after the dot is lost; its number.
    pub fn unsure(&self) -> i64 {
        let store = &self.desk.store;
        let mail = NewMail {
            kind: "reminder".into(),
            campaign: Some(self.desk.campaign().id.clone()),
            mailbox: "zjc".into(),
            unit: Some(self.unit.clone()),
            to: TO.into(),
            subject: "s".into(),
            text: "t".into(),
            message_id: "<shouwen.reminder.lost@office.example>".into(),
            cause: "lost".into(),
            steps: vec![],
            queued_at: at("05-11 09:00"),
            leaves_at: at("05-11 09:00"),
        };
        let id = store.queue(&mail).unwrap().unwrap();
        assert!(store.claim_for_sending(id, at("05-11 09:00")).unwrap());
        store.mark_dot(id, at("05-11 09:00"), at("05-11 09:01")).unwrap();
        store.settle(id, OutboxState::Unsure, "lost", at("05-11 09:02"), None).unwrap();
        id
    }

    /// The Message-ID of that reminder.
    pub fn ours(&self) -> String {
        format!("<shouwen.reminder.first.{}@office.example>", self.unit)
    }

    /// A raw mail arrives and is registered.
    pub fn receives(&self, raw: &[u8], moment: &str) -> MessageRow {
        let (store, received_at) = (&self.desk.store, at(moment));
        let uid = self.arrived.get() + 1;
        self.arrived.set(uid);
        let mut incoming = store.blobs().begin().unwrap();
        incoming.write_all(raw).unwrap();
        let staged = incoming.finish().unwrap();
        let (sha256, size) = (staged.sha256.clone(), staged.size);
        store.blobs().keep(vec![staged]).unwrap();
        let sighting = Sighting { mailbox: "zjc".into(), folder: "INBOX".into(), uidvalidity: 7, uid };
        let (note, announced) = (String::new(), Default::default());
        let mail = Captured { sha256, size, received_at, sighting, is_history: false, note, announced };
        let id = store.capture(&[mail], received_at).unwrap()[0];
        let walked = walk(&mut Cursor::new(raw), &CAPS).unwrap();
        let text = body(walked.leaves.iter(), 10_000).text;
        let facts = MailFacts { header: header_facts(&walked), text, ..MailFacts::default() };
        store.save_facts(&[Reported { id, facts, hashes: vec![] }], received_at).unwrap();
        self.turn();
        self.row(id)
    }

    /// Whatever was read is registered.
    pub fn turn(&self) {
        let Desk { store, config, .. } = &self.desk;
        let mut registrar = Registrar::new(store, &config.campaigns, &config.mailboxes, &self.clock).unwrap();
        let (_, no_news) = news();
        registrar.register_all(&no_news, &mut |_| {}, &|| false).unwrap();
    }

    /// A mail as it is registered.
    pub fn row(&self, id: i64) -> MessageRow {
        let filter = MessageFilter { id: Some(id), ..MessageFilter::default() };
        self.desk.store.messages(&filter).unwrap().remove(0)
    }

    /// The outbox.
    pub fn outbox(&self) -> Vec<OutboxRow> {
        self.desk.store.outbox(None).unwrap()
    }

    /// State of the first mail of ours, and whether its recipient is taken for dead: `bounced dead`.
    pub fn fate(&self) -> String {
        let dead = self.desk.store.dead_addresses().unwrap();
        let is_dead = dead.iter().any(|dead| dead.address == TO);
        format!("{}{}", self.outbox()[0].state, if is_dead { " dead" } else { "" })
    }

    /// A clerk decides.
    pub fn decides(&self, make: impl Fn(&[Decision]) -> Decision) -> Result<(), Fault> {
        let Desk { store, config, .. } = &self.desk;
        let bench =
            Bench { store, campaigns: &config.campaigns, mailboxes: &config.mailboxes, clock: &self.clock };
        bench.decide(|all| Ok::<_, Fault>(vec![make(all)])).map(drop)
    }

    /// A decision of a clerk now.
    pub fn decision(&self, act: Act) -> Decision {
        Decision::new(act, "李某", self.clock.now(), "电话核实")
    }
}

/// `MM-DD hh:mm` of 2023 in China.
pub fn at(moment: &str) -> Timestamp {
    format!("2023-{}:00+08:00", moment.replace(' ', "T")).parse().unwrap()
}
