//! A Word document with paragraphs and, when asked, a picture in it: the least that Word opens.

use super::zip::{Style, zip};

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const DRAWING: &str = "http://schemas.openxmlformats.org/drawingml/2006";

/// The paragraphs, then the JPEG pictures, as a docx.
pub fn docx(paragraphs: &[String], pictures: &[Vec<u8>]) -> Vec<u8> {
    let mut members = vec![
        ("[Content_Types].xml".to_owned(), content_types()),
        ("_rels/.rels".to_owned(), relations(&[("officeDocument", "word/document.xml".to_owned())])),
        ("word/document.xml".to_owned(), document(paragraphs, pictures.len())),
    ];
    let images: Vec<(&str, String)> =
        (1..=pictures.len()).map(|n| ("image", format!("media/image{n}.jpeg"))).collect();
    members.push(("word/_rels/document.xml.rels".to_owned(), relations(&images)));
    for ((_, path), picture) in images.iter().zip(pictures) {
        members.push((format!("word/{path}"), picture.clone()));
    }
    zip(Style::Utf8, &members)
}

fn content_types() -> Vec<u8> {
    let word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
    format!(
        "{HEAD}<Types xmlns=\"{PACKAGE}/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Default Extension=\"jpeg\" ContentType=\"image/jpeg\"/>\
         <Override PartName=\"/word/document.xml\" ContentType=\"{word}\"/></Types>"
    )
    .into_bytes()
}

fn relations(targets: &[(&str, String)]) -> Vec<u8> {
    let one = |(n, (kind, target)): (usize, &(&str, String))| {
        format!("<Relationship Id=\"rId{}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>", n + 1)
    };
    let all: String = targets.iter().enumerate().map(one).collect();
    format!("{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\">{all}</Relationships>").into_bytes()
}

fn document(paragraphs: &[String], pictures: usize) -> Vec<u8> {
    let text: String =
        paragraphs.iter().map(|text| format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", escape(text))).collect();
    let drawn: String = (1..=pictures).map(drawing).collect();
    format!(
        "{HEAD}<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
         xmlns:r=\"{OFFICE}\" xmlns:wp=\"{DRAWING}/wordprocessingDrawing\" xmlns:a=\"{DRAWING}/main\" \
         xmlns:pic=\"{DRAWING}/picture\"><w:body>{text}{drawn}</w:body></w:document>"
    )
    .into_bytes()
}

fn drawing(n: usize) -> String {
    let size = "cx=\"4320000\" cy=\"3240000\"";
    format!(
        "<w:p><w:r><w:drawing><wp:inline><wp:extent {size}/><wp:docPr id=\"{n}\" name=\"图片 {n}\"/>\
         <a:graphic><a:graphicData uri=\"{DRAWING}/picture\"><pic:pic><pic:nvPicPr>\
         <pic:cNvPr id=\"{n}\" name=\"image{n}.jpeg\"/><pic:cNvPicPr/></pic:nvPicPr>\
         <pic:blipFill><a:blip r:embed=\"rId{n}\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>\
         <pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext {size}/></a:xfrm>\
         <a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>\
         </wp:inline></w:drawing></w:r></w:p>"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
