//! Rosters as clerks keep them in a spreadsheet: what would give a unit the mail of others, or nobody its own, is told; what is
//! surely meant is read so.

use std::fs;

use shouwen::config::Config;

use crate::world::{UNITS, campaign, shipped, spoilt, warned};

const CHENGDU: &str = ",,edu.chengdu.gov.cn";
const ZIGONG: &str = "自贡教体局";

fn unit<'a>(config: &'a Config, code: &str) -> &'a shouwen::domain::unit::Unit {
    campaign(config).roster.by_code(code).unwrap()
}

#[test]
fn a_domain_that_is_no_units_own_is_left_out_and_told() {
    for domain in [
        "gov.cn",
        "edu.cn",
        "com.cn",
        "sc.cn",
        "qq.com",
        "vip.sina.com",
        "sina.com.cn",
        "21cn.com",
        "263.net",
        "tom.com",
        "wo.cn",
        "live.cn",
        "MSN.com",
    ] {
        let bad = format!(",,{domain}|edu.chengdu.gov.cn");
        let named = domain.to_lowercase();
        let config = warned(UNITS, CHENGDU, &bad, "domains", &[&named, "公共邮箱或公用后缀", "没有采用"]);
        assert_eq!(unit(&config, "5101").domains, ["edu.chengdu.gov.cn"]);
    }
    for domain in ["cn", "http://www.zg.gov.cn/", "zg.gov.cn，zgedu.cn", "zg.gov.cn;zgedu.cn", "教育局.cn"]
    {
        let config = warned(UNITS, CHENGDU, &format!(",,{domain}"), "domains", &["不是邮箱域名", "|"]);
        assert!(unit(&config, "5101").domains.is_empty(), "{domain}");
    }
    let config = shipped().with(UNITS, CHENGDU, ",,@Edu.Chengdu.gov.cn").load().unwrap();
    assert_eq!(unit(&config, "5101").domains, ["edu.chengdu.gov.cn"]);
    assert_eq!(config.warnings, []);
}

#[test]
fn several_aliases_in_one_are_told_or_read_as_several() {
    for mark in ["，", "、", ";", "；", "/"] {
        let bad = format!("自贡教体局{mark}自贡教育体育局");
        let config = warned(UNITS, ZIGONG, &bad, "aliases", &[&bad, &format!("“{mark}”"), "用 | 分隔"]);
        assert!(unit(&config, "5103").aliases.contains(&bad), "it may be one name");
    }
    warned(UNITS, ZIGONG, "自贡教体局 自贡教育体育局", "aliases", &["“ ”"]);
    let cell = "自贡市教育局|自贡市教育体育局|自贡市教体局|自贡教育局|自贡教体局|自贡市教育主管部门";
    let before = unit(&shipped().load().unwrap(), "5103").aliases.clone();
    for mark in ["｜", "\n", "\r\n"] {
        let config = shipped().with(UNITS, cell, &format!("\"{}\"", cell.replace('|', mark))).load().unwrap();
        assert_eq!(unit(&config, "5103").aliases, before, "{mark:?}");
        assert_eq!(config.warnings, []);
    }
}

#[test]
fn an_alias_that_is_a_word_of_others_is_told() {
    for alias in ["教育局", "活动周", "四川", "市", "方案", "教务处", "活动方案", "成都"]
    {
        let bad = format!("自贡教体局|{alias}");
        warned(UNITS, ZIGONG, &bad, "aliases", &[&format!("“{alias}”"), "请删去"]);
    }
    // A city's own office may be called like the city where nobody else is.
    let world = shipped();
    let text = "code,name,aliases,group,city\n1,成都教育局,成都,city_edu,成都市\n2,某高职,,college,绵阳市\n";
    fs::write(world.path(UNITS), text).unwrap();
    assert_eq!(world.load().unwrap().warnings, []);
}

#[test]
fn addresses_and_parents_that_cannot_be_meant_are_told() {
    let ours = ",scsjytzjc@163.com,edu.chengdu.gov.cn";
    let config = warned(UNITS, CHENGDU, ours, "emails", &["本系统自己的邮箱"]);
    assert!(unit(&config, "5101").emails.is_empty(), "nobody reminds himself");
    for bad in ["a@zg.gov.cn，b@zg.gov.cn", "a@zg.gov.cn;b@zg.gov.cn"] {
        warned(UNITS, CHENGDU, &format!(",{bad},"), "emails", &[bad, "多个用 | 分隔"]);
    }
    let two = shipped().with(UNITS, CHENGDU, ",a@b.example,edu.chengdu.gov.cn").with(
        UNITS,
        "city_edu,自贡市,,,",
        "city_edu,自贡市,,A@b.example,",
    );
    let config = two.load().unwrap();
    let line = two.line(UNITS, "A@b.example");
    let told: Vec<String> = config.warnings.iter().map(ToString::to_string).collect();
    assert!(
        told.len() == 1 && told[0].contains(&format!("units.csv:{line}: emails: “A@b.example”也是第 2 行")),
        "{told:?}"
    );

    let zigong = "city_edu,自贡市,,";
    let config = warned(UNITS, zigong, "city_edu,自贡市,5103,", "parent", &["它自己"]);
    assert_eq!(unit(&config, "5103").parent, None);
    let round = shipped().with(UNITS, zigong, "city_edu,自贡市,5104,").with(
        UNITS,
        "city_edu,攀枝花市,,",
        "city_edu,攀枝花市,5103,",
    );
    let told: Vec<String> = round.load().unwrap().warnings.iter().map(ToString::to_string).collect();
    assert!(told.len() == 1 && told[0].contains("绕成了圈") && told[0].contains(" → "), "{told:?}");
}

#[test]
fn what_nobody_sees_is_no_part_of_a_name_and_a_number_before_one_is_told() {
    let config = shipped().with(UNITS, "成都市教育局,", "成都市\u{200b}教育局\u{feff},").load().unwrap();
    assert_eq!(unit(&config, "5101").name, "成都市教育局");
    assert_eq!(config.warnings, []);
    for numbered in ["1.成都市教育局", "2、成都市教育局", "（13）成都市教育局"] {
        warned(UNITS, "成都市教育局,", &format!("{numbered},"), "name", &[numbered, "序号"]);
    }
    let whole = shipped().with(UNITS, "成都市教育局,", "115医院,").load().unwrap();
    assert_eq!(whole.warnings, []);
}

#[test]
fn a_first_line_that_is_no_header_is_told_once_as_what_it_is() {
    let told = |change: &dyn Fn(String) -> String| {
        let world = shipped();
        let text = fs::read_to_string(world.path(UNITS)).unwrap();
        fs::write(world.path(UNITS), change(text)).unwrap();
        let problems = world.load().expect_err("accepted").problems;
        assert_eq!(problems.len(), 1, "{problems:#?}");
        problems[0].to_string()
    };
    assert!(told(&|text| text.replace(',', ";")).contains("分号"));
    assert!(told(&|text| text.replace(',', "\t")).contains("制表符"));
    let titled = told(&|text| format!("2023年活动周名册,,,\n{}", text.trim_start_matches('\u{feff}')));
    assert!(titled.contains("列名在第 2 行") && titled.contains("删去"), "{titled}");
    let chinese = told(&|text| {
        text.replacen("code,name,aliases,group", "代码,单位名称,简称,类别", 1).replacen(
            ",city,parent,emails,domains,contact,phone,valid_from,valid_to",
            ",市州,上级,邮箱,域名,联系人,电话,起,止",
            1,
        )
    });
    assert!(chinese.contains("单位名称＝name") && chinese.contains("类别＝group"), "{chinese}");
    spoilt(UNITS, ",emails,", ",邮箱,", "邮箱", "不认识");
    spoilt(UNITS, ",domains,contact", ",emails,contact", "emails", "写了两次");
}
