//! The word of the server that received a mail, from the raw bytes to the register.

use shouwen::rehearsal::season::script::unit;
use shouwen::rehearsal::season::things::scheme;

use crate::desk::bare_desk;
use crate::{MORNING, at, json};

/// The mail as a server hands it out that tied `results` to its transaction.
fn vouched(raw: &[u8], results: &str) -> Vec<u8> {
    let text = String::from_utf8(raw.to_vec()).unwrap();
    let (_, rest) = text.split_once(" by ").unwrap();
    let host = rest.split(' ').next().unwrap();
    let id = rest.split_once("SMTP id ").unwrap().1.split(';').next().unwrap().to_owned();
    let kept = text.lines().filter(|line| !line.starts_with("X-CM-TRANSID:"));
    let text: String = kept.map(|line| format!("{line}\r\n")).collect();
    let own = format!("MIME-Version: 1.0\r\nX-CM-TRANSID: {id}\r\nAuthentication-Results: {host}; {results}");
    text.replacen("MIME-Version: 1.0", &own, 1).into_bytes()
}

#[test]
fn the_servers_word_is_shown_and_one_against_the_sender_asks_a_person() {
    let desk = bare_desk();
    let plain = |moment: &str| {
        let act = unit("泸州职业技术学院")
            .on(moment)
            .titled("职教周方案")
            .says("请查收附件。")
            .sends(vec![scheme()]);
        act.deliver().raw
    };
    let address = "jwc@lzy.example";
    let folder = desk.dir.path().join("in");
    std::fs::create_dir_all(&folder).unwrap();
    let roster = &desk.campaign().roster.units;
    let school = roster.iter().find(|unit| unit.name == "泸州职业技术学院").unwrap();
    let colleague = format!("xsc@{}", school.domains[0]);
    let other = String::from_utf8(plain("05-08 10:00")).unwrap().replace(address, &colleague);
    let mails = [
        other.into_bytes(),
        vouched(&plain("05-08 11:00"), &format!("spf=pass smtp.mail={address}; dkim=none")),
        vouched(&plain("05-08 12:00"), "spf=pass smtp.mail=x@evil.exam\r\n\tple; dkim=none"),
    ];
    for (n, raw) in mails.iter().enumerate() {
        std::fs::write(folder.join(format!("{n}.eml")), raw).unwrap();
    }
    assert_eq!(at(&desk, MORNING, &["import", folder.to_str().unwrap()]).status, 0);
    let rows = json(&desk, MORNING, &["messages", "--json"]);
    let checks: Vec<&str> =
        rows.as_array().unwrap().iter().map(|row| row["sender_check"].as_str().unwrap()).collect();
    assert_eq!(checks, ["unverified", "pass", "fail"], "{rows:#}");
    let senders = json(&desk, MORNING, &["show", "泸州职业技术学院", "--json"])["senders"].clone();
    let known = |address: &str| {
        let found = senders.as_array().unwrap().iter().find(|sender| sender["address"] == address);
        found.unwrap()["known_by"].clone()
    };
    assert_eq!(known(address), serde_json::json!(["roster"]), "{senders:#}");
    assert_eq!(known(&colleague), serde_json::json!(["domain"]), "{senders:#}");
    let shown = at(&desk, MORNING, &["show", "3"]).out;
    assert!(shown.contains("未通过验证") && shown.contains("SPF只证明evil.example"), "{shown}");
}

/// A mail from a private box with one file.
fn private(n: usize, moment: &str, name: &str, file: &str) -> Vec<u8> {
    let head = format!(
        "Received: from a (a [192.0.2.1]) by mx.example with SMTP; {moment} +0800\r\nFrom: 71900440@qq.example\r\n\
         To: zjc@163.example\r\nSubject: =?utf-8?B?6IGM5pWZ5ZGo5p2Q5paZ?=\r\nMessage-ID: <{n}@qq.example>\r\n\
         MIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: 8bit\r\n\
         Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n"
    );
    [head.as_bytes(), file.as_bytes()].concat()
}

fn form_of(unit: &str) -> String {
    let essay = "活动定于5月14日至20日举行，围绕主题开展开放日、体验课等系列活动。";
    let rows = [
        "2023年职业教育活动周信息采集表".to_owned(),
        format!("填报单位(盖章),{unit},填报人,甲一,联系电话,0816-0070660"),
        "市(州)/职业(含技工)学校,联系人,职务,手机,QQ号,专题网站(专栏)链接地址".to_owned(),
        format!("{unit},乙二,科长,19900001234,71900440,https://s1.example/zt"),
        format!("活动周工作计划(300字以内),{essay}"),
        format!("特色活动简介(300字以内),{essay}"),
    ];
    rows.join("\r\n")
}

#[test]
fn an_address_that_a_second_unit_gives_places_no_mail_any_more() {
    let desk = bare_desk();
    let folder = desk.dir.path().join("in");
    std::fs::create_dir_all(&folder).unwrap();
    let take = |n: usize, moment: &str, name: &str, file: &str| {
        let path = folder.join(format!("{n}.eml"));
        std::fs::write(&path, private(n, moment, name, file)).unwrap();
        assert_eq!(at(&desk, MORNING, &["import", path.to_str().unwrap()]).status, 0);
    };
    let whose = |id: &str| {
        let rows = json(&desk, MORNING, &["messages", "--json"]);
        let mail = format!("<{id}@qq.example>");
        let row = rows.as_array().unwrap().iter().find(|row| row["message_id"] == mail).unwrap();
        format!("{} {}", row["state"].as_str().unwrap(), row["unit"].as_str().unwrap_or("nobody"))
    };
    take(1, "Mon, 08 May 2023 10:00:00", "a.csv", &form_of("绵阳职业技术学院"));
    take(2, "Mon, 08 May 2023 11:00:00", "plan.rtf", "{\\rtf1 hello world}");
    assert_eq!(whose("2"), "registered 绵阳职业技术学院");
    take(3, "Mon, 08 May 2023 12:00:00", "a.csv", &form_of("泸州职业技术学院"));
    assert_eq!(whose("3"), "registered 泸州职业技术学院");
    assert_eq!(whose("2"), "review nobody", "it may be either's");
    let replayed = at(&desk, MORNING, &["replay", "--dry-run"]).out;
    assert!(replayed.contains("0 封有变"), "{replayed}");
}
