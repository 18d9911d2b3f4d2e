//! How much memory the children of this process needed: readers, while their desk lives.

use std::fs;

/// The most memory that a living child of this process has had, in bytes.
pub fn of_children() -> u64 {
    let threads = fs::read_dir("/proc/self/task").unwrap().map(|entry| entry.unwrap().path());
    let children: String =
        threads.filter_map(|thread| fs::read_to_string(thread.join("children")).ok()).collect();
    let peak = |child: &str| {
        let status = fs::read_to_string(format!("/proc/{child}/status")).ok()?;
        let told = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        Some(told.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
    };
    children.split_whitespace().filter_map(peak).max().unwrap_or(0)
}
