//! Which charset bytes of plain text are in, where neither UTF-8 nor GB18030 explains them: Windows writes UTF-16 with and
//! without a mark, and old or Taiwanese programs Big5, whose bytes are as good as always valid GB18030.

use encoding_rs::{BIG5, Encoding, GB18030, UTF_16BE, UTF_16LE};

/// Bytes that are looked at.
const HEAD_BYTES: usize = 8 * 1024;

/// Characters that any Chinese text is full of, in both scripts, and the words of forms and tables.
const COMMON: &str = "的一是在不了有和人这這中大为為上个個国國我以要他时時来來用们們生到作地于於出就分对對成会會可主发發\
    年动動同工也能下过過子说說产產种種面而方后後多定行学學法所民得经經十三之进進等部度家力日月单單位校区區县縣市省\
    教育职職业業活动动姓名电電话話号號数數报報表填材料附件通知各请請按及与與将將于总總计計";

/// Name of the charset; none when the usual trial of UTF-8 and GB18030 is right.
pub fn charset_of(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xfe, ..] => return Some("utf-16le"),
        [0xfe, 0xff, ..] => return Some("utf-16be"),
        _ => {}
    }
    let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
    let head = head.get(..head.len() & !1).unwrap_or_default();
    if head.len() >= 4 && std::str::from_utf8(head).is_ok_and(|text| !text.contains('\0')) {
        return None;
    }
    let wide = [(UTF_16LE, "utf-16le"), (UTF_16BE, "utf-16be")];
    let found = wide.into_iter().filter(|(encoding, _)| reads_as_text(head, encoding));
    if let Some((_, name)) = found.max_by_key(|(encoding, _)| common(head, encoding)) {
        return Some(name);
    }
    let (_, _, is_bad) = BIG5.decode(head.get(..head.len().saturating_sub(2)).unwrap_or_default());
    (!is_bad && common(head, BIG5) > 2 * common(head, GB18030) + 1).then_some("big5")
}

/// 16-bit text shows itself by the NUL in each of its line ends, digits and blanks, or by hardly any character that is not
/// Chinese; what it is taken for must read as nothing else.
fn reads_as_text(head: &[u8], encoding: &'static Encoding) -> bool {
    let (text, is_bad) = encoding.decode_without_bom_handling(head);
    let total = text.chars().count();
    if is_bad || total < 2 || text.contains('\0') {
        return false;
    }
    let is_plain = |c: char| {
        matches!(c, '\t' | '\r' | '\n' | ' '..='~' | '\u{4e00}'..='\u{9fff}' | '\u{3000}'..='\u{303f}'
            | '\u{ff00}'..='\u{ffef}' | '\u{2010}'..='\u{2030}' | '·' | '×')
    };
    let plain = text.chars().filter(|&c| is_plain(c)).count();
    let is_proven = head.contains(&0) || common(head, encoding) * 8 >= total;
    plain * 20 >= total * 19 && is_proven
}

fn common(head: &[u8], encoding: &'static Encoding) -> usize {
    let (text, _) = encoding.decode_without_bom_handling(head);
    text.chars().filter(|&c| COMMON.contains(c)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTER: &str =
        "关于报送2023年活动总结的通知\r\n各县（市、区）教育局：请于5月16日前报送附件材料。\r\n";

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn wide_text_is_found_with_and_without_a_mark() {
        for (mark, marked) in [("", false), ("\u{feff}", true)] {
            for text in [LETTER, "姓名,电话\r\n", "教育局报送的材料"] {
                let text = format!("{mark}{text}");
                assert_eq!(charset_of(&utf16(&text, u16::to_le_bytes)), Some("utf-16le"), "{text} {marked}");
                assert_eq!(charset_of(&utf16(&text, u16::to_be_bytes)), Some("utf-16be"), "{text} {marked}");
            }
        }
    }

    #[test]
    fn the_charsets_of_the_mainland_are_left_to_the_usual_trial() {
        for text in
            [LETTER, "姓名,电话\r\n张三,19900000001\r\n", "plain ascii text\n", "某县职业中学 12", "喆堃"]
        {
            assert_eq!(charset_of(&GB18030.encode(text).0), None, "{text}");
            assert_eq!(charset_of(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn big5_is_told_from_gbk() {
        for text in [
            "關於報送活動總結的通知\r\n各單位：請於五月十六日前報送材料。\r\n",
            "單位,人數\r\n某縣職業中學,12\r\n",
        ] {
            assert_eq!(charset_of(&BIG5.encode(text).0), Some("big5"), "{text}");
        }
    }
}
