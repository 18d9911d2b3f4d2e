//! Which leaves are the text of a mail, that text in the words its author wrote, and the quoted history cut off it.

use super::charset;
use super::html::text_of_html;
use super::walk::Leaf;

/// The text of a mail.
#[derive(Debug, Default)]
pub struct Body {
    /// What the author wrote now.
    pub text: String,
    /// What he quotes.
    pub quoted: String,
    /// HTML as it is, for the links in it; empty when there is none.
    pub html: String,
    /// Plain text as it is, history included.
    pub plain: String,
}

/// Whether a leaf is text of the mail rather than something attached to it. A multipart whose boundary never comes is
/// text.
pub fn is_body(leaf: &Leaf) -> bool {
    let is_text = matches!(leaf.declared_type.as_str(), "text/plain" | "text/html")
        || leaf.declared_type.starts_with("multipart/");
    is_text && !leaf.is_attachment && leaf.name.is_empty()
}

/// Puts the text together: of alternatives the plain one, unless it is blank.
pub fn body<'x>(leaves: impl Iterator<Item = &'x Leaf>, bytes_max: usize) -> Body {
    let mut body = Body::default();
    let mut groups: Vec<(Option<usize>, String, String)> = Vec::new();
    for leaf in leaves.filter(|leaf| is_body(leaf)) {
        let text = leaf_text(leaf);
        let is_html = leaf.declared_type == "text/html";
        let group = groups.iter_mut().find(|(key, ..)| key.is_some() && *key == leaf.alternative);
        let (plain, html) = match group {
            Some((_, plain, html)) => (plain, html),
            None => {
                groups.push((leaf.alternative, String::new(), String::new()));
                let Some((_, plain, html)) = groups.last_mut() else { continue };
                (plain, html)
            }
        };
        let wanted = if is_html { html } else { plain };
        wanted.push_str(&text);
        wanted.push('\n');
    }
    let mut whole = String::new();
    for (_, plain, html) in groups {
        whole.push_str(&if plain.trim().is_empty() { text_of_html(&html) } else { plain.clone() });
        whole.push('\n');
        body.html.push_str(&html);
        body.plain.push_str(&plain);
    }
    (body.text, body.quoted) = cut_history(&bounded(&whole, bytes_max));
    body
}

/// Text of a leaf by its charset.
pub fn leaf_text(leaf: &Leaf) -> String {
    let label = leaf.fields.structured("content-type").plain("charset");
    charset::text(&leaf.text, label.as_deref())
}

/// At most `bytes_max` bytes of `text`, whole characters.
pub fn bounded(text: &str, bytes_max: usize) -> String {
    let mut end = text.len().min(bytes_max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().to_owned()
}

/// The new text and the history that mail programs append to an answer: from the first separator on, and every line
/// that begins with `>`.
pub fn cut_history(text: &str) -> (String, String) {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let starts = (0..lines.len()).find(|&at| starts_history(lines.get(at..).unwrap_or_default()));
    let (new, old) = lines.split_at(starts.unwrap_or(lines.len()));
    let is_quoted = |line: &&&str| line.trim_start().starts_with('>');
    let quoted: Vec<&str> = new.iter().filter(is_quoted).chain(old).copied().collect();
    let own: Vec<&str> = new.iter().filter(|line| !is_quoted(line)).copied().collect();
    (own.join("\n").trim().to_owned(), quoted.join("\n").trim().to_owned())
}

/// Where a history begins in HTML or text, for things that are not lines: byte offset of the first mark.
pub fn history_offset(source: &str) -> Option<usize> {
    const MARKS: &[&str] =
        &["<blockquote", "isReplyContent", "原始邮件", "Original Message", "转发邮件信息", "写道：", "写道:"];
    MARKS.iter().filter_map(|mark| source.find(mark)).min()
}

fn starts_history(lines: &[&str]) -> bool {
    let Some(first) = lines.first() else { return false };
    let line = first.trim();
    let bare = line.trim_matches(|c: char| "-—–_=*—─ ".contains(c));
    let is_ruled = bare.len() < line.len();
    let bare = bare.trim_end_matches([':', '：']).trim();
    if is_ruled
        && (matches!(
            bare,
            "原始邮件"
                | "原邮件"
                | "转发邮件信息"
                | "转发的邮件"
                | "回复的原邮件"
                | "Original"
                | "Original Message"
        ) || bare.eq_ignore_ascii_case("original message")
            || bare.eq_ignore_ascii_case("forwarded message"))
    {
        return true;
    }
    if (line.ends_with("写道：") || line.ends_with("写道:") || line.ends_with(" wrote:"))
        && line.contains('@')
    {
        return true;
    }
    begins_field(line, &["发件人", "寄件者", "From", "发 件 人"])
        && lines.iter().skip(1).take(5).any(|line| {
            begins_field(
                line.trim(),
                &["发送时间", "发送日期", "日期", "时间", "收件人", "主题", "Sent", "Date", "To", "Subject"],
            )
        })
}

fn begins_field(line: &str, names: &[&str]) -> bool {
    let line = line.trim_start_matches(['*', '>', ' ']);
    names.iter().any(|name| {
        line.strip_prefix(name)
            .is_some_and(|rest| rest.trim_start_matches(['*', ' ', '"']).starts_with([':', '：']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn history_is_cut_where_each_program_begins_it() {
        for history in [
            "------------------ 原始邮件 ------------------\n发件人: \"a\"<a@b>",
            "-----Original Message-----\nx",
            "发件人： a@b\n发送时间： 2023-05-09\n收件人： c@d\n主题： x",
            "在 2023-05-09 10:00:00，\"张三\" <a@b.example> 写道：\nx",
            "At 2023-05-09 10:00:00, \"x\" <a@b.example> wrote:\nx",
            "> 请报送",
        ] {
            let (new, quoted) = cut_history(&format!("您好，材料见附件。\n\n{history}\n"));
            assert_eq!(new, "您好，材料见附件。", "{history}");
            assert!(!quoted.is_empty());
        }
    }

    #[test]
    fn a_line_that_only_looks_like_history_stays() {
        let text = "发件人：张三\n单位：某学院\n请查收原始邮件";
        assert_eq!(cut_history(text), (text.to_owned(), String::new()));
    }
}
