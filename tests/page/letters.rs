//! Letters at the page: 请补正 sent at once, what rests on a decision said before it is taken back, who may not decide reads
//! no telephone, and a download that the disk cannot hold.

use std::process::Command;

use jiff::civil::date;
use shouwen::domain::decision::{Act, in_force};
use shouwen::domain::message::MessageState;
use shouwen::domain::role::Role;
use shouwen::rehearsal::season::MOMENTS;
use shouwen::remind::Mode;
use shouwen::store::{MessageFilter, NewMail, OutboxState};

use crate::desk::{Desk, HOSTILE_CODE, bare_desk, desk_at};
use crate::served::{HOME, Page, form, serve};

const MORNING: &str = MOMENTS[1];

fn approving(mut desk: Desk) -> Desk {
    desk.config.reminders.mode = Mode::Approve;
    desk
}

#[test]
fn a_unit_is_told_at_once_what_to_mend_and_only_once() {
    let desk = approving(desk_at(MORNING));
    desk.hostile_mail(MORNING);
    let page = serve(desk, MORNING);
    let mut clerk = page.browser();
    let (todo, fix) = (format!("{HOME}todo"), format!("{HOME}fix"));
    let html = clerk.read(&todo);
    assert!(html.contains("还没有告知") && html.contains("手机 139000012 只有9位"), "{html}");
    let asked = clerk.submit(&todo, &fix, &[("unit", HOSTILE_CODE)]);
    assert!(asked.status == 200 && asked.body.contains("发给该单位1封"), "{}", asked.body);
    assert!(asked.body.contains("a@evil.example") && asked.body.contains("只有9位"), "{}", asked.body);
    let store = &page.desk.store;
    assert!(store.outbox(Some(OutboxState::Queued)).unwrap().is_empty(), "asked, not yet told to");
    let confirm = form(&asked.body, &fix).unwrap();
    let sent = clerk.post_form(&fix, &confirm, &[]);
    assert!(clerk.follow(&sent).contains("请补正的信"));
    let queued = store.outbox(Some(OutboxState::Queued)).unwrap();
    let letter = &queued[0].mail;
    assert_eq!((queued.len(), letter.unit.as_deref()), (1, Some(HOSTILE_CODE)));
    assert!(letter.steps.iter().all(|key| key.step == "fix") && letter.text.contains("只有9位"));
    assert_eq!(letter.leaves_at.duration_since(page.clock.now()).as_secs(), 60, "so long it can be struck");
    // In mode `approve` nothing leaves that nobody released: whoever pressed the button did.
    let released = store.approvals(&page.desk.campaign().id).unwrap();
    assert!(letter.steps.iter().all(|key| released.iter().any(|given| given.key == *key)));
    let again = clerk.post_form(&fix, &confirm, &[]);
    assert!(again.status == 409 && again.body.contains("没有尚未告知的问题"), "{}", again.body);
    page.account("看某", Role::View);
    let refused = page.signed_in("看某").post(&fix, &[("unit", HOSTILE_CODE)]);
    assert_eq!(refused.status, 403);
}

#[test]
fn no_letter_leaves_where_reminders_are_off() {
    let mut desk = desk_at(MORNING);
    desk.config.reminders.mode = Mode::Off;
    desk.hostile_mail(MORNING);
    let page = serve(desk, MORNING);
    let mut clerk = page.browser();
    let html = clerk.read(&format!("{HOME}todo"));
    assert!(html.contains("催报已关闭，不发信"), "{html}");
    let token = crate::served::hidden(&html).into_iter().find(|(name, _)| name == "token").unwrap().1;
    let answer = clerk.post(&format!("{HOME}fix"), &[("token", &token), ("unit", HOSTILE_CODE)]);
    assert!(answer.status == 409 && answer.body.contains("没有发出任何信"), "{}", answer.body);
    assert!(page.desk.store.outbox(None).unwrap().is_empty());
}

#[test]
fn what_rests_on_a_decision_is_said_before_it_is_taken_back() {
    let desk = desk_at(MORNING);
    let unit = desk.campaign().roster.find("绵阳职业技术学院").unwrap().code.clone();
    let hash = desk.unjudged_mail(&unit, "说不清.docx", MORNING);
    let page = serve(desk, MORNING);
    let all = page.desk.store.messages(&MessageFilter::default()).unwrap();
    let mail =
        all.iter().find(|row| row.parts.iter().any(|part| part.sha256.as_ref() == Some(&hash))).unwrap();
    assert_eq!(mail.state, Some(MessageState::Review));
    let path = format!("/mail/{}", mail.id);
    let mut clerk = page.browser();
    let assigned = clerk.submit(&path, &format!("{path}/assign"), &[("unit", "南充科技职业学院")]);
    let html = clerk.follow(&assigned);
    let undo = form(&html, "/undo").unwrap();
    let accepted =
        clerk.submit(&path, &format!("{path}/accept"), &[("part", "说不清.docx"), ("item", "plan/scheme")]);
    assert_eq!(accepted.status, 303, "{}", accepted.body);
    let counting = |page: &Page| -> Vec<Act> {
        let all = page.desk.store.decisions().unwrap();
        in_force(&all, jiff::Timestamp::MAX).into_iter().map(|made| made.act).collect()
    };
    assert_eq!(counting(&page), [Act::Assign, Act::Accept]);
    let asked = clerk.post_form("/undo", &undo, &[]);
    assert!(asked.status == 200 && asked.body.contains("其后还有1项认定以此为据"), "{}", asked.body);
    assert!(asked.body.contains("第2号认定") && asked.body.contains("一并撤销2项"), "{}", asked.body);
    assert_eq!(counting(&page), [Act::Assign, Act::Accept], "asked, not yet done");
    let confirm = form(&asked.body, "/undo").unwrap();
    let undone = clerk.post_form("/undo", &confirm, &[]);
    assert_eq!(undone.status, 303, "{}", undone.body);
    assert_eq!(counting(&page), []);
}

/// Lists for staff hold telephones, and the digest what units wrote.
#[test]
fn whoever_only_looks_reads_no_list_that_is_for_staff() {
    let desk = desk_at(MORNING);
    let at = MORNING.parse().unwrap();
    let list = NewMail {
        kind: "reminder".into(),
        campaign: Some(desk.campaign().id.clone()),
        mailbox: "zjc".into(),
        unit: None,
        to: "office@unit.example".into(),
        subject: "电话催报名单".into(),
        text: "绵阳职业技术学院 甲老师 13800001234".into(),
        message_id: "<shouwen.reminder.list@office.example>".into(),
        cause: "list".into(),
        steps: vec![],
        queued_at: at,
        leaves_at: at,
    };
    let id = desk.store.queue(&list).unwrap().unwrap();
    assert!(desk.store.claim_for_sending(id, at).unwrap());
    desk.store.mark_dot(id, at, at).unwrap();
    desk.store.settle(id, OutboxState::Sent, "250 ok", at, None).unwrap();
    desk.reminded(HOSTILE_CODE, "plan", "first", MORNING);
    let page = serve(desk, MORNING);
    page.account("看某", Role::View);
    page.account("李某", Role::Clerk);
    let sent = format!("{HOME}chase?tab=sent");
    let clerk = page.signed_in("李某").read(&sent);
    assert!(clerk.contains("13800001234") && clerk.contains("请报送。"), "{clerk}");
    let viewer = page.signed_in("看某").read(&sent);
    assert!(viewer.contains("电话催报名单") && viewer.contains("请报送。"), "{viewer}");
    assert!(!viewer.contains("13800001234"), "{viewer}");
}

/// On the fourth working day a phone list for staff is due, with its text.
#[test]
fn a_list_that_is_due_is_shown_whole_to_who_decides_alone() {
    let monday = "2023-05-15T09:00:00+08:00";
    let page = serve(approving(desk_at(monday)), monday);
    page.account("看某", Role::View);
    page.account("李某", Role::Clerk);
    let chase = format!("{HOME}chase");
    let mut clerk = page.signed_in("李某");
    let html = clerk.read(&chase);
    assert!(html.contains("（工作人员）"), "{html}");
    let row = html.split("（工作人员）</a>").next().unwrap().rsplit("href=\"").next().unwrap();
    let path = row.split('"').next().unwrap().replace("&amp;", "&");
    let path = format!("{chase}{}", path.split('#').next().unwrap());
    assert!(clerk.read(&path).contains("<textarea id=\"whole\""), "{path}");
    let viewer = page.signed_in("看某").read(&path);
    assert!(
        viewer.contains("只有经办和管理人员能看全文") && !viewer.contains("<textarea id=\"whole\""),
        "{viewer}"
    );
}

/// Run by the next story on a disk of its own.
#[test]
#[ignore = "needs a small disk"]
fn on_a_small_disk() {
    let desk = bare_desk();
    let hash = desk.photo_mail(HOSTILE_CODE, date(2023, 5, 14), "开幕式.jpg", MORNING);
    let page = serve(desk, MORNING);
    let mut clerk = page.browser();
    let gallery = format!("{HOME}media?day=2023-05-14");
    let packed = clerk.submit(&gallery, &format!("{HOME}media/zip"), &[("piece", &hash)]);
    assert_eq!(packed.status, 422, "{}", packed.body);
    assert!(packed.body.contains("磁盘只剩") && packed.body.contains("放不下这一包"), "{}", packed.body);
    let left = std::fs::read_dir(page.desk.store.blobs().scratch_dir()).unwrap();
    assert!(left.flatten().all(|file| file.path().is_dir()), "half a zip was left behind");
    assert!(clerk.read(&gallery).contains("开幕式.jpg"), "the page is there all the same");
    println!("refused on a small disk");
}

/// A disk of 200 MB, where this machine lets us have one of our own: a zip is refused before it takes what mail needs.
#[test]
fn a_zip_that_the_disk_cannot_hold_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let script = format!(
        "mount -t tmpfs -o size=200m shouwen '{0}' && TMPDIR='{0}' '{1}' --exact letters::on_a_small_disk --ignored --nocapture",
        folder.path().display(),
        std::env::current_exe().unwrap().display()
    );
    let done = Command::new("unshare").args(["-rm", "sh", "-c", &script]).output().unwrap();
    let (out, told) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    if !out.contains("running 1 test") {
        assert!(told.contains("unshare") || told.contains("mount"), "{told}");
        println!("no disk of our own here: {told}");
        return;
    }
    assert!(done.status.success() && out.contains("refused on a small disk"), "{out}{told}");
}
