//! How an obligation stands, clause by clause of `contract.md` 3: pure, so each story is a few filings and a moment.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use shouwen::domain::campaign::Campaign;
use shouwen::domain::grant::Grants;
use shouwen::domain::message::PartState::{self, Accepted, Flawed, Rejected, Review};
use shouwen::domain::obligation::{Holdings, Obligation, Standing, obligations};
use shouwen::domain::submission::{Filing, ItemState, NIL_ITEM, hold};

/// What one unit sent: requirement, day, item, verdict, when.
type Sent<'a> = (&'a str, Option<i8>, &'a str, PartState, &'a str);

/// Requirement, day, item.
type Key = (String, Option<Date>, String);

fn at(moment: &str) -> Timestamp {
    format!("2023-{moment}:00+08:00").parse().unwrap()
}

fn may(day: i8) -> Date {
    date(2023, 5, day)
}

fn filing(n: usize, &(requirement, day, item, state, moment): &Sent<'_>) -> Filing {
    Filing {
        campaign: "week".into(),
        unit: "C03".into(),
        requirement: requirement.into(),
        day: day.map(may),
        item: item.into(),
        state,
        flaws: vec![],
        received_at: at(moment),
        message: i64::try_from(n).unwrap(),
        ordinal: 0,
        sha256: format!("{n}"),
        version: None,
    }
}

/// What is owed at `now` by the unit that sent this.
fn owed(campaign: &Campaign, sent: &[Sent<'_>], now: &str) -> Vec<Obligation> {
    let filings: Vec<Filing> = sent.iter().enumerate().map(|(n, sent)| filing(n, sent)).collect();
    let filings = filings.into_iter().filter(|filing| filing.received_at <= at(now));
    let mut keys: Vec<(Key, Vec<Filing>)> = Vec::new();
    for filing in filings {
        let key = (filing.requirement.clone(), filing.day, filing.item.clone());
        match keys.iter_mut().find(|(known, _)| *known == key) {
            Some((_, all)) => all.push(filing),
            None => keys.push((key, vec![filing])),
        }
    }
    let mut holdings = Holdings::default();
    for ((requirement, day, item), mut filings) in keys {
        let kind = campaign.requirement(&requirement).unwrap().item(&item).map(|item| item.kind);
        let is_single = kind.is_none_or(|kind| kind.is_single(day.is_some()));
        holdings.add("C03", &requirement, day, hold(&mut filings, is_single).unwrap().0);
    }
    let unit = campaign.roster.by_code("C03").unwrap();
    obligations(campaign, unit, &holdings, &Grants::default(), at(now))
}

fn stands(sent: &[Sent<'_>], requirement: &str, day: Option<i8>, now: &str) -> Obligation {
    let all = owed(&crate::campaign::campaign(), sent, now);
    all.into_iter().find(|o| o.requirement == requirement && o.day == day.map(may)).unwrap()
}

fn plan(sent: &[(&'static str, PartState, &'static str)], now: &str) -> Obligation {
    let sent: Vec<Sent> =
        sent.iter().map(|&(item, state, moment)| ("plan", None, item, state, moment)).collect();
    stands(&sent, "plan", None, now)
}

/// All four items of the plan at one moment.
fn whole(moment: &'static str) -> Vec<(&'static str, PartState, &'static str)> {
    ["scheme", "liaison", "form4", "form4_scan"].map(|item| (item, Accepted, moment)).into()
}

#[test]
fn the_due_moment_is_the_first_that_is_late() {
    let before = plan(&[], "05-10T23:59");
    assert_eq!((before.standing, before.due), (Standing::Open, at("05-11T00:00")));
    assert_eq!(plan(&[], "05-11T00:00").standing, Standing::Overdue);
    assert_eq!(plan(&[], "04-01T00:00").standing, Standing::Open, "open from the beginning");
    let last = whole("05-10T23:59");
    assert_eq!(plan(&last, "05-12T00:00").standing, Standing::Complete);
    assert_eq!(plan(&whole("05-11T00:00"), "05-12T00:00").standing, Standing::CompleteLate);
}

#[test]
fn a_part_of_it_is_partial_and_then_overdue_partial() {
    let some = [("scheme", Accepted, "05-09T10:00"), ("form4", Flawed, "05-09T10:00")];
    let obligation = plan(&some, "05-10T12:00");
    assert_eq!((obligation.standing, obligation.first_at), (Standing::Partial, Some(at("05-09T10:00"))));
    assert_eq!(obligation.lacking().count(), 2);
    assert_eq!(plan(&some, "05-11T12:00").standing, Standing::OverduePartial);
}

#[test]
fn one_late_item_makes_it_late_and_corrections_change_nothing() {
    let mut sent = whole("05-09T10:00");
    sent[3].2 = "05-12T08:00";
    sent.push(("form4", Accepted, "05-20T08:00"));
    let obligation = plan(&sent, "05-25T00:00");
    assert_eq!(obligation.standing, Standing::CompleteLate);
    assert_eq!(obligation.complete_at, Some(at("05-12T08:00")));
    assert_eq!(obligation.first_at, Some(at("05-09T10:00")));
    let mut early = whole("05-09T10:00");
    early.push(("form4", Flawed, "05-20T08:00"));
    let corrected = plan(&early, "05-25T00:00");
    assert_eq!((corrected.standing, corrected.complete_at), (Standing::Complete, Some(at("05-09T10:00"))));
    assert_eq!(corrected.items[2].state, ItemState::Flawed, "the newest that counts");
}

#[test]
fn what_does_not_count_is_as_if_it_had_not_come() {
    assert_eq!(plan(&[("form4", Rejected, "05-09T10:00")], "05-10T12:00").standing, Standing::Open);
    let late = plan(&[("form4", Rejected, "05-09T10:00")], "05-11T12:00");
    assert_eq!((late.standing, late.first_at), (Standing::Overdue, None));
    let mut displaced = whole("05-09T10:00");
    displaced.push(("form4", Rejected, "05-09T11:00"));
    displaced.push(("scheme", Review, "05-09T11:00"));
    assert_eq!(
        plan(&displaced, "05-10T12:00").standing,
        Standing::Complete,
        "a newer bad file displaces nothing"
    );
}

#[test]
fn review_alone_is_review_and_beside_what_counts_it_is_partial() {
    let waits = ("form4", Review, "05-09T10:00");
    assert_eq!(plan(&[waits], "05-10T12:00").standing, Standing::Review);
    assert_eq!(plan(&[waits], "05-11T12:00").standing, Standing::Review, "a person first, then lateness");
    assert_eq!(
        plan(&[waits, ("scheme", Accepted, "05-09T10:00")], "05-10T12:00").standing,
        Standing::Partial
    );
    let three = [("scheme", Accepted, "05-09T10:00"), ("form4_scan", Accepted, "05-09T10:00"), waits];
    assert_eq!(plan(&three, "05-11T12:00").standing, Standing::OverduePartial);
}

#[test]
fn any_one_thing_fulfils_a_day_and_material_beats_nil() {
    let day = |sent: &[Sent], now| stands(sent, "daily", Some(16), now).standing;
    assert_eq!(day(&[], "05-15T23:59"), Standing::NotOpen);
    assert_eq!(day(&[], "05-16T00:00"), Standing::Open);
    assert_eq!(day(&[], "05-17T00:00"), Standing::Overdue);
    let nil = ("daily", Some(16), NIL_ITEM, Accepted, "05-16T17:00");
    assert_eq!(day(&[nil], "05-17T09:00"), Standing::Nil);
    let photo = ("daily", Some(16), "photo", Accepted, "05-16T20:00");
    assert_eq!(day(&[nil, photo], "05-17T09:00"), Standing::Complete);
    let late = ("daily", Some(16), "photo", Accepted, "05-17T08:00");
    assert_eq!(day(&[nil, late], "05-17T09:00"), Standing::CompleteLate);
    assert_eq!(day(&[late], "05-17T09:00"), Standing::CompleteLate);
    let first = stands(&[nil, late], "daily", Some(16), "05-17T09:00").first_at;
    assert_eq!(first, Some(at("05-16T17:00")), "the nil report was the first sign");
    assert_eq!(day(&[photo], "05-16T19:00"), Standing::Open, "as of before it came");
}

#[test]
fn a_day_off_at_the_end_rolls_the_due_day() {
    let summary = |now| stands(&[], "summary", None, now);
    assert_eq!(summary("05-29T23:59").standing, Standing::Open, "27 May is a Saturday");
    assert_eq!(summary("05-30T00:00").standing, Standing::Overdue);
    assert_eq!(summary("05-28T00:00").due, at("05-30T00:00"));
}

#[test]
fn who_is_not_on_the_roster_that_day_owes_nothing_that_day() {
    let mut campaign = crate::campaign::campaign();
    let unit = campaign.roster.units.iter_mut().find(|unit| unit.code == "C03").unwrap();
    (unit.valid_from, unit.valid_to) = (Some(may(16)), Some(may(19)));
    let all = owed(&campaign, &[("daily", Some(15), "photo", Accepted, "05-15T12:00")], "05-25T00:00");
    let standings: Vec<Standing> = all.iter().map(|obligation| obligation.standing).collect();
    use Standing::{Exempt, Overdue};
    let week = [Exempt, Exempt, Overdue, Overdue, Overdue, Overdue, Exempt];
    assert_eq!(standings, [&[Exempt], week.as_slice(), &[Exempt]].concat(), "plan, the week, summary");
    assert!(all[0].items.iter().all(|item| item.state == ItemState::Exempt));
}

#[test]
fn who_is_not_asked_has_no_obligations() {
    let campaign = crate::campaign::campaign();
    for code in ["S01", "T01", "H17"] {
        let unit = campaign.roster.by_code(code).unwrap();
        assert!(
            obligations(&campaign, unit, &Holdings::default(), &Grants::default(), at("05-25T00:00"))
                .is_empty(),
            "{code}"
        );
    }
}

#[test]
fn beyond_the_quota_everything_counts_and_a_person_is_told() {
    let mut campaign = crate::campaign::campaign();
    let photo = campaign.requirements[1].items.iter_mut().find(|item| item.id == "photo").unwrap();
    photo.limits.max_count = 2;
    let sent =
        |count: usize| -> Vec<Sent> { vec![("daily", Some(16), "photo", Accepted, "05-16T10:00"); count] };
    let photos = |count| {
        let all = owed(&campaign, &sent(count), "05-16T18:00");
        let day = all.into_iter().find(|o| o.day == Some(may(16))).unwrap();
        day.items.into_iter().find(|item| item.item == "photo").unwrap().holding.unwrap()
    };
    assert_eq!((photos(2).count, photos(2).flaws), (2, vec![]));
    let holding = photos(3);
    assert_eq!((holding.count, holding.state), (3, ItemState::Accepted));
    let flaw = &holding.flaws[0];
    assert!(flaw.code == "QUOTA" && flaw.text.contains("收到3件") && flaw.text.contains("2件"), "{flaw:?}");
}
