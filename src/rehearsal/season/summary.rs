//! After the week: form5, its stamped scan and the report, due on Saturday 27 May and so in time through Monday 29.

use super::PartState::{Accepted, Flawed, Superseded};
use super::files::form5::{FORM5, FORM5_CITY, Fault, Form5, Percent};
use super::files::zip::Style;
use super::hand::Words;
use super::mail::Client;
use super::script::{Act, unit};
use super::things::{Thing, archive, form5, form5_with, old_report, report, report_of, scan5, summary_set};
use super::{MessageKind, MessageState};

/// The mails of this part.
pub fn acts() -> Vec<Act> {
    [complete(), spelled(), faulty(), in_pieces(), at_the_last_moment()].concat()
}

fn set(name: &str, moment: &str, things: Vec<Thing>) -> Act {
    unit(name).on(moment).titled("{unit}2023年职业教育活动周总结及情况统计表").sends(things)
}

fn complete() -> Vec<Act> {
    vec![
        set("泸州职业技术学院", "05-22 09:40", summary_set(FORM5)),
        set("成都航空职业技术学院", "05-23 10:15", summary_set(FORM5)),
        set("四川工程职业技术学院", "05-24 16:08", summary_set(FORM5))
            .writing(Words::Raw)
            .naming(Words::CutInside),
        set("广安职业技术学院", "05-25 21:17", summary_set(FORM5)),
        set("成都市教育局", "05-26 11:31", summary_set(FORM5_CITY)),
        set("泸州市教育和体育局", "05-25 15:47", summary_set(Form5 { lower: true, ..FORM5_CITY })),
        set("德阳市教育局", "05-26 17:20", summary_set(FORM5_CITY)),
        set("凉山彝族自治州教育和体育局", "05-24 10:54", summary_set(FORM5_CITY)),
        set("四川护理职业学院", "05-26 09:09", summary_set(FORM5)),
    ]
}

/// The coverage in all its spellings.
fn spelled() -> Vec<Act> {
    let form = |percent| form5_with(Form5 { percent, ..FORM5 });
    let with = |form: Thing| vec![form, scan5(), report()];
    let remarked = |thing: Thing| thing.ends(&[Accepted, Flawed]);
    vec![
        set("四川华新现代职业学院", "05-24 14:25", with(form(Percent::Fraction))),
        set("四川汽车职业技术学院", "05-25 10:39", with(form(Percent::Whole).named("附件5.xls"))),
        set("成都艺术职业大学", "05-26 15:13", with(form(Percent::Text))),
        set("四川科技职业学院", "05-25 16:02", with(remarked(form(Percent::Wide)))),
        set(
            "四川现代职业学院",
            "05-26 22:48",
            with(
                remarked(form5_with(Form5 { fault: Fault::WordyCounts, ..FORM5 }))
                    .named("附件5.xls")
                    .flaws(&["V10"]),
            ),
        )
        .says(""),
    ]
}

fn faulty() -> Vec<Act> {
    let form = |fault| form5_with(Form5 { fault, ..FORM5 }).ends(&[Flawed]);
    vec![
        // Corrected the next day.
        set(
            "成都工业职业技术学院",
            "05-23 09:51",
            vec![
                form(Fault::HugeCoverage).ends(&[Superseded]).flaws(&["V11"]),
                scan5(),
                report().named("{short}工作总结报告.pdf"),
            ],
        ),
        unit("成都工业职业技术学院")
            .on("05-24 09:14")
            .titled("成都工业职业技术学院情况统计表更正:请以此为准")
            .says("覆盖率格式有误,现更正,请以此为准。\n{unit}")
            .sends(vec![form5().named("附件5(更正).xlsx")]),
        set(
            "四川希望汽车职业学院",
            "05-25 11:26",
            vec![form(Fault::FewParticipants).flaws(&["V12"]), scan5(), report()],
        ),
        set(
            "自贡市教育和体育局",
            "05-23 13:58",
            vec![
                form5_with(Form5 { fault: Fault::WrongTotal, ..FORM5_CITY }).ends(&[Flawed]).flaws(&["V13"]),
                scan5(),
                report(),
            ],
        ),
        // A section is missing: a remark for staff, nothing for the school.
        set(
            "天府新区航空旅游职业学院",
            "05-26 16:37",
            vec![form5(), scan5(), report_of(6).ends(&[Accepted, Flawed])],
        ),
    ]
}

fn in_pieces() -> Vec<Act> {
    let member = "天府新区信息职业学院";
    vec![
        unit(member).on("05-24 17:01").titled("{unit}情况统计表").sends(vec![form5(), scan5()]),
        unit(member).on("05-26 08:44").titled("{unit}活动周工作总结").sends(vec![report()]),
        unit("四川职业技术学院").on("05-25 09:33").titled("四川职业技术学院活动周总结材料").sends(vec![
            archive("四川职业技术学院总结材料.zip", Style::Utf8, vec![form5(), scan5(), report()]),
        ]),
        // Only the report; the rest never comes.
        unit("天府新区通用航空职业学院").on("05-26 10:20").titled("{unit}工作总结").sends(vec![report()]),
        // Silent until now; and then the title of last year.
        unit("南充科技职业学院")
            .on("05-26 15:47")
            .titled("{unit}职业教育活动周工作总结")
            .sends(vec![old_report()])
            .ends(&[MessageState::Review]),
        unit("遂宁职业学院")
            .on("05-26 19:25")
            .titled("遂宁职业学院活动周总结及统计表")
            .sends(summary_set(FORM5)),
        unit("绵阳市教育和体育局")
            .on("05-23 16:05")
            .titled("请问情况统计表中职学校要逐校填吗")
            .says("请问附件5是全市汇总一行,还是各中职学校逐校填报?\n{unit}")
            .is(&[MessageKind::Question])
            .ends(&[MessageState::Registered, MessageState::Review]),
    ]
}

fn at_the_last_moment() -> Vec<Act> {
    vec![
        set("绵阳职业技术学院", "05-27 23:58", summary_set(FORM5)),
        set(
            "绵阳市教育和体育局",
            "05-28 20:06",
            summary_set(Form5 { percent: Percent::Whole, ..FORM5_CITY }),
        ),
        set("南充市教育和体育局", "05-29 09:10", summary_set(FORM5_CITY)),
        set("成都工贸职业技术学院", "05-30 09:46", summary_set(FORM5)),
        unit("遂宁市教育和体育局")
            .on("06-01 10:17")
            .from("遂宁教体", "snjtj@163.example", Client::NetEase)
            .titled("{unit}活动周总结及统计表(补报)")
            .sends(summary_set(FORM5_CITY)),
    ]
}
