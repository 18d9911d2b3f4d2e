//! Whether a server is asked to let us in. Providers lock accounts over refused logins, and a timer that runs `once` every few
//! minutes knows nothing of its last run: so that it was refused is in the store. After two refusals of one password it is
//! left alone for an hour, whatever restarts; another password is tried at once.

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use super::capture::on_blocking_thread;
use crate::domain::mailbox::{Mailbox, Secret};
use crate::fault::Fault;
use crate::imap::Error;
use crate::store::{LoginRefusal, Store};
use crate::talk;

/// Refusals of one password after which it is not offered at every look.
const TRIES: u32 = 2;
/// How long it is not offered then.
const RESTS: SignedDuration = SignedDuration::from_hours(1);

/// How the last look stood with the login.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Login {
    /// Nothing was wrong with it.
    #[default]
    Open,
    /// It was refused.
    Refused,
    /// It was not tried.
    Rests,
}

/// Whether this error is a refusal that a person has to do something about, and that counts as a login.
pub(super) fn is_refusal(error: &Error) -> bool {
    let is_said = matches!(error, Error::Login(_) | Error::No(..) | Error::Bye(_));
    is_said && matches!(Fault::from(error.clone()), Fault::Refused(_))
}

/// Why the server is not to be asked now, in words for people; none where it may be.
pub(super) async fn rests(mailbox: &Mailbox, store: &Store, now: Timestamp) -> Result<Option<String>, Fault> {
    let id = mailbox.id.clone();
    let refusal = on_blocking_thread(store, move |store| store.login_refusal(&id)).await?;
    Ok(refusal.and_then(|refusal| why_not(&refusal, mark(mailbox), now)))
}

fn why_not(refusal: &LoginRefusal, mark: u16, now: Timestamp) -> Option<String> {
    let rested = now.duration_since(refusal.at);
    // A clock that was set back knows no better.
    let is_recent = (SignedDuration::ZERO..RESTS).contains(&rested);
    let minutes = RESTS.saturating_sub(rested).as_mins() + 1;
    (refusal.times >= TRIES && refusal.mark == mark && is_recent)
        .then(|| format!("{}。这次没有登录，约{minutes}分钟后再试", refusal.words))
}

/// The server has refused us, in these words.
pub(super) async fn refused(
    mailbox: &Mailbox,
    store: &Store,
    words: String,
    now: Timestamp,
) -> Result<(), Fault> {
    let (id, mark) = (mailbox.id.clone(), mark(mailbox));
    on_blocking_thread(store, move |store| store.note_login_refusal(&id, mark, &words, now)).await
}

/// The server has let us in.
pub(super) async fn let_in(mailbox: &Mailbox, store: &Store) -> Result<(), Fault> {
    let id = mailbox.id.clone();
    on_blocking_thread(store, move |store| store.forget_login_refusal(&id)).await
}

/// The password as its file has it now.
pub(super) async fn password_now(mailbox: &Mailbox, store: &Store) -> Secret {
    let password = mailbox.password.clone();
    let read = on_blocking_thread(store, move |_| Ok(talk::password_now(&password))).await;
    read.unwrap_or_else(|_| mailbox.password.clone())
}

/// By which it is seen that server, user name or password were changed. Two bytes: the same by chance once in 65,536 times (then the
/// new password waits for an hour like the old one), and too little to find a password by, since of all that anybody may try a
/// 65,536th fits. Salted by the account alone: with another salt each time every backup would tell two bytes more. When its file was
/// written tells less: systemd and scripts write it anew before each run.
fn mark(mailbox: &Mailbox) -> u16 {
    let place = format!("{}\0{}\0{}\0", mailbox.imap.host, mailbox.imap.port, mailbox.user);
    let hashed = Sha256::new().chain_update(place).chain_update(mailbox.password.reveal()).finalize();
    hashed.first_chunk().copied().map_or(0, u16::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::mailbox::{Endpoint, Tls};

    #[test]
    fn a_password_rests_for_an_hour_after_two_refusals_and_another_one_does_not() {
        let at: Timestamp = "2023-05-09T12:00:00+08:00".parse().unwrap();
        let refusal = |times| LoginRefusal { times, at, words: "登录被拒绝".into(), mark: 7 };
        for (times, mark, minutes, rests) in [
            (1, 7, 1, false),
            (2, 7, 0, true),
            (2, 7, 59, true),
            (2, 7, 60, false),
            (9, 7, 59, true),
            (2, 8, 1, false),
            (2, 7, -5, false),
        ] {
            let words = why_not(&refusal(times), mark, at + SignedDuration::from_mins(minutes));
            assert_eq!(words.is_some(), rests, "{times} {mark} {minutes}");
            let left = format!("约{}分钟后再试", 61 - minutes);
            assert!(words.is_none_or(|words| words.contains(&left) && words.starts_with("登录被拒绝")));
        }
    }

    #[test]
    fn another_password_is_known_as_another() {
        let imap =
            Endpoint { host: "imap.mail.example".into(), port: 993, tls: Tls::Implicit, ca_file: None };
        let of = |password: &str| Mailbox {
            id: "zjc".into(),
            address: "zjc@mail.example".into(),
            user: "zjc".into(),
            password: Secret::new(password),
            imap: imap.clone(),
            smtp: None,
            folders: vec![],
            poll_seconds: 120,
            since: None,
            campaigns: vec![],
        };
        let refused = mark(&of("first code"));
        assert_eq!(refused, mark(&of("first code\n")));
        let alike = (0..2_000).filter(|n| mark(&of(&format!("code {n}"))) == refused).count();
        assert_eq!(alike, 0, "of 2,000 codes");
        assert_ne!(refused, mark(&Mailbox { user: "hall".into(), ..of("first code") }));
    }

    #[test]
    fn logins_that_fail_by_themselves_are_no_refusals() {
        let unsafe_login = || "Unsafe Login.".to_owned();
        for error in [
            Error::Login("wrong password".into()),
            Error::No("EXAMINE".into(), unsafe_login()),
            Error::Bye(unsafe_login()),
        ] {
            assert!(is_refusal(&error), "{error:?}");
        }
        for error in [
            Error::Login("[UNAVAILABLE] later".into()),
            Error::Bye("busy".into()),
            Error::Certificate("expired".into()),
            Error::Configuration("no STARTTLS".into()),
        ] {
            assert!(!is_refusal(&error), "{error:?}");
        }
    }
}
