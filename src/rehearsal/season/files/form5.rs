//! 附件5 情况统计表 as a unit fills it: one row for a school, a row a school and a total for a city, with the mistakes
//! that real tables have.

use super::super::cast::Member;
use super::super::chance::Chance;
use super::table::{Table, Value};

/// How the coverage (覆盖率) is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Percent {
    /// 0.85 in a cell shown as percent.
    Format,
    /// 0.85 as a bare number.
    Fraction,
    /// 85 as a bare number.
    Whole,
    /// "85%" as text.
    Text,
    /// "85%" as text in full-width characters.
    Wide,
}

/// What is wrong with this copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// Counts with words around them (V10).
    WordyCounts,
    /// Coverage 9500% (V11).
    HugeCoverage,
    /// Fewer participants than teachers and students (V12).
    FewParticipants,
    /// The total row is off by 30 (V13).
    WrongTotal,
}

/// How this copy of the form is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Form5 {
    /// Schools listed, each with a row, and a total row under them; none: one row for the unit itself.
    pub schools: u16,
    /// Spelling of the coverage.
    pub percent: Percent,
    /// Its mistake.
    pub fault: Fault,
    /// The column with the number of schools is there.
    pub counts_schools: bool,
    /// 附件5 stands above and the title one row lower.
    pub lower: bool,
}

/// The form of a school as most send it.
pub const FORM5: Form5 =
    Form5 { schools: 0, percent: Percent::Format, fault: Fault::None, counts_schools: false, lower: false };

/// The form of a city as most send it.
pub const FORM5_CITY: Form5 =
    Form5 { schools: 5, percent: Percent::Format, fault: Fault::None, counts_schools: true, lower: false };

/// Figures of one row, in the order of columns; coverage in percent.
struct Row {
    school: String,
    counts: [u32; 6],
    coverage: u32,
    media: [u32; 3],
}

/// From a character of ASCII to its full-width twin.
const FULL_WIDTH_OFFSET: u32 = 0xFEE0;

/// Columns of teachers, students, coverage, firms, participants, projects, media.
const TEACHERS: u16 = 3;
const COVERAGE: u16 = 5;
const FIRMS: u16 = 6;
const MEDIA: u16 = 9;

impl Form5 {
    /// The sheets of the form as `member` fills it.
    pub fn sheets(&self, member: &Member) -> Vec<Table> {
        let mut sheet = Table::named("情况统计表");
        self.labels(&mut sheet, member);
        let rows = self.rows(member);
        for (n, row) in (4..).zip(&rows) {
            self.write(&mut sheet, n, row);
        }
        let mut end = 4 + u16::try_from(rows.len()).unwrap_or(0);
        if self.schools > 0 {
            self.write(&mut sheet, end, &self.total(&rows));
            end += 1;
        }
        sheet.wide(end, (0, 11), "填表说明:请将领导审签后的PDF盖章扫描件和EXCEL版本一并报送。");
        if self.lower {
            sheet.push_down(0, 1);
            sheet.text(0, 0, "附件5");
        }
        vec![sheet, Table::named("Sheet2")]
    }

    fn labels(&self, sheet: &mut Table, member: &Member) {
        let filler = member.person("填报人");
        sheet.wide(0, (0, 11), "2023年职业教育活动周情况统计表");
        sheet.text(1, 0, "填报单位(盖章)");
        sheet.wide(1, (1, 2), member.name);
        sheet.text(1, 3, "填报人");
        sheet.wide(1, (4, 7), &filler.name);
        sheet.text(1, 8, "联系电话");
        sheet.wide(1, (9, 11), &filler.mobile);
        let heads = [
            "市(州)/职业学校(含技工院校)",
            "",
            if self.counts_schools { "参与学校数" } else { "" },
            "参与活动的教师数",
            "参与活动的学生数",
            "参与活动的学生覆盖率",
            "参与活动的企业数",
            "参与总人数",
            "观摩体验活动项目数",
        ];
        for (col, head) in (0..).zip(heads) {
            sheet.text(2, col, head);
            if col >= 2 {
                sheet.merges.push((2, col, 3, col));
            }
        }
        sheet.merges.push((2, 0, 3, 1));
        sheet.wide(2, (MEDIA, MEDIA + 2), "活动周媒体报道数");
        for (col, head) in (MEDIA..).zip(["省级及以上媒体报道数", "市(州)级媒体报道数", "县(区)级媒体报道数"])
        {
            sheet.text(3, col, head);
        }
    }

    fn rows(&self, member: &Member) -> Vec<Row> {
        const SCHOOLS: [&str; 6] = [
            "城南职业中学",
            "江滨职业技术学校",
            "新城职业高级中学",
            "北区工程学校",
            "桥头职业中学",
            "现代信息学校",
        ];
        let mut chance = Chance::of(&[member.name, "form5"]);
        if self.schools == 0 {
            return vec![self.row(member.name.to_owned(), &mut chance)];
        }
        let names = SCHOOLS.iter().take(usize::from(self.schools));
        names.map(|school| self.row(format!("{}{school}", member.city), &mut chance)).collect()
    }

    fn row(&self, school: String, chance: &mut Chance) -> Row {
        let (teachers, students) = (chance.between(90, 400), chance.between(1500, 6000));
        let more = chance.between(200, 900);
        let participants = match self.fault {
            Fault::FewParticipants => teachers + students - 37,
            _ => teachers + students + more,
        };
        let counts = [1, teachers, students, chance.between(8, 60), participants, chance.between(5, 30)];
        let coverage = chance.between(82, 99);
        Row {
            school,
            counts,
            coverage,
            media: [chance.between(1, 6), chance.between(2, 9), chance.between(1, 9)],
        }
    }

    fn total(&self, rows: &[Row]) -> Row {
        let mut counts = [0; 6];
        let mut media = [0; 3];
        for row in rows {
            counts.iter_mut().zip(row.counts).for_each(|(sum, count)| *sum += count);
            media.iter_mut().zip(row.media).for_each(|(sum, count)| *sum += count);
        }
        if self.fault == Fault::WrongTotal {
            counts[4] += 30;
        }
        Row { school: "合计".to_owned(), counts, coverage: 0, media }
    }

    fn write(&self, sheet: &mut Table, n: u16, row: &Row) {
        let [schools, teachers, students, firms, participants, projects] = row.counts;
        sheet.wide(n, (0, 1), &row.school);
        if self.counts_schools {
            sheet.put(n, TEACHERS - 1, Value::Number(f64::from(schools)));
        }
        sheet.put(n, TEACHERS, self.count(teachers, "人"));
        sheet.put(n, TEACHERS + 1, self.count(students, "人"));
        if row.coverage > 0 {
            sheet.put(n, COVERAGE, self.coverage(row.coverage));
        }
        for (col, count) in (FIRMS..).zip([firms, participants, projects]) {
            sheet.put(n, col, Value::Number(f64::from(count)));
        }
        for (col, count) in (MEDIA..).zip(row.media) {
            sheet.put(n, col, Value::Number(f64::from(count)));
        }
    }

    fn count(&self, count: u32, unit: &str) -> Value {
        match self.fault {
            Fault::WordyCounts => Value::Text(format!("约{count}{unit}")),
            _ => Value::Number(f64::from(count)),
        }
    }

    fn coverage(&self, percent: u32) -> Value {
        let fraction = f64::from(percent) / 100.0;
        match self.percent {
            // Typed as 95 into a cell that already shows percent.
            _ if self.fault == Fault::HugeCoverage => Value::Percent(f64::from(percent)),
            Percent::Format => Value::Percent(fraction),
            Percent::Fraction => Value::Number(fraction),
            Percent::Whole => Value::Number(f64::from(percent)),
            Percent::Text => Value::Text(format!("{percent}%")),
            Percent::Wide => {
                let text = percent.to_string();
                let wide =
                    text.chars().filter_map(|digit| char::from_u32(u32::from(digit) + FULL_WIDTH_OFFSET));
                Value::Text(wide.chain(['％']).collect())
            }
        }
    }
}
