//! Whether the daemon does its work, for a monitor and for whoever keeps the server: numbers as OpenMetrics text
//! (<https://prometheus.io/docs/specs/om/open_metrics_spec/>), troubles as lines. No address, name or subject is in either.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};

use crate::domain::mailbox::Mailbox;
use crate::fault::Fault;
use crate::store::{FolderState, OutboxState, ROOM_BYTES, Store, watched};

/// A mailbox that was not read completely for so long is a trouble: as long as until staff get their alarm.
const SILENCE: SignedDuration = SignedDuration::from_hours(2);

/// What is wrong now, a line each; empty when all is well. Only what somebody has to act upon: a mail that waits for a person is
/// work and no trouble.
///
/// # Errors
/// What the store reports: that is a trouble too.
pub fn troubles(store: &Store, mailboxes: &[Mailbox], now: Timestamp) -> Result<Vec<String>, Fault> {
    let folders = store.folder_states()?;
    let mut troubles = Vec::new();
    for mailbox in mailboxes {
        match scan_age(mailbox, &folders, now) {
            None => troubles.push(format!("邮箱 {}：还没有完整收取过", mailbox.id)),
            Some(age) if age > SILENCE => {
                troubles.push(format!("邮箱 {}：{}分钟没有完整收取", mailbox.id, age.as_mins()));
            }
            Some(_) => {}
        }
    }
    troubles.extend(of_the_house(store)?);
    let refusals =
        store.refusals()?.into_iter().filter(|refusal| mailboxes.iter().any(|m| m.id == refusal.mailbox));
    troubles.extend(refusals.map(|refusal| {
        let minutes = now.duration_since(refusal.since).as_mins();
        let what =
            if refusal.takes_nothing() { "没有收下任何信件" } else { "拒绝登录或发件人" };
        format!("邮箱 {}：发信服务器{what}，已{minutes}分钟", refusal.mailbox)
    }));
    let outbox = store.outbox_counts()?;
    if let Some(unsure) = outbox.get(&OutboxState::Unsure) {
        troubles.push(format!("{unsure} 封信不知是否发出，待人查实"));
    }
    Ok(troubles)
}

/// What is wrong with disk and store, whatever the mailboxes do.
///
/// # Errors
/// As there.
pub(super) fn of_the_house(store: &Store) -> Result<Vec<String>, Fault> {
    let mut troubles = Vec::new();
    let free = store.blobs().free_bytes()?;
    match store.blobs().demand_room() {
        Err(halted) => troubles.push(halted.cause().to_owned()),
        Ok(()) if free < ROOM_BYTES => {
            troubles.push(format!("数据文件夹所在磁盘只剩 {} MB，请腾出空间", free / 1_000_000));
        }
        Ok(()) => {}
    }
    let damages = store.checkup()?.map_or(0, |checkup| checkup.problems.len());
    if damages > 0 {
        troubles.push(format!("登记库或原始内容有 {damages} 处损坏，见“系统”页或 shouwen verify"));
    }
    Ok(troubles)
}

/// The numbers a monitor collects.
///
/// # Errors
/// What the store reports.
pub fn metrics(store: &Store, mailboxes: &[Mailbox], now: Timestamp) -> Result<String, Fault> {
    let (folders, gauges) = (store.folder_states()?, store.gauges()?);
    let waiting = store.waiting_counts(None)?;
    let mut text = String::new();
    let labelled = |label: &'static str, rows: &[(String, u64)]| -> Vec<(String, u64)> {
        rows.iter().map(|(value, count)| (format!("{{{label}=\"{value}\"}}"), *count)).collect()
    };
    let one = |value: u64| vec![(String::new(), value)];
    let wrong = troubles(store, mailboxes, now)?.len() as u64;
    gauge(&mut text, "shouwen_troubles", "What somebody has to act upon, as /health tells it.", &one(wrong));
    gauge(&mut text, "shouwen_mails", "Mails by stage.", &labelled("stage", &gauges.stages));
    let waits = [
        ("unassigned", waiting.unassigned),
        ("review", waiting.review),
        ("parked", waiting.parked),
        ("on_the_way", waiting.on_the_way),
        ("unfetched", waiting.unfetched),
    ]
    .map(|(what, count)| (what.to_owned(), count));
    gauge(&mut text, "shouwen_waiting", "Mails that wait, by what for.", &labelled("what", &waits));
    let outbox: Vec<_> = gauges.outbox.iter().map(|(state, count)| (state.to_string(), *count)).collect();
    gauge(&mut text, "shouwen_outbox", "Mails of ours by state.", &labelled("state", &outbox));
    let age = |mailbox: &Mailbox| {
        let age = scan_age(mailbox, &folders, now)?;
        Some((mailbox.id.clone(), u64::try_from(age.as_secs()).unwrap_or(0)))
    };
    let ages: Vec<_> = mailboxes.iter().filter_map(age).collect();
    gauge(
        &mut text,
        "shouwen_scan_age_seconds",
        "Since the last complete look at every folder.",
        &labelled("mailbox", &ages),
    );
    let troubled = |mailbox: &Mailbox| {
        let count = watched(mailbox, &folders).iter().filter(|(_, state)| has_trouble(*state)).count();
        (mailbox.id.clone(), u64::try_from(count).unwrap_or(u64::MAX))
    };
    let troubled: Vec<_> = mailboxes.iter().map(troubled).collect();
    gauge(
        &mut text,
        "shouwen_folders_in_trouble",
        "Folders whose last look was not complete.",
        &labelled("mailbox", &troubled),
    );
    if let Some(checkup) = store.checkup()? {
        let age = u64::try_from(now.duration_since(checkup.ended_at).as_secs()).unwrap_or(0);
        let damages = checkup.problems.len() as u64;
        gauge(&mut text, "shouwen_checkup_age_seconds", "Since the last look through the store.", &one(age));
        gauge(&mut text, "shouwen_damages", "What that look found wrong.", &one(damages));
    }
    gauge(&mut text, "shouwen_database_bytes", "The database with its log.", &one(gauges.database_bytes));
    gauge(
        &mut text,
        "shouwen_disk_free_bytes",
        "Room left on the disk of the store.",
        &one(gauges.free_bytes),
    );
    text.push_str("# EOF\n");
    Ok(text)
}

fn gauge(text: &mut String, name: &str, help: &str, rows: &[(String, u64)]) {
    let _ = writeln!(text, "# TYPE {name} gauge\n# HELP {name} {help}");
    for (labels, value) in rows {
        let _ = writeln!(text, "{name}{labels} {value}");
    }
}

/// Since when every folder of a mailbox was looked at completely; none when one never was.
fn scan_age(mailbox: &Mailbox, folders: &[FolderState], now: Timestamp) -> Option<SignedDuration> {
    let complete = |(_, state): &(&str, Option<&FolderState>)| state.and_then(|state| state.complete_at);
    let oldest = watched(mailbox, folders).iter().map(complete).min()??;
    Some(now.duration_since(oldest))
}

fn has_trouble(state: Option<&FolderState>) -> bool {
    state.is_none_or(|state| state.trouble.is_some())
}
