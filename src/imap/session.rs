//! One logged-in connection, and every command we ever give. Each command demands its own tagged OK: the library's
//! methods of the same names answer NO, BAD, BYE and a cut line with an empty success, and "no new mail" must never
//! mean any of these. So only its `run_command` and `read_response` are used (and `login`, which does check).

use std::collections::BTreeSet;
use std::io;
use std::net::SocketAddr;

use async_imap::imap_proto::{RequestId, Response, Status};
use futures_util::FutureExt as _;
use tokio::time::{Duration, Instant};

use super::aside::Asides;
use super::connect::{self, Connected};
use super::examined::Examined;
use super::guard::{Budget, Guard, Taker, Wire};
use super::idle::Rhythm;
use super::shunned::Shunned;
use super::{Error, Limits, quirks};
use crate::domain::mailbox::Mailbox;
use crate::talk::{Secrets, Tap};

/// A logged-in connection. After an error that [`Error::ends_session`] it must be dropped.
pub struct Session {
    inner: async_imap::Session<Guard>,
    capabilities: BTreeSet<String>,
    /// Which machine of the server it is.
    peer: Option<SocketAddr>,
    id_command: String,
    pub(super) id_sent: bool,
    pub(super) folder: Examined,
    /// Whether a folder was opened before.
    pub(super) has_opened: bool,
    /// No command outlasts this moment: the patience of whoever looks.
    until: Instant,
    /// The last command was given to a server that had not hung up before.
    is_asked: bool,
    pub(super) rhythm: Rhythm,
}

impl Session {
    /// Connects, logs in and introduces us, without what is `shunned`. Nothing lasts beyond `until`, which [`Session::be_patient`]
    /// moves.
    ///
    /// # Errors
    /// Any [`Error`]; a refused password is [`Error::Login`].
    pub async fn open(mailbox: &Mailbox, until: Instant, shunned: &mut Shunned) -> Result<Self, Error> {
        let (patience, deaf) = (until.saturating_duration_since(Instant::now()), Tap::default());
        let Connected { wire, greeting, peer } = connect::connect(&mailbox.imap, patience, &deaf).await?;
        let enter = async {
            let mut session = Self::log_in(mailbox, wire, until, deaf).await?;
            if !shunned.has("CAPABILITY") {
                let asked = session.learn_capabilities().await;
                shunned.learn("CAPABILITY", &asked);
                asked?;
            }
            let host = &mailbox.imap.host;
            // 网易 demands it.
            let is_needed = quirks::wants_id_unasked(host, &greeting);
            if is_needed || session.wants_id(host, &greeting) && !shunned.has("ID") {
                let asked = session.introduce().await;
                shunned.learn("ID", &asked);
                asked?;
            }
            Ok(Self { peer, ..session })
        };
        enter.await.inspect_err(|error| connect::avoid(peer.as_ref(), error))
    }

    /// Says that the connection was lost over this: another machine of the server may be well.
    pub fn note_lost(&self, error: &Error) {
        connect::avoid(self.peer.as_ref(), error);
    }

    /// LOGIN, and nothing more, on a connection that has greeted us.
    pub(super) async fn log_in(
        mailbox: &Mailbox,
        wire: Box<dyn Wire>,
        until: Instant,
        tap: Tap,
    ) -> Result<Self, Error> {
        let budget = budget(until, Limits::CHATTER_RESPONSES, Limits::SMALL_LITERAL_BYTES);
        // A server may repeat the command in its refusal.
        let secrets = Secrets::of_login(mailbox.password.reveal());
        let guard = Guard::new(wire, budget).heard_by(tap).keeping(secrets);
        let client = async_imap::Client::new(guard);
        let inner = match client.login(&mailbox.user, mailbox.password.reveal()).await {
            Ok(session) => session,
            Err((error, client)) => return Err(login_error(error, client.get_ref())),
        };
        Ok(Self {
            inner,
            capabilities: BTreeSet::new(),
            peer: None,
            id_command: id_command(&mailbox.address),
            id_sent: false,
            folder: Examined::default(),
            has_opened: false,
            until,
            is_asked: false,
            rhythm: Rhythm::default(),
        })
    }

    /// Sets a new moment that no command outlasts.
    pub fn be_patient(&mut self, until: Instant) {
        self.until = until;
    }

    /// Mails in the open folder, as [`Examined`] has the most of them; none where the server does not say.
    pub fn most(&self) -> Option<u32> {
        self.folder.most
    }

    /// Whether the last command was given, and whether the server has said anything to it.
    pub fn progress(&self) -> (bool, bool) {
        (self.is_asked, self.inner.get_ref().has_heard)
    }

    /// The moment that no command outlasts.
    pub fn patience(&self) -> Instant {
        self.until
    }

    pub(super) async fn learn_capabilities(&mut self) -> Result<(), Error> {
        let asked = self.command("CAPABILITY", self.budget(0, 0), |_| {}).await;
        self.capabilities = self.asides().capabilities;
        // Every server is one, and how it lets people in is no matter: LOGIN works everywhere (quirk A1.6).
        self.capabilities.retain(|word| word != "IMAP4REV1" && !word.starts_with("AUTH="));
        refused_is_fine(asked)
    }

    /// What the server has said beside mails and counts since the last command.
    pub(super) fn asides(&mut self) -> Asides {
        self.inner.get_mut().asides()
    }

    pub(super) fn wants_id(&self, host: &str, greeting: &str) -> bool {
        self.can("ID") || quirks::wants_id_unasked(host, greeting)
    }

    /// What the server offers, as it names it.
    pub(super) fn capabilities(&self) -> String {
        self.capabilities.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn can(&self, capability: &str) -> bool {
        self.capabilities.contains(capability)
    }

    /// ID (RFC 2971), after LOGIN and before EXAMINE, on every connection: 网易 demands it. Its answer is of no use.
    pub(super) async fn introduce(&mut self) -> Result<(), Error> {
        self.id_sent = true;
        let command = self.id_command.clone();
        refused_is_fine(self.command(&command, self.budget(0, 0), |_| {}).await)
    }

    /// Says goodbye; a server that does not answer is left all the same.
    pub async fn close(mut self) {
        self.until = self.until.min(Instant::now() + Duration::from_secs(2));
        let _ = self.command("LOGOUT", self.budget(0, 0), |_| {}).await;
    }

    pub(super) fn budget(&self, responses: u32, literal_bytes: u64) -> Budget {
        budget(self.until, responses, literal_bytes)
    }

    /// Gives one command and hands its untagged answers to `take` until its tagged OK.
    pub(super) async fn command(
        &mut self,
        command: &str,
        budget: Budget,
        take: impl FnMut(&Response<'_>) + Send,
    ) -> Result<(), Error> {
        self.exchange(command, budget, take, &mut |_| {}).await
    }

    /// Gives one command to fetch something and hands what it brings to `taker` until its tagged OK.
    pub(super) async fn fetch(
        &mut self,
        command: &str,
        budget: Budget,
        taker: &mut Taker<'_>,
    ) -> Result<(), Error> {
        self.exchange(command, budget, |_| {}, taker).await
    }

    /// Bytes of the last command that would still have bought it time.
    pub(super) fn unpaid_bytes(&self) -> u64 {
        self.inner.get_ref().budget.awaited_bytes
    }

    async fn exchange(
        &mut self,
        command: &str,
        budget: Budget,
        mut take: impl FnMut(&Response<'_>) + Send,
        taker: &mut Taker<'_>,
    ) -> Result<(), Error> {
        let name = name_of(command);
        let tag = self.give(command, budget).await?;
        while self.answer(&tag, &name, taker, &mut take).await?.is_some() {}
        Ok(())
    }

    /// Gives one command; its answers are to be asked for under the tag.
    pub(super) async fn give(&mut self, command: &str, budget: Budget) -> Result<RequestId, Error> {
        self.inner.get_mut().begin(budget);
        self.is_asked = false;
        // Whoever hung up behind the last answer has not done so over this command.
        while let Some(came) = self.inner.get_mut().fill(&mut |_| {}).now_or_never() {
            let name = name_of(command);
            came.map_err(|error| wire_error(&error, self.inner.get_ref(), &name))?;
            if self.inner.get_ref().is_gone() {
                return Err(farewell(self.inner.get_ref(), &name));
            }
        }
        self.inner.get_mut().has_heard = false;
        self.is_asked = true;
        let given = self.inner.run_command(command).await;
        given.map_err(|error| self.not_given(error, &name_of(command)))
    }

    /// Gives the line that ends a command which is under way.
    pub(super) async fn give_end(&mut self, line: &str, budget: Budget) -> Result<(), Error> {
        self.inner.get_mut().begin(budget);
        let given = self.inner.run_command_untagged(line).await;
        given.map_err(|error| self.not_given(error, line))
    }

    /// Starts clock and counts anew, for the next part of a command that has several.
    pub(super) fn expect_by(&mut self, budget: Budget) {
        self.inner.get_mut().begin(budget);
    }

    fn not_given(&self, error: async_imap::error::Error, name: &str) -> Error {
        match error {
            async_imap::error::Error::Io(error) => wire_error(&error, self.inner.get_ref(), name),
            _ => Error::Cut(name.to_owned()),
        }
    }

    /// What `take` makes of the next untagged answer to the command of this tag; none once it is answered OK. `taker` is
    /// given what FETCH brings until then. May be dropped while waiting and called again.
    pub(super) async fn answer<T>(
        &mut self,
        tag: &RequestId,
        name: &str,
        taker: &mut Taker<'_>,
        take: impl FnOnce(&Response<'_>) -> T + Send,
    ) -> Result<Option<T>, Error> {
        let ready = loop {
            // The library is asked for what it has, and never waits for the wire itself: the guard does, and gives
            // `taker` its share on the way.
            self.inner.get_mut().is_filled_by_hand = true;
            let ready = self.inner.read_response().now_or_never();
            self.inner.get_mut().is_filled_by_hand = false;
            if let Some(ready) = ready {
                break ready;
            }
            let filled = self.inner.get_mut().fill(taker).await;
            self.until += filled.map_err(|error| wire_error(&error, self.inner.get_ref(), name))?;
        };
        let answer = match ready {
            Ok(Some(answer)) => answer,
            Ok(None) => return Err(farewell(self.inner.get_ref(), name)),
            Err(error) => return Err(wire_error(&error, self.inner.get_ref(), name)),
        };
        match answer.parsed() {
            Response::Done { tag: answered, status, .. } if answered == tag => {
                let said = self.inner.get_ref().tagged_words();
                match status {
                    Status::Ok => Ok(None),
                    Status::No => Err(Error::No(name.to_owned(), said)),
                    Status::Bad => Err(Error::Bad(name.to_owned(), said)),
                    _ => Err(Error::Protocol(format!("对 {name} 的答复既非 OK，也非 NO、BAD"))),
                }
            }
            Response::Done { .. } => Err(Error::Protocol(format!("对 {name} 的答复用了别的标记"))),
            Response::Data { status: Status::Bye, .. } if name != "LOGOUT" => {
                Err(farewell(self.inner.get_ref(), name))
            }
            other => {
                self.folder.learn(other)?;
                Ok(Some(take(other)))
            }
        }
    }
}

fn budget(until: Instant, responses: u32, literal_bytes: u64) -> Budget {
    Budget {
        until: until.min(Instant::now() + Limits::COMMAND),
        idle: Limits::IDLE,
        responses: responses.saturating_add(Limits::CHATTER_RESPONSES),
        literal_bytes: literal_bytes.max(Limits::SMALL_LITERAL_BYTES),
        awaited_bytes: 0,
    }
}

/// Optional commands may be refused; only a lost connection matters.
pub(super) fn refused_is_fine(asked: Result<(), Error>) -> Result<(), Error> {
    asked.or_else(|error| if error.ends_session() { Err(error) } else { Ok(()) })
}

/// `UID FETCH` of `UID FETCH 1:* (UID)`: what errors and logs call a command. Never its arguments.
fn name_of(command: &str) -> String {
    let words = if command.starts_with("UID ") { 2 } else { 1 };
    command.split(' ').take(words).collect::<Vec<_>>().join(" ")
}

fn farewell(guard: &Guard, command: &str) -> Error {
    guard.bye_words().map_or_else(|| Error::Cut(command.to_owned()), Error::Bye)
}

/// The library's parse errors carry the raw answer, so their text is not kept.
fn wire_error(error: &io::Error, guard: &Guard, command: &str) -> Error {
    use io::ErrorKind;
    match error.kind() {
        ErrorKind::TimedOut => Error::Timeout(command.to_owned()),
        ErrorKind::InvalidData => Error::Protocol(format!("{command}: {error}")),
        ErrorKind::Other => Error::Protocol(format!("对 {command} 的答复读不懂")),
        _ => farewell(guard, command),
    }
}

fn login_error(error: async_imap::error::Error, guard: &Guard) -> Error {
    use async_imap::error::Error as Library;
    match error {
        Library::No(_) | Library::Bad(_) => Error::Login(guard.tagged_words()),
        Library::Io(error) => wire_error(&error, guard, "LOGIN"),
        Library::Validate(_) => Error::Configuration("用户名或密码含有换行".into()),
        _ => farewell(guard, "LOGIN"),
    }
}

/// No space at the end: Coremail answers BAD to one.
fn id_command(address: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let address: String =
        address.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '"' | '\\')).collect();
    format!(r#"ID ("name" "shouwen" "version" "{version}" "vendor" "shouwen" "support-email" "{address}")"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_command_ends_without_a_space_and_cannot_be_broken_out_of() {
        let command = id_command("a\"b\r\n@x.example");
        assert!(command.ends_with(r#""support-email" "ab@x.example")"#), "{command}");
    }

    #[test]
    fn commands_are_named_without_their_arguments() {
        assert_eq!(name_of("UID FETCH 1:* (UID)"), "UID FETCH");
        assert_eq!(name_of("EXAMINE \"INBOX\""), "EXAMINE");
    }
}
