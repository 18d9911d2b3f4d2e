//! What a service manager is told (sd_notify(3)): that the daemon is ready, that it lives, what it is doing. It lives as long as
//! the river moves, so a river that hangs is ended and started anew by the manager, and a silent mailbox is not.

use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// The service manager that started this process, if one did.
#[derive(Debug, Default)]
pub struct Supervisor {
    socket: Option<UnixDatagram>,
}

impl Supervisor {
    /// The one that `NOTIFY_SOCKET` names: a path, or an abstract name after `@`.
    pub fn of_environment() -> Self {
        let name = std::env::var("NOTIFY_SOCKET").unwrap_or_default();
        Self { socket: connected(&name) }
    }

    /// The page answers, mail is being watched.
    pub fn ready(&self) {
        self.say("READY=1\nSTATUS=收信、登记、提供状态页");
    }

    /// The river has moved: the manager's watchdog begins anew.
    pub fn alive(&self) {
        self.say("WATCHDOG=1");
    }

    /// It was told to stop and is ending its work.
    pub fn stopping(&self) {
        self.say("STOPPING=1");
    }

    /// What people read in `systemctl status`.
    pub fn status(&self, words: &str) {
        self.say(&format!("STATUS={}", words.replace('\n', "；")));
    }

    /// A manager that does not listen is no trouble of ours.
    fn say(&self, words: &str) {
        if let Some(socket) = &self.socket {
            let _ = socket.send(words.as_bytes());
        }
    }
}

fn connected(name: &str) -> Option<UnixDatagram> {
    let address = match name.strip_prefix('@') {
        Some(name) => SocketAddr::from_abstract_name(name),
        None if name.starts_with('/') => SocketAddr::from_pathname(name),
        None => return None,
    };
    let socket = UnixDatagram::unbound().ok()?;
    // A full queue must not hold up the river.
    socket.set_nonblocking(true).ok()?;
    socket.connect_addr(&address.ok()?).ok()?;
    Some(socket)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manager_hears_what_it_is_told_and_none_is_no_trouble() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("notify");
        let manager = UnixDatagram::bind(&path).unwrap();
        let supervisor = Supervisor { socket: connected(path.to_str().unwrap()) };
        supervisor.alive();
        supervisor.status("两行\n文字");
        let mut heard = [0; 64];
        let mut hear = || {
            let length = manager.recv(&mut heard).unwrap();
            String::from_utf8(heard[..length].to_vec()).unwrap()
        };
        assert_eq!(hear(), "WATCHDOG=1");
        assert_eq!(hear(), "STATUS=两行；文字");
        for nobody in ["", "relative", "/nowhere/at/all"] {
            Supervisor { socket: connected(nobody) }.alive();
        }
        let name = format!("shouwen-test-{}", std::process::id());
        let manager = UnixDatagram::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
        Supervisor { socket: connected(&format!("@{name}")) }.ready();
        let length = manager.recv(&mut heard).unwrap();
        assert!(heard[..length].starts_with(b"READY=1\n"));
    }
}
