//! What the guard lets through, what it ends, and that nothing which a server says can panic the library above.

use super::*;
use crate::imap::{Body, Fetched};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

fn budget() -> Budget {
    let moment = Duration::from_secs(5);
    let until = Instant::now() + moment;
    Budget { until, idle: moment, responses: 3, literal_bytes: 100, awaited_bytes: 0 }
}

/// What comes out above the guard when the server writes `pieces` and hangs up.
async fn above(pieces: &[&[u8]]) -> io::Result<Vec<u8>> {
    let (mut server, client) = tokio::io::duplex(1 << 20);
    for piece in pieces {
        server.write_all(piece).await.unwrap();
    }
    drop(server);
    let mut got = Vec::new();
    Guard::new(Box::new(client), budget()).read_to_end(&mut got).await.map(|_| got)
}

#[tokio::test]
async fn literals_pass_untouched_and_lines_are_made_readable() {
    let literal = "中文\r\n* XLIST\r\n\0".as_bytes();
    for (label, end) in [("LSUB () \"/\"", ""), ("1 FETCH (UID 7 ENVELOPE", ")")] {
        let head = format!("* {label} {{{}}}\r\n", literal.len());
        let tail = format!("{end}\r\n* OK [UIDVALIDITY 7]中文\r\n");
        let got = above(&[head.as_bytes(), literal, tail.as_bytes()]).await.unwrap();
        let end = format!("{end}\r\n* OK [UIDVALIDITY 7]??????\r\n");
        let want = [head.as_bytes(), literal, end.as_bytes()].concat();
        assert_eq!(got, want, "{label}");
    }
}

/// What the taker is given of these bytes, the bytes of each mail joined, and what is left for the library.
async fn diverted(bytes: &[u8], step: usize) -> (Vec<(Vec<u8>, Option<Fetched>)>, String) {
    let (mut server, client) = tokio::io::duplex(1 << 20);
    let mut guard = Guard::new(Box::new(client), Budget { responses: 100, ..budget() });
    let (mut mails, mut current) = (Vec::new(), Vec::new());
    for chunk in bytes.chunks(step) {
        server.write_all(chunk).await.unwrap();
        let mut take = |piece: Piece<'_>| match piece {
            Piece::Bytes(bytes) => current.extend_from_slice(bytes),
            Piece::End(fetched) => mails.push((std::mem::take(&mut current), fetched)),
        };
        guard.fill(&mut take).await.unwrap();
    }
    (mails, String::from_utf8(guard.cleared).unwrap())
}

#[tokio::test]
async fn mails_go_their_own_way_wherever_their_number_stands_and_however_they_are_cut_up() {
    let answers = b"* 1 FETCH (UID 7 BODY[] {5}\r\na\r\n)\n)\r\n* 2 FETCH (BODY[]<9> {3}\r\n{3} UID 8)\r\n\
        * 9 EXISTS\r\n* 3 FETCH (UID 9 BODY[] {0}\r\n)\r\n* 4 FETCH (FLAGS (\\Seen))\r\n\
        * 5 FETCH (UID 4 BODY[] {1}\r\nx BODY[] {1}\r\ny)\r\nA1 OK\r\n";
    for step in [1, 2, 7, 1000] {
        let (mails, library) = diverted(answers, step).await;
        let told: Vec<_> = mails
            .iter()
            .map(|(bytes, fetched)| (&bytes[..], fetched.map(|fetched| (fetched.uid, fetched.body))))
            .collect();
        let want = [
            (&b"a\r\n)\n"[..], Some((Some(7), Body::Whole))),
            (b"{3}", Some((Some(8), Body::From(9)))),
            (b"", Some((Some(9), Body::Whole))),
            (b"", Some((None, Body::Absent))),
            (b"xy", None),
        ];
        assert_eq!(told, want, "in steps of {step}");
        let left = "* 9 EXISTS\r\n* 5 FETCH (UID 4 BODY[] {0}\r\n BODY[] {0}\r\n)\r\nA1 OK\r\n";
        assert_eq!(library, left, "in steps of {step}");
    }
}

/// Whoever sent chatter, or more than was asked for, a little faster than is too slow would never be left.
#[tokio::test]
async fn time_is_bought_by_what_was_asked_for_alone() {
    let (mut server, client) = tokio::io::duplex(1 << 20);
    let budget = Budget { responses: 100, ..budget() }.awaiting(60_000);
    let mut guard = Guard::new(Box::new(client), Budget { literal_bytes: 100_000, ..budget });
    let mut bought = async |bytes: &[u8]| {
        server.write_all(bytes).await.unwrap();
        guard.fill(&mut |_| {}).await.unwrap()
    };
    let chatter = format!("* OK {}\r\n* 7 EXISTS\r\n", "x".repeat(50_000));
    assert_eq!(bought(chatter.as_bytes()).await, Duration::ZERO);
    let mail = format!("* 1 FETCH (UID 7 BODY[] {{100000}}\r\n{}", "x".repeat(50_000));
    assert_eq!(bought(mail.as_bytes()).await, Limits::time_of(50_000));
    assert_eq!(bought(&[b'x'; 50_000]).await, Limits::time_of(10_000), "no more was awaited");
    assert_eq!(bought(b")\r\n* 2 FETCH (UID 8)\r\n").await, Duration::ZERO);

    let (mut server, client) = tokio::io::duplex(1 << 20);
    let mut guard = Guard::new(Box::new(client), budget.awaiting(60_000));
    let line = "* 1 FETCH (UID 8 RFC822.SIZE 7)\r\n";
    for paid in [line.trim_end().len() as u64, 0] {
        server.write_all(line.as_bytes()).await.unwrap();
        assert_eq!(guard.fill(&mut |_| {}).await.unwrap(), Limits::time_of(paid), "a mail is listed once");
    }
    for (uid, padding, paid) in [(7, "", 31), (9, "", 31), (6, &*" ".repeat(500), Limits::LISTED_BYTES)] {
        let line = format!("* 1 FETCH (UID {uid} RFC822.SIZE {padding}7)\r\n");
        server.write_all(line.as_bytes()).await.unwrap();
        assert_eq!(guard.fill(&mut |_| {}).await.unwrap(), Limits::time_of(paid), "in any order: {uid}");
    }
}

#[tokio::test]
async fn several_mails_in_one_answer_are_together_no_larger_than_one_may_be() {
    let mail = format!("BODY[] {{60}}\r\n{}", "x".repeat(60));
    let answer = |mails: usize| format!("* 1 FETCH (UID 7 {})\r\n", vec![mail.as_str(); mails].join(" "));
    assert!(above(&[answer(1).as_bytes()]).await.is_ok());
    let trip = above(&[answer(2).as_bytes()]).await.unwrap_err();
    assert_eq!(trip.kind(), io::ErrorKind::InvalidData);
}

#[tokio::test]
async fn mails_announced_as_binary_are_mails() {
    let answer =
        b"* 1 FETCH (UID 7 BODY[] ~{2}\r\n\0) FLAGS ())\r\n* 2 FETCH (UID 8 BODY.PEEK[]  {1}\r\nx)\r\n";
    let (mails, library) = diverted(answer, 1000).await;
    let came: Vec<_> =
        mails.iter().map(|(bytes, fetched)| (&bytes[..], fetched.and_then(|fetched| fetched.uid))).collect();
    assert_eq!((came, library), (vec![(&b"\0)"[..], Some(7)), (b"x", Some(8))], String::new()));
}

#[tokio::test]
async fn a_mail_whose_answer_goes_to_the_library_leaves_no_bytes_to_the_next_mail() {
    let answers =
        b"* 1 FETCH (UID 7 BODY[] {1}\r\nx ENVELOPE {2}\r\nab)\r\n* 2 FETCH (UID 8 BODY[] {1}\r\ny)\r\n";
    let (mails, _) = diverted(answers, 7).await;
    let own = mails.last().map(|(bytes, fetched)| (&bytes[..], fetched.and_then(|fetched| fetched.uid)));
    assert_eq!(own, Some((&b"y"[..], Some(8))));
    assert_eq!(mails.first(), Some(&(b"x".to_vec(), None)));
}

#[tokio::test]
async fn what_is_said_aside_is_read_or_passed_over_and_never_costs_what_mails_hang_on() {
    let answers = "* LIST (\\Junk) \"/\" {4}\r\nJ\"\\k\r\n* LIST (\\Sent \"/\" \"Sent\"\r\n\r\n* CAPABILITY IDLE ((\r\n\
        * FLAGS (\\Seen\r\n* X中 {3}\r\n\r\n)\r\n* STATUS {5}\r\nINBOX (UIDNEXT 3)\r\n* FETCH (UID 3)\r\n* x EXISTS\r\n\
        * 1 FETCH (UID x)\r\nA1 NO 中\r\n";
    for step in [1, 7, 1000] {
        let (mut server, client) = tokio::io::duplex(1 << 20);
        let mut guard = Guard::new(Box::new(client), Budget { responses: 100, ..budget() });
        for chunk in answers.as_bytes().chunks(step) {
            server.write_all(chunk).await.unwrap();
            guard.fill(&mut |_| {}).await.unwrap();
        }
        let left = "* STATUS {5}\r\nINBOX (UIDNEXT 3)\r\n* FETCH (UID 3)\r\n* x EXISTS\r\nA1 NO ???\r\n";
        assert_eq!(String::from_utf8_lossy(&guard.cleared), left, "in steps of {step}");
        let asides = guard.asides();
        let folders: Vec<&str> = asides.listing.folders.iter().map(|folder| folder.raw.as_str()).collect();
        assert_eq!((folders, asides.listing.unread), (vec!["J\"\\k"], 1), "in steps of {step}");
        assert_eq!((asides.capabilities.len(), asides.unread_mails), (2, 1), "in steps of {step}");
    }
}

#[tokio::test]
async fn a_mail_of_128_mib_costs_no_more_memory_than_one_buffer() {
    const MAIL_BYTES: usize = 128 << 20;
    let (mut server, client) = tokio::io::duplex(1 << 20);
    tokio::spawn(async move {
        let block = vec![b'x'; 1 << 20];
        server.write_all(format!("* 1 FETCH (UID 7 BODY[] {{{MAIL_BYTES}}}\r\n").as_bytes()).await.unwrap();
        for _ in 0..MAIL_BYTES / block.len() {
            server.write_all(&block).await.unwrap();
        }
        server.write_all(b")\r\n").await.unwrap();
    });
    let generous = Budget { literal_bytes: Limits::MAIL_BYTES, ..budget() };
    let mut guard = Guard::new(Box::new(client), generous);
    let (mut came, mut end, mut most) = (0, None, 0);
    while end.is_none() {
        let mut take = |piece: Piece<'_>| match piece {
            Piece::Bytes(bytes) => came += bytes.len(),
            Piece::End(fetched) => end = fetched,
        };
        guard.fill(&mut take).await.unwrap();
        let buffers = [&guard.raw, &guard.cleared, &guard.line, &guard.held, &guard.tagged, &guard.outgoing];
        most = most.max(buffers.iter().map(|buffer| buffer.capacity()).sum());
    }
    assert_eq!((came, end.unwrap().uid), (MAIL_BYTES, Some(7)));
    assert!(most < 2 * Limits::READ_BYTES, "{most} bytes");
}

#[tokio::test]
async fn a_list_of_100_000_mails_never_meets_the_library() {
    let mut answers = Vec::new();
    for uid in 1..=100_000 {
        let line = format!(
            "* {uid} FETCH (UID {uid} RFC822.SIZE 5000 INTERNALDATE \"09-May-2023 12:00:00 +0800\")\r\n"
        );
        answers.extend_from_slice(line.as_bytes());
    }
    let (_server, client) = tokio::io::duplex(1);
    let mut guard = Guard::new(Box::new(client), Budget { responses: 100_000, ..budget() });
    let (began, mut uids) = (std::time::Instant::now(), Vec::new());
    for chunk in answers.chunks(Limits::READ_BYTES) {
        guard
            .digest(chunk, &mut |piece| {
                if let Piece::End(Some(Fetched { uid: Some(uid), received_at: Some(_), .. })) = piece {
                    uids.push(uid);
                }
            })
            .unwrap();
    }
    eprintln!("100,000 lines: {:?}", began.elapsed());
    assert!(uids.len() == 100_000 && guard.cleared.is_empty());
}

#[tokio::test]
async fn excess_ends_the_connection_before_it_costs_anything() {
    let long = vec![b'x'; Limits::LINE_BYTES + 1];
    let nested = format!("* 1 FETCH ({}\r\n", "(".repeat(400));
    let many_lines =
        [&b"* LIST () \"/\""[..], &[&b" {9999}\r\n"[..], &b"x".repeat(9999)].concat().repeat(30)].concat();
    for (story, bytes) in [
        ("chatter", &b"* 5 EXISTS\r\n".repeat(4)[..]),
        ("mail", b"* 1 FETCH (BODY[] {10737418240}\r\n"),
        ("mail larger than expected", b"* 1 FETCH (BODY[] {101}\r\n"),
        ("literal that is no mail", b"* 1 FETCH (ENVELOPE {65537}\r\n"),
        ("answer without end", &many_lines),
        ("line", &long),
        ("nesting", nested.as_bytes()),
    ] {
        let error = above(&[bytes]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{story}");
    }
}

#[tokio::test]
async fn silence_and_dripping_both_end() {
    let moment = Duration::from_millis(100);
    let (mut server, client) = tokio::io::duplex(64);
    let mut guard = Guard::new(Box::new(client), Budget { idle: moment, ..budget() });
    assert_eq!(guard.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut, "silence");

    guard.begin(Budget { until: Instant::now() + 3 * moment, idle: moment, ..budget() });
    tokio::spawn(async move {
        while server.write_all(b"x").await.is_ok() {
            tokio::time::sleep(moment / 10).await;
        }
    });
    assert_eq!(guard.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut, "dripping");
}

#[tokio::test]
async fn the_words_of_a_refusal_survive_although_the_parser_never_sees_them() {
    let (mut server, client) = tokio::io::duplex(1024);
    server.write_all("* BYE 再见\r\nA1 NO 密码错误\r\n".as_bytes()).await.unwrap();
    let mut guard = Guard::new(Box::new(client), budget());
    let mut some = [0; 200];
    while guard.tagged.is_empty() {
        let _ = guard.read(&mut some).await.unwrap();
    }
    assert_eq!((guard.tagged_words().as_str(), guard.bye_words().as_deref()), ("密码错误", Some("再见")));
}

/// Answers of every kind, to be spoilt.
const ANSWERS: [&str; 12] = [
    "* OK [UIDVALIDITY 7] 中文",
    "* OK [PERMANENTFLAGS (\\Seen \\*)] x",
    "A1 NO [ALERT] 密码",
    "* CAPABILITY IMAP4rev1 ID AUTH=PLAIN",
    "* LIST (\\Junk \\HasNoChildren) \"/\" \"&V4NXPpCuTvY-\"",
    "* XLIST (\\Spam) NIL {5}\r\nabcde",
    "* STATUS \"INBOX\" (UIDNEXT 3)",
    "* 3 FETCH (UID 9 RFC822.SIZE 12 INTERNALDATE \"09-May-2023 12:00:00 +0800\" FLAGS (\\Seen))",
    "* 3 FETCH (UID 9 BODY[]<0> {7}\r\n中\r\n)( UID 9)",
    "* ID (\"name\" NIL)",
    "* METADATA \"INBOX\" (/shared/comment \"x\")",
    "* 1 FETCH (ENVELOPE (\"d\" NIL NIL NIL NIL NIL NIL NIL NIL \"<m>\") BODYSTRUCTURE (\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 5 1))",
];

#[tokio::test]
async fn no_spoilt_answer_panics_the_library_above() {
    const SPICE: [&[u8]; 10] =
        [b"NIL", "中".as_bytes(), b"\0", b"\r\n", b"{3}", b"]", b"(", b"\"", b"\\", b"99999999999"];
    let mut dice = 0x2545_F491_4F6C_DD1D_u64;
    let mut roll = |sides: usize| {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        usize::try_from(dice % sides as u64).unwrap()
    };
    for _ in 0..4_000 {
        let mut bytes = format!("{}\r\n", ANSWERS[roll(ANSWERS.len())]).into_bytes();
        for _ in 0..=roll(3) {
            let (at, spice) = (roll(bytes.len()), SPICE[roll(SPICE.len())]);
            let end = bytes.len().min(at + roll(4));
            bytes.splice(at..end, spice.iter().copied());
        }
        bytes.extend_from_slice(b"* 1 EXISTS\r\n");
        let (mut server, client) = tokio::io::duplex(1 << 16);
        server.write_all(&bytes).await.unwrap();
        drop(server);
        let mut library = async_imap::Client::new(Guard::new(Box::new(client), budget()));
        while let Ok(Some(_)) = library.read_response().await {}
    }
}
