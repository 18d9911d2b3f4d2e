//! A clerk's day at the page, in a real browser: she signs in, finds who is missing, gives an unknown sender's mail to its
//! unit, returns a form with a reason, takes it back, approves reminders; and two clerks at one thing at once.

use std::path::PathBuf;

use shouwen::domain::decision::{Act, in_force};
use shouwen::domain::message::MessageState;
use shouwen::domain::role::Role;
use shouwen::rehearsal::season::MOMENTS;
use shouwen::remind::{self, Mode};
use shouwen::store::{MessageFilter, MessageRow, OutboxState};

use crate::desk::{Desk, HOSTILE_CODE, desk_at};
use crate::driver::Driver;
use crate::served::{HOME, PASSWORD, Page, serve};

/// The morning after the plans were due: a working day, within hours.
const MORNING: usize = 1;

fn waiting(page: &Page) -> Vec<MessageRow> {
    let filter = MessageFilter { state: Some(MessageState::Review), ..Default::default() };
    let rows = page.desk.store.messages(&filter).unwrap();
    rows.into_iter().filter(|row| row.unit.is_none()).collect()
}

fn at(page: &Page, path: &str) -> String {
    format!("http://{}{path}", page.host())
}

fn signed_in(page: &Page, chromium: &std::path::Path, name: &str) -> Driver {
    let mut driver = Driver::start(chromium, (1366, 768));
    driver.open(&at(page, "/"));
    driver.fill("input[name=name]", name);
    driver.fill("input[name=password]", PASSWORD);
    driver.follow("button.primary");
    driver
}

fn approving(mut desk: Desk) -> Desk {
    desk.config.reminders.mode = Mode::Approve;
    desk
}

#[test]
fn a_clerks_morning() {
    let Some(chromium) = crate::browser::browser() else { return };
    let desk = approving(desk_at(MOMENTS[MORNING]));
    desk.hostile_mail(MOMENTS[MORNING]);
    let page = serve(desk, MOMENTS[MORNING]);
    page.account("李某", Role::Clerk);
    let mut clerk = signed_in(&page, &chromium, "李某");
    // Who is missing the stamped form: two clicks from the matrix.
    clerk.follow("nav.tabs a[href*='req=plan']");
    clerk.follow("thead a[href*='lacks=form4_scan']");
    let text = clerk.text();
    assert!(text.contains("清除筛选") && text.contains("南充科技职业学院"), "{text}");
    // An unknown sender: the mail is given to a unit, and the sender remembered.
    let unknown = waiting(&page);
    let mail = unknown.first().expect("nothing waits").clone();
    clerk.follow("nav.views a[href$='todo']");
    let card = format!("#mail-{}", mail.id);
    clerk.fill(&format!("{card} .deeds input[name=unit]"), "绵阳职业技术学院");
    clerk.press(&format!("{card} .deeds input[name=remember]"));
    clerk.follow(&format!("{card} .deeds form button"));
    let text = clerk.text();
    let done = format!("已办：#{} 归入绵阳职业技术学院，并#{} 记住", mail.id, mail.id);
    assert!(text.contains(&done), "{text}");
    assert_eq!(waiting(&page).len(), unknown.len() - 1);
    // Taken back by one click, and done again.
    clerk.follow(".flash button");
    assert!(clerk.text().contains("已办：") && clerk.text().contains("撤销第"));
    assert_eq!(waiting(&page).len(), unknown.len());
    // A form with a flaw is returned with the reason that the page wrote.
    clerk.open(&at(&page, &format!("{HOME}units/{HOSTILE_CODE}")));
    clerk.press("#plan .act summary");
    let offered = clerk.eval("document.querySelector(\"#plan form[action$='return'] textarea\").value");
    assert!(offered.as_str().unwrap().contains("手机 139000012 只有9位"), "{offered}");
    clerk.follow("#plan form[action$='return'] button");
    assert!(clerk.text().contains("退回附件"), "{}", clerk.text());
    let all = page.desk.store.decisions().unwrap();
    let returned = in_force(&all, jiff::Timestamp::MAX);
    assert!(
        returned
            .iter()
            .any(|made| made.act == Act::Return && made.by == "李某" && made.why.contains("只有9位"))
    );
    clerk.follow(".flash button");
    assert!(in_force(&page.desk.store.decisions().unwrap(), jiff::Timestamp::MAX).is_empty());
}

#[test]
fn a_batch_is_approved_by_its_number_and_taken_back_before_it_leaves() {
    let Some(chromium) = crate::browser::browser() else { return };
    let page = serve(approving(desk_at(MOMENTS[MORNING])), MOMENTS[MORNING]);
    page.account("李某", Role::Clerk);
    let mut clerk = signed_in(&page, &chromium, "李某");
    clerk.follow("nav.views a[href$='chase']");
    let ready =
        clerk.eval("document.querySelectorAll('input[type=checkbox][name=due]').length").as_u64().unwrap();
    assert!(ready >= 2, "{ready} are due: {}", clerk.text());
    clerk.press("input[data-all=due]");
    let ticked = clerk.eval("document.querySelectorAll('input[type=checkbox][name=due]:checked').length");
    assert_eq!(ticked.as_u64(), Some(ready));
    clerk.follow("button.primary");
    let text = clerk.text();
    assert!(text.contains(&format!("批准发送{ready}封催报")) && text.contains("发出的不能撤回"), "{text}");
    let campaign = page.desk.campaign().id.clone();
    assert!(page.desk.store.approvals(&campaign).unwrap().is_empty(), "approved before it was confirmed");
    clerk.follow_words(&format!("确认发送{ready}封"));
    assert!(clerk.text().contains(&format!("已批准{ready}封催报")), "{}", clerk.text());
    let approvals = page.desk.store.approvals(&campaign).unwrap();
    assert!(approvals.len() as u64 >= ready && approvals.iter().all(|approval| approval.by == "李某"));
    // The wheel turns: all of it is queued, none of it may leave yet, and all of it is taken back.
    let (config, store, now) = (&page.desk.config, &page.desk.store, page.clock.now());
    let queued =
        remind::tick(store, page.desk.campaign(), &config.mailboxes, &config.reminders, now).unwrap();
    assert_eq!(u64::from(queued), ready);
    let rows = store.outbox(Some(OutboxState::Queued)).unwrap();
    assert!(rows.iter().all(|row| row.mail.leaves_at > now), "{rows:?}");
    clerk.follow_words("排队与发送中");
    clerk.press("input[data-all~=mail]");
    clerk.fill("form[action$=strike] input[name=why]", "名册有误");
    clerk.follow("form[action$=strike] button");
    assert!(clerk.text().contains(&format!("已划掉{ready}封")), "{}", clerk.text());
    assert_eq!(store.outbox(Some(OutboxState::Struck)).unwrap().len() as u64, ready);
}

#[test]
fn of_two_clerks_at_one_mail_the_second_sees_what_the_first_did_and_keeps_what_she_wrote() {
    let Some(chromium) = crate::browser::browser() else { return };
    let page = serve(desk_at(MOMENTS[MORNING]), MOMENTS[MORNING]);
    page.account("李某", Role::Clerk);
    page.account("王某", Role::Clerk);
    let mail = waiting(&page).first().expect("nothing waits").id;
    let mut li = signed_in(&page, &chromium, "李某");
    let mut wang = signed_in(&page, &chromium, "王某");
    for clerk in [&mut li, &mut wang] {
        clerk.open(&at(&page, &format!("{HOME}todo")));
    }
    let (field, button) =
        (format!("#mail-{mail} .deeds input[name=unit]"), format!("#mail-{mail} .deeds form button"));
    wang.fill(&field, "成都市教育局");
    li.fill(&field, "绵阳职业技术学院");
    wang.follow(&button);
    li.follow(&button);
    let text = li.text();
    assert!(text.contains("这件事王某 ") && text.contains("已办：归入成都市教育局"), "{text}");
    let kept = li.eval("document.querySelector('input[name=unit]').value");
    assert_eq!(kept, "绵阳职业技术学院");
    let unit = || {
        page.desk.store.messages(&MessageFilter { id: Some(mail), ..Default::default() }).unwrap()[0]
            .unit
            .clone()
    };
    let code = |name: &str| Some(page.desk.campaign().roster.find(name).unwrap().code.clone());
    assert_eq!(unit(), code("成都市教育局"));
    li.follow_words("改为我的");
    assert_eq!(unit(), code("绵阳职业技术学院"));
    assert_eq!(page.desk.store.decisions().unwrap().len(), 2, "both lines stand");
}

/// What a page must have for those who cannot see it, or see it badly. The colours of text on its ground are measured as
/// WCAG 2 does, at 4.5.
const AUDIT: &str = r#"(() => {
    const problems = [];
    const seen = e => e.getClientRects().length > 0 && getComputedStyle(e).visibility != 'hidden';
    const name = e => (e.getAttribute('aria-label') || '').trim() || (e.labels && [...e.labels].map(l => l.textContent.trim()).join('')) || e.textContent.trim() || e.title || e.alt;
    for (const e of document.querySelectorAll('input:not([type=hidden]),select,textarea')) {
        if (!name(e)) problems.push('no label: ' + e.outerHTML.slice(0, 90));
    }
    for (const e of document.querySelectorAll('a,button,summary')) if (seen(e) && !name(e)) problems.push('no name: ' + e.outerHTML.slice(0, 90));
    for (const e of document.querySelectorAll('img')) if (!e.alt) problems.push('no alt: ' + e.outerHTML.slice(0, 90));
    if (document.querySelectorAll('h1').length != 1) problems.push('h1: ' + document.querySelectorAll('h1').length);
    let level = 0;
    for (const e of document.querySelectorAll('h1,h2,h3,h4')) { const own = +e.tagName[1]; if (own > level + 1) problems.push('heading jumps: ' + e.textContent.slice(0, 30)); level = own; }
    for (const e of document.querySelectorAll('th')) if (!e.scope) problems.push('th without scope: ' + e.textContent.slice(0, 30));
    for (const e of document.querySelectorAll('table')) if (!e.caption) problems.push('table without caption');
    const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
    for (const id of ids) if (ids.indexOf(id) != ids.lastIndexOf(id)) problems.push('id twice: ' + id);
    const rgb = text => { const n = text.match(/[\d.]+/g).map(Number); return n.length > 3 && n[3] == 0 ? null : n; };
    const light = ([r, g, b]) => { const f = c => { c /= 255; return c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4; }; return .2126 * f(r) + .7152 * f(g) + .0722 * f(b); };
    const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c) return c; } return [255, 255, 255]; };
    for (const e of document.querySelectorAll('body *')) {
        const own = [...e.childNodes].some(n => n.nodeType == 3 && n.textContent.trim());
        if (!own || !seen(e) || e.closest('.hidden,.skip,option')) continue;
        const [a, b] = [light(rgb(getComputedStyle(e).color)), light(ground(e))];
        const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
        if (ratio < 4.5) problems.push('contrast ' + ratio.toFixed(1) + ': ' + e.textContent.trim().slice(0, 30));
    }
    if (document.documentElement.lang != 'zh-CN') problems.push('no language');
    const wide = document.documentElement.scrollWidth - innerWidth;
    if (wide > 0) problems.push('wider than the window by ' + wide);
    return [...new Set(problems)].slice(0, 12).join('\n');
})()"#;

/// The pictures go to the folder that `SHOUWEN_SHOTS` names, for a person to look at.
#[test]
fn every_view_can_be_read_by_everybody_at_every_width() {
    let Some(chromium) = crate::browser::browser() else { return };
    let desk = approving(desk_at(MOMENTS[3]));
    let number = desk.hostile_mail(MOMENTS[3]);
    let endless = desk.endless_mail(MOMENTS[3]);
    desk.reminded(HOSTILE_CODE, "plan", "first", "2023-05-11T08:30:00+08:00");
    let page = serve(desk, MOMENTS[3]);
    page.account("管某", Role::Admin);
    let kept = std::env::var_os("SHOUWEN_SHOTS").map(PathBuf::from);
    let fresh = tempfile::tempdir().unwrap();
    let folder = kept.unwrap_or_else(|| fresh.path().to_owned());
    let views = [
        ("1-matrix", HOME.to_owned()),
        ("2-unit", format!("{HOME}units/{HOSTILE_CODE}")),
        ("2-units", format!("{HOME}units")),
        ("3-register", format!("{HOME}mail")),
        ("3-mail", format!("/mail/{number}")),
        ("3-endless", format!("/mail/{endless}")),
        ("4-todo", format!("{HOME}todo")),
        ("5-chase", format!("{HOME}chase")),
        ("5-phone", format!("{HOME}chase?tab=phone")),
        ("6-media", format!("{HOME}media")),
        ("7-totals", format!("{HOME}totals/form5")),
        ("8-system", "/system".to_owned()),
        ("8-users", "/system/users".to_owned()),
        ("8-links", "/system/links".to_owned()),
        ("8-log", "/system/log".to_owned()),
        ("9-missing", "/nowhere".to_owned()),
    ];
    let mut driver = signed_in(&page, &chromium, "管某");
    let mut problems = Vec::new();
    for (is_dark, width, height) in [(false, 1366, 768), (true, 390, 844), (false, 1920, 1080)] {
        driver.resize((width, height));
        driver.prefer_dark(is_dark);
        // The widest window differs in the matrix only.
        let shown = if width > 1366 { 1 } else { views.len() };
        for (name, path) in views.iter().take(shown) {
            driver.open(&at(&page, path));
            let found = driver.eval(AUDIT).as_str().unwrap().to_owned();
            if !found.is_empty() {
                problems.push(format!("{name} at {width}, dark {is_dark}:\n{found}"));
            }
            let dark = if is_dark { "-dark" } else { "" };
            driver.picture(&folder.join(format!("{name}-{width}{dark}.png")));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

#[test]
fn the_page_works_without_script_and_by_keyboard() {
    let Some(chromium) = crate::browser::browser() else { return };
    let page = serve(desk_at(MOMENTS[MORNING]), MOMENTS[MORNING]);
    page.account("李某", Role::Clerk);
    let mut clerk = signed_in(&page, &chromium, "李某");
    clerk.open(&at(&page, HOME));
    assert_eq!(clerk.eval("document.querySelector('#news').hidden"), true);
    clerk.eval("document.querySelector('.matrix tbody td a').focus()");
    let ring = clerk.eval("getComputedStyle(document.activeElement).outlineStyle");
    let before = clerk.eval("document.activeElement.getAttribute('aria-label')");
    clerk.eval("document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowDown', bubbles: true}))");
    let after = clerk.eval("document.activeElement.getAttribute('aria-label')");
    assert!(before != after && after.is_string(), "{before} {after} {ring}");
    clerk.let_script_run(false);
    clerk.open(&at(&page, &format!("{HOME}units?q=myzyjsxy")));
    assert!(clerk.address().ends_with(&page.desk.campaign().roster.find("绵阳职业技术学院").unwrap().code));
}
