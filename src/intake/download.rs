//! Downloads what registered mail only links to, where an administrator allowed the host; by default nothing ever is.
//! It stands beside the river: a file that came is made durable, and its mail put back to be read with it.

use std::time::Duration;

use jiff::Timestamp;

use crate::clock::Clock;
use crate::download::{Client, Wanted};
use crate::fault::Fault;
use crate::store::{Download, LinkRow, Store};

/// Rests after each failure that may pass; after as many failures and one more it is left to a person.
const RESTS: [Duration; 4] = [
    Duration::from_secs(5 * 60),
    Duration::from_secs(20 * 60),
    Duration::from_secs(80 * 60),
    Duration::from_secs(6 * 3600),
];

/// Tries every link that is due, the one that ends first before the others, and returns how many files came. `came` is
/// called after each.
///
/// # Errors
/// What stops all: the disk is full, the store fails. What goes wrong with a link is noted beside it.
pub async fn pass(
    store: &Store,
    client: &Client,
    clock: &Clock,
    came: &(dyn Fn() + Sync),
) -> Result<usize, Fault> {
    let mut files = 0;
    if client.settings().download_from.is_empty() {
        return Ok(files);
    }
    for link in store.links_to_download(clock.now())? {
        if !client.settings().allows_link(&link.url) {
            continue;
        }
        match fetch(store, client, &link).await {
            Ok(file) => {
                store.downloaded(link.message, &file, clock.now())?;
                tracing::info!(message = link.message, bytes = file.size, "cloud attachment downloaded");
                files += 1;
                came();
            }
            Err(Fault::Halt(cause)) => return Err(Fault::Halt(cause)),
            Err(fault) => {
                tracing::warn!(message = link.message, "cloud attachment not downloaded: {fault}");
                let now = clock.now();
                store.download_failed(&link, fault.cause(), next_try(&fault, link.tries, now), now)?;
            }
        }
    }
    Ok(files)
}

/// The file behind a link, durable.
async fn fetch(store: &Store, client: &Client, link: &LinkRow) -> Result<Download, Fault> {
    let mut incoming = store.blobs().begin()?;
    let wanted = Wanted { url: &link.url, name: &link.name, size: link.size };
    let name = client.fetch(wanted, &mut incoming).await?;
    let staged = incoming.finish()?;
    let (sha256, size) = (staged.sha256.clone(), staged.size);
    store.blobs().keep(vec![staged])?;
    Ok(Download { url: link.url.clone(), sha256, size, name })
}

/// When a failed link is tried again; none for never. `tries` failed before this one.
fn next_try(fault: &Fault, tries: u32, now: Timestamp) -> Option<Timestamp> {
    let rest = RESTS.get(tries as usize).filter(|_| matches!(fault, Fault::Retry(_)))?;
    now.checked_add(*rest).ok()
}
