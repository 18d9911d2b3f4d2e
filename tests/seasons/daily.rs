//! During the week: photos, articles, cases, films, links and "nothing today", and every habit that makes the day hard
//! to tell.

use shouwen::domain::message::MessageKind;
use shouwen::domain::message::PartState::{Accepted, Extra, Flawed, Review};
use shouwen::rehearsal::season::chance::Chance;
use shouwen::rehearsal::season::files::zip::Style;

use super::World;
use super::crew::{Clerk, happens, naming, pick};
use super::letter::{Letter, letter, stranger};
use super::paper::{Paper, archive, attached_mail, daily, logo};
use super::phrase::{daily_body, daily_subject, day_words, mute_subject, signature};
use super::things::{article, of_a_day, photos};
use super::truth::Counts;

/// The mails of one unit during the week.
pub fn letters(world: &World, clerk: &Clerk, has_sent_form: bool) -> Vec<Letter> {
    let mut chance = clerk.chance(world.seed, "daily");
    let chance = &mut chance;
    let diligence = pick(chance, &["30", "50", "70", "90"]).parse().unwrap();
    let mut all = Vec::new();
    let mut first = 14;
    if happens(chance, 14) {
        all.push(three_days(clerk, chance));
        first = 17;
    }
    for day in first..=20 {
        if happens(chance, diligence) {
            all.extend(of_one_day(world, clerk, day, has_sent_form, chance));
        }
    }
    if happens(chance, 12) {
        all.push(out_of_days(clerk, chance));
    }
    all
}

fn of_one_day(
    world: &World,
    clerk: &Clerk,
    day: i8,
    has_sent_form: bool,
    chance: &mut Chance,
) -> Vec<Letter> {
    let evening = format!("05-{day:02} {:02}:{:02}", chance.between(11, 24), chance.between(0, 60));
    let morning = format!("05-{:02} {:02}:{:02}", day + 1, chance.between(7, 10), chance.between(0, 58));
    match chance.between(0, 100) {
        0..50 => vec![plain(clerk, day, &evening, chance)],
        50..58 => vec![Letter { story: "morning after", ..plain(clerk, day, &morning, chance) }],
        58..66 => vec![nothing(clerk, day, &evening, chance)],
        66..72 => vec![linked(clerk, day, &evening, chance)],
        72..80 if clerk.is_known(has_sent_form) => vec![mute(clerk, day, &evening, chance)],
        80..86 => vec![today(clerk, day, &evening, chance)],
        86..91 => vec![yesterday(clerk, day, &morning, chance)],
        91..94 => vec![forwarded_by_hand(clerk, day, &evening, chance)],
        94..96 if !clerk.is_city() => forwarded_by_city(world, clerk, day, &evening, chance),
        96..98 => vec![mentions_another(world, clerk, day, &evening, chance)],
        _ => vec![plain(clerk, day, &evening, chance)],
    }
}

fn plain(clerk: &Clerk, day: i8, at: &str, chance: &mut Chance) -> Letter {
    let (mut papers, material) = of_a_day(clerk, day, false, chance);
    if happens(chance, 6) {
        papers.push(logo("image001.jpg", chance));
    }
    let words = day_words(day, chance);
    letter("5 daily", clerk, at)
        .titled(daily_subject(clerk, material, &words, chance))
        .says(daily_body(clerk, material, &words, false, chance))
        .with(papers)
}

/// No name of the house anywhere: only the address tells.
fn mute(clerk: &Clerk, day: i8, at: &str, chance: &mut Chance) -> Letter {
    let papers = photos(day, chance);
    let words = day_words(day, chance);
    let subject = match chance.between(0, 3) {
        0 => format!("{words}活动照片"),
        1 => format!("职教周照片（{words}）"),
        _ => mute_subject("活动照片", chance),
    };
    let mut letter = letter("learned sender", clerk, at)
        .titled(subject)
        .says(daily_body(clerk, "照片", &words, true, chance))
        .with(papers);
    letter.from.0 = pick(chance, &["", "小雨", "老张", "wj"]).to_owned();
    letter
}

/// The mail's own day is the day, in words without a date or without any words.
fn today(clerk: &Clerk, day: i8, at: &str, chance: &mut Chance) -> Letter {
    let (papers, material) = of_a_day(clerk, day, false, chance);
    let words = pick(chance, &["今日", "今天", "当日", "本日"]);
    let name = naming(&clerk.unit, chance);
    let subject =
        pick(chance, &["{u}职教活动周{m}", "{u}今日活动{m}", "{u}活动周每日材料", "{m}报送（{u}）"])
            .replace("{u}", &name)
            .replace("{m}", material);
    letter("no date", clerk, at)
        .titled(subject)
        .says(daily_body(clerk, material, words, false, chance))
        .with(papers)
}

fn yesterday(clerk: &Clerk, day: i8, at: &str, chance: &mut Chance) -> Letter {
    let papers = photos(day, chance);
    let name = naming(&clerk.unit, chance);
    let words = pick(chance, &["昨日", "昨天"]);
    let subject =
        pick(chance, &["{u}{d}活动照片", "{d}活动照片（{u}）", "补报{u}{d}活动照片", "{u}职教周{d}照片"])
            .replace("{u}", &name)
            .replace("{d}", words);
    letter("yesterday", clerk, at)
        .titled(subject)
        .says(format!("老师早上好，{words}的活动照片补报如下。\n{}", signature(clerk, chance)))
        .with(papers)
}

fn nothing(clerk: &Clerk, day: i8, at: &str, chance: &mut Chance) -> Letter {
    let name = naming(&clerk.unit, chance);
    let (words, date) = (day_words(day, chance), format!("5月{day}日"));
    let subject = pick(
        chance,
        &[
            "{u}今日无",
            "{u}{d}零报告",
            "{u}{d}每日报送",
            "零报告（{u}）",
            "{u}活动周情况（{d}）",
            "{d} {u} 无",
        ],
    )
    .replace("{u}", &name)
    .replace("{d}", &words);
    let text = pick(
        chance,
        &[
            "今日无新增活动。",
            "{d}无材料报送。",
            "老师好，今天我校没有安排活动，特此报告。",
            "{d}：无",
            "当日无活动，零报告。",
            "今日暂无活动开展。",
            "本日无可报送信息，谢谢。",
            "{d}我单位未开展活动，实行零报告。",
            "今天没有活动。",
            "您好，今日无。",
        ],
    )
    .replace("{d}", &date);
    letter("34 nothing today", clerk, at)
        .titled(subject)
        .says(format!("{text}\n{}", signature(clerk, chance)))
        .kind(&[MessageKind::NilReport])
        .loose(daily("nil", day), Counts::Yes)
}

fn linked(clerk: &Clerk, day: i8, at: &str, chance: &mut Chance) -> Letter {
    let words = day_words(day, chance);
    let base = letter("30-31 link", clerk, at)
        .titled(daily_subject(clerk, "活动视频", &words, chance))
        .loose(daily("video", day), Counts::Yes);
    if happens(chance, 50) {
        let code = chance.hex(4).to_lowercase();
        let text = pick(chance, &[
            "视频较大，请从网盘下载：\n链接：https://pan.baidu.com/s/1{k} 提取码：{c}",
            "活动视频链接: https://pan.baidu.com/s/1{k} 提取码: {c} 复制这段内容后打开百度网盘手机App，操作更方便哦",
            "活动视频已上传百度网盘 https://pan.baidu.com/s/1{k}?pwd={c}",
        ]).replace("{k}", &chance.hex(22)).replace("{c}", &code);
        return base.says(format!("{text}\n\n{}", signature(clerk, chance)));
    }
    let name = format!("{}活动周视频.mp4", naming(&clerk.unit, chance));
    let (text, html) =
        big_file(&name, &format!("{}视频见超大附件。\n{}", words, signature(clerk, chance)), chance);
    Letter { text, html: Some(html), ..base }
}

/// The card of QQ for a file too large to attach.
fn big_file(name: &str, text: &str, chance: &mut Chance) -> (String, String) {
    let key = chance.hex(32).to_lowercase();
    let url = format!("https://wx.mail.qq.com/ftn/download?func=3&key={key}&code={}", &key[..8]);
    let href = url.replace('&', "&amp;");
    let until = "2023年06月14日 15:29";
    let html = format!(
        "<div>{}</div><div id=QQMailBigAttach><b>从QQ邮箱发来的超大附件</b><div class=\"bigatt_bt\"><span class='qqmailbgattach' \
         expiretime=\"1686727740\" downloadlink=\"{href}\"><a href=\"{href}\">{name}</a><span> (422.50M, {until} 到期)</span></span> \
         <a href=\"{href}\">进入下载页面</a></div></div>",
        text.replace('\n', "<br>")
    );
    (format!("{text}\n\n从QQ邮箱发来的超大附件\n\n{name} (422.50M, {until} 到期)进入下载页面：{url}"), html)
}

fn three_days(clerk: &Clerk, chance: &mut Chance) -> Letter {
    let name = naming(&clerk.unit, chance);
    let way = chance.between(0, 4);
    let mut papers: Vec<Paper> = Vec::new();
    for day in 14..=16 {
        let folder = match way {
            0 => format!("5.{day}"),
            1 => format!("5月{day}日"),
            _ => format!("202305{day}"),
        };
        let mut of_day = photos(day, chance);
        if happens(chance, 40) {
            of_day.push(article(clerk, day, true, chance));
        }
        for (n, paper) in of_day.into_iter().enumerate() {
            papers.push(if way < 3 {
                paper.within(&folder)
            } else {
                let ending = paper.name.rsplit('.').next().unwrap().to_owned();
                let what = if ending == "docx" || ending == "wps" || ending == "pdf" {
                    "新闻稿"
                } else {
                    "活动照片"
                };
                paper.named(&format!("5.{day}{what}{}.{ending}", n + 1))
            });
        }
    }
    let subject = pick(
        chance,
        &[
            "{u}5.14-5.16三天活动材料",
            "{u}5月14日至16日活动周材料",
            "{u}前三天活动材料",
            "{u}14—16日职教周照片",
        ],
    )
    .replace("{u}", &name);
    let letter = letter("33 three days", clerk, &format!("05-16 {:02}:36", chance.between(16, 23)))
        .titled(subject)
        .says(format!("三天材料一并报送，请查收。\n{}", signature(clerk, chance)));
    let style = if happens(chance, 70) { Style::Gbk } else { Style::Utf8 };
    if way < 3 {
        letter.with(vec![archive(&format!("{name}活动材料.zip"), style, papers)])
    } else {
        letter.with(papers)
    }
}

/// Before the week or after it: welcome, for no day.
fn out_of_days(clerk: &Clerk, chance: &mut Chance) -> Letter {
    let name = naming(&clerk.unit, chance);
    let (at, word, day) =
        if happens(chance, 50) { ("05-12 16:20", "预热", 12) } else { ("05-22 10:02", "收官", 21) };
    let strip = |mut paper: Paper| {
        paper.part.filed = Some(super::truth::Filed { day: None, ..paper.part.filed.unwrap() });
        paper.counting(Counts::No, &[Extra])
    };
    let papers = photos(day, chance).into_iter().map(strip).collect();
    letter("a.5-15 out of days", clerk, at)
        .titled(format!("{name}活动周{word}活动照片（5月{day}日）"))
        .says(format!("5月{day}日{word}活动照片见附件。\n{}", signature(clerk, chance)))
        .with(papers)
}

/// A colleague's private box hands on what the clerk had sent to it, quoted as mail programs quote.
fn forwarded_by_hand(clerk: &Clerk, day: i8, at: &str, chance: &mut Chance) -> Letter {
    let (papers, material) = of_a_day(clerk, day, false, chance);
    let words = format!("5月{day}日");
    let subject = daily_subject(clerk, material, &words, chance);
    let inner = daily_body(clerk, material, &words, false, chance);
    let quoted = match chance.between(0, 3) {
        0 => format!(
            "\n\n------------------ 原始邮件 ------------------\n发件人: \"{}\" <{}>;\n发送时间: 2023年{words} 上午10:15\n收件人: \"老杨\" <yang@qq.example>;\n主题: {subject}\n\n{inner}",
            clerk.nick, clerk.address
        ),
        1 => format!(
            "\n\n-------- 转发邮件信息 --------\n发件人：{} <{}>\n发送日期：2023-05-{day:02} 10:15:00\n收件人：yang <yang@163.example>\n主题：{subject}\n\n{inner}",
            clerk.nick, clerk.address
        ),
        _ => format!(
            "\n\n发件人： {}\n发送时间： 2023-05-{day:02} 10:15\n收件人： yang\n主题： {subject}\n\n{inner}\n{}",
            clerk.nick, clerk.unit.name
        ),
    };
    let title = format!("{}{subject}", pick(chance, &["Fw:", "转发：", "转发:", "FW: ", "Fwd: "]));
    let mut letter = letter("17 handed on", clerk, at).titled(title).says(quoted).with(papers);
    letter.from = (
        pick(chance, &["老杨", "yang", "杨"]).to_owned(),
        format!("yang{}@qq.example", chance.between(1000, 99_999)),
    );
    letter
}

/// The city hands on a college's mail whole.
fn forwarded_by_city(world: &World, clerk: &Clerk, day: i8, at: &str, chance: &mut Chance) -> Vec<Letter> {
    let Some(city) = world.crew.iter().find(|city| city.is_city() && city.unit.city == clerk.unit.city)
    else {
        return vec![];
    };
    let inner =
        plain(clerk, day, &format!("05-{day:02} 09:{:02}", chance.between(10, 50)), chance).send(world.seed);
    let eml =
        attached_mail(&format!("{}.eml", inner.subject.replace(['/', '.', ':'], "")), inner.raw, inner.parts);
    let title = format!("转发：{}", inner.subject);
    let mut letter = letter("a.5-13 through the city", city, at)
        .titled(title)
        .says(format!("现转来辖区学校活动材料，请查收。\n{}", city.unit.name))
        .with(vec![eml]);
    letter.units = vec![clerk.unit.name.clone()];
    vec![letter]
}

/// Another house is named in passing.
fn mentions_another(world: &World, clerk: &Clerk, day: i8, at: &str, chance: &mut Chance) -> Letter {
    let other = &world.crew[chance.between(0, world.crew.len() as u32) as usize];
    let (papers, material) = of_a_day(clerk, day, false, chance);
    let line = pick(
        chance,
        &[
            "当天{o}师生代表也来校观摩交流。",
            "本次活动与{o}联合举办。",
            "感谢{o}的大力支持。",
            "活动邀请{o}专家到校指导。",
        ],
    )
    .replace("{o}", &other.unit.name);
    let words = format!("5月{day}日");
    letter("names another", clerk, at)
        .titled(daily_subject(clerk, material, &words, chance))
        .says(format!("老师好：\n{words}{material}见附件。{line}\n\n{}", clerk.unit.name))
        .with(papers)
}

/// A vocational school that owes nothing, named in full; on the roster or not.
pub fn school(world: &World, name: &str, city: &str, chance: &mut Chance) -> Vec<Letter> {
    let on_roster = world.crew.iter().find(|clerk| clerk.unit.name == name);
    let bureau = world.crew.iter().find(|clerk| clerk.is_city() && clerk.unit.city == city).unwrap();
    let mut all = Vec::new();
    for _ in 0..chance.between(1, 4) {
        let day = chance.between(14, 21) as i8;
        let at = format!("05-{day:02} {:02}:{:02}", chance.between(11, 23), chance.between(0, 60));
        let mut papers = photos(day, chance);
        let address = format!("{}@163.example", chance.hex(8).to_lowercase());
        let mut letter = stranger(
            "15 a school's daily",
            pick(chance, &["", "教导处", "校办公室"]),
            &address,
            shouwen::rehearsal::season::mail::Client::NetEase,
            &at,
        )
        .titled(format!("{name}5月{day}日活动照片"))
        .says(format!("{name}5月{day}日活动照片见附件。"));
        if on_roster.is_some() {
            letter.units = vec![name.to_owned()];
            letter.is_placeable = true;
        } else {
            papers = papers
                .into_iter()
                .map(|paper| paper.nowhere().counting(Counts::Open, &[Accepted, Flawed, Extra, Review]))
                .collect();
            letter = letter.of_any(&["", &bureau.unit.name]);
        }
        letter.papers = papers;
        all.push(letter);
    }
    all
}
