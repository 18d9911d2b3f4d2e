//! What comes out of the printer, in a real browser: the whole table and not what a telephone shows of it, nothing cut at the
//! edge, and no button. And what a telephone shows: every value with its head, every filter.

use std::path::PathBuf;

use shouwen::rehearsal::season::{MOMENTS, season as deliveries};

use crate::desk::{Desk, bare_desk};
use crate::driver::Driver;
use crate::served::{HOME, serve};

/// After the forms of the summary came: the totals have rows.
const NOW: &str = MOMENTS[4];

/// Printable width of A4 with the margins of the page, in pixels of the style sheet: upright and lying.
const UPRIGHT: u32 = 680;
const LYING: u32 = 1009;

/// Texts of what can be seen among the elements of a selector.
fn seen(driver: &mut Driver, selector: &str) -> Vec<String> {
    let found = driver.eval(&format!(
        "[...document.querySelectorAll(`{selector}`)].filter(e => e.getClientRects().length && getComputedStyle(e).display != 'none').map(e => e.textContent.trim())"
    ));
    found.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// Cells that run out of the paper.
fn cut(driver: &mut Driver) -> u64 {
    let found = driver.eval(
        "[...document.querySelectorAll('td,th,p,li')].filter(e => e.getClientRects().length && e.getBoundingClientRect().right > innerWidth + 1).length",
    );
    found.as_u64().unwrap()
}

/// The season as the program itself reads it.
fn season() -> Desk {
    let desk = bare_desk();
    let folder = desk.dir.path().join("in");
    std::fs::create_dir_all(&folder).unwrap();
    let moment: jiff::Timestamp = NOW.parse().unwrap();
    for (n, delivery) in deliveries().iter().filter(|delivery| delivery.at <= moment).enumerate() {
        std::fs::write(folder.join(format!("{n:03}.eml")), &delivery.raw).unwrap();
    }
    let words = ["import", folder.to_str().unwrap(), "--now", NOW, "-c"];
    let program = env!("CARGO_BIN_EXE_shouwen");
    let done = std::process::Command::new(program).args(words).arg(&desk.file).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    desk
}

/// The pictures go to the folder that `SHOUWEN_SHOTS` names, for a person to look at.
#[test]
fn paper_shows_the_whole_table_and_no_button() {
    let Some(chromium) = crate::browser::browser() else { return };
    let page = serve(season(), NOW);
    let kept = std::env::var_os("SHOUWEN_SHOTS").map(PathBuf::from);
    let fresh = tempfile::tempdir().unwrap();
    let folder = kept.unwrap_or_else(|| fresh.path().to_owned());
    let views = [
        ("matrix", format!("{HOME}?req=plan"), true),
        ("daily", format!("{HOME}?req=daily"), true),
        ("totals", format!("{HOME}totals/form5"), true),
        ("bulletin", format!("{HOME}bulletin?req=plan"), true),
        ("phone", format!("{HOME}chase?tab=phone"), false),
    ];
    let mut driver = Driver::start(&chromium, (1366, 768));
    for (name, path, lies) in &views {
        driver.open(&format!("http://{}{path}", page.host()));
        let file = folder.join(format!("{name}.pdf"));
        driver.print(&file);
        let pdf = lopdf::Document::load(&file).unwrap();
        let first = *pdf.get_pages().values().next().unwrap();
        let sheet = pdf.get_dictionary(first).unwrap().get(b"MediaBox").unwrap().as_array().unwrap();
        let size = |at: usize| sheet[at].as_float().unwrap();
        assert_eq!(size(2) > size(3), *lies, "{name} lies across: {sheet:?}");
        for width in [UPRIGHT, LYING] {
            driver.lay_on_paper(width);
            assert!(
                seen(&mut driver, "button,textarea,select").is_empty(),
                "{name} prints what only a screen needs"
            );
            if *name == "matrix" {
                let heads = seen(&mut driver, ".matrix thead th").join(" ");
                for head in ["单位", "市州", "状态", "盖章扫描件", "首次报送", "催报"] {
                    assert!(heads.contains(head), "no {head} at {width}: {heads}");
                }
                let row = driver.eval("getComputedStyle(document.querySelector('.matrix tbody tr')).display");
                assert_eq!(row, "table-row", "at {width}");
            }
        }
        if *name == "totals" {
            assert!(seen(&mut driver, ".figures tbody tr").len() > 10, "no rows");
        }
        assert_eq!(cut(&mut driver), 0, "{name} runs out of the paper");
        driver.prefer_dark(false);
        driver.resize((1366, 768));
    }
}

/// Lists lose their head on a telephone: each value says what it is.
#[test]
fn a_telephone_says_what_each_value_is_and_keeps_every_filter() {
    let Some(chromium) = crate::browser::browser() else { return };
    let page = serve(season(), NOW);
    let mut driver = Driver::start(&chromium, (390, 844));
    let views =
        [(format!("{HOME}mail"), 8), (format!("{HOME}chase?tab=phone"), 5), (format!("{HOME}units"), 7)];
    for (path, heads) in views {
        driver.open(&format!("http://{}{path}", page.host()));
        let told = driver.eval(
            "[...document.querySelectorAll('.list tbody tr:first-child td')].filter(e => e.getClientRects().length).map(e => getComputedStyle(e, '::before').content)",
        );
        let told: Vec<&str> = told.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
        assert!(told.len() >= heads - 1 && !told.contains(&"none"), "{path}: {told:?}");
    }
    driver.open(&format!("http://{}{HOME}", page.host()));
    let labels = |driver: &mut Driver| seen(driver, ".filters label").join(" ");
    let folded = labels(&mut driver);
    assert!(folded.contains("类别") && !folded.contains("排序"), "{folded}");
    driver.press("label.fold");
    let open = labels(&mut driver);
    for filter in ["已有", "缺", "排序", "截至"] {
        assert!(open.contains(filter), "no {filter}: {open}");
    }
}
