use std::collections::BTreeSet;

use crate::{Pallet, mock::*};

/// All pages of at most `limit`.
fn pages(mut page: impl FnMut(Option<u64>) -> Vec<u64>) -> Vec<u64> {
    let mut all = Vec::new();
    loop {
        let next = page(all.last().copied());
        if next.is_empty() {
            return all;
        }
        all.extend(next);
    }
}

#[test]
fn open_jobs_and_claims_are_listed_in_pages() {
    run(|| {
        let version = register();
        bond(prover());
        let jobs: BTreeSet<u64> = (0..7).map(|_| Ask::default().job()).collect();
        for limit in [1, 3, 100, u32::MAX] {
            let open = pages(|after| Pallet::<Test>::open_jobs(version, after, limit));
            assert_eq!(open.len(), 7);
            assert_eq!(open.into_iter().collect::<BTreeSet<_>>(), jobs);
        }
        assert!(Pallet::<Test>::open_jobs(version, None, 0).is_empty());
        for job in 0..3 {
            claim(prover(), job);
        }
        let claims = pages(|after| Pallet::<Test>::claims(prover(), after, 2));
        assert_eq!(claims.into_iter().collect::<BTreeSet<_>>(), BTreeSet::from([0, 1, 2]));
        assert_eq!(pages(|after| Pallet::<Test>::open_jobs(version, after, 2)).len(), 4);
        assert!(Pallet::<Test>::claims(rival(), None, 9).is_empty());
    });
}

#[test]
fn a_page_may_start_after_a_job_that_is_gone() {
    run(|| {
        let version = register();
        let jobs: Vec<u64> = (0..4).map(|_| Ask::default().job()).collect();
        let order = Pallet::<Test>::open_jobs(version, None, 9);
        assert_eq!(order.len(), jobs.len());
        Inference::cancel(signed(requester()), order[1]).unwrap();
        assert_eq!(Pallet::<Test>::open_jobs(version, Some(order[1]), 9), order[2..]);
    });
}
