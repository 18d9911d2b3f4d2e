//! Web addresses that a text gives for something (公开网址：https://…). An address counts only beside a name of what is
//! asked for: every signature holds one of the school, too.

use std::net::IpAddr;

use super::squeeze;

/// Beginnings of an address.
const STARTS: &[&str] = &["https://", "http://", "www."];
/// Endings of hosts that only a school's own network knows.
const INSIDE: &[&str] = &[".local", ".lan", ".internal", ".intranet"];

/// The addresses that stand in a line with one of these names, or alone in the line after it.
pub fn named(text: &str, names: &[String]) -> Vec<String> {
    let is_named = |line: &str| {
        let line = squeeze(line);
        names.iter().map(|name| squeeze(name)).any(|name| !name.is_empty() && line.contains(&name))
    };
    let mut found: Vec<String> = Vec::new();
    let mut follows_name = false;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let is_alone = follows_name && STARTS.iter().any(|start| line.starts_with(start));
        follows_name = is_named(line);
        if follows_name || is_alone {
            for address in addresses(line) {
                if !found.contains(&address) {
                    found.push(address);
                }
            }
        }
    }
    found
}

/// The addresses of a line, in order.
fn addresses(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(at) = STARTS.iter().filter_map(|start| rest.find(start)).min() {
        let from = rest.get(at..).unwrap_or_default();
        let end = from.find(ends_address).unwrap_or(from.len());
        let (address, after) = from.split_at(end);
        let address = address.trim_end_matches(['.', ',', ';', ':', ')', '"', '\'']);
        if host(address).contains('.') {
            found.push(address.to_owned());
        }
        rest = after;
    }
    found
}

/// No address has white space, Han letters or their punctuation in it.
fn ends_address(c: char) -> bool {
    c.is_whitespace() || !c.is_ascii() || matches!(c, '<' | '>' | '"')
}

fn host(address: &str) -> &str {
    let bare = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = bare.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    host.split(':').next().unwrap_or_default()
}

/// Whether anybody can open it, as far as its host tells: an address inside a school's network is none.
pub fn is_public(address: &str) -> bool {
    let host = host(address).to_ascii_lowercase();
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => {
            !(ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified())
        }
        Ok(IpAddr::V6(_)) => true,
        Err(_) => !INSIDE.iter().any(|ending| host.ends_with(ending)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        named(text, &["公开网址".to_owned(), "发布网址".to_owned()])
    }

    #[test]
    fn an_address_belongs_to_the_name_in_its_line_or_before_it() {
        assert_eq!(found("公开网址：https://s.example/nb/2023.html。"), ["https://s.example/nb/2023.html"]);
        assert_eq!(found("年报 公 开 网 址\nwww.s.example/nb，请查收"), ["www.s.example/nb"]);
        assert_eq!(found("发布网址:http://a.example/1、http://b.example/2").len(), 2);
        assert!(found("某学院\n地址 某路1号 www.s.example").is_empty(), "a signature");
        assert!(found("公开网址见下\n\n请查收 www.s.example").is_empty(), "not alone in its line");
        assert!(found("公开网址：建设中").is_empty() && found("公开网址：http://localhost/x").is_empty());
    }

    #[test]
    fn an_address_inside_a_network_is_not_public() {
        assert!(is_public("https://s.example/nb") && is_public("http://203.0.113.9/nb"));
        for inside in ["http://10.1.2.3/nb", "http://192.168.0.1:8080/", "http://oa.local/nb"] {
            assert!(!is_public(inside), "{inside}");
        }
    }
}
