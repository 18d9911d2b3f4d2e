//! The status page as staff see it: served over HTTP from a store that holds the season, and looked at in a real
//! browser. Everything here works without script, as the page must.

use std::path::PathBuf;

use shouwen::rehearsal::season::MOMENTS;

use crate::desk::{HOSTILE_CODE, HOSTILE_UNIT, bare_desk, desk_at};
use crate::served::{HOME, Page, escaped, serve};

/// What a person reads: no tags, no names of files, subjects and addresses, which others chose.
fn read_text(html: &str) -> String {
    let main = html.split("<main").nth(1).unwrap();
    let mut text = String::new();
    let mut rest = main;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let skipped = ["bdi>", "pre>", "code>", "script>"].iter().find(|tag| after.starts_with(**tag));
        rest = match skipped {
            Some(tag) => after.split_once(&format!("</{tag}")).unwrap().1,
            None => after.split_once('>').unwrap().1,
        };
        text.push(' ');
    }
    text
}

/// Units shown by a matrix.
fn units(html: &str) -> usize {
    html.split("<tfoot").next().unwrap().matches("<th scope=\"row\"").count()
}

/// All requirements in one matrix.
fn all() -> String {
    format!("{HOME}?req=all")
}

fn code(page: &Page, unit: &str) -> String {
    page.desk.campaign().roster.find(unit).unwrap().code.clone()
}

#[test]
fn the_matrix_names_every_unit_and_counts_add_up() {
    let [_, _, _, week, ..] = MOMENTS;
    let page = serve(desk_at(week), week);
    let html = page.read(&all());
    for unit in page.desk.campaign().owing_units() {
        assert!(html.contains(&format!(">{}</a></th>", escaped(&unit.name))), "{} is not named", unit.name);
    }
    assert_eq!(units(&html), page.desk.campaign().owing_units().count());
    let leads = html.split("class=\"leads\"").nth(1).unwrap().split("<form").next().unwrap();
    let mut followed = 0;
    for group in leads.split("个：").skip(1) {
        let links: Vec<&str> = group.split("href=\"").skip(1).collect();
        for link in links {
            let (query, rest) = link.split_once("\">").unwrap();
            if !query.starts_with('?') {
                continue;
            }
            let word = rest.split("</a>").next().unwrap();
            // 「逾期未报73天次·17个单位」: of days that are counted, the units are what the link leads to.
            let told = word.rsplit('·').next().unwrap();
            let count: String = told.chars().filter(char::is_ascii_digit).collect();
            let count: usize = count.parse().unwrap();
            let narrowed = page.read(&format!("{HOME}{}", query.replace("&amp;", "&")));
            assert_eq!(units(&narrowed), count, "{word} leads elsewhere");
            followed += 1;
        }
    }
    assert!(followed >= 6, "only {followed} counts led anywhere");
}

#[test]
fn no_word_of_the_program_is_left_untranslated() {
    use shouwen::domain::{message::*, obligation::Standing, submission::ItemState};
    let [.., end] = MOMENTS;
    let page = serve(desk_at(end), end);
    let mut words: Vec<&str> =
        vec!["INBOX", "scheme", "form4", "liaison", "daily", "summary", "none", "undefined"];
    words.extend(Standing::ALL.iter().map(|word| word.word()));
    words.extend(ItemState::ALL.iter().map(|word| word.word()));
    words.extend(PartState::ALL.iter().map(|word| word.word()));
    words.extend(MessageKind::ALL.iter().map(|word| word.word()));
    words.extend(MessageState::ALL.iter().map(|word| word.word()));
    let mut paths = vec![HOME.to_owned()];
    paths.extend(page.desk.campaign().roster.units.iter().map(|unit| format!("{HOME}units/{}", unit.code)));
    let views =
        ["units", "mail", "todo", "chase?tab=due", "chase?tab=phone", "chase?tab=queue", "media?day=all"];
    paths.extend(views.iter().map(|view| format!("{HOME}{view}")));
    paths.extend(["/system", "/system/log", "/system/users", "/system/links"].map(str::to_owned));
    paths.extend((1..60).map(|number| format!("/mail/{number}")));
    for path in paths {
        let text = read_text(&page.read(&path));
        for word in &words {
            let is_there =
                text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|seen| seen == *word);
            assert!(!is_there, "{path} says “{word}”: {text}");
        }
    }
    let home = page.read(&all());
    for word in ["√ 已报齐", "√迟 逾期报齐", "× 逾期未报", "▲ 逾期缺"] {
        assert!(home.contains(word), "nothing is {word}");
    }
    assert!(home.contains(">零</a>") && home.contains(">×</a>"), "days without sign");
}

#[test]
fn every_cell_leads_to_its_place_on_the_page_of_the_unit() {
    let [_, _, _, week, ..] = MOMENTS;
    let page = serve(desk_at(week), week);
    let home = page.read(&all());
    let mut places = 0;
    for unit in page.desk.campaign().owing_units().take(12) {
        let address = format!("{HOME}units/{}", unit.code);
        let html = page.read(&address);
        for link in home.split(&format!("href=\"{address}#")).skip(1) {
            let (anchor, rest) = link.split_once('"').unwrap();
            assert_eq!(html.matches(&format!("id=\"{anchor}\"")).count(), 1, "{address}#{anchor}");
            assert!(
                rest.starts_with(&format!(" aria-label=\"{}", escaped(&unit.name))),
                "{anchor} has no sentence"
            );
            places += 1;
        }
    }
    assert!(places > 12 * 10, "{places} cells");
}

#[test]
fn filters_narrow_and_say_so() {
    let [_, morning, ..] = MOMENTS;
    let page = serve(desk_at(morning), morning);
    let narrowed = |query: &str| page.read(&format!("{HOME}?{query}"));
    let group = narrowed("group=city_edu");
    assert_eq!(units(&group), 8);
    assert!(group.contains("8/29个单位") && group.contains("清除筛选"), "the count is not told");
    let missing = narrowed("req=plan&missing=1");
    assert!(missing.contains("南充科技职业学院") && !missing.contains(">绵阳职业技术学院<"));
    let lacks = narrowed("req=plan&lacks=form4_scan");
    assert!(lacks.contains("缺信息采集表(PDF盖章扫描件)") && units(&lacks) < units(&missing) + 1);
    assert_eq!(units(&narrowed("q=%E7%BB%B5%E9%98%B3%E8%81%8C%E9%99%A2")), 1, "绵阳职院 is an alias");
    assert_eq!(units(&narrowed("standing=overdue&req=plan&group=college")), 2);
    assert!(narrowed("group=nobody").contains("没有符合条件的单位"));
    // What cannot be read asks for nothing, and is told.
    assert_eq!(page.get(&format!("{HOME}?q=%FF&q=1")).status, 200);
    assert!(narrowed("as_of=yesterday").contains("看不懂时刻“yesterday”"));
}

#[test]
fn looking_back_shows_what_stood_then() {
    let [_, morning, .., end] = MOMENTS;
    let page = serve(desk_at(end), end);
    let then = page.read(&format!("{HOME}?as_of=2023-05-11T09:00"));
    assert!(then.contains("正在回看5月11日（星期四）09:00的情况"));
    assert!(!page.read(HOME).contains("正在回看"));
    let on_that_day = serve(desk_at(morning), morning).read(HOME);
    let table = |html: &str| {
        html.split("<tbody")
            .nth(1)
            .unwrap()
            .split("</tbody>")
            .next()
            .unwrap()
            .replace("%3Fas_of%3D2023-05-11T09%3A00", "")
    };
    assert_eq!(table(&then), table(&on_that_day));
}

#[test]
fn the_page_of_a_unit_tells_files_flaws_and_history() {
    let [_, morning, ..] = MOMENTS;
    let desk = desk_at(morning);
    desk.hostile_mail(morning);
    desk.reminded(HOSTILE_CODE, "plan", "first", "2023-05-11T08:30:00+08:00");
    let page = serve(desk, morning);
    let complete = page.read(&format!("{HOME}units/{}", code(&page, "绵阳职业技术学院")));
    for said in [
        "√ 已报齐",
        "首次 5-08 10:21 · 报齐 5-08 10:30",
        "来件#",
        "31 KB",
        "jwc@mypt.example",
        "来往与记录（新在前）",
    ] {
        assert!(complete.contains(said), "{said} is not said");
    }
    let late = page.read(&format!("{HOME}units/{HOSTILE_CODE}"));
    for said in
        ["▲ 逾期缺3项", "催报 1 次", "补 待补正", "V05", "Sheet1!F7", "只有9位", "发往 jwc@unit.example"]
    {
        assert!(late.contains(said), "{said} is not said");
    }
    let welcome = page.read(&format!("{HOME}units/{}", code(&page, "成都市技师学院")));
    assert!(welcome.contains("欢迎报送，不计应报"));
    assert!(page.read("/mail/1").contains("依据"));
}

#[test]
fn what_others_wrote_stays_text() {
    let [_, morning, ..] = MOMENTS;
    let desk = desk_at(morning);
    let number = desk.hostile_mail(morning);
    let page = serve(desk, morning);
    for path in [
        HOME.to_owned(),
        format!("{HOME}units/{HOSTILE_CODE}"),
        format!("/mail/{number}"),
        format!("{HOME}?q=\"><script>"),
    ] {
        let html = page.read(&path.replace('"', "%22").replace('<', "%3C").replace('>', "%3E"));
        assert_eq!(html.matches("<script").count(), 1, "a script that is not ours on {path}");
        for markup in ["<script>", "<img src=x", "onerror=alert(1)>", "<i>why"] {
            assert!(!html.contains(markup), "{markup} came through on {path}");
        }
    }
    assert!(page.read(HOME).contains(&escaped(HOSTILE_UNIT)));
}

#[test]
fn stale_mail_is_told_in_words() {
    let page = serve(desk_at("2023-05-11T09:00:00+08:00"), "2023-05-11T09:42:00+08:00");
    let html = page.read(HOME);
    assert!(
        html.contains("催报已暂停") && html.contains("5月11日（星期四）09:00") && !html.contains("收信正常")
    );
    let fresh = serve(desk_at("2023-05-11T09:00:00+08:00"), "2023-05-11T09:02:00+08:00");
    assert!(fresh.read(HOME).contains("收信正常"));
    let empty = serve(bare_desk(), "2023-05-11T09:00:00+08:00");
    assert!(empty.read(HOME).contains("最近一次：从未"));
}

/// A look that went well is not called a failure because of something that staff should know beside it.
#[test]
fn a_folder_that_is_not_there_is_told_without_crying_wolf() {
    let moment = "2023-05-11T09:00:00+08:00";
    let desk = desk_at(moment);
    let folder = desk.store.folder_states().unwrap().remove(0);
    let scan = shouwen::store::Scan {
        mailbox: folder.mailbox,
        folder: folder.folder,
        uidvalidity: 1,
        at: moment.parse().unwrap(),
        unfetched: vec![],
        resting: vec![],
        trouble: None,
        note: Some("服务器上没有文件夹“报送”".into()),
    };
    desk.store.record_scan(&scan).unwrap();
    let html = serve(desk, moment).read(HOME);
    assert!(html.contains("服务器上没有文件夹“报送”"), "{html}");
    for untrue in ["没有成功", "催报已暂停", "故障", "原因："] {
        assert!(!html.contains(untrue), "{untrue}");
    }
}

#[test]
fn fences_stand_around_every_page() {
    let page = serve(bare_desk(), "2023-05-11T09:00:00+08:00");
    for host in ["evil.example", "127.0.0.1.evil.example", "evil.example:8024", ""] {
        assert_eq!(page.ask(HOME, host).status, 403, "{host}");
    }
    for host in ["localhost", "127.8.8.8:8024", "localhost:8024", "[::1]:8024", "[::1]", "127.0.0.1"] {
        assert_eq!(page.ask(HOME, host).status, 200, "{host}");
    }
    let missing = [
        "/nowhere",
        "/c/other/",
        "/mail/abc",
        "/mail/99999999999999999999",
        "/mail/7",
        "/static/../Cargo.toml",
    ];
    for path in missing.map(str::to_owned).into_iter().chain([format!("{HOME}units/nobody")]) {
        let answer = page.get(&path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.body.contains("没有") && answer.body.contains("回到总览"), "{path}: {}", answer.body);
        assert!(answer.head.contains("content-security-policy: default-src 'none'"), "{path}");
    }
    let home = page.get(HOME);
    for line in
        ["frame-ancestors 'none'", "x-content-type-options: nosniff", "cache-control: no-store", "text/html"]
    {
        assert!(home.head.contains(line), "no {line}");
    }
    assert!(!home.body.contains("style=") && !home.body.contains("http:") && !home.body.contains("https:"));
    assert_eq!(page.get("/").status, 303);
    assert_eq!(page.get("/c/2023-activity-week").status, 308);
    let health = page.get("/health");
    assert_eq!((health.status, health.body.as_str()), (503, "邮箱 zjc：还没有完整收取过\n"));
    assert!(page.get("/static/style.css").head.contains("text/css"));
}

/// The pictures go to the folder that `SHOUWEN_SHOTS` names, for a person to look at.
#[test]
fn nothing_overlaps_or_runs_out_of_a_window() {
    let Some(chromium) = crate::browser::browser() else { return };
    let [_, _, _, week, ..] = MOMENTS;
    let desk = desk_at(week);
    let number = desk.hostile_mail(week);
    let page = serve(desk, week);
    let kept = std::env::var_os("SHOUWEN_SHOTS").map(PathBuf::from);
    let fresh = tempfile::tempdir().unwrap();
    let folder = kept.unwrap_or_else(|| fresh.path().to_owned());
    let style = page.read("/static/style.css");
    let unit = format!("{HOME}units/{}", code(&page, "绵阳职业技术学院"));
    let looks = [
        ("matrix", all(), vec![(1366, 768), (1920, 1080), (390, 844)]),
        ("daily", format!("{HOME}?req=daily"), vec![(1366, 768)]),
        ("unit", unit, vec![(1366, 768), (390, 844)]),
        ("hostile", format!("{HOME}units/{HOSTILE_CODE}"), vec![(390, 844)]),
        ("mail", format!("/mail/{number}"), vec![(390, 844)]),
    ];
    for (name, path, windows) in looks {
        let html = page.read(&path);
        for (width, height) in windows {
            let name = format!("{name}-{width}");
            let measure = crate::browser::look(&chromium, &folder, &name, &html, &style, (width, height));
            assert_eq!(measure.window, width, "{name}: not the window that was asked for");
            assert!(measure.page <= width, "{name} is {} pixels wide", measure.page);
            assert_eq!((measure.overflowing, measure.overlapping), (0, 0), "{name}: {}", measure.examples);
            let picture = std::fs::read(folder.join(format!("{name}.png"))).unwrap();
            assert!(picture.len() > 20_000, "{name}: an empty picture");
        }
    }
}

#[test]
fn links_about_to_end_stand_above_the_matrix_and_their_mail_tells_the_days() {
    let page = serve(desk_at(MOMENTS[5]), "2023-06-13T09:00:00+08:00");
    let home = page.get("/c/2023-activity-week/").body;
    let band = home.split_once("以下云附件须尽快").expect(&home).1.split_once("</div>").unwrap().0;
    let (before, words) = band.split_once("<bdi>视频.mp4</bdi>：").expect(band);
    assert!(words.starts_with("还剩"), "{words}");
    let number = before.rsplit_once("/mail/").unwrap().1.split_once('"').unwrap().0;
    let mail = page.get(&format!("/mail/{number}")).body;
    assert!(mail.contains("<h2>云附件</h2>") && mail.contains("待下载") && mail.contains("还剩"), "{mail}");
    let later = serve(desk_at(MOMENTS[5]), "2023-06-20T09:00:00+08:00");
    let mail = later.get(&format!("/mail/{number}")).body;
    assert!(mail.contains("已失效") && mail.contains("已于6月"), "{mail}");
}
