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


def place(name):
    return re.compile(rf"(<!-- {name}: [^>]*-->\n)(.*?)(<!-- /{name} -->)", flags=re.S)


def differs(name, lines):
    """Returns `PAGE:LINE: FAULT` if the page's part differs from the lines, but for line breaks."""
    for page in PAGES:
        text = page.read_text()
        found = place(name).search(text)
        if found:
            wanted, got = "\n".join(lines).split(), found[2].split()
            first = next((at for at, pair in enumerate(zip(wanted, got)) if pair[0] != pair[1]), None)
            if first is None and len(wanted) == len(got):
                return None
            first = min(len(wanted), len(got)) if first is None else first
            part = lambda words: " ".join(words[max(0, first - 2) : first + 3])
            line = text[: found.start()].count("\n") + 1
            return (
                f"{page.relative_to(ROOT)}:{line}: the {name} should read \"{part(wanted)}\", not "
                f"\"{part(got)}\": change the renderer in scripts/lib, or measure again"
            )
    return f"README.md:1: no page has the markers of the {name}: restore them"


def into_page(name, lines):
    """Puts lines between the markers `<!-- NAME: … -->` and `<!-- /NAME -->` of the page that has them."""
    marked = place(name)
    for page in PAGES:
        text, count = marked.subn(lambda match: match[1] + "\n".join(lines) + "\n" + match[3], page.read_text())
        if count == 1:
            page.write_text(text)
            return
    names = " nor ".join(str(page.relative_to(ROOT)) for page in PAGES)
    sys.exit(f"error: neither {names} has a place for the {name}; restore its `<!-- {name}: … -->` markers")
