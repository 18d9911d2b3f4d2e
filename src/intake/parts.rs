//! Part by part: what each attachment, archive member, link and the text itself answers. Every part ends in exactly one
//! state with a Chinese reason; what is not certain waits for a person.

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::ops::Deref;

use jiff::civil::DateTime;

use super::answers::{Answered, answer};
use super::around::around;
use super::belongs::{
    another_activity, another_form, hardly_the_document, other_business, other_edition, other_year,
};
use super::clues::{FormRead, head_of, text_of, title_lines};
use super::decoration::{decoration, is_scrap};
use super::desk::Desk;
use super::doubles::settle_doubles;
use super::filled::{judge_forms, listed_in};
use super::judge::{Case, book, range_of};
use super::limits;
use super::meant::{Meant, meant};
use super::nothing::{is_nil_scan, nil_paper};
use super::nothing_due::{is_a_return, owes_returns};
use super::pictured::{PICTURES_IN_BOOK, is_full_of_pictures, paper_in_picture};
use super::remarks::flaws_of;
use super::under::{hardly_its_table, of_a_lower_unit, other_unit};
use crate::domain::campaign::{Item, ItemKind};
use crate::domain::facts::{Content, Grid, PartFacts, Role};
use crate::domain::message::PartState;
use crate::domain::submission::{Flaw, Level};
use crate::domain::unit::Unit;
use crate::recognition::item::{self, Around, Guess, Shape, Texts};
use crate::recognition::nil;
use crate::recognition::vocabulary::{Target, Vocabulary};
use crate::store::{FiledPart, LearnedSender, ReadingRow};

/// A mail on the desk of its campaign.
pub(super) struct Scene<'a> {
    pub desk: &'a Desk<'a>,
    pub case: Case<'a>,
    /// The unit it is filed under.
    pub unit: Option<&'a Unit>,
    /// The unit of each part, where the mail brings material of several.
    pub owners: Vec<Option<&'a Unit>>,
    /// When it came, by the campaign's clock.
    pub arrived: DateTime,
    /// Forms read in each part.
    pub forms: &'a [Vec<FormRead>],
    /// Whether a word of the campaign stands anywhere in the mail.
    pub has_keyword: bool,
}

impl<'a> Scene<'a> {
    /// The words of the campaign as the unit of a part means them.
    pub(super) fn words(&self, at: usize) -> &Vocabulary {
        self.desk.words_of(self.owner(at))
    }

    /// The unit that a part is filed under.
    fn owner(&self, at: usize) -> Option<&'a Unit> {
        self.owners.get(at).copied().flatten().or(self.unit)
    }
}

/// What the parts of a mail come to.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub parts: Vec<FiledPart>,
    pub loose: Vec<crate::domain::submission::Filing>,
    pub readings: Vec<ReadingRow>,
    /// What parts teach, with their places.
    pub learned: Vec<(usize, LearnedSender)>,
    /// Why a person must look at the mail although no part of it waits, by the place of what is to be looked at.
    pub asks: BTreeMap<usize, String>,
    /// Other units that parts name.
    pub concerns: Vec<String>,
}

pub(super) fn plain(state: PartState, why: impl Into<String>) -> FiledPart {
    FiledPart { campaign: None, state, why: why.into(), filings: vec![] }
}

/// Judges every part in the order of the facts.
pub(super) fn judge_parts(scene: &Scene) -> Outcome {
    let mut outcome = Outcome::default();
    // A mail of nothing but forms is never asked for it.
    let around = LazyCell::new(|| around(scene));
    for (at, part) in scene.case.facts.parts.iter().enumerate() {
        let mut filed = judge_part(scene, &around, at, part, &mut outcome);
        if part.has_macros {
            warn_of_macros(&mut filed);
        }
        outcome.parts.push(filed);
    }
    settle_doubles(scene, &mut outcome);
    outcome
}

/// Macros change nothing of what a document says; whoever opens it should know of them (`reliability.md` 49).
fn warn_of_macros(filed: &mut FiledPart) {
    let told = "文件带有宏，程序没有运行它；打开时请勿启用宏";
    filed.why.push_str(&format!("；{told}"));
    if let Some(filing) = filed.filings.first_mut() {
        filing.flaws.push(flaw("MACROS", Level::Info, told.to_owned()));
    }
}

/// What is no material by itself: the shells of others, decoration, what programs leave, what lies in a document.
fn no_material(scene: &Scene, at: usize, part: &PartFacts, read: &[FormRead]) -> Option<FiledPart> {
    if let (Role::Archive | Role::Mail, None) = (part.role, &part.trouble) {
        let what = match (part.role, part.media_type.as_str()) {
            (Role::Mail, _) => "转发的邮件",
            (_, "application/ms-tnef") => "邮件程序打包的附件",
            _ => "压缩包",
        };
        return Some(plain(PartState::Container, format!("{what}，内容见后")));
    }
    if let Some(why) = decoration(scene.case, at) {
        return Some(plain(PartState::Ignored, why));
    }
    if is_stationery(part) {
        return Some(plain(PartState::Ignored, "邮件程序附带的文件，不是材料"));
    }
    if part.role == Role::Embedded && !is_filled_form(scene, read) {
        let picture = "文档内嵌图片，随文档登记，如需单独使用请索取原图";
        let what = if book(part).is_some() { "文档内嵌表格，随文档登记" } else { picture };
        return Some(plain(PartState::Extra, what));
    }
    None
}

fn judge_part(
    scene: &Scene,
    around: &impl Deref<Target = Around>,
    at: usize,
    part: &PartFacts,
    outcome: &mut Outcome,
) -> FiledPart {
    let read = scene.forms.get(at).map_or(&[][..], Vec::as_slice);
    if let Some(filed) = no_material(scene, at, part, read) {
        return filed;
    }
    if let Some(trouble) = part.trouble.clone().or_else(|| (part.size == 0).then(|| "文件是空的".to_owned()))
    {
        return unreadable(scene, around, at, part, &trouble, outcome);
    }
    let Some(unit) = scene.owner(at) else {
        outcome.concerns.extend(listed_in(scene, read));
        return plain(PartState::Review, "单位待认定");
    };
    if let Some(other) = other_unit(scene, unit, &part.path) {
        outcome.concerns.push(other.code.clone());
        return plain(
            PartState::Review,
            format!("文件名写的是{}，来件单位是{}，请认定", other.name, unit.name),
        );
    }
    if item::says_outdated(&part.name) {
        return plain(PartState::Review, "文件名写明是旧稿、未定稿或已作废，请确认以哪一份为准");
    }
    if !read.is_empty() {
        return judge_forms(scene, unit, at, read, outcome);
    }
    let texts = texts(scene, at, part);
    let is_asked = around.is_daily_time || (owes_returns(scene, unit) && !is_a_return(scene, at, &texts));
    let says_nil = is_asked && (text_of(part).is_some_and(nil::is_nil) || is_nil_scan(part));
    if let Some(filed) = says_nil.then(|| nil_paper(scene, unit, at, part, &texts.subject)).flatten() {
        return filed;
    }
    let (targets, why, is_taken) = match item::of_part(scene.words(at), shape(part), &texts, around) {
        Guess::Items(targets, why) => (targets, why, true),
        Guess::NotTheForm(target, why) => (vec![target], why, false),
        Guess::Extra(_) if is_full_of_pictures(part) => return plain(PartState::Review, PICTURES_IN_BOOK),
        Guess::Extra(why) if shape(part) == Shape::Picture => {
            let paper = paper_in_picture(scene, unit, at, &texts, &[]);
            return paper.unwrap_or_else(|| plain(PartState::Extra, why));
        }
        Guess::Extra(why) => return plain(PartState::Extra, why),
        Guess::Review(why) => return plain(PartState::Review, why),
    };
    let targets = match meant(scene, at, targets, &texts, &around.forms) {
        Meant::Sure(targets) => targets,
        Meant::Open(targets, why) => return waits(scene, unit, at, &targets, &why),
    };
    if let Some(filed) = paper_in_picture(scene, unit, at, &texts, &targets) {
        return filed;
    }
    if let Some(theirs) = targets.first().and_then(|target| of_a_lower_unit(scene, unit, part, target)) {
        outcome.concerns.extend(theirs.concerns);
        return plain(theirs.state, theirs.why);
    }
    match targets.as_slice() {
        [target, ..] if !is_taken => not_the_form(scene, unit, at, part, target.clone(), why),
        targets => accept(scene, unit, at, part, targets, &why),
    }
}

/// Whether a workbook that is an object in a document is the form: the figures behind a chart are not, nor is a blank one.
fn is_filled_form(scene: &Scene, read: &[FormRead]) -> bool {
    let templates = &scene.desk.campaign.templates;
    let is_filled =
        |form: &FormRead| templates.get(&form.form).is_some_and(|template| !form.reading.is_empty(template));
    read.iter().any(is_filled)
}

/// Calendar entries, cards, signatures and what desktops leave in folders: no material, and no reason not to read the letter.
pub(super) fn is_stationery(part: &PartFacts) -> bool {
    // A document that a download left under another name is one.
    let is_document = !matches!(part.content, Content::Opaque);
    // 采集表.xlsx.asc is no signature: the form is in it.
    let is_sealed = part.media_type == "application/pgp" && part.trouble.is_some();
    let is_rest =
        part.media_type == "application/applefile" || item::is_stationery(&part.name) || is_scrap(part);
    is_rest && !is_sealed && !(is_document && part.name.to_lowercase().ends_with(".tmp"))
}

/// A part that could not be opened, filed under what its name says it is.
fn unreadable(
    scene: &Scene,
    around: &Around,
    at: usize,
    part: &PartFacts,
    trouble: &str,
    outcome: &mut Outcome,
) -> FiledPart {
    let why = format!("读不出：{trouble}");
    let texts = texts(scene, at, part);
    let guess = item::of_part(scene.words(at), shape_by_name(part), &texts, around);
    let target = match guess {
        Guess::Items(targets, _) => targets.into_iter().next(),
        Guess::NotTheForm(target, _) => Some(target),
        _ => None,
    };
    match (scene.owner(at), target) {
        (Some(unit), Some(target)) if part.role != Role::Archive => {
            let flaw = flaw("V01", Level::Error, format!("{why}，请重新报送未加密、能打开的文件"));
            let given = Answered { state: PartState::Unreadable, flaws: vec![flaw], why: &why };
            let (Meant::Sure(targets) | Meant::Open(targets, _)) =
                meant(scene, at, vec![target], &texts, &around.forms);
            answer(scene, unit, at, &targets, &given)
        }
        _ => {
            outcome.asks.insert(at, format!("“{}”{why}，请处理", part.path));
            plain(PartState::Unreadable, why)
        }
    }
}

/// A part that answers items by its name or type.
fn accept(
    scene: &Scene,
    unit: &Unit,
    at: usize,
    part: &PartFacts,
    targets: &[Target],
    why: &str,
) -> FiledPart {
    let is_old = |target: &Target| {
        use ItemKind::{Document, Photo, Scan, Video};
        matches!(target.kind, Document | Photo | Video | Scan)
    };
    if let Some(year) = other_year(scene, part, targets)
        && targets.iter().any(is_old)
    {
        return waits(scene, unit, at, targets, &format!("写明是{year}年的材料，请确认是否为本次报送"));
    }
    if let Some(edition) = other_edition(scene, part)
        && targets.iter().any(is_old)
    {
        return waits(scene, unit, at, targets, &format!("写明是第{edition}届的材料，请确认是否为本次报送"));
    }
    if [&part.name, &scene.case.facts.header.subject].iter().any(|text| item::says_last_year(text))
        && targets.iter().any(is_old)
    {
        return waits(scene, unit, at, targets, "写明是往年的材料，请确认是否为本次报送");
    }
    if targets.first().is_some_and(|target| another_form(scene, part, target)) {
        return waits(scene, unit, at, targets, "文件名与文中表题说的不是同一张表，请打开确认");
    }
    if let Some(another) = another_activity(scene, part) {
        let why = format!("写的是“{another}”，请确认是否本次材料");
        return waits(scene, unit, at, targets, &why);
    }
    if let Some(business) = other_business(scene, part).filter(|_| why.starts_with("主题")) {
        let why = format!("写的是“{business}”，主题所说的材料不像是它，请打开确认");
        return waits(scene, unit, at, targets, &why);
    }
    if let Some(target) = targets.first().filter(|target| target.kind == ItemKind::Document)
        && let Some(why) = hardly_the_document(scene, part, target)
    {
        return waits(scene, unit, at, targets, why);
    }
    if targets.first().is_some_and(|target| is_due_once(scene, target)) {
        let titles = head_of(part).join("\n");
        if let Some(other) = other_unit(scene, unit, &titles) {
            let why = format!("文中单位是{}，来件单位是{}，请认定", other.name, unit.name);
            return waits(scene, unit, at, targets, &why);
        }
    }
    if let Some(why) = hardly_its_table(scene, unit, part) {
        return waits(scene, unit, at, targets, &why);
    }
    let mut flaws = targets.first().map(|target| flaws_of(scene, unit, part, target)).unwrap_or_default();
    if let Some((target, item)) = targets.first().and_then(|target| Some((target, item_of(scene, target)?))) {
        let names_unit = |text: &str| scene.desk.book.codes(text).contains(&unit.code);
        flaws.extend(limits::broken(&item.limits, target.kind, part, &names_unit));
    }
    answer(scene, unit, at, targets, &Answered { state: PartState::Accepted, flaws, why })
}

/// A part of which it is known what it would answer, if a person says so: its item stands at review until then.
pub(super) fn waits(scene: &Scene, unit: &Unit, at: usize, targets: &[Target], why: &str) -> FiledPart {
    answer(scene, unit, at, targets, &Answered { state: PartState::Review, flaws: vec![], why })
}

pub(super) fn is_due_once(scene: &Scene, target: &Target) -> bool {
    scene.desk.campaign.requirement(&target.requirement).is_some_and(|r| range_of(&r.when).is_none())
}

pub(super) fn item_of<'s>(scene: &'s Scene, target: &Target) -> Option<&'s Item> {
    scene.desk.campaign.requirement(&target.requirement)?.item(&target.item)
}

/// What was meant as a form and cannot be taken as one (V01), or is another year's.
fn not_the_form(
    scene: &Scene,
    unit: &Unit,
    at: usize,
    part: &PartFacts,
    target: Target,
    why: String,
) -> FiledPart {
    let id = item_of(scene, &target).and_then(|item| item.form.as_deref());
    let form = scene.desk.forms.iter().find(|form| Some(form.template.id.as_str()) == id);
    let old = form.zip(book(part)).and_then(|(form, book)| form.other_year(&book));
    let (code, why) = match old {
        Some(year) => ("OLD_TEMPLATE", format!("表头为{year}年，请使用本次下发的表样重新填报")),
        None => ("V01", why),
    };
    let flaws = vec![flaw(code, Level::Error, why.clone())];
    answer(scene, unit, at, &[target], &Answered { state: PartState::Rejected, flaws, why: &why })
}

pub(super) fn flaw(code: &str, level: Level, text: String) -> Flaw {
    Flaw { code: code.to_owned(), place: String::new(), text, level }
}

/// Texts that may name the item of a part, without names of units.
pub(super) fn texts(scene: &Scene, at: usize, part: &PartFacts) -> Texts {
    let mask = |text: &str| scene.desk.book.mask(text);
    let (folders, name) = part.path.rsplit_once('/').unwrap_or(("", &part.path));
    let titles = match &part.content {
        // A workbook without the form's headings may still bear its title.
        Content::Book { grids } => grids.iter().filter_map(Grid::first_text).collect(),
        _ => text_of(part).map(title_lines).unwrap_or_default(),
    };
    Texts {
        name: mask(item::stem(name)),
        folders: folders
            .split('/')
            .filter(|folder| !folder.is_empty())
            .map(|f| mask(item::stem(f)))
            .collect(),
        title: titles.into_iter().map(mask).collect(),
        subject: mask(&subject_over(scene, at)),
    }
}

/// The subject of the forwarded mail that holds the part, else of the mail itself.
fn subject_over(scene: &Scene, at: usize) -> String {
    let parts = &scene.case.facts.parts;
    let own = parts.get(at);
    let around = own.into_iter().chain(own.into_iter().flat_map(|part| part.ancestors(parts)));
    let forwarded = around.filter_map(|part| match &part.content {
        Content::Mail { subject, .. } => Some(subject.clone()),
        _ => None,
    });
    forwarded.into_iter().next().unwrap_or_else(|| scene.case.facts.header.subject.clone())
}

pub(super) fn shape(part: &PartFacts) -> Shape {
    match &part.content {
        Content::Text { .. } => Shape::Document,
        Content::Pdf { is_scan, text, .. } => Shape::Pdf { scan: *is_scan || text.trim().is_empty() },
        Content::Book { .. } => Shape::Book,
        Content::Photo { .. } => Shape::Picture,
        Content::Video { .. } => Shape::Film,
        Content::Opaque | Content::Mail { .. } => shape_by_name(part),
    }
}

fn shape_by_name(part: &PartFacts) -> Shape {
    match part.media_type.split('/').next().unwrap_or_default() {
        "image" => Shape::Picture,
        "video" => Shape::Film,
        _ => item::shape_of_name(&part.name),
    }
}
