//! Passwords that a mail prints for its own archives: 密码：1234, 解压密码为abc123。, 密码是 "Zj@2023". Whatever stands
//! after such a word may be one; the archive tells which is right.

/// Candidates kept of one mail.
const KEPT: usize = 12;
/// Characters of the longest candidate.
const CHARS_MAX: usize = 64;
/// Characters of a candidate that words in Chinese lead up to.
const TOLD_CHARS_MIN: usize = 4;
/// Words before a password. Of those in Latin letters, only what a sign or a verb follows counts.
const LABELS: &[&str] = &["密码", "口令", "解压码", "提取码", "访问码", "password", "passwd", "pwd"];
/// What may stand between the word and the password.
const FILLERS: &[&str] = &[
    "统一", "均", "都", "就", "仍", "设置", "设", "是", "为", "如下", "见下", "即", "is ", "：", ":", "=",
    "＝",
];
/// Pairs in which a password may stand.
const QUOTES: &[(char, char)] =
    &[('"', '"'), ('\'', '\''), ('“', '”'), ('‘', '’'), ('「', '」'), ('【', '】'), ('[', ']'), ('《', '》')];
/// Signs that end a password, being Chinese; and those in Latin that end a sentence, so that it may stand before them.
const ENDS: &str = "，。；、！？：（）【】《》“”‘’「」\"";
const LATIN_ENDS: &[char] = &['.', ',', ';', '!', '?', ')', '\'', ']'];

/// The candidates of one mail, those of the mail read last first.
#[derive(Debug, Default)]
pub struct Passwords(Vec<String>);

impl Passwords {
    /// Adds what these texts tell.
    pub fn note(&mut self, texts: &[&str]) {
        let known = std::mem::take(&mut self.0);
        for candidate in texts.iter().flat_map(|text| candidates(text)).chain(known) {
            self.add(candidate);
        }
    }

    /// These and what the name of an archive tells.
    pub fn with(&self, name: &str) -> Vec<String> {
        let mut all = Self(candidates(name));
        self.0.iter().for_each(|known| all.add(known.clone()));
        all.0
    }

    fn add(&mut self, candidate: String) {
        if self.0.len() < KEPT && !self.0.contains(&candidate) {
            self.0.push(candidate);
        }
    }
}

/// What may be a password in a text, in its order.
fn candidates(text: &str) -> Vec<String> {
    // Letters of ASCII only: places stay the same.
    let lower = text.to_ascii_lowercase();
    let mut labels: Vec<(usize, &str)> = LABELS.iter().flat_map(|label| lower.match_indices(label)).collect();
    labels.sort_unstable();
    let mut found: Vec<String> = Vec::new();
    for (at, label) in labels {
        let after = text.get(at + label.len()..).unwrap_or_default();
        for candidate in after_label(after, label.is_ascii()) {
            if found.len() < KEPT && !found.contains(&candidate) {
                found.push(candidate);
            }
        }
    }
    found
}

/// The forms of what stands after a label, the likeliest first.
fn after_label(text: &str, is_latin: bool) -> Vec<String> {
    let (rest, has_filler) = skip_fillers(skip_remark(text));
    let Some(first) = rest.chars().next() else { return Vec::new() };
    if let Some((open, close)) = QUOTES.iter().find(|(open, _)| *open == first)
        && let Some((inside, _)) = rest.get(open.len_utf8()..).and_then(|inside| inside.split_once(*close))
    {
        return kept([inside.trim()]);
    }
    if !has_filler && (is_latin || !first.is_ascii_alphanumeric()) {
        return Vec::new();
    }
    let run = rest.split(|c: char| c.is_whitespace() || ENDS.contains(c)).next().unwrap_or_default();
    let latin = run.split(|c: char| !c.is_ascii()).next().unwrap_or_default();
    let narrow: String = run.chars().map(narrow).collect();
    // What it is, in words, may stand before it: 密码为联系电话028…, 密码：校名拼音 abc. Or it holds a blank.
    let line = rest.split(|c: char| c == '\n' || ENDS.contains(c)).next().unwrap_or_default();
    let told = line.split(|c: char| !c.is_ascii_graphic()).find(|word| word.len() >= TOLD_CHARS_MIN);
    let told = if first.is_ascii() { "" } else { told.unwrap_or_default() };
    kept([latin.trim_end_matches(LATIN_ENDS), latin, run, &narrow, told, line.trim()])
}

fn kept<const N: usize>(forms: [&str; N]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for form in forms {
        let is_sound = !form.is_empty() && form.chars().count() <= CHARS_MAX;
        if is_sound && !kept.iter().any(|known| known == form) {
            kept.push(form.to_owned());
        }
    }
    kept
}

/// `密码（区分大小写）：1234`
fn skip_remark(text: &str) -> &str {
    const REMARK_CHARS: usize = 12;
    let inside = text.trim_start().strip_prefix(['（', '(']);
    let rest = inside.and_then(|inside| inside.split_once(['）', ')']));
    rest.filter(|(remark, _)| remark.chars().count() <= REMARK_CHARS).map_or(text, |(_, rest)| rest)
}

fn skip_fillers(text: &str) -> (&str, bool) {
    let mut rest = text.trim_start();
    let mut has_filler = false;
    while let Some(shorter) = FILLERS.iter().find_map(|filler| rest.strip_prefix(filler)) {
        rest = shorter.trim_start();
        has_filler = true;
    }
    (rest, has_filler)
}

/// Full-width letters, digits and signs as the keyboard has them.
fn narrow(c: char) -> char {
    let is_wide = ('\u{ff01}'..='\u{ff5e}').contains(&c);
    if is_wide { char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c) } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_found_in_what_people_write() {
        for (text, password) in [
            ("材料见附件，密码：1234", "1234"),
            ("附件解压密码为abc123。请查收", "abc123"),
            ("密码是 \"Zj@2023\"，谢谢", "Zj@2023"),
            ("密码：\n  Aa-12_3\n此致", "Aa-12_3"),
            ("提取码: k9x2 复制到浏览器", "k9x2"),
            ("解压码统一为：ZJ2023！", "ZJ2023"),
            ("密码1234", "1234"),
            ("Password: Ab.12, thanks", "Ab.12"),
            ("The password is S3cret.", "S3cret"),
            ("密码（区分大小写）：qwEr", "qwEr"),
            ("密码：abc123谢谢", "abc123"),
            ("口令均是“职教周2023”", "职教周2023"),
            ("密码：职教周2023。", "职教周2023"),
            ("密码：１２３４", "1234"),
            ("密码见下：\n\nqwer1234\n祝好", "qwer1234"),
            ("密码统一为联系电话02888880000\n祝好", "02888880000"),
            ("解压密码：学院全称拼音 mianyang\n祝好", "mianyang"),
            ("密码 ： a b\n祝好", "a b"),
            ("pwd=x;y", "x;y"),
        ] {
            assert!(candidates(text).contains(&password.to_owned()), "{text}: {:?}", candidates(text));
        }
    }

    #[test]
    fn a_password_that_is_elsewhere_is_none() {
        for text in
            ["密码见电话", "文件有密码，另行告知", "password protected file", "密码", "密码：", "密码："]
        {
            assert_eq!(candidates(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn few_are_kept_and_those_of_the_mail_read_last_come_first() {
        let mut passwords = Passwords::default();
        passwords.note(&["密码：outer"]);
        passwords.note(&["", "密码：inner，密码：outer"]);
        assert_eq!(passwords.with("材料（密码1234）.zip"), ["1234", "inner", "outer"]);
        let many: String = (0..40).map(|n| format!("密码：p{n}，")).collect();
        passwords.note(&[&many]);
        assert_eq!(passwords.with("a.zip").len(), KEPT);
    }
}
