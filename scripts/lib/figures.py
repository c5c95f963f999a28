"""Joins the reports of the prover's and the verifier's benchmarks, and renders them into the README."""

import json
import pathlib
import platform
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIGURES = ROOT / "runtime/docs/figures/groth16.json"
README = ROOT / "README.md"


def processor():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def last_json(path):
    """A benchmark's report: the JSON object that its output ends with."""
    text = pathlib.Path(path).read_text()
    return json.loads(text[text.index("{"):])


def table(prover, verifier):
    milliseconds = lambda group, name: f"{verifier[group][name][1] / 1000:.1f} ms"
    megabytes = lambda value: f"{value / 1e6:.1f} MB"
    rows = [
        ("constraints (domain)", f"{prover['constraints']:,} ({prover['domain']:,})"),
        ("setup, once for a model", f"{prover['setup_s']:.1f} s, {prover['setup_peak_kib'] / 1024:.0f} MiB at most"),
        ("prove (mean of 5)", f"{prover['prove_mean_s']:.2f} s, {prover['prove_peak_kib'] / 1024:.0f} MiB at most"),
        ("audit a key with its proving key", f"{prover['audit_s']:.1f} s"),
        ("proving key, verifying key, proof", f"{megabytes(prover['key_bytes'])}, 528 bytes, 192 bytes"),
        ("verify natively, plain Rust", milliseconds("native", "verify_native")),
        ("verify in wasm, plain Rust", milliseconds("wasm", "verify_native")),
        ("verify in wasm, host functions", milliseconds("wasm", "verify_host")),
        ("of that: decoding the proof", milliseconds("wasm", "decode_proof")),
    ]
    lines = [
        f"The MNIST network (conv 8 filters 3×3, ReLU, 5408→10, arg-max), Groth16, on {processor()} with "
        f"{prover['cores']} threads. Verification is the median of {verifier['runs']} calls. "
        "Made by `scripts/bench`; raw values in `runtime/docs/figures/groth16.json`.",
        "",
        "| | |",
        "|---|---|",
    ]
    return "\n".join(lines + [f"| {name} | {value} |" for name, value in rows])


def main():
    prover, verifier = (last_json(path) for path in sys.argv[1:3])
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    report = {"command": "scripts/bench", "processor": processor(), "prover": prover, "verifier": verifier}
    FIGURES.write_text(json.dumps(report, indent=2) + "\n")
    text, count = re.subn(
        r"(<!-- figures: [^>]*-->\n).*?(<!-- /figures -->)",
        lambda match: match[1] + table(prover, verifier) + "\n" + match[2],
        README.read_text(),
        flags=re.S,
    )
    if count != 1:
        sys.exit("error: README.md has no place for the figures; restore its `<!-- figures -->` markers")
    README.write_text(text)


main()
