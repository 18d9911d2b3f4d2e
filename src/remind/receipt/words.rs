//! The words of a receipt: what came, item by item, what waits for a person, what is to be mended, what else the sender
//! should know, and what is still missing. Whatever others wrote is repeated in short and on one line.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;

use super::super::compose::{
    CameLine, FLAW_CHARS, Fields, FlawLine, Owed, list_owed, may_still_come, of_campaign,
};
use super::super::due::is_to_mend;
use super::super::wording::render;
use crate::domain::campaign::{Campaign, Requirement};
use crate::domain::chinese;
use crate::domain::decision::Scope;
use crate::domain::grant::Grants;
use crate::domain::mailbox::Mailbox;
use crate::domain::message::PartState;
use crate::domain::obligation::{Obligation, obligations};
use crate::domain::submission::NIL_ITEM;
use crate::domain::text::one_line;
use crate::domain::unit::Unit;
use crate::fault::Fault;
use crate::store::{Answer, MessageRow, PartRow, RECEIPT, Store};

/// Files of one item that are named; more are counted.
const FILES_NAMED: usize = 3;
/// Longest name or subject that is repeated (characters).
const NAME_CHARS: usize = 60;
/// Remarks in one receipt.
const REMARKS_MAX: usize = 30;
/// Flaws by which a mail shows that it went to the wrong office, or past the office that gathers.
const WRONG_BOX: &str = "WRONG_BOX";
const WRONG_ROUTE: &str = "WRONG_ROUTE";

/// One receipt to be written.
pub(super) struct Receipt<'a> {
    pub store: &'a Store,
    pub campaign: &'a Campaign,
    pub unit: &'a Unit,
    pub row: &'a MessageRow,
    pub sender: &'a Mailbox,
    pub now: Timestamp,
}

impl Receipt<'_> {
    /// Subject and text; the inner error says in Chinese what is wrong with the wording.
    pub(super) fn write(&self) -> Result<Result<(String, String), String>, Fault> {
        let (owed, settled) = self.owed()?;
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
            settled,
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
        // A campaign may do with one wording for all.
        let template = if self.campaign.wording.contains_key(template) { template } else { RECEIPT };
        Ok(render(self.campaign, template, &fields))
    }

    /// What is still missing of all that the mail is about, and of what is late; and whether all of it is
    /// there: what waits for a person is not.
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
        let is_missing = |o: &Obligation| o.standing.is_late() && !may_still_come(self.campaign, o, self.now);
        let meant =
            all.iter().filter(|o| is_missing(o) || is_about(&o.requirement, o.day)).collect::<Vec<_>>();
        let settled = !meant.is_empty() && meant.iter().all(|o| o.standing.is_done());
        Ok((list_owed(self.campaign, meant.into_iter()), settled))
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

    fn came_of(&self, requirement: &Requirement, day: Option<Date>, item: &str) -> Option<CameLine> {
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
            remarks.extend(routed.map(|flaw| one_line(&flaw.text, usize::MAX)));
            match part.state {
                PartState::Unreadable => {
                    remarks.push(format!(
                        "“{name}”未能打开（{}），请检查后重新发送",
                        one_line(&part.why, NAME_CHARS)
                    ));
                }
                PartState::Duplicate => remarks.push(format!("“{name}”与此前报送的相同，未重复登记")),
                PartState::Rejected
                    if !part.flaws.iter().any(|flaw| is_to_mend(flaw) || is_routed(&flaw.code)) =>
                {
                    remarks.push(format!("“{name}”未计入报送（{}）", one_line(&part.why, NAME_CHARS)));
                }
                _ => {}
            }
        }
        for link in self.row.links.iter().filter(|link| !link.is_fetched) {
            let until = link
                .expires
                .map_or_else(String::new, |at| format!("，{}失效", chinese::moment(self.campaign.local(at))));
            let name =
                if link.name.is_empty() { "未命名".to_owned() } else { one_line(&link.name, NAME_CHARS) };
            remarks.push(format!("“{name}”只有下载链接{until}，请保留原文件；能用附件发送的，请用附件补发"));
        }
        remarks.extend(self.also());
        let mut once = BTreeSet::new();
        remarks.retain(|remark| once.insert(remark.clone()));
        remarks.truncate(REMARKS_MAX);
        remarks
    }

    /// What a unit has to do besides whose material is welcome here and belongs to another office as well.
    fn also(&self) -> Option<String> {
        let also = &self.campaign.route(&self.unit.group)?.also;
        let is_welcome = |(answer, _): (&Answer, Option<&PartRow>)| {
            let requirement = self.campaign.requirement(&answer.requirement);
            requirement.is_some_and(|asked| asked.also_from.contains(&self.unit.group))
        };
        (!also.is_empty() && self.answers().any(is_welcome)).then(|| also.clone())
    }

    /// What has to be mended, with its place; of a file that does not count this is said too.
    fn flaws(&self) -> Vec<FlawLine> {
        let mut lines = Vec::new();
        // What could not be opened is among the remarks, with the reason.
        for part in self.row.parts.iter().filter(|part| part.state != PartState::Unreadable) {
            let fate = if part.state == PartState::Rejected { "未计入报送，" } else { "" };
            lines.extend(part.flaws.iter().filter(|flaw| is_to_mend(flaw)).map(|flaw| FlawLine {
                file: file_name(&part.path),
                place: one_line(&flaw.place, NAME_CHARS),
                text: format!(
                    "{fate}{}",
                    one_line(flaw.text.trim_end_matches(['。', '；', '.']), FLAW_CHARS)
                ),
            }));
        }
        lines.truncate(REMARKS_MAX);
        lines
    }
}

fn is_routed(code: &str) -> bool {
    [WRONG_BOX, WRONG_ROUTE].contains(&code)
}

/// The name of a file without the archive or mail around it.
fn file_name(path: &str) -> String {
    one_line(path.rsplit('/').next().unwrap_or(path), NAME_CHARS)
}

/// A subject without the prefixes of earlier answers.
fn answered_subject(subject: &str) -> String {
    const PREFIXES: [&str; 7] = ["re:", "re：", "回复:", "回复：", "答复:", "答复：", "aw:"];
    let subject = one_line(subject, usize::MAX);
    let mut rest = subject.trim();
    while let Some(cut) = PREFIXES.iter().find_map(|prefix| {
        let head = rest.get(..prefix.len())?;
        head.to_lowercase().eq(prefix).then(|| rest.get(prefix.len()..)).flatten()
    }) {
        rest = cut.trim_start();
    }
    if rest.is_empty() { "（无主题）".to_owned() } else { one_line(rest, NAME_CHARS) }
}
