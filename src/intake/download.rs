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
                tracing::info!(mail = link.message, bytes = file.size, "cloud attachment downloaded");
                files += 1;
                came();
            }
            Err(Fault::Halt(cause)) => return Err(Fault::Halt(cause)),
            Err(fault) => {
                tracing::warn!(mail = link.message, "cloud attachment not downloaded: {fault}");
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
    Ok(Download { url: link.url.clone(), sha256, size, name, reader_deaths: 0 })
}

/// When a failed link is tried again; none for never. `tries` failed before this one.
fn next_try(fault: &Fault, tries: u32, now: Timestamp) -> Option<Timestamp> {
    let rest = RESTS.get(tries as usize).filter(|_| matches!(fault, Fault::Retry(_)))?;
    now.checked_add(*rest).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::facts::{LinkFacts, MailFacts};
    use crate::domain::message::{MessageKind, Stage};
    use crate::download::tests::{Server, file};
    use crate::store::{Captured, Registration, Reported, Sighting};

    fn noon() -> Timestamp {
        "2023-05-15T12:00:00+08:00".parse().unwrap()
    }

    /// A store with one registered mail that has these links.
    fn store_with(urls: &[&str]) -> (tempfile::TempDir, Store, i64) {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let mail = Captured {
            sha256: "0".repeat(64),
            size: 1,
            received_at: noon(),
            sighting: Sighting { mailbox: "zjc".into(), folder: "INBOX".into(), uidvalidity: 1, uid: 1 },
            is_history: false,
            note: String::new(),
            announced: Default::default(),
        };
        let id = store.capture(&[mail], noon()).unwrap()[0];
        let link =
            |url: &&str| LinkFacts { url: (*url).to_owned(), provider: "163".into(), ..LinkFacts::default() };
        let facts = MailFacts { links: urls.iter().map(link).collect(), ..MailFacts::default() };
        store.save_facts(&[Reported { id, facts, hashes: Vec::new() }], noon()).unwrap();
        let registration = Registration {
            kind: MessageKind::Submission,
            campaign: None,
            unit: None,
            unit_by: None,
            review: None,
            may_concern: vec![],
            may_be_of: vec![],
            may_hold_material: true,
            evidence: vec![],
            parts: vec![],
            loose: vec![],
            readings: vec![],
            learned: vec![],
            accepted: vec![],
            echoes: vec![],
        };
        store.register(&[(id, registration)], &[], noon()).unwrap();
        (dir, store, id)
    }

    #[tokio::test]
    async fn what_comes_is_kept_and_its_mail_goes_back_to_the_reader() {
        let server = Server::start(&[("GET files.example /a", file("PK"))]).await;
        let (_dir, store, id) = store_with(&["https://files.example/a", "https://elsewhere.example/b"]);
        let client = server.client(&["files.example"]);
        let clock = Clock::stepped(noon());
        assert_eq!(pass(&store, &client, &clock, &|| {}).await, Ok(1));
        assert_eq!(store.waiting(Stage::Captured, 9).unwrap()[0].id, id);
        let [kept] = &store.downloads(id).unwrap()[..] else { panic!("not one file") };
        assert_eq!(
            (kept.size, std::fs::read(store.blobs().path(&kept.sha256)).unwrap()),
            (2, b"PK".to_vec())
        );
        assert_eq!(server.asked(), ["GET files.example /a"]);
        assert_eq!(pass(&store, &client, &clock, &|| {}).await, Ok(0), "not twice");
    }

    #[tokio::test]
    async fn failures_are_told_and_tried_less_and_less_often_and_then_no_more() {
        let busy = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n".to_owned();
        let server = Server::start(&[("GET files.example /busy", busy)]).await;
        let (_dir, store, _) = store_with(&["https://files.example/busy", "https://files.example/gone"]);
        let client = server.client(&["files.example"]);
        let clock = Clock::stepped(noon());
        for hours in 0..40 {
            clock.step_to(noon() + jiff::SignedDuration::from_hours(hours));
            assert_eq!(pass(&store, &client, &clock, &|| {}).await, Ok(0));
        }
        let asked = |target: &str| server.asked().iter().filter(|asked| asked.ends_with(target)).count();
        assert_eq!((asked("/busy"), asked("/gone")), (RESTS.len() + 1, 1));
        let row = &store.messages(&Default::default()).unwrap()[0];
        assert!(row.links[0].trouble.as_ref().is_some_and(|why| why.contains("503")), "{:?}", row.links);
        assert!(row.links[1].trouble.as_ref().is_some_and(|why| why.contains("404")), "{:?}", row.links);
    }

    #[tokio::test]
    async fn a_file_that_comes_while_its_mail_is_being_read_is_not_forgotten() {
        let server = Server::start(&[("GET files.example /a", file("PK"))]).await;
        let (_dir, store, id) = store_with(&["https://files.example/a"]);
        let (mut facts, _) = store.facts(id).unwrap();
        let clock = Clock::stepped(noon());
        assert_eq!(pass(&store, &server.client(&["files.example"]), &clock, &|| {}).await, Ok(1));
        store.save_facts(&[Reported { id, facts: facts.clone(), hashes: vec![] }], noon()).unwrap();
        assert_eq!(store.waiting(Stage::Captured, 9).unwrap().len(), 1, "read before it came");
        facts.links[0].fetched = true;
        store.save_facts(&[Reported { id, facts, hashes: vec![] }], noon()).unwrap();
        assert_eq!(store.waiting(Stage::Read, 9).unwrap().len(), 1);
    }

    #[tokio::test]
    async fn by_default_nothing_is_asked() {
        let server = Server::start(&[]).await;
        let (_dir, store, _) = store_with(&["https://files.example/a"]);
        assert_eq!(pass(&store, &server.client(&[]), &Clock::stepped(noon()), &|| {}).await, Ok(0));
        assert!(server.asked().is_empty());
    }
}
