// The statement, version 1, from its definition (pallets/primitives/src/statement.rs and job.rs) with polkadot.js's own
// SCALE types and Blake2b: nothing of the chain's metadata, nothing of the client.

import { TypeRegistry } from '@polkadot/types';
import { bnToU8a, stringToU8a, u8aConcat } from '@polkadot/util';
import { blake2AsU8a } from '@polkadot/util-crypto';

const CONTEXT_DOMAIN = stringToU8a('zkinfer/v1');
const TERMS_DOMAIN = stringToU8a('zkinfer/terms/v1');

const registry = new TypeRegistry();
registry.register({
    ModelVersionId: { model: 'u32', version: 'u32' },
    Width: { _enum: ['Bits8', 'Bits16', 'Bits24', 'Bits32'] },
    Values: { width: 'Width', values: 'Vec<i32>' },
    Output: { _enum: { Class: 'u32', TopClasses: 'Vec<u32>', Values: 'Values' } },
    Purpose: { _enum: { Job: '[u8; 32]', Attest: 'u64' } },
    JobTerms: {
        requester: 'AccountId32',
        nonce: 'u64',
        job: 'u64',
        version: 'ModelVersionId',
        vkHash: '[u8; 32]',
        inputCommitment: '[u8; 32]',
        payloadHash: '[u8; 32]',
        reward: 'u128',
        price: 'u128',
        deadline: 'u32',
    },
    Context: {
        genesisHash: '[u8; 32]',
        vkHash: '[u8; 32]',
        version: 'ModelVersionId',
        purpose: 'Purpose',
        prover: 'AccountId32',
    },
});

/** Blake2b with 32 bytes of output. */
export const blake2b256 = (bytes) => blake2AsU8a(bytes, 256);

const encode = (type, value) => registry.createType(type, value).toU8a();
const asInput = (bytes) => u8aConcat(bytes, new Uint8Array(32 - bytes.length));

/** What `termsHash` hashes. */
export const termsPreimage = (terms) => u8aConcat(TERMS_DOMAIN, encode('JobTerms', terms));

/** Hash of a job's terms: `claim` and `submit` name it. */
export const termsHash = (terms) => blake2b256(termsPreimage(terms));

/** What `contextInput` hashes. */
export const contextPreimage = (context) => u8aConcat(CONTEXT_DOMAIN, encode('Context', context));

/** The context as a public input: 31 bytes of hash and a zero. */
export const contextInput = (context) => asInput(blake2b256(contextPreimage(context)).slice(0, 31));

/** An answer's SCALE encoding: of `{ Class }`, `{ TopClasses }` or `{ Values: { width, values } }`. */
export const outputEncoding = (output) => encode('Output', output);

/** What decodes as an answer, as polkadot.js shows it. */
export const readOutput = (bytes) => registry.createType('Output', bytes).toJSON();

const lanes = (numbers, bytes) => u8aConcat(...numbers.map((number) => bnToU8a(number, { bitLength: 8 * bytes, isLe: true })));
const withHeader = (bytes, header) => asInput(u8aConcat(bytes, new Uint8Array(30 - bytes.length), [header]));

/** An answer as a public input: lanes of little-endian numbers and a header. */
export const outputInput = (output) => {
    const { Class: index, TopClasses: classes, Values: list } = output;
    if (index !== undefined) {
        return asInput(encode('u32', index));
    }
    if (classes) {
        return withHeader(lanes(classes, 4), 0x40 + classes.length);
    }
    const bytes = Number(list.width.slice('Bits'.length)) / 8;
    const shifted = list.values.map((value) => BigInt(value) + (1n << BigInt(8 * bytes - 1)));
    return withHeader(lanes(shifted, bytes), 0x80 + 32 * (bytes - 1) + list.values.length);
};

/** All public inputs, in the circuit's order. */
export const publicInputs = (commitment, output, context) => [commitment, outputInput(output), contextInput(context)];
