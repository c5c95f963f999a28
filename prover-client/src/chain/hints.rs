//! What to do about each error of the runtime.

/// What to do about a dispatch error, by its name `Pallet::Error`.
pub fn for_dispatch_error(_error: &str) -> Option<&'static str> {
    None
}
