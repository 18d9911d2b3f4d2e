//! What a bounce means for the address that it names: gone for good, or only this mail did not arrive, or it is still
//! on its way. An address that is taken for dead by mistake is a unit that nobody reaches, so whatever says that the
//! server minds us, that a box is full or that it will be tried again spares the address.

use super::phrases::MACHINE_SENDERS;
use crate::domain::facts::DeliveryFacts;

/// What became of a mail at one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It arrived, or was handed on.
    Arrived,
    /// The server goes on trying.
    Delayed,
    /// It did not arrive; another one may.
    Failed,
    /// It did not arrive, and none will: there is no such address.
    Dead,
}

/// A server that goes on trying, in words.
const DELAYED: &[&str] = &[
    "will be retried",
    "will continue to try",
    "will keep trying",
    "delivery attempts will continue",
    "has not yet been delivered",
    "delivery delayed",
    "delayed mail",
    "warning message only",
    "do not need to resend",
    "wird verzögert",
    "继续尝试",
    "延迟",
    "暂时无法",
    "尚未送达",
];
/// There is no such address, in words.
const GONE: &[&str] = &[
    "user unknown",
    "unknown user",
    "no such user",
    "no such recipient",
    "no such address",
    "no such mailbox",
    "user not found",
    "mailbox not found",
    "recipientnotfound",
    "recipient not found",
    "recipient address rejected: user",
    "does not exist",
    "doesn't exist",
    "not exist",
    "unrouteable address",
    "unrouteable mail domain",
    "unknown recipient",
    "invalid recipient",
    "invalid user",
    "invalid mailbox",
    "address not found",
    "couldn't be found",
    "could not be found",
    "wasn't found",
    "user suspended",
    "account disabled",
    "account has been disabled",
    "account is inactive",
    "mailbox unavailable",
    "host or domain name not found",
    "host not found",
    "domain not found",
    "no mailbox here by that name",
    "nicht gefunden",
    "unbekannter benutzer",
    "不存在",
    "找不到",
    "无此用户",
    "无此收件人",
    "没有此用户",
    "用户已停用",
    "已被停用",
    "已注销",
    "已被注销",
    "无效的收件人",
    "收件人地址无效",
];
/// It is about this mail, or about us, or about room: the address lives.
const SPARES: &[&str] = &[
    "mailbox full",
    "mailbox is full",
    "quota",
    "over limit",
    "out of storage",
    "insufficient",
    "too large",
    "size limit",
    "exceeds",
    "spam",
    "policy",
    "black",
    "blocked",
    "reputation",
    "frequency",
    "too many",
    "greylist",
    "graylist",
    "rejected by",
    "access denied",
    "not authorized",
    "content",
    "try again",
    "temporar",
    "timed out",
    "timeout",
    "time out",
    "retry",
    "postfach ist voll",
    "zu groß",
    "已满",
    "满了",
    "容量",
    "超过",
    "超出",
    "垃圾邮件",
    "拒收",
    "拒绝",
    "频率",
    "频繁",
    "敏感",
    "稍后",
    "超时",
];
/// With these a text without a code that tells is not about the address, whatever else stands in it: about its room, about
/// the mail, about us.
const NOT_ABOUT_IT: &[&str] = &["quota", "mailbox full", "已满", "spam", "policy", "blocked", "spf", "dmarc"];
/// It is about us as senders, whatever code stands before it.
const ABOUT_US: &[&str] = &[
    "sender rejected",
    "sender address rejected",
    "sender denied",
    "sender verify failed",
    "发件人地址被拒",
];
/// Enhanced status codes of addresses that are not there (RFC 3463 3.2, 3.3, 3.5; Exchange 5.4.310).
const GONE_CODES: &[&str] =
    &["5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.2.1", "5.4.4", "5.4.310"];

/// What one delivery of a bounce came to.
pub fn fate(delivery: &DeliveryFacts) -> Fate {
    let words = delivery.words.to_lowercase();
    let says = |list: &[&str]| list.iter().any(|word| words.contains(word));
    let status = match delivery.status.as_str() {
        // Whoever knows nothing better says 5.0.0; the server's words may name the code that it was given.
        "" | "5.0.0" | "5.5.0" => code_in(&words).unwrap_or_else(|| delivery.status.clone()),
        status => status.to_owned(),
    };
    match delivery.action.as_str() {
        "delivered" | "relayed" | "expanded" => return Fate::Arrived,
        "delayed" => return Fate::Delayed,
        "" if says(DELAYED) => return Fate::Delayed,
        _ => {}
    }
    if status.starts_with('4') {
        return Fate::Failed;
    }
    if says(ABOUT_US) {
        return Fate::Failed;
    }
    if GONE_CODES.contains(&status.as_str()) {
        return if says(SPARES) && !says(GONE) { Fate::Failed } else { Fate::Dead };
    }
    // 5.1.0 is said of any address, ours among them.
    let is_general = status.is_empty()
        || status.starts_with("5.0.")
        || ["5.1.0", "5.5.0", "5.5.1"].contains(&status.as_str());
    if is_general && says(GONE) && !says(NOT_ABOUT_IT) { Fate::Dead } else { Fate::Failed }
}

/// The first enhanced status code in a text.
fn code_in(words: &str) -> Option<String> {
    let tokens = words.split(|c: char| !(c.is_ascii_digit() || c == '.'));
    let is_code = |token: &&str| {
        let steps: Vec<&str> = token.split('.').collect();
        matches!(steps[..], ["4" | "5", a, b] if (1..=3).contains(&a.len()) && (1..=3).contains(&b.len()))
    };
    tokens.map(|token| token.trim_matches('.')).find(is_code).map(str::to_owned)
}

/// Whether the mail system at `from` may speak of deliveries from `ours` to `theirs` without naming the mail: only the
/// server that we hand our mail to, and the one that takes mail for the address.
pub fn may_speak(from: &str, ours: &str, theirs: &str) -> bool {
    let domain = |address: &str| address.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
    let Some(speaker) = domain(from) else { return false };
    let is_kin = |other: String| {
        let under = |low: &str, high: &str| {
            high.contains('.')
                && (low == high || low.strip_suffix(high).is_some_and(|rest| rest.ends_with('.')))
        };
        under(&speaker, &other) || under(&other, &speaker)
    };
    [ours, theirs].into_iter().filter_map(domain).any(is_kin)
}

/// Whether the address is one that a provider gives to nobody. What only begins like one (`postmaster-zhang`) anybody may
/// register; Exchange's own has 32 hexadecimal digits behind its name.
pub fn is_mail_system(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default();
    let is_exchange = |rest: &str| rest.len() == 32 && rest.bytes().all(|byte| byte.is_ascii_hexdigit());
    match MACHINE_SENDERS.iter().find_map(|machine| local.strip_prefix(machine)) {
        Some(rest) if local.starts_with("microsoftexchange") => is_exchange(rest),
        Some(rest) => rest.is_empty(),
        None => false,
    }
}

/// In one line, for people: `5.1.1 550 user unknown`.
pub fn words(delivery: &DeliveryFacts) -> String {
    let DeliveryFacts { action, status, words, .. } = delivery;
    let said: Vec<&str> =
        [status.as_str(), words.as_str()].into_iter().filter(|word| !word.is_empty()).collect();
    if said.is_empty() { action.clone() } else { said.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(action: &str, status: &str, words: &str) -> Fate {
        let [action, status, words] = [action, status, words].map(str::to_owned);
        fate(&DeliveryFacts { recipient: "a@b.example".into(), action, status, words })
    }

    #[test]
    fn only_an_address_that_is_not_there_is_dead() {
        use Fate::{Arrived, Dead, Delayed, Failed};
        for (action, status, words, wanted) in [
            ("failed", "5.1.1", "smtp; 550 5.1.1 user unknown", Dead),
            ("failed", "5.1.1", "smtp; 550 User not found", Dead),
            ("failed", "5.0.0", "x-unix; user unknown", Dead),
            ("failed", "5.0.0", "smtp; 550 5.1.1 <a@b.example>: no", Dead),
            ("failed", "5.1.0", "smtp; 550 5.1.0 address rejected", Failed),
            ("failed", "5.1.0", "smtp; 550 5.1.0 user unknown", Dead),
            ("failed", "5.1.0", "smtp; 550 5.1.0 sender rejected, user unknown", Failed),
            ("failed", "5.1.1", "550 5.1.1 sender address rejected: user unknown in virtual table", Failed),
            ("failed", "5.0.0", "550 SPF check failed: sender does not exist", Failed),
            ("failed", "", "550 blocked by policy, no such user", Failed),
            ("failed", "5.4.4", "DNS; host not found", Dead),
            ("failed", "5.2.1", "account disabled", Dead),
            ("failed", "5.2.2", "smtp; 552 mailbox full", Failed),
            ("failed", "5.7.1", "550 rejected by policy", Failed),
            ("failed", "5.7.1", "550 user does not exist in our policy", Failed),
            ("failed", "4.4.7", "delivery time expired", Failed),
            ("failed", "4.2.2", "mailbox not found by quota", Failed),
            ("failed", "5.3.4", "message too large", Failed),
            ("failed", "5.0.0", "", Failed),
            ("failed", "", "", Failed),
            ("delayed", "4.4.1", "connection timed out", Delayed),
            ("delayed", "5.1.1", "", Delayed),
            ("delivered", "2.0.0", "", Arrived),
            ("relayed", "", "", Arrived),
            ("", "", "a@b.example 退信原因：收件人邮箱地址不存在", Dead),
            ("", "", "a@b.example 收件人邮箱已满，请稍后再试", Failed),
            ("", "", "a@b.example unrouteable address", Dead),
            ("", "", "a@b.example 550 5.2.2 over quota, user not found here", Failed),
            ("", "", "Warning message only: will be retried", Delayed),
            ("", "", "服务器继续尝试投递", Delayed),
            ("", "", "对方服务器拒绝接收", Failed),
        ] {
            assert_eq!(of(action, status, words), wanted, "{action} {status} {words}");
        }
    }

    #[test]
    fn nobody_can_register_the_address_of_a_mail_system() {
        for (address, wanted) in [
            ("postmaster@a.example", true),
            ("mailer-daemon@a.example", true),
            ("microsoftexchange329e71ec88ae4615bbc36ab6ce41109e@a.example", true),
            ("postmaster-zhang@163.example", false),
            ("microsoftexchange@163.example", false),
            ("zhang@163.example", false),
            ("", false),
        ] {
            assert_eq!(is_mail_system(address), wanted, "{address}");
        }
    }

    #[test]
    fn only_the_servers_concerned_may_speak_of_a_delivery() {
        let speaks = |from| may_speak(from, "office@163.example", "jwc@mail.school.edu.example");
        for from in
            ["postmaster@163.example", "mailer-daemon@mx.163.example", "postmaster@school.edu.example"]
        {
            assert!(speaks(from), "{from}");
        }
        for from in
            ["postmaster@evil.example", "postmaster@not163.example", "postmaster@example", "postmaster"]
        {
            assert!(!speaks(from), "{from}");
        }
    }
}
