//! A disk that loses and alters bytes: `verify` names each, and `verify --mend` has all of it back from where it came, the raw
//! mail from the mailbox and the files of mails from the raw mail, with not a word of the register changed.

use std::fs;
use std::path::PathBuf;

use shouwen::rehearsal::season::script::unit;
use shouwen::rehearsal::season::things::plan_set;

use super::world::{Post, World};

const MORNING: &str = "05-09 09:00";
const UNIT: &str = "泸州职业技术学院";

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
    let (raw, files) = world.hashes();
    assert!(raw.len() == 3 && files.len() >= 3, "{raw:?} {files:?}");
    alter(&world.blob(&raw[0]));
    fs::remove_file(world.blob(&raw[1])).unwrap();
    // Files whose raw mail is sound or will be: at the latest in the second round.
    alter(&world.blob(&files[0]));
    fs::remove_file(world.blob(&files[1])).unwrap();
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
