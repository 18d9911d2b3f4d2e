//! `shouwen backup` beside the running daemon, and `shouwen restore` in its place.

use std::path::PathBuf;

use clap::Args;

use super::screen::print;
use super::{Common, DONE, FAILED, Outcome, open, progress, staff};
use crate::remind;
use crate::store::{self, Lock, LogAct, Moved, Store};

/// What staff are told of mail that left after the backup was taken.
const HELD: &str = "已从备份恢复。备份以后发出的催报不在册，为免重复，发送已暂停；请核对“已发送”后恢复发送";

#[derive(Args)]
pub(super) struct BackupOptions {
    /// 备份文件，如 /backup/shouwen-2023-05-10.db；原始内容放在旁边的 blobs 文件夹，各次备份共用，只增加新的
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

#[derive(Args)]
pub(super) struct RestoreOptions {
    /// 备份文件；旁边须有它的 blobs 文件夹
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
}

/// `shouwen backup --to FILE`.
pub(super) fn backup(common: &Common, options: &BackupOptions) -> Outcome {
    let house = open::house(common)?;
    let bar = progress::bar("备份");
    let moved = house.store.backup(&options.to, &progress::teller(&bar))?;
    bar.finish_and_clear();
    print(&format!(
        "已备份到 {}：登记库 {} KB，原始内容 {} 份（新增 {} 份）。\n",
        options.to.display(),
        moved.database_bytes / 1000,
        moved.blobs,
        moved.brought
    ))?;
    tell(&moved)
}

/// `shouwen restore --from FILE`.
pub(super) fn restore(common: &Common, options: &RestoreOptions) -> Outcome {
    let config = open::configuration(common)?;
    let lock = Lock::take(&config.data_dir)?;
    let now = open::clock(common).now();
    let pause = remind::Signed { by: staff::user(), at: now, why: HELD.to_owned() }.entry(LogAct::Pause);
    let bar = progress::bar("恢复");
    let (moved, aside) =
        store::restore(&config.data_dir, &options.from, &lock, &pause, &progress::teller(&bar))?;
    bar.finish_and_clear();
    Store::open(&config.data_dir)?.recover_outbox(now)?;
    print(&format!(
        "已从 {} 恢复：原始内容 {} 份（取回 {} 份）。\n",
        options.from.display(),
        moved.blobs,
        moved.brought
    ))?;
    if let Some(aside) = aside {
        print(&format!("原来的登记库移到了 {}，确认无误后可删除。\n", aside.display()))?;
    }
    print(&format!("{HELD}：shouwen remind --resume。\n"))?;
    tell(&moved)
}

fn tell(moved: &Moved) -> Outcome {
    for problem in &moved.problems {
        print(&format!("问题  {problem}\n"))?;
    }
    Ok(if moved.problems.is_empty() { DONE } else { FAILED })
}
