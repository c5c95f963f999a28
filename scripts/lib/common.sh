# Sourced by every script: where things are, and how to say what is going on. No code runs builds here.
set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/zkinfer"
mkdir -p "$CACHE"

# One target directory outside the checkout, so that a fresh clone starts warm and all scripts share what they build.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$CACHE/target}"
# With the target directory elsewhere, the wasm builder must be told where the workspace is.
export WASM_BUILD_WORKSPACE_HINT="$ROOT"
# Registries and mirrors drop a connection now and then; a build should not fail for that.
export CARGO_NET_RETRY="${CARGO_NET_RETRY:-5}"
# What setup found out about this machine's toolchains (see scripts/setup).
if [ -f "$CACHE/toolchain.env" ]; then . "$CACHE/toolchain.env"; fi

BIN="$CARGO_TARGET_DIR/debug"

say() { printf '\033[1m==> %s\033[0m\n' "$*" >&2; }
die() { printf 'error: %s\n' "$1" >&2; if [ $# -gt 1 ]; then printf 'hint: %s\n' "$2" >&2; fi; exit 1; }
now_ms() { date +%s%3N; }
processor() { sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo 2>/dev/null | sed -n 1p; }

# The least Node.js that polkadot.js runs on; Debian 12 and Ubuntu 24.04 have it.
NODE_MAJOR=18
node_is_good() {
    local version
    version="$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')"
    [ "${version:-0}" -ge "$NODE_MAJOR" ] && command -v npm >/dev/null
}

# Always the whole workspace: with a part of it, cargo settles on other features and builds dependencies twice.
build_programs() {
    say "building the node and the client (cold: most of an hour on two cores; warm: seconds)"
    cargo build --locked --workspace
}
