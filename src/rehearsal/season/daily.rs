//! During the week, 14 to 20 May: photos, articles, cases and films of each day, with the habits that make the day
//! hard to tell: three days in one archive, last night's photos in the morning, a link instead of a file.

use jiff::Timestamp;

use super::PartState::{Accepted, Extra, Flawed, Review};
use super::files::zip::Style;
use super::hand::Words;
use super::mail::Client;
use super::script::{Act, quoted, stranger, unit};
use super::things::{Thing, archive, article, case, forwarded, logo, photo, photos, video};
use super::{MessageKind, MessageState};

/// The mails of this part.
pub fn acts() -> Vec<Act> {
    [regulars(), nil_reports(), several_days(), links(), others_material(), habits()].concat()
}

/// Units that simply send each evening: name, days of May, hour.
const REGULARS: [(&str, &[i8], &str); 14] = [
    ("泸州职业技术学院", &[14, 15, 16, 17, 18, 19, 20], "18:2"),
    ("成都航空职业技术学院", &[14, 15, 16, 17, 18, 19, 20], "17:4"),
    ("绵阳职业技术学院", &[14, 15, 16, 17, 18], "19:1"),
    ("成都市教育局", &[15, 16, 17, 18, 19], "17:3"),
    ("四川工程职业技术学院", &[14, 16, 18, 20], "16:5"),
    ("四川华新现代职业学院", &[14, 15, 16, 17, 18, 19], "20:0"),
    ("成都工贸职业技术学院", &[14, 15, 16], "21:3"),
    ("成都工业职业技术学院", &[15, 17, 19], "18:0"),
    ("自贡市教育和体育局", &[15, 16, 18], "17:1"),
    ("德阳市教育局", &[15, 17], "16:2"),
    ("南充市教育和体育局", &[17, 18], "22:4"),
    ("凉山彝族自治州教育和体育局", &[16, 20], "18:5"),
    ("广安职业技术学院", &[14, 15, 17, 19], "19:5"),
    ("四川汽车职业技术学院", &[15, 18], "17:5"),
];

fn regulars() -> Vec<Act> {
    let of_one = |(name, days, hour): &(&'static str, &'static [i8], &'static str)| {
        let (name, hour) = (*name, *hour);
        days.iter()
            .map(move |day| one_day(name, *day, &format!("05-{day:02} {hour}{}", day % 10)))
            .collect::<Vec<_>>()
    };
    REGULARS.iter().flat_map(of_one).collect()
}

fn one_day(name: &str, day: i8, moment: &str) -> Act {
    let things = match day % 3 {
        0 => [vec![article(day)], photos(day, 1)].concat(),
        1 => photos(day, 2),
        _ => [vec![case(day, 0)], photos(day, 2)].concat(),
    };
    let things = if name.starts_with("成都航空") && day == 16 { vec![video(day)] } else { things };
    let text = format!("老师好,现报送5月{day}日活动材料,请查收。\n{{unit}}");
    unit(name).on(moment).titled(&format!("{{short}}5月{day}日活动周材料")).says(&text).sends(things)
}

fn nil_reports() -> Vec<Act> {
    let nil = |name: &str, moment: &str| {
        unit(name)
            .on(moment)
            .titled("{short}今日无")
            .says("今日无新增活动。\n{unit}")
            .is(&[MessageKind::NilReport])
    };
    vec![
        nil("四川护理职业学院", "05-18 17:05"),
        nil("四川华新现代职业学院", "05-20 16:30"),
        nil("四川希望汽车职业学院", "05-15 17:21"),
        nil("四川希望汽车职业学院", "05-16 17:44"),
        nil("广安职业技术学院", "05-18 18:12"),
        unit("四川希望汽车职业学院")
            .on("05-17 19:02")
            .titled("希望汽车职院5月17日活动照片")
            .sends(photos(17, 2)),
    ]
}

fn several_days() -> Vec<Act> {
    let folders = [14, 15, 16].into_iter().flat_map(|day| {
        let within = format!("5.{day}");
        photos(day, 2).into_iter().map(move |thing| thing.within(&within))
    });
    let day = |name: &str, day: i8, moment: &str, things: Vec<Thing>| {
        unit(name).on(moment).titled(&format!("{{unit}}5月{day}日活动情况")).sends(things)
    };
    vec![
        unit("四川职业技术学院")
            .on("05-16 17:36")
            .titled("四川职业技术学院5.14-5.16三天活动材料")
            .sends(vec![archive("四川职院5.14-5.16活动材料.zip", Style::Gbk, folders.collect())]),
        day("四川职业技术学院", 17, "05-17 17:10", photos(17, 2)),
        day("四川职业技术学院", 18, "05-18 17:15", vec![article(18)]),
        // The morning after, and it says so: still the day before's, though late.
        day("四川汽车职业技术学院", 16, "05-17 09:30", photos(16, 2)),
        day("四川护理职业学院", 15, "05-15 18:01", vec![case(15, 2)]),
        day("四川护理职业学院", 17, "05-17 18:09", photos(17, 2)),
        day("四川护理职业学院", 19, "05-19 17:58", [vec![article(19)], photos(19, 1)].concat()),
        day("遂宁职业学院", 17, "05-17 21:27", photos(17, 1)),
        day("遂宁职业学院", 19, "05-19 20:40", photos(19, 2)),
        day("遂宁市教育和体育局", 15, "05-15 11:11", vec![article(15)]),
        // After the week.
        unit("绵阳职业技术学院")
            .on("05-22 10:02")
            .titled("绵阳职业技术学院5月21日活动照片")
            .sends(vec![photo("5月21日收官1.jpg", 21, true).ends(&[Extra])]),
    ]
}

fn links() -> Vec<Act> {
    let expires = "2023-06-14T15:29:00+08:00".parse().unwrap_or(Timestamp::MAX);
    vec![
        unit("天府新区信息职业学院")
            .on("05-15 20:51")
            .from("天府信息职院", "60417733@qq.example", Client::Qq)
            .titled("{unit}职教活动周活动视频")
            .says("老师您好,{unit}5月15日活动视频较大,请下载。")
            .header("X-HAS-ATTACH", "no")
            .big_file("天府信息职院活动周视频15日.mp4", "422.5M", expires),
        unit("天府新区信息职业学院").on("05-17 18:18").titled("{unit}5月17日活动照片").sends(photos(17, 2)),
        unit("天府新区航空旅游职业学院")
            .on("05-16 22:06")
            .titled("天府航旅职院5月16日活动视频")
            .says("视频较大,请从网盘下载:https://pan.baidu.com/s/1demoTfhk0516 提取码: tf16\n{unit}")
            .link("https://pan.baidu.com/s/1demoTfhk0516"),
    ]
}

/// Material of schools that owe nothing themselves.
fn others_material() -> Vec<Act> {
    let school = "自贡市灯城职业高级中学";
    let from_school = |day: i8, moment: &str| {
        let things = photos(day, 2).into_iter().map(|thing| thing.ends(&[Accepted, Flawed, Extra, Review]));
        stranger("灯城职高", "dczg_bgs@163.example", Client::NetEase)
            .on(moment)
            .titled(&format!("{school}5月{day}日活动照片"))
            .says(&format!("{school}5月{day}日活动照片见附件。"))
            .sends(things.collect())
            .of(&[None, Some("自贡市教育和体育局")])
            .ends(&[MessageState::Registered, MessageState::Review])
    };
    let inner = stranger("叙江职中", "xjzz@163.example", Client::NetEase)
        .on("05-16 15:10")
        .titled("泸州市叙江职业中学5月16日活动照片")
        .says("请审核。\n泸州市叙江职业中学")
        .sends(photos(16, 2));
    let inside = photos(16, 2).into_iter().map(|thing| thing.ends(&[Accepted, Flawed, Extra, Review]));
    vec![
        from_school(15, "05-15 19:40"),
        from_school(16, "05-16 21:50"),
        unit("成都市技师学院")
            .on("05-16 18:33")
            .titled("成都市技师学院5月16日技能开放日稿件及照片")
            .sends([vec![article(16)], photos(16, 2)].concat()),
        unit("泸州市教育和体育局")
            .on("05-16 17:22")
            .titled("转发:泸州市叙江职业中学5月16日活动照片")
            .says(&format!("现转发叙江职中活动材料。\n{{unit}}{}", quoted(&inner)))
            .sends(vec![forwarded("叙江职中5月16日活动照片.eml", inner.raw(), inside.collect())]),
    ]
}

fn habits() -> Vec<Act> {
    vec![
        // Names of a camera and of a messenger: only the mail and the camera's clock tell the day.
        unit("四川科技职业学院").on("05-18 16:44").titled("{unit}5月18日照片").sends(vec![
            photo("DSC_0456.JPG", 18, true),
            photo("DSC_0457.JPG", 18, true),
            photo("微信图片_20230518101010.jpg", 18, false),
        ]),
        unit("成都艺术职业大学")
            .on("05-14 18:36")
            .titled("{unit}5月14日活动照片")
            .sends([photos(14, 2), vec![logo()]].concat()),
        unit("成都艺术职业大学")
            .on("05-15 18:40")
            .titled("{unit}5月15日优质稿件")
            .sends(vec![article(15), logo()]),
        unit("成都艺术职业大学")
            .on("05-16 18:29")
            .titled("{unit}5月16日活动照片")
            .sends(photos(16, 2))
            .writing(Words::CutInside),
        unit("绵阳市教育和体育局")
            .on("05-16 17:56")
            .titled("绵阳市5月16日职教活动周照片")
            .sends(photos(16, 3)),
    ]
}
