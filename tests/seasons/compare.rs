//! What the program says beside what the generator knows. Asking a person is never wrong in silence; it is not right
//! either, unless the truth allows it.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

use serde_json::Value;
use shouwen::domain::message::PartState;
use shouwen::store::CountedReading;
use unicode_normalization::UnicodeNormalization as _;

use super::ledger::Stands;
use super::measure::{Copies, Tally};
use super::truth::{Counts, Filed, FormTruth, Held, Part, Sent};

fn word<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn tell(tally: &mut Tally, what: &str, mail: &Sent, got: &Value, more: &str) {
    let mut line =
        format!("{what}: story “{}”, subject “{}”, from {}\n", mail.story, mail.subject, word(got, "from"));
    let kinds: Vec<_> = mail.kinds.iter().map(|kind| kind.word()).collect();
    writeln!(
        line,
        "    truth {:?} {:?}; got {} {} unit “{}” by {} ({})",
        kinds,
        mail.units,
        word(got, "kind"),
        word(got, "state"),
        word(got, "unit"),
        word(got, "unit_by"),
        word(got, "why")
    )
    .unwrap();
    writeln!(line, "    {more}").unwrap();
    tally.told.push(line);
}

/// One mail: its unit, its kind, each part.
pub fn mail(truth: &Sent, got: &Value, copies: &Copies, tally: &mut Tally) {
    let (unit, is_asked) = (word(got, "unit"), word(got, "state") == "review");
    let is_kind = truth.kinds.iter().any(|kind| kind.word() == word(got, "kind"));
    let is_unit =
        if truth.units.is_empty() { unit.is_empty() } else { truth.units.iter().any(|known| known == unit) };
    let is_right = is_unit && is_kind;
    if !is_asked && !is_right {
        tally.unit_silent += 1;
        tell(tally, "UNIT or KIND WRONG IN SILENCE", truth, got, "");
    }
    if truth.is_placeable {
        tally.placeable += 1;
        if is_right && (!is_asked || truth.may_wait) {
            tally.placed += 1;
        } else if is_asked {
            tell(tally, "asked a person", truth, got, &evidence(got));
        }
    }
    for part in &truth.parts {
        tally.parts += 1;
        // Some programs give pictures inside the text no name.
        let of = |p: &&Value| p["path"] == part.path.as_str();
        let same = |p: &&Value| part.states == [PartState::Ignored] && p["sha256"] == part.sha256.as_str();
        let all = got["parts"].as_array().unwrap();
        match all.iter().find(of).or_else(|| all.iter().find(same)) {
            Some(listed) => one_part(truth, part, got, listed, copies, tally),
            None => {
                tally.item_silent += 1;
                tell(tally, "PART NOT LISTED", truth, got, &part.path);
            }
        }
    }
}

fn evidence(got: &Value) -> String {
    let all = got["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| format!("{}={}", word(e, "rule"), word(e, "text")));
    all.collect::<Vec<_>>().join(" | ")
}

fn answers(listed: &Value) -> BTreeSet<String> {
    let one = |v: &Value| format!("{}/{}@{}", word(v, "requirement"), word(v, "item"), word(v, "day"));
    let main = listed["item"].is_string().then(|| one(listed));
    let also = listed["also"].as_array().into_iter().flatten().map(one);
    main.into_iter().chain(also).collect()
}

fn wanted(filed: &Filed) -> String {
    let day = filed.day.map(|day| format!("2023-05-{day:02}")).unwrap_or_default();
    format!("{}/{}@{day}", filed.requirement, filed.item)
}

fn one_part(truth: &Sent, part: &Part, got: &Value, listed: &Value, copies: &Copies, tally: &mut Tally) {
    let state = PartState::from_word(word(listed, "state")).unwrap();
    let unit = if listed["unit"].is_string() { word(listed, "unit") } else { word(got, "unit") };
    let owner = part.unit.clone().or_else(|| truth.units.first().cloned()).unwrap_or_default();
    let wants: BTreeSet<String> = part.answers().map(wanted).collect();
    let gets = answers(listed);
    let is_there = match part.filed {
        None => true,
        Some(_) if part.counts == Counts::Yes => gets == wants,
        Some(main) => gets.contains(&wanted(&main)) || gets.is_empty() && state == PartState::Review,
    };
    let is_copy = copies.is_copy(&owner, &part.sha256, &truth.id);
    let is_replaced = part.filed.is_some_and(|filed| {
        part.counts == Counts::Yes
            && filed.day.is_none()
            && copies.is_replaced(&owner, filed.requirement, filed.item, &truth.id)
    });
    let is_state = match state {
        PartState::Superseded if is_replaced => true,
        PartState::Duplicate if is_copy => true,
        // It waits still, though a later file answers what it might have.
        PartState::Superseded
            if word(got, "state") == "review" && part.states.contains(&PartState::Review) =>
        {
            true
        }
        _ => {
            part.states.contains(&state)
                && !(is_replaced && part.counts == Counts::Yes && !is_copy && state != PartState::Review)
        }
    };
    let is_unit = part.filed.is_none()
        || part.unit.as_ref().is_none_or(|own| own == unit)
        || state == PartState::Review;
    let says = || {
        format!(
            "part {}: truth {wants:?} {:?}{}; got {gets:?} {state} ({})",
            part.path,
            part.states,
            if is_replaced { " replaced" } else { "" },
            word(listed, "why")
        )
    };
    if is_there && is_state && is_unit {
        tally.item_right += 1;
    } else if state == PartState::Review {
        tell(tally, "asked about a part", truth, got, &says());
    } else {
        tally.item_silent += 1;
        tell(tally, "ITEM WRONG IN SILENCE", truth, got, &says());
    }
    if let Some(form) = &part.form
        && !matches!(state, PartState::Unreadable | PartState::Duplicate)
    {
        flaws(truth, part, form, got, listed, tally);
    }
}

fn flaws(truth: &Sent, part: &Part, form: &FormTruth, got: &Value, listed: &Value, tally: &mut Tally) {
    let told: Vec<(&str, &str, &str)> = listed["flaws"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|flaw| (word(flaw, "code"), word(flaw, "place"), word(flaw, "level")))
        .collect();
    tally.forms += 1;
    for planted in &form.planted {
        tally.planted += 1;
        let is_found = told.iter().any(|(code, place, _)| {
            planted.codes.contains(code)
                && (planted.cells.is_empty() || planted.cells.iter().any(|cell| cell == place))
        });
        if is_found {
            tally.planted_found += 1;
        } else {
            tell(
                tally,
                "FLAW NOT FOUND",
                truth,
                got,
                &format!("part {}: planted {planted:?}; told {told:?}", part.path),
            );
        }
    }
    let known = |code: &str| {
        form.free.contains(&code) || form.planted.iter().any(|planted| planted.codes.contains(&code))
    };
    let accused: Vec<_> = told.iter().filter(|(code, _, level)| *level != "I" && !known(code)).collect();
    if !accused.is_empty() {
        tally.forms_accused += 1;
        tell(
            tally,
            "FALSELY ACCUSED",
            truth,
            got,
            &format!("part {}: {accused:?} {}", part.path, listed["flaws"]),
        );
    }
}

/// The readings of one form beside what was typed into it.
pub fn values(mail: &Sent, part: &Part, form: &FormTruth, rows: &[CountedReading], tally: &mut Tally) {
    if rows.len() != form.rows.len() {
        tally.cells += 1;
        tally.told.push(format!(
            "ROWS: {} {}: {} of {} read from {}",
            mail.story,
            mail.subject,
            rows.len(),
            form.rows.len(),
            part.path
        ));
    }
    for (n, row) in form.rows.iter().enumerate() {
        let read = rows.get(n);
        for (field, (held, cell)) in &row.values {
            tally.cells += 1;
            let value = read.and_then(|row| row.values.get(*field)).cloned().unwrap_or_default();
            let at = read.and_then(|row| row.cells.get(*field)).and_then(Value::as_str).unwrap_or_default();
            if is_same(held, &value) && at == cell {
                tally.cells_exact += 1;
            } else {
                tally.told.push(format!(
                    "VALUE: {} {}: {} row {n} {field} at {cell} is {held:?}; read {value} at {at}",
                    mail.story, mail.subject, part.path
                ));
            }
        }
    }
}

fn is_same(held: &Held, value: &Value) -> bool {
    let plain = |text: &str| {
        text.nfkc()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .collect::<String>()
            .trim_start_matches("+86")
            .to_owned()
    };
    match held {
        Held::Text(text) => value.as_str().is_some_and(|value| plain(value) == plain(text)),
        Held::Count(count) => value.as_i64() == Some(*count),
        Held::Share(share) => value.as_f64().is_some_and(|value| (value - share).abs() < 1e-9),
    }
}

/// Standings of everything owed at one moment.
pub fn standings(truth: &[Stands], status: &Value, moment: &str, tally: &mut Tally) {
    let mut got: HashMap<(String, String, String), String> = HashMap::new();
    for unit in status["units"].as_array().unwrap() {
        for requirement in unit["requirements"].as_array().unwrap() {
            let key = (
                word(unit, "unit").to_owned(),
                word(requirement, "id").to_owned(),
                word(requirement, "day").to_owned(),
            );
            got.insert(key, word(requirement, "standing").to_owned());
        }
    }
    for stands in truth.iter().filter(|stands| !stands.any_of.is_empty()) {
        tally.standings += 1;
        let day = stands.day.map(|day| format!("2023-05-{day:02}")).unwrap_or_default();
        let shown = got
            .get(&(stands.unit.clone(), stands.requirement.to_owned(), day.clone()))
            .map_or("none", String::as_str);
        if stands.any_of.contains(&shown) {
            tally.standings_right += 1;
        } else {
            tally.told.push(format!(
                "STANDING at {moment}: {} {} {day}: truth {:?}, shown {shown}",
                stands.unit, stands.requirement, stands.any_of
            ));
        }
    }
}
