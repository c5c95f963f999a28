#!/usr/bin/env python3
"""Prints commitment-pasta.txt: commitments to inputs over the base field of Pallas, as commitment.py makes those
over the scalar field of BLS12-381. Needs nothing but Python 3 and that file beside it.

    python3 commitment_pasta.py > commitment-pasta.txt
"""

import commitment

P = commitment.P = 0x40000000000000000000000000000000224698FC094CF91B992D30ED00000001
ROUNDS = (8, 56)


def pasta_commitment(values, minimum, bits, blinder):
    per = 254 // bits
    chunks = [values[i : i + per] for i in range(0, len(values), per)]
    elements = [blinder] + [sum((v - minimum) << (bits * i) for i, v in enumerate(c)) for c in chunks]
    tag = b"zkinfer/input/1" + len(values).to_bytes(8, "little")
    tag += minimum.to_bytes(4, "little", signed=True) + bytes([bits])
    constants, mds = commitment.parameters(3, *ROUNDS)
    state = [0, 0, int.from_bytes(tag, "little")]
    for i in range(0, len(elements), 2):
        for lane, element in enumerate(elements[i : i + 2]):
            state[lane] = (state[lane] + element) % P
        state = commitment.permutation(state, constants, mds, *ROUNDS)
    return state[0]


CASES = [(count, minimum, bits, min(blinder, P - 1)) for count, minimum, bits, blinder in commitment.CASES]

if __name__ == "__main__":
    print("# Commitments by commitment_pasta.py, an implementation that shares no code with the crate.")
    print("# count min bits blinder commitment; values are min + (i*i + 3*i) mod 2^bits; numbers of 32 bytes are little-endian.")
    for count, minimum, bits, blinder in CASES:
        values = [minimum + (i * i + 3 * i) % 2**bits for i in range(count)]
        result = pasta_commitment(values, minimum, bits, blinder)
        print(count, minimum, bits, blinder.to_bytes(32, "little").hex(), result.to_bytes(32, "little").hex())
