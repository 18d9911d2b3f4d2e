//! The stage on which a season is played: a folder with a configuration of its own, made from the shipped campaign
//! with a small roster whose addresses are invented. The campaign travels in the binary, so that the demo needs nothing.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::season::OFFICE;

/// Files of the shipped campaign, relative to its folder, without the roster.
const CAMPAIGN_FILES: &[(&str, &str)] = &[
    ("campaign.toml", include_str!("../../config/campaigns/2023-activity-week/campaign.toml")),
    ("calendar.toml", include_str!("../../config/campaigns/2023-activity-week/calendar.toml")),
    ("forms/form4.toml", include_str!("../../config/campaigns/2023-activity-week/forms/form4.toml")),
    ("forms/form5.toml", include_str!("../../config/campaigns/2023-activity-week/forms/form5.toml")),
    ("mail/before_due.txt", include_str!("../../config/campaigns/2023-activity-week/mail/before_due.txt")),
    ("mail/overdue.txt", include_str!("../../config/campaigns/2023-activity-week/mail/overdue.txt")),
    (
        "mail/overdue_again.txt",
        include_str!("../../config/campaigns/2023-activity-week/mail/overdue_again.txt"),
    ),
    (
        "mail/daily_missing.txt",
        include_str!("../../config/campaigns/2023-activity-week/mail/daily_missing.txt"),
    ),
    ("mail/phone_list.txt", include_str!("../../config/campaigns/2023-activity-week/mail/phone_list.txt")),
    ("mail/fix.txt", include_str!("../../config/campaigns/2023-activity-week/mail/fix.txt")),
    ("mail/receipt.txt", include_str!("../../config/campaigns/2023-activity-week/mail/receipt.txt")),
    ("mail/wrong_box.txt", include_str!("../../config/campaigns/2023-activity-week/mail/wrong_box.txt")),
    ("mail/wrong_route.txt", include_str!("../../config/campaigns/2023-activity-week/mail/wrong_route.txt")),
];

/// The shipped roster.
const ROSTER: &str = include_str!("../../config/campaigns/2023-activity-week/units.csv");
/// The password of the rehearsal's mailbox.
pub const PASSWORD: &str = "rehearsal";

/// Where everything of one rehearsal stands.
#[derive(Debug, Clone)]
pub struct Stage {
    /// Its folder.
    pub dir: PathBuf,
    /// The configuration file.
    pub config: PathBuf,
    /// Where mail that left is written.
    pub outbox: PathBuf,
}

/// Where the rehearsal's servers and page are.
#[derive(Debug, Clone, Copy)]
pub struct Addresses {
    /// IMAP server.
    pub imap: SocketAddr,
    /// SMTP receiver.
    pub smtp: SocketAddr,
    /// Status page.
    pub page: SocketAddr,
}

/// The folder's places; nothing is written.
pub fn stage(dir: &Path) -> Stage {
    Stage { dir: dir.to_owned(), config: dir.join("config/shouwen.toml"), outbox: dir.join("outbox") }
}

/// Writes the configuration of a rehearsal: the shipped campaign with the units of `cast` (name and the addresses
/// that the office knows), a mailbox on the embedded servers, reminders on `auto`.
///
/// # Errors
/// What the file system says.
pub fn build(stage: &Stage, cast: &[(&str, &[&str])], at: Addresses) -> io::Result<()> {
    let campaign = stage.dir.join("config/campaigns/2023-activity-week");
    fs::create_dir_all(campaign.join("forms"))?;
    fs::create_dir_all(campaign.join("mail"))?;
    fs::create_dir_all(&stage.outbox)?;
    for (name, text) in CAMPAIGN_FILES {
        fs::write(campaign.join(name), text)?;
    }
    fs::write(campaign.join("units.csv"), roster(cast))?;
    let secret = stage.dir.join("config/zjc.secret");
    fs::write(&secret, PASSWORD)?;
    #[cfg(unix)]
    fs::set_permissions(&secret, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    let (imap, smtp, page) = (at.imap, at.smtp, at.page);
    fs::write(
        &stage.config,
        format!(
            "data_dir = \"../data\"\ncampaigns = [\"campaigns/2023-activity-week\"]\n\n[[mailbox]]\nid = \"zjc\"\n\
             address = \"{OFFICE}\"\npassword = {{ file = \"zjc.secret\" }}\n\
             imap = {{ host = \"{}\", port = {}, tls = \"none\" }}\nsmtp = {{ host = \"{}\", port = {}, tls = \"none\" }}\n\
             folders = [\"INBOX\", \"@junk\"]\nsince = 2023-04-20\n\n[reminders]\nmode = \"auto\"\n\n\
             [web]\nlisten = \"{page}\"\n",
            imap.ip(),
            imap.port(),
            smtp.ip(),
            smtp.port()
        ),
    )
}

/// The lines of the shipped roster that the cast plays, with the addresses it invents.
fn roster(cast: &[(&str, &[&str])]) -> String {
    let mut lines = ROSTER.lines();
    let head = lines.next().unwrap_or_default();
    let column = |name: &str| head.split(',').position(|column| column == name);
    let (Some(name), Some(emails)) = (column("name"), column("emails")) else { return ROSTER.to_owned() };
    let mut text = format!("{head}\n");
    for line in lines {
        let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        let played = cast.iter().find(|(unit, _)| cells.get(name).is_some_and(|cell| cell == unit));
        let (Some((_, addresses)), Some(cell)) = (played, cells.get_mut(emails)) else { continue };
        *cell = addresses.join("|");
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}
