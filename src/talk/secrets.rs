//! What nobody may read who reads what a server said: servers repeat commands in their refusals, and their words stand on
//! the page, in the log, in alarms and in transcripts.

const MASK: &str = "***";

/// The secrets of one conversation. The default ones are none.
#[derive(Clone, Default)]
pub struct Secrets(Vec<String>);

impl Secrets {
    /// A password as it is and as LOGIN quotes it (RFC 3501 4.3).
    pub fn of_login(password: &str) -> Self {
        let mut secrets = Self::default();
        secrets.add(password.to_owned());
        secrets.add(password.replace('\\', "\\\\").replace('"', "\\\""));
        secrets
    }

    /// One more secret.
    pub fn add(&mut self, secret: String) {
        if !secret.is_empty() {
            self.0.push(secret);
            // The longest first: one secret may be a part of another.
            self.0.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        }
    }

    /// A text without them, without what would drive a terminal, and not longer than so many characters. Masked before
    /// it is cut: a secret at the cut must not show its first half.
    pub fn shown(&self, text: &str, longest_chars: usize) -> String {
        cut(&self.masked(&harmless(text)), longest_chars)
    }

    /// Servers repeat commands in other letters, so case does not matter.
    fn masked(&self, text: &str) -> String {
        let mut masked = text.to_owned();
        for secret in &self.0 {
            let wanted = secret.to_ascii_lowercase();
            let mut kept = String::new();
            let mut rest = masked.as_str();
            // Lower case by ASCII keeps every place in the text.
            while let Some((before, after)) = rest
                .to_ascii_lowercase()
                .find(&wanted)
                .and_then(|at| Some((rest.get(..at)?, rest.get(at + wanted.len()..)?)))
            {
                kept.push_str(before);
                kept.push_str(MASK);
                rest = after;
            }
            kept.push_str(rest);
            masked = kept;
        }
        masked
    }
}

fn cut(text: &str, chars: usize) -> String {
    let mut shown: String = text.chars().take(chars).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// Without control characters and those that turn the direction of text.
fn harmless(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(|c| !c.is_control() && !turns(*c)).collect()
}
