//! Mails for stories of judgement, built as the reader would report them, and what is demanded of the judgement.
#![allow(dead_code, clippy::unwrap_used, clippy::indexing_slicing)]

use jiff::Timestamp;
use shouwen::domain::campaign::Campaign;
use shouwen::domain::facts::{
    Cell, Content, Grid, HeaderFacts, LinkFacts, MailFacts, PartFacts, Role, Value,
};
use shouwen::domain::mailbox::{Endpoint, Mailbox, Secret, Tls};
use shouwen::domain::message::{PartState, UnitBy};
use shouwen::intake::judge::{Case, Judge};
use shouwen::store::Registration;

use crate::campaign::campaign;

/// A mail being written.
pub struct Mail {
    facts: MailFacts,
    received_at: Timestamp,
    /// Whether all of its parts are of the same bytes.
    pub is_copied: bool,
}

/// A mail with sender and subject, received in time for the plan.
pub fn mail(from: &str, subject: &str) -> Mail {
    let header = HeaderFacts {
        message_id: "<1@a.example>".into(),
        from: from.into(),
        subject: subject.into(),
        ..HeaderFacts::default()
    };
    let received_at = "2023-05-09T10:00:00+08:00".parse().unwrap();
    Mail { facts: MailFacts { header, ..MailFacts::default() }, received_at, is_copied: false }
}

/// A part being written.
pub struct Part(pub PartFacts);

fn part(path: &str, media_type: &str, content: Content) -> Part {
    let name = path.rsplit('/').next().unwrap().to_owned();
    let role = if path.contains('/') { Role::Member } else { Role::Attachment };
    Part(PartFacts {
        path: path.into(),
        name,
        parent: None,
        file: None,
        size: 50_000,
        media_type: media_type.into(),
        role,
        content,
        trouble: None,
        has_macros: false,
        pasted_bytes: None,
    })
}

/// A document whose story tells no more of it than `text`; it goes on as documents do.
pub fn document(path: &str, text: &str) -> Part {
    blank(path, &format!("{text}\n以下为正文，内容从略，请审阅。"))
}

/// A document in which nothing stands but `text`.
pub fn blank(path: &str, text: &str) -> Part {
    part(path, "application/msword", Content::Text { text: text.into() })
}

pub fn pdf(path: &str, text: &str) -> Part {
    part(path, "application/pdf", Content::Pdf { pages: 1, text: text.into(), is_scan: false, seal: None })
}

pub fn scan(path: &str) -> Part {
    part(
        path,
        "application/pdf",
        Content::Pdf { pages: 1, text: String::new(), is_scan: true, seal: Some(true) },
    )
}

/// A PDF too large to be read.
pub fn heavy_pdf(path: &str) -> Part {
    part(path, "application/pdf", Content::Pdf { pages: 0, text: String::new(), is_scan: true, seal: None })
}

pub fn photo(path: &str) -> Part {
    part(path, "image/jpeg", Content::Photo { width: 1600, height: 1200, taken: None, has_gps: false })
}

pub fn film(path: &str) -> Part {
    part(
        path,
        "video/mp4",
        Content::Video { duration_ms: Some(1000), width: 0, height: 0, taken: None, has_gps: false },
    )
}

pub fn book(path: &str, sheet: Sheet) -> Part {
    part(path, "application/vnd.ms-excel", Content::Book { grids: vec![sheet.0] })
}

/// An archive, or for `.eml` a forwarded mail, whose members follow.
pub fn nested(path: &str) -> Part {
    let mut container = part(path, "application/zip", Content::Opaque).0;
    container.role = if path.ends_with(".eml") { Role::Mail } else { Role::Archive };
    Part(container)
}

impl Part {
    pub fn of_type(mut self, media_type: &str) -> Self {
        self.0.media_type = media_type.to_owned();
        self
    }

    pub fn inline(mut self, size: u64, pixels: u32) -> Self {
        self.0.role = Role::Inline;
        self.0.size = size;
        self.0.content = Content::Photo { width: pixels, height: pixels, taken: None, has_gps: false };
        self
    }

    pub fn broken(mut self, trouble: &str) -> Self {
        self.0.trouble = Some(trouble.into());
        self.0.content = Content::Opaque;
        self
    }
}

/// A sheet.
pub struct Sheet(pub Grid);

impl Sheet {
    /// The information form, filled in for a unit.
    pub fn form4(unit: &str) -> Self {
        let plan = "活动定于5月14日至20日举行，围绕主题开展开放日、体验课等系列活动。";
        Self::of(&[
            &["2023年职业教育活动周信息采集表"],
            &["填报单位(盖章)", unit, "填报人", "甲一", "联系电话", "0816-0000000"],
            &["市(州)/职业(含技工)学校", "联系人", "职务", "手机", "QQ号", "专题网站(专栏)链接地址"],
            &[unit, "乙二", "科长", "19900001234", "123456789", "https://s1.example/zt"],
            &["活动周工作计划(300字以内)", plan],
            &["特色活动简介(300字以内)", plan],
        ])
    }

    /// The table of figures with these rows: a school, and how many there are of everything, of pupils ten times as many.
    pub fn form5(stamp: &str, rows: &[(&str, u32)]) -> Self {
        let heads = "学校名称 参与教师数 参与学生数 覆盖率 参与企业数 参与总人数 观摩体验活动项目数 \
                     省级及以上媒体报道数 市(州)级媒体报道数 县(区)级媒体报道数";
        let line = |(school, n): &(&str, u32)| {
            let (many, all) = (n * 10, n * 20);
            format!("{school} {n} {many} 90% {n} {all} {n} {n} {n} {n}")
        };
        let stamped = format!("填报单位(盖章) {stamp} 填报人 甲一");
        let top = ["2023年职业教育活动周情况统计表".to_owned(), stamped, heads.to_owned()];
        let lines: Vec<String> = top.into_iter().chain(rows.iter().map(line)).collect();
        let cells: Vec<Vec<&str>> = lines.iter().map(|line| line.split_whitespace().collect()).collect();
        Self::of(&cells.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    /// A sheet that is no form.
    pub fn other() -> Self {
        Self::of(&[&["星期一", "星期二"]])
    }

    fn of(rows: &[&[&str]]) -> Self {
        let mut grid = Grid { sheet: "Sheet1".into(), ..Grid::default() };
        for (row, texts) in (0..).zip(rows) {
            for (col, text) in (0..).zip(*texts).filter(|(_, text)| !text.is_empty()) {
                grid.cells.push(Cell { row, col, value: Value::Text((*text).to_owned()) });
            }
        }
        Self(grid)
    }

    pub fn titled(mut self, title: &str) -> Self {
        self.0.cells[0].value = Value::Text(title.into());
        self
    }

    /// With another number in the contact row.
    pub fn with_mobile(mut self, mobile: &str) -> Self {
        for cell in self.0.cells.iter_mut().filter(|cell| (cell.row, cell.col) == (3, 3)) {
            cell.value = Value::Text(mobile.into());
        }
        self
    }

    /// With another unit in the stamp line than in the row.
    pub fn stamped(mut self, unit: &str) -> Self {
        for cell in self.0.cells.iter_mut().filter(|cell| (cell.row, cell.col) == (1, 1)) {
            cell.value = Value::Text(unit.into());
        }
        self
    }

    /// Of the table below its headings only the names are left.
    pub fn without_figures(mut self) -> Self {
        self.0.cells.retain(|cell| cell.row < 3 || cell.col == 0);
        self
    }

    /// Only labels are left.
    pub fn empty(mut self) -> Self {
        self.0.cells.retain(|cell| match cell.row {
            0 | 2 => true,
            1 => [0, 2, 4].contains(&cell.col),
            3 => false,
            _ => cell.col == 0,
        });
        self
    }
}

impl Mail {
    pub fn says(mut self, text: &str) -> Self {
        self.facts.text = text.into();
        self
    }

    /// What the mail quotes below its own text.
    pub fn quotes(mut self, text: &str) -> Self {
        self.facts.quoted = text.into();
        self
    }

    pub fn with(mut self, part: Part) -> Self {
        self.facts.parts.push(part.0);
        self
    }

    pub fn link(mut self, name: &str) -> Self {
        let url = "https://wx.mail.qq.com/ftn/download?key=1".into();
        self.facts.links.push(LinkFacts {
            url,
            provider: "qq".into(),
            name: name.into(),
            ..LinkFacts::default()
        });
        self
    }

    /// The last link stops working then.
    pub fn link_ends(mut self, moment: &str) -> Self {
        self.facts.links.last_mut().unwrap().expires = Some(moment.parse().unwrap());
        self
    }

    /// The file behind the last link was downloaded.
    pub fn link_is_fetched(mut self) -> Self {
        self.facts.links.last_mut().unwrap().fetched = true;
        self
    }

    pub fn header(mut self, change: impl Fn(&mut HeaderFacts)) -> Self {
        change(&mut self.facts.header);
        self
    }

    pub fn at(mut self, moment: &str) -> Self {
        self.received_at = moment.parse().unwrap();
        self
    }

    pub fn subject(&self) -> String {
        self.facts.header.subject.clone()
    }

    pub fn judge(self) -> Judged {
        self.judge_by(&campaign())
    }

    pub fn judge_by(self, campaign: &Campaign) -> Judged {
        self.judge_among(std::slice::from_ref(campaign))
    }

    pub fn judge_among(self, campaigns: &[Campaign]) -> Judged {
        let hash = |n: usize| Some(format!("hash{}", if self.is_copied { 0 } else { n }));
        let hashes: Vec<_> = (0..self.facts.parts.len()).map(hash).collect();
        let (facts, received_at) = (&self.facts, self.received_at);
        let case = Case { id: 1, received_at, mailbox: "box", facts, hashes: &hashes, ours: &[] };
        let registration = Judge::new(campaigns, &[mailbox()], vec![]).judge(case);
        let paths = self.facts.parts.iter().map(|part| part.path.clone()).collect();
        Judged { registration, paths }
    }
}

fn mailbox() -> Mailbox {
    Mailbox {
        id: "box".into(),
        address: "office@163.example".into(),
        user: String::new(),
        password: Secret::new(""),
        imap: Endpoint { host: String::new(), port: 0, tls: Tls::None, ca_file: None },
        smtp: None,
        folders: vec![],
        poll_seconds: 0,
        since: None,
        campaigns: vec![],
    }
}

/// A judgement, asked piece by piece.
pub struct Judged {
    pub registration: Registration,
    paths: Vec<String>,
}

impl Judged {
    #[track_caller]
    pub fn kind(&self, word: &str) -> &Self {
        assert_eq!(self.registration.kind.word(), word, "{:#?}", self.registration);
        self
    }

    #[track_caller]
    pub fn unit(&self, code: &str, by: UnitBy) -> &Self {
        let told = (self.registration.unit.as_deref(), self.registration.unit_by);
        assert_eq!(told, (Some(code), Some(by)), "{:#?}", self.registration);
        self
    }

    #[track_caller]
    pub fn no_review(&self) -> &Self {
        assert_eq!(self.registration.review, None);
        self
    }

    #[track_caller]
    pub fn review(&self) -> &Self {
        assert!(self.registration.review.is_some(), "{:#?}", self.registration);
        self
    }

    #[track_caller]
    pub fn concerns(&self, codes: &[&str]) -> &Self {
        assert_eq!(self.registration.may_concern, codes, "{:#?}", self.registration);
        self
    }

    /// `STATE REQUIREMENT/ITEM@DAY …` of the part at a path.
    #[track_caller]
    pub fn part(&self, path: &str, wanted: &str) -> &Self {
        let at = self.paths.iter().position(|p| p == path).unwrap();
        let part = &self.registration.parts[at];
        let mut told = part.state.word().to_owned();
        for filing in &part.filings {
            told.push_str(&format!(" {}/{}", filing.requirement, filing.item));
            told.push_str(&filing.day.map_or_else(String::new, |day| format!("@{day}")));
        }
        assert_eq!(told, wanted, "{path}: {}", part.why);
        let waits = matches!(part.state, PartState::Review | PartState::Rejected);
        assert!(!waits || !part.why.is_empty());
        self
    }

    #[track_caller]
    pub fn flaw(&self, path: &str, code: &str) -> &Self {
        let at = self.paths.iter().position(|p| p == path).unwrap();
        let flaws: Vec<_> = self.registration.parts[at].filings.iter().flat_map(|f| &f.flaws).collect();
        assert!(flaws.iter().any(|flaw| flaw.code == code), "{flaws:?}");
        self
    }

    /// Everything that a table may demand, one to a line.
    pub fn told(&self) -> Vec<String> {
        let registration = &self.registration;
        let is_open = registration.review.is_some()
            || registration.parts.iter().any(|part| part.state == PartState::Review);
        let mut told = vec![
            registration.kind.word().to_owned(),
            format!("unit {}", registration.unit.as_deref().unwrap_or("-")),
            if is_open { "review" } else { "settled" }.to_owned(),
            format!("concerns {}", registration.may_concern.join(" ")),
            format!("（{}）", registration.review.as_deref().unwrap_or_default()),
        ];
        for (path, part) in self.paths.iter().zip(&registration.parts) {
            let mut line = format!("{path}: {}", part.state.word());
            for filing in &part.filings {
                line.push_str(&format!(" {}/{}", filing.requirement, filing.item));
                line.push_str(&filing.day.map_or_else(String::new, |day| format!("@{day}")));
            }
            told.extend([line, format!("（{}）", part.why)]);
        }
        told
    }

    /// Filings of no part: `REQUIREMENT DAY ITEM STATE FLAW…`.
    pub fn loose(&self) -> Vec<String> {
        let tell = |filing: &shouwen::domain::submission::Filing| {
            let day = filing.day.map_or_else(|| "-".to_owned(), |day| day.to_string());
            let flaws: String = filing.flaws.iter().map(|flaw| format!(" {}", flaw.code)).collect();
            format!("{} {day} {} {}{flaws}", filing.requirement, filing.item, filing.state)
        };
        self.registration.loose.iter().map(tell).collect()
    }
}
