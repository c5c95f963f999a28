// Models and their versions.

import assert from 'node:assert/strict';

import { hashOf, NO_HASH, OWNER, PRICE, REQUESTER, STRANGER } from '../lib/market.js';

/** Registers a model. */
export const register = async (market) => {
    const { chain } = market;
    const { tx } = chain;
    const broken = { Groth16: `0x${'00'.repeat(528)}` };
    await chain.fails(OWNER, tx.registerModel(...market.registration({ verifyingKey: broken })), 'InvalidVerifyingKey');
    await chain.fails(OWNER, tx.registerModel(...market.registration({ trust: 'Transparent' })), 'TrustNotPossible');
    await chain.fails(OWNER, tx.registerModel(...market.registration({ allowedProvers: [] })), 'NoProvers');

    const { events } = await chain.succeeds(OWNER, tx.registerModel(...market.registration()), 'ModelRegistered');
    const { version, owner, modelHash, manifestHash, vkHash, price } = events.ModelRegistered;
    market.model = version.model.toNumber();
    assert.equal(owner.toString(), chain.address(OWNER));
    assert.equal(modelHash.toHex(), market.imported.model_hash);
    assert.equal(manifestHash.toHex(), market.imported.manifest_hash);
    assert.equal(vkHash.toHex(), market.keys.vk_hash);
    assert.equal(vkHash.toHex(), hashOf(market.verifyingKey), 'a key is named by the hash of its encoding');
    assert.equal(price.toBigInt(), PRICE);

    const stored = await chain.stored('ModelVersions', market.model, 0);
    assert.deepEqual((await chain.view('model_version', version)).toHuman(), stored.toHuman());
    const { proofSystem, statement, status, trust, visibility } = stored.toHuman();
    assert.deepEqual({ proofSystem, statement, status, trust, visibility },
        { proofSystem: 'Groth16', statement: 'V1', status: 'Active', trust: 'SingleSetup', visibility: 'Open' });
    assert.equal((await chain.stored('Models', market.model)).owner.toString(), chain.address(OWNER));
    assert.equal((await chain.stored('NextModelId')).toNumber(), market.model + 1);
    const key = await chain.stored('VerifyingKeys', vkHash);
    assert.equal(key.key.toHex(), market.verifyingKey.toHex());
    assert.equal(key.references.toNumber(), 1);
};

/** Adds a version and retires it. */
export const versions = async (market) => {
    const { chain } = market;
    const { tx } = chain;
    const add = (model) => tx.addVersion(model, ...market.registration({ price: 2n * PRICE }));
    await chain.fails(OWNER, add(market.model + 1), 'ModelNotFound');
    await chain.fails(STRANGER, add(market.model), 'NotOwner');
    const { events } = await chain.succeeds(OWNER, add(market.model), 'VersionAdded');
    const { version } = events.VersionAdded;
    assert.deepEqual(version.toJSON(), { model: market.model, version: 1 });

    await chain.fails(OWNER, tx.retireVersion({ model: market.model, version: 7 }), 'VersionNotFound');
    await chain.succeeds(OWNER, tx.retireVersion(version), 'VersionRetired');
    assert.equal((await chain.view('model_version', version)).unwrap().status.toString(), 'Retired');
    await chain.fails(OWNER, tx.retireVersion(version), 'VersionRetired');
    const late = tx.request(version, NO_HASH, 'None', PRICE, PRICE, 10, null);
    await chain.fails(REQUESTER, late, 'VersionRetired');
};
