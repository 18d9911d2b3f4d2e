//! Stranger things: answers that stretch the grammar, and two faults together. A clerk wants the mail all the same, or to
//! be told that it did not come.

use shouwen::rehearsal::server::{Misdeed, Profile};

use super::{UIDVALIDITY, cut_after, first, replace, say};
use crate::door::{Door, GOOD};
use crate::row::Outcome::{
    LeftOut, NeedsAPerson, Noted, NothingComes, PartlyListed, TakenUpAgain, Unnoticed,
};
use crate::row::{BODY, LIST, Row, row};
use crate::support::{NOON, World, at, big_mail, mail};

/// Where answers go wrong.
const PLACES: [(&str, &str); 3] = [("EXAMINE", "EXAMINE"), (LIST, "the list of mails"), (BODY, "mails")];
const PROXY: &str = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n";

pub fn rows() -> Vec<Row> {
    [codes(), numbers(), everywhere(), labels(), ends(), folders(), together(), door()]
        .into_iter()
        .flatten()
        .collect()
}

fn after(text: &str) -> Misdeed {
    Misdeed::UnsolicitedAfter(text.into())
}

/// Of EXAMINE.
fn codes() -> Vec<Row> {
    let tells = |name: &str, line: &str| row(name, Unnoticed).always("EXAMINE", first(line));
    let code = format!("* OK [UIDVALIDITY {UIDVALIDITY}] UIDs valid\r\n");
    let instead = |name: &str, line: &str| row(name, Unnoticed).always("EXAMINE", replace(&code, line));
    let only = format!("* OK [UIDVALIDITY {UIDVALIDITY}]\r\n");
    let spaced = format!("* OK [UIDVALIDITY {UIDVALIDITY} ] so\r\n");
    let refusing = format!("* NO [UIDVALIDITY {UIDVALIDITY}] so\r\n");
    let tagged = format!("[UIDVALIDITY {UIDVALIDITY}]");
    vec![
        tells("tells a change number beyond any number", "* OK [HIGHESTMODSEQ 99999999999999999999] so"),
        tells("tells a next UID beyond any number", "* OK [UIDNEXT 99999999999] so"),
        tells("tells a next UID below those there are", "* OK [UIDNEXT 1] so"),
        tells("tells an unseen mail beyond any number", "* OK [UNSEEN 4294967296] so"),
        tells("tells a code with brackets in it", "* OK [XCODE \"a]b\" (c]d)] so"),
        tells("tells a code without its end", "* OK [XCODE so"),
        tells("tells an empty code", "* OK [] so"),
        tells("tells permanent flags without end", "* OK [PERMANENTFLAGS (\\Seen"),
        tells("tells flags in Chinese and with brackets", "* FLAGS (\\Seen 重要 $a[b)"),
        tells("tells an EXPUNGE beyond any mail", "* 99 EXPUNGE"),
        tells("tells what vanished earlier", "* VANISHED (EARLIER) 41,43:116"),
        tells("tells an alarm in Chinese right behind its code", "* OK [ALERT]邮箱将满"),
        tells("says OK to nothing, and nothing more", "* OK"),
        instead("tells the UIDVALIDITY in small letters", &code.to_lowercase()),
        instead("tells the UIDVALIDITY without words", &only),
        instead("tells the UIDVALIDITY with a space before its bracket", &spaced),
        instead("tells the UIDVALIDITY with a NO", &refusing),
        instead("tells a UIDVALIDITY that is no number", "* OK [UIDVALIDITY x] so\r\n"),
        instead("tells the UIDVALIDITY behind the tagged OK alone", "")
            .always("EXAMINE", replace("[READ-ONLY]", &tagged)),
        instead("opens the folder and tells nothing but flags", "")
            .always("EXAMINE", replace("* 3 EXISTS\r\n", ""))
            .always("EXAMINE", replace("* 0 RECENT\r\n", "")),
        row("opens the folder with a code without its end", Unnoticed)
            .always("EXAMINE", replace("[READ-ONLY]", "[READ-ONLY")),
    ]
}

fn numbers() -> Vec<Row> {
    let exists = |name: &str, line: &str, outcome| {
        row(name, outcome).always("EXAMINE", replace("* 3 EXISTS\r\n", line))
    };
    let size = mail(2).len();
    let sizes = |name: &str, with: &str, outcome| {
        row(name, outcome).always("RFC822.SIZE", replace(&format!("RFC822.SIZE {size}"), with))
    };
    let lists = |name: &str, with: &str, outcome| row(name, outcome).always(LIST, replace("(UID 2 ", with));
    vec![
        exists(
            "tells of mails beyond any number",
            "* 99999999999 EXISTS\r\n",
            NothingComes("不合 IMAP 协议"),
        ),
        exists("tells of mails below nought", "* -1 EXISTS\r\n", NothingComes("不合 IMAP 协议")),
        exists(
            "tells of two million mails and lists three",
            "* 2000000 EXISTS\r\n",
            PartlyListed(3, "2000000"),
        ),
        exists("tells of mails in small letters", "* 3 exists\r\n", Unnoticed),
        exists("tells of mails with a space behind", "* 3 EXISTS \r\n", Unnoticed),
        exists("tells of mails with two carriage returns", "* 3 EXISTS\r\r\n", Unnoticed),
        row("tells of fewer mails while it lists", Unnoticed).always(LIST, first("* 1 EXISTS")),
        row("takes all mails back while it lists", PartlyListed(3, "只列出 3 封"))
            .always(LIST, first("* 1 EXPUNGE\r\n* 1 EXPUNGE\r\n* 1 EXPUNGE\r\n* 9 EXISTS")),
        sizes("tells sizes in quotation marks", &format!("RFC822.SIZE \"{size}\""), Unnoticed),
        sizes("tells sizes of 5 GB", "RFC822.SIZE 5000000000", Noted("实收")),
        sizes("tells sizes of NIL", "RFC822.SIZE NIL", Unnoticed),
        sizes("tells two sizes of a mail", &format!("RFC822.SIZE {size} RFC822.SIZE {size}"), Unnoticed),
        lists("lists a mail under a UID in quotation marks", "(UID \"2\" ", PartlyListed(2, "只列出 2 封")),
        lists("lists a mail under two UIDs", "(UID 2 UID 9 ", PartlyListed(2, "只列出 2 封")),
        lists("lists a mail under a UID with noughts before it", "(UID 0002 ", Unnoticed),
        lists("lists a mail that is deleted", "(FLAGS (\\Deleted) UID 2 ", Unnoticed),
        row("lists a mail as the one before the first", Unnoticed)
            .always(LIST, replace("* 2 FETCH", "* 0 FETCH")),
    ]
}

/// What may come before or behind any answer.
fn everywhere() -> Vec<Row> {
    let flags: String = (1..=2_000).map(|n| format!("* {n} FETCH (FLAGS (\\Seen))\r\n")).collect();
    let lines = [
        "* ESEARCH (TAG \"A1\") UID ALL 1:3",
        "* NAMESPACE ((\"\" \"/\")) NIL NIL",
        "* QUOTA \"\" (STORAGE 10 512)",
        "* METADATA \"\" (/x {3}\r\nabc)",
        "* STATUS {5}\r\nINBOX (MESSAGES 3)",
        "* CAPABILITY IMAP4rev1 IDLE",
    ];
    let mut rows = vec![
        row("tells before its list that 2,000 mails were read by others", TakenUpAgain)
            .once(LIST, first(flags.trim_end())),
    ];
    for (step, place) in PLACES {
        let is_last = step == BODY;
        let every = |what: &str, misdeed| row(format!("{what} {place}"), Unnoticed).always(step, misdeed);
        rows.extend([
            every("puts a carriage return into a remark before", first("* OK one\rtwo")),
            every("puts empty lines before", first("\r\n\r\n")),
            every("puts spaces behind the OK to", replace("completed\r\n", "completed  \r\n")),
            row(format!("puts a proxy's page before {place}, once"), TakenUpAgain).once(step, first(PROXY)),
            // Mails that came before the connection is ended over it are there.
            row(
                format!("puts a proxy's page before {place}, every time"),
                if is_last { TakenUpAgain } else { NothingComes("不合 IMAP 协议") },
            )
            .always(step, first(PROXY)),
            row(format!("says BYE behind the OK to {place}"), if is_last { Unnoticed } else { TakenUpAgain })
                .once(step, after("* BYE shutting down\r\n")),
            row(format!("puts a byte order mark before {place}"), TakenUpAgain)
                .once(step, first("\u{feff}* OK so")),
        ]);
        rows.extend(lines.map(|line| {
            let shown = line.replace("\r\n", "␍␊");
            every(&format!("says `{shown}` before"), first(line))
        }));
    }
    rows
}

/// How the second mail is handed out.
fn labels() -> Vec<Row> {
    let size = mail(2).len();
    let raw = String::from_utf8(mail(2)).unwrap();
    let whole = format!("UID 2 BODY[] {{{size}}}\r\n{raw}");
    let short = &raw[..raw.len() - 12];
    let cut = format!("UID 2 BODY[] ~{{{}}}\r\n{short}", short.len());
    let part = format!("UID 2 BODY[]<0> {{{}}}\r\n{short}", short.len());
    let hands = |name: &str, before: &str, behind: &str, outcome| {
        let text = format!("{before}{{{size}}}\r\n{raw}{behind}");
        row(format!("hands out a mail {name}"), outcome).always(BODY, replace(&whole, &text))
    };
    let instead = |name: &str, text: &str, outcome| {
        row(format!("hands out a mail {name}"), outcome).always(BODY, replace(&whole, text))
    };
    let only = |end: &str| say(&format!("* 2 FETCH ({whole})\r\n$TAG {end}\r\n"));
    vec![
        hands("as binary", "UID 2 BODY[] ~", "", Unnoticed),
        hands("labelled as it was asked for", "UID 2 BODY.PEEK[] ", "", Unnoticed),
        hands("labelled BINARY[]", "UID 2 BINARY[] ~", "", LeftOut(&[2], "不合 IMAP 协议")),
        hands("labelled RFC822", "UID 2 RFC822 ", "", LeftOut(&[2], "没有给出")),
        hands("as its part from nought on", "UID 2 BODY[]<0> ", "", Unnoticed),
        hands("as its part from 5 on", "UID 2 BODY[]<5> ", "", LeftOut(&[2], "没有给出")),
        hands("before its flags and its UID", "BODY[] ", " FLAGS (\\Seen) UID 2", Unnoticed),
        hands("between its UID and its UID", "UID 2 BODY[] ", " UID 2", Unnoticed),
        hands("under two UIDs", "UID 2 UID 3 BODY[] ", "", LeftOut(&[2], "没有给出")),
        hands(
            "under two UIDs, one before and one behind",
            "UID 3 BODY[] ",
            " UID 2",
            LeftOut(&[2], "没有给出"),
        ),
        hands("behind two spaces", "UID 2  BODY[]  ", "", Unnoticed),
        hands("with flags in Chinese and with brackets", "UID 2 FLAGS (重要 $a[b) BODY[] ", "", Unnoticed),
        hands("with a quotation mark in a flag", "UID 2 FLAGS (a\"b) BODY[] ", "", LeftOut(&[2], "没有给出")),
        hands(
            "behind a label that is a literal",
            "UID 2 X ({3}\r\na b) BODY[] ",
            "",
            LeftOut(&[2], "没有给出"),
        ),
        instead("as binary, and cut", &cut, LeftOut(&[2], "不完整")),
        instead("as its part from nought on, and cut", &part, LeftOut(&[2], "没有给出")),
        instead("twice in one answer", &format!("{whole} {}", &whole[6..]), LeftOut(&[2], "没有给出")),
        instead("in quotation marks", "UID 2 BODY[] \"Subject: x\"", LeftOut(&[2], "没有给出")),
        hands(
            "under two UIDs, of which the other is not handed out",
            "UID 2 UID 3 BODY[] ",
            "",
            LeftOut(&[2, 3], "没有给出"),
        )
        .always(BODY, replace("* 3 FETCH (UID 3", "* 3 FETCH (UID 9")),
        row("hands out one mail and says NO, once", Unnoticed).once(BODY, only("NO [EXPUNGEISSUED] gone")),
        row("hands out one mail and says BAD, once", Unnoticed).once(BODY, only("BAD [LIMIT] too many")),
        row("hands out one mail and says NO, every time", LeftOut(&[1, 3], "some are gone"))
            .always(BODY, only("NO [EXPUNGEISSUED] some are gone")),
    ]
}

/// How the answer with the second mail ends.
fn ends() -> Vec<Row> {
    let ends = |name: &str, end: &str, outcome| {
        row(format!("ends a mail {name}"), outcome)
            .always(BODY, replace("--b2--\r\n)\r\n", &format!("--b2--\r\n{end}\r\n")))
    };
    vec![
        ends("without a parenthesis", "", LeftOut(&[2], "不合 IMAP 协议")),
        ends("with two parentheses", "))", LeftOut(&[2], "不合 IMAP 协议")),
        ends("with a remark on the same line", ") * OK so", LeftOut(&[2], "不合 IMAP 协议")),
        ends("with spaces", "   )  ", Unnoticed),
    ]
}

fn folders() -> Vec<Row> {
    fn with_junk(world: &mut World) {
        world.mailbox.folders.push("@junk".into());
        world.server.deliver("Junk", mail(7), at(NOON));
    }
    let spam =
        |name: &str, misdeed| row(name, Unnoticed).also(&["Junk"]).before(with_junk).always("LIST", misdeed);
    vec![
        spam("separates folders by NIL", replace("\"/\"", "NIL")),
        spam(
            "says that INBOX cannot be opened",
            replace(") \"/\" \"INBOX\"", " \\Noselect) \"/\" \"INBOX\""),
        ),
        spam("does not list INBOX", replace("* LIST (\\HasNoChildren) \"/\" \"INBOX\"\r\n", "")),
        spam("tells roles in small letters", replace("\\Junk", "\\junk")),
        spam("lists the folder for spam as a binary literal", replace("\"Junk\"", "~{4}\r\nJunk")),
        spam("lists the folder for spam as LITERAL+ does", replace("\"Junk\"", "{4+}\r\nJunk")),
        spam("says an alarm in Chinese before its folders", first("* OK [ALERT]代理")),
        spam("lists a folder without a name", first("* LIST () \"/\" \"\"")),
        spam("lists folders with two spaces", replace("* LIST (", "* LIST  (")),
    ]
}

/// The second fault meets the look that the first has begun anew.
fn together() -> Vec<Row> {
    let again = |name: &str| row(name, TakenUpAgain);
    let cut = || cut_after("Subject: mail 2");
    let mut rows = vec![
        again("hangs up in a mail and numbers the folder anew meanwhile")
            .once(BODY, cut())
            .once("EXAMINE", Misdeed::Behave)
            .once("EXAMINE", Misdeed::ChangeUidvalidity(7)),
        again("leaves a mail out of its list once and hangs up in it")
            .once(LIST, Misdeed::OmitUid(2))
            .once(BODY, cut()),
        again("has no time for a login and hangs up in a mail")
            .once("LOGIN", Misdeed::No("[UNAVAILABLE] try again later".into()))
            .once(BODY, cut()),
        row("says NO to the list", PartlyListed(0, "busy")).once(LIST, Misdeed::No("busy".into())),
        row("lists every mail twice and hands out every mail twice, in reverse", Unnoticed)
            .always(LIST, Misdeed::Duplicate)
            .always(BODY, Misdeed::Duplicate)
            .always(BODY, Misdeed::OutOfOrder),
    ];
    let second = "BODY.PEEK[]<1048576";
    let of_a_part = [
        ("ignores that a part was asked for", Misdeed::IgnorePartial),
        ("hands out another", Misdeed::WrongOrigin),
        ("says NO to it", Misdeed::No("no".into())),
        ("says BAD to it", Misdeed::Bad("what".into())),
        ("hands out nothing", Misdeed::OmitUid(2)),
        ("hands it out under another UID", Misdeed::AnswerAsUid(2, 1)),
    ];
    rows.extend(of_a_part.map(|(then, misdeed)| {
        again(&format!("hangs up in a part, then {then}"))
            .with(1)
            .before(|world| {
                world.server.deliver("INBOX", big_mail(2_500_000), at(NOON));
            })
            .once(second, Misdeed::CutMidLiteral)
            .once(second, misdeed)
    }));
    rows
}

fn door() -> Vec<Row> {
    let greets = |name: &str, with: &str, outcome| row(name, outcome).always("GREETING", say(with));
    let starts =
        |name: &str, misdeed, outcome| row(name, outcome).behind(Door::StartTls).always("STARTTLS", misdeed);
    let gbk = Misdeed::Bad(b"\xb2\xbb\xd6\xa7\xb3\xd6".to_vec());
    let bye = || after("* BYE too many\r\n");
    vec![
        greets("greets in small letters", "* ok ready\r\n", Unnoticed),
        greets("greets without a word", "* OK\r\n", Unnoticed),
        greets("greets twice", "* OK one\r\n* OK two\r\n", Unnoticed),
        greets("greets with an empty line first", "\r\n* OK ready\r\n", NothingComes("不合 IMAP 协议")),
        greets("greets as one for sending", "220 smtp.example ESMTP\r\n", NothingComes("不合 IMAP 协议")),
        greets("greets as POP3 does", "+OK POP3 ready\r\n", NothingComes("不合 IMAP 协议")),
        starts("consents to STARTTLS in small letters", replace("OK", "ok"), Unnoticed),
        starts("says an alarm before it consents to STARTTLS", first("* OK [ALERT]注意"), Unnoticed),
        starts("says BYE to STARTTLS", Misdeed::Bye("full up".into()), NothingComes("full up")),
        starts("consents to STARTTLS under another tag", say("b OK\r\n"), NeedsAPerson("STARTTLS")),
        starts("says BAD to STARTTLS in raw GBK", gbk, NeedsAPerson("不支持 STARTTLS：不支持")),
        row("says BYE behind the OK to the login, once", TakenUpAgain).once("LOGIN", bye()),
        row("says BYE behind the OK to the login, every time", NothingComes("too many"))
            .always("LOGIN", bye()),
        row("calls to go on at the login", Unnoticed).always("LOGIN", first("+ go on")),
        row("hangs up under STARTTLS in the middle of a mail", TakenUpAgain)
            .behind(Door::StartTls)
            .once(BODY, Misdeed::CutMidLiteral),
        row("hangs up under TLS in the tagged OK", TakenUpAgain)
            .behind(Door::Tls(GOOD))
            .once(BODY, cut_after("$TAG O")),
        row("tells its capabilities in small letters and Chinese", Unnoticed)
            .by(Profile::Netease)
            .always("CAPABILITY", say("* capability imap4rev1 中文 \"id\r\n$TAG ok\r\n")),
    ]
}
