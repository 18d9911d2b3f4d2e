//! What a reader reports, as lines that a person can read and compare.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};
use shouwen::domain::facts::{Content, DeliveryFacts, Grid, HeaderFacts, PartFacts, Taken, Value, cell_name};

const TEXT_SHOWN: usize = 160;
const CELLS_SHOWN: usize = 12;

pub fn header(out: &mut String, header: &HeaderFacts) {
    let list = |items: &[String]| items.join(" ");
    let moment = |at: Option<jiff::Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    let rows = [
        ("message-id", header.message_id.clone()),
        ("from", header.from.clone()),
        ("from-name", header.from_name.clone()),
        ("to", list(&header.to)),
        ("subject", header.subject.clone()),
        ("date", moment(header.date)),
        ("received", moment(header.received)),
        ("refers-to", list(&header.refers_to)),
        ("auto-submitted", header.auto_submitted.clone()),
        ("precedence", header.precedence.clone()),
        ("auto-headers", list(&header.auto_headers)),
        ("list", if header.is_list { "yes".to_owned() } else { String::new() }),
        ("null-return-path", if header.null_return_path { "yes".to_owned() } else { String::new() }),
        ("report-type", header.report_type.clone()),
        ("deliveries", header.deliveries.iter().map(delivery).collect::<Vec<_>>().join(" | ")),
        ("returned", list(&header.returned_ids)),
        ("sender-check", header.sender_check.why.clone()),
    ];
    for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        writeln!(out, "{name}: {value}").unwrap();
    }
}

fn delivery(delivery: &DeliveryFacts) -> String {
    let DeliveryFacts { recipient, action, status, words } = delivery;
    format!("{recipient} {action} {status} {words}")
}

pub fn section(out: &mut String, name: &str, text: &str) {
    for line in text.lines() {
        writeln!(out, "{name}> {}", line.trim_end()).unwrap();
    }
}

pub fn line_of(out: &mut String, index: usize, part: &PartFacts, hash: Option<String>) {
    let follows_line_ends = part.media_type.starts_with("text/") || part.media_type.starts_with("message/");
    let bytes = if follows_line_ends {
        "text".to_owned()
    } else {
        format!("{} {}", part.size, hash.unwrap_or_else(|| "-".to_owned()))
    };
    let parent = part.parent.map(|parent| format!(" in {parent}")).unwrap_or_default();
    let role = format!("{:?}", part.role).to_lowercase();
    writeln!(out, "part {index}{parent} | {} | {role} | {} | {bytes}", part.path, part.media_type).unwrap();
    let summary = summary(&part.content);
    if !summary.is_empty() {
        writeln!(out, "    {summary}").unwrap();
    }
    if let Some(trouble) = &part.trouble {
        writeln!(out, "    trouble {trouble}").unwrap();
    }
}

fn summary(content: &Content) -> String {
    let short = |text: &str| {
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        flat.chars().take(TEXT_SHOWN).collect::<String>()
    };
    match content {
        Content::Opaque => String::new(),
        Content::Text { text } => format!("text {}", short(text)),
        Content::Pdf { pages, text, is_scan, seal } => {
            format!("pdf {pages} pages, scan {is_scan}, seal {seal:?}: {}", short(text))
        }
        Content::Book { grids } => grids.iter().map(grid).collect::<Vec<_>>().join("\n    "),
        Content::Photo { width, height, taken, has_gps } => {
            format!("photo {width}x{height}, {}, gps {has_gps}", moment(taken))
        }
        Content::Video { duration_ms, width, height, taken, has_gps } => {
            let length = duration_ms.map_or("?".to_owned(), |ms| ms.to_string());
            format!("video {length} ms, {width}x{height}, {}, gps {has_gps}", moment(taken))
        }
        Content::Mail { from, from_name, subject, text, written: _ } => {
            format!("mail {from} | {from_name} | {subject} | {}", short(text))
        }
    }
}

fn moment(taken: &Option<Taken>) -> String {
    taken.map_or_else(|| "taken None".to_owned(), |taken| format!("taken {} by {:?}", taken.at, taken.by))
}

fn grid(grid: &Grid) -> String {
    let hidden = if grid.hidden { " hidden" } else { "" };
    let cells: Vec<String> = grid
        .cells
        .iter()
        .take(CELLS_SHOWN)
        .map(|cell| match &cell.value {
            Value::Number(number) => format!("{}={number}", cell_name("", cell.row, cell.col)),
            Value::Text(text) => format!("{}={text:?}", cell_name("", cell.row, cell.col)),
        })
        .collect();
    let merges: Vec<String> = grid
        .merges
        .iter()
        .map(|span| {
            format!("{}:{}", cell_name("", span.top, span.left), cell_name("", span.bottom, span.right))
        })
        .collect();
    format!(
        "sheet {}{hidden}, {} cells: {} merged {}",
        grid.sheet,
        grid.cells.len(),
        cells.join(" "),
        merges.join(" ")
    )
}

pub fn hash8(file: &Path) -> String {
    let digest = Sha256::digest(fs::read(file).unwrap());
    digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}
