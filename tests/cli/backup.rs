//! A register carried away beside a daemon that goes on, and brought back: the same answers, every byte proved, nothing that
//! stood there deleted, and no mail sent on the strength of an older memory.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::desk::{Desk, desk_at};
use super::{MORNING, at, json};

/// A desk whose register holds one mail with a form, read from a file by the real river.
fn office() -> Desk {
    let desk = super::desk::bare_desk();
    let mail = desk.dir.path().join("one.eml");
    fs::write(&mail, EML).unwrap();
    let done = at(&desk, MORNING, &["import", mail.to_str().unwrap()]);
    assert_eq!(done.status, 0, "{}", done.told);
    desk
}

const EML: &str = "From: jwc@unit.example\r\nTo: office@office.example\r\nSubject: material\r\nMessage-ID: <1@unit.example>\r\n\
    Date: Tue, 9 May 2023 10:00:00 +0800\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
    Content-Type: text/plain\r\n\r\nsee file\r\n--b\r\nContent-Type: application/octet-stream; name=a.bin\r\n\
    Content-Disposition: attachment; filename=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\nAQIDBAUGBwg=\r\n--b--\r\n";

fn backed_up(desk: &Desk, file: &Path) -> String {
    let done = at(desk, MORNING, &["backup", "--to", file.to_str().unwrap()]);
    assert_eq!(done.status, 0, "{}{}", done.out, done.told);
    done.out
}

fn blobs_under(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(blobs_under(&path)),
            false => found.push(path),
        }
    }
    found.sort();
    found
}

fn answers(desk: &Desk) -> (Value, Value) {
    (json(desk, MORNING, &["status", "--json"]), json(desk, MORNING, &["messages", "--json"]))
}

#[test]
fn a_restored_register_answers_as_the_one_that_was_lost() {
    let desk = office();
    let away = tempfile::tempdir().unwrap();
    let file = away.path().join("a.db");
    assert!(backed_up(&desk, &file).contains("原始内容 2 份（新增 2 份）"));
    let before = answers(&desk);
    assert_eq!(before.1.as_array().unwrap().len(), 1);
    fs::remove_dir_all(&desk.config.data_dir).unwrap();
    let done = at(&desk, MORNING, &["restore", "--from", file.to_str().unwrap()]);
    assert_eq!(done.status, 0, "{}{}", done.out, done.told);
    assert!(done.out.contains("取回 2 份"), "{}", done.out);
    let (mut status, messages) = answers(&desk);
    let paused = status.as_object_mut().unwrap().remove("paused").unwrap();
    assert!(paused.as_str().unwrap().contains("已从备份恢复"), "{paused}");
    assert_eq!((status, messages), before);
    assert_eq!(at(&desk, MORNING, &["verify"]).status, 0);
    assert_eq!(at(&desk, MORNING, &["remind", "--resume"]).status, 0);
    assert_eq!(answers(&desk), before);
}

#[test]
fn a_second_backup_adds_only_what_is_new_and_the_first_stays_whole() {
    let desk = office();
    let away = tempfile::tempdir().unwrap();
    let (first, second) = (away.path().join("first.db"), away.path().join("second.db"));
    backed_up(&desk, &first);
    let one = answers(&desk);
    let more = desk.dir.path().join("two.eml");
    fs::write(&more, EML.replace("<1@", "<2@").replace("AQIDBAUGBwg=", "AQIDBAUGBwk=")).unwrap();
    assert_eq!(at(&desk, MORNING, &["import", more.to_str().unwrap()]).status, 0);
    assert!(backed_up(&desk, &second).contains("原始内容 4 份（新增 2 份）"));
    assert_eq!(blobs_under(&away.path().join("blobs")).len(), 4);
    let done = at(&desk, MORNING, &["restore", "--from", first.to_str().unwrap()]);
    assert_eq!(done.status, 0, "{}{}", done.out, done.told);
    assert_eq!(at(&desk, MORNING, &["remind", "--resume"]).status, 0);
    assert_eq!(answers(&desk), one);
    let aside = desk.config.data_dir.join("before-restore-1/shouwen.db");
    assert!(aside.is_file(), "the newer register was moved aside: {}", done.out);
    assert!(done.out.contains("before-restore-1"), "{}", done.out);
}

#[test]
fn a_lost_or_altered_blob_is_named_and_the_rest_is_saved() {
    let desk = office();
    let away = tempfile::tempdir().unwrap();
    let file = away.path().join("a.db");
    backed_up(&desk, &file);
    let kept = blobs_under(&away.path().join("blobs"));
    assert_eq!(kept.len(), 2);
    // A second name of the same bytes would alter both; the bytes are put there anew.
    for blob in &kept {
        fs::remove_file(blob).unwrap();
    }
    fs::write(&kept[0], "altered").unwrap();
    fs::remove_dir_all(&desk.config.data_dir).unwrap();
    let done = at(&desk, MORNING, &["restore", "--from", file.to_str().unwrap()]);
    assert_eq!(done.status, 1);
    let name = |at: usize| kept[at].file_name().unwrap().to_str().unwrap().to_owned();
    assert!(done.out.contains(&format!("文件 {} 的内容已改变", name(0))), "{}", done.out);
    assert!(done.out.contains(&format!("文件 {} 不在", name(1))), "{}", done.out);
    assert_eq!(answers(&desk).1.as_array().unwrap().len(), 1, "the register itself is back");
}

#[test]
fn what_is_no_place_and_no_backup_is_refused_and_nothing_is_touched() {
    let desk = desk_at(MORNING);
    let before = answers(&desk);
    let data = desk.config.data_dir.to_str().unwrap().to_owned();
    let other = desk.dir.path().join("other.db");
    fs::write(&other, "no database").unwrap();
    for (words, why) in [
        (vec!["backup", "--to", &data], "请写明文件名"),
        (vec!["backup", "--to", &format!("{data}/x.db")], "数据文件夹本身"),
        (vec!["restore", "--from", other.to_str().unwrap()], "不是收文的备份"),
        (vec!["restore", "--from", "/nowhere/a.db"], "没有这个文件"),
    ] {
        let done = at(&desk, MORNING, &words);
        assert_eq!(done.status, 1, "{words:?}: {}", done.out);
        assert!(done.told.contains(why), "{words:?}: {}", done.told);
    }
    assert_eq!(answers(&desk), before);
}
