//! Which campaign a mail belongs to, of those that share its mailbox: read with the words and forms of each, the one that
//! is named most strongly; of several that are named alike the one that asks the unit for something and whose time it is.

use std::collections::BTreeSet;

use super::alike::{beside, meant};
use super::clues::{self, FormRead};
use super::desk::Desk;
use super::judge::{Case, Judge, Said, book};
use super::letter::has_files;
use crate::domain::campaign::Campaign;
use crate::form::Book;
use crate::recognition::campaign::{Claim, claim, in_season};
use crate::recognition::nil::saying;

/// Campaigns are named one beside the other within so many lines.
const LINES: usize = 20;

/// A mail as somebody reads it who knows one campaign.
pub(super) struct Read<'j, 'a> {
    pub desk: &'j Desk<'a>,
    /// The forms read by its templates in each part.
    pub forms: Vec<Vec<FormRead>>,
    /// How strongly its words and forms speak for it.
    pub strength: usize,
    /// How strongly its words alone do.
    pub words: usize,
    /// The name of something else that ends like its own, where nothing speaks for it.
    pub another: Option<String>,
}

/// The campaign of a mail.
pub(super) struct Chosen<'j, 'a> {
    pub own: Read<'j, 'a>,
    /// Others that the mail speaks for too, the strongest first.
    pub others: Vec<Read<'j, 'a>>,
    /// Several campaigns that it could be of: a person must say which.
    pub rivals: Vec<&'a Campaign>,
}

impl<'a> Judge<'a> {
    /// The campaign a mail belongs to among those of its mailbox; none where none is served there.
    pub(super) fn choose(&self, case: Case, said: Said) -> Option<Chosen<'_, 'a>> {
        let mailbox = self.mailboxes.iter().find(|mailbox| mailbox.id == case.mailbox);
        let serves = |id: &String| mailbox.is_none_or(|m| m.campaigns.is_empty() || m.campaigns.contains(id));
        let is_said = |campaign: &Campaign| said.campaign == Some(campaign.id.as_str());
        let comes_here = |campaign: &Campaign| match (said.campaign, said.is_whole) {
            (Some(_), true) => is_said(campaign),
            _ => serves(&campaign.id) || is_said(campaign),
        };
        let signs = clues::signs(case.facts);
        let books: Vec<Option<Book>> = case.facts.parts.iter().map(book).collect();
        let desks: Vec<&Desk> = self.desks.iter().filter(|desk| comes_here(desk.campaign)).collect();
        let titles = if desks.len() > 1 { titles(case) } else { String::new() };
        let read = desks.into_iter().map(|desk| {
            let forms = read_forms(desk, &books);
            let (strength, words) = desk.score(&signs, forms.iter().flatten().count());
            // 12月安全生产工作总结 under another campaign's subject.
            let strength = if strength == 0 { desk.titles_in(&titles).min(1) } else { strength };
            let another = if strength == 0 { desk.another(&signs) } else { None };
            Read { desk, forms, strength, words, another }
        });
        let mut read: Vec<Read> = read.collect();
        read.sort_by_key(|read| std::cmp::Reverse(read.strength));
        let best = read.first()?.strength;
        let alike = alike(case, &read, best);
        let rivals =
            if said.campaign.is_none() && alike.len() > 1 { self.rivals(case, &alike) } else { Vec::new() };
        let chosen = rivals.first().map(|campaign| campaign.id.as_str()).or(said.campaign);
        let at = read.iter().position(|read| chosen.is_none_or(|id| read.desk.campaign.id == id))?;
        let own = read.remove(at);
        read.retain(|other| other.strength > 0);
        Some(Chosen { own, others: read, rivals: if rivals.len() > 1 { rivals } else { Vec::new() } })
    }

    /// Of campaigns for which the words speak alike, those that ask the unit for something and whose time it is.
    fn rivals(&self, case: Case, alike: &[&Read<'_, 'a>]) -> Vec<&'a Campaign> {
        let claims = alike.iter().map(|read| {
            let campaign = read.desk.campaign;
            let verdict = self.unit(read.desk, case, &read.forms);
            let unit = verdict.unit.and_then(|code| campaign.roster.by_code(&code));
            (campaign, claim(campaign, unit))
        });
        closest(&claims.collect::<Vec<_>>(), case)
    }
}

/// The campaigns for which a mail speaks most, and those that it names beside one of them where it brings nothing that could
/// say itself which it is of: 职教周和阅读周今日均无活动; or of which it says as well that there is nothing: 职教周无活动。阅读周无活动。
fn alike<'r, 'j, 'a>(case: Case, read: &'r [Read<'j, 'a>], best: usize) -> Vec<&'r Read<'j, 'a>> {
    let speaking: Vec<&Read> = read.iter().filter(|read| read.strength > 0).collect();
    let desks: Vec<&Desk> = speaking.iter().map(|read| read.desk).collect();
    let is_bare = desks.len() > 1 && !has_files(case) && case.facts.links.is_empty();
    let lines = std::iter::once(case.facts.header.subject.as_str()).chain(case.facts.text.lines());
    let lines: Vec<&str> = lines.filter(|_| is_bare).take(LINES).collect();
    let said = lines.iter().flat_map(|line| saying(line));
    let empty: Vec<usize> = said.flat_map(|clause| meant(&desks, clause)).collect();
    let named: BTreeSet<usize> = lines
        .iter()
        .map(|line| beside(&desks, line))
        .chain([empty])
        .filter(|beside| beside.iter().any(|at| speaking.get(*at).is_some_and(|read| read.strength == best)))
        .flatten()
        .collect();
    let is_alike = |(at, read): &(usize, &'r Read<'j, 'a>)| read.strength == best || named.contains(at);
    read.iter().enumerate().filter(is_alike).map(|(_, read)| read).collect()
}

/// Of campaigns with what the unit has to do with each, those with the strongest claim whose time it is.
pub(super) fn closest<'c>(claims: &[(&'c Campaign, Claim)], case: Case) -> Vec<&'c Campaign> {
    let strongest = claims.iter().map(|(_, claim)| *claim).max();
    let claimed = claims.iter().filter(|(_, claim)| Some(*claim) == strongest);
    let claimed: Vec<&Campaign> = claimed.map(|(campaign, _)| *campaign).collect();
    let arrived = claimed.first().map(|campaign| campaign.local(case.received_at).date());
    arrived.map_or_else(Vec::new, |arrived| in_season(claimed, arrived))
}

/// The names of all parts and what they are headed with.
fn titles(case: Case) -> String {
    let parts = case.facts.parts.iter();
    let lines = parts.flat_map(|part| std::iter::once(part.path.as_str()).chain(clues::head_of(part)));
    lines.collect::<Vec<_>>().join("\n")
}

fn read_forms(desk: &Desk, books: &[Option<Book>]) -> Vec<Vec<FormRead>> {
    let read = |book: &Option<Book>| {
        let forms = book.iter().flat_map(|book| {
            let tried = desk.forms.iter();
            tried.filter_map(|f| Some(FormRead { form: f.template.id.clone(), reading: f.read(book)? }))
        });
        forms.collect()
    };
    books.iter().map(read).collect()
}
