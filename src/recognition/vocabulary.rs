//! The words of a campaign that mean one of its items. In a Chinese name the last noun is the thing, so the rightmost word
//! wins, and the longest of those that end together (信息采集表 is a form, not 信息). Where several requirements ask
//! different groups for the same thing, a unit means its own group's; what only others are asked for is found all the
//! same, so that its sender can be told.

use super::titles::EVENT_WORDS;
use super::words::{AND_WORDS, CONTACT_WORDS, DOCUMENT_SYNONYMS};
use super::{squeeze, without_brackets};
use crate::domain::campaign::{Campaign, Item, ItemKind, Requirement, When};

/// So many letters behind the word for a thing may name a gathering about it.
const EVENT_LETTERS: usize = 8;

/// Behind a label that stands before a title.
const LABEL_ENDS: [char; 13] = [':', '—', '-', '–', '_', '【', '】', '《', '》', '(', ')', '[', ']'];

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

/// A word that means an item.
#[derive(Debug)]
struct Word {
    text: String,
    target: Target,
    /// Whether the group owes the item or may send it.
    is_own: bool,
}

/// The words of a campaign that mean one of its items, as somebody of one group means them.
#[derive(Debug, Default)]
pub struct Vocabulary {
    words: Vec<Word>,
    /// Form items with the items of their stamped copies.
    scans: Vec<(Target, Target)>,
    /// Items by template.
    forms: Vec<(String, Target)>,
    /// Photos and films.
    media: Vec<Target>,
    report: Option<Target>,
    /// What asks alike for the same thing in several requirements of the group.
    twins: Vec<Vec<Target>>,
    /// Contacts that no form holds: they come in lists of their own.
    listed_contacts: Vec<Target>,
}

impl Vocabulary {
    /// Gathers the words of a campaign's items: their own names, the titles of forms, 附件N, usual synonyms. `group`:
    /// whose words they are; without one everybody's.
    pub fn of(campaign: &Campaign, group: Option<&str>) -> Self {
        let mut vocabulary = Self::default();
        let takes = |requirement: &Requirement| group.is_none_or(|group| requirement.takes_from(group));
        // Its own come first, so that whoever looks for the first of a kind finds them.
        let (own, others): (Vec<_>, Vec<_>) = campaign.requirements.iter().partition(|r| takes(r));
        for (requirement, is_own) in
            own.into_iter().map(|r| (r, true)).chain(others.into_iter().map(|r| (r, false)))
        {
            for item in &requirement.items {
                vocabulary.add(campaign, requirement, item, is_own);
            }
        }
        vocabulary
    }

    fn add(&mut self, campaign: &Campaign, requirement: &Requirement, item: &Item, is_own: bool) {
        let target = Target { requirement: requirement.id.clone(), item: item.id.clone(), kind: item.kind };
        let names: Vec<String> = item.names.iter().map(|name| squeeze(name)).collect();
        let mut words = names.clone();
        match item.kind {
            ItemKind::Document => {
                words.extend(synonyms(campaign, &item.names));
                // What an item is called on the page is what people call it.
                words.push(without_brackets(&squeeze(&item.title)));
            }
            ItemKind::Form => {
                words.extend(item.form.iter().flat_map(|form| form_words(campaign, form)));
                self.forms.extend(item.form.iter().map(|form| (form.clone(), target.clone())));
            }
            ItemKind::Contact => {
                words.extend(CONTACT_WORDS.iter().map(|word| (*word).to_owned()));
                self.listed_contacts.extend(item.from_form.is_none().then(|| target.clone()));
            }
            ItemKind::Scan => {
                let form = requirement.items.iter().find(|i| item.of.as_ref() == Some(&i.id));
                self.scans.extend(form.map(|form| {
                    let of = Target { item: form.id.clone(), kind: form.kind, ..target.clone() };
                    (of, target.clone())
                }));
            }
            ItemKind::Photo | ItemKind::Video => {
                // What nobody asks of this group competes with nothing that somebody does.
                if is_own || !self.media.iter().any(|known| known.kind == item.kind) {
                    self.media.push(target.clone());
                }
            }
            // Its names stand beside addresses, not in names of files.
            ItemKind::Url => return,
        }
        let is_daily = matches!(requirement.when, When::EachDay { .. });
        if item.kind == ItemKind::Document && is_daily && (is_own || self.report.is_none()) {
            self.report = Some(target.clone());
        }
        if is_own {
            self.add_twin(campaign, &names, &target);
        }
        let words = words.into_iter().filter(|word| !word.is_empty());
        self.words.extend(words.map(|text| Word { text, target: target.clone(), is_own }));
    }

    fn add_twin(&mut self, campaign: &Campaign, names: &[String], target: &Target) {
        let item_of = |known: &Target| campaign.requirement(&known.requirement)?.item(&known.item);
        let form_of = |target: &Target| {
            let form = self.scans.iter().find(|(_, scan)| scan == target).map_or(target, |(form, _)| form);
            item_of(form).and_then(|item| item.form.clone())
        };
        let is_alike = |known: &Target| {
            let form = form_of(target);
            known.kind == target.kind
                && known.requirement != target.requirement
                && match target.kind {
                    ItemKind::Form => form_of(known) == form,
                    ItemKind::Scan if form.is_some() => form_of(known) == form,
                    ItemKind::Contact | ItemKind::Photo | ItemKind::Video => true,
                    _ => item_of(known)
                        .is_some_and(|known| known.names.iter().any(|name| names.contains(&squeeze(name)))),
                }
        };
        match self.twins.iter().position(|set| set.iter().any(is_alike)) {
            Some(at) => self.twins.iter_mut().skip(at).take(1).for_each(|set| set.push(target.clone())),
            None => self.twins.push(vec![target.clone()]),
        }
    }

    /// The items that a name or title lists, in its order: of each of its members the one whose word stands last.
    pub fn named(&self, text: &str) -> Vec<Target> {
        let squeezed = squeeze(text);
        let plain = without_brackets(&squeezed);
        let found = self.in_members(&plain);
        if found.is_empty() { self.in_members(&squeezed) } else { found }
    }

    /// The item that a label is called by, which stands before a title of its own: 典型案例：…, 【典型案例】…, 案例2_….
    pub fn labelled(&self, text: &str) -> Option<&Target> {
        let text = squeeze(text);
        let inside = text.strip_prefix(['(', '【', '[', '《']);
        let label = inside.unwrap_or(&text).split_once(LABEL_ENDS).map(|(label, _)| label)?;
        let label = label.trim_end_matches(|c: char| c.is_ascii_digit() || "一二三四五".contains(c));
        let called = self.words.iter().filter(|word| label.ends_with(word.text.as_str()));
        called.max_by_key(|word| (word.is_own, word.text.len())).map(|word| &word.target)
    }

    fn in_members(&self, text: &str) -> Vec<Target> {
        let mut targets: Vec<Target> = Vec::new();
        let mut rest = text;
        for member in text.split(AND_WORDS) {
            rest = rest.split_at_checked(rest.find(member).unwrap_or(0)).map_or(rest, |(_, rest)| rest);
            // Whether a word is there is told sooner than where it is last.
            let there = self.words.iter().filter(|word| member.contains(word.text.as_str()));
            let ends = there.filter_map(|word| {
                let end = member.rfind(word.text.as_str())? + word.text.len();
                let is_thing = !names_an_event(rest.get(end..).unwrap_or_default());
                is_thing.then_some(((end, word.is_own, word.text.len()), &word.target))
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

    /// Whether contacts are asked for that no form holds.
    pub(super) fn is_listed_contact(&self, target: &Target) -> bool {
        self.listed_contacts.contains(target)
    }

    /// Whether a text ends with a word for an item.
    pub(super) fn ends_with(&self, text: &str, target: &Target) -> bool {
        let text = without_brackets(&squeeze(text));
        let text = text.trim_end_matches(|c: char| !c.is_alphabetic());
        let mut words = self.words.iter().filter(|word| word.target == *target);
        words.any(|word| text.ends_with(word.text.as_str()))
    }

    /// Whether a text calls an item by a word that satisfies a condition.
    pub(super) fn calls(&self, text: &str, target: &Target, is_meant: &dyn Fn(&str) -> bool) -> bool {
        let text = squeeze(text);
        let mut words = self.words.iter().filter(|word| word.target == *target);
        words.any(|word| text.contains(word.text.as_str()) && is_meant(&word.text))
    }

    /// The scan item of a form item.
    pub fn scan_of(&self, form: &Target) -> Option<&Target> {
        self.scans
            .iter()
            .find(|(of, _)| of.item == form.item && of.requirement == form.requirement)
            .map(|(_, scan)| scan)
    }

    /// Whether stamped copies are asked for at all.
    pub(super) fn has_copies(&self) -> bool {
        !self.scans.is_empty() || self.words.iter().any(|word| word.target.kind == ItemKind::Scan)
    }

    /// The item of this form; of several one that the group is asked for.
    pub fn form_item(&self, form: &str) -> Option<&Target> {
        self.forms.iter().find(|(id, _)| id == form).map(|(_, target)| target)
    }

    /// The items of the stamped copies of a form.
    pub fn copies_of(&self, form: &str) -> impl Iterator<Item = &Target> {
        let items = self.forms.iter().filter(move |(id, _)| id == form);
        items.filter_map(|(_, target)| self.scan_of(target))
    }

    /// Where a text of the day goes that does not say what it is: the last kind of document that a day asks for.
    pub fn any_report(&self) -> Option<&Target> {
        self.report.as_ref()
    }

    /// The items of a kind that a photo or film may answer.
    pub fn media(&self, kind: ItemKind) -> Vec<Target> {
        self.media.iter().filter(|target| target.kind == kind).cloned().collect()
    }

    /// The items of several requirements of the group that ask for the same thing as this one, itself among them.
    pub fn twins(&self, target: &Target) -> &[Target] {
        self.twins.iter().find(|set| set.contains(target)).map_or(&[], Vec::as_slice)
    }
}

/// Whether a word goes on to a gathering that is held about the thing: 方案研讨会, 总结暨表彰大会. Then it is news of that.
fn names_an_event(behind: &str) -> bool {
    let is_name = |c: &char| matches!(u32::from(*c), 0x4E00..=0x9FFF) && !AND_WORDS.contains(c) || *c == '暨';
    let letters: Vec<char> = behind.chars().take_while(is_name).collect();
    let name: String = letters.iter().take(EVENT_LETTERS).collect();
    EVENT_WORDS.iter().any(|event| name.contains(event))
}

fn synonyms(campaign: &Campaign, names: &[String]) -> Vec<String> {
    let items = || campaign.requirements.iter().flat_map(|requirement| &requirement.items);
    // Where something else is called 小结, 工作小结 is that and no other word for 总结; 总结报告 says 总结 itself.
    let is_another = |synonym: &str| {
        if names.iter().any(|name| synonym.contains(name.as_str())) {
            return false;
        }
        let mut others = items().flat_map(|item| &item.names).filter(|name| !names.contains(name));
        others.any(|name| synonym.ends_with(squeeze(name).as_str()))
    };
    let known = DOCUMENT_SYNONYMS.iter().filter(|(word, _)| names.iter().any(|name| name.contains(word)));
    let others = known.flat_map(|(_, others)| others.iter()).filter(|synonym| !is_another(synonym));
    others.map(|other| (*other).to_owned()).collect()
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
    vec![title, report_words(campaign, &short), short, annex]
}

/// 周报 for 周报表: what people call a table that reports, unless something else is called so.
fn report_words(campaign: &Campaign, short: &str) -> String {
    let called = short.strip_suffix('表').filter(|called| called.ends_with('报')).unwrap_or_default();
    let items = campaign.requirements.iter().flat_map(|requirement| &requirement.items);
    let is_taken = items
        .flat_map(|item| &item.names)
        .any(|name| name.contains(called) || called.contains(name.as_str()));
    if is_taken { String::new() } else { called.to_owned() }
}
