//! `shouwen demo`: the whole main job on an embedded mail server. The clock is stepped: it moves on only when all
//! that was delivered is registered and the outbox is drained, so every run ends alike.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use indicatif::ProgressBar;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::screen::{print, screen};
use super::{DONE, Failure, Outcome, progress};
use crate::clock::Clock;
use crate::config;
use crate::daemon::{self, Bell, Daemon, House};
use crate::domain::chinese;
use crate::fault::{Fault, system_words};
use crate::rehearsal::season::{self, Delivery};
use crate::rehearsal::server::{ImapServer, Profile, SmtpServer};
use crate::rehearsal::stage::{self, Addresses, Stage};
use crate::report::{self, Question};
use crate::store::{Lock, OutboxState, Store};

/// Hours of each day at which the rehearsal stops to let reminders leave.
const OFFICE_HOURS: [(i8, i8); 4] = [(8, 35), (10, 5), (14, 30), (17, 30)];
/// Longest real time that one step may take before the rehearsal gives up and says where.
const STEP_MAX: Duration = Duration::from_secs(60);
/// Ports tried after the wanted one when it is taken.
const MORE_PORTS: u16 = 100;

#[derive(Args)]
pub(super) struct Options {
    /// 演练文件夹；默认新建一个临时文件夹
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// 状态页地址，默认 127.0.0.1:8024；端口被占用时用下一个空闲端口
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8024", hide_default_value = true)]
    listen: SocketAddr,
    /// 走完即结束，打印报送情况
    #[arg(long)]
    once: bool,
}

/// `shouwen demo`.
pub(super) fn demo(options: &Options) -> Outcome {
    if !options.listen.ip().is_loopback() {
        return Err(Failure::usage(format!(
            "{} 对外开放，而状态页还没有登录；请用本机地址。",
            options.listen
        )));
    }
    let dir = match &options.dir {
        Some(dir) => dir.clone(),
        None => tempfile::Builder::new().prefix("shouwen-demo-").tempdir()?.keep(),
    };
    let made = std::fs::create_dir_all(&dir).and_then(|()| std::path::absolute(&dir));
    let dir = made.map_err(|error| {
        Failure::usage(format!("演练文件夹 {} 用不了：{}", dir.display(), system_words(&error)))
    })?;
    let stage = stage::stage(&dir);
    if stage.dir.join("data").exists() {
        let place = stage.dir.display();
        return Err(Failure::usage(format!("{place} 里已有一次演练；请换一个文件夹，或先删去它。")));
    }
    daemon::block_on_threads(perform(options, &stage))?;
    Ok(DONE)
}

/// Builds the stage, starts servers and daemon, plays, and prints what stands at the end.
async fn perform(options: &Options, stage: &Stage) -> Result<(), Fault> {
    let imap = ImapServer::start(Profile::Netease)?;
    let smtp = SmtpServer::start(Some(stage.outbox.clone()))?;
    let listener = listen(options.listen).await?;
    let at = Addresses { imap: imap.addr(), smtp: smtp.addr(), page: listener.local_addr()? };
    stage::build(stage, &season::roster_emails(), at)?;
    let config = config::load(&stage.config).map_err(|errors| Fault::Refused(errors.to_string()))?;
    let _lock = Lock::take(&config.data_dir)?;
    let store = Store::open(&config.data_dir)?;
    let clock = Clock::stepped(season::START);
    let house = Arc::new(House { config, store, clock });
    let (dir, page, file) = (stage.dir.display(), at.page, stage.config.display());
    print(&format!("演练文件夹  {dir}\n状态页      http://{page}/\n配置        {file}\n"))?;

    let daemon = Daemon::new(Arc::clone(&house));
    let bell = daemon.bell();
    let (stop_now, stop) = watch::channel(false);
    let running = tokio::spawn(daemon.run(listener, stop));
    let played = play(&house, &imap, &bell).await;
    if played.is_ok() {
        print_status(&house)?;
        let (sent, outbox) = (smtp.received().len(), stage.outbox.display());
        print(&format!("催报和名单共发出 {sent} 封，在 {outbox}\n"))?;
        if !options.once {
            let told = daemon::signalled()?;
            print("演练已走完；状态页仍开着，按 Ctrl-C 结束。\n")?;
            told.await;
        }
    }
    let _ = stop_now.send(true);
    let ended = running.await.unwrap_or_else(|error| Err(Fault::Halt(error.to_string())));
    played.and(ended)
}

/// Binds the wanted address, or the next free port after it.
async fn listen(wanted: SocketAddr) -> Result<TcpListener, Fault> {
    let last = wanted.port().saturating_add(MORE_PORTS);
    for port in wanted.port()..=last {
        match TcpListener::bind((wanted.ip(), port)).await {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {}
            Err(error) => {
                return Err(Fault::Refused(format!("状态页地址 {wanted} 用不了：{}", system_words(&error))));
            }
        }
    }
    Err(Fault::Refused(format!("状态页：{wanted} 起的 {MORE_PORTS} 个端口都被占用。")))
}

/// Plays the season: every delivery at its moment, and a stop at the office's hours of each day.
async fn play(house: &House, imap: &ImapServer, bell: &Bell) -> Result<(), Fault> {
    let deliveries = season::season();
    let moments = moments(house, &deliveries);
    let bar = progress::bar("演练");
    bar.set_length(u64::try_from(moments.len()).unwrap_or(0));
    let mut mails = deliveries.iter().peekable();
    let mut delivered = 0;
    for moment in moments {
        while let Some(mail) = mails.next_if(|mail| mail.at <= moment) {
            imap.deliver(mail.folder, mail.raw.clone(), mail.at);
            delivered += 1;
        }
        house.clock.step_to(moment);
        show(&bar, house, moment);
        settle(house, bell, moment, delivered).await?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}

fn show(bar: &ProgressBar, house: &House, moment: Timestamp) {
    if let Some(campaign) = house.config.campaigns.first() {
        bar.set_message(chinese::moment(campaign.local(moment)));
    }
}

/// The moments at which the clock stops, in order.
fn moments(house: &House, deliveries: &[Delivery]) -> Vec<Timestamp> {
    let mut moments: Vec<Timestamp> = deliveries.iter().map(|mail| mail.at).collect();
    if let Some(campaign) = house.config.campaigns.first() {
        let (first, last) = (campaign.local(season::START).date(), campaign.local(season::END).date());
        for day in first.series(jiff::Span::new().days(1)).take_while(|day| *day <= last) {
            for (hour, minute) in OFFICE_HOURS {
                moments.push(campaign.at(day, jiff::civil::time(hour, minute, 0, 0)));
            }
        }
    }
    moments.push(season::END);
    moments.retain(|moment| (season::START..=season::END).contains(moment));
    moments.sort();
    moments.dedup();
    moments
}

/// Waits until every folder was looked at after the step, all delivered mail is at its end, and nothing that may
/// leave now is left in the outbox.
async fn settle(house: &House, bell: &Bell, moment: Timestamp, delivered: u64) -> Result<(), Fault> {
    let started = Instant::now();
    bell.nudge();
    while started.elapsed() < STEP_MAX {
        let folders = house.store.folder_states()?;
        let seen = !folders.is_empty() && folders.iter().all(|folder| folder.complete_at >= Some(moment));
        if !seen {
            tokio::time::sleep(Duration::from_millis(2)).await;
            continue;
        }
        if !bell.beat().await {
            return Err(Fault::Halt("演练：守护进程提前结束".to_owned()));
        }
        let queued = house.store.outbox(Some(OutboxState::Queued))?;
        let waits = queued.iter().any(|row| row.mail.leaves_at <= moment);
        if house.store.waiting_counts(None)?.on_the_way == 0 && !waits {
            return Ok(());
        }
    }
    Err(Fault::Halt(format!("演练停在 {moment}：{delivered} 封来件没有在 {} 秒内登记完", STEP_MAX.as_secs())))
}

fn print_status(house: &House) -> Result<(), Fault> {
    for campaign in &house.config.campaigns {
        let now = house.clock.now();
        let mailboxes = &house.config.mailboxes;
        let question = Question { campaign, mailboxes, now, as_of: None, with_files: false };
        print(&format!(
            "\n{}\n",
            report::status_text(&report::status(&house.store, &question)?, campaign, screen())
        ))?;
    }
    Ok(())
}
