//! Bounces as mail systems write them: the shapes are real, names and addresses are invented.

use crate::world::TO;

/// A mail with these header lines and this body.
pub fn mail(from: &str, subject: &str, lines: &str, body: &str) -> Vec<u8> {
    let lines = lines.trim_end();
    let lines = if lines.is_empty() { String::new() } else { format!("{lines}\n") };
    format!(
        "Received: from mx.a.example by mx.163.example with SMTP id 1; Thu, 11 May 2023 09:30:00 +0800 (CST)\n\
         From: {from}\nTo: scsjytzjc@163.example\nSubject: {subject}\nMessage-ID: <b1@mx.example>\n{lines}{body}"
    )
    .into_bytes()
}

/// One block of a delivery report about an address.
pub fn block(to: &str, action: &str, status: &str, diagnostic: &str) -> String {
    let diagnostic =
        if diagnostic.is_empty() { String::new() } else { format!("Diagnostic-Code: smtp; {diagnostic}\n") };
    format!("Final-Recipient: rfc822; {to}\nAction: {action}\nStatus: {status}\n{diagnostic}\n")
}

/// A whole report (RFC 3464): human words, blocks, and what is given back under this type.
pub fn report(from: &str, subject: &str, blocks: &str, returned: &str) -> Vec<u8> {
    let body = report_body(blocks, returned);
    mail(from, subject, &format!("Return-Path: <>\n{}", body.0), &body.1)
}

/// Content-Type line and body of a report.
pub fn report_body(blocks: &str, returned: &str) -> (String, String) {
    let kind =
        "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"r\"";
    let body = format!(
        "\n--r\nContent-Type: text/plain\n\nThis is the mail system. I am sorry.\n\n--r\n\
         Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.a.example\n\n{blocks}\n--r\n{returned}\n--r--\n"
    );
    (kind.to_owned(), body)
}

/// Our reminder as it is given back.
pub fn returned(id: &str) -> String {
    format!("Content-Type: message/rfc822\n\n{}", original(id))
}

/// Our reminder.
pub fn original(id: &str) -> String {
    format!(
        "Received: from office by mx.163.example\nFrom: scsjytzjc@163.example\nTo: {TO}\nSubject: reminder\n\
         Message-ID: {id}\nMIME-Version: 1.0\nContent-Type: text/plain\n\nplease send\n"
    )
}

/// The usual: this action, status and diagnostic, our mail given back whole.
pub fn usual(from: &str, id: &str, action: &str, status: &str, diagnostic: &str) -> Vec<u8> {
    report(from, "Undelivered Mail Returned to Sender", &block(TO, action, status, diagnostic), &returned(id))
}

/// QQ: a page of HTML, the mail as `mail.eml`.
pub fn qq(from: &str, why: &str, id: Option<&str>) -> Vec<u8> {
    let eml = id.map_or_else(String::new, |id| {
        let copy = original(id).replace('=', "=3D");
        format!(
            "--q\nContent-Type: application/octet-stream; name=\"mail.eml\"\n\
             Content-Transfer-Encoding: quoted-printable\n\n{copy}\n"
        )
    });
    let body = format!(
        "\n--q\nContent-Type: text/html; charset=utf-8\n\n<div>抱歉，您的邮件没有送达</div>\
         <p>无法发送到 <b>{TO}</b></p><p>退信原因：{why}</p><p>解决方案：请核对后重新发送</p>\n{eml}--q--\n"
    );
    let kind = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"q\"";
    mail(from, "=?gb2312?B?wLTX1HFxLmNvbbXEzcvQxQ==?=", kind, &body)
}

/// Plain words, with these header lines.
pub fn plain(from: &str, subject: &str, lines: &str, text: &str) -> Vec<u8> {
    let kind = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8";
    mail(from, subject, &format!("{lines}\n{kind}"), &format!("\n{text}\n"))
}

/// Exim's words.
pub fn exim(id: &str) -> String {
    format!(
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be \
         delivered to one or more of its recipients. This is a permanent error.\n\n  {TO}\n    Unrouteable \
         address\n\n------ This is a copy of the message, including all the headers. ------\n\n{}",
        original(id)
    )
}

/// qmail's words.
pub fn qmail(id: &str) -> String {
    format!(
        "Hi. This is the qmail-send program at unit.example.\nI'm afraid I wasn't able to deliver your message.\n\n\
         <{TO}>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the \
         message.\n\n{}",
        original(id)
    )
}

/// Exchange's words in German.
pub fn german(id: &str) -> String {
    format!(
        "Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:\n\n{TO}\nDie E-Mail-Adresse wurde \
         nicht gefunden.\n\nDiagnoseinformationen für Administratoren:\n{TO}\n#550 5.1.1 \
         RESOLVER.ADR.RecipNotFound; not found ##\n\nUrsprüngliche Nachrichtenkopfzeilen:\n\n{}",
        original(id)
    )
}

/// Exchange's words in Chinese.
pub fn chinese(id: &str) -> String {
    format!(
        "你的邮件无法传递给 {TO}\n找不到此电子邮件地址。\n供管理员使用的诊断信息:\nRemote Server returned '550 5.1.10 \
         RESOLVER.ADR.RecipientNotFound'\n\n原始邮件标题:\n{}",
        original(id)
    )
}

/// Enterprise Coremail, which names no Message-ID.
pub fn enterprise() -> String {
    format!(
        "抱歉，您的邮件被退回来了……\nSorry, your mail is returned.\n收件人（{TO}）不存在\n退信代码：550 5.1.1"
    )
}
