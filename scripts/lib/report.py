"""What the writers of figures share: where things are, the machine, and the README's generated parts."""

import pathlib
import platform
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIGURES = ROOT / "runtime/docs/figures"
README = ROOT / "README.md"


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


def into_readme(name, lines):
    """Puts lines between the README's markers `<!-- NAME: … -->` and `<!-- /NAME -->`."""
    text, count = re.subn(
        rf"(<!-- {name}: [^>]*-->\n).*?(<!-- /{name} -->)",
        lambda match: match[1] + "\n".join(lines) + "\n" + match[2],
        README.read_text(),
        flags=re.S,
    )
    if count != 1:
        sys.exit(f"error: README.md has no place for the {name}; restore its `<!-- {name} -->` markers")
    README.write_text(text)
