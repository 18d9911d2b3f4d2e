//! What is answered to our mail, from outside: a bounce and the next address, a copy among the sent, a clerk who settles
//! what nobody knows, an automatic answer, a reply without a name, and receipts.

use mail_parser::{HeaderValue, Message, MessageParser};
use serde_json::Value;
use shouwen::rehearsal::season::OFFICE;
use shouwen::rehearsal::season::files::form4::{FORM4, Form4};
use shouwen::rehearsal::season::mail::Client;
use shouwen::rehearsal::season::script::{Act, stranger, unit};
use shouwen::rehearsal::season::things::{form4, form4_with, plan_set, scan4};
use shouwen::rehearsal::server::{Misdeed, SmtpMisdeed};

use super::world::{Post, World, at};

const UNIT: &str = "成都工贸职业技术学院";
const FIRST_ADDRESS: &str = "jiuxinxiang@cdgmxy.example";
const NEXT_ADDRESS: &str = "bgs@cdgmxy.example";
const MIANYANG: &str = "绵阳职业技术学院";

/// A real Dovecot on which the office has its mailbox already.
fn dovecot() -> Post {
    let post = Post::dovecot();
    let Post::Dovecot(server) = &post else { panic!("no Dovecot") };
    server.make_folder(OFFICE, "INBOX");
    post
}

/// A raw mail arrives in a folder.
fn arrives(world: &World, folder: &str, raw: &str, moment: &str) {
    let (raw, received_at) = (raw.replace('\n', "\r\n").into_bytes(), at(moment).parse().unwrap());
    match &world.post {
        Post::Dovecot(dovecot) => dovecot.deliver(OFFICE, folder, &raw, received_at),
        Post::Scripted(server) => drop(server.deliver(folder, raw, received_at)),
    }
}

fn outbox(world: &World) -> Vec<Value> {
    let Value::Array(rows) = world.run(&["outbox", "--json"]).json() else { panic!("no array") };
    rows
}

/// Message-ID of the first mail of ours.
fn first_id(world: &World) -> String {
    outbox(world)[0]["message_id"].as_str().unwrap().to_owned()
}

fn bounce(id: &str) -> String {
    format!(
        "Received: from a by b with C id 1; Thu, 11 May 2023 09:10:00 +0800 (CST)\nReturn-Path: <>\n\
         From: Postmaster@163.example\nTo: {OFFICE}\nSubject: =?gb2312?B?z7XNs83L0MU=?=\nMessage-ID: <b1@163.example>\n\
         MIME-Version: 1.0\nContent-Type: Multipart/report; report-type=delivery-status; boundary=\"d\"\n\n\
         --d\nContent-Type: text/plain\n\nreturned\n\n--d\nContent-Type: Message/delivery-status\n\nOriginal-Envelope-Id: x\n\n\
         Final-Recipient: rfc822; {FIRST_ADDRESS}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 User not found\n\n\
         --d\nContent-Type: Message/Rfc822\n\nFrom: {OFFICE}\nSubject: reminder\nMessage-ID: {id}\n\nplease\n--d--\n"
    )
}

#[test]
fn a_bounce_is_shown_and_the_next_step_goes_to_the_next_address() {
    let world = World::on(dovecot(), &[UNIT]);
    world.once("05-11 09:00");
    assert_eq!(world.outbox(), [format!("{FIRST_ADDRESS} sent")]);
    arrives(&world, "INBOX", &bounce(&first_id(&world)), "05-11 09:10");
    world.once("05-11 09:20");
    assert_eq!(world.outbox(), [format!("{FIRST_ADDRESS} bounced")]);
    let status = world.status("05-11 09:21").0;
    let dead = &status["dead_addresses"][0];
    assert_eq!(
        (&dead["unit"], &dead["address"], &dead["instead"]),
        (&UNIT.into(), &FIRST_ADDRESS.into(), &NEXT_ADDRESS.into())
    );
    let text = world.run(&["status", "--now", &at("05-11 09:21")]).said();
    assert!(text.contains("收不到邮件的地址 1 个") && text.contains("550 User not found"), "{text}");
    let shown = world.run(&["show", UNIT, "--now", &at("05-11 09:21")]).said();
    assert!(shown.contains("收不到邮件") && shown.contains("退信"), "{shown}");
    let checked = world.run(&["check"]);
    assert!(checked.said().contains("shouwen revive"), "{}", checked.said());
    let row = &world.messages()[0];
    assert_eq!(
        (&row["kind"], &row["unit"], &row["state"]),
        (&"bounce".into(), &UNIT.into(), &"registered".into())
    );
    world.once("05-12 09:00");
    let sent: Vec<String> = world.letters().iter().map(|mail| mail.recipients.join(" ")).collect();
    assert_eq!(sent, [FIRST_ADDRESS, NEXT_ADDRESS]);
    world.verify();
}

#[test]
fn an_address_is_brought_back_with_a_reason_and_taken_back() {
    let world = World::on(Post::scripted(), &[UNIT]);
    world.once("05-11 09:00");
    arrives(&world, "INBOX", &bounce(&first_id(&world)), "05-11 09:10");
    world.once("05-11 09:20");
    let moment = at("05-11 10:00");
    let revive = |more: &[&str]| {
        world.run(&[&["revive", FIRST_ADDRESS, "--by", "李某", "--now", &moment], more].concat())
    };
    assert!(revive(&[]).expect_status(2).told().contains("--why"));
    let said = revive(&["--why", "电话核实"]).expect_status(0).said();
    assert!(said.contains("李某 5-11 10:00") && said.contains("恢复使用：电话核实"), "{said}");
    assert!(world.status("05-11 10:01").0.get("dead_addresses").is_none());
    assert!(revive(&["--why", "再来"]).expect_status(2).told().contains("不必恢复"));
    revive(&["--undo"]).expect_status(0);
    assert_eq!(world.status("05-11 10:01").0["dead_addresses"].as_array().unwrap().len(), 1);
}

/// An office whose only reminder got no answer after its dot.
fn in_doubt(post: Post) -> World {
    let world = World::on(post, &[UNIT]);
    world.once_without_sending("05-11 08:39");
    world.receiver.on("KEPT", SmtpMisdeed::Close);
    // The digest is in doubt first.
    world.run(&["once", "--now", &at("05-11 08:40")]);
    world.receiver.on("KEPT", SmtpMisdeed::Close);
    world.run(&["once", "--now", &at("05-11 09:00")]);
    assert_eq!(world.outbox(), [format!("{FIRST_ADDRESS} unsure")]);
    world
}

fn copy(world: &World) -> String {
    format!(
        "From: {OFFICE}\nTo: {FIRST_ADDRESS}\nSubject: reminder\nMessage-ID: {}\n\nplease\n",
        first_id(world)
    )
}

#[test]
fn a_copy_among_the_sent_settles_what_nobody_knew() {
    for (post, folder) in [(dovecot(), "Sent"), (Post::scripted(), "Sent")] {
        let world = in_doubt(post);
        arrives(&world, folder, "From: a@b.example\nMessage-ID: <other@b.example>\n\nx\n", "05-11 09:00");
        world.run(&["once", "--now", &at("05-11 09:15")]);
        assert_eq!(world.outbox(), [format!("{FIRST_ADDRESS} unsure")], "another's mail proves nothing");
        let reply = outbox(&world)[0]["reply"].as_str().unwrap().to_owned();
        assert!(reply.contains(&format!("“{folder}”中没有找到")), "{reply}");
        arrives(&world, folder, &copy(&world), "05-11 09:01");
        world.once("05-11 09:30");
        let row = &outbox(&world)[0];
        assert_eq!(row["state"], "sent");
        assert!(row["reply"].as_str().unwrap().contains(folder), "{row:#}");
        assert_eq!(world.letters().len(), 1, "it is not sent again");
    }
}

/// What staff read of a mail that was not found may have them send it again.
#[test]
fn a_part_of_the_sent_mail_is_not_taken_for_all_of_it() {
    let world = in_doubt(Post::scripted());
    arrives(&world, "Sent", "From: a@b.example\nMessage-ID: <other@b.example>\n\nx\n", "05-11 09:00");
    let Post::Scripted(server) = &world.post else { unreachable!() };
    server.always("UID FETCH 1:*", Misdeed::Replace("OK FETCH completed".into(), "NO internal error".into()));
    world.run(&["once", "--now", &at("05-11 09:15")]);
    let reply = outbox(&world)[0]["reply"].as_str().unwrap().to_owned();
    assert!(reply.contains("“Sent”没有列全，列出的之中没有找到"), "{reply}");
    arrives(&world, "Sent", &copy(&world), "05-11 09:01");
    world.run(&["once", "--now", &at("05-11 09:30")]);
    assert_eq!(world.outbox(), [format!("{FIRST_ADDRESS} sent")], "what is listed is believed");
}

#[test]
fn a_copy_in_a_watched_folder_settles_it_too() {
    let world = in_doubt(Post::scripted());
    arrives(&world, "INBOX", &copy(&world), "05-11 09:01");
    world.once("05-11 09:30");
    assert_eq!(world.outbox(), [format!("{FIRST_ADDRESS} sent")]);
    assert_eq!(world.messages()[0]["kind"], "own");
}

#[test]
fn a_clerk_settles_what_nobody_knows() {
    let world = in_doubt(Post::scripted());
    let reminder = || outbox(&world).into_iter().find(|row| row["kind"] == "reminder").unwrap();
    let id = reminder()["id"].to_string();
    let settle = |moment: &str, words: &[&str]| {
        world.run(&[&["settle", &id, "--by", "李某", "--now", &at(moment)], words].concat())
    };
    assert!(settle("05-11 10:00", &[]).expect_status(2).told().contains("--again"));
    assert!(
        settle("05-11 10:00", &["--sent", "--why", "网页邮箱里有"])
            .expect_status(0)
            .said()
            .contains("现在：已发")
    );
    assert!(settle("05-11 10:01", &["--again"]).expect_status(1).told().contains("不是“待查实”"));
    settle("05-11 10:02", &["--undo"]).expect_status(0);
    assert_eq!(world.outbox(), [format!("{FIRST_ADDRESS} unsure")]);
    let text = world.run(&["status", "--now", &at("05-11 10:03")]).said();
    assert!(text.contains("待查实的发信 2 封"), "{text}");
    settle("05-11 10:04", &["--again", "--why", "对方没有收到"]).expect_status(0);
    world.once("05-11 10:05");
    let mails = world.letters();
    assert_eq!((mails.len(), reminder()["state"].as_str()), (2, Some("sent")));
    let ids: Vec<Option<String>> =
        mails.iter().map(|mail| parsed(&mail.raw).message_id().map(str::to_owned)).collect();
    assert_eq!(ids[0], ids[1], "whoever got both sees that they are one");
    assert!(settle("05-11 10:06", &["--undo"]).expect_status(1).told().contains("不能这样认定"));
}

#[test]
fn an_automatic_answer_is_noted_and_a_reply_lands_at_the_unit() {
    let world = World::on(Post::scripted(), &[UNIT]);
    receipts_on(&world);
    world.once("05-11 09:00");
    let id = first_id(&world);
    let someone = || stranger("小雨", "30401992@qq.example", Client::Qq);
    let auto = someone().on("05-11 09:05").titled("自动回复: 【催报】").says("本人出差，5月20日返回。");
    let auto = auto.header("In-Reply-To", &id).header("Auto-Submitted", "auto-replied");
    let reply = someone().on("05-11 09:30").titled("答复: 材料").says("见附件").sends(vec![scan4()]);
    let reply = reply.header("References", &id);
    let other = stranger("某人", "x@qq.example", Client::Qq).on("05-11 09:40").titled("答复: 材料");
    let other = other.says("我是绵阳职业技术学院，见附件").sends(vec![scan4()]).header("In-Reply-To", &id);
    world.receives([&auto, &reply, &other]).once("05-11 10:00");
    assert_eq!(world.register(&auto), format!("auto_reply registered {UNIT} by sender"));
    assert_eq!(world.register(&reply), format!("submission registered {UNIT} by sender"));
    assert!(!world.register(&other).contains(UNIT), "{}", world.register(&other));
    assert_eq!(world.letters().len(), 1, "nobody is answered");
}

fn receipts_on(world: &World) {
    world.configure("[receipts]\nmode = \"known\"");
}

/// An office that only answers.
fn answering(post: Post) -> World {
    let world = World::on(post, &[MIANYANG, UNIT]);
    world.reconfigure("mode = \"auto\"", "mode = \"off\"");
    receipts_on(&world);
    world
}

fn parsed(raw: &[u8]) -> Message<'_> {
    MessageParser::default().parse(raw).unwrap()
}

/// Checks what every receipt must have (`contract.md` 6); its text.
fn receipt(world: &World, nth: usize, act: &Act) -> String {
    let mails = world.letters();
    let posted = &mails[nth];
    let mail = parsed(&posted.raw);
    let header = |name: &str| mail.header(name).and_then(HeaderValue::as_text).unwrap_or_default().to_owned();
    let from = mail.from().unwrap().first().unwrap().address().unwrap().to_owned();
    assert_eq!((from.as_str(), posted.sender.as_str()), (OFFICE, OFFICE));
    assert_eq!((posted.recipients.len(), mail.to().unwrap().iter().count()), (1, 1));
    assert!(mail.cc().is_none() && mail.bcc().is_none());
    let id = mail.message_id().unwrap();
    assert!(id.starts_with("shouwen.receipt.") && id.ends_with("@163.example"), "{id}");
    assert_eq!(header("Auto-Submitted"), "auto-replied");
    assert_eq!(header("X-Auto-Response-Suppress"), "All");
    assert!(mail.header("X-Shouwen-Step").is_none());
    let answered = act.deliver().expect.message_id;
    let answered = answered.trim_matches(['<', '>']);
    assert_eq!(mail.in_reply_to().as_text(), Some(answered));
    assert!(format!("{:?}", mail.references()).contains(answered));
    let subject = mail.subject().unwrap();
    assert!(subject.starts_with("Re: ") && !subject.contains(['\r', '\n', '\u{202e}']), "{subject:?}");
    assert!(subject.chars().count() < 100, "{subject}");
    mail.body_text(0).unwrap().into_owned()
}

#[test]
fn a_known_sender_gets_one_receipt_that_says_what_is_missing() {
    let world = answering(dovecot());
    let part = unit(MIANYANG).on("05-09 09:12").titled("{unit}采集表").sends(vec![form4()]);
    let unknown = unit("四川护理职业学院").on("05-09 09:13").sends(plan_set());
    let machine = unit(UNIT).on("05-09 09:14").sends(plan_set()).header("Precedence", "bulk");
    world.receives([&part, &unknown, &machine]).once_without_sending("05-09 09:20");
    assert_eq!(world.outbox(), [] as [&str; 0], "--no-send queues none");
    world.once("05-09 09:21");
    assert_eq!(world.outbox(), ["jwc@mypt.example sent"]);
    let text = receipt(&world, 0, &part);
    for told in [
        "5月9日（星期二）09:12来件已收悉，登记编号1。",
        "信息采集表(EXCEL版)",
        "尚缺：",
        "活动方案",
        "5月10日（星期三）前",
    ] {
        assert!(text.contains(told), "{told} in {text}");
    }
    world.once("05-09 09:40").run(&["replay", "--now", &at("05-09 09:41")]).expect_status(0);
    world.once("05-09 09:45");
    assert_eq!(world.letters().len(), 1, "one a mail");
    let whole = unit(MIANYANG).on("05-09 10:00").sends(plan_set());
    world.receives([&whole]).once("05-09 10:05");
    let text = receipt(&world, 1, &whole);
    assert!(text.contains("收齐") && !text.contains("尚缺"), "{text}");
}

#[test]
fn hostile_subjects_break_no_header_and_many_mails_get_three_answers() {
    let world = answering(Post::scripted());
    let long = "很".repeat(10_000);
    let subjects = [
        long.as_str(),
        "材料\u{202e}\u{200f}fdp.exe",
        "",
        "Re: 回复: 答复：材料",
        "=?utf-8?B?DQpCY2M6IHhAZXZpbC5leGFtcGxl?=",
    ];
    // The same form again would be a second copy, which nobody answers.
    let mobiles = ["19900010001", "19900010002", "19900010003", "19900010004", "19900010005"];
    let form = |n: usize| form4_with(Form4 { mobile: Some(mobiles[n]), ..FORM4 });
    let acts: Vec<Act> = (0..)
        .zip(subjects)
        .map(|(n, subject)| unit(MIANYANG).on(&format!("05-09 09:1{n}")).titled(subject).sends(vec![form(n)]))
        .collect();
    for (at, act) in acts.iter().enumerate() {
        world.receives([act]).once(&format!("05-09 09:{}", 20 + at));
    }
    let sent = world.letters().len();
    assert_eq!(sent, 3, "{:?}", world.outbox());
    for (nth, act) in acts.iter().take(sent).enumerate() {
        receipt(&world, nth, act);
    }
}
