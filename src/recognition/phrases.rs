//! Phrases by which a mail shows what it is: machines' set phrases, questions, nothing to report, advertisements, other
//! business, older papers. Words of a particular notice are configuration; these are the habits of Chinese office mail.

/// A subject that begins so hands on somebody else's mail.
pub const FORWARD_PREFIXES: &[&str] = &["转发:", "转发", "转:", "fw:", "fwd:", "转寄:"];

/// A subject with one of these does so too, whoever it names first.
pub const HANDED_ON_WORDS: &[&str] = &["转报", "转送", "转呈", "转来", "转交", "代报"];

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
    "撤回:",
    "邮件撤回",
    "recall:",
    "撤回邮件",
    "召回:",
    "您的邮件已被阅读",
    "您的邮件已被对方阅读",
    "邮件已阅读",
];

/// Asks something, or for something: who cannot keep the day waits for an answer too.
pub const QUESTION_WORDS: &[&str] = &[
    "请问",
    "想问",
    "咨询",
    "问一下",
    "是否需要",
    "是否可以",
    "能否",
    "可否",
    "怎么填",
    "如何填",
    "还是要",
    "怎样填",
    "怎么报",
    "如何报",
    "询问",
    "请教",
    "是不是",
    "申请延期",
    "延期报送",
    "延期上报",
    "推迟报送",
    "暂缓报送",
    "宽限",
    "申请免报",
    "无法按时",
    "未能按时",
    "不能按时",
];

/// A subject with one of these asks, too.
pub const QUESTION_SUBJECTS: &[&str] = &["疑问", "个问题", "些问题", "有关问题"];

/// Asks whether what it brings is right: then it is not yet meant to count.
pub const ASKS_ABOUT_IT: &[&str] = &[
    "对不对",
    "对吗",
    "对否",
    "是否正确",
    "是否合适",
    "行不行",
    "可以吗",
    "这样填",
    "怎么填",
    "如何填",
    "怎么算",
    "如何算",
    "不对我再改",
    "帮忙看",
    "帮我看",
    "先看看",
    "请把关",
    "何时报",
    "什么时候报",
];

/// Says that files come with the mail.
pub const ATTACHED_WORDS: &[&str] =
    &["见附件", "如附件", "附件请", "附件是", "附件为", "附件中", "附上", "随信附", "随函附"];

/// Says that something sent before is wrong or to be changed.
pub const CHANGE_WORDS: &[&str] = &[
    "填错",
    "写错",
    "报错",
    "错了",
    "有误",
    "改为",
    "应为",
    "更正",
    "改一下",
    "误发",
    "发错",
    "作废",
    "请忽略",
    "请删除",
    "为准",
    "撤回",
    "召回",
    "收回",
];

/// Wants to hear that a mail arrived, and says nothing of ours.
pub const RECEIPT_ASKED: &[&str] = &[
    "收到请",
    "收到后请",
    "收到烦请",
    "收到麻烦",
    "收到望",
    "请确认收到",
    "收到否",
    "是否收到",
    "收到提醒",
    "收到通知",
];

/// How the name of an office ends: a word of other business in front of it tells who writes and not what of.
pub const OFFICE_ENDINGS: &[&str] = &["处", "科", "室", "办", "股", "中心"];
/// Words in which the same letters name no office.
pub const NO_OFFICES: &[&str] = &[
    "处理", "处于", "处置", "办法", "办理", "办学", "办公", "办好", "科研", "科学", "科技", "科目", "科普",
    "室内",
];

/// Says that a mail of ours arrived.
pub const RECEIVED_WORDS: &[&str] = &["收到", "收悉", "已阅", "知悉"];

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

/// Other business that schools write to the same office about; only asked where no keyword of a campaign is found.
pub const OTHER_BUSINESS: &[&str] = &[
    "质量年度报告",
    "质量年报",
    "年度报告",
    "提质培优",
    "双高",
    "招生计划",
    "单招",
    "高考",
    "学籍",
    "资助",
    "教材",
    "1+x",
    "职称",
    "国培",
    "实习管理",
    "教学能力",
    "技能大赛报名",
    "统计年报",
    "办学条件",
    "参会回执",
    "会议回执",
    "会议通知",
    "防溺水",
    "督导",
    "就业质量",
    "征兵",
    "体检",
];

/// Thanks and confirmations.
pub const THANKS_WORDS: &[&str] = &["收到", "收悉", "谢谢", "感谢", "好的", "辛苦"];

/// A mail that calls what it brings so, and says one of [`KEPT_ASIDE_WORDS`] of it, does not mean it to count.
pub const OLDER_WORDS: &[&str] = &[
    "旧版",
    "旧稿",
    "老版",
    "初稿",
    "第一稿",
    "原稿",
    "原来的",
    "原先的",
    "之前的",
    "先前的",
    "上一版",
    "前一版",
];

/// What older things are sent for.
pub const KEPT_ASIDE_WORDS: &[&str] = &[
    "备查",
    "存档参考",
    "供参考",
    "参考",
    "对照",
    "留底",
    "比对",
    "不作为正式",
    "不作正式",
    "勿用",
    "作废",
    "正式稿",
    "正式版",
];

/// With these a mail says the contrary: what it brings replaces what came before.
pub const NEWER_WORDS: &[&str] = &[
    "以此",
    "以这",
    "以本",
    "以附件",
    "更正",
    "修改后",
    "修订后",
    "替换",
    "重新报",
    "重新上报",
    "重报",
    "新版",
    "新表",
    "最新",
    "更新",
];

/// With these before 为准 a mail says that what it brings is valid.
pub const VALID_WORDS: &[&str] = &["以此", "以这", "以本", "以附件"];

/// What a mail does that brings the right one for a wrong one.
pub const REPLACING_WORDS: &[&str] = &["更正", "替换"];

/// What came before a mail, as the mail calls it: 以上午发的为准.
pub const BEFORE_WORDS: &[&str] = &[
    "之前",
    "先前",
    "前一",
    "前面",
    "前封",
    "上一",
    "上次",
    "上封",
    "上午发",
    "早上发",
    "昨天",
    "昨日",
    "前天",
    "刚才",
    "第一封",
    "第一次",
    "首次",
    "原件",
    "原稿",
    "原来",
    "已报",
    "已发",
];

/// What a mail calls itself and what it brings.
pub const THIS_MAIL_WORDS: &[&str] = &["附件", "本邮件", "此邮件", "这封", "本次", "此件", "本件", "此次"];

/// Says that something is not to count.
pub const PASSED_OVER_WORDS: &[&str] = &["忽略", "作废", "勿用", "不作数", "不用看", "不用登记"];
