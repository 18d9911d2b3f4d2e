//! JSON as `contract.md` 3 to 5 fixes it: every field, of its type. One document on standard output and nothing else.

use serde_json::Value;

use crate::desk::{HOSTILE_CODE, desk_at};
use crate::{MORNING, at, json};

/// Demands exactly these fields of these types: `s` text, `n` number, `b` truth, `l` list, `o` object, `t` a moment
/// with the campaign's offset; a capital may also be null; `?` before it: may be absent.
fn demand(value: &Value, fields: &str) {
    let object = value.as_object().unwrap_or_else(|| panic!("not an object: {value}"));
    let mut known = Vec::new();
    for field in fields.split_whitespace() {
        let (name, kind) = field.rsplit_once(':').unwrap();
        known.push(name.trim_start_matches('?'));
        let Some(found) = object.get(name.trim_start_matches('?')) else {
            assert!(name.starts_with('?'), "no {name} in {value}");
            continue;
        };
        let is_moment = || {
            let text = found.as_str().unwrap_or_default();
            text.len() == 25 && text.ends_with("+08:00") && text.parse::<jiff::Timestamp>().is_ok()
        };
        let is_right = match kind.to_lowercase().as_str() {
            "s" => found.is_string(),
            "n" => found.is_u64(),
            "b" => found.is_boolean(),
            "l" => found.is_array(),
            "o" => found.is_object(),
            _ => is_moment(),
        };
        let may_be_null = kind.chars().all(char::is_uppercase);
        assert!(is_right || (may_be_null && found.is_null()), "{name} is {found}");
    }
    for name in object.keys() {
        assert!(known.contains(&name.as_str()), "{name} is not in the contract: {value}");
    }
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

#[test]
fn the_status() {
    let desk = desk_at(MORNING);
    desk.hostile_mail(MORNING);
    desk.reminded(HOSTILE_CODE, "plan", "first", "2023-05-11T08:30:00+08:00");
    let status = json(&desk, MORNING, &["status", "--json", "--as-of", MORNING]);
    demand(
        &status,
        "campaign:s as_of:t fresh:b last_scan:T ?troubles:l units:l waiting:o ?links:l ?dead_addresses:l unsure:n ?paused:s",
    );
    demand(&status["waiting"], "unassigned:n review:n parked:n on_the_way:n unfetched:n");
    assert_eq!((&status["as_of"], &status["fresh"]), (&MORNING.into(), &true.into()));
    let (mut files, mut flaws, mut reminded) = (0, 0, 0);
    for unit in list(&status["units"]) {
        demand(unit, "code:s unit:s group:s city:s requirements:l ?under:l ?may_have_sent:b");
        let requirements = list(&unit["requirements"]);
        assert_eq!(requirements.len(), 9, "plan, seven days, summary");
        for requirement in requirements {
            demand(requirement, "id:s day:S due:t standing:s first_at:T complete_at:T reminded:n items:l");
            assert_eq!(requirement["day"].is_null(), requirement["id"] != "daily");
            reminded += requirement["reminded"].as_u64().unwrap();
            for item in list(&requirement["items"]) {
                demand(item, "id:s state:s count:n files:l flaws:l");
                files += list(&item["files"]).len();
                for flaw in list(&item["flaws"]) {
                    demand(flaw, "code:s place:s text:s ?level:s");
                    flaws += 1;
                }
            }
        }
    }
    assert!(files > 80 && flaws > 3 && reminded == 1, "{files} files, {flaws} flaws, {reminded} reminders");
    let late = json(&desk, MORNING, &["status", "--json", "--unit", HOSTILE_CODE]);
    let plan = &late["units"][0]["requirements"][0];
    assert_eq!(plan["due"], "2023-05-11T00:00:00+08:00", "the first instant that is late");
    assert_eq!((&plan["standing"], &plan["reminded"]), (&"overdue_partial".into(), &1.into()));
    let item = list(&plan["items"]).iter().find(|item| item["id"] == "form4").unwrap();
    assert_eq!((&item["state"], &item["count"]), (&"flawed".into(), &1.into()));
}

#[test]
fn freshness_ends_two_polls_after_the_last_complete_scan() {
    let desk = desk_at(MORNING);
    let fresh = |now: &str| json(&desk, now, &["status", "--json"])["fresh"].as_bool().unwrap();
    assert!(fresh("2023-05-11T09:03:00+08:00"));
    assert!(!fresh("2023-05-11T09:05:00+08:00"), "polls are 120 seconds apart");
    let back = json(&desk, "2023-05-20T09:00:00+08:00", &["status", "--json", "--as-of", MORNING]);
    assert_eq!(back["fresh"], true, "all that had come by then is known");
}

#[test]
fn the_register() {
    let desk = desk_at("2023-05-17T18:00:00+08:00");
    let number = desk.hostile_mail(MORNING);
    let all = json(&desk, MORNING, &["messages", "--json"]);
    let message = "id:n message_id:s mailbox:s folder:s received_at:t from:s subject:s kind:S state:S unit:S unit_by:S \
                   campaign:S ?why:s ?evidence:l ?sender_check:s parts:l links:l ?corrections:l";
    let part = "path:s sha256:S size:n type:s requirement:S day:S item:S state:s why:s ?flaws:l ?also:l ?unit:s ?campaign:s";
    let (mut also, mut links) = (0, 0);
    for mail in list(&all) {
        demand(mail, message);
        for found in list(&mail["parts"]) {
            demand(found, part);
            for answer in found["also"].as_array().into_iter().flatten() {
                demand(answer, "requirement:s day:S item:s state:s");
                also += 1;
            }
        }
        for link in list(&mail["links"]) {
            demand(link, "url:s provider:s name:s expires:T state:s ?size:N ?code:S ?days_left:N ?trouble:s");
            links += 1;
        }
    }
    assert!(list(&all).len() > 60 && also > 20 && links > 0, "{} mails, {also}, {links}", list(&all).len());
    let shown = json(&desk, MORNING, &["show", &number.to_string(), "--json"]);
    assert_eq!(list(&all).iter().find(|mail| mail["id"] == number), Some(&shown));
    for (words, field, value) in [
        (["--state", "review"], "state", "review"),
        (["--from", "jwc@mypt.example"], "from", "jwc@mypt.example"),
    ] {
        let some = json(&desk, MORNING, &["messages", "--json", words[0], words[1]]);
        assert!(!list(&some).is_empty() && list(&some).len() < list(&all).len(), "{words:?}");
        assert!(list(&some).iter().all(|mail| mail[field] == value), "{words:?}");
    }
}

#[test]
fn reminders_outbox_and_proofs() {
    let desk = desk_at(MORNING);
    desk.reminded(HOSTILE_CODE, "plan", "first", "2023-05-11T08:30:00+08:00");
    let due = json(&desk, MORNING, &["remind", "--preview", "--json"]);
    assert!(!list(&due).is_empty(), "nobody is late on the morning after");
    for mail in list(&due) {
        demand(mail, "unit:S to:s steps:l state:s why:s subject:s text:s leaves_at:T");
        assert!(["due", "held", "approved", "queued"].contains(&mail["state"].as_str().unwrap()), "{mail}");
    }
    let outbox = json(&desk, MORNING, &["outbox", "--json"]);
    assert_eq!(list(&outbox).len(), 1);
    demand(
        &outbox[0],
        "id:n message_id:s kind:s unit:S to:s steps:l subject:s state:s queued_at:t leaves_at:T held:S sent_at:T reply:s",
    );
    assert_eq!(
        (&outbox[0]["state"], &outbox[0]["steps"][0]),
        (&"sent".into(), &"plan/first/--/X0001".into())
    );
    for finding in list(&json(&desk, MORNING, &["check", "--json"])) {
        demand(finding, "level:s what:s remedy:s");
    }
    demand(&json(&desk, MORNING, &["verify", "--json"]), "messages:n blobs:n problems:l notes:l");
    // A look changes nothing.
    assert_eq!(json(&desk, MORNING, &["remind", "--json"]), due);
    assert_eq!(json(&desk, MORNING, &["outbox", "--json"]), outbox);
    assert!(at(&desk, MORNING, &["remind"]).out.contains("南充科技职业学院"));
}
