//! Who comes to the page without an account: strangers, whoever a proxy lets through, and leaders with a link. Asked as
//! somebody who means ill asks.

use jiff::SignedDuration;
use shouwen::domain::role::Role;
use shouwen::rehearsal::season::{MOMENTS, OFFICE, season};

use crate::desk::{bare_desk, desk_at};
use crate::served::{Browser, HOME, PASSWORD, Page, serve};

const NOW: &str = "2023-05-11T09:00:00+08:00";

/// The season with one account, that of 管某.
fn season_page() -> Page {
    let page = serve(desk_at(MOMENTS[1]), NOW);
    page.account("管某", Role::Admin);
    page
}

fn unit_of(page: &Page) -> String {
    page.desk.campaign().roster.find("绵阳职业技术学院").unwrap().code.clone()
}

/// The path of a new link.
fn leader_link(admin: &mut Browser<'_>) -> String {
    let made = admin.submit("/system/links", "/system/links/add", &[("note", "分管领导"), ("days", "7")]);
    let address = made.body.split("class=\"secret\">").nth(1).unwrap().split('<').next().unwrap();
    let path = address.replace("&#x2f;", "/");
    format!("/view/{}", path.split_once("/view/").unwrap().1)
}

#[test]
fn a_leader_sees_the_count_and_nothing_that_is_nobodys_business() {
    let page = season_page();
    let mut admin = page.signed_in("管某");
    let path = leader_link(&mut admin);
    let mut leader = page.browser();
    let opened = leader.get(&path);
    assert_eq!((opened.status, opened.location()), (303, "/"));
    assert!(opened.head.contains("x-robots-tag: noindex"));
    let all = format!("{HOME}?req=all");
    assert!(admin.read(&all).contains("139000012"), "no flaw quotes a number");
    assert!(!leader.read(&all).contains("139000012"));
    let home = leader.read(HOME);
    assert!(home.contains("绵阳职业技术学院") && home.contains("逾期未报"));
    for hidden in ["/units/", "href=\"/mail/", "/todo", "/system", "list=\"units\"", "name=\"seen\""] {
        assert!(!home.contains(hidden), "{hidden} is shown");
    }
    for path in [format!("{HOME}media"), format!("{HOME}totals/form5")] {
        let html = leader.read(&path);
        assert!(!html.contains("href=\"/mail/") && !html.contains("管某"), "{path}");
    }
    let unit = format!("{HOME}units/{}", unit_of(&page));
    for path in [
        "/mail/1",
        "/mail/1/raw",
        &unit,
        &format!("{HOME}mail"),
        &format!("{HOME}todo"),
        &format!("{HOME}chase"),
        "/system",
        "/system/log",
    ] {
        let answer = leader.get(path);
        assert!(answer.status == 401 && answer.body.contains("只读链接不能打开这一页"), "{path}");
        assert!(!answer.body.contains("绵阳"), "{path}");
    }
    assert_eq!(leader.post(&format!("{unit}/note"), &[("why", "x")]).status, 401);
    assert!(page.desk.store.decisions().unwrap().is_empty());
    let link = page.desk.store.leader_links().unwrap().remove(0);
    assert_eq!((link.uses, link.note.as_str(), link.made_by.as_str()), (1, "分管领导", "管某"));
    let mut late = page.browser();
    late.cookies = leader.cookies.clone();
    page.clock.step_to(page.clock.now() + SignedDuration::from_hours(7 * 24 + 1));
    assert_eq!(late.get(HOME).status, 401, "after a week");
    assert_eq!(late.get(&path).status, 404);
    let mut admin = page.signed_in("管某");
    let path = leader_link(&mut admin);
    let mut leader = page.browser();
    leader.get(&path);
    assert_eq!(leader.get(HOME).status, 200);
    let revoked = admin.submit("/system/links", "/system/links/revoke", &[]);
    assert!(admin.follow(&revoked).contains("已收回"));
    assert_eq!(leader.get(HOME).status, 401, "after it was taken back");
}

/// Whoever comes through a proxy comes from this machine, by whatever name the proxy calls it.
#[test]
fn behind_a_proxy_nobody_is_the_machines_own_user_also_when_the_last_account_is_gone() {
    let mut desk = bare_desk();
    desk.config.web.behind_https = true;
    let page = serve(desk, NOW);
    for _ in 0..2 {
        for path in ["/", HOME, "/system/users", "/mail/1"] {
            let answer = page.get(path);
            assert_eq!(answer.status, 403, "{path}");
            assert!(answer.body.contains("还没有用户"), "{path}: {}", answer.body);
        }
        assert_eq!(page.get("/events").status, 401);
        let made = page.browser().post("/system/users/add", &[("name", "坏人"), ("role", "admin")]);
        assert_eq!(made.status, 403);
        page.account("李某", Role::Clerk);
        assert_eq!(page.get(HOME).status, 401);
        assert!(page.desk.store.remove_user("李某").unwrap());
    }
}

/// A stranger sends as much as a form may hold.
#[test]
fn what_a_stranger_sends_is_not_kept_for_them() {
    let page = serve(bare_desk(), NOW);
    page.account("李某", Role::Clerk);
    let mut stranger = page.browser();
    let many = |name: &str, count: usize| -> Vec<(String, String)> {
        (0..count).map(|_| (name.to_owned(), "x".to_owned())).collect()
    };
    let mut send = |path: &str, fields: &[(String, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
        stranger.post(path, &fields)
    };
    assert_eq!(send("/undo", &many("a", 20_000)).status, 413);
    let answer = send("/undo", &many("a", 9_000));
    assert_eq!(answer.status, 401);
    assert!(answer.body.contains("没有保留") && answer.body.len() < 5_000, "{}", answer.body.len());
    let long = [("why".to_owned(), "长".repeat(30_000))];
    assert!(send("/undo", &long).body.len() < 5_000);
    let mut kept = many("kept.a", 9_000);
    kept.push(("name".to_owned(), "李某".repeat(20_000)));
    let answer = send("/sign-in", &kept);
    assert!(answer.status == 401 && !answer.body.contains("kept.a"), "{}", answer.status);
}

/// A clerk tries the link that she made for her chief, in her own browser.
#[test]
fn a_link_that_a_clerk_opened_does_not_lock_her_out() {
    let page = season_page();
    let mut admin = page.signed_in("管某");
    let unit = format!("{HOME}units/{}", unit_of(&page));
    let note = format!("{unit}/note");
    let form = crate::served::form(&admin.read(&unit), &note).unwrap();
    let path = leader_link(&mut admin);
    admin.get(&path);
    page.clock.step_to(page.clock.now() + SignedDuration::from_hours(13));
    let lapsed = admin.post_form(&note, &form, &[("why", "已电话核实")]);
    assert!(lapsed.status == 401 && lapsed.body.contains("您填的内容还在"), "{}", lapsed.body);
    let form = crate::served::form(&lapsed.body, "/sign-in").unwrap();
    let back = admin.post_form("/sign-in", &form, &[("name", "管某"), ("password", PASSWORD)]);
    let form = crate::served::form(&back.body, &note).unwrap();
    assert_eq!(admin.post_form(&note, &form, &[("why", "已电话核实")]).status, 303);
    assert_eq!(page.desk.store.decisions().unwrap()[0].by, "管某");
}

/// 查看 reads what came, and nobody's number or address in it.
#[test]
fn a_viewer_reads_numbers_and_addresses_covered_and_saves_no_mail() {
    let page = season_page();
    page.account("赵某", Role::View);
    let (mut admin, mut viewer) = (page.signed_in("管某"), page.signed_in("赵某"));
    let mails = page.desk.store.messages(&Default::default()).unwrap();
    let mut people: Vec<String> = mails.iter().map(|mail| mail.from.clone()).collect();
    for member in shouwen::rehearsal::season::cast::CAST {
        people.extend(["联系人", "填报人"].map(|role| member.person(role).mobile));
    }
    people.retain(|words| words.len() > 6 && words != OFFICE);
    let mut paths: Vec<String> = mails.iter().map(|mail| format!("/mail/{}", mail.id)).collect();
    paths.extend(["", "todo", "mail", "chase", "media", "?req=all"].map(|path| format!("{HOME}{path}")));
    paths.push(format!("{HOME}units/{}", unit_of(&page)));
    let mut open = 0;
    for path in &paths {
        let (told, covered) = (admin.read(path), viewer.read(path));
        for words in &people {
            open += told.matches(words.as_str()).count();
            assert!(!covered.contains(words.as_str()), "{path} shows {words}");
        }
    }
    assert!(open > 30, "clerks see them: {open}");
    assert_eq!((viewer.get("/mail/1/raw").status, admin.get("/mail/1/raw").status), (403, 200));
}

/// Form 4 asks for people; what it says of them stands in none of the pages that a link shows.
#[test]
fn a_leader_reads_nobodys_name_or_number() {
    let desk = bare_desk();
    let folder = desk.dir.path().join("in");
    std::fs::create_dir_all(&folder).unwrap();
    let moment: jiff::Timestamp = MOMENTS[1].parse().unwrap();
    for (n, delivery) in season().iter().filter(|delivery| delivery.at <= moment).enumerate() {
        std::fs::write(folder.join(format!("{n:03}.eml")), &delivery.raw).unwrap();
    }
    let words = ["import", folder.to_str().unwrap(), "--now", MOMENTS[1], "-c"];
    let done = std::process::Command::new(env!("CARGO_BIN_EXE_shouwen"))
        .args(words)
        .arg(&desk.file)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let page = serve(desk, NOW);
    page.account("管某", Role::Admin);
    let mut admin = page.signed_in("管某");
    let mut leader = page.browser();
    leader.get(&leader_link(&mut admin));
    let campaign = page.desk.campaign();
    let form = &campaign.templates["form4"];
    let totals = shouwen::report::totals(&page.desk.store, campaign, form, moment).unwrap();
    let people: Vec<String> =
        form.fields.iter().filter(|field| field.personal).map(|f| f.id.clone()).collect();
    let values =
        totals.rows.iter().flat_map(|row| people.iter().filter_map(|id| row.values.get(id)?.as_str()));
    let values: Vec<&str> = values.filter(|value| !value.is_empty()).collect();
    assert!(values.len() > 40, "{} values", values.len());
    let all = format!("{HOME}?req=all");
    for path in [format!("{HOME}totals/form4"), all, format!("{HOME}media?day=all")] {
        let html = leader.read(&path);
        assert!(html.contains(HOME), "{path}");
        for value in &values {
            assert!(!html.contains(value), "{path} shows {value}");
        }
        assert!(!html.contains("手机1"), "{path} quotes a number");
    }
}
