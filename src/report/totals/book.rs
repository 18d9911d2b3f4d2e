//! The merged form as a workbook: the table, its subtotals and rankings, what is not in it, and where every figure was
//! read.

use super::Totals;
use super::files;
use crate::domain::campaign::Campaign;
use crate::domain::template::Template;
use crate::report::book::{Book, Sheet};
use crate::report::grid::Grid;

/// The book of a merged form.
pub fn totals_book(totals: &Totals, campaign: &Campaign, form: &Template) -> Book {
    let caption = files::caption(totals, campaign, form);
    let sheet = |name: &str, grid: Grid| Sheet {
        name: name.to_owned(),
        title: caption.clone(),
        grid,
        ..Sheet::default()
    };
    // A cell with a flaw says so when pointed at: most of all one that could not be read and is empty.
    let remarks = files::flawed_cells(totals, form);
    let mut sheets = vec![Sheet { remarks, ..sheet("汇总表", files::table(totals, campaign, form)) }];
    if files::has_figures(form) {
        sheets.push(sheet("分类分市州", files::subtotals(totals, form)));
        sheets.push(sheet("排名", files::rankings(totals, form)));
    }
    sheets.push(sheet("未计入", files::left_out(totals, campaign)));
    sheets.push(sheet("来源", files::sources(totals, campaign, form)));
    let at = totals.as_of.parse().map(|at| campaign.local(at)).unwrap_or_default();
    // The form's own title has its year; a book's name begins with the campaign's.
    let what = form.title_words.first().map_or(form.id.as_str(), String::as_str);
    Book::new(campaign, at, &format!("{what}汇总"), sheets)
}
