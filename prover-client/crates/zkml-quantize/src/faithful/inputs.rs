//! Random inputs, the same ones on each machine: an import is a function of its file and options.

use zkml_model::graph::InputSpec;

/// Lengths of the runs of equal values that inputs are made of.
const RUNS: [usize; 4] = [1, 4, 16, 64];

/// A source of random inputs. SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014).
pub(super) struct Inputs<'a> {
    spec: &'a InputSpec,
    state: u64,
    made: usize,
}

impl<'a> Inputs<'a> {
    pub fn new(spec: &'a InputSpec) -> Self {
        Self { spec, state: 0, made: 0 }
    }

    fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn levels(&self) -> u64 {
        1 << self.spec.bits.min(16)
    }

    /// The next input.
    pub fn next(&mut self) -> Vec<i32> {
        let run = RUNS.get(self.made % RUNS.len()).copied().unwrap_or(1);
        self.made += 1;
        let mut value = 0;
        (0..self.spec.len())
            .map(|index| {
                if index % run == 0 {
                    value = (self.number() % self.levels()) as i32;
                }
                self.spec.min + value
            })
            .collect()
    }

    /// An input with one value moved, to where there is room: by a quarter of its range, or by a
    /// sixty-fourth where more than eight bits say that small differences count.
    pub fn moved(&self, input: &[i32], index: usize) -> Vec<i32> {
        let mut moved = input.to_vec();
        if let Some(value) = moved.get_mut(index) {
            let part = if self.spec.bits > 8 { 64 } else { 4 };
            let (level, step) = (
                i64::from(*value) - i64::from(self.spec.min),
                (self.levels() / part).max(1) as i64,
            );
            let there =
                if level + step < self.levels() as i64 { level + step } else { level - step };
            *value = self.spec.min + there.max(0) as i32;
        }
        moved
    }
}
