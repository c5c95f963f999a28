# Sourced after common.sh: steps of the client with their JSON and times, and a development chain. $WORK is the folder for
# all files; a script that starts a node calls stop_node when it ends. With MEASURE set, a step's time and peak of memory
# are in $WORK/NAME.usage.json (needs Python 3).

NODE_PID=""
TIMES=""

# One step: says what it does, keeps its JSON as $WORK/NAME.json, and its time.
step() { # step NAME TITLE command ...
    local name="$1" title="$2" start measured=()
    shift 2
    say "$title"
    if [ -n "${MEASURE:-}" ]; then measured=(python3 "$ROOT/scripts/lib/measure.py" "$WORK/$name.usage.json"); fi
    start="$(now_ms)"
    "${measured[@]}" "$BIN/zkinfer" --json "$@" > "$WORK/$name.json" || die "this step failed: zkinfer $*" "see the message above; --keep DIR leaves all files and the node's log"
    TIMES+="$(printf '  %-34s %7d ms' "$title" "$(($(now_ms) - start))")"$'\n'
}

# The first value of a key in a step's JSON.
get() { sed -n 's/^ *"'"$2"'": "\{0,1\}\([^",]*\)"\{0,1\},\{0,1\}$/\1/p' "$WORK/$1.json" | sed -n 1p; }

units() { awk -v p="$1" 'BEGIN { printf "%.6f UNIT", p / 1e12 }'; }

start_node() {
    say "starting a development chain"
    "$BIN/zkinfer-node" --dev --tmp --sealing instant --rpc-port 0 --listen-addr /ip4/127.0.0.1/tcp/0 --no-prometheus --no-telemetry \
        > "$WORK/node.log" 2>&1 &
    NODE_PID=$!
    local i
    for ((i = 0; i < 1500; i++)); do
        ZKINFER_URL="ws://$(sed -n 's/.*Running JSON-RPC server: addr=\([0-9.]*:[0-9]*\).*/\1/p' "$WORK/node.log" | sed -n 1p)"
        if [ "$ZKINFER_URL" != ws:// ]; then export ZKINFER_URL; return; fi
        kill -0 "$NODE_PID" 2>/dev/null || break
        sleep 0.2
    done
    tail -5 "$WORK/node.log" >&2
    die "the node did not start" "run it by hand: $BIN/zkinfer-node --dev --tmp"
}

stop_node() {
    if [ -n "$NODE_PID" ]; then kill "$NODE_PID" 2>/dev/null || true; wait "$NODE_PID" 2>/dev/null || true; fi
}
