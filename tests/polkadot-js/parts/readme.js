// README's steps for polkadot.js Apps: they name what the chain has.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const README = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

/** The rows of the table: a step, its call, and what its fields take. */
const rows = [...README.matchAll(/^\|(.*)\| `inference\.(\w+)` \|(.*)\|$/gm)].map(([, step, call, fields]) => ({ step, call, fields }));

/** Calls and fields, and that the steps lead from a model to a result. */
export const steps = ({ chain }) => {
    const named = rows.map(({ call }) => call);
    for (const call of ['registerModel', 'bond', 'request', 'claim', 'submit']) {
        assert.ok(named.includes(call), `README's steps have no ${call}`);
    }
    for (const { call, fields } of rows) {
        assert.ok(chain.tx[call], `README names inference.${call}, which the chain does not have`);
        const takes = chain.tx[call].meta.args.map(({ name }) => name.toString());
        const said = [...fields.matchAll(/`([a-z]\w*)`/g)].map(([, field]) => field);
        assert.deepEqual(said, takes, `README's fields of inference.${call}`);
    }
    const read = [...README.matchAll(/`inference\.(\w+)\(/g)].map(([, item]) => item);
    assert.ok(read.includes('receipts'), 'README does not say where the result is');
    read.forEach((item) => assert.ok(chain.api.query.inference[item], `README reads inference.${item}, which the chain does not have`));
};
