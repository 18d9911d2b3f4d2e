//! The words by which forms are read, in one place: what people write instead of a number, on sheets that are not
//! the form, and in cells that are not values. Words of a particular form belong to its template.

/// Labels of the cell that names the reporting unit above the table; every form of this kind has one.
pub const STAMP_LABELS: &[&str] = &["填报单位", "报送单位", "填表单位", "上报单位", "单位名称", "填报学校"];

/// Labels that stand on every form around its fields; a value never reaches across them.
pub const FRAME_LABELS: &[&str] = &[
    "填报人",
    "填表人",
    "联系电话",
    "电话",
    "审核人",
    "负责人",
    "单位负责人",
    "填报日期",
    "填报时间",
    "日期",
    "联系人",
    "手机",
    "备注",
];

/// Sheets whose name holds one of these explain the form and are read last.
pub const SAMPLE_SHEETS: &[&str] =
    &["示例", "样例", "范例", "样表", "填写说明", "填表说明", "模板说明", "说明"];

/// A text that begins so is a note, not a value and not a row.
pub const NOTE_STARTS: &[&str] = &["填表说明", "填报说明", "填写说明", "说明:", "注:", "备注:", "注意:"];

/// A text that begins so tells of the rows above it and is none.
pub const REMARK_STARTS: &[&str] = &["以上", "上述", "本表", "此表", "特此"];

/// A row whose name ends so, and that has no figures, tells something in words.
pub const TOLD_ENDINGS: &[&str] = &[
    "问题", "困难", "原因", "措施", "打算", "建议", "意见", "亮点", "做法", "成效", "经验", "情况", "说明",
    "计划", "安排", "备注", "内容", "注",
];

/// In what figures are counted; a cell that says no more holds none.
pub const COUNTED_IN: &[&str] = &[
    "人",
    "人次",
    "人(次)",
    "名",
    "万人",
    "万人次",
    "千人",
    "千人次",
    "个",
    "所",
    "家",
    "项",
    "场",
    "场次",
    "次",
    "篇",
    "篇次",
    "条",
    "件",
    "份",
    "册",
    "台",
    "套",
    "间",
    "户",
    "张",
    "天",
    "小时",
    "学时",
    "%",
    "元",
    "千元",
    "万元",
    "亿元",
    "人民币元",
    "人民币万元",
    "台次",
    "车次",
    "辆",
    "处",
    "株",
    "棵",
    "度",
    "千瓦时",
    "平方米",
    "万平方米",
    "立方米",
    "万立方米",
    "公里",
    "千米",
    "米",
    "亩",
    "公顷",
    "公斤",
    "千克",
    "kg",
    "斤",
    "克",
    "m2",
    "m3",
    "平米",
    "km",
    "吨",
    "万吨",
];

/// Headings of the column in which the labels of a list stand.
pub const LIST_HEADS: &[&str] = &[
    "指标",
    "指标名称",
    "统计指标",
    "项目",
    "项目名称",
    "统计项目",
    "内容",
    "统计内容",
    "名称",
    "类别",
    "事项",
    "数据项",
    "填报指标",
    "填报项目",
    "填报内容",
    "采集项目",
    "采集内容",
];

/// What may follow the year or the word that says which time the figures of a column are of: 上年同期数, 2022年度实际.
pub const PAST_HEAD_ENDS: &[&str] = &[
    "度", "数", "同期", "实际", "实绩", "完成", "情况", "值", "额", "率", "底", "末", "增减", "增长", "增加",
    "减少", "变化", "相比", "比", "量", "幅度", "%",
];

/// Headings of columns that hold the codes of a list's labels.
pub const CODE_HEADS: &[&str] = &["代码", "指标代码", "行次", "行号", "序号", "编号", "栏次", "乙"];

/// Headings of columns that say in what a list counts.
pub const MEASURE_HEADS: &[&str] = &["计量单位", "单位", "计数单位"];

/// Headings of columns that only say something of a list's figures.
pub const REMARK_HEADS: &[&str] = &[
    "备注",
    "说明",
    "填报说明",
    "填写说明",
    "指标说明",
    "指标解释",
    "同比",
    "增幅",
    "增长率",
    "占比",
    "比例",
    "比重",
    "排名",
];

/// A row whose first cell begins so only shows how to fill.
pub const SAMPLE_ROWS: &[&str] = &[
    "示例",
    "例如",
    "样例",
    "范例",
    "例:",
    "如:",
    "举例",
    "填写示例",
    "填写样例",
    "填写示范",
    "填写范例",
    "填写举例",
    "填报示例",
    "填报示范",
    "填报样例",
    "填表示例",
    "填表示范",
    "填表样例",
];

/// A name that begins so is printed to be written over: XX职业中学.
pub const NO_NAMES: &[&str] = &["xx", "××", "某某", "**", "○○"];

/// Between the pages of a table: it goes on.
pub const PAGE_MARKS: &[&str] = &["续表", "续上表", "续上页", "接上表", "接上页", "转下页", "下接", "上接"];

/// A row whose first cell begins so is counted in a row above it.
pub const SHARE_ROWS: &[&str] = &["其中", "含:", "包含:", "包括:"];

/// The name of a place or of a part of one ends so, the longer ones first.
pub const PLACE_ENDS: &[&str] =
    &["社区", "街道", "片区", "地区", "省", "市", "州", "县", "区", "旗", "镇", "乡", "村", "片", "组"];

/// The name of a part of a town or a school ends so, and is none of a district.
pub const ZONE_ENDS: &[&str] = &[
    "校区",
    "院区",
    "园区",
    "片区",
    "学区",
    "库区",
    "景区",
    "城区",
    "新区",
    "开发区",
    "高新区",
    "经开区",
    "功能区",
    "示范区",
    "度假区",
    "保税区",
];

/// A caption over some of the rows is made of these and nothing else: 公办幼儿园, 市直属学校.
pub const GROUP_WORDS: &[&str] = &[
    "公办", "民办", "公立", "私立", "公益", "普惠", "中职", "高职", "中等", "高等", "技工", "技师", "普通",
    "高中", "初中", "小学", "中学", "学校", "学院", "院校", "大学", "高校", "本科", "专科", "义务", "学前",
    "基础", "职业", "阶段", "城区", "城镇", "农村", "乡村", "乡镇", "县城", "省", "市", "州", "县", "区",
    "直属", "直管", "直", "属", "局", "单位", "机构", "部门", "机关", "医院", "医疗", "企业", "国有", "国企",
    "民营", "社会", "街道", "社区", "镇", "乡", "村", "各", "其他", "其它", "类", "级", "一", "二", "三",
    "及", "和", "与", "、", "校", "园", "所", "部", "的", "等", "培训", "教育", "幼儿", "性", "主", "卫生",
    "院",
];

/// The names of units end so; with something of their own before it, a unit is meant.
pub const UNIT_KINDS: &[&str] = &[
    "学校", "小学", "中学", "学院", "大学", "中心", "中", "小", "校", "院", "园", "所", "局", "厂", "店",
    "站", "社", "部", "处", "室", "会", "队", "办", "委", "馆", "司", "公司", "集团", "单位",
];

/// Of these the ones that may also be said of all units of a place or kind.
pub const GROUP_KINDS: &[&str] = &["学校", "单位"];

/// What stands before one of these in the name of a single school as well as over several.
pub const OPEN_NAMES: &[&str] = &["特殊教育", "特教"];

/// A row whose first cell begins so tells of the time before, or of the change since.
pub const PAST_ROWS: &[&str] = &[
    "上年",
    "上一年",
    "上学年",
    "去年",
    "往年",
    "上期",
    "上季",
    "上月",
    "上个月",
    "同比",
    "环比",
    "较上年",
    "比上年",
    "较去年",
    "比去年",
    "较上月",
    "比上月",
    "较同期",
    "增减",
    "增幅",
];

/// A row whose name ends so sums up others.
pub const TOTAL_ENDINGS: &[&str] = &["小计", "合计", "总计", "共计", "合计数", "总计数"];

/// The headings of tables end so; two of them in a row without figures head another table.
pub const TABLE_HEADS: &[&str] = &[
    "名称", "项目", "类别", "金额", "数量", "时间", "日期", "地点", "内容", "备注", "序号", "姓名", "职务",
    "电话", "单价", "用途",
];

/// A row whose name ends so says how to reach somebody.
pub const REACH_ENDINGS: &[&str] =
    &["电话", "手机", "手机号", "联系方式", "传真", "邮箱", "微信", "qq", "邮编"];

/// A row whose name begins so was calculated from the others.
pub const DERIVED_ROWS: &[&str] = &["平均", "均值", "校均", "占比", "比重", "所占比"];

/// A row with this name, and no more, is about all rows.
pub const WHOLE_ROWS: &[&str] = &[
    "累计",
    "汇总",
    "总数",
    "总和",
    "全省",
    "全市",
    "全州",
    "全县",
    "全区",
    "全旗",
    "全镇",
    "全校",
    "全院",
    "全系统",
];

/// Of these the one that a part of the table has.
pub const PART_ENDING: &str = "小计";

/// Written for nothing; counts as zero (V10).
pub const NONE_WORDS: &[&str] = &[
    "无",
    "暂无",
    "没有",
    "零",
    "-",
    "--",
    "—",
    "——",
    "/",
    "〇",
    "○",
    "―",
    "――",
    "─",
    "──",
    "\\",
    "不涉及",
    "未开展",
    "无此项",
    "无数据",
    "N/A",
    "NA",
    "n/a",
];

/// Before a number: it is not exact.
pub const ABOUT_BEFORE: &[&str] = &["大约", "约", "近", "超过", "逾", "不少于", "共计", "共", "合计"];

/// After a number: it is not exact.
pub const ABOUT_AFTER: &[&str] = &["余", "多", "左右", "+", "以上"];

/// Letters of a counting word after a number: 人次, 册, 平方米.
pub const COUNT_UNIT_LETTERS: usize = 3;

/// Letters that no counting word has: they scale the number, make it vague, or begin another one or a remark.
pub const NO_COUNT_UNIT: &str = "万千百十亿兆余多约近几数来左右上下以内至到或和及分之点半负一二两三四五六七八九〇零元折倍成年月日时第每另含其不未无";

/// Written for 100 %.
pub const ALL_WORDS: &[&str] = &["全覆盖", "全部", "全员", "全体", "全部覆盖", "百分百", "百分之百"];

/// In a place for a telephone or QQ number: the same as another one.
pub const SAME_AS: &[&str] = &["同手机", "同上", "微信同号", "同微信", "手机同号"];

/// In a place for an address: none yet.
pub const NO_PAGE: &[&str] = &["建设中", "在建", "筹建", "暂无", "无", "没有", "待建"];

/// In a place for a person or a number: nothing, or what the notice printed there to be written over.
pub const PLACEHOLDERS: &[&str] = &[
    "无",
    "暂无",
    "没有",
    "略",
    "待定",
    "待填",
    "待补",
    "空",
    "姓名",
    "某某",
    "某某某",
    "手机号",
    "na",
    "null",
];

/// With one of these a cell still holds an example.
pub const EXAMPLES: &[&str] = &["示例", "例如", "样例", "(例)"];
