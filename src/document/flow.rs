//! The words of an XML document in the order in which they are read. All formats of today differ only in what they call
//! their paragraphs and cells, and in what must not be read: text that was struck out, the same text told twice.

use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::Event;

/// What a format calls its elements, without namespaces: strict and transitional files differ only in these.
pub struct Dialect {
    /// Elements whose characters are text.
    runs: &'static [&'static str],
    /// Elements that end a line.
    lines: &'static [&'static str],
    /// Cells of a table.
    cells: &'static [&'static str],
    /// A tab.
    tab: &'static str,
    /// Breaks inside a paragraph.
    breaks: &'static [&'static str],
    /// Elements nothing of which is read.
    silent: &'static [&'static str],
}

/// `word/document.xml`. A text box is written twice, once for old programs (`Fallback`); the tabs of `pPr` are stops, not
/// characters.
pub const WORD: Dialect = Dialect {
    runs: &["t"],
    lines: &["p", "tr"],
    cells: &["tc"],
    tab: "tab",
    breaks: &["br", "cr"],
    silent: &["del", "moveFrom", "Fallback", "pPr"],
};

/// A slide of a pptx.
pub const SLIDE: Dialect =
    Dialect { runs: &["t"], lines: &["p", "tr"], cells: &["tc"], tab: "tab", breaks: &["br"], silent: &[] };

/// `content.xml` of an odt or odp; what was struck out is kept in `tracked-changes`.
pub const OPEN_DOCUMENT: Dialect = Dialect {
    runs: &["p", "h"],
    lines: &["p", "h", "table-row"],
    cells: &["table-cell"],
    tab: "tab",
    breaks: &["line-break"],
    silent: &["tracked-changes", "annotation"],
};

/// A page of an OFD (GB/T 33190).
pub const OFD_PAGE: Dialect =
    Dialect { runs: &["TextCode"], lines: &["TextCode"], cells: &[], tab: "", breaks: &[], silent: &[] };

/// Appends the text of `xml` to `text` until that is longer than `bytes_max`. False when it breaks off before: the
/// programs it was written with would not open it either. Entities of a DTD are never expanded.
pub fn read_flow(xml: impl BufRead, dialect: &Dialect, bytes_max: usize, text: &mut String) -> bool {
    let mut reader = Reader::from_reader(xml);
    reader.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    let (mut open, mut runs, mut silence) = (0usize, 0usize, 0usize);
    while text.len() <= bytes_max {
        buffer.clear();
        let Ok(event) = reader.read_event_into(&mut buffer) else { return false };
        open = match event {
            Event::Start(_) => open + 1,
            Event::End(_) => open.saturating_sub(1),
            _ => open,
        };
        match event {
            Event::Eof => return open == 0,
            Event::Start(tag) => {
                let name = tag.local_name();
                let is_silent = silence > 0 || dialect.silent.contains(&name.as_ref());
                silence += usize::from(is_silent);
                runs += usize::from(!is_silent && dialect.runs.contains(&name.as_ref()));
            }
            Event::End(_) if silence > 0 => silence -= 1,
            Event::End(tag) => {
                let name = tag.local_name();
                runs = runs.saturating_sub(usize::from(dialect.runs.contains(&name.as_ref())));
                end(dialect, name.as_ref(), text);
            }
            _ if silence > 0 => {}
            Event::Empty(tag) => {
                let name = tag.local_name();
                match name.as_ref() {
                    name if name == dialect.tab => text.push('\t'),
                    "s" if runs > 0 => text.push(' '),
                    "noBreakHyphen" => text.push('-'),
                    name if dialect.breaks.contains(&name) => text.push('\n'),
                    name => end(dialect, name, text),
                }
            }
            Event::Text(run) if runs > 0 => text.push_str(&run),
            Event::CData(run) if runs > 0 => text.push_str(&run),
            Event::GeneralRef(entity) if runs > 0 => match &*entity {
                "amp" => text.push('&'),
                "lt" => text.push('<'),
                "gt" => text.push('>'),
                "quot" => text.push('"'),
                "apos" => text.push('\''),
                _ => text.extend(entity.resolve_char_ref().ok().flatten()),
            },
            _ => {}
        }
    }
    true
}

/// The paragraphs of a cell are one entry of their row.
fn end(dialect: &Dialect, name: &str, text: &mut String) {
    if dialect.lines.contains(&name) {
        text.push('\n');
    } else if dialect.cells.contains(&name) {
        let kept = text.trim_end_matches('\n').len();
        text.truncate(kept);
        text.push('\t');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(dialect: &Dialect, xml: &str) -> String {
        let mut text = String::new();
        assert!(read_flow(xml.as_bytes(), dialect, 1000, &mut text));
        text
    }

    #[test]
    fn what_breaks_off_says_so() {
        for xml in [
            "<w:p><w:t>甲</w:t>",
            "<w:p><w:t>甲",
            "<w:p><w:t>甲</w:t></w:p",
            "<w:p><w:t>甲</w:t></w:p></w:p>",
        ] {
            assert!(!read_flow(xml.as_bytes(), &WORD, 1000, &mut String::new()), "{xml}");
        }
    }

    #[test]
    fn what_was_struck_out_or_moved_away_is_not_read() {
        let xml = "<w:p><w:ins><w:r><w:t>新</w:t></w:r></w:ins><w:del><w:r><w:delText>旧</w:delText></w:r></w:del>\
                   <w:moveFrom><w:r><w:t>走</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>来</w:t></w:r></w:moveTo></w:p>";
        assert_eq!(of(&WORD, xml), "新来\n");
    }

    #[test]
    fn a_text_box_is_read_once_and_tab_stops_are_not_tabs() {
        let xml = "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>\
                   <w:p><w:r><w:t>框</w:t></w:r></w:p></w:txbxContent></mc:Choice><mc:Fallback><w:p><w:r><w:t>框</w:t>\
                   </w:r></w:p></mc:Fallback></mc:AlternateContent><w:tab/><w:t>文</w:t></w:r></w:p>";
        assert_eq!(of(&WORD, xml), "框\n\t文\n");
    }

    #[test]
    fn open_documents_are_read_in_the_same_way() {
        let xml = "<office:text><text:tracked-changes><text:p>旧</text:p></text:tracked-changes><text:h>题</text:h>\
                   <table:table-row><table:table-cell><text:p>甲<text:s/>乙</text:p></table:table-cell></table:table-row>\
                   </office:text>";
        assert_eq!(of(&OPEN_DOCUMENT, xml), "题\n甲 乙\t\n");
    }

    #[test]
    fn entities_are_not_expanded() {
        let xml = "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\"><!ENTITY c SYSTEM \"file:///etc/passwd\">]>\
                   <w:p><w:t>A&amp;B&b;&c;&#20013;</w:t></w:p>";
        assert_eq!(of(&WORD, xml), "A&B中\n");
    }
}
