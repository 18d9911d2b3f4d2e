//! The sins of servers, one named function each, with the date they were seen. Nothing here knows a connection: lines
//! and words in, lines and words out, so that each sin has its test.

use crate::talk::{LOGIN_REMEDY, Secrets, readable};

/// So much of a server's words is shown.
const LONGEST_CHARS: usize = 200;

/// What to do about 网易's "Unsafe Login" although we send ID. // 163.com, 126.com, yeah.net, seen to 2023-11
pub(super) const UNSAFE_LOGIN_REMEDY: &str = "网易邮箱认为此次登录不安全，请在网页邮箱的“POP3/SMTP/IMAP”设置中确认已开启 IMAP 服务并使用新生成的授权码";

/// 163 refuses EXAMINE, or hangs up, unless ID was sent after LOGIN on this very connection. // 163.com, 2023-11
pub(super) fn is_unsafe_login(said: &str) -> bool {
    said.to_ascii_lowercase().contains("unsafe login")
}

/// Whether a server needs ID although its CAPABILITY may not say so. // 163.com lists ID, older Coremail does not, 2015
pub(super) fn wants_id_unasked(host: &str, greeting: &str) -> bool {
    is_netease(host) || greeting.to_ascii_lowercase().contains("coremail")
}

/// Whether 网易 runs the server.
pub(super) fn is_netease(host: &str) -> bool {
    const NETEASE: [&str; 6] = ["163.com", "126.com", "yeah.net", "188.com", "vip.163.com", "netease.com"];
    let host = host.to_ascii_lowercase();
    NETEASE.iter().any(|domain| host == *domain || host.ends_with(&format!(".{domain}")))
}

/// Whether a refusal may pass by itself (RFC 5530). Most servers say so with a code; 腾讯 has one text for a wrong code and
/// for too many logins, and must not be asked again fast, so whatever speaks of a password counts as wrong. // imap.qq.com, 2025
pub(super) fn is_passing(said: &str) -> bool {
    let said = said.to_ascii_uppercase();
    const CODES: [&str; 4] = ["[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]"];
    const PASSING: [&str; 17] = [
        "TRY AGAIN LATER",
        // What other programs and telephones of the office leave open counts too. // gmail, dovecot, cyrus, 网易, to 2023
        "TOO MANY CONNECTIONS",
        "TOO MANY SIMULTANEOUS CONNECTIONS",
        "TOO MANY CONCURRENT CONNECTIONS",
        "TOO MANY OPEN CONNECTIONS",
        "MAXIMUM NUMBER OF CONNECTIONS",
        "连接数",
        // gmail, to 2023
        "COMMAND OR BANDWIDTH LIMITS",
        // The password was right, and the machine behind the door was not to be had. // exchange, to 2023
        "AUTHENTICATED BUT NOT CONNECTED",
        "SERVER UNAVAILABLE",
        "SERVICE UNAVAILABLE",
        // gmail and exchange, to 2024
        "THROTTLED",
        // Whatever tells whether a password is right was not to be had. // dovecot, courier, to 2023
        "TEMPORARY AUTHENTICATION FAILURE",
        "TEMPORARY FAILURE",
        "TEMPORARILY UNAVAILABLE",
        "系统繁忙",
        "服务器繁忙",
    ];
    let says = |words: &[&str]| words.iter().any(|words| said.contains(words));
    says(&CODES) || says(&PASSING) && !says(&["PASSWORD", "密码", "授权码"])
}

/// What a person does about a refused LOGIN, with the server's words.
pub(super) fn login_remedy(said: &str) -> String {
    if is_passing(said) {
        return format!(
            "服务器暂时不接受登录（{said}）：不是密码的问题，多半会自行恢复，程序自动再试（间隔1至30分钟）"
        );
    }
    let remedy = refusal_remedy(said);
    format!(
        "登录被拒绝（{said}）：{remedy}。为免账号被锁，程序连试两次后改为每小时再试一次，换了授权码即用新的再试"
    )
}

/// What a person does about this refusal of LOGIN: most servers say no more than that it is one, some say why.
pub(super) fn refusal_remedy(said: &str) -> &'static str {
    let lower = said.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if is_passing(said) {
        "这是服务器一时的问题，请过一会儿再试"
    } else if says(&["privacyrequired", "logindisabled", "cleartext", "plaintext"]) {
        "服务器要求加密后才能登录：请把 tls 改为 \"implicit\" 或 \"starttls\"；已经加密的，是服务器不接受用密码登录，请向服务器管理员询问"
    } else if is_unsafe_login(said) {
        UNSAFE_LOGIN_REMEDY
    } else if says(&["disabled", "not enabled", "not allowed", "not opened", "未开启", "未开通", "已关闭"])
    {
        "邮箱的 IMAP 服务没有开启：请在网页邮箱的“设置—POP3/SMTP/IMAP”中开启 IMAP/SMTP 服务，用新生成的授权码作密码"
    } else {
        LOGIN_REMEDY
    }
}

/// Prepares one line, without its line end, for the library's parser:
/// - raw 8-bit bytes, NUL and a carriage return within the line become `?`. The parser slices one byte off a text after `]`
///   and panics inside a Chinese character; the others end the whole session. // `* OK [UIDVALIDITY 7]中文`, imap-proto 0.17, 2026-11
/// - `INTERNALDATE NIL` becomes an empty string: the parser unwraps it. // imap-proto 0.17, 2026-11
pub(super) fn readable_line(line: &mut Vec<u8>) {
    for at in 0..line.len() {
        let ends = line.get(at + 1) == Some(&b'\n');
        if let Some(byte) = line.get_mut(at)
            && (!byte.is_ascii() || *byte == 0 || (*byte == b'\r' && !ends))
        {
            *byte = b'?';
        }
    }
    const DATE_NIL: &[u8] = b"INTERNALDATE NIL";
    while let Some(at) = line.windows(DATE_NIL.len()).position(|w| w.eq_ignore_ascii_case(DATE_NIL)) {
        let end = at + DATE_NIL.len();
        line.splice(end - 3..end, *b"\"\"");
    }
}

/// A line without its end, once that has come. Some servers end lines with a line feed alone, some with two carriage returns.
pub(super) fn whole_line(bytes: &[u8]) -> Option<&[u8]> {
    let mut line = bytes.strip_suffix(b"\n")?;
    while let Some(shorter) = line.strip_suffix(b"\r") {
        line = shorter;
    }
    Some(line)
}

/// How many literal bytes follow a line (without its line end), if it announces any. Only untagged data may do so:
/// the text of a status answer may end in anything.
pub(super) fn announced_literal(line: &[u8], continues: bool) -> Option<u64> {
    let text = line.strip_suffix(b"}")?;
    if !continues && (!line.starts_with(b"* ") || is_status(line)) {
        return None;
    }
    let digits = text.get(text.iter().rposition(|b| *b == b'{')? + 1..)?;
    let digits = std::str::from_utf8(digits).ok()?;
    digits.strip_suffix('+').unwrap_or(digits).parse().ok()
}

/// Whether an untagged line is `OK`, `NO`, `BAD`, `BYE` or `PREAUTH`.
fn is_status(line: &[u8]) -> bool {
    [&b"* OK"[..], b"* NO", b"* BAD", b"* BYE", b"* PREAUTH"].iter().any(|status| {
        starts_with_ignoring_case(line, status) && line.get(status.len()).is_none_or(|b| *b == b' ')
    })
}

/// The server's words of a status line, for people: without tag, status and secrets, in whatever charset it chose.
pub(super) fn words_of(line: &[u8], secrets: &Secrets) -> String {
    let text = readable(line);
    let words = text.splitn(3, ' ').nth(2).unwrap_or_default();
    secrets.shown(words.trim(), LONGEST_CHARS)
}

/// An answer for the log, in whatever charset it is.
pub(super) fn shown(answer: &[u8]) -> String {
    Secrets::default().shown(readable(answer).trim(), LONGEST_CHARS)
}

/// Folder names by which servers call their spam, where no attribute tells. // 163, sina, qq, exmail, outlook, to 2023
pub(super) fn is_junk_name(name: &str, delimiter: Option<char>) -> bool {
    const NAMES: [&str; 17] = [
        "垃圾邮件",
        "垃圾箱",
        "垃圾信件",
        "垃圾郵件",
        "垃圾信件匣",
        "骚扰邮件",
        "广告邮件",
        "病毒文件夹",
        "病毒邮件",
        "订阅邮件",
        "junk",
        "spam",
        "junk e-mail",
        "junk email",
        "junk mail",
        "spam mail",
        "bulk mail",
    ];
    let last = delimiter.and_then(|d| name.rsplit(d).next()).unwrap_or(name).to_lowercase();
    NAMES.contains(&last.as_str())
}

/// Whether a folder lies among what was thrown away: there some servers put a folder that is deleted. // dovecot, outlook, to 2023
pub(super) fn is_thrown_away(name: &str) -> bool {
    let name = name.to_lowercase();
    ["已删除", "回收站", "废件箱", "trash", "deleted"].iter().any(|word| name.contains(word))
}

/// Folder names under which servers keep sent mail, where no attribute tells. // sina, qq, exmail, outlook, to 2023
pub(super) fn is_sent_name(name: &str, delimiter: Option<char>) -> bool {
    const NAMES: [&str; 7] =
        ["已发送", "已发送邮件", "已发邮件", "sent messages", "sent items", "sent mail", "sent"];
    let last = delimiter.and_then(|d| name.rsplit(d).next()).unwrap_or(name).to_lowercase();
    NAMES.contains(&last.as_str())
}

fn starts_with_ignoring_case(line: &[u8], start: &[u8]) -> bool {
    line.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readable(line: &[u8]) -> String {
        let mut line = line.to_vec();
        readable_line(&mut line);
        String::from_utf8(line).unwrap()
    }

    #[test]
    fn lines_that_kill_the_parser_are_made_harmless() {
        assert_eq!(readable("* OK [UIDVALIDITY 7]中".as_bytes()), "* OK [UIDVALIDITY 7]???");
        assert_eq!(readable(b"* 1 FETCH (UID 3 internaldate NIL)"), "* 1 FETCH (UID 3 internaldate \"\")");
        assert_eq!(readable(b"* OK one\rtwo\0\r\n"), "* OK one?two?\r\n");
    }

    #[test]
    fn only_data_announces_literals() {
        assert_eq!(announced_literal(b"* 1 FETCH (UID 3 BODY[] {1205}", false), Some(1205));
        assert_eq!(announced_literal(b" BODY[1] {7+}", true), Some(7));
        assert_eq!(announced_literal(b"* OK come in {1000}", false), None);
        assert_eq!(announced_literal(b"A1 NO {1000}", false), None);
        assert_eq!(announced_literal(b"* 1 FETCH (UID 3)", false), None);
        assert_eq!(announced_literal(b"* LIST () \"/\" 12}", false), None);
    }

    #[test]
    fn words_are_read_in_gbk_where_they_are_not_utf8() {
        let (gbk, _, _) = encoding_rs::GB18030.encode("A2 NO 请使用授权码登录");
        assert_eq!(words_of(&gbk, &Secrets::default()), "请使用授权码登录");
        assert_eq!(words_of(b"* BYE Unsafe Login.", &Secrets::default()), "Unsafe Login.");
    }

    #[test]
    fn spam_is_known_by_name_below_any_parent() {
        assert!(is_junk_name("垃圾邮件", None));
        assert!(is_junk_name("INBOX/Spam", Some('/')));
        assert!(!is_junk_name("垃圾分类活动", None));
    }

    #[test]
    fn sent_mail_is_known_by_name_below_any_parent() {
        assert!(is_sent_name("Sent Messages", None) && is_sent_name("INBOX/已发送", Some('/')));
        assert!(!is_sent_name("已发送材料", None) && !is_sent_name("Drafts", None));
    }

    #[test]
    fn a_refusal_that_speaks_of_no_password_and_of_the_moment_passes() {
        for said in [
            "LOGIN Too many connections",
            "[ALERT] Too many concurrent connections from your IP",
            "Too many open connections for this user",
            "连接数超过限制",
            "[ALERT] Account exceeded command or bandwidth limits. (Failure)",
            "User is authenticated but not connected.",
            "Server Unavailable. 15",
            "[UNAVAILABLE] Password database is down",
            "Request is throttled. Suggested Backoff Time: 92415 milliseconds",
            "[THROTTLED] Account busy",
            "Temporary authentication failure.",
            "LOGIN Service temporarily unavailable",
            "系统繁忙，请稍后再试",
        ] {
            assert!(is_passing(said), "{said}");
        }
        for said in [
            "LOGIN Login error or password error",
            "Login fail. Account is abnormal, service is not open, password is incorrect, login frequency limited, or system is busy.",
            "Wrong password too often: try again later",
            "Account is temporarily locked after too many failed logins",
            "密码错误或连接数过多",
        ] {
            assert!(!is_passing(said), "{said}");
        }
    }

    #[test]
    fn netease_is_known_by_host_or_greeting() {
        assert!(wants_id_unasked("imap.163.com", ""));
        assert!(wants_id_unasked("10.0.0.8", "* OK Coremail System IMap Server Ready(163com)"));
        assert!(!wants_id_unasked("imap.not163.com", "* OK ready"));
    }
}
