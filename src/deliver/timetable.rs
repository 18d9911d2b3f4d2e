//! When each queued mail will leave. One function says it: the sender obeys it and every list of the outbox prints it,
//! so that what staff are told is what happens, unless a server or a person comes between.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::Sender;
use super::pace::PACE_LOOKS_BACK;
use crate::fault::Fault;
use crate::store::{ALARM, OutboxRow, OutboxState, Store};

/// The first moment from another on at which a mail may leave by its own hours; none when it may not at all. The rooms
/// that queue mail provide it; this one knows nothing of offices.
pub type Opens = Arc<dyn Fn(&OutboxRow, Timestamp) -> Option<Timestamp> + Send + Sync>;

/// Queued mails of one mailbox, one after another with the moments at which they will leave.
pub(super) struct Timetable<'a> {
    sender: &'a Sender,
    /// Those that are still to leave, the first to be preferred last.
    left: Vec<&'a OutboxRow>,
    /// When mail was tried or will be, in order.
    tried: Vec<Timestamp>,
    at: Timestamp,
}

impl<'a> Timetable<'a> {
    /// `queue`: what is queued; `tried`: when mail left through this mailbox before, in order.
    pub(super) fn new(
        sender: &'a Sender,
        queue: &'a [OutboxRow],
        tried: Vec<Timestamp>,
        now: Timestamp,
    ) -> Self {
        let mut left: Vec<&OutboxRow> = queue.iter().collect();
        // What was tried goes behind what was not: one mail at which a server always hangs up keeps back no other.
        left.sort_by_key(|row| Reverse((rank(row), row.settled_at, row.id)));
        Self { sender, left, tried, at: now }
    }
}

impl<'a> Iterator for Timetable<'a> {
    type Item = (&'a OutboxRow, Timestamp);

    fn next(&mut self) -> Option<Self::Item> {
        let rate = self.sender.rate();
        loop {
            self.at = rate.next(&self.tried, self.at, &self.sender.timezone);
            let at = self.at;
            let opens = |row: &&OutboxRow| (self.sender.opens)(row, at.max(row.mail.leaves_at));
            let opening = self.left.iter().enumerate().filter_map(|(place, row)| Some((opens(row)?, place)));
            // Of those that open first the last one of the list.
            let (first, place) = opening.min_by_key(|(moment, place)| (*moment, Reverse(*place)))?;
            if first > at {
                self.at = first;
                continue;
            }
            self.tried.push(at);
            return Some((self.left.remove(place), at));
        }
    }
}

/// What may not wait behind a queue of days: first what staff must act on, then their lists, then letters.
fn rank(row: &OutboxRow) -> u8 {
    match (row.mail.kind == ALARM, row.mail.unit.is_none()) {
        (true, _) => 0,
        (_, true) => 1,
        _ => 2,
    }
}

/// What is queued for the sender's mailbox and may go to its recipient at all; while a person paused all mail, alarms.
pub(super) fn queue(store: &Store, sender: &Sender) -> Result<Vec<OutboxRow>, Fault> {
    let is_paused = store.paused()?.is_some();
    let mut rows = store.outbox(Some(OutboxState::Queued))?;
    rows.retain(|row| {
        let is_ours = row.mail.mailbox == sender.mailbox.id && sender.may_write_to(&row.mail.to);
        is_ours && (!is_paused || row.mail.kind == ALARM)
    });
    Ok(rows)
}

/// When each queued mail of the sender's mailbox will leave, by row number. What may not leave as things stand is not
/// among them. `now` counts as the moment from which it is reckoned.
///
/// # Errors
/// Those of the store.
pub fn forecast(store: &Store, sender: &Sender, now: Timestamp) -> Result<BTreeMap<i64, Timestamp>, Fault> {
    let (queue, tried) = (queue(store, sender)?, store.tried_at(&sender.mailbox.id, now - PACE_LOOKS_BACK)?);
    Ok(Timetable::new(sender, &queue, tried, now).map(|(row, at)| (row.id, at)).collect())
}
