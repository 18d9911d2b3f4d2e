//! 情况统计表 as clerks fill it: one row or many, a total with or without its name, every spelling of a figure, every
//! mistake that the checks name, and beside each the near miss that is none.

use shouwen::rehearsal::season::chance::Chance;
use shouwen::rehearsal::season::files::table::{Table, Value};

use super::crew::{Clerk, happens, naming, pick};
use super::draft::Draft;
use super::form4::text;
use super::style::Style;
use super::truth::{FormTruth, Held, Planted};

/// What is wrong with a copy; each names a check of the research.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    None,
    NoFirms,
    Fraction,
    Negative,
    AboutCount,
    TenThousands,
    HugeCoverage,
    TinyCoverage,
    WordyCoverage,
    FewPeople,
    WrongTotal,
    NoMedia,
    ManyStudents,
    FewTeachers,
    ManyFirms,
    ManyProjects,
    ManySchools,
}

/// Those of any unit; the total and the number of schools are apart.
pub const FAULTS: [Fault; 14] = [
    Fault::NoFirms,
    Fault::Fraction,
    Fault::Negative,
    Fault::AboutCount,
    Fault::TenThousands,
    Fault::HugeCoverage,
    Fault::TinyCoverage,
    Fault::WordyCoverage,
    Fault::FewPeople,
    Fault::NoMedia,
    Fault::ManyStudents,
    Fault::FewTeachers,
    Fault::ManyFirms,
    Fault::ManyProjects,
];

pub struct Form5 {
    pub fault: Fault,
    /// Schools listed, each in a row.
    pub schools: usize,
    /// A total row under them, and whether it is called so.
    pub total: Option<bool>,
    pub version: u8,
}

pub const FORM5: Form5 = Form5 { fault: Fault::None, schools: 0, total: None, version: 0 };

/// Fields in the order of columns from the fourth on.
const FIELDS: [&str; 9] = [
    "teachers",
    "students",
    "coverage",
    "enterprises",
    "participants",
    "projects",
    "media_province",
    "media_city",
    "media_county",
];
const FIRST: u16 = 3;
const COVERAGE: usize = 2;

struct Figures {
    school: String,
    schools: i64,
    counts: [i64; 9],
}

impl Form5 {
    pub fn sheets(&self, clerk: &Clerk, chance: &mut Chance) -> (Vec<Table>, FormTruth) {
        let sheet = pick(chance, &["Sheet1", "Sheet1", "情况统计表", "附件5", "统计表"]);
        let mut draft = Draft::named(sheet);
        let has_schools = self.fault == Fault::ManySchools || happens(chance, 35);
        let has_second = self.labels(&mut draft, clerk, has_schools, chance);
        let first = if has_second { 4 } else { 3 };
        let rows = self.figures(clerk, chance);
        let style = Style::of(chance);
        for (n, row) in rows.iter().enumerate() {
            let fault = if n == 0 { self.fault } else { Fault::None };
            write(&mut draft, Some(n), first + n as u16, row, has_schools, &style, fault, chance);
        }
        let mut end = first + rows.len() as u16;
        if let Some(is_named) = self.total {
            let mut sum = total(&rows, is_named);
            if self.fault == Fault::WrongTotal {
                sum.counts[4] += 30;
            }
            write(&mut draft, None, end, &sum, has_schools, &style, Fault::None, chance);
            end += 1;
        }
        draft.table.wide(
            end,
            (0, 11),
            "填表说明:请各市(州)教育主管部门、各高职学校在活动周结束后一周内报送。",
        );
        let total_row = end - 1;
        let total_cell = self.disturb(&mut draft, total_row, chance);
        let mut truth = FormTruth { rows: draft.rows(), ..FormTruth::default() };
        truth.free.extend(["V14", "V17", "V18"]);
        self.planted(&draft, total_cell, &mut truth);
        let mut sheets = vec![draft.table];
        if happens(chance, 20) {
            sheets.push(Table::named("Sheet9"));
        }
        (sheets, truth)
    }

    /// Labels; whether the header has two rows.
    fn labels(&self, draft: &mut Draft, clerk: &Clerk, has_schools: bool, chance: &mut Chance) -> bool {
        let table = &mut draft.table;
        table.wide(
            0,
            (0, 11),
            pick(
                chance,
                &[
                    "2023年职业教育活动周情况统计表",
                    "2023 年职业教育活动周情况统计表",
                    "2023年职业教育活动周\n情况统计表",
                ],
            ),
        );
        table.text(1, 0, pick(chance, &["填报单位(盖章)", "填报单位（盖章）", "填报单位（盖章）："]));
        table.wide(1, (1, 2), &clerk.unit.name);
        table.text(1, 3, "填报人");
        table.wide(1, (4, 7), &clerk.filler.name);
        table.text(1, 8, "联系电话");
        table.wide(1, (9, 11), &clerk.filler.mobile);
        let schools =
            if has_schools { pick(chance, &["参与活动的学校数", "参与学校数"]) } else { "" };
        let heads = [
            pick(chance, &["市(州)/职业学校(含技工院校)", "市（州）/职业学校（含技工院校）", "学校名称"]),
            "",
            schools,
            pick(chance, &["参与活动的教师数", "参与活动\n的教师数", "参与教师数", "教师参与人数"]),
            pick(chance, &["参与活动的学生数", "参与活动\n的学生数", "参与学生数"]),
            pick(chance, &["参与活动的学生覆盖率", "参与活动的\n学生覆盖率", "学生覆盖率", "覆盖率(%)"]),
            pick(chance, &["参与活动的企业数", "参与\n活动\n的企\n业数", "参与企业数"]),
            pick(chance, &["参与总人数", "参与\n总人数", "总参与人数", "参与总人次"]),
            pick(chance, &["观摩体验活动项目数", "观摩体\n验活动\n项目数"]),
        ];
        let is_flat = happens(chance, 20);
        let below = if is_flat { 2 } else { 3 };
        for (col, head) in (0..).zip(heads) {
            table.text(2, col, head);
            if col >= 2 && !is_flat {
                table.merges.push((2, col, 3, col));
            }
        }
        table.merges.push((2, 0, below, 1));
        let media = match chance.between(0, 3) {
            0 if !is_flat => ["省级及以上", "市(州)级", "县(区)级"],
            1 => ["省级及以上\n媒体报道数", "市（州）级\n媒体报道数", "县（区）级\n媒体报道数"],
            _ => ["省级及以上媒体报道数", "市(州)级媒体报道数", "县(区)级媒体报道数"],
        };
        if !is_flat {
            table.wide(2, (9, 11), "活动周媒体报道数");
        }
        for (col, head) in (9..).zip(media) {
            table.text(below, col, head);
        }
        !is_flat
    }

    fn figures(&self, clerk: &Clerk, chance: &mut Chance) -> Vec<Figures> {
        if self.schools == 0 {
            let school = naming(&clerk.unit, chance);
            return vec![self.row(school, clerk, chance)];
        }
        let kinds = [
            "职业中学",
            "职业技术学校",
            "职业高级中学",
            "工程学校",
            "卫生学校",
            "技工学校",
            "信息技术学校",
            "旅游学校",
            "农业学校",
        ];
        let places = ["城南", "江滨", "新城", "北区", "桥头", "东山", "石桥", "白塔", "金沙"];
        let city = clerk.unit.city.chars().take(2).collect::<String>();
        let names = (0..self.schools)
            .map(|n| format!("{city}{}{}", places[n % 9], kinds[(n * 4 + usize::from(self.version)) % 9]));
        names.collect::<Vec<_>>().into_iter().map(|name| self.row(name, clerk, chance)).collect()
    }

    fn row(&self, school: String, _: &Clerk, chance: &mut Chance) -> Figures {
        let teachers = i64::from(chance.between(60, 400)) + i64::from(self.version);
        let students = teachers * i64::from(chance.between(6, 25));
        // Nobody but teachers and students came: unusual, not wrong.
        let more = if happens(chance, 8) { 0 } else { i64::from(chance.between(100, 900)) };
        let media = [
            i64::from(chance.between(0, 6)),
            i64::from(chance.between(1, 9)),
            i64::from(chance.between(0, 9)),
        ];
        let (coverage, firms, projects) =
            (chance.between(70, 100), chance.between(3, 60), chance.between(4, 30));
        let counts = [
            teachers,
            students,
            coverage.into(),
            firms.into(),
            teachers + students + more,
            projects.into(),
            media[0],
            media[1],
            media[2],
        ];
        let mut figures = Figures { school, schools: 1, counts };
        self.spoil(&mut figures.counts);
        figures
    }

    /// Figures that no school has.
    fn spoil(&self, counts: &mut [i64; 9]) {
        match self.fault {
            Fault::FewPeople => counts[4] = counts[0] + counts[1] - 37,
            Fault::NoMedia => counts[6..].fill(0),
            Fault::ManyStudents => (counts[1], counts[0], counts[4]) = (61_500, 2_400, 70_000),
            Fault::FewTeachers => (counts[0], counts[1], counts[4]) = (12, 2_900, 3_500),
            Fault::ManyFirms => counts[3] = 2_600,
            Fault::ManyProjects => counts[5] = 620,
            _ => {}
        }
    }

    fn disturb(&self, draft: &mut Draft, total_row: u16, chance: &mut Chance) -> Vec<String> {
        let mut marker = Draft::named(&draft.table.sheet);
        marker.fill(0, "total", (total_row, 7), Value::Number(0.0), Some(Held::Count(0)));
        let mut both = |down: bool, at: u16| {
            if down {
                draft.push_down(at, 1);
                marker.push_down(at, 1);
            } else {
                draft.push_right(at, 1);
                marker.push_right(at, 1);
            }
        };
        if happens(chance, 20) {
            both(true, 1);
        }
        let has_numbers = happens(chance, 20);
        if has_numbers {
            both(false, 0);
        }
        let is_lower = happens(chance, 25);
        if is_lower {
            both(true, 0);
        }
        if has_numbers {
            let head = draft.table.cells.iter().filter(|(_, col, _)| *col == 1).map(|(row, ..)| *row).nth(2);
            draft.table.text(head.unwrap_or(3), 0, "序号");
        }
        if is_lower {
            draft.table.text(0, 0, pick(chance, &["附件5", "附件5：", "附件 5"]));
        }
        marker.cells(0, &["total"])
    }

    fn planted(&self, draft: &Draft, total_cell: Vec<String>, truth: &mut FormTruth) {
        let cells = |fields: &[&str]| draft.cells(0, fields);
        let (codes, cells): (&[&'static str], Vec<String>) = match self.fault {
            Fault::None => return,
            Fault::NoFirms => (&["V04", "V10"], vec![]),
            Fault::Fraction | Fault::Negative => (&["V10"], vec![]),
            Fault::AboutCount | Fault::TenThousands => (&["V10"], cells(&["participants", "students"])),
            Fault::HugeCoverage => (&["V11"], vec![]),
            Fault::TinyCoverage | Fault::WordyCoverage => (&["V11"], cells(&["coverage"])),
            Fault::FewPeople => (&["V12"], cells(&["participants", "teachers", "students"])),
            Fault::WrongTotal => (&["V13"], total_cell),
            Fault::NoMedia => (&["V15"], vec![]),
            Fault::ManyStudents | Fault::ManyFirms | Fault::ManyProjects => (&["V16"], vec![]),
            Fault::FewTeachers => (&["V16"], vec![]),
            Fault::ManySchools => (&["V14"], vec![]),
        };
        truth.planted.push(Planted { codes: codes.to_vec(), cells });
    }
}

const UNITS: [&str; 9] = ["人", "人", "", "家", "人", "个", "篇", "篇", "条"];

#[allow(clippy::too_many_arguments)]
fn write(
    draft: &mut Draft,
    form_row: Option<usize>,
    at: u16,
    row: &Figures,
    has_schools: bool,
    style: &Style,
    fault: Fault,
    chance: &mut Chance,
) {
    draft.table.merges.push((at, 0, at, 1));
    let put = |draft: &mut Draft, field, col, typed, means| match form_row {
        Some(n) => draft.fill(n, field, (at, col), typed, means),
        None => draft.table.put(at, col, typed),
    };
    if !row.school.is_empty() {
        put(draft, "unit", 0, text(&row.school), Some(Held::Text(row.school.clone())));
    }
    if has_schools {
        let schools = if fault == Fault::ManySchools { 23 } else { row.schools };
        put(draft, "schools", 2, Value::Number(schools as f64), Some(Held::Count(schools)));
    }
    for (n, field) in FIELDS.into_iter().enumerate() {
        let count = row.counts[n];
        let (typed, means) = match (fault, field) {
            (Fault::NoFirms, "enterprises") => continue,
            (Fault::Fraction, "teachers") => (Value::Number(count as f64 + 0.5), None),
            (Fault::Negative, "enterprises") => (Value::Number(-(count as f64)), None),
            (Fault::AboutCount, "participants") => {
                (Value::Text(format!("约{count}")), Some(Held::Count(count)))
            }
            (Fault::TenThousands, "participants") => {
                let tens = (count + 999) / 1000 + 1;
                (Value::Text(format!("{}.{}万", tens / 10, tens % 10)), Some(Held::Count(tens * 1000)))
            }
            (Fault::HugeCoverage, "coverage") => (Value::Percent(count as f64), None),
            (Fault::TinyCoverage, "coverage") => (text(&format!("0.{count}%")), None),
            (Fault::WordyCoverage, "coverage") => (text("全覆盖"), Some(Held::Share(1.0))),
            // A school of the province may have no county: blank is nothing.
            (_, "media_county") if count == 0 && form_row.is_some() && happens(chance, 50) => continue,
            _ if n == COVERAGE => (style.share(count), Some(Held::Share(count as f64 / 100.0))),
            _ => (style.count(count, UNITS[n]), Some(Held::Count(count))),
        };
        if form_row.is_none() && n == COVERAGE && happens(chance, 40) {
            continue;
        }
        put(draft, field, FIRST + n as u16, typed, means);
    }
}

fn total(rows: &[Figures], is_named: bool) -> Figures {
    let mut counts = [0; 9];
    for row in rows {
        for (sum, count) in counts.iter_mut().zip(row.counts) {
            *sum += count;
        }
    }
    counts[COVERAGE] /= rows.len() as i64;
    Figures {
        school: if is_named { "合计".to_owned() } else { String::new() },
        schools: rows.len() as i64,
        counts,
    }
}
