//! The package as an administrator meets it: installed on a fresh Debian, configured with `init`, run by systemd under all that
//! its unit closes off, upgraded, removed, installed again, purged. The mail servers are outside. Run by `tests/long package`,
//! which builds what is tried here; prints a table.

// A panic here is a story's verdict.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "../support/dovecot.rs"]
mod dovecot;
#[path = "../support/gate.rs"]
mod gate;
#[path = "../support/machine.rs"]
mod machine;
#[path = "../support/patience.rs"]
mod patience;

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use dovecot::Dovecot;
use gate::Gate;
use jiff::Timestamp;
use machine::Machine;
use patience::wait_for;
use serde_json::Value;
use shouwen::rehearsal::season::script::unit;
use shouwen::rehearsal::season::things::plan_set;
use shouwen::rehearsal::server::{Protection, SmtpOptions, SmtpServer};

const UNIT: &str = "泸州职业技术学院";
const OFFICE: &str = "office@rehearsal.example";
const TO_STOP: Duration = Duration::from_secs(10);
/// `shouwen` as its own user, beside the daemon.
const AS_DAEMON: &str = "runuser -u shouwen -- shouwen -c /etc/shouwen/shouwen.toml";

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let [first, second, root] = &words[..] else { panic!("run by tests/long package") };
    let mut trial = Trial::prepare(root);
    trial.installed(first);
    trial.configured();
    trial.closed_off();
    trial.at_work();
    trial.stopped_and_killed();
    trial.upgraded(second);
    trial.removed_and_installed_again(second);
    trial.purged(second);
    println!("\n| step | seen | time |\n|---|---|---|");
    trial.table.iter().for_each(|line| println!("{line}"));
}

struct Trial {
    machine: Machine,
    dovecot: Dovecot,
    receiver: SmtpServer,
    _gates: [Gate; 2],
    /// An address of this machine's loopback that nobody else uses.
    address: Ipv4Addr,
    since: Instant,
    mails: usize,
    table: Vec<String>,
}

impl Trial {
    /// A booted machine to which `localhost` is where the mail servers are, and which trusts their certificates.
    fn prepare(root: &str) -> Self {
        let pid = std::process::id().to_be_bytes();
        let address = Ipv4Addr::new(127, 93, pid[2], pid[3].max(1));
        let dovecot = Dovecot::start();
        ["INBOX", "Junk"].iter().for_each(|folder| dovecot.make_folder(OFFICE, folder));
        let (config, pem) = certificate();
        let options = SmtpOptions { protection: Protection::Implicit(config), ..SmtpOptions::default() };
        let receiver = SmtpServer::start_with(options).unwrap();
        let tls = SocketAddr::from(([127, 0, 0, 1], dovecot.tls_port));
        let gates =
            [Gate::open((address, 993).into(), tls), Gate::open((address, 465).into(), receiver.addr())];
        let machine = Machine::boot(&PathBuf::from(root));
        std::fs::write(machine.path("/etc/hosts"), format!("{address} localhost\n")).unwrap();
        let anchors = machine.path("/usr/local/share/ca-certificates");
        std::fs::create_dir_all(&anchors).unwrap();
        std::fs::copy(dovecot.ca_file(), anchors.join("imap.crt")).unwrap();
        std::fs::write(anchors.join("smtp.crt"), pem).unwrap();
        machine.runs("update-ca-certificates");
        let (since, table) = (Instant::now(), Vec::new());
        Self { machine, dovecot, receiver, _gates: gates, address, since, mails: 0, table }
    }

    fn tell(&mut self, step: &str, seen: &str) {
        let line = format!("| {step} | {seen} | {:.1} s |", self.since.elapsed().as_secs_f64());
        println!("{line}");
        self.table.push(line);
        self.since = Instant::now();
    }

    /// Modes and owners of what stands there.
    fn demand(&self, path: &str, mode_and_owner: &str) {
        let found = self.machine.runs(&format!("stat -c '%a %U:%G' {path}"));
        assert_eq!(found.trim(), mode_and_owner, "{path}");
    }

    fn install(&self, package: &str) {
        let name = PathBuf::from(package).file_name().unwrap().to_string_lossy().into_owned();
        std::fs::copy(package, self.machine.path("/root").join(&name)).unwrap();
        self.machine.runs(&format!("dpkg -i /root/{name} </dev/null"));
    }

    fn installed(&mut self, package: &str) {
        self.install(package);
        self.demand("/var/lib/shouwen", "700 shouwen:shouwen");
        self.demand("/etc/shouwen", "750 root:shouwen");
        self.demand("/etc/shouwen/shouwen.toml", "640 root:shouwen");
        self.machine.runs("getent passwd shouwen | grep -q nologin && shouwen --version");
        let pages = self.machine.runs("ls /usr/share/man/man1 | grep -c '^shouwen'");
        assert!(pages.trim().parse::<u32>().unwrap() > 20, "{pages} manual pages");
        for file in [
            "bash-completion/completions/shouwen",
            "zsh/vendor-completions/_shouwen",
            "doc/shouwen/copyright",
        ] {
            assert!(self.machine.holds(&format!("test -s /usr/share/{file}")), "{file}");
        }
        assert!(!self.machine.holds("systemctl is-active shouwen"), "it runs without configuration");
        let pages = pages.trim();
        self.tell(
            "`dpkg -i`",
            &format!("user, data 0700, configuration 0640, {pages} manual pages, completions; not started"),
        );
    }

    fn configured(&mut self) {
        let answers = format!("{OFFICE}\nlocalhost\nlocalhost\n2023-04-20\n{}\n", self.dovecot.password());
        let told = self.machine.answers("shouwen init", &answers);
        assert!(told.contains("一切就绪"), "{told}");
        self.demand("/etc/shouwen/office.secret", "600 shouwen:shouwen");
        self.demand("/etc/shouwen/shouwen.toml", "640 shouwen:shouwen");
        // What an office changes by hand: the address of a unit, where the page is, receipts.
        let units = "/etc/shouwen/campaigns/2023-activity-week/units.csv";
        let address = unit(UNIT).on("05-08 08:12").deliver();
        let sender = String::from_utf8_lossy(&address.raw).into_owned();
        let sender = sender.lines().find(|line| line.starts_with("From:")).unwrap();
        let sender = sender.rsplit_once('<').unwrap().1.trim_end_matches('>').to_owned();
        let listen = format!("[receipts]\\nmode = \"known\"\\n[web]\\nlisten = \"{}:8024\"\\n", self.address);
        self.machine.runs(&format!(
            "printf '{listen}' >>/etc/shouwen/shouwen.toml && \
             awk -F, -v OFS=, '$2 == \"{UNIT}\" {{ $7 = \"{sender}\" }} 1' {units} >/root/units && cat /root/units >{units} && \
             grep -q {sender} {units} && {AS_DAEMON} check"
        ));
        self.tell(
            "`shouwen init`",
            "mailbox asked for, logged in at IMAP and SMTP over TLS, secret 0600, `check` content",
        );
    }

    fn closed_off(&mut self) {
        self.machine.runs("systemctl enable --now shouwen");
        assert!(self.machine.holds("systemctl is-active shouwen"));
        let pid = self.machine.runs("systemctl show -p MainPID --value shouwen").trim().to_owned();
        let status = self.machine.runs(&format!("cat /proc/{pid}/status"));
        for line in
            ["NoNewPrivs:\t1", "Seccomp:\t2", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000"]
        {
            assert!(status.contains(line), "{line} is not in\n{status}");
        }
        let limits = self.machine.runs(&format!("cat /proc/{pid}/limits"));
        assert!(limits.contains("Max core file size        0"), "{limits}");
        // As the daemon's own mounts are: all but its data read only, nobody's home, no device.
        let inside = format!("nsenter -t {pid} -m --");
        for refused in ["touch /etc/shouwen/x", "touch /usr/x", "ls /root/x", "test -e /dev/kmsg"] {
            assert!(!self.machine.holds(&format!("{inside} {refused}")), "{refused}");
        }
        self.machine.runs(&format!("{inside} touch /var/lib/shouwen/x && rm /var/lib/shouwen/x"));
        let score = self
            .machine
            .runs("systemd-analyze security --offline=true /lib/systemd/system/shouwen.service | tail -1");
        let score: f64 = score.split_whitespace().find_map(|word| word.parse().ok()).unwrap();
        assert!(score <= 1.5, "{score}");
        self.tell(
            "`systemctl enable --now`",
            &format!("ready told by sd_notify; no capability, seccomp, read-only but its data; `systemd-analyze security` {score}"),
        );
    }

    /// A mail arrives; when it is registered with its files read.
    fn receive(&mut self) -> Duration {
        let act =
            unit(UNIT).on(&format!("05-{:02} 08:12", 8 + self.mails)).titled("{unit}报送").sends(plan_set());
        self.dovecot.deliver(OFFICE, "INBOX", &act.deliver().raw, Timestamp::now());
        self.mails += 1;
        let began = Instant::now();
        wait_for(Duration::from_secs(60), || {
            let is_there = self.registered() >= self.mails;
            is_there.then_some(()).ok_or_else(|| self.machine.runs("journalctl -u shouwen -n 30"))
        });
        began.elapsed()
    }

    fn register(&self) -> Vec<Value> {
        let told = self.machine.runs(&format!("{AS_DAEMON} messages --json 2>/dev/null"));
        let Value::Array(rows) = serde_json::from_str(&told).unwrap() else { panic!("{told}") };
        rows
    }

    fn registered(&self) -> usize {
        // The same files once more are a duplicate, which has been read and judged as well.
        let has_ended = |row: &Value| row["state"] == "registered" || row["state"] == "duplicate";
        let is_whole = |row: &&Value| has_ended(row) && row["unit"] == UNIT;
        self.register().iter().filter(is_whole).count()
    }

    fn at_work(&mut self) {
        let took = self.receive();
        let parts = self.register()[0]["parts"].as_array().unwrap().len();
        assert!(parts >= 3, "{parts} files");
        assert!(
            self.receiver.wait_received(Duration::from_secs(60), |mails| !mails.is_empty()),
            "no receipt left"
        );
        let health = page((self.address, 8024).into(), "/health");
        assert!(health.starts_with("HTTP/1.1 200"), "{health}");
        assert!(!self.machine.runs("journalctl -u shouwen -o cat").contains("cage"), "the cage has a gap");
        self.tell(
            "a mail arrives",
            &format!(
                "registered {:.1} s later, {parts} files read in the cage, receipt left, `/health` 200",
                took.as_secs_f64()
            ),
        );
    }

    fn stopped_and_killed(&mut self) {
        self.machine.runs("systemctl reload shouwen");
        self.machine.comes_to("journalctl -u shouwen -o cat | grep -q 'configuration read again'");
        let began = Instant::now();
        self.machine.runs("systemctl stop shouwen");
        let stopped = began.elapsed();
        assert!(stopped < TO_STOP, "{stopped:?}");
        assert_eq!(self.machine.runs("systemctl show -p Result --value shouwen").trim(), "success");
        self.machine.runs("systemctl start shouwen && systemctl kill -s KILL shouwen");
        let back = self.machine.comes_to(
            "systemctl is-active shouwen && test $(systemctl show -p NRestarts --value shouwen) = 1",
        );
        self.receive();
        self.tell(
            "reload, stop, kill -9",
            &format!(
                "reload read anew; SIGTERM ended it in {:.1} s; killed, it was back after {:.0} s and took a mail in",
                stopped.as_secs_f64(),
                back.as_secs_f64()
            ),
        );
    }

    fn upgraded(&mut self, package: &str) {
        let before = (
            self.register(),
            self.machine.runs("sha256sum /etc/shouwen/shouwen.toml /etc/shouwen/campaigns/*/units.csv"),
        );
        self.install(package);
        self.machine.comes_to("systemctl is-active shouwen");
        let version = self.machine.runs("dpkg-query -W -f '${Version}' shouwen");
        assert!(version.ends_with("-2"), "{version}");
        let after = (
            self.register(),
            self.machine.runs("sha256sum /etc/shouwen/shouwen.toml /etc/shouwen/campaigns/*/units.csv"),
        );
        assert_eq!(before, after);
        self.receive();
        self.tell(
            "upgrade",
            &format!("{version} runs; register and changed configuration are the same; nothing was asked"),
        );
    }

    fn removed_and_installed_again(&mut self, package: &str) {
        let before = self.register();
        self.machine.runs("dpkg -r shouwen");
        assert!(
            !self.machine.holds("command -v shouwen") && !self.machine.holds("systemctl is-active shouwen")
        );
        self.demand("/var/lib/shouwen", "700 shouwen:shouwen");
        self.machine.runs("test -s /var/lib/shouwen/shouwen.db && test -s /etc/shouwen/office.secret");
        self.install(package);
        self.machine.runs("systemctl start shouwen");
        assert_eq!(self.register(), before);
        self.machine.runs(&format!("{AS_DAEMON} verify"));
        self.tell(
            "remove, install again",
            "program and unit go, register, configuration and secret stay; the same register again",
        );
    }

    fn purged(&mut self, package: &str) {
        let told = self.machine.runs("dpkg -P shouwen");
        assert!(told.contains("/var/lib/shouwen holds the register"), "{told}");
        assert!(!self.machine.holds("test -e /etc/shouwen") && !self.machine.holds("getent passwd shouwen"));
        self.demand("/var/lib/shouwen", "700 root:root");
        // Over a register whose user is gone, and then without any.
        self.install(package);
        self.demand("/var/lib/shouwen/shouwen.db", "600 shouwen:shouwen");
        self.machine.runs("dpkg -P shouwen && rm -r /var/lib/shouwen");
        self.install(package);
        self.machine.runs("dpkg -P shouwen");
        let left = self.machine.runs("find / -xdev -name '*shouwen*' -not -path '/root/*' -not -path '/var/log/*' -not -path '/proc/*'");
        assert_eq!(left.trim(), "", "left over");
        self.tell("purge", "configuration, secret and user go, the register stays, root's alone, and is told; without one nothing is left");
    }
}

/// A certificate for `localhost` that an administrator would trust by hand.
fn certificate() -> (Arc<tokio_rustls::rustls::ServerConfig>, String) {
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::pki_types::PrivateKeyDer;
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let chain = vec![made.cert.der().clone()];
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).unwrap();
    (Arc::new(config), made.cert.pem())
}

fn page(at: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(at).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}
