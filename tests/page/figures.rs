//! Figures of the page and of its files: what is counted, of whom, and that page and files count alike.

use jiff::civil::date;
use shouwen::domain::role::Role;
use shouwen::rehearsal::season::MOMENTS;
use shouwen::rehearsal::season::files::form4::FORM4;
use shouwen::rehearsal::season::files::form5::{FORM5, Fault, Form5};
use shouwen::rehearsal::season::files::zip::Style;
use shouwen::rehearsal::season::script::{Act, unit};
use shouwen::rehearsal::season::things::{archive, form4_with, scan4, scheme, summary_set};
use shouwen::remind::{self, Signed};
use shouwen::report::{Question, status};
use shouwen::store::Push;

use crate::desk::{bare_desk, desk_at};
use crate::served::{HOME, Page, serve};

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
    let desk = crate::desk::Desk { config, ..desk };
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

/// A desk that took these mails in by itself.
fn office(acts: &[Act]) -> crate::desk::Desk {
    let desk = bare_desk();
    let folder = desk.dir.path().join("in");
    std::fs::create_dir_all(&folder).unwrap();
    for (n, act) in acts.iter().enumerate() {
        std::fs::write(folder.join(format!("{n:02}.eml")), act.deliver().raw).unwrap();
    }
    let words = ["import", folder.to_str().unwrap(), "-c", desk.file.to_str().unwrap(), "--now", LATE];
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_shouwen"));
    let done = command.args(words).env_remove("RUST_LOG").output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    desk
}

const LATE: &str = "2023-05-30T09:00:00+08:00";

fn summary(name: &str, moment: &str, form: Form5) -> Act {
    unit(name).on(moment).titled("{unit}职业教育活动周总结、统计表").sends(summary_set(form))
}

fn plan(name: &str, moment: &str) -> Act {
    let sent = vec![scheme(), form4_with(FORM4), scan4()];
    unit(name).on(moment).titled("{unit}职业教育活动周方案、采集表").sends(sent)
}

#[test]
fn the_table_says_why_a_figure_is_missing_leaves_as_a_workbook_and_asks_nobody_who_was_freed() {
    let huge = Form5 { fault: Fault::HugeCoverage, ..FORM5 };
    let page = serve(
        office(&[
            summary("泸州职业技术学院", "05-26 10:00", FORM5),
            summary("绵阳职业技术学院", "05-26 11:00", huge),
            plan("泸州职业技术学院", "05-09 10:00"),
        ]),
        LATE,
    );
    let mut clerk = page.browser();
    let form5 = clerk.read(&format!("{HOME}totals/form5"));
    let line = |html: &str, name: &str| {
        let rows =
            html.split("<tr>").find(|row| row.contains(name) && row.contains("出处") != row.contains("<td"));
        rows.unwrap().split("</tr>").next().unwrap().to_owned()
    };
    assert!(line(&form5, "绵阳职业技术学院").contains("—读不出"), "{form5}");
    assert!(!line(&form5, "泸州职业技术学院").contains("—读不出"), "{form5}");
    let owing = |html: &str| {
        let told = html.split("应报").nth(1).unwrap();
        told.chars().take_while(char::is_ascii_digit).collect::<String>().parse::<usize>().unwrap()
    };
    let before = owing(&form5);
    let freed = format!("{HOME}units/{}", code(&page, "南充科技职业学院"));
    clerk.submit(&freed, &format!("{freed}/waive"), &[("item", "summary"), ("why", "5月新设立")]);
    let after = clerk.read(&format!("{HOME}totals/form5"));
    assert_eq!(owing(&after), before - 1);
    assert!(after.contains("另有1个免报"), "{after}");
    // A form of words adds up to nothing, and its words stand on the left.
    let form4 = clerk.read(&format!("{HOME}totals/form4"));
    assert!(!form4.contains("读不出") && !form4.contains("<td class=\"number\""), "{form4}");
    // Each row leads to its mail and its file, the whole table to a workbook.
    assert!(form5.contains("/parts/") && form5.contains("<a href=\"/mail/1\">"), "{form5}");
    let xlsx = clerk.get(&format!("{HOME}totals/form5.xlsx"));
    assert!(xlsx.body.starts_with("PK") && form5.contains("totals/form5.xlsx"));
    let csv = clerk.get(&format!("{HOME}totals/form5.csv"));
    assert!(csv.body.starts_with('\u{feff}') && csv.body.contains("泸州职业技术学院"), "{}", csv.body);
    let mail = clerk.read(&format!(
        "{HOME}mail?unit=%E6%B3%B8%E5%B7%9E%E8%81%8C%E4%B8%9A%E6%8A%80%E6%9C%AF%E5%AD%A6%E9%99%A2"
    ));
    assert!(mail.contains("mail.xlsx?unit="), "{mail}");
    let register = clerk.get(&format!(
        "{HOME}mail.csv?unit=%E6%B3%B8%E5%B7%9E%E8%81%8C%E4%B8%9A%E6%8A%80%E6%9C%AF%E5%AD%A6%E9%99%A2"
    ));
    assert_eq!(register.body.lines().count(), 3, "{}", register.body);
    assert!(
        !register.body.contains("绵阳职业技术学院")
            && clerk.get(&format!("{HOME}mail.xlsx")).body.starts_with("PK")
    );
    page.account("查某", Role::View);
    let mut viewer = page.signed_in("查某");
    assert_eq!(viewer.get(&format!("{HOME}mail.xlsx")).status, 403);
    assert!(viewer.get(&format!("{HOME}totals/form5.xlsx")).body.starts_with("PK"));
}

#[test]
fn whom_to_call_is_what_the_form_says_and_the_last_call_stands_beside() {
    let name = "泸州职业技术学院";
    let (locked, archive) = ("四川科技职业学院", archive("材料.zip", Style::Encrypted, vec![scheme()]));
    let locked_mail = unit(locked).on("05-28 09:00").titled("材料").sends(vec![archive]);
    let page = serve(office(&[plan(name, "05-09 10:00"), locked_mail]), LATE);
    let campaign = page.desk.campaign();
    let known = page.desk.store.contacts(campaign).unwrap().of(campaign.roster.find(name).unwrap());
    assert!(!known.name.is_empty() && known.phone.len() > 7 && known.called.is_empty(), "{known:?}");
    let unit = format!("{HOME}units/{}", code(&page, name));
    let mut clerk = page.browser();
    assert!(
        clerk.read(&unit).contains(&known.name)
            && clerk.read(&format!("{unit}?phone=1")).contains(&known.phone)
    );
    clerk.submit(&unit, &format!("{unit}/call"), &[("result", "答应报送"), ("why", "张老师，周五前")]);
    let list = clerk.read(&format!("{HOME}chase?tab=phone"));
    let line =
        list.split("<tr>").skip(1).find(|row| row.contains(name)).unwrap().split("</tr>").next().unwrap();
    assert!(line.contains(&known.name) && line.contains(&known.phone), "{line}");
    assert!(line.contains("电话（答应报送）：张老师，周五前"), "{line}");
    // In the order of the notice; and who may have delivered is not called as if nothing had come.
    assert!(line.find("典型案例") < line.find("情况统计表、工作总结报告："), "{line}");
    let waits = |row: &&str| row.contains("有来件待核，办完以前请勿催报");
    let waiting: Vec<&str> = list.split("<tr>").filter(waits).collect();
    assert!(waiting.len() == 1 && waiting[0].contains(locked), "{list}");
    let group = list.split_once("请尽快报送：").unwrap().1.split_once("</textarea>").unwrap().0;
    assert!(group.contains(name) && !group.contains(locked) && !list.contains("：；"), "{group}");
    page.account("查某", Role::View);
    let mut viewer = page.signed_in("查某");
    for path in [format!("{HOME}chase?tab=phone"), unit] {
        let html = viewer.read(&path);
        assert!(!html.contains(&known.phone) && html.contains("****"), "{path}");
    }
}

#[test]
fn the_log_names_units_and_tells_of_links_marks_and_paused_mail() {
    let desk = desk_at(MOMENTS[MORNING]);
    let name = "南充科技职业学院";
    let unit = desk.campaign().roster.find(name).unwrap().code.clone();
    let hash = desk.photo_mail(&unit, date(2023, 5, 14), "照片.jpg", MOMENTS[MORNING]);
    let page = serve(desk, MOMENTS[MORNING]);
    let (store, now) = (&page.desk.store, page.clock.now());
    let mut clerk = page.browser();
    let place = format!("{HOME}units/{unit}");
    clerk.submit(&place, &format!("{place}/note"), &[("why", "已答应周五前报送")]);
    clerk.submit("/system/links", "/system/links/add", &[("note", "分管领导"), ("days", "7")]);
    let mark = (None, Some(Push::Picked), None);
    store.mark(&page.desk.campaign().id, &[hash], mark, ("李某", now)).unwrap();
    remind::pause(store, true, &Signed { by: "李某".into(), at: now, why: "核对名册".into() }).unwrap();
    let log = clerk.read("/system/log");
    for words in
        [&format!("{name} 本机"), "新建只读链接（分管领导）", "标为拟推送：1件素材", "暂停发信：核对名册"]
    {
        assert!(log.contains(words), "{words}: {log}");
    }
    let of_unit = clerk.read(&format!("/system/log?q={}", crate::served::encoded(name)));
    assert!(of_unit.contains("已答应周五前报送") && !of_unit.contains("分管领导"), "{of_unit}");
    // The command finds what the page has marked.
    let file = page.desk.file.to_str().unwrap();
    let words = ["messages", "--q", "拟推送", "-c", file, "--now", MOMENTS[MORNING]];
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_shouwen"));
    let told = command.args(words).env_remove("RUST_LOG").output().unwrap();
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(told.contains("共 1 封") && told.contains(name), "{told}");
}

#[test]
fn a_year_before_is_named_and_a_piece_of_many_names_lists_them() {
    let page = serve(desk_at(MOMENTS[MORNING]), MOMENTS[MORNING]);
    let unit = format!("{HOME}units/{}", code(&page, "南充科技职业学院"));
    let mut clerk = page.browser();
    let fields = [("item", "plan"), ("until", "2022-05-12"), ("why", "系统故障")];
    let early = clerk.submit(&unit, &format!("{unit}/extend"), &fields);
    assert!(early.body.contains("本来就到5月10日为止，2022年5月12日不是延期"), "{}", early.body);
    let fields = [("unit", "四川"), ("why", "电话核实")];
    let many = clerk.submit("/mail/1", "/mail/1/assign", &fields);
    assert!(many.status == 422 && many.body.contains("名册里没有“四川”。相近的有：四川"), "{}", many.body);
}
