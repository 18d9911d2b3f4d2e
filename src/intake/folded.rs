//! A mail as it is judged where somebody wrote it in traditional characters. What was written stays as it is in the books; only
//! the judgement reads it in simplified ones. Sheets stay too: their headings are the office's own, and their cells are data.

use std::borrow::Cow;

use crate::domain::facts::{Content, MailFacts};
use crate::recognition::traditional::simplified;

/// The facts in simplified characters; none where they are already.
pub(super) fn folded(facts: &MailFacts) -> Option<MailFacts> {
    if !has_traditional(facts) {
        return None;
    }
    let mut folded = facts.clone();
    let fold = |text: &mut String| {
        if let Cow::Owned(simple) = simplified(text) {
            *text = simple;
        }
    };
    [&mut folded.header.subject, &mut folded.header.from_name, &mut folded.text, &mut folded.quoted]
        .into_iter()
        .for_each(fold);
    folded.links.iter_mut().for_each(|link| fold(&mut link.name));
    for part in &mut folded.parts {
        fold(&mut part.path);
        fold(&mut part.name);
        match &mut part.content {
            Content::Text { text } | Content::Pdf { text, .. } => fold(text),
            Content::Mail { from_name, subject, text, .. } => {
                [from_name, subject, text].into_iter().for_each(fold);
            }
            _ => {}
        }
    }
    Some(folded)
}

fn has_traditional(facts: &MailFacts) -> bool {
    let header = [&facts.header.subject, &facts.header.from_name, &facts.text, &facts.quoted];
    let names = facts.parts.iter().flat_map(|part| [&part.path, &part.name]);
    let texts = facts.parts.iter().flat_map(|part| match &part.content {
        Content::Text { text } | Content::Pdf { text, .. } => vec![text],
        Content::Mail { from_name, subject, text, .. } => vec![from_name, subject, text],
        _ => vec![],
    });
    let links = facts.links.iter().map(|link| &link.name);
    let mut all = header.into_iter().chain(names).chain(texts).chain(links);
    all.any(|text| matches!(simplified(text), Cow::Owned(_)))
}
