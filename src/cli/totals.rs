//! `totals`: one form of all units merged into a table of the province.

use clap::Args;

use super::look::{Shape, print, print_json, write_file};
use super::{Common, DONE, Failure, Outcome, open, typed};
use crate::domain::campaign::Campaign;
use crate::domain::template::Template;
use crate::report;

#[derive(Args)]
pub(super) struct TotalsOptions {
    /// 表样：编号（如 form5）、表名或表名中的几个字
    #[arg(long, value_name = "FORM")]
    form: String,
    /// 报送任务
    #[arg(long, value_name = "ID")]
    campaign: Option<String>,
    #[command(flatten)]
    shape: Shape,
}

/// `shouwen totals`.
pub(super) fn totals(common: &Common, options: &TotalsOptions) -> Outcome {
    let house = open::house(common)?;
    let campaign = open::campaign(&house, options.campaign.as_deref())?;
    let form = form(campaign, &options.form)?;
    let totals = report::totals(&house.store, campaign, form, house.clock.now())?;
    match &options.shape.xlsx {
        Some(file) => {
            let book = report::totals_workbook(&totals, campaign, form);
            write_file(file, &book.map_err(|text| Failure { status: super::FAILED, text })?)?;
        }
        None if options.shape.json => print_json(&totals)?,
        None if options.shape.csv => print(&report::totals_csv(&totals, campaign, form))?,
        None => print(&report::totals_text(&totals, campaign, form))?,
    }
    Ok(DONE)
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
