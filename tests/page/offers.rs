//! What a page offers can be done: no link leads nowhere, no button is there only to be refused, and what was settled is
//! gone from the list of what waits.

use std::io::Write as _;

use jiff::civil::date;
use shouwen::domain::facts::{HeaderFacts, MailFacts, PartFacts, Role as Hangs};
use shouwen::domain::message::{MessageKind, MessageState, PartState, UnitBy};
use shouwen::domain::role::Role;
use shouwen::rehearsal::season::MOMENTS;
use shouwen::remind::Mode;
use shouwen::store::{FiledPart, MessageFilter, OutboxState, Registration, Reported};

use crate::desk::{Desk, HOSTILE_CODE, capture, desk_at, nothing, part};
use crate::served::{HOME, Page, serve};

/// The morning after the plans were due: a working day, within hours.
const MORNING: &str = MOMENTS[1];
/// When cloud attachments of the season are about to end.
const LINK_ENDS: &str = "2023-06-13T09:00:00+08:00";

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

/// A mail with an archive that nobody can open, from a unit or from nobody known.
fn locked_mail(desk: &Desk, uid: u32, unit: Option<&str>) -> i64 {
    let at = MORNING.parse().unwrap();
    let id = capture(&desk.store, uid, "INBOX", format!("locked {uid}").as_bytes(), at);
    let locked =
        PartFacts { role: Hangs::Archive, trouble: Some("需要密码".into()), ..part("材料.zip") };
    let from = unit.and_then(|code| desk.campaign().roster.by_code(code)?.emails.first().cloned());
    let header = HeaderFacts {
        message_id: format!("<locked{uid}@unit.example>"),
        from: from.unwrap_or_default(),
        ..Default::default()
    };
    let facts = MailFacts { header, parts: vec![locked], ..Default::default() };
    desk.store.save_facts(&[Reported { id, facts, hashes: vec![None] }], at).unwrap();
    let why = "读不出：需要密码".to_owned();
    let registration = Registration {
        kind: MessageKind::Submission,
        unit: unit.map(str::to_owned),
        unit_by: unit.map(|_| UnitBy::Sender),
        review: Some("“材料.zip”读不出：需要密码，请处理".into()),
        may_hold_material: true,
        parts: vec![FiledPart { campaign: None, state: PartState::Unreadable, why, filings: vec![] }],
        ..nothing(desk.campaign())
    };
    desk.store.register(&[(id, registration)], &desk.config.campaigns, at).unwrap();
    id
}

/// A mail with a film and with a file that only calls itself one; its number.
fn film_mail(desk: &Desk) -> i64 {
    let at = MORNING.parse().unwrap();
    let id = capture(&desk.store, 9_003, "INBOX", b"film", at);
    let mut incoming = desk.store.blobs().begin().unwrap();
    incoming.write_all(b"0123456789").unwrap();
    let staged = incoming.finish().unwrap();
    let hash = staged.sha256.clone();
    desk.store.blobs().keep(vec![staged]).unwrap();
    let film = PartFacts { media_type: "video/mp4".into(), ..part("开幕式.mp4") };
    let false_one = PartFacts { media_type: "text/html".into(), ..part("闭幕式.mp4") };
    let facts = MailFacts { parts: vec![film, false_one], ..Default::default() };
    let hashes = vec![Some(hash.clone()), Some(hash)];
    desk.store.save_facts(&[Reported { id, facts, hashes }], at).unwrap();
    let of = |state| FiledPart { campaign: None, state, why: String::new(), filings: vec![] };
    let parts = vec![of(PartState::Extra), of(PartState::Extra)];
    let registration = Registration { kind: MessageKind::Submission, parts, ..nothing(desk.campaign()) };
    desk.store.register(&[(id, registration)], &desk.config.campaigns, at).unwrap();
    id
}

/// A film is played where it stands, in pieces; nothing else of others' is ever shown.
#[test]
fn a_film_is_played_on_the_page_and_nothing_that_only_calls_itself_one() {
    let desk = desk_at(MORNING);
    let number = film_mail(&desk);
    let page = serve(desk, MORNING);
    page.account("看某", Role::View);
    let film = format!("/mail/{number}/parts/0/film");
    assert_eq!(page.get(&film).status, 401, "who is not known sees no mail");
    let mut viewer = page.signed_in("看某");
    let html = viewer.read(&format!("/mail/{number}"));
    assert_eq!(
        (html.matches("<video ").count(), html.contains(&format!("src=\"{film}\""))),
        (1, true),
        "{html}"
    );
    let whole = viewer.get(&film);
    assert_eq!((whole.status, whole.body.as_str()), (200, "0123456789"));
    for line in ["content-type: video/mp4", "accept-ranges: bytes", "nosniff", "media-src 'self'"] {
        assert!(whole.head.contains(line), "no {line}: {}", whole.head);
    }
    let piece = viewer.get_piece(&film, "bytes=2-5");
    assert_eq!((piece.status, piece.body.as_str()), (206, "2345"));
    assert!(piece.head.contains("content-range: bytes 2-5/10"), "{}", piece.head);
    assert_eq!(viewer.get(&format!("/mail/{number}/parts/1/film")).status, 404);
}

/// The card of a mail on 待办.
fn card(html: &str, mail: i64) -> Option<String> {
    let rest = html.split(&format!("id=\"mail-{mail}\"")).nth(1)?;
    Some(rest.split("</section>").next().unwrap().to_owned())
}

/// What cannot be read is named on the card of its mail, and whatever the card offers settles it.
#[test]
fn an_archive_that_nobody_can_open_is_settled_from_its_card() {
    let desk = desk_at(MORNING);
    let code = desk.campaign().roster.find("南充科技职业学院").unwrap().code.clone();
    let numbers = [9_001, 9_002].map(|uid| locked_mail(&desk, uid, Some(&code)));
    let page = serve(desk, MORNING);
    let mut clerk = page.browser();
    let todo = format!("{HOME}todo");
    for (number, act, fields) in [
        (numbers[0], "accept", [("part", "材料.zip"), ("item", "plan/scheme")]),
        (numbers[1], "return", [("part", "材料.zip"), ("why", "读不出，请重发")]),
    ] {
        let shown = card(&clerk.read(&todo), number).unwrap();
        assert!(shown.contains("材料.zip") && shown.contains("读不出：需要密码"), "{shown}");
        assert!(!shown.contains("仍归"), "whose it is was never asked: {shown}");
        assert!(shown.contains("<select name=\"item\" required>"), "nothing tells what it is: {shown}");
        let action = format!("/mail/{number}/{act}");
        let done = clerk.post_form(&action, &crate::served::form(&shown, &action).unwrap(), &fields);
        let html = clerk.follow(&done);
        assert!(html.contains("已办：") && card(&html, number).is_none(), "{number} {act}");
        let row =
            page.desk.store.messages(&MessageFilter { id: Some(number), ..Default::default() }).unwrap();
        assert_eq!(row[0].state, Some(MessageState::Registered));
    }
}

/// Nothing can count while nobody is named for whom: 收下 waits for that, the rest does not.
#[test]
fn of_mail_without_a_unit_nothing_is_offered_to_be_accepted() {
    let desk = desk_at(MORNING);
    let number = locked_mail(&desk, 9_001, None);
    let page = serve(desk, MORNING);
    for path in [format!("{HOME}todo"), format!("/mail/{number}")] {
        let html = page.read(&path);
        let shown = card(&html, number).unwrap_or(html);
        assert!(!shown.contains("/accept") && shown.contains("先归入单位，再收下"), "{path}: {shown}");
        assert!(shown.contains(&format!("/mail/{number}/return")), "{path}");
    }
}

/// What a role may not do is absent (`desk.md` 2): the links that 查看 sees all lead somewhere.
#[test]
fn who_only_looks_is_offered_nothing_that_is_refused() {
    let desk = desk_at(MORNING);
    desk.photo_mail(HOSTILE_CODE, date(2023, 5, 14), "开幕式.jpg", MORNING);
    desk.unjudged_mail(HOSTILE_CODE, "名单.docx", MORNING);
    let numbers = desk.store.messages(&MessageFilter::default()).unwrap();
    let kept = numbers.iter().filter(|row| row.parts.iter().any(|part| part.sha256.is_some()));
    let mut paths: Vec<String> = kept.map(|row| format!("/mail/{}", row.id)).collect();
    assert_eq!(paths.len(), 2);
    paths.extend(["todo", "units/X0001", "media?day=all"].map(|view| format!("{HOME}{view}")));
    let page = serve(desk, MORNING);
    page.account("看某", Role::View);
    page.account("李某", Role::Clerk);
    let links = |html: &str| -> Vec<String> {
        let links =
            html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap().replace("&#x2f;", "/"));
        links.filter(|link| link.ends_with("/raw") || link.contains("/parts/")).collect()
    };
    let (mut viewer, mut clerk) = (page.signed_in("看某"), page.signed_in("李某"));
    for path in paths {
        assert!(links(&clerk.read(&path)).len() >= links(&viewer.read(&path)).len());
        for link in links(&viewer.read(&path)) {
            assert_ne!(viewer.get(&link).status, 403, "{path} offers {link}");
        }
    }
    assert!(links(&clerk.read("/mail/1")).contains(&"/mail/1/raw".to_owned()));
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
        let look = clerk.post_form(
            "/look",
            &crate::served::form(&answer.body, "/look").unwrap(),
            &[("theme", "dark")],
        );
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
    assert_eq!(page.desk.store.outbox(Some(OutboxState::Struck)).unwrap().len(), 1);
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

/// Two remarks of one moment: the later one is the newer.
#[test]
fn the_newest_of_one_moment_stands_first() {
    let page = approving();
    let mut clerk = page.browser();
    let unit = format!("{HOME}units/{HOSTILE_CODE}");
    for why in ["先记的", "后记的"] {
        clerk.submit(&unit, &format!("{unit}/note"), &[("why", why)]);
    }
    let html = clerk.read(&unit);
    let log = html.split("id=\"log\"").nth(1).unwrap();
    assert!(log.find("后记的").unwrap() < log.find("先记的").unwrap(), "{log}");
}

/// What came on paper is ticked, one thing or several.
#[test]
fn what_came_on_paper_is_ticked() {
    let page = approving();
    let mut clerk = page.browser();
    let unit = format!("{HOME}units/{HOSTILE_CODE}");
    let boxes = ticks(&clerk.read(&unit), "item");
    assert!(boxes.len() > 20 && boxes.contains(&"plan/scheme".to_owned()), "{boxes:?}");
    let record = format!("{unit}/record");
    let none = clerk.submit(&unit, &record, &[("why", "纸质件")]);
    assert!(none.status == 422 && none.body.contains("请选明是哪项材料"), "{}", none.body);
    let two = [("item", "plan/scheme"), ("item", "plan/form4_scan"), ("why", "纸质件")];
    let done = clerk.submit(&unit, &record, &two);
    assert!(clerk.follow(&done).contains("方案") && page.desk.store.decisions().unwrap().len() == 2);
}

/// A link that ends soon is saved by a person; once they said so, it waits for nobody, and can be taken back.
#[test]
fn a_link_that_ends_soon_is_settled_from_its_card() {
    let page = serve(desk_at(MOMENTS[5]), LINK_ENDS);
    let mut clerk = page.browser();
    let todo = format!("{HOME}todo?kind=links");
    let html = clerk.read(&todo);
    let count = |html: &str| html.matches("已下载存档</button>").count();
    assert!(count(&html) > 0, "{html}");
    assert!(html.contains("rel=\"noreferrer noopener\"><code>https:&#x2f;&#x2f;"), "{html}");
    let action = html.split("/note\"").next().unwrap().rsplit("action=\"").next().unwrap();
    let action = format!("{action}/note");
    let form = crate::served::form(&html, &action).unwrap();
    let why = form.split("name=\"why\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let done = clerk.post_form(&action, &form, &[("why", &why)]);
    let left = clerk.follow(&done);
    assert!(left.contains("已下载存档") && count(&left) == count(&html) - 1, "{left}");
    let undone = clerk.submit(done.location(), "/undo", &[]);
    assert_eq!(count(&clerk.follow(&undone)), count(&html));
}

/// Notices lead to what they count, and say of unit-days that they are not units.
#[test]
fn a_notice_leads_to_what_it_counts() {
    let desk = desk_at(MORNING);
    let code = desk.campaign().roster.find("南充科技职业学院").unwrap().code.clone();
    let (held, nobodys) = (locked_mail(&desk, 9_001, Some(&code)), locked_mail(&desk, 9_002, None));
    let page = serve(desk, MORNING);
    let html = page.read(&format!("{HOME}chase"));
    for number in [held, nobodys] {
        assert!(html.contains(&format!("<a href=\"/mail/{number}?back=")), "#{number}: {html}");
    }
    assert!(!html.contains("待处理"), "the word is that of another list");
    let page = serve(desk_at(MOMENTS[5]), LINK_ENDS);
    let html = page.read(&format!("{HOME}?req=daily"));
    assert!(html.contains("天次·") && html.contains("个单位</a>"), "{html}");
}
