//! Papers that are sent as an example: a form that another school has filled in, beside 可否照此填写. It bears that school's name, and
//! counted for it. A person says whether it was handed in.

use super::parts::{Outcome, Scene};
use crate::domain::facts::PartFacts;
use crate::domain::message::PartState;
use crate::domain::submission::Filing;

/// What an example is called.
const EXAMPLES: &[&str] = &["样例", "范例", "示例", "供参考", "作参考", "参考件"];
/// What the file of a blank form may be called that has examples of how to fill it in, and keeps its name when it is filled.
const EXPLAINED: &[&str] = &["填写示例", "填报示例", "填表示例", "含示例", "附示例"];
/// What a letter says of an example that it names by its school, beside that.
const LIKE_IT: &[&str] = &["参考", "参照", "照此", "样本"];

/// Why a person must say.
const WHY: &str = "像是供参考的样例，请认定是否正式报送";

/// Has what counts, and is called an example, wait for a person.
pub(super) fn ask_of_examples(scene: &Scene, outcome: &mut Outcome) {
    for (part, facts) in outcome.parts.iter_mut().zip(&scene.case.facts.parts) {
        let counts = matches!(part.state, PartState::Accepted | PartState::Flawed);
        let is_example =
            |filing: &Filing| filing.day.is_none() && (is_called(facts) || is_anothers(scene, &filing.unit));
        if counts && part.filings.first().is_some_and(is_example) {
            part.state = PartState::Review;
            part.why = WHY.to_owned();
            part.filings.iter_mut().for_each(|filing| filing.state = PartState::Review);
        }
    }
}

fn has(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

fn is_called(part: &PartFacts) -> bool {
    has(&part.path, EXAMPLES) && !has(&part.path, EXPLAINED)
}

/// Whether a letter that does not come from the unit's own address names it for an example: 附甲学院的采集表供参考.
fn is_anothers(scene: &Scene, code: &str) -> bool {
    let (roster, facts) = (&scene.desk.campaign.roster, scene.case.facts);
    let is_own = roster.by_code(code).is_none_or(|unit| unit.emails.contains(&facts.header.from));
    let clauses = || facts.text.split(['，', ',', '。', '；', '！', '？', '?', '\n']);
    let names = |clause: &str| scene.desk.book.codes(clause).iter().any(|named| named == code);
    !is_own && clauses().any(|clause| (has(clause, EXAMPLES) || has(clause, LIKE_IT)) && names(clause))
}
