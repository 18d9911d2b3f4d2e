//! What a page offers can be done: no link leads nowhere, no button is there only to be refused, and what was settled is
//! gone from the list of what waits.
// Helpers of tests may panic as tests may.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "support/desk.rs"]
mod desk;
#[path = "support/served.rs"]
mod served;

use desk::desk_at;
use served::{HOME, Page, serve};
use shouwen::rehearsal::season::MOMENTS;
use shouwen::remind::Mode;

/// The morning after the plans were due: a working day, within hours.
const MORNING: &str = MOMENTS[1];

/// Names of the mails that are due and ready, as the boxes to tick have them.
fn ticks(html: &str, name: &str) -> Vec<String> {
    let head = format!("type=\"checkbox\" name=\"{name}\" value=\"");
    let boxes = html.split(&head).skip(1);
    boxes.map(|rest| rest.split('"').next().unwrap().replace("&#x2f;", "/")).collect()
}

fn approving() -> Page {
    let mut desk = desk_at(MORNING);
    desk.config.reminders.mode = Mode::Approve;
    serve(desk, MORNING)
}

/// 「更新本页」 and the choice of colours lead back by the address of the page; that of a page which answers a form shows nothing.
#[test]
fn a_page_that_answers_a_form_leads_back_to_where_the_form_stood() {
    let page = approving();
    let mut clerk = page.browser();
    let chase = format!("{HOME}chase");
    let due = ticks(&clerk.read(&chase), "due");
    let asked = clerk.submit(&chase, &format!("{chase}/approve"), &[("due", &due[0])]);
    let link = clerk.submit("/system/links", "/system/links/add", &[("note", "处长"), ("days", "7")]);
    for (answer, from) in [(asked, chase.as_str()), (link, "/system/links")] {
        assert_eq!(answer.status, 200, "{}", answer.body);
        let news = answer.body.split("id=\"news\"").nth(1).unwrap();
        let again = news.split("href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#x2f;", "/");
        assert_eq!(again, from, "更新本页");
        let look = clerk.post_form("/look", &served::form(&answer.body, "/look").unwrap(), &[("theme", "dark")]);
        assert_eq!(look.location(), from, "the choice of colours");
        clerk.read(&again);
    }
}

/// Between the approval and the next turn of the wheel a mail is in no outbox yet: it stands with those that wait to leave.
#[test]
fn what_was_approved_can_be_taken_back_at_once() {
    let page = approving();
    let mut clerk = page.browser();
    let (chase, queue) = (format!("{HOME}chase"), format!("{HOME}chase?tab=queue"));
    let (approve, strike) = (format!("{chase}/approve"), format!("{chase}/strike"));
    let due = ticks(&clerk.read(&chase), "due");
    let approved = clerk.submit(&chase, &approve, &[("due", &due[0]), ("confirmed", "1")]);
    let html = clerk.follow(&approved);
    assert!(html.contains("排队与发送中 1") && ticks(&html, "due") == due[1..], "{html}");
    assert_eq!(ticks(&clerk.read(&queue), "due"), due[..1]);
    let struck = clerk.submit(&queue, &strike, &[("due", &due[0]), ("why", "名册有误")]);
    let html = clerk.follow(&struck);
    assert!(html.contains("已划掉1封") && html.contains("排队与发送中 0"), "{html}");
    assert!(page.desk.store.approvals(&page.desk.campaign().id).unwrap().is_empty());
}

/// U+202E and its kin turn about what stands behind them, a unit's name and a button included.
#[test]
fn what_others_wrote_turns_no_writing_of_the_page_about() {
    let desk = desk_at(MORNING);
    let (hostile, endless) = (desk.hostile_mail(MORNING), desk.endless_mail(MORNING));
    let page = serve(desk, MORNING);
    let views = ["mail", "todo", "units/X0001", ""].map(|view| format!("{HOME}{view}"));
    let mails = [hostile, endless].map(|number| format!("/mail/{number}"));
    for path in views.into_iter().chain(mails) {
        let html = page.read(&path);
        let turning = html.chars().filter(|c| matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}'));
        assert_eq!(turning.count(), 0, "{path}");
    }
    assert!(page.read(&format!("/mail/{hostile}")).contains("onerror=alert(1)&gt;材料"));
}
