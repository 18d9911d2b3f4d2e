//! The language in which the stories are told: `unit("绵阳职业技术学院").on("05-08 10:21").sends(plan_set())`.
//! What is not said is as usual: the unit's own clerk and mail program, a polite line, filed on arrival.

use jiff::Timestamp;

use super::cast::{Member, NOBODY, member};
use super::chance::Chance;
use super::files::media_type;
use super::hand::Words;
use super::mail::{Attachment, Client, Mail, rfc2822};
use super::things::Thing;
use super::{Delivery, Expect, INBOX, JUNK, MessageKind, MessageState};

/// A unit of the cast about to write.
#[derive(Debug, Clone, Copy)]
pub struct Voice(Member);

/// The unit with this full name.
pub fn unit(name: &str) -> Voice {
    Voice(member(name))
}

/// Somebody who is no unit of the cast.
pub fn stranger(nick: &'static str, address: &'static str, client: Client) -> Voice {
    Voice(Member { nick, address, client, ..NOBODY })
}

/// One mail of the season as its story tells it.
#[derive(Debug, Clone)]
pub struct Act {
    member: Member,
    mail: Mail,
    things: Vec<Thing>,
    folder: &'static str,
    kinds: Vec<MessageKind>,
    units: Vec<Option<&'static str>>,
    states: Vec<MessageState>,
    links: Vec<String>,
}

impl Voice {
    /// The mail that arrives then (`MM-DD hh:mm` of 2023 in China); the seconds are chance.
    pub fn on(self, moment: &str) -> Act {
        let member = self.0;
        let second = Chance::of(&[member.address, moment]).between(0, 60);
        let arrives = format!("2023-{}:{second:02}+08:00", moment.replace(' ', "T"));
        let contact = member.person("联系人");
        let mail = Mail {
            client: member.client,
            hand: member.client.hand(),
            from: (member.nick.to_owned(), member.address.to_owned()),
            subject: format!("{}2023年职业教育活动周材料", member.name),
            text: format!(
                "老师您好,材料见附件,请查收。\n\n{}\n联系人:{} {}",
                member.name, contact.name, contact.mobile
            ),
            html: None,
            attachments: Vec::new(),
            headers: Vec::new(),
            arrives: arrives.parse().unwrap_or(Timestamp::UNIX_EPOCH),
            clock_off_seconds: -i64::from(second % 17) - 2,
            body: None,
        };
        let units = vec![(!member.name.is_empty()).then_some(member.name)];
        let (kinds, states) = (vec![MessageKind::Submission], vec![MessageState::Registered]);
        Act { member, mail, things: Vec::new(), folder: INBOX, kinds, units, states, links: Vec::new() }
    }
}

impl Act {
    /// With these files.
    pub fn sends(mut self, things: Vec<Thing>) -> Self {
        self.things = things;
        self
    }

    /// Under this subject.
    pub fn titled(mut self, subject: &str) -> Self {
        self.mail.subject = self.member.fill(subject);
        self
    }

    /// With this text.
    pub fn says(mut self, text: &str) -> Self {
        self.mail.text = self.member.fill(text);
        self
    }

    /// From another box of the unit: display name, address, mail program.
    pub fn from(mut self, nick: &str, address: &str, client: Client) -> Self {
        self.mail.from = (nick.to_owned(), address.to_owned());
        (self.mail.client, self.mail.hand) = (client, client.hand());
        self
    }

    /// Subject and sender written so.
    pub fn writing(mut self, words: Words) -> Self {
        self.mail.hand = self.mail.hand.writing(words);
        self
    }

    /// File names written so.
    pub fn naming(mut self, names: Words) -> Self {
        self.mail.hand = self.mail.hand.naming(names);
        self
    }

    /// With a further header line.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.mail.headers.push((name, value.to_owned()));
        self
    }

    /// Written with a whole body of its own, `Content-Type` line first.
    pub fn body(mut self, body: Vec<u8>) -> Self {
        self.mail.body = Some(body);
        self
    }

    /// The sender's clock is wrong by so many seconds.
    pub fn clock_off(mut self, seconds: i64) -> Self {
        self.mail.clock_off_seconds = seconds;
        self
    }

    /// The server takes it for spam.
    pub fn into_junk(mut self) -> Self {
        self.folder = JUNK;
        self
    }

    /// It is one of these.
    pub fn is(mut self, kinds: &[MessageKind]) -> Self {
        self.kinds = kinds.to_vec();
        self
    }

    /// It belongs to one of these; none: to nobody.
    pub fn of(mut self, units: &[Option<&'static str>]) -> Self {
        self.units = units.to_vec();
        self
    }

    /// It ends in one of these states.
    pub fn ends(mut self, states: &[MessageState]) -> Self {
        self.states = states.to_vec();
        self
    }

    /// With a card of QQ for a file too large to attach (`quirks.md` C1): no part of the mail holds it.
    pub fn big_file(mut self, name: &str, size: &str, expires: Timestamp) -> Self {
        let name = self.member.fill(name);
        let key = Chance::of(&[self.member.name, &name]).hex(32).to_lowercase();
        let code: String = key.chars().take(8).collect();
        let url = format!("https://wx.mail.qq.com/ftn/download?func=3&key={key}&code={code}&k={key}");
        let href = url.replace('&', "&amp;");
        let until = super::mail::CST.to_datetime(expires).strftime("%Y年%m月%d日 %H:%M").to_string();
        let card = format!(
            "<div id=QQMailBigAttach style=\"margin:20px 0\"><b>\
             <img src=\"http://res.mail.qq.com/zh_CN/htmledition/images/icon_att.gif\"/>从QQ邮箱发来的超大附件</b>\
             <div title=\"{name}&#10;&#13;文件大小：{size}&#10;&#13;到期时间：{until}\" class=\"bigatt_bt\">\
             <span class='qqmailbgattach' expiretime=\"{}\" downloadlink=\"{href}\"><a href=\"{href}\">{name}</a>\
             <span style=\"color:#A0A0A0;\"> ({size}, {until} 到期)</span></span> \
             <a href=\"{href}\">进入下载页面</a><span style=\"display:none;\">：{href}</span></div></div>",
            expires.as_second()
        );
        self.mail.html = Some(format!("<div>{}</div>{card}", self.mail.text.replace('\n', "<br>")));
        self.mail.text.push_str(&format!(
            "\n\n从QQ邮箱发来的超大附件\n\n{name} ({size}, {until} 到期)进入下载页面：{url}"
        ));
        self.links.push(url);
        self
    }

    /// With a link in its text that stands for a file.
    pub fn link(mut self, url: &str) -> Self {
        self.links.push(url.to_owned());
        self
    }

    /// The mail alone, for one that is forwarded inside another.
    pub fn raw(&self) -> Vec<u8> {
        self.deliver().raw
    }

    /// Moves it onto the wire.
    pub fn deliver(&self) -> Delivery {
        let mut mail = self.mail.clone();
        mail.attachments = self.things.iter().map(|thing| self.attachment(thing)).collect();
        let has_page = matches!(mail.client, Client::Qq | Client::NetEase | Client::Foxmail);
        if mail.html.is_none() && has_page {
            mail.html = Some(page(&mail));
        }
        let (raw, message_id) = mail.write();
        let expect = Expect {
            message_id,
            kinds: self.kinds.clone(),
            units: self.units.clone(),
            states: self.states.clone(),
            files: self.things.iter().flat_map(|thing| thing.expected(&self.member, "")).collect(),
            links: self.links.clone(),
        };
        Delivery { at: mail.arrives, folder: self.folder, raw, expect }
    }

    fn attachment(&self, thing: &Thing) -> Attachment {
        let name = self.member.fill(&thing.name);
        let media_type = match self.mail.client {
            // QQ says so of everything (`quirks.md` D2).
            Client::Qq => "application/octet-stream",
            _ => media_type(&name),
        };
        let media_type = if name.ends_with(".eml") { "message/rfc822" } else { media_type };
        let cid = thing.inline.then(|| format!("{name}@01D98A3C.5E2F7B10"));
        Attachment { name, media_type, bytes: thing.bytes(&self.member), cid }
    }
}

fn page(mail: &Mail) -> String {
    let lines = mail
        .text
        .split('\n')
        .map(|line| format!("<div>{}</div>", if line.is_empty() { "<br>" } else { line }));
    let pictures = mail.attachments.iter().filter_map(|file| file.cid.as_ref());
    let pictures = pictures.map(|cid| format!("<img src=\"cid:{cid}\">")).collect::<String>();
    format!("<div style=\"font-size:14px\">{}</div>{pictures}", lines.collect::<String>())
}

/// The first lines of a forwarded mail as people quote them.
pub fn quoted(act: &Act) -> String {
    let mail = &act.mail;
    format!(
        "\n\n-------- 转发邮件信息 --------\n发件人:{} <{}>\n发送日期:{}\n主题:{}\n\n{}",
        mail.from.0,
        mail.from.1,
        rfc2822(mail.arrives),
        mail.subject,
        mail.text
    )
}
