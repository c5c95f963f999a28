//! The inference pallet: what bonds, deposits and delays are on this chain, and how far they can be
//! changed.

use frame_support::{
    parameter_types,
    traits::{ConstU8, ConstU32},
};
use frame_system::EnsureRoot;
use pallet_inference::types::{MarketParameters, ParametersOf};
use sp_runtime::Perbill;

use crate::*;

parameter_types! {
    pub const DefaultParameters: ParametersOf<Runtime> = MarketParameters {
        min_bond: 10 * UNIT,
        min_claim_bond: UNIT,
        // A claim puts half of what it is paid at stake.
        claim_ratio: Perbill::from_percent(50),
        // Ten times the existential deposit, so that what a prover is paid can also reach a new
        // account.
        min_reward: 10 * EXISTENTIAL_DEPOSIT,
        deposit_base: 10 * MILLI_UNIT,
        deposit_per_byte: 10 * MICRO_UNIT,
        // Longer than the longest job with its grace, so that no bond leaves before its last claim
        // is judged.
        unbonding_period: 4 * HOURS,
        // Half a minute after a claim's time, in which its proof is still good.
        grace: 5,
        // A claim has five minutes, if the deadline leaves them.
        claim_period: 5 * MINUTES,
        // Half a minute is the least that a claim must have before the deadline.
        min_proving_blocks: 5,
        max_job_blocks: 2 * HOURS,
        receipt_period: 30 * DAYS,
    };
    /// Nothing is free, and no claim is too short to prove: not even by governance.
    pub const MinParameters: ParametersOf<Runtime> = MarketParameters {
        min_bond: UNIT,
        min_claim_bond: 100 * MILLI_UNIT,
        claim_ratio: Perbill::from_percent(1),
        min_reward: EXISTENTIAL_DEPOSIT,
        deposit_base: MILLI_UNIT,
        deposit_per_byte: MICRO_UNIT,
        unbonding_period: 20,
        grace: 1,
        claim_period: 5,
        min_proving_blocks: 2,
        max_job_blocks: 10,
        receipt_period: 10,
    };
    /// No prover is priced out, and no money is held for longer than two months.
    pub const MaxParameters: ParametersOf<Runtime> = MarketParameters {
        min_bond: 10_000 * UNIT,
        min_claim_bond: 1_000 * UNIT,
        claim_ratio: Perbill::one(),
        min_reward: UNIT,
        deposit_base: UNIT,
        deposit_per_byte: MILLI_UNIT,
        unbonding_period: 60 * DAYS,
        grace: HOURS,
        claim_period: DAYS,
        min_proving_blocks: HOURS,
        max_job_blocks: 30 * DAYS,
        receipt_period: 365 * DAYS,
    };
}

impl pallet_inference::Config for Runtime {
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    #[cfg(not(feature = "plain-verifier"))]
    type WeightInfo = weights::pallet_inference::WeightInfo<Runtime>;
    #[cfg(feature = "plain-verifier")]
    type WeightInfo = weights::pallet_inference_plain::WeightInfo<Runtime>;
    #[cfg(not(feature = "plain-verifier"))]
    type CurveBackend = zkinfer_verifier::backend::Host;
    #[cfg(feature = "plain-verifier")]
    type CurveBackend = zkinfer_verifier::backend::Native;
    // Burnt: nobody should gain by a prover's mistake but the requester, who has its time-outs.
    type OnSlash = ();
    type DefaultParameters = DefaultParameters;
    type MinParameters = MinParameters;
    type MaxParameters = MaxParameters;
    type GoverningOrigin = EnsureRoot<AccountId>;
    // Ten times the MNIST input: a picture of three channels, 32 by 32, of eight bits fits.
    type MaxPayload = ConstU32<4096>;
    type MaxProvers = ConstU32<16>;
    type MaxUnbonding = ConstU32<8>;
    // So many fit into a block with circuits of 2^13 rows; of larger ones fewer do.
    type MaxBatch = ConstU32<32>;
    // The largest circuit that the client makes: some 0.7 s of a block's two.
    type MaxK = ConstU8<15>;
}

#[cfg(test)]
mod tests {
    use frame_support::dispatch::{DispatchClass, GetDispatchInfo};
    use pallet_inference::types::BatchItem;
    use zkinfer_primitives::{Output, Proof, TermsHash, proof::HALO2_MAX_PROOF_LEN};

    use super::*;

    fn longest(k: u8) -> Proof {
        Proof::Halo2 {
            k,
            bytes: vec![0; HALO2_MAX_PROOF_LEN as usize].try_into().expect("within the bound"),
        }
    }

    fn batch(proof: Proof) -> pallet_inference::Call<Runtime> {
        let item =
            BatchItem { job: 0, terms_hash: TermsHash([0; 32]), output: Output::Class(0), proof };
        let batch = vec![item; 32].try_into().expect("within the bound");
        pallet_inference::Call::submit_batch { batch }
    }

    #[test]
    fn the_largest_proof_and_the_largest_batches_fit_into_a_block() {
        let most = <Runtime as frame_system::Config>::BlockWeights::get()
            .get(DispatchClass::Normal)
            .max_extrinsic
            .expect("a limit");
        let (job, terms_hash, output) = (0, TermsHash([0; 32]), Output::Class(0));
        let single = pallet_inference::Call::<Runtime>::submit {
            job,
            terms_hash,
            output,
            proof: longest(15),
        };
        for call in [single, batch(Proof::Groth16([0; 192])), batch(longest(13))] {
            let weight = call.get_dispatch_info().call_weight;
            assert!(weight.all_lte(most), "{weight} of {most}");
        }
    }
}
