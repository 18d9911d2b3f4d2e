//! Phrases by which letters are understood: questions, promises, excuses, thanks, what is sent with them and what was sent
//! before. These are the habits of Chinese office mail; words of a particular notice are configuration.

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

/// Asks for something.
pub const ASKING_WORDS: &[&str] =
    &["能否", "可否", "可不可以", "是否可以", "申请", "请求", "恳请", "请给予", "请准予"];
/// With one of those: for more time, or to be left out.
pub const LATER_WORDS: &[&str] = &[
    "延期",
    "延迟",
    "延后",
    "推迟",
    "延长",
    "宽延",
    "缓报",
    "缓交",
    "晚几",
    "晚两",
    "晚一",
    "晚三",
    "晚点",
    "晚些",
    "晚报",
    "晚交",
    "迟几",
    "迟两",
    "迟一",
    "迟报",
    "迟交",
    "不报",
    "不交",
    "不用报",
    "免于",
    "免予",
    "免报",
    "免交",
];
/// What comes with such a sentence is late and is here.
pub const MADE_UP_WORDS: &[&str] = &["现补", "补报", "补交", "现报", "现将", "现上报", "现发", "现已"];

/// What a letter is that asks for that and brings nothing: it is answered by what its unit is granted.
pub const ASKS_TO_BE_LATE: &str = "来信申请延期或免报，没有材料";

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
    "附件仅供参考",
    "方案仅供参考",
    "此件仅供参考",
    "仅供参考，正式",
    "仅供参考,正式",
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
    "占个坑",
    "晚上发正式",
    "再发正式",
    "刚发的不算",
    "刚刚发的不算",
    "这封不要",
    "这封不算",
    "这份不算",
    "这份不要",
    "此件不算",
    "等我重新发",
    "附件是去年",
    "附件为去年",
    "参考格式",
    "方案模板",
    "仅为参考",
    "测算稿",
    "待核实",
    "要不要得",
    "要得就",
];

/// Says that something is not as it should be.
pub const MISTAKE_WORDS: &[&str] =
    &["填错", "写错", "报错", "发错", "传错", "弄错", "错了", "有误", "漏填", "漏报", "误发"];

/// Wants something that was sent before taken away or exchanged.
pub const REMOVING_WORDS: &[&str] = &["删除", "撤下", "替换", "换成", "作废", "不要用", "请勿使用", "撤回"];

/// Beside [`MISTAKE_WORDS`]: what is right comes with the mail, or came.
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

/// Words of an answer that a mailbox gives by itself while its owner is away.
pub const AWAY_WORDS: &[&str] =
    &["休假", "不在办公室", "不在岗", "自动回复", "外出期间", "暂时无法回复", "无法及时回复", "尽快回复您"];

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

/// The same as [`CHANGE_WORDS`] beside 收到: 我们马上更正 is a promise, 应为 is not.
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

/// Of mail that units write to everybody, outside the days of a campaign.
pub const COURTESY_WORDS: &[&str] =
    &["邀请", "诚邀", "祝您", "安康", "节日快乐", "新年快乐", "公众号", "订阅"];

/// Says that a mail of ours arrived or was understood, or thanks for it.
pub const NODDING_WORDS: &[&str] =
    &["收到", "收悉", "已阅", "知悉", "知道了", "明白", "好的", "谢谢", "感谢", "辛苦", "多谢"];

/// What may stand around that: thanks, a greeting, a promise.
pub const CONFIRMING_WORDS: &[&str] = &[
    "已收到",
    "收到",
    "收悉",
    "已阅",
    "知悉",
    "知道了",
    "明白",
    "好的",
    "谢谢",
    "感谢",
    "非常",
    "辛苦",
    "您好",
    "你好",
    "老师",
    "领导",
    "马上",
    "立即",
    "尽快",
    "按时",
    "及时",
    "一定",
    "准备",
    "安排",
    "正在",
    "今天",
    "今日",
    "下午",
    "专人",
    "负责",
    "整理",
    "收集",
    "各二级学院",
    "各学院",
    "材料",
    "报送",
    "上报",
    "提交",
    "办理",
    "落实",
    "照办",
    "请放心",
    "我们",
    "我校",
    "我院",
    "我局",
    "贵处",
    "通知",
    "邮件",
    "提醒",
    "提示",
    "确认",
    "回复",
    "顺祝",
    "祝好",
    "工作顺利",
    "多谢",
];

/// Thanks and confirmations.
pub const THANKS_WORDS: &[&str] = &["收到", "收悉", "谢谢", "感谢", "好的", "辛苦"];
