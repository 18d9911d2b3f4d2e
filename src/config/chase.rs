//! `[[reminder]]`: the steps of chasing. A step that could never leave is refused here rather than lapse in silence.

use super::campaign::House;
use super::section::Section;
use super::value::Hours;
use super::{complaint, dates};
use crate::domain::campaign::{Campaign, Chase, Offset, Requirement, Step, When};

const STEP: &[&str] = &["id", "at", "hours", "every_days", "template", "to", "attach"];

/// Reads every chase; `campaign` has its requirements, calendar and wording.
pub(super) fn read_all(top: &Section<'_>, campaign: &Campaign, house: &House) -> Vec<Chase> {
    let ids: Vec<&str> = campaign.requirements.iter().map(|r| r.id.as_str()).collect();
    let mut read: Vec<Chase> = Vec::new();
    for table in top.sections("reminder", &["requirement", "steps"]) {
        let Some(id) = table.need_reference("requirement", "报送要求", &ids) else { continue };
        if read.iter().any(|other| other.requirement == id) {
            table.complain("requirement", complaint::duplicate(&id));
        }
        let Some(requirement) = campaign.requirement(&id) else { continue };
        let steps = steps(&table, campaign, requirement, house);
        read.push(Chase { requirement: id, steps });
    }
    read
}

fn steps(table: &Section<'_>, campaign: &Campaign, of: &Requirement, house: &House) -> Vec<Step> {
    let tables = table.sections("steps", STEP);
    if tables.is_empty() {
        table.complain("steps", complaint::empty_list());
    }
    let last_day = of.last_day(None);
    let mut read: Vec<Step> = Vec::new();
    for table in tables {
        let Some(step) = step(&table, campaign, of, house.office) else { continue };
        if read.iter().any(|other| other.id == step.id) {
            table.complain("id", complaint::duplicate(&step.id));
        }
        let day = |step: &Step| step.at.from_day(last_day, &campaign.calendar);
        if read.last().is_some_and(|before| day(before) > day(&step)) {
            table.complain("at", complaint::steps_out_of_order());
        }
        dates::step(&table, campaign, of, &step, house.working_days_only);
        read.push(step);
    }
    read
}

fn step(table: &Section<'_>, campaign: &Campaign, of: &Requirement, office: Hours) -> Option<Step> {
    let id = table.need_id("id");
    let at: Option<Offset> = table.need("at");
    let hours: Option<Hours> = table.get("hours");
    if hours.is_some_and(|hours| !hours.overlaps(office)) {
        table.complain("hours", complaint::hours_never());
    }
    if table.has("every_days") && !matches!(of.when, When::EachDay { .. }) {
        table.complain("every_days", complaint::not_each_day());
    }
    let every_days = table.positive("every_days", 1);
    let letters: Vec<&str> = campaign.wording.keys().map(String::as_str).collect();
    let template = table.need_reference("template", "邮件文字（mail/*.txt）", &letters);
    let to_staff = table.choice("to", &[("unit", false), ("staff", true)]).unwrap_or(false);
    let blanks: Vec<&str> = campaign.blanks.keys().map(String::as_str).collect();
    let attach = table.references("attach", "空白表（forms/*.xlsx）", &blanks);
    if to_staff && !attach.is_empty() {
        table.complain("attach", complaint::attached_to_staff());
    }
    Some(Step {
        id: id?,
        at: at?,
        hours: hours.map(|Hours(from, to)| (from, to)),
        every_days,
        template: template?,
        to_staff,
        attach,
    })
}
