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
    "撤回:",
    "邮件撤回",
    "recall:",
    "撤回邮件",
    "召回:",
    "您的邮件已被阅读",
    "您的邮件已被对方阅读",
    "邮件已阅读",
];

/// Asks something, or for something.
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
];

/// Says that a day cannot be kept: who asks for that waits for an answer.
pub const LATE_WORDS: &[&str] = &[
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

/// A paper of this name or title asks for more time or to be left out.
pub const LATE_TITLES: &[&str] = &["延期", "推迟", "暂缓", "缓报", "免报", "免予报送", "迟报"];

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

/// Says of what a mail brings that it is not meant to count yet.
pub const NOT_YET_WORDS: &[&str] = &[
    "先别登记",
    "先不登记",
    "先不要登记",
    "暂不登记",
    "请勿登记",
    "先别统计",
    "先不统计",
    "先别算",
    "先不算",
    "仅供参考",
    "只供参考",
    "仅作参考",
    "供您参考",
    "先请审",
    "先审一下",
    "预审",
    "再正式报",
    "再正式上报",
    "后正式报送",
    "后正式上报",
    "审定后再报",
    "同意后再报",
    "通过后再报",
    "无误后再报",
    "领导还没签",
    "领导没签",
    "尚未定稿",
    "还未定稿",
    "还没定稿",
    "尚未审定",
    "还未审定",
];

/// Says that something is not as it should be.
pub const MISTAKE_WORDS: &[&str] =
    &["填错", "写错", "报错", "发错", "传错", "弄错", "错了", "有误", "漏填", "漏报", "误发"];

/// Beside that: what is right comes with the mail, or came.
pub const MENDED_WORDS: &[&str] =
    &["正确", "改正", "改好", "改过", "已改", "修改", "重新", "新的", "重发", "补上"];

/// With one of these a sentence that sounds like a question is a formula.
pub const POLITE_WORDS: &[&str] = &[
    "收到",
    "查收",
    "如有",
    "若有",
    "妥否",
    "当否",
    "可否批",
    "有什么问题请",
    "有问题请",
    "有疑问请",
    "不妥",
];

/// Says that files come with the mail.
pub const ATTACHED_WORDS: &[&str] = &[
    "见附件",
    "如附件",
    "附件请",
    "附件是",
    "附件为",
    "附件中",
    "附上",
    "随信附",
    "随函附",
    "请查收",
    "现将",
    "请查阅",
];

/// A subject with one of these promises material.
pub const REPORTING_WORDS: &[&str] = &["报送", "上报", "材料", "资料", "附件"];

/// Says that a contact person is one no more.
pub const LEFT_WORDS: &[&str] = &["调离", "调走", "离职", "退休", "不要再联系", "不再担任"];

/// Says that a contact person or a number is another one now.
pub const NEW_CONTACT_WORDS: &[&str] =
    &["更改", "更换", "变更", "改为", "作废", "写错", "填错", "应为", "更正", "错了"];

/// The same beside 收到: 我们马上更正 is a promise, 应为 is not.
pub const WRONG_WORDS: &[&str] = &["有误", "请忽略", "请删除", "作废", "应为"];

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

/// Tells of what was or will be sent otherwise, or that whoever we wrote to is the wrong one: answers to our reminders, upon
/// which a person must act or the unit is chased on.
pub const TELLING_WORDS: &[&str] = &[
    "已用",
    "已于",
    "已交",
    "已发",
    "已报",
    "已经发",
    "已经报",
    "已上报",
    "已提交",
    "已寄",
    "已邮寄",
    "用邮寄",
    "快递寄",
    "免报",
    "免予",
    "不报",
    "不再报",
    "代报",
    "统一报送",
    "统一上报",
    "预计",
    "调离",
    "调走",
    "不是该校",
    "不是我校",
    "不在该校",
    "勿再发",
    "不要再发",
    "垃圾箱",
    "垃圾邮件",
    "发不出",
    "发送不了",
    "麻烦告知",
    "请告知",
    "请发",
    "怎么办",
    "如何办",
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
