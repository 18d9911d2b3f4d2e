//! Downloads from a scripted HTTPS server that has a certificate for all the hosts in these stories.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::*;

const HOSTS: &[&str] =
    &["files.example", "other.example", "mail.163.com", "wx.mail.qq.com", "njc.ftn.qq.com"];

/// A server whose answers are written down, by `METHOD HOST TARGET`.
pub(crate) struct Server {
    at: SocketAddr,
    authority: tempfile::NamedTempFile,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) async fn start(answers: &[(&str, String)]) -> Self {
        let names = HOSTS.iter().map(|host| (*host).to_owned()).collect::<Vec<_>>();
        let made = rcgen::generate_simple_self_signed(names).unwrap();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let config =
            ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config =
            config.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let mut authority = tempfile::NamedTempFile::new().unwrap();
        authority.write_all(made.cert.pem().as_bytes()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let answers: HashMap<String, String> =
            answers.iter().map(|(asked, answer)| ((*asked).to_owned(), answer.clone())).collect();
        let heard = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(tcp).await else { continue };
                let mut request = vec![0; 8192];
                let count = stream.read(&mut request).await.unwrap_or(0);
                let request = String::from_utf8_lossy(&request[..count]).into_owned();
                let line = request.lines().next().unwrap_or_default().replace(" HTTP/1.1", "");
                let host = request.lines().find_map(|line| line.strip_prefix("Host: ")).unwrap_or_default();
                let (method, target) = line.split_once(' ').unwrap_or_default();
                let asked = format!("{method} {host} {target}");
                let body = request.split("\r\n\r\n").nth(1).unwrap_or_default();
                heard.lock().unwrap().push(format!("{asked} {body}").trim().to_owned());
                let missing = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned();
                let answer = answers.get(&asked).cloned().unwrap_or(missing);
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        });
        Self { at, authority, asked }
    }

    /// A client for which every host is this server.
    pub(crate) fn client(&self, hosts: &[&str]) -> Client {
        let download_from = hosts.iter().map(|host| (*host).to_owned()).collect();
        Client {
            settings: Settings { download_from, max_bytes: 1000 },
            names: Names::Test(self.at),
            ca_file: Some(self.authority.path().to_owned()),
        }
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

pub(crate) fn file(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn json(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn moved(to: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n")
}

async fn fetch(client: &Client, url: &str) -> (Result<String, Fault>, String) {
    let mut out = Vec::new();
    let got = client.fetch(Wanted { url, name: "", size: None }, &mut out).await;
    (got, String::from_utf8(out).unwrap())
}

fn refused(got: &Result<String, Fault>) -> &str {
    match got {
        Err(Fault::Refused(cause)) => cause,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn files_come_by_length_by_chunks_and_behind_redirects_on_the_list() {
    let chunks =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n";
    let server = Server::start(&[
        ("GET files.example /a", file("PK plain")),
        ("GET files.example /b", chunks.to_owned()),
        ("GET files.example /c", moved("/d?x=1")),
        ("GET files.example /d?x=1", moved("https://njc.ftn.qq.com/e")),
        ("GET njc.ftn.qq.com /e", file("behind")),
    ])
    .await;
    let client = server.client(&["files.example", "*.ftn.qq.com"]);
    for (url, body) in [
        ("https://files.example/a", "PK plain"),
        ("http://files.example/b", "abcdefg"),
        ("https://files.example/c#x", "behind"),
    ] {
        let (got, out) = fetch(&client, url).await;
        assert_eq!((got, out.as_str()), (Ok("云附件".to_owned()), body), "{url}");
    }
}

#[tokio::test]
async fn services_are_asked_where_the_file_is() {
    let server = Server::start(&[
        ("POST wx.mail.qq.com /ftn/download?func=3&key=K&code=C", json("{\"head\":{\"ret\":0},\"body\":{\"name\":\"视频.mp4\",\"url\":\"https://njc.ftn.qq.com/v\",\"size\":4}}")),
        ("GET njc.ftn.qq.com /v", file("film")),
        ("POST wx.mail.qq.com /ftn/download?func=3&key=gone", json("{\"head\":{\"ret\":-113}}")),
        ("POST mail.163.com /filehub/bg/dl/prepare", json("{\"code\":200,\"data\":{\"downloadUrl\":\"https://files.example/f\"}}")),
        ("GET files.example /f", file("zip")),
    ])
    .await;
    let client = server.client(&["wx.mail.qq.com", "*.ftn.qq.com", "mail.163.com", "files.example"]);
    let (got, out) = fetch(&client, "https://wx.mail.qq.com/ftn/download?func=3&key=K&code=C").await;
    assert_eq!((got, out.as_str()), (Ok("视频.mp4".to_owned()), "film"));
    let (got, out) =
        fetch(&client, "https://mail.163.com/large-attachment-download/index.html?file=KEY").await;
    assert_eq!((got.is_ok(), out.as_str()), (true, "zip"));
    let (got, _) = fetch(&client, "https://wx.mail.qq.com/ftn/download?func=3&key=gone").await;
    assert!(refused(&got).contains("-113"));
    let asked = server.asked();
    assert!(
        asked.contains(&"POST mail.163.com /filehub/bg/dl/prepare {\"linkKey\":\"KEY\"}".to_owned()),
        "{asked:?}"
    );
    assert!(asked[0].ends_with("f=json"), "{asked:?}");
}

#[tokio::test]
async fn a_page_an_error_or_too_much_is_never_the_file() {
    let page = "<!DOCTYPE html><html><body>请登录后下载</body></html>";
    let html = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n{page}",
        page.len()
    );
    let endless = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(5000));
    let server = Server::start(&[
        ("GET files.example /page", html),
        ("GET files.example /hidden-page", file(&format!("\u{feff} \n{page}"))),
        ("GET files.example /error", json("{\"code\":403}")),
        ("GET files.example /hidden-error", file("{\"code\":403}")),
        ("GET files.example /empty", file("")),
        ("GET files.example /large", file(&"x".repeat(1001))),
        ("GET files.example /endless", endless),
        ("GET files.example /loop", moved("/loop")),
        ("GET files.example /away", moved("https://other.example/a")),
        ("GET files.example /plain", moved("http://files.example/a")),
        ("GET files.example /inside", moved("https://169.254.169.254/latest")),
        ("GET files.example /cut", "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nabc".to_owned()),
        ("GET files.example /busy", "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n".to_owned()),
    ])
    .await;
    let client = server.client(&["files.example"]);
    for (target, why) in [
        ("page", "网页"),
        ("hidden-page", "网页"),
        ("error", "网页"),
        ("hidden-error", "网页"),
        ("empty", "空的"),
        ("large", "大小"),
        ("endless", "大小"),
        ("loop", "转向"),
        ("away", "不在允许"),
        ("plain", "HTTPS"),
        ("inside", "网站名称"),
        ("none", "404"),
    ] {
        let (got, _) = fetch(&client, &format!("https://files.example/{target}")).await;
        assert!(refused(&got).contains(why), "{target}: {got:?}");
    }
    for target in ["cut", "busy"] {
        let (got, _) = fetch(&client, &format!("https://files.example/{target}")).await;
        assert!(matches!(got, Err(Fault::Retry(_))), "{target}: {got:?}");
    }
    assert!(server.asked().iter().all(|asked| asked.contains(" files.example ")), "{:?}", server.asked());
}

#[tokio::test]
async fn names_of_this_machine_are_refused_whatever_the_list_says() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let hosts = ["localhost.localdomain", "localhost", "127.0.0.1", "ip6-localhost"];
    let settings = Settings { download_from: hosts.map(str::to_owned).to_vec(), max_bytes: 1000 };
    let client = Client::new(settings);
    for url in [
        format!("https://127.0.0.1:{port}/"),
        format!("https://localhost:{port}/"),
        "https://[::1]/".into(),
        "https://2130706433/".into(),
        "https://127.1/".into(),
        "file:///etc/passwd".into(),
        "ftp://files.example/a".into(),
        "https://user@files.example/".into(),
        "https://files.example:8443/".into(),
        "https://files.example/视频".into(),
    ] {
        let (got, _) = fetch(&client, &url).await;
        assert!(!refused(&got).is_empty(), "{url}");
    }
    let inner = Address { host: "localhost".into(), port, target: "/".into() };
    let refusal = client.connect(&inner).await.unwrap_err();
    assert!(matches!(&refusal, Fault::Refused(cause) if cause.contains("内部地址")), "{refusal:?}");
    let nobody = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
    assert!(nobody.is_err(), "somebody connected");
}

#[test]
fn only_addresses_of_the_public_internet_are_public() {
    for inner in [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "192.0.0.8",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd12::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "::10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:db8::1",
        "2001::1",
    ] {
        assert!(!is_public(inner.parse().unwrap()), "{inner}");
    }
    for outer in ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2400:3200::1", "::ffff:8.8.8.8"] {
        assert!(is_public(outer.parse().unwrap()), "{outer}");
    }
}
