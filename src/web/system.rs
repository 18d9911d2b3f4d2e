//! 系统: is it healthy, who decided what, who may come in. Words before codes; secrets nowhere.

use jiff::{SignedDuration, Timestamp};
use minijinja::{Value, context};

use super::failure::Failure;
use super::frame::{Visit, with_flash};
use super::log;
use super::password::{digest, fits, hashed, made, token};
use super::reply::Reply;
use super::view::{short, size};
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::domain::role::Role;
use crate::fault::Fault;
use crate::report::{self, words::folder_word};
use crate::store::{LeaderLink, OutboxState, User, watched};

/// Days that a link lives unless said otherwise, and at most.
const LINK_DAYS: i64 = 7;
const LINK_DAYS_MAX: i64 = 60;
/// Longest name of a user, in characters: it signs every line of the log.
const NAME_CHARS_MAX: usize = 20;

/// The page, and its three others: `log`, `users`, `links`.
pub(super) fn page(visit: &Visit<'_>, tab: Option<&str>) -> Result<Reply, Failure> {
    shown(visit, tab, context! {})
}

/// The same with something that is shown this once: a new password, a new link.
fn shown(visit: &Visit<'_>, tab: Option<&str>, once: Value) -> Result<Reply, Failure> {
    let campaign = visit.shared.desk.campaigns.first();
    let campaign = campaign.ok_or_else(|| Failure::missing("还没有配置报送任务。"))?;
    if matches!(tab, Some("users" | "links")) && !visit.who.may_manage() {
        return Err(Failure::forbidden(Role::Clerk));
    }
    let page = match tab {
        Some("log") => log::page(visit)?,
        Some("users") => users_of(visit, campaign)?,
        Some("links") => links_of(visit, campaign)?,
        _ => health(visit, campaign)?,
    };
    let page = context! { tab => tab.unwrap_or(""), ..context! { ..once, ..page } };
    visit.page("system.html", campaign, "system", &visit.health(campaign)?, page)
}

fn health(visit: &Visit<'_>, campaign: &Campaign) -> Result<Value, Failure> {
    let desk = &visit.shared.desk;
    let states = desk.store.folder_states()?;
    let time = |at: Timestamp| short(campaign, Some(&campaign.rfc3339(at)));
    let mailboxes = desk.mailboxes.iter().map(|mailbox| {
        let two_polls = SignedDuration::from_secs(2 * i64::from(mailbox.poll_seconds));
        let folders = watched(mailbox, &states).into_iter().map(|(name, state)| {
            let complete_at = state.and_then(|state| state.complete_at);
            let is_fresh = complete_at.is_some_and(|at| at + two_polls >= visit.now);
            context! {
                name => folder_word(name), complete => complete_at.and_then(time), is_fresh,
                tried => state.and_then(|state| time(state.tried_at)),
                trouble => state.and_then(|state| state.trouble.clone()), note => state.and_then(|state| state.note.clone()),
            }
        });
        context! { id => mailbox.id.as_str(), address => mailbox.address.as_str(), folders => folders.collect::<Vec<_>>() }
    });
    let counts = desk.store.waiting_counts(None)?;
    let outbox = desk.store.outbox_counts()?;
    let states = OutboxState::ALL.iter().map(|state| {
        context! { word => state.chinese(), count => outbox.get(state).copied().unwrap_or_default() }
    });
    let free = desk.store.blobs().free_bytes().map_err(Fault::from)?;
    Ok(context! {
        mailboxes => mailboxes.collect::<Vec<_>>(), outbox => states.collect::<Vec<_>>(), free => size(free),
        on_the_way => counts.on_the_way, unfetched => counts.unfetched, parked => counts.parked,
        checkup => checkup(visit, campaign)?, cut_off => cut_off(visit)?,
        version => env!("CARGO_PKG_VERSION"), has_users => desk.store.has_users()?,
    })
}

/// The last look through the store; none when there was none. File names are for whoever may see mail.
fn checkup(visit: &Visit<'_>, campaign: &Campaign) -> Result<Option<Value>, Failure> {
    let last = visit.shared.desk.store.checkup()?;
    let sees_mail = visit.who.may_see_mail();
    Ok(last.map(|last| {
        let problems = if sees_mail { last.problems.clone() } else { Vec::new() };
        context! {
            at => chinese::moment(campaign.local(last.ended_at)), messages => last.messages, blobs => last.blobs,
            count => last.problems.len(), problems, again => last.again, awaited => last.awaited,
        }
    }))
}

/// What the rosters cut off, in words; not what may be meant. Names and remedies are for who works here.
fn cut_off(visit: &Visit<'_>) -> Result<Vec<String>, Failure> {
    let desk = &visit.shared.desk;
    if !visit.who.may_see_mail() {
        return Ok(Vec::new());
    }
    let cut = report::cut_off(&desk.store, &desk.campaigns, &desk.mailboxes)?
        .into_iter()
        .filter(|cut| !cut.may_be_meant);
    Ok(cut.map(|cut| format!("{}；{}", cut.what, cut.remedy)).collect())
}

fn users_of(visit: &Visit<'_>, campaign: &Campaign) -> Result<Value, Failure> {
    let users = visit.shared.desk.store.users()?;
    let users = users.iter().map(|user| {
        context! {
            name => user.name.as_str(), role => user.role.chinese(), is_self => user.name == visit.who.name,
            made => chinese::full_day(campaign.local(user.made_at).date()),
        }
    });
    let roles = Role::ALL.iter().map(|role| context! { word => role.word(), title => role.chinese() });
    Ok(context! { users => users.collect::<Vec<_>>(), roles => roles.collect::<Vec<_>>() })
}

fn links_of(visit: &Visit<'_>, campaign: &Campaign) -> Result<Value, Failure> {
    let time = |at: Timestamp| short(campaign, Some(&campaign.rfc3339(at)));
    let links = visit.shared.desk.store.leader_links()?;
    let links = links.iter().map(|link| {
        let word = match (link.revoked_at, link.is_open(visit.now)) {
            (Some(_), _) => "已收回",
            (None, true) => "有效",
            (None, false) => "已过期",
        };
        context! {
            id => link.id, note => link.note.as_str(), by => link.made_by.as_str(), made => time(link.made_at),
            expires => time(link.expires_at), uses => link.uses, used => link.used_at.and_then(time), word,
            is_open => link.is_open(visit.now),
        }
    });
    Ok(context! { links => links.collect::<Vec<_>>(), days => LINK_DAYS, days_max => LINK_DAYS_MAX })
}

/// A name that can sign a log.
///
/// # Errors
/// When it cannot, in words.
pub fn may_be_named(name: &str) -> Result<(), Fault> {
    let is_plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '·'));
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX || !is_plain {
        return Err(Fault::Refused(format!("姓名请用1至{NAME_CHARS_MAX}个汉字、字母或数字")));
    }
    if name == super::who::LOCAL {
        return Err(Fault::Refused(format!("“{name}”是本机不登录时的署名，请用别的姓名")));
    }
    Ok(())
}

/// `POST /system/users/{act}`.
pub(super) fn users(visit: &Visit<'_>, act: &str) -> Result<Reply, Failure> {
    let (store, form) = (&visit.shared.desk.store, &visit.asked.form);
    let name = form.get("name");
    let done = || Ok(Reply::see(with_flash("/system/users", "did", &format!("user.{name}"))));
    match act {
        "add" => {
            may_be_named(name)?;
            let role = Role::from_word(form.get("role")).ok_or_else(|| Failure::wrong("请选明角色。"))?;
            if !store.has_users()? && role != Role::Admin {
                return Err(Failure::wrong("第一个用户请设为“管理”，否则没有人能再添加用户。"));
            }
            let secret = made();
            let user = User { name: name.to_owned(), role, password: hashed(&secret)?, made_at: visit.now };
            if !store.add_user(&user)? {
                return Err(Failure::wrong(format!("已有用户“{name}”。")));
            }
            tracing::info!(by = visit.who.name, user = name, role = role.word(), "user added");
            told_once(visit, "users", format!("用户{name}的初始密码（只显示这一次，请当面告知）："), secret)
        }
        "passwd" => {
            let secret = made();
            if !store.set_password(name, &hashed(&secret)?)? {
                return Err(Failure::wrong(format!("没有用户“{name}”。")));
            }
            tracing::info!(by = visit.who.name, user = name, "password made anew");
            told_once(visit, "users", format!("用户{name}的新密码（只显示这一次，请当面告知）："), secret)
        }
        "remove" => {
            if name == visit.who.name {
                return Err(Failure::wrong("不能移除自己。"));
            }
            if !store.remove_user(name)? {
                return Err(Failure::wrong(format!("没有用户“{name}”。")));
            }
            tracing::info!(by = visit.who.name, user = name, "user removed");
            done()
        }
        _ => Err(Failure::missing("没有这项办理。")),
    }
}

/// Shows a secret on the page that follows and nowhere else. Where the first account was made just now, its maker has to
/// sign in: then the page stands alone.
fn told_once(visit: &Visit<'_>, tab: &'static str, told: String, secret: String) -> Result<Reply, Failure> {
    shown(visit, Some(tab), context! { told, secret })
}

/// `POST /system/password`: one's own.
pub(super) fn own_password(visit: &Visit<'_>) -> Result<Reply, Failure> {
    let store = &visit.shared.desk.store;
    let typed = |name: &str| {
        let pairs = visit.asked.form.pairs();
        pairs.iter().find(|(key, _)| key == name).map_or("", |(_, typed)| typed)
    };
    let keys = [format!("name {}", visit.who.name)];
    if visit.shared.throttle.must_wait(&keys, visit.now) {
        return Err(Failure::too_many());
    }
    let user = store.user(&visit.who.name)?;
    if !fits(typed("old"), user.as_ref().map(|user| user.password.as_str())) {
        return Err(Failure::wrong("原密码不对，没有修改。"));
    }
    visit.shared.throttle.succeeded(&keys);
    if typed("new") != typed("repeated") {
        return Err(Failure::wrong("两次填写的新密码不同，没有修改。"));
    }
    store.set_password(&visit.who.name, &hashed(typed("new"))?)?;
    tracing::info!(by = visit.who.name, "password changed");
    Ok(Reply::see("/"))
}

/// `POST /system/links/{act}`.
pub(super) fn links(visit: &Visit<'_>, act: &str) -> Result<Reply, Failure> {
    let (store, form) = (&visit.shared.desk.store, &visit.asked.form);
    match act {
        "add" => {
            let days: i64 = form.get("days").parse().unwrap_or(LINK_DAYS);
            if !(1..=LINK_DAYS_MAX).contains(&days) {
                return Err(Failure::wrong(format!("有效期请填1至{LINK_DAYS_MAX}天。")));
            }
            let secret = token();
            let link = LeaderLink {
                id: 0,
                note: form.get("note").chars().take(NAME_CHARS_MAX).collect(),
                made_by: visit.who.name.clone(),
                made_at: visit.now,
                expires_at: visit.now + SignedDuration::from_hours(24 * days),
                revoked_at: None,
                uses: 0,
                used_at: None,
            };
            store.add_link(&digest("link", &secret), &link)?;
            let scheme = if visit.shared.desk.settings.behind_https { "https" } else { "http" };
            let address = format!("{scheme}://{}/view/{secret}", visit.asked.host);
            told_once(visit, "links", "只读链接（只显示这一次，请复制）：".to_owned(), address)
        }
        "revoke" => {
            let id = form.number("id").ok_or_else(|| Failure::wrong("请选明是哪个链接。"))?;
            store.revoke_link(id, visit.now)?;
            Ok(Reply::see(with_flash("/system/links", "did", &format!("link.{id}"))))
        }
        _ => Err(Failure::missing("没有这项办理。")),
    }
}
