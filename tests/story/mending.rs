//! A disk that loses and alters bytes: `verify` names each, and `verify --mend` has all of it back from where it came, the raw
//! mail from the mailbox and the files of mails from the raw mail, with not a word of the register changed.

use std::fs;
use std::path::PathBuf;

use shouwen::rehearsal::season::script::unit;
use shouwen::rehearsal::season::things::plan_set;

use super::world::{Post, World};

const MORNING: &str = "05-09 09:00";
const UNIT: &str = "泸州职业技术学院";

fn blob(world: &World, sha256: &str) -> PathBuf {
    world.data().join("blobs").join(&sha256[..2]).join(sha256)
}

/// Hashes of the raw mails, and of their files.
fn hashes(world: &World) -> (Vec<String>, Vec<String>) {
    let files = world.messages().into_iter().flat_map(|mail| mail["parts"].as_array().unwrap().clone());
    let files: Vec<String> = files.filter_map(|part| part["sha256"].as_str().map(str::to_owned)).collect();
    let mut raw = Vec::new();
    for folder in fs::read_dir(world.data().join("blobs")).unwrap() {
        for entry in fs::read_dir(folder.unwrap().path()).unwrap() {
            raw.push(entry.unwrap().file_name().into_string().unwrap());
        }
    }
    raw.retain(|name| name.len() == 64 && !files.contains(name));
    (raw, files)
}

fn alter(file: &PathBuf) {
    let mut bytes = fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::remove_file(file).unwrap();
    fs::write(file, bytes).unwrap();
}

#[test]
fn what_a_disk_lost_comes_back_from_the_mailbox_and_from_the_raw_mail() {
    let world = World::on(Post::scripted(), &[]);
    for day in 6..9 {
        let mail = unit(UNIT).on(&format!("05-0{day} 08:12"));
        world.receives([&mail.titled(&format!("{{unit}}第{day}次报送")).sends(plan_set())]);
    }
    world.once_without_sending(MORNING);
    let register = world.messages();
    let (raw, files) = hashes(&world);
    assert!(raw.len() == 3 && files.len() >= 3, "{raw:?} {files:?}");
    alter(&blob(&world, &raw[0]));
    fs::remove_file(blob(&world, &raw[1])).unwrap();
    // Files whose raw mail is sound or will be: at the latest in the second round.
    alter(&blob(&world, &files[0]));
    fs::remove_file(blob(&world, &files[1])).unwrap();
    let found = world.run(&["verify"]);
    found.expect_status(1);
    assert!(found.said().matches("问题").count() >= 4, "{}", found.said());
    for _ in 0..2 {
        world.run(&["verify", "--mend", "--now", &super::world::at(MORNING)]).expect_status(1);
        world.once_without_sending("05-10 10:00");
        if world.run(&["verify"]).said().contains("全部相符") {
            break;
        }
    }
    world.verify();
    assert_eq!(world.messages(), register);
    let nothing = world.run(&["verify", "--mend", "--now", &super::world::at("05-10 11:00")]);
    nothing.expect_status(0);
    assert!(nothing.said().contains("由原信重新生成附件的来件 0 封；待下次收信时重新收取的原信 0 封"));
}
