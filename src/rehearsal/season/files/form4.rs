//! 附件4 信息采集表 as a unit fills it, with the ways in which copies differ: a title one row lower, a row slipped in,
//! a sheet of instructions before it, the year of another form.

use super::super::cast::Member;
use super::super::prose;
use super::table::Table;

/// How this copy of the form is.
#[derive(Debug, Clone, PartialEq)]
pub struct Form4 {
    /// Year in the title.
    pub year: u16,
    /// 附件4 stands above and the title one row lower.
    pub lower: bool,
    /// An empty row under the title.
    pub inserted: bool,
    /// A sheet 填写说明 stands before.
    pub second: bool,
    /// Nothing is filled in; the printed hints stand.
    pub empty: bool,
    /// Unit written into it, where it is not the sender's own.
    pub unit: Option<&'static str>,
    /// Mobile number written into it, where it is not the contact's.
    pub mobile: Option<&'static str>,
    /// The plan is longer than asked.
    pub long: bool,
}

/// The form as most send it.
pub const FORM4: Form4 = Form4 {
    year: 2023,
    lower: false,
    inserted: false,
    second: false,
    empty: false,
    unit: None,
    mobile: None,
    long: false,
};

/// Printed explanations of the two text fields.
const PLAN_HINT: &str = "主要包含计划的举办时间、活动形式和内容等。";
const FEATURE_HINT: &str = "主要包含特色活动名称、活动内容与形式、开展时间和预期成效等。";

impl Form4 {
    /// The sheets of the form as `member` fills it.
    pub fn sheets(&self, member: &Member) -> Vec<Table> {
        let mut sheet = Table::named("Sheet1");
        sheet.wide(0, (0, 9), &format!("{}年职业教育活动周信息采集表", self.year));
        self.labels(&mut sheet);
        if self.empty {
            sheet.wide(4, (1, 9), PLAN_HINT);
            sheet.wide(5, (1, 9), FEATURE_HINT);
        } else {
            self.values(&mut sheet, member);
        }
        if self.inserted {
            sheet.push_down(1, 1);
        }
        if self.lower {
            sheet.push_down(0, 1);
            sheet.text(0, 0, "附件4");
        }
        if !self.second {
            return vec![sheet];
        }
        sheet.sheet = "信息采集表".to_owned();
        let mut guide = Table::named("填写说明");
        guide.text(0, 0, "填写说明");
        guide.text(1, 0, "一、请在后一张工作表中填写。二、盖章扫描件与电子表格内容应当一致。");
        vec![guide, sheet]
    }

    fn labels(&self, sheet: &mut Table) {
        sheet.text(1, 0, "填报单位(盖章)");
        sheet.text(1, 3, "填报人");
        sheet.text(1, 5, "联系电话");
        let heads = ["市(州)/职业(含技工)学校", "联系人", "职务", "手机", "QQ号"];
        for (col, head) in (0..).zip(heads) {
            sheet.text(2, col, head);
        }
        sheet.wide(2, (5, 9), "专题网站(专栏)链接地址");
        sheet.text(4, 0, "活动周工作计划(300字以内)");
        sheet.text(5, 0, "特色活动简介(300字以内)");
        sheet.wide(6, (0, 9), "填表说明:请将领导审签后的PDF盖章扫描件和EXCEL版本一并报送。");
    }

    fn values(&self, sheet: &mut Table, member: &Member) {
        let unit = self.unit.unwrap_or(member.name);
        let (filler, contact) = (member.person("填报人"), member.person("联系人"));
        sheet.wide(1, (1, 2), unit);
        sheet.text(1, 4, &filler.name);
        sheet.wide(1, (6, 9), &filler.mobile);
        let row = [unit, &contact.name, contact.post, self.mobile.unwrap_or(&contact.mobile), &contact.qq];
        for (col, value) in (0..).zip(row) {
            sheet.text(3, col, value);
        }
        let host = member.address.rsplit_once('@').map_or("", |(_, host)| host);
        sheet.wide(3, (5, 9), &format!("https://www.{host}/zjhdz2023"));
        let plan = prose::plan(member);
        let plan = if self.long { format!("{plan}{plan}{plan}") } else { plan };
        sheet.wide(4, (1, 9), &plan);
        sheet.wide(5, (1, 9), &prose::feature(member));
    }
}
