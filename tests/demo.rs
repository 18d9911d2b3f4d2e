//! The whole main job by the real binary: the season is played once, over real IMAP and SMTP, and then everything
//! that was filed, stood, and left is held against the truth of the season and against what stood before.
// Helpers of tests may panic as tests may.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use mail_parser::MessageParser;
use serde_json::Value;
use shouwen::rehearsal::season::{Delivery, Expect, Filed, MOMENTS, MessageKind, season, truth};

/// The season as the binary played it.
struct Played {
    dir: PathBuf,
    printed: String,
}

static PLAYED: LazyLock<Played> = LazyLock::new(|| {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("demo");
    drop(std::fs::remove_dir_all(&dir));
    let done = shouwen(&["demo", "--once", "--listen", "127.0.0.1:0", "--dir", dir.to_str().unwrap()]);
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(0), "{told}");
    Played { dir, printed: String::from_utf8(done.stdout).unwrap() }
});

fn shouwen(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_shouwen")).args(words).env("RUST_LOG", "warn").output().unwrap()
}

/// What a command prints about the season that was played.
fn ask(words: &[&str]) -> String {
    let config = PLAYED.dir.join("config/shouwen.toml");
    let end = ["-c", config.to_str().unwrap(), "--now", "2023-06-05T00:00:00+08:00"];
    let done = shouwen(&[words, end.as_slice()].concat());
    assert_eq!(done.status.code(), Some(0), "{words:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

fn ask_json(words: &[&str]) -> Value {
    serde_json::from_str(&ask(words)).unwrap()
}

#[test]
fn the_season_ends_with_every_standing_and_all_of_it_sound() {
    let printed = &PLAYED.printed;
    for sign in ["√ 已报齐", "√迟 逾期报齐", "▲ 逾期缺", "× 逾期未报", "？ 待核", "免 免报", "零"]
    {
        assert!(printed.contains(sign), "nothing is {sign}:\n{printed}");
    }
    assert!(printed.contains("状态页      http://127.0.0.1:"), "{printed}");
    assert!(ask(&["verify"]).contains("全部相符"));
}

#[test]
fn every_mail_that_left_keeps_the_rules() {
    let mut found = 0;
    for entry in std::fs::read_dir(PLAYED.dir.join("outbox")).unwrap() {
        let path = entry.unwrap().path();
        let raw = std::fs::read(&path).unwrap();
        let mail = MessageParser::default().parse(&raw).unwrap();
        let header = |name: &str| {
            mail.header_raw(name).map(|value| value.split_whitespace().collect::<Vec<_>>().join(" "))
        };
        let place = path.display();
        assert_eq!(header("Auto-Submitted").as_deref(), Some("auto-generated"), "{place}");
        assert_eq!(header("X-Auto-Response-Suppress").as_deref(), Some("All"), "{place}");
        assert_eq!(header("Content-Transfer-Encoding").as_deref(), Some("base64"), "{place}");
        assert!(header("Content-Type").unwrap().to_lowercase().contains("utf-8"), "{place}");
        let id = mail.message_id().unwrap();
        let kind = id.strip_prefix("shouwen.").and_then(|rest| rest.split('.').next()).unwrap_or_default();
        assert!(["reminder", "digest", "alarm", "receipt"].contains(&kind), "{place}: {id}");
        assert!(
            id.ends_with("@office.example") || id.ends_with(&format!("@{}", office_domain())),
            "{place}: {id}"
        );
        assert_eq!(mail.from().unwrap().first().unwrap().address(), Some(shouwen::rehearsal::season::OFFICE));
        assert_eq!(mail.to().unwrap().iter().count(), 1, "{place} has several recipients");
        assert!(header("Cc").is_none() && header("Bcc").is_none(), "{place}");
        let steps = header("X-Shouwen-Step");
        assert_eq!(steps.is_some(), kind == "reminder", "{place}: {steps:?}");
        for step in steps.iter().flat_map(|steps| steps.split(' ')) {
            let fields: Vec<&str> = step.split('/').collect();
            assert_eq!(fields.len(), 4, "{place}: {step}");
            assert!(fields[2] == "--" || fields[2].parse::<jiff::civil::Date>().is_ok(), "{place}: {step}");
        }
        found += 1;
    }
    assert!(found > 30, "only {found} mails left");
    let outbox = ask_json(&["outbox", "--json"]);
    let sent = outbox
        .as_array()
        .unwrap()
        .iter()
        .filter(|mail| mail["state"] == "sent" || mail["state"] == "bounced");
    assert_eq!(sent.count(), found, "files and rows differ");
}

fn office_domain() -> &'static str {
    shouwen::rehearsal::season::OFFICE.rsplit_once('@').unwrap().1
}

#[test]
fn no_step_is_sent_twice_and_none_outside_office_hours() {
    let outbox = ask_json(&["outbox", "--json"]);
    let mut seen = std::collections::BTreeSet::new();
    for mail in outbox.as_array().unwrap() {
        for step in mail["steps"].as_array().unwrap() {
            assert!(seen.insert(step.as_str().unwrap()), "{step} was sent twice");
        }
        let sent: jiff::civil::DateTime = mail["sent_at"].as_str().unwrap()[..19].parse().unwrap();
        assert!((8..18).contains(&sent.hour()), "{sent}: {}", mail["subject"]);
    }
    assert!(seen.len() > 30, "only {} steps", seen.len());
}

#[test]
fn every_obligation_stands_as_the_stories_say() {
    let all = season();
    let mut wrong = Vec::new();
    let mut held = 0;
    for moment in MOMENTS {
        let status = ask_json(&["status", "--json", "--as-of", moment]);
        let stands: BTreeMap<(String, String, String), String> = obligations(&status);
        for known in truth(&all, moment.parse().unwrap()) {
            let day = known.day.map(|day| day.to_string()).unwrap_or_default();
            let key = (known.unit.to_owned(), known.requirement.to_owned(), day);
            let found = stands.get(&key).map_or("nowhere", String::as_str);
            if found != known.standing.word() {
                wrong.push(format!("{moment} {key:?}: {found}, in truth {}", known.standing.word()));
            }
            held += 1;
        }
    }
    assert!(wrong.is_empty(), "{} of {held}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(held > 900, "only {held} obligations were certain");
}

fn obligations(status: &Value) -> BTreeMap<(String, String, String), String> {
    let mut all = BTreeMap::new();
    for unit in status["units"].as_array().unwrap() {
        for requirement in unit["requirements"].as_array().unwrap() {
            let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let key = (word(&unit["unit"]), word(&requirement["id"]), word(&requirement["day"]));
            all.insert(key, word(&requirement["standing"]));
        }
    }
    all
}

#[test]
fn every_mail_is_filed_as_its_truth_says() {
    let register = ask_json(&["messages", "--json"]);
    let rows: BTreeMap<&str, &Value> =
        register.as_array().unwrap().iter().map(|row| (row["message_id"].as_str().unwrap(), row)).collect();
    let all = season();
    let mut wrong = Vec::new();
    for Delivery { expect, .. } in &all {
        match rows.get(expect.message_id.as_str()) {
            Some(row) => wrong.extend(disagreements(expect, row)),
            None => wrong.push(format!("{} is not in the register", expect.message_id)),
        }
    }
    assert!(wrong.is_empty(), "{} over {} mails:\n{}", wrong.len(), all.len(), wrong.join("\n"));
}

fn disagreements(expect: &Expect, row: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let place = format!("#{} {} {}", row["id"], row["from"], row["subject"]);
    let word = |field: &str| row[field].as_str().unwrap_or("null");
    if !expect.kinds.iter().any(|kind| kind.word() == word("kind")) {
        wrong.push(format!("{place}: kind {} ({}), in truth {:?}", word("kind"), word("why"), expect.kinds));
    }
    if !expect.states.iter().any(|state| state.word() == word("state")) {
        wrong.push(format!(
            "{place}: state {} ({}), in truth {:?}",
            word("state"),
            word("why"),
            expect.states
        ));
    }
    if !expect.units.iter().any(|unit| unit.unwrap_or("null") == word("unit")) {
        wrong.push(format!(
            "{place}: unit {} by {}, in truth {:?}",
            word("unit"),
            word("unit_by"),
            expect.units
        ));
    }
    let links =
        row["links"].as_array().unwrap().iter().map(|link| link["url"].as_str().unwrap()).collect::<Vec<_>>();
    if links != expect.links {
        wrong.push(format!("{place}: links {links:?}, in truth {:?}", expect.links));
    }
    // What is inside a machine's report is nobody's material.
    if matches!(expect.kinds[..], [MessageKind::Bounce | MessageKind::Receipt]) {
        return wrong;
    }
    // Pictures inside documents are listed by the program and left out of the truth.
    let inside = |path: &str| path.contains(".docx/") || path.contains(".doc/");
    let parts = row["parts"].as_array().unwrap();
    let seen: Vec<&str> =
        parts.iter().map(|part| part["path"].as_str().unwrap()).filter(|path| !inside(path)).collect();
    let listed: Vec<&str> = expect.files.iter().map(|file| file.path.as_str()).collect();
    if seen != listed {
        wrong.push(format!("{place}: parts {seen:?}, in truth {listed:?}"));
        return wrong;
    }
    for filed in &expect.files {
        let part = parts.iter().find(|part| part["path"] == *filed.path).unwrap();
        let is_nobodys = row["unit"].is_null();
        wrong
            .extend(misfiled(filed, part, is_nobodys).map(|what| format!("{place}: {}: {what}", filed.path)));
    }
    wrong
}

/// How a part differs from its truth, if it does. `is_nobodys`: nobody can say whose it is, so it answers nothing yet.
fn misfiled(filed: &Filed, part: &Value, is_nobodys: bool) -> Option<String> {
    let word = |field: &str| part[field].as_str();
    // What is outside the days of the campaign has none.
    let day = filed.day.filter(|_| word("state") != Some("extra")).map(|day| day.to_string());
    let flaws: Vec<&str> =
        part["flaws"].as_array().into_iter().flatten().filter_map(|flaw| flaw["code"].as_str()).collect();
    let answers = (word("requirement"), word("item"), word("day"));
    let is_open = filed.requirement.is_none() || (is_nobodys && word("state") == Some("review"));
    let is_right = filed.states.iter().any(|state| Some(state.word()) == word("state"))
        && (is_open || answers == (filed.requirement, filed.item, day.as_deref()))
        && filed.flaws.iter().all(|code| flaws.contains(code));
    (!is_right).then(|| {
        format!(
            "{:?} {:?} {:?} {:?} {flaws:?} ({}), in truth {:?} {:?} {:?} {day:?} {:?}",
            word("state"),
            word("requirement"),
            word("item"),
            word("day"),
            word("why").unwrap_or_default(),
            filed.states,
            filed.requirement,
            filed.item,
            filed.flaws
        )
    })
}

/// `UPDATE_EXPECT=1` writes the snapshots anew: read the difference, then commit.
#[test]
fn the_season_stands_as_it_stood_at_six_moments() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let mut wrong = Vec::new();
    for moment in MOMENTS {
        let file = folder.join(format!("season-{}.txt", &moment[..13]));
        let found = ask(&["status", "--as-of", moment]);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&file, &found).unwrap();
        }
        let expected = std::fs::read_to_string(&file).unwrap_or_default();
        let lines = found.lines().zip(expected.lines()).filter(|(found, expected)| found != expected);
        wrong.extend(
            lines.map(|(found, expected)| format!("{moment}\n  now    {found}\n  before {expected}")),
        );
        if found.lines().count() != expected.lines().count() {
            wrong.push(format!("{moment}: not as many lines as {}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
