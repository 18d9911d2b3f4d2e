//! Headless Chromium on a page that was fetched before: with its style inside and a ruler appended, because the page
//! itself allows no script.
// Each story uses the part that it needs; helpers of tests may panic as tests may.
#![allow(dead_code, clippy::unwrap_used, clippy::indexing_slicing)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Writes what it measures into the title: width of the page and of the window, cells that overflow, texts that
/// overlap their neighbours.
const RULER: &str = "<script>
const page = document.documentElement;
const wide = [...document.querySelectorAll('td,th,.badge,h1,h2,h3,p,dd,li,label')].filter(e => e.scrollWidth > e.clientWidth + 1
    && getComputedStyle(e).display != 'inline' && e.clientWidth > 0 && getComputedStyle(e).position != 'absolute');
let over = 0;
for (const row of document.querySelectorAll('tr')) {
    const boxes = [...row.children].map(c => c.firstElementChild || c).map(e => e.getBoundingClientRect()).filter(b => b.width > 0);
    for (let i = 1; i < boxes.length; i++)
        if (boxes[i].top < boxes[i-1].bottom - 1 && boxes[i].bottom > boxes[i-1].top + 1 && boxes[i].left < boxes[i-1].right - 1
            && boxes[i].right > boxes[i-1].left + 1) over++;
}
document.title = ['RULER', page.scrollWidth, innerWidth, wide.length, over, wide.slice(0,3).map(e => e.textContent.trim().slice(0,20)).join('|')].join(';');
</script>";

/// What the ruler found.
#[derive(Debug, PartialEq, Eq)]
pub struct Measure {
    /// Width of the whole page, pixels.
    pub page: u32,
    /// Width of the window, pixels.
    pub window: u32,
    /// Cells and lines whose text is wider than they are.
    pub overflowing: u32,
    /// Neighbours in a row whose boxes overlap.
    pub overlapping: u32,
    /// The first of them.
    pub examples: String,
}

/// The browser; none where it is not installed and nobody demands it (`SHOUWEN_REQUIRE_CHROMIUM`).
pub fn browser() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found =
        std::env::split_paths(&path).map(|folder| folder.join("chromium")).find(|file| file.is_file());
    if found.is_none() {
        assert!(std::env::var_os("SHOUWEN_REQUIRE_CHROMIUM").is_none(), "chromium is not installed");
        eprintln!("no chromium here: the page was not looked at");
    }
    found
}

/// Measures `html` with `style` in a window `width` pixels wide, and takes its picture as `folder`/`name`.png.
pub fn look(
    chromium: &Path,
    folder: &Path,
    name: &str,
    html: &str,
    style: &str,
    (width, height): (u32, u32),
) -> Measure {
    let link = "<link rel=\"stylesheet\" href=\"/static/style.css\">";
    assert!(html.contains(link), "the page has no style");
    let tell = "<script>parent.postMessage(document.title, '*')</script>";
    let page = html.replace(link, &format!("<style>{style}</style>")) + RULER + tell;
    std::fs::write(folder.join(format!("{name}.html")), page).unwrap();
    // A window may not be narrower than 500 pixels, a frame may.
    let frame = folder.join(format!("{name}.frame.html"));
    let messenger = "<script>addEventListener('message', e => document.title = e.data)</script>";
    let style = "body{margin:0}iframe{border:0;display:block}";
    let framed = format!(
        "<!doctype html><style>{style}</style>{messenger}<iframe width={width} height={height} src=\"{name}.html\"></iframe>"
    );
    std::fs::write(&frame, framed).unwrap();
    let dom = run(chromium, folder, name, (width, height));
    measure(&dom)
}

/// The page's DOM, and its picture beside it.
fn run(chromium: &Path, folder: &Path, name: &str, (width, height): (u32, u32)) -> String {
    let profile = tempfile::tempdir_in(folder).unwrap();
    let page = folder.join(format!("{name}.frame.html"));
    let done = Command::new(chromium)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--hide-scrollbars", "--lang=zh-CN", "--dump-dom"])
        .arg(format!("--screenshot={}", folder.join(format!("{name}.png")).display()))
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("--window-size={width},{height}"))
        .arg(format!("file://{}", page.display()))
        .stderr(Stdio::null())
        .output()
        .unwrap();
    assert!(done.status.success(), "chromium failed on {name}");
    String::from_utf8(done.stdout).unwrap()
}

fn measure(dom: &str) -> Measure {
    let title = dom.split("RULER;").nth(1).unwrap_or_else(|| panic!("the ruler said nothing: {dom}"));
    let mut fields = title.split("</title>").next().unwrap().splitn(5, ';');
    let mut number = || fields.next().unwrap().parse().unwrap();
    let (page, window, overflowing, overlapping) = (number(), number(), number(), number());
    Measure { page, window, overflowing, overlapping, examples: fields.next().unwrap_or_default().to_owned() }
}
