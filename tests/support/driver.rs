//! A headless Chromium that is led by the hand: pages are opened, fields filled, buttons pressed, and what is then to be
//! seen is read, over the browser's own protocol through two pipes. Nothing waits for a time, only for what has loaded.
// Each story uses the part that it needs; helpers of tests may panic as tests may.
#![allow(dead_code, clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

/// The browser with one page, gone when dropped.
pub struct Driver {
    child: Child,
    to: File,
    from: BufReader<File>,
    number: u64,
    session: String,
    _profile: tempfile::TempDir,
}

impl Driver {
    /// Starts it with a window of this size.
    pub fn start(chromium: &Path, (width, height): (u32, u32)) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let pipes = ["to", "from"].map(|name| profile.path().join(name));
        for pipe in &pipes {
            assert!(Command::new("mkfifo").arg(pipe).status().unwrap().success());
        }
        let [to, from] = &pipes;
        let flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
            --disable-component-update --disable-sync --hide-scrollbars --lang=zh-CN --remote-debugging-pipe";
        let line = format!("exec \"$0\" {flags} --user-data-dir=\"$3\" about:blank 3<\"$1\" 4>\"$2\"");
        let child = Command::new("sh")
            .args(["-c", &line])
            .args([chromium, to, from, profile.path()])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let to = OpenOptions::new().write(true).open(to).unwrap();
        let from = BufReader::new(File::open(from).unwrap());
        let mut driver = Self { child, to, from, number: 0, session: String::new(), _profile: profile };
        let target = driver.call("Target.createTarget", json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let attached = driver.call("Target.attachToTarget", attach);
        driver.session = attached["sessionId"].as_str().unwrap().to_owned();
        driver.call("Page.enable", json!({}));
        driver.call("Emulation.setLocaleOverride", json!({"locale": "zh-CN"}));
        driver.resize((width, height));
        driver
    }

    /// Changes the size of the window.
    pub fn resize(&mut self, (width, height): (u32, u32)) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", size);
    }

    /// With dark colours asked for, or light ones.
    pub fn prefer_dark(&mut self, is_dark: bool) {
        let value = if is_dark { "dark" } else { "light" };
        let feature = json!({"features": [{"name": "prefers-color-scheme", "value": value}]});
        self.call("Emulation.setEmulatedMedia", feature);
    }

    /// Laid out as on paper so many pixels wide.
    pub fn lay_on_paper(&mut self, width: u32) {
        self.resize((width, 1000));
        self.call("Emulation.setEmulatedMedia", json!({"media": "print"}));
    }

    /// Prints the page as the browser does by itself, on upright A4 where the page asks for nothing else.
    pub fn print(&mut self, file: &Path) {
        let paper = json!({"preferCSSPageSize": true, "paperWidth": 8.27, "paperHeight": 11.69});
        let printed = self.call("Page.printToPDF", paper);
        std::fs::write(file, bytes(printed["data"].as_str().unwrap())).unwrap();
    }

    /// Whether the page's own script runs.
    pub fn let_script_run(&mut self, runs: bool) {
        self.call("Emulation.setScriptExecutionDisabled", json!({"value": !runs}));
    }

    fn send(&mut self, method: &str, params: Value) -> u64 {
        self.number += 1;
        let mut message = json!({"id": self.number, "method": method, "params": params});
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        let mut bytes = serde_json::to_vec(&message).unwrap();
        bytes.push(0);
        self.to.write_all(&bytes).unwrap();
        self.number
    }

    fn next(&mut self) -> Value {
        let mut bytes = Vec::new();
        assert!(self.from.read_until(0, &mut bytes).unwrap() > 0, "chromium has gone");
        bytes.pop();
        serde_json::from_slice(&bytes).unwrap()
    }

    fn call(&mut self, method: &str, params: Value) -> Value {
        let number = self.send(method, params);
        loop {
            let message = self.next();
            if message["id"] == number {
                assert!(message["error"].is_null(), "{method}: {message}");
                return message["result"].clone();
            }
        }
    }

    fn wait_for_load(&mut self) {
        while self.next()["method"] != "Page.loadEventFired" {}
    }

    /// Opens an address and waits until it is there.
    pub fn open(&mut self, address: &str) {
        self.send("Page.navigate", json!({"url": address}));
        self.wait_for_load();
    }

    /// What an expression comes to on the page.
    pub fn eval(&mut self, expression: &str) -> Value {
        let result = self.call(
            "Runtime.evaluate",
            json!({"expression": expression, "returnByValue": true, "awaitPromise": true}),
        );
        assert!(result["exceptionDetails"].is_null(), "{expression}: {result}");
        result["result"]["value"].clone()
    }

    /// All that is to be read on the page.
    pub fn text(&mut self) -> String {
        self.eval("document.body.innerText").as_str().unwrap().to_owned()
    }

    /// Where it is.
    pub fn address(&mut self) -> String {
        self.eval("location.href").as_str().unwrap().to_owned()
    }

    /// Writes into a field.
    pub fn fill(&mut self, selector: &str, text: &str) {
        let text = json!(text);
        let selector = json!(selector);
        self.eval(&format!(
            "{{ const e = document.querySelector({selector}); e.focus(); e.value = {text}; }}"
        ));
    }

    /// Presses what a selector finds, without going elsewhere.
    pub fn press(&mut self, selector: &str) {
        let found = self.eval(&format!("document.querySelectorAll({}).length", json!(selector)));
        assert!(found.as_u64().unwrap() > 0, "nothing to press at {selector} on {}", self.address());
        self.eval(&format!("document.querySelector({}).click()", json!(selector)));
    }

    /// Presses what a selector finds, and waits for the page to which it leads.
    pub fn follow(&mut self, selector: &str) {
        let found = self.eval(&format!("document.querySelectorAll({}).length", json!(selector)));
        assert!(found.as_u64().unwrap() > 0, "nothing to press at {selector} on {}", self.address());
        let press = format!("document.querySelector({}).click()", json!(selector));
        self.send("Runtime.evaluate", json!({"expression": press}));
        self.wait_for_load();
    }

    /// Presses the button or link that says this.
    pub fn follow_words(&mut self, words: &str) {
        let find = format!(
            "[...document.querySelectorAll('button,a')].filter(e => e.textContent.trim().startsWith({}))",
            json!(words)
        );
        let found = self.eval(&format!("{find}.length"));
        assert!(found.as_u64().unwrap() > 0, "nothing says “{words}” on {}", self.address());
        self.send("Runtime.evaluate", json!({"expression": format!("{find}[0].click()")}));
        self.wait_for_load();
    }

    /// Takes a picture of the window.
    pub fn picture(&mut self, file: &PathBuf) {
        let shot = self.call("Page.captureScreenshot", json!({"format": "png"}));
        std::fs::write(file, bytes(shot["data"].as_str().unwrap())).unwrap();
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Base64 as the browser writes it.
fn bytes(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut held, mut bits) = (0u32, 0);
    for c in text.bytes().filter(|c| *c != b'=') {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            _ => 63,
        };
        held = (held << 6) | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    out
}
