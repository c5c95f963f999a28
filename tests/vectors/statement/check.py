#!/usr/bin/env python3
"""Recomputes v1.json from the statement's definition alone: SCALE by hand, Blake2b from the standard library.

Usage: tests/vectors/statement/check.py [FILE]. Exit code 1 names the first vector that differs.
"""
import hashlib
import json
import pathlib
import sys

CONTEXT_DOMAIN = b"zkinfer/v1"
TERMS_DOMAIN = b"zkinfer/terms/v1"


def blake2b_256(data):
    return hashlib.blake2b(data, digest_size=32).digest()


def uint(value, size):
    """A fixed-width integer: little-endian."""
    return int(value).to_bytes(size, "little")


def as_input(data):
    """A public input: 32 little-endian bytes."""
    return data.ljust(32, b"\0")


def version(fields):
    return uint(fields["model"], 4) + uint(fields["version"], 4)


def compact(number):
    """A SCALE compact number below 64."""
    return uint(number << 2, 1)


def output(case):
    """The SCALE encoding of an output, and the 31 bytes that are its public input."""
    if "class" in case:
        return b"\0" + uint(case["class"], 4), uint(case["class"], 31)
    if "top_classes" in case:
        lanes = b"".join(uint(index, 4) for index in case["top_classes"])
        count = len(case["top_classes"])
        return b"\1" + compact(count) + lanes, lanes.ljust(30, b"\0") + uint(0x40 + count, 1)
    size, numbers = case["values"]["bits"] // 8, case["values"]["values"]
    lanes = b"".join(uint(number + 2 ** (8 * size - 1), size) for number in numbers)
    encoding = b"\2" + uint(size - 1, 1) + compact(len(numbers))
    encoding += b"".join(number.to_bytes(4, "little", signed=True) for number in numbers)
    return encoding, lanes.ljust(30, b"\0") + uint(0x80 + 32 * (size - 1) + len(numbers), 1)


def is_no_output(encoding):
    """Whether an encoding of an output's type is empty, names a class twice, is too long or beyond its width."""
    if encoding[0] == 1:
        classes = [encoding[2 + 4 * i : 6 + 4 * i] for i in range(encoding[1] >> 2)]
        return not classes or len(set(classes)) < len(classes)
    size, count = encoding[1] + 1, encoding[2] >> 2
    numbers = [int.from_bytes(encoding[3 + 4 * i : 7 + 4 * i], "little", signed=True) for i in range(count)]
    half = 2 ** (8 * size - 1)
    return not numbers or size * count > 30 or any(not -half <= number < half for number in numbers)


def terms_preimage(terms):
    return (
        TERMS_DOMAIN
        + bytes.fromhex(terms["requester"])
        + uint(terms["nonce"], 8)
        + uint(terms["job"], 8)
        + version(terms)
        + bytes.fromhex(terms["vk_hash"])
        + bytes.fromhex(terms["input_commitment"])
        + bytes.fromhex(terms["payload_hash"])
        + uint(terms["reward"], 16)
        + uint(terms["price"], 16)
        + uint(terms["deadline"], 4)
    )


def purpose(fields):
    if "job" in fields:
        return b"\0" + bytes.fromhex(fields["job"])
    return b"\1" + uint(fields["attest"], 8)


def context_preimage(context):
    return (
        CONTEXT_DOMAIN
        + bytes.fromhex(context["genesis_hash"])
        + bytes.fromhex(context["vk_hash"])
        + version(context)
        + purpose(context["purpose"])
        + bytes.fromhex(context["prover"])
    )


def context_input(context):
    return as_input(blake2b_256(context_preimage(context))[:31])


def expect(name, found, computed):
    if found != computed.hex():
        sys.exit(f"{name}: the file says {found}, the definition {computed.hex()}")


def check(vectors):
    expect("context domain", vectors["context_domain"], CONTEXT_DOMAIN)
    expect("terms domain", vectors["terms_domain"], TERMS_DOMAIN)
    for i, terms in enumerate(vectors["terms"]):
        expect(f"terms {i}, preimage", terms["preimage"], terms_preimage(terms))
        expect(f"terms {i}, hash", terms["hash"], blake2b_256(terms_preimage(terms)))
    for i, case in enumerate(vectors["outputs"]):
        encoding, element = output(case)
        expect(f"output {i}, encoding", case["encoding"], encoding)
        expect(f"output {i}, public input", case["public_input"], as_input(element))
    for i, encoding in enumerate(vectors["no_outputs"]):
        if not is_no_output(bytes.fromhex(encoding)):
            sys.exit(f"no output {i}: the file says that {encoding} is none")
    for i, context in enumerate(vectors["contexts"]):
        expect(f"context {i}, preimage", context["preimage"], context_preimage(context))
        expect(f"context {i}, public input", context["public_input"], context_input(context))
    for i, case in enumerate(vectors["statements"]):
        inputs = [
            bytes.fromhex(case["input_commitment"]),
            as_input(output(case)[1]),
            context_input(case["context"]),
        ]
        for j, (found, computed) in enumerate(zip(case["public_inputs"], inputs, strict=True)):
            expect(f"statement {i}, public input {j}", found, computed)
    for i, payload in enumerate(vectors["payloads"]):
        expect(f"payload {i}", payload["hash"], blake2b_256(bytes.fromhex(payload["encoding"])))
    key = b"\0" + bytes((1 + i) % 256 for i in range(528))
    proof = b"\0" + bytes((2 + i) % 256 for i in range(192))
    encodings = vectors["encodings"]
    expect("verifying key, encoding", encodings["verifying_key"]["encoding"], key)
    expect("verifying key, hash", encodings["verifying_key"]["hash"], blake2b_256(key))
    expect("proof, encoding", encodings["proof"]["encoding"], proof)


if __name__ == "__main__":
    file = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).with_name("v1.json"))
    vectors = json.loads(file.read_text())
    check(vectors)
    print(f"{file.name}: {sum(len(v) for v in vectors.values() if isinstance(v, list))} vectors hold")
