//! `shouwen init`: the few questions that only the office can answer, a login to prove the answers, and a configuration that
//! `run` starts with. For someone who does this once; what is not asked has a good default or is in the campaign's folder.

use std::fs::{self, OpenOptions};
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, chown};
use std::path::{Path, PathBuf};

use clap::Args;

use super::screen::print;
use super::{Common, DONE, FAILED, Failure, Outcome, check, open};
use crate::config;
use crate::daemon;

#[derive(Args)]
pub(super) struct Options {
    /// 配置文件夹，其中的 campaigns/ 有报送任务；默认 /etc/shouwen
    #[arg(long, value_name = "DIR", default_value = "/etc/shouwen")]
    dir: PathBuf,
    /// 登记库和原始邮件放在哪里
    #[arg(long, value_name = "DIR", default_value = "/var/lib/shouwen")]
    data_dir: PathBuf,
}

/// Providers that offices use: the end of the address, then the host for fetching and the one for sending.
const PROVIDERS: &[(&str, &str, &str)] = &[
    ("163.com", "imap.163.com", "smtp.163.com"),
    ("126.com", "imap.126.com", "smtp.126.com"),
    ("yeah.net", "imap.yeah.net", "smtp.yeah.net"),
    ("qq.com", "imap.qq.com", "smtp.qq.com"),
    ("foxmail.com", "imap.qq.com", "smtp.qq.com"),
    ("139.com", "imap.139.com", "smtp.139.com"),
    ("sina.com", "imap.sina.com", "smtp.sina.com"),
    ("sohu.com", "imap.sohu.com", "smtp.sohu.com"),
    ("aliyun.com", "imap.aliyun.com", "smtp.aliyun.com"),
];

/// `shouwen init`.
pub(super) fn init(common: &Common, options: &Options) -> Outcome {
    let dir = &options.dir;
    let campaigns = campaigns(dir)?;
    let mut clerk = Clerk::default();
    let address = clerk.asked("邮箱地址", None, is_address)?.to_lowercase();
    let host = address.rsplit_once('@').map_or("", |(_, host)| host);
    let known =
        PROVIDERS.iter().find(|(domain, ..)| host == *domain || host.ends_with(&format!(".{domain}")));
    let imap = clerk.asked("收信服务器（IMAP，加密端口 993）", known.map(|known| known.1), is_host)?;
    let smtp = clerk.asked("发信服务器（SMTP，加密端口 465）", known.map(|known| known.2), is_host)?;
    let campaign = match campaigns.as_slice() {
        [only] => only.clone(),
        [first, ..] => {
            print(&format!("报送任务：{}\n", campaigns.join("、")))?;
            clerk.asked("报送任务的文件夹", Some(first), |name| {
                campaigns.iter().any(|known| known == name)
            })?
        }
        [] => return Err(Failure::usage("没有报送任务")),
    };
    let since = clerk.asked("从哪天起的邮件算数（年-月-日，一般是通知印发之日）", None, is_day)?;
    let secret = clerk.asked_in_secret("授权码或密码（不显示）")?;
    let data_dir = options.data_dir.display();
    let text = format!(
        "# 由 shouwen init 写成。每一项的含义和其余可写的项，见同一文件夹的说明或 man shouwen；改后请运行 shouwen check。\n\
         data_dir = \"{data_dir}\"\ncampaigns = [\"campaigns/{campaign}\"]\n\n[[mailbox]]\nid = \"office\"\n\
         address = \"{address}\"\npassword = {{ file = \"office.secret\" }}\n\
         imap = {{ host = \"{imap}\", port = 993, tls = \"implicit\" }}\n\
         smtp = {{ host = \"{smtp}\", port = 465, tls = \"implicit\" }}\nfolders = [\"INBOX\", \"@junk\"]\n\
         since = {since}\n\n\
         # 先由工作人员逐批放行；放心以后可改为 auto。\n[reminders]\nmode = \"approve\"\n"
    );
    let file = dir.join("shouwen.toml");
    keep_old(&file)?;
    write(&dir.join("office.secret"), &format!("{secret}\n"), 0o600, &options.data_dir)?;
    write(&file, &text, 0o640, &options.data_dir)?;
    print(&format!("已写好 {}。\n", file.display()))?;
    proved(common, &file)
}

/// Logs in everywhere with what was written; what fails can be mended by asking again.
fn proved(common: &Common, file: &Path) -> Outcome {
    let config = config::load(file).map_err(|errors| Failure::usage(errors.to_string()))?;
    let servers = daemon::probe_servers(&config, open::clock(common).now())?;
    servers.iter().try_for_each(|server| print(&check::transcript(server)))?;
    match servers.iter().all(check::is_fine) {
        true => {
            print("\n一切就绪。下一步：shouwen check，然后 systemctl enable --now shouwen。\n")?;
            Ok(DONE)
        }
        false => {
            print(
                "\n还有不通之处，见上；改好后再运行 shouwen init，或改文件后运行 shouwen check --connect。\n",
            )?;
            Ok(FAILED)
        }
    }
}

/// The campaigns that are there to choose from.
fn campaigns(dir: &Path) -> Result<Vec<String>, Failure> {
    let folder = dir.join("campaigns");
    let none = || {
        Failure::usage(format!(
            "{} 中没有报送任务。请先放入任务的文件夹（其中有 campaign.toml、units.csv），可照样例改。",
            folder.display()
        ))
    };
    let entries = fs::read_dir(&folder).map_err(|_| none())?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter(|entry| entry.path().join("campaign.toml").is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    if names.is_empty() { Err(none()) } else { Ok(names) }
}

/// Nothing that somebody wrote is overwritten.
fn keep_old(file: &Path) -> io::Result<()> {
    if !file.exists() {
        return Ok(());
    }
    let free = (1..).map(|n| file.with_extension(format!("toml.{n}"))).find(|old| !old.exists());
    fs::rename(file, free.unwrap_or_else(|| file.with_extension("toml.old")))
}

/// Writes a file that only the one may read who will run the daemon: whoever owns the data directory.
fn write(file: &Path, text: &str, mode: u32, data_dir: &Path) -> io::Result<()> {
    let _ = fs::remove_file(file);
    let mut made = OpenOptions::new().write(true).create_new(true).mode(mode).open(file)?;
    made.write_all(text.as_bytes())?;
    if let Ok(owner) = fs::metadata(data_dir) {
        // Only root may give a file away; whoever else runs this will run the daemon too.
        let _ = chown(file, Some(owner.uid()), Some(owner.gid()));
    }
    Ok(())
}

fn is_address(text: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-+".contains(&byte))
    };
    text.split_once('@').is_some_and(|(name, host)| is_word(name) && is_word(host) && host.contains('.'))
}

fn is_host(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
}

fn is_day(text: &str) -> bool {
    text.parse::<jiff::civil::Date>().is_ok()
}

/// Whoever sits there, or a file of answers, a line each.
#[derive(Default)]
struct Clerk {
    asked: u32,
}

impl Clerk {
    /// Asks until the answer holds; an empty one takes `default`.
    fn asked(
        &mut self,
        question: &str,
        default: Option<&str>,
        holds: impl Fn(&str) -> bool,
    ) -> Result<String, Failure> {
        loop {
            let hint = default.map_or_else(String::new, |default| format!("［{default}］"));
            let answer = self.line(&format!("{question}{hint}："))?;
            let answer = if answer.is_empty() { default.unwrap_or_default() } else { &answer };
            if holds(answer) {
                return Ok(answer.to_owned());
            }
            eprintln!("“{answer}”不合要求，请再写一次。");
        }
    }

    /// Asks without showing what is typed.
    fn asked_in_secret(&mut self, question: &str) -> Result<String, Failure> {
        let _dark = Dark::fall();
        let answer = self.line(&format!("{question}："))?;
        eprintln!();
        if answer.is_empty() { Err(Failure::usage("授权码不能为空。")) } else { Ok(answer) }
    }

    fn line(&mut self, prompt: &str) -> Result<String, Failure> {
        eprint!("{prompt}");
        let mut line = String::new();
        self.asked += 1;
        if io::stdin().lock().read_line(&mut line)? == 0 {
            return Err(Failure::usage(format!("第{}问没有回答，什么也没有写。", self.asked)));
        }
        Ok(line.trim().to_owned())
    }
}

/// A terminal that does not show what is typed, until dropped.
struct Dark(Option<rustix::termios::Termios>);

impl Dark {
    fn fall() -> Self {
        let terminal = io::stdin();
        if !terminal.is_terminal() {
            return Self(None);
        }
        let before = rustix::termios::tcgetattr(&terminal).ok();
        if let Some(mut dark) = before.clone() {
            dark.local_modes.remove(rustix::termios::LocalModes::ECHO);
            let _ = rustix::termios::tcsetattr(&terminal, rustix::termios::OptionalActions::Now, &dark);
        }
        Self(before)
    }
}

impl Drop for Dark {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            let _ = rustix::termios::tcsetattr(io::stdin(), rustix::termios::OptionalActions::Now, before);
        }
    }
}
