//! Whose manners the server has. Each difference is one named question, so that `session` reads like the RFC and
//! the sins of a provider stand together here.

use super::folders::Folder;

/// The manners of a kind of server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// RFC 3501 with ID, IDLE and SPECIAL-USE; nothing odd.
    #[default]
    Plain,
    /// As 163.com has been seen (`quirks.md` A1-A4): ID wanted after LOGIN, no UIDNEXT, UIDVALIDITY always 1, no IDLE,
    /// no searching but for everything, no space tolerated before the line end.
    Netease,
    /// As QQ and its enterprise mail have been seen (A1-A5): hangs up on an unknown command, refuses descending sets,
    /// gives no closing texts, ignores search criteria, tells roles only to XLIST.
    Qq,
}

impl Profile {
    pub(super) fn capabilities(self) -> &'static str {
        match self {
            Self::Plain => "IMAP4rev1 ID IDLE SPECIAL-USE LITERAL+",
            Self::Netease => "IMAP4rev1 XLIST SPECIAL-USE ID LITERAL+ XAPPLEPUSHSERVICE UIDPLUS X-CM-EXT-1",
            Self::Qq => "IMAP4 IMAP4rev1 XLIST MOVE IDLE XAPPLEPUSHSERVICE NAMESPACE CHILDREN ID UIDPLUS",
        }
    }

    pub(super) fn greeting(self) -> &'static str {
        match self {
            Self::Plain => "rehearsal IMAP server ready",
            Self::Netease => "Coremail System IMap Server Ready(rehearsal)",
            Self::Qq => "QQMail IMAP4Server ready",
        }
    }

    /// The value of ID (RFC 2971) it gives of itself.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Netease => r#"("name" "Coremail Imap" "vendor" "Mailtech")"#,
            Self::Plain | Self::Qq => r#"("name" "rehearsal")"#,
        }
    }

    /// What it answers to opening a folder when no ID was sent after LOGIN.
    pub(super) fn refuses_without_id(self) -> bool {
        self == Self::Netease
    }

    pub(super) fn knows(self, verb: &str) -> bool {
        match verb {
            "IDLE" => self != Self::Netease,
            "XLIST" => self != Self::Plain,
            _ => true,
        }
    }

    pub(super) fn hangs_up_on_unknown_commands(self) -> bool {
        self == Self::Qq
    }

    pub(super) fn refuses_space_before_line_end(self) -> bool {
        self == Self::Netease
    }

    pub(super) fn refuses_descending_sets(self) -> bool {
        self == Self::Qq
    }

    pub(super) fn tells_uidnext(self) -> bool {
        self != Self::Netease
    }

    pub(super) fn gives_closing_texts(self) -> bool {
        self != Self::Qq
    }

    /// What ends an untagged FETCH.
    pub(super) fn fetch_end(self) -> &'static str {
        match self {
            Self::Qq => " )\r\n",
            Self::Plain | Self::Netease => ")\r\n",
        }
    }

    /// Whether LIST tells a folder's role (RFC 6154).
    pub(super) fn lists_roles(self) -> bool {
        self != Self::Qq
    }

    /// The folders a new account has.
    pub(super) fn folders(self) -> Vec<Folder> {
        let uidvalidity = match self {
            Self::Netease => 1,
            Self::Plain | Self::Qq => 1_628_767_717,
        };
        let folder = |name: &str, role| Folder::new(name, role, uidvalidity);
        match self {
            Self::Plain => vec![
                folder("INBOX", None),
                folder("Drafts", Some("\\Drafts")),
                folder("Sent", Some("\\Sent")),
                folder("Junk", Some("\\Junk")),
                folder("Trash", Some("\\Trash")),
            ],
            Self::Netease => vec![
                folder("INBOX", None),
                folder("草稿箱", Some("\\Drafts")),
                folder("已发送", Some("\\Sent")),
                folder("已删除", Some("\\Trash")),
                folder("垃圾邮件", Some("\\Junk")),
                folder("病毒文件夹", None),
                folder("订阅邮件", None),
            ],
            Self::Qq => vec![
                folder("INBOX", None),
                folder("Sent Messages", Some("\\Sent")),
                folder("Drafts", Some("\\Drafts")),
                folder("Deleted Messages", Some("\\Trash")),
                folder("Junk", Some("\\Junk")),
                Folder { selectable: false, ..folder("其他文件夹", None) },
            ],
        }
    }
}
