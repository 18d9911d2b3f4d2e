//! The words of a campaign that mean one of its items. In a Chinese name the last noun is the thing, so the rightmost word
//! wins, and the longest of those that end together (信息采集表 is a form, not 信息).

use super::titles::EVENT_WORDS;
use super::words::{AND_WORDS, CONTACT_WORDS, DOCUMENT_SYNONYMS};
use super::{squeeze, without_brackets};
use crate::domain::campaign::{Campaign, ItemKind, When};

/// So many letters behind the word for a thing may name a gathering about it.
const EVENT_LETTERS: usize = 8;

/// An item of a requirement by ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Requirement id.
    pub requirement: String,
    /// Item id.
    pub item: String,
    /// What kind of thing answers it.
    pub kind: ItemKind,
}

/// The words of a campaign that mean one of its items.
#[derive(Debug, Default)]
pub struct Vocabulary {
    words: Vec<(String, Target)>,
    scans: Vec<(Target, Target)>,
    report: Option<Target>,
}

impl Vocabulary {
    /// Gathers the words of a campaign's items: their own names, the titles of forms, 附件N, usual synonyms.
    pub fn of(campaign: &Campaign) -> Self {
        let mut vocabulary = Self::default();
        for requirement in &campaign.requirements {
            for item in &requirement.items {
                let target =
                    Target { requirement: requirement.id.clone(), item: item.id.clone(), kind: item.kind };
                let mut words: Vec<String> = item.names.iter().map(|name| squeeze(name)).collect();
                match item.kind {
                    ItemKind::Document => words.extend(synonyms(&item.names)),
                    ItemKind::Form => {
                        words.extend(item.form.iter().flat_map(|form| form_words(campaign, form)))
                    }
                    ItemKind::Contact => words.extend(CONTACT_WORDS.iter().map(|word| (*word).to_owned())),
                    ItemKind::Scan => {
                        let form = requirement.items.iter().find(|i| item.of.as_ref() == Some(&i.id));
                        vocabulary.scans.extend(form.map(|form| {
                            let of = Target { item: form.id.clone(), kind: form.kind, ..target.clone() };
                            (of, target.clone())
                        }));
                    }
                    ItemKind::Photo | ItemKind::Video => {}
                    // Its names stand beside addresses, not in names of files.
                    ItemKind::Url => continue,
                }
                if item.kind == ItemKind::Document && matches!(requirement.when, When::EachDay { .. }) {
                    vocabulary.report = Some(target.clone());
                }
                vocabulary
                    .words
                    .extend(words.into_iter().filter(|w| !w.is_empty()).map(|w| (w, target.clone())));
            }
        }
        vocabulary
    }

    /// The items that a name or title lists, in its order: of each of its members the one whose word stands last.
    pub fn named(&self, text: &str) -> Vec<Target> {
        let squeezed = squeeze(text);
        let plain = without_brackets(&squeezed);
        let found = self.in_members(&plain);
        if found.is_empty() { self.in_members(&squeezed) } else { found }
    }

    fn in_members(&self, text: &str) -> Vec<Target> {
        let mut targets: Vec<Target> = Vec::new();
        let mut rest = text;
        for member in text.split(AND_WORDS) {
            rest = rest.split_at_checked(rest.find(member).unwrap_or(0)).map_or(rest, |(_, rest)| rest);
            let ends = self.words.iter().filter_map(|(word, target)| {
                let end = member.rfind(word.as_str())? + word.len();
                (!names_an_event(rest.get(end..).unwrap_or_default())).then_some(((end, word.len()), target))
            });
            if let Some((_, target)) = ends.max_by_key(|(place, _)| *place)
                && !targets.contains(target)
            {
                targets.push(target.clone());
            }
            rest = rest.get(member.len()..).unwrap_or_default();
        }
        targets
    }

    /// The scan item of a form item.
    pub fn scan_of(&self, form: &Target) -> Option<&Target> {
        self.scans
            .iter()
            .find(|(of, _)| of.item == form.item && of.requirement == form.requirement)
            .map(|(_, scan)| scan)
    }

    /// The item of this form.
    pub fn form_item(&self, campaign: &Campaign, form: &str) -> Option<Target> {
        first(campaign, |kind, item_form| kind == ItemKind::Form && item_form == Some(form))
    }

    /// Where a text of the day goes that does not say what it is: the last kind of document that a day asks for.
    pub fn any_report(&self) -> Option<&Target> {
        self.report.as_ref()
    }
}

/// All items of a kind.
pub fn all_of_kind(campaign: &Campaign, kind: ItemKind) -> Vec<Target> {
    let items = campaign
        .requirements
        .iter()
        .flat_map(|requirement| requirement.items.iter().map(move |item| (requirement.id.clone(), item)));
    let of_kind = items.filter(|(_, item)| item.kind == kind);
    of_kind.map(|(requirement, item)| Target { requirement, item: item.id.clone(), kind }).collect()
}

/// Whether a word goes on to a gathering that is held about the thing: 方案研讨会, 总结暨表彰大会. Then it is news of that.
fn names_an_event(behind: &str) -> bool {
    let is_name = |c: &char| matches!(u32::from(*c), 0x4E00..=0x9FFF) && !AND_WORDS.contains(c) || *c == '暨';
    let letters: Vec<char> = behind.chars().take_while(is_name).collect();
    let name: String = letters.iter().take(EVENT_LETTERS).collect();
    EVENT_WORDS.iter().any(|event| name.contains(event))
}

fn first(campaign: &Campaign, wanted: impl Fn(ItemKind, Option<&str>) -> bool) -> Option<Target> {
    campaign.requirements.iter().find_map(|requirement| {
        let item = requirement.items.iter().find(|item| wanted(item.kind, item.form.as_deref()))?;
        Some(Target { requirement: requirement.id.clone(), item: item.id.clone(), kind: item.kind })
    })
}

fn synonyms(names: &[String]) -> Vec<String> {
    let known = DOCUMENT_SYNONYMS.iter().filter(|(word, _)| names.iter().any(|name| name.contains(word)));
    known.flat_map(|(_, others)| others.iter().map(|other| (*other).to_owned())).collect()
}

/// Words by which a form is called: its title without year and keyword (信息采集表), the short end of that (采集表), and
/// 附件N for a form whose id ends in N, as notices number their annexes.
fn form_words(campaign: &Campaign, form: &str) -> Vec<String> {
    let Some(template) = campaign.templates.get(form) else { return Vec::new() };
    let mut title = squeeze(&template.title);
    let mut keywords: Vec<String> = campaign.keywords.iter().map(|word| squeeze(word)).collect();
    keywords.sort_by_key(|word| std::cmp::Reverse(word.len()));
    for cut in keywords.iter().map(String::as_str).chain([format!("{}年", template.year).as_str()]) {
        title = title.replace(cut, "");
    }
    let letters: Vec<char> = title.chars().collect();
    let short: String = letters.iter().skip(letters.len().saturating_sub(3)).collect();
    let number: String =
        form.chars().rev().take_while(char::is_ascii_digit).collect::<Vec<_>>().into_iter().rev().collect();
    let annex = if number.is_empty() { String::new() } else { format!("附件{number}") };
    vec![title, short, annex]
}
