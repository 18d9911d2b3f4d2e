//! Commands that only look at one thing: show, outbox. They work beside the daemon.

use std::sync::Arc;

use super::screen::{print, print_json, screen};
use super::{Common, DONE, Failure, Outcome, WAITS};
use super::{open, staff, typed};
use crate::daemon::{self, House};
use crate::domain::message::MessageState;
use crate::report::{self, MessageJson, Question};
use crate::store::OutboxState;

/// An address as it is kept: of `张三 <zhang@a.example>` what is inside.
pub(super) fn bare_address(wanted: &str) -> String {
    let wanted = typed::plain(wanted);
    let inside = wanted.rsplit_once('<').map_or(wanted.as_str(), |(_, inside)| inside);
    inside.trim().trim_end_matches('>').to_lowercase()
}

/// A state of the register by its word, in either language.
pub(super) fn message_state(word: &str) -> Result<MessageState, Failure> {
    let by_chinese = MessageState::ALL.iter().copied().find(|state| state.chinese() == word);
    MessageState::from_word(word).or(by_chinese).ok_or_else(|| {
        let known: Vec<&str> = MessageState::ALL.iter().map(|state| state.word()).collect();
        Failure::usage(format!("没有状态“{word}”；可用：{}", known.join("、")))
    })
}

/// `shouwen show ID`: a register number or Message-ID, else a unit.
pub(super) fn show(common: &Common, id: &str, json: bool, campaign: Option<&str>) -> Outcome {
    let house = open::house(common)?;
    let rows = staff::mails(&house, id)?;
    let mut messages = report::messages_json(&rows, &house.config.campaigns, house.clock.now());
    report::add_decisions(&mut messages, &house.store.decisions()?, &house.config.campaigns);
    report::add_alike(&house.store, &house.config.campaigns, &mut messages, |_, _| true)?;
    let Some(message) = messages.first_mut() else {
        return show_unit(&house, id, json, campaign);
    };
    for campaign in &house.config.campaigns {
        message.corrections.extend(report::corrections(&house.store, campaign, message.id)?);
    }
    if json {
        print_json(message)?;
    } else {
        print(&report::show_text(message, &house.config.campaigns))?;
    }
    Ok(if common.strict && waits(message) { WAITS } else { DONE })
}

/// Whether a mail waits for a person.
pub(super) fn waits(message: &MessageJson) -> bool {
    matches!(message.state, Some(MessageState::Review | MessageState::Parked))
}

fn show_unit(house: &Arc<House>, wanted: &str, json: bool, campaign: Option<&str>) -> Outcome {
    let campaign = open::campaign(house, campaign)?;
    let unit = staff::unit_named(house, campaign, wanted)
        .or_else(|failure| Err(staff::neither(house, wanted, failure)?))?;
    let question = Question {
        campaign,
        mailboxes: &house.config.mailboxes,
        now: house.clock.now(),
        as_of: None,
        with_files: json,
    };
    let leaving = daemon::forecast(house)?;
    let campaigns = &house.config.campaigns;
    let mut file = report::unit_file(&house.store, &question, campaigns, unit, &leaving)?;
    report::add_alike(&house.store, campaigns, &mut file.messages, |_, _| true)?;
    if json {
        print_json(&file)?;
    } else {
        print(&report::unit_text(&file, campaign, campaigns, unit, screen()))?;
    }
    Ok(DONE)
}

/// `shouwen outbox`.
pub(super) fn outbox(common: &Common, json: bool) -> Outcome {
    let house = open::house(common)?;
    let mails = house.store.outbox(None)?;
    // What did not arrive, or nobody knows whether it did, is for a person.
    let waits = mails
        .iter()
        .any(|mail| matches!(mail.state, OutboxState::Failed | OutboxState::Unsure | OutboxState::Bounced));
    let (leaving, held) = (daemon::forecast(&house)?, daemon::held(&house)?);
    let rows = report::outbox_json(&mails, &house.config.campaigns, &leaving, &held);
    if json {
        print_json(&rows)?;
    } else {
        print(&pause_line(&house)?)?;
        print(&report::outbox_text(&rows, &house.config.campaigns, screen()))?;
    }
    Ok(if common.strict && waits { WAITS } else { DONE })
}

/// That a person paused all mail, if so.
pub(super) fn pause_line(house: &House) -> Result<String, Failure> {
    Ok(report::pause_line(house.store.paused()?.as_ref(), &house.config.campaigns))
}
