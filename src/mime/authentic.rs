//! Who sent it, by the word of the server that received it (RFC 8601; `reliability.md` 6). Anybody can write an
//! `Authentication-Results` into a mail; only that of the server at which it arrived is believed, and it is told from
//! planted ones by where it stands and what it is tied to. What is not beyond doubt counts as not verified.

use super::field::Fields;
use crate::domain::facts::SenderCheck;
use crate::domain::message::Authenticity;

/// Bytes of one field that are looked at; no server writes more.
const FIELD_BYTES_MAX: usize = 8 * 1024;
/// Results read from one field.
const RESULTS_MAX: usize = 50;
/// Property types of RFC 8601 2.2; what else stands between results is a piece of an address that was folded.
const PROPERTY_TYPES: &[&str] = &["smtp.", "header.", "body.", "policy."];

/// The verdict on the sender `from` of a mail with these header fields.
pub fn sender_check(fields: &Fields, from: &str) -> SenderCheck {
    let said = |verdict, why: String| SenderCheck { verdict, why };
    let Some(arrival) = Arrival::of(fields) else { return SenderCheck::default() };
    let own = arrival.own_results(fields);
    let results = match own.as_slice() {
        [] => return SenderCheck::default(),
        [only] => parse(only),
        _ => {
            return said(
                Authenticity::Ambiguous,
                format!("有{}份自称来自{}的验证结果", own.len(), arrival.host),
            );
        }
    };
    let Some(results) = results else {
        return said(Authenticity::Ambiguous, format!("{}的验证结果读不懂", arrival.host));
    };
    let domain = from.rsplit_once('@').map(|(_, domain)| domain).unwrap_or_default();
    let (verdict, why) = weigh(&results, &domain.to_ascii_lowercase());
    said(verdict, why)
}

/// How the mail came to the receiving server: the topmost `Received`.
struct Arrival {
    /// `by` which host.
    host: String,
    /// The transaction's id, where the server is Coremail (163, 126, most schools), which repeats it in a field of its
    /// own: nobody can know it before.
    transaction: Option<String>,
}

impl Arrival {
    fn of(fields: &Fields) -> Option<Self> {
        let received = flat(fields.raw("received")?);
        let words: Vec<&str> = received.split_whitespace().collect();
        // The last one: what stands before it is what the sender called itself.
        let by = words.iter().rposition(|word| word.eq_ignore_ascii_case("by"))?;
        let mut words = words.into_iter().skip(by + 1);
        let host = words.next()?.trim_end_matches(';').to_ascii_lowercase();
        if host.is_empty() {
            return None;
        }
        let is_coremail = words.next().is_some_and(|word| word.eq_ignore_ascii_case("(coremail)"));
        let mut words = words.skip_while(|word| !word.eq_ignore_ascii_case("id")).skip(1);
        let transaction = words.next().map(|id| id.trim_end_matches(';').to_owned());
        Some(Self { host, transaction: transaction.filter(|_| is_coremail) })
    }

    /// The results that only this server can have written. Coremail puts them anywhere, and its transaction vouches for
    /// the whole header; any other server puts them above its own `Received`, where no sender's field can stand.
    fn own_results(&self, fields: &Fields) -> Vec<String> {
        let claims = |raw: &[u8]| {
            let text = flat(raw);
            let server = text.split([';', ' ']).next().unwrap_or_default();
            server.eq_ignore_ascii_case(&self.host).then_some(text)
        };
        let results =
            |(name, raw): (&str, &[u8])| (name == "authentication-results").then(|| claims(raw)).flatten();
        match &self.transaction {
            Some(transaction) => {
                let is_its =
                    |(name, raw): &(&str, &[u8])| *name == "x-cm-transid" && flat(raw) == *transaction;
                let is_vouched = fields.iter().filter(is_its).count() == 1;
                if is_vouched { fields.iter().filter_map(results).collect() } else { Vec::new() }
            }
            None => fields.iter().take_while(|(name, _)| *name != "received").filter_map(results).collect(),
        }
    }
}

/// A field's value on one line, folds and other controls as blanks.
fn flat(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw.get(..FIELD_BYTES_MAX).unwrap_or(raw));
    text.replace(char::is_control, " ").trim().to_owned()
}

/// One method's result with its properties, lower case.
#[derive(Debug, Default, PartialEq)]
struct Outcome {
    method: String,
    result: String,
    properties: Vec<(String, String)>,
}

impl Outcome {
    /// The domain of the first property that is there.
    fn domain(&self, names: &[&str]) -> Option<&str> {
        let mut found =
            names.iter().filter_map(|name| self.properties.iter().find(|(found, _)| found == name));
        let (_, value) = found.next()?;
        Some(value.rsplit_once('@').map_or(value.as_str(), |(_, domain)| domain).trim_start_matches('@'))
    }
}

/// The results of a field; none when it cannot be read beyond doubt: an open quote or comment, a property twice.
fn parse(text: &str) -> Option<Vec<Outcome>> {
    let mut outcomes: Vec<Outcome> = Vec::new();
    // The first piece is the server's own name.
    for tokens in pieces(text)?.iter().skip(1).take(RESULTS_MAX) {
        let Some((method, result)) = tokens.first().and_then(|first| first.split_once('=')) else { continue };
        let method = method.split('/').next().unwrap_or(method).to_owned();
        let mut outcome = Outcome { method, result: result.to_owned(), properties: Vec::new() };
        for token in tokens.iter().skip(1) {
            match token.split_once('=') {
                Some(("reason" | "action", _)) => {}
                Some((name, value)) if PROPERTY_TYPES.iter().any(|kind| name.starts_with(kind)) => {
                    if outcome.properties.iter().any(|(known, _)| known == name) {
                        return None;
                    }
                    outcome.properties.push((name.to_owned(), value.to_owned()));
                }
                // Coremail folds inside the address (`alice-` `test@foxmail.com`).
                _ => outcome.properties.last_mut()?.1.push_str(token),
            }
        }
        outcomes.push(outcome);
    }
    Some(outcomes)
}

/// Pieces between semicolons as their words, lower case, comments and quotes taken off; none when either is left open.
fn pieces(text: &str) -> Option<Vec<Vec<String>>> {
    let mut pieces = vec![vec![String::new()]];
    let (mut depth, mut is_quoted, mut is_escaped) = (0_u32, false, false);
    for c in text.chars() {
        let piece = pieces.last_mut()?;
        match c {
            _ if is_escaped => {
                is_escaped = false;
                if is_quoted {
                    piece.last_mut()?.push(c);
                }
            }
            '\\' if is_quoted || depth > 0 => is_escaped = true,
            '"' if depth == 0 => is_quoted = !is_quoted,
            _ if is_quoted => piece.last_mut()?.push(c.to_ascii_lowercase()),
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1)?,
            _ if depth > 0 => {}
            ';' => pieces.push(vec![String::new()]),
            c if c.is_whitespace() => {
                if piece.last().is_some_and(|word| !word.is_empty()) {
                    piece.push(String::new());
                }
            }
            c => piece.last_mut()?.push(c.to_ascii_lowercase()),
        }
    }
    pieces.iter_mut().for_each(|piece| piece.retain(|word| !word.is_empty()));
    (depth == 0 && !is_quoted).then_some(pieces)
}

/// DMARC decides where it speaks; else SPF or DKIM must pass for the domain of `From`.
fn weigh(outcomes: &[Outcome], from: &str) -> (Authenticity, String) {
    let of = |method: &'static str| outcomes.iter().filter(move |outcome| outcome.method == method);
    // Several signatures are usual; a second word on SPF or DMARC contradicts the first.
    if of("spf").count() > 1 || of("dmarc").count() > 1 {
        return (Authenticity::Ambiguous, "同一项验证有几个结果".to_owned());
    }
    let mut failed = Vec::new();
    let mut passed = None;
    for outcome in outcomes {
        let (name, domain) = match outcome.method.as_str() {
            "spf" => ("SPF", outcome.domain(&["smtp.mailfrom", "smtp.mail", "smtp.helo"])),
            "dkim" => ("DKIM", outcome.domain(&["header.d", "header.i"])),
            "dmarc" => ("DMARC", outcome.domain(&["header.from"])),
            _ => continue,
        };
        match outcome.result.as_str() {
            "pass" => match domain.filter(|domain| !domain.is_empty()) {
                Some(domain) if is_aligned(domain, from) => {
                    passed = passed.or(Some(format!("{name}通过（{domain}）")))
                }
                Some(domain) => failed.push(format!("{name}只证明{domain}")),
                None => {}
            },
            "fail" | "softfail" => failed.push(format!("{name}未通过")),
            _ => {}
        }
    }
    let is_refused = of("dmarc").any(|outcome| outcome.result == "fail");
    match passed.filter(|_| !is_refused) {
        Some(passed) => (Authenticity::Pass, passed),
        None if failed.is_empty() => (Authenticity::Unverified, String::new()),
        None => (Authenticity::Fail, format!("{}，与发件地址的域名{from}不符", failed.join("、"))),
    }
}

/// Whether a verified domain is that of the sender, or one is below the other (RFC 7489 3.1, relaxed).
fn is_aligned(verified: &str, from: &str) -> bool {
    let is_below = |lower: &str, upper: &str| {
        upper.contains('.')
            && lower.strip_suffix(upper).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    !from.is_empty() && (is_below(verified, from) || is_below(from, verified))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Authenticity::{Ambiguous, Fail, Pass, Unverified};

    const TRANSACTION: &str = "_____wAXc7Kz1FlkQ2hTAA--.4123S2";

    fn verdict(head: &str, from: &str) -> Authenticity {
        sender_check(&Fields::parse(head.as_bytes()), from).verdict
    }

    /// A mail as 163 hands it out: `more` stands between its `Received` and `From`, `below` after it.
    fn coremail(more: &str, below: &str) -> String {
        format!(
            "Received: from mail.school.example (unknown [203.0.113.9])\r\n\tby gzga-mx-mtada-g0-8 (Coremail) with \
             SMTP id {TRANSACTION};\r\n\tTue, 09 May 2023 09:00:00 +0800 (CST)\r\n{more}From: \
             <alice@school.example>\r\nX-CM-TRANSID: {TRANSACTION}\r\n{below}\r\n"
        )
    }

    fn by_163(results: &str) -> Authenticity {
        let own = format!("Authentication-Results: gzga-mx-mtada-g0-8; {results}\r\n");
        assert_eq!(
            verdict(&coremail(&own, ""), "alice@school.example"),
            verdict(&coremail("", &own), "alice@school.example")
        );
        verdict(&coremail("", &own), "alice@school.example")
    }

    #[test]
    fn a_domain_that_passed_must_be_the_senders() {
        assert_eq!(by_163("spf=pass smtp.mail=alice@school.example; dkim=none"), Pass);
        assert_eq!(by_163("spf=pass smtp.mail=bounce@mail.school.example; dkim=none"), Pass);
        assert_eq!(
            by_163("spf=none; dkim=pass header.i=@school.example; dkim=fail header.d=list.example"),
            Pass
        );
        assert_eq!(
            by_163("spf=softfail smtp.mailfrom=x@y.example; dmarc=pass header.from=school.example"),
            Pass
        );
        assert_eq!(by_163("spf=pass smtp.mail=alice@evil.example; dkim=none"), Fail);
        assert_eq!(by_163("spf=pass smtp.mail=alice@notschool.example"), Fail);
        assert_eq!(
            by_163("spf=pass smtp.mail=alice@school.example; dmarc=fail header.from=school.example"),
            Fail
        );
        assert_eq!(by_163("spf=fail smtp.mail=alice@school.example; dkim=none"), Fail);
        assert_eq!(by_163("spf=none; dkim=none"), Unverified);
        assert_eq!(by_163("spf=temperror; dkim=permerror header.d=school.example"), Unverified);
        assert_eq!(by_163("none"), Unverified);
    }

    #[test]
    fn folds_fall_inside_addresses() {
        assert_eq!(by_163("spf=pass smtp.mail=alice@scho\r\n\tol.example; dkim=none"), Pass);
        assert_eq!(by_163("spf=pass\r\n\tsmtp.mail=alice-\r\n\ttest@school.example;\r\n dkim=none"), Pass);
        assert_eq!(by_163("spf=pass smtp.mail=alice@school.example\r\n .evil.example"), Fail);
    }

    #[test]
    fn what_a_sender_writes_into_an_address_is_no_result() {
        assert_eq!(by_163("spf=pass smtp.mail=\"a; dkim=pass header.d=school.example;\"@evil.example"), Fail);
        assert_eq!(by_163("spf=pass (x; dkim=pass header.d=school.example) smtp.mail=a@evil.example"), Fail);
        assert_eq!(by_163("spf=pass smtp.mail=\"a@school.example"), Ambiguous, "an open quote");
        assert_eq!(by_163("spf=pass (a smtp.mail=a@school.example"), Ambiguous, "an open comment");
        assert_eq!(
            by_163("spf=pass ) smtp.mail=a@school.example"),
            Ambiguous,
            "a comment that was not opened"
        );
        assert_eq!(by_163("spf=pass smtp.mail=a@evil.example smtp.mail=a@school.example"), Ambiguous);
        assert_eq!(by_163("spf=fail; spf=pass smtp.mail=a@school.example"), Ambiguous);
    }

    #[test]
    fn coremail_is_believed_by_its_transaction() {
        let passed = "spf=pass smtp.mail=alice@school.example";
        let from = "alice@school.example";
        let own = format!("Authentication-Results: gzga-mx-mtada-g0-8; {passed}\r\n");
        let other = format!("Authentication-Results: mx.evil.example; {passed}\r\n");
        assert_eq!(verdict(&coremail(&own, &other), from), Pass, "another's word does not matter");
        assert_eq!(verdict(&coremail("", &other), from), Unverified);
        assert_eq!(verdict(&coremail(&own, &own), from), Ambiguous, "a planted copy");
        let planted = format!("X-CM-TRANSID: other\r\n{own}");
        assert_eq!(verdict(&coremail("", &planted), from), Pass, "a school's own Coremail left its id");
        let twice = format!("X-CM-TRANSID: {TRANSACTION}\r\n{own}");
        assert_eq!(verdict(&coremail("", &twice), from), Unverified);
        let without =
            coremail(&own, "").replace(&format!("X-CM-TRANSID: {TRANSACTION}"), "X-CM-TRANSID: other");
        assert_eq!(verdict(&without, from), Unverified);
        assert_eq!(verdict(&own, from), Unverified, "no Received");
        let nameless = "Received: by ;\r\n\r\n".to_owned();
        assert_eq!(verdict(&format!("Authentication-Results: ; {passed}\r\n{nameless}"), from), Unverified);
        let called = coremail("", &own)
            .replace("from mail.school", "from x by evil (Coremail) with SMTP id 1 mail.school");
        assert_eq!(verdict(&called, from), Pass, "what the sender calls itself does not matter");
    }

    #[test]
    fn any_other_server_writes_above_its_own_received() {
        let own = "Authentication-Results: mx.office.example; spf=pass smtp.mailfrom=a@school.example\r\n";
        let received = "Received: from x (y [203.0.113.9]) by MX.office.example (Postfix) with ESMTPS id 4QF;\r\n\tTue\r\n";
        let from = "a@school.example";
        assert_eq!(verdict(&format!("{own}{received}From: a\r\n\r\n"), from), Pass);
        assert_eq!(verdict(&format!("{received}{own}From: a\r\n\r\n"), from), Unverified, "planted below");
        let forged = format!("{received}Received: from x by mx.office.example with SMTP id 1\r\n{own}\r\n");
        assert_eq!(verdict(&forged, from), Unverified);
        assert_eq!(verdict(&format!("{own}{own}{received}\r\n"), from), Ambiguous);
        let failed = own.replace("spf=pass", "spf=fail");
        assert_eq!(
            verdict(&format!("{failed}{received}{own}\r\n"), from),
            Fail,
            "the look-alike below is ignored"
        );
        let version = own.replace("mx.office.example;", "mx.office.example 1;");
        assert_eq!(verdict(&format!("{version}{received}\r\n"), from), Pass);
    }

    #[test]
    fn an_address_without_a_domain_is_nobodys() {
        let own = "Authentication-Results: gzga-mx-mtada-g0-8; spf=pass smtp.mail=a@school.example\r\n";
        assert_eq!(verdict(&coremail(own, ""), ""), Fail);
        assert!(!is_aligned("cn", "school.cn") && !is_aligned("school.cn", "cn"));
    }
}
