//! Figures of the page and of its files: what is counted, of whom, and that page and files count alike.
// Helpers of tests may panic as tests may.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "support/desk.rs"]
mod desk;
#[path = "support/served.rs"]
mod served;

use desk::{bare_desk, desk_at};
use jiff::civil::date;
use served::{HOME, Page, serve};
use shouwen::rehearsal::season::MOMENTS;
use shouwen::report::{Question, status};

const MORNING: usize = 1;

/// The row of a unit in the matrix.
fn row<'h>(html: &'h str, unit: &str) -> &'h str {
    let rows = html.split("<tr class=\"w-").skip(1).map(|row| row.split("</tr>").next().unwrap());
    rows.into_iter().find(|row| row.contains(unit)).unwrap_or_else(|| panic!("no {unit} in {html}"))
}

fn code(page: &Page, unit: &str) -> String {
    page.desk.campaign().roster.find(unit).unwrap().code.clone()
}

#[test]
fn reminders_of_a_requirement_are_counted_alike_on_the_page_and_in_its_files() {
    let desk = desk_at(MOMENTS[MORNING]);
    let name = "南充科技职业学院";
    let unit = desk.campaign().roster.find(name).unwrap().code.clone();
    desk.reminded(&unit, "plan", "first", MOMENTS[MORNING]);
    desk.reminded(&unit, "summary", "eve", "2023-05-10T09:00:00+08:00");
    let page = serve(desk, MOMENTS[MORNING]);
    for (query, mails) in [("?req=plan", 1), ("?req=summary", 1), ("?req=daily", 0), ("?req=all", 2)] {
        let html = page.read(&format!("{HOME}{query}"));
        assert!(row(&html, name).contains(&format!("data-head=\"催报\">{mails}<")), "{query}");
        let csv = page.read(&format!("{HOME}.csv{query}"));
        let line = csv.lines().find(|line| line.contains(name)).unwrap();
        assert_eq!(line.rsplit(',').next().unwrap(), mails.to_string(), "{query}: {line}");
    }
}

#[test]
fn another_tab_leaves_conditions_about_items_behind() {
    let page = serve(desk_at(MOMENTS[MORNING]), MOMENTS[MORNING]);
    let html = page.read(&format!("{HOME}?has=form4&lacks=form4_scan&group=college"));
    let tabs = html.split("<nav class=\"tabs\"").nth(1).unwrap().split("</nav>").next().unwrap();
    assert!(!tabs.contains("form4") && tabs.contains("req=summary&amp;group=college"), "{tabs}");
    let odd = page.read(&format!("{HOME}?req=summary&has=form4"));
    assert!(odd.contains("已有信息采集表") && !odd.contains("已有form4"), "{odd}");
}

#[test]
fn a_clerk_asks_for_checks_silence_and_completion_without_typing_an_address() {
    let page = serve(desk_at(MOMENTS[3]), MOMENTS[3]);
    let plan = page.read(&format!("{HOME}?req=plan"));
    assert!(plan.contains("报齐时间</th>"), "{plan}");
    let asked = Question {
        campaign: page.desk.campaign(),
        mailboxes: &page.desk.config.mailboxes,
        now: page.clock.now(),
        as_of: None,
        with_files: false,
    };
    let all = status(&page.desk.store, &asked).unwrap();
    let own = |own: &&shouwen::report::RequirementStatus| own.id == "plan";
    let done =
        all.units.iter().find(|unit| unit.requirements.iter().find(own).unwrap().complete_at.is_some());
    let done = done.unwrap();
    let at = done.requirements.iter().find(own).unwrap().complete_at.clone().unwrap();
    let at = page.desk.campaign().local(at.parse().unwrap());
    let at = shouwen::domain::chinese::short_moment(at);
    assert!(row(&plan, &done.unit).contains(&format!("<td class=\"when\" role=\"cell\">{at}<")), "{at}");
    let found = all.units.iter().flat_map(|unit| &unit.requirements).filter(own).flat_map(|own| &own.items);
    let code = found.flat_map(|item| &item.flaws).next().unwrap().code.clone();
    assert!(plan.contains(&format!("<option value=\"{code}\">")), "{code} is not offered");
    let narrowed = page.read(&format!("{HOME}?req=plan&flaw={code}"));
    assert!(narrowed.contains(&format!("<option value=\"{code}\" selected>")));
    let daily = page.read(&format!("{HOME}?req=daily"));
    assert!(daily.contains("name=\"silent\"") && daily.contains("<option value=\"2\">2天</option>"));
    assert!(!plan.contains("name=\"silent\""), "nothing is owed each day of it");
}

#[test]
fn a_moment_that_has_not_come_is_not_looked_back_at_and_another_year_is_told() {
    let page = serve(desk_at(MOMENTS[3]), MOMENTS[3]);
    let ahead = page.read(&format!("{HOME}?req=plan&as_of=2030-01-01T00:00"));
    assert!(ahead.contains("2030年1月1日（星期二）00:00还没有到") && !ahead.contains("正在回看"), "{ahead}");
    assert_eq!(page.get(&format!("{HOME}.csv?as_of=2030-01-01T00:00")).status, 422);
    let back = page.read(&format!("{HOME}?req=plan&group=college&as_of=2022-05-10T18:00"));
    assert!(back.contains("正在回看2022年5月10日"), "{back}");
    assert!(back.contains("<a href=\"?req=plan&amp;group=college\">回到现在</a>"), "{back}");
    // The control of days is a field of a form like any other.
    assert!(back.contains("type=\"range\" name=\"back_to\""), "{back}");
    let (first, day) = (date(2023, 4, 26), date(2023, 5, 15));
    let days = (day - first).get_days();
    let led = page.get(&format!("{HOME}?req=plan&group=college&back_to={days}"));
    assert_eq!(
        (led.status, led.location()),
        (303, "/c/2023-activity-week/?req=plan&group=college&as_of=2023-05-15T23%3A59")
    );
    assert_eq!(
        page.get(&format!("{HOME}?req=plan&back_to=999")).location(),
        "/c/2023-activity-week/?req=plan"
    );
}

#[test]
fn what_units_send_that_owe_nothing_is_part_of_what_came() {
    let desk = bare_desk();
    let roster = desk.dir.path().join("config/campaigns/2023-activity-week/units.csv");
    let mut text = std::fs::read_to_string(&roster).unwrap();
    text.push_str("Z0001,无主县职业高级中学,,secondary,,不在册的教育局,,,,,,\n");
    std::fs::write(&roster, text).unwrap();
    let config = shouwen::config::load(&desk.file).unwrap();
    let desk = desk::Desk { config, ..desk };
    desk.photo_mail("Z0001", date(2023, 5, 16), "照片.jpg", "2023-05-16T10:00:00+08:00");
    let page = serve(desk, "2023-05-17T09:00:00+08:00");
    let html = page.read(&format!("{HOME}?req=daily"));
    let foot = html.split("<tfoot").nth(1).unwrap();
    assert!(
        foot.contains("非应报单位来件1个")
            && foot.contains("合计</th><td class=\"city\" role=\"cell\">1</td>"),
        "{foot}"
    );
    assert!(page.read(&format!("{HOME}bulletin?req=daily")).contains("活动照片1件"));
    let sheet = page.read(&format!("{HOME}.html?req=daily"));
    assert!(sheet.contains("非应报单位来件 无主县职业高级中学"), "{sheet}");
    // They meet no condition about what is owed.
    let lacking = page.read(&format!("{HOME}?req=daily&standing=overdue"));
    assert!(!lacking.contains("非应报单位来件"), "{lacking}");
    assert_eq!(code(&page, "无主县职业高级中学"), "Z0001");
}
