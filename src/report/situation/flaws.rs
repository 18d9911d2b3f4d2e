//! 材料问题清单: what is wrong with what came, unit by unit, with the cell and what to do: to read out on the telephone,
//! or to send back.

use std::collections::HashMap;

use super::{Focus, as_of, title};
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::domain::mask::masked;
use crate::domain::submission::Flaw;
use crate::report::book::{Book, Sheet};
use crate::report::grid::{Cell, Grid, text, words as headings};
use crate::report::status::Status;
use crate::store::MessageRow;

/// The flaws of all that counts in `status`, or of some codes only. `mail`: where the names of the files stand.
pub fn flaw_book(
    status: &Status,
    campaign: &Campaign,
    focus: Focus<'_>,
    codes: &[String],
    mail: &[MessageRow],
) -> Book {
    let files = files(mail);
    let mut grid = Grid::of(headings(&["序号", "单位", "材料", "文件", "位置", "问题", "处理", "状态"]));
    grid.widths = vec![5, 28, 22, 26, 14, 44, 9, 9];
    let mut units = std::collections::BTreeSet::new();
    let requirements = focus.requirements(campaign);
    for unit in &status.units {
        for own in &unit.requirements {
            let Some(requirement) = requirements.iter().find(|one| one.id == own.id) else { continue };
            for item in &own.items {
                let Some(asked) = requirement.item(&item.id) else { continue };
                let day = own.day.map(|day| format!("（{}）", chinese::day(day))).unwrap_or_default();
                let told = item.flaws.iter().filter(|flaw| is_asked(flaw, codes));
                for flaw in told {
                    units.insert(&unit.code);
                    let file = files.get(&key(&unit.code, &own.id, &item.id, flaw));
                    grid.rows.push(vec![
                        Cell::count(grid.rows.len() + 1),
                        text(&unit.unit),
                        text(format!("{}{day}", asked.title)),
                        text(file.map_or_else(|| "–".to_owned(), |file| masked(file))),
                        text(&flaw.place),
                        text(format!("{}（{}）", masked(&flaw.text), flaw.code)),
                        text(flaw.level.chinese()),
                        text(item.state.chinese()),
                    ]);
                }
            }
        }
    }
    let of = if codes.is_empty() { String::new() } else { format!("（只列{}）", codes.join("、")) };
    let sheet = Sheet {
        name: "问题清单".to_owned(),
        title: title(status, campaign, "材料问题清单"),
        lead: format!("{}个单位共{}处{of}。", units.len(), grid.rows.len()),
        grid,
        is_signed: true,
        ..Sheet::default()
    };
    Book::new(campaign, as_of(status, campaign), "材料问题清单", vec![sheet])
}

/// Whether a flaw is one of those asked for; none asked for: all.
pub(in crate::report) fn is_asked(flaw: &Flaw, codes: &[String]) -> bool {
    codes.is_empty() || codes.iter().any(|code| code.eq_ignore_ascii_case(&flaw.code))
}

type Key = (String, String, String, String, String, String);

fn key(unit: &str, requirement: &str, item: &str, flaw: &Flaw) -> Key {
    let Flaw { code, place, text, .. } = flaw;
    let own = |text: &str| text.to_owned();
    (own(unit), own(requirement), own(item), own(code), own(place), own(text))
}

/// The newest file that has each flaw: its name and the register number of its mail.
fn files(mail: &[MessageRow]) -> HashMap<Key, String> {
    let mut files = HashMap::new();
    for message in mail {
        for part in &message.parts {
            for answer in &part.answers {
                for flaw in &part.flaws {
                    let key = key(&answer.unit, &answer.requirement, &answer.item, flaw);
                    files.insert(key, format!("{}（来件#{}）", part.path, message.id));
                }
            }
        }
    }
    files
}
