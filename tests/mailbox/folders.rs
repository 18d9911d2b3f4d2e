//! Stories of folders: which are read, which are not there, which were and are no more. What nobody looks at is mail that
//! is lost in silence, and what nobody asked for must hold no reminder.

use jiff::SignedDuration;
use shouwen::intake::watch::Pass;
use shouwen::rehearsal::server::{Misdeed, Profile};
use shouwen::store::{FolderState, watched};

use crate::support::{NOON, World, at, mail, world};

#[tokio::test]
async fn junk_is_found_wherever_the_server_puts_it() {
    for (profile, folder) in
        [(Profile::Plain, "Junk"), (Profile::Netease, "病毒文件夹"), (Profile::Qq, "Junk")]
    {
        let mut world = world(profile).with_mails(1);
        world.mailbox.folders.push("@junk".into());
        world.server.deliver(folder, mail(2), at(NOON));
        assert_eq!(world.pass().await.unwrap().captured, 2, "{profile:?}");
        world.expect_mails(2);
    }
}

#[tokio::test]
async fn a_missing_folder_is_told_and_harms_no_other() {
    let mut world = world(Profile::Plain).with_mails(2);
    world.mailbox.folders.insert(0, "报送材料".into());
    assert_eq!(world.pass().await.unwrap(), Pass { captured: 2, ..Pass::default() });
    let state = world.store.folder_states().unwrap().into_iter().find(|state| state.folder == "报送材料");
    let state = state.expect("it is on record");
    assert!(state.note.is_some_and(|note| note.contains("服务器上没有文件夹“报送材料”")));
    assert_eq!((state.trouble, state.complete_at), (None, Some(at(NOON))), "nothing in it is missed");

    world.server.folder("报送材料");
    world.server.always("EXAMINE", Misdeed::No(b"no access".to_vec()));
    let pass = world.pass().await.unwrap();
    assert_eq!(pass.troubles.len(), 2, "what is listed and does not open is trouble: {:?}", pass.troubles);
}

/// The folder before it is open still, and its mails are listed again.
#[tokio::test]
async fn a_folder_of_which_a_server_says_ok_and_nothing_else_was_not_opened() {
    let mut world = world(Profile::Plain).with_mails(2);
    world.server.folder("报送");
    world.mailbox.folders = ["INBOX", "报送"].map(str::to_owned).to_vec();
    let second = shouwen::imap::encode_utf7("报送");
    world.server.always(&format!("EXAMINE \"{second}\""), Misdeed::Say(b"$TAG OK\r\n".to_vec()));
    let pass = world.pass().await.unwrap();
    assert!(pass.troubles.concat().contains("没有打开文件夹"), "{pass:?}");
    world.expect_mails(2);
    assert_eq!(state_of(&world, "报送").complete_at, None);
}

/// A slip in the only name: whatever lies elsewhere was not seen, so nothing may be thought complete.
#[tokio::test]
async fn where_none_of_the_folders_is_there_the_mailbox_was_not_read() {
    let mut world = world(Profile::Plain).with_mails(2);
    world.mailbox.folders = vec!["报送材料".into()];
    let pass = world.pass().await.unwrap();
    assert!(pass.troubles.concat().contains("服务器上没有文件夹“报送材料”"), "{pass:?}");
    let state = world.store.folder_states().unwrap().pop().unwrap();
    assert_eq!((state.complete_at, state.note), (None, None));
}

/// The names under which states are on record.
fn on_record(world: &World) -> Vec<String> {
    world.store.folder_states().unwrap().into_iter().map(|state| state.folder).collect()
}

fn state_of(world: &World, folder: &str) -> FolderState {
    let states = world.store.folder_states().unwrap();
    states.into_iter().find(|state| state.folder == folder).expect("it is on record")
}

/// Somebody renames the folder that a rule fills: mail comes, and nobody looks at it.
#[tokio::test]
async fn a_folder_that_brought_mail_and_is_gone_is_trouble_and_not_a_slip() {
    let mut world = world(Profile::Plain).with_mails(1);
    world.mailbox.folders.push("报送".into());
    world.server.deliver("报送", mail(2), at(NOON));
    assert_eq!(world.pass().await.unwrap().captured, 2);
    world.server.delete("报送");
    world.server.deliver("报送2023", mail(3), at(NOON));
    let pass = world.pass().await.unwrap();
    assert!(pass.troubles.concat().contains("原有的文件夹“报送”不见了"), "{pass:?}");
    assert!(state_of(&world, "报送").trouble.is_some() && state_of(&world, "INBOX").trouble.is_none());

    world.mailbox.folders[1] = "报送2023".into();
    assert_eq!(world.pass().await.unwrap(), Pass { captured: 1, ..Pass::default() });
    assert_eq!(on_record(&world), ["INBOX", "报送2023"], "the old name holds nobody any more");
}

/// A corrected name, or a folder for spam that the server keeps no more, would go stale and hold all reminders.
#[tokio::test]
async fn what_is_looked_at_no_more_is_forgotten_with_what_it_did_not_hand_out() {
    let mut world = world(Profile::Plain).with_mails(1);
    world.mailbox.folders = ["INBOX", "报送材料", "@junk"].map(str::to_owned).to_vec();
    world.server.deliver("Junk", mail(2), at(NOON));
    world.server.always("BODY", Misdeed::No(b"not now".to_vec()));
    world.pass().await.unwrap();
    assert_eq!(on_record(&world), ["INBOX", "Junk", "报送材料"]);

    world.server.folder("报送");
    world.server.delete("Junk");
    world.mailbox.folders[1] = "报送".into();
    world.pass().await.unwrap();
    let states = world.store.folder_states().unwrap();
    let names: Vec<&str> = watched(&world.mailbox, &states).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["INBOX", "报送"]);
    assert_eq!(on_record(&world), ["INBOX", "报送"]);
    assert!(world.store.unfetched().unwrap().iter().all(|left| left.sighting.folder == "INBOX"));
}

/// Access to it may have been switched off in the webmail, or a list be short for once.
#[tokio::test]
async fn the_only_folder_for_spam_that_brought_mail_is_not_forgotten_at_once() {
    let mut world = world(Profile::Plain).with_mails(1);
    world.mailbox.folders.push("@junk".into());
    world.server.deliver("Junk", mail(2), at(NOON));
    world.pass().await.unwrap();
    world.server.delete("Junk");
    for hours in 0..3 {
        world.clock.step_to(at(NOON) + SignedDuration::from_hours(hours));
        world.pass().await.unwrap();
        assert_eq!(on_record(&world), ["INBOX", "Junk"]);
        let hidden = state_of(&world, "Junk");
        assert!(
            hidden.note.is_some_and(|note| note.contains("服务器不再列出")),
            "what reminders are held for"
        );
        assert_eq!((hidden.tried_at, state_of(&world, "INBOX").note), (at(NOON), None));
    }
    world.server.deliver("Junk", mail(3), at("2023-05-09T14:30:00+08:00"));
    assert_eq!(world.pass().await.unwrap().captured, 1);
    assert_eq!(state_of(&world, "Junk").note, None, "it is there again");
}

/// Where the server's own list cannot be had, nothing is known to be gone.
#[tokio::test]
async fn a_list_that_is_refused_forgets_nothing() {
    let mut world = world(Profile::Plain).with_mails(1);
    world.mailbox.folders.push("@junk".into());
    world.server.deliver("Junk", mail(2), at(NOON));
    world.pass().await.unwrap();
    world.server.always("LIST", Misdeed::No(b"not now".to_vec()));
    world.pass().await.unwrap();
    assert_eq!(on_record(&world), ["@junk", "INBOX", "Junk"]);
}

#[tokio::test]
async fn beside_the_folder_for_spam_the_only_name_is_no_slip() {
    let mut world = world(Profile::Plain).with_mails(2);
    world.mailbox.folders = vec!["报送材料".into(), "@junk".into()];
    let pass = world.pass().await.unwrap();
    assert!(pass.troubles.concat().contains("服务器上没有文件夹“报送材料”"), "{pass:?}");
}
