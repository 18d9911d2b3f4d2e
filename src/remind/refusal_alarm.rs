//! What is wrong with a mailbox's way out: its server refuses our login or our sender, or takes nothing, so that reminders
//! lapse day after day;
//! or it refused a mail for what it is, and a series of such mails would close the account (`quirks.md` B1, B6).

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::alarm::Alarm;
use crate::domain::chinese;
use crate::domain::mailbox::Mailbox;
use crate::domain::message::{REJECTED, TAKES_NOTHING};
use crate::store::{OutboxRow, Refusal};

/// Refused mails are told so long; what is older was told, or nobody was there to.
const NEWS: SignedDuration = SignedDuration::from_hours(24);

/// How it stands with the sending of one mailbox.
pub(super) struct WayOut<'a> {
    mailbox: &'a Mailbox,
    refusal: Option<&'a Refusal>,
    /// The newest mail that was refused for what it is.
    rejected: Option<(&'a OutboxRow, Timestamp)>,
    zone: &'a TimeZone,
}

impl<'a> WayOut<'a> {
    /// `failed`: mails of any mailbox that were refused for good.
    pub(super) fn of(
        mailbox: &'a Mailbox,
        refusals: &'a [Refusal],
        failed: &'a [OutboxRow],
        zone: &'a TimeZone,
        now: Timestamp,
    ) -> Self {
        let is_rejected =
            |row: &&OutboxRow| row.mail.mailbox == mailbox.id && row.reply.starts_with(REJECTED);
        let rejected = failed.iter().filter(is_rejected).filter_map(|row| Some((row, row.settled_at?)));
        let news = rejected.filter(|(_, at)| now.duration_since(*at) < NEWS);
        Self {
            mailbox,
            refusal: refusals.iter().find(|refusal| refusal.mailbox == mailbox.id),
            rejected: news.max_by_key(|(_, at)| *at),
            zone,
        }
    }

    /// That the server refuses us, once it has done so twice; or that it takes mail again, to whom the first was told.
    pub(super) fn refusal(&self, said: &BTreeMap<String, Timestamp>, to: &str) -> Option<Alarm> {
        let id = &self.mailbox.id;
        let (head, tail) = (format!("refused {id} "), format!(" {to}"));
        let end_of = |since: &str| format!("taken-again {id} {since} {to}");
        let told = said.keys().filter_map(|cause| cause.strip_prefix(&head)?.strip_suffix(&tail));
        let open = told.map(end_of).find(|end| !said.contains_key(end));
        match (open, self.refusal) {
            (None, Some(refusal)) if refusal.is_meant() => {
                Some(self.refusal_words(format!("{head}{}{tail}", refusal.since), refusal))
            }
            (Some(cause), None) => Some(self.taken_again_words(cause)),
            _ => None,
        }
    }

    /// That a mail was refused for what it is, once a day.
    pub(super) fn rejection(&self, to: &str) -> Option<Alarm> {
        let (row, at) = self.rejected?;
        let day = self.zone.to_datetime(at).date();
        Some(self.rejection_words(format!("rejected {} {day} {to}", self.mailbox.id), row))
    }

    fn name(&self) -> String {
        format!("邮箱 {}（{}）", self.mailbox.id, self.mailbox.address)
    }

    fn refusal_words(&self, cause: String, refusal: &Refusal) -> Alarm {
        let moment = |at| chinese::moment(self.zone.to_datetime(at));
        let (what, remedy) = match refusal.takes_nothing() {
            true => (
                "一封信也没有收",
                "请核对网络、发信服务器的地址和端口，可运行 shouwen check --connect 试连；\n  程序自动再试",
            ),
            false => (
                "拒绝登录或发件人",
                "请核对授权码、登录名和发信地址，并确认邮箱已开通 SMTP 服务；\n  \
                 改正后可运行 shouwen check --connect 试登录，再重启程序立即发信；\n  程序每小时再试一次",
            ),
        };
        Alarm {
            cause,
            subject: format!("【收文告警】邮箱{}发不出信", self.mailbox.address),
            text: format!(
                "{}的发信服务器自{}起{what}，最近一次（{}）的答复：\n  {}\n\n在恢复之前：\n  \
                 这个邮箱的催报、回执和摘要都发不出去；\n  当天没能发出的催报当天作废，不会补发，请改用电话。\n\n接下来：\n  \
                 {remedy}，恢复后另发一封通知，这次不再重复告警。\n",
                self.name(),
                moment(refusal.since),
                moment(refusal.at),
                refusal.words.trim_start_matches(TAKES_NOTHING)
            ),
        }
    }

    fn taken_again_words(&self, cause: String) -> Alarm {
        Alarm {
            cause,
            subject: format!("【收文告警解除】邮箱{}已恢复发信", self.mailbox.address),
            text: format!(
                "{}的发信服务器重新收信，排队的信照常发出。\n\n\
                 其间作废的催报不会补发，见 shouwen outbox 中“已划掉”的各封。\n",
                self.name()
            ),
        }
    }

    fn rejection_words(&self, cause: String, row: &OutboxRow) -> Alarm {
        Alarm {
            cause,
            subject: format!("【收文告警】邮箱{}有信被服务器拒收", self.mailbox.address),
            text: format!(
                "{}发往 {} 的信（{}）被服务器拒收，没有发出，也不会原样再发：\n  {}\n\n\
                 服务器多半把它当作垃圾邮件，接连如此可能封停账号。程序已暂缓15分钟再发其余的信。\n\
                 请登录网页邮箱查看有无提示，必要时运行 shouwen remind --pause 暂停发信，修改措辞（mail 文件夹）后再恢复。\n\
                 当天再有这样的信，不另告警，见 shouwen outbox。\n",
                self.name(),
                row.mail.to,
                row.mail.subject,
                row.reply
            ),
        }
    }
}
