//! A machine of its own: a Debian in a folder that systemd boots in a container, with the host's network. Root alone can have one.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::patience::wait_for;

const PATIENCE: Duration = Duration::from_secs(120);

/// A booted machine; dropped, it is powered off.
pub struct Machine {
    root: PathBuf,
    container: Child,
    /// Its process 1, as the host numbers it.
    leader: u32,
}

impl Machine {
    /// Boots the Debian in that folder.
    pub fn boot(root: &Path) -> Self {
        let root = root.canonicalize().unwrap();
        let container = Command::new("systemd-nspawn")
            .args([
                "-q",
                "--boot",
                "--register=no",
                "--keep-unit",
                "--console=pipe",
                "--resolv-conf=off",
                "-D",
            ])
            .arg(&root)
            .stdin(Stdio::null())
            .stdout(std::fs::File::create(root.with_extension("log")).unwrap())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("systemd-nspawn is installed: apt-get install systemd-container");
        let mut machine = Self { root, leader: 0, container };
        wait_for(PATIENCE, || {
            assert!(machine.container.try_wait().unwrap().is_none(), "the machine went down");
            let leader = child_named(machine.container.id(), "systemd").ok_or("a machine without systemd")?;
            machine.leader = leader;
            let state = machine.output("systemctl is-system-running", "").stdout;
            match String::from_utf8_lossy(&state).trim() {
                "running" | "degraded" => Ok(()),
                other => Err(format!("the machine is {other}")),
            }
        });
        machine
    }

    /// A path of the machine as the host sees it.
    pub fn path(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    fn output(&self, script: &str, input: &str) -> Output {
        let mut shell = Command::new("nsenter")
            .args(["-t", &self.leader.to_string(), "-m", "-u", "-i", "-p", "--", "sh", "-c", script])
            .env_clear()
            .envs([("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"), ("LANG", "C.UTF-8"), ("HOME", "/root")])
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // One that asks nothing may have gone by then.
        let _ = shell.stdin.take().unwrap().write_all(input.as_bytes());
        shell.wait_with_output().unwrap()
    }

    /// Runs a line of shell with answers on its input; what it prints.
    pub fn answers(&self, script: &str, input: &str) -> String {
        let output = self.output(script, input);
        let (out, told) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{script}: {}\n{out}{told}", output.status);
        format!("{out}{told}")
    }

    /// The same without answers.
    pub fn runs(&self, script: &str) -> String {
        self.answers(script, "")
    }

    /// Whether a line of shell succeeds.
    pub fn holds(&self, script: &str) -> bool {
        self.output(script, "").status.success()
    }

    /// Waits until a line of shell succeeds; how long that took.
    pub fn comes_to(&self, script: &str) -> Duration {
        let began = Instant::now();
        wait_for(PATIENCE, || {
            let told = || format!("{script}\n{}", self.runs("journalctl -u shouwen -n 30 || true"));
            self.holds(script).then_some(()).ok_or_else(told)
        });
        began.elapsed()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = self.output("systemctl poweroff --force", "");
        let began = Instant::now();
        while self.container.try_wait().is_ok_and(|ended| ended.is_none()) && began.elapsed() < PATIENCE / 4 {
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = self.container.kill();
        let _ = self.container.wait();
    }
}

/// The child of a process that has this name.
fn child_named(parent: u32, name: &str) -> Option<u32> {
    let threads = std::fs::read_dir(format!("/proc/{parent}/task")).ok()?.flatten();
    let children: String =
        threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok()).collect();
    let is_it = |child: &&str| {
        std::fs::read_to_string(format!("/proc/{child}/comm")).is_ok_and(|comm| comm.trim() == name)
    };
    children.split_whitespace().find(is_it)?.parse().ok()
}
