//! What a browser asks, read once: address, fields of query and form, cookies. Nothing here can fail: what cannot be read
//! is empty, and whoever needs it says so.

use std::net::IpAddr;

/// Most bytes of a form: ten thousand characters of a reason, and a ticked list of every unit.
pub(super) const FORM_BYTES_MAX: usize = 1 << 20;
/// Most fields of a form: each costs a hundred times the byte that it may be sent as, and no page of ours has a tenth.
pub(super) const FIELDS_MAX: usize = 10_000;

/// One request.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    /// Whether it may change something.
    pub is_post: bool,
    /// The path, split and decoded: `/c/x/` is `c`, `x`, ``.
    pub path: Vec<String>,
    /// Path and query as the browser sent them.
    pub address: String,
    /// Fields of the query.
    pub query: Fields,
    /// Fields of the form.
    pub form: Fields,
    /// The `Cookie` header.
    pub cookies: String,
    /// The `Origin` header.
    pub origin: Option<String>,
    /// The `Host` header.
    pub host: String,
    /// The `Range` header.
    pub range: Option<String>,
    /// From where it comes; none where that is not known.
    pub peer: Option<IpAddr>,
}

impl Asked {
    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let pairs = self.cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
        pairs
            .into_iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
            .filter(|value| !value.is_empty())
    }

    /// Whether a form comes from another page than ours. Browsers say so with each form; a program that says nothing has
    /// no cookie of ours that it did not get from its user.
    pub fn is_foreign(&self) -> bool {
        let own =
            |origin: &String| origin.split_once("://").map(|(_, host)| host) != Some(self.host.as_str());
        self.origin.as_ref().is_some_and(own)
    }

    /// Where a form wants to lead back to: a path of this page, else the beginning.
    pub fn back(&self) -> &str {
        own_path(self.form.get("back")).unwrap_or("/")
    }
}

/// A path on this page; no other page's, however it is written.
pub(super) fn own_path(path: &str) -> Option<&str> {
    let is_own = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains(['\\', '\r', '\n'])
        && path.bytes().all(|b| b.is_ascii_graphic());
    is_own.then_some(path)
}

/// Fields of a query or a form, in their order; one name may stand several times.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// What `application/x-www-form-urlencoded` text says.
    pub fn of(text: &str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        let one = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name, true), decoded(value, true))
        };
        Self(pairs.map(one).collect())
    }

    /// The first value of a name, without white space around it; empty for none.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// All values of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.trim())
    }

    /// Whether a box was ticked.
    pub fn has(&self, name: &str) -> bool {
        !self.get(name).is_empty()
    }

    /// All of them, in order.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// A register number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.get(name).trim_start_matches('#').parse().ok()
    }
}

/// The parts of a path, decoded.
pub(super) fn segments(path: &str) -> Vec<String> {
    path.split('/').skip(1).map(|part| decoded(part, false)).collect()
}

/// Percent-decoded; what is no UTF-8 shows as such.
fn decoded(text: &str, plus_is_blank: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes().iter().copied();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let hex = |digit: Option<u8>| char::from(digit?).to_digit(16);
        match byte {
            b'+' if plus_is_blank => bytes.push(b' '),
            b'%' => match hex(ahead.next()).zip(hex(ahead.next())) {
                Some((high, low)) => {
                    bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                    rest = ahead;
                }
                None => bytes.push(byte),
            },
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Percent-encoded for a query.
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_browsers_write_them() {
        let fields = Fields::of("q=%E7%BB%B5+%E9%98%B3&unit=A&unit=B&odd=%2&none&=x&%");
        assert_eq!(fields.get("q"), "绵 阳");
        assert_eq!(fields.all("unit").collect::<Vec<_>>(), ["A", "B"]);
        assert_eq!((fields.get("odd"), fields.get("none"), fields.get("missing")), ("%2", "", ""));
        assert_eq!(Fields::of(&format!("q={}", encoded("a b&c=%"))).get("q"), "a b&c=%");
    }

    #[test]
    fn a_form_leads_back_to_this_page_only() {
        for path in ["/", "/c/x/?q=%E7", "/mail/7#log"] {
            assert_eq!(own_path(path), Some(path));
        }
        for path in
            ["", "//evil.example/", "https://evil.example", "/\\evil.example", "/a\r\nSet-Cookie: x", "c/"]
        {
            assert_eq!(own_path(path), None, "{path:?}");
        }
    }

    #[test]
    fn cookies_are_told_apart_and_foreign_forms_known() {
        let asked = Asked {
            cookies: "theme=dark; session=abc; x".into(),
            host: "127.0.0.1:8024".into(),
            ..Default::default()
        };
        assert_eq!(
            (asked.cookie("session"), asked.cookie("sess"), asked.cookie("x")),
            (Some("abc"), None, None)
        );
        assert!(!asked.is_foreign());
        let from = |origin: &str| Asked { origin: Some(origin.into()), ..asked.clone() }.is_foreign();
        assert!(!from("http://127.0.0.1:8024"));
        assert!(from("http://evil.example") && from("null") && from("http://127.0.0.1:8025"));
    }
}
