//! `status`: who has sent what, as of a moment; of all units or of those that are asked about, in every shape.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use jiff::SignedDuration;

use super::screen::{print, print_json, screen, write_page, write_workbook};
use super::{Common, DONE, Failure, Outcome, WAITS};
use super::{look, open, staff, typed, wanted};
use crate::daemon::{self, House};
use crate::domain::campaign::{Campaign, Requirement};
use crate::domain::obligation::Standing;
use crate::report::{self, Focus, Narrow, Question, Remarks, Status};
use crate::store::{MessageFilter, OutboxState};

/// A day ends a second before the next one, on which what was due is late.
const SECOND: SignedDuration = SignedDuration::from_secs(1);

#[derive(Args)]
pub(super) struct StatusOptions {
    /// 截至何时：2023-05-11T09:00，或日期（当天结束）；默认现在
    #[arg(long, value_name = "T")]
    as_of: Option<String>,
    /// 报送任务
    #[arg(long, value_name = "ID")]
    campaign: Option<String>,
    /// 只看一项报送要求：编号或名称中的几个字
    #[arg(long, value_name = "R")]
    req: Option<String>,
    /// 只看一天（每日报送的材料）：5-16、今天、昨天
    #[arg(long, value_name = "D")]
    day: Option<String>,
    /// 只看一类单位；几类用逗号隔开
    #[arg(long, value_name = "G")]
    group: Option<String>,
    /// 只看一个市州；几个用逗号隔开
    #[arg(long, value_name = "CITY")]
    city: Option<String>,
    /// 只看一个单位：代码、全称或简称
    #[arg(long, value_name = "U")]
    unit: Option<String>,
    /// 只看某种情况的：overdue、逾期未报等，几种用逗号隔开
    #[arg(long, value_name = "S")]
    standing: Option<String>,
    /// 只看已有这件材料的；几件用逗号隔开
    #[arg(long, value_name = "ITEM")]
    has: Option<String>,
    /// 只看缺这件材料的；几件用逗号隔开
    #[arg(long, value_name = "ITEM")]
    lacks: Option<String>,
    /// 列出材料中的问题：编号如 V05、OLD_TEMPLATE，几种用逗号隔开，全部用 all
    #[arg(long, value_name = "CODE")]
    flaw: Option<String>,
    /// 只看连续几天没有报送的（每日报送的材料）
    #[arg(long, value_name = "N")]
    silent: Option<u32>,
    /// 只看还没报齐的
    #[arg(long)]
    missing: bool,
    /// 输出可发工作群或报送领导的一段话
    #[arg(long, group = "shape")]
    text: bool,
    /// 输出 JSON
    #[arg(long, group = "shape")]
    json: bool,
    /// 输出 CSV
    #[arg(long, group = "shape")]
    csv: bool,
    /// 写成 Excel 工作簿；F 是文件夹时自动取名
    #[arg(long, value_name = "F", group = "shape")]
    xlsx: Option<PathBuf>,
    /// 写成单个网页文件；F 是文件夹时自动取名
    #[arg(long, value_name = "F", group = "shape")]
    html: Option<PathBuf>,
}

/// A status with what was asked of it.
struct Answer<'c> {
    campaign: &'c Campaign,
    status: Status,
    narrow: Narrow,
    /// The one requirement that is shown; none: all.
    shown: Option<&'c Requirement>,
    conditions: String,
    /// Of how many units.
    of: usize,
    /// Who would be in it too if what waits were decided so.
    undecided: Vec<String>,
}

/// `shouwen status`.
pub(super) fn status(common: &Common, options: &StatusOptions) -> Outcome {
    let house = open::house(common)?;
    let campaign = open::campaign(&house, options.campaign.as_deref())?;
    let answer = answer(&house, campaign, options)?;
    if options.json {
        print_json(&answer.status)?;
    } else {
        show(&house, options, &answer)?;
    }
    let waiting = &answer.status.waiting;
    let waits = waiting.unassigned + waiting.review + waiting.parked > 0;
    Ok(if common.strict && waits { WAITS } else { DONE })
}

fn answer<'c>(house: &House, campaign: &'c Campaign, options: &StatusOptions) -> Result<Answer<'c>, Failure> {
    let now = house.clock.now();
    let as_of = options.as_of.as_deref();
    let as_of =
        as_of.map(|text| typed::moment(campaign, text, |day| campaign.end_of(day) - SECOND)).transpose()?;
    let moment = as_of.unwrap_or(now);
    let (mut narrow, shown) = narrow(house, campaign, options, campaign.local(moment).date())?;
    let mailboxes = &house.config.mailboxes;
    let question = Question { campaign, mailboxes, now, as_of, with_files: options.json };
    let mut status = report::status(&house.store, &question)?;
    let of = status.units.len();
    narrow.requirement = options.req.as_ref().and(shown).map(|one| one.id.clone());
    let undecided = narrow.apply(&mut status);
    if let Some(unit) = narrow.unit.as_ref().and_then(|code| campaign.roster.by_code(code))
        && !campaign.owing_units().any(|owing| owing.code == unit.code)
    {
        // An empty answer would look as if nothing had come.
        eprintln!("{0}不在应报单位之列；它送来的材料见 shouwen messages --unit {0}", unit.name);
    }
    let conditions = narrow.in_words(campaign);
    Ok(Answer { campaign, status, narrow, shown, conditions, of, undecided })
}

/// What is asked, and the one requirement that it is about, where it is about one.
fn narrow<'c>(
    house: &House,
    campaign: &'c Campaign,
    options: &StatusOptions,
    today: jiff::civil::Date,
) -> Result<(Narrow, Option<&'c Requirement>), Failure> {
    let requirement = options.req.as_deref().map(|one| wanted::requirement(campaign, one)).transpose()?;
    let item = |word| wanted::item(campaign, requirement, word);
    let flaws: Vec<String> = wanted::list(options.flaw.as_deref()).map(str::to_uppercase).collect();
    let any_flaw = flaws.iter().any(|code| code == "ALL");
    let unit = options.unit.as_deref().map(|unit| staff::unit_named(house, campaign, unit)).transpose()?;
    let narrow = Narrow {
        groups: wanted::list(options.group.as_deref())
            .map(|word| open::group(campaign, word))
            .collect::<Result<_, _>>()?,
        cities: wanted::list(options.city.as_deref())
            .map(|word| wanted::city(campaign, word))
            .collect::<Result<_, _>>()?,
        unit: unit.map(|unit| unit.code.clone()),
        requirement: None,
        day: options.day.as_deref().map(|day| wanted::day(campaign, today, day)).transpose()?,
        standings: wanted::list(options.standing.as_deref()).map(standing).collect::<Result<_, _>>()?,
        has: wanted::list(options.has.as_deref()).map(item).collect::<Result<_, _>>()?,
        lacks: wanted::list(options.lacks.as_deref()).map(item).collect::<Result<_, _>>()?,
        flaws: if any_flaw { Vec::new() } else { flaws },
        any_flaw,
        silent: options.silent,
        missing: options.missing,
    };
    let of_items: Vec<&str> = narrow.has.iter().chain(&narrow.lacks).map(|(of, _)| of.as_str()).collect();
    let implied = of_items.first().filter(|first| of_items.iter().all(|of| of == *first));
    let shown = requirement.or_else(|| campaign.requirement(implied?));
    Ok((narrow, shown))
}

fn standing(word: &str) -> Result<Standing, Failure> {
    let by_chinese = Standing::ALL.iter().copied().find(|standing| standing.chinese() == word);
    Standing::from_word(word).or(by_chinese).ok_or_else(|| {
        let known =
            Standing::ALL.iter().map(|standing| format!("{}（{}）", standing.word(), standing.chinese()));
        Failure::usage(format!("没有情况“{word}”；可用：{}", known.collect::<Vec<_>>().join("、")))
    })
}

/// Every shape for people.
fn show(house: &Arc<House>, options: &StatusOptions, answer: &Answer<'_>) -> Result<(), Failure> {
    let Answer { campaign, status, shown, conditions, .. } = answer;
    let focus = Focus { requirement: *shown, day: answer.narrow.day, conditions };
    if options.text {
        print(&report::bulletin(status, campaign, focus, options.missing))?;
        return tell_what_waits(answer);
    }
    if options.csv && options.flaw.is_none() {
        return Ok(print(&report::status_csv(status, campaign, focus))?);
    }
    // As with what was granted: of now all that is known, of another moment what was known then.
    let moment = match options.as_of {
        Some(_) => status.as_of.parse().unwrap_or_default(),
        None => jiff::Timestamp::MAX,
    };
    let remarks = report::remarks(&house.store, campaign, moment)?;
    let book = match (&options.flaw, options.missing) {
        (Some(_), _) => flaw_book(house, answer, focus)?,
        (None, true) if options.xlsx.is_some() || options.html.is_some() => {
            report::missing_book(status, campaign, focus, &remarks)
        }
        _ => report::status_book(status, campaign, focus, &remarks),
    };
    match (&options.xlsx, &options.html) {
        (Some(file), _) => write_workbook(file, &book),
        (_, Some(file)) => write_page(file, &book),
        _ if options.csv => Ok(print(&book.csv())?),
        _ => tell(house, options, answer, focus, (&remarks, &book)),
    }
}

fn flaw_book(house: &House, answer: &Answer<'_>, focus: Focus<'_>) -> Result<report::Book, Failure> {
    let filter = MessageFilter { campaign: Some(answer.campaign.id.clone()), ..MessageFilter::default() };
    let mail = house.store.messages(&filter)?;
    Ok(report::flaw_book(&answer.status, answer.campaign, focus, &answer.narrow.flaws, &mail))
}

/// On a terminal: the whole matrix, or the tables of one requirement, or what is wrong.
fn tell(
    house: &Arc<House>,
    options: &StatusOptions,
    answer: &Answer<'_>,
    focus: Focus<'_>,
    (remarks, book): (&Remarks, &report::Book),
) -> Result<(), Failure> {
    let Answer { campaign, status, .. } = answer;
    let is_plain = options.flaw.is_none() && focus.requirement.is_none();
    let mut text = match (&options.flaw, focus.requirement) {
        (Some(_), _) => book.text(screen()),
        (None, Some(_)) => report::status_tables(status, campaign, focus, remarks).text(screen()),
        (None, None) => report::status_text(status, campaign, screen()),
    };
    if !answer.conditions.is_empty() {
        let (fit, of) = (status.units.len(), answer.of);
        text.push_str(&format!("\n条件：{}。符合 {fit} 个，共 {of} 个单位。\n", answer.conditions));
    }
    print(&text)?;
    if is_plain && options.as_of.is_none() {
        print(&look::pause_line(house)?)?;
        let (campaigns, mailboxes) = (&house.config.campaigns, &house.config.mailboxes);
        let cut = report::cut_off(&house.store, campaigns, mailboxes)?;
        for cut in cut.iter().filter(|cut| !cut.may_be_meant) {
            print(&format!("须查看：{}\n", report::clean(&cut.line())))?;
        }
        let queued = house.store.outbox(Some(OutboxState::Queued))?;
        print(&report::queue_line(&queued, &daemon::forecast(house)?, &daemon::held(house)?, campaign))?;
    }
    tell_what_waits(answer)
}

/// Beside the answer, on standard error: whoever sends it on must know, and need not send that.
fn tell_what_waits(answer: &Answer<'_>) -> Result<(), Failure> {
    if !answer.undecided.is_empty() {
        let names = report::clean(&answer.undecided.join("、"));
        eprintln!("另有 {} 个单位的有关材料待核，没有列入：{names}", answer.undecided.len());
    }
    let waiting = &answer.status.waiting;
    if waiting.parked > 0 {
        eprintln!(
            "另有 {} 封读不出的来件，可能影响以上情况：shouwen messages --state parked",
            waiting.parked
        );
    }
    if waiting.unassigned > 0 {
        eprintln!(
            "另有 {} 封未识别单位的来件，可能影响以上情况：shouwen messages --state review",
            waiting.unassigned
        );
    }
    Ok(())
}
