// A node with a market on it: accounts, a model with its keys, and what most parts of the suite do again and again.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { u8aToHex } from '@polkadot/util';

import { Chain } from './chain.js';
import { Client, startNode } from './programs.js';
import { blake2b256 } from './statement.js';

/** The chain's smallest units in a token. */
export const UNIT = 1_000_000_000_000n;
/** What the model asks for each answer. */
export const PRICE = UNIT;
/** What jobs pay in all. */
export const REWARD = 5n * UNIT;
/** What provers stake. */
export const BOND = 100n * UNIT;

/** Registers models, and is paid their price; the development chain's sudo account as well. */
export const OWNER = '//Alice';
/** Proves. */
export const PROVER = '//Bob';
/** Asks and pays. */
export const REQUESTER = '//Charlie';
/** Has a part in nothing. */
export const STRANGER = '//Eve';

/** A number that is no element of any field. */
export const NOT_CANONICAL = `0x${'ff'.repeat(32)}`;
/** What nothing hashes to. */
export const NO_HASH = `0x${'00'.repeat(32)}`;

const ONNX = fileURLToPath(new URL('../../vectors/onnx/mlp-matmul-add.onnx', import.meta.url));

/** Short times, so that a test can wait for them. */
const SHORT = {
    unbondingPeriod: 42,
    grace: 1,
    claimPeriod: 5,
    minProvingBlocks: 2,
    maxJobBlocks: 40,
    receiptPeriod: 10,
};

/** Everything that the suite's parts share. */
export class Market {
    static async open() {
        const node = await startNode();
        const client = new Client(node.url);
        const chain = await Chain.connect(node.url);
        return new Market(node, client, chain);
    }

    constructor(node, client, chain) {
        Object.assign(this, { chain, client, node, inputs: 0 });
        this.imported = client.run('model', 'import', ONNX, '--out', '.', '--stem', 'small', '--input', 'values');
        this.keys = client.run('keys', 'setup', 'small.zkm', '--out', '.');
        this.verifyingKey = chain.create('VerifyingKey', readFileSync(client.path('small.vk')));
    }

    async close() {
        await this.chain.disconnect();
        await this.node.stop();
        this.client.remove();
    }

    /** The arguments of `register_model`, some of them others. */
    registration(others = {}) {
        return Object.values({
            modelHash: this.imported.model_hash,
            manifestHash: this.imported.manifest_hash,
            verifyingKey: this.verifyingKey,
            trust: 'SingleSetup',
            visibility: 'Open',
            price: PRICE,
            allowedProvers: null,
            ...others,
        });
    }

    /** Makes the market's times short. */
    async hurry() {
        const parameters = (await this.chain.view('parameters')).toJSON();
        await this.chain.governs(this.chain.tx.forceSetParameters({ ...parameters, ...SHORT }), 'ParametersSet');
    }

    /** Commits to an input of its own; gives the commitment, the opening's file and its bytes. */
    commit() {
        const { max, shape } = this.imported.input;
        const count = shape.reduce((product, side) => product * side, 1);
        this.inputs += 1;
        const values = Array.from({ length: count }, (_, index) => (index * 7 + this.inputs) % (max + 1));
        const [file, opening] = [`input-${this.inputs}.json`, `input-${this.inputs}.opening`];
        writeFileSync(this.client.path(file), JSON.stringify(values));
        const manifest = ['--manifest', 'small.manifest.json'];
        const { commitment } = this.client.run('commit', ...manifest, '--integers', file, '--out', opening);
        return { bytes: u8aToHex(readFileSync(this.client.path(opening))), commitment, opening };
    }

    /** Asks for an answer to a fresh input; gives the job, its terms and what `request` was given. */
    async request({ deadline = 20, provers = null, model = this.model, ...others } = {}) {
        const input = this.commit();
        const asked = {
            version: { model, version: 0 },
            inputCommitment: input.commitment,
            payload: { Public: input.bytes },
            reward: REWARD,
            maxPrice: REWARD,
            deadline: (await this.chain.block()) + deadline,
            provers,
            ...others,
        };
        const { events } = await this.chain.succeeds(REQUESTER, this.chain.tx.request(...Object.values(asked)), 'JobRequested');
        const { job, termsHash } = events.JobRequested;
        return { ...input, asked, event: events.JobRequested, job: job.toNumber(), termsHash: termsHash.toHex() };
    }

    /** Claims a job for the prover. */
    claim(job) {
        return this.chain.succeeds(PROVER, this.chain.tx.claim(job.job, job.termsHash), 'JobClaimed');
    }

    /** Proves with the client, for the prover, under `--terms-hash HASH` or `--attest NONCE`. */
    prove(input, purpose, model = this.model) {
        const [file, genesis] = [`${input.opening}.proof`, this.chain.api.genesisHash.toHex()];
        const files = ['--model', 'small.zkm', '--pk', 'small.pk', '--opening', input.opening, '--out', file, '--force'];
        const binding = ['--genesis-hash', genesis, '--model-id', model, '--prover', this.chain.address(PROVER)];
        this.client.run('prove', ...files, ...binding.map(String), ...purpose.map(String));
        const { proof, statement } = JSON.parse(readFileSync(this.client.path(file)));
        return { output: { Class: statement.class }, proof: { Groth16: proof }, statement };
    }

    /** Proves a job with the client; gives the arguments of `submit`. */
    answer(job) {
        const { output, proof } = this.prove(job, ['--terms-hash', job.termsHash], job.asked.version.model);
        return [job.job, job.termsHash, output, proof];
    }
}

/** Blake2b-256 of a value's SCALE encoding, as hex. */
export const hashOf = (value) => u8aToHex(blake2b256(value.toU8a()));
