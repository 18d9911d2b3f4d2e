//! What is filed and what it adds up to.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::date;
use shouwen::domain::grant::Grants;
use shouwen::domain::message::{MessageState, PartState, PartState::*, Stage};
use shouwen::domain::obligation::{Holdings, Standing, obligations};
use shouwen::domain::submission::{Holding, ItemState, NIL_ITEM};
use shouwen::fault::Fault;
use shouwen::store::{LearnedSender, MessageFilter, MessageRow, ReadingRow, Store};

use crate::world::{Wish, World, filing, inbox, minute, registration, unit, world};

fn form4<'a>(state: PartState, sha256: &'a str) -> Wish<'a> {
    ("U000", "plan", None, "form4", state, sha256)
}

fn plan(holdings: &Holdings) -> Option<Holding> {
    holdings.of("U000", "plan", None).iter().find(|holding| holding.item == "form4").cloned()
}

fn all(world: &World) -> Vec<MessageRow> {
    world.store.messages(&MessageFilter::default()).unwrap()
}

fn states(world: &World) -> Vec<(MessageState, PartState)> {
    all(world).iter().map(|message| (message.state.unwrap(), message.parts[0].state)).collect()
}

#[test]
fn a_correction_replaces_a_copy_is_a_duplicate_and_the_past_is_still_told() {
    let world = world(1);
    world.file(1, &[form4(Flawed, "a")]);
    world.file(2, &[form4(Accepted, "b")]);
    world.file(3, &[form4(Accepted, "b")]);
    let expected = [
        (MessageState::Registered, Superseded),
        (MessageState::Registered, Accepted),
        (MessageState::Duplicate, Duplicate),
    ];
    assert_eq!(states(&world), expected);
    let now = plan(&world.store.holdings("week").unwrap()).unwrap();
    assert_eq!((now.state, now.count, now.first_at), (ItemState::Accepted, 1, Some(minute(1))));
    let then = plan(&world.store.holdings_as_of(&world.campaign, minute(1)).unwrap()).unwrap();
    assert_eq!((then.state, then.newest_at), (ItemState::Flawed, minute(1)));
    let key = ("U000".to_owned(), "plan".to_owned(), None, "form4".to_owned());
    let files = world.store.files(&world.campaign, None).unwrap();
    assert_eq!(files, [(key.clone(), vec!["b".to_owned()])]);
    let files = world.store.files(&world.campaign, Some(minute(1))).unwrap();
    assert_eq!(files, [(key, vec!["a".to_owned()])]);
}

#[test]
fn an_older_version_that_comes_later_waits_and_says_beside_which() {
    let world = world(1);
    world.file(1, &[form4(Accepted, "V2")]);
    let late = world.file(2, &[form4(Flawed, "V1")]);
    let expected = [(MessageState::Registered, Accepted), (MessageState::Review, Review)];
    assert_eq!(states(&world), expected);
    let listed = all(&world);
    let told = "文件名标明“V1”，早于已收的“V2”，请认定以哪个为准";
    assert_eq!((listed[0].reason.as_str(), listed[1].reason.as_str()), ("", told));
    assert_eq!(listed[1].parts[0].why, format!("{told}（原判断：按规则）"));
    let counts = world.store.waiting_counts(None).unwrap();
    assert_eq!((counts.unassigned, counts.review), (0, 1));
    let held = plan(&world.store.holdings("week").unwrap()).unwrap();
    assert_eq!((held.state, held.count, held.first_at), (ItemState::Accepted, 1, Some(minute(1))));
    let key = ("U000".to_owned(), "plan".to_owned(), None, "form4".to_owned());
    assert_eq!(world.store.files(&world.campaign, None).unwrap(), [(key, vec!["V2".to_owned()])]);
    world.file(3, &[form4(Accepted, "V3")]);
    let settled = [
        (MessageState::Registered, Superseded),
        (MessageState::Registered, Superseded),
        (MessageState::Registered, Accepted),
    ];
    assert_eq!(states(&world), settled, "a newer one settles the question");
    world.read_and_register(late, &[form4(Rejected, "V1")]);
    assert_eq!(states(&world)[1], (MessageState::Registered, Rejected));
    assert_eq!(world.store.verify(&|_, _| {}).unwrap().problems, Vec::<String>::new());
}

#[test]
fn registering_again_replaces_and_gives_a_duplicate_back_its_place() {
    let world = world(2);
    let first = world.file(1, &[form4(Accepted, "a")]);
    world.file(2, &[form4(Accepted, "a")]);
    assert_eq!(states(&world)[1], (MessageState::Duplicate, Duplicate));
    world.read_and_register(first, &[("U001", "plan", None, "form4", Accepted, "a")]);
    assert_eq!(states(&world), [(MessageState::Registered, Accepted); 2]);
    assert_eq!(plan(&world.store.holdings("week").unwrap()).unwrap().first_at, Some(minute(2)));
    let of = |unit: &str| MessageFilter { unit: Some(unit.into()), ..MessageFilter::default() };
    assert_eq!(world.store.messages(&of("U001")).unwrap()[0].id, first);
    assert_eq!(world.store.messages(&of("U000")).unwrap().len(), 1);
}

#[test]
fn between_reading_again_and_registering_again_nothing_is_missing() {
    let world = world(1);
    let id = world.file(1, &[form4(Accepted, "a")]);
    let before = world.store.holdings("week").unwrap();
    world.read(id, 3);
    assert_eq!(plan(&world.store.holdings("week").unwrap()), plan(&before));
    assert!(all(&world).is_empty());
    world.read_and_register(id, &[]);
    assert_eq!(plan(&world.store.holdings("week").unwrap()), None);
}

#[test]
fn a_parked_mail_takes_back_what_it_filed() {
    let world = world(1);
    let id = world.file(1, &[form4(Accepted, "a")]);
    world.file(2, &[form4(Accepted, "a")]);
    world.store.park(id, "读取程序两次中断", minute(9)).unwrap();
    assert_eq!(states(&world), [(MessageState::Parked, Review), (MessageState::Registered, Accepted)]);
    assert_eq!(plan(&world.store.holdings("week").unwrap()).unwrap().first_at, Some(minute(2)));
}

#[test]
fn what_is_extra_outside_the_days_or_history_holds_nothing() {
    let world = world(1);
    world.file(1, &[form4(Extra, "a")]);
    world.file(2, &[("U000", "daily", None, "photo", Accepted, "b")]);
    world.file(3, &[("U000", "no such", None, "photo", Accepted, "c")]);
    let old = world.arrive_as("old", minute(4), inbox(4), true);
    world.read_and_register(old, &[form4(Accepted, "d")]);
    assert!(world.store.files(&world.campaign, None).unwrap().is_empty());
    assert!(world.store.files(&world.campaign, Some(Timestamp::MAX)).unwrap().is_empty());
    let listed = all(&world);
    assert_eq!(listed.len(), 4);
    assert_eq!(listed[3].state, Some(MessageState::History));
    assert_eq!(listed[3].parts[0].answers[0].item, "form4");
}

#[test]
fn who_waits_is_told_by_the_mail_or_by_its_part() {
    let world = world(1);
    let whole = world.arrive("1", minute(1), inbox(1));
    world.read(whole, 0);
    let mut judged = registration(&[]);
    judged.review = Some("认不出单位".into());
    judged.may_concern = vec!["U000".into()];
    world.register(whole, &judged);
    world.file(2, &[form4(Review, "a")]);
    let listed = all(&world);
    assert_eq!((listed[0].state, listed[0].reason.as_str()), (Some(MessageState::Review), "认不出单位"));
    assert_eq!((listed[1].state, listed[1].reason.as_str()), (Some(MessageState::Review), "按规则"));
    assert_eq!(listed[0].may_concern, ["U000"]);
    let counts = world.store.waiting_counts(None).unwrap();
    assert_eq!((counts.unassigned, counts.review), (1, 1));
    world.file(3, &[form4(Accepted, "b")]);
    assert_eq!(world.store.waiting_counts(None).unwrap().review, 0, "the newer file settles the question");
    let review = MessageFilter { state: Some(MessageState::Review), ..MessageFilter::default() };
    assert_eq!(world.store.messages(&review).unwrap().len(), 1);
}

#[test]
fn who_decides_and_the_gate_see_of_what_waits_the_campaigns_that_the_register_sees() {
    let world = world(1);
    let of_several = |n: u32, change: &dyn Fn(&mut shouwen::store::Registration)| {
        let id = world.arrive(&format!("mail {n}"), minute(n.into()), inbox(n));
        world.read(id, 1);
        let mut judged = registration(&[form4(Review, "a")]);
        judged.review = Some("请核对".into());
        change(&mut judged);
        world.register(id, &judged);
    };
    of_several(1, &|_| {});
    of_several(2, &|judged| judged.parts[0].campaign = Some("works".into()));
    of_several(3, &|judged| judged.may_be_of = vec!["week".into(), "safety".into()]);
    of_several(4, &|judged| {
        let mut nil = filing(&("U000", "plan", None, NIL_ITEM, Review, "nil:1"));
        nil.campaign = "works".into();
        judged.loose = vec![nil];
        judged.campaign = None;
    });
    let pending = world.store.pending(MessageState::Review).unwrap();
    let seen =
        pending.iter().map(|mail| mail.campaign.iter().chain(&mail.others).map(String::as_str).collect());
    let wanted: Vec<BTreeSet<&str>> =
        vec![["week"].into(), ["week", "works"].into(), ["week", "safety"].into(), ["works"].into()];
    assert_eq!(seen.collect::<Vec<BTreeSet<&str>>>(), wanted);
    let listed = all(&world);
    let listed = listed.iter().map(|row| row.campaigns().into_iter().collect());
    assert_eq!(listed.collect::<Vec<BTreeSet<&str>>>(), wanted);
    assert_eq!(world.store.whole(&pending, 2).unwrap().iter().map(|row| row.id).collect::<Vec<_>>(), [1, 2]);
    assert!(world.store.pending(MessageState::Parked).unwrap().is_empty());
}

#[test]
fn a_nil_report_and_a_part_that_answers_two_items_are_kept_apart() {
    let world = world(1);
    let id = world.arrive("1", minute(1), inbox(1));
    world.read(id, 1);
    let mut judged = registration(&[form4(Accepted, "a")]);
    judged.parts[0].filings.push(filing(&("U000", "plan", None, "scheme", Flawed, "a")));
    let day = Some(date(2023, 5, 14));
    judged.loose = vec![filing(&("U000", "daily", day, NIL_ITEM, Accepted, "nil:1"))];
    judged.learned = vec![LearnedSender {
        address: "office@unit.example".into(),
        campaign: "week".into(),
        unit: "U000".into(),
        how: "form".into(),
    }];
    world.register(id, &judged);
    world.register(id, &judged);
    let message = &all(&world)[0];
    assert_eq!(
        message.parts[0].answers.iter().map(|a| a.item.as_str()).collect::<Vec<_>>(),
        ["form4", "scheme"]
    );
    assert_eq!(message.loose[0].item, NIL_ITEM);
    assert_eq!(world.store.learned_senders("week").unwrap(), judged.learned);
    let holdings = world.store.holdings("week").unwrap();
    let unit = &world.campaign.roster.units[0];
    let standings: Vec<_> = obligations(&world.campaign, unit, &holdings, &Grants::default(), minute(2))
        .iter()
        .map(|o| o.standing)
        .collect();
    assert_eq!(standings[..2], [Standing::Complete, Standing::Nil]);
    let files = world.store.files(&world.campaign, None).unwrap();
    assert!(files.iter().find(|(key, _)| key.3 == NIL_ITEM).unwrap().1.is_empty());
}

#[test]
fn the_totals_see_the_rows_of_files_that_count_and_no_others() {
    let world = world(1);
    for (n, state) in [(1, Accepted), (2, Flawed), (3, Rejected)] {
        let id = world.arrive(&n.to_string(), minute(n.into()), inbox(n));
        world.read(id, 1);
        let hash = n.to_string();
        let mut judged = registration(&[form4(state, &hash)]);
        let values = [("teachers".to_owned(), n.into())].into_iter().collect();
        let cells = [("teachers".to_owned(), "Sheet1!D5".into())].into_iter().collect();
        judged.readings =
            vec![ReadingRow { part: 0, form: "form4".into(), school: "甲校".into(), values, cells }];
        world.register(id, &judged);
    }
    let counted = world.store.readings(&world.campaign, "form4").unwrap();
    assert_eq!(counted.len(), 1);
    assert_eq!((counted[0].unit.as_str(), counted[0].values["teachers"].as_u64()), ("U000", Some(2)));
    assert!(world.store.readings(&world.campaign, "form5").unwrap().is_empty());
}

#[test]
fn the_register_is_listed_oldest_first_or_the_newest_few() {
    let world = world(1);
    for n in 1..=5 {
        world.file(n, &[form4(Accepted, "a")]);
    }
    let times: Vec<_> = all(&world).iter().map(|message| message.received_at).collect();
    assert_eq!(times, (1..=5).map(minute).collect::<Vec<_>>());
    let newest =
        MessageFilter { newest: Some(2), from: Some("Office@Unit.example".into()), ..Default::default() };
    let listed = world.store.messages(&newest).unwrap();
    assert_eq!(listed.iter().map(|message| message.received_at).collect::<Vec<_>>(), [minute(5), minute(4)]);
    let by_id = MessageFilter { id: Some(listed[0].id), ..Default::default() };
    assert_eq!(world.store.messages(&by_id).unwrap().len(), 1);
    let elsewhere = MessageFilter { campaign: Some("other".into()), ..Default::default() };
    assert!(world.store.messages(&elsewhere).unwrap().is_empty());
}

/// A small generator of its own, so that a failing season can be played again by its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % sides
    }
}

const HASHES: [&str; 8] = ["a", "b", "c", "V1", "V2", "V3", "5月6日稿", "5月9日稿"];
const VERDICTS: [PartState; 8] = [Accepted, Accepted, Flawed, Rejected, Review, Unreadable, Extra, Accepted];
const ITEMS: [(&str, &str); 5] =
    [("plan", "scheme"), ("plan", "form4"), ("daily", "article"), ("daily", "photo"), ("daily", NIL_ITEM)];

fn random_wishes<'a>(dice: &mut Dice, units: &'a [String]) -> Vec<Wish<'a>> {
    let wish = |dice: &mut Dice| {
        let (requirement, item) = ITEMS[dice.roll(5)];
        let day =
            (requirement == "daily" && dice.roll(5) > 0).then(|| date(2023, 5, 14 + dice.roll(3) as i8));
        (units[dice.roll(3)].as_str(), requirement, day, item, VERDICTS[dice.roll(8)], HASHES[dice.roll(8)])
    };
    (0..dice.roll(4)).map(|_| wish(dice)).collect()
}

#[test]
fn any_order_of_registering_gives_the_same_rows_and_the_sums_are_those_of_the_filings() {
    let units: Vec<String> = (0..3).map(unit).collect();
    let mut held_anything = false;
    for seed in 1..=6 {
        let mut dice = Dice(seed);
        let wishes: Vec<_> = (0..40).map(|_| random_wishes(&mut dice, &units)).collect();
        let (in_order, shuffled, in_batches) = (world(3), world(3), world(3));
        for world in [&in_order, &shuffled, &in_batches] {
            for n in 0..40 {
                // Several mails share a moment, so that ties are decided too.
                world.arrive(&format!("mail {n}"), minute(n / 4), inbox(n as u32));
            }
        }
        let mut order: Vec<usize> = (0..40).collect();
        order.iter().for_each(|n| in_order.read_and_register(*n as i64 + 1, &wishes[*n]));
        for at in (1..40).rev() {
            order.swap(at, dice.roll(at + 1));
        }
        for n in &order {
            // A first judgement that was wrong must leave no trace.
            shuffled.read_and_register(*n as i64 + 1, &random_wishes(&mut dice, &units));
        }
        order.iter().rev().for_each(|n| shuffled.read_and_register(*n as i64 + 1, &wishes[*n]));
        assert_eq!(dump(&in_order.store, &in_order), dump(&shuffled.store, &shuffled), "seed {seed}");
        register_in_batches(&in_batches, &order, &wishes, &mut dice);
        assert_eq!(dump(&in_order.store, &in_order), dump(&in_batches.store, &in_batches), "seed {seed}");
        let later = in_order.store.holdings_as_of(&in_order.campaign, minute(99)).unwrap();
        assert_eq!(in_order.store.holdings("week").unwrap(), later, "seed {seed}");
        assert_eq!(shuffled.store.verify(&|_, _| {}).unwrap().problems, Vec::<String>::new(), "seed {seed}");
        held_anything |= later != Holdings::default();
    }
    assert!(held_anything);
}

/// Registers in batches of any size, and of each third mail a first judgement that was wrong in an earlier batch.
fn register_in_batches(world: &World, order: &[usize], wishes: &[Vec<Wish<'_>>], dice: &mut Dice) {
    let units: Vec<String> = (0..3).map(unit).collect();
    let campaigns = std::slice::from_ref(&world.campaign);
    for is_first in [true, false] {
        let mut rest = order.iter().filter(|n| !is_first || **n % 3 == 0).peekable();
        while rest.peek().is_some() {
            let size = 1 + dice.roll(15);
            let mut batch = Vec::new();
            for n in rest.by_ref().take(size) {
                let judged = if is_first { random_wishes(dice, &units) } else { wishes[*n].clone() };
                world.read(*n as i64 + 1, judged.len());
                batch.push((*n as i64 + 1, registration(&judged)));
            }
            world.store.register(&batch, campaigns, minute(0)).unwrap();
        }
    }
}

#[test]
fn a_batch_with_a_mail_that_cannot_be_registered_registers_none() {
    let world = world(1);
    let good = world.arrive("good", minute(1), inbox(1));
    let bad = world.arrive("bad", minute(2), inbox(2));
    let form = ("U000", "plan", None, "form4", Accepted, "a");
    world.read(good, 1);
    world.read(bad, 2);
    let before = dump(&world.store, &world);
    let batch = [good, bad].map(|id| (id, registration(&[form])));
    let refused = world.store.register(&batch, std::slice::from_ref(&world.campaign), minute(3));
    assert!(matches!(refused, Err(Fault::Park(_))), "{refused:?}");
    assert_eq!(dump(&world.store, &world), before);
    assert_eq!(world.store.waiting(Stage::Read, 9).unwrap().len(), 2);
    world.register(good, &registration(&[form]));
    assert_ne!(dump(&world.store, &world), before);
}

/// Everything that a person could see, in words.
fn dump(store: &Store, world: &World) -> String {
    let mut holdings = String::new();
    for unit in &world.campaign.roster.units {
        for requirement in &world.campaign.requirements {
            for day in requirement.days() {
                let held = store.holdings("week").unwrap().of(&unit.code, &requirement.id, day).to_vec();
                holdings.push_str(&format!("{} {} {day:?} {held:?}\n", unit.code, requirement.id));
            }
        }
    }
    let files = store.files(&world.campaign, None).unwrap();
    let messages: Vec<_> = all(world).into_iter().map(|m| (m.id, m.state, m.reason, m.parts)).collect();
    format!("{holdings}{files:#?}{messages:#?}")
}
