//! What people write for a unit, taught by a clerk once: it places the mails that wait and those to come, outlives a
//! replay, is taken back like any decision, and is refused where it could mean somebody else.

use serde_json::Value;

use crate::desk::{Desk, bare_desk};
use crate::{at, json};

const NOON: &str = "2023-05-09T12:00:00+08:00";
const ENGINEERING: &str = "四川工程职业技术学院";

/// A mail from an address that nobody knows comes in, with a scheme.
fn arrives(desk: &Desk, name: &str, subject: &str, text: &str) {
    arrives_from(desk, "", name, subject, text);
}

fn arrives_from(desk: &Desk, sender: &str, name: &str, subject: &str, text: &str) {
    let mail = format!(
        "Received: from a.example by mx.example; Tue, 9 May 2023 10:00:00 +0800\r\nFrom: {sender} <{name}@qq.example>\r\n\
         Message-ID: <{name}@qq.example>\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n\
         --b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Disposition: attachment; filename=\"{name}.txt\"\r\n\r\n\
         职教活动周活动方案{name}\r\n--b--\r\n"
    );
    let file = desk.dir.path().join(format!("in/{name}.eml"));
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, mail).unwrap();
    assert_eq!(at(desk, NOON, &["import", file.to_str().unwrap()]).status, 0);
}

fn show(desk: &Desk, id: &str) -> Value {
    json(desk, NOON, &["show", id, "--json"])
}

#[test]
fn a_written_name_that_was_taught_is_known_from_then_on() {
    let desk = bare_desk();
    arrives(&desk, "a", "川工程院职教活动周方案", "请查收。");
    arrives(&desk, "b", "职教活动周方案", "老师好，附件请查收。\r\n\r\n川工程院");
    arrives(&desk, "c", "职教活动周材料", "请查收。");
    arrives_from(&desk, "川工程院", "e", "职教活动周资料", "请查收。");
    for id in ["1", "2", "3", "4"] {
        assert_eq!((&show(&desk, id)["unit"], &show(&desk, id)["state"]), (&Value::Null, &"review".into()));
    }
    let done = at(&desk, NOON, &["assign", "1", ENGINEERING, "--alias", "川工程院", "--by", "李某"]);
    assert_eq!(done.status, 0, "{}", done.told);
    assert!(done.out.contains("记住“川工程院”是四川工程职业技术学院的写法"), "{}", done.out);
    assert!(done.out.contains("一并重新认定的来件：#2、#4\n"), "{}", done.out);
    assert_eq!(show(&desk, "2")["unit"], ENGINEERING);
    assert_eq!(show(&desk, "3")["unit"], Value::Null, "nothing in it says so");
    arrives(&desk, "d", "川工程院职教活动周补充方案", "请查收。");
    let told = |id| (show(&desk, id)["unit"].clone(), show(&desk, id)["unit_by"].clone());
    assert_eq!(told("4"), (ENGINEERING.into(), "sender".into()), "it is how the sender is called");
    assert_eq!(told("5"), (ENGINEERING.into(), "name".into()));
    let unit = json(&desk, NOON, &["show", "川工程院", "--json"]);
    assert_eq!(unit["unit"]["unit"], ENGINEERING, "commands know it too");
    let taught = |unit: &Value| {
        unit["decisions"].as_array().unwrap().iter().any(|d| d["alias"] == "川工程院" && d["counts"] == true)
    };
    assert!(taught(&unit));

    let changes = json(&desk, NOON, &["replay", "--json"]);
    assert_eq!(changes["changed"].as_array().unwrap().len(), 0, "{changes:#}");

    let done = at(&desk, NOON, &["assign", "1", "--alias", "川工程院", "--undo"]);
    assert_eq!(done.status, 0, "{}", done.told);
    assert_eq!(show(&desk, "1")["unit"], ENGINEERING, "that was decided apart");
    for id in ["2", "4", "5"] {
        assert_eq!(show(&desk, id)["unit"], Value::Null, "#{id}");
    }
    assert!(!taught(&json(&desk, NOON, &["show", ENGINEERING, "--json"])));
    assert_eq!(at(&desk, NOON, &["show", "川工程院"]).status, 2);
    assert_eq!(at(&desk, NOON, &["assign", "1", "--alias", "川工程院", "--undo"]).status, 2, "undone before");
    assert_eq!(at(&desk, NOON, &["verify"]).status, 0);
}

#[test]
fn a_name_that_could_mean_somebody_else_is_not_taught() {
    let desk = bare_desk();
    arrives(&desk, "a", "川工程院职教活动周方案", "请查收。");
    arrives(
        &desk,
        "b",
        "绵阳职业技术学院职教活动周方案",
        "老师好，附件是绵阳职业技术学院方案，二级学院为智造分院。",
    );
    assert_eq!(show(&desk, "2")["unit"], "绵阳职业技术学院");
    for (name, why) in [
        ("川", "2至30个字"),
        ("20230516", "没有文字"),
        ("绵阳职业技术学院", "绵阳职业技术学院"),
        ("绵阳职院", "绵阳职业技术学院"),
        ("绵阳", "太笼统"),
        ("职院", "太笼统"),
        ("职业技术", "太笼统"),
        ("活动方案", "太笼统"),
        ("活动周", "太笼统"),
        ("教务处", "太笼统"),
        ("四川工程职院", "本来就认得"),
        ("智造分院", "来件#2里也这样写"),
    ] {
        let done = at(&desk, NOON, &["assign", "1", ENGINEERING, "--alias", name]);
        assert_eq!((done.status, done.out.as_str()), (2, ""), "{name}: {}", done.told);
        assert!(done.told.contains(name) && done.told.contains(why), "{name}: {}", done.told);
    }
    assert_eq!(show(&desk, "1")["unit"], Value::Null, "nothing of a refused command was done");
    assert_eq!(at(&desk, NOON, &["assign", "1", ENGINEERING, "--alias", "川工程院"]).status, 0);
    let done = at(&desk, NOON, &["assign", "1", "成都市教育局", "--alias", "川工程院"]);
    assert!(done.status == 2 && done.told.contains(ENGINEERING), "{}", done.told);
}
