//! How services hand a file out that a plain GET would answer with a web page (`quirks.md` C5). Undocumented, so each
//! may stop working; then the failure is told and the file left to a person.

use serde_json::Value;

use super::address::Address;
use crate::fault::Fault;

/// What to ask before the file itself.
pub(super) struct Recipe {
    pub to: Address,
    pub content_type: &'static str,
    pub body: Vec<u8>,
    /// Where the file is, from the answer.
    pub read: fn(&Value) -> Result<Direct, Fault>,
}

/// Where the file itself is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Direct {
    pub url: String,
    pub name: Option<String>,
}

/// The recipe for a link, if its service needs one.
pub(super) fn of(address: &Address, url: &str) -> Option<Recipe> {
    let Address { host, target, .. } = address;
    match host.as_str() {
        "wx.mail.qq.com" | "iwx.mail.qq.com" | "mail.qq.com" | "exmail.qq.com"
            if target.starts_with("/ftn/download") =>
        {
            let (content_type, body) = ("application/x-www-form-urlencoded", b"f=json".to_vec());
            Some(Recipe { to: address.clone(), content_type, body, read: of_qq })
        }
        "mail.163.com" | "mail.126.com" | "mail.yeah.net"
            if target.starts_with("/large-attachment-download") =>
        {
            netease(&format!("https://{host}/filehub/bg/dl/prepare"), parameter(url, "file")?)
        }
        "dashi.163.com" if target.starts_with("/html/cloud-attachment-download") => {
            netease("https://dashi.163.com/filehub-master/file/dl/prepare2", parameter(url, "key")?)
        }
        _ => None,
    }
}

fn netease(to: &str, key: &str) -> Option<Recipe> {
    let body = serde_json::json!({ "linkKey": key }).to_string().into_bytes();
    Some(Recipe { to: Address::parse(to).ok()?, content_type: "application/json", body, read: of_netease })
}

fn parameter<'u>(url: &'u str, name: &str) -> Option<&'u str> {
    let pairs = url.split(['?', '&', '#']).skip(1).filter_map(|pair| pair.split_once('='));
    pairs.into_iter().find_map(|(key, value)| (key == name && !value.is_empty()).then_some(value))
}

/// `{"head":{"ret":0},"body":{"name","url","size"}}`.
fn of_qq(told: &Value) -> Result<Direct, Fault> {
    let field = |name| told.pointer(name).and_then(Value::as_str).map(str::to_owned);
    match (told.pointer("/head/ret").and_then(Value::as_i64), field("/body/url")) {
        (Some(0), Some(url)) => Ok(Direct { url, name: field("/body/name") }),
        (code, _) => Err(Fault::Refused(format!("QQ邮箱说文件已不在（{}）", code.unwrap_or(-1)))),
    }
}

/// `{"code":200,"data":{"downloadUrl"}}`, of Mail Master `result` for `data`; 400 expired, 404 deleted.
fn of_netease(told: &Value) -> Result<Direct, Fault> {
    let url =
        ["/data/downloadUrl", "/result/downloadUrl"].iter().find_map(|place| told.pointer(place)?.as_str());
    match (told.pointer("/code").and_then(Value::as_i64), url) {
        (Some(200), Some(url)) => Ok(Direct { url: url.to_owned(), name: None }),
        (Some(400), _) => Err(Fault::Refused("网易邮箱说文件已过期".to_owned())),
        (Some(404), _) => Err(Fault::Refused("网易邮箱说文件已删除".to_owned())),
        (code, _) => Err(Fault::Refused(format!("网易邮箱没有给出文件（{}）", code.unwrap_or(-1)))),
    }
}
