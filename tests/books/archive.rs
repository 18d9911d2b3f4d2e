//! `export`: folders that a person can open and hand on. Each file is the very original, each name harmless; what was
//! written stays, and a cut-off run is gone on with.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::desk::{HOSTILE_CODE, bare_desk};
use crate::sheets::sheets;
use crate::{AFTER, MORNING, ask, json, list, run_at, season_desk};

const CAMPAIGN: &str = "2023年职业教育活动周";

/// Files below a folder, by their path.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                open.push(entry);
            } else {
                let path = entry.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                found.insert(path, std::fs::read(&entry).unwrap());
            }
        }
    }
    found
}

fn material(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = files(folder);
    all.retain(|path, _| path.contains('/'));
    all
}

fn to(name: &str) -> (PathBuf, String) {
    let folder = season_desk().dir.path().join(name);
    (folder.clone(), folder.to_str().unwrap().to_owned())
}

/// Hashes of the files that count, by unit and requirement, as the status has them.
fn counted(status: &Value) -> BTreeSet<(String, String)> {
    let mut all = BTreeSet::new();
    for unit in list(&status["units"]) {
        for own in list(&unit["requirements"]) {
            for item in list(&own["items"])
                .iter()
                .filter(|item| ["accepted", "flawed"].contains(&item["state"].as_str().unwrap()))
            {
                for file in list(&item["files"]) {
                    all.insert((
                        unit["unit"].as_str().unwrap().to_owned(),
                        file.as_str().unwrap().to_owned(),
                    ));
                }
            }
        }
    }
    all
}

fn proved(folder: &Path) {
    let done = Command::new("sha256sum")
        .args(["-c", "--quiet", "SHA-256.txt"])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
}

#[test]
fn every_file_that_counts_is_there_once_under_a_harmless_name() {
    let desk = season_desk();
    let (folder, path) = to("export");
    let told = ask(desk, AFTER, &["export", "--to", &path]);
    assert!(told.contains("新增") && told.contains("原有 0 个"), "{told}");
    let root = folder.join(CAMPAIGN);
    let exported = material(&root);
    proved(&root);
    let status = json(desk, AFTER, &["status", "--json"]);
    let mut wanted = counted(&status);
    wanted.retain(|(_, hash)| hash.len() == 64);
    assert!(wanted.len() > 80, "{} files", wanted.len());
    let list_text = std::fs::read_to_string(root.join("SHA-256.txt")).unwrap();
    let hashes: BTreeMap<&str, &str> = list_text
        .lines()
        .map(|line| line.split_once("  ").unwrap())
        .map(|(hash, path)| (path, hash))
        .collect();
    assert_eq!(hashes.len(), exported.len() + 1, "the register is in the list too");
    let mut names = BTreeSet::new();
    for path in exported.keys() {
        let parts: Vec<&str> = path.split('/').collect();
        assert_eq!(parts.len(), 4, "group/unit/requirement/file: {path}");
        for part in &parts {
            assert!(part.len() <= 120, "{part} is too long");
            assert!(!part.starts_with(['.', ' ']) && !part.ends_with(['.', ' ']), "{part:?}");
            assert!(!part.contains(['\\', ':', '*', '?', '"', '<', '>', '|', '\u{202e}']), "{part}");
            assert!(part.chars().all(|c| !c.is_control()), "{part:?}");
        }
        assert!(names.insert(path.to_lowercase()), "{path} twice for who knows no capitals");
        wanted.remove(&(parts[1].to_owned(), hashes[path.as_str()].to_owned()));
    }
    assert!(wanted.is_empty(), "not exported: {wanted:?}");

    let register = sheets(&root.join("收文登记簿.xlsx"));
    let (head, rows) = register[1].table("来件");
    assert_eq!(head.last().unwrap(), "导出位置");
    let placed: BTreeSet<&str> =
        rows.iter().map(|row| row.last().unwrap().as_str()).filter(|place| !place.is_empty()).collect();
    assert!(
        placed.iter().all(|place| exported.contains_key(*place)),
        "the register names a place where nothing is"
    );
    assert!(placed.len() > 80, "{} places", placed.len());
}

#[test]
fn a_second_run_adds_what_is_new_and_touches_nothing() {
    let desk = season_desk();
    let (folder, path) = to("again");
    let root = folder.join(CAMPAIGN);
    ask(desk, AFTER, &["export", "--to", &path, "--req", "plan"]);
    let first = material(&root);
    let lost = first.keys().next().unwrap().clone();
    let edited = first.keys().nth(1).unwrap().clone();
    std::fs::remove_file(root.join(&lost)).unwrap();
    std::fs::write(root.join(&edited), "改过的").unwrap();
    std::fs::write(root.join(".正在写入"), "a crash left this").unwrap();
    let told = ask(desk, AFTER, &["export", "--to", &path, "--req", "plan"]);
    assert!(told.contains("新增 1 个文件") && told.contains(&edited) && told.contains("没有覆盖"), "{told}");
    let second = material(&root);
    assert_eq!(second.keys().collect::<Vec<_>>(), first.keys().collect::<Vec<_>>());
    assert_eq!((&second[&lost], second[&edited].as_slice()), (&first[&lost], "改过的".as_bytes()));
    assert!(!root.join(".正在写入").exists());
    let told = ask(desk, AFTER, &["export", "--to", &path, "--req", "plan", "--all-versions"]);
    let third = material(&root);
    assert!(third.len() > first.len() && first.keys().all(|path| third.contains_key(path)), "{told}");
    let told = ask(desk, AFTER, &["export", "--to", &path, "--req", "plan"]);
    assert!(told.contains("新增 0 个文件") && told.contains("请自行移走"), "{told}");
}

#[test]
fn one_file_of_one_unit_is_found_without_the_rest() {
    let desk = season_desk();
    let (folder, path) = to("one");
    ask(desk, AFTER, &["export", "--to", &path, "--unit", "绵阳职院", "--item", "plan/form4_scan"]);
    let exported = material(&folder.join(CAMPAIGN));
    assert_eq!(exported.len(), 1, "{:?}", exported.keys());
    assert!(exported.keys().all(|path| path.contains("绵阳职业技术学院")), "{:?}", exported.keys());
    assert!(exported.values().all(|bytes| bytes.starts_with(b"%PDF")), "the stamped original itself");
}

/// What no requirement asks for yet, since a person has to look first, is told and not left out in silence.
#[test]
fn a_file_that_waits_without_an_answer_is_counted_and_exported_with_all() {
    let desk = bare_desk();
    desk.unjudged_mail(HOSTILE_CODE, "说不清的材料.docx", MORNING);
    let folder = desk.dir.path().join("waits");
    let words = ["export", "--to", folder.to_str().unwrap()];
    let told = ask(&desk, AFTER, &words);
    assert!(told.contains("另有 1 个文件待核"), "{told}");
    assert!(material(&folder.join(CAMPAIGN)).is_empty());
    ask(&desk, AFTER, &[&words[..], &["--all-versions"]].concat());
    let exported = material(&folder.join(CAMPAIGN));
    let (path, bytes) = exported.iter().next().unwrap();
    assert!(exported.len() == 1 && path.contains("/待核的材料/"), "{:?}", exported.keys());
    assert_eq!(bytes, "bytes of 说不清的材料.docx".as_bytes());
}

#[test]
fn two_at_once_and_a_place_that_cannot_be_written_are_told_in_words() {
    let desk = season_desk();
    let (folder, path) = to("busy");
    let root = folder.join(CAMPAIGN);
    std::fs::create_dir_all(&root).unwrap();
    let lock = std::fs::File::open(&root).unwrap();
    lock.lock().unwrap();
    let done = run_at(desk, AFTER, &["export", "--to", &path]);
    assert!(done.status == 1 && done.told.contains("另一个导出"), "{}", done.told);
    let done = run_at(desk, AFTER, &["export", "--to", "/proc/nowhere"]);
    assert!(done.status == 1 && done.told.contains("写不了"), "{}", done.told);
}

/// A disk of half a megabyte, where this machine lets us have one of our own.
#[test]
fn a_full_disk_is_told_and_what_was_written_is_whole() {
    let desk = season_desk();
    let (folder, path) = to("full");
    std::fs::create_dir_all(&folder).unwrap();
    let script = format!(
        "mount -t tmpfs -o size=600k shouwen '{path}' && {{ '{}' export --to '{path}' -c '{}' --now {AFTER}; \
         echo status $?; cd '{path}/{CAMPAIGN}' && find . -type f -path './*/*' -exec sha256sum {{}} +; }}",
        env!("CARGO_BIN_EXE_shouwen"),
        desk.file.display()
    );
    let done = Command::new("unshare").args(["-rm", "sh", "-c", &script]).output().unwrap();
    let (out, told) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    if !out.contains("status") {
        assert!(told.contains("unshare") || told.contains("mount"), "{told}");
        println!("no disk of our own here: {told}");
        return;
    }
    assert!(
        out.contains("status 1") && told.contains("磁盘已满") && told.contains("接着补齐"),
        "{out}{told}"
    );
    let (whole, path) = to("whole");
    ask(desk, AFTER, &["export", "--to", &path]);
    let whole = files(&whole.join(CAMPAIGN));
    let mut compared = 0;
    for line in out.lines().filter(|line| line.contains("  ./")) {
        let (hash, name) = line.split_once("  ./").unwrap();
        let file = season_desk().dir.path().join("whole").join(CAMPAIGN).join(name);
        let again = Command::new("sha256sum").arg(&file).output().unwrap();
        assert!(String::from_utf8_lossy(&again.stdout).starts_with(hash), "{name} is not whole");
        assert!(whole.contains_key(name));
        compared += 1;
    }
    assert!(compared > 3, "{compared} files on the full disk");
}
