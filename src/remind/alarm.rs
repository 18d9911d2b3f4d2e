//! What staff must hear even on a Sunday night, because nothing else works until they act: a mailbox that has not been
//! read completely for hours, its recovery, mails that a server lists and does not hand out, servers that take no mail of ours
//! (`refusal_alarm.rs`), and what is wrong with the house itself (`house_alarm.rs`). Each is said once, whatever restarts in
//! between: what was said already is read from the causes in the outbox.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::gate::UNFETCHED_HOLDS;
use super::house_alarm;
use super::refusal_alarm::WayOut;
use super::tick::message_id;
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::domain::mailbox::Mailbox;
use crate::fault::Fault;
use crate::store::{ALARM, FolderState, NewMail, OutboxState, Refusal, Store, Unfetched, watched};

/// A mailbox without a complete look for so long is told to staff.
const SILENCE: SignedDuration = SignedDuration::from_hours(2);
/// Mails named one by one in one alarm.
const MAILS_NAMED: usize = 20;

/// Queues the alarms and recoveries of all mailboxes and of the house that were not queued yet; returns how many. They leave
/// at any hour. `staff`: who gets them, else each mailbox's own address, for the house the first one's. `started`: since when
/// this process has been looking, so that the hours in which nothing looked are no outage; none for one that looks once.
///
/// # Errors
/// Those of the store.
pub fn raise_alarms(
    store: &Store,
    campaigns: &[Campaign],
    mailboxes: &[Mailbox],
    staff: &[String],
    started: Option<Timestamp>,
    now: Timestamp,
) -> Result<u32, Fault> {
    let (folders, unfetched) = (store.folder_states()?, store.unfetched()?);
    let refusals = store.refusals()?;
    let failed = store.outbox(Some(OutboxState::Failed))?;
    let said = store.causes(ALARM)?;
    let mut queued = 0;
    for mailbox in mailboxes {
        let Some(sender) = sender_for(mailbox, mailboxes, &folders, &refusals) else { continue };
        let state = State::of(mailbox, &folders, &unfetched, zone_of(campaigns, mailbox), now);
        let own_address = [mailbox.address.clone()];
        for to in if staff.is_empty() { &own_address } else { staff } {
            let way_out = WayOut::of(mailbox, &refusals, &failed, &state.zone, now);
            let alarms = [
                state.outage(&said, to, started),
                state.stuck(&said, to),
                way_out.refusal(&said, to),
                way_out.rejection(to),
            ];
            for alarm in alarms.into_iter().flatten().filter(|alarm| !said.contains_key(&alarm.cause)) {
                queued += u32::from(store.queue(&new_mail(alarm, to, sender, now)?)?.is_some());
            }
        }
    }
    let Some(first) = mailboxes.first() else { return Ok(queued) };
    let Some(sender) = sender_for(first, mailboxes, &folders, &refusals) else { return Ok(queued) };
    let own_address = [first.address.clone()];
    let zone = zone_of(campaigns, first);
    for trouble in house_alarm::troubles(store, &zone, now)? {
        for to in if staff.is_empty() { &own_address } else { staff } {
            if let Some(alarm) = trouble.alarm(&said, to, now) {
                queued += u32::from(store.queue(&new_mail(alarm, to, sender, now)?)?.is_some());
            }
        }
    }
    Ok(queued)
}

/// The mailbox that an alarm about `mailbox` leaves through: one that is well, itself before others, else any that can send.
/// One password serves for reading and sending.
fn sender_for<'a>(
    mailbox: &'a Mailbox,
    all: &'a [Mailbox],
    folders: &[FolderState],
    refusals: &[Refusal],
) -> Option<&'a Mailbox> {
    let senders = || [mailbox].into_iter().chain(all).filter(|sender| sender.smtp.is_some());
    let is_well = |sender: &&Mailbox| {
        watched(sender, folders).iter().all(|(_, state)| state.is_some_and(|s| s.trouble.is_none()))
            && !refusals.iter().any(|refusal| refusal.mailbox == sender.id)
    };
    senders().find(is_well).or_else(|| senders().next())
}

fn zone_of(campaigns: &[Campaign], mailbox: &Mailbox) -> TimeZone {
    let campaign = campaigns.iter().find(|campaign| mailbox.serves(&campaign.id));
    campaign.map_or(TimeZone::UTC, |campaign| campaign.timezone.clone())
}

fn new_mail(alarm: Alarm, to: &str, sender: &Mailbox, now: Timestamp) -> Result<NewMail, Fault> {
    Ok(NewMail {
        kind: ALARM.to_owned(),
        campaign: None,
        mailbox: sender.id.clone(),
        unit: None,
        to: to.to_owned(),
        subject: alarm.subject,
        text: alarm.text,
        message_id: message_id(ALARM, &alarm.cause, sender)?,
        cause: alarm.cause,
        steps: Vec::new(),
        queued_at: now,
        leaves_at: now,
    })
}

pub(super) struct Alarm {
    /// `WHAT MAILBOX SINCE RECIPIENT`.
    pub cause: String,
    pub subject: String,
    pub text: String,
}

/// How it stands with one mailbox.
struct State<'a> {
    mailbox: &'a Mailbox,
    /// The least fresh folder's last complete look; none if one never had any.
    complete_at: Option<Timestamp>,
    /// Folders whose last look was not complete, or that were never looked at, with the last words about them.
    troubles: Vec<(&'a str, &'a str)>,
    /// Of each of these that was looked at: since when it is in trouble, and when it was last tried. Later hours are no outage
    /// yet: perhaps this machine slept.
    failed: Vec<(Timestamp, Timestamp)>,
    /// Mails that will not come, and hold nobody any more.
    stuck: Vec<&'a Unfetched>,
    zone: TimeZone,
    now: Timestamp,
}

impl<'a> State<'a> {
    fn of(
        mailbox: &'a Mailbox,
        folders: &'a [FolderState],
        unfetched: &'a [Unfetched],
        zone: TimeZone,
        now: Timestamp,
    ) -> Self {
        let watched = watched(mailbox, folders);
        let complete_at =
            watched.iter().map(|(_, state)| state.and_then(|state| state.complete_at)).min().flatten();
        let trouble = |(name, state): &(&'a str, Option<&'a FolderState>)| match state {
            Some(state) => state.trouble.as_deref().map(|words| (*name, words)),
            None => Some((*name, "还没有收取过")),
        };
        let troubles = watched.iter().filter_map(trouble).collect();
        let failed = watched.iter().filter_map(|(_, state)| state.filter(|state| state.trouble.is_some()));
        let failed = failed
            .map(|state| (state.trouble_since.unwrap_or(state.tried_at), state.tried_at.min(now)))
            .collect();
        let is_stuck = |u: &&Unfetched| {
            u.sighting.mailbox == mailbox.id && now.duration_since(u.first_listed_at) >= UNFETCHED_HOLDS
        };
        let stuck = unfetched.iter().filter(is_stuck).collect();
        Self { mailbox, complete_at, troubles, failed, stuck, zone, now }
    }

    /// The alarm of an outage, or the recovery from the one that `to` was told of last.
    fn outage(
        &self,
        said: &BTreeMap<String, Timestamp>,
        to: &str,
        started: Option<Timestamp>,
    ) -> Option<Alarm> {
        let id = &self.mailbox.id;
        let (head, tail) = (format!("outage {id} "), format!(" {to}"));
        let open = said.iter().find_map(|(cause, raised_at)| {
            let since = cause.strip_prefix(&head)?.strip_suffix(&tail)?;
            let recovery = format!("recovery {id} {since} {to}");
            (!said.contains_key(&recovery)).then_some((recovery, *raised_at))
        });
        if let Some((recovery, raised_at)) = open {
            let has_recovered = self.complete_at.is_some_and(|at| at >= raised_at);
            return has_recovered.then(|| self.recovery_words(recovery));
        }
        let begun = self.failed.iter().map(|(since, _)| *since).min()?;
        let since = self.complete_at.unwrap_or(begun);
        // Both ends are looks that met trouble: hours since the last good one may have been hours in which nobody looked.
        let lasts = |(since, tried_at): &(Timestamp, Timestamp)| {
            tried_at.duration_since(started.map_or(*since, |at| at.max(*since)))
        };
        let is_out = self.failed.iter().any(|failed| lasts(failed) >= SILENCE);
        is_out.then(|| self.outage_words(format!("outage {id} {since} {to}"), since))
    }

    /// The alarm about mails that will not come, if there are some of which `to` was not told.
    fn stuck(&self, said: &BTreeMap<String, Timestamp>, to: &str) -> Option<Alarm> {
        let id = &self.mailbox.id;
        let (head, tail) = (format!("stuck {id} "), format!(" {to}"));
        let told = said.iter().filter(|(cause, _)| cause.starts_with(&head) && cause.ends_with(&tail));
        let told_at = told.map(|(_, at)| *at).max();
        let newest = self.stuck.iter().map(|mail| mail.first_listed_at).max()?;
        let is_new = told_at.is_none_or(|told_at| told_at.duration_since(newest) < UNFETCHED_HOLDS);
        is_new.then(|| self.stuck_words(format!("stuck {id} {newest} {to}")))
    }

    fn moment(&self, at: Timestamp) -> String {
        chinese::moment(self.zone.to_datetime(at))
    }

    fn name(&self) -> String {
        format!("邮箱 {}（{}）", self.mailbox.id, self.mailbox.address)
    }

    fn outage_words(&self, cause: String, since: Timestamp) -> Alarm {
        let (name, moment) = (self.name(), self.moment(since));
        let hours = self.now.duration_since(since).as_hours();
        let silence = match self.complete_at {
            Some(_) => format!("{name}自{moment}起没有一次完整收取，至今{hours}小时。"),
            None => format!("{name}从未完整收取，程序自{moment}起已试了{hours}小时。"),
        };
        let words: String =
            self.troubles.iter().map(|(folder, words)| format!("  {folder}：{words}\n")).collect();
        Alarm {
            cause,
            subject: format!("【收文告警】邮箱{}收信中断", self.mailbox.address),
            text: format!(
                "{silence}\n\n最近一次尝试的结果：\n{words}\n在恢复之前：\n  \
                 此后到达的来件可能没有全部登记，状态页和统计可能不全；\n  \
                 收这个邮箱的报送任务，催报全部暂停，不会误催。\n\n接下来：\n  \
                 程序继续自动重试（间隔最长30分钟；登录被拒绝的，每小时一次），恢复后另发一封通知，这次中断不再重复告警；\n  \
                 密码文件里换了授权码的，一两分钟内自动用新的再试；\n  \
                 改正其他设置后，可运行 shouwen check --connect 试登录，再重启程序立即收取。\n"
            ),
        }
    }

    fn recovery_words(&self, cause: String) -> Alarm {
        let at = self.moment(self.complete_at.unwrap_or(self.now));
        Alarm {
            cause,
            subject: format!("【收文告警解除】邮箱{}已恢复收信", self.mailbox.address),
            text: format!(
                "{}已恢复，{at}完整收取了一次。\n\n中断期间到达的来件已经取回，登记后照常统计，收到时间以邮件服务器所记为准；\
                 催报随之恢复。无需另作处理。\n",
                self.name()
            ),
        }
    }

    fn stuck_words(&self, cause: String) -> Alarm {
        let line = |mail: &&Unfetched| {
            let since = chinese::short_moment(self.zone.to_datetime(mail.first_listed_at));
            let place = &mail.sighting;
            let (folder, uid, tries, reason) = (&place.folder, place.uid, mail.tries, &mail.reason);
            format!("  {folder}，UID {uid}：{since}起试过{tries}次，{reason}\n")
        };
        let lines: String = self.stuck.iter().take(MAILS_NAMED).map(line).collect();
        let count = self.stuck.len();
        let rest = match count.saturating_sub(MAILS_NAMED) {
            0 => String::new(),
            rest => format!("  另有{rest}封\n"),
        };
        Alarm {
            cause,
            subject: format!("【收文告警】邮箱{}有{count}封来件取不回", self.mailbox.address),
            text: format!(
                "{}有{count}封来件，服务器已列出，但超过{}小时仍取不回：\n{lines}{rest}\n\
                 请登录网页邮箱查看这个时间前后的来件，必要时请对方重发。\n\
                 这些来件此前使催报全部暂缓，从现在起不再暂缓：其中若有应报材料，请先登记，以免误催。\n\
                 程序每次收取仍会再试，取回后自动登记。\n",
                self.name(),
                UNFETCHED_HOLDS.as_hours()
            ),
        }
    }
}
