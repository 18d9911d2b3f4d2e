//! `[[mailbox]]`: the accounts, their servers and where their passwords are kept. A password that cannot be read
//! stops only who wants to log in, so it is noted as [`Level::Unready`] and the mailbox is there with an empty one.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use toml::Spanned;

use super::error::Level;
use super::section::Section;
use super::{complaint, dates};
use crate::domain::campaign::Campaign;
use crate::domain::mailbox::{Endpoint, JUNK, Mailbox, Secret, Tls};

const KEYS: &[&str] =
    &["id", "address", "user", "password", "imap", "smtp", "folders", "poll_seconds", "since", "campaigns"];

const POLL_SECONDS: u32 = 120;
/// Providers throttle who asks more often.
const SHORTEST_POLL_SECONDS: u32 = 10;
/// Permission bits of group and others.
const OTHERS: u32 = 0o077;

/// Reads every `[[mailbox]]`; `known` are the ids of the campaigns.
pub(super) fn read_all(top: &Section<'_>, known: &[&str], campaigns: &[Campaign]) -> Vec<Mailbox> {
    let mut read: Vec<Mailbox> = Vec::new();
    for table in top.sections("mailbox", KEYS) {
        let Some(mailbox) = read_one(&table, known) else { continue };
        if read.iter().any(|other| other.id == mailbox.id) {
            table.complain("id", complaint::duplicate(&mailbox.id));
        }
        if let Some(other) = read.iter().find(|other| is_same_account(other, &mailbox)) {
            table.note_key(Level::Warning, "address", complaint::account_twice(&other.id));
        }
        dates::since(&table, &mailbox, campaigns);
        read.push(mailbox);
    }
    read
}

/// Whether two mailboxes are read from one account: every mail would be looked at twice.
fn is_same_account(one: &Mailbox, other: &Mailbox) -> bool {
    one.user == other.user && one.imap.host == other.imap.host && one.imap.port == other.imap.port
}

fn read_one(table: &Section<'_>, known: &[&str]) -> Option<Mailbox> {
    let id = table.need_id("id");
    let address: Option<String> = table.need("address");
    if let Some(address) = address.as_deref().filter(|address| !is_address(address)) {
        table.complain("address", complaint::bad_address(address));
    }
    let user = table.get("user").or_else(|| address.clone());
    let password = password(table);
    let imap = table.need_section("imap", ENDPOINT).and_then(|imap| endpoint(&imap, [993, 143]));
    let smtp = table.section("smtp", ENDPOINT).and_then(|smtp| endpoint(&smtp, [465, 587]));
    let folders = folders(table);
    let poll_seconds = table.or("poll_seconds", POLL_SECONDS);
    if poll_seconds < SHORTEST_POLL_SECONDS {
        table.complain("poll_seconds", complaint::poll_too_short());
    }
    let since = table.get("since");
    let campaigns = table.references("campaigns", "报送任务", known);
    Some(Mailbox {
        id: id?,
        address: address?,
        user: user?,
        password: password?,
        imap: imap?,
        smtp,
        folders,
        poll_seconds,
        since,
        campaigns,
    })
}

/// The folders to read. What is written wrongly here is mail that nobody sees.
fn folders(table: &Section<'_>) -> Vec<String> {
    let written: Vec<String> = table.or("folders", vec![INBOX.to_owned(), JUNK.to_owned()]);
    if written.is_empty() {
        table.complain("folders", complaint::empty_list());
        return written;
    }
    let folders: Vec<String> = written.iter().map(|name| folder(name)).collect();
    for name in folders.iter().filter(|name| name.starts_with('@') && *name != JUNK) {
        table.complain("folders", complaint::bad_role(name));
    }
    if !folders.iter().any(|name| name == INBOX) {
        table.note_key(Level::Warning, "folders", complaint::no_inbox());
    }
    folders
}

/// A folder under its one name: roles and INBOX are written in any case (RFC 3501 5.1), and people call INBOX as the
/// webmail and our own page do.
fn folder(written: &str) -> String {
    let name = written.trim().replace('＠', "@");
    if name.eq_ignore_ascii_case(INBOX) || ["收件箱", "收信箱", "收件夹"].contains(&name.as_str()) {
        INBOX.to_owned()
    } else if name.starts_with('@') {
        name.to_ascii_lowercase()
    } else {
        written.to_owned()
    }
}

const INBOX: &str = "INBOX";

const ENDPOINT: &[&str] = &["host", "port", "tls", "ca_file"];

/// A server; its usual port is the first of `ports`, the second under STARTTLS or without protection.
fn endpoint(table: &Section<'_>, ports: [u16; 2]) -> Option<Endpoint> {
    let host: Option<String> = table.need("host");
    let choices = [("implicit", Tls::Implicit), ("starttls", Tls::StartTls), ("none", Tls::None)];
    let tls = table.choice("tls", &choices).unwrap_or(Tls::Implicit);
    let [implicit, plain] = ports;
    let port = table.or("port", if tls == Tls::Implicit { implicit } else { plain });
    let ca_file = table.get::<String>("ca_file").map(|file| table.resolve(&file));
    if let Some(file) = ca_file.as_deref()
        && let Err(error) = std::fs::File::open(file)
    {
        table.complain("ca_file", complaint::unreadable_file(&error));
    }
    let host = host?;
    if tls == Tls::None && !is_loopback(&host) {
        table.complain("tls", complaint::plain_text_to_other_host(&host));
    }
    Some(Endpoint { host, port, tls, ca_file })
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The password from its one source. None only when the way it is written is wrong.
fn password(table: &Section<'_>) -> Option<Secret> {
    if table.has("password") && !table.is_table("password") {
        table.complain("password", complaint::password_in_clear());
        return None;
    }
    let source = table.need_section("password", &["file", "env", "credential"])?;
    let written = ["file", "env", "credential"].into_iter().filter(|key| source.has(key));
    let [key] = written.collect::<Vec<_>>()[..] else {
        table.complain("password", complaint::password_sources());
        return None;
    };
    let name: String = source.need(key)?;
    let secret = match key {
        "file" => from_file(&source, key, &source.resolve(&name)),
        "env" => from_env(&source, &name),
        _ => from_credential(&source, &name),
    };
    Some(secret.unwrap_or_else(|| Secret::new("")))
}

fn from_file(source: &Section<'_>, key: &str, path: &Path) -> Option<Secret> {
    let text = std::fs::read_to_string(path);
    if let Err(error) = &text {
        source.note_key(Level::Unready, key, complaint::password_unreadable(path.display(), error));
    }
    let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
    if mode & OTHERS != 0 {
        source.note_key(Level::Warning, key, complaint::password_file_open(mode));
    }
    let secret = unless_empty(source, key, &path.display().to_string(), &text.ok()?);
    secret.map(|secret| secret.kept_in(path))
}

fn from_env(source: &Section<'_>, name: &str) -> Option<Secret> {
    unless_empty(source, "env", name, &std::env::var(name).unwrap_or_default())
}

/// A systemd credential: a file in a folder that only this service sees, whatever its permissions.
fn from_credential(source: &Section<'_>, name: &str) -> Option<Secret> {
    let Some(folder) = std::env::var_os("CREDENTIALS_DIRECTORY") else {
        source.note_key(Level::Unready, "credential", complaint::no_credentials_directory());
        return None;
    };
    let path = Path::new(&folder).join(name);
    match std::fs::read_to_string(&path) {
        Ok(text) => unless_empty(source, "credential", name, &text),
        Err(error) => {
            let complaint = complaint::password_unreadable(path.display(), &error);
            source.note_key(Level::Unready, "credential", complaint);
            None
        }
    }
}

fn unless_empty(source: &Section<'_>, key: &str, from: &str, text: &str) -> Option<Secret> {
    if text.trim().is_empty() {
        source.note_key(Level::Unready, key, complaint::password_empty(from));
        return None;
    }
    Some(Secret::new(text))
}

/// The mail addresses of a list; a bad one is noted and left out.
pub(super) fn addresses(table: &Section<'_>, key: &str) -> Vec<String> {
    let listed: Vec<Spanned<String>> = table.or(key, Vec::new());
    let (good, bad): (Vec<_>, Vec<_>) = listed.into_iter().partition(|item| is_address(item.get_ref()));
    for item in &bad {
        table.complain_at(item, key, complaint::bad_address(item.get_ref()));
    }
    good.into_iter().map(Spanned::into_inner).collect()
}

/// Whether mail can be sent there by any server: ASCII, one `@`, nothing that needs quoting. Addresses beyond that
/// exist (RFC 5321 4.1.2, RFC 6531), but none that an office's server would surely deliver.
pub(super) fn is_address(text: &str) -> bool {
    let atom = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b);
    let dotted = |part: &str, allowed: &dyn Fn(u8) -> bool| {
        part.split('.').all(|label| !label.is_empty() && label.bytes().all(allowed))
    };
    let Some((local, domain)) = text.split_once('@') else { return false };
    dotted(local, &atom) && dotted(domain, &|b| b.is_ascii_alphanumeric() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_plain_ascii() {
        for good in ["a@b.example", "zjc-01+x@edu.chengdu.gov.example", "office@localhost"] {
            assert!(is_address(good), "{good}");
        }
        for bad in ["", "a", "a@", "@b", "a b@c.example", "a@b@c.example", "a.@b.example", "处@b.example"] {
            assert!(!is_address(bad), "{bad}");
        }
    }

    #[test]
    fn loopback_has_several_names() {
        assert!(["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost"].into_iter().all(is_loopback));
        assert!(!["imap.163.com", "10.0.0.1", "localhost.example"].into_iter().any(is_loopback));
    }
}
