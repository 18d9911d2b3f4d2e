//! The door: what a browser sends is read within limits and handed to a thread that may wait for the store; around every
//! answer stand the same fences: nothing framed, nothing sniffed, no script but ours.

use std::future::Future;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use minijinja::Environment;
use tokio::net::TcpListener;

use super::ask::{Asked, FIELDS_MAX, FORM_BYTES_MAX, Fields, segments};
use super::failure::Failure;
use super::guests::{Guests, Peer};
use super::hands::Hands;
use super::throttle::Throttle;
use super::{Settings, answer, events, frame, password};
use crate::clock::Clock;
use crate::domain::campaign::Campaign;
use crate::domain::mailbox::Mailbox;
use crate::fault::Fault;
use crate::intake::darkroom::Darkroom;
use crate::remind;
use crate::report::Leaving;
use crate::store::Store;

/// What the pages are made from.
pub struct Desk {
    /// The store.
    pub store: Store,
    /// Campaigns in the order of configuration.
    pub campaigns: Vec<Campaign>,
    /// Mailboxes, for freshness.
    pub mailboxes: Vec<Mailbox>,
    /// How and when units are reminded.
    pub reminders: remind::Settings,
    /// Where the page is, and behind what.
    pub settings: Settings,
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
    /// What the forms of the machine's own user rest on; another one after each start.
    pub local_secret: String,
    pub throttle: Throttle,
    /// One password is weighed at a time: each takes 19 MiB.
    pub scales: Mutex<()>,
    /// One download is packed at a time: each may take gigabytes of the disk.
    pub packing: Mutex<()>,
    /// Who may be answered now.
    pub hands: Hands,
}

const CSP: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; \
                   media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Whether the page may be opened as it is set: one that others reach needs somebody who signs in.
///
/// # Errors
/// [`Fault::Refused`] in words for whoever starts the program.
pub fn may_listen(store: &Store, settings: &Settings) -> Result<(), Fault> {
    if settings.is_for_this_machine() || store.has_users()? {
        return Ok(());
    }
    let listen = settings.listen;
    let (is, back) = match settings.behind_https {
        true => ("经代理", "behind_https 改回 false，并停用代理"),
        false => ("", "listen 改回 127.0.0.1"),
    };
    Err(Fault::Refused(format!(
        "状态页地址 {listen} {is}对外开放，而还没有用户：请先添加，如 shouwen user add 李某 --role 管理；或把 [web] {back}"
    )))
}

/// Serves the pages on `listener` until `stop` is done.
///
/// # Errors
/// When a template is broken (a fault of the program) or the socket fails.
pub async fn serve(
    listener: TcpListener,
    desk: Desk,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Fault> {
    let templates = frame::templates().map_err(|error| Fault::Halt(format!("page template: {error}")))?;
    let (local_secret, throttle) = (password::token(), Throttle::default());
    let (scales, packing, hands) = (Mutex::default(), Mutex::default(), Hands::default());
    let shared = Arc::new(Shared { desk, templates, local_secret, throttle, scales, packing, hands });
    let guests = Guests::new(listener, shared.desk.settings.behind_https);
    let router = Router::new().fallback(handle).layer(middleware::from_fn(fence)).with_state(shared);
    let service = router.into_make_service_with_connect_info::<Peer>();
    axum::serve(guests, service).with_graceful_shutdown(stop).await?;
    Ok(())
}

/// Says to the browser what this page never does.
async fn fence(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex, nofollow"));
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let is_post = request.method() == Method::POST;
    if !is_post && !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let (parts, body) = request.into_parts();
    let peer = parts.extensions.get::<ConnectInfo<Peer>>().map(|ConnectInfo(peer)| peer.clone());
    let form = match is_post {
        false => Fields::default(),
        true => match to_bytes(body, FORM_BYTES_MAX).await {
            Ok(bytes) if bytes.iter().filter(|byte| **byte == b'&').count() < FIELDS_MAX => {
                Fields::of(&String::from_utf8_lossy(&bytes))
            }
            _ => return (StatusCode::PAYLOAD_TOO_LARGE, "表单太大，没有办理。").into_response(),
        },
    };
    let _served = peer.as_ref().map(Peer::served);
    let asked = Asked {
        is_post,
        path: segments(parts.uri.path()),
        address: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
        query: Fields::of(parts.uri.query().unwrap_or_default()),
        form,
        cookies: all_of(&parts.headers, header::COOKIE),
        origin: parts.headers.get(header::ORIGIN).map(|origin| text_of(origin).to_owned()),
        host: parts.headers.get(header::HOST).map(text_of).unwrap_or_default().to_owned(),
        range: parts.headers.get(header::RANGE).map(|range| text_of(range).to_owned()),
        peer: visitor(&shared, &parts.headers, peer.as_ref().map(|peer| peer.address.ip())),
    };
    if asked.path.iter().map(String::as_str).eq(["events"]) {
        return events::stream(shared, asked).await;
    }
    let hand = shared.hands.turn(&asked.path).await;
    // The thread keeps its turn to its end, though the browser may have gone.
    let answered = tokio::task::spawn_blocking(move || {
        let _hand = hand;
        answer::answer(&shared, &asked)
    });
    let answered = answered.await;
    answered.map_or_else(|error| lost(&error.to_string()), super::reply::Reply::response)
}

/// A thread that died takes its page with it, and nothing else.
fn lost(cause: &str) -> Response {
    let failure = Failure::broken(cause);
    (failure.status, failure.text).into_response()
}

fn text_of(value: &HeaderValue) -> &str {
    value.to_str().unwrap_or_default()
}

fn all_of(headers: &HeaderMap, name: header::HeaderName) -> String {
    headers.get_all(name).iter().map(text_of).collect::<Vec<_>>().join("; ")
}

/// From where somebody comes: behind a proxy of ours, which adds it last, what that says; else the other end of the wire.
fn visitor(shared: &Shared, headers: &HeaderMap, peer: Option<IpAddr>) -> Option<IpAddr> {
    if !shared.desk.settings.behind_https {
        return peer;
    }
    let forwarded = headers.get_all("x-forwarded-for").iter().next_back().map(text_of);
    let last = forwarded.and_then(|all| all.rsplit(',').next()).and_then(|last| last.trim().parse().ok());
    last.or(peer)
}
