//! Cloud attachments: mail that holds a link to a file instead of the file (`quirks.md` C). The cards of the providers
//! differ and change, so the address decides whose it is, and name and expiry are looked for around it.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::body::{Body, history_offset};
use crate::domain::facts::LinkFacts;

/// Links kept of one mail.
const LINKS_MAX: usize = 50;
/// Bytes after an address in which its name, size and expiry stand.
const CARD_BYTES: usize = 600;

/// Where each provider serves its files: (part of host and path, provider).
const PLACES: &[(&str, &str)] = &[
    ("exmail.qq.com/cgi-bin/ftnexs_download", "exmail"),
    ("mail.qq.com/cgi-bin/ftnexs_download", "qq"),
    ("mail.foxmail.com/cgi-bin/ftnexs_download", "qq"),
    ("iwx.mail.qq.com/ftn/download", "wecom"),
    ("wx.mail.qq.com/ftn/download", "qq"),
    ("mail.163.com/large-attachment-download/", "163"),
    ("fs.163.com/fs/display", "163"),
    ("dashi.163.com/html/cloud-attachment-download", "163"),
    ("edisk.qiye.163.com/api/biz/attachment/download", "163"),
    ("mail.10086.cn/", "139"),
    ("caiyun.139.com/", "139"),
    ("yun.139.com/", "139"),
    ("pan.baidu.com/", "baidu"),
    ("alidrive.com/", "aliyun"),
    ("aliyundrive.com/", "aliyun"),
    ("alipan.com/", "aliyun"),
    ("download.cloud.189.cn/file/downloadfile", "other"),
    ("mail.sina.com.cn/filecenter/download", "other"),
    ("123pan.com/s/", "other"),
    ("wenshushu.cn/", "other"),
    ("weiyun.com/", "qq"),
    ("pan.quark.cn/", "other"),
    ("pan.xunlei.com/", "other"),
    ("cowtransfer.com/", "other"),
];

/// Words by which a mail announces a cloud attachment of a place that is not in the table (C6).
const ANNOUNCED: &[&str] = &["超大附件", "云附件", "文件中转站", "大附件"];

/// The cloud attachments of a mail. A quoted card is an old one, unless the mail only passes it on (`is_forward`).
pub fn links(body: &Body, is_forward: bool) -> Vec<LinkFacts> {
    let source = if body.html.trim().is_empty() { &body.plain } else { &body.html };
    let new = if is_forward { None } else { history_offset(source) };
    let source = source.get(..new.unwrap_or(source.len())).unwrap_or(source);
    let is_announced = ANNOUNCED.iter().any(|word| source.contains(word));
    let mut found: Vec<LinkFacts> = Vec::new();
    let mut from = 0;
    while let Some(at) = source.get(from..).and_then(|rest| rest.find("http")).map(|at| at + from) {
        let (url, end) = address_at(source, at);
        from = end.max(at + 4);
        let Some(provider) = provider(&url, is_announced) else { continue };
        let card = source.get(end..).unwrap_or_default();
        let before = source.get(..at).unwrap_or_default();
        let name = name(before, card);
        let expires = expiry(before, card);
        if let Some(link) = found.iter_mut().find(|link| key(&link.url) == key(&url)) {
            if link.name.is_empty() {
                link.name = name;
            }
        } else if found.len() < LINKS_MAX {
            found.push(LinkFacts { url, provider: provider.to_owned(), name, expires });
        }
    }
    found
}

fn address_at(source: &str, at: usize) -> (String, usize) {
    let rest = source.get(at..).unwrap_or_default();
    let is_end = |c: char| {
        c.is_whitespace() || c.is_control() || "\"'<>`\\，。；、（）【】".contains(c) || !c.is_ascii()
    };
    let length = rest.find(is_end).unwrap_or(rest.len());
    let raw = rest.get(..length).unwrap_or_default().trim_end_matches(['.', ',', ';', ')']);
    (raw.replace("&amp;", "&"), at + length)
}

fn provider(url: &str, is_announced: bool) -> Option<&'static str> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let lower = rest.to_ascii_lowercase();
    let (host, _) = lower.split_once('/').unwrap_or((lower.as_str(), ""));
    let known = PLACES.iter().find(|(place, _)| {
        lower.starts_with(place) || lower.split_once('.').is_some_and(|(_, parent)| parent.starts_with(place))
    });
    let looks_like_file = lower.contains("download") || lower.contains("attach") || lower.contains("share");
    match known {
        Some((_, provider)) => Some(provider),
        None if is_announced && looks_like_file && host.contains('.') && !is_noise(&lower) => Some("other"),
        None => None,
    }
}

/// Advertisement and decoration of the mail programs.
fn is_noise(lower: &str) -> bool {
    ["u.163.com/", "get_mailhead_icon", "icon_att.gif", ".gif", ".png", ".jpg", "/mailmaster"]
        .iter()
        .any(|word| lower.contains(word))
}

/// Two addresses with the same key lead to the same file.
fn key(url: &str) -> &str {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let value = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name));
    ["key=", "k=", "file=", "identity=", "fid="].iter().find_map(|name| value(name)).unwrap_or(url)
}

/// The anchor's text when it is a file name, else one before it on its line or in its card.
fn name(before: &str, card: &str) -> String {
    let card = limit(card, CARD_BYTES);
    let anchor = card.split_once('>').and_then(|(_, text)| text.split('<').next()).unwrap_or_default();
    if let Some(name) = file_name(anchor) {
        return name;
    }
    let titled = before.rfind("title=\"").and_then(|at| before.get(at + 7..)).unwrap_or_default();
    if titled.len() < CARD_BYTES
        && let Some(name) = titled.split(['"', '&']).next().and_then(file_name)
    {
        return name;
    }
    let own_line = before.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let last = own_line.rsplit('>').find(|piece| !piece.trim().is_empty()).unwrap_or(own_line);
    last.split(" (").next().and_then(file_name).unwrap_or_default()
}

/// `文件.mp4` with its ending; anything without one is wording.
fn file_name(text: &str) -> Option<String> {
    let text = text.replace("&amp;", "&").replace("&nbsp;", " ");
    let text = text.trim().trim_matches(['：', ':', '《', '》']).trim();
    let (stem, ending) = text.rsplit_once('.')?;
    let is_ending = (2..=5).contains(&ending.len()) && ending.chars().all(|c| c.is_ascii_alphanumeric());
    let is_address = text.starts_with("http") || text.contains('/') || text.contains('@');
    (is_ending && !is_address && !stem.is_empty() && text.chars().count() <= 200).then(|| text.to_owned())
}

/// `expiretime="1724319180"`, or `2024年08月22日 17:33 到期`, `过期时间：…`, in China's time.
fn expiry(before: &str, card: &str) -> Option<Timestamp> {
    let near = before.get(floor(before, before.len().saturating_sub(CARD_BYTES))..).unwrap_or_default();
    let from_attribute = |text: &str| {
        let digits = text.split_once("expiretime=")?.1.trim_start_matches(['"', '\'']);
        let digits: String = digits.chars().take_while(char::is_ascii_digit).collect();
        digits
            .parse::<i64>()
            .ok()
            .filter(|&seconds| seconds > 0)
            .and_then(|at| Timestamp::from_second(at).ok())
    };
    let near = near.rfind("expiretime=").and_then(|at| near.get(at..)).unwrap_or_default();
    from_attribute(near).or_else(|| from_attribute(limit(card, 80))).or_else(|| {
        let text = limit(card, CARD_BYTES);
        chinese_moment(text).or_else(|| chinese_moment(before.lines().next_back().unwrap_or_default()))
    })
}

fn chinese_moment(text: &str) -> Option<Timestamp> {
    let at = text.match_indices("20").map(|(at, _)| at).find(|&at| {
        text.get(at + 4..)
            .is_some_and(|rest| rest.starts_with('年') || rest.starts_with('-') || rest.starts_with('/'))
    })?;
    let numbers: Vec<i16> = limit(text.get(at..)?, 40)
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| !digits.is_empty() && digits.len() <= 4)
        .filter_map(|digits| digits.parse().ok())
        .collect();
    let number = |index: usize| numbers.get(index).copied();
    let small = |index: usize| number(index).and_then(|value| i8::try_from(value).ok());
    let (hour, minute) = match (small(3), small(4)) {
        (Some(hour), Some(minute)) if hour < 24 && minute < 60 => (hour, minute),
        _ => (23, 59),
    };
    let moment = DateTime::new(number(0)?, small(1)?, small(2)?, hour, minute, 0, 0).ok()?;
    Offset::constant(8).to_timestamp(moment).ok()
}

fn limit(text: &str, bytes: usize) -> &str {
    text.get(..floor(text, bytes.min(text.len()))).unwrap_or_default()
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_html(html: &str) -> Vec<LinkFacts> {
        links(&Body { html: html.to_owned(), ..Body::default() }, false)
    }

    #[test]
    fn a_qq_card_is_one_link() {
        let found = of_html(
            "<div title=\"活动视频.mp4&#10;&#13;文件大小：12.3M\" class=\"bigatt_bt\"><span class='qqmailbgattach' \
             expiretime=\"1686727740\" downloadlink=\"http://mail.qq.com/cgi-bin/ftnExs_download?k=AB&amp;code=1\">\
             <a href=\"http://mail.qq.com/cgi-bin/ftnExs_download?k=AB&amp;code=1\">活动视频.mp4</a></span>\
             <a href=\"http://mail.qq.com/cgi-bin/ftnExs_download?k=AB&amp;code=1\">进入下载页面</a></div>",
        );
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].provider, "qq");
        assert_eq!(found[0].name, "活动视频.mp4");
        assert_eq!(found[0].url, "http://mail.qq.com/cgi-bin/ftnExs_download?k=AB&code=1");
        assert_eq!(found[0].expires, "2023-06-14T15:29:00+08:00".parse().ok());
    }

    #[test]
    fn a_163_card_takes_its_name_from_the_anchor_that_has_one() {
        let url = "https://mail.163.com/large-attachment-download/index.html?file=KEY";
        let found = of_html(&format!(
            "<b>从网易163邮箱发来的超大附件</b><a href=\"http://u.163.com/Rc\">推荐客户端</a><a href=\"{url}\"></a>\
             <a download href=\"{url}\">照片.zip</a> <span> (80.96M, 2026年8月17日 0:49 到期)</span><a href=\"{url}\">下载</a>"
        ));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].provider.as_str(), found[0].name.as_str()), ("163", "照片.zip"));
        assert_eq!(found[0].expires, "2026-08-17T00:49:00+08:00".parse().ok());
    }

    #[test]
    fn plain_text_cards_and_quoted_ones() {
        let plain = "从QQ邮箱发来的超大附件\n\n视频.mp4 (128.03M, 2023年6月27日 21:59 到期)进入下载页面：\
                     http://mail.qq.com/cgi-bin/ftnExs_download?t=exs_ftn_download&k=7&code=8\n";
        let found = links(&Body { plain: plain.to_owned(), ..Body::default() }, false);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].name, "视频.mp4");
        assert_eq!(found[0].expires, "2023-06-27T21:59:00+08:00".parse().ok());
        let quoted = Body { plain: format!("收到\n-----原始邮件-----\n{plain}"), ..Body::default() };
        assert!(links(&quoted, false).is_empty());
        assert_eq!(links(&quoted, true).len(), 1);
    }

    #[test]
    fn ordinary_addresses_are_no_attachments() {
        assert!(of_html("<a href=\"https://www.a.example/zyjyhdz\">专题网站</a>").is_empty());
    }
}
