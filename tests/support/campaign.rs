//! A small campaign built in code, so that stories of judgement do not depend on how configuration is written. It has
//! the forms, requirements and traps of name of the real one.
#![allow(dead_code, clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;

use jiff::civil::{date, time};
use shouwen::domain::calendar::Calendar;
use shouwen::domain::campaign::{Campaign, Item, ItemKind, Limits, Need, Requirement, Route, When};
use shouwen::domain::template::{Field, FieldKind, Place, Rule, Template, Total};
use shouwen::domain::unit::{Roster, Unit};

/// The campaign with all of its parts.
pub fn campaign() -> Campaign {
    let forms = [form4(), form5()];
    Campaign {
        id: "week".into(),
        title: "2023年成渝地区双城经济圈职业教育活动周".into(),
        short: "活动周".into(),
        notice: "某教函〔2023〕1号".into(),
        office: "某处".into(),
        contact: String::new(),
        timezone: jiff::tz::TimeZone::get("Asia/Shanghai").unwrap(),
        period: (date(2023, 5, 14), date(2023, 5, 20)),
        retention: None,
        keywords: words("职业教育活动周 职教活动周 职教周 活动周"),
        other_business: None,
        groups: [
            ("city_edu", "市(州)教育主管部门"),
            ("college", "高职学校(含职教本科)"),
            ("secondary", "中职学校"),
            ("technician", "技工院校"),
            ("city_hr", "市(州)人力资源社会保障部门"),
        ]
        .map(|(id, title)| (id.to_owned(), title.to_owned()))
        .to_vec(),
        routes: routes(),
        requirements: requirements(),
        chases: vec![],
        roster: roster(),
        calendar: Calendar::default(),
        blanks: Default::default(),
        templates: forms.map(|form| (form.id.clone(), form)).into(),
        wording: BTreeMap::new(),
    }
}

fn routes() -> Vec<Route> {
    let route = |group: &str, also: &str| Route {
        group: group.into(),
        instead: "请由人力资源社会保障部门汇总后报省厅".into(),
        address: "hr@office.example".into(),
        also: also.into(),
    };
    vec![route("technician", "请同时报送人社部门"), route("city_hr", "")]
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn requirements() -> Vec<Requirement> {
    let owing = words("city_edu college");
    let by = |day, through| When::By { nominal: day, on_time_through: through };
    let item = |id: &str, title: &str, kind, names: &str| Item {
        id: id.into(),
        title: title.into(),
        kind,
        names: words(names),
        form: None,
        of: None,
        from_form: None,
        sections: vec![],
        limits: Limits::default(),
    };
    let form = |id: &str, title: &str| Item { form: Some(id.into()), ..item(id, title, ItemKind::Form, "") };
    let scan = |of: &str, title: &str| Item {
        of: Some(of.into()),
        ..item(&format!("{of}_scan"), title, ItemKind::Scan, "")
    };
    let liaison = Item {
        from_form: Some("form4".into()),
        ..item("liaison", "联络员及联络方式", ItemKind::Contact, "")
    };
    let report = Item {
        sections: words("基本情况 主要做法和措施 取得成效 活动亮点 典型案例 媒体宣传情况 存在问题及建议"),
        ..item("report", "工作总结报告", ItemKind::Document, "总结")
    };
    let requirement = |id: &str, when, items| Requirement {
        id: id.into(),
        title: id.into(),
        groups: owing.clone(),
        also_from: vec![],
        opens: None,
        when,
        need: Need::All,
        nil_report: false,
        items,
    };
    let days =
        When::EachDay { from: date(2023, 5, 14), to: date(2023, 5, 20), until_next_day: time(10, 0, 0, 0) };
    let daily = requirement(
        "daily",
        days,
        vec![
            item("case", "典型案例", ItemKind::Document, "案例"),
            item("article", "优质稿件", ItemKind::Document, "稿件 新闻 信息 简报"),
            item("photo", "活动照片", ItemKind::Photo, ""),
            item("video", "视频", ItemKind::Video, ""),
        ],
    );
    vec![
        requirement(
            "plan",
            by(date(2023, 5, 10), date(2023, 5, 10)),
            vec![
                item("scheme", "活动方案", ItemKind::Document, "方案"),
                liaison,
                form("form4", "信息采集表(EXCEL版)"),
                scan("form4", "信息采集表(PDF盖章扫描件)"),
            ],
        ),
        Requirement { also_from: words("secondary technician"), need: Need::Any, nil_report: true, ..daily },
        requirement(
            "summary",
            by(date(2023, 5, 27), date(2023, 5, 29)),
            vec![form("form5", "情况统计表(EXCEL版)"), scan("form5", "情况统计表(PDF盖章扫描件)"), report],
        ),
    ]
}

fn roster() -> Roster {
    let unit = |code: &str, name: &str, aliases: &str, group: &str, city: &str, email: &str| Unit {
        code: code.into(),
        name: name.into(),
        aliases: words(aliases),
        group: group.into(),
        city: city.into(),
        emails: words(email),
        ..Unit::default()
    };
    let mut units = vec![
        unit(
            "E07",
            "绵阳市教育和体育局",
            "绵阳市教育局 绵阳市教体局 绵阳教体局",
            "city_edu",
            "绵阳市",
            "e07@163.example",
        ),
        unit(
            "E33",
            "甘孜藏族自治州教育和体育局",
            "甘孜州教体局",
            "city_edu",
            "甘孜藏族自治州",
            "e33@163.example",
        ),
        unit("H17", "达州市人力资源和社会保障局", "达州市人社局", "city_hr", "达州市", "h17@163.example"),
        unit("C01", "四川职业技术学院", "四川职院 川职院", "college", "遂宁市", "c01@163.example"),
        unit("C02", "四川商务职业学院", "四川商务职院 商务职院", "college", "成都市", "c02@163.example"),
        unit("C03", "绵阳职业技术学院", "绵阳职院 绵职院", "college", "绵阳市", "c03@163.example"),
        unit("C04", "四川现代职业学院", "四川现代职院 川现代", "college", "成都市", ""),
        unit("C05", "四川华新现代职业学院", "四川华新 华新现代", "college", "成都市", ""),
        unit("C06", "成都工业职业技术学院", "成都工业职院 成工职", "college", "成都市", ""),
        unit("C07", "成都工贸职业技术学院", "成都工贸职院 成工贸", "college", "成都市", ""),
        unit("C08", "遂宁职业学院", "遂宁职院", "college", "遂宁市", ""),
        unit("C09", "遂宁工程职业学院", "遂宁工程职院", "college", "遂宁市", ""),
        unit("C10", "四川工程职业技术学院", "四川工程职院 工程职院", "college", "德阳市", ""),
        unit("C11", "四川护理职业学院", "四川护理职院 川护", "college", "德阳市", ""),
        unit("C12", "四川信息职业技术学院", "四川信息职院 信息职院", "college", "广元市", ""),
        unit("T01", "达州技师学院", "", "technician", "达州市", "t01@163.example"),
        unit("S01", "绵阳市涪岸职业高级中学", "涪岸职高", "secondary", "绵阳市", "s01@163.example"),
    ];
    for unit in &mut units {
        if unit.group == "secondary" {
            unit.parent = Some("绵阳市教育和体育局".into());
        }
        if unit.code == "C03" {
            unit.domains = words("mypt.example");
        }
    }
    Roster { units }
}

fn field(id: &str, label: &str, synonyms: &str, at: Place, kind: FieldKind) -> Field {
    Field {
        id: id.into(),
        label: label.into(),
        synonyms: words(synonyms),
        at,
        kind,
        required: false,
        optional_column: false,
        personal: false,
        max_chars: 0,
        max_value: 0,
        total: Total::of_kind(kind),
    }
}

fn required(field: Field) -> Field {
    Field { required: true, ..field }
}

/// 信息采集表.
pub fn form4() -> Template {
    use Place::{Below, Right};
    let essay =
        |id: &str, label: &str| Field { max_chars: 300, ..field(id, label, "", Right, FieldKind::Essay) };
    Template {
        id: "form4".into(),
        title: "2023年职业教育活动周信息采集表".into(),
        year: 2023,
        also_years: vec![],
        title_words: words("职业教育活动周 信息采集表"),
        match_percent: 70,
        fields: vec![
            field("unit", "市(州)/职业(含技工)学校", "学校名称", Below, FieldKind::Unit),
            required(field("filler", "填报人", "填表人", Right, FieldKind::Text)),
            required(field("filler_phone", "联系电话", "电话", Right, FieldKind::Phone)),
            required(field("contact", "联系人", "联络员", Below, FieldKind::Text)),
            field("post", "职务", "", Below, FieldKind::Text),
            required(field("mobile", "手机", "手机号 移动电话", Below, FieldKind::Mobile)),
            field("qq", "QQ号", "QQ QQ号码", Below, FieldKind::Qq),
            field("url", "专题网站(专栏)链接地址", "专题网站链接 专栏链接", Below, FieldKind::Url),
            essay("plan", "活动周工作计划(300字以内)"),
            essay("feature", "特色活动简介(300字以内)"),
        ],
        rules: vec![],
        hints: vec![
            "主要包含计划的举办时间、活动形式和内容等。".into(),
            "主要包含特色活动名称、活动内容与形式、开展时间和预期成效等。".into(),
        ],
        total_labels: vec![],
    }
}

/// 情况统计表.
pub fn form5() -> Template {
    use Place::Below;
    let count =
        |id: &str, label: &str, synonyms: &str| required(field(id, label, synonyms, Below, FieldKind::Count));
    Template {
        id: "form5".into(),
        title: "2023年职业教育活动周情况统计表".into(),
        year: 2023,
        also_years: vec![],
        title_words: words("职业教育活动周 情况统计表"),
        match_percent: 70,
        fields: vec![
            field("unit", "市(州)/职业学校(含技工院校)", "学校名称", Below, FieldKind::Unit),
            Field {
                optional_column: true,
                required: false,
                ..count("schools", "参与活动的学校数", "学校数")
            },
            count("teachers", "参与活动的教师数", "参与教师数"),
            Field { max_value: 60_000, ..count("students", "参与活动的学生数", "参与学生数") },
            Field {
                total: Total::Weighted { by: "students".into() },
                ..required(field(
                    "coverage",
                    "参与活动的学生覆盖率",
                    "学生覆盖率 覆盖率",
                    Below,
                    FieldKind::Percent,
                ))
            },
            count("enterprises", "参与活动的企业数", "参与企业数"),
            count("participants", "参与总人数", "总参与人数 参与总人次"),
            count("projects", "观摩体验活动项目数", ""),
            count(
                "media_province",
                "活动周媒体报道数省级及以上媒体报道数",
                "省级及以上媒体报道数 活动周媒体报道数省级及以上",
            ),
            count(
                "media_city",
                "活动周媒体报道数市(州)级媒体报道数",
                "市(州)级媒体报道数 活动周媒体报道数市(州)级",
            ),
            count(
                "media_county",
                "活动周媒体报道数县(区)级媒体报道数",
                "县(区)级媒体报道数 活动周媒体报道数县(区)级",
            ),
        ],
        rules: vec![
            Rule::AtLeastSum { whole: "participants".into(), parts: words("teachers students") },
            Rule::NotAllZero { parts: words("media_province media_city media_county") },
            Rule::Ratio { many: "students".into(), each: "teachers".into(), least: 2, most: 80 },
            Rule::TotalRow,
        ],
        hints: vec![],
        total_labels: words("合计 总计 小计 全市合计"),
    }
}
