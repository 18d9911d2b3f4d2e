//! The length of a running text as word processors count it, because units check the limit there (V09): every
//! Chinese character or mark is one, every run of other letters, digits and marks is one, white space none.

/// Number of words in the sense of a word processor's Chinese count.
pub fn words(text: &str) -> u32 {
    let mut total = 0_u32;
    let mut in_run = false;
    for c in text.chars() {
        let wide = is_wide(c);
        if wide || (!c.is_whitespace() && !in_run) {
            total += 1;
        }
        in_run = !wide && !c.is_whitespace();
    }
    total
}

/// Chinese characters, their punctuation, full-width forms, and the quotation marks and dashes set like them.
fn is_wide(c: char) -> bool {
    matches!(u32::from(c), 0x2010..=0x2027 | 0x2030..=0x205E | 0x2E80..=0xFFEF | 0x20000..=0x3FFFF)
        && !c.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn counted_as_a_word_processor_counts() {
        assert_eq!(words("活动于2023年5月14日举行。"), 12);
        assert_eq!(words("“技能:让生活”"), 8);
        assert_eq!(words("hello world 你好"), 4);
        assert_eq!(words("  \n"), 0);
    }
}
