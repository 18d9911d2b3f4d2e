//! `shouwen replay`: everything derived is derived again, and what changes is shown, mail by mail. `--dry-run` shows what
//! today's rules, roster and forms would change and touches nothing; it works beside the daemon.

use clap::Args;

use super::screen::{print, print_json};
use super::{Common, DONE, Failure, Outcome, open, progress, river};
use crate::daemon::House;
use crate::domain::message::Stage;
use crate::intake::dry_run::dry_run;
use crate::report::{self, Changes, Snapshot, changes_text};
use crate::store::Store;

#[derive(Args)]
pub(super) struct Options {
    /// 只试算规则、名册、表样改动后会有什么变化，不改动任何东西
    #[arg(long)]
    dry_run: bool,
    /// 不重新拆读原信，只按现在的规则重新判断
    #[arg(long, conflicts_with = "dry_run")]
    judge_only: bool,
    /// 输出 JSON
    #[arg(long)]
    json: bool,
}

/// `shouwen replay`.
pub(super) fn replay(common: &Common, options: &Options) -> Outcome {
    let changes = if options.dry_run { tried(common)? } else { done(common, options.judge_only)? };
    if options.json {
        print_json(&changes)?;
    } else {
        print(&changes_text(&changes))?;
    }
    Ok(DONE)
}

/// What would change.
fn tried(common: &Common) -> Result<Changes, Failure> {
    let house = open::house(common)?;
    let before = snapshot(&house, &house.store)?;
    let folder = tempfile::Builder::new().prefix("dry-run-").tempdir_in(house.store.blobs().scratch_dir())?;
    let bar = progress::bar("试算");
    let (config, clock) = (&house.config, &house.clock);
    let tell = progress::teller(&bar);
    let copy = dry_run(&house.store, folder.path(), &config.campaigns, &config.mailboxes, clock, &tell);
    bar.finish_and_clear();
    let after = snapshot(&house, &copy?)?;
    Ok(before.changes(&after, true))
}

/// What changes.
fn done(common: &Common, judge_only: bool) -> Result<Changes, Failure> {
    let (house, _lock) = open::river(common)?;
    let before = snapshot(&house, &house.store)?;
    house.store.date_history(&house.config.mailboxes)?;
    house.store.send_back(if judge_only { Stage::Read } else { Stage::Captured })?;
    river::turn(&house)?;
    report::keep_names(&house.store, &house.config.campaigns, true)?;
    Ok(before.changes(&snapshot(&house, &house.store)?, false))
}

fn snapshot(house: &House, store: &Store) -> Result<Snapshot, Failure> {
    let config = &house.config;
    Ok(Snapshot::take(store, &config.campaigns, &config.mailboxes, house.clock.now())?)
}
