//! What office clerks type, as they type it: full-width signs, 第41号, 5月16日, a line copied out of a list; and what they
//! mistype: a year, a number that is on its way.

use crate::desk::{Desk, desk_at};
use crate::{at, json};

const LATE: &str = "2023-06-05T09:00:00+08:00";

/// What a command answers that did what it was asked.
fn does(desk: &Desk, words: &[&str]) -> String {
    let done = at(desk, LATE, words);
    assert_eq!(done.status, 0, "{words:?}: {}", done.told);
    done.out
}

fn refuses(desk: &Desk, words: &[&str], why: &str) {
    let done = at(desk, LATE, words);
    assert_eq!((done.status, done.out.as_str()), (2, ""), "{words:?}: {}", done.told);
    assert!(done.told.contains(why), "{words:?}: {}", done.told);
}

#[test]
fn a_mail_is_meant_by_any_way_of_writing_its_number_or_message_id() {
    let desk = desk_at("2023-05-05T12:00:00+08:00");
    let mail = json(&desk, LATE, &["show", "1", "--json"]);
    let id = mail["message_id"].as_str().unwrap();
    let bare = id.trim_matches(['<', '>']);
    let wide = format!("＜{bare}＞");
    let header = format!("Message-ID: {id}");
    for wanted in ["#1", "＃１", "1号", "第1号", "编号1", "来件#1", " 1 ", "“1”", id, bare, &wide, &header]
    {
        assert_eq!(json(&desk, LATE, &["show", wanted, "--json"])["id"], 1, "{wanted}");
    }
    for wanted in ["1a", "第一封", "-1", "1 2"] {
        assert_eq!(at(&desk, LATE, &["show", "--json", "--", wanted]).status, 2, "{wanted}");
    }
    // A mail without a Message-ID has an empty one, and is not what an empty word means.
    let unit = desk.campaign().roster.find("四川职业技术学院").unwrap().code.clone();
    desk.unjudged_mail(&unit, "a.docx", "2023-05-05T12:00:00+08:00");
    for wanted in ["", " ", "“”"] {
        refuses(&desk, &["assign", wanted, "四川职业技术学院"], "没有来件");
        refuses(&desk, &["note", wanted, "已核实"], "没有来件");
        refuses(&desk, &["show", wanted], "没有来件");
    }
}

#[test]
fn a_unit_is_meant_by_a_line_copied_out_of_a_list() {
    let desk = desk_at("2023-05-05T12:00:00+08:00");
    for wanted in ["成都市教育局（5101）", "《成都市教育局》", "“成都市教育局”", "成都市 教育局", "５１０１"]
    {
        let status = json(&desk, LATE, &["status", "--unit", wanted, "--json"]);
        let units = status["units"].as_array().unwrap();
        assert_eq!(units.iter().map(|unit| &unit["code"]).collect::<Vec<_>>(), ["5101"], "{wanted}");
    }
    refuses(&desk, &["status", "--unit", "成都市教育局（5103）"], "名册里没有");
}

#[test]
fn days_and_materials_are_written_as_people_write_them() {
    let desk = desk_at("2023-05-05T12:00:00+08:00");
    let days = ["5-16", "5月16日", "5.16", "5/16", "2023年5月16号", "2023.5.16", "20230516", "５－１６"];
    for day in days {
        let said = does(&desk, &["waive", "绵阳职院", &format!("Daily＠{day}"), "--why", "停电"]);
        assert!(said.contains("（5月16日）"), "{day}: {said}");
        does(&desk, &["waive", "绵阳职院", "daily@5-16", "--undo"]);
    }
    for wrong in ["0516", "5-16-17", "5月", "13-1", "2023-05-32", "5-16日上午"] {
        refuses(&desk, &["waive", "绵阳职院", &format!("daily@{wrong}"), "--why", "停电"], "看不懂日期");
    }
    let said = does(&desk, &["waive", "绵阳职院", "plan／信息采集表（EXCEL版）", "--why", "停电"]);
    assert!(said.contains("免报信息采集表(EXCEL版)"), "{said}");
    for moment in ["5-9 17:20", "5月9日17时20分", "2023-05-09T17:20", "2023年5月9日 17：20"] {
        let said = does(&desk, &["record", "绵阳职院", "plan/scheme", "--at", moment, "--why", "纸质"]);
        assert!(said.contains("5-09 17:20线下收到"), "{moment}: {said}");
        does(&desk, &["record", "绵阳职院", "plan/scheme", "--undo"]);
        let status = json(&desk, LATE, &["status", "--as-of", moment, "--json"]);
        assert_eq!(status["as_of"], "2023-05-09T17:20:00+08:00", "{moment}");
    }
    let said = does(&desk, &["record", "绵阳职院", "daily/零报告@5-17", "--at", "5月17日", "--why", "电话"]);
    assert!(said.contains("的零报告（5月17日）5-17 00:00线下收到"), "{said}");
}

#[test]
fn a_mistyped_year_is_refused_and_another_year_is_always_told() {
    let desk = desk_at("2023-05-05T12:00:00+08:00");
    let extend = |until| ["extend", "绵阳职院", "plan", "--until", until, "--why", "电话"];
    refuses(&desk, &extend("2032-05-12"), "2032年5月12日");
    refuses(&desk, &extend("2022-05-12"), "只能更晚");
    let said = does(&desk, &extend("2024-01-05"));
    assert!(said.contains("延期至2024年1月5日"), "{said}");
    let record = |at| ["record", "绵阳职院", "plan/scheme", "--at", at, "--why", "纸质"];
    refuses(&desk, &record("2013-05-09"), "2013年5月9日");
    let said = does(&desk, &record("2022-12-30"));
    assert!(said.contains("2022-12-30 00:00线下收到"), "{said}");
}

#[test]
fn an_extension_that_would_change_nothing_is_refused() {
    let desk = desk_at("2023-05-05T12:00:00+08:00");
    let extend = |what, until| ["extend", "绵阳职院", what, "--until", until, "--why", "电话"];
    does(&desk, &extend("daily", "5-30"));
    refuses(&desk, &extend("daily@5-15", "5-18"), "第1号认定已延期至5月30日");
    does(&desk, &extend("daily@5-15", "6-2"));
    does(&desk, &extend("daily", "5-26"));
    does(&desk, &["extend", "绵阳职院", "daily@5-15", "--undo"]);
}

#[test]
fn a_form_is_meant_by_its_id_or_a_piece_of_its_title() {
    let desk = desk_at("2023-05-05T12:00:00+08:00");
    for form in ["form5", "FORM5", "情况统计表", "“情况统计表”"] {
        assert_eq!(json(&desk, LATE, &["totals", "--form", form, "--json"])["form"], "form5", "{form}");
    }
    refuses(&desk, &["totals", "--form", "职业教育活动周", "--json"], "form4");
}

#[test]
fn a_part_is_meant_by_its_number_unless_a_name_says_otherwise() {
    let desk = desk_at("2023-05-12T12:00:00+08:00");
    let mails = json(&desk, LATE, &["messages", "--json"]);
    // 附件4 by name stands at another place than fourth.
    let is_it = |mail: &&serde_json::Value| {
        let paths: Vec<&str> =
            mail["parts"].as_array().unwrap().iter().map(|part| part["path"].as_str().unwrap()).collect();
        paths.len() == 3 && paths[1].starts_with("附件4") && !paths.iter().any(|path| path.contains("附件2"))
    };
    let mail = mails.as_array().unwrap().iter().find(is_it).unwrap();
    let id = mail["id"].to_string();
    for part in ["2", "附件2", "附件4", "２"] {
        let said = does(&desk, &["return", &id, part, "--why", "缺章"]);
        assert!(said.contains("退回附件“附件4"), "{part}: {said}");
        does(&desk, &["return", &id, "附件4", "--undo"]);
    }
    refuses(&desk, &["return", &id, "附件5", "--why", "缺章"], "没有附件“附件5”");
}

#[test]
fn a_remark_says_of_what_it_is_and_of_mail_on_its_way_nothing_is_said_to_be_missing() {
    let desk = desk_at("2023-05-05T12:00:00+08:00");
    let mail = json(&desk, LATE, &["show", "1", "--json"]);
    let said = does(&desk, &["note", "1", "已电话核实"]);
    assert!(said.contains("#1") && said.contains(mail["subject"].as_str().unwrap()), "{said}");
    assert!(does(&desk, &["note", "成都市教育局", "联系人已换"]).contains("成都市教育局（5101）"));
    desk.store.send_back(shouwen::domain::message::Stage::Captured).unwrap();
    let asked: [&[&str]; 4] =
        [&["note", "1", "核实"], &["show", "1"], &["assign", "1", "5101"], &["accept", "1"]];
    for words in asked {
        let done = at(&desk, LATE, words);
        assert_eq!(done.status, 1, "{words:?}: ask again soon: {}", done.told);
        assert!(done.told.contains("还在登记途中"), "{words:?}: {}", done.told);
    }
}

#[test]
fn strict_tells_of_the_one_mail_too() {
    let desk = desk_at("2023-05-12T12:00:00+08:00");
    let waiting = json(&desk, LATE, &["messages", "--state", "review", "--json"]);
    let id = waiting[0]["id"].to_string();
    assert_eq!(at(&desk, LATE, &["show", &id, "--strict"]).status, 3);
    assert_eq!(at(&desk, LATE, &["show", &id]).status, 0);
    assert_eq!(at(&desk, LATE, &["assign", &id, "--none", "--strict"]).status, 0, "settled");
    assert_eq!(at(&desk, LATE, &["assign", &id, "--undo", "--strict"]).status, 3, "waits again");
}
