//! A mail on its way through the house: its kind, its stage, and what became of each of its parts.

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident => $word:literal, $chinese:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $word)] $variant,)+ }
        impl $name {
            /// All of them, in the order in which they are listed to people.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// The word in JSON, SQL and logs (`contract.md`).
            pub fn word(self) -> &'static str { match self { $($name::$variant => $word),+ } }
            /// What staff read.
            pub fn chinese(self) -> &'static str { match self { $($name::$variant => $chinese),+ } }
            /// The one with this word.
            pub fn from_word(word: &str) -> Option<Self> { match word { $($word => Some($name::$variant),)+ _ => None } }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.word()) }
        }
    };
}
pub(crate) use words;

words! {
    /// What a mail is (`contract.md` 4). Only submissions and nil reports count for anything.
    MessageKind {
        /// Material.
        Submission => "submission", "报送";
        /// Asks something.
        Question => "question", "咨询";
        /// 今日无.
        NilReport => "nil_report", "零报告";
        /// Out of office and the like.
        AutoReply => "auto_reply", "自动回复";
        /// A delivery failed.
        Bounce => "bounce", "退信";
        /// Read receipt or recall notice.
        Receipt => "receipt", "回执";
        /// We sent it.
        Own => "own", "本处发出";
        /// None of these: advertisement, another campaign, thanks.
        Other => "other", "其他";
    }
}

words! {
    /// Where a mail stands on the river; the queue of work is whatever is not at an end.
    Stage {
        /// Raw bytes and row are durable.
        Captured => "captured", "已收取";
        /// Unpacked; its parts are known.
        Read => "read", "已拆读";
        /// Judged and filed.
        Registered => "registered", "已登记";
        /// Set aside with a reason.
        Parked => "parked", "待处理";
    }
}

words! {
    /// What `messages --json` says of a mail that has reached its end (`contract.md` 4).
    MessageState {
        /// Filed.
        Registered => "registered", "已登记";
        /// A person must decide.
        Review => "review", "待认定";
        /// Could not be read.
        Parked => "parked", "待处理";
        /// Older than the mailbox's `since`.
        History => "history", "历史邮件";
        /// Everything in it was there already.
        Duplicate => "duplicate", "重复来件";
    }
}

words! {
    /// What became of a part (`contract.md` 4); each part has exactly one.
    PartState {
        /// Counts.
        Accepted => "accepted", "已收";
        /// Counts, to be corrected.
        Flawed => "flawed", "待补正";
        /// Does not count.
        Rejected => "rejected", "不计";
        /// Waits for a person.
        Review => "review", "待核";
        /// A newer one counts instead.
        Superseded => "superseded", "已被替代";
        /// The same bytes counted already.
        Duplicate => "duplicate", "重复";
        /// Welcome, not asked.
        Extra => "extra", "额外材料";
        /// Logo, signature picture, stationery.
        Ignored => "ignored", "略过";
        /// An archive or forwarded mail whose members follow.
        Container => "container", "压缩包";
        /// Damaged, encrypted or too large.
        Unreadable => "unreadable", "读不出";
    }
}

words! {
    /// 发件人验证: what the server that received a mail found of its sender. It proves the domain, hardly the person;
    /// it never drops a mail, and only lowers the weight of the address.
    #[derive(Default)]
    Authenticity {
        /// Not asked, or nothing that can be believed says so: as with most mail.
        #[default]
        Unverified => "unverified", "未验证";
        /// SPF, DKIM or DMARC passed for the domain of `From`.
        Pass => "pass", "已验证";
        /// They failed, or passed for another domain only.
        Fail => "fail", "未通过验证";
        /// Several results claim to be the server's.
        Ambiguous => "ambiguous", "验证结果不可信";
    }
}

impl Authenticity {
    /// Whether the address of `From` is not to be believed by itself. Who plants a second result wants it to be doubted.
    pub fn is_against(self) -> bool {
        matches!(self, Self::Fail | Self::Ambiguous)
    }
}

/// With this begins what is kept as a server's reply to a mail whose recipient does not exist, whether it was refused at
/// the door or came back: by it alone an address is known to be dead.
pub const BAD_ADDRESS: &str = "地址无效：";

/// First words of what is kept of a mail that a server refused for what it is: staff are alarmed by it.
pub const REJECTED: &str = "服务器拒收：";

/// First words of what is kept of a mailbox's server that takes no mail now: it cannot be reached, hangs up or puts everybody
/// off. Without them it refuses our login or sender.
pub const TAKES_NOTHING: &str = "没有收信：";

words! {
    /// What a mail that came says of one that left.
    EchoKind {
        /// It was seen in a mailbox: the server took it.
        Seen => "seen", "已发出";
        /// A server took it and goes on trying.
        Delayed => "delayed", "投递延迟";
        /// It did not arrive.
        Bounced => "bounced", "退信";
        /// It did not arrive, and none to this address will.
        Dead => "dead", "地址无效";
    }
}

/// 回音: what a mail that came says of one of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Echo {
    /// Number of ours in the outbox.
    pub outbox: i64,
    /// What it says.
    pub kind: EchoKind,
    /// The words, for people.
    pub words: String,
}

words! {
    /// By what the unit of a mail was told (`contract.md` 4), strongest first.
    UnitBy {
        /// A form's unit cell.
        Form => "form", "表内单位";
        /// The text of body or document.
        Text => "text", "正文落款";
        /// Subject or file name.
        Name => "name", "主题或文件名";
        /// A sender the roster or a person knows.
        Sender => "sender", "发件人";
        /// The sender's mail domain.
        Domain => "domain", "单位域名";
        /// A person ruled.
        Staff => "staff", "人工认定";
    }
}
