//! Makes the pages: asks `report` what stands, shapes it for the templates, renders.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use jiff::Timestamp;
use minijinja::{Environment, context};

use super::matrix::Filter;
use super::router::Shared;
use super::{mail, matrix, unit, view};
use crate::domain::campaign::Campaign;
use crate::domain::decision::taught_names;
use crate::fault::Fault;
use crate::report::{self, Question, Status};
use crate::store::MessageFilter;

/// A page that could not be made.
#[derive(Debug)]
pub(super) struct Failure {
    status: StatusCode,
    text: String,
}

impl Failure {
    pub fn missing(text: &str) -> Self {
        Self { status: StatusCode::NOT_FOUND, text: text.to_owned() }
    }

    pub fn broken(cause: &str) -> Self {
        tracing::error!(cause, "page failed");
        let text = "程序出错，这一页没有显示出来。请刷新重试；仍不行请告诉管理员。".to_owned();
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, text }
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::broken(fault.cause())
    }
}

impl From<minijinja::Error> for Failure {
    fn from(error: minijinja::Error) -> Self {
        Self::broken(&format!("{error:#}"))
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let page = format!(
            "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>出错：收文</title>\
             <link rel=\"stylesheet\" href=\"/static/style.css\"><main><h1>出错</h1><p>{}</p>\
             <p><a href=\"/\">回到总览</a></p></main></html>",
            self.text
        );
        (self.status, Html(page)).into_response()
    }
}

/// The templates, checked at start.
pub(super) fn templates() -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.add_template("base.html", include_str!("templates/base.html"))?;
    environment.add_template("matrix.html", include_str!("templates/matrix.html"))?;
    environment.add_template("unit.html", include_str!("templates/unit.html"))?;
    environment.add_template("mail.html", include_str!("templates/mail.html"))?;
    Ok(environment)
}

fn campaign<'a>(shared: &'a Shared, id: &str) -> Result<&'a Campaign, Failure> {
    let found = shared.desk.campaigns.iter().find(|campaign| campaign.id == id);
    found.ok_or_else(|| Failure::missing("没有这个报送任务。"))
}

fn status(shared: &Shared, campaign: &Campaign, as_of: Option<Timestamp>) -> Result<Status, Fault> {
    let desk = &shared.desk;
    let question =
        Question { campaign, mailboxes: &desk.mailboxes, now: desk.clock.now(), as_of, with_files: false };
    report::status(&desk.store, &question)
}

fn frame(shared: &Shared, campaign: &Campaign, status: &Status) -> minijinja::Value {
    let all =
        shared.desk.campaigns.iter().map(|c| context! { id => c.id.as_str(), title => c.short.as_str() });
    context! {
        campaign => context! { id => campaign.id.as_str(), title => campaign.title.as_str(), office => campaign.office.as_str() },
        campaigns => all.collect::<Vec<_>>(),
        as_of => view::moment(campaign, &status.as_of),
        fresh => status.fresh,
        troubles => status.troubles.clone(),
        last_scan => status.last_scan.as_deref().map(|at| view::moment(campaign, at)),
        waiting => minijinja::value::Serde(&status.waiting),
        links => status.links.len(),
        urgent => status.links.iter().filter(|link| link.is_urgent).map(minijinja::value::Serde).map(minijinja::Value::from).collect::<Vec<_>>(),
    }
}

/// 总览: units by requirement and day.
pub(super) fn matrix_page(shared: &Shared, id: &str, filter: &Filter) -> Result<Html<String>, Failure> {
    let campaign = campaign(shared, id)?;
    let as_of = view::local_moment(campaign, &filter.as_of);
    let status = status(shared, campaign, as_of)?;
    let taught = taught_names(&shared.desk.store.decisions()?, id);
    let page = matrix::matrix(&status, campaign, filter, &taught);
    let html = shared.templates.get_template("matrix.html")?.render(context! {
        looking_back => as_of.is_some(),
        misread => as_of.is_none() && !filter.as_of.trim().is_empty(),
        ..context! { ..page, ..frame(shared, campaign, &status) }
    })?;
    Ok(Html(html))
}

/// 单位: everything of one unit.
pub(super) fn unit_page(shared: &Shared, id: &str, wanted: &str) -> Result<Html<String>, Failure> {
    let campaign = campaign(shared, id)?;
    let found = campaign.roster.find(wanted).ok_or_else(|| Failure::missing("名册里没有这个单位。"))?;
    let status = status(shared, campaign, None)?;
    let filter =
        MessageFilter { unit: Some(found.code.clone()), campaign: Some(id.to_owned()), ..Default::default() };
    let rows = shared.desk.store.messages(&filter)?;
    let messages = report::messages_json(&rows, &shared.desk.campaigns, shared.desk.clock.now());
    let sent = shared.desk.store.outbox(None)?;
    let sent: Vec<_> = sent.into_iter().filter(|row| row.mail.unit.as_deref() == Some(&found.code)).collect();
    let leaving = (shared.desk.forecast)()?;
    let page = unit::unit(campaign, found, &status, &messages, (&sent, &leaving));
    let html = shared
        .templates
        .get_template("unit.html")?
        .render(context! { ..page, ..frame(shared, campaign, &status) })?;
    Ok(Html(html))
}

/// One mail of the register: what became of it and why.
pub(super) fn mail_page(shared: &Shared, number: &str) -> Result<Html<String>, Failure> {
    let missing = || Failure::missing("没有这条记录，或者它还在登记途中。可在来件中按登记编号查找。");
    let number: i64 = number.parse().map_err(|_| missing())?;
    let rows = shared.desk.store.messages(&MessageFilter { id: Some(number), ..Default::default() })?;
    let row = rows.first().ok_or_else(missing)?;
    let campaigns = &shared.desk.campaigns;
    // Mail of no campaign, or of one that is not configured any more, is shown in the frame of the first.
    let own = campaigns.iter().find(|campaign| Some(&campaign.id) == row.campaign.as_ref());
    let campaign = own.or(campaigns.first()).ok_or_else(missing)?;
    let messages = report::messages_json(&rows, campaigns, shared.desk.clock.now());
    let message = messages.first().ok_or_else(missing)?;
    let status = status(shared, campaign, None)?;
    // Parked before it could be read: there are no facts to show.
    let (facts, _) = shared.desk.store.facts(number).unwrap_or_default();
    let page = mail::mail(campaign, message, &facts.text, row.unit.as_deref());
    let html = shared
        .templates
        .get_template("mail.html")?
        .render(context! { ..page, ..frame(shared, campaign, &status) })?;
    Ok(Html(html))
}
