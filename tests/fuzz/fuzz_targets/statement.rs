//! Every decoded SCALE value encodes to the bytes it was decoded from.
#![no_main]

use codec::{Decode, Encode};
use libfuzzer_sys::fuzz_target;
use zkinfer_primitives::{
    InputCommitment, JobTerms, ModelVersionId, Output, Proof, ProofSystem, Purpose,
    StatementVersion, Trust, VerifyingKey, Visibility, statement,
};

type Terms = JobTerms<[u8; 32], u128, u32>;

fn check<T: Decode + Encode>(data: &[u8]) -> Option<T> {
    let mut rest = data;
    let value = T::decode(&mut rest).ok()?;
    assert_eq!(value.encode(), &data[..data.len() - rest.len()]);
    Some(value)
}

fuzz_target!(|data: &[u8]| {
    check::<Proof>(data);
    check::<ProofSystem>(data);
    check::<StatementVersion>(data);
    check::<Trust>(data);
    check::<Visibility>(data);
    check::<ModelVersionId>(data);
    check::<VerifyingKey>(data).map(|key| key.hash());
    check::<Terms>(data).map(|terms| terms.hash());
    let output = check::<Output>(data).unwrap_or(Output::Class(0));
    let purpose = check::<Purpose>(data).unwrap_or(Purpose::Attest(0));
    let context = statement::Context {
        genesis_hash: [0; 32],
        vk_hash: [0; 32].into(),
        version: ModelVersionId { model: 0, version: 0 },
        purpose,
        prover: [0u8; 32],
    };
    let inputs = statement::public_inputs(&InputCommitment::default(), &output, &context);
    // What is no output has no public input; all others stay below every modulus.
    if let Ok([_, output, context]) = inputs {
        assert_eq!((output[31], context[31]), (0, 0));
    }
});
