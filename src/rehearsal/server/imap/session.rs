//! One client's conversation. `bent` is the only place where misdeeds come in; `carry_out` is the server as RFC 3501
//! has it, in the manners of its profile.

use std::io;
use std::sync::Arc;

use super::answer::{Answer, Line, Status, Then};
use super::command::{Command, Item, NumberSet, Request, read_request};
use super::fetch;
use super::folders::{Folder, wire_name};
use super::{Profile, World};
use crate::rehearsal::server::host::Protection;
use crate::rehearsal::server::script::{Heard, lock};
use crate::rehearsal::server::wire::Wire;

/// Longest line awaited while idling.
const LINE_LIMIT_BYTES: usize = 4096;

struct Session {
    world: Arc<World>,
    secured: bool,
    logged_in: bool,
    /// ID was sent after LOGIN.
    identified: bool,
    open: Option<Open>,
}

/// The folder that is open, as this client knows it.
struct Open {
    /// As on the wire.
    folder: String,
    read_only: bool,
    /// UIDs by their place; changes only as the client is told.
    known: Vec<u32>,
}

/// Talks with a client until one of the two hangs up.
pub(super) async fn converse(world: Arc<World>, mut wire: Wire, connection: usize) -> io::Result<()> {
    let greeting = Answer::default().with([format!("* OK {}", world.own.profile.greeting())]);
    let mut session =
        Session { world, secured: wire.secured(), logged_in: false, identified: false, open: None };
    let mut answer = session.bent("", "GREETING", None, |_| greeting);
    let mut tag = String::new();
    loop {
        answer.send(&mut wire, &tag).await?;
        match answer.then {
            Then::GoOn => {}
            Then::Close => return wire.close().await,
            Then::Drop => return Ok(()),
            Then::Stall => return wire.stall().await,
            Then::Babble(bytes) => return wire.babble(&bytes).await,
            Then::Idle => session.idle(&mut wire, &tag).await?,
            Then::StartTls => {
                if let Protection::StartTls(config) = &session.world.protection {
                    wire = wire.start_tls(config).await?;
                    session.secured = true;
                }
            }
        }
        let Some(request) = read_request(&mut wire).await? else { return Ok(()) };
        session.world.log.push(Heard { connection, text: request.said.clone() });
        answer = session.obey(&request);
        tag = request.tag;
    }
}

impl Session {
    fn obey(&mut self, request: &Request) -> Answer {
        let profile = self.world.own.profile;
        let mut answer = self.bent(&request.tag, &request.said, request.command.folder(), |session| {
            if profile.refuses_space_before_line_end() && request.said.ends_with(' ') {
                return Answer::bad("Request not ending with \\r\\n");
            }
            session.carry_out(&request.command)
        });
        if let (false, Some((Status::Ok, text))) = (profile.gives_closing_texts(), &mut answer.done) {
            text.clear();
        }
        answer
    }

    /// The answer, with the misdeeds that were asked for at this step; `folder` is the one named in the command. A
    /// misdeed counts as done only where it has made a difference.
    fn bent(
        &mut self,
        tag: &str,
        said: &str,
        folder: Option<&str>,
        answer: impl FnOnce(&mut Self) -> Answer,
    ) -> Answer {
        let world = Arc::clone(&self.world);
        let deeds = world.script.fitting(said);
        let done = |number: &usize| world.script.done(*number);
        if let Some(folder) = folder.or(self.open.as_ref().map(|open| open.folder.as_str())) {
            let mut folders = lock(&world.own.folders);
            let upset = deeds.iter().filter(|(_, deed)| deed.upset(&mut folders, folder));
            upset.for_each(|(number, _)| done(number));
        }
        let instead = deeds.iter().find_map(|(number, deed)| Some((number, deed.instead()?)));
        let mut answer = match instead {
            Some((number, instead)) => {
                done(number);
                instead
            }
            None => answer(self),
        };
        let bent = deeds.iter().filter(|(_, deed)| deed.bend(&mut answer, tag));
        bent.for_each(|(number, _)| done(number));
        answer
    }

    fn carry_out(&mut self, command: &Command) -> Answer {
        match command {
            Command::Capability => self.capability(),
            Command::Noop => Answer::ok("NOOP completed").with(self.news(true)),
            Command::Logout => {
                let bye = Answer::ok("LOGOUT completed").with(["* BYE see you".to_owned()]);
                Answer { then: Then::Close, ..bye }
            }
            Command::Id => {
                self.identified = self.logged_in;
                Answer::ok("ID completed").with([format!("* ID {}", self.world.own.profile.id())])
            }
            Command::StartTls => self.start_tls(),
            Command::Login { user, password } => self.login(user, password),
            Command::Malformed => Answer::bad("command syntax not understood"),
            Command::Unknown => self.unknown(),
            _ if !self.logged_in => Answer::bad("log in first"),
            Command::List { extended, pattern } => self.list(*extended, pattern),
            Command::Open { read_only, folder } => self.open(*read_only, folder),
            Command::Status { folder, items } => self.status(folder, items),
            Command::Idle if self.world.own.profile.knows("IDLE") => {
                Answer { then: Then::Idle, ..Answer::default() }.with(["+ idling".to_owned()])
            }
            Command::Idle => self.unknown(),
            _ if self.open.is_none() => Answer::bad("no folder is open"),
            Command::Close => {
                self.open = None;
                Answer::ok("CLOSE completed")
            }
            Command::Search { by_uid, criteria } => self.search(*by_uid, criteria),
            Command::Fetch { set, .. }
                if set.descends() && self.world.own.profile.refuses_descending_sets() =>
            {
                Answer::bad("Sequence set is inavlid!")
            }
            Command::Fetch { by_uid, set, items } => self.fetch(*by_uid, set, items),
        }
    }

    fn unknown(&self) -> Answer {
        let hangs_up = self.world.own.profile.hangs_up_on_unknown_commands();
        if hangs_up { Answer::then(Then::Close) } else { Answer::bad("command unknown") }
    }

    fn capability(&self) -> Answer {
        let tls = match (&self.world.protection, self.secured) {
            (Protection::StartTls(_), false) => " STARTTLS LOGINDISABLED",
            _ => "",
        };
        let known = self.world.own.profile.capabilities();
        Answer::ok("CAPABILITY completed").with([format!("* CAPABILITY {known}{tls}")])
    }

    fn start_tls(&self) -> Answer {
        match (&self.world.protection, self.secured) {
            (Protection::StartTls(_), false) => {
                Answer { then: Then::StartTls, ..Answer::ok("begin TLS negotiation now") }
            }
            _ => Answer::bad("STARTTLS is not offered"),
        }
    }

    fn login(&mut self, user: &str, password: &str) -> Answer {
        if matches!(self.world.protection, Protection::StartTls(_)) && !self.secured {
            return Answer::no("[PRIVACYREQUIRED] not without TLS");
        }
        if let Some((right_user, right_password)) = &self.world.login
            && (user, password) != (right_user, right_password)
        {
            return Answer::no("LOGIN Login error or password error");
        }
        self.logged_in = true;
        Answer::ok("LOGIN completed")
    }

    fn list(&self, extended: bool, pattern: &str) -> Answer {
        let profile = self.world.own.profile;
        let verb = if extended { "XLIST" } else { "LIST" };
        if extended && !profile.knows(verb) {
            return self.unknown();
        }
        let done = Answer::ok("LIST completed");
        if pattern.is_empty() {
            return done.with([format!(r#"* {verb} (\Noselect) "/" """#)]);
        }
        let line = |folder: &Folder| {
            let name = wire_name(&folder.name);
            let selectable = if folder.selectable { "" } else { " \\NoSelect" };
            let role = folder.role.filter(|_| extended || profile.lists_roles());
            let role = role.map(|role| format!(" {role}")).unwrap_or_default();
            fits(pattern, &name)
                .then(|| format!(r#"* {verb} (\HasNoChildren{selectable}{role}) "/" {}"#, quoted(&name)))
        };
        done.with(lock(&self.world.own.folders).iter().filter_map(line))
    }

    fn open(&mut self, read_only: bool, name: &str) -> Answer {
        let profile = self.world.own.profile;
        let verb = if read_only { "EXAMINE" } else { "SELECT" };
        self.open = None;
        if profile.refuses_without_id() && !self.identified {
            return Answer::no(format!("{verb} Unsafe Login. Please contact kefu@mail.example for help"));
        }
        let folders = lock(&self.world.own.folders);
        let Some(folder) = folders.get(name).filter(|folder| folder.selectable) else {
            return Answer::no(format!("{verb} folder does not exist"));
        };
        let mut lines = vec![
            format!("* {} EXISTS", folder.mails.len()),
            "* 0 RECENT".to_owned(),
            format!("* OK [UIDVALIDITY {}] UIDs valid", folder.uidvalidity),
            r"* FLAGS (\Answered \Seen \Deleted \Draft \Flagged)".to_owned(),
            r"* OK [PERMANENTFLAGS ()] no permanent flags".to_owned(),
        ];
        if profile.tells_uidnext() {
            lines.push(format!("* OK [UIDNEXT {}] predicted next UID", folder.uidnext));
        }
        let known = folder.mails.iter().map(|mail| mail.uid).collect();
        self.open = Some(Open { folder: name.to_owned(), read_only, known });
        let mode = if read_only { "[READ-ONLY]" } else { "[READ-WRITE]" };
        Answer::ok(&format!("{mode} {verb} completed")).with(lines)
    }

    fn status(&self, name: &str, items: &[String]) -> Answer {
        let folders = lock(&self.world.own.folders);
        let Some(folder) = folders.get(name).filter(|folder| folder.selectable) else {
            return Answer::no("STATUS folder does not exist");
        };
        let mut values = Vec::new();
        for item in items {
            let value = match item.to_ascii_uppercase().as_str() {
                "MESSAGES" => folder.mails.len().to_string(),
                "RECENT" => "0".to_owned(),
                "UNSEEN" => folder.mails.iter().filter(|mail| !mail.seen).count().to_string(),
                "UIDVALIDITY" => folder.uidvalidity.to_string(),
                "UIDNEXT" if !self.world.own.profile.tells_uidnext() => continue,
                "UIDNEXT" => folder.uidnext.to_string(),
                _ => return Answer::bad("STATUS item unknown"),
            };
            values.push(format!("{} {value}", item.to_ascii_uppercase()));
        }
        let line = format!("* STATUS {} ({})", quoted(&wire_name(&folder.name)), values.join(" "));
        Answer::ok("STATUS completed").with([line])
    }

    fn search(&mut self, by_uid: bool, criteria: &[String]) -> Answer {
        let news = self.news(false);
        let Some(open) = &self.open else { return Answer::bad("no folder is open") };
        let all = matches!(criteria, [one] if one.eq_ignore_ascii_case("ALL"));
        let matches = match self.world.own.profile {
            _ if all => open.known.as_slice(),
            Profile::Plain => return Answer::bad("SEARCH knows only ALL here"),
            Profile::Netease => &[],
            Profile::Qq => open.known.as_slice(),
        };
        let numbers = matches.iter().zip(1_u32..).map(|(uid, seq)| if by_uid { *uid } else { seq });
        let numbers: String = numbers.map(|number| format!(" {number}")).collect();
        Answer::ok("SEARCH completed").with(news).with([format!("* SEARCH{numbers}")])
    }

    fn fetch(&mut self, by_uid: bool, set: &NumberSet, items: &[Item]) -> Answer {
        let mut answer = Answer::ok("FETCH completed").with(self.news(false));
        let Some(open) = &self.open else { return Answer::bad("no folder is open") };
        let mut folders = lock(&self.world.own.folders);
        let Some(folder) = folders.get_mut(&open.folder) else {
            return Answer::no("FETCH the folder is gone");
        };
        let last_seq = u32::try_from(open.known.len()).unwrap_or(u32::MAX);
        let last = if by_uid { open.known.last().copied().unwrap_or(0) } else { last_seq };
        for (uid, seq) in open.known.iter().zip(1_u32..) {
            if !set.contains(if by_uid { *uid } else { seq }, last) {
                continue;
            }
            let Some(mail) = folder.mail_mut(*uid) else { continue };
            mail.seen |= !open.read_only && fetch::marks_seen(items);
            answer.lines.push(Line::Fetch(fetch::line(mail, seq, by_uid, items, self.world.own.profile)));
        }
        answer
    }

    /// Untagged lines about what changed in the open folder. What is gone may be told only where sequence numbers
    /// are not in use (RFC 3501 7.4.1).
    fn news(&mut self, may_expunge: bool) -> Vec<String> {
        let Some(open) = &mut self.open else { return Vec::new() };
        let folders = lock(&self.world.own.folders);
        let mails = folders.get(&open.folder).map(|folder| folder.mails.as_slice()).unwrap_or_default();
        let there: Vec<u32> = mails.iter().map(|mail| mail.uid).collect();
        let mut lines = Vec::new();
        if may_expunge {
            let gone = |uid: &u32| there.binary_search(uid).is_err();
            let places = open.known.iter().enumerate().rev().filter(|(_, uid)| gone(uid));
            lines.extend(places.map(|(place, _)| format!("* {} EXPUNGE", place + 1)));
            open.known.retain(|uid| !gone(uid));
        }
        let last = open.known.last().copied().unwrap_or(0);
        let before = open.known.len();
        open.known.extend(there.iter().filter(|uid| **uid > last));
        if open.known.len() > before {
            lines.push(format!("* {} EXISTS", open.known.len()));
        }
        lines
    }

    /// Tells of changes until the client says DONE (RFC 2177).
    async fn idle(&mut self, wire: &mut Wire, tag: &str) -> io::Result<()> {
        let mut changed = self.world.own.changed.subscribe();
        loop {
            let news = self.news(true);
            if !news.is_empty() {
                Answer::default().with(news).send(wire, tag).await?;
            }
            tokio::select! {
                line = wire.read_line(LINE_LIMIT_BYTES) => {
                    let answer = match line? {
                        Some(line) if line.eq_ignore_ascii_case(b"DONE\r\n") => Answer::ok("IDLE completed"),
                        _ => Answer::bad("expected DONE"),
                    };
                    return answer.send(wire, tag).await;
                }
                _ = changed.changed() => {}
            }
        }
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Whether a LIST pattern, `*` and `%` standing for anything, means this name; there is no hierarchy here.
fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once(['*', '%']) {
        None => pattern == name,
        Some((head, tail)) => name.strip_prefix(head).is_some_and(|rest| {
            rest.char_indices()
                .map(|(at, _)| at)
                .chain([rest.len()])
                .any(|at| fits(tail, rest.split_at(at).1))
        }),
    }
}
