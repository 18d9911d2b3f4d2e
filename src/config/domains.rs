//! Which domains can be a unit's own. Nameless mail from an address of a unit's domain is filed to that unit, so that a domain from
//! which everybody writes would give one unit the mail of all.

/// Mail services for everybody. What lies below them is nobody's either.
const SERVICES: &[&str] = &[
    "qq.com",
    "foxmail.com",
    "163.com",
    "163.net",
    "126.com",
    "188.com",
    "yeah.net",
    "netease.com",
    "263.net",
    "263.net.cn",
    "sina.com",
    "sina.cn",
    "sina.com.cn",
    "sohu.com",
    "tom.com",
    "21cn.com",
    "21cn.net",
    "139.com",
    "189.cn",
    "wo.cn",
    "wo.com.cn",
    "chinaunicom.cn",
    "aliyun.com",
    "eyou.com",
    "chinaren.com",
    "sogou.com",
    "citiz.net",
    "88.com",
    "111.com",
    "email.cn",
    "outlook.com",
    "outlook.cn",
    "hotmail.com",
    "live.com",
    "live.cn",
    "msn.com",
    "msn.cn",
    "gmail.com",
    "icloud.com",
    "me.com",
    "mac.com",
    "yahoo.com",
    "yahoo.cn",
    "yahoo.com.cn",
    "ymail.com",
    "proton.me",
    "protonmail.com",
];

/// Endings under which domains are given out: https://publicsuffix.org, those of China; its provinces are told apart below.
const SUFFIXES: &[&str] = &[
    "ac.cn", "com.cn", "edu.cn", "gov.cn", "mil.cn", "net.cn", "org.cn", "com.hk", "edu.hk", "gov.hk",
    "net.hk", "org.hk", "com.mo", "edu.mo", "gov.mo", "com.tw", "edu.tw", "gov.tw", "org.tw",
];

/// Letters of provinces, under which domains are given out (`sc.cn`).
const PROVINCES: &[&str] = &[
    "ah", "bj", "cq", "fj", "gd", "gs", "gx", "gz", "ha", "hb", "he", "hi", "hk", "hl", "hn", "jl", "js",
    "jx", "ln", "mo", "nm", "nx", "qh", "sc", "sd", "sh", "sn", "sx", "tj", "tw", "xj", "xz", "yn", "zj",
];

/// Whether it is the part of an address behind its `@`: labels of ASCII, at least two, the last with letters.
pub(super) fn is_domain(text: &str) -> bool {
    let is_label =
        |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let last = text.rsplit('.').next().unwrap_or_default();
    text.contains('.') && text.split('.').all(is_label) && last.bytes().any(|b| b.is_ascii_alphabetic())
}

/// Whether everybody may have an address of the domain, written in small letters.
pub(super) fn is_everybodys(domain: &str) -> bool {
    let is_below = |service: &&str| {
        domain.strip_suffix(*service).is_some_and(|above| above.is_empty() || above.ends_with('.'))
    };
    let is_province = || domain.strip_suffix(".cn").is_some_and(|letters| PROVINCES.contains(&letters));
    SERVICES.iter().any(is_below) || SUFFIXES.contains(&domain) || is_province()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_one_units_own_is_taken() {
        for own in [
            "xnhkxy.edu.cn",
            "svcci.cn",
            "edu.chengdu.gov.cn",
            "ybzy.cn",
            "mail.sc-edu.com",
            "not163.com",
            "sccq.cn",
        ] {
            assert!(is_domain(own) && !is_everybodys(own), "{own}");
        }
        for shared in
            ["qq.com", "vip.sina.com", "sina.com.cn", "live.cn", "gov.cn", "edu.cn", "sc.cn", "mail.189.cn"]
        {
            assert!(is_domain(shared) && is_everybodys(shared), "{shared}");
        }
        for bad in [
            "cn",
            "",
            "http://www.a.cn/",
            "a.cn，b.cn",
            "a.cn b.cn",
            "a@b.cn",
            "单位.cn",
            "a..cn",
            "10.0.0.1",
            ".cn",
        ] {
            assert!(!is_domain(bad), "{bad}");
        }
    }
}
