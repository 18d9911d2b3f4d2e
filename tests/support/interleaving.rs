//! Any interleaving of what can happen to a mailbox ends in the same register. Chance plays a sequence of deliveries,
//! moves, deletions, rebuilt folders, restarts, looks and kills on a real Dovecot; after one clean look the register has
//! to be what a store tells that was given the same mails as files. The model is the server itself, asked at every look.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use shouwen::clock::Clock;
use shouwen::domain::mailbox::Mailbox;
use shouwen::intake::{import, watch};
use shouwen::rehearsal::season::OFFICE;
use shouwen::rehearsal::season::chance::Chance;
use shouwen::store::Store;

use crate::contents::{Content, contents};
use crate::ledger::{FOLDERS, Ledger, Told, hash, hashes};
use crate::world::dovecot::{Dovecot, Place};
use crate::world::{Post, World, at};

const MOMENT: &str = "05-12 09:00";

/// What can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// A mail arrives; often one that lies elsewhere already.
    Deliver,
    /// The server moves a mail to another folder.
    Move,
    /// Another program moves its file.
    Carry,
    /// The server expunges a mail.
    Expunge,
    /// A mail's file goes.
    Delete,
    /// A folder gets another UIDVALIDITY and keeps its UIDs.
    NewUidvalidity,
    /// A folder is rebuilt: another UIDVALIDITY, UIDs from 1 again.
    Rebuild,
    /// A mail goes, another comes, and the folder is rebuilt under the same UIDVALIDITY, UIDs from 1 again.
    ReuseUids,
    /// The server is restarted.
    Restart,
    /// A look without reading.
    Look,
    /// `once` to its end.
    Once,
    /// `once`, while mail arrives and moves.
    OnceAmid,
    /// `once`, killed at a point of the river that chance names.
    KillAtPoint,
    /// `once`, killed after some time.
    KillInTime,
    /// A mail is imported from a file.
    Import,
}

/// Steps as often as they are drawn.
const STEPS: &[Step] = &[
    Step::Deliver,
    Step::Deliver,
    Step::Deliver,
    Step::Deliver,
    Step::Move,
    Step::Move,
    Step::Carry,
    Step::Expunge,
    Step::Delete,
    Step::NewUidvalidity,
    Step::Rebuild,
    Step::ReuseUids,
    Step::Restart,
    Step::Look,
    Step::Look,
    Step::Once,
    Step::OnceAmid,
    Step::KillAtPoint,
    Step::KillAtPoint,
    Step::KillInTime,
    Step::Import,
];

/// Where a run may be killed (a build without `killpoints` comes to its end instead).
const POINTS: [&str; 9] = [
    "capture.blob_synced",
    "capture.before_commit",
    "capture.after_commit",
    "read.handed",
    "read.reported",
    "read.before_commit",
    "read.after_commit",
    "register.before_commit",
    "register.after_commit",
];

/// What was played.
#[derive(Debug, Default)]
struct Played {
    /// How often each step was taken.
    steps: BTreeMap<Step, u32>,
    /// Runs that were really killed.
    kills: u32,
    /// Mails in the registers at the end.
    mails: usize,
}

impl Played {
    fn add(&mut self, other: Self) {
        other.steps.into_iter().for_each(|(step, count)| *self.steps.entry(step).or_default() += count);
        self.kills += other.kills;
        self.mails += other.mails;
    }
}

/// Plays the sequences of these numbers, so many side by side: most of their time is waiting for the server.
pub fn play_all(numbers: Range<u32>, side_by_side: usize) {
    let next = AtomicU32::new(numbers.start);
    let all = Mutex::new(Played::default());
    std::thread::scope(|scope| {
        for _ in 0..side_by_side {
            scope.spawn(|| {
                let mine = std::iter::repeat_with(|| next.fetch_add(1, Ordering::SeqCst));
                for number in mine.take_while(|number| numbers.contains(number)) {
                    let played = play(number);
                    all.lock().unwrap().add(played);
                }
            });
        }
    });
    let all = all.into_inner().unwrap();
    println!("sequences {}, kills {}, mails {}, {:?}", numbers.len(), all.kills, all.mails, all.steps);
    assert!(all.kills > 0 && all.mails > numbers.len());
}

/// Plays the sequence of this number; panics with its steps where the register is wrong in the end.
fn play(number: u32) -> Played {
    let mut game = Game::new(Chance::of(&["interleaving", &number.to_string()]));
    game.story = format!("sequence {number}:");
    for _ in 0..game.chance.between(8, 15) {
        let step = STEPS[game.chance.between(0, STEPS.len() as u32) as usize];
        game.story += &format!("\n  {step:?}");
        *game.played.steps.entry(step).or_default() += 1;
        game.take(step);
    }
    game.finish();
    std::mem::take(&mut game.played)
}

struct Game {
    world: World,
    mailbox: Mailbox,
    contents: Vec<Content>,
    chance: Chance,
    /// Stories of mails that a complete look or an import has met.
    certain: BTreeSet<String>,
    /// Those that may have been met.
    possible: BTreeSet<String>,
    next_uidvalidity: u32,
    played: Played,
    /// The steps so far, told when it ends in a panic.
    story: String,
}

impl Drop for Game {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.story);
        }
    }
}

impl Game {
    fn new(chance: Chance) -> Self {
        let world = World::on(Post::dovecot(), &[]);
        world.reconfigure(
            "folders = [\"INBOX\", \"@junk\"]",
            "folders = [\"INBOX\", \"@junk\", \"报送材料\"]",
        );
        let mailbox = shouwen::config::load(&world.file("shouwen.toml")).unwrap().mailboxes.remove(0);
        let game = Self {
            world,
            mailbox,
            contents: contents(),
            chance,
            certain: BTreeSet::new(),
            possible: BTreeSet::new(),
            next_uidvalidity: 10,
            played: Played::default(),
            story: String::new(),
        };
        FOLDERS.iter().for_each(|folder| game.dovecot().make_folder(OFFICE, folder));
        game
    }

    fn dovecot(&self) -> &Dovecot {
        let Post::Dovecot(dovecot) = &self.world.post else { unreachable!() };
        dovecot
    }

    fn server(&mut self) -> &mut Dovecot {
        let Post::Dovecot(dovecot) = &mut self.world.post else { unreachable!() };
        dovecot
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Deliver => self.deliver(),
            Step::Move => self.with_a_place(|dovecot, place, folder| {
                let uid = place.uid.to_string();
                dovecot.doveadm_for(OFFICE, &["move", folder, "mailbox", &place.folder, "uid", &uid]);
            }),
            Step::Expunge => self.with_a_place(|dovecot, place, _| {
                let uid = place.uid.to_string();
                dovecot.doveadm_for(OFFICE, &["expunge", "mailbox", &place.folder, "uid", &uid]);
            }),
            Step::Carry | Step::Delete => self.with_a_file(step),
            Step::NewUidvalidity => {
                let (folder, uidvalidity) = (self.folder(), self.next_uidvalidity.to_string());
                self.next_uidvalidity += 1;
                let update = ["mailbox", "update", "--uid-validity", &uidvalidity, folder];
                self.dovecot().doveadm_for(OFFICE, &update);
            }
            Step::Rebuild => {
                let folder = self.folder();
                self.server().rebuild(OFFICE, folder, false);
            }
            Step::ReuseUids => self.reuse_uids(),
            Step::Restart => self.server().restart(),
            Step::Look => self.look(),
            Step::Once => {
                self.world.once_without_sending(MOMENT);
                self.met();
            }
            Step::OnceAmid | Step::KillInTime => self.once_amid(step),
            Step::KillAtPoint => self.kill_at_point(),
            Step::Import => self.import(),
        }
    }

    fn folder(&mut self) -> &'static str {
        FOLDERS[self.chance.between(0, FOLDERS.len() as u32) as usize]
    }

    fn content(&mut self) -> Content {
        self.contents[self.chance.between(0, self.contents.len() as u32) as usize].clone()
    }

    fn deliver(&mut self) {
        for _ in 0..self.chance.between(1, 4) {
            let (folder, content) = (self.folder(), self.content());
            self.story += &format!(" {} into {folder}", content.story);
            self.dovecot().deliver(OFFICE, folder, &content.raw, content.at);
        }
    }

    /// One mail of a folder goes and another comes, while the server forgets which UID meant which.
    fn reuse_uids(&mut self) {
        let (folder, content) = (self.folder(), self.content());
        if let Some(file) = self.dovecot().files(OFFICE, folder).first() {
            std::fs::remove_file(file).unwrap();
        }
        self.story += &format!(" {} into {folder}", content.story);
        self.dovecot().deliver(OFFICE, folder, &content.raw, content.at);
        self.server().rebuild(OFFICE, folder, true);
    }

    /// Does something to one of the mails, with another folder at hand.
    fn with_a_place(&mut self, work: impl Fn(&Dovecot, &Place, &str)) {
        let places = self.dovecot().places(OFFICE);
        let (at, folder) = (self.chance.between(0, places.len() as u32) as usize, self.folder());
        if let Some(place) = places.get(at).filter(|place| place.folder != folder) {
            self.story += &format!(" {place:?} ({folder})");
            work(self.dovecot(), place, folder);
        }
    }

    fn with_a_file(&mut self, step: Step) {
        let (from, to) = (self.folder(), self.folder());
        let files = self.dovecot().files(OFFICE, from);
        let at = self.chance.between(0, files.len() as u32) as usize;
        let Some(file) = files.get(at) else { return };
        self.story += &format!(" {file:?} ({to})");
        match step {
            Step::Carry => self.dovecot().carry(OFFICE, file, to),
            _ => std::fs::remove_file(file).unwrap(),
        }
    }

    fn look(&mut self) {
        let store = Store::open(&self.world.data()).unwrap();
        let clock = Clock::stepped(moment());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let pass = runtime.block_on(watch::pass(&self.mailbox, &store, &clock, &|_, _| {})).unwrap();
        assert_eq!((pass.unfetched, pass.troubles), (0, vec![]));
        self.met();
    }

    fn import(&mut self) {
        let content = self.content();
        self.story += &format!(" {}", content.story);
        let file = self.world.file(&format!("{}.eml", content.story));
        std::fs::write(&file, &content.raw).unwrap();
        let store = Store::open(&self.world.data()).unwrap();
        import::import(&[file], &self.mailbox, &store, moment(), &|_| {}).unwrap();
        self.certain.insert(content.story);
    }

    /// Has new mail met by `once`, and lets mail arrive and move meanwhile, or kills it after some time.
    fn once_amid(&mut self, step: Step) {
        self.deliver();
        self.may_meet();
        let mut once = self.world.program(&["once", "--no-send", "--now", &at(MOMENT)]);
        let mut once = once.stderr(std::process::Stdio::null()).spawn().unwrap();
        if step == Step::KillInTime {
            std::thread::sleep(Duration::from_millis(self.chance.between(0, 500).into()));
            once.kill().unwrap();
        } else {
            for step in [Step::Deliver, Step::Carry, Step::Deliver] {
                self.take(step);
                self.may_meet();
            }
        }
        let ended = once.wait().unwrap();
        self.played.kills += u32::from(ended.code().is_none());
    }

    fn kill_at_point(&mut self) {
        self.deliver();
        self.may_meet();
        let point = POINTS[self.chance.between(0, POINTS.len() as u32) as usize];
        let point = format!("{point}:{}", self.chance.between(1, 4));
        let mut once = self.world.program(&["once", "--no-send", "--now", &at(MOMENT)]);
        let ended = once.env("SHOUWEN_KILL", &point).output().unwrap().status;
        self.story += &format!(" {point}: {ended}");
        self.played.kills += u32::from(ended.code().is_none());
    }

    /// What lies on the server now has been met.
    fn met(&mut self) {
        let places = self.dovecot().places(OFFICE);
        self.certain.extend(places.into_iter().map(|place| place.story));
    }

    /// What lies on the server now may be met.
    fn may_meet(&mut self) {
        let places = self.dovecot().places(OFFICE);
        self.possible.extend(places.into_iter().map(|place| place.story));
    }

    /// One clean look, and the reckoning.
    fn finish(&mut self) {
        self.world.once_without_sending(MOMENT);
        self.met();
        let ledger = Ledger::open(&self.world.data());
        let difference = ledger.difference(&self.dovecot().places(OFFICE), &hashes(self.dovecot(), OFFICE));
        // A UID that meant another mail before has two sightings by right.
        let is_reused = self.played.steps.contains_key(&Step::ReuseUids);
        let sound = difference.lost.is_empty() && (is_reused || difference.doubled.is_empty());
        assert!(sound, "{difference:#?}");

        let registered: BTreeSet<String> = ledger.messages().into_iter().collect();
        let known: Vec<&Content> =
            self.contents.iter().filter(|content| registered.contains(&hash(&content.raw))).collect();
        assert_eq!(known.len(), registered.len(), "a mail that nobody sent, or one twice");
        let stories: BTreeSet<String> = known.iter().map(|content| content.story.clone()).collect();
        assert!(stories.is_superset(&self.certain), "{:?} are missing", &self.certain - &stories);
        let unexplained = &(&stories - &self.certain) - &self.possible;
        assert!(unexplained.is_empty(), "{unexplained:?} were never there");
        self.played.mails = known.len();

        self.world.verify();
        let told = Told::by(&self.world, MOMENT);
        let folder = self.world.file("all");
        std::fs::create_dir(&folder).unwrap();
        for content in known {
            std::fs::write(folder.join(format!("{}.eml", content.story)), &content.raw).unwrap();
        }
        std::fs::rename(self.world.data(), self.world.data().with_extension("played")).unwrap();
        self.world.run(&["import", folder.to_str().unwrap(), "--now", &at(MOMENT)]).expect_status(0);
        told.demand(&Told::by(&self.world, MOMENT));
    }
}

fn moment() -> Timestamp {
    at(MOMENT).parse().unwrap()
}
