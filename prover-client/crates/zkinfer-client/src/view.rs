//! The pallet's view functions, asked as the runtime wants to be asked.
//!
//! The runtime's call is `execute_view_function(id: ViewFunctionId, input: Vec<u8>) ->
//! Result<Vec<u8>, ViewFunctionDispatchError>`: arguments and answer are byte strings with a length
//! of their own, inside. subxt 0.51 writes the arguments without that length, which traps the
//! runtime, so its encoder is used for the arguments alone.

use codec::{Decode, DecodeAll, Encode};
use subxt::{dynamic, ext::frame_decode::helpers::IntoEncodableValues};

use super::{
    connection::{AtBlock, PALLET},
    error::ChainError,
};

/// Bytes of a view function's identifier: hash of the pallet, hash of the function.
const ID_LEN: usize = 32;

/// Asks a view function of the pallet.
///
/// # Errors
/// When the chain has no such function, its answer has another shape, or the node does not answer.
pub async fn call<T: Decode>(
    at: &AtBlock,
    function: &'static str,
    arguments: impl IntoEncodableValues + Clone,
) -> Result<T, ChainError> {
    let asking = || ChainError::node("asking the pallet's view function");
    let payload = dynamic::view_function_call::<_, ()>(PALLET, function, arguments);
    let encoded = at.view_functions().encode_args(&payload).map_err(asking())?;
    let wrong = |reason: String| ChainError::Shape {
        what: format!("the answer of {PALLET}.{function}"),
        reason,
    };
    let question = question(&encoded).ok_or_else(|| wrong("it has no identifier".into()))?;
    let answer = at.view_functions().call_raw(Some(&question)).await.map_err(asking())?;
    read(&answer).map_err(wrong)
}

/// The identifier, and the arguments as a byte string.
fn question(encoded: &[u8]) -> Option<Vec<u8>> {
    let (id, arguments) = encoded.split_at_checked(ID_LEN)?;
    let mut question = id.to_vec();
    arguments.encode_to(&mut question);
    Some(question)
}

/// The value in the byte string that the runtime answers.
fn read<T: Decode>(answer: &[u8]) -> Result<T, String> {
    let answer = Result::<Vec<u8>, Vec<u8>>::decode(&mut &*answer);
    match answer {
        Ok(Ok(value)) => T::decode_all(&mut &*value).map_err(|error| error.to_string()),
        Ok(Err(_)) | Err(_) => Err("the runtime refused the question".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_and_answers_have_a_length_of_their_own() {
        let mut encoded = vec![7; ID_LEN];
        encoded.extend([1, 2, 3]);
        let question = question(&encoded).expect("an identifier");
        assert_eq!(question.get(ID_LEN..), Some(&[12, 1, 2, 3][..]));
        assert_eq!(super::question(&[7; ID_LEN - 1]), None);
        let answer = Result::<Vec<u8>, Vec<u8>>::Ok(vec![5u64, 6].encode()).encode();
        assert_eq!(read::<Vec<u64>>(&answer), Ok(vec![5, 6]));
        assert!(read::<Vec<u64>>(&[1, 0]).is_err());
        assert!(read::<Vec<u64>>(&[]).is_err());
    }
}
