//! The first configuration, as somebody writes it who does so once: wrong answers are asked again, nothing is overwritten,
//! nothing is written by halves, and the password is for nobody else.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::Done;
use super::desk::bare_desk;

/// Runs `init` in a folder that has the campaign, with these answers. Nobody listens at the mail ports of this machine.
fn init(dir: &Path, answers: &[&str]) -> Done {
    let mut child = Command::new(env!("CARGO_BIN_EXE_shouwen"))
        .args(["init", "--dir", dir.to_str().unwrap(), "--data-dir", dir.join("data").to_str().unwrap()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may have stopped asking.
    let _ = child.stdin.take().unwrap().write_all(answers.join("\n").as_bytes());
    let ended = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Done { status: ended.status.code().unwrap(), out: text(ended.stdout), told: text(ended.stderr) }
}

#[test]
fn a_few_answers_make_a_configuration_that_holds() {
    let desk = bare_desk();
    let dir = desk.file.parent().unwrap();
    let before = fs::read_to_string(&desk.file).unwrap();
    let answers =
        ["no address", "Office@163.com", "127.0.0.1", "127.0.0.1", "May", "2023-04-20", "canary-4711"];
    let done = init(dir, &answers);
    assert_eq!(done.status, 1, "nobody lets us in here: {}{}", done.out, done.told);
    assert!(
        done.told.contains("“no address”不合要求") && done.told.contains("“May”不合要求"),
        "{}",
        done.told
    );
    assert!(done.told.contains("［imap.163.com］"), "the provider is known: {}", done.told);
    assert!(done.out.contains("不通"), "{}", done.out);
    assert!(!done.out.contains("canary") && !done.told.contains("canary"));
    let config = shouwen::config::load(&desk.file).unwrap();
    let warned = config.warnings.iter().filter(|warning| warning.to_string().contains("shouwen.toml"));
    assert_eq!((config.mailboxes.len(), warned.count(), config.unready.len()), (1, 0, 0));
    assert_eq!(config.mailboxes[0].address, "office@163.com");
    assert_eq!(config.mailboxes[0].password.reveal(), "canary-4711");
    let mode = |name: &str| fs::metadata(dir.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("office.secret"), mode("shouwen.toml")), (0o600, 0o640));
    assert_eq!(fs::read_to_string(desk.file.with_extension("toml.1")).unwrap(), before);
}

#[test]
fn who_stops_answering_has_written_nothing() {
    let desk = bare_desk();
    let before = fs::read_to_string(&desk.file).unwrap();
    let done = init(desk.file.parent().unwrap(), &["office@school.example", "imap.school.example", ""]);
    assert_eq!(done.status, 2, "{}", done.told);
    assert!(done.told.contains("什么也没有写"), "{}", done.told);
    assert_eq!(fs::read_to_string(&desk.file).unwrap(), before);
    let empty = tempfile::tempdir().unwrap();
    let done = init(empty.path(), &[]);
    assert!(done.status == 2 && done.told.contains("没有报送任务"), "{}", done.told);
}
