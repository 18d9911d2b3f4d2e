//! The guide for the next notice (`docs/新活动.md`) is what a newcomer copies from: every file in it is loaded as it stands there, and
//! the office of its example receives mail by it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use rust_xlsxwriter::Workbook;
use serde_json::Value;
use shouwen::config::{self, Level};
use shouwen::rehearsal::season::files::{docx, media_type};
use shouwen::rehearsal::season::mail::{Attachment, Client, Mail};
use tempfile::TempDir;

const CAMPAIGN: &str = "campaigns/2026-winter-care";

/// The office of the guide, set up as the guide says.
struct Office {
    dir: TempDir,
    mails: usize,
}

/// A cell of a sheet.
enum Cell<'t> {
    Text(&'t str),
    Number(f64),
}

use Cell::{Number, Text};

impl Office {
    fn of_the_guide() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let guide = fs::read_to_string(root.join("docs/新活动.md")).unwrap().replace("\r\n", "\n");
        let dir = tempfile::tempdir().unwrap();
        let mut blocks = 0;
        let mut told = String::new();
        let mut pieces = guide.split("```");
        while let (Some(before), Some(block)) = (pieces.next(), pieces.next()) {
            // The last file that is named before a block is the one that stands in it.
            let named = before.rsplit('`').find(|piece| piece.starts_with("config/")).unwrap_or_default();
            let (_, text) = block.split_once('\n').unwrap();
            let path = dir.path().join(named.strip_prefix("config/").unwrap());
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            // The rest of the office's configuration stays where it is; its data must not.
            let data = if named.ends_with("/shouwen.toml") { "data_dir = \"data\"\n" } else { "" };
            fs::write(&path, format!("{data}{text}")).unwrap();
            told.push_str(named);
            blocks += 1;
        }
        assert_eq!(blocks, 4, "{told}");
        let shipped = root.join("config/campaigns/2023-activity-week");
        let own = dir.path().join(CAMPAIGN);
        fs::create_dir_all(own.join("mail")).unwrap();
        fs::copy(shipped.join("calendar.toml"), own.join("calendar.toml")).unwrap();
        for letter in fs::read_dir(shipped.join("mail")).unwrap().map(Result::unwrap) {
            fs::copy(letter.path(), own.join("mail").join(letter.file_name())).unwrap();
        }
        let secret = dir.path().join("jcc.secret");
        fs::write(&secret, "secret").unwrap();
        fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
        Self { dir, mails: 0 }
    }

    fn main_file(&self) -> std::path::PathBuf {
        self.dir.path().join("shouwen.toml")
    }

    fn run(&self, now: &str, words: &[&str]) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shouwen"));
        command.current_dir(self.dir.path()).arg("-c").arg(self.main_file()).args(["--now", now]);
        let done = command.args(words).env_remove("RUST_LOG").output().unwrap();
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "{words:?}: {told}");
        String::from_utf8(done.stdout).unwrap()
    }

    fn json(&self, now: &str, words: &[&str]) -> Value {
        serde_json::from_str(&self.run(now, words)).unwrap()
    }

    /// A mail with one file comes as a file.
    fn takes(&mut self, from: &str, subject: &str, at: &str, file: (&str, Vec<u8>)) {
        self.takes_all(from, subject, at, vec![file]);
    }

    /// A mail with these files comes as a file.
    fn takes_all(&mut self, from: &str, subject: &str, at: &str, files: Vec<(&str, Vec<u8>)>) {
        self.hears(from, subject, at, "您好，材料见附件，请查收。", files);
    }

    /// A mail with this text and these files comes as a file.
    fn hears(&mut self, from: &str, subject: &str, at: &str, text: &str, files: Vec<(&str, Vec<u8>)>) {
        let attachment = |(name, bytes): (&str, Vec<u8>)| Attachment {
            name: name.to_owned(),
            media_type: media_type(name),
            bytes,
            cid: None,
        };
        self.mails += 1;
        let client = Client::Coremail;
        let mail = Mail {
            client,
            hand: client.hand(),
            from: (String::new(), from.to_owned()),
            subject: subject.to_owned(),
            text: text.to_owned(),
            html: None,
            attachments: files.into_iter().map(attachment).collect(),
            headers: vec![],
            arrives: format!("2026-{at}:00+08:00").parse().unwrap(),
            clock_off_seconds: -3,
            body: None,
        };
        let folder = self.dir.path().join("in");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{:03}.eml", self.mails)), mail.write().0).unwrap();
    }

    /// `week1/report accepted`, of the only part of each mail.
    fn filed(&self) -> Vec<String> {
        let rows = self.json("2026-12-20T09:00:00+08:00", &["messages", "--json"]);
        let word = |value: &Value, key: &str| value[key].as_str().unwrap_or("-").to_owned();
        let line = |row: &Value| {
            let part = &row["parts"][0];
            let unit = word(row, "unit");
            format!("{unit} {}/{} {}", word(part, "requirement"), word(part, "item"), word(part, "state"))
        };
        rows.as_array().unwrap().iter().map(line).collect()
    }
}

/// The office of the guide asks for its form every day across New Year instead.
fn across_new_year() -> Office {
    let office = Office::of_the_guide();
    let file = office.dir.path().join(CAMPAIGN).join("campaign.toml");
    let text = fs::read_to_string(&file).unwrap();
    let (text, _) = text.rsplit_once("[[reminder]]").unwrap();
    let period = "{ from = 2026-11-02, to = 2026-12-13 }";
    let due = "due = { days_after_period = 5, roll = \"working_day\" }";
    assert!(text.contains(period) && text.contains(due));
    let text = text.replace(period, "{ from = 2026-12-29, to = 2027-01-02 }");
    let text = text.replace(due, "need = \"any\"\nnil_report = true\neach_day = {}");
    fs::write(&file, text).unwrap();
    office
}

fn paper(unit: &str, title: &str) -> Vec<u8> {
    let text =
        "本周我单位组织培训三次，开展巡查十二次，补充物资若干，发现问题五项，已整改四项，下周继续推进。";
    docx::docx(&[format!("{unit}呼吸道疾病防治能力提升行动{title}"), text.to_owned()], &[])
}

fn sheet(rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    for (row, cells) in (0_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Text(text) => page.write(row, column, *text).unwrap(),
                Number(number) => page.write(row, column, *number).unwrap(),
            };
        }
    }
    book.save_to_buffer().unwrap()
}

/// The form of the guide, under these headings and with these rows.
fn funds(headings: [&'static str; 4], rows: Vec<Vec<Cell<'static>>>) -> Vec<u8> {
    titled("2026年冬季防治行动经费使用情况表", headings, rows)
}

fn titled(title: &'static str, headings: [&'static str; 4], rows: Vec<Vec<Cell<'static>>>) -> Vec<u8> {
    let head = vec![
        vec![Text(title)],
        vec![Text("填报人"), Text("甲一"), Text("联系电话"), Text("19900001234")],
        headings.map(Text).into(),
    ];
    sheet(&head.into_iter().chain(rows).collect::<Vec<_>>())
}

const HEADINGS: [&str; 4] = ["单位名称", "培训人数(人)", "到位资金(万元)", "已支出(万元)"];

#[test]
fn every_file_of_the_guide_is_sound() {
    let office = Office::of_the_guide();
    let config = config::load(&office.main_file()).unwrap();
    assert_eq!(config.warnings, []);
    let findings = config::report(&config);
    let warned: Vec<_> = findings.iter().filter(|finding| finding.level > Level::Note).collect();
    assert!(warned.is_empty(), "{warned:#?}");
    // As the guide writes the moment.
    let told = office.run("2026-11-02T09:00", &["check"]);
    assert!(told.contains("2026年12月18日（星期五）") && !told.contains("错误"), "{told}");
}

#[test]
fn the_office_of_the_guide_takes_in_what_its_units_send() {
    let mut office = Office::of_the_guide();
    let (hospital, center) = ("某市第一人民医院", "临江县疾病预防控制中心");
    let word = |unit: &str, title: &str| paper(unit, title);
    office.takes(
        "yy01@hospital.example",
        "市一医院方案",
        "11-05T10:00",
        ("方案.docx", word(hospital, "实施方案")),
    );
    for (subject, at, (name, title)) in [
        ("临江县疾控中心第1周周报", "11-13T10:00", ("周报.docx", "工作周报")),
        ("临江疾控周报", "11-23T09:00", ("周报（11月16日-11月20日）.docx", "周报")),
        ("市一医院周报", "11-20T10:00", ("周报.docx", "第二周周报")),
    ] {
        let (from, unit) = match subject.starts_with("临江") {
            true => ("cdc@linjiang.example", center),
            false => ("yy01@hospital.example", hospital),
        };
        office.takes(from, subject, at, (name, word(unit, title)));
    }
    let rows = vec![vec![Text("某市第一人民医院"), Number(120.0), Number(0.1), Number(0.1)]];
    office.takes(
        "yy01@hospital.example",
        "经费表",
        "12-14T09:00",
        ("经费使用情况表.xlsx", funds(HEADINGS, rows)),
    );
    let numbered = ["1.单位名称", "2、培训\n人数（人）：", "③ 到位资金（万元）", "(四)已支出(万元)"];
    let rows = vec![vec![Text("某市中医医院"), Text("80人"), Text("2000元"), Text("0.2万元")]];
    office.takes("yy02@hospital.example", "经费表", "12-14T10:00", ("附件.xlsx", funds(numbered, rows)));
    let in_yuan = ["单位名称", "培训人数", "到位资金（元）", "已支出（元）"];
    let rows = vec![vec![Text("临江县疾控中心"), Number(40.0), Text("12,345,000"), Number(3000.0)]];
    office.takes(
        "cdc@linjiang.example",
        "经费表",
        "12-14T11:00",
        ("经费使用情况表.xlsx", funds(in_yuan, rows)),
    );
    office.takes(
        "cdc@qingshi.example",
        "医保结算月报",
        "12-15T11:00",
        ("月报.docx", word("", "医保结算月报")),
    );
    office.run("2026-12-20T09:00:00+08:00", &["import", "in"]);
    assert_eq!(
        office.filed(),
        [
            "某市第一人民医院 plan/scheme accepted",
            "临江县疾病预防控制中心 week1/report accepted",
            "某市第一人民医院 week2/report accepted",
            "临江县疾病预防控制中心 week2/report accepted",
            "某市第一人民医院 funds/table accepted",
            "某市中医医院 funds/table accepted",
            "临江县疾病预防控制中心 funds/table accepted",
            "青石县疾病预防控制中心 -/- extra",
        ]
    );
    let totals = office.json("2026-12-20T09:00:00+08:00", &["totals", "--form", "funds", "--json"]);
    let total = &totals["total"];
    assert_eq!(total["trained"].to_string(), "240");
    assert_eq!((total["received"].to_string(), total["spent"].to_string()), ("1234.8".into(), "0.6".into()));
    let text = office.run("2026-12-20T09:00:00+08:00", &["totals", "--form", "funds"]);
    assert!(text.contains("1234.8") && !text.contains("0.6000"), "{text}");
    let told = office.run("2026-11-24T09:00:00+08:00", &["status", "--city", "临江"]);
    assert!(told.contains("符合 1 个"), "{told}");
}

#[test]
fn who_says_that_there_was_nothing_in_a_week_has_answered_for_that_week() {
    let mut office = Office::of_the_guide();
    let now = "2026-11-14T09:00";
    let (own, other) = ("cdc@linjiang.example", "cdc@qingshi.example");
    office.hears(own, "临江县疾控中心第一周零报告", "11-13T10:00", "本周无新增情况。", vec![]);
    office.hears(other, "青石县疾控中心冬季防治周报", "11-13T11:00", "今日无活动。", vec![]);
    office.run(now, &["import", "in"]);
    let rows = office.json(now, &["messages", "--json"]);
    assert_eq!((rows[0]["kind"].as_str(), rows[1]["kind"].as_str()), (Some("nil_report"), Some("question")));
    let week = |unit: &str| {
        let told = office.json(now, &["status", "--req", "week1", "--unit", unit, "--json"]);
        told.to_string().contains("\"standing\":\"nil\"")
    };
    assert!(week("临江县疾病预防控制中心") && !week("青石县疾病预防控制中心"));
    // A person reads what a unit meant by 今日, and says so.
    office.run(now, &["record", "青石县疾控中心", "week1/nil", "--why", "已电话确认"]);
    assert!(week("青石县疾病预防控制中心"));
}

#[test]
fn lines_beside_one_name_of_the_unit_are_no_doubles_and_all_may_be_spent() {
    let mut office = Office::of_the_guide();
    let file = office.dir.path().join(CAMPAIGN).join("forms/funds.toml");
    let text = fs::read_to_string(&file).unwrap();
    let beside = text.replace("synonyms = [\"填报单位\"]\nat = \"below\"", "at = \"right\"");
    assert_ne!(text, beside);
    fs::write(&file, beside).unwrap();
    let line = |spent: f64| vec![Number(20.0), Number(0.5), Number(spent)];
    let rows = vec![
        vec![Text("2026年冬季防治行动经费使用情况表")],
        vec![Text("单位名称"), Text("市中医院"), Text("填报人"), Text("甲一")],
        vec![Text("联系电话"), Text("19900001234")],
        HEADINGS[1..].iter().copied().map(Text).collect(),
        line(0.5),
        line(0.7),
    ];
    office.takes("yy02@hospital.example", "经费表", "12-14T09:00", ("经费表.xlsx", sheet(&rows)));
    let now = "2026-12-20T09:00";
    office.run(now, &["import", "in"]);
    let totals = office.json(now, &["totals", "--form", "funds", "--json"]);
    assert_eq!(totals["total"]["trained"], 40);
    assert!(!totals["notes"].to_string().contains("不止一行"), "{}", totals["notes"]);
    let flaws = office.run(now, &["status", "--flaw", "all"]);
    assert!(flaws.contains("到位资金(万元)0.5 小于已支出(万元)0.7") && !flaws.contains("等于"), "{flaws}");
}

#[test]
fn a_form_of_each_day_is_of_its_day_and_of_either_year_around_new_year() {
    let mut office = across_new_year();
    let now = "2027-01-04T09:00:00+08:00";
    let row =
        |unit: &'static str, spent: f64| vec![vec![Text(unit), Number(1.0), Number(90.0), Number(spent)]];
    // Two days in one mail are two answers, not two versions of one.
    let days = [("12月30日.xlsx", 0.1), ("12月31日.xlsx", 0.2)];
    let files = days.map(|(name, spent)| (name, funds(HEADINGS, row("某市第一人民医院", spent))));
    office.takes_all("yy01@hospital.example", "经费表", "12-31T16:00", files.into());
    for (from, at, title, rows) in [
        (
            "cdc@linjiang.example",
            "12-31T17:00",
            "2027年冬季防治行动经费使用情况表",
            row("临江县疾控中心", 0.7),
        ),
        (
            "cdc@qingshi.example",
            "12-31T17:30",
            "2025年冬季防治行动经费使用情况表",
            row("青石县疾控中心", 9.0),
        ),
    ] {
        let book = titled(title, HEADINGS, rows);
        office.takes(from, "12月31日经费表", at, ("经费使用情况表.xlsx", book));
    }
    office.takes_all("yy02@hospital.example", "市中医院12月31日今日无", "12-31T18:00", vec![]);
    office.run(now, &["import", "in"]);
    let rows = office.json(now, &["messages", "--json"]);
    let parts = rows.as_array().unwrap().iter().flat_map(|row| row["parts"].as_array().unwrap());
    let word = |part: &Value, key: &str| part[key].as_str().unwrap_or("-").to_owned();
    let states: Vec<String> =
        parts.map(|part| format!("{} {}", word(part, "day"), word(part, "state"))).collect();
    let expected =
        ["2026-12-30 accepted", "2026-12-31 accepted", "2026-12-31 accepted", "2026-12-31 rejected"];
    assert_eq!(states, expected);
    let of_day = office.json(now, &["totals", "--form", "funds", "--day", "12-31", "--json"]);
    assert_eq!((of_day["total"]["spent"].to_string().as_str(), &of_day["included"]), ("0.9", &2.into()));
    let is_told = |told: &Value| told["notes"].to_string().contains("次报送");
    assert!(!is_told(&of_day), "{}", of_day["notes"]);
    let why = of_day["left_out"].as_array().unwrap().iter().find(|unit| unit["unit"] == "某市中医医院");
    assert_eq!(why.unwrap()["why"], "零报告");
    assert!(is_told(&office.json(now, &["totals", "--form", "funds", "--json"])));
}
