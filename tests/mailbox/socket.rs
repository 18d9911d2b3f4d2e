//! The connection as the machine has it, asked of the very socket: what is set on it is seen nowhere else until a network is slow,
//! or dies.

use std::net::SocketAddr;
use std::os::fd::OwnedFd;

use rustix::net::sockopt;
use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};
use shouwen::rehearsal::server::{Misdeed, Profile};
use shouwen::talk::is_mute;

use crate::idle::Watcher;
use crate::patience::{PATIENCE, until};
use crate::support::world;

/// Our ends of connections to that server; some twice.
fn sockets_to(server: SocketAddr) -> Vec<OwnedFd> {
    let own = pidfd_open(getpid(), PidfdFlags::empty()).unwrap();
    let open = std::fs::read_dir("/proc/self/fd").unwrap();
    let numbers = open.filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
    let numbers: Vec<i32> = numbers.collect();
    let sockets =
        numbers.into_iter().filter_map(|number| pidfd_getfd(&own, number, PidfdGetfdFlags::empty()).ok());
    let is_ours = |socket: &OwnedFd| {
        let peer = rustix::net::getpeername(socket).ok().flatten();
        peer.and_then(|peer| SocketAddr::try_from(peer).ok()) == Some(server)
    };
    sockets.filter(is_ours).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_leave_at_once_and_a_way_that_is_lost_is_noticed_within_minutes() {
    let world = world(Profile::Plain).with_mails(1);
    let watcher = Watcher::on(&world);
    until("it idles", PATIENCE, || world.heard("IDLE") == 1).await;
    let sockets = sockets_to(world.server.addr());
    assert!(!sockets.is_empty());
    for socket in sockets {
        assert!(sockopt::tcp_nodelay(&socket).unwrap() && sockopt::socket_keepalive(&socket).unwrap());
        let first = sockopt::tcp_keepidle(&socket).unwrap();
        let again = sockopt::tcp_keepintvl(&socket).unwrap() * sockopt::tcp_keepcnt(&socket).unwrap();
        assert!(first.as_secs() <= 60 && again.as_secs() <= 120, "{first:?} and {again:?}");
    }
    watcher.stop().await;
}

/// The name of a server may have several addresses: a machine that greets and then hangs up comes last the next time. What is the
/// matter of the mailbox would be the same with each.
#[tokio::test]
async fn a_machine_at_which_a_connection_is_lost_comes_after_the_others() {
    let bye = |words: &str| Misdeed::Bye(words.into());
    for (step, misdeed, comes_last) in [
        ("GREETING", bye("busy"), true),
        ("LOGIN", Misdeed::Close, true),
        ("LOGIN", bye("maintenance"), true),
        ("LOGIN", Misdeed::No("[UNAVAILABLE] later".into()), true),
        ("CAPABILITY", Misdeed::Close, true),
        ("EXAMINE", Misdeed::Close, true),
        ("BODY.PEEK[]", Misdeed::CutMidLiteral, true),
        ("LOGIN", Misdeed::No("LOGIN Login error or password error".into()), false),
        ("EXAMINE", bye("Unsafe Login. Please contact kefu@188.com"), false),
        ("EXAMINE", Misdeed::No("busy".into()), false),
    ] {
        let world = world(Profile::Plain).with_mails(1);
        world.server.on(step, misdeed.clone());
        let _ = world.pass().await;
        assert_eq!(is_mute(world.server.addr()), comes_last, "{step}: {misdeed:?}");
    }
}
