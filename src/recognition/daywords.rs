//! Words by which days are named beside their dates: today, weekdays, first and last days, and what a clause names a day for.

/// The day itself.
pub const TODAY_WORDS: &[&str] = &["今日", "今天", "当日", "本日", "每日"];

/// The day before.
pub const YESTERDAY_WORDS: &[&str] = &["昨日", "昨天", "昨晚", "昨夜", "昨儿", "上一日", "前一天", "前一日"];

/// The day before that.
pub const DAY_BEFORE_WORDS: &[&str] = &["前天", "前日"];

/// A clause with one of these speaks of what comes in another mail.
pub const OTHER_MAIL_WORDS: &[&str] = &[
    "明天", "明日", "明早", "稍后", "稍晚", "随后", "晚些", "晚点", "后补", "另报", "另发", "待报", "将于",
    "次日", "后续", "再报",
];

/// A clause of a letter with one of these names a day for something else than what comes with it: 按5月15日通知要求.
pub const PASSING_WORDS: &[&str] = &["按照", "根据", "来电", "收到", "要求", "通知"];

/// With one of these it is about what comes with it all the same: 根据要求报送5月15日照片.
pub const BROUGHT_WORDS: &[&str] =
    &["照片", "图片", "视频", "稿件", "材料", "新闻", "案例", "日报", "附件", "报送", "补报"];

/// What may be brought, of those words.
pub const BROUGHT_THINGS: &[&str] = &["照片", "图片", "视频", "稿件", "材料", "新闻", "案例", "日报", "附件"];

/// Between days and such a thing: then it is not of those days. 前期通知要求的照片, 本周还将报送新闻.
pub const NOT_OF_DAYS_WORDS: &[&str] = &["要求", "通知", "沟通", "将", "陆续", "继续", "拟", "还会"];

/// These hold such a word and tell of what took place: 昨日按要求开展活动.
pub const AS_ASKED_WORDS: &[&str] = &["按要求", "按照要求", "根据要求", "按通知", "按照通知", "根据通知"];

/// What took place, though it is called by what began.
pub const OPENING_EVENTS: &[&str] =
    &["启动仪式", "启动式", "启动会", "启动大会", "开幕式", "开幕仪式", "揭幕式", "揭幕仪式", "开幕当"];

/// With one of these a day is that of what was asked for, whatever is brought: 昨天通知要求报送的照片.
pub const ASKED_WORDS: &[&str] =
    &["按照", "根据", "来电", "收到", "要求", "通知", "布置的", "说的", "提到的"];

/// What came another day, whatever it is called: 5月14日已报送方案.
pub const BROUGHT_BEFORE_WORDS: &[&str] = &["以来", "已报", "已发", "已经报", "已经发", "已交"];

/// Behind the last letter of such a word these make another one of it: 已报道, 已报名, 已发布, 已发放, 已交流; not 已发到邮箱.
pub const NOT_SENT_LETTERS: &[(char, &str)] =
    &[('报', "道名到考警"), ('发', "放布现展动生明起行表"), ('交', "流付接替换")];

/// What is elsewhere, or comes with this very mail: 5月16日照片已上传附件.
pub const ELSEWHERE_WORDS: &[&str] = &["已上传", "已传", "已提交", "已送达", "已送至", "已送交"];

/// The first day of an activity, behind a word for all of it.
pub const FIRST_DAY_WORDS: &[&str] = &["首日", "首天", "头一天", "头天"];

/// The last one.
pub const LAST_DAY_WORDS: &[&str] = &["末日", "尾日", "最后一天", "最后1天"];

/// Before a day of the week.
pub const WEEK_WORDS: &[&str] = &["周", "星期", "礼拜"];

/// Days of the week, Monday first.
pub const WEEKDAYS: &[&[char]] = &[&['一'], &['二'], &['三'], &['四'], &['五'], &['六'], &['日', '天']];

/// Before a word of a week: then it is another week, a count of weeks, or the activity itself (职教周一).
pub const NO_WEEKDAY_AFTER: &str = "每上下动教传两第一二三四五六七八九十0123456789";

/// Behind a day of the week: then it is that on which something will be sent.
pub const SENDS_THEN_WORDS: &[&str] = &["一起", "一并", "统一", "再"];

/// Behind a number with 号: then it counts a place or a person and is no day.
pub const NUMBERED_THINGS: &[&str] = &["楼", "栋", "车间", "展位", "展台", "展厅", "机房", "工位", "选手"];

/// How a word for all the days of an activity ends: 活动周第二天 counts from the first of them.
pub const WHOLE_ENDINGS: &[&str] = &["周", "周的"];

/// The same of what may be another activity: 技能节首日, 参加省赛活动第一天 only speak against the day on which something came.
pub const OTHER_WHOLE_ENDINGS: &[&str] = &["活动", "活动的", "月", "节"];

/// How who writes ends, before a 第二天 of all of it.
pub const WRITER_ENDINGS: &[&str] = &[
    "学院", "学校", "中学", "大学", "职院", "职中", "职高", "医院", "局", "镇", "乡", "街道", "公司", "集团",
    "中心", "馆", "处",
];

/// A clause with one of these tells of what took place, of which the mail brings something.
pub const TOOK_PLACE_WORDS: &[&str] = &[
    "活动", "举行", "举办", "召开", "开展", "晚会", "汇演", "仪式", "补充", "补上", "漏发", "漏报", "拍",
    "演练", "接种", "义诊", "讲座", "慰问",
];

/// With one of these it is about what was said or sent then.
pub const TALKED_WORDS: &[&str] = &[
    "电话",
    "联系",
    "提醒",
    "请示",
    "沟通",
    "您指导",
    "老师说",
    "您说",
    "反馈",
    "指导修改",
    "发的",
    "报的",
    "交的",
    "寄的",
    "发过",
    "报过",
    "有误",
    "退回",
    "填错",
    "写错",
];

/// These end like those and are about what was made.
pub const MADE_WORDS: &[&str] = &["颁发的", "研发的", "开发的", "印发的", "分发的", "出发的", "申报的"];

/// With one of these there was nothing, or it did not come.
pub const DENIED_WORDS: &[&str] = &[
    "无活动",
    "无照片",
    "无材料",
    "无新",
    "无可",
    "暂无",
    "均无",
    "没有",
    "没活动",
    "没照片",
    "没材料",
    "没来得及",
    "没及时",
    "未能",
    "未及时",
    "未开展",
    "未举行",
    "未举办",
    "未组织",
    "未报",
    "未发",
    "未收到",
    "未拍",
];

/// What comes late is of a day before.
pub const LATER_DAYS_WORDS: &[&str] = &[
    "补报",
    "补交",
    "补传",
    "漏报",
    "漏交",
    "迟报",
    "已补",
    "未能及时报",
    "没有及时报",
    "未及时报",
    "忘记报",
    "忘了报",
    "忘记发",
    "忘了发",
    "忘报",
    "忘发",
    "补发",
    "来不及",
    "没来得及",
    "未来得及",
];

/// What comes only now is of a day before: 昨天停电，照片今天才发. Not 今天才举行.
pub const ONLY_NOW_WORDS: &[&str] =
    &["才发", "才报", "才传", "才交", "才收", "才补", "才上传", "才整理", "才能发", "才能报", "才能传"];

/// But for what was forgotten just now.
pub const LATE_NOW_WORDS: &[&str] = &[
    "刚才",
    "刚刚",
    "方才",
    "上午",
    "上一封",
    "上封",
    "前一封",
    "前封",
    "稍后",
    "随后",
    "晚点",
    "明天",
    "明日",
];

/// Some days whose number only the writer knows.
pub const SOME_DAYS_WORDS: &[&str] = &[
    "以来的",
    "前几天",
    "前两天",
    "前三天",
    "前几日",
    "前两日",
    "前三日",
    "前期",
    "这几天",
    "这两天",
    "近几天",
    "近两天",
    "两天的",
    "三天的",
    "几天的",
    "周末两天",
    "上周末",
    "双休日",
    "几日来",
    "本周",
    "这周",
    "上周",
    "一周来",
    "连日",
];

/// What is shown of a day before it has come.
pub const BEFOREHAND_WORDS: &[&str] =
    &["预告", "预热", "筹备", "准备", "彩排", "排练", "倒计时", "布置", "截止", "前报"];

/// The same before the day; behind it they are what took place: 迎接5月20日省赛 is before it, 5月20日训练照片 of it.
pub const BEFORE_A_DAY_WORDS: &[&str] = &["迎接", "备战", "训练", "动员"];

/// What was sent before comes once more.
pub const SENT_ANEW_WORDS: &[&str] = &["重新", "重发", "重传", "重报", "替换", "更换"];
