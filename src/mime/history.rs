//! What a person wrote now, told from what his program appended: the mail he answers, and his signature. Every program
//! marks its history in its own way, by a ruled heading, an opening sentence or a copied header; what only looks so stays.

use crate::domain::text::lower_case;

/// Lines that a copied header may take, and how many of its fields tell it from a text about senders.
const HEADER_LINES: usize = 7;
const HEADER_FIELDS: usize = 2;
/// Lines over which an opening sentence may be wrapped.
const OPENING_LINES: usize = 3;
/// A line of a signature is no longer, in characters, and a signature has no more lines.
const SIGNATURE_CHARS: usize = 48;
const SIGNATURE_LINES: usize = 12;

/// Headings above a history, without their rules.
const HEADINGS: &[&str] = &[
    "原始邮件",
    "原始郵件",
    "原邮件",
    "邮件原件",
    "转发邮件",
    "转发邮件信息",
    "转发邮件内容",
    "转发邮件原文",
    "转发的邮件",
    "转发的邮件信息",
    "转发的邮件内容",
    "转发的原邮件",
    "被转发邮件",
    "被转发的邮件",
    "回复的原邮件",
    "回复的邮件",
    "回复的邮件信息",
    "回复邮件信息",
    "以下为转发邮件",
    "以下为转发内容",
    "邮件原文",
    "原始消息",
    "原始信息",
    "转发的消息",
    "转发消息",
    "original",
    "original mail",
    "original message",
    "forwarded message",
    "forwarded mail",
];
/// Sentences that stand above a history without a rule.
const OPENINGS: &[&str] = &[
    "开始转发的邮件",
    "开始转发的信息",
    "以下是转发的邮件",
    "下面是被转发的邮件",
    "Begin forwarded message",
];
/// Fields of a copied header, without the blanks that some programs set their letters apart with: its first, and those
/// that follow.
const AUTHOR_FIELDS: &[&str] = &["发件人", "寄件者", "寄件人", "From"];
const OTHER_FIELDS: &[&str] = &[
    "发送时间",
    "发件时间",
    "发送日期",
    "日期",
    "时间",
    "寄件日期",
    "收件人",
    "收件者",
    "至",
    "抄送",
    "副本",
    "主题",
    "主旨",
    "Sent",
    "Date",
    "To",
    "Cc",
    "Subject",
];
/// Of these, what says when it was written.
const DATE_FIELDS: &[&str] =
    &["发送时间", "发件时间", "发送日期", "日期", "时间", "寄件日期", "Sent", "Date"];
/// What programs of telephones write under every mail.
const DEVICE_LINES: &[&str] = &[
    "发自我的",
    "发自 我的",
    "从我的",
    "发送自",
    "来自我的",
    "发自网易邮箱",
    "发自企业微信",
    "发自 windows",
    "从 windows",
    "签名由",
    "获取 outlook",
    "获取outlook",
    "sent from my",
    "sent from mail for",
    "get outlook for",
];
/// What a signature says of how to reach somebody.
const CONTACT_WORDS: &[&str] = &[
    "电话",
    "手机",
    "联系方式",
    "传真",
    "邮箱",
    "地址",
    "邮编",
    "微信",
    "qq",
    "tel",
    "phone",
    "mobile",
    "e-mail",
    "email",
    "@",
    "fax",
];

/// The new text and the history that mail programs append to an answer: from the first mark of it on, and every line
/// that begins with `>`.
pub fn cut_history(text: &str) -> (String, String) {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let starts = (0..lines.len()).find(|&at| starts_history(lines.get(at..).unwrap_or_default()));
    let (new, old) = lines.split_at(starts.map_or(lines.len(), |at| over_heading(&lines, at)));
    let is_quoted = |line: &&&str| line.trim_start().starts_with('>');
    let quoted: Vec<&str> = new.iter().filter(is_quoted).chain(old).copied().collect();
    let own: Vec<&str> = new.iter().filter(|line| !is_quoted(line)).copied().collect();
    (own.join("\n").trim().to_owned(), quoted.join("\n").trim().to_owned())
}

/// Where a history begins whose first mark stands at `at`: a rule or a heading without one above a copied header belongs
/// to it.
fn over_heading(lines: &[&str], mut at: usize) -> usize {
    let above = |at: usize| lines.iter().take(at).rposition(|line| !line.trim().is_empty());
    while let Some(line) =
        above(at).filter(|&line| lines.get(line).is_some_and(|it| is_rule(it) || is_heading(it)))
    {
        at = line;
    }
    at
}

/// What a copied header at the head of a history says of when its mail was written: 发送时间：2026年11月18日 9:30.
pub fn copied_date(quoted: &str) -> Option<&str> {
    let lines = quoted.lines().map(|line| line.trim_start_matches(['>', ' ', '*', '\t']));
    let mut lines = lines.filter(|line| !line.is_empty()).take(HEADER_LINES + 1);
    lines.find_map(|line| {
        let (field, value) = line.split_once([':', '：'])?;
        let field: String = field.chars().filter(|c| !c.is_whitespace() && *c != '*').collect();
        DATE_FIELDS.iter().any(|name| field.eq_ignore_ascii_case(name)).then_some(value)
    })
}

/// The signature at the end of a new text, empty when there is none: what stands under the mark of signatures, or the
/// last short lines when they tell how to reach somebody. It is the tail of the text, letter by letter.
pub fn signature(text: &str) -> &str {
    let mut from = text.len();
    let (mut has_contact, mut is_marked) = (false, false);
    for line in text.split_inclusive('\n').rev().take(SIGNATURE_LINES) {
        let bare = line.trim();
        if is_mark(line) {
            (is_marked, from) = (true, from - line.len());
            break;
        }
        let lower = lower_case(bare.to_owned());
        let is_device = is_of_device(bare);
        let ends_sentence = bare.ends_with(['。', '！', '？', '!', '?', '：', ':', '；', '，']);
        if bare.chars().count() > SIGNATURE_CHARS || (ends_sentence && !is_device) {
            break;
        }
        has_contact |= is_device || CONTACT_WORDS.iter().any(|word| lower.contains(word)) || has_number(bare);
        from -= line.len();
    }
    let tail = text.get(from..).unwrap_or_default().trim();
    if is_marked || (has_contact && from > 0) { tail } else { "" }
}

/// Whether a program or telephone wrote a line: 发自我的iPhone.
pub fn is_of_device(line: &str) -> bool {
    let lower = lower_case(line.trim().to_owned());
    DEVICE_LINES.iter().any(|words| lower.starts_with(words))
}

/// `-- ` (RFC 3676 4.3), or a rule of its own above a signature.
fn is_mark(line: &str) -> bool {
    matches!(line.trim_end_matches(['\r', '\n']), "-- " | "--") || is_rule(line)
}

fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 4 && line.chars().all(|c| "-—–_=*─".contains(c))
}

/// A telephone number: 7 to 14 digits, dashes and blanks between them allowed; a day is none.
fn has_number(line: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | ' ' | '(' | ')' | '+');
    let mut runs = line.split(|c| !is_part(c));
    runs.any(|run| {
        let digits: Vec<u8> = run.bytes().filter(u8::is_ascii_digit).collect();
        (7..=14).contains(&digits.len()) && !(digits.len() == 8 && digits.starts_with(b"20"))
    })
}

fn starts_history(lines: &[&str]) -> bool {
    let Some(first) = lines.first() else { return false };
    let line = first.trim();
    // A quoted line is history by itself, and what follows it may be new: a signature.
    if line.is_empty() || line.starts_with('>') {
        return false;
    }
    let is_ruled = bare(line).len() < line.len();
    if is_ruled && is_heading(line) || OPENINGS.iter().any(|words| line.starts_with(words)) {
        return true;
    }
    is_opening(lines)
        || begins_field(line, AUTHOR_FIELDS)
            && lines
                .iter()
                .skip(1)
                .take(HEADER_LINES)
                .filter(|line| begins_field(line.trim(), OTHER_FIELDS))
                .count()
                >= HEADER_FIELDS
}

/// A line without the rules around it.
fn bare(line: &str) -> &str {
    line.trim_matches(|c: char| "-—–_=*─ \u{a0}".contains(c))
}

fn is_heading(line: &str) -> bool {
    HEADINGS.contains(&bare(line).trim_end_matches([':', '：']).trim().to_lowercase().as_str())
}

/// `At 2023-05-09, "x" <a@b> wrote:`, `张三 于2023年5月9日 10:05写道：`, also wrapped: it names a sender or a day.
fn is_opening(lines: &[&str]) -> bool {
    const ENDS: &[&str] = &["写道：", "写道:", "wrote:", "寫道："];
    let first = lines.first().copied().unwrap_or_default();
    let mut sentence = String::new();
    for line in lines.iter().take(OPENING_LINES).map(|line| line.trim()) {
        // What ends before does not go on here.
        if line.is_empty() || sentence.ends_with(['。', '！', '？', '；']) {
            return false;
        }
        let is_wrapped = !sentence.is_empty();
        sentence.push_str(line);
        let lower = lower_case(sentence.clone());
        let Some(opening) = ENDS.iter().find_map(|end| lower.strip_suffix(end)) else { continue };
        let begins_so = ["在", "于", "on ", "at "].iter().any(|word| lower.starts_with(word));
        let has_day = lower.contains(|c: char| c.is_ascii_digit());
        let begins_day = begins_so || lower.starts_with(|c: char| c.is_ascii_digit());
        // What goes over more than one line shows in its first one that it is no text of the sender.
        return if is_wrapped {
            begins_day && has_hour(first) || ends_in_moment(first) && ends_in_moment(opening)
        } else {
            begins_day && has_day || ends_in_moment(opening) || lower.contains('@')
        };
    }
    false
}

/// `10:05` or `10：05`.
fn has_hour(text: &str) -> bool {
    let mut around = text.split([':', '：']).peekable();
    let ends = |side: &str| side.ends_with(|c: char| c.is_ascii_digit());
    while let (Some(before), Some(after)) = (around.next(), around.peek()) {
        if ends(before) && after.starts_with(|c: char| c.is_ascii_digit()) {
            return true;
        }
    }
    false
}

/// Whether only a moment stands between `于` and the end of an opening sentence.
fn ends_in_moment(sentence: &str) -> bool {
    let is_part =
        |c: char| c.is_ascii_digit() || "年月日周星期一二三四五六天上下午早中晚凌晨:：,，/-. ".contains(c);
    sentence.rsplit_once('于').is_some_and(|(_, moment)| {
        moment.contains(|c: char| c.is_ascii_digit()) && moment.chars().all(is_part)
    })
}

fn begins_field(line: &str, names: &[&str]) -> bool {
    let line = line.trim_start_matches(['*', '>', ' ', '|']);
    let Some((field, _)) = line.split_once([':', '：', '|']) else { return false };
    let letters = |c: &char| !c.is_whitespace() && !matches!(c, '*' | '"');
    let field: String = field.chars().filter(letters).collect();
    names.contains(&field.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn history_is_cut_where_each_program_begins_it() {
        for history in [
            "------------------ 原始邮件 ------------------\n发件人: \"a\"<a@b>",
            "------------------\u{a0}Original\u{a0}------------------\nFrom: x",
            "-----Original Message-----\nx",
            "-----邮件原件-----\n发件人: x",
            "---------- 转发的邮件信息 ----------\n发件人：\"李四\"<l@x.example>",
            "---- 回复的原邮件 ----\n| 发件人 | a<a@b> |",
            "---------- Forwarded message ---------\nFrom: x",
            "发件人： a@b\n发送时间： 2023-05-09\n收件人： c@d\n主题： x",
            "________________________________\nFrom: a <a@b>\nSent: Tuesday\nTo: c\nSubject: x",
            "在 2023-05-09 10:00:00，\"张三\" <a@b.example> 写道：\nx",
            "在 2023年5月9日，09:05，张三 写道：\nx",
            "At 2023-05-09 10:00:00, \"x\" <a@b.example> wrote:\nx",
            "On Tue, May 9, 2023 at 9:05 AM Zhang San <\nzhang@b.example> wrote:\nx",
            "张三 于2023年5月9日周二 上午10:05写道：\nx",
            "张三 <zhang@b.example> 于2023年5月9日周二\n10:05写道：\nx",
            "原始邮件\n\n发件人：\"李四\"<l@x.example>\n发件时间：2023年5月9日 10:00\n收件人：x\n主题：x",
            "------------------------------------------------------------------\n发件人：李四<l@x.example>\n日　期：\
             2023年05月09日 10:00:00\n收件人：x\n主　题：x",
            "-------- 转发的消息 --------\n主题: \tx\n日期: \tx",
            "发件人: 李四 <l@x.example>\n日期: 2023年5月9日 星期二 10:05\n至: 张三\n主题: x",
            "下面是被转发的邮件：\n发件人: x",
            "开始转发的邮件：\n发件人: x",
            "> 请报送",
        ] {
            for own in ["您好，材料见附件。\n", "2023年活动周材料见附件\n", "2023年活动周材料见附件"]
            {
                let (new, quoted) = cut_history(&format!("{own}\n{history}\n"));
                assert_eq!(new, own.trim(), "{history}");
                assert!(!quoted.is_empty());
            }
        }
    }

    #[test]
    fn a_line_that_only_looks_like_history_stays() {
        for text in [
            "发件人：张三\n单位：某学院\n请查收原始邮件",
            "发件人：张三\n日期：5月9日\n请查收",
            "他在信中写道：\n要重视职业教育",
            "校长于2023年5月9日召开全校大会，在会后给全体师生的公开信中深情写道：\n要重视职业教育",
            "活动于2023年5月9日举行。\n张三 <a> 写道：\n好",
            "2023年活动材料已报\n\n同事来信写道：\n好",
            "原始邮件已转",
            "原始邮件\n发件人：张三",
        ] {
            assert_eq!(cut_history(text), (text.to_owned(), String::new()));
        }
    }

    #[test]
    fn a_signature_is_the_tail_that_tells_how_to_reach_somebody() {
        let signed = |tail: &str| signature(&format!("老师您好：\n材料见附件，请查收。\n{tail}")).to_owned();
        for tail in [
            "-- \n某某学院教务处",
            "某某学院教务处 李四\n电话：028-87650000",
            "李四\n19900000001",
            "发自我的iPhone",
            "------------------\n某某学院\n办公室",
        ] {
            assert_eq!(signed(tail), tail);
        }
        assert_eq!(signed("某某学院\n2023年5月9日"), "");
        assert_eq!(signed("某某学院\n2023-05-09"), "");
        assert_eq!(signature("电话：028-87650000"), "");
        assert_eq!(signature(""), "");
    }
}
