//! What units write in their plans and reports: plain sentences of our own, long enough to be judged as text, naming
//! the unit and days of the week as real ones do.

use super::cast::Member;
use super::chance::Chance;

const EVENTS: [&str; 8] = [
    "校园开放日",
    "技能体验课堂",
    "工匠进校园讲座",
    "送教下乡服务",
    "社区家电义务维修",
    "校企供需见面会",
    "传统工艺展示",
    "学生技能比武",
];

/// The plan of form4, under 300 characters.
pub fn plan(member: &Member) -> String {
    let mut chance = Chance::of(&[member.name, "plan"]);
    let days = (0..4).map(|n| {
        let day = 14 + n * 2 + chance.between(0, 2).min(20 - 14 - n * 2);
        format!("5月{day}日举办{},面向学生、家长和社区居民;", chance.pick(&EVENTS))
    });
    format!(
        "{}定于5月14日至20日开展活动。{}各项活动由专班统筹,确保安全有序。",
        member.name,
        days.collect::<String>()
    )
}

/// The feature of form4, under 300 characters.
pub fn feature(member: &Member) -> String {
    let mut chance = Chance::of(&[member.name, "feature"]);
    format!(
        "特色活动:“{}”。5月{}日在{}举行,以现场演示和动手体验为主,预计接待群众{}人,让更多人了解技能、热爱技能。",
        chance.pick(&EVENTS),
        chance.between(15, 20),
        member.short,
        chance.between(200, 900)
    )
}

/// 活动方案, by paragraph.
pub fn scheme(member: &Member) -> Vec<String> {
    vec![
        format!("{}2023年职业教育活动周活动方案", member.name),
        "一、活动时间和主题".to_owned(),
        "2023年5月14日至20日,主题为“技能:让生活更美好”。".to_owned(),
        "二、活动安排".to_owned(),
        plan(member),
        "三、特色活动".to_owned(),
        feature(member),
        "四、组织保障".to_owned(),
        "成立工作专班,明确责任分工,落实经费和安全措施,及时报送活动材料。".to_owned(),
        member.name.to_owned(),
        "2023年5月4日".to_owned(),
    ]
}

/// Headings that the notice asks of a report.
const SECTIONS: [&str; 7] =
    ["基本情况", "主要做法和措施", "取得成效", "活动亮点", "典型案例", "媒体宣传情况", "存在问题及建议"];

/// 工作总结报告 with the first `sections` of the seven sections that are asked for.
pub fn report(member: &Member, sections: usize) -> Vec<String> {
    const NUMERALS: [&str; 7] = ["一", "二", "三", "四", "五", "六", "七"];
    let mut chance = Chance::of(&[member.name, "report"]);
    let mut all = vec![format!("{}2023年职业教育活动周工作总结报告", member.name)];
    for (numeral, section) in NUMERALS.iter().zip(SECTIONS).take(sections) {
        all.push(format!("{numeral}、{section}"));
        all.push(format!(
            "活动周期间,{}围绕“{}”等活动,组织师生{}余人次参加,社会反响良好。",
            member.short,
            chance.pick(&EVENTS),
            chance.between(300, 3000)
        ));
    }
    all.push(member.name.to_owned());
    all.push("2023年5月22日".to_owned());
    all
}

/// A case (典型案例) or an article (稿件) of one day of May.
pub fn story(member: &Member, kind: &str, day: i8) -> Vec<String> {
    let mut chance = Chance::of(&[member.name, kind, &day.to_string()]);
    let event = chance.pick(&EVENTS);
    vec![
        format!("{kind}:{}开展“{event}”活动", member.name),
        format!("5月{day}日,{}举行“{event}”,师生与市民{}人参加。", member.name, chance.between(60, 800)),
        "现场设置体验区和咨询台,学生当起讲解员,参观者动手完成了自己的第一件作品。".to_owned(),
        format!("(供稿:{} {})", member.short, member.person("联系人").name),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::cast::CAST;
    use super::*;

    #[test]
    fn texts_keep_the_limit_of_the_form_and_three_of_them_break_it() {
        for member in CAST {
            let (plan, feature) = (plan(member).chars().count(), feature(member).chars().count());
            assert!((130..=300).contains(&plan), "{} {plan}", member.name);
            assert!((40..=300).contains(&feature), "{} {feature}", member.name);
        }
    }
}
