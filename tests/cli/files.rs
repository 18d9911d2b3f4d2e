//! The status as a page of its own, harmless to whoever opens it. Workbooks and CSV are proved in `tests/books`.

use crate::desk::{Desk, HOSTILE_UNIT, desk_at};
use crate::{MORNING, at};

fn exported(desk: &Desk, flag: &str, name: &str) -> Vec<u8> {
    let file = desk.dir.path().join(name);
    let done = at(desk, MORNING, &["status", flag, file.to_str().unwrap()]);
    assert_eq!((done.status, done.out.as_str()), (0, ""), "{}", done.told);
    std::fs::read(file).unwrap()
}

#[test]
fn the_page_stands_alone_and_runs_nothing() {
    let desk = desk_at(MORNING);
    let html = String::from_utf8(exported(&desk, "--html", "status.html")).unwrap();
    for outside in ["<script", "http:", "https:", "<link", "src="] {
        assert!(!html.contains(outside), "{outside}");
    }
    assert!(html.contains("=1+1&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;学院"));
    for unit in desk.campaign().owing_units().filter(|unit| unit.name != HOSTILE_UNIT) {
        assert!(html.contains(&format!("<td>{}</td>", unit.name)), "{} is not named", unit.name);
    }
    assert!(html.contains("截至5月11日09:00") && html.contains("<td>按时报齐</td>"));
}

#[test]
fn in_a_folder_one_question_does_not_take_the_place_of_another_of_its_minute() {
    let desk = desk_at(MORNING);
    let folder = desk.dir.path().join("表");
    std::fs::create_dir(&folder).unwrap();
    let saves = |requirement: &str| {
        let to = folder.to_str().unwrap();
        at(&desk, MORNING, &["status", "--missing", "--req", requirement, "--xlsx", to]).told
    };
    let names = || std::fs::read_dir(&folder).unwrap().count();
    let (first, second, again) = (saves("plan"), saves("summary"), saves("summary"));
    assert!(first.contains("分）.xlsx") && second.contains("分）（2）.xlsx"), "{first}{second}");
    assert_eq!((again, names()), (second, 2), "the same once more is the same file");
}

#[test]
fn a_file_that_cannot_be_written_is_told() {
    let desk = desk_at("2023-04-28T09:00:00+08:00");
    let done = at(&desk, MORNING, &["status", "--xlsx", "/nowhere/status.xlsx"]);
    assert_eq!(done.status, 1);
    assert!(done.told.contains("/nowhere/status.xlsx"), "{}", done.told);
}
