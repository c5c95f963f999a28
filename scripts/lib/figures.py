"""Joins the reports of all benchmarks, and renders them into the pages.

usage: figures.py DIRECTORY    with groth16.json, halo2.json (provers), verifier.json and, if it is
                               there, blocks.json
       figures.py --check      compares the generated parts of all pages with runtime/docs/figures
"""

import json
import pathlib
import sys

import beside_ezkl
import models
import scale
from report import FIGURES, differs, into_page, mib, processor

REPORTS = ("groth16", "halo2", "verifier")
BATCHES = ("2", "8", "32")


def last_json(path):
    """A benchmark's report: the JSON object that its output ends with."""
    text = path.read_text()
    return json.loads(text[text.index("{"):])


def ms(micros):
    return f"{micros / 1000:.1f} ms" if micros < 1e6 else f"{micros / 1e6:.2f} s"


def proofs_table(groth16, halo2, verifier):
    chain = verifier["halo2"]
    alone = lambda group, name: (verifier[group][name][1], chain[group][name]["1"][1])
    listed = lambda times: ", ".join(ms(times[count][1]) for count in BATCHES)
    rows = [
        ("size of the circuit", f"{groth16['constraints']:,} constraints", f"{halo2['rows']:,} rows, k = {halo2['k']}"),
        (
            "setup or keys, once",
            f"{groth16['setup_s']:.1f} s, {mib(groth16['setup_peak_kib'])} at most",
            f"{halo2['keys_s']:.1f} s, {mib(halo2['setup_peak_kib'])} at most, and {halo2['generators_s']:.1f} s for the generators",
        ),
        (
            "prove (mean of 5)",
            f"{groth16['prove_mean_s']:.2f} s, {mib(groth16['prove_peak_kib'])} at most",
            f"{halo2['prove_mean_s']:.2f} s, {mib(halo2['prove_peak_kib'])} at most",
        ),
        ("audit the key", f"{groth16['audit_s']:.1f} s", "the time of making it again"),
        (
            "proving key, verifying key, proof",
            f"{groth16['key_bytes'] / 1e6:.1f} MB, 528 bytes, 192 bytes",
            f"none, {chain['key_bytes']:,} bytes, {chain['proof_bytes']:,} bytes",
        ),
    ]
    for title, group, name in [
        ("verify natively, plain Rust", "native", "verify_native"),
        ("verify in wasm, plain Rust", "wasm", "verify_native"),
        ("**verify in wasm, host functions**", "wasm", "verify_host"),
    ]:
        rows.append((title, *(ms(value) for value in alone(group, name))))
    for where, group in [("natively", "native"), ("in wasm", "wasm")]:
        for title, name in [("plain Rust", "native"), ("host functions", "host")]:
            times = verifier[group][f"batch_{name}"], chain[group][f"verify_{name}"]
            rows.append((f"batches of 2, 8, 32 {where}, {title}", *map(listed, times)))
    return ["| | Groth16 | Halo2 |", "|---|---|---|"] + [f"| {' | '.join(row)} |" for row in rows]


def blocks_table(blocks):
    lines = [
        "",
        f"Blocks full of one call, executed as an importing node does, of {blocks['limit_ms']:,} ms that a block may compute "
        "(median of 5; *loaded*: every core has a busy neighbour):",
        "",
        "| call | in a block | weight | idle | loaded |",
        "|---|---|---|---|---|",
    ]
    for row in blocks["blocks"]:
        lines.append(
            f"| `{row['call']}` | {row['extrinsics']:,} | {row['weight_ms']:,} ms | {row['idle_ms']:,} ms | {row['loaded_ms']:,} ms |"
        )
    return lines


def lines(reports, blocks):
    text = [
        "The MNIST network (conv 8 filters 3×3, ReLU, 5408→10, arg-max) on "
        f"{reports['processor']} with {reports['groth16']['cores']} threads. "
        f"Verification is the median of {reports['verifier']['runs']} calls for Groth16 and "
        f"{reports['verifier']['halo2']['runs']} for Halo2. Made by `scripts/bench`; raw values in "
        "`runtime/docs/figures/`. Weights of all calls: `runtime/docs/figures/weights.md`.",
        "",
        *proofs_table(*(reports[name] for name in REPORTS)),
    ]
    return text + (blocks_table(blocks) if blocks else [])


def write(directory):
    measured = {name: last_json(directory / f"{name}.json") for name in REPORTS}
    FIGURES.mkdir(parents=True, exist_ok=True)
    reports = {"command": "scripts/bench", "processor": processor(), **measured}
    (FIGURES / "proofs.json").write_text(json.dumps(reports, indent=2) + "\n")
    blocks = None
    if (directory / "blocks.json").exists():
        blocks = last_json(directory / "blocks.json")
        (FIGURES / "blocks.json").write_text(json.dumps(blocks, indent=2) + "\n")
    into_page("figures", lines(reports, blocks))


def check():
    """Prints `PAGE:LINE: FAULT` for every part of a page that differs from its measurements."""
    read = lambda name: json.loads((FIGURES / f"{name}.json").read_text())
    parts = {
        "figures": lines(read("proofs"), read("blocks")),
        "networks": models.lines(read("models")),
        "scale": scale.lines(read("scale")),
        "ezkl": beside_ezkl.lines(read("ezkl")),
    }
    faults = [fault for name, text in parts.items() if (fault := differs(name, text))]
    print("\n".join(faults))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    check() if sys.argv[1:] == ["--check"] else write(pathlib.Path(sys.argv[1]))
