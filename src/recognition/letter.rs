//! A mail that brings nothing: a question, 今日无, a contact person, files that were forgotten, or no more than thanks. What a unit
//! writes and a machine cannot place is shown to a person: an answer to our reminder that nobody reads has the unit chased on.

use super::beside::asks_to_be_late;
use super::business::other_business;
use super::kind::{Judged, Letter, has_number, is_answer, is_spam};
use super::nil::{Nil, answers_nil, nil};
use super::sayings::{
    ASKS_TO_BE_LATE, ATTACHED_WORDS, AWAY_WORDS, CHANGE_WORDS, CONFIRMING_WORDS, COURTESY_WORDS, LEFT_WORDS,
    NEW_CONTACT_WORDS, NODDING_WORDS, RECEIPT_ASKED, REPORTING_WORDS, TELLING_WORDS, THANKS_WORDS,
    WRONG_WORDS,
};
use super::squeeze;
use super::words::{ANYBODYS_NAMES, CONTACT_WORDS};
use crate::domain::message::MessageKind;
use crate::domain::text::lower_case;

/// A text of a mail without files from this length on may be the paper itself (characters).
const PAPER_CHARS: usize = 120;
/// A text without words that is no longer only nods (characters).
const SHORTEST_CHARS: usize = 20;
/// Letters of a clause that confirms, beside the words for that: a name, a title.
const BESIDE_CONFIRMING: usize = 3;

/// The kind of a mail that brings nothing, and why a person should confirm that it is material. `both`: subject and text,
/// squeezed; `asks`: whether something in them is a question.
pub(super) fn without_material(letter: Letter, both: &str, asks: bool) -> (Judged, Option<String>) {
    let lower = lower_case(both.to_owned());
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let sure = |kind, why: &str| ((kind, why.to_owned()), None);
    let is_spam = is_spam(&lower, letter.own) && !letter.is_known_address;
    if has(CONTACT_WORDS) && has_number(both) && !asks {
        let doubt = "来信更改联络员，请核实".to_owned();
        let changes = (has(NEW_CONTACT_WORDS) || has(LEFT_WORDS)).then_some(doubt);
        return ((MessageKind::Submission, "正文报送联络员".to_owned()), changes);
    }
    if asks && (letter.has_keyword || letter.names_unit || !is_spam) {
        let why = if asks_to_be_late(&lower) { ASKS_TO_BE_LATE } else { "来信提问，没有材料" };
        return sure(MessageKind::Question, why);
    }
    match says_nil(letter) {
        Nil::Plain => return sure(MessageKind::NilReport, "报告当日无活动"),
        Nil::Doubtful => {
            return sure(MessageKind::Question, "来信说没有材料，又说随后补报或另有所求，当日未必无活动");
        }
        Nil::No => {}
    }
    let belongs = letter.has_keyword || letter.is_from_unit || (letter.names_unit && letter.is_daily_time);
    if letter.text.contains("http") && belongs && !has(THANKS_WORDS) && !is_spam {
        let doubt = "只有网页地址，请打开确认是否为报送材料".to_owned();
        return ((MessageKind::Submission, "正文有网页地址".to_owned()), Some(doubt));
    }
    if let Some(doubt) = meant_as_material(letter, &lower).filter(|_| !is_spam) {
        return ((MessageKind::Submission, "没有附件，但与报送有关".to_owned()), Some(doubt.to_owned()));
    }
    let is_elsewhere = !letter.has_keyword
        && !letter.is_daily_time
        && (other_business(both, letter.business).is_some() || has(COURTESY_WORDS));
    let is_empty = letter.text.trim().is_empty() && letter.subject.trim().is_empty();
    if is_spam || is_elsewhere || is_empty || confirms(letter) {
        let why = if has(THANKS_WORDS) { "致谢或确认，没有材料" } else { "没有材料" };
        return sure(MessageKind::Other, why);
    }
    if has(TELLING_WORDS) && (letter.has_keyword || letter.is_from_unit || letter.names_unit) {
        return sure(MessageKind::Question, "来信说明已报、缓报或不报等情况，没有材料");
    }
    // Whoever answers us from an address of his own need not say for whom.
    let is_stray = is_answer(letter.subject) && !letter.names_unit;
    if is_stray && (has(TELLING_WORDS) || letter.has_keyword) {
        return sure(MessageKind::Question, "回信说明已报、缓报或不报等情况，没有材料，看不出是哪个单位");
    }
    if letter.is_from_unit {
        return sure(MessageKind::Question, "来信没有材料，也不只是确认或致谢，请阅读原信");
    }
    // Who takes back or corrects what was sent, or writes the report into the letter, may forget to say for whom.
    let is_brief = squeeze(letter.text).chars().count() < PAPER_CHARS;
    if is_brief && !letter.is_outsiders && has(CHANGE_WORDS) {
        return sure(MessageKind::Question, "来信说已报的材料有误、更改或撤回，看不出是哪个单位，请阅读原信");
    }
    if letter.lists_items && !letter.is_outsiders {
        return sure(MessageKind::Question, "主题写的是报送的材料，没有附件，看不出是哪个单位，请阅读原信");
    }
    sure(MessageKind::Other, "没有材料")
}

/// Whether what a letter says goes with no material at all, so that pictures in it may be those of a signature. `asks`: as
/// above. A subject of its own that names what is sent is believed.
pub(super) fn brings_nothing(letter: Letter, asks: bool) -> bool {
    let said = squeeze(letter.said);
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let says_picture = ["照片", "图片", "截图"].iter().any(|word| letter.subject.contains(word));
    let names_it = (letter.lists_items || says_picture) && !is_answer(letter.subject);
    let is_nod = has(NODDING_WORDS) && confirms(letter);
    !names_it
        && !said.is_empty()
        && (is_nod || asks || has(AWAY_WORDS) || !matches!(says_nil(letter), Nil::No))
}

fn says_nil(letter: Letter) -> Nil {
    match nil(&format!("{}\n{}", letter.subject, letter.text)) {
        _ if !letter.takes_nil => Nil::No,
        Nil::No if letter.is_daily_time && letter.text.trim().is_empty() => answers_nil(letter.subject),
        Nil::No if letter.is_daily_time => answers_nil(letter.text),
        said => said,
    }
}

/// Why a person must look at a mail without files: it forgot them, changes what was sent before, or is the paper itself.
fn meant_as_material(letter: Letter, lower: &str) -> Option<&'static str> {
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if !(letter.has_keyword || letter.names_unit) {
        return None;
    }
    let is_long = squeeze(letter.text).chars().count() >= PAPER_CHARS;
    let is_bare = letter.text.trim().is_empty() && !letter.subject.trim().is_empty();
    let reports = letter.has_keyword || letter.lists_items || has(REPORTING_WORDS);
    let may_be_of_a_day = letter.names_unit && letter.is_daily_time;
    match () {
        () if confirms(letter) => None,
        () if has(CHANGE_WORDS) => Some("来信说已报的材料有误或要求更改，请核实"),
        () if has(ATTACHED_WORDS) => Some("来信说有附件，却没有收到附件，请与来件单位核实"),
        () if is_bare && reports => Some("只有主题，没有正文和附件，请与来件单位核实"),
        () if is_long && (letter.has_keyword || may_be_of_a_day) => {
            Some("没有附件，正文较长，请看是否就是报送的材料")
        }
        () => None,
    }
}

/// Whether a text does nothing but say that our mail arrived and thank for it: 收到，谢谢, 好的马上报送. Not 收到请回复, which wants to
/// hear that theirs did, nor 收到居民一致好评 somewhere in an article.
fn confirms(letter: Letter) -> bool {
    let text = if letter.text.trim().is_empty() { letter.subject } else { letter.said };
    let said = RECEIPT_ASKED.iter().fold(squeeze(text), |text, asked| text.replace(asked, "请"));
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let says_more = [TELLING_WORDS, WRONG_WORDS, ATTACHED_WORDS, LEFT_WORDS].into_iter().any(has);
    let is_han = |c: &char| matches!(u32::from(*c), 0x4E00..=0x9FFF);
    let beside = |line: &str| {
        let words = CONFIRMING_WORDS.iter().chain(ANYBODYS_NAMES);
        words.fold(squeeze(line), |rest, word| rest.replace(word, "")).chars().filter(is_han).count()
    };
    // OK, 1, 👌.
    if said.chars().filter(is_han).count() < 2 && said.chars().count() <= SHORTEST_CHARS {
        return !said.is_empty();
    }
    let clauses = text.split(|c: char| c.is_ascii_punctuation() || "，。！；：、\n".contains(c));
    // 无法, 不能, 没有, 未: whoever denies something does more than confirm.
    let denies = said.replace("没问题", "").contains(['无', '不', '没', '未']);
    has(NODDING_WORDS)
        && !denies
        && !says_more
        && clauses.map(beside).all(|letters| letters <= BESIDE_CONFIRMING)
}
