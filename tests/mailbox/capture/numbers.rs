//! Stories of folders of which the server can list the numbers alone, or not even those: what that costs in asking and logins.

use jiff::SignedDuration;
use shouwen::rehearsal::server::{Misdeed, Profile};

use super::Watching;
use crate::patience::{PATIENCE, until};
use crate::support::{NOON, at, mail, world};

impl Watching {
    /// Has it look once more, which brings it to no end; returns how often it logged in.
    async fn look_in_vain(&self, hours: i64) -> usize {
        let before = self.world.heard("LOGIN");
        let later = self.world.clock.now() + SignedDuration::from_hours(hours) + SignedDuration::from_mins(1);
        self.world.clock.step_to(later);
        self.nudge.notify_one();
        let is_tried = || self.world.store.folder_states().unwrap()[0].tried_at == later;
        until("a look", PATIENCE, is_tried).await;
        self.world.heard("LOGIN") - before
    }
}

/// A folder of which the server can list the numbers alone, or not what is new, is listed anew at each look, which is no sweep.
#[tokio::test]
async fn what_rests_goes_on_resting_in_a_folder_that_is_never_swept() {
    let at_one = Misdeed::CutAfter("(UID 3 RFC822".into());
    for (list, cut) in [("UID FETCH 1:*", at_one), ("UID FETCH 3:*", Misdeed::Close)] {
        let world = world(Profile::Plain).with_mails(3);
        world.server.always(list, cut);
        world.server.always("BODY.PEEK[]", Misdeed::OmitUid(2));
        let watching = Watching::begin(world).await;
        let mut asked = Vec::new();
        for hours in [0, 0, 0, 0, 1, 0] {
            let before = watching.world.heard("UID FETCH 2 (UID BODY.PEEK[])");
            watching.look(hours).await;
            assert_eq!(watching.world.unfetched_uids(), [2]);
            asked.push(watching.world.heard("UID FETCH 2 (UID BODY.PEEK[])") > before);
        }
        assert_eq!(asked, [true, true, false, false, true, false], "{list}");
        watching.end().await;
    }
}

/// It refuses its list from one mail on, and hangs up where the numbers alone are asked for: providers lock who logs in too often.
#[tokio::test]
async fn a_server_that_hangs_up_over_bare_numbers_is_asked_for_them_hourly() {
    let world = world(Profile::Plain).with_mails(3);
    let watching = Watching::begin(world).await;
    let server = &watching.world.server;
    server.deliver("INBOX", mail(4), at(NOON));
    let refused = Misdeed::Replace("OK FETCH completed".into(), "NO internal error".into());
    server.always("(UID RFC822.SIZE", refused);
    server.always("1:* (UID)", Misdeed::Close);
    let mut logins = Vec::new();
    for hours in [0, 0, 0, 0, 2] {
        logins.push(watching.look_in_vain(hours).await);
    }
    assert_eq!(logins, [0, 1, 0, 0, 1]);
    watching.end().await;
}

/// Some refuse what is too much at once; what is refused must be told first, and may pass.
#[tokio::test]
async fn a_folder_that_may_not_be_listed_at_once_is_listed_in_slices() {
    let world = world(Profile::Plain).with_mails(1_200);
    world.server.always("1:*", Misdeed::No(b"[LIMIT] too many".to_vec()));
    assert_eq!(world.pass().await.unwrap().troubles.len(), 1);
    assert_eq!(world.captured().len(), 0);
    for captured in [1_200, 0] {
        let pass = world.pass().await.unwrap();
        assert_eq!((pass.captured, pass.troubles), (captured, vec![]));
        let note = world.store.folder_states().unwrap().remove(0).note;
        assert!(note.is_some_and(|note| note.contains("1200 封都已列出")));
    }
    assert_eq!(world.heard("FETCH 1:500 (UID)"), 2);
    world.server.always("FETCH 1001:1200", Misdeed::No(b"no".to_vec()));
    let pass = world.pass().await.unwrap();
    assert_eq!((pass.captured, pass.troubles.len()), (0, 1));
}

/// One that was in the company of a mail over which the connection ended is not asked for alone at once: on a line that breaks
/// now and then that would be a command for each mail.
#[tokio::test]
async fn a_cut_in_a_batch_costs_no_command_for_each_mail_behind_it() {
    let world = world(Profile::Plain).with_mails(200);
    world.server.on("BODY.PEEK[]", Misdeed::CutAfter(b"Subject: mail 40\r\n".to_vec()));
    let pass = world.pass().await.unwrap();
    assert_eq!((pass.captured, pass.unfetched), (200, 0));
    let log = world.server.log();
    let asked = log.iter().filter(|heard| heard.text.contains("BODY.PEEK[]")).count();
    assert!(asked <= 15, "{asked} commands");
}

/// A server that tells two copies of one mail to be of two sizes: which of them has other bytes nobody can say, so one stays to be
/// looked at, with the way out.
#[tokio::test]
async fn a_copy_that_is_told_to_be_of_another_size_is_shown_with_a_remedy() {
    let world = world(Profile::Plain).with_mails(1);
    world.pass().await.unwrap();
    world.server.deliver("INBOX", mail(1), at(NOON));
    let size = |bytes: usize| format!("(UID 2 RFC822.SIZE {bytes} ").into_bytes();
    world.server.always("1:*", Misdeed::Replace(size(mail(1).len()), size(999)));
    assert_eq!(world.pass().await.unwrap().unfetched, 1);
    let unfetched = world.store.unfetched().unwrap();
    assert!(unfetched.len() == 1 && unfetched[0].reason.contains("删去其中一封"), "{unfetched:?}");
    world.server.remove("INBOX", 2);
    assert_eq!((world.pass().await.unwrap().unfetched, world.unfetched_uids()), (0, vec![]));
}

/// Somebody copied a mail again and again: that there are copies of it is asked once and not for each.
#[tokio::test]
async fn a_folder_full_of_copies_costs_no_command_for_each() {
    let world = world(Profile::Plain).with_mails(1);
    for _ in 0..1000 {
        world.server.deliver("INBOX", mail(1), at(NOON));
    }
    let pass = world.pass().await.unwrap();
    assert_eq!((pass.captured, pass.unfetched, world.unfetched_uids()), (1001, 0, vec![]));
    let log = world.server.log();
    let asked = log.iter().filter(|heard| heard.text.contains("BODY.PEEK[]")).count();
    assert!(asked <= 25, "{asked} commands");
}
