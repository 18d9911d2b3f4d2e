//! Which of two files is the newer one by their own words: V2 beside V1, 5月9日稿 beside 5月6日稿. The order in which mails
//! arrive does not tell it: whoever attaches the wrong file sends the older one last. Only what a file says explicitly is
//! compared, and only with its own kind; what says nothing is newer and older than nothing.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

/// How far a draft is by its name, beside any number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// 初稿.
    First,
    /// Neither.
    #[default]
    Between,
    /// 终稿, 定稿, 最终版.
    Last,
}

/// The day of a draft; the year where it stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftDay {
    /// Year.
    pub year: Option<i16>,
    /// Month, from 1.
    pub month: i8,
    /// Day of the month.
    pub day: i8,
}

/// 版本标记: what a file says of its own version.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Version {
    /// As it is written there.
    pub said: String,
    /// Whether the title in it says so, not its name.
    #[serde(default)]
    pub in_title: bool,
    /// 初稿 or 终稿.
    #[serde(default)]
    pub phase: Phase,
    /// V2.1, 第二稿: its numbers; empty for none.
    #[serde(default)]
    pub draft: Vec<u32>,
    /// 修改3, of that draft.
    #[serde(default)]
    pub revision: Option<u32>,
    /// 5月9日稿.
    #[serde(default)]
    pub dated: Option<DraftDay>,
    /// A person, or the mail that brought it, says that it is the valid one, whatever its mark.
    #[serde(default)]
    pub prevails: bool,
}

impl Version {
    /// Whether its mark is the higher one of two of the same kind.
    pub fn is_newer_than(&self, other: &Version) -> bool {
        let order = match self.by_number(other) {
            None | Some(Ordering::Equal) => self.by_day(other),
            decided => decided,
        };
        order == Some(Ordering::Greater)
    }

    /// Why a person has to choose between it and a newer one that came before, in Chinese.
    pub fn question(&self, newer: &Version) -> String {
        let place = if self.in_title { "文中标题" } else { "文件名" };
        format!("{place}标明“{}”，早于已收的“{}”，请认定以哪个为准", self.said, newer.said)
    }

    /// Whether it says more than the day of a draft.
    pub fn has_number(&self) -> bool {
        self.phase != Phase::Between || !self.draft.is_empty() || self.revision.is_some()
    }

    /// 修改3 counts from a draft of its own: beside V2 it tells nothing.
    fn by_number(&self, other: &Version) -> Option<Ordering> {
        if !self.has_number() || !other.has_number() {
            return None;
        }
        if self.phase != other.phase {
            return Some(self.phase.cmp(&other.phase));
        }
        if self.phase == Phase::Between && self.draft.is_empty() != other.draft.is_empty() {
            return None;
        }
        let draft = |version: &Version| {
            let zeros = version.draft.iter().rev().take_while(|number| **number == 0).count();
            version.draft.iter().copied().take(version.draft.len() - zeros).collect::<Vec<_>>()
        };
        Some(draft(self).cmp(&draft(other)).then(self.revision.cmp(&other.revision)))
    }

    fn by_day(&self, other: &Version) -> Option<Ordering> {
        let (own, other) = (self.dated?, other.dated?);
        if let (Some(year), Some(before)) = (own.year, other.year)
            && year != before
        {
            return Some(year.cmp(&before));
        }
        // 1月3日稿 after 12月28日稿 is of the next year.
        let is_one_year = own.year.is_some() && other.year.is_some();
        let is_near = is_one_year || (own.month - other.month).abs() <= HALF_A_YEAR;
        is_near.then(|| (own.month, own.day).cmp(&(other.month, other.day)))
    }
}

/// Days without a year that are further apart (months) may be of two years.
const HALF_A_YEAR: i8 = 6;

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(numbers: &[u32]) -> Version {
        Version { draft: numbers.to_vec(), ..Version::default() }
    }

    fn revision(number: u32) -> Version {
        Version { revision: Some(number), ..Version::default() }
    }

    fn phase(phase: Phase) -> Version {
        Version { phase, ..Version::default() }
    }

    fn day(year: Option<i16>, month: i8, day: i8) -> Version {
        Version { dated: Some(DraftDay { year, month, day }), ..Version::default() }
    }

    #[test]
    fn of_one_kind_the_higher_is_the_newer() {
        let newer = [
            (draft(&[2]), draft(&[1])),
            (draft(&[2, 10]), draft(&[2, 9])),
            (draft(&[2, 1]), draft(&[2])),
            (revision(3), revision(2)),
            (Version { revision: Some(1), ..draft(&[2]) }, draft(&[2])),
            (draft(&[3]), Version { revision: Some(7), ..draft(&[2]) }),
            (phase(Phase::Last), draft(&[9])),
            (phase(Phase::Last), revision(9)),
            (draft(&[1]), phase(Phase::First)),
            (Version { phase: Phase::Last, ..draft(&[2]) }, phase(Phase::Last)),
            (day(None, 5, 9), day(None, 5, 6)),
            (day(Some(2023), 1, 3), day(Some(2022), 12, 28)),
            (day(Some(2023), 12, 3), day(Some(2023), 1, 28)),
        ];
        for (newer, older) in newer {
            assert!(newer.is_newer_than(&older), "{newer:?} {older:?}");
            assert!(!older.is_newer_than(&newer), "{newer:?} {older:?}");
        }
    }

    #[test]
    fn of_two_kinds_neither_is_the_newer() {
        let unlike = [
            (draft(&[2]), draft(&[2, 0])),
            (draft(&[2]), revision(3)),
            (draft(&[2]), day(None, 5, 6)),
            (phase(Phase::Last), day(None, 5, 6)),
            (day(None, 12, 28), day(None, 1, 3)),
        ];
        for (one, other) in unlike {
            assert!(!one.is_newer_than(&other) && !other.is_newer_than(&one), "{one:?} {other:?}");
        }
    }
}
