//! A served page and a browser without a picture: asks over HTTP, keeps cookies, sends forms as they stand on the page.
// Each story uses the part that it needs; helpers of tests may panic as tests may.
#![allow(dead_code, clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;

use shouwen::clock::Clock;
use shouwen::domain::role::Role;
use shouwen::intake::darkroom::Darkroom;
use shouwen::reader::ReadingDesk;
use shouwen::store::User;
use shouwen::web;
use tokio::sync::oneshot;

use crate::desk::Desk;

/// The campaign's address.
pub const HOME: &str = "/c/2023-activity-week/";
/// The password of every account of the tests.
pub const PASSWORD: &str = "正确的密码-123";

/// A served page, gone when dropped.
pub struct Page {
    pub at: SocketAddr,
    pub desk: Desk,
    pub clock: Clock,
    _stop: oneshot::Sender<()>,
    _runtime: tokio::runtime::Runtime,
}

/// Status line, headers and body.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    /// Where it leads.
    pub fn location(&self) -> &str {
        let line = self.head.lines().find(|line| line.starts_with("location: "));
        line.unwrap_or_else(|| panic!("{} leads nowhere: {}", self.status, self.body)).split_at(10).1
    }
}

/// Serves what stands on a desk at a moment.
pub fn serve(desk: Desk, now: &str) -> Page {
    // Why a page failed stands in the log alone.
    let _ = tracing_subscriber::fmt().with_test_writer().try_init();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let at = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let scratch = desk.store.blobs().scratch_dir().join("darkroom");
    let reading = ReadingDesk::with_program(Path::new(env!("CARGO_BIN_EXE_shouwen")), &scratch);
    let clock = Clock::stepped(now.parse().unwrap());
    let shown = web::Desk {
        store: desk.store.clone(),
        campaigns: desk.config.campaigns.clone(),
        mailboxes: desk.config.mailboxes.clone(),
        reminders: desk.config.reminders.clone(),
        settings: desk.config.web.clone(),
        clock: clock.clone(),
        darkroom: Arc::new(Darkroom::at(&desk.store, reading)),
        forecast: Arc::new(|| Ok(Default::default())),
    };
    runtime.spawn(web::serve(listener, shown, async move { drop(stopped.await) }));
    Page { at, desk, clock, _stop: stop, _runtime: runtime }
}

impl Page {
    /// What this path shows to somebody without cookies.
    pub fn get(&self, path: &str) -> Answer {
        self.ask(path, &self.host())
    }

    /// The same under another name.
    pub fn ask(&self, path: &str, host: &str) -> Answer {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"))
    }

    /// The name by which a browser calls it.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.at.port())
    }

    fn send(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(self.at).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        // Values keep their case: tokens stand in them.
        let lower = |line: &str| match line.split_once(": ") {
            Some((name, value)) => format!("{}: {value}", name.to_lowercase()),
            None => line.to_owned(),
        };
        let head = head.lines().map(lower).collect::<Vec<_>>().join("\n");
        Answer { status, head, body: body.to_owned() }
    }

    /// A page that must be there.
    pub fn read(&self, path: &str) -> String {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }

    /// Adds an account.
    pub fn account(&self, name: &str, role: Role) {
        let password = web::password::hashed(PASSWORD).unwrap();
        let made_at = self.clock.now();
        assert!(self.desk.store.add_user(&User { name: name.into(), role, password, made_at }).unwrap());
    }

    /// A browser without cookies.
    pub fn browser(&self) -> Browser<'_> {
        Browser { page: self, cookies: BTreeMap::new() }
    }

    /// Somebody signed in.
    pub fn signed_in(&self, name: &str) -> Browser<'_> {
        let mut browser = self.browser();
        let answer = browser.post("/sign-in", &[("name", name), ("password", PASSWORD), ("next", "/")]);
        assert_eq!(answer.status, 303, "{}", answer.body);
        browser
    }
}

/// What a browser keeps.
pub struct Browser<'a> {
    pub page: &'a Page,
    pub cookies: BTreeMap<String, String>,
}

impl Browser<'_> {
    /// Looks at a page.
    pub fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, None, "")
    }

    /// Asks for a piece of something.
    pub fn get_piece(&mut self, path: &str, range: &str) -> Answer {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let (host, cookies) = (self.page.host(), cookies.join("; "));
        self.page.send(&format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookies}\r\nRange: {range}\r\nConnection: close\r\n\r\n"
        ))
    }

    /// A page that must be there.
    pub fn read(&mut self, path: &str) -> String {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }

    /// Sends fields.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let origin = format!("http://{}", self.page.host());
        self.post_from(path, fields, &origin)
    }

    /// Sends fields from a page of this origin.
    pub fn post_from(&mut self, path: &str, fields: &[(&str, &str)], origin: &str) -> Answer {
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        self.send("POST", path, Some(&pairs.join("&")), origin)
    }

    fn send(&mut self, method: &str, path: &str, form: Option<&str>, origin: &str) -> Answer {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let form = form.unwrap_or_default();
        let path = path.split('#').next().unwrap();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n{}Content-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{form}",
            self.page.host(),
            cookies.join("; "),
            if origin.is_empty() { String::new() } else { format!("Origin: {origin}\r\n") },
            form.len()
        );
        let answer = self.page.send(&request);
        for line in answer.head.lines().filter_map(|line| line.strip_prefix("set-cookie: ")) {
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            match value {
                "" => self.cookies.remove(name),
                value => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        answer
    }

    /// Sends the form that stands on a page for `action`, its hidden fields as they are, with `fields` written into it.
    pub fn submit(&mut self, path: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let html = self.read(path);
        let form = form(&html, action).unwrap_or_else(|| panic!("{path} has no form for {action}"));
        self.post_form(action, &form, fields)
    }

    /// Sends a form that was read before.
    pub fn post_form(&mut self, action: &str, form: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all: Vec<(String, String)> = hidden(form);
        all.retain(|(name, _)| !fields.iter().any(|(own, _)| own == name));
        all.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let all: Vec<(&str, &str)> =
            all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post(action, &all)
    }

    /// The page to which an answer leads.
    pub fn follow(&mut self, answer: &Answer) -> String {
        assert_eq!(answer.status, 303, "{}", answer.body);
        let location = answer.location().to_owned();
        self.read(&location)
    }
}

/// The form of a page for `action`.
pub fn form(html: &str, action: &str) -> Option<String> {
    // An address that stands in the template is as it is, one that was put into it is escaped.
    let plain = html.split_once(&format!("action=\"{action}\""));
    let (_, rest) = plain.or_else(|| html.split_once(&format!("action=\"{}\"", escaped(action))))?;
    Some(rest.split("</form>").next().unwrap().to_owned())
}

/// Hidden fields of a form.
pub fn hidden(form: &str) -> Vec<(String, String)> {
    let fields = form.split("<input type=\"hidden\" name=\"").skip(1);
    let one = |field: &str| {
        let (name, rest) = field.split_once('"').unwrap();
        let value = rest.split_once("value=\"").unwrap().1.split_once('"').unwrap().0;
        (unescaped(name), unescaped(value))
    };
    fields.map(one).collect()
}

/// As the templates write it.
pub fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#x27;").replace('/', "&#x2f;")
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&#x2f;", "/").replace("&#x27;", "'").replace("&quot;", "\"");
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// Percent-encoded.
pub fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
