//! Decisions beside the river, without processes: who was quicker never matters, what could not be read is settled by a
//! person alone, and a part is found again by its bytes.

use std::io::Write as _;

use jiff::Timestamp;
use rusqlite::Connection;
use shouwen::clock::Clock;
use shouwen::domain::campaign::Campaign;
use shouwen::domain::decision::{Act, Decision, RuledPart};
use shouwen::domain::facts::{Content, HeaderFacts, MailFacts, PartFacts, Role};
use shouwen::domain::message::{MessageState, PartState, UnitBy};
use shouwen::fault::Fault;
use shouwen::intake::decide::Bench;
use shouwen::intake::news::news;
use shouwen::intake::register::Registrar;
use shouwen::store::{Captured, MessageFilter, MessageRow, Reported, Ruled, Sighting, Store};

const ADDRESS: &str = "30401992@qq.example";

struct World {
    dir: tempfile::TempDir,
    store: Store,
    campaigns: Vec<Campaign>,
    clock: Clock,
}

fn world() -> World {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let clock = Clock::stepped("2023-05-10T18:00:00+08:00".parse().unwrap());
    World { dir, store, campaigns: vec![crate::campaign::campaign()], clock }
}

impl World {
    /// A mail arrives.
    fn arrive(&self, uid: u32) -> i64 {
        let received_at: Timestamp = "2023-05-09T10:00:00+08:00".parse().unwrap();
        let mut incoming = self.store.blobs().begin().unwrap();
        write!(incoming, "mail {uid}").unwrap();
        let staged = incoming.finish().unwrap();
        let (sha256, size) = (staged.sha256.clone(), staged.size);
        self.store.blobs().keep(vec![staged]).unwrap();
        let sighting = Sighting { mailbox: "zjc".into(), folder: "INBOX".into(), uidvalidity: 7, uid };
        let (note, announced) = (String::new(), Default::default());
        let mail = Captured { sha256, size, received_at, sighting, is_history: false, note, announced };
        self.store.capture(&[mail], received_at).unwrap()[0]
    }

    /// It is read: a scheme from an address that nobody knows, under this name.
    fn read(&self, id: i64, path: &str) {
        let part = PartFacts {
            path: path.into(),
            name: path.into(),
            parent: None,
            file: None,
            size: 50_000,
            media_type: "application/msword".into(),
            role: Role::Attachment,
            content: Content::Text { text: "活动方案\n正文。".into() },
            trouble: None,
            has_macros: false,
            pasted_bytes: None,
        };
        let header = HeaderFacts {
            from: ADDRESS.into(),
            subject: "职业教育活动周材料".into(),
            ..HeaderFacts::default()
        };
        let facts = MailFacts { header, parts: vec![part], ..MailFacts::default() };
        let hashes = vec![Some("f".repeat(64))];
        self.store.save_facts(&[Reported { id, facts, hashes }], self.clock.now()).unwrap();
    }

    fn registrar(&self) -> Registrar<'_> {
        Registrar::new(&self.store, &self.campaigns, &[], &self.clock).unwrap()
    }

    fn bench(&self) -> Bench<'_> {
        Bench { store: &self.store, campaigns: &self.campaigns, mailboxes: &[], clock: &self.clock }
    }

    fn ruling(&self, act: Act, message: i64) -> Decision {
        let decision = Decision::new(act, "甲", self.clock.now(), "电话核实");
        let (campaign, unit) = (Some("week".into()), Some("C03".into()));
        Decision { message: Some(message), campaign, unit, ..decision }
    }

    fn decide(&self, decision: &Decision) {
        let made = self.bench().decide(|_| Ok::<_, Fault>(vec![decision.clone()])).unwrap();
        assert_eq!(made.numbers.len(), 1);
    }

    fn row(&self, id: i64) -> MessageRow {
        let filter = MessageFilter { id: Some(id), ..MessageFilter::default() };
        self.store.messages(&filter).unwrap().remove(0)
    }

    fn is_sound(&self) {
        assert_eq!(self.store.verify(&|_, _| {}).unwrap().problems, Vec::<String>::new());
    }
}

fn turn(registrar: &mut Registrar<'_>) -> usize {
    let (_, no_news) = news();
    registrar.register_all(&no_news, &mut |_| {}, &|| false).unwrap()
}

#[test]
fn what_was_decided_while_the_river_judged_is_heeded() {
    let world = world();
    let id = world.arrive(1);
    world.read(id, "方案.docx");
    // The river has taken in what was decided so far; then a clerk is quicker.
    let mut registrar = world.registrar();
    world.decide(&world.ruling(Act::Assign, id));
    assert_eq!(turn(&mut registrar), 1);
    let row = world.row(id);
    assert_eq!((row.unit.as_deref(), row.unit_by), (Some("C03"), Some(UnitBy::Staff)));
    assert_eq!(row.parts[0].state, PartState::Accepted);
}

#[test]
fn nothing_is_decided_upon_what_is_not_so_any_more() {
    let world = world();
    let id = world.arrive(1);
    world.read(id, "方案.docx");
    turn(&mut world.registrar());
    let bench = world.bench();
    let judged = vec![bench.judged_as(id, &[]).unwrap().unwrap()];
    let ruled = |basis, judged| Ruled { decisions: &[], basis, judged, campaigns: &world.campaigns };
    assert!(!world.store.decide(&ruled(7, judged.clone()), world.clock.now()).unwrap(), "another was made");
    assert!(world.store.decide(&ruled(0, judged.clone()), world.clock.now()).unwrap());
    world.read(id, "方案.docx");
    assert!(!world.store.decide(&ruled(0, judged), world.clock.now()).unwrap(), "it is on its way again");
}

#[test]
fn a_mail_that_nobody_could_read_counts_as_the_person_says_and_after_it_was_parked_again_too() {
    let world = world();
    let id = world.arrive(1);
    world.store.park(id, "邮件读不出：读取程序中断", world.clock.now()).unwrap();
    world.decide(&world.ruling(Act::Assign, id));
    let row = world.row(id);
    assert_eq!(
        (row.state, row.unit.as_deref()),
        (Some(MessageState::Review), Some("C03")),
        "still to be looked at"
    );
    assert!(row.reason.contains("读取程序中断"), "{}", row.reason);
    let scopes = vec!["plan/scheme".parse().unwrap()];
    world.decide(&Decision { scopes, ..world.ruling(Act::Accept, id) });
    let counts = || {
        let holdings = world.store.holdings("week").unwrap();
        holdings.of("C03", "plan", None).iter().map(|held| held.item.clone()).collect::<Vec<_>>()
    };
    assert_eq!((world.row(id).state, counts()), (Some(MessageState::Registered), vec!["scheme".to_owned()]));
    world.is_sound();
    world.store.park(id, "邮件读不出：读取程序中断", world.clock.now()).unwrap();
    assert_eq!(counts(), [""; 0]);
    turn(&mut world.registrar());
    assert_eq!((world.row(id).state, counts()), (Some(MessageState::Registered), vec!["scheme".to_owned()]));
    world.is_sound();
}

#[test]
fn a_part_that_another_reader_names_otherwise_is_found_by_its_bytes_and_a_lost_one_is_told() {
    let world = world();
    let id = world.arrive(1);
    world.read(id, "æ–¹.docx");
    turn(&mut world.registrar());
    let part = |sha256| Some(RuledPart { path: "æ–¹.docx".into(), sha256 });
    let scopes = vec!["plan/scheme".parse().unwrap()];
    world.decide(&world.ruling(Act::Assign, id));
    world.decide(&Decision {
        part: part(Some("f".repeat(64))),
        scopes: scopes.clone(),
        ..world.ruling(Act::Accept, id)
    });
    world.read(id, "未命名.docx");
    turn(&mut world.registrar());
    assert_eq!((world.row(id).parts[0].state, world.row(id).reason.as_str()), (PartState::Accepted, ""));
    world.decide(&Decision { part: part(None), scopes, ..world.ruling(Act::Accept, id) });
    assert!(world.row(id).reason.contains("不在了，请重新认定"), "{}", world.row(id).reason);
}

#[test]
fn what_was_learned_before_a_crash_is_looked_back_upon_after_it() {
    let world = world();
    let id = world.arrive(1);
    world.read(id, "方案.docx");
    turn(&mut world.registrar());
    assert_eq!(world.row(id).unit, None);
    // As if the program had ended between learning the address and looking back.
    let remember =
        Decision { address: Some(ADDRESS.into()), message: None, ..world.ruling(Act::Remember, id) };
    let ruled =
        Ruled { decisions: &[Decision { id: 1, ..remember }], basis: 0, judged: vec![], campaigns: &[] };
    assert!(world.store.decide(&ruled, world.clock.now()).unwrap());
    assert_eq!(world.row(id).unit, None);
    turn(&mut world.registrar());
    assert_eq!((world.row(id).unit.as_deref(), world.row(id).unit_by), (Some("C03"), Some(UnitBy::Sender)));
}

#[test]
fn an_old_mail_that_cannot_be_judged_again_sets_none_aside_that_comes_now() {
    let world = world();
    let old = [world.arrive(1), world.arrive(2)];
    for id in old {
        world.read(id, "方案.docx");
    }
    turn(&mut world.registrar());
    let remember = Decision {
        id: 1,
        address: Some(ADDRESS.into()),
        message: None,
        ..world.ruling(Act::Remember, old[0])
    };
    let ruled = Ruled { decisions: &[remember], basis: 0, judged: vec![], campaigns: &[] };
    assert!(world.store.decide(&ruled, world.clock.now()).unwrap());
    // As a damaged store has it: what was judged is not what is listed.
    let database = Connection::open(world.dir.path().join("shouwen.db")).unwrap();
    assert_eq!(database.execute("DELETE FROM filing WHERE message = ?1", [old[0]]).unwrap(), 0);
    assert_eq!(database.execute("DELETE FROM part WHERE message = ?1", [old[0]]).unwrap(), 1);
    let new = world.arrive(3);
    world.read(new, "方案二.docx");
    assert_eq!(turn(&mut world.registrar()), 1);
    for (id, unit) in [(old[0], None), (old[1], Some("C03")), (new, Some("C03"))] {
        assert_eq!(world.row(id).unit.as_deref(), unit, "{id}");
    }
    assert_ne!(world.row(new).state, Some(MessageState::Parked));
}
