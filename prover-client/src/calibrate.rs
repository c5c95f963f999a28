//! The cheapest quantisation that stays within an accuracy budget.
//!
//! 1. Every [candidate](candidates) is quantised and its circuit's cost [counted](cost), which
//!    builds no circuit. What cannot be quantised, or does not fit into memory, keeps the reason.
//!    Options that give one and the same model are one candidate.
//! 2. The rest is measured from the [cheapest up](search), on parts of the samples that double
//!    until the answer is beyond doubt, and on all of them before it is yes. The first that loses
//!    no more than the budget is the cheapest there is; none of the dearer ones has to be measured.
//! 3. The chosen one is tried with [fewer bits layer by layer](refine), where layers differ in what
//!    they can spare.
//! 4. The [report] tells all of it to people and machines, with ranges, saturation and errors of
//!    the chosen one's layers.

pub mod candidates;
pub mod cost;
pub mod page;
pub mod refine;
pub mod report;
pub mod search;
