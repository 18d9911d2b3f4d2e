//! The wire: as many connections as the machine can serve, and none that asks nothing. A browser opens a handful; whoever
//! opens hundreds, or sends a request a byte at a time, must not keep the clerks out.

use std::collections::HashMap;
use std::future::Future as _;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep};

/// Connections at a time; the rest wait at the door. Well below the files that a process may open.
const PLACES: usize = 256;
/// Of these from one address, where addresses tell visitors apart.
const PLACES_EACH: usize = 64;
/// How long a request may take to come whole, a connection may rest between two, and an answer may meet no taker.
const PATIENCE: Duration = Duration::from_secs(30);

/// The listening socket with its places.
pub(super) struct Guests {
    listener: TcpListener,
    places: Arc<Semaphore>,
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
    each: usize,
    patience: Duration,
}

impl Guests {
    /// The places of `listener`. Behind a proxy everybody comes from one address, and the proxy counts them.
    pub fn new(listener: TcpListener, is_behind_proxy: bool) -> Self {
        let each = if is_behind_proxy { PLACES } else { PLACES_EACH };
        let places = Arc::new(Semaphore::new(PLACES));
        Self { listener, places, taken: Arc::default(), each, patience: PATIENCE }
    }
}

impl Listener for Guests {
    type Io = Guest;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Guest, SocketAddr) {
        loop {
            let place = Arc::clone(&self.places).acquire_owned().await.ok();
            let (stream, address) = Listener::accept(&mut self.listener).await;
            // Dropped where the address has its share: the browser sees a closed connection.
            if let Some(share) = Share::take(&self.taken, address.ip(), self.each) {
                let deadline = Box::pin(sleep(self.patience));
                let (patience, is_served) = (self.patience, Arc::default());
                let guest = Guest {
                    stream,
                    is_served,
                    was_served: false,
                    deadline,
                    patience,
                    _share: share,
                    _place: place,
                };
                return (guest, address);
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// One connection counted for its address.
struct Share {
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
    address: IpAddr,
}

impl Share {
    fn take(taken: &Arc<Mutex<HashMap<IpAddr, usize>>>, address: IpAddr, each: usize) -> Option<Self> {
        let mut counts = taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_default();
        if *count >= each {
            return None;
        }
        *count += 1;
        Some(Self { taken: Arc::clone(taken), address })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut counts = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

/// A connection that is ended when nothing comes of it. What is received buys no time, or a drop at a time would hold it
/// for ever; what is taken from us does.
pub(super) struct Guest {
    stream: TcpStream,
    is_served: Arc<AtomicBool>,
    was_served: bool,
    deadline: Pin<Box<Sleep>>,
    patience: Duration,
    _share: Share,
    _place: Option<OwnedSemaphorePermit>,
}

impl Guest {
    fn begin_anew(&mut self) {
        self.deadline.as_mut().reset(Instant::now() + self.patience);
    }

    /// Ready when time is up; while we work on an answer it is our time and not the guest's.
    fn poll_time(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        let is_served = self.is_served.load(Ordering::Acquire);
        if is_served || self.was_served {
            self.begin_anew();
        }
        self.was_served = is_served;
        ready!(self.deadline.as_mut().poll(cx));
        Poll::Ready(io::ErrorKind::TimedOut.into())
    }
}

impl AsyncRead for Guest {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Poll::Ready(late) = self.poll_time(cx) {
            return Poll::Ready(Err(late));
        }
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Guest {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write(cx, bytes) {
            Poll::Pending => self.poll_time(cx).map(Err),
            Poll::Ready(written) => {
                self.begin_anew();
                Poll::Ready(written)
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// Who is at the other end, and that we are at work for them.
#[derive(Clone)]
pub(super) struct Peer {
    /// From where they come.
    pub address: SocketAddr,
    is_served: Arc<AtomicBool>,
}

impl Peer {
    /// Until the answer is there time is ours; ends when what is given back is dropped.
    pub fn served(&self) -> Served {
        self.is_served.store(true, Ordering::Release);
        Served(Arc::clone(&self.is_served))
    }
}

/// See [`Peer::served`].
pub(super) struct Served(Arc<AtomicBool>);

impl Drop for Served {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl Connected<IncomingStream<'_, Guests>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Guests>) -> Self {
        Self { address: *stream.remote_addr(), is_served: Arc::clone(&stream.io().is_served) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::extract::{ConnectInfo, Request};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    const SHORT: Duration = Duration::from_millis(200);

    /// A page that takes longer over an answer than a guest may over a request.
    async fn page(each: usize, patience: Duration) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let guests = Guests { each, patience, ..Guests::new(listener, false) };
        let slow = |ConnectInfo(peer): ConnectInfo<Peer>, _: Request| async move {
            let _served = peer.served();
            sleep(SHORT * 2).await;
            "ok"
        };
        let router = Router::new().fallback(slow).into_make_service_with_connect_info::<Peer>();
        tokio::spawn(async move { axum::serve(guests, router).await });
        at
    }

    async fn answer(at: SocketAddr) -> io::Result<String> {
        let mut stream = TcpStream::connect(at).await?;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await?;
        let mut text = String::new();
        stream.read_to_string(&mut text).await?;
        Ok(text)
    }

    #[tokio::test]
    async fn who_asks_is_served_however_long_it_takes_and_who_drips_is_sent_away() {
        let at = page(PLACES_EACH, SHORT).await;
        assert!(answer(at).await.unwrap().ends_with("ok"));
        let mut drip = TcpStream::connect(at).await.unwrap();
        let (mut from, mut to) = drip.split();
        let drops = async {
            while to.write_all(b"G").await.is_ok() {
                sleep(SHORT / 20).await;
            }
        };
        let mut said = Vec::new();
        tokio::select! {
            () = drops => {}
            _ = from.read_to_end(&mut said) => {}
        }
        let mut silent = TcpStream::connect(at).await.unwrap();
        let ended = silent.read_to_end(&mut said).await;
        assert!(ended.is_ok_and(|read| read == 0), "a silent one is sent away too");
    }

    #[tokio::test]
    async fn one_address_has_its_share_and_gets_it_back() {
        let at = page(2, Duration::from_secs(60)).await;
        let (first, second) = (TcpStream::connect(at).await.unwrap(), TcpStream::connect(at).await.unwrap());
        let mut third = TcpStream::connect(at).await.unwrap();
        let closed = third.read(&mut [0; 8]).await;
        assert!(closed.map_or(true, |read| read == 0), "a third is not let in");
        drop((first, second));
        // The page notices when it reads: then there is room again.
        while !answer(at).await.is_ok_and(|text| text.ends_with("ok")) {
            tokio::task::yield_now().await;
        }
    }
}
