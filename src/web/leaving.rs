//! What leaves the page of 总览: the same units, conditions and moment as a workbook, as CSV, as a page of its own, and as a
//! paragraph that is ready to send. No telephone, QQ or mail address of a person is in any of them.

use jiff::ToSpan as _;
use jiff::civil::Time;
use minijinja::value::Serde;
use minijinja::{Value, context};

use super::failure::Failure;
use super::filter::Filter;
use super::frame::Visit;
use super::matrix::{Asked, asked};
use super::reply::Reply;
use super::view;
use crate::domain::campaign::Campaign;
use crate::report::{self, Focus, deadline};

/// The hour of the day as of which an office tells how things stand.
const EVENING: Time = Time::constant(17, 0, 0, 0);

/// `/c/{campaign}/.xlsx`, `.csv`, `.html`: the page as a file.
pub(super) fn file(visit: &Visit<'_>, id: &str, ending: &str) -> Result<Reply, Failure> {
    let asked = asked(visit, id)?;
    let Asked { campaign, filter, status, remarks, .. } = &asked;
    // A page says beside its table that it did not understand; a file would be taken for what was asked.
    if let Some(doubt) = &asked.doubt {
        return Err(Failure::wrong(format!("{doubt}。")));
    }
    let conditions = filter.in_words(campaign);
    let focus = Focus { requirement: filter.requirement(campaign), day: None, conditions: &conditions };
    let book = report::status_book(status, campaign, focus, remarks);
    let bytes = match ending {
        "xlsx" => book.xlsx().map_err(|error| Failure::broken(&error))?,
        "csv" => report::status_csv(status, campaign, focus).into_bytes(),
        _ => book.html().into_bytes(),
    };
    Ok(Reply::Saved(bytes, report::file_name(&book.name, &format!(".{ending}"))))
}

/// `/c/{campaign}/bulletin`: 报送情况 in a paragraph, and the one for units that still owe.
pub(super) fn bulletin(visit: &Visit<'_>, id: &str) -> Result<Reply, Failure> {
    let asked = asked(visit, id)?;
    let Asked { campaign, filter, status, remarks, .. } = &asked;
    let conditions = filter.in_words(campaign);
    let focus = Focus { requirement: filter.requirement(campaign), day: None, conditions: &conditions };
    let at = |as_of: String| Filter { as_of, ..filter.clone() }.query();
    let tabs = campaign.requirements.iter().map(|requirement| {
        let is_current = filter.req == requirement.id;
        let query = if is_current { filter.clone() } else { filter.of_requirement(&requirement.id) }.query();
        context! { title => requirement.title.as_str(), note => deadline(requirement), query, is_current }
    });
    let moments = moments(visit, campaign).into_iter();
    let moments = moments
        .map(|(word, as_of)| context! { word, is_current => as_of == filter.as_of, query => at(as_of) });
    let page = context! {
        tabs => tabs.collect::<Vec<_>>(), moments => moments.collect::<Vec<_>>(),
        doubt => asked.doubt.clone(),
        as_of => view::moment(campaign, &status.as_of),
        text => report::bulletin(status, campaign, focus, false),
        missing => report::bulletin(status, campaign, focus, true),
        tables => Value::from(Serde(report::status_tables(status, campaign, focus, remarks).tables())),
        ..filter.value(campaign)
    };
    visit.page("bulletin.html", campaign, "matrix", &visit.health(campaign)?, page)
}

/// The moments that are asked for most: now, and the last two evenings.
fn moments(visit: &Visit<'_>, campaign: &Campaign) -> Vec<(&'static str, String)> {
    let today = campaign.local(visit.now).date();
    let evening = |day: jiff::civil::Date| day.to_datetime(EVENING).strftime("%Y-%m-%dT%H:%M").to_string();
    let mut moments = vec![("现在", String::new())];
    if campaign.at(today, EVENING) <= visit.now {
        moments.push(("今天17:00", evening(today)));
    }
    moments.extend(today.checked_sub(1.day()).ok().map(|day| ("昨天17:00", evening(day))));
    moments
}
