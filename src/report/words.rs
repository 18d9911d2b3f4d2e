//! Signs and words of the desk: a standing is always shown as sign and word, never by colour alone.

use crate::domain::message::PartState;
use crate::domain::obligation::Standing;
use crate::domain::submission::ItemState;

/// The sign of a standing; all of them are in GBK, so they survive spreadsheets, chat programs and print.
pub fn sign(standing: Standing) -> &'static str {
    match standing {
        Standing::NotOpen => "·",
        Standing::Open => "○",
        Standing::Partial => "△",
        Standing::Complete => "√",
        Standing::CompleteLate => "√迟",
        Standing::Overdue => "×",
        Standing::OverduePartial => "▲",
        Standing::Nil => "零",
        Standing::Exempt => "免",
        Standing::Review => "？",
    }
}

/// Word of a standing in a table; the number of items lacking where that says more.
pub fn standing_word(standing: Standing, lacking: usize) -> String {
    match standing {
        Standing::Partial if lacking > 0 => format!("缺{lacking}项"),
        Standing::OverduePartial if lacking > 0 => format!("逾期缺{lacking}项"),
        Standing::Open => "待报".to_owned(),
        other => other.chinese().to_owned(),
    }
}

/// The family of a standing: one of five looks, told apart by form as well as colour.
pub fn family(standing: Standing) -> &'static str {
    match standing {
        Standing::Complete | Standing::CompleteLate | Standing::Nil => "done",
        Standing::Partial => "due",
        Standing::Overdue | Standing::OverduePartial => "late",
        Standing::Review => "ask",
        Standing::NotOpen | Standing::Open | Standing::Exempt => "calm",
    }
}

/// The sign of an item in a cell.
pub fn item_sign(state: ItemState) -> &'static str {
    match state {
        ItemState::Accepted => "√",
        ItemState::Flawed => "补",
        ItemState::Rejected => "退",
        ItemState::Review => "？",
        ItemState::Missing => "缺",
        ItemState::Exempt => "免",
    }
}

/// The family of an item's state.
pub fn item_family(state: ItemState, is_late: bool) -> &'static str {
    match state {
        ItemState::Accepted => "done",
        ItemState::Flawed => "due",
        ItemState::Review => "ask",
        ItemState::Rejected => "late-text",
        ItemState::Missing if is_late => "late-text",
        ItemState::Missing | ItemState::Exempt => "calm",
    }
}

/// The family of a part's state.
pub fn part_family(state: PartState) -> &'static str {
    match state {
        PartState::Accepted => "done",
        PartState::Flawed => "due",
        PartState::Review => "ask",
        PartState::Rejected | PartState::Unreadable => "late-text",
        _ => "calm",
    }
}

/// Word of a part's state; what holds others is told by what it is.
pub fn part_word(state: PartState, media_type: &str) -> &'static str {
    match state {
        PartState::Container if media_type == "message/rfc822" => "转发邮件",
        _ => state.chinese(),
    }
}

/// How a photo or film is like an earlier one.
pub fn alike_word(is_same: bool) -> &'static str {
    if is_same { "相同" } else { "相似" }
}

/// Whose service a cloud link leads to.
pub fn provider_word(provider: &str) -> &'static str {
    match provider {
        "qq" => "QQ邮箱超大附件",
        "exmail" => "腾讯企业邮箱",
        "wecom" => "企业微信",
        "163" => "网易邮箱",
        "139" => "139邮箱",
        "baidu" => "百度网盘",
        "aliyun" => "阿里云盘",
        _ => "其他网站",
    }
}

/// The folder as staff know it.
pub fn folder_word(folder: &str) -> &str {
    match folder {
        inbox if inbox.eq_ignore_ascii_case("inbox") => "收件箱",
        // Imported mail came from a file; where that lay on the machine is nobody's business.
        file if file.starts_with('/') => file.rsplit('/').next().unwrap_or(file),
        folder => folder,
    }
}
