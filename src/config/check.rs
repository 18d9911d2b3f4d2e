//! What `shouwen check` says of a configuration that was accepted: counts and dates to compare with the notice, and
//! what will not work as somebody may expect. Plain data; the command prints it.

use super::Config;
use super::error::Level;
use crate::domain::campaign::{Campaign, Requirement, When};
use crate::domain::chinese::{self, full_day_and_weekday};
use crate::domain::template::Template;
use crate::domain::text::squeeze;
use crate::domain::unit::Unit;
use crate::form::label_key;
use crate::remind::Mode;

/// One thing found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How much it stops.
    pub level: Level,
    /// What was found.
    pub what: String,
    /// What to do about it; empty for a note.
    pub remedy: String,
}

/// Wording that is needed whatever steps a campaign has.
const STANDING_LETTERS: [&str; 4] = ["fix", "receipt", "wrong_box", "wrong_route"];
/// Units that a finding lists by name before it only counts.
const NAMED_UNITS: usize = 5;

/// Looks a whole configuration over.
pub fn report(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    for problem in config.unready.iter().chain(&config.warnings) {
        findings.push(finding(
            problem.level,
            format!("{}: {}", problem.place(), problem.what),
            &problem.remedy,
        ));
    }
    for mailbox in config.mailboxes.iter().filter(|mailbox| mailbox.since.is_none()) {
        let what = format!("邮箱 {} 未设 since，其中的旧邮件也会当作本次来件处理", mailbox.id);
        findings.push(finding(Level::Warning, what, "请把 since 设为通知印发之日"));
    }
    if !config.sending.only_to.is_empty() {
        let what = format!("演练状态：只向 {} 发信", config.sending.only_to.join("、"));
        findings.push(finding(Level::Warning, what, "正式启用前请清空 [sending] 的 only_to"));
    }
    for campaign in &config.campaigns {
        findings.push(roster(campaign));
        findings.extend(campaign.requirements.iter().map(|requirement| due(campaign, requirement)));
        findings.push(forms(campaign));
        findings.extend(empty_groups(campaign));
        findings.extend(unknown_years(campaign));
        findings.extend(unserved(config, campaign));
        findings.extend(mute(config, campaign));
        findings.extend(unchased(config, campaign));
        findings.extend(unreachable_units(campaign));
        findings.extend(missing_letters(campaign));
        findings.extend(alike_forms(campaign));
    }
    findings.extend(alike(config));
    findings.extend(super::crossing::crossings(config));
    findings
}

fn note(what: String) -> Finding {
    Finding { level: Level::Note, what, remedy: String::new() }
}

fn finding(level: Level, what: String, remedy: &str) -> Finding {
    Finding { level, what, remedy: remedy.to_owned() }
}

fn roster(campaign: &Campaign) -> Finding {
    let count = |group: &str| campaign.roster.units.iter().filter(|unit| unit.group == group).count();
    let groups: Vec<String> =
        campaign.groups.iter().map(|(id, title)| format!("{title} {} 个", count(id))).collect();
    let (all, owing) = (campaign.roster.units.len(), campaign.owing_units().count());
    note(format!("{}：名册 {all} 个单位，其中应报 {owing} 个（{}）", campaign.id, groups.join("，")))
}

fn forms(campaign: &Campaign) -> Finding {
    let forms = campaign.templates.values();
    let forms: Vec<String> = forms.map(|form| format!("{}（{} 栏）", form.id, form.fields.len())).collect();
    note(format!("{}：表样 {} 份：{}", campaign.id, forms.len(), forms.join("、")))
}

/// Groups that owe something and have no unit.
fn empty_groups(campaign: &Campaign) -> Vec<Finding> {
    let owing = |group: &str| campaign.requirements.iter().any(|requirement| requirement.owed_by(group));
    let units = |group: &str| campaign.roster.units.iter().any(|unit| unit.group == group);
    let empty = campaign.groups.iter().filter(|(id, _)| owing(id) && !units(id));
    let told = empty.map(|(id, title)| {
        let what = format!("{}：应报的分组 {id}（{title}）在名册中没有单位", campaign.id);
        finding(Level::Warning, what, "请在名册中补上该组的单位")
    });
    told.collect()
}

fn due(campaign: &Campaign, requirement: &Requirement) -> Finding {
    let when = match requirement.when {
        When::By { nominal, on_time_through } if nominal == on_time_through => {
            format!("{}前（含当日）", full_day_and_weekday(nominal))
        }
        When::By { nominal, on_time_through } => {
            format!(
                "{}前，节假日顺延至{}（含当日）",
                full_day_and_weekday(nominal),
                full_day_and_weekday(on_time_through)
            )
        }
        When::EachDay { from, to, .. } => {
            format!("{}至{}每天", full_day_and_weekday(from), full_day_and_weekday(to))
        }
    };
    note(format!("{}：{}（{}）{when}", campaign.id, requirement.title, requirement.id))
}

fn unknown_years(campaign: &Campaign) -> Option<Finding> {
    let what = format!("{}：{}", campaign.id, chinese::unknown_years(campaign)?);
    Some(finding(Level::Warning, what, "请在 calendar.toml 中补上该年的放假和调休"))
}

/// A campaign that no mailbox receives anything for.
fn unserved(config: &Config, campaign: &Campaign) -> Option<Finding> {
    let is_unserved =
        !config.mailboxes.is_empty() && !config.mailboxes.iter().any(|m| m.serves(&campaign.id));
    is_unserved.then(|| {
        let what = format!("{}：没有一个邮箱收取它的来件", campaign.id);
        finding(
            Level::Warning,
            what,
            "请在 [[mailbox]] 的 campaigns 中加上它；已经结束的，从 shouwen.toml 的 campaigns 中去掉",
        )
    })
}

/// What is owed and never chased.
fn unchased(config: &Config, campaign: &Campaign) -> Option<Finding> {
    let is_chased = |id: &str| campaign.chases.iter().any(|chase| chase.requirement == id);
    let left = campaign.requirements.iter().filter(|requirement| !is_chased(&requirement.id));
    let left: Vec<String> =
        left.map(|requirement| format!("{}（{}）", requirement.title, requirement.id)).collect();
    (config.reminders.mode != Mode::Off && !left.is_empty()).then(|| {
        let what = format!("{}：没有写催报步骤、不会催报的：{}", campaign.id, left.join("、"));
        Finding {
            remedy: "要催报的，请在 campaign.toml 中加一组 [[reminder]]".to_owned(), ..note(what)
        }
    })
}

/// Forms of a campaign of which each could be the other: as many labels agree as make a sheet a form, and a title of one is one of the
/// other too.
fn alike_forms(campaign: &Campaign) -> Vec<Finding> {
    let forms: Vec<&Template> = campaign.templates.values().collect();
    let reads = |form: &Template, other: &Template| {
        let theirs =
            other.fields.iter().flat_map(|field| std::iter::once(&field.label).chain(&field.synonyms));
        let theirs: Vec<String> = theirs.map(|label| label_key(label)).collect();
        let asked = form.fields.iter().filter(|field| !field.optional_column);
        let known = asked.clone().filter(|field| theirs.contains(&label_key(&field.label))).count();
        let title = squeeze(&other.title);
        let is_titled = form.title_words.is_empty()
            || form
                .ways_to_call()
                .iter()
                .any(|words| words.iter().all(|word| title.contains(&squeeze(word))));
        is_titled && known * 100 >= asked.count() * usize::from(form.match_percent)
    };
    let pairs = forms
        .iter()
        .enumerate()
        .flat_map(|(at, one)| forms.iter().skip(at + 1).map(move |other| (*one, *other)));
    let alike = pairs.filter(|(one, other)| reads(one, other) && reads(other, one));
    let told = alike.map(|(one, other)| {
        let what = format!(
            "{}：表样 {} 与 {} 的标题和栏目都对得上，来的表分不清是哪一张",
            campaign.id, one.id, other.id
        );
        finding(
            Level::Warning,
            what,
            "请在 title_words 中写上各自独有的字；确是同一张表的，只留一份，几项材料都写 form 指向它",
        )
    });
    told.collect()
}

/// Campaigns that share a mailbox and a word by which mail is told: only a person could tell it.
fn alike(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, one) in config.campaigns.iter().enumerate() {
        for other in config.campaigns.iter().skip(at + 1) {
            let is_shared = config.mailboxes.iter().any(|m| m.serves(&one.id) && m.serves(&other.id));
            let others: Vec<String> = other.keywords.iter().map(|word| squeeze(word)).collect();
            let both = one.keywords.iter().filter(|word| others.contains(&squeeze(word)));
            let both: Vec<&str> = both.map(String::as_str).collect();
            if is_shared && !both.is_empty() {
                let what = format!(
                    "{} 与 {} 共用邮箱，keywords 中都有“{}”，来件分不清属于哪一个",
                    one.id,
                    other.id,
                    both.join("”“")
                );
                findings.push(finding(Level::Warning, what, "请各写自己独有的词，或分用两个邮箱"));
            }
        }
    }
    findings
}

/// A campaign whose mailboxes only receive: nobody is reminded, and staff hear nothing.
fn mute(config: &Config, campaign: &Campaign) -> Option<Finding> {
    let mut serving = config.mailboxes.iter().filter(|m| m.serves(&campaign.id)).peekable();
    let is_served = config.mailboxes.is_empty() || serving.peek().is_some();
    let sends = serving.any(|m| m.smtp.is_some());
    (config.reminders.mode != Mode::Off && is_served && !sends).then(|| {
        let what = format!("{}：没有可以发信的邮箱，催报、摘要和回执都不会发出", campaign.id);
        finding(
            Level::Warning,
            what,
            "请在 [[mailbox]] 中填写 smtp；只收不发的，请把 [reminders] 的 mode 设为 \"off\"",
        )
    })
}

/// Units that owe something and cannot be reminded because nobody has entered an address.
fn unreachable_units(campaign: &Campaign) -> Option<Finding> {
    let units: Vec<&Unit> = campaign.owing_units().filter(|unit| unit.emails.is_empty()).collect();
    let names: Vec<&str> = units.iter().take(NAMED_UNITS).map(|unit| unit.name.as_str()).collect();
    (!units.is_empty()).then(|| {
        let more = if units.len() > NAMED_UNITS { "等" } else { "" };
        let what = format!(
            "{}：{} 个应报单位没有邮箱地址，催报无法送达（{}{more}）",
            campaign.id,
            units.len(),
            names.join("、")
        );
        finding(Level::Warning, what, "请在名册的 emails 列补上")
    })
}

fn missing_letters(campaign: &Campaign) -> Option<Finding> {
    let missing: Vec<String> = STANDING_LETTERS
        .iter()
        .filter(|name| !campaign.wording.contains_key(**name))
        .map(|name| format!("mail/{name}.txt"))
        .collect();
    (!missing.is_empty()).then(|| {
        let what = format!("{}：缺少邮件文字 {}", campaign.id, missing.join("、"));
        finding(Level::Warning, what, "请补上，可参照随程序附带的文字")
    })
}
