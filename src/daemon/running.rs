//! `shouwen run`: the daemon until it is told to stop, and begun anew with another configuration when it is told to read it
//! again. Store, lock and page's address stay; what does not hold is said, and the old configuration goes on.

use std::net::TcpListener as Socket;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use super::{Daemon, House, Stop, Supervisor, block_on_threads, signalled};
use crate::config::Config;
use crate::fault::{Fault, system_words};
use crate::store::Store;
use crate::{report, web};

/// Runs until SIGTERM or SIGINT; SIGHUP has `reload` read the configuration again.
///
/// # Errors
/// When the page's address is taken, or what [`Daemon::run`] reports.
pub fn run_until_signal(house: Arc<House>, reload: &dyn Fn() -> Result<Config, String>) -> Result<(), Fault> {
    block_on_threads(async {
        let supervisor = Arc::new(Supervisor::of_environment());
        let mut hangup = signal(SignalKind::hangup())?;
        let told = signalled()?;
        let (end_now, end) = watch::channel(false);
        tokio::spawn(async move {
            told.await;
            tracing::info!("stopping");
            let _ = end_now.send(true);
        });
        web::may_listen(&house.store, &house.config.web)?;
        let (mut house, mut socket) = (Arc::clone(&house), bound(&house.config)?);
        loop {
            let listener = TcpListener::from_std(socket.try_clone()?)?;
            let (stop_now, stop) = watch::channel(false);
            let all = Stop { work: stop, process: end.clone() };
            let daemon =
                Daemon::supervised(Arc::clone(&house), Arc::clone(&supervisor)).run_until(listener, all);
            tokio::pin!(daemon);
            supervisor.ready();
            let next = tokio::select! {
                done = &mut daemon => return done,
                next = reloaded(&mut hangup, &house, reload, &supervisor) => Some(next),
                () = super::stopped(end.clone()) => None,
            };
            if next.is_none() {
                supervisor.stopping();
            }
            let _ = stop_now.send(true);
            daemon.await?;
            match next {
                Some((config, other)) => {
                    socket = other.unwrap_or(socket);
                    let (store, clock) = (house.store.clone(), house.clock.clone());
                    house = Arc::new(House { config, store, clock });
                    tracing::info!("configuration read again");
                }
                None => return Ok(()),
            }
        }
    })
}

/// Waits until the process is told to read its configuration again, and it holds. With it comes the page's new address
/// where it is another.
async fn reloaded(
    hangup: &mut Signal,
    house: &House,
    reload: &dyn Fn() -> Result<Config, String>,
    supervisor: &Supervisor,
) -> (Config, Option<Socket>) {
    loop {
        if hangup.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
        match other(house, reload) {
            Ok(next) => return next,
            Err(why) => {
                tracing::error!("configuration not read again, the old one goes on: {why}");
                supervisor.status(&format!("新配置有误，仍按原配置运行：{why}"));
            }
        }
    }
}

fn other(
    house: &House,
    reload: &dyn Fn() -> Result<Config, String>,
) -> Result<(Config, Option<Socket>), String> {
    let config = reload()?;
    if config.data_dir != house.config.data_dir {
        return Err("data_dir 不同；换数据文件夹须停止后重新启动".to_owned());
    }
    web::may_listen(&house.store, &config.web).map_err(|fault| fault.to_string())?;
    let is_same = config.web.listen == house.config.web.listen;
    let socket = if is_same { None } else { Some(bound(&config).map_err(|fault| fault.to_string())?) };
    warn(&config, &house.store);
    Ok((config, socket))
}

/// Tells the log what is odd with a configuration that is accepted, and what of the store its rosters cut off.
pub fn warn(config: &Config, store: &Store) {
    config.warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
    match report::cut_off(store, &config.campaigns, &config.mailboxes) {
        Ok(cut) => {
            let unmeant = cut.iter().filter(|cut| !cut.may_be_meant);
            unmeant.for_each(|cut| tracing::warn!("{}；{}", cut.what, cut.remedy));
        }
        Err(fault) => tracing::error!("looking for units that the roster lost: {fault}"),
    }
    if let Err(fault) = report::keep_names(store, &config.campaigns, false) {
        tracing::error!("keeping the names of units: {fault}");
    }
}

fn bound(config: &Config) -> Result<Socket, Fault> {
    let listen = config.web.listen;
    let used = |error| {
        Fault::Refused(format!(
            "状态页地址 {listen} 用不了：{}；请改 [web] 的 listen，或停止占用它的程序",
            system_words(&error)
        ))
    };
    let socket = Socket::bind(listen).map_err(used)?;
    socket.set_nonblocking(true)?;
    tracing::info!("status page on http://{}/", socket.local_addr()?);
    Ok(socket)
}
