//! IDLE (RFC 2177): the server tells of mail as it comes. It is given on the level of every other command and not by
//! the library's handle, to which a closed connection is an interruption like any other: here it ends in `DONE` and
//! its tagged OK, or it has failed. Only a folder that grows is news. `RECENT` is not heeded: it says nothing of new
//! mail that `EXISTS` does not, and changes when mail goes.

use std::pin::pin;

use async_imap::imap_proto::{RequestId, Response};
use tokio::time::{Duration, Instant};

use super::guard::{Budget, Piece};
use super::{Error, Limits, Session};

/// An untagged answer to IDLE.
enum Overheard {
    /// `+`: the server tells of changes from now on.
    Listening,
    Else,
}

/// How long an IDLE is left to itself, and how long a server may be silent that was told to end it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rhythm {
    renewed_after: Duration,
    silence: Duration,
}

impl Default for Rhythm {
    fn default() -> Self {
        Self { renewed_after: Limits::IDLE_RENEWED, silence: Limits::IDLE }
    }
}

impl Session {
    /// Whether the server offers IDLE.
    pub fn can_idle(&self) -> bool {
        self.can("IDLE")
    }

    /// UID of the newest mail of the open folder; none when it is empty or the server does not say.
    ///
    /// # Errors
    /// Any.
    pub async fn newest_uid(&mut self) -> Result<Option<u32>, Error> {
        let Some(last) = self.folder.exists.filter(|count| *count > 0) else { return Ok(None) };
        let mut newest = None;
        self.fetch(&format!("FETCH {last} (UID)"), self.budget(1, 0), &mut |piece| {
            if let Piece::End(Some(fetched)) = piece {
                newest = newest.max(fetched.uid);
            }
        })
        .await?;
        Ok(newest)
    }

    /// Idles in the open folder until it grows (true) or `leave` is ready (false). Dropped before its end, it leaves a
    /// connection that is of no further use.
    ///
    /// # Errors
    /// Any: NO or BAD of a server that offers IDLE in vain; a connection that ends here ends with an error.
    pub async fn idle(&mut self, leave: impl Future<Output = ()> + Send) -> Result<bool, Error> {
        let mut leave = pin!(leave);
        let mut has_grown = false;
        loop {
            let tag = self.begin_idle(&mut has_grown).await?;
            let renewed_at = Instant::now() + self.rhythm.renewed_after;
            let mut has_left = false;
            while !has_grown && !has_left {
                tokio::select! {
                    answer = self.overhear(&tag, &mut has_grown) => {
                        answer?.ok_or_else(|| Error::Protocol("IDLE is ended by the server".into()))?;
                    }
                    () = &mut leave => has_left = true,
                    () = tokio::time::sleep_until(renewed_at) => break,
                }
            }
            self.give_end("DONE", self.idle_budget(Instant::now() + Limits::COMMAND, false)).await?;
            while self.overhear(&tag, &mut has_grown).await?.is_some() {}
            if has_grown || has_left {
                return Ok(has_grown);
            }
        }
    }

    /// Gives IDLE and waits until the server is listening. From then on it may be silent.
    async fn begin_idle(&mut self, has_grown: &mut bool) -> Result<RequestId, Error> {
        let tag = self.give("IDLE", self.idle_budget(Instant::now() + Limits::COMMAND, false)).await?;
        loop {
            match self.overhear(&tag, has_grown).await? {
                Some(Overheard::Listening) => break,
                Some(Overheard::Else) => {}
                None => return Err(Error::Protocol("IDLE is over before it has begun".into())),
            }
        }
        let until = Instant::now() + self.rhythm.renewed_after + Limits::COMMAND;
        self.expect_by(self.idle_budget(until, true));
        Ok(tag)
    }

    /// One answer to IDLE, noting whether the folder has grown by it.
    async fn overhear(&mut self, tag: &RequestId, has_grown: &mut bool) -> Result<Option<Overheard>, Error> {
        let before = self.folder.exists;
        let sort = |answer: &Response<'_>| match answer {
            Response::Continue(_) => Overheard::Listening,
            _ => Overheard::Else,
        };
        let answer = self.answer(tag, "IDLE", &mut |_| {}, sort).await?;
        *has_grown |= self.folder.exists > before;
        Ok(answer)
    }

    fn idle_budget(&self, until: Instant, may_be_silent: bool) -> Budget {
        let all = || until.saturating_duration_since(Instant::now());
        let idle = if may_be_silent { all() } else { self.rhythm.silence };
        let literal_bytes = Limits::SMALL_LITERAL_BYTES;
        Budget { until, idle, responses: Limits::IDLE_RESPONSES, literal_bytes, awaited_bytes: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::mailbox::{Endpoint, Mailbox, Secret, Tls};
    use crate::talk::Tap;
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream};

    /// RFC 2177 has clients renew it within 29 minutes; the server's answer to that is part of them.
    const _: () = assert!(Limits::IDLE_RENEWED.as_secs() + Limits::COMMAND.as_secs() < 29 * 60);

    /// A session that renews its IDLE at once, and the server's end of it.
    async fn session() -> (Session, BufReader<DuplexStream>) {
        let imap = Endpoint { host: "localhost".into(), port: 1, tls: Tls::None, ca_file: None };
        let mailbox = Mailbox {
            id: "zjc".into(),
            address: "zjc@mail.example".into(),
            user: "zjc".into(),
            password: Secret::new("code"),
            imap,
            smtp: None,
            folders: vec!["INBOX".into()],
            poll_seconds: 120,
            since: None,
            campaigns: vec![],
        };
        let (wire, client) = tokio::io::duplex(4096);
        let mut wire = BufReader::new(wire);
        let until = Instant::now() + Limits::COMMAND;
        let server = async {
            answer(&mut wire, "LOGIN", "$ OK come in\r\n").await;
            wire
        };
        let login = Session::log_in(&mailbox, Box::new(client), until, Tap::default());
        let (session, wire) = tokio::join!(login, server);
        let (mut session, moment) = (session.unwrap(), Duration::from_millis(20));
        session.rhythm = Rhythm { renewed_after: moment, silence: moment };
        (session, wire)
    }

    /// Hears one line, which must have this word, and answers it; `$` is its tag.
    async fn answer(wire: &mut BufReader<DuplexStream>, word: &str, with: &str) -> String {
        let mut line = String::new();
        wire.read_line(&mut line).await.unwrap();
        assert!(line.contains(word), "{word}: {line}");
        let tag = line.split(' ').next().unwrap().to_owned();
        wire.write_all(with.replace('$', &tag).as_bytes()).await.unwrap();
        tag
    }

    #[tokio::test]
    async fn an_idle_is_renewed_until_there_is_news() {
        let (mut session, mut wire) = session().await;
        let server = async {
            for round in 1..=3 {
                let tag = answer(&mut wire, "IDLE", "+ idling\r\n").await;
                if round == 3 {
                    wire.write_all(b"* 1 EXISTS\r\n").await.unwrap();
                }
                answer(&mut wire, "DONE", &format!("{tag} OK\r\n")).await;
            }
        };
        let both = async { tokio::join!(session.idle(std::future::pending()), server) };
        assert_eq!(tokio::time::timeout(Limits::IDLE, both).await.unwrap().0, Ok(true));
    }

    /// A way that was lost without a word looks like one on which nothing is said, until something is asked over it.
    #[tokio::test]
    async fn an_idle_that_nobody_is_behind_any_more_is_noticed_when_it_is_renewed() {
        let (mut session, mut wire) = session().await;
        let server = async {
            answer(&mut wire, "IDLE", "+ idling\r\n").await;
            answer(&mut wire, "DONE", "").await;
            wire
        };
        let both = async { tokio::join!(session.idle(std::future::pending()), server) };
        let (ended, _wire) = tokio::time::timeout(Limits::IDLE, both).await.unwrap();
        assert_eq!(ended, Err(Error::Timeout("IDLE".into())));
    }
}
