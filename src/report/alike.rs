//! Photos and films that came before: sent once more, under another day, or by another unit. Looked up only for what is
//! shown, since each costs a question to the store.

use super::messages::{AlikeJson, MessageJson, PartJson};
use crate::domain::campaign::{Campaign, ItemKind};
use crate::fault::Fault;
use crate::store::Store;

/// Names the earlier ones beside those parts of `messages` that `wanted` picks by register number and place.
///
/// # Errors
/// What the store reports.
pub fn add_alike(
    store: &Store,
    campaigns: &[Campaign],
    messages: &mut [MessageJson],
    wanted: impl Fn(i64, usize) -> bool,
) -> Result<(), Fault> {
    let mut shots = Vec::new();
    for (at, message) in messages.iter().enumerate() {
        for (place, part) in message.parts.iter().enumerate() {
            let is_film = part.media_type.starts_with("image/") || part.media_type.starts_with("video/");
            if let Some(sha256) = part.sha256.as_ref().filter(|_| is_film && part.item.is_some())
                && wanted(message.id, place)
            {
                shots.push((at, place, sha256.clone()));
            }
        }
    }
    let asked = |(at, place, sha256): &(usize, usize, String)| {
        let message = messages.get(*at)?;
        Some((message.id, u32::try_from(*place).ok()?, sha256.clone()))
    };
    let asked: Vec<(i64, u32, String)> = shots.iter().filter_map(asked).collect();
    let asked: Vec<(i64, u32, &str)> = asked.iter().map(|(id, place, hash)| (*id, *place, &**hash)).collect();
    for ((at, place, _), earlier) in shots.iter().zip(store.earlier(&asked)?) {
        let Some(message) = messages.get_mut(*at) else { continue };
        let campaign = message.campaign.clone();
        let Some(part) = message.parts.get_mut(*place) else { continue };
        // Filled forms look alike whoever fills them.
        let is_shot = asks_for_shots(campaigns, part.campaign.as_ref().or(campaign.as_ref()), part);
        let named = earlier.into_iter().filter(|alike| alike.is_same || is_shot);
        part.alike = named
            .map(|alike| AlikeJson { message: alike.message, path: alike.path, same: alike.is_same })
            .collect();
    }
    Ok(())
}

/// Whether a part answers an item of photos or films.
fn asks_for_shots(campaigns: &[Campaign], campaign: Option<&String>, part: &PartJson) -> bool {
    let campaign = campaigns.iter().find(|one| Some(&one.id) == campaign);
    let requirement = campaign.and_then(|campaign| campaign.requirement(part.requirement.as_deref()?));
    let item = requirement.and_then(|requirement| requirement.item(part.item.as_deref()?));
    item.is_some_and(|item| matches!(item.kind, ItemKind::Photo | ItemKind::Video))
}
