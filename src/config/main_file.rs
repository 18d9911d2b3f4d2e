//! `shouwen.toml`: where things are, the mailboxes, and how reminders leave. The defaults of every key are here and,
//! for people, in `config/shouwen.toml`; a test holds the two together.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use jiff::civil::Time;
use toml::Spanned;

use super::campaign::House;
use super::error::{Level, Notebook};
use super::section::{self, Section};
use super::value::{Hours, Span};
use super::{Config, campaign, complaint, mailbox};
use crate::domain::campaign::Campaign;
use crate::{deliver, download, remind, web};

const KEYS: &[&str] =
    &["data_dir", "campaigns", "mailbox", "reminders", "sending", "receipts", "staff", "links", "web"];

const DATA_DIR: &str = "/var/lib/shouwen";
const OFFICE_HOURS: Hours = Hours(Time::constant(8, 30, 0, 0), Time::constant(18, 0, 0, 0));
const MAX_MB: u32 = 300;
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8024);

/// Reads the main file and all that it names. None only when errors were noted.
pub(super) fn read(path: &Path, notes: &Notebook) -> Option<Config> {
    section::open(path, notes, KEYS, |top| {
        let mut reminders = reminders(top);
        let house = House {
            office: Hours(reminders.hours.0, reminders.hours.1),
            working_days_only: reminders.working_days_only,
            ours: top.texts_within("mailbox", "address"),
        };
        let (folders, campaigns): (Vec<PathBuf>, Vec<Campaign>) = campaigns(top, &house).into_iter().unzip();
        let ids: Vec<&str> = campaigns.iter().map(|campaign| campaign.id.as_str()).collect();
        let mailboxes = mailbox::read_all(top, &ids, &campaigns);
        if !top.has("mailbox") {
            top.note_key(Level::Warning, "mailbox", complaint::no_mailbox());
        }
        let sending = sending(top);
        reminders.a_day = deliver::a_day(&sending, &mailboxes, reminders.hours);
        Some(Config {
            path: path.to_owned(),
            data_dir: top.resolve(&top.or("data_dir", DATA_DIR.to_owned())),
            campaigns,
            folders,
            mailboxes,
            reminders,
            sending,
            links: links(top),
            web: web(top),
            warnings: Vec::new(),
            unready: Vec::new(),
        })
    })
}

fn campaigns(top: &Section<'_>, house: &House) -> Vec<(PathBuf, Campaign)> {
    let folders: Vec<Spanned<String>> = top.need("campaigns").unwrap_or_default();
    if folders.is_empty() && top.has("campaigns") {
        top.complain("campaigns", complaint::empty_list());
    }
    let mut read: Vec<(PathBuf, Campaign)> = Vec::new();
    for folder in &folders {
        let path = top.resolve(folder.get_ref());
        if !path.is_dir() {
            top.complain_at(folder, "campaigns", complaint::not_a_folder(&path.display().to_string()));
            continue;
        }
        let Some(campaign) = campaign::read(&path, house, top.notes()) else { continue };
        if read.iter().any(|(_, other)| other.id == campaign.id) {
            top.complain_at(folder, "campaigns", complaint::duplicate(&campaign.id));
        }
        read.push((path, campaign));
    }
    read
}

fn reminders(top: &Section<'_>) -> remind::Settings {
    let mut settings = remind::Settings {
        mode: remind::Mode::Auto,
        hours: (OFFICE_HOURS.0, OFFICE_HOURS.1),
        working_days_only: true,
        max_per_unit_per_day: 1,
        receipts: false,
        a_day: BTreeMap::new(),
        staff: Vec::new(),
    };
    if let Some(table) =
        top.section("reminders", &["mode", "hours", "working_days_only", "max_per_unit_per_day"])
    {
        use remind::Mode::{Approve, Auto, Off};
        let modes = [("off", Off), ("approve", Approve), ("auto", Auto)];
        settings.mode = table.choice("mode", &modes).unwrap_or(settings.mode);
        let Hours(from, to) = table.or("hours", OFFICE_HOURS);
        settings.hours = (from, to);
        settings.working_days_only = table.or("working_days_only", settings.working_days_only);
        settings.max_per_unit_per_day = table.positive("max_per_unit_per_day", settings.max_per_unit_per_day);
    }
    if let Some(table) = top.section("receipts", &["mode"]) {
        settings.receipts = table.choice("mode", &[("off", false), ("known", true)]).unwrap_or(false);
    }
    if let Some(table) = top.section("staff", &["mail"]) {
        settings.staff = mailbox::addresses(&table, "mail");
    }
    settings
}

fn sending(top: &Section<'_>) -> deliver::Settings {
    let mut settings = deliver::Settings { pace: deliver::Pace::Auto, only_to: Vec::new() };
    if let Some(table) = top.section("sending", &["pace", "only_to"]) {
        settings.pace = pace(&table).unwrap_or(deliver::Pace::Auto);
        settings.only_to = mailbox::addresses(&table, "only_to");
    }
    settings
}

/// The pace as words, or as limits of which none may be left out: who sets one should know the others.
fn pace(table: &Section<'_>) -> Option<deliver::Pace> {
    if !table.is_table("pace") {
        return table.choice("pace", &[("auto", deliver::Pace::Auto), ("none", deliver::Pace::None)]);
    }
    let limits = table.section("pace", &["gap_seconds", "per_15_min", "per_day", "per_connection"])?;
    let gap = limits.need("gap_seconds");
    let [per_15_min, per_day, per_connection] = ["per_15_min", "per_day", "per_connection"].map(|key| {
        let count = limits.need::<u32>(key)?;
        Some(limits.positive(key, count))
    });
    let Span(shortest, longest) = gap?;
    Some(deliver::Pace::Limits {
        gap_seconds: (shortest, longest),
        per_15_min: per_15_min?,
        per_day: per_day?,
        per_connection: per_connection?,
    })
}

/// Nothing is fetched from a host that is not listed here.
fn links(top: &Section<'_>) -> download::Settings {
    let mut settings = download::Settings { download_from: Vec::new(), max_bytes: u64::from(MAX_MB) << 20 };
    if let Some(table) = top.section("links", &["download_from", "max_mb"]) {
        let hosts: Vec<Spanned<String>> = table.or("download_from", Vec::new());
        for host in &hosts {
            match is_host(host.get_ref()) {
                true => settings.download_from.push(host.get_ref().to_ascii_lowercase()),
                false => table.complain_at(host, "download_from", complaint::bad_host(host.get_ref())),
            }
        }
        settings.max_bytes = u64::from(table.positive("max_mb", MAX_MB)) << 20;
    }
    settings
}

/// `mail.163.com`, or `*.ftn.qq.com` for all below it. A bare `*.com` would be no list.
fn is_host(text: &str) -> bool {
    let name = text.strip_prefix("*.").unwrap_or(text);
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    name.split('.').all(is_label) && name.contains('.') && name.parse::<IpAddr>().is_err()
}

fn web(top: &Section<'_>) -> web::Settings {
    let mut settings = web::Settings { listen: LISTEN, behind_https: false };
    let Some(table) = top.section("web", &["listen", "behind_https"]) else { return settings };
    settings.behind_https = table.or("behind_https", false);
    if let Some(text) = table.get::<String>("listen") {
        match text.parse() {
            Ok(address) => settings.listen = address,
            Err(_) => table.complain("listen", complaint::bad_listen(&text)),
        }
    }
    settings
}
