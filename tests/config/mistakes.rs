//! Ways of writing the configuration wrong, each told with file, line, key and remedy.

use std::fs;
use std::path::Path;

use shouwen::config::{self, Level};

use crate::world::{CALENDAR, CAMPAIGN, FORM5, UNITS, shipped, spoilt, warned};

#[test]
fn unknown_keys_and_wrong_kinds_are_told_with_their_place() {
    let main = "shouwen.toml";
    spoilt(main, "poll_seconds = 120", "poll_second = 120", "mailbox.poll_second", "不认识");
    spoilt(main, "poll_seconds = 120", "poll_seconds = \"120\"", "mailbox.poll_seconds", "120");
    spoilt(main, "hours = \"08:30-18:00\"", "hours = \"18:00-08:30\"", "reminders.hours", "18:00-08:30");
    spoilt(main, "mode = \"auto\"", "mode = \"always\"", "reminders.mode", "always");
    spoilt(main, "since = 2023-04-20", "since = 2023-04-31", "since", "TOML");
    spoilt(main, "since = 2023-04-20", "since = \"2023-04-20\"", "mailbox.since", "2023-04-20");
    spoilt(main, "listen = \"127.0.0.1:8024\"", "listen = \"localhost\"", "web.listen", "localhost");
    spoilt(main, "behind_https = false", "behind_https = \"yes\"", "web.behind_https", "yes");
    spoilt(main, "only_to = []", "only_to = [\n \"nobody\"]", "sending.only_to", "nobody");
    spoilt(main, "pace = \"auto\"", "pace = { gap_seconds = [9, 3] }", "sending.pace.gap_seconds", "列表");
    spoilt(CAMPAIGN, "nil_report = true", "nil_reports = true", "requirement.nil_reports", "不认识");
    spoilt(CAMPAIGN, "due = 2023-05-10 ", "due = \"10 May\" ", "requirement.due", "10 May");
    spoilt(FORM5, "max_value = 500", "max_values = 500", "field.max_values", "不认识");
}

#[test]
fn what_a_keyboard_or_an_editor_makes_of_a_file_is_told_in_chinese() {
    let told = |bad: &str, word: &str| {
        let office = "office   = \"四川省教育厅职业教育处\"";
        spoilt(CAMPAIGN, office, bad, bad.split(['=', '＝']).next().unwrap().trim(), word);
        let said =
            shipped().with(CAMPAIGN, office, bad).load().expect_err("accepted").problems[0].to_string();
        assert!(!said.contains("expected") && !said.contains("invalid"), "{said}");
    };
    told("office = “四川省教育厅”", "中文引号");
    told("office = [\"甲\"，\"乙\"]", "中文逗号");
    told("office\u{a0}= \"甲\"", "看不见");
    told("office = \"C:\\data\"", "反斜杠");
    told("office = \"甲", "引号没有成对");
    let days = "days_after_period = 7";
    for bad in ["-7", "70000"] {
        spoilt(
            CAMPAIGN,
            days,
            &format!("days_after_period = {bad}"),
            "requirement.due.days_after_period",
            bad,
        );
    }
    let said =
        shipped().with(CAMPAIGN, days, "days_after_period = -7").load().expect_err("accepted").to_string();
    assert!(said.contains("天数") && !said.contains("端口"), "{said}");

    let world = shipped();
    fs::write(world.path(CAMPAIGN), b"title = \"\xb3\xc9\xb6\xbc\"\n").unwrap();
    let said = world.load().expect_err("GBK").to_string();
    assert!(said.contains("记事本") && !said.contains("Excel"), "{said}");
    let world = shipped();
    fs::write(world.path("campaigns/2023-activity-week/mail/overdue.txt"), b"\xd6\xf7\xcc\xe2: \xb4\xdf\n")
        .unwrap();
    let problems = world.load().expect_err("GBK").problems;
    assert!(problems.len() == 1 && problems[0].what.contains("UTF-8"), "{problems:#?}");
    let world = shipped();
    fs::write(world.path(UNITS), b"PK\x03\x04\xff").unwrap();
    assert!(world.load().expect_err("a workbook").to_string().contains("units.xlsx"));
    // A form that cannot be read is there all the same.
    let problems = shipped().with(FORM5, "year = 2023", "year = 23").load().expect_err("year").problems;
    assert!(problems.len() == 1, "{problems:#?}");
}

#[test]
fn mailboxes_are_checked() {
    let main = "shouwen.toml";
    spoilt(main, "campaigns = []", "campaigns = [\"2022\"]", "mailbox.campaigns", "2022");
    spoilt(
        main,
        "port = 993, tls = \"implicit\"",
        "port = 143, tls = \"none\"",
        "mailbox.imap.tls",
        "未加密",
    );
    spoilt(
        main,
        "address = \"scsjytzjc@163.com\"",
        "address = \"scsjytzjc\"",
        "mailbox.address",
        "scsjytzjc",
    );
    spoilt(main, "{ file = \"/etc/shouwen/zjc.secret\" }", "\"hunter2\"", "mailbox.password", "密码");
    spoilt(main, "\"@junk\"", "\"@spam\"", "mailbox.folders", "@spam");
    let two = "[[mailbox]]\nid = \"zjc\"\naddress = \"a@b.example\"\nimap = { host = \"localhost\" }\n\
               password = { env = \"NO\", file = \"x\" } # two sources\n[reminders]";
    let world = shipped().with(main, "[reminders]", two);
    let line = world.line(main, "# two sources");
    world.refused(main, line, "mailbox.password", "有且只有一个");
}

#[test]
fn folders_are_called_as_people_read_them() {
    let main = "shouwen.toml";
    let folders = |written: &str| {
        let world = shipped().with(main, "[\"INBOX\", \"@junk\"]", written);
        world.load().unwrap().mailboxes.remove(0).folders
    };
    for written in ["[\"收件箱\", \"@Junk\"]", "[\"Inbox\", \"＠JUNK\"]", "[\"INBOX\", \"@junk\"]"] {
        assert_eq!(folders(written), ["INBOX", "@junk"], "{written}");
    }
    assert_eq!(folders("[\"INBOX\", \" 报送 \"]"), ["INBOX", " 报送 "], "a server may call it so");
    warned(main, "[\"INBOX\", \"@junk\"]", "[\"报送\", \"@junk\"]", "mailbox.folders", &["收件箱", "INBOX"]);
}

#[test]
fn a_password_never_stands_in_a_message() {
    let world = shipped().with("shouwen.toml", "{ file = \"/etc/shouwen/zjc.secret\" }", "\"hunter2\"");
    assert!(!world.load().expect_err("accepted").to_string().contains("hunter2"));
}

#[test]
fn plain_connections_are_for_this_machine_only() {
    let imap = "imap = { host = \"127.0.0.1\", port = 1143, tls = \"none\" }";
    let good = "imap = { host = \"imap.163.com\", port = 993, tls = \"implicit\" }";
    shipped().with("shouwen.toml", good, imap).load().unwrap();
}

#[test]
fn a_missing_password_stops_only_who_logs_in() {
    let world = shipped().with("shouwen.toml", "/etc/shouwen/zjc.secret", "zjc.secret");
    let config = world.load().unwrap();
    let told = config.ready().expect_err("no password").to_string();
    let line = world.line("shouwen.toml", "password = {");
    let place = format!("shouwen.toml:{line}: mailbox.password.file: 密码文件");
    assert!(told.contains(&place), "{told}");
    assert!(config::report(&config).iter().any(|finding| finding.level == Level::Unready));

    fs::write(world.path("zjc.secret"), "s3cret\r\n").unwrap();
    let config = world.load().unwrap();
    config.ready().unwrap();
    assert_eq!(config.mailboxes[0].password.reveal(), "s3cret");
    assert!(config.warnings[0].what.contains("其他用户"), "{:?}", config.warnings);

    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(world.path("zjc.secret"), fs::Permissions::from_mode(0o600)).unwrap();
    assert!(world.load().unwrap().warnings.is_empty());
}

#[test]
fn what_a_campaign_refers_to_must_be_there() {
    spoilt(
        CAMPAIGN,
        "also_from = [\"secondary\"",
        "also_from = [\"middle\"",
        "requirement.also_from",
        "middle",
    );
    spoilt(
        CAMPAIGN,
        "groups = [\"city_edu\", \"college\"]",
        "groups = [\n\"city\"]",
        "requirement.groups",
        "city",
    );
    spoilt(
        CAMPAIGN,
        "from_form = \"form4\"",
        "from_form = \"form9\"",
        "requirement.items.from_form",
        "form9",
    );
    spoilt(CAMPAIGN, "form = \"form5\" }", "form = \"form6\" }", "requirement.items.form", "form6");
    spoilt(CAMPAIGN, "of = \"form4\"", "of = \"form7\"", "requirement.items.of", "form7");
    spoilt(CAMPAIGN, "of = \"form4\"", "of = \"scheme\"", "requirement.items.of", "不是表格");
    spoilt(CAMPAIGN, "{ id = \"case\", ", "{ id = \"nil\", ", "requirement.items.id", "保留");
    spoilt(CAMPAIGN, "{ id = \"photo\", ", "{ id = \"case\", ", "requirement.items.id", "重复");
    spoilt(CAMPAIGN, "id = \"summary\"", "id = \"daily\" #", "requirement.id", "重复");
    spoilt(CAMPAIGN, "id = \"summary\"", "id = \"总结\"", "requirement.id", "总结");
    spoilt(FORM5, "parts = [\"teachers\"", "parts = [\"pupils\"", "rule.at_least_sum.parts", "pupils");
    spoilt(FORM5, "label = \"参与总人数\"", "label = \"学生数\"", "field.label", "students");
    spoilt("shouwen.toml", "/2023-activity-week\"", "/2024-activity-week\"", "campaigns", "文件夹");
}

#[test]
fn routes_and_limits_are_checked() {
    spoilt(CAMPAIGN, "group   = \"technician\"", "group   = \"technical\"", "route.group", "technical");
    spoilt(CAMPAIGN, "group   = \"city_hr\"", "group = \"technician\"", "route.group", "重复");
    spoilt(
        CAMPAIGN,
        "address = \"123812973@qq.com\"",
        "address = \"123812973\"",
        "route.address",
        "123812973",
    );
    spoilt(CAMPAIGN, "also    = ", "besides = ", "route.besides", "不认识");
    let photo = "kind = \"photo\" }";
    spoilt(CAMPAIGN, photo, "kind = \"photo\", max_count = 0 }", "requirement.items.max_count", "不能为 0");
    spoilt(
        CAMPAIGN,
        photo,
        "kind = \"photo\", max_minutes = 5 }",
        "requirement.items.max_minutes",
        "不用此项",
    );
    spoilt(CAMPAIGN, photo, "kind = \"photo\", formats = [\".jpg\"] }", "requirement.items.formats", ".jpg");
    spoilt(CAMPAIGN, photo, "kind = \"url\" }", "requirement.items.names", "没有 names");
    spoilt(
        CAMPAIGN,
        "kind = \"scan\", of = \"form4\"",
        "kind = \"scan\"",
        "requirement.items.names",
        "没有 names",
    );
}

#[test]
fn totals_are_checked() {
    spoilt(
        FORM5,
        "{ weighted_by = \"students\" }",
        "{ weighted_by = \"coverage\" }",
        "field.total.weighted_by",
        "coverage",
    );
    spoilt(FORM5, "{ weighted_by = \"students\" }", "\"sum\"", "field.total", "sum");
    spoilt(FORM5, "{ weighted_by = \"students\" }", "\"mean\"", "field.total", "mean");
    spoilt(FORM5, "{ weighted_by = \"students\" }", "{ by = \"students\" }", "field.total.by", "不认识");
}

#[test]
fn steps_of_chasing_are_checked() {
    spoilt(CAMPAIGN, "at = \"due-3wd\"", "at = \"due3wd\"", "reminder.steps.at", "due3wd");
    spoilt(CAMPAIGN, "at = \"due+2wd\"", "at = \"due-2wd\"", "reminder.steps.at", "早于");
    spoilt(CAMPAIGN, "template = \"overdue\"", "template = \"over\"", "reminder.steps.template", "over");
    spoilt(
        CAMPAIGN,
        "hours = \"10:00-18:00\"",
        "hours = \"19:00-21:00\"",
        "reminder.steps.hours",
        "没有重叠",
    );
    spoilt(CAMPAIGN, "requirement = \"plan\"", "requirement = \"plans\"", "reminder.requirement", "plans");
    spoilt(CAMPAIGN, "to = \"staff\"", "to = \"boss\"", "reminder.steps.to", "boss");
    spoilt(CAMPAIGN, "id = \"eve\",    at", "id = \"notice\",  at", "reminder.steps.id", "重复");
}

#[test]
fn dates_are_checked() {
    spoilt(CAMPAIGN, "to = 2023-05-20 }", "to = 2023-05-02 }", "campaign.period.to", "早于");
    let period = "period   = { from = 2023-05-14, to = 2023-05-20 }";
    let told = shipped().with(CAMPAIGN, period, "").load().expect_err("accepted").to_string();
    assert!(told.contains("campaign.period: 缺少此项") && told.contains("{ from = …, to = … }"), "{told}");
    spoilt(
        CAMPAIGN,
        "due = 2023-05-10",
        "each_day = {}\ndue = 2023-05-10",
        "requirement.due",
        "有且只有一个",
    );
    spoilt(CAMPAIGN, "due = { days_after_period = 7, ", "due = { ", "requirement.due", "有且只有一个");
    spoilt(CAMPAIGN, "Asia/Shanghai", "Asia/Chengdu", "campaign.timezone", "Asia/Chengdu");
    spoilt(CALENDAR, "work = [2023-06-25]", "work = [2023-06-26]", "year.holidays.work", "2023-06-26");
    spoilt(CALENDAR, "to = 2024-02-17, work", "to = 2024-02-18, work", "year.holidays.work", "2024-02-18");
}

#[test]
fn the_roster_is_checked() {
    spoilt(UNITS, "5103,自贡", "5101,自贡", "code", "5101");
    spoilt(UNITS, "5103,", "甲,", "code", "甲");
    spoilt(UNITS, "自贡教体局", "成都教育局", "aliases", "成都教育局");
    spoilt(UNITS, "C102,内江职业技术学院", "C102,绵阳职院", "name", "绵阳职院");
    spoilt(UNITS, "college,自贡市", "colege,自贡市", "group", "colege");
    spoilt(UNITS, "遂宁市,,,,,,2023-05-16", "遂宁市,,,,,,5月16日", "valid_from", "5月16日");
    spoilt(UNITS, ",emails,", ",mails,", "mails", "不认识");
    let world = shipped().with(UNITS, "5105,泸州市教育和体育局,", "5105,\"泸州市教育和体育局,");
    assert!(world.load().expect_err("open quote").to_string().contains("units.csv:5: 引号没有闭合"));
}

#[test]
fn an_unknown_parent_is_only_a_warning() {
    let world = shipped().with(UNITS, "city_edu,自贡市,,", "city_edu,自贡市,自贡市政府,");
    let config = world.load().unwrap();
    let line = world.line(UNITS, "自贡市政府");
    assert!(
        config.warnings[0].place().ends_with(&format!("units.csv:{line}: parent")),
        "{:?}",
        config.warnings
    );
}

#[test]
fn a_bad_address_of_a_unit_is_left_out_with_a_warning() {
    let world = shipped().with(UNITS, ",,edu.chengdu.gov.cn", ",待补|a@b.example,edu.chengdu.gov.cn");
    let config = world.load().unwrap();
    assert_eq!(config.campaigns[0].roster.units[0].emails, ["a@b.example"]);
    assert!(config.warnings[0].to_string().contains("units.csv:2: emails: “待补”"), "{:?}", config.warnings);
}

#[test]
fn a_roster_as_workbook_or_in_another_encoding_says_what_to_do() {
    let world = shipped();
    fs::write(world.path(UNITS), b"name,group\n\xb3\xc9\xb6\xbc,college\n").unwrap();
    assert!(world.load().expect_err("GBK").to_string().contains("UTF-8"));
    fs::rename(world.path(UNITS), world.path(UNITS).with_extension("xlsx")).unwrap();
    assert!(world.load().expect_err("xlsx").to_string().contains("units.xlsx: "));
}

#[test]
fn a_roster_kept_as_a_workbook_is_the_same_roster() {
    let world = shipped();
    let roster = world.load().unwrap().campaigns[0].roster.units.clone();
    let csv = fs::read_to_string(world.path(UNITS)).unwrap();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in (0..).zip(csv.trim_start_matches('\u{feff}').lines()) {
        for (column, cell) in (0..).zip(line.split(',')) {
            // A spreadsheet makes numbers of codes.
            match cell.parse::<f64>() {
                Ok(number) if column == 0 => sheet.write(row, column, number).unwrap(),
                _ => sheet.write(row, column, cell).unwrap(),
            };
        }
    }
    book.save(world.path(UNITS).with_extension("xlsx")).unwrap();
    assert!(world.load().expect_err("two").to_string().contains("只留一份"));
    fs::remove_file(world.path(UNITS)).unwrap();
    assert_eq!(world.load().unwrap().campaigns[0].roster.units, roster);
    assert!(roster.len() > 100);
}

#[test]
fn all_mistakes_of_all_files_are_told_at_once() {
    let world = shipped()
        .with("shouwen.toml", "poll_seconds = 120", "poll_seconds = 1")
        .with(CAMPAIGN, "need = \"any\"", "need = \"some\"")
        .with(CAMPAIGN, "at = \"due-3wd\"", "at = \"soon\"")
        .with(CALENDAR, "to = 2024-02-17", "to = 2024-01-17")
        .with(FORM5, "kind = \"percent\"", "kind = \"share\"")
        .with(UNITS, "5134,", "5101,");
    assert_eq!(world.load().expect_err("accepted").problems.len(), 6);
}

#[test]
fn a_missing_main_file_says_so() {
    let told = config::load(Path::new("nowhere/shouwen.toml")).expect_err("found").to_string();
    assert!(told.starts_with("nowhere/shouwen.toml: "), "{told}");
    assert_eq!(config::find(Some(Path::new("x.toml"))).unwrap(), Path::new("x.toml"));
}
