//! What staff should know of a scan or document that counts all the same: a picture instead of a PDF, no seal, numbers
//! that its form does not have, sections that are missing, days of another week.

use super::parts::{Scene, flaw};
use crate::domain::campaign::{Item, ItemKind, When};
use crate::domain::facts::{Content, PartFacts};
use crate::domain::submission::{Flaw, Level};
use crate::domain::unit::Unit;
use crate::form;
use crate::recognition::day::{Range, all_outside};
use crate::recognition::sections;
use crate::recognition::vocabulary::Target;

/// What papers are called that say what is to be done.
const PLANS: [&str; 3] = ["方案", "计划", "安排"];

/// Remarks on a scan or document that counts all the same.
pub(super) fn flaws_of(scene: &Scene, unit: &Unit, part: &PartFacts, target: &Target) -> Vec<Flaw> {
    match (&part.content, target.kind) {
        (Content::Photo { .. }, ItemKind::Scan) => {
            vec![flaw("SCAN_PICTURE", Level::Warning, "盖章件是图片，请尽量报送PDF扫描件".to_owned())]
        }
        (Content::Pdf { pages: 0, .. }, _) => {
            vec![flaw("UNREAD", Level::Info, "文件过大，程序没有读取内容，请人工核对".to_owned())]
        }
        (Content::Pdf { is_scan, seal, text, .. }, ItemKind::Scan) => {
            let unsigned = (!is_scan && *seal != Some(true))
                .then(|| flaw("UNSIGNED", Level::Info, "疑似未盖章、未签字，请人工确认".to_owned()));
            unsigned.into_iter().chain(unlike_its_form(scene, unit, text, target)).collect()
        }
        (Content::Text { text } | Content::Pdf { text, .. }, ItemKind::Document) => {
            remarks_on_text(scene, text, target)
        }
        _ => vec![],
    }
}

/// V17: a stamped copy whose text lacks numbers of its form: the one beside it, or one in another mail that came later or
/// is the only one.
fn unlike_its_form(scene: &Scene, unit: &Unit, text: &str, target: &Target) -> Option<Flaw> {
    let desk = scene.desk;
    let is_copied = |form: &str| desk.vocabulary.copies_of(form).any(|copy| copy == target);
    let template = desk.campaign.templates.values().find(|template| is_copied(&template.id))?;
    let beside = scene.forms.iter().flatten().find(|read| read.form == template.id);
    let elsewhere = desk.known.get(&(unit.code.clone(), template.id.clone()));
    let elsewhere = elsewhere.filter(|known| beside.is_none() || known.received_at > scene.case.received_at);
    let rows = match (elsewhere, beside) {
        (Some(known), _) => known.rows.clone(),
        (None, Some(read)) => form::check(template, &read.reading).rows,
        (None, None) => return None,
    };
    let unlike = form::unlike(template, &rows, text);
    let told = format!("盖章件中没有电子表的这些数：{}，请核对是否同一份", unlike.join("；"));
    (!unlike.is_empty()).then(|| flaw("V17", Level::Info, told))
}

/// Sections that a report lacks, and a plan for other days than those of the campaign (V18).
fn remarks_on_text(scene: &Scene, text: &str, target: &Target) -> Vec<Flaw> {
    let campaign = scene.desk.campaign;
    let Some(requirement) = campaign.requirement(&target.requirement) else { return vec![] };
    let mut flaws = Vec::new();
    let absent = requirement.item(&target.item).map(|item| sections::absent(&item.sections, text));
    if let Some(absent) = absent.filter(|absent| !absent.is_empty()) {
        flaws.push(flaw("SECTIONS", Level::Info, format!("未见“{}”部分，请核对", absent.join("”“"))));
    }
    let (from, to) = campaign.period;
    // What is due before tells of what is to come only where it is a plan: a 自查报告 tells of what was.
    let is_named_plan = |item: &Item| {
        PLANS
            .iter()
            .any(|word| item.title.contains(word) || item.names.iter().any(|name| name.contains(word)))
    };
    let is_plan = matches!(requirement.when, When::By { nominal, .. } if nominal <= from)
        && requirement.item(&target.item).is_some_and(is_named_plan);
    if let Some(days) = all_outside(text, &Range { from, to }).filter(|_| is_plan) {
        flaws.push(flaw("V18", Level::Info, format!("所写日期（{days}）都不在活动期间，请核对")));
    }
    flaws
}
