//! Folders as people read them. On the wire their names are in modified UTF-7 (RFC 3501 5.1.3), and where a server
//! keeps its spam is told by an attribute (RFC 6154, or the older XLIST), or only by the name.

use std::collections::BTreeSet;

use super::aside::{ListedFolder, Listing};
use super::examined::Examined;
use super::{Error, Limits, Session, quirks};
use crate::domain::mailbox::JUNK;

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

impl ListedFolder {
    fn under(&self, name: &str) -> Folder {
        Folder { name: name.to_owned(), raw: self.raw.clone(), is_unlisted: false }
    }
}

/// The folders that `wanted` names, each once. A name that the server does not list is kept: asking for it brings the
/// server's own words. `@junk` without any spam folder is nothing.
pub(super) fn choose(wanted: &[String], listing: &Listing) -> Vec<Folder> {
    let listed = &listing.folders;
    let mut chosen = Vec::new();
    for name in wanted {
        if name == JUNK {
            let junk = listed.iter().filter(|folder| !folder.is_closed && is_junk(folder));
            chosen.extend(junk.map(|folder| folder.under(&decode_utf7(&folder.raw))));
        } else {
            let known = listed.iter().find(|folder| decode_utf7(&folder.raw) == *name);
            let known = known.or_else(|| meant(name, listed));
            // A server that lists nothing at all has not understood the question, and what cannot be read may be this one.
            let named = Folder::named(name);
            // INBOX always exists (RFC 3501 5.1).
            let is_unlisted = !listed.is_empty() && listing.unread == 0 && named.name != "INBOX";
            let unlisted = || Folder { is_unlisted, ..named };
            chosen.push(known.map_or_else(unlisted, |folder| folder.under(name)));
        }
    }
    let mut once = BTreeSet::new();
    chosen.retain(|folder| once.insert(folder.raw.clone()));
    chosen
}

/// The folder that a person means who writes what the webmail shows: 腾讯 lists what stands there as 报送 below 其他文件夹, and what is
/// called 垃圾箱 there as Junk. None where several may be meant. // imap.qq.com, exmail, to 2023
fn meant<'a>(name: &str, listed: &'a [ListedFolder]) -> Option<&'a ListedFolder> {
    let mut open = listed.iter().filter(|folder| !folder.is_closed);
    if name.contains("垃圾") && quirks::is_junk_name(name, None) {
        return open.find(|folder| is_junk(folder));
    }
    let wanted: Vec<&str> = name.split(['/', '\\']).collect();
    let ends_so = |folder: &&ListedFolder| {
        let full = decode_utf7(&folder.raw);
        let is_so = full.split(|c| Some(c) == folder.delimiter).collect::<Vec<_>>().ends_with(&wanted);
        is_so && !quirks::is_thrown_away(&full)
    };
    let mut meant = open.filter(ends_so);
    meant.next().filter(|_| meant.next().is_none())
}

fn is_junk(folder: &ListedFolder) -> bool {
    folder.is_junk || quirks::is_junk_name(&decode_utf7(&folder.raw), folder.delimiter)
}

/// The folders of a mailbox that are to be looked at.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// Each once.
    pub folders: Vec<Folder>,
    /// Why spam cannot be looked for where that is wanted.
    pub no_junk: Option<String>,
    /// Nothing else of this mailbox matters: what is not among them is wanted no more, or there no more.
    pub is_all: bool,
}

/// The folders of the configuration where the server cannot be asked for its own because of this, and that spam cannot be
/// looked for.
pub fn folders_unasked(wanted: &[String], why: &str) -> Chosen {
    let no_junk = junk_is_unknown(wanted, why);
    Chosen { folders: choose(wanted, &Listing::default()), is_all: no_junk.is_none(), no_junk }
}

/// What staff is told where `@junk` is wanted and nobody knows which folder that is.
fn junk_is_unknown(wanted: &[String], why: &str) -> Option<String> {
    let remedy = "不知道垃圾邮件在哪个文件夹，请在 folders 中写明它的名字，代替 @junk";
    wanted.iter().any(|name| name == JUNK).then(|| format!("{why}，{remedy}"))
}

impl Session {
    /// The folders of the configuration as this server has them. LIST is asked only where INBOX is not all.
    ///
    /// # Errors
    /// Those that end the session; a refused LIST leaves the names as they are written.
    pub async fn folders(&mut self, wanted: &[String]) -> Result<Chosen, Error> {
        if wanted.iter().all(|name| name.eq_ignore_ascii_case("INBOX")) {
            let folders = choose(wanted, &Listing::default());
            return Ok(Chosen { folders, no_junk: None, is_all: true });
        }
        let (listing, refusal) = match self.list_folders().await {
            Ok(listing) => {
                let refusal = why_junk_is_unknown(&listing);
                (listing, refusal)
            }
            Err(error) if error.ends_session() => return Err(error),
            Err(error) => (Listing::default(), Some(error.to_string())),
        };
        let is_by_name = !wanted.iter().any(|name| name == JUNK);
        Ok(Chosen {
            folders: choose(wanted, &listing),
            is_all: is_by_name || refusal.is_none() && listing.unread == 0,
            no_junk: refusal.and_then(|why| junk_is_unknown(wanted, &why)),
        })
    }

    /// Where this server keeps copies of mail that was sent; none where it tells of no such place.
    ///
    /// # Errors
    /// Any.
    pub async fn sent_folder(&mut self) -> Result<Option<Folder>, Error> {
        let listed = self.list_folders().await?.folders;
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
    pub(super) async fn list_folders(&mut self) -> Result<Listing, Error> {
        const PLAIN: &str = "LIST \"\" \"*\"";
        let command = if self.can("SPECIAL-USE") && self.can("LIST-EXTENDED") {
            "LIST \"\" \"*\" RETURN (SPECIAL-USE)"
        } else if self.can("XLIST") {
            "XLIST \"\" \"*\""
        } else {
            PLAIN
        };
        let listing = self.listed_by(command).await;
        let is_refused = match &listing {
            Ok(listing) => listing.folders.is_empty(),
            Err(error) => !error.ends_session(),
        };
        // What a server offers it does not always understand.
        if is_refused && command != PLAIN { self.listed_by(PLAIN).await } else { listing }
    }

    async fn listed_by(&mut self, command: &str) -> Result<Listing, Error> {
        let budget = self.budget(10 * Limits::CHATTER_RESPONSES, Limits::SMALL_LITERAL_BYTES);
        self.command(command, budget, |_| {}).await?;
        Ok(self.asides().listing)
    }

    /// Opens a folder for reading only.
    ///
    /// # Errors
    /// [`Error::No`] where it does not exist; any other.
    pub async fn examine(&mut self, folder: &Folder) -> Result<Examined, Error> {
        let command = format!("EXAMINE {}", quoted(&folder.raw)?);
        match self.examine_by(&command).await {
            Err(Error::No(_, said)) if quirks::is_unsafe_login(&said) && !self.id_sent => {
                self.introduce().await?;
                self.examine_by(&command).await?;
            }
            other => other?,
        }
        self.has_opened = true;
        Ok(self.folder.opened())
    }

    /// Behind another folder an OK alone opens nothing, whatever the server thinks (RFC 3501 6.3.1 demands three answers before it): the
    /// mails of the one before would be taken for those of this one.
    async fn examine_by(&mut self, command: &str) -> Result<(), Error> {
        self.folder = Examined::default();
        let mut is_told = false;
        self.command(command, self.budget(0, 0), |_| is_told = true).await?;
        let nothing = || Error::Bad("EXAMINE".to_owned(), "只答复 OK，没有打开文件夹".to_owned());
        if is_told || !self.has_opened { Ok(()) } else { Err(nothing()) }
    }
}

/// Why nobody can say which of these folders is for spam; none where one is, or where they could all be read.
fn why_junk_is_unknown(listing: &Listing) -> Option<String> {
    match listing {
        Listing { folders, unread: 0 } if folders.is_empty() => Some("服务器没有列出文件夹".to_owned()),
        Listing { folders, unread } if *unread > 0 && !folders.iter().any(is_junk) => {
            Some(format!("服务器列出的文件夹中有 {unread} 个读不懂"))
        }
        _ => None,
    }
}

/// A name as it is asked for: written as the server writes it, also where that is beyond ASCII (RFC 9051 has UTF-8).
fn quoted(text: &str) -> Result<String, Error> {
    if text.chars().any(char::is_control) {
        return Err(Error::No("EXAMINE".into(), "folder name with control characters".into()));
    }
    Ok(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
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
        let mut listing = Listing { folders: server.into(), unread: 0 };
        let chosen = choose(&wanted, &listing);
        let names: Vec<&str> = chosen.iter().map(|folder| folder.name.as_str()).collect();
        assert_eq!(names, ["INBOX", "垃圾邮件", "广告邮件", "报送"]);
        let unlisted: Vec<bool> = chosen.iter().map(|folder| folder.is_unlisted).collect();
        assert_eq!(unlisted, [false, false, false, true]);
        let unlisted = |listing: &Listing| choose(&wanted, listing).iter().any(|folder| folder.is_unlisted);
        assert!(!unlisted(&Listing::default()), "an empty list tells nothing");
        listing.unread = 1;
        assert!(!unlisted(&listing), "it may be the one that cannot be read");
    }

    #[test]
    fn a_folder_is_known_by_what_the_webmail_calls_it() {
        let mut server = vec![
            listed("INBOX", false),
            listed("Junk", true),
            listed("&UXZO1mWHTvZZOQ-", false),
            listed("&UXZO1mWHTvZZOQ-/&YqWQAQ-", false),
        ];
        let meant = |name: &str, server: &[ListedFolder]| {
            let listing = Listing { folders: server.to_vec(), unread: 0 };
            choose(&[name.to_owned()], &listing).remove(0)
        };
        for (name, raw) in [("报送", "&UXZO1mWHTvZZOQ-/&YqWQAQ-"), ("垃圾箱", "Junk"), ("垃圾邮件", "Junk")]
        {
            let found = meant(name, &server);
            assert_eq!((found.raw.as_str(), found.name.as_str(), found.is_unlisted), (raw, name, false));
        }
        assert!(meant("报送", &[listed("Trash/&YqWQAQ-", false)]).is_unlisted, "deleted");
        assert!(meant("送", &server).is_unlisted && meant("订阅邮件", &server).is_unlisted);
        let dotted = ListedFolder { delimiter: Some('.'), ..listed("INBOX.a.b", false) };
        assert_eq!(meant("a/b", &[dotted]).raw, "INBOX.a.b");
        server.push(listed("2023/&YqWQAQ-", false));
        assert!(meant("报送", &server).is_unlisted, "one of two");
        server.push(listed("&YqWQAQ-", false));
        assert_eq!(meant("报送", &server).raw, "&YqWQAQ-", "its own name comes first");
    }

    #[test]
    fn spam_may_be_missed_only_where_a_folder_cannot_be_read_and_none_is_known_for_it() {
        let of = |folders: &[ListedFolder], unread| {
            why_junk_is_unknown(&Listing { folders: folders.to_vec(), unread })
        };
        let (inbox, junk) = (listed("INBOX", false), listed("Junk", false));
        assert!(
            of(&[], 0).is_some() && of(&[], 2).is_some() && of(std::slice::from_ref(&inbox), 1).is_some()
        );
        assert!(of(std::slice::from_ref(&inbox), 0).is_none() && of(&[inbox, junk], 1).is_none());
    }

    #[test]
    fn names_are_asked_for_as_the_server_writes_them() {
        assert_eq!(quoted(r#"a"b\c"#).unwrap(), r#""a\"b\\c""#);
        assert_eq!(quoted("垃圾邮件").unwrap(), "\"垃圾邮件\"");
        assert!(quoted("a\r\nb").is_err());
    }
}
