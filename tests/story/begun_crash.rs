//! A kill in the moment in which the beginning of a large mail is laid by for the next `once`: that one goes on with the older
//! beginning, or begins anew, and never with half of one.

use std::os::unix::process::ExitStatusExt as _;

use shouwen::rehearsal::server::{ImapServer, Misdeed};

use super::world::{Post, World, at};

pub const POINTS: [&str; 1] = ["capture.begun_synced"];

const MORNING: &str = "05-09 09:00";
const MIB: usize = 1 << 20;

fn large_mail() -> Vec<u8> {
    let head = "From: lily@163.example\r\nSubject: big\r\nMessage-ID: <big@163.example>\r\n\
                Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee below\r\n--b\r\n\
                Content-Type: application/octet-stream; name=big.bin\r\n\r\n";
    let lines: String = (0..3 * MIB / 64).map(|line| format!("{line:062}\r\n")).collect();
    format!("{head}{lines}--b--\r\n").into_bytes()
}

/// How often the mail was asked for from here.
fn asked_from(server: &ImapServer, offset: usize) -> usize {
    let window = format!("BODY.PEEK[]<{offset}.");
    server.log().iter().filter(|heard| heard.text.contains(&window)).count()
}

#[test]
fn a_mail_that_was_begun_comes_whole_after_a_kill() {
    for has_older in [false, true] {
        let world = World::on(Post::scripted(), &[]);
        let Post::Scripted(server) = &world.post else { unreachable!() };
        let raw = large_mail();
        server.deliver("INBOX", raw.clone(), at("05-09 08:00").parse().unwrap());
        let ends_at = |offset: usize| {
            // What needs a person is not tried again in this run.
            server.on(&format!("BODY.PEEK[]<{offset}."), Misdeed::Bye(b"Unsafe Login".to_vec()));
        };
        if has_older {
            ends_at(MIB);
            world.run(&["once", "--no-send", "--now", &at(MORNING)]).expect_status(1);
        }
        ends_at(2 * MIB);
        let mut program = world.program(&["once", "--no-send", "--now", &at(MORNING)]);
        let killed = program.env("SHOUWEN_KILL", POINTS[0]).output().unwrap();
        assert_eq!(killed.status.signal(), Some(9), "{}", String::from_utf8_lossy(&killed.stderr));

        world.once_without_sending(MORNING);
        let (blobs, _) = world.hashes();
        let [blob] = &blobs[..] else { panic!("{blobs:?}") };
        assert!(std::fs::read(world.blob(blob)).unwrap() == raw, "bytes differ");
        assert_eq!(world.messages().len(), 1);
        world.verify();
        let begun = if has_older { 1 } else { 2 };
        assert_eq!((asked_from(server, 0), asked_from(server, MIB)), (begun, 3 - usize::from(!has_older)));
    }
}
