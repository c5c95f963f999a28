// Attestations, and receipts that are given up.

import assert from 'node:assert/strict';

import { hashOf, PROVER, REQUESTER, STRANGER } from '../lib/market.js';

const NONCE = 41;

/** A proof that no job asked for: a false one, a true one. */
export const attested = async (market) => {
    const { chain } = market;
    const input = market.commit();
    const { output, proof, statement } = market.prove(input, ['--attest', NONCE]);
    const [version, vkHash] = [{ model: market.model, version: 0 }, statement.context.vk_hash];
    const attest = (output) => chain.tx.attest(version, vkHash, NONCE, input.commitment, output, proof);
    const wrong = await chain.succeeds(PROVER, attest({ Class: output.Class + 1 }), 'AttestationRejected');
    assert.equal(wrong.events.AttestationRejected.reason.toHuman(), 'DoesNotVerify');
    const kind = await chain.succeeds(PROVER, attest({ TopClasses: [output.Class] }), 'AttestationRejected');
    assert.equal(kind.events.AttestationRejected.reason.toHuman(), 'DoesNotVerify');
    // Of an output's type, and none: a class twice, no class, a number beyond its width. Nobody is slashed.
    for (const none of [{ TopClasses: [1, 1] }, { TopClasses: [] }, { Values: { width: 'Bits8', values: [128] } }]) {
        await chain.fails(PROVER, attest(none), 'InvalidOutput');
    }

    const { events } = await chain.succeeds(PROVER, attest(output), 'Attested');
    const { nonce, receipt, receiptHash } = events.Attested;
    assert.equal(nonce.toNumber(), NONCE);
    const stored = await chain.stored('Receipts', receipt);
    assert.equal(hashOf(stored), receiptHash.toHex());
    assert.deepEqual(stored.purpose.toHuman(), { Attest: String(NONCE) });
    assert.equal((await chain.stored('Attestations', chain.address(PROVER), NONCE)).toNumber(), receipt.toNumber());
    await chain.fails(PROVER, attest(output), 'NonceUsed');
    const other = chain.tx.attest(version, hashOf(stored), NONCE + 1, input.commitment, output, proof);
    await chain.fails(PROVER, other, 'KeyMismatch');
};

/** A receipt that its requester gives up. */
export const pruned = async (market) => {
    const { chain } = market;
    const { tx } = chain;
    const { receipt } = market;
    await chain.fails(REQUESTER, tx.pruneReceipt(9999), 'ReceiptNotFound');
    await chain.fails(STRANGER, tx.pruneReceipt(receipt), 'NotDepositor');
    const young = await market.request();
    await market.claim(young);
    await chain.succeeds(PROVER, tx.submit(...market.answer(young)), 'JobCompleted');
    await chain.fails(REQUESTER, tx.pruneReceipt(young.job), 'ReceiptTooYoung');

    await chain.advance(chain.constant('MinParameters').receiptPeriod.toNumber() + 1);
    const hash = hashOf(await chain.stored('Receipts', receipt));
    const { events } = await chain.succeeds(REQUESTER, tx.pruneReceipt(receipt), 'ReceiptPruned');
    assert.equal(events.ReceiptPruned.receiptHash.toHex(), hash);
    assert.ok((await chain.view('receipt', receipt)).isNone);
};
