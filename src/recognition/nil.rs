//! Whether a mail says that there is nothing to report of a day: 今日无活动. A day that is believed to be empty is not chased, so
//! whoever says more than that (补报, 没有信息员在岗, 请重发) is not believed but shown to a person.

use std::collections::BTreeSet;

use super::clauses::clauses;
use super::squeeze;

/// A nil report says little more than that; longer texts only mention that something is lacking (characters).
const NIL_CHARS: usize = 200;
/// A bare 无 is looked for in so many lines; below stands the signature.
const NIL_LINES: usize = 3;

/// Nothing to report, as a set phrase.
const NIL_WORDS: &[&str] = &["零报告", "零上报", "零报送"];
/// Before a bare 无 at the end of a clause: then there is nothing of that day, week or month.
const TIME_ENDINGS: &[&str] = &["日", "天", "号", "周", "月", "月份", "季度", "本期"];
/// The same at the end of a clause.
const NIL_ENDS: &[&str] = &["零报"];
/// Behind a no at the end of a clause: 今日没有要报的.
const REPORTABLE: &[&str] = &["要报的", "可报的", "要报送的", "可报送的"];
/// What a day asks for, each kind by its words.
const KINDS: &[&[&str]] = &[&["案例"], &["稿", "新闻", "信息"], &["照片", "图片"], &["视频"]];
/// Behind the number of such things.
const COUNTERS: &str = "篇张个段则条幅部份件";
/// How a clause ends of which there is none: 案例无, 稿件0篇.
const NONES: &[&str] = &["无", "没有", "0", "零"];
/// What may stand before and behind what there is none of.
const EITHER_SIDE: &[&str] = &[
    "安排",
    "开展",
    "组织",
    "举办",
    "举行",
    "进行",
    "可以报送",
    "可报送",
    "可上报",
    "需要报送",
    "需报送",
    "需要上报",
    "需上报",
    "其他",
    "任何",
    "典型",
    "优质",
    "搞",
    "的",
    "和",
    "及",
    "、",
];
/// What may stand between a no and what there is none of, besides: 没有(安排)活动, 无(可报送的)材料.
const BETWEEN: &[&str] = &[
    "新增",
    "新的",
    "相关",
    "有关",
    "具体",
    "宣传",
    "集中",
    "统一",
    "校内",
    "系列",
    "主题",
    "职业教育",
    "展示",
    "职教周",
    "活动周",
    "新",
];
/// How a no begins.
const NOS: &[&str] = &["没有", "暂未", "暂无", "并无", "无", "未", "没"];
/// Of what there is none.
const THINGS: &[&str] =
    &["活动", "材料", "信息", "新闻", "新增", "内容", "事项", "情况报送", "情况上报", "稿件", "素材"];
/// Of what there may be none although there was something.
const PICTURES: &[&str] = &["照片", "图片", "视频", "案例"];
/// What may stand behind that besides and changes nothing: 没有活动安排, 无材料可报, 无活动特此报告.
const BEHIND: &[&str] = &[
    "可以上报",
    "可报",
    "需报",
    "要报",
    "报送",
    "上报",
    "提供",
    "计划",
    "情况",
    "报道",
    "资料",
    "与",
    "以及",
    "等",
    "了",
    "哦",
    "特此",
    "报告",
    "说明",
    "汇报",
    "请",
    "老师",
    "知悉",
    "谢谢",
];
/// A line that says only this, or ends with it after a colon, has nothing to report.
const ANSWERS: &[&str] = &["无", "暂无", "没有", "零"];
/// Who says one of these has something after all, later, or wants something.
const MORE_WORDS: &[&str] = &[
    "但有",
    "另有",
    "稍后",
    "稍候",
    "稍晚",
    "随后",
    "晚些",
    "晚点",
    "明日报",
    "明天报",
    "明早",
    "明日补",
    "明天补",
    "明日发",
    "明天发",
    "晚上发",
    "晚上报",
    "今晚",
    "下班前",
    "下午发",
    "下午报",
    "补报",
    "补发",
    "补交",
    "一并补",
    "一起补",
    "再补",
    "后补",
    "再报",
    "再发",
    "另报",
    "另发",
    "待收",
    "待整理",
    "请重发",
    "重发",
    "烦请发",
    "烦请老师发",
    "请发",
    "麻烦发",
    "发一份",
    "微信",
    "已通过",
    "变更为",
    "更换为",
    "调整为",
    "改为",
    "换成",
];
/// How a letter ends that is late itself.
const LATE_FORMULAS: &[&str] = &["特此补报", "现予补报", "特补报"];
/// Before a report of nothing: it is what comes late.
const LATE_WORDS: &[&str] = &["现补报", "补报", "补发", "补交"];
/// Behind one of these there was something, if it is what is reported: not 只有正常教学.
const BUT_WORDS: &[&str] = &["只有", "仅有"];
/// What is reported.
const REPORTED: &[&str] =
    &["新闻", "稿", "照", "图片", "视频", "材料", "信息", "条", "篇", "案例", "报道", "链接", "活动"];
/// A clause with one of these says that of another time.
const OTHER_TIMES: &[&str] =
    &["若有", "如有", "后续有", "以后有", "如需", "已补报", "已补发", "昨", "前日", "前天"];
/// A clause that names a day and one of these tells of something.
const HAPPENS: &[&str] = &["有活动", "开展", "举行", "举办", "组织", "参加"];

/// Which this says of nothing.
const DENIED: &[&str] = &[
    "未开展",
    "未举行",
    "未举办",
    "未组织",
    "没有开展",
    "没有举行",
    "没有举办",
    "没有组织",
    "没开展",
    "没组织",
];

/// Behind a number: so many of them there were.
const COUNTS: &[&str] = &["例", "人", "名", "起", "场", "次", "项", "件", "篇", "张", "份", "户", "家"];

/// What a text says of there being nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nil {
    /// Not that.
    No,
    /// That something is lacking, and more.
    Doubtful,
    /// That there is nothing to report.
    Plain,
}

/// What a short text says of there being nothing to report.
pub fn nil(text: &str) -> Nil {
    if text.chars().count() > NIL_CHARS {
        return Nil::No;
    }
    // 今日无 绵阳职院: who signs in the same line is no part of what is said.
    let said = clauses(text)
        .flat_map(|clause| clause.split_whitespace().map(of_clause).chain([of_clause(&squeeze(clause))]));
    let said: Vec<Nil> = said.collect();
    match (said.contains(&Nil::Plain) || lists_nothing(text), said.contains(&Nil::Doubtful)) {
        (true, _) => unless_more(text),
        (false, true) => Nil::Doubtful,
        (false, false) => Nil::No,
    }
}

/// Whether a short text says plainly that there is nothing to report.
pub fn is_nil(text: &str) -> bool {
    nil(text) == Nil::Plain
}

/// The same of a text of which one of the first lines says only 无, or ends so after a colon (`5月16日：无`).
pub fn answers_nil(text: &str) -> Nil {
    let mut lines = text.lines().map(squeeze).filter(|line| !line.is_empty()).take(NIL_LINES);
    let answers = lines.any(|line| {
        let line = line.trim_end_matches(['。', '.', '!']);
        let before = || ANSWERS.iter().filter_map(|word| line.strip_suffix(word));
        before().any(|before| before.is_empty() || before.ends_with([':', '-', '—', '_']))
    });
    if answers { unless_more(text) } else { Nil::No }
}

/// Not plain where another clause says more, or tells of what there was.
fn unless_more(text: &str) -> Nil {
    let has = |clause: &str, words: &[&str]| words.iter().any(|word| clause.contains(word));
    let says_more = |clause: &&str| {
        let clause = without_late_words(&squeeze(clause)).to_owned();
        // 5月16日活动开展情况 is a subject.
        let is_titled = clause.contains("情况");
        let told = DENIED.iter().fold(clause.clone(), |told, word| told.replace(word, ""));
        let happens = !is_titled
            && clause.contains(['日', '天', '号'])
            && has(&told, HAPPENS)
            && of_clause(&clause) == Nil::No;
        let counts = of_clause(&clause) == Nil::No && counts_things(&clause);
        let but = BUT_WORDS.iter().filter_map(|word| Some(clause.split_once(word)?.1));
        let has_more = has(&clause, MORE_WORDS) || but.into_iter().any(|behind| has(behind, REPORTED));
        !has(&clause, OTHER_TIMES) && (happens || counts || has_more)
    };
    if names_page(text) || clauses(text).find(says_more).is_some() { Nil::Doubtful } else { Nil::Plain }
}

/// A clause without the words that it is what comes late: 特此补报, 补报5月19日、20日均无材料.
fn without_late_words(clause: &str) -> &str {
    let formula = LATE_FORMULAS.iter().find_map(|formula| clause.strip_prefix(formula));
    let late = || LATE_WORDS.iter().find_map(|word| clause.strip_prefix(word));
    let is_nil = |rest: &&str| of_clause(rest) == Nil::Plain;
    formula.or_else(|| late().filter(is_nil)).unwrap_or(clause)
}

/// Whether a text gives a page within a site: 无照片，新闻见https://a.example/info/1.htm. The site alone stands in signatures.
fn names_page(text: &str) -> bool {
    text.split("://").skip(1).any(|address| {
        let address = address.split(|c: char| c.is_whitespace() || !c.is_ascii()).next().unwrap_or_default();
        address.split_once('/').is_some_and(|(_, page)| !page.is_empty() && !is_front(page))
    })
}

/// The first page of a site, which stands in signatures; index.php?id=123 is one of its articles.
fn is_front(page: &str) -> bool {
    page.strip_prefix("index.").is_some_and(|ending| ending.chars().all(|c| c.is_ascii_alphabetic()))
}

/// 新增病例12例: a number of something that there was; not 0例, nor 第2次.
fn counts_things(clause: &str) -> bool {
    COUNTS.iter().flat_map(|count| clause.match_indices(count)).any(|(at, _)| {
        let before = clause.get(..at).unwrap_or_default();
        let number = before.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
        let is_ordinal = before.strip_suffix(number).is_some_and(|before| before.ends_with('第'));
        !is_ordinal && !number.trim_start_matches('0').is_empty()
    })
}

/// The clauses of a text that say plainly that there is nothing.
pub fn saying(text: &str) -> Vec<&str> {
    clauses(text).filter(|clause| of_clause(&squeeze(clause)) == Nil::Plain).collect()
}

/// 5月16日：案例0篇，稿件0篇，照片无，视频无: several kinds, and of none of those that are named there is any.
fn lists_nothing(text: &str) -> bool {
    let mut kinds = BTreeSet::new();
    for clause in clauses(text).map(squeeze) {
        let named = KINDS.iter().position(|words| words.iter().any(|word| clause.contains(word)));
        let count = clause.trim_end_matches(|c: char| COUNTERS.contains(c));
        let is_none = NONES.iter().any(|none| {
            let before = count.strip_suffix(none);
            before.is_some_and(|before| !before.ends_with(|c: char| c.is_ascii_digit() || c == '.'))
        });
        match named {
            Some(kind) if is_none => drop(kinds.insert(kind)),
            // A subject names kinds too.
            Some(_) if clause.contains(|c: char| c.is_ascii_digit()) => return false,
            _ => (),
        }
    }
    kinds.len() > 1
}

/// 零报告, 没有安排活动, 5月16日无; not 今天没有时间.
fn of_clause(clause: &str) -> Nil {
    let is_end = NIL_ENDS.iter().any(|end| clause.ends_with(end));
    if is_end || ends_in_nil(clause) || NIL_WORDS.iter().any(|word| clause.contains(word)) {
        return Nil::Plain;
    }
    // 有无 asks.
    let clause = clause.replace("有无", "");
    let behind = NOS.iter().flat_map(|no| clause.match_indices(no));
    let said = behind.filter_map(|(at, no)| Some(of_nothing(clause.get(at + no.len()..)?)));
    said.fold(Nil::No, |worst, said| match (worst, said) {
        (Nil::Plain, _) | (_, Nil::Plain) => Nil::Plain,
        (Nil::Doubtful, _) | (_, Nil::Doubtful) => Nil::Doubtful,
        _ => Nil::No,
    })
}

/// 5月16日无, 今日：无, 案例、稿件、照片均无.
fn ends_in_nil(clause: &str) -> bool {
    let is_of_time = |before: &str| {
        let before = before.trim_end_matches([':', '：']);
        TIME_ENDINGS.iter().any(|day| before.ends_with(day))
    };
    let mut before = NOS.iter().filter_map(|no| clause.strip_suffix(no));
    let mut reportable = REPORTABLE.iter().filter_map(|word| clause.strip_suffix(word));
    before.any(|before| is_of_time(before) || is_list(before))
        || reportable.any(|before| NOS.iter().any(|no| before.ends_with(no)))
}

/// 案例、稿件、照片均(无).
fn is_list(before: &str) -> bool {
    let Some(listed) = before.strip_suffix(['均', '都', '皆']) else { return false };
    listed.contains('、') && THINGS.iter().any(|thing| listed.contains(thing))
}

/// What a text after a no says: 安排活动 and 可报送的材料 are nothing to report, 信息员在岗 is something else, and where there
/// are no pictures there may have been an activity.
fn of_nothing(mut rest: &str) -> Nil {
    let mut said = Nil::No;
    let behind = [EITHER_SIDE, BEHIND, THINGS, PICTURES].concat();
    loop {
        for (things, is_plain) in [(THINGS, true), (PICTURES, false)] {
            for thing in things.iter().filter_map(|thing| rest.strip_prefix(thing)) {
                let is_plain = is_plain || THINGS.iter().any(|other| thing.contains(other));
                if is_plain && stripped(thing, &behind).is_empty() {
                    return Nil::Plain;
                }
                said = Nil::Doubtful;
            }
        }
        let mut between = BETWEEN.iter().chain(EITHER_SIDE);
        let Some(cut) = between.find_map(|word| rest.strip_prefix(word)) else { return said };
        rest = cut;
    }
}

fn stripped<'t>(mut text: &'t str, words: &[&str]) -> &'t str {
    while let Some(rest) = words.iter().find_map(|word| text.strip_prefix(word)) {
        text = rest;
    }
    text
}
