//! Which leaves are the text of a mail, that text in the words its author wrote, and the quoted history cut off it
//! (`history.rs`).

use super::charset;
use super::history::cut_history;
use super::html::text_of_html;
use super::uu::{has_uu_block, without_uu_blocks};
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
    is_text && !leaf.is_attachment && leaf.name.is_empty() && !leaf.is_file()
}

/// A plain alternative is no more than a sentence about the other one up to so many letters.
const COURTESY_LETTERS: usize = 120;
/// With one of these words.
const COURTESY_WORDS: &[&str] = &[
    "html",
    "multi-partmessageinmimeformat",
    "multipartmessageinmimeformat",
    "看不到此邮件",
    "无法显示此邮件",
];
/// Of which these are said of programs that show no pages.
const COURTESY_OF: &[&str] = &[
    "支持",
    "客户端",
    "浏览器",
    "切换",
    "查看",
    "阅读",
    "点击",
    "client",
    "viewer",
    "browser",
    "support",
    "mimeformat",
];

/// Whether a plain alternative only says that the page beside it is to be looked at (请使用支持HTML的邮件客户端查看), or where its
/// pictures stand ([图片]).
fn is_courtesy(plain: &str) -> bool {
    let tight: String = plain.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    let mut marks = tight.split_inclusive(']').map(|mark| mark.starts_with('[') && mark.ends_with(']'));
    if !tight.is_empty() && marks.all(|is_mark| is_mark) {
        return true;
    }
    tight.chars().count() <= COURTESY_LETTERS
        && COURTESY_WORDS.iter().any(|word| tight.contains(word))
        && COURTESY_OF.iter().any(|word| tight.contains(word))
}

/// Puts the text together: of alternatives the plain one, unless it is blank or says only that it is none.
pub fn body<'x>(leaves: impl Iterator<Item = &'x Leaf>, bytes_max: usize) -> Body {
    let mut body = Body::default();
    let mut groups: Vec<(Option<usize>, String, String)> = Vec::new();
    for leaf in leaves.filter(|leaf| is_body(leaf)) {
        let mut text = leaf_text(leaf);
        if has_uu_block(&leaf.text) {
            text = without_uu_blocks(&text);
        }
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
        let page = || Some(text_of_html(&html)).filter(|page| !page.trim().is_empty());
        let is_none = plain.trim().is_empty() || is_courtesy(&plain);
        whole.push_str(&if is_none { page() } else { None }.unwrap_or_else(|| plain.clone()));
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
