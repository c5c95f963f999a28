"""Renders the measured weights of the inference pallet, for both arithmetic back ends, as one table."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
WEIGHTS = ROOT / "runtime/src/weights"
TABLE = ROOT / "runtime/docs/figures/weights.md"

FUNCTION = re.compile(
    r"(?P<ranges>(?:    /// The range of component [^\n]*\n)*)"
    r"    fn (?P<name>\w+)\((?P<arguments>[^)]*)\) -> Weight \{\n(?P<body>.*?)\n    \}\n",
    re.S,
)
RANGE = re.compile(r"component `(\w+)` is `\[(\d+), (\d+)\]`")
BASE = re.compile(r"Weight::from_parts\(([\d_]+), [\d_]+\)\n")
SLOPE = re.compile(r"Weight::from_parts\(([\d_]+), 0\)\.saturating_mul\((\w+)\.into\(\)\)")


def number(text):
    return int(text.replace("_", ""))


def calls(path):
    """For each call: microseconds at the least and at the most of its components, and what these are."""
    found = {}
    for match in FUNCTION.finditer(path.read_text()):
        base = number(BASE.search(match["body"] + "\n")[1])
        slopes = {name: number(slope) for slope, name in SLOPE.findall(match["body"])}
        ranges = {name: (int(least), int(most)) for name, least, most in RANGE.findall(match["ranges"])}
        at = lambda end: base + sum(slopes.get(name, 0) * bounds[end] for name, bounds in ranges.items())
        sizes = ", ".join(f"{name} = {least} to {most}" for name, (least, most) in ranges.items())
        found[match["name"]] = (at(0) / 1e6, at(1) / 1e6, sizes)
    if not found:
        sys.exit(f"error: {path} holds no weights; run scripts/weights")
    return found


def span(least, most):
    return f"{least:,.0f}" if round(least) == round(most) else f"{least:,.0f} to {most:,.0f}"


def main():
    host, plain = (calls(WEIGHTS / f"{name}.rs") for name in ("pallet_inference", "pallet_inference_plain"))
    processor = re.search(r"Processor: (.*?)\.", (WEIGHTS / "pallet_inference.rs").read_text())[1]
    lines = [
        "# Weights of the inference pallet",
        "",
        f"Microseconds of computation, without the database, in wasm on {processor}, over real proofs, by the verifier's two "
        "back ends: the host functions of RFC-0163, which this chain's runtime uses, and plain Rust (feature "
        "`plain-verifier`). Where a call has sizes, for the smallest and the largest. Written by `scripts/weights`.",
        "",
        "| call | host functions | plain Rust | sizes |",
        "|---|---|---|---|",
    ]
    for name, (least, most, sizes) in host.items():
        lines.append(f"| `{name}` | {span(least, most)} | {span(*plain[name][:2])} | {sizes} |")
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    TABLE.write_text("\n".join(lines) + "\n")


main()
