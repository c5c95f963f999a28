"""Runs a command and writes its time in seconds and its peak of resident memory in KiB as JSON.

usage: measure.py FILE command ...
"""

import json
import os
import subprocess
import sys
import time


def main():
    start = time.monotonic()
    process = subprocess.Popen(sys.argv[2:])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    with open(sys.argv[1], "w") as out:
        # Linux counts in KiB.
        json.dump({"seconds": round(time.monotonic() - start, 3), "peak_kib": usage.ru_maxrss}, out)
    sys.exit(process.returncode if process.returncode >= 0 else 1)


main()
