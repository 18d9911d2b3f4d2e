//! The season of the shipped campaign, from the wheel to the receiver: who is mailed what on which day, with the
//! shipped wording, over real SMTP, on a clock that is stepped.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::path::Path;
use std::sync::Arc;

use jiff::SignedDuration;
use jiff::civil::{Date, date, time};
use shouwen::clock::Clock;
use shouwen::config::{Config, load};
use shouwen::deliver::{Pace, Sender, Settings, drain};
use shouwen::domain::mailbox::{Endpoint, Tls};
use shouwen::rehearsal::server::{SmtpOptions, SmtpServer};
use shouwen::remind::{Mode, check_wording, last_look, tick};
use shouwen::store::{Scan, Store};

/// The shipped configuration with four units that have addresses, sending to a receiver on loopback whose clock is
/// the rehearsal's.
fn office(clock: &Clock) -> (Config, SmtpServer) {
    let mut config = load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/config/shouwen.toml"))).unwrap();
    let server =
        SmtpServer::start_with(SmtpOptions { clock: clock.clone(), ..SmtpOptions::default() }).unwrap();
    let (host, port) = (server.addr().ip().to_string(), server.addr().port());
    config.mailboxes.truncate(1);
    config.mailboxes[0].smtp = Some(Endpoint { host, port, tls: Tls::None, ca_file: None });
    config.mailboxes[0].folders = vec!["INBOX".into()];
    config.reminders.mode = Mode::Auto;
    let campaign = &mut config.campaigns[0];
    campaign.roster.units.retain(|unit| ["city_edu", "college"].contains(&unit.group.as_str()));
    campaign.roster.units.truncate(4);
    for unit in &mut campaign.roster.units {
        unit.emails = vec![format!("{}@unit.example", unit.code)];
    }
    (config, server)
}

/// The wheel, the last look and the receiver, once an hour of these days with a fresh look at the mailbox.
async fn play(config: &Config, store: &Store, sender: &Sender, days: (Date, Date)) {
    let campaign = &config.campaigns[0];
    let mut now = campaign.at(days.0, time(0, 30, 0, 0));
    while now < campaign.end_of(days.1) {
        sender.clock.step_to(now);
        let (mailbox, folder) = (config.mailboxes[0].id.clone(), "INBOX".to_owned());
        let scan = Scan {
            mailbox,
            folder,
            uidvalidity: 1,
            at: now,
            unfetched: vec![],
            resting: vec![],
            trouble: None,
            note: None,
        };
        store.record_scan(&scan).unwrap();
        tick(store, campaign, &config.mailboxes, &config.reminders, now).unwrap();
        let drained = drain(store, sender, &|| false).await.unwrap();
        assert_eq!(drained.trouble, None, "{now}");
        now += SignedDuration::from_hours(1);
    }
}

fn sender(config: &Config, store: &Store, clock: Clock) -> Sender {
    let (house, rows, time) = (Arc::new(config.clone()), store.clone(), clock.clone());
    let look =
        move |row| last_look(&rows, &house.campaigns[0], &house.mailboxes, &house.reminders, row, time.now());
    Sender {
        mailbox: config.mailboxes[0].clone(),
        name: config.campaigns[0].office.clone(),
        timezone: config.campaigns[0].timezone.clone(),
        settings: Settings { pace: Pace::Auto, only_to: vec![] },
        clock,
        last_look: Arc::new(look),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_units_are_mailed_on_the_days_of_the_notice_and_never_twice() {
    let clock = Clock::stepped("2023-05-04T00:00:00+08:00".parse().unwrap());
    let (config, server) = office(&clock);
    assert_eq!(check_wording(&config.campaigns[0]), Vec::<String>::new());
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let sender = sender(&config, &store, clock);

    play(&config, &store, &sender, (date(2023, 5, 4), date(2023, 6, 2))).await;

    let mut log: Vec<(Date, String)> = Vec::new();
    for posted in server.received() {
        let raw = String::from_utf8(posted.raw.clone()).unwrap().replace("\r\n ", " ");
        let steps = raw.lines().find_map(|line| line.strip_prefix("X-Shouwen-Step: ")).unwrap();
        let day = config.campaigns[0].local(posted.at).date();
        log.extend(steps.split_whitespace().map(|step| (day, step.to_owned())));
    }
    let mut expected = Vec::new();
    for unit in &config.campaigns[0].roster.units {
        for (day, step) in [
            (date(2023, 5, 6), "plan/notice/--"),
            (date(2023, 5, 9), "plan/eve/--"),
            (date(2023, 5, 11), "plan/first/--"),
            (date(2023, 5, 12), "plan/second/--"),
            (date(2023, 5, 15), "plan/phone/--"),
            (date(2023, 5, 16), "daily/nudge/2023-05-15"),
            (date(2023, 5, 18), "daily/nudge/2023-05-17"),
            (date(2023, 5, 26), "summary/eve/--"),
            (date(2023, 5, 30), "summary/first/--"),
            (date(2023, 5, 31), "summary/second/--"),
            (date(2023, 6, 1), "summary/phone/--"),
        ] {
            expected.push((day, format!("{step}/{}", unit.code)));
        }
    }
    log.sort();
    expected.sort();
    assert_eq!(log, expected);
}
