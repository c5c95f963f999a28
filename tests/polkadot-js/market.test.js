// The chain as polkadot.js sees it: every call performed on the real node; every event, error, storage item, constant and
// view function of the inference pallet brought about and read. What the metadata has and no part of this brings about
// fails the last tests, so that nothing new is forgotten.

import { after, before, test } from 'node:test';

import { Market } from './lib/market.js';
import * as batches from './parts/batches.js';
import * as bonds from './parts/bonds.js';
import * as docs from './parts/docs.js';
import * as faults from './parts/faults.js';
import * as halo2 from './parts/halo2.js';
import * as jobs from './parts/jobs.js';
import * as models from './parts/models.js';
import * as parameters from './parts/parameters.js';
import * as book from './parts/book.js';
import * as receipts from './parts/receipts.js';

let market;

before(async () => { market = await Market.open(); });
after(async () => { await market?.close(); });

/** No step takes so long, even on a loaded machine. */
const PATIENCE = { timeout: 240_000 };

const step = (name, part) => test(name, PATIENCE, () => part(market));

step('the suite refuses what nobody can read, and sees what is missing', docs.strict);
step('calls, events, errors, storage, constants and view functions have docs', docs.documented);
step('every type says what it is, to the last field and variant', docs.typed);
step('polkadot.js finds every error with its docs', docs.errors);
step('the book\'s steps name calls and fields that there are', book.steps);

step('constants are read', parameters.constants);
step('parameters are set within their bounds', parameters.parameters);
step('a model is registered under the client\'s hashes', models.register);
step('a version is added and retired', models.versions);
step('a prover bonds and sets its key', bonds.bond);
step('a bond is taken out', bonds.unbond);
step('a job is requested, claimed, proved and paid', jobs.paid);
step('requests that nobody can mean are refused', jobs.refusedRequests);
step('an encrypted job is redirected and cancelled', jobs.redirected);
step('false proofs are rejected', jobs.rejected);
step('claims and jobs expire', jobs.expired);
step('Halo2 keys are checked and registered', halo2.keys);
step('Halo2 proofs need their generators', halo2.generators);
step('batches hold together or not at all', batches.batches);
step('a claim needs a free bond', jobs.locked);
step('a prover attests', receipts.attested);
step('a receipt is pruned', receipts.pruned);
step('a payment to nobody is diverted', faults.diverted);
step('numbers run out', faults.exhausted);
step('a damaged key costs nobody anything', faults.damaged);
step('blocks without transactions make nobody late', faults.paused);

for (const kind of ['calls', 'events', 'errors', 'storage', 'constants', 'views']) {
    test(`nothing is left out: ${kind}`, () => market.chain.coverage.complete(kind));
}
