//! Word lists by which mail is judged; those of what a mail is stand in `phrases`, those of longer names in `titles`. Words of a
//! particular notice (keywords, names of items, titles of forms) are configuration; these are the habits of Chinese office mail.

/// A name that ends so is complete: what follows does not belong to it.
pub const COMPLETE_ENDINGS: &[&str] = &[
    "学院",
    "学校",
    "大学",
    "中学",
    "职院",
    "职大",
    "高专",
    "幼专",
    "师专",
    "职高",
    "职中",
    "职校",
    "技校",
    "局",
    "委",
    "部门",
    "中心",
    "小学",
    "幼儿园",
    "医院",
    "公司",
    "集团",
    "工会",
    "一小",
    "二小",
    "三小",
    "实小",
    "一中",
    "二中",
    "三中",
    "一院",
    "二院",
    "三院",
    "保健院",
    "卫生院",
    "人民政府",
    "办事处",
    "街道办",
    "居委会",
    "居民委员会",
    "村委会",
    "村民委员会",
];

/// What anybody may write for itself: no name of one unit.
pub const ANYBODYS_NAMES: &[&str] = &[
    "我校",
    "我院",
    "我局",
    "本校",
    "本院",
    "本局",
    "单位",
    "学校",
    "教务处",
    "教务科",
    "办公室",
    "党政办",
    "党办",
    "院办",
    "校办",
    "宣传部",
    "宣传处",
    "宣传科",
    "职教处",
    "职教科",
    "职成科",
    "职成处",
    "职成教科",
    "职业教育科",
    "招生就业处",
    "学生处",
    "团委",
    "人事处",
    "老师",
    "领导",
    "科长",
    "处长",
    "主任",
];

/// After a complete name: then it is another institution's name after all.
pub const LONGER_NAMES: &[&str] = &["附属", "附中", "附小", "幼儿园", "小学"];

/// Places whose names hold the name of another one.
pub const SWALLOWING_PLACES: &[&str] =
    &["峨眉山", "湖南宁乡", "湖南宁远", "江西安福", "江西安远", "江西安义", "云南昌宁"];

/// Before a short name: the last character of a word that may stand in front of it.
pub const MAY_PRECEDE: &str =
    "由为是将和与及自对向送报按经在的转发据到从给同并或校院位件表案料结片频告函日号代替帮";

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
    "每日",
    "每天",
    "日报",
    "周报",
    "月报",
    "季报",
    "年报",
    "报表",
    "台账",
    "名单",
    "名册",
    "花名册",
    "清单",
    "登记",
    "汇总",
    "摸底",
    "自查",
    "整改",
    "迟报",
    "迟交",
    "零报告",
    "本周",
    "上周",
    "本月",
    "上月",
    "资料",
    "图片",
    "影像",
    "典型",
    "优质",
    "有关",
    "相关",
    "无",
];

/// Behind the colon of a salutation: the letter begins.
pub const SPEAKS_WORDS: &[&str] = &[
    "现将",
    "兹",
    "我校",
    "我院",
    "我局",
    "我单位",
    "本校",
    "本院",
    "附件",
    "您好",
    "你好",
    "请",
    "根据",
    "按照",
];

/// A unit whose name ends so is an authority over the schools of its city.
pub const BUREAU_ENDINGS: &[&str] =
    &["局", "厅", "委", "委员会", "残联", "联合会", "妇联", "总工会", "工商联", "科协", "红十字会"];

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

/// A file of this name is a stamped or signed copy.
pub const SCAN_WORDS: &[&str] = &["盖章", "扫描", "签字", "签章", "签批", "审签", "公章", "红章"];

/// Words of file names that tell nothing of what the file is.
pub const BARE_WORDS: &[&str] = &[
    "扫描件",
    "扫描",
    "新建",
    "文档",
    "文件",
    "附件",
    "材料",
    "图片",
    "图像",
    "未命名",
    "微信",
    "截图",
    "电子版",
    "定稿",
    "终稿",
    "最终版",
    "年",
    "月",
    "日",
    "第",
    "页",
    "份",
    "版",
    "的",
    "一",
    "二",
    "三",
    "四",
    "五",
];

/// Words of titles that every campaign has.
pub const GENERAL_WORDS: &[&str] = &[
    "方案",
    "总结",
    "案例",
    "稿件",
    "新闻",
    "报告",
    "小结",
    "计划",
    "工作",
    "活动",
    "实施",
    "系列",
    "情况",
    "关于",
    "印发",
    "通知",
    "典型",
    "优质",
    "我校",
    "我院",
    "我市",
    "我局",
    "联络员",
    "联系人",
    "信息",
    "及",
    "和",
    "与",
    "表",
    "稿",
    "函",
];

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

/// Between two things that one name or subject lists.
pub const AND_WORDS: &[char] = &['、', '和', '及', '与', '+', '&', ',', '，', '暨'];

/// Before a number in a file name: the number counts pictures and is no date.
pub const CAMERA_PREFIXES: &[&str] =
    &["dsc", "img", "dscn", "dscf", "p", "mvi", "mov", "vid", "cimg", "sam", "pict", "no", "第"];

/// File endings of stationery that is no material.
pub const STATIONERY: &[&str] = &[
    "ics", "vcf", "p7s", "asc", "css", "lnk", "ini", "db", "ds_store", "url", "tmp", "thmx", "wmz", "emz",
    "mso",
];

/// The whole names of what Word lays beside a page.
pub const BESIDE_PAGES: &[&str] = &["filelist.xml", "colorschememapping.xml", "preview.wmf"];

/// So ends the title of a letter or of a paper about a gathering, which tells of nothing that took place.
pub const LETTER_ENDINGS: &[&str] =
    &["邀请函", "请柬", "邀请书", "通知", "公函", "请示", "批复", "议程", "日程", "日程表", "报名表", "回执"];

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

/// Types of file by the ending of the name, for links and for files that could not be opened.
pub const DOCUMENT_ENDINGS: &[&str] = &["doc", "docx", "wps", "txt", "rtf", "odt"];
/// Spreadsheets.
pub const BOOK_ENDINGS: &[&str] = &["xls", "xlsx", "et", "csv", "xlsm", "ods"];
/// Pictures.
pub const PICTURE_ENDINGS: &[&str] = &["jpg", "jpeg", "png", "heic", "bmp", "gif", "tif", "tiff", "webp"];
/// Films.
pub const FILM_ENDINGS: &[&str] =
    &["mp4", "mov", "avi", "wmv", "mkv", "flv", "mpg", "mpeg", "m4v", "3gp", "mts"];
