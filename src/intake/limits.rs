//! What an item's files have to keep to (`Limits`): format, size, length, and works that must not name their school. What
//! breaks a limit counts all the same and a person is told, with place and remedy; what cannot be measured is said to be
//! looked at by one.

use crate::domain::campaign::{ItemKind, Limits};
use crate::domain::facts::{Content, LinkFacts, PartFacts};
use crate::domain::submission::{Flaw, Level};
use crate::form;
use crate::recognition::item::stem;

use super::clues::text_of;

/// Places of a name that are told one by one.
const PLACES_TOLD: usize = 3;

fn told(code: &str, place: &str, level: Level, text: String) -> Flaw {
    Flaw { code: code.to_owned(), place: place.to_owned(), text, level }
}

/// The limits that a part breaks. `names_unit`: whether a text holds the name of the unit that sent it.
pub(super) fn broken(
    limits: &Limits,
    kind: ItemKind,
    part: &PartFacts,
    names_unit: &dyn Fn(&str) -> bool,
) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    flaws.extend(format(limits, &part.path, &part.name, &part.media_type));
    flaws.extend(size(limits, &part.path, part.size));
    if limits.max_seconds > 0 {
        flaws.extend(length(limits, part));
    }
    if limits.max_words > 0 {
        flaws.extend(words(limits, part));
    }
    if limits.anonymous {
        flaws.extend(names(kind, part, names_unit));
    }
    flaws
}

/// The limits that a file behind a link breaks, as far as its card tells.
pub(super) fn broken_by_link(limits: &Limits, link: &LinkFacts) -> Vec<Flaw> {
    let format = format(limits, &link.name, &link.name, "");
    format.into_iter().chain(size(limits, &link.name, link.size.unwrap_or(0))).collect()
}

fn format(limits: &Limits, place: &str, name: &str, media_type: &str) -> Option<Flaw> {
    let by_type = media_type.rsplit('/').next().unwrap_or_default();
    let ending = name.strip_prefix(stem(name)).and_then(|rest| rest.strip_prefix('.')).unwrap_or(by_type);
    let ending = ending.to_ascii_lowercase();
    let is_allowed = ending.is_empty() || limits.formats.contains(&ending);
    (!limits.formats.is_empty() && !is_allowed).then(|| {
        let wanted = limits.formats.join("、").to_ascii_uppercase();
        let text = format!("须为{wanted}格式，收到的是{}，请转换格式后重新报送", ending.to_ascii_uppercase());
        told("FORMAT", place, Level::Warning, text)
    })
}

fn size(limits: &Limits, place: &str, bytes: u64) -> Option<Flaw> {
    let most = limits.max_bytes;
    (most > 0 && bytes > most).then(|| {
        let tenths = bytes.saturating_mul(10) >> 20;
        let (whole, tenth) = (tenths / 10, tenths % 10);
        let text = format!("文件{whole}.{tenth}MB，超过{}MB，请压缩后重新报送", most >> 20);
        told("SIZE", place, Level::Warning, text)
    })
}

fn length(limits: &Limits, part: &PartFacts) -> Option<Flaw> {
    let most = u64::from(limits.max_seconds);
    let in_words = |seconds: u64| match (seconds / 60, seconds % 60) {
        (minutes, 0) => format!("{minutes}分钟"),
        (minutes, seconds) => format!("{minutes}分{seconds}秒"),
    };
    let most_in_words = in_words(most);
    match part.content {
        Content::Video { duration_ms: Some(ms), .. } if ms / 1000 > most => {
            let text = format!("视频长{}，超过{most_in_words}，请剪辑后重新报送", in_words(ms / 1000));
            Some(told("LENGTH", &part.path, Level::Warning, text))
        }
        Content::Video { duration_ms: Some(_), .. } => None,
        _ => {
            let text = format!("读不出视频时长，请人工核对是否超过{most_in_words}");
            Some(told("LENGTH", &part.path, Level::Info, text))
        }
    }
}

fn words(limits: &Limits, part: &PartFacts) -> Option<Flaw> {
    let most = limits.max_words;
    match text_of(part).filter(|text| !text.trim().is_empty()).map(form::words) {
        Some(count) if count > most => {
            let text = format!("共{count}字，超过{most}字，请精简后重新报送");
            Some(told("WORDS", &part.path, Level::Warning, text))
        }
        Some(_) => None,
        None => {
            let text = format!("读不出文字，请人工核对是否超过{most}字");
            Some(told("WORDS", &part.path, Level::Info, text))
        }
    }
}

/// Where a work names its school: each line of its text; its file's name, which the office can change itself; and where no
/// program can see it, that it has to be looked at.
fn names(kind: ItemKind, part: &PartFacts, names_unit: &dyn Fn(&str) -> bool) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let text = text_of(part).filter(|text| !text.trim().is_empty());
    let lines = text.into_iter().flat_map(str::lines).zip(1..).filter(|(line, _)| names_unit(line));
    for (line, number) in lines.take(PLACES_TOLD) {
        let shown: String = line.trim().chars().take(20).collect();
        let text = format!("作品中不得出现单位名称，此处为“{shown}”，请隐去后重新报送");
        flaws.push(told("ANONYMOUS", &format!("{} 第{number}行", part.path), Level::Warning, text));
    }
    if text.is_none() || kind != ItemKind::Document {
        let text = "请人工核对画面或页面中没有单位名称".to_owned();
        flaws.push(told("ANONYMOUS", &part.path, Level::Info, text));
    }
    if names_unit(&part.name) {
        let text = "文件名中有单位名称，送评审前请改名".to_owned();
        flaws.push(told("ANONYMOUS", &part.path, Level::Info, text));
    }
    flaws
}
