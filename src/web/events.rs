//! 「有3封新来件」: a stream that tells an open page how much has come since it was made. It fills one bar and nothing
//! else: the page itself moves only when its reader says so.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};

use super::answer::check_door;
use super::ask::Asked;
use super::router::Shared;
use super::who::who;
use crate::fault::Fault;

/// How often the store is asked: one row by its number.
const LOOK_EVERY: Duration = Duration::from_secs(4);

/// Since what the page was made.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Seen {
    mails: i64,
    decisions: i64,
}

/// The stream; only for whoever may open the page, and ended when they may not any more.
pub(super) async fn stream(shared: Arc<Shared>, asked: Asked) -> Response {
    let first = Seen {
        mails: asked.query.number("mails").unwrap_or(0),
        decisions: asked.query.number("decisions").unwrap_or(0),
    };
    if !matches!(look(&shared, &asked).await, Ok(Some(_))) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let state = (shared, asked, first, None::<Seen>);
    let events = futures_util::stream::unfold(state, move |(shared, asked, first, mut told)| async move {
        loop {
            if told.is_some() {
                tokio::time::sleep(LOOK_EVERY).await;
            }
            let Ok(Some(now)) = look(&shared, &asked).await else { return None };
            if told == Some(now) {
                continue;
            }
            told = Some(now);
            let (mails, decisions) = (now.mails - first.mails, now.decisions - first.decisions);
            let event = Event::default().data(format!("{{\"mails\":{mails},\"decisions\":{decisions}}}"));
            return Some((Ok::<_, Infallible>(event), (shared, asked, first, told)));
        }
    });
    Sse::new(events).keep_alive(KeepAlive::default()).into_response()
}

/// What there is now; none where nobody may know.
async fn look(shared: &Arc<Shared>, asked: &Asked) -> Result<Option<Seen>, Fault> {
    let (shared, asked) = (Arc::clone(shared), asked.clone());
    let looked = tokio::task::spawn_blocking(move || {
        let (store, now) = (&shared.desk.store, shared.desk.clock.now());
        if check_door(&shared, &asked).is_err() {
            return Ok(None);
        }
        // An open page is no use of it: a session ends as if nobody had looked.
        let known = who(store, &asked, &shared.local_secret, now)?;
        if !known.is_some_and(|who| who.may_see_mail()) {
            return Ok(None);
        }
        let (mails, decisions) = store.newest_numbers()?;
        Ok(Some(Seen { mails, decisions }))
    });
    looked.await.unwrap_or_else(|error| Err(Fault::Retry(error.to_string())))
}
