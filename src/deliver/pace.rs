//! How fast a provider lets mail leave. Reckoned from what was sent, so that a restart forgets nothing; nobody sleeps
//! here: the answer is the moment from which the next mail may go (`quirks.md` B5, B8).

use std::collections::BTreeMap;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use super::{Pace, Settings};
use crate::domain::mailbox::Mailbox;

/// Limits of one mailbox; `u32::MAX` where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Shortest and longest gap between two mails, seconds.
    pub gap_seconds: (u32, u32),
    /// Most mails in any 15 minutes.
    pub per_15_min: u32,
    /// Most mails from midnight to midnight.
    pub per_day: u32,
    /// Most mails over one connection.
    pub per_connection: u32,
}

const UNLIMITED: Rate =
    Rate { gap_seconds: (0, 0), per_15_min: u32::MAX, per_day: u32::MAX, per_connection: u32::MAX };
/// Free mailboxes of people: no figures are published, these stay below every limit that was reported.
const PERSONAL: Rate = Rate { gap_seconds: (60, 120), per_15_min: 8, per_day: 40, per_connection: 5 };
/// Paid mailboxes of organisations.
const ENTERPRISE: Rate = Rate { per_day: 200, ..UNLIMITED };

const ENTERPRISE_HOSTS: [&str; 6] =
    ["qiye.163.com", "ym.163.com", "exmail.qq.com", "qiye.aliyun.com", "mxhichina.com", "icoremail.net"];
const PERSONAL_HOSTS: [&str; 11] = [
    "163.com",
    "126.com",
    "yeah.net",
    "188.com",
    "qq.com",
    "foxmail.com",
    "sina.com",
    "sina.cn",
    "sohu.com",
    "139.com",
    "aliyun.com",
];
const QUARTER: SignedDuration = SignedDuration::from_mins(15);
/// What left longer ago has no bearing on the pace, whose longest count is that of a day.
pub(super) const PACE_LOOKS_BACK: SignedDuration = SignedDuration::from_hours(48);

impl Pace {
    /// The limits for mail through `host`.
    pub fn rate(&self, host: &str) -> Rate {
        let host = host.to_ascii_lowercase();
        let is_of = |domains: &[&str]| {
            domains.iter().any(|domain| host == *domain || host.ends_with(&format!(".{domain}")))
        };
        match *self {
            Pace::None => UNLIMITED,
            Pace::Limits { gap_seconds, per_15_min, per_day, per_connection } => {
                Rate { gap_seconds, per_15_min, per_day, per_connection }
            }
            Pace::Auto if is_of(&ENTERPRISE_HOSTS) => ENTERPRISE,
            Pace::Auto if is_of(&PERSONAL_HOSTS) => PERSONAL,
            Pace::Auto => UNLIMITED,
        }
    }
}

/// How many mails may leave a sending day with these hours, by mailbox id; mailboxes without such a limit are not among
/// them.
pub fn a_day(settings: &Settings, mailboxes: &[Mailbox], hours: (Time, Time)) -> BTreeMap<String, u32> {
    let limit = |mailbox: &Mailbox| {
        let rate = settings.pace.rate(&mailbox.smtp.as_ref()?.host);
        Some((mailbox.id.clone(), rate.within(hours.1.duration_since(hours.0))?))
    };
    mailboxes.iter().filter_map(limit).collect()
}

impl Rate {
    /// How many mails may leave in so long a part of a day; none when there is no limit. Reckoned with the longest gap.
    fn within(&self, hours: SignedDuration) -> Option<u32> {
        let seconds = hours.as_secs();
        let by_gap = match i64::from(self.gap_seconds.1) {
            0 => None,
            gap => Some(seconds / gap),
        };
        let by_quarter = (self.per_15_min < u32::MAX)
            .then(|| seconds.saturating_mul(i64::from(self.per_15_min)) / QUARTER.as_secs());
        let by_day = (self.per_day < u32::MAX).then(|| i64::from(self.per_day));
        let fewest = [by_gap, by_quarter, by_day].into_iter().flatten().min()?;
        Some(u32::try_from(fewest).unwrap_or(u32::MAX))
    }

    /// The first moment from `now` on at which another mail may leave, after those `sent` of the last two days. `timezone`: where the
    /// day's count begins anew at midnight.
    pub fn next(&self, sent: &[Timestamp], now: Timestamp, timezone: &TimeZone) -> Timestamp {
        let mut sent: Vec<Timestamp> = sent.iter().copied().filter(|at| *at <= now).collect();
        sent.sort_unstable();
        let gap = sent.last().map(|last| *last + SignedDuration::from_secs(self.gap_after(*last)));
        let quarter = nth_last(&sent, self.per_15_min).map(|at| at + QUARTER);
        let today = timezone.to_datetime(now).date();
        let full = nth_last(&sent, self.per_day).is_some_and(|at| timezone.to_datetime(at).date() == today);
        let day = full.then(|| next_midnight(now, timezone));
        [gap, quarter, day].into_iter().flatten().max().map_or(now, |at| at.max(now))
    }

    /// The gap after a mail that left at a moment: it looks random, and is known beforehand, so that it can be told when
    /// each mail of a queue will leave.
    fn gap_after(&self, left_at: Timestamp) -> i64 {
        let (shortest, longest) = (i64::from(self.gap_seconds.0), i64::from(self.gap_seconds.1));
        let spread = (longest - shortest).max(0).saturating_add(1);
        let stirred = left_at.as_second().cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33;
        shortest + i64::try_from(stirred).unwrap_or(0).rem_euclid(spread)
    }
}

/// The `count`-th of the last mails, none when fewer were sent.
fn nth_last(sent: &[Timestamp], count: u32) -> Option<Timestamp> {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    sent.len().checked_sub(count).and_then(|at| sent.get(at)).copied()
}

/// The next midnight after `now`.
pub fn next_midnight(now: Timestamp, timezone: &TimeZone) -> Timestamp {
    let tomorrow = timezone.to_datetime(now).date().saturating_add(1.day());
    let midnight = timezone.to_ambiguous_timestamp(tomorrow.to_datetime(jiff::civil::Time::midnight()));
    midnight.compatible().unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(moment: &str) -> Timestamp {
        format!("2023-05-{moment}:00+08:00").parse().unwrap()
    }

    fn sichuan() -> TimeZone {
        TimeZone::get("Asia/Shanghai").unwrap()
    }

    #[test]
    fn providers_are_known_by_their_host() {
        assert_eq!(Pace::Auto.rate("smtp.163.com"), PERSONAL);
        assert_eq!(Pace::Auto.rate("SMTP.QQ.COM"), PERSONAL);
        assert_eq!(Pace::Auto.rate("smtp.qiye.163.com"), ENTERPRISE);
        assert_eq!(Pace::Auto.rate("smtp.exmail.qq.com"), ENTERPRISE);
        assert_eq!(Pace::Auto.rate("127.0.0.1"), UNLIMITED);
        assert_eq!(Pace::Auto.rate("mail.not163.com"), UNLIMITED);
        assert_eq!(Pace::None.rate("smtp.163.com"), UNLIMITED);
    }

    #[test]
    fn a_hundred_mails_through_a_personal_mailbox_take_three_days() {
        let (mut now, mut sent) = (at("11T08:30"), Vec::new());
        while sent.len() < 100 {
            now = PERSONAL.next(&sent, now, &sichuan());
            if now >= at("11T18:00") && now < at("12T00:00") {
                panic!("40 mails fit into the office hours of a day");
            }
            sent.push(now);
        }
        let on = |day: i8| sent.iter().filter(|at| sichuan().to_datetime(**at).day() == day).count();
        assert_eq!((on(11), on(12), on(13)), (40, 40, 20));
        for pair in sent.windows(2) {
            assert!(pair[1].duration_since(pair[0]) >= SignedDuration::from_secs(60));
        }
        for nine in sent.windows(9) {
            assert!(nine[8].duration_since(nine[0]) >= QUARTER);
        }
    }

    #[test]
    fn without_limits_mail_leaves_at_once() {
        let now = at("11T08:30");
        assert_eq!(UNLIMITED.next(&[now, now, now], now, &sichuan()), now);
        let none_a_day = Rate { per_day: 0, ..UNLIMITED };
        assert_eq!(
            none_a_day.next(&[], now, &sichuan()),
            now,
            "nothing sent: a limit of none is a mistake of configuration"
        );
    }
}
