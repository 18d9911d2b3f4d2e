//! Word lists by which longer names are told from what they end or begin with: other activities, gatherings about a plan,
//! schools that no roster lists, schools that are visited.

/// After one of these no name of an activity goes on: what follows is the whole of it.
pub const NAME_BEGINS: &[&str] = &[
    "关于",
    "联合",
    "共同",
    "印发",
    "转发",
    "下发",
    "呈报",
    "呈送",
    "寄送",
    "发送",
    "发来",
    "补充",
    "完善",
    "修订",
    "制定",
    "制订",
    "编制",
    "审核",
    "汇总",
    "申报",
    "推荐",
    "征集",
    "我市",
    "我县",
    "报送",
    "上报",
    "提交",
    "开展",
    "举办",
    "举行",
    "组织",
    "参加",
    "参与",
    "启动",
    "迎接",
    "庆祝",
    "落实",
    "做好",
    "围绕",
    "结合",
    "依托",
    "全国",
    "全省",
    "全市",
    "全县",
    "全区",
    "全州",
    "我国",
    "本年度",
    "年度",
    "首个",
    "期间",
    "今年",
    "现将",
    "附件",
    "材料",
    "资料",
    "方案",
    "照片",
    "视频",
    "稿件",
    "总结",
    "工作",
    "大学",
    "中学",
    "中心",
    "本次",
    "此次",
    "以及",
    "进行",
    "推进",
    "补报",
    "更正",
    "重报",
    "召开",
    "开启",
    "开幕",
    "主办",
    "承办",
    "协办",
    "联办",
    "筹办",
    "推动",
    "助推",
    "助力",
    "聚焦",
    "筹备",
    "策划",
    "部署",
    "布置",
    "安排",
    "喜迎",
    "献礼",
    "走进",
    "展示",
    "观摩",
    "指导",
    "调研",
    "督导",
    "慰问",
    "我们",
    "学生",
    "教师",
    "师生",
    "各类",
    "各项",
    "有关",
    "相关",
    "每日",
    "每天",
    "今日",
    "今天",
    "昨日",
    "昨天",
    "当日",
    "全部",
    "典型",
    "优质",
    "新闻",
    "信息",
    "简报",
    "案例",
    "图片",
    "情况",
    "统计",
    "采集",
    "情况表",
    "采集表",
    "联络员",
    "一起",
    "共同",
    "圆满",
    "顺利",
    "积极",
    "认真",
    "扎实",
    "深入",
    "全面",
    "精心",
    "热烈",
];

/// The same of single letters: 的, 年, 届, the ends of places and offices.
pub const NAME_BEGINS_AFTER: &[char] = &[
    '的', '年', '届', '次', '期', '在', '于', '将', '把', '为', '是', '和', '与', '及', '对', '按', '从',
    '由', '至', '到', '之', '月', '日', '号', '天', '市', '县', '区', '省', '州', '局', '厅', '委', '校',
    '院', '系', '部', '处', '班', '级', '暨', '送', '报',
];

/// Gatherings that are held about a plan, a report or a case: a text that is called so tells of the gathering.
pub const EVENT_WORDS: &[&str] = &[
    "研讨会",
    "论证会",
    "推进会",
    "部署会",
    "讨论会",
    "座谈会",
    "培训会",
    "发布会",
    "评审会",
    "交流会",
    "说明会",
    "动员会",
    "汇报会",
    "协调会",
    "审议会",
    "分享会",
    "表彰会",
    "总结会",
    "报告会",
    "大会",
    "会议",
    "宣讲",
    "启动仪式",
    "大赛",
    "比赛",
    "竞赛",
    "论坛",
    "沙龙",
    "讲座",
];

/// How the names of schools end that report through others; departments of a college (机电工程学院) end otherwise.
pub const SCHOOL_ENDINGS: &[&str] = &[
    "高级中学",
    "职业中学",
    "职业中专",
    "职业高中",
    "中等专业学校",
    "职业学校",
    "职业技术学校",
    "技术学校",
    "技工学校",
    "职教中心",
    "职业教育中心",
    "财经学校",
    "卫生学校",
    "艺术学校",
    "旅游学校",
    "交通学校",
    "工业学校",
    "农业学校",
    "商贸学校",
    "师范学校",
    "技师学院",
    "职业学院",
    "职业技术学院",
    "高等专科学校",
    "职高",
    "职中",
    "职校",
    "中专",
    "技校",
];

/// With one of these a line tells of a school instead of naming its writer: 赴某职业中学开展活动, 与某职业中学共建.
pub const NO_SCHOOL_LETTERS: &[char] = &[
    '赴', '到', '访', '与', '和', '在', '对', '向', '进', '来', '于', '各', '我', '等', '及', '给', '为',
    '全', '送', '报', '发',
];

/// Before a school's name: it is visited, and has not written.
pub const VISITING_WORDS: &[&str] = &[
    "赴",
    "走进",
    "走访",
    "参访",
    "访问",
    "前往",
    "来到",
    "到",
    "参观",
    "考察",
    "观摩",
    "莅临",
    "参照",
    "参考",
    "抄送",
    "关于对",
];

/// Behind a school's name: its people came to whoever writes.
pub const AT_OURS_WORDS: &[&str] = &[
    "到我校",
    "来我校",
    "赴我校",
    "莅临我校",
    "走进我校",
    "访我校",
    "参观我校",
    "到我院",
    "来我院",
    "赴我院",
    "莅临我院",
    "走进我院",
    "访我院",
    "参观我院",
    "到我局",
    "来我局",
    "莅临我局",
];

/// Before 到: then something came or was handed on, and nobody was visited.
pub const HANDED_ON_LETTERS: &[char] = &['收', '接', '报', '送', '转', '发', '交', '达', '得', '寄'];

/// How hospitals are called by kind.
pub const HOSPITALS: &[&str] = &["医院", "保健院", "卫生院", "一院", "二院", "三院"];

/// How the lowest places are called that have an office of their own.
pub const TOWN_ENDINGS: &[&str] = &["街道", "镇", "乡", "社区", "村", "苏木"];

/// What stands behind such a place in the full name of its office, or is said for it, the longest first.
pub const TOWN_OFFICES: &[&str] =
    &["居民委员会", "村民委员会", "人民政府", "办事处", "居委会", "村委会", "政府", "办"];

/// Ends of the names of places in which others lie.
pub const PLACE_ENDINGS: &[&str] = &["省", "市", "州", "盟", "县", "区", "旗", "街道", "镇", "乡"];

/// What lies in a town and is not its office, by its last letters.
pub const IN_TOWN_ENDINGS: &[&str] =
    &["社区", "村", "小学", "中学", "学校", "幼儿园", "卫生院", "医院", "派出所", "敬老院", "养老院", "公司"];

/// The same where there is one of them in each town, so that it needs no name of its own: 城关镇卫生院.
pub const OF_TOWN_ENDINGS: &[&str] = &[
    "卫生院",
    "派出所",
    "司法所",
    "监管所",
    "管理所",
    "财政所",
    "税务所",
    "供电所",
    "敬老院",
    "养老院",
    "中心校",
    "中心小学",
];

/// What lies in a town and is named right behind it; further on in a sentence they are only spoken of (开展农贸市场整治).
pub const NEXT_TO_TOWN: &[&str] = &[
    "小学",
    "中学",
    "幼儿园",
    "医院",
    "商会",
    "分会",
    "老年协会",
    "供销社",
    "信用社",
    "邮政所",
    "加油站",
    "农贸市场",
    "集贸市场",
    "污水处理厂",
    "自来水厂",
    "人民法庭",
];

/// Behind one of these it is not the place that writes: 小学生, 医院周边, 学校门口.
pub const NOT_OF_PLACE: &[char] = &['生', '周', '附', '门', '旁', '外'];

/// Nor is it behind what its town does there: 太平镇农贸市场整治日报.
pub const DONE_THERE: &[&str] = &["整治", "督查", "抽查", "摸排", "专项", "治理", "监管", "执法"];

/// What a town does stands before what lies in it, and is no part of its name: 开展学校排查, 对各幼儿园检查.
pub const TOWN_DOES: &[&str] = &[
    "开展", "组织", "加强", "强化", "落实", "做好", "推进", "部署", "深入", "走进", "召开", "辖区", "辖内",
    "全镇", "全乡", "所有", "关于", "对各", "对辖", "对全", "各",
];

/// How other institutions than schools are called by kind, family by family: those of a family count where a roster has one of
/// them.
pub const INSTITUTIONS: &[&[&str]] = &[
    &["小学", "中学", "幼儿园"],
    &["医院", "保健院", "卫生院", "卫生服务中心", "疾控中心", "疾病预防控制中心", "血站", "急救中心"],
    &["街道", "社区", "人民政府", "办事处", "居委会", "居民委员会", "村委会", "村民委员会"],
    &["公司", "集团"],
];
