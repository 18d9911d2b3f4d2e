//! Progress bars on standard error, on a terminal only: logs and pipes get none.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A bar that counts `what` up to a total that may grow.
pub(super) fn bar(what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len} 用时{elapsed} 余{eta}");
    if let Ok(style) = style {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_message(what);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
