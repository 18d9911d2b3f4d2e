//! Whom a unit is called behind: 东风镇东风村, 王庄镇大王庄. The town in front only says where the village lies, and is not meant itself;
//! without it a short name would be no word of its own there.

use std::collections::HashMap;

use super::letters::{Letter, plain, stands_behind};
use super::names::Mention;
use crate::domain::unit::{Roster, Unit};

/// By the code of a unit whom it reports through: code, and each of the names in letters.
#[derive(Debug, Default)]
pub(super) struct Above(HashMap<String, (String, Vec<Vec<char>>)>);

impl Above {
    pub(super) fn of(roster: &Roster) -> Self {
        let upper = |parent: &str, lower: &Unit| {
            let mut called = roster.units.iter().filter(|unit| unit.names().any(|name| name == parent));
            called.find(|upper| upper.code != lower.code)
        };
        let lower = roster.units.iter().filter_map(|unit| {
            let upper = upper(unit.parent.as_deref()?, unit)?;
            let names = upper.names().map(|name| plain(name).chars().collect()).collect();
            Some((unit.code.clone(), (upper.code.clone(), names)))
        });
        Self(lower.collect())
    }

    /// Whether right before this place the name stands of whom one of these reports through.
    pub(super) fn stands_before(&self, codes: &[String], text: &[Letter], at: usize) -> bool {
        let mut names =
            codes.iter().filter_map(|code| self.0.get(code)).flat_map(|(_, names)| names).peekable();
        if names.peek().is_none() {
            return false;
        }
        let below = BELOW.iter().map(|word| word.chars().collect::<Vec<_>>());
        let joints: Vec<usize> =
            below.filter(|word| stands_behind(text, at, word)).map(|word| at - word.len()).collect();
        names.any(|name| {
            stands_behind(text, at, name) || joints.iter().any(|joint| stands_behind(text, *joint, name))
        })
    }

    /// Those of these mentions, in order, that are more than the place before another.
    pub(super) fn meant(&self, text: &[Letter], mentions: Vec<Mention>) -> Vec<Mention> {
        let is_place = |upper: &Mention, lower: &Mention| {
            // 东风镇人民政府东风村: of the longer name only 东风镇 counts as one there.
            let before = lower.start.saturating_sub(upper.start);
            self.0.get(&lower.code).is_some_and(|(code, names)| {
                let is_before = || names.iter().any(|name| name.len() == before);
                *code == upper.code && (is_before() || is_called_below(text, upper, lower))
            })
        };
        let next = mentions.iter().skip(1).map(Some).chain([None]);
        let places: Vec<bool> = mentions
            .iter()
            .zip(next)
            .map(|(one, next)| next.is_some_and(|next| is_place(one, next)))
            .collect();
        mentions.into_iter().zip(places).filter(|(_, is_place)| !is_place).map(|(one, _)| one).collect()
    }
}

/// Between the name of whom a unit reports through and its own: 城投集团下属城投置业.
const BELOW: &[&str] =
    &["下属", "所属", "旗下", "权属", "子公司", "下属子公司", "下属企业", "所属企业", "的子公司"];

/// Whether a unit is called by whom it reports through: 城投集团下属城投置业, 城投集团（城投置业）.
fn is_called_below(text: &[Letter], upper: &Mention, lower: &Mention) -> bool {
    let letters = |from: usize, to: usize| -> String {
        text.get(from..to).unwrap_or_default().iter().map(|(c, _)| *c).collect()
    };
    let between = letters(upper.start + upper.chars, lower.start);
    let end = lower.start + lower.chars;
    match between.as_str() {
        "(" | "（" => matches!(letters(end, end + 1).as_str(), ")" | "）"),
        between => BELOW.contains(&between),
    }
}
