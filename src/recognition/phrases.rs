//! Phrases by which a mail shows what it is: machines' set phrases, questions, nothing to report, advertisements, other
//! business, older papers. Words of a particular notice are configuration; these are the habits of Chinese office mail.

/// A subject that begins so hands on somebody else's mail.
pub const FORWARD_PREFIXES: &[&str] = &["转发:", "转发", "转:", "fw:", "fwd:", "转寄:"];

/// A subject with one of these does so too, whoever it names first.
pub const HANDED_ON_WORDS: &[&str] = &["转报", "转送", "转呈", "转来", "转交", "代报"];

/// A subject that begins so answers somebody's mail.
pub const ANSWER_PREFIXES: &[&str] = &["re:", "回复:", "答复:", "回:"];

/// Subject of a bounce.
pub const BOUNCE_SUBJECTS: &[&str] = &[
    "系统退信",
    "的退信",
    "退信通知",
    "邮件退回",
    "undeliver",
    "delivery status notification",
    "delivery failure",
    "returned mail",
    "mail delivery failed",
    "failure notice",
    "投递失败",
    "未送达",
    "未能送达",
];

/// What the subject of a bounce may say besides: of a mail system's mail alone, for people write so too.
pub const BOUNCE_WORDS: &[&str] = &[
    "unzustellbar",
    "nicht zugestellt",
    "zustellung",
    "delivery has failed",
    "delivery status",
    "delivery problem",
    "delivery delayed",
    "delayed mail",
    "message delayed",
    "could not be delivered",
    "nondeliverable",
    "non remis",
    "退信",
    "退回",
    "无法送达",
    "无法投递",
    "传递失败",
    "未传递",
    "发送失败",
    "投递延迟",
];

/// Local part of addresses that only machines write from.
pub const MACHINE_SENDERS: &[&str] = &["postmaster", "mailer-daemon", "mail-daemon", "microsoftexchange"];

/// A subject that begins so is an automatic answer; of a mail without files also one that has it anywhere.
pub const AUTO_REPLY_SUBJECTS: &[&str] = &[
    "自动回复",
    "自动答复",
    "automatic reply",
    "auto reply",
    "auto:",
    "autoreply",
    "out of office",
    "out of office autoreply",
    "外出自动回复",
    "假期回复",
    "休假自动",
];

/// A subject that begins so is a receipt or a recall.
pub const RECEIPT_SUBJECTS: &[&str] = &[
    "已读:",
    "已读回执",
    "阅读回执",
    "回执:",
    "read:",
    "read receipt",
    "您的邮件已被阅读",
    "您的邮件已被对方阅读",
    "邮件已阅读",
];

/// A subject that begins so is a recall, by a machine where nothing but [`RECALL_TEXTS`] stands beneath.
pub const RECALL_SUBJECTS: &[&str] = &["撤回:", "邮件撤回", "recall:", "撤回邮件", "召回:"];
/// What machines write beneath that.
pub const RECALL_TEXTS: &[&str] =
    &["撤回邮件", "撤回了", "要撤回", "would like to recall", "recall the message"];

/// Words of mail that comes from outside: people who complain, apply, sell, ask for papers of their own.
pub const OUTSIDERS_WORDS: &[&str] = &[
    "投诉",
    "举报",
    "信访",
    "维权",
    "乱收费",
    "应聘",
    "求职",
    "个人简历",
    "招标",
    "采购公告",
    "公司简介",
    "采访提纲",
    "毕业证",
    "学历查询",
    "学历认证",
    "贺信",
    "广告合作",
    "合作洽谈",
];

/// How the name of an office ends: a word of other business in front of it tells who writes and not what of.
pub const OFFICE_ENDINGS: &[&str] = &["处", "科", "室", "办", "股", "中心"];
/// Words in which the same letters name no office.
pub const NO_OFFICES: &[&str] = &[
    "处理", "处于", "处置", "办法", "办理", "办学", "办公", "办好", "科研", "科学", "科技", "科目", "科普",
    "室内",
];

/// Advertisement and phishing.
pub const SPAM_WORDS: &[&str] = &[
    "邮箱升级",
    "邮箱即将",
    "账号异常",
    "帐号异常",
    "邮箱容量",
    "密码过期",
    "密码到期",
    "停用",
    "安全验证",
    "验证您的",
    "中奖",
    "代开发票",
    "发票代开",
    "优惠",
    "促销",
    "培训班",
    "招标代理",
    "论文发表",
    "代写",
    "贷款",
    "补贴领取",
    "工资补贴",
    "点击链接",
    "点击下方",
    "退订",
    "unsubscribe",
    "限时",
];

/// Other business that any unit writes to any office about, where the campaign does not say; only asked where no keyword of a
/// campaign is found.
pub const EVERYBODYS_BUSINESS: &[&str] =
    &["年度报告", "职称", "统计年报", "参会回执", "会议回执", "会议通知", "征兵"];

/// What schools and the authorities over them write about besides. To an office of health 体检 is no other business.
pub const SCHOOLS_BUSINESS: &[&str] = &[
    "质量年度报告",
    "质量年报",
    "提质培优",
    "双高",
    "招生计划",
    "单招",
    "高考",
    "学籍",
    "资助",
    "教材",
    "1+x",
    "国培",
    "实习管理",
    "教学能力",
    "技能大赛报名",
    "办学条件",
    "防溺水",
    "督导",
    "就业质量",
    "体检",
];
