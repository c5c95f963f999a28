#!/usr/bin/env python3
"""Opens v1.json as a second implementation: RFC 9180 written out, on the primitives of the package `cryptography`."""
import hashlib, hmac, json, pathlib, struct

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

KEM = b"KEM" + struct.pack(">H", 0x0020)  # DHKEM(X25519, HKDF-SHA256)
SUITE = b"HPKE" + struct.pack(">HHH", 0x0020, 0x0001, 0x0003)  # with HKDF-SHA256 and ChaCha20Poly1305
INFO = b"zkinfer/payload/v1"


def raw(text):
    return bytes.fromhex(text.removeprefix("0x"))


def extract(suite, salt, label, ikm):
    return hmac.new(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, hashlib.sha256).digest()


def expand(suite, prk, label, info, length):
    info, out, block = struct.pack(">H", length) + b"HPKE-v1" + suite + label + info, b"", b""
    for counter in range(1, 2 + length // 32):
        block = hmac.new(prk, block + info + bytes([counter]), hashlib.sha256).digest()
        out += block
    return out[:length]


def open_base(secret, encapsulated, aad, ciphertext):
    own = X25519PrivateKey.from_private_bytes(secret)
    shared = own.exchange(X25519PublicKey.from_public_bytes(encapsulated))
    prk = extract(KEM, b"", b"eae_prk", shared)
    shared = expand(KEM, prk, b"shared_secret", encapsulated + own.public_key().public_bytes_raw(), 32)
    context = b"\x00" + extract(SUITE, b"", b"psk_id_hash", b"") + extract(SUITE, b"", b"info_hash", INFO)
    secret = extract(SUITE, shared, b"secret", b"")
    key = expand(SUITE, secret, b"key", context, 32)
    nonce = expand(SUITE, secret, b"base_nonce", context, 12)
    return ChaCha20Poly1305(key).decrypt(nonce, ciphertext, aad)


def main():
    vector = json.loads((pathlib.Path(__file__).parent / "v1.json").read_text())
    version = struct.pack("<II", vector["version"]["model"], vector["version"]["version"])
    binding = raw(vector["genesis_hash"]) + raw(vector["requester"]) + version + raw(vector["input_commitment"])
    payload = vector["payload"]
    for prover, secret, recipient in zip(vector["provers"], vector["secrets"], payload["recipients"], strict=True):
        wrapped = raw(recipient["wrapped_key"])
        content_key = open_base(raw(secret), raw(recipient["encapsulated"]), binding + raw(prover), wrapped)
        plaintext = ChaCha20Poly1305(content_key).decrypt(bytes(12), raw(payload["ciphertext"]), binding)
        opening, _, zeros = plaintext.rpartition(b"\x80")
        assert not any(zeros) and opening == raw(vector["opening"]), plaintext.hex()
    print(f"{len(payload['recipients'])} recipients open the vector")


main()
