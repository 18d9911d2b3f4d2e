//! Commands that take out what may not be kept: `forget` a person, `retention` of a campaign whose time is over. Both only say what
//! they would do until `--yes`; then they work alone, with the daemon stopped, and leave an entry in the log.

use std::collections::BTreeSet;

use clap::Args;
use serde_json::json;

use super::screen::{print, print_json};
use super::{Common, DONE, Failure, Outcome, open, river, staff};
use crate::daemon::House;
use crate::domain::campaign::{Campaign, Drop};
use crate::domain::chinese;
use crate::domain::person::Person;
use crate::store::{Erased, Erasure, Mention, Whose};

/// What no command of ours reaches.
const ELSEWHERE: &str = "程序管不到的地方，请另行处理：邮箱里的原信（网页邮箱中删除）、已有的备份（换新的备份后删除旧的）、\
                         已导出的文件、名册 units.csv。\n";

#[derive(Args)]
pub(super) struct ForgetOptions {
    /// 姓名、号码、邮箱地址，可以写几个，指同一个人；如 张某 13800138000 zhang@school.example
    #[arg(required = true, value_name = "WORD")]
    words: Vec<String>,
    /// 连同这些来件的原信和附件一起删除：扫描件、照片里的个人信息程序看不出来
    #[arg(long, value_name = "编号")]
    mail: Vec<i64>,
    /// 依据，如“本人申请”；记入删除记录，不要写姓名
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    /// 确认删除；不写时只列出会删除什么
    #[arg(long)]
    yes: bool,
    /// 谁办的；默认当前系统用户
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// 输出 JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(super) struct RetentionOptions {
    /// 报送任务；不写为全部
    #[arg(long, value_name = "ID")]
    campaign: Option<String>,
    /// 确认删除；不写时只列出会删除什么
    #[arg(long)]
    yes: bool,
    /// 谁办的；默认当前系统用户
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

/// `shouwen forget WORD…`.
pub(super) fn forget(common: &Common, options: &ForgetOptions) -> Outcome {
    let person = Person::named(&options.words).map_err(Failure::usage)?;
    if !options.yes {
        let house = open::house(common)?;
        let (mentions, places) = house.store.mentions(&person)?;
        return tell(&house, options, &person, &mentions, places);
    }
    let (house, lock) = open::river(common)?;
    // What was not read yet cannot be searched.
    river::turn(&house)?;
    let (mentions, _) = house.store.mentions(&person)?;
    for id in &options.mail {
        if !house.store.has_message(*id)? {
            return Err(Failure::usage(format!("没有来件 {id}")));
        }
    }
    let named = options.mail.iter().copied();
    let in_files = mentions.iter().filter(|mention| mention.in_files).map(|mention| mention.id);
    let order = Erasure {
        of: Whose::Person(&person),
        mails: mentions.iter().map(|mention| mention.id).chain(named.clone()).collect(),
        with_files: in_files.chain(named).collect(),
        made_by: signed(options.by.as_deref()),
        why: options.why.as_deref().unwrap_or_default().trim().to_owned(),
    };
    let erased = house.store.erase(&order, house.clock.now(), &lock)?;
    if options.json {
        print_json(&json!({ "mails": order.mails, "files": erased.files, "places": erased.places }))?;
    } else {
        print(&done(&erased))?;
        print(ELSEWHERE)?;
    }
    Ok(DONE)
}

/// What would go, mail by mail, and what a person has to look at.
fn tell(
    house: &House,
    options: &ForgetOptions,
    person: &Person,
    mentions: &[Mention],
    places: usize,
) -> Outcome {
    let units: BTreeSet<String> = mentions.iter().filter_map(|mention| mention.unit.clone()).collect();
    let scans = house.store.unsearchable(&Vec::from_iter(units))?;
    let concerned = |id: &i64| mentions.iter().any(|mention| mention.in_files && mention.id == *id);
    let scans: Vec<_> = scans.into_iter().filter(|(id, _)| !concerned(id)).collect();
    let roster = in_roster(&house.config.campaigns, person);
    if options.json {
        let mails =
            mentions.iter().map(|mention| json!({ "id": mention.id, "with_files": mention.in_files }));
        print_json(&json!({
            "mails": mails.collect::<Vec<_>>(), "places": places, "roster": roster,
            "unsearchable": scans.iter().map(|(id, path)| json!({ "id": id, "path": path })).collect::<Vec<_>>(),
        }))?;
        return Ok(DONE);
    }
    let mut text = format!("来件 {} 封提到此人，登记库有 {places} 处：\n", mentions.len());
    let zone = house.config.campaigns.first();
    for mention in mentions {
        let at = zone
            .map_or_else(String::new, |campaign| chinese::short_moment(campaign.local(mention.received_at)));
        let goes =
            if mention.in_files { "原信和附件" } else { "原信（附件里没有提到，保留）" };
        text.push_str(&format!("  来件 {}  {at}  {}：删除{goes}\n", mention.id, mention.subject));
    }
    text.push_str("登记、报送情况和统计保留，其中提到此人之处改为“某某”、000。\n");
    for (id, path) in &scans {
        text.push_str(&format!("请人工查看：来件 {id} 的 {path}；有的话加 --mail {id}\n"));
    }
    let parked = house.store.parked_count()?;
    if parked > 0 {
        text.push_str(&format!("另有 {parked} 封来件读不出，无从查找，请人工查看。\n"));
    }
    roster
        .iter()
        .for_each(|unit| text.push_str(&format!("名册中“{unit}”写有此人，请在 units.csv 中改正。\n")));
    text.push_str("现在什么也没有改动。确认后停止守护进程，加上 --yes 再运行；删除后不能恢复。\n");
    print(&text)?;
    Ok(DONE)
}

/// Units in whose row of a roster the person stands.
fn in_roster(campaigns: &[Campaign], person: &Person) -> Vec<String> {
    let units = campaigns.iter().flat_map(|campaign| &campaign.roster.units);
    let names = |unit: &&crate::domain::unit::Unit| {
        [&unit.contact, &unit.phone].into_iter().chain(&unit.emails).any(|text| person.is_in(text))
    };
    units.filter(names).map(|unit| unit.name.clone()).collect()
}

/// `shouwen retention`.
pub(super) fn retention(common: &Common, options: &RetentionOptions) -> Outcome {
    if !options.yes {
        let house = open::house(common)?;
        for campaign in wanted(&house, options)? {
            print(&outlook(&house, campaign)?)?;
        }
        return Ok(DONE);
    }
    let (house, lock) = open::river(common)?;
    for campaign in wanted(&house, options)? {
        let Some(retention) = campaign.retention.filter(|_| is_over(&house, campaign)) else {
            print(&outlook(&house, campaign)?)?;
            continue;
        };
        let (mails, _) = house.store.mails_of(&campaign.id)?;
        let mails = BTreeSet::from_iter(mails);
        let order = Erasure {
            of: Whose::Campaign { id: &campaign.id, all: retention.drop == Drop::All },
            with_files: mails.clone(),
            mails,
            made_by: signed(options.by.as_deref()),
            why: format!("保存期限{}个月已满", retention.months),
        };
        let erased = house.store.erase(&order, house.clock.now(), &lock)?;
        print(&format!("{}：{}", campaign.title, done(&erased)))?;
    }
    print(ELSEWHERE)?;
    Ok(DONE)
}

fn wanted<'a>(house: &'a House, options: &RetentionOptions) -> Result<Vec<&'a Campaign>, Failure> {
    match &options.campaign {
        Some(id) => Ok(vec![open::campaign(house, Some(id))?]),
        None => Ok(house.config.campaigns.iter().collect()),
    }
}

fn is_over(house: &House, campaign: &Campaign) -> bool {
    campaign.kept_through().is_some_and(|day| campaign.local(house.clock.now()).date() > day)
}

/// What would go of a campaign, or when.
fn outlook(house: &House, campaign: &Campaign) -> Result<String, Failure> {
    let title = &campaign.title;
    let (Some(retention), Some(day)) = (campaign.retention, campaign.kept_through()) else {
        return Ok(format!("{title}：没有设定保存期限（campaign.toml 的 retention）。\n"));
    };
    let day = chinese::full_day(day);
    if !is_over(house, campaign) {
        return Ok(format!("{title}：保存到{day}，期限未满。\n"));
    }
    let (mails, shared) = house.store.mails_of(&campaign.id)?;
    let what = match retention.drop {
        Drop::Mail => "原信和附件；登记簿、表格数据、报送情况和统计保留",
        Drop::All => "原信、附件、表格数据、发件人、催报文字；只保留登记簿和报送情况",
    };
    let shared = match shared {
        0 => String::new(),
        shared => format!("另有 {shared} 封也属于别的任务，不动。\n"),
    };
    Ok(format!(
        "{title}：保存到{day}，期限已满。将删除 {} 封来件的{what}。\n{shared}\
         现在什么也没有改动。确认后停止守护进程，加上 --yes 再运行；删除后不能恢复。\n",
        mails.len()
    ))
}

fn done(erased: &Erased) -> String {
    let Erased { mails, files, places, copies } = erased;
    let copies = if *copies > 0 {
        format!("，升级、恢复时留下的旧库 {copies} 份")
    } else {
        String::new()
    };
    format!(
        "已删除：{mails} 封来件的内容，原信和附件 {files} 份，改动登记库 {places} 处{copies}。登记库已重写，旧内容不留。\n"
    )
}

fn signed(by: Option<&str>) -> String {
    by.map(str::trim).filter(|by| !by.is_empty()).map_or_else(staff::user, str::to_owned)
}
