//! Folders as people read them. On the wire their names are in modified UTF-7 (RFC 3501 5.1.3), and where a server
//! keeps its spam is told by an attribute (RFC 6154, or the older XLIST), or only by the name.

use std::collections::BTreeSet;

use async_imap::imap_proto::{MailboxDatum, NameAttribute, Response};

use super::session::Examined;
use super::{Error, Limits, Session, quirks};

/// `@junk` in configuration: wherever this server puts spam.
pub const JUNK: &str = "@junk";

/// A folder that can be examined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// As people read it; the name in store, page and log.
    pub name: String,
    /// As the server wants it.
    pub raw: String,
    /// The server has listed its folders, and this one is not among them.
    pub is_unlisted: bool,
}

impl Folder {
    /// A folder that the server has not listed, under the name that people use.
    pub fn named(name: &str) -> Self {
        let name = if name.eq_ignore_ascii_case("INBOX") { "INBOX" } else { name };
        Self { name: name.to_owned(), raw: encode_utf7(name), is_unlisted: false }
    }
}

/// One line of LIST.
#[derive(Debug, Clone)]
pub(super) struct ListedFolder {
    pub raw: String,
    pub delimiter: Option<char>,
    /// `\Junk` (RFC 6154) or `\Spam` (XLIST).
    pub is_junk: bool,
    /// `\Sent` (RFC 6154, and XLIST).
    pub is_sent: bool,
    /// `\NoSelect`: only a place for others.
    pub is_closed: bool,
}

impl ListedFolder {
    fn under(&self, name: &str) -> Folder {
        Folder { name: name.to_owned(), raw: self.raw.clone(), is_unlisted: false }
    }
}

/// The folders that `wanted` names, each once. A name that the server does not list is kept: asking for it brings the
/// server's own words. `@junk` without any spam folder is nothing.
pub(super) fn choose(wanted: &[String], listed: &[ListedFolder]) -> Vec<Folder> {
    let mut chosen = Vec::new();
    for name in wanted {
        if name == JUNK {
            let junk = listed.iter().filter(|folder| !folder.is_closed && is_junk(folder));
            chosen.extend(junk.map(|folder| folder.under(&decode_utf7(&folder.raw))));
        } else {
            let known = listed.iter().find(|folder| decode_utf7(&folder.raw) == *name);
            // A server that lists nothing at all has not understood the question.
            let named = Folder::named(name);
            // INBOX always exists (RFC 3501 5.1).
            let is_unlisted = !listed.is_empty() && named.name != "INBOX";
            let unlisted = || Folder { is_unlisted, ..named };
            chosen.push(known.map_or_else(unlisted, |folder| folder.under(name)));
        }
    }
    let mut once = BTreeSet::new();
    chosen.retain(|folder| once.insert(folder.raw.clone()));
    chosen
}

fn is_junk(folder: &ListedFolder) -> bool {
    folder.is_junk || quirks::is_junk_name(&decode_utf7(&folder.raw), folder.delimiter)
}

impl Session {
    /// The folders of the configuration as this server has them, and why spam cannot be looked for where that is wanted.
    /// LIST is asked only where INBOX is not all.
    ///
    /// # Errors
    /// Those that end the session; a refused LIST leaves the names as they are written.
    pub async fn folders(&mut self, wanted: &[String]) -> Result<(Vec<Folder>, Option<String>), Error> {
        if wanted.iter().all(|name| name.eq_ignore_ascii_case("INBOX")) {
            return Ok((choose(wanted, &[]), None));
        }
        let (listed, refusal) = match self.list_folders().await {
            Ok(listed) if listed.is_empty() => (listed, Some("服务器没有列出文件夹".to_owned())),
            Ok(listed) => (listed, None),
            Err(error) if error.ends_session() => return Err(error),
            Err(error) => (Vec::new(), Some(error.to_string())),
        };
        let refusal = refusal.filter(|_| wanted.iter().any(|name| name == JUNK));
        let remedy = "不知道垃圾邮件在哪个文件夹，请在 folders 中写明它的名字，代替 @junk";
        Ok((choose(wanted, &listed), refusal.map(|why| format!("{why}，{remedy}"))))
    }

    /// Where this server keeps copies of mail that was sent; none where it tells of no such place.
    ///
    /// # Errors
    /// Any.
    pub async fn sent_folder(&mut self) -> Result<Option<Folder>, Error> {
        let listed = self.list_folders().await?;
        let open = || listed.iter().filter(|folder| !folder.is_closed);
        let by_name =
            |folder: &&ListedFolder| quirks::is_sent_name(&decode_utf7(&folder.raw), folder.delimiter);
        let sent = open().find(|folder| folder.is_sent).or_else(|| open().find(by_name));
        Ok(sent.map(|folder| folder.under(&decode_utf7(&folder.raw))))
    }

    /// All folders of this server, with the command that tells most of their roles.
    ///
    /// # Errors
    /// Any.
    pub(super) async fn list_folders(&mut self) -> Result<Vec<ListedFolder>, Error> {
        const PLAIN: &str = "LIST \"\" \"*\"";
        let command = if self.can("SPECIAL-USE") && self.can("LIST-EXTENDED") {
            "LIST \"\" \"*\" RETURN (SPECIAL-USE)"
        } else if self.can("XLIST") {
            "XLIST \"\" \"*\""
        } else {
            PLAIN
        };
        let listed = self.listed_by(command).await;
        let is_refused = match &listed {
            Ok(listed) => listed.is_empty(),
            Err(error) => !error.ends_session(),
        };
        // What a server offers it does not always understand.
        if is_refused && command != PLAIN { self.listed_by(PLAIN).await } else { listed }
    }

    async fn listed_by(&mut self, command: &str) -> Result<Vec<ListedFolder>, Error> {
        let mut listed = Vec::new();
        self.command(
            command,
            self.budget(10 * Limits::CHATTER_RESPONSES, Limits::SMALL_LITERAL_BYTES),
            |response| {
                if let Response::MailboxData(MailboxDatum::List(data)) = response {
                    listed.push(ListedFolder {
                        raw: data.name.to_string(),
                        delimiter: data.delimiter.as_deref().and_then(|d| d.chars().next()),
                        is_junk: data.name_attributes.iter().any(is_junk_attribute),
                        is_sent: data.name_attributes.iter().any(is_sent_attribute),
                        is_closed: data.name_attributes.contains(&NameAttribute::NoSelect),
                    });
                }
            },
        )
        .await?;
        Ok(listed)
    }

    /// Opens a folder for reading only.
    ///
    /// # Errors
    /// [`Error::No`] where it does not exist; any other.
    pub async fn examine(&mut self, folder: &Folder) -> Result<Examined, Error> {
        let command = format!("EXAMINE {}", quoted(&folder.raw)?);
        self.folder = Examined::default();
        let asked = self.command(&command, self.budget(0, 0), |_| {}).await;
        match asked {
            Err(Error::No(_, said)) if quirks::is_unsafe_login(&said) && !self.id_sent => {
                self.introduce().await?;
                self.folder = Examined::default();
                self.command(&command, self.budget(0, 0), |_| {}).await?;
            }
            other => other?,
        }
        Ok(self.folder)
    }
}

fn quoted(text: &str) -> Result<String, Error> {
    if text.chars().any(|c| c.is_control() || !c.is_ascii()) {
        return Err(Error::No("EXAMINE".into(), "folder name with control characters".into()));
    }
    Ok(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}

fn is_junk_attribute(attribute: &NameAttribute<'_>) -> bool {
    match attribute {
        NameAttribute::Junk => true,
        NameAttribute::Extension(name) => name.eq_ignore_ascii_case("\\Spam"),
        _ => false,
    }
}

fn is_sent_attribute(attribute: &NameAttribute<'_>) -> bool {
    match attribute {
        NameAttribute::Sent => true,
        NameAttribute::Extension(name) => name.eq_ignore_ascii_case("\\Sent"),
        _ => false,
    }
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/// Modified UTF-7 to text; what is not valid stands as it is.
pub fn decode_utf7(raw: &str) -> String {
    let mut text = String::new();
    let mut rest = raw;
    while let Some((plain, after)) = rest.split_once('&') {
        text.push_str(plain);
        let Some((shifted, behind)) = after.split_once('-') else {
            text.push('&');
            text.push_str(after);
            return text;
        };
        match decode_shifted(shifted) {
            _ if shifted.is_empty() => text.push('&'),
            Some(decoded) => text.push_str(&decoded),
            None => text.push_str(&format!("&{shifted}-")),
        }
        rest = behind;
    }
    text.push_str(rest);
    text
}

fn decode_shifted(shifted: &str) -> Option<String> {
    let mut units = Vec::new();
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in shifted.bytes() {
        let value = BASE64.iter().position(|b| *b == byte)?;
        bits = (bits << 6) | u32::try_from(value).ok()?;
        held += 6;
        if held >= 16 {
            held -= 16;
            units.push(u16::try_from((bits >> held) & 0xFFFF).ok()?);
            bits &= (1 << held) - 1;
        }
    }
    String::from_utf16(&units).ok()
}

/// Text to modified UTF-7.
pub fn encode_utf7(text: &str) -> String {
    let mut raw = String::new();
    let mut shifted: Vec<u16> = Vec::new();
    for c in text.chars() {
        if matches!(c, ' '..='~') {
            flush_shifted(&mut shifted, &mut raw);
            raw.push(c);
            if c == '&' {
                raw.push('-');
            }
        } else {
            shifted.extend_from_slice(c.encode_utf16(&mut [0; 2]));
        }
    }
    flush_shifted(&mut shifted, &mut raw);
    raw
}

fn flush_shifted(units: &mut Vec<u16>, raw: &mut String) {
    if units.is_empty() {
        return;
    }
    raw.push('&');
    let (mut bits, mut held) = (0_u32, 0_u32);
    let mut push =
        |six: u32| raw.extend(usize::try_from(six).ok().and_then(|i| BASE64.get(i)).map(|b| char::from(*b)));
    for unit in units.drain(..) {
        bits = (bits << 16) | u32::from(unit);
        held += 16;
        while held >= 6 {
            held -= 6;
            push((bits >> held) & 0x3F);
        }
        bits &= (1 << held) - 1;
    }
    if held > 0 {
        push((bits << (6 - held)) & 0x3F);
    }
    raw.push('-');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_seen_on_real_servers_are_read_and_written() {
        for (raw, text) in [
            ("INBOX", "INBOX"),
            ("&V4NXPpCuTvY-", "垃圾邮件"),
            ("&dcVr0mWHTvZZOQ-", "病毒文件夹"),
            ("&UXZO1mWHTvZZOQ-/2023", "其他文件夹/2023"),
            ("&g0l6P3ux-", "草稿箱"),
            ("R&-D", "R&D"),
            ("&2D3eAA-", "😀"),
        ] {
            assert_eq!(decode_utf7(raw), text);
            assert_eq!(encode_utf7(text), raw);
        }
    }

    #[test]
    fn broken_names_stand_as_they_are() {
        for raw in ["a&b", "&@-x", "&2D0-"] {
            assert_eq!(decode_utf7(raw), raw);
        }
    }

    fn listed(raw: &str, is_junk: bool) -> ListedFolder {
        ListedFolder { raw: raw.into(), delimiter: Some('/'), is_junk, is_sent: false, is_closed: false }
    }

    #[test]
    fn junk_is_found_by_attribute_and_by_name_and_nothing_is_taken_twice() {
        let server = [
            listed("INBOX", false),
            listed("&V4NXPpCuTvY-", true),
            listed("&Xn9USpCuTvY-", false),
            listed("Sent Messages", false),
            ListedFolder { is_closed: true, ..listed("Spam", true) },
        ];
        let wanted = ["INBOX".to_owned(), JUNK.into(), "垃圾邮件".into(), "报送".into()];
        let chosen = choose(&wanted, &server);
        let names: Vec<&str> = chosen.iter().map(|folder| folder.name.as_str()).collect();
        assert_eq!(names, ["INBOX", "垃圾邮件", "广告邮件", "报送"]);
        let unlisted: Vec<bool> = chosen.iter().map(|folder| folder.is_unlisted).collect();
        assert_eq!(unlisted, [false, false, false, true]);
        assert!(!choose(&wanted, &[]).iter().any(|folder| folder.is_unlisted), "an empty list tells nothing");
    }
}
