//! Chance that repeats itself: a season must be the same bytes on every run, and adding a story must not change the
//! others, so every draw is seeded by the words of what it is for.

/// A small generator (splitmix64), seeded by text.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// The chance that belongs to these words; FNV-1a over their bytes.
    pub fn of(words: &[&str]) -> Self {
        let bytes = words.iter().flat_map(|word| word.bytes().chain([0]));
        Self(bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }))
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number in `from..to`; `from` where the range is empty.
    pub fn between(&mut self, from: u32, to: u32) -> u32 {
        let width = u64::from(to.saturating_sub(from).max(1));
        from + u32::try_from(self.bits() % width).unwrap_or(0)
    }

    /// A byte.
    pub fn byte(&mut self) -> u8 {
        self.bits().to_le_bytes()[0]
    }

    /// One of `choices`; the default where there is none.
    pub fn pick<T: Copy + Default>(&mut self, choices: &[T]) -> T {
        let index = self.between(0, u32::try_from(choices.len()).unwrap_or(1));
        choices.get(index as usize).copied().unwrap_or_default()
    }

    /// Upper-case hexadecimal digits.
    pub fn hex(&mut self, digits: usize) -> String {
        let mut text = String::new();
        while text.len() < digits {
            text.push_str(&format!("{:016X}", self.bits()));
        }
        text.truncate(digits);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::Chance;

    #[test]
    fn the_same_words_give_the_same_chance_and_others_another() {
        assert_eq!(Chance::of(&["a", "b"]).hex(40), Chance::of(&["a", "b"]).hex(40));
        assert_ne!(Chance::of(&["a", "b"]).bits(), Chance::of(&["ab"]).bits());
    }
}
