//! What a clause names a day for beside what it brings or lacks: that of a notice, that on which all of it began. Letters, subjects,
//! papers and nil reports are read by the same words.

use super::daywords::{
    BROUGHT_BEFORE_WORDS, NOT_SENT_LETTERS, OPENING_EVENTS, OTHER_MAIL_WORDS, PASSING_WORDS,
};

/// What is said of a beginning.
const BEGUN_WORDS: &[&str] = &["启动", "开幕", "揭幕", "启幕", "开营", "开启", "拉开", "开始"];
/// What has a first day of its own that each of its days may name: 活动周于5月14日启动; 技能节于5月16日开幕 is what took place on its day.
const ALL_OF_IT: &[&str] = &[
    "活动周",
    "职教周",
    "宣传周",
    "主题周",
    "教育周",
    "科技周",
    "推广周",
    "活动月",
    "宣传月",
    "主题月",
    "教育月",
    "生产月",
    "质量月",
    "服务月",
    "读书月",
    "专项行动",
    "专项整治",
    "集中行动",
];
/// A meeting that was held is what took place.
const HELD_WORDS: &[&str] = &["召开", "举行", "举办", "参加"];
/// With one of these behind what was asked for it was done: 5月16日按照方案要求举办比赛.
const DONE_WORDS: &[&str] = &["召开", "举行", "举办", "开展", "组织", "开启"];

pub(super) fn has(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// Whether a clause tells of what was sent before: 5月16日的已报; not 5月16日媒体已报道.
pub(super) fn is_sent_before(clause: &str) -> bool {
    says_sent(clause, BROUGHT_BEFORE_WORDS)
}

/// Whether a clause speaks of what comes in another mail, or came in one.
pub(super) fn is_of_other_mail(clause: &str) -> bool {
    has(clause, OTHER_MAIL_WORDS) || says_sent(clause, &["已报", "已发"])
}

fn says_sent(clause: &str, words: &[&str]) -> bool {
    let mut said = words.iter().flat_map(|word| clause.match_indices(word));
    said.any(|(at, word)| {
        let behind = clause.get(at + word.len()..).unwrap_or_default();
        let mut others = NOT_SENT_LETTERS.iter().filter(|(last, _)| word.ends_with(*last));
        !others.any(|(_, letters)| behind.starts_with(|c: char| letters.contains(c)))
    })
}

/// A clause without the events at which something is begun, which take place on their day.
pub(super) fn without_events(clause: &str) -> String {
    OPENING_EVENTS.iter().fold(clause.to_owned(), |clause, event| clause.replace(event, ""))
}

/// Whether a clause says that something began: 活动周于5月14日正式启动; not 举行启动仪式.
pub fn is_begun(clause: &str) -> bool {
    has(&without_events(clause), BEGUN_WORDS)
}

/// Whether it says so of all of it.
pub fn is_all_begun(clause: &str) -> bool {
    is_begun(clause) && has(clause, ALL_OF_IT)
}

/// Whether a clause names a notice, or a meeting of which it does not say that it was held.
pub(super) fn names_a_matter(clause: &str) -> bool {
    let names = has(clause, PASSING_WORDS) || (clause.contains("会议") && !has(clause, HELD_WORDS));
    names && !does_as_asked(clause)
}

/// Whether a clause says of a day that something was done on it as was asked: 5月16日按照方案要求举办比赛; not 按照5月16日通知要求举办
/// 比赛, whose day is that of the notice.
pub(super) fn does_as_asked(clause: &str) -> bool {
    let asked = ["按", "根据", "依据"].iter().filter_map(|word| clause.find(word)).min();
    let Some((before, behind)) = asked.and_then(|at| clause.split_at_checked(at)) else { return false };
    let end = PASSING_WORDS.iter().filter_map(|word| Some(behind.rfind(word)? + word.len())).max();
    let done = behind.get(end.unwrap_or(0)..).unwrap_or_default();
    before.contains(['日', '号', '天']) && !has(before, PASSING_WORDS) && has(done, DONE_WORDS)
}

/// Text without those of its remarks in round brackets that are left out.
pub(super) fn without_remarks(text: &str, is_left_out: impl Fn(&str) -> bool) -> String {
    let (mut rest, mut kept) = (text, String::with_capacity(text.len()));
    while let Some((before, behind)) = rest.split_once(['（', '(']) {
        let (remark, behind) = behind.split_once(['）', ')']).unwrap_or((behind, ""));
        kept.push_str(before);
        if !is_left_out(remark) {
            kept.push_str(&format!("({remark})"));
        }
        rest = behind;
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_are_left_out() {
        let without = |text| without_remarks(text, is_begun);
        assert_eq!(without("职教周（5月14日启动）照片"), "职教周照片");
        assert_eq!(without("职教周(5月14日启动"), "职教周");
        assert_eq!(without("（东校区）5月16日开幕演出"), "(东校区)5月16日开幕演出");
        assert_eq!(without("照片（5月14日启动仪式）"), "照片(5月14日启动仪式)");
    }

    #[test]
    fn what_was_done_as_asked_took_place() {
        for clause in ["5月16日按照方案要求举办技能大赛", "昨日根据活动要求组织义诊"]
        {
            assert!(!names_a_matter(clause), "{clause}");
        }
        for clause in ["按照5月16日通知要求举办技能大赛", "5月16日通知要求开展活动", "昨天按会议要求报送照片"]
        {
            assert!(names_a_matter(clause), "{clause}");
        }
    }

    #[test]
    fn what_was_published_was_not_sent() {
        for clause in [
            "5月16日的已报",
            "5月16日材料已发给李老师",
            "活动周以来",
            "昨天的已发出",
            "5月16日照片已发到邮箱",
        ] {
            assert!(is_sent_before(clause), "{clause}");
        }
        for clause in ["5月16日媒体已报道", "学生已报名", "公众号已发布", "已发放宣传单", "已交流座谈"]
        {
            assert!(!is_sent_before(clause), "{clause}");
        }
    }

    #[test]
    fn all_of_it_begins_once() {
        for clause in ["活动周于5月14日正式启动", "全国科技周5月14日拉开帷幕"] {
            assert!(is_all_begun(clause), "{clause}");
        }
        for clause in ["活动周启动仪式5月14日举行", "我校技能节5月16日开幕", "活动周第三天"]
        {
            assert!(!is_all_begun(clause), "{clause}");
        }
    }
}
