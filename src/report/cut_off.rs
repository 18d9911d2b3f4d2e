//! What a configuration that was edited by hand cut off: units by whose codes mail and decisions are kept, and that are not in the
//! roster any more or became another there; mail that is kept as history although `since` is before it now. Nothing of it counts
//! for anybody, or it counts for somebody else, and no list shows it.

use super::table::clean;
use crate::domain::campaign::Campaign;
use crate::domain::mailbox::Mailbox;
use crate::domain::text::squeeze;
use crate::domain::unit::{Roster, Unit};
use crate::fault::Fault;
use crate::store::{Store, UsedUnit};

/// One unit, or one campaign, or what came to one mailbox, that is cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CutOff {
    /// What is cut off, in words.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
    /// Whether it may be meant: what is kept of campaigns that ended.
    pub may_be_meant: bool,
}

impl CutOff {
    /// For a list of what is wrong: what it is, and what to do.
    pub fn line(&self) -> String {
        format!("{}；{}", self.what, self.remedy)
    }
}

const LOST: &str = "请把名册中该单位的 code 列改回原来的代码（没有 code 列的，补上这一列；单位确已不报的，留着原行，填 valid_to）；\
                    来件若应改归别的单位，请运行 shouwen replay 重新归属";
const MOVED: &str = "代码须跟着单位走，请把 code 列改回；确是有意改用的，请运行 shouwen replay 重新归属";
const AS_HISTORY: &str = "请运行 shouwen replay 重新登记（先用 shouwen replay --dry-run 看会有什么变化）";
const ELSEWHERE: &str = "已经结束的任务不必管它；若改过 campaign.toml 的 id，请改回";

/// What the rosters cut off, the campaigns in their order, and then what `since` does.
///
/// # Errors
/// What the store reports.
pub fn cut_off(store: &Store, campaigns: &[Campaign], mailboxes: &[Mailbox]) -> Result<Vec<CutOff>, Fault> {
    let roster = |id: &str| campaigns.iter().find(|campaign| campaign.id == id).map(|found| &found.roster);
    // What is of no campaign may be of a unit of any.
    let is_anybodys = |code: &str| campaigns.iter().any(|campaign| campaign.roster.by_code(code).is_some());
    let is_cut = |campaign: &str, code: &str, name: Option<&str>| match roster(campaign) {
        Some(roster) => match roster.by_code(code) {
            Some(unit) => name.is_some_and(|name| moved(roster, unit, name).is_some()),
            None => true,
        },
        None => !campaign.is_empty() || !is_anybodys(code),
    };
    let used = store.used_units(&is_cut)?;
    let of = |id: &str| used.iter().filter(move |used| used.campaign == id).collect::<Vec<_>>();
    let mut told = Vec::new();
    for campaign in campaigns {
        told.extend(of(&campaign.id).into_iter().filter_map(|used| unit(campaign, used)));
    }
    told.extend(of("").into_iter().map(|used| lost("", used)));
    let mut gone: Vec<&str> = used.iter().map(|used| used.campaign.as_str()).collect();
    gone.retain(|id| !id.is_empty() && roster(id).is_none());
    gone.dedup();
    told.extend(gone.into_iter().map(|id| elsewhere(id, &of(id))));
    for mailbox in mailboxes {
        let mails = store.kept_as_history(mailbox)?;
        told.extend((mails > 0).then(|| as_history(mailbox, mails)));
    }
    Ok(told)
}

fn as_history(mailbox: &Mailbox, mails: u64) -> CutOff {
    let since = mailbox.since.map_or_else(|| "没有 since".to_owned(), |day| format!("since 是 {day}"));
    let what =
        format!("邮箱 {}：{mails}封来件登记为历史邮件，没有计入，而配置中{since}，它们应当计入", mailbox.id);
    CutOff { what, remedy: AS_HISTORY.to_owned(), may_be_meant: false }
}

/// Keeps what the codes of the rosters mean, so that it is noticed when they mean somebody else. `anew`: everything was filed again
/// by them, and what they meant before is past.
///
/// # Errors
/// What the store reports.
pub fn keep_names(store: &Store, campaigns: &[Campaign], anew: bool) -> Result<(), Fault> {
    for campaign in campaigns {
        let roster = &campaign.roster;
        let units: Vec<(&str, &str)> =
            roster.units.iter().map(|unit| (unit.code.as_str(), unit.name.as_str())).collect();
        let may_change = |code: &str, name: &str| {
            anew || roster.by_code(code).is_none_or(|unit| moved(roster, unit, name).is_none())
        };
        store.keep_names(&campaign.id, &units, &may_change)?;
    }
    Ok(())
}

/// The unit that now bears the name that `unit` had, where that is another one. A name that was only corrected is nobody else's.
fn moved<'a>(roster: &'a Roster, unit: &Unit, name: &str) -> Option<&'a Unit> {
    let name = squeeze(name);
    let bears = |unit: &Unit| unit.names().any(|known| squeeze(known) == name);
    let others = || roster.units.iter().filter(|other| other.code != unit.code);
    if bears(unit) { None } else { others().find(|other| bears(other)) }
}

fn unit(campaign: &Campaign, used: &UsedUnit) -> Option<CutOff> {
    let Some(unit) = campaign.roster.by_code(&used.code) else {
        return Some(lost(&format!("{}：", campaign.id), used));
    };
    let name = used.name.as_deref()?;
    let other = moved(&campaign.roster, unit, name)?;
    let what = format!(
        "{}：代码 {} 原是{name}，名册中现在是{}（{name}现在的代码是 {}），登记库中{name}的{}都算在了{}名下",
        campaign.id,
        unit.code,
        unit.name,
        other.code,
        counted(used),
        unit.name
    );
    Some(CutOff { what: clean(&what), remedy: MOVED.to_owned(), may_be_meant: false })
}

fn lost(place: &str, used: &UsedUnit) -> CutOff {
    let name = used.name.as_ref().map_or_else(String::new, |name| format!("（{name}）"));
    let what =
        format!("{place}名册中没有代码 {}{name}的单位，登记库中它的{}都不再计入", used.code, counted(used));
    CutOff { what: clean(&what), remedy: LOST.to_owned(), may_be_meant: false }
}

fn elsewhere(id: &str, used: &[&UsedUnit]) -> CutOff {
    let mails: u64 = used.iter().map(|used| used.mails).sum();
    let rulings: u64 = used.iter().map(|used| used.grants + used.rulings).sum();
    let what = format!("登记库中还有报送任务“{id}”的来件 {mails} 封、认定 {rulings} 项，配置中没有这个任务");
    CutOff { what: clean(&what), remedy: ELSEWHERE.to_owned(), may_be_meant: true }
}

/// 「来件 3 封、免报和延期 1 项、其他认定 2 项」.
fn counted(used: &UsedUnit) -> String {
    let kinds =
        [("来件", used.mails, "封"), ("免报和延期", used.grants, "项"), ("其他认定", used.rulings, "项")];
    let kinds = kinds.iter().filter(|(_, count, _)| *count > 0);
    kinds.map(|(what, count, of)| format!("{what} {count} {of}")).collect::<Vec<_>>().join("、")
}
