//! Who comes in and what each may do: sign-in, roles, tokens of forms. Asked over HTTP as a browser asks, and as somebody
//! who means ill does; who has no account stands in `guests.rs`.

use jiff::SignedDuration;
use shouwen::domain::role::Role;
use shouwen::rehearsal::season::MOMENTS;
use shouwen::web;

use crate::desk::{bare_desk, desk_at};
use crate::served::{HOME, PASSWORD, Page, serve};

const NOW: &str = "2023-05-11T09:00:00+08:00";

fn page_with(accounts: &[(&str, Role)]) -> Page {
    let page = serve(desk_at(MOMENTS[1]), NOW);
    for (name, role) in accounts {
        page.account(name, *role);
    }
    page
}

fn unit_of(page: &Page) -> String {
    page.desk.campaign().roster.find("绵阳职业技术学院").unwrap().code.clone()
}

#[test]
fn alone_at_the_machine_nobody_signs_in_and_signs_as_the_machine() {
    let page = page_with(&[]);
    let mut browser = page.browser();
    let unit = format!("{HOME}units/{}", unit_of(&page));
    let answer = browser.submit(&unit, &format!("{unit}/note"), &[("why", "已电话核实")]);
    let html = browser.follow(&answer);
    assert!(html.contains("已办：备注：已电话核实"), "{html}");
    let decisions = page.desk.store.decisions().unwrap();
    assert_eq!((decisions.len(), decisions[0].by.as_str()), (1, "本机"));
}

#[test]
fn with_accounts_everybody_signs_in_and_comes_to_where_they_wanted() {
    let page = page_with(&[("李某", Role::Clerk)]);
    let mut browser = page.browser();
    for path in ["/", HOME, "/mail/1", "/mail/1/raw", "/system", "/thumbnail/00", "/events"] {
        let answer = browser.get(path);
        assert_eq!(answer.status, 401, "{path}");
        assert!(!answer.body.contains("绵阳职业技术学院"), "{path}");
    }
    let asked = browser.get("/mail/1?back=%2F");
    assert!(asked.body.contains("value=\"&#x2f;mail&#x2f;1?back=%2F\""), "{}", asked.body);
    let wrong = browser.post("/sign-in", &[("name", "李某"), ("password", "wrong"), ("next", "/mail/1")]);
    assert_eq!(wrong.status, 401);
    assert!(wrong.body.contains("姓名或密码不对"));
    let right = browser.post("/sign-in", &[("name", "李某"), ("password", PASSWORD), ("next", "/mail/1")]);
    assert_eq!((right.status, right.location()), (303, "/mail/1"));
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="] {
        assert!(right.head.contains(attribute), "no {attribute}: {}", right.head);
    }
    assert!(browser.read("/mail/1").contains("李某"));
    // A door that leads out of the house is none.
    let away =
        browser.post("/sign-in", &[("name", "李某"), ("password", PASSWORD), ("next", "//evil.example/")]);
    assert_eq!(away.location(), "/");
}

#[test]
fn a_session_ends_by_itself_by_leaving_and_with_its_password() {
    let page = page_with(&[("李某", Role::Clerk)]);
    let mut browser = page.signed_in("李某");
    assert_eq!(browser.get(HOME).status, 200);
    page.clock.step_to(page.clock.now() + SignedDuration::from_hours(11));
    assert_eq!(browser.get(HOME).status, 200, "used within twelve hours");
    page.clock.step_to(page.clock.now() + SignedDuration::from_hours(13));
    assert_eq!(browser.get(HOME).status, 401);
    let mut browser = page.signed_in("李某");
    let kept = browser.cookies.clone();
    let answer = browser.submit(HOME, "/sign-out", &[]);
    assert_eq!(answer.status, 303);
    browser.cookies = kept;
    assert_eq!(browser.get(HOME).status, 401, "the old cookie still opens");
    let mut browser = page.signed_in("李某");
    page.desk.store.set_password("李某", &web::password::hashed("another password").unwrap()).unwrap();
    assert_eq!(browser.get(HOME).status, 401, "signed in with the old password");
    // The store keeps nothing that opens a door.
    let secret = kept_secret(&page);
    let database = std::fs::read(page.desk.config.data_dir.join("shouwen.db")).unwrap();
    assert!(!String::from_utf8_lossy(&database).contains(&secret));
}

fn kept_secret(page: &Page) -> String {
    page.desk.store.set_password("李某", &web::password::hashed(PASSWORD).unwrap()).unwrap();
    page.signed_in("李某").cookies["shouwen"].clone()
}

#[test]
fn guessing_is_slowed_down_for_the_name_and_in_words() {
    let page = page_with(&[("李某", Role::Clerk)]);
    let mut browser = page.browser();
    for _ in 0..5 {
        assert_eq!(browser.post("/sign-in", &[("name", "李某"), ("password", "guess")]).status, 401);
    }
    let answer = browser.post("/sign-in", &[("name", "李某"), ("password", PASSWORD)]);
    assert_eq!(answer.status, 429);
    assert!(answer.body.contains("登录尝试过多，请5分钟后再试。"));
    page.clock.step_to(page.clock.now() + SignedDuration::from_mins(6));
    assert_eq!(browser.post("/sign-in", &[("name", "李某"), ("password", PASSWORD)]).status, 303);
}

#[test]
fn a_form_without_its_token_or_from_elsewhere_does_nothing() {
    let page = page_with(&[("李某", Role::Clerk)]);
    let mut browser = page.signed_in("李某");
    let note = format!("{HOME}units/{}/note", unit_of(&page));
    let fields = [("why", "坏"), ("back", "/")];
    let answer = browser.post(&note, &fields);
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains("请再按一次") && answer.body.contains(">坏</textarea>"), "{}", answer.body);
    assert_eq!(browser.post_from(&note, &fields, "http://evil.example").status, 403);
    assert_eq!(browser.post_from(&note, &fields, "null").status, 403);
    let mut other = page.browser();
    assert_eq!(other.post(&note, &fields).status, 401);
    // Somebody else's token is none.
    page.account("王某", Role::Clerk);
    let html = page.signed_in("王某").read(HOME);
    let token = html.split("name=\"token\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(browser.post(&note, &[("why", "坏"), ("token", token)]).status, 403);
    assert!(page.desk.store.decisions().unwrap().is_empty());
}

#[test]
fn what_was_typed_before_the_session_ended_is_shown_after_signing_in() {
    let page = page_with(&[("李某", Role::Clerk)]);
    let mut browser = page.signed_in("李某");
    let unit = format!("{HOME}units/{}", unit_of(&page));
    let html = browser.read(&unit);
    let note = format!("{unit}/note");
    let form = crate::served::form(&html, &note).unwrap();
    page.clock.step_to(page.clock.now() + SignedDuration::from_hours(13));
    let long = "很长的备注".repeat(300);
    let answer = browser.post_form(&note, &form, &[("why", &long)]);
    assert_eq!(answer.status, 401);
    assert!(answer.body.contains("登录已过期。您填的内容还在，登录后接着提交。"));
    let form = crate::served::form(&answer.body, "/sign-in").unwrap();
    let answer = browser.post_form("/sign-in", &form, &[("name", "李某"), ("password", PASSWORD)]);
    assert!(answer.body.contains(&long) && answer.body.contains("接着提交"), "{}", answer.status);
    assert!(page.desk.store.decisions().unwrap().is_empty(), "nothing is sent by itself");
    let form = crate::served::form(&answer.body, &note).unwrap();
    let answer = browser.post_form(&note, &form, &[("why", &long)]);
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert_eq!(page.desk.store.decisions().unwrap()[0].why, long);
}

/// Every deed by its address: the page offers none of them to those who may not, and the address refuses.
#[test]
fn a_role_is_refused_by_address_and_offered_no_button() {
    let page = page_with(&[("李某", Role::Clerk), ("赵某", Role::View), ("管某", Role::Admin)]);
    let unit = format!("{HOME}units/{}", unit_of(&page));
    let mut deeds = vec!["/undo".to_owned(), "/outbox/1/settle".to_owned()];
    deeds.extend(["note", "call", "waive", "extend", "record", "forget"].map(|act| format!("{unit}/{act}")));
    deeds.extend(["assign", "none", "accept", "return", "note", "retry"].map(|act| format!("/mail/1/{act}")));
    deeds.extend(["chase/approve", "chase/strike", "media/mark", "revive"].map(|act| format!("{HOME}{act}")));
    let admin = ["pause", "resume", "users/add", "users/passwd", "users/remove", "links/add", "links/revoke"];
    let admin: Vec<String> = admin.iter().map(|act| format!("/system/{act}")).collect();
    let mut viewer = page.signed_in("赵某");
    let token = |html: &str| {
        html.split("name=\"token\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let own = token(&viewer.read(HOME));
    for deed in deeds.iter().chain(&admin) {
        let answer = viewer.post(deed, &[("token", &own), ("why", "x"), ("name", "坏人"), ("role", "admin")]);
        assert_eq!(answer.status, 403, "{deed}");
        assert!(answer.body.contains("您是“查看”角色，不能办理。请找经办人员。"), "{deed}: {}", answer.body);
    }
    let mut clerk = page.signed_in("李某");
    let own = token(&clerk.read(HOME));
    for deed in &admin {
        assert_eq!(
            clerk.post(deed, &[("token", &own), ("name", "坏人"), ("role", "admin")]).status,
            403,
            "{deed}"
        );
    }
    for path in ["/system/users", "/system/links"] {
        assert_eq!((clerk.get(path).status, viewer.get(path).status), (403, 403), "{path}");
    }
    for path in [
        HOME,
        &unit,
        "/mail/1",
        &format!("{HOME}todo"),
        &format!("{HOME}chase"),
        &format!("{HOME}media"),
        "/system",
    ] {
        let html = viewer.read(path);
        let forms = html.matches("method=\"post\"").count();
        let harmless = ["/look", "/sign-out", "/system/password"]
            .iter()
            .map(|action| html.matches(&format!("action=\"{action}\"")).count());
        assert_eq!(forms, harmless.sum::<usize>(), "{path} offers a deed");
    }
    assert!(page.desk.store.decisions().unwrap().is_empty());
    assert_eq!(page.desk.store.users().unwrap().len(), 3);
    // What a clerk may, a manager may.
    assert!(page.signed_in("管某").read("/system/users").contains("添加用户"));
}

#[test]
fn accounts_are_made_and_removed_at_the_page_and_the_first_one_closes_the_door() {
    let page = page_with(&[]);
    let mut local = page.browser();
    let viewer = local.submit("/system/users", "/system/users/add", &[("name", "李某"), ("role", "view")]);
    assert!(viewer.status == 422 && viewer.body.contains("第一个用户请设为“管理”"), "{}", viewer.body);
    let made = local.submit("/system/users", "/system/users/add", &[("name", "李某"), ("role", "admin")]);
    let secret = made.body.split("class=\"secret\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert_eq!(local.get(HOME).status, 401, "the door is still open");
    let mut admin = page.browser();
    assert_eq!(admin.post("/sign-in", &[("name", "李某"), ("password", &secret)]).status, 303);
    for (name, role) in [("本机", "view"), ("<b>", "view"), ("", "view"), ("李某", "view"), ("王某", "king")]
    {
        let answer = admin.submit("/system/users", "/system/users/add", &[("name", name), ("role", role)]);
        assert_eq!(answer.status, 422, "{name} {role}: {}", answer.body);
    }
    let answer = admin.submit("/system/users", "/system/users/add", &[("name", "王某"), ("role", "clerk")]);
    assert_eq!(answer.status, 200);
    let html = admin.read("/system/users");
    let form = crate::served::form(&html, "/system/users/remove").unwrap();
    let removed = admin.post_form("/system/users/remove", &form, &[("name", "王某")]);
    assert!(admin.follow(&removed).contains("已更新用户王某"));
    let answer = admin.post_form("/system/users/remove", &form, &[("name", "李某")]);
    assert!(answer.body.contains("不能移除自己"), "{}", answer.body);
}

#[test]
fn behind_https_cookies_travel_by_https_only() {
    let mut desk = bare_desk();
    desk.config.web.behind_https = true;
    let page = serve(desk, NOW);
    page.account("李某", Role::Clerk);
    let answer = page.browser().post("/sign-in", &[("name", "李某"), ("password", PASSWORD)]);
    assert!(answer.head.contains("; Secure"), "{}", answer.head);
}

#[test]
fn an_address_that_others_reach_needs_an_account() {
    let desk = bare_desk();
    let at = |listen: &str, behind_https| web::Settings { listen: listen.parse().unwrap(), behind_https };
    let others = [at("0.0.0.0:8024", false), at("127.0.0.1:8024", true)];
    for open in &others {
        let refused = web::may_listen(&desk.store, open).unwrap_err();
        assert!(refused.cause().contains("shouwen user add"), "{refused}");
    }
    assert!(web::may_listen(&desk.store, &at("127.0.0.1:8024", false)).is_ok());
    let page = serve(desk, NOW);
    page.account("李某", Role::Clerk);
    for open in &others {
        assert!(web::may_listen(&page.desk.store, open).is_ok());
    }
}

#[test]
fn who_was_to_be_removed_is_told_on_after_signing_in_again() {
    let page = serve(bare_desk(), NOW);
    page.account("管某", Role::Admin);
    page.account("王某", Role::Clerk);
    let mut admin = page.signed_in("管某");
    let html = admin.read("/system/users");
    let form = crate::served::form(&html, "/system/users/remove").unwrap();
    page.clock.step_to(page.clock.now() + SignedDuration::from_hours(13));
    let lapsed = admin.post_form("/system/users/remove", &form, &[("name", "王某")]);
    assert_eq!(lapsed.status, 401);
    let form = crate::served::form(&lapsed.body, "/sign-in").unwrap();
    let back = admin.post_form("/sign-in", &form, &[("name", "管某"), ("password", PASSWORD)]);
    let form = crate::served::form(&back.body, "/system/users/remove").unwrap();
    assert_eq!(admin.post_form("/system/users/remove", &form, &[]).status, 303);
    assert_eq!(page.desk.store.users().unwrap().len(), 1, "王某 is still there");
    let again = admin.post_form("/system/users/remove", &form, &[]);
    assert!(again.status == 422 && again.body.contains("没有用户“王某”"), "{}", again.body);
}

/// A full disk, as SQLite reports it: nothing more is written.
#[test]
fn pages_are_shown_when_their_use_cannot_be_noted() {
    let page = serve(bare_desk(), NOW);
    page.account("管某", Role::Admin);
    let mut admin = page.signed_in("管某");
    let made = admin.submit("/system/links", "/system/links/add", &[("note", "")]);
    let address = made.body.split("class=\"secret\">").nth(1).unwrap().split('<').next().unwrap();
    let path = format!("/view/{}", address.replace("&#x2f;", "/").split_once("/view/").unwrap().1);
    let database = rusqlite::Connection::open(page.desk.config.data_dir.join("shouwen.db")).unwrap();
    for table in ["session", "leader_link"] {
        let full = "SELECT RAISE(FAIL, 'database or disk is full')";
        let trigger = format!("CREATE TRIGGER full_{table} BEFORE UPDATE ON {table} BEGIN {full}; END");
        database.execute_batch(&trigger).unwrap();
    }
    page.clock.step_to(page.clock.now() + SignedDuration::from_hours(1));
    assert_eq!(admin.get(HOME).status, 200);
    let mut leader = page.browser();
    assert_eq!(leader.get(&path).status, 303);
    assert_eq!(leader.get(HOME).status, 200);
    assert_eq!(page.desk.store.leader_links().unwrap()[0].uses, 0, "the disk was not full");
}

#[test]
fn a_page_left_open_keeps_no_session_alive() {
    use std::io::{Read as _, Write as _};
    let page = serve(bare_desk(), NOW);
    page.account("李某", Role::Clerk);
    let mut clerk = page.signed_in("李某");
    page.clock.step_to(page.clock.now() + SignedDuration::from_hours(11));
    let mut stream = std::net::TcpStream::connect(page.at).unwrap();
    let cookie = &clerk.cookies["shouwen"];
    write!(stream, "GET /events HTTP/1.1\r\nHost: {}\r\nCookie: shouwen={cookie}\r\n\r\n", page.host())
        .unwrap();
    let mut told = [0; 12];
    stream.read_exact(&mut told).unwrap();
    assert_eq!(&told, b"HTTP/1.1 200");
    page.clock.step_to(page.clock.now() + SignedDuration::from_hours(2));
    assert_eq!(clerk.get(HOME).status, 401);
}
