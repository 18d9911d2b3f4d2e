//! Everything that tells of a person in a story: who wrote, and whom the forms name.

use std::fs;
use std::path::Path;

use shouwen::rehearsal::season::cast::{CAST, Member};

/// The unit of that name.
pub fn member(name: &str) -> &'static Member {
    CAST.iter().find(|member| member.name == name).unwrap()
}

/// Name, mobile number and QQ number of the contact that a unit's forms name.
pub fn contact(name: &str) -> [String; 3] {
    let person = member(name).person("联系人");
    [person.name, person.mobile, person.qq]
}

/// Everything personal of these units.
pub fn of(units: &[&str]) -> Vec<String> {
    let mut all = Vec::new();
    for name in units {
        let member = member(name);
        all.push(member.address.to_owned());
        all.extend(member.roster.iter().map(|address| (*address).to_owned()));
        for role in ["联系人", "填报人"] {
            let person = member.person(role);
            all.extend([person.name, person.mobile, person.qq]);
        }
    }
    all
}

/// Whether bytes hold a word.
pub fn holds(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|found| found == word.as_bytes())
}

/// Files below a folder that hold one of the words, with the word.
pub fn files_with(folder: &Path, words: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, words));
        } else {
            let bytes = fs::read(&path).unwrap();
            let held = words.iter().filter(|word| holds(&bytes, word));
            found.extend(held.map(|word| format!("{}: {word}", path.display())));
        }
    }
    found
}
