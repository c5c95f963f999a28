"""Draws how time and memory of a proof grow with the network, and renders the figures into the pages.

usage: scale.py REPORT.json    what `cargo bench --bench scale` printed; writes runtime/docs/figures/scale.json
                             and prover-client/book/src/images/scale.svg
"""

import json
import math
import pathlib
import sys

from report import FIGURES, ROOT, into_page, mib, processor, seconds, table

WIDTH, HEIGHT, LEFT, TOP, PANEL_WIDTH, PANEL_HEIGHT, GAP = 920, 430, 66, 64, 360, 290, 92
NAMES = {"groth16": "Groth16", "halo2": "Halo2"}
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #1f2328 } .title { font-size: 14px; font-weight: 600 } .small { fill: #59636e }
.ground { fill: #ffffff } .grid { stroke: #d1d9e0; stroke-width: 1 } .line { fill: none; stroke-width: 2 }
.groth16 { stroke: #0a58ca } .halo2 { stroke: #b35900 } .dot.groth16 { fill: #0a58ca } .dot.halo2 { fill: #b35900 }
text.groth16 { fill: #0a58ca; stroke: none } text.halo2 { fill: #b35900; stroke: none }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc } .small { fill: #9198a1 } .ground { fill: #0d1117 } .grid { stroke: #3d444d }
.groth16 { stroke: #6cb0ff } .halo2 { stroke: #ffa94d } .dot.groth16 { fill: #6cb0ff } .dot.halo2 { fill: #ffa94d }
text.groth16 { fill: #6cb0ff } text.halo2 { fill: #ffa94d } }
"""


def decades(values):
    return math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))


def number(value):
    if value < 1:
        return f"{value:g}"
    return f"{value / 1000:,.0f} k" if value >= 1000 else f"{value:,.0f}"


class Panel:
    """A graph with logarithmic axes."""

    def __init__(self, left, title, unit, series):
        self.left, self.title, self.unit, self.series = left, title, unit, series
        points = [point for line in series.values() for point in line]
        # From half a decade before the first point, with room for names behind the last.
        self.x = (math.log10(min(x for x, _ in points)) - 0.3, math.log10(max(x for x, _ in points)) + 0.5)
        self.y = decades([y for _, y in points])

    def at(self, x, y):
        across = (math.log10(x) - self.x[0]) / (self.x[1] - self.x[0])
        up = (math.log10(y) - self.y[0]) / (self.y[1] - self.y[0])
        return self.left + across * PANEL_WIDTH, TOP + (1 - up) * PANEL_HEIGHT

    def svg(self):
        out = [f'<text class="title" x="{self.left}" y="{TOP - 14}">{self.title}</text>']
        bottom, right = TOP + PANEL_HEIGHT, self.left + PANEL_WIDTH
        out.append(f'<path class="grid" d="M{self.left} {TOP}V{bottom}"/>')
        for relus in (1_000, 3_000, 10_000, 30_000, 100_000, 300_000):
            x, _ = self.at(relus, 10 ** self.y[0])
            if self.left <= x <= right:
                out.append(f'<path class="grid" d="M{x:.1f} {TOP}V{bottom}"/>')
                out.append(f'<text class="small" x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{number(relus)}</text>')
        for power in range(self.y[0], self.y[1] + 1):
            _, y = self.at(10 ** self.x[0], 10**power)
            out.append(f'<path class="grid" d="M{self.left} {y:.1f}H{right}"/>')
            out.append(f'<text class="small" x="{self.left - 8}" y="{y + 4:.1f}" text-anchor="end">{number(10**power)}</text>')
        middle = TOP + PANEL_HEIGHT / 2
        out.append(f'<text x="{self.left + PANEL_WIDTH / 2}" y="{bottom + 40}" text-anchor="middle">ReLUs in the network</text>')
        out.append(
            f'<text x="{self.left - 50}" y="{middle}" text-anchor="middle" transform="rotate(-90 {self.left - 50} {middle})">{self.unit}</text>'
        )
        for system, line in self.series.items():
            places = [self.at(x, y) for x, y in line]
            out.append(f'<path class="line {system}" d="M' + "L".join(f"{x:.1f} {y:.1f}" for x, y in places) + '"/>')
            out += [f'<circle class="dot {system}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in places]
            x, y = places[-1]
            # Beside the last point of all; else on the side of the line that the others are not on.
            last = all(line[-1][0] >= other[-1][0] for other in self.series.values())
            above = any(near[1] < line[-1][1] for name, other in self.series.items() if name != system for near in [min(other, key=lambda p: abs(p[0] - line[-1][0]))])
            dx, dy, anchor = (9, 4, "start") if last else (-6, -9, "end") if above else (4, 18, "start")
            out.append(f'<text class="{system}" x="{x + dx:.1f}" y="{y + dy:.1f}" text-anchor="{anchor}">{NAMES[system]}</text>')
        return out


def series(points, key, scale):
    out = {}
    for point in points:
        if "prove_s" in point:
            out.setdefault(point["system"], []).append((point["relus"], point[key] * scale))
    return out


def draw(report):
    points = report["points"]
    panels = [
        Panel(LEFT, "Time of one proof", "seconds", series(points, "prove_s", 1)),
        Panel(LEFT + PANEL_WIDTH + GAP, "Peak memory of the prover", "MiB", series(points, "prove_peak_kib", 1 / 1024)),
    ]
    caption = f"{report['processor']}, {report['cores']} threads. Convolution of 8 filters 3 × 3, ReLU, fully connected to 10 classes."
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
            "<title>Time and memory of a proof against the number of ReLUs, for Groth16 and Halo2</title>",
            f"<style>{STYLE}</style>",
            f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}"/>',
            f'<text class="small" x="{LEFT}" y="24">{caption}</text>',
            *(line for panel in panels for line in panel.svg()),
            "</svg>",
            "",
        ]
    )


def row(point):
    size = f"{point['constraints']:,} constraints" if "constraints" in point else f"{point['rows']:,} rows, k = {point['k']}"
    return [
        NAMES[point["system"]],
        f"{point['relus']:,}",
        size,
        f"{seconds(point['synthesis_s'] + point['setup_s'])}, {mib(point['setup_peak_kib'])}",
        f"{seconds(point['prove_s'])}, {mib(point['prove_peak_kib'])}",
        f"{point['proof_bytes']:,}",
        seconds(point["verify_s"]),
    ]


def lines(report):
    head = ["", "ReLUs", "circuit", "circuit and keys", "prove", "proof bytes", "verify"]
    text = [
        "![Time and memory of a proof against the number of ReLUs](images/scale.svg)",
        "",
        f"{report['processor']} with {report['cores']} threads; load before: {report['load_before']}. Each size in processes of its own; "
        "memory is the process's peak. Made by `scripts/bench scale`; raw values in `runtime/docs/figures/scale.json`.",
        "",
        *table(head, (row(point) for point in report["points"] if "prove_s" in point)),
    ]
    for point in report["points"]:
        if "stopped" in point:
            text += ["", f"{NAMES[point['system']]} stops before {point['relus']:,} ReLUs: {point['stopped']}."]
            break
    return text


def main():
    printed = pathlib.Path(sys.argv[1]).read_text()
    report = {"command": "scripts/bench scale", "processor": processor(), **json.loads(printed[printed.index("{") :])}
    FIGURES.mkdir(parents=True, exist_ok=True)
    (FIGURES / "scale.json").write_text(json.dumps(report, indent=2) + "\n")
    (ROOT / "prover-client/book/src/images/scale.svg").write_text(draw(report))
    into_page("scale", lines(report))


if __name__ == "__main__":
    main()
