//! What a monitor asks of the page: whether all is well, and numbers. Nobody signs in for it, and no name is in it; what is wrong,
//! and how much there is, is told on the machine itself only.

use axum::http::StatusCode;

use super::ask::Asked;
use super::failure::Failure;
use super::reply::Reply;
use super::router::Shared;
use crate::report;

/// `ok`, or 503 and a line for each trouble.
pub(super) fn health(shared: &Shared, asked: &Asked) -> Result<Reply, Failure> {
    let desk = &shared.desk;
    let troubles = report::troubles(&desk.store, &desk.mailboxes, desk.clock.now());
    let troubles = troubles.unwrap_or_else(|fault| vec![fault.to_string()]);
    if troubles.is_empty() {
        return Ok(Reply::Text(StatusCode::OK, TEXT, "ok\n".to_owned()));
    }
    let lines = if is_here(asked) { troubles.join("\n") + "\n" } else { "trouble\n".to_owned() };
    Ok(Reply::Text(StatusCode::SERVICE_UNAVAILABLE, TEXT, lines))
}

/// OpenMetrics text.
pub(super) fn metrics(shared: &Shared, asked: &Asked) -> Result<Reply, Failure> {
    if !is_here(asked) {
        return Err(Failure::refused("统计数只在本机提供。"));
    }
    let desk = &shared.desk;
    let metrics = report::metrics(&desk.store, &desk.mailboxes, desk.clock.now())?;
    Ok(Reply::Text(StatusCode::OK, "application/openmetrics-text; version=1.0.0; charset=utf-8", metrics))
}

const TEXT: &str = "text/plain; charset=utf-8";

fn is_here(asked: &Asked) -> bool {
    asked.peer.is_some_and(|peer| peer.is_loopback())
}
