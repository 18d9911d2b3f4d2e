//! One request and its answer, HTTP/1.1 (RFC 9112), over a stream that is closed afterwards. Nothing is kept alive,
//! compressed or cached: what is needed to fetch a file, and no more to go wrong.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::address::Address;
use crate::fault::Fault;

/// Longest head of an answer, and of a chunk, in bytes.
const HEAD_BYTES_MAX: usize = 32 * 1024;
/// Header fields of an answer.
const FIELDS_MAX: usize = 100;
/// Bytes read at once.
const PIECE_BYTES: usize = 64 * 1024;
/// How long a server may say nothing.
const SILENCE: Duration = Duration::from_secs(60);

/// What is asked.
#[derive(Debug)]
pub(super) struct Request {
    pub to: Address,
    /// Content type and bytes of a POST.
    body: Option<(&'static str, Vec<u8>)>,
}

impl Request {
    pub fn get(to: Address) -> Self {
        Self { to, body: None }
    }

    pub fn post(to: Address, content_type: &'static str, body: Vec<u8>) -> Self {
        Self { to, body: Some((content_type, body)) }
    }

    fn bytes(&self) -> Vec<u8> {
        let Address { host, target, .. } = &self.to;
        let method = if self.body.is_some() { "POST" } else { "GET" };
        let mut head = format!(
            "{method} {target} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Mozilla/5.0 (compatible; shouwen)\r\n\
             Accept: */*\r\nAccept-Encoding: identity\r\nConnection: close\r\n"
        );
        let body = match &self.body {
            Some((content_type, body)) => {
                head.push_str(&format!("Content-Type: {content_type}\r\nContent-Length: {}\r\n", body.len()));
                body.as_slice()
            }
            None => &[],
        };
        [head.as_bytes(), b"\r\n", body].concat()
    }
}

/// How the end of a body is known.
#[derive(Debug, Clone, Copy)]
enum Framing {
    /// So many bytes are to come.
    Length(u64),
    /// It ends with the connection.
    Close,
    /// The size of a chunk is to come.
    ChunkSize,
    /// So many bytes of a chunk are to come.
    Chunk(u64),
    /// The line end of a chunk is to come.
    ChunkEnd,
}

/// An answer whose head was read.
#[derive(Debug)]
pub(super) struct Answer<S> {
    pub status: u16,
    fields: Vec<(String, String)>,
    stream: S,
    /// Read, not yet handed out.
    held: Vec<u8>,
    framing: Framing,
}

/// Asks and reads the head of the answer.
///
/// # Errors
/// [`Fault::Retry`]; [`Fault::Refused`] for an answer in a form that was not asked for.
pub(super) async fn ask<S>(mut stream: S, request: &Request) -> Result<Answer<S>, Fault>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let said = tokio::time::timeout(SILENCE, async {
        stream.write_all(&request.bytes()).await?;
        stream.flush().await
    });
    said.await.map_err(|_| silent())?.map_err(|error| broken(&error.to_string()))?;
    let mut answer =
        Answer { status: 0, fields: Vec::new(), stream, held: Vec::new(), framing: Framing::Close };
    while !answer.read_head()? {
        if answer.held.len() > HEAD_BYTES_MAX {
            return Err(broken("回答的头部过长"));
        }
        answer.fill().await?;
    }
    if answer.header("content-encoding").is_some_and(|coding| !coding.eq_ignore_ascii_case("identity")) {
        return Err(Fault::Refused("网站只给压缩传输的文件".to_owned()));
    }
    Ok(answer)
}

impl<S: AsyncRead + Unpin> Answer<S> {
    /// The first field of a name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let field = self.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        field.map(|(_, value)| value.as_str())
    }

    /// Where it leads instead of answering.
    pub fn redirect(&self) -> Option<&str> {
        if matches!(self.status, 301 | 302 | 303 | 307 | 308) { self.header("location") } else { None }
    }

    /// Length of the body, if told.
    pub fn length(&self) -> Option<u64> {
        if let Framing::Length(length) = self.framing { Some(length) } else { None }
    }

    /// Takes the head off what was read; false while it is not all there.
    fn read_head(&mut self) -> Result<bool, Fault> {
        let mut fields = [httparse::EMPTY_HEADER; FIELDS_MAX];
        let mut head = httparse::Response::new(&mut fields);
        let parsed = head.parse(&self.held).map_err(|error| broken(&error.to_string()))?;
        let httparse::Status::Complete(length) = parsed else { return Ok(false) };
        self.status = head.code.unwrap_or_default();
        let field = |field: &httparse::Header| {
            (field.name.to_owned(), String::from_utf8_lossy(field.value).trim().to_owned())
        };
        self.fields = head.headers.iter().map(field).collect();
        self.held.drain(..length);
        let is_chunked = self.header("transfer-encoding").is_some();
        self.framing = match self.header("content-length").map(str::parse) {
            _ if is_chunked => Framing::ChunkSize,
            Some(Ok(length)) => Framing::Length(length),
            Some(Err(_)) => return Err(broken("长度不是数字")),
            None => Framing::Close,
        };
        Ok(true)
    }

    /// The next bytes of the body; none at its end.
    ///
    /// # Errors
    /// [`Fault::Retry`] when it is cut before its end, or the server says nothing for too long.
    pub async fn piece(&mut self) -> Result<Option<Vec<u8>>, Fault> {
        loop {
            match self.framing {
                Framing::Length(0) => return Ok(None),
                Framing::Length(left) => {
                    let (piece, left) = self.take(left).await?;
                    self.framing = Framing::Length(left);
                    return Ok(Some(piece));
                }
                Framing::Close => {
                    if self.held.is_empty() && self.more().await? == 0 {
                        return Ok(None);
                    }
                    return Ok(Some(std::mem::take(&mut self.held)));
                }
                Framing::ChunkSize => self.read_chunk_size().await?,
                Framing::Chunk(left) => {
                    let (piece, left) = self.take(left).await?;
                    self.framing = if left == 0 { Framing::ChunkEnd } else { Framing::Chunk(left) };
                    return Ok(Some(piece));
                }
                Framing::ChunkEnd => {
                    while self.held.len() < 2 {
                        self.fill().await?;
                    }
                    if !self.held.starts_with(b"\r\n") {
                        return Err(broken("分块不合规范"));
                    }
                    self.held.drain(..2);
                    self.framing = Framing::ChunkSize;
                }
            }
        }
    }

    async fn read_chunk_size(&mut self) -> Result<(), Fault> {
        loop {
            let parsed = httparse::parse_chunk_size(&self.held).map_err(|_| broken("分块不合规范"))?;
            if let httparse::Status::Complete((length, size)) = parsed {
                self.held.drain(..length);
                self.framing = if size == 0 { Framing::Length(0) } else { Framing::Chunk(size) };
                return Ok(());
            }
            if self.held.len() > HEAD_BYTES_MAX {
                return Err(broken("分块不合规范"));
            }
            self.fill().await?;
        }
    }

    /// Up to `left` bytes, and how many are left then.
    async fn take(&mut self, left: u64) -> Result<(Vec<u8>, u64), Fault> {
        if self.held.is_empty() {
            self.fill().await?;
        }
        let count = self.held.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let piece: Vec<u8> = self.held.drain(..count).collect();
        Ok((piece, left - count as u64))
    }

    /// Reads more where more must come.
    async fn fill(&mut self) -> Result<(), Fault> {
        if self.more().await? == 0 { Err(broken("传输中断")) } else { Ok(()) }
    }

    async fn more(&mut self) -> Result<usize, Fault> {
        let mut piece = vec![0; PIECE_BYTES];
        let read = tokio::time::timeout(SILENCE, self.stream.read(&mut piece)).await;
        let count = read.map_err(|_| silent())?.map_err(|error| broken(&error.to_string()))?;
        self.held.extend_from_slice(piece.get(..count).unwrap_or_default());
        Ok(count)
    }
}

fn silent() -> Fault {
    Fault::Retry(format!("网站{}秒没有回应", SILENCE.as_secs()))
}

fn broken(cause: &str) -> Fault {
    Fault::Retry(format!("下载中断：{cause}"))
}
