//! What a unit puts into a mail, as a story names it: a plan, a form, a stamped scan, photos of a day, an archive of
//! these. Each knows what is expected to become of it; its file is written when the mail is.

use jiff::civil::{Date, date};

use super::cast::Member;
use super::chance::Chance;
use super::files::form4::{FORM4, Form4};
use super::files::form5::{FORM5, Form5};
use super::files::table::{Table, xlsx};
use super::files::xls::xls;
use super::files::zip::{Style, zip};
use super::files::{docx, film, pdf, picture};
use super::mail::CST;
use super::prose;
use super::{Filed, PartState};

/// One file of a story.
#[derive(Debug, Clone)]
pub struct Thing {
    /// File name; its ending chooses the format, `{unit}`, `{short}` and `{city}` are filled in.
    pub name: String,
    /// Shown inside the text instead of attached.
    pub inline: bool,
    what: What,
    filed: (Option<&'static str>, Option<&'static str>, Option<Date>),
    states: Vec<PartState>,
    flaws: Vec<&'static str>,
}

/// What a file holds.
#[derive(Debug, Clone)]
enum What {
    Scheme,
    Form4(Form4),
    Form5(Form5),
    Scan,
    Report { sections: usize },
    Story { kind: &'static str, day: i8, pictures: u8 },
    Photo { day: i8, has_exif: bool },
    Logo,
    Film { day: i8 },
    Letter(&'static str),
    Archive(Style, Vec<Thing>),
    Mail(Vec<u8>, Vec<Thing>),
    Truncated(Box<What>),
}

/// A day of May 2023.
pub fn may(day: i8) -> Date {
    date(2023, 5, day)
}

fn thing(name: &str, what: What, requirement: &'static str, item: &'static str) -> Thing {
    let filed = (Some(requirement), Some(item), None);
    Thing {
        name: name.to_owned(),
        inline: false,
        what,
        filed,
        states: vec![PartState::Accepted],
        flaws: Vec::new(),
    }
}

fn loose(name: &str, what: What, states: &[PartState]) -> Thing {
    Thing { filed: (None, None, None), states: states.to_vec(), ..thing(name, what, "", "") }
}

/// 活动方案.
pub fn scheme() -> Thing {
    thing("{unit}2023年职业教育活动周活动方案.docx", What::Scheme, "plan", "scheme")
}

/// 信息采集表 as most send it.
pub fn form4() -> Thing {
    form4_with(FORM4)
}

/// 信息采集表 of a kind.
pub fn form4_with(form: Form4) -> Thing {
    thing("附件4：2023年职业教育活动周信息采集表.xlsx", What::Form4(form), "plan", "form4")
}

/// 信息采集表, stamped and scanned.
pub fn scan4() -> Thing {
    thing("{unit}信息采集表盖章扫描件.pdf", What::Scan, "plan", "form4_scan")
}

/// The three files of the first requirement.
pub fn plan_set() -> Vec<Thing> {
    vec![scheme(), form4(), scan4()]
}

/// 情况统计表 as a school sends it.
pub fn form5() -> Thing {
    form5_with(FORM5)
}

/// 情况统计表 of a kind.
pub fn form5_with(form: Form5) -> Thing {
    thing("附件5：2023年职业教育活动周情况统计表.xlsx", What::Form5(form), "summary", "form5")
}

/// 情况统计表, stamped and scanned.
pub fn scan5() -> Thing {
    thing("附件5情况统计表（盖章扫描件）.pdf", What::Scan, "summary", "form5_scan")
}

/// 工作总结报告 with all its sections.
pub fn report() -> Thing {
    report_of(7)
}

/// 工作总结报告 with the first of its seven sections.
pub fn report_of(sections: usize) -> Thing {
    thing("{unit}2023年职业教育活动周工作总结报告.docx", What::Report { sections }, "summary", "report")
}

/// Last year's report, sent by mistake or with last year's title: only a person can say.
pub fn old_report() -> Thing {
    let title = "2022年职业教育活动周工作总结报告";
    let name = format!("{{unit}}{title}.docx");
    thing(&name, What::Letter(title), "summary", "report").ends(&[PartState::Review])
}

/// The three files of the last requirement.
pub fn summary_set(form: Form5) -> Vec<Thing> {
    vec![form5_with(form), scan5(), report()]
}

/// 优质稿件 of a day of May.
pub fn article(day: i8) -> Thing {
    let name = format!("5月{day}日{{short}}职教活动周新闻稿件.docx");
    thing(&name, What::Story { kind: "稿件", day, pictures: 0 }, "daily", "article").of_day(day)
}

/// 典型案例 of a day of May, with pictures inside the document.
pub fn case(day: i8, pictures: u8) -> Thing {
    let name = format!("{{short}}典型案例5.{day}.docx");
    thing(&name, What::Story { kind: "典型案例", day, pictures }, "daily", "case").of_day(day)
}

/// So many photos of a day of May, with the camera's date.
pub fn photos(day: i8, count: u8) -> Vec<Thing> {
    (1..=count).map(|n| photo(&format!("5月{day}日活动照片{n}.jpg"), day, true)).collect()
}

/// A photo of a day of May by its own name, with or without the camera's date.
pub fn photo(name: &str, day: i8, has_exif: bool) -> Thing {
    thing(name, What::Photo { day, has_exif }, "daily", "photo").of_day(day)
}

/// A film of a day of May.
pub fn video(day: i8) -> Thing {
    thing(&format!("{{short}}5月{day}日活动视频.mp4"), What::Film { day }, "daily", "video").of_day(day)
}

/// The logo under a signature, inside the text.
pub fn logo() -> Thing {
    Thing { inline: true, ..loose("image001.jpg", What::Logo, &[PartState::Ignored]) }
}

/// A document that belongs to nothing here, with this title.
pub fn letter(name: &str, title: &'static str) -> Thing {
    loose(name, What::Letter(title), &[PartState::Ignored, PartState::Extra, PartState::Review])
}

/// An archive of things; a `/` in a member's name makes folders.
pub fn archive(name: &str, style: Style, members: Vec<Thing>) -> Thing {
    let states: &[PartState] = match style {
        Style::Encrypted => &[PartState::Unreadable, PartState::Container, PartState::Review],
        _ => &[PartState::Container],
    };
    loose(name, What::Archive(style, members), states)
}

/// A mail attached whole; `things` are what lies in it.
pub fn forwarded(name: &str, raw: Vec<u8>, things: Vec<Thing>) -> Thing {
    loose(name, What::Mail(raw, things), &[PartState::Container])
}

impl Thing {
    /// Under another name.
    pub fn named(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }

    /// In a folder of an archive.
    pub fn within(self, folder: &str) -> Self {
        let name = format!("{folder}/{}", self.name);
        Self { name, ..self }
    }

    /// Ends in one of these states.
    pub fn ends(self, states: &[PartState]) -> Self {
        Self { states: states.to_vec(), ..self }
    }

    /// Shows these flaws.
    pub fn flaws(self, codes: &[&'static str]) -> Self {
        Self { flaws: codes.to_vec(), ..self }
    }

    /// Filed nowhere in particular.
    pub fn loose(self) -> Self {
        Self { filed: (None, None, None), ..self }
    }

    /// Cut off in the middle.
    pub fn truncated(self) -> Self {
        let states = vec![PartState::Unreadable];
        Self { what: What::Truncated(Box::new(self.what)), states, flaws: Vec::new(), ..self }
    }

    fn of_day(self, day: i8) -> Self {
        Self { filed: (self.filed.0, self.filed.1, Some(may(day))), ..self }
    }

    /// Its bytes as `member` makes them: the same ones whenever asked.
    pub fn bytes(&self, member: &Member) -> Vec<u8> {
        made(&self.what, &member.fill(&self.name), member)
    }

    /// What becomes of it and of all that lies in it; `inside` is the path of its container with a final `/`.
    pub fn expected(&self, member: &Member, inside: &str) -> Vec<Filed> {
        let path = format!("{inside}{}", member.fill(&self.name));
        let (requirement, item, day) = self.filed;
        let (states, flaws) = (self.states.clone(), self.flaws.clone());
        let mut all = vec![Filed { path: path.clone(), requirement, item, day, states, flaws }];
        if let What::Archive(_, members) | What::Mail(_, members) = &self.what {
            let inside = format!("{path}/");
            all.extend(members.iter().flat_map(|thing| thing.expected(member, &inside)));
        }
        if let What::Archive(Style::Encrypted, _) = &self.what {
            // Their names can be read, and nothing else.
            all.iter_mut()
                .skip(1)
                .for_each(|member| member.states = vec![PartState::Unreadable, PartState::Review]);
        }
        all
    }
}

fn made(what: &What, name: &str, member: &Member) -> Vec<u8> {
    let mut chance = Chance::of(&[member.name, name]);
    match what {
        What::Scheme => document(name, &prose::scheme(member), Vec::new()),
        What::Form4(form) => book(name, &form.sheets(member)),
        What::Form5(form) => book(name, &form.sheets(member)),
        What::Scan => scanned(name, &mut chance),
        What::Report { sections } => document(name, &prose::report(member, *sections), Vec::new()),
        What::Story { kind, day, pictures } => {
            let pictures = (0..*pictures).map(|_| picture::photo(None, &mut chance)).collect();
            document(name, &prose::story(member, kind, *day), pictures)
        }
        What::Photo { day, has_exif } => {
            let mut chance = Chance::of(&[member.name, name, &day.to_string()]);
            let hour = i8::try_from(chance.between(9, 17)).unwrap_or(9);
            let minute = i8::try_from(chance.between(0, 60)).unwrap_or(0);
            let taken = has_exif.then(|| may(*day).at(hour, minute, 7, 0));
            picture::photo(taken, &mut chance)
        }
        What::Logo => picture::logo(&mut chance),
        What::Film { day } => {
            let taken = CST.to_timestamp(may(*day).at(15, 20, 0, 0)).unwrap_or_default();
            film::mp4(chance.between(30, 180), taken, &mut chance)
        }
        What::Letter(title) => document(name, &[(*title).to_owned(), "详见正文。".to_owned()], Vec::new()),
        What::Archive(style, members) => zip(*style, &entries(members, member)),
        What::Mail(raw, _) => raw.clone(),
        What::Truncated(whole) => {
            let mut bytes = made(whole, name, member);
            bytes.truncate(bytes.len() / 2);
            bytes
        }
    }
}

fn book(name: &str, tables: &[Table]) -> Vec<u8> {
    if name.ends_with(".xls") { xls(tables) } else { xlsx(tables) }
}

fn document(name: &str, paragraphs: &[String], pictures: Vec<Vec<u8>>) -> Vec<u8> {
    if name.ends_with(".pdf") { pdf::text(paragraphs) } else { docx::docx(paragraphs, &pictures) }
}

fn scanned(name: &str, chance: &mut Chance) -> Vec<u8> {
    let page = picture::page(chance);
    if name.ends_with(".pdf") { pdf::scan(&[page]) } else { page }
}

/// The members of an archive with an entry for each folder, as packers write them.
fn entries(members: &[Thing], member: &Member) -> Vec<(String, Vec<u8>)> {
    let mut out: Vec<(String, Vec<u8>)> = Vec::new();
    for thing in members {
        let name = member.fill(&thing.name);
        if let Some((folder, _)) = name.rsplit_once('/') {
            let folder = format!("{folder}/");
            if !out.iter().any(|(path, _)| *path == folder) {
                out.push((folder, Vec::new()));
            }
        }
        out.push((name, thing.bytes(member)));
    }
    out
}
