//! Commands that prove: `check` the configuration and the servers, `verify` the store.

use serde_json::{Value, json};

use super::screen::{print, print_json};
use super::{Common, DONE, FAILED, Outcome, WAITS, WRONG, open, progress, river};
use crate::config::{self, Config, Finding, Level};
use crate::daemon::{self, Probed};
use crate::fault::Fault;
use crate::store::{Mended, Store};
use crate::talk::{Trial, Verdict};
use crate::{reader, report, web};

/// `shouwen check`: everything that can be proved without waiting for mail; with `connect`, one login
/// everywhere.
pub(super) fn check(common: &Common, connect: bool, json: bool) -> Outcome {
    let config = open::configuration(common)?;
    let findings = findings(&config);
    let servers =
        if connect { daemon::probe_servers(&config, open::clock(common).now())? } else { Vec::new() };
    let_in(&config, &servers);
    if json {
        let tried =
            servers.iter().flat_map(|server| server.trials.iter().map(|trial| trial_json(server, trial)));
        let rows = findings.iter().map(finding_json).chain(tried);
        print_json(&rows.collect::<Vec<_>>())?;
    } else {
        findings.iter().try_for_each(|finding| print(&line(finding)))?;
        servers.iter().try_for_each(|server| print(&transcript(server)))?;
    }
    let is_any = |level| findings.iter().any(|finding: &Finding| finding.level == level);
    let tried = || servers.iter().flat_map(|server| &server.trials).map(|trial| trial.verdict);
    Ok(match () {
        // As `run` and `once` say it: a password that is not there is wrong configuration.
        () if is_any(Level::Error) || is_any(Level::Unready) => WRONG,
        () if tried().any(|verdict| verdict == Verdict::Failed) => FAILED,
        () if common.strict
            && (is_any(Level::Warning) || tried().any(|verdict| verdict == Verdict::Warning)) =>
        {
            WAITS
        }
        () => DONE,
    })
}

/// A server that lets us in now is not left alone any longer because it did not before. Whoever may not write to the store may
/// check all the same.
fn let_in(config: &Config, servers: &[Probed]) {
    let mut let_in = servers.iter().filter_map(|server| server.lets_read.as_deref()).peekable();
    if let_in.peek().is_none() {
        return;
    }
    let Ok(store) = Store::open(&config.data_dir) else { return };
    let_in.for_each(|mailbox| drop(store.forget_login_refusal(mailbox)));
}

/// What can be said without asking a server, the worst first.
fn findings(config: &Config) -> Vec<Finding> {
    let mut findings = config::report(config);
    findings.extend(wording(config));
    findings.extend(store(config));
    let cage =
        |gap: String| finding(Level::Warning, gap, "拆读邮件的隔离不完整，其余措施照常；升级内核可补全");
    findings.extend(reader::cage_gaps().into_iter().map(cage));
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    findings
}

/// The same as `check` prints it, for the bundle.
pub(super) fn findings_text(config: &Config) -> String {
    findings(config).iter().map(line).collect()
}

/// A verdict in the words of all findings.
fn level(verdict: Verdict) -> Level {
    match verdict {
        Verdict::Fine | Verdict::Untried => Level::Note,
        Verdict::Warning => Level::Warning,
        Verdict::Failed => Level::Unready,
    }
}

fn finding_json(finding: &Finding) -> Value {
    json!({ "level": level_word(finding.level), "what": finding.what, "remedy": finding.remedy })
}

fn trial_json(server: &Probed, trial: &Trial) -> Value {
    json!({
        "level": level_word(level(trial.verdict)),
        "what": format!("{}：{}", server.name, trial.what),
        "remedy": trial.remedy,
        "transcript": trial.transcript,
    })
}

/// One server's walk: each verdict with what was said under it, as one would send it to support.
pub(super) fn transcript(server: &Probed) -> String {
    let mut text = format!("\n{}\n", server.name);
    for trial in &server.trials {
        let word = match trial.verdict {
            Verdict::Fine => "正常",
            Verdict::Untried => "说明",
            Verdict::Warning => "注意",
            Verdict::Failed => "不通",
        };
        text.push_str(&format!("{word}  {}{}\n", trial.what, after(&trial.remedy)));
        trial.transcript.iter().for_each(|line| text.push_str(&format!("        {line}\n")));
    }
    text
}

/// Whether nothing failed at a server.
pub(super) fn is_fine(server: &Probed) -> bool {
    server.trials.iter().all(|trial| trial.verdict != Verdict::Failed)
}

fn finding(level: Level, what: String, remedy: &str) -> Finding {
    Finding { level, what, remedy: remedy.to_owned() }
}

/// What the store or the page says of itself, which has its remedy in it: a newer schema is not mended by room on the disk.
fn told(level: Level, words: &str) -> Finding {
    let (what, remedy) =
        words.split_once('；').unwrap_or((words, "请检查该文件夹的权限和磁盘空间，或改 data_dir"));
    finding(level, what.to_owned(), remedy)
}

fn wording(config: &Config) -> Vec<Finding> {
    let broken = river::broken_wording(config).into_iter();
    let broken = broken.map(|what| finding(Level::Error, what, "请改正该文稿模板后再运行 check"));
    let thin = river::thin_wording(config).into_iter();
    let remedy = "请参照随程序附带的同名文字补上这份清单";
    broken.chain(thin.map(|what| finding(Level::Warning, what, remedy))).collect()
}

fn store(config: &Config) -> Vec<Finding> {
    let fault =
        |fault| vec![told(Level::Error, &format!("数据文件夹 {}：{fault}", config.data_dir.display()))];
    match Store::open(&config.data_dir) {
        Ok(store) => {
            let refused = web::may_listen(&store, &config.web).err();
            let refused = refused.map(|refused| told(Level::Error, refused.cause()));
            // Sound, and yet nothing would be taken in.
            let room = store.blobs().demand_room().err();
            let room = room.map(|full| told(Level::Warning, full.cause()));
            let mut findings = dead(config, &store).unwrap_or_else(fault);
            findings.extend(room);
            findings.extend(cut_off(config, &store).unwrap_or_else(fault));
            findings.extend(refused);
            findings
        }
        Err(error) => fault(error),
    }
}

/// Addresses of the roster that mail does not reach.
fn dead(config: &Config, store: &Store) -> Result<Vec<Finding>, Fault> {
    let mut findings = Vec::new();
    for campaign in &config.campaigns {
        for dead in report::dead_addresses(store, campaign)? {
            let remedy = "请核对名册；确认地址可用的，用 shouwen revive 恢复";
            findings.push(finding(Level::Warning, format!("收不到邮件：{}", dead.words), remedy));
        }
    }
    Ok(findings)
}

/// Units for which something is kept, and that the roster lost.
fn cut_off(config: &Config, store: &Store) -> Result<Vec<Finding>, Fault> {
    let told = report::cut_off(store, &config.campaigns, &config.mailboxes)?.into_iter();
    let level = |may_be_meant: bool| if may_be_meant { Level::Note } else { Level::Warning };
    Ok(told.map(|cut| finding(level(cut.may_be_meant), cut.what, &cut.remedy)).collect())
}

fn level_word(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Unready => "unready",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

fn line(finding: &Finding) -> String {
    let word = match finding.level {
        Level::Error => "错误",
        Level::Unready => "不通",
        Level::Warning => "注意",
        Level::Note => "说明",
    };
    format!("{word}  {}{}\n", finding.what, after(&finding.remedy))
}

fn after(remedy: &str) -> String {
    if remedy.is_empty() { String::new() } else { format!("；{remedy}") }
}

/// `shouwen verify`; with `mend`, what can be made good is.
pub(super) fn verify(common: &Common, json: bool, mend: bool) -> Outcome {
    // Mending sends mail down the river again: that is for one process alone.
    let (house, _lock) = match mend {
        true => open::river(common).map(|(house, lock)| (house, Some(lock)))?,
        false => (open::house(common)?, None),
    };
    let bar = progress::bar("核对");
    let mut report = house.store.verify(&progress::teller(&bar))?;
    bar.finish_and_clear();
    // No row is lost by it, so it is no problem of the store; what an edited roster cut off counts for nobody all the same.
    let cut = report::cut_off(&house.store, &house.config.campaigns, &house.config.mailboxes)?.into_iter();
    report.notes.extend(cut.filter(|cut| !cut.may_be_meant).map(|cut| cut.line()));
    let mended = if mend { house.store.mend(&report)? } else { Mended::default() };
    // So that page and alarm hear of it. A store that takes no more writing is told below all the same.
    if let Err(fault) = house.store.record_checkup(&report, mended, house.clock.now()) {
        eprintln!("核对结果没能记入登记库：{fault}");
    }
    if mended.again > 0 {
        river::turn(&house)?;
    }
    if json {
        let mut found = json!({
            "messages": report.messages, "blobs": report.blobs,
            "problems": report.problems, "notes": report.notes,
        });
        if let Some(found) = found.as_object_mut().filter(|_| mend) {
            found.extend([
                ("read_again".into(), mended.again.into()),
                ("to_be_fetched".into(), mended.awaited.into()),
            ]);
        }
        print_json(&found)?;
    } else {
        for line in &report.problems {
            print(&format!("问题  {line}\n"))?;
        }
        for line in &report.notes {
            print(&format!("说明  {line}\n"))?;
        }
        let verdict = if report.problems.is_empty() { "全部相符" } else { "有不符之处" };
        print(&format!("来件 {} 封，原始内容 {} 份：{verdict}。\n", report.messages, report.blobs))?;
        if mend {
            let Mended { again, awaited } = mended;
            print(&format!(
                "由原信重新生成附件的来件 {again} 封；待下次收信时重新收取的原信 {awaited} 封。\n"
            ))?;
        }
    }
    Ok(if report.problems.is_empty() { DONE } else { FAILED })
}
