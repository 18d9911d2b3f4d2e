//! Who is named without having written: 赴甲学院交流, 甲学院领导到我校指导. News is full of other schools, and a clerk reads
//! past them; what is left of a line may name its writer.

use super::names::{MASK, Mention, NameBook};
use super::titles::{AT_OURS_WORDS, HANDED_ON_LETTERS, VISITING_WORDS};

/// Codes of the units that a text names, each once, in order, without those that it tells as visited or as visitors.
pub fn writers(book: &NameBook, text: &str) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    for line in text.lines() {
        let (masked, mentions) = book.masked(line);
        for mention in mentions {
            let (before, after) = masked.split_at(mention.start.min(masked.len()));
            let after = after.get(mention.chars..).unwrap_or_default();
            if !is_visited(before)
                && !is_partner(before)
                && !is_visitor(after)
                && !codes.contains(&mention.code)
            {
                codes.push(mention.code);
            }
        }
    }
    codes
}

/// Before another name of one house.
const OTHER_SIGNS: &[&str] = &["一校两牌", "两块牌子", "暨"];
/// Between the names of units that send something together.
const JOINTS: &[&str] = &[
    "、",
    "和",
    "与",
    "及",
    "暨",
    "/",
    "+",
    "&",
    "·",
    "-",
    "—",
    "——",
    "联合",
    "携手",
    "会同",
    "协同",
    "共同",
    "、联合",
    "和联合",
];

/// Codes of the units that a line names as having written together: 甲学院、乙学院联合, 甲学院与乙学院; none for fewer than two.
pub fn together(book: &NameBook, line: &str) -> Vec<String> {
    let (masked, mentions) = book.masked(line);
    let says_so = masked.windows(2).any(|two| two == ['联', '合']);
    let between = |one: &Mention, other: &Mention| -> Option<String> {
        Some(masked.get(one.start + one.chars..other.start)?.iter().filter(|c| !c.is_whitespace()).collect())
    };
    let is_joined = |one: &Mention, other: &Mention| {
        let between = between(one, other);
        between.is_some_and(|text| JOINTS.contains(&text.as_str()) || (text.is_empty() && says_so))
    };
    // Whom the first of them only visits has no part in it: 赴甲学院、乙学院交流.
    let writers = writers(book, line);
    let pairs = mentions.iter().zip(mentions.iter().skip(1));
    let pairs = pairs.filter(|(one, other)| {
        writers.contains(&one.code) && (is_joined(one, other) || is_remarked(&masked, one, other))
    });
    let mut codes: Vec<String> = Vec::new();
    for mention in pairs.flat_map(|(one, other)| [one, other]) {
        if !codes.contains(&mention.code) {
            codes.push(mention.code.clone());
        }
    }
    if codes.len() > 1 { codes } else { Vec::new() }
}

/// Whether a remark behind a name says who has written it too: 甲学院（乙学院）, 甲学院（一校两牌：乙学院）.
fn is_remarked(masked: &[char], one: &Mention, other: &Mention) -> bool {
    let tight = |letters: Option<&[char]>| -> String {
        letters.into_iter().flatten().filter(|c| !c.is_whitespace()).collect()
    };
    let between = tight(masked.get(one.start + one.chars..other.start));
    let behind = tight(masked.get(other.start + other.chars..));
    let Some((before, head)) = between.rsplit_once(['(', '（']) else { return false };
    let Some((tail, _)) = behind.split_once([')', '）']) else { return false };
    match head.trim_end_matches([':', '：']) {
        "" => before.is_empty() && tail.is_empty(),
        head => OTHER_SIGNS.contains(&head),
    }
}

fn is_visited(before: &[char]) -> bool {
    let before: String = before.iter().collect();
    VISITING_WORDS.iter().any(|word| {
        // 收到甲学院材料 tells who sent it.
        let ahead = before.strip_suffix(word);
        ahead.is_some_and(|ahead| !ahead.ends_with(HANDED_ON_LETTERS))
    })
}

/// 我校与甲学院联合举办, 已与甲学院、乙学院沟通: who is named beside the writer; in 甲学院与乙学院共建 both may write.
fn is_partner(before: &[char]) -> bool {
    let mut ahead = before;
    while let [rest @ .., '、'] = ahead {
        let names = rest.iter().rev().take_while(|c| **c == MASK).count();
        ahead = rest.get(..rest.len() - names).unwrap_or_default();
        if names == 0 {
            return false;
        }
    }
    matches!(ahead, [rest @ .., '与' | '跟'] if rest.last() != Some(&MASK))
}

/// Up to the next name the line goes on with 到我校, 来我院.
fn is_visitor(after: &[char]) -> bool {
    let after: String = after.iter().take_while(|c| **c != MASK).collect();
    AT_OURS_WORDS.iter().any(|word| after.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::unit::{Roster, Unit};

    #[test]
    fn who_writes_together() {
        let unit = |code: &str, name: &str| Unit { code: code.into(), name: name.into(), ..Unit::default() };
        let units = vec![unit("A", "四川职业技术学院"), unit("B", "绵阳职业技术学院")];
        let book = NameBook::of(&Roster { units });
        for (text, wanted) in [
            ("四川职业技术学院、绵阳职业技术学院联合工作总结", "AB"),
            ("绵阳职业技术学院与四川职业技术学院联合举办的活动方案", "BA"),
            ("四川职业技术学院 绵阳职业技术学院 联合工作总结", "AB"),
            ("四川职业技术学院联合绵阳职业技术学院开展活动总结", "AB"),
            ("四川职业技术学院＆绵阳职业技术学院工作总结", "AB"),
            ("四川职业技术学院·绵阳职业技术学院工作总结", "AB"),
            ("四川职业技术学院——绵阳职业技术学院工作总结", "AB"),
            ("四川职业技术学院协同绵阳职业技术学院工作总结", "AB"),
            ("四川职业技术学院赴绵阳职业技术学院交流总结", ""),
            ("四川职业技术学院工作总结（与绵阳职业技术学院联合）", ""),
            ("四川职业技术学院（绵阳职业技术学院）工作总结", "AB"),
            ("四川职业技术学院（一校两牌：绵阳职业技术学院）工作总结", "AB"),
            ("四川职业技术学院工作总结（绵阳职业技术学院站）", ""),
            ("四川职业技术学院工作总结（与绵阳职业技术学院交流）", ""),
            ("四川职业技术学院（赴绵阳职业技术学院）工作总结", ""),
            ("四川职业技术学院关于走进绵阳职业技术学院的总结", ""),
            ("赴四川职业技术学院、绵阳职业技术学院交流的总结", ""),
            ("四川职业技术学院总结", ""),
        ] {
            assert_eq!(together(&book, text).concat(), wanted, "{text}");
        }
    }

    #[test]
    fn whoever_is_visited_has_not_written() {
        let unit = |code: &str, name: &str| Unit { code: code.into(), name: name.into(), ..Unit::default() };
        let units = vec![unit("A", "四川职业技术学院"), unit("B", "绵阳职业技术学院")];
        let book = NameBook::of(&Roster { units });
        for (text, wanted) in [
            ("关于赴四川职业技术学院交流的稿件", ""),
            ("绵阳职业技术学院师生走进四川职业技术学院", "B"),
            ("四川职业技术学院领导到我校指导", ""),
            ("四川职业技术学院到绵阳职业技术学院交流", "A"),
            ("绵阳职业技术学院关于报送我校方案的函", "B"),
            ("四川职业技术学院与绵阳职业技术学院共建", "AB"),
            ("今收到绵阳职业技术学院材料", "B"),
            ("我校与绵阳职业技术学院联合举办", ""),
            ("方案已与四川职业技术学院、绵阳职业技术学院沟通", ""),
            ("四川职业技术学院、绵阳职业技术学院方案", "AB"),
            ("绵阳职业技术学院\n赴四川职业技术学院", "B"),
        ] {
            assert_eq!(writers(&book, text).concat(), wanted, "{text}");
        }
    }
}
