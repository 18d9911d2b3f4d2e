//! `check --connect` for a mailbox: walks once through everything that a pass will need, on one login, and says after
//! each step what it showed and what to do about it. It goes by the very functions that the daemon goes by, so that
//! what is well here is well there; it reads headers of no mail and one byte of one.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokio::time::Instant;

use super::aside::{ListedFolder, Listing};
use super::folders::{choose, decode_utf7};
use super::session::refused_is_fine;
use super::{Body, Described, Error, Folder, Limits, Piece, Session, connect, quirks};
use crate::domain::chinese;
use crate::domain::mailbox::{Endpoint, JUNK, Mailbox, Tls};
use crate::talk::{SUPPORT_REMEDY, Secrets, Tap, Trial, Trials, connection_remedy};

const CONNECT: &str = "连接";
const LOGIN: &str = "登录 LOGIN";
const CAPABILITY: &str = "功能 CAPABILITY";
const ID: &str = "表明身份 ID";
const LIST: &str = "文件夹 LIST";
const EXAMINE: &str = "打开 EXAMINE";
const OLDEST: &str = "最早来件 FETCH";
const PARTIAL: &str = "分段收取 FETCH";
const NOOP: &str = "保持连接 NOOP";
const WATCH: &str = "新邮件通知 IDLE";
const LOGOUT: &str = "退出 LOGOUT";
const TRIALS: &[&str] =
    &[CONNECT, LOGIN, CAPABILITY, ID, LIST, EXAMINE, OLDEST, PARTIAL, NOOP, WATCH, LOGOUT];

/// Mails at the beginning of a folder among which the oldest is looked for: not every server lists by date (A3.4).
const FIRST_MAILS: u32 = 20;
/// Folder names that a finding lists before it only counts.
const NAMED_FOLDERS: usize = 30;
/// The usual ports: TLS from the first byte, STARTTLS.
const PORTS: [u16; 2] = [993, 143];
const WINDOW_REMEDY: &str =
    "请在网页邮箱的“设置—POP3/SMTP/IMAP—收取选项”中选“收取全部邮件”，否则更早的来件收不到";

/// Tries a mailbox with one login. Nothing lasts beyond `until`; days are those of `timezone`.
pub async fn probe(mailbox: &Mailbox, now: Timestamp, timezone: &TimeZone, until: Instant) -> Vec<Trial> {
    let tap = Tap::masking(Secrets::of_login(mailbox.password.reveal()));
    let trials = Trials::new(tap.clone(), TRIALS);
    let mut probe =
        Probe { mailbox, now, timezone, until, tap, trials, has_listed_folder: false, tried: false };
    if let Err(error) = probe.walk().await {
        let (what, remedy) = told(&error, &mailbox.imap);
        probe.trials.fail(what, remedy);
    }
    probe.trials.end()
}

struct Probe<'a> {
    mailbox: &'a Mailbox,
    now: Timestamp,
    timezone: &'a TimeZone,
    until: Instant,
    tap: Tap,
    trials: Trials,
    /// The server lists one of the folders at least.
    has_listed_folder: bool,
    /// Whether a folder with mail was met, so that fetching has been tried.
    tried: bool,
}

impl Probe<'_> {
    /// An error ends the walk: the connection is of no more use.
    async fn walk(&mut self) -> Result<(), Error> {
        let mut session = self.enter().await?;
        let listing = self.list(&mut session).await?;
        let folders = choose(&self.mailbox.folders, &listing);
        self.has_listed_folder = folders.iter().any(|folder| !folder.is_unlisted);
        for folder in folders {
            self.examine(&mut session, &folder, &listing.folders).await?;
        }
        if !self.tried {
            self.trials.begin(OLDEST);
            self.trials.begin(PARTIAL);
            self.trials.advise("各文件夹里没有邮件，无从试起", window_advice(&self.mailbox.imap.host));
        }
        self.trials.begin(NOOP);
        let asked = session.command("NOOP", session.budget(0, 0), |_| {}).await;
        match asked {
            Err(error) if !error.ends_session() => {
                self.trials.warn(told(&error, &self.mailbox.imap).0, "不影响收信");
            }
            other => other.map(|()| self.trials.fine("可用"))?,
        }
        self.trials.begin(WATCH);
        if session.can("IDLE") {
            self.trials.fine("可用，新邮件到时即知");
        } else {
            self.trials.fine(format!("服务器不提供，改为每 {} 秒查看一次", self.mailbox.poll_seconds));
        }
        self.trials.begin(LOGOUT);
        session.close().await;
        self.trials.fine("已退出；没有邮件被标为已读");
        Ok(())
    }

    /// What [`Session::open`] does, told step by step.
    async fn enter(&mut self) -> Result<Session, Error> {
        let imap = &self.mailbox.imap;
        self.trials.begin(CONNECT);
        let patience = self.until.saturating_duration_since(Instant::now());
        let connect::Connected { wire, greeting, .. } = connect::connect(imap, patience, &self.tap).await?;
        let protection =
            if imap.tls == Tls::None { "未加密（本机）" } else { "已加密，证书有效" };
        // A greeting may open with a code for machines (RFC 3501 7.1).
        let words = greeting.rsplit_once(']').map_or(greeting.as_str(), |(_, words)| words.trim());
        self.trials.fine(format!("已连通，{protection}；服务器自称“{words}”"));

        self.trials.begin(LOGIN);
        let mut session = Session::log_in(self.mailbox, wire, self.until, self.tap.clone()).await?;
        self.trials.fine(format!("{} 登录成功", self.mailbox.user));

        self.trials.begin(CAPABILITY);
        session.learn_capabilities().await?;
        let listed = session.capabilities();
        if listed.is_empty() {
            self.trials.warn("服务器没有说明支持哪些功能", "只用最基本的功能，一般不影响收信");
        } else {
            self.trials.fine(listed);
        }

        self.trials.begin(ID);
        if session.wants_id(&imap.host, &greeting) {
            session.introduce().await?;
            self.trials.fine("已表明身份");
        } else {
            self.trials.fine("服务器不要求");
        }
        Ok(session)
    }

    async fn list(&mut self, session: &mut Session) -> Result<Listing, Error> {
        self.trials.begin(LIST);
        let mut listing = Listing::default();
        refused_is_fine(session.list_folders().await.map(|all| listing = all))?;
        let listed = &listing.folders;
        if listed.is_empty() {
            self.trials.warn("服务器没有列出文件夹", "收件箱不受影响；其他文件夹按配置中的名字打开");
            return Ok(listing);
        }
        let unread = match listing.unread {
            0 => String::new(),
            unread => format!("；还有 {unread} 个读不懂"),
        };
        self.trials.fine(format!("可打开的有 {}{unread}", names(listed)));
        if self.mailbox.folders.iter().any(|name| name == JUNK) {
            let junk = choose(&[JUNK.to_owned()], &listing);
            let junk: Vec<&str> = junk.iter().map(|folder| folder.name.as_str()).collect();
            if junk.is_empty() {
                let remedy = "若有，请把它的名字写进 folders；没有则从 folders 中去掉 @junk";
                self.trials.warn("没有认出垃圾邮件文件夹（@junk）", remedy);
            } else {
                self.trials.fine(format!("@junk 即 {}", junk.join("、")));
            }
        }
        Ok(listing)
    }

    async fn examine(
        &mut self,
        session: &mut Session,
        folder: &Folder,
        listed: &[ListedFolder],
    ) -> Result<(), Error> {
        self.trials.begin(EXAMINE);
        let name = &folder.name;
        let examined = match session.examine(folder).await {
            Err(Error::No(_, said)) if quirks::is_unsafe_login(&said) => {
                return Err(Error::No(format!("EXAMINE {name}"), said));
            }
            Err(Error::No(_, said)) if folder.is_unlisted => {
                let what = format!("{name}：服务器上没有这个文件夹（{said}）");
                let remedy = format!("请在邮箱中建立它，或把 folders 改成现有的名字：{}", names(listed));
                // As in a look: it keeps nothing from being fetched, unless it is all there is.
                match self.has_listed_folder {
                    true => self.trials.warn(what, remedy),
                    false => self.trials.fail(what, remedy),
                }
                return Ok(());
            }
            Err(error) if !error.ends_session() => {
                let what = format!("{name}：{}", told(&error, &self.mailbox.imap).0);
                self.trials.fail(what, "请在网页邮箱中查看这个文件夹，或从 folders 中去掉它");
                return Ok(());
            }
            other => other?,
        };
        let count = examined.exists.unwrap_or(0);
        let uidnext = if self.tap.shows("[UIDNEXT ") { "" } else { "，不报 UIDNEXT（不影响收信）" };
        self.trials.fine(format!("{name}：{count} 封，UIDVALIDITY {}{uidnext}", examined.uidvalidity));
        if count > 0 && !self.tried {
            self.tried = true;
            self.fetch(session, name, count).await?;
        }
        Ok(())
    }

    /// Looks at the beginning of the open folder, and takes one byte of its smallest mail: a server that does not know
    /// pieces sends all of it.
    async fn fetch(&mut self, session: &mut Session, name: &str, count: u32) -> Result<(), Error> {
        self.trials.begin(OLDEST);
        let first = count.min(FIRST_MAILS);
        let mut mails: Vec<Described> = Vec::new();
        let command = format!("FETCH 1:{first} (UID RFC822.SIZE INTERNALDATE)");
        let budget = session.budget(first, 0);
        let asked = session
            .fetch(&command, budget, &mut |piece| {
                if let Piece::End(Some(fetched)) = piece {
                    mails.extend(fetched.described());
                }
            })
            .await;
        match asked {
            Err(error) if !error.ends_session() => {
                let what = format!("{name}：{}", told(&error, &self.mailbox.imap).0);
                self.trials.fail(what, SUPPORT_REMEDY);
            }
            other => other.map(|()| self.oldest(name, count, &mails))?,
        }

        self.trials.begin(PARTIAL);
        let Some(mail) = mails.iter().min_by_key(|mail| mail.size) else {
            self.trials.warn("服务器没有列出邮件，无从试起", "稍后再试一次 check --connect");
            return Ok(());
        };
        let command = format!("UID FETCH {} (UID BODY.PEEK[]<0.1>)", mail.uid);
        let budget = session.budget(1, mail.size.saturating_mul(2).min(Limits::MAIL_BYTES));
        let (mut bytes, mut got) = (0, None);
        let asked = session
            .fetch(&command, budget, &mut |piece| match piece {
                Piece::Bytes(some) => bytes += some.len(),
                Piece::End(Some(fetched))
                    if fetched.uid == Some(mail.uid) && fetched.body != Body::Absent =>
                {
                    got = Some((fetched.body, bytes));
                }
                Piece::End(_) => bytes = 0,
            })
            .await;
        refused_is_fine(asked)?;
        let fallback = "不必处理：大邮件改为整封收取，断线后要从头再取";
        match got {
            Some((Body::From(0), 1)) => self.trials.fine("可用"),
            Some((Body::Whole, bytes)) => {
                self.trials
                    .warn(format!("不可用：只要 1 字节，服务器给了 {bytes} 字节，将整封收取"), fallback);
            }
            Some(_) => self.trials.warn("不可用：服务器给了别的一段，将整封收取", fallback),
            None => self.trials.warn("不可用：服务器没有给出内容，将整封收取", fallback),
        }
        Ok(())
    }

    fn oldest(&mut self, name: &str, count: u32, mails: &[Described]) {
        if mails.is_empty() {
            let what = format!("服务器称 {name} 中有 {count} 封邮件，却没有列出一封");
            self.trials.fail(what, SUPPORT_REMEDY);
            return;
        }
        let Some(oldest) = mails.iter().filter_map(|mail| mail.received_at).min() else {
            let remedy = "不影响收信：收到时间以收取时间为准";
            self.trials.warn(format!("{name} 中的邮件没有收到日期"), remedy);
            return;
        };
        let oldest = self.timezone.to_datetime(oldest).date();
        let what = format!("{name} 中最早一封收于 {}", chinese::full_day(oldest));
        if looks_windowed(oldest, self.timezone.to_datetime(self.now).date(), self.mailbox.since) {
            let what = format!("{what}，恰在约 30 天前：邮箱看来只开放最近 30 天的邮件");
            self.trials.warn(what, WINDOW_REMEDY);
        } else {
            self.trials.advise(what, window_advice(&self.mailbox.imap.host));
        }
    }
}

/// 网易 opens only the last 30 days to clients until told otherwise (A6.2).
fn window_advice(host: &str) -> &'static str {
    if quirks::is_netease(host) { WINDOW_REMEDY } else { "" }
}

/// Whether the folder begins where 收取最近30天 would let it begin although older mail is wanted (A6.2).
fn looks_windowed(oldest: Date, today: Date, since: Option<Date>) -> bool {
    let days = oldest.until(today).map_or(0, |span| span.get_days());
    (28..=31).contains(&days) && since.is_none_or(|since| since < oldest)
}

fn names(listed: &[ListedFolder]) -> String {
    let open = listed.iter().filter(|folder| !folder.is_closed);
    let mut names: Vec<String> = open.map(|folder| decode_utf7(&folder.raw)).collect();
    let more = names.len().saturating_sub(NAMED_FOLDERS);
    names.truncate(NAMED_FOLDERS);
    let more = if more > 0 { format!(" 等，另有 {more} 个") } else { String::new() };
    format!("{}{more}", names.join("、"))
}

/// An error as a finding: what happened, and what to do about it.
fn told(error: &Error, imap: &Endpoint) -> (String, String) {
    let connection = |cause: &str| connection_remedy(cause, imap, PORTS);
    let unsafe_login = || quirks::UNSAFE_LOGIN_REMEDY.to_owned();
    match error {
        Error::Unreachable(cause) | Error::Handshake(cause) => {
            (format!("连接不上（{cause}）"), connection(cause))
        }
        Error::Certificate(cause) => (format!("证书或 TLS 版本不被接受（{cause}）"), connection(cause)),
        Error::Login(said) => (format!("登录被拒绝（{said}）"), quirks::refusal_remedy(said).to_owned()),
        Error::No(command, said) if quirks::is_unsafe_login(said) => {
            (format!("服务器拒绝 {command}（{said}）"), unsafe_login())
        }
        Error::Bye(said) if quirks::is_unsafe_login(said) => {
            (format!("服务器断开了连接（{said}）"), unsafe_login())
        }
        Error::Cut(step) if step == "the greeting" => {
            ("服务器没有打招呼就断开了连接".into(), connection(step))
        }
        Error::Timeout(step) if step == "the connection" => ("服务器没有按时打招呼".into(), connection(step)),
        Error::Configuration(cause) if cause.contains("STARTTLS") => {
            (cause.clone(), "请把 tls 改为 \"implicit\"，端口 993".to_owned())
        }
        Error::Protocol(_) => (
            error.to_string(),
            "请核对 host 和 port，这可能不是收信服务器；若无误，请把这段对话交给邮箱的客服".into(),
        ),
        Error::Configuration(_) => (error.to_string(), "请改正配置中的 [mailbox.imap]".to_owned()),
        Error::No(..) | Error::Bad(..) | Error::Bye(_) | Error::Cut(_) | Error::Timeout(_) => {
            (error.to_string(), SUPPORT_REMEDY.to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_window_of_thirty_days_is_suspected_only_where_older_mail_is_wanted() {
        let today = date("2023-05-20");
        for (oldest, since, suspected) in [
            ("2023-04-20", Some("2023-04-01"), true),
            ("2023-04-20", None, true),
            ("2023-04-20", Some("2023-04-20"), false),
            ("2023-04-25", Some("2023-04-01"), false),
            ("2023-03-20", Some("2023-01-01"), false),
        ] {
            assert_eq!(looks_windowed(date(oldest), today, since.map(date)), suspected, "{oldest} {since:?}");
        }
    }

    #[test]
    fn netease_is_told_to_open_all_mail() {
        assert!(window_advice("imap.163.com").contains("收取全部邮件"));
        assert_eq!(window_advice("imap.qq.com"), "");
    }

    #[test]
    fn each_refusal_has_its_remedy() {
        for (said, word) in [
            ("LOGIN Login error or password error", "授权码"),
            ("Login fail. Account is abnormal, service is not open, password is incorrect", "授权码"),
            ("[PRIVACYREQUIRED] Plaintext authentication disallowed", "加密"),
            ("IMAP access is disabled for this account", "开启 IMAP"),
            ("Unsafe Login. Please contact kefu", "网易"),
            ("[UNAVAILABLE] Temporary failure", "过一会儿"),
        ] {
            assert!(quirks::refusal_remedy(said).contains(word), "{said}: {}", quirks::refusal_remedy(said));
        }
    }
}
