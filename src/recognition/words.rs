//! Every word list by which mail is judged, in one place. Words of a particular notice (keywords, names of items,
//! titles of forms) are configuration; these are the habits of Chinese office mail.

/// Long endings of names and what people write for them; variants are used only where they name one unit.
pub const SHORT_ENDINGS: &[(&str, &str)] = &[
    ("职业技术学院", "职院"),
    ("职业学院", "职院"),
    ("职业技术大学", "职大"),
    ("高等专科学校", "高专"),
    ("职业高级中学", "职高"),
    ("职业中学", "职中"),
    ("教育和体育局", "教体局"),
    ("教育和体育局", "教育体育局"),
    ("教育和体育局", "教育局"),
    ("教育局", "教育和体育局"),
    ("教育局", "教体局"),
    ("人力资源和社会保障局", "人力资源社会保障局"),
    ("人力资源和社会保障局", "人社局"),
];

/// A name that ends so is complete: what follows does not belong to it.
pub const COMPLETE_ENDINGS: &[&str] = &[
    "学院", "学校", "大学", "中学", "职院", "职大", "高专", "幼专", "师专", "职高", "职中", "职校", "技校",
    "局", "委", "部门", "中心",
];

/// After a complete name: then it is another institution's name after all.
pub const LONGER_NAMES: &[&str] = &["附属", "附中", "附小", "幼儿园", "小学"];

/// Before a short name: the last character of a word that may stand in front of it.
pub const MAY_PRECEDE: &str = "由为是将和与及自对向送报按经在的转发据到从给同并或校院位件表案料结片频告函";

/// After a short name: the beginning of a word that may stand behind it.
pub const MAY_FOLLOW: &[&str] = &[
    "职教",
    "职业教育",
    "活动",
    "关于",
    "报送",
    "上报",
    "附件",
    "信息",
    "采集",
    "统计",
    "情况",
    "方案",
    "总结",
    "工作",
    "材料",
    "照片",
    "视频",
    "案例",
    "稿件",
    "新闻",
    "简报",
    "教务",
    "宣传",
    "招生",
    "学生",
    "党",
    "办公",
    "团委",
    "今",
    "的",
    "在",
    "举",
    "开展",
    "于",
    "组织",
    "第",
    "盖章",
    "扫描",
    "联络",
    "现",
    "已",
    "和",
    "与",
    "及",
    "提交",
    "补",
    "更正",
    "老师",
    "全部",
    "有关",
    "相关",
    "无",
];

/// A unit whose name ends so is an authority over the schools of its city.
pub const BUREAU_ENDINGS: &[&str] = &["局", "厅", "委", "委员会"];

/// Mail services for everybody: an address there says nothing about a school.
pub const PUBLIC_DOMAINS: &[&str] = &[
    "qq.com",
    "vip.qq.com",
    "foxmail.com",
    "163.com",
    "126.com",
    "yeah.net",
    "vip.163.com",
    "sina.com",
    "sina.cn",
    "sohu.com",
    "139.com",
    "189.cn",
    "aliyun.com",
    "outlook.com",
    "hotmail.com",
    "gmail.com",
    "icloud.com",
];

/// A subject that begins so hands on somebody else's mail.
pub const FORWARD_PREFIXES: &[&str] = &["转发:", "转发", "转:", "fw:", "fwd:", "转寄:"];

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
    "外出自动回复",
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
    "召回",
    "撤回",
    "您的邮件已被阅读",
    "您的邮件已被对方阅读",
    "邮件已阅读",
];

/// Nothing to report today, as set phrases.
pub const NIL_WORDS: &[&str] =
    &["今日无", "今天无", "本日无", "当日无", "日无新增", "零报告", "今天没有", "今日没有", "没有开展"];

/// What may stand between a no and what there is none of: 没有(安排)活动, 无(可报送的)材料.
pub const NIL_BETWEEN: &[&str] = &[
    "安排",
    "开展",
    "组织",
    "举办",
    "举行",
    "进行",
    "新增",
    "新的",
    "相关",
    "有关",
    "具体",
    "宣传",
    "可以报送",
    "可报送",
    "可上报",
    "需要报送",
    "需报送",
    "需要上报",
    "需上报",
    "其他",
    "任何",
    "集中",
    "统一",
    "校内",
    "职教周",
    "活动周",
    "的",
    "和",
    "及",
    "、",
    "新",
];

/// How a no begins.
pub const NIL_NOS: &[&str] = &["没有", "暂未", "暂无", "并无", "无", "未", "没"];

/// Of what there is none.
pub const NIL_THINGS: &[&str] =
    &["活动", "材料", "信息", "素材", "稿件", "照片", "新增", "内容", "事项", "情况报送", "情况上报"];

/// A line that says only this, or ends with it after a colon, has nothing to report.
pub const NIL_ANSWERS: &[&str] = &["无", "暂无", "没有", "零"];

/// After a nil word: then it says something else (今日无法…).
pub const NOT_NIL: &[&str] = &["法", "论", "暇", "线", "误", "需"];

/// Asks something.
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

/// A file of this name is a stamped or signed copy.
pub const SCAN_WORDS: &[&str] = &["盖章", "扫描", "签字", "签章", "审签", "公章", "红章"];

/// What people write for the words of a document item; both lead to the same item.
pub const DOCUMENT_SYNONYMS: &[(&str, &[&str])] = &[
    ("方案", &["实施计划", "活动计划", "工作计划"]),
    ("总结", &["工作小结", "小结", "总结报告"]),
    ("案例", &["典型经验", "经验材料"]),
    ("稿件", &["新闻稿", "通讯稿", "报道", "宣传稿", "美篇", "推文", "纪实", "侧记", "通稿"]),
];

/// Marks a contact person in a file name or text.
pub const CONTACT_WORDS: &[&str] = &[
    "联络员",
    "联系人信息",
    "联络人",
    "联络员信息",
    "联络人信息",
    "联络员信息表",
    "联络员登记表",
    "联络员统计表",
    "联络员信息统计表",
    "联络员情况",
];

/// A file of this name says itself that another one is valid.
pub const OUTDATED_WORDS: &[&str] =
    &["旧版", "旧稿", "原版作废", "作废版", "已作废", "作废勿用", "更正前", "修改前", "废稿"];

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
pub const KEPT_ASIDE_WORDS: &[&str] =
    &["备查", "存档参考", "供参考", "参考", "对照", "留底", "比对", "不作为正式", "不作正式", "勿用", "作废"];

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

/// How a word for all the days of an activity ends: 活动周第二天 counts from the first of them.
pub const WHOLE_ENDINGS: &[&str] = &["周", "活动", "活动的", "周的", "月", "节"];

/// The day itself.
pub const TODAY_WORDS: &[&str] = &["今日", "今天", "当日", "本日", "每日"];

/// The day before.
pub const YESTERDAY_WORDS: &[&str] = &["昨日", "昨天"];

/// Between two things that one name or subject lists.
pub const AND_WORDS: &[char] = &['、', '和', '及', '与', '+', '&', ',', '，', '暨'];

/// Before a number in a file name: the number counts pictures and is no date.
pub const CAMERA_PREFIXES: &[&str] =
    &["dsc", "img", "dscn", "dscf", "p", "mvi", "mov", "vid", "cimg", "sam", "pict", "no", "第"];

/// File endings of stationery that is no material.
pub const STATIONERY: &[&str] =
    &["ics", "vcf", "p7s", "asc", "css", "lnk", "ini", "db", "ds_store", "url", "tmp"];

/// Other headings under which a section of a report is written, by a word of the section's own title.
pub const SECTION_SYNONYMS: &[(&str, &[&str])] = &[
    ("基本情况", &["活动概况", "总体情况", "活动开展情况", "工作概况", "开展情况"]),
    ("主要做法", &["主要措施", "工作举措", "主要举措", "工作措施", "具体做法", "做法"]),
    ("成效", &["成果", "效果", "收获"]),
    ("亮点", &["特色"]),
    ("案例", &["典型"]),
    ("媒体", &["宣传报道", "宣传情况", "新闻宣传", "宣传"]),
    ("问题", &["不足", "建议", "下一步", "困难"]),
];

/// By a word of a group's title: where its own plans and summaries go instead, and what it is told when its daily
/// material is welcome.
pub const ROUTE_HINTS: &[(&str, &str, &str)] = &[
    (
        "技工",
        "技工院校材料请由市(州)人力资源社会保障部门审核汇总后报人力资源社会保障厅",
        "；请同时报送人力资源社会保障部门",
    ),
    ("人力资源", "技工院校材料请由市(州)人力资源社会保障部门审核汇总后报人力资源社会保障厅", ""),
];

/// Types of file by the ending of the name, for links and for files that could not be opened.
pub const DOCUMENT_ENDINGS: &[&str] = &["doc", "docx", "wps", "txt", "rtf", "odt"];
/// Spreadsheets.
pub const BOOK_ENDINGS: &[&str] = &["xls", "xlsx", "et", "csv", "xlsm", "ods"];
/// Pictures.
pub const PICTURE_ENDINGS: &[&str] = &["jpg", "jpeg", "png", "heic", "bmp", "gif", "tif", "tiff", "webp"];
/// Films.
pub const FILM_ENDINGS: &[&str] =
    &["mp4", "mov", "avi", "wmv", "mkv", "flv", "mpg", "mpeg", "m4v", "3gp", "mts"];
