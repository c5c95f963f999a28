// What cannot happen by any call, and is handled all the same: brought about by writing into the storage, as root may.

import assert from 'node:assert/strict';

import { OWNER, PROVER, REQUESTER, REWARD } from '../lib/market.js';

const write = (chain, entries) => chain.governs(chain.api.tx.system.setStorage(entries));

/** A payee that is gone gets less than an account must have. */
export const diverted = async (market) => {
    const { chain } = market;
    const { api, tx } = chain;
    const { events } = await chain.succeeds(OWNER, tx.registerModel(...market.registration({ price: 1 })), 'ModelRegistered');
    const model = events.ModelRegistered.version.model.toNumber();
    const job = await market.request({ model });
    await market.claim(job);
    const ghost = chain.address('//Ghost');
    const record = chain.create('Model', { owner: ghost, versions: 1 });
    await write(chain, [[api.query.inference.models.key(model), record.toHex()]]);
    const paid = await chain.succeeds(PROVER, tx.submit(...market.answer(job)), 'PaymentDiverted', 'JobCompleted');
    const { amount, payee, reason } = paid.events.PaymentDiverted;
    assert.deepEqual([amount.toString(), payee.toString(), reason.toHuman()], ['1', ghost, 'Escrow']);
    assert.equal(paid.events.JobCompleted.paid.toBigInt(), REWARD - 1n);
};

/** There are no numbers left. */
export const exhausted = async (market) => {
    const { chain } = market;
    const key = chain.api.query.inference.nextModelId.key();
    const next = await chain.stored('NextModelId');
    await write(chain, [[key, '0xffffffff']]);
    await chain.fails(OWNER, chain.tx.registerModel(...market.registration()), 'NumbersExhausted');
    await write(chain, [[key, next.toHex(true)]]);
};

/** The chain's own copy of a key is damaged, and then gone. */
export const damaged = async (market) => {
    const { chain } = market;
    const { api, tx } = chain;
    const job = await market.request();
    await market.claim(job);
    const submit = tx.submit(...market.answer(job));
    const key = api.query.inference.verifyingKeys.key(market.keys.vk_hash);
    const good = await chain.stored('VerifyingKeys', market.keys.vk_hash);
    const damaged = chain.create('StoredKey', { ...good.toJSON(), prepared: '0x00' });
    await write(chain, [[key, damaged.toHex()]]);
    await chain.fails(PROVER, submit, 'VerifierFault');
    await chain.governs(api.tx.system.killStorage([key]));
    await chain.refuses(PROVER, submit, 'BrokenRecord');
    await write(chain, [[key, good.toHex()]]);
    await chain.succeeds(PROVER, submit, 'JobCompleted');
    assert.ok((await chain.view('receipt', job.job)).isSome, `${REQUESTER} has an answer`);
};

/** Blocks without transactions prolong the claims that run: here the chain's note of its last usable block is set back. */
export const paused = async (market) => {
    const { chain } = market;
    const { api, tx } = chain;
    const job = await market.request();
    const { events } = await market.claim(job);
    const noted = await chain.stored('LastUsableBlock');
    const back = api.registry.createType('u32', noted.toNumber() - 3);
    await write(chain, [[api.query.inference.lastUsableBlock.key(), back.toHex(true)]]);
    const noticed = await chain.succeeds(PROVER, tx.submit(...market.answer(job)), 'ClaimsProlonged', 'JobCompleted');
    const { from, until } = noticed.events.ClaimsProlonged;
    assert.equal(from.toNumber(), noted.toNumber() - 2);
    assert.ok(until.gt(events.JobClaimed.until));
    assert.deepEqual((await chain.stored('LatestPause')).toJSON(), { from: from.toNumber(), until: until.toNumber() });
};
