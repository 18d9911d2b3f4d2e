//! Bytes to text, as Chinese mail really is: what is declared gb2312 holds GBK and GB18030, what is declared utf-8 may
//! hold GBK, what is declared gb2312 may hold UTF-8, and file names are often not declared at all (`quirks.md` D1, E2).

use encoding_rs::{Encoding, GB18030};

/// Text of `bytes`, believing the declared `charset` only as far as the bytes allow. Never fails: what no reading
/// explains becomes U+FFFD.
pub fn text(bytes: &[u8], charset: Option<&str>) -> String {
    let label = charset.unwrap_or_default().trim().trim_matches(['"', '\'']).to_ascii_lowercase();
    if label.starts_with("hz") {
        return GB18030.decode_without_bom_handling(&unwrap_hz(bytes)).0.into_owned();
    }
    if label.ends_with("utf-7") {
        return unwrap_utf7(bytes);
    }
    let utf8 = std::str::from_utf8(bytes).ok();
    let declared = Encoding::for_label(label.as_bytes()).filter(|found| *found != encoding_rs::REPLACEMENT);
    if let Some(wide) =
        declared.filter(|found| !found.is_ascii_compatible() && is_so_wide(found, bytes, utf8))
    {
        return wide.decode(bytes).0.into_owned();
    }
    if let Some(text) = utf8.filter(|text| is_utf8(&label) || reads_as_chinese_or_ascii(text)) {
        return text.trim_start_matches('\u{feff}').to_owned();
    }
    // What is declared, unless everybody declares it; then what Chinese mail is; then what only fits its own.
    let declared = declared.filter(|found| *found != encoding_rs::UTF_8 && found.is_ascii_compatible());
    let (first, last) = if declared.is_some_and(is_western) { (None, declared) } else { (declared, None) };
    let tried = [first, Some(GB18030), last, is_utf8(&label).then_some(encoding_rs::UTF_8)];
    let mut best = (usize::MAX, String::new());
    for encoding in tried.into_iter().flatten() {
        let text = encoding.decode(bytes).0;
        let losses = text.matches('\u{fffd}').count();
        if losses < best.0 {
            best = (losses, text.into_owned());
        }
        if losses == 0 {
            break;
        }
    }
    best.1
}

/// A text declared in 16 bits a character (or with escapes) is so only if its bytes can be.
fn is_so_wide(wide: &'static Encoding, bytes: &[u8], utf8: Option<&str>) -> bool {
    let is_utf16 = wide == encoding_rs::UTF_16LE || wide == encoding_rs::UTF_16BE;
    if is_utf16 { bytes.contains(&0) || utf8.is_none() } else { bytes.is_ascii() }
}

/// Whether two charset labels mean the same bytes, so that words split inside a character can be joined.
pub fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
        || is_gb(&one.to_ascii_lowercase()) && is_gb(&other.to_ascii_lowercase())
        || is_utf8(&one.to_ascii_lowercase()) && is_utf8(&other.to_ascii_lowercase())
}

fn is_gb(label: &str) -> bool {
    matches!(
        label,
        "gb2312" | "gbk" | "gb18030" | "cp936" | "ms936" | "x-gbk" | "gb_2312-80" | "gb_2312" | "windows-936"
    )
}

fn is_utf8(label: &str) -> bool {
    matches!(label, "utf-8" | "utf8")
}

/// Programs that know no better declare these over any bytes.
fn is_western(encoding: &'static Encoding) -> bool {
    encoding == encoding_rs::WINDOWS_1252
}

/// Short GBK is sometimes valid UTF-8 by chance ("原始" is); the chance reading never has a character of three bytes,
/// and Chinese UTF-8 hardly has anything else.
fn reads_as_chinese_or_ascii(text: &str) -> bool {
    text.is_ascii() || text.chars().any(|c| c >= '\u{800}')
}

/// HZ (RFC 1843): `~{` … `~}` holds GB 2312 with the high bits cleared.
fn unwrap_hz(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut in_gb = false;
    let mut rest = bytes;
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        match (first, tail.first()) {
            (b'~', Some(b'{')) => in_gb = true,
            (b'~', Some(b'}')) => in_gb = false,
            (b'~', Some(b'~')) => out.push(b'~'),
            _ => {
                out.push(if in_gb && first > b' ' { first | 0x80 } else { first });
                continue;
            }
        }
        rest = tail.get(1..).unwrap_or_default();
    }
    out
}

/// UTF-7 (RFC 2152): `+` … `-` holds UTF-16 in base64. What is not valid becomes U+FFFD.
fn unwrap_utf7(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(plus) = memchr::memchr(b'+', rest) {
        let (plain, shifted) = rest.split_at(plus);
        out.push_str(&String::from_utf8_lossy(plain));
        let shifted = shifted.get(1..).unwrap_or_default();
        let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
        let (letters, after) = shifted.split_at(shifted.iter().take_while(|byte| is_letter(byte)).count());
        if letters.is_empty() {
            out.push('+');
        } else {
            let wide = super::transfer::base64(letters).bytes;
            let whole = wide.get(..wide.len() & !1).unwrap_or_default();
            out.push_str(&encoding_rs::UTF_16BE.decode_without_bom_handling(whole).0);
        }
        rest = after.strip_prefix(b"-").unwrap_or(after);
    }
    out.push_str(&String::from_utf8_lossy(rest));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gbk(text: &str) -> Vec<u8> {
        GB18030.encode(text).0.into_owned()
    }

    #[test]
    fn the_bytes_are_believed_before_the_label() {
        assert_eq!(text(&gbk("朱镕基、喆、䶮"), Some("gb2312")), "朱镕基、喆、䶮");
        assert_eq!(text("关于报送".as_bytes(), Some("gb2312")), "关于报送");
        for label in [Some("utf-8"), None, Some("x-unknown"), Some("iso-8859-1"), Some("us-ascii")] {
            assert_eq!(text(&gbk("关于报送"), label), "关于报送", "{label:?}");
        }
    }

    #[test]
    fn gbk_that_happens_to_be_valid_utf8_is_still_gbk() {
        assert!(std::str::from_utf8(&gbk("原始")).is_ok());
        assert_eq!(text(&gbk("原始"), None), "原始");
        assert_eq!(text(&gbk("原始"), Some("gb2312")), "原始");
    }

    #[test]
    fn other_charsets_are_believed() {
        assert_eq!(text(b"~{<:Ky2;S{~}~~", Some("hz-gb-2312")), "己所不欲~");
        assert_eq!(text(&encoding_rs::BIG5.encode("報送").0, Some("big5")), "報送");
        assert_eq!(text(b"\xff\xfeb\x00c\x00", Some("utf-16")), "bc");
        assert_eq!(text(b"\x1b$B9p\x1b(B ok", Some("iso-2022-jp")), "告 ok");
        assert_eq!(text(b"1 +- 1, +ZeVnLIqe-, a", Some("utf-7")), "1 + 1, 日本語, a");
        assert_eq!(text(b"+ZeU", Some("unicode-1-1-utf-7")), "日");
        assert_eq!(text(b"caf\xe9 au lait", Some("iso-8859-1")), "café au lait");
    }

    #[test]
    fn a_declaration_that_cannot_be_is_not_believed() {
        assert_eq!(text(b"plain", Some("utf-16")), "plain");
        assert_eq!(text("材料".as_bytes(), Some("iso-2022-kr")), "材料");
    }
}
