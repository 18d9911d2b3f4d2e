//! Which file of an export stands where: named by what it answers, the register number of its mail and its number in it,
//! and how its sender called it. The name depends on nothing else, so that a later run finds what an earlier one wrote,
//! and no two are alike, whatever senders call their files.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;

use super::Wish;
use crate::domain::campaign::{Campaign, Requirement};
use crate::domain::message::PartState;
use crate::report::book::{file_name, up_to};
use crate::report::narrow::ItemKey;
use crate::store::{Answer, MessageRow, PartRow};

/// Bytes of a title at the head of a name; the rest is the sender's.
const TITLE_BYTES: usize = 54;
/// Longest ending that is kept as one, in bytes.
const ENDING_BYTES: usize = 10;
/// Where welcome material stands that answers nothing.
const EXTRA: &str = "额外材料";
/// Where files stand that a person has to decide on first.
const WAITING: &str = "待核的材料";
/// Where files stand that a person did not let count.
const REJECTED: &str = "不计的材料";
/// Where files stand that nobody could read.
const UNREADABLE: &str = "读不出的材料";
/// Group of units that the roster does not have any more.
const UNLISTED: &str = "名册以外";

/// One file to be.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Register number of its mail.
    pub message: i64,
    /// Its number in the mail, from 1.
    pub number: usize,
    /// Where it stands below the campaign's folder.
    pub path: String,
    /// Hash of its bytes.
    pub sha256: String,
    /// Size of its bytes.
    pub size: u64,
    group: String,
    unit: String,
    item: Option<ItemKey>,
    state: PartState,
}

impl Entry {
    /// Whether it counts now, or is welcome.
    pub(super) fn is_current(&self) -> bool {
        matches!(self.state, PartState::Accepted | PartState::Flawed | PartState::Extra)
    }

    /// Whether a person has to decide first.
    pub(super) fn waits(&self) -> bool {
        self.state == PartState::Review
    }

    pub(super) fn is_of(&self, wish: &Wish) -> bool {
        let requirement = self.item.as_ref().map(|(requirement, _)| requirement);
        wish.group.as_ref().is_none_or(|group| *group == self.group)
            && wish.unit.as_ref().is_none_or(|unit| *unit == self.unit)
            && wish.requirement.as_ref().is_none_or(|wanted| requirement == Some(wanted))
            && (wish.items.is_empty() || self.item.as_ref().is_some_and(|item| wish.items.contains(item)))
    }
}

/// Every file of a campaign's mail that belongs to a unit.
pub(super) fn plan(rows: &[MessageRow], campaign: &Campaign) -> Vec<Entry> {
    let folders = Folders::of(campaign);
    let mut all = Vec::new();
    for row in rows {
        for (part, number) in row.parts.iter().zip(1..) {
            let Some(sha256) = part.sha256.clone().filter(|_| is_file(part)) else { continue };
            for place in places(row, part, campaign) {
                let entry = Entry {
                    message: row.id,
                    number,
                    path: format!("{}/{}", folders.of_place(&place), name(&place, part, row.id, number)),
                    sha256: sha256.clone(),
                    size: part.size,
                    group: folders.group_of(&place.unit),
                    item: place.requirement.zip(place.item).map(|(of, item)| (of.id.clone(), item)),
                    unit: place.unit,
                    state: place.state,
                };
                all.push(entry);
            }
        }
    }
    all
}

/// An archive is exported as its members; what decorates a mail, or was here already, is none of the material.
fn is_file(part: &PartRow) -> bool {
    !matches!(part.state, PartState::Container | PartState::Ignored | PartState::Duplicate)
}

struct Place<'c> {
    unit: String,
    requirement: Option<&'c Requirement>,
    item: Option<String>,
    day: Option<Date>,
    state: PartState,
}

/// Where a part stands: once under each requirement and unit that it answers.
fn places<'c>(row: &MessageRow, part: &PartRow, campaign: &'c Campaign) -> Vec<Place<'c>> {
    let own = part.answers.iter().filter(|answer| answer.campaign == campaign.id);
    let mut seen = BTreeSet::new();
    let first = own.filter(|answer| seen.insert((answer.unit.clone(), answer.requirement.clone())));
    let place = |answer: &Answer| Place {
        unit: answer.unit.clone(),
        requirement: campaign.requirement(&answer.requirement),
        item: Some(answer.item.clone()),
        day: answer.day,
        state: answer.state,
    };
    let placed: Vec<Place<'_>> = first.map(place).collect();
    // What waits until a person says for which campaign it is, waits in each.
    let is_ours = match part.campaign.as_ref().or(row.campaign.as_ref()) {
        Some(own) => *own == campaign.id,
        None => part.state == PartState::Review,
    };
    let is_loose = part.answers.is_empty()
        && matches!(
            part.state,
            PartState::Extra | PartState::Unreadable | PartState::Review | PartState::Rejected
        );
    match &row.unit {
        Some(unit) if is_loose && is_ours => {
            vec![Place { unit: unit.clone(), requirement: None, item: None, day: None, state: part.state }]
        }
        _ => placed,
    }
}

/// 「05-16 活动照片 31-2 IMG_0001.jpg」.
fn name(place: &Place<'_>, part: &PartRow, message: i64, number: usize) -> String {
    let titled =
        |item: &String| place.requirement.and_then(|of| of.item(item)).map(|item| item.title.as_str());
    let title = place.item.as_ref().and_then(titled).unwrap_or("材料");
    let day = place.day.map(|day| format!("{:02}-{:02} ", day.month(), day.day())).unwrap_or_default();
    let theirs = part.path.rsplit('/').next().unwrap_or_default();
    let (stem, ending) = match theirs.rfind('.').and_then(|dot| theirs.split_at_checked(dot)) {
        Some((stem, ending)) if ending.len() <= ENDING_BYTES && ending.len() > 1 => (stem, ending),
        _ => (theirs, ""),
    };
    file_name(&format!("{day}{} {message}-{number} {stem}", up_to(title, TITLE_BYTES)), ending)
}

/// Names of folders, no two alike in one place, even for who does not tell capital letters from small ones.
struct Folders {
    groups: HashMap<String, String>,
    units: HashMap<String, (String, String)>,
    requirements: HashMap<String, String>,
}

impl Folders {
    fn of(campaign: &Campaign) -> Self {
        let unique = |wanted: Vec<(String, &str, &str)>| {
            let mut taken: BTreeSet<(String, String)> = BTreeSet::new();
            let one = |(within, id, title): (String, &str, &str)| {
                let mut name = file_name(title, "");
                if !taken.insert((within.clone(), name.to_lowercase())) {
                    name = file_name(up_to(&name, 60), &format!("（{id}）"));
                    taken.insert((within, name.to_lowercase()));
                }
                (id.to_owned(), name)
            };
            wanted.into_iter().map(one).collect::<HashMap<String, String>>()
        };
        let plain = |id: &'_ str, title: &'_ str| (String::new(), id.to_owned(), title.to_owned());
        let groups: Vec<_> = campaign.groups.iter().map(|(id, title)| plain(id, title)).collect();
        let requirements: Vec<_> = campaign.requirements.iter().map(|of| plain(&of.id, &of.title)).collect();
        let units: Vec<_> = campaign.roster.units.iter().collect();
        let names = unique(
            units.iter().map(|unit| (unit.group.clone(), unit.code.as_str(), unit.name.as_str())).collect(),
        );
        let borrowed = |all: &[(String, String, String)]| {
            unique(
                all.iter().map(|(within, id, title)| (within.clone(), id.as_str(), title.as_str())).collect(),
            )
        };
        let of_unit = |unit: &&crate::domain::unit::Unit| {
            let name = names.get(&unit.code).cloned().unwrap_or_else(|| file_name(&unit.code, ""));
            (unit.code.clone(), (unit.group.clone(), name))
        };
        Self {
            groups: borrowed(&groups),
            units: units.iter().map(of_unit).collect(),
            requirements: borrowed(&requirements),
        }
    }

    fn group_of(&self, unit: &str) -> String {
        self.units.get(unit).map_or_else(String::new, |(group, _)| group.clone())
    }

    fn of_place(&self, place: &Place<'_>) -> String {
        let (group, unit) = match self.units.get(&place.unit) {
            Some((group, unit)) => {
                let title = self.groups.get(group).cloned();
                (title.unwrap_or_else(|| file_name(group, "")), unit.clone())
            }
            None => (UNLISTED.to_owned(), file_name(&place.unit, "")),
        };
        let loose = match place.state {
            PartState::Unreadable => UNREADABLE,
            PartState::Review => WAITING,
            PartState::Rejected => REJECTED,
            _ => EXTRA,
        };
        let requirement = place.requirement.and_then(|requirement| self.requirements.get(&requirement.id));
        format!("{group}/{unit}/{}", requirement.map_or(loose, String::as_str))
    }
}
