//! Which address shows what, and the fences around all of them: loopback names only, no script from anywhere, nothing
//! framed, nothing sniffed.

use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use minijinja::Environment;
use tokio::net::TcpListener;

use super::matrix::Filter;
use super::{pages, watch};
use crate::clock::Clock;
use crate::domain::campaign::Campaign;
use crate::domain::mailbox::Mailbox;
use crate::fault::Fault;
use crate::intake::darkroom::Darkroom;
use crate::report::Leaving;
use crate::store::Store;

/// What the pages are made from.
pub struct Desk {
    /// The store; pages only read it.
    pub store: Store,
    /// Campaigns in the order of configuration.
    pub campaigns: Vec<Campaign>,
    /// Mailboxes, for freshness.
    pub mailboxes: Vec<Mailbox>,
    /// The moment.
    pub clock: Clock,
    /// Where photos are made small.
    pub darkroom: Arc<Darkroom>,
    /// When each queued mail will leave.
    pub forecast: Forecast,
}

/// Says when each queued mail will leave, as the sender itself reckons it.
pub type Forecast = Arc<dyn Fn() -> Result<Leaving, Fault> + Send + Sync>;

pub(super) struct Shared {
    pub desk: Desk,
    pub templates: Environment<'static>,
}

const STYLE: &str = include_str!("static/style.css");
const CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                   frame-ancestors 'none'";

/// Serves the pages on `listener` until `stop` is done.
///
/// # Errors
/// When a template is broken (a fault of the program) or the socket fails.
pub async fn serve(
    listener: TcpListener,
    desk: Desk,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Fault> {
    let templates = pages::templates().map_err(|error| Fault::Halt(format!("page template: {error}")))?;
    let shared = Arc::new(Shared { desk, templates });
    let router = Router::new()
        .route("/", get(home))
        .route("/c/{campaign}", get(with_slash))
        .route("/c/{campaign}/", get(matrix))
        .route("/c/{campaign}/units/{code}", get(unit))
        .route("/mail/{number}", get(mail))
        .route("/thumbnail/{sha256}", get(thumbnail))
        .route("/health", get(watch::health))
        .route("/metrics", get(watch::metrics))
        .route("/static/style.css", get(style))
        .fallback(|| async { pages::Failure::missing("没有这个页面。") })
        .layer(middleware::from_fn(fence))
        .with_state(shared);
    axum::serve(listener, router).with_graceful_shutdown(stop).await?;
    Ok(())
}

/// Refuses foreign host names (a page on the internet must not reach this one by a name of its own) and says to the
/// browser what this page never does.
async fn fence(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("");
    let name = host.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')).map_or(host, |(name, _)| name);
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    let is_here = name == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    if !is_here {
        return (StatusCode::FORBIDDEN, "此页面只能在本机打开：http://127.0.0.1").into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

type Page = Result<Html<String>, pages::Failure>;

/// Runs the making of a page on a blocking thread: the store is not async.
async fn made(shared: Arc<Shared>, page: impl FnOnce(&Shared) -> Page + Send + 'static) -> Page {
    let done = tokio::task::spawn_blocking(move || page(&shared)).await;
    done.unwrap_or_else(|error| Err(pages::Failure::broken(&error.to_string())))
}

async fn home(State(shared): State<Arc<Shared>>) -> Response {
    match shared.desk.campaigns.first() {
        Some(campaign) => Redirect::to(&format!("/c/{}/", campaign.id)).into_response(),
        None => pages::Failure::missing("还没有配置报送任务。").into_response(),
    }
}

async fn with_slash(Path(campaign): Path<String>) -> Redirect {
    Redirect::permanent(&format!("/c/{campaign}/"))
}

/// A query that cannot be read asks for nothing in particular.
async fn matrix(
    State(shared): State<Arc<Shared>>,
    Path(campaign): Path<String>,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Page {
    let filter = filter.map(|Query(filter)| filter).unwrap_or_default();
    made(shared, move |shared| pages::matrix_page(shared, &campaign, &filter)).await
}

async fn unit(State(shared): State<Arc<Shared>>, Path((campaign, code)): Path<(String, String)>) -> Page {
    made(shared, move |shared| pages::unit_page(shared, &campaign, &code)).await
}

async fn mail(State(shared): State<Arc<Shared>>, Path(number): Path<String>) -> Page {
    made(shared, move |shared| pages::mail_page(shared, &number)).await
}

/// Our own JPEG of a photo, never the sender's bytes: made now where nobody asked for it before.
async fn thumbnail(State(shared): State<Arc<Shared>>, Path(sha256): Path<String>) -> Response {
    let made = tokio::task::spawn_blocking(move || shared.desk.darkroom.thumbnail(&sha256)).await;
    let headers = [(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, "private, max-age=86400")];
    match made {
        Ok(Ok(Some(jpeg))) => (headers, jpeg).into_response(),
        Ok(Ok(None)) => pages::Failure::missing("没有这张缩略图。").into_response(),
        Ok(Err(fault)) => pages::Failure::from(fault).into_response(),
        Err(error) => pages::Failure::broken(&error.to_string()).into_response(),
    }
}

async fn style() -> impl IntoResponse {
    let headers =
        [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=3600")];
    (headers, STYLE)
}
