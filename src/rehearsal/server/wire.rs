//! One connection, bare or under TLS, read by lines and written at a pace. The pace is where slowness
//! happens, so that no answer needs to know of it.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufStream};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use super::host::Protection;

trait Socket: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Socket for T {}

/// How what is written leaves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Pace {
    /// Wait before the first byte.
    pub late: Duration,
    /// Wait before each byte.
    pub drip: Option<Duration>,
}

pub(super) struct Wire {
    io: BufStream<Box<dyn Socket>>,
    /// What has been read of the next line: kept here so that waiting for it may be given up and taken up again.
    line: Vec<u8>,
    pace: Pace,
    secured: bool,
}

impl Wire {
    /// Takes a fresh connection, through the TLS handshake where that comes first.
    pub async fn open(stream: TcpStream, protection: &Protection) -> io::Result<Self> {
        let wire = Self::over(Box::new(stream), false);
        match protection {
            Protection::Implicit(config) => wire.start_tls(config).await,
            Protection::Bare | Protection::StartTls(_) => Ok(wire),
        }
    }

    fn over(socket: Box<dyn Socket>, secured: bool) -> Self {
        Self { io: BufStream::new(socket), line: Vec::new(), pace: Pace::default(), secured }
    }

    /// Does the TLS handshake; what the client sent before it is forgotten (RFC 3501 6.2.1, RFC 3207 4.2).
    pub async fn start_tls(mut self, config: &Arc<ServerConfig>) -> io::Result<Self> {
        self.io.flush().await?;
        let stream = TlsAcceptor::from(Arc::clone(config)).accept(self.io.into_inner()).await?;
        Ok(Self::over(Box::new(stream), true))
    }

    /// Whether the connection is under TLS.
    pub fn secured(&self) -> bool {
        self.secured
    }

    /// The next line with its end; `None` when the client has gone. A line longer than `limit_bytes` comes in
    /// pieces without an end. May be dropped while waiting and called again.
    pub async fn read_line(&mut self, limit_bytes: usize) -> io::Result<Option<Vec<u8>>> {
        loop {
            let buffer = self.io.fill_buf().await?;
            if buffer.is_empty() {
                return Ok(None);
            }
            let room = limit_bytes.saturating_sub(self.line.len());
            let to_end = buffer.iter().position(|&byte| byte == b'\n').map(|at| at + 1);
            let taken = to_end.unwrap_or(buffer.len()).min(room);
            self.line.extend(buffer.iter().take(taken));
            self.io.consume(taken);
            if to_end == Some(taken) || self.line.len() >= limit_bytes {
                return Ok(Some(std::mem::take(&mut self.line)));
            }
        }
    }

    pub async fn read_exact(&mut self, count_bytes: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; count_bytes];
        self.io.read_exact(&mut bytes).await?;
        Ok(bytes)
    }

    /// Sets the pace of what follows and waits as long as it says.
    pub async fn set_pace(&mut self, pace: Pace) {
        self.pace = pace;
        if !pace.late.is_zero() {
            tokio::time::sleep(pace.late).await;
        }
    }

    /// Writes at the pace that is set.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.pace.drip {
            Some(wait) => self.drip(bytes, wait).await,
            None => self.io.write_all(bytes).await,
        }
    }

    async fn drip(&mut self, bytes: &[u8], wait: Duration) -> io::Result<()> {
        for byte in bytes {
            tokio::time::sleep(wait).await;
            self.io.write_u8(*byte).await?;
            self.io.flush().await?;
        }
        Ok(())
    }

    pub async fn flush(&mut self) -> io::Result<()> {
        self.io.flush().await
    }

    /// Says nothing any more and waits until the client hangs up.
    pub async fn stall(&mut self) -> io::Result<()> {
        while self.read_line(4096).await?.is_some() {}
        Ok(())
    }

    /// Says the same again and again until the client hangs up.
    pub async fn babble(&mut self, bytes: &[u8]) -> io::Result<()> {
        loop {
            self.write(bytes).await?;
            self.flush().await?;
        }
    }

    /// Ends the connection in good order; one that is only dropped ends under TLS as if cut.
    pub async fn close(&mut self) -> io::Result<()> {
        self.io.shutdown().await
    }
}
