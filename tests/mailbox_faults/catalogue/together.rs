//! Any two rows at once. A server in trouble seldom has one trouble, and what is right after either fault alone may be
//! wrong after both; nobody can write down all pairs, so chance draws them, the same on every run.

use shouwen::rehearsal::season::chance::Chance;

use super::chapters;
use crate::row::Row;

/// What nobody can tell. Where no sizes are told, a mail that is always handed out for another looks like a copy of that; an empty
/// folder, too, has no mails, and a list that is OK and without any; and who counts one less and never lists it holds one less.
const UNTOLD: [[&str; 2]; 3] = [
    ["hands out one mail for another", "does not tell sizes"],
    [
        "says that a folder is empty and that it may not be listed",
        "says OK to its list of mails before it is asked",
    ],
    [
        "counts too few mails, hangs up in one, then lists another short",
        "leaves a mail out of the list and tells of one less",
    ],
];

/// Pairs of rows, each pair once.
pub fn pairs(number: usize) -> Vec<Row> {
    let rows: Vec<Row> = chapters().into_iter().flat_map(|chapter| chapter.rows).collect();
    let all = u32::try_from(rows.len()).expect("some hundred rows");
    let mut chance = Chance::of(&["misdeeds together"]);
    let mut pairs: Vec<Row> = Vec::new();
    while pairs.len() < number {
        let [first, second] = [(); 2].map(|()| &rows[chance.between(0, all) as usize]);
        let both = [&first.name, &second.name];
        if UNTOLD.iter().any(|untold| untold.iter().all(|untold| both.iter().any(|name| name == untold))) {
            continue;
        }
        let pair = first.together(second);
        pairs.extend(pair.filter(|pair| pairs.iter().all(|before| before.name != pair.name)));
    }
    pairs
}
