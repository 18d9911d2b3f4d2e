//! `totals`: one form of all units merged into a table of the province; and what is asked of it: who comes first, who left
//! a field blank, whom to call, what changed since another year.

use std::path::PathBuf;

use clap::Args;

use super::screen::{print, print_json, screen, write_workbook};
use super::{Common, DONE, FAILED, Failure, Outcome, open, typed, wanted};
use crate::domain::campaign::Campaign;
use crate::domain::template::{Field, Template};
use crate::domain::text::squeeze;
use crate::fault::system_words;
use crate::report::{self, Book, Occasion, Totals};

#[derive(Args)]
pub(super) struct TotalsOptions {
    /// 表样：编号（如 form5）、表名或表名中的几个字
    #[arg(long, value_name = "FORM")]
    form: String,
    /// 报送任务
    #[arg(long, value_name = "ID")]
    campaign: Option<String>,
    /// 分几次报的表，只看一项报送要求的：编号或名称中的几个字
    #[arg(long, value_name = "R")]
    req: Option<String>,
    /// 每天报的表，只看一天的：5-16、今天、昨天
    #[arg(long, value_name = "D")]
    day: Option<String>,
    /// 按一栏排名：编号或栏目名，从低到高；前面加 - 为从高到低，如 -students
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true, group = "question")]
    sort: Option<String>,
    /// 只列前几名；并列的都列
    #[arg(long, value_name = "N", requires = "sort")]
    top: Option<usize>,
    /// 列出没有填某一栏的单位
    #[arg(long, value_name = "FIELD", group = "question")]
    blank: Option<String>,
    /// 与上次（如去年）比较：上次 totals --json 输出的文件
    #[arg(long, value_name = "F", group = "question")]
    compare: Option<PathBuf>,
    /// 通讯录：联络员的手机、QQ 等（内部使用）
    #[arg(long, group = "question")]
    contacts: bool,
    /// 输出 JSON
    #[arg(long, group = "shape", conflicts_with = "question")]
    json: bool,
    /// 输出 CSV
    #[arg(long, group = "shape", conflicts_with = "contacts")]
    csv: bool,
    /// 写成 Excel 工作簿；F 是文件夹时自动取名
    #[arg(long, value_name = "F", group = "shape")]
    xlsx: Option<PathBuf>,
}

/// `shouwen totals`.
pub(super) fn totals(common: &Common, options: &TotalsOptions) -> Outcome {
    let house = open::house(common)?;
    let campaign = open::campaign(&house, options.campaign.as_deref())?;
    let form = form(campaign, &options.form)?;
    let now = house.clock.now();
    let today = campaign.local(now).date();
    let requirement = options.req.as_deref().map(|one| wanted::requirement(campaign, one)).transpose()?;
    let day = options.day.as_deref().map(|day| wanted::day(campaign, today, day)).transpose()?;
    let occasion = Occasion { requirement: requirement.map(|one| one.id.clone()), day };
    let totals = report::totals_of(&house.store, campaign, form, &occasion, now)?;
    let asked = question(options, &totals, campaign, form)?;
    match (&options.xlsx, asked) {
        (Some(file), asked) => {
            let book = asked.unwrap_or_else(|| report::totals_book(&totals, campaign, form));
            write_workbook(file, &book)?;
        }
        (None, Some(book)) if options.csv => print(&book.csv())?,
        (None, Some(book)) => print(&book.text(screen()))?,
        (None, None) if options.json => print_json(&totals)?,
        (None, None) if options.csv => print(&report::totals_csv(&totals, campaign, form))?,
        (None, None) => print(&report::totals_text(&totals, campaign, form, screen()))?,
    }
    Ok(DONE)
}

/// What is asked beside the table itself.
fn question(
    options: &TotalsOptions,
    totals: &Totals,
    campaign: &Campaign,
    form: &Template,
) -> Result<Option<Book>, Failure> {
    if let Some(wanted) = &options.sort {
        let (wanted, is_descending) = match wanted.strip_prefix(['-', '－']) {
            Some(field) => (field, true),
            None => (wanted.as_str(), false),
        };
        let field = field(form, wanted, |field| field.total.is_figure())?;
        return Ok(Some(report::ranking_book(totals, campaign, form, (field, is_descending), options.top)));
    }
    if let Some(wanted) = &options.blank {
        return Ok(Some(report::blank_book(totals, campaign, form, field(form, wanted, |_| true)?)));
    }
    if let Some(file) = &options.compare {
        let failed = |told: String| Failure { status: FAILED, text: format!("{}：{told}", file.display()) };
        let text = std::fs::read_to_string(file)
            .map_err(|error| failed(format!("读不了：{}", system_words(&error))))?;
        let earlier = serde_json::from_str(&text).map_err(|error| failed(format!("不是 JSON：{error}")))?;
        return report::compared_book(totals, campaign, form, &earlier).map(Some).map_err(failed);
    }
    Ok(options.contacts.then(|| report::contact_book(totals, campaign, form)))
}

/// A field by id, label, or a part of its label that only one has.
fn field<'f>(form: &'f Template, wanted: &str, fits: impl Fn(&Field) -> bool) -> Result<&'f Field, Failure> {
    let word = squeeze(&typed::plain(wanted));
    let all = || form.fields.iter().filter(|field| fits(field));
    let exact = all().find(|field| field.id == word || squeeze(&field.label) == word);
    let like: Vec<&Field> = all().filter(|field| squeeze(&field.label).contains(&word)).collect();
    match (exact, like.as_slice()) {
        (Some(field), _) | (None, &[field]) if !word.is_empty() => Ok(field),
        _ => {
            let known = all().map(|field| format!("{}（{}）", field.id, field.label)).collect::<Vec<_>>();
            Err(Failure::usage(format!("没有或不止一栏“{wanted}”；可用：{}", known.join("、"))))
        }
    }
}

/// The form that a person means: id, or a part of the title that only one has.
fn form<'a>(campaign: &'a Campaign, wanted: &str) -> Result<&'a Template, Failure> {
    let wanted = typed::plain(wanted);
    let mut like =
        campaign.templates.values().filter(|form| !wanted.is_empty() && form.title.contains(&wanted));
    let by_id = campaign.templates.values().find(|form| form.id.eq_ignore_ascii_case(&wanted));
    let found = by_id.or_else(|| like.next().filter(|_| like.next().is_none()));
    found.ok_or_else(|| {
        let known = campaign.templates.values().map(|form| format!("{}（{}）", form.id, form.title));
        Failure::usage(format!("没有表样“{wanted}”；可用：{}", known.collect::<Vec<_>>().join("、")))
    })
}
