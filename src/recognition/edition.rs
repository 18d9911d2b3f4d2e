//! 第十七届 and 第17届: which edition of something a text speaks of. A paper of the edition before is last year's, though it bears no
//! year.

use super::dates::{figure, small_number};
use super::squeeze;

/// So far behind the number what is counted is named (characters): 第十八届校园文化艺术节.
const NAMED_CHARS: usize = 12;

/// The editions that a text names of what one of these words calls.
pub fn editions(text: &str, words: &[String]) -> Vec<u32> {
    if !text.contains('届') {
        return Vec::new();
    }
    let text = squeeze(text);
    let named = text.match_indices('届').filter_map(|(at, sign)| {
        let behind: String = text.get(at + sign.len()..)?.chars().take(NAMED_CHARS).collect();
        let number = number(text.get(..at)?.rsplit_once('第')?.1)?;
        words.iter().any(|word| behind.contains(squeeze(word).as_str())).then_some(number)
    });
    named.collect()
}

fn number(text: &str) -> Option<u32> {
    let letters: Vec<char> = text.chars().collect();
    let is_number = !letters.is_empty() && letters.iter().all(|c| c.is_ascii_digit() || figure(*c).is_some());
    text.parse().ok().or_else(|| small_number(&letters)).filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editions_are_counted_in_either_kind_of_figures() {
        let words = ["艺术节".to_owned()];
        assert_eq!(editions("滨海大学第十八届校园文化艺术节", &words), [18]);
        assert_eq!(editions("马院第17届艺术节方案", &words), [17]);
        for text in ["第三届合唱比赛方案", "2020届毕业生艺术节", "本届艺术节", "艺术节方案"]
        {
            assert_eq!(editions(text, &words), [0_u32; 0], "{text}");
        }
    }
}
