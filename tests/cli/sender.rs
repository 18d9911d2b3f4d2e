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
