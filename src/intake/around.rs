//! What the mail around a part tells of it: the forms and copies beside it, whether a day's material is expected, whether the
//! letter says what comes with it.

use super::judge::{is_daily_time, range_of};
use super::meant::{Meant, of_form};
use super::parts::{Scene, shape};
use crate::domain::campaign::ItemKind;
use crate::domain::facts::PartFacts;
use crate::recognition::day::{Range, names_a_day};
use crate::recognition::item::{self, Around, Shape};
use crate::recognition::vocabulary::{Target, Vocabulary};

/// A letter that does no more than say what comes with it (characters).
const NOTE_CHARS: usize = 80;

/// What the mail around its parts tells.
pub(super) fn around(scene: &Scene) -> Around {
    let vocabulary = scene.desk.words_of(scene.unit);
    let campaign = scene.desk.campaign;
    let today = scene.arrived.date();
    let mut around = Around::default();
    for (at, form) in scene.forms.iter().enumerate().flat_map(|(at, read)| read.iter().map(move |f| (at, f)))
    {
        let targets = match of_form(scene, at, form) {
            Some(Meant::Sure(targets)) => targets,
            Some(Meant::Open(targets, _)) => targets.into_iter().take(1).collect(),
            None => vec![],
        };
        let name = scene.case.facts.parts.get(at).map(|part| scene.desk.book.mask(item::stem(&part.name)));
        around.form_names.extend(name.zip(targets.first().cloned()));
        around
            .forms
            .extend(targets.into_iter().filter(|target| !around.forms.contains(target)).collect::<Vec<_>>());
    }
    around.has_named_scan = scene.case.facts.parts.iter().any(|part| {
        let name = scene.desk.book.mask(&part.name);
        let names_form = || vocabulary.named(&name).iter().any(|target| target.kind == ItemKind::Form);
        matches!(shape(part), Shape::Pdf { .. } | Shape::Picture) && (item::says_scan(&name) || names_form())
    });
    around.is_daily_time = is_daily_time(campaign, today);
    around.belongs = scene.has_keyword || names_one_of_its_days(scene);
    around.has_unnamed_document = has_unnamed_document(scene);
    around.letter_names_copy = letter_names_copy(scene, vocabulary);
    around
}

/// 采集表盖章件拍照发您: what such a letter brings as a picture is hardly a photo of an activity.
fn letter_names_copy(scene: &Scene, vocabulary: &Vocabulary) -> bool {
    let text = scene.desk.book.mask(&scene.case.facts.text);
    let names_form = || vocabulary.named(&text).iter().any(|target| target.kind == ItemKind::Form);
    text.chars().count() <= NOTE_CHARS && item::says_scan(&text) && names_form()
}

/// Whether subject or text name a day for which material is asked.
fn names_one_of_its_days(scene: &Scene) -> bool {
    let facts = scene.case.facts;
    let ranges =
        scene.desk.campaign.requirements.iter().filter_map(|requirement| range_of(&requirement.when));
    let said =
        |range: Range| [&facts.header.subject, &facts.text].iter().any(|text| names_a_day(text, &range));
    ranges.into_iter().any(said)
}

/// Whether several scans without a telling name came while the subject lists a document that no part is named as.
fn has_unnamed_document(scene: &Scene) -> bool {
    let vocabulary = scene.desk.words_of(scene.unit);
    let named = |text: &str| vocabulary.named(&scene.desk.book.mask(text));
    let parts = &scene.case.facts.parts;
    let is_bare =
        |part: &&PartFacts| shape(part) == Shape::Pdf { scan: true } && named(&part.path).is_empty();
    if parts.iter().filter(is_bare).count() < 2 {
        return false;
    }
    let is_there = |wanted: &Target| parts.iter().any(|part| named(&part.path).contains(wanted));
    let listed = named(&scene.case.facts.header.subject);
    listed.iter().any(|target| target.kind == ItemKind::Document && !is_there(target))
}
