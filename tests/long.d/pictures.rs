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

/// Takes a picture of an address at some sizes: the first for the handbook, the others beside it.
fn picture(driver: &mut Driver, page: &Page, path: &str, file: &Path, size: (u32, u32)) {
    driver.resize(size);
    driver.open(&format!("http://{}{path}", page.host()));
    // Thumbnails are made when they are asked for.
    driver.eval("Promise.all([...document.images].map(e => { e.loading = 'eager'; return e.decode().catch(() => 0); }))");
    let wide = driver.eval("document.documentElement.scrollWidth - innerWidth");
    assert!(wide.as_i64().unwrap() <= 0, "{path} is wider than {} by {wide}", size.0);
    driver.picture(&file.to_path_buf());
}

#[test]
fn all_views_are_pictured() {
    let chromium = browser::browser().expect("pictures need chromium");
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/views");
    let beside = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    std::fs::create_dir_all(&beside).unwrap();
    let (played, morning) = (played(), morning());
    let number = |page: &Page, unit: &str| {
        let unit = page.desk.campaign().roster.find(unit).unwrap().code.clone();
        let filter = shouwen::store::MessageFilter { unit: Some(unit), ..Default::default() };
        page.desk.store.messages(&filter).unwrap().last().unwrap().id
    };
    let corrected = number(&morning, "德阳市教育局");
    let views = [
        ("overview", &morning, HOME.to_owned()),
        ("daily", &played, format!("{HOME}?req=daily")),
        ("bulletin", &morning, format!("{HOME}bulletin?req=plan")),
        ("units", &morning, format!("{HOME}units")),
        ("unit", &played, format!("{HOME}units/成都工业职业技术学院#summary")),
        ("mail", &morning, format!("{HOME}mail")),
        ("letter", &morning, format!("/mail/{corrected}")),
        ("todo", &morning, format!("{HOME}todo")),
        ("chase", &morning, format!("{HOME}chase")),
        ("sent", &played, format!("{HOME}chase?tab=sent")),
        ("media", &played, format!("{HOME}media?day=2023-05-16")),
        ("totals", &played, format!("{HOME}totals/form5")),
        ("system", &played, "/system".to_owned()),
        ("log", &played, "/system/log".to_owned()),
    ];
    let mut driver = Driver::start(&chromium, SCREEN);
    for (name, page, path) in &views {
        picture(&mut driver, page, path, &docs.join(format!("{name}.png")), SCREEN);
        picture(&mut driver, page, path, &beside.join(format!("{name}-1920.png")), WIDE);
        picture(&mut driver, page, path, &beside.join(format!("{name}-390.png")), PHONE);
    }
    picture(&mut driver, &morning, HOME, &docs.join("overview-phone.png"), PHONE);
}
