//! `messages`: the intake register, whole or what is asked of it: on a terminal, as JSON, or as the workbook 收文登记簿.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;

use super::screen::{print, print_json, screen, write_workbook};
use super::{Common, DONE, Failure, Outcome, WAITS};
use super::{look, open, staff, typed, wanted};
use crate::daemon::House;
use crate::domain::campaign::Campaign;
use crate::domain::decision::Decision;
use crate::domain::message::MessageKind;
use crate::domain::text::squeeze;
use crate::report::{self, MessageJson};
use crate::store::{MessageFilter, MessageRow};

#[derive(Args)]
pub(super) struct MessagesOptions {
    /// 从何时起收到的：5-9、2023-05-09T12:00、今天、昨天
    #[arg(long, value_name = "T")]
    since: Option<String>,
    /// 到何时为止收到的；只写日期的到当天结束
    #[arg(long, value_name = "T")]
    until: Option<String>,
    /// 只看一种状态：registered、review、parked、history、duplicate
    #[arg(long, value_name = "S")]
    state: Option<String>,
    /// 只看一类来件：submission、question、nil_report、auto_reply、bounce 等
    #[arg(long, value_name = "K")]
    kind: Option<String>,
    /// 只看一个单位：代码、全称或简称
    #[arg(long, value_name = "U")]
    unit: Option<String>,
    /// 只看一类单位
    #[arg(long, value_name = "G")]
    group: Option<String>,
    /// 只看一个发件地址
    #[arg(long, value_name = "ADDR")]
    from: Option<String>,
    /// 只看一个文件夹
    #[arg(long, value_name = "F")]
    folder: Option<String>,
    /// 只看附件有某种问题的：V05、WRONG_BOX（发错邮箱）等，几种用逗号隔开
    #[arg(long, value_name = "CODE")]
    flaw: Option<String>,
    /// 主题、发件人、单位、附件名、备注或素材标记（拟推送、已推送）中有这些字的
    #[arg(long, value_name = "WORDS")]
    q: Option<String>,
    /// 报送任务
    #[arg(long, value_name = "ID")]
    campaign: Option<String>,
    /// 输出 JSON
    #[arg(long, group = "shape")]
    json: bool,
    /// 写成 Excel 工作簿（收文登记簿）；F 是文件夹时自动取名
    #[arg(long, value_name = "F", group = "shape")]
    xlsx: Option<PathBuf>,
}

/// `shouwen messages`.
pub(super) fn messages(common: &Common, options: &MessagesOptions) -> Outcome {
    let house = open::house(common)?;
    let campaigns = &house.config.campaigns;
    let now = house.clock.now();
    let mut rows = house.store.messages(&filter(&house, options)?)?;
    let asked = Asked::of(&house, options)?;
    let decisions = house.store.decisions()?;
    // Marks of 素材 are remarks too: what is to be passed on is found, whoever marked it and wherever.
    let marks = if asked.words.is_some() { house.store.marked_mails()? } else { BTreeMap::default() };
    rows.retain(|row| asked.fits(row, campaigns, &decisions, marks.get(&row.id).map(String::as_str)));
    let mut messages = report::messages_json(&rows, campaigns, now);
    report::add_decisions(&mut messages, &decisions, campaigns);
    if options.json {
        report::add_alike(&house.store, campaigns, &mut messages, |_, _| true)?;
        print_json(&messages)?;
    } else if let Some(file) = &options.xlsx {
        let campaign = open::campaign(&house, options.campaign.as_deref())?;
        write_workbook(file, &report::register_book(&messages, campaign, now, None))?;
    } else {
        let states = house.store.folder_states()?;
        let text = report::messages_text(&messages, campaigns, screen());
        print(&format!("{text}{}", report::searched_text(&states, campaigns)))?;
    }
    Ok(if common.strict && messages.iter().any(|message: &MessageJson| look::waits(message)) {
        WAITS
    } else {
        DONE
    })
}

/// What the store is asked.
fn filter(house: &House, options: &MessagesOptions) -> Result<MessageFilter, Failure> {
    let any = house.config.campaigns.first();
    let campaign = options.campaign.as_deref().map(|id| open::campaign(house, Some(id))).transpose()?;
    let zone = || campaign.or(any).ok_or_else(|| Failure::usage("配置里没有报送任务（campaigns = []）。"));
    let moment = |word: &str, is_end: bool| {
        let zone = zone()?;
        let today = zone.local(house.clock.now()).date();
        let whole = |day| if is_end { zone.end_of(day) } else { zone.start_of(day) };
        match wanted::day(zone, today, word) {
            Ok(day) => Ok(whole(day)),
            Err(_) => typed::moment(zone, word, whole),
        }
    };
    let unit = match &options.unit {
        Some(wanted) => {
            let campaign = open::campaign(house, options.campaign.as_deref())?;
            Some(staff::unit_named(house, campaign, wanted)?.code.clone())
        }
        None => None,
    };
    Ok(MessageFilter {
        state: options.state.as_deref().map(look::message_state).transpose()?,
        unit,
        from: options.from.as_deref().map(look::bare_address),
        campaign: campaign.map(|campaign| campaign.id.clone()),
        since: options.since.as_deref().map(|word| moment(word, false)).transpose()?,
        until: options.until.as_deref().map(|word| moment(word, true)).transpose()?,
        ..MessageFilter::default()
    })
}

/// What else is asked, of each mail by itself.
struct Asked {
    kind: Option<MessageKind>,
    group: Option<String>,
    folder: Option<String>,
    flaws: Vec<String>,
    words: Option<String>,
}

impl Asked {
    fn of(house: &House, options: &MessagesOptions) -> Result<Self, Failure> {
        let group = match &options.group {
            Some(word) => Some(open::group(open::campaign(house, options.campaign.as_deref())?, word)?),
            None => None,
        };
        Ok(Self {
            kind: options.kind.as_deref().map(kind).transpose()?,
            group,
            folder: options.folder.as_deref().map(typed::plain),
            flaws: wanted::list(options.flaw.as_deref()).map(str::to_uppercase).collect(),
            words: options.q.as_deref().map(|words| squeeze(&typed::plain(words)).to_lowercase()),
        })
    }

    fn fits(
        &self,
        row: &MessageRow,
        campaigns: &[Campaign],
        decisions: &[Decision],
        marks: Option<&str>,
    ) -> bool {
        let codes = || {
            let answers = row.parts.iter().flat_map(|part| &part.answers).chain(&row.loose);
            row.unit.as_ref().into_iter().chain(answers.map(|answer| &answer.unit))
        };
        let units = || campaigns.iter().flat_map(|one| codes().filter_map(|code| one.roster.by_code(code)));
        let has_flaw = |code: &String| {
            row.parts.iter().flat_map(|part| &part.flaws).any(|flaw| flaw.code.eq_ignore_ascii_case(code))
        };
        let folder = |wanted: &String| {
            row.folder.eq_ignore_ascii_case(wanted) || report::words::folder_word(&row.folder) == wanted
        };
        let says = |words: &String| {
            let names = units().map(|unit| unit.name.as_str());
            let own = [row.subject.as_str(), &row.from, &row.from_name];
            let parts = row.parts.iter().map(|part| part.path.as_str());
            let noted = decisions.iter().filter(|decision| decision.message == Some(row.id));
            let parts = parts.chain(noted.map(|decision| decision.why.as_str())).chain(marks);
            own.into_iter().chain(names).chain(parts).any(|text| squeeze(text).to_lowercase().contains(words))
        };
        self.kind.is_none_or(|kind| row.kind == Some(kind))
            && self.group.as_ref().is_none_or(|group| units().any(|unit| unit.group == *group))
            && self.folder.as_ref().is_none_or(folder)
            && (self.flaws.is_empty() || self.flaws.iter().any(has_flaw))
            && self.words.as_ref().is_none_or(says)
    }
}

fn kind(word: &str) -> Result<MessageKind, Failure> {
    let by_chinese = MessageKind::ALL.iter().copied().find(|kind| kind.chinese() == word);
    MessageKind::from_word(word).or(by_chinese).ok_or_else(|| {
        let known: Vec<String> =
            MessageKind::ALL.iter().map(|kind| format!("{}（{}）", kind.word(), kind.chinese())).collect();
        Failure::usage(format!("没有类别“{word}”；可用：{}", known.join("、")))
    })
}
