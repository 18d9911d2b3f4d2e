//! How places lie to one another by what their names end with: schools and towns lie in 旌阳区, 什邡市 does not, and of 绵阳市 nobody
//! can tell by its name whether 江油市 lies in it.

use super::words::{PLACE_ENDS, ZONE_ENDS};

/// What the name of a place ends with.
pub(super) fn place_end(name: &str) -> Option<&'static str> {
    PLACE_ENDS.iter().find(|end| name.ends_with(*end)).copied()
}

/// What the name of a part of a town or a school ends with, which looks like that of a district: 高新区, 东校区.
pub(super) fn zone_end(name: &str) -> Option<&'static str> {
    ZONE_ENDS.iter().find(|end| name.ends_with(*end)).copied()
}

/// Whether a name is that of a part of a school or a house: 东校区.
pub(super) fn is_of_a_school(name: &str) -> bool {
    zone_end(name).is_some_and(|end| matches!(end, "校区" | "院区"))
}

/// Places of which one does not lie in another, by their ends.
pub(super) const SAME_LEVEL: [&[&str]; 3] = [&["社区", "村"], &["街道", "镇", "乡"], COUNTIES];
/// The last of them; only a 市 may be above the others.
const COUNTIES: &[&str] = &["市", "县", "区", "旗"];
/// What lies above them.
const ABOVE_COUNTIES: &[&str] = &["州", "地区"];

/// How a second place lies to a first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lies {
    /// 什邡市 beside 旌阳区.
    Beside,
    /// 江油市 may lie in 绵阳市; as well as 高新区 in 旌阳区.
    Open,
    /// A school or a town in 旌阳区; also what is no place at all.
    Within,
}

/// Tells how what a name says lies to the place that another one names.
pub(super) fn lies(first: &str, other: &str) -> Lies {
    let (Some(end), Some(others)) = (place_end(first), place_end(other)) else { return Lies::Within };
    match (zone_end(first), zone_end(other)) {
        (Some(zone), Some(others)) if zone == others => return Lies::Beside,
        (Some(_), Some(_)) => return Lies::Open,
        (None, Some(_)) if COUNTIES.contains(&end) => return Lies::Open,
        (None, Some(_)) => return Lies::Within,
        (Some(_), None) if COUNTIES.contains(&others) => return Lies::Beside,
        (Some(_), None) => return Lies::Within,
        (None, None) => {}
    }
    let is_beside = SAME_LEVEL.iter().any(|ends| ends.contains(&end) && ends.contains(&others));
    match (end, others) {
        ("市", "市" | "县" | "区" | "旗") | ("州" | "地区", "市") => Lies::Open,
        ("市", above) if ABOVE_COUNTIES.contains(&above) => Lies::Beside,
        _ if is_beside || end == others => Lies::Beside,
        _ => Lies::Within,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_places_tell_how_they_lie() {
        for (first, other, told) in [
            ("旌阳区", "什邡市", Lies::Beside),
            ("中江县", "旌阳区", Lies::Beside),
            ("太平镇", "石桥乡", Lies::Beside),
            ("东校区", "西校区", Lies::Beside),
            ("高新区", "旌阳区", Lies::Beside),
            ("绵阳市", "阿坝州", Lies::Beside),
            ("绵阳市", "江油市", Lies::Open),
            ("旌阳区", "经开区", Lies::Open),
            ("旌阳区", "太平镇", Lies::Within),
            ("旌阳区", "德阳一职中", Lies::Within),
            ("凉山州", "会理县", Lies::Within),
            ("东校区", "图书馆", Lies::Within),
            ("太平镇", "工业园区", Lies::Within),
            ("绵阳市教育局", "江油市", Lies::Within),
        ] {
            assert_eq!(lies(first, other), told, "{first} {other}");
        }
    }
}
