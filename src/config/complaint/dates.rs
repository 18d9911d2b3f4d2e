//! What is wrong with the dates of a campaign.

use jiff::civil::Date;

use super::{Complaint, say};
use crate::domain::campaign::Offset;
use crate::domain::chinese::full_day_and_weekday as day_in_words;

pub(in crate::config) fn backwards() -> Complaint {
    say("结束日期早于开始日期", "请核对起止日期")
}

pub(in crate::config) fn opens_too_late(last_day: Date) -> Complaint {
    say(format!("开始的日子晚于截止日 {last_day}"), "请核对 opens 和截止日")
}

pub(in crate::config) fn far_from_period(what: &str, day: Date, from: Date, to: Date) -> Complaint {
    say(
        format!("{what} {day} 离活动起止日（{from} 至 {to}）太远"),
        "由往年的任务复制而来的，请核对这里和 period 的年份、月份；确是如此的可以不改",
    )
}

pub(in crate::config) fn year_of_no_period(year: i16, period: i16) -> Complaint {
    say(
        format!("表样的年份 {year} 不是活动的年份（{period}），单位填报的 {period} 年的表会当作别的年份退回"),
        format!("由往年的任务复制而来的，请改为 {period}；确要往年数据的可以不改"),
    )
}

pub(in crate::config) fn since_too_late(title: &str, last_day: Date) -> Complaint {
    say(
        format!("晚于“{title}”的截止日 {last_day}，此前按时报来的只登记为历史，都不计入"),
        "请把 since 设为通知印发之日",
    )
}

pub(in crate::config) fn step_on_a_day_off(day: Date, other: Option<(Offset, Date)>) -> Complaint {
    let remedy = other.map_or_else(
        || "请改成落在工作日".to_owned(),
        |(offset, day)| format!("请改为 at = \"{}\"（{}）", written(offset), day_in_words(day)),
    );
    say(
        format!("这一步在{}，不是工作日，永远不会发出", day_in_words(day)),
        format!("{remedy}；休息日也要发的，请在 shouwen.toml 的 [reminders] 中写 working_days_only = false"),
    )
}

pub(in crate::config) fn step_before_opening(day: Date, opens: Date) -> Complaint {
    say(
        format!("这一步在{}，那时还没有开始报送（opens = {opens}），永远不会发出", day_in_words(day)),
        "请改成 opens 以后的日子，或改 opens",
    )
}

pub(in crate::config) fn year_without_holidays(year: i16) -> Complaint {
    say(
        format!("{year} 年没有列出放假，会当作全年只有周末休息"),
        "请按国务院办公厅通知填写；还没有公布的，删去这一年，到时补上",
    )
}

pub(in crate::config) fn year_twice(year: i16) -> Complaint {
    say(format!("{year} 年写了两次"), "请合为一组 [[year]]，或改正年份")
}

pub(in crate::config) fn holiday_of_other_year(from: Date, year: i16) -> Complaint {
    say(format!("{from} 起的假期写在了 {year} 年之下"), "请改正日期，或移到所在年份之下")
}

fn written(Offset { days, working }: Offset) -> String {
    let unit = if working { "wd" } else { "d" };
    if days == 0 { "due".to_owned() } else { format!("due{days:+}{unit}") }
}
