//! Thirds of a month that a text names (2月上旬, 中旬, 2月11日至20日), for returns that are asked for every ten days. Each month has them, so
//! that 上旬旬报 of one that is late was filed for the next.

use super::months::{Span, spans};
use super::rivals::in_digits;
use super::squeeze;
use super::which_week::{BEFORE_PAPER, counted_from};

/// The letters of the thirds, in order.
const LETTERS: [char; 3] = ['上', '中', '下'];
/// Between thirds that are named together.
const JOINTS: &[char] = &['、', '和', '及', '与', '至', '到', '-', '/'];
/// Of a third, at least but for February's, and of what is named by its days, at most.
const DAYS: u64 = 10;
const MOST_DAYS: u64 = 15;

/// A third of a month, with what stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Third {
    pub year: Option<i16>,
    pub month: Option<u64>,
    pub nth: u64,
}

/// The thirds that a text names. Each line is read by itself.
pub(super) fn thirds(text: &str) -> Vec<Third> {
    let lines = text.lines().map(|line| in_digits(&squeeze(line)));
    lines.flat_map(|line| by_word(&line).into_iter().chain(by_days(&line)).collect::<Vec<_>>()).collect()
}

/// 2026年2月上旬, 上、中旬; not 报上旬报, which hands a paper in.
fn by_word(line: &str) -> Vec<Third> {
    let mut found = Vec::new();
    for (at, word) in line.match_indices('旬') {
        let before = line.get(..at).unwrap_or_default();
        let is_paper = line.get(at + word.len()..).is_some_and(|behind| behind.starts_with('报'));
        let list_at = before.trim_end_matches(|c| LETTERS.contains(&c) || JOINTS.contains(&c)).len();
        let (before, list) = before.split_at(list_at);
        if is_paper && list == "上" && before.ends_with(BEFORE_PAPER) {
            continue;
        }
        let (year, month) = counted_from(before);
        let month = month.and_then(|month| u64::try_from(month).ok());
        let named = (1..).zip(LETTERS).filter(|(_, letter)| list.contains(*letter));
        found.extend(named.map(|(nth, _)| Third { year, month, nth }));
    }
    found
}

/// 2月11日至20日: the third of which more than half of these days are.
fn by_days(line: &str) -> Vec<Third> {
    let of = |Span { year, from, to }: Span| {
        let (month, days) = (from.0, to.1.checked_sub(from.1)? + 1);
        let third = |day: u64| (day.saturating_sub(1) / DAYS).min(2) + 1;
        let inside = |nth: u64| (from.1..=to.1).filter(|day| third(*day) == nth).count() as u64;
        let nth = (1..=3).find(|nth| inside(*nth) * 2 > days);
        let is_third = to.0 == month && (2..=MOST_DAYS).contains(&days);
        is_third.then_some(Third { year, month: Some(month), nth: nth? })
    };
    spans(line).into_iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirds_are_named_by_words_and_by_days() {
        let third = |year, month, nth| Third { year, month, nth };
        for (text, named) in [
            ("2026年2月上旬旬报", &[third(Some(2026), Some(2), 1)][..]),
            ("二月中旬", &[third(None, Some(2), 2)]),
            ("下旬旬报", &[third(None, None, 3)]),
            ("2月上、中旬", &[third(None, Some(2), 1), third(None, Some(2), 2)]),
            ("2月11日至2月20日", &[third(None, Some(2), 2)]),
            ("2026.2.21-2.28", &[third(Some(2026), Some(2), 3)]),
            ("2月9日至2月18日", &[third(None, Some(2), 2)]),
            ("报上旬报", &[]),
            ("旬报", &[]),
            ("2月1日至2月28日", &[]),
        ] {
            assert_eq!(thirds(text), named, "{text}");
        }
    }

    #[test]
    fn long_texts_are_read_through_once() {
        for run in ["上", "旬", "上旬", "、"] {
            thirds(&run.repeat(60_000 / run.len()));
        }
    }
}
