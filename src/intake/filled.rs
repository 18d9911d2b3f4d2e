//! Spreadsheets that are forms: checked, compared with the unit of the mail (V03), filed with the contact person that
//! they name, and kept as readings.

use super::answers::{Answered, answer};
use super::clues::{FormRead, is_own_address, unit_cells};
use super::meant::{Meant, of_form};
use super::parts::{Outcome, Scene, plain};
use super::succession::may_follow;
use super::under::{by_bare_name, gathered, of_a_lower_unit, theirs};
use crate::domain::campaign::ItemKind;
use crate::domain::facts::Content;
use crate::domain::message::PartState;
use crate::domain::submission::{Flaw, Level};
use crate::domain::template::{FieldKind, Template};
use crate::domain::text::squeeze;
use crate::domain::unit::Unit;
use crate::form::{self, Checked, Contact, Doubt, Entry, Reading};
use crate::recognition::likeness::{is_another_authority, is_another_school, is_community_of};
use crate::recognition::unit::{authorities_of, is_authority, is_over};
use crate::recognition::vocabulary::Target;
use crate::store::{FiledPart, LearnedSender, ReadingRow};

/// Judges a part that holds one or more forms.
pub(super) fn judge_forms(
    scene: &Scene,
    unit: &Unit,
    at: usize,
    read: &[FormRead],
    outcome: &mut Outcome,
) -> FiledPart {
    let mut filed: Option<FiledPart> = None;
    for form in read {
        let next = judge_form(scene, unit, at, form, outcome);
        match &mut filed {
            None => filed = Some(next),
            Some(filed) => filed.filings.extend(next.filings),
        }
    }
    filed.unwrap_or_else(|| plain(PartState::Extra, "表格不是要求的表样"))
}

fn judge_form(scene: &Scene, unit: &Unit, at: usize, read: &FormRead, outcome: &mut Outcome) -> FiledPart {
    let campaign = scene.desk.campaign;
    let (Some(template), Some(meant)) = (campaign.templates.get(&read.form), of_form(scene, at, read)) else {
        return plain(PartState::Extra, "本任务没有要求这张表");
    };
    if read.reading.is_empty(template) && is_of_our_mail(scene, at) {
        return plain(PartState::Extra, "本处所发邮件里的空白表样，不是报送的材料");
    }
    let (targets, open) = match meant {
        Meant::Sure(targets) => (targets, None),
        Meant::Open(targets, why) => (targets, Some(why)),
    };
    let with_total = own_total(unit, template, &read.reading);
    let mut checked = form::check(template, with_total.as_ref().unwrap_or(&read.reading));
    if !is_authority(unit) {
        checked.flaws.extend(form::one_each(template, &checked));
    }
    if let Some((entry, other)) = foreign_unit(scene, unit, template, read) {
        if is_over(unit, other) {
            let theirs = theirs(scene, unit, other, &targets);
            outcome.concerns.extend(theirs.concerns);
            return plain(theirs.state, theirs.why);
        }
        outcome.concerns.push(other.code.clone());
        checked.flaws.insert(0, another_units(&entry, other, unit));
    } else if unit_cells(template, &read.reading).is_empty()
        && let Some(part) = scene.case.facts.parts.get(at)
        && let Some(theirs) = targets.first().and_then(|target| of_a_lower_unit(scene, unit, part, target))
    {
        outcome.concerns.extend(theirs.concerns);
        return plain(theirs.state, theirs.why);
    }
    let listed = owing_units(scene, Some(unit), template, &read.reading);
    if let Some(gathered) = gathered(scene, unit, &targets, listed.iter().map(|(_, other)| *other)) {
        outcome.concerns.extend(gathered.concerns);
        return plain(gathered.state, gathered.why);
    }
    checked.flaws.extend(listed_though_owing(unit, template, &listed));
    let mut state = form::state_of(&checked.flaws);
    let mut why = reason(template, &checked, state);
    if let Some(asked) = others(unit, template, &read.reading, state) {
        (state, why) = (PartState::Review, asked);
    }
    if let Some(stray) = stray_unit(scene, unit, template, read).filter(|_| state != PartState::Rejected) {
        (state, why) = (PartState::Review, stray);
    }
    let spoken = scene.desk.spoken(&read.reading.title);
    if let Some(another) = spoken.other.filter(|_| spoken.own == 0 && state != PartState::Rejected) {
        (state, why) = (PartState::Review, format!("表头写的是“{another}”，请确认是否本次材料"));
    }
    if let Some(open) = open.filter(|_| state != PartState::Rejected) {
        (state, why) = (PartState::Review, open);
    }
    let mut filed =
        answer(scene, unit, at, &targets, &Answered { state, flaws: checked.flaws.clone(), why: &why });
    if matches!(filed.state, PartState::Accepted | PartState::Flawed) {
        file_contact(scene, unit, at, read, &checked, &mut filed);
        learn(scene, unit, at, &checked, outcome);
    }
    if filed.state != PartState::Extra {
        outcome.readings.extend(checked.rows.into_iter().map(|row| ReadingRow {
            part: at,
            form: read.form.clone(),
            school: row.school,
            values: row.values,
            cells: row.cells,
        }));
    }
    filed
}

/// Whether a part lies in a mail that came from the address to which this one was sent: programs enclose what they answer,
/// with the form that the office sent out.
fn is_of_our_mail(scene: &Scene, at: usize) -> bool {
    let facts = scene.case.facts;
    let around = facts.parts.get(at).into_iter().flat_map(|part| part.ancestors(&facts.parts));
    let mut senders = around.filter_map(|part| match &part.content {
        Content::Mail { from, .. } => Some(from),
        _ => None,
    });
    senders.any(|from| facts.header.to.iter().any(|to| to.eq_ignore_ascii_case(from)))
}

/// Why a person must say which table of a workbook is meant, or which rows of it.
fn others(own: &Unit, template: &Template, reading: &Reading, state: PartState) -> Option<String> {
    let is_own = |doubt: &&Doubt| doubt.whole.as_ref().is_some_and(|whole| is_place_of(own, whole));
    let parts = reading.parts.as_ref().filter(|doubt| !is_own(doubt));
    let others = reading.others.join("”“");
    if reading.is_hidden && state != PartState::Rejected {
        return Some(format!("这张表在隐藏的工作表“{}”中，看得见的不是这张表，请打开确认", reading.sheet));
    }
    match (reading.others.is_empty(), reading.is_empty(template)) {
        (true, _) => {
            parts.filter(|_| state != PartState::Rejected).map(|Doubt { begin, is_added, .. }| {
                let added = if *is_added { "会另外相加" } else { "不另相加" };
                format!("{begin}起的几行不知是否已计入上面一行，请打开确认；收下的话，汇总时这几行{added}")
            })
        }
        // Filled in over the example, perhaps, or with what was hidden since the year before.
        (false, true) => Some(format!("表内没有填写，但示例或隐藏的工作表“{others}”中有内容，请打开确认")),
        (false, false) if state == PartState::Rejected => None,
        (false, false) => Some(format!("工作簿中还有填好的“{others}”，请认定以哪一张为准")),
    }
}

/// Whether a unit is called after a place, or lies in it: 绵阳市 of 绵阳市教育局.
fn is_place_of(own: &Unit, place: &str) -> bool {
    let place = squeeze(place);
    own.names().chain([own.city.as_str()]).any(|name| squeeze(name).starts_with(&place))
}

/// The form of an authority whose own row sums up its schools' (德阳市教育局, or 德阳市).
fn own_total(own: &Unit, template: &Template, reading: &Reading) -> Option<Reading> {
    let names: Vec<String> = own.names().chain([own.city.as_str()]).map(squeeze).collect();
    let is_own = |name: &str| !name.is_empty() && names.contains(&squeeze(name));
    is_authority(own).then(|| reading.with_own_total(template, is_own))?
}

/// The rows of a table that name a unit of the roster which owes the form itself, and is not whose mail it is.
fn owing_units<'s>(
    scene: &'s Scene,
    own: Option<&Unit>,
    template: &Template,
    reading: &Reading,
) -> Vec<(Entry, &'s Unit)> {
    let campaign = scene.desk.campaign;
    let Some(column) = template.columns().find(|field| field.kind == FieldKind::Unit) else {
        return Vec::new();
    };
    let owes =
        |other: &Unit| campaign.items_of_form(&template.id).any(|(asked, _)| asked.owed_by(&other.group));
    let named = reading.rows.iter().filter_map(|row| row.entries.get(&column.id)).filter_map(|entry| {
        let codes = scene.desk.book.codes(&entry.text());
        let [code] = codes.as_slice() else { return None };
        let other = campaign
            .roster
            .by_code(code)
            .filter(|other| own.is_none_or(|own| other.code != own.code) && owes(other))?;
        Some((entry.clone(), other))
    });
    named.collect()
}

/// Codes of the units that may be meant by tables of which a person must say whose they are: an office that the roster does not have
/// gathers the figures of those that it has.
pub(super) fn listed_in(scene: &Scene, read: &[FormRead]) -> Vec<String> {
    let of_form = |form: &FormRead| {
        let template = scene.desk.campaign.templates.get(&form.form);
        let listed = template.map(|template| owing_units(scene, None, template, &form.reading));
        listed.into_iter().flatten().map(|(_, unit)| unit.code.clone()).collect::<Vec<_>>()
    };
    read.iter().flat_map(of_form).collect()
}

/// V16: rows of the table of whoever others report through that name one of these, which owes the form itself. What it says itself is what counts.
fn listed_though_owing(own: &Unit, template: &Template, listed: &[(Entry, &Unit)]) -> Vec<Flaw> {
    let unit = template.columns().find(|field| field.kind == FieldKind::Unit);
    let is_added_up = template.columns().any(|field| field.total.is_figure());
    let Some(unit) = unit.filter(|_| is_added_up) else { return Vec::new() };
    let told = listed.iter().filter(|(_, other)| is_over(own, other)).map(|(entry, other)| {
        let text =
            format!("{}：{}应自行报送这张表，汇总时以其自报数为准，请核对是否重复", unit.label, other.name);
        Flaw { code: "V16".to_owned(), place: entry.cell.clone(), text, level: Level::Warning }
    });
    told.collect()
}

/// The cell that names another unit of the roster, and which.
fn foreign_unit<'s>(
    scene: &'s Scene,
    own: &Unit,
    template: &Template,
    read: &FormRead,
) -> Option<(Entry, &'s Unit)> {
    let stamp = unit_cells(template, &read.reading);
    let row = match read.reading.rows.as_slice() {
        [row] => template
            .columns()
            .filter_map(|field| {
                let is_unit = field.kind == FieldKind::Unit;
                row.entries.get(&field.id).filter(|entry| is_unit && !entry.is_blank()).cloned()
            })
            .next(),
        _ => None,
    };
    stamp.into_iter().map(|entry| (entry, false)).chain(row.map(|entry| (entry, true))).find_map(
        |(entry, in_row)| {
            let codes = scene.desk.book.codes(&entry.text());
            let bare = || by_bare_name(scene, own, &entry.text());
            let other = match codes.as_slice() {
                [code] if *code != own.code => scene.desk.campaign.roster.by_code(code)?,
                [] | [_] => bare()?,
                _ => return None,
            };
            if may_follow(scene.desk.campaign, scene.case, own, other) {
                return None;
            }
            // A city's table may list a single school.
            (!in_row || !is_over(own, other)).then_some((entry, other))
        },
    )
}

/// Why a form must be looked at of which a cell names a school that is not the unit's own: one outside the roster (whose
/// form was it?), or one of the roster among several rows.
fn stray_unit(scene: &Scene, own: &Unit, template: &Template, read: &FormRead) -> Option<String> {
    let campaign = scene.desk.campaign;
    let owes =
        |unit: &Unit| campaign.items_of_form(&template.id).any(|(asked, _)| asked.owed_by(&unit.group));
    let is_name = |id: &str| template.field(id).is_some_and(|field| field.kind == FieldKind::Unit);
    let rows = read.reading.rows.iter().flat_map(|row| &row.entries);
    let names = rows.filter(|(id, _)| is_name(id)).map(|(_, entry)| entry.clone());
    let stamps = unit_cells(template, &read.reading).into_iter().map(|entry| (entry, true));
    let is_stamped =
        |entry: &Entry| read.reading.stamp.as_ref().is_some_and(|stamp| stamp.cell == entry.cell);
    stamps.chain(names.map(|entry| (entry, false))).find_map(|(entry, is_stamp)| {
        let told = entry.text();
        let mut codes = scene.desk.book.codes(&told);
        let is_place = codes.is_empty();
        if is_place {
            // 东城区 in a row of another district's table is that one's bureau.
            codes.extend(authorities_of(&campaign.roster, &owes, &told));
        }
        let whose = match codes.as_slice() {
            // A town's table lists communities in its rows.
            [] if !is_stamp && is_community_of(own, &told) => return None,
            [] if !is_authority(own) && is_another_school(&scene.desk.book, own, &told) => "不在名册",
            // Nor is a bureau a school that its line of who reports names; beside the bureau's own table it is only enclosed.
            [] if is_stamped(&entry)
                && is_another_school(&scene.desk.book, own, &told)
                && !brings_own(scene, own, template) =>
            {
                "不在名册"
            }
            [] if is_of_another_kind(own, &told) => "不在名册",
            // A city's table lists counties in its rows.
            [] if is_authority(own) && is_stamp && is_another_authority(own, &told) => "不在名册",
            [] => return None,
            [first, others @ ..] => {
                // Of several that one name is of, any may be meant.
                if others.contains(&own.code) || (!others.is_empty() && !is_place) {
                    return None;
                }
                let other = campaign.roster.by_code(first)?;
                let is_old = may_follow(campaign, scene.case, own, other);
                (other.code != own.code && !is_over(own, other) && !is_old).then_some("是另一单位")?
            }
        };
        Some(format!("{}写的“{}”{whose}，来件单位是{}，请认定", entry.cell, told.trim(), own.name))
    })
}

/// Whether a table of a mail bears its unit's own name.
fn brings_own(scene: &Scene, own: &Unit, template: &Template) -> bool {
    let tables = scene.forms.iter().flatten().filter(|form| form.form == template.id);
    let mut cells = tables.flat_map(|form| unit_cells(template, &form.reading));
    cells.any(|cell| scene.desk.book.codes(&cell.text()).contains(&own.code))
}

/// Colleges, and schools below them: 绵阳职业技术学校 is not what 绵阳职业技术学院 calls itself.
const COLLEGES: [&str; 4] = ["学院", "大学", "职院", "高等专科学校"];
const LOWER_SCHOOLS: [&str; 7] = ["学校", "中学", "中专", "职高", "职中", "职校", "技校"];

/// Whether a text, which is no name that the roster knows, is that of a school of the other kind than a unit.
fn is_of_another_kind(own: &Unit, name: &str) -> bool {
    let ends = |name: &str, kinds: &[&str]| kinds.iter().any(|kind| name.ends_with(kind));
    // Of a 技师学院 both are said.
    let is_college = |name: &str| ends(name, &COLLEGES) && !name.ends_with("技师学院");
    let is_lower = |name: &str| ends(name, &LOWER_SCHOOLS) && !ends(name, &COLLEGES);
    let (own, name) = (squeeze(&own.name), squeeze(name));
    (is_college(&own) && is_lower(&name)) || (is_lower(&own) && is_college(&name))
}

fn another_units(entry: &Entry, other: &Unit, own: &Unit) -> Flaw {
    Flaw {
        code: "V03".to_owned(),
        place: entry.cell.clone(),
        text: format!("填报单位是{}，来件单位是{}，请核对后重新报送本单位的表", other.name, own.name),
        level: Level::Error,
    }
}

fn reason(template: &Template, checked: &Checked, state: PartState) -> String {
    let errors = checked.flaws.iter().filter(|flaw| flaw.level == Level::Error);
    match (state, errors.clone().next()) {
        (PartState::Accepted, _) if checked.flaws.is_empty() => format!("与《{}》表样相符", template.title),
        (PartState::Accepted, _) => {
            format!("与《{}》表样相符，有{}处提示", template.title, checked.flaws.len())
        }
        (PartState::Rejected, Some(first)) => first.text.clone(),
        _ => format!("与《{}》表样相符，有{}处须补正", template.title, errors.count()),
    }
}

/// The contact row of a form answers the item that asks for a contact person.
fn file_contact(
    scene: &Scene,
    unit: &Unit,
    at: usize,
    read: &FormRead,
    checked: &Checked,
    filed: &mut FiledPart,
) {
    let Some(contact) = checked.contact.as_ref().filter(|contact| !contact.name.is_empty()) else { return };
    // The requirement that the form itself is for comes first.
    let own = filed.filings.first().map(|filing| filing.requirement.clone());
    let mut requirements: Vec<_> =
        scene.desk.campaign.requirements.iter().filter(|r| r.takes_from(&unit.group)).collect();
    requirements.sort_by_key(|requirement| own.as_ref() != Some(&requirement.id));
    let found = requirements.into_iter().find_map(|requirement| {
        let asks = |item: &&crate::domain::campaign::Item| {
            item.kind == ItemKind::Contact && item.from_form.as_deref() == Some(read.form.as_str())
        };
        let item = requirement.items.iter().find(asks)?;
        Some(Target { requirement: requirement.id.clone(), item: item.id.clone(), kind: item.kind })
    });
    let Some(target) = found else { return };
    let mobile: Vec<Flaw> = checked.flaws.iter().filter(|flaw| flaw.code == "V05").cloned().collect();
    // A number that looks wrong is a warning and counts (`contract.md` 3); none at all does not.
    let is_doubtful = !mobile.is_empty() && mobile.iter().all(|flaw| flaw.level != Level::Error);
    let state = if contact.has_mobile || is_doubtful { PartState::Accepted } else { PartState::Flawed };
    let given = Answered { state, flaws: mobile, why: "表内联络员" };
    filed.filings.extend(answer(scene, unit, at, &[target], &given).filings);
}

/// A private QQ address is the unit's when the form's own contact row gives that very number.
fn learn(scene: &Scene, unit: &Unit, at: usize, checked: &Checked, outcome: &mut Outcome) {
    let Some(Contact { qq, .. }) = &checked.contact else { return };
    if scene.case.facts.header.sender_check.verdict.is_against() {
        return;
    }
    let address = scene.case.facts.header.from.to_lowercase();
    if is_own_address(qq, &address) {
        let (campaign, unit) = (scene.desk.campaign.id.clone(), unit.code.clone());
        outcome.learned.push((at, LearnedSender { address, campaign, unit, how: "form".to_owned() }));
    }
}
