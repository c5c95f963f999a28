// The book's steps for polkadot.js Apps: they name what the chain has.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const PAGE = readFileSync(new URL('../../../prover-client/book/src/apps.md', import.meta.url), 'utf8');

const [, section] = /^## A model, a job and its answer$(.*?)^## /ms.exec(PAGE);

/** The numbered steps that make a call: which, and the fields that they explain, in their order. */
const rows = [...section.matchAll(/^\d+\. (.*?)(?=^\d+\. |^$)/gms)].flatMap(([, step]) => {
    const call = /`inference\.(\w+)`/.exec(step)?.[1];
    return call ? [{ call, fields: [...step.matchAll(/`([a-z]\w*)`/g)].map(([, field]) => field) }] : [];
});

/** Calls and fields, and that the steps lead from a model to a result. */
export const steps = ({ chain }) => {
    const named = rows.map(({ call }) => call);
    for (const call of ['registerModel', 'bond', 'request', 'claim', 'submit']) {
        assert.ok(named.includes(call), `the book's steps have no ${call}`);
    }
    for (const { call, fields } of rows) {
        assert.ok(chain.tx[call], `the book names inference.${call}, which the chain does not have`);
        const takes = chain.tx[call].meta.args.map(({ name }) => name.toString());
        assert.deepEqual(fields, takes, `the book's fields of inference.${call}`);
    }
    const read = [...section.matchAll(/`inference\.(\w+)\(/g)].map(([, item]) => item);
    assert.ok(read.includes('receipts'), 'The book does not say where the result is');
    read.forEach((item) => assert.ok(chain.api.query.inference[item], `the book reads inference.${item}, which the chain does not have`));
};
