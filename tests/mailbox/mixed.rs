//! A server that hands out a mail under the UID of another and says OK, where sizes tell nothing: all mails here are of one size.
//! What happens between two looks, or is cut short by a kill, is told here; the rest is in `mailbox_faults`.

use jiff::SignedDuration;
use shouwen::rehearsal::server::{Misdeed, Profile};

use crate::support::{NOON, World, at, mail, world};

/// Ends a look at once, as a kill does: nobody tries again.
const KILL: &[u8] = b"BYE Unsafe Login\r\n";

/// What a server says that hands out the n-th of `numbers` under the UID n, and then is heard no more.
fn handed_out(numbers: impl IntoIterator<Item = u32>) -> Misdeed {
    let mut said = Vec::new();
    for (number, uid) in numbers.into_iter().zip(1..) {
        let raw = mail(number);
        said.extend(format!("* {uid} FETCH (UID {uid} BODY[] {{{}}}\r\n", raw.len()).into_bytes());
        said.extend(raw);
        said.extend(b")\r\n");
    }
    said.extend(b"* ");
    said.extend(KILL);
    Misdeed::Say(said)
}

/// Passes that are killed after so many commands for mails, each, and then one that is not.
async fn killed_after(world: &World, commands: usize, passes: usize) {
    // What a person has to change is tried hourly.
    let later = || world.clock.step_to(world.clock.now() + SignedDuration::from_hours(2));
    for _ in 0..passes {
        later();
        world.server.behave();
        for _ in 0..commands {
            world.server.on("BODY.PEEK[]", Misdeed::Behave);
        }
        world.server.on("BODY.PEEK[]", Misdeed::Bye(b"Unsafe Login".to_vec()));
        if world.pass().await.is_ok() {
            break;
        }
    }
    world.server.behave();
    later();
    world.pass().await.unwrap();
}

#[tokio::test]
async fn a_mail_that_was_taken_for_another_before_a_kill_is_asked_for_again() {
    for (commands, passes) in [(0, 0), (1, 9), (2, 9), (3, 9)] {
        let world = world(Profile::Plain).with_mails(6);
        world.server.on("BODY.PEEK[]", handed_out(2..=4));
        world.pass().await.unwrap_err();
        assert_eq!(world.captured().len(), 3);
        killed_after(&world, commands, passes).await;
        world.expect_mails(6);
        assert_eq!(world.unfetched_uids(), [0_u32; 0], "{commands} commands a pass");
    }
}

#[tokio::test]
async fn a_mail_that_is_moved_away_and_back_is_no_mail_that_was_mixed_up() {
    let world = world(Profile::Plain).with_mails(3);
    world.pass().await.unwrap();
    let asked = world.heard("UID FETCH");
    world.server.remove("INBOX", 2);
    world.server.deliver("INBOX", mail(2), at(NOON));
    let pass = world.pass().await.unwrap();
    assert_eq!((pass.unfetched, world.heard("UID FETCH") - asked), (0, 2), "a list and the mail");
    world.expect_mails(3);
    // A copy is asked for once more, and then so is the mail that it is a copy of; then it is known.
    world.server.deliver("INBOX", mail(2), at(NOON));
    for asked in [4, 1] {
        let before = world.heard("UID FETCH");
        assert_eq!((world.pass().await.unwrap().unfetched, world.heard("UID FETCH") - before), (0, asked));
    }
    world.expect_mails(3);
}
