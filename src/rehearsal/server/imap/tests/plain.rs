//! The server as it behaves when nobody asks otherwise.

use super::*;

fn plain() -> ImapServer {
    ImapServer::start(Profile::Plain).unwrap()
}

#[test]
fn a_mail_comes_out_byte_for_byte() {
    let server = plain();
    assert_eq!(server.deliver("INBOX", MAIL, noon()), 1);
    let answer =
        Client::in_inbox(&server).ask_raw("UID FETCH 1 (RFC822.SIZE INTERNALDATE FLAGS BODY.PEEK[])");
    let size = MAIL.len();
    let head = format!(
        "* 1 FETCH (UID 1 RFC822.SIZE {size} INTERNALDATE \" 9-May-2023 16:20:11 +0800\" FLAGS () BODY[] {{{size}}}\r\n"
    );
    let expected = [head.as_bytes(), MAIL, b")\r\nA4 OK FETCH completed\r\n"].concat();
    assert_eq!(answer, expected);
    assert!(server.seen("INBOX").is_empty());
}

#[test]
fn windows_and_sections_are_slices_of_the_mail() {
    let server = plain();
    server.deliver("INBOX", "Subject: x\r\n\r\nbody", noon());
    let mut client = Client::in_inbox(&server);
    let mut asked = |item: &str| client.ask(&format!("UID FETCH 1 ({item})"));
    assert!(asked("BODY.PEEK[]<0.7>").contains("(UID 1 BODY[]<0> {7}\r\nSubject)\r\n"));
    assert!(asked("BODY.PEEK[]<14.9999>").contains("BODY[]<14> {4}\r\nbody)\r\n"));
    assert!(asked("BODY.PEEK[]<18.10>").contains("BODY[]<18> {0}\r\n)\r\n"));
    assert!(asked("BODY.PEEK[]<99.10>").contains("BODY[]<99> {0}\r\n)\r\n"));
    assert!(asked("UID BODY.PEEK[HEADER]").contains("(UID 1 BODY[HEADER] {14}\r\nSubject: x\r\n\r\n)\r\n"));
    assert!(asked("BODY.PEEK[TEXT]").contains("BODY[TEXT] {4}\r\nbody)\r\n"));
    assert!(asked("BODYSTRUCTURE").starts_with("A10 BAD"));
}

#[test]
fn sets_mean_what_the_rfc_says() {
    let server = plain();
    server.skip_to_uid("INBOX", 7);
    server.deliver("INBOX", "a", noon());
    server.skip_to_uid("INBOX", 1_733_220_355);
    server.deliver("INBOX", "b", noon());
    server.deliver("INBOX", "c", noon());
    let mut client = Client::in_inbox(&server);
    let mut uids = |set: &str| client.ask(&format!("UID FETCH {set} UID")).matches("FETCH (UID").count();
    assert_eq!(uids("1:*"), 3);
    assert_eq!(uids("7"), 1);
    assert_eq!(uids("7,1733220356"), 2);
    assert_eq!(uids("1733220356:7"), 3);
    assert_eq!(uids("*"), 1);
    assert_eq!(uids("4000000000:*"), 1, "n:* always means the last mail too");
    assert_eq!(uids("8:100"), 0);
    assert!(client.ask("UID SEARCH ALL").starts_with("* SEARCH 7 1733220355 1733220356\r\n"));
    assert!(client.ask("SEARCH ALL").starts_with("* SEARCH 1 2 3\r\n"));
    assert!(client.ask("FETCH 2 (UID)").starts_with("* 2 FETCH (UID 1733220355)\r\n"));
    assert!(client.ask("UID FETCH 0 (UID)").contains(" BAD "));
}

#[test]
fn opening_a_folder_tells_what_is_in_it() {
    let server = plain();
    server.folder("各校报送");
    server.deliver("各校报送", MAIL, noon());
    server.folder("2023 \"A\\B\"");
    let mut client = Client::logged_in(&server);
    assert!(client.ask("LIST \"\" \"*\"").contains("* LIST (\\HasNoChildren) \"/\" \"&VARoIWKlkAE-\"\r\n"));
    assert!(client.ask("LIST \"\" *").contains("* LIST (\\HasNoChildren \\Junk) \"/\" \"Junk\"\r\n"));
    assert!(
        client.ask("LIST \"\" J%k").starts_with("* LIST (\\HasNoChildren \\Junk) \"/\" \"Junk\"\r\nA4 OK")
    );
    assert!(client.ask("LIST \"\" 2*").contains("\"/\" \"2023 \\\"A\\\\B\\\"\"\r\n"));
    let opened = client.ask("EXAMINE \"&VARoIWKlkAE-\"");
    for line in ["* 1 EXISTS", "* OK [UIDVALIDITY 1628767717]", "* OK [UIDNEXT 2]", " OK [READ-ONLY]"] {
        assert!(opened.contains(line), "{line} in {opened}");
    }
    assert!(client.ask("SELECT inbox").contains("* 0 EXISTS"));
    assert!(client.ask("EXAMINE Elsewhere").contains(" NO "));
    assert!(client.ask("UID FETCH 1 UID").contains(" BAD "), "a refused EXAMINE leaves no folder open");
    let status = client.ask("STATUS \"&VARoIWKlkAE-\" (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)");
    assert!(status.starts_with(
        "* STATUS \"&VARoIWKlkAE-\" (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 1628767717 UNSEEN 1)\r\n"
    ));
}

#[test]
fn login_takes_atoms_quoted_strings_and_literals() {
    let options = super::super::ImapOptions {
        login: Some(("office@mail.example".to_owned(), "a \"b\\ 密".to_owned())),
        ..Default::default()
    };
    let server = ImapServer::start_with(options).unwrap();
    let mut client = Client::connect(&server);
    client.line();
    assert!(client.ask("LOGIN office@mail.example wrong").contains(" NO "));
    assert!(client.ask("EXAMINE INBOX").contains(" BAD "));
    assert!(client.ask("LOGIN \"office@mail.example\" \"a \\\"b\\\\ 密\"").contains(" OK "));

    let mut client = Client::connect(&server);
    client.line();
    client.send(b"B1 LOGIN {19}\r\n");
    assert!(client.line().starts_with("+ "));
    client.send("office@mail.example {9+}\r\na \"b\\ 密\r\n".as_bytes());
    assert!(client.line().starts_with("B1 OK"));
    assert!(server.log().iter().all(|heard| !heard.text.contains("a \"b")), "passwords are not kept");
    assert_eq!(server.log().last().unwrap().connection, 2);
}

#[test]
fn what_arrives_or_goes_is_told() {
    let server = plain();
    let first = server.deliver("INBOX", "a", noon());
    let mut client = Client::in_inbox(&server);
    server.deliver("INBOX", "b", noon());
    server.deliver("Junk", "elsewhere", noon());
    assert_eq!(client.ask("NOOP"), "* 2 EXISTS\r\nA4 OK NOOP completed\r\n");
    server.deliver("INBOX", "c", noon());
    assert!(client.ask("UID FETCH 3:* (UID)").starts_with("* 3 EXISTS\r\n* 3 FETCH (UID 3)\r\n"));
    server.remove("INBOX", first);
    assert_eq!(client.ask("UID SEARCH ALL"), "* SEARCH 1 2 3\r\nA6 OK SEARCH completed\r\n");
    assert_eq!(client.ask("UID FETCH 1 (UID)"), "A7 OK FETCH completed\r\n");
    assert_eq!(client.ask("NOOP"), "* 1 EXPUNGE\r\nA8 OK NOOP completed\r\n");
    assert_eq!(client.ask("UID SEARCH ALL"), "* SEARCH 2 3\r\nA9 OK SEARCH completed\r\n");
}

#[test]
fn an_idle_client_hears_of_a_delivery() {
    let server = plain();
    let mut client = Client::in_inbox(&server);
    client.send(b"I IDLE\r\n");
    assert!(client.line().starts_with("+ "));
    server.deliver("Junk", "elsewhere", noon());
    server.deliver("INBOX", MAIL, noon());
    assert_eq!(client.line(), "* 1 EXISTS\r\n");
    client.send(b"DO");
    server.deliver("INBOX", MAIL, noon());
    assert_eq!(client.line(), "* 2 EXISTS\r\n");
    client.send(b"NE\r\n");
    assert_eq!(client.line(), "I OK IDLE completed\r\n");
    assert!(client.ask("NOOP").ends_with("OK NOOP completed\r\n"));
}

#[test]
fn only_peeking_leaves_a_mail_unread() {
    let server = plain();
    server.deliver("INBOX", MAIL, noon());
    let mut client = Client::in_inbox(&server);
    client.ask("UID FETCH 1 (BODY[])");
    assert!(server.seen("INBOX").is_empty(), "EXAMINE is read-only");
    client.ask("SELECT INBOX");
    client.ask("UID FETCH 1 (BODY.PEEK[])");
    assert!(server.seen("INBOX").is_empty());
    client.ask("UID FETCH 1 (BODY[])");
    assert_eq!(server.seen("INBOX"), [1]);
    assert!(client.ask("UID FETCH 1 (FLAGS)").contains("FLAGS (\\Seen)"));
}

#[test]
fn bad_commands_are_answered_and_the_log_keeps_all() {
    let server = plain();
    let mut client = Client::in_inbox(&server);
    for bad in ["UID STORE 1 +FLAGS (\\Seen)", "FROBNICATE", "EXAMINE", "LOGIN \"open", "UID FETCH x (UID)"] {
        assert!(client.ask(bad).contains(" BAD "), "{bad}");
    }
    client.send(b"A9 NOOP\n");
    assert!(client.line().starts_with("A9 BAD"), "a bare LF ends no command");
    assert!(client.ask("LOGOUT").starts_with("* BYE"));
    assert!(client.rest().is_empty());
    let said: Vec<String> = server.log().into_iter().map(|heard| heard.text).collect();
    assert_eq!(said[..4], ["LOGIN user ***", "ID NIL", "EXAMINE INBOX", "UID STORE 1 +FLAGS (\\Seen)"]);
}

#[test]
fn clients_are_many_and_go_down_with_the_server() {
    let server = plain();
    let mut one = Client::in_inbox(&server);
    let mut two = Client::in_inbox(&server);
    server.deliver("INBOX", MAIL, noon());
    assert!(two.ask("NOOP").contains("EXISTS"));
    assert!(one.ask("NOOP").contains("EXISTS"));
    server.hang_up();
    assert!(one.rest().is_empty());
    let mut three = Client::in_inbox(&server);
    assert!(server.wait_log(PATIENCE, |log| log.iter().any(|heard| heard.connection == 3)));
    let addr = server.addr();
    drop(server);
    assert!(three.rest().is_empty());
    assert!(TcpStream::connect(addr).is_err());
}
