//! What a file says of its own version, and whether its mail says that it is the valid one whatever that is: then it replaces
//! the newer version that came before it, and nobody is asked (`domain::submission::hold`).

use super::clues::{text_of, title_lines};
use super::judge::range_of;
use super::parts::Scene;
use crate::domain::facts::{Content, PartFacts};
use crate::domain::submission::Filing;
use crate::domain::version::Version;
use crate::recognition::item::stem;
use crate::recognition::older::says_valid;
use crate::recognition::version::{of_name, of_title};
use crate::recognition::vocabulary::Target;

/// What a part says: its name, else its title.
pub(super) fn of_part(part: &PartFacts) -> Option<Version> {
    let name = part.path.rsplit('/').next().unwrap_or_default();
    let titles = || text_of(part).into_iter().flat_map(title_lines);
    of_name(stem(name)).or_else(|| titles().find_map(of_title))
}

/// The version of a filing under `target`, by what its file says.
pub(super) fn filed(
    scene: &Scene,
    target: &Target,
    said: Option<Version>,
    part: Option<&PartFacts>,
) -> Option<Version> {
    let mut version = said?;
    // What is asked for each day is called after its day: 5月14日稿 is the article of that day.
    let requirement = scene.desk.campaign.requirement(&target.requirement)?;
    if range_of(&requirement.when).is_some() && version.dated.take().is_some() {
        version = Some(version).filter(Version::has_number)?;
    }
    version.prevails = is_said_to_be_valid(scene, target, part);
    Some(version)
}

/// The version of a file that a person accepted: it counts whatever came before it.
pub(super) fn accepted(part: Option<&PartFacts>, judged: &[Filing]) -> Option<Version> {
    let judged = judged.iter().find_map(|filing| filing.version.clone());
    let version = judged.or_else(|| part.and_then(of_part))?;
    Some(Version { prevails: true, ..version })
}

/// Whether the file itself, the mail, or a forwarded one around the file says so. Sentences that name materials speak of
/// those alone: 采集表更正如下 says nothing of the scheme that comes with it.
fn is_said_to_be_valid(scene: &Scene, target: &Target, part: Option<&PartFacts>) -> bool {
    let facts = scene.case.facts;
    if part.is_some_and(|part| part.name.contains("以此为准")) {
        return true;
    }
    let mut texts = vec![facts.header.subject.as_str(), facts.text.as_str()];
    for nested in part.into_iter().flat_map(|part| part.ancestors(&facts.parts)) {
        if let Content::Mail { subject, text, .. } = &nested.content {
            texts.extend([subject.as_str(), text.as_str()]);
        }
    }
    let sentences = texts.iter().flat_map(|text| text.split(['\n', '。', '；', '！', ';', '!']));
    let saying: Vec<&str> = sentences.filter(|sentence| says_valid(sentence)).collect();
    let words = scene.desk.words_of(scene.unit);
    let named: Vec<Target> =
        saying.iter().flat_map(|sentence| words.named(&scene.desk.book.mask(sentence))).collect();
    let is_named = |other: &Target| (&other.requirement, &other.item) == (&target.requirement, &target.item);
    !saying.is_empty() && (named.is_empty() || named.iter().any(is_named))
}
