//! One mail being written: sender, words and files, and beside them the truth.

use jiff::Timestamp;
use shouwen::domain::message::MessageKind;
use shouwen::rehearsal::season::chance::Chance;
use shouwen::rehearsal::season::hand::Words;
use shouwen::rehearsal::season::mail::{Client, Mail};

use super::crew::{Clerk, happens};
use super::paper::Paper;
use super::truth::{Counts, Filed, Sent};

/// A mail before it is sent.
#[derive(Debug, Clone)]
pub struct Letter {
    pub story: &'static str,
    pub from: (String, String),
    pub client: Client,
    pub at: String,
    pub subject: String,
    pub text: String,
    pub html: Option<String>,
    pub papers: Vec<Paper>,
    pub headers: Vec<(&'static str, String)>,
    pub body: Option<Vec<u8>>,
    pub kinds: Vec<MessageKind>,
    pub units: Vec<String>,
    pub is_placeable: bool,
    pub may_wait: bool,
    pub loose: Vec<(Filed, Counts)>,
}

/// A mail of a clerk for the own house, at `MM-DD hh:mm`.
pub fn letter(story: &'static str, clerk: &Clerk, at: &str) -> Letter {
    Letter {
        units: vec![clerk.unit.name.clone()],
        is_placeable: true,
        ..stranger(story, &clerk.nick, &clerk.address, clerk.client, at)
    }
}

/// A mail of nobody.
pub fn stranger(story: &'static str, nick: &str, address: &str, client: Client, at: &str) -> Letter {
    Letter {
        story,
        from: (nick.to_owned(), address.to_owned()),
        client,
        at: at.to_owned(),
        subject: String::new(),
        text: String::new(),
        html: None,
        papers: vec![],
        headers: vec![],
        body: None,
        kinds: vec![MessageKind::Submission],
        units: vec![],
        is_placeable: false,
        may_wait: false,
        loose: vec![],
    }
}

impl Letter {
    pub fn titled(mut self, subject: impl Into<String>) -> Self {
        self.subject = subject.into();
        self
    }

    pub fn says(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }

    pub fn with(mut self, papers: Vec<Paper>) -> Self {
        self.papers.extend(papers);
        self
    }

    pub fn kind(mut self, kinds: &[MessageKind]) -> Self {
        self.kinds = kinds.to_vec();
        self
    }

    /// Asking a person is right as well.
    pub fn may_wait(mut self) -> Self {
        self.may_wait = true;
        self
    }

    /// Nobody can say whose it is, but one of these or a person is right.
    pub fn of_any(mut self, units: &[&str]) -> Self {
        self.units = units.iter().map(|unit| (*unit).to_owned()).collect();
        self.is_placeable = false;
        self.may_wait = true;
        self
    }

    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub fn loose(mut self, filed: Filed, counts: Counts) -> Self {
        self.loose.push((filed, counts));
        self
    }

    /// Onto the wire.
    pub fn send(self, seed: &str) -> Sent {
        let mut chance = Chance::of(&[seed, &self.from.1, &self.subject, &self.at, self.story]);
        let at = if self.at.len() == 11 {
            format!("{}:{:02}", self.at, chance.between(0, 60))
        } else {
            self.at.clone()
        };
        let arrives: Timestamp = format!("2023-{}+08:00", at.replace(' ', "T")).parse().unwrap();
        let mut hand = self.client.hand();
        if happens(&mut chance, 8) {
            hand = hand.writing(Words::CutInside);
        }
        if happens(&mut chance, 5) {
            hand = hand.naming(Words::Raw);
        }
        let html = self.html.clone().or_else(|| self.page(&mut chance));
        let mail = Mail {
            client: self.client,
            hand,
            from: self.from.clone(),
            subject: self.subject.clone(),
            text: self.text.clone(),
            html,
            attachments: self.papers.iter().map(Paper::attachment).collect(),
            headers: self.headers,
            arrives,
            clock_off_seconds: -i64::from(chance.between(1, 40)),
            body: self.body,
        };
        let (raw, id) = mail.write();
        Sent {
            at: arrives,
            raw,
            id,
            from: self.from.1,
            story: self.story,
            subject: self.subject,
            kinds: self.kinds,
            units: self.units,
            is_placeable: self.is_placeable,
            may_wait: self.may_wait,
            parts: self.papers.iter().flat_map(|paper| paper.parts("")).collect(),
            loose: self.loose,
        }
    }

    /// The same words as a page, where the program sends both.
    fn page(&self, chance: &mut Chance) -> Option<String> {
        let has_page =
            matches!(self.client, Client::Qq | Client::NetEase | Client::Foxmail) && happens(chance, 80);
        let escaped = self.text.replace('&', "&amp;").replace('<', "&lt;");
        let lines = escaped
            .split('\n')
            .map(|line| format!("<div>{}</div>", if line.is_empty() { "<br>" } else { line }));
        let pictures = self.papers.iter().filter(|paper| paper.is_inline);
        let pictures = pictures.map(|paper| format!("<img src=\"cid:{}@01D98A3C.5E2F7B10\">", paper.name));
        let page = format!(
            "<div style=\"font-size:14px\">{}</div>{}",
            lines.collect::<String>(),
            pictures.collect::<String>()
        );
        (has_page || self.papers.iter().any(|paper| paper.is_inline)).then_some(page)
    }
}
