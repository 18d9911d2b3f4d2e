//! Plays rows of the catalogue: a server misbehaves, one look meets it, then the server behaves and a second look
//! must make everything good. What holds for every row is demanded of every row.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use shouwen::domain::message::Stage;
use shouwen::fault::Fault;
use shouwen::intake::watch::Pass;
use shouwen::rehearsal::server::ImapServer;
use shouwen::store::{MessageFilter, Sighting};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::door;
use crate::row::{Outcome, Row};
use crate::support::{PASSWORD, World, at, world};

/// Logins in one look.
const LOGINS: usize = 5;
/// When the look that meets the misdeed is made, and the good one after it.
const MET: &str = "2023-05-09T13:00:00+08:00";
const MENDED: &str = "2023-05-09T14:00:00+08:00";

/// Rows played at once, of all chapters: each has a server and a store of its own, some MiB in all.
static AT_ONCE: Semaphore = Semaphore::const_new(20);

/// How things stood before the look that met the misdeed.
struct Before {
    /// UID and bytes of the mails in INBOX.
    held: Vec<(u32, Vec<u8>)>,
    /// Bytes of the mails in the other folders that count.
    also: Vec<Vec<u8>>,
    captured: Vec<Vec<u8>>,
    logins: usize,
    connections: usize,
}

/// Plays all rows beside one another (most of their time is waiting before the next login), each look within
/// `longest`.
pub async fn play_all(rows: Vec<Row>, longest: Duration) {
    assert!(!rows.is_empty());
    let mut playing = JoinSet::new();
    let mut names = Vec::new();
    for row in rows {
        let name = row.name.clone();
        let plays = async move {
            let _turn = AT_ONCE.acquire().await.expect("never closed");
            play(&row, longest).await;
        };
        names.push((playing.spawn(plays).id(), name));
    }
    let mut failed = Vec::new();
    while let Some(ended) = playing.join_next_with_id().await {
        if let Err(error) = ended {
            failed.extend(names.iter().filter(|(id, _)| *id == error.id()).map(|(_, name)| name.clone()));
        }
    }
    assert!(failed.is_empty(), "{} rows failed:\nThe server {}", failed.len(), failed.join("\nThe server "));
}

async fn play(row: &Row, longest: Duration) {
    let mut world = world(row.profile);
    let name = &row.name;
    world.deliver_mails(row.mails);
    if row.door != door::Door::Bare {
        door::open(&mut world, row.profile, row.door);
    }
    if let Some(before) = row.before {
        before(&mut world);
    }
    if let Some(since) = row.since_a_good_look {
        world.pass().await.unwrap_or_else(|fault| panic!("{name}: the look before: {fault}"));
        expect_all(name, &world);
        since(&world);
    }

    for (step, misdeed, always) in &row.deeds {
        let script = if *always { ImapServer::always } else { ImapServer::on };
        script(&world.server, step, misdeed.clone());
    }
    let empty = row.also.iter().find(|folder| world.server.mails(folder).is_empty());
    assert_eq!(empty, None, "{name}: no mail there");
    let before = Before {
        held: world.server.mails("INBOX"),
        also: row.also.iter().flat_map(|folder| world.server.mails(folder)).map(|(_, raw)| raw).collect(),
        captured: world.captured(),
        logins: world.heard("LOGIN"),
        connections: connections(&world),
    };
    world.clock.step_to(at(MET));
    let began = Instant::now();
    let met = world.pass().await;
    assert!(began.elapsed() < longest, "{name}: the look took {:?}", began.elapsed());
    let undone = world.server.waiting();
    let is_pair = matches!(row.outcome, Outcome::Together);
    // What happened before the look is a misdeed too.
    let is_met = undone < row.deeds.len() || row.since_a_good_look.is_some() || row.before.is_some();
    assert!(undone == 0 || is_pair && is_met, "{name}: the misdeed was not done");
    let logins = world.heard("LOGIN") - before.logins;
    assert!(logins <= LOGINS, "{name}: {logins} logins");
    expect_manners(row, &world);
    expect_secrecy(name, &world, &met);
    expect_outcome(row, &world, &before, &met, logins);
    let captured = world.captured();
    let also_came = before.also.iter().all(|raw| captured.contains(raw));
    assert!(also_came || is_pair, "{name}: not of {:?}: {met:?}", row.also);

    world.server.behave();
    if let Some(mend) = row.mend {
        mend(&world);
    }
    if row.door.mended() != row.door {
        door::open(&mut world, row.profile, row.door.mended());
    }
    world.clock.step_to(at(MENDED));
    let mended = world.pass().await.unwrap_or_else(|fault| panic!("{name}: not mended: {fault}"));
    assert_eq!((mended.unfetched, mended.troubles.len()), (0, 0), "{name}: {mended:?}");
    expect_all(name, &world);
    assert_eq!((world.inbox().1, world.unfetched_uids()), (None, vec![]), "{name}: trouble stays");
    let states = world.store.folder_states().unwrap();
    assert!(states.iter().all(|state| state.trouble.is_none()), "{name}: trouble stays: {states:?}");
    assert_eq!(world.inbox_complete_at(), Some(at(MENDED)), "{name}: not fresh");
    expect_only(name, &world, &before);
    if let Outcome::Noted(words) = row.outcome {
        assert!(notes(&world).iter().any(|note| note.contains(words)), "{name}: no such note");
    }
}

/// How many connections the server has had on which it was asked something.
fn connections(world: &World) -> usize {
    world.server.log().iter().map(|heard| heard.connection).max().unwrap_or(0)
}

/// The notes of all mails, which are shown once a mail has come to an end of the river.
fn notes(world: &World) -> Vec<String> {
    for mail in world.store.waiting(Stage::Captured, 100).unwrap() {
        world.store.park(mail.id, "read by no one", world.clock.now()).unwrap();
    }
    let all = world.store.messages(&MessageFilter::default()).unwrap();
    all.into_iter().map(|mail| mail.note).collect()
}

/// Whatever is there is seen and captured, byte for byte.
fn expect_all(name: &str, world: &World) {
    let (uidvalidity, mails) = (world.server.uidvalidity("INBOX"), world.server.mails("INBOX"));
    let captured = world.captured();
    assert!(!mails.is_empty(), "{name}: nothing to be had");
    for (uid, raw) in &mails {
        assert!(captured.contains(raw), "{name}: UID {uid} is not captured as it is");
    }
    for (uid, _) in mails {
        let (mailbox, folder) = (world.mailbox.id.clone(), "INBOX".to_owned());
        let place = Sighting { mailbox, folder, uidvalidity, uid };
        assert!(world.store.knows_uid(&place).unwrap(), "{name}: UID {uid} is not accounted for");
    }
}

/// Nothing is captured that was never there, and nothing twice.
fn expect_only(name: &str, world: &World, before: &Before) {
    let now = world.server.mails("INBOX");
    let captured = world.captured();
    for raw in &captured {
        let in_inbox = before.held.iter().chain(&now).any(|(_, held)| held == raw);
        let was_there = in_inbox || before.also.contains(raw);
        let is_known = was_there || before.captured.contains(raw);
        assert!(is_known, "{name}: {} bytes of no mail", raw.len());
    }
    assert_eq!(captured.iter().collect::<BTreeSet<_>>().len(), captured.len(), "{name}: taken twice");
}

/// The mailbox is only read, and nothing is asked for that some server breaks on.
fn expect_manners(row: &Row, world: &World) {
    const NEVER: [&str; 11] = [
        "SELECT",
        "SEARCH",
        "STORE",
        "EXPUNGE",
        "APPEND",
        "MOVE",
        "AUTHENTICATE",
        "ENVELOPE",
        "BODYSTRUCTURE",
        "COMPRESS",
        "BODY[",
    ];
    for heard in world.server.log() {
        let words: Vec<&str> = heard.text.split([' ', '(', ')']).collect();
        let bad = NEVER.iter().chain(row.never).find(|never| words.iter().any(|word| word == *never));
        assert_eq!(bad, None, "{}: the server heard {}", row.name, heard.text);
        // A handshake that a server takes for plain text is random bytes, which now and then end in a blank.
        let is_handshake = row.door == door::Door::PlainForTls;
        assert!(is_handshake || !heard.text.ends_with(' '), "{}: {}", row.name, heard.text);
    }
    assert_eq!(world.server.seen("INBOX"), [0_u32; 0], "{}: marked as read", row.name);
}

fn expect_secrecy(name: &str, world: &World, met: &Result<Pass, Fault>) {
    let shown = format!("{met:?} {:?} {:?}", world.store.folder_states(), world.store.unfetched());
    assert!(!shown.contains(PASSWORD), "{name}: the password is shown");
}

fn expect_outcome(row: &Row, world: &World, before: &Before, met: &Result<Pass, Fault>, logins: usize) {
    let name = &row.name;
    let said = format!("{name}: {met:?}, {:?}, {:?}", world.inbox(), world.store.unfetched().unwrap());
    let is_fresh = world.inbox_complete_at() == Some(at(MET));
    let trouble = world.inbox().1;
    let came_now = world.captured().len() - before.captured.len();
    assert_eq!(is_fresh, trouble.is_none(), "{said}: fresh and in trouble");
    let has_remedy = |trouble: &String| trouble.contains('请') || trouble.contains("自动再试");
    assert!(trouble.as_ref().is_none_or(has_remedy), "{said}: no remedy");
    expect_only(name, world, before);
    match row.outcome {
        Outcome::Unnoticed | Outcome::Noted(_) => {
            assert_eq!((logins, is_fresh, world.unfetched_uids()), (1, true, vec![]), "{said}");
            expect_captured(&said, world, before, &[]);
        }
        Outcome::TakenUpAgain => {
            assert!(connections(world) > before.connections + 1, "{said}: over the same connection");
            assert_eq!((is_fresh, world.unfetched_uids()), (true, vec![]), "{said}");
            expect_captured(&said, world, before, &[]);
        }
        Outcome::LeftOut(uids, words) => {
            assert_eq!((is_fresh, world.unfetched_uids()), (true, uids.to_vec()), "{said}");
            assert!(met.as_ref().is_ok_and(|pass| pass.unfetched == uids.len() as u64), "{said}");
            expect_reasons(&said, world, words);
            expect_captured(&said, world, before, uids);
        }
        Outcome::PartlyListed(came, words) => {
            assert_eq!(came_now, came, "{said}");
            assert!(trouble.is_some_and(|trouble| trouble.contains(words)), "{said}");
        }
        Outcome::Numbered(uids, words) => {
            assert_eq!((is_fresh, world.unfetched_uids()), (true, uids.to_vec()), "{said}");
            expect_captured(&said, world, before, uids);
            let notes = world.store.folder_states().unwrap().into_iter().filter_map(|state| state.note);
            assert!(notes.collect::<String>().contains(words), "{said}");
        }
        Outcome::SpamUnknown(words) | Outcome::SpamGivenUp(words) => {
            let is_given_up = matches!(row.outcome, Outcome::SpamGivenUp(_));
            assert!(if is_given_up { (2..LOGINS).contains(&logins) } else { logins == 1 }, "{said}");
            assert_eq!((is_fresh, world.unfetched_uids()), (true, vec![]), "{said}");
            expect_captured(&said, world, before, &[]);
            assert!(met.as_ref().is_ok_and(|pass| pass.troubles.concat().contains(words)), "{said}");
            let states = world.store.folder_states().unwrap();
            let told = |trouble: &Option<String>| trouble.as_ref().is_some_and(|told| told.contains(words));
            assert!(states.iter().any(|state| told(&state.trouble)), "{states:?}");
        }
        Outcome::NothingComes(words) => {
            assert_eq!(came_now, 0, "{said}");
            match trouble {
                Some(trouble) => assert!(trouble.contains(words), "{said}"),
                None => {
                    assert_eq!(world.unfetched_uids().len(), before.held.len(), "{said}");
                    expect_reasons(&said, world, words);
                }
            }
        }
        Outcome::NeedsAPerson(words) => {
            assert!(matches!(met, Err(Fault::Refused(said)) if said.contains(words)), "{said}");
            assert!(trouble.is_some_and(|trouble| trouble.contains(words)) && logins <= 1, "{said}");
        }
        Outcome::EndsInTime | Outcome::Together => expect_told(&said, world, before, is_fresh),
    }
}

/// Where a look counts as complete, so many mails at most are not there as are shown.
fn expect_told(said: &str, world: &World, before: &Before, is_fresh: bool) {
    let captured = world.captured();
    let mut held = world.server.mails("INBOX");
    held.retain(|mail| before.held.contains(mail) && !captured.contains(&mail.1));
    assert!(!is_fresh || held.len() <= world.unfetched_uids().len(), "{said}: {} missing", held.len());
}

fn expect_reasons(said: &str, world: &World, words: &str) {
    let unfetched = world.store.unfetched().unwrap();
    assert!(!unfetched.is_empty() && unfetched.iter().all(|mail| mail.reason.contains(words)), "{said}");
}

/// All that was there before is captured, but for these UIDs; one that was not there stands for some other.
fn expect_captured(said: &str, world: &World, before: &Before, without: &[u32]) {
    let captured = world.captured();
    let came = |uid: &u32| before.held.iter().any(|(held, raw)| held == uid && captured.contains(raw));
    assert!(!without.iter().any(came), "{said}: came all the same");
    let missing = before.held.iter().filter(|(uid, _)| !came(uid)).count();
    assert_eq!(missing, without.len(), "{said}: {} mails came", captured.len());
}
