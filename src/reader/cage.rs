//! The cage: what the reader takes from itself before it sees the first byte of mail. Limits on memory, time and files;
//! Landlock against every path but the scratch folder and against TCP; a list of system calls that a parser never needs.
//! Where the kernel lacks one, the rest still holds, and the lack is said aloud.

use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset,
    RulesetAttr, RulesetCreatedAttr, RulesetStatus, Scope,
};
use rlimit::Resource;

use super::limits::Limits;

/// System calls refused: new sockets, programs and name spaces, other processes, the kernel's side doors. Threads,
/// files under the scratch folder and the open channel stay.
const REFUSED: &[&str] = &[
    "socket",
    "socketpair",
    "connect",
    "bind",
    "listen",
    "accept",
    "accept4",
    "execve",
    "execveat",
    "ptrace",
    "kill",
    "tkill",
    "rt_sigqueueinfo",
    "pidfd_open",
    "pidfd_getfd",
    "pidfd_send_signal",
    "process_vm_readv",
    "process_vm_writev",
    "mount",
    "umount2",
    "pivot_root",
    "chroot",
    "setns",
    "unshare",
    "bpf",
    "perf_event_open",
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
    "userfaultfd",
    "keyctl",
    "add_key",
    "request_key",
    "init_module",
    "finit_module",
    "delete_module",
    "kexec_load",
    "reboot",
    "swapon",
    "swapoff",
    "acct",
    "quotactl",
    "open_by_handle_at",
    "name_to_handle_at",
    "personality",
    "setuid",
    "setgid",
    "setgroups",
    "capset",
];

/// Locks this thread, and those it starts, in. Returns what could not be had, in words for staff; empty when all holds.
pub fn enter(scratch: &Path, limits: &Limits) -> Vec<String> {
    let mut gaps = Vec::new();
    for (resource, value) in [
        (Resource::AS, limits.address_space_bytes),
        (Resource::CPU, limits.cpu_seconds),
        (Resource::FSIZE, limits.file_bytes),
        (Resource::NOFILE, limits.open_files),
        (Resource::CORE, 0),
    ] {
        if let Err(error) = resource.set(value, value) {
            gaps.push(format!("读信进程的资源限制 {} 未能设定：{error}", resource.as_name()));
        }
    }
    match landlock(scratch) {
        Ok(RulesetStatus::FullyEnforced) => {}
        Ok(RulesetStatus::PartiallyEnforced) => {
            gaps.push("内核的 Landlock 较旧，读信进程只受部分限制".to_owned())
        }
        Ok(RulesetStatus::NotEnforced) => gaps.push("内核没有 Landlock，读信进程可以看到其他文件".to_owned()),
        Err(error) => gaps.push(format!("Landlock 未能启用，读信进程可以看到其他文件：{error}")),
    }
    if let Err(error) = seccomp() {
        gaps.push(format!("seccomp 未能启用，读信进程可以使用所有系统调用：{error}"));
    }
    gaps
}

fn landlock(scratch: &Path) -> Result<RulesetStatus, Box<dyn std::error::Error>> {
    let own: BitFlags<AccessFs> =
        AccessFs::ReadFile | AccessFs::WriteFile | AccessFs::MakeReg | AccessFs::ReadDir | AccessFs::Truncate;
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(ABI::V6))?
        .handle_access(AccessNet::from_all(ABI::V6))?
        .scope(Scope::from_all(ABI::V6))?
        .create()?
        .add_rule(PathBeneath::new(PathFd::new(scratch)?, own))?
        .restrict_self()?;
    Ok(status.ruleset)
}

fn seccomp() -> Result<(), Box<dyn std::error::Error>> {
    const EPERM: u32 = 1;
    let mut rules: Vec<serde_json::Value> =
        REFUSED.iter().map(|name| serde_json::json!({ "syscall": name })).collect();
    // A panic that aborts raises its signal with tgkill at its own process; at any other it is refused.
    let other = serde_json::json!({ "index": 0, "type": "dword", "op": "ne", "val": std::process::id() });
    rules.push(serde_json::json!({ "syscall": "tgkill", "args": [other] }));
    let filters = serde_json::json!({ "reader": {
        "mismatch_action": "allow", "match_action": { "errno": EPERM }, "filter": rules,
    }});
    let arch = std::env::consts::ARCH.try_into()?;
    let programs = seccompiler::compile_from_json(filters.to_string().as_bytes(), arch)?;
    let program = programs.get("reader").ok_or("no filter")?;
    seccompiler::apply_filter(program)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    const INSIDE: &str = "SHOUWEN_TEST_CAGE";
    /// Files of a store, below its data directory.
    const STORE: [&str; 3] = ["shouwen.db", "shouwen.db-wal", "blobs/ab/abcd"];

    /// Starts this very test again as another process, which enters the cage and tries to get out.
    #[test]
    fn nothing_gets_out_of_the_cage() {
        if let Ok(scratch) = std::env::var(INSIDE) {
            return inside(Path::new(&scratch));
        }
        // As it lies in a data directory: the store is three steps above.
        let data = tempfile::tempdir().unwrap();
        let scratch = data.path().join("blobs/tmp/reader-0");
        for folder in [scratch.clone(), data.path().join("blobs/ab")] {
            std::fs::create_dir_all(folder).unwrap();
        }
        for file in STORE {
            std::fs::write(data.path().join(file), b"others' mail").unwrap();
        }
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "reader::cage::tests::nothing_gets_out_of_the_cage", "--nocapture"])
            .env(INSIDE, &scratch)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        assert!(said.contains("tried all"), "the inner test did not run: {said}");
        for file in STORE {
            assert_eq!(std::fs::read(data.path().join(file)).unwrap(), b"others' mail", "{file}");
        }
        let left: Vec<_> =
            std::fs::read_dir(&scratch).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["part-0"], "nothing but what a reader may leave");
    }

    /// What a parser that somebody planted would try: the store, other mail, the network, another program, a way around the path.
    fn plant(scratch: &Path, has_landlock: bool) {
        use std::net::{TcpListener, TcpStream, UdpSocket};
        assert!(TcpStream::connect("127.0.0.1:1").unwrap_err().raw_os_error() == Some(1));
        assert!(TcpListener::bind("127.0.0.1:0").is_err() && UdpSocket::bind("127.0.0.1:0").is_err());
        assert!(std::os::unix::net::UnixStream::connect("/run/systemd/journal/socket").is_err());
        if !has_landlock {
            return;
        }
        let data = scratch.ancestors().nth(3).unwrap();
        for file in STORE {
            for path in [
                data.join(file),
                scratch.join("../../..").join(file),
                Path::new("/proc/self/root").join(data.strip_prefix("/").unwrap()).join(file),
            ] {
                assert!(std::fs::read(&path).is_err(), "{} was read", path.display());
                assert!(
                    std::fs::OpenOptions::new().write(true).open(&path).is_err(),
                    "{} was opened",
                    path.display()
                );
                assert!(
                    std::fs::remove_file(&path).is_err()
                        && std::fs::rename(&path, scratch.join("stolen")).is_err()
                );
            }
            assert!(std::os::unix::fs::symlink(data.join(file), scratch.join("link")).is_err());
            assert!(std::fs::hard_link(data.join(file), scratch.join("twin")).is_err());
        }
        for folder in [data.join("blobs"), data.to_path_buf()] {
            assert!(std::fs::read_dir(&folder).is_err() && std::fs::write(folder.join("new"), b"x").is_err());
        }
    }

    fn inside(scratch: &Path) {
        let gaps = enter(scratch, &Limits::HOUSE);
        eprintln!("gaps: {gaps:?}");
        std::fs::write(scratch.join("part-0"), b"x").unwrap();
        assert!(!gaps.iter().any(|gap| gap.contains("seccomp")), "{gaps:?}");
        assert!(std::net::TcpStream::connect("127.0.0.1:1").unwrap_err().raw_os_error() == Some(1));
        assert!(std::os::unix::net::UnixDatagram::unbound().is_err());
        assert!(Command::new("/bin/true").status().is_err());
        let own = rustix::process::getpid();
        assert!(rustix::process::kill_process(own, rustix::process::Signal::TERM).is_err());
        let has_landlock = !gaps.iter().any(|gap| gap.contains("Landlock"));
        plant(scratch, has_landlock);
        if has_landlock {
            assert!(std::fs::read("/etc/passwd").is_err());
            assert!(std::fs::write(scratch.join("../escaped"), b"x").is_err());
            assert!(std::fs::read_dir("/").is_err());
        }
        eprintln!("tried all");
    }
}
