//! How somebody comes in and goes out: with name and password, or by a leader's link. What was typed into a form whose
//! session had ended rides along and is shown for one more click.

use minijinja::context;

use super::answer;
use super::ask::{Asked, Fields, own_path};
use super::failure::Failure;
use super::frame::without_flash;
use super::password::{digest, fits, token};
use super::reply::Reply;
use super::router::Shared;
use super::who::{LEADER, SESSION, form_token};
use crate::store::{SESSION_WHOLE, User};

/// What was typed rides along up to so many fields and bytes: whoever is not known must not fill the memory.
const KEPT_FIELDS_MAX: usize = 1000;
const KEPT_BYTES_MAX: usize = 64 * 1024;
/// Longest name that is told from others, in characters; no account has a longer one.
const NAME_CHARS_MAX: usize = 64;

/// The page that asks who is there. `next`: where the person wanted to go; `kept`: what they had typed there.
pub(super) fn page(
    shared: &Shared,
    asked: &Asked,
    (next, kept): (&str, &[(String, String)]),
    wrong: Option<&str>,
) -> Result<String, Failure> {
    // The token of the form was that of the session that ended.
    let kept = kept.iter().filter(|(name, _)| name != "token");
    let fields: Vec<_> = kept.map(|(name, value)| context! { name, value }).collect();
    let theme = asked.cookie("theme").filter(|theme| matches!(*theme, "dark" | "light"));
    let html = shared.templates.get_template("sign_in.html")?.render(context! {
        next, fields, wrong, theme, large => asked.cookie("size") == Some("large"),
        name => if asked.form.has("password") { asked.form.get("name") } else { "" },
    })?;
    Ok(html)
}

/// Somebody who is not known: a page leads to the door, a form too, with what was typed.
/// `said`: why they must sign in to see a page, where it is not plain.
pub(super) fn demand(shared: &Shared, asked: &Asked, said: Option<&str>) -> Result<Reply, Failure> {
    let typed = asked.form.pairs();
    let (next, kept, wrong) = match asked.is_post {
        true if is_too_much(typed) => {
            let lost = "登录已过期。填写的内容太多，没有保留，请登录后重新填写。";
            (asked.back().to_owned(), &[][..], Some(lost))
        }
        true => (asked.address.clone(), typed, Some("登录已过期。您填的内容还在，登录后接着提交。")),
        false => (without_flash(&asked.address), typed, said),
    };
    let html = page(shared, asked, (&next, kept), wrong)?;
    Ok(Reply::Page(axum::http::StatusCode::UNAUTHORIZED, html))
}

fn is_too_much(fields: &[(String, String)]) -> bool {
    let bytes: usize = fields.iter().map(|(name, value)| name.len() + value.len()).sum();
    fields.len() > KEPT_FIELDS_MAX || bytes > KEPT_BYTES_MAX
}

/// Name and password: right, and a session begins.
pub(super) fn sign_in(shared: &Shared, asked: &Asked) -> Result<Reply, Failure> {
    let (store, now) = (&shared.desk.store, shared.desk.clock.now());
    let (name, next) = (asked.form.get("name"), own_path(asked.form.get("next")).unwrap_or("/"));
    let peer = asked.peer.map_or_else(|| "?".to_owned(), |peer| peer.to_string());
    let told: String = name.chars().take(NAME_CHARS_MAX).collect();
    let keys = [format!("name {told}"), format!("from {peer}")];
    if shared.throttle.must_wait(&keys, now) {
        tracing::warn!(peer, "too many attempts to sign in");
        return Err(Failure::too_many());
    }
    let user: Option<User> = store.user(name)?;
    // As it was typed: white space may belong to it.
    let typed = asked.form.pairs().iter().find(|(key, _)| key == "password").map_or("", |(_, typed)| typed);
    let is_right = {
        let _scales = shared.scales.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        fits(typed, user.as_ref().map(|user| user.password.as_str()))
    };
    let mut kept: Vec<(String, String)> = kept_fields(&asked.form);
    if is_too_much(&kept) {
        kept.clear();
    }
    if !is_right {
        tracing::warn!(peer, "wrong name or password");
        let html = page(shared, asked, (next, &kept), Some("姓名或密码不对，请重新填写。"))?;
        return Ok(Reply::Page(axum::http::StatusCode::UNAUTHORIZED, html));
    }
    shared.throttle.succeeded(&keys);
    let secret = token();
    store.begin_session(&digest("session", &secret), name, now)?;
    let cookie = cookie(shared, SESSION, &secret, SESSION_WHOLE.as_secs(), "Strict");
    if kept.is_empty() {
        return Ok(Reply::see(next).with(vec![cookie]));
    }
    // A form is never sent by itself: the person sees what it says, and sends it.
    let failure = Failure::wrong("您已登录。登录过期前填的内容还没有提交，核对后请再按一次。");
    let failure = failure.keeping(&kept, next, "接着提交");
    let page = answer::failure_page(shared, asked, &failure, Some(form_token(&secret)));
    Ok(page.with(vec![cookie]))
}

fn kept_fields(form: &Fields) -> Vec<(String, String)> {
    let kept = form
        .pairs()
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix("kept.")?.to_owned(), value.clone())));
    kept.collect()
}

/// Ends the session.
pub(super) fn sign_out(shared: &Shared, asked: &Asked) -> Result<Reply, Failure> {
    if let Some(secret) = asked.cookie(SESSION) {
        shared.desk.store.end_session(&digest("session", secret))?;
    }
    let gone = [SESSION, LEADER].map(|name| cookie(shared, name, "", 0, "Strict"));
    Ok(Reply::see("/").with(gone.to_vec()))
}

/// A leader's link is opened: counted, and the browser keeps it.
pub(super) fn open_link(shared: &Shared, secret: &str) -> Result<Reply, Failure> {
    let (store, now) = (&shared.desk.store, shared.desk.clock.now());
    let link = store.leader_link(&digest("link", secret))?.filter(|link| link.is_open(now));
    let Some(link) = link else {
        return Err(Failure::missing("这个只读链接已失效或被收回，请向经办人员要新的。"));
    };
    // A full disk is no reason to show nothing.
    if let Err(fault) = store.count_use(link.id, now) {
        tracing::warn!("the use of a link could not be counted: {fault}");
    }
    let lives = link.expires_at.duration_since(now).as_secs();
    // It is opened out of a chat or a mail: a stricter cookie would be missing on the page that follows.
    Ok(Reply::see("/").with(vec![cookie(shared, LEADER, secret, lives, "Lax")]))
}

/// How the page looks in this browser; of no account's concern.
pub(super) fn look(shared: &Shared, asked: &Asked) -> Reply {
    const YEAR: i64 = 365 * 24 * 3600;
    let mut cookies = Vec::new();
    if let theme @ ("dark" | "light" | "auto") = asked.form.get("theme") {
        cookies.push(cookie(shared, "theme", theme, YEAR, "Strict"));
    }
    if let size @ ("large" | "normal") = asked.form.get("size") {
        cookies.push(cookie(shared, "size", size, YEAR, "Strict"));
    }
    Reply::see(asked.back()).with(cookies)
}

fn cookie(shared: &Shared, name: &str, value: &str, seconds: i64, site: &str) -> String {
    let secure = if shared.desk.settings.behind_https { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite={site}{secure}")
}
