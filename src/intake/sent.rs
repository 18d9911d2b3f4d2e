//! Evidence from the server's own folder of sent mail: where a mail of ours got no answer after its dot, its Message-ID
//! there proves that the server took it. Asked only while there is such a mail, a few of the newest mails at a time and
//! never by SEARCH, which 163 and QQ answer wrongly (`quirks.md` A4). What is not found stays unsure: some servers keep
//! no copies, and a person settles it.

use jiff::{SignedDuration, Timestamp};

use super::broken::Broken;
use super::capture::on_blocking_thread;
use crate::domain::mailbox::Mailbox;
use crate::domain::message::{Echo, EchoKind};
use crate::imap::{Body, Described, Piece, Session};
use crate::mime::Fields;
use crate::store::{Store, Unsure};

/// Between two askings.
const ASKED_EVERY: SignedDuration = SignedDuration::from_mins(10);
/// A copy that did not come within so long does not come.
const WAITED_FOR: SignedDuration = SignedDuration::from_hours(48);
/// Clocks differ by so much.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_hours(1);
/// Newest mails of the folder that are looked at.
const NEWEST: usize = 100;
/// Ours are small; larger mails are not fetched (bytes).
const OURS_AT_MOST: u64 = 256 * 1024;

/// Whether it is time to ask again.
pub(super) fn is_time(asked_at: Option<Timestamp>, now: Timestamp) -> bool {
    asked_at.is_none_or(|at| !(at..at + ASKED_EVERY).contains(&now))
}

/// Looks for mails of ours whose fate nobody knows in the folder of sent mail, and settles those that lie there.
///
/// # Errors
/// The link broke, or the store; a server that has no such folder, or refuses it, is no error.
pub(super) async fn settle(
    session: &mut Session,
    mailbox: &Mailbox,
    store: &Store,
    now: Timestamp,
) -> Result<(), Broken> {
    let id = mailbox.id.clone();
    let unsure = on_blocking_thread(store, move |store| store.unsure(&id, now - WAITED_FOR)).await?;
    let Some(first) = unsure.iter().map(|mail| mail.dot_at).min() else { return Ok(()) };
    match look_through(session, &unsure, first).await {
        Err(Broken::Link(error)) if !error.ends_session() => {
            tracing::info!(mailbox = mailbox.id, "sent mail cannot be looked through: {error}");
            Ok(())
        }
        Err(broken) => Err(broken),
        Ok((echoes, note)) => {
            let tell = move |store: &Store| {
                store.hear(&echoes, now)?;
                unsure.iter().try_for_each(|mail| store.note_unsure(mail.id, &note))
            };
            Ok(on_blocking_thread(store, tell).await?)
        }
    }
}

/// What is found, and what is to be said of what is not.
async fn look_through(
    session: &mut Session,
    unsure: &[Unsure],
    first: Timestamp,
) -> Result<(Vec<Echo>, String), Broken> {
    let Some(folder) = session.sent_folder().await? else {
        return Ok((Vec::new(), "服务器上没有存放已发送邮件的文件夹可查".to_owned()));
    };
    session.examine(&folder).await?;
    let list = session.list(1).await?;
    // A part of it does not tell that a mail is not there.
    let is_part =
        list.refusal.is_some() || list.exists.is_some_and(|count| list.mails.len() < count as usize);
    let mut listed = list.mails;
    let may_be = |mail: &Described| {
        mail.size <= OURS_AT_MOST && mail.received_at.is_none_or(|at| at >= first - CLOCKS_DIFFER)
    };
    listed.retain(may_be);
    let newest = listed.split_off(listed.len().saturating_sub(NEWEST));
    let mut found: Vec<String> = Vec::new();
    // So many bytes at once as one command may bring.
    for mails in newest.chunks(16) {
        let mut bytes: Vec<u8> = Vec::new();
        session
            .bodies(mails, &mut 0, &mut |piece| match piece {
                // A mail that is told to be small may be none.
                Piece::Bytes(_) if bytes.len() as u64 > OURS_AT_MOST => {}
                Piece::Bytes(more) => bytes.extend_from_slice(more),
                Piece::End(fetched) => {
                    let raw = std::mem::take(&mut bytes);
                    if fetched.is_some_and(|fetched| fetched.body == Body::Whole) {
                        found.push(Fields::parse(&raw).text("message-id"));
                    }
                }
            })
            .await?;
    }
    let words = format!("在“{}”中找到，可知已发出", folder.name);
    let lies_there = |mail: &&Unsure| found.iter().any(|id| id.trim() == mail.message_id);
    let echo = |mail: &Unsure| Echo { outbox: mail.id, kind: EchoKind::Seen, words: words.clone() };
    let echoes = unsure.iter().filter(lies_there).map(echo).collect();
    let missed = if is_part { "没有列全，列出的之中没有找到" } else { "中没有找到" };
    Ok((echoes, format!("“{}”{missed}", folder.name)))
}
