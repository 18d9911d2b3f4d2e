//! `shouwen import`: mail from files, through the same river.

use std::path::PathBuf;

use clap::Args;

use super::{Common, FAILED, Failure, Outcome, open, progress, river, screen};
use crate::intake;

#[derive(Args)]
pub(super) struct Options {
    /// .eml 文件、文件夹、Maildir、mbox，或它们的 zip
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// 作为哪个邮箱的来件；默认第一个，按它的 since 分历史邮件
    #[arg(long, value_name = "ID")]
    mailbox: Option<String>,
}

/// `shouwen import PATH...`.
pub(super) fn import(common: &Common, options: &Options) -> Outcome {
    let (house, _lock) = open::river(common)?;
    let mailboxes = &house.config.mailboxes;
    let mailbox = match &options.mailbox {
        Some(id) => mailboxes.iter().find(|mailbox| mailbox.id == *id),
        None => mailboxes.first(),
    };
    let mailbox = mailbox.ok_or_else(|| Failure::usage("没有这个邮箱；看配置里的 [[mailbox]] id。"))?;
    let bar = progress::bar("导入");
    let (store, now) = (&house.store, house.clock.now());
    let done = intake::import::import(&options.paths, mailbox, store, now, &|mails| {
        bar.set_length(mails);
        bar.set_position(mails);
    })?;
    bar.finish_and_clear();
    for line in &done.skipped {
        eprintln!("略过  {line}");
    }
    for line in &done.unread {
        eprintln!("未读  {line}");
    }
    let registered = river::turn(&house)?;
    let parked = river::parked(&house)?;
    screen::print(&format!("导入 {} 封，新登记 {registered} 封，待处理 {parked} 封。\n", done.mails))?;
    if done.unread.is_empty() { river::done(common, &house) } else { Ok(FAILED) }
}
