#!/usr/bin/env python3
"""Prints commitment.txt: commitments to inputs by an implementation of its own, from the papers and the
definition in runtime/docs/decisions/0003-input-commitment.md alone. Needs nothing but Python 3.

    python3 commitment.py > commitment.txt
"""

P = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001


def grain(t, r_f, r_p, n=255):
    """The bits of the Grain LFSR in self-shrinking mode."""
    bits = "01" + "0000" + f"{n:012b}{t:012b}{r_f:010b}{r_p:010b}" + "1" * 30
    state = [int(b) for b in bits]

    def step():
        new = state[62] ^ state[51] ^ state[38] ^ state[23] ^ state[13] ^ state[0]
        state.pop(0)
        state.append(new)
        return new

    for _ in range(160):
        step()
    while True:
        keep, bit = step(), step()
        if keep:
            yield bit


def parameters(t, r_f, r_p, n=255):
    bits = grain(t, r_f, r_p, n)
    number = lambda: int("".join(str(next(bits)) for _ in range(n)), 2)
    constants = []
    while len(constants) < t * (r_f + r_p):
        x = number()
        if x < P:
            constants.append(x)
    while True:
        elements = [number() % P for _ in range(2 * t)]
        if len(set(elements)) == 2 * t:
            break
    xs, ys = elements[:t], elements[t:]
    return constants, [[pow(x + y, P - 2, P) for y in ys] for x in xs]


def permutation(state, constants, mds, r_f, r_p):
    t = len(state)
    for r in range(r_f + r_p):
        state = [(s + c) % P for s, c in zip(state, constants[t * r :])]
        full = r < r_f // 2 or r >= r_f // 2 + r_p
        state = [pow(s, 5, P) if full or i == 0 else s for i, s in enumerate(state)]
        state = [sum(m * s for m, s in zip(row, state)) % P for row in mds]
    return state


def commitment(values, minimum, bits, blinder):
    per = 254 // bits
    chunks = [values[i : i + per] for i in range(0, len(values), per)]
    elements = [blinder] + [sum((v - minimum) << (bits * i) for i, v in enumerate(c)) for c in chunks]
    tag = b"zkinfer/input/1" + len(values).to_bytes(8, "little")
    tag += minimum.to_bytes(4, "little", signed=True) + bytes([bits])
    constants, mds = parameters(5, 8, 60)
    state = [int.from_bytes(tag, "little"), 0, 0, 0, 0]
    for i in range(0, len(elements), 4):
        for lane, element in enumerate(elements[i : i + 4]):
            state[lane + 1] = (state[lane + 1] + element) % P
        state = permutation(state, constants, mds, 8, 60)
    return state[1]


CASES = [  # count, minimum, bits, blinder; the values are minimum + (i * i + 3 * i) mod 2^bits
    (1, 0, 1, 0),
    (3, 0, 8, 1),
    (784, 0, 8, P - 1),
    (784, -128, 8, 0x0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF),
    (125, -7, 4, 2**254),
    (16, 1000, 16, 42),
]

if __name__ == "__main__":
    print("# Commitments by commitment.py, an implementation that shares no code with the crate.")
    print("# count min bits blinder commitment; values are min + (i*i + 3*i) mod 2^bits; numbers of 32 bytes are little-endian.")
    for count, minimum, bits, blinder in CASES:
        values = [minimum + (i * i + 3 * i) % 2**bits for i in range(count)]
        result = commitment(values, minimum, bits, blinder)
        print(count, minimum, bits, blinder.to_bytes(32, "little").hex(), result.to_bytes(32, "little").hex())
