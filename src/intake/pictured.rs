//! Papers that come as pictures: a plan photographed page by page, a screenshot of a report, a scan saved as JPEG. A picture is
//! the photo of a day as a rule; one that bears the name of a paper is shown to a person, at the item that it may answer.

use super::decoration::decoration;
use super::parts::{Scene, is_due_once, is_stationery, plain, shape, waits};
use crate::domain::campaign::ItemKind;
use crate::domain::facts::Role;
use crate::domain::message::PartState;
use crate::domain::unit::Unit;
use crate::recognition::item::{Shape, Texts, is_bare, says_scan};
use crate::recognition::vocabulary::Target;
use crate::store::FiledPart;

/// A name with one of these is that of a photo, whatever else it says: 总结会现场, 方案研讨照片.
const PHOTO_WORDS: &[&str] = &["照片", "图片", "现场", "剪影", "合影", "花絮", "海报", "活动图", "掠影"];

/// What a picture that would be the photo of a day may be instead, if its name or the subject tells, and why a person must look.
pub(super) fn paper_in_picture(
    scene: &Scene,
    unit: &Unit,
    at: usize,
    texts: &Texts,
    taken: &[Target],
) -> Option<FiledPart> {
    let part = scene.case.facts.parts.get(at)?;
    let is_photo = shape(part) == Shape::Picture && taken.iter().all(|target| target.kind == ItemKind::Photo);
    if !is_photo {
        return None;
    }
    let named = |text: &str| -> Vec<Target> {
        let says_photo = PHOTO_WORDS.iter().any(|word| text.contains(word));
        let named = if says_photo { vec![] } else { scene.words(at).named(text) };
        if named.iter().all(|target| is_due_once(scene, target)) { named } else { vec![] }
    };
    let by_name = named(&texts.name);
    if !by_name.is_empty() {
        let why = "图片的名称像是应报的文件，不像活动照片，请打开确认";
        return Some(waits(scene, unit, at, &by_name, why));
    }
    let by_subject = named(&texts.subject);
    if !by_subject.is_empty() && is_bare(&texts.name) && brings_pictures_alone(scene) {
        let why = "主题写的是应报的文件，来件只有图片，可能就是它，请打开确认";
        return Some(waits(scene, unit, at, &by_subject, why));
    }
    let why = "图片的名称写明是扫描或盖章件，不像活动照片，请打开确认";
    says_scan(&texts.name).then(|| plain(PartState::Review, why))
}

/// Whether nothing but pictures came.
fn brings_pictures_alone(scene: &Scene) -> bool {
    let parts = scene.case.facts.parts.iter().enumerate();
    let mut files = parts.filter(|(at, part)| {
        let is_shell = matches!(part.role, Role::Archive | Role::Mail | Role::Embedded);
        !is_shell && !is_stationery(part) && decoration(scene.case, *at).is_none()
    });
    files.all(|(_, part)| shape(part) == Shape::Picture)
}
