//! Commands that turn the river: `run` until told to stop, `once` and be done.

use std::sync::Arc;

use super::open;
use super::{Common, DONE, FAILED, Failure, Outcome, WAITS, progress};
use crate::daemon::{self, House, Turn};
use crate::{reader, remind};

/// `shouwen run`.
pub(super) fn run(common: &Common) -> Outcome {
    let (house, _lock) = open::river(common)?;
    ready(&house)?;
    house.config.warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
    reader::cage_gaps().iter().for_each(|gap| tracing::warn!("{gap}"));
    daemon::run_until_signal(house)?;
    Ok(DONE)
}

/// `shouwen once`.
pub(super) fn once(common: &Common, no_send: bool) -> Outcome {
    let (house, _lock) = open::river(common)?;
    ready(&house)?;
    let bar = progress::bar("收信");
    let passes = daemon::pass_all(&house, &|done, all| {
        bar.set_length(all);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let turn = turn(&house)?;
    eprintln!("新登记 {} 封，待处理 {} 封。", turn.registered, turn.parked);
    let mut failed = false;
    for (mailbox, outcome) in passes {
        if let Err(fault) = outcome {
            eprintln!("邮箱 {mailbox}：{fault}");
            failed = true;
        }
    }
    // Last, so that a server that takes no mail does not keep from being told which one gives none.
    if !no_send {
        send_now(&house)?;
    }
    if failed { Ok(FAILED) } else { done(common, &house) }
}

/// Done, unless something waits for a person and the caller is strict about it.
pub(super) fn done(common: &Common, house: &House) -> Outcome {
    let counts = house.store.waiting_counts(None)?;
    let waits = counts.unassigned + counts.review + counts.parked > 0;
    Ok(if common.strict && waits { WAITS } else { DONE })
}

/// Whether mail can be fetched, worded and sent.
fn ready(house: &House) -> Result<(), Failure> {
    house.config.ready().map_err(|errors| Failure::usage(errors.to_string()))?;
    let broken: Vec<String> = house.config.campaigns.iter().flat_map(remind::check_wording).collect();
    if broken.is_empty() { Ok(()) } else { Err(Failure::usage(broken.join("\n"))) }
}

/// Reads and registers what was captured, with a progress bar.
pub(super) fn turn(house: &House) -> Result<Turn, Failure> {
    let bar = progress::bar("登记");
    let progress = |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    };
    let turn = daemon::turn(house, &mut daemon::desk(house), &progress, &|| false)?;
    bar.finish_and_clear();
    Ok(turn)
}

/// Queues what is due and sends what may leave now; the rest stays queued.
pub(super) fn send_now(house: &Arc<House>) -> Result<(), Failure> {
    let sent = daemon::chase_once(house)?;
    if sent > 0 {
        eprintln!("已发出 {sent} 封。");
    }
    Ok(())
}
