//! `export`: the material of a campaign as folders, with the register and a list of SHA-256.

use std::path::PathBuf;

use clap::Args;

use super::screen::{print, unwritten};
use super::{Common, DONE, FAILED, Failure, Outcome, open, staff, wanted};
use crate::report::{self, Archived, Unfinished, Wish};

/// As many names of a list are told; the register has them all.
const MOST_NAMED: usize = 12;

#[derive(Args)]
pub(super) struct ExportOptions {
    /// 导出到哪个文件夹
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// 报送任务
    #[arg(long, value_name = "ID")]
    campaign: Option<String>,
    /// 只导出一类单位
    #[arg(long, value_name = "G")]
    group: Option<String>,
    /// 只导出一个单位：代码、全称或简称
    #[arg(long, value_name = "U")]
    unit: Option<String>,
    /// 只导出一项报送要求：编号或名称中的几个字
    #[arg(long, value_name = "R")]
    req: Option<String>,
    /// 只导出某件材料；几件用逗号隔开
    #[arg(long, value_name = "ITEM")]
    item: Option<String>,
    /// 连同被替代的、不计的、待核的一并导出；默认只导出现行有效的
    #[arg(long)]
    all_versions: bool,
}

/// `shouwen export`.
pub(super) fn export(common: &Common, options: &ExportOptions) -> Outcome {
    let house = open::house(common)?;
    let campaign = open::campaign(&house, options.campaign.as_deref())?;
    let requirement = options.req.as_deref().map(|word| wanted::requirement(campaign, word)).transpose()?;
    let unit = options.unit.as_deref().map(|unit| staff::unit_named(&house, campaign, unit)).transpose()?;
    let items = wanted::list(options.item.as_deref()).map(|word| wanted::item(campaign, requirement, word));
    let wish = Wish {
        group: options.group.as_deref().map(|word| open::group(campaign, word)).transpose()?,
        unit: unit.map(|unit| unit.code.clone()),
        requirement: requirement.map(|one| one.id.clone()),
        items: items.collect::<Result<_, _>>()?,
        all_versions: options.all_versions,
    };
    let all = &house.config.campaigns;
    let done = report::archive(&house.store, all, campaign, house.clock.now(), &options.to, &wish);
    let done = done.map_err(unfinished)?;
    print(&told(&done))?;
    Ok(if done.lost.is_empty() { DONE } else { FAILED })
}

fn unfinished(why: Unfinished) -> Failure {
    let text = match why {
        Unfinished::Store(fault) => return fault.into(),
        Unfinished::Busy(folder) => format!("{}：另一个导出正在写这个文件夹，请等它结束。", folder.display()),
        Unfinished::Register(text) => format!("收文登记簿：{text}"),
        Unfinished::Disk(file, error, added) => {
            let file = unwritten(&file, &error);
            format!(
                "{file}\n导出没有完成：这次新增了 {added} 个文件，都是完整的；解决后再次运行，会接着补齐。"
            )
        }
    };
    Failure { status: FAILED, text }
}

/// What was done, and what a person should know before the folder is handed on.
fn told(done: &Archived) -> String {
    let mut out =
        format!("已导出到 {}：新增 {} 个文件，原有 {} 个。\n", done.folder.display(), done.added, done.kept);
    let lists = [
        (&done.edited, "与原件大小不同（可能有人改过），没有覆盖"),
        (&done.stale, "是以前导出的，现已被替代、改归或不计，请自行移走"),
        (&done.lost, "原件缺失或校验不符，没有导出，请运行 shouwen verify"),
    ];
    for (names, what) in lists {
        if !names.is_empty() {
            out.push_str(&format!("{} 个文件{what}：\n", names.len()));
            out.extend(names.iter().take(MOST_NAMED).map(|name| format!("  {}\n", report::clean(name))));
            if names.len() > MOST_NAMED {
                out.push_str("  ……\n");
            }
        }
    }
    if done.waiting > 0 {
        out.push_str(&format!("另有 {} 个文件待核，没有导出（--all-versions 一并导出）。\n", done.waiting));
    }
    if done.unassigned > 0 {
        out.push_str(&format!(
            "另有 {} 封来件没有认定单位，其附件没有导出，见收文登记簿。\n",
            done.unassigned
        ));
    }
    out
}
