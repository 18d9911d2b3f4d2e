//! What a mail shows that may tell its unit, campaign and days, gathered from the reader's facts and the readings of its
//! forms into the plain clues that `recognition` weighs.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::domain::facts::{Content, Grid, MailFacts, PartFacts, Role};
use crate::domain::template::{FieldKind, Template};
use crate::form::{self, Entry, Reading};
use crate::mime;
use crate::recognition::campaign::Signs;
use crate::recognition::day::{Range, all_days, names_a_date};
use crate::recognition::keyword::Lines;
use crate::recognition::kind::{is_forward, is_salutation};
use crate::recognition::passing::is_all_begun;
use crate::recognition::unit::{Clue, Source};

/// A title or closing line is no longer (characters).
const LINE_CHARS: usize = 40;
/// Lines at the head of a document that may be its title.
const TITLE_LINES: usize = 4;
/// Lines at the end of a document or mail that may be signed.
const CLOSING_LINES: usize = 6;
/// Lines at the head of a mail that may say who writes.
const OPENING_LINES: usize = 3;
/// Lines at the head of a quoted mail that say who wrote it and about what.
const FORWARDED_LINES: usize = 5;
/// A paper that begins with its day says it within so many characters: （通讯员 某某）5月14日上午.
const DATELINE_CHARS: usize = 24;
/// Characters of a day as it is written out, at most: 二〇二三年五月十六日.
const DAY_CHARS: usize = 12;
/// Behind a day: what was said or begun on it, and not what the paper tells of.
const TOLD_BEFORE: &[&str] = &["通知", "印发", "要求", "以来", "下发"];
/// Who writes so writes of the day on which the paper was written, or of several.
const NOW: &[&str] = &["今天", "今日", "连日来"];
/// What is set up before all of it to lead it; 兴趣小组 is what took place.
const LEADING: &[&str] = &["领导小组", "工作小组", "工作专班", "筹备组"];
/// So much of a text is looked through for keywords (characters).
const SIGN_CHARS: usize = 3000;

/// A form read in a part.
#[derive(Debug, Clone)]
pub struct FormRead {
    /// Template id.
    pub form: String,
    /// What it says.
    pub reading: Reading,
}

/// Everything that may name the unit. `forms`: readings of each part.
pub fn unit_clues(
    facts: &MailFacts,
    forms: &[Vec<FormRead>],
    templates: &BTreeMap<String, Template>,
) -> Vec<Clue> {
    let mut clues = Vec::new();
    let mut add = |source, place: &str, text: &str| {
        clues.push(Clue { source, place: place.to_owned(), text: text.to_owned() });
    };
    for (part, read) in facts.parts.iter().zip(forms) {
        for form in read {
            let template = templates.get(&form.form);
            for entry in template.iter().flat_map(|template| unit_cells(template, &form.reading)) {
                add(Source::Form, &format!("{} {}", part.path, entry.cell), &entry.text());
                if let Some(row) = template.and_then(|template| other_cell(template, &form.reading, &entry)) {
                    add(Source::FormRow, &format!("{} {}", part.path, row.cell), &row.text());
                }
                let own = template.and_then(|template| form::contact(template, &form.reading));
                if own.is_some_and(|contact| is_own_address(&contact.qq, &facts.header.from)) {
                    add(Source::OwnForm, &part.path, &entry.text());
                }
            }
        }
        if read.is_empty() {
            head_of_book(part).into_iter().for_each(|line| add(Source::Document, &part.path, line));
        }
    }
    for (place, text) in texts(facts) {
        let (titles, closing) = (title_lines(text), closing_lines(text));
        // A sentence at the end of a paper tells of somebody; it signs nothing.
        let signs = closing.iter().filter(|line| !line.contains('。'));
        titles.iter().chain(signs).for_each(|line| add(Source::Document, place, line));
    }
    let signature = mime::signature(&facts.text);
    for line in closing_lines(facts.text.strip_suffix(signature).unwrap_or(&facts.text)) {
        add(Source::Signature, "正文落款", line);
    }
    for line in signature.lines().filter(|line| !is_salutation(line)) {
        add(Source::Signature, "签名", line);
    }
    for line in facts.text.lines().filter(|line| !line.trim().is_empty()).take(OPENING_LINES) {
        if !is_salutation(line) {
            add(Source::Body, "正文", line);
        }
    }
    if is_forward(&facts.header.subject) {
        let opening = facts.quoted.lines().filter(|line| !line.trim().is_empty()).take(FORWARDED_LINES);
        opening.for_each(|line| add(Source::Signature, "被转发的邮件", line));
        closing_lines(&facts.quoted).iter().for_each(|line| add(Source::Signature, "被转发的邮件落款", line));
    }
    add(Source::Subject, "主题", &facts.header.subject);
    for part in facts.parts.iter().filter(|part| part.role != Role::Embedded) {
        add(Source::Name, "文件名", &part.path);
    }
    for link in &facts.links {
        add(Source::Name, "云附件", &link.name);
    }
    add(Source::SenderName, "发件人", &facts.header.from_name);
    clues.retain(|clue| !clue.text.trim().is_empty());
    clues
}

/// Whether an address is the private box of this QQ number.
pub fn is_own_address(qq: &str, address: &str) -> bool {
    address.split_once('@').is_some_and(|(local, host)| {
        !qq.is_empty() && local == qq && (host.starts_with("qq.") || host.starts_with("vip.qq."))
    })
}

/// Cells of a form that name its unit: the stamp line, else the only row.
pub fn unit_cells(template: &Template, reading: &Reading) -> Vec<Entry> {
    let stamp = reading.stamp.iter().find(|stamp| !stamp.is_blank()).cloned();
    stamp.or_else(|| only_row(template, reading).cloned()).into_iter().collect()
}

/// The name in the only row.
fn only_row<'r>(template: &Template, reading: &'r Reading) -> Option<&'r Entry> {
    let unit = template.fields.iter().find(|field| field.kind == FieldKind::Unit)?;
    let [row] = reading.rows.as_slice() else { return None };
    row.entries.get(&unit.id).filter(|entry| !entry.is_blank())
}

/// The name in the only row, where another cell told the unit.
fn other_cell<'r>(template: &Template, reading: &'r Reading, told: &Entry) -> Option<&'r Entry> {
    only_row(template, reading).filter(|row| row.cell != told.cell)
}

/// Texts of documents and forwarded mails, with their places.
fn texts(facts: &MailFacts) -> impl Iterator<Item = (&str, &str)> {
    facts.parts.iter().filter_map(|part| Some((part.path.as_str(), text_of(part)?)))
}

/// The text of a part, if it is one of words.
pub fn text_of(part: &PartFacts) -> Option<&str> {
    match &part.content {
        Content::Text { text } | Content::Pdf { text, .. } | Content::Mail { text, .. } => Some(text),
        _ => None,
    }
}

/// What a workbook says of whose it is: 填报单位：甲公司.
pub fn stamps_of_book(part: &PartFacts) -> Vec<&str> {
    let Content::Book { grids } = &part.content else { return Vec::new() };
    grids.iter().flat_map(form::owners).collect()
}

/// The titles of a workbook, and what it says of whose it is.
pub fn head_of_book(part: &PartFacts) -> Vec<&str> {
    let Content::Book { grids } = &part.content else { return Vec::new() };
    grids.iter().filter_map(Grid::first_text).chain(stamps_of_book(part)).collect()
}

/// What stands at the head of a paper that may name its unit: the lines of its title, or those of a workbook.
pub fn head_of(part: &PartFacts) -> Vec<&str> {
    text_of(part).map_or_else(|| head_of_book(part), title_lines)
}

/// Lines of a title: short, at the head, before the text begins. Whom it is addressed to is not who wrote it.
pub fn title_lines(text: &str) -> Vec<&str> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let is_title = |line: &&str| line.chars().count() <= LINE_CHARS && !line.contains('。');
    lines.take(TITLE_LINES).take_while(is_title).filter(|line| !is_salutation(line)).collect()
}

/// The day with which the first sentence of a paper begins, or with which a clause of its first paragraph does where the sentence
/// names none: 5月14日，学院举行…; 为贯彻落实…精神，5月14日上午，学院举行…
pub fn dateline<'t>(text: &'t str, range: &Range) -> Option<&'t str> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(TITLE_LINES + 1);
    let first = lines.find(|line| line.contains('。') || line.chars().count() > LINE_CHARS)?;
    let begin = first.split_once(['，', ',']).map(|(begin, _)| begin);
    let begin = begin.filter(|begin| begin.chars().count() <= DATELINE_CHARS);
    if begin.is_some_and(|begin| names_a_date(begin, range)) {
        return begin.filter(|_| !is_before_all(head(first)));
    }
    if NOW.iter().any(|word| first.contains(word)) {
        return None;
    }
    let mut days =
        first.split(['，', ',', '。', '；', '）', ')']).filter_map(|clause| day_begun(clause, range));
    let day = days.next()?;
    let is_same = |other: &str| all_days(other, range) == all_days(day, range);
    days.all(is_same).then_some(day)
}

/// The first two clauses of a sentence: 5月14日，活动周正式启动.
fn head(sentence: &str) -> &str {
    let ends = sentence.match_indices(['，', ',', '。']).map(|(at, _)| at);
    ends.take(2).last().and_then(|end| sentence.get(..end)).unwrap_or(sentence)
}

/// The day on which the first paragraph of a paper says that all of it began: of a paper that names no other it may be the one, or
/// not. Who writes 今天 needs it not.
pub fn begun_on(text: &str, range: &Range) -> Option<Date> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(TITLE_LINES + 1);
    let first = lines.find(|line| line.contains('。') || line.chars().count() > LINE_CHARS)?;
    let is_now = NOW.iter().any(|word| first.contains(word));
    let mut clauses = std::iter::once(head(first)).chain(first.split(['，', ',', '。', '；']));
    let begun =
        clauses.find(|clause| is_before_all(clause) && names_a_date(clause, range)).filter(|_| !is_now)?;
    all_days(begun, range).first().copied()
}

/// The day with which a clause begins, or on which it says that somebody did something: 5月14日上午, 学院于5月14日举行. Not where a
/// span begins with it, nor what was told before.
fn day_begun<'c>(clause: &'c str, range: &Range) -> Option<&'c str> {
    let end = clause.find(['日', '号'])? + '日'.len_utf8();
    let (head, behind) = clause.split_at_checked(end)?;
    let day = match head.rsplit_once('于') {
        Some((who, day)) if !who.ends_with(['关', '由', '基', '鉴', '至', '对', '早', '定', '将']) => {
            day
        }
        Some(_) => return None,
        None => head,
    };
    let is_day = day.chars().count() <= DAY_CHARS && day.trim_start().starts_with(is_figure);
    let is_span = behind.starts_with(['起', '至', '到', '-', '—', '~', '以', '前', '、', '和', '及']);
    let is_told = TOLD_BEFORE.iter().any(|word| behind.contains(word));
    (is_day && !is_span && !is_told && !is_before_all(clause) && names_a_date(day, range)).then_some(day)
}

/// Whether a clause says that all of it began: 活动周于5月14日正式启动, 5月14日拉开帷幕; not 举行启动仪式. A group set up to lead it is
/// set up before it.
fn is_before_all(clause: &str) -> bool {
    is_all_begun(clause) || (clause.contains("成立") && LEADING.iter().any(|word| clause.contains(word)))
}

/// Whether a letter begins a date.
fn is_figure(c: char) -> bool {
    c.is_numeric() || "〇一二三四五六七八九十".contains(c)
}

/// The last lines of a text that are short enough to be signed, from the end.
pub fn closing_lines(text: &str) -> Vec<&str> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let tail = lines.iter().rev().take(CLOSING_LINES).filter(|line| line.chars().count() <= LINE_CHARS);
    tail.filter(|line| !is_salutation(line)).copied().collect()
}

/// What the mail shows of its purpose.
pub fn signs(facts: &MailFacts) -> Signs {
    let mut names = facts.header.subject.clone();
    let mut text: String = facts.text.chars().take(SIGN_CHARS).collect();
    for part in &facts.parts {
        names.push_str(&format!("\n{}", part.path));
        if let Content::Mail { subject, .. } = &part.content {
            names.push_str(&format!("\n{subject}"));
        }
        for line in head_of(part) {
            text.push_str(&format!("\n{line}"));
        }
    }
    facts.links.iter().for_each(|link| names.push_str(&format!("\n{}", link.name)));
    Signs { names: Lines::of(&names), texts: Lines::of(&text) }
}
