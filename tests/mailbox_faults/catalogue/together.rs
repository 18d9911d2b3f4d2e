//! Any two rows at once. A server in trouble seldom has one trouble, and what is right after either fault alone may be
//! wrong after both; nobody can write down all pairs, so chance draws them, the same on every run.

use shouwen::rehearsal::season::chance::Chance;

use super::chapters;
use crate::row::Row;

/// Where no sizes are told, a mail that is always handed out for another looks like a copy of that: nobody can tell.
const ALIKE: [&str; 2] = ["hands out one mail for another", "does not tell sizes"];

/// Pairs of rows, each pair once.
pub fn pairs(number: usize) -> Vec<Row> {
    let rows: Vec<Row> = chapters().into_iter().flat_map(|chapter| chapter.rows).collect();
    let all = u32::try_from(rows.len()).expect("some hundred rows");
    let mut chance = Chance::of(&["misdeeds together"]);
    let mut pairs: Vec<Row> = Vec::new();
    while pairs.len() < number {
        let [first, second] = [(); 2].map(|()| &rows[chance.between(0, all) as usize]);
        let both = [&first.name, &second.name];
        if ALIKE.iter().all(|alike| both.iter().any(|name| name == alike)) {
            continue;
        }
        let pair = first.together(second);
        pairs.extend(pair.filter(|pair| pairs.iter().all(|before| before.name != pair.name)));
    }
    pairs
}
