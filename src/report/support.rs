//! What whoever maintains the program needs to see when something is wrong at an office, and may see: how it stands, without a
//! person in it. Numbers and addresses are covered, names of files and words of mails are left out.

use jiff::Timestamp;
use serde_json::Value;

use super::{health, metrics, status};
use crate::domain::campaign::Campaign;
use crate::domain::mailbox::Mailbox;
use crate::domain::mask::masked;
use crate::domain::message::MessageState;
use crate::fault::Fault;
use crate::store::{MessageFilter, Store};

/// What mails and files say stands under these keys of the status.
const WORDS_OF_OTHERS: [&str; 3] = ["flaws", "links", "dead_addresses"];
/// Mails named that could not be read.
const PARKED_NAMED: usize = 100;
/// Answers of servers to our mails, the latest.
const REPLIES_SHOWN: usize = 100;

/// Files of the bundle by name. What cannot be told is told so: a broken store is what the bundle is for.
pub fn support(
    store: &Store,
    campaigns: &[Campaign],
    mailboxes: &[Mailbox],
    now: Timestamp,
) -> Vec<(String, String)> {
    let told = |text: Result<String, Fault>| text.unwrap_or_else(|fault| format!("读不出：{fault}\n"));
    let troubles = health::troubles(store, mailboxes, now).map(|lines| lines.join("\n") + "\n");
    let mut files = vec![
        ("health.txt".to_owned(), told(troubles)),
        ("metrics.txt".to_owned(), told(metrics(store, mailboxes, now))),
        ("verify.txt".to_owned(), told(last_verify(store))),
        ("schema.sql".to_owned(), told(store.schema())),
        ("mailboxes.txt".to_owned(), told(folders(store))),
        ("parked.txt".to_owned(), told(parked(store))),
        ("outbox.txt".to_owned(), told(outbox(store))),
    ];
    for campaign in campaigns {
        let text = told(status_of(store, campaign, mailboxes, now));
        files.push((format!("status-{}.json", campaign.id), text));
    }
    files.iter_mut().for_each(|(_, text)| *text = masked(text));
    files
}

fn status_of(
    store: &Store,
    campaign: &Campaign,
    mailboxes: &[Mailbox],
    now: Timestamp,
) -> Result<String, Fault> {
    let question = status::Question { campaign, mailboxes, now, as_of: None, with_files: false };
    let status = status::status(store, &question)?;
    let mut value = serde_json::to_value(status).map_err(|error| Fault::Retry(format!("json: {error}")))?;
    leave_out(&mut value);
    Ok(format!("{value:#}\n"))
}

fn leave_out(value: &mut Value) {
    match value {
        Value::Object(values) => {
            values.retain(|key, _| !WORDS_OF_OTHERS.contains(&key.as_str()));
            values.values_mut().for_each(leave_out);
        }
        Value::Array(values) => values.iter_mut().for_each(leave_out),
        _ => {}
    }
}

/// What the last look through the store found; without names of files.
fn last_verify(store: &Store) -> Result<String, Fault> {
    let Some(last) = store.checkup()? else { return Ok("还没有核对过\n".to_owned()) };
    let mut text = format!(
        "{}：来件 {}，原始内容 {}，不符 {} 处，重新生成 {}，待重新收取 {}\n",
        last.ended_at,
        last.messages,
        last.blobs,
        last.problems.len(),
        last.again,
        last.awaited
    );
    for problem in &last.problems {
        let nameless = match (problem.split_once("附件 "), problem.rsplit_once(":文件 ")) {
            (Some((head, _)), Some((_, tail))) => format!("{head}附件…:文件 {tail}"),
            _ => problem.clone(),
        };
        text.push_str(&format!("{nameless}\n"));
    }
    Ok(text)
}

fn folders(store: &Store) -> Result<String, Fault> {
    let line = |state: &crate::store::FolderState| {
        let complete = state.complete_at.map_or_else(|| "从未".to_owned(), |at| at.to_string());
        let words =
            [&state.trouble, &state.note].into_iter().flatten().cloned().collect::<Vec<_>>().join("；");
        format!(
            "{} {}：完整收取 {complete}，最近尝试 {}。{words}\n",
            state.mailbox, state.folder, state.tried_at
        )
    };
    Ok(store.folder_states()?.iter().map(line).collect())
}

fn parked(store: &Store) -> Result<String, Fault> {
    let filter = MessageFilter {
        state: Some(MessageState::Parked),
        newest: Some(PARKED_NAMED as u32),
        ..MessageFilter::default()
    };
    let rows = store.messages(&filter)?;
    Ok(rows.iter().map(|row| format!("来件 {}：{}\n", row.id, row.reason)).collect())
}

fn outbox(store: &Store) -> Result<String, Fault> {
    let rows = store.outbox(None)?;
    let latest = rows.iter().rev().take(REPLIES_SHOWN);
    let line = |row: &crate::store::OutboxRow| {
        format!("{} {} {} {} 次：{}\n", row.id, row.mail.kind, row.state.word(), row.tries, row.reply)
    };
    Ok(latest.map(line).collect())
}
