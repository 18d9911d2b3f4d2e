//! The command line's own words in the language of whoever types them: clap speaks English only.

use clap::error::{ContextKind, ErrorKind};
use clap::{Arg, ArgAction, Command, Error};

/// Headings, help and usage of a command and of all under it.
pub(super) fn in_chinese(command: Command) -> Command {
    let is_root = command.get_version().is_some();
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help).help("显示帮助");
    let command = command
        .help_template("{about}\n\n用法：{usage}\n\n{all-args}{after-help}")
        .subcommand_help_heading("命令")
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .arg(help);
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version).help("显示版本");
    let command = if is_root { command.arg(version) } else { command };
    let heading = |arg: Arg| {
        let heading = if arg.is_positional() { "参数" } else { "选项" };
        arg.help_heading(heading)
    };
    command.mut_args(heading).mut_subcommands(in_chinese)
}

/// What is wrong with the words that were typed.
pub(super) fn complaint(error: &Error) -> String {
    let said = |kind| error.get(kind).map(|value| format!("“{value}”")).unwrap_or_default();
    let (argument, value) = (said(ContextKind::InvalidArg), said(ContextKind::InvalidValue));
    let what = match error.kind() {
        ErrorKind::InvalidSubcommand => format!("没有命令{}", said(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "请写明命令".to_owned()
        }
        ErrorKind::UnknownArgument => format!("没有选项或多了参数{argument}"),
        ErrorKind::MissingRequiredArgument => format!("缺少参数{argument}"),
        ErrorKind::ArgumentConflict => format!("{argument}不能与{}同用", said(ContextKind::PriorArg)),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation if value == "“”" => {
            format!("{argument}要有值")
        }
        ErrorKind::ValueValidation if argument.contains("--now") => {
            format!("{argument}的值{value}不对；例如 2023-05-11T09:00")
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => format!("{argument}的值{value}不对"),
        _ => format!("用法有误：{error}"),
    };
    format!("{what}。用 shouwen --help 或 shouwen 命令 --help 看用法。")
}
