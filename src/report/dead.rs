//! Addresses of the roster that mail does not reach any more, each with the server's words and the address that is used
//! instead: staff correct the roster, telephone, or bring one back.

use serde::Serialize;

use super::table::clean;
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::fault::Fault;
use crate::store::Store;

/// An address of a unit from which mail came back.
#[derive(Debug, Clone, Serialize)]
pub struct DeadAddressJson {
    /// Name of the unit.
    pub unit: String,
    /// The address.
    pub address: String,
    /// The server's words.
    pub why: String,
    /// Since when it is known.
    pub since: String,
    /// The address of the roster that is used instead; none where there is no other.
    pub instead: Option<String>,
    /// All of it in words.
    #[serde(skip)]
    pub words: String,
}

/// Dead addresses of the units of a campaign, in roster order.
///
/// # Errors
/// What the store reports.
pub fn dead_addresses(store: &Store, campaign: &Campaign) -> Result<Vec<DeadAddressJson>, Fault> {
    let dead = store.dead_addresses()?;
    let of = |email: &str| dead.iter().find(|dead| dead.address == email.to_lowercase());
    let mut told = Vec::new();
    for unit in &campaign.roster.units {
        let instead = unit.emails.iter().find(|email| of(email).is_none());
        for (address, dead) in unit.emails.iter().filter_map(|email| Some((email, of(email)?))) {
            let since = chinese::short_moment(campaign.local(dead.since));
            let next = instead.map_or_else(|| "名册没有别的地址".to_owned(), |next| format!("改用 {next}"));
            told.push(DeadAddressJson {
                unit: unit.name.clone(),
                address: address.clone(),
                why: dead.why.clone(),
                since: campaign.rfc3339(dead.since),
                instead: instead.cloned(),
                words: clean(&format!("{} {address}：{}（{since}起），{next}", unit.name, dead.why)),
            });
        }
    }
    Ok(told)
}
