//! Names that are found in running text, and what only looks like one.

use super::names::NameBook;
use crate::domain::unit::{Roster, Unit};

fn book() -> NameBook {
    let unit = |code: &str, name: &str, aliases: &[&str]| Unit {
        code: code.into(),
        name: name.into(),
        aliases: aliases.iter().map(|a| (*a).to_owned()).collect(),
        ..Unit::default()
    };
    NameBook::of(&Roster {
        units: vec![
            unit("A", "四川职业技术学院", &["四川职院", "川职院"]),
            unit("B", "四川工程职业技术学院", &["工程职院"]),
            unit("C", "遂宁工程职业学院", &["遂宁工程"]),
            unit("D", "遂宁职业学院", &[]),
            unit("E", "四川现代职业学院", &["川现代"]),
            unit("F", "四川华新现代职业学院", &["华新现代"]),
            unit("G", "四川护理职业学院", &["川护"]),
            unit("H", "甘孜藏族自治州教育和体育局", &[]),
            unit("I", "绵阳市教育局", &[]),
            unit("J", "绵阳职业技术学院", &["绵职院"]),
            unit("K", "东山区阳光幼儿园", &[]),
        ],
    })
}

fn codes(text: &str) -> String {
    book().codes(text).concat()
}

#[test]
fn the_longest_name_wins_and_parts_of_other_names_are_none() {
    for (text, wanted) in [
        ("四川工程职业技术学院方案", "B"),
        ("四川某某职业技术学院方案", ""),
        ("四 川 职业技术学院", "A"),
        ("四川职院报送", "A"),
        ("四川商务职院报送", ""),
        ("遂宁职院", "D"),
        ("遂宁工程职院", "C"),
        ("遂宁工程建设公司", ""),
        ("遂宁工程建设部方案", ""),
        ("遂宁工程局办公室", ""),
        ("遂宁工程学校教务处", ""),
        ("遂宁工程教务处", "C"),
        ("四川华新现代职业学院", "F"),
        ("四川现代职院", "E"),
        ("重庆工程职院材料", ""),
        ("现将工程职院材料报送", "B"),
        ("绵阳市职教周", ""),
        ("东山区阳光幼儿园自查报告", "K"),
    ] {
        assert_eq!(codes(text), wanted, "{text}");
    }
}

#[test]
fn a_unit_is_called_as_it_is_written_where_another_is_called_alike() {
    let unit = |code: &str, name: &str| Unit { code: code.into(), name: name.into(), ..Unit::default() };
    // A map hands names out in another order each time.
    for _ in 0..20 {
        let book = NameBook::of(&Roster {
            units: vec![unit("A", "东山市第4中学"), unit("B", "东山市第四中学")],
        });
        assert_eq!(book.codes("东山市第4中学方案").concat(), "A");
        assert_eq!(book.codes("东山市第四中学方案").concat(), "B");
    }
}

#[test]
fn short_names_are_whole_tokens() {
    for (text, wanted) in [
        ("川护-信息采集表", "G"),
        ("川护职教周方案", "G"),
        ("5月14日川护活动周信息", "G"),
        ("四川护理", ""),
        ("在川护士长培训", ""),
        ("川护理学会", ""),
        ("川 护", ""),
        ("绵职院 张老师", "J"),
        ("(绵职院)", "J"),
    ] {
        assert_eq!(codes(text), wanted, "{text}");
    }
}

#[test]
fn usual_short_forms_of_authorities_are_known() {
    for (text, wanted) in [
        ("甘孜州教体局", "H"),
        ("甘孜州教育和体育局", "H"),
        ("绵阳教体局", "I"),
        ("绵阳市教育和体育局", "I"),
        ("绵阳市涪城区教育局", ""),
    ] {
        assert_eq!(codes(text), wanted, "{text}");
    }
}

#[test]
fn masking_takes_names_out() {
    assert_eq!(book().mask("四川护理职业学院 方案"), format!("{}方案", "\u{25a1}".repeat(8)));
}

#[test]
fn what_stands_before_one_of_many_is_a_place_or_makes_another_of_it() {
    let unit = |code: &str, name: &str| Unit { code: code.into(), name: name.into(), ..Unit::default() };
    let units = ["朝阳社区", "龙潭乡人民政府", "实验小学", "第一人民医院", "阳光幼儿园"];
    let units = ["A", "B", "C", "D", "E"].into_iter().zip(units).map(|(code, name)| unit(code, name));
    let book = NameBook::of(&Roster { units: units.collect() });
    for (text, wanted) in [
        ("朝阳社区走访名单", "A"),
        ("青河区朝阳社区走访名单", "A"),
        ("关于报送朝阳社区走访名单的函", "A"),
        ("新朝阳社区走访名单", ""),
        ("临江县龙潭乡人民政府", "B"),
        ("上龙潭乡人民政府", ""),
        ("临江县实验小学统计表", "C"),
        ("新城实验小学统计表", ""),
        ("第二实验小学统计表", ""),
        ("临江县第一人民医院", "D"),
        ("临江第一人民医院", ""),
        ("小阳光幼儿园", ""),
        ("阳光幼儿园", "E"),
    ] {
        assert_eq!(book.codes(text).concat(), wanted, "{text}");
    }
}

#[test]
fn behind_a_short_name_what_it_returns_may_be_named() {
    let unit =
        |(at, name): (usize, &&str)| Unit { code: at.to_string(), name: (*name).into(), ..Unit::default() };
    let units = ["法学院", "教务处", "图书馆", "校团委", "附中"];
    let book = NameBook::of(&Roster { units: units.iter().enumerate().map(unit).collect() });
    for (at, name) in units.iter().enumerate() {
        for what in [
            "周报",
            "月报",
            "台账",
            "名单",
            "摸底表",
            "自查报告",
            "迟报的周报",
            "本周周报",
            "上周周报",
            "零报告",
        ] {
            let text = format!("{name}{what}");
            assert_eq!(book.codes(&text), [at.to_string()], "{text}");
        }
    }
    for text in ["附中国际部周报", "图书馆员名单", "附中心校周报"] {
        assert!(book.codes(text).is_empty(), "{text}");
    }
}
