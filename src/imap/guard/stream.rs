//! The guard as the stream that the library reads from and writes to: it gets what was cleared for it, and is never handed
//! the wire.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::Guard;

impl AsyncRead for Guard {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let guard = self.get_mut();
        loop {
            let cleared = guard.cleared.get(guard.cleared_at..).unwrap_or_default();
            if !cleared.is_empty() {
                let here = cleared.len().min(out.remaining());
                out.put_slice(cleared.get(..here).unwrap_or_default());
                guard.cleared_at += here;
                return Poll::Ready(Ok(()));
            }
            guard.cleared.clear();
            guard.cleared_at = 0;
            if guard.has_ended {
                return Poll::Ready(Ok(()));
            }
            if guard.is_filled_by_hand {
                return Poll::Pending;
            }
            ready!(guard.poll_fill(cx, &mut |_| {}))?;
        }
    }
}

impl AsyncWrite for Guard {
    fn poll_write(self: Pin<&mut Self>, _cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let guard = self.get_mut();
        guard.tap.said(bytes);
        guard.outgoing.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let guard = self.get_mut();
        guard.check_time(cx)?;
        while !guard.outgoing.is_empty() {
            let written = ready!(Pin::new(&mut guard.wire).poll_write(cx, &guard.outgoing))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            guard.outgoing.drain(..written);
        }
        Pin::new(&mut guard.wire).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().wire).poll_shutdown(cx)
    }
}
