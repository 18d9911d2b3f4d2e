//! Which address shows or does what: all of it in one match. Whoever is not known is asked to sign in; who may not do
//! something is told so whatever page offered it.

use minijinja::context;

use super::ask::{Asked, encoded, own_path};
use super::failure::Failure;
use super::frame::Visit;
use super::password::digest;
use super::reply::Reply;
use super::router::Shared;
use super::who::{Door, SESSION, who};
use super::{
    chase, decide, fix, leaving, mail, matrix, media, register, sign_in, system, todo, totals, undo, unit,
    watch,
};

const STYLE: &str = include_str!("static/style.css");
const SCRIPT: &str = include_str!("static/page.js");
const KEEP: &str = "max-age=3600";

/// The answer to a request; never fails, since a failure is a page too.
pub(super) fn answer(shared: &Shared, asked: &Asked) -> Reply {
    match open(shared, asked) {
        Ok(reply) => reply,
        Err(failure) => failed(shared, asked, failure),
    }
}

fn failed(shared: &Shared, asked: &Asked, failure: Failure) -> Reply {
    let known = visit(shared, asked).ok().flatten();
    failure_page(shared, asked, &failure, known.map(|visit| visit.who.token))
}

/// The page of a failure. `token`: that of whoever may send what it keeps once more.
pub(super) fn failure_page(
    shared: &Shared,
    asked: &Asked,
    failure: &Failure,
    token: Option<String>,
) -> Reply {
    let back = own_path(asked.form.get("back")).or(own_path(asked.query.get("back")));
    let theme = asked.cookie("theme").filter(|theme| matches!(*theme, "dark" | "light"));
    let page = context! {
        failure => failure.context(), token, back, theme, large => asked.cookie("size") == Some("large"),
    };
    let html = shared.templates.get_template("failure.html").and_then(|template| template.render(page));
    Reply::Page(failure.status, html.unwrap_or_else(|_| failure.text.clone()))
}

/// Who asks, if they are known.
fn visit<'a>(shared: &'a Shared, asked: &'a Asked) -> Result<Option<Visit<'a>>, Failure> {
    let now = shared.desk.clock.now();
    let who = who(&shared.desk.store, asked, &shared.local_secret, now)?;
    if let Some(secret) = asked.cookie(SESSION).filter(|_| who.as_ref().is_some_and(|who| who.is_use_due)) {
        // The page is shown on a full disk too.
        if let Err(fault) = shared.desk.store.note_session(&digest("session", secret), now) {
            tracing::warn!("the use of a session could not be noted: {fault}");
        }
    }
    Ok(who.map(|who| Visit { shared, asked, who, now }))
}

/// A page of the internet must not reach the page of a clerk who does not sign in by a name of its own.
fn is_called_by_its_name(asked: &Asked) -> bool {
    let host = asked.host.as_str();
    let name = host.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')).map_or(host, |(name, _)| name);
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// While there are no accounts, only the machine's own user may come in, and whoever asks must be nobody else: also after
/// the last account is gone.
pub(super) fn check_door(shared: &Shared, asked: &Asked) -> Result<(), Failure> {
    if shared.desk.store.has_users()? {
        return Ok(());
    }
    if !shared.desk.settings.is_for_this_machine() {
        return Err(Failure::refused("还没有用户，不能从别处打开。请管理员先 shouwen user add。"));
    }
    if !is_called_by_its_name(asked) {
        return Err(Failure::refused("此页面只能在本机打开：http://127.0.0.1"));
    }
    Ok(())
}

fn open(shared: &Shared, asked: &Asked) -> Result<Reply, Failure> {
    let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
    if asked.is_post && asked.is_foreign() {
        return Err(Failure::refused("这个表单来自别的网站，没有办理。"));
    }
    check_door(shared, asked)?;
    match (asked.is_post, path.as_slice()) {
        (false, ["health"]) => return watch::health(shared, asked),
        (false, ["metrics"]) => return watch::metrics(shared, asked),
        (false, ["static", "style.css"]) => {
            return Ok(Reply::Own("text/css; charset=utf-8", KEEP, STYLE.as_bytes().to_vec()));
        }
        (false, ["static", "page.js"]) => {
            return Ok(Reply::Own("text/javascript; charset=utf-8", KEEP, SCRIPT.as_bytes().to_vec()));
        }
        (false, ["view", secret]) => return sign_in::open_link(shared, secret),
        (true, ["sign-in"]) => return sign_in::sign_in(shared, asked),
        (true, ["look"]) => return Ok(sign_in::look(shared, asked)),
        _ => {}
    }
    let Some(visit) = visit(shared, asked)? else { return sign_in::demand(shared, asked, None) };
    match asked.is_post {
        false => shown(&visit, &path),
        true => done(&visit, &path),
    }
}

/// Pages.
fn shown(visit: &Visit<'_>, path: &[&str]) -> Result<Reply, Failure> {
    if visit.who.door == Door::Link {
        let is_for_leaders = matches!(
            path,
            [""] | ["c", _]
                | ["c", _, ""]
                | ["c", _, "bulletin"]
                | ["c", _, "media" | "totals", ..]
                | ["thumbnail", _]
        );
        if !is_for_leaders {
            // A clerk who once opened a link signs in like anybody else.
            let said = "只读链接不能打开这一页。经办人员请登录。";
            return sign_in::demand(visit.shared, visit.asked, Some(said));
        }
    }
    match path {
        [""] => match visit.shared.desk.campaigns.first() {
            Some(campaign) => Ok(Reply::see(format!("/c/{}/", campaign.id))),
            None => Err(Failure::missing("还没有配置报送任务。")),
        },
        ["c", campaign] => Ok(Reply::Moved(format!("/c/{}/", encoded(campaign)))),
        ["c", campaign, ""] => matrix::page(visit, campaign),
        ["c", campaign, ".xlsx"] => leaving::file(visit, campaign, "xlsx"),
        ["c", campaign, ".csv"] => leaving::file(visit, campaign, "csv"),
        ["c", campaign, ".html"] => leaving::file(visit, campaign, "html"),
        ["c", campaign, "bulletin"] => leaving::bulletin(visit, campaign),
        ["c", campaign, "units"] => unit::list(visit, campaign),
        ["c", campaign, "units", code] => unit::page(visit, campaign, code),
        ["c", campaign, "mail"] => register::page(visit, campaign),
        ["c", campaign, "mail.xlsx"] => register::file(visit, campaign, "xlsx"),
        ["c", campaign, "mail.csv"] => register::file(visit, campaign, "csv"),
        ["c", campaign, "todo"] => todo::page(visit, campaign),
        ["c", campaign, "chase"] => chase::page(visit, campaign),
        ["c", campaign, "media"] => media::page(visit, campaign),
        ["c", campaign, "totals"] => totals::first(visit, campaign),
        ["c", campaign, "totals", form] => totals::page(visit, campaign, form),
        ["c", campaign, "totals", form, "contacts.xlsx"] => totals::contacts(visit, campaign, form),
        ["mail", number] => mail::page(visit, number),
        ["mail", number, "raw"] => mail::raw(visit, number),
        ["mail", number, "parts", place] => mail::part(visit, number, place),
        ["mail", number, "parts", place, "film"] => mail::film(visit, number, place),
        ["thumbnail", sha256] => media::thumbnail(visit, sha256),
        ["system"] | ["system", "log" | "users" | "links"] => system::page(visit, path.get(1).copied()),
        _ => Err(Failure::missing("没有这个页面。")),
    }
}

/// What forms do. Each bears the token of its page, so that no other page can send it.
fn done(visit: &Visit<'_>, path: &[&str]) -> Result<Reply, Failure> {
    if path == ["sign-out"] {
        return sign_in::sign_out(visit.shared, visit.asked);
    }
    if visit.who.door == Door::Link {
        return sign_in::demand(visit.shared, visit.asked, None);
    }
    let needs_admin = matches!(path, ["system", ..]);
    let may = if needs_admin { visit.who.may_manage() } else { visit.who.may_decide() };
    if path == ["system", "password"] && visit.who.door == Door::SignedIn {
        check_token(visit)?;
        return system::own_password(visit);
    }
    if let ["c", campaign, "media", "zip"] = path
        && visit.who.may_see_mail()
    {
        check_token(visit)?;
        return media::zip(visit, campaign);
    }
    if !may {
        return Err(Failure::forbidden(visit.who.role));
    }
    check_token(visit)?;
    match path {
        ["mail", number, act] => decide::mail(visit, number, act),
        ["c", campaign, "units", code, act] => decide::unit(visit, campaign, code, act),
        ["undo"] => undo::undo(visit),
        ["c", campaign, "revive"] => decide::revive(visit, campaign),
        ["c", campaign, "chase", "approve"] => chase::approve(visit, campaign),
        ["c", campaign, "chase", "strike"] => chase::strike(visit, campaign),
        ["c", campaign, "fix"] => fix::letter(visit, campaign),
        ["outbox", number, "settle"] => chase::settle(visit, number),
        ["c", campaign, "media", "mark"] => media::mark(visit, campaign),
        ["system", "pause"] => chase::pause(visit, true),
        ["system", "resume"] => chase::pause(visit, false),
        ["system", "users", act] => system::users(visit, act),
        ["system", "links", act] => system::links(visit, act),
        _ => Err(Failure::missing("没有这项办理。")),
    }
}

/// A form without its token is shown again: the page was older than the last start, or signing in.
fn check_token(visit: &Visit<'_>) -> Result<(), Failure> {
    let form = &visit.asked.form;
    if form.get("token") == visit.who.token {
        return Ok(());
    }
    let kept: Vec<(String, String)> =
        form.pairs().iter().filter(|(name, _)| name != "token").cloned().collect();
    Err(Failure::stale().keeping(&kept, &visit.asked.address, "接着提交"))
}
