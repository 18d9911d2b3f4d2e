//! The shipped wording as a unit reads it: everything it has to know, nothing that hurts.

use minijinja::{Environment, UndefinedBehavior, Value, context, syntax::SyntaxConfig};

use crate::world::{campaign, shipped};

/// Renders as `remind` does: strictly, without the line ends of tags.
fn render(name: &str, source: &str, fields: &Value) -> String {
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().unwrap());
    engine.render_named_str(name, source, fields).unwrap_or_else(|error| panic!("{name}: {error:#}"))
}

fn fields(full: bool) -> Value {
    let owed = |title: &str, days: &str, items: &str, late: bool| {
        context! { requirement => title, due => "2023年5月10日（星期三）", days, items, late, any => !days.is_empty(), nil => false }
    };
    let flaw = context! { file => "情况统计表", place => "F7 单元格", text => "覆盖率 9500% 大于 100%" };
    let line = context! { unit => "甲学院", contact => "", phone => "19900000000", owed => "活动方案", reminded => 2, called => if full { "5月12日：说已发" } else { "" } };
    context! {
        unit => "甲学院", office => "某厅某处", notice => "某函〔2023〕1号", title => "某活动周", short => "某活动周",
        mailbox => "office@moe.example", contact => if full { "内线 1" } else { "" },
        now => "5月11日（星期四）10:00", today => "2023年5月11日", new_due => "5月15日（星期一）",
        owed => if full {
            vec![owed("方案", "", "活动方案、信息采集表", true), owed("每日材料", "5月14日、5月15日", "照片", false)]
        } else {
            vec![]
        },
        nil => full,
        attached => if full { vec!["2023年信息采集表.xlsx"] } else { vec![] },
        flaws => if full { vec![flaw] } else { vec![] },
        units => vec![line], total => 106, complete => 90,
        number => "17", subject => "材料", received => "5月9日（星期二）09:12", settled => !full,
        came => if full { vec![context! { item => "活动方案", files => "方案.docx" }] } else { vec![] },
        waiting => if full { vec!["扫描件.pdf"] } else { vec![] },
        remarks => if full { vec!["发错邮箱：请报人社厅（hr@office.example）"] } else { vec![] },
    }
}

#[test]
fn every_letter_says_who_what_and_from_whom_in_an_official_tone() {
    let config = shipped().load().unwrap();
    let letters = &campaign(&config).wording;
    let names: Vec<&str> = letters.keys().map(String::as_str).collect();
    let expected =
        "before_due daily_missing fix overdue overdue_again phone_list receipt wrong_box wrong_route";
    assert_eq!(names, expected.split(' ').collect::<Vec<_>>());
    for (name, source) in letters {
        for full in [true, false] {
            let text = render(name, source, &fields(full));
            let (subject, body) = text.split_once('\n').unwrap();
            assert!(subject.starts_with("主题: ") && subject.len() < 200, "{text}");
            assert!(body.trim_end().ends_with("某厅某处\n2023年5月11日"), "{text}");
            assert!(!text.contains(['!', '！']) && !text.contains("{{"), "{text}");
            let addressed = if name == "phone_list" { "各位同事：" } else { "甲学院：" };
            assert!(body.starts_with(addressed), "{text}");
        }
    }
}

#[test]
fn a_reminder_lists_everything_owed_and_every_flaw() {
    let config = shipped().load().unwrap();
    for name in ["before_due", "overdue", "overdue_again", "daily_missing", "fix", "receipt"] {
        let text = render(name, &campaign(&config).wording[name], &fields(true));
        for word in
            ["活动方案、信息采集表", "5月14日、5月15日", "2023年5月10日（星期三）", "F7 单元格", "内线 1"]
        {
            assert!(text.contains(word), "{word} is not in\n{text}");
        }
    }
}

#[test]
fn a_campaign_that_wants_all_of_each_day_and_takes_no_nil_report_does_not_offer_less() {
    let config = shipped().load().unwrap();
    let source = &campaign(&config).wording["daily_missing"];
    let letter = |any: bool, nil: bool| {
        let daily = context! {
            requirement => "每日材料", due => "", days => "5月14日", items => "照片、简讯", late => true, any, nil,
        };
        render("daily_missing", source, &context! { owed => vec![daily], nil, ..fields(true) })
    };
    let told = letter(false, false);
    assert!(told.contains("5月14日的每日材料（照片、简讯）") && !told.contains("今日无"), "{told}");
    let told = letter(true, true);
    assert!(told.contains("每天有一种即可") && told.contains("今日无"), "{told}");
}

#[test]
fn a_return_that_may_be_empty_says_so() {
    let config = shipped().load().unwrap();
    for name in ["before_due", "overdue", "overdue_again"] {
        let letter = |nil: bool| {
            let owed = context! { requirement => "周报", due => "2023年5月10日（星期三）", days => "", items => "第一周周报", late => true, any => false, nil };
            render(
                name,
                &campaign(&config).wording[name],
                &context! { owed => vec![owed], nil => false, ..fields(true) },
            )
        };
        let told = "第一周周报（没有可报的，回复“零报告”即可）（已过期限）。";
        assert!(letter(true).contains(told) && !letter(false).contains("零报告"), "{}", letter(true));
    }
}

#[test]
fn what_is_not_late_yet_keeps_its_own_deadline_beside_what_is() {
    let config = shipped().load().unwrap();
    let late_alone = |late: bool| {
        let owed = |late| context! { requirement => "方案", due => "2023年5月10日（星期三）", days => "", items => "活动方案", late, any => false, nil => false };
        context! { owed => vec![owed(true), owed(late)], ..fields(true) }
    };
    for name in ["overdue", "overdue_again"] {
        let source = &campaign(&config).wording[name];
        let both = render(name, source, &late_alone(false));
        let own = "其中已过期限的请于5月15日（星期一）前";
        assert!(both.contains(own) && both.contains("，其余请在各自期限内报送"), "{both}");
        let late = render(name, source, &late_alone(true));
        assert!(!late.contains("其中") && !late.contains("其余请在"), "{late}");
    }
}
