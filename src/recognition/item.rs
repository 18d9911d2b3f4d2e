//! Which item of the campaign a part answers: by the words of its name, its folder, its title and the subject, and by
//! what kind of thing it is.

use super::drafts::{CORRECTED_WORDS, OUTDATED_WORDS};
use super::ledger;
use super::stamped::scan_of_form;
pub use super::surroundings::Around;
use super::unfinished::finished;
use super::vocabulary::{Target, Vocabulary};
use super::words::{
    BARE_WORDS, BESIDE_PAGES, BOOK_ENDINGS, DOCUMENT_ENDINGS, FILM_ENDINGS, GENERAL_WORDS, LETTER_ENDINGS,
    PICTURE_ENDINGS, SCAN_WORDS, STATIONERY,
};
use crate::domain::campaign::ItemKind;

/// Chinese numerals.
const NUMERALS: &str = "一二三四五六七八九十零〇";

/// So many letters of a title beyond general words name another business.
const TELLING_LETTERS: usize = 4;

/// What a part is, as far as its bytes tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Word processor or text file.
    Document,
    /// Portable document; `scan`: its pages are pictures.
    Pdf {
        /// Whether its pages are pictures.
        scan: bool,
    },
    /// Spreadsheet that no form of the campaign fits.
    Book,
    /// Photo.
    Picture,
    /// Film.
    Film,
    /// Anything else.
    Other,
}

/// Texts that may name the item, without names of units (see `NameBook::mask`).
#[derive(Debug, Clone, Default)]
pub struct Texts {
    /// File name without its ending.
    pub name: String,
    /// Folders, innermost last.
    pub folders: Vec<String>,
    /// Title lines of its own text.
    pub title: Vec<String>,
    /// Subject of the mail.
    pub subject: String,
}

/// The judgement on one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guess {
    /// Answers these items, the main one first.
    Items(Vec<Target>, String),
    /// Meant as this form, but not a spreadsheet that can be read as it.
    NotTheForm(Target, String),
    /// Welcome, not asked.
    Extra(String),
    /// A person must say.
    Review(String),
}

/// Whether a text says that a file is a stamped or signed copy.
pub fn says_scan(text: &str) -> bool {
    SCAN_WORDS.iter().any(|word| text.contains(word))
}

/// Whether a file says by its name that another one is valid.
pub fn says_outdated(text: &str) -> bool {
    OUTDATED_WORDS.iter().any(|word| text.contains(word))
}

/// Whether a name says that something is of an earlier time.
pub fn says_last_year(text: &str) -> bool {
    ["去年", "往年", "上一年", "上年度", "上届"].iter().any(|word| text.contains(word))
}

/// Whether a file says by its name that it is to count instead of another one.
pub fn says_corrected(text: &str) -> bool {
    !says_outdated(text) && CORRECTED_WORDS.iter().any(|word| text.contains(word))
}

/// Whether a name, without those of units, tells nothing of what the file is: 扫描件_20230509, IMG_0001, 附件(2).
pub fn is_bare(name: &str) -> bool {
    let rest = BARE_WORDS.iter().fold(name.to_owned(), |rest, word| rest.replace(word, ""));
    !rest.chars().any(|c| matches!(u32::from(c), 0x4E00..=0x9FFF))
}

/// Whether a title, without names of units, says no more than what every campaign asks for: 活动方案, 工作总结报告; not
/// 现代学徒制试点总结.
pub fn is_general(title: &str) -> bool {
    let words = BARE_WORDS.iter().chain(GENERAL_WORDS);
    // The 四 of 五四青年节 is no number: single letters count as general only where nothing else stands beside them.
    let (letters, words): (Vec<&&str>, Vec<&&str>) = words.partition(|word| word.chars().count() == 1);
    let rest = words.into_iter().fold(title.to_owned(), |rest, word| rest.replace(word, " "));
    let is_han = |c: char| matches!(u32::from(c), 0x4E00..=0x9FFF);
    let is_letter = |c: char| letters.iter().any(|letter| letter.starts_with(c)) || NUMERALS.contains(c);
    let runs = rest.split(|c: char| !is_han(c)).filter(|run| !run.chars().all(is_letter));
    runs.map(|run| run.chars().count()).sum::<usize>() < TELLING_LETTERS
}

/// A file name without its ending.
pub fn stem(name: &str) -> &str {
    let is_ending = |ending: &str| {
        (1..=5).contains(&ending.len())
            && ending.bytes().all(|b| b.is_ascii_alphanumeric())
            && !ending.bytes().all(|b| b.is_ascii_digit())
    };
    let split = finished(name).rsplit_once('.');
    split.filter(|(stem, ending)| !stem.is_empty() && is_ending(ending)).map_or(name, |(stem, _)| stem)
}

fn ending(name: &str) -> String {
    finished(name).rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default()
}

/// What a file is by the ending of its name.
pub fn shape_of_name(name: &str) -> Shape {
    let ending = ending(name);
    let is = |endings: &[&str]| endings.contains(&ending.as_str());
    match () {
        () if ending == "pdf" => Shape::Pdf { scan: true },
        () if is(DOCUMENT_ENDINGS) => Shape::Document,
        () if is(BOOK_ENDINGS) => Shape::Book,
        () if is(PICTURE_ENDINGS) => Shape::Picture,
        () if is(FILM_ENDINGS) => Shape::Film,
        () => Shape::Other,
    }
}

/// What a link without a telling name leads to, by the words around it.
pub fn shape_of_words(text: &str) -> Shape {
    match (text.contains("视频"), text.contains("照片")) {
        (true, false) => Shape::Film,
        (false, true) => Shape::Picture,
        _ => Shape::Other,
    }
}

/// What a link without the name of a file answers: by what it is called, else by a subject that names one thing.
pub fn of_link(vocabulary: &Vocabulary, texts: &Texts, is_by_subject: bool) -> Option<Guess> {
    let named = vocabulary.named(&texts.name);
    let (named, by) = if named.is_empty() && is_by_subject {
        let named = vocabulary.named(&texts.subject);
        (if named.len() == 1 { named } else { vec![] }, texts.subject.as_str())
    } else {
        (named, texts.name.as_str())
    };
    let is_scan = says_scan(by);
    let copy = |target: Target| match vocabulary.scan_of(&target).filter(|_| is_scan) {
        Some(scan) => scan.clone(),
        None => target,
    };
    let items: Vec<Target> = named.into_iter().map(copy).collect();
    (!items.is_empty()).then(|| Guess::Items(items, "链接写明".to_owned()))
}

/// Calendar entries, cards, signatures and what desktops leave in folders.
pub fn is_stationery(name: &str) -> bool {
    BESIDE_PAGES.contains(&name.to_lowercase().as_str())
        || STATIONERY.contains(&ending(name).as_str())
        || name.starts_with("._")
        || name.starts_with("~$")
}

/// What a part answers.
pub fn of_part(vocabulary: &Vocabulary, shape: Shape, texts: &Texts, around: &Around) -> Guess {
    match shape {
        Shape::Film => media(vocabulary, ItemKind::Video, texts, "视频文件"),
        Shape::Picture => picture(vocabulary, texts, around),
        Shape::Pdf { scan } => match scan_of_form(vocabulary, texts, around, scan) {
            Some(guess) => guess,
            None => document(vocabulary, texts, around),
        },
        Shape::Document => match text_form(vocabulary, texts).or_else(|| unsigned(vocabulary, texts)) {
            Some(guess) => guess,
            None => document(vocabulary, texts, around),
        },
        Shape::Book => ledger::of_book(vocabulary, texts),
        Shape::Other => match vocabulary.named(&texts.name).is_empty() {
            true => Guess::Extra("不是要求的材料类型".to_owned()),
            false => Guess::Review("文件类型无法识别，请打开确认".to_owned()),
        },
    }
}

/// A photo or film: the item of its kind, where there are several the one that is named nearest.
fn media(vocabulary: &Vocabulary, kind: ItemKind, texts: &Texts, why: &str) -> Guess {
    let items = vocabulary.media(kind);
    // Those of several requirements are told apart by what else the mail says (`rivals`).
    let alike = items.first().map_or(&[][..], |first| vocabulary.twins(first));
    if items.len() < 2 || items.iter().all(|item| alike.contains(item)) {
        return match items.into_iter().next() {
            Some(target) => Guess::Items(vec![target], why.to_owned()),
            None => Guess::Extra(format!("{why}，本任务未要求")),
        };
    }
    let named = nearest(vocabulary, texts).unwrap_or_else(|| (vocabulary.named(&texts.subject), "主题"));
    let (named, by) = named;
    match named.into_iter().filter(|target| target.kind == kind).collect::<Vec<_>>() {
        named if named.len() == 1 => Guess::Items(named, format!("{why}，{by}写明")),
        _ => Guess::Review(format!("{why}，没有写明是哪一项材料，请打开确认")),
    }
}

/// A page that has to be signed, sent as a text that nobody signed.
fn unsigned(vocabulary: &Vocabulary, texts: &Texts) -> Option<Guess> {
    let (named, _) = nearest(vocabulary, texts)?;
    let [target] = named.as_slice() else { return None };
    let why = "应报送签字盖章的扫描件，收到的是文档，请签字盖章后扫描报送".to_owned();
    (target.kind == ItemKind::Scan).then(|| Guess::NotTheForm(target.clone(), why))
}

/// Items named nearest to the part: by its own name, its folders from the innermost, its title, the subject.
pub(super) fn nearest(vocabulary: &Vocabulary, texts: &Texts) -> Option<(Vec<Target>, &'static str)> {
    let by_name = vocabulary.named(&texts.name);
    let by_folder =
        || texts.folders.iter().rev().map(|folder| vocabulary.named(folder)).find(|found| !found.is_empty());
    let by_title = || texts.title.iter().map(|line| vocabulary.named(line)).find(|found| !found.is_empty());
    if !by_name.is_empty() {
        return Some((by_name, "文件名"));
    }
    by_title().map(|found| (found, "标题")).or_else(|| by_folder().map(|found| (found, "文件夹名")))
}

fn picture(vocabulary: &Vocabulary, texts: &Texts, around: &Around) -> Guess {
    let is_paper = |target: &Target| matches!(target.kind, ItemKind::Form | ItemKind::Scan);
    let is_form = |text: &String| vocabulary.named(text).iter().any(is_paper);
    let is_namesake = around.namesake(&texts.name).is_some();
    let own = std::iter::once(&texts.name).chain(&texts.folders);
    if (is_namesake || own.clone().any(|text| says_scan(text) || is_form(text)))
        && let Some(guess) = scan_of_form(vocabulary, texts, around, true)
        // 整改台账照片.jpg is no table sent as a picture.
        && !(matches!(guess, Guess::NotTheForm(..)) && own.clone().any(|text| text.contains("照片")))
    {
        return guess;
    }
    // 微信图片_20230523 is what a telephone calls whatever it took.
    let telling = |text: &String| BARE_WORDS.iter().fold(text.clone(), |rest, word| rest.replace(word, ""));
    let says_photo =
        |text: &String| ["照片", "图片", "现场", "剪影"].iter().any(|word| telling(text).contains(word));
    // 活动 in a subject is that of 活动周 as a rule.
    let says_activity = own.clone().any(|text| text.contains("活动"));
    let unnamed = !says_activity && !own.chain([&texts.subject]).any(says_photo);
    let names_paper = says_scan(&texts.subject) || is_form(&texts.subject) || around.letter_names_copy;
    let has_form = !around.is_daily_time && !around.forms.is_empty();
    if (has_form || names_paper) && !around.has_named_scan && unnamed {
        let has_copies = vocabulary.has_copies();
        let what = if has_copies { "盖章件的照片" } else { "应填电子表的照片" };
        return Guess::Review(format!("可能是{what}，请打开确认"));
    }
    media(vocabulary, ItemKind::Photo, texts, "图片文件")
}

/// A form retyped in a word processor.
fn text_form(vocabulary: &Vocabulary, texts: &Texts) -> Option<Guess> {
    let by_name = vocabulary.named(&texts.name);
    let by_title: Vec<Target> = texts.title.iter().flat_map(|line| vocabulary.named(line)).collect();
    let is_form = |targets: &[Target]| matches!(targets, [one] if one.kind == ItemKind::Form);
    let target = if is_form(&by_name) {
        by_name.first()
    } else if by_name.is_empty() && is_form(&by_title) {
        by_title.first()
    } else {
        None
    }?;
    let why = "应报送EXCEL版，收到的是文档，请用下发的电子表重新填报".to_owned();
    if says_scan(&texts.name) {
        return Some(Guess::Review("文档中可能插入了盖章件图片，请打开确认".to_owned()));
    }
    Some(Guess::NotTheForm(target.clone(), why))
}

/// What a name says that has a label before a title of its own (典型案例：产教融合实施方案). Where label and title name papers of
/// different requirements, the subject tells which is meant, or a person.
fn labelled(vocabulary: &Vocabulary, texts: &Texts, named: Vec<Target>) -> Result<Vec<Target>, String> {
    let label = vocabulary.labelled(&texts.name).filter(|label| label.kind == ItemKind::Document);
    let (Some(label), Some(name)) = (label, named.first()) else { return Ok(named) };
    if label.requirement == name.requirement {
        return Ok(named);
    }
    match vocabulary.named(&texts.subject).as_slice() {
        [only] if only == label => Ok(vec![label.clone()]),
        [only] if only == name => Ok(named),
        _ => Err("文件名说到两种材料，请打开确认是哪一种".to_owned()),
    }
}

fn document(vocabulary: &Vocabulary, texts: &Texts, around: &Around) -> Guess {
    let is_text = |target: &Target| matches!(target.kind, ItemKind::Document | ItemKind::Contact);
    let of = |text: &str| -> Vec<Target> { vocabulary.named(text).into_iter().filter(is_text).collect() };
    let by_name = match labelled(vocabulary, texts, of(&texts.name)) {
        Ok(named) => named,
        Err(why) => return Guess::Review(why),
    };
    let by_title =
        texts.title.iter().map(|line| of(line)).find(|found| !found.is_empty()).unwrap_or_default();
    if let (Some(name), Some(title)) = (by_name.first(), by_title.first())
        && name.requirement != title.requirement
        && !by_title.iter().any(|target| by_name.contains(target))
        // 周报 in the name and 第六周周报 above the text are the same thing of several weeks: `rivals` tells of which.
        && !vocabulary.twins(name).contains(title)
        && vocabulary.labelled(&texts.name).is_none_or(|label| label != name)
    {
        return Guess::Review("文件名与文中标题说的不是同一种材料，请打开确认".to_owned());
    }
    let folders = || texts.folders.iter().rev().map(|folder| of(folder)).find(|found| !found.is_empty());
    let choices = [(by_name, "文件名"), (by_title, "标题"), (folders().unwrap_or_default(), "文件夹名")];
    if let Some((found, by)) = choices.into_iter().find(|(found, _)| !found.is_empty()) {
        return Guess::Items(found, format!("{by}写明"));
    }
    let by_subject = of(&texts.subject);
    if let [target] = by_subject.as_slice() {
        return Guess::Items(vec![target.clone()], "主题写明".to_owned());
    }
    if around.is_daily_time
        && let Some(target) = vocabulary.any_report()
    {
        if !around.belongs {
            return Guess::Review("文稿未写明种类，来件中也未见本任务字样，请确认".to_owned());
        }
        let is_letter = |text: &String| LETTER_ENDINGS.iter().any(|word| text.ends_with(word));
        if is_letter(&texts.name) || texts.title.iter().any(is_letter) {
            return Guess::Review("像是公函、通知或会务材料，请打开确认".to_owned());
        }
        return Guess::Items(vec![target.clone()], "活动期间的文稿，未写明种类，按稿件登记".to_owned());
    }
    Guess::Extra("文档不是要求的材料".to_owned())
}
