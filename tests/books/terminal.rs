//! What is shown on a terminal fits it, is coloured there and nowhere else, and says of the words of the command line what
//! a shell and `man` need.

use std::process::Command;

use unicode_width::UnicodeWidthStr as _;

use crate::desk::{Desk, desk_at};
use crate::{MORNING, ask, run_at};

/// The binary on a terminal of its own.
fn on_terminal(desk: &Desk, columns: &str, more: &[(&str, &str)], words: &str) -> String {
    let command = format!(
        "stty cols {columns} 2>/dev/null; '{}' {words} -c '{}' --now {MORNING} 2>/dev/null",
        env!("CARGO_BIN_EXE_shouwen"),
        desk.file.display()
    );
    let mut script = Command::new("script");
    script
        .args(["-qec", &command, "/dev/null"])
        .env_remove("COLUMNS")
        .env_remove("NO_COLOR")
        .env("TERM", "xterm");
    let done = script.envs(more.iter().copied()).output().unwrap();
    String::from_utf8_lossy(&done.stdout).replace('\r', "")
}

#[test]
fn tables_fit_the_terminal_and_lose_nothing() {
    let desk = desk_at(MORNING);
    for columns in ["80", "120"] {
        let text = on_terminal(&desk, columns, &[("NO_COLOR", "1")], "messages");
        let table: Vec<&str> = text.lines().take_while(|line| !line.starts_with("共 ")).collect();
        assert!(table.len() > 40, "{text}");
        let widest = table.iter().map(|line| line.width()).max().unwrap();
        assert!(widest <= columns.parse().unwrap(), "{widest} cells on {columns}");
        assert!(!text.contains('\u{1b}'), "NO_COLOR forbids it");
    }
    let plain = ask(&desk, MORNING, &["messages"]);
    assert!(plain.lines().any(|line| line.width() > 120), "a file is as wide as need be");
    let squeezed = |text: &str| {
        let mut all: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
        all.sort_unstable();
        all.into_iter().collect::<String>()
    };
    let folded = on_terminal(&desk, "100", &[("NO_COLOR", "1")], "messages");
    assert_eq!(squeezed(&folded), squeezed(&plain));
}

#[test]
fn colours_are_for_terminals() {
    let desk = desk_at(MORNING);
    let text = on_terminal(&desk, "200", &[], "status --standing overdue");
    assert!(text.contains("\u{1b}[31m×"), "{text}");
    let plain = ask(&desk, MORNING, &["status", "--standing", "overdue"]);
    assert!(!plain.contains('\u{1b}') && plain.contains("× 逾期未报"), "{plain}");
}

#[test]
fn every_shell_has_its_completions_and_every_command_its_page() {
    let desk = desk_at("2023-04-28T09:00:00+08:00");
    for (shell, sign) in [
        ("bash", "complete -F"),
        ("zsh", "#compdef shouwen"),
        ("fish", "complete -c shouwen"),
        ("elvish", "edit:completion"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        let script = ask(&desk, MORNING, &["completions", shell]);
        assert!(script.contains(sign) && script.contains("completions"), "{shell}: {script:.200}");
    }
    assert_eq!(run_at(&desk, MORNING, &["completions", "cmd"]).status, 2);
    let page = ask(&desk, MORNING, &["man"]);
    assert!(page.contains(".TH shouwen 1") && page.contains("status"), "{page:.300}");
    let status = ask(&desk, MORNING, &["man", "status"]);
    assert!(
        status.contains(".TH shouwen\\-status 1") || status.contains(".TH shouwen-status 1"),
        "{status:.300}"
    );
    assert!(status.contains("lacks") && status.contains("只看缺这件材料的"), "{status}");
    assert_eq!(run_at(&desk, MORNING, &["man", "nothing"]).status, 2);
}
