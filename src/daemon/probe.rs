//! `check --connect`: every server is tried at the same time, each with one login, and none longer than a person waits.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::time::Instant;

use super::block_on;
use crate::config::Config;
use crate::domain::mailbox::{Endpoint, Mailbox};
use crate::fault::Fault;
use crate::talk::{Trial, Verdict, has_others};
use crate::{imap, smtp};

/// Longest time one server may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Addresses of a host that are tried where nothing comes of the connection.
const ADDRESSES: usize = 3;

/// One server as it was found.
#[derive(Debug, Clone)]
pub struct Probed {
    /// Mailbox, purpose, place.
    pub name: String,
    /// What was tried, in order.
    pub trials: Vec<Trial>,
    /// The mailbox that was let in to be read, as far as the login goes.
    pub lets_read: Option<String>,
}

/// Walks through every IMAP and SMTP server side by side. Nothing is sent, no mail is marked as read.
///
/// # Errors
/// When no runtime can be made.
pub fn probe_servers(config: &Config, now: Timestamp) -> Result<Vec<Probed>, Fault> {
    let until = || Instant::now() + PATIENCE;
    let mailbox = |mailbox| async move {
        let timezone = timezone(config, mailbox);
        let imap = async {
            let walk = async || imap::probe(mailbox, now, &timezone, until()).await;
            let found = probed(mailbox, "收信", &mailbox.imap, walk).await;
            let is_fine = found.trials.iter().all(|trial| trial.verdict != Verdict::Failed);
            Probed { lets_read: is_fine.then(|| mailbox.id.clone()), ..found }
        };
        let smtp = async {
            let endpoint = mailbox.smtp.as_ref()?;
            let walk = async || smtp::probe(mailbox, endpoint, until()).await;
            Some(probed(mailbox, "发信", endpoint, walk).await)
        };
        let (imap, smtp) = tokio::join!(imap, smtp);
        [Some(imap), smtp]
    };
    let all = async { Ok(futures_util::future::join_all(config.mailboxes.iter().map(mailbox)).await) };
    Ok(block_on(all)?.into_iter().flatten().flatten().collect())
}

async fn probed(
    mailbox: &Mailbox,
    purpose: &str,
    endpoint: &Endpoint,
    walk: impl AsyncFn() -> Vec<Trial>,
) -> Probed {
    let name = format!("邮箱 {}：{purpose}服务器 {}:{}", mailbox.id, endpoint.host, endpoint.port);
    // A login without its password would only count against the mailbox; why there is none is another finding.
    let trials =
        if mailbox.password.reveal().is_empty() { vec![untried()] } else { walked(endpoint, walk).await };
    Probed { name, trials, lets_read: None }
}

/// The findings of the first address of a host with which a conversation comes about, else of the last: mail is fetched and
/// sent through whichever is well.
async fn walked(endpoint: &Endpoint, walk: impl AsyncFn() -> Vec<Trial>) -> Vec<Trial> {
    let mut trials = walk().await;
    for _ in 1..ADDRESSES {
        let is_unheard = trials.first().is_some_and(|first| first.verdict == Verdict::Failed);
        if !is_unheard || !has_others(endpoint).await {
            break;
        }
        trials = walk().await;
    }
    trials
}

fn untried() -> Trial {
    Trial {
        verdict: Verdict::Failed,
        what: "未试：密码尚未就绪".into(),
        remedy: "请先解决上面关于密码的问题".into(),
        transcript: Vec::new(),
    }
}

/// The office's, of the campaign that the mailbox serves.
fn timezone(config: &Config, mailbox: &Mailbox) -> TimeZone {
    let campaign = config.campaigns.iter().find(|campaign| mailbox.serves(&campaign.id));
    campaign.map_or(TimeZone::UTC, |campaign| campaign.timezone.clone())
}
