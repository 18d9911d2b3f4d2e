//! Errors that newer programs leave in cells (#SPILL!, #CALC!, #GETTING_DATA). The parser in use gives a whole workbook up over
//! one that it does not know, and a unit would hear that its file is damaged; so they become one that it knows, and the flaw
//! is told by its cell.

use memchr::memmem;

/// Those that the parser knows.
const KNOWN: [&[u8]; 7] = [b"#DIV/0!", b"#N/A", b"#NAME?", b"#NULL!", b"#NUM!", b"#REF!", b"#VALUE!"];
/// What stands for the others.
const OTHER: &[u8] = b"#VALUE!";
/// The type of a cell that holds an error.
const ERROR_TYPE: &[u8] = b"t=\"e\"";

/// The XML of a sheet without errors that the parser does not know.
pub(super) fn with_known_errors(xml: Vec<u8>) -> Vec<u8> {
    let (mut out, mut from) = (Vec::new(), 0);
    for at in memmem::find_iter(&xml, ERROR_TYPE) {
        let Some((start, end)) = value_of(&xml, at).filter(|(start, _)| *start >= from) else { continue };
        let said = xml.get(start..end).unwrap_or_default();
        if !KNOWN.contains(&said) {
            out.extend_from_slice(xml.get(from..start).unwrap_or_default());
            out.extend_from_slice(OTHER);
            from = end;
        }
    }
    if from == 0 {
        return xml;
    }
    out.extend_from_slice(xml.get(from..).unwrap_or_default());
    out
}

/// A cell that holds an error has no more bytes behind its type: so far its value is looked for, because a sheet may have
/// millions of such cells, and none a value.
const CELL_BYTES: usize = 16 * 1024;

/// Where the value stands of the cell in whose tag this place is: behind `<v>` or `<x:v>`, before the cell ends.
fn value_of(xml: &[u8], at: usize) -> Option<(usize, usize)> {
    let xml = xml.get(..xml.len().min(at + CELL_BYTES))?;
    let inside = at + memmem::find(xml.get(at..)?, b">")? + 1;
    let is_empty = xml.get(inside.checked_sub(2)?) == Some(&b'/');
    if is_empty {
        return None;
    }
    let behind = xml.get(inside..)?;
    let behind = behind.get(..memmem::find(behind, b"c>").unwrap_or(behind.len()))?;
    let value = memmem::find_iter(behind, b"v>").find(|at| {
        at.checked_sub(1).and_then(|before| behind.get(before)).is_some_and(|before| b"<:".contains(before))
    })?;
    let start = inside + value + 2;
    let end = start + memmem::find(xml.get(start..)?, b"<")?;
    Some((start, end))
}

#[cfg(test)]
mod tests {
    use super::with_known_errors;

    #[test]
    fn an_error_of_a_newer_program_is_one_that_is_known() {
        for (xml, wanted) in [
            (r#"<c r="A1" t="e"><v>#SPILL!</v></c>"#, r#"<c r="A1" t="e"><v>#VALUE!</v></c>"#),
            (
                r#"<x:c t="e" s="1"><x:f>A1</x:f><x:v>#GETTING_DATA</x:v></x:c><x:c><x:v>12</x:v></x:c>"#,
                r#"<x:c t="e" s="1"><x:f>A1</x:f><x:v>#VALUE!</x:v></x:c><x:c><x:v>12</x:v></x:c>"#,
            ),
        ] {
            assert_eq!(String::from_utf8(with_known_errors(xml.into())).unwrap(), wanted);
        }
        for same in [
            r#"<c t="e"><v>#REF!</v></c><c><v>12</v></c>"#,
            r#"<c t="e"/><c><v>12</v></c>"#,
            r#"<c t="e"><f>A1</f></c><c t="str"><v>#SPILL!</v></c>"#,
            r#"<c t="e"></c><c><v>12</v></c>"#,
            r#"<c t="e"><v>#SPILL!"#,
            r#"<c t="e""#,
        ] {
            assert_eq!(with_known_errors(same.into()), same.as_bytes(), "{same}");
        }
    }
}
