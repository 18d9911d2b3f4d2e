//! The mails of the interleavings: few, so that the same ones come again, and such that what becomes of one depends on
//! the others: a form and its correction, the same form twice, an archive, a stranger, history, windows.

use jiff::Timestamp;
use shouwen::rehearsal::season::files::form4::{FORM4, Form4};
use shouwen::rehearsal::season::files::zip::Style;
use shouwen::rehearsal::season::mail::Client;
use shouwen::rehearsal::season::script::{Act, stranger, unit};
use shouwen::rehearsal::season::things::{archive, form4, form4_with, plan_set, scan4, scheme};

use crate::world::dovecot::STORY_HEADER;

/// One mail, which may arrive more than once.
#[derive(Debug, Clone)]
pub struct Content {
    /// What its [`STORY_HEADER`] says.
    pub story: String,
    /// The mail.
    pub raw: Vec<u8>,
    /// When the server received it; its topmost `Received` says the same.
    pub at: Timestamp,
}

/// All of them.
pub fn contents() -> Vec<Content> {
    let corrected = Form4 { mobile: Some("19900012345"), ..FORM4 };
    let line = "课程与开放日安排已按通知要求落实。\r\n";
    let acts = [
        ("plan", unit("泸州职业技术学院").on("05-05 09:12").sends(plan_set())),
        ("form", unit("四川汽车职业技术学院").on("05-06 10:00").sends(vec![form4()])),
        (
            "corrected",
            unit("四川汽车职业技术学院").on("05-07 10:00").titled("更正").sends(vec![form4_with(corrected)]),
        ),
        ("again", unit("四川汽车职业技术学院").on("05-08 10:00").sends(vec![form4()])),
        (
            "archive",
            unit("绵阳职业技术学院").on("05-08 17:00").sends(vec![archive(
                "材料.zip",
                Style::Gbk,
                plan_set(),
            )]),
        ),
        ("late", unit("四川护理职业学院").on("05-11 08:00").sends(vec![scheme(), form4()])),
        (
            "windows",
            unit("成都工贸职业技术学院").on("05-09 08:00").says(&line.repeat(30_000)).sends(vec![form4()]),
        ),
        ("history", unit("泸州职业技术学院").on("04-10 08:00").sends(vec![scheme()])),
        (
            "stranger",
            stranger("lily", "lily_5521@163.example", Client::Phone)
                .on("05-08 21:44")
                .titled("职业教育活动周材料")
                .sends(vec![scan4().named("IMG_2031.pdf")]),
        ),
    ];
    acts.into_iter().map(|(story, act)| content(story, act)).collect()
}

fn content(story: &str, act: Act) -> Content {
    let delivery = act.header(STORY_HEADER, story).deliver();
    Content { story: story.to_owned(), raw: delivery.raw, at: delivery.at }
}
