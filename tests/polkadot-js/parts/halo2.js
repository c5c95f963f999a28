// Halo2: its keys, what its proofs must say, and its generators.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { hexToU8a, u8aToHex } from '@polkadot/util';

import { OWNER, PROVER, REQUESTER, STRANGER } from '../lib/market.js';

const VECTORS = new URL('../../vectors/halo2/small-circuits.json', import.meta.url);
/** Where a key's encoding has the rows of its one instance column, and the rotation of its last advice query. */
const [ROWS, ROTATION] = [9, 24];
/** A commitment that is an element of every field. */
export const COMMITMENT = `0x01${'00'.repeat(31)}`;

const keyBytes = ({ rotation, rows = 3 }) => {
    const bytes = hexToU8a(`0x${JSON.parse(readFileSync(VECTORS)).circuits[0].verifying_key}`);
    bytes[ROWS] = rows;
    bytes[ROTATION] = rotation ?? bytes[ROTATION];
    return u8aToHex(bytes);
};

/** Keys that are refused, and one that is registered. */
export const keys = async (market) => {
    const { chain } = market;
    const register = (key, others = {}) => {
        const halo2 = { trust: 'Transparent', verifyingKey: { Halo2: keyBytes(key) } };
        return chain.tx.registerModel(...market.registration({ ...halo2, ...others }));
    };
    await chain.fails(OWNER, register({}, { trust: 'SingleSetup' }), 'TrustNotPossible');
    await chain.fails(OWNER, register({}, { visibility: 'Private' }), 'VisibilityNotPossible');
    await chain.fails(OWNER, register({ rows: 1 }), 'WrongPublicInputs');
    await chain.fails(OWNER, register({ rotation: 9 }), 'VerifyingKeyTooLarge');
    const { events } = await chain.succeeds(OWNER, register({}), 'ModelRegistered');
    market.halo2 = events.ModelRegistered.version.model.toNumber();
    assert.equal((await chain.view('model_version', { model: market.halo2, version: 0 })).toHuman().proofSystem, 'Halo2');
};

/** Proofs of another class, generators that are missing and come back, and bytes that are no proof. */
export const generators = async (market) => {
    const { chain } = market;
    const { tx } = chain;
    // A block for each transaction here, and in the batches that follow.
    await chain.governs(tx.forceSetParameters({ ...(await chain.view('parameters')).toJSON(), claimPeriod: 20 }), 'ParametersSet');
    const job = await market.request({ inputCommitment: COMMITMENT, model: market.halo2 });
    await market.claim(job);
    const submit = (proof) => tx.submit(job.job, job.termsHash, { Class: 0 }, proof);
    const proof = (k) => submit({ Halo2: { k, bytes: '0x00' } });
    await chain.refuses(PROVER, submit({ Groth16: `0x${'00'.repeat(192)}` }), 'ProofSystemMismatch');
    await chain.refuses(PROVER, proof(5), 'CircuitSizeMismatch');

    await chain.stored('LagrangeGenerators', 4);
    const points = (await chain.stored('GeneratorChunks', 0)).toHex();
    const upload = (points) => tx.uploadGenerators({ Chunk: { index: 0, points } });
    await chain.fails(STRANGER, upload(points), 'GeneratorsPresent');
    await chain.governs(chain.api.tx.system.killStorage([chain.api.query.inference.generatorChunks.key(0)]));
    assert.deepEqual((await chain.view('missing_generators', 4)).toHuman(), [{ Chunk: { index: '0' } }]);
    await chain.failsInside(PROVER, proof(4), 'GeneratorsMissing');
    // Nor are its jobs claimed, or other keys of its size registered.
    const other = await market.request({ inputCommitment: COMMITMENT, model: market.halo2 });
    await chain.fails(PROVER, tx.claim(other.job, other.termsHash), 'GeneratorsMissing');
    await chain.succeeds(REQUESTER, tx.cancel(other.job), 'JobCancelled');
    await chain.fails(STRANGER, upload('0x00'), 'WrongGenerators');
    await chain.succeeds(STRANGER, upload(points), 'GeneratorsUploaded');

    const { events } = await chain.succeeds(PROVER, proof(4), 'ProofRejected', 'JobReopened');
    assert.deepEqual(events.ProofRejected.reason.toHuman(), { Truncated: { offset: '0' } });
};
