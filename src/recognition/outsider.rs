//! Who writes about a school without being it: parents, companies, newspapers. What they send names the school, and must not be
//! filed as the school's own in silence. Asked only where the address is not known to be a unit's.

use super::names::MASK;
use super::squeeze;

/// How such people speak of themselves.
const SELVES: &[&str] =
    &["本报记者", "本台记者", "记者摄", "记者拍摄", "记者供图", "家长来信", "我是一名家长", "我是学生家长"];
/// Who gives something so reports nothing: 供贵处参考.
const GIVING: [&str; 2] = ["供贵", "参考"];
/// So do companies, where the unit is none.
const COMPANY_SELVES: &[&str] = &["我司", "我公司", "本公司", "我工作室", "我们是一家"];
/// And papers; not 我社区, 基本社会.
const PAPER_SELVES: &[&str] = &["我社", "本社"];
/// Behind such a word: it is part of another.
const NO_PAPER: [char; 3] = ['区', '会', '团'];
/// How a line ends that signs for them.
const SIGNERS: &[&str] = &["传媒", "报社", "杂志社", "编辑部", "电视台", "学生家长", "一名家长"];
/// And for a company.
const COMPANY_SIGNERS: &[&str] = &["公司", "集团"];
/// Before 工作室 these are a trade; schools have studios of their masters.
const TRADES: &[&str] = &["摄影", "摄像", "影视", "传媒", "文化", "设计", "广告", "视觉", "图文"];
/// A line that signs is no longer (characters).
const LINE_CHARS: usize = 20;
/// Such a line is one of the last.
const LAST_LINES: usize = 4;

/// Whether a letter is that of somebody outside. `text`: without names of units, so that a unit that is a company signs as itself.
/// `own_company`: where the unit that the mail seems to come from is a company, whether a name could be its own, written
/// otherwise; such a unit calls itself 我公司.
pub fn speaks(subject: &str, text: &str, own_company: Option<&dyn Fn(&str) -> bool>) -> bool {
    let says_self = [subject, text].iter().any(|text| {
        let text = squeeze(text);
        let is_parent = |clause: &str| {
            clause.split_once("我是").is_some_and(|(_, who)| who.ends_with("家长") || who.ends_with("记者"))
        };
        let is_paper = PAPER_SELVES.iter().any(|word| {
            text.match_indices(word).any(|(at, word)| {
                !text.get(at + word.len()..).is_some_and(|behind| behind.starts_with(NO_PAPER))
            })
        });
        SELVES.iter().any(|word| text.contains(word))
            || GIVING.iter().all(|word| text.contains(word))
            || is_paper
            || own_company.is_none() && COMPANY_SELVES.iter().any(|word| text.contains(word))
            || text.split(['，', ',', '。', '；', '！', '!']).any(is_parent)
    });
    let signs = |line: &str| {
        let line = squeeze(line);
        let ends = |words: &[&str], line: &str| words.iter().any(|word| line.ends_with(word));
        let is_own = || own_company.is_some_and(|is_own| line.contains(MASK) || is_own(&line));
        let is_company = || ends(COMPANY_SIGNERS, &line) && !is_own();
        let is_studio = || line.strip_suffix("工作室").is_some_and(|line| ends(TRADES, line));
        line.chars().count() <= LINE_CHARS && (ends(SIGNERS, &line) || is_company() || is_studio())
    };
    says_self || text.lines().rev().filter(|line| !line.trim().is_empty()).take(LAST_LINES).any(signs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_companies_and_papers_say_who_they_are() {
        for (subject, text) in [
            ("家长来信", "学校宿舍条件很差，见照片。"),
            ("照片", "我是某某学院学生家长，见照片。"),
            ("启动仪式现场图", "供贵处参考。\n四川某某传媒有限公司"),
            ("合作简介", "我司与某某学院合作多年，材料见附件。"),
            ("照片", "委托我公司代发。"),
            ("照片", "我社拍摄的照片。"),
            ("照片", "滨江日报社记者拍摄"),
            ("照片", "现场照片供贵委参考"),
            ("照片", "照片见附件。\n光影摄影工作室"),
        ] {
            assert!(speaks(subject, text, None), "{subject} {text}");
        }
        for (subject, text) in [
            ("家长开放日照片", "邀请学生家长走进校园。\n某某学院"),
            ("走进某公司", "5月16日，我校师生走进某公司，照片见附件。"),
            ("照片", "请查收。\n□□□□□\n党委宣传部"),
            ("照片", "我社区今日活动照片见附件"),
            ("照片", "基本社会服务活动照片"),
            ("照片", "照片见附件\n李明 摄影"),
            ("照片", "照片见附件\n技能大师工作室"),
            ("", ""),
        ] {
            assert!(!speaks(subject, text, None), "{subject} {text}");
        }
        let own: &dyn Fn(&str) -> bool = &|line| line == "某某有限公司";
        for text in ["我公司5月报表见附件\n某某有限公司", "我司报表见附件\n□□□□公司"]
        {
            assert!(!speaks("报表", text, Some(own)), "{text}");
        }
        for text in ["照片供参考\n光影文化传播有限公司", "照片见附件\n光影摄影工作室"]
        {
            assert!(speaks("报表", text, Some(own)), "{text}");
        }
    }
}
