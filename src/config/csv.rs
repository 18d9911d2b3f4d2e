//! Comma-separated values after RFC 4180, as Excel and WPS write them: quotes, doubled quotes, line ends inside
//! quotes, LF or CRLF. Each record knows its line, because its mistakes are reported there.

/// One record and the line on which it begins, from 1.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) line: usize,
    pub(super) cells: Vec<String>,
}

/// The line of a quote that is never closed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OpenQuote {
    pub(super) line: usize,
}

/// Splits a text into records. Records whose cells are all blank are left out.
pub(super) fn records(text: &str) -> Result<Vec<Record>, OpenQuote> {
    let mut reader = Reader { rest: text, line: 1 };
    let mut read = Vec::new();
    while !reader.rest.is_empty() {
        let record = reader.record()?;
        if record.cells.iter().any(|cell| !cell.trim().is_empty()) {
            read.push(record);
        }
    }
    Ok(read)
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

impl Reader<'_> {
    fn record(&mut self) -> Result<Record, OpenQuote> {
        let mut record = Record { line: self.line, cells: vec![self.cell()?] };
        while self.skip(",") {
            record.cells.push(self.cell()?);
        }
        if self.skip("\r\n") || self.skip("\n") || self.skip("\r") {
            self.line += 1;
        }
        Ok(record)
    }

    fn cell(&mut self) -> Result<String, OpenQuote> {
        let mut cell = String::new();
        let opened_at = self.line;
        if self.skip("\"") {
            loop {
                let (inside, after) = self.rest.split_once('"').ok_or(OpenQuote { line: opened_at })?;
                self.line += inside.matches('\n').count();
                self.rest = after;
                cell.push_str(inside);
                if !self.skip("\"") {
                    break;
                }
                cell.push('"');
            }
        }
        // What follows a closing quote, or the whole of a cell without quotes.
        let end = self.rest.find([',', '\r', '\n']).unwrap_or(self.rest.len());
        let (plain, after) = self.rest.split_at(end);
        self.rest = after;
        cell.push_str(plain);
        Ok(cell)
    }

    fn skip(&mut self, expected: &str) -> bool {
        let after = self.rest.strip_prefix(expected);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<(usize, Vec<String>)> {
        records(text).unwrap().into_iter().map(|record| (record.line, record.cells)).collect()
    }

    #[test]
    fn quotes_keep_commas_line_ends_and_quotes() {
        let text = "a,\"b,1\",c\r\n\"two\nlines\",\"say \"\"hi\"\"\",\r\nlast,,x";
        let expected: Vec<(usize, Vec<String>)> = [
            (1, vec!["a", "b,1", "c"]),
            (2, vec!["two\nlines", "say \"hi\"", ""]),
            (4, vec!["last", "", "x"]),
        ]
        .into_iter()
        .map(|(line, cells)| (line, cells.into_iter().map(str::to_owned).collect()))
        .collect();
        assert_eq!(cells(text), expected);
    }

    #[test]
    fn blank_lines_count_but_are_no_records() {
        let lines: Vec<usize> = cells("a\n\n,,\n  \nb\n").into_iter().map(|(line, _)| line).collect();
        assert_eq!(lines, [1, 5]);
    }

    #[test]
    fn an_open_quote_is_told_by_its_line() {
        assert_eq!(records("a,b\nc,\"d\ne"), Err(OpenQuote { line: 2 }));
    }
}
