// The chain through polkadot.js. Everything that passes is checked to be readable, and counted.

import assert from 'node:assert/strict';

import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';
import { stringCamelCase, u8aConcat } from '@polkadot/util';

import { Coverage } from './coverage.js';
import { Reader } from './readable.js';

const PALLET = 'Inference';
const SECTION = 'inference';
/** Crates whose types a reader of this chain must understand. */
export const OURS = ['pallet_inference', 'zkinfer_primitives'];

/** The faults of submissions, in the order of their codes: those of `zkinfer_primitives::SubmissionFault`. */
const FAULTS = [
    'JobNotFound', 'TermsMismatch', 'JobNotClaimed', 'NotClaimant', 'TooLateToSubmit', 'InvalidOutput', 'ProofSystemMismatch',
    'CircuitSizeMismatch', 'GeneratorsMissing', 'EmptyBatch', 'DuplicateJob', 'MixedBatch', 'BrokenRecord',
];
const FIRST_FAULT = 100;

/** A connection to one node. */
export class Chain {
    static async connect(url) {
        const api = await ApiPromise.create({ provider: new WsProvider(url), throwOnUnknown: true, noInitWarn: true });
        return new Chain(api);
    }

    constructor(api) {
        this.api = api;
        this.tx = api.tx[SECTION];
        this.keyring = new Keyring({ type: 'sr25519', ss58Format: api.registry.chainSS58 });
        this.metadata = api.runtimeMetadata.asV16;
        this.pallet = this.metadata.pallets.find((pallet) => pallet.name.eq(PALLET));
        this.coverage = new Coverage(api.registry, this.pallet);
        this.reader = new Reader(api.registry);
    }

    /** The key pair of a development name such as //Alice. */
    pair(name) {
        return this.keyring.addFromUri(name);
    }

    /** The address of a development name. */
    address(name) {
        return this.pair(name).address;
    }

    /** The number of one of the pallet's types, by the type's own name. */
    typeOf(name) {
        const ours = ({ path }) => OURS.includes(path[0]?.toString()) && path.at(-1).eq(name);
        const found = this.api.registry.lookup.types.find(({ type }) => ours(type));
        assert.ok(found, `the metadata has no type ${name}`);
        return found.id;
    }

    /** A value of one of the pallet's types. */
    create(name, value) {
        const { registry } = this.api;
        return registry.createType(registry.createLookupType(this.typeOf(name)), value);
    }

    /** Signs and sends; waits for the block. Gives the names and the data of the inference pallet's events, and the error's name if there is one. */
    async send(signer, tx) {
        const result = await new Promise((resolve, reject) => {
            const report = (result) => {
                if (result.isError) {
                    reject(new Error(`the node refuses ${tx.method.section}.${tx.method.method}: ${result.status}`));
                } else if (result.isCompleted) {
                    resolve(result);
                }
            };
            tx.signAndSend(this.pair(signer), { nonce: -1 }, report).catch(reject);
        });
        await this.#readCall(result);
        const events = result.events.map(({ event }) => event);
        const own = events.filter((event) => event.section === SECTION);
        own.forEach((event) => this.#readEvent(event));
        const error = this.#error(result, events);
        if (!error) {
            this.#calls(tx.method).forEach((call) => this.coverage.mark('calls', call));
        }
        const names = own.map((event) => event.method);
        return { error, events: Object.fromEntries(own.map((event) => [event.method, event.data])), names };
    }

    /** Sends what must succeed, with exactly these events of the pallet. */
    async succeeds(signer, tx, ...events) {
        const outcome = await this.send(signer, tx);
        const what = `${tx.method.section}.${tx.method.method}`;
        assert.equal(outcome.error, null, `${what} fails`);
        assert.deepEqual(outcome.names, events, `the events of ${what}`);
        return outcome;
    }

    /** Sends what must fail with this error of the pallet. */
    async fails(signer, tx, error) {
        const outcome = await this.send(signer, tx);
        assert.equal(outcome.error, error, `${tx.method.section}.${tx.method.method}(${tx.method.args.map((arg) => arg.toString().slice(0, 80))})`);
    }

    /** Sends a submission that no block takes, then the same inside a batch, which fails with this error of the pallet. */
    async refuses(signer, tx, error) {
        const code = FAULTS.indexOf(error) + FIRST_FAULT;
        assert.ok(code >= FIRST_FAULT, `${error} is the fault of a submission`);
        await assert.rejects(this.send(signer, tx), new RegExp(`Custom error: ${code}\\b`), error);
        await this.failsInside(signer, tx, error);
    }

    /** Sends a call inside a batch, where it must fail with this error of the pallet. */
    async failsInside(signer, tx, error) {
        const batch = this.api.tx.utility.batch([tx]);
        const outcome = await this.send(signer, batch);
        assert.equal(outcome.error, error, `${tx.method.section}.${tx.method.method} in a batch`);
    }

    /** Sends what the governing origin may do. */
    governs(tx, ...events) {
        return this.succeeds('//Alice', this.api.tx.sudo.sudo(tx), ...events);
    }

    /** Makes empty blocks. */
    async advance(blocks) {
        for (let made = 0; made < blocks; made += 1) {
            await this.api.rpc.engine.createBlock(true, true);
        }
    }

    /** Number of the best block. */
    async block() {
        return (await this.api.rpc.chain.getHeader()).number.toNumber();
    }

    /** A value of the pallet's storage, by the item's name as the metadata has it. What is not there does not count as read. */
    async stored(name, ...keys) {
        const value = await this.api.query[SECTION][stringCamelCase(name)](...keys);
        const item = this.pallet.storage.unwrap().items.find((item) => item.name.eq(name));
        const type = item.type.isPlain ? item.type.asPlain : item.type.asMap.value;
        if (value.isNone) {
            return null;
        }
        const found = item.modifier.isOptional ? value.unwrap() : value;
        this.reader.check(type, found.toHuman(), name);
        this.coverage.mark('storage', name);
        return found;
    }

    /** All keys of one of the pallet's maps, each as a list of its parts. */
    async keys(name, ...prefix) {
        const keys = await this.api.query[SECTION][stringCamelCase(name)].keys(...prefix);
        return keys.map((key) => key.args);
    }

    /** A constant. */
    constant(name) {
        const value = this.api.consts[SECTION][stringCamelCase(name)];
        const constant = this.pallet.constants.find((constant) => constant.name.eq(name));
        this.reader.check(constant.type, value.toHuman(), name);
        this.coverage.mark('constants', name);
        return value;
    }

    /** What a view function answers. polkadot.js has no methods for them; it has the runtime call that performs them. */
    async view(name, ...args) {
        const view = this.pallet.viewFunctions.find((view) => view.name.eq(name));
        assert.ok(view, `the metadata has no view function ${name}`);
        assert.equal(args.length, view.inputs.length, `${name} takes ${view.inputs.length} arguments`);
        const { registry } = this.api;
        const create = (id, value) => registry.createType(registry.createLookupType(id), value);
        const input = u8aConcat(...view.inputs.map(({ type }, index) => create(type, args[index]).toU8a()));
        const id = { prefix: view.id.slice(0, 16), suffix: view.id.slice(16) };
        const answer = await this.api.call.runtimeViewFunction.executeViewFunction(id, `0x${Buffer.from(input).toString('hex')}`);
        assert.ok(answer.isOk, `${name}: ${answer}`);
        const value = create(view.output, answer.asOk.toU8a(true));
        this.reader.check(view.output, value.toHuman(), name);
        this.coverage.mark('views', name);
        return value;
    }

    /** Ends the connection. */
    disconnect() {
        return this.api.disconnect();
    }

    /** The pallet's calls in a call: itself, and those that it wraps. */
    #calls(method) {
        const inner = method.args.flatMap((arg) => arg.section ? this.#calls(arg) : []);
        return method.section === SECTION ? [this.api.registry.findMetaCall(method.callIndex).meta.name.toString()] : inner;
    }

    /** Reads the extrinsic back from its block: its arguments must read as the metadata says. */
    async #readCall({ status, txIndex }) {
        const { block } = await this.api.rpc.chain.getBlock(status.isInBlock ? status.asInBlock : status.asFinalized);
        const { method } = block.extrinsics[txIndex];
        if (method.section !== SECTION) {
            return;
        }
        const { args } = method.toHuman();
        method.meta.fields.forEach((field, index) => {
            const [name, value] = Object.entries(args)[index];
            this.reader.check(field.type, value, `${method.method}.${name}`);
        });
    }

    #readEvent(event) {
        event.meta.fields.forEach((field, index) => {
            this.reader.check(field.type, event.data[index].toHuman(), `${event.method}.${field.name.unwrap()}`);
        });
        this.coverage.mark('events', event.method);
    }

    #error(result, events) {
        const sudo = events.find((event) => event.section === 'sudo' && event.method === 'Sudid')?.data[0];
        const interrupted = events.find((event) => event.section === 'utility' && event.method === 'BatchInterrupted')?.data[1];
        const error = result.dispatchError ?? interrupted ?? (sudo?.isErr ? sudo.asErr : null);
        if (!error?.isModule) {
            return error?.toString() ?? null;
        }
        const { docs, name, section } = this.api.registry.findMetaError(error.asModule);
        if (section !== SECTION) {
            return `${section}.${name}`;
        }
        assert.ok(docs.join('').trim(), `the error ${name} has no docs`);
        this.coverage.mark('errors', name);
        return name;
    }
}
