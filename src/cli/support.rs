//! `shouwen support`: one file for whoever maintains the program. Every secret, number and address is covered before it is written.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;

use super::{Common, DONE, Outcome, check, open, screen::print};
use crate::archive::Packer;
use crate::config::Config;
use crate::domain::mask::masked;
use crate::store::Store;
use crate::{reader, report};

/// Lines of the journal that are taken along.
const LOG_LINES: &str = "3000";
/// How deep folders of the configuration go: `campaigns/ID/forms`.
const DEEPEST: usize = 3;
/// Largest file of the configuration that is taken along.
const CONFIG_BYTES_MAX: u64 = 256 * 1024;
const WHAT_IT_IS: &str =
    "收文诊断包。密码、号码、邮箱地址已遮盖；不含来件内容、附件、名册。\n交出之前可以逐个打开查看。\n";

#[derive(Args)]
pub(super) struct Options {
    /// 写到这个文件；默认当前文件夹的 shouwen-support-日期时间.zip
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

/// `shouwen support`.
pub(super) fn support(common: &Common, options: &Options) -> Outcome {
    let config = &open::configuration(common)?;
    let now = open::clock(common).now();
    let mut files = vec![
        ("说明.txt".to_owned(), WHAT_IT_IS.to_owned()),
        ("versions.txt".to_owned(), versions(config)),
        ("check.txt".to_owned(), check::findings_text(config)),
        ("log.txt".to_owned(), log()),
    ];
    match Store::open(&config.data_dir) {
        Ok(store) => files.extend(report::support(&store, &config.campaigns, &config.mailboxes, now)),
        // A broken store is what the bundle is for.
        Err(fault) => files.push(("store.txt".to_owned(), format!("登记库打不开：{fault}\n"))),
    }
    let folder = config.path.parent().filter(|folder| !folder.as_os_str().is_empty());
    add_configuration(folder.unwrap_or(Path::new(".")), "config", 0, &mut files);
    let name = || format!("shouwen-support-{}.zip", now.strftime("%Y%m%d-%H%M"));
    let to = options.to.clone().unwrap_or_else(|| PathBuf::from(name()));
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(true).mode(0o600).open(&to)?;
    let mut packer = Packer::new(file);
    for (name, text) in &files {
        packer.add(name, covered(text, config).as_bytes())?;
    }
    packer.finish()?.0.sync_all()?;
    print(&format!("诊断包已写成 {}：密码、号码、邮箱已遮盖，不含来件内容。\n", to.display()))?;
    Ok(DONE)
}

/// A text without a person and without the passwords of this office.
fn covered(text: &str, config: &Config) -> String {
    let passwords = config.mailboxes.iter().map(|mailbox| mailbox.password.reveal());
    let open = passwords.filter(|password| !password.is_empty());
    masked(&open.fold(text.to_owned(), |text, password| text.replace(password, "****")))
}

fn versions(config: &Config) -> String {
    let kernel = rustix::system::uname();
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let system = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME=")).unwrap_or_default();
    let gaps: String = reader::cage_gaps().iter().map(|gap| format!("{gap}\n")).collect();
    let campaigns = config
        .campaigns
        .iter()
        .map(|campaign| format!("报送任务 {}：名册 {} 个单位\n", campaign.id, campaign.roster.units.len()));
    format!(
        "shouwen {}\n{} {} {}\n{system}\n{gaps}{}",
        env!("CARGO_PKG_VERSION"),
        kernel.sysname().to_string_lossy(),
        kernel.release().to_string_lossy(),
        kernel.machine().to_string_lossy(),
        campaigns.collect::<String>()
    )
}

/// What the journal has of the service, where there is a journal.
fn log() -> String {
    let words = ["-u", "shouwen", "-n", LOG_LINES, "--no-pager", "-o", "short-iso"];
    match Command::new("journalctl").args(words).output() {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).into_owned(),
        _ => "这台机器上没有系统日志，或者没有权限读。请用 root 运行。\n".to_owned(),
    }
}

/// The files of the configuration that say what is wanted, not who is asked: no roster and no secret.
fn add_configuration(folder: &Path, name: &str, depth: usize, files: &mut Vec<(String, String)>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        let inner = format!("{name}/{}", path.file_name().unwrap_or_default().to_string_lossy());
        let is_wanted = path.extension().is_some_and(|ending| ending == "toml" || ending == "txt");
        if path.is_dir() && depth < DEEPEST {
            add_configuration(&path, &inner, depth + 1, files);
        } else if is_wanted
            && path.metadata().is_ok_and(|found| found.len() <= CONFIG_BYTES_MAX)
            && let Ok(text) = fs::read_to_string(&path)
        {
            files.push((inner, text));
        }
    }
}
