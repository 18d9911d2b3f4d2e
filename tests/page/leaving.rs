//! 总览 as it leaves the page and as it is put in order: files and paragraph hold what the page shows; remarks, sums and
//! what waits for a person stand beside the rows.

use shouwen::domain::role::Role;
use shouwen::rehearsal::season::MOMENTS;
use shouwen::report::{Question, Status, status};

use crate::desk::desk_at;
use crate::served::{HOME, Page, serve};

const MORNING: usize = 1;

/// Names of the units in the rows of the matrix, in their order.
fn names(html: &str) -> Vec<String> {
    let body = html.split("<tfoot").next().unwrap();
    let rows = body.split("<th scope=\"row\" class=\"name\"").skip(1);
    rows.map(|row| row.split_once("\">").unwrap().1.split("</a>").next().unwrap().to_owned())
        .map(|row| row.rsplit('>').next().unwrap().to_owned())
        .collect()
}

fn whole(page: &Page) -> Status {
    let (campaign, mailboxes) = (page.desk.campaign(), &page.desk.config.mailboxes[..]);
    let question = Question { campaign, mailboxes, now: page.clock.now(), as_of: None, with_files: false };
    status(&page.desk.store, &question).unwrap()
}

#[test]
fn a_file_of_the_page_holds_the_rows_of_the_page() {
    let page = serve(desk_at(MOMENTS[MORNING]), MOMENTS[MORNING]);
    for query in ["?req=plan", "?req=plan&lacks=form4_scan", "?req=plan&group=college&standing=open,overdue"]
    {
        let shown = names(&page.read(&format!("{HOME}{query}")));
        assert!(!shown.is_empty(), "{query} shows nothing");
        let csv = page.get(&format!("{HOME}.csv{query}"));
        assert!(csv.head.contains("content-disposition: attachment") && csv.body.starts_with('\u{feff}'));
        let lines = csv.body.lines().skip(1).map(|line| line.split(',').nth(1).unwrap());
        let lines: Vec<String> = lines.map(|name| name.trim_matches('"').to_owned()).collect();
        let hostile = |name: &String| name.contains("script");
        assert_eq!(lines.len(), shown.len(), "{query}");
        assert!(
            lines.iter().zip(&shown).all(|(line, name)| line == name || (hostile(line) && hostile(name))),
            "{query}: {lines:?}"
        );
        let html = page.get(&format!("{HOME}.html{query}"));
        assert!(shown.iter().filter(|name| !hostile(name)).all(|name| html.body.contains(name.as_str())));
        let xlsx = page.get(&format!("{HOME}.xlsx{query}"));
        assert!(xlsx.body.starts_with("PK") && xlsx.head.contains(".xlsx"), "{}", xlsx.head);
    }
    let odd = page.get(&format!("{HOME}.xlsx?as_of=yesterday"));
    assert!(odd.status == 422 && odd.body.contains("看不懂时刻"), "{}", odd.body);
}

#[test]
fn what_means_nothing_shows_no_unit_and_what_waits_is_named_beside() {
    let page = serve(desk_at(MOMENTS[3]), MOMENTS[3]);
    for query in ["standing=soon", "silent=many", "lacks=nothing", "has=nothing", "flaw=V99"] {
        assert!(names(&page.read(&format!("{HOME}?req=all&{query}"))).is_empty(), "{query}");
    }
    let silent = names(&page.read(&format!("{HOME}?req=daily&silent=1")));
    assert!(
        !silent.is_empty() && silent.len() > names(&page.read(&format!("{HOME}?req=daily&silent=3"))).len()
    );
    let html = page.read(&format!("{HOME}?has=form4&lacks=form4_scan"));
    assert!(
        html.contains("aria-current=\"page\">活动方案"),
        "the requirement of the items is not shown: {html}"
    );
}

#[test]
fn remarks_order_and_sums_stand_in_the_matrix() {
    let page = serve(desk_at(MOMENTS[3]), MOMENTS[3]);
    let code = page.desk.campaign().roster.find("南充科技职业学院").unwrap().code.clone();
    let unit = format!("{HOME}units/{code}");
    let mut clerk = page.browser();
    clerk.submit(&unit, &format!("{unit}/note"), &[("why", "已答应周五前报送，电话13800138000")]);
    let plan = clerk.read(&format!("{HOME}?req=plan"));
    assert!(plan.contains("已答应周五前报送") && !plan.contains("13800138000"), "{plan}");
    let urgent = clerk.read(&format!("{HOME}?req=plan&sort=urgent"));
    let block = |html: &str| -> Vec<String> {
        let block = html.split("<tbody").nth(2).unwrap();
        block.split("<tr class=\"w-").skip(1).map(|row| row.split('"').next().unwrap().to_owned()).collect()
    };
    let order = ["late", "ask", "due", "calm", "done"];
    let rank = |word: &String| order.iter().position(|known| known == word).unwrap();
    assert!(!block(&plan).iter().is_sorted_by_key(&rank), "the roster happens to be sorted so");
    assert!(block(&urgent).iter().is_sorted_by_key(rank), "{:?}", block(&urgent));
    // Of each kind as much as the status counts, whoever owes nothing included.
    let daily = clerk.read(&format!("{HOME}?req=daily"));
    let foot = daily.split("<tfoot").nth(1).unwrap().split("</tfoot>").next().unwrap();
    let status = whole(&page);
    let all =
        status.units.iter().flat_map(|unit| std::iter::once(unit).chain(&unit.under)).chain(&status.others);
    let counts = all.flat_map(|unit| &unit.requirements).filter(|own| own.id == "daily");
    let count: u32 = counts.flat_map(|own| &own.items).map(|item| item.count).sum();
    assert!(count > 20 && foot.contains("全省合计"), "{foot}");
    let last = foot.rsplit("<tr").next().unwrap();
    assert!(last.contains(&format!("<td class=\"city\" role=\"cell\">{count}</td>")), "{count}: {last}");
    let days = last.split("<td class=\"day\"").skip(1);
    let days = days.map(|cell| cell.split_once("\">").unwrap().1.split('<').next().unwrap());
    assert_eq!(days.map(|day| day.parse::<u32>().unwrap()).sum::<u32>(), count);
    assert!(clerk.read(&format!("{HOME}?req=daily&group=college")).contains("所列单位合计"));
}

#[test]
fn the_bulletin_is_ready_to_send_as_of_an_evening_and_open_to_leaders() {
    let page = serve(desk_at(MOMENTS[MORNING]), MOMENTS[MORNING]);
    page.account("管某", Role::Admin);
    let mut admin = page.signed_in("管某");
    let html = admin.read(&format!("{HOME}bulletin?req=plan"));
    assert!(
        html.contains("报送情况：截至2023年5月11日09:00") && html.contains("未报送单位：遂宁市教育和体育局"),
        "{html}"
    );
    assert!(html.contains("尚有") && html.contains("请尽快报送"), "{html}");
    let yesterday = "as_of=2023-05-10T17%3A00";
    assert!(html.contains(yesterday) && !html.contains("今天17:00"), "{html}");
    let then = admin.read(&format!("{HOME}bulletin?req=plan&{yesterday}"));
    assert!(then.contains("截至2023年5月10日17:00"), "{then}");
    let made = admin.submit("/system/links", "/system/links/add", &[("note", "分管领导"), ("days", "7")]);
    let address = made.body.split("class=\"secret\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let secret = address.replace("&#x2f;", "/").split_once("/view/").unwrap().1.to_owned();
    let mut leader = page.browser();
    leader.get(&format!("/view/{secret}"));
    assert!(leader.read(&format!("{HOME}bulletin?req=plan")).contains("未报送单位："));
    assert!(!leader.read(HOME).contains("备注"));
    for ending in ["xlsx", "csv", "html"] {
        assert_eq!(leader.get(&format!("{HOME}.{ending}")).status, 401, "{ending}");
    }
}
