//! Stories of mailboxes that are built anew under the same UIDVALIDITY, as 163's are: a UID is given again, to another mail.

use shouwen::rehearsal::server::{Misdeed, Profile};

use crate::support::{NOON, at, big_mail, mail, world};

/// What once came under a UID says nothing of the mail that is there now: it was asked for again and again, under the UID of another.
#[tokio::test]
async fn mails_in_another_order_come_all_and_none_is_doubted_for_what_its_number_was_before() {
    let world = world(Profile::Netease);
    let raws = [big_mail(1_200_000), big_mail(1_300_000), big_mail(1_400_000), mail(1), mail(2)];
    for raw in &raws {
        world.server.deliver("INBOX", raw.clone(), at(NOON));
    }
    world.pass().await.unwrap();
    (1..=5).for_each(|uid| world.server.remove("INBOX", uid));
    for (raw, minute) in raws.iter().rev().zip(30..) {
        world.server.deliver("INBOX", raw.clone(), at(&format!("2023-05-09T12:{minute}:00+08:00")));
    }
    world.server.change_uidvalidity("INBOX", world.server.uidvalidity("INBOX"));
    for hour in ["13", "14"] {
        let moment = at(&format!("2023-05-09T{hour}:00:00+08:00"));
        world.clock.step_to(moment);
        let pass = world.pass().await.unwrap();
        assert_eq!((pass.unfetched, world.unfetched_uids()), (0, vec![]), "at {hour}");
        assert_eq!((world.inbox().1, world.inbox_complete_at()), (None, Some(moment)));
    }
    let mut want = raws.to_vec();
    want.sort();
    assert!(world.captured() == want);
}

/// Found by its number alone, a mail has no size by which it differs from the next one under that number: the bytes that came do.
#[tokio::test]
async fn a_mail_under_the_number_of_one_that_was_found_by_its_number_alone_comes() {
    let world = world(Profile::Netease).with_mails(2);
    world.server.always("1:* (UID RFC822.SIZE", Misdeed::CutAfter("(UID 2 RFC822".into()));
    world.pass().await.unwrap();
    assert_eq!(world.captured().len(), 2);
    world.server.behave();
    world.server.remove("INBOX", 2);
    world.server.change_uidvalidity("INBOX", world.server.uidvalidity("INBOX"));
    world.server.deliver("INBOX", mail(100), at(NOON));
    for moment in ["2023-05-09T13:00:00+08:00", "2023-05-09T14:00:00+08:00"] {
        world.clock.step_to(at(moment));
        let captured = world.pass().await.unwrap().captured;
        assert_eq!((captured, world.captured().len()), (u64::from(moment.contains("T13")), 3), "{moment}");
    }
    assert!(world.captured().contains(&mail(100)));
}
