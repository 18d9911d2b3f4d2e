//! The season of the notice as it is played without trouble: who is mailed what on which day, and never twice.

use jiff::civil::date;
use shouwen::remind::check_wording;

use super::office::{Office, Seen, at, morning};

#[tokio::test(flavor = "multi_thread")]
async fn silent_units_are_mailed_on_the_days_of_the_notice_and_never_twice() {
    let office = Office::with_units(4);
    assert_eq!(check_wording(office.campaign(), std::path::Path::new("folder")), Vec::<String>::new());
    let begin = morning(office.campaign(), date(2023, 5, 4));
    office.plays(begin, at("06-03T00:00"), |_| Seen::Well).await;
    assert_eq!(office.log(), whole_season(4));
}

/// What silent units get, day by day.
pub fn whole_season(units: usize) -> Vec<String> {
    let mut expected = Vec::new();
    for unit in 0..units {
        for step in [
            "05-06 plan/notice/--",
            "05-09 plan/eve/--",
            "05-11 plan/first/--",
            "05-12 plan/second/--",
            "05-15 plan/phone/--",
            "05-16 daily/nudge/2023-05-15",
            "05-18 daily/nudge/2023-05-17",
            "05-26 summary/eve/--",
            "05-30 summary/first/--",
            "05-31 summary/second/--",
            "06-01 summary/phone/--",
        ] {
            expected.push(format!("{step}/U{unit:03}"));
        }
    }
    expected.sort();
    expected
}
