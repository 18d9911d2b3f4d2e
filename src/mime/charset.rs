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
    if let Some(wide) = Encoding::for_label(label.as_bytes()).filter(|found| !is_ascii_superset(found)) {
        return wide.decode(bytes).0.into_owned();
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && (is_utf8(&label) || reads_as_chinese_or_ascii(text))
    {
        return text.trim_start_matches('\u{feff}').to_owned();
    }
    let declared = Encoding::for_label(label.as_bytes())
        .filter(|found| *found != encoding_rs::UTF_8 && !is_gb(&label) && !is_western(found));
    let (text, _, is_bad) = declared.unwrap_or(GB18030).decode(bytes);
    if !is_bad {
        return text.into_owned();
    }
    let lossy = String::from_utf8_lossy(bytes);
    let fewer_losses = |a: &str, b: &str| a.matches('\u{fffd}').count() <= b.matches('\u{fffd}').count();
    if is_utf8(&label) && fewer_losses(&lossy, &text) { lossy.into_owned() } else { text.into_owned() }
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

fn is_ascii_superset(encoding: &'static Encoding) -> bool {
    encoding.is_ascii_compatible()
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
    }
}
