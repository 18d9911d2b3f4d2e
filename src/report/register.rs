//! 收文登记簿: every mail and every part of it, and what became of each, as a workbook to print, to file and to look things
//! up in. It names senders, so it stays in the office.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::book::{Book, Sheet};
use super::grid::{Cell, Grid, text, words};
use super::messages::{MessageJson, PartJson};
use super::words::part_word;
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::domain::decision::Scope;

/// Names of parts in one cell; the rest is counted.
const PARTS_NAMED: usize = 8;

/// Where a part was put by an export: register number and number of the part.
pub type Places = BTreeMap<(i64, usize), String>;

/// The register of these mails. `places`: where an export put their parts; none for no export.
pub fn register_book(
    messages: &[MessageJson],
    campaign: &Campaign,
    now: Timestamp,
    places: Option<&Places>,
) -> Book {
    let at = campaign.local(now);
    let title = |what: &str| format!("{}{what}（截至{}）", campaign.short, chinese::plain_moment(at));
    let mails = Sheet {
        name: "收文登记簿".to_owned(),
        title: title("收文登记簿"),
        lead: format!("共{}封。", messages.len()),
        grid: mails(messages, campaign),
        ..Sheet::default()
    };
    let parts = Sheet {
        name: "附件".to_owned(),
        title: title("收文附件清单"),
        grid: parts(messages, campaign, places),
        ..Sheet::default()
    };
    Book::new(campaign, at, "收文登记簿", vec![mails, parts]).internal()
}

fn mails(messages: &[MessageJson], campaign: &Campaign) -> Grid {
    let mut grid =
        Grid::of(words(&["编号", "收到", "发件人", "主题", "单位", "依据", "类别", "附件", "状态", "备注"]));
    grid.widths = vec![7, 14, 26, 34, 26, 12, 9, 44, 10, 26];
    grid.rows = messages.iter().map(|message| mail(message, campaign)).collect();
    grid
}

fn mail(message: &MessageJson, campaign: &Campaign) -> Vec<Cell> {
    let unit = message.unit.clone().unwrap_or_else(|| "未识别".to_owned());
    let mut named: Vec<String> = message.parts.iter().take(PARTS_NAMED).map(named).collect();
    if message.parts.len() > PARTS_NAMED {
        named.push(format!("……共{}个", message.parts.len()));
    }
    named.extend(message.links.iter().map(|link| format!("链接 {}（{}）", link.name, link.words)));
    vec![
        Cell::Count(message.id),
        received(message, campaign),
        text(&message.from),
        text(&message.subject),
        text(unit),
        text(message.unit_by.map_or("–", |by| by.chinese())),
        text(message.kind.map_or("–", |kind| kind.chinese())),
        text(named.join("；")),
        text(message.state.map_or("–", |state| state.chinese())),
        text(&message.why),
    ]
}

fn named(part: &PartJson) -> String {
    format!("{}（{}）", part.path, part_word(part.state, &part.media_type))
}

fn received(message: &MessageJson, campaign: &Campaign) -> Cell {
    let at = message.received_at.parse().map(|at| campaign.local(at));
    at.map_or_else(|_| text(&message.received_at), Cell::Moment)
}

fn parts(messages: &[MessageJson], campaign: &Campaign, places: Option<&Places>) -> Grid {
    let mut grid =
        Grid::of(words(&["来件", "附件", "收到", "单位", "材料", "文件", "字节", "状态", "说明", "SHA-256"]));
    grid.widths = vec![7, 6, 14, 26, 24, 36, 11, 9, 30, 24];
    if places.is_some() {
        grid.head.push("导出位置".to_owned());
        grid.widths.push(40);
    }
    for message in messages {
        for (part, number) in message.parts.iter().zip(1..) {
            let unit = part.unit.as_ref().or(message.unit.as_ref());
            let mut row = vec![
                Cell::Count(message.id),
                Cell::count(number),
                received(message, campaign),
                text(unit.map_or("未识别", String::as_str)),
                text(answer(part, campaign)),
                text(&part.path),
                Cell::count(part.size),
                text(part_word(part.state, &part.media_type)),
                text(&part.why),
                text(part.sha256.clone().unwrap_or_default()),
            ];
            if let Some(places) = places {
                row.push(text(places.get(&(message.id, number)).map_or("", String::as_str)));
            }
            grid.rows.push(row);
        }
    }
    grid
}

/// What a part answers, in the campaign's titles.
fn answer(part: &PartJson, campaign: &Campaign) -> String {
    let Some(requirement) = part.requirement.clone() else { return "–".to_owned() };
    chinese::scope(&Scope { requirement, item: part.item.clone(), day: part.day }, Some(campaign))
}
