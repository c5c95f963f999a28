// What the metadata says there is of the pallet, and what the suite has performed, seen or read of it.

import assert from 'node:assert/strict';

const KINDS = ['calls', 'events', 'errors', 'storage', 'constants', 'views'];

const text = (names) => names.map((name) => name.toString());

/** Keeps count of what has been exercised. Names are the runtime's own. */
export class Coverage {
    constructor(registry, pallet) {
        const variants = (item) => {
            const { variants } = registry.lookup.getSiType(item.unwrap().type).def.asVariant;
            return text(variants.map((variant) => variant.name));
        };
        this.all = {
            calls: variants(pallet.calls),
            events: variants(pallet.events),
            errors: variants(pallet.errors),
            storage: text(pallet.storage.unwrap().items.map((item) => item.name)),
            constants: text(pallet.constants.map((constant) => constant.name)),
            views: text(pallet.viewFunctions.map((view) => view.name)),
        };
        this.seen = Object.fromEntries(KINDS.map((kind) => [kind, new Set()]));
    }

    /** Counts one. */
    mark(kind, name) {
        assert.ok(this.all[kind].includes(name), `the metadata has no ${name} among the ${kind}`);
        this.seen[kind].add(name);
    }

    /** Fails unless everything of a kind has been counted. */
    complete(kind) {
        assert.ok(this.all[kind].length > 0, `there are no ${kind}`);
        const missing = this.all[kind].filter((name) => !this.seen[kind].has(name));
        assert.deepEqual(missing, [], `${kind} that no test here has exercised; add them`);
    }
}
