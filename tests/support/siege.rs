//! The daemon under siege: mail keeps coming to a real Dovecot, the daemon is killed at moments that chance draws from
//! what its work was seen to take, the server goes away and comes back. Afterwards both sides are counted, and the
//! register has to be that of a run which nothing broke.

use std::path::Path;
use std::time::{Duration, Instant};

use shouwen::rehearsal::season::OFFICE;
use shouwen::rehearsal::season::chance::Chance;

use crate::ledger::{AT_THEIR_END, Ledger, Told, hashes};
use crate::mailbag::Mailbag;
use crate::world::dovecot::Dovecot;
use crate::world::patience::wait_while_it_grows;
use crate::world::{PATIENCE, Post, World, wait_for};

const MOMENT: &str = "05-12 09:00";
const ON_THE_WAY: &str = "message WHERE stage IN ('captured', 'read')";
/// Without progress for more than two polls no mail is to come any more.
const NOTHING_COMES: Duration = Duration::from_secs(25);

/// How much of everything.
pub struct Siege {
    /// Mails, those that come twice counted once.
    pub mails: u32,
    /// Every so many-th of them is several megabytes large.
    pub large_every: u32,
    /// Kills.
    pub kills: u32,
    /// Restarts of the server, evenly among the kills.
    pub restarts: u32,
}

impl Siege {
    /// Runs it; panics with what was lost, filed twice or judged otherwise.
    pub fn run(&self) {
        let mut world = World::on(Post::dovecot(), &[]);
        let folders = "folders = [\"INBOX\", \"@junk\"";
        world.reconfigure(&format!("{folders}]"), &format!("{folders}, \"报送材料\"]\npoll_seconds = 10"));
        let bag = Mailbag::new(self.large_every);
        let (mut sent, mut places) = (0, 0);
        let share = self.mails / (self.kills + 1);
        let mut more = |world: &World, mails: u32| -> u32 {
            for number in sent..sent + mails {
                for posting in bag.postings(number) {
                    dovecot(world).deliver(OFFICE, posting.folder, &posting.raw, posting.at);
                    places += 1;
                }
            }
            sent += mails;
            places
        };

        // The first share undisturbed: how long does the work take?
        more(&world, share);
        let began = Instant::now();
        settle(&world, share);
        let span = began.elapsed();
        let ledger = Ledger::open(&world.data());

        let (mut kills, mut restarts, mut at_work) = (0, 0, 0);
        let mut chance = Chance::of(&["siege"]);
        while kills < self.kills {
            more(&world, share / 3);
            let daemon = world.daemon(MOMENT);
            let arrived = more(&world, share - share / 3);
            if (kills + 1) * (self.restarts + 1) / self.kills > restarts + 1 {
                wait_for_moment(&mut chance, span, &ledger);
                let Post::Dovecot(server) = &mut world.post else { unreachable!() };
                server.restart();
                restarts += 1;
            }
            wait_for_moment(&mut chance, span, &ledger);
            daemon.kill();
            at_work += u32::from(ledger.count("sighting") < arrived || ledger.count(ON_THE_WAY) > 0);
            nobody_is_left(&world);
            kills += 1;
        }
        more(&world, self.mails - share * (self.kills + 1));
        settle(&world, self.mails);
        world.once_without_sending(MOMENT);
        println!("kills {kills}, of which over work {at_work}, restarts {restarts}, work {span:?} each");
        assert!(at_work > kills / 2, "the kills came too late");
        self.count(&world, &ledger);
        compare_with_unbroken(&world);
    }

    /// Every mail of the server is in the register once, byte for byte, and nothing else is.
    fn count(&self, world: &World, ledger: &Ledger) {
        let places = dovecot(world).places(OFFICE);
        let hashes = hashes(dovecot(world), OFFICE);
        let difference = ledger.difference(&places, &hashes);
        let (lost, doubled) = (difference.lost.len(), difference.doubled.len());
        println!("mails {}, places {}, lost {lost}, doubled {doubled}", hashes.len(), places.len());
        assert!(lost + doubled == 0, "{difference:#?}");
        assert_eq!((hashes.len() as u32, ledger.count("sighting")), (self.mails, places.len() as u32));
        let mut all: Vec<&String> = hashes.values().collect();
        all.sort();
        assert_eq!(ledger.messages().iter().collect::<Vec<_>>(), all);
        world.verify();
        assert_eq!(files_below(&world.data().join("blobs/tmp")), 0, "scratch files of the dead are left");
    }
}

fn dovecot(world: &World) -> &Dovecot {
    let Post::Dovecot(dovecot) = &world.post else { unreachable!() };
    dovecot
}

/// Lets a daemon run until all mails are at their end, or nothing comes any more, and stops it.
fn settle(world: &World, mails: u32) {
    let mut daemon = world.daemon(MOMENT);
    daemon.wait_until_it_says("status page on");
    let ledger = Ledger::open(&world.data());
    wait_while_it_grows(mails, NOTHING_COMES, || {
        assert!(daemon.is_alive());
        ledger.count(AT_THEIR_END)
    });
    daemon.stop();
}

/// Waits until no process of this office is left: readers do not outlive their daemon.
pub fn nobody_is_left(world: &World) {
    let place = world.data();
    let place = place.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
    wait_for(PATIENCE, || {
        let all = std::fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path().join("cmdline"));
        let words = all.filter_map(|path| std::fs::read(path).ok());
        let left = words.map(|words| String::from_utf8_lossy(&words).replace('\0', " "));
        let left: Vec<String> = left.filter(|words| words.contains(&place)).collect();
        if left.is_empty() { Ok(()) } else { Err(format!("left over: {left:?}")) }
    });
}

/// Waits for the moment of a kill: some time, or some progress of the work. Either is drawn so that most lives end in
/// the midst of it.
fn wait_for_moment(chance: &mut Chance, span: Duration, ledger: &Ledger) {
    let began = Instant::now();
    let within = span.mul_f64(f64::from(chance.between(0, 1000)) / 1000.0);
    let what = ["", "sighting", "message WHERE stage = 'read'", "message WHERE stage = 'registered'"];
    let what = what[chance.between(0, what.len() as u32) as usize];
    if what.is_empty() {
        return std::thread::sleep(within);
    }
    let (before, more) = (ledger.count(what), chance.between(1, 40));
    while ledger.count(what) < before + more && began.elapsed() < within {
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Takes the same mails into an empty store without a break: register and status have to be the same.
fn compare_with_unbroken(world: &World) {
    let broken = Told::by(world, MOMENT);
    std::fs::rename(world.data(), world.data().with_extension("broken")).unwrap();
    world.once_without_sending(MOMENT);
    broken.demand(&Told::by(world, MOMENT));
}

fn files_below(folder: &Path) -> usize {
    let inside = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    inside.map(|path| if path.is_dir() { files_below(&path) } else { 1 }).sum()
}
