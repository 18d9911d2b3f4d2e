//! Whose service an address belongs to, and what in it tells one file from another (`quirks.md` C).

use super::super::charset;

/// Where a service keeps files: the beginning of host and path, behind at most one further label of the host.
struct Service {
    place: &'static str,
    provider: &'static str,
    /// Query parameters that name the file; none: the last step of the path does.
    keys: &'static [&'static str],
}

const fn service(place: &'static str, provider: &'static str, keys: &'static [&'static str]) -> Service {
    Service { place, provider, keys }
}

const QQ_KEYS: &[&str] = &["k", "key", "fid", "code"];

const SERVICES: &[Service] = &[
    service("exmail.qq.com/cgi-bin/ftnexs_download", "exmail", QQ_KEYS),
    service("exmail.qq.com/ftn/download", "exmail", QQ_KEYS),
    service("mail.qq.com/cgi-bin/ftnexs_download", "qq", QQ_KEYS),
    service("mail.foxmail.com/cgi-bin/ftnexs_download", "qq", QQ_KEYS),
    service("iwx.mail.qq.com/ftn/download", "wecom", QQ_KEYS),
    service("mail.qq.com/ftn/download", "qq", QQ_KEYS),
    service("drive.weixin.qq.com/s", "wecom", &["k"]),
    service("doc.weixin.qq.com/", "wecom", &[]),
    service("mail.163.com/large-attachment-download", "163", &["file"]),
    service("mail.126.com/large-attachment-download", "163", &["file"]),
    service("mail.yeah.net/large-attachment-download", "163", &["file"]),
    service("fs.163.com/fs/display", "163", &["file"]),
    service("dashi.163.com/html/cloud-attachment-download", "163", &["key"]),
    service("edisk.qiye.163.com/api/biz/attachment/download", "163", &["identity"]),
    service("caiyun.139.com/", "139", &[]),
    service("yun.139.com/", "139", &[]),
    service("pan.baidu.com/s/", "baidu", &[]),
    service("pan.baidu.com/share/init", "baidu", &["surl"]),
    service("pan.baidu.com/share/link", "baidu", &["surl", "shareid"]),
    service("yun.baidu.com/s/", "baidu", &[]),
    service("aliyundrive.com/", "aliyun", &[]),
    service("alipan.com/", "aliyun", &[]),
    service("alidrive.com/", "aliyun", &[]),
    service("download.cloud.189.cn/file/downloadfile", "other", &["dt"]),
    service("cloud.189.cn/t/", "other", &[]),
    service("cloud.189.cn/web/share", "other", &["code"]),
    service("mail.sina.com.cn/filecenter/download", "other", &["id"]),
    service("123pan.com/s/", "other", &[]),
    service("123pan.cn/s/", "other", &[]),
    service("123684.com/s/", "other", &[]),
    service("123865.com/s/", "other", &[]),
    service("wenshushu.cn/", "other", &[]),
    service("wss.ink/", "other", &[]),
    service("weiyun.com/", "other", &[]),
    service("kdocs.cn/l/", "other", &[]),
    service("kdocs.cn/f/", "other", &[]),
    service("kdocs.cn/view/l/", "other", &[]),
    service("wps.cn/l/", "other", &[]),
    service("feishu.cn/file/", "other", &[]),
    service("feishu.cn/drive/", "other", &[]),
    service("feishu.cn/mail/", "other", &["token", "code"]),
    service("feishu.cn/space/api/box/", "other", &[]),
    service("larksuite.com/file/", "other", &[]),
    service("pan.quark.cn/", "other", &[]),
    service("pan.xunlei.com/s/", "other", &[]),
    service("cowtransfer.com/s/", "other", &[]),
    service("lanzou", "other", &[]),
];

/// Hosts of mail services without a known place, which [`announced`] cards lead to.
const MAIL_HOSTS: &[(&str, &str)] = &[
    ("10086.cn", "139"),
    ("139.com", "139"),
    ("mxhichina.com", "aliyun"),
    ("aliyun.com", "aliyun"),
    ("alimail.com", "aliyun"),
    ("aliyuncs.com", "aliyun"),
    ("exmail.qq.com", "exmail"),
    ("mail.qq.com", "qq"),
    ("163.com", "163"),
];

/// Advertisement and decoration of the mail programs.
const NOISE: &[&str] = &[
    "u.163.com/",
    "get_mailhead_icon",
    "icon_att",
    ".gif",
    ".png",
    ".jpg",
    ".css",
    "/mailmaster",
    "mail.163.com/client",
    "dashi.163.com/projects",
    "/dl.html",
    "/app/",
    "unsubscribe",
];

/// Endings of addresses that lead to a file; pages and pictures of pages are none.
const FILES: &[&str] = &[
    "doc", "docx", "wps", "xls", "xlsx", "et", "pdf", "ofd", "ppt", "pptx", "zip", "rar", "7z", "mp4", "mov",
    "avi", "wmv", "mkv", "m4v",
];

/// The file that an address leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// As in the contract.
    pub provider: &'static str,
    /// The same for two addresses of the same file.
    pub key: String,
}

/// The place of an address of a known service.
pub(super) fn known(url: &str) -> Option<Place> {
    let (host, rest) = split(url)?;
    let lower = format!("{host}{}", rest.to_ascii_lowercase());
    let begins = |service: &&Service| {
        lower.starts_with(service.place)
            || lower.split_once('.').is_some_and(|(_, parent)| parent.starts_with(service.place))
    };
    let service = SERVICES.iter().find(begins)?;
    let named = service.keys.iter().find_map(|key| parameter(url, key));
    let key = match named {
        Some(key) => key.to_owned(),
        None => last_step(rest).filter(|_| service.keys.is_empty())?.to_owned(),
    };
    // Baidu writes the same share as /s/1KEY and as ?surl=KEY.
    let key = match service.provider {
        "baidu" if service.keys.is_empty() => key.strip_prefix('1').map_or(key.clone(), str::to_owned),
        _ => key,
    };
    Some(Place { provider: service.provider, key })
}

/// The place of an address that a card without a known service leads to.
pub(super) fn announced(url: &str) -> Option<Place> {
    let (host, rest) = split(url)?;
    let lower = format!("{host}{}", rest.to_ascii_lowercase());
    if rest.trim_matches('/').is_empty() || NOISE.iter().any(|word| lower.contains(word)) {
        return None;
    }
    let is_at =
        |parent: &str| host == parent || host.strip_suffix(parent).is_some_and(|own| own.ends_with('.'));
    let provider = MAIL_HOSTS.iter().find(|(parent, _)| is_at(parent)).map_or("other", |(_, name)| name);
    Some(Place { provider, key: format!("{host}{rest}") })
}

/// The place and name of a file that an address of no known service ends in: a school's own site, another drive.
pub(super) fn file(url: &str) -> Option<(Place, String)> {
    let place = announced(url)?;
    let (_, rest) = split(url)?;
    let path = rest.split(['?', '#']).next()?;
    let (folder, name) = path.rsplit_once('/')?;
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase())?;
    let name = decoded(name);
    (FILES.contains(&ending.as_str()) && !folder.contains("..")).then_some((place, name))
}

/// Host in lower case, and the rest; none where the address names a user: what stands before an `@` only looks like a
/// host.
fn split(url: &str) -> Option<(String, &str)> {
    let (_, rest) = url.split_once("://")?;
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host = authority.split(':').next()?.to_ascii_lowercase();
    (host.contains('.') && !authority.contains('@')).then_some((host, path))
}

/// The last step of the path, or behind the `#` of a page that finds its way by script.
fn last_step(rest: &str) -> Option<&str> {
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let path = path.trim_end_matches('/').trim_end_matches(".html");
    let step = path.rsplit(['/', '#']).next().unwrap_or_default();
    // 139 writes /m/i?KEY.
    let step = if step.len() < 4 && !query.is_empty() { query } else { step };
    (step.len() > 1).then_some(step)
}

/// The value of a parameter of the query, as it stands there.
pub(super) fn parameter<'u>(url: &'u str, name: &str) -> Option<&'u str> {
    let pairs = url.split(['?', '&', '#']).skip(1);
    pairs.filter_map(|pair| pair.split_once('=')).find_map(|(key, value)| {
        let value = value.trim();
        (key.eq_ignore_ascii_case(name) && !value.is_empty()).then_some(value)
    })
}

/// The text of a parameter: percent-decoded, by whatever charset it is in.
pub(super) fn parameter_text(url: &str, name: &str) -> Option<String> {
    Some(decoded(parameter(url, name)?))
}

fn decoded(value: &str) -> String {
    let value = value.as_bytes();
    let mut bytes = Vec::with_capacity(value.len());
    let mut at = 0;
    while let Some(&byte) = value.get(at) {
        let hex = value.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.filter(|_| byte == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(decoded) => {
                bytes.push(decoded);
                at += 3;
            }
            None => {
                bytes.push(if byte == b'+' { b' ' } else { byte });
                at += 1;
            }
        }
    }
    charset::text(&bytes, None)
}
