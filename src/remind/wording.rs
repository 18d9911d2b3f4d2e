//! The wording: templates of the campaign (`mail/NAME.txt`, minijinja), which staff edit. A missing field is an error, never a gap in
//! an official mail; what would leave as it stands in braces is one too; work is bounded.

use std::path::Path;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};

use super::compose::{Fields, sample};
use super::due::FIX;
use crate::domain::campaign::Campaign;

/// Instructions that one text may take; a real one takes some thousands.
const FUEL: u64 = 1_000_000;
/// First words of the line that holds the subject.
const SUBJECT_MARKS: [&str; 2] = ["主题：", "主题:"];

/// Renders every template with every field filled, and names what fails, by its place below the campaign's `folder`: used at start
/// and by `check`. A step that names a wording which is not there is named too.
pub fn check_wording(campaign: &Campaign, folder: &Path) -> Vec<String> {
    let steps = campaign.chases.iter().flat_map(|chase| &chase.steps).map(|step| step.template.as_str());
    let mut names: Vec<&str> =
        campaign.wording.keys().map(String::as_str).chain(steps).chain([FIX]).collect();
    names.sort_unstable();
    names.dedup();
    let sample = sample(campaign);
    let place = |name: &str| folder.join(format!("mail/{name}.txt")).display().to_string();
    let wrong = |name: &str| {
        let source = campaign.wording.get(name).map(String::as_str);
        match rendered(campaign, name, &sample) {
            Err(wrong) => Some(wrong),
            Ok((_, body)) if body.trim().is_empty() => Some("只有主题，没有正文；请写上正文".to_owned()),
            Ok(_) => raw(source?, &sample).or_else(|| list_of_units(campaign, name, source?)),
        }
    };
    names.into_iter().filter_map(|name| Some(format!("{}: {}", place(name), wrong(name)?))).collect()
}

/// The phone list has everybody's numbers: as a letter to one unit it would be empty, or worse.
fn list_of_units(campaign: &Campaign, name: &str, source: &str) -> Option<String> {
    let mut steps = campaign.chases.iter().flat_map(|chase| &chase.steps);
    let goes_out = steps.any(|step| step.template == name && !step.to_staff);
    (goes_out && uses(source, "units")).then(|| {
        "列的是各单位的联系方式（units），只能发给工作人员；请在 campaign.toml 用它的步骤中写 to = \"staff\"，或换一份给单位的文字"
            .to_owned()
    })
}

/// Letters that say less than their readers need: a reminder that does not list what is owed, a phone list without units. They may be
/// meant so, and are told.
pub fn thin_wording(campaign: &Campaign, folder: &Path) -> Vec<String> {
    let steps = campaign.chases.iter().flat_map(|chase| &chase.steps);
    let mut asked: Vec<(&str, &str, &str)> = steps
        .map(|step| match step.to_staff {
            true => (step.template.as_str(), "units", "没有列出要联系的单位"),
            false => (step.template.as_str(), "owed", "没有列出尚缺的材料，单位看不出要补什么"),
        })
        .chain([(FIX, "flaws", "没有列出要补正的问题，单位看不出要改什么")])
        .collect();
    asked.sort_unstable();
    asked.dedup();
    let told = asked.into_iter().filter_map(|(name, list, what)| {
        let source = campaign.wording.get(name).filter(|source| !uses(source, list))?;
        // What `check_wording` refuses is told there.
        let body = rendered(campaign, name, &sample(campaign)).map(|(_, body)| body).unwrap_or_default();
        let is_whole = !body.trim().is_empty() && list_of_units(campaign, name, source).is_none();
        let place = folder.join(format!("mail/{name}.txt"));
        is_whole.then(|| format!("{}: {what}（{list}）", place.display()))
    });
    told.collect()
}

/// Whether a letter uses a field.
fn uses(source: &str, field: &str) -> bool {
    let engine = Environment::new();
    let template = engine.template_from_str(source);
    template.is_ok_and(|template| template.undeclared_variables(false).contains(field))
}

pub(super) fn render(
    campaign: &Campaign,
    template: &str,
    fields: &Fields,
) -> Result<(String, String), String> {
    let place = || format!("campaigns/{}/mail/{template}.txt", campaign.id);
    rendered(campaign, template, fields).map_err(|wrong| format!("{}: {wrong}", place()))
}

fn rendered(campaign: &Campaign, template: &str, fields: &Fields) -> Result<(String, String), String> {
    let source = campaign.wording.get(template).ok_or("没有这个文件，请补上措辞")?;
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_auto_escape_callback(|_| AutoEscape::None);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    engine.set_syntax(syntax.map_err(|error| error.to_string())?);
    engine.set_fuel(Some(FUEL));
    let text = engine
        .render_named_str(template, source, Serde(fields))
        .map_err(|error| explained(&error, &engine, source, fields))?;
    let (first, rest) = text.trim_start_matches('\u{feff}').split_once('\n').unwrap_or((text.as_str(), ""));
    let subject = SUBJECT_MARKS.iter().find_map(|mark| first.trim().strip_prefix(mark)).map(str::trim);
    match subject {
        Some(subject) if !subject.is_empty() => Ok((subject.to_owned(), format!("{}\n", rest.trim()))),
        _ => Err("第1行应写“主题: …”".to_owned()),
    }
}

/// What is wrong, in the words of who edits a letter: the engine speaks English, and of a wrong name it does not say which.
fn explained(error: &Error, engine: &Environment<'_>, source: &str, fields: &Fields) -> String {
    let line = error.line().unwrap_or(1);
    let text = source.lines().nth(line.saturating_sub(1)).unwrap_or_default().trim();
    let what = match error.kind() {
        ErrorKind::UndefinedError => unknown(engine, source, text, fields),
        ErrorKind::SyntaxError => format!(
            "“{text}”写法不完整：占位符写作 {{{{ 名称 }}}}，语句写作 {{% … %}}，要成对，if 配 endif，for 配 endfor，都用英文符号"
        ),
        ErrorKind::OutOfFuel => "循环太多，写不完".to_owned(),
        _ => format!("“{text}”不能用（{}）", error.detail().unwrap_or_default()),
    };
    format!("第{line}行模板有误：{what}")
}

fn unknown(engine: &Environment<'_>, source: &str, text: &str, fields: &Fields) -> String {
    let allowed = names(fields);
    let used = engine.template_from_str(source).map(|template| template.undeclared_variables(false));
    let mut wrong: Vec<String> = used.unwrap_or_default().into_iter().collect();
    wrong.retain(|name| !allowed.contains(name) && text.contains(name.as_str()));
    wrong.sort_unstable();
    match wrong.as_slice() {
        [] => format!("“{text}”中有不认识的名称；各项清单中可用的名称见 docs/OPERATIONS.md"),
        wrong => format!("不认识占位符 {}；可用：{}", wrong.join("、"), allowed.join("、")),
    }
}

/// The names that may stand in braces.
fn names(fields: &Fields) -> Vec<String> {
    let fields = serde_json::to_value(fields).unwrap_or_default();
    fields.as_object().map(|fields| fields.keys().cloned().collect()).unwrap_or_default()
}

/// A name in braces that are none: `{ notice }` and `｛｛ notice ｝｝` would leave as they stand.
fn raw(source: &str, fields: &Fields) -> Option<String> {
    let allowed = names(fields);
    let is_open = |c: char| matches!(c, '{' | '｛');
    source.lines().enumerate().find_map(|(at, line)| {
        let mut rest = line;
        while let Some((before, after)) = rest.split_once(is_open) {
            let opened = rest.get(before.len()..)?;
            let marks = opened.chars().take_while(|c| is_open(*c)).collect::<String>();
            let inside = opened.get(marks.len()..)?;
            let name = inside.split(['}', '｝']).next().unwrap_or_default().trim();
            let is_name = allowed.iter().any(|known| known == name) && inside.contains(['}', '｝']);
            if is_name && marks != "{{" {
                return Some(format!(
                    "第{}行的“{marks} {name}”不是占位符，会原样发出；请写作 {{{{ {name} }}}}，用两个英文花括号",
                    at + 1
                ));
            }
            rest = if marks.len() > 1 { inside } else { after };
        }
        None
    })
}
