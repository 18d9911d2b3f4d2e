//! Cloud attachments: mail that holds a link to a file instead of the file (`quirks.md` C). The address decides whose it
//! is; what stands around it, up to the next file's card, says what it is.

mod card;
mod flat;
mod place;
#[cfg(test)]
mod tests;

pub(super) use flat::unescape;
use flat::{Flat, Mark};
use jiff::Timestamp;
use place::Place;

use super::body::Body;
use crate::domain::facts::LinkFacts;

/// Links kept of one mail.
const LINKS_MAX: usize = 50;
/// Bytes before and after an address in which what its card says is looked for.
const CARD_BYTES: usize = 600;
/// Lines before an address in which its name is looked for.
const NAME_LINES: usize = 3;

/// Words by which a mail announces a cloud attachment of a service that is not known (C6).
const ANNOUNCED: &[&str] = &["超大附件", "云附件", "中转站", "大附件", "网盘"];

/// The cloud attachments of a mail. A quoted card is an old one, unless the mail only passes it on (`is_forward`). Plain
/// text is looked at only where HTML has none: it may hold the same addresses broken by its line ends.
pub fn links(body: &Body, is_forward: bool) -> Vec<LinkFacts> {
    let of_html = of_text(&flat::of_html(&body.html, is_forward));
    if of_html.is_empty() { of_text(&flat::of_plain(&body.plain, is_forward)) } else { of_html }
}

/// The addresses of one file that follow one another, and where its card begins.
struct Card {
    place: Place,
    url: String,
    marks: Vec<Mark>,
    start: usize,
    name: Option<String>,
    is_service: bool,
}

fn of_text(flat: &Flat) -> Vec<LinkFacts> {
    let mut cards: Vec<Card> = Vec::new();
    for mark in &flat.marks {
        let known = place::known(&mark.url);
        let is_service = known.is_some();
        let file = place::file(&mark.url);
        let Some(place) =
            known.or_else(|| announced(flat, mark)).or_else(|| file.as_ref().map(|(place, _)| place.clone()))
        else {
            continue;
        };
        if let Some(card) = cards.last_mut().filter(|card| card.place.key == place.key) {
            card.marks.push(mark.clone());
            continue;
        }
        if cards.iter().any(|card| card.place.key == place.key) {
            continue;
        }
        if cards.len() >= LINKS_MAX {
            break;
        }
        let from = cards.last().and_then(|card| card.marks.last()).map_or(0, |mark| mark.end);
        let (start, name) = beginning(&flat.text, from, mark.start);
        let name = name.or_else(|| file.map(|(_, name)| name).filter(|_| !is_service));
        let (url, marks) = (mark.url.clone(), vec![mark.clone()]);
        cards.push(Card { place, url, marks, start, name, is_service });
    }
    let ends = cards.iter().skip(1).map(|card| card.start).chain([flat.text.len()]);
    cards.iter().zip(ends).map(|(card, end)| told(&flat.text, card, end)).collect()
}

/// Where the card of an address begins, which is not before `from`, and the file name that stands there.
fn beginning(text: &str, from: usize, at: usize) -> (usize, Option<String>) {
    let from = from.max(text.floor_char_boundary(at.saturating_sub(CARD_BYTES))).min(at);
    let before = text.get(from..at).unwrap_or_default();
    let mut line_end = before.len();
    let mut own_line = None;
    for _ in 0..=before.matches('\n').count().min(2 * NAME_LINES) {
        let lines = before.get(..line_end).unwrap_or_default();
        let line_start = lines.rfind('\n').map_or(0, |at| at + 1);
        own_line.get_or_insert(from + line_start);
        if let Some(name) = card::name_in(lines.get(line_start..).unwrap_or_default()) {
            return (from + line_start, Some(name));
        }
        line_end = line_start.saturating_sub(1);
    }
    (own_line.unwrap_or(at), None)
}

/// The facts of a card that ends before `end`.
fn told(text: &str, card: &Card, end: usize) -> LinkFacts {
    let last = card.marks.last().map_or(card.start, |mark| mark.end);
    let end = text.floor_char_boundary(end.min(last + CARD_BYTES)).max(last);
    let words = text.get(card.start..end).unwrap_or_default();
    let after = text.get(last..end).unwrap_or_default();
    let anchors = || card.marks.iter().filter_map(|mark| text.get(mark.start..mark.end)).flat_map(str::lines);
    let name = anchors()
        .find_map(card::file_name)
        .or_else(|| place::parameter_text(&card.url, "title").as_deref().and_then(card::file_name))
        .or_else(|| card.name.clone())
        .or_else(|| anchors().find_map(card::name_in))
        .or_else(|| after.lines().take(NAME_LINES).find_map(card::name_in))
        .or_else(|| card::label(text.get(card.start..card.marks.first()?.start)?))
        .unwrap_or_default();
    // Figures in the name itself are no size and no date of the card.
    let figures = if name.is_empty() { words.to_owned() } else { words.replace(&name, " ") };
    let is_exmail = card.place.provider == "qq" && text.contains("腾讯企业邮箱发来的超大附件");
    LinkFacts {
        provider: if is_exmail { "exmail" } else { card.place.provider }.to_owned(),
        name: name.replace(char::is_control, ""),
        size: card::size(&figures),
        code: place::parameter(&card.url, "pwd")
            .map(str::to_owned)
            .or_else(|| card::code(words, card.is_service)),
        expires: card::expiry(&figures).or_else(|| expires_of_address(&card.url)),
        url: card.url.clone(),
        fetched: false,
    }
}

/// 189 writes the moment into the address, in milliseconds.
fn expires_of_address(url: &str) -> Option<Timestamp> {
    let at = place::parameter(url, "expired")?.parse().ok()?;
    Timestamp::from_millisecond(at).ok()
}

/// A card of a service that is not known: announced beside it, with a size or an end (C6); or an address with a code.
fn announced(flat: &Flat, mark: &Mark) -> Option<Place> {
    let place = place::announced(&mark.url)?;
    let text = &flat.text;
    let from = text.floor_char_boundary(mark.start.saturating_sub(CARD_BYTES));
    let next = flat.marks.iter().map(|mark| mark.start).find(|&start| start > mark.end).unwrap_or(text.len());
    let to = text.floor_char_boundary(next.min(mark.end + CARD_BYTES));
    let (before, after) = (text.get(from..mark.start)?, text.get(mark.start..to)?);
    let line = before.rfind('\n').and_then(|at| before.get(at..)).unwrap_or(before);
    let near: String = after.lines().filter(|line| !line.trim().is_empty()).take(2).collect();
    let is_announced = ANNOUNCED.iter().any(|word| before.contains(word) || after.contains(word));
    let tells = |card: &str| card::size(card).is_some() || card::tells_expiry(card);
    let is_card = is_announced && (tells(line) || tells(after));
    (is_card || card::code(&near, false).is_some() || card::code(line, false).is_some()).then_some(place)
}
