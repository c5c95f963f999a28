use codec::Encode;
use frame_support::{assert_noop, assert_ok};
use zkinfer_primitives::blake2b_256;

use crate::{Error, Event, HoldReason, Receipts, mock::*};

#[test]
fn a_receipt_goes_with_its_deposit_after_its_period() {
    run(|| {
        let job = claimed();
        assert_ok!(submit(prover(), job, proof(job, prover())));
        let receipt = Receipts::<Test>::get(job).unwrap();
        assert_noop!(
            Inference::prune_receipt(signed(stranger()), job),
            Error::<Test>::NotDepositor
        );
        go_to(1 + RECEIPT_PERIOD);
        assert_noop!(
            Inference::prune_receipt(signed(requester()), job),
            Error::<Test>::ReceiptTooYoung
        );
        go_to(2 + RECEIPT_PERIOD);
        assert_ok!(Inference::prune_receipt(signed(requester()), job));
        let receipt_hash = blake2b_256(&receipt.encode());
        assert_eq!(last_event(), Event::ReceiptPruned { job, receipt_hash });
        assert_eq!(held(&requester(), HoldReason::JobDeposit), 0);
        assert_noop!(
            Inference::prune_receipt(signed(requester()), job),
            Error::<Test>::ReceiptNotFound
        );
    });
}
