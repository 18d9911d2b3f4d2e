//! A server that stalls or drips at any step, for as long as it likes. Longer than the 20 s of a story, because the wait
//! for a silent server is itself 20 s. Run by `tests/long slow-server`.

// A panic here is a story's verdict.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "../support/mailbox.rs"]
mod support;

use std::time::{Duration, Instant};

use shouwen::rehearsal::server::{Misdeed, Profile};
use support::world;
use tokio::task::JoinSet;

const STEPS: [&str; 6] = ["GREETING", "LOGIN", "EXAMINE", "FETCH 1:*", "RFC822.SIZE", "BODY.PEEK[]"];
const LOOK_MAX: Duration = Duration::from_secs(80);

#[tokio::test]
async fn a_look_ends_within_80_seconds_whatever_the_server_does() {
    let misdeeds = [Misdeed::Stall, Misdeed::Drip(Duration::from_millis(900))];
    let mut looks = JoinSet::new();
    for step in STEPS {
        for misdeed in &misdeeds {
            looks.spawn(look(step, misdeed.clone()));
        }
    }
    assert_eq!(looks.join_all().await.len(), STEPS.len() * misdeeds.len());
}

async fn look(step: &'static str, misdeed: Misdeed) {
    let world = world(Profile::Plain).with_mails(6);
    world.server.always(step, misdeed.clone());
    let began = Instant::now();
    let outcome = world.pass().await;
    assert!(began.elapsed() < LOOK_MAX, "{step} {misdeed:?}: {:?}", began.elapsed());
    let told = outcome.as_ref().map_or(true, |pass| pass.unfetched > 0 || pass.captured == 6);
    assert!(told && world.heard("LOGIN") <= 5, "{step} {misdeed:?}: {outcome:?}");
}
