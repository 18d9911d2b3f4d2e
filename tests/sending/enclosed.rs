//! A blank form goes with a mail: a reader of mail finds one text and one workbook, with the name that the office gave it,
//! whichever of the two ways of writing names it knows.

use std::sync::Arc;

use mail_parser::{MessageParser, MimeHeaders as _};
use shouwen::smtp::Enclosure;

use super::office::Office;

const NAME: &str = "2023年成渝地区双城经济圈职业教育活动周信息采集表（EXCEL版）.xlsx";
const BYTES: &[u8] = b"PK\x03\x04\r\n.\r\nnot really a workbook\x00\xff";

#[tokio::test(flavor = "multi_thread")]
async fn a_form_opens_rightly_under_either_name() {
    let mut office = Office::open();
    office.queue(&["a"]);
    office.sender.files =
        Arc::new(|_| vec![Enclosure { name: NAME.to_owned(), bytes: Arc::from(BYTES.to_vec()) }]);
    assert_eq!(office.drain().await.sent, 1);
    let raw = office.server.received().remove(0).raw;
    let text = String::from_utf8(raw.clone()).unwrap();
    // Whoever knows only RFC 2047 sees the other name alone.
    let at = text.find("; filename*=").unwrap();
    let end = at + text[at..].find("\r\n").unwrap();
    let old = format!("{}{}", &text[..at], &text[end..]);
    for bytes in [raw.as_slice(), old.as_bytes()] {
        let mail = MessageParser::default().parse(bytes).unwrap();
        assert_eq!(mail.subject(), Some("【催报】材料报送提醒"));
        assert_eq!(mail.body_text(0).as_deref().map(str::trim), Some("a：请报送材料。"));
        let files: Vec<_> = mail.attachments().collect();
        let [file] = files[..] else { panic!("{} files", files.len()) };
        assert_eq!(file.attachment_name(), Some(NAME));
        assert_eq!(file.contents(), BYTES);
    }
}
