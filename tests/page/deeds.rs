//! What a clerk does at the page, asked over HTTP: grants to a unit, the register, downloads, material, mail that may
//! have left. Each deed by its form as it stands on the page; what is refused keeps what was written.

use jiff::civil::date;
use shouwen::domain::decision::{Act, in_force};
use shouwen::domain::message::{BAD_ADDRESS, MessageKind, MessageState};
use shouwen::rehearsal::season::MOMENTS;
use shouwen::remind::Mode;
use shouwen::store::{MessageFilter, NewMail, OutboxState};

use crate::desk::{HOSTILE_CODE, desk_at};
use crate::served::{HOME, Page, serve};

const MORNING: usize = 1;

fn code(page: &Page, unit: &str) -> String {
    page.desk.campaign().roster.find(unit).unwrap().code.clone()
}

fn counting(page: &Page) -> Vec<(Act, String)> {
    let all = page.desk.store.decisions().unwrap();
    in_force(&all, jiff::Timestamp::MAX).into_iter().map(|made| (made.act, made.why.clone())).collect()
}

#[test]
fn what_a_unit_is_granted_changes_how_it_stands_and_is_taken_back() {
    let page = serve(desk_at(MOMENTS[MORNING]), MOMENTS[MORNING]);
    let unit = format!("{HOME}units/{}", code(&page, "南充科技职业学院"));
    let mut clerk = page.browser();
    assert!(clerk.read(&unit).contains("× 逾期未报"));
    let extend = format!("{unit}/extend");
    let early =
        clerk.submit(&unit, &extend, &[("item", "plan"), ("until", "2023-05-09"), ("why", "系统故障")]);
    assert_eq!(early.status, 422);
    assert!(early.body.contains("延期只能更晚") && early.body.contains("系统故障"), "{}", early.body);
    let silent = clerk.submit(&unit, &extend, &[("item", "plan"), ("until", "2023-05-12"), ("why", " ")]);
    assert!(silent.body.contains("请写明理由，例如“电话说明系统故障”"), "{}", silent.body);
    let granted =
        clerk.submit(&unit, &extend, &[("item", "plan"), ("until", "2023-05-12"), ("why", "系统故障")]);
    let html = clerk.follow(&granted);
    assert!(html.contains("○ 待报") && html.contains("延期至5月12日：系统故障"), "{html}");
    assert!(html.contains("延至5月12日（星期五）"), "{html}");
    let newer = counting(&page).len().to_string();
    let twice = [("item", "plan"), ("until", "2023-05-12"), ("why", "系统故障"), ("seen", &newer)];
    let twice = clerk.submit(&unit, &extend, &twice);
    assert!(twice.status == 422 && twice.body.contains("第1号认定已经办过"), "{}", twice.body);
    let undo = crate::served::form(&html, "/undo").unwrap();
    let undone = clerk.post_form("/undo", &undo, &[]);
    assert!(clerk.follow(&undone).contains("× 逾期未报"));
    assert!(counting(&page).is_empty());
    let again = clerk.post_form("/undo", &undo, &[]);
    assert!(again.status == 422 && again.body.contains("已经撤销"), "{}", again.body);
    let paper = [("item", "plan/scheme"), ("at", "2023-05-10T17:20"), ("why", "纸质件")];
    let recorded = clerk.submit(&unit, &format!("{unit}/record"), &paper);
    assert!(clerk.follow(&recorded).contains("逾期缺3项"));
    let waived = clerk.submit(&unit, &format!("{unit}/waive"), &[("item", "plan"), ("why", "5月新设立")]);
    assert!(clerk.follow(&waived).contains("免 免报"));
    let called =
        clerk.submit(&unit, &format!("{unit}/call"), &[("result", "答应报送"), ("why", "张老师，周五前")]);
    assert!(clerk.follow(&called).contains("电话（答应报送）：张老师，周五前"));
    // The button pressed twice: the second form was sent from the same page.
    let call = [("result", "答应报送"), ("why", "张老师，周五前"), ("seen", "4")];
    assert_eq!(clerk.submit(&unit, &format!("{unit}/call"), &call).status, 409);
    let acts: Vec<Act> = counting(&page).into_iter().map(|(act, _)| act).collect();
    assert_eq!(acts, [Act::Record, Act::Waive, Act::Note]);
    let log = clerk.read("/system/log");
    assert!(log.contains("第5号") && log.contains("已由第2号撤销"), "{log}");
}

/// Another clerk granted the same since the page was made: sent all the same, what was written here takes its place.
#[test]
fn what_another_granted_meanwhile_gives_way_to_what_is_sent_all_the_same() {
    let page = serve(desk_at(MOMENTS[MORNING]), MOMENTS[MORNING]);
    let unit = format!("{HOME}units/{}", code(&page, "南充科技职业学院"));
    let mut clerk = page.browser();
    let html = clerk.read(&unit);
    let mut newest = 0;
    for (act, first, mine) in [
        ("waive", ("why", "停办"), ("why", "5月新设立")),
        ("record", ("at", "2023-05-10T17:20"), ("at", "2023-05-09T17:20")),
        ("extend", ("until", "2023-05-16"), ("until", "2023-05-12")),
    ] {
        let action = format!("{unit}/{act}");
        let form = crate::served::form(&html, &action).unwrap();
        let item = if act == "record" { "plan/scheme" } else { "plan" };
        let seen = newest.to_string();
        let fields = |own| [own, ("item", item), ("why", "来电"), ("seen", &seen)];
        assert_eq!(clerk.post_form(&action, &form, &fields(first)).status, 303, "{act}");
        let beaten = clerk.post_form(&action, &form, &fields(mine));
        assert!(beaten.status == 409 && beaten.body.contains("改为我的"), "{act}: {}", beaten.body);
        let again = crate::served::form(&beaten.body, &action).unwrap();
        let done = clerk.post_form(&action, &again, &[mine, ("why", "来电")]);
        assert_eq!(done.status, 303, "{act}: {}", done.body);
        let shown = clerk.follow(&done);
        assert!(shown.contains(&format!("撤销第{}号认定", newest + 1)), "{act}: {shown}");
        newest = page.desk.store.decisions().unwrap().last().unwrap().id;
    }
    let all = page.desk.store.decisions().unwrap();
    let counting = in_force(&all, jiff::Timestamp::MAX);
    assert_eq!(
        counting.iter().map(|made| made.act).collect::<Vec<_>>(),
        [Act::Waive, Act::Record, Act::Extend]
    );
    assert_eq!(counting[0].why, "5月新设立");
    assert_eq!(counting[2].until, Some(date(2023, 5, 12)));
}

/// Of several things ticked one had come before: the others are written down all the same.
#[test]
fn what_was_granted_before_keeps_nothing_else_from_being_granted() {
    let page = serve(desk_at(MOMENTS[MORNING]), MOMENTS[MORNING]);
    let unit = format!("{HOME}units/{}", code(&page, "南充科技职业学院"));
    let mut clerk = page.browser();
    let record = format!("{unit}/record");
    let one = [("item", "plan/scheme"), ("why", "纸质件")];
    assert_eq!(clerk.submit(&unit, &record, &one).status, 303);
    let two = [("item", "plan/scheme"), ("item", "plan/form4_scan"), ("why", "又一批纸质件")];
    let shown = clerk.submit(&unit, &record, &two);
    let shown = clerk.follow(&shown);
    assert_eq!(page.desk.store.decisions().unwrap().len(), 2, "{shown}");
    let none = clerk.submit(&unit, &record, &two);
    assert!(none.status == 422 && none.body.contains("第1号认定已经办过"), "{}", none.body);
}

#[test]
fn the_register_is_leafed_through_and_says_where_it_looked() {
    let page = serve(desk_at(MOMENTS[3]), MOMENTS[3]);
    let all = page.desk.store.messages(&MessageFilter::default()).unwrap();
    let mail = |query: &str| page.read(&format!("{HOME}mail?{query}"));
    let rows = |html: &str| html.matches("<th scope=\"row\" class=\"number\">").count();
    let first = mail("");
    assert_eq!(rows(&first), 50);
    assert!(
        first.contains(&format!("{}封", all.len()))
            && first.contains("收件箱（5-17 18:00）、垃圾邮件（5-17 18:00）")
    );
    assert_eq!(rows(&first) + rows(&mail("page=2")), all.len().min(100));
    let review = all.iter().filter(|row| row.state == Some(MessageState::Review)).count();
    assert_eq!(rows(&mail("state=review")), review);
    let mut clerk = page.browser();
    let beyond = clerk.get(&format!("{HOME}mail?state=review&page=99"));
    assert_eq!((beyond.status, rows(&clerk.follow(&beyond))), (303, review), "an old bookmark");
    let of_unit = code(&page, "绵阳职业技术学院");
    let own = MessageFilter { unit: Some(of_unit), ..Default::default() };
    let own = page.desk.store.messages(&own).unwrap().len();
    assert!(own > 1);
    for query in
        ["unit=%E7%BB%B5%E9%98%B3%E8%81%8C%E4%B8%9A%E6%8A%80%E6%9C%AF%E5%AD%A6%E9%99%A2", "q=myzyjsxy"]
    {
        assert_eq!(rows(&mail(query)), own, "{query}");
    }
    let none = mail("q=nobody&folder=all");
    assert!(none.contains("没有符合条件的来件。以上文件夹都查过了，包括垃圾箱。"), "{none}");
    let day = all
        .iter()
        .filter(|row| page.desk.campaign().local(row.received_at).date() == date(2023, 5, 16))
        .count();
    assert_eq!(rows(&mail("from=2023-05-16&to=2023-05-16")), day);
    let by_name = mail("q=%E6%B4%BB%E5%8A%A8%E7%85%A7%E7%89%871");
    assert!(rows(&by_name) > 0 && rows(&by_name) < all.len().min(50), "by the name of an attachment");
    assert!(mail("from=yesterday").contains("看不懂日期“yesterday”"));
    let number = page.get(&format!("{HOME}mail?q=%2317"));
    assert!(number.location().starts_with("/mail/17"));
    let junk = all.iter().filter(|row| row.folder != "INBOX").count();
    assert!(junk > 0 && rows(&mail("folder=%E5%9E%83%E5%9C%BE%E9%82%AE%E4%BB%B6")) == junk);
}

#[test]
fn bytes_of_others_are_saved_and_never_shown() {
    let desk = desk_at(MOMENTS[MORNING]);
    let hash =
        desk.photo_mail(HOSTILE_CODE, date(2023, 5, 14), "<svg onload=1>\u{202e}gpj.html", MOMENTS[MORNING]);
    let page = serve(desk, MOMENTS[MORNING]);
    let mail = page.desk.store.messages(&MessageFilter::default()).unwrap();
    let mail =
        mail.iter().find(|row| row.parts.iter().any(|part| part.sha256.as_ref() == Some(&hash))).unwrap();
    for path in [format!("/mail/{}/raw", mail.id), format!("/mail/{}/parts/0", mail.id)] {
        let answer = page.get(&path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        for line in [
            "content-type: application/octet-stream",
            "content-disposition: attachment;",
            "x-content-type-options: nosniff",
            "default-src 'none'",
        ] {
            assert!(answer.head.contains(line), "{path} has no {line}: {}", answer.head);
        }
        assert!(!answer.head.contains("%E2%80%AE"), "{path}: the name turns about");
    }
    assert!(page.get(&format!("/mail/{}/parts/0", mail.id)).body.contains("bytes of "));
    for path in ["/mail/1/parts/99", "/mail/1/parts/x", "/mail/99999/raw"] {
        assert_eq!(page.get(path).status, 404, "{path}");
    }
}

#[test]
fn material_is_marked_and_taken_along_with_its_catalogue() {
    let desk = desk_at(MOMENTS[MORNING]);
    let hash = desk.photo_mail(HOSTILE_CODE, date(2023, 5, 14), "开幕式.jpg", MOMENTS[MORNING]);
    let page = serve(desk, MOMENTS[MORNING]);
    let gallery = format!("{HOME}media?day=2023-05-14");
    let mut clerk = page.browser();
    let html = clerk.read(&gallery);
    assert!(html.contains("活动照片1") && html.contains("开幕式.jpg"), "{html}");
    assert!(clerk.read(&format!("{HOME}media?day=2023-05-15")).contains("还没有收到符合条件的素材"));
    assert!(clerk.read(&format!("{HOME}media?day=2023-05-15,2023-05-14")).contains("开幕式.jpg"));
    assert!(
        clerk.read(&format!("{gallery}&mark=star")).contains("还没有收到符合条件的素材"),
        "nothing is marked yet"
    );
    assert!(clerk.read(&format!("{gallery}&q=%E5%BC%80%E5%B9%95")).contains("开幕式.jpg"));
    assert!(clerk.read(&format!("{HOME}media?day=gestern")).contains("看不懂日期“gestern”"));
    let other = clerk.read(&format!("{gallery}&kind=photo&q=%E5%BC%80%E5%B9%95"));
    assert!(other.contains("?day=2023-05-15&amp;kind=photo&amp;q=%E5%BC%80%E5%B9%95"), "{other}");
    let mark = format!("{HOME}media/mark");
    let zip = format!("{HOME}media/zip");
    let form = crate::served::form(&html, &zip).unwrap();
    let marked = clerk.post_form(&mark, &form, &[("piece", &hash), ("as", "picked")]);
    assert!(clerk.follow(&marked).contains("已更新1件素材的标记"));
    let caption = format!("caption.{hash}");
    clerk.post_form(&mark, &form, &[("caption_of", &hash), (&caption, "校长致辞")]);
    let html = clerk.read(&format!("{gallery}&mark=picked"));
    assert!(html.contains("拟推送</span>") && html.contains("校长致辞"), "{html}");
    assert!(!clerk.read(&format!("{gallery}&mark=star")).contains("开幕式.jpg"));
    let nothing = clerk.post_form(&mark, &form, &[("as", "star")]);
    assert!(nothing.body.contains("没有选中任何一件"), "{}", nothing.body);
    let packed = clerk.post_form(&zip, &form, &[("piece", &hash)]);
    assert_eq!(packed.status, 200, "{}", packed.body);
    assert!(packed.head.contains("filename*=UTF-8''2023"), "{}", packed.head);
    let less = clerk.post_form(&zip, &form, &[("piece", &hash), ("piece", &"0".repeat(64))]);
    assert!(less.status == 409 && less.body.contains("所选2件中有1件已不在素材里"), "{}", less.body);
    for said in ["bytes of 开幕式.jpg", "001_开幕式.jpg", "目录.xlsx"] {
        assert!(packed.body.contains(said), "{said} is not in the zip");
    }
}

/// The stream says how much has come since the page was made; it moves nothing by itself.
#[test]
fn an_open_page_is_told_of_new_mail() {
    use std::io::{BufRead as _, BufReader, Write as _};
    let page = serve(desk_at(MOMENTS[MORNING]), MOMENTS[MORNING]);
    let html = page.read(HOME);
    let seen: i64 = html.split("data-mails=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
    assert!(seen > 10);
    let mut stream = std::net::TcpStream::connect(page.at).unwrap();
    let path = format!("/events?mails={}&decisions=0", seen - 3);
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", page.host()).unwrap();
    let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
    let told = lines.find(|line| line.starts_with("data: ")).unwrap();
    assert_eq!(told, "data: {\"mails\":3,\"decisions\":0}");
}

#[test]
fn mail_that_waits_is_struck_and_mail_without_an_answer_is_settled_once() {
    let desk = desk_at(MOMENTS[MORNING]);
    let at: jiff::Timestamp = MOMENTS[MORNING].parse().unwrap();
    let queued = desk.store.queue(&mail_to(&desk, "a@unit.example", at)).unwrap().unwrap();
    let unsure = desk.store.queue(&mail_to(&desk, "b@unit.example", at)).unwrap().unwrap();
    assert!(desk.store.claim_for_sending(unsure, at).unwrap());
    desk.store.mark_dot(unsure, at, at).unwrap();
    desk.store.settle(unsure, OutboxState::Unsure, "connection lost", at, None).unwrap();
    let page = serve(desk, MOMENTS[MORNING]);
    let mut clerk = page.browser();
    let strike = format!("{HOME}chase/strike");
    let queue = format!("{HOME}chase?tab=queue");
    let answer = clerk.submit(&queue, &strike, &[("mail", &queued.to_string()), ("why", "已电话联系")]);
    assert!(clerk.follow(&answer).contains("已划掉1封"));
    let html = clerk.read(&format!("{HOME}chase?tab=sent"));
    assert!(html.contains("本机划掉：已电话联系"), "{html}");
    let todo = format!("{HOME}todo");
    let settle = format!("/outbox/{unsure}/settle");
    let html = clerk.read(&todo);
    assert!(html.contains("待查实1") && html.contains("connection lost"), "{html}");
    let form = crate::served::form(&html, &settle).unwrap();
    let answer = clerk.post_form(&settle, &form, &[("verdict", "sent")]);
    assert_eq!(answer.status, 303, "{}", answer.body);
    let again = clerk.post_form(&settle, &form, &[("verdict", "failed")]);
    assert!(again.status == 409 && again.body.contains("可能有人刚认定过"), "{}", again.body);
    let sent = page.desk.store.outbox(Some(OutboxState::Sent)).unwrap();
    assert!(sent[0].reply.contains("本机认定已发出"), "{}", sent[0].reply);
}

#[test]
fn what_is_due_is_struck_or_approved_with_a_minute_to_take_it_back_and_all_mail_is_paused() {
    let mut desk = desk_at(MOMENTS[MORNING]);
    desk.config.reminders.mode = Mode::Approve;
    let page = serve(desk, MOMENTS[MORNING]);
    let mut clerk = page.browser();
    let chase = format!("{HOME}chase");
    let (strike, approve) = (format!("{chase}/strike"), format!("{chase}/approve"));
    let names = |html: &str| -> Vec<String> {
        let boxes = html.split("type=\"checkbox\" name=\"due\" value=\"").skip(1);
        boxes.map(|rest| rest.split('"').next().unwrap().replace("&#x2f;", "/")).collect()
    };
    let badge = |html: &str, count: usize| html.contains(&format!("催报<b class=\"number\">{count}</b>"));
    let html = clerk.read(&chase);
    let due = names(&html);
    assert!(due.len() > 2 && badge(&html, due.len()), "{html}");
    let ticked = crate::served::form(&html, &approve).unwrap();
    let silent = clerk.post_form(&strike, &ticked, &[("due", &due[0]), ("why", "")]);
    assert!(silent.status == 422 && silent.body.contains("请写明理由，例如“已电话联系”"), "{}", silent.body);
    let struck = clerk.post_form(&strike, &ticked, &[("due", &due[0]), ("why", "已电话联系")]);
    let html = clerk.follow(&struck);
    assert!(html.contains("已划掉1封") && names(&html) == due[1..] && badge(&html, due.len() - 1), "{html}");
    assert!(clerk.read(&format!("{chase}?tab=sent")).contains("已电话联系"));
    let again = clerk.post_form(&strike, &ticked, &[("due", &due[0]), ("why", "又一次")]);
    assert_eq!(again.status, 409, "{}", again.body);
    let store = &page.desk.store;
    let approved = clerk.submit(&chase, &approve, &[("due", &due[1]), ("confirmed", "1")]);
    assert!(clerk.follow(&approved).contains("已批准1封催报"));
    let now = page.clock.now();
    let approvals = store.approvals(&page.desk.campaign().id).unwrap();
    assert!(
        !approvals.is_empty() && approvals.iter().all(|given| given.from.duration_since(now).as_secs() == 60)
    );
    // Before the wheel turns, it can be taken back too.
    let back = clerk.post_form(&strike, &ticked, &[("due", &due[1]), ("why", "核对名册")]);
    assert!(clerk.follow(&back).contains("已划掉1封"));
    assert_eq!(store.outbox(Some(OutboxState::Struck)).unwrap().len(), 2);
    let paused = clerk.submit(&chase, "/system/pause", &[("why", "核对名册")]);
    assert!(clerk.follow(&paused).contains("已暂停发信"));
    assert!(clerk.read(HOME).contains("发信已暂停（本机 5-11 "), "{}", clerk.read(HOME));
    assert_eq!(store.paused().unwrap().unwrap().why, "核对名册");
    let resumed = clerk.submit(&chase, "/system/resume", &[]);
    assert!(clerk.follow(&resumed).contains("已恢复发信"));
    assert!(store.paused().unwrap().is_none() && !clerk.read(HOME).contains("发信已暂停"));
}

#[test]
fn a_question_waits_until_it_is_answered_and_a_dead_address_until_it_is_good_again() {
    let desk = desk_at(MOMENTS[MORNING]);
    let at: jiff::Timestamp = MOMENTS[MORNING].parse().unwrap();
    let bounced = desk.store.queue(&mail_to(&desk, "a@evil.example", at)).unwrap().unwrap();
    assert!(desk.store.claim_for_sending(bounced, at).unwrap());
    desk.store.mark_dot(bounced, at, at).unwrap();
    let words = format!("{BAD_ADDRESS}550 no such user");
    desk.store.settle(bounced, OutboxState::Failed, &words, at, None).unwrap();
    let page = serve(desk, MOMENTS[MORNING]);
    let questions = MessageFilter { kind: Some(MessageKind::Question), ..Default::default() };
    let questions = page.desk.store.messages(&questions).unwrap();
    let question = questions.first().expect("the season asks nothing").id;
    let mut clerk = page.browser();
    let todo = format!("{HOME}todo");
    let html = clerk.read(&format!("{todo}?kind=questions,contacts"));
    assert!(html.contains(&format!("咨询待答复{}", questions.len())), "{html}");
    assert!(html.contains("收不到邮件的地址1") && html.contains("550 no such user"), "{html}");
    assert!(html.contains(&format!("id=\"mail-{question}\"")) && html.contains("a@evil.example"), "{html}");
    let note = format!("/mail/{question}/note");
    let answered = clerk.submit(&todo, &note, &[("why", "已电话答复")]);
    let html = clerk.follow(&answered);
    assert!(html.contains(&format!("咨询待答复{}", questions.len() - 1)), "{html}");
    assert!(!html.contains(&format!("id=\"mail-{question}\"")), "{html}");
    let undo = crate::served::form(&html, "/undo").unwrap();
    let undone = clerk.post_form("/undo", &undo, &[]);
    assert!(clerk.follow(&undone).contains(&format!("id=\"mail-{question}\"")));
    let revive = format!("{HOME}revive");
    let form = crate::served::form(&clerk.read(&todo), &revive).unwrap();
    let silent = clerk.post_form(&revive, &form, &[("why", "")]);
    assert!(silent.status == 422 && silent.body.contains("请写明理由"), "{}", silent.body);
    let revived = clerk.post_form(&revive, &form, &[("why", "电话核实")]);
    let html = clerk.follow(&revived);
    assert!(html.contains("收不到邮件的地址0") && html.contains("a@evil.example恢复使用"), "{html}");
    let again = clerk.post_form(&revive, &form, &[("why", "又一次"), ("seen", "999")]);
    assert!(again.status == 422 && again.body.contains("不必恢复"), "{}", again.body);
}

/// A reminder to an address.
fn mail_to(desk: &crate::desk::Desk, to: &str, at: jiff::Timestamp) -> NewMail {
    NewMail {
        kind: "reminder".into(),
        campaign: Some(desk.campaign().id.clone()),
        mailbox: "zjc".into(),
        unit: Some(HOSTILE_CODE.into()),
        to: to.into(),
        subject: "【催报】材料报送提醒".into(),
        text: "请报送。".into(),
        message_id: format!("<shouwen.reminder.{to}>"),
        cause: to.into(),
        steps: vec![],
        queued_at: at,
        leaves_at: at,
    }
}
