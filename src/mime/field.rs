//! Header fields from raw bytes, decoded by ourselves: the parser in use turns raw GBK, words split inside a character
//! and continued RFC 2231 names into rubbish without saying so (`quirks.md` E2).

use super::words::unstructured;
use super::{charset, transfer};

/// The fields of one header, in order, values raw with their folds.
#[derive(Debug, Clone, Default)]
pub struct Fields(Vec<(String, Vec<u8>)>);

impl Fields {
    /// Splits a header section; stops at its empty line. A leading mbox `From ` line and lines that are no field are
    /// skipped.
    pub fn parse(section: &[u8]) -> Self {
        let mut fields: Vec<(String, Vec<u8>)> = Vec::new();
        for line in section.split_inclusive(|&byte| byte == b'\n') {
            let is_fold = matches!(line.first(), Some(b' ' | b'\t'));
            let line = line.trim_ascii_end();
            if line.is_empty() && !is_fold {
                break;
            }
            if is_fold {
                if let Some((_, value)) = fields.last_mut() {
                    value.extend_from_slice(b"\n");
                    value.extend_from_slice(line);
                }
            } else if let Some(colon) = line.iter().position(|&byte| byte == b':') {
                let (name, value) = line.split_at(colon);
                let name = name.trim_ascii_end();
                if name.iter().all(u8::is_ascii_graphic) && !name.is_empty() {
                    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
                    fields.push((name, value.get(1..).unwrap_or_default().to_vec()));
                }
            }
        }
        Self(fields)
    }

    /// Raw value of the first field of this lower-case name.
    pub fn raw(&self, name: &str) -> Option<&[u8]> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_slice())
    }

    /// Decoded value of the first field of this lower-case name; empty when there is none.
    pub fn text(&self, name: &str) -> String {
        self.raw(name).map(unstructured).unwrap_or_default()
    }

    /// Value of the first field of this name with its parameters.
    pub fn structured(&self, name: &str) -> Structured {
        self.raw(name).map(Structured::parse).unwrap_or_default()
    }

    /// Names and raw values of all fields.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_slice()))
    }
}

pub(super) fn unfold(raw: &[u8]) -> Vec<u8> {
    raw.iter().filter(|&&byte| byte != b'\n' && byte != b'\r').copied().collect()
}

/// A value with parameters (RFC 2045 5.1), such as `Content-Type`.
#[derive(Debug, Clone, Default)]
pub struct Structured {
    /// What stands before the first semicolon, lower case.
    pub value: String,
    parameters: Vec<(String, Vec<u8>)>,
}

impl Structured {
    /// Reads it, forgiving values without quotes that hold blanks and brackets, folds anywhere, and a first semicolon that
    /// was forgotten.
    pub fn parse(raw: &[u8]) -> Self {
        let raw = unfold(raw);
        let mut pieces = split_outside_quotes(&raw, b';').into_iter();
        let first = pieces.next().unwrap_or_default().trim_ascii();
        let is_end = |at: &usize| first.get(*at).is_some_and(u8::is_ascii_whitespace);
        let end = (0..first.len()).find(is_end).unwrap_or(first.len());
        // A parameter may stand alone, the value before it forgotten.
        let is_parameter = first.get(..end).is_some_and(|word| word.contains(&b'=') && !word.contains(&b'/'));
        let (value, forgotten) = first.split_at(if is_parameter { 0 } else { end });
        let value = String::from_utf8_lossy(value).to_ascii_lowercase();
        let parameters = std::iter::once(forgotten).chain(pieces).filter_map(parameter).collect();
        Self { value, parameters }
    }

    /// A plain parameter such as `charset` or `report-type`, as it is written.
    pub fn plain(&self, name: &str) -> Option<String> {
        let (_, value) = self.parameters.iter().find(|(found, _)| found == name)?;
        Some(String::from_utf8_lossy(value).trim().to_owned())
    }

    /// A parameter that people read, such as `filename`: RFC 2231 in one piece or many, RFC 2047 although forbidden,
    /// `%XX` although undeclared, or raw bytes.
    pub fn decoded(&self, name: &str) -> Option<String> {
        if let Some(text) = self.continued(name) {
            return Some(text);
        }
        let (_, value) = self.parameters.iter().find(|(found, _)| found == name)?;
        let unescaped = transfer::percent(value);
        if unescaped.len() + 6 <= value.len()
            && std::str::from_utf8(&unescaped).is_ok_and(|text| !text.is_ascii())
        {
            return Some(charset::text(&unescaped, None));
        }
        Some(unstructured(value))
    }

    /// `name*=cs''..` or `name*0*=cs''..; name*1*=..`: the charset of the first piece is that of all (RFC 2231 4.1).
    fn continued(&self, name: &str) -> Option<String> {
        let mut pieces: Vec<(u32, bool, &[u8])> = Vec::new();
        for (found, value) in &self.parameters {
            let Some(suffix) = found.strip_prefix(name).and_then(|rest| rest.strip_prefix('*')) else {
                continue;
            };
            let is_escaped = suffix.is_empty() || suffix.ends_with('*');
            let number = suffix.trim_end_matches('*');
            let number = if number.is_empty() { 0 } else { number.parse().ok()? };
            pieces.push((number, is_escaped, value));
        }
        pieces.sort_by_key(|(number, ..)| *number);
        let &(_, is_first_escaped, first) = pieces.first()?;
        let mut label = None;
        let mut bytes = Vec::new();
        // Escapes that run on are read as one: some cut a name inside `%E4`.
        let mut escaped = Vec::new();
        for (index, (_, is_escaped, value)) in pieces.iter().enumerate() {
            let mut value = *value;
            if index == 0 && is_first_escaped {
                let mut quotes = first.splitn(3, |&byte| byte == b'\'');
                if let (Some(charset), Some(_), Some(text)) = (quotes.next(), quotes.next(), quotes.next()) {
                    label = Some(String::from_utf8_lossy(charset).into_owned());
                    value = text;
                }
            }
            if *is_escaped {
                escaped.extend_from_slice(value);
            } else {
                bytes.extend(transfer::percent(&std::mem::take(&mut escaped)));
                bytes.extend_from_slice(value);
            }
        }
        bytes.extend(transfer::percent(&escaped));
        if label.is_none() {
            return Some(unstructured(&bytes));
        }
        Some(charset::text(&bytes, label.as_deref()))
    }
}

fn parameter(piece: &[u8]) -> Option<(String, Vec<u8>)> {
    let equals = piece.iter().position(|&byte| byte == b'=')?;
    let (name, value) = piece.split_at(equals);
    let name = String::from_utf8_lossy(name.trim_ascii()).to_ascii_lowercase();
    Some((name, unquote(value.get(1..).unwrap_or_default().trim_ascii())))
}

/// Takes the quotes off. A backslash is an escape only before a quote or a backslash: `C:\数据` is a path.
pub(super) fn unquote(value: &[u8]) -> Vec<u8> {
    let Some(inner) = value.strip_prefix(b"\"") else { return value.to_vec() };
    let inner = inner.strip_suffix(b"\"").unwrap_or(inner);
    let is_gbk = std::str::from_utf8(inner).is_err();
    let mut out = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if is_gbk && byte >= 0x81 {
            out.push(byte);
            out.extend(bytes.next());
        } else if byte == b'\\' && matches!(bytes.peek(), Some(b'"' | b'\\')) {
            out.extend(bytes.next());
        } else {
            out.push(byte);
        }
    }
    out
}

/// Splits at `separator` outside quotes. The second byte of a GBK character may be a backslash and escapes nothing.
pub(super) fn split_outside_quotes(raw: &[u8], separator: u8) -> Vec<&[u8]> {
    let is_gbk = std::str::from_utf8(raw).is_err();
    let mut pieces = Vec::new();
    let (mut start, mut at, mut in_quotes) = (0, 0, false);
    while let Some(&byte) = raw.get(at) {
        match byte {
            0x81.. if is_gbk => at += 1,
            b'\\' if in_quotes && matches!(raw.get(at + 1), Some(b'"' | b'\\')) => at += 1,
            b'"' => in_quotes = !in_quotes,
            _ if byte == separator && !in_quotes => {
                pieces.push(raw.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    pieces.push(raw.get(start..).unwrap_or_default());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gbk(text: &str) -> Vec<u8> {
        encoding_rs::GB18030.encode(text).0.into_owned()
    }

    fn file_name(header: &str) -> String {
        Structured::parse(header.as_bytes()).decoded("filename").unwrap()
    }

    #[test]
    fn file_names_in_all_their_forms() {
        assert_eq!(file_name("attachment; filename=\"=?gb18030?B?uL28/jQueGxzeA==?=\""), "附件4.xlsx");
        assert_eq!(
            file_name("attachment; filename=\"=?gbk?B?uL28?=\n =?gbk?B?/jQueGxzeA==?=\""),
            "附件4.xlsx"
        );
        assert_eq!(file_name("attachment; filename*=\"UTF-8''%E9%99%844.xlsx\""), "附4.xlsx");
        assert_eq!(
            file_name("attachment; filename*0=\"=?gbk?B?uL28\"; filename*1=\"/jQueGxzeA==?=\""),
            "附件4.xlsx"
        );
        assert_eq!(file_name("attachment; filename==?gb18030?B?uL28/jQ=?=.xlsx"), "附件4.xlsx");
        assert_eq!(file_name("attachment; filename=\r\n \"a b.xlsx\""), "a b.xlsx");
        assert_eq!(file_name("attachment; filename=a (1) [2].xlsx; size=3"), "a (1) [2].xlsx");
        assert_eq!(file_name("attachment\r\n filename=a.xlsx"), "a.xlsx");
        assert_eq!(file_name("attachment; filename*=GBK''%B8%BD%BC%FE4.xlsx"), "附件4.xlsx");
        assert_eq!(file_name("attachment; filename*1*=%FE4.xlsx; filename*0*=GBK''%B8%BD%BC"), "附件4.xlsx");
        // Cut inside an escape, by who counts letters before it cuts.
        assert_eq!(file_name("attachment; filename*0*=GBK''%B8%B; filename*1*=D%BC%FE4.xlsx"), "附件4.xlsx");
        assert_eq!(file_name("attachment; filename*0=\"a;b\"; filename*1=c.doc"), "a;bc.doc");
        assert_eq!(file_name("attachment; filename=\"%E9%99%84%E4%BB%B64.xlsx\""), "附件4.xlsx");
        assert_eq!(file_name("attachment; filename=\"100%.xlsx\""), "100%.xlsx");
        assert_eq!(file_name("filename=\"a b.xlsx\"; size=1"), "a b.xlsx");
        assert_eq!(file_name("attachment; filename=\"=?utf-7?Q?+lkRO9g-?=.doc\""), "附件.doc");
    }

    #[test]
    fn a_gbk_trail_byte_that_looks_like_a_backslash_escapes_nothing() {
        let mut raw = b"attachment; filename=\"".to_vec();
        raw.extend(gbk("誠"));
        assert_eq!(raw.last(), Some(&b'\\'));
        raw.extend_from_slice(b"\"; x=y");
        let value = Structured::parse(&raw);
        assert_eq!(value.decoded("filename").unwrap(), "誠");
        assert_eq!(value.plain("x").unwrap(), "y");
    }

    #[test]
    fn a_header_is_split_into_fields() {
        let fields = Fields::parse(b"From x@y Mon\nSubject: a\r\n b\r\nX : 1\r\nrubbish\r\n\r\nBody: no\r\n");
        assert_eq!(fields.text("subject"), "a b");
        assert_eq!(fields.text("x"), "1");
        assert!(fields.raw("body").is_none());
    }
}
