//! Files as they are attached, each with the truth about it and about what lies in it.

use sha2::{Digest as _, Sha256};
use shouwen::domain::message::PartState;
use shouwen::rehearsal::season::chance::Chance;
use shouwen::rehearsal::season::files::table::{Table, xlsx};
use shouwen::rehearsal::season::files::xls::xls;
use shouwen::rehearsal::season::files::zip::{Style, zip};
use shouwen::rehearsal::season::files::{docx, film, media_type, pdf, picture};
use shouwen::rehearsal::season::mail::{Attachment, CST};

use super::crew::{happens, may};
use super::truth::{Counts, Filed, FormTruth, Part};

/// One file with what is true of it.
#[derive(Debug, Clone)]
pub struct Paper {
    pub name: String,
    pub bytes: Vec<u8>,
    pub part: Part,
    pub inside: Vec<Part>,
    pub is_inline: bool,
}

pub const COUNTED: [PartState; 2] = [PartState::Accepted, PartState::Flawed];

pub const fn plan(item: &'static str) -> Filed {
    Filed { requirement: "plan", item, day: None }
}

pub const fn summary(item: &'static str) -> Filed {
    Filed { requirement: "summary", item, day: None }
}

pub const fn daily(item: &'static str, day: i8) -> Filed {
    Filed { requirement: "daily", item, day: Some(day) }
}

/// A file that counts as this.
pub fn paper(name: &str, bytes: Vec<u8>, filed: Filed) -> Paper {
    let sha256 = hash(&bytes);
    let part = Part {
        path: name.to_owned(),
        filed: Some(filed),
        also: vec![],
        counts: Counts::Yes,
        states: COUNTED.to_vec(),
        unit: None,
        form: None,
        sha256,
    };
    Paper { name: name.to_owned(), bytes, part, inside: vec![], is_inline: false }
}

pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn book(name: &str, tables: &[Table], filed: Filed, form: FormTruth) -> Paper {
    let is_old = name.ends_with(".xls") || name.ends_with(".et");
    let bytes = if is_old { xls(tables) } else { xlsx(tables) };
    let mut book = paper(name, bytes, filed);
    if filed.item == "form4" {
        book.part.also.push(plan("liaison"));
    }
    book.part.form = Some(form);
    book
}

pub fn document(
    name: &str,
    paragraphs: &[String],
    pictures: usize,
    filed: Filed,
    chance: &mut Chance,
) -> Paper {
    let bytes = if name.ends_with(".pdf") {
        pdf::text(paragraphs)
    } else {
        let pictures: Vec<_> = (0..pictures).map(|_| picture::photo(None, chance)).collect();
        docx::docx(paragraphs, &pictures)
    };
    paper(name, bytes, filed)
}

/// A stamped page, scanned or photographed.
pub fn scan(name: &str, filed: Filed, chance: &mut Chance) -> Paper {
    let is_pdf = name.ends_with(".pdf");
    let bytes = if is_pdf { pdf::grey_scan(&[picture::grey_page(chance)]) } else { picture::page(chance) };
    paper(name, bytes, filed)
}

/// A photo of a day of May; the camera's clock tells it or a messenger has wiped it.
pub fn photo(name: &str, day: i8, chance: &mut Chance) -> Paper {
    let hour = chance.between(8, 17) as i8;
    let taken = happens(chance, 60).then(|| may(day).at(hour, chance.between(0, 60) as i8, 9, 0));
    paper(name, picture::photo(taken, chance), daily("photo", day))
}

pub fn video(name: &str, day: i8, chance: &mut Chance) -> Paper {
    let taken = CST.to_timestamp(may(day).at(10, 20, 0, 0)).unwrap();
    let seconds = chance.between(30, 200);
    paper(name, film::mp4(seconds, taken, chance), daily("video", day))
}

/// The picture under a signature.
pub fn logo(name: &str, chance: &mut Chance) -> Paper {
    let mut logo = aside(name, picture::logo(chance), &[PartState::Ignored]);
    logo.is_inline = true;
    logo
}

/// A file of which nothing is asked but that it does not count.
pub fn aside(name: &str, bytes: Vec<u8>, states: &[PartState]) -> Paper {
    paper(name, bytes, plan("")).counting(Counts::No, states).nowhere()
}

/// An archive; `/` in a member's name makes folders.
pub fn archive(name: &str, style: Style, members: Vec<Paper>) -> Paper {
    let mut entries: Vec<(String, Vec<u8>)> = Vec::new();
    for member in &members {
        if let Some((folder, _)) = member.name.rsplit_once('/')
            && !entries.iter().any(|(path, _)| *path == format!("{folder}/"))
        {
            entries.push((format!("{folder}/"), vec![]));
        }
        entries.push((member.name.clone(), member.bytes.clone()));
    }
    let mut archive = aside(name, zip(style, &entries), &[PartState::Container]);
    archive.inside = members.into_iter().flat_map(|member| member.parts(&format!("{name}/"))).collect();
    if style == Style::Encrypted {
        archive.part.states = vec![PartState::Unreadable, PartState::Container, PartState::Review];
        for part in &mut archive.inside {
            part.states = vec![PartState::Unreadable, PartState::Review];
            part.counts = Counts::Open;
            (part.filed, part.also) = (None, vec![]);
        }
    }
    archive
}

/// A mail attached whole.
pub fn attached_mail(name: &str, raw: Vec<u8>, parts: Vec<Part>) -> Paper {
    let mut mail = aside(name, raw, &[PartState::Container]);
    mail.inside =
        parts.into_iter().map(|part| Part { path: format!("{name}/{}", part.path), ..part }).collect();
    mail
}

impl Paper {
    /// With other bytes under the same name.
    pub fn holding(mut self, bytes: Vec<u8>) -> Self {
        self.part.sha256 = hash(&bytes);
        self.bytes = bytes;
        self
    }

    pub fn named(mut self, name: &str) -> Self {
        self.name = name.to_owned();
        self.part.path = self.name.clone();
        self
    }

    pub fn counting(mut self, counts: Counts, states: &[PartState]) -> Self {
        self.part.counts = counts;
        self.part.states = states.to_vec();
        self
    }

    /// Where it is filed is not asked.
    pub fn nowhere(mut self) -> Self {
        self.part.filed = None;
        self.part.also.clear();
        self
    }

    pub fn also(mut self, filed: Filed) -> Self {
        self.part.also.push(filed);
        self
    }

    pub fn within(mut self, folder: &str) -> Self {
        self.name = format!("{folder}/{}", self.name);
        self.part.path = self.name.clone();
        self
    }

    pub fn of(mut self, unit: &str) -> Self {
        self.part.unit = Some(unit.to_owned());
        self
    }

    /// Itself and what lies in it, under a folder.
    pub fn parts(&self, under: &str) -> Vec<Part> {
        std::iter::once(&self.part)
            .chain(&self.inside)
            .map(|part| Part { path: format!("{under}{}", part.path), ..part.clone() })
            .collect()
    }

    pub fn attachment(&self) -> Attachment {
        let media_type = if self.name.ends_with(".eml") { "message/rfc822" } else { media_type(&self.name) };
        let cid = self.is_inline.then(|| format!("{}@01D98A3C.5E2F7B10", self.name));
        Attachment { name: self.name.clone(), media_type, bytes: self.bytes.clone(), cid }
    }
}
