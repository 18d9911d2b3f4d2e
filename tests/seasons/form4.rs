//! 信息采集表 as clerks fill it: every layout that survives a year of copying, every slip of the pen, and the slips
//! that are none.

use shouwen::rehearsal::season::chance::Chance;
use shouwen::rehearsal::season::files::table::{Table, Value};

use super::crew::{Clerk, happens, pick};
use super::draft::Draft;
use super::prose;
use super::truth::{FormTruth, Held, Planted};

/// What is wrong with a copy; each names a check of the research.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slip {
    None,
    NoFiller,
    NoFillerPhone,
    NoContact,
    NoMobile,
    ShortMobile,
    LongMobile,
    NoAreaCode,
    QqInWords,
    NoQq,
    UrlUnderWay,
    LongPlan,
    ShortPlan,
    HintLeft,
}

pub const SLIPS: [Slip; 13] = [
    Slip::NoFiller,
    Slip::NoFillerPhone,
    Slip::NoContact,
    Slip::NoMobile,
    Slip::ShortMobile,
    Slip::LongMobile,
    Slip::NoAreaCode,
    Slip::QqInWords,
    Slip::NoQq,
    Slip::UrlUnderWay,
    Slip::LongPlan,
    Slip::ShortPlan,
    Slip::HintLeft,
];

/// A copy of the form before it is a file.
pub struct Form4 {
    pub year: u16,
    pub is_empty: bool,
    /// Whom it names where that is not the clerk's own house.
    pub names: Option<String>,
    pub slip: Slip,
    /// Changes the contact, as a correction does.
    pub version: u8,
}

pub const FORM4: Form4 = Form4 { year: 2023, is_empty: false, names: None, slip: Slip::None, version: 0 };

const PLAN_HINT: &str = "主要包含计划的举办时间、活动形式和内容等。";
const FEATURE_HINT: &str = "主要包含特色活动名称、活动内容与形式、开展时间和预期成效等。";

impl Form4 {
    pub fn sheets(&self, clerk: &Clerk, chance: &mut Chance) -> (Vec<Table>, FormTruth) {
        let sheet = pick(chance, &["Sheet1", "Sheet1", "信息采集表", "附件4", "采集表", "Sheet2"]);
        let mut draft = Draft::named(sheet);
        let title = format!("{}年职业教育活动周信息采集表", self.year);
        let title = match chance.between(0, 4) {
            0 => title.replace("年职", "年\n职"),
            1 => title.replace("年", " 年 "),
            _ => title,
        };
        draft.table.wide(0, (0, 9), &title);
        self.labels(&mut draft, chance);
        let mut truth = FormTruth::default();
        if self.is_empty {
            draft.table.wide(4, (1, 9), PLAN_HINT);
            draft.table.wide(5, (1, 9), FEATURE_HINT);
            truth.planted.push(Planted { codes: vec!["V02"], cells: vec![] });
        } else {
            self.values(&mut draft, clerk, chance);
        }
        Self::disturb(&mut draft, chance);
        if !self.is_empty {
            truth.rows = draft.rows();
            self.planted(&draft, &mut truth);
        }
        truth.free.extend(["V14", "V17", "V18"]);
        (Self::neighbours(draft.table, chance), truth)
    }

    fn labels(&self, draft: &mut Draft, chance: &mut Chance) {
        let table = &mut draft.table;
        let stamp =
            pick(chance, &["填报单位(盖章)", "填报单位（盖章）", "填报单位（盖章）：", "填报单位\n(盖章)"]);
        table.text(1, 0, stamp);
        table.text(1, 3, pick(chance, &["填报人", "填报人", "填 报 人", "填报人："]));
        table.text(1, 5, pick(chance, &["联系电话", "联系电话", "联系 电话", "联系电话:"]));
        let heads = [
            pick(
                chance,
                &[
                    "市(州)/职业(含技工)学校",
                    "市（州）/职业（含技工）学校",
                    "市(州)/职业(含\n技工)学校",
                    "学校名称",
                ],
            ),
            pick(chance, &["联系人", "联系人", "联 系 人", "联络员"]),
            "职务",
            pick(chance, &["手机", "手机", "手机号", "手  机", "移动电话"]),
            pick(chance, &["QQ号", "QQ号", "ＱＱ号", "QQ", "QQ号码"]),
        ];
        (0..).zip(heads).for_each(|(col, head)| table.text(2, col, head));
        let url =
            pick(chance, &["专题网站(专栏)链接地址", "专题网站（专栏）链接地址", "专题网站(专栏)\n链接地址"]);
        table.wide(2, (5, 9), url);
        table.text(
            4,
            0,
            pick(
                chance,
                &["活动周工作计划(300字以内)", "活动周工作计划（300字以内）", "活动周工作计划\n(300字以内)"],
            ),
        );
        table.text(
            5,
            0,
            pick(
                chance,
                &["特色活动简介(300字以内)", "特色活动简介（300字以内）", "特色活动简介(300\n字以内)"],
            ),
        );
        table.wide(
            6,
            (0, 9),
            "填表说明:请各市(州)教育主管部门、各高职学校2023年5月10日前报送PDF盖章扫描件和EXCEL版本表格。",
        );
    }

    fn values(&self, draft: &mut Draft, clerk: &Clerk, chance: &mut Chance) {
        let names = self.names.as_deref().unwrap_or(&clerk.unit.name).to_owned();
        let own = if self.names.is_none() && happens(chance, 25) {
            super::crew::naming(&clerk.unit, chance)
        } else {
            names.clone()
        };
        draft.table.wide(1, (1, 2), &names);
        draft.fill(0, "unit", (3, 0), text(&own), Some(Held::Text(own.clone())));
        let put = |draft: &mut Draft, field, at, typed: Value, means: &str, lacks: bool| {
            if !lacks {
                draft.fill(0, field, at, typed, Some(Held::Text(means.to_owned())));
            }
        };
        let slip = self.slip;
        put(draft, "filler", (1, 4), text(&clerk.filler.name), &clerk.filler.name, slip == Slip::NoFiller);
        self.filler_phone(draft, clerk, chance);
        put(
            draft,
            "contact",
            (3, 1),
            text(&clerk.contact.name),
            &clerk.contact.name,
            slip == Slip::NoContact,
        );
        put(draft, "post", (3, 2), text(clerk.contact.post), clerk.contact.post, false);
        self.mobile(draft, clerk, chance);
        match slip {
            Slip::NoQq => {}
            Slip::QqInWords => {
                draft.fill(0, "qq", (3, 4), text(pick(chance, &["同手机", "微信同号", "无"])), None)
            }
            _ if happens(chance, 30) => put(
                draft,
                "qq",
                (3, 4),
                Value::Number(clerk.contact.qq.parse().unwrap()),
                &clerk.contact.qq,
                false,
            ),
            _ => put(draft, "qq", (3, 4), text(&clerk.contact.qq), &clerk.contact.qq, false),
        }
        self.url(draft, clerk, chance);
        let plan = match slip {
            Slip::LongPlan => prose::exactly(&prose::plan(clerk, chance), chance.between(345, 480) as usize),
            Slip::ShortPlan => "待定".to_owned(),
            Slip::HintLeft => PLAN_HINT.to_owned(),
            // A plan of exactly the limit is within it.
            _ if happens(chance, 15) => prose::exactly(&prose::plan(clerk, chance), 300),
            _ => prose::plan(clerk, chance),
        };
        let means = (slip != Slip::HintLeft).then(|| Held::Text(plan.clone()));
        draft.table.merges.push((4, 1, 4, 9));
        draft.fill(0, "plan", (4, 1), Value::Text(plan), means);
        let feature = prose::feature(clerk, chance);
        draft.table.merges.push((5, 1, 5, 9));
        draft.fill(0, "feature", (5, 1), text(&feature), Some(Held::Text(feature.clone())));
    }

    fn filler_phone(&self, draft: &mut Draft, clerk: &Clerk, chance: &mut Chance) {
        let number = format!("{}", chance.between(2_000_000, 8_999_999));
        let phone = match self.slip {
            Slip::NoFillerPhone => return,
            Slip::NoAreaCode => number,
            _ => match chance.between(0, 5) {
                0 => format!("0838-{number}"),
                1 => format!("028-8{number}"),
                2 => format!("0816{number}"),
                _ => clerk.filler.mobile.clone(),
            },
        };
        draft.table.merges.push((1, 6, 1, 9));
        draft.fill(0, "filler_phone", (1, 6), text(&phone), Some(Held::Text(phone.clone())));
    }

    fn mobile(&self, draft: &mut Draft, clerk: &Clerk, chance: &mut Chance) {
        let right = format!(
            "{}{}",
            &clerk.contact.mobile[..10],
            (self.version + clerk.contact.mobile.as_bytes()[10] - b'0') % 10
        );
        let (typed, means) = match self.slip {
            Slip::NoMobile => return,
            Slip::ShortMobile => (text(&right[..10]), None),
            Slip::LongMobile => (text(&format!("{right}3")), None),
            _ => match chance.between(0, 8) {
                0 => (text(&format!("{} {} {}", &right[..3], &right[3..7], &right[7..])), Some(right)),
                1 => (text(&format!("{}-{}-{}", &right[..3], &right[3..7], &right[7..])), Some(right)),
                2 => (Value::Number(right.parse().unwrap()), Some(right)),
                3 => (text(&format!("+86 {right}")), Some(right)),
                4 => (
                    text(
                        &right.chars().filter_map(|c| char::from_u32(c as u32 + 0xFEE0)).collect::<String>(),
                    ),
                    Some(right),
                ),
                _ => (text(&right), Some(right)),
            },
        };
        draft.fill(0, "mobile", (3, 3), typed, means.map(Held::Text));
    }

    fn url(&self, draft: &mut Draft, clerk: &Clerk, chance: &mut Chance) {
        let host = format!("www.{}.example", &clerk.contact.qq[..5]);
        let url = match self.slip {
            Slip::UrlUnderWay => pick(chance, &["建设中", "无", "正在建设"]).to_owned(),
            _ => match chance.between(0, 5) {
                0 => host,
                1 => format!("https://mp.weixin.qq.com/s/{}", chance.hex(12)),
                2 => format!("http://{host}/hdz\nhttp://{host}/zt/2023"),
                _ => format!("https://{host}/zjhdz2023/"),
            },
        };
        let means = (self.slip != Slip::UrlUnderWay).then(|| Held::Text(url.clone()));
        draft.table.merges.push((3, 5, 3, 9));
        draft.fill(0, "url", (3, 5), Value::Text(url), means);
    }

    /// Rows and columns slipped in.
    fn disturb(draft: &mut Draft, chance: &mut Chance) {
        if happens(chance, 20) {
            draft.push_down(1, 1);
        }
        if happens(chance, 15) {
            draft.push_right(3, 1);
        }
        if happens(chance, 25) {
            draft.push_down(0, 1);
            draft.table.text(0, 0, pick(chance, &["附件4", "附件4：", "附件 4"]));
        }
        if happens(chance, 10) {
            draft.push_right(0, 1);
        }
    }

    /// Other sheets of the workbook, before and after.
    fn neighbours(own: Table, chance: &mut Chance) -> Vec<Table> {
        let mut all = vec![own];
        match chance.between(0, 10) {
            0 => {
                let mut guide = Table::named("填写说明");
                guide.text(0, 0, "填写说明");
                guide.text(1, 0, "1.联系人请填写具体经办同志。2.电子表格与盖章件内容须一致。");
                all.insert(0, guide);
            }
            1 => {
                let mut example = Table::named("示例");
                example.wide(0, (0, 9), "2023年职业教育活动周信息采集表");
                for (col, head) in (0..).zip([
                    "市(州)/职业(含技工)学校",
                    "联系人",
                    "职务",
                    "手机",
                    "QQ号",
                    "专题网站(专栏)链接地址",
                ]) {
                    example.text(2, col, head);
                }
                for (col, value) in (0..).zip([
                    "XX职业技术学院",
                    "张三",
                    "科长",
                    "13800000000",
                    "10000",
                    "http://www.xx.example",
                ]) {
                    example.text(3, col, value);
                }
                all.insert(0, example);
            }
            2 => all.extend([Table::named("Sheet3"), Table::named("Sheet4")]),
            3 => {
                let mut hidden = Table { is_hidden: true, ..Table::named("去年") };
                hidden.wide(0, (0, 9), "2022年职业教育活动周信息采集表");
                hidden.text(1, 0, "填报单位(盖章)");
                hidden.text(2, 1, "联系人");
                hidden.text(3, 1, "某某");
                all.push(hidden);
            }
            _ => {}
        }
        all
    }

    fn planted(&self, draft: &Draft, truth: &mut FormTruth) {
        let cells = |field: &str| draft.cells(0, &[field]);
        let codes: (&[&'static str], Vec<String>) = match self.slip {
            Slip::None => (&[], vec![]),
            Slip::NoFiller | Slip::NoFillerPhone | Slip::NoContact | Slip::NoMobile => (&["V04"], vec![]),
            Slip::ShortMobile | Slip::LongMobile => (&["V05"], vec![]),
            Slip::NoAreaCode => (&["V06"], cells("filler_phone")),
            Slip::QqInWords | Slip::NoQq => (&["V07"], vec![]),
            Slip::UrlUnderWay => (&["V08"], vec![]),
            Slip::LongPlan | Slip::ShortPlan => (&["V09"], cells("plan")),
            Slip::HintLeft => (&["V02", "V04", "V09"], vec![]),
        };
        if !codes.0.is_empty() {
            truth.planted.push(Planted { codes: codes.0.to_vec(), cells: codes.1 });
        }
    }
}

pub fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}
