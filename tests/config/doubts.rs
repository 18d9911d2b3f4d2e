//! What is alike in a configuration, or says nothing, is told before mail is filed by it; each cause once.

use shouwen::config::{self, Level};

use crate::world::{CAMPAIGN, FORM5, UNITS, World, shipped, spoilt, warned};

const REPORT: &str =
    "{ id = \"report\",     title = \"工作总结报告\", kind = \"document\", names = [\"总结\"],";

#[test]
fn a_form_that_anything_would_match_is_doubted() {
    warned(FORM5, "match_percent = 70", "match_percent = 7", "match_percent", &["7%", "40"]);
    let count = "label = \"观摩体验活动项目数\"";
    let said = shipped().with(FORM5, count, "label = \"活动经费(万元)\"").load().unwrap().warnings;
    assert!(said.len() == 1 && said[0].to_string().contains("amount"), "{said:#?}");
    for alike in ["参与活动的 企业数", "1.参与活动的企业数：", "（2）参与活动的\\n企业数"]
    {
        let good = "label = \"观摩体验活动项目数\"";
        spoilt(FORM5, good, &format!("label = \"{alike}\""), "field.label", "enterprises");
    }
    // A remark in brackets tells two columns apart.
    let apart = shipped().with(FORM5, count, "label = \"参与活动的企业数(外资)\"").load().unwrap();
    assert_eq!(apart.warnings, []);
}

#[test]
fn two_forms_of_which_each_could_be_the_other_are_told() {
    let told = |world: crate::world::World| {
        let findings = config::report(&world.load().unwrap());
        findings
            .into_iter()
            .filter(|f| f.level == Level::Warning && f.what.contains("分不清是哪一张"))
            .count()
    };
    assert_eq!(told(shipped()), 0);
    let twice = shipped();
    let copy = twice.path("campaigns/2023-activity-week/forms/form6.toml");
    std::fs::copy(twice.path(FORM5), copy).unwrap();
    assert_eq!(told(twice), 1);
}

#[test]
fn two_campaigns_that_remind_the_same_units_on_one_day_are_told() {
    let told = |world: &World| {
        let findings = config::report(&world.load().unwrap());
        let mut told = findings.into_iter().filter(|f| f.what.contains("当天作废"));
        told.next().map(|f| (f.level, f.what))
    };
    let world = shipped();
    let other = "campaigns/other/campaign.toml";
    world.add_campaign("2023-activity-week", "other");
    let world = world.with(other, "\"2023-activity-week\"", "\"other\"").with(
        "shouwen.toml",
        "week\"]",
        "week\", \"campaigns/other\"]",
    );
    let rosters = [UNITS, "campaigns/other/units.csv"];
    for roster in rosters {
        let text = std::fs::read_to_string(world.path(roster)).unwrap();
        let city = "5101,成都市教育局,成都教育局|成都市教育主管部门,city_edu,成都市,,";
        assert!(text.contains(city));
        std::fs::write(world.path(roster), text.replace(city, &format!("{city}office@chengdu.example")))
            .unwrap();
    }
    let (level, what) = told(&world).unwrap();
    assert_eq!(level, Level::Warning);
    // Four letters about the plan and three about the summary.
    assert!(what.contains("2023-activity-week 与 other 有 7 天（2023年5月6日起）"), "{what}");
    assert!(what.contains("1 个地址"), "{what}");
    let twice = world.with("shouwen.toml", "max_per_unit_per_day = 1", "max_per_unit_per_day = 2");
    assert_eq!(told(&twice), None);
    assert_eq!(told(&shipped()), None);
}

#[test]
fn one_double_is_one_complaint() {
    let problems = |world: crate::world::World| world.load().expect_err("accepted").problems;
    // Steps and rules that refer to what the double hid are not told of as well.
    for world in [
        shipped().with(CAMPAIGN, "id = \"summary\"", "id = \"plan\""),
        shipped().with(CAMPAIGN, "id = \"form5\",      title", "id = \"form5_scan\", title"),
        shipped().with(FORM5, "id = \"participants\"", "id = \"teachers\""),
    ] {
        let problems = problems(world);
        assert!(problems.len() == 1 && problems[0].what.contains("重复"), "{problems:#?}");
    }
    let line = "5103,自贡市教育和体育局,自贡市教育局|自贡市教育体育局,city_edu,自贡市,,,,,,,\n";
    let world = shipped();
    let text = std::fs::read_to_string(world.path(UNITS)).unwrap();
    std::fs::write(world.path(UNITS), format!("{}\n{line}", text.trim_end())).unwrap();
    let problems = problems(world);
    assert_eq!(problems.len(), 1, "{problems:#?}");
}

#[test]
fn what_says_nothing_is_refused() {
    spoilt(CAMPAIGN, "office   = \"四川省教育厅职业教育处\"", "office = \" \"", "campaign.office", "空");
    spoilt(CAMPAIGN, "title = \"情况统计表、工作总结报告\"", "title = \"\"", "requirement.title", "空");
    spoilt(CAMPAIGN, "title = \"工作总结报告\"", "title = \"\"", "requirement.items.title", "空");
    let world = shipped().with(CAMPAIGN, "secondary  = \"中职学校\"", "secondary = \"\"");
    world.refused(CAMPAIGN, world.line(CAMPAIGN, "[groups]"), "groups", "secondary");
    spoilt(FORM5, "label = \"参与总人数\"", "label = \"\"", "field.label", "空");
    let keywords = "keywords = [\"职业教育活动周\"";
    let bad = "other_business = [\"资\"]\nkeywords = [\"职业教育活动周\"";
    let said = shipped().with(CAMPAIGN, keywords, bad).load().expect_err("accepted").to_string();
    assert!(said.contains("campaign.other_business: “资”太短"), "{said}");
}

#[test]
fn papers_that_nobody_could_tell_apart_are_told() {
    let bad = format!(
        "{{ id = \"essay\", title = \"心得\", kind = \"document\", names = [\"总 结\"] }},\n  {REPORT}"
    );
    let said = shipped().with(CAMPAIGN, REPORT, &bad).load().unwrap().warnings;
    assert!(said.len() == 1 && said[0].to_string().contains("“心得”"), "{said:#?}");
    let bad = "{ id = \"report\", title = \"工作总结报告\", kind = \"document\", names = [\" \"],";
    let said = shipped().with(CAMPAIGN, REPORT, bad).load().unwrap().warnings;
    assert!(said.len() == 1 && said[0].to_string().contains("没有 names"), "{said:#?}");
}

#[test]
fn a_unit_that_owes_nothing_is_told() {
    let good = "5101,成都市教育局,成都教育局|成都市教育主管部门,city_edu,成都市,,,edu.chengdu.gov.cn,,,,";
    warned(UNITS, good, &format!("{good}2022-12-31"), "valid_to", &["成都市教育局", "没有一项应报"]);
}
