//! Stories of the wait between two looks: mail that IDLE brings at once, and servers whose IDLE is worth nothing.

use std::sync::Arc;
use std::time::Duration;

use shouwen::clock::Clock;
use shouwen::domain::mailbox::Mailbox;
use shouwen::domain::message::Stage;
use shouwen::intake::watch;
use shouwen::rehearsal::server::{Misdeed, Profile};
use shouwen::store::Store;
use tokio::sync::{Notify, watch as channel};
use tokio::task::JoinHandle;

use crate::dovecot::Dovecot;
use crate::patience::{PATIENCE, until};
use crate::support::{NOON, World, at, mail, world};

/// What comes by IDLE comes within this; polls are an hour apart in these stories.
const AT_ONCE: Duration = Duration::from_secs(3);

/// A watcher at work.
pub struct Watcher {
    pub nudge: Arc<Notify>,
    stop: channel::Sender<bool>,
    task: JoinHandle<()>,
}

impl Watcher {
    fn of(mailbox: &Mailbox, store: &Store, clock: &Clock) -> Self {
        let (nudge, arrived) = (Arc::new(Notify::new()), Notify::new());
        let (stop, stopped) = channel::channel(false);
        let (mailbox, store, clock) = (mailbox.clone(), store.clone(), clock.clone());
        let rung = Arc::clone(&nudge);
        let watching = async move { watch::watch(&mailbox, &store, &clock, &rung, &arrived, stopped).await };
        Self { nudge, stop, task: tokio::spawn(watching) }
    }

    pub fn on(world: &World) -> Self {
        Self::of(&world.mailbox, &world.store, &world.clock)
    }

    /// Tells it to stop, which it must do at once.
    pub async fn stop(self) {
        self.stop.send(true).unwrap();
        tokio::time::timeout(AT_ONCE, self.task).await.expect("stops at once").unwrap();
    }
}

/// How often INBOX was listed: once a look, and once more where mail has gone.
fn looks(world: &World) -> usize {
    world.server.log().iter().filter(|heard| heard.text.contains(":* (UID RFC822.SIZE")).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_brings_mail_at_once() {
    for profile in [Profile::Plain, Profile::Qq] {
        let world = world(profile).with_mails(1);
        let watcher = Watcher::on(&world);
        for number in 2..=4 {
            until("it idles", PATIENCE, || world.heard("IDLE") == number - 1).await;
            world.server.deliver("INBOX", mail(number as u32), at(NOON));
            until("mail comes", AT_ONCE, || world.captured().len() == number).await;
        }
        until("it idles again", PATIENCE, || world.heard("IDLE") == 4).await;
        watcher.stop().await;
        assert_eq!((world.heard("LOGIN"), world.heard("LOGOUT")), (1, 1), "{profile:?}: one long connection");
        world.expect_mails(4);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_brings_mail_at_once_from_dovecot() {
    let dovecot = Dovecot::start();
    let dir = tempfile::tempdir().unwrap();
    let (store, clock) = (Store::open(dir.path()).unwrap(), Clock::stepped(at(NOON)));
    let mailbox = dovecot.mailbox();
    let captured = || store.waiting(Stage::Captured, 100).unwrap().len();
    dovecot.deliver(dovecot.user(), "INBOX", &mail(0), at(NOON));
    let watcher = Watcher::of(&mailbox, &store, &clock);
    until("the first look", PATIENCE, || captured() == 1).await;
    for number in 1..=3 {
        dovecot.deliver(dovecot.user(), "INBOX", &mail(number), at(NOON));
        until("mail comes", AT_ONCE, || captured() == number as usize + 1).await;
    }
    watcher.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mail_that_comes_while_the_folder_is_looked_at_does_not_wait_for_the_next_poll() {
    let world = world(Profile::Plain).with_mails(1);
    world.server.on("UID FETCH 1:*", Misdeed::Late(Duration::from_millis(300)));
    let watcher = Watcher::on(&world);
    until("it lists", PATIENCE, || looks(&world) == 1).await;
    world.server.deliver("INBOX", mail(2), at(NOON));
    until("mail 2 comes", AT_ONCE, || world.captured().len() == 2).await;
    watcher.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mail_that_goes_is_no_news_and_mail_that_takes_its_place_is() {
    let world = world(Profile::Plain).with_mails(3);
    let watcher = Watcher::on(&world);
    until("it idles", PATIENCE, || world.heard("IDLE") == 1).await;
    let looked = looks(&world);
    world.server.remove("INBOX", 1);
    world.server.remove("INBOX", 2);
    world.server.deliver("INBOX", mail(4), at(NOON));
    until("mail 4 comes", AT_ONCE, || world.captured().len() == 4).await;
    until("it idles again", PATIENCE, || world.heard("IDLE") == 2).await;
    // What is new, and because of what is gone all of it.
    assert_eq!(looks(&world), looked + 2);
    watcher.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_idle_is_polled() {
    let mut world = world(Profile::Netease).with_mails(1);
    world.mailbox.poll_seconds = 1;
    let watcher = Watcher::on(&world);
    until("the first look", PATIENCE, || world.captured().len() == 1).await;
    world.server.deliver("INBOX", mail(2), at(NOON));
    until("the next poll brings mail 2", PATIENCE, || world.captured().len() == 2).await;
    watcher.stop().await;
    assert_eq!((world.heard("IDLE"), world.heard("LOGIN")), (0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_idle_is_not_asked_for_again_and_the_connection_stays() {
    for refusal in [Misdeed::No(b"not now".into()), Misdeed::Bad(b"what?".into())] {
        let mut world = world(Profile::Plain).with_mails(1);
        world.mailbox.poll_seconds = 1;
        world.server.on("IDLE", refusal.clone());
        let watcher = Watcher::on(&world);
        until("three looks", PATIENCE, || looks(&world) == 3).await;
        world.server.deliver("INBOX", mail(2), at(NOON));
        until("a poll brings mail 2", PATIENCE, || world.captured().len() == 2).await;
        watcher.stop().await;
        assert_eq!((world.heard("IDLE"), world.heard("LOGIN")), (1, 1), "{refusal:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_dies_in_idle_is_not_news_and_not_stormed() {
    let deeds = [
        Misdeed::Close,
        Misdeed::Bye(b"autologout".into()),
        Misdeed::CutAfterBytes(4),
        Misdeed::Say(b"$TAG OK IDLE is over\r\n".to_vec()),
        Misdeed::UnsolicitedFirst(b"* BYE no".to_vec()),
    ];
    for deed in deeds {
        let world = world(Profile::Plain).with_mails(1);
        world.server.always("IDLE", deed.clone());
        let watcher = Watcher::on(&world);
        for round in 1..=4 {
            until("a look", PATIENCE, || looks(&world) == round).await;
            let idles = round.min(2);
            until("an idle, at first", PATIENCE, || world.heard("IDLE") == idles).await;
            world.server.deliver("INBOX", mail(round as u32 + 1), at(NOON));
            watcher.nudge.notify_one();
            until("the next look brings it", PATIENCE, || world.captured().len() == round + 1).await;
        }
        watcher.stop().await;
        assert_eq!((world.heard("IDLE"), world.heard("LOGIN"), looks(&world)), (2, 3, 5), "{deed:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_that_drops_an_idle_costs_one_login_at_the_next_look() {
    let world = world(Profile::Plain).with_mails(1);
    let watcher = Watcher::on(&world);
    until("it idles", PATIENCE, || world.heard("IDLE") == 1).await;
    world.server.hang_up();
    world.server.deliver("INBOX", mail(2), at(NOON));
    watcher.nudge.notify_one();
    until("the next look brings mail 2", PATIENCE, || world.captured().len() == 2).await;
    until("it idles again", PATIENCE, || world.heard("IDLE") == 2).await;
    world.server.deliver("INBOX", mail(3), at(NOON));
    until("and is called", AT_ONCE, || world.captured().len() == 3).await;
    watcher.stop().await;
    assert_eq!((world.heard("LOGIN"), looks(&world)), (2, 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_that_cannot_be_read_end_no_idle() {
    for line in ["* X-NOISE ((", "* FLAGS (\\Seen", "* 1 FETCH (FLAGS (\\Seen)", "* OK Still here", ""] {
        let world = world(Profile::Plain).with_mails(1);
        world.server.always("IDLE", Misdeed::UnsolicitedFirst(line.into()));
        let watcher = Watcher::on(&world);
        for number in 2..=3 {
            until("it idles", PATIENCE, || world.heard("IDLE") == number - 1).await;
            world.server.deliver("INBOX", mail(number as u32), at(NOON));
            until("mail comes", AT_ONCE, || world.captured().len() == number).await;
        }
        watcher.stop().await;
        assert_eq!(world.heard("LOGIN"), 1, "{line}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idle_is_taken_up_however_it_is_granted() {
    for granted in ["+", "+ ", "+ 请等候", "+ idling\r\n* OK [ALERT] 将满", "* 1 RECENT\r\n+ idling"] {
        let world = world(Profile::Plain).with_mails(1);
        world.server.always("IDLE", Misdeed::Replace(b"+ idling".into(), granted.into()));
        let watcher = Watcher::on(&world);
        until("it idles", PATIENCE, || world.heard("IDLE") == 1).await;
        world.server.deliver("INBOX", mail(2), at(NOON));
        until("mail comes", AT_ONCE, || world.captured().len() == 2).await;
        watcher.stop().await;
        assert_eq!(world.heard("LOGIN"), 1, "{granted}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_numbers_anew_at_each_opening_is_not_looked_at_without_end() {
    let world = world(Profile::Plain).with_mails(2);
    for number in 1..=40 {
        world.server.on("EXAMINE", Misdeed::ChangeUidvalidity(number));
    }
    let watcher = Watcher::on(&world);
    for round in 1..=3_usize {
        until("it idles", PATIENCE, || world.heard("IDLE") >= round).await;
        assert!(looks(&world) <= round + 1, "{} looks", looks(&world));
        watcher.nudge.notify_one();
    }
    watcher.stop().await;
    world.server.behave();
    world.expect_mails(2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_calls_for_nothing_is_not_listened_to_at_once_again() {
    let world = world(Profile::Plain).with_mails(1);
    world.server.always("IDLE", Misdeed::UnsolicitedFirst(b"* 99 EXISTS".to_vec()));
    let watcher = Watcher::on(&world);
    for round in 1..=3 {
        until("called for nothing once", PATIENCE, || looks(&world) == 2 * round).await;
        assert_eq!(world.heard("IDLE"), round);
        watcher.nudge.notify_one();
    }
    until("the last look", PATIENCE, || looks(&world) >= 7).await;
    watcher.stop().await;
    assert!(looks(&world) <= 8 && world.heard("IDLE") <= 4, "{:?}", world.server.log());
}
