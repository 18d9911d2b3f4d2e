//! What a mail is: material, a question, 今日无, or something nobody should count or answer (automatic replies,
//! bounces, receipts, our own mail, advertisements, other business).

use std::borrow::Cow;

use super::beside::asks_to_be_late;
use super::beside::is_not_yet;
use super::bounce::{Fate, fate};
use super::business::is_business;
use super::letter::{brings_nothing, without_material};
use super::older::says_older;
use super::phrases::{
    ANSWER_PREFIXES, AUTO_REPLY_SUBJECTS, BOUNCE_SUBJECTS, BOUNCE_WORDS, FORWARD_PREFIXES, HANDED_ON_WORDS,
    MACHINE_SENDERS, OUTSIDERS_WORDS, RECALL_SUBJECTS, RECALL_TEXTS, RECEIPT_SUBJECTS, SPAM_WORDS,
};
use super::sayings::{ASKS_ABOUT_IT, LATE_WORDS, QUESTION_SUBJECTS, QUESTION_WORDS};
use super::squeeze;
use super::words::{CONTACT_WORDS, SPEAKS_WORDS};
use crate::domain::facts::HeaderFacts;
use crate::domain::message::MessageKind;
use crate::domain::text::lower_case;

/// A salutation is no longer than this before its colon (characters).
const READER_CHARS: usize = 25;

/// A kind and why, in Chinese.
pub type Judged = (MessageKind, String);

/// Kinds that machines make, by their headers and set phrases (RFC 3834, RFC 3464, RFC 8098; `quirks.md` D6, D7).
/// `text`: what the mail says; `has_files`: attachments that are more than decoration.
pub fn by_machine(header: &HeaderFacts, text: &str, has_files: bool, is_ours: bool) -> Option<Judged> {
    let subject = lower_case(squeeze(&header.subject));
    let spaced = lower_case(header.subject.clone());
    let local = header.from.split('@').next().unwrap_or_default();
    if is_ours || header.message_id.starts_with("<shouwen.") {
        return Some((MessageKind::Own, "由本处邮箱发出".to_owned()));
    }
    let says_bounce = BOUNCE_SUBJECTS.iter().any(|word| spaced.contains(word));
    let from_machine = MACHINE_SENDERS.iter().any(|machine| local.starts_with(machine));
    let says_so = from_machine && BOUNCE_WORDS.iter().any(|word| spaced.contains(word));
    let has_arrived = header.deliveries.iter().all(|delivery| fate(delivery) == Fate::Arrived);
    if header.report_type == "delivery-status" && has_arrived && !header.deliveries.is_empty() {
        return Some((MessageKind::Receipt, "送达通知".to_owned()));
    }
    if header.report_type == "delivery-status"
        || says_so
        || (header.null_return_path && !header.deliveries.is_empty())
        || (says_bounce && (from_machine || header.null_return_path))
        || (!has_files && starts(&subject, BOUNCE_SUBJECTS))
        || (from_machine && header.null_return_path)
    {
        return Some((MessageKind::Bounce, "退信通知".to_owned()));
    }
    // People take back what they sent, too: 撤回：方案, 请勿使用.
    let is_recall = starts(&subject, RECALL_SUBJECTS)
        && (text.trim().is_empty() || RECALL_TEXTS.iter().any(|words| text.to_lowercase().contains(words)));
    if header.report_type == "disposition-notification"
        || (!has_files && (is_recall || starts(&subject, RECEIPT_SUBJECTS)))
    {
        return Some((MessageKind::Receipt, "已读回执或撤回通知".to_owned()));
    }
    // It encloses the mail that somebody complained about.
    if header.report_type == "feedback-report" {
        return Some((
            MessageKind::Other,
            "邮件服务商转来的投诉报告，所附是被投诉的邮件，不是报送".to_owned(),
        ));
    }
    let auto = header.auto_submitted.split(';').next().unwrap_or_default().trim();
    let is_auto = !auto.is_empty() && auto != "no";
    if auto == "auto-replied"
        || (!has_files
            && (is_auto || header.precedence == "auto_reply" || holds(&subject, AUTO_REPLY_SUBJECTS)))
    {
        return Some((MessageKind::AutoReply, "自动回复".to_owned()));
    }
    // Suppression wishes and list headers stand on ordinary mail too; alone they tell something only without files.
    if !has_files && !header.auto_headers.is_empty() && header.null_return_path {
        return Some((MessageKind::AutoReply, format!("自动邮件（{}）", header.auto_headers.join("、"))));
    }
    None
}

/// Whether a subject is one that machines give their answers, whatever else the mail holds. 自动回复系统建设方案 is a paper.
pub fn is_machines_subject(subject: &str) -> bool {
    let subject = lower_case(squeeze(subject));
    AUTO_REPLY_SUBJECTS.iter().any(|word| {
        let rest = subject.strip_prefix(&*tight(word));
        rest.is_some_and(|rest| word.ends_with(':') || !rest.starts_with(char::is_alphanumeric))
    })
}

fn holds(subject: &str, words: &[&str]) -> bool {
    words.iter().any(|word| subject.contains(&*tight(word)))
}

pub(super) fn starts(subject: &str, words: &[&str]) -> bool {
    words.iter().any(|word| subject.starts_with(&*tight(word)))
}

/// A phrase of ours as it stands in a squeezed subject. It has blanks, if anything, that are not in there.
fn tight(word: &str) -> Cow<'_, str> {
    if word.contains(' ') { Cow::Owned(squeeze(word)) } else { Cow::Borrowed(word) }
}

/// What is known of a mail that a person wrote.
#[derive(Debug, Clone, Copy, Default)]
pub struct Letter<'a> {
    /// Subject.
    pub subject: &'a str,
    /// New text.
    pub text: &'a str,
    /// Whether it has files or links that may be material.
    pub has_material: bool,
    /// Whether these are nothing but pictures shown in its text.
    pub only_shows: bool,
    /// Whether a form, or the name of a file, answers an item of the campaign.
    pub has_answer: bool,
    /// Whether a form of the campaign was read in it.
    pub has_form: bool,
    /// Whether a keyword of the campaign stands in subject, text or names.
    pub has_keyword: bool,
    /// Whether the subject names an item of the campaign.
    pub lists_items: bool,
    /// The name of something else that ends like the campaign's, where no word of the campaign stands anywhere.
    pub another: Option<&'a str>,
    /// Whether a clue or its address names a unit of the roster.
    pub names_unit: bool,
    /// Whether it is placed with a unit.
    pub is_from_unit: bool,
    /// Whether its address is known to be a unit's.
    pub is_known_address: bool,
    /// Whether it speaks as a parent, a company or a newspaper.
    pub is_outsiders: bool,
    /// What it says without signature and names of units.
    pub said: &'a str,
    /// Whether it came while material of each day is expected.
    pub is_daily_time: bool,
    /// Whether today's nothing can be reported at all.
    pub takes_nil: bool,
    /// What the campaign calls itself and its material: a word of that is no advertisement.
    pub own: &'a str,
    /// Words of other business (see `business::words`).
    pub business: &'a [String],
}

/// Whether a text advertises. What the campaign itself is about (促销 to an office of market supervision) is no advertisement.
pub(super) fn is_spam(lower: &str, own: &str) -> bool {
    SPAM_WORDS.iter().any(|word| lower.contains(word) && !own.contains(word))
}

/// Kinds that people write, and why a person should confirm that it is material after all; none: no doubt.
pub fn by_person(letter: Letter) -> (Judged, Option<String>) {
    let both = squeeze(&without_addresses(&format!("{} {}", letter.subject, letter.text)));
    let lower = lower_case(both.clone());
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let asks =
        both.contains(['?', '？']) || has(QUESTION_WORDS) || asks_to_be_late(&lower) || lower.contains("吗");
    let sure = |kind, why: &str| ((kind, why.to_owned()), None);
    if !letter.has_material {
        return without_material(letter, &both, asks);
    }
    let subject = lower_case(squeeze(letter.subject));
    let is_other =
        |word: &&String| is_business(&subject, word) || (!letter.has_answer && is_business(&lower, word));
    let other = letter.business.iter().find(is_other).filter(|_| !letter.has_keyword);
    let is_spam = !letter.has_keyword && !letter.has_answer && is_spam(&lower, letter.own);
    // What may well be the day's material is shown to a person, whatever words of something else stand in it.
    let may_be_ours = letter.has_form
        || (letter.names_unit && letter.is_daily_time)
        || (letter.is_from_unit && letter.has_answer);
    if is_spam && !may_be_ours && !letter.is_known_address {
        return sure(MessageKind::Other, "广告或可疑邮件");
    }
    if let Some(word) = other.filter(|word| !may_be_ours || (!letter.has_form && is_business(&subject, word)))
    {
        return sure(MessageKind::Other, &format!("“{word}”不属于本任务"));
    }
    let belongs = letter.has_keyword || letter.has_answer || (letter.names_unit && letter.is_daily_time);
    let asks_in_subject = subject.contains(['?', '？'])
        || [QUESTION_WORDS, LATE_WORDS, QUESTION_SUBJECTS].concat().iter().any(|word| subject.contains(word));
    let doubt = if is_machines_subject(letter.subject) {
        Some("主题像自动回复，请确认附件是否正式报送".to_owned())
    } else if says_older(&subject, &lower) {
        Some("来件自称是旧稿或已作废的，请确认以哪一份为准".to_owned())
    } else if asks_in_subject {
        Some("主题为提问，请确认附件是否正式报送".to_owned())
    } else if letter.only_shows && brings_nothing(letter, asks) {
        Some(
            "来信像是确认、提问、外出答复或报告无活动，正文里的图片可能是签名图片，请确认是否报送的材料"
                .to_owned(),
        )
    } else if has(ASKS_ABOUT_IT) {
        Some("来信问所附材料是否合适，请确认是否正式报送".to_owned())
    } else if is_not_yet(letter.text) {
        Some("来信说所附材料尚未定、仅供参考或先不登记，请确认是否正式报送".to_owned())
    } else if !letter.is_known_address && has(OUTSIDERS_WORDS)
        || !letter.has_keyword && OUTSIDERS_WORDS.iter().any(|word| subject.contains(word))
    {
        Some("来件像是投诉、求职、采购一类的外来邮件，请确认是否报送材料".to_owned())
    } else if !letter.is_known_address && letter.is_outsiders {
        Some("来件像是家长、公司或媒体等外单位发来的，请确认是否该单位报送的材料".to_owned())
    } else if let Some(another) = letter.another {
        Some(format!("来件写的是“{another}”，未见本任务字样，请确认是否属于本任务"))
    } else if let Some(word) = other {
        Some(format!("来件写有“{word}”，未见本任务字样，请确认是否属于本任务"))
    } else if is_spam {
        Some("来件有广告或可疑字样，未见本任务字样，请确认是否属于本任务".to_owned())
    } else if !belongs {
        Some("未见本任务字样，请确认是否属于本任务".to_owned())
    } else {
        None
    };
    ((MessageKind::Submission, "报送材料".to_owned()), doubt)
}

/// A text without web addresses: a `?` in one asks nothing.
pub(super) fn without_addresses(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(at) = ["http://", "https://"].iter().filter_map(|scheme| rest.find(scheme)).min() {
        let (before, address) = rest.split_at(at);
        kept.push_str(before);
        let end = address.find(|c: char| c.is_whitespace() || !c.is_ascii()).unwrap_or(address.len());
        rest = address.get(end..).unwrap_or_default();
    }
    kept + rest
}

fn starts_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.starts_with(word))
}

/// Whether a mail hands on somebody else's, by its subject: 转发:…, 某市教育局转报某学院方案.
pub fn is_forward(subject: &str) -> bool {
    let subject = lower_case(squeeze(subject));
    starts(&subject, FORWARD_PREFIXES) || holds(&subject, HANDED_ON_WORDS)
}

/// Whether a mail answers another, by its subject: 回复：…, Re: ….
pub fn is_answer(subject: &str) -> bool {
    starts(&lower_case(squeeze(subject)), ANSWER_PREFIXES)
}

/// `各县(市、区)教育局:`, `某市教体局：现将我校方案报上` and `抄送：某市教体局` name readers, not writers.
pub fn is_salutation(line: &str) -> bool {
    let line = line.trim();
    let Some((reader, said)) = line.split_once([':', '：']) else { return false };
    let speaks = starts_any(said.trim_start(), SPEAKS_WORDS);
    let is_short = reader.chars().count() <= READER_CHARS;
    let is_copied = ["抄送", "抄报", "主送", "呈报", "致", "呈"].contains(&squeeze(reader).as_str());
    line.ends_with([':', '：']) || is_copied || (is_short && (reader.starts_with("尊敬的") || speaks))
}

/// Whether a text gives a contact person of the unit: the word and a telephone number in one line or the next.
pub fn names_contact(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().collect();
    lines.iter().enumerate().any(|(at, line)| {
        let near = || lines.iter().skip(at).take(2).copied().collect::<Vec<_>>().join(" ");
        CONTACT_WORDS.iter().any(|word| line.contains(word)) && has_number(&near())
    })
}

/// Seven digits or more: a telephone number.
pub fn has_number(text: &str) -> bool {
    let bare: String = text.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    bare.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() >= 7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_known_in_a_squeezed_subject() {
        let phrases = [
            AUTO_REPLY_SUBJECTS,
            BOUNCE_SUBJECTS,
            FORWARD_PREFIXES,
            HANDED_ON_WORDS,
            RECALL_SUBJECTS,
            RECEIPT_SUBJECTS,
        ];
        assert!(phrases.concat().into_iter().all(|word| tight(word) == squeeze(word)));
    }

    fn machine(change: impl Fn(&mut HeaderFacts), has_files: bool) -> Option<MessageKind> {
        let mut header = HeaderFacts { from: "a@b.example".into(), ..HeaderFacts::default() };
        change(&mut header);
        by_machine(&header, "", has_files, false).map(|(kind, _)| kind)
    }

    #[test]
    fn machines_are_known_by_headers_and_set_phrases() {
        assert_eq!(
            machine(|h| h.auto_submitted = "auto-replied".into(), false),
            Some(MessageKind::AutoReply)
        );
        assert_eq!(
            machine(|h| h.subject = "自动回复:请于5月10日前报送".into(), false),
            Some(MessageKind::AutoReply)
        );
        assert_eq!(machine(|h| h.subject = "自动回复系统建设方案".into(), true), None);
        assert_eq!(machine(|h| h.auto_submitted = "no".into(), false), None);
        assert_eq!(machine(|h| h.report_type = "delivery-status".into(), true), Some(MessageKind::Bounce));
        assert_eq!(machine(|h| h.report_type = "feedback-report".into(), true), Some(MessageKind::Other));
        let qq = |h: &mut HeaderFacts| {
            h.from = "postmaster@qq.example".into();
            h.subject = "来自qq.com的退信".into();
        };
        assert_eq!(machine(qq, true), Some(MessageKind::Bounce));
        assert_eq!(machine(|h| h.subject = "已读: 工作提示".into(), false), Some(MessageKind::Receipt));
        assert_eq!(
            machine(|h| h.message_id = "<shouwen.reminder.1@x>".into(), false),
            Some(MessageKind::Own)
        );
        assert_eq!(machine(|h| h.subject = "活动周方案".into(), true), None);
    }

    #[test]
    fn a_machines_subject_is_no_report_whatever_picture_comes_with_it() {
        let letter = |subject| Letter { subject, has_material: true, has_answer: true, ..Letter::default() };
        for subject in [
            "自动回复：绵阳职业技术学院活动周材料",
            "自动回复",
            "Automatic reply: 工作提示",
            "Out of office: 5.1-5.5",
            "Out of Office AutoReply: 工作提示",
            "假期回复：我正在休假",
        ] {
            let doubt = by_person(letter(subject)).1;
            assert!(
                is_machines_subject(subject) && doubt.is_some_and(|why| why.contains("自动回复")),
                "{subject}"
            );
        }
        for subject in ["自动回复系统建设方案", "回复：工作提示", "活动周材料"] {
            assert!(!is_machines_subject(subject) && by_person(letter(subject)).1.is_none(), "{subject}");
        }
    }

    #[test]
    fn letters_without_material() {
        let kind = |subject, text| {
            let known = Letter { takes_nil: true, names_unit: true, is_from_unit: true, ..Letter::default() };
            let letter = Letter { subject, text, said: text, ..known };
            by_person(letter).0.0
        };
        assert_eq!(kind("请问采集表一个学校填一张吗?", ""), MessageKind::Question);
        assert_eq!(kind("四川某校今日无", "今日无新增活动。"), MessageKind::NilReport);
        assert_eq!(kind("", "今日无 四川某校"), MessageKind::NilReport);
        assert_eq!(kind("", "今日无法报送,明日补报。"), MessageKind::Question);
        assert_eq!(kind("今日无新增还需要报吗?", ""), MessageKind::Question);
        assert_eq!(kind("申请延期", "因系统故障,申请延期至5月12日报送。"), MessageKind::Question);
        assert_eq!(kind("回复", "收到,谢谢"), MessageKind::Other);
        assert_eq!(kind("联络员", "联络员:甲一,手机19900001234"), MessageKind::Submission);
    }

    #[test]
    fn other_business_is_not_material() {
        let business = ["年度报告", "教材"].map(str::to_owned);
        let letter = Letter {
            subject: "2022年质量年度报告",
            has_material: true,
            names_unit: true,
            business: &business,
            ..Letter::default()
        };
        assert_eq!(by_person(letter).0.0, MessageKind::Other);
        let textbooks = Letter { subject: "某校教材总结", ..letter };
        assert_eq!(by_person(textbooks).0.0, MessageKind::Other);
        let own = Letter { business: &[], ..textbooks };
        assert_eq!(by_person(own).0.0, MessageKind::Submission);
        let advert = Letter { subject: "您的邮箱即将停用", has_material: true, ..Letter::default() };
        assert_eq!(by_person(advert).0.0, MessageKind::Other);
        let ours =
            Letter { subject: "职教周照片", has_keyword: true, has_material: true, ..Letter::default() };
        assert_eq!(by_person(ours), ((MessageKind::Submission, "报送材料".to_owned()), None));
    }
}
