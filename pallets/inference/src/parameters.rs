//! Parameters that the governing origin can change, and their bounds.

use frame_support::{ensure, traits::Get};
use sp_runtime::DispatchResult;
use zkinfer_verifier::halo2::bounds::{MAX_BATCH, MAX_K, MIN_K};

use crate::{Config, Error, Event, Pallet, Parameters, types::ParametersOf};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_set_parameters(parameters: ParametersOf<T>) -> DispatchResult {
        ensure!(parameters.fault().is_none(), Error::<T>::InconsistentParameters);
        let (least, most) = (T::MinParameters::get(), T::MaxParameters::get());
        ensure!(parameters.outside(&least, &most).is_none(), Error::<T>::ParameterOutOfBounds);
        Parameters::<T>::put(&parameters);
        Self::deposit_event(Event::ParametersSet { parameters });
        Ok(())
    }
}

/// The relations between constants that the rules rest on. Runs when a runtime is tested, never on
/// chain.
pub(crate) fn check_constants<T: Config>() {
    use codec::MaxEncodedLen;

    let parameters = T::DefaultParameters::get();
    let (least, most) = (T::MinParameters::get(), T::MaxParameters::get());
    assert_eq!(parameters.fault(), None, "the default parameters contradict each other");
    assert_eq!(parameters.outside(&least, &most), None, "a default parameter is out of its bounds");
    assert!(T::MaxProvers::get() > 0, "MaxProvers is zero");
    assert!(T::MaxUnbonding::get() > 0, "MaxUnbonding is zero: a bond could not be taken out");
    assert!(T::MaxBatch::get() > 0, "MaxBatch is zero: no batch could be submitted");
    assert!(T::MaxBatch::get() as usize <= MAX_BATCH, "MaxBatch is more than the verifier's");
    assert!((MIN_K..=MAX_K).contains(&T::MaxK::get()), "MaxK is out of the verifier's range");
    assert_eq!(T::Hash::max_encoded_len(), 32, "the context takes a genesis hash of 32 bytes");
}
