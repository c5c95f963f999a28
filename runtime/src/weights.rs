//! Weights measured by the benchmarks.
