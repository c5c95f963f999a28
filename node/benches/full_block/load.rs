//! A loaded machine: one thread for each core that does nothing but compute.

use std::{
    hint,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

/// Busy threads, until they are stopped.
pub struct Load {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Load {
    /// Starts one for each core.
    pub fn start() -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let busy = |_| {
            let stop = stop.clone();
            thread::spawn(move || {
                let mut number = 1u64;
                while !stop.load(Ordering::Relaxed) {
                    number = hint::black_box(
                        number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1),
                    );
                }
            })
        };
        let threads = (0..cores).map(busy).collect();
        Self { stop, threads }
    }

    /// Stops them.
    pub fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads {
            thread.join().expect("a thread that only computes");
        }
    }
}

/// The processor's name.
pub fn processor() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or_else(|| "unknown".into(), |(_, name)| name.into())
}
