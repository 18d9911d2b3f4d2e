//! Sending under siege: on each day of the season the program is killed with -9 again and again at moments that chance
//! draws from what its work was seen to take. Afterwards what the receiver took is held against the outbox and against a
//! season that nothing broke: no step twice, none lost, and what nobody can know listed as unsure.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde_json::Value;
use shouwen::rehearsal::season::cast::CAST;
use shouwen::rehearsal::season::chance::Chance;

use crate::world::{Post, World};

/// Days on which steps of chasing open.
const DAYS: [&str; 8] = ["05-06", "05-09", "05-11", "05-12", "05-15", "05-26", "05-30", "05-31"];

/// Starts for each kill before the kills are said to come too late.
const STARTS_A_KILL: u32 = 8;

/// How much of everything.
pub struct ReminderSiege {
    /// Kills of a program that is over its work, evenly over the days.
    pub kills: u32,
    /// How many of the days are played.
    pub days: usize,
}

impl ReminderSiege {
    /// Runs it; panics with what was sent twice or lost.
    pub fn run(&self) {
        let days = &DAYS[..self.days];
        let unbroken = office();
        let began = Instant::now();
        for day in days {
            unbroken.once(&moment(day, 0));
        }
        let span = began.elapsed() / u32::try_from(days.len()).unwrap();
        let expected = steps(&rows(&unbroken), &["sent"]);
        assert!(expected.len() > 20 * days.len(), "only {} steps in a season", expected.len());

        let world = office();
        let mut chance = Chance::of(&["reminders"]);
        let each = self.kills.div_ceil(u32::try_from(days.len()).unwrap());
        let mut starts = 0;
        for day in days {
            // What was done before a kill is not done again: later runs are shorter.
            let mut most = span;
            let (mut killed, mut began_today) = (0, 0);
            // A run that ended before its kill came is no kill: another is drawn.
            while killed < each {
                assert!(
                    began_today < each * STARTS_A_KILL,
                    "{day}: {killed} kills of {began_today} came in time"
                );
                let mut program = world.start("once", &moment(day, began_today));
                began_today += 1;
                let wait = chance.between(0, u32::try_from(most.as_millis()).unwrap());
                std::thread::sleep(Duration::from_millis(u64::from(wait)));
                match program.is_alive() {
                    true => killed += 1,
                    false => most /= 2,
                }
                // Dropped, it is killed.
                drop(program);
            }
            world.once(&moment(day, began_today));
            starts += began_today;
        }
        let rows = rows(&world);
        let taken = taken(&world);
        let (sent, unsure) = (steps(&rows, &["sent"]), steps(&rows, &["unsure"]));
        let kills = each * u32::try_from(days.len()).unwrap();
        println!(
            "kills over work {kills}, in {starts} starts; steps {}, unsure {}",
            sent.len(),
            unsure.len()
        );
        let twice: Vec<_> = taken.iter().filter(|(_, count)| **count > 1).collect();
        assert!(twice.is_empty(), "delivered twice: {twice:?}");
        let known: BTreeSet<String> = sent.union(&unsure).cloned().collect();
        assert_eq!(known, expected, "each step left or is listed as unsure, and no other is");
        let missing: Vec<_> = sent.iter().filter(|step| !taken.contains_key(*step)).collect();
        assert!(missing.is_empty(), "said to be sent and never came: {missing:?}");
        let strange: Vec<_> = taken.keys().filter(|step| !known.contains(*step)).collect();
        assert!(strange.is_empty(), "came and is not in the outbox: {strange:?}");
        let at_rest = |row: &Value| !matches!(row["state"].as_str(), Some("queued" | "sending"));
        assert!(rows.iter().all(at_rest), "something is left in the outbox");
        world.verify();
    }
}

/// An office that knows an address of every unit of the season.
fn office() -> World {
    let known: Vec<&str> = CAST.iter().filter(|unit| !unit.roster.is_empty()).map(|unit| unit.name).collect();
    World::on(Post::scripted(), &known)
}

/// A later one for each start: a clock that jumps back holds all mail, which is another story.
fn moment(day: &str, kill: u32) -> String {
    format!("{day} {:02}:{:02}", 9 + kill / 30, kill % 30 * 2)
}

fn rows(world: &World) -> Vec<Value> {
    let Value::Array(rows) = world.run(&["outbox", "--json"]).json() else { panic!("no array") };
    rows
}

/// Steps of the mails in these states.
fn steps(rows: &[Value], states: &[&str]) -> BTreeSet<String> {
    let wanted = rows.iter().filter(|row| states.contains(&row["state"].as_str().unwrap_or_default()));
    let steps = wanted.flat_map(|row| row["steps"].as_array().unwrap());
    steps.map(|step| step.as_str().unwrap().to_owned()).collect()
}

/// How often the receiver took each step.
fn taken(world: &World) -> BTreeMap<String, u32> {
    let mut taken = BTreeMap::new();
    for mail in world.receiver.received() {
        let text = String::from_utf8_lossy(&mail.raw).replace("\r\n ", " ");
        let steps = text.lines().find_map(|line| line.strip_prefix("X-Shouwen-Step: "));
        for step in steps.unwrap_or_default().split_whitespace() {
            *taken.entry(step.to_owned()).or_default() += 1;
        }
    }
    taken
}
