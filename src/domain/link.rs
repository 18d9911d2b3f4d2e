//! How a cloud attachment stands at a moment. Expiry is not stored as a state: it comes by itself.

use jiff::Timestamp;

use super::campaign::Campaign;
use super::chinese;
use super::message::words;

/// Days before its end from which a link is urgent for whoever has to download it.
pub const SOON_DAYS: i32 = 3;

words! {
    /// What became of a cloud link (`contract.md` 4).
    LinkState {
        /// Its file has not been downloaded.
        Waiting => "waiting", "待下载";
        /// Its file stands among the parts.
        Fetched => "fetched", "已下载";
        /// It ended before its file was downloaded.
        Expired => "expired", "已失效";
    }
}

impl LinkState {
    /// Of a link that ends at `expires`, if it says.
    pub fn at(is_fetched: bool, expires: Option<Timestamp>, now: Timestamp) -> Self {
        match expires {
            _ if is_fetched => LinkState::Fetched,
            Some(end) if end <= now => LinkState::Expired,
            _ => LinkState::Waiting,
        }
    }
}

/// Calendar days until a link ends: 0 on its last day, negative after it.
pub fn days_left(campaign: &Campaign, expires: Timestamp, now: Timestamp) -> i32 {
    let (end, today) = (campaign.local(expires).date(), campaign.local(now).date());
    (end - today).get_days()
}

/// 「还剩3天，6月14日（星期三）15:29失效」.
pub fn remaining(campaign: &Campaign, expires: Option<Timestamp>, now: Timestamp) -> String {
    let Some(end) = expires else { return "未注明失效时间".to_owned() };
    let moment = chinese::moment(campaign.local(end));
    match days_left(campaign, end, now) {
        _ if end <= now => format!("已于{moment}失效"),
        0 => format!("今天失效，{moment}"),
        days => format!("还剩{days}天，{moment}失效"),
    }
}
