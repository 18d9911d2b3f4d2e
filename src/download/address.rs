//! Addresses that may be asked: HTTPS to a host by its name on its usual port, and of all IP addresses only those of
//! the public internet (RFC 6890 and its registries).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::fault::Fault;

/// The port of HTTPS; on any other a list of hosts would say little.
const PORT: u16 = 443;
/// Longest address taken, in bytes.
const BYTES_MAX: usize = 4096;

/// Where a request goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// Host name in lower case.
    pub host: String,
    /// Always that of HTTPS.
    pub port: u16,
    /// Path and query.
    pub target: String,
}

impl Address {
    /// Of a link as it stands in mail. Old cards say `http`; their hosts serve the same by HTTPS, and nothing else is
    /// spoken.
    ///
    /// # Errors
    /// [`Fault::Refused`]: another scheme, a user, a port, a number for a host, anything but plain ASCII.
    pub fn parse(url: &str) -> Result<Self, Fault> {
        let refused = |why: &str| Fault::Refused(format!("链接不能自动下载：{why}"));
        let (scheme, rest) = url.split_once("://").ok_or_else(|| refused("不是网址"))?;
        if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
            return Err(refused("不是HTTPS"));
        }
        if url.len() > BYTES_MAX || !url.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(refused("网址写法不合规范"));
        }
        let rest = rest.split('#').next().unwrap_or_default();
        let (authority, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let host = authority.strip_suffix(":443").unwrap_or(authority).to_ascii_lowercase();
        let is_name = host.contains('.')
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
            && !host.split('.').any(str::is_empty)
            && host
                .split('.')
                .next_back()
                .is_some_and(|top| top.bytes().all(|byte| byte.is_ascii_alphabetic()));
        if !is_name {
            return Err(refused("不是网站名称"));
        }
        let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
        Ok(Self { host, port: PORT, target })
    }

    /// Where a `Location` leads from here. A redirect may not leave HTTPS.
    ///
    /// # Errors
    /// As [`Address::parse`].
    pub fn follow(&self, location: &str) -> Result<Self, Fault> {
        if location.starts_with('/') && !location.starts_with("//") {
            return Self::parse(&format!("https://{}{location}", self.host));
        }
        if !location.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://")) {
            return Err(Fault::Refused("转向的地址不是HTTPS".to_owned()));
        }
        Self::parse(location)
    }
}

/// Whether an address is one of the public internet: nothing of this machine, of the office's network or of the
/// machinery of clouds (169.254.169.254), in whichever notation.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b)))
}

/// Of the one range that is given out at all, without what carries an IPv4 address or is for documents.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    first & 0xe000 == 0x2000
        && first != 0x2002
        && !(first == 0x2001 && second < 0x0200)
        && !(first == 0x2001 && second == 0x0db8)
        && !(first == 0x3fff && second < 0x1000)
}
