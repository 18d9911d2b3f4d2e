//! The folders of the one account the server has, and how their names look on the wire. The codec is our own copy on
//! purpose: a mistake in the client's would go unseen if both shared it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use jiff::Timestamp;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Folder {
    /// As people read it.
    pub name: String,
    /// Its SPECIAL-USE attribute.
    pub role: Option<&'static str>,
    pub selectable: bool,
    pub uidvalidity: u32,
    pub uidnext: u32,
    /// By ascending UID.
    pub mails: Vec<Mail>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mail {
    pub uid: u32,
    /// Exactly as delivered: what comes out is what went in, whatever its line ends.
    pub raw: Arc<Vec<u8>>,
    pub received_at: Timestamp,
    pub seen: bool,
}

impl Folder {
    pub fn new(name: &str, role: Option<&'static str>, uidvalidity: u32) -> Self {
        Self { name: name.to_owned(), role, selectable: true, uidvalidity, uidnext: 1, mails: Vec::new() }
    }

    pub fn deliver(&mut self, raw: Vec<u8>, received_at: Timestamp) -> u32 {
        let uid = self.uidnext;
        self.uidnext = uid.saturating_add(1);
        self.mails.push(Mail { uid, raw: Arc::new(raw), received_at, seen: false });
        uid
    }

    pub fn mail_mut(&mut self, uid: u32) -> Option<&mut Mail> {
        let at = self.mails.binary_search_by_key(&uid, |mail| mail.uid).ok()?;
        self.mails.get_mut(at)
    }

    /// Another life of the folder: the same mails under this UIDVALIDITY, numbered anew from 1.
    pub fn rebuild(&mut self, uidvalidity: u32) {
        self.uidvalidity = uidvalidity;
        self.uidnext = 1;
        for mail in &mut self.mails {
            mail.uid = self.uidnext;
            self.uidnext += 1;
        }
    }
}

/// All folders, by their names on the wire.
pub(super) struct Folders(BTreeMap<String, Folder>);

impl Folders {
    pub fn new(folders: Vec<Folder>) -> Self {
        Self(folders.into_iter().map(|folder| (wire_name(&folder.name), folder)).collect())
    }

    pub fn iter(&self) -> impl Iterator<Item = &Folder> {
        self.0.values()
    }

    /// The folder a client names.
    pub fn get(&self, wire: &str) -> Option<&Folder> {
        self.0.get(&key(wire))
    }

    pub fn get_mut(&mut self, wire: &str) -> Option<&mut Folder> {
        self.0.get_mut(&key(wire))
    }

    pub fn remove(&mut self, wire: &str) {
        self.0.remove(&key(wire));
    }

    /// The folder people read as `name`, made if there is none.
    pub fn ensure(&mut self, name: &str) -> &mut Folder {
        let uidvalidity = self.0.values().next().map_or(1, |folder| folder.uidvalidity);
        let made = || Folder::new(name, None, uidvalidity);
        self.0.entry(key(&wire_name(name))).or_insert_with(made)
    }
}

/// INBOX is one folder in any case (RFC 3501 5.1).
fn key(wire: &str) -> String {
    if wire.eq_ignore_ascii_case("INBOX") { "INBOX".to_owned() } else { wire.to_owned() }
}

/// A name in modified UTF-7 (RFC 3501 5.1.3).
pub(super) fn wire_name(name: &str) -> String {
    let mut wire = String::new();
    let mut wide: Vec<u16> = Vec::new();
    for c in name.chars() {
        if (' '..='~').contains(&c) {
            leave_base64(&mut wire, &mut wide);
            wire.push(c);
            if c == '&' {
                wire.push('-');
            }
        } else {
            wide.extend(c.encode_utf16(&mut [0; 2]).iter());
        }
    }
    leave_base64(&mut wire, &mut wide);
    wire
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

fn leave_base64(wire: &mut String, wide: &mut Vec<u16>) {
    if wide.is_empty() {
        return;
    }
    let mut bits = String::new();
    for unit in wide.drain(..) {
        let _ = write!(bits, "{unit:016b}");
    }
    wire.push('&');
    for six in bits.as_bytes().chunks(6) {
        let value = six.iter().fold(0, |value, bit| value * 2 + usize::from(bit - b'0')) << (6 - six.len());
        wire.extend(ALPHABET.get(value).map(|&letter| char::from(letter)));
    }
    wire.push('-');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_leave_in_modified_utf_7() {
        assert_eq!(wire_name("垃圾邮件"), "&V4NXPpCuTvY-");
        assert_eq!(wire_name("其他文件夹"), "&UXZO1mWHTvZZOQ-");
        assert_eq!(wire_name("A&B 草稿"), "A&-B &g0l6Pw-");
        assert_eq!(wire_name("😀"), "&2D3eAA-");
    }
}
