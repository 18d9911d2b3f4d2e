//! The outbox as JSON and as a table (`contract.md` 5).

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;

use super::table::{Screen, Table, fit};
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::store::{OutboxRow, OutboxState};

/// Widest subject in a table, in cells.
const SUBJECT_CELLS: usize = 50;
/// Reasons named in the one line about the queue.
const REASONS_SHOWN: usize = 3;

/// One mail of ours.
#[derive(Debug, Clone, Serialize)]
pub struct OutboxJson {
    /// Row number.
    pub id: i64,
    /// Its Message-ID.
    pub message_id: String,
    /// `reminder`, `receipt`, `digest`, `alarm`.
    pub kind: String,
    /// Name of the unit; none for mail to staff.
    pub unit: Option<String>,
    /// The one recipient.
    pub to: String,
    /// Steps it carries out.
    pub steps: Vec<String>,
    /// Subject.
    pub subject: String,
    /// Where it stands.
    pub state: OutboxState,
    /// When it was queued.
    pub queued_at: String,
    /// When it will leave as things stand; none once it has, and while it may not.
    pub leaves_at: Option<String>,
    /// Why it will not leave as things stand, where that is known; none for any other.
    pub held: Option<String>,
    /// When the server took it.
    pub sent_at: Option<String>,
    /// The server's last words.
    pub reply: String,
}

/// When each queued mail will leave, by row number: the sender's own timetable. What is not in it will not leave as
/// things stand.
pub type Leaving = BTreeMap<i64, Timestamp>;

/// Why queued mails will not leave as things stand, by row number.
pub type Held = BTreeMap<i64, String>;

/// The outbox as JSON documents, in the order of `rows`.
pub fn outbox_json(
    rows: &[OutboxRow],
    campaigns: &[Campaign],
    leaving: &Leaving,
    held: &Held,
) -> Vec<OutboxJson> {
    let one = |row: &OutboxRow| {
        let mail = &row.mail;
        let own = campaigns.iter().find(|campaign| Some(&campaign.id) == mail.campaign.as_ref());
        let campaign = own.or(campaigns.first());
        let time = |at: Timestamp| campaign.map_or_else(|| at.to_string(), |campaign| campaign.rfc3339(at));
        let name = |code: &String| {
            let unit = campaign.and_then(|campaign| campaign.roster.by_code(code));
            unit.map_or_else(|| code.clone(), |unit| unit.name.clone())
        };
        OutboxJson {
            id: row.id,
            message_id: mail.message_id.clone(),
            kind: mail.kind.clone(),
            unit: mail.unit.as_ref().map(name),
            to: mail.to.clone(),
            steps: mail.steps.iter().map(ToString::to_string).collect(),
            subject: mail.subject.clone(),
            state: row.state,
            queued_at: time(mail.queued_at),
            leaves_at: leaving.get(&row.id).filter(|_| row.state == OutboxState::Queued).map(|at| time(*at)),
            held: held.get(&row.id).cloned(),
            sent_at: row.sent_at.map(time),
            reply: row.reply.clone(),
        }
    };
    rows.iter().map(one).collect()
}

/// When a mail left, or will.
fn departure(row: &OutboxJson, short: impl Fn(&str) -> String) -> String {
    match (&row.sent_at, &row.leaves_at) {
        (Some(at), _) => short(at),
        (None, Some(at)) => format!("预计 {}", short(at)),
        (None, None) if row.state == OutboxState::Queued => "暂不发出".to_owned(),
        (None, None) => "–".to_owned(),
    }
}

/// What is queued and when it will leave, in one line; empty when nothing is queued. `queued`: those of the outbox.
pub fn queue_line(queued: &[OutboxRow], leaving: &Leaving, held: &Held, campaign: &Campaign) -> String {
    if queued.is_empty() {
        return String::new();
    }
    let moments = queued.iter().filter_map(|row| leaving.get(&row.id));
    let short = |at: &Timestamp| chinese::short_moment(campaign.local(*at));
    let (count, known) = (queued.len(), moments.clone().count());
    let when = match (moments.clone().min(), moments.max()) {
        (Some(first), Some(last)) if first == last => format!("，预计{}发出", short(first)),
        (Some(first), Some(last)) => format!("，预计{}至{}陆续发出", short(first), short(last)),
        _ => String::new(),
    };
    let reasons: BTreeSet<&str> = queued.iter().filter_map(|row| Some(held.get(&row.id)?.as_str())).collect();
    let shown: Vec<&str> = reasons.iter().take(REASONS_SHOWN).copied().collect();
    let why = match shown.is_empty() {
        true => String::new(),
        false => format!("（{}{}）", shown.join("；"), if reasons.len() > REASONS_SHOWN { "等" } else { "" }),
    };
    let rest =
        if known < count { format!("；{}封目前不会发出{why}", count - known) } else { String::new() };
    format!("待发：{count}封{when}{rest}（shouwen outbox 逐封列出）。\n")
}

/// The outbox as a table.
pub fn outbox_text(rows: &[OutboxJson], campaigns: &[Campaign], screen: Screen) -> String {
    let mut table = Table::new(&["编号", "状态", "单位", "收件人", "主题", "排队", "发出", "步骤", "回话"]);
    let short = |at: &str| match (at.parse::<Timestamp>(), campaigns.first()) {
        (Ok(moment), Some(campaign)) => chinese::short_moment(campaign.local(moment)),
        _ => at.to_owned(),
    };
    for row in rows {
        table.row(vec![
            row.id.to_string(),
            row.state.chinese().to_owned(),
            row.unit.clone().unwrap_or_else(|| "工作人员".to_owned()),
            row.to.clone(),
            fit(&row.subject, SUBJECT_CELLS),
            short(&row.queued_at),
            departure(row, short),
            row.steps.join(" "),
            fit(row.held.as_ref().unwrap_or(&row.reply), SUBJECT_CELLS),
        ]);
    }
    format!("{}\n共 {} 封。\n", table.on(screen).trim_end(), rows.len())
}
