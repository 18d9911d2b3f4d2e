//! Whether a mail says that there is nothing to report of a day: 今日无活动. A day that is believed to be empty is not chased, so
//! whoever says more than that (补报, 没有信息员在岗, 请重发) is not believed but shown to a person.

use super::squeeze;

/// A nil report says little more than that; longer texts only mention that something is lacking (characters).
const NIL_CHARS: usize = 200;
/// A bare 无 is looked for in so many lines; below stands the signature.
const NIL_LINES: usize = 3;

/// Nothing to report, as a set phrase.
const NIL_WORDS: &[&str] = &["零报告"];
/// Before a bare 无 at the end of a clause: then there is nothing of that day.
const DAY_ENDINGS: &[&str] = &["日", "天", "号"];
/// What may stand between a no and what there is none of: 没有(安排)活动, 无(可报送的)材料.
const BETWEEN: &[&str] = &[
    "安排",
    "开展",
    "组织",
    "举办",
    "举行",
    "进行",
    "新增",
    "新的",
    "相关",
    "有关",
    "具体",
    "宣传",
    "可以报送",
    "可报送",
    "可上报",
    "需要报送",
    "需报送",
    "需要上报",
    "需上报",
    "其他",
    "任何",
    "集中",
    "统一",
    "校内",
    "职教周",
    "活动周",
    "的",
    "和",
    "及",
    "、",
    "新",
];
/// How a no begins.
const NOS: &[&str] = &["没有", "暂未", "暂无", "并无", "无", "未", "没"];
/// Of what there is none.
const THINGS: &[&str] =
    &["活动", "材料", "信息", "素材", "稿件", "照片", "新增", "内容", "事项", "情况报送", "情况上报"];
/// What may stand behind that and changes nothing: 没有活动安排, 无材料可报.
const BEHIND: &[&str] = &[
    "可以报送",
    "可报送",
    "可以上报",
    "可上报",
    "可报",
    "需要报送",
    "需报送",
    "需要上报",
    "需上报",
    "要报",
    "报送",
    "上报",
    "安排",
    "开展",
    "组织",
    "举办",
    "举行",
    "进行",
    "提供",
    "计划",
    "情况",
    "视频",
    "报道",
    "和",
    "及",
    "与",
    "、",
    "以及",
    "等",
    "的",
    "了",
    "任何",
    "其他",
];
/// A line that says only this, or ends with it after a colon, has nothing to report.
const ANSWERS: &[&str] = &["无", "暂无", "没有", "零"];
/// Who says one of these has something after all, later, or wants something.
const MORE_WORDS: &[&str] = &[
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
    "再报",
    "再发",
    "另报",
    "另发",
    "待收",
    "待整理",
    "请重发",
    "重发",
    "烦请",
    "请发",
    "麻烦发",
    "发一份",
];

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
    let clauses =
        text.split(|c: char| c.is_ascii_punctuation() && c != ':' || "\n\t，。；！、（）【】“”".contains(c));
    // 今日无 绵阳职院: who signs in the same line is no part of what is said.
    let said = clauses
        .flat_map(|clause| clause.split_whitespace().map(of_clause).chain([of_clause(&squeeze(clause))]));
    let said: Vec<Nil> = said.collect();
    match (said.contains(&Nil::Plain), said.contains(&Nil::Doubtful)) {
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
        ANSWERS.iter().any(|word| line == *word || line.ends_with(&format!(":{word}")))
    });
    if answers { unless_more(text) } else { Nil::No }
}

fn unless_more(text: &str) -> Nil {
    let text = squeeze(text);
    if MORE_WORDS.iter().any(|word| text.contains(word)) { Nil::Doubtful } else { Nil::Plain }
}

/// 零报告, 没有安排活动, 5月16日无; not 今天没有时间.
fn of_clause(clause: &str) -> Nil {
    if ends_in_nil(clause) || NIL_WORDS.iter().any(|word| clause.contains(word)) {
        return Nil::Plain;
    }
    let behind = NOS.iter().flat_map(|no| clause.match_indices(no));
    let said = behind.filter_map(|(at, no)| Some(of_nothing(clause.get(at + no.len()..)?)));
    said.fold(Nil::No, |worst, said| match (worst, said) {
        (Nil::Plain, _) | (_, Nil::Plain) => Nil::Plain,
        (Nil::Doubtful, _) | (_, Nil::Doubtful) => Nil::Doubtful,
        _ => Nil::No,
    })
}

/// 5月16日无, 今日：无.
fn ends_in_nil(clause: &str) -> bool {
    let is_of_day = |before: &str| {
        let before = before.trim_end_matches([':', '：']);
        DAY_ENDINGS.iter().any(|day| before.ends_with(day))
    };
    NOS.iter().filter_map(|no| clause.strip_suffix(no)).any(is_of_day)
}

/// What a text after a no says: 安排活动 and 可报送的材料 are nothing to report, 信息员在岗 is something else.
fn of_nothing(rest: &str) -> Nil {
    let rest = stripped(rest, BETWEEN);
    match THINGS.iter().find_map(|thing| rest.strip_prefix(thing)) {
        None => Nil::No,
        Some(rest) if stripped(rest, &[BEHIND, THINGS].concat()).is_empty() => Nil::Plain,
        Some(_) => Nil::Doubtful,
    }
}

fn stripped<'t>(mut text: &'t str, words: &[&str]) -> &'t str {
    while let Some(rest) = words.iter().find_map(|word| text.strip_prefix(word)) {
        text = rest;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_says_more_than_nothing_is_not_believed() {
        for text in [
            "今日无活动",
            "5月16日无",
            "今日暂无可报送的材料",
            "我校今天没有安排活动，特此报告。",
            "零报告",
            "今日无新增活动信息报送",
            "今日没有活动和材料",
            "今日无活动开展",
        ] {
            assert_eq!(nil(text), Nil::Plain, "{text}");
        }
        for text in [
            "目前还没有材料，下班前报送。",
            "今日没有照片，稿件晚上发。",
            "今天没有信息员在岗，照片明天补报",
            "我校无活动方案模板，烦请老师发一份",
            "活动丰富，但没有照片达到分辨率要求",
            "活动已开展，因没有内容审核人员签字，材料明日报",
            "通知里没有活动海报下载地址",
            "昨天无活动，今天的照片稍后发",
            "各校今日暂无材料交来，待收齐后明早补报",
        ] {
            assert_eq!(nil(text), Nil::Doubtful, "{text}");
        }
        for text in ["今日无法报送，明日补报。", "今天没有时间", "活动周方案"] {
            assert_eq!(nil(text), Nil::No, "{text}");
        }
        assert_eq!(answers_nil("5月16日：无"), Nil::Plain);
        assert_eq!(answers_nil("5月16日：无\n稍后补发"), Nil::Doubtful);
    }
}
