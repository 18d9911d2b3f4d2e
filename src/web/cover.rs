//! What 查看 reads: the words of mails, forms, servers and clerks, with people's numbers and addresses covered. Every page goes
//! through this one place, so that none is forgotten; what only machines read (hashes, paths of the page) is left as it is.

use minijinja::Value;
use minijinja::value::Serde;
use serde_json::Value as Json;

use crate::report::masked;

/// Names under which pages hold what somebody wrote. Numbers of the register, codes and addresses of pages stand under others.
const WORDS: [&str; 17] = [
    "text",
    "quoted",
    "from",
    "from_name",
    "to",
    "subject",
    "why",
    "reasons",
    "note",
    "notes",
    "words",
    "flaws",
    "address",
    "emails",
    "path",
    "name",
    "caption",
];

/// A page without anybody's number or address.
pub(super) fn covered(page: &Value) -> Value {
    // What cannot be looked through is not shown.
    let Ok(mut page) = serde_json::to_value(page) else { return Value::UNDEFINED };
    cover(&mut page, false);
    Value::from(Serde(page))
}

fn cover(value: &mut Json, is_words: bool) {
    match value {
        Json::String(text) if is_words => *text = masked(text),
        Json::Array(values) => values.iter_mut().for_each(|value| cover(value, is_words)),
        Json::Object(values) => {
            values.iter_mut().for_each(|(key, value)| cover(value, WORDS.contains(&key.as_str())));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use minijinja::context;

    use super::*;

    #[test]
    fn words_are_covered_and_what_machines_read_is_not() {
        let hash = "0123456789".repeat(7);
        let page = context! {
            thumbnail => hash.as_str(), number => 13800138000_u64,
            mail => context! { text => "请拨13800138000", from => "zhang@school.example", code => "13800138000" },
            flaws => vec!["手机13800138000"],
        };
        let told = covered(&page).to_string();
        assert_eq!(told.matches("13800138000").count(), 2, "{told}");
        assert!(told.contains(&hash) && told.contains("138****8000") && !told.contains("zhang@"), "{told}");
    }
}
