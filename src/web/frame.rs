//! What stands around every page: who is there, which view, whether the mail is fresh, what waits, what was done last.

use jiff::Timestamp;
use minijinja::{Environment, Value, context, escape_formatter};

use super::ask::{Asked, encoded, own_path};
use super::cover::covered;
use super::failure::Failure;
use super::reply::Reply;
use super::router::Shared;
use super::who::{Door, Who};
use super::{view, words};
use crate::domain::campaign::Campaign;
use crate::domain::chinese;
use crate::domain::decision::{Act, in_force};
use crate::domain::text::is_invisible;
use crate::fault::Fault;
use crate::remind;
use crate::report::{self, Health, Question};
use crate::store::OutboxState;

/// One request with who makes it and when.
pub(super) struct Visit<'a> {
    pub shared: &'a Shared,
    pub asked: &'a Asked,
    pub who: Who,
    pub now: Timestamp,
}

/// The views in the order of the bar: name, what follows the campaign's address, what staff call it, and whether a
/// leader's link shows it.
const VIEWS: &[(&str, &str, &str, bool)] = &[
    ("matrix", "", "总览", true),
    ("units", "units", "单位", false),
    ("mail", "mail", "来件", false),
    ("todo", "todo", "待办", false),
    ("chase", "chase", "催报", false),
    ("media", "media", "素材", true),
    ("totals", "totals", "汇总", true),
];

const TEMPLATES: &[(&str, &str)] = &[
    ("base.html", include_str!("templates/base.html")),
    ("parts.html", include_str!("templates/parts.html")),
    ("plain.html", include_str!("templates/plain.html")),
    ("failure.html", include_str!("templates/failure.html")),
    ("sign_in.html", include_str!("templates/sign_in.html")),
    ("confirm.html", include_str!("templates/confirm.html")),
    ("matrix.html", include_str!("templates/matrix.html")),
    ("bulletin.html", include_str!("templates/bulletin.html")),
    ("unit.html", include_str!("templates/unit.html")),
    ("units.html", include_str!("templates/units.html")),
    ("mail.html", include_str!("templates/mail.html")),
    ("register.html", include_str!("templates/register.html")),
    ("todo.html", include_str!("templates/todo.html")),
    ("chase.html", include_str!("templates/chase.html")),
    ("media.html", include_str!("templates/media.html")),
    ("totals.html", include_str!("templates/totals.html")),
    ("system.html", include_str!("templates/system.html")),
];

/// The templates, checked at start.
pub(super) fn templates() -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_formatter(|out, state, value| match value.as_str() {
        // What others wrote may neither turn the writing around it about nor hide in it, on any page.
        Some(text) if !value.is_safe() && text.contains(is_invisible) => {
            escape_formatter(out, state, &Value::from(text.replace(is_invisible, "")))
        }
        _ => escape_formatter(out, state, value),
    });
    environment.add_filter("fold", |text: String| view::folded(&text));
    environment.add_filter("linked", |text: String, here: String| view::linked(&text, &here));
    environment.add_filter("urlencode", |text: String| encoded(&text));
    for (name, text) in TEMPLATES {
        environment.add_template(name, text)?;
    }
    Ok(environment)
}

impl<'a> Visit<'a> {
    /// The campaign of an address.
    pub fn campaign(&self, id: &str) -> Result<&'a Campaign, Failure> {
        let found = self.shared.desk.campaigns.iter().find(|campaign| campaign.id == id);
        found.ok_or_else(|| Failure::missing("没有这个报送任务。"))
    }

    /// What is asked of `report` about a campaign.
    pub fn question(&self, campaign: &'a Campaign, as_of: Option<Timestamp>) -> Question<'a> {
        Question { campaign, mailboxes: &self.shared.desk.mailboxes, now: self.now, as_of, with_files: false }
    }

    /// How the mailboxes of a campaign do.
    pub fn health(&self, campaign: &'a Campaign) -> Result<Health, Fault> {
        report::health(&self.shared.desk.store, &self.question(campaign, None))
    }

    /// A page in its frame.
    pub fn page(
        &self,
        template: &str,
        campaign: &'a Campaign,
        current: &str,
        health: &Health,
        page: Value,
    ) -> Result<Reply, Failure> {
        let frame = self.frame(campaign, current, health)?;
        let page = if self.who.may_decide() { page } else { covered(&page) };
        let html = self.shared.templates.get_template(template)?.render(context! { ..page, ..frame })?;
        Ok(Reply::page(html))
    }

    fn frame(&self, campaign: &Campaign, current: &str, health: &Health) -> Result<Value, Failure> {
        let desk = &self.shared.desk;
        let is_link = self.who.door == Door::Link;
        let (todo, due) =
            if is_link { (0, 0) } else { (self.waiting(campaign)?, self.to_approve(campaign)?) };
        let paused = if is_link { None } else { desk.store.paused()? };
        let shown = VIEWS.iter().filter(|(.., for_leaders)| *for_leaders || !is_link);
        let views = shown.zip(1..).map(|((name, path, word, _), key)| {
            let address = format!("/c/{}/{path}", campaign.id);
            let count = match *name {
                "todo" => todo,
                "chase" => due,
                _ => 0,
            };
            context! { word => *word, address, key, count, is_current => *name == current }
        });
        let (mails, decisions) = desk.store.newest_numbers()?;
        let others = desk.campaigns.iter().map(|other| {
            context! { id => other.id.as_str(), title => other.short.as_str(), is_current => other.id == campaign.id }
        });
        Ok(context! {
            campaign => context! { id => campaign.id.as_str(), title => campaign.title.as_str(), short => campaign.short.as_str(), office => campaign.office.as_str() },
            campaigns => others.collect::<Vec<_>>(),
            views => views.collect::<Vec<_>>(), current, todo,
            paused => paused.map(|entry| words::paused(&entry, campaign)),
            fresh => health.fresh, troubles => health.troubles.clone(),
            last_scan => health.last_scan.as_deref().map(|at| view::moment(campaign, at)),
            clock => chinese::moment_of(self.now, campaign),
            units => campaign.roster.units.iter().map(|unit| context! { name => unit.name.as_str(), letters => crate::domain::pinyin::initials(&unit.name) }).collect::<Vec<_>>(),
            flash => if self.who.may_decide() { self.flash(campaign)? } else { None },
            mails => mails, decisions,
            ..self.bare()
        })
    }

    /// What even a page without a campaign has.
    pub fn bare(&self) -> Value {
        let theme = self.asked.cookie("theme").filter(|theme| matches!(*theme, "dark" | "light"));
        context! {
            who => context! {
                name => self.who.name.as_str(), role => self.who.role.chinese(), token => self.who.token.as_str(),
                decides => self.who.may_decide(), manages => self.who.may_manage(), is_local => self.who.door == Door::Local,
                is_link => self.who.door == Door::Link,
            },
            theme, large => self.asked.cookie("size") == Some("large"),
            here => self.here(), back => self.back_link(),
        }
    }

    /// The address of this page without what was done last: where its forms lead back to. What answers a form stands at an
    /// address that shows nothing when it is only looked at: such a page leads back to where the form stood.
    pub fn here(&self) -> String {
        without_flash(if self.asked.is_post { self.asked.back() } else { &self.asked.address })
    }

    /// Where somebody came from, where the address says it.
    fn back_link(&self) -> Option<Value> {
        let address = own_path(self.asked.query.get("back"))?;
        let word = words::view_of(address);
        Some(context! { address, word })
    }

    /// How many things wait for a person.
    fn waiting(&self, campaign: &Campaign) -> Result<u64, Fault> {
        let store = &self.shared.desk.store;
        let counts = store.waiting_counts(None)?;
        let links = report::waiting_links(store, campaign, self.now)?;
        let unsure = store.outbox_counts()?.get(&OutboxState::Unsure).copied().unwrap_or_default();
        let urgent = links.iter().filter(|link| link.is_urgent).count();
        let dead = report::dead_addresses(store, campaign)?.len();
        let questions = store.open_questions(&campaign.id)?.len();
        Ok(counts.unassigned + counts.review + counts.parked + unsure + (urgent + dead + questions) as u64)
    }

    /// How many reminders wait to be approved.
    fn to_approve(&self, campaign: &Campaign) -> Result<u64, Fault> {
        let desk = &self.shared.desk;
        let due = remind::to_approve(&desk.store, campaign, &desk.mailboxes, &desk.reminders, self.now)?;
        Ok(due as u64)
    }

    /// What was done by the form that led here, with a way to take it back.
    fn flash(&self, campaign: &Campaign) -> Result<Option<Value>, Fault> {
        let did = words::did(self.asked.query.get("did"));
        let numbers: Vec<i64> =
            self.asked.query.get("done").split(',').filter_map(|number| number.parse().ok()).collect();
        if numbers.is_empty() {
            return Ok(did.map(|text| context! { text }));
        }
        let all = self.shared.desk.store.decisions()?;
        let counting = in_force(&all, Timestamp::MAX);
        let made = all.iter().filter(|decision| numbers.contains(&decision.id));
        let lines: Vec<String> = made
            .clone()
            .map(|decision| {
                let mail = decision.message.map_or_else(String::new, |number| format!("#{number} "));
                let why =
                    if decision.why.is_empty() { String::new() } else { format!("：{}", decision.why) };
                format!("{mail}{}{why}", chinese::ruling(decision, Some(campaign)))
            })
            .collect();
        let own = made.filter(|decision| decision.act != Act::Undo);
        let undoable = own.filter(|decision| counting.iter().any(|other| other.id == decision.id));
        let undoable: Vec<String> = undoable.map(|decision| decision.id.to_string()).collect();
        let mut text = format!("已办：{}。", lines.join("，并"));
        for made in counting.iter().filter(|made| numbers.contains(&made.id)) {
            let answered = self.shared.desk.store.requests_answered(made)?;
            text.extend(answered.iter().map(|id| chinese::answers(*id)));
        }
        Ok((!lines.is_empty()).then(|| context! { text, undo => undoable.join(",") }))
    }
}

/// An address without what was done last.
pub(super) fn without_flash(address: &str) -> String {
    let (rest, anchor) = address.split_once('#').map_or((address, ""), |(rest, anchor)| (rest, anchor));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("done=") && !pair.starts_with("did="))
        .collect();
    let query = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
    let anchor = if anchor.is_empty() { String::new() } else { format!("#{anchor}") };
    format!("{path}{query}{anchor}")
}

/// The address to which a form leads back, telling what was done.
pub(super) fn with_flash(back: &str, key: &str, value: &str) -> String {
    let plain = without_flash(back);
    let (rest, anchor) = plain
        .split_once('#')
        .map_or((plain.as_str(), String::new()), |(rest, anchor)| (rest, format!("#{anchor}")));
    let joint = if rest.contains('?') { '&' } else { '?' };
    format!("{rest}{joint}{key}={}{anchor}", encoded(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_last_stands_in_the_address_once() {
        assert_eq!(with_flash("/c/x/?q=a#plan", "done", "5,6"), "/c/x/?q=a&done=5%2C6#plan");
        assert_eq!(with_flash("/c/x/?done=4&q=a", "did", "sent.2"), "/c/x/?q=a&did=sent.2");
        assert_eq!(without_flash("/mail/7?done=4#log"), "/mail/7#log");
    }

    #[test]
    fn every_template_can_be_read() {
        assert!(templates().is_ok());
    }
}
