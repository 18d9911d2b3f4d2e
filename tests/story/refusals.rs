//! What cannot be: a second daemon, a wrong password, a certificate of nobody, a server that is not there, a word that
//! no configuration knows. Each ends in one clear line with the remedy; where waiting helps, the daemon waits.

use std::sync::Arc;

use shouwen::rehearsal::season::script::unit;
use shouwen::rehearsal::season::things::plan_set;
use shouwen::rehearsal::server::{ImapOptions, ImapServer, Misdeed, Protection, SmtpMisdeed};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::world::{Ended, Post, World, at, endpoint, scripted};

const MORNING: &str = "05-09 09:00";
const UNIT: &str = "泸州职业技术学院";

fn once(world: &World) -> Ended {
    world.run(&["once", "--now", &at(MORNING)])
}

fn logins(world: &World) -> usize {
    let Post::Scripted(server) = &world.post else { panic!("not scripted") };
    server.log().iter().filter(|heard| heard.text.starts_with("LOGIN")).count()
}

#[test]
fn a_second_daemon_is_told_the_pid_of_the_first() {
    let world = World::on(Post::scripted(), &[]);
    let mut first = world.daemon(MORNING);
    first.wait_until_it_says("status page on");
    let pid = first.pid().to_string();
    for command in ["run", "once"] {
        let second = world.run(&[command, "--now", &at(MORNING)]);
        assert!(second.expect_status(1).told().contains(&pid), "{command}: {}", second.told());
    }
    world.run(&["status", "--now", &at(MORNING)]).expect_status(0);
    assert!(first.is_alive());
    first.stop();
    once(&world).expect_status(0);
}

#[test]
fn a_wrong_password_is_told_with_the_remedy_and_never_shown() {
    let world = World::on(Post::scripted(), &[UNIT]);
    world.write("zjc.secret", "wr0ng-canary");
    let refused = once(&world);
    refused.expect_status(1);
    assert!(refused.told().contains("zjc") && refused.told().contains("授权码"), "{}", refused.told());
    assert!(!refused.told().contains("canary"), "{}", refused.told());
    assert_eq!((logins(&world), world.reminded()), (1, vec![]));
    let trouble = world.status(MORNING).0["troubles"][0].as_str().unwrap_or_default().to_owned();
    assert!(trouble.contains("zjc") && trouble.contains("授权码"), "staff are not told: {trouble}");
    let text = world.run(&["status", "--now", &at(MORNING)]).said();
    assert!(text.contains(&trouble), "{text}");
}

#[test]
fn output_that_cannot_be_written_is_a_failure_and_a_reader_gone_away_is_none() {
    let world = World::on(Post::scripted(), &[]);
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let ended = world.program(&["status", "--json"]).stdout(full).output().unwrap();
    let told = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.code() == Some(1) && told.contains("磁盘已满"), "{told}");
    let (gone, pipe) = std::io::pipe().unwrap();
    drop(gone);
    let ended = world.program(&["status"]).stdout(pipe).output().unwrap();
    assert_eq!((ended.status.code(), ended.stderr.len()), (Some(0), 0));
}

#[test]
fn the_daemon_outlives_a_wrong_password_and_waits_before_it_tries_again() {
    let world = World::on(Post::scripted(), &[UNIT]);
    world.write("zjc.secret", "wr0ng-canary");
    let mut daemon = world.daemon(MORNING);
    let log = daemon.wait_until_it_says("look failed");
    assert!(log.contains("授权码") && !log.contains("canary"), "{log}");
    let wait = log.split("wait_seconds=").nth(1).and_then(|rest| rest.split_whitespace().next());
    let wait: u32 = wait.and_then(|seconds| seconds.parse().ok()).unwrap_or_else(|| panic!("{log}"));
    assert!((40..=60).contains(&wait), "{wait}");
    assert_eq!(logins(&world), 1, "stormed");
    assert!(daemon.is_alive());
    daemon.stop();
}

/// A server whose certificate nobody vouches for, and the certificate.
fn self_signed() -> (ImapServer, String) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder().with_no_client_auth();
    let config = config.with_single_cert(vec![made.cert.der().clone()], key).unwrap();
    let protection = Protection::Implicit(Arc::new(config));
    (scripted(ImapOptions { protection, ..ImapOptions::default() }), made.cert.pem())
}

#[test]
fn a_certificate_of_nobody_is_refused_until_its_authority_is_named() {
    let (server, pem) = self_signed();
    let port = server.addr().port();
    let world = World::on(Post::Scripted(server), &[UNIT]);
    world.receives([&unit(UNIT).on("05-05 09:12").sends(plan_set())]);
    let plain = world.imap();
    let with_tls = format!("imap = {{ host = \"localhost\", port = {port}, tls = \"implicit\" }}");
    world.reconfigure(&plain, &with_tls);
    let refused = once(&world);
    refused.expect_status(1);
    assert!(refused.told().contains("证书"), "{}", refused.told());
    assert_eq!((logins(&world), world.messages().len()), (0, 0), "the password did not leave");

    world.write("ca.pem", &pem);
    world.reconfigure(&with_tls, &with_tls.replace(" }", ", ca_file = \"ca.pem\" }"));
    once(&world).expect_status(0);
    assert_eq!(world.messages().len(), 1);
}

#[test]
fn a_server_that_is_not_there_is_named_and_waited_for() {
    let world = World::on(Post::scripted(), &[]);
    world.reconfigure(&world.imap(), &endpoint("imap", 1));
    let failed = once(&world);
    failed.expect_status(1);
    assert!(failed.told().contains("127.0.0.1:1"), "{}", failed.told());
    let mut daemon = world.daemon(MORNING);
    let log = daemon.wait_until_it_says("look failed");
    assert!(log.contains("127.0.0.1:1") && log.contains("wait_seconds="), "{log}");
    daemon.stop();
}

#[test]
fn of_two_mailboxes_the_reachable_one_is_finished() {
    let world = World::on(Post::scripted(), &["四川汽车职业技术学院"]);
    world.receives([&unit(UNIT).on("05-05 09:12").sends(plan_set())]);
    world.configure(&format!(
        "[[mailbox]]\nid = \"second\"\naddress = \"second@office.example\"\n\
         password = {{ file = \"zjc.secret\" }}\n{}",
        endpoint("imap", 1)
    ));
    let half = once(&world);
    half.expect_status(1);
    assert!(half.told().contains("second"), "{}", half.told());
    let status = world.status(MORNING);
    assert_eq!(status.standing(UNIT, "plan"), "complete");
    assert_eq!(
        (&status.0["fresh"], world.reminded()),
        (&false.into(), vec![]),
        "half a picture chases nobody"
    );
}

#[test]
fn a_folder_that_cannot_be_listed_is_no_success() {
    let world = World::on(Post::scripted(), &["四川汽车职业技术学院"]);
    world.receives([&unit(UNIT).on("05-05 09:12").sends(plan_set())]);
    let Post::Scripted(server) = &world.post else { panic!("not scripted") };
    server.always("EXAMINE", Misdeed::No(b"try later".to_vec()));
    let half = once(&world);
    half.expect_status(1);
    assert!(half.told().contains("INBOX"), "{}", half.told());
    assert_eq!((world.messages().len(), world.reminded()), (0, vec![]));
    server.behave();
    once(&world).expect_status(0);
    assert_eq!((world.messages().len(), world.reminded().len()), (1, 1));
}

#[test]
fn a_mail_that_is_listed_and_not_handed_out_is_told() {
    let world = World::on(Post::scripted(), &["四川汽车职业技术学院"]);
    world.receives([&unit(UNIT).on("05-05 09:12").sends(plan_set())]);
    let Post::Scripted(server) = &world.post else { panic!("not scripted") };
    server.always("BODY.PEEK[]", Misdeed::No(b"mail is damaged".to_vec()));
    let half = once(&world);
    half.expect_status(0);
    let told = half.told();
    assert!(told.contains("INBOX 有 1 封来件已列出而没有取到") && told.contains("mail is damaged"), "{told}");
    assert_eq!((world.messages().len(), world.reminded()), (0, vec![]));
    server.behave();
    let whole = world.run(&["once", "--now", &at("05-09 10:05")]);
    assert!(!whole.expect_status(0).told().contains("没有取到"), "{}", whole.told());
    assert_eq!(world.messages().len(), 1);
}

#[test]
fn a_server_that_takes_no_mail_is_told_and_the_reminder_waits() {
    let world = World::on(Post::scripted(), &["四川汽车职业技术学院"]);
    world.receiver.on("AUTH", SmtpMisdeed::Say(b"535 Error: authentication failed".to_vec()));
    let refused = once(&world);
    refused.expect_status(1);
    let told = refused.told();
    assert!(told.contains("邮箱 zjc 发信不成：535") && told.contains("shouwen outbox"), "{told}");
    assert_eq!((world.outbox(), world.reminded()), (vec!["jwc@scavtc.example queued".to_owned()], vec![]));
    world.run(&["once", "--now", &at("05-09 09:30")]).expect_status(0);
    assert_eq!(world.outbox(), ["jwc@scavtc.example sent"]);
    assert_eq!(world.reminded().len(), 1);
}

#[test]
fn an_unknown_key_is_named_with_file_and_line() {
    let world = World::on(Post::scripted(), &[]);
    world.configure("[sending]\npaec = \"none\"");
    let text = std::fs::read_to_string(world.file("shouwen.toml")).unwrap();
    let line = 1 + text.lines().position(|line| line.starts_with("paec")).unwrap();
    for command in ["run", "once", "status", "check"] {
        let refused = world.run(&[command]);
        refused.expect_status(2);
        let place = format!("shouwen.toml:{line}: sending.paec: ");
        assert!(refused.told().contains(&place), "{command}: {place:?} in {}", refused.told());
    }
    assert!(!world.data().exists(), "nothing was begun");
}

#[test]
fn a_word_that_no_command_knows_is_wrong_usage() {
    let world = World::on(Post::scripted(), &[]);
    world.run(&["statsu"]).expect_status(2);
    world.run(&["status", "--now", "yesterday"]).expect_status(2);
}
