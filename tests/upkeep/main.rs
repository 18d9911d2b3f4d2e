//! A year in which nobody looks: the store looks after itself, a disk fills and empties, what may not be kept goes, and what the
//! program tells others names nobody. The real binary, worked from outside as in `tests/story`.

// Clippy's allowance for tests does not reach the helpers of a story.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod broken;
mod bundle;
mod damage;
mod disk;
mod people;
mod privacy;
#[allow(dead_code)]
#[path = "../story/world.rs"]
mod world;

use serde_json::Value;
use world::World;
use world::patience::wait_until;

/// Subjects of the alarms that left.
fn alarms(world: &World) -> Vec<String> {
    let Value::Array(rows) = world.run(&["outbox", "--json"]).json() else { panic!("no array") };
    let left = rows.iter().filter(|row| row["kind"] == "alarm" && row["state"] == "sent");
    left.map(|row| row["subject"].as_str().unwrap().to_owned()).collect()
}

/// Lets staff be told, and nobody be reminded.
fn with_staff(world: &World) {
    world.configure("[staff]\nmail = [\"boss@office.example\"]");
    world.reconfigure("mode = \"auto\"", "mode = \"off\"");
}

/// What the page of a daemon answers under an address: its status line and its body.
fn page(log: &str, address: &str) -> (String, String) {
    use std::io::{Read as _, Write as _};
    let place = log.rsplit_once("status page on http://").unwrap().1.split('/').next().unwrap();
    let mut page = std::net::TcpStream::connect(place).unwrap();
    write!(page, "GET {address} HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    page.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.lines().next().unwrap().to_owned(), body.to_owned())
}
