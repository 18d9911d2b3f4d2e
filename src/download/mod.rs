//! Files behind links: fetched only where an administrator listed the host, over HTTPS, from public addresses, up to a
//! size and a time; and a web page is never taken for the file (`quirks.md` C5). Every connection, also after a
//! redirect, passes the same gate: `Client::connect`.

mod address;
mod http;
mod recipe;
#[cfg(test)]
pub(crate) mod tests;

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use self::address::{Address, is_public};
use self::http::{Answer, Request};
use self::recipe::Direct;
use crate::domain::mailbox::{Endpoint, Tls};
use crate::fault::Fault;
use crate::talk::{self, Refusal};

/// How long reaching a server may take.
const CONNECT: Duration = Duration::from_secs(20);
/// How long a whole download may take.
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// Redirects followed.
const REDIRECTS_MAX: usize = 5;
/// Bytes of an answer that tells where the file is.
const JSON_BYTES_MAX: u64 = 64 * 1024;
/// Bytes by which a web page is known.
const PAGE_BYTES: usize = 512;

/// `[links]` of the main file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Hosts that may be downloaded from: `mail.163.com`, or `*.ftn.qq.com` for all below. Empty: nothing is fetched.
    pub download_from: Vec<String>,
    /// Largest file taken, in bytes.
    pub max_bytes: u64,
}

impl Settings {
    /// Whether a host is on the list.
    pub fn allows(&self, host: &str) -> bool {
        let matches = |listed: &String| match listed.strip_prefix('*') {
            Some(parent) => host.len() > parent.len() && host.ends_with(parent),
            None => host == listed,
        };
        self.download_from.iter().any(matches)
    }

    /// Whether a link may be asked at all; where it leads from there is gated again.
    pub fn allows_link(&self, url: &str) -> bool {
        Address::parse(url).is_ok_and(|address| self.allows(&address.host))
    }
}

/// What is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The link.
    pub url: &'a str,
    /// File name on its card; may be empty.
    pub name: &'a str,
    /// Size on its card, rounded.
    pub size: Option<u64>,
}

/// Fetches files.
pub struct Client {
    settings: Settings,
    names: Names,
    /// Own certificate authority; else the system's.
    ca_file: Option<PathBuf>,
}

/// Where the addresses of hosts come from.
enum Names {
    /// The system; whatever is not on the public internet is refused.
    System,
    /// Every host is the test's server.
    #[cfg(test)]
    Test(SocketAddr),
}

impl Client {
    /// A client that keeps to `settings`.
    pub fn new(settings: Settings) -> Self {
        Self { settings, names: Names::System, ca_file: None }
    }

    /// The settings it keeps to.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Writes the file behind a link to `out` and returns its name.
    ///
    /// # Errors
    /// In Chinese. [`Fault::Retry`] for what may pass, [`Fault::Refused`] when trying again is useless, [`Fault::Halt`]
    /// when `out` cannot be written.
    pub async fn fetch(&self, wanted: Wanted<'_>, out: &mut (impl Write + Send)) -> Result<String, Fault> {
        let fetched = tokio::time::timeout(LONGEST, self.fetch_patiently(wanted, out));
        let late = |_| Err(Fault::Retry(format!("{}分钟内没有下载完", LONGEST.as_secs() / 60)));
        fetched.await.unwrap_or_else(late)
    }

    async fn fetch_patiently(
        &self,
        wanted: Wanted<'_>,
        out: &mut (impl Write + Send),
    ) -> Result<String, Fault> {
        self.fits(wanted.size.unwrap_or(0))?;
        let address = Address::parse(wanted.url)?;
        let direct = match recipe::of(&address, wanted.url) {
            Some(recipe) => {
                let request = Request::post(recipe.to.clone(), recipe.content_type, recipe.body);
                let mut answer = self.ask(&request).await?;
                let mut json = Vec::new();
                pour(&mut answer, &mut json, JSON_BYTES_MAX).await?;
                let told = serde_json::from_slice(&json)
                    .map_err(|_| Fault::Retry(format!("{}没有说明文件在哪里", request.to.host)))?;
                (recipe.read)(&told)?
            }
            None => Direct { url: wanted.url.to_owned(), name: None },
        };
        self.file(Address::parse(&direct.url)?, out).await?;
        let names = [Some(wanted.name.to_owned()), direct.name].into_iter().flatten();
        Ok(names.into_iter().find(|name| !name.trim().is_empty()).unwrap_or_else(|| "云附件".to_owned()))
    }

    /// Follows the way to the file itself and writes it.
    async fn file(&self, mut address: Address, out: &mut (impl Write + Send)) -> Result<(), Fault> {
        for _ in 0..=REDIRECTS_MAX {
            let mut answer = self.ask(&Request::get(address.clone())).await?;
            if let Some(location) = answer.redirect() {
                address = address.follow(location)?;
                continue;
            }
            if let Some(length) = answer.length() {
                self.fits(length)?;
            }
            let mut head = Vec::new();
            while head.len() < PAGE_BYTES
                && let Some(piece) = answer.piece().await?
            {
                head.extend(piece);
            }
            if head.is_empty() {
                return Err(Fault::Refused("下载到的文件是空的".to_owned()));
            }
            if is_page(answer.header("content-type").unwrap_or_default(), &head) {
                return Err(Fault::Refused(format!(
                    "{}给的是网页而不是文件，须在浏览器中下载",
                    address.host
                )));
            }
            self.fits(head.len() as u64)?;
            out.write_all(&head)?;
            let room = self.settings.max_bytes.saturating_sub(head.len() as u64);
            return pour(&mut answer, out, room).await;
        }
        Err(Fault::Refused(format!("转向超过{REDIRECTS_MAX}次")))
    }

    fn fits(&self, bytes: u64) -> Result<(), Fault> {
        if bytes > self.settings.max_bytes { Err(too_large()) } else { Ok(()) }
    }

    async fn ask(&self, request: &Request) -> Result<Answer<TlsStream<TcpStream>>, Fault> {
        let answer = http::ask(self.connect(&request.to).await?, request).await?;
        match answer.status {
            200 => Ok(answer),
            300..400 if answer.redirect().is_some() => Ok(answer),
            429 | 500.. => Err(Fault::Retry(format!("{}暂时不给（{}）", request.to.host, answer.status))),
            status => Err(Fault::Refused(format!("{}拒绝下载（{status}）", request.to.host))),
        }
    }

    /// The gate: the host is on the list, every address of its name is public, and it is one of these addresses that is
    /// connected to. A name that is asked for once more could answer otherwise the second time.
    async fn connect(&self, to: &Address) -> Result<TlsStream<TcpStream>, Fault> {
        let host = &to.host;
        if !self.settings.allows(host) {
            return Err(Fault::Refused(format!("{host}不在允许下载的网站之列")));
        }
        let addresses = self.resolve(to).await?;
        let dialled = tokio::time::timeout(CONNECT, TcpStream::connect(&addresses[..])).await;
        let tcp = dialled
            .map_err(|_| Fault::Retry(format!("{host}连不上：没有回应")))?
            .map_err(|error| Fault::Retry(format!("{host}连不上：{error}")))?;
        let endpoint =
            Endpoint { host: host.clone(), port: to.port, tls: Tls::Implicit, ca_file: self.ca_file.clone() };
        let secured = tokio::time::timeout(CONNECT, talk::secure(tcp, &endpoint)).await;
        secured.map_err(|_| Fault::Retry(format!("{host}没有完成加密握手")))?.map_err(|refusal| match refusal
        {
            Refusal::Handshake(cause) => Fault::Retry(cause),
            Refusal::Configuration(cause) | Refusal::Certificate(cause) => Fault::Refused(cause),
        })
    }

    async fn resolve(&self, to: &Address) -> Result<Vec<SocketAddr>, Fault> {
        let host = &to.host;
        match &self.names {
            Names::System => {
                let found = tokio::time::timeout(CONNECT, tokio::net::lookup_host((host.as_str(), to.port)));
                let unknown = || Fault::Retry(format!("{host}查不到地址"));
                let found: Vec<SocketAddr> =
                    found.await.map_err(|_| unknown())?.map_err(|_| unknown())?.collect();
                if let Some(inner) = found.iter().find(|address| !is_public(address.ip())) {
                    return Err(Fault::Refused(format!("{host}指向内部地址{}", inner.ip())));
                }
                if found.is_empty() { Err(unknown()) } else { Ok(found) }
            }
            #[cfg(test)]
            Names::Test(server) => Ok(vec![*server]),
        }
    }
}

fn too_large() -> Fault {
    Fault::Refused("文件超过允许下载的大小".to_owned())
}

/// Writes the rest of an answer's body, which may have `room` bytes at most.
async fn pour(
    answer: &mut Answer<TlsStream<TcpStream>>,
    out: &mut (impl Write + Send),
    mut room: u64,
) -> Result<(), Fault> {
    while let Some(piece) = answer.piece().await? {
        room = room.checked_sub(piece.len() as u64).ok_or_else(too_large)?;
        out.write_all(&piece)?;
    }
    Ok(())
}

/// Whether what came is a page or an error told as JSON: services answer so with status 200 for a file that is gone.
fn is_page(content_type: &str, head: &[u8]) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if ["text/html", "application/xhtml+xml", "application/json", "text/json", "text/javascript"]
        .contains(&kind.as_str())
    {
        return true;
    }
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let begins =
        |words: &str| head.get(..words.len()).is_some_and(|head| head.eq_ignore_ascii_case(words.as_bytes()));
    ["<!doctype html", "<html", "<head", "<body", "<script", "<meta", "<!--", "{\""]
        .iter()
        .any(|words| begins(words))
}
