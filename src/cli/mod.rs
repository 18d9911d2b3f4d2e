//! The command line (`contract.md` 1): one file a command family; this one reads the words and hands them on.

mod backup;
mod calendar;
mod check;
mod decide;
mod demo;
mod export;
mod import;
mod init;
mod journal;
mod language;
mod look;
mod messages;
mod open;
mod packager;
mod privacy;
mod progress;
mod replay;
mod river;
mod screen;
mod staff;
mod status;
mod support;
mod totals;
mod typed;
mod user;
mod wanted;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use jiff::Timestamp;

use crate::fault::system_words;

/// 0: done.
const DONE: u8 = 0;
/// 1: failed.
const FAILED: u8 = 1;
/// 2: wrong usage or configuration.
const WRONG: u8 = 2;
/// 3: done, but something waits for a person (`--strict`).
const WAITS: u8 = 3;

#[derive(Parser)]
#[command(
    name = "shouwen",
    version,
    about = "收文：从邮箱收取各单位报送的材料，登记、核对、统计，并提醒未报单位",
    after_help = "先试一试：shouwen demo\n日常运行：shouwen -c /etc/shouwen/shouwen.toml run\n\
                  退出码：0 完成；1 失败；2 用法或配置有误；3 完成但有事待人办理（仅 --strict）"
)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Args)]
struct Common {
    /// 配置文件；默认先找 ./config/shouwen.toml，再找 /etc/shouwen/shouwen.toml
    #[arg(short = 'c', long = "config", value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// 仅供演练：时钟从此刻走起，如 2023-05-11T09:00，不写时区的是北京时间
    #[arg(long, value_name = "T", global = true, value_parser = typed::start)]
    now: Option<Timestamp>,
    /// 有事待人办理时以退出码 3 结束
    #[arg(long, global = true)]
    strict: bool,
}

#[derive(Subcommand)]
enum Command {
    /// 演示：自带邮件服务器，把 2023 年活动周完整走一遍
    Demo(demo::Options),
    /// 守护进程：看守各邮箱，登记来件，发送催报，提供状态页，直到收到终止信号
    Run,
    /// 首次配置：问几个问题，试登录，写好配置文件
    Init(init::Options),
    /// 各邮箱收取一遍，再把此刻可以发的发出去
    Once {
        /// 不生成也不发送任何邮件
        #[arg(long)]
        no_send: bool,
    },
    /// 从 .eml 文件、文件夹、Maildir、mbox 或它们的 zip 收取
    Import(import::Options),
    /// 谁报了什么，截至某一时刻
    Status(status::StatusOptions),
    /// 收文登记簿：每封来件、每个附件的去向
    Messages(messages::MessagesOptions),
    /// 一封来件（编号、Message-ID）或一个单位（代码、名称、简称）的全部情况与依据
    Show {
        /// 编号、Message-ID、单位代码、名称或简称
        id: String,
        /// 输出 JSON
        #[arg(long)]
        json: bool,
        /// 有多个报送任务时指明是哪一个
        #[arg(long, value_name = "ID")]
        campaign: Option<String>,
    },
    /// 全省汇总：把各单位的同一张表合成一张，每个数都注明来源
    Totals(totals::TotalsOptions),
    /// 归档：按任务、类别、单位、报送要求导出材料原件，附收文登记簿和 SHA-256 清单；再次运行只补新的
    Export(export::ExportOptions),
    /// 现在该催谁、为什么、全文；批准；发送
    Remind(decide::RemindOptions),
    /// 本处发出的邮件：排队、已发、失败、退信
    Outbox {
        /// 输出 JSON
        #[arg(long)]
        json: bool,
    },
    /// 全部截止日期和催报步骤；可写成日历文件
    Calendar(calendar::Options),
    /// 认定来件（或其中一个附件）属于哪个单位
    Assign(staff::AssignOptions),
    /// 收下附件：计入报送
    Accept(staff::AcceptOptions),
    /// 退回附件：不计入，理由写进给单位的提醒
    Return(staff::ReturnOptions),
    /// 免报：单位不必报某项要求或其中一件
    Waive(staff::WaiveOptions),
    /// 延期：单位的某项要求延至某日
    Extend(staff::ExtendOptions),
    /// 备注：给来件或单位记一笔
    Note(staff::NoteOptions),
    /// 登记线下收到的材料（纸质、微信、QQ）
    Record(staff::RecordOptions),
    /// 查实：发出后没有答复的邮件，认定已发出，或重新排队
    Settle(staff::SettleOptions),
    /// 恢复收件地址：因退信停用的地址改回可用
    Revive(staff::ReviveOptions),
    /// 状态页的用户：添加、换密码、移除、列出
    User {
        #[command(subcommand)]
        command: user::UserCommand,
    },
    /// 由原信重新生成全部登记结果，并列出变化；人工认定不变
    Replay(replay::Options),
    /// 备份登记库和原始内容，可在运行中进行
    Backup(backup::BackupOptions),
    /// 由备份恢复；原来的登记库移到一旁，发送暂停待人核对
    Restore(backup::RestoreOptions),
    /// 检查配置、名册、文稿模板和数据库；加 --connect 逐个试登录服务器
    Check {
        /// 逐个登录 IMAP 和 SMTP 服务器，逐步说明结果，附上对话（不含密码）
        #[arg(long)]
        connect: bool,
        /// 输出 JSON
        #[arg(long)]
        json: bool,
    },
    /// 核对每条记录都有原件、每个校验值都相符；不符则退出码 1
    Verify {
        /// 输出 JSON
        #[arg(long)]
        json: bool,
        /// 修复能修复的：附件由原信重新生成，缺损的原信下次收信时重新收取；须先停止守护进程
        #[arg(long)]
        mend: bool,
    },
    /// 删除一个人的个人信息：列出提到此人的来件和登记；加 --yes 删除，不能恢复
    Forget(privacy::ForgetOptions),
    /// 保存期限：列出期限已满的报送任务会删除什么；加 --yes 删除，登记簿保留
    Retention(privacy::RetentionOptions),
    /// 诊断包：配置、状态、日志，交给维护人员；密码、号码、邮箱已遮盖
    Support(support::Options),
    /// 命令行补全脚本，写到标准输出
    Completions {
        /// bash、zsh、fish、elvish 或 powershell
        shell: String,
    },
    /// 手册页（roff），写到标准输出
    Man {
        /// 哪一个命令的；不写为总的一页
        command: Option<String>,
    },
}

/// Reads the command line, does what it says, and answers with the exit status.
pub fn main() -> ExitCode {
    let words = language::in_chinese(Cli::command()).try_get_matches();
    let cli = match words.and_then(|words| Cli::from_arg_matches(&words)) {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => {
            eprintln!("{}", language::complaint(&error));
            return ExitCode::from(WRONG);
        }
        Err(help) => {
            let _ = help.print();
            return ExitCode::from(DONE);
        }
    };
    journal::start_logging();
    let common = cli.common;
    let outcome = match cli.command {
        Command::Demo(options) => demo::demo(&options),
        Command::Run => river::run(&common),
        Command::Init(options) => init::init(&common, &options),
        Command::Once { no_send } => river::once(&common, no_send),
        Command::Import(options) => import::import(&common, &options),
        Command::Status(options) => status::status(&common, &options),
        Command::Messages(options) => messages::messages(&common, &options),
        Command::Show { id, json, campaign } => look::show(&common, &id, json, campaign.as_deref()),
        Command::Totals(options) => totals::totals(&common, &options),
        Command::Export(options) => export::export(&common, &options),
        Command::Remind(options) => decide::remind(&common, &options),
        Command::Outbox { json } => look::outbox(&common, json),
        Command::Calendar(options) => calendar::calendar(&common, &options),
        Command::Assign(options) => staff::assign(&common, &options),
        Command::Accept(options) => staff::accept(&common, &options),
        Command::Return(options) => staff::give_back(&common, &options),
        Command::Waive(options) => staff::waive(&common, &options),
        Command::Extend(options) => staff::extend(&common, &options),
        Command::Note(options) => staff::note(&common, &options),
        Command::Record(options) => staff::record(&common, &options),
        Command::Settle(options) => staff::settle(&common, &options),
        Command::Revive(options) => staff::revive(&common, &options),
        Command::User { command } => user::user(&common, &command),
        Command::Replay(options) => replay::replay(&common, &options),
        Command::Backup(options) => backup::backup(&common, &options),
        Command::Restore(options) => backup::restore(&common, &options),
        Command::Check { connect, json } => check::check(&common, connect, json),
        Command::Verify { json, mend } => check::verify(&common, json, mend),
        Command::Forget(options) => privacy::forget(&common, &options),
        Command::Retention(options) => privacy::retention(&common, &options),
        Command::Support(options) => support::support(&common, &options),
        Command::Completions { shell } => packager::completions(&shell),
        Command::Man { command } => packager::man(command.as_deref()),
    };
    match outcome {
        Ok(status) => ExitCode::from(status),
        Err(failure) => {
            eprintln!("{}", failure.text);
            ExitCode::from(failure.status)
        }
    }
}

/// Why a command ends without having done its work.
struct Failure {
    status: u8,
    text: String,
}

impl Failure {
    /// Wrong usage or configuration.
    fn usage(text: impl Into<String>) -> Self {
        Self { status: WRONG, text: text.into() }
    }
}

impl From<crate::fault::Fault> for Failure {
    fn from(fault: crate::fault::Fault) -> Self {
        Self { status: FAILED, text: fault.cause().to_owned() }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self { status: FAILED, text: system_words(&error) }
    }
}

/// The exit status of a command, or why it failed.
type Outcome = Result<u8, Failure>;
