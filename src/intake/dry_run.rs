//! What today's rules, roster, forms and decisions would make of all mail: tried on a copy of the rows by the very stage
//! that files it, so that a dry run cannot say otherwise than a replay does.

use std::path::Path;

use super::news::news;
use super::register::Registrar;
use crate::clock::Clock;
use crate::domain::campaign::Campaign;
use crate::domain::mailbox::Mailbox;
use crate::domain::message::Stage;
use crate::fault::Fault;
use crate::store::Store;

/// A store in `folder` in which everything registered has been judged again by what its reader reported. `progress` is
/// told how many mails of how many.
///
/// # Errors
/// What the store reports; a copy needs as much room as the database.
pub fn dry_run(
    store: &Store,
    folder: &Path,
    campaigns: &[Campaign],
    mailboxes: &[Mailbox],
    clock: &Clock,
    progress: &dyn Fn(u64, u64),
) -> Result<Store, Fault> {
    let copy = store.copy_rows(folder)?;
    copy.date_history(mailboxes)?;
    let all = copy.send_back(Stage::Read)? as u64;
    let (_, no_news) = news();
    let mut registrar = Registrar::new(&copy, campaigns, mailboxes, clock)?;
    registrar.register_all(&no_news, &mut |done| progress(done as u64, all), &|| false)?;
    Ok(copy)
}
