//! `check --connect` for a server that sends: greeting, EHLO, STARTTLS, AUTH, RSET, QUIT, and never MAIL. It speaks for
//! itself, because lettre does not show its lines and loses answers in GBK (`quirks.md` E3.1); but it introduces
//! itself and logs in with lettre's very words, as [`super::Session`] does.

use std::io;
use std::net::SocketAddr;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::commands::Auth;
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::client::TlsStream;

use super::session::MECHANISMS;
use crate::domain::mailbox::{Endpoint, Mailbox, Tls};
use crate::talk::{
    self, LOGIN_REMEDY, Refusal, SUPPORT_REMEDY, Secrets, Tap, Trial, Trials, connection_remedy, readable,
};

const CONNECT: &str = "连接";
const EHLO: &str = "问候 EHLO";
const STARTTLS: &str = "加密 STARTTLS";
const AUTH: &str = "登录 AUTH";
const RSET: &str = "复位 RSET";
const QUIT: &str = "退出 QUIT";
const TRIALS: &[&str] = &[CONNECT, EHLO, AUTH, RSET, QUIT];

/// The usual ports: TLS from the first byte, STARTTLS.
const PORTS: [u16; 2] = [465, 587];
/// Longest line of an answer, bytes (RFC 5321 4.5.3.1.5 has 512).
const LINE_BYTES: usize = 4096;
/// Longest answer, lines.
const LINES: usize = 64;

/// Tries the server through which a mailbox sends with one login. Nothing lasts beyond `until`, nothing is sent.
pub async fn probe(mailbox: &Mailbox, endpoint: &Endpoint, until: Instant) -> Vec<Trial> {
    let tap = Tap::masking(Secrets::of_login(mailbox.password.reveal()));
    let trials = Trials::new(tap.clone(), TRIALS);
    let mut probe = Probe { mailbox, endpoint, until, tap, trials, unheard: None };
    if let Err(trouble) = probe.walk().await {
        probe.trials.fail(trouble.what, trouble.remedy);
    }
    probe.trials.end()
}

/// A connection, secured or not.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

struct Probe<'a> {
    mailbox: &'a Mailbox,
    endpoint: &'a Endpoint,
    until: Instant,
    tap: Tap,
    trials: Trials,
    /// Who took the connection, until a conversation has come of it.
    unheard: Option<SocketAddr>,
}

/// What ends the walk.
struct Trouble {
    what: String,
    remedy: String,
}

impl Trouble {
    fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: remedy.into() }
    }
}

/// One answer: its code and its lines without it, decoded.
struct Answer {
    code: u16,
    lines: Vec<String>,
}

impl Answer {
    fn words(&self) -> String {
        format!("{} {}", self.code, self.lines.join(" ").trim())
    }

    /// What follows a keyword of EHLO. Only what lettre would take for it counts: exact letters, and not the `AUTH=`
    /// that some servers add for old clients.
    fn extension(&self, keyword: &str) -> Option<&str> {
        self.lines.iter().skip(1).find_map(|line| {
            let rest = line.strip_prefix(keyword)?;
            (rest.is_empty() || rest.starts_with(' ')).then(|| rest.trim())
        })
    }
}

impl Probe<'_> {
    async fn walk(&mut self) -> Result<(), Trouble> {
        self.trials.begin(CONNECT);
        let patience =
            self.until.saturating_duration_since(Instant::now()).min(super::Limits::default().connect);
        let dialled = talk::dial(self.endpoint, patience).await;
        let mut tcp = dialled.map_err(|cause| self.unconnected(format!("连接不上（{cause}）"), &cause))?;
        self.unheard = tcp.peer_addr().ok();
        // One that takes connections and says nothing must not use up all the time there is.
        let all = self.until;
        self.until = all.min(Instant::now() + patience);
        let mut stream: Box<dyn Stream> = match self.endpoint.tls {
            Tls::None => {
                self.greeting(&mut tcp, "未加密（本机）").await?;
                Box::new(tcp)
            }
            Tls::Implicit => {
                let mut tls = self.secure(tcp).await?;
                self.greeting(&mut tls, "已加密，证书有效").await?;
                Box::new(tls)
            }
            Tls::StartTls => {
                self.greeting(&mut tcp, "尚未加密").await?;
                self.start_tls(&mut tcp).await?;
                let tls = self.secure(tcp).await?;
                self.trials.fine("已加密，证书有效");
                Box::new(tls)
            }
        };
        (self.until, self.unheard) = (all, None);
        self.converse(&mut stream).await
    }

    /// From EHLO to the end.
    async fn converse<S: AsyncRead + AsyncWrite + Unpin>(&mut self, stream: &mut S) -> Result<(), Trouble> {
        self.trials.begin(EHLO);
        let hello = self.hello(stream).await?;
        let size =
            hello.extension("SIZE").and_then(|bytes| bytes.parse::<u64>().ok()).filter(|bytes| *bytes > 0);
        let size = size
            .map_or("未说明单封上限".to_owned(), |bytes| format!("单封上限 {} MB", bytes / 1_000_000));
        let methods = hello.extension("AUTH").unwrap_or_default();
        if methods.is_empty() {
            self.trials.warn(
                format!("{size}；服务器不提供登录（AUTH）"),
                "将不登录直接发信；若被拒绝，请核对 host、port 和 tls，或向服务器管理员询问",
            );
        } else {
            self.trials.fine(format!("{size}；登录方式 {methods}"));
        }

        self.trials.begin(AUTH);
        let offered =
            |mechanism: &&Mechanism| methods.split(' ').any(|method| method == mechanism.to_string());
        match MECHANISMS.iter().find(offered) {
            Some(mechanism) => {
                self.log_in(stream, *mechanism).await?;
                self.trials.fine(format!("{} 登录成功（{mechanism}）", self.mailbox.user));
            }
            None if methods.is_empty() => self.trials.fine("不需要登录"),
            None => {
                let what = format!("服务器只提供 {methods}，程序只会 PLAIN 和 LOGIN");
                return Err(Trouble::new(what, "请向服务器管理员询问如何用授权码登录"));
            }
        }

        self.trials.begin(RSET);
        let reset = self.ask(stream, "RSET\r\n").await?;
        match reset.code {
            200..=299 => self.trials.fine("可用"),
            _ => self.trials.warn(reset.words(), SUPPORT_REMEDY),
        }
        self.trials.begin(QUIT);
        let _ = self.ask(stream, "QUIT\r\n").await;
        self.trials.fine("已退出；没有发出任何邮件");
        Ok(())
    }

    async fn greeting(
        &mut self,
        stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
        protection: &str,
    ) -> Result<(), Trouble> {
        let greeting = self.answer(stream).await?;
        if greeting.code != 220 {
            return Err(Trouble::new(format!("服务器不接待（{}）", greeting.words()), SUPPORT_REMEDY));
        }
        self.trials.fine(format!("已连通，{protection}；服务器自称“{}”", greeting.lines.join(" ")));
        Ok(())
    }

    async fn hello(&mut self, stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> Result<Answer, Trouble> {
        let hello = self.ask(stream, &format!("EHLO {}\r\n", ClientId::default())).await?;
        match hello.code {
            200..=299 => Ok(hello),
            _ => Err(Trouble::new(format!("服务器拒绝 EHLO（{}）", hello.words()), SUPPORT_REMEDY)),
        }
    }

    /// Nothing is read beyond the line that grants TLS, so that what an attacker put behind it fails the handshake
    /// (CVE-2011-0411).
    async fn start_tls(&mut self, tcp: &mut TcpStream) -> Result<(), Trouble> {
        self.trials.begin(STARTTLS);
        let not_offered = |what: String| Trouble::new(what, "请把 tls 改为 \"implicit\"，端口 465");
        if self.hello(tcp).await?.extension("STARTTLS").is_none() {
            return Err(not_offered("服务器不提供 STARTTLS".into()));
        }
        let granted = self.ask(tcp, "STARTTLS\r\n").await?;
        match granted.code {
            220 => Ok(()),
            _ => Err(not_offered(format!("服务器拒绝 STARTTLS（{}）", granted.words()))),
        }
    }

    async fn secure(&self, tcp: TcpStream) -> Result<TlsStream<TcpStream>, Trouble> {
        let secured = tokio::time::timeout_at(self.until, talk::secure(tcp, self.endpoint)).await;
        let secured = secured.map_err(|_| {
            self.note_mute();
            self.unconnected("服务器没有按时完成加密".into(), "the connection")
        })?;
        let secured = secured.map_err(|refusal| match refusal {
            Refusal::Configuration(cause) => Trouble::new(cause, "请改正配置中的 [mailbox.smtp]"),
            Refusal::Certificate(cause) => {
                self.unconnected(format!("证书或 TLS 版本不被接受（{cause}）"), &cause)
            }
            Refusal::Handshake(cause) => {
                self.note_mute();
                self.unconnected(format!("加密没有谈成（{cause}）"), &cause)
            }
        })?;
        self.tap.note(&format!("{}，证书有效", talk::tls_version(&secured)));
        Ok(secured)
    }

    async fn log_in(
        &mut self,
        stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
        mechanism: Mechanism,
    ) -> Result<(), Trouble> {
        let password = self.mailbox.password.reveal().to_owned();
        let login = Credentials::new(self.mailbox.user.clone(), password);
        let unsaid = |error: lettre::transport::smtp::Error| {
            Trouble::new(format!("服务器的提问看不懂（{error}）"), SUPPORT_REMEDY)
        };
        let first = Auth::new(mechanism, login.clone(), None).map_err(unsaid)?;
        let mut answer = self.ask_secretly(stream, &first).await?;
        // LOGIN asks for the name, then for the password.
        for _ in 0..2 {
            if answer.code != 334 {
                break;
            }
            let question: Response = format!("334 {}\r\n", answer.lines.join(" "))
                .parse()
                .map_err(|_| Trouble::new("服务器的提问看不懂", SUPPORT_REMEDY))?;
            let next = Auth::new_from_response(mechanism, login.clone(), &question).map_err(unsaid)?;
            answer = self.ask_secretly(stream, &next).await?;
        }
        match answer.code {
            200..=299 => Ok(()),
            _ => Err(refused(&answer)),
        }
    }

    /// Says a line with credentials in it; what is in base64 is masked from here on, also where the server repeats it.
    async fn ask_secretly(
        &mut self,
        stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
        auth: &Auth,
    ) -> Result<Answer, Trouble> {
        let line = auth.to_string();
        let command = line.trim_end();
        let secret =
            command.strip_prefix("AUTH ").map_or(Some(command), |rest| Some(rest.split_once(' ')?.1));
        self.tap.mask(secret.unwrap_or_default().to_owned());
        self.ask(stream, &line).await
    }

    async fn ask(
        &mut self,
        stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
        line: &str,
    ) -> Result<Answer, Trouble> {
        self.tap.said(line.as_bytes());
        let said = async {
            stream.write_all(line.as_bytes()).await?;
            stream.flush().await
        };
        let said = tokio::time::timeout_at(self.until, said).await;
        said.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())).map_err(|error| self.cut(&error))?;
        self.answer(stream).await
    }

    /// One answer of one or more lines (RFC 5321 4.2.1).
    async fn answer(&self, stream: &mut (impl AsyncRead + Unpin)) -> Result<Answer, Trouble> {
        let mut lines = Vec::new();
        loop {
            let line = tokio::time::timeout_at(self.until, talk::read_line(stream, LINE_BYTES)).await;
            let line = line.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
            let line = line.map_err(|error| self.cut(&error))?;
            let is_last = line.get(3) != Some(&b'-');
            self.tap.heard(&line, None, is_last);
            let code = line.get(..3).and_then(|code| std::str::from_utf8(code).ok()?.parse::<u16>().ok());
            let Some(code) = code.filter(|_| lines.len() < LINES) else {
                let what = format!("服务器的答复不合 SMTP 协议（{}）", readable(&line));
                return Err(Trouble::new(what, "请核对 host 和 port：这可能不是发信服务器"));
            };
            lines.push(readable(line.get(4..).unwrap_or_default()));
            if is_last {
                return Ok(Answer { code, lines });
            }
        }
    }

    fn cut(&self, error: &io::Error) -> Trouble {
        let what = match error.kind() {
            io::ErrorKind::TimedOut => "服务器没有按时答复",
            io::ErrorKind::InvalidData => "服务器的答复过长",
            _ => "服务器断开了连接",
        };
        self.note_mute();
        match self.tap.shows("> ") {
            true => Trouble::new(what, SUPPORT_REMEDY),
            false => self.unconnected(what.into(), "the greeting"),
        }
    }

    /// Another address of this name may have a machine behind it that is well.
    fn note_mute(&self) {
        if let Some(peer) = self.unheard {
            talk::note_mute(peer);
        }
    }

    fn unconnected(&self, what: String, cause: &str) -> Trouble {
        Trouble::new(what, connection_remedy(cause, self.endpoint, PORTS))
    }
}

/// A refused login. // smtp.qq.com: "535 Login Fail. Please enter your authorization code to login", raw GBK, 2022
fn refused(answer: &Answer) -> Trouble {
    let words = answer.words();
    let remedy = match answer.code {
        400..=499 => "登录失败过多或服务器一时繁忙：请过一小时再试，其间不要反复登录",
        530 | 538 => "服务器要求加密后才能登录：请把 tls 改为 \"implicit\" 或 \"starttls\"",
        _ => LOGIN_REMEDY,
    };
    Trouble::new(format!("登录被拒绝（{words}）"), remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_are_those_that_sending_will_see() {
        let hello = |lines: &[&str]| Answer {
            code: 250,
            lines: lines.iter().map(|line| (*line).to_owned()).collect(),
        };
        let server =
            hello(&["mail.example", "PIPELINING", "AUTH=LOGIN", "AUTH LOGIN PLAIN", "SIZE 73400320"]);
        assert_eq!(server.extension("AUTH"), Some("LOGIN PLAIN"));
        assert_eq!(server.extension("SIZE"), Some("73400320"));
        assert_eq!(server.extension("STARTTLS"), None);
        assert_eq!(hello(&["AUTH x", "AUTH=LOGIN"]).extension("AUTH"), None);
    }
}
