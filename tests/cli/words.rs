//! Exit statuses, help, and what people may call a unit, a group, a moment and a mail.

use unicode_width::UnicodeWidthStr as _;

use crate::desk::{HOSTILE_CODE, bare_desk, desk_at};
use crate::{MORNING, at, json, shouwen};

const COMMANDS: [&str; 31] = [
    "demo",
    "run",
    "once",
    "import",
    "status",
    "messages",
    "show",
    "remind",
    "outbox",
    "calendar",
    "check",
    "verify",
    "assign",
    "accept",
    "return",
    "waive",
    "extend",
    "note",
    "record",
    "replay",
    "totals",
    "user add",
    "user passwd",
    "user remove",
    "user list",
    "export",
    "forget",
    "retention",
    "support",
    "completions",
    "man",
];

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

#[test]
fn every_command_and_option_is_explained_in_chinese() {
    let all = shouwen(&["--help"]);
    assert_eq!(all.status, 0);
    for command in COMMANDS {
        let words: Vec<&str> = command.split(' ').chain(["--help"]).collect();
        assert!(all.out.contains(&format!("  {} ", words[0])), "{command} is not listed");
        let help = shouwen(&words);
        assert_eq!(help.status, 0);
        assert!(is_chinese(help.out.lines().next().unwrap()), "{command}: {}", help.out);
        let lines: Vec<&str> = help.out.lines().map(str::trim).collect();
        for (n, line) in
            lines.iter().enumerate().filter(|(_, line)| line.starts_with('-') || line.starts_with('<'))
        {
            let said = is_chinese(line) || lines.get(n + 1).is_some_and(|next| is_chinese(next));
            assert!(said, "{command}: {line}");
        }
        for english in ["Usage", "Options", "Print", "Arguments", "default"] {
            assert!(!help.out.contains(english), "{command} says {english}: {}", help.out);
        }
    }
    assert!(!all.out.contains("reader"), "the cage is nobody's command");
}

#[test]
fn the_exit_status_says_who_has_to_act() {
    let desk = desk_at(MORNING);
    assert_eq!(at(&desk, MORNING, &["status"]).status, 0);
    assert_eq!(at(&desk, MORNING, &["status", "--strict"]).status, 3, "mail waits for a person");
    assert_eq!(
        at(&desk, MORNING, &["messages", "--strict", "--unit", "绵阳职院"]).status,
        0,
        "none of theirs does"
    );
    assert_eq!(at(&desk, MORNING, &["verify"]).status, 0);
    let nowhere = shouwen(&["status", "-c", "/nowhere/shouwen.toml"]);
    assert!(nowhere.status == 2 && nowhere.told.contains("/nowhere/shouwen.toml"), "{}", nowhere.told);
    assert_eq!(shouwen(&["status"]).status, 2, "no configuration anywhere");
    let wrong: [&[&str]; 8] = [
        &["nothing"],
        &["status", "--unit", "没有这所学校"],
        &["status", "--group", "nobody"],
        &["status", "--as-of", "yesterday"],
        &["status", "--campaign", "other"],
        &["messages", "--state", "lost"],
        &["show", "没有这所学校"],
        &["status", "--json", "--csv"],
    ];
    for words in wrong {
        let done = at(&desk, MORNING, words);
        assert_eq!((done.status, done.out.as_str()), (2, ""), "{words:?}: {}", done.told);
        assert!(!done.told.trim().is_empty(), "{words:?} says nothing");
    }
}

#[test]
fn a_wrong_key_is_told_with_file_line_and_key() {
    let desk = bare_desk();
    let text = std::fs::read_to_string(&desk.file).unwrap();
    std::fs::write(&desk.file, text + "lisen = \"127.0.0.1:1\"\n").unwrap();
    let done = at(&desk, MORNING, &["check"]);
    let lines = std::fs::read_to_string(&desk.file).unwrap().lines().count();
    assert_eq!(done.status, 2);
    assert!(
        done.told.contains("lisen") && done.told.contains(&format!("shouwen.toml:{lines}")),
        "{}",
        done.told
    );
}

#[test]
fn verify_names_what_is_damaged_and_fails() {
    let desk = desk_at("2023-05-05T12:00:00+08:00");
    let blobs = desk.dir.path().join("data/blobs");
    let mut folders = vec![blobs];
    let mut raw = None;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() { folders.push(entry) } else { raw = Some(entry) }
        }
    }
    let raw = raw.unwrap();
    std::fs::remove_file(&raw).unwrap();
    let done = at(&desk, MORNING, &["verify"]);
    assert_eq!(done.status, 1);
    let name = raw.file_name().unwrap().to_str().unwrap();
    assert!(done.out.contains(&name[..12]), "{} does not name {name}", done.out);
    assert_eq!(at(&desk, MORNING, &["verify", "--json"]).status, 1);
}

#[test]
fn a_unit_a_group_and_a_mail_go_by_any_name() {
    let desk = desk_at(MORNING);
    let code = desk.campaign().roster.find("绵阳职业技术学院").unwrap().code.clone();
    let by_code = json(&desk, MORNING, &["status", "--json", "--unit", &code]);
    for name in ["绵阳职业技术学院", "绵阳职院"] {
        assert_eq!(json(&desk, MORNING, &["status", "--json", "--unit", name]), by_code, "{name}");
        let shown = json(&desk, MORNING, &["show", name, "--json"]);
        assert_eq!(shown["unit"]["code"], code.as_str());
        assert!(shown["messages"].as_array().unwrap().len() >= 3);
        assert!(at(&desk, MORNING, &["show", name]).out.contains("绵阳职业技术学院"));
    }
    let colleges = json(&desk, MORNING, &["status", "--json", "--group", "college"]);
    assert_eq!(colleges, json(&desk, MORNING, &["status", "--json", "--group", "高职学校(含职教本科)"]));
    let group = |unit: &serde_json::Value| unit["group"] == "college";
    assert!(colleges["units"].as_array().unwrap().iter().all(group));
    let first = json(&desk, MORNING, &["show", "1", "--json"]);
    let id = first["message_id"].as_str().unwrap();
    for name in [id, id.trim_matches(['<', '>']), "#1"] {
        assert_eq!(json(&desk, MORNING, &["show", name, "--json"]), first, "{name}");
    }
}

#[test]
fn missing_and_as_of_narrow_in_time_and_number() {
    let desk = desk_at(MORNING);
    let owing = json(&desk, MORNING, &["status", "--json", "--missing"]);
    let all = json(&desk, MORNING, &["status", "--json"]);
    let count = |status: &serde_json::Value| status["units"].as_array().unwrap().len();
    assert!(0 < count(&owing) && count(&owing) <= count(&all));
    let day = json(&desk, MORNING, &["status", "--json", "--as-of", "2023-05-09"]);
    assert_eq!(day["as_of"], "2023-05-09T23:59:59+08:00", "a day means its end");
    let hour = json(&desk, MORNING, &["status", "--json", "--as-of", "2023-05-09T18:00"]);
    assert_eq!(hour["as_of"], "2023-05-09T18:00:00+08:00", "an hour is the campaign's");
    assert_ne!(day["units"], hour["units"]);
    // A clock behind the store's newest stamp never fails a command that reads.
    assert_eq!(at(&desk, "2023-04-25T08:00:00+08:00", &["status"]).status, 0);
}

#[test]
fn tables_stay_straight_with_double_width_text() {
    let desk = desk_at(MORNING);
    let number = desk.hostile_mail(MORNING);
    let out = at(&desk, MORNING, &["status"]).out;
    let table: Vec<&str> =
        out.lines().skip_while(|line| !line.starts_with("单位 ")).take_while(|l| !l.is_empty()).collect();
    let column = table[0].split("市州").next().unwrap().width();
    assert!(table.len() > 25);
    for line in &table[1..] {
        let mut width = 0;
        let before: String = line
            .chars()
            .take_while(|c| {
                width += c.to_string().width();
                width <= column
            })
            .collect();
        assert!(before.ends_with("  "), "the second column is not at {column}: {line}");
        let rest = &line[before.len()..];
        assert!(!rest.starts_with(' '), "the second column is not at {column}: {line}");
    }
    // What others wrote does not drive the terminal.
    for words in
        [vec!["messages"], vec!["show", &number.to_string()], vec!["show", HOSTILE_CODE], vec!["outbox"]]
    {
        let out = at(&desk, MORNING, &words).out;
        assert!(!out.contains(['\u{1b}', '\u{202e}']), "{words:?} lets control characters through");
    }
}
