//! HTML to the text a person reads, in one pass and without a stack: a line a block, cells of a table apart, nothing of
//! styles, scripts, comments and hidden elements. A mail is not a page, so what is never closed hides nothing, and every
//! search that fails is remembered, which keeps a megabyte of torn tags as cheap as a megabyte of text.

use std::collections::HashSet;

use mail_parser::decoders::html::add_html_token;
use memchr::{memchr, memchr2, memmem};

use super::transfer::percent;

/// Elements that stand on lines of their own.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "blockquote",
    "br",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "sign",
    "table",
    "tr",
    "ul",
];
/// Elements whose content is no text.
const SILENT: &[&str] = &["script", "style", "template", "title", "xml"];
/// Elements that have no end and so hide nothing.
const VOID: &[&str] = &["br", "hr", "img", "input", "link", "meta", "area", "base", "col", "wbr", "p"];
/// Bytes of a tag in which it may say that it is hidden, and the longest entity.
const ATTRIBUTE_BYTES: usize = 2048;
const ENTITY_BYTES: usize = 32;

/// The text of an HTML body: no blank lines, no control characters.
pub fn text_of_html(html: &str) -> String {
    let mut page = Page::new(html, true);
    page.read();
    if page.hidden.is_some() {
        page = Page::new(html, false);
        page.read();
    }
    let lines = page.out.lines().map(str::trim_end).filter(|line| !line.trim().is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// The `Content-ID`s that an HTML body shows, as they are and with their escapes resolved (RFC 2392 2).
pub fn shown_ids(html: &str) -> HashSet<String> {
    let ends = |c: char| c.is_whitespace() || "\"'<>)&;".contains(c);
    let is_shown =
        |at: &usize| html.get(at - 3..*at).is_some_and(|scheme| scheme.eq_ignore_ascii_case("cid"));
    let colons = memchr::memchr_iter(b':', html.as_bytes()).filter(|at| *at >= 3 && is_shown(at));
    let ids = colons.filter_map(|at| html.get(at + 1..)?.split(ends).next()).filter(|id| !id.is_empty());
    let plain = |id: &str| String::from_utf8_lossy(&percent(id.as_bytes())).into_owned();
    ids.flat_map(|id| [id.to_owned(), plain(id)]).collect()
}

/// What separates the next word from the last one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Blank,
    Line,
}

struct Page<'x> {
    html: &'x str,
    at: usize,
    out: String,
    gap: Gap,
    /// Whether nothing was written, and whether no line was broken, since the cell at hand began.
    is_cell_empty: bool,
    is_cell_plain: bool,
    is_pre: bool,
    /// The element that hides what is at hand, and how many of its name are open in it.
    hidden: Option<(&'x str, usize)>,
    heeds_hiding: bool,
    /// Quotes and ends of silent elements that do not come any more.
    lost_quotes: [bool; 2],
    lost_ends: Vec<&'static str>,
}

impl<'x> Page<'x> {
    fn new(html: &'x str, heeds_hiding: bool) -> Self {
        Self {
            html,
            at: 0,
            out: String::with_capacity(html.len() / 2),
            gap: Gap::None,
            is_cell_empty: false,
            is_cell_plain: false,
            is_pre: false,
            hidden: None,
            heeds_hiding,
            lost_quotes: [false; 2],
            lost_ends: Vec::new(),
        }
    }

    fn rest(&self) -> &'x str {
        self.html.get(self.at..).unwrap_or_default()
    }

    fn read(&mut self) {
        while !self.rest().is_empty() {
            let rest = self.rest();
            let plain = memchr2(b'<', b'&', rest.as_bytes()).unwrap_or(rest.len());
            self.write(rest.get(..plain).unwrap_or_default());
            self.at += plain;
            match self.rest().as_bytes() {
                [b'&', ..] => self.entity(),
                [b'<', b'!', b'-', b'-', ..] => self.skip_past("-->"),
                [b'<', b'!' | b'?', ..] => self.skip_past(">"),
                [b'<', b'/', next, ..] | [b'<', next, ..] if next.is_ascii_alphabetic() => self.tag(),
                [] => {}
                _ => {
                    self.write("<");
                    self.at += 1;
                }
            }
        }
    }

    fn skip_past(&mut self, end: &str) {
        let rest = self.rest();
        self.at += memmem::find(rest.as_bytes(), end.as_bytes()).map_or(rest.len(), |at| at + end.len());
    }

    fn write(&mut self, text: &str) {
        if self.hidden.is_some() {
            return;
        }
        for c in text.chars() {
            match c {
                '\n' if self.is_pre => self.open_gap(Gap::Line),
                _ if c.is_ascii_whitespace() || c == '\u{a0}' => self.open_gap(Gap::Blank),
                _ if c.is_control() => {}
                _ => self.push(c),
            }
        }
    }

    fn push(&mut self, c: char) {
        self.is_cell_plain &= self.is_cell_empty || self.gap != Gap::Line;
        match self.gap {
            _ if self.out.is_empty() => {}
            Gap::Line => self.out.push('\n'),
            Gap::Blank => self.out.push(' '),
            Gap::None => {}
        }
        self.gap = Gap::None;
        self.is_cell_empty = false;
        self.out.push(c);
    }

    fn open_gap(&mut self, gap: Gap) {
        // A paragraph that is all of a cell does not break its row.
        if gap == Gap::Line && self.is_cell_empty {
            return;
        }
        self.gap = self.gap.max(gap);
    }

    fn entity(&mut self) {
        let rest = self.rest();
        let end = rest.bytes().take(ENTITY_BYTES).position(|byte| byte == b';');
        let token = end.and_then(|end| rest.get(..=end)).unwrap_or_default();
        let mut text = String::new();
        let is_name = |c: u8| c.is_ascii_alphanumeric() || c == b'#';
        if token
            .get(1..token.len() - usize::from(!token.is_empty()))
            .is_some_and(|name| name.bytes().all(is_name))
        {
            add_html_token(&mut text, token.as_bytes(), false);
        }
        if !text.is_empty() && text != token {
            self.at += token.len();
            self.write(&text);
        } else if rest.starts_with("&nbsp") {
            self.at += "&nbsp".len();
            self.write(" ");
        } else {
            self.at += 1;
            self.write("&");
        }
    }

    fn tag(&mut self) {
        let start = self.at;
        let Some(end) = self.tag_end() else {
            self.at = self.html.len();
            return;
        };
        self.at = end + 1;
        let tag = self.html.get(start + 1..end).unwrap_or_default();
        let (is_close, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let name_end = tag.bytes().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(tag.len());
        let (name, attributes) = tag.split_at(name_end);
        if let Some(silent) = find(SILENT, name).filter(|_| !is_close && !tag.ends_with('/')) {
            return self.skip_silent(silent);
        }
        if let Some((hider, open)) = self.hidden {
            if name.eq_ignore_ascii_case(hider) {
                let open = if is_close { open - 1 } else { open + 1 };
                self.hidden = (open > 0).then_some((hider, open));
            }
            return;
        }
        if self.heeds_hiding && !is_close && find(VOID, name).is_none() && is_hidden(attributes) {
            self.hidden = Some((name, 1));
            return;
        }
        self.lay_out(name, is_close);
    }

    fn lay_out(&mut self, name: &str, is_close: bool) {
        if name.eq_ignore_ascii_case("td") || name.eq_ignore_ascii_case("th") {
            if is_close {
                self.gap = if self.is_cell_plain { Gap::Blank } else { Gap::Line };
                self.is_cell_empty = false;
            } else {
                self.open_gap(Gap::Blank);
                (self.is_cell_empty, self.is_cell_plain) = (true, true);
            }
        } else if find(BLOCKS, name).is_some() {
            if ["tr", "table"].iter().any(|row| name.eq_ignore_ascii_case(row)) {
                self.is_cell_empty = false;
            }
            self.open_gap(Gap::Line);
            if name.eq_ignore_ascii_case("pre") {
                self.is_pre = !is_close;
            }
        }
    }

    /// Where the tag at hand ends; a `>` inside quotes is none. None when it never ends.
    fn tag_end(&mut self) -> Option<usize> {
        let bytes = self.html.as_bytes();
        let mut at = self.at + 1;
        let mut may_quote = false;
        loop {
            match bytes.get(at)? {
                b'>' => return Some(at),
                quote @ (b'"' | b'\'') if may_quote => {
                    let is_lost = self.lost_quotes.get_mut(usize::from(*quote == b'"'))?;
                    match memchr(*quote, bytes.get(at + 1..)?) {
                        Some(length) if !*is_lost => at += length + 1,
                        _ => *is_lost = true,
                    }
                    may_quote = false;
                }
                b'=' => may_quote = true,
                byte if byte.is_ascii_whitespace() => {}
                _ => may_quote = false,
            }
            at += 1;
        }
    }

    /// Passes over the content of an element; of one that is never closed it is read.
    fn skip_silent(&mut self, name: &'static str) {
        if self.lost_ends.contains(&name) {
            return;
        }
        let rest = self.rest();
        let closes = |at: &usize| {
            rest.get(at + 2..at + 2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name))
        };
        match memmem::find_iter(rest.as_bytes(), "</").find(closes) {
            Some(at) => {
                self.at += at;
                self.skip_past(">");
            }
            None => self.lost_ends.push(name),
        }
    }
}

fn find(names: &'static [&'static str], name: &str) -> Option<&'static str> {
    names.iter().find(|known| name.eq_ignore_ascii_case(known)).copied()
}

/// Whether a tag says that nobody is to see its content.
fn is_hidden(attributes: &str) -> bool {
    let mut end = attributes.len().min(ATTRIBUTE_BYTES);
    while !attributes.is_char_boundary(end) {
        end -= 1;
    }
    let lower = attributes.get(..end).unwrap_or_default().to_ascii_lowercase();
    if lower.split_ascii_whitespace().any(|word| word == "hidden" || word.starts_with("hidden=")) {
        return true;
    }
    let packed: String = lower.split_ascii_whitespace().collect();
    let says = |rule: &str| packed.contains(rule);
    says("display:none")
        || says("visibility:hidden")
        || says("mso-hide:all")
        || ["font-size:0;", "font-size:0px", "font-size:0\"", "font-size:0pt"].iter().any(|rule| says(rule))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_lines_and_cells_stand_apart() {
        assert_eq!(
            text_of_html("<div>您好</div><div><div>见附件</div></div>尾<DIV>完</DIV>"),
            "您好\n见附件\n尾\n完"
        );
        assert_eq!(
            text_of_html(
                "<table><tr><td><p>姓名</p></td><td><p>张三</p></td></tr><tr><TD>电话</TD><td>1</td></tr></table>尾"
            ),
            "姓名 张三\n电话 1\n尾"
        );
        assert_eq!(
            text_of_html(
                "<table><tr><td><table><tr><td>甲</td><td>乙</td></tr><tr><td>丙</td></tr></table></td></tr></table>"
            ),
            "甲 乙\n丙"
        );
        assert_eq!(text_of_html("<pre>一\n  二</pre>三\n四"), "一\n二\n三 四");
    }

    #[test]
    fn what_nobody_sees_is_no_text() {
        assert_eq!(
            text_of_html("<head><title>无标题</title><style>p{color:red}</style><body>甲<!-- 乙 <b> -->丙"),
            "甲丙"
        );
        assert_eq!(text_of_html("<script>if(a<b)</script>甲<STYLE>x</Style >乙"), "甲乙");
        assert_eq!(
            text_of_html("<div style=\"DISPLAY: none\">藏<div>x</div>藏</div>见<p hidden>留"),
            "见\n留"
        );
        assert_eq!(text_of_html("<!--[if mso]><xml>x</xml><![endif]-->甲<![if !mso]>乙<![endif]>"), "甲乙");
    }

    #[test]
    fn what_is_torn_hides_nothing() {
        assert_eq!(text_of_html("<style>p{} 甲<p>乙"), "p{} 甲\n乙");
        assert_eq!(text_of_html("<div style='display:none'>甲<p>乙"), "甲\n乙");
        assert_eq!(text_of_html("<a title=\"x>y</a>甲<p>乙"), "y甲\n乙");
        assert_eq!(text_of_html("<a title=\"x>y\">甲</a>"), "甲");
        assert_eq!(text_of_html("3 < 5 && a<b"), "3 < 5 && a");
    }

    #[test]
    fn the_ids_a_page_shows_are_those_of_the_parts() {
        let ids =
            shown_ids("<img src=\"cid:a@b\"><img src=Cid:x%40y width=1><p>c:d <img src='CID:' alt='cid'>");
        assert_eq!(ids, ["a@b", "x%40y", "x@y"].map(str::to_owned).into());
    }

    #[test]
    fn entities_are_characters() {
        assert_eq!(text_of_html("&#26448;&#x6599;&nbsp;&lt;a&gt;&amp;&hellip;"), "材料 <a>&…");
        assert_eq!(text_of_html("a&nbsp b &unknown; &; &#xFFFFFFFF; 50%&"), "a b &unknown; &; \u{fffd} 50%&");
    }

    #[test]
    fn a_megabyte_of_anything_is_cheap() {
        let spent = || rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime).tv_sec;
        for torn in [
            "<div>",
            "<a b=\"",
            "<style>",
            "</td>",
            "<div hidden>",
            "<!--",
            "&",
            "<td><p>",
            "<a b='x\" ",
            "<script></",
        ] {
            let begun = spent();
            text_of_html(&torn.repeat(1_000_000 / torn.len()));
            assert!(spent() - begun < 5, "{torn}");
        }
    }
}
