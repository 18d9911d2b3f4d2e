//! A PDF or picture as the stamped copy of a form: by its name, or by the spreadsheet beside it. Where the form is asked for without a
//! copy, it is no other paper that the mail happens to bring, but the copy of a table that came, or sent in place of the table.

use super::item::{Around, Guess, Texts, is_bare, nearest, says_scan};
use super::vocabulary::{Target, Vocabulary};
use crate::domain::campaign::ItemKind;

/// Why a copy answers nothing.
const NO_COPY_ASKED: &str = "同封电子表的扫描件，本次没有要求盖章扫描件";

/// A PDF or picture as the stamped copy of a form; none when it is not one.
pub(super) fn scan_of_form(
    vocabulary: &Vocabulary,
    texts: &Texts,
    around: &Around,
    is_scan: bool,
) -> Option<Guess> {
    let mut named = nearest(vocabulary, texts);
    let says = says_scan(&texts.name) || texts.folders.iter().any(|folder| says_scan(folder));
    // 方案 in the name of a stamped PDF: the scheme in red head, not the form's copy.
    if let Some((targets, by)) =
        named.take().filter(|(targets, _)| targets.iter().any(|t| t.kind != ItemKind::Contact))
    {
        // A page that is signed by itself.
        if targets.iter().all(|target| target.kind == ItemKind::Scan) {
            return Some(Guess::Items(targets, format!("{by}写明")));
        }
        if !targets.iter().any(|target| target.kind == ItemKind::Form) {
            return None;
        }
        let items =
            targets.iter().map(|t| if t.kind == ItemKind::Form { vocabulary.scan_of(t) } else { Some(t) });
        let items: Vec<Target> = items.flatten().cloned().collect();
        if let (true, Some(form)) = (items.is_empty(), targets.first()) {
            return Some(without_copy(vocabulary, texts, around, (form, by)));
        }
        return Some(Guess::Items(items, format!("{by}写明，为盖章扫描件")));
    }
    // 台账.pdf beside 台账.xlsx is its copy, whatever the table is called there.
    if let Some(scan) = around.namesake(&texts.name).filter(|_| is_scan || says) {
        return Some(of_namesake(vocabulary, scan));
    }
    if !says && (!is_scan || around.has_named_scan) {
        return None;
    }
    if !says && !is_bare(&texts.name) {
        return Some(Guess::Review("只有图片的PDF，名称未写明是哪种材料，请打开确认".to_owned()));
    }
    if around.has_unnamed_document {
        return Some(Guess::Review("同封有几份未写明内容的扫描件，请打开确认".to_owned()));
    }
    if let [form] = around.forms.as_slice() {
        let scan = vocabulary.scan_of(form)?.clone();
        return Some(Guess::Items(vec![scan], "扫描件，与同封的电子表配对".to_owned()));
    }
    match vocabulary.named(&texts.subject).as_slice() {
        [document] if document.kind == ItemKind::Document => None,
        named => match named.iter().filter(|t| t.kind == ItemKind::Form).collect::<Vec<_>>().as_slice() {
            [form] => {
                Some(Guess::Items(vec![vocabulary.scan_of(form)?.clone()], "扫描件，主题写明表名".to_owned()))
            }
            _ => Some(Guess::Review("扫描件没有写明是哪张表，请打开确认".to_owned())),
        },
    }
}

/// The copy of the spreadsheet that is called like it.
fn of_namesake(vocabulary: &Vocabulary, form: &Target) -> Guess {
    match vocabulary.scan_of(form) {
        Some(scan) => Guess::Items(vec![scan.clone()], "扫描件，与同名的电子表配对".to_owned()),
        None => Guess::Extra(NO_COPY_ASKED.to_owned()),
    }
}

/// What is named as a form that is asked for without a copy, in this return at least.
fn without_copy(
    vocabulary: &Vocabulary,
    texts: &Texts,
    around: &Around,
    (form, by): (&Target, &str),
) -> Guess {
    if let Some(namesake) = around.namesake(&texts.name) {
        return of_namesake(vocabulary, namesake);
    }
    let twins = vocabulary.twins(form);
    if let Some(scan) = twins.iter().find_map(|twin| vocabulary.scan_of(twin)) {
        return Guess::Items(vec![scan.clone()], format!("{by}写明，为盖章扫描件"));
    }
    if around.forms.iter().any(|known| known == form || twins.contains(known)) {
        return Guess::Extra(NO_COPY_ASKED.to_owned());
    }
    let why = "应报送EXCEL版，收到的是PDF或图片，请用下发的电子表重新填报".to_owned();
    Guess::NotTheForm(form.clone(), why)
}
