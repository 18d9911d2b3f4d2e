//! Taking a person out of every text of the database, whatever table it stands in: a table that comes later is searched, too.
//! Signatures stay: who decided must be known.

use jiff::Timestamp;
use rusqlite::types::ToSql;
use rusqlite::{Transaction, named_params};
use serde_json::Value;

use super::super::outbox::strike_row;
use crate::domain::person::Person;
use crate::fault::Fault;

/// Tables of those who work with the program: a clerk who leaves is removed as a user.
const NOT_SEARCHED: [&str; 3] = ["user", "session", "leader_link"];
/// Who signed.
const SIGNATURES: [&str; 2] = ["made_by", "approved_by"];
/// Hashes and their beginnings: Ada and Dee stand in them by chance, and what is changed in one is not found any more.
const HASHES: [&str; 4] = ["sha256", "part_sha256", "start", "files"];

/// Takes away what keeps rows from being changed; gives it back to be set again in the same transaction.
pub(super) fn lift_guards(tx: &Transaction<'_>) -> Result<Vec<String>, Fault> {
    let mut select = tx.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")?;
    let guards: Vec<(String, String)> =
        select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    for (name, _) in &guards {
        tx.execute_batch(&format!("DROP TRIGGER {name}"))?;
    }
    Ok(guards.into_iter().map(|(_, sql)| sql).collect())
}

/// Sets what [`lift_guards`] took away.
pub(super) fn set_guards(tx: &Transaction<'_>, guards: &[String]) -> Result<(), Fault> {
    guards.iter().try_for_each(|sql| Ok(tx.execute_batch(sql)?))
}

/// How many texts name the person.
pub(super) fn count(tx: &Transaction<'_>, person: &Person) -> Result<usize, Fault> {
    let mut places = 0;
    for (table, column) in texts(tx)? {
        places += naming(tx, &table, &column, person)?.len();
    }
    Ok(places)
}

/// Takes the person out of every text; returns out of how many.
pub(super) fn person(tx: &Transaction<'_>, person: &Person, now: Timestamp) -> Result<usize, Fault> {
    let mut places = forget_senders(tx, person)? + strike_letters(tx, person, now)?;
    for (table, column) in texts(tx)? {
        for text in naming(tx, &table, &column, person)? {
            let Some(clean) = clean(&text, person) else { continue };
            let sql = format!("UPDATE {table} SET {column} = :clean WHERE {column} = :text");
            places += tx.prepare_cached(&sql)?.execute(named_params! { ":clean": clean, ":text": text })?;
        }
    }
    Ok(places)
}

/// An address that was taught is not taught any more: two of one person would become one row.
fn forget_senders(tx: &Transaction<'_>, person: &Person) -> Result<usize, Fault> {
    let mut gone = 0;
    for address in naming(tx, "sender", "address", person)? {
        gone += tx.execute("DELETE FROM sender WHERE address = ?1", [address])?;
    }
    Ok(gone)
}

/// What waits to leave for the person does not leave.
fn strike_letters(tx: &Transaction<'_>, person: &Person, now: Timestamp) -> Result<usize, Fault> {
    let mut select = tx.prepare("SELECT id, recipient FROM outbox WHERE state = 'queued'")?;
    let queued = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let queued: Vec<(i64, String)> = queued.collect::<Result<_, _>>()?;
    let mut struck = 0;
    for (id, _) in queued.iter().filter(|(_, recipient)| person.is_in(recipient)) {
        struck += usize::from(strike_row(tx, *id, "收件人的个人信息已删除", now)?);
    }
    Ok(struck)
}

/// Of a campaign's mails only the register stays: who wrote, what they told in forms, and what was written to them goes.
pub(super) fn campaign(tx: &Transaction<'_>, campaign: &str, mails: &dyn ToSql) -> Result<usize, Fault> {
    const OF_MAILS: [&str; 6] = [
        "DELETE FROM report WHERE message IN (SELECT value FROM json_each(:mails))",
        "DELETE FROM reading WHERE message IN (SELECT value FROM json_each(:mails))",
        "DELETE FROM sender WHERE message IN (SELECT value FROM json_each(:mails))",
        "DELETE FROM download WHERE message IN (SELECT value FROM json_each(:mails))",
        "DELETE FROM link WHERE message IN (SELECT value FROM json_each(:mails))",
        "UPDATE message SET sender = '', sender_name = '', evidence = '[]' WHERE id IN (SELECT value FROM json_each(:mails))",
    ];
    const OF_CAMPAIGN: [&str; 2] = [
        "UPDATE outbox SET recipient = '', subject = '', text = '', reply = '' WHERE campaign = :campaign AND state <> 'queued'",
        "UPDATE reminder_log SET recipient = '', subject = '' WHERE campaign = :campaign",
    ];
    let mut places = 0;
    for sql in OF_MAILS {
        places += tx.execute(sql, named_params! { ":mails": mails })?;
    }
    for sql in OF_CAMPAIGN {
        places += tx.execute(sql, named_params! { ":campaign": campaign })?;
    }
    Ok(places)
}

/// Every column of text that is searched, with its table.
fn texts(tx: &Transaction<'_>) -> Result<Vec<(String, String)>, Fault> {
    const TEXTS: &str = "
        SELECT t.name, c.name FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c
        WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND c.type = 'TEXT' ORDER BY t.name, c.cid";
    let mut select = tx.prepare(TEXTS)?;
    let all = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut all: Vec<(String, String)> = all.collect::<Result<_, _>>()?;
    all.retain(|(table, column)| {
        !NOT_SEARCHED.contains(&table.as_str())
            && !SIGNATURES.contains(&column.as_str())
            && !HASHES.contains(&column.as_str())
    });
    Ok(all)
}

/// The texts of a column that name the person.
fn naming(tx: &Transaction<'_>, table: &str, column: &str, person: &Person) -> Result<Vec<String>, Fault> {
    let mut select = tx.prepare(&format!("SELECT {column} FROM {table} WHERE {column} <> ''"))?;
    let mut rows = select.query([])?;
    let mut found = std::collections::BTreeSet::new();
    while let Some(row) = rows.next()? {
        let text = row.get_ref(0)?.as_str().unwrap_or_default();
        if clean(text, person).is_some() {
            found.insert(text.to_owned());
        }
    }
    Ok(found.into_iter().collect())
}

/// A text without the person, JSON as JSON; none where it does not name them.
fn clean(text: &str, person: &Person) -> Option<String> {
    let plain = person.taken_out(text);
    let told = plain.as_deref().unwrap_or(text);
    if !told.contains('\\') || !told.starts_with(['{', '[']) {
        return plain;
    }
    // A line break within a name stands there as two letters.
    let Ok(mut value) = serde_json::from_str::<Value>(told) else { return plain };
    if clean_json(&mut value, person) { Some(value.to_string()) } else { plain }
}

fn clean_json(value: &mut Value, person: &Person) -> bool {
    match value {
        Value::String(text) => match person.taken_out(text) {
            Some(clean) => {
                *text = clean;
                true
            }
            None => false,
        },
        // Every one of them: `any` would stop at the first.
        Value::Array(values) => {
            values.iter_mut().map(|value| usize::from(clean_json(value, person))).sum::<usize>() > 0
        }
        Value::Object(values) => {
            values.values_mut().map(|value| usize::from(clean_json(value, person))).sum::<usize>() > 0
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::column::Json;
    use super::*;

    #[test]
    fn a_name_that_stands_in_a_hash_by_chance_is_left_there() {
        let dir = tempfile::tempdir().unwrap();
        let store = crate::store::Store::open(dir.path()).unwrap();
        let ada = Person::named(&["Ada".to_owned()]).unwrap();
        let insert = "
            INSERT INTO message (sha256, size, received_at, captured_at, is_history, note, stage, subject)
            VALUES ('ada0ada0ada0ada0', 1, 1, 1, 0, '', 'captured', 'from Ada')";
        let known = "SELECT count(*) FROM known_hash WHERE start = 'ada0ada0ada0'";
        let places = store.write(|tx| {
            tx.execute(insert, [])?;
            assert_eq!(count(tx, &ada), Ok(1));
            let places = person(tx, &ada, Timestamp::UNIX_EPOCH)?;
            assert_eq!(tx.query_row(known, [], |row| row.get::<_, u32>(0))?, 1);
            Ok(places)
        });
        assert_eq!(places, Ok(1), "the subject");
    }

    #[test]
    fn a_person_is_taken_out_of_json_as_json() {
        let person = Person::named(&["张小芳".to_owned()]).unwrap();
        let clean = |text: &str| clean(text, &person);
        assert_eq!(clean(r#"["张\n小芳","说\"是\""]"#).as_deref(), Some(r#"["某某某","说\"是\""]"#));
        assert_eq!(clean(r#"{"a":"张小芳"}"#).as_deref(), Some(r#"{"a":"某某某"}"#));
        assert_eq!(clean("张小芳已报").as_deref(), Some("某某某已报"));
        assert_eq!(clean(r#"["张小方\n"]"#), None);
        assert!(Json::<Vec<String>>::of_text(&clean(r#"["张小芳"]"#).unwrap()).is_ok());
    }
}
