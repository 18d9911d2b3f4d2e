//! What staff read when nothing goes: the words are theirs, name the place, and say what to do. Systems and databases say it in
//! English, and know of no remedy.

use std::fs;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use serde_json::Value;

use crate::desk::{Desk, desk_at, plain_desk};
use crate::{MORNING, at};
use shouwen::store::Lock;

/// Where SQLite keeps the number of the schema in its header (`fileformat2.html` 1.3).
const SCHEMA_AT: u64 = 60;

/// A desk at which nobody works.
fn left_alone() -> (tempfile::TempDir, std::path::PathBuf, std::path::PathBuf) {
    let Desk { dir, file, config, store } = desk_at(MORNING);
    drop(store);
    (dir, file, config.data_dir.clone())
}

/// What every command answers at such a desk, and what `check` finds.
fn told(file: &Path) -> (String, Value) {
    let words = ["-c", file.to_str().unwrap(), "--now", MORNING];
    let refused = crate::shouwen(&[&["status", "--json"], &words[..]].concat());
    assert_eq!((refused.status, refused.out.as_str()), (1, ""), "{}", refused.told);
    let found = crate::shouwen(&[&["check", "--json"], &words[..]].concat());
    assert_eq!(found.status, 2, "{}", found.told);
    let found: Vec<Value> = serde_json::from_str(&found.out).unwrap();
    let error = found.iter().find(|finding| finding["level"] == "error").unwrap();
    (refused.told, error.clone())
}

#[test]
fn a_store_that_cannot_be_used_is_told_with_the_remedy() {
    type Spoil = fn(&Path);
    let newer: Spoil = |data| {
        let file = fs::File::options().write(true).open(data.join("shouwen.db")).unwrap();
        file.write_all_at(&9999_u32.to_be_bytes(), SCHEMA_AT).unwrap();
    };
    let gone: Spoil = |data| fs::remove_file(data.join("shouwen.db")).unwrap();
    let garbage: Spoil = |data| fs::write(data.join("shouwen.db"), "no database".repeat(999)).unwrap();
    let in_the_way: Spoil = |data| {
        fs::rename(data, data.with_extension("old")).unwrap();
        fs::write(data, "a file").unwrap();
    };
    for (spoil, what, remedy) in [
        (newer, "更新的版本", "改用更新的程序"),
        (gone, "不在或是空的", "由备份恢复"),
        (garbage, "已损坏", "由备份恢复"),
        (in_the_way, "不是文件夹", "data_dir"),
    ] {
        let (_dir, file, data) = left_alone();
        spoil(&data);
        let (refused, finding) = told(&file);
        assert!(refused.contains(what) && refused.contains(remedy), "{refused}");
        let found = |key: &str| finding[key].as_str().unwrap().to_owned();
        assert!(found("what").contains(what) && found("remedy").contains(remedy), "{finding}");
    }
}

#[test]
fn whoever_comes_second_is_told_whose_turn_it_is() {
    let desk = plain_desk();
    let _held = Lock::take(&desk.config.data_dir).unwrap();
    let second = at(&desk, MORNING, &["once"]);
    let pid = format!("正由进程 {} 使用", std::process::id());
    assert!(second.status == 1 && second.told.contains(&pid), "{}", second.told);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let text = fs::read_to_string(&desk.file).unwrap();
    let listen = text.lines().find(|line| line.starts_with("listen")).unwrap();
    let used = format!("listen = \"{}\"", taken.local_addr().unwrap());
    fs::write(&desk.file, text.replace(listen, &used)).unwrap();
    drop(_held);
    let refused = at(&desk, MORNING, &["run"]);
    assert!(
        refused.status == 1 && refused.told.contains("已被别的程序占用；请改 [web] 的 listen"),
        "{}",
        refused.told
    );
}

#[test]
fn what_is_not_there_is_said_to_be_not_there() {
    let desk = plain_desk();
    for words in [["import", "/nowhere/mail"], ["totals", "--form=form5"], ["status", "--xlsx=/dev/full"]] {
        let compared = ["--compare", "/nowhere/last.json"];
        let more = if words[0] == "totals" { &compared[..] } else { &[] };
        let done = at(&desk, MORNING, &[&words[..], more].concat());
        assert_eq!(done.status, 1, "{words:?}: {}", done.told);
        assert!(!done.told.contains("os error"), "{words:?}: {}", done.told);
    }
    let nowhere = crate::shouwen(&["status", "-c", "/nowhere/shouwen.toml"]);
    assert!(nowhere.status == 2 && nowhere.told.contains("没有这个文件或文件夹"), "{}", nowhere.told);
}
