// The programs under test: the node and the client, as `scripts/test` built them or as ZKINFER_NODE and ZKINFER_CLIENT name them.

import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a node may take to answer. A loaded machine with a cold disk needs half a minute. */
const START_MS = 150_000;
/** Runs a node for as long as standard input is open: it ends with the tests, however they end. */
const GUARD = '"$0" "$@" </dev/null & read -r _; kill -9 $!; wait';

const program = (variable, name) => {
    const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'zkinfer', 'target');
    const path = process.env[variable] ?? join(process.env.CARGO_TARGET_DIR ?? cache, 'debug', name);
    if (!existsSync(path)) {
        throw new Error(`${path} is missing: build it with scripts/test, or name it in ${variable}`);
    }
    return path;
};

/** A development node that makes a block as soon as there is a transaction, on ports that the system picks. */
export const startNode = async () => {
    const directory = mkdtempSync(join(tmpdir(), 'zkinfer-js-'));
    const log = join(directory, 'node.log');
    const file = openSync(log, 'w');
    const options = ['--dev', '--sealing', 'instant', '--rpc-port', '0', '--listen-addr', '/ip4/127.0.0.1/tcp/0'];
    const quiet = ['--no-prometheus', '--no-telemetry', '--no-mdns', '--base-path', join(directory, 'base')];
    const guard = spawn('sh', ['-c', GUARD, program('ZKINFER_NODE', 'zkinfer-node'), ...options, ...quiet], {
        stdio: ['pipe', file, file],
    });
    closeSync(file);
    const stop = async () => {
        const ended = new Promise((resolve) => guard.once('exit', resolve));
        guard.stdin.end();
        await ended;
        rmSync(directory, { force: true, recursive: true });
    };
    for (const begun = Date.now(); Date.now() - begun < START_MS; await sleep(50)) {
        const text = readFileSync(log, 'utf8');
        const port = /Running JSON-RPC server: addr=127\.0\.0\.1:(\d+)[^\n]*\n/.exec(text)?.[1];
        if (port) {
            return { url: `ws://127.0.0.1:${port}`, stop };
        }
        if (/^Error:/m.test(text)) {
            break;
        }
    }
    const text = readFileSync(log, 'utf8');
    await stop();
    throw new Error(`the node did not start:\n${text}`);
};

/** The client with a directory of its own, for a node. */
export class Client {
    constructor(url) {
        this.url = url;
        this.directory = mkdtempSync(join(tmpdir(), 'zkinfer-js-'));
        this.program = program('ZKINFER_CLIENT', 'zkinfer');
    }

    /** A path in the client's directory. */
    path(name) {
        return join(this.directory, name);
    }

    /** Runs a command with `--json` and returns what it prints. */
    run(...command) {
        const { ZKINFER_SIGNER: _, ...env } = process.env;
        const options = { cwd: this.directory, encoding: 'utf8', env: { ...env, ZKINFER_URL: this.url }, stdio: ['ignore', 'pipe', 'pipe'] };
        return JSON.parse(execFileSync(this.program, [...command, '--json'], options));
    }

    /** Removes the directory. */
    remove() {
        rmSync(this.directory, { force: true, recursive: true });
    }
}
