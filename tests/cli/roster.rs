//! A roster that is edited by hand after mail came: what it cuts off, or gives to another, is told before anybody trusts a list.

use std::fs;

use shouwen::config;
use shouwen::daemon;

use crate::desk::{Desk, bare_desk};
use crate::{at, json};

const NOON: &str = "2023-05-09T12:00:00+08:00";
const MIANYANG: &str = "绵阳职业技术学院";
const ENGINEERING: &str = "四川工程职业技术学院";

/// A mail of one college is filed, another has more time.
fn desk() -> Desk {
    let desk = bare_desk();
    let mail = format!(
        "Received: from a.example by mx.example; Tue, 9 May 2023 10:00:00 +0800\r\nFrom: <a@mail.example>\r\n\
         Message-ID: <a@mail.example>\r\nSubject: {MIANYANG}职教活动周活动方案\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{MIANYANG}\r\n\
         --b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Disposition: attachment; filename=\"a.txt\"\r\n\r\n\
         {MIANYANG}职教活动周活动方案\r\n--b--\r\n"
    );
    let file = desk.dir.path().join("a.eml");
    fs::write(&file, mail).unwrap();
    assert_eq!(at(&desk, NOON, &["import", file.to_str().unwrap()]).status, 0);
    assert_eq!(json(&desk, NOON, &["show", "1", "--json"])["unit"], MIANYANG);
    let done = at(&desk, NOON, &["extend", ENGINEERING, "plan", "--until", "2023-05-12", "--why", "停电"]);
    assert_eq!(done.status, 0, "{}", done.told);
    desk
}

fn edit(desk: &Desk, file: &str, change: &dyn Fn(String) -> String) {
    let file = desk.dir.path().join("config/campaigns/2023-activity-week").join(file);
    fs::write(&file, change(fs::read_to_string(&file).unwrap())).unwrap();
}

/// What `check` says of the register and the roster.
fn told(desk: &Desk) -> Vec<String> {
    let done = at(desk, NOON, &["check"]);
    assert_eq!(done.status, 0, "{}", done.told);
    done.out.lines().filter(|line| line.contains("登记库")).map(str::to_owned).collect()
}

fn code(desk: &Desk, name: &str) -> String {
    let unit = desk.campaign().roster.find(name);
    unit.unwrap().code.clone()
}

#[test]
fn units_that_the_roster_lost_are_named_with_what_is_kept_of_them() {
    let desk = desk();
    assert_eq!(told(&desk), [""; 0]);
    let (mianyang, engineering) = (code(&desk, MIANYANG), code(&desk, ENGINEERING));
    // A spreadsheet took the zeros off one code; another unit was struck out.
    edit(&desk, "units.csv", &|text| {
        let text = text.replace(&format!("{mianyang},"), "77,");
        text.lines().filter(|line| !line.contains(ENGINEERING)).map(|line| format!("{line}\n")).collect()
    });
    let said = told(&desk);
    assert_eq!(said.len(), 2, "{said:?}");
    for (code, name, kept) in
        [(&mianyang, MIANYANG, "来件 1 封"), (&engineering, ENGINEERING, "免报和延期 1 项")]
    {
        let line = said.iter().find(|line| line.contains(&format!("代码 {code}（{name}）"))).unwrap();
        for word in ["注意", kept, "code 列", "shouwen replay"] {
            assert!(line.contains(word), "{word}: {line}");
        }
    }
    assert_eq!(at(&desk, NOON, &["check", "--strict"]).status, 3);
    // A mail is filed anew by today's roster; what a person decided stays with its code.
    assert_eq!(at(&desk, NOON, &["replay"]).status, 0);
    let said = told(&desk);
    assert!(said.len() == 1 && said[0].contains(ENGINEERING), "{said:?}");
}

#[test]
fn codes_that_changed_places_are_told_and_a_corrected_name_is_not() {
    let desk = desk();
    let (mianyang, engineering) = (code(&desk, MIANYANG), code(&desk, ENGINEERING));
    edit(&desk, "units.csv", &|text| text.replace(&format!(",{MIANYANG},"), ",绵阳职业技术学校,"));
    assert_eq!(told(&desk), [""; 0]);
    edit(&desk, "units.csv", &|text| text.replace(",绵阳职业技术学校,", &format!(",{MIANYANG},")));
    edit(&desk, "units.csv", &|text| {
        let text = text.replace(&format!("{mianyang},"), "X,").replace(&format!("{engineering},"), "Y,");
        text.replace("\nX,", &format!("\n{engineering},")).replace("\nY,", &format!("\n{mianyang},"))
    });
    let said = told(&desk);
    assert_eq!(said.len(), 2, "{said:?}");
    let line = said.iter().find(|line| line.contains(&format!("代码 {mianyang} 原是{MIANYANG}"))).unwrap();
    assert!(
        line.contains(ENGINEERING) && line.contains("来件 1 封") && line.contains(&engineering),
        "{line}"
    );
    // A pass of the river changes nothing about it, a replay by the new roster does.
    assert_eq!(at(&desk, NOON, &["import", desk.dir.path().join("a.eml").to_str().unwrap()]).status, 0);
    assert_eq!(told(&desk).len(), 2);
    assert_eq!(at(&desk, NOON, &["replay"]).status, 0);
    assert_eq!(told(&desk), [""; 0]);
}

#[test]
fn a_campaign_whose_id_changed_is_mentioned() {
    let desk = desk();
    edit(&desk, "campaign.toml", &|text| text.replacen("2023-activity-week", "2023-week", 1));
    let said = told(&desk);
    assert!(
        said.len() == 1 && said[0].contains("说明") && said[0].contains("2023-activity-week"),
        "{said:?}"
    );
    assert!(said[0].contains("来件 1 封"), "{said:?}");
}

#[test]
fn the_log_of_the_daemon_begins_with_it() {
    let desk = desk();
    edit(&desk, "units.csv", &|text| text.replace(&format!("{},", code(&desk, MIANYANG)), "77,"));
    let config = config::load(&desk.file).unwrap();
    let log = tempfile::NamedTempFile::new().unwrap();
    let kept = log.reopen().unwrap();
    let teller = tracing_subscriber::fmt().with_writer(std::sync::Mutex::new(kept)).with_ansi(false).finish();
    tracing::subscriber::with_default(teller, || daemon::warn(&config, &desk.store));
    let said = fs::read_to_string(log.path()).unwrap();
    assert!(said.contains("WARN") && said.contains("来件 1 封"), "{said}");
}
