//! What a monitor asks of the page: whether all is well, and numbers. Both without signing in, from this machine only as all of
//! the page is, and without a name in them.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::router::Shared;
use crate::fault::Fault;
use crate::report;

/// `ok`, or 503 and a line for each trouble.
pub(super) async fn health(State(shared): State<Arc<Shared>>) -> Response {
    let troubles = asked(shared, |shared| {
        let desk = &shared.desk;
        report::troubles(&desk.store, &desk.mailboxes, desk.clock.now())
    });
    match troubles.await {
        Ok(troubles) if troubles.is_empty() => "ok\n".into_response(),
        Ok(troubles) => (StatusCode::SERVICE_UNAVAILABLE, troubles.join("\n") + "\n").into_response(),
        Err(fault) => (StatusCode::SERVICE_UNAVAILABLE, format!("{fault}\n")).into_response(),
    }
}

/// OpenMetrics text.
pub(super) async fn metrics(State(shared): State<Arc<Shared>>) -> Response {
    const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let metrics = asked(shared, |shared| {
        let desk = &shared.desk;
        report::metrics(&desk.store, &desk.mailboxes, desk.clock.now())
    });
    match metrics.await {
        Ok(metrics) => ([(header::CONTENT_TYPE, TEXT)], metrics).into_response(),
        Err(fault) => (StatusCode::SERVICE_UNAVAILABLE, format!("{fault}\n")).into_response(),
    }
}

async fn asked<T: Send + 'static>(
    shared: Arc<Shared>,
    question: impl FnOnce(&Shared) -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    let answer = tokio::task::spawn_blocking(move || question(&shared)).await;
    answer.unwrap_or_else(|error| Err(Fault::Retry(error.to_string())))
}
