//! What a server's answer means for the next move. Providers say why only in words, so the words of 163, 126, QQ and
//! Aliyun are sorted here (`quirks.md` B1-B4), and the bare codes of everybody else (RFC 5321).

use std::fmt;
use std::time::Duration;

use crate::domain::message::{BAD_ADDRESS, REJECTED};

/// Where in the conversation an answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Greeting, EHLO, STARTTLS.
    Connect,
    /// Login.
    Auth,
    /// `MAIL FROM`.
    Mail,
    /// `RCPT TO`.
    Rcpt,
    /// `DATA`, before any byte of the mail.
    Data,
    /// The final dot.
    Dot,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The server took the mail.
    Sent,
    /// It did not, and wants to be left alone so long.
    Wait(Duration),
    /// It did not, and takes the mail for spam for now: once more after so long, then never.
    Again(Duration),
    /// It did not, because of this recipient; the mail may go after so long, others at once.
    Later(Duration),
    /// It did not; the mail may go at once through a new connection.
    Reconnect,
    /// The day's quota is used up.
    Tomorrow,
    /// The connection was lost before the mail was handed over: try again with back-off.
    Lost,
    /// There is no such recipient.
    BadAddress,
    /// This mail is refused for what it is; it is not repeated, and a person is told.
    Rejected,
    /// Nothing may leave until a person changes something: login, sender, certificate.
    Refused,
    /// No answer after the final dot: it may have been sent, and is never sent again by itself.
    Unsure,
}

/// An answer with the server's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// What to do next.
    pub answer: Answer,
    /// Code and text, for people.
    pub words: String,
}

const MINUTE: Duration = Duration::from_secs(60);
/// When a server says "later" without saying when.
pub(super) const WAIT: Duration = Duration::from_secs(15 * 60);

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.answer {
            Answer::BadAddress => BAD_ADDRESS,
            Answer::Rejected => REJECTED,
            _ => "",
        };
        write!(f, "{mark}{}", self.words)
    }
}

/// Sorts the reply `code` `text` to `phase`.
pub fn sort(phase: Phase, code: u16, text: &str) -> Reply {
    let answer = by_words(phase, code, text).unwrap_or_else(|| by_code(phase, code));
    Reply { answer, words: format!("{code} {}", text.trim()) }
}

/// Whether a server takes a mail for spam (`quirks.md` B1, B2, B4).
pub fn sounds_like_spam(words: &str) -> bool {
    let words = words.to_ascii_lowercase();
    ["dt:spm", "behaviour spam", "behavior spam", "inappropriate words"]
        .iter()
        .any(|word| words.contains(word))
}

/// What providers say in words, whatever the phase. `quirks.md` B1, B2, B4.
fn by_words(phase: Phase, code: u16, text: &str) -> Option<Answer> {
    let says = |words: &[&str]| {
        let text = text.to_ascii_lowercase();
        words.iter().any(|word| text.contains(word))
    };
    let for_now = (400..500).contains(&code);
    let answer = if code < 400 {
        return None;
    } else if phase == Phase::Auth && !for_now {
        // QQ has one text for a wrong code and for too many logins: whichever it is, a person is told (`quirks.md` A1.7).
        Answer::Refused
    } else if says(&["hl:icc", "hl:ifc", "hl:rep"]) {
        Answer::Wait(30 * MINUTE)
    } else if says(&["mi:dmc", "rp:drc"]) {
        Answer::Reconnect
    } else if says(&["mi:sfq", "frequency limited", "frequently"]) {
        Answer::Wait(WAIT)
    } else if says(&["rp:qrc"]) {
        Answer::Wait(60 * MINUTE)
    } else if says(&["mi:stc", "rp:trc"]) {
        Answer::Tomorrow
    } else if says(&[
        "authentication is required",
        "fail authentication",
        "authorized user",
        "authorization user",
    ]) || says(&["local user only"])
    {
        Answer::Refused
    } else if sounds_like_spam(text) {
        if for_now { Answer::Again(2 * MINUTE) } else { Answer::Rejected }
    } else if says(&["rp:rcl", "too much recipient"]) {
        Answer::Rejected
    } else if !for_now
        && (matches!(phase, Phase::Rcpt | Phase::Dot) && says(&UNKNOWN_USER)
            || phase == Phase::Rcpt && says(&NO_MAIL_THERE))
    {
        Answer::BadAddress
    } else if phase == Phase::Rcpt && (code == 552 || says(&FULL)) {
        // The address lives, and its mailbox will be emptied.
        Answer::Later(WAIT)
    } else if phase == Phase::Rcpt && says(&TOO_MUCH) {
        Answer::Wait(WAIT)
    } else if phase == Phase::Rcpt && !for_now && says(&["relay"]) {
        Answer::Refused
    } else if phase == Phase::Rcpt && !for_now && says(&POLICY) {
        // The server minds us, not the address: other mails of the unit would be refused at any address of it.
        Answer::Rejected
    } else {
        return None;
    };
    Some(answer)
}

/// How servers say that a mailbox does not exist or is closed (RFC 3463 5.1.1, 5.1.10, 5.2.1).
const UNKNOWN_USER: [&str; 10] = [
    "5.1.1",
    "5.1.10",
    "5.2.1",
    "user suspended",
    "invalid user",
    "not found",
    "user unknown",
    "unknown user",
    "no such user",
    "does not exist",
];

/// How servers say that the part of an address after the `@` is none that takes mail (RFC 3463 5.1.2, 5.1.3, 5.1.6;
/// RFC 7505). Said of our own address they would come with another number.
const NO_MAIL_THERE: [&str; 6] = ["5.1.0", "5.1.2", "5.1.3", "5.1.6", "5.4.4", "null mx"];

/// How servers say that a mailbox takes no more for now (RFC 3463 5.2.2).
const FULL: [&str; 3] = ["quota", "full", "5.2.2"];

/// How servers say that we send too much: that is about the hour, and no word about the address.
const TOO_MUCH: [&str; 3] = ["limit", "too many", "exceed"];

/// How servers say that they do not want our mail, whoever it is for (RFC 3463 5.7).
const POLICY: [&str; 6] = ["5.7.", "policy", "spam", "black", "blocked", "rejected by"];

/// What the bare code means in its phase (RFC 5321 4.2).
fn by_code(phase: Phase, code: u16) -> Answer {
    match (phase, code) {
        (Phase::Dot, 200..=399) => Answer::Sent,
        // The server is leaving: after the dot that says nothing about the mail.
        (Phase::Dot, 421) => Answer::Unsure,
        (Phase::Rcpt, 422..=499) => Answer::Later(WAIT),
        (_, 400..=499) => Answer::Wait(WAIT),
        // A closed door at the greeting opens again; one at the login does not.
        (Phase::Connect, _) => Answer::Wait(30 * MINUTE),
        (Phase::Auth, _) => Answer::Refused,
        (_, 530..=539) => Answer::Refused,
        // Nothing was said of a recipient yet: it is we who are not wanted, and no mail is used up by that.
        (Phase::Mail, _) => Answer::Refused,
        // RFC 7504: 556 is a domain that takes no mail.
        (Phase::Rcpt, 550 | 551 | 553 | 556) => Answer::BadAddress,
        _ => Answer::Rejected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_providers_are_understood() {
        use Answer::*;
        let minutes = |count: u32| Wait(count * MINUTE);
        for (phase, code, text, answer) in [
            (Phase::Connect, 421, "HL:ICC 163 smtp,too many connections", minutes(30)),
            (Phase::Connect, 421, "HL:REP many unknown", minutes(30)),
            (Phase::Mail, 451, "MI:DMC 163 smtp1", Reconnect),
            (Phase::Rcpt, 450, "RP:DRC 163", Reconnect),
            (Phase::Dot, 451, "MI:SFQ 163 smtp", minutes(15)),
            (Phase::Rcpt, 451, "RP:QRC", minutes(60)),
            (Phase::Dot, 451, "DT:SPM 163 smtp,please try again later", Again(2 * MINUTE)),
            (Phase::Dot, 554, "DT:SPM 163 smtp", Rejected),
            (Phase::Auth, 451, "Error: too much fail authentication", Refused),
            (Phase::Mail, 550, "MI:STC 163", Tomorrow),
            (Phase::Rcpt, 550, "RP:TRC", Tomorrow),
            (Phase::Rcpt, 550, "RP:RCL", Rejected),
            (Phase::Rcpt, 550, "User suspended", BadAddress),
            (Phase::Rcpt, 550, "Mailbox not found", BadAddress),
            (Phase::Dot, 550, "Mailbox not found or access denied", BadAddress),
            (Phase::Rcpt, 550, "anything", BadAddress),
            (Phase::Rcpt, 550, "5.7.1 relaying denied", Refused),
            (Phase::Rcpt, 554, "5.7.1 client host blocked", Rejected),
            (Phase::Rcpt, 550, "5.7.1 refused by policy", Rejected),
            (Phase::Rcpt, 550, "5.1.1 user unknown, rejected by local policy", BadAddress),
            (Phase::Mail, 553, "authentication is required", Refused),
            (Phase::Mail, 553, "Mail from must equal authorized user", Refused),
            (Phase::Mail, 501, "mail from address must be same as authorization user", Refused),
            (Phase::Auth, 535, "Error: authentication failed", Refused),
            (
                Phase::Auth,
                535,
                "Login fail. Account is abnormal, service is not open, password is incorrect, login frequency \
                 limited, or system is busy.",
                Refused,
            ),
            (Phase::Mail, 554, "5.7.1 sender blocked", Refused),
            (Phase::Rcpt, 501, "5.1.3 bad recipient address syntax", BadAddress),
            (Phase::Rcpt, 554, "5.1.2 no such domain", BadAddress),
            (Phase::Rcpt, 556, "5.1.10 null MX", BadAddress),
            (Phase::Rcpt, 554, "5.1.8 sender's domain has no MX", Rejected),
            (Phase::Auth, 454, "temporary", minutes(15)),
            (Phase::Rcpt, 550, "Ip frequency limited", minutes(15)),
            (Phase::Dot, 454, "Transient reject by behaviour spam at frequency", Again(2 * MINUTE)),
            (Phase::Dot, 550, "The mail may contain inappropriate words or content.", Rejected),
            (Phase::Rcpt, 452, "mailbox full", Later(15 * MINUTE)),
            (Phase::Rcpt, 552, "anything", Later(15 * MINUTE)),
            (Phase::Rcpt, 550, "5.2.2 recipient's mailbox takes no more", Later(15 * MINUTE)),
            (Phase::Rcpt, 550, "User over quota limit", Later(15 * MINUTE)),
            (Phase::Rcpt, 553, "Mailbox is full", Later(15 * MINUTE)),
            (Phase::Rcpt, 550, "sending limit reached", minutes(15)),
            (Phase::Rcpt, 550, "Too many recipients of today", minutes(15)),
            (Phase::Rcpt, 554, "5.7.1 hourly rate exceeded, blocked", minutes(15)),
            (Phase::Rcpt, 550, "5.1.1 no such user, too many of these", BadAddress),
            (Phase::Rcpt, 421, "too busy", minutes(15)),
            (Phase::Dot, 250, "Mail OK queued as", Sent),
            (Phase::Dot, 421, "closing", Unsure),
            (Phase::Dot, 452, "no space", minutes(15)),
            (Phase::Dot, 554, "transaction failed", Rejected),
            (Phase::Connect, 554, "no service", minutes(30)),
        ] {
            assert_eq!(sort(phase, code, text).answer, answer, "{phase:?} {code} {text}");
        }
    }

    #[test]
    fn a_dead_address_is_marked_for_people_and_for_the_next_reminder() {
        let reply = sort(Phase::Rcpt, 550, "User suspended");
        assert_eq!(reply.to_string(), format!("{BAD_ADDRESS}550 User suspended"));
    }
}
