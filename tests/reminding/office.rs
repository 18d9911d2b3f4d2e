//! An office at its desk for a season: the shipped configuration, a store, a receiver on loopback whose clock is the
//! rehearsal's, and the wheel that the daemon turns.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::{Date, time};
use jiff::{SignedDuration, Timestamp};
use shouwen::clock::Clock;
use shouwen::config::{Config, load};
use shouwen::deliver::{Drained, Pace, Sender, Settings, drain, forecast};
use shouwen::domain::campaign::Campaign;
use shouwen::domain::mailbox::{Endpoint, Tls};
use shouwen::domain::unit::Unit;
use shouwen::rehearsal::server::{Posted, SmtpOptions, SmtpServer};
use shouwen::remind::{Mode, attached, last_look, opens, raise_alarms, tick, write_digest};
use shouwen::store::{Scan, Store};

pub struct Office {
    _dir: tempfile::TempDir,
    pub config: Arc<Config>,
    pub store: Store,
    pub server: SmtpServer,
    pub sender: Sender,
}

/// `MM-DDThh:mm` of 2023 in Sichuan.
pub fn at(moment: &str) -> Timestamp {
    format!("2023-{moment}:00+08:00").parse().unwrap()
}

/// What 163 lets a personal mailbox send.
fn pace_of_163() -> Pace {
    let rate = Pace::Auto.rate("smtp.163.com");
    Pace::Limits {
        gap_seconds: rate.gap_seconds,
        per_15_min: rate.per_15_min,
        per_day: rate.per_day,
        per_connection: rate.per_connection,
    }
}

impl Office {
    /// An office that chases so many units, all with an address, through a mailbox that lets out what it gets.
    pub fn with_units(count: usize) -> Self {
        Self::open(count, Pace::Auto, |_| {})
    }

    /// As [`Office::with_units`], through a mailbox of 163, with a campaign that was changed.
    pub fn paced(count: usize, change: impl FnOnce(&mut Campaign)) -> Self {
        Self::open(count, pace_of_163(), change)
    }

    fn open(count: usize, pace: Pace, change: impl FnOnce(&mut Campaign)) -> Self {
        let shipped = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/config/shouwen.toml"));
        let mut config = load(shipped).unwrap();
        let clock = Clock::stepped(at("04-20T00:00"));
        let server =
            SmtpServer::start_with(SmtpOptions { clock: clock.clone(), ..SmtpOptions::default() }).unwrap();
        let (host, port) = (server.addr().ip().to_string(), server.addr().port());
        config.mailboxes.truncate(1);
        config.mailboxes[0].smtp = Some(Endpoint { host, port, tls: Tls::None, ca_file: None });
        config.mailboxes[0].folders = vec!["INBOX".into()];
        config.reminders.mode = Mode::Auto;
        config.reminders.staff = vec!["staff@office.example".into()];
        config.sending = Settings { pace, only_to: vec![] };
        config.reminders.a_day =
            shouwen::deliver::a_day(&config.sending, &config.mailboxes, config.reminders.hours);
        config.campaigns[0].roster.units = units(&config.campaigns[0].roster.units, count);
        change(&mut config.campaigns[0]);
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let config = Arc::new(config);
        let sender = sender(&config, &store, clock);
        Self { _dir: dir, config, store, server, sender }
    }

    pub fn campaign(&self) -> &Campaign {
        &self.config.campaigns[0]
    }

    /// The same office with a clock that stands at a moment: another process may have a wrong one.
    pub fn with_clock_at(&self, moment: Timestamp) -> Sender {
        sender(&self.config, &self.store, Clock::stepped(moment))
    }

    /// A look at the mailbox at this moment: complete, or not.
    pub fn looks(&self, now: Timestamp, trouble: Option<&str>) {
        let scan = Scan {
            mailbox: self.config.mailboxes[0].id.clone(),
            folder: "INBOX".to_owned(),
            uidvalidity: 1,
            at: now,
            unfetched: vec![],
            resting: vec![],
            trouble: trouble.map(str::to_owned),
            note: None,
        };
        self.store.record_scan(&scan).unwrap();
    }

    /// A beat of the daemon: alarms, then what is due, then, where wanted, the digest.
    pub fn beats(&self, now: Timestamp, with_digest: bool) {
        let Config { mailboxes, reminders, campaigns, .. } = &*self.config;
        raise_alarms(&self.store, campaigns, mailboxes, &reminders.staff, None, now).unwrap();
        tick(&self.store, self.campaign(), mailboxes, reminders, now).unwrap();
        if with_digest {
            let leaving = || forecast(&self.store, &self.sender, now);
            write_digest(&self.store, self.campaign(), mailboxes, reminders, &leaving, now).unwrap();
        }
    }

    pub async fn drains(&self) -> Drained {
        drain(&self.store, &self.sender, &|| false).await.unwrap()
    }

    /// Turns the wheel from one moment to another: at each hour and whenever the sender wants to come again. `sees`: whether
    /// the mailbox can be read, and whether anything runs at all.
    pub async fn plays(&self, from: Timestamp, to: Timestamp, sees: impl Fn(Timestamp) -> Seen) {
        let mut now = from;
        while now < to {
            self.sender.clock.step_to(now);
            let mut next = now + SignedDuration::from_hours(1);
            match sees(now) {
                Seen::Down => {}
                seen => {
                    self.looks(now, (seen == Seen::Blind).then_some("connection refused"));
                    self.beats(now, false);
                    let wanted = self.drains().await.next_at;
                    next = wanted.filter(|at| *at > now).map_or(next, |at| at.min(next));
                }
            }
            now = next;
        }
    }

    /// Days of the mails that the server took, with their steps: `05-11 plan/first/--/5101`.
    pub fn log(&self) -> Vec<String> {
        let mut log = Vec::new();
        for posted in self.server.received() {
            let day = self.campaign().local(posted.at).date().strftime("%m-%d").to_string();
            log.extend(
                header(&posted, "X-Shouwen-Step").split_whitespace().map(|step| format!("{day} {step}")),
            );
        }
        log.sort();
        log
    }

    /// How many mails with this step the server took on each day.
    pub fn days_of(&self, step: &str) -> BTreeMap<Date, usize> {
        let mut days = BTreeMap::new();
        for posted in self.server.received() {
            if header(&posted, "X-Shouwen-Step").contains(step) {
                *days.entry(self.campaign().local(posted.at).date()).or_default() += 1;
            }
        }
        days
    }
}

/// How it goes at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// The mailbox is read.
    Well,
    /// The mailbox cannot be read.
    Blind,
    /// Nothing runs.
    Down,
}

/// A header of a mail, unfolded; empty when it is not there.
pub fn header(posted: &Posted, name: &str) -> String {
    let text = String::from_utf8_lossy(&posted.raw).replace("\r\n ", " ");
    let head = text.split("\r\n\r\n").next().unwrap_or_default();
    let found = head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    found.unwrap_or_default().to_owned()
}

/// So many units that owe everything, made from those of the roster.
fn units(roster: &[Unit], count: usize) -> Vec<Unit> {
    let owing: Vec<&Unit> =
        roster.iter().filter(|unit| ["city_edu", "college"].contains(&unit.group.as_str())).collect();
    let one = |number: usize| Unit {
        code: format!("U{number:03}"),
        name: format!("第{number}职业学院"),
        emails: vec![format!("u{number:03}@unit.example")],
        contact: "某老师".to_owned(),
        phone: "028-00000000".to_owned(),
        valid_from: None,
        valid_to: None,
        ..owing[number % owing.len()].clone()
    };
    (0..count).map(one).collect()
}

fn sender(config: &Arc<Config>, store: &Store, clock: Clock) -> Sender {
    let [house, office, forms, names] = [(); 4].map(|()| Arc::clone(config));
    let (rows, time) = (store.clone(), clock.clone());
    let look =
        move |row| last_look(&rows, &house.campaigns[0], &house.mailboxes, &house.reminders, row, time.now());
    Sender {
        mailbox: config.mailboxes[0].clone(),
        name: Arc::new(move |_| names.campaigns[0].office.clone()),
        timezone: config.campaigns[0].timezone.clone(),
        settings: config.sending.clone(),
        clock,
        opens: Arc::new(move |row, from| {
            opens(&office.campaigns[0], &office.reminders, &row.mail.kind, &row.mail.steps, from)
        }),
        files: Arc::new(move |row| {
            let blanks = attached(&forms.campaigns[0], &row.mail.steps).into_iter();
            let file = |blank: &shouwen::domain::campaign::Blank| shouwen::smtp::Enclosure {
                name: blank.name.clone(),
                bytes: Arc::clone(&blank.bytes),
            };
            blanks.map(file).collect()
        }),
        last_look: Arc::new(look),
    }
}

/// The first hour of a day.
pub fn morning(campaign: &Campaign, day: Date) -> Timestamp {
    campaign.at(day, time(0, 30, 0, 0))
}
