//! The shipped configuration says what the notice says, and its main file is nothing but the defaults.

use std::fs;

use jiff::civil::date;
use shouwen::config::{self, Config, Level};
use shouwen::domain::campaign::When;

use crate::world::{CAMPAIGN, UNITS, campaign, shipped};

#[test]
fn the_shipped_campaign_says_what_the_notice_says() {
    let config = shipped().load().unwrap();
    let campaign = campaign(&config);
    let count = |group: &str| campaign.roster.units.iter().filter(|unit| unit.group == group).count();
    let counts = ["city_edu", "college", "city_hr", "technician"].map(count);
    assert_eq!(counts, [21, 85, 21, 13]);
    let last_day = |id: &str| campaign.requirement(id).unwrap().last_day(None);
    assert_eq!(last_day("plan"), date(2023, 5, 10));
    let summary = campaign.requirement("summary").unwrap();
    let rolled = When::By { nominal: date(2023, 5, 27), on_time_through: date(2023, 5, 29) };
    assert_eq!(summary.when, rolled);
    let notice = campaign.chases[0].steps[0].at;
    assert_eq!(notice.from_day(last_day("plan"), &campaign.calendar), date(2023, 5, 6));
    assert_eq!(campaign.requirement("daily").unwrap().days().len(), 7);
    assert_eq!(campaign.requirement("summary").unwrap().item("report").unwrap().sections.len(), 7);
    let groups: Vec<&str> = campaign.groups.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(groups, ["city_edu", "college", "secondary", "technician", "city_hr"]);
    assert_eq!(config.warnings, []);
}

#[test]
fn colleges_approved_after_the_first_date_owe_only_the_rest() {
    let config = shipped().load().unwrap();
    let late: Vec<_> =
        campaign(&config).roster.units.iter().filter(|unit| !unit.owes_on(date(2023, 5, 10))).collect();
    assert_eq!(late.len(), 3);
    assert!(late.iter().all(|unit| unit.city == "遂宁市" && unit.owes_on(date(2023, 5, 29))));
}

#[test]
fn the_shipped_forms_have_the_fixed_fields() {
    let config = shipped().load().unwrap();
    let fields = |form: &str| -> Vec<&str> {
        campaign(&config).templates[form].fields.iter().map(|field| field.id.as_str()).collect()
    };
    let mut form4 = fields("form4");
    form4.sort_unstable();
    let mut fixed: Vec<&str> =
        "unit filler filler_phone contact post mobile qq url plan feature".split(' ').collect();
    fixed.sort_unstable();
    assert_eq!(form4, fixed);
    let form5 = "unit schools teachers students coverage enterprises participants projects \
                 media_province media_city media_county";
    assert_eq!(fields("form5"), form5.split(' ').collect::<Vec<_>>());
    let lost = campaign(&config).templates["form5"].field("schools").unwrap().optional_column;
    assert!(lost);
}

#[test]
fn holidays_of_four_years_are_whole() {
    let config = shipped().load().unwrap();
    let calendar = &campaign(&config).calendar;
    assert_eq!(calendar.years, [2023, 2024, 2025, 2026].into());
    // Moved weekends are worked off, so a year has its Mondays to Fridays less the statutory days: 11, since 2025 13.
    for (year, expected) in [(2023, 260 - 11), (2024, 262 - 11), (2025, 261 - 13), (2026, 261 - 13)] {
        let first = date(year, 1, 1);
        let days = first.series(jiff::ToSpan::days(1)).take_while(|day| day.year() == year);
        assert_eq!(days.filter(|day| calendar.is_working_day(*day)).count(), expected, "{year}");
    }
}

#[test]
fn the_shipped_main_file_is_the_defaults() {
    let world = shipped();
    let full = world.load().unwrap();
    let minimal = "campaigns = ['campaigns/2023-activity-week']\n[[mailbox]]\nid = 'zjc'\n\
                   address = 'scsjytzjc@163.com'\npassword = { file = '/etc/shouwen/zjc.secret' }\n\
                   imap = { host = 'imap.163.com' }\nsmtp = { host = 'smtp.163.com' }\nsince = 2023-04-20\n";
    fs::write(world.path("shouwen.toml"), minimal).unwrap();
    let minimal = world.load().unwrap();
    let settings = |c: &Config| {
        format!("{:?} {:?} {:?} {:?} {:?}", c.data_dir, c.mailboxes, c.reminders, c.sending, c.web)
    };
    assert_eq!(settings(&full), settings(&minimal));
}

#[test]
fn the_shipped_main_file_shows_every_key() {
    let text = fs::read_to_string(shipped().path("shouwen.toml")).unwrap();
    // An unknown key is refused with the list of known ones: they must all be in the file.
    for (table, place) in [
        ("", "data_dir ="),
        ("mailbox", "poll_seconds ="),
        ("mailbox.imap", "imap = {"),
        ("mailbox.password", "password = {"),
        ("reminders", "mode = \"auto\""),
        ("sending", "only_to ="),
        ("receipts", "mode = \"off\""),
        ("staff", "mail ="),
        ("web", "listen ="),
    ] {
        let bad = match place.strip_suffix('{') {
            Some(_) => format!("{place} nonsense = 1,"),
            None => format!("nonsense = 1\n{place}"),
        };
        let errors = shipped().with("shouwen.toml", place, &bad).load().expect_err(table);
        let told = errors.problems.iter().find(|problem| problem.key.ends_with("nonsense")).expect(table);
        let (_, keys) = told.remedy.split_once("可用：").unwrap();
        for key in keys.split('、') {
            let shown = [format!("\n{key} "), format!("[{key}]"), format!("{key} = ")];
            assert!(shown.iter().any(|shown| text.contains(shown)), "{table}: {key} is not shown");
        }
    }
}

#[test]
fn a_plain_date_may_roll_too() {
    let world =
        shipped().with(CAMPAIGN, "due = 2023-05-10", "due = { date = 2023-04-29, roll = \"working_day\" }");
    let config = world.load().unwrap();
    assert_eq!(campaign(&config).requirement("plan").unwrap().last_day(None), date(2023, 5, 4));
}

#[test]
fn a_roster_with_a_mark_and_carriage_returns_is_the_same() {
    let world = shipped();
    let before = format!("{:?}", campaign(&world.load().unwrap()).roster);
    let text = fs::read_to_string(world.path(UNITS)).unwrap();
    fs::write(world.path(UNITS), format!("\u{feff}{}", text.replace('\n', "\r\n"))).unwrap();
    assert_eq!(before, format!("{:?}", campaign(&world.load().unwrap()).roster));
}

#[test]
fn check_counts_the_roster_and_names_what_will_not_work() {
    let config =
        shipped().with("shouwen.toml", "only_to = []", "only_to = [\"me@x.example\"]").load().unwrap();
    let findings = config::report(&config);
    let has = |level: Level, words: &[&str]| {
        findings.iter().any(|f| f.level == level && words.iter().all(|word| f.what.contains(word)))
    };
    assert!(has(Level::Note, &["140 个单位", "应报 106 个", "市(州)教育主管部门 21 个"]), "{findings:?}");
    assert!(has(Level::Note, &["2023年5月27日（星期六）", "2023年5月29日（星期一）"]), "{findings:?}");
    assert!(has(Level::Warning, &["106 个应报单位没有邮箱地址"]), "{findings:?}");
    assert!(has(Level::Warning, &["演练", "me@x.example"]), "{findings:?}");
    let warned = findings.iter().filter(|finding| finding.level == Level::Warning);
    assert!(warned.clone().all(|finding| !finding.remedy.is_empty()), "{findings:?}");
}

#[test]
fn check_knows_which_years_have_no_holidays() {
    let world = shipped().with(CAMPAIGN, "due = 2023-05-10", "due = 2027-05-10");
    let findings = config::report(&world.load().unwrap());
    assert!(findings.iter().any(|finding| finding.what.contains("2027 年的放假安排未知")), "{findings:?}");
}

#[test]
fn check_says_that_a_campaign_without_a_way_out_reminds_nobody() {
    let smtp = "smtp = { host = \"smtp.163.com\", port = 465, tls = \"implicit\" }\n";
    let is_told = |world: crate::world::World| {
        let findings = config::report(&world.load().unwrap());
        findings.iter().any(|f| f.level == Level::Warning && f.what.contains("没有可以发信的邮箱"))
    };
    assert!(!is_told(shipped()));
    assert!(is_told(shipped().with("shouwen.toml", smtp, "")));
    let off =
        shipped().with("shouwen.toml", smtp, "").with("shouwen.toml", "mode = \"auto\"", "mode = \"off\"");
    assert!(!is_told(off), "nobody expects mail");
}
