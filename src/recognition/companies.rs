//! What companies are called in their city: a roster writes 青江水务集团有限公司, its clerks 水务集团 and 市水务集团; an alias 城投置业 is
//! written 城投置业公司 and 青江城投置业. And what a company has below it, whose name begins with its own.

use std::collections::BTreeSet;

use super::letters::{Letter, is_han, plain};
use super::shortened::is_numbered_company;
use crate::domain::unit::Unit;

/// How companies are called by kind, the longest first.
const KINDS: &[&str] =
    &["集团股份有限公司", "集团有限责任公司", "集团有限公司", "股份有限公司", "有限责任公司", "有限公司"];
const COMPANY: &str = "公司";
const GROUP: &str = "集团";
/// Letters of its own before the kind, at least: 水务集团; what is left of 青江建设有限公司 is a word that everybody writes.
const OWN_CHARS: usize = 2;
/// Levels of places.
const LEVELS: [char; 5] = ['市', '州', '县', '区', '旗'];
/// What a company has below it is called by no more letters before 公司.
const LOWER_CHARS: std::ops::RangeInclusive<usize> = 2..=6;
/// Before 公司 behind a company's name these make no other company of it: 城投集团有限公司, 城投集团所属公司台账.
const OWN_WORDS: &[&str] = &["控股", "全资", "关于", "对", "各", "本", "我", "在", "月", "年"];
/// What says that it lies below: 城投集团下属建材公司.
const BELOW: &[&str] = &["所属", "下属", "旗下", "权属", "直属", "下辖"];
const LIMITED: [&str; 3] = ["股份有限", "有限责任", "有限"];
const OWN_ENDS: [&str; 4] = ["股份有限公司", "有限责任公司", "有限公司", "公司"];
/// So far behind a name that of a company below may end (characters); before one of these another name begins.
const BEHIND_CHARS: usize = 16;
const AND_LETTERS: &str = "与及和赴";
const OWN_LETTERS: [char; 5] = ['子', '总', '母', '分', '该'];

/// Other names of a company of a city.
pub(super) fn called(unit: &Unit) -> BTreeSet<String> {
    let name = plain(&unit.name);
    let mut called = BTreeSet::new();
    if !is_company(&name) {
        return called;
    }
    let city = plain(&unit.city);
    let level = city.chars().next_back().filter(|level| LEVELS.contains(level));
    let short =
        level.and_then(|level| city.strip_suffix(level)).filter(|short| short.chars().count() >= OWN_CHARS);
    let (Some(level), Some(short)) = (level, short) else { return with_kind(unit) };
    let rest = name.strip_prefix(&city).or_else(|| name.strip_prefix(short)).filter(|rest| tells(rest));
    if let Some(rest) = rest {
        for rest in in_short(rest) {
            called.extend([
                format!("{level}{rest}"),
                format!("{short}{rest}"),
                format!("{city}{rest}"),
                rest,
            ]);
        }
    }
    let local = |alias: &String| alias.starts_with(short) || alias.starts_with(level);
    for alias in unit.aliases.iter().map(|alias| plain(alias)).filter(|alias| !local(alias)) {
        called.extend([format!("{level}{alias}"), format!("{short}{alias}"), format!("{city}{alias}")]);
    }
    called.extend(with_kind(unit));
    called
}

/// 城投置业公司 for 城投置业, 城投集团公司 for 城投集团.
fn with_kind(unit: &Unit) -> BTreeSet<String> {
    let aliases = unit.aliases.iter().map(|alias| plain(alias)).filter(|alias| !alias.ends_with(COMPANY));
    aliases.map(|alias| format!("{alias}{COMPANY}")).collect()
}

fn is_company(name: &str) -> bool {
    name.ends_with(COMPANY) || name.ends_with(GROUP)
}

/// Whether what is left of a name behind its city tells who it is.
fn tells(rest: &str) -> bool {
    let own = KINDS.iter().chain(&[GROUP, COMPANY]).find_map(|kind| rest.strip_suffix(kind)).unwrap_or(rest);
    own.chars().count() >= OWN_CHARS
}

/// The same with shorter words for its kind; one that says none is a word that others write, too.
fn in_short(rest: &str) -> BTreeSet<String> {
    let mut forms: BTreeSet<String> = [rest.to_owned()].into();
    if let Some((kind, own)) = KINDS.iter().find_map(|kind| Some((kind, rest.strip_suffix(kind)?))) {
        let short = if kind.starts_with(GROUP) { [GROUP, "集团公司"] } else { [COMPANY, "有限公司"] };
        forms.extend(short.map(|kind| format!("{own}{kind}")));
    }
    forms
}

/// Whether behind the name of a company that of one below it goes on: 城投集团(物业公司); not 城投集团(有限公司), nor what it says of its
/// own.
pub(super) fn goes_on(name: &[char], behind: &[Letter]) -> bool {
    let is_group = name.ends_with(&['集', '团']);
    if is_group && is_numbered_company(behind) {
        return true;
    }
    if !is_group && !name.ends_with(&['公', '司']) {
        return false;
    }
    let run = behind.iter().take(BEHIND_CHARS);
    let run: String =
        run.take_while(|(c, gap)| !gap && is_han(*c) && !AND_LETTERS.contains(*c)).map(|(c, _)| *c).collect();
    // The rest of its own name: 城投集团(有限公司)路桥公司.
    let own = OWN_ENDS.iter().find_map(|end| run.strip_prefix(end)).unwrap_or(&run);
    let Some(before) = own.find(COMPANY).and_then(|at| own.get(..at)) else { return false };
    let before = LIMITED.iter().find_map(|limited| before.strip_suffix(limited)).unwrap_or(before);
    let before = BELOW.iter().find_map(|below| before.strip_prefix(below)).unwrap_or(before);
    LOWER_CHARS.contains(&before.chars().count())
        && !OWN_WORDS.iter().any(|word| before.contains(word))
        && !before.ends_with(OWN_LETTERS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::unit::Roster;
    use crate::recognition::names::NameBook;

    #[test]
    fn in_its_city_a_company_goes_without_the_name_of_the_city() {
        let unit = |code: &str, name: &str, alias: &str| Unit {
            code: code.into(),
            name: name.into(),
            aliases: alias.split_whitespace().map(str::to_owned).collect(),
            city: "青江市".into(),
            ..Unit::default()
        };
        let units = vec![
            unit("1", "青江市城市建设投资集团有限公司", "城投集团"),
            unit("2", "青江城投置业有限公司", "城投置业"),
            unit("3", "青江水务集团有限公司", ""),
            unit("4", "青江水务集团污水处理有限公司", ""),
            unit("5", "青江建设有限公司", ""),
            unit("6", "青江粮油集团股份有限公司", "粮油集团"),
            unit("7", "青江市公共交通有限责任公司", "公交公司"),
            unit("8", "青江市公共交通有限责任公司东城分公司", ""),
        ];
        let book = NameBook::of(&Roster { units });
        for (text, wanted) in [
            ("水务集团11月台账", "3"),
            ("市水务集团11月台账", "3"),
            ("水务集团公司11月台账", "3"),
            ("水务集团污水处理公司11月台账", "4"),
            ("市城投集团台账", "1"),
            ("青江城投集团台账", "1"),
            ("城投集团公司台账", "1"),
            ("城投集团有限公司台账", "1"),
            ("城投置业公司台账", "2"),
            ("青江市粮油集团台账", "6"),
            ("公交公司东城分公司台账", "8"),
            ("东城分公司台账", "8"),
            ("城投集团所属公司台账", "1"),
            ("城投集团各子公司台账", "1"),
            ("城投集团关于公司安全生产的报告", "1"),
            ("城投集团11月公司台账", "1"),
            // Of others, or of nobody that the roster has.
            ("城投集团物业公司台账", ""),
            ("城投集团建材有限公司台账", ""),
            ("城投集团下属建材公司台账", ""),
            ("青江市城市建设投资集团有限公司路桥公司台账", ""),
            ("公交公司南城分公司台账", ""),
            ("临江水务集团台账", ""),
            ("临江市水务集团台账", ""),
            ("建设台账", ""),
            ("市建设台账", ""),
        ] {
            assert_eq!(book.codes(text).concat(), wanted, "{text}");
        }
    }
}
