// Bonds: what a prover has at stake.

import assert from 'node:assert/strict';

import { BOND, NO_HASH, PROVER, STRANGER, UNIT } from '../lib/market.js';

/** Bonds the prover, with a key that inputs can be encrypted to. */
export const bond = async (market) => {
    const { chain } = market;
    const { tx } = chain;
    await chain.fails(PROVER, tx.bond(UNIT), 'BondTooLow');
    await chain.fails(PROVER, tx.bondExtra(UNIT), 'NotBonded');
    await chain.succeeds(PROVER, tx.bond(BOND), 'Bonded');
    await chain.fails(PROVER, tx.bond(BOND), 'AlreadyBonded');
    await chain.fails(PROVER, tx.bondExtra(0), 'ZeroAmount');
    const { events } = await chain.succeeds(PROVER, tx.bondExtra(20n * UNIT), 'Bonded');
    assert.equal(events.Bonded.bond.toBigInt(), BOND + 20n * UNIT);

    market.encryption = market.client.run('keys', 'encryption', '--out', 'prover.key').encryption_key;
    await chain.fails(PROVER, tx.setEncryptionKey(NO_HASH), 'InvalidEncryptionKey');
    await chain.succeeds(PROVER, tx.setEncryptionKey(null), 'EncryptionKeySet');
    const set = await chain.succeeds(PROVER, tx.setEncryptionKey(market.encryption), 'EncryptionKeySet');
    assert.equal(set.events.EncryptionKeySet.key.toHuman(), market.encryption);

    const { free, prover } = (await chain.view('prover', chain.address(PROVER))).unwrap();
    assert.equal(free.toBigInt(), BOND + 20n * UNIT);
    assert.equal(prover.toHex(), (await chain.stored('Provers', chain.address(PROVER))).toHex());
    assert.equal(prover.encryptionKey.toHuman(), market.encryption);
};

/** Takes parts of a bond out. */
export const unbond = async (market) => {
    const { chain } = market;
    const { tx } = chain;
    await chain.succeeds(STRANGER, tx.bond(BOND), 'Bonded');
    await chain.fails(STRANGER, tx.withdrawUnbonded(), 'NothingToWithdraw');
    await chain.fails(STRANGER, tx.unbond(BOND + 1n), 'BondLocked');
    let last;
    for (let parts = 0; parts < chain.constant('MaxUnbonding').toNumber(); parts += 1) {
        const { events } = await chain.succeeds(STRANGER, tx.unbond(UNIT), 'Unbonded');
        // By its place: `at` is a method of every list.
        last = events.Unbonded[2].toNumber();
    }
    await chain.fails(STRANGER, tx.unbond(UNIT), 'TooManyUnbonding');
    await chain.advance(last - (await chain.block()));
    const { events } = await chain.succeeds(STRANGER, tx.withdrawUnbonded(), 'Withdrawn');
    assert.equal(events.Withdrawn.amount.toBigInt(), 8n * UNIT);
};
