//! Mail that only links to its files, from outside: nothing is fetched, staff see what has to be downloaded and how long
//! there is time (`reliability.md` row 59).

use std::io::ErrorKind;
use std::net::TcpListener;

use serde_json::Value;
use shouwen::rehearsal::season::script::{Act, unit};

use super::world::{Post, World, at};

const SENDER: &str = "天府新区信息职业学院";

fn film() -> Act {
    let expires = "2023-06-14T15:29:00+08:00".parse().unwrap();
    unit(SENDER)
        .on("05-15 20:51")
        .titled("{unit}职教活动周活动视频")
        .says("老师您好,{unit}5月15日活动视频较大,请下载。")
        .big_file("天府信息职院活动周视频15日.mp4", "422.5M", expires)
}

/// Links that a program which follows links would not survive unseen.
fn bait(port: u16) -> Act {
    let text = format!(
        "{{unit}}5月15日活动照片云附件,请下载:\nhttp://127.0.0.1:{port}/s/abc 提取码 5566\n\
         https://127.0.0.1:{port}/s/照片.zip 提取码 5577\nhttp://169.254.169.254/latest/meta 提取码 1122\n\
         file:///etc/passwd\nhttps://localhost.localdomain:{port}/s/abd 提取码 5588"
    );
    unit(SENDER).on("05-15 21:02").titled("{unit}5月15日活动照片").says(&text)
}

#[test]
fn nothing_is_fetched_and_staff_see_the_days_left() {
    let trap = TcpListener::bind("127.0.0.1:0").unwrap();
    trap.set_nonblocking(true).unwrap();
    let world = World::on(Post::scripted(), &[]);
    world.receives([&film(), &bait(trap.local_addr().unwrap().port())]);
    world.once("05-15 21:10");
    let links: Vec<Value> =
        world.messages().iter().flat_map(|row| row["links"].as_array().unwrap().clone()).collect();
    assert_eq!(links.len(), 5, "{links:#?}");
    // A host that is not asked for, and one that leads inside: still nobody calls.
    world.configure("[links]\ndownload_from = [\"*.school.example\", \"localhost.localdomain\"]");
    world.once("05-15 21:20");
    assert_eq!(trap.accept().unwrap_err().kind(), ErrorKind::WouldBlock, "somebody followed a link");

    let said = |moment: &str| world.run(&["status", "--now", &at(moment)]).said();
    let early = said("05-16 09:00");
    assert!(early.contains("云附件未下载") && !early.contains("天府信息职院活动周视频"), "{early}");
    let late = said("06-12 09:00");
    assert!(late.contains("天府信息职院活动周视频15日.mp4：还剩2天，6月14日（星期三）15:29失效"), "{late}");
    assert!(said("06-15 09:00").contains("已于6月14日"));

    let state = |moment: &str| {
        let Value::Array(rows) = world.run(&["messages", "--json", "--now", &at(moment)]).json() else {
            panic!("no array")
        };
        let link =
            rows.iter().flat_map(|row| row["links"].as_array().unwrap()).find(|l| l["provider"] == "qq");
        link.unwrap().clone()
    };
    let before = state("06-14 15:28");
    assert_eq!((&before["state"], &before["days_left"]), (&"waiting".into(), &0.into()));
    assert_eq!(before["expires"], "2023-06-14T15:29:00+08:00");
    assert_eq!((&before["size"], &before["code"]), (&443_023_360.into(), &Value::Null));
    assert_eq!(state("06-14 15:29")["state"], "expired");
}
