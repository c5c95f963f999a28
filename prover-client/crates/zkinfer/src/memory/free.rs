//! Returns the memory that the system could give this process.

use std::{fs, path::Path};

/// The assumption about free memory where the system does not tell.
const FALLBACK: u64 = 16 << 30;

/// Bytes that this process could still take without driving others, or itself, out of memory.
pub fn available() -> u64 {
    let root = Path::new("/");
    let bounds = [in_machine(root), in_control_group(root), in_address_space(root)];
    bounds.into_iter().flatten().min().unwrap_or(FALLBACK)
}

/// A number of kibibytes behind a name, as `/proc` writes them.
fn kibibytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let number: u64 =
        line.trim_start_matches(':').trim().trim_end_matches("kB").trim().parse().ok()?;
    number.checked_mul(1024)
}

fn in_machine(root: &Path) -> Option<u64> {
    kibibytes(&fs::read_to_string(root.join("proc/meminfo")).ok()?, "MemAvailable")
}

/// The least that a control group of this process, or one that it lies in, has left: version 2, or
/// the memory controller of version 1. File pages that can be dropped count as free.
fn in_control_group(root: &Path) -> Option<u64> {
    let groups = fs::read_to_string(root.join("proc/self/cgroup")).ok()?;
    let of = |line: &str| -> Option<u64> {
        let (_, rest) = line.split_once(':')?;
        let (controllers, path) = rest.split_once(':')?;
        let (mount, most, used) = if controllers.is_empty() {
            ("sys/fs/cgroup", "memory.max", "memory.current")
        } else if controllers.split(',').any(|controller| controller == "memory") {
            ("sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes")
        } else {
            return None;
        };
        let mount = root.join(mount);
        let own = mount.join(path.trim_start_matches('/'));
        let groups = own.ancestors().take_while(|group| group.starts_with(&mount));
        groups.filter_map(|group| left(group, most, used)).min()
    };
    groups.lines().filter_map(of).min()
}

fn left(group: &Path, most: &str, used: &str) -> Option<u64> {
    let number = |name: &str| fs::read_to_string(group.join(name)).ok()?.trim().parse::<u64>().ok();
    // No bound is the word `max`, or in version 1 a number that no machine has.
    let most = number(most).filter(|most| *most < 1 << 60)?;
    let stat = fs::read_to_string(group.join("memory.stat")).unwrap_or_default();
    let files = stat
        .lines()
        .find_map(|line| line.strip_prefix("inactive_file ")?.trim().parse::<u64>().ok());
    let used = number(used).unwrap_or(0).saturating_sub(files.unwrap_or(0));
    Some(most.saturating_sub(used))
}

/// Returns the rest of a bound on the address space (`ulimit -v`).
fn in_address_space(root: &Path) -> Option<u64> {
    let limits = fs::read_to_string(root.join("proc/self/limits")).ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max address space"))?;
    let most: u64 = line.split_whitespace().next()?.parse().ok()?;
    let status = fs::read_to_string(root.join("proc/self/status")).unwrap_or_default();
    Some(most.saturating_sub(kibibytes(&status, "VmSize").unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("a directory");
        for (name, text) in files {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().expect("a directory")).expect("made");
            fs::write(path, text).expect("written");
        }
        root
    }

    #[test]
    fn this_machine_has_memory() {
        assert!(available() > 1 << 24);
    }

    #[test]
    fn the_tightest_group_counts_and_files_in_its_cache_do_not() {
        let root = system(&[
            ("proc/self/cgroup", "0::/a/b\n"),
            ("sys/fs/cgroup/a/memory.max", "4000000\n"),
            ("sys/fs/cgroup/a/memory.current", "3000000\n"),
            ("sys/fs/cgroup/a/memory.stat", "anon 2000000\ninactive_file 500000\n"),
            ("sys/fs/cgroup/a/b/memory.max", "max\n"),
            ("sys/fs/cgroup/a/b/memory.current", "1\n"),
        ]);
        assert_eq!(in_control_group(root.path()), Some(1_500_000));
        let first = system(&[
            ("proc/self/cgroup", "5:cpu,memory:/x\n3:pids:/y\n"),
            ("sys/fs/cgroup/memory/x/memory.limit_in_bytes", "9000\n"),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"),
            ("sys/fs/cgroup/memory/x/memory.usage_in_bytes", "10000\n"),
        ]);
        assert_eq!(in_control_group(first.path()), Some(0));
        assert_eq!(in_control_group(system(&[("proc/self/cgroup", "0::/\n")]).path()), None);
    }

    #[test]
    fn machine_and_address_space_are_read_as_the_kernel_writes_them() {
        let root = system(&[
            ("proc/meminfo", "MemTotal:       24601212 kB\nMemAvailable:       2048 kB\n"),
            (
                "proc/self/limits",
                "Limit  Soft Limit  Hard Limit  Units\nMax address space         5000000  unlimited  bytes\n",
            ),
            ("proc/self/status", "Name:\tx\nVmSize:\t     1000 kB\n"),
        ]);
        assert_eq!(in_machine(root.path()), Some(2 << 20));
        assert_eq!(in_address_space(root.path()), Some(5_000_000 - 1_024_000));
        let unlimited = system(&[(
            "proc/self/limits",
            "Max address space         unlimited  unlimited  bytes\n",
        )]);
        assert_eq!(in_address_space(unlimited.path()), None);
        assert_eq!(in_machine(unlimited.path()), None);
    }
}
