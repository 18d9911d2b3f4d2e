//! Days and hours as staff and units read them, in one place: 「5月10日（星期三）」, 「5-10 17:40」; and what persons ruled:
//! 「李某 5-11 09:30 归入绵阳职业技术学院：电话核实」.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Weekday};

use super::campaign::Campaign;
use super::decision::{Act, Decision, Scope};
use super::message::{MessageKind, TAKES_NOTHING};
use super::submission::NIL_ITEM;

/// 「5月10日」.
pub fn day(date: Date) -> String {
    format!("{}月{}日", date.month(), date.day())
}

/// 「2023年5月10日」.
pub fn full_day(date: Date) -> String {
    format!("{}年{}", date.year(), day(date))
}

/// 「5月10日（星期三）」.
pub fn day_and_weekday(date: Date) -> String {
    format!("{}（{}）", day(date), weekday(date))
}

/// 「2023年5月10日（星期三）」.
pub fn full_day_and_weekday(date: Date) -> String {
    format!("{}年{}", date.year(), day_and_weekday(date))
}

/// 「来件#17的申请就此答复」: of a request for what was granted.
pub fn answers(mail: i64) -> String {
    format!("来件#{mail}的申请就此答复，不再列入待答复。")
}

/// 「5月14日、5月16日至18日」: three days or more in a row are one stretch.
pub fn days(days: &[Date]) -> String {
    let follows = |a: &Date, b: &Date| a.tomorrow().is_ok_and(|next| next == *b);
    let text = |run: &[Date]| match run {
        [first, _, .., last] if first.month() == last.month() => format!("{}至{}日", day(*first), last.day()),
        [first, _, .., last] => format!("{}至{}", day(*first), day(*last)),
        few => few.iter().copied().map(day).collect::<Vec<_>>().join("、"),
    };
    days.chunk_by(follows).map(text).collect::<Vec<_>>().join("、")
}

/// 「星期三」.
pub fn weekday(date: Date) -> &'static str {
    match date.weekday() {
        Weekday::Monday => "星期一",
        Weekday::Tuesday => "星期二",
        Weekday::Wednesday => "星期三",
        Weekday::Thursday => "星期四",
        Weekday::Friday => "星期五",
        Weekday::Saturday => "星期六",
        Weekday::Sunday => "星期日",
    }
}

/// 「5月10日（星期三）17:40」, for sentences.
pub fn moment(at: DateTime) -> String {
    format!("{}{:02}:{:02}", day_and_weekday(at.date()), at.hour(), at.minute())
}

/// 「5月10日17:40」, for titles.
pub fn plain_moment(at: DateTime) -> String {
    format!("{}{:02}:{:02}", day(at.date()), at.hour(), at.minute())
}

/// The same, with its year where that is not the campaign's: a moment of another year is not taken for one of this.
pub fn moment_of(at: Timestamp, campaign: &Campaign) -> String {
    let local = campaign.local(at);
    let year = if is_of_its_years(local.date(), Some(campaign)) {
        String::new()
    } else {
        format!("{}年", local.year())
    };
    format!("{year}{}", moment(local))
}

/// 「2023年5月10日17:40」, for sentences that are sent on.
pub fn full_moment(at: DateTime) -> String {
    format!("{}{:02}:{:02}", full_day(at.date()), at.hour(), at.minute())
}

/// 「5月10日17时40分」, for file names, where no colon may stand.
pub fn moment_in_name(at: DateTime) -> String {
    format!("{}{:02}时{:02}分", day(at.date()), at.hour(), at.minute())
}

/// 「5-10 17:40」, for tables.
pub fn short_moment(at: DateTime) -> String {
    format!("{}-{:02} {:02}:{:02}", at.month(), at.day(), at.hour(), at.minute())
}

/// In which years of a campaign's due days and steps nobody has entered the holidays; none when all are known.
pub fn unknown_years(campaign: &Campaign) -> Option<String> {
    let calendar = &campaign.calendar;
    let last_days = campaign.requirements.iter().map(|requirement| (requirement, requirement.last_day(None)));
    let days = last_days.flat_map(|(requirement, last)| {
        let steps = campaign.chases.iter().filter(|chase| chase.requirement == requirement.id);
        let steps = steps.flat_map(|chase| &chase.steps).map(move |step| step.at.from_day(last, calendar));
        std::iter::once(last).chain(steps)
    });
    let years: BTreeSet<i16> = days.filter(|day| !calendar.knows(*day)).map(Date::year).collect();
    let years: Vec<String> = years.iter().map(ToString::to_string).collect();
    (!years.is_empty()).then(|| format!("{} 年的放假安排未知，只按周末推算工作日", years.join("、")))
}

/// That a server takes no mail of a mailbox, since when and in which words.
pub fn refusal(mailbox: &str, since: DateTime, words: &str) -> String {
    if let Some(words) = words.strip_prefix(TAKES_NOTHING) {
        let since = moment(since);
        return format!(
            "邮箱 {mailbox} 发不出信：发信服务器自{since}起一封信也没有收（{words}）；程序会自动再试"
        );
    }
    format!(
        "邮箱 {mailbox} 发不出信：发信服务器自{}起拒绝登录或发件人（{words}）；请核对授权码和发信地址",
        moment(since)
    )
}

/// 「李某 5-11 09:30 归入绵阳职业技术学院：电话核实」. Without its campaign, codes stand for names.
pub fn decision(decision: &Decision, campaign: Option<&Campaign>) -> String {
    let why = if decision.why.is_empty() { String::new() } else { format!("：{}", decision.why) };
    format!("{} {} {}{why}", decision.by, stamp(decision.at, campaign), ruling(decision, campaign))
}

/// 「归入绵阳职业技术学院」: what was ruled, without who, when and why.
pub fn ruling(decision: &Decision, campaign: Option<&Campaign>) -> String {
    let unit = unit_name(decision.unit.as_deref(), campaign);
    let part = decision.part.as_ref().map_or_else(String::new, |part| format!("附件“{}”", part.path));
    let scopes: Vec<String> = decision.scopes.iter().map(|asked| scope(asked, campaign)).collect();
    let scopes = scopes.join("、");
    let address = decision.address.as_deref().unwrap_or_default();
    match decision.act {
        Act::Assign if decision.unit.is_none() => format!("{part}与本处无关"),
        Act::Assign => format!("{part}归入{unit}"),
        Act::Accept if scopes.is_empty() => format!("收下{part}"),
        Act::Accept => format!("收下{part}作为{unit}的{scopes}"),
        Act::Return => format!("退回{part}"),
        Act::Waive => format!("{unit}免报{scopes}"),
        Act::Extend => {
            let until = decision.until.map_or_else(String::new, |until| day_in(until, campaign));
            format!("{unit}的{scopes}延期至{until}")
        }
        Act::Note => "备注".to_owned(),
        Act::Record => {
            let at = decision.came_at.map_or_else(String::new, |at| stamp(at, campaign));
            format!("{unit}的{scopes}{at}线下收到")
        }
        Act::Remember => format!("记住{address}为{unit}的发件人"),
        Act::Forget => format!("解除{address}与{unit}"),
        Act::Alias => {
            format!("记住“{}”是{unit}的写法", decision.alias.as_deref().unwrap_or_default())
        }
        Act::Left => format!("发信{}认定已发出，不再发", decision.outbox.unwrap_or_default()),
        Act::Resend => format!("发信{}认定没有发出，重新排队", decision.outbox.unwrap_or_default()),
        Act::Revive => format!("{address}恢复使用"),
        Act::Undo => format!("撤销第{}号认定", decision.undoes.unwrap_or_default()),
    }
}

/// 「信息采集表(EXCEL版)」, 「活动照片5月16日」: the titles of what a decision is about.
pub fn scope(scope: &Scope, campaign: Option<&Campaign>) -> String {
    let requirement = campaign.and_then(|campaign| campaign.requirement(&scope.requirement));
    let title = match (&scope.item, requirement) {
        (Some(id), Some(requirement)) => {
            let nil = (id == NIL_ITEM).then(|| MessageKind::NilReport.chinese().to_owned());
            requirement.item(id).map(|item| item.title.clone()).or(nil).unwrap_or_else(|| id.clone())
        }
        (None, Some(requirement)) => requirement.title.clone(),
        _ => Scope { day: None, ..scope.clone() }.to_string(),
    };
    scope.day.map_or_else(|| title.clone(), |on| format!("{title}（{}）", day(on)))
}

fn unit_name(code: Option<&str>, campaign: Option<&Campaign>) -> String {
    let code = code.unwrap_or_default();
    let unit = campaign.and_then(|campaign| campaign.roster.by_code(code));
    unit.map_or_else(|| code.to_owned(), |unit| unit.name.clone())
}

/// A day; with its year where that is not the campaign's.
pub fn day_in(date: Date, campaign: Option<&Campaign>) -> String {
    if is_of_its_years(date, campaign) { day(date) } else { full_day(date) }
}

fn is_of_its_years(date: Date, campaign: Option<&Campaign>) -> bool {
    campaign.is_some_and(|campaign| {
        let (from, to) = campaign.period;
        (from.year()..=to.year()).contains(&date.year())
    })
}

/// 「5-10 17:40」; with its year where that is not the campaign's.
pub fn stamp(at: Timestamp, campaign: Option<&Campaign>) -> String {
    let Some(local) = campaign.map(|campaign| campaign.local(at)) else { return at.to_string() };
    let short = short_moment(local);
    if is_of_its_years(local.date(), campaign) { short } else { format!("{}-{short}", local.year()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_are_worded_as_in_letters_and_tables() {
        let at = date(2023, 5, 10).at(17, 4, 0, 0);
        assert_eq!(moment(at), "5月10日（星期三）17:04");
        assert_eq!(short_moment(at), "5-10 17:04");
        assert_eq!(full_day(at.date()), "2023年5月10日");
        assert_eq!(full_moment(at), "2023年5月10日17:04");
        assert_eq!(moment_in_name(at), "5月10日17时04分");
    }

    #[test]
    fn days_in_a_row_are_told_as_a_stretch() {
        let text = |days: &[i8]| super::days(&days.iter().map(|day| date(2023, 5, *day)).collect::<Vec<_>>());
        assert_eq!(text(&[]), "");
        assert_eq!(text(&[14]), "5月14日");
        assert_eq!(text(&[14, 15]), "5月14日、5月15日");
        assert_eq!(text(&[14, 16, 17, 18, 20]), "5月14日、5月16日至18日、5月20日");
        assert_eq!(super::days(&[date(2023, 5, 30), date(2023, 5, 31), date(2023, 6, 1)]), "5月30日至6月1日");
    }
}
