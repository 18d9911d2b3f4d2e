//! Each misdeed as the client meets it.

use super::*;

/// A server with three mails of ten bytes, and a client in its INBOX.
fn world() -> (ImapServer, Client) {
    let server = ImapServer::start(Profile::Plain).unwrap();
    for letter in ["a", "b", "c"] {
        server.deliver("INBOX", letter.repeat(10), noon());
    }
    let client = Client::in_inbox(&server);
    (server, client)
}

const UIDS: &str = "UID FETCH 1:* (UID)";

/// What `UID FETCH 1:* (UID)` is answered under one misdeed, the closing line left out.
fn uids_under(misdeed: Misdeed) -> String {
    let (server, mut client) = world();
    server.on("FETCH", misdeed);
    let answer = client.ask(UIDS);
    assert_eq!(client.ask(UIDS).matches("FETCH (UID").count(), 3, "once is once");
    answer.split_once("A4 OK").map(|(lines, _)| lines.to_owned()).expect("a tagged OK")
}

#[test]
fn fetch_lines_are_left_out_renamed_doubled_and_turned_round() {
    let fetch = |seq: u32, uid: u32| format!("* {seq} FETCH (UID {uid})\r\n");
    assert_eq!(uids_under(Misdeed::OmitUid(2)), fetch(1, 1) + &fetch(3, 3));
    assert_eq!(uids_under(Misdeed::AnswerAsUid(2, 9)), fetch(1, 1) + &fetch(2, 9) + &fetch(3, 3));
    assert_eq!(uids_under(Misdeed::OutOfOrder), fetch(3, 3) + &fetch(2, 2) + &fetch(1, 1));
    assert_eq!(uids_under(Misdeed::Duplicate).matches("* 2 FETCH (UID 2)").count(), 2);
    assert_eq!(uids_under(Misdeed::WithoutUid).matches("FETCH ()").count(), 3);
    let unsolicited = Misdeed::UnsolicitedFirst(b"* 2 FETCH (FLAGS (\\Seen))".to_vec());
    assert!(uids_under(unsolicited).starts_with("* 2 FETCH (FLAGS (\\Seen))\r\n* 1 FETCH (UID 1)\r\n"));
}

#[test]
fn refusals_replace_the_answer_and_the_command_has_no_effect() {
    let (server, mut client) = world();
    server.on("EXAMINE", Misdeed::No("EXAMINE try later".into())).on("EXAMINE", Misdeed::Bad("what".into()));
    assert_eq!(client.ask("EXAMINE Junk"), "A4 NO EXAMINE try later\r\n");
    assert_eq!(client.ask("EXAMINE Junk"), "A5 BAD what\r\n");
    assert!(client.ask(UIDS).contains("UID 3"), "INBOX is still the open folder");
    server.on("NOOP", Misdeed::Behave).on("NOOP", Misdeed::Bye("Unsafe Login".into()));
    assert!(client.ask("NOOP").contains(" OK "));
    assert_eq!(client.ask("NOOP"), "* BYE Unsafe Login\r\n");
}

#[test]
fn words_can_be_put_into_its_mouth() {
    let (server, mut client) = world();
    server.on("NOOP", Misdeed::Say("* OK [UIDVALIDITY 7]中文\r\n$TAG OK\r\n".into()));
    assert_eq!(client.ask("NOOP"), "* OK [UIDVALIDITY 7]中文\r\nA4 OK\r\n");
    server.on("NOOP", Misdeed::Raw8bit);
    assert_eq!(client.ask_raw("NOOP"), b"A5 OK \xcd\xea\xb3\xc9\r\n");
    server.on("NOOP", Misdeed::UnsolicitedAfter(b"* 99 EXISTS\r\n".to_vec()));
    assert!(client.ask("NOOP").ends_with("A6 OK NOOP completed\r\n"));
    assert_eq!(client.line(), "* 99 EXISTS\r\n");
    server.always("NOOP", Misdeed::Bad("never".into()));
    assert!(client.ask("NOOP").contains("BAD") && client.ask("NOOP").contains("BAD"));
    server.behave();
    assert!(client.ask("NOOP").contains("OK"));
}

#[test]
fn literals_lie() {
    let (server, mut client) = world();
    let whole = "UID FETCH 2 (BODY.PEEK[])";
    let window = "UID FETCH 2 (BODY.PEEK[]<2.3>)";
    server.on("BODY.PEEK[]", Misdeed::WrongLiteralLength(5));
    assert!(client.ask(whole).contains("BODY[] {15}\r\nbbbbbbbbbb)\r\nA4 OK"));
    server.on("BODY.PEEK[]", Misdeed::WrongLiteralLength(-4));
    assert!(client.ask(whole).contains("BODY[] {6}\r\nbbbbbbbbbb)\r\nA5 OK"));
    server.on("BODY.PEEK[]", Misdeed::IgnorePartial);
    assert!(client.ask(window).contains("BODY[] {10}\r\nbbbbbbbbbb)\r\n"));
    server.on("BODY.PEEK[]", Misdeed::WrongOrigin);
    assert!(client.ask(window).contains("BODY[]<3> {3}\r\nbbb)\r\n"));
    server.on("BODY.PEEK[]", Misdeed::ShortPartial(2));
    assert!(client.ask(whole).contains("BODY[] {10}\r\n"));
    assert!(client.ask(window).contains("BODY[]<2> {2}\r\nbb)\r\n"));
    server.on("BODY.PEEK[]", Misdeed::Replace(b"{10}\r\nbbbbbbbbbb".to_vec(), b"NIL".to_vec()));
    assert!(client.ask(whole).contains("BODY[] NIL)\r\nA10 OK"));
    server.on("BODY.PEEK[]", Misdeed::AnnounceLiteral(10_737_418_240));
    client.send(b"Z UID FETCH 2 (BODY.PEEK[])\r\n");
    assert_eq!(client.line(), "* 2 FETCH (UID 2 BODY[] {10737418240}\r\n");
    assert_eq!(client.line(), ")\r\n");
    assert!(client.is_left_waiting());
}

#[test]
fn connections_are_cut_where_asked() {
    let (server, mut client) = world();
    server.on("BODY.PEEK[]", Misdeed::CutMidLiteral);
    assert!(client.ask(UIDS).contains("UID 3"), "a command that does not fit is left alone");
    let cut = "* 1 FETCH (UID 1 BODY[] {10}\r\naaaaa";
    assert_eq!(client.ask("UID FETCH 1:3 (BODY.PEEK[])"), cut);

    server.on("FETCH 1:3", Misdeed::CutAfterBytes(cut.len() + 5));
    let mut client = Client::in_inbox(&server);
    assert_eq!(client.ask("UID FETCH 1:3 (BODY.PEEK[])"), format!("{cut}aaaaa"));

    server.on("EXAMINE", Misdeed::Close);
    assert_eq!(Client::logged_in(&server).ask("EXAMINE INBOX"), "");

    for (text, came) in [("* 2 F", "* 1 FETCH (UID 1)\r\n* 2 F"), ("UID 1)", "* 1 FETCH (UID 1)")] {
        server.on("FETCH", Misdeed::CutAfter(text.into()));
        assert_eq!(Client::in_inbox(&server).ask(UIDS), came);
    }
    server.on("FETCH", Misdeed::CutAfter("$TAG O".into()));
    assert!(Client::in_inbox(&server).ask(UIDS).ends_with("* 3 FETCH (UID 3)\r\nA4 O"));
    assert_eq!(server.waiting(), 0);
}

#[test]
fn a_misdeed_waits_until_it_makes_a_difference() {
    let (server, mut client) = world();
    let deeds = [
        Misdeed::OmitUid(7),
        Misdeed::VanishMail(7),
        Misdeed::CutAfter("UID 7".into()),
        Misdeed::WrongOrigin,
    ];
    for deed in deeds {
        server.on("FETCH", deed.clone());
        server.always("FETCH", deed.clone());
        assert_eq!(client.ask(UIDS).matches("FETCH (UID").count(), 3);
        assert_eq!(server.waiting(), 2, "{deed:?} was not done");
        server.behave();
    }
    server.always("FETCH", Misdeed::OmitUid(2));
    assert_eq!(server.waiting(), 1);
    assert_eq!(client.ask(UIDS).matches("FETCH (UID").count(), 2);
    assert_eq!(server.waiting(), 0);
}

#[test]
fn it_stalls_drips_and_comes_late() {
    let (server, mut client) = world();
    let drip = Duration::from_millis(2);
    server.on("NOOP", Misdeed::Drip(drip)).on("NOOP", Misdeed::Late(drip * 10)).on("NOOP", Misdeed::Stall);
    for _ in 0..2 {
        let started = std::time::Instant::now();
        assert!(client.ask("NOOP").ends_with("OK NOOP completed\r\n"));
        assert!(started.elapsed() >= drip * 10);
    }
    client.send(b"Z NOOP\r\n");
    assert!(client.is_left_waiting());
}

#[test]
fn it_talks_without_end() {
    let (server, mut client) = world();
    server.on("NOOP", Misdeed::EndlessUntagged).on("EXAMINE", Misdeed::LineWithoutEnd);
    client.send(b"Z NOOP\r\n");
    for _ in 0..1000 {
        assert_eq!(client.line(), "* 5 EXISTS\r\n");
    }
    let mut client = Client::logged_in(&server);
    client.send(b"Z EXAMINE INBOX\r\n");
    let mut said = vec![0; 1 << 20];
    client.stream.read_exact(&mut said).unwrap();
    assert!(said.starts_with(b"* OK x") && !said.contains(&b'\n'));
}

#[test]
fn the_greeting_misbehaves_too() {
    let (server, _) = world();
    let greet = |misdeed| {
        server.on("GREETING", misdeed);
        Client::connect(&server)
    };
    let mut refused = greet(Misdeed::Bye("too many connections".into()));
    assert_eq!(refused.rest(), b"* BYE too many connections\r\n");
    assert_eq!(greet(Misdeed::Say("* PREAUTH hello\r\n".into())).line(), "* PREAUTH hello\r\n");
    assert_eq!(
        greet(Misdeed::Say("HTTP/1.1 400 Bad Request\r\n".into())).line(),
        "HTTP/1.1 400 Bad Request\r\n"
    );
    assert!(greet(Misdeed::Stall).is_left_waiting());
    assert_eq!(greet(Misdeed::EndlessUntagged).line(), "* 5 EXISTS\r\n");
    assert_eq!(greet(Misdeed::Drip(Duration::from_millis(1))).line(), "* OK rehearsal IMAP server ready\r\n");
}

#[test]
fn folders_change_between_two_commands() {
    let (server, mut client) = world();
    server.on("FETCH", Misdeed::VanishMail(2));
    assert_eq!(client.ask(UIDS).matches("FETCH (UID").count(), 2);
    server.on("FETCH", Misdeed::MailArrives("d".repeat(10).into()));
    assert!(client.ask(UIDS).contains("EXISTS\r\n"));
    server.remove("INBOX", 4);
    server.on("EXAMINE", Misdeed::ChangeUidvalidity(9));
    let opened = client.ask("EXAMINE INBOX");
    assert!(
        opened.contains("* 2 EXISTS") && opened.contains("[UIDVALIDITY 9]") && opened.contains("[UIDNEXT 3]")
    );
    assert!(client.ask("UID FETCH 2 (BODY.PEEK[])").contains("cccccccccc"), "renumbered from 1");
    server.on("FETCH", Misdeed::VanishFolder);
    assert!(client.ask(UIDS).contains(" NO "));
    assert!(client.ask("EXAMINE INBOX").contains(" NO "));
}
