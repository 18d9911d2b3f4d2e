//! The staff's morning paper: each working day, when the office opens, what came, who has delivered, who is late, what
//! waits for a person, what is wrong and what leaves today. One a day, whatever restarts in between: what was sent already
//! is read from the causes in the outbox.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::asked;
use super::compose::FLAW_CHARS;
use super::due::{Mail, Situation};
use super::hours::opens;
use super::tick::{load, message_id, sender_of};
use super::{DueState, Mode, Settings, agenda};
use crate::domain::campaign::{Campaign, Requirement};
use crate::domain::chinese;
use crate::domain::contact::Contact;
use crate::domain::mailbox::Mailbox;
use crate::domain::message::{MessageKind, MessageState};
use crate::domain::obligation::{Obligation, Standing};
use crate::domain::text::one_line;
use crate::domain::unit::Unit;
use crate::fault::Fault;
use crate::store::{
    MessageFilter, MessageRow, NewMail, OutboxRow, OutboxState, PendingMail, Store, WaitingCounts, watched,
};

/// `NewMail::kind` of the staff's digest.
pub const DIGEST: &str = "digest";

/// Without an earlier digest it tells of so long.
const FIRST_LOOK_BACK: SignedDuration = SignedDuration::from_hours(24);
/// The newest mails of the register that it looks at: more do not come in a night.
const NEW_AT_MOST: u32 = 1000;
/// So long after its hour the digest is written all the same when the mailboxes cannot be looked at.
const WAITS_FOR_A_LOOK: SignedDuration = SignedDuration::from_hours(2);
/// Names listed one by one before they are only counted.
const NAMED: usize = 30;
/// Days of a requirement of each day that one digest tells of, the latest.
const MOST_DAYS: usize = 7;

/// When queued mails leave, by row number; asked only when a digest is written.
pub type Forecast<'a> = &'a dyn Fn() -> Result<BTreeMap<i64, Timestamp>, Fault>;

/// Queues today's digest of a campaign for each of the staff, unless it was queued before, the office is closed, its
/// mailboxes are still to be looked at, or there is nothing to tell. Returns how many.
///
/// # Errors
/// Those of the store.
pub fn write_digest(
    store: &Store,
    campaign: &Campaign,
    mailboxes: &[Mailbox],
    settings: &Settings,
    forecast: Forecast<'_>,
    now: Timestamp,
) -> Result<u32, Fault> {
    let Some(sender) = sender_of(mailboxes, campaign) else { return Ok(0) };
    if opens(campaign, settings, DIGEST, &[], now) != Some(now) || store.paused()?.is_some() {
        return Ok(0);
    }
    let own_address = [sender.address.clone()];
    let staff = if settings.staff.is_empty() { &own_address[..] } else { &settings.staff };
    let today = campaign.local(now).date();
    let said = store.causes(DIGEST)?;
    let cause = |day: &str, to: &str| format!("{DIGEST} {} {day} {to}", campaign.id);
    let mut waiting = staff.iter().filter(|to| !said.contains_key(&cause(&today.to_string(), to))).peekable();
    if waiting.peek().is_none() {
        return Ok(0);
    }
    let paper = Paper::of(store, campaign, mailboxes, settings, now)?;
    // Whoever starts in the morning looks first, and what came is registered; what cannot be is not waited for all day.
    let opened = campaign.at(today, settings.hours.0);
    let is_behind = paper.situation.gate.stale.is_some() || paper.waiting.on_the_way > 0;
    if is_behind && now.duration_since(opened) < WAITS_FOR_A_LOOK {
        return Ok(0);
    }
    let Some((subject, text)) = paper.written(forecast)? else { return Ok(0) };
    let mut queued = 0;
    for to in waiting {
        let cause = cause(&today.to_string(), to);
        let mail = NewMail {
            kind: DIGEST.to_owned(),
            campaign: Some(campaign.id.clone()),
            mailbox: sender.id.clone(),
            unit: None,
            to: to.clone(),
            subject: subject.clone(),
            text: text.clone(),
            message_id: message_id(DIGEST, &cause, sender)?,
            cause,
            steps: Vec::new(),
            queued_at: now,
            leaves_at: now,
        };
        queued += u32::from(store.queue(&mail)?.is_some());
    }
    Ok(queued)
}

/// All that a digest is written from.
struct Paper<'a> {
    situation: Situation<'a>,
    since: Timestamp,
    /// Mail that was captured since the last digest: of a mailbox that was out of reach, what its server took before.
    new: Vec<MessageRow>,
    waiting: WaitingCounts,
    questions: Vec<PendingMail>,
    troubles: Vec<String>,
    outbox: Vec<OutboxRow>,
}

impl<'a> Paper<'a> {
    fn of(
        store: &Store,
        campaign: &'a Campaign,
        mailboxes: &'a [Mailbox],
        settings: &'a Settings,
        now: Timestamp,
    ) -> Result<Self, Fault> {
        let mut outbox = store.outbox(None)?;
        outbox.retain(|row| row.mail.campaign.as_ref() == Some(&campaign.id));
        let since = told_until(&outbox).unwrap_or(now - FIRST_LOOK_BACK);
        let situation = load(store, campaign, mailboxes, settings, now)?;
        // Before the mails: what was on its way then may be among them or not, and is waited for.
        let waiting = store.waiting_counts(None)?;
        let newest = MessageFilter { newest: Some(NEW_AT_MOST), ..MessageFilter::default() };
        let mut new = store.messages(&newest)?;
        let is_theirs = |row: &MessageRow| {
            !matches!(row.kind, Some(MessageKind::Own | MessageKind::Bounce | MessageKind::AutoReply))
                && !matches!(row.state, Some(MessageState::History | MessageState::Duplicate))
        };
        new.retain(|row| {
            row.captured_at > since
                && is_theirs(row)
                && row.campaign.as_ref().is_none_or(|id| *id == campaign.id)
        });
        let troubles = troubles(store, campaign, mailboxes)?;
        let questions = store.open_questions(&campaign.id)?;
        Ok(Self { situation, since, new, waiting, questions, troubles, outbox })
    }

    /// Subject and text; none when nothing is open and nothing happened.
    fn written(&self, forecast: Forecast<'_>) -> Result<Option<(String, String)>, Fault> {
        let campaign = self.situation.campaign;
        let mut trouble = self.trouble_lines();
        let to_do = self.waiting.unassigned + self.waiting.review + self.waiting.parked;
        // Questions of a season that is over may stay open for ever: for them alone no paper is written.
        if !self.is_in_season() && self.new.is_empty() && trouble.is_empty() && to_do == 0 {
            return Ok(None);
        }
        let to_do = to_do + self.questions.len() as u64;
        trouble.extend(self.held_line());
        trouble.extend(self.mute_line());
        trouble.extend(chinese::unknown_years(campaign).map(|years| format!("{years}。")));
        let late = self.situation.units.iter().filter(|(_, all)| all.iter().any(|o| o.standing.is_late()));
        let now = campaign.local(self.situation.now);
        let (new, late) = (self.new.len(), late.count());
        let subject = format!(
            "【收文每日摘要】{}{}：新到{new}封，逾期{late}个单位，待办{to_do}件",
            chinese::day(now.date()),
            campaign.short
        );
        let mut text = format!("{}\n截至{}\n", campaign.title, chinese::moment(now));
        let sections = [
            ("新到来件", self.new_lines()),
            ("报送情况", self.standing_lines()),
            ("待人办理", self.waiting_lines()),
            ("须留意的问题", trouble),
            ("今日拟发", self.leaving_lines(&forecast()?)),
        ];
        for (number, (title, lines)) in ["一", "二", "三", "四", "五"].iter().zip(sections) {
            text.push_str(&format!("\n{number}、{title}\n"));
            let lines = if lines.is_empty() { vec!["无".to_owned()] } else { lines };
            text.extend(lines.iter().map(|line| format!("　　{line}\n")));
        }
        let today = chinese::full_day(now.date());
        text.push_str(&format!(
            "\n本摘要由系统每个工作日生成，含联系方式的内容请勿外传。\n\n{}\n{today}\n",
            campaign.office
        ));
        Ok(Some((subject, text)))
    }

    /// Whether today lies between the first and the last day of the campaign's agenda, and somebody owes something.
    fn is_in_season(&self) -> bool {
        let Situation { campaign, settings, early, .. } = &self.situation;
        let days: Vec<Date> = agenda(campaign, settings, early).iter().map(|entry| entry.on).collect();
        let today = self.situation.campaign.local(self.situation.now).date();
        let lies_between = days.iter().min().is_some_and(|first| *first <= today)
            && days.iter().max().is_some_and(|last| today <= *last);
        let owes = |o: &Obligation| !o.standing.is_done();
        lies_between && self.situation.units.iter().any(|(_, all)| all.iter().any(owes))
    }

    fn new_lines(&self) -> Vec<String> {
        let mut by_unit: BTreeMap<Option<&str>, usize> = BTreeMap::new();
        for row in &self.new {
            *by_unit.entry(row.unit.as_deref()).or_default() += 1;
        }
        if by_unit.is_empty() {
            return Vec::new();
        }
        let campaign = self.situation.campaign;
        let name = |code: Option<&str>| match code {
            Some(code) => campaign.roster.by_code(code).map_or(code, |unit| unit.name.as_str()).to_owned(),
            None => "未识别单位".to_owned(),
        };
        let told = by_unit.into_iter().map(|(code, count)| format!("{}{count}封", name(code)));
        let since = chinese::moment(campaign.local(self.since));
        vec![format!("{since}以来{}封：{}。", self.new.len(), in_short(told.collect(), "个单位"))]
    }

    fn standing_lines(&self) -> Vec<String> {
        let asked = self.situation.campaign.requirements.iter();
        let asked = asked.flat_map(|one| self.told_days(one).into_iter().map(move |day| (one, day)));
        asked.map(|(requirement, day)| self.standing_of(requirement, day)).collect()
    }

    /// Of a requirement of each day the days that ended since the last digest, over a weekend several; where none did the latest.
    fn told_days(&self, requirement: &Requirement) -> Vec<Option<Date>> {
        let day_of = |moment| self.situation.campaign.local(moment).date();
        let (since, today) = (day_of(self.since), day_of(self.situation.now));
        let mut days = requirement.days();
        days.retain(|day| day.is_none_or(|day| day < today));
        let new = days.iter().filter(|day| day.is_none_or(|day| day >= since)).count();
        days.split_off(days.len().saturating_sub(new.clamp(1, MOST_DAYS)))
    }

    /// How many have delivered, who is late; for a requirement of each day on that day.
    fn standing_of(&self, requirement: &Requirement, day: Option<Date>) -> String {
        let of_unit = |(unit, all): &'_ (&'a Unit, Vec<Obligation>)| {
            let mut mine = all.iter().filter(|o| o.requirement == requirement.id && o.day == day);
            let standing = mine.next()?.standing;
            (standing != Standing::Exempt).then_some((*unit, standing))
        };
        let asked: Vec<(&Unit, Standing)> = self.situation.units.iter().filter_map(of_unit).collect();
        let done = asked.iter().filter(|(_, standing)| standing.is_done()).count();
        let late: Vec<String> = asked
            .iter()
            .filter(|(_, standing)| standing.is_late())
            .map(|(unit, _)| unit.name.clone())
            .collect();
        let (until, of_day) = (
            chinese::day_and_weekday(requirement.last_day(day)),
            day.map(|day| format!("{}的", chinese::day(day))).unwrap_or_default(),
        );
        let head = format!(
            "{of_day}{}（{until}截止）：应报{}个，已报齐{done}个，逾期{}个",
            requirement.title,
            asked.len(),
            late.len()
        );
        let names =
            if late.is_empty() { String::new() } else { format!("：{}", in_short(late, "个单位")) };
        format!("{head}{names}。")
    }

    fn waiting_lines(&self) -> Vec<String> {
        let WaitingCounts { unassigned, review, parked, .. } = self.waiting;
        let mut lines = Vec::new();
        if unassigned + review + parked > 0 {
            lines.push(format!("未识别单位{unassigned}件，待认定{review}件，待处理{parked}件。"));
        }
        let campaign = self.situation.campaign;
        if !self.questions.is_empty() {
            let (count, named) = (self.questions.len(), asked::named(campaign, &self.questions));
            lines.push(format!("咨询或说明（如已报、申请延期）待答复{count}封：{named}。"));
        }
        let units = self.situation.units.iter();
        let again = units.filter(|(unit, all)| !self.situation.wrong_again(unit, all).is_empty());
        let again: Vec<String> = again.map(|(unit, _)| unit.name.clone()).collect();
        if !again.is_empty() {
            let named = in_short(again, "个单位");
            lines.push(format!("{named}补正后仍有问题，还没有告知，请在待办中发“请补正”。"));
        }
        let name =
            |code: &String| campaign.roster.by_code(code).map_or(code.clone(), |unit| unit.name.clone());
        let held =
            self.situation.gate.units.iter().map(|(code, why)| format!("{}暂缓催报：{why}。", name(code)));
        lines.extend(held);
        lines
    }

    /// What does not work: mailboxes, mails that came back or are unsure, mails that could not leave on their day.
    fn trouble_lines(&self) -> Vec<String> {
        use OutboxState::{Bounced, Failed, Struck, Unsure};
        let stale = self.situation.gate.stale.as_ref();
        let mut lines: Vec<String> =
            stale.map(|why| format!("本摘要写成时来件可能未收全：{why}。")).into_iter().collect();
        lines.extend(self.troubles.iter().cloned());
        // What is unsure waits for a person, and is told until one has settled it.
        let is_news =
            |row: &&OutboxRow| row.state == Unsure || row.settled_at.is_some_and(|at| at > self.since);
        let lapsed = |row: &OutboxRow| row.state == Struck && row.reply == super::last_look::LAPSED;
        for row in self.outbox.iter().filter(is_news) {
            if matches!(row.state, Failed | Bounced | Unsure) || lapsed(row) {
                let state = if lapsed(row) { "未发出" } else { row.state.chinese() };
                lines.push(format!("{state}：致{}〈{}〉，{}", self.to(row), row.mail.to, row.reply));
            }
        }
        lines
    }

    /// Why nobody is reminded of anything, where it is not that the mailboxes were not looked at.
    fn held_line(&self) -> Option<String> {
        let gate = &self.situation.gate;
        let why = gate.all.as_ref().filter(|_| gate.all != gate.stale)?;
        Some(format!("全部催报暂缓：{why}。"))
    }

    /// Late units that no mail can reach.
    fn mute_line(&self) -> Option<String> {
        let units = self.situation.units.iter();
        let mute = units.filter(|(unit, all)| {
            self.situation.recipient(unit).is_none() && all.iter().any(|o| o.standing.is_late())
        });
        let mute: Vec<String> = mute.map(|(unit, _)| unit.name.clone()).collect();
        (!mute.is_empty()).then(|| format!("没有可用收件地址：{}。", in_short(mute, "个单位")))
    }

    fn to(&self, row: &OutboxRow) -> String {
        let unit = row.mail.unit.as_deref().and_then(|code| self.situation.campaign.roster.by_code(code));
        unit.map_or_else(|| "工作人员".to_owned(), |unit| unit.name.clone())
    }

    /// What leaves today, what waits for a release, and who will not be reached in time.
    fn leaving_lines(&self, leaving: &BTreeMap<i64, Timestamp>) -> Vec<String> {
        let campaign = self.situation.campaign;
        let today = campaign.local(self.situation.now).date();
        let queued: Vec<OutboxRow> =
            self.outbox.iter().filter(|row| row.state == OutboxState::Queued).cloned().collect();
        let mut lines = Vec::new();
        let is_today =
            |row: &&OutboxRow| leaving.get(&row.id).is_some_and(|at| campaign.local(*at).date() == today);
        let of_today: Vec<String> = queued.iter().filter(is_today).map(|row| self.to(row)).collect();
        if !of_today.is_empty() {
            lines.push(format!("排队待发{}封：{}。", of_today.len(), in_short(of_today, "封")));
        }
        let mails = self.situation.mails();
        let due: Vec<&Mail<'_>> = mails.iter().filter(|mail| mail.state == DueState::Due).collect();
        if self.situation.settings.mode == Mode::Approve && !due.is_empty() {
            let names =
                due.iter().map(|mail| mail.unit.map_or("工作人员".to_owned(), |unit| unit.name.clone()));
            let (count, names) = (due.len(), in_short(names.collect(), "封"));
            lines.push(format!("待批准{count}封：{names}。用 shouwen remind --preview 看全文。"));
        }
        let late = self.situation.too_late(&queued, leaving);
        if !late.is_empty() {
            lines.push(format!("按发信限额，以下{}个单位的提醒不能及时发出，请电话联系：", late.len()));
        }
        let units = late.iter().filter_map(|row| campaign.roster.by_code(row.mail.unit.as_deref()?));
        lines.extend(units.map(|unit| phone_line(unit, &self.situation.contacts.of(unit))));
        lines
    }
}

/// When the newest digest was written that reached anybody, or may have: what one told that never left is told again.
fn told_until(outbox: &[OutboxRow]) -> Option<Timestamp> {
    use OutboxState::{Bounced, Sent, Unsure};
    let is_told = |row: &&OutboxRow| row.mail.kind == DIGEST && matches!(row.state, Sent | Unsure | Bounced);
    outbox.iter().filter(is_told).map(|row| row.mail.queued_at).max()
}

/// 「某学院　联系人：某老师　电话：…」.
fn phone_line(unit: &Unit, contact: &Contact) -> String {
    let or = |text: &str| if text.is_empty() { "（未填）".to_owned() } else { text.to_owned() };
    let Contact { name, phone, called } = contact;
    let called = if called.is_empty() {
        String::new()
    } else {
        format!("　上次通话：{}", one_line(called, FLAW_CHARS))
    };
    format!("{}　联系人：{}　电话：{}{called}", unit.name, or(name), or(phone))
}

/// Why folders of the campaign's mailboxes could not be looked at completely, and which of them can send nothing.
fn troubles(store: &Store, campaign: &Campaign, mailboxes: &[Mailbox]) -> Result<Vec<String>, Fault> {
    let states = store.folder_states()?;
    let ours = mailboxes.iter().filter(|mailbox| mailbox.serves(&campaign.id));
    let folders = ours.flat_map(|mailbox| watched(mailbox, &states)).filter_map(|(_, state)| state);
    let told = folders.filter_map(|state| {
        let trouble = state.trouble.as_ref()?;
        Some(format!("邮箱{}的{}没有完整收取：{trouble}", state.mailbox, state.folder))
    });
    let refusals = store.refusals()?.into_iter();
    let refusals = refusals
        .filter(|refusal| mailboxes.iter().any(|m| m.id == refusal.mailbox && m.serves(&campaign.id)))
        .map(|refusal| chinese::refusal(&refusal.mailbox, campaign.local(refusal.since), &refusal.words));
    Ok(told.chain(refusals).collect())
}

/// The first names, and how many there are.
fn in_short(names: Vec<String>, measure: &str) -> String {
    let count = names.len();
    let shown = names.into_iter().take(NAMED).collect::<Vec<_>>().join("、");
    if count > NAMED { format!("{shown}等{count}{measure}") } else { shown }
}
