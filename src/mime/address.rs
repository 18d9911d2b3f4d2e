//! Addresses and dates of header fields. `From` of a real mail may be raw GBK, an encoded word around the whole value, or
//! a list with semicolons; the display name is only a clue, the address is what counts.

use jiff::Timestamp;
use mail_parser::MessageParser;

use super::field::{split_outside_quotes, unquote};
use super::words::unstructured;

/// An address with its display name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// Display name, decoded; may be empty.
    pub name: String,
    /// Address, lower case.
    pub address: String,
}

/// The addresses of a raw field value, in order; what holds no address is left out.
pub fn addresses(raw: &[u8]) -> Vec<Address> {
    let flat: Vec<u8> = raw.iter().copied().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    let found: Vec<Address> = split_outside_quotes(&flat, b',')
        .into_iter()
        .flat_map(|piece| split_outside_quotes(piece, b';'))
        .filter_map(one)
        .collect();
    if found.is_empty() {
        // Some programs encode name and address together in one word.
        let decoded = unstructured(&flat);
        if decoded.contains('@') && decoded.as_bytes() != flat.trim_ascii() {
            return addresses(decoded.as_bytes());
        }
    }
    found
}

fn one(piece: &[u8]) -> Option<Address> {
    let piece = piece.trim_ascii();
    if let Some(open) = piece.iter().rposition(|&byte| byte == b'<') {
        let (name, rest) = piece.split_at(open);
        let inner = rest.get(1..)?.split(|&byte| byte == b'>').next()?;
        return Some(Address { name: display_name(name), address: plain_address(inner)? });
    }
    let token = piece.split(u8::is_ascii_whitespace).find(|token| token.contains(&b'@'))?;
    let name = unstructured(piece).replace(String::from_utf8_lossy(token).as_ref(), "");
    let name = name.trim_matches(|c: char| c.is_whitespace() || "()\"".contains(c)).to_owned();
    Some(Address { name, address: plain_address(token)? })
}

fn display_name(raw: &[u8]) -> String {
    let name = unstructured(&unquote(raw.trim_ascii()));
    name.trim_matches(['"', '\'', ' ']).to_owned()
}

fn plain_address(raw: &[u8]) -> Option<String> {
    let text: String = String::from_utf8_lossy(raw).chars().filter(|c| !c.is_control()).collect();
    let text = text.trim().trim_matches(['<', '>', '"', '\'', '(', ')', ',']).trim();
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    (text.contains('@') && !text.contains(char::is_whitespace)).then(|| text.to_lowercase())
}

/// Message-IDs of a raw field value, with their brackets.
pub fn message_ids(raw: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(raw);
    text.split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>'))
        .map(|(id, _)| format!("<{}>", id.split_whitespace().collect::<String>()))
        .collect()
}

/// A date as mail writes it (RFC 5322 3.3 and its usual corruptions); none when it is no date.
pub fn date(raw: &[u8]) -> Option<Timestamp> {
    let mut header = b"Date: ".to_vec();
    header.extend(raw.iter().copied().filter(|byte| !matches!(byte, b'\r' | b'\n')));
    header.extend_from_slice(b"\r\n\r\n");
    let parsed = std::panic::catch_unwind(|| {
        let message = MessageParser::new().with_date_headers().parse_headers(&header)?;
        message.date().filter(|date| date.is_valid()).map(mail_parser::DateTime::to_timestamp)
    });
    let seconds = parsed.ok().flatten()?;
    Timestamp::from_second(seconds).ok()
}

/// Date of a `Received` field: what follows its last semicolon.
pub fn received_date(raw: &[u8]) -> Option<Timestamp> {
    date(raw.rsplit(|&byte| byte == b';').next()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(raw: &str) -> Vec<(String, String)> {
        addresses(raw.as_bytes()).into_iter().map(|found| (found.name, found.address)).collect()
    }

    fn pair(name: &str, address: &str) -> (String, String) {
        (name.to_owned(), address.to_owned())
    }

    #[test]
    fn addresses_as_they_are_written() {
        let expected = vec![pair("张三", "a@b.example")];
        assert_eq!(pairs("\"=?gb18030?B?1cXI/Q==?=\" <A@b.example>"), expected);
        assert_eq!(pairs("=?utf-8?B?5byg5LiJ?= a@b.example"), expected);
        assert_eq!(pairs("张三 <a@b.example>"), expected);
        assert_eq!(pairs("=?utf-8?B?5byg5LiJIDxhQGIuZXhhbXBsZT4=?="), expected);
        assert_eq!(pairs("a@b.example (张三)"), expected);
        assert_eq!(
            pairs("\"x, y; z\" <a@b.example>; c@d.example,\r\n <e@f.example>"),
            vec![pair("x, y; z", "a@b.example"), pair("", "c@d.example"), pair("", "e@f.example")]
        );
        assert_eq!(pairs("x <a\u{1}@b.example>"), vec![pair("x", "a@b.example")]);
        assert!(pairs("undisclosed-recipients:;").is_empty());
        assert!(pairs("").is_empty());
    }

    #[test]
    fn dates_with_their_usual_corruptions() {
        let nine: Timestamp = "2023-05-09T09:05:03+08:00".parse().unwrap();
        assert_eq!(date(b"Tue, 9 May 2023 09:05:03 +0800 (CST)"), Some(nine));
        assert_eq!(date(b"Tue, 09 May 2023 9:05:03 +0800"), Some(nine));
        assert_eq!(
            received_date(b"from a by b with SMTP id x;\r\n\tTue, 09 May 2023 09:05:03 +0800 (CST)"),
            Some(nine)
        );
        assert_eq!(date("昨天".as_bytes()), None);
        assert_eq!(date(b""), None);
    }

    #[test]
    fn message_ids_keep_their_brackets() {
        assert_eq!(message_ids(b"<a@b>\r\n\t<c@d> rubbish"), ["<a@b>", "<c@d>"]);
        assert!(message_ids(b"a@b").is_empty());
    }
}
