// Batches: several claimed jobs, one call.

import assert from 'node:assert/strict';

import { PROVER, REQUESTER } from '../lib/market.js';
import { COMMITMENT } from './halo2.js';

const claimed = async (market, others) => {
    const job = await market.request(others);
    await market.claim(job);
    const [id, termsHash, output, proof] = market.answer(job);
    return { job: id, termsHash, output, proof };
};

/** Batches that hold, that do not, and that are none. */
export const batches = async (market) => {
    const { chain } = market;
    const { tx } = chain;
    const good = [await claimed(market), await claimed(market)];
    await chain.refuses(PROVER, tx.submitBatch([]), 'EmptyBatch');
    await chain.refuses(PROVER, tx.submitBatch([good[0], good[0]]), 'DuplicateJob');
    const held = await chain.succeeds(PROVER, tx.submitBatch(good), 'JobCompleted', 'JobCompleted', 'BatchChecked');
    assert.deepEqual(held.events.BatchChecked.toHuman(), { prover: chain.address(PROVER), proofs: '2', holds: true });

    const [right, wrong] = [await claimed(market), await claimed(market)];
    const false_ = { ...wrong, output: { Class: wrong.output.Class + 1 } };
    const events = ['ProofRejected', 'JobReopened', 'ProofRejected', 'JobReopened', 'BatchChecked'];
    const lost = await chain.succeeds(PROVER, tx.submitBatch([right, false_]), ...events);
    assert.equal(lost.events.BatchChecked.holds.isTrue, false);
    await chain.succeeds(REQUESTER, tx.cancel(right.job), 'JobCancelled');
    await chain.succeeds(REQUESTER, tx.cancel(wrong.job), 'JobCancelled');

    // Of another key, and not proved: a batch is refused before any proof is looked at.
    const foreign = await market.request({ inputCommitment: COMMITMENT, model: market.halo2 });
    await market.claim(foreign);
    const one = await claimed(market);
    const other = { ...one, job: foreign.job, termsHash: foreign.termsHash };
    await chain.refuses(PROVER, tx.submitBatch([one, other]), 'MixedBatch');
    await chain.succeeds(PROVER, tx.submit(...Object.values(one)), 'JobCompleted');
};
