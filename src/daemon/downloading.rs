//! Downloading, beside the river: a slow cloud keeps no mail from being registered. Where no host is allowed there is
//! no such task.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};

use super::{House, block_on, stopped};
use crate::download::Client;
use crate::fault::Fault;
use crate::intake;

/// Rest between two passes over the links.
const EVERY: Duration = Duration::from_secs(60);

/// One pass after another until `stop`; what is under way then is dropped and leaves nothing behind.
pub(super) async fn download_all(house: &Arc<House>, arrived: &Notify, stop: &watch::Receiver<bool>) {
    let client = Client::new(house.config.links.clone());
    if client.settings().download_from.is_empty() {
        return;
    }
    let passes = async {
        loop {
            let came = || arrived.notify_one();
            if let Err(fault) = intake::download::pass(&house.store, &client, &house.clock, &came).await {
                tracing::error!("downloading: {fault}");
            }
            tokio::time::sleep(EVERY).await;
        }
    };
    tokio::select! { () = passes => {}, () = stopped(stop.clone()) => {} }
}

/// One pass; returns how many files came.
///
/// # Errors
/// What stops all downloading.
pub(super) fn download_once(house: &House) -> Result<usize, Fault> {
    let client = Client::new(house.config.links.clone());
    if client.settings().download_from.is_empty() {
        return Ok(0);
    }
    block_on(intake::download::pass(&house.store, &client, &house.clock, &|| {}))
}
