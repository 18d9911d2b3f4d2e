//! What a packager installs beside the binary: completions of a shell and manual pages, made from the same words that the
//! command line reads, so that they cannot disagree.

use std::str::FromStr as _;

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;
use clap_mangen::Man;

use super::screen::print;
use super::{Cli, DONE, Failure, Outcome, language};

/// The name under which everything is installed.
const NAME: &str = "shouwen";

fn commands() -> Command {
    let mut all = language::in_chinese(Cli::command());
    all.build();
    all
}

/// `shouwen completions SHELL`.
pub(super) fn completions(shell: &str) -> Outcome {
    let shell = Shell::from_str(&shell.to_lowercase()).map_err(|_| {
        Failure::usage(format!("没有“{shell}”的补全；可用：bash、zsh、fish、elvish、powershell"))
    })?;
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut commands(), NAME, &mut script);
    Ok(print(&String::from_utf8_lossy(&script)).map(|()| DONE)?)
}

/// `shouwen man [COMMAND]`.
pub(super) fn man(command: Option<&str>) -> Outcome {
    let all = commands();
    let page = match command {
        None => all,
        Some(wanted) => {
            let found = all.find_subcommand(wanted).cloned();
            found.ok_or_else(|| Failure::usage(format!("没有命令“{wanted}”")))?
        }
    };
    let mut roff = Vec::new();
    // A page is found under the command's whole name: man shouwen-status.
    let title = page.get_display_name().unwrap_or(NAME).to_owned();
    Man::new(page).title(title).source(format!("{NAME} {}", env!("CARGO_PKG_VERSION"))).render(&mut roff)?;
    Ok(print(&String::from_utf8_lossy(&roff)).map(|()| DONE)?)
}
