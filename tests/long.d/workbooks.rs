//! Every workbook through LibreOffice to a PDF and to pictures: it opens, prints on A4 as many pages tall as it needs and
//! one wide, and shows each unit. The pictures stay in `target/tmp/workbooks`, for a person to look at.
//! Run by `tests/long workbooks`, which installs LibreOffice.
// Helpers of tests may panic as tests may.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../support/desk.rs"]
mod desk;

use std::path::{Path, PathBuf};
use std::process::Command;

use desk::{Desk, bare_desk};
use shouwen::rehearsal::season;

const AFTER: &str = "2023-05-31T10:00:00+08:00";

fn ask(desk: &Desk, words: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shouwen"));
    command.args(words).args(["-c", desk.file.to_str().unwrap(), "--now", AFTER]);
    let done = command.output().unwrap();
    assert!(done.status.success(), "{words:?}: {}", String::from_utf8_lossy(&done.stderr));
}

fn run(program: &str, folder: &Path, words: &[&str]) -> String {
    let done = Command::new(program).args(words).current_dir(folder).output().unwrap();
    assert!(done.status.success(), "{program} {words:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).into_owned()
}

#[test]
fn every_workbook_opens_prints_and_shows_each_unit() {
    let desk = bare_desk();
    let mails = desk.dir.path().join("in");
    std::fs::create_dir(&mails).unwrap();
    for (n, delivery) in season::season().iter().enumerate() {
        std::fs::write(mails.join(format!("{n:03}.eml")), &delivery.raw).unwrap();
    }
    ask(&desk, &["import", mails.to_str().unwrap()]);
    let out = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("workbooks");
    let _ = std::fs::remove_dir_all(&out);
    std::fs::create_dir_all(&out).unwrap();
    let books: [(&str, &[&str]); 8] = [
        ("all", &["status"]),
        ("plan", &["status", "--req", "plan", "--as-of", "2023-05-11T17:00"]),
        ("daily", &["status", "--req", "daily"]),
        ("missing", &["status", "--missing"]),
        ("flaws", &["status", "--flaw", "all"]),
        ("totals", &["totals", "--form", "form5"]),
        ("contacts", &["totals", "--form", "form4", "--contacts"]),
        ("register", &["messages"]),
    ];
    for (name, words) in books {
        let file = out.join(format!("{name}.xlsx"));
        ask(&desk, &[words, &["--xlsx", file.to_str().unwrap()][..]].concat());
        let home = format!("-env:UserInstallation=file://{}", desk.dir.path().join("office").display());
        run("soffice", &out, &[&home, "--headless", "--convert-to", "pdf", &format!("{name}.xlsx")]);
        let pdf = format!("{name}.pdf");
        let facts = run("pdfinfo", &out, &[&pdf]);
        let is_a4 = facts.lines().any(|line| line.starts_with("Page size") && line.contains("A4"));
        assert!(is_a4, "{name}: {facts}");
        let text: String = run("pdftotext", &out, &["-layout", &pdf, "-"]).split_whitespace().collect();
        assert!(text.contains("第1页，共") && text.contains("截至"), "{name}: {text:.300}");
        if ["all", "plan", "daily", "contacts"].contains(&name) {
            for unit in desk.campaign().owing_units().filter(|unit| unit.code != desk::HOSTILE_CODE) {
                assert!(text.contains(&unit.name), "{name} does not show {}", unit.name);
            }
        }
        run("pdftoppm", &out, &["-r", "60", "-png", &pdf, name]);
    }
}
