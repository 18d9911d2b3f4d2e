//! Accounts of the page by command: the password from a pipe or made, shown once and kept nowhere as it is.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::desk::{Desk, desk_at};
use crate::{MORNING, at};

/// The command with a line on its standard input.
fn piped(desk: &Desk, words: &[&str], line: &str) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_shouwen"))
        .arg("-c")
        .arg(&desk.file)
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(line.as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (done.status.code().unwrap(), text(done.stdout), text(done.stderr))
}

#[test]
fn accounts_are_added_listed_and_removed_and_passwords_are_told_once() {
    let desk = desk_at(MORNING);
    assert!(at(&desk, MORNING, &["user", "list"]).out.contains("还没有用户"));
    let (status, out, err) = piped(&desk, &["user", "add", "李某", "--role", "管理"], "");
    assert_eq!(status, 0, "{err}");
    let made = out.split("密码（只显示这一次）：").nth(1).unwrap().trim().to_owned();
    assert!(made.len() >= 16, "{out}");
    let (status, out, _) = piped(&desk, &["user", "add", "王某"], "very-secret-words\n");
    assert!(status == 0 && out.contains("已添加用户 王某（经办）") && !out.contains("very-secret"), "{out}");
    for (words, line, said) in [
        (vec!["user", "add", "李某"], "long enough\n", "已有用户“李某”"),
        (vec!["user", "add", "赵某"], "short\n", "密码至少8个字符"),
        (vec!["user", "add", "赵某", "--role", "王"], "long enough\n", "没有角色“王”"),
        (vec!["user", "add", "<b>"], "long enough\n", "姓名请用"),
        (vec!["user", "add", "本机"], "long enough\n", "署名"),
        (vec!["user", "passwd", "赵某"], "long enough\n", "没有用户“赵某”"),
        (vec!["user", "remove", "赵某"], "", "没有用户“赵某”"),
    ] {
        let (status, _, err) = piped(&desk, &words, line);
        assert!(status == 2 && err.contains(said), "{words:?}: {status} {err}");
    }
    let list = at(&desk, MORNING, &["user", "list"]).out;
    assert!(list.contains("李某") && list.contains("管理") && list.contains("经办"), "{list}");
    let json: serde_json::Value =
        serde_json::from_str(&at(&desk, MORNING, &["user", "list", "--json"]).out).unwrap();
    assert_eq!(json[0]["name"].as_str().map(|_| json.as_array().unwrap().len()), Some(2));
    assert!(json[0]["made_at"].as_str().unwrap().ends_with("+08:00"), "{json}");
    assert!(json.to_string().contains("admin") && !json.to_string().contains("argon2"), "{json}");
    assert_eq!(piped(&desk, &["user", "passwd", "王某"], "another password\n").0, 0);
    assert_eq!(piped(&desk, &["user", "remove", "王某"], "").0, 0);
    assert!(!at(&desk, MORNING, &["user", "list"]).out.contains("王某"));
    let kept = std::fs::read(desk.config.data_dir.join("shouwen.db")).unwrap();
    let kept = String::from_utf8_lossy(&kept).into_owned();
    assert!(!kept.contains(&made) && !kept.contains("very-secret-words"));
}
