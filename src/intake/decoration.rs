//! Pictures that mail programs and their users put around a text: stationery, logos, signatures, emoticons. A screenshot
//! or photo pasted into the text as the report itself looks much the same (`quirks.md` D4), so only what size, shape, type,
//! name or repetition gives away is set aside, each with its reason.

use super::judge::Case;
use crate::domain::facts::{Content, PartFacts, Role};

/// Pictures inside a text that are smaller are decoration (bytes, pixels of the shorter side).
const SMALL_BYTES: u64 = 10 * 1024;
const SMALL_PIXELS: u32 = 200;
/// A picture so many times wider than high is a banner or a line of stationery.
const BANNER_TIMES: u32 = 4;
/// A picture that is named as decoration or repeated is believed to be one up to this size (bytes).
const MODEST_BYTES: u64 = 100 * 1024;
/// A name that says so is short (characters, without its ending): `logo`, `signature_1`, not a sentence.
const NAME_CHARS: usize = 16;

/// What pictures of mail programs are called.
const NAMES: &[&str] = &[
    "logo",
    "signature",
    "sign",
    "icon",
    "emoji",
    "stationery",
    "businesscard",
    "mailhead",
    "qrcode",
    "banner",
    "签名",
    "信纸",
    "名片",
    "表情",
    "校徽",
    "徽标",
    "二维码",
    "背景",
];

/// What scraps of a text are called, and how long they are at most (letters).
const SCRAPS: &[&str] = &["att0", "未命名附件", "mime-attachment"];
const SCRAP_LETTERS: usize = 20;

/// Why a part is decoration, in words for staff; none when it may be material.
pub(super) fn decoration(case: Case, at: usize) -> Option<&'static str> {
    let part = case.facts.parts.get(at)?;
    if !part.media_type.starts_with("image/") {
        return None;
    }
    let is_small = part.size < SMALL_BYTES;
    let (width, height) = match part.content {
        Content::Photo { width, height, .. } => (width, height),
        _ => (u32::MAX, u32::MAX),
    };
    let is_tiny = width.min(height) < SMALL_PIXELS;
    if !matches!(part.role, Role::Inline | Role::Embedded) {
        return (is_tiny && is_small).then_some("图片过小，应为标识或图标，不是材料");
    }
    if is_tiny || is_small {
        return Some("正文装饰图片（标识、签名）");
    }
    if part.role == Role::Embedded {
        return None;
    }
    if width / BANNER_TIMES >= height {
        return Some("正文装饰图片（横幅、信纸）");
    }
    if part.media_type == "image/gif" {
        return Some("正文装饰图片（表情、动图）");
    }
    if part.size < MODEST_BYTES && is_named_so(part) {
        return Some("正文装饰图片（签名、名片、信纸）");
    }
    (part.size < MODEST_BYTES && is_repeated(case, at)).then_some("正文中重复出现的同一小图（签名、信纸）")
}

/// Whether a part is a scrap of the text: phones and servers cut a mail between its files and call what lies there so, mostly
/// an empty line or 发自我的iPhone. A longer one may be what the unit says.
pub(super) fn is_scrap(part: &PartFacts) -> bool {
    let Content::Text { text } = &part.content else { return false };
    let name = part.name.to_lowercase();
    let is_named_so =
        SCRAPS.iter().any(|scrap| name.starts_with(scrap)) && part.media_type.starts_with("text/");
    is_named_so && text.chars().filter(|c| c.is_alphanumeric()).count() <= SCRAP_LETTERS
}

fn is_named_so(part: &PartFacts) -> bool {
    let name = part.name.to_lowercase();
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    stem.chars().count() <= NAME_CHARS && NAMES.iter().any(|word| stem.contains(word))
}

/// Whether the very bytes are shown in the text more than once, as each answer repeats the signatures before it.
fn is_repeated(case: Case, at: usize) -> bool {
    let Some(Some(own)) = case.hashes.get(at) else { return false };
    let shown = case.hashes.iter().zip(&case.facts.parts).filter(|(_, part)| part.role == Role::Inline);
    shown.filter(|(hash, _)| hash.as_ref() == Some(own)).count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::facts::MailFacts;

    fn picture(name: &str, role: Role, width: u32, height: u32, size: u64) -> PartFacts {
        PartFacts {
            path: name.to_owned(),
            name: name.to_owned(),
            parent: None,
            file: None,
            size,
            media_type: if name.ends_with("gif") { "image/gif" } else { "image/png" }.to_owned(),
            role,
            content: Content::Photo { width, height, taken: None, has_gps: false },
            trouble: None,
            has_macros: false,
            pasted_bytes: None,
        }
    }

    fn is_decoration(parts: Vec<PartFacts>) -> bool {
        let hashes = vec![Some("same".to_owned()); parts.len()];
        let facts = MailFacts { parts, ..MailFacts::default() };
        let received_at = jiff::Timestamp::UNIX_EPOCH;
        let case = Case { id: 1, received_at, mailbox: "", facts: &facts, hashes: &hashes, ours: &[] };
        decoration(case, 0).is_some()
    }

    #[test]
    fn pasted_photos_stay_and_decoration_goes() {
        let inline =
            |name, width, height, size| is_decoration(vec![picture(name, Role::Inline, width, height, size)]);
        assert!(!inline("F76361FC@E3C5215F.png.jpg", 1080, 1440, 300_000));
        assert!(!inline("image001.png", 800, 600, 60_000));
        assert!(!inline("截图logo墙前全体师生合影留念照片.jpg", 800, 600, 60_000));
        assert!(inline("image001.png", 120, 600, 60_000));
        assert!(inline("a.png", 1000, 240, 60_000));
        assert!(inline("a.gif", 400, 400, 60_000));
        assert!(inline("signature(1).png", 600, 300, 60_000));
        assert!(!is_decoration(vec![picture("logo.png", Role::Attachment, 600, 600, 60_000)]));
        assert!(is_decoration(vec![picture("x.png", Role::Attachment, 60, 60, 600)]));
        let twice = |size| is_decoration(vec![picture("x.png", Role::Inline, 400, 300, size); 2]);
        assert!(twice(30_000) && !twice(300_000));
    }
}
