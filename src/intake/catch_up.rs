//! Brings a list of a folder that is remembered up to date: asks for what is above it, and for its last mail with it. Where that is
//! another now, the folder was put back to what it once was or built anew, and UIDs were given again, which no count tells.

use super::broken::Broken;
use super::capture::Place;
use super::discover::{announced, difference, seen};
use super::memory::Listed;
use crate::imap::{Described, List, Session};

/// The list with what is above it. None: more has happened than that mail came, or the server does not answer such a question.
///
/// # Errors
/// The answer did not come, or the store cannot be asked.
pub(super) async fn catch_up(
    session: &mut Session,
    place: &Place<'_>,
    mut listed: Listed,
) -> Result<Option<Listed>, Broken> {
    let first = listed.last.map_or(1, |mail| mail.uid);
    let List { mails: mut new, exists, .. } = match session.list(first).await {
        Err(refused) if !refused.ends_session() => return Ok(None),
        Ok(List { refusal: Some(_), .. }) => return Ok(None),
        answer => answer?,
    };
    if let Some(last) = listed.last {
        let is_it = |mail: &Described| mail.uid == last.uid && announced(mail).may_be(&announced(&last));
        if !new.first().is_some_and(is_it) {
            return Ok(None);
        }
        new.remove(0);
    }
    listed.count += new.len() as u64;
    if exists.map(u64::from) != Some(listed.count) {
        return Ok(None);
    }
    if let Some(last) = new.last() {
        listed.last = Some(*last);
        listed.uids.extend(new.iter().map(|mail| mail.uid));
        let (mut waiting, _) = difference(&new, &seen(place, first).await?);
        listed.waiting.append(&mut waiting);
    }
    Ok(Some(listed))
}
