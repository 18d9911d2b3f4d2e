//! Progress bars on standard error, on a terminal only: logs and pipes get none.

use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// A bar that counts `what` up to a total that may grow.
pub(super) fn bar(what: &'static str) -> ProgressBar {
    styled(ProgressBar::new(0), what)
}

/// Two such bars, one below the other, for works that go on side by side.
pub(super) fn bars(whats: [&'static str; 2]) -> [ProgressBar; 2] {
    let both = MultiProgress::new();
    whats.map(|what| styled(both.add(ProgressBar::new(0)), what))
}

/// Takes what a work tells of itself: how many of how many are done.
pub(super) fn teller(bar: &ProgressBar) -> impl Fn(u64, u64) + Send + Sync {
    let bar = bar.clone();
    move |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    }
}

fn styled(bar: ProgressBar, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len} 用时{elapsed} 余{eta}");
    if let Ok(style) = style {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_message(what);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
