//! Greeting, TLS and login: until it stands fast with whom we talk, no password leaves; and nobody is asked twice for
//! a login that was refused, because providers lock accounts.

use shouwen::rehearsal::server::{Misdeed, Profile};

use super::{cut_after, say};
use crate::door::{Certificate, Door, GOOD};
use crate::row::Outcome::{NeedsAPerson, NothingComes, TakenUpAgain, Unnoticed};
use crate::row::{Row, row};

pub fn rows() -> Vec<Row> {
    [greetings(), protection(), logins()].into_iter().flatten().collect()
}

fn greetings() -> Vec<Row> {
    const GREETING: &str = "GREETING";
    let never = &["LOGIN"];
    let busy = || Misdeed::Bye("too many connections".into());
    vec![
        row("greets with BYE once", TakenUpAgain).once(GREETING, busy()),
        row("greets with BYE every time", NothingComes("too many connections"))
            .always(GREETING, busy())
            .never(never),
        row("greets with PREAUTH", NothingComes("PREAUTH"))
            .always(GREETING, say("* PREAUTH welcome\r\n"))
            .never(never),
        row("is a web server", NothingComes("不是 IMAP"))
            .always(GREETING, say("HTTP/1.1 400 Bad Request\r\n\r\n"))
            .never(never),
        row("hangs up before greeting, once", TakenUpAgain).once(GREETING, Misdeed::Close),
        row("hangs up before greeting, every time", NothingComes("中断"))
            .always(GREETING, Misdeed::Close)
            .never(never),
        row("hangs up within its greeting", TakenUpAgain).once(GREETING, cut_after("* OK")),
        row("greets with a line without end", NothingComes("8 KiB"))
            .always(GREETING, Misdeed::LineWithoutEnd)
            .never(never),
        row("greets with untagged data without end", NothingComes("不合 IMAP 协议"))
            .always(GREETING, Misdeed::EndlessUntagged)
            .never(never),
        row("greets in raw GBK", Unnoticed)
            .always(GREETING, Misdeed::Say(b"* OK \xbb\xb6\xd3\xad\r\n".to_vec())),
    ]
}

fn protection() -> Vec<Row> {
    let never = &["LOGIN"];
    let shows = |what: &str, shown| {
        row(format!("shows {what}"), NeedsAPerson("证书")).behind(Door::Tls(shown)).never(never)
    };
    vec![
        row("speaks TLS with a good certificate", Unnoticed).behind(Door::Tls(GOOD)),
        shows("a self-signed certificate", Certificate { trusted: false, ..GOOD }),
        shows("a certificate for another name", Certificate { name: "mail.example", ..GOOD }),
        shows("a certificate that has expired", Certificate { until: 2020, ..GOOD }),
        row("speaks plain text where TLS is wanted", NothingComes("TLS"))
            .behind(Door::PlainForTls)
            .never(never),
        row("offers STARTTLS as it should", Unnoticed).behind(Door::StartTls),
        row("refuses STARTTLS", NeedsAPerson("STARTTLS"))
            .behind(Door::StartTls)
            .always("STARTTLS", Misdeed::No("not offered".into()))
            .never(never),
        row("sends something behind its consent to STARTTLS", NothingComes("TLS"))
            .behind(Door::StartTls)
            .always("STARTTLS", Misdeed::UnsolicitedAfter(b"* CAPABILITY IMAP4rev1\r\n".to_vec()))
            .never(never),
        row("hangs up at STARTTLS", TakenUpAgain).behind(Door::StartTls).once("STARTTLS", Misdeed::Close),
    ]
}

fn logins() -> Vec<Row> {
    const LOGIN: &str = "LOGIN";
    let refuses = |text: &[u8]| Misdeed::No(text.to_vec());
    let unsafe_login = "Unsafe Login. Please contact kefu@mail.example";
    vec![
        row("refuses the password", NeedsAPerson("授权码"))
            .always(LOGIN, refuses(b"LOGIN Login error or password error")),
        // 登录频率限制 in GBK
        row("refuses the password in raw GBK", NeedsAPerson("频率限制"))
            .always(LOGIN, refuses(b"LOGIN \xb5\xc7\xc2\xbc\xc6\xb5\xc2\xca\xcf\xde\xd6\xc6")),
        row("repeats the password in its refusal", NeedsAPerson("***"))
            .always(LOGIN, refuses(b"LOGIN zjc canary-7Kq is wrong")),
        row("does not know LOGIN", NeedsAPerson("授权码")).always(LOGIN, Misdeed::Bad("what".into())),
        row("has no time for a login, once", TakenUpAgain).once(LOGIN, refuses(b"[UNAVAILABLE] later")),
        row("has no time for a login, every time", NothingComes("[UNAVAILABLE]"))
            .always(LOGIN, refuses(b"[UNAVAILABLE] later")),
        row("says BYE to a login, every time", NothingComes("busy"))
            .always(LOGIN, Misdeed::Bye("busy".into())),
        row("hangs up within its answer to the login", TakenUpAgain).once(LOGIN, cut_after("$TAG O")),
        row("answers the login without end", TakenUpAgain).once(LOGIN, Misdeed::EndlessUntagged),
        row("says “Unsafe Login” as NO to EXAMINE", NeedsAPerson("网易"))
            .by(Profile::Netease)
            .always("EXAMINE", Misdeed::No(format!("EXAMINE {unsafe_login}").into())),
        row("says “Unsafe Login” as BYE to EXAMINE", NeedsAPerson("网易"))
            .by(Profile::Netease)
            .always("EXAMINE", Misdeed::Bye(unsafe_login.into())),
        row("says “Unsafe Login” as BYE to the login", NeedsAPerson("网易"))
            .by(Profile::Netease)
            .always(LOGIN, Misdeed::Bye(unsafe_login.into())),
    ]
}
