//! The thread a server lives on. It owns its runtime so that a server outlives no test, needs no runtime of its
//! caller, and keeps answering while a test blocks.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::rustls::ServerConfig;

/// How the connections of a server are protected.
#[derive(Clone, Default)]
pub enum Protection {
    /// Not at all.
    #[default]
    Bare,
    /// TLS from the first byte.
    Implicit(Arc<ServerConfig>),
    /// STARTTLS is offered, and nobody may log in without it.
    StartTls(Arc<ServerConfig>),
}

/// A listening server: its address, and the way to end its conversations.
pub(super) struct Host {
    addr: SocketAddr,
    /// Counts how often everybody was hung up on; dropped, it ends the server.
    hang_ups: Option<watch::Sender<u32>>,
    thread: Option<JoinHandle<()>>,
}

impl Host {
    /// Listens on a free loopback port and runs `serve` for each connection, numbered from 1.
    pub fn open<F, C>(name: &str, serve: F) -> io::Result<Self>
    where
        F: Fn(TcpStream, usize) -> C + Send + 'static,
        C: Future<Output = io::Result<()>> + Send + 'static,
    {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let addr = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (hang_ups, told) = watch::channel(0);
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            let ended = runtime.block_on(accept(listener, told, serve));
            if let Err(error) = ended {
                tracing::warn!(%error, "rehearsal server: listening ended");
            }
        })?;
        Ok(Self { addr, hang_ups: Some(hang_ups), thread: Some(thread) })
    }

    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Drops every open connection; new ones are welcome.
    pub fn hang_up(&self) {
        if let Some(hang_ups) = &self.hang_ups {
            hang_ups.send_modify(|count| *count += 1);
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.hang_ups = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn accept<F, C>(listener: TcpListener, mut told: watch::Receiver<u32>, serve: F) -> io::Result<()>
where
    F: Fn(TcpStream, usize) -> C,
    C: Future<Output = io::Result<()>> + Send + 'static,
{
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let mut connection = 0;
    loop {
        let (stream, _) = tokio::select! {
            // First, so that a connection made after a hang-up does not take it for its own.
            biased;
            hang_up = told.changed() => match hang_up {
                Ok(()) => continue,
                Err(_) => return Ok(()),
            },
            accepted = listener.accept() => accepted?,
        };
        stream.set_nodelay(true)?;
        connection += 1;
        let conversation = serve(stream, connection);
        let mut told = told.clone();
        tokio::spawn(async move {
            // Which way a conversation ends is the client's to notice: that is what the tests are about.
            tokio::select! {
                _ = conversation => {}
                _ = told.changed() => {}
            }
        });
    }
}
