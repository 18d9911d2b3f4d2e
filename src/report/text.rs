//! The status and the register on a terminal: one sentence that can be read out, then the table.

use jiff::Timestamp;

use super::came::OTHERS;
use super::corrections::in_words;
use super::decisions::decision_lines;
use super::messages::{MessageJson, PartJson};
use super::status::{RequirementStatus, Status, UnitStatus};
use super::table::{Screen, Table, clean, fit};
use super::words::{alike_word, folder_word, item_sign, part_word, provider_word, sign, standing_word};
use crate::domain::campaign::{Campaign, Requirement, When};
use crate::domain::chinese;
use crate::domain::decision::Act;
use crate::domain::message::{MessageState, PartState};
use crate::domain::obligation::Standing;
use crate::store::FolderState;

/// Widest subject in a table, in cells.
const SUBJECT_CELLS: usize = 44;
/// Widest address in a table, in cells.
const ADDRESS_CELLS: usize = 26;

/// The status as text: sentence, table, what waits, and a warning when the mailboxes were not seen lately.
pub fn status_text(status: &Status, campaign: &Campaign, screen: Screen) -> String {
    let mut text = format!("{}  截至 {}\n", campaign.title, local(campaign, &status.as_of));
    if !status.fresh {
        let last = status.last_scan.as_deref().map(|at| local(campaign, at));
        let last = last.unwrap_or_else(|| "从未".to_owned());
        text.push_str(&format!(
            "注意：近来没有新的收信结果（最近一次 {last}），以下情况可能不全，催报已暂停。\n"
        ));
    }
    for trouble in &status.troubles {
        text.push_str(&format!("须查看：{trouble}\n"));
    }
    for requirement in &campaign.requirements {
        text.push_str(&format!("{}\n", lead_sentence(status, campaign, requirement)));
    }
    text.push('\n');
    text.push_str(&matrix(status, campaign).on(screen));
    text.push_str(&under_lines(status));
    text.push('\n');
    text.push_str(&format!("{}\n", waiting_line(status)));
    text.push_str(&links_lines(status));
    text.push_str(&sending_lines(status));
    text
}

/// What of our own mail waits for a person.
fn sending_lines(status: &Status) -> String {
    let mut text = String::new();
    if status.unsure > 0 {
        text.push_str(&format!(
            "待查实的发信 {} 封：见 shouwen outbox，用 shouwen settle 认定。\n",
            status.unsure
        ));
    }
    if !status.dead_addresses.is_empty() {
        text.push_str(&format!("收不到邮件的地址 {} 个：\n", status.dead_addresses.len()));
    }
    for dead in &status.dead_addresses {
        text.push_str(&format!("  {}\n", dead.words));
    }
    text
}

fn local(campaign: &Campaign, rfc3339: &str) -> String {
    let moment: Option<Timestamp> = rfc3339.parse().ok();
    moment.map_or_else(|| rfc3339.to_owned(), |at| chinese::moment(campaign.local(at)))
}

fn waiting_line(status: &Status) -> String {
    let waiting = &status.waiting;
    let (unassigned, review, parked) = (waiting.unassigned, waiting.review, waiting.parked);
    let (on_the_way, unfetched) = (waiting.on_the_way, waiting.unfetched);
    let questions = match waiting.questions {
        0 => String::new(),
        questions => format!("，咨询待答复 {questions}"),
    };
    format!(
        "待办：未识别单位 {unassigned}，待认定 {review}，待处理 {parked}{questions}；在途 {on_the_way}，未取到 {unfetched}。"
    )
}

/// What units sent that do not owe it: schools directly, under the unit that they report through, then all others.
fn under_lines(status: &Status) -> String {
    let under = status.units.iter().flat_map(|unit| unit.under.iter().map(move |school| (unit, school)));
    let under = under.map(|(unit, school)| (format!("{}下属", unit.unit), school));
    let others = status.others.iter().map(|unit| (OTHERS.to_owned(), unit));
    let mut text = String::new();
    for (whose, school) in under.chain(others) {
        let sent = school.requirements.iter().map(|requirement| {
            let day = requirement.day.map(chinese::day).unwrap_or_default();
            let count: u32 = requirement.items.iter().map(|item| item.count).sum();
            // They owe nothing, so they are never late.
            match count {
                0 => format!("{day}{}", standing_word(requirement.standing, 0)),
                count => format!("{day}{count}件"),
            }
        });
        let sent = sent.collect::<Vec<_>>().join("、");
        text.push_str(&clean(&format!("{whose} {}：{sent}", school.unit)));
        text.push('\n');
    }
    if text.is_empty() { text } else { format!("\n{text}") }
}

/// The cloud attachments: how many, and those that end soon or have ended, one by one.
fn links_lines(status: &Status) -> String {
    if status.links.is_empty() {
        return String::new();
    }
    let mut text = format!("云附件未下载 {} 个。\n", status.links.len());
    for link in status.links.iter().filter(|link| link.is_urgent) {
        let unit = link.unit.as_deref().unwrap_or("未识别单位");
        let name = if link.name.is_empty() { "未命名" } else { &link.name };
        text.push_str(&clean(&format!("  #{} {unit} {name}：{}", link.message, link.words)));
        text.push('\n');
    }
    text
}

/// 「活动方案…，截止5月10日（星期三）。市(州)…21个：已报齐15、…；…」, with counts that add up to the roster.
pub fn lead_sentence(status: &Status, campaign: &Campaign, requirement: &Requirement) -> String {
    let times = match requirement.days().len() {
        1 => String::new(),
        days => format!("×{days}天"),
    };
    let mut groups = Vec::new();
    for group in &requirement.groups {
        let units = status.units.iter().filter(|unit| unit.group == *group).count();
        let counts = standing_counts(status, requirement, group).into_iter();
        let counts: Vec<String> =
            counts.map(|(standing, count)| format!("{}{count}", standing.chinese())).collect();
        if units > 0 {
            groups.push(format!("{}{units}个{times}：{}", campaign.group_title(group), counts.join("、")));
        }
    }
    format!("{}，{}。{}。", requirement.title, deadline(requirement), groups.join("；"))
}

/// How many obligations of a group's units stand how, for one requirement; what does not occur is left out.
pub fn standing_counts(status: &Status, requirement: &Requirement, group: &str) -> Vec<(Standing, usize)> {
    let units = status.units.iter().filter(|unit| unit.group == group);
    let obligations: Vec<&RequirementStatus> =
        units.flat_map(|unit| &unit.requirements).filter(|r| r.id == requirement.id).collect();
    let count =
        |standing: Standing| (standing, obligations.iter().filter(|r| r.standing == standing).count());
    Standing::ALL.iter().copied().map(count).filter(|(_, count)| *count > 0).collect()
}

/// 「截止5月27日（星期六），顺延至5月29日（星期一）」.
pub fn deadline(requirement: &Requirement) -> String {
    match requirement.when {
        When::By { nominal, on_time_through } if nominal == on_time_through => {
            format!("截止{}", chinese::day_and_weekday(nominal))
        }
        When::By { nominal, on_time_through } => {
            let (nominal, rolled) =
                (chinese::day_and_weekday(nominal), chinese::day_and_weekday(on_time_through));
            format!("截止{nominal}，顺延至{rolled}")
        }
        When::EachDay { from, to, .. } => format!("{}至{}每天", chinese::day(from), chinese::day(to)),
    }
}

fn matrix(status: &Status, campaign: &Campaign) -> Table {
    let mut head = vec!["单位".to_owned(), "市州".to_owned()];
    for requirement in &campaign.requirements {
        match requirement.when {
            When::By { .. } => head.push(requirement.title.clone()),
            When::EachDay { .. } => {
                head.extend(
                    requirement
                        .days()
                        .iter()
                        .flatten()
                        .map(|day| format!("{}-{:02}", day.month(), day.day())),
                );
            }
        }
    }
    head.push("催报".to_owned());
    let mut table = Table::new(&head.iter().map(String::as_str).collect::<Vec<_>>());
    for unit in &status.units {
        let mut row = vec![unit.unit.clone(), short_city(&unit.city)];
        row.extend(campaign.requirements.iter().flat_map(|requirement| cells(unit, campaign, requirement)));
        row.push(unit.mails.to_string());
        table.row(row);
    }
    table
}

/// 「绵阳」, 「阿坝」: the city without what every city has.
pub fn short_city(city: &str) -> String {
    let cut = city.find(['市', '藏', '彝', '羌']).and_then(|at| city.get(..at)).filter(|s| !s.is_empty());
    cut.unwrap_or(city).to_owned()
}

fn cells(unit: &UnitStatus, campaign: &Campaign, requirement: &Requirement) -> Vec<String> {
    let of_requirement = unit.requirements.iter().filter(|r| r.id == requirement.id);
    let found: Vec<String> = of_requirement.map(|r| cell(r, campaign, requirement)).collect();
    if found.is_empty() { vec!["–".to_owned(); requirement.days().len()] } else { found }
}

fn cell(status: &RequirementStatus, campaign: &Campaign, requirement: &Requirement) -> String {
    let sign = sign(status.standing);
    if matches!(requirement.when, When::EachDay { .. }) {
        let count: u32 = status.items.iter().map(|item| item.count).sum();
        return if count > 0 { format!("{sign}{count}") } else { sign.to_owned() };
    }
    let word = standing_word(status.standing, status.lacking());
    let items: String = status.items.iter().map(|item| item_sign(item.state)).collect();
    let put_off = status.put_off_to(campaign);
    let put_off = put_off.map_or_else(String::new, |day| format!("（延至{}）", chinese::day(day)));
    format!("{sign} {word}{put_off} {items}")
}

/// The register as a table, one line a mail; then what all of them and their parts come to.
pub fn messages_text(messages: &[MessageJson], campaigns: &[Campaign], screen: Screen) -> String {
    let noted = |message: &MessageJson| {
        message.decisions.iter().rev().find(|d| d.act == Act::Note && d.counts).map(|d| d.why.clone())
    };
    let has_notes = messages.iter().any(|message| noted(message).is_some());
    let mut head = vec!["编号", "收到", "发件人", "主题", "单位（依据）", "类别", "状态", "附件"];
    head.extend(has_notes.then_some("备注"));
    let mut table = Table::new(&head);
    for message in messages {
        let mut row = vec![
            format!("#{}", message.id),
            short_time(message, campaigns),
            fit(&message.from, ADDRESS_CELLS),
            fit(&message.subject, SUBJECT_CELLS),
            of_city(message, campaigns),
            message.kind.map_or("–", |kind| kind.chinese()).to_owned(),
            message.state.map_or("–", |state| state.chinese()).to_owned(),
            part_counts(message),
        ];
        row.extend(has_notes.then(|| noted(message).unwrap_or_default()));
        table.row(row);
    }
    format!("{}\n{}\n", table.on(screen).trim_end(), sums(messages))
}

/// 「共 42 封：已登记36、待认定6。附件 118 个：已收81、…。」, which adds up.
fn sums(messages: &[MessageJson]) -> String {
    let told = |counts: Vec<(&str, usize)>| {
        let some = counts.into_iter().filter(|(_, count)| *count > 0);
        some.map(|(word, count)| format!("{word}{count}")).collect::<Vec<_>>().join("、")
    };
    let mails = MessageState::ALL.iter().map(|state| {
        (state.chinese(), messages.iter().filter(|message| message.state == Some(*state)).count())
    });
    let parts = || messages.iter().flat_map(|message| &message.parts);
    let of_state = PartState::ALL
        .iter()
        .map(|state| (state.chinese(), parts().filter(|part| part.state == *state).count()));
    let (mails, kinds) = (told(mails.collect()), told(of_state.collect()));
    let mails = if mails.is_empty() { String::new() } else { format!("：{mails}") };
    let kinds =
        if kinds.is_empty() { String::new() } else { format!("附件 {} 个：{kinds}。", parts().count()) };
    format!("共 {} 封{mails}。{kinds}", messages.len())
}

/// 「已查看：收件箱（截至5-11 09:00）、…」: what a search has seen, so that "nothing" is an answer.
pub fn searched_text(states: &[FolderState], campaigns: &[Campaign]) -> String {
    let Some(campaign) = campaigns.first() else { return String::new() };
    let seen = states.iter().map(|state| {
        let until = state.complete_at.map(|at| chinese::short_moment(campaign.local(at)));
        let until = until.map_or_else(|| "尚未完整收取".to_owned(), |at| format!("截至{at}"));
        format!("{}（{until}）", folder_word(&state.folder))
    });
    let seen = seen.collect::<Vec<_>>().join("、");
    if seen.is_empty() { seen } else { format!("{}\n", clean(&format!("已查看：{seen}。"))) }
}

/// The unit and what told it; of one that owes nothing itself, its city too: that is whom to ask.
fn of_city(message: &MessageJson, campaigns: &[Campaign]) -> String {
    let told = unit_and_why(message);
    let Some(name) = &message.unit else { return told };
    let of =
        campaigns.iter().filter(|campaign| message.campaign.as_ref().is_none_or(|id| *id == campaign.id));
    let mut found = of.filter_map(|campaign| {
        let unit = campaign.roster.units.iter().find(|unit| unit.name == *name)?;
        let owes = campaign.requirements.iter().any(|requirement| requirement.owed_by(&unit.group));
        (!owes && !unit.city.is_empty()).then_some(&unit.city)
    });
    found.next().map_or_else(|| told.clone(), |city| format!("{told}，{city}"))
}

fn short_time(message: &MessageJson, campaigns: &[Campaign]) -> String {
    let moment: Option<Timestamp> = message.received_at.parse().ok();
    match (moment, campaigns.first()) {
        (Some(at), Some(campaign)) => chinese::short_moment(campaign.local(at)),
        _ => message.received_at.clone(),
    }
}

fn unit_and_why(message: &MessageJson) -> String {
    let by = message.unit_by.map(|by| format!("（{}）", by.chinese())).unwrap_or_default();
    message.unit.as_ref().map_or_else(|| "未识别".to_owned(), |unit| format!("{unit}{by}"))
}

/// 「已收3 略过1」.
fn part_counts(message: &MessageJson) -> String {
    let mut counts = Vec::new();
    for state in PartState::ALL {
        let count = message.parts.iter().filter(|part| part.state == *state).count();
        if count > 0 {
            counts.push(format!("{}{count}", state.chinese()));
        }
    }
    if !message.links.is_empty() {
        counts.push(format!("链接{}", message.links.len()));
    }
    counts.join(" ")
}

/// One message in full, each decision with its evidence.
pub fn show_text(message: &MessageJson, campaigns: &[Campaign]) -> String {
    let state = message.state.map_or("在途", |state| state.chinese());
    let kind = message.kind.map_or("–", |kind| kind.chinese());
    let mut lines = vec![
        format!("来件 #{}  {state}  {kind}  {}", message.id, unit_and_why(message)),
        format!("  收到  {}（{}）", short_time(message, campaigns), message.received_at),
        format!("  位置  {} / {}", message.mailbox, message.folder),
        format!("  发件人  {}（{}）", message.from, message.sender_check.chinese()),
        format!("  主题  {}", message.subject),
    ];
    if !message.why.is_empty() {
        lines.push(format!("  待办  {}", message.why));
    }
    lines.extend(
        message.evidence.iter().map(|evidence| format!("  依据  {}：{}", evidence.rule, evidence.text)),
    );
    lines.extend(decision_lines(&message.decisions));
    lines.extend(message.parts.iter().zip(1..).flat_map(|(part, number)| part_lines(part, number)));
    for link in &message.links {
        let code = link.code.as_ref().map(|code| format!("，提取码 {code}")).unwrap_or_default();
        let provider = provider_word(&link.provider);
        lines.push(format!("  链接  {}（{provider}，{}{code}）", link.name, link.words));
        lines.push(format!("        {}", link.url));
        lines.extend(link.trouble.as_ref().map(|trouble| format!("        未能下载：{trouble}")));
    }
    lines.extend(message.corrections.iter().flat_map(in_words));
    // What others wrote must not drive the terminal.
    lines.iter().map(|line| format!("{}\n", clean(line))).collect()
}

/// A part under the number by which `accept`, `return` and `assign` take it too.
fn part_lines(part: &PartJson, number: usize) -> Vec<String> {
    let answer = match (&part.requirement, &part.item) {
        (Some(requirement), Some(item)) => {
            let day = part.day.map(|day| format!(" {}", chinese::day(day))).unwrap_or_default();
            format!(" → {requirement}/{item}{day}")
        }
        _ => String::new(),
    };
    let elsewhere = part.campaign.as_ref().map(|id| format!("〔{id}〕")).unwrap_or_default();
    let word = part_word(part.state, &part.media_type);
    let mut lines = vec![format!("  附件{number}  {word}  {}{answer}{elsewhere}", part.path)];
    if !part.why.is_empty() {
        lines.push(format!("        {}", part.why));
    }
    lines.extend(
        part.alike.iter().map(|alike| {
            format!("        与来件#{}的{}{}", alike.message, alike.path, alike_word(alike.same))
        }),
    );
    lines.extend(part.flaws.iter().map(|flaw| format!("        {} {} {}", flaw.code, flaw.place, flaw.text)));
    lines
}
