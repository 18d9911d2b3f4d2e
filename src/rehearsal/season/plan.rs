//! Before the week: the plan, the contact and form4, due on 10 May. Most are complete and in time; the others are the
//! ways in which they are not.

use super::PartState::{
    Accepted, Duplicate, Extra, Flawed, Ignored, Rejected, Review, Superseded, Unreadable,
};
use super::files::form4::{FORM4, Form4};
use super::files::zip::Style;
use super::hand::Words;
use super::mail::Client;
use super::script::{Act, unit};
use super::things::{archive, form4, form4_with, photo, plan_set, scan4, scheme};
use super::{MessageKind, MessageState};

/// The mails of this part.
pub fn acts() -> Vec<Act> {
    [cities(), colleges_in_time(), split_and_packed(), corrected(), incomplete(), wrong_form(), late()]
        .concat()
}

fn cities() -> Vec<Act> {
    let official = |title: &str| scheme().named(title);
    vec![
        unit("成都市教育局").on("05-08 15:40").titled("关于报送2023年职业教育活动周活动方案的函").sends(
            vec![
                official("{unit}关于印发2023年职业教育活动周活动方案的通知.pdf"),
                form4().named("信息采集表（成都市）.xls"),
                scan4(),
            ],
        ),
        unit("自贡市教育和体育局").on("05-06 10:12").titled("{short}2023年职教活动周方案、信息采集表").sends(
            vec![
                scheme(),
                form4_with(Form4 { inserted: true, second: true, ..FORM4 }),
                scan4().named("采集表扫描_20230506.pdf"),
            ],
        ),
        unit("泸州市教育和体育局").on("05-09 14:31").titled("{unit}职业教育活动周方案及采集表").sends(vec![
            scheme(),
            form4().named("附件4.xls"),
            scan4().named("附件4盖章.pdf"),
        ]),
        unit("德阳市教育局")
            .on("05-09 16:55")
            .titled("{unit}报送职教活动周有关材料")
            .sends(plan_set())
            .into_junk(),
        unit("绵阳市教育和体育局").on("05-10 23:40").titled("{short}活动周方案等材料").sends(vec![
            official("绵阳市活动周方案(盖章).pdf"),
            form4().named("附件4:2023年职业教育活动周信息采集表(绵阳市)(最终版).xls"),
            scan4().named("扫描件_20230510.pdf"),
        ]),
        unit("南充市教育和体育局")
            .on("05-08 11:20")
            .titled("职教周材料")
            .says("您好,附件为我市职教活动周方案、采集表及扫描件。\n\n{unit}职成科\n云帆")
            .sends(vec![
                scheme().named("方案.docx"),
                form4().named("采集表.xls"),
                scan4().named("采集表.pdf"),
            ]),
        unit("凉山彝族自治州教育和体育局")
            .on("04-27 17:02")
            .titled("凉山州教体局关于报送职业教育活动周方案的报告")
            .sends(plan_set())
            .clock_off(-400 * 24 * 3600),
        // Nobody has the password: a person must ask for it. The open files come two days late.
        unit("遂宁市教育和体育局")
            .on("05-10 09:10")
            .titled("{unit}活动周材料")
            .says("材料已加密,密码请电话联系。\n{unit}")
            .sends(vec![archive("遂宁市活动周材料.zip", Style::Encrypted, plan_set())])
            .ends(&[MessageState::Review, MessageState::Parked, MessageState::Registered]),
        unit("遂宁市教育和体育局")
            .on("05-12 10:48")
            .titled("{unit}活动周材料(重发,未加密)")
            .sends(plan_set()),
    ]
}

fn colleges_in_time() -> Vec<Act> {
    vec![
        unit("泸州职业技术学院")
            .on("05-05 09:12")
            .titled("{unit}2023年职业教育活动周方案、信息采集表")
            .sends(plan_set()),
        unit("四川工程职业技术学院")
            .on("04-28 15:26")
            .from("四川工程职院院办", "yb@scetc.example", Client::NetEase)
            .titled("{unit}职教活动周方案")
            .sends(plan_set())
            .writing(Words::Raw)
            .naming(Words::Raw),
        unit("成都航空职业技术学院")
            .on("05-08 09:45")
            .titled("成都航院报送2023年职业教育活动周材料")
            .sends(vec![scheme().named("1.活动方案.pdf"), form4(), scan4()])
            .naming(Words::Rfc2231),
        unit("四川华新现代职业学院").on("05-09 10:03").titled("{unit}活动周方案、采集表").sends(vec![
            scheme(),
            form4_with(Form4 { lower: true, ..FORM4 }).named("附件4 信息采集表（四川华新现代职业学院）.xlsx"),
            scan4(),
        ]),
        unit("四川护理职业学院")
            .on("05-05 09:58")
            .titled("请问采集表一个学校填一张吗?")
            .says("老师您好,请问信息采集表是一个学校填一张,还是各校区分别填?谢谢。\n{unit}")
            .is(&[MessageKind::Question])
            .ends(&[MessageState::Registered, MessageState::Review]),
        unit("四川护理职业学院")
            .on("05-10 20:15")
            .titled("四川护理职业学院关于报送2023年职业教育活动周方案及信息采集表的函")
            .sends(plan_set())
            .writing(Words::CutInside)
            .naming(Words::CutInside),
        unit("广安职业技术学院").on("05-07 21:33").titled("广安职院活动周方案、采集表").sends(vec![
            scheme(),
            form4_with(Form4 { long: true, ..FORM4 }).ends(&[Accepted, Flawed]).flaws(&["V09"]),
            scan4().named("附件4盖章.pdf"),
        ]),
    ]
}

fn split_and_packed() -> Vec<Act> {
    let member = "绵阳职业技术学院";
    vec![
        unit(member).on("05-08 10:21").titled("绵阳职业技术学院活动周方案").sends(vec![scheme()]),
        unit(member).on("05-08 10:25").titled("绵阳职业技术学院信息采集表").sends(vec![form4()]),
        unit(member).on("05-08 10:30").titled("绵阳职业技术学院信息采集表盖章扫描件").sends(vec![scan4()]),
        unit("四川职业技术学院").on("05-09 11:05").titled("四川职业技术学院职教周全部材料").sends(vec![
            archive(
                "四川职业技术学院职教周全部材料.zip",
                Style::Gbk,
                vec![
                    scheme().within("1活动方案"),
                    form4().within("2采集表"),
                    scan4().within("3扫描件"),
                    photo("4照片/往期活动1.jpg", 3, false).ends(&[Accepted, Extra, Ignored, Review]).loose(),
                ],
            ),
        ]),
    ]
}

fn corrected() -> Vec<Act> {
    let again =
        || unit("四川希望汽车职业学院").on("05-09 09:00").titled("希望汽车职院活动周材料").sends(plan_set());
    let twice = plan_set().into_iter().map(|thing| thing.ends(&[Duplicate])).collect();
    vec![
        unit("四川汽车职业技术学院").on("05-09 15:18").titled("{unit}活动周方案、采集表").sends(vec![
            scheme(),
            form4().ends(&[Superseded]),
            scan4(),
        ]),
        unit("四川汽车职业技术学院")
            .on("05-10 16:40")
            .titled("更正:请以此为准")
            .says("老师好,昨日所报采集表手机号有误,请以此为准。\n{unit}")
            .sends(vec![
                form4_with(Form4 { mobile: Some("19900012345"), ..FORM4 }).named("采集表(修改).xlsx"),
            ]),
        again(),
        unit("四川希望汽车职业学院")
            .on("05-09 09:35")
            .titled("希望汽车职院活动周材料")
            .sends(twice)
            .ends(&[MessageState::Duplicate]),
        // The first copy broke on the way.
        unit("成都艺术职业大学")
            .on("05-09 08:51")
            .titled("{unit}活动周方案及采集表")
            .sends(vec![scheme(), form4().truncated().ends(&[Unreadable, Rejected])])
            .ends(&[MessageState::Registered, MessageState::Review, MessageState::Parked]),
        unit("成都艺术职业大学").on("05-10 09:00").titled("{unit}采集表(重发)").sends(vec![form4(), scan4()]),
    ]
}

fn incomplete() -> Vec<Act> {
    vec![
        // Nothing but an old workbook from a private box: the cell in the form tells whose it is.
        unit("四川现代职业学院")
            .on("05-09 22:14")
            .titled("(无主题)")
            .says("")
            .sends(vec![form4().named("附件4.xls")]),
        unit("四川现代职业学院")
            .on("05-12 09:30")
            .titled("四川现代职业学院补报")
            .sends(vec![scheme(), scan4()]),
        unit("成都工业职业技术学院")
            .on("05-09 09:27")
            .titled("成都工业职院信息采集表")
            .sends(vec![scan4().named("成都工业职院信息采集表盖章扫描件.pdf")]),
        unit("成都工业职业技术学院")
            .on("05-11 15:02")
            .titled("成都工业职业技术学院补报方案、采集表EXCEL版")
            .sends(vec![scheme(), form4()]),
        unit("成都工贸职业技术学院")
            .on("05-10 17:38")
            .titled("成都工贸职业技术学院报送采集表")
            .sends(vec![form4()]),
    ]
}

fn wrong_form() -> Vec<Act> {
    let old = Form4 { year: 2022, ..FORM4 };
    let empty = Form4 { empty: true, ..FORM4 };
    let copied = Form4 { unit: Some("天府新区信息职业学院"), ..FORM4 };
    vec![
        unit("天府新区信息职业学院").on("05-06 16:42").titled("{unit}2022年职业教育活动周信息采集表").sends(
            vec![
                scheme(),
                form4_with(old).named("2022年职业教育活动周信息采集表(天府信息职院).xls").ends(&[Rejected]),
            ],
        ),
        unit("天府新区信息职业学院")
            .on("05-09 11:47")
            .titled("{unit}信息采集表(2023年新表)")
            .sends(vec![form4(), scan4()]),
        unit("天府新区航空旅游职业学院")
            .on("05-08 16:02")
            .titled("天府航旅职院职教周材料")
            .sends(vec![scheme(), form4_with(empty).ends(&[Rejected]).flaws(&["V02"])]),
        unit("天府新区航空旅游职业学院")
            .on("05-15 10:36")
            .titled("天府航旅职院信息采集表(已填)")
            .sends(vec![form4(), scan4()]),
        unit("天府新区通用航空职业学院")
            .on("05-09 12:00")
            .titled("{unit}活动周方案及采集表")
            .sends(vec![
                scheme(),
                form4_with(copied).named("信息采集表.xlsx").ends(&[Rejected, Review]).flaws(&["V03"]),
            ])
            .ends(&[MessageState::Registered, MessageState::Review]),
        unit("天府新区通用航空职业学院")
            .on("05-12 15:08")
            .titled("{unit}采集表(更正)")
            .sends(vec![form4().named("信息采集表(天府通航).xlsx"), scan4()]),
    ]
}

fn late() -> Vec<Act> {
    let aside = || vec![Rejected, Review];
    vec![
        unit("四川科技职业学院")
            .on("05-11 00:20")
            .titled("关于报送2023年职业教育活动周方案、信息采集表的函")
            .sends(plan_set()),
        // Technician colleges report to another office (domain.md a.4).
        unit("德阳市人力资源和社会保障局")
            .on("05-09 10:40")
            .titled("{unit}技工院校职业教育活动周方案")
            .sends(plan_set().into_iter().map(|thing| thing.ends(&aside()).loose()).collect())
            .is(&[MessageKind::Submission, MessageKind::Other])
            .ends(&[MessageState::Registered, MessageState::Review]),
        // Before the week begins there is no day that it could be for.
        unit("成都航空职业技术学院")
            .on("05-12 16:20")
            .titled("成都航院活动周预热照片")
            .says("老师好,5月12日预热活动照片见附件。\n{unit}")
            .sends(vec![photo("5月12日预热1.jpg", 12, true).ends(&[Extra])]),
    ]
}
