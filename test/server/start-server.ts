import type { ExecutionContext } from 'ava';
import { sendJob } from '../../src/client/send-job.ts';
import { parseAccessList } from '../../src/net/index.ts';
import { splitPath } from '../../src/process/index.ts';
import type { CompileResponse, PlainRequest } from '../../src/protocol/index.ts';
import { findCompilers, startDaemon } from '../../src/server/index.ts';
import type { Daemon, DaemonOptions } from '../../src/server/index.ts';
import { fixture } from '../helpers/paths.ts';

/** A daemon within the test's own process, and all that it logs. */
export interface TestServer extends Daemon {
  readonly lines: readonly string[];
}

/** The compilers of this machine, and those of `test/fixtures/`. */
export const compilers = findCompilers({
  folders: splitPath(process.env['PATH'] ?? ''),
  allowed: ['cc-slow', 'cc-fails', 'cc-crashes', 'cc-forever'].map(fixture),
  allowsAny: false,
});

/** Start a daemon on a free port of 127.0.0.1; it closes with the test. */
export async function startServer(
  t: ExecutionContext,
  changes: Partial<DaemonOptions> = {},
): Promise<TestServer> {
  const lines: string[] = [];
  const daemon = await startDaemon({
    listen: '127.0.0.1',
    port: 0,
    jobs: 4,
    access: parseAccessList(['127.0.0.1']),
    compilers,
    log: (level, text) => lines.push(`${level} ${text}`),
    ...changes,
  });
  t.teardown(() => daemon.close());
  return { ...daemon, lines };
}

/** Send one job to a server and give its answer. */
export function send(
  { port }: { readonly port: number },
  args: readonly string[],
  changes: Partial<Omit<PlainRequest, 'args'>> & { readonly signal?: AbortSignal } = {},
): Promise<CompileResponse> {
  const { signal = new AbortController().signal, version = 1, source = 'int x;\n' } = changes;
  const bytes = typeof source === 'string' ? new TextEncoder().encode(source) : source;
  const where = { address: '127.0.0.1', port, ioTimeoutMs: 60_000, signal };
  return sendJob({ version, args, source: bytes }, where);
}

/** The text of an answer's messages. */
export function messagesOf({ stderr }: CompileResponse): string {
  return new TextDecoder().decode(stderr);
}
