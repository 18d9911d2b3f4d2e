//! What every command needs first: configuration, store, clock, and which campaign or unit a person means.

use std::sync::Arc;

use super::{Common, Failure, typed};
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::daemon::House;
use crate::domain::campaign::Campaign;
use crate::domain::decision::TaughtName;
use crate::domain::unit::Unit;
use crate::recognition::names::NameBook;
use crate::recognition::squeeze;
use crate::report;
use crate::store::{Lock, Store};

/// Finds and loads the configuration.
pub(super) fn configuration(common: &Common) -> Result<Config, Failure> {
    let path = config::find(common.config.as_deref()).map_err(|error| Failure::usage(error.to_string()))?;
    config::load(&path).map_err(|errors| Failure::usage(errors.to_string()))
}

/// Opens everything a command that looks or decides works with; the daemon may be running.
pub(super) fn house(common: &Common) -> Result<Arc<House>, Failure> {
    let config = configuration(common)?;
    let store = Store::open(&config.data_dir)?;
    Ok(assembled(common, config, store))
}

/// Opens everything for a command that turns the river, alone: the lock is held until it is dropped, and what a dead
/// predecessor left behind is put in order.
pub(super) fn river(common: &Common) -> Result<(Arc<House>, Lock), Failure> {
    let config = configuration(common)?;
    let lock = Lock::take(&config.data_dir)?;
    let store = Store::open(&config.data_dir)?;
    store.clear_leftovers(&lock)?;
    let house = assembled(common, config, store);
    let has = |id: &str| house.config.mailboxes.iter().any(|mailbox| mailbox.id == id);
    if let Err(fault) = house.store.blobs().clear_begun(|begun| has(&begun.mailbox), &lock) {
        tracing::warn!("beginnings of mails that nobody goes on with are not removed: {fault}");
    }
    house.store.recover_outbox(house.clock.now())?;
    report::keep_names(&house.store, &house.config.campaigns, false)?;
    Ok((house, lock))
}

fn assembled(common: &Common, config: Config, store: Store) -> Arc<House> {
    Arc::new(House { config, store, clock: clock(common) })
}

/// The clock that a command goes by.
pub(super) fn clock(common: &Common) -> Clock {
    common.now.map_or_else(Clock::system, Clock::starting_at)
}

/// The campaign that is meant; with several, it has to be named.
pub(super) fn campaign<'a>(house: &'a House, wanted: Option<&str>) -> Result<&'a Campaign, Failure> {
    campaign_of(&house.config.campaigns, wanted)
}

/// The same without a store.
pub(super) fn campaign_of<'a>(all: &'a [Campaign], wanted: Option<&str>) -> Result<&'a Campaign, Failure> {
    let ids = || all.iter().map(|campaign| campaign.id.as_str()).collect::<Vec<_>>().join("、");
    match (wanted, all) {
        (Some(id), _) => {
            let found = all.iter().find(|campaign| campaign.id == id);
            found.ok_or_else(|| Failure::usage(format!("没有报送任务“{id}”；已配置：{}", ids())))
        }
        (None, [only]) => Ok(only),
        (None, []) => Err(Failure::usage("配置里没有报送任务（campaigns = []）。")),
        (None, _) => Err(Failure::usage(format!("有多个报送任务，请用 --campaign 指明：{}", ids()))),
    }
}

/// The unit that a person means: code, name, any alias, what persons taught, or what the register would know as its name. None where nobody
/// is meant or several.
pub(super) fn known_unit<'a>(
    campaign: &'a Campaign,
    taught: &[TaughtName],
    wanted: &str,
) -> Option<&'a Unit> {
    let wanted = squeeze(&typed::plain(wanted));
    // As the lists show it: 成都市教育局（5101）.
    let listed = || {
        let (name, code) = wanted.strip_suffix(')')?.rsplit_once('(')?;
        campaign.roster.by_code(code).filter(|unit| squeeze(&unit.name) == name)
    };
    let by_name = || match NameBook::taught(&campaign.roster, taught).mentions(&wanted).as_slice() {
        [only] if only.chars == wanted.chars().count() => campaign.roster.by_code(&only.code),
        _ => None,
    };
    campaign.roster.find(&wanted).or_else(listed).or_else(by_name)
}

/// The group that a person means: id, title, or a part of the title that only one has (高职, 市州).
pub(super) fn group(campaign: &Campaign, wanted: &str) -> Result<String, Failure> {
    let letters = |text: &str| -> String { squeeze(text).chars().filter(|c| c.is_alphanumeric()).collect() };
    let exact = campaign.groups.iter().find(|(id, title)| id == wanted || title == wanted);
    let mut like = campaign.groups.iter().filter(|(_, title)| letters(title).contains(&letters(wanted)));
    let found =
        exact.or_else(|| like.next().filter(|_| like.next().is_none() && !letters(wanted).is_empty()));
    let known = || {
        campaign.groups.iter().map(|(id, title)| format!("{id}（{title}）")).collect::<Vec<_>>().join("、")
    };
    found
        .map(|(id, _)| id.clone())
        .ok_or_else(|| Failure::usage(format!("没有类别“{wanted}”；可用：{}", known())))
}
