"""What the writers of figures share: where things are, the machine, and the generated parts of pages."""

import pathlib
import platform
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIGURES = ROOT / "runtime/docs/figures"
PAGES = [ROOT / "README.md", ROOT / "prover-client/book/src/performance.md"]


def processor():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def seconds(value):
    if value < 0.1:
        return f"{1000 * value:.1f} ms"
    return f"{value:.2f} s" if value < 10 else f"{value:.0f} s"


def mib(kib):
    return f"{kib / 1024:,.0f} MiB"


def table(head, rows):
    rule = ["---"] * len(head)
    return ["| " + " | ".join(row) + " |" for row in (head, rule, *rows)]


def into_page(name, lines):
    """Puts lines between the markers `<!-- NAME: … -->` and `<!-- /NAME -->` of the page that has them."""
    marked = re.compile(rf"(<!-- {name}: [^>]*-->\n).*?(<!-- /{name} -->)", flags=re.S)
    for page in PAGES:
        text, count = marked.subn(lambda match: match[1] + "\n".join(lines) + "\n" + match[2], page.read_text())
        if count == 1:
            page.write_text(text)
            return
    names = " nor ".join(str(page.relative_to(ROOT)) for page in PAGES)
    sys.exit(f"error: neither {names} has a place for the {name}; restore its `<!-- {name}: … -->` markers")
