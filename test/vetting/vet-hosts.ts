import type { ExecutionContext } from 'ava';
import { createResolver } from '../../src/dns/index.ts';
import type { NameServer, Resolver } from '../../src/dns/index.ts';
import { defaultToolchain } from '../../src/probing/index.ts';
import { vet } from '../../src/vetting/index.ts';
import type { Row, VetOptions } from '../../src/vetting/index.ts';

/** What one machine answers on a port that nobody listens on: for tests that look nothing up. */
const nobody: NameServer = { address: '127.0.0.1', port: 9 };

/** A resolver that knows no files of this machine; it ends with the test. */
export function makeResolver(t: Pick<ExecutionContext, 'teardown'>, server = nobody): Resolver {
  const resolver = createResolver({ servers: [server], search: [], ndots: 1, hosts: new Map() });
  t.teardown(() => {
    resolver.close();
  });
  return resolver;
}

/** The options of a run in which nothing is short, each to be changed by a test. */
export function vetOptions(
  t: Pick<ExecutionContext, 'teardown'>,
  changes: Partial<VetOptions> = {},
): VetOptions {
  return {
    resolver: changes.resolver ?? makeResolver(t),
    wanted: defaultToolchain('gcc', process.arch, process.platform),
    language: 'c',
    verify: 'object',
    protocol: 1,
    port: 3632,
    start: 1,
    gap: 0,
    repeat: 1,
    networkBits: 0,
    totalTimeoutMs: 0,
    connectTimeoutMs: 20_000,
    compileTimeoutMs: 20_000,
    onWarning: () => undefined,
    signal: new AbortController().signal,
    ...changes,
  };
}

/** Vet the hosts of a list, and collect their rows as they come. */
export async function vetHosts(list: string, options: VetOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const some of vet([{ source: 'list', word: list }], options)) rows.push(...some);
  return rows;
}
