//! Which of several requirements of a unit a part is for, where they ask for the same thing. One that nothing tells
//! waits for a person at all of them.

use std::cell::LazyCell;

use super::clues::FormRead;
use super::parts::{Scene, item_of, texts};
use super::printed_day::is_of_filling;
use crate::domain::facts::{Content, Grid, PartFacts, Value};
use crate::form::{Reading, is_note};
use crate::recognition::item::Texts;
use crate::recognition::months::{is_month_of_year, names_a_month};
use crate::recognition::rivals::{self, Says};
use crate::recognition::squeeze;
use crate::recognition::vocabulary::Target;

/// So many requirements are named one by one; of more a person knows the first and the last.
const NAMED_TWINS: usize = 3;
/// Before the month that a table is of.
const MONTH_LABELS: &[&str] =
    &["月份", "所属月份", "统计月份", "报告月份", "填报月份", "报告期", "统计期", "所属期", "统计时间"];

/// So many rows over the headings of a table tell of it; a row of headings has so many cells at least.
const HEAD_ROWS: usize = 4;
const HEADINGS: usize = 3;

/// A line with one of these tells how to fill a form in, or of the form itself.
const FORM_WORDS: &[&str] = &["本表", "表式", "有效期", "说明", "编制日期", "编制时间"];
/// Behind a month: in it the form was made or changed, or came into use. 2023年12月修订; not 2023年11月预算执行情况.
const MADE_WORDS: &[&str] =
    &["印发", "印制", "修订", "制发", "下发", "启用", "执行", "施行", "批准", "制定", "制表", "版"];
/// What may stand between the month and these.
const DAY_LETTERS: &str = "日号起正式份开始()";

/// What a part answers.
pub(super) enum Meant {
    /// These items.
    Sure(Vec<Target>),
    /// One of these, and why a person must say which.
    Open(Vec<Target>, String),
}

/// The items that a part answers, of those that a name or kind may mean. `beside`: items that forms of the mail answer.
pub(super) fn meant(
    scene: &Scene,
    at: usize,
    targets: Vec<Target>,
    texts: &Texts,
    beside: &[Target],
) -> Meant {
    // Asked only where there are several.
    let says = LazyCell::new(|| {
        let is_book =
            scene.case.facts.parts.get(at).is_some_and(|part| matches!(part.content, Content::Book { .. }));
        let is_signed = |line: &&String| !is_book && is_month_of_year(line);
        let (signed, mut heading): (Vec<&String>, Vec<&String>) = texts.title.iter().partition(is_signed);
        let of_table = month_of_part(scene, at).filter(|_| !heading.iter().any(|line| names_a_month(line)));
        heading.extend(&of_table);
        let lines =
            |lines: Vec<&String>| lines.into_iter().map(String::as_str).collect::<Vec<_>>().join("\n");
        let own = std::iter::once(texts.name.as_str()).chain(texts.folders.iter().map(String::as_str));
        Says {
            name: own.collect::<Vec<_>>().join("\n"),
            heading: lines(heading),
            signed: lines(signed),
            subject: texts.subject.clone(),
            letter: scene.case.facts.text.clone(),
        }
    });
    let mut sure: Vec<Target> = Vec::new();
    for target in targets {
        let twins = scene.words(at).twins(&target);
        if twins.len() < 2 {
            if let Some(why) = of_another_time(scene, &target, &says) {
                return Meant::Open(vec![target], why);
            }
            sure.push(target);
            continue;
        }
        let one = rivals::meant(scene.desk.campaign, twins, &says, beside, scene.arrived.date());
        let Some(one) = one else {
            let open = open_to(scene, twins);
            let why = which(scene, &open);
            return Meant::Open(open, why);
        };
        sure.push(one.clone());
    }
    Meant::Sure(sure)
}

/// The month that a table names which no form is.
fn month_of_part(scene: &Scene, at: usize) -> Option<String> {
    let is_form = scene.forms.get(at).is_some_and(|forms| !forms.is_empty());
    match &scene.case.facts.parts.get(at)?.content {
        Content::Book { grids } if !is_form => month_of_table(grids),
        _ => None,
    }
}

/// Why a person must say that a part is of the one time of which something is asked: its name, or what tells it instead, names another.
fn of_another_time(scene: &Scene, target: &Target, says: &Says) -> Option<String> {
    let campaign = scene.desk.campaign;
    let texts = [&says.name, &says.heading, &says.subject];
    let told = texts.into_iter().find(|text| rivals::names_its_time(campaign, target, text))?;
    let title = &campaign.requirement(&target.requirement)?.title;
    let is_of_another = rivals::is_of_another(campaign, target, told);
    is_of_another.then(|| format!("写明的时间与“{title}”不同，请认定是否本次报送"))
}

/// The item that a form answers; none where the campaign does not ask for it.
pub(super) fn of_form(scene: &Scene, at: usize, form: &FormRead) -> Option<Meant> {
    let target = scene.words(at).form_item(&form.form)?.clone();
    let part = scene.case.facts.parts.get(at)?;
    let mut texts = texts(scene, at, part);
    texts.title.push(form.reading.title.clone());
    if !texts.title.iter().any(|line| names_a_month(line)) {
        texts.title.extend(month_line(part, &form.reading));
    }
    Some(meant(scene, at, vec![target], &texts, &[]))
}

/// The line over the rows of a form, beneath its title, that names the month it is of, else the name of its sheet. The month in
/// which it was filled in is another, and of the headings of a table each may name one.
fn month_line(part: &PartFacts, form: &Reading) -> Option<String> {
    let Content::Book { grids } = &part.content else { return None };
    let grid = grids.iter().find(|grid| grid.sheet == form.sheet)?;
    let top = form.rows.first()?.row;
    let heads: Vec<(u32, &str)> = grid
        .cells
        .iter()
        .filter_map(|cell| match &cell.value {
            Value::Text(text) if cell.row < top => Some((cell.row, text.as_str())),
            _ => None,
        })
        .collect();
    month_among(&heads).or_else(|| Some(grid.sheet.clone()).filter(|name| tells_a_month(name)))
}

/// The same of a table that no form is: of the lines over its headings, else the name of its sheet where it has but one.
fn month_of_table(grids: &[Grid]) -> Option<String> {
    let mut filled = grids.iter().filter(|grid| !grid.cells.is_empty());
    let grid = filled.next().filter(|_| filled.next().is_none())?;
    let rows = grid.cells.chunk_by(|cell, next| cell.row == next.row);
    let heads: Vec<(u32, &str)> = rows
        .skip(1)
        .take(HEAD_ROWS)
        .take_while(|row| row.len() < HEADINGS)
        .flatten()
        .filter_map(|cell| match &cell.value {
            Value::Text(text) => Some((cell.row, text.as_str())),
            Value::Number(_) => None,
        })
        .collect();
    let numbered = heads.iter().find_map(|(_, text)| numbered_month(text));
    numbered
        .or_else(|| month_among(&heads))
        .or_else(|| Some(grid.sheet.clone()).filter(|name| tells_a_month(name)))
}

/// 月份：10.
fn numbered_month(text: &str) -> Option<String> {
    let tight = squeeze(text);
    let label = MONTH_LABELS.iter().find(|label| label.ends_with("月份") && tight.starts_with(*label))?;
    let number = tight.strip_prefix(label)?.strip_prefix(':')?;
    let is_month = number.parse().is_ok_and(|month: u8| (1..=12).contains(&month));
    is_month.then(|| format!("{number}月"))
}

/// Of lines over the rows of a table, with their places, the one that names the month it is of.
fn month_among(heads: &[(u32, &str)]) -> Option<String> {
    let is_label = |text: &str| MONTH_LABELS.iter().any(|label| squeeze(text).starts_with(label));
    let mut lines = heads.chunk_by(|(row, _), (next, _)| row == next).filter_map(|row| match row {
        [(_, line)] => Some((*line).to_owned()),
        row => {
            let label = row.iter().position(|(_, text)| is_label(text))?;
            Some(row.iter().skip(label).take(2).map(|(_, text)| *text).collect())
        }
    });
    lines.find(|line| tells_a_month(line))
}

/// Whether a line names the month that a table is of.
fn tells_a_month(line: &str) -> bool {
    let tight = squeeze(line);
    names_a_month(line)
        && !is_of_filling(&tight)
        && !FORM_WORDS.iter().any(|word| tight.contains(word))
        && !tells_of_its_form(&tight)
        // (2026年11月) is none.
        && !is_note(tight.trim_matches(['(', ')']))
}

/// Whether a line names the month in which a form was made or came into use.
fn tells_of_its_form(tight: &str) -> bool {
    let mut behind = tight.match_indices('月').filter_map(|(at, month)| tight.get(at + month.len()..));
    behind.any(|behind| {
        let word = behind.trim_start_matches(|c: char| c.is_ascii_digit() || DAY_LETTERS.contains(c));
        MADE_WORDS.iter().any(|made| word.starts_with(made))
    })
}

/// Of twins those that can be sent already: what nobody can mean yet does not wait for a person. All, where that leaves no choice.
fn open_to(scene: &Scene, twins: &[Target]) -> Vec<Target> {
    let arrived = scene.arrived.date();
    let asked = |twin: &Target| scene.desk.campaign.requirement(&twin.requirement);
    let is_open = |twin: &&Target| asked(twin).and_then(|r| r.opens).is_none_or(|opens| opens <= arrived);
    let open: Vec<Target> = twins.iter().filter(is_open).cloned().collect();
    if open.len() > 1 { open } else { twins.to_vec() }
}

/// 「可能是“中期材料”或“期末材料”的台账，请认定是哪一项」.
fn which(scene: &Scene, twins: &[Target]) -> String {
    let title = |twin: &Target| scene.desk.campaign.requirement(&twin.requirement).map(|r| r.title.clone());
    let titles: Vec<String> = twins.iter().filter_map(title).map(|title| format!("“{title}”")).collect();
    let items: Vec<&str> =
        twins.iter().filter_map(|twin| item_of(scene, twin)).map(|item| item.title.as_str()).collect();
    // 11月统计表 is no word for what may be that of December.
    let item = items.first().filter(|first| items.iter().all(|item| item == *first)).unwrap_or(&"材料");
    if let [first, _, .., last] = titles.as_slice()
        && titles.len() > NAMED_TWINS
    {
        return format!("可能是{first}至{last}共{}项中的一项，请认定是哪一项", titles.len());
    }
    format!("可能是{}的{item}，请认定是哪一项", titles.join("或"))
}
