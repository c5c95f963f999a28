// The statement's vectors, which pallet, client and this suite share, computed again in JavaScript.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { hexToU8a, u8aToHex } from '@polkadot/util';

import * as statement from './lib/statement.js';

const vectors = JSON.parse(readFileSync(new URL('../vectors/statement/v1.json', import.meta.url)));
const bytes = (hex) => hexToU8a(`0x${hex}`);
const hex = (array) => u8aToHex(array, -1, false);

const terms = (v) => ({
    requester: bytes(v.requester),
    nonce: v.nonce,
    job: v.job,
    version: { model: v.model, version: v.version },
    vkHash: bytes(v.vk_hash),
    inputCommitment: bytes(v.input_commitment),
    payloadHash: bytes(v.payload_hash),
    reward: v.reward,
    price: v.price,
    deadline: v.deadline,
});

const context = (v) => ({
    genesisHash: bytes(v.genesis_hash),
    vkHash: bytes(v.vk_hash),
    version: { model: v.model, version: v.version },
    purpose: 'job' in v.purpose ? { Job: bytes(v.purpose.job) } : { Attest: v.purpose.attest },
    prover: bytes(v.prover),
});

test('the terms have the hashes of the vectors', () => {
    assert.ok(vectors.terms.length > 0);
    for (const vector of vectors.terms) {
        assert.equal(hex(statement.termsPreimage(terms(vector))), vector.preimage);
        assert.equal(hex(statement.termsHash(terms(vector))), vector.hash);
    }
});

test('the contexts are the vectors\' public inputs', () => {
    assert.ok(vectors.contexts.length > 0);
    for (const vector of vectors.contexts) {
        assert.equal(hex(statement.contextPreimage(context(vector))), vector.preimage);
        assert.equal(hex(statement.contextInput(context(vector))), vector.public_input);
    }
});

/** An answer as the chain's type has it, of a vector with `class`, `top_classes` or `values`. */
const output = (v) => {
    if (v.top_classes) {
        return { TopClasses: v.top_classes };
    }
    return v.values ? { Values: { width: `Bits${v.values.bits}`, values: v.values.values } } : { Class: v.class };
};

test('the outputs are encoded as in the vectors', () => {
    const kinds = new Set(vectors.outputs.map((vector) => Object.keys(output(vector))[0]));
    assert.deepEqual([...kinds], ['Class', 'TopClasses', 'Values']);
    for (const vector of vectors.outputs) {
        assert.equal(hex(statement.outputEncoding(output(vector))), vector.encoding);
        assert.equal(hex(statement.outputInput(output(vector))), vector.public_input);
    }
    assert.equal(new Set(vectors.outputs.map((vector) => vector.public_input)).size, vectors.outputs.length);
});

test('the outputs of the vectors are read back', () => {
    const camel = { Class: 'class', TopClasses: 'topClasses', Values: 'values' };
    for (const vector of vectors.outputs) {
        const [[kind, value]] = Object.entries(output(vector));
        assert.deepEqual(statement.readOutput(bytes(vector.encoding)), { [camel[kind]]: value });
    }
});

test('the statements have the vectors\' public inputs', () => {
    assert.ok(vectors.statements.length > 0);
    for (const vector of vectors.statements) {
        const inputs = statement.publicInputs(bytes(vector.input_commitment), output(vector), context(vector.context));
        assert.deepEqual(inputs.map(hex), vector.public_inputs);
    }
});

test('payloads and verifying keys are named by their hashes', () => {
    const named = [...vectors.payloads, ...Object.values(vectors.encodings).filter((encoding) => encoding.hash)];
    assert.ok(named.length > vectors.payloads.length && vectors.payloads.length > 0);
    for (const { encoding, hash } of named) {
        assert.equal(hex(statement.blake2b256(bytes(encoding))), hash);
    }
});
