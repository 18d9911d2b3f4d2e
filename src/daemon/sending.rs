//! Sending, beside the river: what is due is queued by each beat, what may leave leaves after it. A server that refuses our login is not
//! asked again at once: providers lock whoever keeps knocking with a wrong password (`quirks.md` B1, E3.1).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::{Notify, watch};

use super::river::Beaten;
use super::{House, Stop, answer, block_on, blocking, long_stopped};
use crate::config::Config;
use crate::deliver::{self, Drained};
use crate::domain::campaign::{Blank, Campaign};
use crate::domain::mailbox::Mailbox;
use crate::fault::Fault;
use crate::remind;
use crate::smtp::Enclosure;
use crate::store::{ALARM, OutboxRow, OutboxState};
use crate::talk;

/// A refusal may be a hiccup: so soon the second try comes.
const SECOND_TRY: Duration = Duration::from_secs(60);
/// From the second refusal on, when only a person can help.
const REFUSED_AGAIN: Duration = Duration::from_secs(3600);
/// First wait after a lost connection; doubled with each further one.
const LOST: Duration = Duration::from_secs(60);
/// Longest wait after lost connections.
const LOST_MOST: Duration = Duration::from_secs(15 * 60);

/// How a daemon stands with the servers that it sends through, one after another in the order of the configuration.
/// Each mailbox has the password that its server took last: it may have been changed in its file since the start.
pub(super) struct Sending(Vec<(Mailbox, Patience)>);

impl Sending {
    /// Nothing was tried yet.
    pub(super) fn new(house: &House) -> Self {
        Self(house.config.mailboxes.iter().map(|mailbox| (mailbox.clone(), Patience::default())).collect())
    }

    /// Lets leave what may leave now, except through servers that are to be left alone; of all mail only alarms unless `all`.
    /// Says when to come again.
    pub(super) async fn pass(
        &mut self,
        house: &Arc<House>,
        all: bool,
        stop: &watch::Receiver<bool>,
    ) -> Result<Option<Timestamp>, Fault> {
        let mut next_at: Option<Timestamp> = None;
        for (mailbox, (own, patience)) in house.config.mailboxes.iter().zip(&mut self.0) {
            if mailbox.smtp.is_none() || !patience.allows(Instant::now()) {
                continue;
            }
            *own = for_the_next_try(mailbox, own, patience).await?;
            let drained = drain(house, own, all, stop).await?;
            patience.learn(&drained, Instant::now());
            next_at = next_at.into_iter().chain(drained.next_at).min();
        }
        Ok(next_at)
    }
}

/// One pass over the outbox after each beat, so that a silent server keeps no mail from being registered; after one that met a
/// fault only alarms leave. When something may leave only later, a beat is asked for then.
pub(super) async fn send_all(
    house: &Arc<House>,
    arrived: &Notify,
    mut beaten: UnboundedReceiver<Beaten>,
    stop: &Stop,
) {
    let mut sending = Sending::new(house);
    let mut next_at = None;
    loop {
        let beat = tokio::select! {
            beat = beaten.recv() => beat,
            () = come(house, next_at) => {
                next_at = None;
                arrived.notify_one();
                continue;
            }
        };
        let Some(Beaten { mut is_good, mut asked }) = beat else { return };
        while let Ok(later) = beaten.try_recv() {
            is_good = later.is_good;
            asked.extend(later.asked);
        }
        let passed = tokio::select! {
            passed = sending.pass(house, is_good, &stop.work) => passed,
            () = long_stopped(stop) => return,
        };
        // Where the clock is stepped, whoever steps it rings.
        next_at = passed.unwrap_or_else(|fault| {
            tracing::error!("sending: {fault}");
            None
        });
        next_at = next_at.filter(|_| house.clock.ticks());
        answer(&mut asked);
    }
}

/// Ends when a moment has come; never for none.
async fn come(house: &House, at: Option<Timestamp>) {
    match at {
        Some(at) => tokio::time::sleep(house.clock.until(at)).await,
        None => std::future::pending().await,
    }
}

/// How long a server is left alone after trouble.
#[derive(Debug, Default)]
struct Patience {
    refused: u32,
    lost: u32,
    until: Option<Instant>,
}

impl Patience {
    fn allows(&self, now: Instant) -> bool {
        self.until.is_none_or(|until| until <= now)
    }

    /// Takes in what a pass met. One that had nothing to say to the server teaches nothing.
    fn learn(&mut self, drained: &Drained, now: Instant) {
        let wait = match &drained.trouble {
            Some(Fault::Refused(_)) => {
                self.refused = self.refused.saturating_add(1);
                if self.refused < 2 { SECOND_TRY } else { REFUSED_AGAIN }
            }
            Some(_) => {
                self.lost = self.lost.saturating_add(1);
                LOST.saturating_mul(1 << (self.lost - 1).min(8)).min(LOST_MOST)
            }
            None => {
                if drained.sent > 0 {
                    *self = Self::default();
                }
                return;
            }
        };
        self.until = now.checked_add(wait);
    }
}

/// The mailbox as it logs in next: where its password was refused, with the one that its file has now.
async fn for_the_next_try(mailbox: &Mailbox, own: &Mailbox, patience: &Patience) -> Result<Mailbox, Fault> {
    if patience.refused == 0 {
        return Ok(own.clone());
    }
    let mailbox = mailbox.clone();
    blocking(move || Ok(Mailbox { password: talk::password_now(&mailbox.password), ..mailbox })).await
}

/// Puts what staff must hear into the outbox, upon a look just taken. `started`: since when the watchers have been
/// looking, if they are.
pub(super) fn raise_alarms(house: &House, started: Option<Timestamp>) -> Result<(), Fault> {
    let (config, now) = (&house.config, house.clock.now());
    let staff = &config.reminders.staff;
    remind::raise_alarms(&house.store, &config.campaigns, &config.mailboxes, staff, started, now)?;
    Ok(())
}

/// Puts what is due into the outbox.
pub(super) fn queue_due(house: &House) -> Result<(), Fault> {
    let (config, now) = (&house.config, house.clock.now());
    for campaign in &config.campaigns {
        remind::tick(&house.store, campaign, &config.mailboxes, &config.reminders, now)?;
    }
    remind::queue_receipts(&house.store, &config.campaigns, &config.mailboxes, &config.reminders, now)?;
    Ok(())
}

/// Puts the staff's digests into the outbox, upon a look just taken. After what is due: they tell what leaves today.
pub(super) fn queue_digests(house: &Arc<House>) -> Result<(), Fault> {
    let (config, now) = (&house.config, house.clock.now());
    for campaign in &config.campaigns {
        let forecast = || forecast(house);
        let (mailboxes, settings) = (&config.mailboxes, &config.reminders);
        remind::write_digest(&house.store, campaign, mailboxes, settings, &forecast, now)?;
    }
    Ok(())
}

/// Queues what is due and sends what may leave now, without waiting for the pace. Returns how many mails left. Works
/// beside a running daemon: each mail is claimed by one of the two. `has_looked`: every mailbox was just looked at, so
/// that what is wrong is known to be so now, and staff may be alarmed.
///
/// # Errors
/// What the store reports, and what keeps the server from taking mail.
pub fn chase_once(house: &Arc<House>, has_looked: bool) -> Result<u32, Fault> {
    if has_looked {
        raise_alarms(house, None)?;
    }
    queue_due(house)?;
    if has_looked {
        queue_digests(house)?;
    }
    drain_once(house, true)
}

/// Says what is wrong where filing met a fault: upon that nothing else may leave. Returns how many mails left.
///
/// # Errors
/// As [`chase_once`].
pub fn alarm_once(house: &Arc<House>) -> Result<u32, Fault> {
    raise_alarms(house, None)?;
    drain_once(house, false)
}

/// One pass over the outbox of every mailbox: all mail, or alarms alone.
fn drain_once(house: &Arc<House>, all: bool) -> Result<u32, Fault> {
    let (_go_on, stop) = watch::channel(false);
    block_on(async {
        let (mut sent, mut trouble) = (0, None);
        for mailbox in house.config.mailboxes.iter().filter(|mailbox| mailbox.smtp.is_some()) {
            let drained = drain(house, mailbox, all, &stop).await?;
            sent += drained.sent;
            trouble = trouble.or(drained.trouble.map(|fault| of_mailbox(mailbox, fault)));
        }
        trouble.map_or(Ok(sent), Err)
    })
}

/// What a server said, for whoever typed the command: it speaks English, and knows neither the mailbox nor where to look on.
fn of_mailbox(mailbox: &Mailbox, fault: Fault) -> Fault {
    let words = |cause: &str| format!("邮箱 {} 发信不成：{cause}；各封的情况见 shouwen outbox", mailbox.id);
    match fault {
        Fault::Retry(cause) => Fault::Retry(words(&cause)),
        Fault::Refused(cause) => Fault::Refused(words(&cause)),
        other => other,
    }
}

/// When each queued mail will leave, as things stand; what is [`held`] is not among them.
///
/// # Errors
/// What the store reports.
pub fn forecast(house: &Arc<House>) -> Result<BTreeMap<i64, Timestamp>, Fault> {
    let held = Arc::new(held(house)?);
    let mut leaving = BTreeMap::new();
    for mailbox in house.config.mailboxes.iter().filter(|mailbox| mailbox.smtp.is_some()) {
        let (mut sender, held) = (sender(house, mailbox), Arc::clone(&held));
        let own_hours = sender.opens;
        sender.opens =
            Arc::new(move |row, from| own_hours(row, from).filter(|_| !held.contains_key(&row.id)));
        leaving.extend(deliver::forecast(&house.store, &sender, house.clock.now())?);
    }
    Ok(leaving)
}

/// Why queued mails will not leave as things stand, by row number: somebody may not be written to now, or their server
/// refuses us.
///
/// # Errors
/// What the store reports.
pub fn held(house: &House) -> Result<BTreeMap<i64, String>, Fault> {
    let (config, store, now) = (&house.config, &house.store, house.clock.now());
    let mut held = BTreeMap::new();
    for campaign in &config.campaigns {
        held.extend(remind::held(store, campaign, &config.mailboxes, &config.reminders, now)?);
    }
    let refusals = store.refusals()?;
    if !refusals.is_empty() {
        let why = |row: OutboxRow| {
            let refusal = refusals.iter().find(|refusal| refusal.mailbox == row.mail.mailbox)?;
            let minds_us = !refusal.takes_nothing();
            let why = if minds_us {
                "发信服务器拒绝登录或发件人"
            } else {
                "发信服务器一封信也没有收，会再试"
            };
            Some((row.id, why.to_owned()))
        };
        held.extend(store.outbox(Some(OutboxState::Queued))?.into_iter().filter_map(why));
    }
    Ok(held)
}

/// One pass over the outbox of a mailbox: all mail, or alarms alone.
async fn drain(
    house: &Arc<House>,
    mailbox: &Mailbox,
    all: bool,
    stop: &watch::Receiver<bool>,
) -> Result<Drained, Fault> {
    let stop = stop.clone();
    let mut sender = sender(house, mailbox);
    if !all {
        sender.last_look = Arc::new(|row| Ok(Some(row).filter(|row| row.mail.kind == ALARM)));
    }
    let drained = deliver::drain(&house.store, &sender, &move || *stop.borrow()).await?;
    if let Some(trouble) = &drained.trouble {
        tracing::warn!(mailbox = mailbox.id, "sending: {trouble}");
    }
    Ok(drained)
}

/// How a mailbox sends: in the name of the office whose campaign a mail is about, else of one that it serves.
fn sender(house: &Arc<House>, mailbox: &Mailbox) -> deliver::Sender {
    let [works, office, forms, names] = [(); 4].map(|()| Arc::clone(house));
    let campaigns = &house.config.campaigns;
    let campaign = campaigns.iter().find(|campaign| mailbox.serves(&campaign.id));
    let own_name = campaign.map(|campaign| campaign.office.clone()).unwrap_or_default();
    deliver::Sender {
        mailbox: mailbox.clone(),
        name: Arc::new(move |row| {
            campaign_of(&names.config, row)
                .map_or_else(|| own_name.clone(), |campaign| campaign.office.clone())
        }),
        timezone: campaign.map_or(jiff::tz::TimeZone::UTC, |campaign| campaign.timezone.clone()),
        settings: house.config.sending.clone(),
        clock: house.clock.clone(),
        files: Arc::new(move |row| files(&forms.config, row)),
        opens: Arc::new(move |row, from| opens(&office.config, row, from)),
        last_look: Arc::new(move |row| last_look(&works, row)),
    }
}

/// The campaign that a mail of ours is about; alarms are about none.
fn campaign_of<'a>(config: &'a Config, row: &OutboxRow) -> Option<&'a Campaign> {
    config.campaigns.iter().find(|campaign| Some(&campaign.id) == row.mail.campaign.as_ref())
}

/// The first moment from `from` on at which a mail may leave by its own hours.
fn opens(config: &Config, row: &OutboxRow, from: Timestamp) -> Option<Timestamp> {
    match campaign_of(config, row) {
        Some(campaign) => remind::opens(campaign, &config.reminders, &row.mail.kind, &row.mail.steps, from),
        None => Some(from),
    }
}

/// The blank forms that go with a mail.
fn files(config: &Config, row: &OutboxRow) -> Vec<Enclosure> {
    let blanks = campaign_of(config, row).map(|campaign| remind::attached(campaign, &row.mail.steps));
    let file = |blank: &Blank| Enclosure { name: blank.name.clone(), bytes: Arc::clone(&blank.bytes) };
    blanks.into_iter().flatten().map(file).collect()
}

/// Whether a queued mail may leave now, and in which words.
fn last_look(house: &House, row: OutboxRow) -> Result<Option<OutboxRow>, Fault> {
    let config = &house.config;
    let Some(campaign) = campaign_of(config, &row) else { return Ok(Some(row)) };
    remind::last_look(&house.store, campaign, &config.mailboxes, &config.reminders, row, house.clock.now())
}

#[cfg(test)]
mod tests;
