//! IDLE (RFC 2177): the server tells of mail as it comes. It is given on the level of every other command and not by
//! the library's handle, to which a closed connection is an interruption like any other: here it ends in `DONE` and
//! its tagged OK, or it has failed. Only a folder that grows is news. `RECENT` is not heeded: it says nothing of new
//! mail that `EXISTS` does not, and changes when mail goes.

use std::pin::pin;

use async_imap::imap_proto::{RequestId, Response};
use tokio::time::Instant;

use super::guard::{Budget, Piece};
use super::{Error, Limits, Session};

/// An untagged answer to IDLE.
enum Overheard {
    /// `+`: the server tells of changes from now on.
    Listening,
    Else,
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
            let renewed_at = Instant::now() + Limits::IDLE_RENEWED;
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
        let until = Instant::now() + Limits::IDLE_RENEWED + Limits::COMMAND;
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
        let idle = if may_be_silent { until.saturating_duration_since(Instant::now()) } else { Limits::IDLE };
        let literal_bytes = Limits::SMALL_LITERAL_BYTES;
        Budget { until, idle, responses: Limits::IDLE_RESPONSES, literal_bytes, awaited_bytes: 0 }
    }
}
