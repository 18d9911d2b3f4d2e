//! Bounces of thirty kinds: what each makes of our mail and of the address.

use shouwen::domain::decision::{Act, Decision};
use shouwen::domain::message::{MessageKind, MessageState};
use shouwen::store::OutboxState;

use crate::shapes::{self, block, mail, plain, qq, report, report_body, returned, usual};
use crate::world::{Office, TO};

const OURS: &str = "postmaster@163.example";
const THEIRS: &str = "mailer-daemon@mx.unit.example";
const NOON: &str = "05-11 11:00";

/// What becomes of our reminder to [`TO`] and of that address.
fn fate(raw: impl Fn(&str) -> Vec<u8>) -> String {
    let office = Office::that_wrote();
    office.receives(&raw(&office.ours()), NOON);
    let fate = office.fate();
    // Again, from another folder and by a replay: nothing changes.
    let row = office.outbox().remove(0);
    let twice = [raw(&office.ours()), b"\nX".to_vec()].concat();
    office.receives(&twice, "05-11 11:30");
    office.desk.store.send_back(shouwen::domain::message::Stage::Read).unwrap();
    office.turn();
    let again = office.outbox().remove(0);
    assert_eq!((office.fate(), again.state, again.reply), (fate.clone(), row.state, row.reply));
    fate
}

#[test]
fn a_report_of_an_address_that_is_not_there_makes_it_dead() {
    let exchange = "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e@unit.example";
    let own_header = |id: &str| {
        let (kind, body) = report_body(&block(TO, "failed", "5.1.1", "550 User not found"), "");
        let lines = format!("Return-Path: <>\nX-CM-Original-Message-ID: {id}\n{kind}");
        mail(OURS, "系统退信", &lines, &body)
    };
    let wrapped = |id: &str| {
        let (kind, body) = report_body(&block(TO, "failed", "5.1.1", "550 unknown user"), &returned(id));
        let inner =
            format!("Content-Type: message/rfc822\n\nFrom: {THEIRS}\nSubject: failed\n{kind}\n{body}");
        let lines = "Return-Path: <>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"g\"";
        let body = format!("\n--g\nContent-Type: text/plain\n\nsee below\n--g\n{inner}\n--g--\n");
        mail("postmaster@gate.example", "Undeliverable: reminder", lines, &body)
    };
    let headers = |id: &str| {
        let given_back =
            format!("Content-Type: text/rfc822-headers\n\nSubject: reminder\nMessage-ID: {id}\n");
        report(THEIRS, "Undelivered", &block(TO, "failed", "5.1.1", ""), &given_back)
    };
    let failed = |from: &'static str, status: &'static str, words: &'static str| {
        fate(move |id| usual(from, id, "failed", status, words))
    };
    for (kind, fate) in [
        ("Coremail", failed(OURS, "5.1.1", "550 User not found")),
        ("Postfix", failed(THEIRS, "5.1.1", "550 5.1.1 <x>: Recipient address rejected")),
        ("sendmail", failed(THEIRS, "5.1.1", "550 5.1.1 User unknown")),
        ("no such domain", failed(OURS, "5.4.4", "Host or domain name not found")),
        ("closed", failed(THEIRS, "5.2.1", "550 account is disabled")),
        ("general code", failed(THEIRS, "5.0.0", "550 5.1.1 no such user")),
        ("Exchange", failed(exchange, "5.1.10", "550 5.1.10 RecipientNotFound")),
        ("only the headers", fate(headers)),
        ("a header of Coremail's own", fate(own_header)),
        ("wrapped by a gateway", fate(wrapped)),
    ] {
        assert_eq!(fate, "bounced dead", "{kind}");
    }
}

#[test]
fn so_do_plain_words_in_any_language() {
    let exchange = "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e@unit.example";
    let null = "Return-Path: <>";
    let exim = |id: &str| {
        let failed = format!("X-Failed-Recipients: {TO}");
        let subject = "Mail delivery failed: returning message to sender";
        plain("Mail Delivery System <Mailer-Daemon@mx.unit.example>", subject, &failed, &shapes::exim(id))
    };
    for (kind, fate) in [
        ("QQ", fate(|id| qq("PostMaster@qq.example", "收件人邮箱地址不存在", Some(id)))),
        ("by the address alone", fate(|_| qq("postmaster@unit.example", "该邮箱不存在", None))),
        ("Exim", fate(exim)),
        ("qmail", fate(|id| plain(THEIRS, "failure notice", null, &shapes::qmail(id)))),
        ("German", fate(|id| plain(exchange, "Unzustellbar: reminder", null, &shapes::german(id)))),
        ("Chinese", fate(|id| plain(exchange, "无法传递: reminder", null, &shapes::chinese(id)))),
        ("enterprise Coremail", fate(|_| plain(OURS, "系统退信", null, &shapes::enterprise()))),
    ] {
        assert_eq!(fate, "bounced dead", "{kind}");
    }
}

#[test]
fn what_is_full_refused_or_given_up_spares_the_address() {
    for (kind, fate) in [
        ("full", fate(|id| usual(OURS, id, "failed", "5.2.2", "552 5.2.2 mailbox full"))),
        ("over quota", fate(|id| usual(THEIRS, id, "failed", "5.2.2", "The account is over quota"))),
        ("spam", fate(|id| usual(THEIRS, id, "failed", "5.7.1", "554 DT:SPM 163 smtp"))),
        ("policy", fate(|id| usual(THEIRS, id, "failed", "5.7.1", "550 rejected by policy"))),
        ("given up", fate(|id| usual(OURS, id, "failed", "4.4.7", "delivery time expired"))),
        ("too large", fate(|id| usual(THEIRS, id, "failed", "5.3.4", "552 message too large"))),
        ("QQ, full", fate(|id| qq("PostMaster@qq.example", "对方邮箱容量已满", Some(id)))),
        ("without a reason", fate(|id| report(THEIRS, "Undelivered", "", &returned(id)))),
        (
            "forwarded from there",
            fate(|id| {
                report(
                    THEIRS,
                    "Undelivered",
                    &block("zhang@elsewhere.example", "failed", "5.1.1", "550 user unknown"),
                    &returned(id),
                )
            }),
        ),
    ] {
        assert_eq!(fate, "bounced", "{kind}");
    }
}

#[test]
fn what_is_on_its_way_or_arrived_did_not_come_back() {
    let delayed = |id: &str| usual(OURS, id, "delayed", "4.4.1", "connection timed out");
    assert_eq!(fate(delayed), "sent");
    assert_eq!(fate(|id| usual(THEIRS, id, "relayed", "2.0.0", "250 ok")), "sent");
    let office = Office::that_wrote();
    let row = office.receives(&delayed(&office.ours()), NOON);
    assert_eq!((row.kind, row.unit), (Some(MessageKind::Bounce), Some(office.unit.clone())));
    assert!(office.outbox()[0].reply.contains("connection timed out"), "{}", office.outbox()[0].reply);
    let arrived = usual(THEIRS, &office.ours(), "delivered", "2.0.0", "");
    assert_eq!(office.receives(&arrived, NOON).kind, Some(MessageKind::Receipt));
}

#[test]
fn a_forged_bounce_costs_nobody_an_address() {
    let dead = block(TO, "failed", "5.1.1", "550 user unknown");
    let nobody = "<shouwen.reminder.nobody@office.example>";
    let many: String =
        (0..3000).map(|n| block(&format!("u{n}@x.example"), "failed", "5.1.1", "no")).collect();
    let forged = "Authentication-Results: mx.163.example; spf=fail smtp.mailfrom=163.example; dmarc=fail header.from=163.example\n";
    for (kind, fate) in [
        (
            "a person's report",
            fate(|id| {
                let (kind, body) = report_body(&dead, &returned(id));
                mail("zhang@163.example", "退信", &kind, &body)
            }),
        ),
        ("another's daemon, by the address", fate(|_| report("postmaster@evil.example", "退信", &dead, ""))),
        ("a registered name", fate(|_| report("postmaster-zhang@163.example", "退信", &dead, ""))),
        (
            "an ID that we never gave",
            fate(|_| usual("postmaster@evil.example", nobody, "failed", "5.1.1", "no")),
        ),
        (
            "a sender that fails",
            fate(|_| {
                let (kind, body) = report_body(&dead, "");
                [forged.as_bytes(), &mail(OURS, "退信", &kind, &body)].concat()
            }),
        ),
        ("many addresses and not ours", fate(|_| report(OURS, "退信", &many, ""))),
        ("words without an address", fate(|_| plain(OURS, "系统退信", "Return-Path: <>", "user unknown"))),
        (
            "a unit that writes of it",
            fate(|_| plain("li@unit.example", "退信说明", "", &format!("{TO} 不存在"))),
        ),
    ] {
        assert_eq!(fate, "sent", "{kind}");
    }
}

#[test]
fn the_words_of_a_hostile_server_drive_no_terminal() {
    let office = Office::that_wrote();
    let words = "550 5.1.1 user unknown \u{1b}[2J\r\n  Bcc: x@evil.example";
    office.receives(&usual(THEIRS, &office.ours(), "failed", "5.1.1", words), NOON);
    let reply = office.outbox().remove(0).reply;
    assert!(reply.contains("user unknown") && !reply.contains(|c: char| c.is_control()), "{reply:?}");
}

#[test]
fn of_two_mails_to_one_address_a_person_says_which_came_back() {
    let office = Office::that_wrote();
    office.desk.reminded(&office.unit, "plan", "second", "2023-05-11T10:00:00+08:00");
    let row = office.receives(&qq("postmaster@unit.example", "该邮箱不存在", None), NOON);
    assert_eq!((row.kind, row.state), (Some(MessageKind::Bounce), Some(MessageState::Review)));
    assert!(row.reason.contains(TO) && !row.may_hold_material, "{}", row.reason);
    assert_eq!(office.fate(), "sent");
    let named = office.receives(&qq("postmaster@unit.example", "该邮箱不存在", Some(&office.ours())), NOON);
    assert_eq!((named.state, office.fate().as_str()), (Some(MessageState::Registered), "bounced dead"));
}

#[test]
fn a_person_brings_an_address_back_until_it_fails_again() {
    let office = Office::that_wrote();
    let bounce = |id: &str| usual(OURS, id, "failed", "5.1.1", "550 User not found");
    office.receives(&bounce(&office.ours()), NOON);
    assert_eq!(office.fate(), "bounced dead");
    office.clock.step_to(crate::world::at("05-11 13:00"));
    let revive = Decision { address: Some(TO.into()), ..office.decision(Act::Revive) };
    office.decides(|_| revive.clone()).unwrap();
    assert_eq!(office.fate(), "bounced");
    office
        .decides(|all| Decision { undoes: all.last().map(|last| last.id), ..office.decision(Act::Undo) })
        .unwrap();
    assert_eq!(office.fate(), "bounced dead", "undone");
    office.decides(|_| revive.clone()).unwrap();
    assert_eq!(office.fate(), "bounced");
    office.clock.step_to(crate::world::at("05-12 10:00"));
    office.desk.reminded(&office.unit, "plan", "second", "2023-05-12T09:00:00+08:00");
    let second = office.ours().replace("first", "second");
    office.receives(&bounce(&second), "05-12 09:30");
    assert_eq!(office.fate(), "bounced dead", "it failed again");
}

#[test]
fn a_person_settles_what_nobody_knows_and_takes_it_back_while_it_has_not_left() {
    let office = Office::open();
    office.desk.reminded(&office.unit, "plan", "first", "2023-05-11T09:00:00+08:00");
    // As after a lost answer: the same mail, its fate unknown.
    let unsure = office.unsure();
    let ruling = |act| Decision { outbox: Some(unsure), ..office.decision(act) };
    let undo =
        |all: &[Decision]| Decision { undoes: all.last().map(|last| last.id), ..office.decision(Act::Undo) };
    let state = || office.outbox().into_iter().find(|row| row.id == unsure).unwrap().state;
    office.decides(|_| ruling(Act::Left)).unwrap();
    assert_eq!(state(), OutboxState::Sent);
    assert!(office.decides(|_| ruling(Act::Resend)).is_err(), "what was sent is not queued again");
    office.decides(undo).unwrap();
    assert_eq!(state(), OutboxState::Unsure);
    office.decides(|_| ruling(Act::Resend)).unwrap();
    assert_eq!(state(), OutboxState::Queued);
    office.decides(undo).unwrap();
    assert_eq!(state(), OutboxState::Unsure);
    office.decides(|_| ruling(Act::Resend)).unwrap();
    assert!(office.desk.store.claim_for_sending(unsure, office.clock.now()).unwrap());
    assert!(office.decides(undo).is_err(), "it is leaving");
    assert_eq!(office.desk.store.decisions().unwrap().len(), 5, "what was refused is not written");
}

#[test]
fn a_bounce_settles_what_was_unsure() {
    let office = Office::open();
    let unsure = office.unsure();
    let id = office.outbox().remove(0).mail.message_id;
    office.receives(&usual(OURS, &id, "failed", "5.2.2", "mailbox full"), NOON);
    let row = office.outbox().remove(0);
    assert_eq!((row.id, row.state), (unsure, OutboxState::Bounced));
}
