//! Receipts (收悉): what was recognised in a mail, what of it needs mending and what is still missing, as an answer in
//! the sender's own thread. Only where `[receipts]` says so, only to addresses that the roster or a person gave the
//! unit, never to a machine, and few: one a mail, three a sender a day. They are derived from the register, so whoever
//! dies on the way begins again.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::Settings;
use super::compose::{CameLine, Fields, FlawLine, Owed, list_owed, of_campaign, render};
use super::due::is_to_mend;
use super::tick::message_id;
use crate::domain::campaign::{Campaign, Requirement};
use crate::domain::chinese;
use crate::domain::decision::Scope;
use crate::domain::facts::HeaderFacts;
use crate::domain::grant::Grants;
use crate::domain::mailbox::Mailbox;
use crate::domain::message::PartState;
use crate::domain::obligation::obligations;
use crate::domain::submission::NIL_ITEM;
use crate::domain::unit::Unit;
use crate::fault::Fault;
use crate::store::{Answer, MessageFilter, MessageRow, NewMail, OutboxRow, PartRow, RECEIPT, Store};

/// Receipts a sender and day.
const MOST_A_DAY: u64 = 3;
/// A receipt that comes later than so long after the mail tells nothing.
const COMES_WITHIN: SignedDuration = SignedDuration::from_hours(24);
/// Files of one item that are named; more are counted.
const FILES_NAMED: usize = 3;
/// Longest name or subject that is repeated (characters).
const NAME_CHARS: usize = 60;
/// Remarks in one receipt.
const REMARKS_MAX: usize = 30;
/// Message-IDs of a thread that are repeated, and the longest one (bytes).
const THREAD_MAX: usize = 10;
const ID_BYTES_MAX: usize = 200;
/// Addresses from which nobody reads.
const DEAF: [&str; 7] =
    ["postmaster", "mailer-daemon", "mail-daemon", "noreply", "no-reply", "donotreply", "do-not-reply"];
/// Flaws by which a mail shows that it went to the wrong office, or past the office that gathers.
const WRONG_BOX: &str = "WRONG_BOX";
const WRONG_ROUTE: &str = "WRONG_ROUTE";

/// Queues a receipt for every mail that is to have one and has none; returns how many.
///
/// # Errors
/// Those of the store.
pub fn queue_receipts(
    store: &Store,
    campaigns: &[Campaign],
    mailboxes: &[Mailbox],
    settings: &Settings,
    now: Timestamp,
) -> Result<u32, Fault> {
    if !settings.receipts {
        return Ok(0);
    }
    let dead: BTreeSet<String> = store.dead_addresses()?.into_iter().map(|dead| dead.address).collect();
    let known = Known::of(store, campaigns)?;
    let said = store.causes(RECEIPT)?;
    let from: Vec<String> = known.0.iter().map(|(_, _, address)| address.clone()).collect();
    let mut queued = 0;
    for id in store.answerable(&from, now - COMES_WITHIN, now)? {
        let filter = MessageFilter { id: Some(id), ..MessageFilter::default() };
        let Some(row) = store.messages(&filter)?.pop() else { continue };
        let Some((campaign, unit)) = known.whose(campaigns, &row, &dead) else { continue };
        let day = format!("receipt {} ", campaign.local(row.received_at).date());
        let cause = cause(&day, &row);
        if said.contains_key(&cause) || is_own(mailboxes, &row.from) {
            continue;
        }
        let header = store.facts(id)?.0.header;
        let Some(sender) = sender(mailboxes, campaign, &row).filter(|_| !is_machine(&header)) else {
            continue;
        };
        let receipt = Receipt { store, campaign, unit, row: &row, sender, now };
        let (subject, text) = match receipt.write()? {
            Ok(written) => written,
            Err(why) => {
                tracing::error!(message = id, "receipt not written: {why}");
                continue;
            }
        };
        let mail = NewMail {
            kind: RECEIPT.to_owned(),
            campaign: Some(campaign.id.clone()),
            mailbox: sender.id.clone(),
            unit: Some(unit.code.clone()),
            to: row.from.clone(),
            subject,
            text,
            message_id: message_id(RECEIPT, &cause, sender),
            cause,
            steps: Vec::new(),
            queued_at: now,
            leaves_at: now,
        };
        queued += u32::from(store.queue_receipt(&mail, &thread(&header), &day, MOST_A_DAY)?.is_some());
    }
    Ok(queued)
}

/// The last look at a queued receipt: gives it back when it may leave, and strikes it when it may not any more.
///
/// # Errors
/// Those of the store.
pub(super) fn last_look(
    store: &Store,
    campaign: &Campaign,
    settings: &Settings,
    row: OutboxRow,
    now: Timestamp,
) -> Result<Option<OutboxRow>, Fault> {
    let to = row.mail.to.to_lowercase();
    let known = Known::of(store, std::slice::from_ref(campaign))?;
    let unit = row.mail.unit.clone().unwrap_or_default();
    let today = campaign.start_of(campaign.local(now).date());
    let why = if !settings.receipts {
        "自动回执已关闭"
    } else if now.duration_since(row.mail.queued_at) > COMES_WITHIN {
        "排队超过一天，回执已无意义"
    } else if !known.0.contains(&(campaign.id.clone(), unit, to.clone())) {
        "这个地址不再是该单位的"
    } else if store.dead_addresses()?.iter().any(|dead| dead.address == to) {
        "这个地址收不到邮件"
    } else if store.receipts_since(&to, today)? >= MOST_A_DAY {
        "今日已回这个地址三封"
    } else {
        return Ok(Some(row));
    };
    store.strike(row.id, why, now)?;
    Ok(None)
}

/// Addresses that the roster or a person gave a unit: campaign, unit code, address in lower case.
struct Known(BTreeSet<(String, String, String)>);

impl Known {
    fn of(store: &Store, campaigns: &[Campaign]) -> Result<Self, Fault> {
        let mut known = BTreeSet::new();
        for campaign in campaigns {
            let units = campaign.roster.units.iter();
            let listed = units.flat_map(|unit| unit.emails.iter().map(move |email| (&unit.code, email)));
            known.extend(
                listed.map(|(code, email)| (campaign.id.clone(), code.clone(), email.to_lowercase())),
            );
            let learned = store.learned_senders(&campaign.id)?.into_iter();
            let given = learned.filter(|sender| sender.how == "staff");
            known.extend(
                given.map(|sender| (campaign.id.clone(), sender.unit, sender.address.to_lowercase())),
            );
        }
        Ok(Self(known))
    }

    /// The unit that is answered at the address that wrote.
    fn whose<'c>(
        &self,
        campaigns: &'c [Campaign],
        row: &MessageRow,
        dead: &BTreeSet<String>,
    ) -> Option<(&'c Campaign, &'c Unit)> {
        let (campaign, unit, from) = (row.campaign.clone()?, row.unit.clone()?, row.from.to_lowercase());
        if dead.contains(&from) || row.sender_check.is_against() {
            return None;
        }
        let campaign_of = campaigns.iter().find(|other| other.id == campaign)?;
        let is_given = self.0.contains(&(campaign, unit.clone(), from));
        Some((campaign_of, campaign_of.roster.by_code(&unit).filter(|_| is_given)?))
    }
}

/// One mail, whichever of its copies came first: Message-IDs tell copies apart from other mails of the same sender.
fn cause(day: &str, row: &MessageRow) -> String {
    let id = if row.message_id.is_empty() { &row.sha256 } else { &row.message_id };
    format!("{day}{} {id}", row.from.to_lowercase())
}

fn is_own(mailboxes: &[Mailbox], address: &str) -> bool {
    mailboxes.iter().any(|mailbox| mailbox.address.eq_ignore_ascii_case(address))
}

/// The mailbox that was written to, else one of the campaign that sends.
fn sender<'m>(mailboxes: &'m [Mailbox], campaign: &Campaign, row: &MessageRow) -> Option<&'m Mailbox> {
    let sends = || mailboxes.iter().filter(|mailbox| mailbox.smtp.is_some());
    let own = sends().find(|mailbox| mailbox.id == row.mailbox);
    own.or_else(|| sends().find(|mailbox| mailbox.serves(&campaign.id)))
}

/// Whether nobody reads an answer, or wants one (RFC 3834 2; `quirks.md` D7). One sign is enough.
fn is_machine(header: &HeaderFacts) -> bool {
    let local = header.from.split('@').next().unwrap_or_default();
    let auto = header.auto_submitted.split(';').next().unwrap_or_default().trim();
    let wishes = header.auto_headers.iter().any(|said| !said.ends_with(": none"));
    (!auto.is_empty() && auto != "no")
        || ["bulk", "junk", "list", "auto_reply"].contains(&header.precedence.trim())
        || header.is_list
        || wishes
        || header.null_return_path
        || !header.report_type.is_empty()
        || header.message_id.starts_with("<shouwen.")
        || DEAF.iter().any(|deaf| local.starts_with(deaf))
}

/// Message-IDs of the thread, the answered one last; what is none, or could break a header, is left out.
fn thread(header: &HeaderFacts) -> Vec<String> {
    let is_id = |id: &&String| {
        let inner = id.strip_prefix('<').and_then(|id| id.strip_suffix('>')).unwrap_or_default();
        let is_plain = inner.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>".contains(&byte));
        is_plain && inner.contains('@') && id.len() <= ID_BYTES_MAX
    };
    if !is_id(&&header.message_id) {
        return Vec::new();
    }
    let earlier: Vec<&String> =
        header.refers_to.iter().filter(is_id).filter(|id| **id != header.message_id).collect();
    let skipped = earlier.len().saturating_sub(THREAD_MAX - 1);
    earlier.into_iter().skip(skipped).chain([&header.message_id]).cloned().collect()
}

/// One receipt to be written.
struct Receipt<'a> {
    store: &'a Store,
    campaign: &'a Campaign,
    unit: &'a Unit,
    row: &'a MessageRow,
    sender: &'a Mailbox,
    now: Timestamp,
}

impl Receipt<'_> {
    /// Subject and text; the inner error says in Chinese what is wrong with the wording.
    fn write(&self) -> Result<Result<(String, String), String>, Fault> {
        let (owed, owes) = self.owed()?;
        let local = |at| self.campaign.local(at);
        let codes = self.codes();
        let fields = Fields {
            unit: self.unit.name.clone(),
            mailbox: self.sender.address.clone(),
            now: chinese::moment(local(self.now)),
            today: chinese::full_day(local(self.now).date()),
            number: self.row.id.to_string(),
            subject: answered_subject(&self.row.subject),
            received: chinese::moment(local(self.row.received_at)),
            came: self.came(),
            waiting: self.named(PartState::Review),
            remarks: self.remarks(),
            flaws: self.flaws(),
            settled: owes && owed.is_empty(),
            owed,
            ..of_campaign(self.campaign)
        };
        let has_come = !fields.came.is_empty() || !fields.waiting.is_empty();
        let template = match codes {
            _ if has_come || fields.remarks.is_empty() => RECEIPT,
            (true, false) => "wrong_box",
            (false, true) => "wrong_route",
            _ => RECEIPT,
        };
        Ok(render(self.campaign, template, &fields))
    }

    /// What is still missing of all that the mail is about, and of what is late; and whether it owes anything of it.
    fn owed(&self) -> Result<(Vec<Owed>, bool), Fault> {
        if !self.campaign.owing_units().any(|unit| unit.code == self.unit.code) {
            return Ok((Vec::new(), false));
        }
        let holdings = self.store.holdings(&self.campaign.id)?;
        let grants = Grants::of(&self.store.decisions()?, &self.campaign.id, None);
        let all = obligations(self.campaign, self.unit, &holdings, &grants, self.now);
        let answers: Vec<&Answer> = self.answers().map(|(answer, _)| answer).collect();
        let is_about = |requirement: &str, day| {
            answers.iter().any(|answer| answer.requirement == requirement && answer.day == day)
        };
        let meant = all
            .iter()
            .filter(|o| o.standing.is_late() || is_about(&o.requirement, o.day))
            .collect::<Vec<_>>();
        let owes = !meant.is_empty();
        Ok((list_owed(self.campaign, meant.into_iter()), owes))
    }

    /// What the mail answers for the unit, each with its file.
    fn answers(&self) -> impl Iterator<Item = (&Answer, Option<&PartRow>)> {
        let of_parts =
            self.row.parts.iter().flat_map(|part| part.answers.iter().map(move |a| (a, Some(part))));
        let loose = self.row.loose.iter().map(|answer| (answer, None));
        of_parts.chain(loose).filter(|(answer, _)| answer.unit == self.unit.code)
    }

    /// What counts, item by item in the order of the campaign.
    fn came(&self) -> Vec<CameLine> {
        let mut lines = Vec::new();
        for requirement in &self.campaign.requirements {
            for day in requirement.days().into_iter().collect::<BTreeSet<_>>() {
                let ids = requirement.items.iter().map(|item| item.id.as_str()).chain([NIL_ITEM]);
                lines.extend(ids.filter_map(|item| self.came_of(requirement, day, item)));
            }
        }
        lines
    }

    fn came_of(
        &self,
        requirement: &Requirement,
        day: Option<jiff::civil::Date>,
        item: &str,
    ) -> Option<CameLine> {
        let counts = |state| matches!(state, PartState::Accepted | PartState::Flawed | PartState::Superseded);
        let is_it = |answer: &Answer| {
            answer.requirement == requirement.id
                && answer.day == day
                && answer.item == item
                && counts(answer.state)
        };
        let found: Vec<Option<&PartRow>> =
            self.answers().filter(|(answer, _)| is_it(answer)).map(|(_, part)| part).collect();
        if found.is_empty() {
            return None;
        }
        let names: Vec<String> = found.iter().flatten().map(|part| file_name(&part.path)).collect();
        let files = match names.len() {
            0 => String::new(),
            1..=FILES_NAMED => names.join("、"),
            count => format!("{}等{count}件", names.into_iter().take(1).collect::<String>()),
        };
        let scope = Scope { requirement: requirement.id.clone(), item: Some(item.to_owned()), day };
        Some(CameLine { item: chinese::scope(&scope, Some(self.campaign)), files })
    }

    /// Files of the mail in this state.
    fn named(&self, state: PartState) -> Vec<String> {
        let in_state = self.row.parts.iter().filter(|part| part.state == state);
        in_state.map(|part| file_name(&part.path)).take(REMARKS_MAX).collect()
    }

    /// Whether something of it went to the wrong office, and whether past the one that gathers.
    fn codes(&self) -> (bool, bool) {
        let has =
            |code: &str| self.row.parts.iter().flat_map(|part| &part.flaws).any(|flaw| flaw.code == code);
        (has(WRONG_BOX), has(WRONG_ROUTE))
    }

    /// What the sender should know beside what was taken and what is to be mended: each thing once.
    fn remarks(&self) -> Vec<String> {
        let mut remarks: Vec<String> = Vec::new();
        for part in &self.row.parts {
            let name = file_name(&part.path);
            let routed =
                part.flaws.iter().filter(|flaw| [WRONG_BOX, WRONG_ROUTE].contains(&flaw.code.as_str()));
            remarks.extend(routed.map(|flaw| plain(&flaw.text, usize::MAX)));
            match part.state {
                PartState::Unreadable => {
                    remarks.push(format!(
                        "“{name}”未能打开（{}），请检查后重新发送",
                        plain(&part.why, NAME_CHARS)
                    ));
                }
                PartState::Duplicate => remarks.push(format!("“{name}”与此前报送的相同，未重复登记")),
                PartState::Rejected
                    if !part.flaws.iter().any(|flaw| is_to_mend(flaw) || is_routed(&flaw.code)) =>
                {
                    remarks.push(format!("“{name}”未计入报送（{}）", plain(&part.why, NAME_CHARS)));
                }
                _ => {}
            }
        }
        for link in self.row.links.iter().filter(|link| !link.is_fetched) {
            let until = link
                .expires
                .map_or_else(String::new, |at| format!("，{}失效", chinese::moment(self.campaign.local(at))));
            let name =
                if link.name.is_empty() { "未命名".to_owned() } else { plain(&link.name, NAME_CHARS) };
            remarks.push(format!("“{name}”只有下载链接{until}，请保留原文件；能用附件发送的，请用附件补发"));
        }
        let mut once = BTreeSet::new();
        remarks.retain(|remark| once.insert(remark.clone()));
        remarks.truncate(REMARKS_MAX);
        remarks
    }

    /// What has to be mended, with its place.
    fn flaws(&self) -> Vec<FlawLine> {
        let of_part = |part: &PartRow| {
            let file = file_name(&part.path);
            let flaws: Vec<FlawLine> = part
                .flaws
                .iter()
                .filter(|flaw| is_to_mend(flaw))
                .map(|flaw| FlawLine {
                    file: file.clone(),
                    place: plain(&flaw.place, NAME_CHARS),
                    text: plain(flaw.text.trim_end_matches(['。', '；', '.']), usize::MAX),
                })
                .collect();
            flaws
        };
        self.row.parts.iter().flat_map(of_part).take(REMARKS_MAX).collect()
    }
}

fn is_routed(code: &str) -> bool {
    [WRONG_BOX, WRONG_ROUTE].contains(&code)
}

/// The name of a file without the archive or mail around it.
fn file_name(path: &str) -> String {
    plain(path.rsplit('/').next().unwrap_or(path), NAME_CHARS)
}

/// A subject without the prefixes of earlier answers.
fn answered_subject(subject: &str) -> String {
    const PREFIXES: [&str; 7] = ["re:", "re：", "回复:", "回复：", "答复:", "答复：", "aw:"];
    let subject = plain(subject, usize::MAX);
    let mut rest = subject.trim();
    while let Some(cut) = PREFIXES.iter().find_map(|prefix| {
        let head = rest.get(..prefix.len())?;
        head.to_lowercase().eq(prefix).then(|| rest.get(prefix.len()..)).flatten()
    }) {
        rest = cut.trim_start();
    }
    if rest.is_empty() { "（无主题）".to_owned() } else { plain(rest, NAME_CHARS) }
}

/// Text of others on one line, without what drives a terminal or turns its direction, at most so many characters.
fn plain(text: &str, chars: usize) -> String {
    let is_hidden = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let shown = text.chars().filter(|c| !is_hidden(*c)).map(|c| if c.is_control() { ' ' } else { c });
    let line = shown.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(chars) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}
