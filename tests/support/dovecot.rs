//! A real Dovecot for one test: private configuration, free port, everything in a temporary folder. It runs as root
//! (CI) and as anybody else. Mail is put in as files, so that its arrival can be any moment.

// Each story file uses its own part of this.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::io::Read as _;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::Timestamp;
use shouwen::domain::mailbox::{Endpoint, Mailbox, Secret, Tls};

use super::patience::{PATIENCE, wait_for};

const USER: &str = "zjc@office.example";
const PASSWORD: &str = "real-secret";

/// Header field by which [`Dovecot::places`] tells one mail from another.
pub const STORY_HEADER: &str = "X-Story";

/// Where a mail lies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Folder as people read it.
    pub folder: String,
    /// UIDVALIDITY of the folder.
    pub uidvalidity: u32,
    /// UID.
    pub uid: u32,
    /// What the mail's [`STORY_HEADER`] says.
    pub story: String,
}

/// A running server; dropped, it ends with its mail.
pub struct Dovecot {
    dir: tempfile::TempDir,
    child: Child,
    delivered: AtomicU32,
    /// Port without TLS at first; STARTTLS is offered.
    pub port: u16,
    /// Port with TLS from the first byte.
    pub tls_port: u16,
}

impl Dovecot {
    /// Starts a server that knows every user by [`Dovecot::password`].
    pub fn start() -> Self {
        // A port that was free a moment ago may be another's by now.
        (0..3).find_map(|_| Self::try_start()).expect("dovecot starts")
    }

    fn try_start() -> Option<Self> {
        let dir = tempfile::Builder::new().prefix("shouwen-dovecot-").tempdir().unwrap();
        // The processes that serve mail are not root, even if we are.
        std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let certified = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        std::fs::write(dir.path().join("cert.pem"), certified.cert.pem()).unwrap();
        std::fs::write(dir.path().join("key.pem"), certified.signing_key.serialize_pem()).unwrap();
        let (port, tls_port) = (free_port(), free_port());
        std::fs::write(dir.path().join("dovecot.conf"), configuration(dir.path(), port, tls_port)).unwrap();
        let child = spawn(dir.path());
        let mut server = Self { dir, child, delivered: AtomicU32::new(0), port, tls_port };
        server.comes_up().then_some(server)
    }

    /// The office's own user.
    pub fn user(&self) -> &'static str {
        USER
    }

    /// Everybody's password.
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// Its certificate, PEM; for host `localhost`.
    pub fn ca_file(&self) -> PathBuf {
        self.dir.path().join("cert.pem")
    }

    /// The office's mailbox on this server, INBOX only, without TLS.
    pub fn mailbox(&self) -> Mailbox {
        Mailbox {
            id: "zjc".into(),
            address: USER.into(),
            user: USER.into(),
            password: Secret::new(PASSWORD),
            imap: Endpoint { host: "localhost".into(), port: self.port, tls: Tls::None, ca_file: None },
            smtp: None,
            folders: vec!["INBOX".into()],
            poll_seconds: 3600,
            since: None,
            campaigns: vec![],
        }
    }

    /// Where the files of a folder (as people read it) stand.
    fn maildir(&self, user: &str, folder: &str) -> PathBuf {
        let home = self.dir.path().join("mail").join(user);
        match folder {
            "INBOX" => home,
            other => home.join(format!(".{}", shouwen::imap::encode_utf7(other))),
        }
    }

    /// Puts a mail into a folder (as people read it, made if missing) with this INTERNALDATE.
    pub fn deliver(&self, user: &str, folder: &str, raw: &[u8], received_at: Timestamp) {
        let maildir = self.maildir(user, folder);
        self.make_folder(user, folder);
        let number = self.delivered.fetch_add(1, Ordering::SeqCst);
        let name = format!("{}.M{number:06}.test", received_at.as_second());
        let (begun, done) = (maildir.join("tmp").join(&name), maildir.join("new").join(&name));
        std::fs::write(&begun, raw).unwrap();
        std::fs::File::options()
            .write(true)
            .open(&begun)
            .unwrap()
            .set_modified(received_at.try_into().unwrap())
            .unwrap();
        own(&begun);
        std::fs::rename(begun, done).unwrap();
    }

    /// Makes a folder where it is missing.
    pub fn make_folder(&self, user: &str, folder: &str) {
        let maildir = self.maildir(user, folder);
        for path in ["tmp", "new", "cur"].map(|part| maildir.join(part)) {
            std::fs::create_dir_all(&path).unwrap();
            own(&path);
        }
        own(&maildir);
        own(&self.maildir(user, "INBOX"));
    }

    /// Lets `doveadm` do something, e.g. `["mailbox", "update", "--uid-validity", "7", "INBOX"]`.
    pub fn doveadm(&self, arguments: &[&str]) {
        self.doveadm_for(USER, arguments);
    }

    /// The same in the mailbox of another user; returns what it prints.
    pub fn doveadm_for(&self, user: &str, arguments: &[&str]) -> String {
        let words = if arguments.first() == Some(&"mailbox") { 2 } else { 1 };
        let (command, rest) = arguments.split_at(words);
        let mut doveadm = Command::new("doveadm");
        doveadm.args(["-f", "tab", "-c"]).arg(self.dir.path().join("dovecot.conf"));
        doveadm.args(command).args(["-u", user]).args(rest);
        let output = doveadm.output().expect("doveadm runs");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Every mail of a user, as the server itself tells.
    pub fn places(&self, user: &str) -> Vec<Place> {
        let states = self.doveadm_for(user, &["mailbox", "status", "uidvalidity", "*"]);
        let states: BTreeMap<&str, u32> =
            table(&states).map(|row| (row[0], row[1].parse().unwrap())).collect();
        let mails = self.doveadm_for(user, &["fetch", &format!("mailbox uid hdr.{STORY_HEADER}"), "ALL"]);
        let place = |row: Vec<&str>| Place {
            folder: row[0].to_owned(),
            uidvalidity: states[row[0]],
            uid: row[1].parse().unwrap(),
            story: row[2].to_owned(),
        };
        table(&mails).map(place).collect()
    }

    /// The files of a folder's mails, in the order of their names.
    pub fn files(&self, user: &str, folder: &str) -> Vec<PathBuf> {
        let maildir = self.maildir(user, folder);
        let inside = ["new", "cur"].map(|part| std::fs::read_dir(maildir.join(part)));
        let mut files: Vec<PathBuf> =
            inside.into_iter().flatten().flatten().map(|file| file.unwrap().path()).collect();
        files.sort();
        files
    }

    /// Moves a mail's file into another folder, which must be there, as another mail program would.
    pub fn carry(&self, user: &str, file: &Path, folder: &str) {
        let name = file.file_name().unwrap();
        std::fs::rename(file, self.maildir(user, folder).join("new").join(name)).unwrap();
    }

    /// Loses what the server knows of a folder beside its mails, so that UIDs begin at 1 again: under a new UIDVALIDITY
    /// as it should be, or under the old one.
    pub fn rebuild(&mut self, user: &str, folder: &str, keeps_uidvalidity: bool) {
        self.stop();
        let maildir = self.maildir(user, folder);
        let list = maildir.join("dovecot-uidlist");
        let known = std::fs::read_to_string(&list).unwrap_or_default();
        for entry in std::fs::read_dir(&maildir).unwrap().map(Result::unwrap) {
            let name = entry.file_name().into_string().unwrap();
            if name == "dovecot-uidlist" || name.starts_with("dovecot.index") {
                std::fs::remove_file(entry.path()).unwrap();
            }
        }
        // `3 V<uidvalidity> N<next uid> G<guid>`
        if let Some(uidvalidity) = known.split(' ').find(|word| word.starts_with('V'))
            && keeps_uidvalidity
        {
            std::fs::write(&list, format!("3 {uidvalidity} N1\n")).unwrap();
            own(&list);
        }
        self.child = spawn(self.dir.path());
        assert!(self.comes_up(), "dovecot comes back");
    }

    /// Ends the server and starts it again on the same ports.
    pub fn restart(&mut self) {
        self.stop();
        self.child = spawn(self.dir.path());
        assert!(self.comes_up(), "dovecot comes back");
    }

    fn stop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        let pid = rustix::process::Pid::from_child(&self.child);
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        let _ = self.child.wait();
    }

    /// Waits until it greets; false when it ended instead.
    fn comes_up(&mut self) -> bool {
        wait_for(PATIENCE, || {
            let log = || std::fs::read_to_string(self.dir.path().join("log")).unwrap_or_default();
            if greets(self.port) {
                return Ok(true);
            }
            if self.child.try_wait().unwrap().is_some() {
                eprintln!("dovecot ended:\n{}", log());
                return Ok(false);
            }
            Err(format!("dovecot does not greet:\n{}", log()))
        })
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        self.stop();
    }
}

fn spawn(dir: &Path) -> Child {
    let sbin = std::env::join_paths(
        std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).chain(["/usr/sbin".into()]),
    );
    let mut dovecot = Command::new("dovecot");
    dovecot.env("PATH", sbin.unwrap()).arg("-F").arg("-c").arg(dir.join("dovecot.conf"));
    dovecot.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    dovecot.spawn().expect("dovecot is installed: apt-get install dovecot-imapd")
}

/// Rows of what `doveadm -f tab` prints, below its head.
fn table(printed: &str) -> impl Iterator<Item = Vec<&str>> {
    printed.lines().skip(1).map(|line| line.split('\t').collect())
}

fn greets(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect_timeout(&SocketAddr::from(([127, 0, 0, 1], port)), PATIENCE)
    else {
        return false;
    };
    let mut greeting = [0; 4];
    stream.set_read_timeout(Some(PATIENCE)).is_ok()
        && stream.read_exact(&mut greeting).is_ok()
        && &greeting == b"* OK"
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Who owns mail: Dovecot serves none as root.
fn mail_owner() -> (u32, u32) {
    const NOBODY: u32 = 65_534;
    if is_root() {
        (NOBODY, NOBODY)
    } else {
        (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw())
    }
}

/// Gives a file or folder to who owns mail.
fn own(path: &Path) {
    let (uid, gid) = mail_owner();
    if is_root() {
        chown(path, Some(uid), Some(gid)).unwrap();
    }
}

fn name_of(which: &str) -> String {
    let output = Command::new("id").arg(which).output().expect("id runs");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn configuration(dir: &Path, port: u16, tls_port: u16) -> String {
    let dir = dir.display();
    let (uid, gid) = mail_owner();
    // As root the package's own users serve; as anybody else everything runs as that one.
    let users = if is_root() {
        String::new()
    } else {
        let (user, group) = (name_of("-un"), name_of("-gn"));
        format!(
            "default_internal_user = {user}\ndefault_login_user = {user}\ndefault_internal_group = {group}\n"
        )
    };
    format!(
        "{users}
base_dir = {dir}/run
state_dir = {dir}/state
log_path = {dir}/log
protocols = imap
listen = 127.0.0.1
first_valid_uid = 1
mail_location = maildir:{dir}/mail/%u
auth_verbose = yes
auth_failure_delay = 0
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{dir}/cert.pem
ssl_key = <{dir}/key.pem
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={dir}/mail/%u
}}
namespace inbox {{
  inbox = yes
  mailbox Junk {{
    special_use = \\Junk
    auto = create
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
"
    )
}
