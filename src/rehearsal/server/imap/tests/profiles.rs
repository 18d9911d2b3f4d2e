//! The manners of real providers.

use super::*;

#[test]
fn netease_wants_an_id_after_login_before_it_opens_a_folder() {
    let server = ImapServer::start(Profile::Netease).unwrap();
    let mut client = Client::connect(&server);
    client.line();
    assert!(client.ask("ID (\"name\" \"x\")").starts_with("* ID (\"name\" \"Coremail Imap\""));
    client.ask("LOGIN a b");
    assert!(client.ask("EXAMINE INBOX").starts_with("A3 NO EXAMINE Unsafe Login."));
    assert!(client.ask("SELECT INBOX").starts_with("A4 NO SELECT Unsafe Login."));
    assert!(client.ask("ID (\"name\" \"x\") ").contains("BAD Request not ending with"));
    assert!(client.ask("ID (\"name\" \"x\")").contains(" OK "));
    let opened = client.ask("EXAMINE INBOX");
    assert!(opened.contains("[UIDVALIDITY 1]") && !opened.contains("UIDNEXT"), "{opened}");
}

#[test]
fn netease_has_no_uidnext_no_idle_no_search_and_chinese_folders() {
    let server = ImapServer::start(Profile::Netease).unwrap();
    server.deliver("垃圾邮件", MAIL, noon());
    let mut client = Client::in_inbox(&server);
    assert!(client.ask("STATUS INBOX (UIDNEXT)").starts_with("* STATUS \"INBOX\" ()\r\n"));
    let capability = client.ask("CAPABILITY");
    assert!(!capability.contains("IDLE") && capability.contains("SPECIAL-USE"));
    assert!(client.ask("IDLE").contains(" BAD "));
    assert!(client.ask("LIST \"\" \"*\"").contains("(\\HasNoChildren \\Junk) \"/\" \"&V4NXPpCuTvY-\""));
    assert!(client.ask("EXAMINE \"&V4NXPpCuTvY-\"").contains("* 1 EXISTS"));
    assert!(client.ask("UID SEARCH ALL").starts_with("* SEARCH 1\r\n"));
    assert!(client.ask("UID SEARCH FROM \"x\"").starts_with("* SEARCH\r\n"));
}

#[test]
fn qq_hangs_up_on_what_it_does_not_know_and_reads_sets_upwards_only() {
    let server = ImapServer::start(Profile::Qq).unwrap();
    server.deliver("INBOX", "a", noon());
    server.deliver("INBOX", "b", noon());
    let mut client = Client::in_inbox(&server);
    assert_eq!(client.ask("UID FETCH 2:1 (UID)"), "A4 BAD Sequence set is inavlid!\r\n");
    let answer = client.ask("UID FETCH 1:2 (UID)");
    assert_eq!(answer, "* 1 FETCH (UID 1 )\r\n* 2 FETCH (UID 2 )\r\nA5 OK\r\n");
    assert!(client.ask("UID SEARCH FROM nobody").starts_with("* SEARCH 1 2\r\n"));
    let list = client.ask("LIST \"\" \"*\"");
    assert!(list.contains("(\\HasNoChildren) \"/\" \"Junk\"") && list.contains("\\NoSelect"));
    assert!(client.ask("XLIST \"\" \"*\"").contains("(\\HasNoChildren \\Junk) \"/\" \"Junk\""));
    assert_eq!(client.ask("FROBNICATE"), "");
}
