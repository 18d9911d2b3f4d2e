//! Stories of a mailbox whose server misbehaves: whatever it does, no mail is lost, none is taken twice, and "nothing
//! new" is only believed of a server that answered every question. The server is the rehearsal's, scripted.

// A panic here is a story's verdict.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/mailbox.rs"]
mod support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use shouwen::domain::mailbox::Tls;
use shouwen::fault::Fault;
use shouwen::rehearsal::server::{Misdeed, Profile, Protection};
use support::{NOON, at, big_mail, protected_world, world};
use tokio::task::JoinSet;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// Runs stories beside one another: most of their time is waiting before the next login.
async fn side_by_side<S: Future<Output = ()> + Send + 'static>(stories: impl IntoIterator<Item = S>) {
    let mut running: JoinSet<()> = stories.into_iter().collect();
    assert!(!running.is_empty());
    while let Some(ended) = running.join_next().await {
        ended.unwrap();
    }
}

#[tokio::test]
async fn a_refused_or_cut_command_is_never_no_new_mail() {
    let said = || b"try later".to_vec();
    let steps = ["EXAMINE", "FETCH 1:*", "RFC822.SIZE", "BODY.PEEK[]"];
    side_by_side(steps.into_iter().flat_map(|step| {
        [Misdeed::No(said()), Misdeed::Bad(said()), Misdeed::Bye(said()), Misdeed::Close]
            .map(|misdeed| never_no_new_mail(step, misdeed))
    }))
    .await;
}

async fn never_no_new_mail(step: &'static str, misdeed: Misdeed) {
    let story = format!("{step} {misdeed:?}");
    let world = world(Profile::Plain).with_mails(3);
    world.server.always(step, misdeed);
    let outcome = world.pass().await;
    assert_eq!(world.captured().len(), 0, "{story}");
    let told = outcome.as_ref().map_or(true, |pass| !pass.troubles.is_empty() || pass.unfetched == 3);
    assert!(told, "{story}: {outcome:?}");
    let (complete, trouble) = world.inbox();
    let is_incomplete = !complete && trouble.is_some();
    assert!(is_incomplete || world.unfetched_uids() == [1, 2, 3], "{story}: looks complete");
    assert!(world.heard("LOGIN") <= 5, "{story}: stormed");

    world.server.behave();
    assert_eq!(world.pass().await.unwrap().captured, 3, "{story}: not made good");
    world.expect_mails(3);
    assert_eq!((world.inbox(), world.unfetched_uids()), ((true, None), vec![]), "{story}");
}

#[tokio::test]
async fn whatever_is_not_an_imap_greeting_or_login_is_tried_again_later() {
    for (step, misdeed) in [
        ("GREETING", Misdeed::Bye(b"too many connections".to_vec())),
        ("GREETING", Misdeed::Say(b"* PREAUTH welcome\r\n".to_vec())),
        ("GREETING", Misdeed::Say(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec())),
        ("GREETING", Misdeed::LineWithoutEnd),
        ("GREETING", Misdeed::Close),
        ("LOGIN", Misdeed::Bye(b"busy".to_vec())),
        ("LOGIN", Misdeed::Close),
        ("LOGIN", Misdeed::Say(b"$TAG NO [UNAVAILABLE] later\r\n".to_vec())),
    ] {
        let world = world(Profile::Plain).with_mails(1);
        world.server.on(step, misdeed.clone());
        match world.pass().await {
            // Taken up again in the same look.
            Ok(pass) => assert_eq!(pass.captured, 1, "{step} {misdeed:?}"),
            Err(fault) => {
                assert!(matches!(fault, Fault::Retry(_)), "{step} {misdeed:?}: {fault}");
                assert!(!world.inbox().0, "{step} {misdeed:?}");
            }
        }
    }
}

#[tokio::test]
async fn optional_commands_may_be_refused() {
    for step in ["CAPABILITY", "ID", "LIST"] {
        for misdeed in [Misdeed::No(b"no".to_vec()), Misdeed::Bad(b"what".to_vec())] {
            let mut world = world(Profile::Plain).with_mails(1);
            world.mailbox.folders.push("@junk".into());
            world.server.always(step, misdeed.clone());
            assert_eq!(world.pass().await.unwrap().captured, 1, "{step} {misdeed:?}");
        }
    }
}

#[tokio::test]
async fn a_cut_anywhere_in_an_answer_is_taken_up_again_in_the_same_look() {
    for step in ["EXAMINE", "FETCH 1:*", "RFC822.SIZE", "BODY.PEEK[]"] {
        for bytes in [0, 1, 9, 30, 31, 32, 60, 100, 250] {
            let world = world(Profile::Plain).with_mails(3);
            world.server.on(step, Misdeed::CutAfterBytes(bytes));
            let pass = world.pass().await.unwrap_or_else(|fault| panic!("{step} cut after {bytes}: {fault}"));
            assert_eq!(pass.captured, 3, "{step} cut after {bytes}");
            world.expect_mails(3);
        }
    }
}

#[tokio::test]
async fn a_mail_that_kills_the_connection_blocks_no_other() {
    let world = world(Profile::Plain).with_mails(6);
    // In company and alone, mail 4 never comes.
    world.server.on("BODY.PEEK[]", Misdeed::CutMidLiteral);
    world.server.always("FETCH 1 (UID BODY.PEEK[])", Misdeed::CutMidLiteral);
    let pass = world.pass().await.unwrap();
    assert_eq!((pass.captured, pass.unfetched), (5, 1));
    assert_eq!(world.unfetched_uids(), [1]);
    assert_eq!(world.inbox(), (true, None), "every listed UID is accounted for");
    world.server.behave();
    assert_eq!(world.pass().await.unwrap().captured, 1);
    world.expect_mails(6);
    assert_eq!(world.unfetched_uids(), [0_u32; 0]);
}

#[tokio::test]
async fn an_omitted_or_misnumbered_uid_stays_unseen_and_is_asked_for_again() {
    let misdeeds = [
        Misdeed::OmitUid(2),
        Misdeed::AnswerAsUid(2, 9),
        Misdeed::WithoutUid,
        Misdeed::WrongLiteralLength(1),
        Misdeed::WrongLiteralLength(-3),
    ];
    side_by_side(misdeeds.map(|misdeed| async move {
        let world = world(Profile::Plain).with_mails(3);
        world.server.always("BODY.PEEK[]", misdeed.clone());
        // Lost connections may use up the look; what matters is what is on record.
        let _ = world.pass().await;
        assert!(world.unfetched_uids().contains(&2), "{misdeed:?}");
        world.server.behave();
        world.pass().await.unwrap();
        world.expect_mails(3);
        assert_eq!(world.unfetched_uids(), [0_u32; 0], "{misdeed:?}");
    }))
    .await;
}

#[tokio::test]
async fn a_list_shorter_than_the_folder_is_not_believed() {
    let world = world(Profile::Plain).with_mails(3);
    world.server.always("FETCH 1:*", Misdeed::OmitUid(2));
    let pass = world.pass().await.unwrap();
    assert_eq!((pass.captured, pass.troubles.len()), (2, 1), "what is listed is captured all the same");
    assert!(!world.inbox().0);
}

#[tokio::test]
async fn odd_but_harmless_answers_are_taken_in_their_stride() {
    for misdeed in [
        Misdeed::Duplicate,
        Misdeed::OutOfOrder,
        Misdeed::Raw8bit,
        Misdeed::UnsolicitedFirst(b"* 1 FETCH (FLAGS (\\Seen))".to_vec()),
        Misdeed::UnsolicitedFirst("* OK [UIDVALIDITY 1628767717]中文".into()),
        Misdeed::UnsolicitedFirst(b"* 2 FETCH (UID 2 INTERNALDATE NIL)".to_vec()),
        Misdeed::UnsolicitedFirst(b"* OK \xcd\xea\xb3\xc9 {12}".to_vec()),
    ] {
        for step in ["FETCH 1:*", "BODY.PEEK[]"] {
            let world = world(Profile::Plain).with_mails(3);
            world.server.always(step, misdeed.clone());
            let pass = world.pass().await.unwrap_or_else(|fault| panic!("{step} {misdeed:?}: {fault}"));
            assert_eq!((pass.captured, pass.troubles.len()), (3, 0), "{step} {misdeed:?}");
            world.expect_mails(3);
        }
    }
}

#[tokio::test]
async fn excess_is_cut_short_and_costs_neither_time_nor_memory() {
    for misdeed in
        [Misdeed::EndlessUntagged, Misdeed::LineWithoutEnd, Misdeed::AnnounceLiteral(10_737_418_240)]
    {
        let world = world(Profile::Plain).with_mails(2);
        world.server.on("BODY.PEEK[]", misdeed.clone());
        let began = Instant::now();
        let pass = world.pass().await.unwrap_or_else(|fault| panic!("{misdeed:?}: {fault}"));
        assert_eq!(pass.captured, 2, "{misdeed:?}");
        assert!(began.elapsed() < Duration::from_secs(10), "{misdeed:?}: {:?}", began.elapsed());
    }
}

#[tokio::test]
async fn unsafe_login_is_explained_and_not_stormed() {
    for misdeed in [
        Misdeed::No(b"EXAMINE Unsafe Login. Please contact kefu@188.com for help".to_vec()),
        Misdeed::Bye(b"Unsafe Login. Please contact kefu@188.com".to_vec()),
    ] {
        let world = world(Profile::Netease).with_mails(1);
        world.server.always("EXAMINE", misdeed.clone());
        let Err(Fault::Refused(words)) = world.pass().await else { panic!("{misdeed:?} not refused") };
        assert!(words.contains("网易"), "{words}");
        assert_eq!(world.heard("LOGIN"), 1, "{misdeed:?}");
    }
}

#[tokio::test]
async fn large_mails_come_in_windows_or_as_one_literal_where_windows_fail() {
    let raw = big_mail(3_500_000);
    for (misdeed, story) in [
        (Misdeed::Behave, "windows"),
        (Misdeed::IgnorePartial, "the server ignores windows"),
        (Misdeed::WrongOrigin, "the server answers with another window"),
        (Misdeed::Bad(b"what".to_vec()), "the server refuses windows"),
        (Misdeed::CutMidLiteral, "cut in a window"),
    ] {
        let world = world(Profile::Plain).with_mails(1);
        world.server.deliver("INBOX", raw.clone(), at(NOON));
        world.server.on("BODY.PEEK[]<", misdeed);
        let pass = world.pass().await.unwrap_or_else(|fault| panic!("{story}: {fault}"));
        assert_eq!(pass.captured, 2, "{story}");
        assert!(world.captured().contains(&raw), "{story}: bytes differ");
    }
}

#[tokio::test]
async fn a_folder_rebuilt_in_the_middle_of_a_look_is_looked_at_anew() {
    let world = world(Profile::Plain).with_mails(3);
    world.server.on("RFC822.SIZE", Misdeed::UnsolicitedFirst(b"* OK [UIDVALIDITY 7] rebuilt".to_vec()));
    assert_eq!(world.pass().await.unwrap().captured, 3);
    world.expect_mails(3);
}

#[tokio::test]
async fn two_mails_under_one_uid_are_neither_believed() {
    for (from, to) in [(2, 3), (3, 2)] {
        let world = world(Profile::Plain).with_mails(3);
        world.server.on("BODY.PEEK[]", Misdeed::AnswerAsUid(from, to));
        assert_eq!(world.pass().await.unwrap().captured, 3);
        world.expect_mails(3);
    }
}

#[tokio::test]
async fn a_cut_mail_is_not_filed_and_a_misstated_size_is_only_noted() {
    let world = world(Profile::Plain);
    let whole = big_mail(1_000);
    world.server.deliver("INBOX", whole.clone(), at(NOON));
    let line = |size: usize| {
        format!(
            "* 1 FETCH (UID 1 RFC822.SIZE {size} INTERNALDATE \"09-May-2023 12:00:00 +0800\")\r\n$TAG OK\r\n"
        )
    };
    let cut = &whole[..700];
    let answer =
        [format!("* 1 FETCH (UID 1 BODY[] {{{}}}\r\n", cut.len()).as_bytes(), cut, b")\r\n$TAG OK\r\n"]
            .concat();
    world.server.always("BODY.PEEK[]", Misdeed::Say(answer));
    assert_eq!(world.pass().await.unwrap().unfetched, 1);
    assert_eq!((world.captured().len(), world.unfetched_uids()), (0, vec![1]));

    world.server.behave();
    world.server.always("RFC822.SIZE", Misdeed::Say(line(whole.len() + 40).into_bytes()));
    assert_eq!(world.pass().await.unwrap().captured, 1);
    assert_eq!(world.captured(), [whole]);
}

/// A server side of TLS for these names until this year, and the PEM that vouches for it, in a file.
fn certified(name: &str, until: i32) -> (Arc<ServerConfig>, tempfile::NamedTempFile) {
    let mut params = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(until, 1, 1);
    let key = rcgen::KeyPair::generate().unwrap();
    let made = params.self_signed(&key).unwrap();
    let der = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.der().clone()], der)
        .unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, made.pem()).unwrap();
    (Arc::new(config), file)
}

#[tokio::test]
async fn a_certificate_that_does_not_fit_needs_a_person() {
    for (story, name, until, trusted) in [
        ("good", "localhost", 4000, true),
        ("self-signed", "localhost", 4000, false),
        ("another name", "mail.example", 4000, true),
        ("expired", "localhost", 2020, true),
    ] {
        let (config, ca_file) = certified(name, until);
        let mut world = protected_world(Profile::Plain, Protection::Implicit(config)).with_mails(1);
        world.mailbox.imap.host = "localhost".into();
        world.mailbox.imap.tls = Tls::Implicit;
        world.mailbox.imap.ca_file = trusted.then(|| ca_file.path().to_owned());
        match world.pass().await {
            Ok(pass) => assert_eq!((story, pass.captured), ("good", 1)),
            Err(Fault::Refused(words)) => {
                assert!(story != "good" && words.contains("证书"), "{story}: {words}")
            }
            Err(other) => panic!("{story}: {other:?}"),
        }
        assert_eq!(world.heard("LOGIN"), usize::from(story == "good"), "{story}");
    }
}

#[tokio::test]
async fn starttls_cannot_be_stripped_or_injected_into() {
    for (misdeed, story) in [
        (Misdeed::Behave, "good"),
        (Misdeed::No(b"not offered".to_vec()), "stripped"),
        (Misdeed::UnsolicitedAfter(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n".to_vec()), "injected"),
    ] {
        let (config, ca_file) = certified("localhost", 4000);
        let mut world = protected_world(Profile::Plain, Protection::StartTls(config)).with_mails(1);
        world.mailbox.imap.host = "localhost".into();
        world.mailbox.imap.tls = Tls::StartTls;
        world.mailbox.imap.ca_file = Some(ca_file.path().to_owned());
        world.server.always("STARTTLS", misdeed);
        assert_eq!(world.pass().await.is_ok(), story == "good", "{story}");
        assert_eq!(world.heard("LOGIN"), usize::from(story == "good"), "{story}: the password left");
    }
}
