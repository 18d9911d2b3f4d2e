//! The pictures of the handbook, all by one command: the page as the rehearsal leaves it, and as it is on the morning after
//! plans were due. Those of the handbook go to `docs/views`, those of a wide screen to `target/tmp/pictures`, for a
//! person to look at. Run by `tests/long pictures`.
// Helpers of tests may panic as tests may.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../support/browser.rs"]
mod browser;
#[path = "../support/desk.rs"]
mod desk;
#[path = "../support/driver.rs"]
mod driver;
#[path = "../support/served.rs"]
mod served;

use std::path::{Path, PathBuf};
use std::process::Command;

use desk::{Desk, plain_desk};
use driver::Driver;
use served::{HOME, Page, serve};
use shouwen::config;
use shouwen::rehearsal::season::{self, MOMENTS};
use shouwen::remind::Mode;
use shouwen::store::Store;

const SCREEN: (u32, u32) = (1366, 768);
const PHONE: (u32, u32) = (390, 844);
const WIDE: (u32, u32) = (1920, 1080);
/// When the rehearsal is over.
const AFTER: &str = "2023-05-30T17:30:00+08:00";

fn shouwen(words: &[&str]) {
    let done = Command::new(env!("CARGO_BIN_EXE_shouwen")).args(words).output().unwrap();
    assert!(done.status.success(), "{words:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// The whole rehearsal, played: mail came, reminders left.
fn played() -> Page {
    let dir = tempfile::tempdir().unwrap();
    shouwen(&["demo", "--once", "--listen", "127.0.0.1:0", "--dir", dir.path().to_str().unwrap()]);
    let file = dir.path().join("config/shouwen.toml");
    let config = config::load(&file).unwrap();
    let store = Store::open(&config.data_dir).unwrap();
    for folder in [season::INBOX, season::JUNK] {
        desk::scan(&store, folder, AFTER.parse().unwrap());
    }
    serve(Desk { dir, file, config, store }, AFTER)
}

/// The morning on which the first reminders are due, before anybody approved them.
fn morning() -> Page {
    let mut desk = plain_desk();
    let moment: jiff::Timestamp = MOMENTS[1].parse().unwrap();
    let mails = desk.dir.path().join("in");
    std::fs::create_dir(&mails).unwrap();
    for (n, delivery) in season::season().iter().filter(|delivery| delivery.at <= moment).enumerate() {
        std::fs::write(mails.join(format!("{n:03}.eml")), &delivery.raw).unwrap();
    }
    let (mails, file) = (mails.to_str().unwrap(), desk.file.to_str().unwrap());
    shouwen(&["import", mails, "-c", file, "--now", MOMENTS[1]]);
    for folder in [season::INBOX, season::JUNK] {
        desk::scan(&desk.store, folder, moment);
    }
    desk.config.reminders.mode = Mode::Approve;
    serve(desk, MOMENTS[1])
}

/// Opens an address and has all of its thumbnails made.
fn open(driver: &mut Driver, page: &Page, path: &str) {
    driver.resize(SCREEN);
    driver.open(&format!("http://{}{path}", page.host()));
    driver.eval(
        "Promise.all([...document.images].map(e => { e.loading = 'eager'; return e.decode().catch(() => 0); }))",
    );
}

/// A picture of the page that is open, in a window of this size.
fn picture(driver: &mut Driver, size: (u32, u32), file: &Path) {
    driver.resize(size);
    driver.eval("location.hash && document.querySelector(location.hash).scrollIntoView()");
    let wide = driver.eval("document.documentElement.scrollWidth - innerWidth");
    assert!(wide.as_i64().unwrap() <= 0, "{} is wider than the window by {wide}", file.display());
    driver.picture(&file.to_path_buf());
}

#[test]
fn all_views_are_pictured() {
    let chromium = browser::browser().expect("pictures need chromium");
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/views");
    let beside = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    std::fs::create_dir_all(&beside).unwrap();
    let (played, morning) = (played(), morning());
    let views = [
        ("overview", &morning, HOME.to_owned()),
        ("daily", &played, format!("{HOME}?req=daily")),
        ("bulletin", &morning, format!("{HOME}bulletin?req=plan")),
        ("units", &morning, format!("{HOME}units")),
        ("unit", &played, format!("{HOME}units/成都工业职业技术学院#summary")),
        ("mail", &morning, format!("{HOME}mail")),
        ("todo", &morning, format!("{HOME}todo")),
        ("chase", &morning, format!("{HOME}chase")),
        ("media", &played, format!("{HOME}media?day=2023-05-16")),
        ("totals", &played, format!("{HOME}totals/form5")),
        ("system", &played, "/system".to_owned()),
    ];
    let mut driver = Driver::start(&chromium, SCREEN);
    for (name, page, path) in &views {
        open(&mut driver, page, path);
        picture(&mut driver, SCREEN, &docs.join(format!("{name}.png")));
        picture(&mut driver, WIDE, &beside.join(format!("{name}-1920.png")));
        picture(&mut driver, PHONE, &beside.join(format!("{name}-390.png")));
        if *name == "overview" {
            picture(&mut driver, PHONE, &docs.join("overview-phone.png"));
        }
    }
}
