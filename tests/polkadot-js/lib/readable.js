// What it means that a person can read a value in polkadot.js: accounts as SS58 addresses, hashes as hex, numbers as numbers,
// variants by their names, fields by theirs. Compares what polkadot.js shows with the type that the chain's metadata gives.

import assert from 'node:assert/strict';

import { isHex, stringCamelCase } from '@polkadot/util';
import { checkAddress } from '@polkadot/util-crypto';

const NUMBER = /^-?\d{1,3}(,\d{3})*$/;
const PERCENTAGE = /^\d+\.\d\d%$/;

/** Types that polkadot.js shows in a way of their own, by the last part of their path. */
const SPECIAL = {
    AccountId32: (human, prefix) => typeof human === 'string' && checkAddress(human, prefix)[0],
    H256: (human) => isHex(human, 256),
    Perbill: (human) => PERCENTAGE.test(human),
};

const name = (field) => stringCamelCase(field.name.unwrap().toString());

/** Reads values of the types of one registry. */
export class Reader {
    constructor(registry) {
        this.registry = registry;
        this.lookup = registry.lookup;
    }

    /** Fails, with the place in the value, unless `human` (what polkadot.js shows) reads as type `id` should. */
    check(id, human, at) {
        const { def, path } = this.lookup.getSiType(id);
        const special = SPECIAL[path.at(-1)?.toString()];
        if (special) {
            this.#expect(special(human, this.registry.chainSS58), id, human, at);
        } else if (def.isComposite) {
            this.#fields(def.asComposite.fields, id, human, at);
        } else if (def.isVariant) {
            this.#variant(path, def.asVariant.variants, id, human, at);
        } else if (def.isSequence) {
            this.#items(def.asSequence.type, null, id, human, at);
        } else if (def.isArray) {
            this.#items(def.asArray.type, def.asArray.len.toNumber(), id, human, at);
        } else if (def.isTuple) {
            this.#tuple(def.asTuple, id, human, at);
        } else if (def.isCompact) {
            this.check(def.asCompact.type, human, at);
        } else if (def.isPrimitive) {
            this.#primitive(def.asPrimitive, id, human, at);
        } else {
            assert.fail(`${at}: ${def.type} is nothing that a person can read`);
        }
    }

    #expect(holds, id, human, at) {
        assert.ok(holds, `${at}: ${JSON.stringify(human)} does not read as ${this.registry.createLookupType(id)} ` +
            `(${this.lookup.getSiType(id).path.join('::') || this.lookup.getSiType(id).def.type})`);
    }

    #fields(fields, id, human, at) {
        if (fields.length === 1 && fields[0].name.isNone) {
            return this.check(fields[0].type, human, at);
        }
        if (fields.every((field) => field.name.isNone)) {
            return this.#tuple(fields.map((field) => field.type), id, human, at);
        }
        this.#expect(human && typeof human === 'object', id, human, at);
        assert.deepEqual(Object.keys(human).map((key) => stringCamelCase(key)), fields.map(name), `${at}: its fields`);
        Object.values(human).forEach((value, index) => this.check(fields[index].type, value, `${at}.${name(fields[index])}`));
    }

    #variant(path, variants, id, human, at) {
        if (path.join() === 'Option') {
            const some = variants.find((variant) => variant.name.eq('Some'));
            return human === null || this.check(some.fields[0].type, human, at);
        }
        const shown = typeof human === 'string' ? human : Object.keys(human ?? {})[0];
        const variant = variants.find((variant) => variant.name.eq(shown));
        this.#expect(variant, id, human, at);
        if (typeof human === 'string') {
            this.#expect(variant.fields.length === 0, id, human, at);
        } else {
            this.#expect(Object.keys(human).length === 1, id, human, at);
            this.#fields([...variant.fields], id, human[shown], `${at}.${shown}`);
        }
    }

    #items(item, length, id, human, at) {
        const { def } = this.lookup.getSiType(item);
        if (def.isPrimitive && def.asPrimitive.isU8) {
            return this.#expect(length === null ? typeof human === 'string' : isHex(human, length * 8), id, human, at);
        }
        this.#expect(Array.isArray(human) && (length ?? human.length) === human.length, id, human, at);
        human.forEach((value, index) => this.check(item, value, `${at}[${index}]`));
    }

    #tuple(items, id, human, at) {
        if (items.length === 0) {
            return this.#expect(human === null, id, human, at);
        }
        this.#expect(Array.isArray(human) && human.length === items.length, id, human, at);
        items.forEach((item, index) => this.check(item, human[index], `${at}[${index}]`));
    }

    #primitive(primitive, id, human, at) {
        const holds = primitive.isBool ? typeof human === 'boolean'
            : primitive.isStr || primitive.isChar ? typeof human === 'string'
                : NUMBER.test(human);
        this.#expect(holds, id, human, at);
    }
}
