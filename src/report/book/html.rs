//! A book as one page without script or outside reference: it opens anywhere and prints like the workbook.

use super::{Book, Sheet};
use crate::report::grid::Cell;

const STYLE: &str = "body{font:14px/1.5 \"Microsoft YaHei\",\"Noto Sans CJK SC\",sans-serif;margin:16px;color:#1F2328}\
    h1{font-size:18px;text-align:center}section+section{break-before:page;margin-top:32px}\
    table{border-collapse:collapse;width:100%}th,td{border:1px solid #7A828B;padding:2px 6px;text-align:left}\
    th{background:#ededed}td.n{text-align:right;font-variant-numeric:tabular-nums}tr.sum{font-weight:700}\
    thead{display:table-header-group}tr{break-inside:avoid}footer,p.sign{margin-top:8px;text-align:right}\
    @page{size:A4 landscape;margin:20mm 15mm 18mm}@media print{body{margin:0;font-size:9pt}th{background:none}}";

pub(super) fn write(book: &Book) -> String {
    let sections: String = book.sheets.iter().map(|sheet| section(sheet, book)).collect();
    let (title, office, stamp) = (escape(&book.name), escape(&book.office), escape(&book.stamp()));
    format!(
        "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <style>{STYLE}</style></head>\n<body>\n{sections}<footer>{office}　{stamp}</footer></body></html>\n"
    )
}

fn section(sheet: &Sheet, book: &Book) -> String {
    let mut out = format!("<section><h1>{}</h1>\n", escape(&sheet.title));
    let paragraph = |text: &String| format!("<p>{}</p>\n", escape(text));
    if !sheet.lead.is_empty() {
        out.push_str(&paragraph(&sheet.lead));
    }
    if !sheet.grid.head.is_empty() {
        out.push_str(&format!("<table><caption hidden>{}</caption><thead>", escape(&sheet.title)));
        if !sheet.grid.over.is_empty() {
            let over = sheet.grid.over.iter();
            let over = over.map(|(text, span)| format!("<th colspan=\"{span}\">{}</th>", escape(text)));
            out.push_str(&format!("<tr>{}</tr>", over.collect::<String>()));
        }
        let head = sheet.grid.head.iter().map(|text| format!("<th scope=\"col\">{}</th>", escape(text)));
        out.push_str(&format!("<tr>{}</tr></thead>\n<tbody>\n", head.collect::<String>()));
        let first_total = sheet.grid.rows.len().saturating_sub(sheet.grid.foot);
        for (at, row) in sheet.grid.rows.iter().enumerate() {
            let class = if at >= first_total { " class=\"sum\"" } else { "" };
            out.push_str(&format!("<tr{class}>{}</tr>\n", row.iter().map(cell).collect::<String>()));
        }
        out.push_str("</tbody></table>\n");
    }
    out.extend(sheet.notes.iter().map(paragraph));
    if sheet.is_signed {
        out.push_str(&format!("<p class=\"sign\">{}</p>\n", escape(&book.signature())));
    }
    out + "</section>\n"
}

fn cell(cell: &Cell) -> String {
    let class = match cell {
        Cell::Count(_) | Cell::Share(_) | Cell::Amount(_) => " class=\"n\"",
        _ => "",
    };
    format!("<td{class}>{}</td>", escape(&cell.text()))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
