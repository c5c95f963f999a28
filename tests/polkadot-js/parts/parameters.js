// Parameters and constants.

import assert from 'node:assert/strict';

import { OWNER } from '../lib/market.js';

/** What the governing origin may set, and what it may not. */
export const parameters = async (market) => {
    const { chain } = market;
    const set = (others) => chain.tx.forceSetParameters({ ...standard, ...others });
    const standard = chain.constant('DefaultParameters').toJSON();
    assert.deepEqual((await chain.view('parameters')).toJSON(), standard);

    const governs = (tx) => chain.api.tx.sudo.sudo(tx);
    await chain.fails(OWNER, governs(set({ minProvingBlocks: 0 })), 'InconsistentParameters');
    await chain.fails(OWNER, governs(set({ receiptPeriod: 1 })), 'ParameterOutOfBounds');
    await market.hurry();
    assert.equal((await chain.stored('Parameters')).claimPeriod.toNumber(), 5);
};

/** Reads every constant there is. */
export const constants = ({ chain }) => {
    chain.coverage.all.constants.forEach((name) => chain.constant(name));
};
