//! Stories of a mailbox whose server misbehaves: whatever it does, no mail is lost, none is taken twice, and "nothing
//! new" is only believed of a server that answered every question. The server is the rehearsal's, scripted; what it
//! does and what has to become of it is the `catalogue`.

// A panic here is a story's verdict.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod catalogue;
mod door;
mod operations;
mod play;
mod row;
#[path = "../support/mailbox.rs"]
mod support;

use std::collections::BTreeSet;
use std::time::Duration;

/// Longer than the ten seconds that five logins wait for one another, shorter than a story may last.
const LONGEST_LOOK: Duration = Duration::from_secs(18);

async fn chapter(title: &str) {
    let chapter =
        catalogue::chapters().into_iter().find(|chapter| chapter.title == title).expect("a chapter");
    play::play_all(chapter.rows, LONGEST_LOOK).await;
    expect_little_memory();
}

#[tokio::test]
async fn at_the_door() {
    chapter("At the door").await;
}

#[tokio::test]
async fn refusing_and_hanging_up() {
    chapter("Refusing and hanging up").await;
}

#[tokio::test]
async fn listing_a_folder() {
    chapter("Listing a folder").await;
}

#[tokio::test]
async fn handing_out_mail() {
    chapter("Handing out mail").await;
}

#[tokio::test]
async fn large_mail() {
    chapter("Large mail").await;
}

#[tokio::test]
async fn folders_that_change() {
    chapter("Folders that change").await;
}

#[tokio::test]
async fn lines_that_cannot_be_read() {
    chapter("Lines that cannot be read").await;
}

#[tokio::test]
async fn odd_manners() {
    chapter("Odd manners").await;
}

/// A literal of 536 MB that is merely announced costs a library its memory at once.
fn expect_little_memory() {
    const MOST_KIB: u64 = 450 * 1024;
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    let kib: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(kib < MOST_KIB, "server, client and stores of a chapter took {kib} KiB at their peak");
}

#[test]
fn every_misdeed_has_a_name_of_its_own() {
    let chapters = catalogue::chapters().into_iter().chain([catalogue::slow()]);
    let names: Vec<String> = chapters.flat_map(|chapter| chapter.rows).map(|row| row.name).collect();
    assert!(names.len() >= 45, "only {} misdeeds", names.len());
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "a name is given twice");
}

#[tokio::test]
async fn stranger_things() {
    chapter("Stranger things").await;
}

#[tokio::test]
async fn stranger_still() {
    chapter("Stranger still").await;
}

#[tokio::test]
async fn right_and_of_no_use() {
    chapter("Right, and of no use as it stands").await;
}

#[tokio::test]
async fn one_upon_another() {
    chapter("One upon another").await;
}

/// The first of the thousand of `tests/long misdeeds-together`.
#[tokio::test]
async fn two_at_once() {
    play::play_all(catalogue::pairs(20), LONGEST_LOOK).await;
    expect_little_memory();
}
