//! Commands that turn the river: `run` until told to stop, `once` and be done.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::open;
use super::{Common, DONE, FAILED, Failure, Outcome, WAITS, progress};
use crate::config::Config;
use crate::daemon::{self, House, River};
use crate::{reader, remind};

/// `shouwen run`.
pub(super) fn run(common: &Common) -> Outcome {
    let (house, _lock) = open::river(common)?;
    fit(&house.config)?;
    daemon::warn(&house.config, &house.store);
    reader::cage_gaps().iter().for_each(|gap| tracing::warn!("{gap}"));
    daemon::run_until_signal(house, &|| {
        let config = open::configuration(common).map_err(|failure| failure.text)?;
        fit(&config).map_err(|failure| failure.text)?;
        Ok(config)
    })?;
    Ok(DONE)
}

/// `shouwen once`.
pub(super) fn once(common: &Common, no_send: bool) -> Outcome {
    let (house, _lock) = open::river(common)?;
    fit(&house.config)?;
    daemon::look_before_once(&house);
    let bars = progress::bars(["收信", "登记"]);
    let [fetched, filed] = bars.each_ref().map(progress::teller);
    let outcome = daemon::once(&house, &fetched, &filed);
    bars.iter().for_each(|bar| bar.finish_and_clear());
    if outcome.is_err() && !no_send {
        alarm_now(&house);
    }
    let (passes, registered) = outcome?;
    eprintln!("新登记 {registered} 封，待处理 {} 封。", parked(&house)?);
    let mut failed = false;
    for (mailbox, outcome) in passes {
        if let Err(fault) = outcome {
            eprintln!("邮箱 {mailbox}：{fault}");
            failed = true;
        }
    }
    tell_unfetched(&house)?;
    // Last, so that a server that takes no mail does not keep from being told which one gives none.
    if !no_send {
        send_now(&house, true)?;
    }
    if failed { Ok(FAILED) } else { done(common, &house) }
}

/// Mails that servers have listed and not handed out, with the reason of one: such a look has not failed, and who reads that
/// nothing was registered would take it that nothing has come.
fn tell_unfetched(house: &House) -> Result<(), Failure> {
    let unfetched = house.store.unfetched()?;
    let mut by_folder: BTreeMap<(&str, &str), (u32, &str)> = BTreeMap::new();
    for mail in &unfetched {
        let place = (mail.sighting.mailbox.as_str(), mail.sighting.folder.as_str());
        by_folder.entry(place).or_insert((0, &mail.reason)).0 += 1;
    }
    for ((mailbox, folder), (count, reason)) in by_folder {
        eprintln!("邮箱 {mailbox}：{folder} 有 {count} 封来件已列出而没有取到（{reason}），下次收信时再取");
    }
    Ok(())
}

/// Done, unless something waits for a person and the caller is strict about it.
pub(super) fn done(common: &Common, house: &House) -> Outcome {
    let counts = house.store.waiting_counts(None)?;
    let waits = counts.unassigned + counts.review + counts.parked > 0;
    Ok(if common.strict && waits { WAITS } else { DONE })
}

/// Whether mail can be fetched, worded and sent.
fn fit(config: &Config) -> Result<(), Failure> {
    config.ready().map_err(|errors| Failure::usage(errors.to_string()))?;
    let broken = broken_wording(config);
    if broken.is_empty() { Ok(()) } else { Err(Failure::usage(broken.join("\n"))) }
}

/// What is wrong with the letters of the campaigns.
pub(super) fn broken_wording(config: &Config) -> Vec<String> {
    let campaigns = config.campaigns.iter().zip(&config.folders);
    campaigns.flat_map(|(campaign, folder)| remind::check_wording(campaign, folder)).collect()
}

/// Letters that say less than they should, of every campaign.
pub(super) fn thin_wording(config: &Config) -> Vec<String> {
    let campaigns = config.campaigns.iter().zip(&config.folders);
    campaigns.flat_map(|(campaign, folder)| remind::thin_wording(campaign, folder)).collect()
}

/// Reads and registers what was captured, with a progress bar; returns how many mails.
pub(super) fn turn(house: &Arc<House>) -> Result<usize, Failure> {
    let bar = progress::bar("登记");
    let registered = River::new(house).turn(&progress::teller(&bar), &|| false);
    bar.finish_and_clear();
    Ok(registered?)
}

/// How many mails wait parked now.
pub(super) fn parked(house: &House) -> Result<u64, Failure> {
    Ok(house.store.waiting_counts(None)?.parked)
}

/// Has staff hear what is wrong where filing met a fault, as a daemon does: nobody may look at what a timer runs.
fn alarm_now(house: &Arc<House>) {
    match daemon::alarm_once(house) {
        Ok(0) => {}
        Ok(sent) => eprintln!("已发出 {sent} 封告警。"),
        Err(fault) => eprintln!("告警没有全部发出：{fault}"),
    }
}

/// Queues what is due and sends what may leave now; the rest stays queued. `has_looked`: at every mailbox, just now.
pub(super) fn send_now(house: &Arc<House>, has_looked: bool) -> Result<(), Failure> {
    let sent = daemon::chase_once(house, has_looked)?;
    if sent > 0 {
        eprintln!("已发出 {sent} 封。");
    }
    Ok(())
}
