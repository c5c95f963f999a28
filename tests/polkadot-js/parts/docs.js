// What polkadot.js Apps shows beside each call, event and field: it is there, and every type says what it is.

import assert from 'node:assert/strict';

import { OURS } from '../lib/chain.js';

/** Where bytes are meant as bytes; everything else has a type of its own. */
const BYTES = new Set([
    'GeneratorChunks',
    'Generators.Chunk.points',
    'Generators.Lagrange.points',
    'LagrangeGenerators',
    'Payload.Public',
    'Payload.Encrypted.ciphertext',
    'Proof.Halo2.bytes',
    'StoredKey.prepared',
    'VerifyingKey.Halo2',
]);

const says = (docs, what) => assert.ok([...docs].join(' ').trim(), `${what} has no docs`);

const variantsOf = (registry, item) => registry.lookup.getSiType(item.unwrap().type).def.asVariant.variants;

/** Types that the pallet's interface rests on, with where each is. */
const roots = ({ api, pallet }) => {
    const fields = (item) => variantsOf(api.registry, item).flatMap(({ fields, name }) =>
        fields.map((field) => [field.type, `${name}.${field.name.unwrap()}`]));
    const items = pallet.storage.unwrap().items.flatMap(({ name, type }) =>
        type.isPlain ? [[type.asPlain, name]] : [[type.asMap.key, `${name}, key`], [type.asMap.value, name]]);
    const constants = pallet.constants.map(({ name, type }) => [type, name]);
    const views = pallet.viewFunctions.flatMap(({ inputs, name, output }) =>
        [[output, name], ...inputs.map((input) => [input.type, `${name}.${input.name}`])]);
    return [...fields(pallet.calls), ...fields(pallet.events), ...items, ...constants, ...views];
};

/** Goes through a type; `place` is the nearest place that has a name. */
const visit = (lookup, id, place, seen) => {
    const { def, docs, path } = lookup.getSiType(id);
    const ours = OURS.includes(path[0]?.toString());
    const own = path.at(-1)?.toString();
    const key = ours ? own : `${place} ${id}`;
    if (seen.has(key)) {
        return;
    }
    seen.add(key);
    if (ours) {
        says(docs, own);
    }
    const fields = (fields, at) => fields.forEach((field) => {
        const name = field.name.isSome ? `${at}.${field.name.unwrap()}` : at;
        if (ours && field.name.isSome) {
            says(field.docs, name);
        }
        visit(lookup, field.type, name, seen);
    });
    const at = ours ? own : place;
    if (def.isComposite) {
        fields(def.asComposite.fields, at);
    } else if (def.isVariant) {
        def.asVariant.variants.forEach((variant) => {
            if (ours) {
                says(variant.docs, `${at}.${variant.name}`);
            }
            fields(variant.fields, ours ? `${at}.${variant.name}` : at);
        });
    } else if (def.isSequence || def.isArray) {
        const item = def.isSequence ? def.asSequence.type : def.asArray.type;
        const bytes = def.isSequence && lookup.getSiType(item).def.isPrimitive && lookup.getSiType(item).def.asPrimitive.isU8;
        assert.ok(!bytes || BYTES.has(place), `${place} is bytes, which nobody can read: give it a type of its own`);
        visit(lookup, item, at, seen);
    } else if (def.isTuple) {
        def.asTuple.forEach((part) => visit(lookup, part, at, seen));
    } else if (def.isCompact) {
        visit(lookup, def.asCompact.type, at, seen);
    } else {
        assert.ok(def.isPrimitive, `${place} is ${def.type}, which nobody can read`);
    }
};

/** Docs of all that the metadata names. */
export const documented = ({ chain: { api, pallet } }) => {
    for (const kind of ['calls', 'errors', 'events']) {
        for (const { docs, fields, name } of variantsOf(api.registry, pallet[kind])) {
            says(docs, `${kind}: ${name}`);
            fields.forEach((field) => assert.ok(field.name.isSome, `${kind}: a field of ${name} has no name`));
            if (kind === 'events') {
                fields.forEach((field) => says(field.docs, `${name}.${field.name.unwrap()}`));
            }
        }
    }
    const { items } = pallet.storage.unwrap();
    [...items, ...pallet.constants, ...pallet.viewFunctions].forEach(({ docs, name }) => says(docs, name));
};

/** Docs of every type in it, of its fields and variants; and no bytes where a type was meant. */
export const typed = ({ chain }) => {
    const seen = new Set();
    roots(chain).forEach(([id, place]) => visit(chain.api.registry.lookup, id, place.toString(), seen));
    for (const type of ['Payload', 'MarketParameters', 'VerifyingKey', 'Output', 'Rejection', 'HoldReason']) {
        assert.ok(seen.has(type), `${type} has not been seen`);
    }
};

/** What polkadot.js says of each error: its name and what to do about it. */
export const errors = ({ chain: { api, pallet } }) => {
    for (const { docs, index, name } of variantsOf(api.registry, pallet.errors)) {
        const error = api.registry.findMetaError({ error: index, index: pallet.index });
        assert.equal(error.name, name.toString());
        assert.equal(error.docs.join(), [...docs].join());
    }
};

/** The suite itself: it refuses what nobody can read, and sees what is missing. */
export const strict = ({ chain }) => {
    const hash = `0x${'11'.repeat(32)}`;
    chain.reader.check(chain.typeOf('ModelHash'), hash, 'a hash');
    const outputs = [{ Class: 7 }, { TopClasses: [7, 3] }, { TopClasses: [7] }, { Values: { width: 'Bits24', values: [-70000, 5] } }];
    for (const output of outputs) {
        const { registry } = chain.api;
        const value = registry.createType(registry.createLookupType(chain.typeOf('Output')), output);
        chain.reader.check(chain.typeOf('Output'), value.toHuman(), 'an output');
    }
    const bad = [['ModelHash', '0x11'], ['ModelHash', Array(32).fill('17')], ['Trust', '0'], ['Trust', { Ceremony: '1' }],
        ['Model', { owner: hash, versions: '1' }], ['Model', { owner: '5F' }], ['Output', 'Class'], ['VerifyingKey', hash]];
    for (const [name, shown] of bad) {
        assert.throws(() => chain.reader.check(chain.typeOf(name), shown, name), assert.AssertionError, `${name}: ${JSON.stringify(shown)}`);
    }
    assert.throws(() => chain.coverage.complete('calls'), /no test here has exercised/);
    assert.throws(() => chain.coverage.mark('calls', 'no_call'), /no_call/);
};
