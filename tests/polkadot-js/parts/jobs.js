// Jobs, from the request to the receipt, and all the ways in which they end without one.

import assert from 'node:assert/strict';

import { u8aToHex } from '@polkadot/util';

import { hashOf, NO_HASH, NOT_CANONICAL, OWNER, PRICE, PROVER, REQUESTER, REWARD, STRANGER, UNIT } from '../lib/market.js';
import * as statement from '../lib/statement.js';

/** The terms of a job, from what `request` or `redirect` was given and its event. */
const terms = (market, { asked, event }) => ({
    requester: event.requester.toString(),
    nonce: event.nonce.toString(),
    job: event.job.toString(),
    version: asked.version,
    vkHash: market.keys.vk_hash,
    inputCommitment: asked.inputCommitment,
    payloadHash: hashOf(market.chain.create('Payload', asked.payload)),
    reward: asked.reward,
    price: PRICE,
    deadline: event.deadline.toString(),
});

const checkTerms = (market, job) => {
    const hash = u8aToHex(statement.termsHash(terms(market, job)));
    assert.equal(hash, job.event.termsHash.toHex(), 'the terms\' hash, from their definition');
};

/** A job that is claimed, proved and paid. */
export const paid = async (market) => {
    const { chain } = market;
    const { tx } = chain;
    const job = await market.request();
    checkTerms(market, job);
    const stored = await chain.stored('Jobs', job.job);
    assert.deepEqual((await chain.view('job', job.job)).toHuman(), stored.toHuman());
    assert.equal(stored.state.toString(), 'Open');
    assert.equal(stored.payloadHash.toHex(), hashOf(await chain.stored('Payloads', job.job)));
    assert.deepEqual((await chain.view('payload', job.job)).toHuman(), { Public: job.bytes });
    assert.equal((await chain.stored('NextJobId')).toNumber(), job.job + 1);
    const { version } = job.asked;
    assert.deepEqual((await chain.view('open_jobs', version, null, 10)).toJSON(), [job.job]);
    await chain.stored('OpenJobs', version, job.job);
    assert.deepEqual((await chain.keys('OpenJobs', version)).map(([, id]) => id.toNumber()), [job.job]);

    await chain.failsInside(PROVER, tx.submit(job.job, job.termsHash, { Class: 0 }, { Groth16: `0x${'00'.repeat(192)}` }), 'JobNotClaimed');
    await chain.fails(PROVER, tx.claim(job.job, NO_HASH), 'TermsMismatch');
    await market.claim(job);
    await chain.stored('Claims', chain.address(PROVER), job.job);
    assert.deepEqual((await chain.view('claims', chain.address(PROVER), null, 10)).toJSON(), [job.job]);
    assert.equal((await chain.view('job', job.job)).toHuman().state.Claimed.prover, chain.address(PROVER));
    await chain.fails(REQUESTER, tx.cancel(job.job), 'JobNotOpen');
    await chain.fails(PROVER, tx.expire(job.job), 'NotExpired');

    const answer = market.answer(job);
    await chain.refuses(STRANGER, tx.submit(...answer), 'NotClaimant');
    const { events } = await chain.succeeds(PROVER, tx.submit(...answer), 'JobCompleted');
    const { output, paid, price, receiptHash, termsHash } = events.JobCompleted;
    assert.deepEqual(output.toJSON(), { class: answer[2].Class });
    assert.deepEqual([paid.toBigInt(), price.toBigInt()], [REWARD - PRICE, PRICE]);
    assert.equal(termsHash.toHex(), job.termsHash);
    const receipt = await chain.stored('Receipts', job.job);
    assert.equal(hashOf(receipt), receiptHash.toHex(), 'the receipt\'s hash');
    assert.deepEqual(receipt.purpose.toHuman(), { Job: job.termsHash });
    assert.equal((await chain.view('receipt', job.job)).unwrap().toHex(), receipt.toHex());
    market.receipt = job.job;
};

/** Requests that nobody can mean. */
export const refusedRequests = async (market) => {
    const { chain } = market;
    const { commitment } = market.commit();
    const now = await chain.block();
    const good = {
        version: { model: market.model, version: 0 },
        commitment,
        payload: 'None',
        reward: REWARD,
        maxPrice: REWARD,
        deadline: now + 30,
        provers: null,
    };
    const prover = chain.address(PROVER);
    const sealed = (key) => ({ encryptionKey: key, encapsulated: NO_HASH, wrappedKey: `0x${'00'.repeat(48)}` });
    const encrypted = (...keys) => ({ Encrypted: { recipients: keys.map(sealed), ciphertext: '0x00' } });
    const refused = {
        VersionNotFound: { version: { model: market.model, version: 9 } },
        InvalidCommitment: { commitment: NOT_CANONICAL },
        PriceAboveMaximum: { maxPrice: PRICE - 1n },
        RewardBelowPrice: { reward: PRICE - 1n },
        DeadlineTooSoon: { deadline: now + 1 },
        DeadlineTooFar: { deadline: now + 1000 },
        NoProvers: { provers: [] },
        RecipientsMismatch: { payload: encrypted(market.encryption), provers: null },
        EncryptionKeyMismatch: { payload: encrypted(NOT_CANONICAL), provers: [prover] },
    };
    for (const [error, others] of Object.entries(refused)) {
        await chain.fails(REQUESTER, chain.tx.request(...Object.values({ ...good, ...others })), error);
    }
    const listed = market.registration({ allowedProvers: [prover], price: 0 });
    const { events } = await chain.succeeds(OWNER, chain.tx.registerModel(...listed), 'ModelRegistered');
    market.listed = events.ModelRegistered.version.model.toNumber();
    const version = { model: market.listed, version: 0 };
    const other = { ...good, provers: [chain.address(STRANGER)], version };
    await chain.fails(REQUESTER, chain.tx.request(...Object.values(other)), 'ProverNotAllowed');
    await chain.fails(REQUESTER, chain.tx.request(...Object.values({ ...good, reward: 1, version })), 'RewardTooLow');
};

/** A job with an input that the prover alone can read; it goes to another list of provers, and back to its requester. */
export const redirected = async (market) => {
    const { chain } = market;
    const { tx } = chain;
    const { opening } = market.commit();
    const ask = ['--model-id', String(market.model), '--opening', opening, '--manifest', 'small.manifest.json'];
    const terms = ['--encrypt', '--prover', chain.address(PROVER), '--reward', '5 UNIT', '--deadline', '+20'];
    const { input_commitment: inputCommitment, job } = market.client.run('chain', 'request', ...ask, ...terms, '--signer', REQUESTER);
    const payload = await chain.view('payload', job);
    const { recipients } = payload.asEncrypted;
    assert.deepEqual(recipients.map(({ encryptionKey }) => encryptionKey.toHuman()), [market.encryption]);
    const { provers, version } = (await chain.stored('Jobs', job)).toJSON();
    assert.deepEqual(provers, [chain.address(PROVER)]);

    const deadline = (await chain.block()) + 25;
    await chain.fails(STRANGER, tx.redirect(job, 'None', deadline, null), 'NotRequester');
    const again = tx.redirect(job, payload, deadline, provers);
    const { events } = await chain.succeeds(REQUESTER, again, 'JobRedirected');
    checkTerms(market, { asked: { inputCommitment, payload, reward: REWARD, version }, event: events.JobRedirected });
    await chain.fails(STRANGER, tx.claim(job, events.JobRedirected.termsHash), 'ProverNotAllowed');

    const cancelled = await chain.succeeds(REQUESTER, tx.cancel(job), 'JobCancelled');
    assert.equal(cancelled.events.JobCancelled.refund.toBigInt(), REWARD);
    await chain.fails(REQUESTER, tx.cancel(job), 'JobNotFound');
};

/** Proofs that do not hold: by their points, and by their statement. */
export const rejected = async (market) => {
    const { chain } = market;
    const job = await market.request({ provers: [chain.address(PROVER)] });
    await market.claim(job);
    const zeros = { Groth16: `0x${'00'.repeat(192)}` };
    const noPoint = chain.tx.submit(job.job, job.termsHash, { Class: 0 }, zeros);
    const first = await chain.succeeds(PROVER, noPoint, 'ProofRejected', 'JobExpired');
    assert.deepEqual(first.events.ProofRejected.reason.toHuman(), { NotOnCurve: 'A' });
    assert.equal(first.events.ProofRejected.slashed.toBigInt(), (REWARD - PRICE) / 2n);

    const open = await market.request();
    await market.claim(open);
    const [id, termsHash, { Class: index }, proof] = market.answer(open);
    const false_ = chain.tx.submit(id, termsHash, { Class: index + 1 }, proof);
    const second = await chain.succeeds(PROVER, false_, 'ProofRejected', 'JobReopened');
    assert.equal(second.events.ProofRejected.reason.toHuman(), 'DoesNotVerify');
    await chain.succeeds(REQUESTER, chain.tx.cancel(open.job), 'JobCancelled');
};

/** Time-outs: of a claim, twice, and of the job. */
export const expired = async (market) => {
    const { chain } = market;
    const { tx } = chain;
    const job = await market.request({ deadline: 14 });
    const { events } = await market.claim(job);
    const answer = market.answer(job);
    await chain.advance(events.JobClaimed.until.toNumber() + 1 - (await chain.block()));
    await chain.refuses(PROVER, tx.submit(...answer), 'TooLateToSubmit');
    const expired = await chain.succeeds(STRANGER, tx.expire(job.job), 'ClaimExpired', 'JobReopened');
    assert.equal(expired.events.ClaimExpired.slashed.toBigInt(), (REWARD - PRICE) / 2n);

    await chain.advance(job.asked.deadline - (await chain.block()));
    await chain.fails(PROVER, tx.claim(job.job, job.termsHash), 'TooLateToClaim');
    const { refund } = (await chain.succeeds(STRANGER, tx.expire(job.job), 'JobExpired')).events.JobExpired;
    assert.equal(refund.toBigInt(), REWARD);
};

/** What a bond must cover before a claim. */
export const locked = async (market) => {
    const { chain } = market;
    const { tx } = chain;
    const job = await market.request({ reward: 500n * UNIT });
    await chain.fails(PROVER, tx.claim(job.job, job.termsHash), 'BondLocked');
    await chain.fails(OWNER, tx.claim(job.job, job.termsHash), 'NotBonded');
    await chain.succeeds(REQUESTER, tx.cancel(job.job), 'JobCancelled');
};
