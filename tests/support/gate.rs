//! A door before a server: a port that stays the same while what is behind it goes away and comes back. Shut, it hangs up on
//! everybody; open, it passes bytes both ways.

// Each story file uses its own part of this.
#![allow(dead_code)]

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long a shut door may go unnoticed by who waits at it.
const GLANCE: Duration = Duration::from_millis(5);

/// The door; dropped, it is shut.
pub struct Gate {
    at: SocketAddr,
    to: SocketAddr,
    opened: Option<Opened>,
}

struct Opened {
    is_shut: Arc<AtomicBool>,
    streams: Arc<Mutex<Vec<TcpStream>>>,
    porter: JoinHandle<()>,
}

impl Gate {
    /// Opens one at `at` (port 0: any) before the server at `to`.
    pub fn open(at: SocketAddr, to: SocketAddr) -> Self {
        let mut gate = Self { at, to, opened: None };
        gate.reopen();
        gate
    }

    /// Where it is.
    pub fn addr(&self) -> SocketAddr {
        self.at
    }

    /// Lets people in again.
    pub fn reopen(&mut self) {
        assert!(self.opened.is_none(), "it is open");
        let listener = TcpListener::bind(self.at).unwrap();
        self.at = listener.local_addr().unwrap();
        listener.set_nonblocking(true).unwrap();
        let (is_shut, streams) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let (told, kept, to) = (Arc::clone(&is_shut), Arc::clone(&streams), self.to);
        let porter = std::thread::spawn(move || {
            while !told.load(Ordering::SeqCst) {
                match listener.accept() {
                    Ok((guest, _)) => pass(&guest, to, &kept),
                    Err(_) => std::thread::sleep(GLANCE),
                }
            }
        });
        self.opened = Some(Opened { is_shut, streams, porter });
    }

    /// Hangs up on everybody and refuses whoever comes.
    pub fn shut(&mut self) {
        let Some(opened) = self.opened.take() else { return };
        opened.is_shut.store(true, Ordering::SeqCst);
        opened.porter.join().unwrap();
        for stream in opened.streams.lock().unwrap().iter() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.shut();
    }
}

fn pass(guest: &TcpStream, to: SocketAddr, kept: &Mutex<Vec<TcpStream>>) {
    guest.set_nonblocking(false).unwrap();
    // A server that is away hangs up too.
    let Ok(server) = TcpStream::connect(to) else { return };
    for (from, into) in [(guest, &server), (&server, guest)] {
        let (from, into) = (from.try_clone().unwrap(), into.try_clone().unwrap());
        std::thread::spawn(move || carry(from, into));
    }
    kept.lock().unwrap().extend([guest.try_clone().unwrap(), server]);
}

fn carry(mut from: TcpStream, mut into: TcpStream) {
    let mut bytes = [0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut bytes) {
        if into.write_all(&bytes[..read]).is_err() {
            break;
        }
    }
    let _ = into.shutdown(Shutdown::Write);
}
