"""Runs the commands of the book, and checks its links.

usage: book.py BIN [PAGE ...]    BIN: the directory with zkinfer and zkinfer-node; without pages, all of them

Blocks that begin with ```console are run, in the order of their page, each page in a fresh directory. In a block

    $ COMMAND      runs through the shell, with BIN on the PATH and the checkout as $REPO
    ? CODE         after a command: its exit code; without the line, 0
    TEXT           after a command: a line that its output has; `[..]` stands for any text

A page with the line `<!-- node -->` gets a development chain of its own, whose URL is in ZKINFER_URL. Other blocks are
not run: they take too long, need files of the reader's, or do not end.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BOOK = ROOT / "prover-client/book/src"
NODE_MARK = "<!-- node -->"
LIMIT = 300


def blocks(text):
    """The lines of each console block."""
    return [match[1].splitlines() for match in re.finditer(r"^```console\n(.*?)^```", text, re.M | re.S)]


def commands(lines):
    """A block's commands with their expected exit codes and lines."""
    found = []
    for line in lines:
        if line.startswith("$ "):
            found.append({"run": line[2:], "code": 0, "lines": []})
        elif line.startswith("? "):
            found[-1]["code"] = int(line[2:])
        elif line.strip():
            found[-1]["lines"].append(line)
    return found


def pattern(line):
    return re.compile(".*".join(re.escape(part) for part in line.split("[..]")))


def missing(expected, output):
    """The expected lines that the output does not have in this order."""
    rest = iter(output.splitlines())
    return [line for line in expected if not any(pattern(line).fullmatch(got) for got in rest)]


def start_node(binaries, directory):
    log = open(directory / "node.log", "w+")
    node = subprocess.Popen(
        [binaries / "zkinfer-node", "--dev", "--tmp", "--sealing", "instant", "--rpc-port", "0", "--port", "0",
         "--no-prometheus"],
        stdout=log, stderr=subprocess.STDOUT,
    )
    for _ in range(LIMIT * 10):
        text = (directory / "node.log").read_text()
        port = re.search(r"Running JSON-RPC server: addr=127\.0\.0\.1:(\d+)", text)
        if port:
            return node, f"ws://127.0.0.1:{port[1]}"
        if node.poll() is not None:
            break
        time.sleep(0.1)
    node.kill()
    sys.exit(f"error: the node did not start:\n{text}")


def run_page(page, binaries):
    """The number of commands that were run, and the faults."""
    text = page.read_text()
    todo = [command for block in blocks(text) for command in commands(block)]
    if not todo:
        return 0, []
    with tempfile.TemporaryDirectory() as name:
        directory, node = pathlib.Path(name), None
        environment = {**os.environ, "REPO": str(ROOT), "PATH": f"{binaries}:{os.environ['PATH']}", "NO_COLOR": "1"}
        environment.pop("ZKINFER_SIGNER", None)
        if NODE_MARK in text:
            node, environment["ZKINFER_URL"] = start_node(binaries, directory)
        try:
            for command in todo:
                done = subprocess.run(
                    command["run"], shell=True, cwd=directory, env=environment, timeout=LIMIT,
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                )
                absent = missing(command["lines"], done.stdout)
                if done.returncode != command["code"] or absent:
                    fault = f"exit code {done.returncode}, expected {command['code']}"
                    lines = "".join(f"\n  not in the output: {line}" for line in absent)
                    return len(todo), [f"{page.name}: $ {command['run']}\n  {fault}{lines}\n{done.stdout}"]
        finally:
            if node:
                node.terminate()
                node.wait()
    return len(todo), []


def broken_links(page):
    """Relative links of a page that lead to no file."""
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text())
    local = [link for link in links if "://" not in link]
    return [f"{page.name}: the link {link} leads to no file" for link in local if not (page.parent / link).exists()]


def unlisted(pages):
    listed = (BOOK / "SUMMARY.md").read_text()
    return [f"{page.name}: is not in SUMMARY.md" for page in pages if f"({page.name})" not in listed]


def self_test():
    block = commands(["$ a b", "x[..]z", "$ c", "? 3"])
    assert [(c["run"], c["code"], c["lines"]) for c in block] == [("a b", 0, ["x[..]z"]), ("c", 3, [])]
    assert missing(["x[..]z"], "w\nx y z\n") == [] and missing(["x"], "xy\n") == ["x"]
    assert blocks("```console\n$ a\n```\n```sh\n$ b\n```\n") == [["$ a"]]


def main():
    self_test()
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    binaries = pathlib.Path(sys.argv[1]).resolve()
    pages = sorted(path for path in BOOK.glob("*.md") if path.name != "SUMMARY.md")
    faults = unlisted(pages) + [fault for page in [*pages, ROOT / "README.md"] for fault in broken_links(page)]
    chosen = [BOOK / name for name in sys.argv[2:]] or pages
    for page in chosen:
        count, wrong = run_page(page, binaries)
        faults += wrong
        if count:
            print(f"{page.name}: {count} commands, {'failed' if wrong else 'passed'}")
    if faults:
        sys.exit("error: " + "\nerror: ".join(faults))


main()
