//! Papers that come as pictures: a plan photographed page by page, a screenshot of a report, a scan saved as JPEG. A picture is
//! the photo of a day as a rule; one that bears the name of a paper is shown to a person, at the item that it may answer.

use super::decoration::decoration;
use super::parts::{Scene, is_due_once, is_stationery, plain, shape, waits};
use crate::domain::campaign::ItemKind;
use crate::domain::facts::{Content, PartFacts, Role, Value};
use crate::domain::message::PartState;
use crate::domain::unit::Unit;
use crate::recognition::item::{Shape, Texts, is_bare, says_scan};
use crate::recognition::names::MASK;
use crate::recognition::vocabulary::Target;
use crate::recognition::without_brackets;
use crate::store::FiledPart;

/// A name with one of these is that of a photo, whatever else it says: 总结会现场, 方案研讨照片.
const PHOTO_WORDS: &[&str] = &["照片", "图片", "现场", "剪影", "合影", "花絮", "海报", "活动图", "掠影"];

/// Around the number of a page.
const NUMBERED: &str = "第页张份一二三四五六七八九十";
/// How a name says which copy of a paper it is.
const COPIES: &[&str] =
    &["扫描件", "扫描版", "扫描", "盖章版", "盖章件", "盖章", "截图", "截屏", "终稿", "定稿", "正式版"];

/// From here on a workbook with few words, of which nobody can tell what is on its sheets, holds something else (bytes).
const HEAVY_BYTES: u64 = 60_000;
/// What each character in its cells weighs at most (bytes).
const BYTES_EACH_LETTER: u64 = 100;
/// From here on a picture on a sheet is no logo (bytes).
const PASTED_BYTES: u64 = 8_000;
/// More than so many bytes of pictures for each character: they are what the workbook is about.
const PASTED_EACH_LETTER: u64 = 20;
/// Why a workbook is asked about that is no form and has more on its sheets than what stands in its cells.
pub(super) const PICTURES_IN_BOOK: &str = "表格里文字很少，可能贴有照片、盖章件或嵌入的文件，请打开确认";

/// Whether photos were pasted into the sheets of a workbook, where nobody reads them, or a document was: there are few words
/// beside them. Where it is not known what was pasted the weight tells.
pub(super) fn is_full_of_pictures(part: &PartFacts) -> bool {
    let Content::Book { grids } = &part.content else { return false };
    let cells = grids.iter().flat_map(|grid| &grid.cells);
    let letters: usize = cells
        .map(|cell| match &cell.value {
            Value::Text(text) => text.chars().count(),
            Value::Number(_) => 1,
        })
        .sum();
    let letters = u64::try_from(letters).unwrap_or(u64::MAX);
    match part.pasted_bytes {
        Some(bytes) => bytes > PASTED_BYTES.max(letters.saturating_mul(PASTED_EACH_LETTER)),
        None => part.size > HEAVY_BYTES.max(letters.saturating_mul(BYTES_EACH_LETTER)),
    }
}

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
    if !by_name.is_empty() && ends_in_paper(&texts.name, |text| named(text) == by_name) {
        let why = "图片的名称像是应报的文件，不像活动照片，请打开确认";
        return Some(waits(scene, unit, at, &by_name, why));
    }
    let by_subject = named(&texts.subject);
    if !by_subject.is_empty() && is_bare(&texts.name) && brings_pictures_alone(scene) {
        let why = "主题写的是应报的文件，来件只有图片，可能就是它，请打开确认";
        return Some(waits(scene, unit, at, &by_subject, why));
    }
    // Where no photo is asked for, whoever sends nothing but pictures means one of the papers.
    let says_photo = PHOTO_WORDS.iter().any(|word| texts.subject.contains(word));
    if taken.is_empty() && !says_photo && is_bare(&texts.name) && brings_pictures_alone(scene) {
        return Some(plain(PartState::Review, "来件只有图片，可能是应报的文件，请打开确认"));
    }
    let why = "图片的名称写明是扫描或盖章件，不像活动照片，请打开确认";
    says_scan(&texts.name).then(|| plain(PartState::Review, why))
}

/// Whether a name ends in the word for a paper, but for what counts its pages and copies: 总结1, 方案（第2页）; not 总结讲话, 方案展示.
fn ends_in_paper(name: &str, names_it: impl Fn(&str) -> bool) -> bool {
    let mut stem = without_brackets(name);
    loop {
        let cut = stem.trim_end_matches(|c: char| !c.is_alphabetic() || c == MASK || NUMBERED.contains(c));
        let cut = COPIES.iter().find_map(|word| cut.strip_suffix(word)).unwrap_or(cut);
        if cut.len() == stem.len() {
            break;
        }
        stem = cut.to_owned();
    }
    let mut shorter = stem.chars();
    names_it(&stem) && shorter.next_back().is_some() && !names_it(shorter.as_str())
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
